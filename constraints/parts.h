/* Which types a type leads to. */
#pragma once
#include "base/vec.h"
#include "frontend/gir.h"

/* Whether values of type @t are called: funcs, and interfaces by their methods. */
static inline bool
sp_is_callable (const GirProgram *p, gir_type t)
{
  enum gir_type_kind kind = p->types[gir_underlying (p, t)].kind;
  return kind == GIR_T_FUNC || kind == GIR_T_IFACE;
}
/* Adds to @found the types that @t leads to in one step: by memory, or where @signatures by what reflection tells of types. */
void sp_parts_push (const GirProgram *p, gir_type t, bool signatures, u32_vec *found);
/* Adds to @seen, by type, the underlying types that are reached from a value of type @t, its own among them, but for what lies behind
 * interfaces and in closures; to @found those that were not there. */
void sp_parts_reach (const GirProgram *p, gir_type t, bool signatures, bool *seen, u32_vec *found);
