/* Pruned phi placement: for each variable its liveness, then the iterated dominance frontier of its definitions by the DJ-graph
 * (Sreedhar & Gao 1995), which needs no frontier sets: those are quadratic for nested loops. Both keep to the blocks where the
 * variable is live, so that the time is about that of the answer. */
#include "frontend/ssa_private.h"

/* Beyond these a function is no longer worth it: about a second, and some hundred megabytes. */
enum
{
  MAX_STEPS = 1 << 28,
  MAX_EDGES = 1 << 25
};

struct access
{
  uint32_t var;
  uint32_t block;
};
typedef VEC (struct access) access_vec;

struct placer
{
  const struct gir_func *f;
  const struct gir_cfg *cfg;
  struct ssa_tree tree;
  uint32_t *level; /* depth in the dominator tree */
  uint32_t *live;  /* by block, the last variable (+ 1) that was live at its start; likewise the rest: */
  uint32_t *defined;
  uint32_t *joined; /* considered for a phi */
  uint32_t *walked;
  u32_vec work;
  VEC (uint64_t) heap; /* definitions still to be considered, deepest first: level, block */
  ssa_phi_vec *phis;
  uint64_t steps;   /* done so far */
  uint64_t n_edges; /* of the phis so far */
};

void
ssa_tree_init (struct ssa_tree *tree, const struct gir_cfg *cfg)
{
  uint32_t n = cfg->n_blocks;
  tree->first = g_new0 (uint32_t, (size_t)n + 2);
  tree->child = g_new (uint32_t, MAX (n, 1));
  for (uint32_t b = 0; b < n; b++)
    if (cfg->reachable[b])
      tree->first[MIN (cfg->idom[b], n) + 1]++;
  for (uint32_t b = 0; b <= n; b++)
    tree->first[b + 1] += tree->first[b];
  g_autofree uint32_t *at = g_memdup2 (tree->first, ((size_t)n + 2) * sizeof *at);
  for (uint32_t b = 0; b < n; b++)
    if (cfg->reachable[b])
      tree->child[at[MIN (cfg->idom[b], n)]++] = b;
}

void
ssa_tree_clear (struct ssa_tree *tree)
{
  g_clear_pointer (&tree->first, g_free);
  g_clear_pointer (&tree->child, g_free);
}

/* Blocks where each variable is defined, and where it is read before any definition of the same block. */
static void
find_accesses (struct placer *s, const struct ssa_variables *vars, access_vec *defs, access_vec *reads)
{
  g_autofree uint32_t *def_in = g_new0 (uint32_t, vars->n), *read_in = g_new0 (uint32_t, vars->n);
  for (uint32_t b = 0; b < s->f->n_blocks; b++)
    for (uint32_t k = 0; k < s->f->blocks[b].count && s->cfg->reachable[b]; k++)
      {
        uint32_t var;
        enum ssa_access what = ssa_access (s->f, vars, s->f->blocks[b].first + k, &var);
        if (what == SSA_NONE || def_in[var] == b + 1)
          continue;
        if (what != SSA_LOAD)
          {
            def_in[var] = b + 1;
            vec_push (defs, ((struct access){ var, b }));
          }
        else if (read_in[var] != b + 1)
          {
            read_in[var] = b + 1;
            vec_push (reads, ((struct access){ var, b }));
          }
      }
}

/* The blocks of @accesses by variable: those of v are blocks[first[v] .. first[v + 1]). */
static void
sort_accesses (const access_vec *accesses, uint32_t n_vars, uint32_t **first, uint32_t **blocks)
{
  *first = g_new0 (uint32_t, (size_t)n_vars + 2);
  *blocks = g_new (uint32_t, MAX (accesses->size, 1));
  vec_foreach (const struct access, a, accesses)
    (*first)[a->var + 2]++;
  for (uint32_t v = 0; v <= n_vars; v++)
    (*first)[v + 1] += (*first)[v];
  vec_foreach (const struct access, a, accesses)
    (*blocks)[(*first)[a->var + 1]++] = a->block;
}

/* Marks where the variable @mark - 1 is live at a block's start. */
static void
find_liveness (struct placer *s, uint32_t mark, const uint32_t *reads, uint32_t n_reads)
{
  for (uint32_t k = 0; k < n_reads; k++)
    vec_push (&s->work, reads[k]);
  while (!vec_empty (&s->work))
    {
      uint32_t b = vec_pop (&s->work);
      if (s->live[b] == mark)
        continue;
      s->live[b] = mark;
      s->steps += 1 + s->f->blocks[b].n_preds;
      for (uint32_t k = 0; k < s->f->blocks[b].n_preds; k++)
        {
          uint32_t from = s->f->edges[s->f->blocks[b].preds + k];
          if (s->cfg->reachable[from] && s->defined[from] != mark && s->live[from] != mark)
            vec_push (&s->work, from);
        }
    }
}

static void
heap_push (struct placer *s, uint32_t block)
{
  uint64_t key = (uint64_t)s->level[block] << 32 | block;
  vec_push (&s->heap, key);
  uint64_t *h = s->heap.data;
  uint32_t i = s->heap.size - 1;
  for (; i > 0 && h[(i - 1) / 2] < key; i = (i - 1) / 2)
    h[i] = h[(i - 1) / 2];
  h[i] = key;
}

static uint32_t
heap_pop (struct placer *s)
{
  uint64_t *h = s->heap.data, top = h[0], key = vec_pop (&s->heap);
  uint32_t n = s->heap.size, i = 0;
  for (uint32_t child; (child = 2 * i + 1) < n; i = child)
    {
      child += child + 1 < n && h[child + 1] > h[child];
      if (h[child] <= key)
        break;
      h[i] = h[child];
    }
  if (n)
    h[i] = key;
  return (uint32_t)top;
}

/* An edge from the subtree of a definition at @level to @to: it joins other ways there unless it stays below. */
static void
join (struct placer *s, uint32_t mark, uint32_t from, uint32_t to, uint32_t level)
{
  if (s->cfg->idom[to] == from || s->level[to] > level || s->joined[to] == mark || s->live[to] != mark)
    return;
  s->joined[to] = mark;
  s->n_edges += s->f->blocks[to].n_preds;
  vec_push (s->phis, ((struct ssa_phi){ to, mark - 1 }));
  if (s->defined[to] != mark)
    heap_push (s, to);
}

/* Looks at what leaves the subtree of @root. Deeper subtrees have been walked before, and need not be again. */
static void
walk_subtree (struct placer *s, uint32_t mark, uint32_t root)
{
  vec_push (&s->work, root);
  while (!vec_empty (&s->work))
    {
      uint32_t b = vec_pop (&s->work);
      s->steps += 1 + s->tree.first[b + 1] - s->tree.first[b];
      for (uint32_t k = 0; k < s->f->blocks[b].n_succs; k++)
        join (s, mark, b, s->f->blocks[b].succs[k], s->level[root]);
      for (uint32_t k = s->tree.first[b]; k < s->tree.first[b + 1]; k++)
        {
          uint32_t child = s->tree.child[k];
          if (s->live[child] != mark || s->walked[child] == mark)
            continue;
          s->walked[child] = mark;
          vec_push (&s->work, child);
        }
    }
}

static void
place (struct placer *s, uint32_t var, const uint32_t *defs, uint32_t n_defs, const uint32_t *reads, uint32_t n_reads)
{
  uint32_t mark = var + 1;
  if (!n_reads)
    return;
  for (uint32_t k = 0; k < n_defs; k++)
    s->defined[defs[k]] = mark;
  find_liveness (s, mark, reads, n_reads);
  for (uint32_t k = 0; k < n_defs; k++)
    heap_push (s, defs[k]);
  while (!vec_empty (&s->heap))
    walk_subtree (s, mark, heap_pop (s));
}

/* By block; placement went by variable already. */
static void
sort_phis (ssa_phi_vec *phis, uint32_t n_blocks)
{
  g_autofree uint32_t *at = g_new0 (uint32_t, (size_t)n_blocks + 1);
  g_autofree struct ssa_phi *sorted = g_new (struct ssa_phi, phis->size);
  vec_foreach (struct ssa_phi, phi, phis)
    at[phi->block + 1]++;
  for (uint32_t b = 0; b < n_blocks; b++)
    at[b + 1] += at[b];
  vec_foreach (struct ssa_phi, phi, phis)
    sorted[at[phi->block]++] = *phi;
  if (phis->size)
    memcpy (phis->data, sorted, phis->size * sizeof *sorted);
}

static void
find_levels (struct placer *s)
{
  for (uint32_t i = 0; i < s->cfg->n_rpo; i++)
    {
      uint32_t b = s->cfg->rpo[i];
      s->level[b] = s->cfg->idom[b] == GIR_INVALID ? 1 : s->level[s->cfg->idom[b]] + 1;
    }
}

static bool
within_budget (const struct placer *s)
{
  return s->steps <= MAX_STEPS && s->n_edges <= MAX_EDGES;
}

bool
ssa_place_phis (const struct gir_func *f, const struct gir_cfg *cfg, const struct ssa_variables *vars, ssa_phi_vec *phis)
{
  size_t n = f->n_blocks;
  g_autofree uint32_t *room = g_new0 (uint32_t, n * 5);
  struct placer s = { .f = f,
                      .cfg = cfg,
                      .level = room,
                      .live = room + n,
                      .defined = room + 2 * n,
                      .joined = room + 3 * n,
                      .walked = room + 4 * n,
                      .phis = phis };
  access_vec defs = { 0 }, reads = { 0 };
  g_autofree uint32_t *def_first = NULL, *def_blocks = NULL, *read_first = NULL, *read_blocks = NULL;
  ssa_tree_init (&s.tree, cfg);
  find_levels (&s);
  find_accesses (&s, vars, &defs, &reads);
  sort_accesses (&defs, vars->n, &def_first, &def_blocks);
  sort_accesses (&reads, vars->n, &read_first, &read_blocks);
  for (uint32_t v = 0; v < vars->n && within_budget (&s); v++)
    place (&s, v, def_blocks + def_first[v], def_first[v + 1] - def_first[v], read_blocks + read_first[v],
           read_first[v + 1] - read_first[v]);
  sort_phis (phis, f->n_blocks);
  ssa_tree_clear (&s.tree);
  vec_clear (&defs);
  vec_clear (&reads);
  vec_clear (&s.work);
  vec_clear (&s.heap);
  return within_budget (&s);
}
