/* z3-datalog: Z3's fixedpoint engine runs the rules themselves over the facts and the universe of one function's analysis. Unlike z3-horn
 * it does not see the native grounder's clauses, only the facts and what the universe's functions yield; joins, recursion and the least
 * model are Z3's own. */
#pragma once
#include "solver/decision.h"

/* Decides the objects of the run that @g holds; sp_ground_record must have been on. Undecided (SP_Z3_UNKNOWN) beyond @most tuples of input
 * or @rlimit, and SP_Z3_UNSAT where Z3 derives something over a part of the universe that the native run never met, or a target of a call
 * that was not followed: a bug of either. The caller frees the decision. */
struct sp_decision *sp_datalog_decide (struct sp_z3_region *region, const struct sp_ground *g, uint64_t most, unsigned rlimit);
