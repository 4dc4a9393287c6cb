#include "cli/progress.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum
{
  INTERVAL_US = 100000,
};

void
progress_start (struct progress *progress)
{
  const char *term = g_getenv ("TERM");
  *progress = (struct progress){
    .shown = isatty (STDERR_FILENO) && !g_getenv ("NO_COLOR") && term && strcmp (term, "dumb") != 0,
  };
}

void
progress_update (const char *stage, unsigned done, unsigned total, void *user)
{
  struct progress *progress = user;
  long long now = progress->shown ? g_get_monotonic_time () : 0;
  if (!progress->shown || now < progress->next)
    return;
  progress->next = now + INTERVAL_US;
  int width = total ? fprintf (stderr, "\r%s %u/%u", stage, done, total) : fprintf (stderr, "\r%s", stage);
  if (width < progress->width)
    fprintf (stderr, "%*s", progress->width - width, "");
  progress->width = width;
  fflush (stderr);
}

void
progress_end (struct progress *progress)
{
  if (progress->width)
    fprintf (stderr, "\r%*s\r", progress->width, "");
  progress->width = 0;
  fflush (stderr);
}
