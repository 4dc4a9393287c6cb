/* Slices that are made or grow, maps, channels. */
#include "constraints/lower_private.h"

enum
{
  MAP_VALUES = 1 << 20
};

void
sp_lower_make (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  uint32_t o = sp_site_object (l, i, 0, 0), d = sp_own_leaf (l, i, 0);
  bool renewed = l->precision.versions && !l->whole && sp_is_renewed (l, i);
  l->universe.objects.data[o].multi = true;
  l->universe.objects.data[o].table = instr->op != GIR_OP_MKSLICE;
  sp_point_to (l, d, o);
  if (instr->site || instr->pinned || instr->op == GIR_OP_MKCHAN)
    sp_mark_site (l, o, i, 0, MAX_IMPLICIT);
  if (renewed)
    sp_renew (l, o);
  if (instr->op == GIR_OP_MKMAP)
    {
      uint32_t storage = sp_site_object (l, i, 1, 0);
      l->universe.objects.data[storage].multi = true;
      if (renewed)
        sp_renew (l, storage);
      sp_emit (l, SP_P_HeapKind, storage, 0, 0, 0);
      sp_put (l, l->version, d, sp_address (l, storage, 0, SP_TAG_NONE));
    }
  l->universe.objects.data[o].data = instr->op == GIR_OP_MKSLICE && sp_leaves_of (l, sp_pointee (l, instr->type))->n == 0;
  if (instr->op == GIR_OP_MKSLICE)
    sp_emit (l, SP_P_HeapKind, o, 0, 0, 0); /* of unknown size: the runtime may put it anywhere */
  if (instr->op == GIR_OP_MKCHAN)
    {
      sp_emit (l, SP_P_HeapKind, o, 0, 0, 0);
      sp_emit (l, SP_P_HeapSite, o, 0, 0, 0);
    }
}

static uint32_t
map_storage (struct sp_lowering *l, gir_operand map)
{
  uint32_t b = sp_temp (l);
  sp_emit (l, SP_P_Load, l->version, b, sp_operand_leaf (l, map, 0), 0);
  return b;
}

static gir_type
map_part (const struct sp_lowering *l, gir_type map, bool key)
{
  const GirProgram *p = l->env->program;
  const struct gir_type_info *m = &p->types[gir_underlying (p, map)];
  return key ? m->key : m->elem;
}

static uint32_t
map_cell (struct sp_lowering *l, uint32_t storage, bool key)
{
  return key ? storage : sp_offset (l, storage, MAP_VALUES);
}

/* Loads a value of type @part from storage @a into the leaves of instruction @i that belong to tuple component @component. */
static void
load_component (struct sp_lowering *l, uint32_t i, gir_type part, uint32_t a, unsigned component, bool tuple)
{
  const struct sp_leaves *to = sp_leaves_of (l, l->f->instrs[i].type), *from = sp_leaves_of (l, part);
  unsigned base = 0;
  while (tuple && base < to->n && !to->blob && sp_leaf (l, to, base)->offset < component * SP_TUPLE_STRIDE)
    base++;
  for (unsigned k = 0; k < from->n; k++)
    {
      unsigned leaf = to->blob ? 0 : base + k;
      SP_CHECK (leaf < to->n);
      sp_load_leaf (l, l->version, sp_own_leaf (l, i, leaf), a, from, k);
    }
}

void
sp_lower_lookup (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_operand map = l->f->operands[instr->args];
  gir_type type = sp_operand_type (l, map);
  if (!type || sp_kind_of (l, type) != GIR_T_MAP)
    return;
  load_component (l, i, map_part (l, type, false), map_cell (l, map_storage (l, map), false), 0, instr->flag);
}

static void
put_value (struct sp_lowering *l, uint32_t a, gir_operand x, gir_type type)
{
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  for (unsigned k = 0; k < leaves->n; k++)
    sp_put (l, l->version, sp_leaf_address (l, a, leaves, k), sp_operand_leaf (l, x, k));
}

void
sp_lower_mapset (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const gir_operand *x = &l->f->operands[instr->args];
  gir_type type = sp_operand_type (l, x[0]);
  if (!type)
    return;
  uint32_t storage = map_storage (l, x[0]);
  sp_next_version (l);
  put_value (l, map_cell (l, storage, true), x[1], map_part (l, type, true));
  put_value (l, map_cell (l, storage, false), x[2], map_part (l, type, false));
}

void
sp_lower_next (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_operand it = l->f->operands[instr->args];
  const struct gir_instr *range = gir_value_instr (l->f, gir_operand_index (it));
  gir_type type = sp_operand_type (l, l->f->operands[range->args]);
  if (!type || sp_kind_of (l, type) != GIR_T_MAP)
    return;
  uint32_t storage = map_storage (l, it);
  const GirProgram *p = l->env->program;
  const struct gir_type_info *tuple = &p->types[instr->type];
  /* A blank key or value is of an invalid type in the tuple. */
  for (unsigned part = 1; part <= 2; part++)
    {
      gir_type t = p->fields[tuple->fields + part].type;
      if (sp_leaves_of (l, t)->n == sp_leaves_of (l, map_part (l, type, part == 1))->n)
        load_component (l, i, map_part (l, type, part == 1), map_cell (l, storage, part == 1), part, true);
    }
}

void
sp_lower_send (struct sp_lowering *l, gir_operand channel, gir_operand x)
{
  gir_type type = sp_operand_type (l, channel);
  if (type)
    put_value (l, sp_operand_leaf (l, channel, 0), x, sp_pointee (l, type));
}

void
sp_lower_recv (struct sp_lowering *l, uint32_t i, gir_operand channel)
{
  gir_type type = sp_operand_type (l, channel);
  if (type)
    load_component (l, i, sp_pointee (l, type), sp_operand_leaf (l, channel, 0), 0, l->f->instrs[i].flag);
}

void
sp_lower_select (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  unsigned component = 2;
  sp_next_version (l);
  for (unsigned k = 0; k + 1 < instr->n_args; k += 2)
    {
      gir_operand channel = l->f->operands[instr->args + k], x = l->f->operands[instr->args + k + 1];
      gir_type type = sp_operand_type (l, channel);
      if (gir_operand_kind (x) != GIR_NONE)
        sp_lower_send (l, channel, x);
      else if (type)
        load_component (l, i, sp_pointee (l, type), sp_operand_leaf (l, channel, 0), component++, true);
      else
        component++;
    }
}

/* append may or may not share the old array: the result points to both, and both hold both (rules.md D5). */
void
sp_lower_append (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const gir_operand *x = &l->f->operands[instr->args];
  const struct sp_leaves *elem = sp_leaves_of (l, sp_pointee (l, instr->type));
  uint32_t grown = sp_site_object (l, i, 0, 0), d = sp_own_leaf (l, i, 0);
  l->universe.objects.data[grown].multi = true;
  l->universe.objects.data[grown].collapsed |= elem->blob;
  l->universe.objects.data[grown].data = elem->n == 0;
  sp_point_to (l, d, grown);
  sp_copy_leaves (l, d, x[0], 1);
  sp_emit (l, SP_P_HeapKind, grown, 0, 0, 0);
  uint32_t g = sp_address (l, grown, 0, SP_TAG_NONE);
  uint32_t old = sp_operand_leaf (l, x[0], 0), added = instr->n_args > 1 ? sp_operand_leaf (l, x[1], 0) : SP_NULL_VALUE;
  if (elem->n)
    sp_next_version (l);
  for (unsigned k = 0; k < elem->n; k++)
    {
      uint32_t t = sp_temp (l), w = sp_temp (l);
      sp_load_leaf (l, l->version, t, old, elem, k);
      sp_load_leaf (l, l->version, w, added, elem, k);
      sp_put (l, l->version, sp_leaf_address (l, g, elem, k), t);
      sp_put (l, l->version, sp_leaf_address (l, d, elem, k), w);
    }
  if (instr->site) /* none without is pinned (cli/pins.c) */
    sp_mark_site (l, grown, i, 0, MAX_IMPLICIT);
}

/* The leaves of the elements that the builtin copy of instruction @i moves; NULL where it moves none. */
static const struct sp_leaves *
copied_leaves (const struct sp_lowering *l, uint32_t i)
{
  gir_type type = sp_operand_type (l, l->f->operands[l->f->instrs[i].args]);
  if (!type || sp_kind_of (l, type) != GIR_T_SLICE)
    return NULL;
  const struct sp_leaves *elem = sp_leaves_of (l, sp_pointee (l, type));
  return elem->n ? elem : NULL;
}

void
sp_lower_copied (struct sp_lowering *l, uint32_t i, uint32_t version)
{
  const gir_operand *x = &l->f->operands[l->f->instrs[i].args];
  const struct sp_leaves *elem = copied_leaves (l, i);
  for (unsigned k = 0; elem && k < elem->n; k++)
    {
      uint32_t t = sp_temp (l);
      sp_load_leaf (l, version, t, sp_operand_leaf (l, x[1], 0), elem, k);
      sp_put (l, version, sp_leaf_address (l, sp_operand_leaf (l, x[0], 0), elem, k), t);
    }
}

void
sp_lower_copy (struct sp_lowering *l, uint32_t i)
{
  if (copied_leaves (l, i))
    sp_next_version (l);
  sp_lower_copied (l, i, l->version);
}
