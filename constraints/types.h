/* Pointer leaves of types: where in a value of a type there are words that can hold an address.
 *
 * A leaf is named by its byte offset. The elements of a small array have leaves of their own; those of a larger one are folded onto the
 * first one, so that an index expression moves no offset. A pun between types of equal layout finds the same leaf (rules.md A4, A13).
 * Strings, funcs, maps, channels, slices and interfaces are one leaf each; uintptr is a leaf too, so that pointer arithmetic is followed
 * (A21). The components of a tuple lie SP_TUPLE_STRIDE apart. A type with more than SP_MAX_LEAVES leaves, or with one further in than that,
 * is a blob: one leaf, at offset 0, standing for all. */
#pragma once
#include "frontend/gir.h"

enum
{
  SP_MAX_LEAVES = 48,
  SP_TUPLE_STRIDE = 1 << 24,
  SP_MAX_ELEMENT_LEAVES = 8, /* of all elements of an array that is not folded */
};

struct sp_leaf
{
  uint32_t offset;
  bool in_array; /* stands for several words */
  bool iface;
  bool func;
  bool raw; /* an unsafe.Pointer or uintptr */
};

/* Words by what stands behind them. */
enum
{
  SP_W_CODE = 1,  /* funcs and interfaces: something that can be called */
  SP_W_TABLE = 2, /* maps and channels: memory that the runtime lays out */
  SP_W_PATH = 4,  /* pointers to memory that holds pointers, and slices of such */
  SP_W_RAW = 8,   /* unsafe.Pointer and uintptr */
  SP_W_ALL = 15
};

struct sp_leaves
{
  uint32_t first;
  uint16_t n;
  bool blob;
};

struct sp_types
{
  const GirProgram *program;
  bool fold;    /* the elements of every array, however short, are one */
  bool no_text; /* strings have no leaves */
  struct sp_leaf *leaves;
  struct sp_leaves *fine;      /* by type */
  struct sp_leaves *collapsed; /* by type: one leaf for each value or tuple component with pointers */
};

struct sp_types *sp_types_new (const GirProgram *p);
/* For points-to analysis: strings have no leaves, since nothing is reached through them, and with @fold the elements of every array are
 * folded onto the first one. Without @fold a type has up to SP_MAX_ELEMENT_LEAVES times as many leaves, so that it is a blob only where it
 * is one with @fold. */
struct sp_types *sp_types_new_whole (const GirProgram *p, bool fold);
void sp_types_free (struct sp_types *t);
/* Whether the elements of array type @array have leaves of their own. */
bool sp_types_unfolded (const struct sp_types *t, gir_type array);
/* Whether a value of type @whole has a part of type @part (named or not) at exactly @offset. */
bool sp_types_has_part (const GirProgram *p, gir_type whole, uint64_t offset, gir_type part);
/* The leaf of @type at exactly @offset; NULL where there is none. */
const struct sp_leaf *sp_types_leaf_at (const struct sp_types *t, gir_type type, uint32_t offset);
/* What words a value of @type holds itself, SP_W_* together. */
unsigned sp_types_words (const struct sp_types *t, gir_type type);
/* Whether a value of @type is stored in an interface's data word itself (gc's direct interfaces). */
bool sp_types_pointer_shaped (const GirProgram *p, gir_type type);
