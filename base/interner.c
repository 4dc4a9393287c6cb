#include "base/interner.h"
#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"

enum
{
  INTERNER_FIRST_SLOTS = 64
};

/* The hash's other half decides most comparisons without touching the text. */
struct slot
{
  uint32_t number; /* INTERNER_NONE: free */
  uint32_t tag;
};

struct interner
{
  Arena *arena;
  VEC (const char *) texts;
  struct slot *slots;
  uint32_t n_slots; /* a power of two */
};

static void
allot (Interner *s, uint32_t n_slots)
{
  SP_CHECK (n_slots != 0);
  s->n_slots = n_slots;
  s->slots = g_new (struct slot, n_slots);
  memset (s->slots, 0xff, (size_t)n_slots * sizeof *s->slots);
}

Interner *
interner_new (void)
{
  Interner *s = g_new0 (Interner, 1);
  s->arena = arena_new ();
  allot (s, INTERNER_FIRST_SLOTS);
  interner_add (s, "", 0);
  return s;
}

void
interner_free (Interner *s)
{
  if (!s)
    return;
  arena_free (s->arena);
  vec_clear (&s->texts);
  g_free (s->slots);
  g_free (s);
}

/* The slot that holds the text, or the free one where it belongs. */
static struct slot *
probe (const Interner *s, const char *text, size_t length, uint64_t hash)
{
  uint32_t mask = s->n_slots - 1, i = (uint32_t)hash & mask, tag = (uint32_t)(hash >> 32);
  for (;; i = (i + 1) & mask)
    {
      struct slot *slot = &s->slots[i];
      if (slot->number == INTERNER_NONE)
        return slot;
      const char *known = s->texts.data[slot->number];
      if (slot->tag == tag && interner_length (known) == length && !memcmp (known, text, length))
        return slot;
    }
}

static void
grow (Interner *s)
{
  g_autofree struct slot *old = s->slots;
  uint32_t n_old = s->n_slots;
  allot (s, n_old * 2);
  for (uint32_t i = 0; i < n_old; i++)
    {
      if (old[i].number == INTERNER_NONE)
        continue;
      const char *text = s->texts.data[old[i].number];
      size_t length = interner_length (text);
      *probe (s, text, length, hash_bytes (text, length)) = old[i];
    }
}

static const char *
keep (Interner *s, const char *text, size_t length)
{
  uint32_t n = (uint32_t)length;
  char *room = arena_alloc_text (s->arena, sizeof n + length + 1);
  memcpy (room, &n, sizeof n);
  memcpy (room + sizeof n, text, length);
  room[sizeof n + length] = 0;
  return room + sizeof n;
}

uint32_t
interner_add (Interner *s, const char *text, size_t length)
{
  SP_CHECK (length < UINT32_MAX - 8);
  uint64_t hash = hash_bytes (text, length);
  struct slot *slot = probe (s, text, length, hash);
  if (slot->number != INTERNER_NONE)
    return slot->number;
  uint32_t number = s->texts.size;
  *slot = (struct slot){ number, (uint32_t)(hash >> 32) };
  vec_push (&s->texts, keep (s, text, length));
  if ((uint64_t)s->texts.size * 4 >= (uint64_t)s->n_slots * 3)
    grow (s);
  return number;
}

uint32_t
interner_find (const Interner *s, const char *text, size_t length)
{
  return probe (s, text, length, hash_bytes (text, length))->number;
}

uint32_t
interner_size (const Interner *s)
{
  return s->texts.size;
}

size_t
interner_bytes (const Interner *s)
{
  return sizeof *s + arena_bytes (s->arena) + vec_bytes (&s->texts) + (size_t)s->n_slots * sizeof *s->slots;
}

const char **
interner_texts (const Interner *s)
{
  return s->texts.data;
}
