#include "constraints/order.h"

#include "base/vec.h"

typedef VEC (struct gir_edge) edge_vec;

static void
reference_edges (const GirProgram *p, gir_fn fn, edge_vec *edges)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t k = 0; k < f->n_operands; k++)
    if (gir_operand_kind (f->operands[k]) == GIR_FUNC)
      vec_push (edges, ((struct gir_edge){ fn, gir_operand_index (f->operands[k]) }));
}

static void
method_edges (const GirProgram *p, gir_fn fn, edge_vec *edges)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      if (f->instrs[i].op != GIR_OP_IFACE)
        continue;
      const struct gir_type_info *t = &p->types[f->instrs[i].type2];
      for (uint32_t k = 0; t->mset != GIR_INVALID && k < t->n_mset; k++)
        vec_push (edges, ((struct gir_edge){ fn, p->methods[t->mset + k].fn }));
    }
}

/* Edges between components, from user to used, that keep the graph acyclic. */
static edge_vec
component_edges (const GirProgram *p, const struct gir_components *strong, const edge_vec *captured)
{
  edge_vec references = { 0 }, methods = { 0 }, result = { 0 };
  vec_foreach (struct gir_edge, e, captured)
    {
      vec_push (&references, *e);
      vec_push (&methods, *e);
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      reference_edges (p, fn, &references);
      method_edges (p, fn, &methods);
    }
  struct gir_components *all = gir_components_new (p, methods.data, methods.size);
  vec_foreach (struct gir_edge, e, &references)
    if (strong->component[e->from] != strong->component[e->to])
      vec_push (&result, ((struct gir_edge){ strong->component[e->from], strong->component[e->to] }));
  vec_foreach (struct gir_edge, e, &methods)
    if (all->component[e->from] != all->component[e->to])
      vec_push (&result, ((struct gir_edge){ strong->component[e->from], strong->component[e->to] }));
  gir_components_free (all);
  vec_clear (&references);
  vec_clear (&methods);
  return result;
}

/* Longest paths from the leaves (Kahn 1962). */
static void
assign_levels (struct sp_order *o, const edge_vec *edges)
{
  uint32_t n = o->components->n_components;
  uint32_t *first = g_new0 (uint32_t, n + 2), *users = g_new (uint32_t, edges->size + 1), *waiting = g_new0 (uint32_t, n + 1);
  vec_foreach (const struct gir_edge, e, edges)
    {
      first[e->to + 2]++;
      waiting[e->from]++;
    }
  for (uint32_t c = 0; c < n; c++)
    first[c + 2] += first[c + 1];
  vec_foreach (const struct gir_edge, e, edges)
    users[first[e->to + 1]++] = e->from;
  u32_vec ready = { 0 };
  for (uint32_t c = 0; c < n; c++)
    if (waiting[c] == 0)
      vec_push (&ready, c);
  for (uint32_t k = 0; k < ready.size; k++)
    {
      uint32_t c = ready.data[k];
      o->n_levels = MAX (o->n_levels, o->level[c] + 1);
      for (uint32_t i = first[c]; i < first[c + 1]; i++)
        {
          o->level[users[i]] = MAX (o->level[users[i]], o->level[c] + 1);
          if (--waiting[users[i]] == 0)
            vec_push (&ready, users[i]);
        }
    }
  SP_CHECK (ready.size == n);
  vec_clear (&ready);
  g_free (first);
  g_free (users);
  g_free (waiting);
}

static void
sort_by_level (struct sp_order *o)
{
  uint32_t n = o->components->n_components;
  o->first = g_new0 (uint32_t, o->n_levels + 2);
  o->by_level = g_new (uint32_t, n + 1);
  for (uint32_t c = 0; c < n; c++)
    o->first[o->level[c] + 2]++;
  for (uint32_t k = 0; k < o->n_levels; k++)
    o->first[k + 2] += o->first[k + 1];
  for (uint32_t c = 0; c < n; c++)
    o->by_level[o->first[o->level[c] + 1]++] = c;
}

struct sp_order *
sp_order_new (const GirProgram *p, const struct sp_captured *captured)
{
  struct sp_order *o = g_new0 (struct sp_order, 1);
  edge_vec calls = { 0 };
  calls.size = captured ? (uint32_t)sp_captured_edges (p, captured, &calls.data) : 0;
  o->components = gir_components_new (p, calls.data, calls.size);
  o->level = g_new0 (uint32_t, o->components->n_components + 1);
  edge_vec edges = component_edges (p, o->components, &calls);
  assign_levels (o, &edges);
  sort_by_level (o);
  vec_clear (&edges);
  g_free (calls.data);
  return o;
}

void
sp_order_free (struct sp_order *o)
{
  if (!o)
    return;
  gir_components_free (o->components);
  g_free (o->level);
  g_free (o->by_level);
  g_free (o->first);
  g_free (o);
}
