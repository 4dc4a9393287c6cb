#include "constraints/layouts.h"

#include "constraints/parts.h"

/* How much of a type's name is its package's path: up to the last dot outside of type arguments. */
static size_t
path_length (const char *name)
{
  size_t length = 0;
  for (size_t k = 0; name[k] && name[k] != '['; k++)
    if (name[k] == '.')
      length = k;
  return length;
}

static void
find_struct_names (struct sp_layouts *l, const GirProgram *p)
{
  for (gir_type t = 0; t < p->n_types; t++)
    {
      gir_type s = p->types[t].elem;
      if (p->types[t].kind != GIR_T_NAMED || p->types[s].kind != GIR_T_STRUCT)
        continue;
      const char *name = gir_string (p, p->types[t].name), *known = gir_string (p, p->types[l->named[s]].name);
      bool same = path_length (name) == path_length (known) && strncmp (name, known, path_length (name)) == 0;
      l->named[s] = !l->named[s] || (same && l->named[s] != s) ? t : s;
    }
}

static void append_shape (GString *s, const GirProgram *p, gir_type t);

static void
append_parts (GString *s, const GirProgram *p, const struct gir_type_info *info)
{
  for (uint32_t k = 0; k < info->n_fields; k++)
    {
      const struct gir_field *part = &p->fields[info->fields + k];
      g_string_append_printf (s, "%s ", gir_string (p, part->name));
      append_shape (s, p, part->type);
    }
}

/* What a type is, but for tags: identical types have one text. Named types are what they are called, so the recursion ends. */
static void
append_shape (GString *s, const GirProgram *p, gir_type t)
{
  const struct gir_type_info *info = &p->types[t];
  bool leaf = info->kind == GIR_T_NAMED || (!info->elem && !info->n_fields);
  g_string_append_printf (s, "%u.%u.%u.%u(", info->kind, leaf ? t : 0, (unsigned)info->length, info->n_params);
  if (!leaf && info->key)
    append_shape (s, p, info->key);
  if (!leaf && info->elem)
    append_shape (s, p, info->elem);
  if (!leaf)
    append_parts (s, p, info);
  g_string_append_c (s, ')');
}

static bool
has_callable_field (const GirProgram *p, gir_type t)
{
  for (uint32_t k = 0; p->types[t].kind == GIR_T_STRUCT && k < p->types[t].n_fields; k++)
    if (sp_is_callable (p, p->fields[p->types[t].fields + k].type))
      return true;
  return false;
}

/* The shape of struct type @s, with the package whose fields they are unless @anywhere. */
static char *
shape_of_struct (const struct sp_layouts *l, const GirProgram *p, gir_type s, bool anywhere)
{
  GString *shape = g_string_new (NULL);
  append_shape (shape, p, s);
  const char *of = gir_string (p, p->types[l->named[s]].name);
  if (!anywhere)
    g_string_append_len (shape, of, (gssize)path_length (of));
  return g_string_free (shape, FALSE);
}

/* Types that differ in tags alone are converted into each other, also deep within other types, and by reflection: they have their fields
 * in common. Fields of several packages are never the same, where the types' names tell the package. */
static void
find_same_structs (struct sp_layouts *l, const GirProgram *p)
{
  g_autoptr (GHashTable) unnamed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gir_type s = 0; s < p->n_types; s++)
    if (has_callable_field (p, s) && (!l->named[s] || l->named[s] == s))
      g_hash_table_add (unnamed, shape_of_struct (l, p, s, true));
  for (gir_type s = 0; s < p->n_types; s++)
    {
      l->same[s] = s;
      if (!has_callable_field (p, s))
        continue;
      char *shape = shape_of_struct (l, p, s, true);
      if (!g_hash_table_contains (unnamed, shape))
        {
          g_free (shape);
          shape = shape_of_struct (l, p, s, false);
        }
      gir_type known = GPOINTER_TO_UINT (g_hash_table_lookup (first, shape));
      if (!known)
        {
          g_hash_table_insert (first, shape, GUINT_TO_POINTER (s));
          continue;
        }
      l->same[s] = known;
      if (g_hash_table_contains (unnamed, shape))
        l->named[known] = known;
      g_free (shape);
    }
}

void
sp_layouts_init (struct sp_layouts *l, const GirProgram *p)
{
  l->named = g_new0 (gir_type, p->n_types + 1);
  l->same = g_new0 (gir_type, p->n_types + 1);
  find_struct_names (l, p);
  find_same_structs (l, p);
}

void
sp_layouts_done (struct sp_layouts *l)
{
  g_clear_pointer (&l->named, g_free);
  g_clear_pointer (&l->same, g_free);
}

char *
sp_layouts_full_name (const struct sp_layouts *l, const GirProgram *p, gir_type s, const char *name)
{
  gir_type t = l->named[s];
  const char *of = gir_string (p, p->types[t].name);
  return !t || t == s ? NULL : g_strdup_printf ("%.*s.%s", (int)path_length (of), of, name);
}
