#include "proofs/export/formula.h"

struct sp_formula
{
  const struct sp_query *query;
  const struct sp_decision *claims;
  uint32_t *base;  /* by predicate: the variable of its first tuple */
  uint32_t n_vars; /* those of tuples, and then those of claims without a tuple */
  VEC (int32_t) literals;
  u32_vec starts; /* by clause; one more at the end */
  u32_vec extra;  /* the claims without a tuple: predicate, object */
};

static const enum sp_pred verdicts[] = { SP_P_heapI, SP_P_heapG };

static bool
is_derived (const struct sp_formula *f, unsigned pred)
{
  return f->query->clauses->rules->preds[pred].kind == SP_PRED_DERIVED;
}

static void
number_variables (struct sp_formula *f)
{
  const struct sp_ground *g = f->query->clauses;
  f->base = g_new0 (uint32_t, g->rules->n_preds + 1);
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    {
      f->base[pred] = f->n_vars + 1;
      if (is_derived (f, pred))
        f->n_vars += g->relations[pred].n;
    }
}

static int32_t
tuple_variable (const struct sp_formula *f, sp_tuple t)
{
  return (int32_t)(f->base[sp_tuple_pred (t)] + sp_tuple_index (t));
}

/* The variable of @pred (@object); a new one that no clause speaks of where no instance derives it. */
static int32_t
claim_variable (struct sp_formula *f, enum sp_pred pred, uint32_t object)
{
  uint32_t t = sp_relation_find (sp_ground_relation (f->query->clauses, pred), &object);
  if (t != SP_NO_TUPLE)
    return (int32_t)(f->base[pred] + t);
  for (uint32_t k = 0; k < f->extra.size; k += 2)
    if (f->extra.data[k] == pred && f->extra.data[k + 1] == object)
      return (int32_t)(f->n_vars - f->extra.size / 2 + k / 2 + 1);
  vec_push (&f->extra, pred);
  vec_push (&f->extra, object);
  return (int32_t)++f->n_vars;
}

static void
add_clauses (struct sp_formula *f)
{
  const struct sp_ground *g = f->query->clauses;
  vec_foreach (const struct sp_clause, c, &g->clauses)
    {
      vec_push (&f->starts, f->literals.size);
      for (uint32_t k = 0; k < c->n_body; k++)
        {
          sp_tuple t = g->clause_bodies.data[c->body + k];
          if (is_derived (f, sp_tuple_pred (t)))
            vec_push (&f->literals, -tuple_variable (f, t));
        }
      vec_push (&f->literals, tuple_variable (f, c->head));
    }
  vec_push (&f->starts, f->literals.size);
}

static bool
claimed_heap (const struct sp_formula *f, enum sp_pred pred, uint32_t object)
{
  return (pred == SP_P_heapI ? f->claims->ideal : f->claims->go)[object];
}

/* Makes the variables of all claims of heap, so that their number is known before anything is written. */
static void
number_claims (struct sp_formula *f)
{
  for (size_t k = 0; k < G_N_ELEMENTS (verdicts); k++)
    for (uint32_t o = 0; o < f->claims->n_objects; o++)
      if (claimed_heap (f, verdicts[k], o))
        claim_variable (f, verdicts[k], o);
}

struct sp_formula *
sp_formula_new (const struct sp_query *query, const struct sp_decision *claims)
{
  struct sp_formula *f = g_new0 (struct sp_formula, 1);
  f->query = query;
  f->claims = claims;
  number_variables (f);
  add_clauses (f);
  number_claims (f);
  return f;
}

void
sp_formula_free (struct sp_formula *f)
{
  if (!f)
    return;
  vec_clear (&f->literals);
  vec_clear (&f->starts);
  vec_clear (&f->extra);
  g_free (f->base);
  g_free (f);
}

uint32_t
sp_formula_size (const struct sp_formula *f)
{
  return f->query->clauses->clauses.size;
}

/* --- names ------------------------------------------------------------------------------------------- */

char *
sp_query_object (const struct sp_query *query, uint32_t object)
{
  const GirProgram *p = query->program;
  const struct sp_object *x = sp_universe_at (query->ground->universe, object);
  const struct gir_func *f = &p->funcs[query->fn];
  if (x->kind != SP_O_SITE || x->a >= f->n_instrs)
    return g_strdup_printf ("%u", object);
  struct gir_pos pos = f->instrs[x->a].pos;
  const char *file = pos.line && pos.file < p->n_files ? gir_string (p, p->files[pos.file]) : "-";
  g_autofree char *base = g_path_get_basename (file);
  g_autofree char *text = g_strescape (f->instrs[x->a].text ? gir_string (p, f->instrs[x->a].text) : "", NULL);
  return g_strdup_printf ("%u %s:%u:%u %s", object, base, pos.line, pos.col, text);
}

static bool
is_verdict (unsigned pred)
{
  return pred == SP_P_heapI || pred == SP_P_heapG;
}

static char *
atom_name (const struct sp_formula *f, unsigned pred, const uint32_t *tuple)
{
  const struct sp_predicate *p = &f->query->clauses->rules->preds[pred];
  GString *s = g_string_new (p->name);
  g_string_append_c (s, '(');
  for (unsigned i = 0; i < p->arity; i++)
    {
      g_autofree char *object = is_verdict (pred) ? sp_query_object (f->query, tuple[i]) : g_strdup_printf ("%u", tuple[i]);
      g_string_append_printf (s, "%s%s", i ? "," : "", object);
    }
  g_string_append_c (s, ')');
  return g_string_free (s, FALSE);
}

/* --- writing ----------------------------------------------------------------------------------------- */

static void
write_variables (const struct sp_formula *f, const struct sp_formula_writer *w, bool named, GString *out)
{
  const struct sp_ground *g = f->query->clauses;
  uint32_t v = 1;
  for (unsigned pred = 0; pred < g->rules->n_preds; pred++)
    for (uint32_t t = 0; is_derived (f, pred) && t < g->relations[pred].n; t++)
      {
        g_autofree char *name = named ? atom_name (f, pred, sp_relation_tuple (&g->relations[pred], t)) : NULL;
        w->variable (out, v++, name);
      }
  for (uint32_t k = 0; k < f->extra.size; k += 2)
    {
      g_autofree char *name = named ? atom_name (f, f->extra.data[k], &f->extra.data[k + 1]) : NULL;
      w->variable (out, v++, name);
    }
}

/* The literals of the question: each a clause of its own for SP_ASK_STACK, one clause otherwise. */
static void
ask (struct sp_formula *f, enum sp_question question, enum sp_pred pred, uint32_t object, u32_vec *literals)
{
  if (question == SP_ASK_ATOM)
    {
      vec_push (literals, (uint32_t)-claim_variable (f, pred, object));
      return;
    }
  for (size_t k = 0; k < G_N_ELEMENTS (verdicts); k++)
    for (uint32_t o = 0; o < f->claims->n_objects; o++)
      {
        bool heap = claimed_heap (f, verdicts[k], o);
        bool tuple = sp_relation_find (sp_ground_relation (f->query->clauses, verdicts[k]), &o) != SP_NO_TUPLE;
        /* What no clause derives is false in the least model: nothing to ask. */
        if (heap == (question == SP_ASK_HEAP) && (heap || tuple))
          vec_push (literals, (uint32_t)-claim_variable (f, verdicts[k], o));
      }
}

bool
sp_formula_has_heap (const struct sp_formula *f)
{
  for (uint32_t o = 0; o < f->claims->n_objects; o++)
    if (f->claims->go[o] || f->claims->ideal[o])
      return true;
  return false;
}

static void
write_head (const struct sp_formula *f, const struct sp_formula_writer *w, enum sp_question question, GString *out)
{
  static const char *const texts[] = { "satisfiable if no object that is said to be on the stack is forced to the heap",
                                       "unsatisfiable if every object that is said to be on the heap is forced there",
                                       "satisfiable if the object of the last clause is on the stack" };
  const GirProgram *p = f->query->program;
  g_autofree char *name = g_strescape (gir_string (p, p->funcs[f->query->fn].name), NULL);
  w->remark (out, name);
  w->remark (out, texts[question]);
}

void
sp_formula_write (struct sp_formula *f, const struct sp_formula_writer *w, enum sp_question question, enum sp_pred pred, uint32_t object,
                  bool named, GString *out)
{
  const struct sp_ground *g = f->query->clauses;
  g_auto (u32_vec) asked = { 0 };
  ask (f, question, pred, object, &asked);
  uint32_t n_asked = question == SP_ASK_STACK ? asked.size : 1;
  if (named)
    write_head (f, w, question, out);
  w->begin (out, f->n_vars, g->clauses.size + n_asked, question != SP_ASK_HEAP);
  write_variables (f, w, named, out);
  for (uint32_t k = 0; k < g->clauses.size; k++)
    {
      uint32_t start = f->starts.data[k];
      const char *rule = named ? g->rules->rules[g->clauses.data[k].rule].name : NULL;
      w->clause (out, f->literals.data + start, f->starts.data[k + 1] - start, rule);
    }
  const int32_t *literals = (const int32_t *)(const void *)asked.data;
  if (question == SP_ASK_STACK)
    for (uint32_t k = 0; k < asked.size; k++)
      w->clause (out, literals + k, 1, named ? "the question" : NULL);
  else
    w->clause (out, literals, asked.size, named ? "the question" : NULL);
  w->end (out);
}
