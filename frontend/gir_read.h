/* Reading and writing .gir (papers/gir.md). */
#pragma once
#include "frontend/gir.h"
#include <stdio.h>

#define GIR_ERROR (gir_error_quark ())
GQuark gir_error_quark (void);
enum gir_error
{
  GIR_ERROR_SYNTAX,
  GIR_ERROR_VERIFY,
  GIR_ERROR_TRUNCATED,
  GIR_ERROR_IO,
  GIR_ERROR_LIMIT
};

/* Reads and verifies a whole program from @data (@size bytes; need not be NUL-terminated; copied as needed).
 * @name names the input in messages, which read "NAME:LINE: what is wrong; the mend". NULL and @error set on bad input. */
GirProgram *gir_read_data (const char *name, const char *data, size_t size, GError **error);
/* The same from an open stream (a pipe from the exporter), read to its end. */
GirProgram *gir_read_stream (const char *name, FILE *stream, GError **error);
GirProgram *gir_read_file (const char *path, GError **error);

/* Whether the exporter finished: the last record is `meta complete "1"`. */
bool gir_is_complete (const GirProgram *p);

/* Writes @p in canonical form. For any text that gir_read accepts: write (read (write (read (x)))) == write (read (x));
 * and write (read (x)) == x for what the exporter writes. */
gboolean gir_write (const GirProgram *p, FILE *out, GError **error);
