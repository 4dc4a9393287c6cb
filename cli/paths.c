#include "cli/paths.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

char *
path_canonical (const char *path)
{
  char *real = realpath (path, NULL);
  if (!real)
    return g_canonicalize_filename (path, NULL);
  char *copy = g_strdup (real);
  free (real);
  return copy;
}

/* What follows @folder and a slash in @path, or NULL. */
static const char *
below (const char *path, const char *folder)
{
  size_t n = strlen (folder);
  if (strncmp (path, folder, n) != 0)
    return NULL;
  if (n && folder[n - 1] == '/')
    return path + n;
  return path[n] == '/' ? path + n + 1 : NULL;
}

char *
path_display (const char *path, int dot)
{
  if (!g_path_is_absolute (path))
    return g_strdup (path);
  g_autofree char *cwd = g_get_current_dir ();
  const char *rest = below (path, cwd);
  if (!rest)
    return g_strdup (path);
  return g_strconcat (dot && !strchr (rest, '/') ? "./" : "", rest, NULL);
}
