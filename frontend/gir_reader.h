/* The reader's state, shared by its three files: gir_read.c (records), gir_read_type.c (types) and gir_read_func.c (functions).
 *
 * All functions that yield a bool yield false after the first error, which r->error holds; what they leave behind is then of no use.
 * They start at the current token r->token and leave the one behind what they read. */
#pragma once

#include "base/interner.h"
#include "base/u32map.h"
#include "base/vec.h"
#include "frontend/gir_lex.h"
#include "frontend/gir_store.h"
#include "frontend/gir_types.h"

/* A named type whose underlying type #number comes later in the text. */
struct gir_later
{
  gir_type named;
  uint32_t number;
  uint32_t line;
};

/* A use of a register before its definition in the text: in func->operands, in an instruction's aux2, or in a result. */
struct gir_fixup
{
  enum gir_fixup_kind
  {
    GIR_FIX_OPERAND,
    GIR_FIX_AUX2,
    GIR_FIX_RESULT
  } kind;
  uint32_t index;
  gir_str name;
  uint32_t line;
};

/* What a register name stands for in the function numbered @epoch. */
struct gir_register
{
  uint32_t epoch;
  gir_value value;
};

/* The function being read. */
struct gir_body
{
  struct gir_func func;
  uint32_t number;
  uint32_t line;
  VEC (struct gir_param) params;
  VEC (struct gir_result) results;
  VEC (struct gir_instr) instrs;
  VEC (struct gir_basic_block) blocks;
  VEC (gir_operand) operands;
  u32_vec phi_blocks; /* for each operand the block of a phi's edge */
  u32_vec lines;      /* of the instructions */
  VEC (struct gir_fixup) fixups;
};

struct gir_reader
{
  const char *name;
  struct gir_lex lex;
  struct gir_token token;
  GError *error;

  Interner *strings;
  Interner *op_words; /* op + 1 */
  struct gir_types types;
  uint32_t n_logged_types;
  u32_vec type_numbers;           /* the type #N; [0] unused */
  struct u32map symbols;          /* the type a bare identifier stands for */
  VEC (struct gir_field) scratch; /* fields of the types being read, a stack */
  VEC (struct gir_later) later;

  VEC (struct gir_meta) metas;
  VEC (gir_str) files;
  VEC (struct gir_package) pkgs;
  VEC (struct gir_method) methods;
  u32_vec method_lines;
  VEC (struct gir_global) globals;
  VEC (struct gir_link) links;
  VEC (struct gir_loop) loops;
  u32_vec link_lines;
  VEC (struct gir_const) consts;
  struct u32map ints; /* constants by text */
  struct u32map texts;
  VEC (struct gir_func) funcs; /* as met */
  u32_vec func_numbers;        /* their numbers */
  u32_vec func_lines;
  struct u32map func_slots; /* number -> index in funcs */
  u32_vec instr_lines;      /* of all functions, as met */
  VEC (struct gir_run) runs;
  uint32_t ptrsize;
  bool complete;

  struct gir_body body;
  VEC (struct gir_register) registers; /* by name */
  uint32_t epoch;
};

bool gir_fail (struct gir_reader *r, enum gir_error code, const char *format, ...) G_GNUC_PRINTF (3, 4);
bool gir_fail_at (struct gir_reader *r, uint32_t line, enum gir_error code, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* "@what expected, not TOKEN; @mend" at the current token. */
bool gir_fail_expected (struct gir_reader *r, const char *what, const char *mend);

/* Goes to the next token of the line. */
static inline void
gir_advance (struct gir_reader *r)
{
  gir_lex_next (&r->lex, &r->token);
}

static inline bool
gir_at_end (const struct gir_reader *r)
{
  return r->token.kind == GIR_TOKEN_END;
}

/* The line must end here. */
bool gir_expect_end (struct gir_reader *r);
/* A number behind the character @prefix (0: none); @what names it in messages. */
bool gir_read_number (struct gir_reader *r, char prefix, const char *what, uint32_t *number);
bool gir_read_string (struct gir_reader *r, const char *what, gir_str *string);
/* `%NAME`; the name without the percent sign. */
bool gir_read_register_name (struct gir_reader *r, gir_str *name);
/* A position that starts at @text; a file is only known in functions that have one, else @file is GIR_INVALID. */
bool gir_parse_pos (struct gir_reader *r, const char *text, size_t length, uint32_t file, struct gir_pos *pos);
bool gir_read_pos (struct gir_reader *r, uint32_t file, struct gir_pos *pos);
/* `!CATEGORY STRING` */
bool gir_read_site (struct gir_reader *r, uint8_t *site, gir_str *text);
void gir_log_record (struct gir_reader *r, enum gir_record kind, uint32_t number);

/* gir_read_type.c */
bool gir_read_type (struct gir_reader *r, gir_type *type);
bool gir_read_type_record (struct gir_reader *r);
/* All types have been read: underlying types, sizes. */
bool gir_finish_types (struct gir_reader *r);

/* gir_read_func.c */
/* From the word behind `func` to the line `end`. */
bool gir_read_func (struct gir_reader *r);
void gir_body_clear (struct gir_body *body);
