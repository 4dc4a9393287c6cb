/* A query as a propositional formula for solvers that are not ours: the ground clauses of one function's analysis, and a question.
 *
 * Variables are the tuples of the derived relations, numbered from 1; a clause is one instance of a rule, its facts left out since they
 * hold. A set of Horn clauses has a least model (Horn 1951), so two questions check all claims of a decision exactly:
 *   SP_ASK_STACK: with "not heap" for every object said to be on the stack the clauses are satisfiable, if and only if none is forced;
 *   SP_ASK_HEAP: with "one of those said to be on the heap is not" they are not satisfiable, if and only if each is forced.
 * SP_ASK_ATOM asks for one object alone: satisfiable if it is on the stack. */
#pragma once
#include "solver/query.h"

enum sp_question
{
  SP_ASK_STACK,
  SP_ASK_HEAP,
  SP_ASK_ATOM,
};

struct sp_formula;

/* @claims (of every object): what SP_ASK_STACK and SP_ASK_HEAP ask about. All must outlive the formula; the caller frees it. */
struct sp_formula *sp_formula_new (const struct sp_query *query, const struct sp_decision *claims);
void sp_formula_free (struct sp_formula *f);
/* Clauses without the question's. */
uint32_t sp_formula_size (const struct sp_formula *f);

/* How a formula is written: one of the formats. */
struct sp_formula_writer
{
  const char *extension;
  void (*begin) (GString *out, uint32_t n_vars, uint32_t n_clauses, bool satisfiable);
  void (*remark) (GString *out, const char *text);
  void (*variable) (GString *out, uint32_t v, const char *name);
  /* @literals: variables, negative where negated. */
  void (*clause) (GString *out, const int32_t *literals, uint32_t n, const char *rule);
  void (*end) (GString *out);
};
extern const struct sp_formula_writer sp_write_smt2, sp_write_dimacs;

/* Appends the formula with the question. @pred, @object: of SP_ASK_ATOM, heapI or heapG of the object. @named: with comments that say what
 * the variables and clauses stand for. */
void sp_formula_write (struct sp_formula *f, const struct sp_formula_writer *w, enum sp_question question, enum sp_pred pred,
                       uint32_t object, bool named, GString *out);
/* Whether there is anything to ask; without, SP_ASK_HEAP is trivially unsatisfiable. */
bool sp_formula_has_heap (const struct sp_formula *f);
/* "a.go:6:2 x" for the allocations of the query's function, else a number; the caller frees it. */
char *sp_query_object (const struct sp_query *query, uint32_t object);
