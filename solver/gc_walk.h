/* Solves a batch's graph as gc does (escape/solve.go): from every location a Bellman-Ford walk to what flows into it, again whenever its
 * attributes grow, until nothing changes. */
#pragma once
#include "constraints/gc_graph.h"

struct gc_solution
{
  uint8_t *attrs;         /* by location */
  uint8_t *causes;        /* by location that escapes: enum gc_cause, the last step of the way on which that was found */
  struct gc_leaks *leaks; /* by location; of parameters, optimised */
  uint32_t walks;
};

struct gc_solution *gc_walk (const struct gc_graph *g);
void gc_solution_free (struct gc_solution *s);
