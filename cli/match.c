#include "cli/match.h"
#include "cli/paths.h"

#include <string.h>

static gboolean
is_variable (enum gir_site_kind kind)
{
  return kind == GIR_S_VAR || kind == GIR_S_PARAM;
}

/* Whether a diagnostic can be about a site of this kind, as far as its text tells. */
static gboolean
fits (enum gir_site_kind kind, const struct gc_note *note)
{
  const char *text = note->text;
  if (note->param)
    return FALSE;
  if (note->moved)
    return is_variable (kind) || (kind == GIR_S_NEW && g_str_has_prefix (text, ".autotmp_")); /* new (expr), Go 1.26 */
  gboolean named = strcmp (text, "func literal") == 0 || strcmp (text, "... argument") == 0 || strcmp (text, "append") == 0;
  switch (kind)
    {
    case GIR_S_FUNC: return strcmp (text, "func literal") == 0;
    case GIR_S_DOTS: return strcmp (text, "... argument") == 0;
    case GIR_S_APPEND: return strcmp (text, "append") == 0;
    case GIR_S_AMP: return *text == '&';
    case GIR_S_NEW: return g_str_has_prefix (text, "new(");
    case GIR_S_MAKE: return g_str_has_prefix (text, "make(");
    case GIR_S_COMPLIT:
    case GIR_S_SLICELIT:
    case GIR_S_MAPLIT: return *text != '&' && g_str_has_suffix (text, "}");
    case GIR_S_CONCAT: return strstr (text, " + ") != NULL;
    case GIR_S_CONV: return strchr (text, '(') != NULL;
    case GIR_S_IFACE:
    case GIR_S_METHVAL: return !named;
    default: return FALSE;
    }
}

static enum gc_verdict
join (const struct gc_note *note)
{
  return note->verdicts & GC_HEAP ? GC_HEAP : GC_STACK;
}

/* The diagnostic of the site's own text. */
static struct gc_note *
find_note (const struct gir_program *program, const struct sp_verdict *v, const GcOutput *output)
{
  for (guint32 i = place_table_first (output->notes_at, place_of (v->pos)); i != PLACE_END; i = gc_output_note (output, i)->next)
    {
      struct gc_note *note = gc_output_note (output, i);
      if (!note->param && note->moved == is_variable (v->kind) && strcmp (note->text, gir_string (program, v->text)) == 0)
        return note;
    }
  return NULL;
}

/* Whether a diagnostic of another text may be about the site: if nothing else is, or if gc names it differently in each shape of a
 * generic function. */
static gboolean
is_open (const struct gir_program *program, const struct sp_verdict *v, enum gc_verdict gc)
{
  return gc == GC_UNREPORTED || program->funcs[v->fn].kind == GIR_F_INST || program->funcs[v->fn].origin != GIR_INVALID;
}

/* Gives diagnostics that no site has the text of to a site of fitting kind at their place. */
static void
match_by_place (const struct gir_program *program, const struct sp_result *result, GcOutput *output, enum gc_verdict *gc,
                struct match_counts *counts)
{
  g_autoptr (GHashTable) sites_at = place_table_new ();
  g_autofree guint32 *next = g_new (guint32, result->n_verdicts);
  g_autofree gboolean *open = g_new (gboolean, result->n_verdicts);
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      next[i] = place_table_push (sites_at, place_of (result->verdicts[i].pos), i);
      open[i] = is_open (program, &result->verdicts[i], gc[i]);
    }

  for (guint n = 0; n < output->notes->len; n++)
    {
      struct gc_note *note = gc_output_note (output, n);
      for (guint32 i = place_table_first (sites_at, note->at); i != PLACE_END && !note->used; i = next[i])
        {
          note->used = open[i] && fits (result->verdicts[i].kind, note);
          if (note->used)
            gc[i] = gc[i] == GC_HEAP ? GC_HEAP : join (note);
        }
      counts->by_place += note->used && !note->exact;
    }
}

/* The files of the packages that are decided, by number. */
static GArray *
decided_files (const struct options *options, const struct gir_program *program)
{
  GArray *files = g_array_sized_new (FALSE, TRUE, sizeof (gboolean), program->n_files);
  g_array_set_size (files, program->n_files);
  for (uint32_t i = 0; i < program->n_funcs; i++)
    {
      const struct gir_func *f = &program->funcs[i];
      if (f->pos.line && f->pos.file < files->len && (options->all || program->pkgs[f->pkg].root))
        g_array_index (files, gboolean, f->pos.file) = TRUE;
    }
  return files;
}

static GHashTable *
parameter_places (const struct gir_program *program)
{
  GHashTable *places = g_hash_table_new (place_hash, NULL);
  for (uint32_t i = 0; i < program->n_funcs; i++)
    for (uint32_t j = 0; j < program->funcs[i].n_params; j++)
      g_hash_table_add (places, GSIZE_TO_POINTER (place_of (program->funcs[i].params[j].pos)));
  return places;
}

/* Counts the diagnostics left over. From now on `used` also marks those that are not missed. */
static void
count_rest (const struct options *options, const struct gir_program *program, GcOutput *output, struct match_counts *counts)
{
  g_autoptr (GArray) files = decided_files (options, program);
  g_autoptr (GHashTable) places = parameter_places (program);
  for (guint i = 0; i < output->notes->len; i++)
    {
      struct gc_note *note = gc_output_note (output, i);
      guint file = (guint)(note->at >> 40);
      gboolean elsewhere = file >= files->len || !g_array_index (files, gboolean, file);
      gboolean about_param = !note->moved && g_hash_table_contains (places, GSIZE_TO_POINTER (note->at));
      if (note->used)
        continue;
      if (!elsewhere && about_param)
        counts->params++;
      else if (!elsewhere)
        counts->missed++;
      note->used = elsewhere || about_param;
    }
}

void
match_gc (const struct options *options, const struct gir_program *program, const struct sp_result *result, GcOutput *output,
          enum gc_verdict *gc, struct match_counts *counts)
{
  *counts = (struct match_counts){ 0 };
  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      struct gc_note *note = find_note (program, &result->verdicts[i], output);
      if (!note)
        continue;
      gc[i] = join (note);
      counts->exact += !note->exact;
      note->used = note->exact = TRUE;
    }
  match_by_place (program, result, output, gc, counts);

  for (uint32_t i = 0; i < result->n_verdicts; i++)
    {
      const struct sp_verdict *v = &result->verdicts[i];
      gboolean compiled = options->all || program->pkgs[v->pkg].root;
      if (gc[i] == GC_UNREPORTED && is_variable (v->kind) && compiled)
        gc[i] = GC_STACK;
    }
  count_rest (options, program, output, counts);
}

void
match_list_missed (const struct gir_program *program, const GcOutput *output, GString *out)
{
  for (guint i = 0; i < output->notes->len; i++)
    {
      const struct gc_note *note = gc_output_note (output, i);
      if (note->used)
        continue;
      const char *file = gir_string (program, program->files[note->at >> 40]);
      const char *what = note->moved                ? "moved to heap"
                         : note->param              ? "leaking param"
                         : note->verdicts & GC_HEAP ? "escapes"
                                                    : "does not escape";
      g_string_append_printf (out, "%s:%u:%u: no site for: %s (%s)\n", file, (unsigned)(note->at >> 16 & 0xffffff),
                              (unsigned)(note->at & 0xffff), note->text, what);
    }
}
