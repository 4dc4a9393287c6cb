#include "proofs/certify.h"

static void
begin (void *user, const GirProgram *program, bool closed, const struct sp_rules *rules, unsigned n_workers)
{
  struct sp_certify *c = user;
  const struct sp_options *o = c->options;
  struct sp_verify_setting setting
      = { sp_variant_precision (o->variant), o->budgets ? o->budgets : &sp_budgets_default, rules, closed };
  c->verifier = sp_verifier_new (program, &setting, n_workers);
}

static void
tell (void *user, unsigned worker, const struct sp_evidence *e)
{
  sp_verifier_tell (((struct sp_certify *)user)->verifier, worker, e);
}

static void
end (void *user)
{
  sp_verifier_end (((struct sp_certify *)user)->verifier);
}

static enum sp_proof
proof (void *user, enum sp_pass pass, gir_fn fn)
{
  return sp_verifier_proof (((struct sp_certify *)user)->verifier, pass, fn);
}

void
sp_certify_init (struct sp_certify *c, struct sp_options *options)
{
  *c = (struct sp_certify){ .options = options, .witness = { begin, tell, end, proof, c } };
  options->witness = &c->witness;
}

void
sp_certify_done (struct sp_certify *c)
{
  sp_verifier_free (c->verifier);
}
