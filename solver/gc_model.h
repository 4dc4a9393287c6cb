/* A model of the Go compiler's own escape analysis: which allocation sites of a program gc would put on the heap.
 *
 * Batches are solved callees first, each by gc's own walk (gc_walk.h) and, if asked, again by Z3 (z3_gc.h), which must agree. */
#pragma once
#include "constraints/gc_graph.h"
#include "solver/params.h"

struct sp_gc_model;

struct sp_gc_counts
{
  uint64_t batches, locations, edges, walks;
  uint64_t z3_batches;   /* decided by Z3 too */
  uint64_t z3_distances; /* whose distances were checked in difference logic too */
  uint64_t z3_unknown;   /* not decided by Z3 within its bounds */
  uint64_t z3_differ;    /* where Z3 and the walk differ: a bug */
  uint64_t clauses;
  double z3_s; /* of processor time */
};

/* @p must not be promoted yet, and must outlive the model. @decide: by package, whose batches Z3 decides too; NULL for none. */
struct sp_gc_model *sp_gc_model_new (const GirProgram *p, const bool *decide);
void sp_gc_model_free (struct sp_gc_model *m);

enum sp_gc_verdict
{
  SP_GC_NONE, /* no site, or one that gc does not speak of */
  SP_GC_STACK,
  SP_GC_HEAP,
};
/* The verdict on what instruction @instr of @fn allocates, and for heap the *@cause. Variables that are only loaded and stored whole are no
 * sites. */
enum sp_gc_verdict sp_gc_model_site (const struct sp_gc_model *m, gir_fn fn, uint32_t instr, enum gc_cause *cause);
/* The verdict on a function literal that captures nothing. */
enum sp_gc_verdict sp_gc_model_literal (const struct sp_gc_model *m, gir_fn fn, enum gc_cause *cause);
/* Whether Z3 decided the function's batch, and whether it differed. */
bool sp_gc_model_by_z3 (const struct sp_gc_model *m, gir_fn fn, bool *differs);
/* Appends what becomes of the named parameters of the packages that @wanted says, as gc reports it: none for parameters moved to the heap.
 */
void sp_gc_model_flows (const struct sp_gc_model *m, const bool *wanted, struct sp_flows *flows);
const struct sp_gc_counts *sp_gc_model_counts (const struct sp_gc_model *m);
