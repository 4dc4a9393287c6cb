#include "proofs/verify/folder.h"

#include "frontend/flow.h"
#include "frontend/gir_read.h"
#include "proofs/verify/contents.h"
#include "proofs/verify/read.h"
#include "proofs/verify/store.h"

#include <time.h>

/* Takes the error. What cannot be read is absent: nothing is known to be wrong with it. */
static void
complain (struct sp_folder *f, GError *error)
{
  bool absent = g_error_matches (error, SP_CERTIFICATE_ERROR, SP_CERTIFICATE_ERROR_ABSENT) || error->domain == G_FILE_ERROR;
  f->proof = MAX (f->proof, absent ? SP_PROOF_HOLEY : SP_PROOF_INVALID);
  g_string_append_printf (f->messages, "%s\n", error->message);
  g_error_free (error);
}

static bool
read_program (struct sp_folder *f, const struct sp_contents *contents, const char *path)
{
  GError *error = NULL;
  gsize size;
  g_autofree char *text = sp_store_get (path, contents->program, &size, &error);
  f->program = text ? gir_read_data (contents->program, text, size, &error) : NULL;
  if (!f->program)
    {
      complain (f, error);
      return false;
    }
  for (gir_fn fn = 0; fn < f->program->n_funcs; fn++)
    if (!f->program->funcs[fn].is_extern)
      {
        gir_prune (f->program, &f->program->funcs[fn]);
        gir_promote (f->program, &f->program->funcs[fn]);
      }
  return true;
}

static double
now (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static void
tell (void *data, const struct sp_evidence *e)
{
  struct sp_folder *f = data;
  double start = now ();
  sp_verifier_tell (f->verifier, 0, e);
  f->seconds += now () - start;
}

static void
read_entry (struct sp_folder *f, struct sp_reader *reader, const char *path, const struct sp_contents_entry *entry)
{
  GError *error = NULL;
  gsize size;
  g_autofree char *text = sp_store_get (path, entry->name, &size, &error);
  if (!text || !sp_reader_read (reader, entry->name, text, size, tell, f, &error))
    complain (f, error);
}

/* Component by component, those first that others use; then what needs all. */
static void
read_entries (struct sp_folder *f, const struct sp_contents *contents, const char *path)
{
  const struct sp_order *order = sp_verifier_order (f->verifier);
  uint32_t n = order->components->n_components;
  g_autofree uint32_t *entry_of = g_new0 (uint32_t, n + 1);
  for (uint32_t k = 0; k < contents->entries.size; k++)
    if (!contents->entries.data[k].settled && contents->entries.data[k].fn < f->program->n_funcs)
      entry_of[order->components->component[contents->entries.data[k].fn]] = k + 1;
  struct sp_reader *reader = sp_reader_new (f->program, f->rules, !contents->fields);
  for (uint32_t k = 0; k < n; k++)
    if (entry_of[order->by_level[k]])
      read_entry (f, reader, path, &contents->entries.data[entry_of[order->by_level[k]] - 1]);
  for (uint32_t k = 0; k < contents->entries.size; k++)
    if (contents->entries.data[k].settled)
      read_entry (f, reader, path, &contents->entries.data[k]);
  sp_reader_free (reader);
}

static void
verify (struct sp_folder *f, const struct sp_contents *contents, const char *path)
{
  if (!read_program (f, contents, path))
    return;
  f->rules = sp_rules_parse ("escape.dl", sp_rules_builtin, NULL);
  f->budgets = contents->budgets;
  struct sp_verify_setting setting
      = { { contents->fields, contents->versions }, &f->budgets, f->rules, contents->closed, contents->derived };
  f->verifier = sp_verifier_new (f->program, &setting, 1);
  read_entries (f, contents, path);
  sp_verifier_end (f->verifier);
  g_autofree char *problems = sp_verifier_messages (f->verifier);
  g_string_append (f->messages, problems);
  f->proof = MAX (f->proof, sp_verifier_verdict (f->verifier));
}

void
sp_folder_verify (struct sp_folder *f, const char *path)
{
  struct sp_contents contents = { 0 };
  GError *error = NULL;
  f->messages = g_string_new (NULL);
  if (sp_contents_read (&contents, path, &error))
    verify (f, &contents, path);
  else
    complain (f, error);
  sp_contents_clear (&contents);
}

void
sp_folder_clear (struct sp_folder *f)
{
  sp_verifier_free (f->verifier);
  sp_rules_free (f->rules);
  gir_program_free (f->program);
  g_string_free (f->messages, TRUE);
}
