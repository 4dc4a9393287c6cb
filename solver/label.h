/* Where in an object an address lies, in words: ".a[*].b".
 *
 * Cells are byte offsets, and several parts of an object begin at one offset: the struct, its first field, that one's first element. Which
 * of them a pointer means is told by the pointer's type, which names no two of these, since no type contains itself. */
#pragma once
#include "frontend/gir.h"

/* Appends the path of the part of a @whole at @offset that a pointer of type @pointer points to. Where no part is of that type (unsafe
 * conversions, named types with one underlying type), the part of the same underlying type, else nothing at offset 0 and "+N" elsewhere.
 * @elements: the object is an array of @whole of unknown length (make, append). */
void sp_label_path (const GirProgram *p, gir_type whole, bool elements, uint32_t offset, gir_type pointer, GString *out);
