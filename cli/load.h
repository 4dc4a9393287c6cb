/* From the command's targets to a program: a .gir file, or what the Go exporter says about packages or .go files. */
#pragma once

#include "cli/options.h"
#include "frontend/gir.h"
#include <stdio.h>

/* Whether the targets are Go's (packages, .go files), so that the Go compiler can be asked about them too. */
gboolean load_is_go (char *const *targets);

/* NULL and @error if the targets name no program or one with errors. */
GirProgram *load_program (const struct options *options, char *const *targets, GError **error);

/* A launcher for the Go tools: the inherited environment, cgo off unless it says otherwise. */
typedef struct _GSubprocessLauncher GSubprocessLauncher;
GSubprocessLauncher *load_new_launcher (void);

/* Has what is launched write its messages to @file, whose descriptor is duplicated. FALSE and @error where there is none to be had. */
gboolean load_take_stderr (GSubprocessLauncher *launcher, FILE *file, GError **error);

/* The helper program @name: what the environment variable @variable says, else beside this program. NULL and @error if it is not there. */
char *load_helper_path (const char *variable, const char *name, GError **error);
