/* What the Go compiler ("gc") knows of local variables before it analyses escapes: which assignments there are, whether the address is
 * taken, how closures capture them, and how deep in loops they are declared. From it follow the callees and the concrete types that gc
 * finds out for itself (ir.StaticValue and the devirtualiser of Go 1.26, cmd/compile/internal/{ir,devirtualize}).
 *
 * All of it is read off the program in naive form, before promotion: there a variable is an `alloc` with its loads and stores, and gc's
 * syntax tree can still be seen. */
#pragma once
#include "base/vec.h"
#include "frontend/gir.h"

enum gc_class
{
  GC_AUTO,
  GC_PARAM,
  GC_RESULT,
};

/* A store to a variable or to a part of it. */
struct gc_assignment
{
  gir_fn fn;
  uint32_t instr;
  uint32_t next;  /* of the same variable; GIR_INVALID */
  bool whole;     /* all of the variable */
  bool declaring; /* the variable's own declaration assigns */
};

struct gc_var
{
  gir_fn fn;
  uint32_t instr; /* the alloc; the first one of a loop variable that is made anew each time round */
  gir_type type;
  uint8_t class;  /* enum gc_class */
  uint32_t index; /* of the parameter or result */
  uint32_t depth; /* of loops around its declaration; 1 outside of any */
  bool addrtaken;
  bool captured;
  bool reassigned; /* as far as captures are concerned */
  bool by_value;   /* closures that capture it copy it */
  uint32_t first;  /* of its assignments; GIR_INVALID */
  gir_fn capture_fn;
  uint32_t capture_instr; /* where it is first captured */
};

struct gc_vars
{
  const GirProgram *program;
  VEC (struct gc_var) vars;
  VEC (struct gc_assignment) assignments;
  bool *points;          /* by type: values hold pointers to gc; pointers to memory outside of the heap (sys.NotInHeap) are none */
  bool **live;           /* by function and instruction: may run, as far as constant conditions tell; gc drops the rest beforehand */
  uint32_t **of;         /* by function and value: the variable whose address it is, GIR_INVALID */
  gir_fn *maker;         /* by function literal: the function that makes its closure, GIR_INVALID */
  uint32_t *maker_instr; /* ... and where; GIR_INVALID if it captures nothing */
};

struct gc_vars *gc_vars_new (const GirProgram *p);
void gc_vars_free (struct gc_vars *v);

/* The variable that address @x selects from, by fields and elements of arrays only; GIR_INVALID if it is none. @whole: all of it. */
uint32_t gc_vars_root (const struct gc_vars *v, gir_fn fn, gir_operand x, bool *whole);
/* The depth of loops at @pos of @fn: 1 outside of any. */
uint32_t gc_depth_at (const GirProgram *p, gir_fn fn, struct gir_pos pos);
/* Whether @a stands before @b in the text; positions that are missing stand before all. */
bool gc_pos_before (struct gir_pos a, struct gir_pos b);
/* Whether @outer is a function around the function literal @inner. */
bool gc_contains (const GirProgram *p, gir_fn outer, gir_fn inner);

/* The operand behind @x as far as gc follows variables that are assigned once, at their declaration. *@fn is the function it is in. */
gir_operand gc_static_value (const struct gc_vars *v, gir_fn *fn, gir_operand x);
/* The function that @x is known to be; GIR_INVALID. */
gir_fn gc_static_callee (const struct gc_vars *v, gir_fn fn, gir_operand x);
/* The type of the value in interface @x if gc finds only one; 0. */
gir_type gc_concrete_type (const struct gc_vars *v, gir_fn fn, gir_operand x);
/* The method that an invoke is known to call, and the receiver's *@type; GIR_INVALID. */
gir_fn gc_devirtualised (const struct gc_vars *v, gir_fn fn, const struct gir_instr *invoke, gir_type *type);
