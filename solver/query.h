/* A query: one function's analysis as a solver gets it. Valid during the call that passes it. */
#pragma once
#include "constraints/lower.h"
#include "solver/decision.h"

struct sp_query
{
  const GirProgram *program;
  gir_fn fn;
  bool settled; /* asked again, after the function was settled (settle.c) */
  const struct sp_lowering *lowering;
  const struct sp_ground *ground;     /* facts, native model, what was asked of the universe */
  const struct sp_ground *clauses;    /* ground clauses over the candidates asked for */
  const struct sp_decision *decision; /* NULL while it is being decided */
};
