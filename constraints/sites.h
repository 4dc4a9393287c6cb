/* Sites at which nothing is ever allocated, whatever becomes of the value. */
#pragma once
#include "frontend/gir.h"

/* Conversions of constants and of zero-sized values to interfaces point to read-only data; those of pointers hold the pointer. */
bool sp_site_never_allocates (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i);
