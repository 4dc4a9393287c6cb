/* Types as execution needs them: sizes of registers, names, equality and hash. */
#include "base/hash.h"
#include "proofs/machine.h"
#include <math.h>

uint64_t
tuple_size (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = type_info (m, t);
  uint64_t size = 0;
  for (uint32_t k = 0; k < i->n_fields; k++)
    size += slot_size (type_size (m, m->p->fields[i->fields + k].type));
  return size;
}

uint32_t
tuple_offset (const struct machine *m, gir_type t, uint32_t k)
{
  const struct gir_type_info *i = type_info (m, t);
  uint32_t at = 0;
  for (uint32_t n = 0; n < k; n++)
    at += slot_size (type_size (m, m->p->fields[i->fields + n].type));
  return at;
}

uint64_t
register_size (const struct machine *m, gir_type t)
{
  return type_info (m, t)->kind == GIR_T_TUPLE ? tuple_size (m, t) : (type_size (m, t) + 7) & ~UINT64_C (7);
}

bool
type_is_iface (const struct machine *m, gir_type t)
{
  return type_info (m, t)->kind == GIR_T_IFACE;
}

bool
type_is_pointer_shaped (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = type_info (m, t);
  switch (i->kind)
    {
    case GIR_T_PTR:
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC:
    case GIR_T_UNSAFEPTR: return true;
    case GIR_T_ARRAY: return i->length == 1 && type_is_pointer_shaped (m, i->elem);
    case GIR_T_STRUCT: return i->n_fields == 1 && type_is_pointer_shaped (m, m->p->fields[i->fields].type);
    default: return false;
    }
}

static enum number
find_number (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = type_info (m, t);
  static const struct
  {
    const char *name;
    enum number number;
  } numbers[] = { { "int", NUMBER_I64 },       { "int8", NUMBER_I8 },        { "int16", NUMBER_I16 },   { "int32", NUMBER_I32 },
                  { "int64", NUMBER_I64 },     { "uint", NUMBER_U64 },       { "uint8", NUMBER_U8 },    { "uint16", NUMBER_U16 },
                  { "uint32", NUMBER_U32 },    { "uint64", NUMBER_U64 },     { "float32", NUMBER_F32 }, { "float64", NUMBER_F64 },
                  { "complex64", NUMBER_C64 }, { "complex128", NUMBER_C128 } };
  switch (i->kind)
    {
    case GIR_T_UINTPTR:
    case GIR_T_PTR:
    case GIR_T_CHAN:
    case GIR_T_MAP:
    case GIR_T_FUNC:
    case GIR_T_UNSAFEPTR: return NUMBER_U64;
    case GIR_T_BOOL: return NUMBER_U8;
    case GIR_T_INT:
    case GIR_T_FLOAT:
    case GIR_T_COMPLEX:
      for (size_t k = 0; k < G_N_ELEMENTS (numbers); k++)
        if (strcmp (numbers[k].name, gir_string (m->p, i->name)) == 0)
          return numbers[k].number;
      return NUMBER_NONE;
    default: return NUMBER_NONE;
    }
}

void
types_number (struct machine *m)
{
  m->numbers = g_new (uint8_t, m->types_capacity);
  for (gir_type t = 0; t < m->n_types; t++)
    m->numbers[t] = (uint8_t)find_number (m, t);
}

/* Whether *@t has methods that the program, which never mentions it, does not hold. */
static bool
pointer_has_methods (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = type_info (m, t);
  if (m->types[t].mset != GIR_INVALID && m->types[t].n_mset)
    return true;
  for (uint32_t k = 0; i->kind == GIR_T_STRUCT && k < i->n_fields; k++)
    if (*type_note (m, "embedded", (gir_type)(i - m->types), (int)k))
      return true;
  return false;
}

gir_type
type_made (struct machine *m, enum gir_type_kind kind, gir_type elem, gir_type key, uint64_t length)
{
  for (gir_type t = 1; t < m->n_types; t++)
    if (m->types[t].kind == kind && m->types[t].elem == elem && m->types[t].key == key && m->types[t].length == length)
      return t;
  if (m->n_types == m->types_capacity)
    machine_unsupported (m, "so many types made at run time");
  if (kind == GIR_T_PTR && pointer_has_methods (m, elem))
    machine_unsupported (m, "reflection makes a pointer type with methods");
  uint64_t words = kind == GIR_T_SLICE ? 3 : 1, size = kind == GIR_T_ARRAY ? length * type_size (m, elem) : words * 8;
  bool pointers = kind == GIR_T_ARRAY ? length && m->types[elem].pointers : true;
  gir_type t = m->n_types++;
  m->types[t] = (struct gir_type_info){ .kind = kind,
                                        .pointers = pointers,
                                        .align = kind == GIR_T_ARRAY ? m->types[elem].align : 8,
                                        .size = size,
                                        .elem = elem,
                                        .key = key,
                                        .length = length,
                                        .mset = GIR_INVALID };
  m->numbers[t] = (uint8_t)find_number (m, t);
  return t;
}

/* Names. */

static void put_type (struct machine *m, GString *s, gir_type t);

/* "a/b.T[c/d.U]" becomes "b.T[c/d.U]", as reflect has it. */
static void
put_named (struct machine *m, GString *s, const char *full)
{
  const char *bracket = strchr (full, '['), *slash = full;
  size_t head = bracket ? (size_t)(bracket - full) : strlen (full);
  for (size_t i = 0; i < head; i++)
    if (full[i] == '/')
      slash = full + i + 1;
  const char *dot = memchr (slash, '.', head - (size_t)(slash - full));
  if (dot)
    {
      const char *last = dot;
      for (const char *q = dot; q < full + head; q++)
        if (*q == '.')
          last = q;
      for (uint32_t k = 0; k < m->p->n_pkgs; k++)
        {
          const char *path = gir_string (m->p, m->p->pkgs[k].path);
          if (strlen (path) == (size_t)(last - full) && strncmp (path, full, (size_t)(last - full)) == 0)
            {
              g_string_append (s, gir_string (m->p, m->p->pkgs[k].name));
              slash = last;
              break;
            }
        }
    }
  GString *rest = g_string_new (slash);
  g_string_replace (rest, "command-line-arguments.", "main.", 0);
  g_string_append (s, rest->str);
  g_string_free (rest, TRUE);
}

static void
put_signature (struct machine *m, GString *s, const struct gir_type_info *i)
{
  const struct gir_field *f = m->p->fields + i->fields;
  g_string_append_c (s, '(');
  for (uint32_t k = 0; k < i->n_params; k++)
    {
      if (k)
        g_string_append (s, ", ");
      if (i->variadic && k == i->n_params - 1)
        {
          g_string_append (s, "...");
          put_type (m, s, type_info (m, f[k].type)->elem);
        }
      else
        put_type (m, s, f[k].type);
    }
  g_string_append_c (s, ')');
  uint32_t n = i->n_fields - i->n_params;
  if (n)
    g_string_append (s, n > 1 ? " (" : " ");
  for (uint32_t k = 0; k < n; k++)
    {
      if (k)
        g_string_append (s, ", ");
      put_type (m, s, f[i->n_params + k].type);
    }
  if (n > 1)
    g_string_append_c (s, ')');
}

/* A tag as strconv.Quote has it, for plain text. */
static void
put_quoted (GString *s, const char *text)
{
  g_string_append (s, " \"");
  for (; *text; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (s, '\\');
      g_string_append_c (s, *text);
    }
  g_string_append_c (s, '"');
}

static void
put_fields (struct machine *m, GString *s, const struct gir_type_info *i)
{
  const struct gir_field *f = m->p->fields + i->fields;
  bool iface = i->kind == GIR_T_IFACE;
  g_string_append (s, iface ? "interface {" : "struct {");
  for (uint32_t k = 0; k < i->n_fields; k++)
    {
      const char *name = gir_string (m->p, f[k].name);
      bool embedded = !iface && *type_note (m, "embedded", (gir_type)(i - m->types), (int)k);
      g_string_append (s, k ? "; " : " ");
      if (!embedded)
        put_named (m, s, name); /* an unexported method's has its package */
      if (iface)
        put_signature (m, s, type_info (m, f[k].type));
      else
        {
          const char *tag = type_note (m, "tag", (gir_type)(i - m->types), (int)k);
          g_string_append (s, embedded ? "" : " ");
          put_type (m, s, f[k].type);
          if (*tag)
            put_quoted (s, tag);
        }
    }
  g_string_append (s, i->n_fields ? " }" : "}");
}

static void
put_chan (struct machine *m, GString *s, gir_type t)
{
  const char *dir = type_note (m, "dir", t, -1);
  gir_type elem = m->types[t].elem;
  bool parentheses = *dir != 's' && m->types[elem].kind == GIR_T_CHAN && *type_note (m, "dir", elem, -1) == 'r';
  g_string_append (s, *dir == 'r' ? "<-chan " : *dir == 's' ? "chan<- " : "chan ");
  g_string_append (s, parentheses && *dir != 'r' ? "(" : "");
  put_type (m, s, elem);
  g_string_append (s, parentheses && *dir != 'r' ? ")" : "");
}

static void
put_type (struct machine *m, GString *s, gir_type t)
{
  const struct gir_type_info *i = &m->types[t];
  if (s->len > 100000)
    return;
  switch (i->kind)
    {
    case GIR_T_NAMED: put_named (m, s, t >= m->p->n_types ? "runtime.Error" : gir_string (m->p, i->name)); break;
    case GIR_T_PTR:
    case GIR_T_SLICE:
      g_string_append (s, i->kind == GIR_T_PTR ? "*" : "[]");
      put_type (m, s, i->elem);
      break;
    case GIR_T_CHAN: put_chan (m, s, t); break;
    case GIR_T_ARRAY:
      g_string_append_printf (s, "[%" G_GUINT64_FORMAT "]", i->length);
      put_type (m, s, i->elem);
      break;
    case GIR_T_MAP:
      g_string_append (s, "map[");
      put_type (m, s, i->key);
      g_string_append_c (s, ']');
      put_type (m, s, i->elem);
      break;
    case GIR_T_FUNC:
      g_string_append (s, "func");
      put_signature (m, s, i);
      break;
    case GIR_T_STRUCT:
    case GIR_T_IFACE: put_fields (m, s, i); break;
    default: g_string_append (s, gir_string (m->p, i->name)); break;
    }
}

const char *
display_name (struct machine *m, const char *full)
{
  GString *s = g_string_new (NULL);
  put_named (m, s, full);
  const char *name = g_intern_string (s->str);
  g_string_free (s, TRUE);
  return name;
}

const char *
type_name (struct machine *m, gir_type t)
{
  GString *s = g_string_new (NULL);
  put_type (m, s, t);
  const char *name = g_intern_string (s->str);
  g_string_free (s, TRUE);
  return name;
}

/* Equality and hash. */

bool
type_is_comparable (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = type_info (m, t);
  switch (i->kind)
    {
    case GIR_T_SLICE:
    case GIR_T_MAP:
    case GIR_T_FUNC: return false;
    case GIR_T_ARRAY: return type_is_comparable (m, i->elem);
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < i->n_fields; k++)
        if (!type_is_comparable (m, m->p->fields[i->fields + k].type))
          return false;
      return true;
    default: return true;
    }
}

static bool
iface_equal (struct machine *m, const struct go_iface *a, const struct go_iface *b, gir_type *bad)
{
  if (a->type != b->type)
    return false;
  if (!a->type)
    return true;
  gir_type t = descriptor_type (m, a->type);
  if (!type_is_comparable (m, t))
    {
      *bad = t;
      return false;
    }
  return value_equal (m, t, iface_value (m, a), iface_value (m, b), bad);
}

static bool
struct_equal (struct machine *m, const struct gir_type_info *i, const uint8_t *a, const uint8_t *b, gir_type *bad)
{
  for (uint32_t k = 0; k < i->n_fields && !*bad; k++)
    {
      const struct gir_field *f = &m->p->fields[i->fields + k];
      if (strcmp (gir_string (m->p, f->name), "_") != 0 && !value_equal (m, f->type, a + f->offset, b + f->offset, bad))
        return false;
    }
  return true;
}

bool
value_equal (struct machine *m, gir_type t, const void *a, const void *b, gir_type *bad)
{
  const struct gir_type_info *i = type_info (m, t);
  switch (i->kind)
    {
    case GIR_T_STRING:
      {
        const struct go_string *x = a, *y = b;
        return x->len == y->len
               && memcmp (x->ptr ? x->ptr : (const uint8_t *)"", y->ptr ? y->ptr : (const uint8_t *)"", (size_t)x->len) == 0;
      }
    case GIR_T_FLOAT: return i->size == 4 ? *(const float *)a == *(const float *)b : *(const double *)a == *(const double *)b;
    case GIR_T_COMPLEX:
      if (i->size == 8)
        return ((const float *)a)[0] == ((const float *)b)[0] && ((const float *)a)[1] == ((const float *)b)[1];
      return ((const double *)a)[0] == ((const double *)b)[0] && ((const double *)a)[1] == ((const double *)b)[1];
    case GIR_T_IFACE: return iface_equal (m, a, b, bad);
    case GIR_T_ARRAY:
      for (uint64_t k = 0; k < i->length; k++)
        if (!value_equal (m, i->elem, (const uint8_t *)a + k * type_size (m, i->elem), (const uint8_t *)b + k * type_size (m, i->elem),
                          bad))
          return false;
      return true;
    case GIR_T_STRUCT: return struct_equal (m, i, a, b, bad);
    case GIR_T_SLICE: /* only against nil */ return ((const struct go_slice *)a)->ptr == ((const struct go_slice *)b)->ptr;
    default: return memcmp (a, b, i->size) == 0;
    }
}

static uint64_t
float_hash (struct machine *m, double x)
{
  if (x == 0)
    x = 0; /* -0 too */
  return isnan (x) ? machine_random (m) : hash_bytes (&x, sizeof x);
}

uint64_t
value_hash (struct machine *m, gir_type t, const void *a, gir_type *bad)
{
  const struct gir_type_info *i = type_info (m, t);
  uint64_t h = 7;
  switch (i->kind)
    {
    case GIR_T_STRING: return hash_bytes (((const struct go_string *)a)->ptr, (size_t)((const struct go_string *)a)->len);
    case GIR_T_FLOAT: return float_hash (m, i->size == 4 ? (double)*(const float *)a : *(const double *)a);
    case GIR_T_COMPLEX:
      if (i->size == 8)
        return hash_mix (float_hash (m, (double)((const float *)a)[0]), float_hash (m, (double)((const float *)a)[1]));
      return hash_mix (float_hash (m, ((const double *)a)[0]), float_hash (m, ((const double *)a)[1]));
    case GIR_T_IFACE:
      {
        const struct go_iface *x = a;
        if (!x->type)
          return 3;
        gir_type of = descriptor_type (m, x->type);
        if (!type_is_comparable (m, of))
          {
            *bad = of;
            return 0;
          }
        return hash_mix (of, value_hash (m, of, iface_value (m, x), bad));
      }
    case GIR_T_ARRAY:
      for (uint64_t k = 0; k < i->length; k++)
        h = hash_mix (h, value_hash (m, i->elem, (const uint8_t *)a + k * type_size (m, i->elem), bad));
      return h;
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < i->n_fields; k++)
        {
          const struct gir_field *f = &m->p->fields[i->fields + k];
          if (strcmp (gir_string (m->p, f->name), "_") != 0)
            h = hash_mix (h, value_hash (m, f->type, (const uint8_t *)a + f->offset, bad));
        }
      return h;
    default: return hash_bytes (a, i->size);
    }
}
