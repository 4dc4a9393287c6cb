/* Control flow and promotion, one function at a time; and the call graph's components. */
#pragma once
#include "frontend/gir.h"

/* Makes branches on the constants true and false jumps, in place, and empties the blocks that control never enters then, but
 * for sites and positions: what a program switches
 * off by a constant (`const debug = false`) is no code, as for gc. Call it before gir_promote. Functions may be pruned concurrently. */
void gir_prune (const GirProgram *p, struct gir_func *f);

/* Promotes locals to registers, in place (Cytron et al. 1991: dominance frontiers, pruned phis): every `alloc` of kind
 * var, tmp or result that is only the address of whole loads and stores. A result variable of a function that defers or
 * recovers, and any variable that such a function's recover block reads, stays in memory (rules.md A11). A store to a promoted
 * variable becomes a copy, `%x = chtype T V` with the variable's name, so that each SSA version of the variable has its own value; loads
 * vanish, their uses read the reaching version, uninitialised reads the constant `zero` (or `nil`). An alloc of a promoted variable becomes
 * GIR_OP_NOP (its version there is the zero value). Phis stand at the head of their block. Copies and phis of a promoted variable carry
 * in aux the value number (after renumbering) of that NOP, which so identifies the variable; aux of other phis and chtypes is GIR_INVALID.
 * Values are renumbered densely. Variables of more than 64 KiB stay in memory: their size alone can put them on the heap. So do all
 * variables of a function where phis would be beyond all measure (2^25 edges). The NOP of an
 * alloc keeps its position, name, site and text. Functions may be promoted concurrently: each owns its memory, and nothing else changes. */
void gir_promote (GirProgram *p, struct gir_func *f);

struct gir_cfg
{
  uint32_t n_blocks;
  uint32_t *idom; /* immediate dominator, GIR_INVALID for the entry and unreachable blocks */
  uint32_t *rpo;  /* reachable blocks in reverse postorder */
  uint32_t n_rpo;
  uint32_t *scc;  /* number of the CFG's strongly connected component */
  bool *in_cycle; /* the block lies in a cycle of the CFG, natural loop or not (goto, irreducible) */
  bool *reachable;
  uint32_t *loop_depth; /* nesting of natural loops */
};
/* The recover block counts as a root beside the entry. */
struct gir_cfg *gir_cfg_new (const struct gir_func *f);
void gir_cfg_free (struct gir_cfg *cfg);
/* Constant time. An unreachable block dominates, and is dominated by, only itself. */
bool gir_cfg_dominates (const struct gir_cfg *cfg, uint32_t a, uint32_t b);

/* Strongly connected components of the reference graph (f -> g when f calls g statically, takes g's address as an operand, makes a
 * closure of g, or defers or spawns it; extra edges from the caller of this function, e.g. resolved dynamic targets), callees first.
 * order lists functions component by component; component c is order[start[c] .. start[c+1]). Deterministic: ties by function number. */
struct gir_components
{
  uint32_t n_components;
  uint32_t *start;     /* n_components + 1 */
  gir_fn *order;       /* n_funcs */
  uint32_t *component; /* of each function */
  bool *recursive;     /* the component has a cycle (a self edge counts) */
};
struct gir_edge
{
  gir_fn from, to;
};
struct gir_components *gir_components_new (const GirProgram *p, const struct gir_edge *extra, size_t n_extra);
void gir_components_free (struct gir_components *c);
