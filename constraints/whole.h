/* Whole-program lowering: every function that can be reached becomes facts of one set, on demand (rules/pointsto.dl).
 *
 * A function is lowered once for all its callers, or once for each call where that is cheap and pays (sp_whole_call): an *instance*. Its
 * parameters, captured variables and results are values like any other, and a call binds them by Copy facts, when its target is known
 * statically or when the least model finds it: the call graph is built on the fly. Functions that models.def speaks for are applied as the
 * summaries they are; a few whose effect no summary can say are listed in whole.def. */
#pragma once
#include "constraints/lower.h"

/* What a function of whole.def does. */
enum sp_whole_effect
{
  SP_WHOLE_NONE, /* is not listed */
  SP_WHOLE_GET,  /* takes out of the Pool what any call put in, or calls New */
  SP_WHOLE_PUT,
  SP_WHOLE_FINALIZER, /* calls its second argument with its first, where their types agree */
  SP_WHOLE_CLEANUP,   /* calls its second argument with its third */
};

struct sp_instance
{
  gir_fn fn;
  uint32_t site_base;   /* number of its first instruction among those of all instances */
  uint32_t *start;      /* by register: its first leaf; owned */
  uint32_t n_registers; /* leaves of registers, from start[0] on */
  uint32_t first;       /* the first of them */
  uint32_t results;     /* value of the first result leaf */
  uint32_t n_results;   /* leaves */
  uint32_t temps, end;  /* the temporaries made while it was lowered: [temps, end) */
  uint8_t depth;        /* of instances made for one call each */
};

struct sp_whole
{
  VEC (struct sp_instance) instances;
  struct sp_relation ids;    /* (function, call record or GIR_INVALID): one an instance, in their order */
  uint32_t lowered;          /* instances [0, lowered) are lowered */
  struct sp_relation edges;  /* the call graph: (caller, its instruction or GIR_INVALID, callee) */
  struct sp_relation blind;  /* (caller, instruction or GIR_INVALID): calls whose callee may be out of sight */
  struct sp_relation astray; /* (function): code out of sight may call it */
  struct sp_relation apart;  /* (function, instruction): allocations whose objects never leave the function's frame and registers */
  uint32_t *globals;         /* by package variable: a value that points to it, or 0 */
  uint8_t *effects;          /* by function: enum sp_whole_effect */
  uint32_t late;             /* value that points to what a deferred copy, or one in a goroutine, works on */
  uint32_t panics;           /* value that points to what was ever panicked with */
  uint32_t current;          /* instance that is being lowered */
};

/* @env->summary must yield models only. The caller sets l->whole to the result and frees it after the lowering. */
struct sp_whole *sp_whole_new (const GirProgram *p);
void sp_whole_free (struct sp_whole *w);

/* Starts over in @precision with an empty call graph; what is `apart` stays. */
void sp_whole_begin (struct sp_lowering *l, struct sp_precision precision);
/* Makes @fn a root: called from outside the program, with anything for arguments (@open), or without any. */
void sp_whole_root (struct sp_lowering *l, gir_fn fn, bool open);
/* Code out of sight may call what address @cell stands for. */
void sp_whole_stray (struct sp_lowering *l, uint32_t cell);
/* Lowers all instances that were asked for since; tells whether there were any. */
bool sp_whole_go_on (struct sp_lowering *l);
/* The instance that site object number @site (sp_object.a) belongs to. */
const struct sp_instance *sp_whole_instance_of (const struct sp_whole *w, uint32_t site);

/* --- for lower*.c ---------------------------------------------------------------------- */

/* The value that points to package variable @g. */
uint32_t sp_whole_global (struct sp_lowering *l, uint32_t g);
/* The value that points to where panics leave their operands. */
uint32_t sp_whole_panics (struct sp_lowering *l);
/* Builtin @i runs later, or beside the function: what copy works on then is seen as by a callee, so it is not `apart`. */
void sp_whole_late (struct sp_lowering *l, uint32_t i);
/* Points @d to no object, as an interface of dynamic type @type: a nil pointer in it has methods all the same. */
void sp_whole_nil_box (struct sp_lowering *l, uint32_t d, gir_type type);
/* The value of result leaf @leaf of the current instance. */
uint32_t sp_whole_result (const struct sp_lowering *l, uint32_t leaf);
/* Whether what instruction @i allocates never leaves the frame and the registers of the current function. */
bool sp_whole_apart (const struct sp_lowering *l, uint32_t i);
/* The function that operand @x is for sure, and in *@closure the value of the closure; GIR_INVALID when that depends. */
gir_fn sp_whole_static (struct sp_lowering *l, gir_operand x, uint32_t *closure);
/* Binds call @call to @fn; false where the models speak for @fn. @receiver: of an invoke, else n is UINT32_MAX; @sure: the call has no
 * other target. */
bool sp_whole_call (struct sp_lowering *l, uint32_t call, gir_fn fn, uint32_t closure, struct sp_span receiver, bool sure);
/* Call @call may have a callee out of sight; @via: it is function @via, known by its model only, that may call it; else GIR_INVALID. */
void sp_whole_blind (struct sp_lowering *l, uint32_t call, gir_fn via);
