/* Runs of the engine over one program in all variants, by all solvers, and the checks that hold between them. */
#pragma once

#include "cli/session.h"

/* One run. */
struct row
{
  enum sp_variant variant;
  const char *solver;
  struct sp_options engine;
  struct sp_result result; /* its verdicts, proof and statistics only: what explanations need is large */
  char *problem;           /* where certificates are not all valid: what is wrong; else NULL */
  double seconds;
};

enum check_kind
{
  CHECK_ROW,       /* row a agrees with itself: its solver with the native one, the variant with coarse, coarse with the baseline */
  CHECK_SAME,      /* rows a and b have the same verdicts */
  CHECK_CONTAINED, /* what is heap in row a is heap in row b */
  CHECK_PROOF,     /* no certificate of row a is invalid */
};
struct check
{
  enum check_kind kind;
  unsigned a, b;
};

struct matrix
{
  GArray *rows;       /* of struct row */
  GArray *checks;     /* of struct check */
  GPtrArray *outside; /* of struct outside */
  GPtrArray *solvers; /* names, in the order of the rows; not owned */
  char *against;      /* text of the second rule file */
  gboolean certified; /* certificates are checked */
};

/* The rows and checks for @session: solvers that are not installed have no rows. FALSE and @error where --against cannot be read. @matrix
 * must be zeroed; matrix_clear frees it in any case. */
gboolean matrix_init (struct matrix *matrix, struct session *session, GError **error);
void matrix_clear (struct matrix *matrix);
struct row *matrix_row (const struct matrix *matrix, unsigned k);
struct check matrix_check_at (const struct matrix *matrix, unsigned k);

/* Fills row @k with a run over @program. */
gboolean matrix_fill (struct matrix *matrix, unsigned k, GirProgram *program, GError **error);
/* Whether @a and @b speak of the same sites, so that they can be compared one by one. */
gboolean matrix_same_sites (const struct row *a, const struct row *b);
/* Calls @tell (may be NULL) for each site that violates @check, whose rows must be filled; returns their number. */
typedef void (*matrix_tell) (void *data, const struct sp_verdict *site, const char *what);
unsigned matrix_check (const struct matrix *matrix, struct check check, matrix_tell tell, void *data);
