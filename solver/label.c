#include "solver/label.h"

/* What a pointer is looked for to point to. */
struct wanted
{
  const GirProgram *program;
  gir_type type;   /* 0: the elements' array of a slice */
  gir_type array;  /* the elements' type where type is 0 */
  bool underlying; /* named types do not matter */
};

static bool
same_type (const struct wanted *w, gir_type a, gir_type b)
{
  return a == b || (w->underlying && gir_underlying (w->program, a) == gir_underlying (w->program, b));
}

static bool
is_wanted (const struct wanted *w, gir_type t)
{
  const struct gir_type_info *info = &w->program->types[gir_underlying (w->program, t)];
  if (w->type)
    return same_type (w, t, w->type);
  return info->kind == GIR_T_ARRAY && same_type (w, info->elem, w->array);
}

static bool
find (const struct wanted *w, gir_type t, uint64_t offset, GString *out)
{
  const GirProgram *p = w->program;
  const struct gir_type_info *info = &p->types[gir_underlying (p, t)];
  gsize before = out->len;
  if (offset == 0 && is_wanted (w, t))
    return true;
  if (info->kind == GIR_T_ARRAY)
    {
      uint64_t size = p->types[info->elem].size;
      g_string_append (out, "[*]");
      if (find (w, info->elem, size ? offset % size : 0, out))
        return true;
      g_string_truncate (out, before);
    }
  for (uint32_t k = 0; info->kind == GIR_T_STRUCT && k < info->n_fields; k++)
    {
      const struct gir_field *f = &p->fields[info->fields + k];
      if (offset < f->offset || offset >= f->offset + MAX (p->types[f->type].size, 1u))
        continue;
      g_string_append_printf (out, ".%s", gir_string (p, f->name));
      if (find (w, f->type, offset - f->offset, out))
        return true;
      g_string_truncate (out, before);
    }
  return false;
}

static bool
find_in (const struct wanted *w, gir_type whole, bool elements, uint64_t offset, GString *out)
{
  if (!elements)
    return find (w, whole, offset, out);
  uint64_t size = w->program->types[whole].size;
  if (offset == 0 && w->type == 0 && same_type (w, whole, w->array))
    return true;
  gsize before = out->len;
  g_string_append (out, "[*]");
  if (find (w, whole, size ? offset % size : 0, out))
    return true;
  g_string_truncate (out, before);
  return false;
}

void
sp_label_path (const GirProgram *p, gir_type whole, bool elements, uint32_t offset, gir_type pointer, GString *out)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, pointer)];
  struct wanted w = { .program = p };
  if (whole == 0 || (info->kind != GIR_T_PTR && info->kind != GIR_T_SLICE))
    return;
  if (info->kind == GIR_T_PTR)
    w.type = info->elem;
  else
    w.array = info->elem;
  if (find_in (&w, whole, elements, offset, out))
    return;
  w.underlying = true;
  if (!find_in (&w, whole, elements, offset, out) && offset)
    g_string_append_printf (out, "+%u", offset);
}
