/* z3-horn: Z3 decides the ground clauses of one function's analysis again. */
#pragma once
#include "solver/decision.h"

struct sp_horn
{
  enum sp_z3_answer answer;
  bool *model;    /* by derived tuple, in the order of sp_horn_variable */
  uint32_t *base; /* by predicate: the variable of its first tuple */
  uint32_t n_vars;
  uint32_t n_clauses;
};

/* Asks Z3 for the least model of the clauses logged in @g. */
struct sp_horn *sp_horn_solve (struct sp_z3_region *region, const struct sp_ground *g, unsigned rlimit);
void sp_horn_free (struct sp_horn *h);
/* Z3's value of a tuple of the derived relation @pred; false for a tuple that no clause derives. */
bool sp_horn_holds (const struct sp_horn *h, const struct sp_ground *g, enum sp_pred pred, const uint32_t *tuple);
/* Whether Z3's model is the native least one on every derived tuple. */
bool sp_horn_is_least (const struct sp_horn *h);
/* What Z3's model says of the objects. */
struct sp_decision *sp_horn_decide (struct sp_z3_region *region, const struct sp_ground *g, unsigned rlimit);
