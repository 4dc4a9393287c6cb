#include "constraints/gc_lower_private.h"

/* Sizes that gc refuses on the stack (ir/cfg.go, escape/utils.go: HeapAllocReason). */
enum
{
  MAX_VAR = 128 << 10,
  MAX_IMPLICIT = 64 << 10,
};

static gir_type
pointee (const GirProgram *p, gir_type pointer)
{
  return p->types[gir_underlying (p, pointer)].elem;
}

/* --- locations --------------------------------------------------------------------------------------- */

static struct gc_location
new_location (const struct gc_lower *l, enum gc_loc_kind kind, uint32_t n, uint32_t depth)
{
  return (struct gc_location){ .kind = (uint8_t)kind, .fn = l->fn, .instr = n, .depth = depth, .literal = GIR_INVALID };
}

static void
add_params (struct gc_lower *l, uint32_t member)
{
  struct gc_graph *g = l->g;
  g->params[member] = g_new (uint32_t, l->f->n_params + 1);
  for (uint32_t k = 0; k < l->f->n_params; k++)
    {
      const char *name = gir_string (l->p, l->f->params[k].name);
      bool blank = g_str_equal (name, "_") || g_str_has_prefix (name, "_.");
      struct gc_location x = new_location (l, GC_LOC_VAR, GIR_INVALID, 1);
      x.param = k + 1;
      g->params[member][k] = blank ? GC_BLANK : gc_graph_add (g, x);
      l->values[k] = g->params[member][k];
    }
}

static void
add_results (struct gc_lower *l, uint32_t member)
{
  struct gc_graph *g = l->g;
  l->results = g->results[member] = g_new (uint32_t, l->f->n_results + 1);
  for (uint32_t k = 0; k < l->f->n_results; k++)
    {
      struct gc_location x = new_location (l, GC_LOC_VAR, GIR_INVALID, 1);
      x.result = k + 1;
      l->results[k] = gc_graph_add (g, x);
    }
}

/* The location of a variable: that of the parameter or result that it holds, or its own. */
static void
add_variable (struct gc_lower *l, uint32_t member, uint32_t n)
{
  struct gc_graph *g = l->g;
  uint32_t var = l->vars->of[l->fn][gir_func_instr_value (l->f, n)];
  const struct gc_var *x = &l->vars->vars.data[var];
  if (x->instr != n)
    return;
  uint32_t loc = GC_BLANK;
  if (x->class == GC_PARAM)
    loc = g->params[member][x->index];
  else if (x->class == GC_RESULT)
    loc = g->results[member][x->index];
  else
    loc = gc_graph_add (g, new_location (l, GC_LOC_VAR, n, x->depth));
  if (loc == GC_BLANK)
    return;
  struct gc_location *at = &g->locs.data[loc];
  at->instr = n;
  uint8_t kind = l->f->instrs[n].sub;
  uint64_t size = l->p->types[x->type].size;
  bool implicit = kind == GIR_A_NEW || l->f->instrs[n].site == GIR_S_AMP;
  bool array = kind == GIR_A_SLICELIT || kind == GIR_A_VARARGS;
  if (kind == GIR_A_MAKESLICE)
    at->oversize = size > MAX_IMPLICIT || l->p->types[l->p->types[gir_underlying (l->p, x->type)].elem].size == 0;
  else if (x->class == GC_AUTO && !array)
    at->oversize = size > MAX_VAR || (implicit && size > MAX_IMPLICIT);
  u32map_put (&g->vars, var, loc);
}

/* The temporaries that hold a call's results, one after the other. */
static uint32_t
add_call_results (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  const struct gir_type_info *t = &l->p->types[gir_underlying (l->p, i->type)];
  uint32_t count = t->kind == GIR_T_TUPLE ? t->n_fields : 1;
  uint32_t base = l->g->locs.size;
  if (i->mode != GIR_CALL_PLAIN || !l->vars->points[i->type])
    return GIR_INVALID;
  for (uint32_t k = 0; k < count; k++)
    gc_graph_add (l->g, new_location (l, GC_LOC_TEMP, GIR_INVALID, G_MAXUINT32));
  return base;
}

static bool
is_int_const (const struct gc_lower *l, gir_fn fn, gir_operand x, int64_t *value)
{
  x = gc_static_value (l->vars, &fn, x);
  if (gir_operand_kind (x) == GIR_CONST && l->p->consts[gir_operand_index (x)].kind == GIR_C_INT)
    {
      *value = l->p->consts[gir_operand_index (x)].value;
      return *value >= 0;
    }
  return false;
}

/* len of a slice literal counts as constant too. */
static bool
is_literal_length (const struct gc_lower *l, gir_operand x, int64_t *value)
{
  gir_fn fn = l->fn;
  x = gc_static_value (l->vars, &fn, x);
  const struct gir_func *f = &l->p->funcs[fn];
  const struct gir_instr *i = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (f, gir_operand_index (x)) : NULL;
  if (!i || i->op != GIR_OP_BUILTIN || i->sub != GIR_B_LEN)
    return false;
  x = gc_static_value (l->vars, &fn, f->operands[i->args]);
  f = &l->p->funcs[fn];
  i = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (f, gir_operand_index (x)) : NULL;
  if (!i || i->op != GIR_OP_SLICE || gir_operand_kind (f->operands[i->args]) != GIR_VALUE)
    return false;
  const struct gir_instr *array = gir_value_instr (f, gir_operand_index (f->operands[i->args]));
  if (!array || array->op != GIR_OP_ALLOC || array->sub != GIR_A_SLICELIT)
    return false;
  *value = (int64_t)l->p->types[gir_underlying (l->p, pointee (l->p, array->type))].length;
  return true;
}

static bool
is_oversize_make (const struct gc_lower *l, const struct gir_instr *i)
{
  uint64_t elem = l->p->types[l->p->types[gir_underlying (l->p, i->type)].elem].size;
  int64_t n;
  if (elem == 0)
    return true;
  gir_operand capacity = gc_arg (l, i, 1);
  if (!is_int_const (l, l->fn, capacity, &n) && !is_literal_length (l, capacity, &n))
    return false;
  return n <= G_MAXINT32 && (uint64_t)n > MAX_IMPLICIT / elem;
}

static bool
makes_memory (const struct gc_lower *l, const struct gir_instr *i)
{
  switch (i->op)
    {
    case GIR_OP_IFACE: return !sp_types_pointer_shaped (l->p, i->type2);
    case GIR_OP_CONV: return gc_makes_string (l->p, i);
    case GIR_OP_CLOSURE:
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP: return true;
    case GIR_OP_BIN: return i->site == GIR_S_CONCAT;
    default: return false;
    }
}

static void
add_instr (struct gc_lower *l, uint32_t member, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  uint32_t *at = &l->values[gir_func_instr_value (l->f, n)];
  if (i->op == GIR_OP_ALLOC)
    add_variable (l, member, n);
  else if (i->op == GIR_OP_CALL || i->op == GIR_OP_INVOKE)
    *at = add_call_results (l, n);
  else if ((i->op == GIR_OP_BUILTIN && i->sub == GIR_B_APPEND && i->type) || (i->op == GIR_OP_PHI && l->vars->points[i->type]))
    *at = gc_graph_add (l->g, new_location (l, GC_LOC_TEMP, GIR_INVALID, G_MAXUINT32));
  if (!makes_memory (l, i))
    return;
  struct gc_location x = new_location (l, GC_LOC_SITE, n, gc_depth_at (l->p, l->fn, i->pos));
  if (i->op == GIR_OP_CLOSURE)
    {
      x.kind = GC_LOC_CLOSURE;
      x.literal = gir_operand_index (gc_arg (l, i, 0));
    }
  x.oversize = i->op == GIR_OP_MKSLICE && is_oversize_make (l, i);
  *at = gc_graph_add (l->g, x);
}

static void
enter (struct gc_lower *l, struct gc_graph *g, uint32_t member)
{
  *l = (struct gc_lower){ .g = g, .p = g->context->program, .vars = g->context->vars, .fn = g->members[member] };
  l->f = &l->p->funcs[l->fn];
  l->values = g->values[member];
  l->results = g->results[member];
}

static void
add_locations (struct gc_graph *g, uint32_t member)
{
  struct gc_lower l;
  uint32_t n = gir_func_n_values (&g->context->program->funcs[g->members[member]]);
  g->values[member] = g_new (uint32_t, n + 1);
  for (uint32_t k = 0; k <= n; k++)
    g->values[member][k] = GIR_INVALID;
  enter (&l, g, member);
  add_params (&l, member);
  add_results (&l, member);
  for (uint32_t k = 0; k < l.f->n_instrs; k++)
    if (l.vars->live[l.fn][k])
      add_instr (&l, member, k);
}

/* --- statements -------------------------------------------------------------------------------------- */

static bool
is_header_data (const struct gc_lower *l, gir_operand address)
{
  const struct gir_instr *i = gc_definition (l, address);
  if (!i || i->op != GIR_OP_FADDR || i->aux != 0 || gir_operand_kind (gc_arg (l, i, 0)) != GIR_VALUE)
    return false;
  gir_type t = pointee (l->p, gir_value_type (l->f, gir_operand_index (gc_arg (l, i, 0))));
  const char *name = gir_string (l->p, l->p->types[t].name);
  bool whole;
  return gc_vars_root (l->vars, l->fn, address, &whole) == GIR_INVALID
         && (g_str_equal (name, "reflect.SliceHeader") || g_str_equal (name, "reflect.StringHeader"));
}

/* How a store to an address that is no variable's makes the value escape. */
static enum gc_cause
store_cause (const struct gc_lower *l, gir_operand x)
{
  for (const struct gir_instr *i = gc_definition (l, x); i; i = gc_definition (l, x))
    {
      if (i->op != GIR_OP_FADDR && i->op != GIR_OP_IADDR)
        return GC_CAUSE_STORE;
      x = gc_arg (l, i, 0);
      gir_type t = gir_operand_kind (x) == GIR_VALUE ? gir_value_type (l->f, gir_operand_index (x)) : 0;
      if (i->op == GIR_OP_IADDR && l->p->types[gir_underlying (l->p, t)].kind == GIR_T_SLICE)
        return GC_CAUSE_ELEMENT;
    }
  return gir_operand_kind (x) == GIR_GLOBAL ? GC_CAUSE_GLOBAL : GC_CAUSE_STORE;
}

static void
lower_store (struct gc_lower *l, const struct gir_instr *i)
{
  gir_operand address = gc_arg (l, i, 0), value = gc_arg (l, i, 1);
  l->g->cause = (uint8_t)store_cause (l, address);
  struct gc_hole h = gc_store_hole (l, address);
  if (is_header_data (l, address))
    gc_flow_unsafe (l, gc_hole (GC_HEAP, 0), value);
  else if (i->flag || !gc_is_self_assignment (l, address, value))
    gc_flow_operand (l, h, value);
}

static void
lower_ret (struct gc_lower *l, const struct gir_instr *i)
{
  for (uint32_t k = 0; k < l->f->n_results; k++)
    if (l->f->results[k].alloc == GIR_INVALID)
      gc_flow_operand (l, gc_hole (l->results[k], 0), gc_arg (l, i, k));
}

static void
flow_to_heap (struct gc_lower *l, const struct gir_instr *i, uint32_t k, enum gc_cause cause)
{
  l->g->cause = (uint8_t)cause;
  gc_flow_operand (l, gc_hole (GC_HEAP, 0), gc_arg (l, i, k));
}

static void
lower_capture (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  uint32_t closure = gc_location_of (l, n);
  for (uint32_t k = 1; k < i->n_args; k++)
    {
      bool whole;
      uint32_t var = gc_vars_root (l->vars, l->fn, gc_arg (l, i, k), &whole);
      if (var != GIR_INVALID)
        gc_graph_flow (l->g, closure, l->vars->vars.data[var].by_value ? 0 : -1, u32map_get (&l->g->vars, var, GC_BLANK));
    }
}

static void
lower_closure (struct gc_lower *l, uint32_t n)
{
  gir_fn fn = gir_operand_index (gc_arg (l, &l->f->instrs[n], 0));
  if (l->p->funcs[fn].kind == GIR_F_BOUND)
    gc_lower_method_value (l, n);
  else
    lower_capture (l, n);
}

static void
lower_phi (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  uint32_t loc = gc_location_of (l, n);
  if (loc == GIR_INVALID || l->vars->of[l->fn][gir_func_instr_value (l->f, n)] != GIR_INVALID)
    return;
  for (uint32_t k = 0; k < i->n_args; k++)
    gc_flow_operand (l, gc_hole (loc, 0), gc_arg (l, i, k));
}

static void
lower_instr (struct gc_lower *l, uint32_t n)
{
  const struct gir_instr *i = &l->f->instrs[n];
  l->g->cause = GC_CAUSE_NONE;
  l->steps = 0;
  for (uint32_t k = 0; k < i->n_args; k++)
    if (gir_operand_kind (gc_arg (l, i, k)) == GIR_FUNC)
      gc_literal (l, gir_operand_index (gc_arg (l, i, k)));
  switch (i->op)
    {
    case GIR_OP_STORE: lower_store (l, i); break;
    case GIR_OP_RET: lower_ret (l, i); break;
    case GIR_OP_PANIC: flow_to_heap (l, i, 0, GC_CAUSE_PANIC); break;
    case GIR_OP_SEND: flow_to_heap (l, i, 1, GC_CAUSE_SEND); break;
    case GIR_OP_MAPSET:
      flow_to_heap (l, i, 1, GC_CAUSE_MAP);
      flow_to_heap (l, i, 2, GC_CAUSE_MAP);
      break;
    case GIR_OP_SELECT:
      for (uint32_t k = 1; k < i->n_args; k += 2)
        flow_to_heap (l, i, k, GC_CAUSE_SEND);
      break;
    case GIR_OP_IFACE:
      if (gc_location_of (l, n) != GIR_INVALID)
        gc_flow_operand (l, gc_hole (gc_location_of (l, n), 0), gc_arg (l, i, 0));
      break;
    case GIR_OP_CLOSURE: lower_closure (l, n); break;
    case GIR_OP_PHI: lower_phi (l, n); break;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE: gc_lower_call (l, n); break;
    case GIR_OP_BUILTIN: gc_lower_builtin (l, n); break;
    default: break;
    }
}

static bool *
find_used (const struct gir_func *f)
{
  bool *used = g_new0 (bool, gir_func_n_values (f) + 1);
  for (uint32_t n = 0; n < f->n_instrs; n++)
    for (uint32_t k = 0; k < f->instrs[n].n_args; k++)
      {
        gir_operand x = f->operands[f->instrs[n].args + k];
        if (gir_operand_kind (x) == GIR_VALUE)
          used[gir_operand_index (x)] = true;
      }
  return used;
}

static void
lower_function (struct gc_lower *l)
{
  l->used = find_used (l->f);
  for (uint32_t n = 0; n < l->f->n_instrs; n++)
    if (l->vars->live[l->fn][n])
      lower_instr (l, n);
  g_free (l->used);
}

void
gc_lower (struct gc_graph *g)
{
  struct gc_lower l;
  for (uint32_t k = 0; k < g->n_members; k++)
    add_locations (g, k);
  for (uint32_t k = 0; k < g->n_members; k++)
    {
      enter (&l, g, k);
      if (l.f->kind != GIR_F_BOUND) /* gc has none: gc_lower_method_value */
        lower_function (&l);
    }
  g->cause = GC_CAUSE_SIZE;
  for (uint32_t k = GC_N_PSEUDO; k < g->locs.size; k++)
    if (g->locs.data[k].oversize)
      gc_graph_flow (g, GC_HEAP, -1, k);
}
