#include "solver/z3_private.h"

/* The handler must return; failures are read off the error code. */
static void
ignore_error (Z3_context c, Z3_error_code code)
{
  (void)c, (void)code;
}

Z3_ast
sp_z3_keep (struct sp_z3_region *r, Z3_ast a)
{
  if (Z3_get_error_code (r->context) != Z3_OK || !a)
    r->failed = true;
  else
    Z3_inc_ref (r->context, a);
  return a;
}

struct sp_z3_region *
sp_z3_region_new (void)
{
  struct sp_z3_region *r = g_new0 (struct sp_z3_region, 1);
  Z3_config config = Z3_mk_config ();
  r->context = Z3_mk_context_rc (config);
  Z3_del_config (config);
  Z3_set_error_handler (r->context, ignore_error);
  r->boolean = Z3_mk_bool_sort (r->context);
  Z3_inc_ref (r->context, Z3_sort_to_ast (r->context, r->boolean));
  r->vars = g_ptr_array_new ();
  r->nots = g_ptr_array_new ();
  return r;
}

void
sp_z3_region_free (struct sp_z3_region *r)
{
  if (!r)
    return;
  for (guint i = 0; i < r->vars->len; i++)
    {
      Z3_dec_ref (r->context, r->nots->pdata[i]);
      Z3_dec_ref (r->context, r->vars->pdata[i]);
    }
  g_ptr_array_free (r->vars, TRUE);
  g_ptr_array_free (r->nots, TRUE);
  Z3_dec_ref (r->context, Z3_sort_to_ast (r->context, r->boolean));
  Z3_del_context (r->context);
  g_free (r);
}

const char *
sp_z3_version (void)
{
  return Z3_get_full_version ();
}

static void
make_vars (struct sp_z3_region *r, uint32_t n)
{
  while (r->vars->len < n && !r->failed)
    {
      Z3_symbol name = Z3_mk_int_symbol (r->context, (int)r->vars->len);
      Z3_ast v = sp_z3_keep (r, Z3_mk_const (r->context, name, r->boolean));
      if (r->failed)
        return;
      g_ptr_array_add (r->vars, v);
      g_ptr_array_add (r->nots, sp_z3_keep (r, Z3_mk_not (r->context, v)));
    }
}

static void
set_parameters (struct sp_z3_region *r, Z3_solver s, unsigned rlimit)
{
  Z3_params p = Z3_mk_params (r->context);
  Z3_params_inc_ref (r->context, p);
  Z3_symbol value = Z3_mk_string_symbol (r->context, "always_false");
  Z3_params_set_symbol (r->context, p, Z3_mk_string_symbol (r->context, "phase"), value);
  if (rlimit)
    Z3_params_set_uint (r->context, p, Z3_mk_string_symbol (r->context, "rlimit"), rlimit);
  Z3_solver_set_params (r->context, s, p);
  Z3_params_dec_ref (r->context, p);
}

static void
assert_clause (struct sp_z3_region *r, Z3_solver s, GPtrArray *literals)
{
  Z3_ast clause = literals->len == 1 ? sp_z3_keep (r, literals->pdata[0])
                                     : sp_z3_keep (r, Z3_mk_or (r->context, literals->len, (Z3_ast *)(void *)literals->pdata));
  if (r->failed)
    return;
  Z3_solver_assert (r->context, s, clause);
  Z3_dec_ref (r->context, clause);
}

static bool
read_model (struct sp_z3_region *r, Z3_solver s, uint32_t n, bool *model)
{
  Z3_model m = Z3_solver_get_model (r->context, s);
  if (!m || Z3_get_error_code (r->context) != Z3_OK)
    return false;
  Z3_model_inc_ref (r->context, m);
  bool ok = true;
  for (uint32_t i = 0; i < n && ok; i++)
    {
      Z3_ast value = NULL;
      ok = Z3_model_eval (r->context, m, r->vars->pdata[i], false, &value);
      model[i] = ok && Z3_get_bool_value (r->context, value) == Z3_L_TRUE;
    }
  Z3_model_dec_ref (r->context, m);
  return ok;
}

enum sp_z3_answer
sp_z3_solve_horn (struct sp_z3_region *r, uint32_t n_vars, const uint32_t *heads, const uint32_t *first, const uint32_t *body,
                  uint32_t n_clauses, unsigned rlimit, bool *model)
{
  make_vars (r, n_vars);
  if (r->failed)
    return SP_Z3_UNKNOWN;
  Z3_solver s = Z3_mk_solver_for_logic (r->context, Z3_mk_string_symbol (r->context, "QF_FD"));
  if (!s || Z3_get_error_code (r->context) != Z3_OK)
    return SP_Z3_UNKNOWN;
  Z3_solver_inc_ref (r->context, s);
  set_parameters (r, s, rlimit);
  g_autoptr (GPtrArray) literals = g_ptr_array_new ();
  for (uint32_t i = 0; i < n_clauses && !r->failed; i++)
    {
      g_ptr_array_set_size (literals, 0);
      for (uint32_t k = first[i]; k < first[i + 1]; k++)
        g_ptr_array_add (literals, r->nots->pdata[body[k]]);
      if (heads[i] != UINT32_MAX)
        g_ptr_array_add (literals, r->vars->pdata[heads[i]]);
      assert_clause (r, s, literals);
    }
  Z3_lbool answer = r->failed ? Z3_L_UNDEF : Z3_solver_check (r->context, s);
  enum sp_z3_answer result = answer == Z3_L_TRUE ? SP_Z3_SAT : answer == Z3_L_FALSE ? SP_Z3_UNSAT : SP_Z3_UNKNOWN;
  if (result == SP_Z3_SAT && !read_model (r, s, n_vars, model))
    result = SP_Z3_UNKNOWN;
  Z3_solver_dec_ref (r->context, s);
  return result;
}
