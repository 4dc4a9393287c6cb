#include "proofs/export/relational.h"
#include "solver/extent.h"

/* --- names ------------------------------------------------------------------------------------------- */

static char *
domain_name (const struct sp_rules *rules, unsigned pred)
{
  return g_strconcat (rules->preds[pred].name, "_domain", NULL);
}

/* --- Souffle ----------------------------------------------------------------------------------------- */

static void
declare (GString *out, const char *name, unsigned arity, bool input)
{
  g_string_append_printf (out, ".decl %s(", name);
  for (unsigned i = 0; i < arity; i++)
    g_string_append_printf (out, "%sx%u:number", i ? ", " : "", i);
  g_string_append_printf (out, ")\n");
  if (input)
    g_string_append_printf (out, ".input %s\n", name);
}

static void
declare_all (const struct sp_rules *rules, GString *out)
{
  for (unsigned i = 0; i < rules->n_preds; i++)
    {
      declare (out, sp_extent_name (rules, i), rules->preds[i].arity, rules->preds[i].kind != SP_PRED_DERIVED);
      if (!sp_ground_is_function (i))
        continue;
      g_autofree char *name = domain_name (rules, i);
      declare (out, name, rules->preds[i].arity - 1u, true);
    }
  declare (out, "hole", 1, false);
  g_string_append (out, ".output heapI\n.output heapG\n.output hole\n\n");
}

static void
put_atom (GString *out, const char *name, const uint8_t *args, unsigned n)
{
  g_string_append_printf (out, "%s(", name);
  for (unsigned i = 0; i < n; i++)
    {
      if (args[i] == SP_WILDCARD)
        g_string_append_printf (out, "%s_", i ? "," : "");
      else
        g_string_append_printf (out, "%sv%u", i ? "," : "", args[i]);
    }
  g_string_append_c (out, ')');
}

static void
put_premise (GString *out, const struct sp_rules *rules, const struct sp_atom *a)
{
  if (sp_extent_is_complement (a->pred))
    g_string_append_c (out, '!');
  put_atom (out, sp_extent_name (rules, a->pred), a->args, rules->preds[a->pred].arity);
}

/* hole(x) :- what does not rest on the value of the function at @at, whose arguments are outside of its domain. */
static void
put_hole (GString *out, const struct sp_rules *rules, const struct sp_rule *r, unsigned at)
{
  const struct sp_atom *f = &r->body[at];
  unsigned last = rules->preds[f->pred].arity - 1u;
  g_autofree char *domain = domain_name (rules, f->pred);
  put_atom (out, "hole", f->args, 1);
  g_string_append (out, " :- ");
  for (unsigned i = 0; i < r->n_body; i++)
    if (i != at && !sp_rules_mention (rules, &r->body[i], f->args[last]))
      {
        put_premise (out, rules, &r->body[i]);
        g_string_append (out, ", ");
      }
  g_string_append_c (out, '!');
  put_atom (out, domain, f->args, last);
  g_string_append (out, ".\n");
}

void
sp_export_rules (const struct sp_rules *rules, GString *out)
{
  g_string_append (out, "// stackproof's rules. souffle -F FOLDER -D OUTPUT rules.dl; hole must be empty.\n");
  declare_all (rules, out);
  for (unsigned k = 0; k < rules->n_rules; k++)
    {
      const struct sp_rule *r = &rules->rules[k];
      g_string_append_printf (out, "// %s\n", r->name);
      put_premise (out, rules, &r->head);
      for (unsigned i = 0; i < r->n_body; i++)
        {
          g_string_append (out, i ? ", " : " :- ");
          put_premise (out, rules, &r->body[i]);
        }
      g_string_append (out, ".\n");
      for (unsigned i = 0; i < r->n_body; i++)
        if (sp_ground_is_function (r->body[i].pred))
          put_hole (out, rules, r, i);
    }
}

/* --- facts ------------------------------------------------------------------------------------------- */

typedef void (*tuple_func) (void *data, const char *name, const uint32_t *tuple, unsigned n);

struct given
{
  tuple_func each;
  void *data;
  const char *name;
  unsigned n;
};

static void
pass_on (void *data, const uint32_t *tuple)
{
  struct given *x = data;
  x->each (x->data, x->name, tuple, x->n);
}

/* The tuples of one relation that is given; with @domain, the arguments of a function. */
static void
each_given (const struct sp_ground *g, unsigned pred, bool domain, tuple_func each, void *data)
{
  const struct sp_predicate *p = &g->rules->preds[pred];
  g_autofree char *name = domain ? domain_name (g->rules, pred) : g_strdup (sp_extent_name (g->rules, pred));
  struct given x = { each, data, name, domain ? p->arity - 1u : p->arity };
  if (domain)
    sp_extent_domain (g, pred, pass_on, &x);
  else if (p->kind == SP_PRED_UNIVERSE)
    sp_extent_each (g, pred, pass_on, &x);
  else
    for (uint32_t t = 0; t < g->relations[pred].n; t++)
      pass_on (&x, sp_relation_tuple (&g->relations[pred], t));
}

/* Souffle's numbers are signed, of 32 bits. */
static void
put_line (void *data, const char *name, const uint32_t *tuple, unsigned n)
{
  (void)name;
  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (data, "%s%d", i ? "\t" : "", (int32_t)tuple[i]);
  g_string_append_c (data, '\n');
}

void
sp_export_facts (const struct sp_ground *g, sp_facts_func each, void *data)
{
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    for (int domain = 0; domain < (sp_ground_is_function (pred) ? 2 : 1); domain++)
      {
        if (g->rules->preds[pred].kind == SP_PRED_DERIVED)
          continue;
        g_autoptr (GString) lines = g_string_new (NULL);
        g_autofree char *name = domain ? domain_name (g->rules, pred) : g_strdup (sp_extent_name (g->rules, pred));
        each_given (g, pred, domain, put_line, lines);
        each (data, name, lines);
      }
}

/* --- constrained Horn clauses ------------------------------------------------------------------------ */

static void
put_sorts (GString *out, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (out, "%s(_ BitVec 32)", i ? " " : "");
}

static void
declare_relation (GString *out, const char *name, unsigned arity)
{
  g_string_append_printf (out, "(declare-fun %s (", name);
  put_sorts (out, arity);
  g_string_append (out, ") Bool)\n");
}

static void
put_fact (void *data, const char *name, const uint32_t *tuple, unsigned n)
{
  GString *out = data;
  g_string_append_printf (out, "(assert (%s", name);
  for (unsigned i = 0; i < n; i++)
    g_string_append_printf (out, " #x%08x", tuple[i]);
  g_string_append (out, "))\n");
}

static void
put_disequality (void *data, const char *name, const uint32_t *tuple, unsigned n)
{
  (void)name, (void)n;
  g_string_append_printf (data, "\n  (not (and (= a #x%08x) (= b #x%08x)))", tuple[0], tuple[1]);
}

/* Facts are clauses without a body; what is given by its complement is a constraint. */
static void
put_chc_facts (const struct sp_ground *g, GString *out)
{
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    {
      const struct sp_predicate *p = &g->rules->preds[pred];
      if (sp_extent_is_complement (pred))
        {
          g_string_append_printf (out, "(define-fun %s ((a (_ BitVec 32)) (b (_ BitVec 32))) Bool (and true", p->name);
          each_given (g, pred, false, put_disequality, out);
          g_string_append (out, "))\n");
          continue;
        }
      declare_relation (out, p->name, p->arity);
      if (p->kind != SP_PRED_DERIVED)
        each_given (g, pred, false, put_fact, out);
    }
}

static void
put_term (GString *out, const struct sp_rules *rules, const struct sp_atom *a, unsigned *n_fresh)
{
  g_string_append_printf (out, "(%s", rules->preds[a->pred].name);
  for (unsigned i = 0; i < rules->preds[a->pred].arity; i++)
    if (a->args[i] == SP_WILDCARD)
      g_string_append_printf (out, " w%u", (*n_fresh)++);
    else
      g_string_append_printf (out, " v%u", a->args[i]);
  g_string_append_c (out, ')');
}

static unsigned
count_wildcards (const struct sp_rules *rules, const struct sp_rule *r)
{
  unsigned n = 0;
  for (unsigned k = 0; k < r->n_body; k++)
    for (unsigned i = 0; i < rules->preds[r->body[k].pred].arity; i++)
      n += r->body[k].args[i] == SP_WILDCARD;
  return n;
}

static void
put_chc_rule (const struct sp_rules *rules, const struct sp_rule *r, GString *out)
{
  unsigned n_fresh = 0;
  g_string_append (out, "(assert (forall (");
  for (unsigned v = 0; v < r->n_vars; v++)
    g_string_append_printf (out, "(v%u (_ BitVec 32))", v);
  for (unsigned w = 0; w < count_wildcards (rules, r); w++)
    g_string_append_printf (out, "(w%u (_ BitVec 32))", w);
  g_string_append (out, ") (=> (and");
  for (unsigned i = 0; i < r->n_body; i++)
    {
      g_string_append_c (out, ' ');
      put_term (out, rules, &r->body[i], &n_fresh);
    }
  g_string_append (out, ") ");
  put_term (out, rules, &r->head, &n_fresh);
  g_string_append_printf (out, "))) ; %s\n", r->name);
}

static void
put_claims (const struct sp_decision *claims, bool heap, GString *out)
{
  if (heap)
    g_string_append (out, "(assert (=> (and true");
  for (uint32_t o = 0; o < claims->n_objects; o++)
    for (int ideal = 0; ideal < 2; ideal++)
      if ((ideal ? claims->ideal : claims->go)[o] == heap)
        g_string_append_printf (out, heap ? " (%s #x%08x)" : "(assert (=> (%s #x%08x) false))\n", ideal ? "heapI" : "heapG", o);
  if (heap)
    g_string_append (out, ") false))\n");
}

void
sp_export_chc (const struct sp_query *query, const struct sp_decision *claims, bool heap, GString *out)
{
  const struct sp_rules *rules = query->ground->rules;
  g_string_append_printf (out, "(set-logic HORN)\n(set-info :status %s)\n", heap ? "unsat" : "sat");
  put_chc_facts (query->ground, out);
  for (unsigned k = 0; k < rules->n_rules; k++)
    put_chc_rule (rules, &rules->rules[k], out);
  put_claims (claims, heap, out);
  g_string_append (out, "(check-sat)\n");
}
