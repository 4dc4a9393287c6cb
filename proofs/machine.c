/* The machine as a whole: made from a program, run, and taken apart. */
#include "proofs/machine.h"
#include "base/interner.h"
#include "proofs/exec.h"
#include "proofs/rtype.h"
#include <sys/mman.h>

#define DEFAULT_MEMORY ((uint64_t)2 << 30)

void
machine_end (struct machine *m, int status, char *message)
{
  m->status = status;
  m->message = message;
  longjmp (m->end, 1);
}

static void
put_place (const struct machine *m, const struct frame *f, GString *s)
{
  const struct code *c = f->code;
  if (!c->f || c->native || !c->n_insns)
    return;
  uint32_t pc = MIN (f->state == FRAME_CALLING ? f->pc - 1 : f->pc, c->n_insns - 1), k = c->origin[pc];
  while (k > 0 && !c->f->instrs[k].pos.line)
    k--;
  const struct gir_pos *at = c->f->instrs[k].pos.line ? &c->f->instrs[k].pos : &c->f->pos;
  g_string_append_printf (s, "%s%s:%u (%s)", s->len ? "\n\t" : "", at->line ? gir_string (m->p, m->p->files[at->file]) : "?", at->line,
                          c->name);
}

char *
machine_place (const struct machine *m)
{
  enum
  {
    MOST = 12
  };
  GString *s = g_string_new (NULL);
  uint32_t n = 0;
  for (const struct frame *f = m->current ? m->current->top : NULL; f && n < MOST; f = f->caller, n++)
    put_place (m, f, s);
  return g_string_free (s, FALSE);
}

void
machine_unsupported (struct machine *m, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *what = g_strdup_vprintf (format, args), *where = machine_place (m);
  va_end (args);
  if (!m->options.stack)
    where[strcspn (where, "\n")] = 0;
  char *message = g_strdup_printf ("unsupported: %s at %s", what, where);
  g_free (what);
  g_free (where);
  machine_end (m, SEM_UNSUPPORTED, message);
}

void
machine_fatal (struct machine *m, const char *text)
{
  fprintf (m->options.err, "fatal error: %s\n", text);
  machine_end (m, SEM_GO_PANIC, NULL);
}

/* Storage. */

void *
machine_new_kind (struct machine *m, enum object_kind kind, uint32_t type, uint64_t size, uint32_t site)
{
  struct object *o = heap_new (&m->heap, kind, type, size);
  if (!o)
    machine_end (m, SEM_BUDGET, g_strdup_printf ("budget: more than %" G_GUINT64_FORMAT " bytes of storage", m->heap.limit));
  o->site = site;
  if (m->heap.live >= m->heap.collect_at)
    m->stop = 0;
  if (m->watch && site != SITE_NONE)
    reach_made (m, m->current->top, o);
  return object_data (o);
}

void *
machine_new (struct machine *m, gir_type type, uint64_t count, uint32_t site)
{
  uint64_t size = type_size (m, type);
  if (!size || !count)
    return m->globals; /* like Go's runtime.zerobase; nothing lies there */
  if (count > m->heap.limit / size)
    machine_end (m, SEM_BUDGET, g_strdup_printf ("budget: more than %" G_GUINT64_FORMAT " bytes of storage", m->heap.limit));
  return machine_new_kind (m, m->types[type].pointers ? OBJECT_PLAIN : OBJECT_BYTES, type, size * count, site);
}

void *
machine_new_bytes (struct machine *m, uint64_t size, uint32_t site)
{
  return machine_new_kind (m, OBJECT_BYTES, m->type_uint8, size, site);
}

struct go_string
machine_string (struct machine *m, const char *text, size_t length)
{
  struct go_string s = { NULL, (int64_t)length };
  if (length)
    s.ptr = memcpy (machine_new_bytes (m, length, SITE_NONE), text, length);
  return s;
}

static void
dispose (struct object *o)
{
  if (o->kind == OBJECT_MAP)
    map_dispose (o);
  else if (o->kind == OBJECT_CHAN)
    chan_dispose (object_data (o));
}

bool
constant_text (const struct machine *m, uint64_t address, uint64_t size)
{
  for (uint32_t k = 0; k < m->p->n_consts; k++)
    if (m->p->consts[k].kind == GIR_C_STRING)
      {
        const char *text = gir_string (m->p, m->p->consts[k].text);
        uint64_t at = address - (uint64_t)(uintptr_t)text;
        if (at <= interner_length (text) && size <= interner_length (text) - at)
          return true;
      }
  return false;
}

/* Setting up. */

static gir_type
basic_type (const struct machine *m, const char *name)
{
  for (gir_type t = 1; t < m->p->n_types; t++)
    if (m->types[t].kind < GIR_T_NIL && m->types[t].kind > GIR_T_NONE && strcmp (gir_string (m->p, m->types[t].name), name) == 0)
      return t;
  return 0;
}

/* The basic types that the machine needs whether the program names them or not, then its own error type. */
static void
add_types (struct machine *m)
{
  static const struct
  {
    const char *name;
    enum gir_type_kind kind;
    uint32_t size;
    enum number number;
  } wanted[] = { { "int", GIR_T_INT, 8, NUMBER_I64 },
                 { "string", GIR_T_STRING, 16, NUMBER_NONE },
                 { "uint8", GIR_T_INT, 1, NUMBER_U8 },
                 { "bool", GIR_T_BOOL, 1, NUMBER_U8 },
                 { "uint64", GIR_T_INT, 8, NUMBER_U64 },
                 { "float64", GIR_T_FLOAT, 8, NUMBER_F64 },
                 { "float32", GIR_T_FLOAT, 4, NUMBER_F32 },
                 { "complex128", GIR_T_COMPLEX, 16, NUMBER_C128 },
                 { "unsafe.Pointer", GIR_T_UNSAFEPTR, 8, NUMBER_U64 } };
  gir_type *slots[] = { &m->type_int,   &m->type_string,  &m->type_uint8,   &m->type_bool,  &m->type_uint64,
                        &m->type_float, &m->type_float32, &m->type_complex, &m->type_unsafe };
  m->n_types = m->p->n_types + 2 + G_N_ELEMENTS (wanted);
  m->types_capacity = m->n_types + 4096;
  m->types = g_new0 (struct gir_type_info, m->types_capacity);
  memcpy (m->types, m->p->types, m->p->n_types * sizeof *m->types);
  m->error_type = m->p->n_types;
  gir_type next = m->p->n_types + 2;
  for (size_t k = 0; k < G_N_ELEMENTS (wanted); k++)
    {
      *slots[k] = basic_type (m, wanted[k].name);
      if (*slots[k])
        continue;
      bool pointers = wanted[k].kind == GIR_T_STRING || wanted[k].kind == GIR_T_UNSAFEPTR;
      m->types[next] = (struct gir_type_info){
        .kind = wanted[k].kind, .size = wanted[k].size, .align = MIN (wanted[k].size, 8), .pointers = pointers, .mset = GIR_INVALID
      };
      *slots[k] = next++;
    }
  types_number (m);
  for (size_t k = 0; k < G_N_ELEMENTS (wanted); k++)
    m->numbers[*slots[k]] = (uint8_t)wanted[k].number;
  m->types[m->error_type] = (struct gir_type_info){
    .kind = GIR_T_NAMED, .size = 16, .align = 8, .pointers = true, .elem = m->type_string, .mset = GIR_INVALID
  };
  m->type_error_iface = m->error_type + 1;
  m->types[m->type_error_iface]
      = (struct gir_type_info){ .kind = GIR_T_IFACE, .size = 16, .align = 8, .pointers = true, .mset = GIR_INVALID };
}

static void
add_globals (struct machine *m)
{
  uint64_t at = 64;
  m->global_at = g_new (uint64_t, m->p->n_globals + 1);
  for (uint32_t k = 0; k < m->p->n_globals; k++)
    {
      m->global_at[k] = type_size (m, m->p->globals[k].type) ? at : 0;
      at += (type_size (m, m->p->globals[k].type) + 23) & ~UINT64_C (15);
      if (at > (uint64_t)1 << 34)
        machine_end (m, SEM_BUDGET, g_strdup ("package variables of more than 16 GiB"));
    }
  m->globals_size = at;
  /* Low, as Go's linker puts them. */
  void *memory = mmap ((void *)(uintptr_t)0x1000000, at, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    machine_end (m, SEM_BUDGET, g_strdup ("out of address space"));
  m->globals = memory;
}

static enum native_result
error_text (struct machine *m, struct goroutine *g, void *args, void *result)
{
  (void)m;
  (void)g;
  memcpy (result, args, sizeof (struct go_string));
  return NATIVE_DONE;
}

static enum native_result
do_nothing (struct machine *m, struct goroutine *g, void *args, void *result)
{
  (void)m;
  (void)g;
  (void)args;
  (void)result;
  return NATIVE_DONE;
}

static void
add_own_code (struct machine *m)
{
  static const struct
  {
    const char *name;
    native_fn native;
    uint32_t result;
  } own[OWN_COUNT] = { { "runtime.Error.Error", error_text, 16 },
                       { "runtime.Error.RuntimeError", do_nothing, 0 },
                       { "builtin", late_builtin, 0 },
                       { "equal", own_equal, 8 },
                       { "hash", own_hash, 8 } };
  m->own = g_new0 (struct code *, G_N_ELEMENTS (own));
  for (size_t k = 0; k < G_N_ELEMENTS (own); k++)
    {
      struct code *c = m->own[k] = g_new0 (struct code, 1);
      c->fn = m->p->n_funcs + (fn_id)k;
      c->name = own[k].name;
      c->native = own[k].native;
      c->free = c->n_bytes = 16;
      c->result_size = own[k].result;
      c->recover = UINT32_MAX;
    }
  m->own[OWN_BUILTIN]->free = m->own[OWN_BUILTIN]->n_bytes = 512;
}

static fn_id
find_function (const struct machine *m, uint32_t pkg, const char *name)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", gir_string (m->p, m->p->pkgs[pkg].path), name);
  for (fn_id k = 0; k < m->p->n_funcs; k++)
    if (m->p->funcs[k].pkg == pkg && strcmp (gir_string (m->p, m->p->funcs[k].name), full) == 0)
      return k;
  machine_end ((struct machine *)(uintptr_t)m, SEM_UNSUPPORTED, g_strdup_printf ("unsupported: a program without %s", full));
}

/* The main package: the one that was asked for. */
static uint32_t
find_main (struct machine *m)
{
  for (uint32_t k = 0; k < m->p->n_pkgs; k++)
    if (m->p->pkgs[k].is_main && m->p->pkgs[k].root)
      return k;
  machine_end (m, SEM_UNSUPPORTED, g_strdup ("unsupported: a program without a main package"));
}

/* Go 1.26 prints floats as strconv does. */
static bool
has_long_floats (const GirProgram *p)
{
  for (uint32_t k = 0; k < p->n_metas; k++)
    if (strcmp (gir_string (p, p->metas[k].key), "goversion") == 0)
      {
        const char *v = gir_string (p, p->metas[k].value);
        return g_str_has_prefix (v, "go1.") && atoi (v + 4) < 26;
      }
  return false;
}

static void
set_up (struct machine *m)
{
  if (m->p->ptrsize != 8)
    machine_end (m, SEM_UNSUPPORTED, g_strdup ("unsupported: pointers of another size than 8"));
  if (!heap_init (&m->heap, m->options.memory ? m->options.memory : DEFAULT_MEMORY))
    machine_end (m, SEM_BUDGET, g_strdup ("out of address space"));
  m->heap.dispose = dispose;
  m->random = m->options.seed;
  m->watch = m->options.outlived;
  m->long_floats = has_long_floats (m->p);
  add_types (m);
  rtypes_init (m);
  add_globals (m);
  m->code = g_new0 (struct code *, m->p->n_funcs + 1);
  m->fn_cells = g_new (uint64_t, m->p->n_funcs + 1);
  for (fn_id k = 0; k < m->p->n_funcs; k++)
    m->fn_cells[k] = k;
  m->method_cache = g_hash_table_new (NULL, NULL);
  natives_init (m);
  add_own_code (m);
  uint32_t pkg = find_main (m);
  m->main_fn = find_function (m, pkg, "main");
  m->main = goroutine_new (m, machine_code (m, find_function (m, pkg, "init")));
  goroutine_ready (m, m->main);
}

static void
take_apart (struct machine *m)
{
  while (m->all)
    {
      struct goroutine *g = m->all;
      m->all = g->all;
      goroutine_free (g);
    }
  for (fn_id k = 0; m->code && k < m->p->n_funcs; k++)
    if (m->code[k] && m->code[k]->fn == k)
      code_free (m->code[k]);
  for (uint32_t k = 0; m->own && k < OWN_COUNT; k++)
    g_free (m->own[k]);
  g_clear_pointer (&m->decoder, decoder_free);
  heap_clear (&m->heap);
  rtypes_clear (m);
  if (m->globals)
    munmap (m->globals, m->globals_size);
  g_clear_pointer (&m->method_cache, g_hash_table_destroy);
  g_clear_pointer (&m->type_notes, g_hash_table_destroy);
  g_clear_pointer (&m->natives, g_hash_table_destroy);
  g_clear_pointer (&m->clock_timers, g_hash_table_destroy);
  g_clear_pointer (&m->facts, g_hash_table_destroy);
  vec_clear (&m->sites);
  vec_clear (&m->timers);
  vec_clear (&m->finalizers);
  vec_clear (&m->log);
  vec_clear (&m->gray);
  g_free (m->code);
  g_free (m->own);
  g_free (m->fn_cells);
  g_free (m->global_at);
  g_free (m->types);
  g_free (m->numbers);
}

int
sem_run (GirProgram *p, const struct sem_options *options, struct sem_counts *counts, char **message)
{
  struct machine *m = g_new0 (struct machine, 1);
  m->p = p;
  m->options = *options;
  if (setjmp (m->end) == 0)
    {
      set_up (m);
      machine_run (m);
    }
  fflush (m->options.out);
  fflush (m->options.err);
  int status = m->status;
  *message = m->message;
  if (counts)
    *counts = (struct sem_counts){ m->steps, m->heap.clock, m->n_checks, m->n_traces };
  take_apart (m);
  g_free (m);
  return status;
}
