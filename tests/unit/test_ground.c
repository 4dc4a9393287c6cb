/* The grounder against a naive evaluator that joins every atom with every tuple until nothing changes: same model, same ground instances.
 */
#include "test_gir_util.h"

#include "base/vec.h"
#include "constraints/budgets.h"
#include "solver/candidates.h"
#include "solver/extent.h"
#include "solver/z3_datalog.h"
#include "solver/z3_horn.h"

/* --- the reference ----------------------------------------------------------------------------------- */

struct reference
{
  const struct sp_rules *rules;
  struct sp_universe *u;
  struct sp_relation *relations; /* by predicate */
  GHashTable *instances; /* NULL while the model grows; else each instance of a rule, as text: rule, head, and body but for the universe */
  const struct sp_rule *rule;
  uint32_t env[SP_MAX_VARS];
  bool set[SP_MAX_VARS];
  bool done[SP_MAX_BODY];
  uint32_t tuples[SP_MAX_BODY]; /* by atom that is no function of the universe */
  bool changed;
};

static void join (struct reference *r);

static void
append_tuple (GString *s, const struct sp_rules *rules, unsigned pred, const uint32_t *tuple)
{
  g_string_append_printf (s, " %s", rules->preds[pred].name);
  for (unsigned i = 0; i < rules->preds[pred].arity; i++)
    g_string_append_printf (s, " %u", tuple[i]);
}

/* Goes on with the columns of @atom bound to @tuple, where they agree. */
static void
bind (struct reference *r, const struct sp_atom *atom, const uint32_t *tuple)
{
  uint32_t env[SP_MAX_VARS];
  bool set[SP_MAX_VARS], ok = true;
  memcpy (env, r->env, sizeof env);
  memcpy (set, r->set, sizeof set);
  for (unsigned i = 0; i < r->rules->preds[atom->pred].arity && ok; i++)
    {
      uint8_t v = atom->args[i];
      if (v == SP_WILDCARD)
        continue;
      ok = !r->set[v] || r->env[v] == tuple[i];
      r->env[v] = tuple[i];
      r->set[v] = true;
    }
  if (ok)
    join (r);
  memcpy (r->env, env, sizeof env);
  memcpy (r->set, set, sizeof set);
}

static bool
is_universe (const struct reference *r, const struct sp_atom *a)
{
  return r->rules->preds[a->pred].kind == SP_PRED_UNIVERSE;
}

/* The universe by brute force: all candidates for the last column are tried. */
static bool
universe_holds (struct sp_universe *u, unsigned pred, const uint32_t *x)
{
  const struct sp_object *o;
  switch (pred)
    {
    case SP_P_Sub: return sp_universe_sub (u, x[0], x[1]) == x[2];
    case SP_P_Base: return sp_universe_base (u, x[0]) == x[1];
    case SP_P_Tag: return sp_universe_tag (u, x[0], x[1]) == x[2];
    case SP_P_Untag: return sp_universe_untag (u, x[0], x[1]) == x[2];
    case SP_P_As: return sp_universe_as (u, x[0], x[1]) == x[2];
    case SP_P_Content: return sp_universe_content (u, x[0]) == x[1];
    case SP_P_Fits: return sp_universe_fits (u, x[0], x[1]);
    case SP_P_Raw: return sp_universe_raw (u, x[0]);
    case SP_P_Hidden: return sp_universe_hidden (u, x[0]);
    case SP_P_Recast: return sp_universe_recast (u, x[0]) == x[1];
    case SP_P_Match: return sp_universe_match (u, x[0], x[1]);
    case SP_P_Obj: return sp_universe_cell_at (u, x[0]).object == x[1];
    case SP_P_Cell: return sp_universe_cell_at (u, x[1]).object == x[0];
    case SP_P_At: return sp_universe_overlaps (u, x[0], x[1]) && sp_universe_cell_at (u, x[1]).tag == SP_TAG_NONE;
    case SP_P_Differ: return sp_universe_differ (u, x[0], x[1]);
    case SP_P_Apart: return x[0] != x[1];
    case SP_P_Strong: return sp_universe_strong (u, x[0]);
    case SP_P_Weak: return x[0] != SP_UNKNOWN && sp_universe_weak (u, x[0]);
    case SP_P_Foreign: return sp_object_foreign (sp_universe_at (u, sp_universe_cell_at (u, x[0]).object));
    case SP_P_Local: o = sp_universe_at (u, x[0]); return sp_object_local (o);
    default: fail_msg ("predicate %u", pred); return false;
    }
}

/* What a function yields, computed so that it exists. */
static void
make_result (struct sp_universe *u, unsigned pred, uint32_t a, uint32_t b)
{
  if (pred == SP_P_Sub)
    sp_universe_sub (u, a, b);
  else if (pred == SP_P_Base)
    sp_universe_base (u, a);
  else if (pred == SP_P_Tag)
    sp_universe_tag (u, a, b);
  else if (pred == SP_P_Untag)
    sp_universe_untag (u, a, b);
  else if (pred == SP_P_As)
    sp_universe_as (u, a, b);
  else if (pred == SP_P_Recast)
    sp_universe_recast (u, a);
  else if (pred == SP_P_Content)
    sp_universe_content (u, a);
}

static void
join_universe (struct reference *r, const struct sp_atom *a)
{
  unsigned arity = r->rules->preds[a->pred].arity;
  uint32_t tuple[SP_MAX_ARITY] = { 0 };
  unsigned open = arity;
  for (unsigned i = 0; i < arity; i++)
    if (r->set[a->args[i]])
      tuple[i] = r->env[a->args[i]];
    else
      open = i;
  if (open == arity)
    {
      if (universe_holds (r->u, a->pred, tuple))
        bind (r, a, tuple);
      return;
    }
  make_result (r->u, a->pred, tuple[0], tuple[1]);
  bool objects = a->pred == SP_P_Obj || (a->pred == SP_P_Cell && open == 0);
  uint32_t n = objects ? r->u->objects.size : r->u->cells.n;
  for (tuple[open] = 0; tuple[open] < n; tuple[open]++)
    if (universe_holds (r->u, a->pred, tuple))
      bind (r, a, tuple);
}

static void
note_instance (struct reference *r, const uint32_t *head)
{
  GString *s = g_string_new (r->rule->name);
  append_tuple (s, r->rules, r->rule->head.pred, head);
  for (unsigned i = 0; i < r->rule->n_body; i++)
    {
      unsigned pred = r->rule->body[i].pred;
      if (!is_universe (r, &r->rule->body[i]))
        append_tuple (s, r->rules, pred, sp_relation_tuple (&r->relations[pred], r->tuples[i]));
    }
  g_hash_table_add (r->instances, g_string_free (s, FALSE));
}

static void
finish (struct reference *r)
{
  uint32_t head[SP_MAX_ARITY];
  const struct sp_atom *h = &r->rule->head;
  for (unsigned i = 0; i < r->rules->preds[h->pred].arity; i++)
    head[i] = r->env[h->args[i]];
  bool fresh;
  sp_relation_add (&r->relations[h->pred], head, &fresh);
  r->changed |= fresh;
  if (r->instances)
    note_instance (r, head);
}

/* An atom of the body that is next: relations first, then functions whose arguments are bound. */
static int
next_atom (const struct reference *r)
{
  for (unsigned i = 0; i < r->rule->n_body; i++)
    if (!r->done[i] && !is_universe (r, &r->rule->body[i]))
      return (int)i;
  for (unsigned open = 0; open <= 1; open++)
    for (unsigned i = 0; i < r->rule->n_body; i++)
      {
        const struct sp_atom *a = &r->rule->body[i];
        unsigned n = 0;
        for (unsigned k = 0; !r->done[i] && k < r->rules->preds[a->pred].arity; k++)
          n += !r->set[a->args[k]];
        if (!r->done[i] && n == open)
          return (int)i;
      }
  return -1;
}

static void
join (struct reference *r)
{
  int next = next_atom (r);
  if (next < 0)
    {
      finish (r);
      return;
    }
  const struct sp_atom *a = &r->rule->body[next];
  r->done[next] = true;
  if (is_universe (r, a))
    join_universe (r, a);
  else
    for (uint32_t t = 0, n = r->relations[a->pred].n; t < n; t++)
      {
        uint32_t tuple[SP_MAX_ARITY];
        memcpy (tuple, sp_relation_tuple (&r->relations[a->pred], t), r->relations[a->pred].arity * sizeof *tuple);
        r->tuples[next] = t;
        bind (r, a, tuple);
      }
  r->done[next] = false;
}

static void
apply_rules (struct reference *r)
{
  r->changed = false;
  for (unsigned k = 0; k < r->rules->n_rules; k++)
    {
      r->rule = &r->rules->rules[k];
      join (r);
    }
}

/* --- comparison -------------------------------------------------------------------------------------- */

static void
open_reference (struct reference *r, const struct sp_rules *rules, struct sp_universe *u)
{
  *r = (struct reference){ .rules = rules, .u = u, .relations = g_new0 (struct sp_relation, rules->n_preds) };
  for (unsigned k = 0; k < rules->n_preds; k++)
    sp_relation_init (&r->relations[k], rules->preds[k].arity);
}

/* Adds what follows until nothing does, and then notes all instances. */
static void
solve_reference (struct reference *r)
{
  do
    apply_rules (r);
  while (r->changed);
  r->instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  apply_rules (r);
  assert_false (r->changed);
}

static void
close_reference (struct reference *r)
{
  for (unsigned k = 0; k < r->rules->n_preds; k++)
    sp_relation_done (&r->relations[k]);
  g_hash_table_unref (r->instances);
  g_free (r->relations);
}

static void
assert_same_model (const struct sp_ground *g, const struct reference *r)
{
  for (unsigned k = 0; k < g->rules->n_preds; k++)
    {
      if (g->rules->preds[k].kind == SP_PRED_UNIVERSE)
        continue;
      const struct sp_relation *a = &g->relations[k], *b = &r->relations[k];
      for (uint32_t t = 0; t < b->n; t++)
        if (sp_relation_find (a, sp_relation_tuple (b, t)) == SP_NO_TUPLE)
          {
            g_autoptr (GString) s = g_string_new ("");
            append_tuple (s, g->rules, k, sp_relation_tuple (b, t));
            fail_msg ("the grounder misses%s", s->str);
          }
      assert_int_equal (a->n, b->n);
    }
}

static char *
clause_text (const struct sp_ground *g, const struct sp_clause *c)
{
  GString *s = g_string_new (g->rules->rules[c->rule].name);
  unsigned pred = sp_tuple_pred (c->head);
  append_tuple (s, g->rules, pred, sp_relation_tuple (&g->relations[pred], sp_tuple_index (c->head)));
  for (uint32_t k = 0; k < c->n_body; k++)
    {
      sp_tuple t = g->clause_bodies.data[c->body + k];
      append_tuple (s, g->rules, sp_tuple_pred (t), sp_relation_tuple (&g->relations[sp_tuple_pred (t)], sp_tuple_index (t)));
    }
  return g_string_free (s, FALSE);
}

/* Each instance is in the log, and once. */
static void
assert_same_instances (const struct sp_ground *g, struct reference *r)
{
  assert_int_equal (g->clauses.size, g->n_instances);
  vec_foreach (const struct sp_clause, c, &g->clauses)
    {
      g_autofree char *text = clause_text (g, c);
      if (!g_hash_table_remove (r->instances, text))
        fail_msg ("logged twice or wrongly: %s", text);
    }
  GHashTableIter i;
  gpointer missing;
  g_hash_table_iter_init (&i, r->instances);
  if (g_hash_table_iter_next (&i, &missing, NULL))
    fail_msg ("not logged: %s", (const char *)missing);
}

/* --- random facts ------------------------------------------------------------------------------------ */

typedef VEC (struct fact {
  unsigned pred;
  uint32_t args[SP_MAX_ARITY];
}) fact_vec;

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
add_facts (struct sp_ground *g, const fact_vec *facts, uint32_t first, uint32_t end)
{
  for (uint32_t k = first; k < end; k++)
    {
      const struct fact *f = &facts->data[k];
      sp_ground_fact (g, (enum sp_pred)f->pred, f->args[0], f->args[1], f->args[2], f->args[3]);
    }
}

/* Grounds the facts in @batches portions, with a run after each, and compares with the reference; false where the budget ran out. */
static bool
check (struct sp_ground *g, const fact_vec *facts, unsigned batches)
{
  struct reference r;
  sp_ground_reset (g);
  g->logging = true;
  for (unsigned b = 0; b < batches; b++)
    {
      add_facts (g, facts, facts->size * b / batches, facts->size * (b + 1) / batches);
      if (!sp_ground_run (g))
        return false;
    }
  open_reference (&r, g->rules, g->universe);
  vec_foreach (struct fact, f, facts)
    sp_relation_add (&r.relations[f->pred], f->args, NULL);
  solve_reference (&r);
  assert_same_model (g, &r);
  assert_same_instances (g, &r);
  close_reference (&r);
  return true;
}

static fact_vec
random_copies (uint64_t *seed, unsigned n, unsigned range)
{
  static const unsigned preds[] = { SP_P_Copy, SP_P_Copy, SP_P_Load, SP_P_Store, SP_P_Site };
  fact_vec facts = { 0 };
  for (unsigned k = 0; k < n; k++)
    {
      struct fact f = { preds[next_random (seed) % G_N_ELEMENTS (preds)], { 0 } };
      for (unsigned i = 0; i < SP_MAX_ARITY; i++)
        f.args[i] = next_random (seed) % range;
      vec_push (&facts, f);
    }
  return facts;
}

static const char *const rule_files[] = {
  /* transitive closure, linear and by self-join */
  ".decl p(a:V,b:V)\n//: a  x\np(a,b) :- Copy(a,b).\n//: b  x\np(a,c) :- p(a,b), Copy(b,c).\n",
  ".decl p(a:V,b:V)\n//: a  x\np(a,b) :- Copy(a,b).\n//: b  x\np(a,c) :- p(a,b), p(b,c).\n",
  /* the same atom thrice; a head among its own premises */
  ".decl p(a:V,b:V)\n//: a  x\np(a,d) :- Copy(a,b), Copy(b,c), Copy(c,d).\n//: b  x\np(a,b) :- p(a,b), p(b,a).\n",
  /* repeated variables and wildcards */
  (".decl p(a:V)\n.decl q(a:V,b:V)\n//: a  x\np(a) :- Copy(a,a).\n//: b  x\np(a) :- Store(a,_,a,_), p(_).\n//: c  x\nq(a,a) :- p(a), "
   "Copy(_,a), Copy(a,_).\n"
   "//: d  x\nq(b,a) :- q(a,b), q(a,a).\n"),
  /* mutual recursion, facts of every width, a product */
  (".decl p(a:V,b:V)\n.decl q(a:V,b:V,c:V,d:V)\n//: a  x\nq(a,b,c,d) :- Store(a,b,c,d).\n//: b  x\np(a,d) :- q(a,b,c,d), Load(b,c,d).\n"
   "//: c  x\nq(a,b,a,b) :- p(a,b), Site(b).\n//: d  x\nq(a,b,b,a) :- Site(a), Site(b).\n"),
  /* no rule at all */
  "",
};

static void
custom_rules (void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (size_t k = 0; k < G_N_ELEMENTS (rule_files); k++)
    {
      struct sp_universe u;
      struct sp_rules *rules = parse (rule_files[k]);
      sp_universe_init (&u, NULL, sp_budgets_default.depth);
      struct sp_ground *g = sp_ground_new (rules, &u);
      g->budget = UINT64_MAX;
      for (unsigned round = 0; round < 40; round++)
        {
          fact_vec facts = random_copies (&seed, 1 + round, 2 + round % 7);
          assert_true (check (g, &facts, 1) && check (g, &facts, 2) && check (g, &facts, facts.size));
          vec_clear (&facts);
        }
      sp_ground_free (g);
      sp_universe_done (&u);
      sp_rules_free (rules);
    }
  sp_ground_free (NULL);
}

/* --- the built-in rules ------------------------------------------------------------------------------ */

struct world
{
  GirProgram *program;
  struct sp_types *types;
  struct sp_universe u;
  struct sp_rules *rules;
  struct sp_ground *g;
};

static void
open_world_of (struct world *w, const char *rules)
{
  w->program = read_good ("gir 1\ntype pair struct \"a\" *int \"b\" *int\ntype shower iface \"show\" func()\nmeta complete \"1\"\n");
  w->types = sp_types_new (w->program);
  w->rules = parse (rules);
  sp_universe_init (&w->u, w->types, sp_budgets_default.depth);
  w->g = sp_ground_new (w->rules, &w->u);
  w->g->budget = UINT64_MAX;
}

static void
open_world (struct world *w)
{
  open_world_of (w, sp_rules_builtin);
}

static void
close_world (struct world *w)
{
  sp_ground_free (w->g);
  sp_universe_done (&w->u);
  sp_rules_free (w->rules);
  sp_types_free (w->types);
  gir_program_free (w->program);
}

enum
{
  N_OBJECTS = 6,
  N_VALUES = 7,
  N_VERSIONS = 3
};

/* Two strong objects, one that is many, a parameter, what lies beneath it, Unknown. */
static void
make_objects (struct world *w, bool collapse, uint32_t *objects)
{
  sp_universe_reset (&w->u, collapse);
  for (uint32_t k = 0; k < 3; k++)
    {
      objects[k] = sp_universe_object (&w->u, SP_O_SITE, k, 0, NULL);
      w->u.objects.data[objects[k]].multi = w->u.objects.data[objects[k]].table = k == 2;
      for (gir_type t = 1; t < w->program->n_types; t++)
        if (w->program->types[t].kind == GIR_T_NAMED)
          w->u.objects.data[objects[k]].type = t;
    }
  objects[3] = sp_universe_object (&w->u, SP_O_PARAM, 0, 0, NULL);
  objects[4] = sp_universe_object (&w->u, SP_O_FUNC, 0, 0, NULL);
  objects[5] = SP_UNKNOWN;
}

static uint32_t
random_argument (struct world *w, uint64_t *seed, const uint32_t *objects, char domain)
{
  static const uint32_t offsets[] = { 0, 8, SP_TOP, SP_RAW };
  uint32_t o = objects[next_random (seed) % N_OBJECTS];
  switch (domain)
    {
    case 'V': return next_random (seed) % N_VALUES;
    case 'M': return next_random (seed) % N_VERSIONS;
    case 'O': return o;
    case 'C': return sp_universe_cell (&w->u, o, offsets[next_random (seed) % 4], next_random (seed) % 4 ? SP_TAG_NONE : SP_TAG_TYPE (1));
    case 'P': return offsets[next_random (seed) % 4];
    case 'T': return SP_TAG_TYPE (1 + next_random (seed) % (w->program->n_types - 1));
    case 'K': return SP_TAG_ANY + next_random (seed) % 3;
    default: return next_random (seed) % 2;
    }
}

static fact_vec
random_program (struct world *w, uint64_t *seed, const uint32_t *objects)
{
  static const struct
  {
    unsigned pred;
    const char *domains;
  } kinds[] = {
    { SP_P_Addr, "VC" },    { SP_P_Addr, "VC" },     { SP_P_Copy, "VV" },   { SP_P_Offset, "VVP" }, { SP_P_Box, "VVK" },
    { SP_P_Unbox, "VVK" },  { SP_P_Load, "MVV" },    { SP_P_Load, "MVV" },  { SP_P_Store, "MMVV" }, { SP_P_Store, "MMVV" },
    { SP_P_Put, "MVV" },    { SP_P_Join, "MM" },     { SP_P_Leak, "MV" },   { SP_P_Give, "MV" },    { SP_P_Show, "MV" },
    { SP_P_Dynamic, "SV" }, { SP_P_AllocAt, "OAM" }, { SP_P_LiveAt, "AV" }, { SP_P_Site, "O" },     { SP_P_Oversize, "O" },
    { SP_P_HeapSite, "O" }, { SP_P_HeapKind, "O" },  { SP_P_Global, "O" },  { SP_P_Filter, "VVT" }, { SP_P_Cast, "VVT" },
    { SP_P_Typed, "VVT" },  { SP_P_Outside, "C" },
  };
  fact_vec facts = { 0 };
  for (unsigned n = 5 + next_random (seed) % 20; n > 0; n--)
    {
      unsigned k = next_random (seed) % G_N_ELEMENTS (kinds);
      struct fact f = { kinds[k].pred, { 0 } };
      for (unsigned i = 0; kinds[k].domains[i]; i++)
        f.args[i] = random_argument (w, seed, objects, kinds[k].domains[i]);
      vec_push (&facts, f);
    }
  return facts;
}

static void
check_random (const char *rules)
{
  struct world w;
  uint64_t seed = 5;
  unsigned n_checked = 0;
  open_world_of (&w, rules);
  w.g->budget = 1500; /* the reference is slow */
  for (unsigned round = 0; round < 200; round++)
    {
      uint32_t objects[N_OBJECTS];
      make_objects (&w, round % 3 == 0, objects);
      fact_vec facts = random_program (&w, &seed, objects);
      n_checked += check (w.g, &facts, 1 + round % 4);
      vec_clear (&facts);
    }
  assert_true (n_checked > 100);
  close_world (&w);
}

static void
builtin_rules (void **state)
{
  (void)state;
  check_random (sp_rules_builtin);
}

static void
whole_program_rules (void **state)
{
  (void)state;
  check_random (sp_rules_pointsto);
}

static void
note_pair (void *data, const uint32_t *tuple)
{
  sp_relation_add (data, tuple, NULL);
}

/* The tests of cells against types are given for each pair that passes, and no other; not at all where no rule names them. */
static void
extents_of_types (void **state)
{
  (void)state;
  struct world w[2];
  uint32_t objects[N_OBJECTS];
  open_world_of (&w[0], sp_rules_builtin);
  open_world_of (&w[1], sp_rules_pointsto);
  for (unsigned k = 0; k < 2; k++)
    {
      make_objects (&w[k], false, objects);
      for (gir_type t = 1; t < w[k].program->n_types; t++)
        sp_universe_cell (&w[k].u, objects[0], 0, SP_TAG_TYPE (t));
      static const unsigned tests[] = { SP_P_Fits, SP_P_Match };
      for (unsigned i = 0; i < 2; i++)
        {
          struct sp_relation given;
          uint32_t n = 0, none = 0;
          sp_relation_init (&given, 2);
          sp_extent_each (w[k].g, tests[i], note_pair, &given);
          for (uint32_t c = 0; c < w[k].u.cells.n; c++)
            for (gir_type t = 1; t < w[k].program->n_types; t++)
              {
                bool there = sp_relation_find (&given, (uint32_t[]){ c, SP_TAG_TYPE (t) }) != SP_NO_TUPLE;
                bool passes = universe_holds (&w[k].u, tests[i], (uint32_t[]){ c, SP_TAG_TYPE (t) });
                assert_int_equal (there, k == 1 && passes);
                n += there;
                none += !passes;
              }
          assert_int_equal (given.n, n);
          assert_true (none > 0 && (k == 0 || n > 0));
          sp_relation_done (&given);
        }
      close_world (&w[k]);
    }
}

/* Facts may come in any order and any portions: the model is the same. */
static void
order_of_facts (void **state)
{
  (void)state;
  struct world w;
  uint64_t seed = 8;
  open_world (&w);
  w.g->budget = 100000;
  for (unsigned round = 0; round < 60; round++)
    {
      uint32_t objects[N_OBJECTS];
      make_objects (&w, false, objects);
      fact_vec facts = random_program (&w, &seed, objects);
      sp_ground_reset (w.g);
      add_facts (w.g, &facts, 0, facts.size);
      bool complete = sp_ground_run (w.g);
      uint64_t n_instances = w.g->n_instances;
      uint32_t n_tuples = 0;
      for (unsigned k = 0; k < SP_N_PREDS; k++)
        n_tuples += w.g->relations[k].n;
      sp_ground_reset (w.g);
      for (uint32_t k = facts.size; complete && k-- > 0;)
        {
          add_facts (w.g, &facts, k, k + 1);
          add_facts (w.g, &facts, k, k + 1); /* twice is once */
          assert_true (sp_ground_run (w.g));
        }
      assert_true (!complete || w.g->n_instances == n_instances);
      for (unsigned k = 0; complete && k < SP_N_PREDS; k++)
        n_tuples -= w.g->relations[k].n;
      assert_true (!complete || n_tuples == 0);
      vec_clear (&facts);
    }
  close_world (&w);
}

/* --- the rest ---------------------------------------------------------------------------------------- */

static void
budget (void **state)
{
  (void)state;
  struct sp_universe u;
  struct sp_rules *rules = parse (rule_files[1]);
  sp_universe_init (&u, NULL, sp_budgets_default.depth);
  struct sp_ground *g = sp_ground_new (rules, &u);
  for (int round = 0; round < 2; round++)
    {
      sp_ground_reset (g);
      g->budget = round ? UINT64_MAX : 1000;
      for (uint32_t k = 0; k < 60; k++)
        sp_ground_fact (g, SP_P_Copy, k, k + 1, 0, 0);
      assert_int_equal (sp_ground_run (g), round == 1);
      assert_true (g->n_instances < 1000 + 60 || round == 1); /* it stops soon */
    }
  assert_int_equal (g->relations[SP_N_PREDS].n, 60 * 61 / 2);
  sp_ground_free (g);
  sp_universe_done (&u);
  sp_rules_free (rules);
}

static void
no_log_unless_asked (void **state)
{
  (void)state;
  struct sp_universe u;
  struct sp_rules *rules = parse (rule_files[0]);
  sp_universe_init (&u, NULL, sp_budgets_default.depth);
  struct sp_ground *g = sp_ground_new (rules, &u);
  g->budget = UINT64_MAX;
  sp_ground_fact (g, SP_P_Copy, 1, 2, 0, 0);
  assert_true (sp_ground_run (g));
  assert_int_equal (g->n_instances, 1);
  assert_int_equal (g->clauses.size, 0);
  sp_ground_free (g);
  sp_universe_done (&u);
  sp_rules_free (rules);
}

struct seconds
{
  u32_vec values;
};

static void
note_second (void *data, uint32_t second)
{
  vec_push (&((struct seconds *)data)->values, second);
}

static void
foreach_of_a_value (void **state)
{
  (void)state;
  struct world w;
  uint32_t objects[N_OBJECTS];
  open_world (&w);
  make_objects (&w, false, objects);
  for (uint32_t v = 0; v < 200; v++)
    for (uint32_t k = 0; k < v % 4; k++)
      sp_ground_fact (w.g, SP_P_Addr, v, sp_universe_cell (&w.u, objects[k], 0, SP_TAG_NONE), 0, 0);
  sp_ground_fact (w.g, SP_P_Dynamic, 9, 6, 0, 0);
  assert_true (sp_ground_run (w.g));
  for (uint32_t v = 0; v < 201; v++)
    {
      struct seconds s = { { 0 } };
      sp_ground_foreach (w.g, SP_P_pt, v, note_second, &s);
      assert_int_equal (s.values.size, v % 4 * (v < 200));
      vec_clear (&s.values);
      sp_ground_foreach (w.g, SP_P_target, v, note_second, &s);
      assert_int_equal (s.values.size, v == 9 ? 2 : 0);
      vec_clear (&s.values);
    }
  close_world (&w);
}

/* --- Z3's Datalog over the same facts ---------------------------------------------------------------- */

enum
{
  ENOUGH = 1000000
};

static bool
holds (const struct sp_ground *g, enum sp_pred pred, uint32_t o)
{
  return sp_relation_find (sp_ground_relation (g, pred), &o) != SP_NO_TUPLE;
}

/* Takes out what the native run asked of @pred; tells whether there was any. */
static bool
forget_function (struct sp_ground *g, unsigned pred)
{
  bool any = g->asked[pred].n > 0;
  sp_relation_clear (&g->asked[pred]);
  return any;
}

static enum sp_z3_answer
ask_datalog (struct sp_z3_region *r, const struct sp_ground *g, uint64_t most, unsigned rlimit)
{
  struct sp_decision *d = sp_datalog_decide (r, g, most, rlimit);
  enum sp_z3_answer answer = d->answer;
  if (answer == SP_Z3_SAT)
    for (uint32_t o = 0; o < d->n_objects; o++)
      if (d->ideal[o] != holds (g, SP_P_heapI, o) || d->go[o] != holds (g, SP_P_heapG, o))
        fail_msg ("object %u: Z3's Datalog says heapI %d heapG %d, the grounder does not", o, d->ideal[o], d->go[o]);
  sp_decision_free (d);
  return answer;
}

/* The same model; and where a function of the universe is missing, a hole, never another model. */
static void
datalog_agrees (void **state)
{
  (void)state;
  struct world w;
  uint64_t seed = 11;
  unsigned n_heap = 0, n_stack = 0, n_holes = 0;
  open_world (&w);
  sp_ground_record (w.g);
  sp_ground_record (w.g); /* twice is once */
  struct sp_z3_region *r = sp_z3_region_new ();
  for (unsigned round = 0; round < 300; round++)
    {
      uint32_t objects[N_OBJECTS];
      make_objects (&w, round % 3 == 0, objects);
      fact_vec facts = random_program (&w, &seed, objects);
      sp_ground_reset (w.g);
      w.g->budget = 20000;
      add_facts (w.g, &facts, 0, facts.size);
      if (sp_ground_run (w.g))
        {
          assert_int_equal (ask_datalog (r, w.g, ENOUGH, 0), SP_Z3_SAT);
          for (uint32_t k = 0; k < N_OBJECTS; k++)
            *(holds (w.g, SP_P_heapG, objects[k]) ? &n_heap : &n_stack) += 1;
          static const unsigned functions[] = { SP_P_Sub, SP_P_Tag, SP_P_Untag };
          unsigned f = functions[round % 3];
          bool asked = forget_function (w.g, f);
          assert_int_equal (ask_datalog (r, w.g, ENOUGH, 0), asked ? SP_Z3_UNSAT : SP_Z3_SAT);
          n_holes += asked;
        }
      vec_clear (&facts);
    }
  assert_true (n_heap > 100 && n_stack > 100 && n_holes > 20);
  sp_z3_region_free (r);
  close_world (&w);
}

/* It sees the facts, not the native clauses: what the grounder has not joined, it joins; a call that was not followed, it reports. */
static void
datalog_is_independent (void **state)
{
  (void)state;
  struct world w;
  uint32_t objects[N_OBJECTS];
  open_world (&w);
  sp_ground_record (w.g);
  struct sp_z3_region *r = sp_z3_region_new ();
  make_objects (&w, false, objects);
  sp_ground_fact (w.g, SP_P_Addr, 1, sp_universe_cell (&w.u, objects[0], 0, SP_TAG_NONE), 0, 0);
  sp_ground_fact (w.g, SP_P_Give, 0, 1, 0, 0);
  assert_true (sp_ground_run (w.g));
  assert_false (holds (w.g, SP_P_heapI, objects[0]));
  assert_int_equal (ask_datalog (r, w.g, ENOUGH, 0), SP_Z3_SAT);
  assert_int_equal (ask_datalog (r, w.g, 3, 0), SP_Z3_UNKNOWN); /* too many tuples */
  assert_int_equal (ask_datalog (r, w.g, ENOUGH, 1), SP_Z3_UNKNOWN);
  assert_int_equal (ask_datalog (r, w.g, ENOUGH, 0), SP_Z3_SAT);

  sp_ground_fact (w.g, SP_P_Site, objects[0], 0, 0, 0);
  struct sp_decision *d = sp_datalog_decide (r, w.g, ENOUGH, 0);
  assert_int_equal (d->answer, SP_Z3_SAT);
  assert_true (d->ideal[objects[0]] && d->go[objects[0]]);
  assert_false (d->ideal[objects[1]] || d->go[objects[1]]);
  sp_decision_free (d);

  sp_ground_fact (w.g, SP_P_Dynamic, 4, 1, 0, 0);
  assert_int_equal (ask_datalog (r, w.g, ENOUGH, 0), SP_Z3_UNSAT);
  sp_z3_region_free (r);
  close_world (&w);
}

/* Weak candidates have more variables, false in Z3's model, which is the same on what the grounder derives; beyond the budget there are
 * none.
 */
static void
weak_candidates (void **state)
{
  (void)state;
  struct world w;
  uint64_t seed = 21;
  unsigned n_false = 0;
  open_world (&w);
  w.g->budget = 3000;
  struct sp_z3_region *r = sp_z3_region_new ();
  for (unsigned round = 0; round < 200; round++)
    {
      uint32_t objects[N_OBJECTS];
      make_objects (&w, round % 3 == 0, objects);
      fact_vec facts = random_program (&w, &seed, objects);
      sp_ground_reset (w.g);
      add_facts (w.g, &facts, 0, facts.size);
      bool complete = sp_ground_run (w.g);
      struct sp_ground *c = complete ? sp_candidates_new (w.g, 100000) : NULL;
      if (c)
        {
          struct sp_horn *h = sp_horn_solve (r, c, 0);
          assert_int_equal (h->answer, SP_Z3_SAT);
          n_false += !sp_horn_is_least (h);
          for (unsigned pred = 0; pred < w.rules->n_preds; pred++)
            for (uint32_t t = 0; w.rules->preds[pred].kind == SP_PRED_DERIVED && t < c->relations[pred].n; t++)
              {
                const uint32_t *tuple = sp_relation_tuple (&c->relations[pred], t);
                bool native = sp_relation_find (&w.g->relations[pred], tuple) != SP_NO_TUPLE;
                assert_int_equal (sp_horn_holds (h, c, pred, tuple), native);
              }
          sp_horn_free (h);
        }
      sp_ground_free (c);
      vec_clear (&facts);
    }
  assert_true (n_false > 5);
  assert_null (sp_candidates_new (w.g, 0));
  sp_z3_region_free (r);
  close_world (&w);
}

/* What a strong update took away is a candidate: with clauses that lead to the heap, and false all the same. */
static void
overwritten_candidate (void **state)
{
  (void)state;
  struct world w;
  uint32_t objects[N_OBJECTS];
  open_world (&w);
  make_objects (&w, false, objects);
  const uint32_t q = sp_universe_cell (&w.u, objects[0], 0, SP_TAG_NONE), x = sp_universe_cell (&w.u, objects[1], 0, SP_TAG_NONE);
  const struct fact facts[] = {
    { SP_P_Addr, { 0, q } },        { SP_P_Addr, { 1, x } },    { SP_P_Addr, { 2, q } }, { SP_P_Store, { 1, 0, 0, 1 } },
    { SP_P_Store, { 2, 1, 0, 2 } }, { SP_P_Load, { 2, 3, 0 } }, { SP_P_Give, { 2, 3 } }, { SP_P_Site, { objects[1] } },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (facts); k++)
    sp_ground_fact (w.g, facts[k].pred, facts[k].args[0], facts[k].args[1], facts[k].args[2], facts[k].args[3]);
  assert_true (sp_ground_run (w.g));
  assert_false (holds (w.g, SP_P_heapI, objects[1]));
  struct sp_ground *c = sp_candidates_new (w.g, UINT64_MAX);
  assert_true (holds (c, SP_P_heapI, objects[1]));
  struct sp_z3_region *r = sp_z3_region_new ();
  struct sp_decision *d = sp_horn_decide (r, c, 0);
  assert_int_equal (d->answer, SP_Z3_SAT);
  assert_false (d->ideal[objects[1]] || d->go[objects[1]]);
  sp_decision_free (d);
  sp_z3_region_free (r);
  sp_ground_free (c);
  close_world (&w);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (custom_rules),        cmocka_unit_test (builtin_rules),         cmocka_unit_test (whole_program_rules),
    cmocka_unit_test (extents_of_types),    cmocka_unit_test (order_of_facts),        cmocka_unit_test (budget),
    cmocka_unit_test (no_log_unless_asked), cmocka_unit_test (foreach_of_a_value),    cmocka_unit_test (datalog_agrees),
    cmocka_unit_test (weak_candidates),     cmocka_unit_test (overwritten_candidate), cmocka_unit_test (datalog_is_independent),
  };
  return cmocka_run_group_tests_name ("ground", tests, NULL, NULL);
}
