#include "cli/gc_output.h"
#include "cli/paths.h"

#include <string.h>

#define NO_FILE G_MAXUINT32
#define NO_PLACE G_MAXUINT64

GcOutput *
gc_output_new (const struct gir_program *program)
{
  GcOutput *output = g_new0 (GcOutput, 1);
  output->notes = g_array_new (FALSE, TRUE, sizeof (struct gc_note));
  output->flows = g_array_new (FALSE, TRUE, sizeof (struct gc_flow));
  output->notes_at = place_table_new ();
  output->flows_at = place_table_new ();
  output->texts = g_string_chunk_new (1 << 16);
  output->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (uint32_t i = 0; i < program->n_files; i++)
    g_hash_table_insert (output->files, path_canonical (gir_string (program, program->files[i])), GUINT_TO_POINTER (i + 1));
  return output;
}

void
gc_output_free (GcOutput *output)
{
  if (!output)
    return;
  g_array_unref (output->notes);
  g_array_unref (output->flows);
  g_hash_table_unref (output->notes_at);
  g_hash_table_unref (output->flows_at);
  g_string_chunk_free (output->texts);
  g_hash_table_unref (output->files);
  g_free (output->cached_name);
  g_free (output);
}

static guint32
find_file (GcOutput *output, const char *name, size_t length)
{
  if (output->cached_name && strncmp (output->cached_name, name, length) == 0 && !output->cached_name[length])
    return output->cached_file;
  g_free (output->cached_name);
  output->cached_name = g_strndup (name, length);
  g_autofree char *canonical = path_canonical (output->cached_name);
  gpointer found = g_hash_table_lookup (output->files, canonical);
  output->cached_file = found ? GPOINTER_TO_UINT (found) - 1 : NO_FILE;
  return output->cached_file;
}

/* Reads ":NUMBER" at *@p and moves behind it. */
static gboolean
read_number (const char **p, unsigned *number)
{
  if (**p != ':' || !g_ascii_isdigit ((*p)[1]))
    return FALSE;
  char *end;
  *number = (unsigned)g_ascii_strtoull (*p + 1, &end, 10);
  *p = end;
  return TRUE;
}

/* Reads "FILE:LINE:COL" at the start of @line; the place is NO_PLACE if the program has no such file. NULL if there is none. */
static const char *
read_place (GcOutput *output, const char *line, place *at)
{
  for (const char *colon = strchr (line, ':'); colon; colon = strchr (colon + 1, ':'))
    {
      struct gir_pos pos = { 0 };
      const char *p = colon;
      if (!read_number (&p, &pos.line) || !read_number (&p, &pos.col))
        continue;
      pos.file = find_file (output, line, (size_t)(colon - line));
      *at = pos.file == NO_FILE ? NO_PLACE : place_of (pos);
      return p;
    }
  return NULL;
}

static void
add_note (GcOutput *output, const struct gc_note *note, const char *text, size_t length)
{
  for (guint32 i = place_table_first (output->notes_at, note->at); i != PLACE_END; i = gc_output_note (output, i)->next)
    {
      struct gc_note *old = gc_output_note (output, i);
      if (old->moved == note->moved && old->param == note->param && strncmp (old->text, text, length) == 0 && !old->text[length])
        {
          old->verdicts |= note->verdicts;
          return;
        }
    }
  struct gc_note copy = *note;
  copy.text = g_string_chunk_insert_len (output->texts, text, (gssize)length);
  copy.next = place_table_push (output->notes_at, note->at, output->notes->len);
  g_array_append_val (output->notes, copy);
}

static gboolean
has_suffix (const char *text, const char *suffix, size_t *rest)
{
  if (!g_str_has_suffix (text, suffix))
    return FALSE;
  *rest = strlen (text) - strlen (suffix);
  return TRUE;
}

static void
read_verdict (GcOutput *output, place at, const char *text)
{
  static const char moved[] = "moved to heap: ";
  static const char leaking[] = "leaking param: ";
  static const char content[] = "leaking param content: ";
  struct gc_note note = { .at = at };
  size_t rest;
  if (g_str_has_prefix (text, moved))
    {
      note.verdicts = GC_HEAP;
      note.moved = TRUE;
      add_note (output, &note, text + strlen (moved), strlen (text + strlen (moved)));
      return;
    }
  note.param = g_str_has_prefix (text, leaking) || g_str_has_prefix (text, content);
  if (note.param)
    {
      const char *name = strchr (text, ':') + 2;
      add_note (output, &note, name, strcspn (name, " "));
    }
  else if (has_suffix (text, " escapes to heap", &rest))
    {
      note.verdicts = GC_HEAP;
      add_note (output, &note, text, rest);
    }
  else if (has_suffix (text, " does not escape", &rest))
    {
      note.verdicts = GC_STACK;
      add_note (output, &note, text, rest);
    }
}

/* The line that opens an explanation: "TEXT escapes to heap in FUNC:" (since Go 1.25) or "TEXT escapes to heap:". */
static void
read_header (GcOutput *output, place at, const char *text)
{
  const char *end = g_strrstr (text, " escapes to heap");
  output->explaining = end != NULL;
  if (!end)
    return;
  struct gc_flow flow = { .at = at, .text = g_string_chunk_insert_len (output->texts, text, end - text), .where = NO_PLACE };
  flow.next = place_table_push (output->flows_at, at, output->flows->len);
  g_array_append_val (output->flows, flow);
}

/* "flow: DESTINATION ← SOURCE:" ("=" before Go 1.25) or "from STEP (REASON) at PLACE", which belong to the last header. */
static void
read_step (GcOutput *output, place at, const char *text)
{
  struct gc_flow *flow = output->explaining ? gc_output_flow (output, output->flows->len - 1) : NULL;
  if (!flow || flow->at != at)
    return;
  if (g_str_has_prefix (text, "flow: "))
    {
      const char *end = strstr (text, " ← ");
      if (!end)
        end = strstr (text, " = ");
      if (end)
        flow->destination = g_string_chunk_insert_len (output->texts, text + strlen ("flow: "), end - text - (gssize)strlen ("flow: "));
      return;
    }
  const char *where = g_strrstr (text, ") at ");
  const char *reason = where ? g_strrstr_len (text, where - text, " (") : NULL;
  if (!reason || !g_str_has_prefix (text, "from "))
    return;
  flow->step = g_string_chunk_insert_len (output->texts, text + strlen ("from "), reason - text - (gssize)strlen ("from "));
  flow->reason = g_string_chunk_insert_len (output->texts, reason + 2, where - reason - 2);
  flow->interface |= strcmp (flow->reason, "interface-converted") == 0;
  flow->where = NO_PLACE;
  read_place (output, where + strlen (") at "), &flow->where);
}

void
gc_output_line (GcOutput *output, const char *line)
{
  place at;
  if (*line == '#' || *line == '<')
    return;
  const char *text = read_place (output, line, &at);
  if (!text || !g_str_has_prefix (text, ": "))
    return;
  text += strlen (": ");
  if (at == NO_PLACE)
    return;
  if (*text == ' ')
    read_step (output, at, text + strspn (text, " "));
  else if (g_str_has_suffix (text, ":"))
    read_header (output, at, text);
  else
    read_verdict (output, at, text);
}
