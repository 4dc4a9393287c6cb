/* What dynamic calls may call, where the program says so: a type-flow analysis of functions and interfaces.
 *
 * Variable type analysis (Sundaresan et al. 2000) with fields told apart by their structs' types: a node for each register, parameter and
 * result that is a func or an interface, for each such unexported package variable and unexported field, and for each local variable that
 * closures share; edges where one is assigned to the other. What a node may hold are functions, or the dynamic types of an interface; it
 * is open where something may come in that was not seen: from memory that is none of these, from callers or callees that are not known,
 * and for fields wherever memory is seen through another layout (papers/rules.md, Callees). */
#pragma once
#include "base/vec.h"
#include "frontend/gir.h"

struct sp_callees
{
  uint32_t *first; /* by function: number of its first instruction */
  uint32_t *of;    /* by instruction: the set of what its call may call, 0 where that is not known */
  u32_vec begin;   /* by set, and one more: its first member */
  u32_vec members; /* sorted: functions, or for calls of methods the dynamic types */
  u32_vec methods; /* by set: whether it is of types */
};

/* @closed: no code out of sight calls in. Calls of more than @most targets are not known. */
struct sp_callees *sp_callees_new (const GirProgram *p, bool closed, uint32_t most);
void sp_callees_free (struct sp_callees *c);

/* The set of call instruction @instr of @fn; 0 where it is not known. @c may be NULL: nothing is. */
static inline uint32_t
sp_callees_of (const struct sp_callees *c, gir_fn fn, uint32_t instr)
{
  return c ? c->of[c->first[fn] + instr] : 0;
}
/* How many members the set has. */
static inline uint32_t
sp_callees_size (const struct sp_callees *c, uint32_t set)
{
  return c->begin.data[set + 1] - c->begin.data[set];
}
/* The function that member @k of @set means, for a method called @name; GIR_INVALID where a type does not have it. */
gir_fn sp_callees_function (const struct sp_callees *c, const GirProgram *p, uint32_t set, uint32_t k, gir_str name);
/* @set, if it is one for calls of functions, or of @methods; else 0. */
static inline uint32_t
sp_callees_checked (const struct sp_callees *c, uint32_t set, bool methods)
{
  return c && set < c->methods.size && c->methods.data[set] == methods ? set : 0;
}
