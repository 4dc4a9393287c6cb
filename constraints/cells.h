/* The typed universe of one function's analysis: objects, cells, and the functions over them that escape.dl names.
 *
 * Objects and cells are made on demand and named structurally, so that what a name means does not depend on when it was made. An object
 * is local (made by the function or handed back by a callee: a clone), foreign (it was there before the frame: parameters' targets, what
 * code out of sight stored, results of residual calls, and Unknown, which stands for all the rest), or a function (code, no storage).
 *
 * A cell is (object, byte offset, tag). The offset SP_TOP means "anywhere in the object" and overlaps every other cell of it, and so does
 * SP_RAW. An offset may
 * also be a range, the same place in any of several elements of an array (SP_RANGE), and overlaps these. The range that a slice points to
 * may be told to begin where the slice does (sp_slice): it overlaps the same, and the step from there to an element leads to that one
 * alone. Where a slice was there before the frame the step is a name (sp_step), resolved where the start is known. The tag is
 * the dynamic type of an interface's data word; SP_TAG_NONE outside interfaces, SP_TAG_ANY where the type is not known.
 *
 * Foreign objects are named by access paths, CONTENT (cell), to a bounded depth; below it, and everywhere in collapsed variants, a BLOB
 * stands for all that can be reached. Two names may well stand for one location: a name means "what this path yields in the caller", and is
 * resolved there. */
#pragma once
#include "base/relation.h"
#include "base/vec.h"
#include "constraints/types.h"

enum sp_object_kind
{
  SP_O_UNKNOWN,
  SP_O_PARAM,   /* a: index of the parameter leaf */
  SP_O_CONTENT, /* a: owner cell */
  SP_O_BLOB,    /* a: owner cell */
  SP_O_RESULT,  /* a: call record, b: result leaf */
  SP_O_FUNC,    /* a: function */
  SP_O_SITE,    /* a: instruction, b: which of its objects */
  SP_O_CLONE,   /* a: call record, SP_REC or SP_MANY; b: number of (callee, its fresh object) */
  SP_O_GLOBAL,  /* a: package variable; whole programs only, else it is Unknown */
};

#define SP_TOP UINT32_MAX
/* SP_TOP of an address that was made for another layout (whole programs only): what is read through it was perhaps a pointer to something
 * else, whose offsets mean nothing there, and so was, to others, what is written through it. */
#define SP_RAW (1u << 30)
static inline bool
sp_is_anywhere (uint32_t offset)
{
  return offset == SP_TOP || offset == SP_RAW;
}
/* The offsets first, first + stride, ..., @count of them; first and stride in bytes, both multiples of 8. SP_TOP where it does not fit. */
#define SP_RANGE_BIT (1u << 31)
static inline uint32_t
sp_range (uint64_t first, uint64_t stride, uint64_t count)
{
  bool fits = first % 8 == 0 && stride % 8 == 0 && first / 8 < 1u << 13 && stride > 0 && stride / 8 < 1u << 14 && count > 1 && count < 15;
  return fits ? SP_RANGE_BIT | (uint32_t)(first / 8) << 18 | (uint32_t)(stride / 8) << 4 | (uint32_t)count : SP_TOP;
}
struct sp_range
{
  uint32_t first, stride, count;
};
/* An offset that is neither bytes nor a range has bit 30, and two that tell what it is; none of them: SP_RAW. */
#define SP_SLICE_BITS (5u << 28)
#define SP_STEP_BITS (6u << 28)
#define SP_LOOSE (7u << 28) /* the step from a slice to any of its elements */
/* A range as what a slice that starts at @first points to; a plain range where that cannot be told. */
static inline uint32_t
sp_slice (uint64_t first, uint64_t stride, uint64_t count)
{
  uint32_t range = sp_range (first, stride, count);
  bool fits = range != SP_TOP && first / 8 < 1u << 12 && stride / 8 < 1u << 12;
  return fits ? SP_SLICE_BITS | (uint32_t)(first / 8) << 16 | (uint32_t)(stride / 8) << 4 | (uint32_t)count : range;
}
/* The step from a slice to its element @index, @stride bytes each. */
static inline uint32_t
sp_step (uint64_t index, uint64_t stride)
{
  bool fits = index < 16 && stride % 8 == 0 && stride / 8 < 1u << 12;
  return fits ? SP_STEP_BITS | (uint32_t)(stride / 8) << 4 | (uint32_t)index : SP_LOOSE;
}
static inline bool
sp_is_slice (uint32_t offset)
{
  return offset >> 28 == SP_SLICE_BITS >> 28;
}
/* To one element of a slice, or any. */
static inline bool
sp_is_step (uint32_t offset)
{
  return offset >> 28 == SP_STEP_BITS >> 28 || offset == SP_LOOSE;
}
static inline bool
sp_is_range (uint32_t offset)
{
  return offset != SP_TOP && (offset & SP_RANGE_BIT || sp_is_slice (offset));
}
static inline struct sp_range
sp_range_of (uint32_t offset)
{
  if (sp_is_slice (offset))
    return (struct sp_range){ (offset >> 16 & 0xfff) * 8, (offset >> 4 & 0xfff) * 8, offset & 15 };
  return (struct sp_range){ (offset >> 18 & 0x1fff) * 8, (offset >> 4 & 0x3fff) * 8, offset & 15 };
}
#define SP_REC UINT32_MAX        /* comes back through recursion */
#define SP_MANY (UINT32_MAX - 1) /* of one site, from any call: beyond a budget */
#define SP_TAG_NONE 0u
#define SP_TAG_ANY 1u
#define SP_TAG_TYPE(t) ((t) + 2u)

struct sp_object
{
  uint8_t kind;   /* enum sp_object_kind */
  uint8_t depth;  /* of the access path */
  bool multi;     /* may stand for several concrete objects */
  bool renewed;   /* made anew where its site runs again, when no earlier one is in use: one concrete object at a time */
  bool collapsed; /* has one cell only */
  bool data;      /* its type holds no pointers */
  bool table;     /* a map or channel: the runtime has memory of its own between it and what it holds */
  uint32_t a, b;
  gir_type type;   /* of the storage; 0 when not known */
  gir_fn code;     /* the function of a closure or func object; GIR_INVALID otherwise */
  uint32_t origin; /* of clones: index into the lowering's origins */
};

struct sp_cell
{
  uint32_t object;
  uint32_t offset;
  uint32_t tag;
};

struct sp_universe
{
  const struct sp_types *types;
  unsigned max_depth; /* of access paths; beneath, a blob */
  bool collapse;      /* the variant keeps no field paths */
  bool blurred;       /* some address was too odd to be named, and leads to anywhere in its object */
  bool shallow;       /* foreign memory is told apart by parameter alone */
  bool typed;         /* what has no pointers by its type holds none: whole programs, where no word is named before it is known */
  VEC (struct sp_object) objects;
  struct sp_relation object_ids; /* (kind, a, b) */
  struct sp_relation cells;      /* (object, offset, tag), index 0 by object */
};

#define SP_UNKNOWN 0u /* the object Unknown, and its only cell */

void sp_universe_init (struct sp_universe *u, const struct sp_types *types, unsigned max_depth);
void sp_universe_done (struct sp_universe *u);
void sp_universe_reset (struct sp_universe *u, bool collapse);

/* Finds or makes an object; the caller fills in the properties of a new one before any rule sees it. */
uint32_t sp_universe_object (struct sp_universe *u, enum sp_object_kind kind, uint32_t a, uint32_t b, bool *fresh);
/* The cell at @offset; offsets collapse with the object. */
uint32_t sp_universe_cell (struct sp_universe *u, uint32_t object, uint32_t offset, uint32_t tag);

static inline const struct sp_object *
sp_universe_at (const struct sp_universe *u, uint32_t object)
{
  return &u->objects.data[object];
}
static inline struct sp_cell
sp_universe_cell_at (const struct sp_universe *u, uint32_t cell)
{
  const uint32_t *t = sp_relation_tuple (&u->cells, cell);
  return (struct sp_cell){ t[0], t[1], t[2] };
}
static inline bool
sp_object_local (const struct sp_object *o)
{
  return o->kind >= SP_O_SITE;
}
static inline bool
sp_object_foreign (const struct sp_object *o)
{
  return o->kind < SP_O_FUNC;
}

/* Sub, Base, Tag, Untag, Content: the only value, or SP_NO_TUPLE. */
uint32_t sp_universe_sub (struct sp_universe *u, uint32_t c, uint32_t p);
uint32_t sp_universe_base (struct sp_universe *u, uint32_t c);
uint32_t sp_universe_tag (struct sp_universe *u, uint32_t c, uint32_t k);
uint32_t sp_universe_untag (struct sp_universe *u, uint32_t c, uint32_t k);
uint32_t sp_universe_content (struct sp_universe *u, uint32_t c);
/* Whether what @c holds is told apart by memory versions: it stands for one location, or for those of a renewed object. */
bool sp_universe_strong (const struct sp_universe *u, uint32_t c);
bool sp_universe_weak (const struct sp_universe *u, uint32_t c);
/* Whether the address @c reads what is stored in @c1 (untagged), a cell of a local object. */
bool sp_universe_overlaps (const struct sp_universe *u, uint32_t c, uint32_t c1);
bool sp_universe_differ (struct sp_universe *u, uint32_t c, uint32_t c1);
/* As: @c as the address of what type tag @k says: itself where such a thing lies there, else raw. */
uint32_t sp_universe_as (struct sp_universe *u, uint32_t c, uint32_t k);
/* Whether the address @c was made for another layout than that of its object, and whether the object's own layout is hidden besides. */
bool sp_universe_raw (const struct sp_universe *u, uint32_t c);
bool sp_universe_hidden (const struct sp_universe *u, uint32_t c);
/* Recast: pointer @c after it was read or written through such an address. */
uint32_t sp_universe_recast (struct sp_universe *u, uint32_t c);
/* Fits: whether what type tag @k says may lie at @c: true where nothing is known of that. */
bool sp_universe_fits (const struct sp_universe *u, uint32_t c, uint32_t k);
/* Whether the dynamic type of @c, an interface's data word, may have the methods of interface tag @k. */
bool sp_universe_match (const struct sp_universe *u, uint32_t c, uint32_t k);
