/* Panics, deferred calls, recover and Goexit. Deferred calls run as frames of their own on top of the frame that deferred them; when one
 * returns, unwind() or the rundefers instruction goes on. */
#include "proofs/exec.h"

static struct go_iface
error_value (struct machine *m, const char *text)
{
  struct go_string s = machine_string (m, text, strlen (text));
  return iface_box (m, m->error_type, &s, SITE_NONE);
}

void
throw_value (struct machine *m, struct goroutine *g, struct go_iface value)
{
  struct panicking *p = g_new0 (struct panicking, 1);
  if (!value.type)
    value = error_value (m, "panic called with nil argument (use GODEBUG=panicnil=1 to disable)");
  p->value = value;
  p->place = machine_place (m);
  p->next = g->panics;
  g->panics = p;
  unwind (m, g);
}

void
throw_plain (struct machine *m, struct goroutine *g, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *text = g_strdup_vprintf (format, args);
  va_end (args);
  struct go_iface value = error_value (m, text);
  g_free (text); /* throwing may end the run and not return */
  throw_value (m, g, value);
}

void
throw_error (struct machine *m, struct goroutine *g, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  char *text = g_strdup_vprintf (format, args), *whole = g_strconcat ("runtime error: ", text, NULL);
  va_end (args);
  struct go_iface value = error_value (m, whole);
  g_free (text);
  g_free (whole);
  throw_value (m, g, value);
}

void
throw_goexit (struct machine *m, struct goroutine *g)
{
  struct panicking *p = g_new0 (struct panicking, 1);
  p->goexit = true;
  p->next = g->panics;
  g->panics = p;
  unwind (m, g);
}

static void
drop_panic (struct goroutine *g)
{
  struct panicking *p = g->panics;
  g->panics = p->next;
  g_free (p->place);
  g_free (p);
}

/* Prints the panics as Go's runtime does and ends the run. */
static void
print_panics (struct machine *m, struct panicking *p)
{
  if (p->next)
    {
      print_panics (m, p->next);
      if (!p->next->goexit)
        fputc ('\t', m->options.err);
    }
  if (p->goexit)
    return;
  fputs ("panic: ", m->options.err);
  gir_type t = descriptor_type (m, p->value.type);
  const struct gir_type_info *i = type_info (m, t);
  if (t == m->error_type || i->kind <= GIR_T_STRING)
    {
      bool named = m->types[t].kind == GIR_T_NAMED && t != m->error_type;
      if (named)
        fprintf (m->options.err, "%s(%s", type_name (m, t), i->kind == GIR_T_STRING ? "\"" : "");
      print_value (m, m->options.err, t, iface_value (m, &p->value));
      if (named)
        fputs (i->kind == GIR_T_STRING ? "\")" : ")", m->options.err);
    }
  else
    fprintf (m->options.err, "(%s) %p", type_name (m, t), p->value.data);
  fputs (p->recovered ? " [recovered]\n" : "\n", m->options.err);
}

static void
die_of_panic (struct machine *m, struct goroutine *g)
{
  print_panics (m, g->panics);
  fprintf (m->options.err, "\ngoroutine %" G_GUINT64_FORMAT " [running]:\n\t%s\n", g->id, g->panics->place);
  machine_end (m, SEM_GO_PANIC, NULL);
}

/* Makes the deferred call @d a frame on top of @f. */
static void
push_deferred (struct machine *m, struct goroutine *g, struct frame *f, struct deferred *d, uint32_t flag)
{
  struct code *c = d->code;
  struct frame *call;
  (void)f;
  if (!c)
    {
      g_free (d);
      throw_error (m, g, "invalid memory address or nil pointer dereference");
      return;
    }
  call = push_frame (m, g, c);
  call->flags |= flag;
  memcpy (frame_regs (call), d->data, d->size);
  g_free (d);
}

bool
run_deferred (struct machine *m, struct goroutine *g, struct frame *f, uint32_t flag)
{
  struct deferred *d = f->defers;
  if (!d)
    return false;
  f->defers = d->next;
  push_deferred (m, g, f, d, flag);
  return true;
}

/* A panic has been recovered in a deferred call of @f: f returns to its caller through its recover block. */
static void
resume (struct machine *m, struct goroutine *g, struct frame *f)
{
  drop_panic (g);
  while (g->panics && g->panics->aborted && !g->panics->goexit)
    drop_panic (g);
  if (g->panics && g->panics->aborted && g->panics->goexit)
    {
      g->panics->aborted = false; /* Goexit goes on */
      unwind (m, g);
      return;
    }
  if (f->result)
    memset (f->result, 0, f->code->result_size);
  f->pc = f->code->recover;
  f->state = FRAME_BEFORE;
}

void
unwind (struct machine *m, struct goroutine *g)
{
  for (;;)
    {
      struct panicking *p = g->panics;
      struct frame *f = g->top;
      if (!f)
        {
          if (!p->goexit)
            die_of_panic (m, g);
          while (g->panics)
            drop_panic (g);
          if (g == m->main)
            g->wait = WAIT_FOREVER; /* main.main is gone, the others go on */
          return;
        }
      if (p->deferring == f && p->recovered)
        {
          p->deferring = NULL;
          resume (m, g, f);
          return;
        }
      if (f->defers)
        {
          p->deferring = f;
          f->state = FRAME_UNWINDING;
          run_deferred (m, g, f, FRAME_DEFER_PANIC);
          return;
        }
      /* Leaving a deferred call that ran for an older panic ends that panic. */
      for (struct panicking *q = p->next; q; q = q->next)
        if (q->call == f || (f->flags & FRAME_DEFER_PANIC && q->deferring == f->caller))
          q->aborted = true;
      if (!f->caller && !p->goexit)
        die_of_panic (m, g);
      if (m->watch)
        reach_exit (m, g, f, NULL);
      pop_frame (m, g);
    }
}

struct go_iface
recover_value (struct machine *m, struct goroutine *g, struct frame *f)
{
  struct panicking *p = g->panics;
  (void)m;
  while (f->caller && f->caller->code->pass_through && !(f->flags & (FRAME_DEFER_NORMAL | FRAME_DEFER_PANIC)))
    f = f->caller;
  if (!p || p->goexit || p->recovered || !(f->flags & FRAME_DEFER_PANIC) || p->deferring != f->caller)
    return (struct go_iface){ 0 };
  p->recovered = true;
  return p->value;
}
