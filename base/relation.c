#include "base/relation.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

enum
{
  MIN_BUCKETS = 32,
  KEEP_BUCKETS = 1 << 14, /* a cleared relation gives larger tables back */
};

static inline uint32_t
hash_columns (const uint32_t *tuple, uint8_t mask)
{
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (unsigned i = 0; mask >> i; i++)
    if (mask >> i & 1)
      h = (h ^ tuple[i]) * 0xff51afd7ed558ccdu;
  return (uint32_t)(h >> 32);
}

static void
index_alloc (struct sp_index *x, uint32_t buckets, uint32_t capacity)
{
  x->heads = g_renew (uint32_t, x->heads, buckets);
  memset (x->heads, 0xff, buckets * sizeof *x->heads);
  x->next = g_renew (uint32_t, x->next, capacity);
}

static inline void
index_link (struct sp_index *x, uint32_t buckets, const uint32_t *tuple, uint32_t t)
{
  uint32_t *head = &x->heads[hash_columns (tuple, x->mask) & (buckets - 1)];
  x->next[t] = *head;
  *head = t;
}

static void
allocate (struct sp_relation *r, uint32_t buckets)
{
  r->buckets = buckets;
  r->capacity = buckets;
  r->data = g_renew (uint32_t, r->data, (size_t)r->capacity * r->arity);
  index_alloc (&r->unique, buckets, r->capacity);
  for (unsigned i = 0; i < r->n_indices; i++)
    index_alloc (&r->indices[i], buckets, r->capacity);
}

static void
grow (struct sp_relation *r)
{
  allocate (r, r->buckets * 2);
  for (uint32_t t = 0; t < r->n; t++)
    {
      const uint32_t *tuple = sp_relation_tuple (r, t);
      index_link (&r->unique, r->buckets, tuple, t);
      for (unsigned i = 0; i < r->n_indices; i++)
        index_link (&r->indices[i], r->buckets, tuple, t);
    }
}

void
sp_relation_init (struct sp_relation *r, uint8_t arity)
{
  assert (arity >= 1 && arity <= SP_MAX_ARITY);
  *r = (struct sp_relation){ .arity = arity, .unique.mask = (uint8_t)((1u << arity) - 1) };
  allocate (r, MIN_BUCKETS);
}

void
sp_relation_done (struct sp_relation *r)
{
  g_free (r->data);
  g_free (r->unique.heads);
  g_free (r->unique.next);
  for (unsigned i = 0; i < r->n_indices; i++)
    {
      g_free (r->indices[i].heads);
      g_free (r->indices[i].next);
    }
  memset (r, 0, sizeof *r);
}

void
sp_relation_clear (struct sp_relation *r)
{
  if (r->n == 0)
    return;
  r->n = 0;
  allocate (r, r->buckets > KEEP_BUCKETS ? MIN_BUCKETS : r->buckets);
}

unsigned
sp_relation_index (struct sp_relation *r, uint8_t mask)
{
  assert (r->n == 0 && mask);
  for (unsigned i = 0; i < r->n_indices; i++)
    if (r->indices[i].mask == mask)
      return i;
  assert (r->n_indices < SP_MAX_INDICES);
  r->indices[r->n_indices] = (struct sp_index){ .mask = mask };
  index_alloc (&r->indices[r->n_indices], r->buckets, r->capacity);
  return r->n_indices++;
}

uint32_t
sp_relation_find (const struct sp_relation *r, const uint32_t *tuple)
{
  uint32_t t = r->unique.heads[hash_columns (tuple, r->unique.mask) & (r->buckets - 1)];
  while (t != SP_NO_TUPLE && memcmp (sp_relation_tuple (r, t), tuple, r->arity * sizeof *tuple) != 0)
    t = r->unique.next[t];
  return t;
}

uint32_t
sp_relation_add (struct sp_relation *r, const uint32_t *tuple, bool *fresh)
{
  uint32_t t = sp_relation_find (r, tuple);
  if (fresh)
    *fresh = t == SP_NO_TUPLE;
  if (t != SP_NO_TUPLE)
    return t;
  if (r->n == r->capacity)
    grow (r);
  t = r->n++;
  memcpy (r->data + (uint64_t)t * r->arity, tuple, r->arity * sizeof *tuple);
  index_link (&r->unique, r->buckets, tuple, t);
  for (unsigned i = 0; i < r->n_indices; i++)
    index_link (&r->indices[i], r->buckets, tuple, t);
  return t;
}

uint32_t
sp_relation_probe (const struct sp_relation *r, unsigned i, const uint32_t *tuple)
{
  const struct sp_index *x = &r->indices[i];
  return x->heads[hash_columns (tuple, x->mask) & (r->buckets - 1)];
}
