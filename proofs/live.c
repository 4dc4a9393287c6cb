/* Liveness of a function's values, backwards over the blocks (the textbook analysis). What the recover block reads is live everywhere, as
 * any call may lead there. */
#include "proofs/live.h"

typedef uint64_t word;

struct liveness
{
  uint32_t words;
  word *out;    /* n_blocks rows */
  word *always; /* one row */
};

static void
set_operands (const struct gir_func *f, const struct gir_instr *i, word *row)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      gir_operand x = f->operands[i->args + k];
      if (gir_operand_kind (x) == GIR_VALUE)
        row[gir_operand_index (x) / 64] |= (word)1 << gir_operand_index (x) % 64;
    }
  bool call = i->op == GIR_OP_CALL || i->op == GIR_OP_INVOKE || i->op == GIR_OP_BUILTIN;
  if (call && i->mode == GIR_CALL_DEFER && gir_operand_kind (i->aux2) == GIR_VALUE)
    row[gir_operand_index (i->aux2) / 64] |= (word)1 << gir_operand_index (i->aux2) % 64;
}

static void
step_back (const struct gir_func *f, uint32_t n, word *row)
{
  gir_value v = gir_func_instr_value (f, n);
  row[v / 64] &= ~((word)1 << v % 64);
  if (f->instrs[n].op != GIR_OP_PHI)
    set_operands (f, &f->instrs[n], row);
}

/* What is live at the end of block @b because of its successor @s. */
static void
add_successor (const struct gir_func *f, const struct liveness *l, uint32_t b, uint32_t s, const word *in, word *row)
{
  const struct gir_basic_block *to = &f->blocks[s];
  for (uint32_t k = 0; k < l->words; k++)
    row[k] |= in[k];
  for (uint32_t n = to->first; n < to->first + to->count && f->instrs[n].op == GIR_OP_PHI; n++)
    for (uint32_t p = 0; p < to->n_preds; p++)
      {
        gir_operand x = f->operands[f->instrs[n].args + p];
        if (f->edges[to->preds + p] == b && gir_operand_kind (x) == GIR_VALUE)
          row[gir_operand_index (x) / 64] |= (word)1 << gir_operand_index (x) % 64;
      }
}

static void
compute_in (const struct gir_func *f, const struct liveness *l, uint32_t b, word *row)
{
  memcpy (row, l->out + (size_t)b * l->words, l->words * sizeof (word));
  for (uint32_t n = f->blocks[b].count; n-- > 0;)
    step_back (f, f->blocks[b].first + n, row);
}

static struct liveness *
liveness_new (const struct gir_func *f)
{
  struct liveness *l = g_new0 (struct liveness, 1);
  l->words = gir_func_n_values (f) / 64 + 1;
  l->out = g_new0 (word, (size_t)l->words * f->n_blocks);
  l->always = g_new0 (word, l->words);
  g_autofree word *in = g_new0 (word, (size_t)l->words * f->n_blocks);
  g_autofree word *row = g_new0 (word, l->words);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (uint32_t b = f->n_blocks; b-- > 0;)
        {
          for (uint32_t k = 0; k < f->blocks[b].n_succs; k++)
            {
              uint32_t s = f->blocks[b].succs[k];
              add_successor (f, l, b, s, in + (size_t)s * l->words, l->out + (size_t)b * l->words);
            }
          compute_in (f, l, b, row);
          word *old = in + (size_t)b * l->words;
          if (memcmp (old, row, l->words * sizeof (word)) != 0)
            {
              memcpy (old, row, l->words * sizeof (word));
              changed = true;
            }
        }
    }
  if (f->recover != GIR_INVALID)
    memcpy (l->always, in + (size_t)f->recover * l->words, l->words * sizeof (word));
  return l;
}

void
liveness_free (struct liveness *l)
{
  if (!l)
    return;
  g_free (l->out);
  g_free (l->always);
  g_free (l);
}

static uint32_t
block_of (const struct gir_func *f, uint32_t instr)
{
  uint32_t b = 0;
  while (instr - f->blocks[b].first >= f->blocks[b].count)
    b++;
  return b;
}

static struct live_set *
make_set (struct machine *m, const struct code *c, const word *row)
{
  const struct gir_func *f = c->f;
  uint32_t n = gir_func_n_values (f), count = 0;
  for (uint32_t k = 0; k <= n / 64; k++)
    count += (uint32_t)__builtin_popcountll (row[k]);
  struct live_set *set = g_malloc (sizeof *set + count * sizeof set->slots[0]);
  set->n = 0;
  for (gir_value v = 0; v < n; v++)
    {
      if (!(row[v / 64] >> v % 64 & 1))
        continue;
      const struct gir_instr *i = gir_value_instr (f, v);
      bool iterator = i && i->op == GIR_OP_RANGE;
      gir_type t = iterator ? m->type_unsafe : gir_value_type (f, v);
      if (!t || !(type_info (m, t)->pointers || type_info (m, t)->kind == GIR_T_TUPLE))
        continue;
      set->slots[set->n++] = (struct live_slot){ c->offsets[v], t };
    }
  return set;
}

const struct live_set *
code_live (struct machine *m, struct code *c, uint32_t instr, bool after)
{
  const struct gir_func *f = c->f;
  if (!c->live)
    c->live = g_new0 (struct live_set *, (size_t)2 * f->n_instrs);
  struct live_set **slot = &c->live[2 * instr + after];
  if (*slot)
    return *slot;
  if (!c->liveness)
    c->liveness = liveness_new (f);
  struct liveness *l = c->liveness;
  uint32_t b = block_of (f, instr);
  g_autofree word *row = g_memdup2 (l->out + (size_t)b * l->words, l->words * sizeof (word));
  uint32_t n = f->blocks[b].first + f->blocks[b].count;
  while (n-- > instr + after)
    step_back (f, n, row);
  if (after) /* the result is not there yet */
    {
      gir_value v = gir_func_instr_value (f, instr);
      row[v / 64] &= ~((word)1 << v % 64);
    }
  for (uint32_t k = 0; k < l->words; k++)
    row[k] |= l->always[k];
  return *slot = make_set (m, c, row);
}
