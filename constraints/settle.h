/* Settling: verdicts of functions that call what they were given (rules.md D2, B1).
 *
 * A function that hands its own objects to a residual call (a call through a function value or interface that came from outside) must take
 * them for gone: the callee may keep them. Where all callers are known, and in each of them every target of the call keeps nothing of what
 * it gets, they are only lent. Such a function is settled, and its sites are decided again with Show in place of Give: the callee may have
 * written the objects, no more.
 *
 * All callers of f are known when f is not exported, its address is never taken, it is no method that a dynamic call could reach, and there
 * is a caller. A target keeps nothing when its summary neither leaks, returns, stores, passes on nor calls what its parameters lead to. */
#pragma once
#include "constraints/lower.h"
#include "constraints/solution.h"

/* What became of the residual calls of @fn at one of its callers. */
struct sp_settle_note
{
  gir_fn fn;
  gir_fn via; /* left to the callers of this function; GIR_INVALID: unsafe */
};
typedef VEC (struct sp_settle_note) sp_settle_notes;

/* What is known of all functions, in one pass. */
struct sp_settling
{
  const GirProgram *program;
  struct sp_summary *const *summaries; /* by function; NULL: an unknown callee */
  const bool *modelled;                /* by function: the table of models speaks for it */
  bool closed;                         /* no code out of sight calls in */
};

/* Notes what became of the residual calls of the functions that @fn calls, from the last run of its analysis; @complete: it
 * ended; where it did not, @l may be NULL. */
void sp_settle_note (const struct sp_settling *s, gir_fn fn, const struct sp_lowering *l, const struct sp_solution *model, bool complete,
                     sp_settle_notes *notes);
/* From the notes on all functions that are analysed, in @n parts: which functions' residual calls only borrow, in @settled by function. In
 * @unsure (may be NULL): those whose callers are all known although that was not to be seen. */
void sp_settle (const struct sp_settling *s, const sp_settle_notes *const *notes, unsigned n, bool *settled, bool *unsure);
