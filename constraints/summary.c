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
  uint64_t x = mix (h, r->invoke, r->method, r->n_results);
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
    {
      uint64_t x = hash_residual (h, r, 0);
      sum += mix (h, 4, x, 0);
      for (uint32_t k = 0; k < r->n_args; k++)
        {
          const struct sp_sum_arg *a = &s->args.data[r->args + k];
          sum += mix (h, mix (h, 5, a->arg, a->leaf), hash_ref (h, &a->ref, 0), x);
        }
      for (uint32_t k = 0; k < r->n_origins; k++)
        sum += mix (h, 6, s->origin_fns.data[r->origins + k], x);
    }
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
  if (a->collapsed != b->collapsed || a->dropped != b->dropped || a->n_param_leaves != b->n_param_leaves
      || a->n_free_leaves != b->n_free_leaves || a->n_result_leaves != b->n_result_leaves || a->rets.size != b->rets.size
      || a->puts.size != b->puts.size || a->leaks.size != b->leaks.size || a->holds.size != b->holds.size
      || a->residuals.size != b->residuals.size || a->args.size != b->args.size || a->lost.size != b->lost.size)
    return false;
  struct fingerprint x = fingerprint (a), y = fingerprint (b);
  return x.sum[0] == y.sum[0] && x.sum[1] == y.sum[1];
}
