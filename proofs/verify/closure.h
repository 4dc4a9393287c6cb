/* Whether a set of tuples is closed under the rules: the heart of the checker.
 *
 * For each rule, all ways to satisfy its body are enumerated by nested loops over indexed relations, in an order that is fixed once. The
 * head is looked up as soon as its variables are bound: from there on, only a head that is missing can make a difference. Nothing is ever
 * added to the relations. The relations of the typed universe are functions of cells.h, evaluated when their arguments are bound. */
#pragma once
#include "constraints/cells.h"
#include "constraints/rules.h"

struct sp_closure;

/* A rule instance whose body holds and whose head does not: the values of the rule's variables. */
struct sp_violation
{
  const struct sp_rule *rule;
  uint32_t env[SP_MAX_VARS];
};

/* @relations by predicate, initialised and empty: they get the indices that are needed. Both arguments must outlive the result. */
struct sp_closure *sp_closure_new (const struct sp_rules *rules, struct sp_relation *relations);
void sp_closure_free (struct sp_closure *c);
/* Whether the relations are closed; else one instance that fails. @universe gets the cells that the rules ask for. */
bool sp_closure_holds (const struct sp_closure *c, struct sp_universe *universe, struct sp_violation *violation);
