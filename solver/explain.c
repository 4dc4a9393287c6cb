/* Explanations: the derivation of a heap verdict, the invariant behind a stack one. */
#include "solver/analyse.h"

struct story
{
  const GirProgram *program;
  struct sp_worker *worker;
  gir_fn fn;
  GString *text;
  struct u32set told;  /* tuples */
  struct u32map first; /* tuple -> its first clause */
  unsigned lines;
};

enum
{
  MAX_LINES = 60, /* of a derivation, */
  LAST_LINES = 10 /* and of its end, where it is longer */
};

static const struct gir_func *
function (const struct story *s)
{
  return &s->program->funcs[s->fn];
}

/* --- words for things -------------------------------------------------------------------------------- */

static void
append_position (const struct story *s, struct gir_pos pos)
{
  if (pos.line && pos.file < s->program->n_files)
    g_string_append_printf (s->text, "%s:%u:%u", gir_string (s->program, s->program->files[pos.file]), pos.line, pos.col);
  else
    g_string_append (s->text, gir_string (s->program, function (s)->name));
}

static struct gir_pos
instr_position (const struct story *s, uint32_t i)
{
  return i < function (s)->n_instrs ? function (s)->instrs[i].pos : (struct gir_pos){ 0 };
}

static void
append_object (const struct story *s, uint32_t o)
{
  const struct sp_object *x = sp_universe_at (&s->worker->lowering.universe, o);
  const struct gir_func *f = function (s);
  const struct sp_fresh *from;
  switch ((enum sp_object_kind)x->kind)
    {
    case SP_O_SITE:
      g_string_append (s->text, f->instrs[x->a].text ? gir_string (s->program, f->instrs[x->a].text) : "an object made here");
      break;
    case SP_O_CLONE:
      from = &s->worker->lowering.origins.data[x->origin];
      if (from->fn == GIR_INVALID)
        g_string_append (s->text, "an object made in a callee");
      else
        g_string_append_printf (s->text, "an object made in %s", gir_string (s->program, s->program->funcs[from->fn].name));
      break;
    case SP_O_FUNC: g_string_append (s->text, gir_string (s->program, s->program->funcs[x->a].name)); break;
    case SP_O_PARAM: g_string_append (s->text, "the caller's memory"); break;
    case SP_O_UNKNOWN: g_string_append (s->text, "memory known everywhere"); break;
    default: g_string_append (s->text, "memory from outside");
    }
}

/* --- derivations ------------------------------------------------------------------------------------- */

static void
index_clauses (struct story *s)
{
  const struct sp_ground *g = s->worker->ground;
  for (uint32_t k = 0; k < g->clauses.size; k++)
    if (u32map_get (&s->first, g->clauses.data[k].head, GIR_INVALID) == GIR_INVALID)
      u32map_put (&s->first, g->clauses.data[k].head, k);
}

/* Where a clause happens: the instruction behind the first of its facts that names a value. */
static struct gir_pos
clause_position (const struct story *s, const struct sp_clause *c)
{
  const struct sp_ground *g = s->worker->ground;
  for (uint32_t k = 0; k < c->n_body; k++)
    {
      sp_tuple t = g->clause_bodies.data[c->body + k];
      const uint32_t *x = sp_relation_tuple (&g->relations[sp_tuple_pred (t)], sp_tuple_index (t));
      uint32_t v = GIR_INVALID;
      switch (sp_tuple_pred (t))
        {
        case SP_P_Addr:
        case SP_P_Copy:
        case SP_P_Offset:
        case SP_P_Box:
        case SP_P_Unbox: v = x[0]; break;
        case SP_P_Load:
        case SP_P_Put:
        case SP_P_Leak:
        case SP_P_Give: v = x[1]; break;
        case SP_P_Store: v = x[3]; break;
        default: continue;
        }
      struct gir_pos pos = instr_position (s, sp_value_instr (&s->worker->lowering, v));
      if (pos.line && pos.file < s->program->n_files)
        return pos;
    }
  return (struct gir_pos){ 0 };
}

/* The object that a derived tuple is about; GIR_INVALID where it is about a value. */
static uint32_t
subject (const struct story *s, sp_tuple t)
{
  const struct sp_ground *g = s->worker->ground;
  const struct sp_universe *u = &s->worker->lowering.universe;
  const uint32_t *x = sp_relation_tuple (&g->relations[sp_tuple_pred (t)], sp_tuple_index (t));
  switch (sp_tuple_pred (t))
    {
    case SP_P_pt:
    case SP_P_weak:
    case SP_P_survives:
    case SP_P_target: return sp_universe_cell_at (u, x[1]).object;
    case SP_P_mem: return sp_universe_cell_at (u, x[2]).object;
    case SP_P_out:
    case SP_P_shown:
    case SP_P_lreach: return x[1];
    case SP_P_outward:
    case SP_P_hot: return GIR_INVALID;
    default: return x[0];
    }
}

static bool
derived (const struct sp_ground *g, sp_tuple t)
{
  return g->rules->preds[sp_tuple_pred (t)].kind == SP_PRED_DERIVED;
}

static void
tell_step (struct story *s, const struct sp_clause *c)
{
  const struct sp_rule *r = &s->worker->ground->rules->rules[c->rule];
  g_string_append (s->text, "  ");
  append_position (s, clause_position (s, c));
  g_string_append (s->text, ": ");
  uint32_t object = subject (s, c->head);
  if (object == GIR_INVALID)
    g_string_append (s->text, "a pointer");
  else
    append_object (s, object);
  g_string_append_printf (s->text, " %s (%s)\n", r->sentence, r->name);
  s->lines++;
}

/* A clause of a derivation whose premises are being told. */
struct telling
{
  uint32_t clause;
  uint32_t next; /* premise */
};

static void
push (struct story *s, GArray *stack, sp_tuple t)
{
  struct telling x = { .clause = u32map_get (&s->first, t, GIR_INVALID) };
  if (x.clause != GIR_INVALID && u32set_add (&s->told, t) && s->lines < MAX_LINES)
    g_array_append_val (stack, x);
}

/* Rules that only carry a fact along. */
static bool
carries (const struct story *s, const struct sp_clause *c)
{
  const char *name = s->worker->ground->rules->rules[c->rule].name;
  return strcmp (name, "join") == 0 || strcmp (name, "keep") == 0 || g_str_has_prefix (name, "persist") || strcmp (name, "other") == 0;
}

/* @open is how many conclusions are still to be told. */
static void
tell_or_skip (struct story *s, const struct sp_clause *c, unsigned open)
{
  if (s->lines < MAX_LINES || open < LAST_LINES)
    tell_step (s, c);
  else if (s->lines++ == MAX_LINES)
    g_string_append (s->text, "  ...\n");
}

/* Premises first, each once: the story runs from the allocation to the escape. Without recursion, since a derivation is as deep as the
 * function has memory versions. */
static void
tell (struct story *s, sp_tuple t)
{
  const struct sp_ground *g = s->worker->ground;
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (struct telling));
  push (s, stack, t);
  while (stack->len)
    {
      struct telling *top = &g_array_index (stack, struct telling, stack->len - 1);
      const struct sp_clause *c = &g->clauses.data[top->clause];
      if (top->next < c->n_body)
        {
          sp_tuple premise = g->clause_bodies.data[c->body + top->next++];
          if (derived (g, premise))
            push (s, stack, premise);
          continue;
        }
      g_array_set_size (stack, stack->len - 1);
      if (!carries (s, c))
        tell_or_skip (s, c, stack->len);
    }
}

static void
tell_heap (struct story *s, uint32_t object, bool ideal)
{
  enum sp_pred pred = ideal ? SP_P_heapI : SP_P_heapG;
  uint32_t t = sp_relation_find (sp_ground_relation (s->worker->ground, pred), &object);
  if (t == SP_NO_TUPLE)
    return;
  if (!s->first.size)
    index_clauses (s);
  tell (s, sp_tuple_new (pred, t));
}

/* --- stack ------------------------------------------------------------------------------------------- */

static void
tell_holders (struct story *s, uint32_t object)
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
        append_object (s, o);
        g_string_append (s->text, ", which stays in the frame too\n");
      }
  u32set_clear (&holders);
}

static void
tell_stack (struct story *s, uint32_t object)
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

static uint32_t
find_object (const struct story *s, const struct sp_verdict *v)
{
  const struct gir_func *f = function (s);
  uint32_t object = GIR_INVALID;
  for (uint32_t i = 0; i < f->n_instrs && object == GIR_INVALID; i++)
    if (f->instrs[i].site == v->kind && f->instrs[i].pos.line == v->pos.line && f->instrs[i].pos.col == v->pos.col)
      object = sp_relation_find (&s->worker->lowering.universe.object_ids, (uint32_t[]){ SP_O_SITE, i, 0 });
  return object;
}

struct sp_explainer
{
  const struct sp_result *result;
  struct sp_worker worker;
  struct story story; /* of the function whose analysis the worker holds */
  bool started, complete;
};

static void
story_clear (struct story *s)
{
  u32set_clear (&s->told);
  u32map_clear (&s->first);
}

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
  story_clear (&e->story);
  if (e->result->job)
    sp_worker_done (&e->worker);
  g_free (e);
}

/* Analyses @fn, if it is not the function of the last explanation. */
static void
turn_to (struct sp_explainer *e, gir_fn fn)
{
  if (e->started && e->story.fn == fn)
    return;
  story_clear (&e->story);
  e->story = (struct story){ .program = e->result->job->program, .worker = &e->worker, .fn = fn };
  e->complete = sp_worker_run (&e->worker, fn, SP_PASS_MAIN, true);
  e->started = true;
}

char *
sp_explainer_tell (struct sp_explainer *e, uint32_t index)
{
  const struct sp_verdict *v = &e->result->verdicts[index];
  if (!e->result->job) /* the gc model derives nothing */
    return g_strdup_printf ("  %s\n",
                            v->heap_go ? sp_reason_text (v->reason) : "nothing that outlives its frame gets its address, by gc's rules");
  turn_to (e, v->fn);
  struct story *s = &e->story;
  u32set_reset (&s->told);
  s->lines = 0;
  s->text = g_string_new (NULL);
  uint32_t object = e->complete ? find_object (s, v) : GIR_INVALID;
  bool ideal = e->result->job->options->runtime == SP_RUNTIME_IDEAL;
  if (object == GIR_INVALID)
    g_string_append_printf (s->text, "  %s\n", sp_reason_text (v->reason));
  else if (ideal ? v->heap_ideal : v->heap_go)
    tell_heap (s, object, ideal);
  else
    tell_stack (s, object);
  return g_string_free (g_steal_pointer (&s->text), FALSE);
}

char *
sp_explain (const struct sp_result *result, uint32_t index)
{
  struct sp_explainer *e = sp_explainer_new (result);
  char *text = sp_explainer_tell (e, index);
  sp_explainer_free (e);
  return text;
}
