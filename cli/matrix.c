#include "cli/matrix.h"
#include "cli/certified.h"
#include "cli/place.h"

static const char *const variant_names[SP_N_VARIANTS] = { "coarse", "field", "flow", "full" };

/* What is contained in what: a site that is heap in the finer variant is heap in the coarser one. */
static const struct
{
  enum sp_variant fine, coarse;
} lattice[] = { { SP_FULL, SP_FIELD }, { SP_FULL, SP_FLOW }, { SP_FIELD, SP_COARSE }, { SP_FLOW, SP_COARSE } };

struct row *
matrix_row (const struct matrix *m, unsigned k)
{
  return &g_array_index (m->rows, struct row, k);
}

struct check
matrix_check_at (const struct matrix *m, unsigned k)
{
  return g_array_index (m->checks, struct check, k);
}

/* --- which rows, which checks ------------------------------------------------------------------------ */

/* A row for each variant. The baseline runs beside the native rows only. */
static void
add_solver (struct matrix *m, const struct sp_options *engine, const char *name, enum sp_solver solver, struct outside *outside)
{
  g_ptr_array_add (m->solvers, (char *)name);
  for (unsigned v = 0; v < SP_N_VARIANTS; v++)
    {
      struct row row = { .variant = (enum sp_variant)v, .solver = name, .engine = *engine };
      row.engine.variant = row.variant;
      row.engine.solver = solver;
      row.engine.decide_user = outside;
      row.engine.baseline = solver == SP_SOLVER_NATIVE;
      g_array_append_val (m->rows, row);
    }
}

static void
add_outside (struct matrix *m, const struct sp_options *engine, const char *name)
{
  struct outside *o = outside_new (name, NULL);
  if (!o)
    return;
  g_ptr_array_add (m->outside, o);
  add_solver (m, engine, outside_name (o), SP_SOLVER_OUTSIDE, o);
}

static void
add_check (struct matrix *m, enum check_kind kind, unsigned a, unsigned b)
{
  struct check c = { kind, a, b };
  g_array_append_val (m->checks, c);
}

/* Rows of one solver stand together, in the order of the variants; the native ones first. */
static void
add_checks (struct matrix *m)
{
  for (unsigned k = 0; k < m->rows->len; k++)
    add_check (m, CHECK_ROW, k, k);
  for (unsigned k = SP_N_VARIANTS; k < m->rows->len; k++)
    add_check (m, CHECK_SAME, k % SP_N_VARIANTS, k);
  for (unsigned first = 0; first < m->rows->len; first += SP_N_VARIANTS)
    for (size_t i = 0; i < G_N_ELEMENTS (lattice); i++)
      add_check (m, CHECK_CONTAINED, first + lattice[i].fine, first + lattice[i].coarse);
  for (unsigned k = 0; m->certified && k < m->rows->len; k++)
    add_check (m, CHECK_PROOF, k, k);
}

gboolean
matrix_init (struct matrix *m, struct session *session, GError **error)
{
  const struct options *o = session->options;
  struct sp_options engine;
  m->rows = g_array_new (FALSE, TRUE, sizeof (struct row));
  m->checks = g_array_new (FALSE, FALSE, sizeof (struct check));
  m->outside = g_ptr_array_new_with_free_func ((GDestroyNotify)outside_free);
  m->solvers = g_ptr_array_new ();
  m->certified = !o->no_verify;
  if (!session_engine_options (session, &engine, error))
    return FALSE;
  if (!session_read_rules (o->against, &m->against, error))
    return FALSE;
  add_solver (m, &engine, "native", SP_SOLVER_NATIVE, NULL);
  add_solver (m, &engine, "z3-horn", SP_SOLVER_Z3_HORN, NULL);
  add_solver (m, &engine, "z3-datalog", SP_SOLVER_Z3_DATALOG, NULL);
  add_outside (m, &engine, "cvc5");
  add_outside (m, &engine, "cadical");
  engine.rules = m->against;
  if (m->against)
    add_solver (m, &engine, "--against", SP_SOLVER_NATIVE, NULL);
  add_checks (m);
  return TRUE;
}

void
matrix_clear (struct matrix *m)
{
  for (unsigned k = 0; m->rows && k < m->rows->len; k++)
    {
      g_free (matrix_row (m, k)->result.verdicts);
      g_free (matrix_row (m, k)->problem);
    }
  g_clear_pointer (&m->rows, g_array_unref);
  g_clear_pointer (&m->checks, g_array_unref);
  g_clear_pointer (&m->outside, g_ptr_array_unref);
  g_clear_pointer (&m->solvers, g_ptr_array_unref);
  g_clear_pointer (&m->against, g_free);
}

/* --- running ----------------------------------------------------------------------------------------- */

gboolean
matrix_fill (struct matrix *m, unsigned k, GirProgram *program, GError **error)
{
  struct row *row = matrix_row (m, k);
  gint64 start = g_get_monotonic_time ();
  g_clear_pointer (&row->problem, g_free);
  struct sp_result *result
      = m->certified ? certified_analyse (program, &row->engine, &row->problem, error) : sp_analyse (program, &row->engine, error);
  if (!result)
    return FALSE;
  row->seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_free (row->result.verdicts);
  row->result = (struct sp_result){ .n_verdicts = result->n_verdicts, .proof = result->proof, .statistics = result->statistics };
  row->result.verdicts = g_memdup2 (result->verdicts, result->n_verdicts * sizeof *result->verdicts);
  sp_result_free (result);
  return TRUE;
}

/* --- checking ---------------------------------------------------------------------------------------- */

static gboolean
same_site (const struct sp_verdict *a, const struct sp_verdict *b)
{
  return place_of (a->pos) == place_of (b->pos) && a->kind == b->kind && a->text == b->text;
}

gboolean
matrix_same_sites (const struct row *a, const struct row *b)
{
  if (a->result.n_verdicts != b->result.n_verdicts)
    return FALSE;
  for (uint32_t i = 0; i < a->result.n_verdicts; i++)
    if (!same_site (&a->result.verdicts[i], &b->result.verdicts[i]))
      return FALSE;
  return TRUE;
}

static const char *
violation_of_row (const struct sp_verdict *v)
{
  if (!v->degraded && (v->heap_go || v->heap_ideal) && !v->baseline)
    return "stack in the baseline, heap in a variant";
  return v->disagrees ? "the engine reports a disagreement" : NULL;
}

static gboolean
differs (const struct sp_verdict *a, const struct sp_verdict *b)
{
  return !a->degraded && !b->degraded && (a->heap_go != b->heap_go || a->heap_ideal != b->heap_ideal);
}

static gboolean
escapes_more (const struct sp_verdict *fine, const struct sp_verdict *coarse)
{
  return !fine->degraded && ((fine->heap_go && !coarse->heap_go) || (fine->heap_ideal && !coarse->heap_ideal));
}

/* One violation at most, of no site. */
static unsigned
check_proof (const struct row *row, matrix_tell tell, void *data)
{
  if (row->result.proof != SP_PROOF_INVALID)
    return 0;
  g_autofree char *what = g_strdup_printf ("a certificate of %s by %s is invalid", variant_names[row->variant], row->solver);
  if (tell)
    tell (data, NULL, what);
  return 1;
}

unsigned
matrix_check (const struct matrix *m, struct check check, matrix_tell tell, void *data)
{
  const struct row *a = matrix_row (m, check.a), *b = matrix_row (m, check.b);
  const char *fine = variant_names[a->variant], *coarse = variant_names[b->variant];
  g_autofree char *same = g_strdup_printf ("%s and %s differ in %s", a->solver, b->solver, fine);
  g_autofree char *contained = g_strdup_printf ("heap in %s, stack in %s", fine, coarse);
  unsigned count = 0;
  if (check.kind == CHECK_PROOF)
    return check_proof (a, tell, data);
  if (!matrix_same_sites (a, b))
    {
      if (tell)
        tell (data, NULL, "the runs do not speak of the same sites");
      return 1;
    }
  for (uint32_t i = 0; i < a->result.n_verdicts; i++)
    {
      const struct sp_verdict *x = &a->result.verdicts[i], *y = &b->result.verdicts[i];
      const char *what = NULL;
      switch (check.kind)
        {
        case CHECK_ROW: what = violation_of_row (x); break;
        case CHECK_SAME: what = differs (x, y) ? same : NULL; break;
        case CHECK_CONTAINED: what = escapes_more (x, y) ? contained : NULL; break;
        case CHECK_PROOF: break;
        }
      count += what != NULL;
      if (what && tell)
        tell (data, x, what);
    }
  return count;
}
