/* stackproof-verify: checks a folder of certificates that `stackproof prove` wrote. Links neither Z3 nor anything of solver/. */
#include "base/exhausted.h"
#include "proofs/verify/folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum
{
  STATUS_VALID = 0,
  STATUS_HOLEY = 1,
  STATUS_USAGE = 2,
  STATUS_INVALID = 3
};

static const char usage[]
    = "usage: stackproof-verify [--list] [--stats] FOLDER\n\n"
      "Checks the certificates that `stackproof prove ... -o FOLDER` wrote: lowers the program in it again, and checks\n"
      "that the solutions are closed under the rules, give the summaries they claim, and leave the sites claimed to be\n"
      "on the stack out of the heap; and that each site of the packages asked for that is claimed to be heap is derived\n"
      "to be so. Prints valid, holey (something needed is absent) or invalid, and why.\n\n"
      "  --list    print the sites proved to be on the stack\n"
      "  --stats   print what was checked, and how long it took without reading\n\n"
      "Exit status: 0 valid, 1 holey (or unreadable), 2 usage error, no memory or no output, 3 invalid.\n";

static void
print_claim (void *data, gir_fn fn, const struct sp_claim *claim)
{
  const GirProgram *p = data;
  const struct gir_instr *i = &p->funcs[fn].instrs[claim->instr];
  if (i->site == GIR_S_NONE)
    return;
  g_autofree char *text = g_strescape (gir_string (p, i->text), "\"");
  printf ("%s:%u:%u: %s: %s\n", i->pos.file < p->n_files ? gir_string (p, p->files[i->pos.file]) : "-", i->pos.line, i->pos.col, text,
          claim->go ? "stack" : "stack under --runtime=ideal");
}

static void
print_statistics (const struct sp_folder *f, double seconds)
{
  struct sp_verify_counts c = sp_verifier_counts (f->verifier);
  printf ("runs %u, tuples %" PRIu64 ", summaries %u, claims %u, seconds %.3f\n", c.runs, c.tuples, c.summaries, c.claims, seconds);
  printf ("derived %u, steps %u, undecided %u, seconds %.3f\n", c.refusals, c.steps, c.undecided, sp_verifier_replay_seconds (f->verifier));
}

/* The status of a run that ends with @status, once all is written. */
static int
finish_output (int status)
{
  bool failed = ferror (stdout) != 0;
  if (fflush (stdout) == 0 && !failed)
    return status;
  fprintf (stderr, "stackproof-verify: cannot write to standard output: %s\n", strerror (errno));
  return STATUS_USAGE;
}

int
main (int argc, char **argv)
{
  static const int status[] = {
    [SP_PROOF_NONE] = STATUS_HOLEY, [SP_PROOF_VALID] = STATUS_VALID, [SP_PROOF_HOLEY] = STATUS_HOLEY, [SP_PROOF_INVALID] = STATUS_INVALID
  };
  static const char *const words[]
      = { [SP_PROOF_NONE] = "holey", [SP_PROOF_VALID] = "valid", [SP_PROOF_HOLEY] = "holey", [SP_PROOF_INVALID] = "invalid" };
  struct sp_folder f = { 0 };
  exhausted_begin (STATUS_USAGE);
  bool list = false, stats = false;
  const char *path = NULL;
  for (int k = 1; k < argc; k++)
    {
      list |= strcmp (argv[k], "--list") == 0;
      stats |= strcmp (argv[k], "--stats") == 0;
      if (strcmp (argv[k], "--help") == 0)
        return fputs (usage, stdout) < 0 ? STATUS_USAGE : finish_output (STATUS_VALID);
      if (argv[k][0] != '-')
        path = path ? "" : argv[k];
      else if (strcmp (argv[k], "--list") != 0 && strcmp (argv[k], "--stats") != 0)
        path = "";
    }
  if (!path || !*path)
    {
      fputs (usage, stderr);
      return STATUS_USAGE;
    }
  sp_folder_verify (&f, path);
  fputs (f.messages->str, stderr);
  if (list && f.verifier)
    sp_verifier_foreach_claim (f.verifier, print_claim, f.program);
  if (stats && f.verifier)
    print_statistics (&f, f.seconds);
  printf ("%s\n", words[f.proof]);
  int result = finish_output (status[f.proof]);
  sp_folder_clear (&f);
  return result;
}
