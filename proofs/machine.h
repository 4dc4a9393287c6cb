/* The parts of the executing machine. Private to proofs/. */
#pragma once

#include "base/u32map.h"
#include "base/vec.h"
#include "proofs/heap.h"
#include "proofs/semantics.h"
#include <setjmp.h>

/* Go's values as they lie in memory. */
struct go_string
{
  const uint8_t *ptr;
  int64_t len;
};
struct go_slice
{
  uint8_t *ptr;
  int64_t len, cap;
};
struct go_iface
{
  const uint8_t *type; /* descriptor (rtype.h), NULL: nil interface */
  void *data;          /* the value itself if it is a pointer, else the address of its box */
};

typedef uint32_t fn_id; /* a gir_fn, or above those one of the machine's own functions */

/* One step of a decoded function. Operands are byte offsets into the frame; what they mean is up to the operation (exec.def). */
struct insn
{
  uint16_t op;
  uint16_t small;
  uint32_t a, b, c, d, e;
};

/* A register's place, as the liveness needs it. */
struct live_slot
{
  uint32_t offset;
  gir_type type;
};
struct live_set
{
  uint32_t n;
  struct live_slot slots[];
};

struct code;
struct machine;
struct goroutine;

enum native_result
{
  NATIVE_DONE,   /* the result is written */
  NATIVE_AGAIN,  /* the goroutine waits, and makes the call again when it wakes */
  NATIVE_SWITCH, /* the call is over, but another goroutine's turn has come */
  NATIVE_THROWN, /* a panic or Goexit is under way */
  NATIVE_CALLED, /* a frame was pushed whose results are the call's */
};
/* @args: the parameters, each in a slot of its own rounded up to 8 bytes; @result: the results in the same manner. */
typedef enum native_result (*native_fn) (struct machine *m, struct goroutine *g, void *args, void *result);

/* A function made ready for execution. A frame's storage is: constants and a word for each allocation site (copied from `image`, at
 * negative offsets), then from offset 0 on parameters, captured variables and registers. */
struct code
{
  fn_id fn;
  const struct gir_func *f; /* NULL for the machine's own */
  native_fn native;
  const char *name;
  struct insn *insns;
  uint32_t n_insns;
  uint32_t *origin; /* for each insn the gir instruction */
  uint32_t *extra;  /* operand lists of variable length */
  uint32_t *start;  /* for each block its first insn */
  uint8_t *image;
  uint32_t *site_words, n_site_words; /* in the image, under --outlived */
  uint32_t image_size, free, n_bytes; /* captured variables start at `free` */
  uint32_t recover;                   /* insn to go on at after a recovered panic; UINT32_MAX: return zero values */
  uint32_t result_size;
  bool pass_through;      /* a wrapper: recover looks through it */
  uint32_t *offsets;      /* of each value; UINT32_MAX: none */
  struct live_set **live; /* lazily, for each gir instruction: after it, before it */
  struct liveness *liveness;
};

/* A call that a defer or go statement makes later, with its arguments copied. */
struct deferred
{
  struct deferred *next;
  struct code *code; /* NULL: a nil function value */
  uint64_t closure;  /* the function value's object, which lives until the call; 0: none */
  uint32_t size;     /* of the storage below */
  uint32_t pad;
  uint64_t data[]; /* parameters and captured variables as they lie in the callee's frame */
};

enum frame_flag
{
  FRAME_DEFER_NORMAL = 1, /* a deferred call run by rundefers */
  FRAME_DEFER_PANIC = 2,  /* a deferred call run by a panic */
  FRAME_ROOT = 4,         /* its return ends the goroutine */
  FRAME_HOOK = 8,         /* `hook` takes the results */
};

/* Where an activation stands while it is not running, and so which of its registers are live. */
enum frame_state
{
  FRAME_BEFORE,    /* about to execute insn pc */
  FRAME_CALLING,   /* the insn before pc waits for its results */
  FRAME_UNWINDING, /* a panic is leaving it */
};

struct frame
{
  struct frame *caller;
  struct code *code;
  uint32_t pc; /* of the insn being executed while another frame runs */
  uint32_t flags;
  uint64_t id;         /* activation */
  uint64_t start;      /* heap clock at the call */
  struct object *made; /* objects to be judged at the exit */
  struct deferred *defers;
  uint8_t *result; /* where the results go; NULL: nowhere */
  uint32_t bytes;  /* of the frame with this header */
  enum frame_state state;
  uint64_t closure; /* what it runs, until it begins */
  void (*hook) (struct machine *m, struct goroutine *g, struct frame *f);
  void *hook_data, *hook_list; /* the list is an object */
};

static inline uint8_t *
frame_regs (struct frame *f)
{
  return (uint8_t *)(f + 1) + f->code->image_size;
}

/* A panic under way; the newest is first. */
struct panicking
{
  struct panicking *next;
  struct go_iface value;
  struct frame *deferring; /* whose deferred call is running */
  struct frame *call;      /* that call's frame */
  bool recovered, aborted, goexit;
  char *place; /* where it was raised, for the message */
};

struct stack_chunk
{
  struct stack_chunk *below;
  uint64_t size, used;
  uint8_t data[] __attribute__ ((aligned (16)));
};

enum wait_reason
{
  WAIT_NONE,
  WAIT_CHAN,
  WAIT_SELECT,
  WAIT_SEMA,
  WAIT_SLEEP,
  WAIT_FOREVER,
};

/* One waiting of a goroutine on a channel. */
struct waiter
{
  struct waiter *next;
  struct goroutine *g;
  uint8_t *value;  /* sent from or received to; NULL: thrown away */
  uint32_t state;  /* which one of a select's */
  uint32_t ticket; /* g->ticket when queued: a waiter of an older ticket is dead */
  bool is_send;
};

struct goroutine
{
  struct goroutine *next; /* run queue */
  struct goroutine *all;
  uint64_t id;
  struct frame *top;
  struct stack_chunk *chunk;
  uint64_t stack_bytes;
  struct panicking *panics;
  enum wait_reason wait;
  uint32_t ticket;
  bool queued, dead, started;
  uint32_t woken_state; /* select: the state that fired */
  bool woken_ok;        /* the other side was no close */
  bool woken;           /* a wait has ended, its result is in the fields above */
  uint64_t sema;        /* address waited on */
  uint64_t sema_order;
  int64_t wake_at;
  uint64_t ran_at; /* heap clock when it was last switched away from */
};

struct go_chan
{
  int64_t count; /* where len finds it */
  int64_t capacity;
  uint32_t elem_size;
  gir_type elem;
  bool closed;
  int64_t head;
  struct waiter *senders, *receivers;
  uint8_t buffer[];
};

struct site
{
  fn_id fn;
  uint32_t instr;
  uint32_t word; /* in the frame: the object of the latest run */
  bool exit_known, rerun_known;
  uint32_t doubts; /* traces in vain */
};

struct log_entry
{
  struct object *holder;
  uint64_t time;
};

struct timer
{
  int64_t at;
  uint64_t order;
  struct goroutine *sleeper; /* woken; or */
  uint64_t timer;            /* address of a time.Timer's runtime part, whose function is called */
};

struct finalizer
{
  struct object *object;
  uint64_t address;
  const uint64_t *function; /* function value */
};

struct machine
{
  GirProgram *p;
  struct sem_options options;
  struct heap heap;
  struct gir_type_info *types; /* the program's, and the machine's own behind */
  uint32_t n_types, types_capacity;
  uint8_t *numbers;        /* enum number of each */
  struct decoder *decoder; /* at work */
  struct code **code;      /* by fn_id */
  uint32_t n_code;
  uint64_t *fn_cells;   /* by fn_id: what a function value without captured variables points to */
  GHashTable *fn_names; /* name -> fn_id + 1 */
  struct code **own;    /* for fn_ids from p->n_funcs on */
  uint8_t *globals;
  uint64_t globals_size;
  uint64_t *global_at;
  VEC (struct site) sites;
  GHashTable *natives;
  GHashTable *clock_timers;
  uint64_t *small_words; /* 0 to 255, for reflect */
  uint8_t *statics;      /* memory of the machine that the program may point to and read: descriptors, texts */
  struct rtypes *rtypes;
  GHashTable *method_cache;
  GHashTable *type_notes; /* meta records: what only reflection asks of types */
  gir_type error_type;    /* the machine's own runtime.Error */
  gir_type type_string, type_int, type_uint8, type_bool, type_unsafe, type_error_iface, type_float, type_float32, type_complex, type_uint64;

  struct goroutine *all, *current, *main;
  struct goroutine *run_head, *run_tail;
  VEC (struct timer) timers;
  VEC (struct finalizer) finalizers;
  uint64_t n_goroutines, next_goroutine, next_frame, next_timer;
  int64_t now;     /* virtual nanoseconds since the start */
  uint64_t random; /* state of the generator */
  uint32_t quantum;

  uint64_t stop; /* instructions until the next pause; 0 asks for one at once */
  uint64_t steps;
  bool in_main;
  fn_id main_fn;
  uint32_t epoch;           /* of the last trace */
  uint64_t youngest_only;   /* the trace leaves older objects alone */
  uint64_t globals_written; /* time of the last pointer store to a package variable */
  uint32_t log_limit;
  bool long_floats; /* print has Go's format from before 1.26 */
  bool watch;       /* options.outlived */
  VEC (struct log_entry) log;
  VEC (struct object *) gray;
  uint64_t n_checks, n_traces, n_doubts;
  GHashTable *facts;

  jmp_buf end;
  int status;
  char *message;
};

/* Ends the run. */
G_NORETURN void machine_end (struct machine *m, int status, char *message);
/* Ends the run with `unsupported: WHAT at file:line`; printf-like. */
G_NORETURN void machine_unsupported (struct machine *m, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Ends the run as Go's runtime does: "fatal error: TEXT", exit status 2. */
G_NORETURN void machine_fatal (struct machine *m, const char *text);

/* Where the running goroutine stands, as file:line; freed by the caller. */
char *machine_place (const struct machine *m);

/* A random number; deterministic. */
uint64_t machine_random (struct machine *m);

/* A new object of @count elements of @type, made at @site (SITE_NONE: the machine's own) by the running activation. */
void *machine_new (struct machine *m, gir_type type, uint64_t count, uint32_t site);
void *machine_new_bytes (struct machine *m, uint64_t size, uint32_t site);
void *machine_new_kind (struct machine *m, enum object_kind kind, uint32_t type, uint64_t size, uint32_t site);
struct go_string machine_string (struct machine *m, const char *text, size_t length);

/* types (value.c) */
static inline const struct gir_type_info *
type_info (const struct machine *m, gir_type t)
{
  const struct gir_type_info *i = &m->types[t];
  return i->kind == GIR_T_NAMED ? &m->types[i->elem] : i;
}
static inline uint64_t
type_size (const struct machine *m, gir_type t)
{
  return m->types[t].size;
}
static inline uint32_t
slot_size (uint64_t size)
{
  return (uint32_t)((size + 7) & ~UINT64_C (7));
}
/* Tuples, parameters and results have each component in a slot of its own. */
uint64_t tuple_size (const struct machine *m, gir_type t);
uint32_t tuple_offset (const struct machine *m, gir_type t, uint32_t k);
/* The room a register of type @t takes. */
uint64_t register_size (const struct machine *m, gir_type t);
bool type_is_pointer_shaped (const struct machine *m, gir_type t);
bool type_is_iface (const struct machine *m, gir_type t);
/* The types' names as Go prints them (package names, not paths); owned by the machine. */
const char *type_name (struct machine *m, gir_type t);
/* The same of a type's full name. */
const char *display_name (struct machine *m, const char *full);
/* Numbers' classes. */
enum number
{
  NUMBER_I8,
  NUMBER_I16,
  NUMBER_I32,
  NUMBER_I64,
  NUMBER_U8,
  NUMBER_U16,
  NUMBER_U32,
  NUMBER_U64,
  NUMBER_F32,
  NUMBER_F64,
  NUMBER_C64,
  NUMBER_C128,
  NUMBER_NONE,
};
static inline enum number
type_number (const struct machine *m, gir_type t)
{
  return (enum number)m->numbers[t];
}
/* A pointer, slice, array, map or channel type, which is made if the program has none such. */
gir_type type_made (struct machine *m, enum gir_type_kind kind, gir_type elem, gir_type key, uint64_t length);
void types_number (struct machine *m); /* fills in m->numbers */
/* Equality and hash as Go has them. @bad is set to the type if an interface holds one that cannot be compared. */
bool value_equal (struct machine *m, gir_type t, const void *a, const void *b, gir_type *bad);
uint64_t value_hash (struct machine *m, gir_type t, const void *a, gir_type *bad);
bool type_is_comparable (const struct machine *m, gir_type t);

/* descriptors (rtype.c) */
/* A note of goir -values on a type: `tag` and `embedded` of a field, `dir` of a channel (field -1); "" without. */
const char *type_note (const struct machine *m, const char *what, gir_type t, int field);
const uint8_t *type_descriptor (struct machine *m, gir_type t);
gir_type descriptor_type (const struct machine *m, const uint8_t *descriptor);
/* The value in an interface: the address of its bytes. */
const void *iface_value (struct machine *m, const struct go_iface *x);
struct go_iface iface_box (struct machine *m, gir_type t, const void *value, uint32_t site);
/* The function of a method; GIR_INVALID if the type has none such. */
fn_id type_method (struct machine *m, gir_type t, gir_str name);
bool type_implements (struct machine *m, gir_type t, gir_type iface, gir_str *missing);

/* The machine's own functions, numbered behind the program's. */
enum own_function
{
  OWN_ERROR,
  OWN_RUNTIME_ERROR,
  OWN_BUILTIN, /* a deferred builtin */
  OWN_EQUAL,   /* the two of a type descriptor; the type is captured */
  OWN_HASH,
  OWN_COUNT
};

/* code (decode.c) */
struct code *machine_code (struct machine *m, fn_id fn);
void code_free (struct code *c);
struct decoder;
void decoder_free (struct decoder *d);
uint32_t code_free_offset (const struct machine *m, const struct gir_func *f, uint32_t k);
uint32_t code_free_size (const struct machine *m, const struct gir_func *f);
const struct live_set *code_live (struct machine *m, struct code *c, uint32_t instr, bool after);

/* exec.c, unwind.c */
void machine_run (struct machine *m);
struct frame *push_frame (struct machine *m, struct goroutine *g, struct code *c);
void pop_frame (struct machine *m, struct goroutine *g);
/* Starts a panic; the next step of the goroutine goes on unwinding. */
void throw_value (struct machine *m, struct goroutine *g, struct go_iface value);
/* A runtime error: "runtime error: TEXT". */
void throw_error (struct machine *m, struct goroutine *g, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* One without the words in front. */
void throw_plain (struct machine *m, struct goroutine *g, const char *format, ...) G_GNUC_PRINTF (3, 4);
void throw_goexit (struct machine *m, struct goroutine *g);
/* Goes on after a panic started or a deferred call returned: pushes the next deferred call, or leaves frames until one can. */
void unwind (struct machine *m, struct goroutine *g);
/* Runs the first deferred call of @f; false if there is none. */
bool run_deferred (struct machine *m, struct goroutine *g, struct frame *f, uint32_t flag);
struct go_iface recover_value (struct machine *m, struct goroutine *g, struct frame *f);

/* sched.c */
struct goroutine *goroutine_new (struct machine *m, struct code *c);
void goroutine_ready (struct machine *m, struct goroutine *g);
/* The next goroutine to run; ends the run on a deadlock. */
struct goroutine *schedule (struct machine *m);
void goroutine_free (struct goroutine *g);
void goroutine_end (struct machine *m, struct goroutine *g);
/* Wakes what is due. */
void fire_timers (struct machine *m);
void timer_add (struct machine *m, int64_t at, struct goroutine *sleeper, uint64_t timer);
void *stack_push (struct machine *m, struct goroutine *g, uint32_t bytes);
void stack_pop (struct goroutine *g, void *at, uint32_t bytes);

/* chan.c: true if done at once; else the goroutine waits (g->wait) and the instruction is made again once g->woken. */
struct go_chan *chan_new (struct machine *m, gir_type t, int64_t capacity, uint32_t site);
enum chan_result
{
  CHAN_DONE,
  CHAN_WAIT,
  CHAN_THROWN
};
enum chan_result chan_send (struct machine *m, struct goroutine *g, struct go_chan *c, const void *value, bool block, bool *did);
enum chan_result chan_recv (struct machine *m, struct goroutine *g, struct go_chan *c, void *value, bool *ok, bool block, bool *did);
void chan_dispose (struct go_chan *c);
bool chan_close (struct machine *m, struct goroutine *g, struct go_chan *c);
struct select_state
{
  struct go_chan *c;
  uint8_t *value;
  bool is_send;
};
/* *chosen: index or -1 (non-blocking, none ready). */
enum chan_result chan_select (struct machine *m, struct goroutine *g, struct select_state *s, uint32_t n, bool block, int64_t *chosen,
                              bool *ok);

/* map.c */
struct go_map;
struct go_map *map_new (struct machine *m, gir_type t, uint32_t site);
/* The value's place or NULL; sets *thrown after a panic (unhashable key). */
void *map_find (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown);
void *map_insert (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown);
void map_delete (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown);
void map_empty (struct machine *m, struct go_map *map);
int64_t map_length (const struct go_map *map);
struct go_iter
{
  struct go_map *map;
  uint64_t first; /* sequence number that the iteration started at */
  uint64_t next;
  bool wrapped;
  const uint8_t *ptr; /* strings */
  int64_t at, length;
};
void map_iterate (struct machine *m, struct go_map *map, struct go_iter *it);
bool map_next (struct machine *m, struct go_iter *it, void **key, void **value);
void map_trace (struct machine *m, struct object *o, void (*visit) (struct machine *m, gir_type t, const void *at));
void map_dispose (struct object *o);

/* A / b as Go has it for complex numbers. */
void complex_divide (const double a[2], const double b[2], double r[2]);
/* Whether [address, address + size) lies in a string constant. */
bool constant_text (const struct machine *m, uint64_t address, uint64_t size);
/* The call of a deferred builtin: arguments as exec.c packs them. */
enum native_result own_equal (struct machine *m, struct goroutine *g, void *args, void *result);
enum native_result own_hash (struct machine *m, struct goroutine *g, void *args, void *result);
enum native_result late_builtin (struct machine *m, struct goroutine *g, void *args, void *result);

/* reach.c */
void reach_collect (struct machine *m);
/* A pointer was stored somewhere at @address, @size bytes at most. */
void reach_stored (struct machine *m, const void *address);
void reach_made (struct machine *m, struct frame *f, struct object *o);
void reach_exit (struct machine *m, struct goroutine *g, struct frame *f, const uint32_t *results);
void reach_rerun (struct machine *m, struct goroutine *g, struct frame *f, struct object *earlier);
void reach_target (struct machine *m, const struct code *c, uint32_t value, uint64_t pointer);

/* builtin.c, convert.c */
void builtin_print (struct machine *m, gir_type t, const void *value);
void print_value (struct machine *m, FILE *out, gir_type t, const void *value);
struct go_slice builtin_append (struct machine *m, struct goroutine *g, gir_type elem, struct go_slice s, const void *more, int64_t n,
                                uint32_t site);

/* natives.c */
/* Visits what the machine's own functions hold. */
void natives_visit (struct machine *m, void (*visit) (struct machine *m, uint64_t address));
/* A time.Timer's runtime part is due. */
void timer_fired (struct machine *m, uint64_t timer);
void natives_init (struct machine *m);
/* The function that a body-less one stands for; NULL: none. */
const char *native_alias (struct machine *m, const char *name);
/* Spawns the finalizers of objects that are not marked, and visits what they need. */
void natives_finalize (struct machine *m, void (*visit) (struct machine *m, uint64_t address));
/* Whether a body may be executed: those of the runtime may only where the table says so. */
bool native_allows (struct machine *m, const char *name, const char *pkg);
native_fn native_find (struct machine *m, const char *name);
