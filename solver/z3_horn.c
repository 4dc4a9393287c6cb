#include "solver/z3_horn.h"

static bool
derived (const struct sp_ground *g, unsigned pred)
{
  return g->rules->preds[pred].kind == SP_PRED_DERIVED;
}

static void
number_variables (struct sp_horn *h, const struct sp_ground *g)
{
  h->base = g_new0 (uint32_t, g->rules->n_preds + 1);
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    {
      h->base[pred] = h->n_vars;
      if (derived (g, pred))
        h->n_vars += g->relations[pred].n;
    }
}

static uint32_t
variable (const struct sp_horn *h, sp_tuple t)
{
  return h->base[sp_tuple_pred (t)] + sp_tuple_index (t);
}

struct sp_horn *
sp_horn_solve (struct sp_z3_region *region, const struct sp_ground *g, unsigned rlimit)
{
  struct sp_horn *h = g_new0 (struct sp_horn, 1);
  number_variables (h, g);
  h->n_clauses = g->clauses.size;
  h->model = g_new0 (bool, h->n_vars + 1);
  g_autofree uint32_t *heads = g_new (uint32_t, h->n_clauses + 1), *first = g_new (uint32_t, h->n_clauses + 2);
  u32_vec body = { 0 };
  for (uint32_t i = 0; i < h->n_clauses; i++)
    {
      const struct sp_clause *c = &g->clauses.data[i];
      heads[i] = variable (h, c->head);
      first[i] = body.size;
      for (uint32_t k = 0; k < c->n_body; k++)
        if (derived (g, sp_tuple_pred (g->clause_bodies.data[c->body + k])))
          vec_push (&body, variable (h, g->clause_bodies.data[c->body + k]));
    }
  first[h->n_clauses] = body.size;
  h->answer = sp_z3_solve_horn (region, h->n_vars, heads, first, body.data, h->n_clauses, rlimit, h->model);
  vec_clear (&body);
  return h;
}

void
sp_horn_free (struct sp_horn *h)
{
  if (!h)
    return;
  g_free (h->model);
  g_free (h->base);
  g_free (h);
}

bool
sp_horn_holds (const struct sp_horn *h, const struct sp_ground *g, enum sp_pred pred, const uint32_t *tuple)
{
  uint32_t t = sp_relation_find (&g->relations[pred], tuple);
  return t != SP_NO_TUPLE && h->model[h->base[pred] + t];
}

bool
sp_horn_is_least (const struct sp_horn *h)
{
  for (uint32_t i = 0; i < h->n_vars; i++)
    if (!h->model[i])
      return false;
  return true;
}

struct sp_decision *
sp_horn_decide (struct sp_z3_region *region, const struct sp_ground *g, unsigned rlimit)
{
  struct sp_decision *d = sp_decision_new (g);
  struct sp_horn *h = sp_horn_solve (region, g, rlimit);
  d->answer = h->answer;
  d->n_clauses = h->n_clauses;
  for (uint32_t o = 0; o < d->n_objects && h->answer == SP_Z3_SAT; o++)
    {
      d->ideal[o] = sp_horn_holds (h, g, SP_P_heapI, &o);
      d->go[o] = sp_horn_holds (h, g, SP_P_heapG, &o);
    }
  sp_horn_free (h);
  return d;
}
