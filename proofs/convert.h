/* Conversions: numbers, and strings from and to slices. */
#pragma once

#include "proofs/machine.h"

enum string_conversion
{
  STRING_NONE,
  STRING_FROM_INT,
  STRING_FROM_BYTES,
  STRING_FROM_RUNES,
  BYTES_FROM_STRING,
  RUNES_FROM_STRING,
};

/* The kind of conversion; STRING_NONE if it is none of strings and slices. */
enum string_conversion string_conversion (const struct machine *m, gir_type from, gir_type to);
void convert_string (struct machine *m, enum string_conversion how, gir_type from, const void *x, void *y, uint32_t site);

/* Converts a number. Floats that do not fit become what amd64 makes of them. */
void convert_number (enum number from, enum number to, const void *x, void *y);

/* UTF-8 as Go reads and writes it: what is invalid is U+FFFD, one byte wide. */
uint32_t utf8_decode (const uint8_t *p, int64_t n, int *width);
uint32_t utf8_encode (uint8_t out[4], int64_t rune);
