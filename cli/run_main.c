/* stackproof-run: executes a program and observes which objects outlive what made them. */
#include "base/exhausted.h"
#include "frontend/gir_read.h"
#include "proofs/semantics.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum
{
  EXIT_USAGE = 125, /* no status of the programs' own */
};

static int
complain (const char *text)
{
  fprintf (stderr, "stackproof-run: %s\n", text);
  return EXIT_USAGE;
}

/* Closes @file, which may be NULL; false where not all of it was written. */
static bool
finish_file (FILE *file)
{
  bool failed = file && ferror (file);
  return (!file || fclose (file) == 0) && !failed;
}

static GirProgram *
read_program (const char *path, GError **error)
{
  return strcmp (path, "-") == 0 ? gir_read_stream ("standard input", stdin, error) : gir_read_file (path, error);
}

static void
print_statistics (const struct sem_counts *c, double seconds)
{
  fprintf (stderr,
           "stackproof-run: %" G_GUINT64_FORMAT " instructions in %.3f s (%.1f million a second), %" G_GUINT64_FORMAT
           " objects, %" G_GUINT64_FORMAT " checks, %" G_GUINT64_FORMAT " whole traces\n",
           c->steps, seconds, seconds > 0 ? (double)c->steps / seconds / 1e6 : 0, c->objects, c->checks, c->traces);
}

int
main (int argc, char **argv)
{
  gboolean outlived = FALSE, naive = FALSE, statistics = FALSE, stack = FALSE;
  gint64 seed = 1, steps = 0, memory = 0;
  g_autofree char *trace = NULL, *check = NULL, *to = NULL;
  g_auto (GStrv) rest = NULL;
  GOptionEntry entries[] = {
    { "outlived", 0, 0, G_OPTION_ARG_NONE, &outlived, "Print the sites whose objects outlive their activation or loop pass (JSON lines)",
      NULL },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &to, "Where --outlived prints; standard error else", "FILE" },
    { "check", 0, 0, G_OPTION_ARG_STRING, &check, "Confirm `all' doubtful exits and re-runs (default), or every N-th", "all|N" },
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &trace, "Write the points-to facts observed (JSON lines)", "FILE" },
    { "naive", 0, 0, G_OPTION_ARG_NONE, &naive, "Keep variables in memory", NULL },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Of the scheduler, select and maps' orders", "N" },
    { "steps", 0, 0, G_OPTION_ARG_INT64, &steps, "Instructions at most", "N" },
    { "memory", 0, 0, G_OPTION_ARG_INT64, &memory, "Megabytes at most (2048)", "N" },
    { "stack", 0, 0, G_OPTION_ARG_NONE, &stack, "Say what is unsupported with the stack of calls", NULL },
    { "stats", 0, 0, G_OPTION_ARG_NONE, &statistics, "Print what it took", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, "FILE.gir|- [ARGUMENT...]" },
    { NULL },
  };
  exhausted_begin (EXIT_USAGE);
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_option_context_set_summary (
      context, "Executes a program that goir -values wrote. Exit status: the program's; 2 after a panic, 3 where something is\n"
               "unsupported, 4 over budget, 125 on a usage or input error.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (error->message);
  if (!rest || !rest[0])
    return complain ("no program; write a .gir file or -");
  g_autoptr (GirProgram) p = read_program (rest[0], &error);
  if (!p)
    return complain (error->message);
  if (!gir_is_complete (p))
    return complain ("the program is cut off");
  struct sem_options options = { .seed = (uint64_t)seed,
                                 .steps = (uint64_t)steps,
                                 .memory = (uint64_t)memory << 20,
                                 .outlived = outlived,
                                 .naive = naive,
                                 .stack = stack,
                                 .outlives = stderr,
                                 .out = stdout,
                                 .err = stderr,
                                 .args = rest + 1,
                                 .env = environ };
  options.check = check && strcmp (check, "all") != 0 ? g_ascii_strtoull (check, NULL, 10) : 1;
  if (trace && !(options.facts = fopen (trace, "w")))
    return complain ("cannot write the --trace file");
  if (to && !(options.outlives = fopen (to, "w")))
    return complain ("cannot write the --output file");
  struct sem_counts counts = { 0 };
  char *message = NULL;
  gint64 start = g_get_monotonic_time ();
  int status = sem_run (p, &options, &counts, &message);
  if (message)
    fprintf (stderr, "%s\n", message);
  if (statistics)
    print_statistics (&counts, (double)(g_get_monotonic_time () - start) / 1e6);
  g_free (message);
  if (!finish_file (options.facts))
    return complain ("cannot write the --trace file");
  if (to && !finish_file (options.outlives))
    return complain ("cannot write the --output file");
  return status;
}
