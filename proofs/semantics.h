/* The executable semantics of .gir: runs a whole program from its package initialisers and main.main on.
 *
 * It is a judge of the analyses and shares nothing with them but the reader and, unless told otherwise, the promotion of locals. Every
 * object knows the activation and the allocation site that made it; with `outlived` the machine decides by reachability, at each exit of an
 * activation and at each re-run of a site inside a living one, which objects outlive it (reach.h). A register that is never used again
 * holds nothing, and neither do closures hold a variable that a copy would do for (capture.h), so that no object is said to outlive without
 * need. What the machine cannot do ends the run with SEM_UNSUPPORTED; it
 * never guesses. The same program, seed and options give the same run. */
#pragma once

#include "frontend/gir.h"
#include <stdio.h>

/* Exit statuses of the machine itself; other ones are the program's. Go's own for panics and fatal errors is 2. */
enum
{
  SEM_GO_PANIC = 2,
  SEM_UNSUPPORTED = 3,
  SEM_BUDGET = 4,
};

struct sem_options
{
  uint64_t seed;   /* of the scheduler, select and maps' orders */
  uint64_t steps;  /* instructions; 0: no limit */
  uint64_t memory; /* bytes of storage; 0: 2 GiB */
  uint64_t check;  /* look at every N-th exit or re-run that is in doubt; 0 counts as 1: all */
  bool outlived;   /* observe which objects outlive what made them */
  bool stack;      /* unsupported things are said with the whole stack */
  bool naive;      /* execute variables in memory, as the exporter writes them */
  FILE *facts;     /* observed points-to facts, one JSON line each; NULL: none */
  FILE *outlives;  /* where `outlived` writes, one JSON line each */
  FILE *out, *err; /* the program's file descriptors 1 and 2 */
  char **args;     /* os.Args[1:], NULL-terminated; may be NULL */
  char **env;      /* the environment; may be NULL */
};

struct sem_counts
{
  uint64_t steps, objects, checks, traces; /* instructions; objects made; exits and re-runs looked at, and of those by a whole trace */
};

/* Runs @p, which is promoted in place unless options->naive. Returns the exit status, and what the machine has to say of it in
 * @message if that is anything (`unsupported: WHAT at FILE:LINE`); freed by the caller. @counts may be NULL. */
int sem_run (GirProgram *p, const struct sem_options *options, struct sem_counts *counts, char **message);
