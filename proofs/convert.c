#include "proofs/convert.h"
#include <math.h>

uint32_t
utf8_decode (const uint8_t *p, int64_t n, int *width)
{
  static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  uint32_t c = p[0];
  int length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
  *width = 1;
  if (length <= 1)
    return length ? c : 0xFFFD;
  if (length > n)
    return 0xFFFD;
  c &= 0x7Fu >> length;
  for (int k = 1; k < length; k++)
    {
      if ((p[k] & 0xC0) != 0x80)
        return 0xFFFD;
      c = c << 6 | (p[k] & 0x3F);
    }
  if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
    return 0xFFFD;
  *width = length;
  return c;
}

uint32_t
utf8_encode (uint8_t out[4], int64_t rune)
{
  uint32_t c = rune < 0 || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000) ? 0xFFFD : (uint32_t)rune;
  if (c < 0x80)
    {
      out[0] = (uint8_t)c;
      return 1;
    }
  if (c < 0x800)
    {
      out[0] = (uint8_t)(0xC0 | c >> 6);
      out[1] = (uint8_t)(0x80 | (c & 0x3F));
      return 2;
    }
  if (c < 0x10000)
    {
      out[0] = (uint8_t)(0xE0 | c >> 12);
      out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
      out[2] = (uint8_t)(0x80 | (c & 0x3F));
      return 3;
    }
  out[0] = (uint8_t)(0xF0 | c >> 18);
  out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
  out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
  out[3] = (uint8_t)(0x80 | (c & 0x3F));
  return 4;
}

static bool
is_text_slice (const struct machine *m, const struct gir_type_info *i, uint64_t size)
{
  return i->kind == GIR_T_SLICE && type_info (m, i->elem)->kind == GIR_T_INT && type_size (m, i->elem) == size;
}

enum string_conversion
string_conversion (const struct machine *m, gir_type from, gir_type to)
{
  const struct gir_type_info *a = type_info (m, from), *b = type_info (m, to);
  if (b->kind == GIR_T_STRING)
    {
      if (a->kind == GIR_T_INT || a->kind == GIR_T_UINTPTR)
        return STRING_FROM_INT;
      return is_text_slice (m, a, 1) ? STRING_FROM_BYTES : is_text_slice (m, a, 4) ? STRING_FROM_RUNES : STRING_NONE;
    }
  if (a->kind == GIR_T_STRING)
    return is_text_slice (m, b, 1) ? BYTES_FROM_STRING : is_text_slice (m, b, 4) ? RUNES_FROM_STRING : STRING_NONE;
  return STRING_NONE;
}

static struct go_string
new_text (struct machine *m, const void *text, uint64_t length, uint32_t site)
{
  struct go_string s = { NULL, (int64_t)length };
  if (length)
    s.ptr = memcpy (machine_new_bytes (m, length, site), text, length);
  return s;
}

static void
from_runes (struct machine *m, const struct go_slice *x, struct go_string *y, uint32_t site)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  for (int64_t k = 0; k < x->len; k++)
    {
      uint8_t bytes[4];
      g_byte_array_append (text, bytes, utf8_encode (bytes, ((const int32_t *)(void *)x->ptr)[k]));
    }
  *y = new_text (m, text->data, text->len, site);
}

static void
to_runes (struct machine *m, const struct go_string *x, struct go_slice *y, uint32_t site)
{
  int64_t n = 0, k = 0;
  int width;
  for (int64_t at = 0; at < x->len; at += width, n++)
    utf8_decode (x->ptr + at, x->len - at, &width);
  int32_t *runes = machine_new_bytes (m, (uint64_t)n * 4, site);
  for (int64_t at = 0; at < x->len; at += width)
    runes[k++] = (int32_t)utf8_decode (x->ptr + at, x->len - at, &width);
  *y = (struct go_slice){ (uint8_t *)runes, n, n };
}

static void
from_int (struct machine *m, gir_type from, const void *x, struct go_string *y, uint32_t site)
{
  int64_t rune;
  uint8_t bytes[4];
  convert_number (type_number (m, from), NUMBER_I64, x, &rune);
  if (type_number (m, from) == NUMBER_U64 && rune < 0)
    rune = -1;
  *y = new_text (m, bytes, utf8_encode (bytes, rune), site);
}

void
convert_string (struct machine *m, enum string_conversion how, gir_type from, const void *x, void *y, uint32_t site)
{
  const struct go_string *s = x;
  const struct go_slice *b = x;
  switch (how)
    {
    case STRING_FROM_INT: from_int (m, from, x, y, site); break;
    case STRING_FROM_BYTES: *(struct go_string *)y = new_text (m, b->ptr, (uint64_t)b->len, site); break;
    case STRING_FROM_RUNES: from_runes (m, b, y, site); break;
    case RUNES_FROM_STRING: to_runes (m, s, y, site); break;
    case BYTES_FROM_STRING:
      {
        uint64_t length = (uint64_t)s->len;
        void *bytes = machine_new_bytes (m, length, site);
        if (length)
          memcpy (bytes, s->ptr, length);
        *(struct go_slice *)y = (struct go_slice){ bytes, (int64_t)length, (int64_t)length };
        break;
      }
    case STRING_NONE: break;
    }
}

/* Numbers. */

static int64_t
float_to_int (double x)
{
  return x >= -9223372036854775808.0 && x < 9223372036854775808.0 ? (int64_t)x : INT64_MIN;
}

static uint64_t
float_to_uint (double x)
{
  if (x < 9223372036854775808.0)
    return (uint64_t)float_to_int (x);
  return x < 18446744073709551616.0 ? (uint64_t)x : (uint64_t)1 << 63;
}

static void
store_integer (enum number to, uint64_t x, void *y)
{
  memset (y, 0, 8);
  switch (to)
    {
    case NUMBER_I8:
    case NUMBER_U8: memcpy (y, &x, 1); break;
    case NUMBER_I16:
    case NUMBER_U16: memcpy (y, &x, 2); break;
    case NUMBER_I32:
    case NUMBER_U32: memcpy (y, &x, 4); break;
    default: memcpy (y, &x, 8); break;
    }
}

static uint64_t
load_integer (enum number from, const void *x)
{
  switch (from)
    {
    case NUMBER_I8: return (uint64_t)(int64_t) * (const int8_t *)x;
    case NUMBER_I16: return (uint64_t)(int64_t) * (const int16_t *)x;
    case NUMBER_I32: return (uint64_t)(int64_t) * (const int32_t *)x;
    case NUMBER_U8: return *(const uint8_t *)x;
    case NUMBER_U16: return *(const uint16_t *)x;
    case NUMBER_U32: return *(const uint32_t *)x;
    default: return *(const uint64_t *)x;
    }
}

static void
convert_float (enum number from, enum number to, const void *x, void *y)
{
  double d = from == NUMBER_F32 ? (double)*(const float *)x : *(const double *)x;
  if (to == NUMBER_F32)
    *(float *)y = from == NUMBER_F32 ? *(const float *)x : (float)d;
  else if (to == NUMBER_F64)
    *(double *)y = d;
  else
    store_integer (to, to == NUMBER_U64 ? float_to_uint (d) : (uint64_t)float_to_int (d), y);
}

static void
convert_complex (enum number from, enum number to, const void *x, void *y)
{
  double parts[2];
  if (from == NUMBER_C64)
    {
      parts[0] = (double)((const float *)x)[0];
      parts[1] = (double)((const float *)x)[1];
    }
  else
    memcpy (parts, x, sizeof parts);
  if (to == NUMBER_C64)
    {
      float narrow[2] = { (float)parts[0], (float)parts[1] };
      memcpy (y, narrow, sizeof narrow);
    }
  else
    memcpy (y, parts, sizeof parts);
}

void
convert_number (enum number from, enum number to, const void *x, void *y)
{
  if (from >= NUMBER_C64)
    convert_complex (from, to, x, y);
  else if (from >= NUMBER_F32)
    convert_float (from, to, x, y);
  else
    {
      uint64_t i = load_integer (from, x);
      bool is_unsigned = from >= NUMBER_U8;
      if (to == NUMBER_F64)
        *(double *)y = is_unsigned ? (double)i : (double)(int64_t)i;
      else if (to == NUMBER_F32)
        *(float *)y = is_unsigned ? (float)i : (float)(int64_t)i;
      else
        store_integer (to, i, y);
    }
}
