#include "constraints/gc_graph.h"
#include "constraints/gc_lower.h"

const struct gc_leaks gc_no_leaks = { { -1, -1, -1, -1, -1, -1, -1, -1 } };
G_STATIC_ASSERT (GC_N_LEAKS == 8);

void
gc_leaks_add (struct gc_leaks *l, unsigned to, int derefs)
{
  derefs = MIN (derefs, GC_LEAK_MAX);
  if (l->to[to] < 0 || derefs < l->to[to])
    l->to[to] = (int16_t)derefs;
}

void
gc_leaks_optimize (struct gc_leaks *l)
{
  int heap = l->to[GC_LEAK_HEAP];
  for (unsigned k = GC_LEAK_HEAP + 1; heap >= 0 && k < GC_N_LEAKS; k++)
    if (l->to[k] >= heap)
      l->to[k] = -1;
}

bool
gc_leaks_equal (const struct gc_leaks *a, const struct gc_leaks *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

uint32_t
gc_graph_add (struct gc_graph *g, struct gc_location l)
{
  l.first = GIR_INVALID;
  vec_push (&g->locs, l);
  return g->locs.size - 1;
}

void
gc_graph_flow (struct gc_graph *g, uint32_t dst, int derefs, uint32_t src)
{
  if (dst == GC_BLANK || (dst == src && derefs >= 0))
    return;
  struct gc_location *to = &vec_at (&g->locs, dst), *from = &vec_at (&g->locs, src);
  if (derefs < 0 && (to->attrs & GC_ESCAPES))
    {
      from->attrs |= GC_ALL_ATTRS;
      from->cause = g->cause;
      return;
    }
  struct gc_edge e = { src, (int16_t)derefs, g->cause, to->first };
  to->first = g->edges.size;
  vec_push (&g->edges, e);
}

uint32_t
gc_graph_member (const struct gc_graph *g, gir_fn fn)
{
  return u32map_get (&g->member, fn, GIR_INVALID);
}

bool
gc_graph_outlives (const struct gc_graph *g, const struct gc_location *l, const struct gc_location *other, bool lost)
{
  const GirProgram *p = g->context->program;
  if (l->kind == GC_LOC_PSEUDO)
    return false;
  if (l->result)
    return lost || !gc_contains (p, other->fn, l->fn);
  return (l->fn == other->fn && l->depth < other->depth) || gc_contains (p, l->fn, other->fn);
}

static void
add_pseudo (struct gc_graph *g)
{
  static const uint8_t attrs[GC_N_PSEUDO] = { GC_ALL_ATTRS, GC_MUTATES, GC_CALLS, 0 };
  for (unsigned k = 0; k < GC_N_PSEUDO; k++)
    gc_graph_add (g, (struct gc_location){
                         .kind = GC_LOC_PSEUDO, .attrs = attrs[k], .fn = GIR_INVALID, .instr = GIR_INVALID, .literal = GIR_INVALID });
}

struct gc_graph *
gc_graph_new (const struct gc_context *context, const gir_fn *members, uint32_t n)
{
  struct gc_graph *g = g_new0 (struct gc_graph, 1);
  g->context = context;
  g->members = members;
  g->n_members = n;
  g->values = g_new0 (uint32_t *, g->n_members + 1);
  g->params = g_new0 (uint32_t *, g->n_members + 1);
  g->results = g_new0 (uint32_t *, g->n_members + 1);
  for (uint32_t k = 0; k < g->n_members; k++)
    u32map_put (&g->member, g->members[k], k);
  add_pseudo (g);
  gc_lower (g);
  return g;
}

void
gc_graph_free (struct gc_graph *g)
{
  if (!g)
    return;
  for (uint32_t k = 0; k < g->n_members; k++)
    {
      g_free (g->values[k]);
      g_free (g->params[k]);
      g_free (g->results[k]);
    }
  g_free (g->values);
  g_free (g->params);
  g_free (g->results);
  u32map_clear (&g->member);
  u32map_clear (&g->vars);
  u32map_clear (&g->literals);
  vec_clear (&g->locs);
  vec_clear (&g->edges);
  g_free (g);
}
