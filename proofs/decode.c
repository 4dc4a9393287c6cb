/* Functions made ready for execution: registers become byte offsets in the frame, constants lie in the frame's image, phis become moves
 * on the edges, and each instruction becomes one whose operation knows its types. */
#include "proofs/decode.h"
#include "base/interner.h"
#include "frontend/flow.h"
#include "proofs/convert.h"
#include "proofs/live.h"
#include "proofs/rtype.h"

void
decoder_emit (struct decoder *d, struct insn i)
{
  vec_push (&d->insns, i);
  vec_push (&d->origin, d->at);
}

uint32_t
decoder_push_extra (struct decoder *d, uint32_t x)
{
  vec_push (&d->extra, x);
  return d->extra.size - 1;
}

const struct gir_instr *
decoder_current (const struct decoder *d)
{
  return &d->f->instrs[d->at];
}

void
decoder_unsupported (struct decoder *d, const char *what)
{
  const char *text = g_intern_string (what);
  uint32_t at = decoder_push_extra (d, (uint32_t)(uintptr_t)text);
  decoder_push_extra (d, (uint32_t)((uint64_t)(uintptr_t)text >> 32));
  decoder_emit (d, (struct insn){ .op = X_UNSUPPORTED, .a = at });
}

/* The machine counts the elements of an array in 32 bits: only arrays of elements without size are longer. */
static uint32_t
array_length (struct decoder *d, const struct gir_type_info *array)
{
  if (array->length > UINT32_MAX)
    decoder_unsupported (d, "array of more than 2^32 elements");
  return (uint32_t)MIN (array->length, UINT32_MAX);
}

/* Room for a value that the machine needs in between. */
uint32_t
decoder_scratch (struct decoder *d, uint64_t size)
{
  uint32_t at = d->n_bytes;
  d->n_bytes += slot_size (MAX (size, 8));
  return at;
}

/* Constants. */

static uint32_t
add_image (struct decoder *d, const void *bytes, uint32_t size)
{
  const uint64_t *words = bytes;
  for (uint32_t k = slot_size (MAX (size, 8)) / 8; k-- > 0;)
    vec_push (&d->image, words[k]);
  return -d->image.size * 8;
}

static bool
is_zero_const (const struct gir_const *c)
{
  return c->kind <= GIR_C_ZERO || c->kind == GIR_C_FALSE;
}

static double
parse_part (const char **text)
{
  char *end;
  if (**text != ':')
    return 0;
  double x = g_ascii_strtod (*text + 1, &end);
  *text = end;
  return x;
}

static uint64_t
parse_integer (const char *text)
{
  return *text == '-' ? (uint64_t) - (int64_t)g_ascii_strtoull (text + 1, NULL, 10) : g_ascii_strtoull (text, NULL, 10);
}

/* The bytes of constant @c as a value of type @t; false where .gir does not tell. */
static bool
const_bytes (struct decoder *d, const struct gir_const *c, gir_type t, uint64_t out[2])
{
  const char *text = gir_string (d->p, c->text);
  enum number n = type_number (d->m, t);
  out[0] = out[1] = 0;
  if (c->kind == GIR_C_TRUE)
    out[0] = 1;
  else if (c->kind == GIR_C_STRING)
    {
      uint32_t length = interner_length (text);
      out[0] = length ? (uint64_t)(uintptr_t)text : 0;
      out[1] = length;
    }
  else if (c->kind == GIR_C_INT || (c->kind == GIR_C_NUM && strncmp (text, "num", 3) != 0))
    {
      uint64_t x = c->kind == GIR_C_INT ? (uint64_t)c->value : parse_integer (text);
      if (n >= NUMBER_F32)
        return false;
      out[0] = x;
    }
  else if (c->kind == GIR_C_NUM)
    {
      const char *at = text + 3;
      double re = parse_part (&at), im = parse_part (&at);
      float narrow[2] = { (float)re, (float)im };
      if (text[3] != ':' || n < NUMBER_F32)
        return false;
      if (n == NUMBER_F32 || n == NUMBER_C64)
        memcpy (out, narrow, sizeof narrow);
      else
        {
          memcpy (out, &re, sizeof re);
          memcpy (out + 1, &im, sizeof im);
        }
    }
  return true;
}

/* A constant's place. Large zero values are made where they are used. */
static uint32_t
const_place (struct decoder *d, uint32_t index, gir_type t)
{
  const struct gir_const *c = &d->p->consts[index];
  uint64_t size = register_size (d->m, t), bytes[2];
  if (is_zero_const (c) && size > 24)
    {
      if (size > MAX_FRAME)
        machine_unsupported (d->m, "constant of %" G_GUINT64_FORMAT " bytes", size);
      uint32_t at = decoder_scratch (d, size);
      decoder_emit (d, (struct insn){ .op = X_ZERO, .a = at, .c = (uint32_t)size });
      return at;
    }
  gpointer key = GUINT_TO_POINTER ((uint64_t)index << 32 | t), found;
  if (g_hash_table_lookup_extended (d->consts, key, NULL, &found))
    return GPOINTER_TO_UINT (found);
  uint64_t three[3] = { 0 };
  if (!is_zero_const (c))
    {
      if (!const_bytes (d, c, t, bytes))
        machine_unsupported (d->m, "constant without its value (export with goir -values)");
      three[0] = bytes[0];
      three[1] = bytes[1];
    }
  uint32_t at = add_image (d, three, (uint32_t)MAX (size, 8));
  g_hash_table_insert (d->consts, key, GUINT_TO_POINTER (at));
  return at;
}

uint32_t
decoder_word_place (struct decoder *d, uint64_t word)
{
  return add_image (d, &word, 8);
}

/* Where an operand lies; @t is its type if it is a constant. */
uint32_t
decoder_place (struct decoder *d, gir_operand x, gir_type t)
{
  uint32_t n = gir_operand_index (x);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return d->c->offsets[n];
    case GIR_GLOBAL: return decoder_word_place (d, (uint64_t)(uintptr_t)d->m->globals + d->m->global_at[n]);
    case GIR_FUNC: return decoder_word_place (d, (uint64_t)(uintptr_t)&d->m->fn_cells[n]);
    case GIR_CONST: return const_place (d, n, t);
    default: return NO_REG;
    }
}

/* The type of an operand that is no constant; 0 for constants and absent ones. */
gir_type
decoder_type_of (const struct decoder *d, gir_operand x)
{
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return gir_value_type (d->f, gir_operand_index (x));
    case GIR_FUNC: return d->p->funcs[gir_operand_index (x)].type;
    default: return 0;
    }
}

bool
decoder_is_const (gir_operand x)
{
  return gir_operand_kind (x) == GIR_CONST;
}

gir_operand
decoder_arg (const struct decoder *d, uint32_t k)
{
  return d->f->operands[decoder_current (d)->args + k];
}

uint32_t
decoder_result_place (const struct decoder *d)
{
  return d->c->offsets[gir_func_instr_value (d->f, d->at)];
}

uint32_t
decoder_new_site (struct decoder *d)
{
  uint64_t none = 0;
  struct site s = { .fn = d->c->fn, .instr = d->at };
  if (d->m->watch)
    {
      s.word = add_image (d, &none, 8);
      vec_push (&d->site_words, s.word);
    }
  vec_push (&d->m->sites, s);
  return d->m->sites.size - 1;
}

void
decoder_emit_move (struct decoder *d, uint32_t to, uint32_t from, uint64_t size)
{
  if (!size || to == from)
    return;
  uint16_t op = size <= 8 ? X_MOV8 : size == 16 ? X_MOV16 : size == 24 ? X_MOV24 : X_MOVN;
  decoder_emit (d, (struct insn){ .op = op, .a = to, .b = from, .c = (uint32_t)size });
}

/* An index or length as a 64-bit integer. */
uint32_t
decoder_wide (struct decoder *d, gir_operand x)
{
  gir_type t = decoder_type_of (d, x);
  if (!t)
    return decoder_place (d, x, d->m->type_int);
  enum number n = type_number (d->m, t);
  uint32_t from = decoder_place (d, x, t);
  if (n == NUMBER_I64 || n == NUMBER_U64)
    return from;
  if (n > NUMBER_U64)
    machine_unsupported (d->m, "index that is no integer");
  uint32_t to = decoder_scratch (d, 8);
  decoder_emit (d, (struct insn){ .op = (uint16_t)(X_WIDEN_I8 + n), .a = to, .b = from });
  return to;
}

/* Whether an index is of an unsigned type that has no room for it in an int. */
static bool
is_unsigned (const struct decoder *d, gir_operand x)
{
  gir_type t = decoder_type_of (d, x);
  const struct gir_const *c = decoder_is_const (x) ? &d->p->consts[gir_operand_index (x)] : NULL;
  return (t && type_number (d->m, t) == NUMBER_U64) || (c && c->kind == GIR_C_NUM);
}

/* Memory. */

static bool
is_used (const struct gir_func *f, gir_value v)
{
  for (uint32_t k = 0; k < f->n_operands; k++)
    if (f->operands[k] == gir_operand_new (GIR_VALUE, v))
      return true;
  return false;
}

static void
decode_load (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  uint64_t size = type_size (d->m, i->type);
  uint16_t op;
  switch (size)
    {
    case 1: op = X_LOAD1; break;
    case 2: op = X_LOAD2; break;
    case 4: op = X_LOAD4; break;
    case 8: op = X_LOAD8; break;
    case 16: op = X_LOAD16; break;
    case 24: op = X_LOAD24; break;
    default: op = X_LOADN; break;
    }
  gir_type pointer = decoder_type_of (d, decoder_arg (d, 0));
  if (pointer && type_size (d->m, type_info (d->m, pointer)->elem) != size)
    machine_unsupported (d->m, "load of another size than the pointer's");
  /* Whether Go evaluates `for range *p`, of which go/ssa leaves a load, .gir does not tell. */
  bool idle = type_info (d->m, i->type)->kind == GIR_T_ARRAY && !is_used (d->f, gir_func_instr_value (d->f, d->at));
  if (idle)
    decoder_emit (d, (struct insn){ .op = X_IDLE_LOAD, .a = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe) });
  else
    decoder_emit (d, (struct insn){ .op = op,
                                    .a = decoder_result_place (d),
                                    .b = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe),
                                    .c = (uint32_t)size });
}

static void
emit_store (struct decoder *d, uint32_t pointer, uint32_t value, gir_type t)
{
  uint64_t size = type_size (d->m, t);
  uint16_t op;
  switch (size)
    {
    case 1: op = X_STORE1; break;
    case 2: op = X_STORE2; break;
    case 4: op = X_STORE4; break;
    case 8: op = X_STORE8; break;
    case 16: op = X_STORE16; break;
    case 24: op = X_STORE24; break;
    default: op = X_STOREN; break;
    }
  decoder_emit (d, (struct insn){ .op = op, .small = type_info (d->m, t)->pointers, .a = pointer, .b = value, .c = (uint32_t)size });
}

gir_type
decoder_pointee (struct decoder *d, gir_operand x)
{
  if (gir_operand_kind (x) == GIR_GLOBAL)
    return d->p->globals[gir_operand_index (x)].type;
  gir_type t = decoder_type_of (d, x);
  return t ? type_info (d->m, t)->elem : 0;
}

/* The instruction that makes an operand, if it is one's. */
static const struct gir_instr *
maker (const struct decoder *d, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (d->f, gir_operand_index (x)) : NULL;
}

/* go/ssa initialises blank fields too; Go leaves them zero. */
static bool
is_blank_field (const struct decoder *d, gir_operand x)
{
  const struct gir_instr *i = maker (d, x);
  if (!i || i->op != GIR_OP_FADDR)
    return false;
  gir_type s = decoder_pointee ((struct decoder *)(uintptr_t)d, d->f->operands[i->args]);
  return s && strcmp (gir_string (d->p, d->p->fields[type_info (d->m, s)->fields + i->aux].name), "_") == 0;
}

static void
decode_store (struct decoder *d)
{
  gir_operand p = decoder_arg (d, 0), v = decoder_arg (d, 1);
  if (is_blank_field (d, p))
    return;
  gir_type t = decoder_pointee (d, p);
  if (!t)
    t = decoder_type_of (d, v);
  if (!t)
    t = d->m->type_int; /* a constant to a nil constant: panics */
  uint32_t pointer = decoder_place (d, p, d->m->type_unsafe);
  if (decoder_is_const (v) && is_zero_const (&d->p->consts[gir_operand_index (v)]) && type_size (d->m, t) > 24)
    {
      decoder_emit (d, (struct insn){ .op = X_STOREZ, .a = pointer, .c = (uint32_t)type_size (d->m, t) });
      return;
    }
  if (!decoder_is_const (v) && decoder_type_of (d, v) && type_size (d->m, decoder_type_of (d, v)) != type_size (d->m, t))
    machine_unsupported (d->m, "store of another size than the pointer's");
  emit_store (d, pointer, decoder_place (d, v, t), t);
}

static void
decode_faddr (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_type s = decoder_pointee (d, decoder_arg (d, 0));
  uint64_t offset = s ? d->p->fields[type_info (d->m, s)->fields + i->aux].offset : 0;
  decoder_emit (d, (struct insn){ .op = X_FADDR,
                                  .a = decoder_result_place (d),
                                  .b = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe),
                                  .c = (uint32_t)offset });
}

static void
decode_field (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_operand x = decoder_arg (d, 0);
  uint64_t size = type_size (d->m, i->type);
  if (decoder_is_const (x))
    {
      decoder_emit (d, (struct insn){ .op = X_ZERO, .a = decoder_result_place (d), .c = (uint32_t)register_size (d->m, i->type) });
      return;
    }
  const struct gir_type_info *t = type_info (d->m, decoder_type_of (d, x));
  uint32_t offset
      = i->op == GIR_OP_EXTRACT ? tuple_offset (d->m, decoder_type_of (d, x), i->aux) : (uint32_t)d->p->fields[t->fields + i->aux].offset;
  uint32_t from = decoder_place (d, x, 0) + offset;
  uint16_t small_op = size == 1 ? 1 : size == 2 ? 2 : size == 4 ? 4 : 0;
  if (small_op)
    decoder_emit (d, (struct insn){ .op = X_MOVN, .a = decoder_result_place (d), .b = from, .c = small_op });
  else
    decoder_emit_move (d, decoder_result_place (d), from, size);
}

static void
decode_index (struct decoder *d, bool address)
{
  gir_operand x = decoder_arg (d, 0);
  gir_type t = decoder_type_of (d, x);
  if (gir_operand_kind (x) == GIR_GLOBAL)
    t = 0;
  const struct gir_type_info *i = t ? type_info (d->m, t) : NULL;
  if (decoder_is_const (x) && d->p->consts[gir_operand_index (x)].kind == GIR_C_NIL)
    {
      decoder_unsupported (d, "index of nil, whose type .gir does not tell");
      return;
    }
  struct insn n
      = { .small = is_unsigned (d, decoder_arg (d, 1)), .a = decoder_result_place (d), .c = decoder_wide (d, decoder_arg (d, 1)) };
  if (address)
    {
      const struct gir_type_info *array = i;
      n.b = decoder_place (d, x, d->m->type_unsafe);
      n.d = (uint32_t)type_size (d->m, type_info (d->m, decoder_current (d)->type)->elem);
      if (gir_operand_kind (x) == GIR_GLOBAL)
        array = type_info (d->m, decoder_pointee (d, x));
      else if (i && i->kind == GIR_T_PTR)
        array = type_info (d->m, i->elem);
      n.op = array && array->kind == GIR_T_ARRAY ? X_IADDR_ARRAY : X_IADDR_SLICE;
      n.e = array && array->kind == GIR_T_ARRAY ? array_length (d, array) : 0;
      if (n.op == X_IADDR_SLICE && decoder_is_const (x)) /* a nil slice */
        n.b = decoder_place (d, x, d->m->type_string);
    }
  else if (i && i->kind == GIR_T_ARRAY)
    {
      n.op = X_INDEX_ARRAY;
      n.b = decoder_place (d, x, t);
      n.d = (uint32_t)type_size (d->m, decoder_current (d)->type);
      n.e = array_length (d, i);
    }
  else if (!i && decoder_is_const (x) && d->p->consts[gir_operand_index (x)].kind != GIR_C_STRING)
    {
      decoder_unsupported (d, "index of a constant array");
      return;
    }
  else
    {
      n.op = X_INDEX_STRING;
      n.b = decoder_place (d, x, d->m->type_string);
    }
  decoder_emit (d, n);
}

static bool
is_nil (const struct decoder *d, gir_operand x)
{
  return decoder_is_const (x) && d->p->consts[gir_operand_index (x)].kind == GIR_C_NIL;
}

static void
decode_slice (struct decoder *d)
{
  gir_operand x = decoder_arg (d, 0);
  if (is_nil (d, x))
    {
      decoder_unsupported (d, "slice of nil, whose type .gir does not tell");
      return;
    }
  gir_type t = decoder_type_of (d, x), of = gir_operand_kind (x) == GIR_GLOBAL ? 0 : t;
  const struct gir_type_info *i = of ? type_info (d->m, of) : type_info (d->m, decoder_current (d)->type);
  uint32_t bounds[3], signs = 0;
  for (uint32_t k = 0; k < 3; k++)
    {
      signs |= (uint32_t)is_unsigned (d, decoder_arg (d, 1 + k)) << k;
      bounds[k] = gir_operand_kind (decoder_arg (d, 1 + k)) == GIR_NONE ? NO_REG : decoder_wide (d, decoder_arg (d, 1 + k));
    }
  struct insn n = { .op = X_SLICE_SLICE, .a = decoder_result_place (d) };
  uint64_t elem = 1;
  uint32_t length = 0;
  if (gir_operand_kind (x) == GIR_GLOBAL || i->kind == GIR_T_PTR)
    {
      const struct gir_type_info *array = type_info (d->m, decoder_pointee (d, x));
      n.op = X_SLICE_ARRAY;
      n.b = decoder_place (d, x, d->m->type_unsafe);
      elem = type_size (d->m, array->elem);
      length = array_length (d, array);
    }
  else if (i->kind == GIR_T_STRING)
    {
      n.op = X_SLICE_STRING;
      n.b = decoder_place (d, x, d->m->type_string);
    }
  else
    {
      n.b = decoder_place (d, x, decoder_current (d)->type);
      elem = type_size (d->m, i->elem);
    }
  n.c = decoder_push_extra (d, bounds[0]);
  decoder_push_extra (d, bounds[1]);
  decoder_push_extra (d, bounds[2]);
  decoder_push_extra (d, (uint32_t)elem);
  decoder_push_extra (d, length);
  decoder_push_extra (d, signs);
  /* make with a constant capacity comes as a slice of a new array. */
  const struct gir_instr *made = maker (d, x);
  n.small = made && made->op == GIR_OP_ALLOC && made->sub == GIR_A_MAKESLICE;
  decoder_emit (d, n);
}

/* Interfaces and conversions. */

static void
decode_iface (struct decoder *d)
{
  gir_operand x = decoder_arg (d, 0);
  gir_type t = decoder_current (d)->type2;
  if (type_is_iface (d->m, t))
    {
      decoder_emit_move (d, decoder_result_place (d), decoder_place (d, x, t), 16);
      return;
    }
  type_descriptor (d->m, t);
  bool direct = type_is_pointer_shaped (d->m, t);
  if (decoder_is_const (x) && !direct && type_size (d->m, t) <= 16)
    {
      /* Boxes of constants are read-only data, made once. */
      uint64_t two[2] = { 0 };
      const struct gir_const *c = &d->p->consts[gir_operand_index (x)];
      if (!is_zero_const (c) && !const_bytes (d, c, t, two))
        machine_unsupported (d->m, "constant without its value (export with goir -values)");
      void *box = static_new (d->m, 16);
      memcpy (box, two, 16);
      uint64_t value[2] = { (uint64_t)(uintptr_t)type_descriptor (d->m, t), (uint64_t)(uintptr_t)box };
      decoder_emit_move (d, decoder_result_place (d), add_image (d, value, 16), 16);
      return;
    }
  decoder_emit (d, (struct insn){ .op = X_IFACE,
                                  .small = direct,
                                  .a = decoder_result_place (d),
                                  .b = decoder_place (d, x, t),
                                  .c = t,
                                  .d = direct ? SITE_NONE : decoder_new_site (d) });
}

static void
decode_assert (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  type_descriptor (d->m, i->type2);
  decoder_emit (d, (struct insn){ .op = X_ASSERT,
                                  .small = i->flag,
                                  .a = decoder_result_place (d),
                                  .b = decoder_place (d, decoder_arg (d, 0), d->m->type_error_iface),
                                  .c = i->type2,
                                  .d = i->type,
                                  .e = decoder_type_of (d, decoder_arg (d, 0)) });
}

static void
decode_convert (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_type from = i->type2, to = i->type;
  const struct gir_type_info *a = type_info (d->m, from), *b = type_info (d->m, to);
  uint32_t x = decoder_place (d, decoder_arg (d, 0), from), y = decoder_result_place (d);
  enum string_conversion s = string_conversion (d->m, from, to);
  if (s != STRING_NONE)
    {
      decoder_emit (d, (struct insn){ .op = X_CONVERT_STRING, .small = (uint16_t)s, .a = y, .b = x, .c = from, .d = decoder_new_site (d) });
      return;
    }
  if (b->kind == GIR_T_PTR && a->kind != GIR_T_PTR)
    {
      decoder_emit (d, (struct insn){ .op = X_CHECK_POINTER, .a = y, .b = x, .c = (uint32_t)type_size (d->m, b->elem) });
      return;
    }
  enum number na = type_number (d->m, from), nb = type_number (d->m, to);
  if (na == NUMBER_NONE || nb == NUMBER_NONE)
    {
      if (register_size (d->m, from) == register_size (d->m, to))
        decoder_emit_move (d, y, x, register_size (d->m, to));
      else
        decoder_unsupported (d, "conversion between these types");
      return;
    }
  decoder_emit (d, (struct insn){ .op = X_CONVERT, .small = (uint16_t)(na * 16 + nb), .a = y, .b = x });
}

/* Arithmetic. */

static uint32_t
shift_count (struct decoder *d, gir_operand y)
{
  gir_type t = decoder_type_of (d, y);
  if (!t)
    return decoder_place (d, y, d->m->type_int);
  uint32_t to = decoder_scratch (d, 8);
  decoder_emit (d, (struct insn){ .op = X_SHIFT_COUNT, .small = (uint16_t)type_number (d->m, t), .a = to, .b = decoder_place (d, y, t) });
  return to;
}

static uint16_t
family (enum gir_operator x, enum number n)
{
  static const uint16_t first[]
      = { [GIR_X_ADD] = X_ADD_I8, [GIR_X_SUB] = X_SUB_I8, [GIR_X_MUL] = X_MUL_I8, [GIR_X_QUO] = X_QUO_I8,       [GIR_X_REM] = X_REM_I8,
          [GIR_X_AND] = X_AND_I8, [GIR_X_OR] = X_OR_I8,   [GIR_X_XOR] = X_XOR_I8, [GIR_X_ANDNOT] = X_ANDNOT_I8, [GIR_X_SHL] = X_SHL_I8,
          [GIR_X_SHR] = X_SHR_I8, [GIR_X_EQ] = X_EQ_I8,   [GIR_X_NE] = X_NE_I8,   [GIR_X_LT] = X_LT_I8,         [GIR_X_LE] = X_LE_I8,
          [GIR_X_GT] = X_GT_I8,   [GIR_X_GE] = X_GE_I8,   [GIR_X_NEG] = X_NEG_I8, [GIR_X_COM] = X_COM_I8 };
  if (x == GIR_X_QUO && n >= NUMBER_F32)
    return (uint16_t)(X_QUO_F32 + (n - NUMBER_F32));
  return (uint16_t)(first[x] + n);
}

static void
decode_compare (struct decoder *d, gir_type t, uint32_t y)
{
  const struct gir_instr *i = decoder_current (d);
  enum gir_operator op = (enum gir_operator)i->sub;
  const struct gir_type_info *info = type_info (d->m, t);
  enum number n = type_number (d->m, t);
  struct insn x = { .a = y, .b = decoder_place (d, decoder_arg (d, 0), t), .c = decoder_place (d, decoder_arg (d, 1), t), .d = t };
  if (n <= NUMBER_F64)
    x.op = family (op, n);
  else if (info->kind == GIR_T_STRING)
    {
      x.op = op <= GIR_X_NE ? X_STRING_EQ : X_STRING_LT;
      x.small = op <= GIR_X_NE ? op == GIR_X_NE : (uint16_t)op;
    }
  else
    {
      x.op = X_EQUAL;
      x.small = op == GIR_X_NE;
    }
  decoder_emit (d, x);
}

/* The type of operands that are both constants. */
gir_type
decoder_const_type (const struct decoder *d, gir_operand x)
{
  const struct gir_const *c = &d->p->consts[gir_operand_index (x)];
  if (!decoder_is_const (x))
    return d->m->type_int;
  switch (c->kind)
    {
    case GIR_C_STRING: return d->m->type_string;
    case GIR_C_TRUE:
    case GIR_C_FALSE: return d->m->type_bool;
    case GIR_C_NIL: return d->m->type_unsafe;
    default: return d->m->type_int;
    }
}

static void
decode_binary (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_operand x = decoder_arg (d, 0), y = decoder_arg (d, 1);
  enum gir_operator op = (enum gir_operator)i->sub;
  if (op >= GIR_X_EQ)
    {
      gir_type t = decoder_is_const (x) ? decoder_type_of (d, y) : decoder_type_of (d, x);
      if (!t && (gir_operand_kind (x) == GIR_GLOBAL || gir_operand_kind (y) == GIR_GLOBAL))
        t = d->m->type_unsafe;
      decode_compare (d, t ? t : decoder_const_type (d, x), decoder_result_place (d));
      return;
    }
  gir_type t = i->type;
  enum number n = type_number (d->m, t);
  struct insn r = { .a = decoder_result_place (d), .b = decoder_place (d, x, t) };
  if (op == GIR_X_SHL || op == GIR_X_SHR)
    {
      r.c = shift_count (d, y);
      r.op = family (op, n);
    }
  else
    {
      r.c = decoder_place (d, y, t);
      if (n <= NUMBER_F64)
        r.op = family (op, n);
      else if (n <= NUMBER_C128)
        {
          r.op = X_COMPLEX;
          r.small = (uint16_t)(op * 2 + (n == NUMBER_C64));
        }
      else if (type_info (d->m, t)->kind == GIR_T_STRING)
        {
          r.op = X_CONCAT;
          r.d = decoder_new_site (d);
        }
      else
        {
          decoder_unsupported (d, "operator on this type");
          return;
        }
    }
  decoder_emit (d, r);
}

static void
decode_unary (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  enum number n = type_number (d->m, i->type);
  struct insn r = { .a = decoder_result_place (d), .b = decoder_place (d, decoder_arg (d, 0), i->type) };
  if (i->sub == GIR_X_NOT)
    r.op = X_NOT;
  else if (i->sub == GIR_X_NEG && n >= NUMBER_C64)
    {
      r.op = X_NEG_COMPLEX;
      r.small = n == NUMBER_C64;
    }
  else
    r.op = family ((enum gir_operator)i->sub, n);
  decoder_emit (d, r);
}

/* Maps, channels, iteration. */

static uint32_t
checked_size (struct decoder *d, gir_operand x, uint16_t what)
{
  gir_type t = decoder_type_of (d, x);
  uint32_t from = decoder_place (d, x, t ? t : d->m->type_int), to = decoder_scratch (d, 8);
  decoder_emit (
      d, (struct insn){ .op = X_MAKE_SIZE, .small = (uint16_t)(t ? type_number (d->m, t) : NUMBER_I64), .a = to, .b = from, .c = what });
  return to;
}

static void
decode_make (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  uint32_t y = decoder_result_place (d);
  if (i->op == GIR_OP_MKSLICE)
    {
      uint32_t length = checked_size (d, decoder_arg (d, 0), 0), cap = checked_size (d, decoder_arg (d, 1), 1);
      decoder_emit (
          d,
          (struct insn){ .op = X_MKSLICE, .a = y, .b = length, .c = cap, .d = type_info (d->m, i->type)->elem, .e = decoder_new_site (d) });
    }
  else if (i->op == GIR_OP_MKMAP)
    decoder_emit (d, (struct insn){ .op = X_MKMAP, .a = y, .c = i->type, .d = decoder_new_site (d) });
  else
    decoder_emit (
        d, (struct insn){ .op = X_MKCHAN, .a = y, .b = checked_size (d, decoder_arg (d, 0), 2), .c = i->type, .d = decoder_new_site (d) });
}

static void
decode_lookup (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_operand x = decoder_arg (d, 0);
  gir_type t = decoder_type_of (d, x);
  if (decoder_is_const (x) && d->p->consts[gir_operand_index (x)].kind != GIR_C_STRING)
    decoder_emit (d, (struct insn){ .op = X_ZERO, .a = decoder_result_place (d), .c = (uint32_t)register_size (d->m, i->type) });
  else if (!t || type_info (d->m, t)->kind == GIR_T_STRING)
    decoder_emit (d, (struct insn){ .op = X_INDEX_STRING,
                                    .small = is_unsigned (d, decoder_arg (d, 1)),
                                    .a = decoder_result_place (d),
                                    .b = decoder_place (d, x, d->m->type_string),
                                    .c = decoder_wide (d, decoder_arg (d, 1)) });
  else
    {
      const struct gir_type_info *map = type_info (d->m, t);
      decoder_emit (d, (struct insn){ .op = X_LOOKUP,
                                      .small = i->flag,
                                      .a = decoder_result_place (d),
                                      .b = decoder_place (d, x, t),
                                      .c = decoder_place (d, decoder_arg (d, 1), map->key),
                                      .d = t,
                                      .e = (uint32_t)type_size (d->m, map->elem) });
    }
}

static void
decode_mapset (struct decoder *d)
{
  gir_type t = decoder_type_of (d, decoder_arg (d, 0));
  if (!t) /* a nil constant: panics before anything else matters */
    {
      uint32_t map = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe);
      decoder_emit (d, (struct insn){ .op = X_MAPSET, .a = map, .b = map, .c = map });
      return;
    }
  const struct gir_type_info *map = type_info (d->m, t);
  decoder_emit (d, (struct insn){ .op = X_MAPSET,
                                  .a = decoder_place (d, decoder_arg (d, 0), t),
                                  .b = decoder_place (d, decoder_arg (d, 1), map->key),
                                  .c = decoder_place (d, decoder_arg (d, 2), map->elem),
                                  .d = t });
}

static void
decode_iteration (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  if (i->op == GIR_OP_RANGE)
    {
      bool string = type_info (d->m, i->type)->kind == GIR_T_STRING;
      decoder_emit (
          d, (struct insn){
                 .op = X_RANGE, .small = string, .a = decoder_result_place (d), .b = decoder_place (d, decoder_arg (d, 0), i->type) });
      return;
    }
  gir_type of = decoder_type_of (d, decoder_arg (d, 0));
  decoder_emit (d, (struct insn){ .op = X_NEXT,
                                  .small = i->flag,
                                  .a = decoder_result_place (d),
                                  .b = decoder_place (d, decoder_arg (d, 0), of),
                                  .c = i->type,
                                  .d = of });
}

static void
decode_channel (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  gir_type t = decoder_type_of (d, decoder_arg (d, 0));
  uint32_t c = decoder_place (d, decoder_arg (d, 0), d->m->type_unsafe);
  if (i->op == GIR_OP_SEND)
    decoder_emit (
        d,
        (struct insn){ .op = X_SEND, .a = c, .b = decoder_place (d, decoder_arg (d, 1), t ? type_info (d->m, t)->elem : d->m->type_int) });
  else
    decoder_emit (d, (struct insn){ .op = X_RECV,
                                    .small = i->flag,
                                    .a = decoder_result_place (d),
                                    .b = c,
                                    .c = t ? slot_size (type_size (d->m, type_info (d->m, t)->elem)) : 8 });
}

/* Control flow. */

static void
add_fixup (struct decoder *d, uint8_t field, uint32_t from, uint32_t to)
{
  vec_push (&d->fixups, ((struct fixup){ d->insns.size - 1, field, from, to }));
}

static void
decode_return (struct decoder *d)
{
  const struct gir_instr *i = decoder_current (d);
  uint32_t to = 0;
  vec_reset (&d->list);
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_type t = d->f->results[k].type;
      uint64_t size = register_size (d->m, t);
      vec_push (&d->list, decoder_place (d, decoder_arg (d, k), t));
      vec_push (&d->list, to);
      vec_push (&d->list, (uint32_t)size);
      to += (uint32_t)size;
    }
  uint32_t at = d->extra.size;
  vec_foreach (uint32_t, x, &d->list)
    decoder_push_extra (d, *x);
  decoder_emit (d, (struct insn){ .op = X_RET, .b = at, .c = i->n_args });
}

static void
decode_instr (struct decoder *d, uint32_t block)
{
  const struct gir_instr *i = decoder_current (d);
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_NOP:
    case GIR_OP_PHI: break;
    case GIR_OP_ALLOC:
      decoder_emit (d, (struct insn){
                           .op = X_ALLOC, .a = decoder_result_place (d), .c = type_info (d->m, i->type)->elem, .d = decoder_new_site (d) });
      break;
    case GIR_OP_LOAD: decode_load (d); break;
    case GIR_OP_STORE: decode_store (d); break;
    case GIR_OP_FADDR: decode_faddr (d); break;
    case GIR_OP_IADDR: decode_index (d, true); break;
    case GIR_OP_FIELD:
    case GIR_OP_EXTRACT: decode_field (d); break;
    case GIR_OP_INDEX: decode_index (d, false); break;
    case GIR_OP_SLICE: decode_slice (d); break;
    case GIR_OP_IFACE: decode_iface (d); break;
    case GIR_OP_CHIFACE:
    case GIR_OP_CHTYPE:
      decoder_emit_move (d, decoder_result_place (d), decoder_place (d, decoder_arg (d, 0), i->type), register_size (d->m, i->type));
      break;
    case GIR_OP_ASSERT: decode_assert (d); break;
    case GIR_OP_CONV: decode_convert (d); break;
    case GIR_OP_S2AP:
      decoder_emit (d, (struct insn){ .op = X_S2AP,
                                      .a = decoder_result_place (d),
                                      .b = decoder_place (d, decoder_arg (d, 0), decoder_type_of (d, decoder_arg (d, 0))),
                                      .c = array_length (d, type_info (d->m, type_info (d->m, i->type)->elem)) });
      break;
    case GIR_OP_CLOSURE: decode_closure (d); break;
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN: decode_make (d); break;
    case GIR_OP_LOOKUP: decode_lookup (d); break;
    case GIR_OP_MAPSET: decode_mapset (d); break;
    case GIR_OP_RANGE:
    case GIR_OP_NEXT: decode_iteration (d); break;
    case GIR_OP_SEND:
    case GIR_OP_RECV: decode_channel (d); break;
    case GIR_OP_SELECT: decode_select (d); break;
    case GIR_OP_UN: decode_unary (d); break;
    case GIR_OP_BIN: decode_binary (d); break;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE: decode_call (d); break;
    case GIR_OP_BUILTIN: decode_builtin (d); break;
    case GIR_OP_RUNDEFERS: decoder_emit (d, (struct insn){ .op = X_RUNDEFERS }); break;
    case GIR_OP_PANIC:
      decoder_emit (d, (struct insn){ .op = X_PANIC, .a = decoder_place (d, decoder_arg (d, 0), d->m->type_error_iface) });
      break;
    case GIR_OP_RET: decode_return (d); break;
    case GIR_OP_JMP:
      decoder_emit (d, (struct insn){ .op = X_JMP });
      add_fixup (d, 0, block, i->aux);
      break;
    case GIR_OP_BR:
      decoder_emit (d, (struct insn){ .op = X_BR, .a = decoder_place (d, decoder_arg (d, 0), d->m->type_bool) });
      add_fixup (d, 1, block, i->aux);
      add_fixup (d, 2, block, i->aux2);
      break;
    case GIR_OP_COUNT: break;
    }
}

/* Whether an instruction's result is there to be looked at, and is not its own new object. */
static bool
is_told (enum gir_op op)
{
  switch (op)
    {
    case GIR_OP_NOP:
    case GIR_OP_RANGE:
    case GIR_OP_ALLOC:
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN:
    case GIR_OP_CLOSURE: return false;
    default: return true;
    }
}

/* Under --trace each register that gets a pointer is looked at. */
static void
decode_observation (struct decoder *d, gir_value value)
{
  gir_type type = gir_value_type (d->f, value);
  if (!d->m->options.facts || !type)
    return;
  enum gir_type_kind kind = type_info (d->m, type)->kind;
  if (kind == GIR_T_PTR || kind == GIR_T_SLICE || kind == GIR_T_MAP || kind == GIR_T_CHAN || kind == GIR_T_FUNC)
    decoder_emit (d, (struct insn){ .op = X_OBSERVE, .a = d->c->offsets[value], .b = value });
}

/* Phis. */

static uint32_t
pred_index (const struct gir_func *f, uint32_t from, uint32_t to, uint32_t skip)
{
  const struct gir_basic_block *b = &f->blocks[to];
  for (uint32_t k = 0; k < b->n_preds; k++)
    if (f->edges[b->preds + k] == from && skip-- == 0)
      return k;
  return 0;
}

/* The moves of one edge, all at once: a phi that is written before another one reads it is copied first. */
static void
emit_phis (struct decoder *d, uint32_t to, uint32_t pred)
{
  const struct gir_basic_block *b = &d->f->blocks[to];
  uint32_t n = 0, first = gir_func_instr_value (d->f, b->first);
  vec_reset (&d->list);
  for (; n < b->count && d->f->instrs[b->first + n].op == GIR_OP_PHI; n++)
    {
      const struct gir_instr *phi = &d->f->instrs[b->first + n];
      gir_operand x = d->f->operands[phi->args + pred];
      uint32_t from = decoder_place (d, x, phi->type), v = gir_operand_index (x);
      if (gir_operand_kind (x) == GIR_VALUE && v >= first && v < first + n)
        {
          uint32_t copy = decoder_scratch (d, register_size (d->m, phi->type));
          decoder_emit_move (d, copy, from, register_size (d->m, phi->type));
          from = copy;
        }
      vec_push (&d->list, from);
    }
  for (uint32_t k = 0; k < n; k++)
    decoder_emit_move (d, d->c->offsets[first + k], d->list.data[k], register_size (d->m, d->f->instrs[b->first + k].type));
}

static bool
has_phis (const struct gir_func *f, uint32_t b)
{
  return f->blocks[b].count && f->instrs[f->blocks[b].first].op == GIR_OP_PHI;
}

/* Where a function goes on after a recovered panic: the other deferred calls run, then the recover block, or results that are zero. */
static void
emit_recovery (struct decoder *d)
{
  const struct gir_func *f = d->f;
  bool block = f->recover != GIR_INVALID;
  d->at = block ? f->blocks[f->recover].first : f->n_instrs - 1;
  d->c->recover = d->insns.size;
  decoder_emit (d, (struct insn){ .op = X_RUNDEFERS });
  decoder_emit (d, block ? (struct insn){ .op = X_JMP, .a = d->c->start[f->recover] } : (struct insn){ .op = X_RET });
}

static void
set_target (struct decoder *d, const struct fixup *x, uint32_t target)
{
  struct insn *i = &d->insns.data[x->insn];
  *(x->field == 0 ? &i->a : x->field == 1 ? &i->b : &i->c) = target;
}

static void
resolve_jumps (struct decoder *d)
{
  uint32_t n = d->fixups.size;
  for (uint32_t k = 0; k < n; k++)
    {
      struct fixup x = d->fixups.data[k];
      uint32_t target = d->c->start[x.to];
      if (has_phis (d->f, x.to))
        {
          bool second_edge = x.field == 2 && d->fixups.data[k - 1].to == x.to;
          d->at = d->origin.data[x.insn];
          target = d->insns.size;
          emit_phis (d, x.to, pred_index (d->f, x.from, x.to, second_edge));
          decoder_emit (d, (struct insn){ .op = X_JMP, .a = d->c->start[x.to] });
        }
      set_target (d, &x, target);
    }
}

/* The layout of a frame. */

uint32_t
code_free_offset (const struct machine *m, const struct gir_func *f, uint32_t k)
{
  uint64_t at = 0;
  for (uint32_t n = 0; n < k; n++)
    at += register_size (m, f->params[f->n_params + n].type);
  return (uint32_t)at;
}

uint32_t
code_free_size (const struct machine *m, const struct gir_func *f)
{
  return code_free_offset (m, f, f->n_free);
}

static void
lay_out (struct decoder *d)
{
  const struct gir_func *f = d->f;
  uint32_t n = gir_func_n_values (f);
  uint64_t at = 0;
  d->c->offsets = g_new (uint32_t, n + 1);
  for (uint32_t v = 0; v < n; v++)
    {
      gir_type t = gir_value_type (f, v);
      const struct gir_instr *i = gir_value_instr (f, v);
      uint64_t size = t ? register_size (d->m, t) : 0;
      if (i && (i->op == GIR_OP_NOP || i->op == GIR_OP_RANGE))
        size = i->op == GIR_OP_RANGE ? 8 : 0;
      else if (i && t)
        size = MAX (size, 8);
      d->c->offsets[v] = (uint32_t)at;
      at += size;
      if (at > MAX_FRAME)
        machine_unsupported (d->m, "activation of more than 64 MiB in %s", d->c->name);
    }
  d->n_bytes = (uint32_t)at;
}

/* The image is made upside down: word k lies at -8 * (k + 1). */
static void
finish_image (struct decoder *d)
{
  uint32_t n = d->image.size;
  uint64_t *image = g_new (uint64_t, n + 1);
  for (uint32_t k = 0; k < n; k++)
    image[k] = d->image.data[n - 1 - k];
  d->c->image = (uint8_t *)image;
  d->c->image_size = n * 8;
}

static void
decode_body (struct decoder *d)
{
  const struct gir_func *f = d->f;
  d->c->start = g_new0 (uint32_t, f->n_blocks + 1);
  for (gir_value v = 0; v < gir_func_first_instr_value (f); v++)
    decode_observation (d, v);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    {
      d->c->start[b] = d->insns.size;
      for (uint32_t k = 0; k < f->blocks[b].count; k++)
        {
          d->at = f->blocks[b].first + k;
          decode_instr (d, b);
          if (is_told (f->instrs[d->at].op))
            decode_observation (d, gir_func_instr_value (f, d->at));
        }
    }
  resolve_jumps (d);
  emit_recovery (d);
}

/* Frees what is left of a decoder, which the end of the run may interrupt. */
void
decoder_free (struct decoder *d)
{
  if (!d)
    return;
  g_hash_table_destroy (d->consts);
  vec_clear (&d->insns);
  vec_clear (&d->origin);
  vec_clear (&d->extra);
  vec_clear (&d->site_words);
  vec_clear (&d->list);
  vec_clear (&d->image);
  vec_clear (&d->fixups);
  g_free (d);
}

static void
decode (struct machine *m, struct code *c)
{
  struct decoder *d = m->decoder = g_new0 (struct decoder, 1);
  *d = (struct decoder){ .m = m, .p = m->p, .f = c->f, .c = c, .consts = g_hash_table_new (NULL, NULL) };
  lay_out (d);
  decode_body (d);
  finish_image (d);
  c->n_bytes = d->n_bytes;
  c->n_insns = d->insns.size;
  c->n_site_words = d->site_words.size;
  c->insns = g_steal_pointer (&d->insns.data);
  c->origin = g_steal_pointer (&d->origin.data);
  c->extra = g_steal_pointer (&d->extra.data);
  c->site_words = g_steal_pointer (&d->site_words.data);
  g_clear_pointer (&m->decoder, decoder_free);
}

/* The function that a body-less one stands for: its linkname's, or one that is known by its name. */
static fn_id
linked_function (struct machine *m, fn_id fn)
{
  const struct gir_func *f = &m->p->funcs[fn];
  const char *name = gir_string (m->p, f->name), *target = native_alias (m, name);
  if (!target)
    target = gir_string (m->p, f->linkname);
  for (uint32_t k = 0; k < m->p->n_links; k++)
    if (m->p->links[k].fn != fn && strcmp (gir_string (m->p, m->p->links[k].name), name) == 0 && !m->p->funcs[m->p->links[k].fn].is_extern)
      return m->p->links[k].fn;
  for (gir_fn k = 0; *target && k < m->p->n_funcs; k++)
    if (k != fn && strcmp (gir_string (m->p, m->p->funcs[k].name), target) == 0)
      return k;
  return GIR_INVALID;
}

static struct code *
new_code (struct machine *m, fn_id fn)
{
  struct code *c = g_new0 (struct code, 1);
  const struct gir_func *f = &m->p->funcs[fn];
  c->fn = fn;
  c->f = f;
  c->name = gir_string (m->p, f->name);
  for (uint32_t k = 0; k < f->n_params; k++)
    c->free += (uint32_t)register_size (m, f->params[k].type);
  c->n_bytes = c->free;
  for (uint32_t k = 0; k < f->n_results; k++)
    c->result_size += (uint32_t)register_size (m, f->results[k].type);
  c->pass_through = f->kind == GIR_F_WRAPPER || f->kind == GIR_F_THUNK || f->kind == GIR_F_BOUND;
  c->native = native_find (m, c->name);
  c->recover = UINT32_MAX;
  return c;
}

/* Makes the code of a function ready when it is called for the first time. */
struct code *
machine_code (struct machine *m, fn_id fn)
{
  if (fn >= m->p->n_funcs)
    return m->own[fn - m->p->n_funcs];
  if (m->code[fn])
    return m->code[fn];
  struct code *c = new_code (m, fn);
  if (!c->native && c->f->is_extern)
    {
      fn_id other = linked_function (m, fn);
      const char *name = c->name;
      g_free (c);
      if (other == GIR_INVALID)
        machine_unsupported (m, "function %s", name);
      return m->code[fn] = machine_code (m, other);
    }
  m->code[fn] = c;
  if (c->native && c->free > 512)
    machine_unsupported (m, "call of %s with so many parameters", c->name);
  if (!c->native)
    {
      if (!native_allows (m, c->name, gir_string (m->p, m->p->pkgs[c->f->pkg].path)))
        machine_unsupported (m, "function %s", c->name);
      if (!m->options.naive)
        gir_promote (m->p, &m->p->funcs[fn]);
      decode (m, c);
    }
  return c;
}

void
code_free (struct code *c)
{
  if (!c)
    return;
  if (c->live && c->f)
    for (uint32_t k = 0; k < 2 * c->f->n_instrs; k++)
      g_free (c->live[k]);
  g_free (c->live);
  liveness_free (c->liveness);
  g_free (c->insns);
  g_free (c->origin);
  g_free (c->extra);
  g_free (c->site_words);
  g_free (c->start);
  g_free (c->image);
  g_free (c->offsets);
  g_free (c);
}
