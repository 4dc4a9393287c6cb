/* Which flaw makes gc heap-allocate an avoidable site: from the words of gc's explanation, by the rules in classes.def. */
#pragma once

#include "cli/gc_output.h"
#include "solver/engine.h"

enum flaw
{
#define SP_CLASS(name, text) FLAW_##name,
#include "cli/classes.def"
#undef SP_CLASS
  N_FLAWS
};

const char *flaw_text (enum flaw flaw);

struct flaws
{
  const GcOutput *output;
  GHashTable *at; /* what the program does at the places that explanations name */
};

void flaws_init (struct flaws *flaws, const struct gir_program *program, const GcOutput *output);
void flaws_clear (struct flaws *flaws);

/* The flaw behind an avoidable site. */
enum flaw flaws_find (const struct flaws *flaws, const struct gir_program *program, const struct sp_verdict *verdict);
/* gc's last step towards the heap for the site at @at, or NULL. */
const struct gc_flow *flaws_explanation (const struct flaws *flaws, place at, const char *text);
