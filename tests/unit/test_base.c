#include "test_gir_util.h"

#include "base/arena.h"
#include "base/interner.h"
#include "base/scc.h"
#include "base/u32map.h"
#include "base/vec.h"

static void
vec_grows (void **state)
{
  (void)state;
  VEC (uint64_t) v = { 0 };
  assert_true (vec_empty (&v));
  for (uint64_t i = 0; i < 1000; i++)
    vec_push (&v, i * i);
  assert_int_equal (v.size, 1000);
  assert_int_equal (vec_at (&v, 999), 999 * 999);
  assert_int_equal (vec_pop (&v), 999 * 999);
  assert_int_equal (vec_last (&v), 998 * 998);
  uint64_t sum = 0;
  vec_foreach (uint64_t, x, &v)
    sum += *x;
  assert_int_equal (sum, 998ull * 999 * 1997 / 6);
  assert_true (vec_bytes (&v) >= 999 * sizeof (uint64_t));
  vec_clear (&v);
  assert_int_equal (v.capacity, 0);
}

static void
vec_resize_zeroes (void **state)
{
  (void)state;
  g_auto (u32_vec) v = { 0 };
  vec_foreach (uint32_t, x, &v)
    fail_msg ("an empty vector has element %u", *x);
  vec_resize (&v, 0);
  vec_push (&v, 7);
  vec_resize (&v, 100);
  assert_int_equal (vec_at (&v, 0), 7);
  for (uint32_t i = 1; i < 100; i++)
    assert_int_equal (vec_at (&v, i), 0);
  vec_resize (&v, 1);
  vec_resize (&v, 3);
  assert_int_equal (vec_at (&v, 2), 0);
  vec_reset (&v);
  assert_true (vec_empty (&v) && v.capacity >= 100);
}

static void
arena_aligns (void **state)
{
  (void)state;
  g_autoptr (Arena) a = arena_new ();
  assert_int_equal (arena_bytes (a), 0);
  char *last = NULL;
  for (size_t size = 0; size < 3000; size++)
    {
      char *p = size % 3 ? arena_alloc (a, size) : arena_alloc0 (a, size);
      assert_true (p && p != last && (uintptr_t)p % 16 == 0);
      for (size_t i = 0; size % 3 == 0 && i < size; i++)
        assert_int_equal (p[i], 0);
      memset (p, 0x5a, size);
      memset (arena_alloc_text (a, 1), 'x', 1);
      last = size ? p : NULL;
    }
  assert_true (arena_bytes (a) > 3000 * 1500 && arena_bytes (a) < 3 * 3000 * 1500);
}

static void
arena_keeps_and_resets (void **state)
{
  (void)state;
  g_autoptr (Arena) a = arena_new ();
  arena_reset (a);
  const char *first = arena_copy (a, "hello", 6);
  char *large = arena_alloc (a, 5 << 20);
  memset (large, 1, 5 << 20);
  assert_string_equal (first, "hello");
  assert_true (arena_bytes (a) >= 5 << 20);
  arena_reset (a);
  size_t kept = arena_bytes (a);
  (void)arena_alloc (a, 1 << 20);
  assert_int_equal (arena_bytes (a), kept);
  arena_free (NULL);
}

static void
map_agrees_with_glib (void **state)
{
  (void)state;
  struct u32map m = { 0 };
  g_autoptr (GHashTable) reference = g_hash_table_new (NULL, NULL);
  uint64_t seed = 1;
  assert_int_equal (u32map_get (&m, 5, 77), 77);
  for (int i = 0; i < 200000; i++)
    {
      uint32_t key = next_random (&seed) % 50000 * 64, value = next_random (&seed);
      bool fresh = !g_hash_table_contains (reference, GUINT_TO_POINTER (key));
      g_hash_table_insert (reference, GUINT_TO_POINTER (key), GUINT_TO_POINTER (value));
      assert_int_equal (u32map_put (&m, key, value), fresh);
    }
  assert_int_equal (m.size, g_hash_table_size (reference));
  uint32_t n = 0;
  u32map_foreach (s, &m)
  {
    n++;
    assert_ptr_equal (GUINT_TO_POINTER (s->value), g_hash_table_lookup (reference, GUINT_TO_POINTER (s->key)));
  }
  assert_int_equal (n, m.size);
  assert_int_equal (u32map_get (&m, 1, 77), 77);
  *u32map_at (&m, 1, 3) += 1;
  assert_int_equal (u32map_get (&m, 1, 77), 4);
  u32map_reset (&m);
  assert_int_equal (u32map_get (&m, 1, 77), 77);
  assert_true (u32map_bytes (&m) > 0);
  u32map_clear (&m);
  assert_int_equal (u32map_bytes (&m), 0);
}

static void
set_agrees_with_bits (void **state)
{
  (void)state;
  struct u32set s = { 0 };
  bool has[5000] = { 0 };
  uint64_t seed = 2;
  assert_false (u32set_has (&s, 0));
  for (int i = 0; i < 20000; i++)
    {
      uint32_t key = next_random (&seed) % G_N_ELEMENTS (has);
      assert_int_equal (u32set_has (&s, key), has[key]);
      assert_int_equal (u32set_add (&s, key), !has[key]);
      has[key] = true;
    }
  uint32_t n = 0;
  u32set_foreach (k, &s)
  {
    n++;
    assert_true (has[*k]);
  }
  assert_int_equal (n, s.size);
  u32set_reset (&s);
  assert_true (!u32set_has (&s, 1) && s.size == 0 && u32set_bytes (&s) > 0);
  u32set_clear (&s);
}

static void
interner_numbers (void **state)
{
  (void)state;
  g_autoptr (Interner) s = interner_new ();
  assert_int_equal (interner_add (s, "", 0), 0);
  assert_int_equal (interner_find (s, "a", 1), INTERNER_NONE);
  assert_int_equal (interner_add (s, "a", 1), 1);
  assert_int_equal (interner_add (s, "a\0b", 3), 2);
  assert_int_equal (interner_add (s, "a\0c", 3), 3);
  assert_int_equal (interner_add (s, "a", 1), 1);
  assert_int_equal (interner_length (interner_texts (s)[2]), 3);
  assert_memory_equal (interner_texts (s)[3], "a\0c", 4);
  assert_int_equal (interner_length (interner_texts (s)[0]), 0);
  assert_int_equal (interner_size (s), 4);
}

static void
interner_grows (void **state)
{
  (void)state;
  g_autoptr (Interner) s = interner_new ();
  char text[64];
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t i = 1; i <= 100000; i++)
      {
        int length = g_snprintf (text, sizeof text, "%0*u", (int)(i % 20), i);
        assert_int_equal (interner_add (s, text, (size_t)length), i);
      }
  const char *first = interner_texts (s)[1];
  assert_string_equal (first, "1");
  assert_true (interner_bytes (s) > 100000 * 10 && interner_bytes (s) < 100000 * 100);
}

/* The successors of each node in rows. */
struct graph
{
  uint32_t n;
  uint32_t *first;
  uint32_t *targets;
};

static struct graph
random_graph (uint64_t *seed, uint32_t n, uint32_t n_edges)
{
  struct graph g = { n, g_new0 (uint32_t, n + 1), g_new (uint32_t, n_edges) };
  for (uint32_t k = 0; k < n_edges; k++)
    g.first[next_random (seed) % n + 1]++;
  for (uint32_t i = 0; i < n; i++)
    g.first[i + 1] += g.first[i];
  for (uint32_t k = 0; k < n_edges; k++)
    g.targets[k] = next_random (seed) % n;
  return g;
}

static void
scc_agrees_with_closure (void **state)
{
  (void)state;
  uint64_t seed = 3;
  for (int round = 0; round < 300; round++)
    {
      enum
      {
        N = 24
      };
      bool reach[N][N] = { 0 };
      uint32_t component[N];
      struct graph g = random_graph (&seed, N, next_random (&seed) % 60);
      for (uint32_t i = 0; i < N; i++)
        for (uint32_t k = g.first[i]; k < g.first[i + 1]; k++)
          reach[i][g.targets[k]] = true;
      for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
          for (int j = 0; j < N; j++)
            reach[i][j] |= reach[i][k] && reach[k][j];
      uint32_t n = scc_find (N, g.first, g.targets, component);
      for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
          {
            assert_true (component[i] < n);
            assert_int_equal (component[i] == component[j], i == j || (reach[i][j] && reach[j][i]));
            assert_true (!reach[i][j] || component[j] <= component[i]);
          }
      g_free (g.first);
      g_free (g.targets);
    }
}

static void
scc_of_a_long_path (void **state)
{
  (void)state;
  enum
  {
    N = 1000000
  };
  g_autofree uint32_t *first = g_new (uint32_t, N + 1), *targets = g_new (uint32_t, N), *component = g_new (uint32_t, N);
  for (uint32_t i = 0; i < N; i++)
    {
      first[i] = i;
      targets[i] = i + 1 < N ? i + 1 : N / 2;
    }
  first[N] = N;
  assert_int_equal (scc_find (N, first, targets, component), N / 2 + 1);
  assert_int_equal (component[0], N / 2);
  assert_int_equal (component[N - 1], 0);
  assert_int_equal (scc_find (0, NULL, NULL, NULL), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (vec_grows),
    cmocka_unit_test (vec_resize_zeroes),
    cmocka_unit_test (arena_aligns),
    cmocka_unit_test (arena_keeps_and_resets),
    cmocka_unit_test (map_agrees_with_glib),
    cmocka_unit_test (set_agrees_with_bits),
    cmocka_unit_test (interner_numbers),
    cmocka_unit_test (interner_grows),
    cmocka_unit_test (scc_agrees_with_closure),
    cmocka_unit_test (scc_of_a_long_path),
  };
  return cmocka_run_group_tests_name ("base", tests, NULL, NULL);
}
