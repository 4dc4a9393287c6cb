/* Sets of the baseline: sparse bit sets, as sorted arrays of 64-bit chunks, and a hash set of pairs.
 *
 * Objects of one function have neighbouring numbers and travel together, so that chunks are well filled (Hardekopf & Lin 2007 use
 * the same kind of set). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct bl_chunk
{
  uint64_t bits;
  uint32_t key; /* the set holds 64 * key + k for each bit k */
};

/* A zeroed set is a valid empty one. */
struct bl_set
{
  struct bl_chunk *chunks; /* ascending keys, none empty */
  uint32_t n;
  uint32_t capacity;
};

bool bl_set_has (const struct bl_set *s, uint32_t x);
/* True if @x is new. */
bool bl_set_add (struct bl_set *s, uint32_t x);
/* Adds all of @from. */
void bl_set_join (struct bl_set *into, const struct bl_set *from);
/* Adds what of @from is not in @known; true if @into grew. @scratch holds nothing of use before and after. */
bool bl_set_join_new (struct bl_set *into, const struct bl_set *from, const struct bl_set *known, struct bl_set *scratch);
void bl_set_clear (struct bl_set *s);

#define bl_set_foreach(x, s)                                                                                              \
  for (const struct bl_chunk *x##_c = (s)->chunks, *x##_end = (s)->n ? x##_c + (s)->n : x##_c; x##_c != x##_end; x##_c++) \
    for (uint64_t x##_w = x##_c->bits; x##_w; x##_w &= x##_w - 1)                                                         \
      for (uint32_t x = x##_c->key * 64 + (uint32_t)__builtin_ctzll (x##_w), x##_once = 1; x##_once; x##_once = 0)

struct bl_pairs
{
  uint64_t *slots;
  uint32_t n_slots; /* a power of two, or 0 */
  uint32_t size;
};

/* True if the pair is new. (UINT32_MAX, UINT32_MAX) is reserved. */
bool bl_pairs_add (struct bl_pairs *s, uint32_t a, uint32_t b);
void bl_pairs_clear (struct bl_pairs *s);
