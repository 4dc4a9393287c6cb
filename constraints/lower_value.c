/* The values, memory versions and addresses that all parts of the lowering are written in. */
#include "constraints/lower_private.h"

#include "constraints/whole.h"

const struct sp_leaves *
sp_leaves_of (const struct sp_lowering *l, gir_type type)
{
  const struct sp_types *t = l->env->types;
  return l->precision.fields ? &t->fine[type] : &t->collapsed[type];
}

gir_type
sp_operand_type (const struct sp_lowering *l, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_value_type (l->f, gir_operand_index (x)) : 0;
}

uint32_t
sp_own_leaf (struct sp_lowering *l, uint32_t i, unsigned k)
{
  if (l->whole && sp_leaves_of (l, l->f->instrs[i].type)->n == 0)
    return sp_temp (l);
  return l->start[gir_func_instr_value (l->f, i)] + k;
}

gir_type
sp_pointee (const struct sp_lowering *l, gir_type pointer)
{
  const GirProgram *p = l->env->program;
  return p->types[gir_underlying (p, pointer)].elem;
}

gir_type
sp_operand_pointee (const struct sp_lowering *l, gir_operand x)
{
  switch (gir_operand_kind (x))
    {
    case GIR_GLOBAL: return l->env->program->globals[gir_operand_index (x)].type;
    case GIR_VALUE: return sp_pointee (l, gir_value_type (l->f, gir_operand_index (x)));
    default: return 0;
    }
}

enum gir_type_kind
sp_kind_of (const struct sp_lowering *l, gir_type t)
{
  return l->env->program->types[gir_underlying (l->env->program, t)].kind;
}

uint32_t
sp_address (struct sp_lowering *l, uint32_t object, uint32_t offset, uint32_t tag)
{
  uint32_t t = sp_temp (l);
  sp_emit (l, SP_P_Addr, t, sp_universe_cell (&l->universe, object, offset, tag), 0, 0);
  return t;
}

void
sp_point_to (struct sp_lowering *l, uint32_t d, uint32_t o)
{
  sp_emit (l, SP_P_Addr, d, sp_universe_cell (&l->universe, o, 0, SP_TAG_NONE), 0, 0);
}

static uint32_t
function_value (struct sp_lowering *l, gir_fn fn)
{
  uint32_t o = sp_universe_object (&l->universe, SP_O_FUNC, fn, 0, NULL);
  l->universe.objects.data[o].code = fn;
  return sp_address (l, o, 0, SP_TAG_NONE);
}

/* In a whole program strings have no leaves, though instructions that make them are lowered alike. */
static bool
has_leaves (const struct sp_lowering *l, gir_operand x)
{
  return !l->whole || sp_leaves_of (l, gir_value_type (l->f, gir_operand_index (x)))->n;
}

uint32_t
sp_operand_leaf (struct sp_lowering *l, gir_operand x, unsigned k)
{
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return has_leaves (l, x) ? l->start[gir_operand_index (x)] + k : SP_NULL_VALUE;
    case GIR_GLOBAL: return l->whole ? sp_whole_global (l, gir_operand_index (x)) : SP_UNKNOWN_VALUE;
    case GIR_FUNC: return function_value (l, gir_operand_index (x));
    default: return SP_NULL_VALUE;
    }
}

struct sp_span
sp_operand_span (struct sp_lowering *l, gir_operand x, gir_type type)
{
  struct sp_span s = { l->pool.size, sp_leaves_of (l, type)->n };
  for (unsigned k = 0; k < s.n; k++)
    {
      uint32_t v = sp_operand_leaf (l, x, k);
      vec_push (&l->pool, v);
    }
  return s;
}

uint32_t
sp_offset (struct sp_lowering *l, uint32_t v, uint32_t offset)
{
  if (v == SP_NULL_VALUE || v == SP_UNKNOWN_VALUE)
    return v;
  bool fresh;
  uint32_t i = sp_relation_add (&l->offsets, (uint32_t[]){ v, offset }, &fresh);
  if (fresh)
    {
      uint32_t t = sp_temp (l);
      vec_push (&l->offset_values, t);
      sp_emit (l, SP_P_Offset, t, v, offset, 0);
    }
  return l->offset_values.data[i];
}

void
sp_offset_anywhere (struct sp_lowering *l, uint32_t i, gir_operand x, uint32_t anywhere)
{
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Offset, sp_own_leaf (l, i, 0), v, anywhere, 0);
}

/* Where leaf @leaf of the storage behind @a lies. */
uint32_t
sp_leaf_address (struct sp_lowering *l, uint32_t a, const struct sp_leaves *type, unsigned leaf)
{
  if (type->blob)
    return sp_offset (l, a, SP_TOP);
  uint32_t offset = sp_leaf (l, type, leaf)->offset % SP_TUPLE_STRIDE;
  return offset ? sp_offset (l, a, offset) : a;
}

/* An interface leaf that came from outside holds some type: mark it so. */
void
sp_load_leaf (struct sp_lowering *l, uint32_t version, uint32_t d, uint32_t a, const struct sp_leaves *type, unsigned leaf)
{
  uint32_t word = d;
  uint32_t from = sp_leaf_address (l, a, type, leaf);
  if (from == SP_NULL_VALUE)
    return;
  if (!type->blob && sp_leaf (l, type, leaf)->iface)
    {
      word = sp_temp (l);
      sp_emit (l, SP_P_Box, d, word, SP_TAG_ANY, 0);
    }
  else if (!l->whole && !type->blob && sp_leaf (l, type, leaf)->raw)
    {
      /* It may have been written as a pointer to a part, and become a slice or a pointer to the whole. */
      word = sp_temp (l);
      sp_emit (l, SP_P_Offset, d, word, SP_TOP, 0);
    }
  sp_emit (l, SP_P_Load, version, word, from, 0);
}

void
sp_put (struct sp_lowering *l, uint32_t version, uint32_t a, uint32_t w)
{
  if (a != SP_NULL_VALUE && w != SP_NULL_VALUE)
    sp_emit (l, SP_P_Put, version, a, w, 0);
}

void
sp_copy_leaves (struct sp_lowering *l, uint32_t d, gir_operand x, unsigned n)
{
  for (unsigned k = 0; k < n; k++)
    {
      uint32_t v = sp_operand_leaf (l, x, k);
      if (v != SP_NULL_VALUE && v != d + k)
        sp_emit (l, SP_P_Copy, d + k, v, 0, 0);
    }
}

uint32_t
sp_value_instr (const struct sp_lowering *l, uint32_t v)
{
  if (v >= l->first_temp)
    return vec_at (&l->temps, v - l->first_temp);
  uint32_t base = gir_func_first_instr_value (l->f), found = GIR_INVALID;
  for (uint32_t i = 0; i < l->f->n_instrs; i++)
    if (l->f->instrs[i].type && l->start[base + i] <= v && v < l->start[base + i] + sp_leaves_of (l, l->f->instrs[i].type)->n)
      found = i;
  return found;
}

/* Beyond the budget all goes on in one version: what is put there is never the last word. */
bool
sp_out_of_versions (struct sp_lowering *l)
{
  bool out = l->n_versions - l->first_version > l->env->budgets->versions;
  l->tainted |= out;
  return out;
}

void
sp_next_version (struct sp_lowering *l)
{
  if (sp_out_of_versions (l))
    return;
  uint32_t n = sp_new_version (l);
  if (n)
    sp_emit (l, SP_P_Join, n, l->version, 0, 0);
  l->version = n;
}
