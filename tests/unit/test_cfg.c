#include "test_gir_util.h"

#include "frontend/flow.h"

typedef struct gir_cfg GirCfg;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GirCfg, gir_cfg_free)

#define NOWHERE GIR_INVALID

/* A function of blocks with two, one or no successors; @recover may be GIR_INVALID. */
static GirProgram *
make_function (uint32_t n, uint32_t (*succs)[2], uint32_t recover)
{
  g_autoptr (GString) text = g_string_new ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"a.F\" 0 func(bool) - src");
  if (recover != GIR_INVALID)
    g_string_append_printf (text, " recover b%u", recover);
  g_string_append (text, "\nparam %c bool -\n");
  for (uint32_t b = 0; b < n; b++)
    {
      g_string_append_printf (text, "block b%u\n", b);
      if (succs[b][1] != NOWHERE)
        g_string_append_printf (text, "br %%c b%u b%u\n", succs[b][0], succs[b][1]);
      else if (succs[b][0] != NOWHERE)
        g_string_append_printf (text, "jmp b%u\n", succs[b][0]);
      else
        g_string_append (text, "ret\n");
    }
  g_string_append (text, "end\n");
  return read_good (text->str);
}

static void
diamond_with_a_loop (void **state)
{
  (void)state;
  /* 0 -> 1 | 2 -> 3; 3 <-> 4, 3 -> 5; 6 is unreachable and leads in */
  uint32_t succs[][2] = { { 1, 2 }, { 3, NOWHERE }, { 3, NOWHERE }, { 4, 5 }, { 3, NOWHERE }, { NOWHERE, NOWHERE }, { 3, 6 } };
  static const uint32_t idom[] = { NOWHERE, 0, 0, 0, 3, 3, NOWHERE }, depth[] = { 0, 0, 0, 1, 1, 0, 0 };
  static const bool cycle[] = { false, false, false, true, true, false, true };
  g_autoptr (GirProgram) p = make_function (7, succs, GIR_INVALID);
  g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
  assert_int_equal (c->n_blocks, 7);
  assert_memory_equal (c->idom, idom, sizeof idom);
  assert_memory_equal (c->loop_depth, depth, sizeof depth);
  assert_memory_equal (c->in_cycle, cycle, sizeof cycle);
  assert_int_equal (c->n_rpo, 6);
  assert_int_equal (c->rpo[0], 0);
  assert_false (c->reachable[6]);
  assert_true (c->scc[3] == c->scc[4] && c->scc[3] != c->scc[5]);
  assert_true (gir_cfg_dominates (c, 0, 5) && gir_cfg_dominates (c, 3, 3) && gir_cfg_dominates (c, 3, 4));
  assert_false (gir_cfg_dominates (c, 1, 3) || gir_cfg_dominates (c, 4, 3) || gir_cfg_dominates (c, 0, 6) || gir_cfg_dominates (c, 6, 3));
}

static void
irreducible_cycle_is_no_loop (void **state)
{
  (void)state;
  uint32_t succs[][2] = { { 1, 2 }, { 2, NOWHERE }, { 1, 3 }, { NOWHERE, NOWHERE } };
  g_autoptr (GirProgram) p = make_function (4, succs, GIR_INVALID);
  g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
  assert_true (c->in_cycle[1] && c->in_cycle[2] && !c->in_cycle[0] && !c->in_cycle[3]);
  assert_int_equal (c->loop_depth[1], 0);
  assert_int_equal (c->idom[1], 0);
  assert_int_equal (c->idom[2], 0);
}

static void
recover_is_a_root (void **state)
{
  (void)state;
  uint32_t succs[][2] = { { 1, 2 }, { 2, NOWHERE }, { NOWHERE, NOWHERE }, { 2, NOWHERE } };
  g_autoptr (GirProgram) p = make_function (4, succs, 3);
  g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
  assert_true (c->reachable[3]);
  assert_int_equal (c->idom[3], NOWHERE);
  assert_int_equal (c->idom[2], NOWHERE); /* both roots lead there */
  assert_int_equal (c->idom[1], 0);
  assert_int_equal (c->rpo[0], 0);
  assert_false (gir_cfg_dominates (c, 0, 2) || gir_cfg_dominates (c, 3, 2));
  g_autoptr (GirProgram) q = make_function (4, succs, 0);
  g_autoptr (GirCfg) d = gir_cfg_new (&q->funcs[0]);
  assert_int_equal (d->n_rpo, 3);
}

static void
loops_nest (void **state)
{
  (void)state;
  /* for { for { continue outer | inner } break } with one block each */
  uint32_t succs[][2] = { { 1, NOWHERE }, { 2, 6 }, { 3, 5 }, { 2, 4 }, { 1, NOWHERE }, { 1, NOWHERE }, { 6, 7 }, { NOWHERE, NOWHERE } };
  static const uint32_t depth[] = { 0, 1, 2, 2, 1, 1, 1, 0 };
  g_autoptr (GirProgram) p = make_function (8, succs, GIR_INVALID);
  g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
  assert_memory_equal (c->loop_depth, depth, sizeof depth);
}

static void
extern_function_has_no_blocks (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"a.F\" 0 func() - src extern\nend\n");
  g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
  assert_true (c->n_blocks == 0 && c->n_rpo == 0);
}

/* Definitions by the book, for small graphs. */
enum
{
  MAX = 14
};

struct model
{
  uint32_t n;
  uint32_t (*succs)[2];
  uint32_t roots[2];
  bool reachable[MAX];
  bool dominates[MAX][MAX];
  bool leads[MAX][MAX]; /* by one step or more */
  uint32_t depth[MAX];
};

static void
reach (const struct model *m, uint32_t b, uint32_t without, bool *seen)
{
  if (b == NOWHERE || b == without || seen[b])
    return;
  seen[b] = true;
  reach (m, m->succs[b][0], without, seen);
  reach (m, m->succs[b][1], without, seen);
}

static void
reach_from_roots (const struct model *m, uint32_t without, bool *seen)
{
  reach (m, m->roots[0], without, seen);
  reach (m, m->roots[1], without, seen);
}

/* The natural loop of a header: what leads to one of its back edges without it. */
static void
count_loop (struct model *m, uint32_t header)
{
  bool in[MAX] = { 0 };
  for (uint32_t b = 0; b < m->n; b++)
    {
      bool back = (m->succs[b][0] == header || m->succs[b][1] == header) && m->dominates[header][b];
      for (uint32_t x = 0; back && x < m->n; x++)
        {
          bool seen[MAX] = { 0 };
          reach (m, x, header, seen);
          in[x] |= m->reachable[x] && (x == header || seen[b]);
        }
      in[header] |= back;
    }
  for (uint32_t b = 0; b < m->n; b++)
    m->depth[b] += in[b];
}

static void
fill_model (struct model *m)
{
  reach_from_roots (m, NOWHERE, m->reachable);
  for (uint32_t a = 0; a < m->n; a++)
    {
      bool seen[MAX] = { 0 };
      reach_from_roots (m, a, seen);
      for (uint32_t b = 0; b < m->n; b++)
        m->dominates[a][b] = m->reachable[a] && m->reachable[b] ? !seen[b] : a == b;
      reach (m, m->succs[a][0], NOWHERE, m->leads[a]);
      reach (m, m->succs[a][1], NOWHERE, m->leads[a]);
    }
  for (uint32_t h = 0; h < m->n; h++)
    if (m->reachable[h])
      count_loop (m, h);
}

static void
compare (const struct model *m, const struct gir_cfg *c)
{
  for (uint32_t a = 0; a < m->n; a++)
    {
      assert_int_equal (c->reachable[a], m->reachable[a]);
      assert_int_equal (c->in_cycle[a], m->leads[a][a]);
      assert_int_equal (c->loop_depth[a], m->depth[a]);
      uint32_t n_doms = 0, n_idoms = 0;
      for (uint32_t b = 0; b < m->n; b++)
        {
          assert_int_equal (gir_cfg_dominates (c, a, b), m->dominates[a][b]);
          assert_int_equal (c->scc[a] == c->scc[b], a == b || (m->leads[a][b] && m->leads[b][a]));
          n_doms += m->reachable[a] && m->dominates[b][a];
        }
      for (uint32_t b = a; m->reachable[a] && b != NOWHERE; b = c->idom[b], n_idoms++)
        assert_true (m->dominates[b][a]);
      assert_int_equal (n_idoms, n_doms);
    }
}

static void
check_order (const struct model *m, const struct gir_cfg *c)
{
  uint32_t at[MAX] = { 0 };
  for (uint32_t i = 0; i < c->n_rpo; i++)
    at[c->rpo[i]] = i + 1;
  for (uint32_t b = 0; b < m->n; b++)
    {
      assert_int_equal (at[b] > 0, m->reachable[b]);
      if (m->reachable[b] && c->idom[b] != NOWHERE)
        assert_true (at[c->idom[b]] < at[b]);
    }
}

static void
random_graphs_agree_with_definitions (void **state)
{
  (void)state;
  uint64_t seed = 4;
  for (int round = 0; round < 4000; round++)
    {
      uint32_t n = 1 + next_random (&seed) % MAX, succs[MAX][2], recover = next_random (&seed) % 4 ? GIR_INVALID : next_random (&seed) % n;
      for (uint32_t b = 0; b < n; b++)
        {
          uint32_t kind = next_random (&seed) % 8;
          succs[b][0] = kind == 0 ? NOWHERE : next_random (&seed) % n;
          succs[b][1] = kind < 4 ? NOWHERE : next_random (&seed) % n;
        }
      g_autoptr (GirProgram) p = make_function (n, succs, recover);
      g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
      struct model m = { .n = n, .succs = succs, .roots = { 0, recover } };
      fill_model (&m);
      compare (&m, c);
      check_order (&m, c);
    }
}

/* Shapes that are slow, or deep, for simple algorithms. */

static void
check_large (uint32_t n, uint32_t (*succs)[2], uint32_t depth)
{
  g_autoptr (GirProgram) p = make_function (n, succs, GIR_INVALID);
  gint64 start = g_get_monotonic_time ();
  for (int i = 0; i < 3; i++)
    {
      g_autoptr (GirCfg) c = gir_cfg_new (&p->funcs[0]);
      assert_int_equal (c->n_rpo, n);
      assert_int_equal (c->loop_depth[n / 2], depth);
      assert_true (gir_cfg_dominates (c, 0, n - 1));
    }
  if (g_get_monotonic_time () - start > 20 * G_USEC_PER_SEC)
    fail_msg ("%u blocks take too long", n);
}

static void
large_graphs_take_linear_time (void **state)
{
  (void)state;
  enum
  {
    N = 100000
  };
  g_autofree uint32_t (*succs)[2] = g_malloc (N * sizeof *succs);
  /* a path */
  for (uint32_t b = 0; b < N; b++)
    succs[b][0] = b + 1 < N ? b + 1 : NOWHERE, succs[b][1] = NOWHERE;
  check_large (N, succs, 0);
  /* loops within loops: do do do ... while while while */
  for (uint32_t b = N / 2; b + 1 < N; b++)
    succs[b][1] = N - 1 - b;
  check_large (N, succs, N / 2 - 1);
  /* a ladder of joins, each a way around */
  for (uint32_t b = 0; b + 2 < N; b++)
    succs[b][1] = b + 2;
  check_large (N, succs, 0);
  /* many ways into every block of a cycle */
  for (uint32_t b = 0; b + 1 < N; b++)
    succs[b][1] = b * 7919u % (N - 1) + 1;
  check_large (N, succs, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (diamond_with_a_loop),
    cmocka_unit_test (irreducible_cycle_is_no_loop),
    cmocka_unit_test (recover_is_a_root),
    cmocka_unit_test (loops_nest),
    cmocka_unit_test (extern_function_has_no_blocks),
    cmocka_unit_test (random_graphs_agree_with_definitions),
    cmocka_unit_test (large_graphs_take_linear_time),
  };
  return cmocka_run_group_tests_name ("cfg", tests, NULL, NULL);
}
