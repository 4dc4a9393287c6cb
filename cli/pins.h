/* Pins: places whose allocations are on the heap whatever the verdict would be, as where another compiler than ours decides. What they
 * hold is judged accordingly: heap storage may not hold a frame's address. */
#pragma once

#include "cli/options.h"
#include "frontend/gir.h"

/* Pins all that @program allocates at the places in the file @options->pins. Each line has a file name, a line and a column, with a tab
 * between; what lies in files that the program does not have is passed over. With --unmatched, lists places in its files where
 * nothing is allocated, on standard error. FALSE and @error if the file cannot be read or has another line. Call before the
 * analysis. */
gboolean pins_apply (GirProgram *program, const struct options *options, GError **error);
