/* The text of certificates (papers/certificate.md): reading. */
#pragma once
#include "constraints/evidence.h"
#include "constraints/rules.h"
#include "frontend/gir.h"

#define SP_CERTIFICATE_ERROR (sp_certificate_error_quark ())
GQuark sp_certificate_error_quark (void);
enum sp_certificate_error
{
  SP_CERTIFICATE_ERROR_ABSENT, /* a part is not there */
  SP_CERTIFICATE_ERROR_WRONG   /* the text is none, or speaks of what cannot be */
};

/* A reader of the certificates of one program. @collapsed: summaries of the main pass have no fields. */
struct sp_reader;
struct sp_reader *sp_reader_new (const GirProgram *p, const struct sp_rules *rules, bool collapsed);
void sp_reader_free (struct sp_reader *r);

/* Calls @each for each event in @text, in order; what it is given lives until it returns. FALSE and @error, "NAME:LINE: message", where the
 * text is wrong; what came before has been told. No text makes it crash, and no event that it tells makes lowering crash: all numbers are
 * in range, where lowering relies on them. */
typedef void (*sp_event_func) (void *data, const struct sp_evidence *e);
gboolean sp_reader_read (struct sp_reader *r, const char *name, const char *text, size_t size, sp_event_func each, void *data,
                         GError **error);
