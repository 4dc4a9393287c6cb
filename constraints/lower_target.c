/* Lowering of calls: the targets of dynamic ones, as the solver finds them, and all those that a call may have. */
#include "constraints/lower_private.h"

struct sp_span
sp_receiver_span (struct sp_lowering *l, gir_type type, uint32_t word, uint32_t version)
{
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  bool direct = sp_types_pointer_shaped (l->env->program, type);
  u32_vec values = { 0 };
  for (unsigned k = 0; k < leaves->n; k++)
    {
      uint32_t v = direct ? word : sp_temp (l);
      if (!direct)
        sp_load_leaf (l, version, v, word, leaves, k);
      vec_push (&values, v);
    }
  struct sp_span s = { l->pool.size, values.size };
  vec_foreach (uint32_t, v, &values)
    vec_push (&l->pool, *v);
  vec_clear (&values);
  return s;
}

static uint32_t
count_known (const struct sp_lowering *l, const struct sp_call *c)
{
  return sp_callees_size (l->env->callees, c->known);
}

static gir_fn
known_function (const struct sp_lowering *l, const struct sp_call *c, uint32_t k)
{
  return sp_callees_function (l->env->callees, l->env->program, c->known, k, c->method);
}

/* Whether all that the call may call has a summary, at a bearable cost. Where the function's own summary is made, nothing is bound so:
 * callers' summaries would grow, and budgets would take more than is gained. */
static bool
can_expand (struct sp_lowering *l, const struct sp_call *c)
{
  if (!l->deciding.expanded || !c->known)
    return false;
  if (c->depth > l->env->budgets->nesting / 2 || l->calls.size > l->env->budgets->records / 2)
    {
      l->tainted = true;
      return false;
    }
  for (uint32_t k = 0; k < count_known (l, c); k++)
    {
      gir_fn fn = known_function (l, c, k);
      bool recursive;
      if (fn == GIR_INVALID || !l->env->summary (l->env->data, l->fn, fn, &recursive))
        return false;
    }
  return true;
}

/* Binds all that the call may call, with captured variables and receivers that are known to nobody: what is called came from beyond the
 * frame, or left it. */
static void
expand_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call c = *sp_call_at (l, call);
  const struct sp_callees *known = l->env->callees;
  if (c.expanded)
    return;
  sp_call_at (l, call)->expanded = true;
  for (uint32_t k = 0; k < count_known (l, &c); k++)
    {
      struct sp_span receiver = sp_no_receiver;
      if (c.kind == SP_CALL_INVOKE)
        receiver = sp_receiver_span (l, known->members.data[known->begin.data[c.known] + k], SP_UNKNOWN_VALUE, c.version);
      sp_instantiate (l, call, known_function (l, &c, k), SP_UNKNOWN_VALUE, GIR_INVALID, receiver);
    }
}

/* A local object that is no closure is never called; that it shows up here is an effect of merged cells. */
static void
foreign_target (struct sp_lowering *l, uint32_t call, const struct sp_object *o)
{
  const struct sp_call *c = sp_call_at (l, call);
  if (sp_object_foreign (o) && (c->expanded || can_expand (l, c)))
    expand_call (l, call);
  else if (o->kind == SP_O_UNKNOWN)
    sp_unknown_call (l, call);
  else if (sp_object_foreign (o))
    sp_residual_call (l, call);
}

static void
invoke_target (struct sp_lowering *l, uint32_t call, uint32_t cell, const struct sp_object *o)
{
  struct sp_cell c = sp_universe_cell_at (&l->universe, cell);
  if (c.tag <= SP_TAG_ANY)
    {
      foreign_target (l, call, o);
      return;
    }
  gir_type type = c.tag - SP_TAG_TYPE (0);
  gir_fn fn = gir_find_method (l->env->program, type, sp_call_at (l, call)->method);
  if (fn == GIR_INVALID)
    return; /* a dynamic type without the method never gets here */
  uint32_t word = sp_temp (l);
  sp_emit (l, SP_P_Addr, word, sp_universe_base (&l->universe, cell), 0, 0);
  sp_instantiate (l, call, fn, SP_NULL_VALUE, GIR_INVALID, sp_receiver_span (l, type, word, sp_call_at (l, call)->version));
}

/* Whether two call records call the same thing in the same way: then the same target means the same function, or the same functions where
 * they are @known alone. */
static bool
same_shape (const struct sp_lowering *l, const struct sp_call *a, const struct sp_call *b, bool known)
{
  if (a->kind != b->kind || a->method != b->method || (known && a->known != b->known) || a->n_args != b->n_args
      || a->results.n != b->results.n)
    return false;
  for (uint32_t k = 0; k < a->n_args; k++)
    if (l->spans.data[a->args + k].n != l->spans.data[b->args + k].n)
      return false;
  return true;
}

/* A residual call that reaches a target which one of the calls around it has reached already is recursion: its arguments join that one's.
 */
static bool
fold_recursion (struct sp_lowering *l, uint32_t call, uint32_t cell, bool foreign)
{
  const struct sp_call *c = sp_call_at (l, call), *outer = c;
  uint32_t a = call;
  do
    {
      if (outer->depth < 2)
        return false;
      a = outer->parent;
      outer = sp_call_at (l, a);
    }
  while (!same_shape (l, c, outer, foreign) || sp_relation_find (&l->instances, (uint32_t[]){ a, cell }) == SP_NO_TUPLE);
  for (uint32_t k = 0; k < c->n_args; k++)
    for (uint32_t j = 0; j < l->spans.data[c->args + k].n; j++)
      sp_emit (l, SP_P_Copy, l->pool.data[l->spans.data[outer->args + k].first + j], l->pool.data[l->spans.data[c->args + k].first + j], 0,
               0);
  for (uint32_t k = 0; k < c->results.n; k++)
    sp_emit (l, SP_P_Copy, l->pool.data[c->results.first + k], l->pool.data[outer->results.first + k], 0, 0);
  return true;
}

/* The captured variable of this function that @o is the content of; GIR_INVALID for any other object. */
static uint32_t
captured_holder (const struct sp_lowering *l, const struct sp_object *o)
{
  if (o->kind != SP_O_CONTENT)
    return GIR_INVALID;
  uint32_t k = 0, leaf = sp_universe_at (&l->universe, sp_universe_cell_at (&l->universe, o->a).object)->a;
  while (sp_parameter_leaf (l, l->f->n_params + k) != leaf)
    SP_CHECK (++k < l->f->n_free); /* know_captured_functions: no other content has code */
  return k;
}

void
sp_lower_target (struct sp_lowering *l, uint32_t call, uint32_t cell)
{
  struct sp_call *c = sp_call_at (l, call);
  l->instr = c->instr;
  if (!l->whole && c->n_targets++ >= l->env->budgets->targets)
    {
      sp_give_up_call (l, call);
      return;
    }
  struct sp_cell x = sp_universe_cell_at (&l->universe, cell);
  struct sp_object o = *sp_universe_at (&l->universe, x.object);
  if (fold_recursion (l, call, cell, sp_object_foreign (&o)))
    return;
  sp_relation_add (&l->instances, (uint32_t[]){ call, cell }, NULL);
  if (c->kind == SP_CALL_INVOKE)
    invoke_target (l, call, cell, &o);
  else if (o.code != GIR_INVALID)
    {
      uint32_t closure = SP_NULL_VALUE;
      if (o.kind != SP_O_FUNC)
        closure = sp_address (l, x.object, 0, SP_TAG_NONE);
      sp_instantiate (l, call, o.code, closure, captured_holder (l, &o), sp_no_receiver);
    }
  else
    foreign_target (l, call, &o);
}
