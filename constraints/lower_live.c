/* Liveness at the allocation points that lie in cycles: facts AllocAt and LiveAt of the rule `carried` (rules.md, "carried, precisely").
 *
 * A value is live at instruction i when i or a later one uses it before it is made again; a phi's operand is used at the end of the
 * predecessor. Every use counts (A17). Values that a deferred call waits with, and all that the recover block uses, are live everywhere
 * (A11, A12). */
#include "constraints/lower.h"

typedef uint64_t word;

struct live
{
  struct sp_lowering *l;
  uint32_t words;
  word *in, *out; /* by block */
  word *always;
};

enum
{
  MAX_BITS = 1 << 28
};

static void
set_bit (word *w, uint32_t v)
{
  w[v / 64] |= (word)1 << v % 64;
}
static void
clear_bit (word *w, uint32_t v)
{
  w[v / 64] &= ~((word)1 << v % 64);
}

static bool
merge (word *to, const word *from, uint32_t n)
{
  word changed = 0;
  for (uint32_t k = 0; k < n; k++)
    {
      changed |= from[k] & ~to[k];
      to[k] |= from[k];
    }
  return changed != 0;
}

static void
use_operands (const struct gir_func *f, const struct gir_instr *i, word *live)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    if (gir_operand_kind (f->operands[i->args + k]) == GIR_VALUE)
      set_bit (live, gir_operand_index (f->operands[i->args + k]));
}

/* Steps over instruction @n backwards. */
static void
step_back (const struct gir_func *f, uint32_t n, word *live)
{
  clear_bit (live, gir_func_instr_value (f, n));
  if (f->instrs[n].op != GIR_OP_PHI)
    use_operands (f, &f->instrs[n], live);
}

static void
use_phis (const struct gir_func *f, uint32_t from, uint32_t to, word *live)
{
  const struct gir_basic_block *b = &f->blocks[to];
  for (uint32_t i = b->first; i < b->first + b->count; i++)
    for (uint32_t k = 0; f->instrs[i].op == GIR_OP_PHI && k < f->instrs[i].n_args && k < b->n_preds; k++)
      {
        gir_operand x = f->operands[f->instrs[i].args + k];
        if (f->edges[b->preds + k] == from && gir_operand_kind (x) == GIR_VALUE)
          set_bit (live, gir_operand_index (x));
      }
}

static bool
update_block (struct live *v, uint32_t b, word *scratch)
{
  const struct gir_func *f = v->l->f;
  const struct gir_basic_block *block = &f->blocks[b];
  word *out = v->out + (size_t)b * v->words;
  for (uint32_t k = 0; k < block->n_succs; k++)
    {
      merge (out, v->in + (size_t)block->succs[k] * v->words, v->words);
      use_phis (f, b, block->succs[k], out);
    }
  memcpy (scratch, out, v->words * sizeof *scratch);
  for (uint32_t i = block->first + block->count; i-- > block->first;)
    step_back (f, i, scratch);
  return merge (v->in + (size_t)b * v->words, scratch, v->words);
}

static void
solve (struct live *v)
{
  const struct gir_cfg *cfg = v->l->cfg;
  word *scratch = g_new (word, v->words);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (uint32_t k = cfg->n_rpo; k-- > 0;)
        changed |= update_block (v, cfg->rpo[k], scratch);
    }
  g_free (scratch);
}

static void
emit_live (struct sp_lowering *l, uint32_t point, gir_value v)
{
  gir_type type = gir_value_type (l->f, v);
  if (!type)
    return;
  for (unsigned k = 0; k < sp_leaves_of (l, type)->n; k++)
    sp_emit (l, SP_P_LiveAt, point, l->start[v] + k, 0, 0);
}

static uint32_t
block_of (const struct gir_func *f, uint32_t instr)
{
  uint32_t lo = 0, hi = f->n_blocks;
  while (hi - lo > 1)
    {
      uint32_t mid = (lo + hi) / 2;
      if (f->blocks[mid].first <= instr)
        lo = mid;
      else
        hi = mid;
    }
  return lo;
}

static void
emit_point (struct live *v, uint32_t instr)
{
  const struct gir_func *f = v->l->f;
  uint32_t b = block_of (f, instr);
  const struct gir_basic_block *block = &f->blocks[b];
  g_autofree word *live = g_memdup2 (v->out + (size_t)b * v->words, v->words * sizeof (word));
  for (uint32_t i = block->first + block->count; i-- > instr;)
    step_back (f, i, live);
  merge (live, v->always, v->words);
  for (uint32_t k = 0; k < v->words; k++)
    for (word w = live[k]; w; w &= w - 1)
      emit_live (v->l, instr, k * 64 + (uint32_t)__builtin_ctzll (w));
}

static void
find_waiting (struct live *v)
{
  const struct gir_func *f = v->l->f;
  for (uint32_t k = 0; k < v->l->defers.size; k++)
    use_operands (f, &f->instrs[v->l->defers.data[k]], v->always);
}

/* After a panic the recover block runs, whatever came before. */
static void
find_recovered (struct live *v)
{
  const struct gir_func *f = v->l->f;
  if (f->recover != GIR_INVALID)
    merge (v->always, v->in + (size_t)f->recover * v->words, v->words);
}

/* A function too large for bit sets: every value counts as live everywhere, but the one that is made there, unless a deferred call waits
 * with it. */
static void
everything_live (const struct live *x, uint32_t instr)
{
  gir_value own = gir_func_instr_value (x->l->f, instr);
  for (gir_value v = 0; v < gir_func_n_values (x->l->f); v++)
    if (v != own || x->always[v / 64] >> v % 64 & 1)
      emit_live (x->l, instr, v);
}

void
sp_lower_liveness (struct sp_lowering *l)
{
  uint32_t n = l->points.size, words = (gir_func_n_values (l->f) + 63) / 64;
  if (n == 0)
    return;
  bool huge = (uint64_t)words * 64 * l->f->n_blocks > MAX_BITS;
  struct live v = { .l = l, .words = words };
  size_t size = huge ? 1 : (size_t)words * l->f->n_blocks;
  v.in = g_new0 (word, size);
  v.out = g_new0 (word, size);
  v.always = g_new0 (word, words);
  find_waiting (&v);
  if (!huge)
    {
      solve (&v);
      find_recovered (&v);
    }
  for (uint32_t k = 0; k < n; k++)
    {
      const struct sp_point p = l->points.data[k];
      sp_emit (l, SP_P_AllocAt, p.object, p.instr, p.version, 0);
      if (huge)
        everything_live (&v, p.instr);
      else
        emit_point (&v, p.instr);
    }
  g_free (v.in);
  g_free (v.out);
  g_free (v.always);
}
