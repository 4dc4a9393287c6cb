#include "constraints/uses.h"

#include "base/vec.h"

static bool
is_value (gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE;
}

/* The operands of an instruction that are values; a deferred call's stack operand does not count: it is no pointer of the program's. */
void
sp_uses_init (struct sp_uses *u, const struct gir_func *f)
{
  uint32_t n = gir_func_n_values (f), total = 0;
  u->first = g_new0 (uint32_t, n + 2);
  for (uint32_t i = 0; i < f->n_instrs; i++)
    for (uint32_t k = 0; k < f->instrs[i].n_args; k++)
      if (is_value (f->operands[f->instrs[i].args + k]))
        u->first[gir_operand_index (f->operands[f->instrs[i].args + k]) + 2]++, total++;
  for (uint32_t v = 0; v < n; v++)
    u->first[v + 2] += u->first[v + 1];
  u->uses = g_new0 (struct sp_use, total + 1);
  for (uint32_t i = 0; i < f->n_instrs; i++)
    for (uint32_t k = 0; k < f->instrs[i].n_args; k++)
      if (is_value (f->operands[f->instrs[i].args + k]))
        u->uses[u->first[gir_operand_index (f->operands[f->instrs[i].args + k]) + 1]++] = (struct sp_use){ i, k };
}

void
sp_uses_done (struct sp_uses *u)
{
  g_clear_pointer (&u->first, g_free);
  g_clear_pointer (&u->uses, g_free);
}

enum
{
  BY_VALUE_MAX = 128
}; /* bytes: gc's limit */

struct walk
{
  const GirProgram *program;
  const struct sp_captures *captures;
  const struct gir_func *f;
  const struct sp_uses *uses;
  bool stores_allowed;
  bool captures_by_ref; /* out: a closure captures it and may write */
  u32_vec stores;       /* out: instructions */
};

static bool walk_uses (struct walk *w, gir_value v, bool whole);

static bool
selects_part (const struct walk *w, const struct gir_instr *i)
{
  if (i->op == GIR_OP_FADDR)
    return true;
  if (i->op != GIR_OP_IADDR)
    return false;
  gir_operand x = w->f->operands[i->args];
  return is_value (x) && w->program->types[gir_underlying (w->program, gir_value_type (w->f, gir_operand_index (x)))].kind == GIR_T_PTR;
}

static bool
walk_use (struct walk *w, struct sp_use use, bool whole)
{
  const struct gir_instr *i = &w->f->instrs[use.instr];
  if (i->op == GIR_OP_LOAD)
    return true;
  if (i->op == GIR_OP_STORE && use.operand == 0 && w->stores_allowed)
    {
      vec_push (&w->stores, use.instr);
      return true;
    }
  if (selects_part (w, i) && use.operand == 0)
    return walk_uses (w, gir_func_instr_value (w->f, use.instr), false);
  if (i->op == GIR_OP_CLOSURE && use.operand > 0 && whole)
    {
      gir_fn callee = gir_operand_index (w->f->operands[i->args]);
      w->captures_by_ref |= !w->captures->only_read[w->captures->first[callee] + use.operand - 1];
      return !w->captures_by_ref;
    }
  return false;
}

static bool
walk_uses (struct walk *w, gir_value v, bool whole)
{
  for (uint32_t k = w->uses->first[v]; k < w->uses->first[v + 1]; k++)
    if (!walk_use (w, w->uses->uses[k], whole))
      return false;
  return true;
}

bool
sp_uses_only_read (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u };
  return walk_uses (&w, v, true); /* no store is allowed, none recorded */
}

/* --- capture by value -------------------------------------------------------------------------------- */

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

/* Marks the blocks that control can enter after leaving block @from, up to the alloc's block @stop: there a new variable begins. */
static void
mark_after (const struct gir_func *f, uint32_t from, uint32_t stop, bool *marked)
{
  u32_vec work = { 0 };
  vec_push (&work, from);
  while (!vec_empty (&work))
    {
      const struct gir_basic_block *b = &f->blocks[vec_pop (&work)];
      for (uint32_t k = 0; k < b->n_succs; k++)
        if (b->succs[k] != stop && !marked[b->succs[k]])
          {
            marked[b->succs[k]] = true;
            vec_push (&work, b->succs[k]);
          }
    }
  vec_clear (&work);
}

/* No store comes after a capture in the life of one variable; @v is alloc @a. */
static bool
stores_precede (const struct gir_func *f, const struct sp_uses *u, gir_value v, uint32_t a, const u32_vec *stores)
{
  g_autofree bool *after = g_new0 (bool, f->n_blocks + 1);
  bool ok = true;
  for (uint32_t k = u->first[v]; k < u->first[v + 1] && ok; k++)
    {
      uint32_t capture = u->uses[k].instr;
      if (f->instrs[capture].op != GIR_OP_CLOSURE)
        continue;
      mark_after (f, block_of (f, capture), block_of (f, a), after);
      for (uint32_t s = 0; s < stores->size && ok; s++)
        {
          uint32_t b = block_of (f, stores->data[s]);
          ok = !after[b] && (b != block_of (f, capture) || stores->data[s] < capture);
        }
    }
  return ok;
}

bool
sp_uses_stores (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v,
                u32_vec *stores)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u, .stores_allowed = true, .stores = *stores };
  bool known = walk_uses (&w, v, true);
  *stores = w.stores;
  return known;
}

bool
sp_uses_by_value (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u, .stores_allowed = true };
  const struct gir_instr *i = gir_value_instr (f, v);
  bool candidate = i && i->op == GIR_OP_ALLOC && walk_uses (&w, v, true);
  gir_type variable = candidate ? p->types[gir_underlying (p, i->type)].elem : 0;
  bool result
      = candidate && p->types[variable].size <= BY_VALUE_MAX && stores_precede (f, u, v, v - gir_func_first_instr_value (f), &w.stores);
  vec_clear (&w.stores);
  return result;
}

bool
sp_uses_address_taken (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u, .stores_allowed = true };
  bool taken = !walk_uses (&w, v, true), captured = false;
  vec_clear (&w.stores);
  for (uint32_t k = u->first[v]; k < u->first[v + 1]; k++)
    captured |= f->instrs[u->uses[k].instr].op == GIR_OP_CLOSURE;
  return taken || (captured && !sp_uses_by_value (p, c, f, u, v));
}

/* Greatest fixpoint: assume all are only read, and withdraw. */
struct sp_captures *
sp_captures_new (const GirProgram *p)
{
  struct sp_captures *c = g_new0 (struct sp_captures, 1);
  uint32_t total = 0;
  c->first = g_new0 (uint32_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      c->first[fn] = total;
      total += p->funcs[fn].n_free;
    }
  c->only_read = g_new (bool, total + 1);
  memset (c->only_read, true, total + 1);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (gir_fn fn = p->n_funcs; fn-- > 0;)
        {
          const struct gir_func *f = &p->funcs[fn];
          if (f->n_free == 0)
            continue;
          struct sp_uses u;
          sp_uses_init (&u, f);
          for (uint32_t k = 0; k < f->n_free; k++)
            {
              bool *flag = &c->only_read[c->first[fn] + k];
              if (*flag && (f->is_extern || !sp_uses_only_read (p, c, f, &u, f->n_params + k)))
                *flag = !(changed = true);
            }
          sp_uses_done (&u);
        }
    }
  return c;
}

void
sp_captures_free (struct sp_captures *c)
{
  if (!c)
    return;
  g_free (c->first);
  g_free (c->only_read);
  g_free (c);
}
