/* Expressions. */
#include "constraints/gc_lower_private.h"

enum
{
  DEPTH_MAX = 200,     /* of expressions that are compared */
  NESTING_MAX = 4000,  /* of expressions */
  STEPS_MAX = 1000000, /* of one statement */
};

static enum gir_type_kind
kind_of (const GirProgram *p, gir_type t)
{
  return p->types[gir_underlying (p, t)].kind;
}

static gir_type
type_of (const struct gc_lower *l, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_value_type (l->f, gir_operand_index (x)) : 0;
}

uint32_t
gc_location_of (const struct gc_lower *l, uint32_t n)
{
  return l->values[gir_func_instr_value (l->f, n)];
}

static uint32_t
number_of (const struct gc_lower *l, const struct gir_instr *i)
{
  return (uint32_t)(i - l->f->instrs);
}

/* Conversions between strings and slices of bytes or runes, and of runes to strings, make a copy. */
bool
gc_makes_string (const GirProgram *p, const struct gir_instr *conv)
{
  enum gir_type_kind to = kind_of (p, conv->type), from = kind_of (p, conv->type2);
  return (to == GIR_T_STRING && from != GIR_T_STRING) || (to == GIR_T_SLICE && from == GIR_T_STRING);
}

/* The address of the memory made by @i, or the value in @i's temporary. */
static void
flow_made (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i, int shift)
{
  uint32_t loc = gc_location_of (l, number_of (l, i));
  if (loc != GIR_INVALID)
    gc_graph_flow (l->g, h.dst, h.derefs + shift, loc);
}

static void
flow_address (struct gc_lower *l, struct gc_hole h, gir_operand x)
{
  bool whole;
  uint32_t var = gc_vars_root (l->vars, l->fn, x, &whole);
  gc_graph_flow (l->g, h.dst, h.derefs - 1, u32map_get (&l->g->vars, var, GC_BLANK));
}

static struct gc_hole
type_hole (const GirProgram *p, struct gc_hole h, gir_type t)
{
  bool direct = kind_of (p, t) == GIR_T_IFACE || sp_types_pointer_shaped (p, t);
  return direct ? h : gc_shift (h, 1);
}

static void
flow_conv (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i)
{
  if (gc_makes_string (l->p, i))
    flow_made (l, h, i, -1);
  else if (kind_of (l->p, i->type) == GIR_T_UNSAFEPTR && kind_of (l->p, i->type2) == GIR_T_UINTPTR)
    gc_flow_unsafe (l, h, gc_arg (l, i, 0));
  else
    gc_flow_operand (l, h, gc_arg (l, i, 0));
}

static void
flow_extract (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i)
{
  const struct gir_instr *tuple = gc_definition (l, gc_arg (l, i, 0));
  if (!tuple)
    return;
  if (tuple->op == GIR_OP_CALL || tuple->op == GIR_OP_INVOKE)
    {
      uint32_t base = gc_location_of (l, number_of (l, tuple));
      if (base != GIR_INVALID)
        gc_graph_flow (l->g, h.dst, h.derefs, base + i->aux);
    }
  else if (tuple->op == GIR_OP_ASSERT)
    gc_flow_operand (l, type_hole (l->p, h, tuple->type2), gc_arg (l, tuple, 0));
  else if (tuple->op == GIR_OP_NEXT && i->aux == 2)
    {
      const struct gir_instr *range = gc_definition (l, gc_arg (l, tuple, 0));
      gc_flow_operand (l, gc_shift (h, 1), gc_arg (l, range, 0));
    }
}

static void
flow_builtin (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i)
{
  switch (i->sub)
    {
    case GIR_B_APPEND: flow_made (l, h, i, 0); break;
    case GIR_B_MIN:
    case GIR_B_MAX:
      for (uint32_t k = 0; k < i->n_args; k++)
        gc_flow_operand (l, h, gc_arg (l, i, k));
      break;
    case GIR_B_ADD:
    case GIR_B_SLICE:
    case GIR_B_SLICEDATA:
    case GIR_B_STRING:
    case GIR_B_STRINGDATA:
    case GIR_B_WRAPNILCHK: gc_flow_operand (l, h, gc_arg (l, i, 0)); break;
    default: break;
    }
}

/* s += t is no concatenation to gc, but an assignment of t to s; chains of + are one site, and their operands are only read. */
static void
flow_binary (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i)
{
  if (kind_of (l->p, i->type) != GIR_T_STRING)
    return;
  if (i->site == GIR_S_CONCAT)
    flow_made (l, h, i, -1);
  else
    gc_flow_operand (l, h, gc_arg (l, i, 1));
}

static void
flow_instr (struct gc_lower *l, struct gc_hole h, const struct gir_instr *i, gir_operand x)
{
  switch (i->op)
    {
    case GIR_OP_ALLOC: flow_address (l, h, x); break;
    case GIR_OP_PHI:
      if (l->vars->of[l->fn][gir_operand_index (x)] != GIR_INVALID)
        flow_address (l, h, x);
      else
        flow_made (l, h, i, 0);
      break;
    case GIR_OP_LOAD: gc_flow_operand (l, gc_shift (h, 1), gc_arg (l, i, 0)); break;
    case GIR_OP_FADDR:
    case GIR_OP_IADDR:
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_SLICE:
    case GIR_OP_CHIFACE:
    case GIR_OP_CHTYPE:
    case GIR_OP_S2AP: gc_flow_operand (l, h, gc_arg (l, i, 0)); break;
    case GIR_OP_EXTRACT: flow_extract (l, h, i); break;
    case GIR_OP_IFACE:
      if (sp_types_pointer_shaped (l->p, i->type2))
        gc_flow_operand (l, h, gc_arg (l, i, 0));
      else
        flow_made (l, h, i, -1);
      break;
    case GIR_OP_ASSERT: gc_flow_operand (l, type_hole (l->p, h, i->type2), gc_arg (l, i, 0)); break;
    case GIR_OP_CONV: flow_conv (l, h, i); break;
    case GIR_OP_CLOSURE:
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP: flow_made (l, h, i, -1); break;
    case GIR_OP_BIN: flow_binary (l, h, i); break;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE: flow_made (l, h, i, 0); break;
    case GIR_OP_BUILTIN: flow_builtin (l, h, i); break;
    default: break; /* maps, channels and arithmetic yield nothing that gc follows */
    }
}

/* A function literal that captures nothing has a location for each batch that mentions it. */
uint32_t
gc_literal (struct gc_lower *l, gir_fn fn)
{
  const struct gir_func *f = &l->p->funcs[fn];
  if (f->site != GIR_S_FUNC || f->n_free)
    return GC_BLANK;
  uint32_t *at = u32map_at (&l->g->literals, fn, GIR_INVALID);
  if (*at == GIR_INVALID)
    {
      uint32_t loc = gc_graph_add (
          l->g, (struct gc_location){
                    .kind = GC_LOC_CLOSURE, .fn = l->fn, .instr = GIR_INVALID, .literal = fn, .depth = gc_depth_at (l->p, l->fn, f->pos) });
      *u32map_at (&l->g->literals, fn, loc) = loc;
    }
  return u32map_get (&l->g->literals, fn, GC_BLANK);
}

static void
flow_value (struct gc_lower *l, struct gc_hole h, gir_operand x)
{
  uint32_t v = gir_operand_index (x);
  const struct gir_instr *i = gir_value_instr (l->f, v);
  if (i)
    flow_instr (l, h, i, x);
  else if (l->vars->of[l->fn][v] != GIR_INVALID)
    flow_address (l, h, x); /* a captured variable */
  else if (l->values[v] != GIR_INVALID)
    gc_graph_flow (l->g, h.dst, h.derefs, l->values[v]);
}

/* What lies deeper, which no Go program reaches, is lost to the model. */
static bool
enter (struct gc_lower *l)
{
  if (l->nesting >= NESTING_MAX || l->steps >= STEPS_MAX)
    return false;
  l->nesting++;
  l->steps++;
  return true;
}

void
gc_flow_operand (struct gc_lower *l, struct gc_hole h, gir_operand x)
{
  if (gir_operand_kind (x) == GIR_FUNC)
    {
      uint32_t literal = gc_literal (l, gir_operand_index (x));
      if (literal != GC_BLANK)
        gc_graph_flow (l->g, h.dst, h.derefs - 1, literal);
    }
  if (gir_operand_kind (x) != GIR_VALUE)
    return;
  if (!l->vars->points[gir_value_type (l->f, gir_operand_index (x))])
    return;
  if (!enter (l))
    return;
  flow_value (l, h, x);
  l->nesting--;
}

struct gc_hole
gc_store_hole (struct gc_lower *l, gir_operand x)
{
  bool whole;
  uint32_t var = gc_vars_root (l->vars, l->fn, x, &whole);
  if (var != GIR_INVALID)
    return gc_hole (u32map_get (&l->g->vars, var, GC_BLANK), 0);
  gc_flow_operand (l, gc_hole (GC_MUTATOR, 0), x);
  return gc_hole (GC_HEAP, 0);
}

/* --- uintptr ----------------------------------------------------------------------------------------- */

/* Whether @x is the field Data of a reflect.SliceHeader or reflect.StringHeader behind a pointer. */
static const struct gir_instr *
header_data (const struct gc_lower *l, gir_operand x)
{
  const struct gir_instr *load = gc_definition (l, x);
  const struct gir_instr *field = load->op == GIR_OP_LOAD ? gc_definition (l, gc_arg (l, load, 0)) : NULL;
  if (!field || field->op != GIR_OP_FADDR || field->aux != 0)
    return NULL;
  gir_type t = type_of (l, gc_arg (l, field, 0));
  t = t ? l->p->types[gir_underlying (l->p, t)].elem : 0;
  const char *name = gir_string (l->p, l->p->types[t].name);
  return g_str_equal (name, "reflect.SliceHeader") || g_str_equal (name, "reflect.StringHeader") ? field : NULL;
}

void
gc_flow_unsafe (struct gc_lower *l, struct gc_hole h, gir_operand x)
{
  const struct gir_instr *i = gc_definition (l, x);
  if (!i || !enter (l))
    return;
  const struct gir_instr *header = header_data (l, x);
  if (header)
    gc_flow_operand (l, gc_shift (h, 1), gc_arg (l, header, 0));
  else if (i->op == GIR_OP_CONV && kind_of (l->p, i->type2) == GIR_T_UNSAFEPTR)
    gc_flow_operand (l, h, gc_arg (l, i, 0));
  else if (i->op == GIR_OP_UN || i->op == GIR_OP_BIN)
    for (uint32_t k = 0; k < i->n_args; k++)
      gc_flow_unsafe (l, h, gc_arg (l, i, k));
  l->nesting--;
}

/* --- self-assignment --------------------------------------------------------------------------------- */

/* Whether two expressions are the same and read no memory that a call may change. */
static bool
same_expression (struct gc_lower *l, gir_operand a, gir_operand b, unsigned depth)
{
  if (a == b && gir_operand_kind (a) != GIR_VALUE)
    return true;
  if (gir_operand_kind (a) != GIR_VALUE || gir_operand_kind (b) != GIR_VALUE || depth == 0 || l->steps++ >= STEPS_MAX)
    return false;
  const struct gir_instr *x = gc_definition (l, a), *y = gc_definition (l, b);
  if (!x || !y || x->op == GIR_OP_ALLOC)
    return a == b;
  if (x->op != y->op || x->aux != y->aux || x->sub != y->sub || x->type != y->type || x->n_args != y->n_args)
    return false;
  switch (x->op)
    {
    case GIR_OP_LOAD:
    case GIR_OP_FADDR:
    case GIR_OP_IADDR:
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_CHTYPE:
    case GIR_OP_UN:
    case GIR_OP_BIN: break;
    default: return false;
    }
  for (uint32_t k = 0; k < x->n_args; k++)
    if (!same_expression (l, gc_arg (l, x, k), gc_arg (l, y, k), depth - 1))
      return false;
  return true;
}

/* The variable that @x loads whole. */
static uint32_t
loaded_variable (const struct gc_lower *l, gir_operand x)
{
  const struct gir_instr *i = gc_definition (l, x);
  bool whole;
  if (!i || i->op != GIR_OP_LOAD)
    return GIR_INVALID;
  uint32_t var = gc_vars_root (l->vars, l->fn, gc_arg (l, i, 0), &whole);
  return whole ? var : GIR_INVALID;
}

/* The variable p where @address is p or &p.f. */
static uint32_t
pointer_variable (const struct gc_lower *l, gir_operand address)
{
  const struct gir_instr *i = gc_definition (l, address);
  if (i && i->op == GIR_OP_FADDR)
    address = gc_arg (l, i, 0);
  return loaded_variable (l, address);
}

/* p.f = p.g[i:j] */
static bool
is_slice_self_assignment (const struct gc_lower *l, gir_operand address, const struct gir_instr *value)
{
  const struct gir_instr *base = value->op == GIR_OP_SLICE ? gc_definition (l, gc_arg (l, value, 0)) : NULL;
  if (!base || base->op != GIR_OP_LOAD)
    return false;
  uint32_t var = pointer_variable (l, address);
  return var != GIR_INVALID && pointer_variable (l, gc_arg (l, base, 0)) == var;
}

static bool
reads_only (struct gc_lower *l, gir_operand x, unsigned depth)
{
  const struct gir_instr *i = gc_definition (l, x);
  if (!i)
    return true;
  if (depth == 0 || l->steps++ >= STEPS_MAX)
    return false;
  switch (i->op)
    {
    case GIR_OP_ALLOC: return true;
    case GIR_OP_LOAD:
    case GIR_OP_FADDR:
    case GIR_OP_IADDR:
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_CHTYPE:
    case GIR_OP_CONV:
    case GIR_OP_UN:
    case GIR_OP_BIN: break;
    case GIR_OP_BUILTIN:
      if (i->sub != GIR_B_LEN && i->sub != GIR_B_CAP)
        return false;
      break;
    default: return false;
    }
  for (uint32_t k = 0; k < i->n_args; k++)
    if (!reads_only (l, gc_arg (l, i, k), depth - 1))
      return false;
  return true;
}

bool
gc_is_self_assignment (struct gc_lower *l, gir_operand address, gir_operand value)
{
  const struct gir_instr *to = gc_definition (l, address), *from = gc_definition (l, value);
  if (!to || !from)
    return false;
  if (is_slice_self_assignment (l, address, from))
    return true;
  from = from->op == GIR_OP_LOAD ? gc_definition (l, gc_arg (l, from, 0)) : NULL;
  if (!from || from->op != to->op || (to->op != GIR_OP_FADDR && to->op != GIR_OP_IADDR))
    return false;
  if (to->op == GIR_OP_IADDR && (!reads_only (l, gc_arg (l, to, 1), DEPTH_MAX) || !reads_only (l, gc_arg (l, from, 1), DEPTH_MAX)))
    return false;
  return same_expression (l, gc_arg (l, to, 0), gc_arg (l, from, 0), DEPTH_MAX);
}
