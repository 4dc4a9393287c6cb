#include "solver/derive.h"

#include <string.h>

/* A clause all of whose premises have their least derivations: how large the one that it ends is. */
struct candidate
{
  uint64_t size;
  uint32_t clause;
};

struct search
{
  struct sp_derivations *d;
  const struct sp_ground *g;
  uint32_t n_tuples;
  uint32_t *uses;    /* by tuple: first in users; n_tuples + 1 */
  uint32_t *users;   /* clauses */
  uint16_t *pending; /* by clause: premises whose least derivation is not known */
  uint64_t *so_far;  /* by clause: of the others, in all, and one for itself */
  VEC (struct candidate) heap;
};

static uint32_t
tuple_number (const struct sp_derivations *d, sp_tuple t)
{
  return d->first[sp_tuple_pred (t)] + sp_tuple_index (t);
}

static bool
is_derived (const struct sp_ground *g, sp_tuple t)
{
  return g->rules->preds[sp_tuple_pred (t)].kind == SP_PRED_DERIVED;
}

static uint64_t
saturating_sum (uint64_t a, uint64_t b)
{
  return a > UINT64_MAX - 1 - b ? UINT64_MAX - 1 : a + b;
}

/* --- a heap ------------------------------------------------------------------------------------------ */

static bool
before (const struct candidate *a, const struct candidate *b)
{
  return a->size != b->size ? a->size < b->size : a->clause < b->clause;
}

static void
swap (struct candidate *a, struct candidate *b)
{
  struct candidate c = *a;
  *a = *b;
  *b = c;
}

static void
push_candidate (struct search *s, struct candidate c)
{
  vec_push (&s->heap, c);
  for (uint32_t k = s->heap.size - 1; k > 0 && before (&s->heap.data[k], &s->heap.data[(k - 1) / 2]); k = (k - 1) / 2)
    swap (&s->heap.data[k], &s->heap.data[(k - 1) / 2]);
}

static struct candidate
pop_candidate (struct search *s)
{
  struct candidate top = s->heap.data[0];
  s->heap.data[0] = vec_last (&s->heap);
  s->heap.size--;
  for (uint32_t k = 0, child; (child = 2 * k + 1) < s->heap.size; k = child)
    {
      if (child + 1 < s->heap.size && before (&s->heap.data[child + 1], &s->heap.data[child]))
        child++;
      if (!before (&s->heap.data[child], &s->heap.data[k]))
        break;
      swap (&s->heap.data[child], &s->heap.data[k]);
    }
  return top;
}

/* --- Knuth's algorithm ------------------------------------------------------------------------------- */

static const sp_tuple *
premises (const struct sp_ground *g, uint32_t clause)
{
  return g->clause_bodies.data + g->clauses.data[clause].body;
}

/* Which clauses each derived tuple is a premise of, as often as it is one. */
static void
index_users (struct search *s)
{
  const struct sp_ground *g = s->g;
  for (uint32_t k = 0; k < g->clauses.size; k++)
    for (uint32_t b = 0; b < g->clauses.data[k].n_body; b++)
      if (is_derived (g, premises (g, k)[b]))
        {
          s->uses[tuple_number (s->d, premises (g, k)[b]) + 1]++;
          s->pending[k]++;
        }
  for (uint32_t t = 0; t < s->n_tuples; t++)
    s->uses[t + 1] += s->uses[t];
  s->users = g_new (uint32_t, s->uses[s->n_tuples] + 1);
  g_autofree uint32_t *next = g_memdup2 (s->uses, (s->n_tuples + 1) * sizeof *next);
  for (uint32_t k = 0; k < g->clauses.size; k++)
    for (uint32_t b = 0; b < g->clauses.data[k].n_body; b++)
      if (is_derived (g, premises (g, k)[b]))
        s->users[next[tuple_number (s->d, premises (g, k)[b])]++] = k;
}

/* The least derivation of tuple @t is known: so may be some that use it. */
static void
settle_tuple (struct search *s, uint32_t t)
{
  for (uint32_t u = s->uses[t]; u < s->uses[t + 1]; u++)
    {
      uint32_t k = s->users[u];
      s->so_far[k] = saturating_sum (s->so_far[k], s->d->size[t]);
      if (--s->pending[k] == 0)
        push_candidate (s, (struct candidate){ s->so_far[k], k });
    }
}

static void
sweep (struct search *s)
{
  for (uint32_t k = 0; k < s->g->clauses.size; k++)
    {
      s->so_far[k] = 1;
      if (s->pending[k] == 0)
        push_candidate (s, (struct candidate){ 1, k });
    }
  while (s->heap.size)
    {
      struct candidate c = pop_candidate (s);
      uint32_t t = tuple_number (s->d, s->g->clauses.data[c.clause].head);
      if (s->d->clause[t] != SP_NO_TUPLE)
        continue;
      s->d->clause[t] = c.clause;
      s->d->size[t] = c.size;
      settle_tuple (s, t);
    }
}

void
sp_derivations_init (struct sp_derivations *d, const struct sp_ground *g)
{
  unsigned n_preds = g->rules->n_preds;
  *d = (struct sp_derivations){ .ground = g, .first = g_new0 (uint32_t, n_preds + 1) };
  for (unsigned p = 0; p < n_preds; p++)
    d->first[p + 1] = d->first[p] + (g->rules->preds[p].kind == SP_PRED_DERIVED ? g->relations[p].n : 0);
  struct search s = { .d = d, .g = g, .n_tuples = d->first[n_preds] };
  d->clause = g_new (uint32_t, s.n_tuples + 1);
  d->size = g_new0 (uint64_t, s.n_tuples + 1);
  for (uint32_t t = 0; t < s.n_tuples; t++)
    d->clause[t] = SP_NO_TUPLE;
  s.uses = g_new0 (uint32_t, s.n_tuples + 1);
  s.pending = g_new0 (uint16_t, g->clauses.size + 1);
  s.so_far = g_new0 (uint64_t, g->clauses.size + 1);
  index_users (&s);
  sweep (&s);
  g_free (s.uses);
  g_free (s.users);
  g_free (s.pending);
  g_free (s.so_far);
  vec_clear (&s.heap);
}

void
sp_derivations_done (struct sp_derivations *d)
{
  g_clear_pointer (&d->first, g_free);
  g_clear_pointer (&d->clause, g_free);
  g_clear_pointer (&d->size, g_free);
}

uint32_t
sp_derivations_clause (const struct sp_derivations *d, sp_tuple t)
{
  return is_derived (d->ground, t) ? d->clause[tuple_number (d, t)] : SP_NO_TUPLE;
}

uint64_t
sp_derivations_size (const struct sp_derivations *d, sp_tuple t)
{
  if (!is_derived (d->ground, t))
    return 0;
  uint32_t n = tuple_number (d, t);
  return d->clause[n] == SP_NO_TUPLE ? UINT64_MAX : d->size[n];
}

/* --- reading them ------------------------------------------------------------------------------------ */

/* A clause whose premises are being collected. */
struct visit
{
  uint32_t clause;
  uint32_t next; /* premise */
};

typedef VEC (struct visit) visit_vec;

static void
begin_visit (const struct sp_derivations *d, sp_tuple t, struct u32set *done, visit_vec *stack)
{
  uint32_t clause = sp_derivations_clause (d, t);
  if (clause != SP_NO_TUPLE && u32set_add (done, t))
    vec_push (stack, ((struct visit){ clause, 0 }));
}

/* Without recursion, since a derivation is as deep as the function has memory versions. */
void
sp_derivations_collect (const struct sp_derivations *d, sp_tuple goal, struct u32set *done, u32_vec *clauses)
{
  visit_vec stack = { 0 };
  begin_visit (d, goal, done, &stack);
  while (stack.size)
    {
      struct visit *top = &vec_last (&stack);
      if (top->next < d->ground->clauses.data[top->clause].n_body)
        begin_visit (d, premises (d->ground, top->clause)[top->next++], done, &stack);
      else
        vec_push (clauses, vec_pop (&stack).clause);
    }
  vec_clear (&stack);
}

static void
read_atom (const struct sp_ground *g, const struct sp_atom *a, sp_tuple t, uint32_t *values)
{
  const struct sp_relation *r = &g->relations[sp_tuple_pred (t)];
  for (unsigned i = 0; i < r->arity; i++)
    if (a->args[i] != SP_WILDCARD)
      values[a->args[i]] = sp_relation_tuple (r, sp_tuple_index (t))[i];
}

void
sp_derivations_values (const struct sp_ground *g, uint32_t k, uint32_t values[SP_MAX_VARS])
{
  const struct sp_clause *c = &g->clauses.data[k];
  const struct sp_rule *r = &g->rules->rules[c->rule];
  for (unsigned v = 0; v < SP_MAX_VARS; v++)
    values[v] = SP_NO_TUPLE;
  read_atom (g, &r->head, c->head, values);
  for (unsigned i = 0, b = 0; i < r->n_body; i++)
    if (g->rules->preds[r->body[i].pred].kind != SP_PRED_UNIVERSE)
      read_atom (g, &r->body[i], premises (g, k)[b++], values);
  /* A variable that stands in the universe's atoms alone is the object of a cell. */
  for (unsigned i = 0; i < r->n_body; i++)
    if (r->body[i].pred == SP_P_Obj && values[r->body[i].args[1]] == SP_NO_TUPLE)
      values[r->body[i].args[1]] = sp_universe_cell_at (g->universe, values[r->body[i].args[0]]).object;
}
