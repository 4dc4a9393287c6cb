#include "cli/words.h"
#include "cli/paths.h"

const char *
words_kind (enum gir_site_kind kind)
{
  static const char *const names[] = {
#define SP_KIND(kind, name) [GIR_S_##kind] = name,
#include "cli/kinds.def"
#undef SP_KIND
  };
  return names[kind];
}

const char *
words_reason (const struct sp_verdict *v, const struct finding *f)
{
  if (!f->heap && v->unallocated)
    return "needs no allocation";
  if (!f->heap)
    return sp_reason_text (SP_REASON_NONE);
  return sp_reason_text (v->reason);
}

static bool
is_variable (const struct sp_verdict *v)
{
  return v->kind == GIR_S_VAR || v->kind == GIR_S_PARAM;
}

const char *
words_file (const struct gir_program *program, struct gir_pos pos)
{
  return pos.line && pos.file < program->n_files ? gir_string (program, program->files[pos.file]) : "-";
}

char *
words_place (const struct gir_program *program, struct gir_pos pos)
{
  g_autofree char *file = path_display (words_file (program, pos), TRUE);
  return g_strdup_printf ("%s:%u:%u", file, pos.line, pos.col);
}

char *
words_site (const struct gir_program *program, const struct sp_verdict *v)
{
  char *text = g_strdup (gir_string (program, v->text));
  for (char *p = text; *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = '?';
  return text;
}

char *
words_verdict (const struct gir_program *program, const struct sp_verdict *v, bool heap)
{
  g_autofree char *text = words_site (program, v);
  if (!heap)
    return g_strdup_printf ("%s does not escape", text);
  return is_variable (v) ? g_strdup_printf ("moved to heap: %s", text) : g_strdup_printf ("%s escapes to heap", text);
}

/* What a heap line says in brackets. */
static char *
heap_remarks (const struct sp_verdict *v, const struct finding *f)
{
  g_autoptr (GString) s = g_string_new (words_reason (v, f));
  if (f->bounded)
    g_string_append (s, "; lifetime-bounded");
  if (v->in_caller)
    g_string_append (s, "; stays in its callers");
  if (f->gc == GC_STACK)
    g_string_append (s, "; gc keeps it on the stack");
  return g_string_free (g_steal_pointer (&s), FALSE);
}

char *
words_finding (const struct gir_program *program, const struct sp_verdict *v, const struct finding *f)
{
  const char *bug = v->disagrees ? " [DISAGREEMENT]" : "";
  g_autofree char *text = words_site (program, v);
  if (f->avoidable)
    return g_strdup_printf ("avoidable: %s can stay on the stack; gc %s (%s)%s", text,
                            is_variable (v) ? "moves it to the heap" : "lets it escape to the heap", flaw_text (f->flaw), bug);
  g_autofree char *verdict = words_verdict (program, v, f->heap);
  g_autofree char *remarks = f->heap ? heap_remarks (v, f) : v->unallocated ? g_strdup (words_reason (v, f)) : NULL;
  if (remarks)
    return g_strdup_printf ("%s (%s)%s", verdict, remarks, bug);
  return g_strconcat (verdict, bug, NULL);
}

const char *
words_proof (enum sp_proof proof)
{
  static const char *const words[]
      = { [SP_PROOF_NONE] = "none", [SP_PROOF_VALID] = "valid", [SP_PROOF_HOLEY] = "holey", [SP_PROOF_INVALID] = "invalid" };
  return words[proof];
}
