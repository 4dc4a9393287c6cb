#include "constraints/summary.h"

struct sp_summary *
sp_summary_new (void)
{
  return g_new0 (struct sp_summary, 1);
}

void
sp_summary_free (struct sp_summary *s)
{
  if (!s)
    return;
  vec_clear (&s->names);
  vec_clear (&s->fresh);
  vec_clear (&s->rets);
  vec_clear (&s->puts);
  vec_clear (&s->leaks);
  vec_clear (&s->refs);
  vec_clear (&s->args);
  vec_clear (&s->counts);
  vec_clear (&s->origin_fns);
  vec_clear (&s->residuals);
  g_free (s);
}

#define COPY(v)                                         \
  do                                                    \
    {                                                   \
      memset (&c->v, 0, sizeof c->v);                   \
      vec_reserve (&c->v, s->v.size);                   \
      for (uint32_t k = 0; k < s->v.size; k++)          \
        vec_push (&c->v, s->v.data[k]);                 \
    }                                                   \
  while (0)

struct sp_summary *
sp_summary_copy (const struct sp_summary *s)
{
  struct sp_summary *c = g_memdup2 (s, sizeof *s);
  COPY (names);
  COPY (fresh);
  COPY (rets);
  COPY (puts);
  COPY (leaks);
  COPY (refs);
  COPY (args);
  COPY (counts);
  COPY (origin_fns);
  COPY (residuals);
  return c;
}

#define SAME(v) (a->v.size == b->v.size && (a->v.size == 0 || memcmp (a->v.data, b->v.data, a->v.size * sizeof *a->v.data) == 0))

_Static_assert (sizeof (struct sp_fresh) == 28 && sizeof (struct sp_residual) == 44, "summaries are compared as bytes");

/* Vectors are compared as bytes: the elements have no padding. */
bool
sp_summary_equal (const struct sp_summary *a, const struct sp_summary *b)
{
  return a->collapsed == b->collapsed && a->n_param_leaves == b->n_param_leaves && a->n_free_leaves == b->n_free_leaves
         && a->n_result_leaves == b->n_result_leaves && SAME (names) && SAME (fresh) && SAME (rets) && SAME (puts) && SAME (leaks)
         && SAME (refs) && SAME (args) && SAME (counts) && SAME (origin_fns) && a->dropped == b->dropped && SAME (residuals);
}
