#include "cli/commands.h"
#include "cli/output.h"
#include "cli/output_json.h"
#include "cli/output_params.h"
#include "cli/output_text.h"
#include "cli/session.h"
#include "cli/status.h"
#include "cli/words.h"

#include <stdio.h>

static void
list_unmatched (const struct session *session)
{
  g_autoptr (GString) text = g_string_new (NULL);
  if (session->gc)
    match_list_missed (session->program, session->gc, text);
  fputs (text->str, stderr);
}

static gboolean
print_sites (const struct session *session, const struct sp_result *result, const struct findings *findings, GError **error)
{
  const struct options *options = session->options;
  g_autoptr (GString) out = g_string_new (NULL);
  if (options->json)
    {
      output_json (options, session->program, result, findings, out);
      if (options->params && !options->quiet)
        output_params_json (options, session->program, result, out);
    }
  else
    {
      output_text_sites (options, session->program, result, findings, out);
      if (options->params && !options->quiet)
        output_params_text (session->program, result, out);
      output_text_summary (options, result, findings, session->gc != NULL, session_seconds (session), out);
    }
  return output_write (out, error);
}

static gboolean
print_statistics (const struct options *options, const struct sp_result *result, const struct findings *findings, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  output_text_statistics (result, findings, out);
  if (!options->json)
    return output_write (out, error);
  fputs (out->str, stderr);
  return TRUE;
}

static gboolean
print (struct session *session, struct sp_result *result, const struct findings *findings, GError **error)
{
  const struct options *options = session->options;
  double start = session_seconds (session);
  if (options->unmatched)
    list_unmatched (session);
  if (!print_sites (session, result, findings, error))
    return FALSE;
  result->statistics.output_s = session_seconds (session) - start;
  return !options->stats || print_statistics (options, result, findings, error);
}

static void
complain_of_disagreement (const struct gir_program *program, const struct sp_result *result)
{
  const struct sp_verdict *v = result->verdicts;
  while (!v->disagrees)
    v++;
  g_autofree char *at = words_place (program, v->pos);
  g_autofree char *site = words_site (program, v);
  g_autofree char *message = g_strdup_printf ("%s: %s: the solvers or a coarser analysis disagree on this site%s: a bug in stackproof", at,
                                              site, result->n_disagreements > 1 ? " and others" : "");
  complain (message);
}

static int
exit_status (const struct session *session, const struct sp_result *result, const struct totals *totals)
{
  const struct options *options = session->options;
  if (result->n_disagreements)
    {
      complain_of_disagreement (session->program, result);
      return STATUS_DISAGREEMENT;
    }
  if (result->proof == SP_PROOF_INVALID)
    return STATUS_DISAGREEMENT;
  if (options->fail_on == FAIL_ON_AVOIDABLE && session->gc_run && !session->gc)
    return STATUS_ERROR; /* nobody knows what is avoidable */
  if (options->fail_on == FAIL_ON_AVOIDABLE && totals->avoidable)
    return STATUS_FOUND;
  if (options->fail_on == FAIL_ON_DEGRADED && totals->degraded)
    return STATUS_FOUND;
  return STATUS_OK;
}

static int
run (struct session *session, GError **error)
{
  struct sp_options engine;
  if (!session_engine_options (session, &engine, error))
    return STATUS_ERROR;
  struct sp_result *result = session_analyse (session, &engine, error);
  if (!result)
    return STATUS_ERROR;
  double start = session_seconds (session);
  session_hear_gc (session);
  struct findings findings = { 0 };
  findings_init (&findings, session->options, session->program, result, session->gc);
  result->statistics.gc_s = session_seconds (session) - start;
  int status = STATUS_ERROR;
  if (print (session, result, &findings, error))
    status = exit_status (session, result, &findings.totals);
  findings_clear (&findings);
  sp_result_free (result);
  return status;
}

int
cmd_analyse (const struct options *options, GError **error)
{
  struct session session = { 0 };
  int status = STATUS_ERROR;
  if (session_open (&session, options, options->arguments, error))
    status = run (&session, error);
  session_close (&session);
  return status;
}
