#include "proofs/verify/read.h"

#include "base/interner.h"

#include <string.h>

G_DEFINE_QUARK (sp - certificate - error - quark, sp_certificate_error)

typedef VEC (struct sp_object) object_vec;

struct sp_reader
{
  const GirProgram *program;
  const struct sp_rules *rules;
  bool collapsed; /* in this pass, summaries have no fields */
  bool main_collapsed;
  GHashTable *strings; /* text -> gir_str, of what methods are called */
  const char *name;
  const char *at, *end;
  unsigned line;
  GError **error;
  object_vec objects;
  u32_vec cells;
  u32_vec *derived; /* by predicate */
  struct sp_tuples *tuples;
  VEC (struct sp_claim) claims;
  VEC (struct sp_step) steps;
  VEC (struct sp_refusal) refusals;
};

static bool
fail (struct sp_reader *r, const char *what)
{
  if (*r->error == NULL)
    g_set_error (r->error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_WRONG, "%s:%u: %s", r->name, r->line, what);
  return false;
}

/* --- words ------------------------------------------------------------------------------------------- */

static void
skip_blanks (struct sp_reader *r)
{
  while (r->at < r->end && *r->at == ' ')
    r->at++;
}

static bool
at_end_of_line (struct sp_reader *r)
{
  skip_blanks (r);
  return r->at == r->end || *r->at == '\n' || *r->at == '#';
}

static bool
next_line (struct sp_reader *r)
{
  if (!at_end_of_line (r))
    return fail (r, "something follows that does not belong there");
  while (r->at < r->end && *r->at != '\n')
    r->at++;
  r->at += r->at < r->end;
  r->line++;
  return true;
}

/* Takes @word, if it is the next one. */
static bool
accept (struct sp_reader *r, const char *word)
{
  size_t n = strlen (word);
  skip_blanks (r);
  bool there = (size_t)(r->end - r->at) >= n && memcmp (r->at, word, n) == 0;
  bool whole = there && (r->at + n == r->end || r->at[n] == ' ' || r->at[n] == '\n');
  r->at += whole ? n : 0;
  return whole;
}

static bool
expect (struct sp_reader *r, const char *word)
{
  if (accept (r, word))
    return true;
  return fail (r, "another word is expected there");
}

/* A number, or `-` for the greatest one. */
static bool
number (struct sp_reader *r, uint32_t *x)
{
  uint64_t value = 0;
  skip_blanks (r);
  const char *start = r->at;
  if (r->at < r->end && *r->at == '-')
    {
      r->at++;
      *x = UINT32_MAX;
      return true;
    }
  while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && value < UINT32_MAX)
    value = value * 10 + (uint64_t)(*r->at++ - '0');
  *x = (uint32_t)value;
  if (r->at == start || value >= UINT32_MAX)
    return fail (r, "a number is expected there");
  return true;
}

static bool
numbers (struct sp_reader *r, uint32_t *x, unsigned n)
{
  for (unsigned k = 0; k < n; k++)
    if (!number (r, &x[k]))
      return false;
  return true;
}

/* How many lines follow: no more than there is text. */
static bool
count (struct sp_reader *r, uint32_t *n)
{
  if (!number (r, n))
    return false;
  if (*n > (size_t)(r->end - r->at))
    return fail (r, "there are not as many lines");
  return true;
}

static bool
method_name (struct sp_reader *r, gir_str *method)
{
  skip_blanks (r);
  const char *close = r->at + 1;
  while (close < r->end && *close != '"' && *close != '\n')
    close += *close == '\\' ? 2 : 1;
  if (close >= r->end || *close != '"' || *r->at != '"')
    return fail (r, "a name in quotes is expected there");
  g_autofree char *escaped = g_strndup (r->at + 1, (size_t)(close - r->at) - 1), *text = g_strcompress (escaped);
  gpointer found = NULL;
  if (!g_hash_table_lookup_extended (r->strings, text, NULL, &found))
    return fail (r, "no method of the program is called so");
  *method = GPOINTER_TO_UINT (found);
  r->at = close + 1;
  return true;
}

/* --- summaries --------------------------------------------------------------------------------------- */

static bool
is_function (const struct sp_reader *r, gir_fn fn)
{
  return fn < r->program->n_funcs;
}

static bool
read_fresh (struct sp_reader *r, struct sp_summary *s)
{
  uint32_t x[6];
  if (!numbers (r, x, 6))
    return false;
  struct sp_fresh f;
  memset (&f, 0, sizeof f);
  f.fn = x[0];
  f.instr = x[1];
  f.sub = x[2];
  f.type = x[3];
  f.code = x[4];
  f.depth = (uint8_t)x[5];
  f.multi = accept (r, "multi");
  f.collapsed = accept (r, "collapsed");
  f.heap_kind = accept (r, "storage");
  f.recursive = accept (r, "recursive");
  f.data = accept (r, "data");
  if ((f.fn != GIR_INVALID && !is_function (r, f.fn)) || (f.code != GIR_INVALID && !is_function (r, f.code))
      || f.type >= r->program->n_types || x[5] > SP_DEEP)
    return fail (r, "there is no such function or type");
  vec_push (&s->fresh, f);
  return true;
}

static bool
read_residual (struct sp_reader *r, struct sp_summary *s)
{
  struct sp_residual x;
  uint32_t n[6];
  memset (&x, 0, sizeof x);
  if (!method_name (r, &x.method) || !numbers (r, n, 6))
    return false;
  x.n_results = n[0];
  x.callees = n[1];
  x.n_callees = n[2];
  x.args = n[3];
  x.n_args = n[4];
  x.known = n[5];
  x.invoke = accept (r, "invoke");
  x.spans = s->counts.size;
  x.origins = s->origin_fns.size;
  if (!next_line (r) || !expect (r, "spans"))
    return false;
  for (uint32_t k; !at_end_of_line (r);)
    {
      if (!number (r, &k))
        return false;
      vec_push (&s->counts, k);
    }
  next_line (r);
  if (!expect (r, "origins"))
    return false;
  for (uint32_t k; !at_end_of_line (r);)
    {
      if (!number (r, &k))
        return false;
      if (!is_function (r, k))
        return fail (r, "there is no such function");
      vec_push (&s->origin_fns, k);
    }
  x.n_spans = s->counts.size - x.spans;
  x.n_origins = s->origin_fns.size - x.origins;
  vec_push (&s->residuals, x);
  return true;
}

static bool
read_summary_line (struct sp_reader *r, struct sp_summary *s)
{
  uint32_t x[5] = { 0 };
  if (accept (r, "fresh"))
    return read_fresh (r, s);
  if (accept (r, "residual"))
    return read_residual (r, s);
  if (accept (r, "name") && numbers (r, x, 3))
    vec_push (&s->names, ((struct sp_name){ x[0], x[1], x[2] }));
  else if (accept (r, "ref") && numbers (r, x, 3))
    vec_push (&s->refs, ((struct sp_ref){ x[0], x[1], x[2] }));
  else if (accept (r, "ret") && numbers (r, x, 4))
    vec_push (&s->rets, ((struct sp_sum_ret){ x[0], { x[1], x[2], x[3] } }));
  else if (accept (r, "put") && numbers (r, x, 4))
    vec_push (&s->puts, ((struct sp_sum_put){ x[0], x[1], x[2], x[3] }));
  else if (accept (r, "leak") && numbers (r, x, 3))
    vec_push (&s->leaks, ((struct sp_ref){ x[0], x[1], x[2] }));
  else if (accept (r, "hold") && numbers (r, x, 3))
    vec_push (&s->holds, ((struct sp_ref){ x[0], x[1], x[2] }));
  else if (accept (r, "arg") && numbers (r, x, 5))
    vec_push (&s->args, ((struct sp_sum_arg){ x[0], x[1], { x[2], x[3], x[4] } }));
  else if (accept (r, "lost") && numbers (r, x, 3))
    vec_push (&s->lost, ((struct sp_origin){ x[0], x[1], x[2] }));
  else
    return fail (r, "no line of a summary begins so");
  return true;
}

/* Names stand for what earlier ones stand for, and for what the summary has. */
static bool
name_in_range (const struct sp_reader *r, const struct sp_summary *s, uint32_t k)
{
  const struct sp_name *n = &s->names.data[k];
  switch (n->kind)
    {
    case SP_NAME_UNKNOWN:
    case SP_NAME_PARAM: return true;
    case SP_NAME_LOAD:
    case SP_NAME_BLOB: return n->base < k;
    case SP_NAME_FRESH: return n->base < s->fresh.size;
    case SP_NAME_RESULT: return n->base < s->residuals.size && n->offset < s->residuals.data[n->base].n_results;
    case SP_NAME_FUNC: return is_function (r, n->base);
    default: return false;
    }
}

static bool
ref_in_range (const struct sp_reader *r, const struct sp_summary *s, const struct sp_ref *x)
{
  return x->name < s->names.size && x->tag < SP_TAG_TYPE (r->program->n_types);
}

static bool
part (uint32_t first, uint32_t n, uint32_t size)
{
  return first <= size && n <= size - first;
}

static bool
residual_in_range (const struct sp_summary *s, const struct sp_residual *x)
{
  if (!part (x->callees, x->n_callees, s->refs.size) || !part (x->args, x->n_args, s->args.size) || x->n_results > UINT16_MAX)
    return false;
  for (uint32_t k = 0; k < x->n_spans; k++)
    if (s->counts.data[x->spans + k] > UINT16_MAX)
      return false;
  for (uint32_t k = 0; k < x->n_args; k++)
    {
      const struct sp_sum_arg *a = &s->args.data[x->args + k];
      if (a->arg >= x->n_spans || a->leaf >= s->counts.data[x->spans + a->arg])
        return false;
    }
  return true;
}

/* Whether lowering can use @s. */
static bool
in_range (const struct sp_reader *r, const struct sp_summary *s)
{
  bool ok = s->collapsed || !r->collapsed;
  for (uint32_t k = 0; k < s->names.size; k++)
    ok = ok && name_in_range (r, s, k);
  vec_foreach (const struct sp_ref, x, &s->refs)
    ok = ok && ref_in_range (r, s, x);
  vec_foreach (const struct sp_sum_ret, x, &s->rets)
    ok = ok && ref_in_range (r, s, &x->ref);
  vec_foreach (const struct sp_ref, x, &s->leaks)
    ok = ok && ref_in_range (r, s, x);
  vec_foreach (const struct sp_ref, x, &s->holds)
    ok = ok && ref_in_range (r, s, x);
  vec_foreach (const struct sp_sum_arg, x, &s->args)
    ok = ok && ref_in_range (r, s, &x->ref);
  vec_foreach (const struct sp_sum_put, x, &s->puts)
    ok = ok && part (x->to, x->n_to, s->refs.size) && part (x->what, x->n_what, s->refs.size);
  vec_foreach (const struct sp_residual, x, &s->residuals)
    ok = ok && residual_in_range (s, x);
  return ok;
}

/* NULL for `none`, and for an error. */
static struct sp_summary *
read_summary (struct sp_reader *r)
{
  if (!expect (r, "summary"))
    return NULL;
  if (accept (r, "none"))
    {
      next_line (r);
      return NULL;
    }
  uint32_t x[3];
  struct sp_summary *s = sp_summary_new ();
  bool ok = numbers (r, x, 3);
  if (ok)
    {
      s->n_param_leaves = x[0];
      s->n_free_leaves = x[1];
      s->n_result_leaves = x[2];
    }
  s->collapsed = accept (r, "collapsed");
  s->dropped = accept (r, "dropped");
  s->crowded = accept (r, "crowded");
  ok = ok && next_line (r);
  while (ok && !accept (r, "end"))
    ok = read_summary_line (r, s) && next_line (r);
  ok = ok && next_line (r);
  if (ok && !in_range (r, s))
    ok = fail (r, "the summary above speaks of what is not there");
  if (!ok)
    g_clear_pointer (&s, sp_summary_free);
  return s;
}

/* --- runs -------------------------------------------------------------------------------------------- */

static bool
read_rows (struct sp_reader *r, u32_vec *rows, unsigned arity)
{
  uint32_t n, x[SP_MAX_ARITY];
  if (!count (r, &n) || !next_line (r))
    return false;
  vec_reset (rows);
  for (uint32_t k = 0; k < n; k++)
    {
      if (!numbers (r, x, arity) || !next_line (r))
        return false;
      for (unsigned i = 0; i < arity; i++)
        vec_push (rows, x[i]);
    }
  return true;
}

static bool
read_objects (struct sp_reader *r)
{
  u32_vec rows = { 0 };
  bool ok = expect (r, "objects") && read_rows (r, &rows, 3);
  vec_reset (&r->objects);
  for (uint32_t k = 0; ok && k < rows.size; k += 3)
    {
      if (rows.data[k] > SP_O_CLONE)
        ok = fail (r, "there is no such kind of objects");
      vec_push (&r->objects, ((struct sp_object){ .kind = (uint8_t)rows.data[k], .a = rows.data[k + 1], .b = rows.data[k + 2] }));
    }
  vec_clear (&rows);
  return ok;
}

static bool
read_tuples (struct sp_reader *r)
{
  for (unsigned k = 0; k < r->rules->n_preds; k++)
    if (r->rules->preds[k].kind == SP_PRED_DERIVED && accept (r, r->rules->preds[k].name))
      return r->derived[k].size == 0 ? read_rows (r, &r->derived[k], r->rules->preds[k].arity) : fail (r, "this relation was there before");
  return fail (r, "no rule derives such a relation");
}

static bool
read_claim (struct sp_reader *r)
{
  struct sp_claim c = { 0 };
  if (!number (r, &c.instr))
    return false;
  c.ideal = accept (r, "ideal");
  c.go = accept (r, "go");
  vec_push (&r->claims, c);
  return next_line (r);
}

static bool
read_step (struct sp_reader *r)
{
  struct sp_step s = { 0 };
  while (s.rule < r->rules->n_rules && !accept (r, r->rules->rules[s.rule].name))
    s.rule++;
  if (s.rule == r->rules->n_rules)
    return fail (r, "there is no such rule");
  if (!numbers (r, s.values, r->rules->rules[s.rule].n_vars))
    return false;
  vec_push (&r->steps, s);
  return next_line (r);
}

static bool
read_refusal (struct sp_reader *r)
{
  struct sp_refusal x = { 0 };
  if (!number (r, &x.instr))
    return false;
  x.ideal = accept (r, "ideal");
  x.go = accept (r, "go");
  x.unanswered = accept (r, "unanswered");
  vec_push (&r->refusals, x);
  return next_line (r);
}

static bool
read_derivations (struct sp_reader *r)
{
  vec_reset (&r->steps);
  vec_reset (&r->refusals);
  while (accept (r, "step"))
    if (!read_step (r))
      return false;
  while (accept (r, "heap"))
    if (!read_refusal (r))
      return false;
  return true;
}

/* The run's summary lives until the event was told: *@summary is its owner. */
static bool
read_run (struct sp_reader *r, struct sp_run *run, struct sp_summary **summary)
{
  uint32_t limits;
  if (!expect (r, "limits") || !number (r, &limits))
    return false;
  *run = (struct sp_run){ .limits = (uint8_t)(limits & SP_LIMIT_ALL) };
  run->iterating = accept (r, "iterating");
  run->cut = accept (r, "cut");
  run->settled = accept (r, "settled");
  run->expanded = accept (r, "expanded");
  run->stages = accept (r, "stages");
  run->decides = accept (r, "decides");
  run->explains = accept (r, "explains");
  run->tainted = accept (r, "tainted");
  if (!next_line (r) || !read_objects (r) || !expect (r, "cells") || !read_rows (r, &r->cells, 3))
    return false;
  for (unsigned k = 0; k < r->rules->n_preds; k++)
    vec_reset (&r->derived[k]);
  while (accept (r, "tuples"))
    if (!read_tuples (r))
      return false;
  vec_reset (&r->claims);
  while (accept (r, "claim"))
    if (!read_claim (r))
      return false;
  if (!read_derivations (r))
    return false;
  *summary = read_summary (r);
  for (unsigned k = 0; k < r->rules->n_preds; k++)
    r->tuples[k] = (struct sp_tuples){ r->derived[k].data, r->derived[k].size / MAX (r->rules->preds[k].arity, 1u) };
  run->objects = r->objects.data;
  run->n_objects = r->objects.size;
  run->cells = (struct sp_tuples){ r->cells.data, r->cells.size / 3 };
  run->derived = r->tuples;
  run->summary = *summary;
  run->claims = r->claims.data;
  run->n_claims = r->claims.size;
  run->steps = r->steps.data;
  run->n_steps = r->steps.size;
  run->refusals = r->refusals.data;
  run->n_refusals = r->refusals.size;
  return *r->error == NULL;
}

/* --- events ------------------------------------------------------------------------------------------ */

static bool
read_kind (struct sp_reader *r, enum sp_evidence_kind *kind)
{
  static const char *const words[] = {
    [SP_E_ASSUME] = "assume", [SP_E_RUN] = "run",   [SP_E_COARSE] = "coarse", [SP_E_UNKNOWN] = "unknown",     [SP_E_CLOSE] = "close",
    [SP_E_FORGET] = "forget", [SP_E_NOTE] = "note", [SP_E_DONE] = "done",     [SP_E_UNDECIDED] = "undecided",
  };
  for (unsigned k = 0; k < G_N_ELEMENTS (words); k++)
    if (accept (r, words[k]))
      {
        *kind = (enum sp_evidence_kind)k;
        return true;
      }
  return fail (r, "no event begins so");
}

static bool
read_event (struct sp_reader *r, sp_event_func each, void *data)
{
  struct sp_evidence e = { 0 };
  struct sp_run run;
  struct sp_summary *summary = NULL;
  if (!read_kind (r, &e.kind))
    return false;
  bool coarse = accept (r, "coarse");
  if (!(coarse || expect (r, "main")) || !number (r, &e.fn))
    return false;
  if (!is_function (r, e.fn))
    return fail (r, "there is no such function");
  e.pass = coarse ? SP_PASS_COARSE : SP_PASS_MAIN;
  r->collapsed = coarse || r->main_collapsed;
  e.complete = accept (r, "complete");
  if (!next_line (r))
    return false;
  bool ok = true;
  if (e.kind == SP_E_ASSUME)
    {
      e.summary = summary = read_summary (r);
      ok = *r->error == NULL;
    }
  else if (e.kind == SP_E_RUN)
    {
      ok = read_run (r, &run, &summary);
      e.run = &run;
    }
  if (ok)
    each (data, &e);
  sp_summary_free (summary);
  return ok;
}

struct sp_reader *
sp_reader_new (const GirProgram *p, const struct sp_rules *rules, bool collapsed)
{
  struct sp_reader *r = g_new0 (struct sp_reader, 1);
  r->program = p;
  r->rules = rules;
  r->main_collapsed = collapsed;
  r->derived = g_new0 (u32_vec, rules->n_preds);
  r->tuples = g_new0 (struct sp_tuples, rules->n_preds);
  r->strings = g_hash_table_new (g_str_hash, g_str_equal);
  for (uint32_t k = 0; k < p->n_strings; k++)
    if (strlen (p->strings[k]) == interner_length (p->strings[k]))
      g_hash_table_insert (r->strings, (gpointer)p->strings[k], GUINT_TO_POINTER (k));
  return r;
}

void
sp_reader_free (struct sp_reader *r)
{
  g_hash_table_destroy (r->strings);
  for (unsigned k = 0; k < r->rules->n_preds; k++)
    vec_clear (&r->derived[k]);
  g_free (r->derived);
  g_free (r->tuples);
  vec_clear (&r->objects);
  vec_clear (&r->cells);
  vec_clear (&r->claims);
  vec_clear (&r->steps);
  vec_clear (&r->refusals);
  g_free (r);
}

gboolean
sp_reader_read (struct sp_reader *r, const char *name, const char *text, size_t size, sp_event_func each, void *data, GError **error)
{
  GError *problem = NULL;
  r->name = name;
  r->at = text;
  r->end = text + size;
  r->line = 1;
  r->error = &problem;
  while (r->at < r->end && read_event (r, each, data))
    continue;
  if (problem)
    g_propagate_error (error, problem);
  return !problem;
}
