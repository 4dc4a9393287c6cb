/* From a solution of a function's constraints to its summary. */
#pragma once
#include "base/u32map.h"
#include "constraints/lower.h"
#include "constraints/solution.h"

/* The summary of the function in @l, whose solution is @model; NULL when it would exceed the budget. @iterating: with what the next step of
 * a fixpoint needs to know of this one. The caller frees it. */
struct sp_summary *sp_summarise (const struct sp_lowering *l, const struct sp_solution *model, bool iterating);
/* A summary with the function's leaf counts and no effect: where recursion starts. */
struct sp_summary *sp_summary_bottom (const struct sp_types *types, gir_fn fn, bool collapsed);
/* From a solution @model of @l's constraints in the coarse variant: in @renewed, the sites in cycles whose objects do not outlive their
 * round. The finer pass is lowered with these. */
void sp_find_renewed (const struct sp_lowering *l, const struct sp_solution *model, u32_vec *renewed);
