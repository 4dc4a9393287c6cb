/* Indexed relations against a plain list of tuples. */
#include "test_gir_util.h"

#include "base/relation.h"
#include "base/vec.h"

enum
{
  N = 3
}; /* columns */

struct list
{
  VEC (uint32_t) data;
  unsigned arity;
};

static uint32_t
list_find (const struct list *l, const uint32_t *tuple)
{
  for (uint32_t t = 0; t * l->arity < l->data.size; t++)
    if (memcmp (l->data.data + t * l->arity, tuple, l->arity * sizeof *tuple) == 0)
      return t;
  return SP_NO_TUPLE;
}

static uint32_t
list_add (struct list *l, const uint32_t *tuple)
{
  uint32_t t = list_find (l, tuple);
  if (t != SP_NO_TUPLE)
    return t;
  for (unsigned i = 0; i < l->arity; i++)
    vec_push (&l->data, tuple[i]);
  return l->data.size / l->arity - 1;
}

static void
random_tuple (uint64_t *seed, unsigned arity, uint32_t range, uint32_t *tuple)
{
  for (unsigned i = 0; i < arity; i++)
    tuple[i] = next_random (seed) % range;
}

static bool
fits (const uint32_t *a, const uint32_t *b, unsigned mask)
{
  for (unsigned i = 0; mask >> i; i++)
    if (mask >> i & 1 && a[i] != b[i])
      return false;
  return true;
}

/* The tuples with @key's columns, as a probe meets them. */
static u32_vec
probe_all (const struct sp_relation *r, unsigned index, unsigned mask, const uint32_t *key)
{
  u32_vec met = { 0 };
  for (uint32_t t = sp_relation_probe (r, index, key); t != SP_NO_TUPLE; t = sp_relation_next (r, index, t))
    if (fits (sp_relation_tuple (r, t), key, mask))
      vec_push (&met, t);
  return met;
}

/* Newest first, none missing, none twice. */
static void
assert_probe (const struct sp_relation *r, const struct list *l, unsigned index, unsigned mask, const uint32_t *key)
{
  g_auto (u32_vec) met = probe_all (r, index, mask, key);
  uint32_t k = 0;
  for (uint32_t t = l->data.size / l->arity; t-- > 0;)
    if (fits (l->data.data + t * l->arity, key, mask))
      {
        assert_true (k < met.size);
        assert_int_equal (met.data[k++], t);
      }
  assert_int_equal (k, met.size);
}

static void
agrees_with_a_list (void **state)
{
  (void)state;
  for (unsigned arity = 1; arity <= SP_MAX_ARITY; arity++)
    {
      uint64_t seed = arity;
      struct sp_relation r;
      struct list l = { .arity = arity };
      sp_relation_init (&r, (uint8_t)arity);
      unsigned first = sp_relation_index (&r, 1), last = sp_relation_index (&r, (uint8_t)(1u << (arity - 1)));
      assert_int_equal (first == last, arity == 1);
      for (int k = 0; k < 1500; k++)
        {
          uint32_t tuple[SP_MAX_ARITY];
          random_tuple (&seed, arity, 12, tuple);
          assert_int_equal (sp_relation_find (&r, tuple), list_find (&l, tuple));
          bool known = list_find (&l, tuple) != SP_NO_TUPLE, fresh;
          assert_int_equal (sp_relation_add (&r, tuple, k % 2 ? &fresh : NULL), list_add (&l, tuple));
          if (k % 2)
            assert_int_equal (fresh, !known);
          assert_int_equal (r.n, l.data.size / arity);
          assert_memory_equal (r.data, l.data.data, l.data.size * sizeof (uint32_t));
          random_tuple (&seed, arity, 14, tuple);
          assert_probe (&r, &l, first, 1, tuple);
          assert_probe (&r, &l, last, 1u << (arity - 1), tuple);
        }
      vec_clear (&l.data);
      sp_relation_done (&r);
    }
}

/* Column sets of every kind; the same set twice is one index. */
static void
indices (void **state)
{
  (void)state;
  static const uint8_t masks[] = { 1, 2, 4, 3, 5, 6 };
  struct sp_relation r;
  struct list l = { .arity = N };
  uint64_t seed = 9;
  sp_relation_init (&r, N);
  for (unsigned i = 0; i < G_N_ELEMENTS (masks); i++)
    assert_int_equal (sp_relation_index (&r, masks[i]), i);
  for (unsigned i = 0; i < G_N_ELEMENTS (masks); i++)
    assert_int_equal (sp_relation_index (&r, masks[i]), i);
  uint32_t tuple[N];
  for (int k = 0; k < 400; k++)
    {
      random_tuple (&seed, N, 6, tuple);
      sp_relation_add (&r, tuple, NULL);
      list_add (&l, tuple);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (masks); i++)
    for (int k = 0; k < 50; k++)
      {
        random_tuple (&seed, N, 7, tuple);
        assert_probe (&r, &l, i, masks[i], tuple);
      }
  vec_clear (&l.data);
  sp_relation_done (&r);
}

/* While a chain is walked, tuples are added to it and the tables grow many times: the walk meets just those that were there. */
static void
growth_during_iteration (void **state)
{
  (void)state;
  enum
  {
    BEFORE = 40,
    AFTER = 100000
  };
  struct sp_relation r;
  sp_relation_init (&r, 2);
  unsigned index = sp_relation_index (&r, 1);
  for (uint32_t k = 0; k < BEFORE; k++)
    sp_relation_add (&r, (uint32_t[]){ 7, k }, NULL);
  uint32_t expected = BEFORE, added = BEFORE;
  for (uint32_t t = sp_relation_probe (&r, index, (uint32_t[]){ 7, 0 }); t != SP_NO_TUPLE; t = sp_relation_next (&r, index, t))
    {
      if (sp_relation_tuple (&r, t)[0] != 7)
        continue;
      assert_int_equal (t, --expected);
      for (uint32_t k = 0; k < AFTER / BEFORE; k++, added++)
        sp_relation_add (&r, (uint32_t[]){ added % 3 ? 7 : added, added }, NULL);
    }
  assert_int_equal (expected, 0);
  assert_int_equal (r.n, added);
  for (uint32_t k = 0; k < BEFORE; k++)
    assert_int_equal (sp_relation_find (&r, (uint32_t[]){ 7, k }), k);
  sp_relation_done (&r);
}

static void
clearing (void **state)
{
  (void)state;
  struct sp_relation r;
  sp_relation_init (&r, 2);
  unsigned index = sp_relation_index (&r, 2);
  for (int round = 0; round < 3; round++)
    {
      uint32_t n = round == 1 ? 10 : 50000;
      for (uint32_t k = 0; k < n; k++)
        assert_int_equal (sp_relation_add (&r, (uint32_t[]){ k, k / 2 }, NULL), k);
      g_auto (u32_vec) met = probe_all (&r, index, 2, (uint32_t[]){ 0, 3 });
      assert_int_equal (met.size, 2);
      assert_int_equal (met.data[0], 7);
      sp_relation_clear (&r);
      assert_int_equal (r.n, 0);
      assert_true (r.capacity < 50000); /* large tables are given back */
      assert_int_equal (sp_relation_find (&r, (uint32_t[]){ 1, 0 }), SP_NO_TUPLE);
      assert_int_equal (sp_relation_probe (&r, index, (uint32_t[]){ 0, 3 }), SP_NO_TUPLE);
    }
  sp_relation_clear (&r);
  sp_relation_done (&r);
}

/* What a probe meets depends on the sequence of insertions only: not on what the relation held before, nor on its size then. */
static void
determinism (void **state)
{
  (void)state;
  struct sp_relation r[2];
  for (int i = 0; i < 2; i++)
    {
      sp_relation_init (&r[i], N);
      assert_int_equal (sp_relation_index (&r[i], 3), 0);
    }
  for (uint32_t k = 0; k < 9000; k++)
    sp_relation_add (&r[1], (uint32_t[]){ k, k, k }, NULL);
  sp_relation_clear (&r[1]);
  for (int i = 0; i < 2; i++)
    {
      uint64_t seed = 5;
      uint32_t tuple[N];
      for (int k = 0; k < 3000; k++)
        {
          random_tuple (&seed, N, 20, tuple);
          sp_relation_add (&r[i], tuple, NULL);
        }
    }
  assert_int_equal (r[0].n, r[1].n);
  assert_memory_equal (r[0].data, r[1].data, r[0].n * N * sizeof (uint32_t));
  for (uint32_t key = 0; key < 400; key++)
    {
      uint32_t tuple[N] = { key / 20, key % 20, 0 };
      g_auto (u32_vec) a = probe_all (&r[0], 0, 3, tuple), b = probe_all (&r[1], 0, 3, tuple);
      assert_int_equal (a.size, b.size);
      if (a.size)
        assert_memory_equal (a.data, b.data, a.size * sizeof (uint32_t));
    }
  sp_relation_done (&r[0]);
  sp_relation_done (&r[1]);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (agrees_with_a_list), cmocka_unit_test (indices),     cmocka_unit_test (growth_during_iteration),
    cmocka_unit_test (clearing),           cmocka_unit_test (determinism),
  };
  return cmocka_run_group_tests_name ("relation", tests, NULL, NULL);
}
