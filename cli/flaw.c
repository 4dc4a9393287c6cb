#include "cli/flaw.h"

#include <string.h>

enum
{
  HOPS_MAX = 8, /* from a site to the site that holds it, as gc's explanations chain */
};

/* What stands at the place of an explanation's last step. */
enum at
{
  AT_ANY,
  AT_STATIC,
  AT_DYNAMIC,
  AT_INVOKE,
  AT_PANIC,
  AT_APPEND,
  AT_MAPSET,
  AT_GLOBAL,
};

enum step
{
  STEP_ANY,
  STEP_THROUGH,
  STEP_ELEMENT,
  STEP_CONVERTED,
};

static const struct
{
  const char *reason;
  enum at at;
  enum step step;
  enum flaw flaw;
} rules[] = {
#define SP_CLASS_RULE(reason, at, step, class) { reason, AT_##at, STEP_##step, FLAW_##class },
#include "cli/classes.def"
#undef SP_CLASS_RULE
};

const char *
flaw_text (enum flaw flaw)
{
  static const char *const texts[] = {
#define SP_CLASS(name, text) text,
#include "cli/classes.def"
#undef SP_CLASS
  };
  return texts[flaw];
}

static enum at
classify (const struct gir_func *f, const struct gir_instr *instr)
{
  gboolean has_operand = instr->n_args > 0;
  enum gir_operand_kind kind = has_operand ? gir_operand_kind (f->operands[instr->args]) : GIR_NONE;
  switch (instr->op)
    {
    case GIR_OP_CALL: return kind == GIR_FUNC ? AT_STATIC : AT_DYNAMIC;
    case GIR_OP_INVOKE: return AT_INVOKE;
    case GIR_OP_MAPSET: return AT_MAPSET;
    case GIR_OP_STORE: return kind == GIR_GLOBAL ? AT_GLOBAL : AT_ANY;
    default: return AT_ANY;
    }
}

void
flaws_init (struct flaws *flaws, const struct gir_program *program, const GcOutput *output)
{
  flaws->output = output;
  flaws->at = g_hash_table_new (place_hash, NULL);
  for (guint i = 0; output && i < output->flows->len; i++)
    g_hash_table_insert (flaws->at, GSIZE_TO_POINTER (gc_output_flow (output, i)->where), GINT_TO_POINTER (AT_ANY));

  for (uint32_t i = 0; g_hash_table_size (flaws->at) && i < program->n_funcs; i++)
    for (uint32_t j = 0; j < program->funcs[i].n_instrs; j++)
      {
        const struct gir_instr *instr = &program->funcs[i].instrs[j];
        gpointer key = GSIZE_TO_POINTER (place_of (instr->pos));
        enum at at = classify (&program->funcs[i], instr);
        if (at != AT_ANY && g_hash_table_contains (flaws->at, key))
          g_hash_table_insert (flaws->at, key, GINT_TO_POINTER (at));
      }
}

void
flaws_clear (struct flaws *flaws)
{
  g_clear_pointer (&flaws->at, g_hash_table_unref);
}

const struct gc_flow *
flaws_explanation (const struct flaws *flaws, place at, const char *text)
{
  const struct gc_flow *found = NULL;
  if (!flaws->output)
    return NULL;
  for (guint32 i = place_table_first (flaws->output->flows_at, at); i != PLACE_END; i = gc_output_flow (flaws->output, i)->next)
    {
      const struct gc_flow *flow = gc_output_flow (flaws->output, i);
      if (flow->reason && strcmp (flow->text, text) == 0)
        return flow;
      if (flow->reason)
        found = flow;
    }
  return found;
}

static enum at
what_stands_there (const struct flaws *flaws, const struct gc_flow *flow)
{
  if (g_str_has_prefix (flow->step, "panic("))
    return AT_PANIC;
  if (g_str_has_prefix (flow->step, "append("))
    return AT_APPEND;
  return (enum at)GPOINTER_TO_INT (g_hash_table_lookup (flaws->at, GSIZE_TO_POINTER (flow->where)));
}

static gboolean
step_is (const struct gc_flow *flow, enum step step)
{
  size_t left = strcspn (flow->step, "=");
  while (left && strchr (" :", flow->step[left - 1]))
    left--;
  switch (step)
    {
    case STEP_THROUGH: return *flow->step == '*' || memchr (flow->step, '.', left);
    case STEP_ELEMENT: return left && flow->step[left - 1] == ']';
    case STEP_CONVERTED: return flow->interface;
    default: return TRUE;
    }
}

static enum flaw
apply_rules (const struct flaws *flaws, const struct gc_flow *flow)
{
  enum at at = what_stands_there (flaws, flow);
  for (size_t i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_has_prefix (flow->reason, rules[i].reason) && (rules[i].at == AT_ANY || rules[i].at == at) && step_is (flow, rules[i].step))
      return rules[i].flaw;
  return FLAW_NONE;
}

/* The explanation of the site that @flow leads into, where that is another site. */
static const struct gc_flow *
holder (const struct flaws *flaws, const struct gc_flow *flow)
{
  static const char storage[] = "{storage for ";
  if (!flow->destination || !g_str_has_prefix (flow->destination, storage))
    return NULL;
  g_autofree char *text = g_strndup (flow->destination + strlen (storage), strcspn (flow->destination + strlen (storage), "}"));
  const struct gc_flow *next = flaws_explanation (flaws, flow->where, text);
  return next == flow ? NULL : next;
}

enum flaw
flaws_find (const struct flaws *flaws, const struct gir_program *program, const struct sp_verdict *verdict)
{
  const struct gc_flow *flow = flaws_explanation (flaws, place_of (verdict->pos), gir_string (program, verdict->text));
  for (int hops = 0; flow && hops < HOPS_MAX; hops++, flow = holder (flaws, flow))
    {
      enum flaw flaw = apply_rules (flaws, flow);
      if (flaw != FLAW_NONE)
        return verdict->kind == GIR_S_IFACE && flaw == FLAW_CALL ? FLAW_INTERFACE_CALL : flaw;
    }
  return verdict->coarse_go ? FLAW_FIELD_OR_FLOW : FLAW_OTHER;
}
