/* `stackproof build|test|run`: the go command with a compiler that obeys the verdicts. All of it is in the helper frontend/gobuild,
 * which asks this program for its verdicts in turn. */
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/status.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

static const char *const verbs[] = { "build", "test", "run" };

gboolean
build_is_asked (int argc, char **argv)
{
  for (size_t i = 0; argc > 1 && i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (argv[1], verbs[i]) == 0)
      return TRUE;
  return FALSE;
}

int
cmd_build (char **argv, GError **error)
{
  g_autofree char *helper = load_helper_path ("STACKPROOF_GOBUILD", "gobuild", error);
  if (!helper)
    return STATUS_ERROR;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  if (self)
    g_setenv ("STACKPROOF", self, TRUE);
  argv[0] = helper;
  execv (helper, argv);
  g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot run %s: %s", helper, g_strerror (errno));
  return STATUS_ERROR;
}
