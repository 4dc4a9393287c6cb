#include "cli/output_text.h"
#include "cli/words.h"

#include <inttypes.h>
#include <sys/resource.h>

void
output_text_sites (const struct options *options, const struct gir_program *program, const struct sp_result *result,
                   const struct findings *findings, GString *out)
{
  uint32_t group = GIR_INVALID;
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      const struct sp_verdict *v = &result->verdicts[i];
      const struct finding *f = &findings->of[i];
      if (options->quiet && !f->avoidable && !v->disagrees)
        continue;
      if (v->pkg != group)
        g_string_append_printf (out, "# %s\n", gir_string (program, program->pkgs[v->pkg].path));
      group = v->pkg;
      g_autofree char *at = words_place (program, v->pos);
      g_autofree char *words = words_finding (program, v, f);
      g_string_append_printf (out, "%s: %s\n", at, words);
    }
}

static void
summarise_avoidable (const struct totals *t, GString *out)
{
  g_string_append_printf (out, "avoidable   %6u", t->avoidable);
  const char *separator = "  ";
  for (int i = 0; i < N_FLAWS; i++)
    if (t->flaws[i])
      {
        g_string_append_printf (out, "%s%s %u", separator, flaw_text ((enum flaw)i), t->flaws[i]);
        separator = ", ";
      }
  g_string_append_c (out, '\n');
}

static void
summarise_checks (const struct options *options, const struct sp_result *result, GString *out)
{
  bool z3 = g_str_has_prefix (options_solver (options), "z3");
  g_autofree char *solvers
      = g_strdup_printf ("%s%s", z3 ? "Z3" : options_solver (options), options->solver == SP_SOLVER_NATIVE ? "" : " and native agree; ");
  if (options->solver == SP_SOLVER_NATIVE)
    *solvers = 0;
  if (result->n_disagreements)
    g_string_append_printf (out, "checks      %6u  DISAGREEMENTS between solvers or with a coarser analysis: a bug in stackproof\n",
                            result->n_disagreements);
  else if (options->variant == SP_GC)
    g_string_append_printf (out, "checks          ok  %s\n", *solvers ? "Z3 and the native walk agree on every function" : "none");
  else
    g_string_append_printf (out, "checks          ok  %s%s is contained in coarse and in the baseline\n", solvers,
                            options_variant (options));
}

void
output_text_summary (const struct options *options, const struct sp_result *result, const struct findings *findings, bool gc_asked,
                     double seconds, GString *out)
{
  const struct totals *t = &findings->totals;
  if (out->len)
    g_string_append_c (out, '\n');
  g_string_append_printf (out, "sites       %6u  in %u package%s\n", t->sites, t->packages, t->packages == 1 ? "" : "s");
  if (gc_asked)
    g_string_append_printf (out, "gc heap     %6u  stack %u, unreported %u\n", t->gc_heap, t->gc_stack, t->gc_unreported);
  g_string_append_printf (out, "our heap    %6u  stack %u (%s, %s, --runtime=%s)\n", t->heap, t->sites - t->heap, options_variant (options),
                          options_solver (options), options_runtime (options));
  if (gc_asked)
    {
      summarise_avoidable (t, out);
      g_string_append_printf (out, "unallocated %6u  heap for gc, though nothing is allocated there\n", t->unallocated);
      g_string_append_printf (out, "worse       %6u  heap here, on the stack for gc\n", t->worse);
    }
  g_string_append_printf (out, "bounded     %6u  heap only because heap storage holds them while they live\n", t->bounded);
  g_string_append_printf (out, "in caller   %6u  heap here, would stay in their callers\n", t->in_caller);
  g_string_append_printf (out, "degraded    %6u  heap where a budget made the analysis coarser\n", t->degraded);
  summarise_checks (options, result, out);
  if (result->proof != SP_PROOF_NONE)
    g_string_append_printf (out, "certificate %6s  of every function's summary and of each site on the stack\n",
                            words_proof (result->proof));
  g_string_append_printf (out, "time        %6.2f  seconds\n", seconds);
}

static long
peak_megabytes (int who)
{
  struct rusage usage = { 0 };
  getrusage (who, &usage);
  return usage.ru_maxrss / 1024;
}

void
output_text_rule (void *out, const struct sp_rule *rule, const uint64_t *fired)
{
  uint64_t total = 0;
  for (unsigned k = 0; k < rule->n_body; k++)
    total += fired[k];
  g_string_append_printf (out, "rule %-9s %12" PRIu64 "  new conclusions; by premise that came last", rule->name, total);
  for (unsigned k = 0; k < rule->n_body; k++)
    g_string_append_printf (out, " %" PRIu64, fired[k]);
  g_string_append_c (out, '\n');
}

void
output_text_statistics (const struct sp_result *result, const struct findings *findings, GString *out)
{
  const struct sp_statistics *s = &result->statistics;
  const struct match_counts *m = &findings->matches;
  g_string_append_c (out, '\n');
#define SP_STATISTIC(name, help) g_string_append_printf (out, "%-14s %12" PRIu64 "  %s\n", #name, (uint64_t)s->name, help);
#define SP_SECONDS(name, help) g_string_append_printf (out, "%-14s %12.3f  %s\n", #name, s->name, help);
#include "solver/statistics.def"
#undef SP_STATISTIC
#undef SP_SECONDS
  g_string_append_printf (out, "%-14s %12ld  megabytes at most\n", "memory", peak_megabytes (RUSAGE_SELF));
  g_string_append_printf (out, "%-14s %12ld  megabytes at most, the largest of the Go tools\n", "memory_go",
                          peak_megabytes (RUSAGE_CHILDREN));
  unsigned found = m->exact + m->by_place + m->params;
  unsigned all = found + m->missed;
  g_string_append_printf (out, "%-14s %12u  gc's diagnostics in these packages\n", "gc_notes", all);
  g_string_append_printf (out, "%-14s %12u  about a site, text and all\n", "gc_exact", m->exact);
  g_string_append_printf (out, "%-14s %12u  about a site, by place and kind\n", "gc_by_place", m->by_place);
  g_string_append_printf (out, "%-14s %12u  about a parameter\n", "gc_params", m->params);
  g_string_append_printf (out, "%-14s %12u  without a site (%.2f %% found)\n", "gc_missed", m->missed, all ? 100.0 * found / all : 100.0);
  sp_result_foreach_rule (result, output_text_rule, out);
}
