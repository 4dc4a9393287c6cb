#include "cli/status.h"

#include <stdio.h>

G_DEFINE_QUARK (stackproof - cli - error, cli_error)

void
complain (const char *message)
{
  fprintf (stderr, "stackproof: %s\n", message);
}
