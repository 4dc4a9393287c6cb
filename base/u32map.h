/* Hash map from 32-bit handles to 32-bit values, and hash set of handles. Open addressing, linear probing, no removal.
 * The key UINT32_MAX is reserved. A zeroed table is a valid empty one. Iteration order depends only on the history of
 * insertions, but is not sorted: sort before anything visible. */
#pragma once

#include "base/check.h"
#include <stdbool.h>
#include <stdint.h>

#define U32_NO_KEY UINT32_MAX

struct u32map
{
  struct u32map_slot
  {
    uint32_t key;
    uint32_t value;
  } * slots;
  uint32_t n_slots; /* a power of two, or 0 */
  uint32_t size;
};

/* The value of @key, or @otherwise. */
uint32_t u32map_get (const struct u32map *m, uint32_t key, uint32_t otherwise);
/* Sets the value of @key; true if the key is new. */
bool u32map_put (struct u32map *m, uint32_t key, uint32_t value);
/* Where the value of @key is; inserted with value @otherwise if new. Valid until the next insertion. */
uint32_t *u32map_at (struct u32map *m, uint32_t key, uint32_t otherwise);
/* Removes all keys, keeps the room. */
void u32map_reset (struct u32map *m);
/* Frees the room too. */
void u32map_clear (struct u32map *m);
size_t u32map_bytes (const struct u32map *m);

#define u32map_foreach(s, m)                                                                                  \
  for (struct u32map_slot *s = (m)->slots, *s##_end = (m)->n_slots ? s + (m)->n_slots : s; s != s##_end; s++) \
    if (s->key != U32_NO_KEY)

struct u32set
{
  uint32_t *slots;
  uint32_t n_slots; /* a power of two, or 0 */
  uint32_t size;
};

bool u32set_has (const struct u32set *s, uint32_t key);
/* True if @key is new. */
bool u32set_add (struct u32set *s, uint32_t key);
void u32set_reset (struct u32set *s);
void u32set_clear (struct u32set *s);
size_t u32set_bytes (const struct u32set *s);

#define u32set_foreach(k, s)                                                                        \
  for (uint32_t *k = (s)->slots, *k##_end = (s)->n_slots ? k + (s)->n_slots : k; k != k##_end; k++) \
    if (*k != U32_NO_KEY)
