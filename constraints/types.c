#include "constraints/types.h"

#include "base/vec.h"

struct builder
{
  const GirProgram *program;
  bool fold; /* arrays of any length */
  bool no_text;
  unsigned max_leaves;
  VEC (struct sp_leaf) leaves;
  VEC (struct sp_leaf) scratch;
  uint64_t component; /* where the current component of a tuple begins; 0 outside tuples */
  bool overflow;
};

enum
{
  MAX_NESTING = 200
};

static void collect (struct builder *b, gir_type t, uint64_t offset, bool in_array, unsigned depth);

static void
collect_fields (struct builder *b, const struct gir_type_info *info, uint64_t offset, bool in_array, unsigned depth)
{
  for (uint32_t i = 0; i < info->n_fields && !b->overflow; i++)
    {
      const struct gir_field *f = &b->program->fields[info->fields + i];
      uint64_t at = info->kind == GIR_T_TUPLE ? (uint64_t)i * SP_TUPLE_STRIDE : f->offset;
      if (info->kind == GIR_T_TUPLE)
        b->component = at;
      collect (b, f->type, offset + at, in_array, depth + 1);
    }
}

static bool
is_leaf (enum gir_type_kind kind)
{
  switch (kind)
    {
    case GIR_T_STRING:
    case GIR_T_UINTPTR:
    case GIR_T_UNSAFEPTR:
    case GIR_T_PTR:
    case GIR_T_SLICE:
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC:
    case GIR_T_IFACE: return true;
    default: return false;
    }
}

/* By the leaves of one element alone, so that every array of a type is treated alike, wherever it lies. */
static bool
unfolded (bool fold, uint64_t length, unsigned element_leaves)
{
  return !fold && length > 1 && element_leaves > 0 && length <= SP_MAX_ELEMENT_LEAVES && length * element_leaves <= SP_MAX_ELEMENT_LEAVES;
}

/* How many leaves a value of type @t has; many where they are more than SP_MAX_LEAVES. */
static unsigned
count_leaves (const GirProgram *p, bool fold, gir_type t, unsigned depth)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, t)];
  unsigned n = 0;
  if (depth > MAX_NESTING)
    return SP_MAX_LEAVES + 1;
  switch (info->kind)
    {
    case GIR_T_STRUCT:
    case GIR_T_TUPLE:
      for (uint32_t i = 0; i < info->n_fields && n <= SP_MAX_LEAVES; i++)
        n += count_leaves (p, fold, p->fields[info->fields + i].type, depth + 1);
      return n;
    case GIR_T_ARRAY:
      n = info->length ? count_leaves (p, fold, info->elem, depth + 1) : 0;
      return unfolded (fold, info->length, n) ? n * (unsigned)info->length : n;
    default: return is_leaf (info->kind);
    }
}

static void
collect_elements (struct builder *b, const struct gir_type_info *info, uint64_t offset, bool in_array, unsigned depth)
{
  bool apart = unfolded (b->fold, info->length, count_leaves (b->program, b->fold, info->elem, 0));
  uint64_t n = apart ? info->length : MIN (info->length, 1);
  for (uint64_t k = 0; k < n && !b->overflow; k++)
    collect (b, info->elem, offset + k * b->program->types[info->elem].size, in_array || (info->length > 1 && !apart), depth + 1);
}

/* A leaf's offset modulo SP_TUPLE_STRIDE is its place in memory: a type so large that it is not is a blob. */
static void
push_leaf (struct builder *b, uint64_t offset, bool in_array, enum gir_type_kind kind)
{
  if (b->scratch.size == b->max_leaves || offset - b->component >= SP_TUPLE_STRIDE || offset >= 1u << 30)
    b->overflow = true;
  else
    vec_push (&b->scratch, ((struct sp_leaf){ .offset = (uint32_t)offset,
                                              .in_array = in_array,
                                              .iface = kind == GIR_T_IFACE,
                                              .func = kind == GIR_T_FUNC,
                                              .raw = kind == GIR_T_UNSAFEPTR || kind == GIR_T_UINTPTR }));
}

static void
collect (struct builder *b, gir_type t, uint64_t offset, bool in_array, unsigned depth)
{
  const struct gir_type_info *info = &b->program->types[gir_underlying (b->program, t)];
  if (depth > MAX_NESTING)
    b->overflow = true;
  if (b->overflow)
    return;
  switch (info->kind)
    {
    case GIR_T_STRUCT:
    case GIR_T_TUPLE: collect_fields (b, info, offset, in_array, depth); break;
    case GIR_T_ARRAY: collect_elements (b, info, offset, in_array, depth); break;
    default:
      if (is_leaf (info->kind) && !(b->no_text && info->kind == GIR_T_STRING))
        push_leaf (b, offset, in_array, info->kind);
      break;
    }
}

static bool
holds_leaf (struct builder *b, gir_type t)
{
  b->overflow = false;
  b->component = 0;
  vec_reset (&b->scratch);
  collect (b, t, 0, false, 0);
  return b->overflow || b->scratch.size > 0;
}

static struct sp_leaves
append_leaves (struct builder *b)
{
  struct sp_leaves r = { b->leaves.size, (uint16_t)b->scratch.size, b->overflow };
  if (b->overflow)
    {
      r.n = 1;
      vec_push (&b->leaves, ((struct sp_leaf){ .in_array = true, .func = true }));
      return r;
    }
  vec_foreach (struct sp_leaf, l, &b->scratch)
    vec_push (&b->leaves, *l);
  return r;
}

static struct sp_leaves
fine_leaves (struct builder *b, gir_type t)
{
  holds_leaf (b, t);
  return append_leaves (b);
}

static struct sp_leaves
collapsed_leaves (struct builder *b, gir_type t)
{
  const struct gir_type_info *info = &b->program->types[gir_underlying (b->program, t)];
  struct sp_leaves r = { b->leaves.size, 0, false };
  unsigned n = info->kind == GIR_T_TUPLE ? info->n_fields : 1;
  for (unsigned i = 0; i < n; i++)
    {
      gir_type part = info->kind == GIR_T_TUPLE ? b->program->fields[info->fields + i].type : t;
      if (!holds_leaf (b, part))
        continue;
      bool iface = b->program->types[gir_underlying (b->program, part)].kind == GIR_T_IFACE;
      bool several = b->overflow || b->scratch.size > 1 || b->scratch.data[0].in_array;
      vec_push (&b->leaves, ((struct sp_leaf){ .offset = i * SP_TUPLE_STRIDE, .in_array = several, .iface = iface }));
      r.n++;
    }
  return r;
}

static struct sp_types *
new_types (const GirProgram *p, bool fold, bool no_text)
{
  struct sp_types *t = g_new0 (struct sp_types, 1);
  struct builder b = { .program = p, .fold = fold, .no_text = no_text, .max_leaves = SP_MAX_LEAVES };
  if (no_text && !fold)
    b.max_leaves *= SP_MAX_ELEMENT_LEAVES; /* what is no blob with arrays folded is none without */
  t->program = p;
  t->fold = fold;
  t->no_text = no_text;
  t->fine = g_new0 (struct sp_leaves, p->n_types);
  t->collapsed = g_new0 (struct sp_leaves, p->n_types);
  for (gir_type i = 1; i < p->n_types; i++)
    {
      t->fine[i] = fine_leaves (&b, i);
      t->collapsed[i] = collapsed_leaves (&b, i);
    }
  vec_clear (&b.scratch);
  t->leaves = b.leaves.data;
  return t;
}

struct sp_types *
sp_types_new (const GirProgram *p)
{
  return new_types (p, false, false);
}

struct sp_types *
sp_types_new_whole (const GirProgram *p, bool fold)
{
  return new_types (p, fold, true);
}

void
sp_types_free (struct sp_types *t)
{
  if (!t)
    return;
  g_free (t->leaves);
  g_free (t->fine);
  g_free (t->collapsed);
  g_free (t);
}

bool
sp_types_unfolded (const struct sp_types *t, gir_type array)
{
  const struct gir_type_info *info = &t->program->types[gir_underlying (t->program, array)];
  return info->kind == GIR_T_ARRAY && unfolded (t->fold, info->length, count_leaves (t->program, t->fold, info->elem, 0));
}

bool
sp_types_has_part (const GirProgram *p, gir_type whole, uint64_t offset, gir_type part)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, whole)];
  if (offset == 0 && gir_underlying (p, whole) == gir_underlying (p, part))
    return true;
  if (info->kind == GIR_T_ARRAY && p->types[info->elem].size)
    return offset / p->types[info->elem].size < info->length && sp_types_has_part (p, info->elem, offset % p->types[info->elem].size, part);
  for (uint32_t k = 0; info->kind == GIR_T_STRUCT && k < info->n_fields; k++)
    {
      const struct gir_field *f = &p->fields[info->fields + k];
      if (offset >= f->offset && offset - f->offset < MAX (p->types[f->type].size, 1u)
          && sp_types_has_part (p, f->type, offset - f->offset, part))
        return true;
    }
  return false;
}

const struct sp_leaf *
sp_types_leaf_at (const struct sp_types *t, gir_type type, uint32_t offset)
{
  const struct sp_leaves *l = &t->fine[type];
  for (unsigned i = 0; i < l->n; i++)
    if (t->leaves[l->first + i].offset == offset)
      return &t->leaves[l->first + i];
  return NULL;
}

static unsigned
words_within (const struct sp_types *t, gir_type type, unsigned depth)
{
  const GirProgram *p = t->program;
  const struct gir_type_info *info = &p->types[gir_underlying (p, type)];
  unsigned r = 0;
  if (depth > MAX_NESTING)
    return SP_W_ALL;
  switch (info->kind)
    {
    case GIR_T_PTR:
    case GIR_T_SLICE: return t->fine[info->elem].n > 0 ? SP_W_PATH : 0;
    case GIR_T_MAP:
    case GIR_T_CHAN: return SP_W_TABLE;
    case GIR_T_FUNC:
    case GIR_T_IFACE: return SP_W_CODE;
    case GIR_T_UNSAFEPTR: return SP_W_RAW;
    case GIR_T_UINTPTR: return SP_W_NUMBER;
    case GIR_T_ARRAY: return words_within (t, info->elem, depth + 1);
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < info->n_fields && r != SP_W_ALL; k++)
        r |= words_within (t, p->fields[info->fields + k].type, depth + 1);
      return r;
    default: return 0;
    }
}

unsigned
sp_types_words (const struct sp_types *t, gir_type type)
{
  return words_within (t, type, 0);
}

bool
sp_types_pointer_shaped (const GirProgram *p, gir_type type)
{
  for (unsigned depth = 0; depth < MAX_NESTING; depth++)
    {
      const struct gir_type_info *info = &p->types[gir_underlying (p, type)];
      switch (info->kind)
        {
        case GIR_T_PTR:
        case GIR_T_MAP:
        case GIR_T_CHAN:
        case GIR_T_FUNC:
        case GIR_T_UNSAFEPTR: return true;
        case GIR_T_STRUCT:
          if (info->n_fields != 1)
            return false;
          type = p->fields[info->fields].type;
          break;
        case GIR_T_ARRAY:
          if (info->length != 1)
            return false;
          type = info->elem;
          break;
        default: return false;
        }
    }
  return false;
}
