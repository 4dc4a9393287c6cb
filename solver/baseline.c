/* The baseline's front: prepare, lower, solve, and keep one answer for each instruction. */
#include "solver/baseline.h"
#include "solver/baseline_private.h"

enum
{
  STACK,
  HEAP
};

struct sp_baseline
{
  uint32_t n_funcs;
  uint32_t *first; /* by function, n_funcs + 1: its first instruction in answers */
  uint8_t *answers;
};

static void
release (struct baseline *b)
{
  vec_foreach (struct bl_node, n, &b->nodes)
    {
      bl_set_clear (&n->known);
      bl_set_clear (&n->fresh);
      vec_clear (&n->edges);
    }
  bl_set_clear (&b->scratch);
  bl_pairs_clear (&b->edges);
  bl_pairs_clear (&b->bound);
  vec_clear (&b->objects);
  vec_clear (&b->nodes);
  vec_clear (&b->constraints);
  vec_clear (&b->calls);
  vec_clear (&b->args);
  vec_clear (&b->leaking);
  vec_clear (&b->order);
  void *arrays[] = { b->values,   b->blocks,        b->root,    b->object,   b->node,    b->cyclic,  b->has_uintptr,  b->model,
                     b->external, b->function_node, b->results, b->deferred, b->beneath, b->escaped, b->escaped_data, b->function };
  for (size_t k = 0; k < G_N_ELEMENTS (arrays); k++)
    g_free (arrays[k]);
}

/* A promoted variable is no object, nor is a func literal without captures; a pointer in an interface neither, but nobody should ask. */
static uint8_t
answer (const struct baseline *b, const struct gir_instr *i, uint32_t object)
{
  if (object == BL_NONE)
    return i->op == GIR_OP_NOP && i->site ? STACK : HEAP;
  switch ((enum bl_kind)b->objects.data[object].kind)
    {
    case BL_K_FUNCTION: return STACK;
    case BL_K_DATA:
    case BL_K_CLOSURE:
    case BL_K_BOX: return bl_escaped (b, object) ? HEAP : STACK;
    default: return HEAP;
    }
}

static struct sp_baseline *
record (const struct baseline *b)
{
  const GirProgram *p = b->p;
  struct sp_baseline *result = g_new0 (struct sp_baseline, 1);
  result->n_funcs = p->n_funcs;
  result->first = g_new0 (uint32_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    result->first[fn + 1] = result->first[fn] + p->funcs[fn].n_instrs;
  result->answers = g_new (uint8_t, result->first[p->n_funcs] + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t n = 0; n < p->funcs[fn].n_instrs; n++)
      result->answers[result->first[fn] + n]
          = answer (b, &p->funcs[fn].instrs[n], b->object[b->values[fn] + gir_func_instr_value (&p->funcs[fn], n)]);
  return result;
}

struct sp_baseline *
sp_baseline_new (const GirProgram *p, bool closed)
{
  struct baseline b = { .p = p, .closed = closed };
  bl_prepare (&b);
  bl_lower (&b);
  do
    bl_solve (&b);
  while (bl_carry (&b));
  struct sp_baseline *result = record (&b);
  release (&b);
  return result;
}

void
sp_baseline_free (struct sp_baseline *b)
{
  if (!b)
    return;
  g_free (b->first);
  g_free (b->answers);
  g_free (b);
}

bool
sp_baseline_heap (const struct sp_baseline *b, gir_fn fn, uint32_t instr)
{
  if (!b || fn >= b->n_funcs)
    return true;
  if (instr == GIR_INVALID)
    return false;
  return instr >= b->first[fn + 1] - b->first[fn] || b->answers[b->first[fn] + instr] == HEAP;
}
