#include "cli/session.h"
#include "cli/certified.h"
#include "cli/load.h"
#include "cli/pins.h"
#include "cli/status.h"

gboolean
session_read_rules (const char *path, char **text, GError **error)
{
  if (!path)
    return TRUE;
  if (!g_file_get_contents (path, text, NULL, error)) /* the message names the file */
    return FALSE;
  struct sp_rules *rules = sp_rules_parse (path, *text, error);
  gboolean good = rules != NULL;
  sp_rules_free (rules);
  if (!good)
    g_clear_pointer (text, g_free);
  return good;
}

static gboolean
set_budgets (struct session *session, GError **error)
{
  session->budgets = sp_budgets_default;
  g_auto (GStrv) list = g_strsplit (session->options->budget ? session->options->budget : "", ",", -1);
  for (char **text = list; *text; text++)
    if (!sp_budgets_set (&session->budgets, *text, error))
      return FALSE;
  return TRUE;
}

gboolean
session_open (struct session *session, const struct options *options, char *const *targets, GError **error)
{
  session->options = options;
  session->start = g_get_monotonic_time ();
  progress_start (&session->progress);
  if (!session_read_rules (options->rules, &session->rules, error) || !set_budgets (session, error))
    return FALSE;
  if (options->command != COMMAND_PROVE && options->gc != GC_OFF && load_is_go (targets))
    {
      session->gc_run = gc_start (options, targets, error);
      if (!session->gc_run)
        return FALSE;
    }
  progress_update ("loading", 0, 0, &session->progress);
  double start = session_seconds (session);
  session->program = load_program (options, targets, error);
  session->read_seconds = session_seconds (session) - start;
  return session->program && (!options->pins || pins_apply (session->program, options, error));
}

void
session_close (struct session *session)
{
  progress_end (&session->progress);
  g_clear_pointer (&session->gc, gc_output_free);
  g_clear_pointer (&session->gc_run, gc_run_free);
  g_clear_pointer (&session->program, gir_program_free);
  g_clear_pointer (&session->rules, g_free);
  g_clear_pointer (&session->outside, outside_free);
}

gboolean
session_engine_options (struct session *session, struct sp_options *engine, GError **error)
{
  const struct options *o = session->options;
  *engine = (struct sp_options){
    .variant = (enum sp_variant)o->variant,
    .runtime = (enum sp_runtime)o->runtime,
    .world = (enum sp_world)o->world,
    .solver = (enum sp_solver)MIN (o->solver, (int)SP_SOLVER_OUTSIDE),
    .candidates = (enum sp_candidates)o->candidates,
    .jobs = (unsigned)o->jobs,
    .all_packages = o->all,
    .baseline = true,
    .budgets = &session->budgets,
    .rules = session->rules,
    .progress = progress_update,
    .user = &session->progress,
    .decide = outside_decide,
  };
  if (engine->solver != SP_SOLVER_OUTSIDE)
    return TRUE;
  if (!session->outside)
    session->outside = outside_new (options_solver (o), error);
  engine->decide_user = session->outside;
  return session->outside != NULL;
}

struct sp_result *
session_analyse (struct session *session, const struct sp_options *engine, GError **error)
{
  bool verified = !session->options->no_verify && engine->variant != SP_GC && !engine->witness;
  g_autofree char *problem = NULL;
  struct sp_result *result
      = verified ? certified_analyse (session->program, engine, &problem, error) : sp_analyse (session->program, engine, error);
  progress_end (&session->progress);
  if (problem)
    complain (problem);
  if (result)
    result->statistics.read_s = session->read_seconds;
  return result;
}

void
session_hear_gc (struct session *session)
{
  if (!session->gc_run || session->gc)
    return;
  g_autoptr (GError) error = NULL;
  progress_update ("waiting for the Go compiler", 0, 0, &session->progress);
  session->gc = gc_finish (session->gc_run, session->program, &error);
  progress_end (&session->progress);
  if (session->gc)
    return;
  g_autofree char *message = g_strdup_printf ("the Go compiler's verdicts are missing: %s", error->message);
  complain (message);
}

double
session_seconds (const struct session *session)
{
  return (double)(g_get_monotonic_time () - session->start) / G_USEC_PER_SEC;
}

int
session_run_at (const struct options *options, const struct spot *spot, session_spot_func run, GError **error)
{
  g_autofree char *folder = spot_folder (spot);
  char *const alone[] = { folder, NULL };
  struct options own = *options;
  struct session session = { 0 };
  own.tests |= g_str_has_suffix (spot->file, "_test.go");
  gboolean ok = session_open (&session, &own, options->arguments[1] ? options->arguments + 1 : alone, error);
  int status = ok ? run (&session, spot, error) : STATUS_ERROR;
  session_close (&session);
  return status;
}
