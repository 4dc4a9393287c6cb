#include "constraints/generic.h"

static void
add_names (GHashTable *names, const char *text)
{
  g_auto (GStrv) list = g_strsplit (text, " ", -1);
  for (char **name = list; *name; name++)
    {
      const char *dot = strrchr (*name, '.');
      g_hash_table_add (names, g_strdup (*name));
      g_hash_table_add (names, g_strdup (dot ? dot + 1 : *name));
    }
}

GHashTable *
sp_generic_names (const GirProgram *p)
{
  bool generic = false, listed = false;
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    generic |= p->funcs[fn].kind == GIR_F_GENERIC;
  for (uint32_t k = 0; k < p->n_metas; k++)
    if (strcmp (gir_string (p, p->metas[k].key), "generic") == 0)
      {
        add_names (names, gir_string (p, p->metas[k].value));
        listed = true;
      }
  if ((generic && !listed) || g_hash_table_contains (names, "*"))
    g_clear_pointer (&names, g_hash_table_unref);
  return names;
}

bool
sp_generic_has (GHashTable *names, const char *name)
{
  g_autofree char *plain = g_strndup (name, strcspn (name, "["));
  return !names || g_hash_table_contains (names, plain);
}
