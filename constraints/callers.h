/* Which functions have only callers that are in sight. */
#pragma once
#include "frontend/gir.h"

struct sp_callers
{
  bool *taken;       /* by function: its address is, or a dynamic call or reflection may find it as a method */
  bool *called;      /* by function: there is a static call */
  bool *generic;     /* by function: so may instances of generic functions that are out of sight */
  GHashTable *names; /* what such functions name (generic.h); NULL: anything */
};

void sp_callers_init (struct sp_callers *c, const GirProgram *p);
void sp_callers_done (struct sp_callers *c);
/* Whether @fn is one that other packages cannot name by Go's rules, and that a linkname or assembly names all the same. */
bool sp_callers_shown (const GirProgram *p, gir_fn fn);
/* Whether each call of @fn is static and in the program. @closed: no code out of sight calls in. */
bool sp_callers_known (const struct sp_callers *c, const GirProgram *p, gir_fn fn, bool closed);
