/* Lowering of calls: go, defer, static and dynamic calls, and the instantiation of summaries. */
#include "constraints/lower_private.h"

#include "constraints/models.h"
#include "constraints/whole.h"

static struct sp_call *
call_at (struct sp_lowering *l, uint32_t call)
{
  return &vec_at (&l->calls, call);
}

static gir_operand
operand (const struct sp_lowering *l, uint32_t i, uint32_t k)
{
  return l->f->operands[l->f->instrs[i].args + k];
}

/* The leaves of an argument; constants have none. */
static struct sp_span
argument_span (struct sp_lowering *l, gir_operand x)
{
  enum gir_operand_kind kind = gir_operand_kind (x);
  if (kind == GIR_VALUE)
    return sp_operand_span (l, x, sp_operand_type (l, x));
  struct sp_span s = { l->pool.size, kind == GIR_GLOBAL || kind == GIR_FUNC };
  if (s.n)
    {
      uint32_t v = sp_operand_leaf (l, x, 0);
      vec_push (&l->pool, v);
    }
  return s;
}

/* --- unknown callees --------------------------------------------------------------------------------- */

static void
leak_span (struct sp_lowering *l, uint32_t version, struct sp_span s)
{
  for (uint32_t k = 0; k < s.n; k++)
    sp_emit (l, SP_P_Leak, version, l->pool.data[s.first + k], 0, 0);
}

static void
results_from (struct sp_lowering *l, const struct sp_call *c, uint32_t value)
{
  for (uint32_t k = 0; k < c->results.n; k++)
    sp_emit (l, SP_P_Copy, l->pool.data[c->results.first + k], value, 0, 0);
}

/* Nobody knows the callee: it may keep all it gets, call back, and return anything. */
static void
unknown_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = call_at (l, call);
  if (c->unknown)
    return;
  c->unknown = true;
  if (l->whole)
    sp_whole_blind (l, call, GIR_INVALID);
  for (uint32_t k = 0; k < c->n_args; k++)
    leak_span (l, c->version, l->spans.data[c->args + k]);
  if (c->value != SP_NULL_VALUE)
    sp_emit (l, SP_P_Leak, c->version, c->value, 0, 0);
  results_from (l, c, SP_UNKNOWN_VALUE);
}

/* The callee may be known, but not at a bearable cost. */
static void
give_up (struct sp_lowering *l, uint32_t call)
{
  l->tainted = true;
  unknown_call (l, call);
}

/* Only a caller of this function can know the callee: the call stays in the summary. What it gets is out of the frame's control, and
 * it may return anything that the caller's code could. */
static void
residual_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = call_at (l, call);
  if (l->limits & SP_LIMIT_RESIDUALS)
    unknown_call (l, call);
  if (c->residual || c->unknown)
    return;
  c->residual = true;
  for (uint32_t k = 0; k < c->n_args; k++)
    for (uint32_t j = 0; j < l->spans.data[c->args + k].n; j++)
      {
        uint32_t v = l->pool.data[l->spans.data[c->args + k].first + j];
        sp_emit (l, l->deciding.settled ? SP_P_Show : SP_P_Give, c->version, v, 0, 0);
      }
  for (uint32_t k = 0; k < c->results.n; k++)
    {
      uint32_t o = sp_universe_object (&l->universe, SP_O_RESULT, call, k, NULL);
      uint32_t cell = sp_universe_cell (&l->universe, o, 0, SP_TAG_ANY);
      sp_emit (l, SP_P_Addr, l->pool.data[c->results.first + k], cell, 0, 0);
    }
}

/* --- instantiation ----------------------------------------------------------------------------------- */

struct instance
{
  struct sp_lowering *l;
  const struct sp_summary *s;
  const struct gir_func *g;
  uint32_t call;
  uint32_t version;
  uint32_t closure;        /* value that points to the closure object, or SP_NULL_VALUE */
  uint32_t held_in;        /* the captured variable of the caller that holds the closure, or GIR_INVALID */
  struct sp_span receiver; /* of an invoke; n == UINT32_MAX without */
  bool widen;              /* the summary is collapsed and the caller is not */
  bool recursive;
  uint32_t *names;     /* values */
  uint32_t *residuals; /* call records */
};

static const struct sp_leaves *
summary_leaves (const struct instance *x, gir_type type)
{
  const struct sp_types *t = x->l->env->types;
  return x->s->collapsed ? &t->collapsed[type] : &t->fine[type];
}

/* The span of the argument for parameter @p of the callee; empty for constants. */
static struct sp_span
parameter_span (const struct instance *x, uint32_t p)
{
  const struct sp_call *c = call_at (x->l, x->call);
  bool invoke = x->receiver.n != UINT32_MAX;
  if (invoke && p == 0)
    return x->receiver;
  uint32_t k = p - invoke;
  return k < c->n_args ? x->l->spans.data[c->args + k] : (struct sp_span){ 0, 0 };
}

static uint32_t
merge_span (struct sp_lowering *l, struct sp_span s)
{
  uint32_t t = sp_temp (l);
  for (uint32_t k = 0; k < s.n; k++)
    sp_emit (l, SP_P_Copy, t, l->pool.data[s.first + k], 0, 0);
  return t;
}

static uint32_t
parameter_value (struct instance *x, uint32_t leaf)
{
  for (uint32_t p = 0; p < x->g->n_params; p++)
    {
      uint32_t n = summary_leaves (x, x->g->params[p].type)->n;
      if (leaf < n)
        {
          struct sp_span s = parameter_span (x, p);
          if (s.n == 0)
            return SP_NULL_VALUE;
          return x->widen ? merge_span (x->l, s) : x->l->pool.data[s.first + leaf];
        }
      leaf -= n;
    }
  return SP_NULL_VALUE;
}

/* The caller's own captured variable that is captured variable @k of the closure it calls; SP_NULL_VALUE when none is for sure. */
static uint32_t
own_captured_value (const struct instance *x, uint32_t k)
{
  const struct sp_lowering *l = x->l;
  uint32_t i = x->held_in == GIR_INVALID
                   ? GIR_INVALID
                   : sp_captured_same (l->env->program, l->env->captured, l->fn, x->held_in, (gir_fn)(x->g - l->env->program->funcs), k);
  return i == GIR_INVALID ? SP_NULL_VALUE : l->start[l->f->n_params + i];
}

static uint32_t
captured_value (struct instance *x, uint32_t leaf)
{
  for (uint32_t k = 0; k < x->g->n_free; k++)
    {
      const struct sp_leaves *n = summary_leaves (x, x->g->params[x->g->n_params + k].type);
      if (leaf == 0 && own_captured_value (x, k) != SP_NULL_VALUE)
        return own_captured_value (x, k);
      if (leaf < n->n && x->closure != SP_NULL_VALUE)
        {
          uint32_t t = sp_temp (x->l);
          uint32_t at = sp_offset (x->l, x->closure, x->widen ? SP_TOP : k * CAPTURE_STRIDE);
          uint32_t from = x->widen ? at : sp_leaf_address (x->l, at, n, leaf);
          sp_emit (x->l, SP_P_Load, x->version, t, from, 0);
          return t;
        }
      if (leaf < n->n)
        return SP_UNKNOWN_VALUE;
      leaf -= n->n;
    }
  return SP_UNKNOWN_VALUE;
}

/* Whether the object is one with all that come from its site, whichever call hands it back. Those without pointers always are: that tells
 * nothing less of what points where. */
static bool
is_merged (struct instance *x, const struct sp_fresh *fresh)
{
  struct sp_lowering *l = x->l;
  if (fresh->data)
    return true;
  bool many = l->limits & SP_LIMIT_CLONES || l->n_clones >= l->env->budgets->clones;
  l->tainted |= many;
  l->n_clones += !many;
  return many;
}

static uint32_t
clone_object (struct instance *x, uint32_t k)
{
  struct sp_lowering *l = x->l;
  const struct sp_fresh *fresh = &x->s->fresh.data[k];
  const struct sp_call *c = call_at (l, x->call);
  uint32_t a = x->call, b = sp_relation_add (&l->handed_back, (uint32_t[]){ (gir_fn)(x->g - l->env->program->funcs), k }, NULL);
  bool merged = is_merged (x, fresh), several;
  several = fresh->multi || c->repeats || x->recursive || (merged && !fresh->data);
  if (x->recursive || merged)
    {
      a = x->recursive ? SP_REC : SP_MANY;
      b = sp_relation_add (&l->recursive, (uint32_t[]){ fresh->fn, fresh->instr, fresh->sub }, NULL);
    }
  bool is_new;
  uint32_t o = sp_universe_object (&l->universe, SP_O_CLONE, a, b, &is_new);
  struct sp_object *object = &l->universe.objects.data[o];
  object->multi |= several;
  if (!is_new)
    {
      l->origins.data[object->origin].multi |= several;
      return o;
    }
  object->type = fresh->type;
  object->code = fresh->code;
  object->collapsed |= fresh->collapsed;
  object->data = fresh->data;
  sp_emit (l, SP_P_HeapKind, o, 0, 0, 0);
  sp_emit (l, SP_P_Site, o, 0, 0, 0);
  sp_lose_again (l, o, (struct sp_origin){ fresh->fn, fresh->instr, fresh->sub });
  struct sp_fresh origin = *fresh;
  origin.depth = x->recursive ? SP_DEEP : MIN (fresh->depth + 1, SP_DEEP);
  origin.multi = object->multi;
  origin.recursive |= x->recursive;
  object->origin = l->origins.size;
  vec_push (&l->origins, origin);
  return o;
}

static uint32_t
load_through (struct instance *x, uint32_t from, uint32_t offset)
{
  if (from == SP_NULL_VALUE)
    return SP_NULL_VALUE;
  uint32_t t = sp_temp (x->l);
  uint32_t a = x->widen ? sp_offset (x->l, from, SP_TOP) : offset ? sp_offset (x->l, from, offset) : from;
  sp_emit (x->l, SP_P_Load, x->version, t, a, 0);
  return t;
}

static uint32_t
name_value (struct instance *x, const struct sp_name *n)
{
  struct sp_lowering *l = x->l;
  switch ((enum sp_name_kind)n->kind)
    {
    case SP_NAME_PARAM:
      return n->base < x->s->n_param_leaves ? parameter_value (x, n->base) : captured_value (x, n->base - x->s->n_param_leaves);
    case SP_NAME_LOAD: return load_through (x, x->names[n->base], n->offset);
    case SP_NAME_BLOB:
      {
        uint32_t t = load_through (x, x->names[n->base], n->offset);
        if (t != SP_NULL_VALUE)
          sp_emit (l, SP_P_Load, x->version, t, sp_offset (l, t, SP_TOP), 0);
        return t;
      }
    case SP_NAME_FRESH: return sp_address (l, clone_object (x, n->base), 0, SP_TAG_NONE);
    case SP_NAME_RESULT: return l->pool.data[call_at (l, x->residuals[n->base])->results.first + n->offset];
    case SP_NAME_FUNC: return sp_operand_leaf (l, gir_operand_new (GIR_FUNC, n->base), 0);
    case SP_NAME_UNKNOWN: break;
    }
  return SP_UNKNOWN_VALUE;
}

/* What @v points to, as it is (interfaces keep their dynamic types, functions stay callable), and every other cell of it. */
static uint32_t
anywhere_within (struct sp_lowering *l, uint32_t v)
{
  if (v == SP_UNKNOWN_VALUE)
    return v;
  uint32_t t = sp_temp (l);
  sp_emit (l, SP_P_Copy, t, v, 0, 0);
  sp_emit (l, SP_P_Copy, t, sp_offset (l, v, SP_TOP), 0, 0);
  return t;
}

/* The value of a cell reference. In a collapsed summary an offset means nothing: any cell of the object. */
static uint32_t
ref_value (struct instance *x, const struct sp_ref *r)
{
  uint32_t v = x->names[r->name];
  if (v == SP_NULL_VALUE)
    return v;
  enum sp_name_kind kind = (enum sp_name_kind)x->s->names.data[r->name].kind;
  bool whole = kind == SP_NAME_UNKNOWN || kind == SP_NAME_FUNC;
  if ((x->widen && !whole) || r->offset == SP_TOP)
    v = anywhere_within (x->l, v);
  else if (r->offset)
    v = sp_offset (x->l, v, r->offset);
  if (r->tag <= SP_TAG_ANY)
    return v;
  uint32_t t = sp_temp (x->l);
  sp_emit (x->l, SP_P_Box, t, v, r->tag, 0);
  return t;
}

/* A call record for residual call @r; its results are fresh temporaries. */
static uint32_t
residual_record (struct instance *x, const struct sp_residual *r)
{
  struct sp_lowering *l = x->l;
  const struct sp_call *outer = call_at (l, x->call);
  struct sp_call c
      = { .kind = r->invoke ? SP_CALL_INVOKE : SP_CALL_DYNAMIC, .method = r->method, .version = x->version, .instr = outer->instr };
  c.depth = (uint8_t)(outer->depth + 1);
  c.parent = x->call;
  c.owner = outer->owner;
  c.origins = l->origin_fns.size;
  c.n_origins = r->n_origins;
  for (uint32_t k = 0; k < r->n_origins; k++)
    vec_push (&l->origin_fns, x->s->origin_fns.data[r->origins + k]);
  c.repeats = true;
  c.known = sp_callees_checked (l->env->callees, r->known, r->invoke);
  c.value = sp_temp (l);
  c.results = (struct sp_span){ l->pool.size, r->n_results };
  for (uint32_t k = 0; k < r->n_results; k++)
    vec_push (&l->pool, sp_temp (l));
  vec_push (&l->calls, c);
  return l->calls.size - 1;
}

static void
residual_arguments (struct instance *x, const struct sp_residual *r, uint32_t call)
{
  struct sp_lowering *l = x->l;
  const struct sp_summary *s = x->s;
  uint32_t first = l->spans.size;
  for (uint32_t k = 0; k < r->n_spans; k++)
    {
      uint32_t n = s->counts.data[r->spans + k];
      vec_push (&l->spans, ((struct sp_span){ l->pool.size, n }));
      for (uint32_t j = 0; j < n; j++)
        vec_push (&l->pool, sp_temp (l));
    }
  for (uint32_t k = 0; k < r->n_args; k++)
    {
      const struct sp_sum_arg *a = &s->args.data[r->args + k];
      uint32_t v = ref_value (x, &a->ref);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Copy, l->pool.data[l->spans.data[first + a->arg].first + a->leaf], v, 0, 0);
    }
  for (uint32_t k = 0; k < r->n_callees; k++)
    {
      uint32_t v = ref_value (x, &s->refs.data[r->callees + k]);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Copy, call_at (l, call)->value, v, 0, 0);
    }
  call_at (l, call)->args = first;
  call_at (l, call)->n_args = r->n_spans;
  if (x->widen || call_at (l, call)->depth > l->env->budgets->nesting || l->calls.size > l->env->budgets->records)
    give_up (l, call);
  else
    sp_emit (l, SP_P_Dynamic, call, call_at (l, call)->value, 0, 0);
}

static uint32_t
result_of (const struct instance *x, uint32_t leaf)
{
  const struct sp_call *c = call_at (x->l, x->call);
  uint32_t k = c->results.n == x->s->n_result_leaves ? leaf : c->results.n == 1 ? 0 : UINT32_MAX;
  return k < c->results.n ? x->l->pool.data[c->results.first + k] : SP_NULL_VALUE;
}

/* Models tell where what they return comes from, not what it is. In a whole program, a pointer's type tells. */
static uint32_t
typed_result (const struct instance *x, uint32_t v)
{
  const GirProgram *p = x->l->env->program;
  const struct gir_type_info *type = x->g->n_results == 1 ? &p->types[gir_underlying (p, x->g->results[0].type)] : NULL;
  if (!x->l->whole || !type || type->kind != GIR_T_PTR || v == SP_UNKNOWN_VALUE)
    return v;
  uint32_t t = sp_temp (x->l);
  sp_emit (x->l, SP_P_Typed, t, v, SP_TAG_TYPE (type->elem), 0);
  return t;
}

/* What is emitted from now on comes from statement @number of its kind. */
static void
begin_statement (struct instance *x, enum sp_statement kind, uint32_t number)
{
  x->l->cause.statement = (uint16_t)kind;
  x->l->cause.number = number;
}

static void
instantiate_results (struct instance *x)
{
  struct sp_lowering *l = x->l;
  const struct sp_call *c = call_at (l, x->call);
  struct sp_span results = c->results;
  bool same = results.n == x->s->n_result_leaves;
  for (uint32_t k = 0; k < x->s->rets.size; k++)
    {
      const struct sp_sum_ret *r = &x->s->rets.data[k];
      begin_statement (x, SP_STATEMENT_RET, k);
      uint32_t v = ref_value (x, &r->ref);
      if (v == SP_NULL_VALUE)
        continue;
      v = typed_result (x, v);
      if (same || results.n == 1)
        sp_emit (l, SP_P_Copy, result_of (x, r->leaf), v, 0, 0);
      else
        for (uint32_t j = 0; j < results.n; j++)
          sp_emit (l, SP_P_Copy, l->pool.data[results.first + j], v, 0, 0);
    }
}

/* One value for several references. */
static uint32_t
merge_refs (struct instance *x, uint32_t first, uint32_t n)
{
  if (n == 1)
    return ref_value (x, &x->s->refs.data[first]);
  uint32_t t = sp_temp (x->l);
  for (uint32_t k = 0; k < n; k++)
    {
      uint32_t v = ref_value (x, &x->s->refs.data[first + k]);
      if (v != SP_NULL_VALUE)
        sp_emit (x->l, SP_P_Copy, t, v, 0, 0);
    }
  return t;
}

static void
instantiate_effects (struct instance *x)
{
  struct sp_lowering *l = x->l;
  for (uint32_t k = 0; k < x->s->puts.size; k++)
    {
      const struct sp_sum_put *p = &x->s->puts.data[k];
      begin_statement (x, SP_STATEMENT_PUT, k);
      uint32_t to = merge_refs (x, p->to, p->n_to);
      sp_put (l, x->version, to, merge_refs (x, p->what, p->n_what));
    }
  for (uint32_t k = 0; k < x->s->leaks.size; k++)
    {
      begin_statement (x, SP_STATEMENT_LEAK, k);
      uint32_t v = ref_value (x, &x->s->leaks.data[k]);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Leak, x->version, v, 0, 0);
    }
  for (uint32_t k = 0; k < x->s->holds.size; k++)
    {
      begin_statement (x, SP_STATEMENT_HOLD, k);
      uint32_t v = ref_value (x, &x->s->holds.data[k]);
      if (v != SP_NULL_VALUE)
        sp_emit (l, SP_P_Hold, v, 0, 0, 0);
    }
  begin_statement (x, SP_STATEMENT_OTHER, 0);
  for (uint32_t k = 0; k < x->s->residuals.size; k++)
    residual_arguments (x, &x->s->residuals.data[k], x->residuals[k]);
}

/* Arguments fit the callee's parameters leaf by leaf. */
static bool
arguments_fit (const struct instance *x)
{
  for (uint32_t p = 0; p < x->g->n_params; p++)
    {
      uint32_t n = sp_leaves_of (x->l, x->g->params[p].type)->n, given = parameter_span (x, p).n;
      if (given != 0 && given != n)
        return false;
    }
  return true;
}

static void
instantiate (struct sp_lowering *l, uint32_t call, gir_fn fn, uint32_t closure, uint32_t held_in, struct sp_span receiver)
{
  if (l->whole && sp_whole_call (l, call, fn, closure, receiver, call_at (l, call)->kind == SP_CALL_STATIC))
    return;
  struct instance x
      = { .held_in = held_in, .l = l, .g = &l->env->program->funcs[fn], .call = call, .closure = closure, .receiver = receiver };
  x.s = l->env->summary (l->env->data, l->fn, fn, &x.recursive);
  l->cause.callee = fn;
  x.version = call_at (l, call)->version;
  l->tainted |= x.s ? x.s->tainted : !l->env->modelled[fn];
  if (l->whole && (!x.s || x.s->leaks.size))
    sp_whole_blind (l, call, fn);
  if (!x.s || !arguments_fit (&x))
    {
      l->cause.statement = SP_STATEMENT_NONE;
      unknown_call (l, call);
      l->cause.callee = GIR_INVALID;
      return;
    }
  x.widen = x.s->collapsed && l->precision.fields;
  begin_statement (&x, SP_STATEMENT_OTHER, 0);
  x.names = g_new0 (uint32_t, x.s->names.size + 1);
  x.residuals = g_new0 (uint32_t, x.s->residuals.size + 1);
  for (uint32_t k = 0; k < x.s->residuals.size; k++)
    x.residuals[k] = residual_record (&x, &x.s->residuals.data[k]);
  for (uint32_t k = 0; k < x.s->names.size; k++)
    x.names[k] = name_value (&x, &x.s->names.data[k]);
  instantiate_results (&x);
  instantiate_effects (&x);
  l->cause.callee = GIR_INVALID;
  g_free (x.names);
  g_free (x.residuals);
}

static const struct sp_span no_receiver = { 0, UINT32_MAX };

/* --- targets of dynamic calls ------------------------------------------------------------------------ */

static gir_fn
method_of (const struct sp_lowering *l, gir_type type, gir_str name)
{
  const GirProgram *p = l->env->program;
  const struct gir_type_info *t = &p->types[type];
  for (uint32_t k = 0; t->mset != GIR_INVALID && k < t->n_mset; k++)
    if (p->methods[t->mset + k].name == name)
      return p->methods[t->mset + k].fn;
  return GIR_INVALID;
}

struct sp_span
sp_receiver_span (struct sp_lowering *l, gir_type type, uint32_t word, uint32_t version)
{
  const struct sp_leaves *leaves = sp_leaves_of (l, type);
  bool direct = sp_types_pointer_shaped (l->env->program, type);
  u32_vec values = { 0 };
  for (unsigned k = 0; k < leaves->n; k++)
    {
      uint32_t v = direct ? word : sp_temp (l);
      if (!direct)
        sp_load_leaf (l, version, v, word, leaves, k);
      vec_push (&values, v);
    }
  struct sp_span s = { l->pool.size, values.size };
  vec_foreach (uint32_t, v, &values)
    vec_push (&l->pool, *v);
  vec_clear (&values);
  return s;
}

static uint32_t
count_known (const struct sp_lowering *l, const struct sp_call *c)
{
  return sp_callees_size (l->env->callees, c->known);
}

static gir_fn
known_function (const struct sp_lowering *l, const struct sp_call *c, uint32_t k)
{
  return sp_callees_function (l->env->callees, l->env->program, c->known, k, c->method);
}

/* Whether all that the call may call has a summary, at a bearable cost. Where the function's own summary is made, nothing is bound so:
 * callers' summaries would grow, and budgets would take more than is gained. */
static bool
can_expand (struct sp_lowering *l, const struct sp_call *c)
{
  if (!l->deciding.expanded || !c->known)
    return false;
  if (c->depth > l->env->budgets->nesting / 2 || l->calls.size > l->env->budgets->records / 2)
    {
      l->tainted = true;
      return false;
    }
  for (uint32_t k = 0; k < count_known (l, c); k++)
    {
      gir_fn fn = known_function (l, c, k);
      bool recursive;
      if (fn == GIR_INVALID || !l->env->summary (l->env->data, l->fn, fn, &recursive))
        return false;
    }
  return true;
}

/* Binds all that the call may call, with captured variables and receivers that are known to nobody: what is called came from beyond the
 * frame, or left it. */
static void
expand_call (struct sp_lowering *l, uint32_t call)
{
  struct sp_call c = *call_at (l, call);
  const struct sp_callees *known = l->env->callees;
  if (c.expanded)
    return;
  call_at (l, call)->expanded = true;
  for (uint32_t k = 0; k < count_known (l, &c); k++)
    {
      struct sp_span receiver = no_receiver;
      if (c.kind == SP_CALL_INVOKE)
        receiver = sp_receiver_span (l, known->members.data[known->begin.data[c.known] + k], SP_UNKNOWN_VALUE, c.version);
      instantiate (l, call, known_function (l, &c, k), SP_UNKNOWN_VALUE, GIR_INVALID, receiver);
    }
}

/* A local object that is no closure is never called; that it shows up here is an effect of merged cells. */
static void
foreign_target (struct sp_lowering *l, uint32_t call, const struct sp_object *o)
{
  const struct sp_call *c = call_at (l, call);
  if (sp_object_foreign (o) && (c->expanded || can_expand (l, c)))
    expand_call (l, call);
  else if (o->kind == SP_O_UNKNOWN)
    unknown_call (l, call);
  else if (sp_object_foreign (o))
    residual_call (l, call);
}

static void
invoke_target (struct sp_lowering *l, uint32_t call, uint32_t cell, const struct sp_object *o)
{
  struct sp_cell c = sp_universe_cell_at (&l->universe, cell);
  if (c.tag <= SP_TAG_ANY)
    {
      foreign_target (l, call, o);
      return;
    }
  gir_type type = c.tag - SP_TAG_TYPE (0);
  gir_fn fn = method_of (l, type, call_at (l, call)->method);
  if (fn == GIR_INVALID)
    return; /* a dynamic type without the method never gets here */
  uint32_t word = sp_temp (l);
  sp_emit (l, SP_P_Addr, word, sp_universe_base (&l->universe, cell), 0, 0);
  instantiate (l, call, fn, SP_NULL_VALUE, GIR_INVALID, sp_receiver_span (l, type, word, call_at (l, call)->version));
}

/* Whether two call records call the same thing in the same way: then the same target means the same function, or the same functions where
 * they are @known alone. */
static bool
same_shape (const struct sp_lowering *l, const struct sp_call *a, const struct sp_call *b, bool known)
{
  if (a->kind != b->kind || a->method != b->method || (known && a->known != b->known) || a->n_args != b->n_args
      || a->results.n != b->results.n)
    return false;
  for (uint32_t k = 0; k < a->n_args; k++)
    if (l->spans.data[a->args + k].n != l->spans.data[b->args + k].n)
      return false;
  return true;
}

/* A residual call that reaches a target which one of the calls around it has reached already is recursion: its arguments join that one's.
 */
static bool
fold_recursion (struct sp_lowering *l, uint32_t call, uint32_t cell, bool foreign)
{
  const struct sp_call *c = call_at (l, call), *outer = c;
  uint32_t a = call;
  do
    {
      if (outer->depth < 2)
        return false;
      a = outer->parent;
      outer = call_at (l, a);
    }
  while (!same_shape (l, c, outer, foreign) || sp_relation_find (&l->instances, (uint32_t[]){ a, cell }) == SP_NO_TUPLE);
  for (uint32_t k = 0; k < c->n_args; k++)
    for (uint32_t j = 0; j < l->spans.data[c->args + k].n; j++)
      sp_emit (l, SP_P_Copy, l->pool.data[l->spans.data[outer->args + k].first + j], l->pool.data[l->spans.data[c->args + k].first + j], 0,
               0);
  for (uint32_t k = 0; k < c->results.n; k++)
    sp_emit (l, SP_P_Copy, l->pool.data[c->results.first + k], l->pool.data[outer->results.first + k], 0, 0);
  return true;
}

/* The captured variable of this function that @o is the content of; GIR_INVALID for any other object. */
static uint32_t
captured_holder (const struct sp_lowering *l, const struct sp_object *o)
{
  if (o->kind != SP_O_CONTENT)
    return GIR_INVALID;
  uint32_t k = 0, leaf = sp_universe_at (&l->universe, sp_universe_cell_at (&l->universe, o->a).object)->a;
  while (sp_parameter_leaf (l, l->f->n_params + k) != leaf)
    SP_CHECK (++k < l->f->n_free); /* know_captured_functions: no other content has code */
  return k;
}

void
sp_lower_target (struct sp_lowering *l, uint32_t call, uint32_t cell)
{
  struct sp_call *c = call_at (l, call);
  l->instr = c->instr;
  if (!l->whole && c->n_targets++ >= l->env->budgets->targets)
    {
      give_up (l, call);
      return;
    }
  struct sp_cell x = sp_universe_cell_at (&l->universe, cell);
  struct sp_object o = *sp_universe_at (&l->universe, x.object);
  if (fold_recursion (l, call, cell, sp_object_foreign (&o)))
    return;
  sp_relation_add (&l->instances, (uint32_t[]){ call, cell }, NULL);
  if (c->kind == SP_CALL_INVOKE)
    invoke_target (l, call, cell, &o);
  else if (o.code != GIR_INVALID)
    {
      uint32_t closure = SP_NULL_VALUE;
      if (o.kind != SP_O_FUNC)
        closure = sp_address (l, x.object, 0, SP_TAG_NONE);
      instantiate (l, call, o.code, closure, captured_holder (l, &o), no_receiver);
    }
  else
    foreign_target (l, call, &o);
}

/* --- instructions ------------------------------------------------------------------------------------ */

static uint32_t
new_record (struct sp_lowering *l, uint32_t i, uint32_t version)
{
  const struct gir_instr *x = &l->f->instrs[i];
  struct sp_call c = { .instr = i, .version = version, .repeats = l->cfg->in_cycle[l->block], .owner = l->whole ? l->whole->current : 0 };
  gir_operand callee = operand (l, i, 0);
  if (x->op == GIR_OP_INVOKE)
    {
      c.kind = SP_CALL_INVOKE;
      c.method = x->aux;
    }
  else
    c.kind = gir_operand_kind (callee) == GIR_FUNC ? SP_CALL_STATIC : SP_CALL_DYNAMIC;
  if (c.kind == SP_CALL_STATIC)
    c.callee = gir_operand_index (callee);
  else
    c.value = sp_operand_leaf (l, callee, 0);
  c.known = sp_callees_of (l->env->callees, l->fn, i);
  struct sp_span *spans = g_new (struct sp_span, x->n_args + 1);
  for (uint32_t k = 1; k < x->n_args; k++)
    spans[k] = argument_span (l, operand (l, i, k));
  c.args = l->spans.size;
  c.n_args = x->n_args - 1;
  for (uint32_t k = 1; k < x->n_args; k++)
    vec_push (&l->spans, spans[k]);
  g_free (spans);
  vec_push (&l->calls, c);
  return l->calls.size - 1;
}

static void
set_results (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = call_at (l, call);
  const struct gir_instr *x = &l->f->instrs[c->instr];
  c->results = (struct sp_span){ l->pool.size, x->type ? sp_leaves_of (l, x->type)->n : 0 };
  for (uint32_t k = 0; k < c->results.n; k++)
    vec_push (&l->pool, l->start[gir_func_instr_value (l->f, c->instr)] + k);
}

/* Binds a call whose function is a closure or a function for sure: the call need not wait for the model to say so. */
static bool
start_closure (struct sp_lowering *l, uint32_t call)
{
  struct sp_call *c = call_at (l, call);
  uint32_t closure = SP_NULL_VALUE;
  gir_fn fn = c->kind == SP_CALL_INVOKE ? GIR_INVALID : sp_whole_static (l, operand (l, c->instr, 0), &closure);
  if (fn == GIR_INVALID)
    return false;
  c->kind = SP_CALL_STATIC;
  instantiate (l, call, fn, closure, GIR_INVALID, no_receiver);
  return true;
}

/* Whether the table of models says of functions of @callee's type, by the type's full name, that they keep nothing. */
static bool
keeps_nothing_by_type (const struct sp_lowering *l, gir_operand callee)
{
  const struct gir_type_info *t = &l->env->program->types[sp_operand_type (l, callee)];
  const char *name = t->kind == GIR_T_NAMED ? gir_string (l->env->program, t->name) : "";
  const struct sp_model *m = sp_model_find (name);
  return m && m->effect == SP_EFFECT_NONE && strcmp (m->name, name) == 0;
}

static void
start_call (struct sp_lowering *l, uint32_t call)
{
  if (l->whole && start_closure (l, call))
    return;
  const struct sp_call *c = call_at (l, call);
  if (c->kind == SP_CALL_STATIC)
    instantiate (l, call, c->callee, SP_NULL_VALUE, GIR_INVALID, no_receiver);
  else if (c->value != SP_NULL_VALUE && (l->whole || c->kind == SP_CALL_INVOKE || !keeps_nothing_by_type (l, operand (l, c->instr, 0))))
    sp_emit (l, SP_P_Dynamic, call, c->value, 0, 0);
}

/* Everything that a new goroutine, or a defer of an enclosing frame, gets is beyond this frame for good. */
static void
hand_over (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  sp_next_version (l);
  for (uint32_t k = 0; k < x->n_args; k++)
    leak_span (l, l->version, argument_span (l, operand (l, i, k)));
}

/* The record of a defer that may run several times is heap storage; gc wraps calls with arguments in a closure, which can be pinned. */
static void
hold_in_record (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  uint32_t o = sp_site_object (l, i, 7, 0);
  l->universe.objects.data[o].multi = true;
  sp_emit (l, SP_P_HeapKind, o, 0, 0, 0);
  uint32_t a = sp_address (l, o, 0, SP_TAG_NONE);
  for (uint32_t k = 0; k < x->n_args; k++)
    {
      struct sp_span s = argument_span (l, operand (l, i, k));
      for (uint32_t j = 0; j < s.n; j++)
        sp_put (l, l->version, a, l->pool.data[s.first + j]);
    }
}

static void
lower_defer (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  if (gir_operand_kind (x->aux2) != GIR_NONE)
    {
      hand_over (l, i);
      return;
    }
  if (l->cfg->in_cycle[l->block] || x->pinned)
    hold_in_record (l, i);
  vec_push (&l->defers, i);
}

/* Whether the callee can be told to change nothing, so that the memory needs no new version. */
static bool
harmless (const struct sp_lowering *l, const struct sp_call *c)
{
  if (c->kind != SP_CALL_STATIC)
    return false;
  bool recursive;
  const struct sp_summary *s = l->env->summary (l->env->data, l->fn, c->callee, &recursive);
  return s && s->puts.size == 0 && s->leaks.size == 0 && s->residuals.size == 0;
}

void
sp_lower_call (struct sp_lowering *l, uint32_t i)
{
  const struct gir_instr *x = &l->f->instrs[i];
  /* In a whole program a call is bound at once, whenever it runs: memory that the callee can reach keeps no versions. */
  if (x->mode == GIR_CALL_GO && !l->whole)
    hand_over (l, i);
  else if (x->mode == GIR_CALL_DEFER && !l->whole)
    lower_defer (l, i);
  else
    {
      uint32_t call = new_record (l, i, l->version);
      if (!harmless (l, call_at (l, call)))
        sp_next_version (l);
      call_at (l, call)->version = l->version;
      set_results (l, call);
      start_call (l, call);
    }
}

/* A deferred call runs at the function's returns, and wherever it may unwind: there every memory is possible. */
static void
run_deferred (struct sp_lowering *l, uint32_t i, uint32_t version)
{
  const struct gir_instr *x = &l->f->instrs[i];
  l->instr = i;
  if (x->op == GIR_OP_BUILTIN)
    {
      for (uint32_t k = 0; x->sub == GIR_B_PANIC && k < x->n_args; k++)
        leak_span (l, version, argument_span (l, operand (l, i, k)));
      if (x->sub == GIR_B_COPY)
        sp_lower_copied (l, i, version);
      return;
    }
  uint32_t call = new_record (l, i, version);
  call_at (l, call)->repeats = true;
  start_call (l, call);
}

void
sp_lower_deferred (struct sp_lowering *l)
{
  uint32_t n = l->n_versions;
  for (uint32_t k = 0; k < l->defers.size; k++)
    {
      run_deferred (l, l->defers.data[k], l->unwind);
      if (l->precision.versions)
        run_deferred (l, l->defers.data[k], l->normal);
    }
  for (uint32_t v = l->first_version; l->precision.versions && v < n; v++)
    if (v != l->unwind)
      sp_emit (l, SP_P_Join, l->unwind, v, 0, 0);
}
