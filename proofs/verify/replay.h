/* One run of a function's analysis, followed by the checker: the function is lowered again, the targets of its dynamic calls are taken from
 * the run's solution, and that solution is told in the checker's own numbers.
 *
 * Only the solution is the run's: facts and universe are the checker's. Cells and objects have other numbers here than there, so those of
 * the run are found again by what they are: the object of instruction 7, the content of that cell. */
#pragma once
#include "constraints/evidence.h"
#include "constraints/lower.h"
#include "constraints/solution.h"
#include "proofs/verify/closure.h"

struct sp_replay
{
  const struct sp_rules *rules;
  struct sp_lowering lowering;
  struct sp_relation *relations; /* by predicate: facts and the run's derived tuples */
  struct sp_solution solution;
  struct sp_closure *closure;
  const struct sp_run *run;
  u32_vec cells, objects; /* by the run's number: the checker's, or SP_NO_TUPLE before it was asked for */
};

/* @env and @rules must outlive the replay. */
void sp_replay_init (struct sp_replay *r, const struct sp_environment *env, const struct sp_rules *rules);
void sp_replay_done (struct sp_replay *r);
/* What value @x of a column of domain @domain is here: @x itself but for cells and objects. False for what is none of this function's. */
bool sp_replay_value (struct sp_replay *r, char domain, uint32_t x, uint32_t *own);
/* Lowers @fn as @run says, and loads the solution. NULL, or what is wrong with the run, as a constant text. */
const char *sp_replay_run (struct sp_replay *r, gir_fn fn, struct sp_precision precision, const struct sp_summary *before,
                           const struct sp_run *run);
