#include "cli/output_params.h"
#include "cli/json.h"
#include "cli/paths.h"
#include "cli/words.h"
#include "solver/params.h"

static const char *
place_name (enum sp_flow_to to)
{
  static const char *const names[] = {
    [SP_FLOW_HEAP] = "heap",         [SP_FLOW_RESULT] = "result", [SP_FLOW_PARAM] = "param",
    [SP_FLOW_CAPTURED] = "captured", [SP_FLOW_CALL] = "call",     [SP_FLOW_NOWHERE] = "nowhere",
  };
  return names[to];
}

static struct gir_pos
position (const struct gir_program *program, const struct sp_flow *flow)
{
  return program->funcs[flow->fn].params[flow->param].pos;
}

void
output_params_text (const struct gir_program *program, const struct sp_result *result, GString *out)
{
  struct sp_flows flows = { 0 };
  uint32_t group = GIR_INVALID;
  sp_flows_find (&flows, result);
  vec_foreach (const struct sp_flow, flow, &flows.of)
    {
      uint32_t pkg = program->funcs[flow->fn].pkg;
      if (pkg != group)
        g_string_append_printf (out, "# parameters of %s\n", gir_string (program, program->pkgs[pkg].path));
      group = pkg;
      g_autofree char *at = words_place (program, position (program, flow));
      g_autofree char *words = sp_flow_words (program, flow);
      g_string_append_printf (out, "%s: %s\n", at, words);
    }
  sp_flows_clear (&flows);
}

static void
write_flow (const struct options *options, const struct gir_program *program, const struct sp_flow *flow, GString *out)
{
  struct gir_pos pos = position (program, flow);
  const struct gir_func *f = &program->funcs[flow->fn];
  g_autofree char *file = path_display (words_file (program, pos), FALSE);
  g_autofree char *target = sp_flow_target (program, flow);
  g_autofree char *words = sp_flow_words (program, flow);
  struct json json;
  json_begin (&json, out);
  json_string (&json, "file", file);
  json_integer (&json, "line", pos.line);
  json_integer (&json, "col", pos.col);
  json_string (&json, "func", gir_string (program, f->name));
  json_string (&json, "site", gir_string (program, f->params[flow->param].text));
  json_string (&json, "kind", "leak");
  json_string (&json, "to", place_name (flow->to));
  json_string (&json, "name", target);
  json_integer (&json, "level", flow->level);
  json_string (&json, "text", words);
  json_string (&json, "variant", options_variant (options));
  json_end (&json);
}

void
output_params_json (const struct options *options, const struct gir_program *program, const struct sp_result *result, GString *out)
{
  struct sp_flows flows = { 0 };
  sp_flows_find (&flows, result);
  vec_foreach (const struct sp_flow, flow, &flows.of)
    write_flow (options, program, flow, out);
  sp_flows_clear (&flows);
}
