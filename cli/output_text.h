/* Verdicts as lines for people: a group a package, a line a site in gc's words, a summary at the end. */
#pragma once

#include "cli/findings.h"

void output_text_sites (const struct options *options, const struct gir_program *program, const struct sp_result *result,
                        const struct findings *findings, GString *out);
void output_text_summary (const struct options *options, const struct sp_result *result, const struct findings *findings, bool gc_asked,
                          double seconds, GString *out);
/* A line for @rule and how often it drew a new conclusion, by the premise that came last. @out: a GString. */
void output_text_rule (void *out, const struct sp_rule *rule, const uint64_t *fired);
void output_text_statistics (const struct sp_result *result, const struct findings *findings, GString *out);
