#include "solver/ground.h"

#include <string.h>

/* One join step: an atom of the body with the columns that are bound when it is reached. */
struct step
{
  struct sp_atom atom;
  uint8_t position; /* in the rule's body */
  uint8_t bound;    /* columns bound, by bit */
  uint8_t index;    /* of the relation; NO_INDEX: scan */
  bool universe;
};

enum
{
  NO_INDEX = 0xff,
  TUPLES_BETWEEN_COUNTS = 16,
};

/* A rule seen from one atom of its body: what to join when that atom gets a new tuple. */
struct sp_plan
{
  const struct sp_rule *rule;
  uint16_t rule_number;
  uint8_t position; /* of the new tuple's atom */
  uint8_t n_steps;
  uint8_t n_parts; /* of an instance's body: all but the universe's */
  struct step steps[SP_MAX_BODY];
};

struct run
{
  struct sp_ground *g;
  const struct sp_plan *plan;
  uint32_t env[SP_MAX_VARS + 1];
  bool set[SP_MAX_VARS + 1];
  uint32_t current;              /* the new tuple */
  sp_tuple matched[SP_MAX_BODY]; /* by position */
};

/* --- planning ---------------------------------------------------------------------------------------- */

static uint8_t
bound_columns (const struct sp_atom *a, unsigned arity, const bool *bound)
{
  uint8_t mask = 0;
  for (unsigned i = 0; i < arity; i++)
    if (a->args[i] != SP_WILDCARD && bound[a->args[i]])
      mask |= (uint8_t)(1u << i);
  return mask;
}

enum
{
  NEVER = 1000
};

/* Universe predicates are functions: which columns must be bound, and how many answers come back. */
static unsigned
universe_cost (unsigned pred, uint8_t bound)
{
  switch (pred)
    {
    case SP_P_Sub:
    case SP_P_Tag:
    case SP_P_As:
    case SP_P_Untag: return (bound & 3) == 3 ? 1 : NEVER;
    case SP_P_Base:
    case SP_P_Recast:
    case SP_P_Content: return bound & 1 ? 1 : NEVER;
    case SP_P_Obj: return bound & 1 ? 1 : bound == 2 ? 5 : NEVER;
    case SP_P_At: return bound == 3 ? 0 : bound == 1 ? 3 : bound == 2 ? 4 : NEVER;
    case SP_P_Cell: return bound & 2 ? 0 : bound == 1 ? 4 : NEVER;
    case SP_P_Match:
    case SP_P_Fits:
    case SP_P_Apart:
    case SP_P_Differ: return bound == 3 ? 0 : NEVER;
    default: return bound == 1 ? 0 : NEVER;
    }
}

static unsigned
relation_cost (unsigned pred, unsigned arity, uint8_t bound)
{
  unsigned n = (unsigned)__builtin_popcount (bound);
  if (n == arity)
    return 0;
  if (n == 0)
    return 100;
  /* A memory version is named by few loads and stores; a cell is held by many values. */
  if (pred == SP_P_pt)
    return bound & 1 ? 5 : 8;
  return n > 1 ? 2 : 6;
}

static int
cheapest (const struct sp_ground *g, const struct sp_rule *r, const bool *done, const bool *bound)
{
  int best = -1;
  unsigned best_cost = NEVER;
  for (unsigned i = 0; i < r->n_body; i++)
    {
      const struct sp_predicate *p = &g->rules->preds[r->body[i].pred];
      if (done[i])
        continue;
      uint8_t mask = bound_columns (&r->body[i], p->arity, bound);
      unsigned cost = p->kind == SP_PRED_UNIVERSE ? universe_cost (r->body[i].pred, mask) : relation_cost (r->body[i].pred, p->arity, mask);
      if (cost < best_cost)
        {
          best = (int)i;
          best_cost = cost;
        }
    }
  return best;
}

static void
bind_atom (const struct sp_atom *a, unsigned arity, bool *bound)
{
  for (unsigned i = 0; i < arity; i++)
    if (a->args[i] != SP_WILDCARD)
      bound[a->args[i]] = true;
}

static struct step
make_step (struct sp_ground *g, const struct sp_atom *a, unsigned position, const bool *bound)
{
  const struct sp_predicate *p = &g->rules->preds[a->pred];
  struct step s = { .atom = *a, .position = (uint8_t)position, .universe = p->kind == SP_PRED_UNIVERSE, .index = NO_INDEX };
  s.bound = bound_columns (a, p->arity, bound);
  if (!s.universe && s.bound && s.bound != (1u << p->arity) - 1)
    s.index = (uint8_t)sp_relation_index (&g->relations[a->pred], s.bound);
  return s;
}

static void
make_plan (struct sp_ground *g, unsigned rule, unsigned position, struct sp_plan *plan)
{
  const struct sp_rule *r = &g->rules->rules[rule];
  bool done[SP_MAX_BODY] = { false }, bound[SP_MAX_VARS] = { false };
  *plan = (struct sp_plan){ .rule = r, .rule_number = (uint16_t)rule, .position = (uint8_t)position };
  done[position] = true;
  bind_atom (&r->body[position], g->rules->preds[r->body[position].pred].arity, bound);
  for (int i; (i = cheapest (g, r, done, bound)) >= 0;)
    {
      plan->steps[plan->n_steps++] = make_step (g, &r->body[i], (unsigned)i, bound);
      done[i] = true;
      bind_atom (&r->body[i], g->rules->preds[r->body[i].pred].arity, bound);
    }
  SP_CHECK (plan->n_steps + 1 == r->n_body);
  for (unsigned i = 0; i < r->n_body; i++)
    plan->n_parts += g->rules->preds[r->body[i].pred].kind != SP_PRED_UNIVERSE;
}

static void
make_plans (struct sp_ground *g)
{
  uint32_t n = 0;
  g->plans = g_new0 (struct sp_plan, (gsize)g->rules->n_rules * SP_MAX_BODY);
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    {
      g->plans_of[pred] = n;
      if (g->rules->preds[pred].kind == SP_PRED_UNIVERSE)
        continue;
      for (unsigned r = 0; r < g->rules->n_rules; r++)
        for (unsigned b = 0; b < g->rules->rules[r].n_body; b++)
          if (g->rules->rules[r].body[b].pred == pred)
            make_plan (g, r, b, &g->plans[n++]);
    }
  g->plans_of[g->rules->n_preds] = n;
  g->n_plans = n;
}

/* --- evaluation -------------------------------------------------------------------------------------- */

static void next_step (struct run *run, unsigned step);

/* Binds or compares one column; remembers whether it was bound here. */
static inline bool
unify (struct run *run, uint8_t var, uint32_t value, bool *bound_here)
{
  *bound_here = false;
  if (var == SP_WILDCARD)
    return true;
  if (run->set[var])
    return run->env[var] == value;
  run->env[var] = value;
  run->set[var] = *bound_here = true;
  return true;
}

static void
match_tuple (struct run *run, const struct sp_atom *a, unsigned arity, const uint32_t *tuple, unsigned step)
{
  bool here[SP_MAX_ARITY] = { false };
  bool ok = true;
  for (unsigned i = 0; i < arity && ok; i++)
    ok = unify (run, a->args[i], tuple[i], &here[i]);
  if (ok)
    next_step (run, step + 1);
  for (unsigned i = 0; i < arity; i++)
    if (here[i])
      run->set[a->args[i]] = false;
}

static void
answer (struct run *run, uint8_t var, uint32_t value, unsigned step)
{
  bool here;
  if (value == SP_NO_TUPLE)
    return;
  if (unify (run, var, value, &here))
    next_step (run, step + 1);
  if (here)
    run->set[var] = false;
}

/* The value of a function of the universe, kept where it is recorded. */
static void
value (struct run *run, const struct step *s, uint32_t x, uint32_t y, uint32_t result, unsigned step)
{
  unsigned pred = s->atom.pred;
  bool binary = run->g->rules->preds[pred].arity == 3;
  if (run->g->asked)
    sp_relation_add (&run->g->asked[pred], (uint32_t[]){ x, binary ? y : result, result }, NULL);
  answer (run, s->atom.args[binary ? 2 : 1], result, step);
}

static void
enumerate_cells (struct run *run, const struct step *s, uint32_t object, uint32_t given, uint8_t var, unsigned step)
{
  struct sp_universe *u = run->g->universe;
  bool at = s->atom.pred == SP_P_At, forward = at && var == s->atom.args[1];
  for (uint32_t c = sp_relation_probe (&u->cells, 0, &object); c != SP_NO_TUPLE; c = sp_relation_next (&u->cells, 0, c))
    {
      struct sp_cell x = sp_universe_cell_at (u, c);
      bool fits = x.object == object && (!at || sp_universe_overlaps (u, given, c));
      if (fits && (x.tag == SP_TAG_NONE || (at && !forward)))
        answer (run, var, c, step);
    }
}

/* All cells of an object, tagged ones too. Those made later are found from the tuple that names them. */
static void
enumerate_object (struct run *run, uint32_t object, uint8_t var, unsigned step)
{
  struct sp_universe *u = run->g->universe;
  for (uint32_t c = sp_relation_probe (&u->cells, 0, &object); c != SP_NO_TUPLE; c = sp_relation_next (&u->cells, 0, c))
    if (sp_universe_cell_at (u, c).object == object)
      answer (run, var, c, step);
}

static void
universe_step (struct run *run, const struct step *s, unsigned step)
{
  struct sp_universe *u = run->g->universe;
  const uint8_t *v = s->atom.args;
  const uint32_t *env = run->env;
  uint32_t x = env[v[0]];
  switch (s->atom.pred)
    {
    case SP_P_Sub: value (run, s, x, env[v[1]], sp_universe_sub (u, x, env[v[1]]), step); break;
    case SP_P_Base: value (run, s, x, 0, sp_universe_base (u, x), step); break;
    case SP_P_Tag: value (run, s, x, env[v[1]], sp_universe_tag (u, x, env[v[1]]), step); break;
    case SP_P_Untag: value (run, s, x, env[v[1]], sp_universe_untag (u, x, env[v[1]]), step); break;
    case SP_P_As: value (run, s, x, env[v[1]], sp_universe_as (u, x, env[v[1]]), step); break;
    case SP_P_Recast: value (run, s, x, 0, sp_universe_recast (u, x), step); break;
    case SP_P_Content: value (run, s, x, 0, sp_universe_content (u, x), step); break;
    case SP_P_Obj:
      if (s->bound & 1)
        answer (run, v[1], sp_universe_cell_at (u, x).object, step);
      else
        enumerate_object (run, env[v[1]], v[0], step);
      break;
    case SP_P_Cell:
      if (!(s->bound & 2))
        enumerate_cells (run, s, x, 0, v[1], step);
      else if (sp_universe_cell_at (u, env[v[1]]).tag == SP_TAG_NONE)
        answer (run, v[0], sp_universe_cell_at (u, env[v[1]]).object, step);
      break;
    case SP_P_At:
      if (s->bound == 1 && sp_object_local (sp_universe_at (u, sp_universe_cell_at (u, x).object)))
        enumerate_cells (run, s, sp_universe_cell_at (u, x).object, x, v[1], step);
      else if (s->bound == 1)
        break;
      else if (s->bound == 2)
        enumerate_cells (run, s, sp_universe_cell_at (u, env[v[1]]).object, env[v[1]], v[0], step);
      else if (sp_universe_overlaps (u, x, env[v[1]]))
        next_step (run, step + 1);
      break;
    case SP_P_Foreign:
      if (sp_object_foreign (sp_universe_at (u, sp_universe_cell_at (u, x).object)))
        next_step (run, step + 1);
      break;
    case SP_P_Strong:
      if (sp_universe_strong (u, x))
        next_step (run, step + 1);
      break;
    case SP_P_Weak:
      if (sp_universe_weak (u, x))
        next_step (run, step + 1);
      break;
    case SP_P_Differ:
      if (sp_universe_differ (u, x, env[v[1]]))
        next_step (run, step + 1);
      break;
    case SP_P_Raw:
      if (sp_universe_raw (u, x))
        next_step (run, step + 1);
      break;
    case SP_P_Hidden:
      if (sp_universe_hidden (u, x))
        next_step (run, step + 1);
      break;
    case SP_P_Fits:
      if (sp_universe_fits (u, x, env[v[1]]))
        next_step (run, step + 1);
      break;
    case SP_P_Match:
      if (sp_universe_match (u, x, env[v[1]]))
        next_step (run, step + 1);
      break;
    case SP_P_Apart:
      if (x != env[v[1]])
        next_step (run, step + 1);
      break;
    case SP_P_Local:
      if (sp_object_local (sp_universe_at (u, x)))
        next_step (run, step + 1);
      break;
    default: SP_CHECK (!"a universe predicate without an implementation");
    }
}

/* How many tuples of the atom's relation may be joined: those taken, and the new one only to the right of its own place. */
static uint32_t
visible (const struct run *run, const struct step *s)
{
  uint32_t n = run->g->taken[s->atom.pred];
  bool same = s->atom.pred == run->plan->rule->body[run->plan->position].pred;
  return same && s->position < run->plan->position ? n - 1 : n;
}

static void
relation_step (struct run *run, const struct step *s, unsigned step)
{
  const struct sp_relation *r = &run->g->relations[s->atom.pred];
  uint32_t limit = visible (run, s);
  uint32_t key[SP_MAX_ARITY];
  for (unsigned i = 0; i < r->arity; i++)
    key[i] = s->bound >> i & 1 ? run->env[s->atom.args[i]] : 0;
  if (s->bound == (1u << r->arity) - 1)
    {
      uint32_t t = sp_relation_find (r, key);
      run->matched[s->position] = sp_tuple_new (s->atom.pred, t);
      if (t != SP_NO_TUPLE && t < limit)
        next_step (run, step + 1);
      return;
    }
  uint32_t t = s->index == NO_INDEX ? 0 : sp_relation_probe (r, s->index, key);
  while (s->index == NO_INDEX ? t < limit : t != SP_NO_TUPLE)
    {
      if (t < limit)
        {
          run->matched[s->position] = sp_tuple_new (s->atom.pred, t);
          uint32_t copy[SP_MAX_ARITY];
          memcpy (copy, sp_relation_tuple (r, t), r->arity * sizeof *copy);
          match_tuple (run, &s->atom, r->arity, copy, step);
        }
      t = s->index == NO_INDEX ? t + 1 : sp_relation_next (r, s->index, t);
    }
}

static void
log_instance (struct run *run, sp_tuple head)
{
  struct sp_ground *g = run->g;
  struct sp_clause c = { .head = head, .rule = run->plan->rule_number, .body = g->clause_bodies.size };
  for (unsigned i = 0; i < run->plan->rule->n_body; i++)
    if (g->rules->preds[run->plan->rule->body[i].pred].kind != SP_PRED_UNIVERSE)
      {
        vec_push (&g->clause_bodies, run->matched[i]);
        c.n_body++;
      }
  vec_push (&g->clauses, c);
}

static void
derive (struct run *run)
{
  const struct sp_atom *head = &run->plan->rule->head;
  struct sp_relation *r = &run->g->relations[head->pred];
  uint32_t tuple[SP_MAX_ARITY];
  for (unsigned i = 0; i < r->arity; i++)
    tuple[i] = run->env[head->args[i]];
  bool fresh;
  uint32_t t = sp_relation_add (r, tuple, &fresh);
  run->g->fired[run->plan->rule_number * SP_MAX_BODY + run->plan->position] += fresh;
  run->g->n_instances++;
  run->g->n_parts += run->plan->n_parts;
  if (run->g->logging)
    log_instance (run, sp_tuple_new (head->pred, t));
}

static void
next_step (struct run *run, unsigned step)
{
  if (step == run->plan->n_steps)
    {
      derive (run);
      return;
    }
  const struct step *s = &run->plan->steps[step];
  if (s->universe)
    universe_step (run, s, step);
  else
    relation_step (run, s, step);
}

static void
take (struct sp_ground *g, unsigned pred, uint32_t t)
{
  uint32_t tuple[SP_MAX_ARITY];
  unsigned arity = g->relations[pred].arity;
  memcpy (tuple, sp_relation_tuple (&g->relations[pred], t), arity * sizeof *tuple);
  for (uint32_t i = g->plans_of[pred]; i < g->plans_of[pred + 1]; i++)
    {
      const struct sp_plan *plan = &g->plans[i];
      struct run run = { .g = g, .plan = plan, .current = t };
      run.matched[plan->position] = sp_tuple_new (pred, t);
      const struct sp_atom *a = &plan->rule->body[plan->position];
      bool ok = true, here;
      for (unsigned k = 0; k < arity && ok; k++)
        ok = unify (&run, a->args[k], tuple[k], &here);
      if (ok)
        next_step (&run, 0);
    }
}

static uint64_t
relation_bytes (const struct sp_relation *r)
{
  return (uint64_t)r->n * sizeof (uint32_t) * (r->arity + 2u * (1u + r->n_indices)); /* each index has a head and a link */
}

uint64_t
sp_ground_bytes (const struct sp_ground *g)
{
  uint64_t n = g->n_instances * sizeof (struct sp_clause) + g->n_parts * sizeof (sp_tuple);
  for (unsigned i = 0; i < g->rules->n_preds; i++)
    n += relation_bytes (&g->relations[i]);
  return n + relation_bytes (&g->universe->cells) + (uint64_t)g->universe->objects.size * sizeof (struct sp_object);
}

/* The bytes are counted now and then only. */
static bool
beyond_budget (const struct sp_ground *g, uint32_t n_taken)
{
  return g->n_instances > g->budget || (n_taken % TUPLES_BETWEEN_COUNTS == 0 && sp_ground_bytes (g) > g->memory);
}

bool
sp_ground_run (struct sp_ground *g)
{
  uint32_t n_taken = 0;
  for (bool changed = true; changed;)
    {
      changed = false;
      for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
        while (g->taken[pred] < g->relations[pred].n)
          {
            uint32_t t = g->taken[pred]++;
            take (g, pred, t);
            changed = true;
            if (beyond_budget (g, ++n_taken))
              return false;
          }
    }
  return true;
}

bool
sp_ground_is_function (unsigned pred)
{
  return pred == SP_P_Sub || pred == SP_P_Base || pred == SP_P_Tag || pred == SP_P_Untag || pred == SP_P_As || pred == SP_P_Recast
         || pred == SP_P_Content;
}

void
sp_ground_record (struct sp_ground *g)
{
  if (g->asked)
    return;
  g->asked = g_new0 (struct sp_relation, g->rules->n_preds);
  for (unsigned i = 0; i < g->rules->n_preds; i++)
    if (sp_ground_is_function (i))
      sp_relation_init (&g->asked[i], g->rules->preds[i].arity);
}

void
sp_ground_fact (struct sp_ground *g, enum sp_pred pred, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  sp_relation_add (&g->relations[pred], (uint32_t[]){ a, b, c, d }, NULL);
}

struct sp_ground *
sp_ground_new (const struct sp_rules *rules, struct sp_universe *universe)
{
  struct sp_ground *g = g_new0 (struct sp_ground, 1);
  g->rules = rules;
  g->universe = universe;
  g->memory = UINT64_MAX;
  g->relations = g_new0 (struct sp_relation, rules->n_preds);
  g->taken = g_new0 (uint32_t, rules->n_preds);
  g->plans_of = g_new0 (uint32_t, rules->n_preds + 1);
  g->fired = g_new0 (uint64_t, (gsize)rules->n_rules * SP_MAX_BODY);
  for (unsigned i = 0; i < rules->n_preds; i++)
    if (rules->preds[i].kind != SP_PRED_UNIVERSE)
      sp_relation_init (&g->relations[i], rules->preds[i].arity);
  g->pt_by_value = sp_relation_index (&g->relations[SP_P_pt], 1);
  g->target_by_call = sp_relation_index (&g->relations[SP_P_target], 1);
  make_plans (g);
  return g;
}

void
sp_ground_foreach (const struct sp_ground *g, enum sp_pred pred, uint32_t key, sp_tuple_func each, void *data)
{
  struct sp_solution s = sp_ground_solution (g);
  sp_solution_foreach (&s, pred, key, each, data);
}

void
sp_ground_free (struct sp_ground *g)
{
  if (!g)
    return;
  for (unsigned i = 0; i < g->rules->n_preds; i++)
    {
      if (g->rules->preds[i].kind != SP_PRED_UNIVERSE)
        sp_relation_done (&g->relations[i]);
      if (g->asked && sp_ground_is_function (i))
        sp_relation_done (&g->asked[i]);
    }
  g_free (g->asked);
  g_free (g->relations);
  g_free (g->taken);
  g_free (g->plans);
  g_free (g->plans_of);
  g_free (g->fired);
  vec_clear (&g->clauses);
  vec_clear (&g->clause_bodies);
  g_free (g);
}

void
sp_ground_reset (struct sp_ground *g)
{
  for (unsigned i = 0; i < g->rules->n_preds; i++)
    {
      if (g->rules->preds[i].kind != SP_PRED_UNIVERSE)
        sp_relation_clear (&g->relations[i]);
      if (g->asked && sp_ground_is_function (i))
        sp_relation_clear (&g->asked[i]);
      g->taken[i] = 0;
    }
  g->n_instances = g->n_parts = 0;
  vec_reset (&g->clauses);
  vec_reset (&g->clause_bodies);
}
