/* Certificates of an analysis: checked while it runs, and written to a folder where asked for (papers/certificate.md). */
#pragma once
#include "proofs/verify/contents.h"
#include "proofs/verify/verify.h"
#include "solver/engine.h"

/* What one worker has told of its component so far. */
struct sp_certify_part
{
  GString *text;
  gsize round; /* where the round that goes on begins in it; G_MAXSIZE without */
  bool settled;
};

struct sp_certify
{
  const struct sp_options *options;
  struct sp_witness witness;
  struct sp_verifier *verifier; /* from the beginning of the analysis on */
  const GirProgram *program;
  const struct sp_rules *rules;
  const char *folder; /* NULL: nothing is written */
  struct sp_certify_part *parts;
  unsigned n_parts;
  GMutex lock; /* of what follows */
  struct sp_contents contents;
  GError *error;
};

/* Sets @c up, and its witness as that of @options, which both must outlive the analysis. */
void sp_certify_init (struct sp_certify *c, struct sp_options *options);
/* Before the result is freed, whose rules the verifier uses. */
void sp_certify_done (struct sp_certify *c);

/* Writes @program to @folder, which is made if it is not there, and reads it again: the certificates speak in the numbers of what is
 * written. The certificates will go there too. NULL and @error on failure; the program that was given is freed in any case. */
GirProgram *sp_certify_write_to (struct sp_certify *c, const char *folder, GirProgram *program, GError **error);
/* After the analysis: writes the table of contents. FALSE and @error when that, or writing a certificate, failed. */
gboolean sp_certify_finish (struct sp_certify *c, GError **error);
