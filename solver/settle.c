/* Settling: verdicts of functions that call what they were given (rules.md D2, B1).
 *
 * A function that hands its own objects to a residual call (a call through a function value or interface that came from outside) must take
 * them for gone: the callee may keep them. Where all callers are known, and in each of them every target of the call keeps nothing of what
 * it gets, they are only lent. Such a function is settled, and its sites are decided again with Show in place of Give: the callee may have
 * written the objects, no more.
 *
 * All callers of f are known when f is not exported, its address is never taken, it is no method that a dynamic call could reach, and there
 * is a caller. A target keeps nothing when its summary neither leaks, returns, stores, passes on nor calls what its parameters lead to. */
#include "solver/analyse.h"

/* --- what a target does with its arguments ----------------------------------------------------------- */

static bool
from_parameter (const struct sp_summary *s, uint32_t name)
{
  const struct sp_name *n = &s->names.data[name];
  while (n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB)
    n = &s->names.data[n->base];
  return n->kind == SP_NAME_PARAM && n->base < s->n_param_leaves;
}

/* Whether it calls what it was given, or what it found there: that code has captured variables or a receiver of its own to keep. */
static bool
calls_parameter (const struct sp_summary *s)
{
  vec_foreach (const struct sp_residual, r, &s->residuals)
    for (uint32_t k = 0; k < r->n_callees; k++)
      if (from_parameter (s, s->refs.data[r->callees + k].name))
        return true;
  return false;
}

static bool
keeps_nothing (const struct sp_summary *s)
{
  if (!s || s->dropped)
    return false;
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    if (from_parameter (s, r->ref.name))
      return false;
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    for (uint32_t k = 0; k < p->n_what; k++)
      if (from_parameter (s, s->refs.data[p->what + k].name))
        return false;
  vec_foreach (const struct sp_ref, l, &s->leaks)
    if (from_parameter (s, l->name))
      return false;
  vec_foreach (const struct sp_ref, h, &s->holds)
    if (from_parameter (s, h->name))
      return false;
  vec_foreach (const struct sp_sum_arg, a, &s->args)
    if (from_parameter (s, a->ref.name))
      return false;
  return !calls_parameter (s);
}

/* --- notes ------------------------------------------------------------------------------------------- */

static void
note (struct sp_worker *w, enum sp_pass pass, gir_fn fn, gir_fn via)
{
  vec_push (&w->notes[pass], ((struct sp_settle_note){ fn, via }));
}

/* The residual calls of @fn's summary happen somewhere out of sight. */
static void
note_unseen (struct sp_worker *w, enum sp_pass pass, gir_fn fn)
{
  const struct sp_summary *s = w->job->summaries[pass][fn];
  note (w, pass, fn, GIR_INVALID);
  for (uint32_t k = 0; s && k < s->origin_fns.size; k++)
    note (w, pass, s->origin_fns.data[k], GIR_INVALID);
}

static gir_fn
target_function (const struct sp_worker *w, const struct sp_call *c, uint32_t cell)
{
  const struct sp_universe *u = &w->lowering.universe;
  const GirProgram *p = w->job->program;
  struct sp_cell x = sp_universe_cell_at (u, cell);
  if (c->kind != SP_CALL_INVOKE)
    return sp_universe_at (u, x.object)->code;
  if (x.tag <= SP_TAG_ANY)
    return GIR_INVALID;
  const struct gir_type_info *t = &p->types[x.tag - SP_TAG_TYPE (0)];
  for (uint32_t k = 0; t->mset != GIR_INVALID && k < t->n_mset; k++)
    if (p->methods[t->mset + k].name == c->method)
      return p->methods[t->mset + k].fn;
  return GIR_INVALID;
}

struct target_check
{
  const struct sp_worker *w;
  const struct sp_call *call;
  enum sp_pass pass;
  bool ok;
};

/* A target that is no function is residual again, the next caller's business, or nothing that can be called. */
static void
check_target (void *data, uint32_t cell)
{
  struct target_check *t = data;
  gir_fn fn = target_function (t->w, t->call, cell);
  if (fn != GIR_INVALID && !keeps_nothing (t->w->job->summaries[t->pass][fn]))
    t->ok = false;
}

static bool
targets_keep_nothing (const struct sp_worker *w, enum sp_pass pass, uint32_t call)
{
  struct target_check t = { w, &w->lowering.calls.data[call], pass, true };
  sp_ground_foreach (w->ground, SP_P_target, call, check_target, &t);
  return t.ok;
}

static void
note_residual (struct sp_worker *w, gir_fn fn, enum sp_pass pass, uint32_t call)
{
  const struct sp_call *c = &w->lowering.calls.data[call];
  bool safe = !c->unknown && targets_keep_nothing (w, pass, call);
  for (uint32_t k = 0; k < c->n_origins; k++)
    {
      gir_fn origin = w->lowering.origin_fns.data[c->origins + k];
      if (!safe)
        note (w, pass, origin, GIR_INVALID);
      else if (c->residual)
        note (w, pass, origin, fn);
    }
}

/* The callees of an instruction whose instance the analysis does not have. */
static void
note_skipped (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool all)
{
  const struct gir_func *f = &w->job->program->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      const struct gir_instr *x = &f->instrs[i];
      bool handed_over = x->mode == GIR_CALL_GO || (x->mode == GIR_CALL_DEFER && gir_operand_kind (x->aux2) != GIR_NONE);
      if (x->op == GIR_OP_CALL && gir_operand_kind (f->operands[x->args]) == GIR_FUNC && (all || handed_over))
        note_unseen (w, pass, gir_operand_index (f->operands[x->args]));
    }
}

void
sp_settle_note (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool complete)
{
  const struct sp_summary *own = w->job->summaries[pass][fn];
  note_skipped (w, fn, pass, !complete);
  if (!complete || !own || own->dropped)
    {
      note_unseen (w, pass, fn);
      for (uint32_t k = 0; k < w->lowering.origin_fns.size; k++)
        note (w, pass, w->lowering.origin_fns.data[k], GIR_INVALID);
    }
  for (uint32_t k = 0; complete && k < w->lowering.calls.size; k++)
    {
      const struct sp_call *c = &w->lowering.calls.data[k];
      if (c->depth > 0)
        note_residual (w, fn, pass, k);
      else if (c->kind == SP_CALL_STATIC && c->unknown)
        note_unseen (w, pass, c->callee);
    }
}

/* --- known callers ----------------------------------------------------------------------------------- */

struct callers
{
  bool *taken;  /* by function: its address is */
  bool *called; /* by function: there is a static call */
};

/* Dynamic calls reach a method by its name. */
static void
take_methods (const GirProgram *p, struct callers *c)
{
  bool *invoked = g_new0 (bool, p->n_strings + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t i = 0; i < p->funcs[fn].n_instrs; i++)
      if (p->funcs[fn].instrs[i].op == GIR_OP_INVOKE)
        invoked[p->funcs[fn].instrs[i].aux] = true;
  for (uint32_t k = 0; k < p->n_methods; k++)
    {
      const char *name = gir_string (p, p->methods[k].name);
      bool by_reflection = strchr (name, '.') == NULL;
      c->taken[p->methods[k].fn] |= by_reflection || invoked[p->methods[k].name];
    }
  g_free (invoked);
}

static void
take_operands (const GirProgram *p, gir_fn fn, struct callers *c)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    for (uint32_t k = 0; k < f->instrs[i].n_args; k++)
      {
        gir_operand x = f->operands[f->instrs[i].args + k];
        if (gir_operand_kind (x) != GIR_FUNC)
          continue;
        if (k == 0 && f->instrs[i].op == GIR_OP_CALL)
          c->called[gir_operand_index (x)] = true;
        else
          c->taken[gir_operand_index (x)] = true;
      }
}

static void
find_callers (const GirProgram *p, struct callers *c)
{
  c->taken = g_new0 (bool, p->n_funcs + 1);
  c->called = g_new0 (bool, p->n_funcs + 1);
  take_methods (p, c);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    take_operands (p, fn, c);
  for (uint32_t k = 0; k < p->n_links; k++)
    c->taken[p->links[k].fn] = true;
}

static bool
callers_known (const GirProgram *p, const struct callers *c, gir_fn fn, bool closed)
{
  const struct gir_func *f = &p->funcs[fn];
  const char *name = gir_string (p, f->name);
  bool entry = f->kind == GIR_F_INIT || g_str_has_suffix (name, ".main") || g_str_has_suffix (name, ".init");
  bool outside = f->exported && (!closed || entry || f->linkname);
  return !outside && !c->taken[fn] && c->called[fn];
}

/* The table speaks for these functions: what their bodies call, nobody sees. */
static void
unsettle_modelled (struct sp_job *job, unsigned pass)
{
  const GirProgram *p = job->program;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t i = 0; job->modelled[fn] && i < p->funcs[fn].n_operands; i++)
      {
        gir_operand x = p->funcs[fn].operands[i];
        if (gir_operand_kind (x) != GIR_FUNC)
          continue;
        const struct sp_summary *s = job->summaries[pass][gir_operand_index (x)];
        job->settled[pass][gir_operand_index (x)] = false;
        for (uint32_t k = 0; s && k < s->origin_fns.size; k++)
          job->settled[pass][s->origin_fns.data[k]] = false;
      }
}

/* All callers are known, yet what the callees do was not followed: whoever follows it may well know better. */
static void
taint_unsettled (struct sp_job *job, const struct callers *c, unsigned pass, bool closed)
{
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    {
      const struct sp_summary *s = job->summaries[pass][fn];
      if ((!s || s->residuals.size > 0) && !job->settled[pass][fn] && callers_known (job->program, c, fn, closed))
        job->results[fn].tainted[pass] = true;
    }
}

void
sp_settle (struct sp_job *job, const struct sp_worker *workers, unsigned n, bool closed)
{
  const GirProgram *p = job->program;
  struct callers c;
  find_callers (p, &c);
  for (unsigned pass = 0; pass < SP_N_PASSES; pass++)
    {
      for (gir_fn fn = 0; fn < p->n_funcs; fn++)
        {
          const struct sp_summary *s = job->summaries[pass][fn];
          job->settled[pass][fn] = s && s->residuals.size > 0 && callers_known (p, &c, fn, closed);
        }
      for (unsigned k = 0; k < n; k++)
        vec_foreach (const struct sp_settle_note, x, &workers[k].notes[pass])
          if (x->via == GIR_INVALID || !callers_known (p, &c, x->via, closed))
            job->settled[pass][x->fn] = false;
      unsettle_modelled (job, pass);
      taint_unsettled (job, &c, pass, closed);
    }
  g_free (c.taken);
  g_free (c.called);
}
