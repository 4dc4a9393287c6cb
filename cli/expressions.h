/* The expressions at a position that `stackproof pointsto` can answer for. */
#pragma once

#include "cli/spot.h"

/* One of them: an operand or the result of an instruction, a parameter, or (operand GIR_NONE) a call without a result to ask for. */
struct expression
{
  struct gir_pos pos;
  gir_fn fn;
  uint32_t instr; /* GIR_INVALID for parameters */
  gir_operand operand;
  gir_type type; /* of the operand */
  bool call;     /* and its callees: the instruction is a call, and this its first expression */
  char *what;    /* "argument 1 of print", "result of f" */
};

/* Those at @spot, by file, line, column and function; each at most once. With @registers and a @spot that is a whole file also those
 * registers of the functions that begin there which have no position. g_array_unref frees them. */
GArray *expressions_at (const struct spot *spot, bool registers, const struct gir_program *program);
/* The line of the file that is nearest to @spot's and has one; 0 without. */
unsigned expressions_nearest (const struct spot *spot, const struct gir_program *program);
