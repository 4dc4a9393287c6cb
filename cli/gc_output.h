/* What the Go compiler says under -m=2 -l, as text in and numbered diagnostics out.
 *
 *     a.go:14:6: i2 escapes to heap in f:
 *     a.go:14:6:   flow: {heap} ← &i2:
 *     a.go:14:6:     from &i2 (address-of) at a.go:16:9
 *     a.go:14:6:     from x2.p = &i2 (assign) at a.go:16:7
 *     a.go:14:6: moved to heap: i2
 *
 * A diagnostic has no blank after its place and no colon at its end; the same one may come several times (once for each shape of a
 * generic function, each test variant of a package). The explanation before it is kept as its last step. */
#pragma once

#include "cli/place.h"

enum gc_verdict
{
  GC_UNREPORTED = 0,
  GC_STACK = 1,
  GC_HEAP = 2, /* joins with GC_STACK as bits */
};

struct gc_note
{
  place at;
  const char *text;  /* gc's spelling of the variable or expression */
  unsigned verdicts; /* bits */
  gboolean moved;    /* "moved to heap": a variable */
  gboolean param;    /* "leaking param": about what a parameter points to */
  gboolean used;     /* by the matching: has a site, or needs none */
  gboolean exact;    /* has a site of the same text */
  guint32 next;
};

/* The last step of an explanation: "from STEP (REASON) at WHERE", which leads into DESTINATION. */
struct gc_flow
{
  place at;
  const char *text;
  const char *step;
  const char *reason;
  const char *destination; /* "{heap}", "~r0", "{storage for T}" */
  place where;
  gboolean interface; /* the object was put into an interface on the way */
  guint32 next;
};

struct gc_output
{
  GArray *notes; /* of struct gc_note */
  GArray *flows; /* of struct gc_flow */
  PlaceTable *notes_at;
  PlaceTable *flows_at;
  GStringChunk *texts;
  GHashTable *files;   /* the program's, by canonical name */
  gboolean explaining; /* the last flow is still being read */
  char *cached_name;   /* the last file name looked up */
  guint32 cached_file;
};
typedef struct gc_output GcOutput;

GcOutput *gc_output_new (const struct gir_program *program);
void gc_output_free (GcOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GcOutput, gc_output_free)

/* Takes one line without its newline. */
void gc_output_line (GcOutput *output, const char *line);

static inline struct gc_note *
gc_output_note (const GcOutput *output, guint32 i)
{
  return &g_array_index (output->notes, struct gc_note, i);
}
static inline struct gc_flow *
gc_output_flow (const GcOutput *output, guint32 i)
{
  return &g_array_index (output->flows, struct gc_flow, i);
}
