#include "constraints/cells.h"

void
sp_universe_init (struct sp_universe *u, const struct sp_types *types, unsigned max_depth)
{
  *u = (struct sp_universe){ .types = types, .max_depth = max_depth };
  sp_relation_init (&u->object_ids, 3);
  sp_relation_init (&u->cells, 3);
  sp_relation_index (&u->cells, 1);
  sp_universe_reset (u, false);
}

void
sp_universe_done (struct sp_universe *u)
{
  sp_relation_done (&u->object_ids);
  sp_relation_done (&u->cells);
  vec_clear (&u->objects);
}

void
sp_universe_reset (struct sp_universe *u, bool collapse)
{
  sp_relation_clear (&u->object_ids);
  sp_relation_clear (&u->cells);
  vec_reset (&u->objects);
  u->collapse = collapse;
  u->blurred = false;
  uint32_t o = sp_universe_object (u, SP_O_UNKNOWN, 0, 0, NULL);
  u->objects.data[o].multi = u->objects.data[o].collapsed = true;
  uint32_t c = sp_universe_cell (u, o, 0, SP_TAG_NONE);
  SP_CHECK (o == SP_UNKNOWN && c == SP_UNKNOWN);
}

uint32_t
sp_universe_object (struct sp_universe *u, enum sp_object_kind kind, uint32_t a, uint32_t b, bool *fresh)
{
  bool is_new;
  uint32_t id = sp_relation_add (&u->object_ids, (uint32_t[]){ kind, a, b }, &is_new);
  if (is_new)
    {
      bool foreign = kind < SP_O_FUNC;
      struct sp_object o = { .kind = (uint8_t)kind, .a = a, .b = b, .code = GIR_INVALID };
      o.multi = foreign;
      o.collapsed = u->collapse || kind == SP_O_BLOB || kind == SP_O_FUNC;
      vec_push (&u->objects, o);
    }
  if (fresh)
    *fresh = is_new;
  return id;
}

/* "Anywhere" stays apart from the one cell of a collapsed object: a store there never replaces what the cell holds. */
static bool
keeps_top (const struct sp_object *o)
{
  return o->kind != SP_O_UNKNOWN && o->kind != SP_O_BLOB && o->kind != SP_O_FUNC;
}

uint32_t
sp_universe_cell (struct sp_universe *u, uint32_t object, uint32_t offset, uint32_t tag)
{
  if (object == SP_UNKNOWN)
    tag = SP_TAG_NONE;
  if (u->objects.data[object].collapsed)
    offset = sp_is_anywhere (offset) && keeps_top (&u->objects.data[object]) ? offset : 0;
  return sp_relation_add (&u->cells, (uint32_t[]){ object, offset, tag }, NULL);
}

/* A step of @p bytes from the elements of @r: within the element, or to another one of the same. */
static uint32_t
add_to_range (struct sp_range r, uint32_t p)
{
  return sp_range (r.first + p % r.stride, r.stride, r.count);
}

/* The elements @p of an array within each element of @r. */
static uint32_t
add_ranges (struct sp_range r, struct sp_range p)
{
  if (p.stride * p.count == r.stride && p.first < p.stride)
    return sp_range (r.first + p.first, p.stride, (uint64_t)r.count * p.count);
  if (p.stride == r.stride && p.first < r.stride)
    return sp_range (r.first + p.first, r.stride, r.count);
  return SP_TOP;
}

static uint32_t
add_offsets (uint32_t a, uint32_t b)
{
  if (a == SP_TOP || b == SP_TOP)
    return SP_TOP;
  if (sp_is_range (a))
    return sp_is_range (b) ? add_ranges (sp_range_of (a), sp_range_of (b)) : add_to_range (sp_range_of (a), b);
  if (sp_is_range (b))
    {
      struct sp_range r = sp_range_of (b);
      return (sp_is_slice (b) ? sp_slice : sp_range) ((uint64_t)a + r.first, r.stride, r.count);
    }
  return (uint64_t)a + b < 1u << 30 ? a + b : SP_TOP;
}

/* The range without its start. */
static uint32_t
forget_start (uint32_t slice)
{
  struct sp_range r = sp_range_of (slice);
  return sp_range (r.first, r.stride, r.count);
}

/* From a slice at @a to an element of it. Where the start is told, the index leads on from there; what was there before the frame has the
 * step for a name. Elsewhere the elements are folded, or the start is not known, so that the slice leads to any of them already. */
static uint32_t
take_step (uint32_t a, uint32_t step, bool foreign)
{
  if (foreign && a == 0)
    return step;
  if (sp_is_step (a))
    return SP_LOOSE;
  if (!sp_is_slice (a))
    return a;
  struct sp_range r = sp_range_of (a);
  uint32_t index = step & 15, stride = (step >> 4 & 0xfff) * 8;
  bool known = step != SP_LOOSE && stride == r.stride && index < r.count;
  return known ? r.first + index * stride : forget_start (a);
}

/* A part of what a step leads to is one of any element. */
static uint32_t
part_of_element (uint32_t step, uint32_t p)
{
  return p == 0 ? step : sp_is_slice (p) ? forget_start (p) : p;
}

static uint32_t
displace (uint32_t a, uint32_t p, bool foreign)
{
  if (sp_is_step (p))
    return take_step (a, p, foreign);
  return sp_is_step (a) ? part_of_element (a, p) : add_offsets (a, p);
}

uint32_t
sp_universe_sub (struct sp_universe *u, uint32_t c, uint32_t p)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  bool raw = x.offset == SP_RAW || p == SP_RAW;
  uint32_t offset = raw ? SP_RAW : displace (x.offset, p, sp_object_foreign (sp_universe_at (u, x.object)));
  u->blurred |= offset == SP_TOP && x.offset != SP_TOP && p != SP_TOP;
  return sp_universe_cell (u, x.object, offset, SP_TAG_NONE);
}

uint32_t
sp_universe_base (struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  return x.tag == SP_TAG_NONE ? c : sp_universe_cell (u, x.object, x.offset, SP_TAG_NONE);
}

uint32_t
sp_universe_tag (struct sp_universe *u, uint32_t c, uint32_t k)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  if (k == SP_TAG_ANY && x.tag != SP_TAG_NONE)
    return c;
  return sp_universe_cell (u, x.object, x.offset, k);
}

uint32_t
sp_universe_untag (struct sp_universe *u, uint32_t c, uint32_t k)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  if (x.tag != k && x.tag != SP_TAG_ANY && x.tag != SP_TAG_NONE)
    return SP_NO_TUPLE;
  return sp_universe_base (u, c);
}

/* The depth of an access path does not depend on the variant, so CONTENT commutes with the quotient (rules.md C3). */
uint32_t
sp_universe_content (struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  const struct sp_object *o = sp_universe_at (u, x.object);
  if (o->kind == SP_O_UNKNOWN || o->kind == SP_O_FUNC)
    return SP_UNKNOWN;
  if (o->kind == SP_O_BLOB)
    return sp_universe_cell (u, x.object, 0, SP_TAG_NONE);
  if (u->shallow && sp_object_local (o))
    return SP_UNKNOWN;
  unsigned depth = o->depth + 1u;
  bool blob = u->shallow || sp_is_anywhere (x.offset) || depth >= u->max_depth;
  uint32_t owner = u->shallow ? sp_universe_cell (u, x.object, SP_TOP, SP_TAG_NONE) : sp_universe_base (u, c);
  bool fresh;
  uint32_t t = sp_universe_object (u, blob ? SP_O_BLOB : SP_O_CONTENT, owner, 0, &fresh);
  if (fresh)
    u->objects.data[t].depth = (uint8_t)depth;
  return sp_universe_cell (u, t, 0, SP_TAG_NONE);
}

static bool
single_location (const struct sp_universe *u, const struct sp_object *o, uint32_t offset)
{
  if (o->type == 0)
    return false;
  if (o->collapsed)
    {
      const struct sp_leaves *l = &u->types->fine[o->type];
      return l->n == 1 && !l->blob && !u->types->leaves[l->first].in_array;
    }
  const struct sp_leaf *leaf = sp_types_leaf_at (u->types, o->type, offset);
  return leaf && !leaf->in_array && !u->types->fine[o->type].blob;
}

/* A store through the address @c and no other replaces what it holds. */
static bool
replaceable (const struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  const struct sp_object *o = sp_universe_at (u, x.object);
  return sp_object_local (o) && !o->multi && !sp_is_anywhere (x.offset) && single_location (u, o, x.offset);
}

bool
sp_universe_strong (const struct sp_universe *u, uint32_t c)
{
  return sp_universe_at (u, sp_universe_cell_at (u, c).object)->renewed || replaceable (u, c);
}

/* Whether a pointer may be stored at @offset of @o. */
static bool
takes_pointers (const struct sp_universe *u, const struct sp_object *o, uint32_t offset)
{
  if (!u->typed || o->collapsed || offset == SP_RAW)
    return true;
  bool known = o->type && offset != SP_TOP && !sp_is_range (offset) && !u->types->fine[o->type].blob;
  return !o->data && (!known || sp_types_leaf_at (u->types, o->type, offset));
}

bool
sp_universe_weak (const struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  const struct sp_object *o = sp_universe_at (u, x.object);
  return sp_object_local (o) && !sp_universe_strong (u, c) && takes_pointers (u, o, x.offset);
}

static bool
in_range (struct sp_range r, uint32_t offset)
{
  return offset >= r.first && (offset - r.first) % r.stride == 0 && (offset - r.first) / r.stride < r.count;
}

static bool
offsets_overlap (uint32_t a, uint32_t b)
{
  if (a == b || sp_is_anywhere (a) || sp_is_anywhere (b))
    return true;
  if (!sp_is_range (a))
    return sp_is_range (b) && in_range (sp_range_of (b), a);
  if (!sp_is_range (b))
    return in_range (sp_range_of (a), b);
  struct sp_range x = sp_range_of (a), y = sp_range_of (b);
  for (uint32_t k = 0; k < x.count; k++)
    if (in_range (y, x.first + k * x.stride))
      return true;
  return false;
}

bool
sp_universe_overlaps (const struct sp_universe *u, uint32_t c, uint32_t c1)
{
  struct sp_cell x = sp_universe_cell_at (u, c), y = sp_universe_cell_at (u, c1);
  return x.object == y.object && sp_object_local (sp_universe_at (u, x.object)) && offsets_overlap (x.offset, y.offset);
}

bool
sp_universe_differ (struct sp_universe *u, uint32_t c, uint32_t c1)
{
  uint32_t b = sp_universe_base (u, c);
  return b != c1 || !replaceable (u, b);
}

bool
sp_universe_fits (const struct sp_universe *u, uint32_t c, uint32_t k)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  const struct sp_object *o = sp_universe_at (u, x.object);
  if (o->kind == SP_O_FUNC)
    return false;
  bool known = o->type && !o->collapsed && !sp_is_anywhere (x.offset) && !sp_is_range (x.offset);
  return !known || sp_types_has_part (u->types->program, o->type, x.offset, k - SP_TAG_TYPE (0));
}

/* Whether something of type @part lies at @offset, and at each offset that a range stands for. */
static bool
all_have_part (const GirProgram *p, gir_type whole, uint32_t offset, gir_type part)
{
  if (sp_is_anywhere (offset))
    return false;
  if (!sp_is_range (offset))
    return sp_types_has_part (p, whole, offset, part);
  struct sp_range r = sp_range_of (offset);
  for (uint32_t k = 0; k < r.count; k++)
    if (!sp_types_has_part (p, whole, r.first + k * r.stride, part))
      return false;
  return true;
}

uint32_t
sp_universe_as (struct sp_universe *u, uint32_t c, uint32_t k)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  const struct sp_object *o = sp_universe_at (u, x.object);
  if (o->type && !o->collapsed && all_have_part (u->types->program, o->type, x.offset, k - SP_TAG_TYPE (0)))
    return sp_universe_base (u, c);
  return sp_universe_sub (u, c, SP_RAW);
}

bool
sp_universe_raw (const struct sp_universe *u, uint32_t c)
{
  return sp_universe_cell_at (u, c).offset == SP_RAW;
}

bool
sp_universe_hidden (const struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  return x.offset == SP_RAW && sp_universe_at (u, x.object)->table;
}

uint32_t
sp_universe_recast (struct sp_universe *u, uint32_t c)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  return sp_universe_cell (u, x.object, SP_RAW, x.tag);
}

bool
sp_universe_match (const struct sp_universe *u, uint32_t c, uint32_t k)
{
  const GirProgram *p = u->types->program;
  struct sp_cell x = sp_universe_cell_at (u, c);
  if (x.tag <= SP_TAG_ANY || k <= SP_TAG_ANY)
    return true;
  const struct gir_type_info *wanted = &p->types[gir_underlying (p, k - SP_TAG_TYPE (0))];
  for (uint32_t i = 0; i < wanted->n_fields; i++)
    if (gir_find_method (p, x.tag - SP_TAG_TYPE (0), p->fields[wanted->fields + i].name) == GIR_INVALID)
      return false;
  return true;
}
