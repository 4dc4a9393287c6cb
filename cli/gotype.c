#include "cli/gotype.h"

enum
{
  NESTING = 40 /* of types without names; deeper ones end in "..." */
};

struct writer
{
  const struct gir_program *program;
  GString *out;
};

static void write_type (struct writer *w, gir_type type, unsigned nesting);

/* The method set of an interface lists whole names: "pkg.name" where not exported. */
static void
write_method (struct writer *w, const struct gir_field *method, unsigned nesting)
{
  g_autoptr (GString) whole = g_steal_pointer (&w->out);
  w->out = g_string_new (NULL);
  write_type (w, method->type, nesting);
  g_string_append (whole, gir_string (w->program, method->name));
  g_string_append (whole, w->out->str + (g_str_has_prefix (w->out->str, "func") ? 4 : 0));
  g_string_free (w->out, TRUE);
  w->out = g_steal_pointer (&whole);
}

static void
write_list (struct writer *w, uint32_t first, uint32_t n, bool variadic, unsigned nesting)
{
  const struct gir_program *p = w->program;
  for (uint32_t k = 0; k < n; k++)
    {
      gir_type t = p->fields[first + k].type;
      bool rest = variadic && k + 1 == n && p->types[t].kind == GIR_T_SLICE;
      g_string_append (w->out, k ? ", " : "");
      g_string_append (w->out, rest ? "..." : "");
      write_type (w, rest ? p->types[t].elem : t, nesting);
    }
}

static void
write_func (struct writer *w, const struct gir_type_info *t, unsigned nesting)
{
  uint32_t n = t->n_fields - t->n_params;
  g_string_append (w->out, "func(");
  write_list (w, t->fields, t->n_params, t->variadic, nesting);
  g_string_append (w->out, n == 0 ? ")" : n == 1 ? ") " : ") (");
  write_list (w, t->fields + t->n_params, n, false, nesting);
  g_string_append (w->out, n > 1 ? ")" : "");
}

static void
write_fields (struct writer *w, const struct gir_type_info *t, unsigned nesting)
{
  const struct gir_program *p = w->program;
  g_string_append (w->out, t->kind == GIR_T_STRUCT ? "struct{" : "interface{");
  for (uint32_t k = 0; k < t->n_fields; k++)
    {
      const struct gir_field *f = &p->fields[t->fields + k];
      g_string_append (w->out, k ? "; " : "");
      if (t->kind == GIR_T_IFACE)
        {
          write_method (w, f, nesting);
          continue;
        }
      g_string_append_printf (w->out, "%s ", gir_string (p, f->name));
      write_type (w, f->type, nesting);
    }
  g_string_append_c (w->out, '}');
}

static void
write_after (struct writer *w, const char *before, gir_type t, unsigned nesting)
{
  g_string_append (w->out, before);
  write_type (w, t, nesting);
}

static void
write_type (struct writer *w, gir_type type, unsigned nesting)
{
  const struct gir_type_info *t = &w->program->types[type];
  if (nesting++ > NESTING)
    {
      g_string_append (w->out, "...");
      return;
    }
  switch (t->kind)
    {
    case GIR_T_PTR: write_after (w, "*", t->elem, nesting); break;
    case GIR_T_SLICE: write_after (w, "[]", t->elem, nesting); break;
    case GIR_T_CHAN: write_after (w, "chan ", t->elem, nesting); break;
    case GIR_T_ARRAY:
      g_string_append_printf (w->out, "[%" G_GUINT64_FORMAT "]", t->length);
      write_type (w, t->elem, nesting);
      break;
    case GIR_T_MAP:
      write_after (w, "map[", t->key, nesting);
      write_after (w, "]", t->elem, nesting);
      break;
    case GIR_T_FUNC: write_func (w, t, nesting); break;
    case GIR_T_STRUCT:
    case GIR_T_IFACE: write_fields (w, t, nesting); break;
    case GIR_T_TUPLE:
      g_string_append_c (w->out, '(');
      write_list (w, t->fields, t->n_fields, false, nesting);
      g_string_append_c (w->out, ')');
      break;
    default: g_string_append (w->out, gir_string (w->program, t->name));
    }
}

char *
gotype_text (const struct gir_program *program, gir_type type)
{
  struct writer w = { program, g_string_new (NULL) };
  write_type (&w, type, 0);
  return g_string_free (w.out, FALSE);
}
