#include "cli/findings.h"

static struct finding
judge (const struct findings *findings, const struct options *options, const struct gir_program *program, const struct sp_verdict *v,
       enum gc_verdict gc)
{
  struct finding f = { .gc = gc };
  f.heap = options->runtime == SP_RUNTIME_GO ? v->heap_go : v->heap_ideal;
  f.bounded = v->heap_go && !v->heap_ideal;
  f.avoidable = gc == GC_HEAP && !f.heap && !v->unallocated;
  if (f.avoidable)
    f.flaw = flaws_find (&findings->explanations, program, v);
  else if (f.bounded && f.heap)
    f.flaw = FLAW_LIFETIME;
  return f;
}

static void
count (struct totals *t, const struct sp_verdict *v, const struct finding *f)
{
  t->sites++;
  t->heap += f->heap;
  t->gc_heap += f->gc == GC_HEAP;
  t->gc_stack += f->gc == GC_STACK;
  t->gc_unreported += f->gc == GC_UNREPORTED;
  t->avoidable += f->avoidable;
  t->flaws[f->flaw] += f->avoidable;
  t->bounded += f->bounded;
  t->in_caller += v->in_caller;
  t->degraded += v->degraded;
  t->worse += f->heap && f->gc == GC_STACK;
  t->unallocated += !f->heap && f->gc == GC_HEAP && v->unallocated;
}

void
findings_init (struct findings *findings, const struct options *options, const struct gir_program *program, const struct sp_result *result,
               GcOutput *gc)
{
  g_autofree enum gc_verdict *verdicts = g_new0 (enum gc_verdict, result->n_verdicts);
  if (gc)
    match_gc (options, program, result, gc, verdicts, &findings->matches);
  flaws_init (&findings->explanations, program, gc);

  findings->of = g_new0 (struct finding, result->n_verdicts);
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      const struct sp_verdict *v = &result->verdicts[i];
      findings->of[i] = judge (findings, options, program, v, verdicts[i]);
      count (&findings->totals, v, &findings->of[i]);
      findings->totals.packages += i == 0 || v->pkg != result->verdicts[i - 1].pkg;
    }
}

void
findings_clear (struct findings *findings)
{
  g_clear_pointer (&findings->of, g_free);
  flaws_clear (&findings->explanations);
}
