/* Uses of registers, and what gc asks of them: is the variable's address taken, is a captured variable only read. */
#pragma once
#include "base/vec.h"
#include "frontend/gir.h"

struct sp_use
{
  uint32_t instr, operand;
};

struct sp_uses
{
  uint32_t *first; /* by value; n_values + 1 */
  struct sp_use *uses;
};

void sp_uses_init (struct sp_uses *u, const struct gir_func *f);
void sp_uses_done (struct sp_uses *u);

/* For each function and captured variable: whether the closure and those within it only read it. */
struct sp_captures
{
  uint32_t *first; /* by function: its first captured variable */
  bool *only_read;
};
struct sp_captures *sp_captures_new (const GirProgram *p);
void sp_captures_free (struct sp_captures *c);

/* Whether @v, a pointer to a variable, is used only to load from it (parts of it included), or to be captured by closures that only do so.
 */
bool sp_uses_only_read (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v);
/* Appends to @stores the instructions that write the variable behind alloc @v; false when others may write it too, since its address goes
 * elsewhere or a closure that captures it writes. */
bool sp_uses_stores (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v,
                     u32_vec *stores);
/* How gc would see the variable behind alloc @v: captured by value (never written after a capture, at most 128 bytes). */
bool sp_uses_by_value (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v);
/* Whether the address of the variable behind alloc @v goes anywhere but into loads, stores, selections and captures by value. */
bool sp_uses_address_taken (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u,
                            gir_value v);
