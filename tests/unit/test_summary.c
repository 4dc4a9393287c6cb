/* Summaries as values: equal when they say the same, however it is numbered and ordered; copies stand by themselves. */
#include "test_gir_util.h"

#include "constraints/outline.h"
#include "constraints/summary.h"

/* By fingerprints and exactly. */
static bool
say_the_same (const struct sp_summary *a, const struct sp_summary *b)
{
  bool equal = sp_summary_equal (a, b);
  assert_int_equal (sp_summary_same (a, b), equal);
  return equal;
}

typedef struct sp_summary Summary;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, sp_summary_free)

/* The names of the sample, in an order in which bases come first. */
enum
{
  UNKNOWN,
  PARAM0,
  PARAM1,
  LOAD,
  BLOB,
  FRESH0,
  FRESH1,
  FUNC,
  RESULT,
  N_NAMES
};

struct sample
{
  Summary *s;
  uint32_t at[N_NAMES]; /* where each name is */
  bool backwards;       /* facts are listed from the last */
};

static struct sp_ref
ref (const struct sample *x, unsigned name, uint32_t offset, uint32_t tag)
{
  return (struct sp_ref){ x->at[name], offset, tag };
}

static void
add_name (struct sample *x, unsigned name)
{
  const struct sp_name names[N_NAMES] = {
    [UNKNOWN] = { SP_NAME_UNKNOWN, 0, 0 },
    [PARAM0] = { SP_NAME_PARAM, 0, 0 },
    [PARAM1] = { SP_NAME_PARAM, 1, 0 },
    [LOAD] = { SP_NAME_LOAD, x->at[PARAM0], 8 },
    [BLOB] = { SP_NAME_BLOB, x->at[LOAD], 16 },
    [FRESH0] = { SP_NAME_FRESH, x->backwards, 0 },
    [FRESH1] = { SP_NAME_FRESH, !x->backwards, 0 },
    [FUNC] = { SP_NAME_FUNC, 4, 0 },
    [RESULT] = { SP_NAME_RESULT, 0, 1 },
  };
  x->at[name] = x->s->names.size;
  vec_push (&x->s->names, names[name]);
}

static void
add_fresh (struct sample *x, uint32_t instr)
{
  struct sp_fresh f;
  memset (&f, 0, sizeof f);
  f.fn = 3;
  f.instr = instr;
  f.type = 5;
  f.code = GIR_INVALID;
  vec_push (&x->s->fresh, f);
}

/* Refs that are the target or the value of a store: a group of two. */
static uint32_t
add_group (struct sample *x, struct sp_ref a, struct sp_ref b)
{
  uint32_t first = x->s->refs.size;
  vec_push (&x->s->refs, x->backwards ? b : a);
  vec_push (&x->s->refs, x->backwards ? a : b);
  return first;
}

static void
add_residual (struct sample *x)
{
  Summary *s = x->s;
  struct sp_residual r;
  memset (&r, 0, sizeof r);
  r.invoke = true;
  r.method = 2;
  r.callees = add_group (x, ref (x, PARAM1, 0, 1), ref (x, LOAD, 8, 1));
  r.n_callees = 2;
  r.n_spans = r.n_args = r.n_origins = 2;
  r.n_results = 2;
  vec_push (&s->counts, 1);
  vec_push (&s->counts, 2);
  const struct sp_sum_arg args[] = { { 0, 0, ref (x, FRESH1, 0, 0) }, { 1, 1, ref (x, PARAM0, 0, 0) } };
  for (unsigned k = 0; k < 2; k++)
    {
      vec_push (&s->args, args[x->backwards ? 1 - k : k]);
      vec_push (&s->origin_fns, x->backwards ? 9 - k : 8 + k);
    }
  vec_push (&s->residuals, r);
}

static void
add_facts (struct sample *x)
{
  Summary *s = x->s;
  const struct sp_sum_ret rets[] = { { 0, ref (x, FRESH0, 0, 0) }, { 1, ref (x, RESULT, 0, 1) }, { 1, ref (x, LOAD, 8, 7) } };
  for (unsigned k = 0; k < 3; k++)
    vec_push (&s->rets, rets[x->backwards ? 2 - k : k]);
  const struct sp_ref leaks[] = { ref (x, PARAM1, 0, 0), ref (x, BLOB, 0, 0) };
  for (unsigned k = 0; k < 2; k++)
    vec_push (&s->leaks, leaks[x->backwards ? 1 - k : k]);
  for (unsigned k = 0; k < 2; k++)
    {
      bool first = (k == 0) != x->backwards;
      uint32_t to
          = first ? add_group (x, ref (x, PARAM0, 8, 0), ref (x, BLOB, 0, 0)) : add_group (x, ref (x, FRESH0, 0, 0), ref (x, FRESH1, 8, 0));
      uint32_t what = add_group (x, ref (x, first ? FUNC : UNKNOWN, 0, 0), ref (x, first ? FRESH1 : PARAM1, 0, 0));
      vec_push (&s->puts, ((struct sp_sum_put){ to, 2, what, 2 }));
    }
}

static Summary *
sample (bool backwards)
{
  static const unsigned orders[2][N_NAMES] = { { UNKNOWN, PARAM0, PARAM1, LOAD, BLOB, FRESH0, FRESH1, FUNC, RESULT },
                                               { RESULT, FRESH1, PARAM1, FUNC, PARAM0, FRESH0, LOAD, BLOB, UNKNOWN } };
  struct sample x = { .s = sp_summary_new (), .backwards = backwards };
  x.s->n_param_leaves = x.s->n_result_leaves = 2;
  for (unsigned k = 0; k < N_NAMES; k++)
    add_name (&x, orders[backwards][k]);
  add_fresh (&x, backwards ? 11 : 10);
  add_fresh (&x, backwards ? 10 : 11);
  add_residual (&x);
  add_facts (&x);
  return x.s;
}

static void
order_does_not_matter (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (false), b = sample (true), empty = sp_summary_new ();
  assert_memory_not_equal (a->names.data, b->names.data, a->names.size * sizeof *a->names.data);
  assert_true (say_the_same (a, a) && say_the_same (a, b) && say_the_same (b, a));
  assert_true (say_the_same (empty, empty));
  assert_false (say_the_same (a, empty) || say_the_same (empty, a));
  sp_summary_free (NULL);
}

/* --- outlines ---------------------------------------------------------------------------------------- */

static unsigned
names_of_kind (const Summary *s, enum sp_name_kind kind)
{
  unsigned n = 0;
  vec_foreach (const struct sp_name, x, &s->names)
    n += x->kind == (uint32_t)kind;
  return n;
}

static bool
is_ref (const Summary *s, struct sp_ref r, enum sp_name_kind kind, uint32_t base, uint32_t offset, uint32_t tag)
{
  const struct sp_name *n = &s->names.data[r.name];
  return n->kind == (uint32_t)kind && (kind == SP_NAME_UNKNOWN || n->base == base) && r.offset == offset && r.tag == tag;
}

/* Whether something that @what describes is put at the cell @offset of parameter @p, or beneath it. */
static bool
puts_in_parameter (const Summary *s, uint32_t p, bool beneath, enum sp_name_kind what)
{
  vec_foreach (const struct sp_sum_put, put, &s->puts)
    for (uint32_t a = 0; a < put->n_to; a++)
      for (uint32_t b = 0; b < put->n_what; b++)
        {
          const struct sp_name *to = &s->names.data[s->refs.data[put->to + a].name];
          bool below = to->kind == SP_NAME_BLOB;
          const struct sp_name *root = below ? &s->names.data[to->base] : to;
          if (root->kind == SP_NAME_PARAM && root->base == p && below == beneath && s->refs.data[put->to + a].offset == SP_TOP
              && s->names.data[s->refs.data[put->what + b].name].kind == (uint32_t)what)
            return true;
        }
  return false;
}

static void
outlines_know_whole_parameters (void **state)
{
  (void)state;
  g_autoptr (Summary) s = sample (false), o = sp_summary_outline (s);
  assert_int_equal (o->n_param_leaves, 2);
  assert_int_equal (o->n_result_leaves, 2);
  assert_true (o->tainted && !o->collapsed && !o->dropped && !o->crowded);
  assert_int_equal (names_of_kind (o, SP_NAME_PARAM), 2);
  assert_int_equal (names_of_kind (o, SP_NAME_BLOB), 1); /* LOAD of parameter 0, and BLOB beneath that */
  assert_int_equal (names_of_kind (o, SP_NAME_LOAD) + names_of_kind (o, SP_NAME_FRESH) + o->fresh.size, 0);
  assert_int_equal (o->rets.size, 3);
  assert_true (is_ref (o, o->rets.data[0].ref, SP_NAME_UNKNOWN, 0, 0, 0)); /* was FRESH */
  assert_true (is_ref (o, o->rets.data[1].ref, SP_NAME_RESULT, 0, 0, 1));
  uint32_t p0 = o->names.data[o->rets.data[2].ref.name].base;
  assert_true (is_ref (o, o->rets.data[2].ref, SP_NAME_BLOB, p0, SP_TOP, 7));
  assert_int_equal (o->names.data[p0].kind, SP_NAME_PARAM);
  assert_int_equal (o->names.data[o->rets.data[2].ref.name].offset, SP_TOP);
  assert_int_equal (o->leaks.size, 2);
  assert_true (is_ref (o, o->leaks.data[0], SP_NAME_PARAM, 1, 0, 0));
  assert_true (is_ref (o, o->leaks.data[1], SP_NAME_BLOB, p0, SP_TOP, 0));
  /* Into parameter 0 and beneath: a function, and what was FRESH. What went into FRESH goes into Unknown: parameter 1 is lost. */
  for (unsigned beneath = 0; beneath < 2; beneath++)
    {
      assert_true (puts_in_parameter (o, 0, beneath, SP_NAME_FUNC));
      assert_true (puts_in_parameter (o, 0, beneath, SP_NAME_UNKNOWN));
    }
  bool lost = false;
  vec_foreach (const struct sp_sum_put, p, &o->puts)
    for (uint32_t k = 0; k < p->n_what; k++)
      lost |= is_ref (o, o->refs.data[p->to], SP_NAME_UNKNOWN, 0, 0, 0) && is_ref (o, o->refs.data[p->what + k], SP_NAME_PARAM, 1, 0, 0);
  assert_true (lost);
  g_autoptr (Summary) again = sp_summary_outline (o);
  assert_true (say_the_same (o, again));
}

/* Two residual calls of one shape are one, with the callees, arguments and origins of both; one of another method stays. */
static void
outlines_merge_residual_calls (void **state)
{
  (void)state;
  g_autoptr (Summary) s = sample (false);
  struct sp_residual second = s->residuals.data[0], third = second;
  second.callees = s->refs.size;
  second.n_callees = second.n_args = second.n_origins = 1;
  vec_push (&s->refs, ((struct sp_ref){ s->names.size, 0, 1 }));
  vec_push (&s->names, ((struct sp_name){ SP_NAME_PARAM, 0, 0 }));
  second.args = s->args.size;
  vec_push (&s->args, ((struct sp_sum_arg){ 0, 0, { s->names.size - 1, 0, 0 } }));
  second.origins = s->origin_fns.size;
  vec_push (&s->origin_fns, 12);
  second.known = 5;
  vec_push (&s->residuals, second);
  third.method = 3;
  vec_push (&s->residuals, third);
  vec_push (&s->names, ((struct sp_name){ SP_NAME_RESULT, 2, 0 }));
  vec_push (&s->rets, ((struct sp_sum_ret){ 0, { s->names.size - 1, 0, 0 } }));
  g_autoptr (Summary) o = sp_summary_outline (s);
  assert_int_equal (o->residuals.size, 2);
  const struct sp_residual *r = &o->residuals.data[0];
  assert_int_equal (r->n_callees, 3); /* parameter 1, beneath parameter 0, parameter 0 */
  assert_int_equal (r->n_args, 3);    /* Unknown, once FRESH; parameter 0, twice, as different arguments */
  assert_int_equal (r->n_origins, 3);
  assert_int_equal (r->known, 0);
  assert_int_equal (r->n_spans, 2);
  assert_int_equal (o->counts.data[r->spans + 1], 2);
  assert_int_equal (o->residuals.data[1].method, 3);
  assert_true (is_ref (o, o->rets.data[3].ref, SP_NAME_RESULT, 1, 0, 0));
}

/* Calls of other results or arguments are others. */
static void
outlines_keep_other_shapes (void **state)
{
  (void)state;
  g_autoptr (Summary) s = sample (false);
  struct sp_residual other[3] = { s->residuals.data[0], s->residuals.data[0], s->residuals.data[0] };
  other[0].n_results = 1;
  other[1].n_spans = other[1].n_args = 1;
  other[2].spans = s->counts.size;
  vec_push (&s->counts, 1);
  vec_push (&s->counts, 3); /* leaves of its second argument */
  for (unsigned k = 0; k < 3; k++)
    vec_push (&s->residuals, other[k]);
  g_autoptr (Summary) o = sp_summary_outline (s);
  assert_int_equal (o->residuals.size, 4);
  assert_int_equal (o->residuals.data[1].n_results, 1);
  assert_int_equal (o->residuals.data[2].n_spans, 1);
  assert_int_equal (o->counts.data[o->residuals.data[3].spans + 1], 3);
}

/* What one call calls and is given is said once, and nothing less than that. */
static void
outlines_say_each_once (void **state)
{
  (void)state;
  g_autoptr (Summary) s = sample (false);
  struct sp_residual second = s->residuals.data[0];
  const struct sp_ref param1 = s->refs.data[second.callees], param0 = s->args.data[second.args + 1].ref;
  second.callees = s->refs.size;
  second.n_callees = 3;
  vec_push (&s->refs, param1);
  vec_push (&s->refs, ((struct sp_ref){ param1.name, 8, param1.tag }));
  vec_push (&s->refs, ((struct sp_ref){ param1.name, 0, param1.tag + 1 }));
  second.args = s->args.size;
  second.n_args = 4;
  vec_push (&s->args, ((struct sp_sum_arg){ 1, 1, param0 }));
  vec_push (&s->args, ((struct sp_sum_arg){ 1, 0, param0 }));
  vec_push (&s->args, ((struct sp_sum_arg){ 1, 1, { param0.name, 8, 0 } }));
  vec_push (&s->args, ((struct sp_sum_arg){ 1, 1, { param0.name, 0, 1 } }));
  vec_push (&s->residuals, second);
  g_autoptr (Summary) o = sp_summary_outline (s);
  const struct sp_residual *r = o->residuals.data;
  assert_int_equal (o->residuals.size, 1);
  assert_int_equal (r->n_callees, 4); /* parameter 1, beneath parameter 0; elsewhere in parameter 1, of another type */
  assert_true (is_ref (o, o->refs.data[r->callees + 2], SP_NAME_PARAM, 1, SP_TOP, 1));
  assert_true (is_ref (o, o->refs.data[r->callees + 3], SP_NAME_PARAM, 1, 0, 2));
  assert_int_equal (r->n_args, 5); /* Unknown, once FRESH; parameter 0, for another leaf, elsewhere in it, of another type */
  assert_int_equal (o->args.data[r->args + 2].leaf, 0);
  assert_true (is_ref (o, o->args.data[r->args + 3].ref, SP_NAME_PARAM, 0, SP_TOP, 0));
  assert_true (is_ref (o, o->args.data[r->args + 4].ref, SP_NAME_PARAM, 0, 0, 1));
}

/* All that lies beneath a parameter is one: it is lost, or held, once. */
static void
outlines_lose_each_once (void **state)
{
  (void)state;
  g_autoptr (Summary) s = sample (false);
  vec_push (&s->leaks, ((struct sp_ref){ LOAD, 8, 0 }));
  vec_push (&s->leaks, ((struct sp_ref){ PARAM1, 0, 0 }));
  vec_push (&s->holds, ((struct sp_ref){ LOAD, 0, 0 }));
  vec_push (&s->holds, ((struct sp_ref){ BLOB, 0, 0 }));
  g_autoptr (Summary) o = sp_summary_outline (s);
  assert_int_equal (o->leaks.size, 2); /* parameter 1, and beneath parameter 0 */
  assert_int_equal (o->holds.size, 1);
  assert_int_equal (o->names.data[o->holds.data[0].name].kind, SP_NAME_BLOB);
}

/* @word is part of @b, a copy of @a: with another value it says something else. */
static void
assert_matters (const Summary *a, const Summary *b, const char *what, uint32_t *word, uint32_t value)
{
  uint32_t old = *word;
  *word = value;
  if (say_the_same (a, b) || say_the_same (b, a))
    fail_msg ("another %s makes no difference", what);
  *word = old;
  assert_true (say_the_same (a, b));
}

#define MATTERS(field, value) assert_matters (a, b, #field, &b->field, (value))

static void
every_word_matters (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (false), b = sp_summary_copy (a);
  MATTERS (names.data[PARAM0].base, 1);
  MATTERS (names.data[LOAD].base, PARAM1);
  MATTERS (names.data[LOAD].offset, 16);
  MATTERS (names.data[BLOB].offset, 8);
  MATTERS (names.data[BLOB].kind, SP_NAME_LOAD);
  MATTERS (names.data[FUNC].base, 5);
  MATTERS (names.data[RESULT].offset, 0);
  MATTERS (names.data[FRESH0].base, 1);
  MATTERS (fresh.data[0].fn, 4);
  MATTERS (fresh.data[0].instr, 12);
  MATTERS (fresh.data[1].sub, 1);
  MATTERS (fresh.data[1].type, 1);
  MATTERS (fresh.data[1].code, 1);
  MATTERS (rets.data[0].leaf, 1);
  MATTERS (rets.data[0].ref.name, FRESH1);
  MATTERS (rets.data[2].ref.offset, 16);
  MATTERS (rets.data[2].ref.tag, 8);
  MATTERS (leaks.data[0].name, PARAM0);
  MATTERS (puts.data[0].to, b->puts.data[1].to);
  MATTERS (puts.data[0].what, b->puts.data[1].what);
  MATTERS (puts.data[0].n_to, 1);
  MATTERS (puts.data[1].n_what, 1);
  MATTERS (refs.data[b->puts.data[0].to].offset, 0);
  MATTERS (residuals.data[0].method, 3);
  MATTERS (residuals.data[0].n_callees, 1);
  MATTERS (residuals.data[0].n_results, 1);
  MATTERS (residuals.data[0].n_args, 1);
  MATTERS (residuals.data[0].n_origins, 1);
  MATTERS (refs.data[0].name, PARAM0);
  MATTERS (counts.data[1], 1);
  MATTERS (args.data[0].arg, 1);
  MATTERS (args.data[0].leaf, 1);
  MATTERS (args.data[1].ref.name, PARAM1);
  MATTERS (origin_fns.data[0], 7);
}

static void
every_flag_matters (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (false), b = sp_summary_copy (a);
  struct sp_fresh *f = &b->fresh.data[0];
  bool *const flags[] = { &b->collapsed, &b->dropped,   &b->crowded,
                          &f->multi,     &f->collapsed, &f->heap_kind,
                          &f->recursive, &f->data,      &b->residuals.data[0].invoke };
  for (size_t k = 0; k < G_N_ELEMENTS (flags); k++)
    {
      *flags[k] ^= true;
      if (say_the_same (a, b))
        fail_msg ("flag %zu makes no difference", k);
      *flags[k] ^= true;
    }
  f->depth = SP_DEEP;
  assert_false (say_the_same (a, b));
}

/* A fact more or less, even one said twice. */
static void
every_fact_matters (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (false), b = sp_summary_copy (a);
  uint32_t *const sizes[] = { &b->rets.size, &b->puts.size, &b->leaks.size, &b->residuals.size };
  for (size_t k = 0; k < G_N_ELEMENTS (sizes); k++)
    {
      --*sizes[k];
      assert_false (say_the_same (a, b) || say_the_same (b, a));
      ++*sizes[k];
    }
  assert_true (say_the_same (a, b));
  vec_push (&b->leaks, b->leaks.data[0]);
  assert_false (say_the_same (a, b));
}

static void
copies_are_apart (void **state)
{
  (void)state;
  g_autoptr (Summary) a = sample (false), expected = sample (false), empty = sp_summary_new ();
  a->tainted = true;
  a->hit = SP_LIMIT_FRESH;
  g_autoptr (Summary) b = sp_summary_copy (a), none = sp_summary_copy (empty);
  assert_true (say_the_same (a, b) && say_the_same (empty, none));
  assert_true (b->tainted && b->hit == SP_LIMIT_FRESH);
  for (int k = 0; k < 100; k++)
    {
      vec_push (&b->names, ((struct sp_name){ 0, 0, 0 }));
      vec_push (&b->leaks, ((struct sp_ref){ PARAM0, 0, 0 }));
      vec_push (&none->counts, 1);
    }
  b->rets.data[0].leaf = 9;
  assert_true (say_the_same (a, expected));
  assert_false (say_the_same (a, b));
  assert_int_equal (a->names.size, N_NAMES);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (outlines_know_whole_parameters),
    cmocka_unit_test (outlines_merge_residual_calls),
    cmocka_unit_test (outlines_keep_other_shapes),
    cmocka_unit_test (outlines_say_each_once),
    cmocka_unit_test (outlines_lose_each_once),
    cmocka_unit_test (order_does_not_matter),
    cmocka_unit_test (every_word_matters),
    cmocka_unit_test (every_flag_matters),
    cmocka_unit_test (every_fact_matters),
    cmocka_unit_test (copies_are_apart),
  };
  return cmocka_run_group_tests_name ("summary", tests, NULL, NULL);
}
