#include "test_gir_util.h"

#include "frontend/flow.h"

typedef struct gir_components GirComponents;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GirComponents, gir_components_free)

#define HEAD "gir 1\npkg 0 \"a\" \"a\"\n"

/* The functions in order, components divided by `|', recursive ones marked by `*'. */
static char *
describe (const GirProgram *p, const struct gir_edge *extra, size_t n_extra)
{
  g_autoptr (GirComponents) c = gir_components_new (p, extra, n_extra);
  GString *s = g_string_new (NULL);
  for (uint32_t k = 0; k < c->n_components; k++)
    {
      g_string_append (s, k ? " |" : "");
      for (uint32_t i = c->start[k]; i < c->start[k + 1]; i++)
        {
          assert_int_equal (c->component[c->order[i]], k);
          g_string_append_printf (s, " %u", c->order[i]);
        }
      g_string_append (s, c->recursive[k] ? "*" : "");
    }
  assert_int_equal (c->start[c->n_components], p->n_funcs);
  return g_string_free (s, FALSE);
}

/* Functions without parameters; function i has the instructions lines[i]. */
static GirProgram *
make_program (const char *const *lines, uint32_t n)
{
  g_autoptr (GString) text = g_string_new (HEAD "global $0 \"a.x\" 0 func() -\n");
  for (uint32_t i = 0; i < n; i++)
    g_string_append_printf (text, "func @%u \"a.F%u\" 0 func() - src\nblock b0\n%sret\nend\n", i, i, lines[i]);
  return read_good (text->str);
}

static void
callees_come_first (void **state)
{
  (void)state;
  static const char *const lines[] = { "call @1\ncall @2\n", "call @3\n", "call @3\n", "" };
  g_autoptr (GirProgram) p = make_program (lines, 4);
  g_autofree char *order = describe (p, NULL, 0);
  assert_string_equal (order, " 3 | 1 | 2 | 0");
}

static void
every_reference_counts (void **state)
{
  (void)state;
  static const char *const lines[]
      = { "%c = closure func() @1\n", "store $0 @2\n", "go call @3\n", "defer _ call @4\n", "builtin print @5\n", "" };
  g_autoptr (GirProgram) p = make_program (lines, 6);
  g_autofree char *order = describe (p, NULL, 0);
  assert_string_equal (order, " 5 | 4 | 3 | 2 | 1 | 0");
}

static void
cycles_are_components (void **state)
{
  (void)state;
  static const char *const lines[] = { "call @2\n", "call @1\n", "call @4\ncall @1\n", "", "call @0\ncall @3\n" };
  g_autoptr (GirProgram) p = make_program (lines, 5);
  g_autofree char *order = describe (p, NULL, 0);
  assert_string_equal (order, " 1* | 3 | 0 2 4*");
}

static void
extra_edges_join (void **state)
{
  (void)state;
  static const char *const lines[] = { "call @1\n", "", "" };
  static const struct gir_edge extra[] = { { 1, 2 }, { 2, 0 }, { 2, 0 } }, self[] = { { 2, 2 } };
  g_autoptr (GirProgram) p = make_program (lines, 3);
  g_autofree char *without = describe (p, NULL, 0), *with = describe (p, extra, 3), *alone = describe (p, self, 1);
  assert_string_equal (without, " 1 | 0 | 2");
  assert_string_equal (with, " 0 1 2*");
  assert_string_equal (alone, " 1 | 0 | 2*");
}

static void
empty_program_has_none (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD);
  g_autofree char *order = describe (p, NULL, 0);
  assert_string_equal (order, "");
}

/* Against the definition, with the edges given in any order. */
static void
random_graphs_agree_with_definitions (void **state)
{
  (void)state;
  enum
  {
    N = 12
  };
  uint64_t seed = 5;
  static const char *const lines[N] = { "", "", "", "", "", "", "", "", "", "", "", "" };
  g_autoptr (GirProgram) p = make_program (lines, N);
  for (int round = 0; round < 2000; round++)
    {
      bool reach[N][N] = { 0 };
      struct gir_edge edges[40];
      size_t n = next_random (&seed) % 40;
      for (size_t k = 0; k < n; k++)
        {
          edges[k] = (struct gir_edge){ next_random (&seed) % N, next_random (&seed) % N };
          reach[edges[k].from][edges[k].to] = true;
        }
      g_autoptr (GirComponents) c = gir_components_new (p, edges, n);
      for (size_t k = 0; k < n / 2; k++)
        {
          struct gir_edge swap = edges[k];
          edges[k] = edges[n - 1 - k];
          edges[n - 1 - k] = swap;
        }
      g_autoptr (GirComponents) d = gir_components_new (p, edges, n);
      assert_memory_equal (c->order, d->order, N * sizeof *c->order);
      for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
          for (int j = 0; j < N; j++)
            reach[i][j] |= reach[i][k] && reach[k][j];
      for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
          {
            assert_int_equal (c->component[i] == c->component[j], i == j || (reach[i][j] && reach[j][i]));
            assert_true (!reach[i][j] || c->component[j] <= c->component[i]);
            assert_int_equal (c->recursive[c->component[i]] && i == j, reach[i][i] && i == j);
          }
    }
}

static void
long_chains_need_no_stack (void **state)
{
  (void)state;
  enum
  {
    N = 100000
  };
  g_autoptr (GString) text = g_string_new (HEAD);
  for (uint32_t i = 0; i < N; i++)
    g_string_append_printf (text, "func @%u \"F%u\" 0 func() - src\nblock b0\ncall @%u\nret\nend\n", i, i, i + 1 < N ? i + 1 : N - 1);
  g_autoptr (GirProgram) p = read_good (text->str);
  g_autoptr (GirComponents) c = gir_components_new (p, NULL, 0);
  assert_int_equal (c->n_components, N);
  assert_int_equal (c->order[0], N - 1);
  assert_true (c->recursive[0] && !c->recursive[1]);
  static const struct gir_edge back = { N - 1, 0 };
  g_autoptr (GirComponents) d = gir_components_new (p, &back, 1);
  assert_int_equal (d->n_components, 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (callees_come_first),        cmocka_unit_test (every_reference_counts),
    cmocka_unit_test (cycles_are_components),     cmocka_unit_test (extra_edges_join),
    cmocka_unit_test (empty_program_has_none),    cmocka_unit_test (random_graphs_agree_with_definitions),
    cmocka_unit_test (long_chains_need_no_stack),
  };
  return cmocka_run_group_tests_name ("callgraph", tests, NULL, NULL);
}
