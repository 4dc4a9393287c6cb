#include "constraints/callees.h"

#include "constraints/callers.h"
#include "constraints/generic.h"
#include "constraints/layouts.h"
#include "constraints/parts.h"
#include "constraints/reached.h"

#define NO_NODE UINT32_MAX

struct node
{
  u32_vec holds; /* sorted: functions or types */
  bool open;
  bool queued;
};

struct edge
{
  uint32_t from, to;
};

struct flow
{
  const GirProgram *p;
  bool closed;
  uint32_t most;
  struct sp_callers callers;
  struct sp_reached *reached; /* NULL: not known, or not a closed world */
  uint32_t *first_value;      /* by function: its first register among all */
  uint32_t *first_result;     /* by function: its first result among all */
  uint32_t *of_value;         /* node; NO_NODE before it is made */
  uint32_t *of_result, *of_field, *of_global;
  uint32_t *of_type; /* by interface or func type: the set of all that the program has; NO_NODE before it is made */
  struct sp_layouts layouts;
  bool *seen;   /* by type: its fields were opened */
  bool *raw;    /* by type: code outside of std has raw pointers to what leads there */
  bool unboxed; /* to interfaces among others, whose words lead to what they hold */
  VEC (struct node) nodes;
  VEC (struct edge) edges;
  u32_vec work;
};

/* --- nodes ------------------------------------------------------------------------------------------- */

/* Whether @t is a pointer to something callable. */
static bool
leads_to_callable (const GirProgram *p, gir_type t)
{
  const struct gir_type_info *info = &p->types[gir_underlying (p, t)];
  return info->kind == GIR_T_PTR && sp_is_callable (p, info->elem);
}

static uint32_t
node_at (struct flow *x, uint32_t *slot)
{
  if (*slot == NO_NODE)
    {
      *slot = x->nodes.size;
      vec_push (&x->nodes, ((struct node){ .open = false }));
    }
  return *slot;
}

/* The node of a register, or of the variable behind it where that is a local one. */
static uint32_t
value_node (struct flow *x, gir_fn fn, gir_value v)
{
  return node_at (x, &x->of_value[x->first_value[fn] + v]);
}

static uint32_t
result_node (struct flow *x, gir_fn fn, uint32_t k)
{
  return node_at (x, &x->of_result[x->first_result[fn] + k]);
}

static void
open_node (struct flow *x, uint32_t n)
{
  if (n != NO_NODE)
    x->nodes.data[n].open = true;
}

static void
add_edge (struct flow *x, uint32_t from, uint32_t to)
{
  vec_push (&x->edges, ((struct edge){ from, to }));
}

/* Whether it was there, or is beyond the bound: then the node is open. */
static void
add_member (struct flow *x, uint32_t n, uint32_t member)
{
  struct node *node = &x->nodes.data[n];
  uint32_t at = 0;
  while (at < node->holds.size && node->holds.data[at] < member)
    at++;
  if (node->open || (at < node->holds.size && node->holds.data[at] == member))
    return;
  if (node->holds.size == x->most)
    {
      node->open = true;
      return;
    }
  vec_push (&node->holds, member);
  for (uint32_t k = node->holds.size - 1; k > at; k--)
    node->holds.data[k] = node->holds.data[k - 1];
  node->holds.data[at] = member;
}

/* --- names that other packages may use --------------------------------------------------------------- */

static bool
is_exported_name (const char *name)
{
  return g_unichar_isupper (g_utf8_get_char_validated (name, -1));
}

/* What generic functions write is in their instances, and those of code out of sight are not there: the exporter says what may be in them.
 * @name: with the package's path, or without for what has none. */
static bool
written_out_of_sight (const struct flow *x, const char *name)
{
  return !x->closed && sp_generic_has (x->callers.names, name);
}

/* Whether generic code out of sight may write a field called @name of struct type @s. */
static bool
field_written (const struct flow *x, gir_type s, const char *name)
{
  g_autofree char *full = sp_layouts_full_name (&x->layouts, x->p, s, name);
  return written_out_of_sight (x, full ? full : name);
}

/* --- variables --------------------------------------------------------------------------------------- */

/* The node of field @k of struct type @of; open for those that other packages may name. */
static uint32_t
field_node (struct flow *x, gir_type of, uint32_t k)
{
  gir_type s = x->layouts.same[of];
  uint32_t at = x->p->types[s].fields + k;
  bool fresh = x->of_field[at] == NO_NODE;
  uint32_t n = node_at (x, &x->of_field[at]);
  const char *name = gir_string (x->p, x->p->fields[at].name);
  if (fresh && (is_exported_name (name) || field_written (x, s, name)))
    open_node (x, n);
  return n;
}

static uint32_t
global_node (struct flow *x, uint32_t g)
{
  bool fresh = x->of_global[g] == NO_NODE;
  uint32_t n = node_at (x, &x->of_global[g]);
  if (!fresh)
    return n;
  const struct gir_global *v = &x->p->globals[g];
  const struct gir_package *pkg = &x->p->pkgs[v->pkg];
  bool named = v->exported || pkg->is_asm || pkg->cgo; /* assembly and C name what they like */
  if (named || written_out_of_sight (x, gir_string (x->p, v->name)))
    open_node (x, n);
  return n;
}

/* The struct that a field is selected from: of a pointer, or of a value. */
static gir_type
struct_of (const GirProgram *p, gir_type t)
{
  gir_type u = gir_underlying (p, t);
  return p->types[u].kind == GIR_T_PTR ? gir_underlying (p, p->types[u].elem) : u;
}

/* The field that @i, a selection or the address of one, is about; NO_NODE for one of a constant, which has no type: nil, or a zero value.
 */
static uint32_t
selected_node (struct flow *x, const struct gir_func *f, const struct gir_instr *i)
{
  gir_operand o = f->operands[i->args];
  uint32_t n = gir_operand_index (o);
  if (gir_operand_kind (o) == GIR_GLOBAL)
    return field_node (x, gir_underlying (x->p, x->p->globals[n].type), i->aux);
  if (gir_operand_kind (o) != GIR_VALUE)
    return NO_NODE;
  return field_node (x, struct_of (x->p, gir_value_type (f, n)), i->aux);
}

/* The node of the variable that @o is the address of; NO_NODE for memory that is not told apart, and for what holds nothing callable. */
static uint32_t
variable_node (struct flow *x, gir_fn fn, gir_operand o)
{
  const struct gir_func *f = &x->p->funcs[fn];
  uint32_t n = gir_operand_index (o);
  if (gir_operand_kind (o) == GIR_GLOBAL)
    return sp_is_callable (x->p, x->p->globals[n].type) ? global_node (x, n) : NO_NODE;
  if (gir_operand_kind (o) != GIR_VALUE || !leads_to_callable (x->p, gir_value_type (f, n)))
    return NO_NODE;
  const struct gir_instr *i = gir_value_instr (f, n);
  if (!i)
    return n >= f->n_params ? value_node (x, fn, n) : NO_NODE;
  if (i->op == GIR_OP_FADDR)
    return selected_node (x, f, i);
  return i->op == GIR_OP_ALLOC ? value_node (x, fn, n) : NO_NODE;
}

/* --- memory of more than one layout ------------------------------------------------------------------ */

static void
open_fields_of (struct flow *x, const u32_vec *types)
{
  vec_foreach (const gir_type, u, types)
    for (uint32_t k = 0; x->p->types[*u].kind == GIR_T_STRUCT && k < x->p->types[*u].n_fields; k++)
      if (sp_is_callable (x->p, x->p->fields[x->p->types[*u].fields + k].type))
        open_node (x, field_node (x, *u, k));
}

/* All callable fields of what is reached from a value of type @t. */
static void
open_fields (struct flow *x, gir_type t)
{
  u32_vec found = { 0 };
  sp_parts_reach (x->p, t, false, x->seen, &found);
  open_fields_of (x, &found);
  vec_clear (&found);
}

/* A conversion between types that are not the same: memory of the one may be seen as the other from then on. */
static void
open_converted (struct flow *x, gir_type to, gir_type from)
{
  gir_type a = gir_underlying (x->p, to), b = gir_underlying (x->p, from);
  if (x->p->types[a].kind == GIR_T_PTR) /* both are of one kind */
    {
      a = gir_underlying (x->p, x->p->types[a].elem);
      b = gir_underlying (x->p, x->p->types[b].elem);
    }
  if (a == b)
    return;
  open_fields (x, a);
  open_fields (x, b);
}

static bool
is_package (const GirProgram *p, gir_fn fn, const char *path)
{
  return strcmp (gir_string (p, p->pkgs[p->funcs[fn].pkg].path), path) == 0;
}

/* Memory that a pointer of type @t leads to has other layouts in function @fn. */
static void
open_raw_pointer (struct flow *x, gir_fn fn, gir_type t)
{
  u32_vec found = { 0 };
  open_fields (x, t);
  if (!x->p->pkgs[x->p->funcs[fn].pkg].std)
    sp_parts_reach (x->p, t, false, x->raw, &found);
  vec_foreach (const gir_type, u, &found)
    x->unboxed |= x->p->types[*u].kind == GIR_T_IFACE;
  vec_clear (&found);
}

/* Typed pointers that become raw ones, and back. Package atomic's go through what are raw pointers to its own functions only. */
static void
open_raw (struct flow *x, gir_fn fn, const struct gir_instr *i)
{
  enum gir_type_kind to = x->p->types[gir_underlying (x->p, i->type)].kind, from = x->p->types[gir_underlying (x->p, i->type2)].kind;
  if (is_package (x->p, fn, "sync/atomic"))
    return;
  if (to == GIR_T_UNSAFEPTR && from == GIR_T_PTR)
    open_raw_pointer (x, fn, i->type2);
  if (to == GIR_T_PTR && from == GIR_T_UNSAFEPTR)
    open_raw_pointer (x, fn, i->type);
}

/* The body of a function, or a caller, is elsewhere, and may have other types for the same memory. */
static bool
is_linked (const GirProgram *p, gir_fn fn)
{
  const struct gir_func *f = &p->funcs[fn];
  const char *name = gir_string (p, f->name), *dot = strrchr (name, '.');
  bool declared = f->kind == GIR_F_SRC || f->kind == GIR_F_INST;
  return f->linkname || (f->is_extern && f->kind != GIR_F_GENERIC) || (declared && f->exported && dot && !is_exported_name (dot + 1));
}

static void
open_linked (struct flow *x, gir_fn fn)
{
  const struct gir_func *f = &x->p->funcs[fn];
  for (uint32_t k = 0; k < f->n_params; k++)
    open_fields (x, f->params[k].type);
  for (uint32_t k = 0; k < f->n_results; k++)
    open_fields (x, f->results[k].type);
}

/* What reflection does beside the types: it hands out raw addresses of memory, or sees raw memory as any type. */
enum reflected
{
  NOT_REFLECTED,
  ADDRESS,
  VIEW
};

static enum reflected
reflected_by_name (const char *name)
{
  static const char *const addresses[] = { "UnsafeAddr", "UnsafePointer", "Pointer", "InterfaceData" };
  for (unsigned k = 0; k < G_N_ELEMENTS (addresses); k++)
    if (strcmp (name, addresses[k]) == 0)
      return ADDRESS;
  return NOT_REFLECTED;
}

/* Functions of package reflect, their method values and expressions among them (NAME$bound and the like). */
static enum reflected
reflected_by_function (const char *name)
{
  static const char methods[] = "reflect.Value.";
  if (g_str_has_prefix (name, "reflect.NewAt") || g_str_has_prefix (name, "reflect.SliceAt"))
    return VIEW;
  if (!g_str_has_prefix (name, methods))
    return NOT_REFLECTED;
  g_autofree char *method = g_strndup (name + strlen (methods), strcspn (name + strlen (methods), "$"));
  return reflected_by_name (method);
}

static enum reflected
reflected_by_instruction (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i)
{
  enum reflected r = i->op == GIR_OP_INVOKE ? reflected_by_name (gir_string (p, i->aux)) : NOT_REFLECTED;
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_operand o = f->operands[i->args + k];
      if (gir_operand_kind (o) == GIR_FUNC)
        r = MAX (r, reflected_by_function (gir_string (p, p->funcs[gir_operand_index (o)].name)));
    }
  return r;
}

/* What code outside of std asks of reflection; package reflect itself keeps memory to its types. */
static enum reflected
reflects (const GirProgram *p)
{
  enum reflected r = NOT_REFLECTED;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t k = 0; k < p->funcs[fn].n_instrs && !p->pkgs[p->funcs[fn].pkg].std; k++)
      r = MAX (r, reflected_by_instruction (p, &p->funcs[fn], &p->funcs[fn].instrs[k]));
  return r;
}

/* All fields of what interfaces hold; where @signatures, also of all types that reflection comes to from there. */
static void
open_held (struct flow *x, bool signatures)
{
  const GirProgram *p = x->p;
  g_autofree bool *seen = g_new0 (bool, p->n_types + 1);
  u32_vec found = { 0 };
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t k = 0; k < p->funcs[fn].n_instrs; k++)
      if (p->funcs[fn].instrs[k].op == GIR_OP_IFACE)
        sp_parts_reach (p, p->funcs[fn].instrs[k].type2, signatures, seen, &found);
  for (uint32_t m = 0; signatures && m < p->n_methods; m++)
    for (uint32_t k = 1; k < p->funcs[p->methods[m].fn].n_params; k++) /* the receiver has the type that has the method */
      sp_parts_reach (p, p->funcs[p->methods[m].fn].params[k].type, true, seen, &found);
  for (uint32_t m = 0; signatures && m < p->n_methods; m++)
    for (uint32_t k = 0; k < p->funcs[p->methods[m].fn].n_results; k++)
      sp_parts_reach (p, p->funcs[p->methods[m].fn].results[k].type, true, seen, &found);
  open_fields_of (x, &found);
  vec_clear (&found);
}

/* Whether code outside of std makes pointers of raw ones. */
static bool
uses_raw_pointers (const GirProgram *p)
{
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t k = 0; k < p->funcs[fn].n_instrs && !p->pkgs[p->funcs[fn].pkg].std; k++)
      {
        const struct gir_instr *i = &p->funcs[fn].instrs[k];
        if (i->op == GIR_OP_CONV && p->types[gir_underlying (p, i->type)].kind == GIR_T_PTR
            && p->types[gir_underlying (p, i->type2)].kind == GIR_T_UNSAFEPTR)
          return true;
      }
  return false;
}

/* Memory that reflection, or raw words of an interface, lead to. */
static void
open_out_of_type (struct flow *x)
{
  enum reflected r = reflects (x->p);
  if (r == VIEW || x->unboxed || (r == ADDRESS && uses_raw_pointers (x->p)))
    open_held (x, r == VIEW);
}

/* --- instructions ------------------------------------------------------------------------------------ */

/* @o is assigned to node @to. */
static void
assign (struct flow *x, gir_fn fn, gir_operand o, uint32_t to)
{
  if (gir_operand_kind (o) == GIR_FUNC)
    add_member (x, to, gir_operand_index (o));
  else if (gir_operand_kind (o) == GIR_VALUE)
    add_edge (x, value_node (x, fn, gir_operand_index (o)), to);
}

/* Result @k of call @i; NO_NODE where the callee, or its body, is not known. */
static uint32_t
called_node (struct flow *x, const struct gir_func *f, const struct gir_instr *i, uint32_t k)
{
  gir_operand callee = f->operands[i->args];
  bool known = gir_operand_kind (callee) == GIR_FUNC && !x->p->funcs[gir_operand_index (callee)].is_extern;
  return known ? result_node (x, gir_operand_index (callee), k) : NO_NODE;
}

static void
flow_from (struct flow *x, uint32_t from, uint32_t to)
{
  if (from == NO_NODE)
    open_node (x, to);
  else
    add_edge (x, from, to);
}

/* @i asserts its operand to be another interface: the dynamic type stays. */
static bool
asserts_interface (const struct flow *x, const struct gir_instr *i)
{
  return i->op == GIR_OP_ASSERT && x->p->types[gir_underlying (x->p, i->type2)].kind == GIR_T_IFACE;
}

/* What tuple component @k of @o is. That of an assertion is its first, since the other is a bool. */
static void
flow_from_tuple (struct flow *x, gir_fn fn, gir_operand o, uint32_t k, uint32_t to)
{
  const struct gir_func *f = &x->p->funcs[fn];
  const struct gir_instr *i = gir_operand_kind (o) == GIR_VALUE ? gir_value_instr (f, gir_operand_index (o)) : NULL;
  if (i && asserts_interface (x, i))
    assign (x, fn, f->operands[i->args], to);
  else
    flow_from (x, i && i->op == GIR_OP_CALL ? called_node (x, f, i, k) : NO_NODE, to);
}

/* A register that is callable. */
static void
flow_to_register (struct flow *x, gir_fn fn, const struct gir_instr *i, uint32_t to)
{
  const struct gir_func *f = &x->p->funcs[fn];
  const gir_operand *args = &f->operands[i->args];
  uint32_t from = NO_NODE;
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_LOAD: from = variable_node (x, fn, args[0]); break;
    case GIR_OP_FIELD: from = selected_node (x, f, i); break;
    case GIR_OP_PHI:
    case GIR_OP_CHIFACE:
    case GIR_OP_CHTYPE:
      for (uint32_t k = 0; k < i->n_args; k++)
        assign (x, fn, args[k], to);
      return;
    case GIR_OP_IFACE: add_member (x, to, i->type2); return;
    case GIR_OP_CLOSURE: add_member (x, to, gir_operand_index (args[0])); return;
    case GIR_OP_EXTRACT: flow_from_tuple (x, fn, args[0], i->aux, to); return;
    case GIR_OP_ASSERT:
      if (asserts_interface (x, i))
        {
          assign (x, fn, args[0], to);
          return;
        }
      break;
    case GIR_OP_CALL: from = called_node (x, f, i, 0); break;
    default: break;
    }
  flow_from (x, from, to);
}

/* What a closure captures: variables, which it shares with its maker, or the receiver of a bound method. */
static void
flow_to_captured (struct flow *x, gir_fn fn, const struct gir_instr *i)
{
  const struct gir_func *f = &x->p->funcs[fn];
  gir_fn code = gir_operand_index (f->operands[i->args]);
  const struct gir_func *g = &x->p->funcs[code];
  for (uint32_t k = 1; k < i->n_args; k++)
    {
      gir_value free = g->n_params + k - 1;
      gir_operand o = f->operands[i->args + k];
      if (sp_is_callable (x->p, g->params[free].type))
        assign (x, fn, o, value_node (x, code, free));
      if (!leads_to_callable (x->p, g->params[free].type))
        continue;
      uint32_t mine = variable_node (x, fn, o), its = value_node (x, code, free);
      if (mine == NO_NODE)
        open_node (x, its);
      else
        {
          add_edge (x, mine, its);
          add_edge (x, its, mine);
        }
    }
}

static void
flow_to_parameters (struct flow *x, gir_fn fn, const struct gir_instr *i)
{
  const struct gir_func *f = &x->p->funcs[fn];
  gir_operand callee = f->operands[i->args];
  if (gir_operand_kind (callee) != GIR_FUNC)
    return;
  const struct gir_func *g = &x->p->funcs[gir_operand_index (callee)];
  for (uint32_t k = 1; k < i->n_args; k++)
    if (sp_is_callable (x->p, g->params[k - 1].type))
      assign (x, fn, f->operands[i->args + k], value_node (x, gir_operand_index (callee), k - 1));
}

/* The address of a variable that goes elsewhere than into loads, stores and closures: anybody may write it. */
static void
open_addresses (struct flow *x, gir_fn fn, const struct gir_instr *i)
{
  const struct gir_func *f = &x->p->funcs[fn];
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_operand o = f->operands[i->args + k];
      bool harmless = (k == 0 && (i->op == GIR_OP_LOAD || i->op == GIR_OP_STORE)) || (k > 0 && i->op == GIR_OP_CLOSURE);
      bool field = gir_operand_kind (o) == GIR_VALUE && gir_value_instr (f, gir_operand_index (o))
                   && gir_value_instr (f, gir_operand_index (o))->op == GIR_OP_FADDR;
      if (!harmless || (field && i->op == GIR_OP_CLOSURE))
        open_node (x, variable_node (x, fn, o));
    }
}

static void
flow_of_instruction (struct flow *x, gir_fn fn, const struct gir_instr *i)
{
  const struct gir_func *f = &x->p->funcs[fn];
  const gir_operand *args = &f->operands[i->args];
  open_addresses (x, fn, i);
  if (i->type && sp_is_callable (x->p, i->type))
    flow_to_register (x, fn, i, value_node (x, fn, gir_func_instr_value (f, (uint32_t)(i - f->instrs))));
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_STORE:
      if (variable_node (x, fn, args[0]) != NO_NODE)
        assign (x, fn, args[1], variable_node (x, fn, args[0]));
      break;
    case GIR_OP_CHTYPE:
      if (gir_operand_kind (args[0]) == GIR_VALUE)
        open_converted (x, i->type, gir_value_type (f, gir_operand_index (args[0])));
      break;
    case GIR_OP_CONV: open_raw (x, fn, i); break;
    case GIR_OP_CLOSURE: flow_to_captured (x, fn, i); break;
    case GIR_OP_CALL: flow_to_parameters (x, fn, i); break;
    case GIR_OP_RET:
      for (uint32_t k = 0; k < i->n_args; k++)
        if (sp_is_callable (x->p, f->results[k].type))
          assign (x, fn, args[k], result_node (x, fn, k));
      break;
    default: break;
    }
}

static void
flow_of_function (struct flow *x, gir_fn fn)
{
  const struct gir_func *f = &x->p->funcs[fn];
  bool linked = is_linked (x->p, fn);
  if (linked)
    open_linked (x, fn);
  for (uint32_t k = 0; k < f->n_params; k++)
    if (sp_is_callable (x->p, f->params[k].type) && (linked || !sp_callers_known (&x->callers, x->p, fn, x->closed)))
      open_node (x, value_node (x, fn, k));
  for (uint32_t i = 0; i < f->n_instrs; i++)
    flow_of_instruction (x, fn, &f->instrs[i]);
}

/* --- the fixpoint ------------------------------------------------------------------------------------ */

static void
queue (struct flow *x, uint32_t n)
{
  if (!x->nodes.data[n].queued)
    vec_push (&x->work, n);
  x->nodes.data[n].queued = true;
}

/* Tells whether @to changed. */
static bool
propagate (struct flow *x, uint32_t from, uint32_t to)
{
  const struct node *a = &x->nodes.data[from], *b = &x->nodes.data[to];
  uint32_t before = b->holds.size;
  bool was_open = b->open;
  if (a->open)
    open_node (x, to);
  for (uint32_t k = 0; k < a->holds.size; k++)
    add_member (x, to, a->holds.data[k]);
  return b->open != was_open || b->holds.size != before;
}

static void
solve (struct flow *x)
{
  g_autofree uint32_t *first = g_new0 (uint32_t, x->nodes.size + 2), *targets = g_new (uint32_t, x->edges.size + 1);
  vec_foreach (const struct edge, e, &x->edges)
    first[e->from + 2]++;
  for (uint32_t n = 0; n < x->nodes.size; n++)
    first[n + 2] += first[n + 1];
  vec_foreach (const struct edge, e, &x->edges)
    targets[first[e->from + 1]++] = e->to;
  for (uint32_t n = 0; n < x->nodes.size; n++)
    queue (x, n);
  while (!vec_empty (&x->work))
    {
      uint32_t n = vec_pop (&x->work);
      x->nodes.data[n].queued = false;
      for (uint32_t k = first[n]; k < first[n + 1]; k++)
        if (propagate (x, n, targets[k]))
          queue (x, targets[k]);
    }
}

/* --- the sets ---------------------------------------------------------------------------------------- */

/* The number of a set, made if new: sets are few, and found by what they hold. */
static uint32_t
number_set (struct sp_callees *c, GHashTable *numbers, bool methods, const u32_vec *members)
{
  GString *key = g_string_new (NULL);
  vec_foreach (const uint32_t, m, members)
    g_string_append_printf (key, "%u ", *m);
  uint32_t known = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, key->str));
  if (known)
    {
      g_string_free (key, TRUE);
      return known;
    }
  vec_foreach (const uint32_t, m, members)
    vec_push (&c->members, *m);
  vec_push (&c->begin, c->members.size);
  vec_push (&c->methods, methods);
  known = c->begin.size - 2;
  g_hash_table_insert (numbers, g_string_free (key, FALSE), GUINT_TO_POINTER (known));
  return known;
}

/* The set of all that the program has for calls of something open, of underlying type @type. */
static uint32_t
callees_of_program (struct flow *x, struct sp_callees *c, GHashTable *numbers, gir_type type)
{
  bool methods = x->p->types[type].kind == GIR_T_IFACE;
  uint32_t *set = &x->of_type[type];
  if (*set != NO_NODE)
    return *set;
  u32_vec members = { 0 };
  if (methods)
    sp_reached_types_of (x->reached, x->p, type, x->most + 1, &members);
  else if (x->reached->taken)
    sp_reached_functions_of (x->reached, x->p, type, x->most + 1, &members);
  bool known = members.size > 0 && members.size <= x->most;
  *set = known ? number_set (c, numbers, methods, &members) : 0;
  vec_clear (&members);
  return *set;
}

/* The set of call @i, which calls @o: something that the flow does not know. */
static uint32_t
callees_of_open (struct flow *x, struct sp_callees *c, GHashTable *numbers, gir_fn fn, const struct gir_instr *i, gir_operand o)
{
  if (!x->reached || !x->reached->functions[fn] || gir_operand_kind (o) != GIR_VALUE)
    return 0;
  if (i->op == GIR_OP_INVOKE && !sp_reached_has_all (x->reached, gir_string (x->p, i->aux)))
    return 0;
  return callees_of_program (x, c, numbers, gir_underlying (x->p, gir_value_type (&x->p->funcs[fn], gir_operand_index (o))));
}

/* What call @i may call. */
static uint32_t
callees_of_call (struct flow *x, struct sp_callees *c, GHashTable *numbers, gir_fn fn, const struct gir_instr *i)
{
  gir_operand o = x->p->funcs[fn].operands[i->args];
  uint32_t n = gir_operand_kind (o) == GIR_VALUE ? x->of_value[x->first_value[fn] + gir_operand_index (o)] : NO_NODE;
  if (n == NO_NODE || x->nodes.data[n].open)
    return callees_of_open (x, c, numbers, fn, i, o);
  return number_set (c, numbers, i->op == GIR_OP_INVOKE, &x->nodes.data[n].holds);
}

static void
collect (struct flow *x, struct sp_callees *c)
{
  g_autoptr (GHashTable) functions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  uint32_t n = 0;
  c->first = g_new (uint32_t, x->p->n_funcs + 1);
  for (gir_fn fn = 0; fn < x->p->n_funcs; fn++)
    {
      c->first[fn] = n;
      n += x->p->funcs[fn].n_instrs;
    }
  c->of = g_new0 (uint32_t, n + 1);
  vec_push (&c->begin, 0); /* set 0: not known */
  vec_push (&c->begin, 0);
  vec_push (&c->methods, false);
  for (gir_fn fn = 0; fn < x->p->n_funcs; fn++)
    for (uint32_t i = 0; i < x->p->funcs[fn].n_instrs; i++)
      {
        const struct gir_instr *instr = &x->p->funcs[fn].instrs[i];
        if (instr->op == GIR_OP_CALL || instr->op == GIR_OP_INVOKE)
          c->of[c->first[fn] + i] = callees_of_call (x, c, instr->op == GIR_OP_CALL ? functions : types, fn, instr);
      }
}

static uint32_t *
no_nodes (uint32_t n)
{
  uint32_t *nodes = g_new (uint32_t, n + 1);
  memset (nodes, 0xff, (n + 1) * sizeof *nodes);
  return nodes;
}

static void
flow_init (struct flow *x, const GirProgram *p, bool closed, uint32_t most)
{
  uint32_t values = 0, results = 0;
  *x = (struct flow){ .p = p, .closed = closed, .most = most };
  sp_callers_init (&x->callers, p);
  x->reached = closed ? sp_reached_new (p) : NULL;
  x->first_value = g_new (uint32_t, p->n_funcs + 1);
  x->first_result = g_new (uint32_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      x->first_value[fn] = values;
      x->first_result[fn] = results;
      values += gir_func_n_values (&p->funcs[fn]);
      results += p->funcs[fn].n_results;
    }
  x->of_value = no_nodes (values);
  x->of_result = no_nodes (results);
  x->of_field = no_nodes (p->n_fields);
  x->of_global = no_nodes (p->n_globals);
  x->of_type = no_nodes (p->n_types);
  x->seen = g_new0 (bool, p->n_types + 1);
  x->raw = g_new0 (bool, p->n_types + 1);
  sp_layouts_init (&x->layouts, p);
}

static void
flow_done (struct flow *x)
{
  sp_callers_done (&x->callers);
  g_clear_pointer (&x->reached, sp_reached_free);
  g_free (x->first_value);
  g_free (x->first_result);
  g_free (x->of_value);
  g_free (x->of_result);
  g_free (x->of_field);
  g_free (x->of_global);
  g_free (x->of_type);
  g_free (x->seen);
  g_free (x->raw);
  sp_layouts_done (&x->layouts);
  vec_foreach (struct node, n, &x->nodes)
    vec_clear (&n->holds);
  vec_clear (&x->nodes);
  vec_clear (&x->edges);
  vec_clear (&x->work);
}

struct sp_callees *
sp_callees_new (const GirProgram *p, bool closed, uint32_t most)
{
  struct sp_callees *c = g_new0 (struct sp_callees, 1);
  struct flow x;
  flow_init (&x, p, closed, most);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    flow_of_function (&x, fn);
  open_out_of_type (&x);
  solve (&x);
  collect (&x, c);
  flow_done (&x);
  return c;
}

void
sp_callees_free (struct sp_callees *c)
{
  if (!c)
    return;
  g_free (c->first);
  g_free (c->of);
  vec_clear (&c->begin);
  vec_clear (&c->members);
  vec_clear (&c->methods);
  g_free (c);
}

gir_fn
sp_callees_function (const struct sp_callees *c, const GirProgram *p, uint32_t set, uint32_t k, gir_str name)
{
  uint32_t member = c->members.data[c->begin.data[set] + k];
  if (!c->methods.data[set])
    return member;
  return gir_find_method (p, member, name);
}
