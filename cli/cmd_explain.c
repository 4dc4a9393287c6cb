#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/spot.h"
#include "cli/status.h"
#include "cli/words.h"
#include "solver/whynot.h"

#include <stdlib.h>
#include <string.h>

static gboolean
is_in_file (const struct sp_verdict *v, const GArray *in_file)
{
  return v->pos.file < in_file->len && g_array_index (in_file, gboolean, v->pos.file);
}

static gboolean
is_there (const struct spot *spot, const struct sp_verdict *v, const GArray *in_file)
{
  return is_in_file (v, in_file) && v->pos.line == spot->line && (!spot->col || v->pos.col == spot->col);
}

/* The site of the file that is nearest to the line asked for. */
static const struct sp_verdict *
nearest (const struct spot *spot, const struct sp_result *result, const GArray *in_file)
{
  const struct sp_verdict *best = NULL;
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      const struct sp_verdict *v = &result->verdicts[i];
      if (!is_in_file (v, in_file))
        continue;
      if (!best || labs ((long)v->pos.line - (long)spot->line) < labs ((long)best->pos.line - (long)spot->line))
        best = v;
    }
  return best;
}

static void
append_gc (const struct session *session, const struct sp_verdict *v, const struct findings *findings, const struct finding *f,
           GString *out)
{
  if (!session->gc)
    return;
  static const char *const words[] = { [GC_UNREPORTED] = "says nothing", [GC_STACK] = "stack", [GC_HEAP] = "heap" };
  g_string_append_printf (out, "gc: %s", words[f->gc]);
  const struct gc_flow *flow = flaws_explanation (&findings->explanations, place_of (v->pos), gir_string (session->program, v->text));
  if (f->gc == GC_HEAP && flow)
    g_string_append_printf (out, ", by way of: %s (%s)", flow->step, flow->reason);
  if (f->avoidable)
    g_string_append_printf (out, "; class: %s", flaw_text (f->flaw));
  g_string_append_c (out, '\n');
}

enum
{
  WHY_NOT_STACK = 1 /* of the option's values */
};

static gboolean
is_heap (const struct session *session, const struct sp_verdict *v)
{
  return session->options->runtime == SP_RUNTIME_IDEAL ? v->heap_ideal : v->heap_go;
}

static void
explain_one (struct session *session, const struct sp_result *result, const struct findings *findings, struct sp_why_not *why_not,
             uint32_t i, GString *out)
{
  const struct sp_verdict *v = &result->verdicts[i];
  g_autofree char *at = words_place (session->program, v->pos);
  g_autofree char *words = words_finding (session->program, v, &findings->of[i]);
  g_autofree char *text = sp_explain (result, i);
  g_string_append_printf (out, "%s%s: %s\n", out->len ? "\n" : "", at, words);
  append_gc (session, v, findings, &findings->of[i], out);
  g_string_append (out, text);
  if (why_not && is_heap (session, v))
    {
      g_autofree char *lines = sp_why_not_stack (why_not, i);
      g_string_append_printf (out, "why not stack:\n%s", lines);
    }
}

static gboolean
explain_all (struct session *session, const struct spot *spot, const struct sp_result *result, GString *out, GError **error)
{
  g_autoptr (GArray) in_file = spot_files (spot, session->program);
  struct findings findings = { 0 };
  struct sp_why_not *why_not = session->options->why_not == WHY_NOT_STACK ? sp_why_not_new (session->program, result) : NULL;
  findings_init (&findings, session->options, session->program, result, session->gc);
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    if (is_there (spot, &result->verdicts[i], in_file))
      explain_one (session, result, &findings, why_not, i, out);
  findings_clear (&findings);
  sp_why_not_free (why_not);
  if (out->len)
    return TRUE;

  const struct sp_verdict *near = nearest (spot, result, in_file);
  g_autofree char *text = near ? words_site (session->program, near) : NULL;
  if (near)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s:%u: no allocation site there; the nearest is %s at %u:%u", spot->file, spot->line,
                 text, near->pos.line, near->pos.col);
  else
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s: no allocation site in that file, among the packages analysed", spot->file);
  return FALSE;
}

static int
run (struct session *session, const struct spot *spot, GError **error)
{
  struct sp_options engine;
  if (!session_engine_options (session, &engine, error))
    return STATUS_ERROR;
  struct sp_result *result = session_analyse (session, &engine, error);
  if (!result)
    return STATUS_ERROR;
  session_hear_gc (session);
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean ok = explain_all (session, spot, result, out, error) && output_write (out, error);
  int status = !ok ? STATUS_ERROR : result->n_disagreements || result->proof == SP_PROOF_INVALID ? STATUS_DISAGREEMENT : STATUS_OK;
  sp_result_free (result);
  return status;
}

int
cmd_explain (const struct options *options, GError **error)
{
  struct spot spot = { 0 };
  int status = STATUS_ERROR;
  if (options->why_not == WHY_NOT_STACK && options->variant == SP_GC)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "no variant is finer than the model of gc: ask --why-not of another --variant");
      return STATUS_ERROR;
    }
  if (spot_parse (&spot, options->arguments[0], FALSE, "explain takes a position, FILE:LINE or FILE:LINE:COL", error))
    status = session_run_at (options, &spot, run, error);
  spot_clear (&spot);
  return status;
}
