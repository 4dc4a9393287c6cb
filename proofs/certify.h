/* Certificates of an analysis: checked while it runs. */
#pragma once
#include "proofs/verify/verify.h"
#include "solver/engine.h"

struct sp_certify
{
  const struct sp_options *options;
  struct sp_witness witness;
  struct sp_verifier *verifier; /* from the beginning of the analysis on */
};

/* Sets @c up, and its witness as that of @options, which both must outlive the analysis. */
void sp_certify_init (struct sp_certify *c, struct sp_options *options);
void sp_certify_done (struct sp_certify *c);
