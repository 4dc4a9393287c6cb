/* The formats of formulas: DIMACS CNF (SAT competition format) and SMT-LIB 2.6, logic QF_UF, which holds the Booleans. */
#include "proofs/export/formula.h"

static void
dimacs_begin (GString *out, uint32_t n_vars, uint32_t n_clauses, bool satisfiable)
{
  (void)satisfiable;
  g_string_append_printf (out, "p cnf %u %u\n", n_vars, n_clauses);
}

static void
dimacs_remark (GString *out, const char *text)
{
  g_string_append_printf (out, "c %s\n", text);
}

static void
dimacs_variable (GString *out, uint32_t v, const char *name)
{
  if (name)
    g_string_append_printf (out, "c %u %s\n", v, name);
}

static void
dimacs_clause (GString *out, const int32_t *literals, uint32_t n, const char *rule)
{
  if (rule)
    g_string_append_printf (out, "c %s\n", rule);
  for (uint32_t i = 0; i < n; i++)
    g_string_append_printf (out, "%d ", literals[i]);
  g_string_append (out, "0\n");
}

static void
dimacs_end (GString *out)
{
  (void)out;
}

static void
smt2_begin (GString *out, uint32_t n_vars, uint32_t n_clauses, bool satisfiable)
{
  (void)n_vars, (void)n_clauses;
  g_string_append_printf (out, "(set-info :smt-lib-version 2.6)\n(set-logic QF_UF)\n(set-info :status %s)\n",
                          satisfiable ? "sat" : "unsat");
}

static void
smt2_remark (GString *out, const char *text)
{
  g_string_append_printf (out, "; %s\n", text);
}

static void
smt2_variable (GString *out, uint32_t v, const char *name)
{
  g_string_append_printf (out, "(declare-const x%u Bool)%s%s\n", v, name ? " ; " : "", name ? name : "");
}

static void
smt2_literal (GString *out, int32_t literal)
{
  if (literal < 0)
    g_string_append_printf (out, "(not x%d)", -literal);
  else
    g_string_append_printf (out, "x%d", literal);
}

static void
smt2_clause (GString *out, const int32_t *literals, uint32_t n, const char *rule)
{
  g_string_append (out, n > 1 ? "(assert (or" : n ? "(assert " : "(assert false");
  for (uint32_t i = 0; i < n; i++)
    {
      if (n > 1)
        g_string_append_c (out, ' ');
      smt2_literal (out, literals[i]);
    }
  g_string_append_printf (out, "%s%s%s\n", n > 1 ? "))" : ")", rule ? " ; " : "", rule ? rule : "");
}

static void
smt2_end (GString *out)
{
  g_string_append (out, "(check-sat)\n");
}

const struct sp_formula_writer sp_write_smt2 = { "smt2", smt2_begin, smt2_remark, smt2_variable, smt2_clause, smt2_end };
const struct sp_formula_writer sp_write_dimacs = { "cnf", dimacs_begin, dimacs_remark, dimacs_variable, dimacs_clause, dimacs_end };
