#include "base/arena.h"
#include "base/check.h"
#include <stdint.h>
#include <string.h>

enum
{
  ARENA_ALIGN = 16,
  ARENA_FIRST_CHUNK = 4096,
  ARENA_MAX_CHUNK = 1 << 20
};

struct chunk
{
  struct chunk *next;
  size_t size; /* of the whole, this header included */
};

struct arena
{
  struct chunk *chunks; /* newest first */
  char *at;
  char *end;
  size_t bytes;
};

Arena *
arena_new (void)
{
  return g_new0 (Arena, 1);
}

void
arena_free (Arena *a)
{
  if (!a)
    return;
  for (struct chunk *c = a->chunks, *next; c; c = next)
    {
      next = c->next;
      g_free (c);
    }
  g_free (a);
}

static char *
chunk_start (struct chunk *c)
{
  uintptr_t start = (uintptr_t)(c + 1);
  return (char *)c + (((start + ARENA_ALIGN - 1) & ~(uintptr_t)(ARENA_ALIGN - 1)) - (uintptr_t)c);
}

static void
use_chunk (Arena *a, struct chunk *c)
{
  a->at = chunk_start (c);
  a->end = (char *)c + c->size;
}

/* Chunks double, so that small arenas stay small and large ones take few chunks. */
static void
add_chunk (Arena *a, size_t room)
{
  SP_CHECK (room < SIZE_MAX / 2);
  size_t size = a->chunks ? MIN (a->chunks->size * 2, (size_t)ARENA_MAX_CHUNK) : (size_t)ARENA_FIRST_CHUNK;
  size = MAX (size, room + sizeof (struct chunk) + ARENA_ALIGN);
  struct chunk *c = g_malloc (size);
  *c = (struct chunk){ .next = a->chunks, .size = size };
  a->chunks = c;
  a->bytes += size;
  use_chunk (a, c);
}

char *
arena_alloc_text (Arena *a, size_t size)
{
  if ((size_t)(a->end - a->at) < size || !a->at)
    add_chunk (a, size);
  char *p = a->at;
  a->at += size;
  return p;
}

void *
arena_alloc (Arena *a, size_t size)
{
  size_t pad = -(uintptr_t)a->at & (ARENA_ALIGN - 1);
  SP_CHECK (size <= SIZE_MAX / 4);
  if (!a->at || (size_t)(a->end - a->at) < size + pad)
    {
      add_chunk (a, size);
      pad = 0;
    }
  void *p = a->at + pad;
  a->at += pad + size;
  SP_ASSERT (((uintptr_t)p & (ARENA_ALIGN - 1)) == 0 && a->at <= a->end);
  return p;
}

void *
arena_alloc0 (Arena *a, size_t size)
{
  return memset (arena_alloc (a, size), 0, size);
}

void *
arena_copy (Arena *a, const void *data, size_t size)
{
  void *p = arena_alloc (a, size);
  if (size)
    memcpy (p, data, size);
  return p;
}

void
arena_reset (Arena *a)
{
  struct chunk *keep = a->chunks;
  if (!keep)
    return;
  for (struct chunk *c = keep->next, *next; c; c = next)
    {
      next = c->next;
      g_free (c);
    }
  keep->next = NULL;
  a->bytes = keep->size;
  use_chunk (a, keep);
}

size_t
arena_bytes (const Arena *a)
{
  return a->bytes;
}
