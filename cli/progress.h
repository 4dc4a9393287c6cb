/* One changing line on standard error while a run takes long; silent unless that is a terminal. */
#pragma once

#include <stdbool.h>

struct progress
{
  bool shown;     /* standard error is a terminal that can go back to the start of a line */
  int width;      /* of the line on the screen now */
  long long next; /* no update before this monotonic time */
};

void progress_start (struct progress *progress);
/* Has the type of the engine's callback; @progress is a struct progress. */
void progress_update (const char *stage, unsigned done, unsigned total, void *progress);
/* Erases the line. */
void progress_end (struct progress *progress);
