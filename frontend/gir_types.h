/* The types of a program while it is read: equal structures are one type, sizes come last.
 *
 * A type that a `type` record declares is always a type of its own, even if its structure repeats (the exporter tells types
 * apart that .gir cannot: channel directions, struct tags). A symbolic type is the first type of its structure; a declaration
 * takes over the one that a symbolic type made before. Basic types exist once a name. */
#pragma once

#include "base/u32map.h"
#include "base/vec.h"
#include "frontend/gir.h"

struct gir_type_note
{
  uint32_t hash;
  uint32_t line; /* of the record that made it */
  bool declared;
  uint8_t state;    /* of the layout's search */
  uint16_t nesting; /* of structs and arrays by value */
};

struct gir_types
{
  VEC (struct gir_type_info) infos;
  VEC (struct gir_type_note) notes; /* one for each info */
  VEC (struct gir_field) fields;
  uint32_t *slots; /* hash table of types by structure; 0 is free */
  uint32_t n_slots;
  uint32_t n_used;
};

void gir_types_init (struct gir_types *types);
void gir_types_clear (struct gir_types *types);

/* The type with the structure of @info (kind, name of a basic type, elem, key, length, n_params, variadic) and of the @n_fields
 * @fields; made if there is none, and always made if @declare (see above). */
gir_type gir_types_intern (struct gir_types *types, const struct gir_type_info *info, const struct gir_field *fields, uint32_t n_fields,
                           bool declare, uint32_t line);
/* A new named type, without underlying type yet. */
gir_type gir_types_new_named (struct gir_types *types, gir_str name, uint32_t line);

/* The kind of a basic type's name; GIR_T_NONE if there is none. */
enum gir_type_kind gir_types_basic (const char *name, size_t length);

enum gir_layout_result
{
  GIR_LAYOUT_OK,
  GIR_LAYOUT_INFINITE,
  GIR_LAYOUT_DEEP
};

/* Computes size, align, pointers and field offsets of all types by gc's rules. All named types have their underlying types.
 * On failure @culprit is a type that contains itself, or the one nested too deeply. */
enum gir_layout_result gir_types_layout (struct gir_types *types, const char *const *strings, uint32_t ptrsize, gir_type *culprit);
