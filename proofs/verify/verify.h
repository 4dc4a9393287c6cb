/* The checker of certificates (papers/certificate.md): it follows the evidence of an analysis and believes none of it.
 *
 * For each function and pass one summary stands, and is proved by a run: the function is lowered with the summaries that stand for what it
 * calls, the run's solution is closed under the rules, and the summary that the solution gives is the one that is claimed. In a recursive
 * component the summaries are assumed first, and the runs of one round must give them back. Sound by induction on the depth of calls at run
 * time: what a summary says of the calls of depth n + 1 rests on what summaries say of those of depth n.
 *
 * Nothing of the solver is linked. What the checker takes on trust: the reader of .gir and promotion, lowering (constraints/lower*.c) with
 * the typed universe, the models and what is known of captures and callers, summaries and how they are made of a solution, and the rules.
 */
#pragma once
#include "constraints/evidence.h"
#include "constraints/lower.h"
#include "constraints/order.h"

struct sp_verifier;

/* Whose sites are refused with a derivation. */
enum sp_derived
{
  SP_DERIVED_NONE,
  SP_DERIVED_ROOTS, /* of the packages that were asked for */
  SP_DERIVED_ALL
};

struct sp_verify_setting
{
  struct sp_precision precision;    /* of the main pass */
  const struct sp_budgets *budgets; /* must outlive the verifier */
  const struct sp_rules *rules;     /* likewise */
  bool closed;                      /* no code out of sight calls in */
  enum sp_derived derived;          /* whose heap verdicts are derived */
};

/* @program: promoted (flow.h); must outlive the verifier. The evidence comes from @n_workers threads, each in order. */
struct sp_verifier *sp_verifier_new (const GirProgram *program, const struct sp_verify_setting *setting, unsigned n_workers);
void sp_verifier_free (struct sp_verifier *v);
/* One more event, from @worker's thread. */
void sp_verifier_tell (struct sp_verifier *v, unsigned worker, const struct sp_evidence *e);
/* All was told: settles what rests on all functions together. */
void sp_verifier_end (struct sp_verifier *v);

/* After the end: of the claims on the sites of @fn that a run of @pass decided; SP_PROOF_NONE when there was none. */
enum sp_proof sp_verifier_proof (const struct sp_verifier *v, enum sp_pass pass, gir_fn fn);
/* The worst of all that was told; SP_PROOF_HOLEY when nothing was. */
enum sp_proof sp_verifier_verdict (const struct sp_verifier *v);

/* Which summaries a component may use: those of lower levels. */
const struct sp_order *sp_verifier_order (const struct sp_verifier *v);

struct sp_verify_counts
{
  uint32_t runs, summaries, claims; /* checked */
  uint32_t refusals, steps;         /* heap verdicts that are derived, and the steps of that */
  uint32_t undecided;               /* functions that nothing is known of for a budget, and sites that a solver did not answer on */
  uint64_t tuples;
};
struct sp_verify_counts sp_verifier_counts (const struct sp_verifier *v);
/* Processor seconds spent on replaying derivations. */
double sp_verifier_replay_seconds (const struct sp_verifier *v);
/* What is wrong or absent, a line each, in an order that does not depend on threads. The caller frees the text. */
char *sp_verifier_messages (const struct sp_verifier *v);
/* Calls @each for each claim that holds, by function and instruction; @go: under Go's runtime too. */
typedef void (*sp_claim_func) (void *data, gir_fn fn, const struct sp_claim *claim);
void sp_verifier_foreach_claim (const struct sp_verifier *v, sp_claim_func each, void *data);
