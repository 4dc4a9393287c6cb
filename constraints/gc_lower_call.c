/* Calls (escape/call.go). */
#include "constraints/gc_lower_private.h"

/* A call whose callee, arguments and receiver have been told apart. */
struct callee
{
  gir_fn fn;      /* GIR_INVALID: unknown */
  gir_type type;  /* of an invoke's receiver that was devirtualised; 0 */
  uint32_t first; /* the argument that is its first parameter */
  bool heap;      /* a go statement, or a deferred call that may run many times: its operands lie in a closure on the heap */
};

static struct callee
find_callee (const struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  const struct gc_context *c = l->g->context;
  struct callee r = { .fn = GIR_INVALID, .first = i->op == GIR_OP_CALL };
  r.heap = i->mode == GIR_CALL_GO
           || (i->mode == GIR_CALL_DEFER && (gc_depth_at (l->p, l->fn, i->pos) > 1 || gir_operand_kind (i->aux2) != GIR_NONE));
  if (i->op == GIR_OP_CALL && !i->flag)
    r.fn = gc_static_callee (l->vars, l->fn, gc_arg (l, i, 0));
  else if (i->op == GIR_OP_INVOKE)
    for (uint32_t k = c->devirtualised_first[l->fn]; k < c->devirtualised_first[l->fn + 1]; k++)
      if (c->devirtualised[k].instr == n)
        {
          r.fn = c->devirtualised[k].callee;
          r.type = c->devirtualised[k].type;
        }
  return r;
}

/* --- results ----------------------------------------------------------------------------------------- */

/* Whether results of an unknown callee flow anywhere. */
static bool
uses_results (const struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  if (i->mode != GIR_CALL_PLAIN || !i->type || !l->used[gir_func_instr_value (l->f, n)])
    return false;
  const struct gir_type_info *t = &l->p->types[gir_underlying (l->p, i->type)];
  return t->kind == GIR_T_TUPLE || l->vars->points[i->type];
}

static uint32_t
n_call_results (const struct gc_lower *l, const struct gir_instr *i)
{
  const struct gir_type_info *t = &l->p->types[gir_underlying (l->p, i->type)];
  return !i->type ? 0 : t->kind == GIR_T_TUPLE ? t->n_fields : 1;
}

/* The results of a callee in the batch flow to those of the call. */
static void
flow_results (struct gc_lower *l, uint32_t n, uint32_t member)
{
  uint32_t base = gc_location_of (l, n);
  for (uint32_t k = 0; base != GIR_INVALID && k < n_call_results (l, &l->f->instrs[n]); k++)
    gc_graph_flow (l->g, base + k, 0, l->g->results[member][k]);
}

/* --- arguments --------------------------------------------------------------------------------------- */

/* Where an argument goes: to several holes at once. */
struct holes
{
  struct gc_hole to[GC_N_LEAKS];
  unsigned n;
};

static void
add_hole (struct holes *h, uint32_t dst, int derefs)
{
  if (dst != GC_BLANK)
    h->to[h->n++] = gc_hole (dst, derefs);
}

struct gc_leaks
gc_extern_leaks (const struct gc_vars *vars, const struct gir_func *f, uint32_t param)
{
  struct gc_leaks leaks = gc_no_leaks;
  if (!vars->points[f->params[param].type])
    return leaks;
  if (f->noescape)
    leaks.to[GC_LEAK_MUTATOR] = leaks.to[GC_LEAK_CALLEE] = 0;
  else
    leaks.to[GC_LEAK_HEAP] = 0;
  return leaks;
}

/* The holes of parameter @param of @fn, whose results flow to the temporaries from @base on (GIR_INVALID: nowhere, or to the heap if
 * @lost) (call.go: tagHole). */
static struct holes
param_holes (struct gc_lower *l, gir_fn fn, uint32_t param, uint32_t base, uint32_t n_results, bool lost)
{
  struct holes h = { 0 };
  const struct gir_func *f = &l->p->funcs[fn];
  uint32_t member = gc_graph_member (l->g, fn);
  if (param >= f->n_params)
    add_hole (&h, GC_HEAP, 0);
  else if (member == GIR_INVALID)
    {
      const struct gc_leaks *tags = l->g->context->tags[fn];
      struct gc_leaks leaks = tags ? tags[param] : gc_extern_leaks (l->vars, f, param);
      static const uint32_t pseudo[] = { GC_HEAP, GC_MUTATOR, GC_CALLEE };
      for (unsigned k = 0; k < GC_LEAK_RESULT; k++)
        if (leaks.to[k] >= 0)
          add_hole (&h, pseudo[k], leaks.to[k]);
      for (uint32_t k = 0; k < GC_N_RESULTS && k < n_results; k++)
        if (leaks.to[GC_LEAK_RESULT + k] >= 0)
          add_hole (&h, lost ? GC_HEAP : base + k, leaks.to[GC_LEAK_RESULT + k]);
    }
  else
    add_hole (&h, l->g->params[member][param], 0);
  return h;
}

/* The elements of the array of variadic arguments that a call makes. */
static void
flow_variadic (struct gc_lower *l, struct gc_hole h, gir_operand x, void (*flow) (struct gc_lower *, struct gc_hole, gir_operand))
{
  const struct gir_instr *slice = gc_definition (l, x);
  const struct gir_instr *array = slice && slice->op == GIR_OP_SLICE ? gc_definition (l, gc_arg (l, slice, 0)) : NULL;
  if (!array || array->op != GIR_OP_ALLOC || array->sub != GIR_A_VARARGS)
    {
      flow (l, h, x);
      return;
    }
  gir_operand variable = gc_arg (l, slice, 0);
  for (uint32_t n = 0; n < l->f->n_instrs; n++)
    {
      const struct gir_instr *store = &l->f->instrs[n];
      const struct gir_instr *elem = store->op == GIR_OP_STORE ? gc_definition (l, gc_arg (l, store, 0)) : NULL;
      if (elem && elem->op == GIR_OP_IADDR && gc_arg (l, elem, 0) == variable)
        flow (l, h, gc_arg (l, store, 1));
    }
}

/* uintptr (unsafe.Pointer (p)) as an argument of a function that asks for it. */
static void
flow_uintptr (struct gc_lower *l, struct gc_hole h, gir_operand x)
{
  const struct gir_instr *i = gc_definition (l, x);
  if (!i || i->op != GIR_OP_CONV)
    return;
  enum gir_type_kind to = l->p->types[gir_underlying (l->p, i->type)].kind, from = l->p->types[gir_underlying (l->p, i->type2)].kind;
  if (to == GIR_T_UINTPTR && from == GIR_T_UNSAFEPTR)
    gc_flow_operand (l, h, gc_arg (l, i, 0));
}

static enum gc_cause
call_cause (const struct gc_lower *l, const struct callee *c)
{
  if (c->fn == GIR_INVALID)
    return c->first ? GC_CAUSE_UNKNOWN : GC_CAUSE_INVOKE;
  return l->p->funcs[c->fn].is_extern ? GC_CAUSE_EXTERN : GC_CAUSE_CALL;
}

static void
flow_argument (struct gc_lower *l, const struct callee *c, const struct holes *h, gir_operand x)
{
  l->g->cause = (uint8_t)call_cause (l, c);
  for (unsigned k = 0; k < h->n; k++)
    gc_flow_operand (l, h->to[k], x);
  l->g->cause = GC_CAUSE_GO;
  if (c->heap)
    flow_variadic (l, gc_hole (GC_HEAP, 0), x, gc_flow_operand);
  if (c->fn == GIR_INVALID)
    return;
  const struct gir_func *f = &l->p->funcs[c->fn];
  l->g->cause = GC_CAUSE_EXTERN;
  if (f->uintptrescapes)
    flow_variadic (l, gc_hole (GC_HEAP, 0), x, flow_uintptr);
  else if (f->uintptrkeepalive || f->is_extern)
    flow_variadic (l, gc_hole (GC_MUTATOR, 0), x, flow_uintptr);
}

static struct holes
shifted (const struct holes *h, int by)
{
  struct holes r = *h;
  for (unsigned k = 0; k < r.n; k++)
    r.to[k].derefs += by;
  return r;
}

/* The arguments of a known callee. */
static void
flow_arguments (struct gc_lower *l, uint32_t n, const struct callee *c)
{
  const struct gir_instr *i = &l->f->instrs[n];
  uint32_t base = gc_location_of (l, n), n_results = n_call_results (l, i);
  for (uint32_t k = c->first; k < i->n_args; k++)
    {
      struct holes h = param_holes (l, c->fn, k - c->first, base, n_results, false);
      if (c->type && k == 0 && !sp_types_pointer_shaped (l->p, c->type))
        h = shifted (&h, 1); /* the receiver comes out of its interface */
      flow_argument (l, c, &h, gc_arg (l, i, k));
    }
  uint32_t member = gc_graph_member (l->g, c->fn);
  if (member != GIR_INVALID)
    flow_results (l, n, member);
}

static bool
has_non_string_pointers (const GirProgram *p, gir_type type)
{
  const struct gir_type_info *t = &p->types[gir_underlying (p, type)];
  if (!t->pointers || t->kind == GIR_T_STRING)
    return false;
  if (t->kind == GIR_T_ARRAY)
    return has_non_string_pointers (p, t->elem);
  if (t->kind != GIR_T_STRUCT)
    return true;
  for (uint32_t k = 0; k < t->n_fields; k++)
    if (has_non_string_pointers (p, p->fields[t->fields + k].type))
      return true;
  return false;
}

/* internal/abi.EscapeNonString is known to gc by name: its argument goes to the heap if it holds pointers other than strings'. */
static bool
lower_escape_non_string (struct gc_lower *l, uint32_t n, gir_fn callee)
{
  const struct gir_instr *i = &l->f->instrs[n];
  const struct gir_func *f = &l->p->funcs[callee];
  if (f->kind != GIR_F_INST || f->n_params != 1 || !g_str_has_prefix (gir_string (l->p, f->name), "internal/abi.EscapeNonString["))
    return false;
  l->g->cause = GC_CAUSE_CALL;
  if (has_non_string_pointers (l->p, f->params[0].type))
    gc_flow_operand (l, gc_hole (GC_HEAP, 0), gc_arg (l, i, 1));
  return true;
}

/* A go or defer statement without arguments and results runs its operand itself. */
static bool
is_plain_statement (const struct gc_lower *l, const struct gir_instr *i)
{
  if (i->mode == GIR_CALL_PLAIN || i->op != GIR_OP_CALL || i->n_args != 1)
    return false;
  gir_operand x = gc_arg (l, i, 0);
  gir_type t = gir_operand_kind (x) == GIR_FUNC    ? l->p->funcs[gir_operand_index (x)].type
               : gir_operand_kind (x) == GIR_VALUE ? gir_value_type (l->f, gir_operand_index (x))
                                                   : 0;
  return l->p->types[gir_underlying (l->p, t)].n_fields == 0;
}

void
gc_lower_call (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  struct callee c = find_callee (l, n);
  l->g->cause = GC_CAUSE_GO;
  if (c.heap && c.first)
    gc_flow_operand (l, gc_hole (GC_HEAP, 0), gc_arg (l, i, 0));
  if (is_plain_statement (l, i))
    return;
  if (c.fn != GIR_INVALID && lower_escape_non_string (l, n, c.fn))
    return;
  if (c.fn != GIR_INVALID)
    {
      flow_arguments (l, n, &c);
      return;
    }
  struct holes heap = { 0 };
  add_hole (&heap, GC_HEAP, 0);
  for (uint32_t k = c.first; k < i->n_args; k++)
    flow_argument (l, &c, &heap, gc_arg (l, i, k));
  if (c.first && uses_results (l, n))
    gc_flow_operand (l, gc_hole (GC_CALLEE, 0), gc_arg (l, i, 0));
}

void
gc_lower_method_value (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  const struct gir_func *bound = &l->p->funcs[gir_operand_index (gc_arg (l, i, 0))];
  gc_flow_operand (l, gc_hole (gc_location_of (l, n), 0), gc_arg (l, i, 1));
  gir_fn method = GIR_INVALID;
  for (uint32_t k = 0; k < bound->n_instrs && method == GIR_INVALID; k++)
    if (bound->instrs[k].op == GIR_OP_CALL && gir_operand_kind (bound->operands[bound->instrs[k].args]) == GIR_FUNC)
      method = gir_operand_index (bound->operands[bound->instrs[k].args]);
  struct holes h = { 0 };
  l->g->cause = method == GIR_INVALID ? GC_CAUSE_INVOKE : GC_CAUSE_CALL;
  if (method == GIR_INVALID)
    add_hole (&h, GC_HEAP, 0);
  else
    h = param_holes (l, method, 0, GIR_INVALID, GC_N_RESULTS, true);
  for (unsigned k = 0; k < h.n; k++)
    gc_flow_operand (l, h.to[k], gc_arg (l, i, 1));
}

/* --- builtins ---------------------------------------------------------------------------------------- */

static bool
elements_point (const struct gc_lower *l, gir_operand x)
{
  if (gir_operand_kind (x) != GIR_VALUE)
    return false;
  const struct gir_type_info *t = &l->p->types[gir_underlying (l->p, gir_value_type (l->f, gir_operand_index (x)))];
  return t->kind == GIR_T_SLICE && l->vars->points[t->elem];
}

/* The slice that is grown flows to the result, and its elements may be copied to the heap, as what is appended. The new memory is a
 * location of its own, outside of all loops. */
static void
lower_append (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  uint32_t result = gc_location_of (l, n);
  if (result == GIR_INVALID)
    return;
  gc_flow_operand (l, gc_hole (result, 0), gc_arg (l, i, 0));
  gc_flow_operand (l, gc_hole (GC_MUTATOR, 0), gc_arg (l, i, 0));
  for (uint32_t k = 0; k < i->n_args; k++)
    if (elements_point (l, gc_arg (l, i, k)))
      gc_flow_operand (l, gc_hole (GC_HEAP, 1), gc_arg (l, i, k));
  struct gc_location store = { .kind = GC_LOC_SITE, .fn = l->fn, .instr = n, .literal = GIR_INVALID };
  uint32_t at = gc_graph_add (l->g, store);
  gc_graph_flow (l->g, result, -1, at);
}

void
gc_lower_builtin (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  bool often = i->mode == GIR_CALL_GO || (i->mode == GIR_CALL_DEFER && gc_depth_at (l->p, l->fn, i->pos) > 1);
  l->g->cause = GC_CAUSE_GO;
  for (uint32_t k = 0; often && k < i->n_args; k++)
    gc_flow_operand (l, gc_hole (GC_HEAP, 0), gc_arg (l, i, k));
  l->g->cause = i->sub == GIR_B_PANIC ? GC_CAUSE_PANIC : GC_CAUSE_APPEND;
  switch (i->sub)
    {
    case GIR_B_APPEND: lower_append (l, n); break;
    case GIR_B_COPY:
      gc_flow_operand (l, gc_hole (GC_MUTATOR, 0), gc_arg (l, i, 0));
      if (elements_point (l, gc_arg (l, i, 1)))
        gc_flow_operand (l, gc_hole (GC_HEAP, 1), gc_arg (l, i, 1));
      break;
    case GIR_B_PANIC: gc_flow_operand (l, gc_hole (GC_HEAP, 0), gc_arg (l, i, 0)); break;
    case GIR_B_CLEAR: gc_flow_operand (l, gc_hole (GC_MUTATOR, 0), gc_arg (l, i, 0)); break;
    default: break;
    }
}
