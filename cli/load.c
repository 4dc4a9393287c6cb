#include "cli/load.h"
#include "cli/paths.h"
#include "cli/status.h"
#include "frontend/gir_read.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  MESSAGES_MAX = 1 << 20, /* bytes of the exporter's messages that are read */
};

GSubprocessLauncher *
load_new_launcher (void)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_setenv (launcher, "CGO_ENABLED", "0", FALSE);
  return launcher;
}

gboolean
load_take_stderr (GSubprocessLauncher *launcher, FILE *file, GError **error)
{
  int fd = dup (fileno (file));
  if (fd < 0)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot keep the messages of what is run: %s", g_strerror (errno));
      return FALSE;
    }
  g_subprocess_launcher_take_stderr_fd (launcher, fd);
  return TRUE;
}

gboolean
load_is_go (char *const *targets)
{
  return targets[0] && !g_str_has_suffix (targets[0], ".gir");
}

char *
load_helper_path (const char *variable, const char *name, GError **error)
{
  const char *set = g_getenv (variable);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self ? self : "./stackproof");
  g_autofree char *path = set ? g_strdup (set) : g_build_filename (folder, name, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&path);
  g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT,
               "%s: this helper is not there; `./dev build` makes it where Go 1.24 or newer is installed (.gir files need none)", path);
  return NULL;
}

/* The first line of @text with a short file name, and how many more there are. */
static char *
one_message (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  unsigned more = 0;
  for (unsigned i = 0; lines[i]; i++)
    more += i && *lines[i];
  char *colon = strchr (lines[0] ? lines[0] : "", ':');
  g_autofree char *file = colon ? g_strndup (lines[0], (size_t)(colon - lines[0])) : NULL;
  g_autofree char *shown = file ? path_display (file, FALSE) : NULL;
  g_autofree char *first = shown ? g_strconcat (shown, colon, NULL) : g_strdup (lines[0] ? lines[0] : "");
  if (more)
    return g_strdup_printf ("%s (and %u more error%s)", first, more, more > 1 ? "s" : "");
  return g_steal_pointer (&first);
}

static char *
read_messages (FILE *messages)
{
  rewind (messages);
  g_autofree char *text = g_malloc (MESSAGES_MAX + 1);
  size_t n = fread (text, 1, MESSAGES_MAX, messages);
  text[n] = 0;
  g_strstrip (text);
  return g_utf8_make_valid (text, -1);
}

/* Whether the exporter ended well; else its own message is the error. */
static gboolean
check_exporter (GSubprocess *exporter, FILE *messages, GError **error)
{
  if (!g_subprocess_wait (exporter, NULL, error))
    return FALSE;
  if (g_subprocess_get_successful (exporter))
    return TRUE;
  g_autofree char *text = read_messages (messages);
  g_autofree char *message = one_message (text);
  if (*message)
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_INPUT, message);
  else if (g_subprocess_get_if_signaled (exporter))
    g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "the Go exporter was killed by signal %d", g_subprocess_get_term_sig (exporter));
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "the Go exporter failed without a message");
  return FALSE;
}

static GSubprocess *
start_exporter (const struct options *options, char *const *targets, FILE *messages, GError **error)
{
  g_autofree char *path = load_helper_path ("STACKPROOF_GOIR", "goir", error);
  if (!path)
    return NULL;
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_ptr_array_add (args, path);
  if (options->tests)
    g_ptr_array_add (args, (char *)"-tests");
  if (options->tags)
    {
      g_ptr_array_add (args, (char *)"-tags");
      g_ptr_array_add (args, options->tags);
    }
  g_ptr_array_add (args, (char *)"--");
  for (; *targets; targets++)
    g_ptr_array_add (args, *targets);
  g_ptr_array_add (args, NULL);

  g_autoptr (GSubprocessLauncher) launcher = load_new_launcher ();
  g_subprocess_launcher_set_flags (launcher, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  if (!load_take_stderr (launcher, messages, error))
    return NULL;
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)args->pdata, error);
}

/* Reads all that @exporter writes. On bad text the exporter is @stopped, or it would wait for a reader for ever. */
static GirProgram *
read_pipe (GSubprocess *exporter, gboolean *stopped, GError **error)
{
  GInputStream *pipe = g_subprocess_get_stdout_pipe (exporter);
  FILE *stream = fdopen (dup (g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (pipe))), "r");
  if (!stream)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot read the Go exporter's pipe: %s", g_strerror (errno));
      return NULL;
    }
  GirProgram *program = gir_read_stream ("goir", stream, error);
  *stopped = !program && !feof (stream);
  if (*stopped)
    g_subprocess_force_exit (exporter);
  fclose (stream);
  return program;
}

/* Whether @program is all of what was written: the exporter names itself first and says `meta complete` last. Text written by hand
 * needs neither. */
static gboolean
check_complete (const char *name, const GirProgram *program, GError **error)
{
  gboolean exported = FALSE;
  for (uint32_t i = 0; i < program->n_metas; i++)
    exported |= strcmp (gir_string (program, program->metas[i].key), "goir") == 0;
  if (exported && !gir_is_complete (program))
    g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "%s: the text is cut short: `meta complete` is missing; export the program again",
                 name);
  else if (program->n_pkgs == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "%s: there is no package in it", name);
  else
    return TRUE;
  return FALSE;
}

static GirProgram *
load_file (const char *path, GError **error)
{
  g_autoptr (GirProgram) program = gir_read_file (path, error);
  if (!program || !check_complete (path, program, error))
    return NULL;
  return g_steal_pointer (&program);
}

static GirProgram *
load_go (const struct options *options, char *const *targets, GError **error)
{
  FILE *messages = tmpfile ();
  if (!messages)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "cannot make a temporary file: %s", g_strerror (errno));
      return NULL;
    }
  g_autoptr (GSubprocess) exporter = start_exporter (options, targets, messages, error);
  g_autoptr (GirProgram) program = NULL;
  g_autoptr (GError) bad_text = NULL;
  g_autoptr (GError) bad_exit = NULL;
  if (exporter)
    {
      gboolean stopped = FALSE;
      program = read_pipe (exporter, &stopped, &bad_text);
      gboolean ended_well = check_exporter (exporter, messages, &bad_exit);
      if (!ended_well && !stopped)
        {
          g_clear_pointer (&program, gir_program_free);
          g_propagate_error (error, g_steal_pointer (&bad_exit));
        }
      else if (bad_text)
        g_propagate_error (error, g_steal_pointer (&bad_text));
      else if (!check_complete ("goir", program, error))
        g_clear_pointer (&program, gir_program_free);
    }
  fclose (messages);
  return g_steal_pointer (&program);
}

GirProgram *
load_program (const struct options *options, char *const *targets, GError **error)
{
  unsigned n = g_strv_length ((char **)targets);
  unsigned n_gir = 0;
  for (unsigned i = 0; i < n; i++)
    n_gir += g_str_has_suffix (targets[i], ".gir");
  if (n == 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "name packages, .go files or a .gir file; `stackproof --help` says more");
  else if (n_gir == 0)
    return load_go (options, targets, error);
  else if (n > 1)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "a .gir file stands alone; analyse %s in a run of its own",
                 g_str_has_suffix (targets[0], ".gir") ? targets[0] : targets[1]);
  else
    return load_file (targets[0], error);
  return NULL;
}
