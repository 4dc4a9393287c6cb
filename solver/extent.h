/* The typed universe as finite relations, for solvers that need it whole: its predicates over the cells and objects of one function's run.
 *
 * The functions (Sub, Base, Tag, Untag, As, Content) have the pairs that the native run asked for (sp_ground_record): all that can matter
 * if it forgot nothing. A solver that derives more runs into a hole, where the function is not given; it has to say so (z3_datalog.c,
 * export). The tests (Foreign, Strong, ...) and At, Obj, Cell are given for all cells; Fits and Match for all cells and types, where a rule
 * names them. Differ holds for nearly all pairs, so its complement stands in its place: `Same`, at most one pair a cell. */
#pragma once
#include "solver/ground.h"

typedef void (*sp_extent_func) (void *data, const uint32_t *tuple);
/* Whether @pred is given by its complement, which is to be negated. */
bool sp_extent_is_complement (unsigned pred);
/* The name of what is given for @pred: its own, or the complement's. */
const char *sp_extent_name (const struct sp_rules *rules, unsigned pred);
/* Calls @each for each tuple of the universe predicate @pred, or of its complement; in an order that is the same on every run. */
void sp_extent_each (const struct sp_ground *g, unsigned pred, sp_extent_func each, void *data);
/* Calls @each for the arguments for which the function @pred is given, whether or not it has a value. */
void sp_extent_domain (const struct sp_ground *g, unsigned pred, sp_extent_func each, void *data);
