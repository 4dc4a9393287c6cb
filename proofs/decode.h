/* The decoder's parts: decode.c (frames, values, memory, arithmetic, control flow) and decode_call.c (calls, closures, builtins). */
#pragma once

#include "proofs/exec.h"

#define MAX_FRAME ((uint64_t)64 << 20)

/* A jump whose target block is not decoded yet. */
struct fixup
{
  uint32_t insn;
  uint8_t field; /* 0: a, 1: b, 2: c */
  uint32_t from, to;
};

struct decoder
{
  struct machine *m;
  const GirProgram *p;
  const struct gir_func *f;
  struct code *c;
  VEC (struct insn) insns;
  u32_vec origin, extra, site_words, list;
  VEC (uint64_t) image;
  VEC (struct fixup) fixups;
  GHashTable *consts; /* (const, type) -> offset */
  uint32_t at;        /* the gir instruction */
  uint32_t n_bytes;
};

/* Appends an instruction. */
void decoder_emit (struct decoder *d, struct insn i);
/* Appends a number to the function's list; its index. */
uint32_t decoder_push_extra (struct decoder *d, uint32_t x);
/* The gir instruction at work. */
const struct gir_instr *decoder_current (const struct decoder *d);
/* Emits an instruction that ends the run: this cannot be executed. */
void decoder_unsupported (struct decoder *d, const char *what);
/* Room for a value that the machine needs in between. */
uint32_t decoder_scratch (struct decoder *d, uint64_t size);
/* Where an operand lies; @t is its type if it is a constant. */
uint32_t decoder_place (struct decoder *d, gir_operand x, gir_type t);
/* The type of an operand; 0 for constants, globals and absent ones. */
gir_type decoder_type_of (const struct decoder *d, gir_operand x);
bool decoder_is_const (gir_operand x);
/* Operand @k of the instruction at work. */
gir_operand decoder_arg (const struct decoder *d, uint32_t k);
/* Where its result lies. */
uint32_t decoder_result_place (const struct decoder *d);
/* A number for the allocation site that it is. */
uint32_t decoder_new_site (struct decoder *d);
/* Copies a register. */
void decoder_emit_move (struct decoder *d, uint32_t to, uint32_t from, uint64_t size);
/* An index or length as a 64-bit integer. */
uint32_t decoder_wide (struct decoder *d, gir_operand x);
/* What an address points to; 0 where that is unknown (nil). */
gir_type decoder_pointee (struct decoder *d, gir_operand x);
/* Where a constant word lies. */
uint32_t decoder_word_place (struct decoder *d, uint64_t word);
/* A type for a constant that nothing else gives one. */
gir_type decoder_const_type (const struct decoder *d, gir_operand x);

/* A call or invoke, plain, deferred or in a goroutine. */
void decode_call (struct decoder *d);
/* A closure. */
void decode_closure (struct decoder *d);
/* A select. */
void decode_select (struct decoder *d);
/* A builtin, whatever its mode. */
void decode_builtin (struct decoder *d);
