/* Which residual calls of a function are one call of its summary: calls of the same, and the later ones of a chain of calls that each call
 * what the one before gave back. The summary says of a group that each of its callees may get the arguments of all: coarser, never wrong.
 */
#pragma once
#include "constraints/lower.h"
#include "constraints/solution.h"

/* Numbers the residual calls of @l's function, whose solution is @model, in at most @max groups. Returns by call record its group, or
 * GIR_INVALID: not residual, or beyond @max; the caller frees it. *@n_groups says how many there are. */
uint32_t *sp_group_residuals (const struct sp_lowering *l, const struct sp_solution *model, uint32_t max, uint32_t *n_groups);
