/* What becomes of parameters, for --params: lines for people in gc's words, and JSON objects of kind "leak" (a "param" is a site: a
 * parameter that may have to be moved to the heap) with the keys file line col func site kind to name level text variant. `to` is heap,
 * result, param, captured, call or nowhere; `name` and `level` say which one and after how many loads. A parameter may have several. */
#pragma once

#include "cli/findings.h"

void output_params_text (const struct gir_program *program, const struct sp_result *result, GString *out);
void output_params_json (const struct options *options, const struct gir_program *program, const struct sp_result *result, GString *out);
