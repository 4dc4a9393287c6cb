/* Z3 decides a batch of gc's escape analysis, independently of gc's walk.
 *
 * Encoding. Locations from which the same things escape form a class: the heap with all that escapes, what is written through, what is
 * called, each result, and the variables of one function at one depth of loops. The Boolean le(c,l,k) says that location l flows to class c
 * after at most k dereferences, k from -1 (its address does) to a bound; they are ordered, le(c,l,k) => le(c,l,k+1), so that a number is a
 * row of Booleans and an addition a shift. An edge dst <- src of weight w is le(c,dst,k) => le(c,src,max(k,0)+w). esc(l) follows from
 * le(c,l,-1) where c outlives l, and makes l part of the heap. These are Horn clauses; their least model is gc's fixpoint. Where a number
 * reaches the bound, the bound is doubled. */
#pragma once
#include "constraints/gc_graph.h"
#include "solver/z3_region.h"

struct sp_gc_decision
{
  enum sp_z3_answer answer; /* SP_Z3_SAT: decided; SP_Z3_UNKNOWN: beyond the limits */
  bool *escapes;            /* by location */
  struct gc_leaks *leaks;   /* by location; of parameters, optimised */
  int32_t *to_heap;         /* by location: least number of dereferences to the heap, G_MAXINT32: does not flow there */
  unsigned bound;           /* of k */
  uint64_t clauses;
};

struct sp_gc_decision *sp_gc_decide (struct sp_z3_region *region, const struct gc_graph *g);
void sp_gc_decision_free (struct sp_gc_decision *d);

/* The same distances to the heap in difference logic: with integers x(l), x(src) <= max(x(dst),0) + w for each edge, and x = 0 for the heap
 * and what escapes, @d's distances are a solution, and no solution has a greater one. */
enum sp_z3_answer sp_gc_check_distances (const struct gc_graph *g, const struct sp_gc_decision *d);
