/* Why a site is not on the stack: which merge of a variant a finer one would undo.
 *
 * A variant is a quotient h of the facts (papers/rules.md), so that each tuple of the finer model has its image in the coarser one, and a
 * site that is heap in the coarser and stack in the finer has a step in its derivation whose conclusion is the image of nothing, while its
 * premises are images. That step puts together what the finer variant keeps apart: fields of one object, values of one variable, or moments
 * of one memory. h is known exactly of registers, objects and fields; versions of memory and temporaries are compared by the instruction
 * they belong to, which makes counterparts of more tuples: the step that is found has none in any case (papers/derivations.md). */
#pragma once
#include "solver/engine.h"

struct sp_why_not;

/* Both must outlive the result; @program is what @result is about. Finer variants are analysed when they are first asked for, with
 * @result's options, but natively and without checks. */
struct sp_why_not *sp_why_not_new (GirProgram *program, const struct sp_result *result);
void sp_why_not_free (struct sp_why_not *w);
/* Says why @verdicts[@index] of the result, which is heap, is not stack: lines of text, which the caller frees. */
char *sp_why_not_stack (struct sp_why_not *w, uint32_t index);
