/* What the files behind z3_region.h share; nobody else includes it. */
#pragma once
#include "solver/z3_region.h"

#include <z3.h>

struct sp_z3_region
{
  Z3_context context;
  Z3_sort boolean;
  GPtrArray *vars; /* of Z3_ast, referenced; reused by all solvers of the region */
  GPtrArray *nots;
  bool failed; /* an API call failed: the region answers unknown from then on */
};

/* Takes a reference to a new object, at once: an unreferenced one lives until the next call only. */
Z3_ast sp_z3_keep (struct sp_z3_region *r, Z3_ast a);
