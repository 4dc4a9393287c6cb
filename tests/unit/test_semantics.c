/* The executable semantics on programs written by hand: results, ends, and what outlives what. */
#include "base/check.h"
#include "frontend/gir_read.h"
#include "proofs/semantics.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants those first */
#include <cmocka.h>

#define PROLOGUE                                 \
  "gir 1\nfile 0 \"a.go\"\n"                     \
  "pkg 0 \"main\" \"main\" root main\n"          \
  "type Node struct \"next\" *Node \"p\" *int\n" \
  "global $0 \"main.sink\" 0 *int -\n"           \
  "global $1 \"main.chan\" 0 chan<int> -\n"      \
  "func @0 \"main.init\" 0 func()() - init\nblock b0\n  ret\nend\n"
#define EPILOGUE "meta complete \"1\"\n"

typedef struct outcome
{
  int status;
  char *message, *out, *err, *outlived, *facts;
  struct sem_counts counts;
} outcome;

static struct outcome
run (const char *body, const struct sem_options *given)
{
  g_autofree char *text = g_strconcat (PROLOGUE, body, EPILOGUE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_data ("test", text, strlen (text), &error);
  if (!p)
    fail_msg ("%s", error->message);
  struct outcome o = { 0 };
  struct sem_options options = *given;
  size_t size;
  options.out = open_memstream (&o.out, &size);
  options.err = open_memstream (&o.err, &size);
  options.outlives = open_memstream (&o.outlived, &size);
  if (options.facts)
    options.facts = open_memstream (&o.facts, &size);
  o.status = sem_run (p, &options, &o.counts, &o.message);
  fclose (options.out);
  fclose (options.err);
  fclose (options.outlives);
  if (options.facts)
    fclose (options.facts);
  return o;
}

static void
outcome_clear (struct outcome *o)
{
  g_free (o->message);
  free (o->out);
  free (o->err);
  free (o->outlived);
  free (o->facts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (outcome, outcome_clear)
#define OUTCOME g_auto (outcome)

static const struct sem_options plain = { .seed = 1 };
static const struct sem_options watching = { .seed = 1, .outlived = true };

/* How often the sites at @line outlived as @kind says. */
static uint32_t
observed (const struct outcome *o, uint32_t line, const char *kind)
{
  g_autofree char *where = g_strdup_printf ("\"line\":%u,", line), *what = g_strdup_printf ("\"observed\":\"%s\"", kind);
  g_auto (GStrv) lines = g_strsplit (o->outlived, "\n", -1);
  uint32_t n = 0;
  for (char **l = lines; *l; l++)
    n += strstr (*l, where) && strstr (*l, what);
  return n;
}

static void
test_arithmetic_wraps (void **state)
{
  (void)state;
  OUTCOME o = run ("func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n"
                   "  %x = alloc *int8 var\n  store %x 127\n  %a = load int8 %x\n  %b = bin int8 + %a 1\n"
                   "  %c = conv uint8 %b int8\n  %d = bin int8 / %b -1\n  %e = bin int8 >> %b 9\n"
                   "  builtin println %b %c %d %e \"x\" true\n  ret\nend\n",
                   &plain);
  assert_int_equal (o.status, 0);
  assert_string_equal (o.err, "-128 128 -128 -1 x true\n");
}

static void
test_loop_and_call (void **state)
{
  (void)state;
  OUTCOME o = run (
      "func @1 \"main.fib\" 0 func(int)(int) 0:1:1 src\nparam %n int -\nresult \"\" int -\nblock b0\n"
      "  %c = bin bool < %n 2\n  br %c b1 b2\nblock b1\n  ret %n\nblock b2\n"
      "  %a = bin int - %n 1\n  %x = call int @1 %a\n  %b = bin int - %n 2\n  %y = call int @1 %b\n  %s = bin int + %x %y\n  ret %s\nend\n"
      "func @2 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %r = call int @1 20\n  builtin println %r\n  ret\nend\n",
      &plain);
  assert_string_equal (o.err, "6765\n");
  assert_true (o.counts.steps > 50000);
}

static void
test_phis_move_at_once (void **state)
{
  (void)state;
  OUTCOME o = run (
      "func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n"
      "  %a = alloc *int var\n  %b = alloc *int var\n  %i = alloc *int var\n  store %a 1\n  store %b 2\n  store %i 0\n  jmp b1\n"
      "block b1\n  %n = load int %i\n  %c = bin bool < %n 3\n  br %c b2 b3\n"
      "block b2\n  %x = load int %a\n  %y = load int %b\n  store %a %y\n  store %b %x\n  %m = bin int + %n 1\n  store %i %m\n  jmp b1\n"
      "block b3\n  %p = load int %a\n  %q = load int %b\n  builtin println %p %q\n  ret\nend\n",
      &plain);
  assert_string_equal (o.err, "2 1\n");
}

static void
test_nil_panics (void **state)
{
  (void)state;
  OUTCOME o
      = run ("func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  %x = load int nil @7:3\n  builtin println %x\n  ret\nend\n", &plain);
  assert_int_equal (o.status, SEM_GO_PANIC);
  assert_non_null (strstr (o.err, "panic: runtime error: invalid memory address or nil pointer dereference"));
  assert_non_null (strstr (o.err, "a.go:7"));
}

static void
test_index_is_checked (void **state)
{
  (void)state;
  OUTCOME o = run (
      "func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  %s = mkslice []int 2 3\n  %p = iaddr *int %s 2\n  store %p 1\n  ret\nend\n",
      &plain);
  assert_int_equal (o.status, SEM_GO_PANIC);
  assert_non_null (strstr (o.err, "index out of range [2] with length 2"));
}

static void
test_deadlock (void **state)
{
  (void)state;
  OUTCOME o = run ("func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  %c = mkchan chan<int> 0\n  send %c 1\n  ret\nend\n", &plain);
  assert_int_equal (o.status, SEM_GO_PANIC);
  assert_non_null (strstr (o.err, "all goroutines are asleep - deadlock!"));
}

static void
test_goroutine_hands_over (void **state)
{
  (void)state;
  OUTCOME o = run (
      "func @1 \"main.send\" 0 func(chan<int>)() 0:1:1 src\nparam %c chan<int> -\nblock b0\n  send %c 42\n  builtin close %c\n  ret\nend\n"
      "func @2 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %c = mkchan chan<int> 0\n  go call @1 %c\n"
      "  %x = recv int %c\n  %t = recv tuple(int,bool) %c ok\n  %ok = extract bool %t .1\n  builtin println %x %ok\n  ret\nend\n",
      &plain);
  assert_string_equal (o.err, "42 false\n");
}

static void
test_recover (void **state)
{
  (void)state;
  OUTCOME o
      = run ("type any iface\n"
             "func @1 \"main.catch\" 0 func()() 0:1:1 src\nblock b0\n  %r = builtin any recover\n  %s = assert string %r string\n"
             "  builtin println \"caught\" %s\n  ret\nend\n"
             "func @2 \"main.risky\" 0 func()(int) 0:2:1 src recover b1\nresult \"r\" int - %r\nblock b0\n  %r = alloc *int result\n"
             "  defer _ call @1\n  store %r 7\n  %v = iface any \"oops\" string\n  panic %v\nblock b1\n  %x = load int %r\n  ret %x\nend\n"
             "func @3 \"main.main\" 0 func()() 0:3:1 src\nblock b0\n  %x = call int @2\n  builtin println %x\n  ret\nend\n",
             &plain);
  assert_string_equal (o.err, "caught oops\n7\n");
  assert_int_equal (o.status, 0);
}

static void
test_unsupported_says_where (void **state)
{
  (void)state;
  OUTCOME o = run ("func @1 \"main.far\" 0 func()() 0:1:1 src extern\nend\n"
                   "func @2 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  call @1 @9:2\n  ret\nend\n",
                   &plain);
  assert_int_equal (o.status, SEM_UNSUPPORTED);
  assert_string_equal (o.message, "unsupported: function main.far at a.go:9 (main.main)");
}

/* An array may be as long as Go's largest int when its elements have no size; the machine does not count so far. */
static void
test_huge_arrays_are_unsupported (void **state)
{
  (void)state;
  OUTCOME o = run ("type none struct\n"
                   "func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  %a = alloc *[9223372036854775807]none new @1:2\n"
                   "  %s = slice []none %a _ _ _ @4:2\n  %n = builtin int len %s\n  builtin println %n\n  ret\nend\n",
                   &plain);
  assert_int_equal (o.status, SEM_UNSUPPORTED);
  assert_string_equal (o.message, "unsupported: array of more than 2^32 elements at a.go:4 (main.main)");
}

static void
test_constants_must_be_whole (void **state)
{
  (void)state;
  OUTCOME o
      = run ("func @1 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %x = alloc *float64 var\n  store %x num\n  %y = load float64 %x\n"
             "  builtin println %y\n  ret\nend\n",
             &plain);
  assert_int_equal (o.status, SEM_UNSUPPORTED);
  OUTCOME good = run (
      "func @1 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  builtin println num:0x1.8p+01 num:0x1p+00:-0x1p+01\n  ret\nend\n", &plain);
  assert_string_equal (good.err, "3 (1-2i)\n");
}

static void
test_budgets (void **state)
{
  (void)state;
  struct sem_options few = { .seed = 1, .steps = 100000 }, small = { .seed = 1, .memory = 1 << 20 };
  OUTCOME o = run ("func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  jmp b1\nblock b1\n  jmp b1\nend\n", &few);
  assert_int_equal (o.status, SEM_BUDGET);
  OUTCOME large = run (
      "func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  %s = mkslice []int 1000000 1000000\n  %p = iaddr *int %s 0\n  store %p 1\n"
      "  ret\nend\n",
      &small);
  assert_int_equal (large.status, SEM_BUDGET);
}

/* Garbage is collected: 100 MB of it pass through 8 MB. */
static void
test_collector (void **state)
{
  (void)state;
  struct sem_options small = { .seed = 1, .memory = 8 << 20 };
  const char *body
      = "func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n"
        "  %keep = alloc *Node new\n  jmp b1\nblock b1\n  %i = phi int b0 0 b2 %m\n  %c = bin bool < %i 100000\n  br %c b2 b3\n"
        "block b2\n  %s = mkslice []int 100 100\n  %e = iaddr *int %s 0\n  %f = faddr **int %keep .1\n  store %f %e\n  store %e %i\n"
        "  %m = bin int + %i 1\n  jmp b1\n"
        "block b3\n  %g = faddr **int %keep .1\n  %p = load *int %g\n  %x = load int %p\n  builtin println %x\n  ret\nend\n";
  OUTCOME o = run (body, &small);
  assert_string_equal (o.err, "99999\n");
  assert_int_equal (o.status, 0);
}

/* main.leak's object is in a package variable, main.stay's is not; main.back's is returned. */
static void
test_outlives_frame (void **state)
{
  (void)state;
  OUTCOME o = run ("func @1 \"main.leak\" 0 func()() 0:1:1 src\nblock b0\n  %x = alloc *int new @10:1\n  store $0 %x\n  ret\nend\n"
                   "func @2 \"main.stay\" 0 func()() 0:2:1 src\nblock b0\n  %n = alloc *Node new @20:1\n  %x = alloc *int new @21:1\n"
                   "  %f = faddr **int %n .1\n  store %f %x\n  store $0 %x\n  store $0 nil\n  ret\nend\n"
                   "func @3 \"main.back\" 0 func()(*Node) 0:3:1 src\nresult \"\" *Node -\nblock b0\n  %n = alloc *Node new @30:1\n"
                   "  %x = alloc *int new @31:1\n  %f = faddr **int %n .1\n  store %f %x\n  ret %n\nend\n"
                   "func @4 \"main.main\" 0 func()() 0:4:1 src\nblock b0\n  call @1\n  call @2\n  %r = call *Node @3\n  ret\nend\n",
                   &watching);
  assert_int_equal (o.status, 0);
  assert_int_equal (observed (&o, 10, "exit"), 1);
  assert_int_equal (observed (&o, 20, "exit"), 0);
  assert_int_equal (observed (&o, 21, "exit"), 0);
  assert_int_equal (observed (&o, 30, "exit"), 1);
  assert_int_equal (observed (&o, 31, "exit"), 1);
}

/* A caller's object holds the callee's: it outlives the callee only if the caller still uses that object. */
static void
test_dead_registers_hold_nothing (void **state)
{
  (void)state;
#define FILL                                                                                                                             \
  "func @1 \"main.fill\" 0 func(*Node)() 0:1:1 src\nparam %n *Node -\nblock b0\n  %x = alloc *int new @10:1\n  %f = faddr **int %n .1\n" \
  "  store %f %x\n  ret\nend\n"
  OUTCOME dead
      = run (FILL "func @2 \"main.main\" 0 func()() 0:4:1 src\nblock b0\n  %n = alloc *Node new\n  call @1 %n\n  ret\nend\n", &watching);
  assert_int_equal (observed (&dead, 10, "exit"), 0);
  OUTCOME live
      = run (FILL "func @2 \"main.main\" 0 func()() 0:4:1 src\nblock b0\n  %n = alloc *Node new\n  call @1 %n\n  %f = faddr **int %n .1\n"
                  "  %p = load *int %f\n  %x = load int %p\n  builtin println %x\n  ret\nend\n",
             &watching);
  assert_int_equal (observed (&live, 10, "exit"), 1);
#undef FILL
}

/* A list made in a loop: each node holds the one of the pass before. Nodes of the second site are let go. */
static void
test_outlives_pass (void **state)
{
  (void)state;
  OUTCOME o = run ("func @1 \"main.main\" 0 func()() 0:1:1 src\nblock b0\n  jmp b1\n"
                   "block b1\n  %i = phi int b0 0 b2 %m\n  %prev = phi *Node b0 nil b2 %n\n  %c = bin bool < %i 5\n  br %c b2 b3\n"
                   "block b2\n  %n = alloc *Node new @10:1\n  %f = faddr **Node %n .0\n  store %f %prev\n"
                   "  %o = alloc *Node new @20:1\n  %g = faddr **Node %o .0\n  store %g %o\n  %m = bin int + %i 1\n  jmp b1\n"
                   "block b3\n  ret\nend\n",
                   &watching);
  assert_int_equal (observed (&o, 10, "rerun"), 1);
  assert_int_equal (observed (&o, 20, "rerun"), 0);
  assert_int_equal (observed (&o, 10, "exit"), 0);
}

/* An object that only travels through a channel outlives its goroutine's activation. */
static void
test_outlives_by_channel (void **state)
{
  (void)state;
  OUTCOME o
      = run ("func @1 \"main.send\" 0 func(chan<*int>)() 0:1:1 src\nparam %c chan<*int> -\nblock b0\n  %x = alloc *int new @10:1\n  send "
             "%c %x\n  ret\nend\n"
             "func @2 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %c = mkchan chan<*int> 0\n  go call @1 %c\n  %p = recv *int %c\n"
             "  %d = mkchan chan<int> 1\n  send %d 1\n  jmp b1\nblock b1\n  %i = phi int b0 0 b1 %m\n  %m = bin int + %i 1\n  %e = bin "
             "bool < %m 50000\n  br %e b1 b2\n"
             "block b2\n  %x = load int %p\n  builtin println %x\n  ret\nend\n",
             &watching);
  assert_int_equal (o.status, 0);
  assert_int_equal (observed (&o, 10, "exit"), 1);
}

static void
test_points_to_facts (void **state)
{
  (void)state;
  struct sem_options tracing = { .seed = 1, .facts = stderr };
  OUTCOME o
      = run ("func @1 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %x = alloc *int new @10:1\n  store $0 %x\n  %p = load *int $0 @11:1\n"
             "  %v = load int %p\n  builtin println %v\n  call @2 %x\n  ret\nend\n"
             "func @2 \"main.f\" 0 func(*int)() 0:3:1 src\nparam %a *int 0:3:8\nblock b0\n  ret\nend\n",
             &tracing);
  assert_non_null (strstr (o.facts, "\"reg\":\"p\",\"phi\":false,\"line\":11,\"col\":1,\"site_func\":\"main.main\",\"site_line\":10"));
  assert_non_null (strstr (o.facts, "\"func\":\"main.f\",\"reg\":\"a\",\"phi\":false,\"line\":3,\"col\":8,\"site_func\":\"main.main\""));
  assert_null (strstr (o.facts, "\"reg\":\"x\"")); /* it is the object made there */
}

/* The same seed gives the same order of a map; two seeds differ for one of them. */
static void
test_seeded (void **state)
{
  (void)state;
  const char *body = "type Map map int int\ntype Step tuple bool int int\n"
                     "func @1 \"main.main\" 0 func()() 0:2:1 src\nblock b0\n  %m = mkmap Map _\n  jmp b1\n"
                     "block b1\n  %i = phi int b0 0 b2 %n\n  %c = bin bool < %i 20\n  br %c b2 b3\n"
                     "block b2\n  mapset %m %i %i\n  %n = bin int + %i 1\n  jmp b1\n"
                     "block b3\n  %r = range Map %m\n  jmp b4\nblock b4\n  %s = next Step %r\n  %ok = extract bool %s .0\n  br %ok b5 b6\n"
                     "block b5\n  %k = extract int %s .1\n  builtin println %k\n  jmp b4\nblock b6\n  ret\nend\n";
  OUTCOME first = run (body, &plain);
  OUTCOME again = run (body, &plain);
  assert_string_equal (first.err, again.err);
  uint32_t others = 0;
  for (uint64_t seed = 2; seed < 6; seed++)
    {
      struct sem_options options = { .seed = seed };
      OUTCOME other = run (body, &options);
      others += strcmp (first.err, other.err) != 0;
    }
  assert_true (others > 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_arithmetic_wraps),
    cmocka_unit_test (test_loop_and_call),
    cmocka_unit_test (test_phis_move_at_once),
    cmocka_unit_test (test_nil_panics),
    cmocka_unit_test (test_index_is_checked),
    cmocka_unit_test (test_deadlock),
    cmocka_unit_test (test_goroutine_hands_over),
    cmocka_unit_test (test_recover),
    cmocka_unit_test (test_unsupported_says_where),
    cmocka_unit_test (test_huge_arrays_are_unsupported),
    cmocka_unit_test (test_constants_must_be_whole),
    cmocka_unit_test (test_budgets),
    cmocka_unit_test (test_collector),
    cmocka_unit_test (test_outlives_frame),
    cmocka_unit_test (test_dead_registers_hold_nothing),
    cmocka_unit_test (test_outlives_pass),
    cmocka_unit_test (test_outlives_by_channel),
    cmocka_unit_test (test_points_to_facts),
    cmocka_unit_test (test_seeded),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
