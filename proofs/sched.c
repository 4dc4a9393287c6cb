/* Goroutines: a run queue, time slices of seeded length, and a clock that stands still while anything runs. */
#include "proofs/machine.h"

enum
{
  FIRST_CHUNK = 16 << 10,
};
#define MAX_STACK ((uint64_t)512 << 20)

uint64_t
machine_random (struct machine *m)
{
  uint64_t z = m->random += UINT64_C (0x9E3779B97F4A7C15); /* splitmix64 (Steele, Lea, Flood 2014) */
  z = (z ^ z >> 30) * UINT64_C (0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C (0x94D049BB133111EB);
  return z ^ z >> 31;
}

struct goroutine *
goroutine_new (struct machine *m, struct code *c)
{
  struct goroutine *g = g_new0 (struct goroutine, 1);
  g->id = ++m->next_goroutine;
  g->all = m->all;
  m->all = g;
  m->n_goroutines++;
  g->ran_at = m->heap.clock;
  struct frame *f = push_frame (m, g, c);
  f->flags |= FRAME_ROOT;
  return g;
}

void
goroutine_ready (struct machine *m, struct goroutine *g)
{
  if (g->queued || g->dead)
    return;
  g->wait = WAIT_NONE;
  g->queued = true;
  g->next = NULL;
  if (m->run_tail)
    m->run_tail->next = g;
  else
    m->run_head = g;
  m->run_tail = g;
}

static void
free_goroutine (struct goroutine *g)
{
  while (g->chunk)
    {
      struct stack_chunk *below = g->chunk->below;
      g_free (g->chunk);
      g->chunk = below;
    }
  while (g->panics)
    {
      struct panicking *next = g->panics->next;
      g_free (g->panics->place);
      g_free (g->panics);
      g->panics = next;
    }
}

void
goroutine_free (struct goroutine *g)
{
  for (struct frame *f = g->top; f; f = f->caller)
    while (f->defers)
      {
        struct deferred *d = f->defers;
        f->defers = d->next;
        g_free (d);
      }
  free_goroutine (g);
  g_free (g);
}

void
goroutine_end (struct machine *m, struct goroutine *g)
{
  free_goroutine (g);
  g->dead = true;
  g->top = NULL;
  m->n_goroutines--;
}

void
timer_add (struct machine *m, int64_t at, struct goroutine *sleeper, uint64_t timer)
{
  struct timer t = { at, m->next_timer++, sleeper, timer };
  vec_push (&m->timers, t);
}

/* Takes the earliest timer. */
static bool
next_timer (struct machine *m, struct timer *t)
{
  uint32_t best = 0;
  if (vec_empty (&m->timers))
    return false;
  for (uint32_t i = 1; i < m->timers.size; i++)
    {
      const struct timer *a = &m->timers.data[i], *b = &m->timers.data[best];
      if (a->at < b->at || (a->at == b->at && a->order < b->order))
        best = i;
    }
  *t = m->timers.data[best];
  m->timers.data[best] = vec_last (&m->timers);
  m->timers.size--;
  return true;
}

static void
fire (struct machine *m, const struct timer *t)
{
  if (t->sleeper)
    {
      if (t->sleeper->wait == WAIT_SLEEP)
        t->sleeper->woken = true;
      goroutine_ready (m, t->sleeper);
    }
  else
    timer_fired (m, t->timer);
}

void
fire_timers (struct machine *m)
{
  struct timer t;
  for (bool due = true; due;)
    {
      due = false;
      for (uint32_t i = 0; i < m->timers.size && !due; i++)
        due = m->timers.data[i].at <= m->now;
      if (due && next_timer (m, &t))
        fire (m, &t);
    }
}

struct goroutine *
schedule (struct machine *m)
{
  while (!m->run_head)
    {
      struct timer t;
      if (!next_timer (m, &t))
        machine_fatal (m, "all goroutines are asleep - deadlock!");
      m->now = MAX (m->now, t.at);
      fire (m, &t);
    }
  struct goroutine *g = m->run_head;
  m->run_head = g->next;
  if (!m->run_head)
    m->run_tail = NULL;
  g->queued = false;
  return g;
}

void *
stack_push (struct machine *m, struct goroutine *g, uint32_t bytes)
{
  struct stack_chunk *c = g->chunk;
  bytes = (bytes + 15) & ~15u;
  if (!c || c->size - c->used < bytes)
    {
      uint64_t size = MAX (MAX (FIRST_CHUNK, bytes), c ? MIN (c->size * 2, (uint64_t)1 << 20) : 0);
      g->stack_bytes += size;
      if (g->stack_bytes > MAX_STACK)
        machine_fatal (m, "stack overflow");
      c = g_malloc (sizeof *c + size);
      c->size = size;
      c->used = 0;
      c->below = g->chunk;
      g->chunk = c;
    }
  void *at = c->data + c->used;
  c->used += bytes;
  return at;
}

void
stack_pop (struct goroutine *g, void *at, uint32_t bytes)
{
  struct stack_chunk *c = g->chunk;
  (void)bytes;
  c->used = (uint64_t)((uint8_t *)at - c->data);
  if (!c->used && c->below)
    {
      g->stack_bytes -= c->size;
      g->chunk = c->below;
      g_free (c);
    }
}
