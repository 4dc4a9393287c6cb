/* Z3's Datalog engine. Facts and rules go in through the API; a whole relation comes back as one formula (z3.md, section 2). */
#include "solver/z3_private.h"

#include <string.h>

struct sp_z3_datalog
{
  struct sp_z3_region *region;
  Z3_fixedpoint fixedpoint;
  Z3_sort sort;         /* of every column */
  GArray *relations;    /* of struct relation */
  Z3_ast bound[128];    /* the variables */
  Z3_symbol names[128]; /* for the quantifiers; symbols are not counted */
};

struct relation
{
  Z3_func_decl decl;
  unsigned columns;
};

static Z3_context
context (const struct sp_z3_datalog *d)
{
  return d->region->context;
}

static const struct relation *
relation_at (const struct sp_z3_datalog *d, unsigned k)
{
  return &g_array_index (d->relations, struct relation, k);
}

static void
set_switch_off (struct sp_z3_datalog *d, Z3_params p, const char *name)
{
  Z3_symbol key = sp_z3_ok (d->region) ? Z3_mk_string_symbol (context (d), name) : NULL;
  if (sp_z3_ok (d->region))
    Z3_params_set_bool (context (d), p, key, false);
}

static void
set_engine (struct sp_z3_datalog *d)
{
  Z3_context c = context (d);
  struct sp_z3_region *r = d->region;
  Z3_params p = Z3_mk_params (c);
  if (!sp_z3_ok (r))
    return;
  Z3_params_inc_ref (c, p);
  Z3_symbol key = Z3_mk_string_symbol (c, "engine"), value = sp_z3_ok (r) ? Z3_mk_string_symbol (c, "datalog") : NULL;
  if (sp_z3_ok (r))
    Z3_params_set_symbol (c, p, key, value);
  /* Inlining would join again what the caller has split. */
  set_switch_off (d, p, "xform.inline_eager");
  set_switch_off (d, p, "xform.inline_linear");
  if (sp_z3_ok (r))
    Z3_fixedpoint_set_params (c, d->fixedpoint, p);
  Z3_params_dec_ref (c, p);
}

static void
make_sort (struct sp_z3_datalog *d)
{
  Z3_context c = context (d);
  struct sp_z3_region *r = d->region;
  Z3_symbol name = Z3_mk_string_symbol (c, "number");
  Z3_sort sort = sp_z3_ok (r) ? Z3_mk_finite_domain_sort (c, name, (uint64_t)1 << 32) : NULL;
  if (sp_z3_ok (r) && sp_z3_keep (r, Z3_sort_to_ast (c, sort)))
    d->sort = sort;
  for (unsigned i = 0; i < G_N_ELEMENTS (d->bound) && sp_z3_ok (r); i++)
    {
      d->names[i] = Z3_mk_int_symbol (c, (int)i);
      d->bound[i] = sp_z3_ok (r) ? sp_z3_keep (r, Z3_mk_bound (c, i, d->sort)) : NULL;
    }
}

struct sp_z3_datalog *
sp_z3_datalog_new (struct sp_z3_region *r, unsigned rlimit)
{
  struct sp_z3_datalog *d = g_new0 (struct sp_z3_datalog, 1);
  d->region = r;
  d->relations = g_array_new (FALSE, FALSE, sizeof (struct relation));
  if (!sp_z3_renew (r))
    return d;
  Z3_context c = r->context;
  g_autofree char *limit = g_strdup_printf ("%u", rlimit);
  Z3_update_param_value (c, "rlimit", limit); /* the fixedpoint itself has no such parameter; other solvers set their own */
  Z3_fixedpoint fixedpoint = sp_z3_ok (r) ? Z3_mk_fixedpoint (c) : NULL;
  if (!sp_z3_ok (r))
    return d;
  d->fixedpoint = fixedpoint;
  Z3_fixedpoint_inc_ref (c, fixedpoint);
  set_engine (d);
  if (sp_z3_ok (r))
    make_sort (d);
  return d;
}

static void
fill_sorts (const struct sp_z3_datalog *d, Z3_sort *sorts)
{
  for (unsigned i = 0; i < SP_Z3_MAX_COLUMNS; i++)
    sorts[i] = d->sort;
}

static void
release (struct sp_z3_datalog *d, Z3_ast a)
{
  if (a)
    Z3_dec_ref (context (d), a);
}

static void
release_all (struct sp_z3_datalog *d)
{
  Z3_context c = context (d);
  for (guint k = 0; k < d->relations->len; k++)
    release (d, Z3_func_decl_to_ast (c, relation_at (d, k)->decl));
  for (unsigned i = 0; i < G_N_ELEMENTS (d->bound); i++)
    release (d, d->bound[i]);
  release (d, Z3_sort_to_ast (c, d->sort));
  Z3_update_param_value (c, "rlimit", "0");
  sp_z3_ok (d->region);
}

/* What a failed region holds goes with its context. */
void
sp_z3_datalog_free (struct sp_z3_datalog *d)
{
  if (!d)
    return;
  if (d->fixedpoint && !d->region->exhausted)
    Z3_fixedpoint_dec_ref (context (d), d->fixedpoint);
  if (sp_z3_ok (d->region))
    release_all (d);
  g_array_free (d->relations, TRUE);
  g_free (d);
}

/* NULL after a failure. */
static Z3_func_decl
declare (struct sp_z3_datalog *d, const char *name, unsigned columns)
{
  Z3_context c = context (d);
  Z3_sort sorts[SP_Z3_MAX_COLUMNS];
  fill_sorts (d, sorts);
  Z3_symbol symbol = Z3_mk_string_symbol (c, name);
  Z3_func_decl decl = sp_z3_ok (d->region) ? Z3_mk_func_decl (c, symbol, columns, sorts, d->region->boolean) : NULL;
  if (!sp_z3_ok (d->region) || !sp_z3_keep (d->region, Z3_func_decl_to_ast (c, decl)))
    return NULL;
  Z3_fixedpoint_register_relation (c, d->fixedpoint, decl);
  return decl;
}

unsigned
sp_z3_datalog_relation (struct sp_z3_datalog *d, const char *name, unsigned columns)
{
  struct relation r = { .columns = columns };
  if (sp_z3_ok (d->region))
    r.decl = declare (d, name, columns);
  g_array_append_val (d->relations, r);
  return d->relations->len - 1;
}

void
sp_z3_datalog_fact (struct sp_z3_datalog *d, unsigned relation, const uint32_t *tuple)
{
  const struct relation *r = relation_at (d, relation);
  unsigned args[SP_Z3_MAX_COLUMNS];
  for (unsigned i = 0; i < r->columns; i++)
    args[i] = tuple[i];
  if (sp_z3_ok (d->region))
    Z3_fixedpoint_add_fact (context (d), d->fixedpoint, r->decl, r->columns, args);
}

/* One atom; fresh variables for the columns that do not matter. Variables of Z3 count from the innermost: number i is Z3's i. */
static Z3_ast
make_atom (struct sp_z3_datalog *d, const struct sp_z3_atom *a, unsigned *n_vars)
{
  const struct relation *r = relation_at (d, a->relation);
  Z3_ast args[SP_Z3_MAX_COLUMNS];
  for (unsigned i = 0; i < r->columns; i++)
    args[i] = d->bound[a->args[i] == SP_Z3_ANY ? (*n_vars)++ : a->args[i]];
  Z3_ast atom = sp_z3_keep (d->region, Z3_mk_app (context (d), r->decl, r->columns, args));
  if (!a->negated || d->region->failed)
    return atom;
  Z3_ast negation = sp_z3_keep (d->region, Z3_mk_not (context (d), atom));
  release (d, atom);
  return negation;
}

static unsigned
count_variables (const struct sp_z3_datalog *d, const struct sp_z3_atom *a, unsigned n)
{
  for (unsigned i = 0; i < relation_at (d, a->relation)->columns; i++)
    if (a->args[i] != SP_Z3_ANY)
      n = MAX (n, a->args[i] + 1u);
  return n;
}

/* forall variables. body implies head */
static Z3_ast
make_rule (struct sp_z3_datalog *d, const Z3_ast *atoms, unsigned n_body, Z3_ast head, unsigned n_vars)
{
  Z3_context c = context (d);
  struct sp_z3_region *r = d->region;
  g_autofree Z3_sort *sorts = g_new (Z3_sort, n_vars + 1);
  for (unsigned i = 0; i < n_vars; i++)
    sorts[i] = d->sort;
  Z3_ast body = sp_z3_keep (r, Z3_mk_and (c, n_body, atoms)), implication = NULL, rule = NULL;
  if (!r->failed)
    implication = sp_z3_keep (r, Z3_mk_implies (c, body, head));
  if (!r->failed)
    rule = n_vars ? sp_z3_keep (r, Z3_mk_forall (c, 0, 0, NULL, n_vars, sorts, d->names, implication)) : sp_z3_keep (r, implication);
  if (!r->failed)
    {
      release (d, implication);
      release (d, body);
    }
  return rule;
}

void
sp_z3_datalog_rule (struct sp_z3_datalog *d, const char *name, const struct sp_z3_atom *head, const struct sp_z3_atom *body,
                    unsigned n_body)
{
  Z3_context c = context (d);
  Z3_ast atoms[SP_Z3_MAX_ATOMS];
  unsigned n_vars = count_variables (d, head, 0);
  g_return_if_fail (n_body <= SP_Z3_MAX_ATOMS);
  for (unsigned i = 0; i < n_body; i++)
    n_vars = count_variables (d, &body[i], n_vars);
  for (unsigned i = 0; i < n_body && !d->region->failed; i++)
    atoms[i] = make_atom (d, &body[i], &n_vars);
  Z3_ast top = d->region->failed ? NULL : make_atom (d, head, &n_vars);
  Z3_ast rule = d->region->failed ? NULL : make_rule (d, atoms, n_body, top, n_vars);
  if (d->region->failed)
    return; /* what was made leaks until the region goes */
  Z3_symbol symbol = Z3_mk_string_symbol (c, name);
  if (sp_z3_ok (d->region))
    Z3_fixedpoint_add_rule (c, d->fixedpoint, rule, symbol);
  if (!sp_z3_ok (d->region))
    return;
  release (d, rule);
  release (d, top);
  for (unsigned i = 0; i < n_body; i++)
    release (d, atoms[i]);
}

/* --- the answer -------------------------------------------------------------------------------------- */

static Z3_decl_kind
kind_of (Z3_context c, Z3_ast a)
{
  Z3_func_decl decl = a && Z3_get_ast_kind (c, a) == Z3_APP_AST ? Z3_get_app_decl (c, Z3_to_app (c, a)) : NULL;
  return decl ? Z3_get_decl_kind (c, decl) : Z3_OP_UNINTERPRETED;
}

/* (= (:var i) number), either way round. */
static bool
read_column (struct sp_z3_datalog *d, Z3_ast a, unsigned columns, uint32_t *tuple)
{
  Z3_context c = context (d);
  if (kind_of (c, a) != Z3_OP_EQ)
    return false;
  Z3_ast x = Z3_get_app_arg (c, Z3_to_app (c, a), 0), y = Z3_get_app_arg (c, Z3_to_app (c, a), 1);
  if (!x || !y)
    return false;
  if (Z3_get_ast_kind (c, x) != Z3_VAR_AST)
    {
      Z3_ast swap = x;
      x = y;
      y = swap;
    }
  uint64_t value = 0;
  unsigned column = Z3_get_ast_kind (c, x) == Z3_VAR_AST ? Z3_get_index_value (c, x) : columns;
  if (column >= columns || !Z3_get_numeral_uint64 (c, y, &value) || value > UINT32_MAX)
    return false;
  tuple[column] = (uint32_t)value;
  return sp_z3_ok (d->region);
}

/* One row: a conjunction with an equation for each column, or the equation itself. */
static bool
read_row (struct sp_z3_datalog *d, Z3_ast a, unsigned columns, sp_z3_tuple_func each, void *data)
{
  Z3_context c = context (d);
  uint32_t tuple[SP_Z3_MAX_COLUMNS] = { 0 };
  bool conjunction = kind_of (c, a) == Z3_OP_AND;
  unsigned n = conjunction ? Z3_get_app_num_args (c, Z3_to_app (c, a)) : 1;
  if (n != columns)
    return false;
  for (unsigned i = 0; i < n; i++)
    if (!read_column (d, conjunction ? Z3_get_app_arg (c, Z3_to_app (c, a), i) : a, columns, tuple))
      return false;
  each (data, tuple);
  return true;
}

static bool
read_answer (struct sp_z3_datalog *d, Z3_ast answer, unsigned columns, sp_z3_tuple_func each, void *data)
{
  Z3_context c = context (d);
  if (kind_of (c, answer) != Z3_OP_OR)
    return read_row (d, answer, columns, each, data);
  unsigned n = Z3_get_app_num_args (c, Z3_to_app (c, answer));
  for (unsigned i = 0; i < n; i++)
    if (!read_row (d, Z3_get_app_arg (c, Z3_to_app (c, answer), i), columns, each, data))
      return false;
  return true;
}

static Z3_ast
make_query (struct sp_z3_datalog *d, unsigned relation)
{
  struct sp_z3_region *r = d->region;
  struct sp_z3_atom a = { .relation = relation, .args = { 0 } };
  for (unsigned i = 0; i < SP_Z3_MAX_COLUMNS; i++)
    a.args[i] = (uint8_t)i;
  Z3_sort sorts[SP_Z3_MAX_COLUMNS];
  fill_sorts (d, sorts);
  unsigned columns = relation_at (d, relation)->columns, n = columns;
  Z3_ast atom = make_atom (d, &a, &n);
  if (r->failed)
    return NULL;
  Z3_ast query = sp_z3_keep (r, Z3_mk_exists (r->context, 0, 0, NULL, columns, sorts, d->names, atom));
  release (d, atom);
  return query;
}

enum sp_z3_answer
sp_z3_datalog_query (struct sp_z3_datalog *d, unsigned relation, sp_z3_tuple_func each, void *data)
{
  struct sp_z3_region *r = d->region;
  Z3_ast query = sp_z3_ok (r) ? make_query (d, relation) : NULL;
  if (!sp_z3_ok (r))
    return SP_Z3_UNKNOWN;
  Z3_lbool found = Z3_fixedpoint_query (r->context, d->fixedpoint, query);
  Z3_ast answer = sp_z3_ok (r) && found == Z3_L_TRUE ? sp_z3_keep (r, Z3_fixedpoint_get_answer (r->context, d->fixedpoint)) : NULL;
  bool read = answer && read_answer (d, answer, relation_at (d, relation)->columns, each, data);
  if (!sp_z3_ok (r))
    return SP_Z3_UNKNOWN;
  release (d, answer);
  release (d, query);
  return found == Z3_L_FALSE ? SP_Z3_UNSAT : read ? SP_Z3_SAT : SP_Z3_UNKNOWN;
}
