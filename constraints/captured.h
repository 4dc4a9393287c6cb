/* Which function a captured variable holds: the one closure that is ever assigned to it.
 *
 *     visit := func(n *node) { ... visit(n.next) ... }
 *
 * Calls through such a variable are static calls (gc: ir.StaticCalleeName), wherever the closure goes that captured it. A variable has a
 * known function when it is stored to once, a closure or a function, when its address goes nowhere but into loads and into captures by
 * closures that only read it, and when one instruction alone makes the closure that captured it. */
#pragma once
#include "constraints/uses.h"
#include "frontend/flow.h"

/* The variable behind a captured one: an alloc of an enclosing function. */
struct sp_root
{
  gir_fn fn; /* GIR_INVALID when not known */
  gir_value alloc;
  bool once; /* there is one for each activation of fn: its alloc lies in no cycle */
};

struct sp_captured
{
  const struct sp_captures *captures;
  gir_fn *code;         /* by captured variable, numbered as in captures; GIR_INVALID when not known */
  struct sp_root *root; /* likewise */
};

/* @captures must outlive the result. */
struct sp_captured *sp_captured_new (const GirProgram *p, const struct sp_captures *captures);
void sp_captured_free (struct sp_captured *c);

/* The function that captured variable @k of @fn holds; GIR_INVALID when not known. */
static inline gir_fn
sp_captured_code (const struct sp_captured *c, gir_fn fn, uint32_t k)
{
  return c->code[c->captures->first[fn] + k];
}

/* Captured variable @k of @fn holds a closure of function @code. The captured variable of @fn that is the same as captured variable @j of
 * that closure; GIR_INVALID when none is for sure. Both were captured in one activation of the function that has the variable of @k: so
 * they are the same when they have the same root, and that is further out or has one instance there. */
uint32_t sp_captured_same (const GirProgram *p, const struct sp_captured *c, gir_fn fn, uint32_t k, gir_fn code, uint32_t j);

/* Edges of the call graph that operands do not show: from each function to what its captured variables hold. The caller frees *@edges. */
size_t sp_captured_edges (const GirProgram *p, const struct sp_captured *c, struct gir_edge **edges);
