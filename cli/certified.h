/* An analysis that the checker of certificates follows (papers/certificate.md). */
#pragma once

#include "solver/engine.h"

/* sp_analyse with the checker as witness: its outcome is in the result's proof. @problem: what is wrong where that is not valid, as a
 * sentence that names the first thing found, else NULL; the caller frees it. NULL and @error as sp_analyse. */
struct sp_result *certified_analyse (GirProgram *program, const struct sp_options *engine, char **problem, GError **error);
