#include "proofs/certify.h"

#include "frontend/gir_read.h"
#include "proofs/certificate.h"
#include "proofs/verify/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* --- writing ----------------------------------------------------------------------------------------- */

/* The round that goes on has shown nothing. */
static void
forget_round (struct sp_certify_part *part)
{
  if (part->round != G_MAXSIZE)
    g_string_truncate (part->text, part->round);
  part->round = G_MAXSIZE;
}

/* All is told of a component, or of a settled function: its text goes to the store. */
static void
store_part (struct sp_certify *c, struct sp_certify_part *part, gir_fn fn)
{
  GError *error = NULL;
  char *name = part->text->len ? sp_store_put (c->folder, part->text->str, part->text->len, &error) : NULL;
  g_mutex_lock (&c->lock);
  if (name)
    vec_push (&c->contents.entries, ((struct sp_contents_entry){ fn, part->settled, name }));
  if (error && !c->error)
    c->error = g_steal_pointer (&error);
  g_mutex_unlock (&c->lock);
  g_clear_error (&error);
  g_string_truncate (part->text, 0);
  part->settled = false;
}

static void
write_event (struct sp_certify *c, unsigned worker, const struct sp_evidence *e)
{
  struct sp_certify_part *part = &c->parts[worker];
  if (e->kind == SP_E_ASSUME && part->round == G_MAXSIZE)
    part->round = part->text->len;
  if (e->kind == SP_E_FORGET)
    forget_round (part);
  else if (e->kind == SP_E_DONE)
    store_part (c, part, e->fn);
  else
    sp_certificate_write (part->text, c->program, c->rules, e);
  if (e->kind == SP_E_CLOSE)
    part->round = G_MAXSIZE;
  part->settled |= e->kind == SP_E_RUN && (e->run->settled || e->run->expanded);
}

/* Components in the order of their functions; what is settled comes after them, as it was told. */
static int
compare_entries (const void *a, const void *b)
{
  const struct sp_contents_entry *x = a, *y = b;
  if (x->settled != y->settled)
    return x->settled - y->settled;
  return x->settled || x->fn == y->fn ? 0 : x->fn < y->fn ? -1 : 1;
}

static int
compare_entries_with (const void *a, const void *b, void *unused)
{
  (void)unused;
  return compare_entries (a, b);
}

static char *
text_of (const GirProgram *program, size_t *size, GError **error)
{
  char *text = NULL;
  FILE *out = open_memstream (&text, size);
  gboolean ok = out && gir_write (program, out, error);
  if (out && fclose (out) != 0)
    ok = FALSE;
  if (!ok)
    g_clear_pointer (&text, free);
  return text;
}

GirProgram *
sp_certify_write_to (struct sp_certify *c, const char *folder, GirProgram *program, GError **error)
{
  size_t size = 0;
  char *text = text_of (program, &size, error);
  GirProgram *again = NULL;
  gir_program_free (program);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: cannot make the folder: %s", folder, g_strerror (errno));
  else if (text && (c->contents.program = sp_store_put (folder, text, size, error)))
    again = gir_read_data (folder, text, size, error);
  c->folder = folder;
  free (text);
  return again;
}

gboolean
sp_certify_finish (struct sp_certify *c, GError **error)
{
  if (c->error)
    {
      g_propagate_error (error, g_steal_pointer (&c->error));
      return FALSE;
    }
  if (c->contents.entries.size)
    g_qsort_with_data (c->contents.entries.data, (gint)c->contents.entries.size, sizeof *c->contents.entries.data, compare_entries_with,
                       NULL);
  return sp_contents_write (&c->contents, c->folder, error);
}

/* --- following --------------------------------------------------------------------------------------- */

static void
begin_parts (struct sp_certify *c, unsigned n)
{
  c->parts = g_new0 (struct sp_certify_part, n);
  c->n_parts = n;
  for (unsigned k = 0; k < n; k++)
    c->parts[k] = (struct sp_certify_part){ .text = g_string_new (NULL), .round = G_MAXSIZE };
}

static void
begin (void *user, const GirProgram *program, bool closed, const struct sp_rules *rules, unsigned n_workers)
{
  struct sp_certify *c = user;
  const struct sp_budgets *budgets = c->options->budgets ? c->options->budgets : &sp_budgets_default;
  enum sp_derived derived = !c->options->derivations ? SP_DERIVED_NONE : c->options->all_packages ? SP_DERIVED_ALL : SP_DERIVED_ROOTS;
  struct sp_verify_setting setting = { sp_variant_precision (c->options->variant), budgets, rules, closed, derived };
  c->program = program;
  c->rules = rules;
  c->contents.fields = setting.precision.fields;
  c->contents.versions = setting.precision.versions;
  c->contents.closed = closed;
  c->contents.derived = derived;
  c->contents.budgets = *budgets;
  c->verifier = sp_verifier_new (program, &setting, n_workers);
  if (c->folder)
    begin_parts (c, n_workers);
}

static void
tell (void *user, unsigned worker, const struct sp_evidence *e)
{
  struct sp_certify *c = user;
  sp_verifier_tell (c->verifier, worker, e);
  if (c->folder)
    write_event (c, worker, e);
}

static void
end (void *user)
{
  sp_verifier_end (((struct sp_certify *)user)->verifier);
}

static enum sp_proof
proof (void *user, enum sp_pass pass, gir_fn fn)
{
  return sp_verifier_proof (((struct sp_certify *)user)->verifier, pass, fn);
}

void
sp_certify_init (struct sp_certify *c, struct sp_options *options)
{
  *c = (struct sp_certify){ .options = options, .witness = { begin, tell, end, proof, c } };
  g_mutex_init (&c->lock);
  options->witness = &c->witness;
}

void
sp_certify_done (struct sp_certify *c)
{
  sp_verifier_free (c->verifier);
  for (unsigned k = 0; k < c->n_parts; k++)
    g_string_free (c->parts[k].text, TRUE);
  g_free (c->parts);
  sp_contents_clear (&c->contents);
  g_clear_error (&c->error);
}
