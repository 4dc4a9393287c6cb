/* The constraint graph's nodes: made when first asked for; and the few ways in which they change. */
#include "solver/baseline_private.h"

uint32_t
bl_node_new (struct baseline *b)
{
  uint32_t n = b->nodes.size;
  vec_push (&b->nodes, ((struct bl_node){ .first = BL_NONE, .last = BL_NONE, .parent = n, .loaded = BL_NONE, .stored = BL_NONE }));
  vec_push (&b->order, n);
  return n;
}

uint32_t
bl_find (struct baseline *b, uint32_t node)
{
  struct bl_node *nodes = b->nodes.data;
  while (nodes[node].parent != node)
    node = nodes[node].parent = nodes[nodes[node].parent].parent;
  return node;
}

uint32_t
bl_root (struct baseline *b, uint32_t value)
{
  while (value < b->n_values && b->root[value] != value)
    {
      uint32_t next = b->root[value];
      if (next < b->n_values)
        b->root[value] = b->root[next];
      value = next;
    }
  return value;
}

uint32_t
bl_value_node (struct baseline *b, uint32_t value)
{
  uint32_t root = bl_root (b, value);
  if (root >= b->n_values)
    return bl_content (b, root - b->n_values);
  if (b->node[root] == BL_NONE)
    {
      b->node[root] = bl_node_new (b);
      if (b->object[root] != BL_NONE)
        bl_add (b, b->node[root], b->object[root]);
    }
  return bl_find (b, b->node[root]);
}

uint32_t
bl_content (struct baseline *b, uint32_t object)
{
  struct bl_object *o = &b->objects.data[object];
  if (o->content != BL_NONE)
    return bl_find (b, o->content);
  uint32_t n = o->content = bl_node_new (b);
  if (o->sink || bl_escaped (b, object))
    {
      bl_add (b, n, BL_UNKNOWN);
      bl_leak (b, n);
    }
  return n;
}

uint32_t
bl_results (struct baseline *b, gir_fn fn)
{
  if (b->results[fn] == BL_NONE)
    {
      b->results[fn] = bl_node_new (b);
      b->nodes.data[b->results[fn]].returned = true;
    }
  return bl_find (b, b->results[fn]);
}

uint32_t
bl_deferred (struct baseline *b, gir_fn fn)
{
  if (b->deferred[fn] == BL_NONE)
    b->deferred[fn] = bl_node_new (b);
  return bl_find (b, b->deferred[fn]);
}

/* All that can be reached from parameters and captured variables; bl_lower_call adds the results of calls. */
uint32_t
bl_beneath (struct baseline *b, gir_fn fn)
{
  if (b->beneath[fn] != BL_NONE)
    return bl_find (b, b->beneath[fn]);
  const struct gir_func *f = &b->p->funcs[fn];
  uint32_t node = b->beneath[fn] = bl_node_new (b);
  bl_constrain (b, node, BL_LOAD, node);
  b->nodes.data[node].loaded = node;
  for (uint32_t k = 0; k < f->n_params + f->n_free; k++)
    bl_load (b, BL_NONE, bl_result (b, fn, k), node);
  return node;
}

static uint32_t
function_node (struct baseline *b, gir_fn fn)
{
  if (b->function_node[fn] == BL_NONE)
    {
      b->function_node[fn] = bl_node_new (b);
      bl_add (b, b->function_node[fn], b->function[fn]);
    }
  return bl_find (b, b->function_node[fn]);
}

uint32_t
bl_operand (struct baseline *b, gir_fn fn, gir_operand x)
{
  uint32_t k = gir_operand_index (x);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE: return bl_result (b, fn, k);
    case GIR_GLOBAL: return bl_find (b, b->outside);
    case GIR_FUNC: return function_node (b, k);
    default: return BL_NONE;
    }
}

uint32_t
bl_result (struct baseline *b, gir_fn fn, gir_value v)
{
  return bl_value_matters (b, fn, v) ? bl_value_node (b, b->values[fn] + v) : BL_NONE;
}

/* --- changes ----------------------------------------------------------------------------------------- */

static void
touch (struct baseline *b, uint32_t node)
{
  if (b->nodes.data[node].dirty)
    return;
  b->nodes.data[node].dirty = true;
  b->n_dirty++;
}

void
bl_add (struct baseline *b, uint32_t node, uint32_t object)
{
  if (node == BL_NONE)
    return;
  node = bl_find (b, node);
  struct bl_node *n = &b->nodes.data[node];
  if (!bl_set_has (&n->known, object) && bl_set_add (&n->fresh, object))
    touch (b, node);
}

void
bl_flow (struct baseline *b, uint32_t from, uint32_t to)
{
  if (from == BL_NONE || to == BL_NONE)
    return;
  from = bl_find (b, from);
  to = bl_find (b, to);
  if (from == to || !bl_pairs_add (&b->edges, from, to))
    return;
  struct bl_node *f = &b->nodes.data[from], *t = &b->nodes.data[to];
  vec_push (&f->edges, to);
  b->n_new_edges++;
  if (bl_set_join_new (&t->fresh, &f->known, &t->known, &b->scratch))
    touch (b, to);
}

void
bl_leak (struct baseline *b, uint32_t node)
{
  if (node == BL_NONE)
    return;
  node = bl_find (b, node);
  if (b->nodes.data[node].leaks)
    return;
  b->nodes.data[node].leaks = true;
  vec_push (&b->leaking, node);
}

static void
constrain (struct baseline *b, uint32_t node, struct bl_constraint constraint)
{
  if (node == BL_NONE || constraint.arg == BL_NONE)
    return;
  node = bl_find (b, node);
  uint32_t c = b->constraints.size;
  vec_push (&b->constraints, constraint);
  struct bl_node *n = &b->nodes.data[node];
  if (n->first == BL_NONE)
    n->first = c;
  else
    b->constraints.data[n->last].next = c;
  n->last = c;
  if (n->known.n == 0)
    return;
  struct bl_set known = { 0 }; /* nodes may move meanwhile */
  bl_set_join (&known, &n->known);
  bl_set_foreach (o, &known) bl_apply (b, &constraint, o);
  bl_set_clear (&known);
}

void
bl_constrain (struct baseline *b, uint32_t node, enum bl_constraint_kind kind, uint32_t arg)
{
  constrain (b, node, (struct bl_constraint){ .arg = arg, .extra = BL_NONE, .next = BL_NONE, .kind = (uint8_t)kind });
}

static void
add_beneath (struct baseline *b, gir_fn fn, uint32_t pointer, uint32_t to)
{
  uint32_t beneath = bl_beneath (b, fn);
  constrain (b, pointer, (struct bl_constraint){ .arg = to, .extra = beneath, .next = BL_NONE, .kind = BL_BENEATH });
}

void
bl_load (struct baseline *b, gir_fn fn, uint32_t pointer, uint32_t to)
{
  if (pointer == BL_NONE || to == BL_NONE)
    return;
  pointer = bl_find (b, pointer);
  if (b->nodes.data[pointer].loaded == BL_NONE)
    {
      uint32_t hub = bl_node_new (b);
      b->nodes.data[pointer].loaded = hub;
      bl_constrain (b, pointer, BL_LOAD, hub);
    }
  bl_flow (b, b->nodes.data[pointer].loaded, to);
  if (fn != BL_NONE)
    add_beneath (b, fn, pointer, to);
}

void
bl_unbox (struct baseline *b, gir_fn fn, uint32_t iface, uint32_t to)
{
  if (iface == BL_NONE || to == BL_NONE)
    return;
  bl_constrain (b, iface, BL_UNBOX, to);
  add_beneath (b, fn, iface, to);
}

void
bl_store (struct baseline *b, uint32_t pointer, uint32_t from)
{
  if (pointer == BL_NONE || from == BL_NONE)
    return;
  pointer = bl_find (b, pointer);
  if (b->nodes.data[pointer].stored == BL_NONE)
    {
      uint32_t hub = bl_node_new (b);
      b->nodes.data[pointer].stored = hub;
      bl_constrain (b, pointer, BL_STORE, hub);
    }
  bl_flow (b, from, b->nodes.data[pointer].stored);
}

/* What the object holds escapes with it, later: the content leaks. */
void
bl_escape (struct baseline *b, uint32_t object)
{
  const struct bl_object *o = &b->objects.data[object];
  if (o->kind == BL_K_OUTSIDE || bl_escaped (b, object))
    return;
  uint64_t bit = UINT64_C (1) << object % 64;
  b->escaped[object / 64] |= bit;
  if (o->kind == BL_K_DATA)
    b->escaped_data[object / 64] |= bit;
  if (o->content == BL_NONE)
    return;
  bl_add (b, o->content, BL_UNKNOWN);
  bl_leak (b, o->content);
}
