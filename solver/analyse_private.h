/* What the analysis of one function and that of a recursive component share, beside analyse.h. */
#pragma once
#include "solver/analyse.h"

/* --- analyse.c ---------------------------------------------------------------------------------------- */

/* Tells who witnesses the run that @kind holds of @fn. */
void sp_worker_tell_of (struct sp_worker *w, enum sp_evidence_kind kind, enum sp_pass pass, gir_fn fn);
/* Takes @s, which is the job's from then on, for the summary of @fn; frees the former one. */
void sp_worker_set_summary (struct sp_worker *w, gir_fn fn, enum sp_pass pass, struct sp_summary *s);
/* The coarse summary of @fn, marked as tainted; NULL without. The caller frees. */
struct sp_summary *sp_worker_coarse_copy (const struct sp_worker *w, gir_fn fn);
/* Whether @fn may be analysed with outlines of its callees. In the main pass, what the coarse one found without them is better. */
bool sp_worker_may_outline (const struct sp_worker *w, gir_fn fn, enum sp_pass pass);
/* Runs @fn and takes its summary; tells whether the summary changed. */
bool sp_worker_update (struct sp_worker *w, gir_fn fn, enum sp_pass pass);

/* --- fixpoint.c --------------------------------------------------------------------------------------- */

/* The summaries of a recursive component: the least fixpoint from below. In the finer pass a large component starts from the coarse
 * summaries instead, which is a fixpoint from above, and is not iterated. Where the fixpoint is not reached in time, calls inside are
 * unknown. */
void sp_worker_iterate (struct sp_worker *w, const gir_fn *members, uint32_t n, enum sp_pass pass);
