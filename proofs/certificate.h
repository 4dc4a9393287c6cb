/* The text of certificates (papers/certificate.md): writing. Reading is the checker's (proofs/verify/read.h). */
#pragma once
#include "constraints/evidence.h"
#include "constraints/rules.h"
#include "frontend/gir.h"
#include <glib.h>

/* Appends one event. */
void sp_certificate_write (GString *out, const GirProgram *p, const struct sp_rules *rules, const struct sp_evidence *e);
