#include "solver/candidates.h"

static void
copy_facts (struct sp_ground *to, const struct sp_ground *from)
{
  for (unsigned pred = 0; pred < from->rules->n_preds; pred++)
    if (from->rules->preds[pred].kind == SP_PRED_FACT)
      for (uint32_t t = 0; t < from->relations[pred].n; t++)
        sp_relation_add (&to->relations[pred], sp_relation_tuple (&from->relations[pred], t), NULL);
}

static void
let_survive (struct sp_ground *g, uint32_t first_cell)
{
  const struct sp_relation *stores = sp_ground_relation (g, SP_P_Store);
  for (uint32_t c = first_cell; c < g->universe->cells.n; c++)
    for (uint32_t t = 0; t < stores->n && sp_universe_strong (g->universe, c); t++)
      sp_ground_fact (g, SP_P_survives, sp_relation_tuple (stores, t)[0], c, 0, 0);
}

struct sp_ground *
sp_candidates_new (const struct sp_ground *g, uint64_t budget)
{
  struct sp_ground *c = sp_ground_new (g->rules, g->universe);
  c->logging = true;
  c->budget = budget;
  c->memory = g->memory;
  copy_facts (c, g);
  bool complete = true;
  /* New candidates may make new cells, which may survive in turn. */
  for (uint32_t done = 0; complete && done < c->universe->cells.n;)
    {
      uint32_t n = c->universe->cells.n;
      let_survive (c, done);
      done = n;
      complete = sp_ground_run (c);
    }
  if (complete)
    return c;
  sp_ground_free (c);
  return NULL;
}
