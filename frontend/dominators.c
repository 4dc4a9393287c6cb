#include "base/vec.h"
#include "frontend/cfg_private.h"

#define NONE UINT32_MAX

/* All by vertex. The forest of finished vertices hangs together by ancestor; label is the vertex of least semidominator on the
 * way up. Buckets are lists: vertices with the same semidominator, linked by next. */
struct dominators
{
  uint32_t *semi;
  uint32_t *ancestor;
  uint32_t *label;
  uint32_t *bucket;
  uint32_t *next;
  u32_vec path;
};

/* Hangs all on the way from @v up directly below the root, keeping the labels; on a stack, for paths are as long as the function. */
static void
compress (struct dominators *d, uint32_t v)
{
  vec_reset (&d->path);
  for (; d->ancestor[d->ancestor[v]] != NONE; v = d->ancestor[v])
    vec_push (&d->path, v);
  while (!vec_empty (&d->path))
    {
      uint32_t w = vec_pop (&d->path), up = d->ancestor[w];
      if (d->semi[d->label[up]] < d->semi[d->label[w]])
        d->label[w] = d->label[up];
      d->ancestor[w] = d->ancestor[up];
    }
}

static uint32_t
eval (struct dominators *d, uint32_t v)
{
  if (d->ancestor[v] != NONE)
    compress (d, v);
  return d->label[v];
}

static void
find_semidominator (struct dominators *d, const struct gir_func *f, const struct cfg_search *s, uint32_t w)
{
  const struct gir_basic_block *b = &f->blocks[s->block[w]];
  if (s->block[w] == 0 || s->block[w] == f->recover)
    d->semi[w] = 0;
  for (uint32_t k = 0; k < b->n_preds; k++)
    {
      uint32_t v = s->vertex[f->edges[b->preds + k]];
      if (v)
        d->semi[w] = MIN (d->semi[w], d->semi[eval (d, v)]);
    }
}

static void
empty_bucket (struct dominators *d, uint32_t of, uint32_t *idom)
{
  for (uint32_t v = d->bucket[of]; v != NONE; v = d->next[v])
    {
      uint32_t u = eval (d, v);
      idom[v] = d->semi[u] < d->semi[v] ? u : of;
    }
  d->bucket[of] = NONE;
}

void
cfg_find_dominators (const struct gir_func *f, const struct cfg_search *s, uint32_t *idom)
{
  uint32_t n = s->n;
  g_autofree uint32_t *room = g_new (uint32_t, (size_t)n * 5);
  struct dominators d = { room, room + n, room + 2 * (size_t)n, room + 3 * (size_t)n, room + 4 * (size_t)n, { 0 } };
  for (uint32_t v = 0; v < n; v++)
    {
      d.semi[v] = d.label[v] = v;
      d.ancestor[v] = d.bucket[v] = NONE;
    }
  for (uint32_t w = n - 1; w > 0; w--)
    {
      uint32_t parent = s->parent[w];
      find_semidominator (&d, f, s, w);
      d.next[w] = d.bucket[d.semi[w]];
      d.bucket[d.semi[w]] = w;
      d.ancestor[w] = parent;
      empty_bucket (&d, parent, idom);
    }
  idom[0] = 0;
  for (uint32_t w = 1; w < n; w++)
    if (idom[w] != d.semi[w])
      idom[w] = idom[idom[w]];
  vec_clear (&d.path);
}
