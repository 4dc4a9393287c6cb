/* Verdicts as JSON Lines: one object a site, keys as in the design (file line col func site kind verdict ...). */
#pragma once

#include "cli/findings.h"

void output_json (const struct options *options, const struct gir_program *program, const struct sp_result *result,
                  const struct findings *findings, GString *out);
