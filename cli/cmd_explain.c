#include "cli/commands.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/session.h"
#include "cli/status.h"
#include "cli/words.h"

#include <stdlib.h>
#include <string.h>

/* FILE:LINE[:COL] as asked for. */
struct spot
{
  char *file;
  char *canonical;
  unsigned line;
  unsigned col; /* 0: any */
};

static void
spot_clear (struct spot *spot)
{
  g_free (spot->file);
  g_free (spot->canonical);
}

/* Cuts ":NUMBER" off the end of @text; FALSE if there is none. */
static gboolean
cut_number (char *text, unsigned *number)
{
  char *colon = strrchr (text, ':');
  guint64 value;
  if (!colon || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXINT, &value, NULL))
    return FALSE;
  *colon = 0;
  *number = (unsigned)value;
  return TRUE;
}

static gboolean
spot_parse (struct spot *spot, const char *text, GError **error)
{
  unsigned last = 0, before = 0;
  spot->file = g_strdup (text ? text : "");
  gboolean one = cut_number (spot->file, &last);
  gboolean two = one && cut_number (spot->file, &before);
  spot->line = two ? before : last;
  spot->col = two ? last : 0;
  if (!one || !*spot->file)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "explain takes a position, FILE:LINE or FILE:LINE:COL");
      return FALSE;
    }
  spot->canonical = path_canonical (spot->file);
  return TRUE;
}

/* Where no packages are named: the one in the folder of the file. */
static char *
default_target (const struct spot *spot)
{
  g_autofree char *folder = g_path_get_dirname (spot->file);
  if (g_path_is_absolute (folder) || *folder == '.')
    return g_steal_pointer (&folder);
  return g_strconcat ("./", folder, NULL);
}

static gboolean
same_file (const struct spot *spot, const char *name)
{
  g_autofree char *canonical = path_canonical (name);
  if (strcmp (canonical, spot->canonical) == 0 || strcmp (name, spot->file) == 0)
    return TRUE;
  g_autofree char *tail = g_strconcat ("/", spot->file, NULL);
  return !g_path_is_absolute (spot->file) && g_str_has_suffix (name, tail);
}

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

static GArray *
files_of (const struct spot *spot, const struct gir_program *program)
{
  GArray *in_file = g_array_new (FALSE, TRUE, sizeof (gboolean));
  for (uint32_t i = 0; i < program->n_files; i++)
    {
      gboolean same = same_file (spot, gir_string (program, program->files[i]));
      g_array_append_val (in_file, same);
    }
  return in_file;
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

static void
explain_one (struct session *session, const struct sp_result *result, const struct findings *findings, uint32_t i, GString *out)
{
  const struct sp_verdict *v = &result->verdicts[i];
  g_autofree char *at = words_place (session->program, v->pos);
  g_autofree char *words = words_finding (session->program, v, &findings->of[i]);
  g_autofree char *text = sp_explain (result, i);
  g_string_append_printf (out, "%s%s: %s\n", out->len ? "\n" : "", at, words);
  append_gc (session, v, findings, &findings->of[i], out);
  g_string_append (out, text);
}

static gboolean
explain_all (struct session *session, const struct spot *spot, const struct sp_result *result, GString *out, GError **error)
{
  g_autoptr (GArray) in_file = files_of (spot, session->program);
  struct findings findings = { 0 };
  findings_init (&findings, session->options, session->program, result, session->gc);
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    if (is_there (spot, &result->verdicts[i], in_file))
      explain_one (session, result, &findings, i, out);
  findings_clear (&findings);
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
  struct session session = { 0 };
  int status = STATUS_ERROR;
  if (spot_parse (&spot, options->arguments[0], error))
    {
      g_autofree char *folder = default_target (&spot);
      char *const alone[] = { folder, NULL };
      char *const *targets = options->arguments[1] ? options->arguments + 1 : alone;
      struct options with_tests = *options;
      with_tests.tests |= g_str_has_suffix (spot.file, "_test.go");
      if (session_open (&session, &with_tests, targets, error))
        status = run (&session, &spot, error);
      session_close (&session);
    }
  spot_clear (&spot);
  return status;
}
