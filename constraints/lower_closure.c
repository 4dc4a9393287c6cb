/* Closures: what they capture, by reference or as a copy. */
#include "constraints/lower_private.h"

/* A variable captured by value: the closure holds a copy, in an object of its own. */
static uint32_t
captured_copy (struct sp_lowering *l, uint32_t i, unsigned k, gir_operand x)
{
  gir_type type = sp_operand_pointee (l, x);
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  uint32_t o = sp_site_object (l, i, k + 1, type);
  l->universe.objects.data[o].multi = true;
  uint32_t a = sp_address (l, o, 0, SP_TAG_NONE), from = sp_operand_leaf (l, x, 0);
  for (unsigned j = 0; j < leaves->n; j++)
    {
      uint32_t t = sp_temp (l);
      sp_load_leaf (l, l->version, t, from, leaves, j);
      sp_put (l, l->version, sp_leaf_address (l, a, leaves, j), t);
    }
  return a;
}

static bool
by_value (struct sp_lowering *l, gir_operand x, gir_fn code, unsigned k)
{
  const struct sp_captures *c = l->env->captures;
  return gir_operand_kind (x) == GIR_VALUE && c->only_read[c->first[code] + k]
         && sp_uses_by_value (l->env->program, c, l->f, &l->uses, gir_operand_index (x));
}

void
sp_lower_closure (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_fn code = gir_operand_index (l->f->operands[instr->args]);
  const struct gir_func *g = &l->env->program->funcs[code];
  uint32_t o = sp_site_object (l, i, 0, 0);
  l->universe.objects.data[o].multi = true;
  l->universe.objects.data[o].code = code;
  uint32_t d = sp_own_leaf (l, i, 0);
  uint64_t size = 0; /* a method value holds its receiver whole */
  sp_point_to (l, d, o);
  for (unsigned k = 0; k + 1 < instr->n_args; k++)
    {
      gir_operand x = l->f->operands[instr->args + 1 + k];
      gir_type captured = g->params[g->n_params + k].type;
      const struct sp_leaves *leaves = sp_leaves_of (l, captured);
      size += l->env->program->types[captured].size;
      uint32_t at = sp_offset (l, d, k * CAPTURE_STRIDE);
      bool copied = by_value (l, x, code, k);
      uint32_t copy = copied ? captured_copy (l, i, k, x) : SP_NULL_VALUE;
      for (unsigned j = 0; j < leaves->n; j++)
        sp_put (l, l->version, sp_leaf_address (l, at, leaves, j), copied ? copy : sp_operand_leaf (l, x, j));
    }
  if (instr->site || instr->pinned)
    sp_mark_site (l, o, i, size, MAX_IMPLICIT);
}
