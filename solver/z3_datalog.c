#include "solver/z3_datalog.h"
#include "solver/extent.h"

#include <string.h>

/* The relation that is asked for: one for everything, since every query saturates anew. */
enum answer
{
  ANSWER_IDEAL,  /* (., o, o): heapI (o) */
  ANSWER_GO,     /* heapG (o) */
  ANSWER_TARGET, /* (., s, c): target (s, c) */
  ANSWER_HOLE,   /* a rule reaches outside of the universe */
  ANSWER_KNOWN,  /* (., KNOWN_X, KNOWN_Y), a fact: tells the order of the columns, and that there is an answer at all */
  N_ANSWERS
};
enum
{
  KNOWN_X = N_ANSWERS,
  KNOWN_Y,
};

struct program
{
  const struct sp_ground *g;
  struct sp_z3_datalog *z3;
  unsigned *relation; /* by predicate */
  unsigned *domain;   /* by predicate, of the universe's functions */
  unsigned answers, tag[N_ANSWERS];
  uint64_t n_tuples, most;
  unsigned adding_to; /* the relation that facts go to */
  unsigned n_joins;   /* auxiliary relations so far */
};

/* --- facts ------------------------------------------------------------------------------------------- */

static void
add_tuple (void *data, const uint32_t *tuple)
{
  struct program *p = data;
  if (++p->n_tuples <= p->most)
    sp_z3_datalog_fact (p->z3, p->adding_to, tuple);
}

static void
add_facts (struct program *p, unsigned pred)
{
  const struct sp_relation *r = &p->g->relations[pred];
  p->adding_to = p->relation[pred];
  for (uint32_t t = 0; t < r->n; t++)
    add_tuple (p, sp_relation_tuple (r, t));
}

static void
add_extent (struct program *p, unsigned pred)
{
  p->adding_to = p->relation[pred];
  sp_extent_each (p->g, pred, add_tuple, p);
  if (!sp_ground_is_function (pred))
    return;
  p->adding_to = p->domain[pred];
  sp_extent_domain (p->g, pred, add_tuple, p);
}

static void
declare (struct program *p)
{
  const struct sp_rules *rules = p->g->rules;
  for (unsigned i = 0; i < rules->n_preds; i++)
    {
      const struct sp_predicate *pred = &rules->preds[i];
      p->relation[i] = sp_z3_datalog_relation (p->z3, sp_extent_name (rules, i), pred->arity);
      if (pred->kind == SP_PRED_UNIVERSE && sp_ground_is_function (i))
        {
          g_autofree char *name = g_strconcat (pred->name, "-domain", NULL);
          p->domain[i] = sp_z3_datalog_relation (p->z3, name, pred->arity - 1u);
        }
    }
  for (unsigned i = 0; i < rules->n_preds; i++)
    if (rules->preds[i].kind == SP_PRED_FACT)
      add_facts (p, i);
    else if (rules->preds[i].kind == SP_PRED_UNIVERSE)
      add_extent (p, i);
}

/* --- rules ------------------------------------------------------------------------------------------- */

static struct sp_z3_atom
translate (const struct program *p, const struct sp_atom *a)
{
  struct sp_z3_atom z = { .relation = p->relation[a->pred], .negated = sp_extent_is_complement (a->pred) };
  for (unsigned i = 0; i < p->g->rules->preds[a->pred].arity; i++)
    z.args[i] = a->args[i] == SP_WILDCARD ? SP_Z3_ANY : a->args[i];
  return z;
}

/* A rule on its way to Z3: atoms that are left to join, after those in @joined. */
struct joining
{
  struct sp_z3_atom atoms[SP_Z3_MAX_ATOMS];
  unsigned columns[SP_Z3_MAX_ATOMS];
  unsigned n;
  struct sp_z3_atom head;
  unsigned head_columns;
  bool bound[SP_Z3_ANY + 1];
};

static void
push_atom (struct joining *j, struct sp_z3_atom a, unsigned columns)
{
  SP_CHECK (j->n < SP_Z3_MAX_ATOMS);
  j->columns[j->n] = columns;
  j->atoms[j->n++] = a;
}

static unsigned
count_bound (const struct joining *j, unsigned k)
{
  unsigned n = 0;
  for (unsigned i = 0; i < j->columns[k]; i++)
    n += j->atoms[k].args[i] == SP_Z3_ANY || j->bound[j->atoms[k].args[i]];
  return n;
}

/* What to join next: a test of what is bound, or else what brings the fewest new variables and shares some. A negation only tests. */
static unsigned
next_atom (const struct joining *j)
{
  unsigned best = 0, best_cost = UINT32_MAX;
  for (unsigned k = 0; k < j->n; k++)
    {
      unsigned shared = count_bound (j, k), new = j->columns[k] - shared;
      unsigned cost = j->atoms[k].negated && new ? UINT32_MAX : new == 0 ? 0 : shared == 0 ? 100 + new : new;
      if (cost < best_cost)
        {
          best = k;
          best_cost = cost;
        }
    }
  return best;
}

static struct sp_z3_atom
take_atom (struct joining *j, unsigned k)
{
  struct sp_z3_atom a = j->atoms[k];
  for (unsigned i = 0; i < j->columns[k]; i++)
    j->bound[a.args[i]] = a.args[i] != SP_Z3_ANY;
  j->n--;
  memmove (&j->atoms[k], &j->atoms[k + 1], (j->n - k) * sizeof *j->atoms);
  memmove (&j->columns[k], &j->columns[k + 1], (j->n - k) * sizeof *j->columns);
  return a;
}

/* Whether variable @v occurs in the head or in what is left to join. */
static bool
is_needed (const struct joining *j, uint8_t v)
{
  for (unsigned i = 0; i < j->head_columns; i++)
    if (j->head.args[i] == v)
      return true;
  for (unsigned k = 0; k < j->n; k++)
    for (unsigned i = 0; i < j->columns[k]; i++)
      if (j->atoms[k].args[i] == v)
        return true;
  return false;
}

/* A new relation of the variables that are bound and still needed: what has been joined so far. */
static struct sp_z3_atom
name_join (struct program *p, const struct joining *j)
{
  struct sp_z3_atom a = { 0 };
  unsigned n = 0;
  for (unsigned v = 0; v < SP_Z3_ANY; v++)
    if (j->bound[v] && is_needed (j, (uint8_t)v))
      {
        SP_CHECK (n < SP_Z3_MAX_COLUMNS);
        a.args[n++] = (uint8_t)v;
      }
  for (unsigned v = 0; n == 0 && v < SP_Z3_ANY; v++)
    if (j->bound[v])
      a.args[n++] = (uint8_t)v; /* only that there is one matters */
  g_autofree char *name = g_strdup_printf ("join-%u", p->n_joins++);
  a.relation = sp_z3_datalog_relation (p->z3, name, n);
  return a;
}

/* Where to start: at a fact, since these are given. */
static unsigned
first_atom (const struct program *p, const struct joining *j)
{
  const struct sp_rules *rules = p->g->rules;
  for (unsigned k = 0; k < j->n; k++)
    for (unsigned i = 0; i < rules->n_preds; i++)
      if (rules->preds[i].kind == SP_PRED_FACT && p->relation[i] == j->atoms[k].relation)
        return k;
  return 0;
}

/* Hands the rule to Z3 as a chain of joins of two. */
static void
emit (struct program *p, const char *name, struct joining *j)
{
  unsigned n = MIN (j->n, 2);
  struct sp_z3_atom body[2] = { take_atom (j, first_atom (p, j)) };
  while (j->n > 1)
    {
      body[1] = take_atom (j, next_atom (j));
      struct sp_z3_atom so_far = name_join (p, j);
      sp_z3_datalog_rule (p->z3, "join", &so_far, body, 2);
      body[0] = so_far;
    }
  if (j->n == 1)
    body[1] = take_atom (j, 0);
  sp_z3_datalog_rule (p->z3, name, &j->head, body, n);
}

static void
add_rule (struct program *p, const struct sp_rule *r)
{
  const struct sp_predicate *preds = p->g->rules->preds;
  struct joining j = { .head = translate (p, &r->head), .head_columns = preds[r->head.pred].arity };
  for (unsigned i = 0; i < r->n_body; i++)
    push_atom (&j, translate (p, &r->body[i]), preds[r->body[i].pred].arity);
  emit (p, r->name, &j);
}

/* Where the arguments of the function at @at are none that the native run asked for, the universe has a hole: what does not rest on the
 * value holds, and the arguments are not in its domain. */
static void
add_hole (struct program *p, const struct sp_rule *r, unsigned at)
{
  const struct sp_predicate *preds = p->g->rules->preds;
  const struct sp_atom *f = &r->body[at];
  unsigned last = preds[f->pred].arity - 1u;
  uint8_t tag = (uint8_t)r->n_vars;
  struct joining j = { .head = { .relation = p->answers, .args = { tag, f->args[0], f->args[0] } }, .head_columns = 3 };
  for (unsigned i = 0; i < r->n_body; i++)
    if (i != at && !sp_rules_mention (p->g->rules, &r->body[i], f->args[last]))
      push_atom (&j, translate (p, &r->body[i]), preds[r->body[i].pred].arity);
  struct sp_z3_atom outside = { .relation = p->domain[f->pred], .negated = true };
  for (unsigned i = 0; i < last; i++)
    outside.args[i] = f->args[i];
  push_atom (&j, outside, last);
  push_atom (&j, (struct sp_z3_atom){ .relation = p->tag[ANSWER_HOLE], .args = { tag } }, 1);
  emit (p, "hole", &j);
}

/* answers (tag, x, y) :- @pred (x, y) or @pred (x). */
static void
add_answer (struct program *p, enum answer answer, enum sp_pred pred)
{
  bool unary = p->g->rules->preds[pred].arity == 1;
  struct sp_z3_atom head = { .relation = p->answers, .args = { 2, 0, unary ? 0 : 1 } };
  struct sp_z3_atom body[] = { { .relation = p->relation[pred], .args = { 0, 1 } }, { .relation = p->tag[answer], .args = { 2 } } };
  sp_z3_datalog_rule (p->z3, "answer", &head, body, G_N_ELEMENTS (body));
}

static void
add_rules (struct program *p)
{
  const struct sp_rules *rules = p->g->rules;
  p->answers = sp_z3_datalog_relation (p->z3, "answers", 3);
  for (uint32_t k = 0; k < N_ANSWERS; k++)
    {
      g_autofree char *name = g_strdup_printf ("tag-%u", k);
      p->tag[k] = sp_z3_datalog_relation (p->z3, name, 1);
      sp_z3_datalog_fact (p->z3, p->tag[k], &k);
    }
  for (unsigned k = 0; k < rules->n_rules; k++)
    {
      add_rule (p, &rules->rules[k]);
      for (unsigned i = 0; i < rules->rules[k].n_body; i++)
        if (sp_ground_is_function (rules->rules[k].body[i].pred))
          add_hole (p, &rules->rules[k], i);
    }
  add_answer (p, ANSWER_IDEAL, SP_P_heapI);
  add_answer (p, ANSWER_GO, SP_P_heapG);
  add_answer (p, ANSWER_TARGET, SP_P_target);
  unsigned known = sp_z3_datalog_relation (p->z3, "known", 3);
  sp_z3_datalog_fact (p->z3, known, (const uint32_t[]){ ANSWER_KNOWN, KNOWN_X, KNOWN_Y });
  const struct sp_z3_atom head = { .relation = p->answers, .args = { 0, 1, 2 } }, body = { .relation = known, .args = { 0, 1, 2 } };
  sp_z3_datalog_rule (p->z3, "known", &head, &body, 1);
}

/* --- the answer -------------------------------------------------------------------------------------- */

struct reading
{
  const struct sp_ground *g;
  struct sp_decision *decision;
  GArray *rows;            /* of uint32_t[3] */
  bool straight, reversed; /* the known fact was met in this order of the columns */
  bool bad;
};

static void
keep_row (void *data, const uint32_t *t)
{
  struct reading *r = data;
  g_array_append_vals (r->rows, t, 3);
  r->straight |= t[0] == ANSWER_KNOWN && t[1] == KNOWN_X && t[2] == KNOWN_Y;
  r->reversed |= t[2] == ANSWER_KNOWN && t[1] == KNOWN_X && t[0] == KNOWN_Y;
}

static void
read_row (struct reading *r, uint32_t answer, uint32_t x, uint32_t y)
{
  struct sp_decision *d = r->decision;
  bool object = (answer == ANSWER_IDEAL || answer == ANSWER_GO) && x < d->n_objects;
  if (object)
    (answer == ANSWER_IDEAL ? d->ideal : d->go)[x] = true;
  else if (answer == ANSWER_TARGET)
    r->bad |= sp_relation_find (sp_ground_relation (r->g, SP_P_target), (const uint32_t[]){ x, y }) == SP_NO_TUPLE;
  else if (answer != ANSWER_KNOWN)
    r->bad = true;
}

static enum sp_z3_answer
read_rows (struct reading *r)
{
  if (r->straight == r->reversed) /* a tuple (KNOWN_Y, KNOWN_X, ANSWER_KNOWN) has no tag in front, so not both */
    return SP_Z3_UNKNOWN;
  for (guint k = 0; k + 2 < r->rows->len; k += 3)
    {
      const uint32_t *t = &g_array_index (r->rows, uint32_t, k);
      read_row (r, t[r->straight ? 0 : 2], t[1], t[r->straight ? 2 : 0]);
    }
  return r->bad ? SP_Z3_UNSAT : SP_Z3_SAT;
}

static void
solve (struct program *p, struct sp_decision *d)
{
  struct reading r = { .g = p->g, .decision = d, .rows = g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
  if (sp_z3_datalog_query (p->z3, p->answers, keep_row, &r) == SP_Z3_SAT)
    d->answer = read_rows (&r);
  g_array_free (r.rows, TRUE);
}

struct sp_decision *
sp_datalog_decide (struct sp_z3_region *region, const struct sp_ground *g, uint64_t most, unsigned rlimit)
{
  SP_CHECK (g->asked);
  struct sp_decision *d = sp_decision_new (g);
  g_autofree unsigned *relation = g_new0 (unsigned, g->rules->n_preds + 1), *domain = g_new0 (unsigned, g->rules->n_preds + 1);
  struct program p = { .g = g, .relation = relation, .domain = domain, .most = most };
  p.z3 = sp_z3_datalog_new (region, rlimit);
  declare (&p);
  d->n_clauses = p.n_tuples + g->rules->n_rules;
  if (p.n_tuples <= most)
    {
      add_rules (&p);
      solve (&p, d);
    }
  sp_z3_datalog_free (p.z3);
  return d;
}
