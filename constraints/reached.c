#include "constraints/reached.h"

#include "constraints/callers.h"
#include "constraints/parts.h"

struct reaching
{
  const GirProgram *p;
  struct sp_reached *r;
  u32_vec functions; /* reached, to be looked at */
  u32_vec types;     /* likewise */
};

static const char *
path_of (const GirProgram *p, gir_fn fn)
{
  return gir_string (p, p->pkgs[p->funcs[fn].pkg].path);
}

static bool
is_std (const GirProgram *p, gir_fn fn)
{
  return p->pkgs[p->funcs[fn].pkg].std;
}

/* --- programs that are all there --------------------------------------------------------------------- */

static bool
is_main (const GirProgram *p, gir_fn fn)
{
  const struct gir_func *f = &p->funcs[fn];
  return p->pkgs[f->pkg].is_main && f->kind == GIR_F_SRC && g_str_has_suffix (gir_string (p, f->name), ".main");
}

/* Assembly, C and linknames outside of the standard library may make anything: there are modules that list the runtime's types so. */
static bool
is_opaque (const GirProgram *p, gir_fn fn)
{
  const struct gir_func *f = &p->funcs[fn];
  return !is_std (p, fn) && ((f->is_extern && f->kind != GIR_F_GENERIC) || f->linkname);
}

static bool
has_runtime (const GirProgram *p)
{
  for (uint32_t k = 0; k < p->n_pkgs; k++)
    if (p->pkgs[k].std && strcmp (gir_string (p, p->pkgs[k].path), "runtime") == 0)
      return true;
  return false;
}

/* Interfaces that have themselves among their methods' types are written as named types, so that identical types may have two numbers. */
static bool
types_are_one (const GirProgram *p)
{
  for (gir_type t = 1; t < p->n_types; t++)
    if (p->types[t].kind == GIR_T_NAMED && g_str_has_prefix (gir_string (p, p->types[t].name), "interface"))
      return false;
  return true;
}

static bool
is_whole (const GirProgram *p)
{
  bool has_main = false;
  for (uint32_t k = 0; k < p->n_pkgs; k++)
    {
      const char *path = gir_string (p, p->pkgs[k].path);
      if ((!p->pkgs[k].std && (p->pkgs[k].cgo || p->pkgs[k].is_asm)) || strcmp (path, "plugin") == 0)
        return false;
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      has_main |= is_main (p, fn);
      if (is_opaque (p, fn))
        return false;
    }
  return has_main && types_are_one (p);
}

/* --- reaching ---------------------------------------------------------------------------------------- */

static void
reach_function (struct reaching *x, gir_fn fn)
{
  if (!x->r->functions[fn])
    vec_push (&x->functions, fn);
  x->r->functions[fn] = true;
}

static void
reach_type (struct reaching *x, gir_type t)
{
  if (t && !x->r->types[t])
    vec_push (&x->types, t);
  x->r->types[t] = true;
}

/* What the runtime and assembly call is in no Go body; all of the packages that are made for that, and whatever has another name. */
static bool
is_root (const GirProgram *p, gir_fn fn)
{
  static const char *const folders[] = { "runtime/", "internal/", "reflect/", "sync/" };
  const struct gir_func *f = &p->funcs[fn];
  const char *name = gir_string (p, f->name);
  g_autofree char *folder = g_strconcat (path_of (p, fn), "/", NULL);
  bool deep = false;
  for (unsigned k = 0; k < G_N_ELEMENTS (folders); k++)
    deep |= is_std (p, fn) && g_str_has_prefix (folder, folders[k]);
  bool outside = p->pkgs[f->pkg].is_asm || p->pkgs[f->pkg].cgo || f->linkname || sp_callers_shown (p, fn);
  return deep || outside || f->kind == GIR_F_INIT || is_main (p, fn) || g_str_has_suffix (name, ".init");
}

/* Functions that others know by another name, and those that are known so here. */
static void
reach_linked (struct reaching *x)
{
  const GirProgram *p = x->p;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (p->funcs[fn].linkname)
      g_hash_table_add (names, (char *)gir_string (p, p->funcs[fn].linkname));
  for (uint32_t k = 0; k < p->n_links; k++)
    {
      g_hash_table_add (names, (char *)gir_string (p, p->links[k].name));
      reach_function (x, p->links[k].fn);
      x->r->taken[p->links[k].fn] = true;
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (g_hash_table_contains (names, gir_string (p, p->funcs[fn].name)))
      {
        reach_function (x, fn);
        x->r->taken[fn] = true;
      }
}

static void
reach_roots (struct reaching *x)
{
  const GirProgram *p = x->p;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (is_root (p, fn))
      {
        const struct gir_func *f = &p->funcs[fn];
        reach_function (x, fn);
        x->r->taken[fn] |= f->linkname || sp_callers_shown (p, fn) || (p->pkgs[f->pkg].is_asm && f->exported);
      }
  reach_linked (x);
}

static void
reach_from_function (struct reaching *x, gir_fn fn)
{
  const struct gir_func *f = &x->p->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      const struct gir_instr *instr = &f->instrs[i];
      if (instr->op == GIR_OP_IFACE)
        reach_type (x, instr->type2);
      for (uint32_t k = 0; k < instr->n_args; k++)
        {
          gir_operand o = f->operands[instr->args + k];
          if (gir_operand_kind (o) != GIR_FUNC)
            continue;
          reach_function (x, gir_operand_index (o));
          x->r->taken[gir_operand_index (o)] |= k > 0 || instr->op != GIR_OP_CALL;
        }
    }
}

/* Reflection makes pointers to, elements and fields of, and what goes in and out of the methods of what it gets. */
static void
reach_from_type (struct reaching *x, gir_type t)
{
  const GirProgram *p = x->p;
  const struct gir_type_info *info = &p->types[t];
  u32_vec parts = { 0 };
  sp_parts_push (p, t, true, &parts);
  vec_foreach (const gir_type, part, &parts)
    reach_type (x, *part);
  vec_clear (&parts);
  for (uint32_t k = 0; info->mset != GIR_INVALID && k < info->n_mset; k++)
    {
      gir_fn fn = p->methods[info->mset + k].fn;
      reach_function (x, fn);
      reach_type (x, p->funcs[fn].type);
    }
}

/* By type: the pointer to it, 0 where there is none. The caller frees. */
static gir_type *
pointers_to (const GirProgram *p)
{
  gir_type *to = g_new0 (gir_type, p->n_types + 1);
  for (gir_type t = 1; t < p->n_types; t++)
    if (p->types[t].kind == GIR_T_PTR)
      to[p->types[t].elem] = t;
  return to;
}

static void
reach_all (struct reaching *x)
{
  g_autofree gir_type *pointers = pointers_to (x->p);
  reach_roots (x);
  while (!vec_empty (&x->functions) || !vec_empty (&x->types))
    if (!vec_empty (&x->functions))
      reach_from_function (x, vec_pop (&x->functions));
    else
      {
        gir_type t = vec_pop (&x->types);
        reach_from_type (x, t);
        reach_type (x, pointers[t]);
      }
}

/* --- func values ------------------------------------------------------------------------------------- */

/* Reflection makes func values: of methods, out of nothing, and of other types. */
static bool
makes_funcs (const GirProgram *p, gir_fn fn)
{
  static const char *const names[]
      = { "reflect.MakeFunc", "reflect.Value.Method", "reflect.Value.MethodByName", "reflect.Value.Convert", "reflect.NewAt" };
  for (unsigned k = 0; k < G_N_ELEMENTS (names); k++)
    if (strcmp (gir_string (p, p->funcs[fn].name), names[k]) == 0)
      return true;
  return false;
}

/* Whether a func may be found where a value of type @t lies; interfaces hold anything. */
static bool
has_func (const GirProgram *p, gir_type t)
{
  g_autofree bool *seen = g_new0 (bool, p->n_types + 1);
  u32_vec found = { 0 };
  bool has = false;
  sp_parts_reach (p, t, false, seen, &found);
  vec_foreach (const gir_type, u, &found)
    has |= sp_is_callable (p, *u);
  vec_clear (&found);
  return has;
}

static bool
is_pointer (const GirProgram *p, gir_type t)
{
  return p->types[gir_underlying (p, t)].kind == GIR_T_PTR;
}

/* Whether the instruction sees a func as one of another type, or its word as a raw one. */
static bool
changes_funcs (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i)
{
  gir_operand o = i->n_args ? f->operands[i->args] : gir_operand_new (GIR_NONE, 0);
  if (i->op == GIR_OP_CONV && (is_pointer (p, i->type) || is_pointer (p, i->type2)))
    return has_func (p, i->type) || has_func (p, i->type2);
  if (i->op != GIR_OP_CHTYPE || gir_operand_kind (o) != GIR_VALUE)
    return false;
  gir_type from = gir_value_type (f, gir_operand_index (o));
  return gir_underlying (p, i->type) != gir_underlying (p, from) && (has_func (p, i->type) || has_func (p, from));
}

static bool
is_reflection (const char *name)
{
  return strcmp (name, "Method") == 0 || strcmp (name, "MethodByName") == 0;
}

/* Whether @fn makes func values that no instruction names. Package reflect itself does where others ask it to. */
static bool
makes_others (const struct reaching *x, gir_fn fn)
{
  const GirProgram *p = x->p;
  const struct gir_func *f = &p->funcs[fn];
  if (strcmp (path_of (p, fn), "reflect") == 0)
    return false;
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      const struct gir_instr *instr = &f->instrs[i];
      if ((instr->op == GIR_OP_INVOKE && is_reflection (gir_string (p, instr->aux))) || (!is_std (p, fn) && changes_funcs (p, f, instr)))
        return true;
      for (uint32_t k = 0; k < instr->n_args; k++)
        {
          gir_operand o = f->operands[instr->args + k];
          if (gir_operand_kind (o) == GIR_FUNC && makes_funcs (p, gir_operand_index (o)))
            return true;
        }
    }
  return false;
}

static bool
funcs_known (const struct reaching *x)
{
  for (gir_fn fn = 0; fn < x->p->n_funcs; fn++)
    if (x->r->functions[fn] && makes_others (x, fn))
      return false;
  return true;
}

/* ----------------------------------------------------------------------------------------------------- */

struct sp_reached *
sp_reached_new (const GirProgram *p)
{
  if (!is_whole (p))
    return NULL;
  struct sp_reached *r = g_new0 (struct sp_reached, 1);
  r->functions = g_new0 (bool, p->n_funcs + 1);
  r->types = g_new0 (bool, p->n_types + 1);
  r->taken = g_new0 (bool, p->n_funcs + 1);
  r->runtime = has_runtime (p);
  struct reaching x = { .p = p, .r = r };
  reach_all (&x);
  if (!funcs_known (&x))
    g_clear_pointer (&r->taken, g_free);
  vec_clear (&x.functions);
  vec_clear (&x.types);
  return r;
}

void
sp_reached_free (struct sp_reached *r)
{
  g_free (r->functions);
  g_free (r->types);
  g_free (r->taken);
  g_free (r);
}

/* --- what is called ---------------------------------------------------------------------------------- */

/* Whether @fn, after its receiver, takes and gives what func type @type does. */
static bool
has_signature (const GirProgram *p, gir_fn fn, gir_type type)
{
  const struct gir_func *f = &p->funcs[fn];
  const struct gir_type_info *info = &p->types[type];
  const struct gir_field *fields = &p->fields[info->fields];
  if (f->n_params != info->n_params + 1 || f->n_results != info->n_fields - info->n_params)
    return false;
  for (uint32_t k = 0; k < info->n_fields; k++)
    if (fields[k].type != (k < info->n_params ? f->params[k + 1].type : f->results[k - info->n_params].type))
      return false;
  return true;
}

static bool
has_method (const GirProgram *p, gir_type t, const struct gir_field *method)
{
  gir_fn fn = gir_find_method (p, t, method->name);
  return fn != GIR_INVALID && has_signature (p, fn, method->type);
}

/* Whether a value of interface type @iface may hold a @t: it has its methods. */
static bool
may_hold (const struct sp_reached *r, const GirProgram *p, gir_type iface, gir_type t)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, iface)];
  if (!r->types[t] || p->types[t].mset == GIR_INVALID)
    return false;
  for (uint32_t k = 0; k < info->n_fields; k++)
    if (!has_method (p, t, &p->fields[info->fields + k]))
      return false;
  return true;
}

/* A pointer's method that only calls that of what it points to tells nothing new, since nobody knows the receiver. */
void
sp_reached_types_of (const struct sp_reached *r, const GirProgram *p, gir_type iface, uint32_t most, u32_vec *types)
{
  for (gir_type t = 1; t < p->n_types && types->size < most; t++)
    if (may_hold (r, p, iface, t) && !(p->types[t].kind == GIR_T_PTR && may_hold (r, p, iface, p->types[t].elem)))
      vec_push (types, t);
}

void
sp_reached_functions_of (const struct sp_reached *r, const GirProgram *p, gir_type type, uint32_t most, u32_vec *functions)
{
  for (gir_fn fn = 0; fn < p->n_funcs && functions->size < most; fn++)
    if (r->taken[fn] && p->funcs[fn].type == gir_underlying (p, type))
      vec_push (functions, fn);
}

bool
sp_reached_has_all (const struct sp_reached *r, const char *method)
{
  return r->runtime || (strcmp (method, "Error") != 0 && strcmp (method, "RuntimeError") != 0);
}
