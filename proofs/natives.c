/* The functions that the machine does itself (natives.def). */
#include "base/hash.h"
#include "proofs/convert.h"
#include "proofs/exec.h"
#include "proofs/rtype.h"
#include <fcntl.h>
#include <math.h>

#define NATIVE_FN(name)                                                                                                         \
  static enum native_result name (struct machine *m G_GNUC_UNUSED, struct goroutine *g G_GNUC_UNUSED, void *args G_GNUC_UNUSED, \
                                  void *result G_GNUC_UNUSED)
#define ARG(T, k) (*(T *)(void *)((uint64_t *)args + (k))) /* at word k */
#define RESULT(T, k) (*(T *)(void *)((uint64_t *)result + (k)))

/* Trivial ones. */

NATIVE_FN (nothing) { return NATIVE_DONE; }
NATIVE_FN (zero)
{
  RESULT (uint64_t, 0) = 0;
  return NATIVE_DONE;
}
NATIVE_FN (one)
{
  RESULT (uint64_t, 0) = 1;
  return NATIVE_DONE;
}
NATIVE_FN (always)
{
  RESULT (uint64_t, 0) = 1;
  return NATIVE_DONE;
}
NATIVE_FN (hundred)
{
  RESULT (uint64_t, 0) = 100;
  return NATIVE_DONE;
}
NATIVE_FN (page_size)
{
  RESULT (uint64_t, 0) = 4096;
  return NATIVE_DONE;
}
NATIVE_FN (no_strings)
{
  RESULT (struct go_slice, 0) = (struct go_slice){ 0 };
  return NATIVE_DONE;
}
NATIVE_FN (no_error)
{
  RESULT (struct go_iface, 0) = (struct go_iface){ 0 };
  return NATIVE_DONE;
}
NATIVE_FN (static_words) /* *[256]uint64 */
{
  if (!m->small_words)
    {
      m->small_words = static_new (m, 256 * 8);
      for (uint64_t k = 0; k < 256; k++)
        m->small_words[k] = k;
    }
  RESULT (uint64_t *, 0) = m->small_words;
  return NATIVE_DONE;
}
NATIVE_FN (random_word)
{
  RESULT (uint64_t, 0) = machine_random (m);
  return NATIVE_DONE;
}
NATIVE_FN (collect)
{
  m->heap.collect_at = 0; /* between turns, when all registers are in order */
  goroutine_ready (m, g);
  return NATIVE_SWITCH;
}
/* runtime.SetFinalizer (obj, finalizer any). Those of package os, whose files no program here waits for, are left away. */
NATIVE_FN (set_finalizer)
{
  const struct gir_func *f = g->top->code->f;
  struct go_iface object = ARG (struct go_iface, 0), function = ARG (struct go_iface, 2);
  struct object *o = object.type ? heap_find (&m->heap, (uint64_t)(uintptr_t)object.data) : NULL;
  if (f && m->p->pkgs[f->pkg].std)
    return NATIVE_DONE;
  for (uint32_t k = 0; k < m->finalizers.size; k++)
    if (m->finalizers.data[k].object == o)
      m->finalizers.data[k--] = vec_pop (&m->finalizers);
  if (!function.type)
    return NATIVE_DONE;
  for (gir_fn k = 0; k < m->p->n_funcs; k++)
    if (m->p->funcs[k].uintptrescapes && !m->p->pkgs[m->p->funcs[k].pkg].std)
      machine_unsupported (m, "finalizers of objects that a uintptr may hold");
  const struct gir_type_info *t = type_info (m, descriptor_type (m, function.type));
  if (!o || t->kind != GIR_T_FUNC || t->n_params != 1 || m->p->fields[t->fields].type != descriptor_type (m, object.type))
    machine_unsupported (m, "such a finalizer");
  struct finalizer z = { o, (uint64_t)(uintptr_t)object.data, function.data };
  vec_push (&m->finalizers, z);
  return NATIVE_DONE;
}
NATIVE_FN (add_cleanup)
{
  const struct gir_func *f = g->top->code->f;
  if (!f || !m->p->pkgs[f->pkg].std)
    machine_unsupported (m, "cleanups");
  RESULT (uint64_t, 0) = 0;
  RESULT (uint64_t, 1) = 0;
  return NATIVE_DONE;
}

/* The dead objects with finalizers come to life again for their call. */
void
natives_finalize (struct machine *m, void (*visit) (struct machine *m, uint64_t address))
{
  for (uint32_t k = 0; k < m->finalizers.size; k++)
    {
      struct finalizer z = m->finalizers.data[k];
      if (z.object->mark == m->epoch)
        continue;
      m->finalizers.data[k--] = vec_pop (&m->finalizers);
      visit (m, z.address);
      struct code *c = machine_code (m, (fn_id)*z.function);
      struct goroutine *g = goroutine_new (m, c);
      memcpy (frame_regs (g->top), &z.address, 8);
      if (c->f && c->f->n_free)
        memcpy (frame_regs (g->top) + c->free, z.function + 1, code_free_size (m, c->f));
      goroutine_ready (m, g);
    }
}

NATIVE_FN (yield_turn)
{
  goroutine_ready (m, g);
  return NATIVE_SWITCH;
}
NATIVE_FN (leave_goroutine)
{
  throw_goexit (m, g);
  return NATIVE_THROWN;
}
NATIVE_FN (count_goroutines)
{
  RESULT (uint64_t, 0) = m->n_goroutines;
  return NATIVE_DONE;
}
NATIVE_FN (fatal_text)
{
  struct go_string s = ARG (struct go_string, 0);
  fprintf (m->options.err, "fatal error: %.*s\n", (int)s.len, (const char *)s.ptr);
  machine_end (m, SEM_GO_PANIC, NULL);
}
NATIVE_FN (move_memory)
{
  if (ARG (uint64_t, 2))
    memmove (ARG (void *, 0), ARG (void *, 1), ARG (uint64_t, 2));
  return NATIVE_DONE;
}

/* Atomic operations: goroutines change only between instructions. */

static bool
nil_throws (struct machine *m, struct goroutine *g, const void *p)
{
  if (p)
    return false;
  throw_error (m, g, "invalid memory address or nil pointer dereference");
  return true;
}

#define ATOMICS(width, T)              \
  NATIVE_FN (load_##width)             \
  {                                    \
    T *p = ARG (T *, 0);               \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    RESULT (T, 0) = *p;                \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (store_##width)            \
  {                                    \
    T *p = ARG (T *, 0);               \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    *p = ARG (T, 1);                   \
    if (m->watch)                      \
      reach_stored (m, p);             \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (add_##width)              \
  {                                    \
    T *p = ARG (T *, 0);               \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    RESULT (T, 0) = *p += ARG (T, 1);  \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (swap_##width)             \
  {                                    \
    T *p = ARG (T *, 0), old;          \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    old = *p;                          \
    *p = ARG (T, 1);                   \
    RESULT (T, 0) = old;               \
    if (m->watch)                      \
      reach_stored (m, p);             \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (compare_and_swap_##width) \
  {                                    \
    T *p = ARG (T *, 0);               \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    bool same = *p == ARG (T, 1);      \
    if (same)                          \
      *p = ARG (T, 2);                 \
    RESULT (uint8_t, 0) = same;        \
    if (m->watch)                      \
      reach_stored (m, p);             \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (and_##width)              \
  {                                    \
    T *p = ARG (T *, 0), old;          \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    old = *p;                          \
    *p &= ARG (T, 1);                  \
    RESULT (T, 0) = old;               \
    return NATIVE_DONE;                \
  }                                    \
  NATIVE_FN (or_##width)               \
  {                                    \
    T *p = ARG (T *, 0), old;          \
    if (nil_throws (m, g, p))          \
      return NATIVE_THROWN;            \
    old = *p;                          \
    *p |= ARG (T, 1);                  \
    RESULT (T, 0) = old;               \
    return NATIVE_DONE;                \
  }
ATOMICS (32, uint32_t)
ATOMICS (64, uint64_t)
#undef ATOMICS

/* Semaphores: a word that counts, and goroutines that wait for it in order. */

static struct goroutine *
first_at (struct machine *m, uint64_t address)
{
  struct goroutine *best = NULL;
  for (struct goroutine *g = m->all; g; g = g->all)
    if (!g->dead && g->wait == WAIT_SEMA && g->sema == address && (!best || g->sema_order < best->sema_order))
      best = g;
  return best;
}

static enum native_result
wait_at (struct machine *m, struct goroutine *g, uint64_t address)
{
  g->wait = WAIT_SEMA;
  g->sema = address;
  g->sema_order = ++m->next_timer;
  return NATIVE_AGAIN;
}

NATIVE_FN (acquire)
{
  uint32_t *count = ARG (uint32_t *, 0);
  if (g->woken) /* the release was handed over */
    {
      g->woken = false;
      return NATIVE_DONE;
    }
  if (*count)
    {
      --*count;
      return NATIVE_DONE;
    }
  return wait_at (m, g, (uint64_t)(uintptr_t)count);
}

static void
wake_at (struct machine *m, struct goroutine *g)
{
  g->woken = true;
  goroutine_ready (m, g);
}

NATIVE_FN (release)
{
  uint32_t *count = ARG (uint32_t *, 0);
  struct goroutine *waiter = first_at (m, (uint64_t)(uintptr_t)count);
  if (waiter)
    wake_at (m, waiter);
  else
    ++*count;
  return NATIVE_DONE;
}

/* sync.notifyList: { wait, notify uint32; ... } */
NATIVE_FN (notify_add)
{
  uint32_t *list = ARG (uint32_t *, 0);
  RESULT (uint32_t, 0) = list[0]++;
  return NATIVE_DONE;
}

NATIVE_FN (notify_wait)
{
  uint32_t *list = ARG (uint32_t *, 0), ticket = ARG (uint32_t, 1);
  if (g->woken)
    {
      g->woken = false;
      return NATIVE_DONE;
    }
  if ((int32_t)(ticket - list[1]) < 0)
    return NATIVE_DONE;
  wait_at (m, g, (uint64_t)(uintptr_t)list);
  g->sema_order = ticket;
  return NATIVE_AGAIN;
}

NATIVE_FN (notify_all)
{
  uint32_t *list = ARG (uint32_t *, 0);
  struct goroutine *waiter;
  while ((waiter = first_at (m, (uint64_t)(uintptr_t)list)))
    wake_at (m, waiter);
  list[1] = list[0];
  return NATIVE_DONE;
}

NATIVE_FN (notify_one)
{
  uint32_t *list = ARG (uint32_t *, 0);
  if (list[1] == list[0])
    return NATIVE_DONE;
  struct goroutine *waiter = first_at (m, (uint64_t)(uintptr_t)list);
  list[1]++;
  if (waiter)
    wake_at (m, waiter);
  return NATIVE_DONE;
}

/* Time. */

#define EPOCH INT64_C (1700000000)

NATIVE_FN (clock_nanoseconds)
{
  m->now += 50;
  RESULT (int64_t, 0) = m->now + 1;
  return NATIVE_DONE;
}

NATIVE_FN (clock_now)
{
  m->now += 50;
  RESULT (int64_t, 0) = EPOCH + m->now / 1000000000;
  RESULT (uint64_t, 1) = (uint32_t)(m->now % 1000000000);
  RESULT (int64_t, 2) = m->now + 1;
  return NATIVE_DONE;
}

NATIVE_FN (sleep_for)
{
  int64_t d = ARG (int64_t, 0);
  if (g->woken)
    {
      g->woken = false;
      return NATIVE_DONE;
    }
  if (d <= 0)
    return NATIVE_DONE;
  g->wait = WAIT_SLEEP;
  timer_add (m, m->now > INT64_MAX - d ? INT64_MAX : m->now + d, g, 0);
  return NATIVE_AGAIN;
}

/* What a time.Timer's memory is followed by, kept in a table by its address. */
struct clock_timer
{
  int64_t period;
  struct code *code;
  const uint64_t *function;
  struct go_iface arg;
  uint64_t generation; /* of the last reset; 0: stopped */
};

static void
arm (struct machine *m, uint64_t address, struct clock_timer *t, int64_t when)
{
  t->generation = m->next_timer;
  timer_add (m, when, NULL, address);
}

NATIVE_FN (timer_new)
{
  const uint64_t *function = ARG (const uint64_t *, 2);
  struct clock_timer *t = g_new0 (struct clock_timer, 1);
  gir_type timer = 0;
  for (gir_type k = 1; k < m->p->n_types && !timer; k++)
    if (m->types[k].kind == GIR_T_NAMED && strcmp (gir_string (m->p, m->types[k].name), "time.Timer") == 0)
      timer = k;
  uint64_t address = (uint64_t)(uintptr_t)machine_new_kind (m, OBJECT_PLAIN, timer, type_size (m, timer), SITE_NONE);
  *t = (struct clock_timer){
    .period = ARG (int64_t, 1), .function = function, .arg = ARG (struct go_iface, 3), .code = machine_code (m, (fn_id)*function)
  };
  g_hash_table_insert (m->clock_timers, GSIZE_TO_POINTER (address), t);
  /* initTimer: the runtime made it */
  ((uint8_t *)(uintptr_t)address)[8] = 1;
  arm (m, address, t, ARG (int64_t, 0) - 1);
  RESULT (uint64_t, 0) = address;
  return NATIVE_DONE;
}

static bool
is_armed (const struct machine *m, uint64_t address)
{
  const struct clock_timer *t = g_hash_table_lookup (m->clock_timers, GSIZE_TO_POINTER (address));
  for (uint32_t k = 0; t && k < m->timers.size; k++)
    if (m->timers.data[k].timer == address && m->timers.data[k].order == t->generation)
      return true;
  return false;
}

NATIVE_FN (timer_stop)
{
  uint64_t address = ARG (uint64_t, 0);
  struct clock_timer *t = g_hash_table_lookup (m->clock_timers, GSIZE_TO_POINTER (address));
  RESULT (uint8_t, 0) = is_armed (m, address);
  if (t)
    t->generation = UINT64_MAX;
  for (uint32_t k = 0; k < m->timers.size; k++)
    if (m->timers.data[k].timer == address)
      m->timers.data[k--] = vec_pop (&m->timers);
  return NATIVE_DONE;
}

NATIVE_FN (timer_reset)
{
  uint64_t address = ARG (uint64_t, 0);
  int64_t when = ARG (int64_t, 1), period = ARG (int64_t, 2);
  struct clock_timer *t = g_hash_table_lookup (m->clock_timers, GSIZE_TO_POINTER (address));
  timer_stop (m, g, args, result);
  if (!t)
    machine_unsupported (m, "reset of a timer that was not made by package time");
  t->period = period;
  arm (m, address, t, when - 1);
  return NATIVE_DONE;
}

void
timer_fired (struct machine *m, uint64_t address)
{
  struct clock_timer *t = g_hash_table_lookup (m->clock_timers, GSIZE_TO_POINTER (address));
  if (!t)
    return;
  struct goroutine *g = goroutine_new (m, t->code);
  uint8_t *regs = frame_regs (g->top);
  memset (regs, 0, 32);
  memcpy (regs, &t->arg, 16);
  goroutine_ready (m, g);
  if (t->period > 0)
    arm (m, address, t, m->now + t->period);
}

void
natives_visit (struct machine *m, void (*visit) (struct machine *m, uint64_t address))
{
  vec_foreach (struct timer, k, &m->timers)
    {
      struct clock_timer *t = k->timer ? g_hash_table_lookup (m->clock_timers, GSIZE_TO_POINTER (k->timer)) : NULL;
      if (!t)
        continue;
      visit (m, (uint64_t)(uintptr_t)t->arg.data);
      visit (m, (uint64_t)(uintptr_t)t->function);
    }
}

/* Bytes and strings. */

static int64_t
find_byte (const uint8_t *p, int64_t n, uint8_t c)
{
  const uint8_t *at = n ? memchr (p, c, (size_t)n) : NULL;
  return at ? at - p : -1;
}
static int64_t
count_byte (const uint8_t *p, int64_t n, uint8_t c)
{
  int64_t count = 0;
  for (int64_t k = 0; k < n; k++)
    count += p[k] == c;
  return count;
}
static int64_t
find_bytes (const uint8_t *p, int64_t n, const uint8_t *q, int64_t k)
{
  const uint8_t *at = n ? memmem (p, (size_t)n, q, (size_t)k) : NULL;
  return at ? at - p : k ? -1 : 0;
}
static int64_t
compare_bytes (const uint8_t *p, int64_t n, const uint8_t *q, int64_t k)
{
  int64_t least = MIN (n, k);
  int c = least ? memcmp (p, q, (size_t)least) : 0;
  return c < 0 ? -1 : c > 0 ? 1 : n < k ? -1 : n > k;
}
NATIVE_FN (index_byte_slice)
{
  RESULT (int64_t, 0) = find_byte (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t, 3));
  return NATIVE_DONE;
}
NATIVE_FN (index_byte_string)
{
  RESULT (int64_t, 0) = find_byte (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t, 2));
  return NATIVE_DONE;
}
NATIVE_FN (count_slice)
{
  RESULT (int64_t, 0) = count_byte (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t, 3));
  return NATIVE_DONE;
}
NATIVE_FN (count_string)
{
  RESULT (int64_t, 0) = count_byte (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t, 2));
  return NATIVE_DONE;
}
NATIVE_FN (compare_slices)
{
  RESULT (int64_t, 0) = compare_bytes (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t *, 3), ARG (int64_t, 4));
  return NATIVE_DONE;
}
NATIVE_FN (compare_texts)
{
  RESULT (int64_t, 0) = compare_bytes (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t *, 2), ARG (int64_t, 3));
  return NATIVE_DONE;
}
NATIVE_FN (equal_slices)
{
  RESULT (uint8_t, 0) = compare_bytes (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t *, 3), ARG (int64_t, 4)) == 0;
  return NATIVE_DONE;
}
NATIVE_FN (index_slice)
{
  RESULT (int64_t, 0) = find_bytes (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t *, 3), ARG (int64_t, 4));
  return NATIVE_DONE;
}
NATIVE_FN (index_string)
{
  RESULT (int64_t, 0) = find_bytes (ARG (uint8_t *, 0), ARG (int64_t, 1), ARG (uint8_t *, 2), ARG (int64_t, 3));
  return NATIVE_DONE;
}
NATIVE_FN (make_bytes)
{
  int64_t n = ARG (int64_t, 0);
  if (n < 0)
    {
      throw_error (m, g, "makeslice: len out of range");
      return NATIVE_THROWN;
    }
  RESULT (struct go_slice, 0) = (struct go_slice){ machine_new_bytes (m, (uint64_t)n, SITE_NONE), n, n };
  return NATIVE_DONE;
}

static void
set_global (struct machine *m, const char *name, uint64_t value)
{
  for (uint32_t k = 0; k < m->p->n_globals; k++)
    if (strcmp (gir_string (m->p, m->p->globals[k].name), name) == 0)
      memcpy (m->globals + m->global_at[k], &value, MIN (type_size (m, m->p->globals[k].type), 8));
}

NATIVE_FN (set_up_bytealg)
{
  set_global (m, "internal/bytealg.MaxLen", 64);
  return NATIVE_DONE;
}

/* Mathematics. */

NATIVE_FN (floor_of)
{
  RESULT (double, 0) = floor (ARG (double, 0));
  return NATIVE_DONE;
}
NATIVE_FN (ceil_of)
{
  RESULT (double, 0) = ceil (ARG (double, 0));
  return NATIVE_DONE;
}
NATIVE_FN (trunc_of)
{
  RESULT (double, 0) = trunc (ARG (double, 0));
  return NATIVE_DONE;
}
NATIVE_FN (sqrt_of)
{
  RESULT (double, 0) = sqrt (ARG (double, 0));
  return NATIVE_DONE;
}
NATIVE_FN (fma_of)
{
  RESULT (double, 0) = fma (ARG (double, 0), ARG (double, 1), ARG (double, 2));
  return NATIVE_DONE;
}

/* The operating system. */

NATIVE_FN (write_file)
{
  int64_t fd = ARG (int64_t, 0), n = ARG (int64_t, 2);
  if (fd != 1 && fd != 2)
    machine_unsupported (m, "write to file %" G_GINT64_FORMAT, fd);
  fwrite (ARG (uint8_t *, 1), 1, (size_t)n, fd == 1 ? m->options.out : m->options.err);
  RESULT (int64_t, 0) = n;
  RESULT (struct go_iface, 1) = (struct go_iface){ 0 };
  return NATIVE_DONE;
}
NATIVE_FN (exit_program) { machine_end (m, (int)ARG (int64_t, 0), NULL); }
NATIVE_FN (file_flags) /* (int, error) */
{
  memset (result, 0, 24);
  RESULT (int64_t, 0) = 2;
  return NATIVE_DONE;
}
NATIVE_FN (file_control) /* (int32, int32) */
{
  RESULT (uint64_t, 0) = 2;
  RESULT (uint64_t, 1) = 0;
  return NATIVE_DONE;
}
static struct go_slice
string_slice (struct machine *m, const char *first, char **rest)
{
  int64_t n = 0, have = first != NULL;
  while (rest && rest[n])
    n++;
  struct go_string *list = machine_new (m, m->type_string, (uint64_t)(have + n), SITE_NONE);
  if (first)
    list[0] = machine_string (m, first, strlen (first));
  for (int64_t k = 0; k < n; k++)
    list[have + k] = machine_string (m, rest[k], strlen (rest[k]));
  return (struct go_slice){ (uint8_t *)list, have + n, have + n };
}
NATIVE_FN (program_arguments)
{
  RESULT (struct go_slice, 0) = string_slice (m, "main", m->options.args);
  return NATIVE_DONE;
}
NATIVE_FN (program_environment)
{
  RESULT (struct go_slice, 0) = string_slice (m, NULL, m->options.env);
  return NATIVE_DONE;
}

/* Type descriptors' functions, and reflection. */

enum native_result
own_equal (struct machine *m, struct goroutine *g, void *args, void *result)
{
  gir_type bad = 0;
  bool equal = value_equal (m, (gir_type)ARG (uint64_t, 2), ARG (void *, 0), ARG (void *, 1), &bad);
  if (bad)
    {
      throw_error (m, g, "comparing uncomparable type %s", type_name (m, bad));
      return NATIVE_THROWN;
    }
  RESULT (uint8_t, 0) = equal;
  return NATIVE_DONE;
}

static enum native_result
hash_into (struct machine *m, struct goroutine *g, gir_type t, const void *value, uint64_t seed, void *result)
{
  gir_type bad = 0;
  uint64_t h = value_hash (m, t, value, &bad);
  if (bad)
    {
      throw_error (m, g, "hash of unhashable type %s", type_name (m, bad));
      return NATIVE_THROWN;
    }
  RESULT (uint64_t, 0) = hash_mix (h, seed);
  return NATIVE_DONE;
}

enum native_result
own_hash (struct machine *m, struct goroutine *g, void *args, void *result)
{
  return hash_into (m, g, (gir_type)ARG (uint64_t, 2), ARG (void *, 0), ARG (uint64_t, 1), result);
}

static gir_type
type_arg (struct machine *m, void *args, uint32_t k)
{
  return descriptor_type (m, ARG (const uint8_t *, k));
}

NATIVE_FN (resolve_offset)
{
  int32_t offset = ARG (int32_t, 1);
  RESULT (const uint8_t *, 0) = offset ? m->statics + offset : NULL;
  return NATIVE_DONE;
}
NATIVE_FN (resolve_type)
{
  int32_t t = ARG (int32_t, 1);
  RESULT (const uint8_t *, 0) = t ? type_descriptor (m, (gir_type)t) : NULL;
  return NATIVE_DONE;
}
NATIVE_FN (reflect_new)
{
  RESULT (void *, 0) = machine_new (m, type_arg (m, args, 0), 1, SITE_NONE);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_new_array)
{
  int64_t n = ARG (int64_t, 1);
  if (n < 0)
    {
      throw_plain (m, g, "reflect: makeslice: len out of range");
      return NATIVE_THROWN;
    }
  RESULT (void *, 0) = machine_new (m, type_arg (m, args, 0), (uint64_t)n, SITE_NONE);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_move)
{
  memmove (ARG (void *, 1), ARG (void *, 2), type_size (m, type_arg (m, args, 0)));
  if (m->watch)
    reach_stored (m, ARG (void *, 1));
  return NATIVE_DONE;
}
NATIVE_FN (reflect_clear)
{
  memset (ARG (void *, 1), 0, type_size (m, type_arg (m, args, 0)));
  return NATIVE_DONE;
}
NATIVE_FN (reflect_copy)
{
  int64_t n = MIN (ARG (int64_t, 2), ARG (int64_t, 5));
  if (n)
    memmove (ARG (void *, 1), ARG (void *, 4), (uint64_t)n * type_size (m, type_arg (m, args, 0)));
  if (n && m->watch)
    reach_stored (m, ARG (void *, 1));
  RESULT (int64_t, 0) = n;
  return NATIVE_DONE;
}
NATIVE_FN (reflect_hash) { return hash_into (m, g, type_arg (m, args, 0), ARG (void *, 1), ARG (uint64_t, 2), result); }
NATIVE_FN (reflect_grow) /* (t, slice, num) */
{
  gir_type t = type_arg (m, args, 0);
  struct go_slice s = ARG (struct go_slice, 1);
  int64_t length = s.len, n = ARG (int64_t, 4);
  uint64_t size = type_size (m, t);
  g_autofree void *none = g_malloc0 (MAX (1, size * (uint64_t)n));
  s.len = length;
  s = builtin_append (m, g, t, s, none, n, SITE_NONE);
  s.len = length;
  RESULT (struct go_slice, 0) = s;
  return NATIVE_DONE;
}
NATIVE_FN (reflect_iface) /* (t, src any, dst) */
{
  struct go_iface x = ARG (struct go_iface, 1);
  gir_type want = type_arg (m, args, 0);
  gir_str missing = 0;
  if (!x.type || !type_implements (m, descriptor_type (m, x.type), want, &missing))
    {
      throw_plain (m, g, "interface conversion: interface is nil, not %s", type_name (m, want));
      return NATIVE_THROWN;
    }
  memcpy (ARG (void *, 3), &x, 16);
  if (m->watch)
    reach_stored (m, ARG (void *, 3));
  return NATIVE_DONE;
}
/* The constructors of types: a reflect.Type holds a descriptor's address. */
NATIVE_FN (reflect_pointer_to)
{
  RESULT (const uint8_t *, 0) = type_descriptor (m, type_made (m, GIR_T_PTR, type_arg (m, args, 0), 0, 0));
  return NATIVE_DONE;
}
NATIVE_FN (reflect_slice_of)
{
  RESULT (uint64_t, 1) = (uint64_t)(uintptr_t)type_descriptor (m, type_made (m, GIR_T_SLICE, type_arg (m, args, 1), 0, 0));
  RESULT (uint64_t, 0) = ARG (uint64_t, 0);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_array_of) /* (length int, elem Type) */
{
  if (ARG (int64_t, 0) < 0 || ARG (int64_t, 0) > 1 << 30)
    machine_unsupported (m, "an array type of that length");
  RESULT (uint64_t, 1) = (uint64_t)(uintptr_t)type_descriptor (m, type_made (m, GIR_T_ARRAY, type_arg (m, args, 2), 0, ARG (uint64_t, 0)));
  RESULT (uint64_t, 0) = ARG (uint64_t, 1);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_map_of) /* (key, elem Type) */
{
  gir_type key = type_arg (m, args, 1);
  if (!type_is_comparable (m, key))
    machine_unsupported (m, "a map type with such a key");
  RESULT (uint64_t, 1) = (uint64_t)(uintptr_t)type_descriptor (m, type_made (m, GIR_T_MAP, type_arg (m, args, 3), key, 0));
  RESULT (uint64_t, 0) = ARG (uint64_t, 0);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_implements) /* (T, V *abi.Type) bool */
{
  gir_type want = type_arg (m, args, 0), t = type_arg (m, args, 1);
  gir_str missing = 0;
  if (!type_is_iface (m, want))
    RESULT (uint8_t, 0) = false;
  else if (type_is_iface (m, t))
    {
      const struct gir_type_info *a = type_info (m, want), *b = type_info (m, t);
      bool all = true;
      for (uint32_t k = 0; k < a->n_fields; k++)
        {
          bool found = false;
          for (uint32_t n = 0; n < b->n_fields; n++)
            found |= m->p->fields[a->fields + k].name == m->p->fields[b->fields + n].name
                     && m->p->fields[a->fields + k].type == m->p->fields[b->fields + n].type;
          all &= found;
        }
      RESULT (uint8_t, 0) = all;
    }
  else
    RESULT (uint8_t, 0) = type_implements (m, t, want, &missing);
  return NATIVE_DONE;
}

/* Maps by reflection: what is returned are copies in storage, since entries move. */

static void *
copy_value (struct machine *m, gir_type t, const void *value)
{
  void *copy = machine_new (m, t, 1, SITE_NONE);
  memcpy (copy, value, type_size (m, t));
  return copy;
}

static enum native_result
map_access (struct machine *m, struct goroutine *g, gir_type t, struct go_map *map, const void *key, void *result)
{
  bool thrown = false;
  void *value = map_find (m, g, map, t, key, &thrown);
  if (thrown)
    return NATIVE_THROWN;
  RESULT (void *, 0) = value ? copy_value (m, type_info (m, t)->elem, value) : NULL;
  return NATIVE_DONE;
}

static enum native_result
map_assign (struct machine *m, struct goroutine *g, gir_type t, struct go_map *map, const void *key, const void *from)
{
  bool thrown = false;
  void *value = map_insert (m, g, map, t, key, &thrown);
  if (thrown)
    return NATIVE_THROWN;
  memcpy (value, from, type_size (m, type_info (m, t)->elem));
  if (m->watch)
    reach_stored (m, map);
  return NATIVE_DONE;
}

NATIVE_FN (reflect_makemap)
{
  RESULT (void *, 0) = map_new (m, type_arg (m, args, 0), SITE_NONE);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_mapaccess) { return map_access (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), ARG (void *, 2), result); }
NATIVE_FN (reflect_mapaccess_string)
{
  return map_access (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), &ARG (struct go_string, 2), result);
}
NATIVE_FN (reflect_mapassign)
{
  return map_assign (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), ARG (void *, 2), ARG (void *, 3));
}
NATIVE_FN (reflect_mapassign_string)
{
  return map_assign (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), &ARG (struct go_string, 2), ARG (void *, 4));
}
static enum native_result
map_remove (struct machine *m, struct goroutine *g, gir_type t, struct go_map *map, const void *key)
{
  bool thrown = false;
  map_delete (m, g, map, t, key, &thrown);
  return thrown ? NATIVE_THROWN : NATIVE_DONE;
}
NATIVE_FN (reflect_mapdelete) { return map_remove (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), ARG (void *, 2)); }
NATIVE_FN (reflect_mapdelete_string)
{
  return map_remove (m, g, type_arg (m, args, 0), ARG (struct go_map *, 1), &ARG (struct go_string, 2));
}
NATIVE_FN (reflect_mapclear)
{
  map_empty (m, ARG (struct go_map *, 1));
  return NATIVE_DONE;
}
NATIVE_FN (reflect_length) /* of a map or channel */
{
  const int64_t *count = ARG (const int64_t *, 0);
  RESULT (int64_t, 0) = count ? *count : 0;
  return NATIVE_DONE;
}
NATIVE_FN (reflect_capacity)
{
  const struct go_chan *c = ARG (const struct go_chan *, 0);
  RESULT (int64_t, 0) = c ? c->capacity : 0;
  return NATIVE_DONE;
}

/* internal/runtime/maps.Iter as far as it is used: key, elem, typ, m, and our own iterator where tab is. */
struct reflect_iter
{
  void *key, *elem;
  const uint8_t *type;
  struct go_map *map;
  uint64_t pad[5];
  struct go_iter *own;
};

static void
reflect_step (struct machine *m, struct reflect_iter *it)
{
  void *key, *value;
  const struct gir_type_info *i = type_info (m, descriptor_type (m, it->type));
  bool ok = map_next (m, it->own, &key, &value);
  it->key = ok ? copy_value (m, i->key, key) : NULL;
  it->elem = ok ? copy_value (m, i->elem, value) : NULL;
  if (m->watch)
    reach_stored (m, it);
}
NATIVE_FN (reflect_iterate)
{
  struct reflect_iter *it = ARG (struct reflect_iter *, 2);
  it->type = ARG (const uint8_t *, 0);
  it->map = ARG (struct go_map *, 1);
  it->own = machine_new_kind (m, OBJECT_ITER, 0, sizeof *it->own, SITE_NONE);
  map_iterate (m, it->map, it->own);
  reflect_step (m, it);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_iterate_next)
{
  reflect_step (m, ARG (struct reflect_iter *, 0));
  return NATIVE_DONE;
}
NATIVE_FN (iterator_key)
{
  RESULT (void *, 0) = ARG (struct reflect_iter *, 0)->key;
  return NATIVE_DONE;
}
NATIVE_FN (iterator_value)
{
  RESULT (void *, 0) = ARG (struct reflect_iter *, 0)->elem;
  return NATIVE_DONE;
}
NATIVE_FN (iterator_initialized)
{
  RESULT (uint8_t, 0) = ARG (struct reflect_iter *, 0)->type != NULL;
  return NATIVE_DONE;
}

/* Channels by reflection. */

NATIVE_FN (reflect_makechan)
{
  RESULT (void *, 0) = chan_new (m, type_arg (m, args, 0), ARG (int64_t, 1), SITE_NONE);
  return NATIVE_DONE;
}
NATIVE_FN (reflect_close) { return chan_close (m, g, ARG (struct go_chan *, 0)) ? NATIVE_DONE : NATIVE_THROWN; }
NATIVE_FN (reflect_send) /* (ch, val, nb) bool */
{
  bool did = true;
  enum chan_result r = chan_send (m, g, ARG (struct go_chan *, 0), ARG (void *, 1), !ARG (uint8_t, 2), &did);
  RESULT (uint8_t, 0) = did;
  return r == CHAN_DONE ? NATIVE_DONE : r == CHAN_WAIT ? NATIVE_AGAIN : NATIVE_THROWN;
}
NATIVE_FN (reflect_recv) /* (ch, nb, val) (selected, received bool) */
{
  bool did, ok;
  enum chan_result r = chan_recv (m, g, ARG (struct go_chan *, 0), ARG (void *, 2), &ok, !ARG (uint8_t, 1), &did);
  if (r == CHAN_WAIT)
    return NATIVE_AGAIN;
  RESULT (uint8_t, 0) = did;
  RESULT (uint8_t, 1) = ok;
  return NATIVE_DONE;
}

/* reflect.Value */
struct reflect_value
{
  const uint8_t *type;
  void *ptr;
  uint64_t flag; /* kind, and: */
};
enum
{
  REFLECT_KIND = 31,
  REFLECT_INDIRECT = 1 << 7,
  REFLECT_METHOD = 1 << 9,
};

static struct reflect_value
reflect_make (struct machine *m, gir_type t, const void *value)
{
  struct reflect_value v = { type_descriptor (m, t), NULL, type_descriptor (m, t)[23] };
  if (type_is_pointer_shaped (m, t))
    memcpy (&v.ptr, value, 8);
  else
    {
      v.ptr = copy_value (m, t, value);
      v.flag |= REFLECT_INDIRECT;
    }
  return v;
}

/* Puts @v into a parameter of type @t. */
static void
reflect_pass (struct machine *m, const struct reflect_value *v, gir_type t, uint8_t *to)
{
  if (!v->type)
    machine_unsupported (m, "reflect.Value.Call with a zero Value");
  gir_type have = descriptor_type (m, v->type);
  const void *value = v->flag & REFLECT_INDIRECT ? v->ptr : (const void *)&v->ptr;
  gir_str missing = 0;
  if (have == t)
    memcpy (to, value, type_size (m, t));
  else if (type_is_iface (m, t) && !type_is_iface (m, have) && type_implements (m, have, t, &missing))
    {
      struct go_iface x = iface_box (m, have, value, SITE_NONE);
      memcpy (to, &x, sizeof x);
    }
  else
    machine_unsupported (m, "reflect.Value.Call with an argument of another type");
}

/* The called function has returned: its results become a []reflect.Value. */
static void
reflect_called (struct machine *m, struct goroutine *g, struct frame *f)
{
  const struct gir_func *fn = f->code->f;
  struct reflect_value *list = f->hook_list;
  const uint8_t *at = f->result;
  (void)g;
  for (uint32_t k = 0; k < fn->n_results; k++)
    {
      list[k] = reflect_make (m, fn->results[k].type, at);
      at += register_size (m, fn->results[k].type);
    }
  *(struct go_slice *)f->hook_data = (struct go_slice){ (uint8_t *)list, fn->n_results, fn->n_results };
}

/* (Value).call (op string, in []Value) []Value */
NATIVE_FN (reflect_call)
{
  struct reflect_value v = ARG (struct reflect_value, 0), *in = ARG (struct reflect_value *, 5);
  int64_t n = ARG (int64_t, 6);
  if ((v.flag & REFLECT_KIND) != 19 || v.flag & REFLECT_METHOD)
    machine_unsupported (m, "reflect.Value.Call of a method");
  const uint64_t *function = v.flag & REFLECT_INDIRECT ? *(const uint64_t **)v.ptr : v.ptr;
  const struct gir_type_info *t = type_info (m, descriptor_type (m, v.type));
  if (!function || t->variadic || n != t->n_params || *function >= m->p->n_funcs)
    machine_unsupported (m, "such a reflect.Value.Call");
  struct code *c = machine_code (m, (fn_id)*function);
  gir_type list = 0;
  for (gir_type k = 1; k < m->p->n_types && !list; k++)
    if (m->types[k].kind == GIR_T_NAMED && strcmp (gir_string (m->p, m->types[k].name), "reflect.Value") == 0)
      list = k;
  if (c->native)
    machine_unsupported (m, "reflect.Value.Call of %s", c->name);
  /* What the results need is made first: the frame must stay on top of the stack. */
  uint8_t *results = machine_new_bytes (m, c->result_size, SITE_NONE);
  void *values = machine_new (m, list, t->n_fields - t->n_params, SITE_NONE);
  struct frame *f = push_frame (m, g, c);
  uint8_t *to = frame_regs (f);
  f->flags |= FRAME_HOOK;
  f->hook = reflect_called;
  f->hook_data = result;
  f->hook_list = values;
  f->result = results;
  for (int64_t k = 0; k < n; k++)
    {
      gir_type p = m->p->fields[t->fields + k].type;
      reflect_pass (m, &in[k], p, to);
      to += register_size (m, p);
    }
  if (c->f->n_free)
    memcpy (frame_regs (f) + c->free, function + 1, code_free_size (m, c->f));
  return NATIVE_CALLED;
}

/* maps.clone (m any) any */
NATIVE_FN (map_clone)
{
  struct go_iface x = ARG (struct go_iface, 0);
  gir_type t = descriptor_type (m, x.type);
  const struct gir_type_info *i = type_info (m, t);
  struct go_map *copy = map_new (m, t, SITE_NONE);
  struct go_iter it = { 0 };
  void *key, *value;
  bool thrown = false;
  map_iterate (m, x.data, &it);
  while (map_next (m, &it, &key, &value))
    memcpy (map_insert (m, g, copy, t, key, &thrown), value, type_size (m, i->elem));
  x.data = copy;
  RESULT (struct go_iface, 0) = x;
  return NATIVE_DONE;
}

/* runtime.Caller (skip int) (pc uintptr, file string, line int, ok bool); the pc is of no use. */
NATIVE_FN (caller_place)
{
  int64_t skip = ARG (int64_t, 0);
  struct frame *f = g->top;
  while (f && (skip > 0 || f->code->pass_through))
    {
      if (f->flags & (FRAME_DEFER_NORMAL | FRAME_DEFER_PANIC))
        machine_unsupported (m, "the callers of a deferred call"); /* the runtime is one of them */
      skip -= !f->code->pass_through;
      f = f->caller;
    }
  memset (result, 0, 40);
  if (!f || !f->code->f || f->code->native)
    return NATIVE_DONE;
  const struct code *c = f->code;
  const struct gir_pos *at = &c->f->instrs[c->origin[f->state == FRAME_CALLING ? f->pc - 1 : f->pc]].pos;
  if (!at->line || at->file != c->f->pos.file) /* under a //line of its own */
    machine_unsupported (m, "the place of a call that .gir does not tell");
  const char *file = gir_string (m->p, m->p->files[at->file]);
  RESULT (uint64_t, 0) = 1;
  RESULT (struct go_string, 1) = machine_string (m, file, strlen (file));
  RESULT (int64_t, 3) = at->line;
  RESULT (uint8_t, 4) = 1;
  return NATIVE_DONE;
}

/* Methods by reflection need function types that the program does not hold. */
NATIVE_FN (reflect_methods) { machine_unsupported (m, "reflection on methods or promoted fields"); }
NATIVE_FN (reflect_count_methods)
{
  gir_type t = type_arg (m, args, 0);
  const struct gir_type_info *i = type_info (m, t);
  if (i->kind == GIR_T_IFACE)
    RESULT (int64_t, 0) = i->n_fields;
  else
    {
      int64_t n = 0;
      for (uint32_t k = 0; t < m->p->n_types && m->types[t].mset != GIR_INVALID && k < m->types[t].n_mset; k++)
        n += !strchr (gir_string (m->p, m->p->methods[m->types[t].mset + k].name), '.');
      RESULT (int64_t, 0) = n;
    }
  return NATIVE_DONE;
}

/* The table. */

static const struct native
{
  const char *name;
  native_fn native;
  const char *alias;
} table[] = {
#define NATIVE(name, implementation) { name, implementation, NULL },
#define BODY(name) { name, NULL, NULL },
#define ALIAS(name, other) { name, NULL, other },
#include "proofs/natives.def"
#undef NATIVE
#undef ALIAS
#undef BODY
};

void
natives_init (struct machine *m)
{
  m->natives = g_hash_table_new (g_str_hash, g_str_equal);
  m->clock_timers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (size_t k = 0; k < G_N_ELEMENTS (table); k++)
    g_hash_table_insert (m->natives, (gpointer)(uintptr_t)table[k].name, (gpointer)(uintptr_t)&table[k]);
}

/* An instance of a generic function counts as the function. */
static const struct native *
find_entry (const struct machine *m, const char *name)
{
  const struct native *n = g_hash_table_lookup (m->natives, name);
  if (n || !strchr (name, '['))
    return n;
  g_autofree char *base = g_strndup (name, strcspn (name, "["));
  return g_hash_table_lookup (m->natives, base);
}

bool
native_allows (struct machine *m, const char *name, const char *pkg)
{
  static const char *const plain[] = { "internal/runtime/atomic", "internal/runtime/sys", "internal/runtime/math" };
  bool below = strcmp (pkg, "runtime") == 0 || g_str_has_prefix (pkg, "internal/runtime/");
  for (size_t k = 0; k < G_N_ELEMENTS (plain); k++)
    below &= strcmp (pkg, plain[k]) != 0;
  return !below || find_entry (m, name);
}

native_fn
native_find (struct machine *m, const char *name)
{
  const struct native *n = find_entry (m, name);
  return n ? n->native : NULL;
}

const char *
native_alias (struct machine *m, const char *name)
{
  const struct native *n = find_entry (m, name);
  return n ? n->alias : NULL;
}
