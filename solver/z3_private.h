/* What the files behind z3_region.h share; nobody else includes it. */
#pragma once
#include "solver/z3_region.h"

#include <z3.h>

struct sp_z3_region
{
  Z3_context context; /* NULL: Z3 gave none */
  Z3_sort boolean;
  GPtrArray *vars; /* of Z3_ast, referenced; reused by all solvers of the region */
  GPtrArray *nots;
  bool failed;    /* a call failed: nothing in the context is to be relied upon, and the next query takes another */
  bool exhausted; /* for want of memory: Z3 4.8.12 crashes when such a context is taken down, so it stays, and the region is of no more use
                   */
};

/* A new context that notes its errors for sp_z3_trouble; NULL where Z3 fails. @counted: objects have reference counts. */
Z3_context sp_z3_new_context (bool counted);
/* The last error on this thread since the last call, which Z3_get_error_code forgets at the next call of Z3; Z3_OK: none. */
Z3_error_code sp_z3_trouble (void);
/* Whether nothing has failed in the region so far. Ask after each call whose result another call takes: Z3 does not bear NULL. */
bool sp_z3_ok (struct sp_z3_region *r);
/* Another context if the last one failed; false: there is none. */
bool sp_z3_renew (struct sp_z3_region *r);
/* Takes a reference to a new object, at once: an unreferenced one lives until the next call only. NULL after a failure. */
Z3_ast sp_z3_keep (struct sp_z3_region *r, Z3_ast a);
