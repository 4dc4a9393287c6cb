/* Objects that the function makes: their sites, how many of them there are at a time, and variables. */
#include "constraints/lower_private.h"

#include "constraints/whole.h"

enum
{
  MAX_EXPLICIT = 128 << 10 /* ir.MaxStackVarSize of gc */
};

void
sp_lose_again (struct sp_lowering *l, uint32_t o, struct sp_origin origin)
{
  if (!l->before)
    return;
  vec_foreach (const struct sp_origin, x, &l->before->lost)
    if (x->fn == origin.fn && x->instr == origin.instr && x->sub == origin.sub)
      sp_emit (l, SP_P_Global, o, 0, 0, 0);
}

uint32_t
sp_site_object (struct sp_lowering *l, uint32_t i, uint32_t sub, gir_type type)
{
  uint32_t o = sp_universe_object (&l->universe, SP_O_SITE, l->site_base + i, sub, NULL);
  sp_lose_again (l, o, (struct sp_origin){ l->fn, i, sub });
  struct sp_object *x = &l->universe.objects.data[o];
  x->type = type;
  x->multi = l->cfg->in_cycle[l->block] || (l->whole && !sp_whole_apart (l, i));
  x->collapsed |= type && sp_leaves_of (l, type)->blob;
  x->data = type && sp_leaves_of (l, type)->n == 0;
  return o;
}

/* An object that gc could place: its site facts. */
void
sp_mark_site (struct sp_lowering *l, uint32_t o, uint32_t i, uint64_t size, uint64_t limit)
{
  if (l->whole)
    return;
  sp_emit (l, SP_P_Site, o, 0, 0, 0);
  if (l->f->instrs[i].pinned)
    sp_emit (l, SP_P_HeapSite, o, 0, 0, 0);
  if (size > limit)
    sp_emit (l, SP_P_Oversize, o, 0, 0, 0);
  bool append = l->f->instrs[i].op == GIR_OP_BUILTIN;
  if (l->cfg->in_cycle[l->block] && !append)
    vec_push (&l->points, ((struct sp_point){ o, i, l->version }));
}

bool
sp_is_renewed (const struct sp_lowering *l, uint32_t i)
{
  vec_foreach (const uint32_t, x, &l->env->renewed[l->fn])
    if (*x == i)
      return true;
  return false;
}

/* An object of a cycle whose earlier instances nobody uses any more when there is a new one: what they held is gone. */
void
sp_renew (struct sp_lowering *l, uint32_t o)
{
  struct sp_object *x = &l->universe.objects.data[o];
  x->renewed = true;
  if (sp_out_of_versions (l))
    return;
  uint32_t n = sp_new_version (l);
  sp_emit (l, SP_P_Fresh, n, l->version, o, 0);
  l->version = n;
}

/* The variable of a parameter stands where the parameter does. */
static bool
is_parameter (const struct gir_func *f, const struct gir_instr *alloc)
{
  for (uint32_t k = 0; k < f->n_params; k++)
    if (alloc->sub == GIR_A_VAR && alloc->pos.line && memcmp (&f->params[k].pos, &alloc->pos, sizeof alloc->pos) == 0)
      return true;
  return false;
}

void
sp_lower_alloc (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = p->types[gir_underlying (p, x->type)].elem;
  uint64_t size = p->types[type].size;
  bool variable = x->sub == GIR_A_VAR || x->sub == GIR_A_RESULT || x->sub == GIR_A_TMP;
  bool passed = x->sub == GIR_A_RESULT || is_parameter (l->f, x); /* these lie in the frame, however large */
  uint64_t limit = passed ? UINT64_MAX : variable ? MAX_EXPLICIT : MAX_IMPLICIT;
  uint32_t o = sp_site_object (l, i, 0, type);
  sp_point_to (l, sp_own_leaf (l, i, 0), o);
  gir_value v = gir_func_instr_value (l->f, i);
  bool taken = !variable || x->pinned || size > limit || sp_uses_address_taken (p, l->env->captures, l->f, &l->uses, v);
  if (taken)
    sp_mark_site (l, o, i, size, limit);
  if (l->precision.versions && !l->whole && l->cfg->in_cycle[l->block] && (!taken || sp_is_renewed (l, i)))
    {
      l->universe.objects.data[o].multi = false;
      sp_renew (l, o);
    }
}
