/* Types in Go's own spelling. */
#pragma once

#include "frontend/gir.h"

/* As `go vet` would print it, package paths in full: "map[string]*a/b.T", "func(int, ...string) error". .gir knows no directions of
 * channels and no tags. The caller frees. */
char *gotype_text (const struct gir_program *program, gir_type type);
