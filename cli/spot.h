/* A position in the source, as a user gives it. */
#pragma once

#include "frontend/gir.h"

/* FILE:LINE[:COL] as asked for; spot_clear frees it. */
struct spot
{
  char *file;
  char *canonical;
  unsigned line; /* 0: any */
  unsigned col;  /* 0: any */
};

/* Parses FILE:LINE[:COL] into @spot, which must be zeroed; with @whole FILE alone too, all of it: its line is 0. FALSE and @error, which
 * says @usage, where it is none. */
gboolean spot_parse (struct spot *spot, const char *text, gboolean whole, const char *usage, GError **error);
void spot_clear (struct spot *spot);

/* The folder of the file as a package to analyse, for where none is named. The caller frees. */
char *spot_folder (const struct spot *spot);
/* A gboolean for each file of @program: whether it is the one asked for. */
GArray *spot_files (const struct spot *spot, const struct gir_program *program);
