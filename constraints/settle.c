#include "constraints/settle.h"

#include "constraints/callers.h"

/* --- what a target does with its arguments ----------------------------------------------------------- */

/* A target's summary, and its parameter leaves from @lent on, which the residual call lends. */
struct lending
{
  const struct sp_summary *s;
  uint32_t lent;
};

static bool
is_lent (const struct lending *x, const struct sp_ref *ref)
{
  const struct sp_name *n = &x->s->names.data[ref->name];
  while (n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB)
    n = &x->s->names.data[n->base];
  return n->kind == SP_NAME_PARAM && n->base >= x->lent && n->base < x->s->n_param_leaves;
}

/* Whether it calls what it was lent, or what it found there: that code has captured variables or a receiver of its own to keep. */
static bool
calls_lent (const struct lending *x)
{
  vec_foreach (const struct sp_residual, r, &x->s->residuals)
    for (uint32_t k = 0; k < r->n_callees; k++)
      if (is_lent (x, &x->s->refs.data[r->callees + k]))
        return true;
  return false;
}

static bool
keeps_nothing (const struct lending *x)
{
  const struct sp_summary *s = x->s;
  if (!s || s->dropped)
    return false;
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    if (is_lent (x, &r->ref))
      return false;
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    for (uint32_t k = 0; k < p->n_what; k++)
      if (is_lent (x, &s->refs.data[p->what + k]))
        return false;
  vec_foreach (const struct sp_ref, l, &s->leaks)
    if (is_lent (x, l))
      return false;
  vec_foreach (const struct sp_ref, h, &s->holds)
    if (is_lent (x, h))
      return false;
  vec_foreach (const struct sp_sum_arg, a, &s->args)
    if (is_lent (x, &a->ref))
      return false;
  return !calls_lent (x);
}

/* --- notes ------------------------------------------------------------------------------------------- */

/* The notes of one function's run. */
struct noting
{
  const struct sp_settling *s;
  const struct sp_lowering *l;
  const struct sp_solution *model;
  sp_settle_notes *notes;
};

static void
note (struct noting *n, gir_fn fn, gir_fn via)
{
  vec_push (n->notes, ((struct sp_settle_note){ fn, via }));
}

/* The residual calls of @fn's summary happen somewhere out of sight. */
static void
note_unseen (struct noting *n, gir_fn fn)
{
  const struct sp_summary *s = n->s->summaries[fn];
  note (n, fn, GIR_INVALID);
  for (uint32_t k = 0; s && k < s->origin_fns.size; k++)
    note (n, s->origin_fns.data[k], GIR_INVALID);
}

static gir_fn
target_function (const struct noting *n, const struct sp_call *c, uint32_t cell)
{
  const struct sp_universe *u = &n->l->universe;
  const GirProgram *p = n->s->program;
  struct sp_cell x = sp_universe_cell_at (u, cell);
  if (c->kind != SP_CALL_INVOKE)
    return sp_universe_at (u, x.object)->code;
  if (x.tag <= SP_TAG_ANY)
    return GIR_INVALID;
  return gir_find_method (p, x.tag - SP_TAG_TYPE (0), c->method);
}

struct target_check
{
  const struct noting *noting;
  const struct sp_call *call;
  bool ok;
};

/* The receiver of a method that is called through an interface is what the call found beyond its frame: no frame lends it, and what a frame
 * stores there is gone anyway. */
static uint32_t
receiver_leaves (const struct noting *n, const struct sp_call *c, gir_fn fn)
{
  const struct gir_func *f = &n->s->program->funcs[fn];
  const struct sp_types *types = n->l->env->types;
  const struct sp_leaves *leaves = n->s->summaries[fn] && n->s->summaries[fn]->collapsed ? types->collapsed : types->fine;
  return c->kind == SP_CALL_INVOKE && f->n_params ? leaves[f->params[0].type].n : 0;
}

/* A target that is no function is residual again, the next caller's business, or nothing that can be called. */
static void
check_target (void *data, uint32_t cell)
{
  struct target_check *t = data;
  gir_fn fn = target_function (t->noting, t->call, cell);
  if (fn == GIR_INVALID)
    return;
  struct lending x = { t->noting->s->summaries[fn], receiver_leaves (t->noting, t->call, fn) };
  t->ok &= keeps_nothing (&x);
}

static bool
targets_keep_nothing (const struct noting *n, uint32_t call)
{
  struct target_check t = { n, &n->l->calls.data[call], true };
  sp_solution_foreach (n->model, SP_P_target, call, check_target, &t);
  return t.ok;
}

static void
note_residual (struct noting *n, gir_fn fn, uint32_t call)
{
  const struct sp_call *c = &n->l->calls.data[call];
  bool safe = !c->unknown && targets_keep_nothing (n, call);
  for (uint32_t k = 0; k < c->n_origins; k++)
    {
      gir_fn origin = n->l->origin_fns.data[c->origins + k];
      if (!safe)
        note (n, origin, GIR_INVALID);
      else if (c->residual)
        note (n, origin, fn);
    }
}

/* The callees of an instruction whose instance the analysis does not have. */
static void
note_skipped (struct noting *n, gir_fn fn, bool all)
{
  const struct gir_func *f = &n->s->program->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      const struct gir_instr *x = &f->instrs[i];
      bool handed_over = x->mode == GIR_CALL_GO || (x->mode == GIR_CALL_DEFER && gir_operand_kind (x->aux2) != GIR_NONE);
      if (x->op == GIR_OP_CALL && gir_operand_kind (f->operands[x->args]) == GIR_FUNC && (all || handed_over))
        note_unseen (n, gir_operand_index (f->operands[x->args]));
    }
}

void
sp_settle_note (const struct sp_settling *s, gir_fn fn, const struct sp_lowering *l, const struct sp_solution *model, bool complete,
                sp_settle_notes *notes)
{
  struct noting n = { s, l, model, notes };
  const struct sp_summary *own = s->summaries[fn];
  SP_CHECK (l || !complete);
  note_skipped (&n, fn, !complete);
  if (!complete || !own || own->dropped || own->crowded)
    {
      note_unseen (&n, fn);
      for (uint32_t k = 0; l && k < l->origin_fns.size; k++)
        note (&n, l->origin_fns.data[k], GIR_INVALID);
    }
  for (uint32_t k = 0; complete && k < l->calls.size; k++)
    {
      const struct sp_call *c = &l->calls.data[k];
      if (c->depth > 0)
        note_residual (&n, fn, k);
      else if (c->kind == SP_CALL_STATIC && c->unknown)
        note_unseen (&n, c->callee);
    }
}

/* --- known callers ----------------------------------------------------------------------------------- */

/* The table speaks for these functions: what their bodies call, nobody sees. */
static void
unsettle_modelled (const struct sp_settling *s, bool *settled)
{
  const GirProgram *p = s->program;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t i = 0; s->modelled[fn] && i < p->funcs[fn].n_operands; i++)
      {
        gir_operand x = p->funcs[fn].operands[i];
        if (gir_operand_kind (x) != GIR_FUNC)
          continue;
        const struct sp_summary *callee = s->summaries[gir_operand_index (x)];
        settled[gir_operand_index (x)] = false;
        for (uint32_t k = 0; callee && k < callee->origin_fns.size; k++)
          settled[callee->origin_fns.data[k]] = false;
      }
}

/* Whether the function may have calls that only its callers know: a summary beyond a budget has lost them. */
static bool
leaves_calls (const struct sp_summary *s)
{
  return !s || s->residuals.size > 0 || s->tainted;
}

void
sp_settle (const struct sp_settling *s, const sp_settle_notes *const *notes, unsigned n, bool *settled, bool *unsure)
{
  const GirProgram *p = s->program;
  struct sp_callers c;
  sp_callers_init (&c, p);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    settled[fn] = s->summaries[fn] && s->summaries[fn]->residuals.size > 0 && sp_callers_known (&c, p, fn, s->closed);
  for (unsigned k = 0; k < n; k++)
    vec_foreach (const struct sp_settle_note, x, notes[k])
      if (x->via == GIR_INVALID || !sp_callers_known (&c, p, x->via, s->closed))
        settled[x->fn] = false;
  unsettle_modelled (s, settled);
  /* All callers are known, yet what the callees do was not followed: whoever follows it may well know better. */
  for (gir_fn fn = 0; unsure && fn < p->n_funcs; fn++)
    unsure[fn] = leaves_calls (s->summaries[fn]) && !settled[fn] && sp_callers_known (&c, p, fn, s->closed);
  sp_callers_done (&c);
}
