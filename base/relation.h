/* Indexed relations: sets of tuples of 32-bit integers, append-only, with hash indices on subsets of their columns.
 *
 * Tuples are numbered densely in the order of insertion and never move or vanish until the relation is cleared, so a tuple number names
 * a tuple for good. A probe walks a chain of tuples with equal hash, newest first; the caller compares the columns it asked for.
 * Everything is deterministic: order depends only on the sequence of insertions. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define SP_MAX_ARITY 4
#define SP_MAX_INDICES 6
#define SP_NO_TUPLE UINT32_MAX

struct sp_index
{
  uint8_t mask;    /* columns of the key, bit i for column i */
  uint32_t *heads; /* table of chain heads */
  uint32_t *next;  /* chain, by tuple number */
};

struct sp_relation
{
  uint8_t arity;
  uint8_t n_indices;
  uint32_t n;             /* tuples */
  uint32_t capacity;      /* of data, in tuples, and of each next[] */
  uint32_t buckets;       /* of each table; a power of two */
  uint32_t *data;         /* n * arity */
  struct sp_index unique; /* on all columns */
  struct sp_index indices[SP_MAX_INDICES];
};

void sp_relation_init (struct sp_relation *r, uint8_t arity);
void sp_relation_done (struct sp_relation *r);
/* Forgets all tuples, keeps the indices' definitions and, up to a bound, the memory. */
void sp_relation_clear (struct sp_relation *r);
/* Finds or adds an index on the columns of @mask, before the first insertion; returns its number. */
unsigned sp_relation_index (struct sp_relation *r, uint8_t mask);
/* The number of the tuple, SP_NO_TUPLE when it is not there. */
uint32_t sp_relation_find (const struct sp_relation *r, const uint32_t *tuple);
/* Adds the tuple; @fresh (may be NULL) tells whether it was not there. Returns its number. */
uint32_t sp_relation_add (struct sp_relation *r, const uint32_t *tuple, bool *fresh);
/* First candidate for @tuple's columns of index @i; follow with sp_relation_next. */
uint32_t sp_relation_probe (const struct sp_relation *r, unsigned i, const uint32_t *tuple);

static inline uint32_t
sp_relation_next (const struct sp_relation *r, unsigned i, uint32_t t)
{
  return r->indices[i].next[t];
}
static inline const uint32_t *
sp_relation_tuple (const struct sp_relation *r, uint32_t t)
{
  return r->data + (uint64_t)t * r->arity;
}
