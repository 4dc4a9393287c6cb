/* `stackproof reduce`: the smallest program on which a disagreement remains. */
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/output.h"
#include "cli/reduce.h"
#include "cli/status.h"

#include <string.h>

/* The first check that fails on the program. The runs change it, so @text is read for each row. */
static gboolean
find_failure (struct matrix *m, GirProgram *program, struct check *failure, gboolean *found, GError **error)
{
  for (unsigned k = 0; k < m->rows->len; k++)
    if (!matrix_fill (m, k, program, error))
      return FALSE;
  *found = FALSE;
  for (unsigned k = 0; k < m->checks->len && !*found; k++)
    {
      *failure = matrix_check_at (m, k);
      *found = matrix_check (m, *failure, NULL, NULL) > 0;
    }
  return TRUE;
}

static int
run (struct session *session, struct matrix *m, GError **error)
{
  struct reduction r = { .matrix = m };
  gboolean found = FALSE;
  g_autofree char *text = reduce_text_of (session->program, error);
  if (!text || !matrix_init (m, session, error) || !find_failure (m, session->program, &r.check, &found, error))
    return STATUS_ERROR;
  if (!found)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "there is no disagreement to reduce: all variants, solvers and rules agree");
      return STATUS_ERROR;
    }
  g_autofree char *smallest = reduce (&r, text);
  progress_end (&session->progress);
  if (!smallest)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "the disagreement is gone once the program is written as text and read again");
      return STATUS_ERROR;
    }
  if (!g_file_set_contents (session->options->output, smallest, -1, error))
    return STATUS_ERROR;
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_printf (out, "%s: %u lines, %u programs tried\n", session->options->output, r.n_lines, r.n_trials);
  return output_write (out, error) ? STATUS_OK : STATUS_ERROR;
}

int
cmd_reduce (const struct options *options, GError **error)
{
  struct session session = { 0 };
  struct matrix matrix = { 0 };
  int status = STATUS_ERROR;
  if (!options->output)
    g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "name the file to write to with -o");
  else if (session_open (&session, options, options->arguments, error))
    status = run (&session, &matrix, error);
  matrix_clear (&matrix);
  session_close (&session);
  return status;
}
