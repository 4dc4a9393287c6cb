#include "cli/output.h"
#include "cli/status.h"

#include <errno.h>
#include <unistd.h>

gboolean
output_write (const GString *text, GError **error)
{
  size_t done = 0;
  while (done < text->len)
    {
      ssize_t n = write (STDOUT_FILENO, text->str + done, text->len - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, CLI_ERROR, CLI_ERROR_OUTPUT, "cannot write to standard output: %s", g_strerror (errno));
          return FALSE;
        }
      done += (size_t)n;
    }
  return TRUE;
}
