/* What the tests of the frontend share. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
/* cmocka wants the above first */
#include <cmocka.h>

#include "frontend/gir_read.h"
#include "frontend/gir_verify.h"
#include <string.h>

/* Reads a program that must be good. */
static inline GirProgram *
read_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  GirProgram *p = gir_read_data ("t", text, strlen (text), &error);
  if (!p)
    fail_msg ("%s", error->message);
  return p;
}

/* The canonical text of a program; free it. */
static inline char *
write_text (const GirProgram *p)
{
  char *text = NULL;
  size_t size;
  g_autoptr (GError) error = NULL;
  FILE *out = open_memstream (&text, &size);
  assert_true (gir_write (p, out, &error));
  fclose (out);
  char *copy = g_strdup (text);
  free (text);
  return copy;
}

/* The text of a file of tests/gir; free it. */
static inline char *
read_sample (const char *name, gsize *size)
{
  g_autofree char *path = g_build_filename (STACKPROOF_TEST_GIR, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;
  if (!g_file_get_contents (path, &text, size, &error))
    fail_msg ("%s", error->message);
  return text;
}

static inline void
assert_verified (const GirProgram *p)
{
  g_autoptr (GirVerifier) v = gir_verifier_new (p);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      struct gir_fault fault;
      if (!gir_verify_func (v, fn, &fault))
        fail_msg ("%s: %s", gir_string (p, p->funcs[fn].name), fault.message);
    }
}

/* A small generator of numbers that are the same everywhere. */
static inline uint32_t
next_random (uint64_t *state)
{
  *state = *state * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
  return (uint32_t)(*state >> 33);
}
