#include "proofs/verify/contents.h"
#include "proofs/verify/read.h"

#include <string.h>

#define FIRST_LINE "stackproof certificate 1"

static const char *const derived_words[] = { [SP_DERIVED_NONE] = "none", [SP_DERIVED_ROOTS] = "roots", [SP_DERIVED_ALL] = "all" };

void
sp_contents_clear (struct sp_contents *contents)
{
  vec_foreach (struct sp_contents_entry, e, &contents->entries)
    g_free (e->name);
  vec_clear (&contents->entries);
  g_clear_pointer (&contents->program, g_free);
}

gboolean
sp_contents_write (const struct sp_contents *contents, const char *folder, GError **error)
{
  g_autoptr (GString) text = g_string_new (FIRST_LINE "\n");
  g_autofree char *path = g_build_filename (folder, "certificate", NULL);
  g_string_append_printf (text, "fields %d\nversions %d\nclosed %d\nderived %s\n", contents->fields, contents->versions, contents->closed,
                          derived_words[contents->derived]);
#define SP_BUDGET(name, otherwise, help) g_string_append_printf (text, "budget %s=%u\n", #name, contents->budgets.name);
#include "constraints/budgets.def"
#undef SP_BUDGET
  g_string_append_printf (text, "program %s\n", contents->program);
  vec_foreach (const struct sp_contents_entry, e, &contents->entries)
    g_string_append_printf (text, "%s %u %s\n", e->settled ? "settled" : "component", e->fn, e->name);
  g_string_append (text, "end\n");
  return g_file_set_contents (path, text->str, (gssize)text->len, error);
}

/* Names are those of files: nothing else gets by. */
static char *
checked_name (const char *text)
{
  bool ok = strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
  return ok ? g_strdup (text) : NULL;
}

static bool
read_entry (struct sp_contents *contents, const char *rest, bool settled)
{
  char *end;
  guint64 fn = g_ascii_strtoull (rest, &end, 10);
  struct sp_contents_entry e = { (uint32_t)fn, settled, *end == ' ' ? checked_name (end + 1) : NULL };
  if (!e.name || fn >= UINT32_MAX)
    {
      g_free (e.name);
      return false;
    }
  vec_push (&contents->entries, e);
  return true;
}

static bool
read_switch (const char *rest, bool *value)
{
  *value = strcmp (rest, "1") == 0;
  return *value || strcmp (rest, "0") == 0;
}

static bool
read_derived (const char *rest, enum sp_derived *derived)
{
  for (unsigned k = 0; k < G_N_ELEMENTS (derived_words); k++)
    if (strcmp (rest, derived_words[k]) == 0)
      {
        *derived = (enum sp_derived)k;
        return true;
      }
  return false;
}

static bool
read_line (struct sp_contents *contents, const char *line)
{
  const char *space = strchr (line, ' '), *rest = space ? space + 1 : "";
  size_t n = space ? (size_t)(space - line) : strlen (line);
#define IS(word) (n == strlen (word) && memcmp (line, word, n) == 0)
  if (IS ("fields"))
    return read_switch (rest, &contents->fields);
  if (IS ("versions"))
    return read_switch (rest, &contents->versions);
  if (IS ("closed"))
    return read_switch (rest, &contents->closed);
  if (IS ("derived"))
    return read_derived (rest, &contents->derived);
  if (IS ("budget"))
    return sp_budgets_set (&contents->budgets, rest, NULL);
  if (IS ("component") || IS ("settled"))
    return read_entry (contents, rest, IS ("settled"));
  if (IS ("program") && !contents->program)
    return (contents->program = checked_name (rest)) != NULL;
#undef IS
  return false;
}

gboolean
sp_contents_read (struct sp_contents *contents, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "certificate", NULL), *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned n = g_strv_length (lines), k = 1;
  contents->budgets = sp_budgets_default;
  bool ok = n > 0 && strcmp (lines[0], FIRST_LINE) == 0;
  n -= n > 0 && *lines[n - 1] == 0; /* what follows the last newline */
  while (ok && k < n && strcmp (lines[k], "end") != 0)
    ok = read_line (contents, lines[k++]);
  if (ok && k < n && contents->program)
    return TRUE;
  g_set_error (error, SP_CERTIFICATE_ERROR, ok ? SP_CERTIFICATE_ERROR_ABSENT : SP_CERTIFICATE_ERROR_WRONG, "%s:%u: %s", path, ok ? n : k,
               ok ? "the text is cut short: `end` or the program is missing" : "no such line is known");
  return FALSE;
}
