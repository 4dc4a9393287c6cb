#include "constraints/summary.h"

#include "base/hash.h"

struct sp_summary *
sp_summary_new (void)
{
  return g_new0 (struct sp_summary, 1);
}

void
sp_summary_free (struct sp_summary *s)
{
  if (!s)
    return;
  vec_clear (&s->names);
  vec_clear (&s->fresh);
  vec_clear (&s->rets);
  vec_clear (&s->puts);
  vec_clear (&s->leaks);
  vec_clear (&s->holds);
  vec_clear (&s->refs);
  vec_clear (&s->args);
  vec_clear (&s->counts);
  vec_clear (&s->origin_fns);
  vec_clear (&s->residuals);
  vec_clear (&s->lost);
  g_free (s);
}

#define COPY(v)                                \
  do                                           \
    {                                          \
      memset (&c->v, 0, sizeof c->v);          \
      vec_reserve (&c->v, s->v.size);          \
      for (uint32_t k = 0; k < s->v.size; k++) \
        vec_push (&c->v, s->v.data[k]);        \
    }                                          \
  while (0)

struct sp_summary *
sp_summary_copy (const struct sp_summary *s)
{
  struct sp_summary *c = g_memdup2 (s, sizeof *s);
  COPY (names);
  COPY (fresh);
  COPY (rets);
  COPY (puts);
  COPY (leaks);
  COPY (holds);
  COPY (refs);
  COPY (args);
  COPY (counts);
  COPY (origin_fns);
  COPY (residuals);
  COPY (lost);
  return c;
}

/* --- equality ---------------------------------------------------------------------------------------- */

/* Two summaries are equal when they say the same, in whatever order and numbering: each name has a hash made from its path, each fact one
 * made from its names, and the facts' hashes are added up, twice, independently (128 bits in all). */
struct fingerprint
{
  uint64_t sum[2];
};

enum
{
  MAX_NESTING = 12
};

struct hasher
{
  const struct sp_summary *s;
  uint64_t seed;
  uint64_t *known; /* by name and depth; 0 before: residual calls share names, and a walk of all paths would have no end */
};

static uint64_t
mix (const struct hasher *h, uint64_t a, uint64_t b, uint64_t c)
{
  return hash_mix (hash_mix (hash_mix (h->seed, a), b), c);
}

static uint64_t hash_name (const struct hasher *h, uint32_t name, unsigned depth);
static uint64_t compute_name (const struct hasher *h, uint32_t name, unsigned depth);

static uint64_t
hash_ref (const struct hasher *h, const struct sp_ref *r, unsigned depth)
{
  return mix (h, hash_name (h, r->name, depth), r->offset, r->tag);
}

static uint64_t
hash_residual (const struct hasher *h, const struct sp_residual *r, unsigned depth)
{
  uint64_t x = mix (h, mix (h, r->invoke, r->known, 9), r->method, r->n_results);
  for (uint32_t k = 0; k < r->n_spans; k++)
    x = mix (h, x, h->s->counts.data[r->spans + k], k);
  uint64_t callees = 0;
  for (uint32_t k = 0; k < r->n_callees; k++)
    callees += hash_ref (h, &h->s->refs.data[r->callees + k], depth);
  return mix (h, x, callees, 1);
}

static uint64_t
hash_fresh (const struct hasher *h, const struct sp_fresh *f)
{
  uint64_t flags = (uint64_t)f->multi | (uint64_t)f->collapsed << 1 | (uint64_t)f->heap_kind << 2 | (uint64_t)f->recursive << 3
                   | (uint64_t)f->data << 4;
  return mix (h, mix (h, f->fn, f->instr, f->sub), mix (h, f->type, f->code, f->depth), flags);
}

static uint64_t
hash_name (const struct hasher *h, uint32_t name, unsigned depth)
{
  if (depth > MAX_NESTING)
    return mix (h, h->s->names.data[name].kind, 7, 7);
  uint64_t *known = &h->known[(size_t)name * (MAX_NESTING + 1) + depth];
  if (!*known)
    *known = compute_name (h, name, depth);
  return *known;
}

static uint64_t
compute_name (const struct hasher *h, uint32_t name, unsigned depth)
{
  const struct sp_name *n = &h->s->names.data[name];
  switch ((enum sp_name_kind)n->kind)
    {
    case SP_NAME_LOAD:
    case SP_NAME_BLOB: return mix (h, n->kind, hash_name (h, n->base, depth + 1), n->offset);
    case SP_NAME_FRESH: return mix (h, n->kind, hash_fresh (h, &h->s->fresh.data[n->base]), 0);
    case SP_NAME_RESULT: return mix (h, n->kind, hash_residual (h, &h->s->residuals.data[n->base], depth + 1), n->offset);
    default: return mix (h, n->kind, n->base, n->offset);
    }
}

static uint64_t
hash_refs (const struct hasher *h, uint32_t first, uint32_t n)
{
  uint64_t sum = 0;
  for (uint32_t k = 0; k < n; k++)
    sum += hash_ref (h, &h->s->refs.data[first + k], 0);
  return sum;
}

/* With what it passes, and for whom: several calls of the same callees would be hard to tell apart otherwise. */
static uint64_t
hash_whole_residual (const struct hasher *h, const struct sp_residual *r)
{
  uint64_t x = hash_residual (h, r, 0), sum = 0;
  for (uint32_t k = 0; k < r->n_args; k++)
    {
      const struct sp_sum_arg *a = &h->s->args.data[r->args + k];
      sum += mix (h, mix (h, 5, a->arg, a->leaf), hash_ref (h, &a->ref, 0), x);
    }
  for (uint32_t k = 0; k < r->n_origins; k++)
    sum += mix (h, 6, h->s->origin_fns.data[r->origins + k], x);
  return mix (h, 4, x, sum);
}

static uint64_t
hash_facts (const struct hasher *h)
{
  const struct sp_summary *s = h->s;
  uint64_t sum = 0;
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    sum += mix (h, 1, r->leaf, hash_ref (h, &r->ref, 0));
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    sum += mix (h, 2, hash_refs (h, p->to, p->n_to), hash_refs (h, p->what, p->n_what));
  vec_foreach (const struct sp_ref, l, &s->leaks)
    sum += mix (h, 3, hash_ref (h, l, 0), 0);
  vec_foreach (const struct sp_ref, r, &s->holds)
    sum += mix (h, 7, hash_ref (h, r, 0), 0);
  vec_foreach (const struct sp_origin, o, &s->lost)
    sum += mix (h, 8, o->fn, mix (h, o->instr, o->sub, 0));
  vec_foreach (const struct sp_residual, r, &s->residuals)
    sum += hash_whole_residual (h, r);
  return sum;
}

static struct fingerprint
fingerprint (const struct sp_summary *s)
{
  static const uint64_t seeds[] = { UINT64_C (0x243F6A8885A308D3), UINT64_C (0x13198A2E03707344) };
  struct fingerprint f;
  for (unsigned k = 0; k < G_N_ELEMENTS (seeds); k++)
    {
      g_autofree uint64_t *known = g_new0 (uint64_t, (size_t)s->names.size * (MAX_NESTING + 1) + 1);
      f.sum[k] = hash_facts (&(struct hasher){ s, seeds[k], known });
    }
  return f;
}

bool
sp_summary_equal (const struct sp_summary *a, const struct sp_summary *b)
{
  if (a->collapsed != b->collapsed || a->dropped != b->dropped || a->crowded != b->crowded || a->n_param_leaves != b->n_param_leaves
      || a->n_free_leaves != b->n_free_leaves || a->n_result_leaves != b->n_result_leaves || a->rets.size != b->rets.size
      || a->puts.size != b->puts.size || a->leaks.size != b->leaks.size || a->holds.size != b->holds.size
      || a->residuals.size != b->residuals.size || a->args.size != b->args.size || a->lost.size != b->lost.size)
    return false;
  struct fingerprint x = fingerprint (a), y = fingerprint (b);
  return x.sum[0] == y.sum[0] && x.sum[1] == y.sum[1];
}

/* --- the same, exactly ------------------------------------------------------------------------------- */

#define SAME(v) (a->v.size == b->v.size && (!a->v.size || memcmp (a->v.data, b->v.data, a->v.size * sizeof *a->v.data) == 0))

static bool
identical (const struct sp_summary *a, const struct sp_summary *b)
{
  return SAME (names) && SAME (fresh) && SAME (rets) && SAME (puts) && SAME (leaks) && SAME (holds) && SAME (refs) && SAME (args)
         && SAME (counts) && SAME (origin_fns) && SAME (residuals) && SAME (lost);
}

/* One summary in numbers that another one gets too where it says the same. A name's number is that of what it is: (kind, number of its
 * base, offset). Fresh objects and residual calls get theirs by hash, equal ones in the order in which they come; what they are is among
 * the statements, so that a wrong number shows. */
struct numbering
{
  const struct sp_summary *s;
  struct sp_relation *names; /* of both summaries */
  GHashTable *numbers;       /* likewise: of fresh objects and residual calls */
  uint32_t *name, *fresh, *residual;
  bool *used; /* by fresh object */
};

/* The number of the next part with that hash. */
static uint32_t
number_part (GHashTable *numbers, GHashTable *seen, uint64_t hash)
{
  unsigned occurrence = GPOINTER_TO_UINT (g_hash_table_lookup (seen, &hash));
  uint64_t *key = g_new (uint64_t, 1);
  *key = hash;
  g_hash_table_replace (seen, key, GUINT_TO_POINTER (occurrence + 1));
  uint64_t mine = hash_mix (hash, occurrence);
  gpointer known = g_hash_table_lookup (numbers, &mine);
  if (known)
    return GPOINTER_TO_UINT (known);
  key = g_new (uint64_t, 1);
  *key = mine;
  unsigned number = g_hash_table_size (numbers) + 1;
  g_hash_table_insert (numbers, key, GUINT_TO_POINTER (number));
  return number;
}

static uint32_t
base_number (const struct numbering *n, const struct sp_name *x)
{
  switch ((enum sp_name_kind)x->kind)
    {
    case SP_NAME_LOAD:
    case SP_NAME_BLOB: return n->name[x->base];
    case SP_NAME_FRESH: return n->fresh[x->base];
    case SP_NAME_RESULT: return n->residual[x->base];
    default: return x->base;
    }
}

static void
numbering_init (struct numbering *n, const struct sp_summary *s, struct sp_relation *names, GHashTable *numbers)
{
  g_autofree uint64_t *known = g_new0 (uint64_t, (size_t)s->names.size * (MAX_NESTING + 1) + 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  const struct hasher h = { s, 1, known };
  *n = (struct numbering){ .s = s, .names = names, .numbers = numbers };
  n->name = g_new (uint32_t, s->names.size + 1);
  n->fresh = g_new (uint32_t, s->fresh.size + 1);
  n->residual = g_new (uint32_t, s->residuals.size + 1);
  n->used = g_new0 (bool, s->fresh.size + 1);
  for (uint32_t k = 0; k < s->fresh.size; k++)
    n->fresh[k] = number_part (numbers, seen, hash_fresh (&h, &s->fresh.data[k]));
  for (uint32_t k = 0; k < s->residuals.size; k++)
    n->residual[k] = number_part (numbers, seen, hash_whole_residual (&h, &s->residuals.data[k]));
  for (uint32_t k = 0; k < s->names.size; k++)
    {
      const struct sp_name *x = &s->names.data[k];
      n->name[k] = sp_relation_add (names, (uint32_t[]){ x->kind, base_number (n, x), x->offset }, NULL);
    }
}

static void
numbering_done (struct numbering *n)
{
  g_free (n->name);
  g_free (n->fresh);
  g_free (n->residual);
  g_free (n->used);
}

static void
add_statement (GPtrArray *statements, const char *word, const uint32_t *x, uint32_t n)
{
  GString *text = g_string_new (word);
  for (uint32_t k = 0; k < n; k++)
    g_string_append_printf (text, " %u", x[k]);
  g_ptr_array_add (statements, g_string_free (text, FALSE));
}

/* The fresh objects that a name leads to count. */
static void
use_name (struct numbering *n, uint32_t name)
{
  const struct sp_name *x = &n->s->names.data[name];
  while (x->kind == SP_NAME_LOAD || x->kind == SP_NAME_BLOB)
    x = &n->s->names.data[x->base];
  if (x->kind == SP_NAME_FRESH)
    n->used[x->base] = true;
}

static void
add_fresh_statement (GPtrArray *statements, uint32_t number, const struct sp_fresh *f)
{
  uint32_t flags = (uint32_t)f->multi | (uint32_t)f->collapsed << 1 | (uint32_t)f->heap_kind << 2 | (uint32_t)f->recursive << 3
                   | (uint32_t)f->data << 4;
  add_statement (statements, "fresh", (uint32_t[]){ number, f->fn, f->instr, f->sub, f->type, f->code, f->depth, flags }, 8);
}

static void
add_ref_statement (GPtrArray *statements, struct numbering *n, const char *word, uint32_t a, uint32_t b, const struct sp_ref *r)
{
  use_name (n, r->name);
  add_statement (statements, word, (uint32_t[]){ a, b, n->name[r->name], r->offset, r->tag }, 5);
}

static int
compare_texts (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* In an order that does not depend on how they came. */
static char *
join_statements (GPtrArray *statements)
{
  GString *text = g_string_new (NULL);
  if (statements->len)
    qsort (statements->pdata, statements->len, sizeof *statements->pdata, compare_texts);
  for (guint k = 0; k < statements->len; k++)
    g_string_append_printf (text, "%s,", (char *)statements->pdata[k]);
  return g_string_free (text, FALSE);
}

static char *
join_refs (struct numbering *n, uint32_t first, uint32_t count)
{
  g_autoptr (GPtrArray) refs = g_ptr_array_new_with_free_func (g_free);
  for (uint32_t k = 0; k < count; k++)
    add_ref_statement (refs, n, "", 0, 0, &n->s->refs.data[first + k]);
  return join_statements (refs);
}

static char *
state_residual (struct numbering *n, uint32_t k)
{
  const struct sp_summary *s = n->s;
  const struct sp_residual *r = &s->residuals.data[k];
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  for (uint32_t i = 0; i < r->n_spans; i++)
    add_statement (parts, "span", (uint32_t[]){ i, s->counts.data[r->spans + i] }, 2);
  for (uint32_t i = 0; i < r->n_args; i++)
    add_ref_statement (parts, n, "arg", s->args.data[r->args + i].arg, s->args.data[r->args + i].leaf, &s->args.data[r->args + i].ref);
  for (uint32_t i = 0; i < r->n_origins; i++)
    add_statement (parts, "origin", &s->origin_fns.data[r->origins + i], 1);
  g_autofree char *callees = join_refs (n, r->callees, r->n_callees), *rest = join_statements (parts);
  return g_strdup_printf ("residual %u %d %u %u %u %u: %s; %s", n->residual[k], r->invoke, r->known, r->method, r->n_results, r->n_spans,
                          callees, rest);
}

/* All that the summary says. */
static char *
state_all (struct numbering *n)
{
  const struct sp_summary *s = n->s;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    add_ref_statement (all, n, "ret", r->leaf, 0, &r->ref);
  vec_foreach (const struct sp_ref, r, &s->leaks)
    add_ref_statement (all, n, "leak", 0, 0, r);
  vec_foreach (const struct sp_ref, r, &s->holds)
    add_ref_statement (all, n, "hold", 0, 0, r);
  vec_foreach (const struct sp_origin, o, &s->lost)
    add_statement (all, "lost", (uint32_t[]){ o->fn, o->instr, o->sub }, 3);
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    {
      g_autofree char *to = join_refs (n, p->to, p->n_to), *what = join_refs (n, p->what, p->n_what);
      g_ptr_array_add (all, g_strdup_printf ("put %s: %s", to, what));
    }
  for (uint32_t k = 0; k < s->residuals.size; k++)
    g_ptr_array_add (all, state_residual (n, k));
  for (uint32_t k = 0; k < s->fresh.size; k++)
    if (n->used[k])
      add_fresh_statement (all, n->fresh[k], &s->fresh.data[k]);
  return join_statements (all);
}

bool
sp_summary_same (const struct sp_summary *a, const struct sp_summary *b)
{
  if (a->collapsed != b->collapsed || a->dropped != b->dropped || a->crowded != b->crowded || a->n_param_leaves != b->n_param_leaves
      || a->n_free_leaves != b->n_free_leaves || a->n_result_leaves != b->n_result_leaves)
    return false;
  if (identical (a, b))
    return true;
  struct sp_relation names;
  sp_relation_init (&names, 3);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  struct numbering x, y;
  numbering_init (&x, a, &names, numbers);
  numbering_init (&y, b, &names, numbers);
  g_autofree char *ours = state_all (&x), *theirs = state_all (&y);
  numbering_done (&x);
  numbering_done (&y);
  sp_relation_done (&names);
  return strcmp (ours, theirs) == 0;
}
