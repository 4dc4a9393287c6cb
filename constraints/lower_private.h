/* What the files of the lowering share, beside lower.h. Each sp_lower_* emits the facts of instruction @i of the current function, whose
 * operands are @x and the like. */
#pragma once
#include "constraints/lower.h"

enum
{
  CAPTURE_STRIDE = 1 << 16, /* between the cells of a closure's captured variables */
  MAX_IMPLICIT = 64 << 10   /* gc puts what is larger on the heap: ir.MaxImplicitStackVarSize */
};

/* --- lower_value.c ------------------------------------------------------------------------------------ */

/* Leaf @k of the result of instruction @i. */
uint32_t sp_own_leaf (struct sp_lowering *l, uint32_t i, unsigned k);
/* What a pointer, slice or channel of type @pointer has behind it. */
gir_type sp_pointee (const struct sp_lowering *l, gir_type pointer);
/* The type of the variable that @x is the address of; 0 for nil and functions. */
gir_type sp_operand_pointee (const struct sp_lowering *l, gir_operand x);
enum gir_type_kind sp_kind_of (const struct sp_lowering *l, gir_type t);
/* @d may be the address of object @o. */
void sp_point_to (struct sp_lowering *l, uint32_t d, uint32_t o);
/* The result of @i may be @x moved by @anywhere: SP_TOP or SP_RAW. */
void sp_offset_anywhere (struct sp_lowering *l, uint32_t i, gir_operand x, uint32_t anywhere);
/* The @n leaves from @d on may be those of @x. */
void sp_copy_leaves (struct sp_lowering *l, uint32_t d, gir_operand x, unsigned n);
/* Whether the function's versions exceed the budget: then all goes on in one, and what is put there is never the last word. */
bool sp_out_of_versions (struct sp_lowering *l);

/* --- lower_site.c ------------------------------------------------------------------------------------- */

/* Object @o of instruction @i is one that gc could place: its site facts. It is too large for a frame from @limit bytes on. */
void sp_mark_site (struct sp_lowering *l, uint32_t o, uint32_t i, uint64_t size, uint64_t limit);
/* Whether no earlier object of @i is in use any more when there is a new one (sp_environment.renewed). */
bool sp_is_renewed (const struct sp_lowering *l, uint32_t i);
/* What such an object held is gone. */
void sp_renew (struct sp_lowering *l, uint32_t o);
void sp_lower_alloc (struct sp_lowering *l, uint32_t i);

/* --- lower_memory.c ----------------------------------------------------------------------------------- */

void sp_lower_load (struct sp_lowering *l, uint32_t i, gir_operand from);
void sp_lower_store (struct sp_lowering *l, gir_operand to, gir_operand what);
void sp_lower_faddr (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_field (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_element (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_s2ap (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_index (struct sp_lowering *l, uint32_t i, gir_operand x);

/* --- lower_convert.c ---------------------------------------------------------------------------------- */

void sp_lower_iface (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_assert (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_conv (struct sp_lowering *l, uint32_t i, gir_operand x);
void sp_lower_bin (struct sp_lowering *l, uint32_t i);

/* --- lower_layout.c ----------------------------------------------------------------------------------- */

/* From now on others may write, or know, what @v leads to. */
void sp_leak_now (struct sp_lowering *l, uint32_t v);
/* Conversion @i of pointer @v to unsafe.Pointer, and back. */
void sp_lower_to_raw (struct sp_lowering *l, uint32_t i, uint32_t v);
void sp_lower_from_raw (struct sp_lowering *l, uint32_t i, gir_operand x, uint32_t v);
void sp_lower_unsafe_slice (struct sp_lowering *l, uint32_t i, gir_operand x);

/* --- lower_call.c ------------------------------------------------------------------------------------- */

static inline struct sp_call *
sp_call_at (struct sp_lowering *l, uint32_t call)
{
  return &vec_at (&l->calls, call);
}
/* Nobody knows the callee: it may keep all it gets, call back, and return anything. */
void sp_unknown_call (struct sp_lowering *l, uint32_t call);
/* The callee may be known, but not at a bearable cost. */
void sp_give_up_call (struct sp_lowering *l, uint32_t call);
/* Only a caller of this function can know the callee: the call stays in the summary. */
void sp_residual_call (struct sp_lowering *l, uint32_t call);

/* --- lower_instance.c --------------------------------------------------------------------------------- */

/* The receiver of what is no method of an interface. */
static const struct sp_span sp_no_receiver = { 0, UINT32_MAX };
/* Binds what @fn does, by its summary, to the arguments and results of @call. @closure: a value that points to the closure object, or
 * SP_NULL_VALUE; @held_in: the captured variable of the caller that holds it, or GIR_INVALID. */
void sp_instantiate (struct sp_lowering *l, uint32_t call, gir_fn fn, uint32_t closure, uint32_t held_in, struct sp_span receiver);

/* --- lower_closure.c ---------------------------------------------------------------------------------- */

void sp_lower_closure (struct sp_lowering *l, uint32_t i);

/* --- lower_container.c -------------------------------------------------------------------------------- */

/* make, of all kinds. */
void sp_lower_make (struct sp_lowering *l, uint32_t i);
void sp_lower_lookup (struct sp_lowering *l, uint32_t i);
void sp_lower_mapset (struct sp_lowering *l, uint32_t i);
void sp_lower_next (struct sp_lowering *l, uint32_t i);
void sp_lower_send (struct sp_lowering *l, gir_operand channel, gir_operand x);
void sp_lower_recv (struct sp_lowering *l, uint32_t i, gir_operand channel);
void sp_lower_select (struct sp_lowering *l, uint32_t i);
void sp_lower_append (struct sp_lowering *l, uint32_t i);
void sp_lower_copy (struct sp_lowering *l, uint32_t i);
