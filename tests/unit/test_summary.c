/* Summaries as values: copy and equality see every part. */
#include "test_gir_util.h"

#include "constraints/summary.h"

typedef struct sp_summary Summary;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, sp_summary_free)


static Summary *
sample (unsigned elements)
{
  Summary *s = sp_summary_new ();
  s->n_param_leaves = 2;
  for (uint32_t k = 0; k < elements; k++)
    {
      vec_push (&s->names, ((struct sp_name){ SP_NAME_PARAM, k, 0 }));
      vec_push (&s->rets, ((struct sp_sum_ret){ k, { 1, 2, 3 } }));
      vec_push (&s->puts, ((struct sp_sum_put){ k, 1, 2, 3 }));
      vec_push (&s->leaks, ((struct sp_ref){ 1, k, 3 }));
      vec_push (&s->refs, ((struct sp_ref){ 1, 2, k }));
      vec_push (&s->args, ((struct sp_sum_arg){ 0, k, { 1, 2, 3 } }));
      vec_push (&s->counts, k);
      vec_push (&s->origin_fns, k);
      vec_resize (&s->fresh, k + 1);
      s->fresh.data[k].instr = k;
      vec_resize (&s->residuals, k + 1);
      s->residuals.data[k].n_args = k;
    }
  return s;
}

static void
same_content_is_equal (void **state)
{
  (void)state;
  for (unsigned n = 0; n < 20; n += 6)
    {
      g_autoptr (Summary) a = sample (n), b = sample (n), c = sample (n + 1);
      assert_true (sp_summary_equal (a, b) && sp_summary_equal (a, a));
      assert_false (sp_summary_equal (a, c) || sp_summary_equal (c, a));
    }
  sp_summary_free (NULL);
}

static void
copies_are_apart (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (5), expected = sample (5), empty = sp_summary_new ();
  g_autoptr (Summary) b = sp_summary_copy (a), none = sp_summary_copy (empty);
  assert_true (sp_summary_equal (a, b) && sp_summary_equal (empty, none));
  for (int k = 0; k < 100; k++)
    {
      vec_push (&b->names, ((struct sp_name){ 0, 0, 0 }));
      vec_push (&b->counts, 7);
    }
  b->puts.data[0].to = 9;
  assert_true (sp_summary_equal (a, expected));
  assert_false (sp_summary_equal (a, b));
}

/* Whatever word of a summary changes, or whatever list loses an element, it is another. */
static void
assert_noticed (const Summary *a, Summary *b, void *data, size_t size)
{
  for (size_t at = 0; at + sizeof (uint32_t) <= size; at += sizeof (uint32_t))
    {
      uint32_t *word = (uint32_t *)(void *)((char *)data + at);
      *word ^= 1;
      assert_false (sp_summary_equal (a, b));
      assert_false (sp_summary_equal (b, a));
      *word ^= 1;
    }
  assert_true (sp_summary_equal (a, b));
}

#define NOTICED(v)                                                   \
  do                                                                 \
    {                                                                \
      assert_noticed (a, b, b->v.data, b->v.size * sizeof *b->v.data); \
      b->v.size--;                                                   \
      assert_false (sp_summary_equal (a, b));                        \
      b->v.size++;                                                   \
    }                                                                \
  while (0)

static void
every_difference_is_noticed (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (3), b = sp_summary_copy (a);
  NOTICED (names);
  NOTICED (fresh);
  NOTICED (rets);
  NOTICED (puts);
  NOTICED (leaks);
  NOTICED (refs);
  NOTICED (args);
  NOTICED (counts);
  NOTICED (origin_fns);
  NOTICED (residuals);
  bool *const flags[] = { &b->collapsed, &b->dropped };
  for (size_t k = 0; k < G_N_ELEMENTS (flags); k++)
    {
      *flags[k] = true;
      assert_false (sp_summary_equal (a, b));
      *flags[k] = false;
    }
  uint32_t *const counts[] = { &b->n_param_leaves, &b->n_free_leaves, &b->n_result_leaves };
  for (size_t k = 0; k < G_N_ELEMENTS (counts); k++)
    assert_noticed (a, b, counts[k], sizeof *counts[k]);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (same_content_is_equal),
    cmocka_unit_test (copies_are_apart),
    cmocka_unit_test (every_difference_is_noticed),
  };
  return cmocka_run_group_tests_name ("summary", tests, NULL, NULL);
}
