#include "cli/certified.h"
#include "proofs/certify.h"

#include <string.h>

static char *
describe_problem (const struct sp_verifier *verifier)
{
  g_autofree char *problems = sp_verifier_messages (verifier);
  g_autofree char *first = g_strndup (problems, strcspn (problems, "\n"));
  return g_strdup_printf ("a certificate is not valid: %s: a bug in stackproof", first);
}

struct sp_result *
certified_analyse (GirProgram *program, const struct sp_options *engine, char **problem, GError **error)
{
  struct sp_options options = *engine;
  struct sp_certify certify;
  *problem = NULL;
  sp_certify_init (&certify, &options);
  struct sp_result *result = sp_analyse (program, &options, error);
  if (result)
    {
      result->proof = sp_verifier_verdict (certify.verifier);
      if (result->proof != SP_PROOF_VALID)
        *problem = describe_problem (certify.verifier);
    }
  sp_certify_done (&certify);
  return result;
}
