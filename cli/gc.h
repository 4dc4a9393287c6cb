/* Runs the Go compiler over the command's targets, beside the analysis, and reads its escape verdicts.
 *
 * `go list -export` compiles the packages without linking them and replays the compiler's output from the build cache. The packages
 * named get -m=2 -l, with --all their dependencies too; -l (no inlining) keeps diagnostics at their own places. */
#pragma once

#include "cli/gc_output.h"
#include "cli/options.h"

typedef struct gc_run GcRun;

/* NULL and @error if the compiler cannot be started. */
GcRun *gc_start (const struct options *options, char *const *targets, GError **error);
/* Waits for the compiler and reads what it said about the files of @program. NULL and @error if it failed. */
GcOutput *gc_finish (GcRun *run, const struct gir_program *program, GError **error);
/* Stops the compiler if it still runs. */
void gc_run_free (GcRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GcRun, gc_run_free)
