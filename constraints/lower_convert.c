/* Values that change their type: interfaces and assertions, conversions, strings that are made of others. */
#include "constraints/lower_private.h"

#include "constraints/whole.h"

void
sp_lower_iface (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = instr->type2;
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  uint32_t d = sp_own_leaf (l, i, 0);
  if (sp_types_pointer_shaped (p, type))
    {
      uint32_t v = sp_operand_leaf (l, x, 0);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Box, d, v, SP_TAG_TYPE (type), 0);
      if (l->whole)
        sp_whole_nil_box (l, d, type);
      return;
    }
  uint32_t o = sp_site_object (l, i, 0, type);
  l->universe.objects.data[o].multi = true; /* immutable: no update to be strong about */
  uint32_t a = sp_address (l, o, 0, SP_TAG_NONE);
  sp_emit (l, SP_P_Box, d, a, SP_TAG_TYPE (type), 0);
  for (unsigned k = 0; k < leaves->n; k++)
    sp_put (l, l->version, sp_leaf_address (l, a, leaves, k), sp_operand_leaf (l, x, k));
  if (instr->site || instr->pinned)
    sp_mark_site (l, o, i, p->types[type].size, MAX_IMPLICIT);
}

void
sp_lower_assert (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = instr->type2;
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v == SP_NULL_VALUE || leaves->n == 0)
    return;
  if (p->types[gir_underlying (p, type)].kind == GIR_T_IFACE)
    sp_emit (l, l->whole ? SP_P_Filter : SP_P_Copy, sp_own_leaf (l, i, 0), v, l->whole ? SP_TAG_TYPE (type) : 0, 0);
  else if (sp_types_pointer_shaped (p, type))
    sp_emit (l, SP_P_Unbox, sp_own_leaf (l, i, 0), v, SP_TAG_TYPE (type), 0);
  else
    {
      uint32_t box = sp_temp (l);
      sp_emit (l, SP_P_Unbox, box, v, SP_TAG_TYPE (type), 0);
      for (unsigned k = 0; k < leaves->n; k++)
        sp_load_leaf (l, l->version, sp_own_leaf (l, i, k), box, leaves, k);
    }
}

static bool
allocates_text (enum gir_type_kind from, enum gir_type_kind to)
{
  return (from == GIR_T_STRING) != (to == GIR_T_STRING);
}

void
sp_lower_conv (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  enum gir_type_kind from = sp_kind_of (l, instr->type2), to = sp_kind_of (l, instr->type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (allocates_text (from, to))
    {
      uint32_t o = sp_site_object (l, i, 0, 0);
      l->universe.objects.data[o].multi = l->universe.objects.data[o].data = true;
      sp_point_to (l, sp_own_leaf (l, i, 0), o);
      if (instr->site)
        sp_mark_site (l, o, i, 0, MAX_IMPLICIT);
    }
  else if (from == GIR_T_UINTPTR && sp_leaves_of (l, instr->type)->n == 0)
    sp_leak_now (l, v); /* a plain number from now on: whoever has it may turn it back */
  else if (from == GIR_T_PTR && to == GIR_T_UNSAFEPTR && !l->whole && v != SP_NULL_VALUE)
    sp_lower_to_raw (l, i, v);
  else if (from == GIR_T_UNSAFEPTR && to == GIR_T_PTR && v != SP_NULL_VALUE)
    sp_lower_from_raw (l, i, x, v);
  else
    {
      sp_copy_leaves (l, sp_own_leaf (l, i, 0), x, MIN (sp_leaves_of (l, instr->type)->n, sp_leaves_of (l, instr->type2)->n));
      if (from == GIR_T_UINTPTR && to == GIR_T_UNSAFEPTR)
        sp_emit (l, SP_P_Addr, sp_own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
    }
}

static bool
is_text (const struct sp_lowering *l, gir_operand x)
{
  if (gir_operand_kind (x) != GIR_CONST)
    return false;
  const struct gir_const *c = &l->env->program->consts[gir_operand_index (x)];
  return c->kind == GIR_C_STRING && *gir_string (l->env->program, c->text);
}

/* A concatenation with empty strings alone yields the other operand itself, unless that lies on a stack and the result leaves the frame:
 * then the runtime copies (runtime.concatstrings). So the operand never escapes by it, but lives as long as the result does. */
static void
echo_operands (struct sp_lowering *l, uint32_t i, uint32_t o)
{
  const gir_operand *x = &l->f->operands[l->f->instrs[i].args];
  if (is_text (l, x[0]) || is_text (l, x[1]))
    return;
  for (unsigned k = 0; k < 2; k++)
    {
      uint32_t v = sp_operand_leaf (l, x[k], 0);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Echo, o, v, 0, 0);
    }
}

void
sp_lower_bin (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  enum gir_type_kind kind = sp_kind_of (l, instr->type);
  if (kind == GIR_T_UINTPTR)
    for (unsigned k = 0; k < instr->n_args; k++)
      {
        gir_operand x = l->f->operands[instr->args + k];
        if (l->whole)
          sp_offset_anywhere (l, i, x, SP_RAW);
        else
          sp_copy_leaves (l, sp_own_leaf (l, i, 0), x, 1);
      }
  else if (kind == GIR_T_STRING)
    {
      uint32_t o = sp_site_object (l, i, 0, 0);
      l->universe.objects.data[o].multi = l->universe.objects.data[o].data = true;
      sp_point_to (l, sp_own_leaf (l, i, 0), o);
      echo_operands (l, i, o);
      if (instr->site)
        sp_mark_site (l, o, i, 0, MAX_IMPLICIT);
    }
}
