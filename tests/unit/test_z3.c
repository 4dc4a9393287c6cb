/* Z3 behind its region: least models of Horn clauses, contradictions, limits of work. */
#include "test_gir_util.h"

#include "base/vec.h"
#include "constraints/budgets.h"
#include "solver/z3_horn.h"

typedef struct sp_z3_region Region;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Region, sp_z3_region_free)

struct clauses
{
  uint32_t n_vars;
  u32_vec heads, first, body;
};

static void
clear (struct clauses *c)
{
  vec_clear (&c->heads);
  vec_clear (&c->first);
  vec_clear (&c->body);
}

static void
random_clauses (uint64_t *seed, struct clauses *c)
{
  *c = (struct clauses){ .n_vars = 1 + next_random (seed) % 60 };
  uint32_t n = next_random (seed) % (3 * c->n_vars);
  for (uint32_t k = 0; k < n; k++)
    {
      vec_push (&c->first, c->body.size);
      for (uint32_t i = next_random (seed) % 4; i > 0; i--)
        vec_push (&c->body, next_random (seed) % c->n_vars);
      bool contradiction = c->body.size > vec_last (&c->first) && next_random (seed) % 100 == 0;
      vec_push (&c->heads, contradiction ? UINT32_MAX : next_random (seed) % c->n_vars);
    }
  vec_push (&c->first, c->body.size);
}

static bool
body_holds (const struct clauses *c, uint32_t clause, const bool *model)
{
  for (uint32_t i = c->first.data[clause]; i < c->first.data[clause + 1]; i++)
    if (!model[c->body.data[i]])
      return false;
  return true;
}

/* Unit propagation. False where a clause without a head fires. */
static bool
reference (const struct clauses *c, bool *model)
{
  memset (model, 0, c->n_vars);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (uint32_t k = 0; k < c->heads.size; k++)
        {
          uint32_t head = c->heads.data[k];
          if ((head != UINT32_MAX && model[head]) || !body_holds (c, k, model))
            continue;
          if (head == UINT32_MAX)
            return false;
          model[head] = changed = true;
        }
    }
  return true;
}

static enum sp_z3_answer
solve (Region *r, const struct clauses *c, unsigned rlimit, bool *model)
{
  return sp_z3_solve_horn (r, c->n_vars, c->heads.data, c->first.data, c->body.data, c->heads.size, rlimit, model);
}

/* One region for all, of different sizes: nothing of one question is left for the next. */
static void
least_models (void **state)
{
  (void)state;
  g_autoptr (Region) r = sp_z3_region_new ();
  uint64_t seed = 1;
  unsigned n_unsat = 0;
  for (int round = 0; round < 300; round++)
    {
      struct clauses c;
      random_clauses (&seed, &c);
      g_autofree bool *model = g_new0 (bool, c.n_vars), *expected = g_new0 (bool, c.n_vars);
      bool satisfiable = reference (&c, expected);
      assert_int_equal (solve (r, &c, 0, model), satisfiable ? SP_Z3_SAT : SP_Z3_UNSAT);
      if (satisfiable)
        assert_memory_equal (model, expected, c.n_vars);
      n_unsat += !satisfiable;
      clear (&c);
    }
  assert_true (n_unsat > 5 && n_unsat < 295);
  sp_z3_region_free (NULL);
  assert_true (strlen (sp_z3_version ()) > 0);
}

static void
no_clauses (void **state)
{
  (void)state;
  g_autoptr (Region) r = sp_z3_region_new ();
  bool model[3] = { true, true, true };
  assert_int_equal (sp_z3_solve_horn (r, 3, NULL, (uint32_t[]){ 0 }, NULL, 0, 0, model), SP_Z3_SAT);
  assert_false (model[0] || model[1] || model[2]);
  assert_int_equal (sp_z3_solve_horn (r, 0, NULL, (uint32_t[]){ 0 }, NULL, 0, 0, model), SP_Z3_SAT);
}

/* A long chain that ends in a contradiction, with and without its first link. */
static void
chains (void **state)
{
  (void)state;
  enum
  {
    N = 20000
  };
  g_autoptr (Region) r = sp_z3_region_new ();
  struct clauses c = { .n_vars = N };
  for (uint32_t k = 0; k < N; k++)
    {
      vec_push (&c.first, c.body.size);
      vec_push (&c.body, k);
      vec_push (&c.heads, k + 1 < N ? k + 1 : UINT32_MAX);
    }
  vec_push (&c.first, c.body.size);
  g_autofree bool *model = g_new0 (bool, N);
  assert_int_equal (solve (r, &c, 0, model), SP_Z3_SAT);
  for (uint32_t k = 0; k < N; k++)
    assert_false (model[k]);
  vec_push (&c.heads, 0);
  vec_push (&c.first, c.body.size);
  assert_int_equal (solve (r, &c, 0, model), SP_Z3_UNSAT);
  c.heads.data[N - 1] = N - 1;
  assert_int_equal (solve (r, &c, 0, model), SP_Z3_SAT);
  for (uint32_t k = 0; k < N; k++)
    assert_true (model[k]);
  clear (&c);
}

/* Clauses that unit propagation alone does not decide quickly, and hardly any work allowed; the region answers as ever afterwards. */
static void
limited_work (void **state)
{
  (void)state;
  enum
  {
    N = 3000
  };
  g_autoptr (Region) r = sp_z3_region_new ();
  struct clauses c = { .n_vars = N };
  uint64_t seed = 2;
  for (uint32_t k = 0; k < 4 * N; k++)
    {
      vec_push (&c.first, c.body.size);
      for (int i = 0; k > 0 && i < 2; i++)
        vec_push (&c.body, next_random (&seed) % N);
      vec_push (&c.heads, next_random (&seed) % N);
    }
  vec_push (&c.first, c.body.size);
  g_autofree bool *model = g_new0 (bool, N), *expected = g_new0 (bool, N);
  reference (&c, expected);
  assert_int_equal (solve (r, &c, 1, model), SP_Z3_UNKNOWN);
  assert_int_equal (solve (r, &c, 0, model), SP_Z3_SAT);
  assert_memory_equal (model, expected, N);
  assert_int_equal (solve (r, &c, 200000000, model), SP_Z3_SAT);
  assert_memory_equal (model, expected, N);
  clear (&c);
}

/* --- clauses of the grounder ------------------------------------------------------------------------- */

static struct sp_rules *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  struct sp_rules *rules = sp_rules_parse ("rules", text, &error);
  if (!rules)
    fail_msg ("%s", error->message);
  return rules;
}

static void
random_facts (struct sp_ground *g, uint64_t seed)
{
  for (int k = 0; k < 12; k++)
    sp_ground_fact (g, SP_P_Copy, next_random (&seed) % 9, next_random (&seed) % 9, 0, 0);
  sp_ground_fact (g, SP_P_Site, next_random (&seed) % 9, 0, 0, 0);
}

/* Z3 finds the grounder's model, on its clauses alone; and holds nothing of tuples that no clause derives. */
static void
ground_clauses (void **state)
{
  (void)state;
  struct sp_rules *rules
      = parse (".decl path(x:V,y:V)\n//: one  x\npath(x,y) :- Copy(x,y).\n//: two  x\npath(x,z) :- path(x,y), path(y,z).\n"
               "//: three  x\nheapI(x) :- Site(x), path(x,x).\n");
  struct sp_universe u;
  sp_universe_init (&u, NULL, sp_budgets_default.depth);
  struct sp_ground *g = sp_ground_new (rules, &u);
  g->budget = UINT64_MAX;
  g->logging = true;
  g_autoptr (Region) r = sp_z3_region_new ();
  for (uint64_t seed = 0; seed < 20; seed++)
    {
      sp_ground_reset (g);
      random_facts (g, seed);
      assert_true (sp_ground_run (g));
      struct sp_horn *h = sp_horn_solve (r, g, 0);
      assert_int_equal (h->answer, SP_Z3_SAT);
      assert_true (sp_horn_is_least (h));
      assert_int_equal (h->n_clauses, g->clauses.size);
      for (uint32_t x = 0; x < 9; x++)
        for (uint32_t y = 0; y < 9; y++)
          {
            uint32_t tuple[2] = { x, y };
            bool native = sp_relation_find (&g->relations[SP_N_PREDS], tuple) != SP_NO_TUPLE;
            assert_int_equal (sp_horn_holds (h, g, SP_N_PREDS, tuple), native);
          }
      sp_horn_free (h);
    }
  sp_horn_free (NULL);
  sp_ground_free (g);
  sp_universe_done (&u);
  sp_rules_free (rules);
}

/* A tuple without a derivation, a hole or a fault of the grounder, is not confirmed. */
static void
unfounded_tuples (void **state)
{
  (void)state;
  struct sp_rules *rules = parse ("//: one  x\nheapI(x) :- Site(x).\n//: two  x\nheapG(x) :- heapI(x).\n");
  struct sp_universe u;
  sp_universe_init (&u, NULL, sp_budgets_default.depth);
  struct sp_ground *g = sp_ground_new (rules, &u);
  g->budget = UINT64_MAX;
  g->logging = true;
  sp_ground_fact (g, SP_P_Site, 1, 0, 0, 0);
  sp_ground_fact (g, SP_P_heapI, 2, 0, 0, 0); /* out of thin air */
  assert_true (sp_ground_run (g));
  g_autoptr (Region) r = sp_z3_region_new ();
  struct sp_horn *h = sp_horn_solve (r, g, 0);
  assert_int_equal (h->answer, SP_Z3_SAT);
  assert_false (sp_horn_is_least (h));
  for (uint32_t o = 1; o <= 2; o++)
    {
      assert_int_not_equal (sp_relation_find (sp_ground_relation (g, SP_P_heapG), &o), SP_NO_TUPLE);
      assert_int_equal (sp_horn_holds (h, g, SP_P_heapI, &o), o == 1);
      assert_int_equal (sp_horn_holds (h, g, SP_P_heapG, &o), o == 1);
    }
  sp_horn_free (h);
  sp_ground_free (g);
  sp_universe_done (&u);
  sp_rules_free (rules);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (least_models), cmocka_unit_test (no_clauses),     cmocka_unit_test (chains),
    cmocka_unit_test (limited_work), cmocka_unit_test (ground_clauses), cmocka_unit_test (unfounded_tuples),
  };
  return cmocka_run_group_tests_name ("z3", tests, NULL, NULL);
}
