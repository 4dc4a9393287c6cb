/* What the files of the lowering to gc's graph share. */
#pragma once
#include "constraints/gc_lower.h"
#include "constraints/types.h"

/* The function being lowered. */
struct gc_lower
{
  struct gc_graph *g;
  const GirProgram *p;
  const struct gc_vars *vars;
  gir_fn fn;
  const struct gir_func *f;
  uint32_t *values; /* locations by value */
  uint32_t *results;
  bool *used;              /* registers that some instruction uses */
  unsigned nesting, steps; /* of the statement at hand: programs written by hand may nest without bounds */
};

/* Where an expression's value goes: to dst after derefs dereferences (escape/graph.go: hole). */
struct gc_hole
{
  uint32_t dst;
  int derefs;
};

static inline struct gc_hole
gc_hole (uint32_t dst, int derefs)
{
  return (struct gc_hole){ dst, derefs };
}
static inline struct gc_hole
gc_shift (struct gc_hole h, int by)
{
  h.derefs += by;
  return h;
}
static inline const struct gir_instr *
gc_definition (const struct gc_lower *l, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (l->f, gir_operand_index (x)) : NULL;
}
static inline gir_operand
gc_arg (const struct gc_lower *l, const struct gir_instr *i, uint32_t k)
{
  return l->f->operands[i->args + k];
}

/* gc_lower_value.c: the location of a function literal that captures nothing; GC_BLANK for other functions. */
uint32_t gc_literal (struct gc_lower *l, gir_fn fn);
/* The value of @x flows to @h. */
void gc_flow_operand (struct gc_lower *l, struct gc_hole h, gir_operand x);
/* The location of the memory that instruction @n allocates, or of its first result. */
uint32_t gc_location_of (const struct gc_lower *l, uint32_t n);
bool gc_makes_string (const GirProgram *p, const struct gir_instr *conv);
/* The hole of a store to address @x: a variable or the heap; the pointer stored through is then written through (assign.go: addr). */
struct gc_hole gc_store_hole (struct gc_lower *l, gir_operand x);
/* Whether gc takes a store for a self-assignment that changes no lifetime (utils.go: isSelfAssign). */
bool gc_is_self_assignment (struct gc_lower *l, gir_operand address, gir_operand value);
/* A uintptr that becomes a pointer: looks for the pointer that it came from (expr.go: unsafeValue). */
void gc_flow_unsafe (struct gc_lower *l, struct gc_hole h, gir_operand x);

/* gc_lower_call.c */
void gc_lower_call (struct gc_lower *l, uint32_t n);
void gc_lower_builtin (struct gc_lower *l, uint32_t n);
/* A method value: its receiver goes to the closure and to the method. */
void gc_lower_method_value (struct gc_lower *l, uint32_t n);
