/* Strings as numbers: equal texts get the same number, numbered from 0 in the order of arrival; 0 is "". Texts may hold NUL
 * bytes: their lengths are kept. The texts never move and live as long as the interner. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct interner Interner;

#define INTERNER_NONE UINT32_MAX

Interner *interner_new (void);
void interner_free (Interner *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Interner, interner_free)

uint32_t interner_add (Interner *s, const char *text, size_t length);
/* The number of a text already there, else INTERNER_NONE. */
uint32_t interner_find (const Interner *s, const char *text, size_t length);
uint32_t interner_size (const Interner *s);
/* Memory held. */
size_t interner_bytes (const Interner *s);
/* The texts by number, NUL-terminated; moves with the next interner_add. */
const char **interner_texts (const Interner *s);

/* The length of a text of any interner, given as interner_texts yields it. */
static inline uint32_t
interner_length (const char *text)
{
  uint32_t length;
  __builtin_memcpy (&length, text - sizeof length, sizeof length);
  return length;
}
