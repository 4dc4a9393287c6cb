/* The graph of gc's escape analysis (cmd/compile/internal/escape/graph.go) for one batch: a strongly connected component of functions.
 *
 * A location is a variable or the memory of an expression that allocates. An edge `dst <- src` with weight derefs says that a value flows
 * from src to dst after derefs dereferences; -1 stands for the address of src. Fields, elements, contexts and program points are not told
 * apart. Locations of kind GC_LOC_TEMP have no storage: they stand for values on their way, as the results of a call. */
#pragma once
#include "base/u32map.h"
#include "constraints/gc_vars.h"

/* Where a parameter's value goes: the least number of dereferences to the heap, to what is written through (mutator), to what is called
 * with its results lost (callee), and to each of the first results. -1: nowhere. */
enum
{
  GC_LEAK_HEAP,
  GC_LEAK_MUTATOR,
  GC_LEAK_CALLEE,
  GC_LEAK_RESULT,
  GC_N_RESULTS = 5,
  GC_N_LEAKS = GC_LEAK_RESULT + GC_N_RESULTS,
  GC_LEAK_MAX = 254,
};
struct gc_leaks
{
  int16_t to[GC_N_LEAKS];
};
extern const struct gc_leaks gc_no_leaks;
/* Notes a flow of @derefs dereferences. */
void gc_leaks_add (struct gc_leaks *l, unsigned to, int derefs);
/* Drops what is no shorter than the way to the heap. */
void gc_leaks_optimize (struct gc_leaks *l);
bool gc_leaks_equal (const struct gc_leaks *a, const struct gc_leaks *b);

/* The locations that every graph has. */
enum
{
  GC_HEAP,
  GC_MUTATOR,
  GC_CALLEE,
  GC_BLANK,
  GC_N_PSEUDO,
};

enum gc_attr
{
  GC_ESCAPES = 1,
  GC_MUTATES = 2,
  GC_CALLS = 4,
  GC_ALL_ATTRS = 7,
};

enum gc_loc_kind
{
  GC_LOC_PSEUDO,
  GC_LOC_TEMP,
  GC_LOC_VAR,
  GC_LOC_SITE,
  GC_LOC_CLOSURE, /* of the function literal `literal` */
};

/* How a value gets where an edge leads; the table is gc_cause.def. */
enum gc_cause
{
#define GC_CAUSE(name, class, text) GC_CAUSE_##name,
#include "constraints/gc_cause.def"
#undef GC_CAUSE
};

struct gc_location
{
  uint8_t kind;
  uint8_t attrs;
  uint8_t cause; /* enum gc_cause, of attributes that it has from the start */
  bool oversize; /* too large for the stack, or of a size that gc refuses */
  gir_fn fn;
  uint32_t instr; /* that allocates it; GIR_INVALID: a parameter or result without a variable, or a literal that captures nothing */
  uint32_t depth;
  uint32_t param;  /* number + 1 */
  uint32_t result; /* number + 1 */
  gir_fn literal;
  uint32_t first; /* of the edges into it, GIR_INVALID */
};

struct gc_edge
{
  uint32_t src;
  int16_t derefs;
  uint8_t cause; /* enum gc_cause */
  uint32_t next;
};

/* What is known of functions outside of the batch. */
struct gc_context
{
  const GirProgram *program;
  const struct gc_vars *vars;
  struct gc_leaks **tags;              /* by function: one for each parameter; NULL until it is analysed */
  const uint32_t *devirtualised_first; /* by function: its first entry below */
  const struct gc_devirtualisation *devirtualised;
};
struct gc_devirtualisation
{
  uint32_t instr;
  gir_fn callee;
  gir_type type;
};

struct gc_graph
{
  const struct gc_context *context;
  VEC (struct gc_location) locs;
  VEC (struct gc_edge) edges;
  uint8_t cause; /* of the edges being added */
  /* By function of the batch. */
  const gir_fn *members;
  uint32_t n_members;
  struct u32map member;   /* function -> its number */
  uint32_t **values;      /* by member and value: its location, GIR_INVALID */
  uint32_t **params;      /* by member: the location of each parameter, GIR_INVALID for blank ones */
  uint32_t **results;     /* by member: the location of each result */
  struct u32map vars;     /* variable -> location */
  struct u32map literals; /* function literal without captures -> location */
};

/* Builds the graph of the batch of @n functions @members, which must live as long. */
struct gc_graph *gc_graph_new (const struct gc_context *context, const gir_fn *members, uint32_t n);
void gc_graph_free (struct gc_graph *g);

uint32_t gc_graph_add (struct gc_graph *g, struct gc_location l);
/* A value flows from @src to @dst after @derefs dereferences. */
void gc_graph_flow (struct gc_graph *g, uint32_t dst, int derefs, uint32_t src);
/* The number of @fn in the batch, GIR_INVALID outside. */
uint32_t gc_graph_member (const struct gc_graph *g, gir_fn fn);
/* Whether values in location @l may survive @other if that is on the stack; @lost says whether the results of closure calls of l's function
 * are no longer tracked. (escape/solve.go: outlives, without what the attributes of @l add.) */
bool gc_graph_outlives (const struct gc_graph *g, const struct gc_location *l, const struct gc_location *other, bool lost);
