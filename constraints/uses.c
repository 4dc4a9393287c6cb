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
  u->uses = g_new (struct sp_use, total + 1);
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

struct walk
{
  const GirProgram *program;
  const struct sp_captures *captures;
  const struct gir_func *f;
  const struct sp_uses *uses;
  bool stores_allowed;
  bool captures_by_ref;  /* out: a closure captures it and may write */
  unsigned n_stores;     /* out: whole stores */
  uint32_t store;        /* out: the last of them */
  bool part_stored;      /* out */
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
  return is_value (x)
         && w->program->types[gir_underlying (w->program, gir_value_type (w->f, gir_operand_index (x)))].kind == GIR_T_PTR;
}

static bool
walk_use (struct walk *w, struct sp_use use, bool whole)
{
  const struct gir_instr *i = &w->f->instrs[use.instr];
  if (i->op == GIR_OP_LOAD)
    return true;
  if (i->op == GIR_OP_STORE && use.operand == 0 && w->stores_allowed)
    {
      w->n_stores += whole;
      w->store = use.instr;
      w->part_stored |= !whole;
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
  return walk_uses (&w, v, true);
}

enum { BY_VALUE_MAX = 128 };

static bool
terminates (const struct gir_instr *i)
{
  return i->op == GIR_OP_JMP || i->op == GIR_OP_BR || i->op == GIR_OP_RET || i->op == GIR_OP_PANIC;
}

/* The store belongs to the declaration: it follows alloc @a in its block, and no closure captures the variable in between. What lies in other
 * blocks runs after the whole of this one, as the alloc dominates it. */
static bool
initialises (const struct gir_func *f, const struct sp_uses *u, gir_value v, uint32_t a, uint32_t store)
{
  if (store < a)
    return false;
  for (uint32_t i = a; i < store; i++)
    if (terminates (&f->instrs[i]))
      return false;
  for (uint32_t k = u->first[v]; k < u->first[v + 1]; k++)
    {
      uint32_t at = u->uses[k].instr;
      if (f->instrs[at].op == GIR_OP_CLOSURE && at > a && at < store)
        return false;
    }
  return true;
}

bool
sp_uses_by_value (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u, .stores_allowed = true };
  const struct gir_instr *i = gir_value_instr (f, v);
  if (!i || i->op != GIR_OP_ALLOC || !walk_uses (&w, v, true))
    return false;
  gir_type variable = p->types[gir_underlying (p, i->type)].elem;
  if (w.n_stores > 1 || w.part_stored || p->types[variable].size > BY_VALUE_MAX)
    return false;
  return w.n_stores == 0 || initialises (f, u, v, v - gir_func_first_instr_value (f), w.store);
}

bool
sp_uses_address_taken (const GirProgram *p, const struct sp_captures *c, const struct gir_func *f, const struct sp_uses *u, gir_value v)
{
  struct walk w = { .program = p, .captures = c, .f = f, .uses = u, .stores_allowed = true };
  if (!walk_uses (&w, v, true))
    return true;
  bool captured = false;
  for (uint32_t k = u->first[v]; k < u->first[v + 1]; k++)
    captured |= f->instrs[u->uses[k].instr].op == GIR_OP_CLOSURE;
  return captured && !sp_uses_by_value (p, c, f, u, v);
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
  for (uint32_t i = 0; i < total; i++)
    c->only_read[i] = true;
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
