/* Lowering: a function becomes facts.
 *
 * A struct sp_lowering holds one function's analysis in one variant: the universe, the value and version numbering, the call records, and
 * the facts emitted so far. Facts keep coming while the analysis runs: when a dynamic call turns out to have a target, sp_lower_target
 * instantiates that target's summary.
 *
 * Values: 0 is the empty one (nil, constants), 1 points to Unknown, then the leaves of the function's registers, then temporaries.
 * Memory versions: 0 where the variant keeps none; else 1 at entry, and a new one for each store, call and join. */
#pragma once
#include "constraints/budgets.h"
#include "constraints/callees.h"
#include "constraints/captured.h"
#include "constraints/rules.h"
#include "constraints/summary.h"
#include "constraints/uses.h"
#include "frontend/flow.h"

enum
{
  SP_NULL_VALUE = 0,
  SP_UNKNOWN_VALUE = 1
};

struct sp_precision
{
  bool fields;
  bool versions;
};

/* Which statement of a callee's summary a fact comes from. */
enum sp_statement
{
  SP_STATEMENT_NONE,
  SP_STATEMENT_RET,
  SP_STATEMENT_PUT,
  SP_STATEMENT_LEAK,
  SP_STATEMENT_HOLD,
  SP_STATEMENT_OTHER
};

/* Where a fact comes from: for explanations alone. */
struct sp_cause
{
  uint32_t instr;     /* which instruction was lowered; GIR_INVALID for the function's entry */
  gir_fn callee;      /* whose summary, or lack of one, it is; GIR_INVALID without */
  uint16_t statement; /* enum sp_statement */
  uint32_t number;    /* of the statement among those of its kind */
};

struct sp_fact
{
  uint32_t pred;
  uint32_t args[4];
  struct sp_cause cause;
};

enum sp_call_kind
{
  SP_CALL_STATIC,
  SP_CALL_DYNAMIC,
  SP_CALL_INVOKE
};

struct sp_span
{
  uint32_t first, n;
}; /* of lowering->pool */

/* One call as the analysis sees it: an instruction's, or the residual call of an instantiated summary. */
struct sp_call
{
  enum sp_call_kind kind;
  gir_fn callee;  /* static */
  uint32_t value; /* dynamic: the function; invoke: the interface */
  gir_str method;
  uint32_t version;
  uint32_t instr;
  uint32_t args, n_args; /* spans: the value leaves of each argument */
  struct sp_span results;
  uint8_t depth;               /* of residual nesting */
  uint32_t parent;             /* the call whose summary left this residual call */
  uint32_t origins, n_origins; /* of a residual call: the functions whose frames hand something over, in lowering->origin_fns */
  bool repeats;                /* may run more than once while the frame lives */
  bool residual;               /* has a target that only a caller can know */
  bool unknown;                /* has a target that nobody knows */
  bool expanded;               /* all that it may call, as the program says, is bound */
  uint32_t known;              /* set of what it may call (callees.h), 0 without */
  bool unbox;                  /* whole programs: the argument is an interface, whatever the parameter is */
  uint32_t owner;              /* whole programs: the instance that calls */
  uint32_t via;                /* whole programs: 1 + the function out of sight that really calls, 0 without */
  uint16_t n_targets;
};

/* What the engine knows of other functions. */
struct sp_environment
{
  const GirProgram *program;
  const struct sp_types *types;
  const struct sp_budgets *budgets;
  /* The summary of @fn for a caller in @from; NULL when there is none: an unknown callee. *@recursive: @fn is of the same component. */
  const struct sp_summary *(*summary) (void *data, gir_fn from, gir_fn fn, bool *recursive);
  const struct sp_captures *captures;
  const struct sp_captured *captured;
  const u32_vec *renewed; /* by function, sorted: instructions in cycles that find no earlier object of theirs in use, by the coarse run */
  const bool *modelled;   /* by function: the table of models speaks for it, so that NULL is its meaning and no failure */
  const struct sp_callees *callees; /* NULL in whole programs */
  void *data;
};

/* A run whose verdicts count, and whose summary does not: what its residual calls do. */
struct sp_deciding
{
  bool settled;  /* all callers are known, and what they let this function call keeps nothing: residual calls borrow */
  bool expanded; /* residual calls of which it is known what they may call call all of that */
};

/* A looped allocation point, for `carried`. */
struct sp_point
{
  uint32_t object, instr, version;
};

struct sp_lowering
{
  const struct sp_environment *env;
  gir_fn fn;
  const struct gir_func *f;
  struct sp_precision precision;
  struct sp_universe universe;
  VEC (struct sp_fact) facts;
  uint32_t n_values;
  uint32_t n_versions;
  uint32_t *start; /* by register: its first leaf */
  VEC (struct sp_call) calls;
  VEC (struct sp_span) spans;
  u32_vec pool;
  VEC (struct sp_sum_ret) rets; /* leaf, and in ref.name the value returned */
  VEC (struct sp_point) points;
  struct gir_cfg *cfg;
  struct sp_uses uses;
  uint32_t version; /* current */
  uint32_t block;   /* current */
  uint32_t *exits;  /* version at the end of each block */
  uint32_t *entries;
  uint32_t unwind, normal;        /* versions in which deferred calls run; 0 without */
  u32_vec defers;                 /* instructions */
  VEC (struct sp_fresh) origins;  /* of clones */
  VEC (struct sp_fresh) nameless; /* what callees handed back that outlines call Unknown */
  uint32_t n_clones;              /* that are told apart by calls */
  uint32_t instr;                 /* current */
  struct sp_cause cause;          /* current, but for the instruction */
  u32_vec temps;                  /* by temporary: the instruction it was made for */
  uint32_t first_temp;
  struct sp_relation offsets; /* (value, offset) -> temporary */
  u32_vec offset_values;
  u32_vec origin_fns;
  struct sp_relation instances;    /* (call, target cell) that were instantiated */
  bool tainted;                    /* a budget, here or in a callee, made the facts coarser */
  const struct sp_summary *before; /* an earlier step of the fixpoint, of this pass: what it loses is lost; NULL without */
  uint8_t limits;                  /* enum sp_limit, by bit: what the function does without */
  struct sp_deciding deciding;
  struct sp_relation recursive;   /* (function, instruction, sub) of objects that come back through recursion, or that stand for many */
  struct sp_whole *whole;         /* of a whole program, see whole.h; else NULL */
  uint32_t site_base;             /* whole programs: number of the instance's first instruction; else 0 */
  uint32_t first_version;         /* of the function */
  struct sp_relation handed_back; /* (function, number in its summary) of fresh objects: one call may have several targets */
};

void sp_lowering_init (struct sp_lowering *l, const struct sp_environment *env);
void sp_lowering_done (struct sp_lowering *l);
/* Starts over with function @fn and emits the facts of its body. */
void sp_lower_function (struct sp_lowering *l, gir_fn fn, struct sp_precision precision, struct sp_deciding deciding);
/* Call @call has target cell @cell: emits what follows from it. */
void sp_lower_target (struct sp_lowering *l, uint32_t call, uint32_t cell);

/* The instruction that value @v belongs to; GIR_INVALID for parameters. */
uint32_t sp_value_instr (const struct sp_lowering *l, uint32_t v);

/* --- for whole.c: the steps of sp_lower_function --------------------------------------------------------- */

void sp_lower_reset (struct sp_lowering *l, struct sp_precision precision);
/* Numbers the leaves of @fn's registers from l->n_values on. By register: its first leaf; the caller frees. */
uint32_t *sp_lower_number (struct sp_lowering *l, gir_fn fn);
/* Makes @fn the current function; its registers are numbered by @start, which stays the caller's. */
void sp_lower_open (struct sp_lowering *l, gir_fn fn, uint32_t *start);
void sp_lower_body (struct sp_lowering *l);
void sp_lower_close (struct sp_lowering *l);
/* The receiver of a method of concrete type @type, taken from the interface's data word @word. */
struct sp_span sp_receiver_span (struct sp_lowering *l, gir_type type, uint32_t word, uint32_t version);

/* --- for the lowering's own files -------------------------------------------------------------------- */

static inline void
sp_emit (struct sp_lowering *l, enum sp_pred pred, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  struct sp_cause cause = l->cause;
  cause.instr = l->instr;
  vec_push (&l->facts, ((struct sp_fact){ pred, { a, b, c, d }, cause }));
}
static inline uint32_t
sp_temp (struct sp_lowering *l)
{
  vec_push (&l->temps, l->instr);
  return l->n_values++;
}
static inline uint32_t
sp_new_version (struct sp_lowering *l)
{
  return l->precision.versions ? l->n_versions++ : 0;
}
const struct sp_leaves *sp_leaves_of (const struct sp_lowering *l, gir_type type);
static inline const struct sp_leaf *
sp_leaf (const struct sp_lowering *l, const struct sp_leaves *s, unsigned k)
{
  return &l->env->types->leaves[s->first + k];
}
/* The number of the first leaf of parameter @p; captured variables follow the parameters. */
uint32_t sp_parameter_leaf (const struct sp_lowering *l, uint32_t p);
/* The value of leaf @k of an operand. */
uint32_t sp_operand_leaf (struct sp_lowering *l, gir_operand x, unsigned k);
/* The leaves of an operand of static type @type as a span of the pool. */
struct sp_span sp_operand_span (struct sp_lowering *l, gir_operand x, gir_type type);
gir_type sp_operand_type (const struct sp_lowering *l, gir_operand x);
/* @v moved by @offset. */
uint32_t sp_offset (struct sp_lowering *l, uint32_t v, uint32_t offset);
/* A temporary that holds the address of a cell. */
uint32_t sp_address (struct sp_lowering *l, uint32_t object, uint32_t offset, uint32_t tag);
/* Goes on in a new version that follows the current one. */
void sp_next_version (struct sp_lowering *l);
/* Loads leaf @leaf of the storage that @a points to into @d; stores likewise, weakly. */
void sp_load_leaf (struct sp_lowering *l, uint32_t version, uint32_t d, uint32_t a, const struct sp_leaves *type, unsigned leaf);
uint32_t sp_leaf_address (struct sp_lowering *l, uint32_t a, const struct sp_leaves *type, unsigned leaf);
void sp_put (struct sp_lowering *l, uint32_t version, uint32_t a, uint32_t w);
/* Object @o of that origin is lost if it was in an earlier step. */
void sp_lose_again (struct sp_lowering *l, uint32_t o, struct sp_origin origin);
/* An object of instruction @i of the current function. */
uint32_t sp_site_object (struct sp_lowering *l, uint32_t i, uint32_t sub, gir_type type);
/* The builtin copy of instruction @i, at some moment of @version. */
void sp_lower_copied (struct sp_lowering *l, uint32_t i, uint32_t version);
void sp_lower_call (struct sp_lowering *l, uint32_t i);
void sp_lower_deferred (struct sp_lowering *l);
void sp_lower_liveness (struct sp_lowering *l);
