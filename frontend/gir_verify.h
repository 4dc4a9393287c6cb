/* Checks that a function keeps what gir.h promises under "Verified". For the reader, and for tests of what changes functions. */
#pragma once

#include "frontend/gir.h"

struct gir_fault
{
  uint32_t instr;    /* the instruction at fault; GIR_INVALID: the function as a whole */
  char message[256]; /* "what is wrong; the mend" */
};

/* Scratch memory for the checks of any number of functions of one program. */
typedef struct gir_verifier GirVerifier;
GirVerifier *gir_verifier_new (const GirProgram *p);
void gir_verifier_free (GirVerifier *v);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GirVerifier, gir_verifier_free)

/* False, and @fault set, if the function is not as promised. */
bool gir_verify_func (GirVerifier *v, gir_fn fn, struct gir_fault *fault);
