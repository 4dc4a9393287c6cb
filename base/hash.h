/* Hash functions for the open-addressing tables of this folder. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Spreads a handle over 32 bits (Fibonacci hashing with a final shift-xor, so that low bits are usable as table index). */
static inline uint32_t
hash_u32 (uint32_t x)
{
  uint64_t h = x * UINT64_C (0x9E3779B97F4A7C15);
  return (uint32_t)(h >> 32);
}

static inline uint64_t
hash_mix (uint64_t h, uint64_t x)
{
  h = (h ^ x) * UINT64_C (0x9FB21C651E98DF25);
  return h ^ h >> 32;
}

/* Eight bytes at a time; the result does not depend on the machine's word size, only on its byte order. */
static inline uint64_t
hash_bytes (const void *data, size_t size)
{
  const char *p = (const char *)data;
  uint64_t h = hash_mix (UINT64_C (0x2545F4914F6CDD1D), size);
  for (; size >= 8; p += 8, size -= 8)
    {
      uint64_t x;
      memcpy (&x, p, 8);
      h = hash_mix (h, x);
    }
  uint64_t tail = 0;
  for (size_t i = 0; i < size; i++)
    tail |= (uint64_t)(unsigned char)p[i] << 8 * i;
  return hash_mix (h, tail);
}
