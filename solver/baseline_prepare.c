/* What the baseline needs before the first constraint: numbers, cycles of control flow, objects, and which values share a node. */
#include "base/scc.h"
#include "solver/baseline_private.h"

enum
{
  MAX_EXPLICIT = 128 << 10, /* gc's limits for what may lie on the stack: variables, ... */
  MAX_IMPLICIT = 64 << 10   /* ... and everything else (reference/flaws.md, 6) */
};

/* --- control flow ------------------------------------------------------------------------------------ */

static void
find_cycles (struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  bool *cyclic = b->cyclic + b->blocks[fn];
  uint32_t *first = g_new (uint32_t, f->n_blocks + 1), *targets = g_new (uint32_t, 2 * f->n_blocks + 1);
  uint32_t *component = g_new (uint32_t, f->n_blocks + 1), n = 0;
  for (uint32_t k = 0; k < f->n_blocks; k++)
    {
      first[k] = n;
      for (uint32_t j = 0; j < f->blocks[k].n_succs; j++)
        targets[n++] = f->blocks[k].succs[j];
    }
  first[f->n_blocks] = n;
  uint32_t *sizes = g_new0 (uint32_t, scc_find (f->n_blocks, first, targets, component) + 1);
  for (uint32_t k = 0; k < f->n_blocks; k++)
    sizes[component[k]]++;
  for (uint32_t k = 0; k < f->n_blocks; k++)
    {
      cyclic[k] = sizes[component[k]] > 1;
      for (uint32_t j = first[k]; j < first[k + 1]; j++)
        cyclic[k] |= targets[j] == k;
    }
  g_free (sizes);
  g_free (component);
  g_free (targets);
  g_free (first);
}

static gir_operand
operand (const struct gir_func *f, const struct gir_instr *i, uint32_t k)
{
  return f->operands[i->args + k];
}

static void
number_all (struct baseline *b)
{
  const GirProgram *p = b->p;
  uint32_t values = 0, blocks = 0;
  b->values = g_new (uint32_t, p->n_funcs + 1);
  b->blocks = g_new (uint32_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      b->values[fn] = values;
      b->blocks[fn] = blocks;
      values += gir_func_n_values (&p->funcs[fn]);
      blocks += p->funcs[fn].n_blocks;
    }
  b->values[p->n_funcs] = b->n_values = values;
  b->blocks[p->n_funcs] = blocks;
  b->cyclic = g_new0 (bool, blocks + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (p->funcs[fn].n_blocks)
      find_cycles (b, fn);
}

static uint32_t *
none_array (uint32_t n)
{
  uint32_t *a = g_new (uint32_t, n + 1);
  memset (a, 0xff, (n + 1) * sizeof *a);
  return a;
}

/* --- objects ----------------------------------------------------------------------------------------- */

static uint32_t
new_object (struct baseline *b, enum bl_kind kind, gir_fn maker, uint32_t instr, uint32_t code)
{
  vec_push (&b->objects, ((struct bl_object){ .maker = maker, .instr = instr, .content = BL_NONE, .code = code, .kind = (uint8_t)kind }));
  return b->objects.size - 1;
}

static uint32_t
function_object (struct baseline *b, gir_fn fn)
{
  if (b->function[fn] == BL_NONE)
    b->function[fn] = new_object (b, BL_K_FUNCTION, BL_NONE, 0, fn);
  return b->function[fn];
}

static uint32_t
closure_object (struct baseline *b, gir_fn fn, uint32_t n, const struct gir_instr *i)
{
  gir_fn code = gir_operand_index (operand (&b->p->funcs[fn], i, 0));
  return i->n_args > 1 ? new_object (b, BL_K_CLOSURE, fn, n, code) : function_object (b, code);
}

static uint32_t
box_object (struct baseline *b, gir_fn fn, uint32_t n, const struct gir_instr *i)
{
  bool direct = bl_shape_of (b, i->type2) == BL_DIRECT;
  return new_object (b, direct ? BL_K_TAG : BL_K_BOX, direct ? BL_NONE : fn, n, i->type2);
}

/* Slices of unknown size, maps and grown arrays keep what they hold in heap storage. */
static uint32_t
storage_object (struct baseline *b, gir_fn fn, uint32_t n, bool pointers)
{
  uint32_t o = new_object (b, BL_K_DATA, fn, n, 0);
  b->objects.data[o].sink = pointers;
  return o;
}

/* The object that instruction @n makes, BL_NONE without. */
static uint32_t
make_object (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_instr *i = &b->p->funcs[fn].instrs[n];
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_ALLOC:
    case GIR_OP_MKCHAN: return new_object (b, BL_K_DATA, fn, n, 0);
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP: return storage_object (b, fn, n, true);
    case GIR_OP_BUILTIN: return i->sub == GIR_B_APPEND ? storage_object (b, fn, n, bl_pointers (b, bl_elem (b, i->type))) : BL_NONE;
    case GIR_OP_CLOSURE: return closure_object (b, fn, n, i);
    case GIR_OP_IFACE: return box_object (b, fn, n, i);
    case GIR_OP_BIN: return i->sub == GIR_X_ADD && bl_kind_of (b, i->type) == GIR_T_STRING ? new_object (b, BL_K_DATA, fn, n, 0) : BL_NONE;
    case GIR_OP_CONV: return bl_conversion_of (b, i->type, i->type2) == BL_C_FRESH ? new_object (b, BL_K_DATA, fn, n, 0) : BL_NONE;
    default: return BL_NONE;
    }
}

/* What a closure or method value captures, in bytes. */
static uint64_t
captured_size (const struct baseline *b, const struct gir_func *f, const struct gir_instr *i)
{
  const struct gir_func *code = &b->p->funcs[gir_operand_index (f->operands[i->args])];
  uint64_t size = 0;
  for (uint32_t k = 0; k < code->n_free; k++)
    size += b->p->types[code->params[code->n_params + k].type].size;
  return size;
}

/* Size and kind alone send these to the heap. */
static bool
heap_by_kind (const struct baseline *b, const struct gir_func *f, const struct gir_instr *i)
{
  if (i->pinned)
    return true;
  if (i->op == GIR_OP_CLOSURE)
    return captured_size (b, f, i) > MAX_IMPLICIT;
  gir_type t = i->op == GIR_OP_IFACE ? i->type2 : i->op == GIR_OP_ALLOC ? bl_elem (b, i->type) : 0;
  bool explicit_variable = i->op == GIR_OP_ALLOC && (i->sub == GIR_A_VAR || i->sub == GIR_A_RESULT);
  if (i->op == GIR_OP_MKCHAN || b->p->types[t].size > (explicit_variable ? MAX_EXPLICIT : MAX_IMPLICIT))
    return true;
  if (i->op == GIR_OP_MKSLICE)
    return b->p->types[bl_elem (b, i->type)].size == 0;
  return i->op == GIR_OP_ALLOC && i->sub == GIR_A_MAKESLICE && b->p->types[bl_elem (b, t)].size == 0;
}

static void
make_objects (struct baseline *b, gir_fn fn, u32_vec *heap)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t k = 0; k < f->n_blocks; k++)
    for (uint32_t n = f->blocks[k].first; n < f->blocks[k].first + f->blocks[k].count; n++)
      {
        uint32_t o = make_object (b, fn, n);
        b->object[b->values[fn] + gir_func_instr_value (f, n)] = o;
        if (o == BL_NONE)
          continue;
        /* A grown array is new each time by its nature; growing in a loop alone is no reason (DESIGN.md, 4). */
        b->objects.data[o].looped = b->cyclic[b->blocks[fn] + k] && f->instrs[n].op != GIR_OP_BUILTIN;
        if (heap_by_kind (b, f, &f->instrs[n]))
          vec_push (heap, o);
      }
}

static void
make_function_objects (struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  for (uint32_t n = 0; n < f->n_operands; n++)
    if (gir_operand_kind (f->operands[n]) == GIR_FUNC)
      function_object (b, gir_operand_index (f->operands[n]));
}

static void
make_all_objects (struct baseline *b)
{
  u32_vec heap = { 0 };
  b->function = none_array (b->p->n_funcs);
  b->object = none_array (b->n_values);
  while (b->objects.size < BL_FIRST_OBJECT)
    new_object (b, BL_K_OUTSIDE, BL_NONE, 0, 0);
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    {
      make_objects (b, fn, &heap);
      make_function_objects (b, fn);
    }
  b->escaped = g_new0 (uint64_t, b->objects.size / 64 + 1);
  b->escaped_data = g_new0 (uint64_t, b->objects.size / 64 + 1);
  for (uint32_t k = 0; k < heap.size; k++)
    bl_escape (b, heap.data[k]);
  vec_clear (&heap);
}

/* --- shared nodes ------------------------------------------------------------------------------------ */

/* The variable that a copy or phi is a version of (frontend/flow.h), BL_NONE. The versions of a variable are one node, since the variable
 * in memory, before promotion, would be one as well. */
static gir_value
variable_of (const struct gir_func *f, const struct gir_instr *i)
{
  const struct gir_instr *v = i->aux < gir_func_n_values (f) ? gir_value_instr (f, i->aux) : NULL;
  return (i->op == GIR_OP_PHI || i->op == GIR_OP_CHTYPE) && v && v->op == GIR_OP_NOP ? i->aux : BL_NONE;
}

/* Whether the result holds the first operand's pointers and no others. */
static bool
same_pointers (const struct baseline *b, const struct gir_instr *i)
{
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_FADDR:
    case GIR_OP_IADDR:
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_EXTRACT:
    case GIR_OP_SLICE:
    case GIR_OP_CHIFACE:
    case GIR_OP_CHTYPE:
    case GIR_OP_S2AP:
    case GIR_OP_RANGE: return true;
    case GIR_OP_ASSERT: return bl_kind_of (b, i->type2) == GIR_T_IFACE;
    case GIR_OP_CONV: return bl_conversion_of (b, i->type, i->type2) == BL_C_SAME;
    case GIR_OP_BUILTIN:
      return i->sub == GIR_B_ADD || i->sub == GIR_B_SLICE || i->sub == GIR_B_SLICEDATA || i->sub == GIR_B_STRING
             || i->sub == GIR_B_STRINGDATA || i->sub == GIR_B_WRAPNILCHK;
    default: return false;
    }
}

static void
share (struct baseline *b, uint32_t value, uint32_t with)
{
  uint32_t root = bl_root (b, with);
  if (root != value) /* unreachable code may define values by themselves */
    b->root[value] = root;
}

static void
share_instr (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  uint32_t base = b->values[fn];
  gir_value d = gir_func_instr_value (f, n), variable = variable_of (f, i);
  if (variable != BL_NONE)
    share (b, base + d, base + variable);
  else if (i->n_args && gir_operand_kind (operand (f, i, 0)) == GIR_VALUE && same_pointers (b, i) && bl_value_matters (b, fn, d)
           && bl_value_matters (b, fn, gir_operand_index (operand (f, i, 0))))
    share (b, base + d, base + gir_operand_index (operand (f, i, 0)));
}

/* What is loaded from a local variable by name is the content of that object. */
static void
share_load (struct baseline *b, gir_fn fn, uint32_t n)
{
  const struct gir_func *f = &b->p->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  if (i->op != GIR_OP_LOAD || gir_operand_kind (operand (f, i, 0)) != GIR_VALUE)
    return;
  uint32_t from = bl_root (b, b->values[fn] + gir_operand_index (operand (f, i, 0)));
  gir_value d = gir_func_instr_value (f, n);
  uint32_t object = from < b->n_values ? b->object[from] : BL_NONE;
  if (object != BL_NONE && b->objects.data[object].kind == BL_K_DATA && f->instrs[b->objects.data[object].instr].op == GIR_OP_ALLOC
      && bl_value_matters (b, fn, d))
    b->root[b->values[fn] + d] = b->n_values + object;
}

static void
share_nodes (struct baseline *b)
{
  b->root = g_new (uint32_t, b->n_values + 1);
  b->node = none_array (b->n_values);
  for (uint32_t v = 0; v < b->n_values; v++)
    b->root[v] = v;
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    for (uint32_t n = 0; n < b->p->funcs[fn].n_instrs; n++)
      share_instr (b, fn, n);
  for (gir_fn fn = 0; fn < b->p->n_funcs; fn++)
    for (uint32_t n = 0; n < b->p->funcs[fn].n_instrs; n++)
      share_load (b, fn, n);
}

void
bl_prepare (struct baseline *b)
{
  bl_find_uintptrs (b);
  bl_find_external (b);
  number_all (b);
  make_all_objects (b);
  share_nodes (b);
  b->function_node = none_array (b->p->n_funcs);
  b->results = none_array (b->p->n_funcs);
  b->deferred = none_array (b->p->n_funcs);
  b->beneath = none_array (b->p->n_funcs);
}
