/* Lowering of calls: what a callee does, by its summary, bound to what it is called with. */
#include "constraints/lower_private.h"

#include "constraints/outline.h"
#include "constraints/whole.h"

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
  bool outlined;       /* the summary is an outline: its statements are not the callee's */
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
  const struct sp_call *c = sp_call_at (x->l, x->call);
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

/* The caller's own captured variable that is captured variable @k of the closure it calls; SP_NULL_VALUE when none is for sure. Where all
 * that a closure captures is one, the callee's own closure says more. */
static uint32_t
own_captured_value (const struct instance *x, uint32_t k)
{
  const struct sp_lowering *l = x->l;
  uint32_t i = x->held_in == GIR_INVALID || !l->precision.fields
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
  const struct sp_call *c = sp_call_at (l, x->call);
  uint32_t a = x->call, b = sp_relation_add (&l->handed_back, (uint32_t[]){ (gir_fn)(x->g - l->env->program->funcs), k }, NULL);
  /* What comes back through recursion is one for each site anyway: it must not count, or the next step of a fixpoint finds less. */
  bool merged = !x->recursive && is_merged (x, fresh), several;
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
    case SP_NAME_RESULT: return l->pool.data[sp_call_at (l, x->residuals[n->base])->results.first + n->offset];
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
  const struct sp_call *outer = sp_call_at (l, x->call);
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
        sp_emit (l, SP_P_Copy, sp_call_at (l, call)->value, v, 0, 0);
    }
  sp_call_at (l, call)->args = first;
  sp_call_at (l, call)->n_args = r->n_spans;
  if (x->widen || sp_call_at (l, call)->depth > l->env->budgets->nesting || l->calls.size > l->env->budgets->records)
    sp_give_up_call (l, call);
  else
    sp_emit (l, SP_P_Dynamic, call, sp_call_at (l, call)->value, 0, 0);
}

static uint32_t
result_of (const struct instance *x, uint32_t leaf)
{
  const struct sp_call *c = sp_call_at (x->l, x->call);
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
  x->l->cause.statement = (uint16_t)(x->outlined ? SP_STATEMENT_OTHER : kind);
  x->l->cause.number = x->outlined ? 0 : number;
}

static void
instantiate_results (struct instance *x)
{
  struct sp_lowering *l = x->l;
  const struct sp_call *c = sp_call_at (l, x->call);
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

/* Where the summary is too large, its outline takes its place, which the caller frees; else NULL. */
static struct sp_summary *
take_outline (struct instance *x)
{
  bool large = x->s->names.size > x->l->env->budgets->outlines;
  if (!large && !(x->l->limits & SP_LIMIT_OUTLINE))
    return NULL;
  x->l->tainted = true;
  vec_foreach (const struct sp_fresh, f, &x->s->fresh)
    vec_push (&x->l->nameless, *f);
  struct sp_summary *outline = sp_summary_outline (x->s);
  x->s = outline;
  x->outlined = true;
  return outline;
}

void
sp_instantiate (struct sp_lowering *l, uint32_t call, gir_fn fn, uint32_t closure, uint32_t held_in, struct sp_span receiver)
{
  if (l->whole && sp_whole_call (l, call, fn, closure, receiver, sp_call_at (l, call)->kind == SP_CALL_STATIC))
    return;
  struct instance x
      = { .held_in = held_in, .l = l, .g = &l->env->program->funcs[fn], .call = call, .closure = closure, .receiver = receiver };
  x.s = l->env->summary (l->env->data, l->fn, fn, &x.recursive);
  l->cause.callee = fn;
  x.version = sp_call_at (l, call)->version;
  l->tainted |= x.s ? x.s->tainted : !l->env->modelled[fn];
  if (l->whole && (!x.s || x.s->leaks.size))
    sp_whole_blind (l, call, fn);
  if (!x.s || !arguments_fit (&x))
    {
      l->cause.statement = SP_STATEMENT_NONE;
      sp_unknown_call (l, call);
      l->cause.callee = GIR_INVALID;
      return;
    }
  struct sp_summary *outline = take_outline (&x);
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
  sp_summary_free (outline);
}
