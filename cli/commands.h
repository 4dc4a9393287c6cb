/* The commands: each takes its parsed options, prints its result and returns an exit status; STATUS_ERROR comes with @error. */
#pragma once

#include "cli/options.h"

int cmd_analyse (const struct options *options, GError **error);
int cmd_explain (const struct options *options, GError **error);
int cmd_compare (const struct options *options, GError **error);
int cmd_pointsto (const struct options *options, GError **error);
int cmd_prove (const struct options *options, GError **error);
int cmd_export (const struct options *options, GError **error);
int cmd_reduce (const struct options *options, GError **error);

/* Whether the command line begins with `build`, `test` or `run`: what follows is mostly the go command's. */
gboolean build_is_asked (int argc, char **argv);
/* Becomes the helper that carries out the command line @argv; returns only if that fails. */
int cmd_build (char **argv, GError **error);
