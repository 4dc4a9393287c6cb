#include "frontend/gir_types.h"
#include "base/hash.h"
#include "frontend/gir_limits.h"

/* size 0: that of a pointer; words: that many pointers; part: what its alignment follows, the size where 0. */
static const struct basic
{
  const char *name;
  enum gir_type_kind kind;
  uint8_t size;
  uint8_t words;
  uint8_t part;
  bool pointers;
} basics[] = {
  { "bool", GIR_T_BOOL, 1, 0, 0, false },
  { "int", GIR_T_INT, 0, 1, 0, false },
  { "int8", GIR_T_INT, 1, 0, 0, false },
  { "int16", GIR_T_INT, 2, 0, 0, false },
  { "int32", GIR_T_INT, 4, 0, 0, false },
  { "int64", GIR_T_INT, 8, 0, 0, false },
  { "uint", GIR_T_INT, 0, 1, 0, false },
  { "uint8", GIR_T_INT, 1, 0, 0, false },
  { "uint16", GIR_T_INT, 2, 0, 0, false },
  { "uint32", GIR_T_INT, 4, 0, 0, false },
  { "uint64", GIR_T_INT, 8, 0, 0, false },
  { "uintptr", GIR_T_UINTPTR, 0, 1, 0, false },
  { "float32", GIR_T_FLOAT, 4, 0, 0, false },
  { "float64", GIR_T_FLOAT, 8, 0, 0, false },
  { "complex64", GIR_T_COMPLEX, 8, 0, 4, false },
  { "complex128", GIR_T_COMPLEX, 16, 0, 8, false },
  { "string", GIR_T_STRING, 0, 2, 0, true },
  { "unsafe.Pointer", GIR_T_UNSAFEPTR, 0, 1, 0, true },
  { "nil", GIR_T_NIL, 0, 1, 0, true },
};

enum
{
  STATE_NEW,
  STATE_OPEN,
  STATE_DONE
};
enum
{
  FIRST_SLOTS = 256
};

static gir_type
append (struct gir_types *types, const struct gir_type_info *info, const struct gir_type_note *note)
{
  gir_type t = types->infos.size;
  vec_push (&types->infos, *info);
  vec_push (&types->notes, *note);
  types->infos.data[t].mset = GIR_INVALID;
  return t;
}

void
gir_types_init (struct gir_types *types)
{
  *types = (struct gir_types){ .slots = g_new0 (uint32_t, FIRST_SLOTS), .n_slots = FIRST_SLOTS };
  append (types, &(struct gir_type_info){ .kind = GIR_T_NONE, .align = 1 }, &(struct gir_type_note){ .state = STATE_DONE });
}

void
gir_types_clear (struct gir_types *types)
{
  vec_clear (&types->infos);
  vec_clear (&types->notes);
  vec_clear (&types->fields);
  g_clear_pointer (&types->slots, g_free);
}

static int
find_basic (const char *name, size_t length)
{
  for (size_t i = 0; i < G_N_ELEMENTS (basics); i++)
    if (strlen (basics[i].name) == length && !memcmp (basics[i].name, name, length))
      return (int)i;
  return -1;
}

enum gir_type_kind
gir_types_basic (const char *name, size_t length)
{
  int i = find_basic (name, length);
  return i < 0 ? GIR_T_NONE : basics[i].kind;
}

static uint32_t
hash_structure (const struct gir_type_info *info, const struct gir_field *fields, uint32_t n)
{
  uint64_t h = hash_mix ((uint64_t)info->kind << 8 | info->variadic, (uint64_t)info->name << 32 | info->n_params);
  h = hash_mix (h, (uint64_t)info->elem << 32 | info->key);
  h = hash_mix (h, info->length);
  for (uint32_t i = 0; i < n; i++)
    h = hash_mix (h, (uint64_t)fields[i].name << 32 | fields[i].type);
  return (uint32_t)(h >> 32);
}

static bool
same_structure (const struct gir_types *types, gir_type t, const struct gir_type_info *info, const struct gir_field *fields, uint32_t n)
{
  const struct gir_type_info *x = &types->infos.data[t];
  if (x->kind != info->kind || x->variadic != info->variadic || x->name != info->name || x->n_params != info->n_params
      || x->elem != info->elem || x->key != info->key || x->length != info->length || x->n_fields != n)
    return false;
  for (uint32_t i = 0; i < n; i++)
    {
      const struct gir_field *f = &types->fields.data[x->fields + i];
      if (f->name != fields[i].name || f->type != fields[i].type)
        return false;
    }
  return true;
}

static void
grow_slots (struct gir_types *types)
{
  uint32_t n = types->n_slots * 2;
  uint32_t *slots = g_new0 (uint32_t, n);
  for (uint32_t i = 0; i < types->n_slots; i++)
    {
      gir_type t = types->slots[i];
      uint32_t j = types->notes.data[t].hash & (n - 1);
      while (t && slots[j])
        j = (j + 1) & (n - 1);
      if (t)
        slots[j] = t;
    }
  g_free (types->slots);
  types->slots = slots;
  types->n_slots = n;
}

gir_type
gir_types_intern (struct gir_types *types, const struct gir_type_info *info, const struct gir_field *fields, uint32_t n_fields,
                  bool declare, uint32_t line)
{
  uint32_t hash = hash_structure (info, fields, n_fields), i = hash & (types->n_slots - 1);
  while (types->slots[i]
         && !(types->notes.data[types->slots[i]].hash == hash && same_structure (types, types->slots[i], info, fields, n_fields)))
    i = (i + 1) & (types->n_slots - 1);
  gir_type known = types->slots[i];
  struct gir_type_note *note = &types->notes.data[known];
  if (known && (!declare || !note->declared || info->name))
    {
      note->declared |= declare;
      return known;
    }
  struct gir_type_info made = *info;
  made.fields = types->fields.size;
  made.n_fields = n_fields;
  for (uint32_t k = 0; k < n_fields; k++)
    vec_push (&types->fields, fields[k]);
  gir_type t = append (types, &made, &(struct gir_type_note){ .hash = hash, .line = line, .declared = declare });
  if (known)
    return t;
  types->slots[i] = t;
  if ((uint64_t)++types->n_used * 2 > types->n_slots)
    grow_slots (types);
  return t;
}

gir_type
gir_types_new_named (struct gir_types *types, gir_str name, uint32_t line)
{
  return append (types, &(struct gir_type_info){ .kind = GIR_T_NAMED, .name = name }, &(struct gir_type_note){ .line = line });
}

/* Sizes. */

static uint64_t
saturate (uint64_t size)
{
  return MIN (size, GIR_SIZE_MAX);
}

static uint64_t
round_up (uint64_t size, uint32_t align)
{
  return saturate ((size + align - 1) / align * align);
}

static void
layout_words (struct gir_type_info *t, uint32_t n, uint32_t ptrsize, bool pointers)
{
  t->size = (uint64_t)n * ptrsize;
  t->align = ptrsize;
  t->pointers = pointers;
}

static void
layout_basic (struct gir_type_info *t, const char *name, uint32_t ptrsize)
{
  const struct basic *b = &basics[find_basic (name, strlen (name))];
  layout_words (t, b->words, ptrsize, b->pointers);
  if (!b->size)
    return;
  t->size = b->size;
  t->align = MIN (b->part ? b->part : b->size, ptrsize);
}

static void
layout_array (struct gir_type_info *t, const struct gir_type_info *elem)
{
  t->align = elem->align;
  t->pointers = t->length && elem->pointers;
  t->size = elem->size && t->length > GIR_SIZE_MAX / elem->size ? GIR_SIZE_MAX : saturate (t->length * elem->size);
}

static void
layout_struct (struct gir_types *types, struct gir_type_info *t)
{
  const struct gir_type_info *last = NULL;
  t->align = 1;
  for (uint32_t i = 0; i < t->n_fields; i++)
    {
      struct gir_field *f = &types->fields.data[t->fields + i];
      last = &types->infos.data[f->type];
      f->offset = round_up (t->size, last->align);
      t->size = saturate (f->offset + last->size);
      t->align = MAX (t->align, last->align);
      t->pointers |= last->pointers;
    }
  /* A pointer to a zero-size field at the very end must not point to the next object: gc pads by a byte. */
  if (last && t->size && !last->size)
    t->size++;
  t->size = round_up (t->size, t->align);
}

/* gc aligns these two to 8 on every machine, and what contains them. */
static bool
is_align64 (const char *name)
{
  return !strcmp (name, "sync/atomic.align64") || !strcmp (name, "internal/runtime/atomic.align64");
}

static void
layout_one (struct gir_types *types, gir_type type, const char *const *strings, uint32_t ptrsize)
{
  struct gir_type_info *t = &types->infos.data[type];
  switch (t->kind)
    {
    case GIR_T_NAMED:
      {
        const struct gir_type_info *u = &types->infos.data[t->elem];
        t->size = u->size;
        t->align = is_align64 (strings[t->name]) ? 8 : u->align;
        t->pointers = u->pointers;
        break;
      }
    case GIR_T_ARRAY: layout_array (t, &types->infos.data[t->elem]); break;
    case GIR_T_STRUCT:
    case GIR_T_TUPLE: layout_struct (types, t); break;
    case GIR_T_SLICE: layout_words (t, 3, ptrsize, true); break;
    case GIR_T_IFACE: layout_words (t, 2, ptrsize, true); break;
    case GIR_T_PTR:
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC: layout_words (t, 1, ptrsize, true); break;
    default: layout_basic (t, strings[t->name], ptrsize); break;
    }
}

/* What a type contains by value: parts i = 0, 1, ...; 0 behind the last. */
static gir_type
part (const struct gir_types *types, gir_type type, uint32_t i)
{
  const struct gir_type_info *t = &types->infos.data[type];
  switch (t->kind)
    {
    case GIR_T_NAMED:
    case GIR_T_ARRAY: return i == 0 ? t->elem : 0;
    case GIR_T_STRUCT:
    case GIR_T_TUPLE: return i < t->n_fields ? types->fields.data[t->fields + i].type : 0;
    default: return 0;
    }
}

/* Pushes the parts that have no size yet; false if one is being computed, that is contains itself. */
static bool
push_parts (struct gir_types *types, u32_vec *path, gir_type type)
{
  gir_type p;
  for (uint32_t i = 0; (p = part (types, type, i)); i++)
    {
      if (types->notes.data[p].state == STATE_OPEN)
        return false;
      if (types->notes.data[p].state == STATE_NEW)
        vec_push (path, p);
    }
  return true;
}

static uint32_t
nesting (const struct gir_types *types, gir_type type)
{
  uint32_t deepest = 0;
  gir_type p;
  for (uint32_t i = 0; (p = part (types, type, i)); i++)
    deepest = MAX (deepest, types->notes.data[p].nesting);
  return deepest + 1;
}

/* The search for one type's size: depth first, on a stack of its own since named types nest as the input likes. */
static enum gir_layout_result
layout_from (struct gir_types *types, u32_vec *path, const char *const *strings, uint32_t ptrsize, gir_type *culprit)
{
  while (!vec_empty (path))
    {
      gir_type t = *culprit = vec_last (path);
      struct gir_type_note *note = &types->notes.data[t];
      if (note->state == STATE_NEW)
        {
          note->state = STATE_OPEN;
          if (!push_parts (types, path, t))
            return GIR_LAYOUT_INFINITE;
          continue;
        }
      (void)vec_pop (path);
      if (note->state == STATE_DONE)
        continue;
      uint32_t depth = nesting (types, t);
      if (depth > GIR_MAX_NESTING)
        return GIR_LAYOUT_DEEP;
      note->nesting = (uint16_t)depth;
      note->state = STATE_DONE;
      layout_one (types, t, strings, ptrsize);
    }
  return GIR_LAYOUT_OK;
}

enum gir_layout_result
gir_types_layout (struct gir_types *types, const char *const *strings, uint32_t ptrsize, gir_type *culprit)
{
  g_auto (u32_vec) path = { 0 };
  enum gir_layout_result result = GIR_LAYOUT_OK;
  for (gir_type t = 1; t < types->infos.size && result == GIR_LAYOUT_OK; t++)
    {
      vec_push (&path, t);
      result = layout_from (types, &path, strings, ptrsize, culprit);
    }
  return result;
}
