#include "cli/output_json.h"
#include "cli/json.h"
#include "cli/paths.h"
#include "cli/words.h"

static const char *
gc_name (enum gc_verdict gc)
{
  return gc == GC_HEAP ? "heap" : gc == GC_STACK ? "stack" : "unreported";
}

static void
write_site (const struct options *options, const struct gir_program *program, const struct sp_result *result, uint32_t i,
            const struct finding *f, struct sp_explainer *explainer, GString *out)
{
  const struct sp_verdict *v = &result->verdicts[i];
  g_autofree char *file = path_display (words_file (program, v->pos), FALSE);
  struct json json;
  json_begin (&json, out);
  json_string (&json, "file", file);
  json_integer (&json, "line", v->pos.line);
  json_integer (&json, "col", v->pos.col);
  json_string (&json, "func", gir_string (program, program->funcs[v->fn].name));
  json_string (&json, "site", gir_string (program, v->text));
  json_string (&json, "kind", words_kind (v->kind));
  json_string (&json, "verdict", f->heap ? "heap" : "stack");
  json_string (&json, "reason", words_reason (v, f));
  json_string (&json, "class", flaw_text (f->flaw));
  json_string (&json, "runtime_ideal", v->heap_ideal ? "heap" : "stack");
  json_boolean (&json, "in_caller", v->in_caller);
  json_string (&json, "gc", gc_name (f->gc));
  json_string (&json, "variant", options_variant (options));
  json_string (&json, "solver", v->by_z3 ? options_solver (options) : "native");
  json_string (&json, "certificate", words_proof (v->proof));
  g_autofree char *why = explainer && f->heap ? sp_explainer_tell (explainer, i) : NULL;
  if (why)
    {
      json_boolean (&json, "degraded", v->degraded);
      json_string (&json, "why", why);
    }
  json_end (&json);
}

void
output_json (const struct options *options, const struct gir_program *program, const struct sp_result *result,
             const struct findings *findings, GString *out)
{
  struct sp_explainer *explainer = options->why ? sp_explainer_new (result) : NULL;
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    if (!options->quiet || findings->of[i].avoidable)
      write_site (options, program, result, i, &findings->of[i], explainer, out);
  sp_explainer_free (explainer);
}
