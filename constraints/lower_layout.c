/* Memory seen through another layout: casts of raw addresses (unsafe.Pointer), and unsafe.Slice. */
#include "constraints/lower_private.h"

#include "constraints/models.h"

/* From now on others may write, or know, what @v leads to. */
void
sp_leak_now (struct sp_lowering *l, uint32_t v)
{
  sp_next_version (l);
  sp_emit (l, SP_P_Leak, l->version, v, 0, 0);
}

/* Through a pointer made so, raw words can be read as funcs or interfaces. Elsewhere only addresses of closures and tagged cells are ever
 * called, which dispatch relies upon; what is read here counts as unknown. */
static void
forge_callable (struct sp_lowering *l, uint32_t i, uint32_t v)
{
  sp_leak_now (l, v);
  sp_emit (l, SP_P_Addr, sp_own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
}

/* What the raw address @x was made for: the type behind the typed pointer that was converted to it; 0 where that is not seen. */
static gir_type
made_for (const struct sp_lowering *l, gir_operand x)
{
  for (unsigned steps = 0; steps < 8 && gir_operand_kind (x) == GIR_VALUE; steps++)
    {
      const struct gir_instr *i = gir_value_instr (l->f, gir_operand_index (x));
      const gir_operand *args = i ? &l->f->operands[i->args] : NULL;
      if (i && i->op == GIR_OP_CONV && sp_kind_of (l, i->type2) == GIR_T_PTR)
        return sp_pointee (l, i->type2);
      if (!i || i->op != GIR_OP_CALL || i->n_args != 2 || gir_operand_kind (args[0]) != GIR_FUNC)
        return 0;
      const GirProgram *p = l->env->program;
      const struct sp_model *m = sp_model_find (gir_string (p, p->funcs[gir_operand_index (args[0])].name));
      if (!m || m->effect != SP_EFFECT_SAME)
        return 0;
      x = args[1];
    }
  return 0;
}

/* Whether memory of another layout, seen as a @t, shows words whose offsets do not hold there: a pointer to one element, seen as a slice or
 * as a pointer to more, leads to its neighbours, which are cells that it does not name. Where the address was made for memory that a @t
 * lies @within, raw words may be read: they point to anywhere in their object (sp_load_leaf), and maps, channels, funcs and interfaces,
 * whose memory the cells do not mirror, have leaked when the address was made. Numbers become pointers again in headers of slices and
 * strings alone. */
static bool
shows_odd_words (const struct sp_lowering *l, gir_type t, bool within)
{
  unsigned words = sp_types_words (l->env->types, t);
  if (words & (SP_W_PATH | SP_W_TABLE))
    return true;
  return ((words & SP_W_RAW) && !within) || ((words & (SP_W_RAW | SP_W_NUMBER)) && l->env->types->fine[t].blob);
}

/* Whether the table of models vouches for this function: what it casts to is there, and raw addresses that it makes are read accordingly.
 */
static bool
knows_layout (const struct sp_lowering *l)
{
  const struct sp_model *m = sp_model_find (gir_string (l->env->program, l->f->name));
  return m && m->effect == SP_EFFECT_LAYOUT;
}

/* The same of a cast of the raw address @x. */
static bool
misread (const struct sp_lowering *l, gir_operand x, gir_type t)
{
  if (knows_layout (l))
    return false;
  const struct gir_type_info *types = l->env->program->types;
  gir_type made = made_for (l, x);
  return made != t && shows_odd_words (l, t, made && types[t].size <= types[made].size);
}

/* A raw word may become part of a slice, which leads to more than the pointer did: it points to anywhere in the object. Words of funcs and
 * interfaces may be written raw, and what is called there is anyone's guess; memory of maps and channels may be read raw. */
void
sp_lower_to_raw (struct sp_lowering *l, uint32_t i, uint32_t v)
{
  sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, SP_TOP, 0);
  if (sp_types_words (l->env->types, sp_pointee (l, l->f->instrs[i].type2)) & (SP_W_CODE | SP_W_TABLE) && !knows_layout (l))
    sp_leak_now (l, v);
}

void
sp_lower_from_raw (struct sp_lowering *l, uint32_t i, gir_operand x, uint32_t v)
{
  gir_type seen = sp_pointee (l, l->f->instrs[i].type);
  if (l->whole)
    {
      sp_emit (l, SP_P_Cast, sp_own_leaf (l, i, 0), v, SP_TAG_TYPE (seen), 0);
      return;
    }
  sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, SP_TOP, 0);
  if (sp_types_words (l->env->types, seen) & SP_W_CODE)
    forge_callable (l, i, v);
  else if (misread (l, x, seen))
    sp_leak_now (l, v);
}

/* unsafe.Slice: what lies behind the first element need not be elements at all, as in a cast of the raw address (misread). */
void
sp_lower_unsafe_slice (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  uint32_t v = sp_operand_leaf (l, x, 0);
  sp_offset_anywhere (l, i, x, l->whole ? SP_RAW : SP_TOP);
  if (l->whole || v == SP_NULL_VALUE)
    return;
  gir_type element = sp_pointee (l, l->f->instrs[i].type);
  if (sp_types_words (l->env->types, element) & SP_W_CODE)
    forge_callable (l, i, v);
  else if (shows_odd_words (l, element, false))
    sp_leak_now (l, v);
}
