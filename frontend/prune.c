#include "frontend/flow.h"
#include "frontend/gir_store.h"

/* What a branch's condition is: 0 or 1 for a constant, -1 otherwise. */
static int
constant_condition (const GirProgram *p, const struct gir_func *f, const struct gir_instr *br)
{
  gir_operand x = f->operands[br->args];
  if (gir_operand_kind (x) != GIR_CONST)
    return -1;
  enum gir_const_kind kind = p->consts[gir_operand_index (x)].kind;
  return kind == GIR_C_TRUE ? 1 : kind == GIR_C_FALSE ? 0 : -1;
}

static bool
has_phi (const struct gir_func *f, uint32_t b)
{
  for (uint32_t i = f->blocks[b].first; i < f->blocks[b].first + f->blocks[b].count; i++)
    if (f->instrs[i].op == GIR_OP_PHI)
      return true;
  return false;
}

/* Makes a branch on a constant a jump. A phi of the block that is not taken would lose an operand; such a branch stays. */
static bool
prune_branch (const GirProgram *p, struct gir_func *f, const struct gir_basic_block *b)
{
  struct gir_instr *last = &f->instrs[b->first + b->count - 1];
  int taken = last->op == GIR_OP_BR ? constant_condition (p, f, last) : -1;
  if (taken < 0 || last->aux == last->aux2 || has_phi (f, taken ? last->aux2 : last->aux))
    return false;
  last->op = GIR_OP_JMP;
  last->aux = taken ? last->aux : last->aux2;
  last->aux2 = 0;
  last->n_args = 0;
  f->n_edges--;
  return true;
}

/* Marks the blocks that control never enters. */
static void
mark_dead (struct gir_func *f)
{
  struct gir_cfg *cfg = gir_cfg_new (f);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    f->blocks[b].dead = !cfg->reachable[b];
  gir_cfg_free (cfg);
}

void
gir_prune (const GirProgram *p, struct gir_func *f)
{
  bool pruned = false;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    pruned |= prune_branch (p, f, &f->blocks[b]);
  if (pruned)
    gir_func_link_blocks (f);
  mark_dead (f);
}
