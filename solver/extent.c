#include "solver/extent.h"

struct each
{
  sp_extent_func call;
  void *data;
};

static void
tell (const struct each *e, uint32_t a, uint32_t b)
{
  e->call (e->data, (uint32_t[]){ a, b });
}

static const struct sp_object *
object_of (const struct sp_universe *u, uint32_t cell)
{
  return sp_universe_at (u, sp_universe_cell_at (u, cell).object);
}

/* The cells that share @c's object and are stored in, untagged: what At and Cell speak of. */
static void
each_cell_beside (const struct sp_universe *u, uint32_t c, const struct each *e)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  for (uint32_t k = sp_relation_probe (&u->cells, 0, &x.object); k != SP_NO_TUPLE; k = sp_relation_next (&u->cells, 0, k))
    {
      struct sp_cell y = sp_universe_cell_at (u, k);
      if (y.object == x.object && y.tag == SP_TAG_NONE && sp_universe_overlaps (u, c, k))
        tell (e, c, k);
    }
}

static void
tell_same (struct sp_universe *u, uint32_t c, const struct each *e)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  uint32_t base = sp_relation_find (&u->cells, (uint32_t[]){ x.object, x.offset, SP_TAG_NONE });
  if (base != SP_NO_TUPLE && !sp_universe_differ (u, c, base)) /* makes nothing: the base is there */
    tell (e, c, base);
}

/* The type tags that pass a test of cell @c against types. */
static void
each_type_of (const struct sp_universe *u, unsigned pred, uint32_t c, const struct each *e)
{
  for (gir_type t = 1; t < u->types->program->n_types; t++)
    if (pred == SP_P_Fits ? sp_universe_fits (u, c, SP_TAG_TYPE (t)) : sp_universe_match (u, c, SP_TAG_TYPE (t)))
      tell (e, c, SP_TAG_TYPE (t));
}

static bool
is_named (const struct sp_rules *rules, unsigned pred)
{
  for (unsigned i = 0; i < rules->n_rules; i++)
    for (unsigned k = 0; k < rules->rules[i].n_body; k++)
      if (rules->rules[i].body[k].pred == pred)
        return true;
  return false;
}

static void
each_of_cell (struct sp_universe *u, unsigned pred, uint32_t c, const struct each *e)
{
  struct sp_cell x = sp_universe_cell_at (u, c);
  switch (pred)
    {
    case SP_P_At: each_cell_beside (u, c, e); break;
    case SP_P_Differ: tell_same (u, c, e); break;
    case SP_P_Obj: tell (e, c, x.object); break;
    case SP_P_Cell:
      if (x.tag == SP_TAG_NONE)
        tell (e, x.object, c);
      break;
    case SP_P_Foreign:
      if (sp_object_foreign (object_of (u, c)))
        tell (e, c, 0);
      break;
    case SP_P_Strong:
      if (sp_universe_strong (u, c))
        tell (e, c, 0);
      break;
    case SP_P_Weak:
      if (sp_universe_weak (u, c))
        tell (e, c, 0);
      break;
    case SP_P_Raw:
      if (sp_universe_raw (u, c))
        tell (e, c, 0);
      break;
    case SP_P_Hidden:
      if (sp_universe_hidden (u, c))
        tell (e, c, 0);
      break;
    case SP_P_Fits:
    case SP_P_Match: each_type_of (u, pred, c, e); break;
    default: SP_CHECK (!"a universe predicate without an extent");
    }
}

bool
sp_extent_is_complement (unsigned pred)
{
  return pred == SP_P_Differ || pred == SP_P_Apart;
}

const char *
sp_extent_name (const struct sp_rules *rules, unsigned pred)
{
  return pred == SP_P_Differ ? "Same" : pred == SP_P_Apart ? "Equal" : rules->preds[pred].name;
}

void
sp_extent_each (const struct sp_ground *g, unsigned pred, sp_extent_func call, void *data)
{
  struct sp_universe *u = g->universe;
  const struct each e = { call, data };
  if (sp_ground_is_function (pred))
    {
      const struct sp_relation *r = &g->asked[pred];
      for (uint32_t t = 0; t < r->n; t++)
        if (sp_relation_tuple (r, t)[r->arity - 1] != SP_NO_TUPLE)
          call (data, sp_relation_tuple (r, t));
    }
  else if (pred == SP_P_Local || pred == SP_P_Apart)
    {
      for (uint32_t o = 0; o < u->objects.size; o++)
        if (pred == SP_P_Apart || sp_object_local (sp_universe_at (u, o)))
          tell (&e, o, o);
    }
  else if ((pred != SP_P_Fits && pred != SP_P_Match) || is_named (g->rules, pred))
    for (uint32_t c = 0; c < u->cells.n; c++)
      each_of_cell (u, pred, c, &e);
}

void
sp_extent_domain (const struct sp_ground *g, unsigned pred, sp_extent_func call, void *data)
{
  const struct sp_relation *r = &g->asked[pred];
  for (uint32_t t = 0; t < r->n; t++)
    call (data, sp_relation_tuple (r, t));
}
