#include "proofs/rtype.h"
#include <sys/mman.h>

/* internal/abi.Type and the structs that extend it, as Go 1.22 to 1.26 have them. */
struct abi_type
{
  uint64_t size, ptr_bytes;
  uint32_t hash;
  uint8_t tflag, align, field_align, kind;
  const void *equal;
  const uint8_t *gc_data;
  int32_t str, ptr_to_this;
};
struct abi_elem
{
  struct abi_type t;
  const uint8_t *elem;
  uint64_t second; /* array: the slice type; chan: directions; map: the value's type */
  uint64_t length;
  const void *hasher; /* map */
};
struct abi_func
{
  struct abi_type t;
  uint16_t in, out;
  uint32_t pad;
};
struct abi_fields
{
  struct abi_type t;
  const uint8_t *pkg;
  struct go_slice fields;
};
struct abi_field
{
  const uint8_t *name;
  const uint8_t *type;
  uint64_t offset;
};
struct abi_uncommon
{
  int32_t pkg;
  uint16_t mcount, xcount;
  uint32_t moff, pad;
};
struct abi_imethod
{
  int32_t name, type;
};

enum
{
  FLAG_UNCOMMON = 1,
  FLAG_NAMED = 4,
  FLAG_REGULAR = 8,
  FLAG_DIRECT = 32,
  FUNC_ROOM = (RTYPE_STRIDE - (int)sizeof (struct abi_func) - (int)sizeof (struct abi_uncommon)) / 8,
};

struct rtypes
{
  uint8_t *ready;
  uint64_t names, size; /* end of the names; of the whole region */
};

void
rtypes_init (struct machine *m)
{
  m->rtypes = g_new0 (struct rtypes, 1);
  m->rtypes->ready = g_new0 (uint8_t, m->types_capacity);
  m->rtypes->names = (uint64_t)m->types_capacity * RTYPE_STRIDE;
  m->rtypes->size = m->rtypes->names + RTYPE_NAMES;
  void *at = mmap (NULL, m->rtypes->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED)
    machine_end (m, SEM_BUDGET, g_strdup ("out of address space"));
  m->statics = at;
  m->type_notes = g_hash_table_new (g_str_hash, g_str_equal);
  for (uint32_t k = 0; k < m->p->n_metas; k++)
    g_hash_table_insert (m->type_notes, (gpointer)(uintptr_t)gir_string (m->p, m->p->metas[k].key),
                         (gpointer)(uintptr_t)gir_string (m->p, m->p->metas[k].value));
}

void
rtypes_clear (struct machine *m)
{
  if (m->statics)
    munmap (m->statics, m->rtypes->size);
  if (m->rtypes)
    g_free (m->rtypes->ready);
  g_clear_pointer (&m->rtypes, g_free);
}

bool
rtype_is_static (const struct machine *m, uint64_t address, uint64_t size)
{
  uint64_t at = address - (uint64_t)(uintptr_t)m->statics;
  return at < m->rtypes->size && size <= m->rtypes->size - at;
}

void *
static_new (struct machine *m, size_t size)
{
  uint64_t at = (m->rtypes->names + 15) & ~UINT64_C (15);
  if (size > m->rtypes->size - at)
    machine_end (m, SEM_BUDGET, g_strdup ("too many constants"));
  m->rtypes->names = at + size;
  return m->statics + at;
}

enum
{
  NAME_EXPORTED = 1,
  NAME_TAG = 2,
  NAME_EMBEDDED = 8,
};

static uint8_t *
put_text (uint8_t *p, const char *text, size_t n)
{
  size_t left = n;
  for (; left > 127; left >>= 7)
    *p++ = (uint8_t)(left | 128);
  *p++ = (uint8_t)left;
  memcpy (p, text, n);
  return p + n;
}

/* An abi.Name: flags, then name and tag, each with its length as a varint. */
static const uint8_t *
new_field_name (struct machine *m, const char *text, uint8_t flags, const char *tag)
{
  size_t n = strlen (text), n_tag = strlen (tag);
  uint8_t *at = static_new (m, n + n_tag + 12), *p = at;
  *p++ = (uint8_t)(flags | (n_tag ? NAME_TAG : 0));
  p = put_text (p, text, n);
  if (n_tag)
    put_text (p, tag, n_tag);
  return at;
}

static const uint8_t *
new_name (struct machine *m, const char *text, bool exported)
{
  return new_field_name (m, text, exported ? NAME_EXPORTED : 0, "");
}

const char *
type_note (const struct machine *m, const char *what, gir_type t, int field)
{
  char key[64];
  if (field < 0)
    g_snprintf (key, sizeof key, "%s:%u", what, t);
  else
    g_snprintf (key, sizeof key, "%s:%u:%d", what, t, field);
  const char *found = g_hash_table_lookup (m->type_notes, key);
  return found ? found : "";
}

static int32_t
name_offset (struct machine *m, const char *text, bool exported)
{
  return (int32_t)(new_name (m, text, exported) - m->statics);
}

static uint8_t
abi_kind (const struct machine *m, gir_type t)
{
  static const uint8_t numbers[]
      = { [NUMBER_I8] = 3,   [NUMBER_I16] = 4,  [NUMBER_I32] = 5,  [NUMBER_I64] = 6,  [NUMBER_U8] = 8,   [NUMBER_U16] = 9,
          [NUMBER_U32] = 10, [NUMBER_U64] = 11, [NUMBER_F32] = 13, [NUMBER_F64] = 14, [NUMBER_C64] = 15, [NUMBER_C128] = 16 };
  const struct gir_type_info *i = type_info (m, t);
  const char *name = gir_string (m->p, i->name);
  switch (i->kind)
    {
    case GIR_T_BOOL: return 1;
    case GIR_T_UINTPTR: return 12;
    case GIR_T_ARRAY: return 17;
    case GIR_T_CHAN: return 18;
    case GIR_T_FUNC: return 19;
    case GIR_T_IFACE: return 20;
    case GIR_T_MAP: return 21;
    case GIR_T_PTR: return 22;
    case GIR_T_SLICE: return 23;
    case GIR_T_STRING: return 24;
    case GIR_T_STRUCT: return 25;
    case GIR_T_UNSAFEPTR: return 26;
    default: return strcmp (name, "int") == 0 ? 2 : strcmp (name, "uint") == 0 ? 7 : numbers[type_number (m, t)];
    }
}

static gir_type
find_type (const struct machine *m, enum gir_type_kind kind, gir_type elem)
{
  for (gir_type t = 1; t < m->p->n_types; t++)
    if (m->types[t].kind == kind && m->types[t].elem == elem)
      return t;
  return 0;
}

static void
fill_func (struct machine *m, struct abi_func *f, const struct gir_type_info *i, bool uncommon)
{
  if (i->n_fields > FUNC_ROOM)
    machine_unsupported (m, "reflection on a function type with %u parameters", i->n_fields);
  f->in = (uint16_t)i->n_params;
  f->out = (uint16_t)((i->n_fields - i->n_params) | (i->variadic ? 1u << 15 : 0));
  const uint8_t **parts = (const uint8_t **)(void *)((uint8_t *)(f + 1) + (uncommon ? sizeof (struct abi_uncommon) : 0));
  for (uint32_t k = 0; k < i->n_fields; k++)
    parts[k] = type_descriptor (m, m->p->fields[i->fields + k].type);
}

static bool
is_exported_name (const char *name)
{
  return g_ascii_isupper (*name)
         || (g_unichar_validate (g_utf8_get_char_validated (name, -1)) && g_unichar_isupper (g_utf8_get_char (name)));
}

static void
fill_struct (struct machine *m, struct abi_fields *s, gir_type t, const struct gir_type_info *i)
{
  struct abi_field *fields = static_new (m, (i->n_fields + 1) * sizeof *fields);
  const char *path = type_note (m, "pkgpath", t, -1);
  s->pkg = *path ? new_name (m, path, false) : NULL;
  s->fields = (struct go_slice){ (uint8_t *)fields, i->n_fields, i->n_fields };
  for (uint32_t k = 0; k < i->n_fields; k++)
    {
      const struct gir_field *f = &m->p->fields[i->fields + k];
      const char *name = gir_string (m->p, f->name);
      bool embedded = *type_note (m, "embedded", t, (int)k);
      uint8_t flags = (uint8_t)((is_exported_name (name) ? NAME_EXPORTED : 0) | (embedded ? NAME_EMBEDDED : 0));
      fields[k]
          = (struct abi_field){ new_field_name (m, name, flags, type_note (m, "tag", t, (int)k)), type_descriptor (m, f->type), f->offset };
    }
}

static void
fill_iface (struct machine *m, struct abi_fields *s, const struct gir_type_info *i)
{
  struct abi_imethod *methods = static_new (m, (i->n_fields + 1) * sizeof *methods);
  s->fields = (struct go_slice){ (uint8_t *)methods, i->n_fields, i->n_fields };
  for (uint32_t k = 0; k < i->n_fields; k++)
    {
      const struct gir_field *f = &m->p->fields[i->fields + k];
      const char *name = gir_string (m->p, f->name), *dot = strrchr (name, '.');
      methods[k] = (struct abi_imethod){ name_offset (m, dot ? dot + 1 : name, !dot), (int32_t)f->type };
      type_descriptor (m, f->type);
    }
}

static void
fill_uncommon (struct machine *m, struct abi_uncommon *u, gir_type t)
{
  const char *full = t == m->error_type                ? "runtime.Error"
                     : m->types[t].kind != GIR_T_NAMED ? "unsafe.Pointer"
                                                       : gir_string (m->p, m->types[t].name);
  const char *bracket = strchr (full, '[');
  size_t head = bracket ? (size_t)(bracket - full) : strlen (full);
  const char *dot = g_strrstr_len (full, (gssize)head, ".");
  g_autofree char *path = g_strndup (full, dot ? (size_t)(dot - full) : 0);
  if (!*path)
    return;
  u->pkg = name_offset (m, strcmp (path, "command-line-arguments") == 0 ? "main" : path, false);
}

static uint64_t
chan_directions (const struct machine *m, gir_type t)
{
  const char *dir = type_note (m, "dir", t, -1);
  return *dir == 'r' ? 1 : *dir == 's' ? 2 : 3;
}

/* A function value of the machine's own that knows a type. */
static const void *
own_closure (struct machine *m, uint32_t which, gir_type t)
{
  uint64_t *cell = static_new (m, 16);
  cell[0] = m->p->n_funcs + which;
  cell[1] = t;
  return cell;
}

/* A descriptor's own part and what follows it; the address of the part behind. */
static size_t
fill_kind (struct machine *m, gir_type t, uint8_t *at, bool named)
{
  const struct gir_type_info *i = type_info (m, t);
  struct abi_elem *e = (struct abi_elem *)(void *)at;
  switch (i->kind)
    {
    case GIR_T_PTR:
    case GIR_T_SLICE: e->elem = type_descriptor (m, i->elem); return offsetof (struct abi_elem, second);
    case GIR_T_CHAN:
      e->elem = type_descriptor (m, i->elem);
      e->second = chan_directions (m, (gir_type)(i - m->types));
      return offsetof (struct abi_elem, length);
    case GIR_T_ARRAY:
      {
        gir_type slice = find_type (m, GIR_T_SLICE, i->elem);
        e->elem = type_descriptor (m, i->elem);
        e->second = slice ? (uint64_t)(uintptr_t)type_descriptor (m, slice) : 0;
        e->length = i->length;
        return offsetof (struct abi_elem, hasher);
      }
    case GIR_T_MAP:
      e->elem = type_descriptor (m, i->key);
      e->second = (uint64_t)(uintptr_t)type_descriptor (m, i->elem);
      e->hasher = own_closure (m, OWN_HASH, i->key);
      return sizeof (struct abi_type) + 56; /* the rest of abi.MapType is for the runtime's maps alone */
    case GIR_T_FUNC: fill_func (m, (struct abi_func *)(void *)at, i, named); return sizeof (struct abi_func);
    case GIR_T_STRUCT: fill_struct (m, (struct abi_fields *)(void *)at, (gir_type)(i - m->types), i); return sizeof (struct abi_fields);
    case GIR_T_IFACE: fill_iface (m, (struct abi_fields *)(void *)at, i); return sizeof (struct abi_fields);
    default: return sizeof (struct abi_type);
    }
}

/* Types declared in generic functions have names that tell the functions' type arguments, too; .gir leaves those out. It shows where two
 * types have one name. */
static bool
is_ambiguous (const struct machine *m, gir_type t)
{
  gir_str name = m->types[t].name;
  if (m->types[t].kind != GIR_T_NAMED || t == m->error_type || !strchr (gir_string (m->p, name), '['))
    return false;
  for (gir_type other = 1; other < m->p->n_types; other++)
    if (other != t && m->types[other].kind == GIR_T_NAMED && m->types[other].name == name)
      return true;
  return false;
}

static void
fill (struct machine *m, gir_type t, uint8_t *at)
{
  const struct gir_type_info *i = type_info (m, t);
  if (is_ambiguous (m, t))
    machine_unsupported (m, "two types named %s", gir_string (m->p, m->types[t].name));
  struct abi_type *d = (struct abi_type *)(void *)at;
  bool named = m->types[t].kind == GIR_T_NAMED || i->kind == GIR_T_UNSAFEPTR; /* has a package */
  bool basic = i->kind <= GIR_T_UNSAFEPTR;
  *d = (struct abi_type){ .size = i->size,
                          .ptr_bytes = i->pointers ? i->size : 0,
                          .hash = t * 2654435761u,
                          .align = (uint8_t)i->align,
                          .field_align = (uint8_t)i->align,
                          .kind = abi_kind (m, t) };
  d->tflag = (uint8_t)((named ? FLAG_UNCOMMON : 0) | (named || basic ? FLAG_NAMED : 0) | (type_is_pointer_shaped (m, t) ? FLAG_DIRECT : 0));
  d->equal = type_is_comparable (m, t) ? own_closure (m, OWN_EQUAL, t) : NULL;
  d->str = name_offset (m, type_name (m, t), true);
  size_t behind = fill_kind (m, t, at, named);
  if (named)
    fill_uncommon (m, (struct abi_uncommon *)(void *)(at + behind), t);
  d->ptr_to_this = (int32_t)find_type (m, GIR_T_PTR, t);
}

const uint8_t *
type_descriptor (struct machine *m, gir_type t)
{
  uint8_t *at = m->statics + (uint64_t)t * RTYPE_STRIDE;
  if (!m->rtypes->ready[t])
    {
      m->rtypes->ready[t] = 1;
      fill (m, t, at);
    }
  return at;
}

gir_type
descriptor_type (const struct machine *m, const uint8_t *descriptor)
{
  uint64_t at = (uint64_t)(descriptor - m->statics);
  if (at >= (uint64_t)m->n_types * RTYPE_STRIDE || at % RTYPE_STRIDE)
    machine_unsupported ((struct machine *)(uintptr_t)m, "a type made at run time");
  return (gir_type)(at / RTYPE_STRIDE);
}

const void *
iface_value (struct machine *m, const struct go_iface *x)
{
  return type_is_pointer_shaped (m, descriptor_type (m, x->type)) ? (const void *)&x->data : x->data;
}

struct go_iface
iface_box (struct machine *m, gir_type t, const void *value, uint32_t site)
{
  struct go_iface x = { type_descriptor (m, t), NULL };
  if (type_is_pointer_shaped (m, t))
    memcpy (&x.data, value, sizeof x.data);
  else
    {
      x.data = machine_new (m, t, 1, site);
      memcpy (x.data, value, type_size (m, t));
    }
  return x;
}

fn_id
type_method (struct machine *m, gir_type t, gir_str name)
{
  if (t == m->error_type)
    {
      const char *text = gir_string (m->p, name);
      return strcmp (text, "Error") == 0 ? m->p->n_funcs : strcmp (text, "RuntimeError") == 0 ? m->p->n_funcs + 1 : GIR_INVALID;
    }
  const struct gir_type_info *i = &m->types[t];
  if (i->mset == GIR_INVALID)
    return GIR_INVALID;
  for (uint32_t k = 0; k < i->n_mset; k++)
    if (m->p->methods[i->mset + k].name == name)
      return m->p->methods[i->mset + k].fn;
  return GIR_INVALID;
}

/* Whether a method's function, receiver aside, has the type that the interface wants. */
static bool
same_signature (const struct machine *m, fn_id fn, gir_type want)
{
  if (fn >= m->p->n_funcs)
    return true;
  const struct gir_type_info *a = type_info (m, m->p->funcs[fn].type), *b = type_info (m, want);
  if (a->n_fields != b->n_fields + 1 || a->n_params != b->n_params + 1 || a->variadic != b->variadic)
    return false;
  for (uint32_t k = 0; k < b->n_fields; k++)
    if (m->p->fields[a->fields + 1 + k].type != m->p->fields[b->fields + k].type)
      return false;
  return true;
}

bool
type_implements (struct machine *m, gir_type t, gir_type iface, gir_str *missing)
{
  const struct gir_type_info *i = type_info (m, iface);
  for (uint32_t k = 0; k < i->n_fields; k++)
    {
      gir_str name = m->p->fields[i->fields + k].name;
      fn_id fn = type_method (m, t, name);
      if (fn == GIR_INVALID || !same_signature (m, fn, m->p->fields[i->fields + k].type))
        {
          *missing = name;
          return false;
        }
    }
  return true;
}
