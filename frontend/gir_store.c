#include "frontend/gir_store.h"
#include "base/check.h"
#include "frontend/gir_read.h"

static void *
carve (char **at, size_t n, size_t width)
{
  void *p = *at;
  *at += n * width;
  return p;
}

void
gir_func_allot (struct gir_func *f)
{
  size_t n_params = (size_t)f->n_params + f->n_free;
  size_t size = n_params * sizeof *f->params + f->n_results * sizeof *f->results + f->n_instrs * sizeof *f->instrs
                + f->n_blocks * sizeof *f->blocks + f->n_operands * sizeof *f->operands + f->n_edges * sizeof *f->edges;
  /* All elements consist of 32-bit words, hence one alignment. */
  char *at = g_malloc0 (MAX (size, 1));
  f->params = carve (&at, n_params, sizeof *f->params);
  f->results = carve (&at, f->n_results, sizeof *f->results);
  f->instrs = carve (&at, f->n_instrs, sizeof *f->instrs);
  f->blocks = carve (&at, f->n_blocks, sizeof *f->blocks);
  f->operands = carve (&at, f->n_operands, sizeof *f->operands);
  f->edges = carve (&at, f->n_edges, sizeof *f->edges);
  SP_CHECK (at == (char *)f->params + size);
}

void
gir_func_release (struct gir_func *f)
{
  g_clear_pointer (&f->params, g_free);
}

uint32_t
gir_func_count_edges (const struct gir_basic_block *blocks, uint32_t n_blocks, const struct gir_instr *instrs)
{
  uint32_t n = 0;
  for (uint32_t b = 0; b < n_blocks; b++)
    {
      uint8_t op = instrs[blocks[b].first + blocks[b].count - 1].op;
      n += op == GIR_OP_JMP ? 1 : op == GIR_OP_BR ? 2 : 0;
    }
  return n;
}

static void
set_succs (struct gir_func *f, struct gir_basic_block *b)
{
  const struct gir_instr *last = &f->instrs[b->first + b->count - 1];
  b->n_succs = last->op == GIR_OP_JMP ? 1 : last->op == GIR_OP_BR ? 2 : 0;
  b->succs[0] = b->n_succs > 0 ? last->aux : GIR_INVALID;
  b->succs[1] = b->n_succs > 1 ? last->aux2 : GIR_INVALID;
  b->n_preds = 0;
}

void
gir_func_link_blocks (struct gir_func *f)
{
  for (uint32_t b = 0; b < f->n_blocks; b++)
    set_succs (f, &f->blocks[b]);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    for (uint32_t k = 0; k < f->blocks[b].n_succs; k++)
      f->blocks[f->blocks[b].succs[k]].n_preds++;
  uint32_t at = 0;
  for (uint32_t b = 0; b < f->n_blocks; b++)
    {
      f->blocks[b].preds = at;
      at += f->blocks[b].n_preds;
      f->blocks[b].n_preds = 0;
    }
  SP_CHECK (at == f->n_edges);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    for (uint32_t k = 0; k < f->blocks[b].n_succs; k++)
      {
        struct gir_basic_block *target = &f->blocks[f->blocks[b].succs[k]];
        f->edges[target->preds + target->n_preds++] = b;
      }
}

void
gir_program_free (GirProgram *p)
{
  if (!p)
    return;
  for (uint32_t i = 0; i < p->n_funcs; i++)
    gir_func_release (&p->funcs[i]);
  struct gir_storage *storage = p->storage;
  if (storage)
    {
      interner_free (storage->strings);
      vec_clear (&storage->runs);
    }
  g_free (storage);
  g_free (p->metas);
  g_free (p->files);
  g_free (p->pkgs);
  g_free (p->types);
  g_free (p->fields);
  g_free (p->methods);
  g_free (p->globals);
  g_free (p->funcs);
  g_free (p->links);
  g_free (p->loops);
  g_free (p->consts);
  g_free (p);
}

bool
gir_is_complete (const GirProgram *p)
{
  if (!p->n_metas)
    return false;
  const struct gir_meta *last = &p->metas[p->n_metas - 1];
  return !strcmp (gir_string (p, last->key), "complete") && !strcmp (gir_string (p, last->value), "1");
}
