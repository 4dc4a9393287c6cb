/* What loops carry: an object made in a cycle of its function needs memory of its own, if an earlier instance may still be used when its
 * instruction runs again (rules.md, "carried, precisely").
 *
 * At that instruction, any register that is live there and reaches the object, reaches an earlier instance: the new one does not exist yet.
 * Live is what some path from there uses before it is made anew; all uses count, comparisons too (A17); a phi's operand is used
 * at the end of the predecessor. What deferred calls wait with (A12), what result variables hold and what the recover block uses (A11) is
 * live everywhere. Liveness is found value by value, from the uses backwards (Boissinot et al. 2008), and only for values that reach a
 * candidate. */
#include "base/u32map.h"
#include "solver/baseline_private.h"

enum
{
  MAX_STEPS = 1 << 25 /* in one function; beyond, everything that it makes in cycles counts as carried */
};

/* One function. */
struct carry
{
  struct baseline *b;
  gir_fn fn;
  const struct gir_func *f;
  uint32_t *block_of;  /* by instruction */
  uint32_t *first_use; /* by value, in uses; n_values + 1 */
  uint32_t *uses;      /* instructions; a phi's use is n_instrs + the predecessor */
  /* Of the value at hand, by block; valid where equal to stamp. */
  uint32_t *live_in, *live_out;
  uint32_t *last_use; /* instruction, valid where used is equal to stamp */
  uint32_t *used;
  uint32_t stamp;
  u32_vec open;
};

/* What the walk over memory needs, for the whole program. */
struct reach
{
  struct baseline *b;
  uint32_t *seen; /* by object */
  uint32_t stamp;
  u32_vec open;
  bool *candidate; /* by object: of the function at hand, and not carried yet */
  uint32_t n_candidates;
  u32_vec hits;   /* candidates seen */
  uint64_t steps; /* in the function at hand */
  u32_vec carried;
};

/* --- memory ------------------------------------------------------------------------------------------ */

static void
visit (struct reach *r, uint32_t object)
{
  const struct bl_object *o = &r->b->objects.data[object];
  r->steps++;
  if (r->seen[object] == r->stamp || o->kind == BL_K_OUTSIDE || o->kind == BL_K_FUNCTION || bl_escaped (r->b, object))
    return;
  r->seen[object] = r->stamp;
  vec_push (&r->open, object);
  if (r->candidate[object])
    vec_push (&r->hits, object);
}

static void
visit_node (struct reach *r, uint32_t node)
{
  const struct bl_node *n = &r->b->nodes.data[bl_find (r->b, node)];
  bl_set_foreach (o, &n->known) visit (r, o);
}

static void
start (struct reach *r)
{
  r->stamp++;
  vec_reset (&r->open);
  vec_reset (&r->hits);
}

/* Follows the memory of all that was visited, until no candidate is left to be found. */
static void
follow (struct reach *r)
{
  while (!vec_empty (&r->open) && r->hits.size < r->n_candidates)
    {
      const struct bl_object *o = &r->b->objects.data[vec_pop (&r->open)];
      if (o->content != BL_NONE)
        visit_node (r, o->content);
    }
}

/* From the value of root @root. */
static void
reach_from (struct reach *r, uint32_t root)
{
  const struct baseline *b = r->b;
  start (r);
  if (root >= b->n_values)
    {
      if (b->objects.data[root - b->n_values].content != BL_NONE)
        visit_node (r, b->objects.data[root - b->n_values].content);
    }
  else if (b->node[root] != BL_NONE)
    visit_node (r, b->node[root]);
  else if (b->object[root] != BL_NONE)
    visit (r, b->object[root]);
  follow (r);
}

/* --- liveness ---------------------------------------------------------------------------------------- */

static gir_operand
deferred_stack (const struct gir_instr *i)
{
  bool call = i->op == GIR_OP_CALL || i->op == GIR_OP_INVOKE || i->op == GIR_OP_BUILTIN;
  return call && i->mode == GIR_CALL_DEFER ? i->aux2 : gir_operand_new (GIR_NONE, 0);
}

static void
count_use (struct carry *c, gir_operand x)
{
  if (gir_operand_kind (x) == GIR_VALUE)
    c->first_use[gir_operand_index (x) + 1]++;
}

static void
put_use (struct carry *c, gir_operand x, uint32_t use)
{
  if (gir_operand_kind (x) == GIR_VALUE)
    c->uses[c->first_use[gir_operand_index (x)]++] = use;
}

static void
put_uses (struct carry *c, uint32_t n)
{
  const struct gir_func *f = c->f;
  const struct gir_instr *i = &f->instrs[n];
  const struct gir_basic_block *block = &f->blocks[c->block_of[n]];
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      bool phi = i->op == GIR_OP_PHI && k < block->n_preds;
      put_use (c, f->operands[i->args + k], phi ? f->n_instrs + f->edges[block->preds + k] : n);
    }
  put_use (c, deferred_stack (i), n);
}

static void
find_uses (struct carry *c)
{
  const struct gir_func *f = c->f;
  uint32_t n_values = gir_func_n_values (f);
  c->first_use = g_new0 (uint32_t, n_values + 2);
  c->uses = g_new (uint32_t, f->n_operands + f->n_instrs + 1);
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      for (uint32_t k = 0; k < f->instrs[n].n_args; k++)
        count_use (c, f->operands[f->instrs[n].args + k]);
      count_use (c, deferred_stack (&f->instrs[n]));
    }
  for (uint32_t v = 0; v < n_values; v++)
    c->first_use[v + 1] += c->first_use[v];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    put_uses (c, n);
  /* put_use moved each start to its end, which is the next one's start. */
  memmove (c->first_use + 1, c->first_use, n_values * sizeof *c->first_use);
  c->first_use[0] = 0;
}

static void
live_into (struct carry *c, uint32_t block)
{
  if (c->live_in[block] == c->stamp)
    return;
  c->live_in[block] = c->stamp;
  vec_push (&c->open, block);
}

static void
live_out_of (struct carry *c, uint32_t block, uint32_t home)
{
  c->live_out[block] = c->stamp;
  if (block != home)
    live_into (c, block);
}

/* Marks where value @v is live. @home: the block and @defined: the instruction that define it, BL_NONE for a parameter. */
static void
find_live (struct carry *c, gir_value v, uint32_t home, uint32_t defined)
{
  const struct gir_func *f = c->f;
  c->stamp++;
  for (uint32_t k = c->first_use[v]; k < c->first_use[v + 1]; k++)
    {
      uint32_t use = c->uses[k];
      if (use >= f->n_instrs)
        {
          live_out_of (c, use - f->n_instrs, home);
          continue;
        }
      uint32_t block = c->block_of[use];
      if (c->used[block] != c->stamp || c->last_use[block] < use)
        c->last_use[block] = use;
      c->used[block] = c->stamp;
      if (block != home || use <= defined)
        live_into (c, block);
    }
  while (!vec_empty (&c->open))
    {
      const struct gir_basic_block *block = &f->blocks[vec_pop (&c->open)];
      for (uint32_t k = 0; k < block->n_preds; k++)
        live_out_of (c, f->edges[block->preds + k], home);
    }
}

/* Whether the value is live just before instruction @n. */
static bool
is_live (const struct carry *c, uint32_t n, uint32_t home, uint32_t defined)
{
  uint32_t block = c->block_of[n];
  if (c->f->recover != GIR_INVALID && c->live_in[c->f->recover] == c->stamp)
    return true;
  bool before = c->live_in[block] == c->stamp || (block == home && defined < n);
  return before && (c->live_out[block] == c->stamp || (c->used[block] == c->stamp && c->last_use[block] >= n));
}

/* --- one function ------------------------------------------------------------------------------------ */

static void
carry_init (struct carry *c, struct baseline *b, gir_fn fn)
{
  const struct gir_func *f = &b->p->funcs[fn];
  *c = (struct carry){ .b = b, .fn = fn, .f = f };
  c->block_of = g_new0 (uint32_t, f->n_instrs + 1);
  for (uint32_t k = 0; k < f->n_blocks; k++)
    for (uint32_t n = 0; n < f->blocks[k].count; n++)
      c->block_of[f->blocks[k].first + n] = k;
  c->live_in = g_new0 (uint32_t, f->n_blocks);
  c->live_out = g_new0 (uint32_t, f->n_blocks);
  c->last_use = g_new0 (uint32_t, f->n_blocks);
  c->used = g_new0 (uint32_t, f->n_blocks);
  find_uses (c);
}

static void
carry_done (struct carry *c)
{
  vec_clear (&c->open);
  g_free (c->block_of);
  g_free (c->first_use);
  g_free (c->uses);
  g_free (c->live_in);
  g_free (c->live_out);
  g_free (c->last_use);
  g_free (c->used);
}

/* Takes the candidates that @r reached, where the value at hand is live (everywhere without one). */
static void
take (const struct carry *c, struct reach *r, bool everywhere, uint32_t home, uint32_t defined)
{
  vec_foreach (uint32_t, o, &r->hits)
    {
      uint32_t at = c->b->objects.data[*o].instr;
      if (!everywhere && (at == defined || !is_live (c, at, home, defined)))
        continue;
      r->candidate[*o] = false;
      r->n_candidates--;
      vec_push (&r->carried, *o);
    }
}

static void
take_all (struct reach *r, uint32_t from, uint32_t to)
{
  for (uint32_t o = from; o < to; o++)
    if (r->candidate[o])
      vec_push (&r->carried, o);
}

static void
carry_always (struct carry *c, struct reach *r)
{
  struct baseline *b = c->b;
  start (r);
  if (b->deferred[c->fn] != BL_NONE)
    visit_node (r, b->deferred[c->fn]);
  for (uint32_t k = 0; k < c->f->n_results; k++)
    {
      gir_value v = c->f->results[k].alloc;
      uint32_t object = v < gir_func_n_values (c->f) ? b->object[b->values[c->fn] + v] : BL_NONE;
      if (object != BL_NONE && b->objects.data[object].content != BL_NONE)
        visit_node (r, b->objects.data[object].content);
    }
  follow (r);
  take (c, r, true, BL_NONE, BL_NONE);
}

/* Roots whose reach holds no candidate, in @idle, need no second look. */
static void
carry_value (struct carry *c, struct reach *r, gir_value v, struct u32set *idle)
{
  uint32_t base = gir_func_first_instr_value (c->f), defined = v < base ? BL_NONE : v - base;
  uint32_t home = defined == BL_NONE ? BL_NONE : c->block_of[defined]; /* a parameter comes into every block */
  uint32_t root = bl_root (c->b, c->b->values[c->fn] + v);
  if (c->first_use[v] == c->first_use[v + 1] || !bl_value_matters (c->b, c->fn, v) || u32set_has (idle, root))
    return;
  reach_from (r, root);
  if (vec_empty (&r->hits))
    {
      u32set_add (idle, root);
      return;
    }
  find_live (c, v, home, defined);
  take (c, r, false, home, defined);
}

static void
carry_function (struct carry *c, struct reach *r)
{
  struct u32set idle = { 0 };
  carry_always (c, r);
  for (gir_value v = 0; v < gir_func_n_values (c->f) && r->n_candidates && r->steps <= MAX_STEPS; v++)
    carry_value (c, r, v, &idle);
  u32set_clear (&idle);
}

static bool
is_candidate (const struct baseline *b, uint32_t object)
{
  const struct bl_object *o = &b->objects.data[object];
  return o->looped && o->maker != BL_NONE && !bl_escaped (b, object);
}

/* The candidates of one function, from object @o on, whose objects have neighbouring numbers. Yields where they end. */
static uint32_t
carry_from (struct baseline *b, struct reach *r, uint32_t o)
{
  gir_fn fn = b->objects.data[o].maker;
  uint32_t first = o;
  struct carry c;
  carry_init (&c, b, fn);
  r->n_candidates = 0;
  r->steps = 0;
  for (; o < b->objects.size && (b->objects.data[o].maker == fn || b->objects.data[o].maker == BL_NONE); o++)
    r->n_candidates += r->candidate[o] = is_candidate (b, o);
  carry_function (&c, r);
  carry_done (&c);
  if (r->steps > MAX_STEPS)
    take_all (r, first, o);
  memset (r->candidate + first, 0, (o - first) * sizeof *r->candidate);
  return o;
}

bool
bl_carry (struct baseline *b)
{
  struct reach r = { .b = b, .seen = g_new0 (uint32_t, b->objects.size), .candidate = g_new0 (bool, b->objects.size) };
  for (uint32_t o = 0; o < b->objects.size;)
    o = is_candidate (b, o) ? carry_from (b, &r, o) : o + 1;
  vec_foreach (uint32_t, o, &r.carried)
    bl_escape (b, *o);
  bool any = !vec_empty (&r.carried);
  vec_clear (&r.open);
  vec_clear (&r.hits);
  vec_clear (&r.carried);
  g_free (r.candidate);
  g_free (r.seen);
  return any;
}
