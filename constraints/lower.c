/* Lowering of instructions; calls are in lower_call.c, liveness in lower_live.c. */
#include "constraints/whole.h"

#include "constraints/models.h"

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
  vec_clear (&l->temps);
  vec_clear (&l->origin_fns);
}

/* --- values ------------------------------------------------------------------------------------------ */

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
sp_address (struct sp_lowering *l, uint32_t object, uint32_t offset, uint32_t tag)
{
  uint32_t t = sp_temp (l);
  sp_emit (l, SP_P_Addr, t, sp_universe_cell (&l->universe, object, offset, tag), 0, 0);
  return t;
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

static void
copy_leaves (struct sp_lowering *l, uint32_t d, gir_operand x, unsigned n)
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
    return v - l->first_temp < l->temps.size ? l->temps.data[v - l->first_temp] : GIR_INVALID;
  uint32_t base = gir_func_first_instr_value (l->f), found = GIR_INVALID;
  for (uint32_t i = 0; i < l->f->n_instrs; i++)
    if (l->f->instrs[i].type && l->start[base + i] <= v && v < l->start[base + i] + sp_leaves_of (l, l->f->instrs[i].type)->n)
      found = i;
  return found;
}

/* --- versions ---------------------------------------------------------------------------------------- */

/* Beyond the budget all goes on in one version: what is put there is never the last word. */
static bool
out_of_versions (struct sp_lowering *l)
{
  bool out = l->n_versions - l->first_version > l->env->budgets->versions;
  l->tainted |= out;
  return out;
}

void
sp_next_version (struct sp_lowering *l)
{
  if (out_of_versions (l))
    return;
  uint32_t n = sp_new_version (l);
  if (n)
    sp_emit (l, SP_P_Join, n, l->version, 0, 0);
  l->version = n;
}

/* --- objects ----------------------------------------------------------------------------------------- */

enum
{
  MAX_EXPLICIT = 128 << 10,
  MAX_IMPLICIT = 64 << 10
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
static void
mark_site (struct sp_lowering *l, uint32_t o, uint32_t i, uint64_t size, uint64_t limit)
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

static bool
is_renewed (const struct sp_lowering *l, uint32_t i)
{
  vec_foreach (const uint32_t, x, &l->env->renewed[l->fn])
    if (*x == i)
      return true;
  return false;
}

/* An object of a cycle whose earlier instances nobody uses any more when there is a new one: what they held is gone. */
static void
renew (struct sp_lowering *l, uint32_t o)
{
  struct sp_object *x = &l->universe.objects.data[o];
  x->renewed = true;
  if (out_of_versions (l))
    return;
  uint32_t n = sp_new_version (l);
  sp_emit (l, SP_P_Fresh, n, l->version, o, 0);
  l->version = n;
}

static uint32_t
own_leaf (struct sp_lowering *l, uint32_t i, unsigned k)
{
  if (l->whole && sp_leaves_of (l, l->f->instrs[i].type)->n == 0)
    return sp_temp (l);
  return l->start[gir_func_instr_value (l->f, i)] + k;
}

static void
point_to (struct sp_lowering *l, uint32_t d, uint32_t o)
{
  sp_emit (l, SP_P_Addr, d, sp_universe_cell (&l->universe, o, 0, SP_TAG_NONE), 0, 0);
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

static void
lower_alloc (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = p->types[gir_underlying (p, x->type)].elem;
  uint64_t size = p->types[type].size;
  bool variable = x->sub == GIR_A_VAR || x->sub == GIR_A_RESULT || x->sub == GIR_A_TMP;
  bool passed = x->sub == GIR_A_RESULT || is_parameter (l->f, x); /* these lie in the frame, however large */
  uint64_t limit = passed ? UINT64_MAX : variable ? MAX_EXPLICIT : MAX_IMPLICIT;
  uint32_t o = sp_site_object (l, i, 0, type);
  point_to (l, own_leaf (l, i, 0), o);
  gir_value v = gir_func_instr_value (l->f, i);
  bool taken = !variable || x->pinned || size > limit || sp_uses_address_taken (p, l->env->captures, l->f, &l->uses, v);
  if (taken)
    mark_site (l, o, i, size, limit);
  if (l->precision.versions && !l->whole && l->cfg->in_cycle[l->block] && (!taken || is_renewed (l, i)))
    {
      l->universe.objects.data[o].multi = false;
      renew (l, o);
    }
}

static gir_type
pointee (const struct sp_lowering *l, gir_type pointer)
{
  const GirProgram *p = l->env->program;
  return p->types[gir_underlying (p, pointer)].elem;
}

static gir_type
operand_pointee (const struct sp_lowering *l, gir_operand x)
{
  switch (gir_operand_kind (x))
    {
    case GIR_GLOBAL: return l->env->program->globals[gir_operand_index (x)].type;
    case GIR_VALUE: return pointee (l, gir_value_type (l->f, gir_operand_index (x)));
    default: return 0;
    }
}

static enum gir_type_kind
kind_of (const struct sp_lowering *l, gir_type t)
{
  return l->env->program->types[gir_underlying (l->env->program, t)].kind;
}

static void
lower_load (struct sp_lowering *l, uint32_t i, gir_operand from)
{
  const struct gir_instr *x = &l->f->instrs[i];
  const struct sp_leaves *type = sp_leaves_of (l, x->type);
  uint32_t a = sp_operand_leaf (l, from, 0);
  for (unsigned k = 0; k < type->n; k++)
    sp_load_leaf (l, l->version, own_leaf (l, i, k), a, type, k);
}

enum
{
  MAX_STRONG_LEAVES = 8
};

/* A large struct is written weakly: one version instead of many. */
static void
lower_store (struct sp_lowering *l, gir_operand to, gir_operand what)
{
  gir_type t = operand_pointee (l, to);
  const struct sp_leaves *type = sp_leaves_of (l, t);
  uint32_t a = sp_operand_leaf (l, to, 0);
  if (!l->whole && gir_operand_kind (to) == GIR_GLOBAL && kind_of (l, t) == GIR_T_UINTPTR)
    return; /* a number: it keeps nothing alive, and no valid program makes it a pointer again (unsafe.Pointer, patterns 2 and 3) */
  bool strong = l->precision.versions && type->n <= MAX_STRONG_LEAVES && !type->blob;
  if (type->n == 0)
    return;
  strong = strong && !out_of_versions (l);
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

/* --- selections -------------------------------------------------------------------------------------- */

static void
lower_faddr (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  const struct gir_type_info *s = &p->types[gir_underlying (p, operand_pointee (l, x))];
  uint64_t offset = p->fields[s->fields + l->f->instrs[i].aux].offset;
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, offset < 1u << 30 ? (uint32_t)offset : SP_TOP, 0);
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
        if ((same || from->blob || to->blob) && v != SP_NULL_VALUE)
          sp_emit (l, SP_P_Copy, own_leaf (l, i, k), v, 0, 0);
      }
}

static void
lower_field (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type whole = sp_operand_type (l, x);
  const struct gir_type_info *s = &p->types[gir_underlying (p, whole)];
  const struct gir_instr *instr = &l->f->instrs[i];
  uint64_t at = 0;
  if (instr->op == GIR_OP_EXTRACT)
    at = (uint64_t)instr->aux * SP_TUPLE_STRIDE;
  else if (instr->op == GIR_OP_FIELD && l->precision.fields)
    at = p->fields[s->fields + instr->aux].offset;
  if (whole)
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

/* The address of an element, or a slice: of an array that is not folded, one element or any. A slice points to any already. */
static void
lower_element (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type type = sp_operand_type (l, x), array = operand_pointee (l, x);
  bool pointer = gir_operand_kind (x) == GIR_GLOBAL || (type && kind_of (l, type) == GIR_T_PTR);
  if (!pointer || !sp_types_unfolded (l->env->types, array))
    {
      copy_leaves (l, own_leaf (l, i, 0), x, 1);
      return;
    }
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  uint64_t stride = p->types[info->elem].size, index;
  bool known = l->f->instrs[i].op == GIR_OP_IADDR && constant_index (l, l->f->operands[l->f->instrs[i].args + 1], info->length, &index);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, known ? (uint32_t)(index * stride) : elements (l, stride, info->length), 0);
}

/* A slice as a pointer to an array. Where the elements of that are told apart, the slice may still lie in memory whose elements are folded
 * onto the first one: the pointer leads to any of them. */
static void
lower_s2ap (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type array = pointee (l, l->f->instrs[i].type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v == SP_NULL_VALUE)
    return;
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  if (sp_types_unfolded (l->env->types, array))
    sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, elements (l, p->types[info->elem].size, info->length), 0);
  else
    copy_leaves (l, own_leaf (l, i, 0), x, 1);
}

/* An element of an array in registers: the leaves of one element, or of all. */
static void
lower_index (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const GirProgram *p = l->env->program;
  gir_type array = sp_operand_type (l, x);
  if (!array || !l->precision.fields || !sp_types_unfolded (l->env->types, array))
    {
      lower_field (l, i, x);
      return;
    }
  const struct gir_type_info *info = &p->types[gir_underlying (p, array)];
  uint64_t index;
  bool known = constant_index (l, l->f->operands[l->f->instrs[i].args + 1], info->length, &index);
  for (uint64_t k = known ? index : 0; k < (known ? index + 1 : info->length); k++)
    lower_part (l, i, x, array, k * p->types[info->elem].size);
}

/* --- interfaces -------------------------------------------------------------------------------------- */

static void
lower_iface (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = instr->type2;
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  uint32_t d = own_leaf (l, i, 0);
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
    mark_site (l, o, i, p->types[type].size, MAX_IMPLICIT);
}

static void
lower_assert (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const GirProgram *p = l->env->program;
  gir_type type = instr->type2;
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v == SP_NULL_VALUE || leaves->n == 0)
    return;
  if (p->types[gir_underlying (p, type)].kind == GIR_T_IFACE)
    sp_emit (l, l->whole ? SP_P_Filter : SP_P_Copy, own_leaf (l, i, 0), v, l->whole ? SP_TAG_TYPE (type) : 0, 0);
  else if (sp_types_pointer_shaped (p, type))
    sp_emit (l, SP_P_Unbox, own_leaf (l, i, 0), v, SP_TAG_TYPE (type), 0);
  else
    {
      uint32_t box = sp_temp (l);
      sp_emit (l, SP_P_Unbox, box, v, SP_TAG_TYPE (type), 0);
      for (unsigned k = 0; k < leaves->n; k++)
        sp_load_leaf (l, l->version, own_leaf (l, i, k), box, leaves, k);
    }
}

/* --- conversions ------------------------------------------------------------------------------------- */

static bool
allocates_text (enum gir_type_kind from, enum gir_type_kind to)
{
  return (from == GIR_T_STRING) != (to == GIR_T_STRING) && (from == GIR_T_STRING || to == GIR_T_STRING);
}

/* From now on others may write, or know, what @v leads to. */
static void
leak_now (struct sp_lowering *l, uint32_t v)
{
  sp_next_version (l);
  sp_emit (l, SP_P_Leak, l->version, v, 0, 0);
}

/* Through a pointer made so, raw words can be read as funcs or interfaces. Elsewhere only addresses of closures and tagged cells are ever
 * called, which dispatch relies upon; what is read here counts as unknown. */
static void
forge_callable (struct sp_lowering *l, uint32_t i, uint32_t v)
{
  leak_now (l, v);
  sp_emit (l, SP_P_Addr, own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
}

/* What the raw address @x was made for: the type behind the typed pointer that was converted to it; 0 where that is not seen. */
static gir_type
made_for (const struct sp_lowering *l, gir_operand x)
{
  for (unsigned steps = 0; steps < 8 && gir_operand_kind (x) == GIR_VALUE; steps++)
    {
      const struct gir_instr *i = gir_value_instr (l->f, gir_operand_index (x));
      const gir_operand *args = i ? &l->f->operands[i->args] : NULL;
      if (i && i->op == GIR_OP_CONV && kind_of (l, i->type2) == GIR_T_PTR)
        return pointee (l, i->type2);
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
 * lies
 * @within, raw words may be read: they point to anywhere in their object (sp_load_leaf), and maps, channels, funcs and interfaces, whose
 * memory the cells do not mirror, have leaked when the address was made. Numbers become pointers again in headers of slices and strings
 * alone. */
static bool
shows_odd_words (const struct sp_lowering *l, gir_type t, bool within)
{
  unsigned words = sp_types_words (l->env->types, t);
  if (words & (SP_W_PATH | SP_W_TABLE))
    return true;
  return ((words & SP_W_RAW) && !within) || ((words & (SP_W_RAW | SP_W_NUMBER)) && l->env->types->fine[t].blob);
}

/* The same of a cast of the raw address @x. */
static bool
misread (const struct sp_lowering *l, gir_operand x, gir_type t)
{
  const struct gir_type_info *types = l->env->program->types;
  gir_type made = made_for (l, x);
  return made != t && shows_odd_words (l, t, made && types[t].size <= types[made].size);
}

static void
lower_conv (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  enum gir_type_kind from = kind_of (l, instr->type2), to = kind_of (l, instr->type);
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (allocates_text (from, to))
    {
      uint32_t o = sp_site_object (l, i, 0, 0);
      l->universe.objects.data[o].multi = l->universe.objects.data[o].data = true;
      point_to (l, own_leaf (l, i, 0), o);
      if (instr->site)
        mark_site (l, o, i, 0, MAX_IMPLICIT);
    }
  else if (from == GIR_T_UINTPTR && sp_leaves_of (l, instr->type)->n == 0)
    leak_now (l, v); /* a plain number from now on: whoever has it may turn it back */
  else if (from == GIR_T_PTR && to == GIR_T_UNSAFEPTR && !l->whole && v != SP_NULL_VALUE)
    {
      /* A raw word may become part of a slice, which leads to more than the pointer did: it points to anywhere in the object. */
      sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, SP_TOP, 0);
      /* Words of funcs and interfaces may be written raw, and what is called there is anyone's guess; memory of maps and channels may be
       * read raw. */
      if (sp_types_words (l->env->types, pointee (l, instr->type2)) & (SP_W_CODE | SP_W_TABLE))
        leak_now (l, v);
    }
  else if (from == GIR_T_UNSAFEPTR && to == GIR_T_PTR && l->whole && v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Cast, own_leaf (l, i, 0), v, SP_TAG_TYPE (pointee (l, instr->type)), 0);
  else if (from == GIR_T_UNSAFEPTR && to == GIR_T_PTR && v != SP_NULL_VALUE)
    {
      sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, SP_TOP, 0);
      if (sp_types_words (l->env->types, pointee (l, instr->type)) & SP_W_CODE)
        forge_callable (l, i, v);
      else if (misread (l, x, pointee (l, instr->type)))
        leak_now (l, v);
    }
  else
    {
      copy_leaves (l, own_leaf (l, i, 0), x, MIN (sp_leaves_of (l, instr->type)->n, sp_leaves_of (l, instr->type2)->n));
      if (from == GIR_T_UINTPTR && to == GIR_T_UNSAFEPTR)
        sp_emit (l, SP_P_Addr, own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
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

static void
offset_anywhere (struct sp_lowering *l, uint32_t i, gir_operand x, uint32_t anywhere)
{
  uint32_t v = sp_operand_leaf (l, x, 0);
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Offset, own_leaf (l, i, 0), v, anywhere, 0);
}

static void
lower_bin (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  enum gir_type_kind kind = kind_of (l, instr->type);
  if (kind == GIR_T_UINTPTR)
    for (unsigned k = 0; k < instr->n_args; k++)
      {
        gir_operand x = l->f->operands[instr->args + k];
        if (l->whole)
          offset_anywhere (l, i, x, SP_RAW);
        else
          copy_leaves (l, own_leaf (l, i, 0), x, 1);
      }
  else if (kind == GIR_T_STRING)
    {
      uint32_t o = sp_site_object (l, i, 0, 0);
      l->universe.objects.data[o].multi = l->universe.objects.data[o].data = true;
      point_to (l, own_leaf (l, i, 0), o);
      echo_operands (l, i, o);
      if (instr->site)
        mark_site (l, o, i, 0, MAX_IMPLICIT);
    }
}

/* --- closures ---------------------------------------------------------------------------------------- */

enum
{
  CAPTURE_STRIDE = 1 << 16
};

/* A variable captured by value: the closure holds a copy, in an object of its own. */
static uint32_t
captured_copy (struct sp_lowering *l, uint32_t i, unsigned k, gir_operand x)
{
  gir_type type = operand_pointee (l, x);
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

static void
lower_closure (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_fn code = gir_operand_index (l->f->operands[instr->args]);
  const struct gir_func *g = &l->env->program->funcs[code];
  uint32_t o = sp_site_object (l, i, 0, 0);
  l->universe.objects.data[o].multi = true;
  l->universe.objects.data[o].code = code;
  uint32_t d = own_leaf (l, i, 0);
  uint64_t size = 0; /* a method value holds its receiver whole */
  point_to (l, d, o);
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
    mark_site (l, o, i, size, MAX_IMPLICIT);
}

/* --- containers -------------------------------------------------------------------------------------- */

enum
{
  MAP_VALUES = 1 << 20
};

static void
lower_make (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  uint32_t o = sp_site_object (l, i, 0, 0), d = own_leaf (l, i, 0);
  bool renewed = l->precision.versions && !l->whole && is_renewed (l, i);
  l->universe.objects.data[o].multi = true;
  l->universe.objects.data[o].table = instr->op != GIR_OP_MKSLICE;
  point_to (l, d, o);
  if (instr->site || instr->pinned || instr->op == GIR_OP_MKCHAN)
    mark_site (l, o, i, 0, MAX_IMPLICIT);
  if (renewed)
    renew (l, o);
  if (instr->op == GIR_OP_MKMAP)
    {
      uint32_t storage = sp_site_object (l, i, 1, 0);
      l->universe.objects.data[storage].multi = true;
      if (renewed)
        renew (l, storage);
      sp_emit (l, SP_P_HeapKind, storage, 0, 0, 0);
      sp_put (l, l->version, d, sp_address (l, storage, 0, SP_TAG_NONE));
    }
  l->universe.objects.data[o].data = instr->op == GIR_OP_MKSLICE && sp_leaves_of (l, pointee (l, instr->type))->n == 0;
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
  uint32_t v = sp_operand_leaf (l, map, 0), b = sp_temp (l);
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Load, l->version, b, v, 0);
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
      sp_load_leaf (l, l->version, own_leaf (l, i, leaf), a, from, k);
    }
}

static void
lower_lookup (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_operand map = l->f->operands[instr->args];
  gir_type type = sp_operand_type (l, map);
  if (!type || kind_of (l, type) != GIR_T_MAP)
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

static void
lower_mapset (struct sp_lowering *l, uint32_t i)
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

static void
lower_next (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  gir_operand it = l->f->operands[instr->args];
  gir_value v = gir_operand_index (it);
  const struct gir_instr *range = gir_value_instr (l->f, v);
  if (instr->flag || !range || range->op != GIR_OP_RANGE)
    return;
  gir_type type = sp_operand_type (l, l->f->operands[range->args]);
  if (!type || kind_of (l, type) != GIR_T_MAP)
    return;
  uint32_t storage = map_storage (l, it);
  const GirProgram *p = l->env->program;
  const struct gir_type_info *tuple = &p->types[instr->type];
  /* A blank key or value is of an invalid type in the tuple. */
  for (unsigned part = 1; part <= 2 && part < tuple->n_fields; part++)
    {
      gir_type t = p->fields[tuple->fields + part].type;
      if (sp_leaves_of (l, t)->n == sp_leaves_of (l, map_part (l, type, part == 1))->n)
        load_component (l, i, map_part (l, type, part == 1), map_cell (l, storage, part == 1), part, true);
    }
}

static void
lower_send (struct sp_lowering *l, gir_operand channel, gir_operand x)
{
  gir_type type = sp_operand_type (l, channel);
  if (type)
    put_value (l, sp_operand_leaf (l, channel, 0), x, pointee (l, type));
}

static void
lower_select (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  unsigned component = 2;
  sp_next_version (l);
  for (unsigned k = 0; k + 1 < instr->n_args; k += 2)
    {
      gir_operand channel = l->f->operands[instr->args + k], x = l->f->operands[instr->args + k + 1];
      gir_type type = sp_operand_type (l, channel);
      if (gir_operand_kind (x) != GIR_NONE)
        lower_send (l, channel, x);
      else if (type)
        load_component (l, i, pointee (l, type), sp_operand_leaf (l, channel, 0), component++, true);
      else
        component++;
    }
}

/* --- builtins ---------------------------------------------------------------------------------------- */

/* append may or may not share the old array: the result points to both, and both hold both (rules.md D5). */
static void
lower_append (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const gir_operand *x = &l->f->operands[instr->args];
  const struct sp_leaves *elem = sp_leaves_of (l, pointee (l, instr->type));
  uint32_t grown = sp_site_object (l, i, 0, 0), d = own_leaf (l, i, 0);
  l->universe.objects.data[grown].multi = true;
  l->universe.objects.data[grown].collapsed |= elem->blob;
  l->universe.objects.data[grown].data = elem->n == 0;
  point_to (l, d, grown);
  copy_leaves (l, d, x[0], 1);
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
  if (instr->site || instr->pinned)
    mark_site (l, grown, i, 0, MAX_IMPLICIT);
}

/* The leaves of the elements that the builtin copy of instruction @i moves; NULL where it moves none. */
static const struct sp_leaves *
copied_leaves (const struct sp_lowering *l, uint32_t i)
{
  gir_type type = sp_operand_type (l, l->f->operands[l->f->instrs[i].args]);
  if (!type || kind_of (l, type) != GIR_T_SLICE)
    return NULL;
  const struct sp_leaves *elem = sp_leaves_of (l, pointee (l, type));
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

static void
lower_copy (struct sp_lowering *l, uint32_t i)
{
  if (copied_leaves (l, i))
    sp_next_version (l);
  sp_lower_copied (l, i, l->version);
}

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
    sp_emit (l, SP_P_Addr, own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
  else if (l->f->instrs[i].type)
    sp_emit (l, SP_P_Load, l->version, own_leaf (l, i, 0), sp_whole_panics (l), 0);
}

/* unsafe.Slice: what lies behind the first element need not be elements at all, as in a cast of the raw address (misread). */
static void
lower_unsafe_slice (struct sp_lowering *l, uint32_t i, gir_operand x)
{
  uint32_t v = sp_operand_leaf (l, x, 0);
  offset_anywhere (l, i, x, l->whole ? SP_RAW : SP_TOP);
  if (l->whole || v == SP_NULL_VALUE)
    return;
  gir_type element = pointee (l, l->f->instrs[i].type);
  if (sp_types_words (l->env->types, element) & SP_W_CODE)
    forge_callable (l, i, v);
  else if (shows_odd_words (l, element, false))
    leak_now (l, v);
}

static void
lower_builtin (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *instr = &l->f->instrs[i];
  const gir_operand *x = &l->f->operands[instr->args];
  switch (instr->sub)
    {
    case GIR_B_APPEND: lower_append (l, i); break;
    case GIR_B_COPY: lower_copy (l, i); break;
    case GIR_B_PANIC: lower_panic (l, x[0]); break;
    case GIR_B_RECOVER: lower_recover (l, i); break;
    case GIR_B_ADD: offset_anywhere (l, i, x[0], l->whole ? SP_RAW : SP_TOP); break;
    case GIR_B_SLICE: lower_unsafe_slice (l, i, x[0]); break;
    case GIR_B_MAX:
    case GIR_B_MIN:
      for (unsigned k = 0; k < instr->n_args; k++)
        copy_leaves (l, own_leaf (l, i, 0), x[k], sp_leaves_of (l, instr->type)->n);
      break;
    case GIR_B_STRINGDATA:
      if (l->whole)
        sp_emit (l, SP_P_Addr, own_leaf (l, i, 0), SP_UNKNOWN, 0, 0);
      else
        copy_leaves (l, own_leaf (l, i, 0), x[0], 1);
      break;
    case GIR_B_SLICEDATA:
    case GIR_B_STRING:
    case GIR_B_WRAPNILCHK: copy_leaves (l, own_leaf (l, i, 0), x[0], 1); break;
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
  for (unsigned k = 0; k < instr->n_args && k < l->f->n_results; k++)
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
    copy_leaves (l, own_leaf (l, i, 0), l->f->operands[instr->args + k], sp_leaves_of (l, instr->type)->n);
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
    case GIR_OP_MKCHAN: lower_make (l, i); break;
    case GIR_OP_LOOKUP: lower_lookup (l, i); break;
    case GIR_OP_MAPSET: lower_mapset (l, i); break;
    case GIR_OP_NEXT: lower_next (l, i); break;
    case GIR_OP_SEND:
      sp_next_version (l);
      lower_send (l, args[0], args[1]);
      break;
    case GIR_OP_RECV:
      if (sp_operand_type (l, args[0]))
        load_component (l, i, pointee (l, sp_operand_type (l, args[0])), sp_operand_leaf (l, args[0], 0), 0, x->flag);
      break;
    case GIR_OP_SELECT: lower_select (l, i); break;
    case GIR_OP_PHI: lower_phi (l, i); break;
    case GIR_OP_BIN:
    case GIR_OP_UN: lower_bin (l, i); break;
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
    case GIR_OP_ALLOC: lower_alloc (l, i); break;
    case GIR_OP_LOAD: lower_load (l, i, args[0]); break;
    case GIR_OP_STORE: lower_store (l, args[0], args[1]); break;
    case GIR_OP_FADDR: lower_faddr (l, i, args[0]); break;
    case GIR_OP_INDEX: lower_index (l, i, args[0]); break;
    case GIR_OP_FIELD:
    case GIR_OP_EXTRACT: lower_field (l, i, args[0]); break;
    case GIR_OP_IADDR:
    case GIR_OP_SLICE: lower_element (l, i, args[0]); break;
    case GIR_OP_S2AP: lower_s2ap (l, i, args[0]); break;
    case GIR_OP_CHIFACE: copy_leaves (l, own_leaf (l, i, 0), args[0], 1); break;
    case GIR_OP_RANGE: copy_leaves (l, own_leaf (l, i, 0), args[0], sp_leaves_of (l, x->type)->n ? 1 : 0); break;
    case GIR_OP_CHTYPE: copy_leaves (l, own_leaf (l, i, 0), args[0], sp_leaves_of (l, x->type)->n); break;
    case GIR_OP_IFACE: lower_iface (l, i, args[0]); break;
    case GIR_OP_ASSERT: lower_assert (l, i, args[0]); break;
    case GIR_OP_CONV: lower_conv (l, i, args[0]); break;
    case GIR_OP_CLOSURE: lower_closure (l, i); break;
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
  if (before->collapsed == l->precision.fields)
    return;
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
  l->first_temp = l->n_values;
}

void
sp_lower_function (struct sp_lowering *l, gir_fn fn, struct sp_precision precision, bool settled)
{
  start_function (l, fn, precision);
  l->settled = settled;
  sp_emit (l, SP_P_Global, SP_UNKNOWN, 0, 0, 0);
  sp_emit (l, SP_P_Addr, SP_UNKNOWN_VALUE, SP_UNKNOWN, 0, 0);
  lower_parameters (l);
  know_captured_functions (l);
  if (l->before)
    lose_names_again (l, l->before);
  sp_lower_body (l);
  sp_lower_liveness (l);
}
