/* SAT and SMT solvers that are not ours, as programs on PATH: they decide the ground clauses of a query, given on standard input. */
#pragma once

#include "solver/query.h"

struct outside;

/* NULL and @error where the program is not on PATH. The caller frees it. @name: cvc5 or cadical. */
struct outside *outside_new (const char *name, GError **error);
void outside_free (struct outside *o);
const char *outside_name (const struct outside *o);

/* For sp_options.decide, with a struct outside: two questions where the native model is confirmed, else one for each object. Undecided
 * where the program gives no answer, and beyond the clauses that it is good for. */
struct sp_decision *outside_decide (void *outside, const struct sp_query *query);
