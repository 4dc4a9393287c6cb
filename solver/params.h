/* What becomes of parameters: the compiler's "leaking param" and "does not escape", from our summaries.
 *
 * A flow says where a parameter's value, or something behind it, goes, and how many loads away from the value that is (gc's "level"): 0 is
 * the value itself, 1 what lies in the memory that it points to. Places, from the worst:
 *   HEAP     beyond every caller's frame, into what the function does not know, or into an object of its own that outlives it
 *   RESULT   the function's result @which
 *   PARAM    memory that parameter @which leads to; gc says HEAP
 *   CAPTURED memory of captured variable @which; gc says HEAP
 *   CALL     an argument of a call of something that the callers know, such as a parameter of function type; gc says HEAP
 *   NOWHERE  none of these: the parameter does not escape
 * What was reached through an object and is stored in the same object again is no flow: it was in the reach of whoever holds the object
 * before. Under Go's runtime, which flows are about, what is stored in a map or channel goes to the heap, and what is read out of one was
 * there before, so that it is no flow. As in gc, a flow to a result is left out where the same or more goes to the heap. */
#pragma once
#include "base/vec.h"
#include "constraints/summary.h"
#include "solver/engine.h"

enum sp_flow_to
{
  SP_FLOW_HEAP,
  SP_FLOW_RESULT,
  SP_FLOW_PARAM,
  SP_FLOW_CAPTURED,
  SP_FLOW_CALL,
  SP_FLOW_NOWHERE,
};

struct sp_flow
{
  gir_fn fn;
  uint32_t param; /* of @fn */
  enum sp_flow_to to;
  uint32_t which; /* result, parameter or captured variable; else 0 */
  uint32_t level;
};

struct sp_flows
{
  VEC (struct sp_flow) of;
};

/* Appends the flows of the parameters of @fn that hold pointers, at least one each, by parameter, place and number. @s is the function's
 * summary; NULL: nothing is known about it. */
void sp_flows_add (struct sp_flows *flows, const struct sp_types *types, gir_fn fn, const struct sp_summary *s);
/* The flows in @result's variant of all parameters that gc has a name for, in the packages asked for, by package, file name, line, column.
 * The caller clears them. */
void sp_flows_find (struct sp_flows *flows, const struct sp_result *result);
/* Puts flows into that order. */
void sp_flows_sort (struct sp_flows *flows, const GirProgram *p);
void sp_flows_clear (struct sp_flows *flows);

/* The flow in gc's words, "leaking param: p to result r level=1"; places that gc does not tell apart are named in its style. The caller
 * frees. */
char *sp_flow_words (const GirProgram *p, const struct sp_flow *flow);
/* The name of the place: the result, parameter or captured variable; "" where there is none. The caller frees. */
char *sp_flow_target (const GirProgram *p, const struct sp_flow *flow);
