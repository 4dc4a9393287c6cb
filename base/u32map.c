#include "base/u32map.h"
#include "base/hash.h"
#include <string.h>

enum
{
  U32_FIRST_SLOTS = 16
};

/* At most three quarters full: linear probing stays at about two probes. */
static bool
crowded (uint32_t size, uint32_t n_slots)
{
  return (uint64_t)size * 4 >= (uint64_t)n_slots * 3;
}

static uint32_t
more_slots (uint32_t n_slots)
{
  SP_CHECK (n_slots <= UINT32_MAX / 4);
  return n_slots ? n_slots * 2 : U32_FIRST_SLOTS;
}

/* The slot of @key, or the free one where it belongs. */
static struct u32map_slot *
map_probe (const struct u32map *m, uint32_t key)
{
  SP_ASSERT (key != U32_NO_KEY && m->size < m->n_slots);
  uint32_t mask = m->n_slots - 1, i = hash_u32 (key) & mask;
  while (m->slots[i].key != key && m->slots[i].key != U32_NO_KEY)
    i = (i + 1) & mask;
  return &m->slots[i];
}

static void
map_grow (struct u32map *m)
{
  struct u32map old = *m;
  m->n_slots = more_slots (old.n_slots);
  m->slots = g_new (struct u32map_slot, m->n_slots);
  memset (m->slots, 0xff, (size_t)m->n_slots * sizeof *m->slots);
  u32map_foreach (s, &old) * map_probe (m, s->key) = *s;
  g_free (old.slots);
}

uint32_t
u32map_get (const struct u32map *m, uint32_t key, uint32_t otherwise)
{
  if (!m->size)
    return otherwise;
  const struct u32map_slot *s = map_probe (m, key);
  return s->key == key ? s->value : otherwise;
}

uint32_t *
u32map_at (struct u32map *m, uint32_t key, uint32_t otherwise)
{
  if (crowded (m->size, m->n_slots))
    map_grow (m);
  struct u32map_slot *s = map_probe (m, key);
  if (s->key != key)
    {
      *s = (struct u32map_slot){ key, otherwise };
      m->size++;
    }
  return &s->value;
}

bool
u32map_put (struct u32map *m, uint32_t key, uint32_t value)
{
  uint32_t before = m->size;
  *u32map_at (m, key, value) = value;
  return m->size != before;
}

void
u32map_reset (struct u32map *m)
{
  if (m->size)
    memset (m->slots, 0xff, (size_t)m->n_slots * sizeof *m->slots);
  m->size = 0;
}

void
u32map_clear (struct u32map *m)
{
  g_free (m->slots);
  *m = (struct u32map){ 0 };
}

size_t
u32map_bytes (const struct u32map *m)
{
  return (size_t)m->n_slots * sizeof *m->slots;
}

static uint32_t *
set_probe (const struct u32set *s, uint32_t key)
{
  SP_ASSERT (key != U32_NO_KEY && s->size < s->n_slots);
  uint32_t mask = s->n_slots - 1, i = hash_u32 (key) & mask;
  while (s->slots[i] != key && s->slots[i] != U32_NO_KEY)
    i = (i + 1) & mask;
  return &s->slots[i];
}

static void
set_grow (struct u32set *s)
{
  struct u32set old = *s;
  s->n_slots = more_slots (old.n_slots);
  s->slots = g_new (uint32_t, s->n_slots);
  memset (s->slots, 0xff, (size_t)s->n_slots * sizeof *s->slots);
  u32set_foreach (k, &old) * set_probe (s, *k) = *k;
  g_free (old.slots);
}

bool
u32set_has (const struct u32set *s, uint32_t key)
{
  return s->size && *set_probe (s, key) == key;
}

bool
u32set_add (struct u32set *s, uint32_t key)
{
  if (crowded (s->size, s->n_slots))
    set_grow (s);
  uint32_t *slot = set_probe (s, key);
  if (*slot == key)
    return false;
  *slot = key;
  s->size++;
  return true;
}

void
u32set_reset (struct u32set *s)
{
  if (s->size)
    memset (s->slots, 0xff, (size_t)s->n_slots * sizeof *s->slots);
  s->size = 0;
}

void
u32set_clear (struct u32set *s)
{
  g_free (s->slots);
  *s = (struct u32set){ 0 };
}

size_t
u32set_bytes (const struct u32set *s)
{
  return (size_t)s->n_slots * sizeof *s->slots;
}
