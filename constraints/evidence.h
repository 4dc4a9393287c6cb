/* Evidence: what an analysis tells while it runs, so that somebody who does not trust it can follow (papers/certificate.md).
 *
 * The events on one component's functions come in the order in which the analysis did things, from one thread. Each says what summary
 * stands for a function from then on, in one pass, or what a run of the function's analysis found. Who follows them lowers each function
 * himself, with the summaries that stand, and needs the runs' solutions only to check them. */
#pragma once
#include "constraints/cells.h"
#include "constraints/rules.h"
#include "constraints/summary.h"

/* The coarse variant runs first, then the one asked for. */
enum sp_pass
{
  SP_PASS_COARSE,
  SP_PASS_MAIN,
  SP_N_PASSES
};

enum sp_evidence_kind
{
  SP_E_ASSUME,    /* a round of a recursive component begins: @summary (NULL: unknown) stands for @fn meanwhile */
  SP_E_RUN,       /* @fn was run; its summary, where there is one, stands for it */
  SP_E_COARSE,    /* in the main pass: the coarse pass' summary stands for @fn */
  SP_E_UNKNOWN,   /* @fn is an unknown callee */
  SP_E_CLOSE,     /* the round is over, and found again just what it assumed */
  SP_E_FORGET,    /* the round is over, and its assumptions were too strong: they, and its runs, mean nothing */
  SP_E_DONE,      /* nothing follows on @fn's component for the time being */
  SP_E_UNDECIDED, /* no run of the pass decides @fn's sites, for a budget: in the main pass the coarse verdicts stand, else heap does */
  SP_E_NOTE,      /* @fn's last run tells what becomes of residual calls (settle.h); not @complete: it was cut off and tells nothing */
};

/* Tuples one after the other. */
struct sp_tuples
{
  const uint32_t *data;
  uint32_t n;
};

/* A site's objects can live on the stack. */
struct sp_claim
{
  uint32_t instr;
  bool ideal, go; /* under which runtime */
};

/* A step of a derivation: an instance of a rule. */
struct sp_step
{
  uint32_t rule;
  uint32_t values[SP_MAX_VARS]; /* of the rule's variables, in the order in which they first stand in it */
};

/* A site's objects have to be on the heap, under the runtimes for which there is no claim. */
struct sp_refusal
{
  uint32_t instr;
  bool ideal, go;  /* what the steps derive */
  bool unanswered; /* the rest is heap since the solver gave no answer, or another one */
};

/* A run of one function's analysis to its fixpoint: under which circumstances, and what it found. */
struct sp_run
{
  uint8_t limits;                  /* enum sp_limit, by bit: what the function does without */
  bool iterating;                  /* in a round that is assumed to be the last */
  bool cut;                        /* calls within the component are unknown */
  bool settled;                    /* residual calls borrow */
  bool expanded;                   /* residual calls call all that they may call, where that is known */
  bool stages;                     /* the function's next runs make the objects anew that this one shows not to outlive their round */
  bool decides;                    /* the verdicts on the function's sites, in this pass, come from here */
  const struct sp_object *objects; /* of each: kind, a and b count */
  uint32_t n_objects;
  struct sp_tuples cells;           /* object, offset, tag */
  const struct sp_tuples *derived;  /* by predicate: the solution, in the order of discovery; of predicates that rules derive */
  const struct sp_summary *summary; /* NULL when it would exceed a budget */
  const struct sp_claim *claims;
  uint32_t n_claims;
  bool explains;               /* each site that is not claimed is refused, and the steps derive it */
  bool tainted;                /* a budget, here or in a callee, made the facts coarser: what is refused may be heap for that alone */
  const struct sp_step *steps; /* premises before what follows from them */
  uint32_t n_steps;
  const struct sp_refusal *refusals;
  uint32_t n_refusals;
};

struct sp_evidence
{
  enum sp_evidence_kind kind;
  enum sp_pass pass;
  gir_fn fn;
  const struct sp_summary *summary; /* of SP_E_ASSUME */
  const struct sp_run *run;         /* of SP_E_RUN */
  bool complete;                    /* of SP_E_NOTE */
};

/* What somebody else says of the proof behind a site's verdict; the worst of several is the greatest. */
enum sp_proof
{
  SP_PROOF_NONE,    /* nobody looked */
  SP_PROOF_VALID,   /* all of it holds */
  SP_PROOF_HOLEY,   /* something that it needs is absent */
  SP_PROOF_INVALID, /* some of it is wrong */
};
