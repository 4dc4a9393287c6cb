/* Loads and stores, and the parts of variables and registers: fields, elements, slices of arrays. */
#include "constraints/lower_private.h"

void
sp_lower_load (struct sp_lowering *l, uint32_t i, gir_operand from)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const struct sp_leaves *type = sp_leaves_of (l, x->type);
  uint32_t a = sp_operand_leaf (l, from, 0);
  for (unsigned k = 0; k < type->n; k++)
    sp_load_leaf (l, l->version, sp_own_leaf (l, i, k), a, type, k);
}

enum
{
  MAX_STRONG_LEAVES = 8
};

/* A large struct is written weakly: one version instead of many. */
void
sp_lower_store (struct sp_lowering *l, gir_operand to, gir_operand what)
{
  gir_type t = sp_operand_pointee (l, to);
  const struct sp_leaves *type = sp_leaves_of (l, t);
  uint32_t a = sp_operand_leaf (l, to, 0);
  if (!l->whole && gir_operand_kind (to) == GIR_GLOBAL && sp_kind_of (l, t) == GIR_T_UINTPTR)
    return; /* a number: it keeps nothing alive, and no valid program makes it a pointer again (unsafe.Pointer, patterns 2 and 3) */
  bool strong = l->precision.versions && type->n <= MAX_STRONG_LEAVES && !type->blob;
  if (type->n == 0)
    return;
  strong = strong && !sp_out_of_versions (l);
  if (!strong)
    sp_next_version (l);
  for (unsigned k = 0; k < type->n; k++)
    {
      uint32_t at = sp_leaf_address (l, a, type, k), w = sp_operand_leaf (l, what, k);
      if (!strong)
        sp_put (l, l->version, at, w);
      else
        {
          uint32_t n = sp_new_version (l);
          sp_emit (l, SP_P_Store, n, l->version, at, w);
          l->version = n;
        }
    }
}

void
sp_lower_faddr (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v == SP_NULL_VALUE)
    return; /* nil: a constant has no type to look the field up in */
  const struct gir_type_info *s = &p->types[gir_underlying (p, sp_operand_pointee (l, x))];
  uint64_t offset = p->fields[s->fields + l->f->instrs[i].aux].offset;
  sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, offset < 1u << 30 ? (uint32_t)offset : SP_TOP, 0);
}

static bool
constant_index (const struct sp_lowering *l, gir_operand x, uint64_t length, uint64_t *index)
{
  if (gir_operand_kind (x) != GIR_CONST)
    return false;
  const struct gir_const *c = &l->env->program->consts[gir_operand_index (x)];
  *index = (uint64_t)c->value;
  return c->kind == GIR_C_INT && c->value >= 0 && *index < length;
}

/* Copies the leaves of part @at .. of operand @x, of type @whole. */
static void
lower_part (struct sp_lowering *l, uint32_t i, gir_operand x, gir_type whole, uint64_t at)
{
  const struct sp_leaves *from = sp_leaves_of (l, whole), *to = sp_leaves_of (l, l->f->instrs[i].type);
  for (unsigned k = 0; k < to->n; k++)
    for (unsigned j = 0; j < from->n; j++)
      {
        bool same = sp_leaf (l, from, j)->offset == at + sp_leaf (l, to, k)->offset;
        uint32_t v = sp_operand_leaf (l, x, j);
        if (same || from->blob) /* a part that is a blob is one of a blob */
          sp_emit (l, SP_P_Copy, sp_own_leaf (l, i, k), v, 0, 0);
      }
}

void
sp_lower_field (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type whole = sp_operand_type (l, x);
  if (!whole)
    return; /* of a constant: a zero value */
  const struct gir_type_info *s = &p->types[gir_underlying (p, whole)];
  const struct gir_instr *instr = &l->f->instrs[i];
  uint64_t at = 0;
  if (instr->op == GIR_OP_EXTRACT)
    at = (uint64_t)instr->aux * SP_TUPLE_STRIDE;
  else if (instr->op == GIR_OP_FIELD && l->precision.fields)
    at = p->fields[s->fields + instr->aux].offset;
  lower_part (l, i, x, whole, at);
}

/* Any of @n elements. */
static uint32_t
elements (struct sp_lowering *l, uint64_t stride, uint64_t n)
{
  uint32_t range = sp_range (0, stride, n);
  l->universe.blurred |= range == SP_TOP;
  return range;
}

/* Whether slice instruction @i starts where what it slices does. */
static bool
keeps_start (const struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  gir_operand low = l->f->operands[x->args + 1]; /* a slice's or an address's: both have one */
  uint64_t index;
  return !l->whole && x->op == GIR_OP_SLICE && (gir_operand_kind (low) == GIR_NONE || constant_index (l, low, 1, &index));
}

/* The address of an element of slice @x, a register, or a slice of it: as far from its start as the index is, or anywhere. */
static void
lower_step (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  gir_type elem = sp_pointee (l, sp_operand_type (l, x));
  const struct gir_instr *instr = &l->f->instrs[i];
  uint32_t v = sp_operand_leaf (l, x, 0), step = SP_LOOSE;
  uint64_t index;
  if (instr->op == GIR_OP_IADDR && constant_index (l, l->f->operands[instr->args + 1], SP_MAX_ELEMENT_LEAVES, &index))
    step = sp_step (index, l->env->program->types[elem].size);
  if (l->whole || keeps_start (l, i) || sp_leaves_of (l, elem)->n == 0)
    sp_copy_leaves (l, sp_own_leaf (l, i, 0), x, 1);
  else
    sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, step, 0);
}

/* The address of an element, or a slice: of an array that is not folded, one element or any. */
void
sp_lower_element (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type type = sp_operand_type (l, x), array = sp_operand_pointee (l, x);
  bool pointer = gir_operand_kind (x) == GIR_GLOBAL || (type && sp_kind_of (l, type) == GIR_T_PTR);
  if (type && sp_kind_of (l, type) == GIR_T_SLICE)
    {
      lower_step (l, i, x);
      return;
    }
  if (!pointer || !sp_types_unfolded (l->env->types, array))
    {
      sp_copy_leaves (l, sp_own_leaf (l, i, 0), x, 1);
      return;
    }
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  uint64_t stride = p->types[info->elem].size, index;
  bool known = l->f->instrs[i].op == GIR_OP_IADDR && constant_index (l, l->f->operands[l->f->instrs[i].args + 1], info->length, &index);
  uint32_t v = sp_operand_leaf (l, x, 0), any = elements (l, stride, info->length); /* nil has no type and went above */
  if (keeps_start (l, i))
    any = sp_slice (0, stride, info->length);
  sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, known ? (uint32_t)(index * stride) : any, 0);
}

/* A slice as a pointer to an array. Where the elements of that are told apart, the slice may still lie in memory whose elements are folded
 * onto the first one: the pointer leads to any of them. */
void
sp_lower_s2ap (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type array = sp_pointee (l, l->f->instrs[i].type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v == SP_NULL_VALUE)
    return;
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  if (sp_types_unfolded (l->env->types, array))
    sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, elements (l, p->types[info->elem].size, info->length), 0);
  else
    sp_copy_leaves (l, sp_own_leaf (l, i, 0), x, 1);
}

/* An element of an array in registers: the leaves of one element, or of all. */
void
sp_lower_index (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type array = sp_operand_type (l, x);
  if (!array || !l->precision.fields || !sp_types_unfolded (l->env->types, array))
    {
      sp_lower_field (l, i, x);
      return;
    }
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  uint64_t index;
  bool known = constant_index (l, l->f->operands[l->f->instrs[i].args + 1], info->length, &index);
  for (uint64_t k = known ? index : 0; k < (known ? index + 1 : info->length); k++)
    lower_part (l, i, x, array, k * p->types[info->elem].size);
}
