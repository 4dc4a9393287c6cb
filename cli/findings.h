/* The engine's verdicts beside gc's: what is avoidable and why, and the totals of a run. */
#pragma once

#include "cli/flaw.h"
#include "cli/match.h"

struct finding
{
  enum gc_verdict gc;
  enum flaw flaw; /* of avoidable and lifetime-bounded sites, else FLAW_NONE */
  bool heap;      /* under the runtime asked for */
  bool bounded;   /* heap under go, stack under ideal */
  bool avoidable; /* gc: heap, stackproof: stack, and there is an allocation to avoid */
};

struct totals
{
  unsigned sites, packages;
  unsigned heap, gc_heap, gc_stack, gc_unreported;
  unsigned avoidable, bounded, in_caller, degraded;
  unsigned worse;       /* heap where gc says stack */
  unsigned unallocated; /* heap for gc, though the program allocates nothing there */
  unsigned flaws[N_FLAWS];
};

struct findings
{
  struct finding *of; /* one a verdict */
  struct totals totals;
  struct match_counts matches;
  struct flaws explanations;
};

/* @gc may be NULL. @findings must be zeroed. */
void findings_init (struct findings *findings, const struct options *options, const struct gir_program *program,
                    const struct sp_result *result, GcOutput *gc);
void findings_clear (struct findings *findings);
