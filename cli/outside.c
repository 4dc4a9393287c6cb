#include "cli/outside.h"
#include "cli/status.h"
#include "proofs/export/formula.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct program
{
  const char *name;
  const char *const arguments[4]; /* it reads standard input */
  const struct sp_formula_writer *writer;
  uint32_t most; /* clauses; cvc5's time grows with their square (z3.md, section 5) */
};
static const struct program programs[] = {
  { "cvc5", { "--lang=smt2", "--rlimit=20000000", "-" }, &sp_write_smt2, 10000 },
  { "cadical", { "-q", "-n" }, &sp_write_dimacs, 20000000 },
};

struct outside
{
  const struct program *program;
  char *path;
};

struct outside *
outside_new (const char *name, GError **error)
{
  const struct program *program = programs;
  while (strcmp (program->name, name) != 0)
    program++;
  g_autofree char *path = g_find_program_in_path (name);
  if (!path)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_USAGE, "%s is not on PATH; install Debian's package %s", name, name);
      return NULL;
    }
  struct outside *o = g_new0 (struct outside, 1);
  o->program = program;
  o->path = g_steal_pointer (&path);
  return o;
}

void
outside_free (struct outside *o)
{
  if (!o)
    return;
  g_free (o->path);
  g_free (o);
}

const char *
outside_name (const struct outside *o)
{
  return o->program->name;
}

/* --- one question ------------------------------------------------------------------------------------ */

static enum sp_z3_answer
answer_of (const char *output, int status)
{
  enum
  {
    SAT = 10, /* of the SAT competition */
    UNSAT = 20,
  };
  if (status == SAT || (status == 0 && g_str_has_prefix (output, "sat\n")))
    return SP_Z3_SAT;
  if (status == UNSAT || (status == 0 && g_str_has_prefix (output, "unsat\n")))
    return SP_Z3_UNSAT;
  return SP_Z3_UNKNOWN;
}

/* The text as a file without a name: unlike a pipe it cannot break when the program does not read it. -1 where there is no memory. */
static int
input_of (const GString *text)
{
  int fd = memfd_create ("query", MFD_CLOEXEC);
  size_t done = 0;
  while (fd >= 0 && done < text->len)
    {
      ssize_t n = write (fd, text->str + done, text->len - done);
      if (n < 0 && errno != EINTR)
        {
          close (fd);
          return -1;
        }
      done += n > 0 ? (size_t)n : 0;
    }
  if (fd >= 0)
    lseek (fd, 0, SEEK_SET);
  return fd;
}

/* A program that fails has no answer; why does not matter to a verdict. */
static enum sp_z3_answer
run (const struct outside *o, const GString *text)
{
  int input = input_of (text);
  if (input < 0)
    return SP_Z3_UNKNOWN;
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_ptr_array_add (args, o->path);
  for (const char *const *a = o->program->arguments; *a; a++)
    g_ptr_array_add (args, (char *)*a);
  g_ptr_array_add (args, NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_take_stdin_fd (launcher, input);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawnv (launcher, (const char *const *)args->pdata, NULL);
  g_autofree char *output = NULL;
  if (!process || !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL) || !g_subprocess_get_if_exited (process))
    return SP_Z3_UNKNOWN;
  return answer_of (output ? output : "", g_subprocess_get_exit_status (process));
}

static enum sp_z3_answer
ask (const struct outside *o, struct sp_formula *f, enum sp_question question, enum sp_pred pred, uint32_t object)
{
  g_autoptr (GString) text = g_string_new (NULL);
  sp_formula_write (f, o->program->writer, question, pred, object, false, text);
  return run (o, text);
}

/* --- a decision -------------------------------------------------------------------------------------- */

static bool
decide_object (const struct outside *o, struct sp_formula *f, enum sp_pred pred, uint32_t object, bool *heap)
{
  enum sp_z3_answer answer = ask (o, f, SP_ASK_ATOM, pred, object);
  *heap = answer == SP_Z3_UNSAT;
  return answer != SP_Z3_UNKNOWN;
}

/* The native model was not confirmed: what is it then, object by object? */
static void
decide_each (const struct outside *o, struct sp_formula *f, struct sp_decision *d)
{
  bool answered = true;
  for (uint32_t k = 0; k < d->n_objects && answered; k++)
    answered = decide_object (o, f, SP_P_heapI, k, &d->ideal[k]) && decide_object (o, f, SP_P_heapG, k, &d->go[k]);
  d->answer = answered ? SP_Z3_SAT : SP_Z3_UNKNOWN;
}

struct sp_decision *
outside_decide (void *outside, const struct sp_query *query)
{
  const struct outside *o = outside;
  struct sp_decision *claims = sp_decision_native (query->ground);
  struct sp_decision *d = sp_decision_native (query->ground);
  struct sp_formula *f = sp_formula_new (query, claims);
  d->n_clauses = sp_formula_size (f);
  d->answer = SP_Z3_UNKNOWN;
  if (sp_formula_size (f) <= o->program->most)
    {
      enum sp_z3_answer stack = ask (o, f, SP_ASK_STACK, 0, 0), heap = ask (o, f, SP_ASK_HEAP, 0, 0);
      if (stack == SP_Z3_SAT && heap == SP_Z3_UNSAT)
        d->answer = SP_Z3_SAT;
      else if (stack != SP_Z3_UNKNOWN && heap != SP_Z3_UNKNOWN)
        decide_each (o, f, d);
    }
  sp_formula_free (f);
  sp_decision_free (claims);
  return d;
}
