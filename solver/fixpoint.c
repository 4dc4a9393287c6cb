/* The summaries of recursive components: Kleene iteration over their members, in an order of callees before callers. */
#include "solver/analyse_private.h"

/* Iterations of a recursive component's fixpoint. */
struct iteration
{
  struct sp_worker *w;
  enum sp_pass pass;
  const gir_fn *members;
  uint32_t n;
  struct u32map changed_at; /* by function: the step at which its summary last changed */
  struct u32map run_at;     /* ... at which it last ran */
  uint32_t step;
  unsigned left; /* rounds */
};

enum
{
  /* Rounds before the last in which members whose summaries change ... */
  LEFT_TO_LIMITS = 10,  /* ... do without long names and clones from then on, */
  LEFT_TO_CALLS = 7,    /* ... without residual calls, */
  LEFT_TO_OUTLINES = 4, /* ... with outlines of their callees, */
  LEFT_TO_RESIGN = 2,   /* ... and, from here on, with their coarse summary */
};

static bool
is_dirty (const struct iteration *it, gir_fn fn)
{
  const struct gir_func *f = &it->w->job->program->funcs[fn];
  uint32_t ran = u32map_get (&it->run_at, fn, 0);
  if (ran == 0)
    return true;
  for (uint32_t k = 0; k < f->n_operands; k++)
    {
      gir_operand x = f->operands[k];
      if (gir_operand_kind (x) == GIR_FUNC && u32map_get (&it->changed_at, gir_operand_index (x), 0) > ran)
        return true;
    }
  return false;
}

static void
tell_of_members (const struct iteration *it, enum sp_evidence_kind kind)
{
  for (uint32_t k = 0; k < it->n; k++)
    sp_worker_tell_of (it->w, kind, it->pass, it->members[k]);
}

/* The summary of @fn has changed again, late: names that come and go with those of its callees keep a fixpoint from ending. It does with
 * less; between these steps there are rounds for those to come to rest whose summaries change for this alone. */
static void
calm (const struct iteration *it, gir_fn fn)
{
  const struct sp_job *job = it->w->job;
  uint8_t *limits = &job->limits[it->pass][fn];
  if (it->left == LEFT_TO_LIMITS)
    *limits |= SP_LIMIT_FRESH | SP_LIMIT_DEPTH | SP_LIMIT_CLONES;
  if (it->left == LEFT_TO_CALLS)
    *limits |= SP_LIMIT_ALL & ~SP_LIMIT_OUTLINE;
  if (it->left == LEFT_TO_OUTLINES && sp_worker_may_outline (it->w, fn, it->pass))
    *limits |= SP_LIMIT_ALL;
  if (it->left <= LEFT_TO_RESIGN)
    job->resigned[it->pass][fn] = true;
}

/* Runs the members that use a summary which changed since, or all of them; tells whether any summary changed. */
static bool
round_of (struct iteration *it, bool all)
{
  bool changed = false;
  for (uint32_t k = 0; k < it->n; k++)
    {
      gir_fn fn = it->members[k];
      if (!(all || is_dirty (it, fn)))
        continue;
      u32map_put (&it->run_at, fn, ++it->step);
      bool news = sp_worker_update (it->w, fn, it->pass);
      const struct sp_summary *s = it->w->job->summaries[it->pass][fn];
      uint8_t *limits = &it->w->job->limits[it->pass][fn];
      news |= s && (s->hit & ~*limits);
      *limits |= s ? s->hit : 0;
      if (news)
        {
          u32map_put (&it->changed_at, fn, ++it->step);
          changed = true;
          calm (it, fn);
        }
    }
  return changed;
}

/* A round over all, which may show that the summaries are a fixpoint. */
static bool
closes (struct iteration *it)
{
  tell_of_members (it, SP_E_ASSUME);
  it->w->closing = true;
  bool changed = round_of (it, true);
  it->w->closing = false;
  tell_of_members (it, changed ? SP_E_FORGET : SP_E_CLOSE);
  return !changed;
}

/* A quiet round over what is dirty, and then one over all: calls through function values are no operands. */
static bool
reach_fixpoint (struct iteration *it)
{
  for (it->left = it->w->job->budgets->rounds; it->left > 0; it->left--)
    if (!round_of (it, false) && closes (it))
      return true;
  return false;
}

/* The members of a component, callees before callers as far as the cycles allow: postorder of a depth-first search. The caller frees. */
static gir_fn *
callees_first (const GirProgram *p, const gir_fn *members, uint32_t n)
{
  struct u32map state = { 0 }; /* member -> operands looked at; GIR_INVALID when done */
  gir_fn *order = g_new (gir_fn, n + 1);
  uint32_t n_order = 0;
  u32_vec path = { 0 };
  for (uint32_t k = 0; k < n; k++)
    u32map_put (&state, members[k], 0);
  for (uint32_t k = 0; k < n; k++)
    {
      if (u32map_get (&state, members[k], 0) == 0)
        vec_push (&path, members[k]);
      while (!vec_empty (&path))
        {
          const struct gir_func *f = &p->funcs[vec_last (&path)];
          uint32_t *at = u32map_at (&state, vec_last (&path), 0);
          gir_fn next = GIR_INVALID;
          while (*at < f->n_operands && next == GIR_INVALID)
            {
              gir_operand x = f->operands[(*at)++];
              if (gir_operand_kind (x) == GIR_FUNC && u32map_get (&state, gir_operand_index (x), GIR_INVALID) == 0)
                next = gir_operand_index (x);
            }
          if (next != GIR_INVALID)
            vec_push (&path, next);
          else
            {
              *at = GIR_INVALID;
              order[n_order++] = vec_pop (&path);
            }
        }
    }
  vec_clear (&path);
  u32map_clear (&state);
  SP_CHECK (n_order == n);
  return order;
}

/* Replaces summaries by ones made from sound summaries: every such round is sound, so it may be the last. */
static void
narrow (struct sp_worker *w, const gir_fn *members, uint32_t n, enum sp_pass pass)
{
  g_autofree gir_fn *order = callees_first (w->job->program, members, n);
  for (uint32_t k = 0; k < n; k++)
    sp_worker_update (w, order[k], pass);
}

void
sp_worker_iterate (struct sp_worker *w, const gir_fn *members, uint32_t n, enum sp_pass pass)
{
  bool collapsed = !sp_variant_precision (pass == SP_PASS_COARSE ? SP_COARSE : w->job->options->variant).fields;
  bool from_above = pass == SP_PASS_MAIN && n > w->job->budgets->members;
  for (uint32_t k = 0; k < n; k++)
    sp_worker_set_summary (w, members[k], pass,
                           from_above ? sp_worker_coarse_copy (w, members[k]) : sp_summary_bottom (w->job->types, members[k], collapsed));
  if (from_above)
    {
      for (uint32_t k = 0; k < n; k++)
        sp_worker_tell_of (w, SP_E_COARSE, pass, members[k]);
      narrow (w, members, n, pass);
      return;
    }
  g_autofree gir_fn *order = callees_first (w->job->program, members, n);
  struct iteration it = { .w = w, .pass = pass, .members = order, .n = n };
  w->accumulate = true;
  w->cut_recursion = !reach_fixpoint (&it);
  w->accumulate = false;
  u32map_clear (&it.changed_at);
  u32map_clear (&it.run_at);
}
