/* Inside the baseline: the constraint graph of the whole program (Andersen 1994), built by baseline_types.c (types and
 * functions), baseline_prepare.c (objects), baseline_nodes.c, baseline_lower.c (instructions) and baseline_call.c (calls), solved by
 * baseline_solve.c, with what loops carry in baseline_carried.c.
 *
 * Why "escaped" is sound. Take one activation A of function f, and call *outside* all memory that was there before A, all globals and all
 * that other goroutines hold; the rest, made by A and by what A calls, is inside. Three invariants hold of the least solution:
 *   - a register or an inside object that holds a pointer to outside memory has OUTSIDE or UNKNOWN in its set (every parameter of every
 *     function has: rules.md A18);
 *   - one that holds a pointer to an inside object has that object in its set, or the object escaped and ESCAPED or UNKNOWN is there;
 *   - an inside object whose address is in outside memory has escaped: storing through OUTSIDE makes what is stored escape.
 * So an object that outlives A was stored outside, or returned by A, or is held by such an object: heap. As placement follows (holder on
 * the heap, held on the heap), heap and escaped are one attribute here. The content of an escaped object is outside, whatever it is; so
 * one escaped object is as good as another (ESCAPED), which keeps sets small.
 *
 * Finer solvers summarise functions, and a summary has one name for all memory beneath a parameter (constraints/cells.h). To stay coarser,
 * a load through what may be older than the frame yields all that can be reached from what the function was given: its node `beneath`. */
#pragma once

#include "base/vec.h"
#include "frontend/gir.h"
#include "solver/baseline.h"
#include "solver/baseline_set.h"

#define BL_NONE UINT32_MAX

/* The first objects. OUTSIDE: memory older than the frame; functions and interface values that came from there by known callers are in the
 * set besides. UNKNOWN: the same, or a function or interface value that nobody knows. ESCAPED: any object that escaped. */
enum
{
  BL_OUTSIDE,
  BL_UNKNOWN,
  BL_ESCAPED,
  BL_FIRST_OBJECT
};

enum bl_kind
{
  BL_K_OUTSIDE, /* those above */
  BL_K_DATA,
  BL_K_CLOSURE,  /* with captured variables */
  BL_K_FUNCTION, /* static code: never allocated */
  BL_K_BOX,      /* a value that an interface holds, allocated */
  BL_K_TAG       /* not allocated: stands for an interface that holds a pointer itself, beside the pointer */
};

struct bl_object
{
  gir_fn maker; /* BL_NONE: not part of any frame */
  uint32_t instr;
  uint32_t content; /* node, BL_NONE until asked for */
  uint32_t code;    /* closure, function: gir_fn;  box, tag: the dynamic type */
  uint8_t kind;
  bool sink;   /* what is stored here lies in heap storage: maps, grown arrays, slices of unknown size */
  bool looped; /* made in a cycle of its function */
};

enum bl_constraint_kind
{
  BL_LOAD,    /* arg gets the content of the node's objects */
  BL_STORE,   /* the content of the node's objects gets arg */
  BL_UNBOX,   /* arg gets the content of all but the tags */
  BL_BENEATH, /* arg gets node extra if the node leads outside */
  BL_PLAIN,   /* arg gets the node's objects but the tags */
  BL_CALL,    /* call number arg calls the node's functions */
  BL_INVOKE   /* call number arg calls a method of the node's boxes and tags */
};

struct bl_constraint
{
  uint32_t arg;
  uint32_t extra;
  uint32_t next;
  uint8_t kind;
};

struct bl_node
{
  struct bl_set known; /* has been propagated */
  struct bl_set fresh; /* has not */
  u32_vec edges;       /* supersets */
  uint32_t first;      /* constraints */
  uint32_t last;
  uint32_t parent; /* itself, or the node it was merged into */
  uint32_t loaded; /* node of all that is loaded through this one, BL_NONE without; */
  uint32_t stored; /* of all that is stored: so that m loads or stores of n objects make m + n edges */
  bool dirty;
  bool leaks;    /* its objects escape */
  bool returned; /* result of a function */
};

struct bl_call
{
  gir_fn fn;       /* the caller */
  uint32_t callee; /* node, BL_NONE for a call by name */
  uint32_t result; /* node */
  uint32_t args;   /* nodes, in baseline->args */
  uint32_t n_args;
  gir_str method;
  uint16_t n_targets;
  bool unknown;
};

/* How a function acts when called: as its body says, or by a model. */
enum bl_model
{
  BL_M_BODY,
  BL_M_LEAK,     /* as an unknown function */
  BL_M_NOESCAPE, /* keeps nothing, may move content between its arguments; unknown results */
  BL_M_ATOMIC,   /* loads and stores through its first argument */
  BL_M_NOTHING,  /* keeps nothing; unknown results */
  BL_M_SAME      /* returns its arguments */
};

struct baseline
{
  const GirProgram *p;
  bool closed;
  uint32_t n_values;
  uint32_t *values;   /* by function: number of its first value in the program */
  uint32_t *blocks;   /* by function: number of its first block in the program */
  uint32_t *root;     /* by value: the value, or n_values + object, whose node it shares; itself for most */
  uint32_t *object;   /* by value: what its instruction makes, BL_NONE */
  uint32_t *node;     /* by value that is its own root: node, BL_NONE until asked for */
  bool *cyclic;       /* by block */
  bool *has_uintptr;  /* by type: holds one by value */
  uint8_t *model;     /* by function: enum bl_model */
  bool *external;     /* by function: may be called with arguments that nobody knows */
  uint32_t *function; /* by function: its static object, BL_NONE where its address is not taken */
  uint32_t *function_node;
  uint32_t *results;  /* by function: node of all its results, BL_NONE until asked for */
  uint32_t *beneath;  /* by function: node of what its parameters lead to, BL_NONE until asked for */
  uint32_t *deferred; /* by function: node of what deferred calls wait with, BL_NONE until asked for */
  uint32_t outside;   /* a node that holds OUTSIDE */
  VEC (struct bl_object) objects;
  VEC (struct bl_node) nodes;
  VEC (struct bl_constraint) constraints;
  VEC (struct bl_call) calls;
  u32_vec args;
  struct bl_pairs edges;  /* made before */
  struct bl_pairs bound;  /* (call, object) */
  uint64_t *escaped;      /* by object, a bit each */
  uint64_t *escaped_data; /* the same without functions, closures, boxes and tags */
  u32_vec leaking;        /* nodes whose known objects are still to escape */
  u32_vec order;          /* nodes, roughly sources first */
  uint32_t n_dirty;
  uint32_t n_new_edges; /* since the last search for cycles */
  struct bl_set scratch;
};

static inline bool
bl_escaped (const struct baseline *b, uint32_t object)
{
  return b->escaped[object / 64] >> object % 64 & 1;
}

/* --- baseline_prepare.c ------------------------------------------------------------------------------ */
void bl_prepare (struct baseline *b);

/* --- baseline_types.c -------------------------------------------------------------------------------- */
void bl_find_uintptrs (struct baseline *b);
void bl_find_external (struct baseline *b);
/* Whether values of the type hold pointers; strings count. */
static inline bool
bl_pointers (const struct baseline *b, gir_type t)
{
  return b->p->types[t].pointers;
}
bool bl_value_matters (const struct baseline *b, gir_fn fn, gir_value v);
enum gir_type_kind bl_kind_of (const struct baseline *b, gir_type t);
/* Of slices, arrays, pointers. */
gir_type bl_elem (const struct baseline *b, gir_type t);
gir_type bl_operand_type (const struct baseline *b, gir_fn fn, gir_operand x);

enum bl_shape
{
  BL_BOXED,  /* an interface holds a pointer to a copy */
  BL_DIRECT, /* holds the value itself, which is one pointer */
  BL_EITHER  /* the one or the other, by version of the compiler */
};
enum bl_shape bl_shape_of (const struct baseline *b, gir_type t);

enum bl_conversion
{
  BL_C_NOTHING,
  BL_C_SAME,
  BL_C_FRESH,
  BL_C_LOAD,
  BL_C_EXPOSE, /* pointer to integer */
  BL_C_UNKNOWN /* integer to pointer */
};
enum bl_conversion bl_conversion_of (const struct baseline *b, gir_type to, gir_type from);

/* --- baseline_nodes.c -------------------------------------------------------------------------------- */
uint32_t bl_node_new (struct baseline *b);
uint32_t bl_find (struct baseline *b, uint32_t node);
uint32_t bl_root (struct baseline *b, uint32_t value);
uint32_t bl_value_node (struct baseline *b, uint32_t value);
uint32_t bl_content (struct baseline *b, uint32_t object);
uint32_t bl_results (struct baseline *b, gir_fn fn);
uint32_t bl_deferred (struct baseline *b, gir_fn fn);
uint32_t bl_beneath (struct baseline *b, gir_fn fn);
/* The node of an operand; BL_NONE where it holds no pointer. */
uint32_t bl_operand (struct baseline *b, gir_fn fn, gir_operand x);
/* The node of a result or parameter; BL_NONE likewise. */
uint32_t bl_result (struct baseline *b, gir_fn fn, gir_value v);

/* BL_NONE for any node in the following: nothing happens. */
void bl_add (struct baseline *b, uint32_t node, uint32_t object);
void bl_flow (struct baseline *b, uint32_t from, uint32_t to);
void bl_leak (struct baseline *b, uint32_t node);
void bl_constrain (struct baseline *b, uint32_t node, enum bl_constraint_kind kind, uint32_t arg);
/* @fn loads through @pointer; or from the boxes in it, only; or stores. @fn == BL_NONE: the content alone, nothing `beneath`. */
void bl_load (struct baseline *b, gir_fn fn, uint32_t pointer, uint32_t to);
void bl_unbox (struct baseline *b, gir_fn fn, uint32_t iface, uint32_t to);
void bl_store (struct baseline *b, uint32_t pointer, uint32_t from);
void bl_escape (struct baseline *b, uint32_t object);

/* --- baseline_lower.c -------------------------------------------------------------------------------- */
void bl_lower (struct baseline *b);

/* --- baseline_call.c --------------------------------------------------------------------------------- */
void bl_lower_call (struct baseline *b, gir_fn fn, uint32_t i);
/* Call @call meets an object of the function that it calls, or of the interface (@invoke). */
void bl_meet (struct baseline *b, uint32_t call, uint32_t object, bool invoke);
/* Operands handed to a go or defer statement. */
void bl_hand_over (struct baseline *b, gir_fn fn, uint32_t i);

/* --- baseline_solve.c -------------------------------------------------------------------------------- */
void bl_solve (struct baseline *b);
void bl_apply (struct baseline *b, const struct bl_constraint *c, uint32_t object);

/* --- baseline_carried.c ------------------------------------------------------------------------------ */
/* Lets objects escape whose earlier instance may be live when their instruction runs again; true if there were any. */
bool bl_carry (struct baseline *b);
