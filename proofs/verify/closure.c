#include "proofs/verify/closure.h"

#include <glib.h>
#include <string.h>

enum step_kind
{
  STEP_HEAD,     /* all columns bound: go on only where the tuple is missing */
  STEP_RELATION, /* of facts or derived tuples */
  STEP_UNIVERSE
};

struct step
{
  enum step_kind kind;
  struct sp_atom atom;
  uint8_t arity;
  uint8_t given; /* columns that are bound when the step is reached, by bit */
  uint8_t equal; /* those, and columns whose variable stands in an earlier column of the atom too */
  int index;     /* of the relation; NO_INDEX: all or no columns are given */
};

enum
{
  NO_INDEX = -1,
  NEVER = 1000
};

struct plan
{
  const struct sp_rule *rule;
  bool checkable; /* the body's tuples can be enumerated: so they can in every rule of escape.dl */
  unsigned n_steps;
  struct step steps[SP_MAX_BODY + 1];
};

struct sp_closure
{
  const struct sp_rules *rules;
  struct sp_relation *relations;
  struct plan *plans; /* by rule */
};

/* --- the order of the loops -------------------------------------------------------------------------- */

static uint8_t
given_columns (const struct sp_atom *a, unsigned arity, const bool *bound)
{
  uint8_t mask = 0;
  for (unsigned i = 0; i < arity; i++)
    if (a->args[i] != SP_WILDCARD && bound[a->args[i]])
      mask |= (uint8_t)(1u << i);
  return mask;
}

/* What the relations of the universe can be asked, by the columns that are given. */
static unsigned
universe_cost (unsigned pred, uint8_t given)
{
  enum
  {
    TEST = 0,
    FUNCTION = 1,
    SEARCH = 3
  };
  switch (pred)
    {
    case SP_P_Sub:
    case SP_P_Tag:
    case SP_P_As:
    case SP_P_Untag: return (given & 3) == 3 ? FUNCTION : NEVER;
    case SP_P_Base:
    case SP_P_Recast:
    case SP_P_Content: return given & 1 ? FUNCTION : NEVER;
    case SP_P_Obj: return given & 1 ? FUNCTION : given & 2 ? SEARCH : NEVER;
    case SP_P_Cell: return given & 2 ? FUNCTION : given & 1 ? SEARCH : NEVER;
    case SP_P_At: return given == 3 ? TEST : given ? SEARCH : NEVER;
    case SP_P_Apart:
    case SP_P_Fits:
    case SP_P_Match:
    case SP_P_Differ: return given == 3 ? TEST : NEVER;
    default: return given == 1 ? TEST : NEVER;
    }
}

/* Few tuples first: those with more columns given; facts before derived tuples; and of these such that bind more. */
static unsigned
relation_cost (const struct sp_predicate *p, uint8_t given)
{
  unsigned n = (unsigned)__builtin_popcount (given);
  if (n == p->arity)
    return 1;
  if (n > 0)
    return n > 1 ? 2 : given & 1 ? 4 : 6;
  return p->kind == SP_PRED_FACT ? 10 : 20 - p->arity;
}

static unsigned
atom_cost (const struct sp_predicate *p, unsigned pred, uint8_t given)
{
  return p->kind == SP_PRED_UNIVERSE ? universe_cost (pred, given) : relation_cost (p, given);
}

static void
add_step (struct sp_closure *c, struct plan *plan, const struct sp_atom *a, bool head, bool *bound)
{
  const struct sp_predicate *p = &c->rules->preds[a->pred];
  struct step *s = &plan->steps[plan->n_steps++];
  *s = (struct step){ .atom = *a, .arity = p->arity, .given = given_columns (a, p->arity, bound), .index = NO_INDEX };
  s->kind = head ? STEP_HEAD : p->kind == SP_PRED_UNIVERSE ? STEP_UNIVERSE : STEP_RELATION;
  s->equal = s->given;
  for (unsigned i = 0; i < p->arity; i++)
    for (unsigned k = 0; k < i; k++)
      if (a->args[i] != SP_WILDCARD && a->args[i] == a->args[k])
        s->equal |= (uint8_t)(1u << i);
  if (s->kind == STEP_RELATION && s->given && s->given != (1u << p->arity) - 1)
    s->index = (int)sp_relation_index (&c->relations[a->pred], s->given);
  for (unsigned i = 0; i < p->arity; i++)
    if (a->args[i] != SP_WILDCARD)
      bound[a->args[i]] = true;
}

static void
make_plan (struct sp_closure *c, const struct sp_rule *r, struct plan *plan)
{
  bool bound[SP_MAX_VARS] = { false }, done[SP_MAX_BODY] = { false }, head_done = false;
  unsigned head_arity = c->rules->preds[r->head.pred].arity;
  plan->rule = r;
  for (unsigned n = 0; n < r->n_body; n++)
    {
      unsigned best = 0, best_cost = NEVER;
      for (unsigned i = 0; i < r->n_body; i++)
        {
          const struct sp_predicate *p = &c->rules->preds[r->body[i].pred];
          unsigned cost = done[i] ? NEVER : atom_cost (p, r->body[i].pred, given_columns (&r->body[i], p->arity, bound));
          if (cost < best_cost)
            {
              best = i;
              best_cost = cost;
            }
        }
      if (best_cost == NEVER)
        break;
      add_step (c, plan, &r->body[best], false, bound);
      done[best] = true;
      if (!head_done && given_columns (&r->head, head_arity, bound) == (1u << head_arity) - 1)
        {
          add_step (c, plan, &r->head, true, bound);
          head_done = true;
        }
    }
  plan->checkable = head_done && plan->n_steps == r->n_body + 1u;
}

struct sp_closure *
sp_closure_new (const struct sp_rules *rules, struct sp_relation *relations)
{
  struct sp_closure *c = g_new0 (struct sp_closure, 1);
  c->rules = rules;
  c->relations = relations;
  c->plans = g_new0 (struct plan, rules->n_rules);
  for (unsigned r = 0; r < rules->n_rules; r++)
    make_plan (c, &rules->rules[r], &c->plans[r]);
  return c;
}

void
sp_closure_free (struct sp_closure *c)
{
  g_free (c->plans);
  g_free (c);
}

/* --- the loops --------------------------------------------------------------------------------------- */

struct search
{
  const struct sp_closure *c;
  struct sp_universe *u;
  const struct plan *plan;
  uint32_t env[SP_MAX_VARS];
};

/* Whether no violation lies in what is left of the plan: true also means "go on with the next tuple". */
static bool rest_holds (struct search *x, unsigned step);

/* Binds or compares the columns; a tuple that does not fit violates nothing. */
static inline bool
tuple_holds (struct search *x, unsigned step, const uint32_t *tuple)
{
  const struct step *s = &x->plan->steps[step];
  for (unsigned i = 0; i < s->arity; i++)
    {
      uint8_t v = s->atom.args[i];
      if (s->equal >> i & 1 && x->env[v] != tuple[i])
        return true;
      if (v != SP_WILDCARD)
        x->env[v] = tuple[i];
    }
  return rest_holds (x, step + 1);
}

static bool
relation_holds (struct search *x, unsigned step)
{
  const struct step *s = &x->plan->steps[step];
  const struct sp_relation *r = &x->c->relations[s->atom.pred];
  uint32_t key[SP_MAX_ARITY] = { 0 };
  for (unsigned i = 0; i < s->arity; i++)
    if (s->given >> i & 1)
      key[i] = x->env[s->atom.args[i]];
  if (s->given == (1u << s->arity) - 1)
    return sp_relation_find (r, key) == SP_NO_TUPLE || rest_holds (x, step + 1);
  if (s->index == NO_INDEX)
    {
      for (uint32_t t = 0; t < r->n; t++)
        if (!tuple_holds (x, step, sp_relation_tuple (r, t)))
          return false;
      return true;
    }
  unsigned index = (unsigned)s->index;
  for (uint32_t t = sp_relation_probe (r, index, key); t != SP_NO_TUPLE; t = sp_relation_next (r, index, t))
    if (!tuple_holds (x, step, sp_relation_tuple (r, t)))
      return false;
  return true;
}

static bool
head_is_there (const struct search *x, const struct step *s)
{
  uint32_t tuple[SP_MAX_ARITY];
  for (unsigned i = 0; i < s->arity; i++)
    tuple[i] = x->env[s->atom.args[i]];
  return sp_relation_find (&x->c->relations[s->atom.pred], tuple) != SP_NO_TUPLE;
}

/* --- the universe ------------------------------------------------------------------------------------ */

static uint32_t
object_of (const struct search *x, uint32_t cell)
{
  return sp_universe_cell_at (x->u, cell).object;
}

static const struct sp_object *
object_at_cell (const struct search *x, uint32_t cell)
{
  return sp_universe_at (x->u, object_of (x, cell));
}

/* The step's last column is a function of the others. */
static bool
function_holds (struct search *x, unsigned step, unsigned column, uint32_t value)
{
  const struct step *s = &x->plan->steps[step];
  uint8_t v = s->atom.args[column];
  if (value == SP_NO_TUPLE || (s->equal >> column & 1 && x->env[v] != value))
    return true;
  if (v != SP_WILDCARD)
    x->env[v] = value;
  return rest_holds (x, step + 1);
}

/* All cells of @object that fit the step, into column @column. */
static bool
cells_hold (struct search *x, unsigned step, uint32_t object, unsigned column)
{
  const struct step *s = &x->plan->steps[step];
  const struct sp_relation *cells = &x->u->cells;
  uint32_t given = x->env[s->atom.args[1 - column]];
  for (uint32_t c = sp_relation_probe (cells, 0, &object); c != SP_NO_TUPLE; c = sp_relation_next (cells, 0, c))
    {
      struct sp_cell cell = sp_universe_cell_at (x->u, c);
      bool stored = cell.tag == SP_TAG_NONE; /* memory is of untagged cells */
      bool fits = cell.object == object;
      if (s->atom.pred == SP_P_Cell)
        fits = fits && stored;
      else if (s->atom.pred == SP_P_At)
        fits = fits && (column == 0 || stored) && sp_universe_overlaps (x->u, given, c);
      if (fits && !function_holds (x, step, column, c))
        return false;
    }
  return true;
}

static bool
test_holds (struct search *x, unsigned step, bool fact)
{
  return !fact || rest_holds (x, step + 1);
}

static bool
universe_holds (struct search *x, unsigned step)
{
  const struct step *s = &x->plan->steps[step];
  const uint8_t *v = s->atom.args;
  bool first = s->given & 1, second = s->given & 2;
  uint32_t a = first ? x->env[v[0]] : 0, b = second ? x->env[v[1]] : 0;
  switch (s->atom.pred)
    {
    case SP_P_Sub: return function_holds (x, step, 2, sp_universe_sub (x->u, a, b));
    case SP_P_Tag: return function_holds (x, step, 2, sp_universe_tag (x->u, a, b));
    case SP_P_Untag: return function_holds (x, step, 2, sp_universe_untag (x->u, a, b));
    case SP_P_As: return function_holds (x, step, 2, sp_universe_as (x->u, a, b));
    case SP_P_Base: return function_holds (x, step, 1, sp_universe_base (x->u, a));
    case SP_P_Recast: return function_holds (x, step, 1, sp_universe_recast (x->u, a));
    case SP_P_Content: return function_holds (x, step, 1, sp_universe_content (x->u, a));
    case SP_P_Obj: return first ? function_holds (x, step, 1, object_of (x, a)) : cells_hold (x, step, b, 0);
    case SP_P_Cell:
      if (!second)
        return cells_hold (x, step, a, 1);
      return sp_universe_cell_at (x->u, b).tag != SP_TAG_NONE || function_holds (x, step, 0, object_of (x, b));
    case SP_P_At:
      if (first && second)
        return test_holds (x, step, sp_universe_overlaps (x->u, a, b));
      return first ? cells_hold (x, step, object_of (x, a), 1) : cells_hold (x, step, object_of (x, b), 0);
    case SP_P_Differ: return test_holds (x, step, sp_universe_differ (x->u, a, b));
    case SP_P_Apart: return test_holds (x, step, a != b);
    case SP_P_Raw: return test_holds (x, step, sp_universe_raw (x->u, a));
    case SP_P_Hidden: return test_holds (x, step, sp_universe_hidden (x->u, a));
    case SP_P_Fits: return test_holds (x, step, sp_universe_fits (x->u, a, b));
    case SP_P_Match: return test_holds (x, step, sp_universe_match (x->u, a, b));
    case SP_P_Strong: return test_holds (x, step, sp_universe_strong (x->u, a));
    case SP_P_Weak: return test_holds (x, step, sp_universe_weak (x->u, a));
    case SP_P_Foreign: return test_holds (x, step, sp_object_foreign (object_at_cell (x, a)));
    default: SP_CHECK (s->atom.pred == SP_P_Local); return test_holds (x, step, sp_object_local (sp_universe_at (x->u, a)));
    }
}

static bool
rest_holds (struct search *x, unsigned step)
{
  if (step == x->plan->n_steps)
    return false; /* the body holds, and the head was missing */
  const struct step *s = &x->plan->steps[step];
  switch (s->kind)
    {
    case STEP_HEAD: return head_is_there (x, s) || rest_holds (x, step + 1);
    case STEP_RELATION: return relation_holds (x, step);
    default: return universe_holds (x, step);
    }
}

bool
sp_closure_holds (const struct sp_closure *c, struct sp_universe *universe, struct sp_violation *violation)
{
  for (unsigned r = 0; r < c->rules->n_rules; r++)
    {
      struct search x = { .c = c, .u = universe, .plan = &c->plans[r] };
      if (x.plan->checkable && rest_holds (&x, 0))
        continue;
      violation->rule = x.plan->rule;
      memcpy (violation->env, x.env, sizeof x.env);
      return false;
    }
  return true;
}
