#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/load.h"
#include "cli/matrix.h"
#include "cli/output.h"
#include "cli/reduce.h"
#include "cli/status.h"
#include "cli/words.h"

enum
{
  SHOWN_MAX = 20,       /* violations listed */
  REDUCE_TRIALS = 2000, /* candidates tried for the smallest program; `stackproof reduce` goes on to the end */
};

static const char *const variant_names[SP_N_VARIANTS] = { "coarse", "field", "flow", "full" };

/* The violations so far. */
struct violations
{
  const struct session *session;
  unsigned count;
  GString *text;
  gboolean any; /* whether first is one */
  struct check first;
};

/* Adds a line on a site, up to a limit; counts. */
static void
report (void *data, const struct sp_verdict *v, const char *what)
{
  struct violations *x = data;
  if (x->count++ >= SHOWN_MAX)
    return;
  g_autofree char *at = v ? words_place (x->session->program, v->pos) : g_strdup ("-");
  g_autofree char *text = v ? words_site (x->session->program, v) : g_strdup ("all");
  g_string_append_printf (x->text, "%s: %s: %s\n", at, text, what);
}

static void
check_all (const struct matrix *m, struct violations *x)
{
  for (unsigned k = 0; k < m->checks->len; k++)
    {
      struct check check = matrix_check_at (m, k);
      if (matrix_check (m, check, report, x) && !x->any)
        {
          x->first = check;
          x->any = TRUE;
        }
    }
}

static void
print_row (const struct session *session, struct row *row, struct totals *totals, GString *out)
{
  struct findings findings = { 0 };
  findings_init (&findings, session->options, session->program, &row->result, session->gc);
  const struct totals *t = &findings.totals;
  g_string_append_printf (out, "%-8s %-10s %8u %8u %8u %10u %8u %9.2f\n", variant_names[row->variant], row->solver, t->heap,
                          t->sites - t->heap, t->bounded, t->avoidable, t->degraded, row->seconds);
  *totals = *t;
  findings_clear (&findings);
}

static void
print_rows (const struct session *session, const struct matrix *m, GString *out)
{
  unsigned baseline = 0;
  const struct sp_result *first = &matrix_row (m, 0)->result;
  for (uint32_t i = 0; i < first->n_verdicts; i++)
    baseline += first->verdicts[i].baseline;

  g_string_append_printf (out, "%-8s %-10s %8s %8s %8s %10s %8s %9s\n", "variant", "solver", "heap", "stack", "bounded", "avoidable",
                          "degraded", "seconds");
  g_string_append_printf (out, "%-8s %-10s %8u %8u %8s %10s %8s %9.2f\n", "baseline", "", baseline, first->n_verdicts - baseline, "", "",
                          "", first->statistics.baseline_s);
  struct totals totals = { 0 };
  for (unsigned v = 0; v < SP_N_VARIANTS; v++)
    for (unsigned k = v; k < m->rows->len; k += SP_N_VARIANTS)
      print_row (session, matrix_row (m, k), &totals, out);
  if (session->gc)
    g_string_append_printf (out, "%-8s %-10s %8u %8u\n", "gc", "", totals.gc_heap, totals.gc_stack);
}

static void
print_agreement (const struct matrix *m, GString *out)
{
  g_string_append_printf (out, "\n%u sites: full is contained in field and flow, those in coarse, that in the baseline; ",
                          matrix_row (m, 0)->result.n_verdicts);
  for (unsigned k = 0; k < m->solvers->len; k++)
    g_string_append_printf (out, "%s%s", k == 0 ? "" : k + 1 < m->solvers->len ? ", " : " and ", (const char *)m->solvers->pdata[k]);
  g_string_append (out, " agree\n");
}

/* The smallest program that still shows the first violation; the program that was analysed is not the text any more. */
static gboolean
print_smallest (const struct session *session, struct matrix *m, struct check check, GString *out, GError **error)
{
  g_autoptr (GirProgram) program = load_program (session->options, session->options->arguments, error);
  g_autofree char *text = program ? reduce_text_of (program, error) : NULL;
  if (!text)
    return FALSE;
  struct reduction r = { .matrix = m, .check = check, .most = REDUCE_TRIALS };
  g_autofree char *smallest = reduce (&r, text);
  if (smallest)
    g_string_append_printf (out, "\nthe smallest program found that shows the first of them, as .gir text (%u lines, %u tried):\n%s",
                            r.n_lines, r.n_trials, smallest);
  return TRUE;
}

static gboolean
print (struct session *session, struct matrix *m, struct violations *x, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  print_rows (session, m, out);
  check_all (m, x);
  if (x->count)
    g_string_append_printf (out, "\n%u disagreements, a bug in stackproof%s:\n%s", x->count,
                            session->options->against ? " or a difference between the rules" : "", x->text->str);
  else
    print_agreement (m, out);
  if (x->any && !print_smallest (session, m, x->first, out, error))
    return FALSE;
  return output_write (out, error);
}

/* What is wrong is the same in most rows. */
static void
complain_of_certificates (const struct matrix *m)
{
  const char *said = NULL;
  for (unsigned k = 0; k < m->rows->len; k++)
    {
      const char *problem = matrix_row (m, k)->problem;
      if (problem && g_strcmp0 (problem, said) != 0)
        complain (said = problem);
    }
}

static int
run (struct session *session, struct matrix *m, GError **error)
{
  if (!matrix_init (m, session, error))
    return STATUS_ERROR;
  for (unsigned k = 0; k < m->rows->len; k++)
    if (!matrix_fill (m, k, session->program, error))
      return STATUS_ERROR;
  progress_end (&session->progress);
  complain_of_certificates (m);
  session_hear_gc (session);
  g_autoptr (GString) text = g_string_new (NULL);
  struct violations x = { .session = session, .text = text };
  if (!print (session, m, &x, error))
    return STATUS_ERROR;
  return x.count ? STATUS_DISAGREEMENT : STATUS_OK;
}

int
cmd_compare (const struct options *options, GError **error)
{
  struct session session = { 0 };
  struct matrix matrix = { 0 };
  int status = STATUS_ERROR;
  if (session_open (&session, options, options->arguments, error))
    status = run (&session, &matrix, error);
  matrix_clear (&matrix);
  session_close (&session);
  return status;
}
