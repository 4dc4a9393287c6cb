#include "solver/params.h"
#include "solver/analyse.h"

struct walk
{
  const struct sp_types *types;
  const struct gir_func *f;
  gir_fn fn;
  const struct sp_summary *s;
  struct sp_flows *flows;
  bool *leaving; /* by fresh object: it outlives the function, so that it is on the heap; else it is lent to a call */
};

/* Where a name starts: a parameter leaf, a fresh object ..., and how many loads lie between. */
struct root
{
  enum sp_name_kind kind;
  uint32_t base;
  uint32_t level;
};

static struct root
root_of (const struct sp_summary *s, uint32_t name)
{
  uint32_t level = 0;
  const struct sp_name *n = &s->names.data[name];
  for (; n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB; n = &s->names.data[n->base])
    level++;
  return (struct root){ (enum sp_name_kind)n->kind, n->base, level };
}

static struct root
root_of_ref (const struct walk *w, uint32_t ref)
{
  return root_of (w->s, w->s->refs.data[ref].name);
}

/* The parameter or captured variable that holds leaf @leaf; the captured ones follow. GIR_INVALID beyond. */
static uint32_t
param_of_leaf (const struct walk *w, uint32_t leaf)
{
  const struct sp_leaves *leaves = w->s->collapsed ? w->types->collapsed : w->types->fine;
  for (uint32_t k = 0; k < w->f->n_params + w->f->n_free; k++)
    {
      uint32_t n = leaves[w->f->params[k].type].n;
      if (leaf < n)
        return k;
      leaf -= n;
    }
  return GIR_INVALID;
}

static uint32_t
result_of_leaf (const struct walk *w, uint32_t leaf)
{
  const struct sp_leaves *leaves = w->s->collapsed ? w->types->collapsed : w->types->fine;
  for (uint32_t k = 0; k < w->f->n_results; k++)
    {
      uint32_t n = leaves[w->f->results[k].type].n;
      if (leaf < n)
        return k;
      leaf -= n;
    }
  return GIR_INVALID;
}

static bool
holds_pointers (const struct walk *w, uint32_t param)
{
  return w->types->program->types[w->f->params[param].type].pointers;
}

/* --- one flow ---------------------------------------------------------------------------------------- */

static void
note (const struct walk *w, uint32_t param, enum sp_flow_to to, uint32_t which, uint32_t level)
{
  vec_foreach (struct sp_flow, x, &w->flows->of)
    if (x->fn == w->fn && x->param == param && x->to == to && x->which == which)
      {
        x->level = MIN (x->level, level);
        return;
      }
  vec_push (&w->flows->of, ((struct sp_flow){ w->fn, param, to, which, level }));
}

/* Something that starts at @root goes to the place. */
static void
flow (const struct walk *w, struct root root, enum sp_flow_to to, uint32_t which)
{
  uint32_t param = root.kind == SP_NAME_PARAM ? param_of_leaf (w, root.base) : GIR_INVALID;
  if (param < w->f->n_params && holds_pointers (w, param))
    note (w, param, to, which, root.level);
}

/* --- fresh objects ----------------------------------------------------------------------------------- */

static bool
leave (const struct walk *w, struct root root)
{
  if (root.kind != SP_NAME_FRESH || w->leaving[root.base])
    return false;
  return w->leaving[root.base] = true;
}

static bool
put_leaves (const struct walk *w, const struct sp_sum_put *p)
{
  bool leaves = false, news = false;
  for (uint32_t k = 0; k < p->n_to; k++)
    {
      struct root to = root_of_ref (w, p->to + k);
      leaves |= to.kind != SP_NAME_FRESH || w->leaving[to.base];
    }
  for (uint32_t k = 0; leaves && k < p->n_what; k++)
    news |= leave (w, root_of_ref (w, p->what + k));
  return news;
}

/* Fresh objects that are returned, leaked, or held by memory that outlives the function. */
static void
find_leaving (struct walk *w)
{
  w->leaving = g_new0 (bool, w->s->fresh.size + 1);
  vec_foreach (const struct sp_sum_ret, r, &w->s->rets)
    leave (w, root_of (w->s, r->ref.name));
  vec_foreach (const struct sp_ref, l, &w->s->leaks)
    leave (w, root_of (w->s, l->name));
  for (bool news = true; news;)
    {
      news = false;
      vec_foreach (const struct sp_sum_put, p, &w->s->puts)
        news |= put_leaves (w, p);
    }
}

/* --- the facts of a summary -------------------------------------------------------------------------- */

static void
add_rets (const struct walk *w)
{
  vec_foreach (const struct sp_sum_ret, r, &w->s->rets)
    flow (w, root_of (w->s, r->ref.name), SP_FLOW_RESULT, result_of_leaf (w, r->leaf));
}

static void
add_leaks (const struct walk *w)
{
  vec_foreach (const struct sp_ref, l, &w->s->leaks)
    flow (w, root_of (w->s, l->name), SP_FLOW_HEAP, 0);
}

/* Whether parameter leaf @leaf stands for one word, so that it has one target. */
static bool
is_single (const struct walk *w, uint32_t leaf)
{
  const struct sp_leaves *leaves = w->s->collapsed ? w->types->collapsed : w->types->fine;
  uint32_t first = 0;
  for (uint32_t k = 0; k < w->f->n_params; k++)
    {
      const struct sp_leaves *l = &leaves[w->f->params[k].type];
      if (leaf < first + l->n)
        return !w->types->leaves[l->first + leaf - first].in_array;
      first += l->n;
    }
  return false;
}

/* @what lies behind the very object that @to stands for. */
static bool
goes_back (const struct walk *w, struct root to, struct root what)
{
  return to.kind == SP_NAME_PARAM && what.kind == SP_NAME_PARAM && to.base == what.base && to.level == 0 && what.level > 0
         && is_single (w, to.base);
}

static void
add_store (const struct walk *w, struct root to, struct root what)
{
  if (goes_back (w, to, what))
    return;
  uint32_t which = to.kind == SP_NAME_PARAM ? param_of_leaf (w, to.base) : GIR_INVALID;
  if (to.kind == SP_NAME_RESULT || (to.kind == SP_NAME_FRESH && !w->leaving[to.base]))
    flow (w, what, SP_FLOW_CALL, 0);
  else if (which < w->f->n_params)
    flow (w, what, SP_FLOW_PARAM, which);
  else if (which < w->f->n_params + w->f->n_free)
    flow (w, what, SP_FLOW_CAPTURED, which);
  else
    flow (w, what, SP_FLOW_HEAP, 0);
}

static void
add_puts (const struct walk *w)
{
  vec_foreach (const struct sp_sum_put, p, &w->s->puts)
    for (uint32_t k = 0; k < p->n_to; k++)
      for (uint32_t j = 0; j < p->n_what; j++)
        add_store (w, root_of_ref (w, p->to + k), root_of_ref (w, p->what + j));
}

/* The receiver of an interface method call is passed as well; a function value that is called is not. */
static void
add_calls (const struct walk *w)
{
  vec_foreach (const struct sp_residual, r, &w->s->residuals)
    {
      for (uint32_t k = 0; r->invoke && k < r->n_callees; k++)
        flow (w, root_of_ref (w, r->callees + k), SP_FLOW_CALL, 0);
      for (uint32_t k = 0; k < r->n_args; k++)
        flow (w, root_of (w->s, w->s->args.data[r->args + k].ref.name), SP_FLOW_CALL, 0);
    }
}

static void
add_unknown (const struct walk *w)
{
  for (uint32_t k = 0; k < w->f->n_params; k++)
    if (holds_pointers (w, k))
      note (w, k, SP_FLOW_HEAP, 0, 0);
}

/* --- a function's flows ------------------------------------------------------------------------------ */

static bool
is_implied (const struct sp_flows *flows, uint32_t first, const struct sp_flow *x)
{
  for (uint32_t k = first; k < flows->of.size && x->to != SP_FLOW_HEAP; k++)
    {
      const struct sp_flow *y = &flows->of.data[k];
      if (y->to == SP_FLOW_HEAP && y->param == x->param && y->level <= x->level)
        return true;
    }
  return false;
}

/* Drops what goes elsewhere when as much goes to the heap. */
static void
drop_implied (struct sp_flows *flows, uint32_t first)
{
  VEC (struct sp_flow) kept = { 0 };
  for (uint32_t k = first; k < flows->of.size; k++)
    if (!is_implied (flows, first, &flows->of.data[k]))
      vec_push (&kept, flows->of.data[k]);
  vec_resize (&flows->of, first);
  vec_foreach (struct sp_flow, x, &kept)
    vec_push (&flows->of, *x);
  vec_clear (&kept);
}

static void
add_nowhere (const struct walk *w, uint32_t first)
{
  for (uint32_t k = 0; k < w->f->n_params; k++)
    {
      bool found = false;
      for (uint32_t j = first; j < w->flows->of.size; j++)
        found |= w->flows->of.data[j].param == k;
      if (!found && holds_pointers (w, k))
        vec_push (&w->flows->of, ((struct sp_flow){ w->fn, k, SP_FLOW_NOWHERE, 0, 0 }));
    }
}

static int
compare_flows (const void *a, const void *b)
{
  const struct sp_flow *x = a, *y = b;
  int64_t d = (int64_t)x->param - y->param;
  if (!d)
    d = (int64_t)x->to - (int64_t)y->to;
  if (!d)
    d = (int64_t)x->which - y->which;
  return d < 0 ? -1 : d > 0;
}

void
sp_flows_add (struct sp_flows *flows, const struct sp_types *types, gir_fn fn, const struct sp_summary *s)
{
  struct walk w = { .types = types, .f = &types->program->funcs[fn], .fn = fn, .s = s, .flows = flows };
  uint32_t first = flows->of.size;
  if (s)
    {
      find_leaving (&w);
      add_rets (&w);
      add_leaks (&w);
      add_puts (&w);
      add_calls (&w);
      g_free (w.leaving);
    }
  else
    add_unknown (&w);
  drop_implied (flows, first);
  add_nowhere (&w, first);
  if (flows->of.size > first)
    qsort (flows->of.data + first, flows->of.size - first, sizeof *flows->of.data, compare_flows);
}

/* --- all functions ----------------------------------------------------------------------------------- */

static int
compare_places (const void *a, const void *b, void *data)
{
  const GirProgram *p = data;
  const struct sp_flow *x = a, *y = b;
  const struct gir_func *f = &p->funcs[x->fn], *g = &p->funcs[y->fn];
  struct gir_pos s = f->params[x->param].pos, t = g->params[y->param].pos;
  int64_t d = (int64_t)f->pkg - g->pkg;
  if (!d && s.line && t.line)
    d = strcmp (gir_string (p, p->files[s.file]), gir_string (p, p->files[t.file]));
  if (!d)
    d = (int64_t)s.line - t.line;
  if (!d)
    d = (int64_t)s.col - t.col;
  if (!d)
    d = (int64_t)x->fn - y->fn;
  return d ? (d < 0 ? -1 : 1) : compare_flows (x, y);
}

static bool
is_named (const GirProgram *p, const struct sp_flow *x)
{
  return p->funcs[x->fn].params[x->param].site == GIR_S_PARAM;
}

void
sp_flows_find (struct sp_flows *flows, const struct sp_result *result)
{
  const struct sp_job *job = result->job;
  struct sp_flows all = { 0 };
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    if (job->wanted[fn])
      sp_flows_add (&all, job->types, fn, job->summaries[SP_PASS_MAIN][fn]);
  vec_foreach (struct sp_flow, x, &all.of)
    if (is_named (job->program, x))
      vec_push (&flows->of, *x);
  if (flows->of.size)
    g_qsort_with_data (flows->of.data, (gint)flows->of.size, sizeof *flows->of.data, compare_places, (void *)job->program);
  sp_flows_clear (&all);
}

void
sp_flows_clear (struct sp_flows *flows)
{
  vec_clear (&flows->of);
}

/* --- words ------------------------------------------------------------------------------------------- */

/* Names of registers may have a number behind the variable's name. */
static char *
variable_name (const GirProgram *p, gir_str name)
{
  const char *text = gir_string (p, name);
  return g_strndup (text, strcspn (text, "."));
}

char *
sp_flow_target (const GirProgram *p, const struct sp_flow *flow)
{
  const struct gir_func *f = &p->funcs[flow->fn];
  if (flow->to == SP_FLOW_PARAM || flow->to == SP_FLOW_CAPTURED)
    return variable_name (p, f->params[flow->which].name);
  if (flow->to != SP_FLOW_RESULT)
    return g_strdup ("");
  const char *name = gir_string (p, f->results[flow->which].name);
  return *name && strcmp (name, "_") != 0 ? g_strdup (name) : g_strdup_printf ("~r%u", flow->which);
}

char *
sp_flow_words (const GirProgram *p, const struct sp_flow *flow)
{
  const struct gir_param *param = &p->funcs[flow->fn].params[flow->param];
  const char *name = gir_string (p, param->site ? param->text : param->name);
  g_autofree char *target = sp_flow_target (p, flow);
  switch (flow->to)
    {
    case SP_FLOW_HEAP: return g_strdup_printf ("leaking param%s: %s", flow->level ? " content" : "", name);
    case SP_FLOW_RESULT: return g_strdup_printf ("leaking param: %s to result %s level=%u", name, target, flow->level);
    case SP_FLOW_PARAM: return g_strdup_printf ("leaking param: %s to param %s level=%u", name, target, flow->level);
    case SP_FLOW_CAPTURED: return g_strdup_printf ("leaking param: %s to captured %s level=%u", name, target, flow->level);
    case SP_FLOW_CALL: return g_strdup_printf ("leaking param: %s to a call level=%u", name, flow->level);
    case SP_FLOW_NOWHERE: break;
    }
  return g_strdup_printf ("%s does not escape", name);
}
