/* The order of analysis: levels of components. */
#include "test_gir_util.h"

#include "constraints/order.h"

typedef struct sp_order Order;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Order, sp_order_free)

static uint32_t
level (const Order *o, gir_fn fn)
{
  return o->level[o->components->component[fn]];
}

/* Each component is in by_level once, in the rows of its level, in ascending order. */
static void
assert_rows (const Order *o)
{
  uint32_t n = o->components->n_components;
  g_autofree bool *seen = g_new0 (bool, n + 1);
  assert_int_equal (o->n_levels ? o->first[o->n_levels] : 0, n);
  for (uint32_t l = 0; l < o->n_levels; l++)
    {
      assert_true (o->first[l] < o->first[l + 1]);
      for (uint32_t k = o->first[l]; k < o->first[l + 1]; k++)
        {
          uint32_t c = o->by_level[k];
          assert_false (seen[c]);
          seen[c] = true;
          assert_int_equal (o->level[c], l);
          assert_true (k == o->first[l] || o->by_level[k - 1] < c);
        }
    }
}

static void
assert_below (const Order *o, gir_fn callee, gir_fn caller)
{
  bool same = o->components->component[callee] == o->components->component[caller];
  assert_true (same || level (o, callee) < level (o, caller));
}

#define FN(n, body) "func @" #n " \"a.f" #n "\" 0 func() - src\nblock b0\n" body "  ret\nend\n"
#define HEAD "gir 1\npkg 0 \"a\" \"a\" root\n"
#define END "meta complete \"1\"\n"

static void
callees_first (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p
      = read_good (HEAD FN (0, "  call @1\n  go call @2\n") FN (1, "  call @3\n") FN (2, "  defer _ call @3\n  rundefers\n") FN (3, "")
                       FN (4, "  %c = closure func() @0\n") FN (5, "  call @5\n  call @6\n") FN (6, "  call @5\n")
                           FN (7, "  %p = alloc *func() new\n  store %p @4\n") END);
  g_autoptr (Order) o = sp_order_new (p, NULL);
  static const uint32_t levels[] = { 2, 1, 1, 0, 3, 0, 0, 4 };
  for (gir_fn fn = 0; fn < G_N_ELEMENTS (levels); fn++)
    assert_int_equal (level (o, fn), levels[fn]);
  assert_int_equal (o->n_levels, 5);
  assert_int_equal (o->components->n_components, 7);
  assert_rows (o);
}

#define METHOD(n, body) "func @" #n " \"a.(*t).M\" 0 func(*t) - src\nparam %r *t -\nblock b0\n" body "  ret\nend\n"
#define TYPES "type t struct \"n\" int\nmset *t \"M\" @1\n"
#define CONVERT "  %t = alloc *t new\n  %i = iface iface{M:func()()} %t *t\n  invoke %i \"M\"\n"

/* Who makes an interface comes after the methods that a call through it may reach. */
static void
methods_first (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD TYPES FN (0, CONVERT) METHOD (1, "  call @2\n") FN (2, "") FN (3, "") END);
  g_autoptr (Order) o = sp_order_new (p, NULL);
  assert_int_equal (level (o, 2), 0);
  assert_int_equal (level (o, 1), 1);
  assert_int_equal (level (o, 0), 2);
  assert_int_equal (level (o, 3), 0);
  assert_rows (o);
}

/* Where that would make a cycle, references alone count. */
static void
methods_that_lead_back (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD TYPES FN (0, CONVERT) METHOD (1, "  call @2\n") FN (2, "  call @0\n") END);
  g_autoptr (Order) o = sp_order_new (p, NULL);
  assert_int_equal (o->components->n_components, 3);
  assert_int_equal (level (o, 0), 0);
  assert_int_equal (level (o, 2), 1);
  assert_int_equal (level (o, 1), 2);
  assert_rows (o);
}

static void
no_functions (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("gir 1\n" END);
  g_autoptr (Order) o = sp_order_new (p, NULL);
  assert_int_equal (o->components->n_components, 0);
  sp_order_free (NULL);
}

enum
{
  N = 30
};

/* Random references, and interfaces of a type whose methods are among the functions. */
static GirProgram *
random_program (uint64_t *seed, bool calls[N][N])
{
  g_autoptr (GString) s = g_string_new (HEAD "type t struct \"n\" int\n");
  g_string_append_printf (s, "mset *t \"M\" @%u \"N\" @%u\n", next_random (seed) % N, next_random (seed) % N);
  for (unsigned k = 0; k < N; k++)
    {
      g_string_append_printf (s, "func @%u \"a.f%u\" 0 func(*t) - src\nparam %%r *t -\nblock b0\n", k, k);
      for (unsigned i = next_random (seed) % 3; i > 0; i--)
        {
          unsigned to = next_random (seed) % N;
          calls[k][to] = true;
          g_string_append_printf (s, "  call @%u nil\n", to);
        }
      if (next_random (seed) % 4 == 0)
        g_string_append (s, "  %i = iface iface{} %r *t\n");
      g_string_append (s, "  ret\nend\n");
    }
  g_string_append (s, END);
  return read_good (s->str);
}

static void
random_programs (void **state)
{
  (void)state;
  uint64_t seed = 4;
  for (int round = 0; round < 100; round++)
    {
      bool calls[N][N] = { 0 };
      g_autoptr (GirProgram) p = random_program (&seed, calls);
      g_autoptr (Order) o = sp_order_new (p, NULL), again = sp_order_new (p, NULL);
      assert_rows (o);
      for (gir_fn f = 0; f < N; f++)
        for (gir_fn g = 0; g < N; g++)
          if (calls[f][g])
            assert_below (o, g, f);
      assert_memory_equal (o->by_level, again->by_level, o->components->n_components * sizeof *o->by_level);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (callees_first), cmocka_unit_test (methods_first),   cmocka_unit_test (methods_that_lead_back),
    cmocka_unit_test (no_functions),  cmocka_unit_test (random_programs),
  };
  return cmocka_run_group_tests_name ("order", tests, NULL, NULL);
}
