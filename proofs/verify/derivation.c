#include "proofs/verify/derivation.h"

struct sp_deriver
{
  const struct sp_rules *rules;
  struct sp_relation *facts;   /* by predicate: the lowering's */
  struct sp_relation *derived; /* by predicate: by the steps so far */
};

/* Where the premises of @pred are to be found. */
static struct sp_relation *
relation_of (const struct sp_deriver *d, unsigned pred)
{
  return d->rules->preds[pred].kind == SP_PRED_FACT ? &d->facts[pred] : &d->derived[pred];
}

/* The columns of an atom that are no wildcards, by bit. */
static uint8_t
named_columns (const struct sp_atom *a, unsigned arity)
{
  uint8_t mask = 0;
  for (unsigned i = 0; i < arity; i++)
    mask |= (uint8_t)((a->args[i] != SP_WILDCARD) << i);
  return mask;
}

/* An index for the atoms of some rule that have wildcards. */
static void
add_index (struct sp_relation *r, const struct sp_atom *a)
{
  uint8_t mask = named_columns (a, r->arity);
  if (mask != (1u << r->arity) - 1)
    sp_relation_index (r, mask);
}

struct sp_deriver *
sp_deriver_new (const struct sp_rules *rules, struct sp_relation *facts)
{
  struct sp_deriver *d = g_new0 (struct sp_deriver, 1);
  d->rules = rules;
  d->facts = facts;
  d->derived = g_new0 (struct sp_relation, rules->n_preds);
  for (unsigned p = 0; p < rules->n_preds; p++)
    if (rules->preds[p].kind == SP_PRED_DERIVED)
      sp_relation_init (&d->derived[p], rules->preds[p].arity);
  for (unsigned r = 0; r < rules->n_rules; r++)
    for (unsigned b = 0; b < rules->rules[r].n_body; b++)
      {
        const struct sp_atom *a = &rules->rules[r].body[b];
        if (rules->preds[a->pred].kind != SP_PRED_UNIVERSE)
          add_index (relation_of (d, a->pred), a);
      }
  return d;
}

void
sp_deriver_free (struct sp_deriver *d)
{
  for (unsigned p = 0; p < d->rules->n_preds; p++)
    if (d->rules->preds[p].kind == SP_PRED_DERIVED)
      sp_relation_done (&d->derived[p]);
  g_free (d->derived);
  g_free (d);
}

/* Whether relation @r has a tuple with @x in the columns that @a names. */
static bool
relation_has (const struct sp_relation *r, const struct sp_atom *a, const uint32_t *x)
{
  uint8_t mask = named_columns (a, r->arity);
  if (mask == (1u << r->arity) - 1)
    return sp_relation_find (r, x) != SP_NO_TUPLE;
  unsigned index = 0; /* it was made before the first tuple */
  while (r->indices[index].mask != mask)
    index++;
  for (uint32_t t = sp_relation_probe (r, index, x); t != SP_NO_TUPLE; t = sp_relation_next (r, index, t))
    {
      bool same = true;
      for (unsigned i = 0; i < r->arity; i++)
        if (mask >> i & 1)
          same &= sp_relation_tuple (r, t)[i] == x[i];
      if (same) /* no-coverage: another tuple comes up only where two keys have one hash of 32 bits */
        return true;
    }
  return false;
}

static const struct sp_object *
object_at_cell (const struct sp_universe *u, uint32_t cell)
{
  return sp_universe_at (u, sp_universe_cell_at (u, cell).object);
}

static bool
universe_has (struct sp_universe *u, unsigned pred, const uint32_t *x)
{
  switch (pred)
    {
    case SP_P_Sub: return sp_universe_sub (u, x[0], x[1]) == x[2];
    case SP_P_Tag: return sp_universe_tag (u, x[0], x[1]) == x[2];
    case SP_P_Untag: return sp_universe_untag (u, x[0], x[1]) == x[2];
    case SP_P_Base: return sp_universe_base (u, x[0]) == x[1];
    case SP_P_Content: return sp_universe_content (u, x[0]) == x[1];
    case SP_P_Obj: return sp_universe_cell_at (u, x[0]).object == x[1];
    case SP_P_Cell: return sp_universe_cell_at (u, x[1]).object == x[0] && sp_universe_cell_at (u, x[1]).tag == SP_TAG_NONE;
    case SP_P_At: return sp_universe_overlaps (u, x[0], x[1]);
    case SP_P_Differ: return sp_universe_differ (u, x[0], x[1]);
    case SP_P_Apart: return x[0] != x[1];
    case SP_P_Strong: return sp_universe_strong (u, x[0]);
    case SP_P_Weak: return sp_universe_weak (u, x[0]);
    case SP_P_Foreign: return sp_object_foreign (object_at_cell (u, x[0]));
    case SP_P_As: return sp_universe_as (u, x[0], x[1]) == x[2];
    case SP_P_Recast: return sp_universe_recast (u, x[0]) == x[1];
    case SP_P_Raw: return sp_universe_raw (u, x[0]);
    case SP_P_Hidden: return sp_universe_hidden (u, x[0]);
    case SP_P_Fits: return sp_universe_fits (u, x[0], x[1]);
    case SP_P_Match: return sp_universe_match (u, x[0], x[1]);
    default: SP_CHECK (pred == SP_P_Local); return sp_object_local (sp_universe_at (u, x[0]));
    }
}

static bool
premise_holds (const struct sp_deriver *d, struct sp_replay *r, const struct sp_atom *a, const uint32_t *env)
{
  const struct sp_predicate *p = &d->rules->preds[a->pred];
  uint32_t x[SP_MAX_ARITY] = { 0 };
  for (unsigned i = 0; i < p->arity; i++)
    if (a->args[i] != SP_WILDCARD)
      x[i] = env[a->args[i]];
  if (p->kind == SP_PRED_UNIVERSE)
    return universe_has (&r->lowering.universe, a->pred, x);
  return relation_has (relation_of (d, a->pred), a, x);
}

/* The values of the rule's variables in the checker's numbers. */
static bool
read_values (const struct sp_deriver *d, struct sp_replay *r, const struct sp_rule *rule, const uint32_t *theirs, uint32_t *env)
{
  bool ok = true;
  for (unsigned b = 0; b <= rule->n_body; b++)
    {
      const struct sp_atom *a = b < rule->n_body ? &rule->body[b] : &rule->head;
      for (unsigned i = 0; i < d->rules->preds[a->pred].arity; i++)
        if (a->args[i] != SP_WILDCARD)
          ok = ok && sp_replay_value (r, d->rules->preds[a->pred].domains[i], theirs[a->args[i]], &env[a->args[i]]);
    }
  return ok;
}

/* What the universe is asked, beside cells and objects, are values that facts have: those are looked at first. */
static bool
step_holds (const struct sp_deriver *d, struct sp_replay *r, const struct sp_step *step)
{
  const struct sp_rule *rule = &d->rules->rules[step->rule];
  uint32_t env[SP_MAX_VARS] = { 0 }, head[SP_MAX_ARITY];
  bool ok = read_values (d, r, rule, step->values, env);
  for (unsigned universe = 0; universe < 2; universe++)
    for (unsigned b = 0; b < rule->n_body; b++)
      if ((d->rules->preds[rule->body[b].pred].kind == SP_PRED_UNIVERSE) == (bool)universe)
        ok = ok && premise_holds (d, r, &rule->body[b], env);
  if (!ok)
    return false;
  for (unsigned i = 0; i < d->rules->preds[rule->head.pred].arity; i++)
    head[i] = env[rule->head.args[i]];
  sp_relation_add (&d->derived[rule->head.pred], head, NULL);
  return true;
}

bool
sp_deriver_replay (const struct sp_deriver *d, struct sp_replay *r, uint32_t *step)
{
  for (unsigned p = 0; p < d->rules->n_preds; p++)
    if (d->rules->preds[p].kind == SP_PRED_DERIVED)
      sp_relation_clear (&d->derived[p]);
  for (*step = 0; *step < r->run->n_steps; ++*step)
    if (!step_holds (d, r, &r->run->steps[*step]))
      return false;
  return true;
}

bool
sp_deriver_holds (const struct sp_deriver *d, enum sp_pred pred, uint32_t object)
{
  return sp_relation_find (&d->derived[pred], &object) != SP_NO_TUPLE;
}
