#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/status.h"
#include "cli/words.h"

/* One row of the table: one run of the engine. */
struct row
{
  enum sp_variant variant;
  enum sp_solver solver;
  struct sp_result result; /* its verdicts and statistics only: what explanations need is large */
  double seconds;
};

static const char *const variant_names[SP_N_VARIANTS] = { "coarse", "field", "flow", "full" };
static const enum sp_solver solvers[] = { SP_SOLVER_NATIVE, SP_SOLVER_Z3_HORN };
static const char *const solver_names[] = { "native", "z3-horn" };

enum
{
  N_SOLVERS = G_N_ELEMENTS (solvers),
  N_ROWS = SP_N_VARIANTS * N_SOLVERS,
  SHOWN_MAX = 20, /* violations listed */
};

/* What is contained in what: a site that is heap in the finer variant is heap in the coarser one. */
static const struct
{
  enum sp_variant fine, coarse;
} lattice[] = { { SP_FULL, SP_FIELD }, { SP_FULL, SP_FLOW }, { SP_FIELD, SP_COARSE }, { SP_FLOW, SP_COARSE } };

static gboolean
fill (struct session *session, struct row *rows, GError **error)
{
  struct sp_options engine = session_engine_options (session);
  for (int i = 0; i < N_ROWS; i++)
    {
      struct row *row = &rows[i];
      row->variant = (enum sp_variant) (i / N_SOLVERS);
      row->solver = engine.solver = solvers[i % N_SOLVERS];
      engine.variant = row->variant;
      gint64 start = g_get_monotonic_time ();
      struct sp_result *result = session_analyse (session, &engine, error);
      if (!result)
        return FALSE;
      row->seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      row->result = (struct sp_result){ .n_verdicts = result->n_verdicts, .proof = result->proof, .statistics = result->statistics };
      row->result.verdicts = g_memdup2 (result->verdicts, result->n_verdicts * sizeof *result->verdicts);
      sp_result_free (result);
    }
  return TRUE;
}

/* Adds a line on a site to @out, up to a limit; counts. */
static void
report (const struct session *session, const struct sp_verdict *v, const char *what, unsigned *count, GString *out)
{
  if ((*count)++ >= SHOWN_MAX)
    return;
  g_autofree char *at = words_place (session->program, v->pos);
  g_autofree char *text = words_site (session->program, v);
  g_string_append_printf (out, "%s: %s: %s\n", at, text, what);
}

static gboolean
same_site (const struct sp_verdict *a, const struct sp_verdict *b)
{
  return place_of (a->pos) == place_of (b->pos) && a->kind == b->kind && a->text == b->text;
}

static gboolean
escapes_more (const struct sp_verdict *fine, const struct sp_verdict *coarse)
{
  return !fine->degraded && ((fine->heap_go && !coarse->heap_go) || (fine->heap_ideal && !coarse->heap_ideal));
}

static void
check_pair (const struct session *session, const struct row *fine, const struct row *coarse, unsigned *count, GString *out)
{
  g_autofree char *what = g_strdup_printf ("heap in %s, stack in %s", variant_names[fine->variant], variant_names[coarse->variant]);
  for (uint32_t i = 0; i < fine->result.n_verdicts; i++)
    if (escapes_more (&fine->result.verdicts[i], &coarse->result.verdicts[i]))
      report (session, &fine->result.verdicts[i], what, count, out);
}

static void
check_solvers (const struct session *session, const struct row *native, const struct row *z3, unsigned *count, GString *out)
{
  g_autofree char *what = g_strdup_printf ("native and z3-horn differ in %s", variant_names[native->variant]);
  for (uint32_t i = 0; i < native->result.n_verdicts; i++)
    {
      const struct sp_verdict *a = &native->result.verdicts[i], *b = &z3->result.verdicts[i];
      if (!a->degraded && !b->degraded && (a->heap_go != b->heap_go || a->heap_ideal != b->heap_ideal))
        report (session, a, what, count, out);
    }
}

static void
check_row (const struct session *session, const struct row *row, unsigned *count, GString *out)
{
  if (row->result.proof == SP_PROOF_INVALID)
    {
      g_string_append_printf (out, "a certificate of %s is invalid\n", variant_names[row->variant]);
      ++*count;
    }
  for (uint32_t i = 0; i < row->result.n_verdicts; i++)
    {
      const struct sp_verdict *v = &row->result.verdicts[i];
      if (!v->degraded && (v->heap_go || v->heap_ideal) && !v->baseline)
        report (session, v, "stack in the baseline, heap in a variant", count, out);
      else if (v->disagrees)
        report (session, v, "the engine reports a disagreement", count, out);
    }
}

/* Whether all rows speak of the same sites, so that they can be compared line by line. */
static gboolean
same_sites (const struct row *rows)
{
  for (int i = 1; i < N_ROWS; i++)
    {
      if (rows[i].result.n_verdicts != rows[0].result.n_verdicts)
        return FALSE;
      for (uint32_t j = 0; j < rows[0].result.n_verdicts; j++)
        if (!same_site (&rows[i].result.verdicts[j], &rows[0].result.verdicts[j]))
          return FALSE;
    }
  return TRUE;
}

static unsigned
check (const struct session *session, const struct row *rows, GString *out)
{
  unsigned count = 0;
  if (!same_sites (rows))
    {
      g_string_append (out, "the variants do not speak of the same sites\n");
      return 1;
    }
  for (int i = 0; i < N_ROWS; i++)
    check_row (session, &rows[i], &count, out);
  for (int i = 0; i < SP_N_VARIANTS; i++)
    check_solvers (session, &rows[i * N_SOLVERS], &rows[i * N_SOLVERS + 1], &count, out);
  for (size_t i = 0; i < G_N_ELEMENTS (lattice); i++)
    for (int j = 0; j < N_SOLVERS; j++)
      check_pair (session, &rows[lattice[i].fine * N_SOLVERS + j], &rows[lattice[i].coarse * N_SOLVERS + j], &count, out);
  return count;
}

static void
print_rows (const struct session *session, struct row *rows, GString *out)
{
  unsigned baseline = 0;
  for (uint32_t i = 0; i < rows[0].result.n_verdicts; i++)
    baseline += rows[0].result.verdicts[i].baseline;

  g_string_append_printf (out, "%-8s %-8s %8s %8s %8s %10s %8s %9s\n", "variant", "solver", "heap", "stack", "bounded", "avoidable",
                          "degraded", "seconds");
  unsigned gc_heap = 0, gc_stack = 0;
  for (int i = 0; i < N_ROWS; i++)
    {
      struct findings findings = { 0 };
      findings_init (&findings, session->options, session->program, &rows[i].result, session->gc);
      const struct totals *t = &findings.totals;
      if (i == 0)
        g_string_append_printf (out, "%-8s %-8s %8u %8u %8s %10s %8s %9.2f\n", "baseline", "", baseline, t->sites - baseline, "", "", "",
                                rows[0].result.statistics.baseline_s);
      g_string_append_printf (out, "%-8s %-8s %8u %8u %8u %10u %8u %9.2f\n", variant_names[rows[i].variant], solver_names[i % N_SOLVERS],
                              t->heap, t->sites - t->heap, t->bounded, t->avoidable, t->degraded, rows[i].seconds);
      gc_heap = t->gc_heap;
      gc_stack = t->gc_stack;
      findings_clear (&findings);
    }
  if (session->gc)
    g_string_append_printf (out, "%-8s %-8s %8u %8u\n", "gc", "", gc_heap, gc_stack);
}

static int
run (struct session *session, struct row *rows, GError **error)
{
  if (!fill (session, rows, error))
    return STATUS_ERROR;
  session_hear_gc (session);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) violations = g_string_new (NULL);
  print_rows (session, rows, out);
  unsigned count = check (session, rows, violations);
  if (count)
    g_string_append_printf (out, "\n%u disagreements, a bug in stackproof:\n%s", count, violations->str);
  else
    g_string_append_printf (
        out, "\n%u sites: full is contained in field and flow, those in coarse, that in the baseline; native and z3-horn agree\n",
        rows[0].result.n_verdicts);
  if (!output_write (out, error))
    return STATUS_ERROR;
  return count ? STATUS_DISAGREEMENT : STATUS_OK;
}

int
cmd_compare (const struct options *options, GError **error)
{
  struct session session = { 0 };
  struct row rows[N_ROWS] = { 0 };
  int status = STATUS_ERROR;
  if (session_open (&session, options, options->arguments, error))
    status = run (&session, rows, error);
  for (int i = 0; i < N_ROWS; i++)
    g_free (rows[i].result.verdicts);
  session_close (&session);
  return status;
}
