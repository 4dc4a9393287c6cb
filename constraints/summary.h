/* Summaries: what a function does to memory that its callers can see, as a symbolic straight-line program over names.
 *
 * A name stands for a set of addresses, which the caller evaluates: a parameter leaf is what the caller passes; LOAD is what lies in a cell
 * of another name's targets, before or after the call; BLOB is all that can be reached beneath it; FRESH is an object that the callee makes
 * and that leaves it (a clone for each call); RESULT is what a residual call returns, a call through a function value or interface that the
 * callee got from outside. Aliasing between names is resolved where the summary is applied. A summary never overwrites: the caller keeps
 * what was there (rules.md D2). */
#pragma once
#include "constraints/cells.h"

enum sp_name_kind
{
  SP_NAME_UNKNOWN,
  SP_NAME_PARAM,  /* base: parameter leaf; captured variables follow the parameters */
  SP_NAME_LOAD,   /* base: another name, offset */
  SP_NAME_BLOB,   /* base, offset: everything reachable from there */
  SP_NAME_FRESH,  /* base: index into fresh */
  SP_NAME_RESULT, /* base: residual call, offset: result leaf */
  SP_NAME_FUNC,   /* base: function */
};

struct sp_name
{
  uint32_t kind, base, offset;
};

/* A cell of a name's target. */
struct sp_ref
{
  uint32_t name, offset, tag;
};

enum
{
  SP_DEEP = 2
};

struct sp_fresh
{
  gir_fn fn; /* the function whose instruction makes the object */
  uint32_t instr;
  uint32_t sub; /* which of the instruction's objects */
  gir_type type;
  gir_fn code; /* of closures */
  bool multi, collapsed, heap_kind, recursive;
  bool data;     /* holds no pointers by its type */
  uint8_t depth; /* 0: made by the summarised function itself; 1: by a callee; SP_DEEP: deeper, or through recursion */
};

/* Which instruction made an object, and which of its objects it is. */
struct sp_origin
{
  gir_fn fn;
  uint32_t instr, sub;
};

struct sp_sum_ret
{
  uint32_t leaf;
  struct sp_ref ref;
};
/* Each of the addresses refs[to ..) may come to hold each of the addresses refs[what ..). */
struct sp_sum_put
{
  uint32_t to, n_to, what, n_what;
};
struct sp_sum_arg
{
  uint32_t arg, leaf;
  struct sp_ref ref;
};

struct sp_residual
{
  bool invoke;
  gir_str method;
  uint32_t callees, n_callees; /* refs */
  uint32_t args, n_args;       /* sum_args */
  uint32_t spans, n_spans;     /* leaves of each argument, in counts */
  uint32_t origins, n_origins; /* the functions whose frames hand something over, in origin_fns */
  uint32_t n_results;          /* leaves */
  uint32_t known;              /* set of what it may call (callees.h), 0 without */
};

/* Budgets of one summary. What is left out when one is exceeded depends on the order of discovery; where a fixpoint is sought, the function
 * does without from then on. */
enum sp_limit
{
  SP_LIMIT_RESIDUALS = 1, /* no residual calls: unknown ones */
  SP_LIMIT_FRESH = 2,     /* no clones: one for all */
  SP_LIMIT_DEPTH = 4,     /* no access paths of more than one step */
  SP_LIMIT_CLONES = 8,    /* one object for each site of a callee, whichever call it comes from */
  SP_LIMIT_OUTLINE = 16,  /* no paths within parameters, and no objects of callees: outline.h */
  SP_LIMIT_ALL = 31,
};

struct sp_summary
{
  bool collapsed; /* names cells of a collapsed universe */
  uint32_t n_param_leaves, n_free_leaves, n_result_leaves;
  VEC (struct sp_name) names;
  VEC (struct sp_fresh) fresh;
  VEC (struct sp_sum_ret) rets;
  VEC (struct sp_sum_put) puts;
  VEC (struct sp_ref) leaks;
  VEC (struct sp_ref) holds; /* what heap storage of the function holds while it runs */
  VEC (struct sp_ref) refs;
  VEC (struct sp_sum_arg) args;
  u32_vec counts;
  u32_vec origin_fns;
  VEC (struct sp_origin) lost; /* the origins of local objects that are lost, for the next step of a fixpoint */
  bool tainted;                /* coarser than the rules ask for: a budget was exceeded here or in a callee */
  uint8_t hit;                 /* enum sp_limit, by bit: budgets that were exceeded */
  bool dropped;                /* residual calls beyond the budget were turned into leaks */
  bool crowded;                /* a residual call has more origins than it names: none of them knows what becomes of it */
  VEC (struct sp_residual) residuals;
};

struct sp_summary *sp_summary_new (void);
void sp_summary_free (struct sp_summary *s);
struct sp_summary *sp_summary_copy (const struct sp_summary *s);
/* Whether both say the same, in whatever order and numbering, by fingerprints. */
bool sp_summary_equal (const struct sp_summary *a, const struct sp_summary *b);
/* The same exactly: hashes only propose which fresh objects and residual calls of both belong together. Slower. Numbers must be in range.
 */
bool sp_summary_same (const struct sp_summary *a, const struct sp_summary *b);
