/* The options of a command and its arguments, parsed from the table in options.def. */
#pragma once

#include <glib.h>

enum command
{
  COMMAND_ANALYSE,
  COMMAND_EXPLAIN,
  COMMAND_COMPARE,
  COMMAND_POINTSTO,
  COMMAND_PROVE,
  COMMAND_EXPORT,
  COMMAND_REDUCE,
  N_COMMANDS,
};

struct options
{
#define SP_FLAG(field, ...) gboolean field;
#define SP_NUMBER(field, ...) int field;
#define SP_TEXT(field, ...) char *field;
#define SP_CHOICE(field, ...) \
  int field;                  \
  char *field##_text;
#include "cli/options.def"
#undef SP_FLAG
#undef SP_NUMBER
#undef SP_TEXT
#undef SP_CHOICE
  enum command command;
  char **arguments; /* NULL-terminated, never NULL */
};

/* The values of choices whose enum is not the engine's. */
enum
{
  GC_ON,
  GC_OFF,
  GC_INLINED,
};
enum
{
  FORMAT_DIMACS,
  FORMAT_SMT2,
  FORMAT_CHC,
  FORMAT_SOUFFLE,
  FORMAT_FACTS,
  FORMAT_GIR,
};
enum
{
  FAIL_ON_NOTHING,
  FAIL_ON_AVOIDABLE,
  FAIL_ON_DEGRADED,
};

/* Parses the program's arguments; argv[1] may name a command. FALSE and @error on a usage error.
 * @options must be zeroed; options_clear frees its content, in any case. */
gboolean options_parse (struct options *options, int argc, char **argv, GError **error);
void options_clear (struct options *options);

/* The help text of the command that @options is for. */
char *options_help (const struct options *options);

/* The value that was chosen, as written. */
const char *options_variant (const struct options *options);
const char *options_runtime (const struct options *options);
const char *options_solver (const struct options *options);
