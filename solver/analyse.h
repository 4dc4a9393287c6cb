/* One function's analysis: lower, ground, dispatch, summarise, decide. And one component's, by fixpoint. */
#pragma once
#include "constraints/order.h"
#include "constraints/settle.h"
#include "constraints/summarise.h"
#include "solver/engine.h"
#include "solver/ground.h"
#include "solver/z3_region.h"

/* What an analysis says of one allocation instruction. */
struct sp_site_verdict
{
  uint32_t instr;
  bool heap_ideal, heap_go;
  bool lost; /* known beyond every caller */
  bool z3;   /* the solver asked for decided it, and not natively alone */
  bool z3_differs;
  bool unanswered; /* asked, without an answer */
  uint8_t reason_ideal, reason_go;
  uint8_t pass; /* enum sp_pass: whose run decided it */
};

/* An object of @fn's instruction @instr came back to a direct caller; @bad: it does not stay there. */
struct sp_clone_note
{
  gir_fn fn;
  uint32_t instr;
  bool bad;
};

struct sp_function_result
{
  bool analysed[SP_N_PASSES];
  bool degraded;              /* the coarse verdicts stand for the finer ones */
  bool outlined[SP_N_PASSES]; /* the verdicts come from a run with outlines of the callees */
  bool tainted[SP_N_PASSES];  /* a budget, here or in a callee, made the verdicts coarser */
  bool leaves[SP_N_PASSES];   /* to callers, or to nobody, calls of which it is known what they may call */
  VEC (struct sp_site_verdict) sites[SP_N_PASSES];
};

/* All that the workers share. Summaries and results of a function are written by the one worker that analyses it. */
struct sp_job
{
  const GirProgram *program;
  const struct sp_types *types;
  const struct sp_captures *captures;
  const struct sp_captured *captured;
  const struct sp_callees *callees;
  const struct sp_order *order;
  const struct sp_rules *rules;
  const struct sp_options *options;
  const struct sp_budgets *budgets;
  struct sp_summary **summaries[SP_N_PASSES]; /* by function; NULL: an unknown callee */
  uint8_t *limits[SP_N_PASSES];               /* by function: enum sp_limit, what it does without */
  bool *resigned[SP_N_PASSES];                /* by function: in a fixpoint, no run of it gives a summary */
  u32_vec *renewed;                           /* by function: see struct sp_environment; written by the coarse pass */
  bool *modelled;                             /* by function: the table speaks for it */
  struct sp_function_result *results;
  bool *wanted;                /* by function: its sites are asked for */
  bool *settled[SP_N_PASSES];  /* by function; see settle.h */
  bool *expanded[SP_N_PASSES]; /* by function: decided again with all that its residual calls may call */
};

struct sp_worker
{
  const struct sp_job *job;
  unsigned number;
  struct sp_environment env;
  struct sp_lowering lowering;
  struct sp_ground *ground;
  struct sp_z3_region *z3;
  enum sp_pass pass;
  bool accumulate;    /* a fixpoint is sought from below: what is lost stays lost */
  bool closing;       /* this round may be the fixpoint's last */
  bool cut_recursion; /* calls within the component are unknown */
  struct sp_statistics statistics;
  VEC (struct sp_clone_note) clones;
  sp_settle_notes notes[SP_N_PASSES];
  struct sp_tuples *derived; /* by predicate: the model, for who witnesses the run */
  VEC (struct sp_claim) claims;
  bool tracing;         /* runs tell where each fact comes from */
  struct u32map traced; /* fact, as a tuple -> number in causes */
  VEC (struct sp_cause) causes;
  VEC (struct sp_step) steps;
  VEC (struct sp_refusal) refusals;
};

void sp_worker_init (struct sp_worker *w, const struct sp_job *job, unsigned number);
void sp_worker_done (struct sp_worker *w);
/* Analyses component @c in both passes. */
void sp_worker_component (struct sp_worker *w, uint32_t c);
/* Runs @fn's analysis once to the fixpoint, leaving model and facts in the worker; false on a budget overrun. */
bool sp_worker_run (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging);
/* Where fact @t of the last run comes from; NULL where the worker does not trace. */
const struct sp_cause *sp_worker_cause (const struct sp_worker *w, sp_tuple t);
/* Decides the sites of @fn again, now that it is settled in @pass, or else with all that its residual calls may call. */
void sp_worker_settled (struct sp_worker *w, gir_fn fn, enum sp_pass pass);
void sp_worker_expanded (struct sp_worker *w, gir_fn fn, enum sp_pass pass);
