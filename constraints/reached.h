/* What a program can get to, where it is all there: functions, the types of its interfaces, the functions in its func values.
 *
 * Rapid type analysis (Bacon & Sweeney, OOPSLA 1996), for Go as golang.org/x/tools/go/callgraph/rta has it, and coarser: a function that a
 * reached one names is reached, whether it calls it or not; a type that a reached function converts to an interface may be the dynamic
 * type of any interface, and so may all that reflection makes from it (elements, fields, parameters, pointers), with all methods reached.
 * What other languages and the runtime call is reached from the start. */
#pragma once
#include "base/vec.h"
#include "frontend/gir.h"

struct sp_reached
{
  bool *functions; /* by function: the program may get to it */
  bool *types;     /* by type: may be the dynamic type of an interface */
  bool *taken;     /* by function: may be what a func value holds; NULL where that is not known */
  bool runtime;    /* the runtime's own types are among them: those of its errors */
};

/* NULL where @p is not all there: it has no main, or code that is not Go's, or that sees the runtime's own tables, may make more. */
struct sp_reached *sp_reached_new (const GirProgram *p);
void sp_reached_free (struct sp_reached *r); /* @r is not NULL */
/* Adds the types whose methods a call of a method of interface @iface may call, as long as they are fewer than @most. */
void sp_reached_types_of (const struct sp_reached *r, const GirProgram *p, gir_type iface, uint32_t most, u32_vec *types);
/* Likewise the functions that are in func values of type @type; @r knows them. */
void sp_reached_functions_of (const struct sp_reached *r, const GirProgram *p, gir_type type, uint32_t most, u32_vec *functions);
/* Whether all types that have @method are known: the errors that the runtime makes are not in a program that does not have it. */
bool sp_reached_has_all (const struct sp_reached *r, const char *method);
