#include "cli/spot.h"
#include "cli/paths.h"
#include "cli/status.h"

#include <string.h>

void
spot_clear (struct spot *spot)
{
  g_free (spot->file);
  g_free (spot->canonical);
}

/* Cuts ":NUMBER" off the end of @text; FALSE if there is none. */
static gboolean
cut_number (char *text, unsigned *number)
{
  char *colon = strrchr (text, ':');
  guint64 value;
  if (!colon || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXINT, &value, NULL))
    return FALSE;
  *colon = 0;
  *number = (unsigned)value;
  return TRUE;
}

gboolean
spot_parse (struct spot *spot, const char *text, gboolean whole, const char *usage, GError **error)
{
  unsigned last = 0, before = 0;
  spot->file = g_strdup (text ? text : "");
  gboolean one = cut_number (spot->file, &last);
  gboolean two = one && cut_number (spot->file, &before);
  spot->line = two ? before : last;
  spot->col = two ? last : 0;
  if (!(one || whole) || !*spot->file)
    {
      g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, usage);
      return FALSE;
    }
  spot->canonical = path_canonical (spot->file);
  return TRUE;
}

char *
spot_folder (const struct spot *spot)
{
  g_autofree char *folder = g_path_get_dirname (spot->file);
  if (g_path_is_absolute (folder) || *folder == '.')
    return g_steal_pointer (&folder);
  return g_strconcat ("./", folder, NULL);
}

static gboolean
same_file (const struct spot *spot, const char *name)
{
  g_autofree char *canonical = path_canonical (name);
  if (strcmp (canonical, spot->canonical) == 0 || strcmp (name, spot->file) == 0)
    return TRUE;
  g_autofree char *tail = g_strconcat ("/", spot->file, NULL);
  return !g_path_is_absolute (spot->file) && g_str_has_suffix (name, tail);
}

GArray *
spot_files (const struct spot *spot, const struct gir_program *program)
{
  GArray *in_file = g_array_new (FALSE, TRUE, sizeof (gboolean));
  for (uint32_t i = 0; i < program->n_files; i++)
    {
      gboolean same = same_file (spot, gir_string (program, program->files[i]));
      g_array_append_val (in_file, same);
    }
  return in_file;
}
