/* From instructions to inclusion constraints, by a reading of struct gir_program of its own (DESIGN.md 5, point 3).
 *
 * One cell an object, one set a register, no order of instructions. Whatever an instruction yields that holds pointers and is not
 * understood here is UNKNOWN (rules.md A16). */
#include "constraints/models.h"
#include "solver/baseline_private.h"

/* The instruction at hand. */
struct lower
{
  struct baseline *b;
  gir_fn fn;
  const struct gir_func *f;
  const struct gir_instr *i;
  uint32_t n;      /* its number */
  uint32_t result; /* its node; BL_NONE where it holds no pointers */
};

static gir_operand
operand (const struct lower *l, uint32_t k)
{
  return k < l->i->n_args ? l->f->operands[l->i->args + k] : gir_operand_new (GIR_NONE, 0);
}

static uint32_t
node (const struct lower *l, uint32_t k)
{
  return bl_operand (l->b, l->fn, operand (l, k));
}

static void
unknown (const struct lower *l)
{
  bl_add (l->b, l->result, BL_UNKNOWN);
}

static void
copy_operands (const struct lower *l)
{
  for (uint32_t k = 0; k < l->i->n_args; k++)
    bl_flow (l->b, node (l, k), l->result);
}

/* The object of a local variable that operand 0 is the address of, by name; BL_NONE for other pointers. */
static uint32_t
variable (const struct lower *l)
{
  if (gir_operand_kind (operand (l, 0)) != GIR_VALUE)
    return BL_NONE;
  uint32_t root = bl_root (l->b, l->b->values[l->fn] + gir_operand_index (operand (l, 0)));
  uint32_t object = root < l->b->n_values ? l->b->object[root] : BL_NONE;
  const struct bl_object *o = object == BL_NONE ? NULL : &l->b->objects.data[object];
  return o && o->kind == BL_K_DATA && l->f->instrs[o->instr].op == GIR_OP_ALLOC ? object : BL_NONE;
}

static void
lower_load (const struct lower *l)
{
  if (variable (l) == BL_NONE) /* else they share a node (baseline_prepare.c) */
    bl_load (l->b, l->fn, node (l, 0), l->result);
}

static void
lower_store (const struct lower *l)
{
  uint32_t object = variable (l), x = node (l, 1);
  if (x == BL_NONE)
    return;
  if (object != BL_NONE)
    bl_flow (l->b, x, bl_content (l->b, object));
  else
    bl_store (l->b, node (l, 0), x);
}

/* An interface that holds a pointer directly has the tag, for calls, and the pointer itself, for all else: so what unsafe code makes of its
 * words comes out right. A box is an object that holds the value. */
static void
lower_iface (const struct lower *l)
{
  uint32_t x = node (l, 0);
  enum bl_shape shape = bl_shape_of (l->b, l->i->type2);
  if (x == BL_NONE)
    return;
  bl_flow (l->b, x, bl_content (l->b, l->b->object[l->b->values[l->fn] + gir_func_instr_value (l->f, l->n)]));
  if (shape != BL_BOXED)
    bl_flow (l->b, x, l->result);
}

static void
lower_assert (const struct lower *l)
{
  if (bl_kind_of (l->b, l->i->type2) == GIR_T_IFACE)
    {
      copy_operands (l);
      return;
    }
  enum bl_shape shape = bl_shape_of (l->b, l->i->type2);
  if (shape != BL_BOXED)
    bl_constrain (l->b, node (l, 0), BL_PLAIN, l->result);
  if (shape != BL_DIRECT)
    bl_unbox (l->b, l->fn, node (l, 0), l->result);
}

static void
leak_content (const struct lower *l, uint32_t pointer)
{
  if (pointer == BL_NONE)
    return;
  uint32_t content = bl_node_new (l->b);
  bl_load (l->b, l->fn, pointer, content);
  bl_leak (l->b, content);
}

/* Memory seen through another layout is the same cell here, except where pointers become integers unnoticed (A21). */
enum
{
  DEEPEST = 200
};

/* Whether a value of type @t holds a func, an interface, a map or a channel by value. */
static bool
holds_opaque (const struct baseline *b, gir_type t, unsigned depth)
{
  const struct gir_type_info *info = &b->p->types[gir_underlying (b->p, t)];
  switch (info->kind)
    {
    case GIR_T_FUNC:
    case GIR_T_IFACE:
    case GIR_T_MAP:
    case GIR_T_CHAN: return true;
    case GIR_T_ARRAY: return depth > DEEPEST || holds_opaque (b, info->elem, depth + 1);
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < info->n_fields; k++)
        if (depth > DEEPEST || holds_opaque (b, b->p->fields[info->fields + k].type, depth + 1))
          return true;
      return false;
    default: return false;
    }
}

/* Whether a value of type @t holds an address of memory with pointers, or a raw word. */
static bool
holds_paths (const struct baseline *b, gir_type t, unsigned depth)
{
  const struct gir_type_info *info = &b->p->types[gir_underlying (b->p, t)];
  switch (info->kind)
    {
    case GIR_T_PTR:
    case GIR_T_SLICE: return bl_pointers (b, info->elem) || b->has_uintptr[info->elem];
    case GIR_T_MAP:
    case GIR_T_CHAN:
    case GIR_T_FUNC:
    case GIR_T_IFACE:
    case GIR_T_UNSAFEPTR:
    case GIR_T_UINTPTR: return true;
    case GIR_T_ARRAY: return depth > DEEPEST || holds_paths (b, info->elem, depth + 1);
    case GIR_T_STRUCT:
      for (uint32_t k = 0; k < info->n_fields; k++)
        if (depth > DEEPEST || holds_paths (b, b->p->fields[info->fields + k].type, depth + 1))
          return true;
      return false;
    default: return false;
    }
}

/* Whether the raw address is one of the same type that was only handed through a function like abi.NoEscape. */
static bool
same_layout (const struct lower *l, gir_operand x, gir_type elem)
{
  const GirProgram *p = l->b->p;
  for (unsigned steps = 0; steps < 8 && gir_operand_kind (x) == GIR_VALUE; steps++)
    {
      const struct gir_instr *i = gir_value_instr (l->f, gir_operand_index (x));
      if (!i)
        return false;
      const gir_operand *args = &l->f->operands[i->args];
      if (i->op == GIR_OP_CONV)
        return bl_kind_of (l->b, i->type2) == GIR_T_PTR && bl_elem (l->b, i->type2) == elem;
      bool call = i->op == GIR_OP_CALL && i->n_args == 2 && gir_operand_kind (args[0]) == GIR_FUNC;
      const struct sp_model *m = call ? sp_model_find (gir_string (p, p->funcs[gir_operand_index (args[0])].name)) : NULL;
      if (!m || m->effect != SP_EFFECT_SAME)
        return false;
      x = args[1];
    }
  return false;
}

static void
lower_conv (const struct lower *l)
{
  gir_type to = l->i->type, from = l->i->type2;
  switch (bl_conversion_of (l->b, to, from))
    {
    case BL_C_SAME:
      copy_operands (l);
      if (bl_kind_of (l->b, from) == GIR_T_UNSAFEPTR && bl_kind_of (l->b, to) == GIR_T_PTR && l->b->has_uintptr[bl_elem (l->b, to)])
        leak_content (l, node (l, 0));
      /* What is found through another layout may be more than the address was made for. */
      if (bl_kind_of (l->b, from) == GIR_T_UNSAFEPTR && bl_kind_of (l->b, to) == GIR_T_PTR && holds_paths (l->b, bl_elem (l->b, to), 0)
          && !same_layout (l, l->f->operands[l->i->args], bl_elem (l->b, to)))
        bl_leak (l->b, node (l, 0));
      /* Whoever has the raw address may write what is called later, and read what the runtime laid out. */
      if (bl_kind_of (l->b, from) == GIR_T_PTR && bl_kind_of (l->b, to) == GIR_T_UNSAFEPTR && holds_opaque (l->b, bl_elem (l->b, from), 0))
        bl_leak (l->b, node (l, 0));
      break;
    case BL_C_LOAD: bl_load (l->b, l->fn, node (l, 0), l->result); break;
    case BL_C_EXPOSE: bl_leak (l->b, node (l, 0)); break;
    case BL_C_UNKNOWN: unknown (l); break;
    case BL_C_NOTHING:
    case BL_C_FRESH: break;
    }
}

/* All captured variables share the closure's one cell; the code finds them there whoever calls it. */
static void
lower_closure (const struct lower *l)
{
  if (l->i->n_args < 2)
    return;
  gir_fn code = gir_operand_index (operand (l, 0));
  const struct gir_func *g = &l->b->p->funcs[code];
  uint32_t content = bl_content (l->b, l->b->object[l->b->values[l->fn] + gir_func_instr_value (l->f, l->n)]);
  for (uint32_t k = 1; k < l->i->n_args; k++)
    bl_flow (l->b, node (l, k), content);
  for (uint32_t k = 0; k < g->n_free; k++)
    bl_flow (l->b, content, bl_result (l->b, code, g->n_params + k));
}

/* What comes out of maps and channels has escaped. In those that may be older than the frame lies what lies beneath. */
static void
take_out (const struct lower *l, uint32_t container)
{
  bl_load (l->b, l->fn, container, l->result);
  unknown (l);
}

static void
lower_select (const struct lower *l)
{
  for (uint32_t k = 0; k + 1 < l->i->n_args; k += 2)
    {
      take_out (l, node (l, k));
      bl_leak (l->b, node (l, k + 1));
    }
  unknown (l);
}

/* --- builtins ---------------------------------------------------------------------------------------- */

/* The result is the old array or a new one; a new one lies on the heap with all it holds, old elements and added ones, which may be written
 * to the old array as well. */
static void
lower_append (const struct lower *l)
{
  struct baseline *b = l->b;
  uint32_t s = node (l, 0), added = node (l, 1);
  bl_flow (b, s, l->result);
  if (!bl_pointers (b, bl_elem (b, l->i->type)))
    return;
  uint32_t elements = bl_node_new (b);
  bl_load (b, l->fn, s, elements);
  bl_load (b, l->fn, added, elements);
  bl_leak (b, elements);
  bl_store (b, s, elements);
}

static void
lower_copy (const struct lower *l)
{
  struct baseline *b = l->b;
  gir_type t = bl_operand_type (b, l->fn, operand (l, 0));
  if (t && !bl_pointers (b, bl_elem (b, t)))
    return;
  uint32_t elements = bl_node_new (b);
  bl_load (b, l->fn, node (l, 1), elements);
  bl_store (b, node (l, 0), elements);
}

static void
lower_builtin (const struct lower *l)
{
  if (l->i->mode != GIR_CALL_PLAIN)
    bl_hand_over (l->b, l->fn, l->n);
  switch ((enum gir_builtin)l->i->sub)
    {
    case GIR_B_APPEND: lower_append (l); break;
    case GIR_B_COPY: lower_copy (l); break;
    case GIR_B_PANIC: bl_leak (l->b, node (l, 0)); break;
    case GIR_B_MAX:
    case GIR_B_MIN:
    case GIR_B_ADD:
    case GIR_B_SLICEDATA:
    case GIR_B_STRING:
    case GIR_B_STRINGDATA:
    case GIR_B_WRAPNILCHK: copy_operands (l); break;
    case GIR_B_SLICE:
      copy_operands (l);
      /* Behind the first element may lie something else. */
      if (holds_paths (l->b, bl_elem (l->b, l->i->type), 0))
        bl_leak (l->b, node (l, 0));
      break;
    default: /* recover yields anything; the others no pointers */ unknown (l); break;
    }
}

/* --- instructions ------------------------------------------------------------------------------------ */

static void
lower_return (const struct lower *l)
{
  for (uint32_t k = 0; k < l->i->n_args; k++)
    {
      uint32_t x = node (l, k);
      if (x != BL_NONE)
        bl_flow (l->b, x, bl_results (l->b, l->fn));
    }
}

static void
lower_instr (const struct lower *l)
{
  switch ((enum gir_op)l->i->op)
    {
    case GIR_OP_ALLOC:
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN:
    case GIR_OP_NOP: break;
    case GIR_OP_LOAD: lower_load (l); break;
    case GIR_OP_STORE: lower_store (l); break;
    case GIR_OP_FADDR:
    case GIR_OP_IADDR:
    case GIR_OP_S2AP:
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_EXTRACT:
    case GIR_OP_SLICE:
    case GIR_OP_CHIFACE:
    case GIR_OP_CHTYPE:
    case GIR_OP_RANGE:
    case GIR_OP_PHI: copy_operands (l); break;
    case GIR_OP_BIN: /* a concatenation may be one of its operands */
      if (l->b->object[l->b->values[l->fn] + gir_func_instr_value (l->f, l->n)] != BL_NONE)
        copy_operands (l);
      break;
    case GIR_OP_IFACE: lower_iface (l); break;
    case GIR_OP_ASSERT: lower_assert (l); break;
    case GIR_OP_CONV: lower_conv (l); break;
    case GIR_OP_CLOSURE: lower_closure (l); break;
    case GIR_OP_MAPSET:
      bl_leak (l->b, node (l, 1));
      bl_leak (l->b, node (l, 2));
      break;
    case GIR_OP_SEND: bl_leak (l->b, node (l, 1)); break;
    case GIR_OP_SELECT: lower_select (l); break;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE: bl_lower_call (l->b, l->fn, l->n); break;
    case GIR_OP_BUILTIN: lower_builtin (l); break;
    case GIR_OP_PANIC: bl_leak (l->b, node (l, 0)); break;
    case GIR_OP_RET: lower_return (l); break;
    case GIR_OP_LOOKUP:
    case GIR_OP_NEXT:
    case GIR_OP_RECV: take_out (l, node (l, 0)); break;
    default: unknown (l); break;
    }
}

/* Callers that nobody knows hand over anything; known ones, what is older than this frame (A18), besides what flows here by name. */
static void
lower_parameters (struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t k = 0; k < f->n_params + f->n_free; k++)
    {
      uint32_t node = bl_result (b, fn, k);
      bl_add (b, node, BL_OUTSIDE);
      if (b->external[fn] || k >= f->n_params)
        bl_add (b, node, BL_UNKNOWN);
    }
}

/* After a recovered panic the function returns what its result variables hold (A11). */
static void
lower_results (struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t k = 0; k < f->n_results; k++)
    {
      gir_value v = f->results[k].alloc;
      if (v >= gir_func_n_values (f) || !bl_pointers (b, f->results[k].type))
        continue;
      bl_load (b, BL_NONE, bl_value_node (b, b->values[fn] + v), bl_results (b, fn));
      const struct gir_instr *i = gir_value_instr (f, v);
      if (i && i->op == GIR_OP_NOP) /* promoted: the variable's own node */
        bl_flow (b, bl_value_node (b, b->values[fn] + v), bl_results (b, fn));
    }
}

void
bl_lower (struct baseline *b)
{
  b->outside = bl_node_new (b);
  bl_add (b, b->outside, BL_OUTSIDE);
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    {
      const struct gir_func *f = &b->p->funcs[fn];
      lower_parameters (b, fn);
      lower_results (b, fn);
      for (uint32_t n = 0; n < f->n_instrs; n++)
        {
          const struct gir_instr *i = f->instrs + n;
          struct lower l = { b, fn, f, i, n, BL_NONE };
          if (i->op != GIR_OP_ALLOC && bl_value_matters (b, fn, gir_func_instr_value (f, n)))
            l.result = bl_value_node (b, b->values[fn] + gir_func_instr_value (f, n));
          lower_instr (&l);
        }
    }
}
