#include "solver/baseline_set.h"
#include "base/hash.h"
#include <glib.h>

enum
{
  FIRST_CHUNKS = 2,
  FIRST_PAIRS = 1024,
  MUCH_SMALLER = 8 /* from this ratio of sizes on, searching beats merging */
};

static void
reserve (struct bl_set *s, uint32_t n)
{
  if (n <= s->capacity)
    return;
  uint32_t capacity = s->capacity ? s->capacity : FIRST_CHUNKS;
  while (capacity < n)
    capacity *= 2;
  s->chunks = g_renew (struct bl_chunk, s->chunks, capacity);
  s->capacity = capacity;
}

/* The first chunk from @from on whose key is not below @key. */
static uint32_t
lower_bound (const struct bl_set *s, uint32_t from, uint32_t key)
{
  uint32_t lo = from, hi = s->n;
  while (lo < hi)
    {
      uint32_t mid = lo + (hi - lo) / 2;
      if (s->chunks[mid].key < key)
        lo = mid + 1;
      else
        hi = mid;
    }
  return lo;
}

static bool
or_chunk (struct bl_set *s, uint32_t key, uint64_t bits)
{
  uint32_t at = s->n && s->chunks[s->n - 1].key < key ? s->n : lower_bound (s, 0, key);
  if (at < s->n && s->chunks[at].key == key)
    {
      bool fresh = (bits & ~s->chunks[at].bits) != 0;
      s->chunks[at].bits |= bits;
      return fresh;
    }
  reserve (s, s->n + 1);
  memmove (s->chunks + at + 1, s->chunks + at, (size_t)(s->n - at) * sizeof *s->chunks);
  s->chunks[at] = (struct bl_chunk){ .bits = bits, .key = key };
  s->n++;
  return true;
}

bool
bl_set_has (const struct bl_set *s, uint32_t x)
{
  uint32_t at = lower_bound (s, 0, x / 64);
  return at < s->n && s->chunks[at].key == x / 64 && (s->chunks[at].bits >> x % 64 & 1);
}

bool
bl_set_add (struct bl_set *s, uint32_t x)
{
  return or_chunk (s, x / 64, UINT64_C (1) << x % 64);
}

static uint32_t
count_missing (const struct bl_set *into, const struct bl_set *from)
{
  uint32_t missing = 0;
  for (uint32_t i = 0, j = 0; j < from->n; j++)
    {
      while (i < into->n && into->chunks[i].key < from->chunks[j].key)
        i++;
      missing += i == into->n || into->chunks[i].key != from->chunks[j].key;
    }
  return missing;
}

/* Merges from the back, in place. */
static void
merge (struct bl_set *into, const struct bl_set *from)
{
  uint32_t missing = count_missing (into, from), i = into->n, j = from->n, k = into->n + missing;
  reserve (into, k);
  into->n = k;
  while (j > 0)
    {
      const struct bl_chunk *x = &from->chunks[j - 1];
      if (i > 0 && into->chunks[i - 1].key > x->key)
        into->chunks[--k] = into->chunks[--i];
      else if (i > 0 && into->chunks[i - 1].key == x->key)
        {
          into->chunks[--k] = into->chunks[--i];
          into->chunks[k].bits |= x->bits;
          j--;
        }
      else
        {
          into->chunks[--k] = *x;
          j--;
        }
    }
}

void
bl_set_join (struct bl_set *into, const struct bl_set *from)
{
  if ((uint64_t)from->n * MUCH_SMALLER < into->n || from->n == 1)
    for (uint32_t j = 0; j < from->n; j++)
      or_chunk (into, from->chunks[j].key, from->chunks[j].bits);
  else
    merge (into, from);
}

bool
bl_set_join_new (struct bl_set *into, const struct bl_set *from, const struct bl_set *known, struct bl_set *scratch)
{
  bool search = (uint64_t)from->n * MUCH_SMALLER < known->n;
  scratch->n = 0;
  for (uint32_t i = 0, j = 0; j < from->n; j++)
    {
      const struct bl_chunk *x = &from->chunks[j];
      if (search)
        i = lower_bound (known, i, x->key);
      while (i < known->n && known->chunks[i].key < x->key)
        i++;
      uint64_t bits = x->bits;
      if (i < known->n && known->chunks[i].key == x->key)
        bits &= ~known->chunks[i].bits;
      if (!bits)
        continue;
      reserve (scratch, scratch->n + 1);
      scratch->chunks[scratch->n++] = (struct bl_chunk){ .bits = bits, .key = x->key };
    }
  bool grew = false;
  for (uint32_t i = 0, j = 0; j < scratch->n && !grew; j++)
    {
      i = lower_bound (into, i, scratch->chunks[j].key);
      uint64_t have = i < into->n && into->chunks[i].key == scratch->chunks[j].key ? into->chunks[i].bits : 0;
      grew = (scratch->chunks[j].bits & ~have) != 0;
    }
  if (grew)
    bl_set_join (into, scratch);
  return grew;
}

void
bl_set_clear (struct bl_set *s)
{
  g_free (s->chunks);
  *s = (struct bl_set){ 0 };
}

/* --- pairs ------------------------------------------------------------------------------------------- */

static uint32_t
find_slot (const struct bl_pairs *s, uint64_t key)
{
  uint32_t i = (uint32_t)hash_mix (0, key) & (s->n_slots - 1);
  while (s->slots[i] != UINT64_MAX && s->slots[i] != key)
    i = (i + 1) & (s->n_slots - 1);
  return i;
}

static void
grow (struct bl_pairs *s)
{
  struct bl_pairs old = *s;
  s->n_slots = old.n_slots ? old.n_slots * 2 : FIRST_PAIRS;
  s->slots = g_new (uint64_t, s->n_slots);
  memset (s->slots, 0xff, (size_t)s->n_slots * sizeof *s->slots);
  for (uint32_t i = 0; i < old.n_slots; i++)
    if (old.slots[i] != UINT64_MAX)
      s->slots[find_slot (s, old.slots[i])] = old.slots[i];
  g_free (old.slots);
}

bool
bl_pairs_add (struct bl_pairs *s, uint32_t a, uint32_t b)
{
  if ((uint64_t)s->size * 4 >= (uint64_t)s->n_slots * 3)
    grow (s);
  uint64_t key = (uint64_t)a << 32 | b;
  uint32_t i = find_slot (s, key);
  if (s->slots[i] == key)
    return false;
  s->slots[i] = key;
  s->size++;
  return true;
}

void
bl_pairs_clear (struct bl_pairs *s)
{
  g_free (s->slots);
  *s = (struct bl_pairs){ 0 };
}
