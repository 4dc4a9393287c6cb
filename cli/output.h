/* Writes a whole result to standard output at once, so that a failed run leaves nothing half-written behind. */
#pragma once

#include <glib.h>

gboolean output_write (const GString *text, GError **error);
