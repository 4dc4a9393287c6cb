/* Lines and tokens of a .gir text, from memory or from a stream. Nothing here knows records.
 *
 * A token is a word (no blanks inside) or a quoted string, already decoded. Its text is valid until the next token. */
#pragma once

#include "frontend/gir_read.h"

enum gir_token_kind
{
  GIR_TOKEN_END, /* of the line */
  GIR_TOKEN_WORD,
  GIR_TOKEN_STRING,
  GIR_TOKEN_BAD, /* lex->bad says why */
};

struct gir_token
{
  enum gir_token_kind kind;
  const char *text;
  size_t length;
};

struct gir_lex
{
  uint32_t line;   /* of the current line, from 1 */
  const char *bad; /* "what is wrong; the mend" */
  bool beyond;     /* that a limit is passed */
  bool io_error;
  bool unfinished; /* the last line has no newline */

  /* private */
  const char *at;
  const char *end; /* of the current line */
  const char *next;
  const char *limit; /* of the data at hand */
  FILE *stream;      /* NULL: all data is at hand */
  char *buffer;
  size_t capacity;
  char *decoded;
  size_t decoded_capacity;
};

void gir_lex_init_data (struct gir_lex *lex, const char *data, size_t size);
void gir_lex_init_stream (struct gir_lex *lex, FILE *stream);
void gir_lex_clear (struct gir_lex *lex);

/* Goes to the next line that is neither blank nor a comment; false at the end, on an I/O error and where lex->bad is set. */
bool gir_lex_line (struct gir_lex *lex);
void gir_lex_next (struct gir_lex *lex, struct gir_token *token);

static inline bool
gir_token_is (const struct gir_token *t, const char *word)
{
  return t->kind == GIR_TOKEN_WORD && t->length == __builtin_strlen (word) && !__builtin_memcmp (t->text, word, t->length);
}

static inline bool
gir_token_starts (const struct gir_token *t, char c)
{
  return t->kind == GIR_TOKEN_WORD && t->text[0] == c;
}

/* Decimal digits only; false also where the value does not fit. */
bool gir_parse_u32 (const char *text, size_t length, uint32_t *value);
bool gir_parse_u64 (const char *text, size_t length, uint64_t *value);
/* With an optional minus sign. */
bool gir_parse_i64 (const char *text, size_t length, int64_t *value);
