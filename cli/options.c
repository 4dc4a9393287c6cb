#include "cli/options.h"
#include "cli/status.h"

#include <string.h>

enum
{
  A = 1 << COMMAND_ANALYSE,
  E = 1 << COMMAND_EXPLAIN,
  C = 1 << COMMAND_COMPARE,
  P = 1 << COMMAND_POINTSTO,
  V = 1 << COMMAND_PROVE,
  X = 1 << COMMAND_EXPORT,
  R = 1 << COMMAND_REDUCE,
};

static const char *const command_names[] = { NULL, "explain", "compare", "pointsto", "prove", "export", "reduce" };

static const struct
{
  const char *parameters;
  const char *summary;
} command_help[] = {
  { "PACKAGE...|FILE.go...|FILE.gir",
    "Decides for every allocation site whether its objects can live on the stack, beside the Go compiler's verdict.\n\n"
    "Other commands:\n"
    "  stackproof explain FILE:LINE[:COL] [PACKAGE...|FILE.gir]   why a site is stack or heap\n"
    "  stackproof compare PACKAGE...|FILE.go...|FILE.gir          all variants and solvers in one table\n"
    "  stackproof pointsto FILE[:LINE[:COL]] [PACKAGE...|FILE.gir] what expressions may point to, and calls may call\n"
    "  stackproof prove PACKAGE...|FILE.go...|FILE.gir -o FOLDER  certificates, which stackproof-verify checks\n"
    "  stackproof export --format=FORMAT -o FOLDER PACKAGE...     every query, for other solvers\n"
    "  stackproof reduce PACKAGE...|FILE.gir -o FILE.gir          the smallest program on which solvers, variants or rules disagree\n"
    "  stackproof build|test|run [-n] [-sites] [GO'S ARGUMENTS]    the go command, with sites on the stack that gc has on the heap" },
  { "FILE:LINE[:COL] [PACKAGE...|FILE.go...|FILE.gir]",
    "Explains the verdicts at a position: the derivation for heap, step by step and into the callees, the invariant for stack. Without a "
    "package: the one in FILE's folder." },
  { "PACKAGE...|FILE.go...|FILE.gir", "Runs every variant with both solvers, the baseline and the Go compiler, prints one table and checks "
                                      "that finer is contained in coarser." },
  { "FILE[:LINE[:COL]] [PACKAGE...|FILE.go...|FILE.gir]",
    "Prints what the expressions at a position may point to, the dynamic types of interfaces, and the callees of calls, in the whole "
    "program. "
    "Without a package: the one in FILE's folder; its main function is where the program starts, else all that is exported is called.\n\n"
    "What can be asked for: calls and their arguments (at the parenthesis), parameters, assignments and declarations (at the variable), "
    "loads, "
    "selections, conversions, composite literals, what is returned or sent. The mere use of a local variable has no position of its own." },
  { "PACKAGE...|FILE.go...|FILE.gir -o FOLDER", "Writes certificates of every function's summary and of each site on the stack, and "
                                                "derivations of each on the heap, for `stackproof-verify "
                                                "FOLDER` to check." },
  { "--format=FORMAT -o FOLDER PACKAGE...|FILE.go...|FILE.gir",
    "Writes what the solver is asked, a query for each function of the packages, in FOLDER, and its list, FOLDER/queries.tsv." },
  { "PACKAGE...|FILE.go...|FILE.gir -o FILE.gir",
    "Finds the smallest program, as .gir text, on which `compare` still sees the disagreement that it sees on the whole." },
};

static const char exit_status_help[]
    = "Exit status: 0 the analysis ran, 1 --fail-on found a site, 2 usage or input error, 3 internal disagreement.";

struct entry
{
  unsigned commands;
  GOptionEntry entry;
};

#define CHOICE_HELP(values, otherwise, help) help " (default: " otherwise ")"

static void
add_entries (struct options *o, GArray *entries)
{
  const struct entry table[] = {
#define SP_FLAG(field, long_name, short_name, commands, help) \
  { commands, { long_name, short_name, 0, G_OPTION_ARG_NONE, &o->field, help, NULL } },
#define SP_NUMBER(field, long_name, short_name, commands, argument, otherwise, help) \
  { commands, { long_name, short_name, 0, G_OPTION_ARG_INT, &o->field, help, argument } },
#define SP_TEXT(field, long_name, short_name, commands, argument, help) \
  { commands, { long_name, short_name, 0, G_OPTION_ARG_FILENAME, &o->field, help, argument } },
#define SP_CHOICE(field, long_name, commands, values, otherwise, help) \
  { commands, { long_name, 0, 0, G_OPTION_ARG_STRING, &o->field##_text, CHOICE_HELP (values, otherwise, help), values } },
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
  };

  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].commands & 1u << o->command)
      g_array_append_val (entries, table[i].entry);
  GOptionEntry rest = { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->arguments, NULL, NULL };
  g_array_append_val (entries, rest);
}

static GOptionContext *
new_context (struct options *o)
{
  const char *name = command_names[o->command];
  g_autofree char *parameters = g_strconcat (name ? name : "", name ? " " : "", command_help[o->command].parameters, NULL);
  GOptionContext *context = g_option_context_new (parameters);
  g_option_context_set_summary (context, command_help[o->command].summary);
  g_option_context_set_description (context, exit_status_help);
  g_option_context_set_help_enabled (context, FALSE);

  g_autoptr (GArray) entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  add_entries (o, entries);
  g_option_context_add_main_entries (context, (const GOptionEntry *)(void *)entries->data, NULL);
  return context;
}

static gboolean
choose (const char *option, const char *values, const char *otherwise, char **text, int *index, GError **error)
{
  if (!*text)
    *text = g_strdup (otherwise);
  g_auto (GStrv) list = g_strsplit (values, "|", -1);
  for (int i = 0; list[i]; i++)
    if (strcmp (list[i], *text) == 0)
      {
        *index = i;
        return TRUE;
      }
  g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s does not know “%s”; it takes %s", option, *text, values);
  return FALSE;
}

static gboolean
at_least_one (const char *option, int *value, int otherwise, GError **error)
{
  if (*value == G_MININT)
    *value = otherwise;
  else if (*value < 1)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--%s takes a number of at least 1", option);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_values (struct options *o, GError **error)
{
#define SP_FLAG(field, ...)
#define SP_TEXT(field, ...)
#define SP_NUMBER(field, long_name, short_name, commands, argument, otherwise, help) \
  if (!at_least_one (long_name, &o->field, otherwise, error))                        \
    return FALSE;
#define SP_CHOICE(field, long_name, commands, values, otherwise, help)            \
  if (!choose (long_name, values, otherwise, &o->field##_text, &o->field, error)) \
    return FALSE;
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
  if (!o->jobs)
    o->jobs = (int)g_get_num_processors ();
  return TRUE;
}

static enum command
find_command (int argc, char **argv)
{
  for (int i = COMMAND_EXPLAIN; i < N_COMMANDS; i++)
    if (argc > 1 && strcmp (argv[1], command_names[i]) == 0)
      return (enum command)i;
  return COMMAND_ANALYSE;
}

static void
set_numbers_absent (struct options *o)
{
#define SP_FLAG(field, ...)
#define SP_TEXT(field, ...)
#define SP_CHOICE(field, ...)
#define SP_NUMBER(field, ...) o->field = G_MININT;
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
}

/* Adds an argument, splitting "-j4", which GLib does not know, into "-j" and "4". */
static void
add_argument (GStrvBuilder *builder, const char *arg)
{
#define SP_FLAG(field, ...)
#define SP_TEXT(field, ...)
#define SP_CHOICE(field, ...)
#define SP_NUMBER(field, long_name, short_name, ...)                                            \
  if (arg[0] == '-' && arg[1] == (short_name) && g_ascii_isdigit (arg[2]))                      \
    {                                                                                           \
      g_strv_builder_add_many (builder, (const char[]){ '-', (short_name), 0 }, arg + 2, NULL); \
      return;                                                                                   \
    }
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
  g_strv_builder_add (builder, arg);
}

gboolean
options_parse (struct options *o, int argc, char **argv, GError **error)
{
  o->command = find_command (argc, argv);
  int skip = o->command == COMMAND_ANALYSE ? 0 : 1;
  set_numbers_absent (o);

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_add (builder, "stackproof");
  for (int i = 1 + skip; i < argc; i++)
    add_argument (builder, argv[i]);
  g_auto (GStrv) rest = g_strv_builder_end (builder);

  g_autoptr (GOptionContext) context = new_context (o);
  gboolean parsed = g_option_context_parse_strv (context, &rest, error);
  if (!o->arguments)
    o->arguments = g_new0 (char *, 1);
  return parsed && check_values (o, error);
}

void
options_clear (struct options *o)
{
#define SP_FLAG(field, ...)
#define SP_NUMBER(field, ...)
#define SP_TEXT(field, ...) g_clear_pointer (&o->field, g_free);
#define SP_CHOICE(field, ...) g_clear_pointer (&o->field##_text, g_free);
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
  g_clear_pointer (&o->arguments, g_strfreev);
}

char *
options_help (const struct options *options)
{
  struct options scratch = { .command = options->command };
  g_autoptr (GOptionContext) context = new_context (&scratch);
  return g_option_context_get_help (context, TRUE, NULL);
}

const char *
options_variant (const struct options *options)
{
  return options->variant_text;
}

const char *
options_runtime (const struct options *options)
{
  return options->runtime_text;
}

const char *
options_solver (const struct options *options)
{
  return options->solver_text;
}
