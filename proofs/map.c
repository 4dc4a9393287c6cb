/* Go's maps: entries in the order of their insertion, found through an open-addressing index. An iteration starts at a random entry and
 * goes by sequence numbers, so that neither growth nor deletion disturbs it. */
#include "proofs/machine.h"

struct entry
{
  uint64_t sequence;
  uint64_t hash;  /* 0: deleted */
  uint8_t data[]; /* key, value */
};

struct go_map
{
  int64_t count; /* where len finds it */
  uint64_t used; /* entries, deleted ones too */
  uint64_t capacity;
  uint64_t next_sequence;
  uint32_t *index; /* entry + 1; 0: free; deleted entries stay in */
  uint64_t n_index;
  uint8_t *entries;
  uint32_t stride, value_at;
  gir_type key, value;
};

static inline struct entry *
entry_at (const struct go_map *map, uint64_t i)
{
  return (struct entry *)(void *)(map->entries + i * map->stride);
}

struct go_map *
map_new (struct machine *m, gir_type t, uint32_t site)
{
  const struct gir_type_info *i = type_info (m, t);
  struct go_map *map = machine_new_kind (m, OBJECT_MAP, t, sizeof *map, site);
  map->key = i->key;
  map->value = i->elem;
  map->value_at = slot_size (type_size (m, i->key));
  map->stride = (uint32_t)sizeof (struct entry) + map->value_at + slot_size (type_size (m, i->elem));
  return map;
}

int64_t
map_length (const struct go_map *map)
{
  return map ? map->count : 0;
}

static uint64_t
hash_key (struct machine *m, struct goroutine *g, gir_type key, const void *at, bool *thrown)
{
  gir_type bad = 0;
  uint64_t h = value_hash (m, key, at, &bad);
  if (bad)
    {
      throw_error (m, g, "hash of unhashable type %s", type_name (m, bad));
      *thrown = true;
    }
  return h ? h : 1;
}

static struct entry *
lookup (struct machine *m, const struct go_map *map, const void *key, uint64_t hash)
{
  gir_type bad = 0;
  if (!map->n_index)
    return NULL;
  for (uint64_t i = hash & (map->n_index - 1); map->index[i]; i = (i + 1) & (map->n_index - 1))
    {
      struct entry *e = entry_at (map, map->index[i] - 1);
      if (e->hash == hash && value_equal (m, map->key, e->data, key, &bad))
        return e;
    }
  return NULL;
}

void *
map_find (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown)
{
  uint64_t hash = hash_key (m, g, type_info (m, t)->key, key, thrown);
  if (!map || !map->count || *thrown)
    return NULL;
  struct entry *e = lookup (m, map, key, hash);
  return e ? e->data + map->value_at : NULL;
}

static void
enter (struct go_map *map, uint64_t n)
{
  uint64_t i = entry_at (map, n)->hash & (map->n_index - 1);
  while (map->index[i])
    i = (i + 1) & (map->n_index - 1);
  map->index[i] = (uint32_t)n + 1;
}

/* Drops the deleted entries and makes room for more. */
static void
rebuild (struct machine *m, struct go_map *map)
{
  uint64_t capacity = MAX (8, (uint64_t)map->count * 2), n = 0;
  uint64_t bytes = capacity * map->stride + capacity * 2 * sizeof *map->index;
  if (bytes > m->heap.limit || capacity > UINT32_MAX / 2)
    machine_end (m, SEM_BUDGET, g_strdup ("out of memory"));
  uint8_t *old = map->entries;
  uint8_t *fresh = g_malloc (capacity * map->stride);
  for (uint64_t i = 0; i < map->used; i++)
    if (entry_at (map, i)->hash)
      memcpy (fresh + n++ * map->stride, entry_at (map, i), map->stride);
  map->entries = fresh;
  g_free (old);
  g_free (map->index);
  map->used = n;
  map->capacity = capacity;
  for (map->n_index = 16; map->n_index < capacity * 2; map->n_index *= 2)
    ;
  map->index = g_new0 (uint32_t, map->n_index);
  for (uint64_t i = 0; i < n; i++)
    enter (map, i);
}

void *
map_insert (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown)
{
  if (!map)
    {
      throw_plain (m, g, "assignment to entry in nil map");
      *thrown = true;
      return NULL;
    }
  uint64_t hash = hash_key (m, g, type_info (m, t)->key, key, thrown);
  if (*thrown)
    return NULL;
  struct entry *e = lookup (m, map, key, hash);
  if (e)
    {
      memcpy (e->data, key, type_size (m, map->key)); /* an equal key may still be another one: +0 and -0, a string elsewhere */
      return e->data + map->value_at;
    }
  if (map->used == map->capacity)
    rebuild (m, map);
  e = entry_at (map, map->used);
  memset (e, 0, map->stride);
  e->sequence = map->next_sequence++;
  e->hash = hash;
  memcpy (e->data, key, type_size (m, map->key));
  enter (map, map->used++);
  map->count++;
  return e->data + map->value_at;
}

void
map_delete (struct machine *m, struct goroutine *g, struct go_map *map, gir_type t, const void *key, bool *thrown)
{
  uint64_t hash = hash_key (m, g, type_info (m, t)->key, key, thrown);
  struct entry *e = map && map->count && !*thrown ? lookup (m, map, key, hash) : NULL;
  if (!e)
    return;
  uint64_t sequence = e->sequence;
  memset (e, 0, map->stride);
  e->sequence = sequence;
  map->count--;
}

void
map_empty (struct machine *m, struct go_map *map)
{
  if (!map)
    return;
  map->count = 0;
  map->used = 0;
  if (map->n_index)
    memset (map->index, 0, map->n_index * sizeof *map->index);
  (void)m;
}

void
map_iterate (struct machine *m, struct go_map *map, struct go_iter *it)
{
  it->map = map;
  if (!map || !map->used)
    return;
  it->first = entry_at (map, machine_random (m) % map->used)->sequence;
  it->next = it->first;
}

/* The first entry whose sequence number is at least @sequence. */
static uint64_t
seek (const struct go_map *map, uint64_t sequence)
{
  uint64_t low = 0, high = map->used;
  while (low < high)
    {
      uint64_t middle = (low + high) / 2;
      if (entry_at (map, middle)->sequence < sequence)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

bool
map_next (struct machine *m, struct go_iter *it, void **key, void **value)
{
  struct go_map *map = it->map;
  (void)m;
  if (!map)
    return false;
  for (;;)
    {
      uint64_t i = seek (map, it->next);
      while (i < map->used && !entry_at (map, i)->hash)
        i++;
      struct entry *e = i < map->used ? entry_at (map, i) : NULL;
      if (e && (!it->wrapped || e->sequence < it->first))
        {
          it->next = e->sequence + 1;
          *key = e->data;
          *value = e->data + map->value_at;
          return true;
        }
      if (it->wrapped || it->first == 0)
        return false;
      it->wrapped = true;
      it->next = 0;
    }
}

void
map_trace (struct machine *m, struct object *o, void (*visit) (struct machine *m, gir_type t, const void *at))
{
  struct go_map *map = object_data (o);
  bool keys = m->types[map->key].pointers, values = m->types[map->value].pointers;
  for (uint64_t i = 0; (keys || values) && i < map->used; i++)
    {
      struct entry *e = entry_at (map, i);
      if (!e->hash)
        continue;
      if (keys)
        visit (m, map->key, e->data);
      if (values)
        visit (m, map->value, e->data + map->value_at);
    }
}

void
map_dispose (struct object *o)
{
  struct go_map *map = object_data (o);
  if (o->kind != OBJECT_MAP)
    return;
  g_free (map->entries);
  g_free (map->index);
}
