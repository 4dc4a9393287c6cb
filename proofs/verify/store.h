/* A folder of compressed texts, each named by its content (SHA-256): what is equal is there once. */
#pragma once
#include <glib.h>

/* Stores @text and yields its name, which the caller frees; NULL and @error when that fails. */
char *sp_store_put (const char *folder, const char *text, gsize size, GError **error);
/* The text that is called @name: NULL and @error when it is absent (SP_CERTIFICATE_ERROR_ABSENT) or is another one than the name says
 * (SP_CERTIFICATE_ERROR_WRONG). NUL-terminated; the caller frees it. */
char *sp_store_get (const char *folder, const char *name, gsize *size, GError **error);
