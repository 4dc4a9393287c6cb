#include "solver/z3_gc.h"
#include "solver/z3_private.h"

enum
{
  FIRST_BOUND = 4,
  LAST_BOUND = 256,
  VARS_MAX = 4000000, /* Booleans of one batch */
  RLIMIT = 400000000,
};

#define ABSENT GIR_INVALID

/* What outlives the same locations. */
struct flow_class
{
  enum
  {
    CLASS_HEAP,
    CLASS_MUTATOR,
    CLASS_CALLEE,
    CLASS_RESULT,
    CLASS_LOCAL,
  } kind;
  uint32_t root;      /* a location of the class that stands for it in outlives */
  uint32_t base;      /* its first Boolean */
  u32_vec members;    /* locations that may flow to it */
  struct u32map slot; /* location -> its number among members */
};

struct encoding
{
  const struct gc_graph *g;
  unsigned bound;
  VEC (struct flow_class) classes;
  uint32_t *escapes; /* by location: its Boolean */
  uint32_t *lost;    /* by member of the batch */
  uint32_t n_vars;
  u32_vec heads, first, body;
};

static bool
has_storage (const struct gc_location *l)
{
  return l->kind != GC_LOC_TEMP && l->kind != GC_LOC_PSEUDO;
}

/* --- classes ----------------------------------------------------------------------------------------- */

static void
join (struct flow_class *c, uint32_t l)
{
  if (u32map_get (&c->slot, l, ABSENT) != ABSENT)
    return;
  u32map_put (&c->slot, l, c->members.size);
  vec_push (&c->members, l);
}

/* Adds all that flows into the members, whatever the dereferences. */
static void
close_class (const struct gc_graph *g, struct flow_class *c)
{
  for (uint32_t k = 0; k < c->members.size; k++)
    for (uint32_t e = g->locs.data[c->members.data[k]].first; e != GIR_INVALID; e = g->edges.data[e].next)
      join (c, g->edges.data[e].src);
}

static struct flow_class *
add_class (struct encoding *x, int kind, uint32_t root)
{
  struct flow_class c = { .kind = kind, .root = root };
  vec_push (&x->classes, c);
  return &vec_last (&x->classes);
}

/* Whether anything that @l may outlive is in the batch. */
static bool
may_outlive (const struct gc_graph *g, const struct gc_location *l)
{
  for (uint32_t k = GC_N_PSEUDO; k < g->locs.size; k++)
    if (has_storage (&g->locs.data[k]) && gc_graph_outlives (g, l, &g->locs.data[k], true))
      return true;
  return false;
}

static struct flow_class *
local_class (struct encoding *x, uint32_t l)
{
  const struct gc_location *at = &x->g->locs.data[l];
  vec_foreach (struct flow_class, c, &x->classes)
    {
      const struct gc_location *root = &x->g->locs.data[c->root];
      if (c->kind == CLASS_LOCAL && root->fn == at->fn && root->depth == at->depth)
        return c;
    }
  return add_class (x, CLASS_LOCAL, l);
}

static void
find_classes (struct encoding *x)
{
  const struct gc_graph *g = x->g;
  static const int pseudo[] = { CLASS_HEAP, CLASS_MUTATOR, CLASS_CALLEE };
  for (unsigned k = 0; k < G_N_ELEMENTS (pseudo); k++)
    {
      struct flow_class *c = add_class (x, pseudo[k], k);
      join (c, GC_HEAP);
      join (c, k);
      for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
        if (has_storage (&g->locs.data[l]))
          join (c, l); /* each may escape */
    }
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    {
      const struct gc_location *at = &g->locs.data[l];
      if (!has_storage (at))
        continue;
      if (at->result)
        join (add_class (x, CLASS_RESULT, l), l);
      else
        join (local_class (x, l), l);
    }
  vec_foreach (struct flow_class, c, &x->classes)
    if (c->kind == CLASS_LOCAL && !may_outlive (g, &g->locs.data[c->root]))
      vec_reset (&c->members);
    else
      close_class (g, c);
}

/* --- clauses ----------------------------------------------------------------------------------------- */

static void
clause (struct encoding *x, uint32_t head, uint32_t a, uint32_t b)
{
  vec_push (&x->heads, head);
  if (a != ABSENT)
    vec_push (&x->body, a);
  if (b != ABSENT)
    vec_push (&x->body, b);
  vec_push (&x->first, x->body.size);
}

/* le(c,l,k); k = bound: any number of dereferences. ABSENT where l does not flow to c at all. */
static uint32_t
le (const struct encoding *x, const struct flow_class *c, uint32_t l, int k)
{
  uint32_t slot = c->members.size ? u32map_get (&c->slot, l, ABSENT) : ABSENT;
  return slot == ABSENT ? ABSENT : c->base + slot * (x->bound + 2) + (uint32_t)(k + 1);
}

static void
number_variables (struct encoding *x)
{
  const struct gc_graph *g = x->g;
  uint64_t n = 0;
  x->escapes = g_new (uint32_t, g->locs.size);
  x->lost = g_new (uint32_t, g->n_members + 1);
  for (uint32_t l = 0; l < g->locs.size; l++)
    x->escapes[l] = (uint32_t)n++;
  for (uint32_t k = 0; k < g->n_members; k++)
    x->lost[k] = (uint32_t)n++;
  vec_foreach (struct flow_class, c, &x->classes)
    {
      c->base = (uint32_t)MIN (n, VARS_MAX);
      n += (uint64_t)c->members.size * (x->bound + 2);
    }
  x->n_vars = (uint32_t)MIN (n, VARS_MAX + 1);
}

static void
encode_edge (struct encoding *x, const struct flow_class *c, uint32_t dst, const struct gc_edge *e)
{
  int bound = (int)x->bound;
  for (int k = 0; k < bound; k++)
    clause (x, le (x, c, e->src, MIN (k + e->derefs, bound)), le (x, c, dst, k), ABSENT);
  clause (x, le (x, c, e->src, bound), le (x, c, dst, bound), ABSENT);
}

static void
encode_flow (struct encoding *x, const struct flow_class *c)
{
  vec_foreach (uint32_t, l, &c->members)
    {
      for (int k = -1; k < (int)x->bound; k++)
        clause (x, le (x, c, *l, k + 1), le (x, c, *l, k), ABSENT);
      for (uint32_t e = x->g->locs.data[*l].first; e != GIR_INVALID; e = x->g->edges.data[e].next)
        encode_edge (x, c, *l, &x->g->edges.data[e]);
    }
}

/* What belongs to the class. */
static void
encode_roots (struct encoding *x, const struct flow_class *c)
{
  const struct gc_graph *g = x->g;
  if (!c->members.size)
    return;
  if (c->kind == CLASS_RESULT)
    clause (x, le (x, c, c->root, 0), ABSENT, ABSENT);
  if (c->kind == CLASS_LOCAL)
    {
      const struct gc_location *root = &g->locs.data[c->root];
      vec_foreach (uint32_t, l, &c->members)
        {
          const struct gc_location *at = &g->locs.data[*l];
          if (has_storage (at) && !at->result && at->fn == root->fn && at->depth == root->depth)
            clause (x, le (x, c, *l, 0), ABSENT, ABSENT);
        }
    }
  if (c->kind > CLASS_CALLEE)
    return;
  clause (x, le (x, c, GC_HEAP, 0), ABSENT, ABSENT);
  clause (x, le (x, c, c->root, 0), ABSENT, ABSENT);
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    if (has_storage (&g->locs.data[l]))
      clause (x, le (x, c, l, 0), x->escapes[l], ABSENT);
}

/* Whether the class outlives @l; *@lost: only if this Boolean holds. */
static bool
outlives (const struct encoding *x, const struct flow_class *c, const struct gc_location *l, uint32_t *lost)
{
  const struct gc_graph *g = x->g;
  const struct gc_location *root = &g->locs.data[c->root];
  *lost = ABSENT;
  if (c->kind == CLASS_HEAP)
    return true;
  if (c->kind < CLASS_RESULT || !gc_graph_outlives (g, root, l, true))
    return false;
  uint32_t member = gc_graph_member (g, root->fn);
  if (!gc_graph_outlives (g, root, l, false) && member != GIR_INVALID)
    *lost = x->lost[member];
  return true;
}

static void
encode_escapes (struct encoding *x, const struct flow_class *c)
{
  uint32_t lost;
  vec_foreach (uint32_t, l, &c->members)
    {
      const struct gc_location *at = &x->g->locs.data[*l];
      if (has_storage (at) && outlives (x, c, at, &lost))
        clause (x, x->escapes[*l], le (x, c, *l, -1), lost);
    }
}

/* A closure that may be called where its results are not followed. */
static void
encode_lost (struct encoding *x)
{
  const struct flow_class *callee = &x->classes.data[CLASS_CALLEE];
  for (uint32_t l = GC_N_PSEUDO; l < x->g->locs.size; l++)
    {
      const struct gc_location *at = &x->g->locs.data[l];
      uint32_t member = at->kind == GC_LOC_CLOSURE ? gc_graph_member (x->g, at->literal) : GIR_INVALID;
      if (member != GIR_INVALID)
        clause (x, x->lost[member], le (x, callee, l, 0), ABSENT);
    }
}

static void
encode (struct encoding *x)
{
  const struct gc_graph *g = x->g;
  vec_push (&x->first, 0);
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    if (g->locs.data[l].attrs & GC_ESCAPES)
      clause (x, x->escapes[l], ABSENT, ABSENT);
  vec_foreach (struct flow_class, c, &x->classes)
    {
      encode_roots (x, c);
      encode_flow (x, c);
      encode_escapes (x, c);
    }
  encode_lost (x);
}

/* --- the model --------------------------------------------------------------------------------------- */

/* The least k of le(c,l,k), at least 0; -1: l does not flow to c. */
static int
least (const struct encoding *x, const struct flow_class *c, const bool *model, uint32_t l)
{
  for (int k = 0; k <= (int)x->bound; k++)
    {
      uint32_t v = le (x, c, l, k);
      if (v == ABSENT)
        return -1;
      if (model[v])
        return k;
    }
  return -1;
}

/* Whether a number of dereferences lies at the bound, so that it is not known. */
static bool
is_saturated (const struct encoding *x, const bool *model)
{
  vec_foreach (struct flow_class, c, &x->classes)
    vec_foreach (uint32_t, l, &c->members)
      if (model[le (x, c, *l, (int)x->bound)] && !model[le (x, c, *l, (int)x->bound - 1)])
        return true;
  return false;
}

static void
read_leaks (const struct encoding *x, const bool *model, uint32_t p, struct gc_leaks *leaks)
{
  const struct gc_location *at = &x->g->locs.data[p];
  vec_foreach (struct flow_class, c, &x->classes)
    {
      const struct gc_location *root = &x->g->locs.data[c->root];
      uint32_t lost;
      int k = least (x, c, model, p);
      if (k < 0)
        continue;
      if (c->kind == CLASS_MUTATOR)
        gc_leaks_add (leaks, GC_LEAK_MUTATOR, k);
      else if (c->kind == CLASS_CALLEE)
        gc_leaks_add (leaks, GC_LEAK_CALLEE, k);
      else if (outlives (x, c, at, &lost) && (lost == ABSENT || model[lost]))
        {
          bool own = c->kind == CLASS_RESULT && root->fn == at->fn && root->result <= GC_N_RESULTS;
          gc_leaks_add (leaks, own ? GC_LEAK_RESULT + root->result - 1 : GC_LEAK_HEAP, k);
        }
    }
  gc_leaks_optimize (leaks);
}

static void
read_model (const struct encoding *x, const bool *model, struct sp_gc_decision *d)
{
  uint32_t n = x->g->locs.size;
  d->escapes = g_new0 (bool, n);
  d->leaks = g_new0 (struct gc_leaks, n);
  d->to_heap = g_new0 (int32_t, n);
  for (uint32_t l = 0; l < n; l++)
    {
      const struct flow_class *heap = &x->classes.data[CLASS_HEAP];
      uint32_t address = le (x, heap, l, -1);
      int k = least (x, heap, model, l);
      d->escapes[l] = model[x->escapes[l]];
      d->to_heap[l] = k < 0 ? G_MAXINT32 : address != ABSENT && model[address] ? -1 : k;
      d->leaks[l] = gc_no_leaks;
      if (x->g->locs.data[l].param)
        read_leaks (x, model, l, &d->leaks[l]);
    }
}

static void
encoding_clear (struct encoding *x)
{
  vec_foreach (struct flow_class, c, &x->classes)
    {
      vec_clear (&c->members);
      u32map_clear (&c->slot);
    }
  vec_clear (&x->classes);
  vec_clear (&x->heads);
  vec_clear (&x->first);
  vec_clear (&x->body);
  g_free (x->escapes);
  g_free (x->lost);
}

/* Tells whether the bound was too low. */
static bool
decide_within (struct sp_z3_region *region, const struct gc_graph *g, unsigned bound, struct sp_gc_decision *d)
{
  struct encoding x = { .g = g, .bound = bound };
  bool saturated = false;
  find_classes (&x);
  number_variables (&x);
  d->bound = bound;
  d->answer = SP_Z3_UNKNOWN;
  if (x.n_vars <= VARS_MAX)
    {
      g_autofree bool *model = g_new0 (bool, x.n_vars + 1);
      encode (&x);
      d->clauses += x.heads.size;
      d->answer = sp_z3_solve_horn (region, x.n_vars, x.heads.data, x.first.data, x.body.data, x.heads.size, RLIMIT, model);
      saturated = d->answer == SP_Z3_SAT && is_saturated (&x, model);
      if (d->answer == SP_Z3_SAT && !saturated)
        read_model (&x, model, d);
    }
  encoding_clear (&x);
  return saturated;
}

struct sp_gc_decision *
sp_gc_decide (struct sp_z3_region *region, const struct gc_graph *g)
{
  struct sp_gc_decision *d = g_new0 (struct sp_gc_decision, 1);
  unsigned bound = FIRST_BOUND;
  while (bound <= LAST_BOUND && decide_within (region, g, bound, d))
    bound *= 2;
  if (bound > LAST_BOUND)
    d->answer = SP_Z3_UNKNOWN;
  return d;
}

void
sp_gc_decision_free (struct sp_gc_decision *d)
{
  if (!d)
    return;
  g_free (d->escapes);
  g_free (d->leaks);
  g_free (d->to_heap);
  g_free (d);
}

/* --- difference logic -------------------------------------------------------------------------------- */

struct distances
{
  Z3_context c;
  Z3_solver s;
  Z3_sort integer;
  bool failed; /* a call of Z3 did: from then on terms are NULL, and nothing is asserted */
};

static bool
fine (struct distances *z)
{
  z->failed |= sp_z3_trouble () != Z3_OK;
  return !z->failed;
}

static Z3_ast
variable (struct distances *z, char name, uint32_t l)
{
  g_autofree char *text = g_strdup_printf ("%c%u", name, l);
  Z3_symbol symbol = fine (z) ? Z3_mk_string_symbol (z->c, text) : NULL;
  return fine (z) ? Z3_mk_const (z->c, symbol, z->integer) : NULL;
}

/* x - y <= n */
static Z3_ast
at_most (struct distances *z, Z3_ast x, Z3_ast y, int n)
{
  Z3_ast both[] = { x, y };
  Z3_ast difference = fine (z) ? Z3_mk_sub (z->c, 2, both) : NULL;
  Z3_ast number = fine (z) ? Z3_mk_int (z->c, n, z->integer) : NULL;
  return fine (z) ? Z3_mk_le (z->c, difference, number) : NULL;
}

static Z3_ast
any_of (struct distances *z, unsigned n, Z3_ast *terms)
{
  return fine (z) ? Z3_mk_or (z->c, n, terms) : NULL;
}

static void
require (struct distances *z, Z3_ast a)
{
  if (fine (z))
    Z3_solver_assert (z->c, z->s, a);
}

static Z3_lbool
check_now (struct distances *z)
{
  Z3_lbool answer = fine (z) ? Z3_solver_check (z->c, z->s) : Z3_L_UNDEF;
  return fine (z) ? answer : Z3_L_UNDEF;
}

/* m(l) = max (x(l), 0), with z0 for 0 so that every atom is a difference. */
static void
assert_maximum (struct distances *z, uint32_t l, Z3_ast zero)
{
  Z3_ast x = variable (z, 'x', l), m = variable (z, 'm', l);
  Z3_ast below[] = { at_most (z, m, x, 0), at_most (z, m, zero, 0) };
  require (z, at_most (z, x, m, 0));
  require (z, at_most (z, zero, m, 0));
  require (z, any_of (z, 2, below));
}

static bool
is_root (const struct gc_graph *g, const struct sp_gc_decision *d, uint32_t l)
{
  return l == GC_HEAP || (has_storage (&g->locs.data[l]) && d->escapes[l]);
}

/* The constraints on the locations that flow to the heap. */
static void
assert_distances (struct distances *z, const struct gc_graph *g, const struct sp_gc_decision *d, Z3_ast zero)
{
  for (uint32_t l = 0; l < g->locs.size; l++)
    {
      if (d->to_heap[l] == G_MAXINT32)
        continue;
      assert_maximum (z, l, zero);
      if (is_root (g, d, l))
        require (z, at_most (z, variable (z, 'x', l), zero, 0));
      for (uint32_t e = g->locs.data[l].first; e != GIR_INVALID; e = g->edges.data[e].next)
        {
          const struct gc_edge *edge = &g->edges.data[e];
          require (z, at_most (z, variable (z, 'x', edge->src), variable (z, 'm', l), edge->derefs));
        }
    }
}

/* Whether all that flows into what flows to the heap does so too; and no distance can be greater. */
static enum sp_z3_answer
check_greatest (struct distances *z, const struct gc_graph *g, const struct sp_gc_decision *d, Z3_ast zero)
{
  g_autoptr (GPtrArray) greater = g_ptr_array_new ();
  for (uint32_t l = 0; l < g->locs.size; l++)
    if (d->to_heap[l] != G_MAXINT32)
      {
        Z3_ast within = at_most (z, variable (z, 'x', l), zero, d->to_heap[l]);
        g_ptr_array_add (greater, fine (z) ? Z3_mk_not (z->c, within) : NULL);
      }
  if (fine (z))
    Z3_solver_push (z->c, z->s);
  require (z, any_of (z, greater->len, (Z3_ast *)(void *)greater->pdata));
  Z3_lbool answer = check_now (z);
  if (fine (z))
    Z3_solver_pop (z->c, z->s, 1);
  return answer == Z3_L_FALSE ? SP_Z3_SAT : answer == Z3_L_TRUE ? SP_Z3_UNSAT : SP_Z3_UNKNOWN;
}

/* A root that something else flows to with its address has distance -1; its own constraint x <= 0 leaves room for that. */
static enum sp_z3_answer
check_solution (struct distances *z, const struct gc_graph *g, const struct sp_gc_decision *d, Z3_ast zero)
{
  for (uint32_t l = 0; l < g->locs.size; l++)
    if (d->to_heap[l] != G_MAXINT32)
      {
        Z3_ast x = variable (z, 'x', l);
        require (z, at_most (z, x, zero, d->to_heap[l]));
        require (z, at_most (z, zero, x, -d->to_heap[l]));
      }
  Z3_lbool answer = check_now (z);
  return answer == Z3_L_TRUE ? SP_Z3_SAT : answer == Z3_L_FALSE ? SP_Z3_UNSAT : SP_Z3_UNKNOWN;
}

static bool
is_closed (const struct gc_graph *g, const struct sp_gc_decision *d)
{
  for (uint32_t l = 0; l < g->locs.size; l++)
    for (uint32_t e = g->locs.data[l].first; d->to_heap[l] != G_MAXINT32 && e != GIR_INVALID; e = g->edges.data[e].next)
      if (d->to_heap[g->edges.data[e].src] == G_MAXINT32)
        return false;
  return true;
}

/* The solver; false where Z3 gives none. */
static bool
open_distances (struct distances *z)
{
  *z = (struct distances){ .c = sp_z3_new_context (false) };
  if (!z->c)
    return false;
  sp_z3_trouble ();
  z->integer = Z3_mk_int_sort (z->c);
  Z3_symbol logic = fine (z) ? Z3_mk_string_symbol (z->c, "QF_IDL") : NULL;
  Z3_solver s = fine (z) ? Z3_mk_solver_for_logic (z->c, logic) : NULL;
  if (fine (z) && s)
    Z3_solver_inc_ref (z->c, z->s = s);
  return z->s != NULL;
}

static void
close_distances (struct distances *z)
{
  if (z->s)
    Z3_solver_dec_ref (z->c, z->s);
  if (z->c)
    Z3_del_context (z->c);
}

enum sp_z3_answer
sp_gc_check_distances (const struct gc_graph *g, const struct sp_gc_decision *d)
{
  struct distances z;
  enum sp_z3_answer answer = SP_Z3_UNKNOWN;
  if (d->answer != SP_Z3_SAT)
    return SP_Z3_UNKNOWN;
  if (!is_closed (g, d))
    return SP_Z3_UNSAT;
  if (open_distances (&z))
    {
      Z3_ast zero = variable (&z, 'z', 0);
      assert_distances (&z, g, d, zero);
      answer = check_greatest (&z, g, d, zero);
      if (answer == SP_Z3_SAT)
        answer = check_solution (&z, g, d, zero);
      if (!fine (&z))
        answer = SP_Z3_UNKNOWN;
    }
  close_distances (&z);
  return answer;
}
