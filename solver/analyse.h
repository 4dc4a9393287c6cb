/* One function's analysis: lower, ground, dispatch, summarise, decide. And one component's, by fixpoint. */
#pragma once
#include "solver/engine.h"
#include "solver/order.h"
#include "solver/summarise.h"
#include "solver/z3_horn.h"

/* What an analysis says of one allocation instruction. */
struct sp_site_verdict
{
  uint32_t instr;
  bool heap_ideal, heap_go;
  bool lost; /* known beyond every caller */
  bool z3;   /* Z3 decided it */
  bool z3_differs;
  uint8_t reason_ideal, reason_go;
};

/* An object of @fn's instruction @instr came back to a direct caller; @bad: it does not stay there. */
struct sp_clone_note
{
  gir_fn fn;
  uint32_t instr;
  bool bad;
};

/* What became of the residual calls of @fn at one of its callers; see settle.c. */
struct sp_settle_note
{
  gir_fn fn;
  gir_fn via; /* left to the callers of this function; GIR_INVALID: unsafe */
};

enum sp_pass
{
  SP_PASS_COARSE,
  SP_PASS_MAIN,
  SP_N_PASSES
};

struct sp_function_result
{
  bool analysed[SP_N_PASSES];
  bool degraded;             /* the coarse verdicts stand for the finer ones */
  bool tainted[SP_N_PASSES]; /* a budget, here or in a callee, made the verdicts coarser */
  VEC (struct sp_site_verdict) sites[SP_N_PASSES];
};

/* All that the workers share. Summaries and results of a function are written by the one worker that analyses it. */
struct sp_job
{
  const GirProgram *program;
  const struct sp_types *types;
  const struct sp_captures *captures;
  const struct sp_captured *captured;
  const struct sp_order *order;
  const struct sp_rules *rules;
  const struct sp_options *options;
  const struct sp_budgets *budgets;
  struct sp_summary **summaries[SP_N_PASSES]; /* by function; NULL: an unknown callee */
  uint8_t *limits[SP_N_PASSES];               /* by function: enum sp_limit, what it does without */
  u32_vec *renewed;                           /* by function: see struct sp_environment; written by the coarse pass */
  bool *modelled;                             /* by function: the table speaks for it */
  struct sp_function_result *results;
  bool *wanted;               /* by function: its sites are asked for */
  bool *settled[SP_N_PASSES]; /* by function; see settle.c */
};

struct sp_worker
{
  const struct sp_job *job;
  struct sp_environment env;
  struct sp_lowering lowering;
  struct sp_ground *ground;
  struct sp_z3_region *z3;
  enum sp_pass pass;
  bool accumulate;    /* a fixpoint is sought from below: what is lost stays lost */
  bool cut_recursion; /* calls within the component are unknown */
  struct sp_statistics statistics;
  VEC (struct sp_clone_note) clones;
  VEC (struct sp_settle_note) notes[SP_N_PASSES];
};

void sp_worker_init (struct sp_worker *w, const struct sp_job *job);
void sp_worker_done (struct sp_worker *w);
/* Analyses component @c in both passes. */
void sp_worker_component (struct sp_worker *w, uint32_t c);
/* Runs @fn's analysis once to the fixpoint, leaving model and facts in the worker; false on a budget overrun. */
bool sp_worker_run (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool logging);
struct sp_precision sp_variant_precision (enum sp_variant v);
/* Decides the sites of @fn again, now that it is settled in @pass. */
void sp_worker_settled (struct sp_worker *w, gir_fn fn, enum sp_pass pass);
/* Notes what became of the residual calls of the functions that @fn calls; @complete: its run was. */
void sp_settle_note (struct sp_worker *w, gir_fn fn, enum sp_pass pass, bool complete);
/* From the notes of all workers: the functions whose residual calls only borrow. */
void sp_settle (struct sp_job *job, const struct sp_worker *workers, unsigned n, bool closed);
