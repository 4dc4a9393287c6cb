/* Calls, closures and builtins made ready for execution. */
#include "proofs/decode.h"

/* Calls. */

/* The arguments from operand @first on, behind @at bytes of others; the index of the list. */
static uint32_t
argument_list (struct decoder *d, const struct gir_type_info *sig, uint32_t first, uint32_t skip)
{
  const struct gir_instr *i = decoder_current (d);
  vec_reset (&d->list);
  uint32_t to = 0;
  for (uint32_t k = 0; k < skip; k++)
    to += 8;
  for (uint32_t k = first; k < i->n_args; k++)
    {
      gir_type t = sig && k - first < sig->n_params ? d->p->fields[sig->fields + k - first].type : decoder_type_of (d, decoder_arg (d, k));
      uint64_t size = register_size (d->m, t);
      vec_push (&d->list, decoder_place (d, decoder_arg (d, k), t));
      vec_push (&d->list, to);
      vec_push (&d->list, (uint32_t)size);
      to += (uint32_t)size;
    }
  uint32_t at = decoder_push_extra (d, d->list.size / 3);
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  return at;
}

static uint32_t
defer_stack_place (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  return i->mode == GIR_CALL_DEFER ? decoder_place (d, i->aux2, d->m->type_unsafe) : NO_REG;
}

static gir_type
method_type (const struct decoder *d, gir_type iface, gir_str name)
{
  const struct gir_type_info *i = type_info (d->m, iface);
  for (uint32_t k = 0; k < i->n_fields; k++)
    if (d->p->fields[i->fields + k].name == name)
      return d->p->fields[i->fields + k].type;
  return 0;
}

void
decode_call (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_operand callee = decoder_arg (d, 0);
  bool invoke = i->op == GIR_OP_INVOKE, direct = !invoke && gir_operand_kind (callee) == GIR_FUNC;
  gir_type t = decoder_type_of (d, callee);
  if (invoke)
    t = t ? method_type (d, t, i->aux) : 0;
  const struct gir_type_info *sig = t ? type_info (d->m, t) : NULL;
  struct insn n = { .a = i->type ? decoder_result_place (d) : NO_REG, .b = argument_list (d, sig, 1, 0), .d = i->aux, .e = NO_REG };
  n.c = direct ? gir_operand_index (callee) : decoder_place (d, callee, invoke ? d->m->type_error_iface : d->m->type_unsafe);
  uint16_t how = direct ? 0 : invoke ? 2 : 1;
  static const uint16_t plain[] = { X_CALL, X_CALL_VALUE, X_INVOKE };
  if (i->mode == GIR_CALL_PLAIN)
    {
      n.op = plain[how];
      if (invoke)
        {
          n.e = decoder_push_extra (d, 0);
          decoder_push_extra (d, GIR_INVALID);
        }
    }
  else
    {
      n.op = i->mode == GIR_CALL_GO ? X_GO : X_DEFER;
      n.small = how;
      n.e = defer_stack_place (d);
    }
  decoder_emit (d, n);
}

void
decode_closure (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  fn_id fn = gir_operand_index (decoder_arg (d, 0));
  const struct gir_func *f = &d->p->funcs[fn];
  uint32_t n = i->n_args - 1;
  vec_reset (&d->list);
  for (uint32_t k = 0; k < n; k++)
    {
      gir_type t = f->params[f->n_params + k].type;
      vec_push (&d->list, decoder_place (d, decoder_arg (d, 1 + k), t));
      vec_push (&d->list, 8 + code_free_offset (d->m, f, k));
      vec_push (&d->list, (uint32_t)register_size (d->m, t));
    }
  uint32_t at = decoder_push_extra (d, fn);
  decoder_push_extra (d, n);
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  decoder_emit (
      d, (struct insn){
             .op = X_CLOSURE, .a = decoder_result_place (d), .b = at, .c = 8 + code_free_size (d->m, f), .d = decoder_new_site (d) });
}

void
decode_select (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  uint32_t n = i->n_args / 2, recv = 2;
  vec_reset (&d->list);
  for (uint32_t k = 0; k < n; k++)
    {
      gir_operand c = decoder_arg (d, 2 * k), v = decoder_arg (d, 2 * k + 1);
      bool send = gir_operand_kind (v) != GIR_NONE;
      gir_type t = decoder_type_of (d, c);
      vec_push (&d->list, send);
      vec_push (&d->list, decoder_place (d, c, d->m->type_unsafe));
      if (send)
        vec_push (&d->list, decoder_place (d, v, t ? type_info (d->m, t)->elem : d->m->type_int));
      else
        {
          vec_push (&d->list, decoder_result_place (d) + tuple_offset (d->m, i->type, recv));
          recv++;
        }
    }
  uint32_t at = d->extra.size;
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  decoder_emit (d, (struct insn){ .op = X_SELECT, .small = i->flag, .a = decoder_result_place (d), .b = at, .c = n, .d = i->type });
}

/* Builtins. */

static gir_type
print_type (struct decoder *d, gir_operand x)
{
  gir_type t = decoder_type_of (d, x);
  if (t || !decoder_is_const (x))
    return t ? t : d->m->type_unsafe;
  const struct gir_const *c = &d->p->consts[gir_operand_index (x)];
  const char *text = gir_string (d->p, c->text);
  if (c->kind == GIR_C_NUM && strncmp (text, "num:", 4) == 0)
    return strchr (text + 4, ':') ? d->m->type_complex : d->m->type_float;
  if (c->kind == GIR_C_NUM)
    return d->m->type_uint64;
  if (c->kind == GIR_C_NIL)
    machine_unsupported (d->m, "printing nil, whose type .gir does not tell");
  return decoder_const_type (d, x);
}

static void
decode_print (struct decoder *d, bool line)
{
  const struct gir_instr *i = decoder_current (d);
  vec_reset (&d->list);
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_type t = print_type (d, decoder_arg (d, k));
      vec_push (&d->list, decoder_place (d, decoder_arg (d, k), t));
      vec_push (&d->list, t);
    }
  uint32_t at = d->extra.size;
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  decoder_emit (d, (struct insn){ .op = X_PRINT, .small = line, .b = at, .c = i->n_args });
}

static void
decode_length (struct decoder *d, bool cap)
{
  gir_operand x = decoder_arg (d, 0);
  gir_type t = decoder_type_of (d, x);
  const struct gir_type_info *i = t ? type_info (d->m, t) : NULL;
  uint32_t y = decoder_result_place (d);
  if (gir_operand_kind (x) == GIR_GLOBAL)
    i = type_info (d->m, decoder_pointee (d, x));
  if (i && i->kind == GIR_T_PTR)
    i = type_info (d->m, i->elem);
  if (i && i->kind == GIR_T_ARRAY)
    decoder_emit_move (d, y, decoder_word_place (d, i->length), 8);
  else if (i && (i->kind == GIR_T_MAP || i->kind == GIR_T_CHAN))
    decoder_emit (d, (struct insn){ .op = cap ? X_CAP : X_LEN, .a = y, .b = decoder_place (d, x, t) });
  else
    decoder_emit_move (d, y, decoder_place (d, x, d->m->type_string) + (cap ? 16 : 8), 8);
}

static void
decode_append (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_type elem = type_info (d->m, i->type)->elem;
  if (i->n_args < 2)
    {
      decoder_emit_move (d, decoder_result_place (d), decoder_place (d, decoder_arg (d, 0), i->type), 24);
      return;
    }
  gir_operand more = decoder_arg (d, 1);
  gir_type t = decoder_type_of (d, more);
  bool string = t ? type_info (d->m, t)->kind == GIR_T_STRING
                  : decoder_is_const (more) && d->p->consts[gir_operand_index (more)].kind == GIR_C_STRING;
  decoder_emit (d, (struct insn){ .op = X_APPEND,
                                  .small = string,
                                  .a = decoder_result_place (d),
                                  .b = decoder_place (d, decoder_arg (d, 0), i->type),
                                  .c = decoder_place (d, more, string ? d->m->type_string : i->type),
                                  .d = elem,
                                  .e = decoder_new_site (d) });
}

static void
decode_copy (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_type t = decoder_type_of (d, decoder_arg (d, 0));
  gir_type elem = t ? type_info (d->m, t)->elem : d->m->type_uint8;
  uint32_t to = i->type ? decoder_result_place (d) : decoder_scratch (d, 8);
  decoder_emit (d, (struct insn){ .op = X_COPY,
                                  .small = type_info (d->m, elem)->pointers,
                                  .a = to,
                                  .b = decoder_place (d, decoder_arg (d, 0), d->m->type_string),
                                  .c = decoder_place (d, decoder_arg (d, 1), d->m->type_string),
                                  .d = (uint32_t)type_size (d->m, elem) });
}

static void
decode_minmax (struct decoder *d, bool max)
{
  const struct gir_instr *i = decoder_current (d);
  uint32_t y = decoder_result_place (d);
  uint32_t x = decoder_place (d, decoder_arg (d, 0), i->type);
  for (uint32_t k = 1; k < i->n_args; k++, x = y)
    decoder_emit (d, (struct insn){
                         .op = X_MINMAX, .small = max, .a = y, .b = x, .c = decoder_place (d, decoder_arg (d, k), i->type), .d = i->type });
  if (i->n_args == 1)
    decoder_emit_move (d, y, x, register_size (d->m, i->type));
}

static void
decode_clear (struct decoder *d)
{
  gir_type t = decoder_type_of (d, decoder_arg (d, 0));
  const struct gir_type_info *i = t ? type_info (d->m, t) : NULL;
  if (!i)
    return;
  decoder_emit (d, (struct insn){ .op = i->kind == GIR_T_MAP ? X_CLEAR_MAP : X_CLEAR_SLICE,
                                  .a = decoder_place (d, decoder_arg (d, 0), t),
                                  .d = i->kind == GIR_T_SLICE ? (uint32_t)type_size (d->m, i->elem) : 0 });
}

/* Builtins that only move words or need no types of their own. */
static void
decode_simple_builtin (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  uint32_t y = i->type ? decoder_result_place (d) : NO_REG;
  gir_type t0 = i->n_args ? decoder_type_of (d, decoder_arg (d, 0)) : 0;
  struct insn n = { .a = y };
  switch (i->sub)
    {
    case GIR_B_CLOSE: n = (struct insn){ .op = X_CLOSE, .a = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe) }; break;
    case GIR_B_DELETE:
      if (!t0)
        return;
      n = (struct insn){ .op = X_DELETE,
                         .a = decoder_place (d, decoder_arg (d, 0), t0),
                         .b = decoder_place (d, decoder_arg (d, 1), type_info (d->m, t0)->key),
                         .d = t0 };
      break;
    case GIR_B_COMPLEX:
      {
        bool narrow = type_number (d->m, i->type) == NUMBER_C64;
        gir_type part = narrow ? d->m->type_float32 : d->m->type_float;
        n = (struct insn){ .op = X_MAKE_COMPLEX,
                           .small = narrow,
                           .a = y,
                           .b = decoder_place (d, decoder_arg (d, 0), part),
                           .c = decoder_place (d, decoder_arg (d, 1), part) };
        break;
      }
    case GIR_B_REAL:
    case GIR_B_IMAG:
      n.op = i->sub == GIR_B_REAL ? X_REAL : X_IMAG;
      n.small = type_number (d->m, i->type) == NUMBER_F32;
      n.b = decoder_place (d, decoder_arg (d, 0), t0);
      break;
    case GIR_B_PANIC: n = (struct insn){ .op = X_PANIC, .a = decoder_place (d, decoder_arg (d, 0), d->m->type_error_iface) }; break;
    case GIR_B_RECOVER:
      n.op = X_RECOVER;
      if (y == NO_REG)
        n.a = decoder_scratch (d, 16);
      break;
    case GIR_B_ADD:
      n.op = X_UNSAFE_ADD;
      n.b = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe);
      n.c = decoder_wide (d, decoder_arg (d, 1));
      break;
    case GIR_B_SLICE:
    case GIR_B_STRING:
      n.op = i->sub == GIR_B_SLICE ? X_UNSAFE_SLICE : X_UNSAFE_STRING;
      n.b = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe);
      n.c = decoder_wide (d, decoder_arg (d, 1));
      n.d = i->sub == GIR_B_SLICE ? (uint32_t)type_size (d->m, type_info (d->m, i->type)->elem) : 1;
      break;
    case GIR_B_SLICEDATA:
    case GIR_B_STRINGDATA: decoder_emit_move (d, y, decoder_place (d, decoder_arg (d, 0), d->m->type_string), 8); return;
    case GIR_B_WRAPNILCHK:
      n.op = X_NIL_CHECK;
      n.b = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe);
      n.d = decoder_place (d, decoder_arg (d, 1), d->m->type_string);
      n.e = decoder_place (d, decoder_arg (d, 2), d->m->type_string);
      break;
    case GIR_B_DEFERSTACK: n.op = X_DEFER_STACK; break;
    default: decoder_unsupported (d, "builtin"); return;
    }
  decoder_emit (d, n);
}

/* A builtin that a defer or go statement calls: its operands wait in a list (register, type). */
static void
decode_late_builtin (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  vec_reset (&d->list);
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_type t = 0, first = decoder_type_of (d, decoder_arg (d, 0));
      if (i->sub == GIR_B_PANIC)
        t = d->m->type_error_iface;
      else if (i->sub == GIR_B_DELETE && k == 1 && first)
        t = type_info (d->m, first)->key;
      else
        t = print_type (d, decoder_arg (d, k));
      vec_push (&d->list, decoder_place (d, decoder_arg (d, k), t));
      vec_push (&d->list, t);
    }
  uint32_t at = decoder_push_extra (d, i->n_args);
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  decoder_emit (
      d,
      (struct insn){ .op = i->mode == GIR_CALL_GO ? X_GO_BUILTIN : X_DEFER_BUILTIN, .small = i->sub, .b = at, .e = defer_stack_place (d) });
}

void
decode_builtin (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  if (i->mode != GIR_CALL_PLAIN)
    {
      decode_late_builtin (d);
      return;
    }
  switch (i->sub)
    {
    case GIR_B_APPEND: decode_append (d); break;
    case GIR_B_CAP: decode_length (d, true); break;
    case GIR_B_LEN: decode_length (d, false); break;
    case GIR_B_CLEAR: decode_clear (d); break;
    case GIR_B_COPY: decode_copy (d); break;
    case GIR_B_MAX: decode_minmax (d, true); break;
    case GIR_B_MIN: decode_minmax (d, false); break;
    case GIR_B_PRINT: decode_print (d, false); break;
    case GIR_B_PRINTLN: decode_print (d, true); break;
    default: decode_simple_builtin (d); break;
    }
}
