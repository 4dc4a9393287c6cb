/* Least derivations, against all derivations of small sets of clauses. */
#include "test_gir_util.h"

#include "solver/derive.h"

enum
{
  N_TUPLES = 7,
  N_CLAUSES = 14,
  MAX_PREMISES = 3,
  FACT = 0,
  DERIVED = 1
};

struct problem
{
  struct sp_predicate preds[2];
  struct sp_relation relations[2];
  struct sp_rules rules;
  struct sp_ground ground;
};

static void
init (struct problem *x)
{
  *x = (struct problem){ .preds
                         = { { .name = "F", .arity = 1, .kind = SP_PRED_FACT }, { .name = "d", .arity = 1, .kind = SP_PRED_DERIVED } } };
  x->rules = (struct sp_rules){ .preds = x->preds, .n_preds = 2 };
  x->relations[FACT].n = 1;
  x->relations[DERIVED].n = N_TUPLES;
  x->ground = (struct sp_ground){ .rules = &x->rules, .relations = x->relations };
}

static void
done (struct problem *x)
{
  vec_clear (&x->ground.clauses);
  vec_clear (&x->ground.clause_bodies);
}

static void
add_clause (struct problem *x, uint32_t head, const uint32_t *premises, uint32_t n)
{
  struct sp_clause c = { .head = sp_tuple_new (DERIVED, head), .n_body = (uint16_t)(n + 1), .body = x->ground.clause_bodies.size };
  vec_push (&x->ground.clause_bodies, sp_tuple_new (FACT, 0));
  for (uint32_t k = 0; k < n; k++)
    vec_push (&x->ground.clause_bodies, sp_tuple_new (DERIVED, premises[k]));
  vec_push (&x->ground.clauses, c);
}

static void
add_random_clauses (struct problem *x, uint64_t *state)
{
  for (unsigned k = 0; k < N_CLAUSES; k++)
    {
      uint32_t premises[MAX_PREMISES], n = (uint32_t)(next_random (state) % (MAX_PREMISES + 1));
      for (uint32_t b = 0; b < n; b++)
        premises[b] = (uint32_t)(next_random (state) % N_TUPLES);
      add_clause (x, (uint32_t)(next_random (state) % N_TUPLES), premises, n);
    }
}

/* The least size of all derivations of tuple @t in which none of @above follows from itself: a least one never does that. */
static uint64_t
try_all (const struct problem *x, uint32_t t, unsigned above)
{
  uint64_t best = UINT64_MAX;
  if (above >> t & 1)
    return best;
  vec_foreach (const struct sp_clause, c, &x->ground.clauses)
    {
      uint64_t size = 1;
      for (uint32_t b = 1; b < c->n_body && size < UINT64_MAX && sp_tuple_index (c->head) == t; b++)
        {
          uint64_t part = try_all (x, sp_tuple_index (x->ground.clause_bodies.data[c->body + b]), above | 1u << t);
          size = part == UINT64_MAX ? part : size + part;
        }
      if (sp_tuple_index (c->head) == t)
        best = MIN (best, size);
    }
  return best;
}

/* Premises before what follows from them, each once; and the sizes add up. */
static void
check_collected (const struct problem *x, const struct sp_derivations *d, uint32_t t)
{
  struct u32set seen = { 0 };
  u32_vec clauses = { 0 };
  uint64_t size[N_TUPLES] = { 0 };
  sp_derivations_collect (d, sp_tuple_new (DERIVED, t), &seen, &clauses);
  vec_foreach (const uint32_t, k, &clauses)
    {
      const struct sp_clause *c = &x->ground.clauses.data[*k];
      uint32_t head = sp_tuple_index (c->head);
      assert_true (size[head] == 0);
      size[head] = 1;
      for (uint32_t b = 1; b < c->n_body; b++)
        {
          uint32_t premise = sp_tuple_index (x->ground.clause_bodies.data[c->body + b]);
          assert_true (size[premise] > 0 && premise != head);
          size[head] += size[premise];
        }
    }
  assert_true (size[t] == sp_derivations_size (d, sp_tuple_new (DERIVED, t)));
  u32set_clear (&seen);
  vec_clear (&clauses);
}

static void
least_of_all (void **state)
{
  (void)state;
  uint64_t seed = 11;
  unsigned derived = 0, deep = 0, not_derived = 0;
  for (unsigned round = 0; round < 400; round++)
    {
      struct problem x;
      struct sp_derivations d;
      init (&x);
      add_random_clauses (&x, &seed);
      sp_derivations_init (&d, &x.ground);
      for (uint32_t t = 0; t < N_TUPLES; t++)
        {
          uint64_t size = sp_derivations_size (&d, sp_tuple_new (DERIVED, t));
          if (size != try_all (&x, t, 0))
            fail_msg ("round %u: tuple %u", round, t);
          if (size < UINT64_MAX)
            check_collected (&x, &d, t);
          derived += size < UINT64_MAX;
          deep += size < UINT64_MAX && size > 4;
          not_derived += size == UINT64_MAX;
        }
      sp_derivations_done (&d);
      done (&x);
    }
  assert_true (derived > 500 && deep > 50 && not_derived > 50);
}

/* The least tree may have more different instances than another: d0 twice is five for the tree, three for who counts it once. */
static void
trees_count_twice (void **state)
{
  (void)state;
  struct problem x;
  struct sp_derivations d;
  init (&x);
  add_clause (&x, 0, NULL, 0);
  add_clause (&x, 1, (uint32_t[]){ 0 }, 1);
  add_clause (&x, 2, (uint32_t[]){ 1, 1, 1 }, 3);
  add_clause (&x, 3, NULL, 0);
  add_clause (&x, 4, (uint32_t[]){ 3 }, 1);
  add_clause (&x, 5, (uint32_t[]){ 4 }, 1);
  add_clause (&x, 2, (uint32_t[]){ 5 }, 1);
  sp_derivations_init (&d, &x.ground);
  assert_int_equal (sp_derivations_size (&d, sp_tuple_new (DERIVED, 2)), 4);
  assert_int_equal (sp_derivations_clause (&d, sp_tuple_new (DERIVED, 2)), 6);
  assert_int_equal (sp_derivations_size (&d, sp_tuple_new (FACT, 0)), 0);
  assert_int_equal (sp_derivations_clause (&d, sp_tuple_new (DERIVED, 6)), SP_NO_TUPLE);
  sp_derivations_done (&d);
  done (&x);
}

/* Sizes double from step to step, far beyond what a number holds; what follows from itself is still no derivation. */
static void
sizes_saturate (void **state)
{
  (void)state;
  struct problem x;
  struct sp_derivations d;
  init (&x);
  x.relations[DERIVED].n = 200;
  add_clause (&x, 199, (uint32_t[]){ 199 }, 1);
  for (uint32_t k = 1; k < 200; k++)
    add_clause (&x, k, (uint32_t[]){ k - 1, k - 1 }, 2);
  add_clause (&x, 0, NULL, 0);
  sp_derivations_init (&d, &x.ground);
  struct u32set seen = { 0 };
  u32_vec clauses = { 0 };
  sp_derivations_collect (&d, sp_tuple_new (DERIVED, 199), &seen, &clauses);
  assert_int_equal (clauses.size, 200);
  assert_int_equal (clauses.data[0], 200);
  assert_int_equal (clauses.data[199], 199);
  u32set_clear (&seen);
  vec_clear (&clauses);
  sp_derivations_done (&d);
  done (&x);
}

/* Each variable of each rule has a value that the relations' tuples, or the object of a cell, give. */
static void
all_variables_have_values (void **state)
{
  (void)state;
  struct sp_rules *rules = sp_rules_parse ("escape.dl", sp_rules_builtin, NULL);
  for (unsigned r = 0; r < rules->n_rules; r++)
    for (uint8_t v = 0; v < rules->rules[r].n_vars; v++)
      {
        bool named = sp_rules_mention (rules, &rules->rules[r].head, v);
        for (unsigned b = 0; b < rules->rules[r].n_body; b++)
          {
            const struct sp_atom *a = &rules->rules[r].body[b];
            named |= rules->preds[a->pred].kind != SP_PRED_UNIVERSE && sp_rules_mention (rules, a, v);
            named |= a->pred == SP_P_Obj && a->args[1] == v;
          }
        if (!named)
          fail_msg ("rule %s: variable %u", rules->rules[r].name, v);
      }
  sp_rules_free (rules);
}

int
main (void)
{
  static const struct CMUnitTest tests[] = {
    cmocka_unit_test (least_of_all),
    cmocka_unit_test (trees_count_twice),
    cmocka_unit_test (sizes_saturate),
    cmocka_unit_test (all_variables_have_values),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
