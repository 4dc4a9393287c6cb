#include "constraints/chains.h"

struct group
{
  u32_vec key;    /* what tells it from others; see describe */
  uint32_t shape; /* how much of the key says how the call is made */
  bool chained;   /* its callees are results of another group that is made alike */
  unsigned depth; /* how many residual calls one after the other lead to what it calls; at most MAX_CHAIN */
};

enum
{
  MAX_CHAIN = 2 /* from there on, residual calls are told apart by how they are made alone */
};

struct grouping
{
  const struct sp_lowering *l;
  const struct sp_solution *model;
  uint32_t *group_of; /* by call */
  VEC (struct group) groups;
};

static void
push_cell (void *data, uint32_t cell)
{
  vec_push ((u32_vec *)data, cell);
}

static int
compare_u32 (const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* What tells residual calls apart: how they are made, the shape of what they pass, and which foreign cells they call. */
static struct group
describe (const struct grouping *x, uint32_t call)
{
  const struct sp_call *c = &x->l->calls.data[call];
  struct group g = { 0 };
  vec_push (&g.key, c->kind);
  vec_push (&g.key, c->method);
  vec_push (&g.key, c->results.n);
  for (uint32_t k = 0; k < c->n_args; k++)
    vec_push (&g.key, x->l->spans.data[c->args + k].n);
  g.shape = g.key.size;
  sp_solution_foreach (x->model, SP_P_target, call, push_cell, &g.key);
  qsort (g.key.data + g.shape, g.key.size - g.shape, sizeof *g.key.data, compare_u32);
  return g;
}

static bool
same_words (const u32_vec *a, const u32_vec *b, uint32_t n)
{
  return a->size >= n && b->size >= n && memcmp (a->data, b->data, n * sizeof *a->data) == 0;
}

static bool
made_alike (const struct group *a, const struct group *b)
{
  return a->shape == b->shape && same_words (&a->key, &b->key, a->shape);
}

static const struct sp_object *
object_of_cell (const struct grouping *x, uint32_t cell)
{
  return sp_universe_at (&x->l->universe, sp_universe_cell_at (&x->l->universe, cell).object);
}

/* The call whose result the access path of the object behind @cell begins with; GIR_INVALID where it begins with something else. */
static uint32_t
path_call (const struct grouping *x, uint32_t cell)
{
  const struct sp_object *o = object_of_cell (x, cell);
  while (o->kind == SP_O_CONTENT || o->kind == SP_O_BLOB)
    o = object_of_cell (x, o->a);
  return o->kind == SP_O_RESULT ? o->a : GIR_INVALID;
}

/* The group of the call whose result leads to @cell; NULL where there is none, or it is not numbered yet. */
static const struct group *
group_before (const struct grouping *x, uint32_t cell)
{
  uint32_t call = path_call (x, cell), group = call == GIR_INVALID ? GIR_INVALID : x->group_of[call];
  return group < x->groups.size ? &x->groups.data[group] : NULL;
}

/* The group whose results, or what they lead to, are all that @call, described by @g, calls, beside its own; NULL where there is none
 * that is made alike. */
static const struct group *
chained_to (const struct grouping *x, const struct group *g, uint32_t call)
{
  const struct group *found = NULL;
  for (uint32_t k = g->shape; k < g->key.size; k++)
    {
      if (path_call (x, g->key.data[k]) == call)
        continue;
      const struct group *before = group_before (x, g->key.data[k]);
      if (!before || (found && found != before))
        return NULL;
      found = before;
    }
  return found && made_alike (found, g) ? found : NULL;
}

/* One more than the deepest group whose results, or what they lead to, are among the callees; 0 where there is none. The call's own results
 * and those of calls that come later do not count. */
static unsigned
chain_depth (const struct grouping *x, const struct group *g)
{
  unsigned depth = 0;
  for (uint32_t k = g->shape; k < g->key.size; k++)
    {
      const struct group *before = group_before (x, g->key.data[k]);
      depth = before ? MAX (depth, before->depth + 1) : depth;
    }
  return MIN (depth, MAX_CHAIN);
}

static bool
same_callees (const struct group *a, const struct group *b)
{
  return a->key.size == b->key.size && same_words (&a->key, &b->key, a->key.size);
}

static bool
both_deep (const struct group *a, const struct group *b)
{
  return a->depth == MAX_CHAIN && b->depth == MAX_CHAIN && made_alike (a, b);
}

static uint32_t
find_group (const struct grouping *x, const struct group *g, bool (*same) (const struct group *, const struct group *))
{
  for (uint32_t k = 0; k < x->groups.size; k++)
    if (same (&x->groups.data[k], g))
      return k;
  return GIR_INVALID;
}

/* The group that a residual call belongs to: that of the same callees; or, in a chain x.F().F().F(), from the third call on that of the
 * second, as access paths are cut; or, where other calls lead to what it calls (x.First().Next().First()), the one as deep that is made
 * alike. So recursion down such chains ends. GIR_INVALID: a new one. */
static uint32_t
group_of (const struct grouping *x, struct group *g, uint32_t call)
{
  uint32_t same = find_group (x, g, same_callees);
  if (same != GIR_INVALID)
    return same;
  const struct group *before = chained_to (x, g, call);
  g->chained = before != NULL;
  if (before && before->chained)
    return (uint32_t)(before - x->groups.data);
  g->depth = chain_depth (x, g);
  return find_group (x, g, both_deep);
}

uint32_t *
sp_group_residuals (const struct sp_lowering *l, const struct sp_solution *model, uint32_t max, uint32_t *n_groups)
{
  struct grouping x = { .l = l, .model = model, .group_of = g_new (uint32_t, l->calls.size + 1) };
  for (uint32_t k = 0; k < l->calls.size; k++)
    x.group_of[k] = GIR_INVALID;
  for (uint32_t k = 0; k < l->calls.size; k++)
    {
      if (!l->calls.data[k].residual)
        continue;
      struct group g = describe (&x, k);
      x.group_of[k] = group_of (&x, &g, k);
      if (x.group_of[k] == GIR_INVALID && x.groups.size < max)
        {
          x.group_of[k] = x.groups.size;
          vec_push (&x.groups, g);
        }
      else
        vec_clear (&g.key);
    }
  *n_groups = x.groups.size;
  vec_foreach (struct group, g, &x.groups)
    vec_clear (&g->key);
  vec_clear (&x.groups);
  return x.group_of;
}
