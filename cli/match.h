/* Finds for every site what gc says about it: by place, kind and text. */
#pragma once

#include "cli/gc_output.h"
#include "cli/options.h"
#include "solver/engine.h"

/* What became of gc's diagnostics in the files of the packages decided. */
struct match_counts
{
  unsigned exact;    /* found a site of the same text */
  unsigned by_place; /* found the one site of fitting kind at their place */
  unsigned params;   /* are about a parameter of the program */
  unsigned missed;
};

/* Fills in @gc, one a verdict. A variable that gc does not mention is on the stack where gc compiled its package; a site of
 * another kind is unreported. */
void match_gc (const struct options *options, const struct gir_program *program, const struct sp_result *result, GcOutput *output,
               enum gc_verdict *gc, struct match_counts *counts);

/* Lists the diagnostics counted as missed, one a line. Call after match_gc. */
void match_list_missed (const struct gir_program *program, const GcOutput *output, GString *out);
