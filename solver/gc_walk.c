#include "solver/gc_walk.h"

/* A queue of locations with two ends; each is in it at most once, so it never overflows. */
struct queue
{
  uint32_t *locs;
  uint32_t size, head, n;
};

static void
queue_init (struct queue *q, uint32_t n)
{
  *q = (struct queue){ .locs = g_new (uint32_t, n + 1), .size = n + 1 };
}

static void
push_back (struct queue *q, uint32_t l)
{
  q->locs[(q->head + q->n++) % q->size] = l;
}

static void
push_front (struct queue *q, uint32_t l)
{
  q->head = (q->head + q->size - 1) % q->size;
  q->locs[q->head] = l;
  q->n++;
}

static uint32_t
pop (struct queue *q)
{
  uint32_t l = q->locs[q->head];
  q->head = (q->head + 1) % q->size;
  q->n--;
  return l;
}

struct walker
{
  const struct gc_graph *g;
  struct gc_solution *s;
  struct queue roots, work;
  bool *root_queued, *work_queued;
  int32_t *derefs; /* from the root of this walk */
  uint32_t *walk;  /* the last walk that met the location */
  uint32_t *next;  /* the location that it flows to on this walk */
  uint32_t *edge;  /* ... and how */
  bool *lost;      /* by member: its closure may be called without gc seeing where the results go */
};

static bool
has (const struct walker *w, uint32_t l, unsigned attr)
{
  return w->s->attrs[l] & attr;
}

/* Temporaries are no roots: what they reach, those reach that they flow to. */
static void
queue_root (struct walker *w, uint32_t l)
{
  if (w->root_queued[l] || w->g->locs.data[l].kind == GC_LOC_TEMP)
    return;
  w->root_queued[l] = true;
  if (has (w, l, GC_ESCAPES))
    push_front (&w->roots, l);
  else
    push_back (&w->roots, l);
}

static bool
is_lost (const struct walker *w, gir_fn fn)
{
  uint32_t member = fn == GIR_INVALID ? GIR_INVALID : gc_graph_member (w->g, fn);
  return member == GIR_INVALID || w->lost[member];
}

static bool
outlives (const struct walker *w, uint32_t root, uint32_t l)
{
  const struct gc_location *r = &w->g->locs.data[root];
  return has (w, root, GC_ESCAPES) || gc_graph_outlives (w->g, r, &w->g->locs.data[l], r->result && is_lost (w, r->fn));
}

static void
lose_results (struct walker *w, uint32_t root)
{
  const struct gc_location *l = &w->g->locs.data[root];
  uint32_t member = l->kind == GC_LOC_CLOSURE ? gc_graph_member (w->g, l->literal) : GIR_INVALID;
  if (member == GIR_INVALID || !has (w, root, GC_CALLS) || w->lost[member])
    return;
  w->lost[member] = true;
  for (uint32_t k = 0; k < w->g->context->program->funcs[l->literal].n_results; k++)
    queue_root (w, w->g->results[member][k]);
}

/* Why @l, whose address flows to the root, escapes: the last step of the way there. A way may run in a circle, as in gc's explanations
 * (golang/go#35518); then the step at hand must do. */
static enum gc_cause
find_cause (const struct walker *w, uint32_t root, uint32_t l)
{
  const struct gc_location *r = &w->g->locs.data[root];
  uint32_t edge = w->edge[l];
  for (uint32_t steps = 0; w->next[l] != root && steps < w->g->locs.size; steps++)
    {
      l = w->next[l];
      edge = w->edge[l];
    }
  if (root == GC_HEAP)
    return (enum gc_cause)w->g->edges.data[edge].cause;
  if (has (w, root, GC_ESCAPES))
    return (enum gc_cause)w->s->causes[root];
  return r->result ? GC_CAUSE_RETURN : GC_CAUSE_OUTER;
}

/* A parameter's value flows to the root. */
static void
leak (struct walker *w, uint32_t root, uint32_t l, int derefs)
{
  const struct gc_location *r = &w->g->locs.data[root], *p = &w->g->locs.data[l];
  struct gc_leaks *leaks = &w->s->leaks[l];
  if (outlives (w, root, l))
    {
      bool to_result = r->result && !has (w, root, GC_ESCAPES) && r->fn == p->fn && r->result <= GC_N_RESULTS;
      gc_leaks_add (leaks, to_result ? GC_LEAK_RESULT + r->result - 1 : GC_LEAK_HEAP, derefs);
    }
  if (has (w, root, GC_MUTATES))
    gc_leaks_add (leaks, GC_LEAK_MUTATOR, derefs);
  if (has (w, root, GC_CALLS))
    gc_leaks_add (leaks, GC_LEAK_CALLEE, derefs);
}

static void
reach (struct walker *w, uint32_t from, uint32_t edge, int derefs, uint32_t number)
{
  uint32_t l = w->g->edges.data[edge].src;
  if (has (w, l, GC_ESCAPES) || (w->walk[l] == number && w->derefs[l] <= derefs))
    return;
  w->next[l] = from;
  w->edge[l] = edge;
  w->walk[l] = number;
  w->derefs[l] = derefs;
  if (w->work_queued[l])
    return;
  w->work_queued[l] = true;
  push_back (&w->work, l);
}

/* Tells whether the walk goes on behind @l. */
static bool
visit (struct walker *w, uint32_t root, uint32_t l, int derefs)
{
  unsigned attrs = 0;
  if (derefs < 0 && outlives (w, root, l))
    attrs = GC_ALL_ATTRS;
  if (derefs <= 0)
    attrs |= w->s->attrs[root] & (GC_MUTATES | GC_CALLS);
  if (w->g->locs.data[l].param)
    leak (w, root, l, MAX (derefs, 0));
  if (!(attrs & ~w->s->attrs[l]))
    return true;
  if (attrs & ~w->s->attrs[l] & GC_ESCAPES)
    w->s->causes[l] = (uint8_t)find_cause (w, root, l);
  w->s->attrs[l] |= attrs;
  queue_root (w, l);
  return !has (w, l, GC_ESCAPES);
}

static void
walk_from (struct walker *w, uint32_t root)
{
  const struct gc_graph *g = w->g;
  uint32_t number = ++w->s->walks;
  lose_results (w, root);
  w->walk[root] = number;
  w->derefs[root] = 0;
  w->work_queued[root] = true;
  push_back (&w->work, root);
  while (w->work.n)
    {
      uint32_t l = pop (&w->work);
      int derefs = w->derefs[l];
      w->work_queued[l] = false;
      if (!visit (w, root, l, derefs))
        continue;
      for (uint32_t e = g->locs.data[l].first; e != GIR_INVALID; e = g->edges.data[e].next)
        reach (w, l, e, MAX (derefs, 0) + g->edges.data[e].derefs, number);
    }
}

struct gc_solution *
gc_walk (const struct gc_graph *g)
{
  uint32_t n = g->locs.size;
  struct gc_solution *s = g_new0 (struct gc_solution, 1);
  struct walker w = { .g = g, .s = s };
  s->attrs = g_new0 (uint8_t, n);
  s->causes = g_new0 (uint8_t, n);
  s->leaks = g_new0 (struct gc_leaks, n);
  w.root_queued = g_new0 (bool, n);
  w.work_queued = g_new0 (bool, n);
  w.derefs = g_new0 (int32_t, n);
  w.walk = g_new0 (uint32_t, n);
  w.next = g_new0 (uint32_t, n);
  w.edge = g_new0 (uint32_t, n);
  w.lost = g_new0 (bool, g->n_members + 1);
  queue_init (&w.roots, n);
  queue_init (&w.work, n);
  for (uint32_t l = 0; l < n; l++)
    {
      s->attrs[l] = g->locs.data[l].attrs;
      s->causes[l] = g->locs.data[l].cause;
      s->leaks[l] = gc_no_leaks;
    }
  for (uint32_t l = 0; l < n; l++)
    queue_root (&w, l);
  while (w.roots.n)
    {
      uint32_t root = pop (&w.roots);
      w.root_queued[root] = false;
      walk_from (&w, root);
    }
  for (uint32_t l = 0; l < n; l++)
    gc_leaks_optimize (&s->leaks[l]);
  g_free (w.roots.locs);
  g_free (w.work.locs);
  g_free (w.root_queued);
  g_free (w.work_queued);
  g_free (w.derefs);
  g_free (w.walk);
  g_free (w.next);
  g_free (w.edge);
  g_free (w.lost);
  return s;
}

void
gc_solution_free (struct gc_solution *s)
{
  if (!s)
    return;
  g_free (s->attrs);
  g_free (s->causes);
  g_free (s->leaks);
  g_free (s);
}
