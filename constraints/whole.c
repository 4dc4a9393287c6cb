#include "constraints/whole.h"

#include "constraints/lower_private.h"

enum
{
  SMALL = 10,   /* instructions of a function that is worth an instance for each call */
  MAX_CHAIN = 3 /* instances made for one call each, one within the other */
};

/* --- set-up ------------------------------------------------------------------------------------------ */

static enum sp_whole_effect
effect_of (const char *name)
{
  static const struct
  {
    const char *name;
    enum sp_whole_effect effect;
    const char *source;
  } table[] = {
#define SP_WHOLE(name, effect, source) { name, SP_WHOLE_##effect, source },
#include "constraints/whole.def"
#undef SP_WHOLE
  };
  for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
    {
      size_t n = strlen (table[i].name);
      bool prefix = table[i].name[n - 1] == '*';
      if (prefix ? strncmp (name, table[i].name, n - 1) == 0 : strcmp (name, table[i].name) == 0)
        return table[i].effect;
    }
  return SP_WHOLE_NONE;
}

struct sp_whole *
sp_whole_new (const GirProgram *p)
{
  struct sp_whole *w = g_new0 (struct sp_whole, 1);
  sp_relation_init (&w->ids, 2);
  sp_relation_init (&w->edges, 3);
  sp_relation_index (&w->edges, 3);
  sp_relation_init (&w->blind, 2);
  sp_relation_init (&w->astray, 1);
  sp_relation_init (&w->apart, 2);
  w->globals = g_new0 (uint32_t, p->n_globals + 1);
  w->effects = g_new0 (uint8_t, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    w->effects[fn] = (uint8_t)effect_of (gir_string (p, p->funcs[fn].name));
  return w;
}

static void
forget_instances (struct sp_whole *w)
{
  vec_foreach (struct sp_instance, x, &w->instances)
    g_free (x->start);
  vec_reset (&w->instances);
}

void
sp_whole_free (struct sp_whole *w)
{
  if (!w)
    return;
  forget_instances (w);
  vec_clear (&w->instances);
  sp_relation_done (&w->ids);
  sp_relation_done (&w->edges);
  sp_relation_done (&w->blind);
  sp_relation_done (&w->astray);
  sp_relation_done (&w->apart);
  g_free (w->globals);
  g_free (w->effects);
  g_free (w);
}

void
sp_whole_begin (struct sp_lowering *l, struct sp_precision precision)
{
  struct sp_whole *w = l->whole;
  forget_instances (w);
  sp_relation_clear (&w->ids);
  sp_relation_clear (&w->edges);
  sp_relation_clear (&w->blind);
  sp_relation_clear (&w->astray);
  w->lowered = 0;
  w->panics = 0;
  w->current = GIR_INVALID;
  memset (w->globals, 0, (l->env->program->n_globals + 1) * sizeof *w->globals);
  sp_lower_reset (l, precision);
  l->universe.typed = true;
  l->n_values = SP_UNKNOWN_VALUE + 1;
  w->late = l->n_values++;
  sp_emit (l, SP_P_Outside, SP_UNKNOWN, 0, 0, 0);
  sp_emit (l, SP_P_Addr, SP_UNKNOWN_VALUE, SP_UNKNOWN, 0, 0);
}

/* --- values and objects ------------------------------------------------------------------------------ */

uint32_t
sp_whole_global (struct sp_lowering *l, uint32_t g)
{
  uint32_t *value = &l->whole->globals[g];
  if (*value == 0)
    {
      uint32_t o = sp_universe_object (&l->universe, SP_O_GLOBAL, g, 0, NULL);
      struct sp_object *x = &l->universe.objects.data[o];
      x->type = l->env->program->globals[g].type;
      x->multi = true;
      x->collapsed |= sp_leaves_of (l, x->type)->blob;
      *value = sp_address (l, o, 0, SP_TAG_NONE);
    }
  return *value;
}

uint32_t
sp_whole_panics (struct sp_lowering *l)
{
  if (l->whole->panics == 0)
    {
      uint32_t o = sp_universe_object (&l->universe, SP_O_GLOBAL, l->env->program->n_globals, 0, NULL);
      l->universe.objects.data[o].multi = true;
      l->whole->panics = sp_address (l, o, 0, SP_TAG_NONE);
    }
  return l->whole->panics;
}

uint32_t
sp_whole_result (const struct sp_lowering *l, uint32_t leaf)
{
  const struct sp_instance *x = &l->whole->instances.data[l->whole->current];
  SP_CHECK (leaf < x->n_results);
  return x->results + leaf;
}

bool
sp_whole_apart (const struct sp_lowering *l, uint32_t i)
{
  return sp_relation_find (&l->whole->apart, (uint32_t[]){ l->fn, i }) != SP_NO_TUPLE;
}

/* Nil is code without a function: it has no storage, and nothing is called. */
void
sp_whole_nil_box (struct sp_lowering *l, uint32_t d, gir_type type)
{
  uint32_t o = sp_universe_object (&l->universe, SP_O_FUNC, GIR_INVALID, 0, NULL);
  sp_emit (l, SP_P_Addr, d, sp_universe_cell (&l->universe, o, 0, SP_TAG_TYPE (type)), 0, 0);
}

/* --- instances --------------------------------------------------------------------------------------- */

static uint32_t
count_results (const struct sp_lowering *l, const struct gir_func *f)
{
  uint32_t n = 0;
  for (uint32_t k = 0; k < f->n_results; k++)
    n += sp_leaves_of (l, f->results[k].type)->n;
  return n;
}

static uint32_t
new_instance (struct sp_lowering *l, gir_fn fn, uint8_t depth)
{
  struct sp_whole *w = l->whole;
  const struct gir_func *f = &l->env->program->funcs[fn];
  struct sp_instance x = { .fn = fn, .depth = depth, .first = l->n_values };
  if (w->instances.size)
    {
      const struct sp_instance *before = &vec_last (&w->instances);
      x.site_base = before->site_base + l->env->program->funcs[before->fn].n_instrs;
    }
  x.start = sp_lower_number (l, fn);
  x.n_registers = l->n_values - x.first;
  x.results = l->n_values;
  x.n_results = count_results (l, f);
  l->n_values += x.n_results;
  vec_push (&w->instances, x);
  return w->instances.size - 1;
}

/* The instance of @fn for all callers, or for call @context alone. A copy: others may be made meanwhile. */
static struct sp_instance
instance (struct sp_lowering *l, gir_fn fn, uint32_t context, uint8_t depth)
{
  bool fresh;
  uint32_t id = sp_relation_add (&l->whole->ids, (uint32_t[]){ fn, context }, &fresh);
  if (fresh)
    {
      uint32_t made = new_instance (l, fn, depth);
      SP_CHECK (made == id);
    }
  return l->whole->instances.data[id];
}

const struct sp_instance *
sp_whole_instance_of (const struct sp_whole *w, uint32_t site)
{
  uint32_t low = 0, high = w->instances.size;
  while (high - low > 1)
    {
      uint32_t middle = low + (high - low) / 2;
      if (w->instances.data[middle].site_base <= site)
        low = middle;
      else
        high = middle;
    }
  return &w->instances.data[low];
}

static void
lower_instance (struct sp_lowering *l, uint32_t id)
{
  struct sp_whole *w = l->whole;
  struct sp_instance x = w->instances.data[id];
  w->current = id;
  l->site_base = x.site_base;
  uint32_t temps = l->n_values;
  sp_lower_open (l, x.fn, x.start);
  sp_lower_body (l);
  sp_lower_close (l);
  w->instances.data[id].temps = temps;
  w->instances.data[id].end = l->n_values;
  w->current = GIR_INVALID;
}

bool
sp_whole_go_on (struct sp_lowering *l)
{
  struct sp_whole *w = l->whole;
  if (w->lowered == w->instances.size)
    return false;
  while (w->lowered < w->instances.size)
    lower_instance (l, w->lowered++);
  return true;
}

/* --- binding ----------------------------------------------------------------------------------------- */

static void
copy_value (struct sp_lowering *l, uint32_t d, uint32_t v)
{
  if (v != SP_NULL_VALUE)
    sp_emit (l, SP_P_Copy, d, v, 0, 0);
}

void
sp_whole_late (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  for (uint32_t k = 0; x->sub == GIR_B_COPY && k < x->n_args; k++)
    copy_value (l, l->whole->late, sp_operand_leaf (l, l->f->operands[x->args + k], 0));
}

/* Leaf by leaf, or where the leaves do not fit (an argument too large for leaves) each to each. */
static void
copy_span (struct sp_lowering *l, uint32_t first, uint32_t n, struct sp_span s)
{
  for (uint32_t k = 0; k < n; k++)
    for (uint32_t j = 0; j < s.n; j++)
      if (n != s.n || k == j)
        copy_value (l, first + k, l->pool.data[s.first + j]);
}

/* An argument that is an interface and a parameter that need not be. */
static void
unbox_span (struct sp_lowering *l, uint32_t first, gir_type type, struct sp_span s)
{
  const GirProgram *p = l->env->program;
  if (s.n != 1 || sp_leaves_of (l, type)->n != 1)
    return;
  bool iface = p->types[gir_underlying (p, type)].kind == GIR_T_IFACE;
  sp_emit (l, iface ? SP_P_Filter : SP_P_Unbox, first, l->pool.data[s.first], SP_TAG_TYPE (type), 0);
}

static void
bind_parameters (struct sp_lowering *l, const struct sp_instance *x, uint32_t call, struct sp_span receiver)
{
  const struct gir_func *f = &l->env->program->funcs[x->fn];
  const struct sp_call *c = &vec_at (&l->calls, call);
  bool invoke = receiver.n != UINT32_MAX;
  for (uint32_t p = 0; p < f->n_params; p++)
    {
      uint32_t k = p - invoke, n = sp_leaves_of (l, f->params[p].type)->n;
      bool given = (invoke && p == 0) || k < c->n_args;
      if (!given || n == 0)
        continue;
      struct sp_span s = invoke && p == 0 ? receiver : l->spans.data[c->args + k];
      if (c->unbox)
        unbox_span (l, x->start[p], f->params[p].type, s);
      else
        copy_span (l, x->start[p], n, s);
    }
}

/* Captured variables are what the closure object holds of them. */
static void
bind_captured (struct sp_lowering *l, const struct sp_instance *x, uint32_t closure)
{
  const struct gir_func *f = &l->env->program->funcs[x->fn];
  for (uint32_t k = 0; k < f->n_free; k++)
    {
      const struct sp_leaves *leaves = sp_leaves_of (l, f->params[f->n_params + k].type);
      uint32_t d = x->start[f->n_params + k];
      for (unsigned j = 0; j < leaves->n; j++)
        if (closure == SP_NULL_VALUE)
          copy_value (l, d + j, SP_UNKNOWN_VALUE);
        else
          sp_load_leaf (l, l->version, d + j, sp_offset (l, closure, k * CAPTURE_STRIDE), leaves, j);
    }
}

static void
bind_results (struct sp_lowering *l, const struct sp_instance *x, uint32_t call)
{
  struct sp_span results = vec_at (&l->calls, call).results;
  for (uint32_t k = 0; k < results.n; k++)
    for (uint32_t j = 0; j < x->n_results; j++)
      if (results.n != x->n_results || k == j)
        copy_value (l, l->pool.data[results.first + k], x->results + j);
}

/* go/pointer's policy: functions of one short block that call nothing, and wrappers, are analysed anew for each static call. */
static bool
worth_an_instance (const struct gir_func *f)
{
  uint32_t n = 0;
  if (f->n_blocks != 1)
    return false;
  for (uint32_t i = 0; i < f->n_instrs; i++)
    n += f->instrs[i].op != GIR_OP_NOP;
  if (n > SMALL)
    return false;
  if (f->kind == GIR_F_WRAPPER || f->kind == GIR_F_THUNK || f->kind == GIR_F_BOUND)
    return true;
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].op == GIR_OP_CALL || f->instrs[i].op == GIR_OP_INVOKE)
      return false;
  return true;
}

static gir_fn
caller_of (const struct sp_lowering *l, uint32_t call)
{
  return l->whole->instances.data[vec_at (&l->calls, call).owner].fn;
}

static void
note_edge (struct sp_lowering *l, uint32_t call, gir_fn fn)
{
  const struct sp_call *c = &vec_at (&l->calls, call);
  sp_relation_add (&l->whole->edges, (uint32_t[]){ caller_of (l, call), c->instr, fn }, NULL);
  if (c->via)
    sp_relation_add (&l->whole->edges, (uint32_t[]){ c->via - 1, GIR_INVALID, fn }, NULL);
}

void
sp_whole_blind (struct sp_lowering *l, uint32_t call, gir_fn via)
{
  if (via != GIR_INVALID)
    sp_relation_add (&l->whole->blind, (uint32_t[]){ via, GIR_INVALID }, NULL);
  sp_relation_add (&l->whole->blind, (uint32_t[]){ caller_of (l, call), vec_at (&l->calls, call).instr }, NULL);
}

/* --- the functions of whole.def ---------------------------------------------------------------------- */

static uint32_t
field_offset (const struct sp_lowering *l, gir_type pointer, const char *name)
{
  const GirProgram *p = l->env->program;
  const struct gir_type_info *s = &p->types[gir_underlying (p, p->types[gir_underlying (p, pointer)].elem)];
  for (uint32_t k = 0; s->kind == GIR_T_STRUCT && k < s->n_fields; k++)
    if (strcmp (gir_string (p, p->fields[s->fields + k].name), name) == 0)
      return (uint32_t)p->fields[s->fields + k].offset;
  return SP_TOP;
}

/* The first leaf of argument @k, 0 being the receiver; SP_NULL_VALUE without. */
static uint32_t
argument (const struct sp_lowering *l, const struct sp_call *c, struct sp_span receiver, uint32_t k)
{
  bool invoke = receiver.n != UINT32_MAX;
  struct sp_span s = { 0, 0 };
  if (invoke && k == 0)
    s = receiver;
  else if (k - invoke < c->n_args)
    s = l->spans.data[c->args + k - invoke];
  return s.n ? l->pool.data[s.first] : SP_NULL_VALUE;
}

/* A further call that call @call makes out of sight: @value with argument leaf @arg, if any. */
static uint32_t
inner_call (struct sp_lowering *l, uint32_t call, gir_fn via, uint32_t value, struct sp_span arg)
{
  struct sp_call c = { .kind = SP_CALL_DYNAMIC, .value = value, .via = via + 1 };
  c.version = vec_at (&l->calls, call).version;
  c.instr = vec_at (&l->calls, call).instr;
  c.owner = vec_at (&l->calls, call).owner;
  c.args = l->spans.size;
  c.n_args = arg.n > 0;
  if (c.n_args)
    vec_push (&l->spans, arg);
  vec_push (&l->calls, c);
  if (value != SP_NULL_VALUE)
    sp_emit (l, SP_P_Dynamic, l->calls.size - 1, value, 0, 0);
  return l->calls.size - 1;
}

/* What a Pool holds lies in the Pool itself. */
static void
pool (struct sp_lowering *l, uint32_t call, gir_fn fn, struct sp_span receiver, bool put)
{
  const struct sp_call c = vec_at (&l->calls, call);
  const struct gir_func *f = &l->env->program->funcs[fn];
  if (f->n_params == 0)
    return;
  gir_type type = f->params[0].type;
  uint32_t pool = argument (l, &c, receiver, 0), kept = sp_offset (l, pool, field_offset (l, type, "local"));
  if (put)
    {
      sp_put (l, c.version, kept, argument (l, &c, receiver, 1));
      return;
    }
  if (c.results.n == 1 && kept != SP_NULL_VALUE)
    sp_emit (l, SP_P_Load, c.version, l->pool.data[c.results.first], kept, 0);
  uint32_t make = sp_temp (l), at = sp_offset (l, pool, field_offset (l, type, "New"));
  if (at != SP_NULL_VALUE)
    sp_emit (l, SP_P_Load, c.version, make, at, 0);
  uint32_t inner = inner_call (l, call, fn, make, (struct sp_span){ 0, 0 });
  vec_at (&l->calls, inner).results = c.results;
}

static void
callback (struct sp_lowering *l, uint32_t call, gir_fn fn, struct sp_span receiver, uint32_t arg)
{
  const struct sp_call c = vec_at (&l->calls, call);
  struct sp_span s = arg < c.n_args ? l->spans.data[c.args + arg] : (struct sp_span){ 0, 0 };
  uint32_t inner = inner_call (l, call, fn, argument (l, &c, receiver, 1), s);
  vec_at (&l->calls, inner).unbox = arg == 0;
}

static bool
special_call (struct sp_lowering *l, uint32_t call, gir_fn fn, struct sp_span receiver)
{
  switch ((enum sp_whole_effect)l->whole->effects[fn])
    {
    case SP_WHOLE_GET: pool (l, call, fn, receiver, false); return true;
    case SP_WHOLE_PUT: pool (l, call, fn, receiver, true); return true;
    case SP_WHOLE_FINALIZER: callback (l, call, fn, receiver, 0); return true;
    case SP_WHOLE_CLEANUP: callback (l, call, fn, receiver, 2); return true;
    case SP_WHOLE_NONE: break;
    }
  return false;
}

/* --- calls ------------------------------------------------------------------------------------------- */

gir_fn
sp_whole_static (struct sp_lowering *l, gir_operand x, uint32_t *closure)
{
  *closure = SP_NULL_VALUE;
  for (;;)
    {
      if (gir_operand_kind (x) == GIR_FUNC)
        return gir_operand_index (x);
      const struct gir_instr *i = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (l->f, gir_operand_index (x)) : NULL;
      if (i && i->op == GIR_OP_CLOSURE)
        {
          *closure = sp_operand_leaf (l, x, 0);
          return gir_operand_index (l->f->operands[i->args]);
        }
      if (!i || i->op != GIR_OP_CHTYPE)
        return GIR_INVALID;
      x = l->f->operands[i->args];
    }
}

bool
sp_whole_call (struct sp_lowering *l, uint32_t call, gir_fn fn, uint32_t closure, struct sp_span receiver, bool sure)
{
  struct sp_whole *w = l->whole;
  note_edge (l, call, fn);
  if (special_call (l, call, fn, receiver))
    return true;
  if (l->env->modelled[fn])
    return false;
  uint32_t caller = vec_at (&l->calls, call).owner;
  uint8_t depth = w->instances.data[caller].depth;
  bool anew = sure && depth < MAX_CHAIN && worth_an_instance (&l->env->program->funcs[fn]);
  struct sp_instance x = anew ? instance (l, fn, call, (uint8_t)(depth + 1)) : instance (l, fn, GIR_INVALID, 0);
  bind_parameters (l, &x, call, receiver);
  bind_captured (l, &x, closure);
  bind_results (l, &x, call);
  return true;
}

/* --- the world around -------------------------------------------------------------------------------- */

static void
open_parameters (struct sp_lowering *l, const struct sp_instance *x, uint32_t from)
{
  const struct gir_func *f = &l->env->program->funcs[x->fn];
  for (uint32_t p = from; p < f->n_params; p++)
    for (unsigned k = 0; k < sp_leaves_of (l, f->params[p].type)->n; k++)
      copy_value (l, x->start[p] + k, SP_UNKNOWN_VALUE);
}

static void
open_results (struct sp_lowering *l, const struct sp_instance *x)
{
  for (uint32_t k = 0; k < x->n_results; k++)
    sp_emit (l, SP_P_Leak, l->version, x->results + k, 0, 0);
}

void
sp_whole_root (struct sp_lowering *l, gir_fn fn, bool open)
{
  if (l->env->modelled[fn])
    return;
  struct sp_instance x = instance (l, fn, GIR_INVALID, 0);
  if (!open)
    return;
  open_parameters (l, &x, 0);
  open_results (l, &x);
}

static void
stray_method (struct sp_lowering *l, gir_type type, gir_fn fn, uint32_t word)
{
  sp_relation_add (&l->whole->astray, &fn, NULL);
  if (l->env->modelled[fn] || l->env->program->funcs[fn].n_params == 0)
    return;
  struct sp_instance x = instance (l, fn, GIR_INVALID, 0);
  struct sp_span receiver = sp_receiver_span (l, type, word, l->version);
  copy_span (l, x.start[0], sp_leaves_of (l, l->env->program->funcs[fn].params[0].type)->n, receiver);
  open_parameters (l, &x, 1);
  open_results (l, &x);
}

void
sp_whole_stray (struct sp_lowering *l, uint32_t cell)
{
  const GirProgram *p = l->env->program;
  struct sp_cell c = sp_universe_cell_at (&l->universe, cell);
  const struct sp_object o = *sp_universe_at (&l->universe, c.object);
  l->version = 0;
  if (o.code != GIR_INVALID)
    sp_relation_add (&l->whole->astray, &o.code, NULL);
  if (o.code != GIR_INVALID && !l->env->modelled[o.code])
    {
      struct sp_instance x = instance (l, o.code, GIR_INVALID, 0);
      uint32_t closure = o.kind == SP_O_FUNC ? SP_NULL_VALUE : sp_address (l, c.object, 0, SP_TAG_NONE);
      bind_captured (l, &x, closure);
      open_parameters (l, &x, 0);
      open_results (l, &x);
    }
  if (c.tag <= SP_TAG_ANY)
    return;
  const struct gir_type_info *type = &p->types[c.tag - SP_TAG_TYPE (0)];
  if (type->mset == GIR_INVALID || type->n_mset == 0)
    return;
  uint32_t word = sp_temp (l);
  sp_emit (l, SP_P_Addr, word, sp_universe_base (&l->universe, cell), 0, 0);
  for (uint32_t k = 0; k < type->n_mset; k++)
    stray_method (l, c.tag - SP_TAG_TYPE (0), p->methods[type->mset + k].fn, word);
}
