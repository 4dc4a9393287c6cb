/* Any bytes: an error with a place, or a program that keeps its promises when written, promoted and divided into components. */
#include "frontend/flow.h"
#include "frontend/gir_read.h"
#include "frontend/gir_verify.h"
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
require (bool condition)
{
  if (!condition)
    abort ();
}

static char *
write_text (const GirProgram *p, size_t *size)
{
  char *text = NULL;
  FILE *out = open_memstream (&text, size);
  require (gir_write (p, out, NULL));
  fclose (out);
  return text;
}

static void
check_writing (const GirProgram *p)
{
  size_t size, size_again;
  char *text = write_text (p, &size);
  g_autoptr (GirProgram) q = gir_read_data ("written", text, size, NULL);
  require (q != NULL);
  char *again = write_text (q, &size_again);
  require (size == size_again && !memcmp (text, again, size));
  free (text);
  free (again);
}

static void
check_promotion (GirProgram *p)
{
  g_autoptr (GirVerifier) v = gir_verifier_new (p);
  struct gir_fault fault;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    gir_promote (p, &p->funcs[fn]);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    require (gir_verify_func (v, fn, &fault));
  check_writing (p);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_data ("input", (const char *)data, size, &error);
  require (!p == !!error);
  if (!p)
    {
      require (g_str_has_prefix (error->message, "input:") && strstr (error->message, "; ") != NULL);
      return 0;
    }
  check_writing (p);
  gir_components_free (gir_components_new (p, NULL, 0));
  check_promotion (p);
  return 0;
}
