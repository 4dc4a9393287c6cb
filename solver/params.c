#include "solver/params.h"
#include "solver/analyse.h"

struct walk
{
  const struct sp_types *types;
  const struct gir_func *f;
  gir_fn fn;
  const struct sp_summary *s;
  struct sp_flows *flows;
  uint32_t first; /* of the function's own flows */
  bool *leaving;  /* by fresh object: it outlives the function, so that it is on the heap; else it is lent to a call */
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

/* Whether what is @level loads away from the parameter may hold pointers, by its type. */
static bool
leads_on (const struct walk *w, uint32_t param, uint32_t level)
{
  const GirProgram *p = w->types->program;
  const struct gir_type_info *t = &p->types[gir_underlying (p, w->f->params[param].type)];
  return level == 0 || (t->kind != GIR_T_PTR && t->kind != GIR_T_SLICE) || p->types[t->elem].pointers;
}

/* --- one flow ---------------------------------------------------------------------------------------- */

/* Tells whether that is news. */
static bool
note (const struct walk *w, uint32_t param, enum sp_flow_to to, uint32_t which, uint32_t level)
{
  for (uint32_t k = w->first; k < w->flows->of.size; k++)
    {
      struct sp_flow *x = &w->flows->of.data[k];
      if (x->param != param || x->to != to || x->which != which)
        continue;
      bool news = level < x->level;
      x->level = MIN (x->level, level);
      return news;
    }
  vec_push (&w->flows->of, ((struct sp_flow){ w->fn, param, to, which, level }));
  return true;
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

/* A name's path, evaluated along types: what the storage is that it leads to. */
struct storage
{
  gir_type type;     /* 0 where not known */
  bool single;       /* one object whatever the path's run-time values */
  bool elements;     /* a slice's: each cell stands for many words */
  bool in_container; /* in a map or channel, or beyond one: on the heap, as all that it leads to */
};

/* The type of the word at @offset of a value of @type, 0 where there is none. */
static gir_type
word_at (const GirProgram *p, gir_type type, uint64_t offset)
{
  type = gir_underlying (p, type);
  const struct gir_type_info *info = &p->types[type];
  if (info->kind == GIR_T_ARRAY)
    return word_at (p, info->elem, offset);
  if (info->kind != GIR_T_STRUCT)
    return offset == 0 ? type : 0;
  for (uint32_t k = info->n_fields; k > 0; k--)
    {
      const struct gir_field *f = &p->fields[info->fields + k - 1];
      if (f->offset <= offset && p->types[f->type].size > 0)
        return word_at (p, f->type, offset - f->offset);
    }
  return 0;
}

static struct storage
follow (const GirProgram *p, struct storage from, gir_type word)
{
  const struct gir_type_info *info = &p->types[word];
  switch (word ? info->kind : GIR_T_NONE)
    {
    case GIR_T_PTR: return (struct storage){ info->elem, from.single, false, from.in_container };
    case GIR_T_SLICE: return (struct storage){ info->elem, from.single, true, from.in_container };
    case GIR_T_MAP:
    case GIR_T_CHAN: return (struct storage){ .in_container = true };
    default: return (struct storage){ .in_container = from.in_container };
    }
}

static struct storage
storage_of_leaf (const struct walk *w, uint32_t leaf)
{
  const GirProgram *p = w->types->program;
  uint32_t first = 0;
  for (uint32_t k = 0; k < w->f->n_params && !w->s->collapsed; k++)
    {
      gir_type type = w->f->params[k].type;
      const struct sp_leaves *l = &w->types->fine[type];
      if (leaf < first + l->n && !l->blob)
        {
          const struct sp_leaf *x = &w->types->leaves[l->first + leaf - first];
          return follow (p, (struct storage){ type, !x->in_array, false, false }, word_at (p, type, x->offset));
        }
      first += l->n;
    }
  return (struct storage){ 0 };
}

/* The elements of a slice are one. */
static uint32_t
plain (uint32_t offset)
{
  return sp_is_step (offset) ? 0 : offset;
}

static struct storage
storage_of (const struct walk *w, uint32_t name)
{
  const struct sp_name *n = &w->s->names.data[name];
  if (n->kind == SP_NAME_PARAM)
    return storage_of_leaf (w, n->base);
  if (n->kind != SP_NAME_LOAD && n->kind != SP_NAME_BLOB)
    return (struct storage){ 0 };
  struct storage base = storage_of (w, n->base);
  const struct sp_leaf *leaf = base.type && n->kind == SP_NAME_LOAD ? sp_types_leaf_at (w->types, base.type, plain (n->offset)) : NULL;
  base.single &= leaf && !leaf->in_array && !base.elements;
  return follow (w->types->program, base, leaf ? word_at (w->types->program, base.type, plain (n->offset)) : 0);
}

/* Whether the value was read out of a map or channel. */
static bool
from_container (const struct walk *w, uint32_t name)
{
  const struct sp_name *n = &w->s->names.data[name];
  return (n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB) && storage_of (w, n->base).in_container;
}

static void flow (const struct walk *w, uint32_t what, uint32_t level, enum sp_flow_to to, uint32_t which);

/* What the function stored where the load @n reads goes where the loaded value goes. */
static void
flow_of_stored (const struct walk *w, const struct sp_name *n, uint32_t level, enum sp_flow_to to, uint32_t which)
{
  vec_foreach (const struct sp_sum_put, p, &w->s->puts)
    {
      bool read = false;
      for (uint32_t k = 0; k < p->n_to; k++)
        {
          const struct sp_ref *r = &w->s->refs.data[p->to + k];
          read |= r->name == n->base && (plain (r->offset) == plain (n->offset) || r->offset == SP_TOP || n->offset == SP_TOP);
        }
      for (uint32_t k = 0; read && k < p->n_what; k++)
        flow (w, w->s->refs.data[p->what + k].name, level, to, which);
    }
}

/* What is @level loads away from @what goes to the place, and so do the parameters whose value or content it is. */
static void
flow (const struct walk *w, uint32_t what, uint32_t level, enum sp_flow_to to, uint32_t which)
{
  struct root root = root_of (w->s, what);
  uint32_t param = root.kind == SP_NAME_PARAM ? param_of_leaf (w, root.base) : GIR_INVALID;
  if (param >= w->f->n_params || !holds_pointers (w, param) || !leads_on (w, param, root.level + level) || from_container (w, what)
      || !note (w, param, to, which, root.level + level))
    return;
  for (const struct sp_name *n = &w->s->names.data[what]; n->kind == SP_NAME_LOAD; n = &w->s->names.data[n->base])
    flow_of_stored (w, n, level++, to, which);
}

/* @what lies behind the very object that @to stands for. */
static bool
goes_back (const struct walk *w, uint32_t to, uint32_t what)
{
  bool behind = false;
  for (const struct sp_name *n = &w->s->names.data[what]; n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB;
       n = &w->s->names.data[n->base])
    behind |= n->base == to;
  return behind && storage_of (w, to).single;
}

static void
add_store (const struct walk *w, uint32_t to, uint32_t what)
{
  if (goes_back (w, to, what))
    return;
  struct root root = root_of (w->s, to);
  uint32_t which = root.kind == SP_NAME_PARAM ? param_of_leaf (w, root.base) : GIR_INVALID;
  if (root.kind == SP_NAME_RESULT || (root.kind == SP_NAME_FRESH && !w->leaving[root.base]))
    flow (w, what, 0, SP_FLOW_CALL, 0);
  else if (which < w->f->n_params && !storage_of (w, to).in_container)
    flow (w, what, 0, SP_FLOW_PARAM, which);
  else if (which >= w->f->n_params && which < w->f->n_params + w->f->n_free)
    flow (w, what, 0, SP_FLOW_CAPTURED, which);
  else
    flow (w, what, 0, SP_FLOW_HEAP, 0);
}

static void
add_rets (const struct walk *w)
{
  vec_foreach (const struct sp_sum_ret, r, &w->s->rets)
    flow (w, r->ref.name, 0, SP_FLOW_RESULT, result_of_leaf (w, r->leaf));
}

static void
add_leaks (const struct walk *w)
{
  vec_foreach (const struct sp_ref, l, &w->s->leaks)
    flow (w, l->name, 0, SP_FLOW_HEAP, 0);
  vec_foreach (const struct sp_ref, h, &w->s->holds)
    flow (w, h->name, 0, SP_FLOW_HEAP, 0);
}

static void
add_puts (const struct walk *w)
{
  vec_foreach (const struct sp_sum_put, p, &w->s->puts)
    for (uint32_t k = 0; k < p->n_to; k++)
      for (uint32_t j = 0; j < p->n_what; j++)
        add_store (w, w->s->refs.data[p->to + k].name, w->s->refs.data[p->what + j].name);
}

/* The receiver of an interface method call is passed as well; a function value that is called is not. */
static void
add_calls (const struct walk *w)
{
  vec_foreach (const struct sp_residual, r, &w->s->residuals)
    {
      for (uint32_t k = 0; r->invoke && k < r->n_callees; k++)
        flow (w, w->s->refs.data[r->callees + k].name, 0, SP_FLOW_CALL, 0);
      for (uint32_t k = 0; k < r->n_args; k++)
        flow (w, w->s->args.data[r->args + k].ref.name, 0, SP_FLOW_CALL, 0);
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
add_nowhere (const struct walk *w)
{
  for (uint32_t k = 0; k < w->f->n_params; k++)
    {
      bool found = false;
      for (uint32_t j = w->first; j < w->flows->of.size; j++)
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
  uint32_t first = flows->of.size;
  struct walk w = { .types = types, .f = &types->program->funcs[fn], .fn = fn, .s = s, .flows = flows, .first = first };
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
  add_nowhere (&w);
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
sp_flows_sort (struct sp_flows *flows, const GirProgram *p)
{
  if (flows->of.size)
    g_qsort_with_data (flows->of.data, (gint)flows->of.size, sizeof *flows->of.data, compare_places, (void *)p);
}

void
sp_flows_find (struct sp_flows *flows, const struct sp_result *result)
{
  const struct sp_job *job = result->job;
  struct sp_flows all = { 0 };
  for (uint32_t k = 0; k < result->n_flows; k++)
    vec_push (&flows->of, result->flows[k]);
  if (!job)
    return;
  for (gir_fn fn = 0; fn < job->program->n_funcs; fn++)
    if (job->wanted[fn])
      sp_flows_add (&all, job->types, fn, job->summaries[SP_PASS_MAIN][fn]);
  vec_foreach (struct sp_flow, x, &all.of)
    if (is_named (job->program, x))
      vec_push (&flows->of, *x);
  sp_flows_sort (flows, job->program);
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
