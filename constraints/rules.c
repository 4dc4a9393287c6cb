/* A recursive-descent parser of the Souffle subset that escape.dl describes. */
#include "constraints/rules.h"

#include <string.h>

G_DEFINE_QUARK (sp - rules - error - quark, sp_rules_error)

static const struct sp_predicate known[] = {
#define SP_FACT(name, arity) { #name, arity, 0, SP_PRED_FACT, { 0 } },
#define SP_UNIVERSE(name, arity, given) { #name, arity, given, SP_PRED_UNIVERSE, { 0 } },
#define SP_DERIVED(name, arity) { #name, arity, 0, SP_PRED_DERIVED, { 0 } },
#include "constraints/predicates.def"
#undef SP_FACT
#undef SP_UNIVERSE
#undef SP_DERIVED
};

struct parser
{
  const char *name;
  const char *at;
  unsigned line;
  GStringChunk *strings;
  GArray *preds;         /* of struct sp_predicate */
  GArray *rules;         /* of struct sp_rule */
  const char *rule_name; /* of the next rule */
  const char *sentence;
  const char *vars[SP_MAX_VARS];
  unsigned n_vars;
  GError **error;
};

static bool
fail (struct parser *p, const char *what)
{
  if (*p->error == NULL)
    g_set_error (p->error, SP_RULES_ERROR, SP_RULES_ERROR_SYNTAX, "%s:%u: %s", p->name, p->line, what);
  return false;
}

/* A `//: name  sentence` comment names the rule after it. */
static void
note_comment (struct parser *p, const char *text, size_t n)
{
  if (n < 4 || text[2] != ':')
    return;
  g_autofree char *body = g_strndup (text + 3, n - 3);
  g_strstrip (body);
  char *sentence = body + strcspn (body, " \t");
  if (*sentence)
    *sentence++ = '\0';
  p->rule_name = g_string_chunk_insert_const (p->strings, body);
  p->sentence = g_string_chunk_insert_const (p->strings, g_strstrip (sentence));
}

static void
skip (struct parser *p)
{
  for (;;)
    {
      while (*p->at == ' ' || *p->at == '\t' || *p->at == '\r' || *p->at == '\n')
        p->line += *p->at++ == '\n';
      if (p->at[0] != '/' || p->at[1] != '/')
        return;
      size_t n = strcspn (p->at, "\n");
      note_comment (p, p->at, n);
      p->at += n;
    }
}

static bool
accept (struct parser *p, const char *token)
{
  skip (p);
  size_t n = strlen (token);
  if (strncmp (p->at, token, n) != 0)
    return false;
  p->at += n;
  return true;
}

static bool
expect (struct parser *p, const char *token)
{
  if (accept (p, token))
    return true;
  g_autofree char *what = g_strdup_printf ("expected `%s`", token);
  return fail (p, what);
}

static const char *
identifier (struct parser *p)
{
  skip (p);
  size_t n = 0;
  while (g_ascii_isalnum (p->at[n]) || p->at[n] == '_')
    n++;
  if (n == 0 || g_ascii_isdigit (p->at[0]))
    return NULL;
  g_autofree char *copy = g_strndup (p->at, n);
  p->at += n;
  return g_string_chunk_insert_const (p->strings, copy);
}

static int
find_pred (struct parser *p, const char *name)
{
  for (unsigned i = 0; i < p->preds->len; i++)
    if (strcmp (g_array_index (p->preds, struct sp_predicate, i).name, name) == 0)
      return (int)i;
  return -1;
}

static bool
parse_decl (struct parser *p)
{
  struct sp_predicate pred = { .name = identifier (p), .kind = SP_PRED_DERIVED };
  if (!pred.name || !expect (p, "("))
    return fail (p, "expected `.decl name(arg:type, ...)`");
  do
    {
      const char *type = identifier (p) && expect (p, ":") ? identifier (p) : NULL;
      if (!type)
        return fail (p, "expected `arg:type`");
      if (pred.arity == SP_MAX_ARITY)
        return fail (p, "too many columns; relations have at most 4");
      pred.domains[pred.arity++] = *type;
    }
  while (accept (p, ","));
  if (!expect (p, ")"))
    return false;
  int i = find_pred (p, pred.name);
  if (i < 0)
    {
      g_array_append_val (p->preds, pred);
      return true;
    }
  struct sp_predicate *ours = &g_array_index (p->preds, struct sp_predicate, i);
  memcpy (ours->domains, pred.domains, sizeof pred.domains);
  return ours->arity == pred.arity || fail (p, "declared with another arity than the engine's (constraints/predicates.def)");
}

static bool
parse_directive (struct parser *p)
{
  const char *what = identifier (p);
  if (what && strcmp (what, "decl") == 0)
    return parse_decl (p);
  if (!what || (strcmp (what, "type") != 0 && strcmp (what, "input") != 0 && strcmp (what, "output") != 0))
    return fail (p, "unknown directive; .decl, .type, .input and .output are known");
  size_t n = strcspn (p->at, "\n/");
  p->at += n;
  return true;
}

static int
variable (struct parser *p, const char *name)
{
  for (unsigned i = 0; i < p->n_vars; i++)
    if (strcmp (p->vars[i], name) == 0)
      return (int)i;
  if (p->n_vars == SP_MAX_VARS)
    return -1;
  p->vars[p->n_vars] = name;
  return (int)p->n_vars++;
}

static bool
parse_atom (struct parser *p, struct sp_atom *atom)
{
  const char *name = identifier (p);
  int pred = name ? find_pred (p, name) : -1;
  if (pred < 0)
    return fail (p, "expected the name of a declared relation");
  atom->pred = (uint16_t)pred;
  memset (atom->args, SP_WILDCARD, sizeof atom->args);
  unsigned arity = g_array_index (p->preds, struct sp_predicate, pred).arity;
  if (!expect (p, "("))
    return false;
  for (unsigned i = 0; i < arity; i++)
    {
      const char *arg = identifier (p);
      if ((i > 0 && !arg) || !arg)
        return fail (p, "expected a variable or `_`");
      int v = strcmp (arg, "_") == 0 ? SP_WILDCARD : variable (p, arg);
      if (v < 0)
        return fail (p, "too many variables in one rule");
      atom->args[i] = (uint8_t)v;
      if (i + 1 < arity && !expect (p, ","))
        return false;
    }
  return expect (p, ")");
}

static bool
range_restricted (const struct sp_rule *r, unsigned head_arity)
{
  for (unsigned i = 0; i < head_arity; i++)
    {
      bool bound = false;
      for (unsigned b = 0; b < r->n_body; b++)
        for (unsigned k = 0; k < SP_MAX_ARITY; k++)
          bound |= r->body[b].args[k] == r->head.args[i] && r->head.args[i] != SP_WILDCARD;
      if (!bound)
        return false;
    }
  return true;
}

static bool
columns_given (const struct sp_predicate *pred, const struct sp_atom *atom, const bool *bound)
{
  for (unsigned k = 0; k < pred->given; k++)
    if (atom->args[k] == SP_WILDCARD || !bound[atom->args[k]])
      return false;
  return true;
}

/* Whether the first columns of each atom of the universe come from relations, or from other such atoms: which cells there are is nothing
 * that a rule may ask. */
static bool
universe_given (const struct parser *p, const struct sp_rule *r)
{
  bool bound[SP_MAX_VARS] = { false }, done[SP_MAX_BODY] = { false }, more = true;
  unsigned left = r->n_body;
  while (more)
    {
      more = false;
      for (unsigned b = 0; b < r->n_body; b++)
        {
          const struct sp_predicate *pred = &g_array_index (p->preds, struct sp_predicate, r->body[b].pred);
          if (done[b] || !columns_given (pred, &r->body[b], bound))
            continue;
          for (unsigned k = 0; k < pred->arity; k++)
            if (r->body[b].args[k] != SP_WILDCARD)
              bound[r->body[b].args[k]] = true;
          done[b] = more = true;
          left--;
        }
    }
  return left == 0;
}

static bool
parse_rule (struct parser *p)
{
  struct sp_rule r = { .name = p->rule_name, .sentence = p->sentence };
  p->n_vars = 0;
  if (!parse_atom (p, &r.head) || !expect (p, ":-"))
    return false;
  do
    {
      if (r.n_body == SP_MAX_BODY)
        return fail (p, "too many atoms in one body");
      if (!parse_atom (p, &r.body[r.n_body++]))
        return false;
    }
  while (accept (p, ","));
  if (!expect (p, "."))
    return false;
  const struct sp_predicate *head = &g_array_index (p->preds, struct sp_predicate, r.head.pred);
  if (head->kind != SP_PRED_DERIVED)
    return fail (p, "a rule may not derive a fact or a universe relation");
  if (!range_restricted (&r, head->arity))
    return fail (p, "every variable of the head must occur in the body");
  if (!universe_given (p, &r))
    return fail (p, "what Sub, Base, Obj, Foreign, ... tell something of must occur in a relation of the body as well");
  if (!r.name)
    return fail (p, "a rule needs a name; write `//: name  sentence` before it");
  r.n_vars = (uint8_t)p->n_vars;
  g_array_append_val (p->rules, r);
  p->rule_name = p->sentence = NULL;
  return true;
}

struct sp_rules *
sp_rules_parse (const char *name, const char *text, GError **error)
{
  g_autoptr (GError) problem = NULL;
  struct parser p = { .name = name, .at = text, .line = 1, .error = &problem };
  p.strings = g_string_chunk_new (4096);
  p.preds = g_array_new (FALSE, FALSE, sizeof (struct sp_predicate));
  p.rules = g_array_new (FALSE, FALSE, sizeof (struct sp_rule));
  g_array_append_vals (p.preds, known, SP_N_PREDS);
  for (skip (&p); *p.at; skip (&p))
    if (!(accept (&p, ".") ? parse_directive (&p) : parse_rule (&p)))
      break;
  struct sp_rules *r = g_new0 (struct sp_rules, 1);
  r->n_preds = p.preds->len;
  r->n_rules = p.rules->len;
  r->preds = (struct sp_predicate *)(void *)g_array_free (p.preds, FALSE);
  r->rules = (struct sp_rule *)(void *)g_array_free (p.rules, FALSE);
  r->text = g_strdup (text);
  r->storage = p.strings;
  if (problem)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      g_clear_pointer (&r, sp_rules_free);
    }
  return r;
}

void
sp_rules_free (struct sp_rules *r)
{
  if (!r)
    return;
  g_free (r->preds);
  g_free (r->rules);
  g_free (r->text);
  g_string_chunk_free (r->storage);
  g_free (r);
}

bool
sp_rules_mention (const struct sp_rules *rules, const struct sp_atom *atom, uint8_t var)
{
  for (unsigned i = 0; i < rules->preds[atom->pred].arity; i++)
    if (var != SP_WILDCARD && atom->args[i] == var)
      return true;
  return false;
}
