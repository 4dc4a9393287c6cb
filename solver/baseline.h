/* The baseline: a whole-program, field-insensitive, flow-insensitive, context-insensitive inclusion analysis with open-world entries and
 * escape. It shares no code with constraints/ and the other solvers, so that a case forgotten in one is seen by the other. */
#pragma once
#include "frontend/gir.h"

struct sp_baseline;

/* Solves @p (promoted or not). @closed: only main packages' entries are called from outside. Never NULL. */
struct sp_baseline *sp_baseline_new (const GirProgram *p, bool closed);
void sp_baseline_free (struct sp_baseline *b);
/* Whether the objects made by instruction @instr of @fn may have to live on the heap (under the `go` runtime; `ideal` is not told apart).
 * @instr == GIR_INVALID: the function itself, as a func literal without captures: false. Total: unknown sites answer true. */
bool sp_baseline_heap (const struct sp_baseline *b, gir_fn fn, uint32_t instr);
