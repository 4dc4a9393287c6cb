#include "proofs/certificate.h"

static const char *const pass_names[] = { [SP_PASS_COARSE] = "coarse", [SP_PASS_MAIN] = "main" };

/* --- words and numbers ------------------------------------------------------------------------------- */

static void
number (GString *out, uint32_t x)
{
  char digits[12], *at = digits + sizeof digits;
  if (x == UINT32_MAX)
    {
      g_string_append (out, " -");
      return;
    }
  do
    *--at = (char)('0' + x % 10);
  while (x /= 10);
  *--at = ' ';
  g_string_append_len (out, at, digits + sizeof digits - at);
}

static void
numbers (GString *out, const uint32_t *x, uint32_t n)
{
  for (uint32_t k = 0; k < n; k++)
    number (out, x[k]);
}

static void
flag (GString *out, bool set, const char *word)
{
  if (set)
    g_string_append_printf (out, " %s", word);
}

static void
line (GString *out, const char *word, const uint32_t *x, uint32_t n)
{
  g_string_append (out, word);
  numbers (out, x, n);
  g_string_append_c (out, '\n');
}

/* --- summaries --------------------------------------------------------------------------------------- */

static void
write_fresh (GString *out, const struct sp_fresh *f)
{
  g_string_append (out, "fresh");
  numbers (out, (uint32_t[]){ f->fn, f->instr, f->sub, f->type, f->code, f->depth }, 6);
  flag (out, f->multi, "multi");
  flag (out, f->collapsed, "collapsed");
  flag (out, f->heap_kind, "storage");
  flag (out, f->recursive, "recursive");
  flag (out, f->data, "data");
  g_string_append_c (out, '\n');
}

static void
write_residual (GString *out, const GirProgram *p, const struct sp_summary *s, const struct sp_residual *r)
{
  g_autofree char *method = g_strescape (gir_string (p, r->method), NULL);
  g_string_append_printf (out, "residual \"%s\"", method);
  numbers (out, (uint32_t[]){ r->n_results, r->callees, r->n_callees, r->args, r->n_args, r->known }, 6);
  flag (out, r->invoke, "invoke");
  g_string_append_c (out, '\n');
  line (out, "spans", s->counts.data + r->spans, r->n_spans);
  line (out, "origins", s->origin_fns.data + r->origins, r->n_origins);
}

static void
write_refs (GString *out, const char *word, const struct sp_ref *refs, uint32_t n)
{
  for (uint32_t k = 0; k < n; k++)
    line (out, word, (uint32_t[]){ refs[k].name, refs[k].offset, refs[k].tag }, 3);
}

static void
write_summary (GString *out, const GirProgram *p, const struct sp_summary *s)
{
  if (!s)
    {
      g_string_append (out, "summary none\n");
      return;
    }
  g_string_append (out, "summary");
  numbers (out, (uint32_t[]){ s->n_param_leaves, s->n_free_leaves, s->n_result_leaves }, 3);
  flag (out, s->collapsed, "collapsed");
  flag (out, s->dropped, "dropped");
  flag (out, s->crowded, "crowded");
  g_string_append_c (out, '\n');
  vec_foreach (const struct sp_fresh, f, &s->fresh)
    write_fresh (out, f);
  vec_foreach (const struct sp_name, n, &s->names)
    line (out, "name", (uint32_t[]){ n->kind, n->base, n->offset }, 3);
  write_refs (out, "ref", s->refs.data, s->refs.size);
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    line (out, "ret", (uint32_t[]){ r->leaf, r->ref.name, r->ref.offset, r->ref.tag }, 4);
  vec_foreach (const struct sp_sum_put, x, &s->puts)
    line (out, "put", (uint32_t[]){ x->to, x->n_to, x->what, x->n_what }, 4);
  write_refs (out, "leak", s->leaks.data, s->leaks.size);
  write_refs (out, "hold", s->holds.data, s->holds.size);
  vec_foreach (const struct sp_sum_arg, a, &s->args)
    line (out, "arg", (uint32_t[]){ a->arg, a->leaf, a->ref.name, a->ref.offset, a->ref.tag }, 5);
  vec_foreach (const struct sp_residual, r, &s->residuals)
    write_residual (out, p, s, r);
  vec_foreach (const struct sp_origin, o, &s->lost)
    line (out, "lost", (uint32_t[]){ o->fn, o->instr, o->sub }, 3);
  g_string_append (out, "end\n");
}

/* --- runs -------------------------------------------------------------------------------------------- */

static void
write_tuples (GString *out, const char *name, unsigned arity, const struct sp_tuples *t)
{
  if (t->n == 0)
    return;
  g_string_append_printf (out, "tuples %s %u\n", name, t->n);
  for (uint32_t k = 0; k < t->n; k++)
    {
      numbers (out, t->data + (size_t)k * arity, arity);
      g_string_append_c (out, '\n');
    }
}

/* The values of the variables that have one: relations bind all of those of escape.dl. */
static void
write_step (GString *out, const struct sp_rules *rules, const struct sp_step *s)
{
  g_string_append (out, "step ");
  line (out, rules->rules[s->rule].name, s->values, rules->rules[s->rule].n_vars);
}

static void
write_refusal (GString *out, const struct sp_refusal *r)
{
  g_string_append_printf (out, "heap %u", r->instr);
  flag (out, r->ideal, "ideal");
  flag (out, r->go, "go");
  flag (out, r->unanswered, "unanswered");
  g_string_append_c (out, '\n');
}

static void
write_run (GString *out, const GirProgram *p, const struct sp_rules *rules, const struct sp_evidence *e)
{
  const struct sp_run *r = e->run;
  g_string_append_printf (out, "limits %u", r->limits);
  flag (out, r->iterating, "iterating");
  flag (out, r->cut, "cut");
  flag (out, r->settled, "settled");
  flag (out, r->expanded, "expanded");
  flag (out, r->stages, "stages");
  flag (out, r->decides, "decides");
  flag (out, r->explains, "explains");
  flag (out, r->tainted, "tainted");
  g_string_append_printf (out, "\nobjects %u\n", r->n_objects);
  for (uint32_t k = 0; k < r->n_objects; k++)
    line (out, "", (uint32_t[]){ r->objects[k].kind, r->objects[k].a, r->objects[k].b }, 3);
  g_string_append_printf (out, "cells %u\n", r->cells.n);
  for (uint32_t k = 0; k < r->cells.n; k++)
    line (out, "", r->cells.data + (size_t)k * 3, 3);
  for (unsigned k = 0; k < rules->n_preds; k++)
    if (rules->preds[k].kind == SP_PRED_DERIVED)
      write_tuples (out, rules->preds[k].name, rules->preds[k].arity, &r->derived[k]);
  for (uint32_t k = 0; k < r->n_claims; k++)
    {
      const struct sp_claim *c = &r->claims[k];
      if (!c->ideal && !c->go)
        continue;
      g_string_append_printf (out, "claim %u", c->instr);
      flag (out, c->ideal, "ideal");
      flag (out, c->go, "go");
      g_string_append_c (out, '\n');
    }
  for (uint32_t k = 0; k < r->n_steps; k++)
    write_step (out, rules, &r->steps[k]);
  for (uint32_t k = 0; k < r->n_refusals; k++)
    write_refusal (out, &r->refusals[k]);
  write_summary (out, p, r->summary);
}

void
sp_certificate_write (GString *out, const GirProgram *p, const struct sp_rules *rules, const struct sp_evidence *e)
{
  static const char *const kinds[] = {
    [SP_E_ASSUME] = "assume", [SP_E_RUN] = "run",   [SP_E_COARSE] = "coarse", [SP_E_UNKNOWN] = "unknown",     [SP_E_CLOSE] = "close",
    [SP_E_FORGET] = "forget", [SP_E_NOTE] = "note", [SP_E_DONE] = "done",     [SP_E_UNDECIDED] = "undecided",
  };
  g_string_append_printf (out, "%s %s %u", kinds[e->kind], pass_names[e->pass], e->fn);
  flag (out, e->kind == SP_E_NOTE && e->complete, "complete");
  g_autofree char *name = g_strescape (gir_string (p, p->funcs[e->fn].name), NULL);
  g_string_append_printf (out, " # %s\n", name);
  if (e->kind == SP_E_ASSUME)
    write_summary (out, p, e->summary);
  if (e->kind == SP_E_RUN)
    write_run (out, p, rules, e);
}
