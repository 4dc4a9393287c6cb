/* From a function's least model to its summary. */
#pragma once
#include "base/u32map.h"
#include "constraints/lower.h"
#include "solver/ground.h"

/* The summary of the function in @l, whose model is @g; NULL when it would exceed the budget. */
struct sp_summary *sp_summarise (const struct sp_lowering *l, const struct sp_ground *g, bool iterating);
/* A summary with the function's leaf counts and no effect: where recursion starts. */
struct sp_summary *sp_summary_bottom (const struct sp_types *types, gir_fn fn, bool collapsed);
