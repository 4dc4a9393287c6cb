/* Calls: by name, through function values and closures, through interfaces, and by models. The call graph grows as the solver finds out
 * what may be called. */
#include "solver/baseline_private.h"

enum
{
  /* A call of more targets than this counts as unknown: finer solvers give up as well somewhere above (constraints/), and must
   * not be told off by a baseline that does not. */
  MAX_TARGETS = 16
};

static uint32_t
arg (const struct baseline *b, const struct bl_call *c, uint32_t k)
{
  return b->args.data[c->args + k];
}

static void
leak_args (struct baseline *b, const struct bl_call *c)
{
  for (uint32_t k = 0; k < c->n_args; k++)
    bl_leak (b, arg (b, c, k));
}

/* The callee itself leaks as well: a closure's code finds what it captured. */
static void
call_unknown (struct baseline *b, const struct bl_call *c)
{
  bl_leak (b, c->callee);
  leak_args (b, c);
  bl_add (b, c->result, BL_UNKNOWN);
}

/* Assembly may move words from any argument's memory to any other's: memmove. */
static void
call_noescape (struct baseline *b, const struct bl_call *c)
{
  uint32_t content = bl_node_new (b);
  bl_add (b, content, BL_UNKNOWN);
  for (uint32_t k = 0; k < c->n_args; k++)
    {
      bl_load (b, c->fn, arg (b, c, k), content);
      bl_store (b, arg (b, c, k), content);
    }
  bl_add (b, c->result, BL_UNKNOWN);
}

static void
call_atomic (struct baseline *b, const struct bl_call *c)
{
  if (c->n_args == 0)
    return;
  for (uint32_t k = 1; k < c->n_args; k++)
    bl_store (b, arg (b, c, 0), arg (b, c, k));
  bl_load (b, c->fn, arg (b, c, 0), c->result);
}

static void
call_body (struct baseline *b, const struct bl_call *c, gir_fn fn, uint32_t receiver)
{
  const struct gir_func *g = &b->p->funcs[fn];
  uint32_t n = 0;
  if (receiver != BL_NONE && g->n_params)
    bl_flow (b, receiver, bl_result (b, fn, n++));
  for (uint32_t k = 0; k < c->n_args; k++, n++)
    if (n < g->n_params)
      {
        bl_flow (b, arg (b, c, k), bl_result (b, fn, n));
        if (bl_result (b, fn, n) != BL_NONE)
          bl_load (b, c->fn, arg (b, c, k), bl_beneath (b, fn));
      }
    else
      bl_leak (b, arg (b, c, k));
  if (c->result != BL_NONE)
    bl_flow (b, bl_results (b, fn), c->result);
}

/* Call @c has target @fn; @receiver is the method's, BL_NONE for a function or where it is among the arguments. */
static void
call_function (struct baseline *b, const struct bl_call *c, gir_fn fn, uint32_t receiver)
{
  if (b->model[fn] == BL_M_BODY)
    {
      call_body (b, c, fn, receiver);
      return;
    }
  switch ((enum bl_model) (receiver == BL_NONE ? b->model[fn] : BL_M_LEAK))
    {
    case BL_M_NOESCAPE: call_noescape (b, c); break;
    case BL_M_ATOMIC: call_atomic (b, c); break;
    case BL_M_NOTHING: bl_add (b, c->result, BL_UNKNOWN); break;
    case BL_M_SAME:
      for (uint32_t k = 0; k < c->n_args; k++)
        bl_flow (b, arg (b, c, k), c->result);
      break;
    default: call_unknown (b, c); break;
    }
}

/* --- dynamic calls ----------------------------------------------------------------------------------- */

static void
meet_unknown (struct baseline *b, uint32_t call)
{
  const struct bl_call c = b->calls.data[call];
  b->calls.data[call].unknown = true;
  call_unknown (b, &c);
}

static void
meet_target (struct baseline *b, uint32_t call, uint32_t object, bool invoke)
{
  const struct bl_object o = b->objects.data[object];
  const struct bl_call c = b->calls.data[call];
  uint32_t receiver = invoke ? bl_content (b, object) : BL_NONE;
  gir_fn fn = invoke ? gir_find_method (b->p, o.code, c.method) : o.code;
  if (c.n_targets >= MAX_TARGETS || fn == GIR_INVALID)
    {
      meet_unknown (b, call);
      return;
    }
  b->calls.data[call].n_targets++;
  call_function (b, &c, fn, receiver);
}

void
bl_meet (struct baseline *b, uint32_t call, uint32_t object, bool invoke)
{
  enum bl_kind kind = b->objects.data[object].kind;
  bool fits = invoke ? kind == BL_K_BOX || kind == BL_K_TAG : kind == BL_K_CLOSURE || kind == BL_K_FUNCTION;
  /* OUTSIDE needs nothing: functions that a known caller handed over are in the set by themselves. */
  if (object == BL_UNKNOWN && !b->calls.data[call].unknown)
    meet_unknown (b, call);
  else if (fits && bl_pairs_add (&b->bound, call, object))
    meet_target (b, call, object, invoke);
}

/* --- instructions ------------------------------------------------------------------------------------ */

/* What a deferred call waits with is live until the function ends. Its record lies on the heap when there may be many (in a cycle), or when
 * it is another frame's (the body of a range over a function): A12. */
void
bl_hand_over (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  uint32_t k = 0;
  while (k + 1 < f->n_blocks && f->blocks[k + 1].first <= n)
    k++;
  bool record = i->mode == GIR_CALL_DEFER && !i->pinned && !b->cyclic[b->blocks[fn] + k] && gir_operand_kind (i->aux2) == GIR_NONE;
  for (uint32_t j = 0; j < i->n_args; j++)
    {
      uint32_t x = bl_operand (b, fn, f->operands[i->args + j]);
      if (x == BL_NONE)
        continue;
      if (record)
        bl_flow (b, x, bl_deferred (b, fn));
      else
        bl_leak (b, x);
    }
}

static uint32_t
new_call (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  struct bl_call c = { .fn = fn, .callee = BL_NONE, .result = BL_NONE, .args = b->args.size, .n_args = i->n_args - 1, .method = i->aux };
  for (uint32_t k = 1; k < i->n_args; k++)
    {
      uint32_t x = bl_operand (b, fn, f->operands[i->args + k]);
      vec_push (&b->args, x);
    }
  if (i->type && i->mode == GIR_CALL_PLAIN)
    {
      c.result = bl_result (b, fn, gir_func_instr_value (f, n));
      bl_load (b, BL_NONE, c.result, bl_beneath (b, fn));
    }
  vec_push (&b->calls, c);
  return b->calls.size - 1;
}

void
bl_lower_call (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  gir_operand callee = f->operands[i->args];
  if (i->mode != GIR_CALL_PLAIN)
    bl_hand_over (b, fn, n);
  uint32_t call = new_call (b, fn, n);
  if (i->op == GIR_OP_CALL && gir_operand_kind (callee) == GIR_FUNC)
    {
      const struct bl_call c = b->calls.data[call];
      call_function (b, &c, gir_operand_index (callee), BL_NONE);
    }
  else
    {
      uint32_t node = b->calls.data[call].callee = bl_operand (b, fn, callee);
      bl_constrain (b, node, i->op == GIR_OP_INVOKE ? BL_INVOKE : BL_CALL, call);
    }
}
