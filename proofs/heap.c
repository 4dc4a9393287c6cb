#include "proofs/heap.h"
#include <string.h>
#include <sys/mman.h>

#define RESERVED ((uint64_t)1 << 36)
#define PAGE ((uint64_t)1 << HEAP_PAGE_BITS)

enum
{
  SPAN_PAGES = 8,
  LARGE = 1 << 15, /* slots from here on have a span of their own */
};

/* Slot sizes: 64, 80, 96, 112, 128, then four steps for each doubling. */
static uint32_t
class_of (uint64_t bytes, uint64_t *slot)
{
  if (bytes <= 128)
    {
      uint64_t step = bytes <= 64 ? 0 : (bytes - 64 + 15) / 16;
      *slot = 64 + step * 16;
      return (uint32_t)step;
    }
  uint32_t log = 63 - (uint32_t)__builtin_clzll (bytes - 1); /* 2^log < bytes <= 2^(log+1) */
  uint64_t quarter = ((uint64_t)1 << log) / 4, step = (bytes - ((uint64_t)1 << log) + quarter - 1) / quarter;
  *slot = ((uint64_t)1 << log) + step * quarter;
  return 4 + (log - 7) * 4 + (uint32_t)step;
}

bool
heap_init (struct heap *h, uint64_t limit)
{
  *h = (struct heap){ .reserved = RESERVED, .limit = limit, .collect_at = MIN (limit / 2, (uint64_t)64 << 20) };
  void *base = mmap (NULL, RESERVED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  void *pages = mmap (NULL, (RESERVED >> HEAP_PAGE_BITS) * sizeof *h->pages, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED || pages == MAP_FAILED)
    return false;
  h->base = base;
  h->pages = pages;
  return true;
}

void
heap_clear (struct heap *h)
{
  heap_sweep (h, UINT32_MAX);
  if (h->base)
    munmap (h->base, h->reserved);
  if (h->pages)
    munmap (h->pages, (h->reserved >> HEAP_PAGE_BITS) * sizeof *h->pages);
  g_free (h->spans);
  memset (h, 0, sizeof *h);
}

static struct span *
new_span (struct heap *h, uint64_t bytes, uint64_t slot)
{
  uint64_t pages = (bytes + PAGE - 1) / PAGE;
  if (pages * PAGE > h->reserved - h->used)
    return NULL;
  if (h->n_spans == h->spans_capacity)
    {
      h->spans_capacity = MAX (64, h->spans_capacity * 2);
      h->spans = g_renew (struct span, h->spans, h->spans_capacity);
    }
  struct span *s = &h->spans[h->n_spans];
  *s = (struct span){ .base = h->base + h->used, .slot = slot, .count = (uint32_t)(bytes / slot) };
  for (uint64_t i = 0; i < pages; i++)
    h->pages[(h->used >> HEAP_PAGE_BITS) + i] = h->n_spans;
  h->n_spans++;
  h->used += pages * PAGE;
  return s;
}

static inline struct object *
slot_at (const struct span *s, uint64_t i)
{
  return (struct object *)(void *)(s->base + i * s->slot);
}

/* Free slots are chained through next_made. */
static bool
refill (struct heap *h, uint32_t class, uint64_t slot)
{
  struct span *s = new_span (h, SPAN_PAGES * PAGE, slot);
  if (!s)
    return false;
  for (uint32_t i = s->count; i-- > 0;)
    {
      struct object *o = slot_at (s, i);
      o->next_made = h->free[class];
      h->free[class] = o;
    }
  return true;
}

static struct object *
new_large (struct heap *h, uint64_t bytes)
{
  bytes = (bytes + PAGE - 1) / PAGE * PAGE;
  if (bytes > h->limit || h->live + bytes > h->limit)
    return NULL;
  for (uint32_t i = 0; i < h->n_spans; i++) /* a dead one of the same size */
    if (h->spans[i].slot == bytes && h->spans[i].count == 1 && slot_at (&h->spans[i], 0)->kind == OBJECT_FREE)
      return slot_at (&h->spans[i], 0);
  struct span *s = new_span (h, bytes, bytes);
  return s ? slot_at (s, 0) : NULL;
}

struct object *
heap_new (struct heap *h, enum object_kind kind, uint32_t type, uint64_t size)
{
  if (size > h->limit)
    return NULL;
  uint64_t bytes = sizeof (struct object) + MAX (size, 1) + 1, slot;
  struct object *o;
  if (bytes >= LARGE)
    {
      o = new_large (h, bytes);
      slot = (bytes + PAGE - 1) / PAGE * PAGE;
      if (!o)
        return NULL;
    }
  else
    {
      uint32_t class = class_of (bytes, &slot);
      if (h->live + slot > h->limit || (!h->free[class] && !refill (h, class, slot)))
        return NULL;
      o = h->free[class];
      h->free[class] = o->next_made;
    }
  h->live += slot;
  memset (o + 1, 0, size);
  *o = (struct object){ .type = type, .kind = (uint8_t)kind, .site = SITE_NONE, .size = size, .birth = ++h->clock };
  return o;
}

struct object *
heap_find (const struct heap *h, uint64_t address)
{
  uint64_t at = address - (uint64_t)(uintptr_t)h->base;
  if (at >= h->used)
    return NULL;
  const struct span *s = &h->spans[h->pages[at >> HEAP_PAGE_BITS]];
  uint64_t offset = address - (uint64_t)(uintptr_t)s->base, i;
  i = offset >> 32 || s->slot >> 32 ? offset / s->slot : (uint32_t)offset / (uint32_t)s->slot;
  if (i >= s->count)
    return NULL;
  struct object *o = slot_at (s, i);
  uint64_t within = offset - i * s->slot;
  return o->kind != OBJECT_FREE && within >= sizeof *o && within - sizeof *o <= o->size ? o : NULL;
}

static void
free_object (struct heap *h, const struct span *s, struct object *o)
{
  if (h->dispose)
    h->dispose (o);
  o->kind = OBJECT_FREE;
  h->live -= s->slot;
  if (s->count == 1)
    {
      if (s->slot > 4 * PAGE)
        madvise (s->base + PAGE, s->slot - PAGE, MADV_DONTNEED);
      return;
    }
  uint64_t slot;
  uint32_t class = class_of (s->slot, &slot);
  o->next_made = h->free[class];
  h->free[class] = o;
}

void
heap_sweep (struct heap *h, uint32_t mark)
{
  for (uint32_t i = 0; i < h->n_spans; i++)
    for (uint32_t k = 0; k < h->spans[i].count; k++)
      {
        struct object *o = slot_at (&h->spans[i], k);
        if (o->kind != OBJECT_FREE && o->mark != mark)
          free_object (h, &h->spans[i], o);
      }
  h->collect_at = MIN (h->limit - h->limit / 8, MAX ((uint64_t)64 << 20, h->live * 2));
}
