/* Lowering of calls: go, defer, static and dynamic calls, and what is known of nobody's. */
#include "constraints/lower_private.h"

#include "constraints/models.h"
#include "constraints/whole.h"

static gir_operand
operand (const struct sp_lowering *l, uint32_t i, uint32_t k)
{
  return l->f->operands[l->f->instrs[i].args + k];
}

/* The leaves of an argument; constants have none. */
static struct sp_span
argument_span (struct sp_lowering *l, gir_operand x)
{
  enum gir_operand_kind kind = gir_operand_kind (x);
  if (kind == GIR_VALUE)
    return sp_operand_span (l, x, sp_operand_type (l, x));
  struct sp_span s = { l->pool.size, kind == GIR_GLOBAL || kind == GIR_FUNC };
  if (s.n)
    {
      uint32_t v = sp_operand_leaf (l, x, 0);
      vec_push (&l->pool, v);
    }
  return s;
}

/* --- unknown callees --------------------------------------------------------------------------------- */

static void
leak_span (struct sp_lowering *l, uint32_t version, struct sp_span s)
{
  for (uint32_t k = 0; k < s.n; k++)
    sp_emit (l, SP_P_Leak, version, l->pool.data[s.first + k], 0, 0);
}

static void
results_from (struct sp_lowering *l, const struct sp_call *c, uint32_t value)
{
  for (uint32_t k = 0; k < c->results.n; k++)
    sp_emit (l, SP_P_Copy, l->pool.data[c->results.first + k], value, 0, 0);
}

void
sp_unknown_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = sp_call_at (l, call);
  if (c->unknown)
    return;
  c->unknown = true;
  if (l->whole)
    sp_whole_blind (l, call, GIR_INVALID);
  for (uint32_t k = 0; k < c->n_args; k++)
    leak_span (l, c->version, l->spans.data[c->args + k]);
  if (c->value != SP_NULL_VALUE)
    sp_emit (l, SP_P_Leak, c->version, c->value, 0, 0);
  results_from (l, c, SP_UNKNOWN_VALUE);
}

void
sp_give_up_call (struct sp_lowering *l, uint32_t call)
{
  l->tainted = true;
  sp_unknown_call (l, call);
}

/* What such a call gets is out of the frame's control, and it may return anything that the caller's code could. */
void
sp_residual_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = sp_call_at (l, call);
  if (l->limits & SP_LIMIT_RESIDUALS)
    sp_unknown_call (l, call);
  if (c->residual || c->unknown)
    return;
  c->residual = true;
  for (uint32_t k = 0; k < c->n_args; k++)
    for (uint32_t j = 0; j < l->spans.data[c->args + k].n; j++)
      {
        uint32_t v = l->pool.data[l->spans.data[c->args + k].first + j];
        sp_emit (l, l->deciding.settled ? SP_P_Show : SP_P_Give, c->version, v, 0, 0);
      }
  for (uint32_t k = 0; k < c->results.n; k++)
    {
      uint32_t o = sp_universe_object (&l->universe, SP_O_RESULT, call, k, NULL);
      uint32_t cell = sp_universe_cell (&l->universe, o, 0, SP_TAG_ANY);
      sp_emit (l, SP_P_Addr, l->pool.data[c->results.first + k], cell, 0, 0);
    }
}

/* --- instructions ------------------------------------------------------------------------------------ */

static uint32_t
new_record (struct sp_lowering *l, uint32_t i, uint32_t version)
{
  const struct gir_instr *x = &l->f->instrs[i];
  struct sp_call c = { .instr = i, .version = version, .repeats = l->cfg->in_cycle[l->block], .owner = l->whole ? l->whole->current : 0 };
  gir_operand callee = operand (l, i, 0);
  if (x->op == GIR_OP_INVOKE)
    {
      c.kind = SP_CALL_INVOKE;
      c.method = x->aux;
    }
  else
    c.kind = gir_operand_kind (callee) == GIR_FUNC ? SP_CALL_STATIC : SP_CALL_DYNAMIC;
  if (c.kind == SP_CALL_STATIC)
    c.callee = gir_operand_index (callee);
  else
    c.value = sp_operand_leaf (l, callee, 0);
  c.known = sp_callees_of (l->env->callees, l->fn, i);
  struct sp_span *spans = g_new (struct sp_span, x->n_args + 1);
  for (uint32_t k = 1; k < x->n_args; k++)
    spans[k] = argument_span (l, operand (l, i, k));
  c.args = l->spans.size;
  c.n_args = x->n_args - 1;
  for (uint32_t k = 1; k < x->n_args; k++)
    vec_push (&l->spans, spans[k]);
  g_free (spans);
  vec_push (&l->calls, c);
  return l->calls.size - 1;
}

static void
set_results (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = sp_call_at (l, call);
  const struct gir_instr *x = &l->f->instrs[c->instr];
  c->results = (struct sp_span){ l->pool.size, x->type ? sp_leaves_of (l, x->type)->n : 0 };
  for (uint32_t k = 0; k < c->results.n; k++)
    vec_push (&l->pool, l->start[gir_func_instr_value (l->f, c->instr)] + k);
}

/* Binds a call whose function is a closure or a function for sure: the call need not wait for the model to say so. */
static bool
start_closure (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = sp_call_at (l, call);
  uint32_t closure = SP_NULL_VALUE;
  gir_fn fn = c->kind == SP_CALL_INVOKE ? GIR_INVALID : sp_whole_static (l, operand (l, c->instr, 0), &closure);
  if (fn == GIR_INVALID)
    return false;
  c->kind = SP_CALL_STATIC;
  sp_instantiate (l, call, fn, closure, GIR_INVALID, sp_no_receiver);
  return true;
}

/* Whether the table of models says of functions of @callee's type, by the type's full name, that they keep nothing. */
static bool
keeps_nothing_by_type (const struct sp_lowering *l, gir_operand callee)
{
  const struct gir_type_info *t = &l->env->program->types[sp_operand_type (l, callee)];
  const char *name = t->kind == GIR_T_NAMED ? gir_string (l->env->program, t->name) : "";
  const struct sp_model *m = sp_model_find (name);
  return m && m->effect == SP_EFFECT_NONE && strcmp (m->name, name) == 0;
}

static void
start_call (struct sp_lowering *l, uint32_t call)
{
  if (l->whole && start_closure (l, call))
    return;
  const struct sp_call *c = sp_call_at (l, call);
  if (c->kind == SP_CALL_STATIC)
    sp_instantiate (l, call, c->callee, SP_NULL_VALUE, GIR_INVALID, sp_no_receiver);
  else if (c->value != SP_NULL_VALUE && (l->whole || c->kind == SP_CALL_INVOKE || !keeps_nothing_by_type (l, operand (l, c->instr, 0))))
    sp_emit (l, SP_P_Dynamic, call, c->value, 0, 0);
}

/* Everything that a new goroutine, or a defer of an enclosing frame, gets is beyond this frame for good. */
static void
hand_over (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  sp_next_version (l);
  for (uint32_t k = 0; k < x->n_args; k++)
    leak_span (l, l->version, argument_span (l, operand (l, i, k)));
}

/* The record of a defer that may run several times is heap storage; gc wraps calls with arguments in a closure, which can be pinned. */
static void
hold_in_record (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  uint32_t o = sp_site_object (l, i, 7, 0);
  l->universe.objects.data[o].multi = true;
  sp_emit (l, SP_P_HeapKind, o, 0, 0, 0);
  uint32_t a = sp_address (l, o, 0, SP_TAG_NONE);
  for (uint32_t k = 0; k < x->n_args; k++)
    {
      struct sp_span s = argument_span (l, operand (l, i, k));
      for (uint32_t j = 0; j < s.n; j++)
        sp_put (l, l->version, a, l->pool.data[s.first + j]);
    }
}

static void
lower_defer (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  if (gir_operand_kind (x->aux2) != GIR_NONE)
    {
      hand_over (l, i);
      return;
    }
  if (l->cfg->in_cycle[l->block] || x->pinned)
    hold_in_record (l, i);
  vec_push (&l->defers, i);
}

/* Whether the callee can be told to change nothing, so that the memory needs no new version. */
static bool
harmless (const struct sp_lowering *l, const struct sp_call *c)
{
  if (c->kind != SP_CALL_STATIC)
    return false;
  bool recursive;
  const struct sp_summary *s = l->env->summary (l->env->data, l->fn, c->callee, &recursive);
  return s && s->puts.size == 0 && s->leaks.size == 0 && s->residuals.size == 0;
}

void
sp_lower_call (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  /* In a whole program a call is bound at once, whenever it runs: memory that the callee can reach keeps no versions. */
  if (x->mode == GIR_CALL_GO && !l->whole)
    hand_over (l, i);
  else if (x->mode == GIR_CALL_DEFER && !l->whole)
    lower_defer (l, i);
  else
    {
      uint32_t call = new_record (l, i, l->version);
      if (!harmless (l, sp_call_at (l, call)))
        sp_next_version (l);
      sp_call_at (l, call)->version = l->version;
      set_results (l, call);
      start_call (l, call);
    }
}

/* A deferred call runs at the function's returns, and wherever it may unwind: there every memory is possible. */
static void
run_deferred (struct sp_lowering *l, uint32_t i, uint32_t version)
{
  const struct gir_instr *x = &l->f->instrs[i];
  l->instr = i;
  if (x->op == GIR_OP_BUILTIN)
    {
      for (uint32_t k = 0; x->sub == GIR_B_PANIC && k < x->n_args; k++)
        leak_span (l, version, argument_span (l, operand (l, i, k)));
      if (x->sub == GIR_B_COPY)
        sp_lower_copied (l, i, version);
      return;
    }
  uint32_t call = new_record (l, i, version);
  sp_call_at (l, call)->repeats = true;
  start_call (l, call);
}

void
sp_lower_deferred (struct sp_lowering *l)
{
  uint32_t n = l->n_versions;
  for (uint32_t k = 0; k < l->defers.size; k++)
    {
      run_deferred (l, l->defers.data[k], l->unwind);
      if (l->precision.versions)
        run_deferred (l, l->defers.data[k], l->normal);
    }
  for (uint32_t v = l->first_version; l->precision.versions && v < n; v++)
    if (v != l->unwind)
      sp_emit (l, SP_P_Join, l->unwind, v, 0, 0);
}
