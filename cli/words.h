/* The words for kinds, reasons and single verdicts, as far as possible gc's own. */
#pragma once

#include "cli/findings.h"

const char *words_kind (enum gir_site_kind kind);
/* Why the verdict is what it is, under the runtime asked for. */
const char *words_reason (const struct sp_verdict *verdict, const struct finding *finding);

/* Where the site is, as "file:line:col"; "-" for the file if it has no place. */
char *words_place (const struct gir_program *program, struct gir_pos pos);
/* The name of the place's file as the program has it, "-" without. */
const char *words_file (const struct gir_program *program, struct gir_pos pos);
/* The site in gc's spelling, on one line whatever a .gir file says. */
char *words_site (const struct gir_program *program, const struct sp_verdict *verdict);
/* "moved to heap: x", "new(T) escapes to heap", "x does not escape". */
char *words_verdict (const struct gir_program *program, const struct sp_verdict *verdict, bool heap);
/* One line for a site, without its place: the verdict, what is new against gc, and the reason. */
char *words_finding (const struct gir_program *program, const struct sp_verdict *verdict, const struct finding *finding);
/* none, valid, holey or invalid. */
const char *words_proof (enum sp_proof proof);
