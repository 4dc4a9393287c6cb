#include "frontend/gir_limits.h"
#include "frontend/gir_names.h"
#include "frontend/gir_store.h"
#include "frontend/ssa_private.h"

/* Larger variables stay in memory: gc puts them on the heap for their size alone, so they are sites. */
#define PROMOTE_MAX_SIZE ((uint64_t)64 << 10)

#define UNCHANGED UINT32_MAX /* no gir_operand */

/* Which allocs are variables. */

static gir_type
pointee (const GirProgram *p, const struct gir_instr *alloc)
{
  return p->types[gir_underlying (p, alloc->type)].elem;
}

static bool
may_promote (const GirProgram *p, const struct gir_instr *i)
{
  bool variable = i->sub == GIR_A_VAR || i->sub == GIR_A_TMP || i->sub == GIR_A_RESULT;
  bool scratch = i->sub == GIR_A_COMPLIT && i->site == GIR_S_NONE; /* holds a composite literal while it is built */
  return i->op == GIR_OP_ALLOC && !i->pinned && (variable || scratch) && p->types[pointee (p, i)].size <= PROMOTE_MAX_SIZE;
}

static bool
has_defers (const struct gir_func *f)
{
  bool found = f->recover != GIR_INVALID;
  for (uint32_t n = 0; n < f->n_instrs && !found; n++)
    found = f->instrs[n].mode == GIR_CALL_DEFER || f->instrs[n].op == GIR_OP_RUNDEFERS;
  return found;
}

/* The instruction that defines an operand, GIR_INVALID if none does. */
static uint32_t
definition (const struct gir_func *f, gir_operand x)
{
  uint32_t base = gir_func_first_instr_value (f), v = gir_operand_index (x);
  return gir_operand_kind (x) == GIR_VALUE && v >= base ? v - base : GIR_INVALID;
}

static void
refuse (const struct gir_func *f, uint32_t *of, gir_operand x)
{
  uint32_t n = definition (f, x);
  if (n != GIR_INVALID)
    of[n] = GIR_INVALID;
}

/* Whether the instruction does no more with the variable at its operand @k than to read or write all of it. */
static bool
is_plain_access (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i, uint32_t k)
{
  uint32_t alloc = definition (f, f->operands[i->args + k]);
  if (k != 0 || alloc == GIR_INVALID || f->instrs[alloc].op != GIR_OP_ALLOC)
    return false;
  gir_type type = pointee (p, &f->instrs[alloc]);
  if (i->op == GIR_OP_LOAD)
    return i->type == type;
  if (i->op != GIR_OP_STORE)
    return false;
  gir_operand stored = f->operands[i->args + 1];
  return gir_operand_kind (stored) != GIR_VALUE || gir_value_type (f, gir_operand_index (stored)) == type;
}

static void
refuse_by_uses (const GirProgram *p, const struct gir_func *f, uint32_t *of)
{
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      const struct gir_instr *i = &f->instrs[n];
      for (uint32_t k = 0; k < i->n_args; k++)
        if (!is_plain_access (p, f, i, k))
          refuse (f, of, f->operands[i->args + k]);
      if (gir_instr_has_defer_stack (i))
        refuse (f, of, i->aux2);
    }
}

static void
refuse_results (const struct gir_func *f, uint32_t *of)
{
  for (uint32_t k = 0; k < f->n_results; k++)
    if (f->results[k].alloc != GIR_INVALID)
      refuse (f, of, gir_operand_new (GIR_VALUE, f->results[k].alloc));
  for (uint32_t n = 0; n < f->n_instrs; n++)
    if (f->instrs[n].op == GIR_OP_ALLOC && f->instrs[n].sub == GIR_A_RESULT)
      of[n] = GIR_INVALID;
}

/* What the recover block and those behind it read has whatever value it had when a call panicked. */
static void
refuse_recovered (const struct gir_func *f, uint32_t *of)
{
  g_autofree bool *seen = g_new0 (bool, f->n_blocks);
  g_auto (u32_vec) work = { 0 };
  vec_push (&work, f->recover);
  while (!vec_empty (&work))
    {
      const struct gir_basic_block *b = &f->blocks[vec_last (&work)];
      if (seen[vec_pop (&work)])
        continue;
      seen[b - f->blocks] = true;
      for (uint32_t k = 0; k < b->count; k++)
        if (f->instrs[b->first + k].op == GIR_OP_LOAD)
          refuse (f, of, f->operands[f->instrs[b->first + k].args]);
      for (uint32_t k = 0; k < b->n_succs; k++)
        vec_push (&work, b->succs[k]);
    }
}

static void
find_variables (const GirProgram *p, const struct gir_func *f, struct ssa_variables *vars)
{
  vars->of = g_new0 (uint32_t, MAX (f->n_instrs, 1));
  for (uint32_t n = 0; n < f->n_instrs; n++)
    vars->of[n] = may_promote (p, &f->instrs[n]) ? 0 : GIR_INVALID;
  refuse_by_uses (p, f, vars->of);
  if (has_defers (f))
    refuse_results (f, vars->of);
  if (f->recover != GIR_INVALID)
    refuse_recovered (f, vars->of);
  u32_vec allocs = { 0 };
  for (uint32_t n = 0; n < f->n_instrs; n++)
    if (vars->of[n] != GIR_INVALID)
      {
        vars->of[n] = allocs.size;
        vec_push (&allocs, n);
      }
  vars->n = allocs.size;
  vars->allocs = allocs.data;
}

/* Making room for phis. */

/* How far instructions of each block move. */
struct shift
{
  const struct gir_func *f;
  uint32_t *of_instr;
};

static gir_value
shifted_value (const struct shift *s, gir_value v)
{
  uint32_t base = gir_func_first_instr_value (s->f);
  return v < base || v == GIR_INVALID ? v : v + s->of_instr[v - base];
}

static gir_operand
shifted (const struct shift *s, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_operand_new (GIR_VALUE, shifted_value (s, gir_operand_index (x))) : x;
}

static struct gir_instr
new_phi (const struct gir_instr *alloc, gir_type type, uint32_t args, uint32_t n_args)
{
  return (struct gir_instr){
    .op = GIR_OP_PHI, .type = type, .args = args, .n_args = n_args, .aux = GIR_INVALID, .pos = alloc->pos, .name = alloc->name
  };
}

struct growth
{
  struct gir_func old;
  struct gir_func *f;
  const struct ssa_phi *phi; /* the next one */
  const struct ssa_phi *end;
  uint32_t *phi_var;      /* for each new instruction the variable whose phi it is, or GIR_INVALID */
  const uint32_t *allocs; /* for each variable its alloc's old number */
  uint32_t n_operands;
};

/* Lays out block @b anew: its phis, then what was there. */
static void
grow_block (const GirProgram *p, struct growth *g, uint32_t b, uint32_t *of_instr)
{
  const struct gir_basic_block *from = &g->old.blocks[b];
  struct gir_basic_block *to = &g->f->blocks[b];
  uint32_t at = b ? to[-1].first + to[-1].count : 0;
  *to = *from;
  to->first = at;
  for (; g->phi != g->end && g->phi->block == b; g->phi++, at++)
    {
      const struct gir_instr *alloc = &g->old.instrs[g->allocs[g->phi->var]];
      g->f->instrs[at] = new_phi (alloc, pointee (p, alloc), g->n_operands, from->n_preds);
      g->phi_var[at] = g->phi->var;
      for (uint32_t k = 0; k < from->n_preds; k++)
        g->f->operands[g->n_operands++] = gir_operand_new (GIR_NONE, 0);
    }
  for (uint32_t k = 0; k < from->count; k++, at++)
    {
      g->f->instrs[at] = g->old.instrs[from->first + k];
      g->phi_var[at] = GIR_INVALID;
      of_instr[from->first + k] = at - (from->first + k);
    }
  to->count = at - to->first;
}

static void
shift_references (struct gir_func *f, uint32_t n_old_operands, const struct shift *s)
{
  for (uint32_t k = 0; k < n_old_operands; k++)
    f->operands[k] = shifted (s, f->operands[k]);
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      struct gir_instr *i = &f->instrs[n];
      if (gir_instr_has_defer_stack (i))
        i->aux2 = shifted (s, i->aux2);
      if (i->op == GIR_OP_PHI || i->op == GIR_OP_CHTYPE)
        i->aux = shifted_value (s, i->aux);
    }
  for (uint32_t k = 0; k < f->n_results; k++)
    f->results[k].alloc = shifted_value (s, f->results[k].alloc);
}

static void
shift_variables (struct ssa_variables *vars, const struct shift *s, uint32_t n_instrs)
{
  uint32_t *of = g_new (uint32_t, n_instrs);
  memset (of, 0xff, n_instrs * sizeof *of);
  for (uint32_t v = 0; v < vars->n; v++)
    {
      vars->allocs[v] += s->of_instr[vars->allocs[v]];
      of[vars->allocs[v]] = v;
    }
  g_free (vars->of);
  vars->of = of;
}

/* Inserts the phis, without operands yet, and renumbers all values; yields the variable of each instruction that is such a phi. */
static uint32_t *
insert_phis (const GirProgram *p, struct gir_func *f, struct ssa_variables *vars, const ssa_phi_vec *phis)
{
  struct growth g = { .old = *f, .f = f, .phi = phis->data, .end = phis->data + phis->size, .n_operands = f->n_operands };
  g_autofree uint32_t *of_instr = g_new0 (uint32_t, f->n_instrs);
  g.allocs = vars->allocs;
  f->n_instrs += phis->size;
  vec_foreach (const struct ssa_phi, phi, phis)
    f->n_operands += f->blocks[phi->block].n_preds;
  g.phi_var = g_new (uint32_t, f->n_instrs);
  gir_func_allot (f);
  memcpy (f->params, g.old.params, ((size_t)f->n_params + f->n_free) * sizeof *f->params);
  memcpy (f->results, g.old.results, f->n_results * sizeof *f->results);
  memcpy (f->operands, g.old.operands, g.old.n_operands * sizeof *f->operands);
  memcpy (f->edges, g.old.edges, f->n_edges * sizeof *f->edges);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    grow_block (p, &g, b, of_instr);
  SP_CHECK (g.phi == g.end && g.n_operands == f->n_operands);
  struct shift s = { &g.old, of_instr };
  shift_references (f, g.old.n_operands, &s);
  shift_variables (vars, &s, f->n_instrs);
  gir_func_release (&g.old);
  return g.phi_var;
}

/* Renaming: a walk down the dominator tree that knows each variable's current value. */

struct undo
{
  uint32_t var;
  gir_operand value;
};

struct visit
{
  uint32_t block;
  uint32_t child;  /* the next one in the tree */
  uint32_t n_undo; /* what to take back to */
};

struct renamer
{
  const GirProgram *p;
  struct gir_func *f;
  const struct ssa_variables *vars;
  const uint32_t *phi_var;  /* NULL: no phis were inserted */
  gir_operand *current;     /* of each variable */
  gir_operand *replacement; /* of each instruction's value, UNCHANGED for most */
  uint32_t *edge_slot;      /* for each block's two successors, which of their predecessors it is */
  struct ssa_tree tree;
  VEC (struct undo) undo;
  VEC (struct visit) path;
};

static gir_operand
zero_of (const GirProgram *p, gir_type type)
{
  switch (p->types[gir_underlying (p, type)].kind)
    {
    case GIR_T_PTR:
    case GIR_T_SLICE:
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC:
    case GIR_T_IFACE:
    case GIR_T_UNSAFEPTR:
    case GIR_T_NIL: return gir_operand_new (GIR_CONST, GIR_CONST_NIL);
    default: return gir_operand_new (GIR_CONST, GIR_CONST_ZERO);
    }
}

/* The instruction is gone, but for its place, its name and what site it was. */
static void
vanish (struct gir_instr *i)
{
  *i = (struct gir_instr){ .op = GIR_OP_NOP, .pos = i->pos, .name = i->name, .site = i->site, .text = i->text };
}

/* A store becomes a copy of the value, which is a version of the variable that the instruction @alloc made. */
static void
become_copy (const struct renamer *r, struct gir_instr *i, uint32_t alloc)
{
  const struct gir_instr *a = &r->f->instrs[alloc];
  i->op = GIR_OP_CHTYPE;
  i->type = pointee (r->p, a);
  i->name = a->name;
  i->args++;
  i->n_args = 1;
  i->aux = gir_func_instr_value (r->f, alloc);
}

static gir_operand
renamed (const struct renamer *r, gir_operand x)
{
  uint32_t n = definition (r->f, x);
  return n == GIR_INVALID || r->replacement[n] == UNCHANGED ? x : r->replacement[n];
}

static void
assign (struct renamer *r, uint32_t var, gir_operand value)
{
  vec_push (&r->undo, ((struct undo){ var, r->current[var] }));
  r->current[var] = value;
}

static void
rename_instr (struct renamer *r, uint32_t n)
{
  struct gir_instr *i = &r->f->instrs[n];
  uint32_t var;
  if (r->phi_var && r->phi_var[n] != GIR_INVALID)
    {
      assign (r, r->phi_var[n], gir_operand_new (GIR_VALUE, gir_func_instr_value (r->f, n)));
      return;
    }
  switch (ssa_access (r->f, r->vars, n, &var))
    {
    case SSA_NONE: return;
    case SSA_ALLOC: assign (r, var, zero_of (r->p, pointee (r->p, i))); break;
    case SSA_LOAD: r->replacement[n] = r->current[var]; break;
    case SSA_STORE: assign (r, var, gir_operand_new (GIR_VALUE, gir_func_instr_value (r->f, n))); break;
    }
}

/* The phis of the successors get the values that this block ends with. */
static void
fill_edges (struct renamer *r, const struct gir_basic_block *b)
{
  for (uint32_t k = 0; r->phi_var && k < b->n_succs; k++)
    {
      uint32_t slot = r->edge_slot[2 * (size_t)(b - r->f->blocks) + k];
      for (uint32_t n = r->f->blocks[b->succs[k]].first; r->phi_var[n] != GIR_INVALID; n++)
        r->f->operands[r->f->instrs[n].args + slot] = r->current[r->phi_var[n]];
    }
}

static void
enter_block (struct renamer *r, uint32_t block)
{
  const struct gir_basic_block *b = &r->f->blocks[block];
  vec_push (&r->path, ((struct visit){ block, r->tree.first[block], r->undo.size }));
  for (uint32_t k = 0; k < b->count; k++)
    rename_instr (r, b->first + k);
  fill_edges (r, b);
}

static void
leave_block (struct renamer *r)
{
  for (uint32_t n = vec_pop (&r->path).n_undo; r->undo.size > n;)
    {
      struct undo u = vec_pop (&r->undo);
      r->current[u.var] = u.value;
    }
}

static void
rename_from (struct renamer *r, uint32_t root)
{
  enter_block (r, root);
  while (!vec_empty (&r->path))
    {
      struct visit *v = &vec_last (&r->path);
      if (v->child == r->tree.first[v->block + 1])
        leave_block (r);
      else
        enter_block (r, r->tree.child[v->child++]);
    }
}

/* Accesses in unreachable blocks happen with no value at all; zero is as good as any. */
static void
rename_unreachable (struct renamer *r, const struct gir_cfg *cfg)
{
  uint32_t var;
  for (uint32_t b = 0; b < r->f->n_blocks; b++)
    for (uint32_t k = 0; k < r->f->blocks[b].count && !cfg->reachable[b]; k++)
      {
        uint32_t n = r->f->blocks[b].first + k;
        if (ssa_access (r->f, r->vars, n, &var) == SSA_LOAD)
          r->replacement[n] = zero_of (r->p, r->f->instrs[n].type);
      }
}

/* Edges from unreachable blocks, which the walk did not come through. */
static void
fill_gaps (struct renamer *r)
{
  for (uint32_t n = 0; r->phi_var && n < r->f->n_instrs; n++)
    for (uint32_t k = 0; r->phi_var[n] != GIR_INVALID && k < r->f->instrs[n].n_args; k++)
      {
        gir_operand *x = &r->f->operands[r->f->instrs[n].args + k];
        if (gir_operand_kind (*x) == GIR_NONE)
          *x = zero_of (r->p, r->f->instrs[n].type);
      }
}

static void
replace_operands (const struct renamer *r, struct gir_instr *i)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    r->f->operands[i->args + k] = renamed (r, r->f->operands[i->args + k]);
  if (gir_instr_has_defer_stack (i))
    i->aux2 = renamed (r, i->aux2);
}

/* Turns the accesses of variables into what they mean for registers, and puts the replacements in. */
static void
rewrite (struct renamer *r)
{
  struct gir_func *f = r->f;
  uint32_t var;
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      struct gir_instr *i = &f->instrs[n];
      enum ssa_access access = ssa_access (f, r->vars, n, &var);
      if (access == SSA_LOAD)
        vanish (i);
      else if (access == SSA_STORE)
        become_copy (r, i, r->vars->allocs[var]);
      else if (r->phi_var && r->phi_var[n] != GIR_INVALID)
        i->aux = gir_func_instr_value (f, r->vars->allocs[r->phi_var[n]]);
      replace_operands (r, i);
    }
}

/* Last of all, since the accesses are known by them. */
static void
drop_allocs (struct gir_func *f, const struct ssa_variables *vars)
{
  for (uint32_t k = 0; k < f->n_results; k++)
    {
      uint32_t n = f->results[k].alloc == GIR_INVALID ? GIR_INVALID : definition (f, gir_operand_new (GIR_VALUE, f->results[k].alloc));
      if (n != GIR_INVALID && vars->of[n] != GIR_INVALID)
        f->results[k].alloc = GIR_INVALID;
    }
  for (uint32_t n = 0; n < f->n_instrs; n++)
    if (vars->of[n] != GIR_INVALID)
      vanish (&f->instrs[n]);
}

static uint32_t *
number_edges (const struct gir_func *f)
{
  uint32_t *slot = g_new0 (uint32_t, (size_t)f->n_blocks * 2);
  g_autofree uint32_t *met = g_new0 (uint32_t, f->n_blocks);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    for (uint32_t k = 0; k < f->blocks[b].n_succs; k++)
      slot[2 * (size_t)b + k] = met[f->blocks[b].succs[k]]++;
  return slot;
}

static void
rename_all (struct renamer *r, const struct gir_cfg *cfg)
{
  g_autofree gir_operand *current = g_new (gir_operand, r->vars->n), *replacement = g_new (gir_operand, r->f->n_instrs);
  g_autofree uint32_t *edge_slot = number_edges (r->f);
  memset (replacement, 0xff, r->f->n_instrs * sizeof *replacement);
  for (uint32_t v = 0; v < r->vars->n; v++)
    current[v] = gir_operand_new (GIR_CONST, GIR_CONST_ZERO);
  r->current = current;
  r->replacement = replacement;
  r->edge_slot = edge_slot;
  ssa_tree_init (&r->tree, cfg);
  for (uint32_t k = r->tree.first[cfg->n_blocks]; k < r->tree.first[cfg->n_blocks + 1]; k++)
    rename_from (r, r->tree.child[k]);
  rename_unreachable (r, cfg);
  fill_gaps (r);
  rewrite (r);
  drop_allocs (r->f, r->vars);
  ssa_tree_clear (&r->tree);
  vec_clear (&r->undo);
  vec_clear (&r->path);
}

static void
promote_variables (const GirProgram *p, struct gir_func *f, struct ssa_variables *vars)
{
  ssa_phi_vec phis = { 0 };
  g_autofree uint32_t *phi_var = NULL;
  struct gir_cfg *cfg = gir_cfg_new (f);
  bool affordable = f->n_blocks == 1 || ssa_place_phis (f, cfg, vars, &phis);
  if (affordable && (uint64_t)gir_func_n_values (f) + phis.size <= GIR_MAX_INDEX)
    {
      if (phis.size)
        phi_var = insert_phis (p, f, vars, &phis);
      struct renamer r = { .p = p, .f = f, .vars = vars, .phi_var = phi_var };
      rename_all (&r, cfg);
    }
  gir_cfg_free (cfg);
  vec_clear (&phis);
}

void
gir_promote (GirProgram *p, struct gir_func *f)
{
  struct ssa_variables vars;
  find_variables (p, f, &vars);
  if (vars.n)
    promote_variables (p, f, &vars);
  g_free (vars.of);
  g_free (vars.allocs);
}
