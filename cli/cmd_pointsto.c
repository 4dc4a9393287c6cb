#include "cli/commands.h"
#include "cli/output.h"
#include "cli/output_pointsto.h"
#include "cli/output_text.h"
#include "cli/session.h"
#include "cli/status.h"

#include <stdio.h>

static const char usage[] = "pointsto takes a position: FILE, FILE:LINE or FILE:LINE:COL";

static gboolean
answer_all (struct session *session, const struct spot *spot, struct sp_pointsto *pt, GString *out, GError **error)
{
  g_autoptr (GArray) found = expressions_at (spot, session->options->registers, session->program);
  for (guint k = 0; k < found->len; k++)
    output_answer (session->options, session->program, pt, &g_array_index (found, struct expression, k), out);
  if (found->len)
    return TRUE;
  unsigned near = expressions_nearest (spot, session->program);
  if (near)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s:%u: no expression there that can be asked for; the nearest is in line %u",
                 spot->file, spot->line, near);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s: no expression in that file that can be asked for, among the packages analysed",
                 spot->file);
  return FALSE;
}

static gboolean
print (const struct options *options, const struct sp_pointsto *pt, const GString *answers, GError **error)
{
  g_autoptr (GString) rules = g_string_new (NULL);
  if (options->stats)
    sp_pointsto_foreach_rule (pt, output_text_rule, rules);
  if (options->json)
    fputs (rules->str, stderr);
  return output_write (answers, error) && (options->json || output_write (rules, error));
}

static int
run (struct session *session, const struct spot *spot, GError **error)
{
  struct sp_options engine;
  if (!session_engine_options (session, &engine, error))
    return STATUS_ERROR;
  struct sp_pointsto *pt = sp_pointsto_new (session->program, &engine, error);
  progress_end (&session->progress);
  if (!pt)
    return STATUS_ERROR;
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean ok = answer_all (session, spot, pt, out, error);
  if (ok && session->options->callgraph)
    output_callgraph (session->options, session->program, pt, out);
  ok = ok && print (session->options, pt, out, error);
  int status = !ok ? STATUS_ERROR : sp_pointsto_disagreements (pt) ? STATUS_DISAGREEMENT : STATUS_OK;
  if (status == STATUS_DISAGREEMENT)
    complain ("an answer is not within that of the variant `field`: this is a bug in stackproof");
  sp_pointsto_free (pt);
  return status;
}

int
cmd_pointsto (const struct options *options, GError **error)
{
  struct spot spot = { 0 };
  struct options own = *options;
  int status = STATUS_ERROR;
  own.gc = GC_OFF;
  if (options->variant == SP_GC)
    g_set_error_literal (error, CLI_ERROR, CLI_ERROR_USAGE, "--variant=gc models no points-to sets; pointsto takes coarse|field|flow|full");
  else if (spot_parse (&spot, options->arguments[0], TRUE, usage, error))
    status = session_run_at (&own, &spot, run, error);
  spot_clear (&spot);
  return status;
}
