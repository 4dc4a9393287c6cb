/* The steps of gir_cfg_new, one a file. */
#pragma once

#include "frontend/flow.h"

/* What gir_cfg_new makes; the dominator tree in preorder answers gir_cfg_dominates at once. */
struct cfg
{
  struct gir_cfg public;
  const struct gir_func *func;
  uint32_t *enter;   /* of a reachable block in the dominator tree's preorder */
  uint32_t *subtree; /* blocks that it dominates, itself included */
};

/* A depth-first search from the recover block and the entry. Vertices are numbered by preorder from 1; 0 stands before both roots. */
struct cfg_search
{
  uint32_t n;       /* vertices, that one included */
  uint32_t *block;  /* of a vertex */
  uint32_t *vertex; /* of a block; 0: unreachable */
  uint32_t *parent; /* vertex -> vertex */
};

/* dominators.c: immediate dominators of all vertices (Lengauer & Tarjan 1979, O(m log n)); @idom has room for s->n. */
void cfg_find_dominators (const struct gir_func *f, const struct cfg_search *s, uint32_t *idom);

/* loops.c: cfg->public.loop_depth. */
void cfg_find_loops (struct cfg *cfg);
