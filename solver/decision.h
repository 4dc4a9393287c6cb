/* What a solver says of the objects of one function's analysis: the common answer of all solvers. */
#pragma once
#include "solver/ground.h"
#include "solver/z3_region.h"

struct sp_decision
{
  enum sp_z3_answer answer; /* SP_Z3_SAT: decided. Otherwise nothing is proved of any object */
  uint32_t n_objects;
  bool *ideal, *go;   /* by object: on the heap under the ideal runtime, under Go's */
  uint64_t n_clauses; /* given to the solver: ground clauses, or facts and rules */
};

/* All objects of @g's universe, on the stack so far; undecided. The caller frees it. */
struct sp_decision *sp_decision_new (const struct sp_ground *g);
void sp_decision_free (struct sp_decision *d);
/* What the native model says. */
struct sp_decision *sp_decision_native (const struct sp_ground *g);
