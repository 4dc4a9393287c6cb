/* Whatever the bytes: an error or a program, which then can be written and promoted; meant for ASan and UBSan builds too. */
#include "test_gir_util.h"

#include "frontend/flow.h"

static void
use (GirProgram *p)
{
  g_autofree char *once = write_text (p);
  g_autoptr (GirProgram) q = read_good (once);
  g_autofree char *twice = write_text (q);
  assert_string_equal (once, twice);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    gir_promote (p, &p->funcs[fn]);
  assert_verified (p);
  gir_components_free (gir_components_new (p, NULL, 0));
}

/* True if the bytes are a program. */
static bool
try (const char *text, gsize size)
{
  /* a copy of its own, so that sanitizers see reads beyond it */
  g_autofree char *copy = g_memdup2 (text, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_data ("t", copy, size, &error);
  assert_true (!p == !!error);
  if (p)
    use (p);
  else if (error)
    assert_true (g_str_has_prefix (error->message, "t:") && strstr (error->message, "; ") && g_utf8_validate (error->message, -1, NULL));
  return p != NULL;
}

static void
truncation_is_told_or_valid (void **state)
{
  (void)state;
  static const char *const samples[] = { "canonical.gir", "symbolic.gir" };
  for (size_t i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      gsize size;
      g_autofree char *text = read_sample (samples[i], &size);
      uint32_t n_valid = 0;
      for (gsize n = 0; n < size; n++)
        {
          bool valid = try (text, n);
          assert_true (!valid || text[n - 1] == '\n'); /* half a line is never taken for a whole one */
          n_valid += valid;
        }
      assert_true (n_valid > 0);
      assert_true (try (text, size));
    }
}

static void
nothing_is_told (void **state)
{
  (void)state;
  g_autoptr (GError) error = NULL;
  assert_null (gir_read_data ("t", NULL, 0, &error));
  assert_true (g_error_matches (error, GIR_ERROR, GIR_ERROR_TRUNCATED));
}

static void
truncated_functions_are_told (void **state)
{
  (void)state;
  static const char text[] = "gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"a.F\" 0 func() - src\nblock b0\nret\nend\n";
  for (gsize n = 0; n < sizeof text - 1; n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GirProgram) p = gir_read_data ("t", text, n, &error);
      assert_true (p || g_error_matches (error, GIR_ERROR, GIR_ERROR_TRUNCATED));
    }
}

static const char *const words[]
    = { "b0",    "b1",   "b7",    "%x",   "%r",       "%t1", "@0",  "@1",         "$0",   "$1",    "#1",     "#6", "#25",     "_",
        "nil",   "zero", "int",   "*int", "struct{}", "0",   "-1",  "4294967295", "@1:2", "ok",    ".0",     ".9", "alloc",   "phi",
        "\"x\"", "go",   "defer", "=",    "(",        ")",   "end", "ret",        "jmp",  "block", "extern", "in", "recover", "" };

/* Replaces one word of the text by another. */
static void
change_word (GString *text, uint64_t *seed)
{
  gsize at = next_random (seed) % text->len, end;
  while (at > 0 && text->str[at - 1] != ' ' && text->str[at - 1] != '\n')
    at--;
  for (end = at; end < text->len && text->str[end] != ' ' && text->str[end] != '\n';)
    end++;
  g_string_erase (text, (gssize)at, (gssize)(end - at));
  g_string_insert (text, (gssize)at, words[next_random (seed) % G_N_ELEMENTS (words)]);
}

static void
drop_line (GString *text, uint64_t *seed)
{
  gsize at = next_random (seed) % text->len;
  while (at > 0 && text->str[at - 1] != '\n')
    at--;
  const char *end = memchr (text->str + at, '\n', text->len - at);
  g_string_erase (text, (gssize)at, end ? end + 1 - (text->str + at) : -1);
}

static void
changes_are_told_or_valid (void **state)
{
  (void)state;
  gsize size;
  g_autofree char *text = read_sample ("canonical.gir", &size);
  uint64_t seed = 8;
  uint32_t n_valid = 0;
  for (int round = 0; round < 20000; round++)
    {
      g_autoptr (GString) changed = g_string_new_len (text, (gssize)size);
      for (uint32_t n = 1 + next_random (&seed) % 2; n > 0; n--)
        switch (next_random (&seed) % 4)
          {
          case 0: changed->str[next_random (&seed) % changed->len] = (char)next_random (&seed); break;
          case 1: drop_line (changed, &seed); break;
          default: change_word (changed, &seed);
          }
      n_valid += try (changed->str, changed->len);
    }
  assert_true (n_valid > 1000);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (truncation_is_told_or_valid),
    cmocka_unit_test (nothing_is_told),
    cmocka_unit_test (truncated_functions_are_told),
    cmocka_unit_test (changes_are_told_or_valid),
  };
  return cmocka_run_group_tests_name ("gir_robust", tests, NULL, NULL);
}
