/* Candidates: ground clauses over more than the native model, so that whoever solves them has to find the finer answer by himself.
 *
 * Over the native model alone every variable is true in the least model, and only "heap" is in question. Weak candidates let every store
 * leave what was there, as if there were no strong updates: what is reached only that way has variables and clauses too, all false in the
 * least model, which is the same. */
#pragma once
#include "solver/ground.h"

/* Grounds the rules over the facts of @g and survives (n, c) for every store and strong cell, within @budget instances; NULL beyond it.
 * Shares @g's rules and universe, which grows. The caller frees it. */
struct sp_ground *sp_candidates_new (const struct sp_ground *g, uint64_t budget);
