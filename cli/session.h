/* What every command does first: load the program while the Go compiler runs beside, then analyse, then hear the compiler. */
#pragma once

#include "cli/gc.h"
#include "cli/options.h"
#include "cli/outside.h"
#include "cli/progress.h"
#include "cli/spot.h"
#include "solver/engine.h"

struct session
{
  const struct options *options;
  GirProgram *program;
  GcRun *gc_run;
  GcOutput *gc; /* after session_hear_gc; NULL if the compiler was not asked or failed */
  char *rules;
  struct outside *outside; /* the solver asked for, if it is a program of its own */
  struct sp_budgets budgets;
  struct progress progress;
  gint64 start; /* monotonic time */
  double read_seconds;
};

/* Starts the compiler, loads the program and the rules. @session must be zeroed; session_close frees it in any case. */
gboolean session_open (struct session *session, const struct options *options, char *const *targets, GError **error);
void session_close (struct session *session);
/* Reads the rule file @path, where that is not NULL, into @text, which the caller frees. An error's message names the file, and what is
 * wrong with its rules by line. */
gboolean session_read_rules (const char *path, char **text, GError **error);

/* What a command says of a place in the source; yields the exit status. */
typedef int (*session_spot_func) (struct session *session, const struct spot *spot, GError **error);
/* Opens a session on @options' targets behind the place, or on the package in the folder of @spot's file, with its tests where the file is
 * one of them, and yields what @run says; STATUS_ERROR and @error when that fails. */
int session_run_at (const struct options *options, const struct spot *spot, session_spot_func run, GError **error);

/* The engine's options for the variant and solver asked for. FALSE and @error where the solver is not there. */
gboolean session_engine_options (struct session *session, struct sp_options *engine, GError **error);
/* The certificates are checked on the way, unless that is turned off or @engine has a witness of its own: the outcome is in the result. */
struct sp_result *session_analyse (struct session *session, const struct sp_options *engine, GError **error);
/* Waits for the compiler. If it failed, says so on standard error; its verdicts are then missing. */
void session_hear_gc (struct session *session);

double session_seconds (const struct session *session);
