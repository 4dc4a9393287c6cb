/* A function, block by block; what its instructions do is in the other files lower_*.c. */
#include "constraints/lower_private.h"

#include "constraints/whole.h"

void
sp_lowering_init (struct sp_lowering *l, const struct sp_environment *env)
{
  *l = (struct sp_lowering){ .env = env };
  sp_universe_init (&l->universe, env->types, env->budgets->depth);
  sp_relation_init (&l->offsets, 2);
  sp_relation_init (&l->recursive, 3);
  sp_relation_init (&l->handed_back, 2);
  sp_relation_init (&l->instances, 2);
}

static void
forget (struct sp_lowering *l)
{
  g_clear_pointer (&l->start, g_free);
  g_clear_pointer (&l->exits, g_free);
  g_clear_pointer (&l->entries, g_free);
  g_clear_pointer (&l->cfg, gir_cfg_free);
  sp_uses_done (&l->uses);
}

void
sp_lowering_done (struct sp_lowering *l)
{
  forget (l);
  sp_universe_done (&l->universe);
  sp_relation_done (&l->offsets);
  sp_relation_done (&l->recursive);
  sp_relation_done (&l->handed_back);
  sp_relation_done (&l->instances);
  vec_clear (&l->offset_values);
  vec_clear (&l->facts);
  vec_clear (&l->calls);
  vec_clear (&l->spans);
  vec_clear (&l->pool);
  vec_clear (&l->rets);
  vec_clear (&l->points);
  vec_clear (&l->defers);
  vec_clear (&l->origins);
  vec_clear (&l->nameless);
  vec_clear (&l->temps);
  vec_clear (&l->origin_fns);
}

/* --- panics and builtins ----------------------------------------------------------------------------- */

static void
lower_panic (struct sp_lowering *l, gir_operand x)
{
  sp_next_version (l);
  if (l->whole)
    sp_put (l, l->version, sp_whole_panics (l), sp_operand_leaf (l, x, 0));
  else
    sp_emit (l, SP_P_Leak, l->version, sp_operand_leaf (l, x, 0), 0, 0);
}

/* In a whole program: what any panic left. */
static void
lower_recover (struct sp_lowering *l, uint32_t i)
{
  if (!l->whole)
    sp_emit (l, SP_P_Addr, sp_own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
  else if (l->f->instrs[i].type)
    sp_emit (l, SP_P_Load, l->version, sp_own_leaf (l, i, 0), sp_whole_panics (l), 0);
}

static void
lower_builtin (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const gir_operand *x = &l->f->operands[instr->args];
  switch (instr->sub)
    {
    case GIR_B_APPEND: sp_lower_append (l, i); break;
    case GIR_B_COPY: sp_lower_copy (l, i); break;
    case GIR_B_PANIC: lower_panic (l, x[0]); break;
    case GIR_B_RECOVER: lower_recover (l, i); break;
    case GIR_B_ADD: sp_offset_anywhere (l, i, x[0], l->whole ? SP_RAW : SP_TOP); break;
    case GIR_B_SLICE: sp_lower_unsafe_slice (l, i, x[0]); break;
    case GIR_B_MAX:
    case GIR_B_MIN:
      for (unsigned k = 0; k < instr->n_args; k++)
        sp_copy_leaves (l, sp_own_leaf (l, i, 0), x[k], sp_leaves_of (l, instr->type)->n);
      break;
    case GIR_B_STRINGDATA:
      if (l->whole)
        sp_emit (l, SP_P_Addr, sp_own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
      else
        sp_copy_leaves (l, sp_own_leaf (l, i, 0), x[0], 1);
      break;
    case GIR_B_SLICEDATA:
    case GIR_B_STRING:
    case GIR_B_WRAPNILCHK: sp_copy_leaves (l, sp_own_leaf (l, i, 0), x[0], 1); break;
    default: break;
    }
}

/* --- the function ------------------------------------------------------------------------------------ */

static void
lower_ret (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  uint32_t leaf = 0;
  sp_next_version (l);
  for (unsigned k = 0; k < instr->n_args; k++)
    {
      struct sp_span s = sp_operand_span (l, l->f->operands[instr->args + k], l->f->results[k].type);
      for (unsigned j = 0; j < s.n; j++, leaf++)
        {
          uint32_t v = l->pool.data[s.first + j];
          if (v == SP_NULL_VALUE)
            continue;
          if (l->whole)
            {
              sp_emit (l, SP_P_Copy, sp_whole_result (l, leaf), v, 0, 0);
              continue;
            }
          sp_emit (l, SP_P_Give, l->version, v, 0, 0);
          vec_push (&l->rets, ((struct sp_sum_ret){ leaf, { .name = v } }));
        }
    }
}

static void
lower_phi (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  for (unsigned k = 0; k < instr->n_args; k++)
    sp_copy_leaves (l, sp_own_leaf (l, i, 0), l->f->operands[instr->args + k], sp_leaves_of (l, instr->type)->n);
}

/* Containers, calls and what ends a block. */
static void
lower_effect (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const gir_operand *args = &l->f->operands[x->args];
  switch ((enum gir_op)x->op)
    {
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN: sp_lower_make (l, i); break;
    case GIR_OP_LOOKUP: sp_lower_lookup (l, i); break;
    case GIR_OP_MAPSET: sp_lower_mapset (l, i); break;
    case GIR_OP_NEXT: sp_lower_next (l, i); break;
    case GIR_OP_SEND:
      sp_next_version (l);
      sp_lower_send (l, args[0], args[1]);
      break;
    case GIR_OP_RECV: sp_lower_recv (l, i, args[0]); break;
    case GIR_OP_SELECT: sp_lower_select (l, i); break;
    case GIR_OP_PHI: lower_phi (l, i); break;
    case GIR_OP_BIN:
    case GIR_OP_UN: sp_lower_bin (l, i); break;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE: sp_lower_call (l, i); break;
    case GIR_OP_BUILTIN:
      if (x->mode != GIR_CALL_PLAIN && l->whole)
        sp_whole_late (l, i);
      if (x->mode == GIR_CALL_PLAIN || l->whole)
        lower_builtin (l, i);
      else
        sp_lower_call (l, i);
      break;
    case GIR_OP_RUNDEFERS:
      if (l->normal)
        {
          sp_emit (l, SP_P_Join, l->normal, l->version, 0, 0);
          l->version = l->normal;
          sp_next_version (l);
        }
      break;
    case GIR_OP_PANIC: lower_panic (l, args[0]); break;
    case GIR_OP_RET: lower_ret (l, i); break;
    default: break;
    }
}

static void
lower_instruction (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const gir_operand *args = &l->f->operands[x->args];
  switch ((enum gir_op)x->op)
    {
    case GIR_OP_ALLOC: sp_lower_alloc (l, i); break;
    case GIR_OP_LOAD: sp_lower_load (l, i, args[0]); break;
    case GIR_OP_STORE: sp_lower_store (l, args[0], args[1]); break;
    case GIR_OP_FADDR: sp_lower_faddr (l, i, args[0]); break;
    case GIR_OP_INDEX: sp_lower_index (l, i, args[0]); break;
    case GIR_OP_FIELD:
    case GIR_OP_EXTRACT: sp_lower_field (l, i, args[0]); break;
    case GIR_OP_IADDR:
    case GIR_OP_SLICE: sp_lower_element (l, i, args[0]); break;
    case GIR_OP_S2AP: sp_lower_s2ap (l, i, args[0]); break;
    case GIR_OP_CHIFACE: sp_copy_leaves (l, sp_own_leaf (l, i, 0), args[0], 1); break;
    case GIR_OP_RANGE: sp_copy_leaves (l, sp_own_leaf (l, i, 0), args[0], MIN (sp_leaves_of (l, x->type)->n, 1)); break;
    case GIR_OP_CHTYPE: sp_copy_leaves (l, sp_own_leaf (l, i, 0), args[0], sp_leaves_of (l, x->type)->n); break;
    case GIR_OP_IFACE: sp_lower_iface (l, i, args[0]); break;
    case GIR_OP_ASSERT: sp_lower_assert (l, i, args[0]); break;
    case GIR_OP_CONV: sp_lower_conv (l, i, args[0]); break;
    case GIR_OP_CLOSURE: sp_lower_closure (l, i); break;
    default: lower_effect (l, i); break;
    }
}

/* In variants without versions all SSA versions of one variable are one value: that of the variable's vanished alloc. */
static gir_value
variable_of (const struct sp_lowering *l, gir_value v)
{
  const struct gir_instr *i = gir_value_instr (l->f, v);
  bool version = i && (i->op == GIR_OP_PHI || i->op == GIR_OP_CHTYPE) && i->aux != GIR_INVALID;
  return version && !l->precision.versions && !l->whole ? i->aux : v;
}

uint32_t *
sp_lower_number (struct sp_lowering *l, gir_fn fn)
{
  const struct gir_func *outer = l->f;
  uint32_t n;
  l->f = &l->env->program->funcs[fn];
  n = gir_func_n_values (l->f);
  uint32_t *start = g_new0 (uint32_t, n + 1);
  for (gir_value v = 0; v < n; v++)
    {
      const struct gir_instr *i = gir_value_instr (l->f, v);
      gir_type type = gir_value_type (l->f, v);
      gir_value variable = variable_of (l, v);
      if ((i && i->op == GIR_OP_NOP) || type == 0)
        continue;
      if (variable != v && start[variable])
        {
          start[v] = start[variable];
          continue;
        }
      start[v] = l->n_values;
      l->n_values += sp_leaves_of (l, type)->n;
      if (variable != v)
        start[variable] = start[v];
    }
  l->f = outer;
  return start;
}

/* Parameters and captured variables point to what the caller has there. */
static void
lower_parameters (struct sp_lowering *l)
{
  uint32_t leaf = 0;
  for (gir_value v = 0; v < l->f->n_params + l->f->n_free; v++)
    {
      const struct sp_leaves *leaves = sp_leaves_of (l, l->f->params[v].type);
      for (unsigned k = 0; k < leaves->n; k++, leaf++)
        {
          uint32_t o = sp_universe_object (&l->universe, SP_O_PARAM, leaf, 0, NULL);
          bool iface = !leaves->blob && sp_leaf (l, leaves, k)->iface;
          uint32_t c = sp_universe_cell (&l->universe, o, 0, iface ? SP_TAG_ANY : SP_TAG_NONE);
          sp_emit (l, SP_P_Addr, l->start[v] + k, c, 0, 0);
        }
    }
}

uint32_t
sp_parameter_leaf (const struct sp_lowering *l, uint32_t p)
{
  uint32_t leaf = 0;
  for (uint32_t k = 0; k < p; k++)
    leaf += sp_leaves_of (l, l->f->params[k].type)->n;
  return leaf;
}

/* Captured variables that hold one function only are called statically. */
static void
know_captured_functions (struct sp_lowering *l)
{
  for (uint32_t k = 0; k < l->f->n_free; k++)
    {
      gir_fn code = sp_captured_code (l->env->captured, l->fn, k);
      if (code == GIR_INVALID)
        continue;
      uint32_t variable = sp_universe_object (&l->universe, SP_O_PARAM, sp_parameter_leaf (l, l->f->n_params + k), 0, NULL);
      uint32_t content = sp_universe_content (&l->universe, sp_universe_cell (&l->universe, variable, 0, SP_TAG_NONE));
      struct sp_object *o = &l->universe.objects.data[sp_universe_cell_at (&l->universe, content).object];
      if (o->kind == SP_O_CONTENT) /* a blob stands for other functions too */
        o->code = code;
    }
}

/* The object that name @n of @s stands for in the function itself; SP_NO_TUPLE for names that are no access path from a parameter. */
static uint32_t
named_object (struct sp_lowering *l, const struct sp_summary *s, uint32_t n)
{
  const struct sp_name *name = &s->names.data[n];
  if (name->kind == SP_NAME_PARAM)
    return sp_universe_object (&l->universe, SP_O_PARAM, name->base, 0, NULL);
  if (name->kind != SP_NAME_LOAD && name->kind != SP_NAME_BLOB)
    return SP_NO_TUPLE;
  uint32_t owner = named_object (l, s, name->base);
  if (owner == SP_NO_TUPLE)
    return owner;
  uint32_t content = sp_universe_content (&l->universe, sp_universe_cell (&l->universe, owner, name->offset, SP_TAG_NONE));
  return sp_universe_cell_at (&l->universe, content).object;
}

/* What was lost in one step of a fixpoint stays lost in the next: names that come and go with the callees' summaries would keep it from
 * ending. */
static void
lose_names_again (struct sp_lowering *l, const struct sp_summary *before)
{
  vec_foreach (const struct sp_ref, r, &before->leaks)
    {
      uint32_t o = named_object (l, before, r->name);
      if (o != SP_NO_TUPLE)
        sp_emit (l, SP_P_Global, o, 0, 0, 0);
    }
}

static uint32_t
entry_version (struct sp_lowering *l, uint32_t b)
{
  const struct gir_basic_block *block = &l->f->blocks[b];
  if (b == l->f->recover && l->unwind)
    return l->unwind;
  if (b != 0 && block->n_preds == 1 && l->exits[l->f->edges[block->preds]] != GIR_INVALID)
    return l->exits[l->f->edges[block->preds]];
  if (b == 0 && block->n_preds == 0)
    return l->version;
  l->entries[b] = sp_new_version (l);
  if (b == 0 && l->entries[b])
    sp_emit (l, SP_P_Join, l->entries[b], l->version, 0, 0);
  return l->entries[b];
}

static void
lower_block (struct sp_lowering *l, uint32_t b)
{
  const struct gir_basic_block *block = &l->f->blocks[b];
  l->block = b;
  l->version = entry_version (l, b);
  for (uint32_t i = block->first; i < block->first + block->count; i++)
    {
      l->instr = i;
      lower_instruction (l, i);
    }
  l->exits[b] = l->version;
}

static void
join_blocks (struct sp_lowering *l)
{
  if (!l->precision.versions)
    return;
  for (uint32_t b = 0; b < l->f->n_blocks; b++)
    {
      const struct gir_basic_block *block = &l->f->blocks[b];
      if (l->entries[b] == GIR_INVALID)
        continue;
      for (uint32_t k = 0; k < block->n_preds; k++)
        {
          uint32_t from = l->exits[l->f->edges[block->preds + k]];
          if (from != GIR_INVALID && from != l->entries[b])
            sp_emit (l, SP_P_Join, l->entries[b], from, 0, 0);
        }
    }
}

static bool
has_defers (const struct gir_func *f)
{
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].mode == GIR_CALL_DEFER)
      return true;
  return false;
}

static bool
has_calls (const struct gir_func *f)
{
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].op == GIR_OP_CALL || f->instrs[i].op == GIR_OP_INVOKE)
      return true;
  return false;
}

/* Functions that call nothing have few names: they can afford one step more. */
static unsigned
path_depth (const struct sp_lowering *l)
{
  if (l->limits & SP_LIMIT_DEPTH)
    return 1;
  return l->env->budgets->depth + !has_calls (l->f);
}

void
sp_lower_reset (struct sp_lowering *l, struct sp_precision precision)
{
  vec_reset (&l->facts);
  vec_reset (&l->calls);
  vec_reset (&l->spans);
  vec_reset (&l->pool);
  vec_reset (&l->rets);
  vec_reset (&l->points);
  vec_reset (&l->defers);
  vec_reset (&l->origins);
  vec_reset (&l->nameless);
  l->n_clones = 0;
  vec_reset (&l->temps);
  vec_reset (&l->origin_fns);
  vec_reset (&l->offset_values);
  sp_relation_clear (&l->offsets);
  sp_relation_clear (&l->recursive);
  sp_relation_clear (&l->handed_back);
  sp_relation_clear (&l->instances);
  l->precision = precision;
  l->n_versions = 1;
  sp_universe_reset (&l->universe, !precision.fields);
}

void
sp_lower_open (struct sp_lowering *l, gir_fn fn, uint32_t *start)
{
  l->fn = fn;
  l->f = &l->env->program->funcs[fn];
  l->start = start;
  l->cfg = gir_cfg_new (l->f);
  sp_uses_init (&l->uses, l->f);
  l->instr = GIR_INVALID;
  l->cause = (struct sp_cause){ .callee = GIR_INVALID };
  l->entries = g_new (uint32_t, l->f->n_blocks + 1);
  l->exits = g_new (uint32_t, l->f->n_blocks + 1);
  for (uint32_t b = 0; b < l->f->n_blocks; b++)
    l->entries[b] = l->exits[b] = GIR_INVALID;
}

void
sp_lower_close (struct sp_lowering *l)
{
  l->start = NULL;
  forget (l);
}

void
sp_lower_body (struct sp_lowering *l)
{
  l->first_version = l->n_versions;
  l->version = sp_new_version (l);
  bool defers = has_defers (l->f);
  l->unwind = defers ? sp_new_version (l) : 0;
  l->normal = defers ? sp_new_version (l) : 0;
  for (uint32_t k = 0; k < l->cfg->n_rpo; k++)
    lower_block (l, l->cfg->rpo[k]);
  join_blocks (l);
  if (defers)
    sp_lower_deferred (l);
}

static void
start_function (struct sp_lowering *l, gir_fn fn, struct sp_precision precision)
{
  forget (l);
  sp_lower_reset (l, precision);
  l->tainted = l->limits != 0;
  l->n_values = SP_UNKNOWN_VALUE + 1;
  sp_lower_open (l, fn, sp_lower_number (l, fn));
  l->universe.max_depth = path_depth (l);
  l->universe.shallow = l->limits & SP_LIMIT_OUTLINE;
  l->first_temp = l->n_values;
}

void
sp_lower_function (struct sp_lowering *l, gir_fn fn, struct sp_precision precision, struct sp_deciding deciding)
{
  start_function (l, fn, precision);
  l->deciding = deciding;
  sp_emit (l, SP_P_Global, SP_UNKNOWN, 0, 0, 0);
  sp_emit (l, SP_P_Addr, SP_UNKNOWN_VALUE, SP_UNKNOWN, 0, 0);
  lower_parameters (l);
  know_captured_functions (l);
  if (l->before)
    lose_names_again (l, l->before);
  sp_lower_body (l);
  sp_lower_liveness (l);
}
