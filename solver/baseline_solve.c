/* The solver: difference propagation over the constraint graph in waves, nodes in topological order, cycles collapsed between waves
 * whenever the graph has grown enough (Pearce, Kelly & Hankin 2004; Pereira & Berlin 2009). All orders here depend on the program alone, so
 * that the answers are the same in every run. */
#include "base/scc.h"
#include "solver/baseline_private.h"

enum
{
  FEW_EDGES = 2000, /* new ones before cycles are looked for again, or ... */
  EDGE_PART = 16    /* ... this part of all nodes */
};

/* --- one constraint, one object ---------------------------------------------------------------------- */

/* The content of what escaped, or lies outside, is outside. */
static void
load (struct baseline *b, uint32_t object, uint32_t to)
{
  const struct bl_object *o = &b->objects.data[object];
  if (o->kind == BL_K_OUTSIDE || o->sink || bl_escaped (b, object))
    bl_add (b, to, BL_UNKNOWN);
  else if (o->kind != BL_K_FUNCTION)
    bl_flow (b, bl_content (b, object), to);
}

static void
store (struct baseline *b, uint32_t object, uint32_t from)
{
  const struct bl_object *o = &b->objects.data[object];
  if (o->kind == BL_K_OUTSIDE || o->sink || bl_escaped (b, object))
    bl_leak (b, from);
  else if (o->kind != BL_K_FUNCTION)
    bl_flow (b, from, bl_content (b, object));
}

void
bl_apply (struct baseline *b, const struct bl_constraint *c, uint32_t object)
{
  const struct bl_object *o = &b->objects.data[object];
  switch ((enum bl_constraint_kind)c->kind)
    {
    case BL_LOAD: load (b, object, c->arg); break;
    case BL_STORE: store (b, object, c->arg); break;
    case BL_UNBOX:
      if (o->kind != BL_K_TAG)
        load (b, object, c->arg);
      break;
    case BL_BENEATH:
      if (object == BL_OUTSIDE || object == BL_UNKNOWN)
        bl_flow (b, c->extra, c->arg);
      break;
    case BL_PLAIN:
      if (o->kind != BL_K_TAG)
        bl_add (b, c->arg, object);
      break;
    case BL_CALL:
    case BL_INVOKE: bl_meet (b, c->arg, object, c->kind == BL_INVOKE); break;
    }
}

/* --- one node ---------------------------------------------------------------------------------------- */

/* Replaces what escaped by ESCAPED; beside UNKNOWN it says nothing any more. */
static void
strip (const struct baseline *b, struct bl_set *s, bool unknown)
{
  const uint64_t *gone = unknown ? b->escaped : b->escaped_data;
  uint32_t k = 0;
  bool replaced = false;
  for (uint32_t j = 0; j < s->n; j++)
    {
      struct bl_chunk c = s->chunks[j];
      uint64_t bits = c.bits & ~gone[c.key];
      replaced |= bits != c.bits;
      if (bits)
        s->chunks[k++] = (struct bl_chunk){ .bits = bits, .key = c.key };
    }
  s->n = k;
  if (replaced && !unknown)
    bl_set_add (s, BL_ESCAPED);
}

static void
escape_all (struct baseline *b, const struct bl_set *s)
{
  bl_set_foreach (o, s) bl_escape (b, o);
}

/* A frame's own objects do not outlive it by being returned. */
static void
escape_returned (struct baseline *b, uint32_t node, const struct bl_set *s)
{
  bl_set_foreach (o, s)
  {
    gir_fn maker = b->objects.data[o].maker;
    if (maker != BL_NONE && b->results[maker] != BL_NONE && bl_find (b, b->results[maker]) == node)
      bl_escape (b, o);
  }
}

static void
propagate (struct baseline *b, uint32_t node, const struct bl_set *s)
{
  u32_vec *edges = &b->nodes.data[node].edges;
  for (uint32_t k = 0; k < edges->size; k++)
    {
      uint32_t to = bl_find (b, edges->data[k]);
      struct bl_node *t = &b->nodes.data[to];
      if (to == node || !bl_set_join_new (&t->fresh, s, &t->known, &b->scratch) || t->dirty)
        continue;
      t->dirty = true;
      b->n_dirty++;
    }
}

static void
drain_leaks (struct baseline *b)
{
  while (!vec_empty (&b->leaking))
    {
      uint32_t node = bl_find (b, vec_pop (&b->leaking));
      struct bl_set known = { 0 };
      bl_set_join (&known, &b->nodes.data[node].known);
      escape_all (b, &known);
      bl_set_clear (&known);
    }
}

static void
process (struct baseline *b, uint32_t node)
{
  struct bl_node *n = &b->nodes.data[node];
  struct bl_set s = n->fresh;
  n->fresh = (struct bl_set){ 0 };
  n->dirty = false;
  b->n_dirty--;
  if (n->leaks)
    escape_all (b, &s);
  else if (n->returned)
    escape_returned (b, node, &s);
  n = &b->nodes.data[node];
  strip (b, &s, bl_set_has (&n->known, BL_UNKNOWN) || bl_set_has (&s, BL_UNKNOWN));
  bl_set_join (&n->known, &s);
  for (uint32_t c = n->first; c != BL_NONE; c = b->constraints.data[c].next)
    {
      const struct bl_constraint constraint = b->constraints.data[c];
      if (constraint.kind == BL_BENEATH)
        {
          if (bl_set_has (&s, BL_OUTSIDE) || bl_set_has (&s, BL_UNKNOWN))
            bl_apply (b, &constraint, BL_OUTSIDE);
          continue;
        }
      bl_set_foreach (o, &s) bl_apply (b, &constraint, o);
    }
  propagate (b, node, &s);
  bl_set_clear (&s);
  drain_leaks (b);
}

/* --- cycles ------------------------------------------------------------------------------------------ */

struct graph
{
  u32_vec members;  /* nodes that are themselves */
  uint32_t *number; /* by node, its place in members */
  uint32_t *first;
  u32_vec targets;
  uint32_t *component;
  uint32_t n_components;
};

static int
compare_u32 (const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Names targets by what they were merged into, and drops those that so became equal. */
static void
clean_edges (struct baseline *b, uint32_t node)
{
  u32_vec *edges = &b->nodes.data[node].edges;
  bool changed = false;
  for (uint32_t k = 0; k < edges->size; k++)
    {
      uint32_t to = bl_find (b, edges->data[k]);
      changed |= to != edges->data[k];
      edges->data[k] = to;
    }
  if (!changed)
    return;
  qsort (edges->data, edges->size, sizeof *edges->data, compare_u32);
  uint32_t n = 0;
  for (uint32_t k = 0; k < edges->size; k++)
    if (edges->data[k] != node && (n == 0 || edges->data[n - 1] != edges->data[k]))
      edges->data[n++] = edges->data[k];
  edges->size = n;
}

static void
graph_init (struct graph *g, struct baseline *b)
{
  *g = (struct graph){ .number = g_new (uint32_t, b->nodes.size) };
  for (uint32_t n = 0; n < b->nodes.size; n++)
    if (b->nodes.data[n].parent == n)
      {
        g->number[n] = g->members.size;
        vec_push (&g->members, n);
      }
  g->first = g_new (uint32_t, g->members.size + 1);
  for (uint32_t k = 0; k < g->members.size; k++)
    {
      g->first[k] = g->targets.size;
      clean_edges (b, g->members.data[k]);
      vec_foreach (uint32_t, to, &b->nodes.data[g->members.data[k]].edges)
        vec_push (&g->targets, g->number[*to]);
    }
  g->first[g->members.size] = g->targets.size;
  g->component = g_new (uint32_t, g->members.size + 1);
  g->n_components = scc_find (g->members.size, g->first, g->targets.data, g->component);
}

static void
graph_done (struct graph *g)
{
  vec_clear (&g->members);
  vec_clear (&g->targets);
  g_free (g->number);
  g_free (g->first);
  g_free (g->component);
}

/* Whatever the merged node holds is fresh again, since neither part's constraints and edges have seen the other's objects. */
static void
merge (struct baseline *b, uint32_t into, uint32_t node)
{
  struct bl_node *x = &b->nodes.data[into], *y = &b->nodes.data[node];
  y->parent = into;
  bl_set_join (&x->fresh, &x->known);
  bl_set_join (&x->fresh, &y->known);
  bl_set_join (&x->fresh, &y->fresh);
  bl_set_clear (&x->known);
  bl_set_clear (&y->known);
  bl_set_clear (&y->fresh);
  vec_foreach (uint32_t, to, &y->edges)
    vec_push (&x->edges, *to);
  vec_clear (&y->edges);
  if (x->first == BL_NONE)
    x->first = y->first;
  else
    b->constraints.data[x->last].next = y->first;
  if (y->first != BL_NONE)
    x->last = y->last;
  x->leaks |= y->leaks;
  x->returned |= y->returned;
  b->n_dirty -= y->dirty;
  b->n_dirty += !x->dirty;
  y->dirty = false;
  x->dirty = true;
}

/* Merges each component into its first node. */
static void
merge_components (struct baseline *b, const struct graph *g)
{
  uint32_t *first = g_new (uint32_t, g->n_components + 1);
  memset (first, 0xff, g->n_components * sizeof *first);
  for (uint32_t k = 0; k < g->members.size; k++)
    {
      uint32_t *f = &first[g->component[k]];
      if (*f == BL_NONE)
        *f = g->members.data[k];
      else
        merge (b, *f, g->members.data[k]);
    }
  vec_reset (&b->order);
  for (uint32_t c = g->n_components; c-- > 0;) /* an edge never leads to a higher number */
    vec_push (&b->order, first[c]);
  g_free (first);
}

static void
collapse_cycles (struct baseline *b)
{
  struct graph g;
  graph_init (&g, b);
  merge_components (b, &g);
  graph_done (&g);
  b->n_new_edges = 0;
}

void
bl_solve (struct baseline *b)
{
  drain_leaks (b);
  while (b->n_dirty)
    {
      if (b->n_new_edges > FEW_EDGES + b->nodes.size / EDGE_PART)
        collapse_cycles (b);
      for (uint32_t k = 0; k < b->order.size; k++) /* which grows meanwhile */
        if (b->nodes.data[b->order.data[k]].dirty)
          process (b, b->order.data[k]);
    }
}
