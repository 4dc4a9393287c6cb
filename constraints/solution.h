/* A solution of one function's constraints: the tuples of every predicate, whoever found them. */
#pragma once
#include "base/relation.h"
#include "constraints/rules.h"

struct sp_solution
{
  const struct sp_relation *relations;  /* by predicate; those of the universe are not used */
  unsigned pt_by_value, target_by_call; /* the relations' indices on the first column */
};

/* Calls @each for every second column of the tuples of @pred (`pt` or `target`) whose first column is @key. */
typedef void (*sp_tuple_func) (void *data, uint32_t second);
void sp_solution_foreach (const struct sp_solution *s, enum sp_pred pred, uint32_t key, sp_tuple_func each, void *data);

static inline bool
sp_solution_holds (const struct sp_solution *s, enum sp_pred pred, const uint32_t *tuple)
{
  return sp_relation_find (&s->relations[pred], tuple) != SP_NO_TUPLE;
}
