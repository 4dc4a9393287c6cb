/* Gc's rule for captures (cmd/compile/internal/escape, "Byval"), with writes told apart by the flow of control. */
#include "proofs/capture.h"
#include "base/u32map.h"
#include "base/vec.h"

enum
{
  MOST_BYTES = 128,
};

struct search
{
  const GirProgram *p;
  struct u32set seen; /* captured variables under way or found good: function * 64 + number */
  u32_vec captures;   /* of the outermost function: instructions */
  u32_vec stores;
  bool inside; /* a closure's body: no stores */
};

static bool uses_are_harmless (struct search *s, const struct gir_func *f, gir_value v, bool whole);

static bool
captured_is_read (struct search *s, gir_fn fn, uint32_t k)
{
  const struct gir_func *f = &s->p->funcs[fn];
  if (k >= 64 || fn >= UINT32_MAX / 64 || f->is_extern)
    return false;
  if (!u32set_add (&s->seen, fn * 64 + k))
    return true;
  bool was = s->inside;
  s->inside = true;
  bool good = uses_are_harmless (s, f, f->n_params + k, true);
  s->inside = was;
  return good;
}

/* One use: operand @k of instruction @n. */
static bool
use_is_harmless (struct search *s, const struct gir_func *f, uint32_t n, uint32_t k, bool whole)
{
  const struct gir_instr *i = &f->instrs[n];
  switch (i->op)
    {
    case GIR_OP_LOAD: return true;
    case GIR_OP_STORE:
      if (k != 0 || s->inside)
        return false;
      vec_push (&s->stores, n);
      return true;
    case GIR_OP_FADDR:
    case GIR_OP_IADDR: return k == 0 && uses_are_harmless (s, f, gir_func_instr_value (f, n), false);
    case GIR_OP_CLOSURE:
      if (!whole || k == 0)
        return false;
      if (!s->inside)
        vec_push (&s->captures, n);
      return captured_is_read (s, gir_operand_index (f->operands[i->args]), k - 1);
    default: return false;
    }
}

static bool
uses_are_harmless (struct search *s, const struct gir_func *f, gir_value v, bool whole)
{
  gir_operand x = gir_operand_new (GIR_VALUE, v);
  for (uint32_t n = 0; n < f->n_instrs; n++)
    for (uint32_t k = 0; k < f->instrs[n].n_args; k++)
      if (f->operands[f->instrs[n].args + k] == x && !use_is_harmless (s, f, n, k, whole))
        return false;
  return true;
}

static uint32_t
block_of (const struct gir_func *f, uint32_t instr)
{
  uint32_t b = 0;
  while (instr - f->blocks[b].first >= f->blocks[b].count)
    b++;
  return b;
}

static bool
is_store (const struct search *s, uint32_t n)
{
  vec_foreach (const uint32_t, store, &s->stores)
    if (*store == n)
      return true;
  return false;
}

/* Whether the variable of @alloc may be written after the closure @capture took it; where the alloc runs again there is a new variable. */
static bool
written_after (const struct search *s, const struct gir_func *f, uint32_t alloc, uint32_t capture)
{
  g_autofree bool *seen = g_new0 (bool, f->n_blocks);
  g_auto (u32_vec) work = { 0 };
  vec_push (&work, capture + 1);
  while (!vec_empty (&work))
    {
      uint32_t n = vec_pop (&work);
      const struct gir_basic_block *b = &f->blocks[block_of (f, n)];
      while (n < b->first + b->count && n != alloc)
        if (is_store (s, n++))
          return true;
      for (uint32_t k = 0; n != alloc && k < b->n_succs; k++)
        if (!seen[b->succs[k]])
          {
            seen[b->succs[k]] = true;
            vec_push (&work, f->blocks[b->succs[k]].first);
          }
    }
  return false;
}

bool
capture_by_value (const GirProgram *p, gir_fn fn, uint32_t instr)
{
  const struct gir_func *f = &p->funcs[fn];
  const struct gir_instr *i = &f->instrs[instr];
  bool variable = i->sub == GIR_A_VAR || i->sub == GIR_A_RESULT || i->sub == GIR_A_TMP;
  if (i->op != GIR_OP_ALLOC || !variable || p->types[p->types[gir_underlying (p, i->type)].elem].size > MOST_BYTES)
    return false;
  struct search s = { .p = p };
  bool copied = uses_are_harmless (&s, f, gir_func_instr_value (f, instr), true) && !vec_empty (&s.captures);
  for (uint32_t k = 0; copied && k < s.captures.size; k++)
    copied = !written_after (&s, f, instr, s.captures.data[k]);
  u32set_clear (&s.seen);
  vec_clear (&s.captures);
  vec_clear (&s.stores);
  return copied;
}
