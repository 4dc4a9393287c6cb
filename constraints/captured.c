#include "constraints/captured.h"

#include "base/vec.h"

/* Where a closure is made; fn is GIR_INVALID before any, and GIR_INVALID - 1 after several. */
struct maker
{
  gir_fn fn;
  uint32_t instr;
};

#define SEVERAL ((gir_fn)(GIR_INVALID - 1))

struct search
{
  const GirProgram *p;
  struct sp_captured *c;
  struct maker *makers; /* by function */
};

static void
find_makers (struct search *s)
{
  for (gir_fn fn = 0; fn < s->p->n_funcs; fn++)
    s->makers[fn].fn = GIR_INVALID;
  for (gir_fn fn = 0; fn < s->p->n_funcs; fn++)
    for (uint32_t i = 0; i < s->p->funcs[fn].n_instrs; i++)
      {
        const struct gir_func *f = &s->p->funcs[fn];
        if (f->instrs[i].op != GIR_OP_CLOSURE)
          continue;
        struct maker *m = &s->makers[gir_operand_index (f->operands[f->instrs[i].args])];
        *m = (struct maker){ m->fn == GIR_INVALID ? fn : SEVERAL, i };
      }
}

/* The function behind a value: a closure's or a plain one. */
static gir_fn
code_of_value (const struct gir_func *f, gir_operand x)
{
  if (gir_operand_kind (x) == GIR_FUNC)
    return gir_operand_index (x);
  const struct gir_instr *i = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (f, gir_operand_index (x)) : NULL;
  return i && i->op == GIR_OP_CLOSURE ? gir_operand_index (f->operands[i->args]) : GIR_INVALID;
}

/* What the variable behind alloc @v of @fn holds. */
static gir_fn
code_of_variable (const struct search *s, gir_fn fn, gir_value v)
{
  const struct gir_func *f = &s->p->funcs[fn];
  struct sp_uses u;
  u32_vec stores = { 0 };
  gir_fn code = GIR_INVALID;
  sp_uses_init (&u, f);
  if (sp_uses_stores (s->p, s->c->captures, f, &u, v, &stores) && stores.size == 1)
    code = code_of_value (f, f->operands[f->instrs[stores.data[0]].args + 1]);
  vec_clear (&stores);
  sp_uses_done (&u);
  return code;
}

/* The operand that the closure of @fn captures as its @k-th variable, a value of function *@where; false without a single maker. */
static bool
captured_operand (const struct search *s, gir_fn fn, uint32_t k, gir_fn *where, gir_value *v)
{
  const struct maker *m = &s->makers[fn];
  if (m->fn == GIR_INVALID || m->fn == SEVERAL)
    return false;
  const struct gir_func *f = &s->p->funcs[m->fn];
  gir_operand x = f->operands[f->instrs[m->instr].args + 1 + k];
  *where = m->fn;
  *v = gir_operand_index (x);
  return gir_operand_kind (x) == GIR_VALUE;
}

static bool
lies_in_cycle (const struct gir_func *f, gir_value v)
{
  uint32_t i = v - gir_func_first_instr_value (f);
  struct gir_cfg *cfg = gir_cfg_new (f);
  bool cyclic = true;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    if (f->blocks[b].first <= i && i < f->blocks[b].first + f->blocks[b].count)
      cyclic = cfg->in_cycle[b];
  gir_cfg_free (cfg);
  return cyclic;
}

static struct sp_root
find_root (const struct search *s, gir_fn fn, uint32_t k)
{
  gir_fn where;
  gir_value v;
  if (!captured_operand (s, fn, k, &where, &v))
    return (struct sp_root){ .fn = GIR_INVALID };
  const struct gir_func *f = &s->p->funcs[where];
  const struct gir_instr *i = gir_value_instr (f, v);
  if (i && i->op == GIR_OP_ALLOC)
    return (struct sp_root){ where, v, !lies_in_cycle (f, v) };
  if (!i && v >= f->n_params)
    return s->c->root[s->c->captures->first[where] + v - f->n_params];
  return (struct sp_root){ .fn = GIR_INVALID };
}

static gir_fn
find_code (const struct search *s, gir_fn fn, uint32_t k)
{
  uint32_t n = s->c->captures->first[fn] + k;
  gir_fn where;
  gir_value v;
  if (!s->c->captures->only_read[n] || !captured_operand (s, fn, k, &where, &v))
    return GIR_INVALID;
  const struct gir_func *f = &s->p->funcs[where];
  const struct gir_instr *i = gir_value_instr (f, v);
  if (i)
    return i->op == GIR_OP_ALLOC ? code_of_variable (s, where, v) : GIR_INVALID;
  return v >= f->n_params ? sp_captured_code (s->c, where, v - f->n_params) : GIR_INVALID;
}

/* One captured variable; tells whether it is news. */
static bool
find_one (const struct search *s, gir_fn fn, uint32_t k)
{
  uint32_t n = s->c->captures->first[fn] + k;
  bool news = false;
  if (s->c->code[n] == GIR_INVALID)
    {
      s->c->code[n] = find_code (s, fn, k);
      news = s->c->code[n] != GIR_INVALID;
    }
  if (s->c->root[n].fn == GIR_INVALID)
    {
      s->c->root[n] = find_root (s, fn, k);
      news |= s->c->root[n].fn != GIR_INVALID;
    }
  return news;
}

/* Captured variables that are captured again are known once the outer ones are: until nothing changes. */
static void
find_all (const struct search *s)
{
  for (bool changed = true; changed;)
    {
      changed = false;
      for (gir_fn fn = 0; fn < s->p->n_funcs; fn++)
        for (uint32_t k = 0; k < s->p->funcs[fn].n_free; k++)
          changed |= find_one (s, fn, k);
    }
}

struct sp_captured *
sp_captured_new (const GirProgram *p, const struct sp_captures *captures)
{
  struct sp_captured *c = g_new0 (struct sp_captured, 1);
  uint32_t n = p->n_funcs ? captures->first[p->n_funcs - 1] + p->funcs[p->n_funcs - 1].n_free : 0;
  c->captures = captures;
  c->code = g_new (gir_fn, n + 1);
  memset (c->code, 0xff, (n + 1) * sizeof *c->code);
  c->root = g_new (struct sp_root, n + 1);
  memset (c->root, 0xff, (n + 1) * sizeof *c->root);
  g_autofree struct maker *makers = g_new0 (struct maker, p->n_funcs + 1);
  struct search s = { p, c, makers };
  find_makers (&s);
  find_all (&s);
  return c;
}

void
sp_captured_free (struct sp_captured *c)
{
  if (!c)
    return;
  g_free (c->code);
  g_free (c->root);
  g_free (c);
}

uint32_t
sp_captured_same (const GirProgram *p, const struct sp_captured *c, gir_fn fn, uint32_t k, gir_fn code, uint32_t j)
{
  const struct sp_root *home = &c->root[c->captures->first[fn] + k], *root = &c->root[c->captures->first[code] + j];
  if (home->fn == GIR_INVALID || root->fn == GIR_INVALID || (root->fn == home->fn && !root->once))
    return GIR_INVALID;
  for (uint32_t i = 0; i < p->funcs[fn].n_free; i++)
    {
      const struct sp_root *mine = &c->root[c->captures->first[fn] + i];
      if (mine->fn == root->fn && mine->alloc == root->alloc)
        return i;
    }
  return GIR_INVALID;
}

size_t
sp_captured_edges (const GirProgram *p, const struct sp_captured *c, struct gir_edge **edges)
{
  VEC (struct gir_edge) found = { 0 };
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t k = 0; k < p->funcs[fn].n_free; k++)
      if (sp_captured_code (c, fn, k) != GIR_INVALID)
        vec_push (&found, ((struct gir_edge){ fn, sp_captured_code (c, fn, k) }));
  *edges = found.data;
  return found.size;
}
