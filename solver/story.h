/* A derivation in words: lines of positions, from the allocation to the escape. */
#pragma once
#include "solver/analyse.h"
#include "solver/derive.h"

/* One function's analysis, and what is told of it. */
struct sp_story
{
  const GirProgram *program;
  struct sp_worker *worker; /* holds the function's run, traced and logged */
  gir_fn fn;
  GString *text;
  unsigned indent;
  unsigned lines, most; /* told, and allowed before the end of the story */
  struct sp_derivations derivations;
  struct u32set told;            /* tuples */
  const struct sp_story *caller; /* in whose call this one is told; NULL for the first */
  GString *last;                 /* line */
};

/* Runs @fn's analysis in @worker and finds the derivations; false beyond a budget, when there is nothing to tell. */
bool sp_story_begin (struct sp_story *s, struct sp_worker *worker, gir_fn fn, GString *text);
void sp_story_end (struct sp_story *s);
/* Appends a line for each step of @goal's least derivation that has not been told, premises first; and beneath a call, what the callee
 * does. */
void sp_story_tell (struct sp_story *s, sp_tuple goal);

/* The object of @v's site; SP_NO_TUPLE where the function has none there. */
uint32_t sp_story_site (const struct sp_story *s, const struct sp_verdict *v);
/* What the function's run derives for that statement of its summary: that something is lost, or held; SP_NO_TUPLE where no single tuple
 * says it. */
sp_tuple sp_story_statement (struct sp_story *s, const struct sp_summary *summary, const struct sp_cause *cause);

/* --- words ------------------------------------------------------------------------------------------- */

void sp_story_position (const struct sp_story *s, struct gir_pos pos, GString *out);
/* Where clause @k happens: the instruction behind the first of its facts that has a position; else the site of what it is about. */
struct gir_pos sp_story_place (const struct sp_story *s, uint32_t k);
void sp_story_object (const struct sp_story *s, uint32_t object, GString *out);
/* The object, and the field of it. */
void sp_story_cell (const struct sp_story *s, uint32_t cell, GString *out);
/* The object that a derived tuple is about; GIR_INVALID where it is about a value. */
uint32_t sp_story_subject (const struct sp_story *s, sp_tuple t);
/* One clause as a line, without position and newline. */
void sp_story_step (const struct sp_story *s, uint32_t k, GString *out);
