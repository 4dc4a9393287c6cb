/* All of Z3 behind one type: a region owns a context, hands out solvers for Horn clauses over Booleans and Datalog programs, and takes
 * everything back when it is freed. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct sp_z3_region;

/* One region per thread; never shared. */
struct sp_z3_region *sp_z3_region_new (void);
void sp_z3_region_free (struct sp_z3_region *r);
const char *sp_z3_version (void);

enum sp_z3_answer
{
  SP_Z3_SAT,
  SP_Z3_UNSAT,
  SP_Z3_UNKNOWN
};

/* Decides Horn clauses over the variables 0 .. @n_vars - 1. Clause i is: body[first[i] .. first[i + 1]) implies head[i]; head UINT32_MAX: a
 * contradiction. On SP_Z3_SAT, *@model holds a truth value for each variable; with the phase fixed to false it is the least model
 * (z3.md 3.1), which the caller checks.
 * @rlimit bounds the work deterministically. */
enum sp_z3_answer sp_z3_solve_horn (struct sp_z3_region *r, uint32_t n_vars, const uint32_t *heads, const uint32_t *first,
                                    const uint32_t *body, uint32_t n_clauses, unsigned rlimit, bool *model);

/* A Datalog program for Z3's fixedpoint engine: relations over 32-bit numbers, facts, rules with stratified negation. */
struct sp_z3_datalog;

enum
{
  SP_Z3_MAX_COLUMNS = 12,
  SP_Z3_MAX_ATOMS = 16,
};
struct sp_z3_atom
{
  unsigned relation;
  bool negated;                    /* not in heads; its variables occur in an atom that is not */
  uint8_t args[SP_Z3_MAX_COLUMNS]; /* variables, 0 .. 127; SP_Z3_ANY: one that occurs nowhere else */
};
#define SP_Z3_ANY 0xff

/* The caller frees it, before the region. @rlimit as above; 0: none. */
struct sp_z3_datalog *sp_z3_datalog_new (struct sp_z3_region *r, unsigned rlimit);
void sp_z3_datalog_free (struct sp_z3_datalog *d);
/* Declares a relation of 1 to SP_Z3_MAX_COLUMNS columns; returns its number. */
unsigned sp_z3_datalog_relation (struct sp_z3_datalog *d, const char *name, unsigned columns);
/* Not of a relation that is the head of a rule: Z3 forgets such facts. */
void sp_z3_datalog_fact (struct sp_z3_datalog *d, unsigned relation, const uint32_t *tuple);
/* At most SP_Z3_MAX_ATOMS atoms in the body. Z3 joins two at a time, in an order of its own: with more than two in the body it may well go
 * through products, so it is the caller who should split them. */
void sp_z3_datalog_rule (struct sp_z3_datalog *d, const char *name, const struct sp_z3_atom *head, const struct sp_z3_atom *body,
                         unsigned n_body);
/* Saturates, and calls @each for each tuple of @relation in the least model, in no particular order; SP_Z3_SAT when there is one,
 * SP_Z3_UNSAT when it is empty. The order of the columns in Z3's answer is not documented: the caller checks it by a tuple that it knows.
 */
typedef void (*sp_z3_tuple_func) (void *data, const uint32_t *tuple);
enum sp_z3_answer sp_z3_datalog_query (struct sp_z3_datalog *d, unsigned relation, sp_z3_tuple_func each, void *data);
