/* Points-to analysis of whole programs, by rules/pointsto.dl: what may an expression point to, and what may a call call.
 *
 * Subset-based (Andersen 1994), with a call graph built on the fly, an instance of small functions for each static call (as go/pointer),
 * and objects named by allocation site. `field` and `coarse` are flow-insensitive in memory; `full` and `flow` are staged on `field` (after
 * Hardekopf & Lin 2011): objects that never leave the frame and registers of their function keep memory versions and strong updates, and
 * elements of small arrays are apart. What `flow` and `coarse` lose by merging fields is taken back by the answer of `field`: both hold.
 *
 * An answer is complete but for what papers/go-pointer.md lists: errors that the runtime itself raises, and types that only reflect makes.
 * What comes from code out of sight (no Go body, no model) is not spelled out: then `unknown` is set. */
#pragma once
#include "base/vec.h"
#include "solver/engine.h"

enum sp_label_kind
{
  SP_LABEL_FUNC,   /* fn: a function or method, or a closure of it */
  SP_LABEL_GLOBAL, /* index: the package variable */
  SP_LABEL_SITE,   /* fn, index: the instruction that allocates */
  SP_LABEL_MODEL,  /* fn: made by a function that the models speak for */
};

/* One thing that may be pointed to. @path leads to a part of it, as ".a[*].b"; NULL for the whole. */
struct sp_label
{
  enum sp_label_kind kind;
  gir_fn fn;
  uint32_t index;
  const char *path; /* owned by the analysis */
};

typedef VEC (struct sp_label) sp_label_vec;

struct sp_answer
{
  sp_label_vec labels; /* sorted, no two alike */
  u32_vec types;       /* of an interface: the dynamic types; sorted */
  bool reached;        /* the function runs as far as the analysis can tell; else all else is empty */
  bool unknown;        /* may also be anything that code out of sight has */
};

struct sp_pointsto;

#define SP_POINTSTO_ERROR (sp_pointsto_error_quark ())
GQuark sp_pointsto_error_quark (void);
enum sp_pointsto_error
{
  SP_POINTSTO_ERROR_BUDGET
};

/* Analyses @p, whose functions it promotes in place (solver and runtime of @options mean nothing here). NULL and @error on a bad rule file,
 * or beyond the budget `whole`: an answer would not be complete then. */
struct sp_pointsto *sp_pointsto_new (GirProgram *p, const struct sp_options *options, GError **error);
void sp_pointsto_free (struct sp_pointsto *pt);

/* What operand @x of @fn, of type @type, may point to; for an operand with several pointers, any of them. */
void sp_pointsto_ask (struct sp_pointsto *pt, gir_fn fn, gir_operand x, gir_type type, struct sp_answer *answer);
void sp_answer_clear (struct sp_answer *answer);

/* The functions that instruction @instr of @fn may call, sorted; *@unknown: it may also call code out of sight. */
void sp_pointsto_callees (const struct sp_pointsto *pt, gir_fn fn, uint32_t instr, u32_vec *callees, bool *unknown);
/* The call graph's edges, for @each in the order of discovery. */
#define SP_EDGE_ROOT (GIR_INVALID - 1)    /* from: the start of the program */
#define SP_EDGE_OUTSIDE (GIR_INVALID - 2) /* from or to: code out of sight */
typedef void (*sp_edge_func) (gir_fn from, gir_fn to, void *data);
void sp_pointsto_edges (const struct sp_pointsto *pt, sp_edge_func each, void *data);
/* Whether @fn runs as far as the analysis can tell. */
bool sp_pointsto_reached (const struct sp_pointsto *pt, gir_fn fn);
/* For each rule in the order of its file: @fired as in sp_ground, summed over the runs of `field` and of the variant asked for. */
void sp_pointsto_foreach_rule (const struct sp_pointsto *pt, void (*each) (void *data, const struct sp_rule *rule, const uint64_t *fired),
                               void *data);
/* Answers of the variant that were not within those of `field`: a bug in stackproof. */
uint32_t sp_pointsto_disagreements (const struct sp_pointsto *pt);
