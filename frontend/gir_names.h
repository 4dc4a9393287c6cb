/* The words of the .gir text for the enumerations of gir.h. */
#pragma once

#include "frontend/gir.h"

const char *gir_op_name (enum gir_op op);
const char *gir_builtin_name (enum gir_builtin b);
const char *gir_operator_name (enum gir_operator x);
const char *gir_alloc_kind_name (enum gir_alloc_kind k);
/* "" for GIR_S_NONE. */
const char *gir_site_name (enum gir_site_kind s);
const char *gir_func_kind_name (enum gir_func_kind k);

/* What an instruction consists of, a letter for each part in the order of the text; reader, writer and verifier share it.
 *  T result type (always)     t result type (if the instruction has a result)     U second type
 *  v operand                  n operand or `_`        f function operand          * any number of operands
 *  . field number             K alloc kind            X operator                  B builtin
 *  M method name              o [ok]                  s [string]                  b target block, e that of false
 *  S states of a select       P edges of a phi */
const char *gir_op_shape (enum gir_op op);

/* The number of a word, or -1. */
int gir_builtin_find (const char *text, size_t length);
int gir_operator_find (const char *text, size_t length);
int gir_alloc_kind_find (const char *text, size_t length);
int gir_site_find (const char *text, size_t length);
int gir_func_kind_find (const char *text, size_t length);

/* A type as a symbolic one (papers/gir.md), named types by their names, shortened where it nests deeply. For messages; free it. */
char *gir_type_text (const GirProgram *p, gir_type t);

static inline bool
gir_op_is_terminator (uint8_t op)
{
  return op == GIR_OP_JMP || op == GIR_OP_BR || op == GIR_OP_RET || op == GIR_OP_PANIC;
}

/* Whether the aux2 of an instruction is an operand (the defer stack): the one operand outside func->operands. */
static inline bool
gir_instr_has_defer_stack (const struct gir_instr *i)
{
  return i->mode == GIR_CALL_DEFER;
}
