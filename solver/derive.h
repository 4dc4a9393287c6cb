/* Least derivations: for each tuple of a model, the smallest tree of rule instances that derives it from facts.
 *
 * The size of a derivation is the number of rule instances in its tree; one that stands in two places of it counts twice. This is a
 * superior function in Knuth's sense (a conclusion costs more than each of its premises), so that his generalisation of Dijkstra's
 * algorithm finds the least of all tuples in one sweep over the clauses (D. E. Knuth, A generalization of Dijkstra's algorithm, Information
 * Processing Letters 6, 1977). The least number of different instances, where what is used twice counts once, is NP-hard to find:
 * papers/derivations.md. Among derivations of one size the clause that was grounded first wins: the result is the same on every run. */
#pragma once
#include "base/u32map.h"
#include "solver/ground.h"

struct sp_derivations
{
  const struct sp_ground *ground;
  uint32_t *first;  /* by predicate: the number of its first tuple; n_preds + 1 */
  uint32_t *clause; /* by tuple: the last step of its least derivation; SP_NO_TUPLE for facts and what no clause derives */
  uint64_t *size;   /* by tuple: of its least derivation; 0 for facts; saturates */
};

/* Finds the least derivation of every tuple that @g's logged clauses derive. @g, which must not change, must outlive @d. */
void sp_derivations_init (struct sp_derivations *d, const struct sp_ground *g);
void sp_derivations_done (struct sp_derivations *d);
/* The clause that ends the least derivation of @t; SP_NO_TUPLE without one. */
uint32_t sp_derivations_clause (const struct sp_derivations *d, sp_tuple t);
/* The size of the least derivation of @t; 0 for facts, UINT64_MAX for what is not derived. */
uint64_t sp_derivations_size (const struct sp_derivations *d, sp_tuple t);
/* Appends to @clauses those of the least derivation of @goal that are not in @done yet, premises before what follows from them, and adds
 * what they derive to @done. */
void sp_derivations_collect (const struct sp_derivations *d, sp_tuple goal, struct u32set *done, u32_vec *clauses);
/* The values of the variables of the rule that clause @k is an instance of; UINT32_MAX for one that stands in none of the rule's
 * relations and is no object of a cell that does: there is none in escape.dl. */
void sp_derivations_values (const struct sp_ground *g, uint32_t k, uint32_t values[SP_MAX_VARS]);
