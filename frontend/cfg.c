#include "base/scc.h"
#include "base/vec.h"
#include "frontend/cfg_private.h"

struct step
{
  uint32_t block;
  uint32_t k; /* the next successor */
};

typedef VEC (struct step) step_vec;

static void
enter (struct cfg_search *s, step_vec *path, uint32_t block, uint32_t parent)
{
  s->block[s->n] = block;
  s->parent[s->n] = parent;
  s->vertex[block] = s->n++;
  vec_push (path, ((struct step){ block, 0 }));
}

/* Depth first from @root; appends the blocks to @post as they are left. */
static void
search_from (const struct gir_func *f, struct cfg_search *s, step_vec *path, uint32_t root, u32_vec *post)
{
  if (s->vertex[root])
    return;
  enter (s, path, root, 0);
  while (!vec_empty (path))
    {
      struct step *at = &vec_last (path);
      const struct gir_basic_block *b = &f->blocks[at->block];
      if (at->k == b->n_succs)
        {
          vec_push (post, at->block);
          (void)vec_pop (path);
          continue;
        }
      uint32_t from = s->vertex[at->block], next = b->succs[at->k++];
      if (!s->vertex[next])
        enter (s, path, next, from);
    }
}

/* The entry is searched last, which puts it first in reverse postorder. */
static void
search (const struct gir_func *f, struct cfg_search *s, struct gir_cfg *c)
{
  step_vec path = { 0 };
  g_auto (u32_vec) post = { 0 };
  s->n = 1;
  if (f->recover != GIR_INVALID)
    search_from (f, s, &path, f->recover, &post);
  search_from (f, s, &path, 0, &post);
  vec_clear (&path);
  c->n_rpo = post.size;
  for (uint32_t i = 0; i < c->n_rpo; i++)
    {
      c->rpo[i] = post.data[post.size - 1 - i];
      c->reachable[c->rpo[i]] = true;
    }
}

/* Numbers the dominator tree in preorder: a vertex's dominator has a lower number, so that two sweeps do. */
static void
number_tree (struct cfg *cfg, const struct cfg_search *s, const uint32_t *idom)
{
  g_autofree uint32_t *size = g_new (uint32_t, s->n), *next = g_new (uint32_t, s->n);
  for (uint32_t v = 0; v < s->n; v++)
    size[v] = 1;
  for (uint32_t v = s->n - 1; v > 0; v--)
    size[idom[v]] += size[v];
  next[0] = 0;
  for (uint32_t v = 1; v < s->n; v++)
    {
      uint32_t b = s->block[v];
      cfg->public.idom[b] = idom[v] ? s->block[idom[v]] : GIR_INVALID;
      cfg->subtree[b] = size[v];
      cfg->enter[b] = next[idom[v]];
      next[idom[v]] += size[v];
      next[v] = cfg->enter[b] + 1;
    }
}

static void
find_dominance (struct cfg *cfg)
{
  const struct gir_func *f = cfg->func;
  g_autofree uint32_t *room = g_new0 (uint32_t, ((size_t)f->n_blocks + 1) * 4);
  size_t n = (size_t)f->n_blocks + 1;
  struct cfg_search s = { .block = room, .vertex = room + n, .parent = room + 2 * n };
  uint32_t *idom = room + 3 * n;
  search (f, &s, &cfg->public);
  cfg_find_dominators (f, &s, idom);
  number_tree (cfg, &s, idom);
}

static void
find_cycles (struct cfg *cfg)
{
  const struct gir_func *f = cfg->func;
  struct gir_cfg *c = &cfg->public;
  uint32_t n = f->n_blocks, at = 0;
  g_autofree uint32_t *first = g_new (uint32_t, (size_t)n + 1), *targets = g_new (uint32_t, (size_t)n * 2);
  for (uint32_t b = 0; b < n; b++)
    {
      first[b] = at;
      for (uint32_t k = 0; k < f->blocks[b].n_succs; k++)
        {
          targets[at++] = f->blocks[b].succs[k];
          c->in_cycle[b] |= f->blocks[b].succs[k] == b;
        }
    }
  first[n] = at;
  uint32_t n_sccs = scc_find (n, first, targets, c->scc);
  g_autofree uint32_t *size = g_new0 (uint32_t, n_sccs);
  for (uint32_t b = 0; b < n; b++)
    size[c->scc[b]]++;
  for (uint32_t b = 0; b < n; b++)
    c->in_cycle[b] |= size[c->scc[b]] > 1;
}

struct gir_cfg *
gir_cfg_new (const struct gir_func *f)
{
  size_t n = f->n_blocks;
  struct cfg *cfg = g_malloc0 (sizeof *cfg + n * (6 * sizeof (uint32_t) + 2 * sizeof (bool)));
  uint32_t *at = (uint32_t *)(cfg + 1);
  struct gir_cfg *c = &cfg->public;
  *c = (struct gir_cfg){ .n_blocks = f->n_blocks, .idom = at, .rpo = at + n, .scc = at + 2 * n, .loop_depth = at + 3 * n };
  cfg->func = f;
  cfg->enter = at + 4 * n;
  cfg->subtree = at + 5 * n;
  c->in_cycle = (bool *)(at + 6 * n);
  c->reachable = c->in_cycle + n;
  memset (c->idom, 0xff, n * sizeof *c->idom);
  if (!n)
    return c;
  find_dominance (cfg);
  find_cycles (cfg);
  cfg_find_loops (cfg);
  return c;
}

void
gir_cfg_free (struct gir_cfg *cfg)
{
  g_free (cfg);
}

bool
gir_cfg_dominates (const struct gir_cfg *c, uint32_t a, uint32_t b)
{
  const struct cfg *cfg = (const struct cfg *)c;
  SP_ASSERT (a < c->n_blocks && b < c->n_blocks);
  if (!c->reachable[a] || !c->reachable[b])
    return a == b;
  return cfg->enter[b] - cfg->enter[a] < cfg->subtree[a];
}
