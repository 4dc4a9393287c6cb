#include "constraints/outline.h"

#include "base/relation.h"

#include <string.h>

struct outline
{
  const struct sp_summary *s;
  struct sp_summary *to;
  uint32_t *names;              /* by name of @s: its image */
  uint32_t *residuals;          /* by residual call of @s: its image */
  struct sp_relation known;     /* names of @to: (kind, base, offset) */
  struct sp_relation leaks;     /* (name, offset, tag) */
  struct sp_relation holds;     /* likewise */
  struct sp_relation rets;      /* (leaf, name, offset, tag) */
  struct sp_relation addresses; /* that are written, or written there: (name, offset, tag) */
  struct sp_relation puts;      /* (address, address) */
};

/* --- names ------------------------------------------------------------------------------------------- */

static uint32_t
name (struct outline *x, enum sp_name_kind kind, uint32_t base, uint32_t offset)
{
  bool fresh;
  uint32_t n = sp_relation_add (&x->known, (uint32_t[]){ kind, base, offset }, &fresh);
  if (fresh)
    vec_push (&x->to->names, ((struct sp_name){ kind, base, offset }));
  return n;
}

/* All that lies beneath what @image stands for. */
static uint32_t
beneath (struct outline *x, uint32_t image)
{
  enum sp_name_kind kind = (enum sp_name_kind)x->to->names.data[image].kind;
  bool itself = kind == SP_NAME_BLOB || kind == SP_NAME_UNKNOWN;
  return itself ? image : name (x, SP_NAME_BLOB, image, SP_TOP);
}

static uint32_t
image_of_name (struct outline *x, const struct sp_name *n)
{
  switch ((enum sp_name_kind)n->kind)
    {
    case SP_NAME_PARAM: return name (x, SP_NAME_PARAM, n->base, 0);
    case SP_NAME_FUNC: return name (x, SP_NAME_FUNC, n->base, 0);
    case SP_NAME_RESULT: return name (x, SP_NAME_RESULT, x->residuals[n->base], n->offset);
    case SP_NAME_LOAD:
    case SP_NAME_BLOB: return beneath (x, x->names[n->base]);
    default: break; /* what the callee makes, and Unknown */
    }
  return name (x, SP_NAME_UNKNOWN, 0, 0);
}

static struct sp_ref
image_of_ref (const struct outline *x, const struct sp_ref *r)
{
  struct sp_ref image = { x->names[r->name], r->offset ? SP_TOP : 0, r->tag };
  enum sp_name_kind kind = (enum sp_name_kind)x->to->names.data[image.name].kind;
  if (kind == SP_NAME_BLOB)
    image.offset = SP_TOP;
  if (kind == SP_NAME_UNKNOWN)
    image.offset = image.tag = 0;
  return image;
}

/* --- residual calls ---------------------------------------------------------------------------------- */

static bool
same_shape (const struct outline *x, const struct sp_residual *a, const struct sp_residual *b)
{
  const uint32_t *spans = x->s->counts.data;
  bool same = a->invoke == b->invoke && a->method == b->method && a->n_results == b->n_results && a->n_spans == b->n_spans;
  return same && (a->n_spans == 0 || memcmp (spans + a->spans, spans + b->spans, a->n_spans * sizeof *spans) == 0);
}

/* Tells of each residual call with which of the earlier ones it is one: by the number of the first of them. */
static void
group_residuals (struct outline *x, uint32_t *first)
{
  const struct sp_residual *r = x->s->residuals.data;
  for (uint32_t k = 0; k < x->s->residuals.size; k++)
    {
      first[k] = k;
      for (uint32_t j = 0; j < k && first[k] == k; j++)
        if (first[j] == j && same_shape (x, &r[j], &r[k]))
          first[k] = j;
    }
}

static void
number_residuals (struct outline *x, const uint32_t *first)
{
  for (uint32_t k = 0, n = 0; k < x->s->residuals.size; k++)
    x->residuals[k] = first[k] == k ? n++ : x->residuals[first[k]];
}

static bool
same_ref (const struct sp_ref *a, const struct sp_ref *b)
{
  return a->name == b->name && a->offset == b->offset && a->tag == b->tag;
}

static void
add_callee (struct outline *x, struct sp_residual *to, struct sp_ref callee)
{
  for (uint32_t k = 0; k < to->n_callees; k++)
    if (same_ref (&x->to->refs.data[to->callees + k], &callee))
      return;
  vec_push (&x->to->refs, callee);
  to->n_callees++;
}

static void
add_argument (struct outline *x, struct sp_residual *to, struct sp_sum_arg a)
{
  for (uint32_t k = 0; k < to->n_args; k++)
    {
      const struct sp_sum_arg *known = &x->to->args.data[to->args + k];
      if (known->arg == a.arg && known->leaf == a.leaf && same_ref (&known->ref, &a.ref))
        return;
    }
  vec_push (&x->to->args, a);
  to->n_args++;
}

static void
add_origin (struct outline *x, struct sp_residual *to, gir_fn fn)
{
  for (uint32_t k = 0; k < to->n_origins; k++)
    if (x->to->origin_fns.data[to->origins + k] == fn)
      return;
  vec_push (&x->to->origin_fns, fn);
  to->n_origins++;
}

static void
add_to_residual (struct outline *x, struct sp_residual *to, const struct sp_residual *from)
{
  const struct sp_summary *s = x->s;
  for (uint32_t k = 0; k < from->n_callees; k++)
    add_callee (x, to, image_of_ref (x, &s->refs.data[from->callees + k]));
  for (uint32_t k = 0; k < from->n_args; k++)
    {
      const struct sp_sum_arg *a = &s->args.data[from->args + k];
      add_argument (x, to, (struct sp_sum_arg){ a->arg, a->leaf, image_of_ref (x, &a->ref) });
    }
  for (uint32_t k = 0; k < from->n_origins; k++)
    add_origin (x, to, s->origin_fns.data[from->origins + k]);
  if (to->known != from->known)
    to->known = 0;
}

static void
add_residuals (struct outline *x, const uint32_t *first)
{
  const struct sp_summary *s = x->s;
  for (uint32_t k = 0; k < s->residuals.size; k++)
    {
      if (first[k] != k)
        continue;
      struct sp_residual r = s->residuals.data[k];
      r.callees = x->to->refs.size;
      r.args = x->to->args.size;
      r.spans = x->to->counts.size;
      r.origins = x->to->origin_fns.size;
      r.n_callees = r.n_args = r.n_origins = 0;
      for (uint32_t j = 0; j < r.n_spans; j++)
        vec_push (&x->to->counts, s->counts.data[s->residuals.data[k].spans + j]);
      for (uint32_t j = k; j < s->residuals.size; j++)
        if (first[j] == k)
          add_to_residual (x, &r, &s->residuals.data[j]);
      vec_push (&x->to->residuals, r);
    }
}

/* --- effects ----------------------------------------------------------------------------------------- */

static bool
is_new (struct sp_relation *seen, struct sp_ref r)
{
  bool fresh;
  sp_relation_add (seen, (uint32_t[]){ r.name, r.offset, r.tag }, &fresh);
  return fresh;
}

static bool
is_unknown (const struct outline *x, struct sp_ref r)
{
  return x->to->names.data[r.name].kind == SP_NAME_UNKNOWN;
}

/* The number of the image of @r among the addresses. */
static uint32_t
address (struct outline *x, const struct sp_ref *r)
{
  struct sp_ref image = image_of_ref (x, r);
  return sp_relation_add (&x->addresses, (uint32_t[]){ image.name, image.offset, image.tag }, NULL);
}

static void
push_address (struct outline *x, uint32_t a)
{
  const uint32_t *r = sp_relation_tuple (&x->addresses, a);
  vec_push (&x->to->refs, ((struct sp_ref){ r[0], r[1], r[2] }));
}

/* One put for each address, of all that is put there. */
static void
write_puts (struct outline *x)
{
  for (uint32_t to = 0; to < x->addresses.n; to++)
    {
      struct sp_sum_put p = { .to = x->to->refs.size, .n_to = 1, .what = x->to->refs.size + 1 };
      push_address (x, to);
      for (uint32_t t = 0; t < x->puts.n; t++)
        if (sp_relation_tuple (&x->puts, t)[0] == to)
          {
            push_address (x, sp_relation_tuple (&x->puts, t)[1]);
            p.n_what++;
          }
      if (p.n_what)
        vec_push (&x->to->puts, p);
      else
        (void)vec_pop (&x->to->refs);
    }
}

static void
add_effects (struct outline *x)
{
  const struct sp_summary *s = x->s;
  vec_foreach (const struct sp_sum_ret, r, &s->rets)
    {
      struct sp_ref image = image_of_ref (x, &r->ref);
      bool fresh;
      sp_relation_add (&x->rets, (uint32_t[]){ r->leaf, image.name, image.offset, image.tag }, &fresh);
      if (fresh)
        vec_push (&x->to->rets, ((struct sp_sum_ret){ r->leaf, image }));
    }
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    for (uint32_t a = 0; a < p->n_to; a++)
      for (uint32_t b = 0; b < p->n_what; b++)
        {
          uint32_t to = address (x, &s->refs.data[p->to + a]);
          uint32_t what = address (x, &s->refs.data[p->what + b]);
          sp_relation_add (&x->puts, (uint32_t[]){ to, what }, NULL);
        }
  write_puts (x);
  vec_foreach (const struct sp_ref, r, &s->leaks)
    {
      struct sp_ref image = image_of_ref (x, r);
      if (!is_unknown (x, image) && is_new (&x->leaks, image))
        vec_push (&x->to->leaks, image);
    }
  vec_foreach (const struct sp_ref, r, &s->holds)
    {
      struct sp_ref image = image_of_ref (x, r);
      if (!is_unknown (x, image) && is_new (&x->holds, image))
        vec_push (&x->to->holds, image);
    }
}

struct sp_summary *
sp_summary_outline (const struct sp_summary *s)
{
  struct outline x = { .s = s, .to = sp_summary_new () };
  g_autofree uint32_t *first = g_new0 (uint32_t, s->residuals.size + 1);
  x.names = g_new (uint32_t, s->names.size + 1);
  x.residuals = g_new (uint32_t, s->residuals.size + 1);
  sp_relation_init (&x.known, 3);
  sp_relation_init (&x.leaks, 3);
  sp_relation_init (&x.holds, 3);
  sp_relation_init (&x.rets, 4);
  sp_relation_init (&x.addresses, 3);
  sp_relation_init (&x.puts, 2);
  x.to->collapsed = s->collapsed;
  x.to->n_param_leaves = s->n_param_leaves;
  x.to->n_free_leaves = s->n_free_leaves;
  x.to->n_result_leaves = s->n_result_leaves;
  x.to->tainted = true;
  x.to->dropped = s->dropped;
  x.to->crowded = s->crowded;
  group_residuals (&x, first);
  number_residuals (&x, first);
  for (uint32_t k = 0; k < s->names.size; k++)
    x.names[k] = image_of_name (&x, &s->names.data[k]);
  add_residuals (&x, first);
  add_effects (&x);
  sp_relation_done (&x.known);
  sp_relation_done (&x.leaks);
  sp_relation_done (&x.holds);
  sp_relation_done (&x.rets);
  sp_relation_done (&x.addresses);
  sp_relation_done (&x.puts);
  g_free (x.names);
  g_free (x.residuals);
  return x.to;
}
