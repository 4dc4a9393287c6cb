/* Channels and select. A goroutine that waits keeps its instruction; when the other side comes, it moves the value from or to the
 * waiter's register itself and wakes it with `woken` set, so that the instruction, made again, only reports the result. */
#include "proofs/machine.h"

struct go_chan *
chan_new (struct machine *m, gir_type t, int64_t capacity, uint32_t site)
{
  gir_type elem = type_info (m, t)->elem;
  uint64_t size = type_size (m, elem);
  struct go_chan *c = machine_new_kind (m, OBJECT_CHAN, t, sizeof *c + (uint64_t)capacity * size, site);
  c->capacity = capacity;
  c->elem = elem;
  c->elem_size = (uint32_t)size;
  return c;
}

/* The first waiter that still waits. */
static struct waiter *
first_waiter (struct waiter **queue)
{
  while (*queue && ((*queue)->g->dead || (*queue)->g->ticket != (*queue)->ticket))
    {
      struct waiter *stale = *queue;
      *queue = stale->next;
      g_free (stale);
    }
  return *queue;
}

static void
enqueue (struct waiter **queue, struct goroutine *g, uint8_t *value, uint32_t state, bool is_send)
{
  struct waiter *w = g_new0 (struct waiter, 1);
  w->g = g;
  w->value = value;
  w->state = state;
  w->ticket = g->ticket;
  w->is_send = is_send;
  first_waiter (queue);
  while (*queue)
    queue = &(*queue)->next;
  *queue = w;
}

/* Takes the first waiter off its queue and lets it go on. */
static void
wake (struct machine *m, struct waiter **queue, bool ok)
{
  struct waiter *w = *queue;
  *queue = w->next;
  w->g->ticket++;
  w->g->woken = true;
  w->g->ran_at = m->heap.clock; /* its registers may have got something */
  w->g->woken_ok = ok;
  w->g->woken_state = w->state;
  goroutine_ready (m, w->g);
  g_free (w);
}

static uint8_t *
cell (struct go_chan *c, int64_t i)
{
  return c->buffer + (c->head + i) % c->capacity * c->elem_size;
}

static void
put (struct machine *m, struct go_chan *c, const void *value)
{
  memcpy (cell (c, c->count), value, c->elem_size);
  c->count++;
  if (m->watch)
    reach_stored (m, c->buffer);
}

/* Sends if that can be done at once. */
static bool
try_send (struct machine *m, struct go_chan *c, const void *value)
{
  struct waiter *w = first_waiter (&c->receivers);
  if (w)
    {
      if (w->value)
        memcpy (w->value, value, c->elem_size);
      wake (m, &c->receivers, true);
      return true;
    }
  if (c->count == c->capacity)
    return false;
  put (m, c, value);
  return true;
}

static bool
try_recv (struct machine *m, struct go_chan *c, void *value, bool *ok)
{
  struct waiter *w = first_waiter (&c->senders);
  *ok = true;
  if (c->count)
    {
      if (value)
        memcpy (value, cell (c, 0), c->elem_size);
      memset (cell (c, 0), 0, c->elem_size);
      c->head = (c->head + 1) % c->capacity;
      c->count--;
      if (w)
        {
          put (m, c, w->value);
          wake (m, &c->senders, true);
        }
      return true;
    }
  if (w)
    {
      if (value)
        memcpy (value, w->value, c->elem_size);
      wake (m, &c->senders, true);
      return true;
    }
  if (!c->closed)
    return false;
  if (value)
    memset (value, 0, c->elem_size);
  *ok = false;
  return true;
}

static enum chan_result
send_on_closed (struct machine *m, struct goroutine *g)
{
  throw_plain (m, g, "send on closed channel");
  return CHAN_THROWN;
}

enum chan_result
chan_send (struct machine *m, struct goroutine *g, struct go_chan *c, const void *value, bool block, bool *did)
{
  *did = true;
  if (g->woken)
    {
      g->woken = false;
      return g->woken_ok ? CHAN_DONE : send_on_closed (m, g);
    }
  if (c && c->closed)
    return send_on_closed (m, g);
  if (c && try_send (m, c, value))
    return CHAN_DONE;
  *did = false;
  if (!block)
    return CHAN_DONE;
  g->wait = c ? WAIT_CHAN : WAIT_FOREVER;
  if (c)
    enqueue (&c->senders, g, (uint8_t *)(uintptr_t)value, 0, true);
  return CHAN_WAIT;
}

enum chan_result
chan_recv (struct machine *m, struct goroutine *g, struct go_chan *c, void *value, bool *ok, bool block, bool *did)
{
  *did = true;
  if (g->woken)
    {
      g->woken = false;
      *ok = g->woken_ok;
      return CHAN_DONE;
    }
  if (c && try_recv (m, c, value, ok))
    return CHAN_DONE;
  *did = *ok = false;
  if (!block)
    return CHAN_DONE;
  g->wait = c ? WAIT_CHAN : WAIT_FOREVER;
  if (c)
    enqueue (&c->receivers, g, value, 0, false);
  return CHAN_WAIT;
}

bool
chan_close (struct machine *m, struct goroutine *g, struct go_chan *c)
{
  if (!c || c->closed)
    {
      throw_plain (m, g, c ? "close of closed channel" : "close of nil channel");
      return false;
    }
  c->closed = true;
  struct waiter *w;
  while ((w = first_waiter (&c->receivers)))
    {
      if (w->value)
        memset (w->value, 0, c->elem_size);
      wake (m, &c->receivers, false);
    }
  while (first_waiter (&c->senders))
    wake (m, &c->senders, false);
  return true;
}

/* Whether state @s can go on now; if so does it. */
static bool
try_state (struct machine *m, struct select_state *s, bool *ok)
{
  *ok = false;
  if (!s->c)
    return false;
  return s->is_send ? try_send (m, s->c, s->value) : try_recv (m, s->c, s->value, ok);
}

enum chan_result
chan_select (struct machine *m, struct goroutine *g, struct select_state *s, uint32_t n, bool block, int64_t *chosen, bool *ok)
{
  if (g->woken)
    {
      g->woken = false;
      *chosen = g->woken_state;
      *ok = g->woken_ok;
      return s[*chosen].is_send && !*ok ? send_on_closed (m, g) : CHAN_DONE;
    }
  uint32_t first = n ? (uint32_t)(machine_random (m) % n) : 0;
  for (uint32_t k = 0; k < n; k++)
    {
      uint32_t i = (first + k) % n;
      if (s[i].is_send && s[i].c && s[i].c->closed)
        return send_on_closed (m, g);
      if (try_state (m, &s[i], ok))
        {
          *chosen = i;
          return CHAN_DONE;
        }
    }
  *chosen = -1;
  *ok = false;
  if (!block)
    return CHAN_DONE;
  bool any = false;
  for (uint32_t i = 0; i < n; i++)
    if (s[i].c)
      {
        any = true;
        enqueue (s[i].is_send ? &s[i].c->senders : &s[i].c->receivers, g, s[i].value, i, s[i].is_send);
      }
  g->wait = any ? WAIT_SELECT : WAIT_FOREVER;
  return CHAN_WAIT;
}

static void
drop_waiters (struct waiter *w)
{
  while (w)
    {
      struct waiter *next = w->next;
      g_free (w);
      w = next;
    }
}

void
chan_dispose (struct go_chan *c)
{
  drop_waiters (c->senders);
  drop_waiters (c->receivers);
}
