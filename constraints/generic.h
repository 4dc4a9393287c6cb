/* What generic functions name. Only their instances have bodies here, and code out of sight may make others: what those name, they may
 * write and call. The exporter lists the names in the meta record `generic` (papers/gir.md). */
#pragma once
#include "frontend/gir.h"

/* The names, with their packages' paths and without; NULL where they may be any. The caller frees. */
GHashTable *sp_generic_names (const GirProgram *p);
/* Whether @names, which may be NULL, have @name. Functions' names may have type arguments at their end, which do not count. */
bool sp_generic_has (GHashTable *names, const char *name);
