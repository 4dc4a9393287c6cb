#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/status.h"
#include "cli/words.h"
#include "proofs/certify.h"

#include <stdio.h>

static void
count_claim (void *data, gir_fn fn, const struct sp_claim *claim)
{
  (void)fn;
  *(uint32_t *)data += claim->go;
}

static gboolean
print_outcome (const struct sp_certify *certify, enum sp_proof proof, GError **error)
{
  struct sp_verify_counts n = sp_verifier_counts (certify->verifier);
  uint32_t n_stack = 0;
  sp_verifier_foreach_claim (certify->verifier, count_claim, &n_stack);
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_append_printf (out,
                          "%s: certificates of %u components, %u summaries and %u sites on the stack; derivations of %u on the heap: %s\n",
                          certify->folder, certify->contents.entries.size, n.summaries, n_stack, n.refusals, words_proof (proof));
  return output_write (out, error);
}

static int
prove (struct session *session, struct sp_certify *certify, const struct sp_options *engine, GError **error)
{
  struct sp_result *result = session_analyse (session, engine, error);
  gboolean written = result && sp_certify_finish (certify, error);
  int status = STATUS_ERROR;
  if (written)
    {
      enum sp_proof proof = sp_verifier_verdict (certify->verifier);
      g_autofree char *problems = sp_verifier_messages (certify->verifier);
      fputs (problems, stderr);
      gboolean good = proof == SP_PROOF_VALID && result->n_disagreements == 0;
      status = !print_outcome (certify, proof, error) ? STATUS_ERROR : good ? STATUS_OK : STATUS_DISAGREEMENT;
    }
  sp_certify_done (certify);
  sp_result_free (result);
  return status;
}

int
cmd_prove (const struct options *options, GError **error)
{
  struct session session = { 0 };
  struct sp_certify certify = { 0 };
  struct sp_options engine;
  int status = STATUS_ERROR;
  if (!options->output)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "prove needs a folder to write to: -o FOLDER");
  else if (options->variant == SP_GC)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "the model of gc has no certificates; prove another --variant");
  else if (session_open (&session, options, options->arguments, error) && session_engine_options (&session, &engine, error))
    {
      engine.derivations = !options->no_derivations;
      sp_certify_init (&certify, &engine);
      session.program = sp_certify_write_to (&certify, options->output, g_steal_pointer (&session.program), error);
      if (session.program)
        status = prove (&session, &certify, &engine, error);
      else
        sp_certify_done (&certify);
    }
  session_close (&session);
  return status;
}
