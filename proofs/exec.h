/* The decoded instructions. Operands a..e are byte offsets into the frame unless exec.def says otherwise. */
#pragma once

#include "proofs/machine.h"

#define NO_REG UINT32_MAX

/* The classes of numbers that arithmetic is repeated for: X (suffix, C type). */
#define EXEC_INTS(X) \
  X (I8, int8_t) X (I16, int16_t) X (I32, int32_t) X (I64, int64_t) X (U8, uint8_t) X (U16, uint16_t) X (U32, uint32_t) X (U64, uint64_t)
#define EXEC_FLOATS(X) X (F32, float) X (F64, double)

/* The families: their members are numbered in the order of enum number. */
#define EXEC_INT_FAMILIES(X) X (QUO) X (REM) X (AND) X (OR) X (XOR) X (ANDNOT) X (SHL) X (SHR) X (COM) X (WIDEN)
#define EXEC_NUM_FAMILIES(X) X (ADD) X (SUB) X (MUL) X (EQ) X (NE) X (LT) X (LE) X (GT) X (GE) X (NEG)

enum exec_op
{
#define EXEC(name) X_##name,
#include "proofs/exec.def"
#undef EXEC
#define MEMBER(family)                                                                                                        \
  X_##family##_I8, X_##family##_I16, X_##family##_I32, X_##family##_I64, X_##family##_U8, X_##family##_U16, X_##family##_U32, \
      X_##family##_U64,
  EXEC_INT_FAMILIES (MEMBER)
#undef MEMBER
#define MEMBER(family)                                                                                                        \
  X_##family##_I8, X_##family##_I16, X_##family##_I32, X_##family##_I64, X_##family##_U8, X_##family##_U16, X_##family##_U32, \
      X_##family##_U64, X_##family##_F32, X_##family##_F64,
      EXEC_NUM_FAMILIES (MEMBER)
#undef MEMBER
          X_QUO_F32,
  X_QUO_F64,
  X_COUNT
};

/* Calls: extra = number of triples (from, to, size), then the triples; `to` counts from the callee's first parameter. */
enum
{
  CALL_ARGS = 1,
};
