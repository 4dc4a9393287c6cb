/* How the command ends: exit statuses, and the errors of the command line itself. */
#pragma once

#include <glib.h>

enum
{
  STATUS_OK = 0,
  STATUS_FOUND = 1,        /* --fail-on found a site */
  STATUS_ERROR = 2,        /* usage or input error */
  STATUS_DISAGREEMENT = 3, /* stackproof contradicts itself */
};

#define CLI_ERROR (cli_error_quark ())
GQuark cli_error_quark (void);
enum cli_error
{
  CLI_ERROR_USAGE,
  CLI_ERROR_INPUT,
  CLI_ERROR_OUTPUT,
};

/* Prints one line on standard error: "stackproof: message". */
void complain (const char *message);
