/* `stackproof export`: every query as files that other solvers read, and the list of them. */
#include "cli/commands.h"
#include "cli/reduce.h"
#include "cli/session.h"
#include "cli/status.h"
#include "proofs/export/formula.h"
#include "proofs/export/relational.h"

#include <errno.h>
#include <string.h>

struct exporter
{
  const struct options *options;
  GMutex lock;      /* of what follows */
  GPtrArray *lines; /* of the list */
  GError *error;    /* the first one */
};

enum
{
  NAME_MAX_BYTES = 60,
};

/* A file name for a query: unique by the function's number, readable by its name. */
static char *
query_name (const struct sp_query *query)
{
  const char *name = gir_string (query->program, query->program->funcs[query->fn].name);
  g_autofree char *plain = g_strndup (name, NAME_MAX_BYTES);
  for (char *c = plain; *c; c++)
    if (!g_ascii_isalnum (*c))
      *c = '_';
  return g_strdup_printf ("%06u-%s%s", query->fn, plain, query->settled ? "-settled" : "");
}

static void
fail (struct exporter *x, GError *error)
{
  if (!x->error)
    x->error = error;
  else
    g_error_free (error);
}

static void
add_line (struct exporter *x, char *line)
{
  g_mutex_lock (&x->lock);
  g_ptr_array_add (x->lines, line);
  g_mutex_unlock (&x->lock);
}

static void
write_file (struct exporter *x, const char *name, const GString *text)
{
  g_autofree char *path = g_build_filename (x->options->output, name, NULL);
  GError *error = NULL;
  g_file_set_contents (path, text->str, (gssize)text->len, &error);
  if (!error)
    return;
  g_mutex_lock (&x->lock);
  fail (x, error);
  g_mutex_unlock (&x->lock);
}

static char *
function_name (const struct sp_query *query)
{
  return g_strescape (gir_string (query->program, query->program->funcs[query->fn].name), NULL);
}

/* --- one question a file ----------------------------------------------------------------------------- */

static void
write_question (struct exporter *x, const struct sp_query *query, struct sp_formula *f, bool heap)
{
  const struct sp_formula_writer *w = x->options->format == FORMAT_DIMACS ? &sp_write_dimacs : &sp_write_smt2;
  g_autoptr (GString) text = g_string_new (NULL);
  if (x->options->format == FORMAT_CHC)
    sp_export_chc (query, query->decision, heap, text);
  else
    sp_formula_write (f, w, heap ? SP_ASK_HEAP : SP_ASK_STACK, 0, 0, true, text);
  g_autofree char *base = query_name (query), *function = function_name (query);
  g_autofree char *name = g_strdup_printf ("%s.%s.%s", base, heap ? "heap" : "stack", w->extension);
  write_file (x, name, text);
  add_line (x, g_strdup_printf ("%s\t%s\t%u\t%s\n", name, heap ? "unsat" : "sat", sp_formula_size (f), function));
}

static void
write_questions (struct exporter *x, const struct sp_query *query)
{
  struct sp_formula *f = sp_formula_new (query, query->decision);
  write_question (x, query, f, false);
  if (sp_formula_has_heap (f))
    write_question (x, query, f, true);
  sp_formula_free (f);
}

/* --- a folder of relations --------------------------------------------------------------------------- */

struct folder
{
  struct exporter *exporter;
  const char *name;
};

static void
write_relation (void *data, const char *name, const GString *lines)
{
  const struct folder *f = data;
  g_autofree char *file = g_strconcat (f->name, G_DIR_SEPARATOR_S, name, ".facts", NULL);
  write_file (f->exporter, file, lines);
}

/* What a solver has to find. */
static void
write_expected (const struct folder *f, const char *name, const bool *heap, uint32_t n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (uint32_t o = 0; o < n; o++)
    if (heap[o])
      g_string_append_printf (text, "%u\n", o);
  g_autofree char *file = g_strconcat (f->name, G_DIR_SEPARATOR_S, name, ".expected", NULL);
  write_file (f->exporter, file, text);
}

static void
write_folder (struct exporter *x, const struct sp_query *query)
{
  const struct sp_decision *d = query->decision;
  g_autofree char *base = query_name (query), *function = function_name (query);
  g_autofree char *path = g_build_filename (x->options->output, base, NULL);
  const struct folder f = { x, base };
  if (g_mkdir_with_parents (path, 0777) == 0) /* else writing into it fails, and says so */
    sp_export_facts (query->ground, write_relation, (void *)&f);
  write_expected (&f, "heapI", d->ideal, d->n_objects);
  write_expected (&f, "heapG", d->go, d->n_objects);
  add_line (x, g_strdup_printf ("%s\t-\t%" G_GUINT64_FORMAT "\t%s\n", base, query->ground->n_instances, function));
}

static void
export_query (void *user, const struct sp_query *query)
{
  struct exporter *x = user;
  if (query->decision->answer != SP_Z3_SAT)
    return; /* nothing is claimed */
  if (x->options->format == FORMAT_SOUFFLE || x->options->format == FORMAT_FACTS)
    write_folder (x, query);
  else
    write_questions (x, query);
}

/* --- the whole --------------------------------------------------------------------------------------- */

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The list in the order of the names, whichever thread was first. */
static gboolean
write_list (struct exporter *x, GError **error)
{
  g_autoptr (GString) text = g_string_new ("# file\tanswer\tclauses\tfunction\n");
  g_ptr_array_sort (x->lines, compare_lines);
  for (guint k = 0; k < x->lines->len; k++)
    g_string_append (text, x->lines->pdata[k]);
  g_autofree char *path = g_build_filename (x->options->output, "queries.tsv", NULL);
  return g_file_set_contents (path, text->str, (gssize)text->len, error);
}

static gboolean
write_rules (struct exporter *x, const char *text, GError **error)
{
  struct sp_rules *rules = sp_rules_parse (text ? "rules" : "escape.dl", text ? text : sp_rules_builtin, error);
  if (!rules)
    return FALSE;
  g_autoptr (GString) out = g_string_new (NULL);
  sp_export_rules (rules, out);
  sp_rules_free (rules);
  write_file (x, "rules.dl", out);
  return TRUE;
}

static int
export_program (const struct session *session, GError **error)
{
  g_autofree char *text = reduce_text_of (session->program, error);
  g_autofree char *path = g_build_filename (session->options->output, "program.gir", NULL);
  return text && g_file_set_contents (path, text, -1, error) ? STATUS_OK : STATUS_ERROR;
}

static int
run (struct session *session, struct exporter *x, GError **error)
{
  if (x->options->format == FORMAT_GIR)
    return export_program (session, error);
  if (x->options->format == FORMAT_SOUFFLE && !write_rules (x, session->rules, error))
    return STATUS_ERROR;
  struct sp_options engine;
  if (!session_engine_options (session, &engine, error))
    return STATUS_ERROR;
  engine.observe = export_query;
  engine.observe_user = x;
  engine.baseline = false;
  struct sp_result *result = sp_analyse (session->program, &engine, error);
  progress_end (&session->progress);
  if (!result)
    return STATUS_ERROR;
  unsigned n_disagreements = result->n_disagreements;
  sp_result_free (result);
  if (x->error)
    {
      g_propagate_error (error, g_steal_pointer (&x->error));
      return STATUS_ERROR;
    }
  if (!write_list (x, error))
    return STATUS_ERROR;
  if (n_disagreements)
    complain ("the solvers disagree on a site: a bug in stackproof");
  return n_disagreements ? STATUS_DISAGREEMENT : STATUS_OK;
}

static gboolean
check_options (const struct options *options, GError **error)
{
  if (!options->output)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "name the folder to write to with -o");
  else if (options->variant == SP_GC)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "--variant=gc has no rules to export; take another variant");
  else if (g_mkdir_with_parents (options->output, 0777) != 0)
    g_set_error (error, CLI_ERROR, CLI_ERROR_OUTPUT, "%s: cannot be made: %s", options->output, g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

int
cmd_export (const struct options *options, GError **error)
{
  struct session session = { 0 };
  struct exporter x = { .options = options, .lines = g_ptr_array_new_with_free_func (g_free) };
  int status = STATUS_ERROR;
  g_mutex_init (&x.lock);
  if (check_options (options, error) && session_open (&session, options, options->arguments, error))
    status = run (&session, &x, error);
  session_close (&session);
  g_ptr_array_free (x.lines, TRUE);
  g_clear_error (&x.error);
  g_mutex_clear (&x.lock);
  return status;
}
