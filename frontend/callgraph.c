#include "base/scc.h"
#include "base/vec.h"
#include "frontend/flow.h"
#include "frontend/gir_names.h"

struct graph
{
  uint32_t n;
  uint32_t *first;
  gir_fn *targets;
};

typedef VEC (struct gir_edge) edge_vec;

/* Each reference of @fn to another function once; @seen is by function the last one (+ 1) that refers to it. */
static void
add_references (const GirProgram *p, gir_fn fn, uint32_t *seen, edge_vec *edges)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t k = 0; k < f->n_operands; k++)
    {
      gir_fn to = gir_operand_index (f->operands[k]);
      if (gir_operand_kind (f->operands[k]) != GIR_FUNC || seen[to] == fn + 1)
        continue;
      seen[to] = fn + 1;
      vec_push (edges, ((struct gir_edge){ fn, to }));
    }
}

/* Puts edges into rows by @key, and keeps their order within a row. */
static void
sort_edges (uint32_t n, const edge_vec *edges, bool by_target, edge_vec *sorted, uint32_t *first)
{
  vec_resize (sorted, edges->size);
  memset (first, 0, ((size_t)n + 2) * sizeof *first);
  vec_foreach (const struct gir_edge, e, edges)
    first[(by_target ? e->to : e->from) + 2]++;
  for (uint32_t i = 0; i <= n; i++)
    first[i + 1] += first[i];
  vec_foreach (const struct gir_edge, e, edges)
    sorted->data[first[(by_target ? e->to : e->from) + 1]++] = *e;
}

/* Rows of ascending targets: sorted by target first, then stably by source. */
static void
build_graph (const GirProgram *p, const struct gir_edge *extra, size_t n_extra, struct graph *g)
{
  edge_vec edges = { 0 }, sorted = { 0 };
  g_autofree uint32_t *seen = g_new0 (uint32_t, p->n_funcs);
  g->n = p->n_funcs;
  g->first = g_new (uint32_t, (size_t)g->n + 2);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    add_references (p, fn, seen, &edges);
  for (size_t k = 0; k < n_extra; k++)
    {
      SP_CHECK (extra[k].from < p->n_funcs && extra[k].to < p->n_funcs);
      vec_push (&edges, extra[k]);
    }
  sort_edges (g->n, &edges, true, &sorted, g->first);
  sort_edges (g->n, &sorted, false, &edges, g->first);
  g->targets = g_new (gir_fn, MAX (edges.size, 1));
  for (uint32_t k = 0; k < edges.size; k++)
    g->targets[k] = edges.data[k].to;
  vec_clear (&edges);
  vec_clear (&sorted);
}

/* Lists functions by component, ascending within each. */
static void
list_members (struct gir_components *c, uint32_t n)
{
  for (gir_fn fn = 0; fn < n; fn++)
    c->start[c->component[fn] + 1]++;
  for (uint32_t k = 0; k < c->n_components; k++)
    c->start[k + 1] += c->start[k];
  g_autofree uint32_t *at = g_memdup2 (c->start, ((size_t)c->n_components + 1) * sizeof *at);
  for (gir_fn fn = 0; fn < n; fn++)
    c->order[at[c->component[fn]]++] = fn;
}

static void
find_recursion (struct gir_components *c, const struct graph *g)
{
  for (uint32_t k = 0; k < c->n_components; k++)
    c->recursive[k] = c->start[k + 1] - c->start[k] > 1;
  for (gir_fn fn = 0; fn < g->n; fn++)
    for (uint32_t k = g->first[fn]; k < g->first[fn + 1]; k++)
      if (g->targets[k] == fn)
        c->recursive[c->component[fn]] = true;
}

struct gir_components *
gir_components_new (const GirProgram *p, const struct gir_edge *extra, size_t n_extra)
{
  struct gir_components *c = g_new0 (struct gir_components, 1);
  struct graph g;
  build_graph (p, extra, n_extra, &g);
  c->component = g_new (uint32_t, MAX (g.n, 1));
  c->n_components = scc_find (g.n, g.first, g.targets, c->component);
  c->start = g_new0 (uint32_t, (size_t)c->n_components + 1);
  c->order = g_new (gir_fn, MAX (g.n, 1));
  c->recursive = g_new0 (bool, MAX (c->n_components, 1));
  list_members (c, g.n);
  find_recursion (c, &g);
  g_free (g.first);
  g_free (g.targets);
  return c;
}

void
gir_components_free (struct gir_components *c)
{
  if (!c)
    return;
  g_free (c->start);
  g_free (c->order);
  g_free (c->component);
  g_free (c->recursive);
  g_free (c);
}
