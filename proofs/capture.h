/* Which captured variables gc's closures hold copies of. */
#pragma once

#include "frontend/gir.h"

/* Whether the variable of alloc @instr of @fn is captured by value: never written after it is captured nor through a closure, its address
 * used for nothing else, at most 128 bytes. .gir captures all variables by reference; where a copy does as well, that a closure refers to
 * the variable does not mean that the variable has to live. */
bool capture_by_value (const GirProgram *p, gir_fn fn, uint32_t instr);
