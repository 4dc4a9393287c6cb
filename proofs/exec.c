/* The loop that executes decoded instructions. */
#include "proofs/exec.h"
#include "proofs/convert.h"
#include "proofs/rtype.h"
#include <complex.h>
#include <math.h>

/* Frames. */

struct frame *
push_frame (struct machine *m, struct goroutine *g, struct code *c)
{
  uint32_t bytes = (uint32_t)sizeof (struct frame) + c->image_size + c->n_bytes;
  struct frame *f = stack_push (m, g, bytes);
  *f = (struct frame){ .caller = g->top, .code = c, .id = ++m->next_frame, .start = m->heap.clock, .bytes = bytes };
  memcpy (f + 1, c->image, c->image_size);
  if (c->f && c->f->recover != GIR_INVALID)
    memset (frame_regs (f), 0, c->n_bytes);
  g->top = f;
  return f;
}

void
pop_frame (struct machine *m, struct goroutine *g)
{
  struct frame *f = g->top;
  (void)m;
  while (f->defers)
    {
      struct deferred *d = f->defers;
      f->defers = d->next;
      g_free (d);
    }
  g->top = f->caller;
  stack_pop (g, f, f->bytes);
}

/* Calls. */

static inline void
copy_arguments (uint8_t *to, const uint8_t *regs, const uint32_t *list)
{
  for (uint32_t n = *list++; n > 0; n--, list += 3)
    if (list[2] == 8)
      memcpy (to + list[1], regs + (int32_t)list[0], 8);
    else
      memcpy (to + list[1], regs + (int32_t)list[0], list[2]);
}

/* What a function value names: sets the function and where it keeps what it captured. */
static struct code *
callee_of (struct machine *m, const uint64_t *value)
{
  uint64_t fn = *value;
  if (fn >= (uint64_t)m->p->n_funcs + OWN_COUNT)
    machine_unsupported (m, "call of a function value that is none");
  return machine_code (m, (fn_id)fn);
}

static void
copy_captured (struct machine *m, const struct code *c, uint8_t *regs, const uint64_t *value)
{
  if (c->fn >= m->p->n_funcs + OWN_EQUAL)
    memcpy (regs + c->free, value + 1, 8);
  else if (c->f && c->f->n_free)
    memcpy (regs + c->free, value + 1, code_free_size (m, c->f));
}

/* The method of a dynamic type. */
static struct code *
find_method (struct machine *m, gir_type t, gir_str name)
{
  gpointer key = GUINT_TO_POINTER ((uint64_t)t << 32 | name), found = g_hash_table_lookup (m->method_cache, key);
  if (found)
    return found;
  fn_id fn = type_method (m, t, name);
  if (fn == GIR_INVALID)
    machine_unsupported (m, "method %s of %s, which the program does not hold", gir_string (m->p, name), type_name (m, t));
  struct code *c = machine_code (m, fn);
  g_hash_table_insert (m->method_cache, key, c);
  return c;
}

/* The receiver of a method call goes first; returns its size. */
static uint32_t
copy_receiver (struct machine *m, uint8_t *to, const struct go_iface *x)
{
  gir_type t = descriptor_type (m, x->type);
  memcpy (to, iface_value (m, x), type_size (m, t));
  return (uint32_t)register_size (m, t);
}

/* A call that a defer or go statement makes later: the callee and its arguments. NULL code: a nil function. */
static struct deferred *
late_call (struct machine *m, const struct insn *i, const uint8_t *regs, const uint32_t *extra, bool *nil_iface)
{
  const struct go_iface *x = (const struct go_iface *)(const void *)(regs + (int32_t)i->c);
  const uint64_t *value = NULL;
  struct code *c;
  if (i->small == 0)
    c = machine_code (m, i->c);
  else if (i->small == 1)
    {
      memcpy (&value, regs + (int32_t)i->c, sizeof value);
      c = value ? callee_of (m, value) : NULL;
    }
  else
    {
      *nil_iface = !x->type;
      if (!x->type)
        return NULL;
      c = find_method (m, descriptor_type (m, x->type), i->d);
    }
  uint32_t size = c ? c->free + (c->f ? code_free_size (m, c->f) : 0) : 0;
  struct deferred *d = g_malloc0 (sizeof *d + size);
  d->code = c;
  d->size = size;
  d->closure = (uint64_t)(uintptr_t)value;
  if (!c)
    return d;
  uint8_t *to = (uint8_t *)d->data;
  if (i->small == 2)
    copy_arguments (to + copy_receiver (m, to, x), regs, extra + i->b);
  else
    copy_arguments (to, regs, extra + i->b);
  if (value)
    copy_captured (m, c, to, value);
  return d;
}

static struct frame *
defer_target (const struct insn *i, const uint8_t *regs, struct frame *f)
{
  if (i->e == NO_REG)
    return f;
  struct frame *target;
  memcpy (&target, regs + (int32_t)i->e, sizeof target);
  return target;
}

static void
start_goroutine (struct machine *m, struct deferred *d)
{
  struct goroutine *g = goroutine_new (m, d->code);
  memcpy (frame_regs (g->top), d->data, d->size);
  g->top->closure = d->closure;
  g_free (d);
  goroutine_ready (m, g);
}

/* A builtin that is deferred: its operands are boxed in a frame of their own with the code of late_builtin(). */
static void
defer_builtin (struct machine *m, const struct insn *i, const uint8_t *regs, const uint32_t *extra, struct frame *target)
{
  const uint32_t *list = extra + i->b;
  uint32_t n = *list++, size = 8 + n * 8, at = size;
  for (uint32_t k = 0; k < n; k++)
    size += (uint32_t)register_size (m, list[2 * k + 1]);
  struct deferred *d = g_malloc0 (sizeof *d + size);
  d->code = m->own[OWN_BUILTIN];
  d->size = size;
  d->data[0] = (uint64_t)i->small << 32 | n;
  for (uint32_t k = 0; k < n; k++)
    {
      d->data[1 + k] = list[2 * k + 1];
      memcpy ((uint8_t *)d->data + at, regs + (int32_t)list[2 * k], register_size (m, list[2 * k + 1]));
      at += (uint32_t)register_size (m, list[2 * k + 1]);
    }
  d->next = target->defers;
  target->defers = d;
}

/* Slicing. */

/* A bound as a message has it: one of an unsigned type is never negative. */
struct bound
{
  int64_t at;
  bool is_unsigned;
};

static bool
is_negative (struct bound b)
{
  return b.at < 0 && !b.is_unsigned;
}

/* Throws "slice bounds out of range [BEFORE b AFTER]", with what the other side is unless b is negative. */
static void
throw_bounds (struct machine *m, struct goroutine *g, const char *before, struct bound b, const char *between, const char *after,
              const char *with, int64_t other)
{
  char number[24], limit[24];
  if (b.is_unsigned)
    g_snprintf (number, sizeof number, "%" G_GUINT64_FORMAT, (uint64_t)b.at);
  else
    g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, b.at);
  g_snprintf (limit, sizeof limit, "%" G_GINT64_FORMAT, other);
  if (is_negative (b))
    throw_error (m, g, "slice bounds out of range [%s%s%s%s]", before, number, between, after);
  else if (*with)
    throw_error (m, g, "slice bounds out of range [%s%s] with %s %s", before, number, with, limit);
  else
    throw_error (m, g, "slice bounds out of range [%s%s%s%s%s]", before, number, between, limit, after);
}

/* The bounds of a slice expression, E = low, high, max, size, length, bits of unsigned ones. @fixed: of a string or array. */
static bool
slice_bounds (struct machine *m, struct goroutine *g, const uint8_t *regs, const uint32_t *x, int64_t length, int64_t cap, bool fixed,
              int64_t out[3])
{
  struct bound b[3] = { { 0 }, { length }, { cap } };
  const char *what = fixed ? "length" : "capacity";
  bool three = x[2] != NO_REG;
  for (int k = 0; k < 3; k++)
    if (x[k] != NO_REG)
      {
        memcpy (&b[k].at, regs + (int32_t)x[k], 8);
        b[k].is_unsigned = x[5] >> k & 1;
      }
  if ((uint64_t)b[2].at > (uint64_t)cap)
    throw_bounds (m, g, "::", b[2], "", "", what, cap);
  else if ((uint64_t)b[1].at > (uint64_t)b[2].at)
    throw_bounds (m, g, ":", b[1], three ? ":" : "", "", three ? "" : what, b[2].at);
  else if ((uint64_t)b[0].at > (uint64_t)b[1].at)
    throw_bounds (m, g, "", b[0], ":", three ? ":" : "", "", b[1].at);
  else
    {
      for (int k = 0; k < 3; k++)
        out[k] = b[k].at;
      return true;
    }
  return false;
}

/* Interfaces. */

static const char *
method_text (struct machine *m, gir_str name)
{
  const char *text = gir_string (m->p, name), *dot = strrchr (text, '.');
  return dot ? dot + 1 : text;
}

/* Throws what a failed type assertion does. */
static void
throw_assertion (struct machine *m, struct goroutine *g, const struct go_iface *x, gir_type want, gir_type from, gir_str missing)
{
  if (!from)
    machine_unsupported (m, "assertion of nil, whose type .gir does not tell");
  const char *to = type_name (m, want), *source = type_name (m, from);
  if (!x->type)
    {
      if (type_is_iface (m, want))
        throw_plain (m, g, "interface conversion: interface is nil, not %s", to);
      else
        throw_plain (m, g, "interface conversion: %s is nil, not %s", source, to);
      return;
    }
  const char *have = type_name (m, descriptor_type (m, x->type));
  if (type_is_iface (m, want))
    throw_plain (m, g, "interface conversion: %s is not %s: missing method %s", have, to, method_text (m, missing));
  else if (strcmp (have, to) == 0)
    throw_plain (m, g, "interface conversion: %s is %s, not %s (types from different scopes)", source, have, to);
  else
    throw_plain (m, g, "interface conversion: %s is %s, not %s", source, have, to);
}

static bool
assert_type (struct machine *m, struct goroutine *g, const struct insn *i, const struct go_iface *x, uint8_t *to)
{
  gir_type want = i->c;
  gir_str missing = 0;
  bool iface = type_is_iface (m, want), ok;
  uint32_t size = iface ? 16 : (uint32_t)register_size (m, want);
  if (iface)
    ok = x->type && type_implements (m, descriptor_type (m, x->type), want, &missing);
  else
    ok = x->type == m->statics + (uint64_t)want * RTYPE_STRIDE;
  if (!ok && !i->small)
    {
      throw_assertion (m, g, x, want, i->e, missing);
      return false;
    }
  struct go_iface copy = *x;
  if (!ok)
    memset (to, 0, size);
  else if (iface)
    memcpy (to, &copy, 16);
  else
    memcpy (to, iface_value (m, &copy), type_size (m, want));
  if (i->small)
    to[size] = ok;
  return true;
}

/* Iteration. */

static void
step_string (struct go_iter *it, uint8_t *to)
{
  int width;
  bool ok = it->at < it->length;
  int64_t key = it->at;
  memset (to, 0, 24);
  to[0] = ok;
  if (!ok)
    return;
  int32_t rune = (int32_t)utf8_decode (it->ptr + it->at, it->length - it->at, &width);
  it->at += width;
  memcpy (to + 8, &key, 8);
  memcpy (to + 16, &rune, 4);
}

static void
step_map (struct machine *m, struct go_iter *it, uint8_t *to, gir_type tuple, gir_type map)
{
  void *key, *value;
  const struct gir_type_info *i = type_info (m, map);
  bool ok = map_next (m, it, &key, &value);
  memset (to, 0, tuple_size (m, tuple));
  to[0] = ok;
  if (!ok)
    return;
  memcpy (to + 8, key, type_size (m, i->key));
  memcpy (to + tuple_offset (m, tuple, 2), value, type_size (m, i->elem));
}

/* Numbers. */

static void
do_complex (const struct insn *i, const uint8_t *x, const uint8_t *y, uint8_t *z)
{
  double a[2], b[2], r[2] = { 0 };
  convert_number (i->small & 1 ? NUMBER_C64 : NUMBER_C128, NUMBER_C128, x, a);
  convert_number (i->small & 1 ? NUMBER_C64 : NUMBER_C128, NUMBER_C128, y, b);
  switch ((enum gir_operator) (i->small >> 1))
    {
    case GIR_X_ADD:
      r[0] = a[0] + b[0];
      r[1] = a[1] + b[1];
      break;
    case GIR_X_SUB:
      r[0] = a[0] - b[0];
      r[1] = a[1] - b[1];
      break;
    case GIR_X_MUL:
      r[0] = a[0] * b[0] - a[1] * b[1];
      r[1] = a[0] * b[1] + a[1] * b[0];
      break;
    default: complex_divide (a, b, r); break;
    }
  convert_number (NUMBER_C128, i->small & 1 ? NUMBER_C64 : NUMBER_C128, r, z);
}

static int
compare_strings (const struct go_string *a, const struct go_string *b)
{
  size_t n = (size_t)MIN (a->len, b->len);
  int c = n ? memcmp (a->ptr, b->ptr, n) : 0;
  return c ? c : a->len < b->len ? -1 : a->len > b->len;
}

static bool
ordered (enum gir_operator op, int c)
{
  return op == GIR_X_LT ? c < 0 : op == GIR_X_LE ? c <= 0 : op == GIR_X_GT ? c > 0 : c >= 0;
}

static void
take_extreme (struct machine *m, const struct insn *i, const uint8_t *x, const uint8_t *y, uint8_t *z)
{
  enum number n = type_number (m, i->d);
  uint64_t size = type_size (m, i->d);
  bool second;
  if (n == NUMBER_NONE)
    {
      int c = compare_strings ((const struct go_string *)(const void *)x, (const struct go_string *)(const void *)y);
      second = i->small ? c < 0 : c > 0;
    }
  else if (n >= NUMBER_F32)
    {
      double a, b;
      convert_number (n, NUMBER_F64, x, &a);
      convert_number (n, NUMBER_F64, y, &b);
      if (isnan (a) || isnan (b))
        second = isnan (b);
      else if (a == 0 && b == 0)
        second = i->small ? signbit (a) : signbit (b);
      else
        second = i->small ? b > a : b < a;
    }
  else
    {
      uint64_t a, b;
      convert_number (n, NUMBER_U64, x, &a);
      convert_number (n, NUMBER_U64, y, &b);
      bool less = n >= NUMBER_U8 ? b < a : (int64_t)b < (int64_t)a, more = n >= NUMBER_U8 ? b > a : (int64_t)b > (int64_t)a;
      second = i->small ? more : less;
    }
  uint8_t copy[16];
  memcpy (copy, second ? y : x, size);
  memcpy (z, copy, size);
}

/* Makes an allocation known to what watches re-runs of its site in the activation. */
static inline void
before_site (struct machine *m, struct goroutine *g, struct frame *f, uint8_t *regs, uint32_t site, uint32_t pc)
{
  if (!m->watch || site == SITE_NONE || m->sites.data[site].rerun_known)
    return;
  struct object *earlier;
  memcpy (&earlier, regs + (int32_t)m->sites.data[site].word, sizeof earlier);
  if (!earlier)
    return;
  f->pc = pc;
  f->state = FRAME_BEFORE;
  reach_rerun (m, g, f, earlier);
}

static inline void
after_site (struct machine *m, uint8_t *regs, uint32_t site, const void *data)
{
  if (!m->watch || site == SITE_NONE)
    return;
  struct object *o = heap_find (&m->heap, (uint64_t)(uintptr_t)data);
  if (o && o->site == site)
    memcpy (regs + (int32_t)m->sites.data[site].word, &o, sizeof o);
}

/* Time goes on, timers fire, storage is collected; true if another goroutine's turn has come. */
static bool
take_pause (struct machine *m, struct goroutine *g, uint64_t n)
{
  m->steps += n;
  m->now += (int64_t)n;
  if (m->options.steps && m->steps > m->options.steps)
    machine_end (m, SEM_BUDGET, g_strdup_printf ("budget: more than %" G_GUINT64_FORMAT " instructions", m->options.steps));
  if (m->heap.live >= m->heap.collect_at)
    reach_collect (m);
  fire_timers (m);
  m->stop = 2000 + machine_random (m) % 4000;
  (void)g;
  return m->run_head != NULL;
}

static void
throw_index (struct machine *m, struct goroutine *g, const struct insn *i, int64_t at, int64_t length)
{
  if (i->small)
    throw_error (m, g, "index out of range [%" G_GUINT64_FORMAT "] with length %" G_GINT64_FORMAT, (uint64_t)at, length);
  else if (at < 0)
    throw_error (m, g, "index out of range [%" G_GINT64_FORMAT "]", at);
  else
    throw_error (m, g, "index out of range [%" G_GINT64_FORMAT "] with length %" G_GINT64_FORMAT, at, length);
}

/* A pointer that did not come from Go's own operations must point to an object with @size bytes left. */
static void
check_pointer (struct machine *m, uint64_t address, uint64_t size)
{
  if (!address || !size)
    return;
  uint64_t global = address - (uint64_t)(uintptr_t)m->globals;
  struct object *o = heap_find (&m->heap, address);
  if (o && address - (uint64_t)(uintptr_t)object_data (o) + size <= o->size)
    return;
  if ((global < m->globals_size && size <= m->globals_size - global) || rtype_is_static (m, address, size))
    return;
  if (!o && constant_text (m, address, size))
    return;
  machine_unsupported (m, "unsafe pointer outside of its object");
}

/* A value method was called through a nil pointer. */
static void
throw_nil_receiver (struct machine *m, struct goroutine *g, const struct go_string *type, const struct go_string *method)
{
  char *full = g_strndup ((const char *)type->ptr, (size_t)type->len);
  const char *name = display_name (m, full), *dot = strrchr (name, '.');
  g_free (full);
  throw_plain (m, g, "value method %s.%.*s called using nil *%s pointer", name, (int)method->len, (const char *)method->ptr,
               dot ? dot + 1 : name);
}

/* The activation @f is over; its results are written. */
static void
return_from (struct machine *m, struct goroutine *g, struct frame *f)
{
  uint32_t flags = f->flags;
  void (*hook) (struct machine *, struct goroutine *, struct frame *) = f->hook;
  if (flags & FRAME_HOOK)
    hook (m, g, f);
  pop_frame (m, g);
  if (flags & FRAME_DEFER_PANIC)
    unwind (m, g);
}

/* The main goroutine has run the initialisers, or main.main. */
static void
start_main_or_end (struct machine *m)
{
  if (m->in_main)
    machine_end (m, 0, NULL);
  m->in_main = true;
  m->main = goroutine_new (m, machine_code (m, m->main_fn));
  m->main->id = 1;
  goroutine_ready (m, m->main);
}

/* A function of the machine's own runs at once when its frame comes up. True if the goroutine must give way. */
static bool
run_native (struct machine *m, struct goroutine *g, struct frame *f)
{
  uint64_t nowhere[16] = { 0 };
  switch (f->code->native (m, g, frame_regs (f), f->result ? (void *)f->result : nowhere))
    {
    case NATIVE_AGAIN: return true;
    case NATIVE_THROWN: return false;
    case NATIVE_CALLED: machine_unsupported (m, "deferred call of %s", f->code->name);
    case NATIVE_DONE:
    case NATIVE_SWITCH: break;
    }
  return_from (m, g, f);
  return false;
}

#define R(T, x) (*(T *)(void *)(regs + (int32_t)(x)))
#define POINTER(x) R (uint8_t *, x)
#define SAVE (f->pc = pc, f->state = FRAME_BEFORE)
#define THROW(...)                     \
  do                                   \
    {                                  \
      SAVE;                            \
      throw_error (m, g, __VA_ARGS__); \
      goto reload;                     \
    }                                  \
  while (0)
#define NIL_CHECK(p)        \
  do                        \
    if (G_UNLIKELY (!(p)))  \
      goto nil_dereference; \
  while (0)
#define PAUSE                             \
  do                                      \
    if (G_UNLIKELY (n >= m->stop))        \
      {                                   \
        SAVE;                             \
        bool turn = take_pause (m, g, n); \
        n = 0;                            \
        if (turn)                         \
          {                               \
            goroutine_ready (m, g);       \
            return;                       \
          }                               \
      }                                   \
  while (0)

#define CALL_NATIVE(callee, args)                                             \
  do                                                                          \
    {                                                                         \
      uint64_t nowhere[32];                                                   \
      void *result = i->a == NO_REG ? (void *)nowhere : regs + (int32_t)i->a; \
      SAVE;                                                                   \
      enum native_result how = (callee)->native (m, g, args, result);         \
      if (how == NATIVE_DONE)                                                 \
        break;                                                                \
      if (how == NATIVE_AGAIN)                                                \
        goto wait;                                                            \
      if (how == NATIVE_THROWN)                                               \
        goto reload;                                                          \
      f->pc = pc + 1;                                                         \
      if (how == NATIVE_SWITCH)                                               \
        goto wait;                                                            \
      f->state = FRAME_CALLING;                                               \
      goto reload;                                                            \
    }                                                                         \
  while (0)

/* Runs @g until it waits, ends or its slice is over. One loop over all operations, so that the compiler keeps the frame in registers. */
static void
run_goroutine (struct machine *m, struct goroutine *g) // NOLINT(readability-function-size)
{
  struct frame *f;
  struct code *c;
  const struct insn *code;
  uint8_t *regs;
  uint32_t pc;
  uint64_t n = 0;
  const struct insn *i;

reload:
  f = g->top;
  if (!f)
    {
      m->steps += n;
      if (g->wait != WAIT_FOREVER)
        goroutine_end (m, g);
      return;
    }
  c = f->code;
  if (c->native)
    {
      if (run_native (m, g, f))
        return;
      goto reload;
    }
  code = c->insns;
  regs = frame_regs (f);
  pc = f->pc;
  for (;; pc++)
    {
      i = &code[pc];
      n++;
      switch ((enum exec_op)i->op)
        {
        case X_NOP: break;
        case X_JMP:
          PAUSE;
          pc = i->a - 1;
          break;
        case X_BR:
          PAUSE;
          pc = (R (uint8_t, i->a) ? i->b : i->c) - 1;
          break;
        case X_MOV8: R (uint64_t, i->a) = R (uint64_t, i->b); break;
        case X_MOV16: memcpy (regs + (int32_t)i->a, regs + (int32_t)i->b, 16); break;
        case X_MOV24: memcpy (regs + (int32_t)i->a, regs + (int32_t)i->b, 24); break;
        case X_MOVN: memmove (regs + (int32_t)i->a, regs + (int32_t)i->b, i->c); break;
        case X_ZERO: memset (regs + (int32_t)i->a, 0, i->c); break;

#define LOAD(op, size)                        \
  case op:                                    \
    {                                         \
      const uint8_t *p = POINTER (i->b);      \
      NIL_CHECK (p);                          \
      memcpy (regs + (int32_t)i->a, p, size); \
      break;                                  \
    }
          LOAD (X_LOAD1, 1)
          LOAD (X_LOAD2, 2)
          LOAD (X_LOAD4, 4)
          LOAD (X_LOAD8, 8)
          LOAD (X_LOAD16, 16)
          LOAD (X_LOAD24, 24)
          LOAD (X_LOADN, i->c)
#undef LOAD
#define STORE(op, size)                        \
  case op:                                     \
    {                                          \
      uint8_t *p = POINTER (i->a);             \
      NIL_CHECK (p);                           \
      memmove (p, regs + (int32_t)i->b, size); \
      if (i->small && m->watch)                \
        reach_stored (m, p);                   \
      break;                                   \
    }
          STORE (X_STORE1, 1)
          STORE (X_STORE2, 2)
          STORE (X_STORE4, 4)
          STORE (X_STORE8, 8)
          STORE (X_STORE16, 16)
          STORE (X_STORE24, 24)
          STORE (X_STOREN, i->c)
#undef STORE
        case X_STOREZ:
          {
            uint8_t *p = POINTER (i->a);
            NIL_CHECK (p);
            memset (p, 0, i->c);
            break;
          }
        case X_IDLE_LOAD:
          SAVE;
          if (!POINTER (i->a))
            machine_unsupported (m, "an array behind a nil pointer that may not be looked at");
          break;
        case X_FADDR:
          {
            uint8_t *p = POINTER (i->b);
            NIL_CHECK (p);
            POINTER (i->a) = p + i->c;
            break;
          }
        case X_IADDR_SLICE:
          {
            struct go_slice *s = &R (struct go_slice, i->b);
            int64_t at = R (int64_t, i->c);
            if (G_UNLIKELY ((uint64_t)at >= (uint64_t)s->len))
              {
                SAVE;
                throw_index (m, g, i, at, s->len);
                goto reload;
              }
            POINTER (i->a) = s->ptr + (uint64_t)at * i->d;
            break;
          }
        case X_IADDR_ARRAY:
          {
            uint8_t *p = POINTER (i->b);
            int64_t at = R (int64_t, i->c);
            NIL_CHECK (p);
            if (G_UNLIKELY ((uint64_t)at >= i->e))
              {
                SAVE;
                throw_index (m, g, i, at, i->e);
                goto reload;
              }
            POINTER (i->a) = p + (uint64_t)at * i->d;
            break;
          }
        case X_INDEX_ARRAY:
          {
            int64_t at = R (int64_t, i->c);
            if ((uint64_t)at >= i->e)
              {
                SAVE;
                throw_index (m, g, i, at, i->e);
                goto reload;
              }
            memmove (regs + (int32_t)i->a, regs + (int32_t)i->b + (uint64_t)at * i->d, i->d);
            break;
          }
        case X_INDEX_STRING:
          {
            struct go_string *s = &R (struct go_string, i->b);
            int64_t at = R (int64_t, i->c);
            if ((uint64_t)at >= (uint64_t)s->len)
              {
                SAVE;
                throw_index (m, g, i, at, s->len);
                goto reload;
              }
            R (uint8_t, i->a) = s->ptr[at];
            break;
          }
        case X_SLICE_SLICE:
        case X_SLICE_STRING:
        case X_SLICE_ARRAY:
          {
            const uint32_t *x = c->extra + i->c;
            struct go_slice s;
            int64_t b[3];
            if (i->op == X_SLICE_ARRAY)
              {
                s = (struct go_slice){ POINTER (i->b), x[4], x[4] };
                NIL_CHECK (s.ptr);
              }
            else if (i->op == X_SLICE_STRING)
              {
                struct go_string *t = &R (struct go_string, i->b);
                s = (struct go_slice){ (uint8_t *)(uintptr_t)t->ptr, t->len, t->len };
              }
            else
              s = R (struct go_slice, i->b);
            SAVE;
            if (i->small && x[1] != NO_REG && (uint64_t)R (int64_t, x[1]) > (uint64_t)s.cap)
              THROW ("makeslice: %s out of range", R (int64_t, x[1]) < 0 ? "len" : "cap");
            if (!slice_bounds (m, g, regs, x, s.len, s.cap, i->op == X_SLICE_STRING || i->op == X_SLICE_ARRAY, b))
              goto reload;
            bool empty = i->op == X_SLICE_STRING ? b[1] == b[0] : b[2] == b[0];
            s.ptr = empty ? s.ptr : s.ptr + (uint64_t)b[0] * x[3];
            s.len = b[1] - b[0];
            s.cap = b[2] - b[0];
            memcpy (regs + (int32_t)i->a, &s, i->op == X_SLICE_STRING ? 16 : 24);
            break;
          }
        case X_ALLOC:
          before_site (m, g, f, regs, i->d, pc);
          POINTER (i->a) = machine_new (m, i->c, 1, i->d);
          after_site (m, regs, i->d, POINTER (i->a));
          break;
        case X_IFACE:
          {
            struct go_iface x = { m->statics + (uint64_t)i->c * RTYPE_STRIDE, NULL };
            if (i->small)
              x.data = POINTER (i->b);
            else
              {
                before_site (m, g, f, regs, i->d, pc);
                x.data = machine_new (m, i->c, 1, i->d);
                memcpy (x.data, regs + (int32_t)i->b, type_size (m, i->c));
                after_site (m, regs, i->d, x.data);
              }
            R (struct go_iface, i->a) = x;
            break;
          }
        case X_ASSERT:
          SAVE;
          if (!assert_type (m, g, i, &R (struct go_iface, i->b), regs + (int32_t)i->a))
            goto reload;
          break;
        case X_CONVERT:
          convert_number ((enum number) (i->small / 16), (enum number) (i->small % 16), regs + (int32_t)i->b, regs + (int32_t)i->a);
          break;
        case X_CONVERT_STRING:
          {
            uint64_t y[3] = { 0 };
            before_site (m, g, f, regs, i->d, pc);
            convert_string (m, (enum string_conversion)i->small, i->c, regs + (int32_t)i->b, y, i->d);
            after_site (m, regs, i->d, (void *)(uintptr_t)y[0]);
            memcpy (regs + (int32_t)i->a, y, i->small <= STRING_FROM_RUNES ? 16 : 24);
            break;
          }
        case X_CHECK_POINTER:
          SAVE;
          check_pointer (m, R (uint64_t, i->b), i->c);
          R (uint64_t, i->a) = R (uint64_t, i->b);
          break;
        case X_S2AP:
          {
            struct go_slice *s = &R (struct go_slice, i->b);
            if (s->len < (int64_t)i->c)
              THROW ("cannot convert slice with length %" G_GINT64_FORMAT " to array or pointer to array with length %u", s->len, i->c);
            POINTER (i->a) = s->ptr;
            break;
          }
        case X_CLOSURE:
          {
            const uint32_t *x = c->extra + i->b;
            before_site (m, g, f, regs, i->d, pc);
            uint64_t *cell = machine_new_kind (m, OBJECT_CLOSURE, x[0], i->c, i->d);
            *cell = x[0];
            copy_arguments ((uint8_t *)cell, regs, x + 1);
            after_site (m, regs, i->d, cell);
            POINTER (i->a) = (uint8_t *)cell;
            break;
          }
        case X_MAKE_SIZE:
          {
            int64_t size;
            convert_number ((enum number)i->small, NUMBER_I64, regs + (int32_t)i->b, &size);
            if (size < 0)
              {
                SAVE;
                if (i->c == 2)
                  throw_plain (m, g, "makechan: size out of range");
                else
                  throw_error (m, g, i->c ? "makeslice: cap out of range" : "makeslice: len out of range");
                goto reload;
              }
            R (int64_t, i->a) = size;
            break;
          }
        case X_MKSLICE:
          {
            struct go_slice s = { NULL, R (int64_t, i->b), R (int64_t, i->c) };
            uint64_t size = type_size (m, i->d);
            if (size && (uint64_t)s.len > ((uint64_t)1 << 47) / size)
              THROW ("makeslice: len out of range");
            if (s.cap < s.len || (size && (uint64_t)s.cap > ((uint64_t)1 << 47) / size))
              THROW ("makeslice: cap out of range");
            before_site (m, g, f, regs, i->e, pc);
            s.ptr = machine_new (m, i->d, (uint64_t)s.cap, i->e);
            after_site (m, regs, i->e, s.ptr);
            R (struct go_slice, i->a) = s;
            break;
          }
        case X_MKMAP:
          before_site (m, g, f, regs, i->d, pc);
          POINTER (i->a) = (uint8_t *)map_new (m, i->c, i->d);
          after_site (m, regs, i->d, POINTER (i->a));
          break;
        case X_MKCHAN:
          if ((uint64_t)R (int64_t, i->b) > ((uint64_t)1 << 32))
            {
              SAVE;
              throw_plain (m, g, "makechan: size out of range");
              goto reload;
            }
          before_site (m, g, f, regs, i->d, pc);
          POINTER (i->a) = (uint8_t *)chan_new (m, i->c, R (int64_t, i->b), i->d);
          after_site (m, regs, i->d, POINTER (i->a));
          break;
        case X_LOOKUP:
          {
            bool thrown = false;
            SAVE;
            void *value = map_find (m, g, R (struct go_map *, i->b), i->d, regs + (int32_t)i->c, &thrown);
            if (thrown)
              goto reload;
            if (value)
              memcpy (regs + (int32_t)i->a, value, i->e);
            else
              memset (regs + (int32_t)i->a, 0, i->e);
            if (i->small)
              R (uint8_t, i->a + slot_size (i->e)) = value != NULL;
            break;
          }
        case X_MAPSET:
          {
            bool thrown = false;
            struct go_map *map = R (struct go_map *, i->a);
            SAVE;
            void *value = map_insert (m, g, map, i->d, regs + (int32_t)i->b, &thrown);
            if (thrown)
              goto reload;
            memcpy (value, regs + (int32_t)i->c, type_size (m, type_info (m, i->d)->elem));
            if (m->watch)
              reach_stored (m, map);
            break;
          }
        case X_RANGE:
          {
            struct go_iter *it = machine_new_kind (m, OBJECT_ITER, 0, sizeof *it, SITE_NONE);
            if (i->small)
              {
                it->ptr = R (struct go_string, i->b).ptr;
                it->length = R (struct go_string, i->b).len;
              }
            else
              map_iterate (m, R (struct go_map *, i->b), it);
            R (struct go_iter *, i->a) = it;
            break;
          }
        case X_NEXT:
          if (i->small)
            step_string (R (struct go_iter *, i->b), regs + (int32_t)i->a);
          else
            step_map (m, R (struct go_iter *, i->b), regs + (int32_t)i->a, i->c, i->d);
          break;
        case X_SEND:
          {
            bool did;
            SAVE;
            enum chan_result r = chan_send (m, g, R (struct go_chan *, i->a), regs + (int32_t)i->b, true, &did);
            if (r == CHAN_WAIT)
              goto wait;
            if (r == CHAN_THROWN)
              goto reload;
            break;
          }
        case X_RECV:
          {
            bool did, ok;
            SAVE;
            if (!g->woken)
              memset (regs + (int32_t)i->a, 0, i->c);
            if (chan_recv (m, g, R (struct go_chan *, i->b), regs + (int32_t)i->a, &ok, true, &did) == CHAN_WAIT)
              goto wait;
            if (i->small)
              R (uint8_t, i->a + i->c) = ok;
            break;
          }
        case X_SELECT:
          {
            struct select_state states[64], *s = i->c > 64 ? g_new (struct select_state, i->c) : states;
            int64_t chosen;
            bool ok;
            SAVE;
            if (!g->woken)
              memset (regs + (int32_t)i->a, 0, tuple_size (m, i->d));
            for (uint32_t k = 0; k < i->c; k++)
              {
                const uint32_t *x = c->extra + i->b + 3 * k;
                s[k] = (struct select_state){ R (struct go_chan *, x[1]), regs + (int32_t)x[2], x[0] };
              }
            enum chan_result r = chan_select (m, g, s, i->c, i->small, &chosen, &ok);
            if (s != states)
              g_free (s);
            if (r == CHAN_WAIT)
              goto wait;
            if (r == CHAN_THROWN)
              goto reload;
            R (int64_t, i->a) = chosen;
            R (uint8_t, i->a + 8) = ok;
            break;
          }
        case X_NOT: R (uint8_t, i->a) = !R (uint8_t, i->b); break;
        case X_NEG_COMPLEX:
          if (i->small)
            {
              R (float, i->a) = -R (float, i->b);
              R (float, i->a + 4) = -R (float, i->b + 4);
            }
          else
            {
              R (double, i->a) = -R (double, i->b);
              R (double, i->a + 8) = -R (double, i->b + 8);
            }
          break;
        case X_SHIFT_COUNT:
          {
            int64_t count;
            convert_number ((enum number)i->small, NUMBER_I64, regs + (int32_t)i->b, &count);
            if (count < 0 && i->small < NUMBER_U8)
              THROW ("negative shift amount");
            R (uint64_t, i->a) = MIN ((uint64_t)count, 255);
            break;
          }
        case X_CONCAT:
          {
            struct go_string x = R (struct go_string, i->b), y = R (struct go_string, i->c), z = { NULL, x.len + y.len };
            /* Always a copy: the runtime returns the operand beside empty ones itself, but none that lies on a stack unless the result
               stays in the frame too (runtime.concatstrings). */
            if (z.len)
              {
                before_site (m, g, f, regs, i->d, pc);
                uint8_t *p = machine_new_bytes (m, (uint64_t)z.len, i->d);
                if (x.len)
                  memcpy (p, x.ptr, (size_t)x.len);
                if (y.len)
                  memcpy (p + x.len, y.ptr, (size_t)y.len);
                z.ptr = p;
                after_site (m, regs, i->d, p);
              }
            R (struct go_string, i->a) = z;
            break;
          }
        case X_STRING_EQ:
          {
            struct go_string *x = &R (struct go_string, i->b), *y = &R (struct go_string, i->c);
            bool equal = x->len == y->len && (x->ptr == y->ptr || !x->len || memcmp (x->ptr, y->ptr, (size_t)x->len) == 0);
            R (uint8_t, i->a) = equal != (i->small != 0);
            break;
          }
        case X_STRING_LT:
          R (uint8_t, i->a)
              = ordered ((enum gir_operator)i->small, compare_strings (&R (struct go_string, i->b), &R (struct go_string, i->c)));
          break;
        case X_EQUAL:
          {
            gir_type bad = 0;
            bool equal = value_equal (m, i->d, regs + (int32_t)i->b, regs + (int32_t)i->c, &bad);
            if (bad)
              THROW ("comparing uncomparable type %s", type_name (m, bad));
            R (uint8_t, i->a) = equal != (i->small != 0);
            break;
          }
        case X_COMPLEX: do_complex (i, regs + (int32_t)i->b, regs + (int32_t)i->c, regs + (int32_t)i->a); break;
        case X_CALL:
          {
            struct code *callee = m->code[i->c];
            PAUSE;
            if (G_UNLIKELY (!callee))
              {
                SAVE;
                callee = machine_code (m, i->c);
              }
            if (G_UNLIKELY (callee->native != NULL))
              {
                uint64_t args[64];
                copy_arguments ((uint8_t *)args, regs, c->extra + i->b);
                CALL_NATIVE (callee, args);
                break;
              }
            f->pc = pc + 1;
            f->state = FRAME_CALLING;
            struct frame *callee_frame = push_frame (m, g, callee);
            callee_frame->result = i->a == NO_REG ? NULL : regs + (int32_t)i->a;
            copy_arguments (frame_regs (callee_frame), regs, c->extra + i->b);
            goto enter;
          }
        case X_CALL_VALUE:
          {
            const uint64_t *value = R (const uint64_t *, i->c);
            PAUSE;
            NIL_CHECK (value);
            SAVE;
            struct code *callee = callee_of (m, value);
            if (callee->native)
              {
                uint64_t args[64];
                copy_arguments ((uint8_t *)args, regs, c->extra + i->b);
                copy_captured (m, callee, (uint8_t *)args, value);
                CALL_NATIVE (callee, args);
                break;
              }
            f->pc = pc + 1;
            f->state = FRAME_CALLING;
            struct frame *callee_frame = push_frame (m, g, callee);
            callee_frame->result = i->a == NO_REG ? NULL : regs + (int32_t)i->a;
            copy_arguments (frame_regs (callee_frame), regs, c->extra + i->b);
            copy_captured (m, callee, frame_regs (callee_frame), value);
            goto enter;
          }
        case X_INVOKE:
          {
            struct go_iface *x = &R (struct go_iface, i->c);
            PAUSE;
            NIL_CHECK (x->type);
            SAVE;
            struct code *callee = find_method (m, descriptor_type (m, x->type), i->d);
            if (callee->native)
              {
                uint64_t args[64];
                copy_arguments ((uint8_t *)args + copy_receiver (m, (uint8_t *)args, x), regs, c->extra + i->b);
                CALL_NATIVE (callee, args);
                break;
              }
            f->pc = pc + 1;
            f->state = FRAME_CALLING;
            struct frame *callee_frame = push_frame (m, g, callee);
            callee_frame->result = i->a == NO_REG ? NULL : regs + (int32_t)i->a;
            uint8_t *to = frame_regs (callee_frame);
            copy_arguments (to + copy_receiver (m, to, x), regs, c->extra + i->b);
            goto enter;
          }
        case X_GO:
        case X_DEFER:
          {
            bool nil_iface = false;
            SAVE;
            struct deferred *d = late_call (m, i, regs, c->extra, &nil_iface);
            if (nil_iface)
              goto nil_dereference;
            if (i->op == X_GO)
              {
                if (!d->code)
                  machine_fatal (m, "go of nil func value");
                start_goroutine (m, d);
                break;
              }
            struct frame *target = defer_target (i, regs, f);
            d->next = target->defers;
            target->defers = d;
            break;
          }
        case X_DEFER_BUILTIN: defer_builtin (m, i, regs, c->extra, defer_target (i, regs, f)); break;
        case X_GO_BUILTIN:
          {
            struct frame holder = { 0 };
            defer_builtin (m, i, regs, c->extra, &holder);
            start_goroutine (m, holder.defers);
            break;
          }
        case X_RUNDEFERS:
          SAVE;
          if (run_deferred (m, g, f, FRAME_DEFER_NORMAL))
            goto reload;
          break;
        case X_PANIC:
          SAVE;
          throw_value (m, g, R (struct go_iface, i->a));
          goto reload;
        case X_RET:
          if (f->result)
            {
              const uint32_t *x = c->extra + i->b;
              for (uint32_t k = 0; k < i->c; k++, x += 3)
                if (x[2] == 8)
                  memcpy (f->result + x[1], regs + (int32_t)x[0], 8);
                else
                  memcpy (f->result + x[1], regs + (int32_t)x[0], x[2]);
            }
          if (m->watch)
            {
              SAVE;
              reach_exit (m, g, f, c->extra + i->b);
            }
          if (G_UNLIKELY (f->flags))
            {
              SAVE;
              return_from (m, g, f);
              goto reload;
            }
          pop_frame (m, g);
          goto enter;
        case X_LEN: R (int64_t, i->a) = R (int64_t *, i->b) ? *R (int64_t *, i->b) : 0; break;
        case X_CAP: R (int64_t, i->a) = R (struct go_chan *, i->b) ? R (struct go_chan *, i->b)->capacity : 0; break;
        case X_APPEND:
          {
            struct go_slice s = R (struct go_slice, i->b);
            const void *more = R (const void *, i->c);
            int64_t count = R (int64_t, i->c + 8);
            SAVE;
            if (count > INT64_MAX - s.len)
              THROW ("growslice: len out of range");
            R (struct go_slice, i->a) = builtin_append (m, g, i->d, s, more, count, i->e);
            break;
          }
        case X_COPY:
          {
            uint8_t *to = POINTER (i->b);
            int64_t count = MIN (R (int64_t, i->b + 8), R (int64_t, i->c + 8));
            if (count && i->d)
              {
                memmove (to, POINTER (i->c), (uint64_t)count * i->d);
                if (i->small && m->watch)
                  reach_stored (m, to);
              }
            R (int64_t, i->a) = count;
            break;
          }
        case X_CLEAR_MAP: map_empty (m, R (struct go_map *, i->a)); break;
        case X_CLEAR_SLICE:
          if (R (int64_t, i->a + 8))
            memset (POINTER (i->a), 0, (uint64_t)R (int64_t, i->a + 8) * i->d);
          break;
        case X_CLOSE:
          SAVE;
          if (!chan_close (m, g, R (struct go_chan *, i->a)))
            goto reload;
          break;
        case X_DELETE:
          {
            bool thrown = false;
            SAVE;
            map_delete (m, g, R (struct go_map *, i->a), i->d, regs + (int32_t)i->b, &thrown);
            if (thrown)
              goto reload;
            break;
          }
        case X_MAKE_COMPLEX:
          {
            double parts[2]
                = { i->small ? (double)R (float, i->b) : R (double, i->b), i->small ? (double)R (float, i->c) : R (double, i->c) };
            convert_number (NUMBER_C128, i->small ? NUMBER_C64 : NUMBER_C128, parts, regs + (int32_t)i->a);
            break;
          }
        case X_REAL:
          if (i->small)
            R (float, i->a) = R (float, i->b);
          else
            R (double, i->a) = R (double, i->b);
          break;
        case X_IMAG:
          if (i->small)
            R (float, i->a) = R (float, i->b + 4);
          else
            R (double, i->a) = R (double, i->b + 8);
          break;
        case X_MINMAX: take_extreme (m, i, regs + (int32_t)i->b, regs + (int32_t)i->c, regs + (int32_t)i->a); break;
        case X_PRINT:
          for (uint32_t k = 0; k < i->c; k++)
            {
              if (k && i->small)
                fputc (' ', m->options.err);
              print_value (m, m->options.err, c->extra[i->b + 2 * k + 1], regs + (int32_t)c->extra[i->b + 2 * k]);
            }
          if (i->small)
            fputc ('\n', m->options.err);
          break;
        case X_RECOVER: R (struct go_iface, i->a) = recover_value (m, g, f); break;
        case X_UNSAFE_ADD: R (uint64_t, i->a) = R (uint64_t, i->b) + R (uint64_t, i->c); break;
        case X_UNSAFE_SLICE:
        case X_UNSAFE_STRING:
          {
            struct go_slice s = { POINTER (i->b), R (int64_t, i->c), R (int64_t, i->c) };
            SAVE;
            if (s.len < 0 || (i->d && (uint64_t)s.len > ((uint64_t)1 << 47) / i->d))
              THROW ("%s: len out of range", i->op == X_UNSAFE_SLICE ? "unsafe.Slice" : "unsafe.String");
            if (!s.ptr && s.len)
              THROW ("%s: ptr is nil and len is not zero", i->op == X_UNSAFE_SLICE ? "unsafe.Slice" : "unsafe.String");
            check_pointer (m, (uint64_t)(uintptr_t)s.ptr, (uint64_t)s.len * i->d);
            memcpy (regs + (int32_t)i->a, &s, i->op == X_UNSAFE_SLICE ? 24 : 16);
            break;
          }
        case X_NIL_CHECK:
          if (!R (uint64_t, i->b))
            {
              SAVE;
              throw_nil_receiver (m, g, &R (struct go_string, i->d), &R (struct go_string, i->e));
              goto reload;
            }
          R (uint64_t, i->a) = R (uint64_t, i->b);
          break;
        case X_DEFER_STACK: R (struct frame *, i->a) = f; break;
        case X_OBSERVE: reach_target (m, c, i->b, R (uint64_t, i->a)); break;
        case X_UNSUPPORTED:
          {
            uint64_t text = c->extra[i->a] | (uint64_t)c->extra[i->a + 1] << 32;
            SAVE;
            machine_unsupported (m, "%s", (const char *)(uintptr_t)text);
          }

#define BINARY(name, suffix, T, expression) \
  case X_##name##_##suffix:                 \
    {                                       \
      T x = R (T, i->b), y = R (T, i->c);   \
      R (T, i->a) = (T)(expression);        \
      break;                                \
    }
#define COMPARE(name, suffix, T, operator)                \
  case X_##name##_##suffix:                               \
    R (uint8_t, i->a) = R (T, i->b) operator R (T, i->c); \
    break;
#define DIVIDE(name, suffix, T, expression) \
  case X_##name##_##suffix:                 \
    {                                       \
      T x = R (T, i->b), y = R (T, i->c);   \
      if (!y)                               \
        goto divided_by_zero;               \
      R (T, i->a) = (T)(expression);        \
      break;                                \
    }
#define IS_SIGNED(T) ((T)-1 < (T)1)
#define INTEGER(suffix, T)                                                                                   \
  BINARY (ADD, suffix, T, x + y)                                                                             \
  BINARY (SUB, suffix, T, x - y)                                                                             \
  BINARY (MUL, suffix, T, x *y)                                                                              \
  BINARY (AND, suffix, T, x &y)                                                                              \
  BINARY (OR, suffix, T, x | y)                                                                              \
  BINARY (XOR, suffix, T, x ^ y)                                                                             \
  BINARY (ANDNOT, suffix, T, x & ~y)                                                                         \
  DIVIDE (QUO, suffix, T, IS_SIGNED (T) && y == (T)-1 ? -x : x / y)                                          \
  DIVIDE (REM, suffix, T, IS_SIGNED (T) && y == (T)-1 ? 0 : x % y)                                           \
  COMPARE (EQ, suffix, T, ==)                                                                                \
  COMPARE (NE, suffix, T, !=)                                                                                \
  COMPARE (LT, suffix, T, <)                                                                                 \
  COMPARE (LE, suffix, T, <=)                                                                                \
  COMPARE (GT, suffix, T, >)                                                                                 \
  COMPARE (GE, suffix, T, >=)                                                                                \
  case X_NEG_##suffix: R (T, i->a) = (T)-R (T, i->b); break;                                                 \
  case X_COM_##suffix: R (T, i->a) = (T)~R (T, i->b); break;                                                 \
  case X_WIDEN_##suffix: R (int64_t, i->a) = (int64_t)R (T, i->b); break;                                    \
  case X_SHL_##suffix:                                                                                       \
    {                                                                                                        \
      uint64_t count = R (uint64_t, i->c);                                                                   \
      R (T, i->a) = count < 8 * sizeof (T) ? (T)((uint64_t)R (T, i->b) << count) : 0;                        \
      break;                                                                                                 \
    }                                                                                                        \
  case X_SHR_##suffix:                                                                                       \
    {                                                                                                        \
      uint64_t count = R (uint64_t, i->c);                                                                   \
      T x = R (T, i->b);                                                                                     \
      R (T, i->a) = count < 8 * sizeof (T) ? (T)(x >> count) : (T)(IS_SIGNED (T) && x < (T)1 && x ? -1 : 0); \
      break;                                                                                                 \
    }
          EXEC_INTS (INTEGER)
#define FLOATING(suffix, T)      \
  BINARY (ADD, suffix, T, x + y) \
  BINARY (SUB, suffix, T, x - y) \
  BINARY (MUL, suffix, T, x *y)  \
  BINARY (QUO, suffix, T, x / y) \
  COMPARE (EQ, suffix, T, ==)    \
  COMPARE (NE, suffix, T, !=)    \
  COMPARE (LT, suffix, T, <)     \
  COMPARE (LE, suffix, T, <=)    \
  COMPARE (GT, suffix, T, >)     \
  COMPARE (GE, suffix, T, >=)    \
  case X_NEG_##suffix: R (T, i->a) = -R (T, i->b); break;
          EXEC_FLOATS (FLOATING)
        case X_COUNT: break;
        }
      continue;

    enter:
      f = g->top;
      if (G_UNLIKELY (!f))
        goto reload;
      c = f->code;
      code = c->insns;
      regs = frame_regs (f);
      pc = f->pc - 1;
      continue;

    nil_dereference:
      THROW ("invalid memory address or nil pointer dereference");
    divided_by_zero:
      THROW ("integer divide by zero");
    wait:
      m->steps += n;
      return;
    }
}

void
machine_run (struct machine *m)
{
  m->stop = 5000;
  for (;;)
    {
      if (m->heap.live >= m->heap.collect_at)
        reach_collect (m);
      struct goroutine *g = schedule (m);
      m->current = g;
      run_goroutine (m, g);
      g->ran_at = m->heap.clock;
      if (g == m->main && g->dead)
        start_main_or_end (m);
    }
}
