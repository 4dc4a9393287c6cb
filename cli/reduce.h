/* Delta debugging of programs: from one on which a check fails to the smallest found on which it still does.
 *
 * Works on canonical .gir text, whose reader rejects what is no program. First bodies go, then whole functions, methods, globals and types,
 * then instructions and blocks; each time chunks of half of what is left, then of a quarter, down to single ones (Zeller & Hildebrandt,
 * "Simplifying and isolating failure-inducing input", 2002, without the subsets). Deterministic. */
#pragma once

#include "cli/matrix.h"

struct reduction
{
  struct matrix *matrix; /* its rows of the check are filled anew with each trial */
  struct check check;
  unsigned most;     /* trials; 0: as many as it takes */
  unsigned n_trials; /* made */
  unsigned n_lines;  /* of the result */
};

/* The smaller text; NULL where the check does not fail on @text itself. The caller frees it. */
char *reduce (struct reduction *r, const char *text);
/* @program as canonical text; the caller frees it. */
char *reduce_text_of (const GirProgram *program, GError **error);
