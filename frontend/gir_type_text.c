#include "frontend/gir_names.h"

enum
{
  TEXT_NESTING = 6,
  TEXT_LENGTH = 160
};

static void append_type (GString *s, const GirProgram *p, gir_type t, uint32_t nesting);

static void
append_list (GString *s, const GirProgram *p, uint32_t first, uint32_t n, bool named, uint32_t nesting)
{
  for (uint32_t k = first; k < first + n && s->len <= TEXT_LENGTH; k++)
    {
      if (k > first)
        g_string_append_c (s, ',');
      if (named)
        g_string_append_printf (s, "%s:", gir_string (p, p->fields[k].name));
      append_type (s, p, p->fields[k].type, nesting + 1);
    }
}

static void
append_func (GString *s, const GirProgram *p, const struct gir_type_info *t, uint32_t nesting)
{
  g_string_append (s, "func(");
  append_list (s, p, t->fields, t->n_params, false, nesting);
  g_string_append (s, ")");
  if (t->n_fields > t->n_params)
    {
      g_string_append (s, "(");
      append_list (s, p, t->fields + t->n_params, t->n_fields - t->n_params, false, nesting);
      g_string_append (s, ")");
    }
  if (t->variadic)
    g_string_append (s, "...");
}

static void
append_around (GString *s, const GirProgram *p, const char *before, gir_type t, const char *after, uint32_t nesting)
{
  g_string_append (s, before);
  append_type (s, p, t, nesting + 1);
  g_string_append (s, after);
}

static void
append_type (GString *s, const GirProgram *p, gir_type type, uint32_t nesting)
{
  const struct gir_type_info *t = &p->types[type];
  if (nesting > TEXT_NESTING || s->len > TEXT_LENGTH)
    {
      g_string_append (s, "...");
      return;
    }
  switch (t->kind)
    {
    case GIR_T_NONE: g_string_append (s, "nothing"); break;
    case GIR_T_PTR: append_around (s, p, "*", t->elem, "", nesting); break;
    case GIR_T_SLICE: append_around (s, p, "[]", t->elem, "", nesting); break;
    case GIR_T_CHAN: append_around (s, p, "chan<", t->elem, ">", nesting); break;
    case GIR_T_ARRAY:
      g_string_append_printf (s, "[%" G_GUINT64_FORMAT "]", t->length);
      append_type (s, p, t->elem, nesting + 1);
      break;
    case GIR_T_MAP:
      append_around (s, p, "map[", t->key, "]", nesting);
      append_type (s, p, t->elem, nesting + 1);
      break;
    case GIR_T_FUNC: append_func (s, p, t, nesting); break;
    case GIR_T_STRUCT:
    case GIR_T_IFACE:
      g_string_append (s, t->kind == GIR_T_STRUCT ? "struct{" : "iface{");
      append_list (s, p, t->fields, t->n_fields, true, nesting);
      g_string_append (s, "}");
      break;
    case GIR_T_TUPLE:
      g_string_append (s, "tuple(");
      append_list (s, p, t->fields, t->n_fields, false, nesting);
      g_string_append (s, ")");
      break;
    default: g_string_append (s, gir_string (p, t->name));
    }
}

char *
gir_type_text (const GirProgram *p, gir_type t)
{
  GString *s = g_string_new (NULL);
  append_type (s, p, t, 0);
  return g_string_free (s, FALSE);
}
