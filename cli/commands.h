/* The commands: each takes its parsed options, prints its result and returns an exit status; STATUS_ERROR comes with @error. */
#pragma once

#include "cli/options.h"

int cmd_analyse (const struct options *options, GError **error);
int cmd_explain (const struct options *options, GError **error);
int cmd_compare (const struct options *options, GError **error);
int cmd_prove (const struct options *options, GError **error);
int cmd_export (const struct options *options, GError **error);
int cmd_reduce (const struct options *options, GError **error);
