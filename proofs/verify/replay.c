#include "proofs/verify/replay.h"

enum
{
  MAX_PATH = 64 /* steps of an access path: far beyond any budget of names */
};

void
sp_replay_init (struct sp_replay *r, const struct sp_environment *env, const struct sp_rules *rules)
{
  *r = (struct sp_replay){ .rules = rules };
  sp_lowering_init (&r->lowering, env);
  r->relations = g_new0 (struct sp_relation, rules->n_preds);
  for (unsigned p = 0; p < rules->n_preds; p++)
    if (rules->preds[p].kind != SP_PRED_UNIVERSE)
      sp_relation_init (&r->relations[p], rules->preds[p].arity);
  r->solution.relations = r->relations;
  r->solution.pt_by_value = sp_relation_index (&r->relations[SP_P_pt], 1);
  r->solution.target_by_call = sp_relation_index (&r->relations[SP_P_target], 1);
  r->closure = sp_closure_new (rules, r->relations);
}

void
sp_replay_done (struct sp_replay *r)
{
  sp_closure_free (r->closure);
  for (unsigned p = 0; p < r->rules->n_preds; p++)
    if (r->rules->preds[p].kind != SP_PRED_UNIVERSE)
      sp_relation_done (&r->relations[p]);
  g_free (r->relations);
  sp_lowering_done (&r->lowering);
  vec_clear (&r->cells);
  vec_clear (&r->objects);
}

/* --- the run's objects and cells --------------------------------------------------------------------- */

static uint32_t own_cell (struct sp_replay *r, uint32_t cell, unsigned depth);

static uint32_t
find_object (const struct sp_replay *r, enum sp_object_kind kind, uint32_t a, uint32_t b)
{
  return sp_relation_find (&r->lowering.universe.object_ids, (uint32_t[]){ kind, a, b });
}

/* What lies in a cell: made on demand, here as there. */
static uint32_t
content_object (struct sp_replay *r, const struct sp_object *theirs, unsigned depth)
{
  struct sp_universe *u = &r->lowering.universe;
  uint32_t owner = own_cell (r, theirs->a, depth + 1);
  if (owner == SP_NO_TUPLE)
    return SP_NO_TUPLE;
  uint32_t o = sp_universe_cell_at (u, sp_universe_content (u, owner)).object;
  return sp_universe_at (u, o)->kind == theirs->kind ? o : SP_NO_TUPLE;
}

static uint32_t
own_object (struct sp_replay *r, uint32_t object, unsigned depth)
{
  if (object >= r->objects.size || depth > MAX_PATH)
    return SP_NO_TUPLE;
  uint32_t own = r->objects.data[object];
  if (own != SP_NO_TUPLE)
    return own;
  const struct sp_object *theirs = &r->run->objects[object];
  bool content = theirs->kind == SP_O_CONTENT || theirs->kind == SP_O_BLOB;
  own = content ? content_object (r, theirs, depth) : find_object (r, (enum sp_object_kind)theirs->kind, theirs->a, theirs->b);
  return r->objects.data[object] = own;
}

static bool
is_tag (const struct sp_replay *r, uint32_t tag)
{
  return tag < SP_TAG_TYPE (r->lowering.env->program->n_types);
}

/* SP_NO_TUPLE for what is no cell of this function's universe. */
static uint32_t
own_cell (struct sp_replay *r, uint32_t cell, unsigned depth)
{
  if (cell >= r->cells.size)
    return SP_NO_TUPLE;
  uint32_t own = r->cells.data[cell];
  if (own != SP_NO_TUPLE)
    return own;
  const uint32_t *theirs = r->run->cells.data + (size_t)cell * 3;
  uint32_t object = own_object (r, theirs[0], depth);
  if (object == SP_NO_TUPLE || !is_tag (r, theirs[2]))
    return SP_NO_TUPLE;
  return r->cells.data[cell] = sp_universe_cell (&r->lowering.universe, object, theirs[1], theirs[2]);
}

bool
sp_replay_value (struct sp_replay *r, char domain, uint32_t x, uint32_t *own)
{
  *own = domain == 'C' ? own_cell (r, x, 0) : domain == 'O' ? own_object (r, x, 0) : x;
  return *own != SP_NO_TUPLE || (domain != 'C' && domain != 'O');
}

static void
forget_numbers (u32_vec *numbers, uint32_t n)
{
  vec_resize (numbers, n);
  for (uint32_t k = 0; k < n; k++)
    numbers->data[k] = SP_NO_TUPLE;
}

/* --- the run ----------------------------------------------------------------------------------------- */

/* What follows from the targets of dynamic calls, in the order in which the run met them. */
static bool
lower_targets (struct sp_replay *r)
{
  const struct sp_tuples *targets = &r->run->derived[SP_P_target];
  for (uint32_t k = 0; k < targets->n; k++)
    {
      uint32_t call = targets->data[2 * k], cell = own_cell (r, targets->data[2 * k + 1], 0);
      if (call >= r->lowering.calls.size || cell == SP_NO_TUPLE)
        return false;
      sp_lower_target (&r->lowering, call, cell);
    }
  return true;
}

static void
load_facts (struct sp_replay *r)
{
  vec_foreach (const struct sp_fact, f, &r->lowering.facts)
    sp_relation_add (&r->relations[f->pred], f->args, NULL);
}

static bool
load_derived (struct sp_replay *r, unsigned pred)
{
  const struct sp_predicate *p = &r->rules->preds[pred];
  const struct sp_tuples *tuples = &r->run->derived[pred];
  for (uint32_t k = 0; k < tuples->n; k++)
    {
      uint32_t tuple[SP_MAX_ARITY];
      for (unsigned i = 0; i < p->arity; i++)
        {
          uint32_t x = tuples->data[(size_t)k * p->arity + i];
          if (!sp_replay_value (r, p->domains[i], x, &tuple[i]))
            return false;
        }
      sp_relation_add (&r->relations[pred], tuple, NULL);
    }
  return true;
}

const char *
sp_replay_run (struct sp_replay *r, gir_fn fn, struct sp_precision precision, const struct sp_summary *before, const struct sp_run *run)
{
  r->run = run;
  forget_numbers (&r->cells, run->cells.n);
  forget_numbers (&r->objects, run->n_objects);
  for (unsigned p = 0; p < r->rules->n_preds; p++)
    if (r->rules->preds[p].kind != SP_PRED_UNIVERSE)
      sp_relation_clear (&r->relations[p]);
  r->lowering.before = before;
  r->lowering.limits = run->limits;
  sp_lower_function (&r->lowering, fn, precision, (struct sp_deciding){ run->settled, run->expanded });
  if (!lower_targets (r))
    return "a call's target does not exist";
  load_facts (r);
  for (unsigned p = 0; p < r->rules->n_preds; p++)
    if (r->rules->preds[p].kind == SP_PRED_DERIVED && !load_derived (r, p))
      return "a tuple speaks of what does not exist";
  return NULL;
}
