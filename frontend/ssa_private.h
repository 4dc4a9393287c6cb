/* The two halves of gir_promote: where phis belong (phis.c), and the rewriting (ssa.c). */
#pragma once

#include "base/vec.h"
#include "frontend/flow.h"

/* A variable is an alloc that can live in registers; they are numbered in the order of the instructions. */
struct ssa_variables
{
  uint32_t n;
  uint32_t *of;     /* for each instruction the variable it allocates, or GIR_INVALID */
  uint32_t *allocs; /* for each variable its alloc */
};

enum ssa_access
{
  SSA_NONE,
  SSA_ALLOC,
  SSA_LOAD,
  SSA_STORE
};

/* What instruction @n does to a variable; sets @var unless that is nothing. */
static inline enum ssa_access
ssa_access (const struct gir_func *f, const struct ssa_variables *vars, uint32_t n, uint32_t *var)
{
  const struct gir_instr *i = &f->instrs[n];
  uint32_t base = gir_func_first_instr_value (f), alloc = n;
  if (i->op == GIR_OP_LOAD || i->op == GIR_OP_STORE)
    {
      gir_operand x = f->operands[i->args];
      if (gir_operand_kind (x) != GIR_VALUE || gir_operand_index (x) < base)
        return SSA_NONE;
      alloc = gir_operand_index (x) - base;
    }
  else if (i->op != GIR_OP_ALLOC)
    return SSA_NONE;
  *var = vars->of[alloc];
  if (*var == GIR_INVALID)
    return SSA_NONE;
  return i->op == GIR_OP_LOAD ? SSA_LOAD : i->op == GIR_OP_STORE ? SSA_STORE : SSA_ALLOC;
}

struct ssa_phi
{
  uint32_t block;
  uint32_t var;
};
typedef VEC (struct ssa_phi) ssa_phi_vec;

/* Appends the phis that the variables need, by block and variable ascending. False if that is too much work, or too many edges, as
 * variables times blocks can be. */
bool ssa_place_phis (const struct gir_func *f, const struct gir_cfg *cfg, const struct ssa_variables *vars, ssa_phi_vec *phis);

/* The dominator tree downwards: the children of block b are child[first[b] .. first[b + 1]), ascending; those of no block have b =
 * n_blocks. */
struct ssa_tree
{
  uint32_t *first; /* n_blocks + 2 */
  uint32_t *child;
};
void ssa_tree_init (struct ssa_tree *tree, const struct gir_cfg *cfg);
void ssa_tree_clear (struct ssa_tree *tree);
