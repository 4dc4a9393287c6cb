/* Growable vectors of any element type.
 *
 *     VEC (struct edge) edges = { 0 };
 *     vec_push (&edges, ((struct edge){ 1, 2 }));
 *     vec_foreach (struct edge, e, &edges) use (e->from);
 *     vec_clear (&edges);
 *
 * A zeroed vector is a valid empty one. Elements lie in data[0 .. size) and move when the vector grows, so keep indices, not
 * pointers. Sizes are 32-bit like all handles; memory exhaustion aborts, as everywhere in GLib. */
#pragma once

#include "base/check.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VEC(T)         \
  struct               \
  {                    \
    T *data;           \
    uint32_t size;     \
    uint32_t capacity; \
  }

typedef VEC (uint32_t) u32_vec;

/* Room for @needed elements of @width bytes at least; doubles. */
void *vec_grow_ (void *data, uint32_t *capacity, uint64_t needed, size_t width) __attribute__ ((returns_nonnull));

static inline uint32_t
vec_index_ (uint32_t i, uint32_t size)
{
  SP_ASSERT (i < size);
  (void)size;
  return i;
}

/* Makes room for @n elements in all. */
#define vec_reserve(v, n) \
  ((n) <= (v)->capacity ? (void)0 : (void)((v)->data = vec_grow_ ((v)->data, &(v)->capacity, (n), sizeof *(v)->data)))

#define vec_push(v, x)                              \
  do                                                \
    {                                               \
      if (G_UNLIKELY ((v)->size == (v)->capacity))  \
        vec_reserve ((v), (uint64_t)(v)->size + 1); \
      (v)->data[(v)->size++] = (x);                 \
    }                                               \
  while (0)

/* Sets the size to @n; new elements are zero. */
#define vec_resize(v, n)                                                                     \
  do                                                                                         \
    {                                                                                        \
      uint32_t vec_n_ = (n);                                                                 \
      vec_reserve ((v), vec_n_);                                                             \
      if (vec_n_ > (v)->size)                                                                \
        memset ((v)->data + (v)->size, 0, (size_t)(vec_n_ - (v)->size) * sizeof *(v)->data); \
      (v)->size = vec_n_;                                                                    \
    }                                                                                        \
  while (0)

/* Element @i as an lvalue; asserts the bounds. */
#define vec_at(v, i) ((v)->data[vec_index_ ((i), (v)->size)])
#define vec_last(v) ((v)->data[vec_index_ ((v)->size - 1, (v)->size)])
/* Removes and yields the last element. */
#define vec_pop(v) ((v)->data[(v)->size = vec_index_ ((v)->size - 1, (v)->size)])
#define vec_empty(v) ((v)->size == 0)
#define vec_reset(v) ((void)((v)->size = 0))
#define vec_bytes(v) ((size_t)(v)->capacity * sizeof *(v)->data)
#define vec_foreach(T, p, v) for (T *p = (v)->data, *p##_end = (v)->size ? (v)->data + (v)->size : p; p != p##_end; p++)

/* Frees the elements and leaves an empty vector. */
#define vec_clear(v)                 \
  do                                 \
    {                                \
      g_free ((v)->data);            \
      (v)->data = NULL;              \
      (v)->size = (v)->capacity = 0; \
    }                                \
  while (0)

static inline void
u32_vec_clear (u32_vec *v)
{
  vec_clear (v);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (u32_vec, u32_vec_clear)
