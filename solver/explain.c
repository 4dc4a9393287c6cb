/* Explanations: the derivation of a heap verdict, the invariant behind a stack one. */
#include "solver/story.h"

/* That it outlives its frame is said first: that heap storage holds it meanwhile may be shorter to tell, and is the lesser reason. */
static void
tell_heap (struct sp_story *s, uint32_t object, bool ideal)
{
  static const enum sp_pred reasons[] = { SP_P_heapI, SP_P_heapG };
  for (unsigned k = 0; k < (ideal ? 1 : G_N_ELEMENTS (reasons)); k++)
    {
      uint32_t t = sp_relation_find (sp_ground_relation (s->worker->ground, reasons[k]), &object);
      if (t == SP_NO_TUPLE)
        continue;
      sp_story_tell (s, sp_tuple_new (reasons[k], t));
      return;
    }
}

/* --- stack ------------------------------------------------------------------------------------------- */

static void
tell_holders (struct sp_story *s, uint32_t object)
{
  const struct sp_ground *g = s->worker->ground;
  const struct sp_universe *u = &s->worker->lowering.universe;
  struct u32set holders = { 0 };
  const struct sp_relation *mem = sp_ground_relation (g, SP_P_mem), *weak = sp_ground_relation (g, SP_P_weak);
  for (uint32_t t = 0; t < mem->n; t++)
    if (sp_universe_cell_at (u, sp_relation_tuple (mem, t)[2]).object == object)
      u32set_add (&holders, sp_universe_cell_at (u, sp_relation_tuple (mem, t)[1]).object);
  for (uint32_t t = 0; t < weak->n; t++)
    if (sp_universe_cell_at (u, sp_relation_tuple (weak, t)[1]).object == object)
      u32set_add (&holders, sp_universe_cell_at (u, sp_relation_tuple (weak, t)[0]).object);
  for (uint32_t o = 0; o < u->objects.size; o++)
    if (u32set_has (&holders, o))
      {
        g_string_append (s->text, "  its address is stored in ");
        sp_story_object (s, o, s->text);
        g_string_append (s->text, ", which stays in the frame too\n");
      }
  u32set_clear (&holders);
}

static void
tell_stack (struct sp_story *s, uint32_t object)
{
  const struct sp_relation *pt = sp_ground_relation (s->worker->ground, SP_P_pt);
  unsigned registers = 0;
  for (uint32_t t = 0; t < pt->n; t++)
    registers += sp_universe_cell_at (&s->worker->lowering.universe, sp_relation_tuple (pt, t)[1]).object == object;
  g_string_append_printf (s->text,
                          "  %u values of the function may hold its address; no return, store, call, send or goroutine lets it reach "
                          "memory that outlives the frame\n",
                          registers);
  tell_holders (s, object);
  g_string_append (s->text, "  no earlier instance of it is live where its site runs again, and it is small enough\n");
}

struct sp_explainer
{
  const struct sp_result *result;
  struct sp_worker worker;
  struct sp_story story; /* of the function whose analysis the worker holds */
  bool started, complete;
};

struct sp_explainer *
sp_explainer_new (const struct sp_result *result)
{
  struct sp_explainer *e = g_new0 (struct sp_explainer, 1);
  e->result = result;
  if (result->job)
    sp_worker_init (&e->worker, result->job, 0);
  return e;
}

void
sp_explainer_free (struct sp_explainer *e)
{
  if (!e)
    return;
  sp_story_end (&e->story);
  if (e->result->job)
    sp_worker_done (&e->worker);
  g_free (e);
}

/* Analyses @fn, if it is not the function of the last explanation. */
static void
turn_to (struct sp_explainer *e, gir_fn fn, GString *text)
{
  if (!e->started || e->story.fn != fn)
    {
      sp_story_end (&e->story);
      e->complete = sp_story_begin (&e->story, &e->worker, fn, text);
      e->started = true;
    }
  u32set_reset (&e->story.told);
  g_string_truncate (e->story.last, 0);
  e->story.text = text;
}

/* Beside the derivation, what may be the only reason for it. */
static void
tell_taint (struct sp_story *s)
{
  if (s->worker->lowering.tainted)
    g_string_append (s->text, "  a budget, here or in a callee, made the analysis coarser: it may be heap for that alone (--budget)\n");
}

char *
sp_explainer_tell (struct sp_explainer *e, uint32_t index)
{
  const struct sp_verdict *v = &e->result->verdicts[index];
  if (!e->result->job) /* the gc model derives nothing */
    return g_strdup_printf ("  %s\n",
                            v->heap_go ? sp_reason_text (v->reason) : "nothing that outlives its frame gets its address, by gc's rules");
  GString *text = g_string_new (NULL);
  turn_to (e, v->fn, text);
  struct sp_story *s = &e->story;
  uint32_t object = e->complete ? sp_story_site (s, v) : SP_NO_TUPLE;
  bool ideal = e->result->job->options->runtime == SP_RUNTIME_IDEAL;
  if (object == SP_NO_TUPLE)
    g_string_append_printf (text, "  %s\n", sp_reason_text (v->reason));
  else if (ideal ? v->heap_ideal : v->heap_go)
    {
      tell_heap (s, object, ideal);
      if (text->len == 0) /* another function's verdict, or a solver's */
        g_string_append_printf (text, "  %s\n", sp_reason_text (v->reason));
      tell_taint (s);
    }
  else
    tell_stack (s, object);
  return g_string_free (text, FALSE);
}

char *
sp_explain (const struct sp_result *result, uint32_t index)
{
  struct sp_explainer *e = sp_explainer_new (result);
  char *text = sp_explainer_tell (e, index);
  sp_explainer_free (e);
  return text;
}
