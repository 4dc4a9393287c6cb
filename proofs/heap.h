/* The storage of an executed Go program: objects that know which activation made them, where and when.
 *
 * Values lie in memory as gc lays them out on a 64-bit little-endian machine; a pointer is a machine address, and the object that it
 * points into is found from the address alone (spans of equal slots, as in Go's own allocator), so that a pointer is exactly an object
 * and an offset. The type of an object tells which of its cells hold pointers. Objects die only by heap_sweep. */
#pragma once

#include "frontend/gir.h"

enum object_kind
{
  OBJECT_FREE,
  OBJECT_PLAIN,   /* elements of type `type`, one behind the other */
  OBJECT_BYTES,   /* no pointers inside */
  OBJECT_CLOSURE, /* a function number, then what it captured; type is the function */
  OBJECT_MAP,     /* struct go_map; type is the map's */
  OBJECT_CHAN,    /* struct go_chan; type is the channel's */
  OBJECT_ITER,    /* struct go_iter */
};

struct object
{
  uint32_t type;
  uint8_t kind; /* enum object_kind */
  uint8_t pad[3];
  uint32_t site; /* number of the allocation site, SITE_NONE for the machine's own objects */
  uint32_t mark; /* the last trace that met it */
  uint64_t size;
  uint64_t frame;           /* the activation that made it */
  uint64_t birth;           /* time by the heap's clock; of two objects the younger one has the larger birth */
  struct object *next_made; /* of the same activation, as far as reach.c watches them */
};

#define SITE_NONE UINT32_MAX

enum
{
  HEAP_PAGE_BITS = 14,
  HEAP_CLASSES = 64,
};

struct span
{
  uint8_t *base;
  uint64_t slot; /* bytes */
  uint32_t count;
  uint32_t reciprocal; /* of slot in granules, for small slots */
};

struct heap
{
  uint8_t *base;
  uint64_t used, reserved; /* bytes */
  uint32_t *pages;         /* span of each page */
  struct span *spans;
  uint32_t n_spans, spans_capacity;
  struct object *free[HEAP_CLASSES];
  uint64_t clock;
  uint64_t live, limit;               /* bytes of slots in use; what they may be */
  uint64_t collect_at;                /* when `live` gets there a collection is due */
  void (*dispose) (struct object *o); /* frees what an object owns outside the heap */
};

/* False where the address space cannot be had. */
bool heap_init (struct heap *h, uint64_t limit);
void heap_clear (struct heap *h);

/* A new zeroed object of @size bytes; NULL when the limit is reached. */
struct object *heap_new (struct heap *h, enum object_kind kind, uint32_t type, uint64_t size);

static inline void *
object_data (struct object *o)
{
  return o + 1;
}
static inline struct object *
object_of (void *data)
{
  return (struct object *)data - 1;
}

/* The object that @address lies in (or ends at), NULL if there is none: nil, globals, constants. */
struct object *heap_find (const struct heap *h, uint64_t address);

/* Frees all objects whose mark is not @mark. */
void heap_sweep (struct heap *h, uint32_t mark);
