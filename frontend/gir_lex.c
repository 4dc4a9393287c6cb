#include "frontend/gir_lex.h"
#include "base/check.h"
#include "frontend/gir_limits.h"
#include <string.h>

enum
{
  FIRST_BUFFER = 1 << 18
};

void
gir_lex_init_data (struct gir_lex *lex, const char *data, size_t size)
{
  if (!size)
    data = "";
  *lex = (struct gir_lex){ .next = data, .limit = data + size };
}

void
gir_lex_init_stream (struct gir_lex *lex, FILE *stream)
{
  char *buffer = g_malloc (FIRST_BUFFER);
  *lex = (struct gir_lex){ .stream = stream, .buffer = buffer, .capacity = FIRST_BUFFER, .next = buffer, .limit = buffer };
}

void
gir_lex_clear (struct gir_lex *lex)
{
  g_clear_pointer (&lex->buffer, g_free);
  g_clear_pointer (&lex->decoded, g_free);
}

/* Reads on behind the data at hand, which moves to the buffer's start; false if there is no more. */
static bool
refill (struct gir_lex *lex)
{
  if (!lex->stream)
    return false;
  size_t kept = (size_t)(lex->limit - lex->next);
  memmove (lex->buffer, lex->next, kept);
  if (kept == lex->capacity)
    {
      lex->capacity *= 2;
      lex->buffer = g_realloc (lex->buffer, lex->capacity);
    }
  size_t got = fread (lex->buffer + kept, 1, lex->capacity - kept, lex->stream);
  lex->next = lex->buffer;
  lex->limit = lex->buffer + kept + got;
  if (got == 0 && ferror (lex->stream))
    lex->io_error = true;
  return got > 0;
}

/* Takes the next line, whatever it holds. */
static bool
take_line (struct gir_lex *lex)
{
  size_t searched = 0;
  for (;;)
    {
      size_t left = (size_t)(lex->limit - lex->next);
      const char *newline = left > searched ? memchr (lex->next + searched, '\n', left - searched) : NULL;
      searched = newline ? (size_t)(newline - lex->next) : left;
      if (searched > GIR_MAX_LINE)
        {
          lex->line++;
          lex->beyond = true;
          lex->bad = "line too long; at most 16 MiB are read";
          return false;
        }
      if (!newline && refill (lex))
        continue;
      if (lex->io_error || (!newline && !left))
        return false;
      lex->line++;
      lex->unfinished = !newline;
      lex->at = lex->next;
      lex->end = lex->next + searched;
      lex->next = newline ? newline + 1 : lex->end;
      return true;
    }
}

static inline bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

static void
skip_blanks (struct gir_lex *lex)
{
  while (lex->at < lex->end && is_blank (*lex->at))
    lex->at++;
}

bool
gir_lex_line (struct gir_lex *lex)
{
  while (!lex->bad && take_line (lex))
    {
      skip_blanks (lex);
      if (lex->at < lex->end && *lex->at != ';')
        return true;
    }
  return false;
}

static void
set_bad (struct gir_lex *lex, struct gir_token *token, const char *why)
{
  lex->bad = why;
  *token = (struct gir_token){ GIR_TOKEN_BAD, "", 0 };
}

static void
set_beyond (struct gir_lex *lex, struct gir_token *token, const char *why)
{
  lex->beyond = true;
  set_bad (lex, token, why);
}

/* One escape sequence behind its backslash, at @p; yields where it ends, NULL if there is none such. */
static const char *
decode_escape (const char *p, const char *end, char *byte)
{
  if (p == end)
    return NULL;
  switch (*p)
    {
    case '"': *byte = '"'; return p + 1;
    case '\\': *byte = '\\'; return p + 1;
    case 'n': *byte = '\n'; return p + 1;
    case 't': *byte = '\t'; return p + 1;
    case 'r': *byte = '\r'; return p + 1;
    case 'x':
      if (end - p < 3 || !g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]))
        return NULL;
      *byte = (char)(g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]));
      return p + 3;
    default: return NULL;
    }
}

/* Decodes the string from its first backslash on; [start, p) is plain. */
static const char *
decode_string (struct gir_lex *lex, const char *start, const char *p, struct gir_token *token)
{
  size_t room = (size_t)(lex->end - start), n = (size_t)(p - start);
  if (room > lex->decoded_capacity)
    {
      lex->decoded_capacity = MAX (room, lex->decoded_capacity * 2);
      lex->decoded = g_realloc (lex->decoded, lex->decoded_capacity);
    }
  memcpy (lex->decoded, start, n);
  while (p < lex->end && *p != '"')
    if (*p != '\\')
      lex->decoded[n++] = *p++;
    else if (!(p = decode_escape (p + 1, lex->end, &lex->decoded[n++])))
      {
        set_bad (lex, token, "unknown escape sequence in a string; use \\\" \\\\ \\n \\t \\r or \\xHH");
        return NULL;
      }
  *token = (struct gir_token){ GIR_TOKEN_STRING, lex->decoded, n };
  return p;
}

static void
next_string (struct gir_lex *lex, struct gir_token *token)
{
  const char *start = lex->at + 1, *p = start;
  while (p < lex->end && *p != '"' && *p != '\\')
    p++;
  *token = (struct gir_token){ GIR_TOKEN_STRING, start, (size_t)(p - start) };
  if (p < lex->end && *p == '\\')
    p = decode_string (lex, start, p, token);
  if (!p)
    return;
  if (p == lex->end)
    set_bad (lex, token, "string without end; close it with a double quote");
  else if (p + 1 < lex->end && !is_blank (p[1]))
    set_bad (lex, token, "text right behind a string; separate them by a blank");
  else if (token->length > GIR_MAX_STRING)
    set_beyond (lex, token, "string too long; at most 1 MiB is read");
  else
    lex->at = p + 1;
}

void
gir_lex_next (struct gir_lex *lex, struct gir_token *token)
{
  if (lex->bad)
    {
      set_bad (lex, token, lex->bad);
      return;
    }
  skip_blanks (lex);
  const char *start = lex->at, *p = start;
  if (start < lex->end && *start == '"')
    {
      next_string (lex, token);
      return;
    }
  while (p < lex->end && (unsigned char)*p > ' ')
    p++;
  if (p < lex->end && !is_blank (*p))
    {
      set_bad (lex, token, "control character outside of a string; remove it");
      return;
    }
  lex->at = p;
  *token = (struct gir_token){ p == start ? GIR_TOKEN_END : GIR_TOKEN_WORD, start, (size_t)(p - start) };
  if (token->length > GIR_MAX_STRING)
    set_beyond (lex, token, "word too long; at most 1 MiB is read");
}

bool
gir_parse_u64 (const char *text, size_t length, uint64_t *value)
{
  uint64_t x = 0;
  if (!length)
    return false;
  for (size_t i = 0; i < length; i++)
    {
      unsigned digit = (unsigned)(unsigned char)text[i] - '0';
      if (digit > 9 || x > (UINT64_MAX - digit) / 10)
        return false;
      x = x * 10 + digit;
    }
  *value = x;
  return true;
}

bool
gir_parse_u32 (const char *text, size_t length, uint32_t *value)
{
  uint64_t x = 0;
  if (!length || length > 10)
    return false;
  for (size_t i = 0; i < length; i++)
    {
      unsigned digit = (unsigned)(unsigned char)text[i] - '0';
      if (digit > 9)
        return false;
      x = x * 10 + digit;
    }
  *value = (uint32_t)x;
  return x <= UINT32_MAX;
}

bool
gir_parse_i64 (const char *text, size_t length, int64_t *value)
{
  bool minus = length && *text == '-';
  uint64_t x;
  if (!gir_parse_u64 (text + minus, length - minus, &x) || x > (uint64_t)INT64_MAX + minus)
    return false;
  *value = minus ? (int64_t)-x : (int64_t)x;
  return true;
}
