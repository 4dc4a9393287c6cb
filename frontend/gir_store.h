/* What owns a program's memory; private to the folder. */
#pragma once

#include "base/interner.h"
#include "base/vec.h"
#include "frontend/gir.h"

enum gir_record
{
  GIR_R_META,
  GIR_R_FILE,
  GIR_R_PKG,
  GIR_R_TYPE,
  GIR_R_GLOBAL,
  GIR_R_LINK,
  GIR_R_MSET,
  GIR_R_FUNC
};

/* Records in the order of the text, so that the writer repeats it: @count records of a kind, numbered from @first (of an mset
 * its type, of a func its number). */
struct gir_run
{
  enum gir_record kind;
  uint32_t first;
  uint32_t count;
};

struct gir_storage
{
  Interner *strings;
  VEC (struct gir_run) runs;
};

static inline uint32_t
gir_string_length (const GirProgram *p, gir_str s)
{
  return interner_length (p->strings[s]);
}

/* Two constants that every program has. */
enum
{
  GIR_CONST_NIL,
  GIR_CONST_ZERO
};

/* Makes room for the arrays of @f as its counts ask, in one zeroed allocation that belongs to @f: so functions can be changed, each
 * by its own thread. */
void gir_func_allot (struct gir_func *f);
/* Frees the arrays. */
void gir_func_release (struct gir_func *f);
/* How many edges lead from blocks to blocks; every block has a terminator. */
uint32_t gir_func_count_edges (const struct gir_basic_block *blocks, uint32_t n_blocks, const struct gir_instr *instrs);
/* Fills f->edges and the preds and succs of all blocks from their terminators. */
void gir_func_link_blocks (struct gir_func *f);
