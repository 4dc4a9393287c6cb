#include "solver/decision.h"

struct sp_decision *
sp_decision_new (const struct sp_ground *g)
{
  struct sp_decision *d = g_new0 (struct sp_decision, 1);
  d->answer = SP_Z3_UNKNOWN;
  d->n_objects = g->universe->objects.size;
  d->ideal = g_new0 (bool, d->n_objects + 1);
  d->go = g_new0 (bool, d->n_objects + 1);
  return d;
}

void
sp_decision_free (struct sp_decision *d)
{
  if (!d)
    return;
  g_free (d->ideal);
  g_free (d->go);
  g_free (d);
}

struct sp_decision *
sp_decision_native (const struct sp_ground *g)
{
  struct sp_decision *d = sp_decision_new (g);
  for (uint32_t o = 0; o < d->n_objects; o++)
    {
      d->ideal[o] = sp_relation_find (sp_ground_relation (g, SP_P_heapI), &o) != SP_NO_TUPLE;
      d->go[o] = sp_relation_find (sp_ground_relation (g, SP_P_heapG), &o) != SP_NO_TUPLE;
    }
  d->answer = SP_Z3_SAT;
  return d;
}
