/* The engine: from a program to a verdict for every allocation site.
 *
 * sp_analyse runs the components of the program's reference graph bottom-up, in the coarse variant and in the one asked for, decides the
 * sites of the packages asked for by Z3 (or natively), runs the baseline, and checks containment. It never fails halfway:
 * whatever goes wrong inside degrades the sites concerned to heap, with a reason. */
#pragma once
#include "constraints/budgets.h"
#include "constraints/evidence.h"
#include "constraints/lower.h"
#include "constraints/rules.h"
#include "frontend/gir.h"

enum sp_variant
{
  SP_COARSE,
  SP_FIELD,
  SP_FLOW,
  SP_FULL,
  SP_N_VARIANTS,
  SP_GC = SP_N_VARIANTS, /* no quotient of the facts: the model of the compiler's own analysis (gc_model.h) */
};
enum sp_runtime
{
  SP_RUNTIME_GO,
  SP_RUNTIME_IDEAL
};
enum sp_world
{
  SP_WORLD_AUTO,
  SP_WORLD_OPEN,
  SP_WORLD_CLOSED
};
enum sp_solver
{
  SP_SOLVER_NATIVE,
  SP_SOLVER_Z3_HORN,
  SP_SOLVER_Z3_ALL,
  SP_SOLVER_Z3_DATALOG,
  SP_SOLVER_OUTSIDE /* sp_options.decide */
};
/* What z3-horn and solvers outside get clauses of; see candidates.h. */
enum sp_candidates
{
  SP_CANDIDATES_EXACT,
  SP_CANDIDATES_WEAK,
};
struct sp_query;
struct sp_decision;

/* Why a site is heap; the table is reasons.def: SP_REASON (name, text). SP_REASON_NONE for stack. */
enum sp_reason
{
#define SP_REASON(name, text) SP_REASON_##name,
#include "solver/reasons.def"
#undef SP_REASON
  SP_N_REASONS
};
const char *sp_reason_text (enum sp_reason reason);

/* The verdict on one source site: (position, kind, text); the join over generic instances, clones of the source and loop copies. */
struct sp_verdict
{
  struct gir_pos pos;
  gir_fn fn; /* the first function that holds it */
  uint32_t pkg;
  enum gir_site_kind kind;
  gir_str text;
  bool heap_go, heap_ideal; /* in the variant asked for */
  bool coarse_go, coarse_ideal;
  bool baseline;         /* heap for the baseline */
  bool in_caller;        /* heap here, but would stay in every caller seen */
  bool unallocated;      /* no run-time allocation happens whatever the verdict (static closure, constant or zero-sized conversion) */
  bool degraded;         /* heap because of a failure or a budget, see reason */
  bool by_z3;            /* decided by the solver asked for, not natively alone */
  enum sp_proof proof;   /* what the witness says of it */
  bool disagrees;        /* native and Z3 differ, or containment is violated: a bug in stackproof */
  enum sp_reason reason; /* under the runtime asked for */
};

/* Somebody who follows an analysis; see evidence.h. */
struct sp_witness
{
  /* The analysis begins: @program is promoted, @closed says whether no code out of sight calls in, and @rules is the table in use. */
  void (*begin) (void *user, const GirProgram *program, bool closed, const struct sp_rules *rules, unsigned n_workers);
  /* Called from @worker's thread; the events on the functions of one component come from one of them. */
  void (*tell) (void *user, unsigned worker, const struct sp_evidence *e);
  /* All is told. */
  void (*end) (void *user);
  /* What to say of the verdicts on the sites of @fn that the runs of @pass decided. Asked for after the end; may be NULL. */
  enum sp_proof (*proof) (void *user, enum sp_pass pass, gir_fn fn);
  void *user;
};

struct sp_options
{
  enum sp_variant variant;
  enum sp_runtime runtime;
  enum sp_world world;
  enum sp_solver solver;
  enum sp_candidates candidates;
  unsigned jobs;                    /* threads, >= 1 */
  bool all_packages;                /* decide the sites of every package, not just the root ones */
  bool baseline;                    /* run the baseline */
  bool derivations;                 /* tell the witness why each site that is heap is so */
  const struct sp_budgets *budgets; /* NULL for the default ones */
  const struct sp_witness *witness; /* may be NULL */
  const char *rules;                /* text of another rule file; NULL for the built-in one */
  void (*progress) (const char *stage, unsigned done, unsigned total, void *user); /* may be NULL; called from one thread at a time */
  void *user;
  /* Each called from several threads at once, with what the program's other calls do not touch; see query.h. */
  struct sp_decision *(*decide) (void *user, const struct sp_query *query); /* of SP_SOLVER_OUTSIDE; the engine frees the decision */
  void (*observe) (void *user, const struct sp_query *query);               /* may be NULL; every query of a solver, once decided */
  void *decide_user, *observe_user;
};
#define SP_OPTIONS_DEFAULT                                                       \
  {                                                                              \
    .variant = SP_FULL, .solver = SP_SOLVER_Z3_HORN, .jobs = 1, .baseline = true \
  }

/* Counters and times of a run, one line each in statistics.def: SP_STATISTIC (name, help); seconds are doubles.
 * The command fills in what happens outside the engine: read_s, gc_s, output_s. */
struct sp_statistics
{
#define SP_STATISTIC(name, help) uint64_t name;
#define SP_SECONDS(name, help) double name;
#include "solver/statistics.def"
#undef SP_STATISTIC
#undef SP_SECONDS
};

struct sp_result
{
  struct sp_verdict *verdicts; /* sorted by package, file name, line, column, kind, text */
  uint32_t n_verdicts;
  uint32_t n_disagreements;
  enum sp_proof proof; /* what the witness says of it all; for the command to fill in */
  struct sp_statistics statistics;
  uint64_t *fired;       /* by rule of job->rules and premise: as sp_ground.fired, of all functions; NULL for the gc model */
  struct sp_job *job;    /* private: what explanations need; NULL for the gc model */
  struct sp_flow *flows; /* of the gc model's parameters (params.h) */
  uint32_t n_flows;
};

/* Analyses @p, whose functions it promotes in place. The result is owned by the caller. NULL and @error only for a bad rule file. */
struct sp_precision sp_variant_precision (enum sp_variant v);

struct sp_result *sp_analyse (GirProgram *p, const struct sp_options *options, GError **error);
void sp_result_free (struct sp_result *result);

/* Calls @each for every rule with how many new conclusions it had, and how many of them when its premise @k was the last to come. */
void sp_result_foreach_rule (const struct sp_result *result, void (*each) (void *data, const struct sp_rule *rule, const uint64_t *fired),
                             void *data);

/* Whether the program is whole under @options: only its own code calls into it. */
bool sp_world_closed (const GirProgram *p, const struct sp_options *options);

/* Explains the verdict on @verdicts[@index] in words, many lines: for heap the derivation, each step a position, a sentence and the rule's
 * name; for stack the invariant that keeps it in the frame. Analyses the function again; the program given to sp_analyse must still live.
 * The caller frees the text. */
char *sp_explain (const struct sp_result *result, uint32_t index);

/* Explains many verdicts of a result, which must outlive it: a function is analysed once for all its sites that are asked for in a row. */
struct sp_explainer *sp_explainer_new (const struct sp_result *result);
char *sp_explainer_tell (struct sp_explainer *explainer, uint32_t index);
void sp_explainer_free (struct sp_explainer *explainer);
