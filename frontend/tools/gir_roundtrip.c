/* gir-roundtrip [--promote] [--stats] FILE|-: reads and verifies a .gir program and writes it to standard output; with --promote
 * after its variables have become registers. --stats writes counts and times to standard error instead of the program. */
#include "frontend/flow.h"
#include "frontend/gir_read.h"
#include "frontend/gir_verify.h"
#include <string.h>

struct options
{
  bool promote;
  bool stats;
  const char *file;
};

static bool
parse_options (int argc, char **argv, struct options *o)
{
  for (int i = 1; i < argc; i++)
    if (!strcmp (argv[i], "--promote"))
      o->promote = true;
    else if (!strcmp (argv[i], "--stats"))
      o->stats = true;
    else if (!o->file && (argv[i][0] != '-' || !argv[i][1]))
      o->file = argv[i];
    else
      return false;
  return o->file != NULL;
}

static bool
verify_all (const GirProgram *p)
{
  g_autoptr (GirVerifier) v = gir_verifier_new (p);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      struct gir_fault fault;
      if (!gir_verify_func (v, fn, &fault))
        {
          fprintf (stderr, "promotion broke %s: %s\n", gir_string (p, p->funcs[fn].name), fault.message);
          return false;
        }
    }
  return true;
}

static void
count (const GirProgram *p, const char *when)
{
  uint64_t n_instrs = 0, n_nops = 0, n_phis = 0, n_blocks = 0, n_allocs = 0;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      const struct gir_func *f = &p->funcs[fn];
      n_blocks += f->n_blocks;
      n_instrs += f->n_instrs;
      for (uint32_t i = 0; i < f->n_instrs; i++)
        {
          n_nops += f->instrs[i].op == GIR_OP_NOP;
          n_phis += f->instrs[i].op == GIR_OP_PHI;
          n_allocs += f->instrs[i].op == GIR_OP_ALLOC;
        }
    }
  fprintf (stderr,
           "%s: %u functions, %" G_GUINT64_FORMAT " blocks, %" G_GUINT64_FORMAT " instructions, of them %" G_GUINT64_FORMAT
           " nop, %" G_GUINT64_FORMAT " phi, %" G_GUINT64_FORMAT " alloc\n",
           when, p->n_funcs, n_blocks, n_instrs, n_nops, n_phis, n_allocs);
}

static double
lap (gint64 *since)
{
  gint64 now = g_get_monotonic_time (), before = *since;
  *since = now;
  return (double)(now - before) / 1e6;
}

static bool
promote_all (GirProgram *p, const struct options *o)
{
  gint64 clock = g_get_monotonic_time ();
  if (o->stats)
    {
      count (p, "read");
      struct gir_components *c = gir_components_new (p, NULL, 0);
      fprintf (stderr, "%u components: %.3f s\n", c->n_components, lap (&clock));
      gir_components_free (c);
    }
  if (!o->promote)
    return true;
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    gir_promote (p, &p->funcs[fn]);
  if (o->stats)
    {
      fprintf (stderr, "promotion: %.3f s\n", lap (&clock));
      count (p, "promoted");
    }
  return verify_all (p);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  struct options o = { 0 };
  if (!parse_options (argc, argv, &o))
    {
      fprintf (stderr, "usage: gir-roundtrip [--promote] [--stats] FILE|-\n");
      return 2;
    }
  gint64 clock = g_get_monotonic_time ();
  g_autoptr (GirProgram) p = strcmp (o.file, "-") ? gir_read_file (o.file, &error) : gir_read_stream ("stdin", stdin, &error);
  if (o.stats && p)
    fprintf (stderr, "read and verified: %.3f s\n", lap (&clock));
  if (p && !promote_all (p, &o))
    return 1;
  if (!p || (!o.stats && !gir_write (p, stdout, &error)))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  return 0;
}
