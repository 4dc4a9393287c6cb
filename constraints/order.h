/* In which order functions are analysed: components of the reference graph, in levels.
 *
 * Component c may use the summaries of components of lower levels only, so that what it sees does not depend on scheduling. Besides the
 * edges of the reference graph, a function that converts a type to an interface comes after the type's methods where that makes no cycle:
 * dynamic calls that it resolves then find their targets summarised. */
#pragma once
#include "constraints/captured.h"

struct sp_order
{
  struct gir_components *components;
  uint32_t *level; /* by component */
  uint32_t n_levels;
  uint32_t *by_level; /* components, level by level, ascending in each */
  uint32_t *first;    /* by level; n_levels + 1 */
};

/* @captured: the calls that operands do not show; may be NULL. */
struct sp_order *sp_order_new (const GirProgram *p, const struct sp_captured *captured);
void sp_order_free (struct sp_order *o);
