#include "constraints/summarise.h"

#include "constraints/chains.h"

/* Stores into the same set of cells. */
struct group
{
  u32_vec to; /* cells, sorted */
  VEC (struct sp_ref) what;
};

struct extraction
{
  const struct sp_lowering *l;
  const struct sp_solution *model;
  const struct sp_budgets *budgets;
  struct sp_summary *s;
  struct u32map names;   /* object -> name */
  u32_vec fresh_objects; /* objects whose contents belong to the summary */
  uint32_t fresh_done;   /* how many of them have their contents there */
  u32_vec given_up;      /* local objects that the summary calls Unknown beyond its budget: what they hold leaks */
  uint32_t given_up_done;
  struct u32set given_up_seen;
  struct sp_relation seen;      /* returned: (leaf, name, offset, tag) */
  struct sp_relation refs_seen; /* stored: (name, offset, tag) */
  struct sp_relation put_seen;  /* (group, number in refs_seen, 0) */
  VEC (struct group) groups;
  struct u32map group_of_value;
  u32_vec cells;                /* scratch */
  uint32_t data_name;           /* of the objects without pointers; GIR_INVALID before the first */
  uint32_t rest_name;           /* of the objects beyond the budget; likewise */
  struct sp_relation args_seen; /* of one residual: (argument, leaf, number in refs_seen) */
  uint32_t n_residuals;
  uint32_t *residual_of; /* by call: number of the residual, or GIR_INVALID */
};

static const struct sp_object *
object_at (const struct extraction *x, uint32_t o)
{
  return sp_universe_at (&x->l->universe, o);
}

static bool
is_lost (const struct extraction *x, uint32_t o)
{
  return sp_solution_holds (x->model, SP_P_lost, &o);
}

static bool
is_heap_kind (const struct extraction *x, uint32_t o)
{
  return sp_solution_holds (x->model, SP_P_HeapKind, &o);
}

static uint32_t
add_name (struct extraction *x, uint32_t o, enum sp_name_kind kind, uint32_t base, uint32_t offset)
{
  vec_push (&x->s->names, ((struct sp_name){ kind, base, offset }));
  u32map_put (&x->names, o, x->s->names.size - 1);
  return x->s->names.size - 1;
}

static struct sp_fresh
describe (const struct extraction *x, uint32_t o)
{
  const struct sp_object *object = object_at (x, o);
  struct sp_fresh f;
  memset (&f, 0, sizeof f);
  if (object->kind == SP_O_CLONE)
    {
      const struct sp_fresh *from = &x->l->origins.data[object->origin];
      f.fn = from->fn;
      f.instr = from->instr;
      f.sub = from->sub;
      f.depth = from->depth;
      f.recursive = from->recursive;
    }
  else
    {
      f.fn = x->l->fn;
      f.instr = object->a;
      f.sub = object->b;
    }
  f.type = object->type;
  f.code = object->code;
  f.multi = object->multi || object->renewed;
  f.collapsed = object->collapsed;
  f.heap_kind = is_heap_kind (x, o);
  f.data = object->data;
  return f;
}

static uint32_t name_of (struct extraction *x, uint32_t o);

/* The one cell of a collapsed object stands for all of them, also where the object that takes its place in the caller has several. */
static bool
anywhere (const struct extraction *x, uint32_t o)
{
  return object_at (x, o)->collapsed && !x->l->universe.collapse;
}

/* Names @o by the one fresh object *@name that stands for many, made if there is none. */
static uint32_t
name_merged (struct extraction *x, uint32_t o, bool data, uint32_t *name)
{
  if (*name == GIR_INVALID)
    {
      struct sp_fresh f;
      memset (&f, 0, sizeof f);
      f.fn = f.code = GIR_INVALID;
      f.instr = GIR_INVALID - data;
      f.multi = f.collapsed = true;
      f.data = data;
      f.depth = SP_DEEP;
      vec_push (&x->s->fresh, f);
      *name = add_name (x, o, SP_NAME_FRESH, x->s->fresh.size - 1, 0);
    }
  vec_push (&x->fresh_objects, o);
  u32map_put (&x->names, o, *name);
  return *name;
}

static void
give_up_object (struct extraction *x, uint32_t o)
{
  if (u32set_add (&x->given_up_seen, o))
    vec_push (&x->given_up, o);
}

/* An object that the summary has no room for. Calls look for a closure's code in the object, so that closures cannot be merged. */
static uint32_t
name_rest (struct extraction *x, uint32_t o)
{
  if (object_at (x, o)->code == GIR_INVALID)
    return name_merged (x, o, false, &x->rest_name);
  give_up_object (x, o);
  return add_name (x, o, SP_NAME_UNKNOWN, 0, 0);
}

static uint32_t
name_local (struct extraction *x, uint32_t o)
{
  const struct sp_object *object = object_at (x, o);
  /* Objects without pointers that come from deeper callees are told apart by nobody. */
  if (object->data && object->kind == SP_O_CLONE && !is_lost (x, o))
    return name_merged (x, o, true, &x->data_name);
  bool without = x->l->limits & SP_LIMIT_FRESH && object->kind == SP_O_CLONE;
  if (x->s->fresh.size >= x->budgets->fresh)
    x->s->hit |= SP_LIMIT_FRESH;
  if (is_lost (x, o))
    return add_name (x, o, SP_NAME_UNKNOWN, 0, 0);
  if (without || x->s->fresh.size >= x->budgets->fresh)
    return name_rest (x, o);
  struct sp_fresh f;
  memset (&f, 0, sizeof f);
  f = describe (x, o);
  vec_push (&x->s->fresh, f);
  vec_push (&x->fresh_objects, o);
  return add_name (x, o, SP_NAME_FRESH, x->s->fresh.size - 1, 0);
}

static uint32_t
name_path (struct extraction *x, uint32_t o, enum sp_name_kind kind, uint32_t owner)
{
  struct sp_cell c = sp_universe_cell_at (&x->l->universe, owner);
  uint32_t base = name_of (x, c.object);
  if (x->s->names.data[base].kind == SP_NAME_UNKNOWN)
    {
      u32map_put (&x->names, o, base); /* what Unknown leads to is Unknown */
      return base;
    }
  return add_name (x, o, kind, base, anywhere (x, c.object) ? SP_TOP : c.offset);
}

static uint32_t
name_of (struct extraction *x, uint32_t o)
{
  uint32_t known = u32map_get (&x->names, o, GIR_INVALID);
  if (known != GIR_INVALID)
    return known;
  const struct sp_object *object = object_at (x, o);
  switch ((enum sp_object_kind)object->kind)
    {
    case SP_O_PARAM: return add_name (x, o, SP_NAME_PARAM, object->a, 0);
    case SP_O_CONTENT: return name_path (x, o, SP_NAME_LOAD, object->a);
    case SP_O_BLOB: return name_path (x, o, SP_NAME_BLOB, object->a);
    case SP_O_FUNC: return add_name (x, o, SP_NAME_FUNC, object->a, 0);
    case SP_O_RESULT:
      if (x->residual_of[object->a] != GIR_INVALID)
        return add_name (x, o, SP_NAME_RESULT, x->residual_of[object->a], object->b);
      break;
    case SP_O_SITE:
    case SP_O_CLONE: return name_local (x, o);
    default: break; /* Unknown; globals are of whole programs alone */
    }
  return add_name (x, o, SP_NAME_UNKNOWN, 0, 0);
}

static uint32_t
unknown_name (struct extraction *x)
{
  return name_of (x, SP_UNKNOWN);
}

static struct sp_ref
named_ref (struct extraction *x, uint32_t cell, bool by_name)
{
  struct sp_cell c = sp_universe_cell_at (&x->l->universe, cell);
  bool lost = !by_name && object_at (x, c.object)->kind != SP_O_FUNC && is_lost (x, c.object);
  struct sp_ref r = { lost ? unknown_name (x) : name_of (x, c.object), anywhere (x, c.object) ? SP_TOP : c.offset, c.tag };
  enum sp_name_kind kind = (enum sp_name_kind)x->s->names.data[r.name].kind;
  if (kind == SP_NAME_UNKNOWN)
    r.offset = r.tag = 0;
  if (kind == SP_NAME_FUNC)
    r.offset = 0;
  return r;
}

/* A pointer to what is known everywhere is as good as Unknown: the summary says that it is lost, and Unknown stands for all that is. */
static struct sp_ref
ref_of (struct extraction *x, uint32_t cell)
{
  return named_ref (x, cell, false);
}

/* --- what the summary says --------------------------------------------------------------------------- */

/* Calls @each for every cell that value @v points to. */
typedef void (*cell_func) (struct extraction *x, uint32_t cell, uint32_t a, uint32_t b);

static void
push_cell (void *data, uint32_t cell)
{
  vec_push ((u32_vec *)data, cell);
}

static void
foreach_target (struct extraction *x, uint32_t v, cell_func each, uint32_t a, uint32_t b)
{
  u32_vec cells = { 0 };
  sp_solution_foreach (x->model, SP_P_pt, v, push_cell, &cells);
  while (cells.size)
    each (x, vec_pop (&cells), a, b);
  vec_clear (&cells);
}

static void
add_ret (struct extraction *x, uint32_t cell, uint32_t leaf, uint32_t unused)
{
  (void)unused;
  struct sp_ref r = ref_of (x, cell);
  bool fresh;
  sp_relation_add (&x->seen, (uint32_t[]){ leaf, r.name, r.offset, r.tag }, &fresh);
  if (fresh)
    vec_push (&x->s->rets, ((struct sp_sum_ret){ leaf, r }));
}

/* The group of stores to exactly the cells @to (sorted); made if new. */
static uint32_t
group_of (struct extraction *x, const u32_vec *to)
{
  for (uint32_t k = 0; k < x->groups.size; k++)
    if (x->groups.data[k].to.size == to->size && memcmp (x->groups.data[k].to.data, to->data, to->size * sizeof *to->data) == 0)
      return k;
  struct group g = { 0 };
  vec_foreach (uint32_t, cell, to)
    vec_push (&g.to, *cell);
  vec_push (&x->groups, g);
  return x->groups.size - 1;
}

static void
add_to_group (struct extraction *x, uint32_t cell, uint32_t group, uint32_t unused)
{
  (void)unused;
  struct sp_ref r = ref_of (x, cell);
  uint32_t value = sp_relation_add (&x->refs_seen, (uint32_t[]){ r.name, r.offset, r.tag }, NULL);
  bool fresh;
  sp_relation_add (&x->put_seen, (uint32_t[]){ group, value, 0 }, &fresh);
  if (fresh)
    vec_push (&x->groups.data[group].what, r);
}

static void
add_callee (struct extraction *x, uint32_t cell, uint32_t a, uint32_t b)
{
  (void)a, (void)b;
  struct sp_object o = *object_at (x, sp_universe_cell_at (&x->l->universe, cell).object);
  if (!sp_object_foreign (&o) || o.kind == SP_O_UNKNOWN)
    return;
  struct sp_ref r = named_ref (x, cell, true);
  struct sp_residual *residual = &vec_last (&x->s->residuals);
  for (uint32_t k = 0; k < residual->n_callees; k++)
    {
      const struct sp_ref *known = &x->s->refs.data[residual->callees + k];
      if (known->name == r.name && known->offset == r.offset && known->tag == r.tag)
        return;
    }
  vec_push (&x->s->refs, r);
  residual->n_callees++;
}

static void
add_arg (struct extraction *x, uint32_t cell, uint32_t arg, uint32_t leaf)
{
  struct sp_ref r = ref_of (x, cell);
  uint32_t value = sp_relation_add (&x->refs_seen, (uint32_t[]){ r.name, r.offset, r.tag }, NULL);
  bool fresh;
  sp_relation_add (&x->args_seen, (uint32_t[]){ arg, leaf, value }, &fresh);
  if (!fresh)
    return;
  vec_push (&x->s->args, ((struct sp_sum_arg){ arg, leaf, r }));
  vec_last (&x->s->residuals).n_args++;
}

static int
compare_u32 (const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void
number_residuals (struct extraction *x)
{
  x->residual_of = sp_group_residuals (x->l, x->model, x->budgets->residuals, &x->n_residuals);
  for (uint32_t k = 0; k < x->l->calls.size; k++)
    if (x->l->calls.data[k].residual && x->residual_of[k] == GIR_INVALID)
      {
        x->s->dropped = true;
        x->s->hit |= SP_LIMIT_RESIDUALS;
      }
}

static void
start_residual (struct extraction *x, const struct sp_call *c)
{
  struct sp_residual r;
  memset (&r, 0, sizeof r);
  r.invoke = c->kind == SP_CALL_INVOKE;
  r.method = c->method;
  r.known = c->known;
  r.n_results = c->results.n;
  r.callees = x->s->refs.size;
  r.args = x->s->args.size;
  r.spans = x->s->counts.size;
  r.n_spans = c->n_args;
  r.origins = x->s->origin_fns.size;
  vec_push (&x->s->residuals, r);
  for (uint32_t k = 0; k < c->n_args; k++)
    vec_push (&x->s->counts, x->l->spans.data[c->args + k].n);
}

static void
add_origin (struct extraction *x, gir_fn fn)
{
  struct sp_residual *r = &vec_last (&x->s->residuals);
  for (uint32_t k = 0; k < r->n_origins; k++)
    if (x->s->origin_fns.data[r->origins + k] == fn)
      return;
  if (r->n_origins == x->budgets->origins)
    {
      x->s->crowded = true;
      return;
    }
  vec_push (&x->s->origin_fns, fn);
  r->n_origins++;
}

/* Whose frames may hand something over in call @c: none where its arguments hold no pointers. */
static void
add_origins (struct extraction *x, const struct sp_call *c)
{
  unsigned leaves = 0;
  for (uint32_t k = 0; k < c->n_args; k++)
    leaves += x->l->spans.data[c->args + k].n;
  if (leaves == 0)
    return;
  add_origin (x, x->l->fn);
  for (uint32_t j = 0; j < c->n_origins; j++)
    add_origin (x, x->l->origin_fns.data[c->origins + j]);
}

static void
add_arguments (struct extraction *x, const struct sp_call *c)
{
  for (uint32_t k = 0; k < c->n_args; k++)
    {
      struct sp_span s = x->l->spans.data[c->args + k];
      for (uint32_t j = 0; j < s.n; j++)
        foreach_target (x, x->l->pool.data[s.first + j], add_arg, k, j);
    }
}

static void
add_leak (struct extraction *x, uint32_t cell, uint32_t a, uint32_t b)
{
  (void)a, (void)b;
  struct sp_ref r = ref_of (x, cell);
  enum sp_name_kind kind = (enum sp_name_kind)x->s->names.data[r.name].kind;
  if (kind != SP_NAME_UNKNOWN && kind != SP_NAME_FUNC)
    vec_push (&x->s->leaks, r);
}

/* Residual calls beyond the budget are unknown calls for the callers. */
static void
drop_residuals (struct extraction *x)
{
  for (uint32_t k = 0; k < x->l->calls.size; k++)
    {
      const struct sp_call *c = &x->l->calls.data[k];
      if (!c->residual || x->residual_of[k] != GIR_INVALID)
        continue;
      foreach_target (x, c->value, add_leak, 0, 0);
      for (uint32_t i = 0; i < c->n_args; i++)
        for (uint32_t j = 0; j < x->l->spans.data[c->args + i].n; j++)
          foreach_target (x, x->l->pool.data[x->l->spans.data[c->args + i].first + j], add_leak, 0, 0);
    }
}

static void
add_residuals (struct extraction *x)
{
  for (uint32_t r = 0; r < x->n_residuals; r++)
    {
      bool started = false;
      sp_relation_clear (&x->args_seen);
      for (uint32_t k = 0; k < x->l->calls.size; k++)
        {
          if (x->residual_of[k] != r)
            continue;
          if (!started)
            start_residual (x, &x->l->calls.data[k]);
          started = true;
          if (x->l->calls.data[k].known != vec_last (&x->s->residuals).known)
            vec_last (&x->s->residuals).known = 0; /* several calls: not worth a residual call each */
          foreach_target (x, x->l->calls.data[k].value, add_callee, 0, 0);
          add_origins (x, &x->l->calls.data[k]);
          add_arguments (x, &x->l->calls.data[k]);
        }
    }
}

/* What lies beneath a lost object is lost with it. */
static bool
reached_by_lost (const struct extraction *x, const struct sp_object *object)
{
  if (object->kind != SP_O_CONTENT && object->kind != SP_O_BLOB)
    return false;
  uint32_t owner = sp_universe_cell_at (&x->l->universe, object->a).object;
  return sp_object_foreign (object_at (x, owner)) && is_lost (x, owner);
}

static void
add_leaks (struct extraction *x)
{
  const struct sp_relation *lost = &x->model->relations[SP_P_lost];
  for (uint32_t t = 0; t < lost->n; t++)
    {
      uint32_t o = sp_relation_tuple (lost, t)[0];
      const struct sp_object *object = object_at (x, o);
      if (!sp_object_foreign (object) || reached_by_lost (x, object))
        continue;
      uint32_t name = name_of (x, o);
      if (x->s->names.data[name].kind != SP_NAME_UNKNOWN)
        vec_push (&x->s->leaks, ((struct sp_ref){ name, 0, 0 }));
    }
}

/* What came from outside and lies in heap storage of this function, or of a callee, for a while. */
static void
add_holds (struct extraction *x)
{
  const struct sp_relation *held = &x->model->relations[SP_P_held];
  for (uint32_t t = 0; t < held->n; t++)
    {
      uint32_t o = sp_relation_tuple (held, t)[0];
      const struct sp_object *object = object_at (x, o);
      if (!sp_object_foreign (object) || object->kind == SP_O_UNKNOWN || is_lost (x, o))
        continue;
      uint32_t name = name_of (x, o);
      if (x->s->names.data[name].kind != SP_NAME_UNKNOWN)
        vec_push (&x->s->holds, ((struct sp_ref){ name, 0, 0 }));
    }
}

static void
collect_foreign (struct extraction *x, uint32_t cell, uint32_t a, uint32_t b)
{
  (void)a, (void)b;
  uint32_t base = sp_universe_base ((struct sp_universe *)&x->l->universe, cell), o = sp_universe_cell_at (&x->l->universe, base).object;
  if (sp_object_foreign (object_at (x, o)) && !is_lost (x, o))
    vec_push (&x->cells, base);
}

/* Which foreign cells that are not lost @v may point to, as a group; GIR_INVALID without any. */
static uint32_t
foreign_group (struct extraction *x, uint32_t v)
{
  uint32_t *known = u32map_at (&x->group_of_value, v, GIR_INVALID - 1);
  if (*known != GIR_INVALID - 1)
    return *known;
  vec_reset (&x->cells);
  foreach_target (x, v, collect_foreign, 0, 0);
  uint32_t group = GIR_INVALID;
  if (x->cells.size)
    {
      qsort (x->cells.data, x->cells.size, sizeof *x->cells.data, compare_u32);
      group = group_of (x, &x->cells);
    }
  u32map_put (&x->group_of_value, v, group);
  return group;
}

/* What the function wrote, at any time, into memory that was there before it; what went into lost memory is lost itself. */
static void
add_foreign_puts (struct extraction *x)
{
  const struct sp_relation *puts = &x->model->relations[SP_P_Put], *stores = &x->model->relations[SP_P_Store];
  struct sp_relation pairs;
  sp_relation_init (&pairs, 2);
  for (uint32_t t = 0; t < puts->n + stores->n; t++)
    {
      const uint32_t *w = t < puts->n ? sp_relation_tuple (puts, t) + 1 : sp_relation_tuple (stores, t - puts->n) + 2;
      bool fresh;
      sp_relation_add (&pairs, w, &fresh);
      uint32_t group = fresh ? foreign_group (x, w[0]) : GIR_INVALID;
      if (group != GIR_INVALID)
        foreach_target (x, w[1], add_to_group, group, 0);
    }
  sp_relation_done (&pairs);
}

static void
add_put (struct extraction *x, uint32_t to, uint32_t what)
{
  vec_reset (&x->cells);
  vec_push (&x->cells, to);
  add_to_group (x, what, group_of (x, &x->cells), 0);
}

static void
write_groups (struct extraction *x)
{
  for (uint32_t k = 0; k < x->groups.size; k++)
    {
      struct group *g = &x->groups.data[k];
      struct sp_sum_put p = { .to = x->s->refs.size, .n_to = g->to.size };
      vec_foreach (uint32_t, cell, &g->to)
        {
          struct sp_ref r = named_ref (x, *cell, true);
          vec_push (&x->s->refs, r);
        }
      p.what = x->s->refs.size;
      p.n_what = g->what.size;
      vec_foreach (struct sp_ref, r, &g->what)
        vec_push (&x->s->refs, *r);
      if (p.n_what)
        vec_push (&x->s->puts, p);
      vec_clear (&g->to);
      vec_clear (&g->what);
    }
  vec_clear (&x->groups);
}

static bool
is_out (const struct extraction *x, uint32_t m, uint32_t o)
{
  return sp_solution_holds (x->model, SP_P_out, (uint32_t[]){ m, o });
}

/* Calls @each for what the objects of @batch held while they could be reached from outside. */
typedef void (*content_func) (struct extraction *x, uint32_t cell, uint32_t content);

static void
foreach_content (struct extraction *x, const struct u32set *batch, content_func each)
{
  const struct sp_relation *weak = &x->model->relations[SP_P_weak], *mem = &x->model->relations[SP_P_mem];
  for (uint32_t t = 0; t < weak->n; t++)
    if (u32set_has (batch, sp_universe_cell_at (&x->l->universe, sp_relation_tuple (weak, t)[0]).object))
      each (x, sp_relation_tuple (weak, t)[0], sp_relation_tuple (weak, t)[1]);
  for (uint32_t t = 0; t < mem->n; t++)
    {
      const uint32_t *w = sp_relation_tuple (mem, t);
      uint32_t o = sp_universe_cell_at (&x->l->universe, w[1]).object;
      if (u32set_has (batch, o) && is_out (x, w[0], o))
        each (x, w[1], w[2]);
    }
}

/* What an object beyond the budget held is out of everyone's sight. */
static void
leak_content (struct extraction *x, uint32_t cell, uint32_t content)
{
  (void)cell;
  uint32_t o = sp_universe_cell_at (&x->l->universe, content).object;
  if (is_lost (x, o))
    return;
  uint32_t name = u32map_get (&x->names, o, GIR_INVALID);
  bool local = sp_object_local (object_at (x, o));
  if (local && (name == GIR_INVALID || x->s->names.data[name].kind == SP_NAME_UNKNOWN))
    give_up_object (x, o);
  else
    add_leak (x, content, 0, 0);
}

/* Takes the objects of @objects from *@done on, and those that are added meanwhile; tells whether there were any. */
static bool
drain (struct extraction *x, const u32_vec *objects, uint32_t *done, content_func each)
{
  bool any = false;
  while (*done < objects->size)
    {
      struct u32set batch = { 0 };
      while (*done < objects->size)
        u32set_add (&batch, objects->data[(*done)++]);
      foreach_content (x, &batch, each);
      u32set_clear (&batch);
      any = true;
    }
  return any;
}

/* The contents of local objects that leave the function; naming them may add objects. */
static void
add_contents (struct extraction *x)
{
  for (bool any = true; any;)
    {
      any = drain (x, &x->fresh_objects, &x->fresh_done, add_put);
      any |= drain (x, &x->given_up, &x->given_up_done, leak_content);
    }
}

static void
add_lost (struct extraction *x, struct sp_relation *seen, struct sp_origin origin)
{
  bool fresh;
  sp_relation_add (seen, (uint32_t[]){ origin.fn, origin.instr, origin.sub }, &fresh);
  if (fresh)
    vec_push (&x->s->lost, origin);
}

/* Which local objects are lost, now or in an earlier step of the fixpoint. */
static void
add_lost_objects (struct extraction *x)
{
  const struct sp_relation *lost = &x->model->relations[SP_P_lost];
  struct sp_relation seen;
  sp_relation_init (&seen, 3);
  if (x->l->before)
    vec_foreach (const struct sp_origin, o, &x->l->before->lost)
      add_lost (x, &seen, *o);
  for (uint32_t t = 0; t < lost->n; t++)
    {
      uint32_t o = sp_relation_tuple (lost, t)[0];
      if (!sp_object_local (object_at (x, o)))
        continue;
      struct sp_fresh f = describe (x, o);
      add_lost (x, &seen, (struct sp_origin){ f.fn, f.instr, f.sub });
    }
  sp_relation_done (&seen);
}

static uint32_t
count_leaves (const struct sp_types *t, bool collapsed, const struct gir_param *params, uint32_t n)
{
  uint32_t total = 0;
  for (uint32_t k = 0; k < n; k++)
    total += (collapsed ? t->collapsed : t->fine)[params[k].type].n;
  return total;
}

struct sp_summary *
sp_summary_bottom (const struct sp_types *types, gir_fn fn, bool collapsed)
{
  const struct gir_func *f = &types->program->funcs[fn];
  struct sp_summary *s = sp_summary_new ();
  s->collapsed = collapsed;
  s->n_param_leaves = count_leaves (types, collapsed, f->params, f->n_params);
  s->n_free_leaves = count_leaves (types, collapsed, f->params + f->n_params, f->n_free);
  for (uint32_t k = 0; k < f->n_results; k++)
    s->n_result_leaves += (collapsed ? types->collapsed : types->fine)[f->results[k].type].n;
  return s;
}

static bool
within_budget (const struct sp_summary *s, const struct sp_budgets *b)
{
  return s->names.size <= b->names && s->refs.size <= b->refs;
}

struct sp_summary *
sp_summarise (const struct sp_lowering *l, const struct sp_solution *model, bool iterating)
{
  struct extraction x = { .l = l, .model = model, .budgets = l->env->budgets, .data_name = GIR_INVALID, .rest_name = GIR_INVALID };
  x.s = sp_summary_bottom (l->env->types, l->fn, !l->precision.fields);
  sp_relation_init (&x.seen, 4);
  sp_relation_init (&x.refs_seen, 3);
  sp_relation_init (&x.put_seen, 3);
  sp_relation_init (&x.args_seen, 3);
  number_residuals (&x);
  for (uint32_t k = 0; k < l->rets.size; k++)
    foreach_target (&x, l->rets.data[k].ref.name, add_ret, l->rets.data[k].leaf, 0);
  add_residuals (&x);
  drop_residuals (&x);
  add_foreign_puts (&x);
  add_leaks (&x);
  add_holds (&x);
  add_contents (&x);
  write_groups (&x);
  if (iterating)
    add_lost_objects (&x);
  u32map_clear (&x.group_of_value);
  vec_clear (&x.cells);
  sp_relation_done (&x.seen);
  sp_relation_done (&x.refs_seen);
  sp_relation_done (&x.put_seen);
  sp_relation_done (&x.args_seen);
  u32map_clear (&x.names);
  vec_clear (&x.fresh_objects);
  vec_clear (&x.given_up);
  u32set_clear (&x.given_up_seen);
  g_free (x.residual_of);
  x.s->tainted = l->tainted || x.s->hit;
  if (!within_budget (x.s, x.budgets))
    g_clear_pointer (&x.s, sp_summary_free);
  return x.s;
}

void
sp_find_renewed (const struct sp_lowering *l, const struct sp_solution *model, u32_vec *renewed)
{
  vec_reset (renewed);
  vec_foreach (const struct sp_point, p, &l->points)
    if (!sp_solution_holds (model, SP_P_heapI, &p->object))
      vec_push (renewed, p->instr);
}
