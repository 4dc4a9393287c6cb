#include "cli/gc.h"
#include "cli/load.h"
#include "cli/status.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct gc_run
{
  GSubprocess *compiler;
  FILE *text; /* what it says: an unlinked file, so that it never waits for its reader */
};

/* Without -l the compiler speaks of a function that it inlines everywhere no more, and of the copies at their calls. */
static char *
compiler_flags (const struct options *options)
{
  return g_strdup_printf ("-gcflags=%s-m=2%s", options->all ? "all=" : "", options->gc == GC_INLINED ? "" : " -l");
}

static GPtrArray *
command_line (const struct options *options, char *const *targets)
{
  GPtrArray *args = g_ptr_array_new_with_free_func (g_free);
  const char *const words[] = { "go", "list", "-export", "-trimpath=false" };
  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    g_ptr_array_add (args, g_strdup (words[i]));
  g_ptr_array_add (args, compiler_flags (options));
  if (options->tests)
    g_ptr_array_add (args, g_strdup ("-test"));
  if (options->tags)
    g_ptr_array_add (args, g_strconcat ("-tags=", options->tags, NULL));
  g_ptr_array_add (args, g_strdup ("--"));
  for (; *targets; targets++)
    g_ptr_array_add (args, g_strdup (*targets));
  g_ptr_array_add (args, NULL);
  return args;
}

GcRun *
gc_start (const struct options *options, char *const *targets, GError **error)
{
  g_autoptr (GcRun) run = g_new0 (GcRun, 1);
  run->text = tmpfile ();
  if (!run->text)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot make a temporary file: %s", g_strerror (errno));
      return NULL;
    }
  g_autoptr (GPtrArray) args = command_line (options, targets);
  g_autoptr (GSubprocessLauncher) launcher = load_new_launcher ();
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  if (!load_take_stderr (launcher, run->text, error))
    return NULL;
  run->compiler = g_subprocess_launcher_spawnv (launcher, (const char *const *)args->pdata, error);
  return run->compiler ? g_steal_pointer (&run) : NULL;
}

/* The first line that is a message, for the error. */
static char *
first_message (FILE *text)
{
  g_autofree char *line = NULL;
  size_t room = 0;
  rewind (text);
  while (getline (&line, &room, text) > 0)
    if (*line != '#' && !g_str_has_prefix (line, " ") && !strstr (line, " escape") && !strstr (line, "leak"))
      return g_strdup (g_strstrip (line));
  return g_strdup ("no message");
}

GcOutput *
gc_finish (GcRun *run, const struct gir_program *program, GError **error)
{
  if (!g_subprocess_wait (run->compiler, NULL, error))
    return NULL;
  if (!g_subprocess_get_successful (run->compiler))
    {
      g_autofree char *message = first_message (run->text);
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "%s", message);
      return NULL;
    }

  GcOutput *output = gc_output_new (program);
  char *line = NULL;
  size_t room = 0;
  rewind (run->text);
  for (ssize_t n; (n = getline (&line, &room, run->text)) > 0;)
    {
      if (line[n - 1] == '\n')
        line[n - 1] = 0;
      gc_output_line (output, line);
    }
  free (line);
  if (!ferror (run->text))
    return output;
  g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot read what it says: %s", g_strerror (errno));
  gc_output_free (output);
  return NULL;
}

void
gc_run_free (GcRun *run)
{
  if (!run)
    return;
  if (run->compiler)
    g_subprocess_force_exit (run->compiler);
  g_clear_object (&run->compiler);
  if (run->text)
    fclose (run->text);
  g_free (run);
}
