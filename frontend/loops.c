#include "base/vec.h"
#include "frontend/cfg_private.h"

/* Natural loops, innermost first: the body of each is folded into its header, so that outer loops step over it (Tarjan 1974,
 * Havlak 1997). Loops with the same header count as one. */
struct loops
{
  const struct gir_func *f;
  const struct gir_cfg *cfg;
  uint32_t *fold;   /* union-find: the header a block is folded into */
  uint32_t *header; /* of the innermost loop around a block, not its own; GIR_INVALID without */
  bool *heads;
  u32_vec work;
};

static uint32_t
find (struct loops *l, uint32_t b)
{
  while (l->fold[b] != b)
    b = l->fold[b] = l->fold[l->fold[b]];
  return b;
}

static void
push_pred (struct loops *l, uint32_t from, uint32_t head)
{
  uint32_t b = find (l, from);
  if (b != head)
    vec_push (&l->work, b);
}

static void
fold_loop (struct loops *l, uint32_t head)
{
  const struct gir_basic_block *h = &l->f->blocks[head];
  for (uint32_t k = 0; k < h->n_preds; k++)
    {
      uint32_t from = l->f->edges[h->preds + k];
      if (!l->cfg->reachable[from] || !gir_cfg_dominates (l->cfg, head, from))
        continue;
      l->heads[head] = true;
      push_pred (l, from, head);
    }
  while (!vec_empty (&l->work))
    {
      uint32_t b = vec_pop (&l->work);
      const struct gir_basic_block *block = &l->f->blocks[b];
      if (find (l, b) == head)
        continue;
      l->fold[b] = l->header[b] = head;
      for (uint32_t k = 0; k < block->n_preds; k++)
        if (l->cfg->reachable[l->f->edges[block->preds + k]])
          push_pred (l, l->f->edges[block->preds + k], head);
    }
}

void
cfg_find_loops (struct cfg *cfg)
{
  struct gir_cfg *c = &cfg->public;
  uint32_t n = c->n_blocks;
  g_autofree uint32_t *fold = g_new (uint32_t, n), *header = g_new (uint32_t, n);
  g_autofree bool *heads = g_new0 (bool, n);
  struct loops l = { cfg->func, c, fold, header, heads, { 0 } };
  for (uint32_t b = 0; b < n; b++)
    {
      fold[b] = b;
      header[b] = GIR_INVALID;
    }
  for (uint32_t i = c->n_rpo; i-- > 0;)
    fold_loop (&l, c->rpo[i]);
  for (uint32_t i = 0; i < c->n_rpo; i++)
    {
      uint32_t b = c->rpo[i];
      c->loop_depth[b] = heads[b] + (header[b] == GIR_INVALID ? 0 : c->loop_depth[header[b]]);
    }
  vec_clear (&l.work);
}
