/* The answers of `stackproof pointsto`, as text or JSON. */
#pragma once

#include "cli/expressions.h"
#include "cli/options.h"
#include "solver/pointsto.h"

/* Appends the answer for @expression. */
void output_answer (const struct options *options, const struct gir_program *program, struct sp_pointsto *pt,
                    const struct expression *expression, GString *out);
/* Appends the call graph, a line an edge, sorted. */
void output_callgraph (const struct options *options, const struct gir_program *program, const struct sp_pointsto *pt, GString *out);
