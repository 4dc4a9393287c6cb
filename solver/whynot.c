#include "solver/whynot.h"

#include "solver/story.h"

#include <string.h>

enum
{
  LARGER_BUDGETS = SP_N_VARIANTS, /* the variant itself, with room */
  N_FINER,
  TIMES = 4,    /* as much room */
  MAX_CALLS = 4 /* that a merge is sought in, one beneath the other */
};

struct sp_why_not
{
  GirProgram *program;
  const struct sp_result *result;
  struct sp_result *finer[N_FINER];
};

static const char *const variant_names[] = { [SP_COARSE] = "coarse", [SP_FIELD] = "field", [SP_FLOW] = "flow", [SP_FULL] = "full" };

/* --- two models of one function ---------------------------------------------------------------------- */

/* The same function in two variants. */
struct pair
{
  struct sp_story *coarse, *fine;
  const char *coarse_name, *fine_name;
  bool fields, versions; /* whether the finer one alone tells them apart */
  uint32_t *image;       /* by value of the fine one: that of the coarse one, where it belongs to a register; else SP_NO_TUPLE */
};

static const struct sp_lowering *
lowering (const struct sp_story *s)
{
  return &s->worker->lowering;
}

static const struct sp_universe *
universe (const struct sp_story *s)
{
  return &lowering (s)->universe;
}

static const struct sp_ground *
ground (const struct sp_story *s)
{
  return s->worker->ground;
}

static const uint32_t *
columns (const struct sp_story *s, sp_tuple t)
{
  return sp_relation_tuple (&ground (s)->relations[sp_tuple_pred (t)], sp_tuple_index (t));
}

/* The images of values: registers by their number, leaf by leaf. */
static void
pair_images (struct pair *p)
{
  const struct sp_lowering *fine = lowering (p->fine), *coarse = lowering (p->coarse);
  p->image = g_new (uint32_t, fine->n_values + 1);
  for (uint32_t v = 0; v < fine->n_values; v++)
    p->image[v] = v <= SP_UNKNOWN_VALUE ? v : SP_NO_TUPLE;
  for (gir_value r = 0; r < gir_func_n_values (fine->f); r++)
    {
      gir_type type = gir_value_type (fine->f, r);
      if (!type || !fine->start[r] || !coarse->start[r])
        continue;
      uint32_t n = sp_leaves_of (fine, type)->n, m = sp_leaves_of (coarse, type)->n;
      for (uint32_t k = 0; k < n && m; k++)
        p->image[fine->start[r] + k] = coarse->start[r] + (n == m ? k : 0);
    }
}

static uint32_t
temp_instr (const struct sp_lowering *l, uint32_t v)
{
  return v >= l->first_temp && v - l->first_temp < l->temps.size ? l->temps.data[v - l->first_temp] : GIR_INVALID;
}

static bool
same_value (const struct pair *p, uint32_t coarse, uint32_t fine)
{
  if (p->image[fine] != SP_NO_TUPLE)
    return p->image[fine] == coarse;
  return coarse >= lowering (p->coarse)->first_temp && temp_instr (lowering (p->coarse), coarse) == temp_instr (lowering (p->fine), fine);
}

static uint32_t
call_instr (const struct sp_lowering *l, uint32_t call)
{
  return call < l->calls.size ? l->calls.data[call].instr : GIR_INVALID;
}

/* The object that the access path of @o begins with. */
static uint32_t
root_of (const struct sp_universe *u, uint32_t o)
{
  while (sp_universe_at (u, o)->kind == SP_O_CONTENT || sp_universe_at (u, o)->kind == SP_O_BLOB)
    o = sp_universe_cell_at (u, sp_universe_at (u, o)->a).object;
  return o;
}

static uint32_t
parameter_of (const struct sp_lowering *l, uint32_t leaf)
{
  uint32_t p = 0;
  while (p + 1 < (uint32_t)l->f->n_params + l->f->n_free && sp_parameter_leaf (l, p + 1) <= leaf)
    p++;
  return p;
}

static bool
same_object (const struct pair *p, uint32_t coarse, uint32_t fine)
{
  const struct sp_lowering *cl = lowering (p->coarse), *fl = lowering (p->fine);
  const struct sp_object *c = sp_universe_at (universe (p->coarse), coarse), *f = sp_universe_at (universe (p->fine), fine);
  bool path = (c->kind == SP_O_CONTENT || c->kind == SP_O_BLOB) && (f->kind == SP_O_CONTENT || f->kind == SP_O_BLOB);
  if (path)
    return same_object (p, root_of (universe (p->coarse), coarse), root_of (universe (p->fine), fine));
  if (c->kind != f->kind)
    return false;
  const struct sp_fresh *x, *y;
  switch ((enum sp_object_kind)c->kind)
    {
    case SP_O_PARAM: return parameter_of (cl, c->a) == parameter_of (fl, f->a);
    case SP_O_RESULT: return call_instr (cl, c->a) == call_instr (fl, f->a);
    case SP_O_CLONE:
      x = &cl->origins.data[c->origin];
      y = &fl->origins.data[f->origin];
      return x->fn == y->fn && x->instr == y->instr && x->sub == y->sub
             && (call_instr (cl, c->a) == call_instr (fl, f->a) || c->a >= SP_MANY || f->a >= SP_MANY);
    default: return c->a == f->a && c->b == f->b;
    }
}

static bool
same_cell (const struct pair *p, uint32_t coarse, uint32_t fine)
{
  struct sp_cell c = sp_universe_cell_at (universe (p->coarse), coarse), f = sp_universe_cell_at (universe (p->fine), fine);
  return same_object (p, c.object, f.object) && (p->fields || c.offset == f.offset || universe (p->coarse)->collapse);
}

static bool
same_column (const struct pair *p, char domain, uint32_t coarse, uint32_t fine)
{
  switch (domain)
    {
    case 'V': return same_value (p, coarse, fine);
    case 'C': return same_cell (p, coarse, fine);
    case 'O': return same_object (p, coarse, fine);
    case 'S': return call_instr (lowering (p->coarse), coarse) == call_instr (lowering (p->fine), fine);
    default: return true; /* versions, offsets, types */
    }
}

/* Whether @fine's image may be @coarse, a tuple of the same relation. */
static bool
same_tuple (const struct pair *p, sp_tuple coarse, sp_tuple fine)
{
  const struct sp_predicate *pred = &ground (p->coarse)->rules->preds[sp_tuple_pred (coarse)];
  for (unsigned i = 0; i < pred->arity; i++)
    if (!same_column (p, pred->domains[i], columns (p->coarse, coarse)[i], columns (p->fine, fine)[i]))
      return false;
  return true;
}

/* What a cell holds, whichever relation says it: one that stands for several places in the coarser variant may stand for one each in the
 * finer one. */
static bool
is_held (const struct pair *p, sp_tuple coarse)
{
  const uint32_t *x = columns (p->coarse, coarse) + (sp_tuple_pred (coarse) == SP_P_mem);
  const struct sp_relation *mem = sp_ground_relation (ground (p->fine), SP_P_mem), *weak = sp_ground_relation (ground (p->fine), SP_P_weak);
  for (uint32_t t = 0; t < mem->n + weak->n; t++)
    {
      const uint32_t *y = t < mem->n ? sp_relation_tuple (mem, t) + 1 : sp_relation_tuple (weak, t - mem->n);
      if (same_cell (p, x[0], y[0]) && same_cell (p, x[1], y[1]))
        return true;
    }
  return false;
}

static bool
has_counterpart (const struct pair *p, sp_tuple coarse)
{
  if (sp_tuple_pred (coarse) == SP_P_mem || sp_tuple_pred (coarse) == SP_P_weak)
    return is_held (p, coarse);
  const struct sp_relation *r = &ground (p->fine)->relations[sp_tuple_pred (coarse)];
  for (uint32_t t = 0; t < r->n; t++)
    if (same_tuple (p, coarse, sp_tuple_new (sp_tuple_pred (coarse), t)))
      return true;
  return false;
}

/* --- clauses ----------------------------------------------------------------------------------------- */

static const struct sp_clause *
clause_at (const struct sp_story *s, uint32_t k)
{
  return &ground (s)->clauses.data[k];
}

static sp_tuple
premise (const struct sp_story *s, const struct sp_clause *c, uint32_t b)
{
  return ground (s)->clause_bodies.data[c->body + b];
}

/* The premise of @pred, or of @other; SP_NO_TUPLE without. */
static sp_tuple
premise_of (const struct sp_story *s, const struct sp_clause *c, enum sp_pred pred, enum sp_pred other)
{
  for (uint32_t b = 0; b < c->n_body; b++)
    {
      unsigned x = sp_tuple_pred (premise (s, c, b));
      if (x == (unsigned)pred || x == (unsigned)other)
        return premise (s, c, b);
    }
  return SP_NO_TUPLE;
}

static bool
is_derived (const struct sp_story *s, sp_tuple t)
{
  return ground (s)->rules->preds[sp_tuple_pred (t)].kind == SP_PRED_DERIVED;
}

/* The first step of @goal's derivation whose conclusion is no image; SP_NO_TUPLE without. */
static uint32_t
first_unmatched (const struct pair *p, sp_tuple goal)
{
  struct u32set done = { 0 };
  u32_vec clauses = { 0 };
  uint32_t found = SP_NO_TUPLE;
  sp_derivations_collect (&p->coarse->derivations, goal, &done, &clauses);
  for (uint32_t n = 0; n < clauses.size && found == SP_NO_TUPLE; n++)
    if (!has_counterpart (p, clause_at (p->coarse, clauses.data[n])->head))
      found = clauses.data[n];
  u32set_clear (&done);
  vec_clear (&clauses);
  return found;
}

/* Where a tuple of memory comes from: the place of the store, behind the steps that carry it along. */
static struct gir_pos
origin_of (const struct sp_story *s, sp_tuple t)
{
  uint32_t k = sp_derivations_clause (&s->derivations, t);
  while (k != SP_NO_TUPLE)
    {
      sp_tuple before = premise_of (s, clause_at (s, k), SP_P_mem, SP_P_mem);
      bool carried = sp_tuple_pred (clause_at (s, k)->head) == SP_P_mem && before != SP_NO_TUPLE;
      if (!carried)
        return sp_story_place (s, k);
      k = sp_derivations_clause (&s->derivations, before);
    }
  return (struct gir_pos){ 0 };
}

/* --- kinds of merges --------------------------------------------------------------------------------- */

struct finding
{
  const struct pair *p;
  uint32_t clause; /* of the coarse one: its conclusion is the image of nothing */
  GString *text;
};

static bool
known (const struct finding *x, struct gir_pos pos)
{
  return pos.line && pos.file < x->p->coarse->program->n_files;
}

static void
append_at (const struct finding *x, struct gir_pos pos)
{
  if (!known (x, pos))
    return;
  g_string_append (x->text, " at ");
  sp_story_position (x->p->coarse, pos, x->text);
}

static const struct sp_clause *
unmatched (const struct finding *x)
{
  return clause_at (x->p->coarse, x->clause);
}

/* The cells of the fine model, of objects that are @object there, that hold what @held is the image of. */
static void
cells_that_hold (const struct pair *p, uint32_t object, uint32_t held, u32_vec *cells)
{
  const struct sp_relation *mem = sp_ground_relation (ground (p->fine), SP_P_mem), *weak = sp_ground_relation (ground (p->fine), SP_P_weak);
  struct u32set seen = { 0 };
  for (uint32_t t = 0; t < mem->n + weak->n; t++)
    {
      const uint32_t *w = t < mem->n ? sp_relation_tuple (mem, t) + 1 : sp_relation_tuple (weak, t - mem->n);
      bool there = same_object (p, object, sp_universe_cell_at (universe (p->fine), w[0]).object)
                   && same_object (p, sp_universe_cell_at (universe (p->coarse), held).object,
                                   sp_universe_cell_at (universe (p->fine), w[1]).object);
      if (there && u32set_add (&seen, w[0]))
        vec_push (cells, w[0]);
    }
  u32set_clear (&seen);
}

static const struct sp_cause *
cause_of (const struct sp_story *s, sp_tuple fact)
{
  return sp_worker_cause (s->worker, fact);
}

/* Whether @fine is a fact of the same instruction whose image is @coarse. */
static bool
same_fact (const struct pair *p, sp_tuple coarse, sp_tuple fine)
{
  const struct sp_cause *c = cause_of (p->coarse, coarse), *f = cause_of (p->fine, fine);
  return c && f && c->instr == f->instr && same_tuple (p, coarse, fine);
}

typedef void (*fact_func) (const struct pair *p, const uint32_t *fact, void *data);

/* A variant without versions has Put where others have Store, whose first column is the version that it makes. */
static uint32_t
foreach_same_store (const struct pair *p, sp_tuple put, fact_func each, void *data)
{
  const struct sp_relation *r = sp_ground_relation (ground (p->fine), SP_P_Store);
  const struct sp_cause *c = cause_of (p->coarse, put);
  const uint32_t *x = columns (p->coarse, put);
  uint32_t n = 0;
  for (uint32_t t = 0; t < r->n; t++)
    {
      const uint32_t *y = sp_relation_tuple (r, t) + 1;
      const struct sp_cause *f = cause_of (p->fine, sp_tuple_new (SP_P_Store, t));
      if (!c || !f || c->instr != f->instr || !same_value (p, x[1], y[1]) || !same_value (p, x[2], y[2]))
        continue;
      n++;
      if (each)
        each (p, y, data);
    }
  return n;
}

/* Calls @each for the facts of the fine one that are @coarse there, with its columns; yields how many they are. */
static uint32_t
foreach_same_fact (const struct pair *p, sp_tuple coarse, fact_func each, void *data)
{
  const struct sp_relation *r = &ground (p->fine)->relations[sp_tuple_pred (coarse)];
  uint32_t n = sp_tuple_pred (coarse) == SP_P_Put ? foreach_same_store (p, coarse, each, data) : 0;
  for (uint32_t t = 0; t < r->n; t++)
    if (same_fact (p, coarse, sp_tuple_new (sp_tuple_pred (coarse), t)))
      {
        n++;
        if (each)
          each (p, sp_relation_tuple (r, t), data);
      }
  return n;
}

struct reading
{
  uint32_t object; /* coarse */
  u32_vec cells;   /* fine: read there */
};

static void
add_read_cells (const struct pair *p, const uint32_t *load, void *data)
{
  struct reading *x = data;
  const struct sp_relation *pt = sp_ground_relation (ground (p->fine), SP_P_pt);
  for (uint32_t t = sp_relation_probe (pt, ground (p->fine)->pt_by_value, &load[2]); t != SP_NO_TUPLE;
       t = sp_relation_next (pt, ground (p->fine)->pt_by_value, t))
    {
      uint32_t c = sp_relation_tuple (pt, t)[1];
      if (sp_relation_tuple (pt, t)[0] == load[2] && same_object (p, x->object, sp_universe_cell_at (universe (p->fine), c).object))
        vec_push (&x->cells, c);
    }
}

static bool
any_overlap (const struct pair *p, const u32_vec *a, const u32_vec *b)
{
  for (uint32_t i = 0; i < a->size; i++)
    for (uint32_t k = 0; k < b->size; k++)
      if (sp_universe_overlaps (universe (p->fine), a->data[i], b->data[k]))
        return true;
  return false;
}

/* A load yields what lies in another field of the object. */
static bool
name_fields (struct finding *x)
{
  const struct pair *p = x->p;
  sp_tuple load = premise_of (p->coarse, unmatched (x), SP_P_Load, SP_P_Load);
  sp_tuple stored = premise_of (p->coarse, unmatched (x), SP_P_mem, SP_P_weak);
  if (!p->fields || load == SP_NO_TUPLE || stored == SP_NO_TUPLE)
    return false;
  const uint32_t *w = columns (p->coarse, stored) + (sp_tuple_pred (stored) == SP_P_mem);
  struct reading reading = { .object = sp_universe_cell_at (universe (p->coarse), w[0]).object };
  u32_vec held = { 0 };
  foreach_same_fact (p, load, add_read_cells, &reading);
  cells_that_hold (p, reading.object, w[1], &held);
  bool apart = held.size && reading.cells.size && !any_overlap (p, &reading.cells, &held);
  if (apart)
    {
      sp_story_cell (p->fine, held.data[0], x->text);
      g_string_append (x->text, ", stored");
      append_at (x, origin_of (p->coarse, stored));
      g_string_append (x->text, ", and ");
      sp_story_cell (p->fine, reading.cells.data[0], x->text);
      g_string_append (x->text, ", loaded");
      append_at (x, sp_story_place (p->coarse, x->clause));
      g_string_append_printf (x->text, ", share one cell in `%s`; `%s` keeps them apart", p->coarse_name, p->fine_name);
    }
  vec_clear (&held);
  vec_clear (&reading.cells);
  return apart;
}

/* A register, or a leaf of one. */
static void
append_value (const struct finding *x, uint32_t v)
{
  const struct sp_lowering *l = lowering (x->p->fine);
  const GirProgram *program = x->p->fine->program;
  uint32_t i = sp_value_instr (l, v);
  const struct gir_instr *instr = i < l->f->n_instrs ? &l->f->instrs[i] : NULL;
  bool version = instr && (instr->op == GIR_OP_PHI || instr->op == GIR_OP_CHTYPE) && instr->aux != GIR_INVALID;
  const struct gir_instr *variable = version ? gir_value_instr (l->f, instr->aux) : NULL;
  const char *name = variable && variable->text   ? gir_string (program, variable->text)
                     : variable && variable->name ? gir_string (program, variable->name)
                                                  : NULL;
  g_string_append (x->text, name ? name : "a value");
  append_at (x, instr ? instr->pos : (struct gir_pos){ 0 });
}

struct using
{
  unsigned column;
  u32_vec values;
};

static void
add_used_value (const struct pair *p, const uint32_t *fact, void *data)
{
  struct using *u = data;
  (void)p;
  vec_push (&u->values, fact[u->column]);
}

/* Values of the fine one whose image is what @derived, a tuple about a value, is about, and that it holds of. */
static void
values_that_hold (const struct pair *p, sp_tuple derived, u32_vec *values)
{
  const struct sp_relation *r = &ground (p->fine)->relations[sp_tuple_pred (derived)];
  for (uint32_t t = 0; t < r->n; t++)
    if (same_tuple (p, derived, sp_tuple_new (sp_tuple_pred (derived), t)))
      vec_push (values, sp_relation_tuple (r, t)[0]);
}

static bool
have_common (const u32_vec *a, const u32_vec *b)
{
  for (uint32_t i = 0; i < a->size; i++)
    for (uint32_t k = 0; k < b->size; k++)
      if (a->data[i] == b->data[k])
        return true;
  return false;
}

/* What is used is another assignment of the variable, or another part of the value, than what the premise holds of. */
static bool
name_values_of (struct finding *x, sp_tuple fact, unsigned column, sp_tuple derived)
{
  const struct pair *p = x->p;
  struct using used = { .column = column };
  u32_vec holders = { 0 };
  foreach_same_fact (p, fact, add_used_value, &used);
  values_that_hold (p, derived, &holders);
  bool apart = used.values.size && holders.size && !have_common (&used.values, &holders);
  if (apart)
    {
      append_value (x, holders.data[0]);
      g_string_append (x->text, " and ");
      append_value (x, used.values.data[0]);
      g_string_append_printf (x->text, " are one value in `%s`; `%s` keeps them apart", p->coarse_name, p->fine_name);
    }
  vec_clear (&used.values);
  vec_clear (&holders);
  return apart;
}

static bool
name_values (struct finding *x)
{
  const struct sp_story *s = x->p->coarse;
  const struct sp_clause *c = unmatched (x);
  for (uint32_t b = 0; b < c->n_body; b++)
    for (uint32_t d = 0; d < c->n_body; d++)
      {
        sp_tuple fact = premise (s, c, b), derived = premise (s, c, d);
        if (is_derived (s, fact) || !is_derived (s, derived) || ground (s)->rules->preds[sp_tuple_pred (derived)].domains[0] != 'V')
          continue;
        for (unsigned i = 0; i < ground (s)->rules->preds[sp_tuple_pred (fact)].arity; i++)
          if (ground (s)->rules->preds[sp_tuple_pred (fact)].domains[i] == 'V' && columns (s, fact)[i] == columns (s, derived)[0]
              && name_values_of (x, fact, i, derived))
            return true;
      }
  return false;
}

/* The store after which memory of the fine one no longer holds @stored, a tuple of the coarse one's; zero without. */
static struct gir_pos
overwritten_at (const struct pair *p, sp_tuple stored)
{
  const struct sp_relation *stores = sp_ground_relation (ground (p->fine), SP_P_Store),
                           *mem = sp_ground_relation (ground (p->fine), SP_P_mem);
  const struct gir_func *f = lowering (p->fine)->f;
  const uint32_t *held = columns (p->coarse, stored) + (sp_tuple_pred (stored) == SP_P_mem);
  for (uint32_t t = 0; t < mem->n; t++)
    {
      const uint32_t *w = sp_relation_tuple (mem, t);
      if (!same_cell (p, held[0], w[1]) || !same_cell (p, held[1], w[2]))
        continue;
      for (uint32_t k = 0; k < stores->n; k++)
        {
          const uint32_t *x = sp_relation_tuple (stores, k);
          const struct sp_cause *cause = cause_of (p->fine, sp_tuple_new (SP_P_Store, k));
          bool gone = x[1] == w[0] && sp_relation_find (mem, (uint32_t[]){ x[0], w[1], w[2] }) == SP_NO_TUPLE;
          if (gone && cause && cause->instr < f->n_instrs)
            return f->instrs[cause->instr].pos;
        }
    }
  return (struct gir_pos){ 0 };
}

/* What memory held at one moment is taken to be there at another. */
static bool
name_moments (struct finding *x)
{
  const struct pair *p = x->p;
  sp_tuple stored = premise_of (p->coarse, unmatched (x), SP_P_mem, SP_P_weak);
  if (stored == SP_NO_TUPLE || !(p->versions || sp_tuple_pred (stored) == SP_P_weak))
    return false;
  struct gir_pos over = overwritten_at (p, stored);
  const uint32_t *w = columns (p->coarse, stored) + (sp_tuple_pred (stored) == SP_P_mem);
  g_string_append (x->text, known (x, over) ? "the stores to " : "the store to ");
  sp_story_cell (p->coarse, w[0], x->text);
  append_at (x, origin_of (p->coarse, stored));
  if (known (x, over))
    {
      g_string_append (x->text, " and");
      append_at (x, over);
      g_string_append_printf (x->text, " are merged in `%s`; `%s` has the second replace what the first stored", p->coarse_name,
                              p->fine_name);
    }
  else
    {
      g_string_append (x->text, " is seen");
      append_at (x, sp_story_place (p->coarse, x->clause));
      g_string_append_printf (x->text, " in `%s`; `%s` knows that what it stored is not there then", p->coarse_name, p->fine_name);
    }
  return true;
}

/* What leaves and what is done with it: both happen in the finer variant too, but not in this order. */
static bool
name_order (struct finding *x)
{
  const struct pair *p = x->p;
  sp_tuple out = premise_of (p->coarse, unmatched (x), SP_P_out, SP_P_shown);
  if (!p->versions || out == SP_NO_TUPLE)
    return false;
  uint32_t k = sp_derivations_clause (&p->coarse->derivations, out);
  while (k != SP_NO_TUPLE && premise_of (p->coarse, clause_at (p->coarse, k), SP_P_out, SP_P_shown) != SP_NO_TUPLE
         && sp_story_subject (p->coarse, premise_of (p->coarse, clause_at (p->coarse, k), SP_P_out, SP_P_shown))
                == sp_story_subject (p->coarse, out))
    k = sp_derivations_clause (&p->coarse->derivations, premise_of (p->coarse, clause_at (p->coarse, k), SP_P_out, SP_P_shown));
  sp_story_object (p->coarse, sp_story_subject (p->coarse, out), x->text);
  g_string_append (x->text, " becomes known");
  append_at (x, k == SP_NO_TUPLE ? (struct gir_pos){ 0 } : sp_story_place (p->coarse, k));
  g_string_append (x->text, ", and what is done with it");
  append_at (x, sp_story_place (p->coarse, x->clause));
  g_string_append_printf (x->text, " has no order in `%s`; `%s` sees that it comes before", p->coarse_name, p->fine_name);
  return true;
}

/* A fact that comes from a callee's summary, and is not there in the finer variant; SP_NO_TUPLE without. */
static sp_tuple
fact_of_callee (const struct finding *x)
{
  const struct sp_story *s = x->p->coarse;
  const struct sp_clause *c = unmatched (x);
  for (uint32_t b = 0; b < c->n_body; b++)
    {
      const struct sp_cause *cause = is_derived (s, premise (s, c, b)) ? NULL : cause_of (s, premise (s, c, b));
      if (cause && cause->callee != GIR_INVALID && foreach_same_fact (x->p, premise (s, c, b), NULL, NULL) == 0)
        return premise (s, c, b);
    }
  return SP_NO_TUPLE;
}

static bool find_merge (struct sp_story *coarse, struct sp_story *fine, sp_tuple goal, unsigned depth, GString *text);

/* The merge behind what the callee's summary says in the coarser variant alone. */
static bool
look_into_callee (struct finding *x, const struct sp_cause *cause, unsigned depth)
{
  const struct sp_job *jobs[] = { x->p->coarse->worker->job, x->p->fine->worker->job };
  const struct sp_summary *summary = jobs[0]->summaries[SP_PASS_MAIN][cause->callee];
  if (depth >= MAX_CALLS || !summary || jobs[0]->modelled[cause->callee])
    return false;
  struct sp_worker workers[2];
  struct sp_story stories[2];
  bool ready = true;
  for (unsigned k = 0; k < 2; k++)
    {
      sp_worker_init (&workers[k], jobs[k], 0);
      ready = sp_story_begin (&stories[k], &workers[k], cause->callee, x->text) && ready;
    }
  sp_tuple goal = ready ? sp_story_statement (&stories[0], summary, cause) : SP_NO_TUPLE;
  bool found = goal != SP_NO_TUPLE && find_merge (&stories[0], &stories[1], goal, depth + 1, x->text);
  for (unsigned k = 0; k < 2; k++)
    {
      sp_story_end (&stories[k]);
      sp_worker_done (&workers[k]);
    }
  return found;
}

/* The tuple that says that the dynamic call of @cause may be one of its callee, where it may not in the finer variant; SP_NO_TUPLE without.
 */
static sp_tuple
call_of (const struct pair *p, const struct sp_cause *cause)
{
  const struct sp_relation *targets = sp_ground_relation (ground (p->coarse), SP_P_target);
  const struct sp_lowering *l = lowering (p->coarse);
  for (uint32_t t = 0; t < targets->n; t++)
    {
      const uint32_t *x = sp_relation_tuple (targets, t);
      const struct sp_object *o = sp_universe_at (universe (p->coarse), sp_universe_cell_at (universe (p->coarse), x[1]).object);
      bool there = call_instr (l, x[0]) == cause->instr && (o->code == cause->callee || l->calls.data[x[0]].kind == SP_CALL_INVOKE);
      if (there && !has_counterpart (p, sp_tuple_new (SP_P_target, t)))
        return sp_tuple_new (SP_P_target, t);
    }
  return SP_NO_TUPLE;
}

static bool
name_callee (struct finding *x, unsigned depth)
{
  sp_tuple fact = fact_of_callee (x);
  if (fact == SP_NO_TUPLE)
    return false;
  const struct sp_cause *cause = cause_of (x->p->coarse, fact);
  sp_tuple call = call_of (x->p, cause);
  if (call != SP_NO_TUPLE && depth < MAX_CALLS)
    return find_merge (x->p->coarse, x->p->fine, call, depth + 1, x->text);
  gsize before = x->text->len;
  const struct gir_func *f = lowering (x->p->coarse)->f;
  g_string_append_printf (x->text, "in %s, called", gir_string (x->p->coarse->program, x->p->coarse->program->funcs[cause->callee].name));
  append_at (x, cause->instr < f->n_instrs ? f->instrs[cause->instr].pos : (struct gir_pos){ 0 });
  g_string_append (x->text, ": ");
  if (look_into_callee (x, cause, depth))
    return true;
  g_string_truncate (x->text, before);
  bool back = cause->statement == SP_STATEMENT_RET;
  g_string_append_printf (x->text, "what %s, called", gir_string (x->p->coarse->program, x->p->coarse->program->funcs[cause->callee].name));
  append_at (x, cause->instr < f->n_instrs ? f->instrs[cause->instr].pos : (struct gir_pos){ 0 });
  g_string_append_printf (x->text, ", %s is coarser in `%s` than in `%s`", back ? "hands back" : "does", x->p->coarse_name,
                          x->p->fine_name);
  return true;
}

static void
name_step (struct finding *x)
{
  sp_story_step (x->p->coarse, x->clause, x->text);
  append_at (x, sp_story_place (x->p->coarse, x->clause));
  g_string_append_printf (x->text, " in `%s`, and not in `%s`", x->p->coarse_name, x->p->fine_name);
}

/* Says what the two models differ in first on the way to @goal; false where nothing was found. */
static bool
find_merge (struct sp_story *coarse, struct sp_story *fine, sp_tuple goal, unsigned depth, GString *text)
{
  enum sp_variant c = coarse->worker->job->options->variant, f = fine->worker->job->options->variant;
  struct sp_precision cp = sp_variant_precision (c), fp = sp_variant_precision (f);
  bool room = c == f;
  struct pair p
      = { coarse, fine, variant_names[c], room ? "larger budgets" : variant_names[f], fp.fields && !cp.fields, fp.versions && !cp.versions,
          NULL };
  pair_images (&p);
  struct finding x = { &p, first_unmatched (&p, goal), text };
  if (x.clause != SP_NO_TUPLE)
    {
      bool named = name_callee (&x, depth) || name_fields (&x) || name_values (&x) || name_moments (&x) || name_order (&x);
      if (!named)
        name_step (&x);
    }
  g_free (p.image);
  return x.clause != SP_NO_TUPLE;
}

/* --- finer variants ---------------------------------------------------------------------------------- */

static struct sp_result *
analyse_finer (struct sp_why_not *w, unsigned k)
{
  if (w->finer[k])
    return w->finer[k];
  const struct sp_options *own = w->result->job->options;
  struct sp_budgets budgets = *w->result->job->budgets;
  struct sp_options o = *own;
  if (k == LARGER_BUDGETS)
    {
#define SP_BUDGET(name, otherwise, help) budgets.name = (guint32)MIN ((guint64)budgets.name * TIMES, (guint64)G_MAXINT32);
#include "constraints/budgets.def"
#undef SP_BUDGET
    }
  else
    o.variant = (enum sp_variant)k;
  o.budgets = &budgets;
  o.solver = SP_SOLVER_NATIVE;
  o.baseline = o.derivations = false;
  o.witness = NULL;
  o.rules = w->result->job->rules->text;
  o.progress = NULL;
  o.observe = NULL;
  return w->finer[k] = sp_analyse (w->program, &o, NULL);
}

static const struct sp_verdict *
same_verdict (const struct sp_result *r, const struct sp_verdict *v)
{
  for (uint32_t k = 0; k < r->n_verdicts; k++)
    {
      const struct sp_verdict *x = &r->verdicts[k];
      if (x->fn == v->fn && x->kind == v->kind && x->text == v->text && memcmp (&x->pos, &v->pos, sizeof v->pos) == 0)
        return x;
    }
  return NULL;
}

static bool
is_heap (const struct sp_why_not *w, const struct sp_verdict *v)
{
  return w->result->job->options->runtime == SP_RUNTIME_IDEAL ? v->heap_ideal : v->heap_go;
}

static bool
is_finer (enum sp_variant than, enum sp_variant v)
{
  struct sp_precision a = sp_variant_precision (than), b = sp_variant_precision (v);
  return than != v && (b.fields || !a.fields) && (b.versions || !a.versions);
}

/* The first of the finer ones, the coarsest first, that keeps the site on the stack; N_FINER without. */
static unsigned
find_finer (struct sp_why_not *w, const struct sp_verdict *v)
{
  for (unsigned k = 0; k < SP_N_VARIANTS; k++)
    if (is_finer (w->result->job->options->variant, (enum sp_variant)k))
      {
        struct sp_result *r = analyse_finer (w, k);
        const struct sp_verdict *x = r ? same_verdict (r, v) : NULL;
        if (x && !is_heap (w, x))
          return k;
      }
  if (v->degraded)
    {
      struct sp_result *r = analyse_finer (w, LARGER_BUDGETS);
      const struct sp_verdict *x = r ? same_verdict (r, v) : NULL;
      if (x && !is_heap (w, x))
        return LARGER_BUDGETS;
    }
  return N_FINER;
}

static sp_tuple
goal_of (const struct sp_why_not *w, const struct sp_story *s, const struct sp_verdict *v)
{
  enum sp_pred pred = w->result->job->options->runtime == SP_RUNTIME_IDEAL ? SP_P_heapI : SP_P_heapG;
  uint32_t o = sp_story_site (s, v), t = o == SP_NO_TUPLE ? o : sp_relation_find (sp_ground_relation (ground (s), pred), &o);
  return t == SP_NO_TUPLE ? t : sp_tuple_new (pred, t);
}

/* The first step that says of the object itself that it is not the frame's alone. */
static void
tell_escape (struct sp_story *s, sp_tuple goal, GString *text)
{
  struct u32set done = { 0 };
  u32_vec clauses = { 0 };
  uint32_t object = sp_story_subject (s, goal), found = SP_NO_TUPLE;
  sp_derivations_collect (&s->derivations, goal, &done, &clauses);
  for (uint32_t n = 0; n < clauses.size && found == SP_NO_TUPLE; n++)
    {
      unsigned pred = sp_tuple_pred (clause_at (s, clauses.data[n])->head);
      bool leaves
          = pred == SP_P_out || pred == SP_P_lost || pred == SP_P_held || pred == SP_P_lreach || pred == SP_P_heapI || pred == SP_P_heapG;
      if (leaves && sp_story_subject (s, clause_at (s, clauses.data[n])->head) == object)
        found = clauses.data[n];
    }
  if (found != SP_NO_TUPLE)
    {
      g_string_append (text, "  it is this step: ");
      sp_story_position (s, sp_story_place (s, found), text);
      g_string_append (text, ": ");
      sp_story_step (s, found, text);
      g_string_append_printf (text, " (%s)\n", ground (s)->rules->rules[clause_at (s, found)->rule].name);
    }
  u32set_clear (&done);
  vec_clear (&clauses);
}

static void
tell_merge (struct sp_why_not *w, struct sp_story *s, const struct sp_verdict *v, sp_tuple goal, unsigned finer, GString *text)
{
  struct sp_worker worker;
  struct sp_story fine = { 0 };
  sp_worker_init (&worker, w->finer[finer]->job, 0);
  if (finer == LARGER_BUDGETS)
    g_string_append_printf (text, "  with %d times the budgets it stays on the stack (--budget)\n", TIMES);
  else
    g_string_append_printf (text, "  --variant=%s keeps it on the stack\n", variant_names[finer]);
  gsize before = text->len;
  g_string_append (text, "  ");
  if (goal != SP_NO_TUPLE && sp_story_begin (&fine, &worker, v->fn, text) && find_merge (s, &fine, goal, 0, text))
    g_string_append_c (text, '\n');
  else
    g_string_truncate (text, before);
  sp_story_end (&fine);
  sp_worker_done (&worker);
}

static void
tell_none (const struct sp_why_not *w, struct sp_story *s, const struct sp_verdict *v, sp_tuple goal, GString *text)
{
  enum sp_variant own = w->result->job->options->variant;
  if (own == SP_FULL)
    g_string_append (text, "  no variant is finer than `full`");
  else
    g_string_append_printf (text, "  no variant that is finer than `%s` keeps it on the stack", variant_names[own]);
  g_string_append_printf (text, "%s\n", v->degraded ? ", and larger budgets do not either" : "");
  if (goal != SP_NO_TUPLE)
    tell_escape (s, goal, text);
  else
    g_string_append_printf (text, "  it has no derivation: %s\n", sp_reason_text (v->reason));
}

char *
sp_why_not_stack (struct sp_why_not *w, uint32_t index)
{
  const struct sp_verdict *v = &w->result->verdicts[index];
  GString *text = g_string_new (NULL);
  unsigned finer = find_finer (w, v);
  struct sp_worker worker;
  struct sp_story s;
  sp_worker_init (&worker, w->result->job, 0);
  sp_tuple goal = sp_story_begin (&s, &worker, v->fn, text) ? goal_of (w, &s, v) : SP_NO_TUPLE;
  if (finer < N_FINER)
    tell_merge (w, &s, v, goal, finer, text);
  else
    tell_none (w, &s, v, goal, text);
  sp_story_end (&s);
  sp_worker_done (&worker);
  return g_string_free (text, FALSE);
}

struct sp_why_not *
sp_why_not_new (GirProgram *program, const struct sp_result *result)
{
  struct sp_why_not *w = g_new0 (struct sp_why_not, 1);
  w->program = program;
  w->result = result;
  return w;
}

void
sp_why_not_free (struct sp_why_not *w)
{
  if (!w)
    return;
  for (unsigned k = 0; k < N_FINER; k++)
    sp_result_free (w->finer[k]);
  g_free (w);
}
