/* All of Z3 behind one type: a region owns a context, hands out solvers for Horn clauses over Booleans, and takes everything back when it
 * is freed. */
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
