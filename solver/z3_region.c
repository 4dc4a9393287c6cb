#include "solver/z3_private.h"

static _Thread_local Z3_error_code trouble;

/* The handler must return; who made the call asks for the error. */
static void
note_error (Z3_context c, Z3_error_code code)
{
  (void)c;
  trouble = code;
}

Z3_error_code
sp_z3_trouble (void)
{
  Z3_error_code code = trouble;
  trouble = Z3_OK;
  return code;
}

Z3_context
sp_z3_new_context (bool counted)
{
  Z3_config config = Z3_mk_config ();
  Z3_context c = counted ? Z3_mk_context_rc (config) : Z3_mk_context (config);
  Z3_del_config (config);
  if (c)
    Z3_set_error_handler (c, note_error);
  return c;
}

bool
sp_z3_ok (struct sp_z3_region *r)
{
  Z3_error_code code = sp_z3_trouble ();
  r->failed |= code != Z3_OK;
  r->exhausted |= code == Z3_MEMOUT_FAIL;
  return !r->failed;
}

Z3_ast
sp_z3_keep (struct sp_z3_region *r, Z3_ast a)
{
  if (!sp_z3_ok (r) || !a)
    {
      r->failed = true;
      return NULL;
    }
  Z3_inc_ref (r->context, a);
  return a;
}

static void
open_context (struct sp_z3_region *r)
{
  r->context = sp_z3_new_context (true);
  r->failed = !r->context;
  if (r->failed)
    return;
  sp_z3_trouble ();
  r->boolean = Z3_mk_bool_sort (r->context);
  if (sp_z3_ok (r))
    Z3_inc_ref (r->context, Z3_sort_to_ast (r->context, r->boolean));
}

/* The objects go with their context. */
static void
close_context (struct sp_z3_region *r)
{
  g_ptr_array_set_size (r->vars, 0);
  g_ptr_array_set_size (r->nots, 0);
  if (r->context && !r->exhausted)
    Z3_del_context (r->context);
  r->context = NULL;
}

bool
sp_z3_renew (struct sp_z3_region *r)
{
  if (r->failed && !r->exhausted)
    {
      close_context (r);
      open_context (r);
    }
  return !r->failed;
}

struct sp_z3_region *
sp_z3_region_new (void)
{
  struct sp_z3_region *r = g_new0 (struct sp_z3_region, 1);
  r->vars = g_ptr_array_new ();
  r->nots = g_ptr_array_new ();
  open_context (r);
  return r;
}

static void
forget_vars (struct sp_z3_region *r)
{
  for (guint i = 0; i < r->vars->len; i++)
    {
      Z3_dec_ref (r->context, r->nots->pdata[i]);
      Z3_dec_ref (r->context, r->vars->pdata[i]);
    }
  Z3_dec_ref (r->context, Z3_sort_to_ast (r->context, r->boolean));
}

void
sp_z3_region_free (struct sp_z3_region *r)
{
  if (!r)
    return;
  if (!r->failed)
    forget_vars (r);
  close_context (r);
  g_ptr_array_free (r->vars, TRUE);
  g_ptr_array_free (r->nots, TRUE);
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
      Z3_ast v = sp_z3_ok (r) ? sp_z3_keep (r, Z3_mk_const (r->context, name, r->boolean)) : NULL;
      Z3_ast not = v ? sp_z3_keep (r, Z3_mk_not (r->context, v)) : NULL;
      if (r->failed)
        return;
      g_ptr_array_add (r->vars, v);
      g_ptr_array_add (r->nots, not );
    }
}

static void
set_symbol (struct sp_z3_region *r, Z3_params p, const char *name, const char *value)
{
  Z3_symbol key = Z3_mk_string_symbol (r->context, name), text = sp_z3_ok (r) ? Z3_mk_string_symbol (r->context, value) : NULL;
  if (sp_z3_ok (r))
    Z3_params_set_symbol (r->context, p, key, text);
}

static void
set_number (struct sp_z3_region *r, Z3_params p, const char *name, unsigned value)
{
  Z3_symbol key = Z3_mk_string_symbol (r->context, name);
  if (sp_z3_ok (r))
    Z3_params_set_uint (r->context, p, key, value);
}

static void
set_parameters (struct sp_z3_region *r, Z3_solver s, unsigned rlimit)
{
  Z3_params p = Z3_mk_params (r->context);
  if (!sp_z3_ok (r))
    return;
  Z3_params_inc_ref (r->context, p);
  set_symbol (r, p, "phase", "always_false");
  if (rlimit && sp_z3_ok (r))
    set_number (r, p, "rlimit", rlimit);
  if (sp_z3_ok (r))
    Z3_solver_set_params (r->context, s, p);
  Z3_params_dec_ref (r->context, p);
}

/* NULL after a failure. */
static Z3_solver
new_solver (struct sp_z3_region *r, unsigned rlimit)
{
  Z3_symbol logic = Z3_mk_string_symbol (r->context, "QF_FD");
  Z3_solver s = sp_z3_ok (r) ? Z3_mk_solver_for_logic (r->context, logic) : NULL;
  if (!sp_z3_ok (r) || !s)
    {
      r->failed = true;
      return NULL;
    }
  Z3_solver_inc_ref (r->context, s);
  set_parameters (r, s, rlimit);
  return s;
}

/* A clause that is lost would make the model smaller, so each is asked after. */
static void
assert_clause (struct sp_z3_region *r, Z3_solver s, GPtrArray *literals)
{
  Z3_ast clause = literals->len == 1 ? sp_z3_keep (r, literals->pdata[0])
                                     : sp_z3_keep (r, Z3_mk_or (r->context, literals->len, (Z3_ast *)(void *)literals->pdata));
  if (!clause)
    return;
  Z3_solver_assert (r->context, s, clause);
  Z3_dec_ref (r->context, clause);
}

static bool
read_value (struct sp_z3_region *r, Z3_model m, Z3_ast var)
{
  Z3_ast value = NULL;
  bool ok = Z3_model_eval (r->context, m, var, false, &value);
  r->failed |= !ok || !value;
  return sp_z3_ok (r) && Z3_get_bool_value (r->context, value) == Z3_L_TRUE;
}

static bool
read_model (struct sp_z3_region *r, Z3_solver s, uint32_t n, bool *model)
{
  Z3_model m = Z3_solver_get_model (r->context, s);
  if (!sp_z3_ok (r) || !m)
    return false;
  Z3_model_inc_ref (r->context, m);
  for (uint32_t i = 0; i < n && sp_z3_ok (r); i++)
    model[i] = read_value (r, m, r->vars->pdata[i]);
  bool ok = sp_z3_ok (r);
  if (!r->exhausted)
    Z3_model_dec_ref (r->context, m);
  return ok;
}

static enum sp_z3_answer
check (struct sp_z3_region *r, Z3_solver s, uint32_t n_vars, bool *model)
{
  Z3_lbool answer = sp_z3_ok (r) ? Z3_solver_check (r->context, s) : Z3_L_UNDEF;
  if (!sp_z3_ok (r) || answer == Z3_L_UNDEF)
    return SP_Z3_UNKNOWN;
  if (answer == Z3_L_FALSE)
    return SP_Z3_UNSAT;
  return read_model (r, s, n_vars, model) ? SP_Z3_SAT : SP_Z3_UNKNOWN;
}

enum sp_z3_answer
sp_z3_solve_horn (struct sp_z3_region *r, uint32_t n_vars, const uint32_t *heads, const uint32_t *first, const uint32_t *body,
                  uint32_t n_clauses, unsigned rlimit, bool *model)
{
  if (!sp_z3_renew (r))
    return SP_Z3_UNKNOWN;
  make_vars (r, n_vars);
  Z3_solver s = sp_z3_ok (r) ? new_solver (r, rlimit) : NULL;
  if (!s)
    return SP_Z3_UNKNOWN;
  g_autoptr (GPtrArray) literals = g_ptr_array_new ();
  for (uint32_t i = 0; i < n_clauses && sp_z3_ok (r); i++)
    {
      g_ptr_array_set_size (literals, 0);
      for (uint32_t k = first[i]; k < first[i + 1]; k++)
        g_ptr_array_add (literals, r->nots->pdata[body[k]]);
      if (heads[i] != UINT32_MAX)
        g_ptr_array_add (literals, r->vars->pdata[heads[i]]);
      assert_clause (r, s, literals);
    }
  enum sp_z3_answer answer = check (r, s, n_vars, model);
  if (!r->exhausted)
    Z3_solver_dec_ref (r->context, s);
  return answer;
}
