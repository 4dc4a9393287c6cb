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

static void
clear (struct gir_instr *i, enum gir_op op)
{
  i->op = (uint8_t)op;
  i->n_args = 0;
  i->mode = GIR_CALL_PLAIN;
}

/* Control never enters the block: nothing of it is left but a jump to itself. */
static void
kill_block (struct gir_func *f, uint32_t b)
{
  struct gir_basic_block *block = &f->blocks[b];
  block->dead = true;
  for (uint32_t i = block->first; i < block->first + block->count; i++)
    clear (&f->instrs[i], GIR_OP_NOP);
  struct gir_instr *last = &f->instrs[block->first + block->count - 1];
  clear (last, GIR_OP_JMP);
  last->aux = b;
}

static void
kill_dead_blocks (struct gir_func *f)
{
  struct gir_cfg *cfg = gir_cfg_new (f);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    if (!cfg->reachable[b])
      kill_block (f, b);
  gir_cfg_free (cfg);
  f->n_edges = gir_func_count_edges (f->blocks, f->n_blocks, f->instrs);
  gir_func_link_blocks (f);
}

/* The operands of dead code are gone, for whoever walks over all of a function's. */
static void
drop_operands (struct gir_func *f)
{
  g_autofree bool *live = g_new0 (bool, f->n_operands + 1);
  for (uint32_t i = 0; i < f->n_instrs; i++)
    for (uint32_t k = 0; k < f->instrs[i].n_args; k++)
      live[f->instrs[i].args + k] = true;
  for (uint32_t k = 0; k < f->n_operands; k++)
    if (!live[k])
      f->operands[k] = gir_operand_new (GIR_NONE, 0);
}

void
gir_prune (const GirProgram *p, struct gir_func *f)
{
  bool pruned = false;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    pruned |= prune_branch (p, f, &f->blocks[b]);
  if (!pruned)
    return;
  gir_func_link_blocks (f);
  kill_dead_blocks (f);
  drop_operands (f);
}
