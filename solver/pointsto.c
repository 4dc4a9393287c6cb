#include "solver/pointsto.h"

#include "constraints/models.h"
#include "constraints/whole.h"
#include "solver/analyse.h"
#include "solver/ground.h"
#include "solver/label.h"

/* One run of the rules over the whole program. */
struct stage
{
  struct sp_pointsto *pt;
  struct sp_types *types;
  struct sp_summary **models; /* by function */
  struct sp_environment env;
  struct sp_lowering lowering;
  struct sp_ground *ground;
};

struct sp_pointsto
{
  const GirProgram *program;
  struct sp_rules *rules;
  struct sp_budgets budgets;
  struct sp_captures *captures;
  struct sp_captured *captured;
  bool *modelled;
  bool closed;
  struct stage *base;   /* `field` */
  struct stage *finest; /* the variant asked for; may be base itself */
  bool meet;            /* the variant merges fields: `field` holds as well */
  GStringChunk *paths;
  uint32_t disagreements;
};

/* --- stages ------------------------------------------------------------------------------------------ */

static const struct sp_summary *
model_of (void *data, gir_fn from, gir_fn fn, bool *recursive)
{
  const struct stage *s = data;
  (void)from;
  *recursive = false;
  return s->models[fn];
}

/* The runtime is no part of the program: what it does to the program's memory is for the models to say. */
static bool
is_runtime (const GirProgram *p, gir_fn fn)
{
  const char *path = gir_string (p, p->pkgs[p->funcs[fn].pkg].path);
  return strcmp (path, "runtime") == 0 || g_str_has_prefix (path, "internal/runtime/");
}

static void
stage_free (struct stage *s)
{
  if (!s)
    return;
  sp_ground_free (s->ground);
  sp_whole_free (s->lowering.whole);
  sp_lowering_done (&s->lowering);
  for (gir_fn fn = 0; fn < s->pt->program->n_funcs; fn++)
    sp_summary_free (s->models[fn]);
  g_free (s->models);
  sp_types_free (s->types);
  g_free (s);
}

static struct stage *
stage_new (struct sp_pointsto *pt, struct sp_precision precision, bool elements)
{
  struct stage *s = g_new0 (struct stage, 1);
  const GirProgram *p = pt->program;
  s->pt = pt;
  s->types = sp_types_new_whole (p, !elements);
  s->models = g_new0 (struct sp_summary *, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    pt->modelled[fn] = sp_model_summary (s->types, fn, !precision.fields, &s->models[fn]) || is_runtime (p, fn);
  s->env = (struct sp_environment){
    .program = p,
    .types = s->types,
    .budgets = &pt->budgets,
    .summary = model_of,
    .captures = pt->captures,
    .captured = pt->captured,
    .modelled = pt->modelled,
    .data = s,
  };
  sp_lowering_init (&s->lowering, &s->env);
  s->lowering.whole = sp_whole_new (p);
  s->ground = sp_ground_new (pt->rules, &s->lowering.universe);
  s->ground->budget = pt->budgets.whole;
  return s;
}

static bool
is_root (const struct sp_pointsto *pt, const struct gir_func *f)
{
  const GirProgram *p = pt->program;
  const struct gir_package *pkg = &p->pkgs[f->pkg];
  if (!pkg->root || f->kind == GIR_F_GENERIC)
    return false;
  if (f->kind == GIR_F_INIT)
    return pkg->is_main || !pt->closed;
  if (!pt->closed)
    return f->exported;
  g_autofree char *main = g_strconcat (gir_string (p, pkg->path), ".main", NULL);
  return pkg->is_main && strcmp (gir_string (p, f->name), main) == 0;
}

static void
add_roots (struct stage *s)
{
  const GirProgram *p = s->pt->program;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (is_root (s->pt, &p->funcs[fn]))
      sp_whole_root (&s->lowering, fn, !s->pt->closed);
}

static void
feed (struct stage *s)
{
  vec_foreach (const struct sp_fact, f, &s->lowering.facts)
    sp_ground_fact (s->ground, (enum sp_pred)f->pred, f->args[0], f->args[1], f->args[2], f->args[3]);
  vec_reset (&s->lowering.facts);
}

/* Rules and lowering in turn, until neither has news; false beyond the budget. */
static bool
stage_run (struct stage *s, struct sp_precision precision)
{
  const struct sp_relation *targets = sp_ground_relation (s->ground, SP_P_target), *strays = sp_ground_relation (s->ground, SP_P_stray);
  uint32_t dispatched = 0, called_back = 0;
  sp_ground_reset (s->ground);
  sp_whole_begin (&s->lowering, precision);
  add_roots (s);
  for (bool more = true; more;)
    {
      more = sp_whole_go_on (&s->lowering);
      feed (s);
      if (!sp_ground_run (s->ground))
        return false;
      for (; dispatched < targets->n; more = true)
        {
          const uint32_t *t = sp_relation_tuple (targets, dispatched++);
          sp_lower_target (&s->lowering, t[0], t[1]);
        }
      for (; called_back < strays->n; more = true)
        sp_whole_stray (&s->lowering, sp_relation_tuple (strays, called_back++)[0]);
    }
  return true;
}

/* --- objects that stay apart ------------------------------------------------------------------------- */

#define NOBODY GIR_INVALID

/* Parameters and captured variables have what callers have, be it another activation of the same instance. */
static void
disown_parameters (const struct stage *s, const struct sp_instance *x, uint32_t *owner)
{
  const struct gir_func *f = &s->pt->program->funcs[x->fn];
  for (gir_value v = 0; v < gir_func_instr_value (f, 0); v++)
    for (unsigned k = 0; x->start[v] && k < sp_leaves_of (&s->lowering, gir_value_type (f, v))->n; k++)
      owner[x->start[v] + k] = NOBODY;
}

/* By value: the instance whose registers and temporaries it belongs to; NOBODY for parameters, results and what binds calls. The caller
 * frees. */
static uint32_t *
value_owners (const struct stage *s)
{
  const struct sp_whole *w = s->lowering.whole;
  uint32_t *owner = g_new (uint32_t, s->lowering.n_values + 1);
  memset (owner, 0xff, s->lowering.n_values * sizeof *owner);
  for (uint32_t i = 0; i < w->instances.size; i++)
    for (uint32_t v = w->instances.data[i].temps; v < w->instances.data[i].end; v++)
      owner[v] = i;
  /* Instances that were made meanwhile have numbers of their own in between. */
  for (uint32_t i = 0; i < w->instances.size; i++)
    {
      const struct sp_instance *x = &w->instances.data[i];
      for (uint32_t v = x->first; v < x->results + x->n_results; v++)
        owner[v] = v < x->results ? i : NOBODY;
      disown_parameters (s, x, owner);
    }
  return owner;
}

static uint32_t
site_instance (const struct stage *s, uint32_t object)
{
  const struct sp_object *o = sp_universe_at (&s->lowering.universe, object);
  if (o->kind != SP_O_SITE)
    return NOBODY;
  return (uint32_t)(sp_whole_instance_of (s->lowering.whole, o->a) - s->lowering.whole->instances.data);
}

static uint32_t
object_of (const struct stage *s, uint32_t cell)
{
  return sp_universe_cell_at (&s->lowering.universe, cell).object;
}

/* Whether a register outside the object's own instance may point to it. */
static void
find_wanderers (const struct stage *s, bool *wanders)
{
  const struct sp_relation *pt = sp_ground_relation (s->ground, SP_P_pt);
  g_autofree uint32_t *owner = value_owners (s);
  for (uint32_t t = 0; t < pt->n; t++)
    {
      const uint32_t *x = sp_relation_tuple (pt, t);
      uint32_t o = object_of (s, x[1]);
      if (!wanders[o])
        wanders[o] = owner[x[0]] == NOBODY || owner[x[0]] != site_instance (s, o);
    }
}

/* What an object that wanders holds does too, and so does what an object of another instance holds. */
static void
spread_wanderers (const struct stage *s, bool *wanders)
{
  const struct sp_relation *weak = sp_ground_relation (s->ground, SP_P_weak);
  for (bool changed = true; changed;)
    {
      changed = false;
      for (uint32_t t = 0; t < weak->n; t++)
        {
          uint32_t holder = object_of (s, sp_relation_tuple (weak, t)[0]), o = object_of (s, sp_relation_tuple (weak, t)[1]);
          bool same = site_instance (s, holder) == site_instance (s, o);
          if (!wanders[o] && (wanders[holder] || !same))
            wanders[o] = changed = true;
        }
    }
}

/* Fills @apart with the allocations of @s whose objects stay apart in every instance of their function. */
static void
find_apart (const struct stage *s, struct sp_relation *apart)
{
  const struct sp_universe *u = &s->lowering.universe;
  g_autofree bool *wanders = g_new0 (bool, u->objects.size + 1);
  struct sp_relation out;
  sp_relation_init (&out, 2);
  find_wanderers (s, wanders);
  spread_wanderers (s, wanders);
  for (unsigned pass = 0; pass < 2; pass++)
    for (uint32_t o = 0; o < u->objects.size; o++)
      {
        const struct sp_object *x = &u->objects.data[o];
        if (x->kind != SP_O_SITE || (pass == 0) != wanders[o])
          continue;
        const struct sp_instance *i = sp_whole_instance_of (s->lowering.whole, x->a);
        const uint32_t key[] = { i->fn, x->a - i->site_base };
        if (pass == 0)
          sp_relation_add (&out, key, NULL);
        else if (sp_relation_find (&out, key) == SP_NO_TUPLE)
          sp_relation_add (apart, key, NULL);
      }
  sp_relation_done (&out);
}

/* --- the analysis ------------------------------------------------------------------------------------ */

static void
promote_all (GirProgram *p)
{
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (!p->funcs[fn].is_extern)
      {
        gir_prune (p, &p->funcs[fn]);
        gir_promote (p, &p->funcs[fn]);
      }
}

static bool
run_stages (struct sp_pointsto *pt, const struct sp_options *o)
{
  const struct sp_precision field = { .fields = true };
  struct sp_precision asked = sp_variant_precision (o->variant);
  pt->base = pt->finest = stage_new (pt, field, false);
  if (o->progress)
    o->progress ("points-to, field", 0, 0, o->user);
  if (!stage_run (pt->base, field))
    return false;
  if (o->variant == SP_FIELD)
    return true;
  pt->finest = stage_new (pt, asked, asked.versions && asked.fields);
  pt->meet = !asked.fields;
  if (o->progress)
    o->progress ("points-to, the variant asked for", 0, 0, o->user);
  if (asked.versions)
    find_apart (pt->base, &pt->finest->lowering.whole->apart);
  return stage_run (pt->finest, asked);
}

struct sp_pointsto *
sp_pointsto_new (GirProgram *p, const struct sp_options *options, GError **error)
{
  struct sp_rules *rules
      = sp_rules_parse (options->rules ? "rules" : "pointsto.dl", options->rules ? options->rules : sp_rules_pointsto, error);
  if (!rules)
    return NULL;
  promote_all (p);
  struct sp_pointsto *pt = g_new0 (struct sp_pointsto, 1);
  pt->program = p;
  pt->rules = rules;
  pt->budgets = options->budgets ? *options->budgets : sp_budgets_default;
  pt->captures = sp_captures_new (p);
  pt->captured = sp_captured_new (p, pt->captures);
  pt->modelled = g_new0 (bool, p->n_funcs + 1);
  pt->closed = sp_world_closed (p, options);
  pt->paths = g_string_chunk_new (4096);
  if (run_stages (pt, options))
    return pt;
  g_set_error (error, SP_POINTSTO_ERROR, SP_POINTSTO_ERROR_BUDGET,
               "the program is too large for points-to analysis: more than %u rule instances; --budget=whole=N allows more",
               pt->budgets.whole);
  sp_pointsto_free (pt);
  return NULL;
}

GQuark
sp_pointsto_error_quark (void)
{
  return g_quark_from_static_string ("sp-pointsto-error");
}

void
sp_pointsto_free (struct sp_pointsto *pt)
{
  if (!pt)
    return;
  if (pt->finest != pt->base)
    stage_free (pt->finest);
  stage_free (pt->base);
  sp_rules_free (pt->rules);
  sp_captured_free (pt->captured);
  sp_captures_free (pt->captures);
  g_free (pt->modelled);
  g_string_chunk_free (pt->paths);
  g_free (pt);
}

/* --- answers ----------------------------------------------------------------------------------------- */

struct question
{
  struct stage *stage;
  struct sp_answer *answer;
  gir_type type;  /* static, of the pointer asked for */
  unsigned depth; /* of captured variables captured again */
};

static void ask_value (struct stage *s, const struct sp_instance *x, gir_operand operand, gir_type type, unsigned depth,
                       struct sp_answer *answer);

static void
add_label (const struct question *q, struct sp_label label, const char *path)
{
  label.path = path && *path ? g_string_chunk_insert_const (q->stage->pt->paths, path) : NULL;
  vec_push (&q->answer->labels, label);
}

/* The type of what an instruction's object holds; *@elements: it is an array of these. */
static gir_type
site_type (const GirProgram *p, const struct gir_instr *i, const struct sp_object *o, bool *elements)
{
  const struct gir_type_info *info = i->type ? &p->types[gir_underlying (p, i->type)] : NULL;
  *elements = o->type == 0 && info && info->kind == GIR_T_SLICE;
  return *elements ? info->elem : o->type;
}

static bool
has_parts (const GirProgram *p, gir_type t)
{
  enum gir_type_kind kind = p->types[gir_underlying (p, t)].kind;
  return t == 0 || kind == GIR_T_STRUCT || kind == GIR_T_ARRAY;
}

/* Where in object @o, whose type is @whole, or that of its @elements, a pointer of type @pointer to @offset leads. */
static char *
path_of (const GirProgram *p, const struct sp_object *o, gir_type whole, bool elements, uint32_t offset, gir_type pointer)
{
  GString *path = g_string_new (NULL);
  if (sp_is_anywhere (offset))
    g_string_append (path, elements || has_parts (p, whole) ? ".?" : "");
  else if (!o->collapsed)
    sp_label_path (p, whole, elements, sp_is_range (offset) ? sp_range_of (offset).first : offset, pointer, path);
  return g_string_free (path, FALSE);
}

static void
add_site (const struct question *q, const struct sp_object *o, uint32_t offset, gir_type pointer)
{
  const GirProgram *p = q->stage->pt->program;
  const struct sp_instance *x = sp_whole_instance_of (q->stage->lowering.whole, o->a);
  const struct gir_func *f = &p->funcs[x->fn];
  const struct gir_instr *i = &f->instrs[o->a - x->site_base];
  if (i->op == GIR_OP_CLOSURE && o->b == 0)
    {
      add_label (q, (struct sp_label){ .kind = SP_LABEL_FUNC, .fn = o->code }, NULL);
      return;
    }
  if (i->op == GIR_OP_CLOSURE)
    {
      /* The closure's copy of a variable stands for the variable. */
      gir_operand variable = f->operands[i->args + o->b];
      if (q->depth < 8)
        ask_value (q->stage, x, variable, pointer, q->depth + 1, q->answer);
      return;
    }
  bool elements;
  gir_type whole = site_type (p, i, o, &elements);
  g_autofree char *path = path_of (p, o, whole, elements, offset, pointer);
  add_label (q, (struct sp_label){ .kind = SP_LABEL_SITE, .fn = x->fn, .index = o->a - x->site_base }, path);
}

static void
add_global (const struct question *q, const struct sp_object *o, uint32_t offset, gir_type pointer)
{
  const GirProgram *p = q->stage->pt->program;
  if (o->a == p->n_globals)
    return;
  g_autofree char *path = path_of (p, o, o->type, false, offset, pointer);
  add_label (q, (struct sp_label){ .kind = SP_LABEL_GLOBAL, .index = o->a }, path);
}

static void
add_cell (void *data, uint32_t cell)
{
  const struct question *q = data;
  const struct sp_lowering *l = &q->stage->lowering;
  struct sp_cell c = sp_universe_cell_at (&l->universe, cell);
  const struct sp_object *o = sp_universe_at (&l->universe, c.object);
  gir_type pointer = c.tag > SP_TAG_ANY ? c.tag - SP_TAG_TYPE (0) : q->type;
  if (c.tag > SP_TAG_ANY)
    vec_push (&q->answer->types, pointer);
  switch ((enum sp_object_kind)o->kind)
    {
    case SP_O_FUNC:
      if (o->code != GIR_INVALID)
        add_label (q, (struct sp_label){ .kind = SP_LABEL_FUNC, .fn = o->code }, NULL);
      break;
    case SP_O_SITE: add_site (q, o, c.offset, pointer); break;
    case SP_O_GLOBAL: add_global (q, o, c.offset, pointer); break;
    case SP_O_CLONE: add_label (q, (struct sp_label){ .kind = SP_LABEL_MODEL, .fn = l->origins.data[o->origin].fn }, NULL); break;
    default: q->answer->unknown = true;
    }
}

static void
ask_value (struct stage *s, const struct sp_instance *x, gir_operand operand, gir_type type, unsigned depth, struct sp_answer *answer)
{
  struct question q = { s, answer, type, depth };
  if (gir_operand_kind (operand) == GIR_GLOBAL)
    add_label (&q, (struct sp_label){ .kind = SP_LABEL_GLOBAL, .index = gir_operand_index (operand) }, NULL);
  else if (gir_operand_kind (operand) == GIR_FUNC)
    add_label (&q, (struct sp_label){ .kind = SP_LABEL_FUNC, .fn = gir_operand_index (operand) }, NULL);
  if (gir_operand_kind (operand) != GIR_VALUE)
    return;
  gir_value v = gir_operand_index (operand);
  gir_type own = gir_value_type (&s->pt->program->funcs[x->fn], v);
  for (unsigned k = 0; own && x->start[v] && k < sp_leaves_of (&s->lowering, own)->n; k++)
    sp_ground_foreach (s->ground, SP_P_pt, x->start[v] + k, add_cell, &q);
}

static int
compare_numbers (uint32_t a, uint32_t b)
{
  return (a > b) - (a < b);
}

static int
compare_labels (const void *x, const void *y)
{
  const struct sp_label *a = x, *b = y;
  int by = compare_numbers (a->kind, b->kind);
  by = by ? by : compare_numbers (a->fn, b->fn);
  by = by ? by : compare_numbers (a->index, b->index);
  return by ? by : g_strcmp0 (a->path, b->path);
}

static int
compare_u32 (const void *x, const void *y)
{
  return compare_numbers (*(const uint32_t *)x, *(const uint32_t *)y);
}

static void
sort_u32 (u32_vec *v)
{
  uint32_t n = 0;
  if (v->size)
    qsort (v->data, v->size, sizeof *v->data, compare_u32);
  for (uint32_t i = 0; i < v->size; i++)
    if (n == 0 || v->data[n - 1] != v->data[i])
      v->data[n++] = v->data[i];
  v->size = n;
}

static void
sort_answer (struct sp_answer *a)
{
  uint32_t n = 0;
  if (a->labels.size)
    qsort (a->labels.data, a->labels.size, sizeof *a->labels.data, compare_labels);
  for (uint32_t i = 0; i < a->labels.size; i++)
    if (n == 0 || compare_labels (&a->labels.data[n - 1], &a->labels.data[i]) != 0)
      a->labels.data[n++] = a->labels.data[i];
  a->labels.size = n;
  sort_u32 (&a->types);
}

static void
ask_stage (struct stage *s, gir_fn fn, gir_operand x, gir_type type, struct sp_answer *answer)
{
  const struct sp_whole *w = s->lowering.whole;
  for (uint32_t i = 0; i < w->instances.size; i++)
    if (w->instances.data[i].fn == fn)
      {
        struct sp_instance instance = w->instances.data[i];
        answer->reached = true;
        ask_value (s, &instance, x, type, 0, answer);
      }
  sort_answer (answer);
}

void
sp_answer_clear (struct sp_answer *answer)
{
  vec_clear (&answer->labels);
  vec_clear (&answer->types);
  *answer = (struct sp_answer){ 0 };
}

/* Whether @labels has a label of the same object as @x. */
static bool
has_object (const sp_label_vec *labels, const struct sp_label *x)
{
  for (uint32_t i = 0; i < labels->size; i++)
    if (labels->data[i].kind == x->kind && labels->data[i].fn == x->fn && labels->data[i].index == x->index)
      return true;
  return false;
}

static bool
has_type (const u32_vec *types, gir_type t)
{
  return types->size && bsearch (&t, types->data, types->size, sizeof t, compare_u32);
}

/* What holds of both: of @a, whose paths are kept, those labels whose object is in @b too. */
static void
meet (struct sp_answer *a, const struct sp_answer *b)
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < a->labels.size && !b->unknown; i++)
    if (has_object (&b->labels, &a->labels.data[i]))
      a->labels.data[n++] = a->labels.data[i];
  a->labels.size = b->unknown ? a->labels.size : n;
  n = 0;
  for (uint32_t i = 0; i < a->types.size && !b->unknown; i++)
    if (has_type (&b->types, a->types.data[i]))
      a->types.data[n++] = a->types.data[i];
  a->types.size = b->unknown ? a->types.size : n;
  a->reached &= b->reached;
  a->unknown &= b->unknown;
}

static bool
is_within (const struct sp_answer *fine, const struct sp_answer *field)
{
  bool within = field->reached || !fine->reached;
  for (uint32_t i = 0; i < fine->labels.size; i++)
    within &= has_object (&field->labels, &fine->labels.data[i]) || field->unknown;
  for (uint32_t i = 0; i < fine->types.size; i++)
    within &= has_type (&field->types, fine->types.data[i]) || field->unknown;
  return within && (field->unknown || !fine->unknown);
}

void
sp_pointsto_ask (struct sp_pointsto *pt, gir_fn fn, gir_operand x, gir_type type, struct sp_answer *answer)
{
  *answer = (struct sp_answer){ 0 };
  ask_stage (pt->finest, fn, x, type, answer);
  if (pt->finest == pt->base)
    return;
  struct sp_answer field = { 0 };
  ask_stage (pt->base, fn, x, type, &field);
  if (pt->meet)
    {
      meet (&field, answer);
      sp_answer_clear (answer);
      *answer = field;
      return;
    }
  if (pt->finest->lowering.universe.blurred)
    meet (answer, &field); /* an address that only the elements of arrays made odd is exact where they are folded */
  else
    pt->disagreements += !is_within (answer, &field);
  sp_answer_clear (&field);
}

void
sp_pointsto_callees (const struct sp_pointsto *pt, gir_fn fn, uint32_t instr, u32_vec *callees, bool *unknown)
{
  const struct sp_whole *w = pt->finest->lowering.whole;
  const uint32_t key[] = { fn, instr, 0 };
  vec_reset (callees);
  for (uint32_t t = sp_relation_probe (&w->edges, 0, key); t != SP_NO_TUPLE; t = sp_relation_next (&w->edges, 0, t))
    {
      const uint32_t *edge = sp_relation_tuple (&w->edges, t);
      if (edge[0] == fn && edge[1] == instr)
        vec_push (callees, edge[2]);
    }
  sort_u32 (callees);
  *unknown = sp_relation_find (&w->blind, key) != SP_NO_TUPLE;
}

void
sp_pointsto_edges (const struct sp_pointsto *pt, sp_edge_func each, void *data)
{
  const struct sp_whole *w = pt->finest->lowering.whole;
  for (gir_fn fn = 0; fn < pt->program->n_funcs; fn++)
    if (is_root (pt, &pt->program->funcs[fn]))
      each (SP_EDGE_ROOT, fn, data);
  for (uint32_t t = 0; t < w->edges.n; t++)
    each (sp_relation_tuple (&w->edges, t)[0], sp_relation_tuple (&w->edges, t)[2], data);
  for (uint32_t t = 0; t < w->blind.n; t++)
    each (sp_relation_tuple (&w->blind, t)[0], SP_EDGE_OUTSIDE, data);
  for (uint32_t t = 0; t < w->astray.n; t++)
    each (SP_EDGE_OUTSIDE, *sp_relation_tuple (&w->astray, t), data);
}

bool
sp_pointsto_reached (const struct sp_pointsto *pt, gir_fn fn)
{
  const struct sp_whole *w = pt->finest->lowering.whole;
  vec_foreach (const struct sp_instance, x, &w->instances)
    if (x->fn == fn)
      return true;
  return false;
}

uint32_t
sp_pointsto_disagreements (const struct sp_pointsto *pt)
{
  return pt->disagreements;
}

void
sp_pointsto_foreach_rule (const struct sp_pointsto *pt, void (*each) (void *data, const struct sp_rule *rule, const uint64_t *fired),
                          void *data)
{
  for (unsigned r = 0; r < pt->rules->n_rules; r++)
    {
      uint64_t fired[SP_MAX_BODY];
      memcpy (fired, &pt->base->ground->fired[(gsize)r * SP_MAX_BODY], sizeof fired);
      for (unsigned k = 0; pt->finest != pt->base && k < SP_MAX_BODY; k++)
        fired[k] += pt->finest->ground->fired[(gsize)r * SP_MAX_BODY + k];
      each (data, &pt->rules->rules[r], fired);
    }
}
