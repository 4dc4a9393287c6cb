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
  return g_str_has_suffix (name, "*") && strcmp (name, "(*") != 0;
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

/* A prefix of a package speaks for its exported functions; its own internals are analysed where they have a body. */
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
      depth -= *c == ']' && depth > 0;
    }
  return dot && g_ascii_isupper (dot[1]);
}

bool
sp_model_summary (const struct sp_types *types, gir_fn fn, bool collapsed, struct sp_summary **summary)
{
  const struct gir_func *f = &types->program->funcs[fn];
  const char *full = gir_string (types->program, f->name);
  const struct sp_model *m = sp_model_find (full);
  if (m && (m->effect == SP_EFFECT_BODY || (is_prefix (m->name) && !f->is_extern && !exported_name (full))))
    m = NULL;
  *summary = NULL;
  if (!m && !f->is_extern)
    return false;
  if (m ? m->effect == SP_EFFECT_UNKNOWN : !f->noescape)
    return true;
  struct sp_summary *s = *summary = sp_summary_new ();
  struct sp_leaves *leaves = collapsed ? types->collapsed : types->fine;
  s->collapsed = collapsed;
  for (uint32_t k = 0; k < f->n_params; k++)
    s->n_param_leaves += leaves[f->params[k].type].n;
  for (uint32_t k = 0; k < f->n_results; k++)
    s->n_result_leaves += leaves[f->results[k].type].n;
  apply (s, m ? m->effect : SP_EFFECT_NONE);
  return true;
}
