/* What the baseline knows of types and of functions before it looks at values: shapes, conversions, models, and who may be called by whom.
 */
#include "solver/baseline_private.h"

#include "constraints/generic.h"

/* --- types ------------------------------------------------------------------------------------------- */

enum gir_type_kind
bl_kind_of (const struct baseline *b, gir_type t)
{
  return b->p->types[gir_underlying (b->p, t)].kind;
}

gir_type
bl_elem (const struct baseline *b, gir_type t)
{
  return b->p->types[gir_underlying (b->p, t)].elem;
}

static bool
holds_uintptr (const struct baseline *b, gir_type t)
{
  const struct gir_type_info *info = &b->p->types[t];
  switch (info->kind)
    {
    case GIR_T_UINTPTR: return true;
    case GIR_T_NAMED:
    case GIR_T_ARRAY: return b->has_uintptr[info->elem];
    case GIR_T_STRUCT:
    case GIR_T_TUPLE:
      for (uint32_t k = 0; k < info->n_fields; k++)
        if (b->has_uintptr[b->p->fields[info->fields + k].type])
          return true;
      return false;
    default: return false;
    }
}

/* Named types may be defined after their uses: until nothing changes. */
void
bl_find_uintptrs (struct baseline *b)
{
  b->has_uintptr = g_new0 (bool, b->p->n_types);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (gir_type t = 0; t < b->p->n_types; t++)
        if (!b->has_uintptr[t] && holds_uintptr (b, t))
          changed = b->has_uintptr[t] = true;
    }
}

/* The only field of a struct that is not empty; 0 unless there is just one. Sets @padded where there are empty ones besides. */
static gir_type
only_field (const struct baseline *b, const struct gir_type_info *info, bool *padded)
{
  gir_type only = 0;
  for (uint32_t k = 0; k < info->n_fields; k++)
    {
      gir_type t = b->p->fields[info->fields + k].type;
      if (b->p->types[t].size == 0)
        *padded = true;
      else if (only)
        return 0;
      else
        only = t;
    }
  return only;
}

enum bl_shape
bl_shape_of (const struct baseline *b, gir_type t)
{
  bool padded = false;
  for (;;)
    {
      const struct gir_type_info *info = &b->p->types[gir_underlying (b->p, t)];
      switch (info->kind)
        {
        case GIR_T_PTR:
        case GIR_T_MAP:
        case GIR_T_CHAN:
        case GIR_T_FUNC:
        case GIR_T_UNSAFEPTR: return padded ? BL_EITHER : BL_DIRECT;
        case GIR_T_STRUCT: t = only_field (b, info, &padded); break;
        case GIR_T_ARRAY: t = info->length == 1 ? info->elem : 0; break;
        default: return BL_BOXED;
        }
    }
}

static bool
is_integer (enum gir_type_kind k)
{
  return k == GIR_T_INT || k == GIR_T_UINTPTR;
}

enum bl_conversion
bl_conversion_of (const struct baseline *b, gir_type to, gir_type from)
{
  enum gir_type_kind d = bl_kind_of (b, to), s = bl_kind_of (b, from);
  if (d == GIR_T_STRING)
    return s == GIR_T_STRING ? BL_C_SAME : BL_C_FRESH;
  if (s == GIR_T_STRING)
    return d == GIR_T_SLICE ? BL_C_FRESH : bl_pointers (b, to) ? BL_C_UNKNOWN : BL_C_NOTHING;
  if (is_integer (d))
    return bl_pointers (b, from) ? BL_C_EXPOSE : BL_C_NOTHING;
  if (!bl_pointers (b, to))
    return BL_C_NOTHING;
  if (d == GIR_T_ARRAY && s == GIR_T_SLICE)
    return BL_C_LOAD;
  return bl_pointers (b, from) ? BL_C_SAME : BL_C_UNKNOWN;
}

gir_type
bl_operand_type (const struct baseline *b, gir_fn fn, gir_operand x)
{
  uint32_t k = gir_operand_index (x);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return gir_value_type (&b->p->funcs[fn], k);
    case GIR_FUNC: return b->p->funcs[k].type;
    default: return 0;
    }
}

/* The iterator over a map has no type worth the name but holds the map. */
bool
bl_value_matters (const struct baseline *b, gir_fn fn, gir_value v)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = gir_value_instr (f, v);
  return bl_pointers (b, gir_value_type (f, v)) || (i && i->op == GIR_OP_RANGE);
}

/* --- functions --------------------------------------------------------------------------------------- */

#define BL_PACKAGE(path) path,
#define BL_MODEL(name, model)
#define BL_PREFIX(prefix, model)
#define BL_ATOMICS(path)
static const char *const packages[] = {
#include "solver/baseline_models.def"
};
#undef BL_PACKAGE
#undef BL_ATOMICS
#define BL_PACKAGE(path)
#define BL_ATOMICS(path) path,
static const char *const atomics[] = {
#include "solver/baseline_models.def"
};
#undef BL_MODEL
#undef BL_PREFIX
#undef BL_ATOMICS
#define BL_ATOMICS(path)
#define BL_MODEL(name, model) { name, BL_M_##model, false },
#define BL_PREFIX(prefix, model) { prefix, BL_M_##model, true },
static const struct
{
  const char *name;
  enum bl_model model;
  bool prefix;
} models[] = {
#include "solver/baseline_models.def"
};
#undef BL_PACKAGE
#undef BL_MODEL
#undef BL_PREFIX
#undef BL_ATOMICS

static bool
listed (const char *const *list, size_t n, const char *path)
{
  for (size_t k = 0; k < n; k++)
    if (!strcmp (list[k], path))
      return true;
  return false;
}

/* The name after the last dot begins with a capital, whatever the exporter's flag says. */
static bool
is_exported (const struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const char *name = gir_string (b->p, f->name), *dot = strrchr (name, '.');
  if (f->exported || (f->origin != GIR_INVALID && b->p->funcs[f->origin].exported))
    return true;
  return dot && g_ascii_isupper (dot[1]);
}

static enum bl_model
model_of (const struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const char *name = gir_string (b->p, f->name), *path = gir_string (b->p, b->p->pkgs[f->pkg].path);
  bool body = f->n_blocks > 0 && !f->is_extern;
  for (size_t k = 0; k < G_N_ELEMENTS (models); k++)
    if (models[k].prefix ? g_str_has_prefix (name, models[k].name) : !strcmp (name, models[k].name))
      return models[k].model;
  if (listed (packages, G_N_ELEMENTS (packages), path) && is_exported (b, fn))
    return BL_M_LEAK;
  if (body)
    return BL_M_BODY;
  if (listed (atomics, G_N_ELEMENTS (atomics), path))
    return BL_M_ATOMIC;
  return f->noescape ? BL_M_NOESCAPE : BL_M_LEAK;
}

/* Whether a linkname or assembly makes a function known that other packages cannot name. */
static bool
linked_outside (const struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const char *dot = strrchr (gir_string (b->p, f->name), '.');
  return f->exported && (f->kind == GIR_F_SRC || f->kind == GIR_F_INST) && dot && !g_ascii_isupper (dot[1]);
}

/* Whether anything but plain calls by name reaches the function. */
static bool
named_outside (const struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_package *pkg = &b->p->pkgs[f->pkg];
  return (!b->closed && is_exported (b, fn)) || f->linkname || linked_outside (b, fn) || pkg->cgo || pkg->is_asm
         || b->model[fn] != BL_M_BODY;
}

static gir_operand
operand (const struct gir_func *f, const struct gir_instr *i, uint32_t k)
{
  return f->operands[i->args + k];
}

/* Called by name, on this goroutine. */
static bool
plain_callee (const struct gir_instr *i, uint32_t k)
{
  return i->op == GIR_OP_CALL && k == 0 && i->mode != GIR_CALL_GO;
}

static void
find_references (struct baseline *b, gir_fn fn, bool *called)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    for (uint32_t k = 0; k < f->instrs[n].n_args; k++)
      {
        gir_operand x = operand (f, &f->instrs[n], k);
        if (gir_operand_kind (x) != GIR_FUNC)
          continue;
        if (plain_callee (&f->instrs[n], k))
          called[gir_operand_index (x)] = true;
        else
          b->external[gir_operand_index (x)] = true;
      }
}

static void
visit_callees (const struct baseline *b, gir_fn fn, bool *reached, u32_vec *open)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      const struct gir_instr *i = &f->instrs[n];
      gir_operand x = i->op == GIR_OP_CALL ? operand (f, i, 0) : gir_operand_new (GIR_NONE, 0);
      if (gir_operand_kind (x) != GIR_FUNC || reached[gir_operand_index (x)])
        continue;
      reached[gir_operand_index (x)] = true;
      vec_push (open, gir_operand_index (x));
    }
}

/* Functions that only call each other are judged as if anything might call them. */
static void
open_unreached (struct baseline *b)
{
  bool *reached = g_new (bool, b->p->n_funcs + 1);
  u32_vec open = { 0 };
  memcpy (reached, b->external, b->p->n_funcs * sizeof *reached);
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    if (reached[fn])
      vec_push (&open, fn);
  while (!vec_empty (&open))
    visit_callees (b, vec_pop (&open), reached, &open);
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    b->external[fn] |= !reached[fn];
  vec_clear (&open);
  g_free (reached);
}

/* Instances of generic functions that are out of sight call what these name. */
static void
open_generic (struct baseline *b)
{
  g_autoptr (GHashTable) names = sp_generic_names (b->p);
  for (gir_fn fn = 0; fn < b->p->n_funcs && !b->closed; fn++)
    b->external[fn] |= sp_generic_has (names, gir_string (b->p, b->p->funcs[fn].name));
}

void
bl_find_external (struct baseline *b)
{
  const GirProgram *p = b->p;
  b->model = g_new (uint8_t, p->n_funcs + 1);
  b->external = g_new0 (bool, p->n_funcs + 1);
  bool *called = g_new0 (bool, p->n_funcs);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      b->model[fn] = (uint8_t)model_of (b, fn);
      b->external[fn] |= named_outside (b, fn);
      find_references (b, fn, called);
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    b->external[fn] |= !called[fn]; /* what nothing calls, as if anything might */
  g_free (called);
  for (uint32_t k = 0; k < p->n_methods; k++)
    b->external[p->methods[k].fn] = true; /* reflection and unknown interfaces */
  for (uint32_t k = 0; k < p->n_links; k++)
    b->external[p->links[k].fn] = true;
  open_generic (b);
  open_unreached (b);
}
