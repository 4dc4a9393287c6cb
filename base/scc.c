#include "base/scc.h"
#include "base/vec.h"

#define UNSEEN UINT32_MAX

struct frame
{
  uint32_t node;
  uint32_t edge; /* the next one to follow */
};

struct search
{
  const uint32_t *first;
  const uint32_t *targets;
  uint32_t *component; /* UNSEEN while the node is open */
  uint32_t *order;     /* when the node was met, UNSEEN before */
  uint32_t *low;
  u32_vec open;
  VEC (struct frame) path;
  uint32_t n_met;
  uint32_t n_components;
};

static void
enter (struct search *s, uint32_t node)
{
  s->order[node] = s->low[node] = s->n_met++;
  vec_push (&s->open, node);
  vec_push (&s->path, ((struct frame){ node, s->first[node] }));
}

static void
leave (struct search *s, uint32_t node)
{
  (void)vec_pop (&s->path);
  if (!vec_empty (&s->path))
    {
      uint32_t up = vec_last (&s->path).node;
      s->low[up] = MIN (s->low[up], s->low[node]);
    }
  if (s->low[node] != s->order[node])
    return;
  uint32_t member;
  do
    {
      member = vec_pop (&s->open);
      s->component[member] = s->n_components;
    }
  while (member != node);
  s->n_components++;
}

static void
explore (struct search *s, uint32_t root)
{
  enter (s, root);
  while (!vec_empty (&s->path))
    {
      struct frame *f = &vec_last (&s->path);
      uint32_t node = f->node;
      if (f->edge == s->first[node + 1])
        {
          leave (s, node);
          continue;
        }
      uint32_t target = s->targets[f->edge++];
      if (s->order[target] == UNSEEN)
        enter (s, target);
      else if (s->component[target] == UNSEEN)
        s->low[node] = MIN (s->low[node], s->order[target]);
    }
}

uint32_t
scc_find (uint32_t n, const uint32_t *first, const uint32_t *targets, uint32_t *component)
{
  if (!n)
    return 0;
  g_autofree uint32_t *order = g_new (uint32_t, n), *low = g_new (uint32_t, n);
  memset (order, 0xff, n * sizeof *order);
  memset (component, 0xff, n * sizeof *component);
  struct search s = { .first = first, .targets = targets, .component = component, .order = order, .low = low };
  for (uint32_t node = 0; node < n; node++)
    if (order[node] == UNSEEN)
      explore (&s, node);
  SP_CHECK (vec_empty (&s.open));
  vec_clear (&s.open);
  vec_clear (&s.path);
  return s.n_components;
}
