#include "solver/story.h"

#include <string.h>

enum
{
  MAX_LINES = 60,   /* of a derivation, */
  LAST_LINES = 10,  /* of its end, where it is longer, */
  INNER_LINES = 12, /* and of what a callee does */
  MAX_CALLS = 3,    /* told within one another */
  MAX_FIELDS = 8,   /* of a field's path */
  INDENT = 2
};

static const struct gir_func *
function (const struct sp_story *s)
{
  return &s->program->funcs[s->fn];
}

static const struct sp_lowering *
lowering (const struct sp_story *s)
{
  return &s->worker->lowering;
}

static const uint32_t *
columns (const struct sp_story *s, sp_tuple t)
{
  return sp_relation_tuple (&s->worker->ground->relations[sp_tuple_pred (t)], sp_tuple_index (t));
}

static const struct sp_clause *
clause_at (const struct sp_story *s, uint32_t k)
{
  return &s->worker->ground->clauses.data[k];
}

static sp_tuple
premise (const struct sp_story *s, const struct sp_clause *c, uint32_t b)
{
  return s->worker->ground->clause_bodies.data[c->body + b];
}

static const struct sp_rule *
rule_of (const struct sp_story *s, const struct sp_clause *c)
{
  return &s->worker->ground->rules->rules[c->rule];
}

static bool
one_of (const char *word, const char *const *words)
{
  while (*words && strcmp (word, *words) != 0)
    words++;
  return *words != NULL;
}

/* --- words for things -------------------------------------------------------------------------------- */

static bool
has_position (const struct sp_story *s, struct gir_pos pos)
{
  return pos.line && pos.file < s->program->n_files;
}

void
sp_story_position (const struct sp_story *s, struct gir_pos pos, GString *out)
{
  if (has_position (s, pos))
    g_string_append_printf (out, "%s:%u:%u", gir_string (s->program, s->program->files[pos.file]), pos.line, pos.col);
  else
    g_string_append (out, gir_string (s->program, function (s)->name));
}

static struct gir_pos
instr_position (const struct sp_story *s, uint32_t i)
{
  return i < function (s)->n_instrs ? function (s)->instrs[i].pos : (struct gir_pos){ 0 };
}

/* The parameter, or captured variable, that leaf @leaf belongs to. */
static const char *
parameter_name (const struct sp_story *s, uint32_t leaf)
{
  const struct gir_func *f = function (s);
  uint32_t p = 0;
  while (p + 1 < (uint32_t)f->n_params + f->n_free && sp_parameter_leaf (lowering (s), p + 1) <= leaf)
    p++;
  return p < (uint32_t)f->n_params + f->n_free ? gir_string (s->program, f->params[p].name) : "a parameter";
}

static void
append_path (const struct sp_story *s, uint32_t object, GString *out)
{
  const struct sp_universe *u = &lowering (s)->universe;
  const struct sp_object *x = sp_universe_at (u, object);
  while (x->kind == SP_O_CONTENT || x->kind == SP_O_BLOB)
    x = sp_universe_at (u, sp_universe_cell_at (u, x->a).object);
  if (x->kind == SP_O_PARAM)
    g_string_append_printf (out, "memory that %s leads to", parameter_name (s, x->a));
  else
    g_string_append (out, "memory from outside");
}

void
sp_story_object (const struct sp_story *s, uint32_t object, GString *out)
{
  const struct sp_object *x = sp_universe_at (&lowering (s)->universe, object);
  const struct gir_func *f = function (s);
  const struct sp_fresh *from;
  switch ((enum sp_object_kind)x->kind)
    {
    case SP_O_SITE:
      g_string_append (out, f->instrs[x->a].text ? gir_string (s->program, f->instrs[x->a].text) : "an object made here");
      break;
    case SP_O_CLONE:
      from = &lowering (s)->origins.data[x->origin];
      if (from->fn == GIR_INVALID)
        g_string_append (out, "an object made in a callee");
      else
        g_string_append_printf (out, "an object made in %s", gir_string (s->program, s->program->funcs[from->fn].name));
      break;
    case SP_O_FUNC: g_string_append (out, gir_string (s->program, s->program->funcs[x->a].name)); break;
    case SP_O_PARAM: g_string_append_printf (out, "what %s points to", parameter_name (s, x->a)); break;
    case SP_O_UNKNOWN: g_string_append (out, "memory known everywhere"); break;
    case SP_O_RESULT: g_string_append (out, "what a function returns that only callers know"); break;
    default: append_path (s, object, out);
    }
}

/* The path of fields that lies at @offset of a @type. */
static void
append_fields (const GirProgram *p, gir_type type, uint64_t offset, GString *out)
{
  for (unsigned n = 0; n < MAX_FIELDS; n++)
    {
      const struct gir_type_info *t = &p->types[gir_underlying (p, type)];
      if (t->kind == GIR_T_ARRAY && p->types[t->elem].size)
        {
          g_string_append_printf (out, "[%" G_GUINT64_FORMAT "]", offset / p->types[t->elem].size);
          offset %= p->types[t->elem].size;
          type = t->elem;
          continue;
        }
      if (t->kind != GIR_T_STRUCT || t->n_fields == 0)
        return;
      uint32_t k = t->n_fields;
      while (k > 1 && p->fields[t->fields + k - 1].offset > offset)
        k--;
      const struct gir_field *f = &p->fields[t->fields + k - 1];
      g_string_append_printf (out, ".%s", gir_string (p, f->name));
      offset -= f->offset;
      type = f->type;
    }
}

void
sp_story_cell (const struct sp_story *s, uint32_t cell, GString *out)
{
  const struct sp_universe *u = &lowering (s)->universe;
  struct sp_cell c = sp_universe_cell_at (u, cell);
  const struct sp_object *o = sp_universe_at (u, c.object);
  sp_story_object (s, c.object, out);
  bool plain = sp_object_local (o) && o->type && !o->collapsed && !u->collapse && !sp_is_anywhere (c.offset) && !sp_is_range (c.offset);
  if (plain && o->code == GIR_INVALID)
    append_fields (s->program, o->type, c.offset, out);
}

uint32_t
sp_story_subject (const struct sp_story *s, sp_tuple t)
{
  const struct sp_universe *u = &lowering (s)->universe;
  const uint32_t *x = columns (s, t);
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
    case SP_P_stray: return sp_universe_cell_at (u, x[0]).object;
    case SP_P_outward:
    case SP_P_hot: return GIR_INVALID;
    default: return s->worker->ground->rules->preds[sp_tuple_pred (t)].domains[0] == 'O' ? x[0] : GIR_INVALID;
    }
}

static struct gir_pos
object_position (const struct sp_story *s, uint32_t object)
{
  if (object == GIR_INVALID)
    return (struct gir_pos){ 0 };
  const struct sp_object *x = sp_universe_at (&lowering (s)->universe, object);
  bool called = x->kind == SP_O_CLONE && x->a < lowering (s)->calls.size;
  return instr_position (s, x->kind == SP_O_SITE ? x->a : called ? lowering (s)->calls.data[x->a].instr : GIR_INVALID);
}

/* The cause of the first of the clause's facts that comes from an instruction; NULL without. */
static const struct sp_cause *
cause_of (const struct sp_story *s, const struct sp_clause *c)
{
  for (uint32_t b = 0; b < c->n_body; b++)
    {
      const struct sp_cause *cause = sp_worker_cause (s->worker, premise (s, c, b));
      if (cause && has_position (s, instr_position (s, cause->instr)) && sp_tuple_pred (premise (s, c, b)) != SP_P_Site)
        return cause;
    }
  return NULL;
}

struct gir_pos
sp_story_place (const struct sp_story *s, uint32_t k)
{
  const struct sp_clause *c = clause_at (s, k);
  const struct sp_cause *cause = cause_of (s, c);
  bool about_cycles = s->worker->ground->rules->preds[rule_of (s, c)->head.pred].domains[0] == 'A';
  return cause && !about_cycles ? instr_position (s, cause->instr) : object_position (s, sp_story_subject (s, c->head));
}

/* --- lines ------------------------------------------------------------------------------------------- */

/* The derived premise of @pred; SP_NO_TUPLE without. */
static sp_tuple
premise_of (const struct sp_story *s, const struct sp_clause *c, enum sp_pred pred)
{
  for (uint32_t b = 0; b < c->n_body; b++)
    if (sp_tuple_pred (premise (s, c, b)) == (unsigned)pred)
      return premise (s, c, b);
  return SP_NO_TUPLE;
}

/* What pointer @v, which may lead out of the frame, leads to there. */
static void
append_outside (const struct sp_story *s, sp_tuple outward, GString *out)
{
  uint32_t k = outward == SP_NO_TUPLE ? SP_NO_TUPLE : sp_derivations_clause (&s->derivations, outward);
  sp_tuple pt = k == SP_NO_TUPLE ? SP_NO_TUPLE : premise_of (s, clause_at (s, k), SP_P_pt);
  if (pt == SP_NO_TUPLE || sp_universe_cell_at (&lowering (s)->universe, columns (s, pt)[1]).object == SP_UNKNOWN)
    return;
  g_string_append (out, ": ");
  sp_story_cell (s, columns (s, pt)[1], out);
}

/* Where the thing lies from now on. */
static void
append_holder (const struct sp_story *s, const struct sp_clause *c, GString *out)
{
  static const char *const stores[] = { "store", "storew", "put", "putw", "join", "keep", "anew", NULL };
  const char *name = rule_of (s, c)->name;
  uint32_t cell = sp_tuple_pred (c->head) == SP_P_mem ? columns (s, c->head)[1] : columns (s, c->head)[0];
  sp_tuple outward = premise_of (s, c, SP_P_outward), hot = premise_of (s, c, SP_P_hot);
  append_outside (s, outward != SP_NO_TUPLE ? outward : hot, out);
  if (one_of (name, stores))
    {
      g_string_append (out, " in ");
      sp_story_cell (s, cell, out);
    }
  static const enum sp_pred holders[] = { SP_P_out, SP_P_lost, SP_P_shown, SP_P_lreach, SP_P_holder };
  bool held = premise_of (s, c, SP_P_mem) != SP_NO_TUPLE || premise_of (s, c, SP_P_weak) != SP_NO_TUPLE;
  for (unsigned k = 0; held && sp_tuple_pred (c->head) != SP_P_pt && k < G_N_ELEMENTS (holders); k++)
    if (premise_of (s, c, holders[k]) != SP_NO_TUPLE && sp_tuple_pred (c->head) != SP_P_mem)
      {
        g_string_append (out, ": ");
        sp_story_object (s, sp_story_subject (s, premise_of (s, c, holders[k])), out);
        return;
      }
}

static void
append_callee (const struct sp_story *s, const struct sp_cause *cause, GString *out)
{
  if (!cause || cause->callee == GIR_INVALID)
    return;
  const struct gir_func *g = &s->program->funcs[cause->callee];
  const char *why = cause->statement != SP_STATEMENT_NONE ? s->worker->job->modelled[cause->callee] ? " (known by its model)" : ""
                    : g->is_extern                        ? ", which has no body"
                                                          : ", which is not known";
  g_string_append_printf (out, ", in a call of %s%s", gir_string (s->program, g->name), why);
}

void
sp_story_step (const struct sp_story *s, uint32_t k, GString *out)
{
  const struct sp_clause *c = clause_at (s, k);
  uint32_t object = sp_story_subject (s, c->head);
  if (object == GIR_INVALID)
    g_string_append (out, "a pointer");
  else
    sp_story_object (s, object, out);
  g_string_append_printf (out, " %s", rule_of (s, c)->sentence);
  append_holder (s, c, out);
  append_callee (s, cause_of (s, c), out);
}

/* Rules that carry a fact along, or say what the next line says too. */
static bool
is_told_by_others (const struct sp_story *s, const struct sp_clause *c)
{
  static const char *const quiet[] = { "join",  "keep", "anew",  "persist", "persists", "persistf", "showj", "shows", "showf",
                                       "other", "blur", "blurs", "outward", "hot",      "global",   "go",    "held",  NULL };
  uint32_t o = sp_story_subject (s, c->head);
  const char *name = rule_of (s, c)->name;
  bool foreign = o != GIR_INVALID && !sp_object_local (sp_universe_at (&lowering (s)->universe, o));
  bool entry = sp_tuple_pred (c->head) == SP_P_pt && !cause_of (s, c); /* a parameter is bound */
  static const char *const moves[] = { "addr", "copy", "offset", NULL };
  return one_of (name, quiet) || (foreign && one_of (name, moves)) || entry;
}

static void
indent (const struct sp_story *s)
{
  for (unsigned n = 0; n < s->indent; n++)
    g_string_append_c (s->text, ' ');
}

static void tell_callee (struct sp_story *s, const struct sp_cause *cause);

static void
tell_step (struct sp_story *s, uint32_t k)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const struct sp_clause *c = clause_at (s, k);
  sp_story_position (s, sp_story_place (s, k), line);
  g_string_append (line, ": ");
  sp_story_step (s, k, line);
  g_string_append_printf (line, " (%s)\n", rule_of (s, c)->name);
  if (g_string_equal (line, s->last))
    return;
  indent (s);
  g_string_append_len (s->text, line->str, (gssize)line->len);
  g_string_assign (s->last, line->str);
  s->lines++;
  const struct sp_cause *cause = cause_of (s, c);
  if (cause && cause->callee != GIR_INVALID && sp_tuple_pred (c->head) != SP_P_pt)
    tell_callee (s, cause);
}

void
sp_story_tell (struct sp_story *s, sp_tuple goal)
{
  u32_vec clauses = { 0 }, shown = { 0 };
  sp_derivations_collect (&s->derivations, goal, &s->told, &clauses);
  vec_foreach (const uint32_t, k, &clauses)
    if (!is_told_by_others (s, clause_at (s, *k)))
      vec_push (&shown, *k);
  bool cut = shown.size > s->most;
  for (uint32_t n = 0; n < shown.size; n++)
    if (!cut || n < s->most - LAST_LINES || n + LAST_LINES >= shown.size)
      tell_step (s, shown.data[n]);
    else if (n + LAST_LINES + 1 == shown.size)
      {
        indent (s);
        g_string_append (s->text, "...\n");
      }
  vec_clear (&clauses);
  vec_clear (&shown);
}

/* --- what a callee does ------------------------------------------------------------------------------ */

/* The object of @s's function that name @name of its summary stands for; SP_NO_TUPLE without. */
static uint32_t
named_object (struct sp_story *s, const struct sp_summary *summary, uint32_t name)
{
  struct sp_universe *u = &s->worker->lowering.universe;
  const struct sp_name *n = &summary->names.data[name];
  uint32_t o;
  switch ((enum sp_name_kind)n->kind)
    {
    case SP_NAME_PARAM: return sp_relation_find (&u->object_ids, (uint32_t[]){ SP_O_PARAM, n->base, 0 });
    case SP_NAME_LOAD:
    case SP_NAME_BLOB:
      o = named_object (s, summary, n->base);
      if (o == SP_NO_TUPLE)
        return o;
      o = sp_universe_content (u, sp_universe_cell (u, o, n->offset, SP_TAG_NONE));
      return o == SP_NO_TUPLE ? o : sp_universe_cell_at (u, o).object;
    case SP_NAME_FRESH:
      if (summary->fresh.data[n->base].fn != s->fn)
        return SP_NO_TUPLE;
      return sp_relation_find (&u->object_ids,
                               (uint32_t[]){ SP_O_SITE, summary->fresh.data[n->base].instr, summary->fresh.data[n->base].sub });
    default: return SP_NO_TUPLE;
    }
}

static bool
points_into (const struct sp_story *s, sp_tuple pt, uint32_t value, uint32_t object)
{
  return columns (s, pt)[0] == value && sp_universe_cell_at (&lowering (s)->universe, columns (s, pt)[1]).object == object;
}

/* The smallest derivation of that value @v points into @object; SP_NO_TUPLE without. */
static sp_tuple
pointer_to (const struct sp_story *s, uint32_t v, uint32_t object)
{
  const struct sp_relation *pt = sp_ground_relation (s->worker->ground, SP_P_pt);
  sp_tuple best = SP_NO_TUPLE;
  for (uint32_t t = sp_relation_probe (pt, s->worker->ground->pt_by_value, &v); t != SP_NO_TUPLE;
       t = sp_relation_next (pt, s->worker->ground->pt_by_value, t))
    {
      sp_tuple x = sp_tuple_new (SP_P_pt, t);
      if (points_into (s, x, v, object)
          && (best == SP_NO_TUPLE || sp_derivations_size (&s->derivations, x) <= sp_derivations_size (&s->derivations, best)))
        best = x;
    }
  return best;
}

/* A store of something in @what to something in @to: how both get there, and the store. */
static bool
tell_of_store (struct sp_story *s, uint32_t to, uint32_t what)
{
  const struct sp_ground *g = s->worker->ground;
  const struct sp_relation *puts = sp_ground_relation (g, SP_P_Put), *stores = sp_ground_relation (g, SP_P_Store);
  sp_tuple best = SP_NO_TUPLE, best_to = SP_NO_TUPLE, best_what = SP_NO_TUPLE;
  uint64_t best_size = UINT64_MAX;
  for (uint32_t t = 0; to != SP_NO_TUPLE && what != SP_NO_TUPLE && t < puts->n + stores->n; t++)
    {
      const uint32_t *w = t < puts->n ? sp_relation_tuple (puts, t) + 1 : sp_relation_tuple (stores, t - puts->n) + 2;
      sp_tuple a = pointer_to (s, w[0], to), b = pointer_to (s, w[1], what);
      if (a == SP_NO_TUPLE || b == SP_NO_TUPLE)
        continue;
      uint64_t size = sp_derivations_size (&s->derivations, a) + sp_derivations_size (&s->derivations, b);
      if (size >= best_size)
        continue;
      best_size = size;
      best = t < puts->n ? sp_tuple_new (SP_P_Put, t) : sp_tuple_new (SP_P_Store, t - puts->n);
      best_to = a;
      best_what = b;
    }
  if (best == SP_NO_TUPLE)
    return false;
  sp_story_tell (s, best_to);
  sp_story_tell (s, best_what);
  const struct sp_cause *cause = sp_worker_cause (s->worker, best);
  indent (s);
  sp_story_position (s, instr_position (s, cause ? cause->instr : GIR_INVALID), s->text);
  g_string_append (s->text, ": ");
  sp_story_object (s, what, s->text);
  g_string_append (s->text, " is stored in ");
  sp_story_object (s, to, s->text);
  append_callee (s, cause, s->text);
  g_string_append (s->text, "\n");
  if (cause && cause->callee != GIR_INVALID)
    tell_callee (s, cause);
  return true;
}

sp_tuple
sp_story_statement (struct sp_story *s, const struct sp_summary *summary, const struct sp_cause *cause)
{
  bool leak = cause->statement == SP_STATEMENT_LEAK && cause->number < summary->leaks.size;
  bool hold = cause->statement == SP_STATEMENT_HOLD && cause->number < summary->holds.size;
  if (!leak && !hold)
    return SP_NO_TUPLE;
  const struct sp_ref *ref = leak ? &summary->leaks.data[cause->number] : &summary->holds.data[cause->number];
  enum sp_pred pred = leak ? SP_P_lost : SP_P_held;
  uint32_t o = named_object (s, summary, ref->name);
  uint32_t t = o == SP_NO_TUPLE ? o : sp_relation_find (sp_ground_relation (s->worker->ground, pred), &o);
  return t == SP_NO_TUPLE ? t : sp_tuple_new (pred, t);
}

static void
tell_statement (struct sp_story *s, const struct sp_summary *summary, const struct sp_cause *cause)
{
  sp_tuple goal = sp_story_statement (s, summary, cause);
  if (goal != SP_NO_TUPLE)
    sp_story_tell (s, goal);
  if (cause->statement != SP_STATEMENT_PUT || cause->number >= summary->puts.size)
    return;
  const struct sp_sum_put *p = &summary->puts.data[cause->number];
  bool told = false;
  for (uint32_t i = 0; i < p->n_to && !told; i++)
    for (uint32_t k = 0; k < p->n_what && !told; k++)
      told = tell_of_store (s, named_object (s, summary, summary->refs.data[p->to + i].name),
                            named_object (s, summary, summary->refs.data[p->what + k].name));
}

/* How many stories this one is told within; GIR_INVALID where one of them is of @fn. */
static unsigned
depth_of (const struct sp_story *s, gir_fn fn)
{
  unsigned n = 0;
  for (; s; s = s->caller, n++)
    if (s->fn == fn)
      return GIR_INVALID;
  return n;
}

/* The callee's own derivation of what its summary says there. */
static void
tell_callee (struct sp_story *s, const struct sp_cause *cause)
{
  const struct sp_job *job = s->worker->job;
  const struct sp_summary *summary = job->summaries[SP_PASS_MAIN][cause->callee];
  bool tellable = cause->statement == SP_STATEMENT_LEAK || cause->statement == SP_STATEMENT_HOLD || cause->statement == SP_STATEMENT_PUT;
  if (!tellable || !summary || job->modelled[cause->callee] || depth_of (s, cause->callee) >= MAX_CALLS)
    return;
  struct sp_worker worker;
  struct sp_story inner;
  sp_worker_init (&worker, job, 0);
  if (sp_story_begin (&inner, &worker, cause->callee, s->text))
    {
      inner.caller = s;
      inner.indent = s->indent + INDENT;
      inner.most = INNER_LINES;
      tell_statement (&inner, summary, cause);
    }
  sp_story_end (&inner);
  sp_worker_done (&worker);
}

/* --- sites ------------------------------------------------------------------------------------------- */

uint32_t
sp_story_site (const struct sp_story *s, const struct sp_verdict *v)
{
  const struct gir_func *f = function (s);
  uint32_t object = SP_NO_TUPLE;
  for (uint32_t i = 0; i < f->n_instrs && object == SP_NO_TUPLE; i++)
    if (f->instrs[i].site == v->kind && f->instrs[i].pos.line == v->pos.line && f->instrs[i].pos.col == v->pos.col)
      object = sp_relation_find (&lowering (s)->universe.object_ids, (uint32_t[]){ SP_O_SITE, i, 0 });
  return object;
}

/* --- the story --------------------------------------------------------------------------------------- */

bool
sp_story_begin (struct sp_story *s, struct sp_worker *worker, gir_fn fn, GString *text)
{
  *s = (struct sp_story){ .program = worker->job->program, .worker = worker, .fn = fn, .text = text, .indent = INDENT, .most = MAX_LINES };
  s->last = g_string_new (NULL);
  worker->tracing = true;
  if (!sp_worker_run (worker, fn, SP_PASS_MAIN, true))
    return false;
  sp_derivations_init (&s->derivations, worker->ground);
  return true;
}

void
sp_story_end (struct sp_story *s)
{
  sp_derivations_done (&s->derivations);
  u32set_clear (&s->told);
  if (s->last)
    g_string_free (s->last, TRUE);
  s->last = NULL;
}
