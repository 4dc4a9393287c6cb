#include "base/vec.h"

enum
{
  VEC_FIRST_CAPACITY = 8
};

void *
vec_grow_ (void *data, uint32_t *capacity, uint64_t needed, size_t width)
{
  SP_CHECK (needed <= UINT32_MAX);
  uint64_t n = *capacity ? (uint64_t)*capacity * 2 : VEC_FIRST_CAPACITY;
  n = MAX (n, needed);
  *capacity = (uint32_t)MIN (n, UINT32_MAX);
  return g_realloc_n (data, *capacity, width);
}
