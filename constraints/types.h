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
  struct sp_leaf *leaves;
  struct sp_leaves *fine;      /* by type */
  struct sp_leaves *collapsed; /* by type: one leaf for each value or tuple component with pointers */
};

struct sp_types *sp_types_new (const GirProgram *p);
void sp_types_free (struct sp_types *t);
/* Whether the elements of array type @array have leaves of their own. */
bool sp_types_unfolded (const struct sp_types *t, gir_type array);
/* The leaf of @type at exactly @offset; NULL where there is none. */
const struct sp_leaf *sp_types_leaf_at (const struct sp_types *t, gir_type type, uint32_t offset);
/* Whether a value of @type holds something that can be called: a func or an interface. */
bool sp_types_callable (const struct sp_types *t, gir_type type);
/* Whether a value of @type holds an address of memory that holds pointers. */
bool sp_types_nested (const struct sp_types *t, gir_type type);
/* Whether a value of @type is stored in an interface's data word itself (gc's direct interfaces). */
bool sp_types_pointer_shaped (const GirProgram *p, gir_type type);
