/* What a .gir file may not exceed: far beyond real programs, yet small enough that hostile input cannot exhaust the
 * machine, overflow a counter or the stack. */
#pragma once

#include <stdint.h>

#define GIR_MAX_LINE ((size_t)16 << 20)  /* bytes in a line */
#define GIR_MAX_STRING ((size_t)1 << 20) /* bytes in a string, a name or a word */
#define GIR_MAX_TYPES (1u << 24)
#define GIR_MAX_FIELDS (1u << 16)           /* of one struct, tuple, signature or interface */
#define GIR_MAX_SYMBOL_NESTING 100u         /* of one symbolic type */
#define GIR_MAX_NESTING 1000u               /* of structs and arrays by value */
#define GIR_MAX_ARRAY ((uint64_t)INT64_MAX) /* elements: Go's largest int */
#define GIR_MAX_OPERANDS (1u << 16)         /* of one instruction */
#define GIR_MAX_INDEX ((1u << 29) - 1)      /* fits a gir_operand: functions, globals, constants, values of a function */
#define GIR_MAX_BLOCKS (1u << 24)           /* of one function */
