#include "constraints/models.h"

const struct sp_model sp_models[] = {
#define SP_MODEL(name, effect, source) { name, SP_EFFECT_##effect, source },
#include "constraints/models.def"
#undef SP_MODEL
};
const unsigned sp_n_models = G_N_ELEMENTS (sp_models);

static bool
is_prefix (const char *name)
{
  return g_str_has_suffix (name, "*");
}

/* Longer entries are more exact. */
const struct sp_model *
sp_model_find (const char *name)
{
  const struct sp_model *best = NULL;
  size_t best_length = 0;
  for (unsigned i = 0; i < sp_n_models; i++)
    {
      size_t n = strlen (sp_models[i].name);
      bool prefix = is_prefix (sp_models[i].name);
      bool fits = prefix ? strncmp (name, sp_models[i].name, n - 1) == 0 : strcmp (name, sp_models[i].name) == 0;
      if (fits && n > best_length)
        {
          best = &sp_models[i];
          best_length = n;
        }
    }
  return best;
}

/* --- effects as summaries ---------------------------------------------------------------------------- */

static uint32_t
name (struct sp_summary *s, enum sp_name_kind kind, uint32_t base)
{
  vec_push (&s->names, ((struct sp_name){ kind, base, 0 }));
  return s->names.size - 1;
}

static struct sp_ref
ref (uint32_t n)
{
  return (struct sp_ref){ n, 0, SP_TAG_NONE };
}

static void
returns (struct sp_summary *s, uint32_t n)
{
  if (s->n_result_leaves)
    vec_push (&s->rets, ((struct sp_sum_ret){ 0, ref (n) }));
}

static void
returns_unknown (struct sp_summary *s)
{
  uint32_t n = name (s, SP_NAME_UNKNOWN, 0);
  for (uint32_t k = 0; k < s->n_result_leaves; k++)
    vec_push (&s->rets, ((struct sp_sum_ret){ k, ref (n) }));
}

static void
stores (struct sp_summary *s, uint32_t leaf)
{
  if (leaf >= s->n_param_leaves)
    return;
  uint32_t to = name (s, SP_NAME_PARAM, 0), what = name (s, SP_NAME_PARAM, leaf);
  vec_push (&s->puts, ((struct sp_sum_put){ s->refs.size, 1, s->refs.size + 1, 1 }));
  vec_push (&s->refs, ref (to));
  vec_push (&s->refs, ref (what));
}

/* --- effects on arguments whole ---------------------------------------------------------------------- */

/* What happens to an argument's pointers (AT), to its content, and to what lies beneath: it is returned, kept in the new object, written
 * to, the source of what is written; it leaks, or is held for a while. */
enum
{
  RETURN_AT = 1 << 0,
  RETURN_CONTENT = 1 << 1,
  RETURN_BELOW = 1 << 2,
  KEEP_AT = 1 << 3,
  KEEP_CONTENT = 1 << 4,
  KEEP_BELOW = 1 << 5,
  TARGET_AT = 1 << 6,
  TARGET_BELOW = 1 << 7,
  SOURCE_AT = 1 << 8,
  SOURCE_CONTENT = 1 << 9,
  SOURCE_BELOW = 1 << 10,
  LEAK_AT = 1 << 11,
  LEAK_CONTENT = 1 << 12,
  HOLD_AT = 1 << 13,
  SOURCE_DEEPER = 1 << 14, /* of what lies beneath the content */
  HOLD_CONTENT = 1 << 15,

  ANY_CONTENT = RETURN_CONTENT | KEEP_CONTENT | SOURCE_CONTENT | SOURCE_DEEPER | LEAK_CONTENT | HOLD_CONTENT,
  ANY_BELOW = RETURN_BELOW | KEEP_BELOW | TARGET_BELOW | SOURCE_BELOW,
};

/* What else an effect does. */
enum
{
  NEW = 1 << 0,           /* returns the new object */
  SOURCE_NEW = 1 << 1,    /* the new object is written */
  SOURCE_UNKNOWN = 1 << 2 /* what is known everywhere is written, and into the new object too */
};

static const struct whole_effect
{
  unsigned first, second, others, also;
} whole_effects[] = {
  [SP_EFFECT_ALIAS] = { RETURN_AT, 0, 0, 0 },
  [SP_EFFECT_READ] = { RETURN_CONTENT, 0, 0, 0 },
  [SP_EFFECT_DERIVE] = { RETURN_AT | RETURN_CONTENT, 0, 0, 0 },
  [SP_EFFECT_REACH] = { RETURN_AT | RETURN_BELOW, 0, 0, 0 },
  [SP_EFFECT_FRESH] = { 0, 0, 0, NEW },
  [SP_EFFECT_WRAP] = { RETURN_AT | KEEP_AT | KEEP_CONTENT, 0, 0, NEW },
  [SP_EFFECT_CLONE] = { RETURN_BELOW | KEEP_BELOW, HOLD_AT, HOLD_AT, NEW },
  [SP_EFFECT_WRITE] = { TARGET_AT, SOURCE_AT, SOURCE_AT, 0 },
  [SP_EFFECT_UPDATE] = { TARGET_AT | TARGET_BELOW, LEAK_AT, LEAK_AT, SOURCE_UNKNOWN },
  [SP_EFFECT_FILL] = { TARGET_AT | TARGET_BELOW, LEAK_CONTENT, LEAK_CONTENT, SOURCE_UNKNOWN },
  [SP_EFFECT_ADVANCE] = { TARGET_AT | SOURCE_BELOW, 0, 0, 0 },
  [SP_EFFECT_GROW] = { TARGET_AT | KEEP_BELOW, 0, 0, SOURCE_NEW },
  [SP_EFFECT_APPEND] = { RETURN_BELOW | KEEP_BELOW | TARGET_BELOW, LEAK_CONTENT, LEAK_CONTENT, NEW | SOURCE_UNKNOWN },
  [SP_EFFECT_MERGE] = { RETURN_BELOW | KEEP_BELOW | TARGET_AT | TARGET_BELOW, SOURCE_BELOW, SOURCE_BELOW, NEW },
  [SP_EFFECT_EXTEND] = { RETURN_BELOW | KEEP_BELOW | TARGET_AT | TARGET_BELOW, SOURCE_DEEPER, SOURCE_DEEPER, NEW },
  [SP_EFFECT_MOVE] = { 0, TARGET_AT, SOURCE_CONTENT, 0 },
  [SP_EFFECT_HOLD] = { HOLD_AT, HOLD_AT, HOLD_AT, 0 },
  [SP_EFFECT_NUMBER] = { RETURN_AT | RETURN_CONTENT | HOLD_AT | HOLD_CONTENT, 0, 0, 0 },
  [SP_EFFECT_CONTENT] = { LEAK_CONTENT, LEAK_CONTENT, LEAK_CONTENT, 0 },
  [SP_EFFECT_CALL] = { LEAK_AT, LEAK_CONTENT, LEAK_CONTENT, 0 },
};

static bool
is_whole (enum sp_effect effect)
{
  return effect >= SP_EFFECT_ALIAS;
}

typedef VEC (struct sp_ref) ref_vec;

struct effects
{
  struct sp_summary *s;
  ref_vec returned, kept, targets, sources;
};

/* Anywhere in the object that name @n leads to. */
static struct sp_ref
within (uint32_t n)
{
  return (struct sp_ref){ n, SP_TOP, SP_TAG_NONE };
}

static uint32_t
beneath (struct sp_summary *s, enum sp_name_kind kind, uint32_t base)
{
  vec_push (&s->names, ((struct sp_name){ kind, base, SP_TOP }));
  return s->names.size - 1;
}

static void
apply_at (struct effects *x, uint32_t at, unsigned roles)
{
  if (roles & RETURN_AT)
    vec_push (&x->returned, within (at));
  if (roles & KEEP_AT)
    vec_push (&x->kept, within (at));
  if (roles & TARGET_AT)
    vec_push (&x->targets, within (at));
  if (roles & SOURCE_AT)
    vec_push (&x->sources, within (at));
  if (roles & LEAK_AT)
    vec_push (&x->s->leaks, ref (at));
  if (roles & HOLD_AT)
    vec_push (&x->s->holds, ref (at));
}

static void
apply_content (struct effects *x, uint32_t at, unsigned roles)
{
  uint32_t n = beneath (x->s, SP_NAME_LOAD, at);
  struct sp_ref content = ref (n);
  if (roles & RETURN_CONTENT)
    vec_push (&x->returned, content);
  if (roles & KEEP_CONTENT)
    vec_push (&x->kept, within (n)); /* a slice of what it was: nobody knows where that starts (sp_slice) */
  if (roles & SOURCE_CONTENT)
    vec_push (&x->sources, content);
  if (roles & SOURCE_DEEPER)
    vec_push (&x->sources, within (beneath (x->s, SP_NAME_BLOB, n)));
  if (roles & LEAK_CONTENT)
    vec_push (&x->s->leaks, content);
  if (roles & HOLD_CONTENT)
    vec_push (&x->s->holds, content);
}

/* What lies beneath keeps its cells: interfaces their dynamic types, closures their code. */
static void
apply_below (struct effects *x, uint32_t at, unsigned roles)
{
  uint32_t n = beneath (x->s, SP_NAME_BLOB, at);
  if (roles & RETURN_BELOW)
    vec_push (&x->returned, within (n));
  if (roles & KEEP_BELOW)
    vec_push (&x->kept, within (n));
  if (roles & TARGET_BELOW)
    vec_push (&x->targets, within (n));
  if (roles & SOURCE_BELOW)
    vec_push (&x->sources, within (n));
}

static void
apply_roles (struct effects *x, uint32_t leaf, unsigned roles)
{
  if (roles == 0)
    return;
  uint32_t at = name (x->s, SP_NAME_PARAM, leaf);
  apply_at (x, at, roles);
  if (roles & ANY_CONTENT)
    apply_content (x, at, roles);
  if (roles & ANY_BELOW)
    apply_below (x, at, roles);
}

static void
put_all (struct sp_summary *s, const ref_vec *to, const ref_vec *what)
{
  if (to->size == 0 || what->size == 0)
    return;
  vec_push (&s->puts, ((struct sp_sum_put){ s->refs.size, to->size, s->refs.size + to->size, what->size }));
  vec_foreach (const struct sp_ref, r, to)
    vec_push (&s->refs, *r);
  vec_foreach (const struct sp_ref, r, what)
    vec_push (&s->refs, *r);
}

/* The one object that stands for all that @fn makes; no caller's loop over it is @fn's own site. */
static uint32_t
new_object (struct sp_summary *s, gir_fn fn)
{
  struct sp_fresh f;
  memset (&f, 0, sizeof f);
  f.fn = fn;
  f.instr = f.code = GIR_INVALID;
  f.multi = f.collapsed = f.heap_kind = true;
  f.depth = SP_DEEP;
  vec_push (&s->fresh, f);
  return name (s, SP_NAME_FRESH, s->fresh.size - 1);
}

/* What comes with the new object: it is returned or written, and holds itself and what is kept. */
static void
apply_new (struct effects *x, gir_fn fn, unsigned also)
{
  if (!(also & SOURCE_NEW) && x->s->n_result_leaves == 0)
    return;
  struct sp_ref object = ref (new_object (x->s, fn));
  ref_vec to = { 0 };
  vec_push (&to, object);
  vec_push (&x->kept, object);
  vec_foreach (const struct sp_ref, r, &x->sources)
    vec_push (&x->kept, *r);
  put_all (x->s, &to, &x->kept);
  if (also & SOURCE_NEW)
    vec_push (&x->sources, object);
  if (also & NEW)
    vec_push (&x->returned, object);
  vec_clear (&to);
}

/* In a reflect.Value that is not collapsed only the second word is a pointer of the argument's: the first is its type, which is known
 * everywhere, and the third a number. */
static bool
is_value (const struct sp_types *types, const struct sp_leaves *leaves, gir_type type)
{
  const struct gir_type_info *info = &types->program->types[type];
  if (leaves != types->fine || info->kind != GIR_T_NAMED || leaves[type].n != 3)
    return false;
  const char *full = gir_string (types->program, info->name);
  return !strcmp (full, "reflect.Value") || !strcmp (full, "internal/reflectlite.Value");
}

static void
apply_results (struct effects *x, const struct sp_types *types, const struct sp_leaves *leaves, const struct gir_func *f, bool known)
{
  struct sp_ref unknown = ref (name (x->s, SP_NAME_UNKNOWN, 0));
  uint32_t leaf = 0;
  for (uint32_t p = 0; p < f->n_results; p++)
    for (uint32_t k = 0; k < leaves[f->results[p].type].n; k++, leaf++)
      {
        bool value = is_value (types, leaves, f->results[p].type);
        if (!value || known || k == 0)
          vec_push (&x->s->rets, ((struct sp_sum_ret){ leaf, unknown }));
        if (!value || k == 1)
          vec_foreach (const struct sp_ref, r, &x->returned)
            vec_push (&x->s->rets, ((struct sp_sum_ret){ leaf, *r }));
      }
}

static void
apply_whole (struct sp_summary *s, const struct sp_types *types, gir_fn fn, const struct whole_effect *e)
{
  const struct gir_func *f = &types->program->funcs[fn];
  const struct sp_leaves *leaves = s->collapsed ? types->collapsed : types->fine;
  struct effects x = { .s = s };
  uint32_t leaf = 0;
  for (uint32_t p = 0; p < f->n_params; p++)
    for (uint32_t k = 0; k < leaves[f->params[p].type].n; k++, leaf++)
      if (k == 1 || !is_value (types, leaves, f->params[p].type))
        apply_roles (&x, leaf, p == 0 ? e->first : p == 1 ? e->second : e->others);
  if (e->also & SOURCE_UNKNOWN)
    {
      struct sp_ref unknown = ref (name (s, SP_NAME_UNKNOWN, 0));
      vec_push (&x.sources, unknown);
    }
  if (e->also & (NEW | SOURCE_NEW))
    apply_new (&x, fn, e->also);
  put_all (s, &x.targets, &x.sources);
  apply_results (&x, types, leaves, f, x.returned.size == 0);
  vec_clear (&x.returned);
  vec_clear (&x.kept);
  vec_clear (&x.targets);
  vec_clear (&x.sources);
}

/* --- effects of single words ------------------------------------------------------------------------- */

static void
apply (struct sp_summary *s, enum sp_effect effect)
{
  switch (effect)
    {
    case SP_EFFECT_SAME: returns (s, name (s, SP_NAME_PARAM, 0)); break;
    case SP_EFFECT_LOAD: returns (s, name (s, SP_NAME_LOAD, name (s, SP_NAME_PARAM, 0))); break;
    case SP_EFFECT_SWAP:
      returns (s, name (s, SP_NAME_LOAD, name (s, SP_NAME_PARAM, 0)));
      stores (s, 1);
      break;
    case SP_EFFECT_STORE: stores (s, 1); break;
    case SP_EFFECT_CAS: stores (s, 2); break;
    default: returns_unknown (s); break;
    }
}

enum
{
  MAX_NESTING = 200
};

/* Whether strings are all the pointers that a value of @type holds, apart from what they and others point to. */
static bool
only_text (const GirProgram *p, gir_type type, unsigned depth)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, type)];
  switch (info->kind)
    {
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < info->n_fields; k++)
        if (depth == MAX_NESTING || !only_text (p, p->fields[info->fields + k].type, depth + 1))
          return false;
      return true;
    case GIR_T_ARRAY: return depth < MAX_NESTING && only_text (p, info->elem, depth + 1);
    case GIR_T_BOOL:
    case GIR_T_INT:
    case GIR_T_FLOAT:
    case GIR_T_COMPLEX:
    case GIR_T_STRING: return true;
    default: return false;
    }
}

/* The effect on a function with the parameters of @f. */
static enum sp_effect
effect_on (const GirProgram *p, const struct gir_func *f, enum sp_effect effect)
{
  if (effect != SP_EFFECT_TEXT)
    return effect;
  for (uint32_t k = 0; k < f->n_params; k++)
    if (!only_text (p, f->params[k].type, 0))
      return SP_EFFECT_UNKNOWN;
  return SP_EFFECT_NONE;
}

/* A prefix of a package speaks for its exported functions; its own internals are analysed where they have a body. So are function literals:
 * whoever has one got it from a body that was analysed. */
static bool
exported_name (const char *name)
{
  const char *dot = NULL;
  unsigned depth = 0; /* within type arguments, which have dots of their own */
  for (const char *c = name; *c; c++)
    {
      depth += *c == '[';
      if (*c == '.' && depth == 0)
        dot = c;
      depth -= *c == ']';
    }
  SP_CHECK (dot); /* prefixes are of packages */
  return g_ascii_isupper (dot[1]) && !strchr (dot, '$');
}

bool
sp_model_summary (const struct sp_types *types, gir_fn fn, bool collapsed, struct sp_summary **summary)
{
  const struct gir_func *f = &types->program->funcs[fn];
  const char *full = gir_string (types->program, f->name);
  const struct sp_model *m = sp_model_find (full);
  if (m && (m->effect >= SP_EFFECT_BODY || (is_prefix (m->name) && !f->is_extern && !exported_name (full))))
    m = NULL;
  *summary = NULL;
  if (!m && !f->is_extern)
    return false;
  enum sp_effect effect = m ? effect_on (types->program, f, m->effect) : f->noescape ? SP_EFFECT_NONE : SP_EFFECT_UNKNOWN;
  if (effect == SP_EFFECT_UNKNOWN)
    return true;
  struct sp_summary *s = *summary = sp_summary_new ();
  struct sp_leaves *leaves = collapsed ? types->collapsed : types->fine;
  s->collapsed = collapsed;
  for (uint32_t k = 0; k < f->n_params; k++)
    s->n_param_leaves += leaves[f->params[k].type].n;
  for (uint32_t k = 0; k < f->n_results; k++)
    s->n_result_leaves += leaves[f->results[k].type].n;
  if (is_whole (effect))
    apply_whole (s, types, fn, &whole_effects[effect]);
  else
    apply (s, effect);
  return true;
}
