/* A query as relations: the facts, the universe and the rules, for Datalog engines and solvers of constrained Horn clauses.
 *
 * What stands for the universe's functions is given where the native run asked (extent.h); a rule that reaches beyond derives `hole`, which
 * must be empty. `Differ` and `Apart` are the complements of `Same` and `Equal`. */
#pragma once
#include "solver/query.h"

/* The rules as a Souffle program, which reads NAME.facts for every fact and universe relation and writes heapI, heapG and hole. */
void sp_export_rules (const struct sp_rules *rules, GString *out);

/* Calls @each for every relation that is given: its name, and its tuples as tab-separated lines of numbers. */
typedef void (*sp_facts_func) (void *data, const char *name, const GString *lines);
void sp_export_facts (const struct sp_ground *g, sp_facts_func each, void *data);

/* All of it as constrained Horn clauses, SMT-LIB's logic HORN over bit vectors of 32: satisfiable if no object that @claims has on the
 * stack is forced to the heap (@heap false); or unsatisfiable if every object that @claims has on the heap is (@heap true). */
void sp_export_chc (const struct sp_query *query, const struct sp_decision *claims, bool heap, GString *out);
