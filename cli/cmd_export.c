/* `stackproof export`: every query as files that other solvers read, and the list of them. */
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/status.h"
#include "proofs/export/formula.h"

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

/* Writes the file and its line of the list. */
static void
write_file (struct exporter *x, const char *name, const GString *text, const char *line)
{
  g_autofree char *path = g_build_filename (x->options->output, name, NULL);
  GError *error = NULL;
  g_file_set_contents (path, text->str, (gssize)text->len, &error);
  g_mutex_lock (&x->lock);
  if (error)
    fail (x, error);
  g_ptr_array_add (x->lines, g_strdup_printf ("%s\t%s\n", name, line));
  g_mutex_unlock (&x->lock);
}

static void
write_question (struct exporter *x, const struct sp_query *query, struct sp_formula *f, enum sp_question question)
{
  const struct sp_formula_writer *w = x->options->format == FORMAT_SMT2 ? &sp_write_smt2 : &sp_write_dimacs;
  bool stack = question == SP_ASK_STACK;
  g_autoptr (GString) text = g_string_new (NULL);
  sp_formula_write (f, w, question, 0, 0, true, text);
  g_autofree char *base = query_name (query);
  g_autofree char *name = g_strdup_printf ("%s.%s.%s", base, stack ? "stack" : "heap", w->extension);
  g_autofree char *function = g_strescape (gir_string (query->program, query->program->funcs[query->fn].name), NULL);
  g_autofree char *line = g_strdup_printf ("%s\t%u\t%s", stack ? "sat" : "unsat", sp_formula_size (f), function);
  write_file (x, name, text, line);
}

static void
export_query (void *user, const struct sp_query *query)
{
  struct exporter *x = user;
  if (query->decision->answer != SP_Z3_SAT)
    return; /* nothing is claimed */
  struct sp_formula *f = sp_formula_new (query, query->decision);
  write_question (x, query, f, SP_ASK_STACK);
  if (sp_formula_has_heap (f))
    write_question (x, query, f, SP_ASK_HEAP);
  sp_formula_free (f);
}

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

static int
run (struct session *session, struct exporter *x, GError **error)
{
  struct sp_options engine;
  if (!session_engine_options (session, &engine, error))
    return STATUS_ERROR;
  engine.observe = export_query;
  engine.observe_user = x;
  engine.baseline = false;
  struct sp_result *result = session_analyse (session, &engine, error);
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
