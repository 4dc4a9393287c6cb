#include "cli/pins.h"
#include "cli/paths.h"
#include "cli/place.h"
#include "cli/status.h"

#include <stdio.h>
#include <string.h>

struct pins
{
  GHashTable *places; /* place -> 1, and 2 once something is found there */
  GHashTable *files;  /* canonical name -> number + 1 */
};

static gboolean
allocates (const struct gir_instr *i)
{
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_ALLOC:
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN:
    case GIR_OP_CLOSURE:
    case GIR_OP_IFACE: return TRUE;
    default: return i->site != GIR_S_NONE || i->mode != GIR_CALL_PLAIN; /* go and defer: a closure around the call */
    }
}

static gboolean
find (struct pins *pins, struct gir_pos pos)
{
  gpointer key = GSIZE_TO_POINTER (place_of (pos));
  if (!pos.line || !g_hash_table_contains (pins->places, key))
    return FALSE;
  g_hash_table_insert (pins->places, key, GUINT_TO_POINTER (2));
  return TRUE;
}

static void
pin_function (struct pins *pins, struct gir_func *f)
{
  if (f->site != GIR_S_NONE)
    find (pins, f->pos); /* a function literal that captures nothing is no object */
  for (uint32_t i = 0; i < f->n_instrs; i++)
    f->instrs[i].pinned = allocates (&f->instrs[i]) && find (pins, f->instrs[i].pos);
}

/* The number of a decimal @text up to its end, or -1. */
static gint64
number (const char *text)
{
  guint64 value;
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &value, NULL) ? (gint64)value : -1;
}

static gboolean
add_line (struct pins *pins, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, "\t", 0);
  if (g_strv_length (words) != 3 || number (words[1]) < 0 || number (words[2]) < 0)
    return FALSE;
  g_autofree char *canonical = path_canonical (words[0]);
  guint file = GPOINTER_TO_UINT (g_hash_table_lookup (pins->files, canonical));
  if (file)
    {
      struct gir_pos pos = { .file = file - 1, .line = (uint32_t)number (words[1]), .col = (uint32_t)number (words[2]) };
      g_hash_table_insert (pins->places, GSIZE_TO_POINTER (place_of (pos)), GUINT_TO_POINTER (1));
    }
  return TRUE;
}

static gboolean
read_lines (struct pins *pins, const char *name, GError **error)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (name, &text, NULL, error))
    return FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  for (guint n = 0; lines[n]; n++)
    if (*lines[n] && !add_line (pins, lines[n]))
      {
        g_set_error (error, CLI_ERROR, CLI_ERROR_INPUT, "%s:%u: a pin is a file name, a line and a column, with a tab between", name,
                     n + 1);
        return FALSE;
      }
  return TRUE;
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  const gsize x = (gsize) * (gpointer const *)a, y = (gsize) * (gpointer const *)b;
  return x < y ? -1 : x > y;
}

static void
list_unmatched (const struct pins *pins, const GirProgram *program)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key, found;
  g_hash_table_iter_init (&iter, pins->places);
  while (g_hash_table_iter_next (&iter, &key, &found))
    if (GPOINTER_TO_UINT (found) == 1)
      g_ptr_array_add (missing, key);
  g_ptr_array_sort (missing, by_place);
  for (guint i = 0; i < missing->len; i++)
    {
      place at = (place)(gsize)g_ptr_array_index (missing, i);
      fprintf (stderr, "%s:%u:%u: no site for a pin\n", gir_string (program, program->files[at >> 40]), (unsigned)(at >> 16 & 0xffffff),
               (unsigned)(at & 0xffff));
    }
}

gboolean
pins_apply (GirProgram *program, const struct options *options, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new (place_hash, NULL);
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  struct pins pins = { places, files };
  for (uint32_t i = 0; i < program->n_files; i++)
    g_hash_table_insert (files, path_canonical (gir_string (program, program->files[i])), GUINT_TO_POINTER (i + 1));
  if (!read_lines (&pins, options->pins, error))
    return FALSE;
  for (gir_fn fn = 0; fn < program->n_funcs; fn++)
    pin_function (&pins, &program->funcs[fn]);
  if (options->unmatched)
    list_unmatched (&pins, program);
  return TRUE;
}
