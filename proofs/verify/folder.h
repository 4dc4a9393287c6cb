/* A folder of certificates, as `stackproof prove` writes it, checked. */
#pragma once
#include "proofs/verify/verify.h"

struct sp_folder
{
  GirProgram *program; /* NULL where it is absent */
  struct sp_rules *rules;
  struct sp_verifier *verifier; /* NULL likewise */
  struct sp_budgets budgets;
  enum sp_proof proof;
  GString *messages; /* a line each */
  double seconds;    /* of processor time spent on checking, without reading */
};

/* Checks all that is in @path. @f must be zeroed; sp_folder_clear frees it in any case. */
void sp_folder_verify (struct sp_folder *f, const char *path);
void sp_folder_clear (struct sp_folder *f);
