/* The native grounder: semi-naive evaluation of the rule table over one component's facts, with provenance.
 *
 * It computes the least model of the rules (Apt, Blair & Walker 1988) tuple by tuple: each tuple, fact or derived, is taken once, and
 * joined with those taken before, so that every ground instance of a rule is met exactly once (Bancilhon & Ramakrishnan 1986). Universe
 * predicates are functions of cells.h evaluated on demand. With logging on, each instance is kept: the ground clauses that matter, which Z3
 * decides again. */
#pragma once
#include "constraints/cells.h"
#include "constraints/rules.h"
#include "constraints/solution.h"

/* A tuple of a derived relation: the predicate in the top bits. */
typedef uint32_t sp_tuple;
enum
{
  SP_TUPLE_BITS = 25
};
static inline sp_tuple
sp_tuple_new (unsigned pred, uint32_t i)
{
  return (uint32_t)pred << SP_TUPLE_BITS | i;
}
static inline unsigned
sp_tuple_pred (sp_tuple t)
{
  return t >> SP_TUPLE_BITS;
}
static inline uint32_t
sp_tuple_index (sp_tuple t)
{
  return t & ((1u << SP_TUPLE_BITS) - 1);
}

/* A ground instance: head, rule, and the derived and fact tuples of its body. */
struct sp_clause
{
  sp_tuple head;
  uint16_t rule;
  uint16_t n_body;
  uint32_t body; /* first in clause_bodies */
};

struct sp_plan;

struct sp_ground
{
  const struct sp_rules *rules;
  struct sp_universe *universe;
  struct sp_relation *relations; /* by predicate; unused for the universe's */
  uint32_t *taken;               /* tuples of each relation that have been joined */
  struct sp_plan *plans;
  uint32_t n_plans;
  uint32_t *plans_of; /* by predicate: first plan; n_preds + 1 */
  uint64_t n_instances;
  uint64_t n_parts; /* tuples in their bodies */
  uint64_t *fired;  /* by rule and premise that completed it, SP_MAX_BODY a rule: new conclusions in all runs so far */
  uint64_t budget;  /* rule instances allowed in one run */
  uint64_t memory;  /* bytes allowed, as sp_ground_bytes counts them */
  bool logging;
  struct sp_relation *asked; /* by predicate: see sp_ground_record; NULL: not recorded */
  unsigned pt_by_value;
  unsigned target_by_call;
  VEC (struct sp_clause) clauses;
  u32_vec clause_bodies;
};

struct sp_ground *sp_ground_new (const struct sp_rules *rules, struct sp_universe *universe);
void sp_ground_free (struct sp_ground *g);
void sp_ground_reset (struct sp_ground *g);
/* From now on keeps what was asked of the universe's functions (Sub, Base, Tag, Untag, As, Content): in asked[pred] the arguments and the
 * value, SP_NO_TUPLE where there is none. This is what makes the universe finite for solvers that need it whole. */
void sp_ground_record (struct sp_ground *g);
/* Whether @pred is one of these functions. */
bool sp_ground_is_function (unsigned pred);
/* Adds a fact. */
void sp_ground_fact (struct sp_ground *g, enum sp_pred pred, uint32_t a, uint32_t b, uint32_t c, uint32_t d);
/* What tuples, cells and clauses take, as if clauses were logged: a count, the same on any machine and whatever ran before. */
uint64_t sp_ground_bytes (const struct sp_ground *g);
/* Runs to the fixpoint; false when a budget ran out (the model is then incomplete). More facts may follow, and another run. */
bool sp_ground_run (struct sp_ground *g);
/* Calls @each for every second column of the tuples of @pred (`pt` or `target`) whose first column is @key. */
void sp_ground_foreach (const struct sp_ground *g, enum sp_pred pred, uint32_t key, sp_tuple_func each, void *data);
/* The tuples found so far, as a solution; valid as long as @g. */
static inline struct sp_solution
sp_ground_solution (const struct sp_ground *g)
{
  return (struct sp_solution){ g->relations, g->pt_by_value, g->target_by_call };
}
static inline const struct sp_relation *
sp_ground_relation (const struct sp_ground *g, enum sp_pred pred)
{
  return &g->relations[pred];
}
