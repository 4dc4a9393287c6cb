/* print, append and the builtins that a defer statement may name. */
#include "proofs/convert.h"
#include "proofs/exec.h"
#include <math.h>

/* As the runtime printed them up to Go 1.25: +d.dddddde+ddd. */
static void
put_long_float (GString *s, double x)
{
  int exponent = 0;
  double v = fabs (x);
  if (v != 0)
    {
      for (; v >= 10; exponent++)
        v /= 10;
      for (; v < 1; exponent--)
        v *= 10;
      v += 5e-7;
      if (v >= 10)
        {
          exponent++;
          v /= 10;
        }
    }
  g_string_append_c (s, signbit (x) ? '-' : '+');
  for (int k = 0; k < 7; k++)
    {
      g_string_append_c (s, (char)('0' + (int)v));
      if (k == 0)
        g_string_append_c (s, '.');
      v = (v - (int)v) * 10;
    }
  g_string_append_printf (s, "e%c%03d", exponent < 0 ? '-' : '+', abs (exponent));
}

/* The fewest digits that read back as the same number, as strconv's 'g' has them. */
static void
put_short_float (GString *s, double x, bool narrow)
{
  char text[40];
  for (int precision = 0; precision < 17; precision++)
    {
      g_snprintf (text, sizeof text, "%.*e", precision, x);
      if (narrow ? (float)g_ascii_strtod (text, NULL) == (float)x : g_ascii_strtod (text, NULL) == x)
        break;
    }
  int exponent = atoi (strchr (text, 'e') + 1);
  if (exponent < -4 || exponent >= 6)
    {
      g_string_append (s, text);
      return;
    }
  int digits = (int)(strchr (text, 'e') - text) - (signbit (x) ? 1 : 0);
  digits = digits > 1 ? digits - 1 : digits;
  g_string_append_printf (s, "%.*f", MAX (digits - 1 - exponent, 0), x);
}

static void
put_float (const struct machine *m, GString *s, double x, bool narrow, bool sign)
{
  size_t start = s->len;
  if (isnan (x))
    g_string_append (s, "NaN");
  else if (isinf (x))
    g_string_append (s, x < 0 ? "-Inf" : "+Inf");
  else if (m->long_floats)
    put_long_float (s, x);
  else
    put_short_float (s, x, narrow);
  if (sign && s->str[start] != '+' && s->str[start] != '-')
    g_string_insert_c (s, (gssize)start, '+');
}

static void
print_number (const struct machine *m, FILE *out, enum number n, const void *value)
{
  uint64_t i;
  g_autoptr (GString) s = g_string_new (NULL);
  if (n >= NUMBER_C64)
    {
      double parts[2];
      convert_number (n, NUMBER_C128, value, parts);
      g_string_append_c (s, '(');
      put_float (m, s, parts[0], n == NUMBER_C64, false);
      put_float (m, s, parts[1], n == NUMBER_C64, true);
      g_string_append (s, "i)");
    }
  else if (n >= NUMBER_F32)
    {
      double x;
      convert_number (n, NUMBER_F64, value, &x);
      put_float (m, s, x, n == NUMBER_F32, false);
    }
  else
    {
      convert_number (n, NUMBER_U64, value, &i);
      if (n >= NUMBER_U8)
        g_string_append_printf (s, "%" G_GUINT64_FORMAT, i);
      else
        g_string_append_printf (s, "%" G_GINT64_FORMAT, (int64_t)i);
    }
  fputs (s->str, out);
}

void
print_value (struct machine *m, FILE *out, gir_type t, const void *value)
{
  const struct gir_type_info *i = type_info (m, t);
  const uint64_t *words = value;
  switch (i->kind)
    {
    case GIR_T_BOOL: fputs (*(const uint8_t *)value ? "true" : "false", out); break;
    case GIR_T_STRING: fwrite (((const struct go_string *)value)->ptr, 1, (size_t)((const struct go_string *)value)->len, out); break;
    case GIR_T_INT:
    case GIR_T_UINTPTR:
    case GIR_T_FLOAT:
    case GIR_T_COMPLEX: print_number (m, out, type_number (m, t), value); break;
    case GIR_T_SLICE:
      fprintf (out, "[%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "]0x%" G_GINT64_MODIFIER "x", (int64_t)words[1], (int64_t)words[2], words[0]);
      break;
    case GIR_T_IFACE: fprintf (out, "(0x%" G_GINT64_MODIFIER "x,0x%" G_GINT64_MODIFIER "x)", words[0], words[1]); break;
    default: fprintf (out, "0x%" G_GINT64_MODIFIER "x", words[0]); break;
    }
}

/* The capacity of gc's growslice, without the rounding up to its size classes, then with them. */
static uint64_t
round_to_class (uint64_t bytes)
{
  static const uint16_t classes[]
      = { 8,    16,   24,   32,    48,    64,    80,    96,    112,   128,   144,   160,   176,   192,   208,   224,   240,
          256,  288,  320,  352,   384,   416,   448,   480,   512,   576,   640,   704,   768,   896,   1024,  1152,  1280,
          1408, 1536, 1792, 2048,  2304,  2688,  3072,  3200,  3456,  4096,  4864,  5120,  5376,  6144,  6528,  6784,  6912,
          8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768 };
  if (bytes > 32768)
    return (bytes + 8191) / 8192 * 8192;
  for (size_t k = 0; k < G_N_ELEMENTS (classes); k++)
    if (bytes <= classes[k])
      return classes[k];
  return bytes;
}

static int64_t
grown (const struct machine *m, gir_type elem, int64_t old, int64_t needed)
{
  int64_t cap = old;
  uint64_t size = type_size (m, elem);
  const int64_t threshold = 256;
  if (needed > 2 * old)
    cap = needed;
  else if (old < threshold)
    cap = 2 * old;
  else
    while (cap < needed)
      cap += (cap + 3 * threshold) >> 2;
  if (!size)
    return needed;
  uint64_t bytes = (uint64_t)cap * size;
  /* Objects with pointers beyond 512 bytes carry a header word. */
  bool header = m->types[elem].pointers && bytes > 512 && bytes <= 32768 - 8;
  return (int64_t)((round_to_class (bytes + (header ? 8 : 0)) - (header ? 8 : 0)) / size);
}

struct go_slice
builtin_append (struct machine *m, struct goroutine *g, gir_type elem, struct go_slice s, const void *more, int64_t n, uint32_t site)
{
  uint64_t size = type_size (m, elem);
  (void)g;
  if (!n)
    return s;
  if (s.len + n > s.cap)
    {
      int64_t cap = grown (m, elem, s.cap, s.len + n);
      uint8_t *fresh = machine_new (m, elem, (uint64_t)cap, site);
      if (s.len)
        memcpy (fresh, s.ptr, (uint64_t)s.len * size);
      s.ptr = fresh;
      s.cap = cap;
    }
  memmove (s.ptr + (uint64_t)s.len * size, more, (uint64_t)n * size);
  s.len += n;
  if (m->watch && m->types[elem].pointers)
    reach_stored (m, s.ptr);
  return s;
}

/* Smith's method as gc's runtime has it, with its rules for infinities. */
void
complex_divide (const double n[2], const double d[2], double r[2])
{
  double e, f;
  if (fabs (d[0]) >= fabs (d[1]))
    {
      double ratio = d[1] / d[0], denominator = d[0] + ratio * d[1];
      e = (n[0] + n[1] * ratio) / denominator;
      f = (n[1] - n[0] * ratio) / denominator;
    }
  else
    {
      double ratio = d[0] / d[1], denominator = d[1] + ratio * d[0];
      e = (n[0] * ratio + n[1]) / denominator;
      f = (n[1] * ratio - n[0]) / denominator;
    }
  if (isnan (e) && isnan (f))
    {
      double a = n[0], b = n[1], c = d[0], k = d[1];
      if (c == 0 && k == 0 && (!isnan (a) || !isnan (b)))
        {
          e = copysign (INFINITY, c) * a;
          f = copysign (INFINITY, c) * b;
        }
      else if ((isinf (a) || isinf (b)) && isfinite (c) && isfinite (k))
        {
          a = copysign (isinf (a) ? 1 : 0, a);
          b = copysign (isinf (b) ? 1 : 0, b);
          e = INFINITY * (a * c + b * k);
          f = INFINITY * (b * c - a * k);
        }
      else if ((isinf (c) || isinf (k)) && isfinite (a) && isfinite (b))
        {
          c = copysign (isinf (c) ? 1 : 0, c);
          k = copysign (isinf (k) ? 1 : 0, k);
          e = 0 * (a * c + b * k);
          f = 0 * (b * c - a * k);
        }
    }
  r[0] = e;
  r[1] = f;
}

enum native_result
late_builtin (struct machine *m, struct goroutine *g, void *args, void *result)
{
  const uint64_t *data = args;
  uint32_t n = (uint32_t)data[0];
  enum gir_builtin which = (enum gir_builtin) (data[0] >> 32);
  const uint8_t *at = (const uint8_t *)(data + 1 + n);
  bool thrown = false;
  (void)result;
  switch (which)
    {
    case GIR_B_PRINT:
    case GIR_B_PRINTLN:
      for (uint32_t k = 0; k < n; k++)
        {
          if (k && which == GIR_B_PRINTLN)
            fputc (' ', m->options.err);
          print_value (m, m->options.err, (gir_type)data[1 + k], at);
          at += register_size (m, (gir_type)data[1 + k]);
        }
      if (which == GIR_B_PRINTLN)
        fputc ('\n', m->options.err);
      return NATIVE_DONE;
    case GIR_B_PANIC: throw_value (m, g, *(const struct go_iface *)(const void *)at); return NATIVE_THROWN;
    case GIR_B_CLOSE: return chan_close (m, g, *(struct go_chan *const *)(const void *)at) ? NATIVE_DONE : NATIVE_THROWN;
    case GIR_B_DELETE:
      map_delete (m, g, *(struct go_map *const *)(const void *)at, (gir_type)data[1], at + 8, &thrown);
      return thrown ? NATIVE_THROWN : NATIVE_DONE;
    case GIR_B_RECOVER: recover_value (m, g, g->top->caller); return NATIVE_DONE; /* as if what defers it called it */
    case GIR_B_CLEAR:
      if (type_info (m, (gir_type)data[1])->kind == GIR_T_MAP)
        {
          map_empty (m, *(struct go_map *const *)(const void *)at);
          return NATIVE_DONE;
        }
      else
        {
          const struct go_slice *all = (const struct go_slice *)(const void *)at;
          if (all->len)
            memset (all->ptr, 0, (uint64_t)all->len * type_size (m, type_info (m, (gir_type)data[1])->elem));
          return NATIVE_DONE;
        }
    case GIR_B_COPY:
      {
        const struct go_slice *to = (const struct go_slice *)(const void *)at, *from = (const struct go_slice *)(const void *)(at + 24);
        int64_t count = MIN (to->len, from->len);
        if (count)
          memmove (to->ptr, from->ptr, (uint64_t)count * type_size (m, type_info (m, (gir_type)data[1])->elem));
        return NATIVE_DONE;
      }
    default: break;
    }
  machine_unsupported (m, "deferred builtin");
}
