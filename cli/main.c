#include "cli/commands.h"
#include "cli/output.h"
#include "cli/status.h"

#include <locale.h>
#include <stdio.h>

static int
print_and_end (const char *text, GError **error)
{
  g_autoptr (GString) out = g_string_new (text);
  return output_write (out, error) ? STATUS_OK : STATUS_ERROR;
}

static int
dispatch (const struct options *options, GError **error)
{
  if (options->help)
    {
      g_autofree char *help = options_help (options);
      return print_and_end (help, error);
    }
  if (options->version)
    return print_and_end ("stackproof " STACKPROOF_VERSION "\n", error);
  switch (options->command)
    {
    case COMMAND_EXPLAIN: return cmd_explain (options, error);
    case COMMAND_COMPARE: return cmd_compare (options, error);
    case COMMAND_POINTSTO: return cmd_pointsto (options, error);
    case COMMAND_PROVE: return cmd_prove (options, error);
    case COMMAND_EXPORT: return cmd_export (options, error);
    case COMMAND_REDUCE: return cmd_reduce (options, error);
    default: return cmd_analyse (options, error);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  struct options options = { 0 };
  setlocale (LC_CTYPE, "");
  int status = STATUS_ERROR;
  if (build_is_asked (argc, argv))
    status = cmd_build (argv, &error);
  else if (options_parse (&options, argc, argv, &error))
    status = dispatch (&options, &error);
  if (error)
    complain (error->message);
  options_clear (&options);
  return status;
}
