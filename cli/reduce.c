#include "cli/reduce.h"
#include "cli/status.h"
#include "frontend/gir_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A line of the program, perhaps changed. */
struct line
{
  const char *text; /* of the original, or owned by `made` */
  bool gone;
};

/* What is taken out or changed together: lines first .. end. Where @instead is given, the first line becomes that and the others go. */
struct part
{
  guint first, end;
  const char *instead;
};

struct reducer
{
  struct reduction *goal;
  GArray *lines;   /* of struct line */
  GPtrArray *made; /* texts of changed lines */
  bool progress;   /* something went in this round */
};

char *
reduce_text_of (const GirProgram *program, GError **error)
{
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream (&text, &size);
  if (!out)
    {
      g_set_error (error, CLI_ERROR, CLI_ERROR_OUTPUT, "cannot keep the program's text: %s", g_strerror (errno));
      return NULL;
    }
  gboolean ok = gir_write (program, out, error);
  ok &= fclose (out) == 0;
  char *copy = ok ? g_strdup (text) : NULL;
  free (text);
  return copy;
}

static struct line *
line_at (const struct reducer *r, guint k)
{
  return &g_array_index (r->lines, struct line, k);
}

/* --- text -------------------------------------------------------------------------------------------- */

/* The kinds of numbers that must stay dense; blocks are numbered in each function anew. */
enum kind
{
  TYPE,
  GLOBAL,
  FUNCTION,
  FILE_NAME,
  PACKAGE,
  BLOCK,
  N_KINDS,
};
static const char *const words[N_KINDS] = { "type ", "global ", "func ", "file ", "pkg ", "block " }; /* the records that define them */

struct numbers
{
  GHashTable *maps[N_KINDS]; /* old number -> new one */
};

/* A token, and what it refers to: `#12` a type, `@3` a function, `@1:6:2` and `1:6:2` file 1, the package of a function its third. */
struct token
{
  const char *start, *end;
  const char *digits, *rest; /* of the reference, and what follows it */
  enum kind kind;            /* N_KINDS: refers to nothing */
  guint number;
};

/* The end of the token at @s: a quoted string is one token. */
static const char *
token_end (const char *s)
{
  if (*s != '"')
    return s + strcspn (s, " \n\"");
  for (s++; *s && *s != '"'; s++)
    if (*s == '\\' && s[1])
      s++;
  return *s ? s + 1 : s;
}

/* Reads digits at @s into the token; false if there are none, or too many. */
static bool
read_number (struct token *t, const char *s)
{
  t->digits = s;
  t->number = 0;
  while (s < t->end && g_ascii_isdigit (*s) && s - t->digits < 9)
    t->number = t->number * 10 + (guint)(*s++ - '0');
  t->rest = s;
  return s > t->digits;
}

static bool
is_position (const struct token *t)
{
  unsigned colons = 0;
  for (const char *s = t->rest; s < t->end; s++)
    colons += *s == ':';
  return colons == 2 && *t->rest == ':';
}

static enum kind
kind_of (struct token *t, const char *line, unsigned index)
{
  char sign = *t->start;
  bool signed_ = sign == '#' || sign == '$' || sign == '@' || sign == 'b';
  if (!read_number (t, t->start + signed_))
    return N_KINDS;
  if ((!signed_ || sign == '@') && is_position (t))
    return FILE_NAME;
  if (t->rest != t->end)
    return N_KINDS;
  if (signed_)
    return sign == '#' ? TYPE : sign == '$' ? GLOBAL : sign == '@' ? FUNCTION : BLOCK;
  bool of_package = g_str_has_prefix (line, words[FUNCTION]) || g_str_has_prefix (line, words[GLOBAL]);
  if (index == 3 && of_package)
    return PACKAGE;
  return index != 1 ? N_KINDS : g_str_has_prefix (line, "file ") ? FILE_NAME : g_str_has_prefix (line, "pkg ") ? PACKAGE : N_KINDS;
}

/* The token at *@s, token number @index of @line; false at the end. */
static bool
next_token (const char *line, const char **s, unsigned index, struct token *t)
{
  *s += strspn (*s, " \n");
  if (!**s)
    return false;
  *t = (struct token){ .start = *s, .end = token_end (*s), .kind = N_KINDS };
  t->kind = kind_of (t, line, index);
  *s = t->end;
  return true;
}

/* What a line defines: a kind and a number; N_KINDS for nothing. */
static enum kind
defines (const char *line, guint *number)
{
  for (enum kind k = 0; k < N_KINDS; k++)
    if (g_str_has_prefix (line, words[k]))
      {
        struct token t = { 0 };
        const char *s = line + strlen (words[k]);
        bool defined = next_token (line, &s, 1, &t) && t.kind == k;
        *number = t.number;
        return defined ? k : N_KINDS;
      }
  return N_KINDS;
}

static void
define (struct numbers *n, enum kind kind, guint number)
{
  guint first = kind == TYPE ? 1 : 0;
  g_hash_table_insert (n->maps[kind], GUINT_TO_POINTER (number), GUINT_TO_POINTER (g_hash_table_size (n->maps[kind]) + first));
}

/* Appends @line with the new numbers; false where it refers to what is gone. */
static bool
append_line (const struct numbers *n, const char *line, GString *out)
{
  struct token t;
  const char *s = line, *copied = line;
  for (unsigned i = 0; next_token (line, &s, i, &t); i++)
    {
      gpointer renamed = NULL;
      if (t.kind == N_KINDS)
        continue;
      if (!g_hash_table_lookup_extended (n->maps[t.kind], GUINT_TO_POINTER (t.number), NULL, &renamed))
        return false;
      g_string_append_len (out, copied, t.digits - copied);
      g_string_append_printf (out, "%u", GPOINTER_TO_UINT (renamed));
      copied = t.rest;
    }
  g_string_append (out, copied);
  g_string_append_c (out, '\n');
  return true;
}

static void
number_blocks (const struct reducer *r, guint from, struct numbers *n)
{
  guint number;
  g_hash_table_remove_all (n->maps[BLOCK]);
  for (guint k = from; k < r->lines->len && strcmp (line_at (r, k)->text, "end") != 0; k++)
    if (!line_at (r, k)->gone && defines (line_at (r, k)->text, &number) == BLOCK)
      define (n, BLOCK, number);
}

/* What is left, numbered anew; NULL where something refers to what is gone. */
static GString *
assemble (const struct reducer *r)
{
  struct numbers n;
  guint number;
  bool ok = true;
  GString *out = g_string_new (NULL);
  for (int k = 0; k < N_KINDS; k++)
    n.maps[k] = g_hash_table_new (NULL, NULL);
  for (guint k = 0; k < r->lines->len; k++)
    if (!line_at (r, k)->gone)
      {
        enum kind kind = defines (line_at (r, k)->text, &number);
        if (kind < BLOCK)
          define (&n, kind, number);
      }
  for (guint k = 0; k < r->lines->len && ok; k++)
    {
      const struct line *l = line_at (r, k);
      if (l->gone)
        continue;
      if (g_str_has_prefix (l->text, words[FUNCTION]))
        number_blocks (r, k, &n);
      ok = append_line (&n, l->text, out);
    }
  for (int k = 0; k < N_KINDS; k++)
    g_hash_table_unref (n.maps[k]);
  return ok ? out : (g_string_free (out, TRUE), NULL);
}

/* --- trials ------------------------------------------------------------------------------------------ */

/* Runs a row over the text: sp_analyse changes the program, so each run reads it anew. */
static bool
fill (struct matrix *m, unsigned row, const GString *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) program = gir_read_data ("trial", text->str, text->len, &error);
  return program && program->n_pkgs && matrix_fill (m, row, program, &error);
}

static bool
still_fails (struct reducer *r)
{
  struct reduction *goal = r->goal;
  g_autoptr (GString) text = assemble (r);
  if (!text)
    return false;
  goal->n_trials++;
  const struct row *a = matrix_row (goal->matrix, goal->check.a), *b = matrix_row (goal->matrix, goal->check.b);
  bool filled = fill (goal->matrix, goal->check.a, text) && (a == b || fill (goal->matrix, goal->check.b, text));
  return filled && matrix_same_sites (a, b) && matrix_check (goal->matrix, goal->check, NULL, NULL) > 0;
}

/* --- parts ------------------------------------------------------------------------------------------- */

static bool
exhausted (const struct reducer *r)
{
  return r->goal->most && r->goal->n_trials >= r->goal->most;
}

/* Applies the parts from .. to; their lines' former state goes to @undo, which has room for all lines. */
static void
apply (struct reducer *r, const GArray *parts, guint from, guint to, struct line *undo)
{
  for (guint p = from; p < to; p++)
    {
      const struct part *x = &g_array_index (parts, struct part, p);
      for (guint k = x->first; k < x->end; k++)
        {
          undo[k] = *line_at (r, k);
          line_at (r, k)->gone |= !x->instead || k > x->first;
          if (x->instead && k == x->first)
            line_at (r, k)->text = x->instead;
        }
    }
}

static void
take_back (struct reducer *r, const GArray *parts, guint from, guint to, const struct line *undo)
{
  for (guint p = from; p < to; p++)
    {
      const struct part *x = &g_array_index (parts, struct part, p);
      for (guint k = x->first; k < x->end; k++)
        *line_at (r, k) = undo[k];
    }
}

/* Takes out what it can of @parts, which do not overlap: chunks from the end, since uses stand behind definitions. */
static void
shrink (struct reducer *r, GArray *parts)
{
  g_autofree struct line *undo = g_new (struct line, r->lines->len + 1);
  for (guint chunk = parts->len; chunk > 0 && !exhausted (r); chunk = chunk == 1 ? 0 : (chunk + 1) / 2)
    for (guint end = parts->len; end > 0 && !exhausted (r);)
      {
        guint from = end > chunk ? end - chunk : 0;
        apply (r, parts, from, end, undo);
        if (still_fails (r))
          {
            g_array_remove_range (parts, from, end - from);
            r->progress = true;
          }
        else
          take_back (r, parts, from, end, undo);
        end = from;
      }
}

static void
add_part (GArray *parts, guint first, guint end, const char *instead)
{
  struct part p = { first, end, instead };
  g_array_append_val (parts, p);
}

static const char *
keep_text (struct reducer *r, char *text)
{
  g_ptr_array_add (r->made, text);
  return text;
}

/* The line after the function's `end`. */
static guint
function_end (const struct reducer *r, guint func)
{
  guint k = func;
  while (strcmp (line_at (r, k)->text, "end") != 0)
    k++;
  return k + 1;
}

static bool
is_function (const struct reducer *r, guint k)
{
  return !line_at (r, k)->gone && g_str_has_prefix (line_at (r, k)->text, words[FUNCTION]);
}

static bool
is_block (const struct reducer *r, guint k)
{
  return !line_at (r, k)->gone && g_str_has_prefix (line_at (r, k)->text, words[BLOCK]);
}

static bool
has_body (const struct reducer *r, guint func)
{
  for (guint k = func + 1; strcmp (line_at (r, k)->text, "end") != 0; k++)
    if (is_block (r, k))
      return true;
  return false;
}

/* A function line that says `extern`, without the block that a body would have. */
static char *
without_body (const char *func)
{
  g_autoptr (GRegex) recover = g_regex_new (" recover b[0-9]+", 0, 0, NULL);
  g_autofree char *text = g_regex_replace_literal (recover, func, -1, 0, "", 0, NULL);
  return g_strconcat (text, " extern", NULL);
}

/* Bodies. The part reaches over all lines of the function, so parameters and the end have to come back: as one text. */
static void
shrink_bodies (struct reducer *r)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  for (guint k = 0; k < r->lines->len; k++)
    {
      if (!is_function (r, k) || !has_body (r, k))
        continue;
      guint end = function_end (r, k);
      g_autofree char *head = without_body (line_at (r, k)->text);
      GString *text = g_string_new (head);
      for (guint i = k + 1; i < end; i++)
        if (!line_at (r, i)->gone
            && (g_str_has_prefix (line_at (r, i)->text, "param ") || g_str_has_prefix (line_at (r, i)->text, "free ")))
          g_string_append_printf (text, "\n%s", line_at (r, i)->text);
      g_string_append (text, "\nend");
      add_part (parts, k, end, keep_text (r, g_string_free (text, FALSE)));
    }
  shrink (r, parts);
}

/* The lines of the record at @k: a function with all of its, or one. */
static guint
record_end (const struct reducer *r, guint k)
{
  bool whole = g_str_has_prefix (line_at (r, k)->text, words[FUNCTION]) && !strstr (line_at (r, k)->text, "\nend");
  return whole ? function_end (r, k) : k + 1;
}

/* Reaching records from those that stay for their own sake. */
struct marks
{
  GHashTable *at[N_KINDS]; /* number -> line + 1 of its record */
  bool *reached;           /* by line, of records */
  GArray *todo;            /* of guint, lines */
};

static void
reach (struct marks *m, guint k)
{
  if (m->reached[k])
    return;
  m->reached[k] = true;
  g_array_append_val (m->todo, k);
}

static void
follow (const struct reducer *r, struct marks *m, guint record)
{
  for (guint k = record; k < record_end (r, record); k++)
    {
      struct token t;
      const char *s = line_at (r, k)->text;
      if (line_at (r, k)->gone)
        continue;
      for (unsigned i = 0; next_token (line_at (r, k)->text, &s, i, &t); i++)
        if (t.kind < BLOCK)
          {
            guint at = GPOINTER_TO_UINT (g_hash_table_lookup (m->at[t.kind], GUINT_TO_POINTER (t.number)));
            if (at)
              reach (m, at - 1);
          }
    }
}

/* Records that no function with a body leads to, all at once: types refer to one another in circles. */
static void
sweep (struct reducer *r)
{
  guint number;
  struct marks m = { .todo = g_array_new (FALSE, FALSE, sizeof (guint)) };
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  m.reached = g_new0 (bool, r->lines->len + 1);
  for (int k = 0; k < N_KINDS; k++)
    m.at[k] = g_hash_table_new (NULL, NULL);
  for (guint k = 0; k < r->lines->len; k = record_end (r, k))
    {
      enum kind kind = line_at (r, k)->gone ? N_KINDS : defines (line_at (r, k)->text, &number);
      if (kind < BLOCK)
        g_hash_table_insert (m.at[kind], GUINT_TO_POINTER (number), GUINT_TO_POINTER (k + 1));
      if (kind == FUNCTION && has_body (r, k))
        reach (&m, k);
    }
  while (m.todo->len)
    {
      guint k = g_array_index (m.todo, guint, m.todo->len - 1);
      g_array_set_size (m.todo, m.todo->len - 1);
      follow (r, &m, k);
    }
  for (guint k = 0; k < r->lines->len; k = record_end (r, k))
    {
      const char *text = line_at (r, k)->text;
      bool record = defines (text, &number) < BLOCK || g_str_has_prefix (text, "mset ") || g_str_has_prefix (text, "link ");
      if (!line_at (r, k)->gone && record && !m.reached[k])
        add_part (parts, k, record_end (r, k), NULL);
    }
  if (parts->len)
    shrink (r, parts);
  for (int k = 0; k < N_KINDS; k++)
    g_hash_table_unref (m.at[k]);
  g_array_unref (m.todo);
  g_free (m.reached);
}

/* Records one by one. */
static void
shrink_records (struct reducer *r)
{
  guint number;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  for (guint k = 0; k < r->lines->len; k = record_end (r, k))
    {
      const char *text = line_at (r, k)->text;
      bool record = defines (text, &number) < BLOCK || g_str_has_prefix (text, "mset ") || g_str_has_prefix (text, "link ");
      if (!line_at (r, k)->gone && record)
        add_part (parts, k, record_end (r, k), NULL);
    }
  shrink (r, parts);
}

/* Blocks, from the line to the terminator. */
static void
shrink_blocks (struct reducer *r)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  for (guint k = 0; k < r->lines->len; k++)
    if (is_block (r, k))
      {
        guint end = k + 1;
        while (end < r->lines->len && !is_block (r, end) && strcmp (line_at (r, end)->text, "end") != 0)
          end++;
        add_part (parts, k, end, NULL);
        k = end - 1;
      }
  shrink (r, parts);
}

static bool
is_instruction (const struct reducer *r, guint k)
{
  const struct line *l = line_at (r, k);
  return !l->gone && (g_str_has_prefix (l->text, "  ") || g_str_has_prefix (l->text, "loop "));
}

static void
shrink_instructions (struct reducer *r)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
  for (guint k = 0; k < r->lines->len; k++)
    if (is_instruction (r, k))
      add_part (parts, k, k + 1, NULL);
  shrink (r, parts);
}

/* Branches that always go one way, and then the other. */
static void
shrink_branches (struct reducer *r)
{
  for (int way = 0; way < 2; way++)
    {
      g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
      for (guint k = 0; k < r->lines->len; k++)
        if (is_instruction (r, k) && g_str_has_prefix (line_at (r, k)->text, "  br "))
          {
            g_auto (GStrv) tokens = g_strsplit (line_at (r, k)->text + 2, " ", -1);
            if (g_strv_length (tokens) >= 4)
              add_part (parts, k, k + 1, keep_text (r, g_strconcat ("  jmp ", tokens[2 + way], NULL)));
          }
      shrink (r, parts);
    }
}

/* Operands that become nil or zero, so that what they name may go. */
static void
shrink_operands (struct reducer *r)
{
  static const char *const instead[] = { "nil", "zero" };
  for (guint k = 0; k < r->lines->len && !exhausted (r); k++)
    for (guint w = 1; is_instruction (r, k); w++)
      {
        g_auto (GStrv) tokens = g_strsplit (line_at (r, k)->text + 2, " ", -1);
        bool result = tokens[0] && tokens[1] && strcmp (tokens[1], "=") == 0;
        if (w >= g_strv_length (tokens))
          break;
        if (tokens[w][0] != '%' || (result && w < 3))
          continue;
        for (size_t i = 0; i < G_N_ELEMENTS (instead); i++)
          {
            g_autofree char *old = tokens[w];
            tokens[w] = g_strdup (instead[i]);
            g_autofree char *text = g_strjoinv (" ", tokens);
            g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (struct part));
            add_part (parts, k, k + 1, keep_text (r, g_strconcat ("  ", text, NULL)));
            shrink (r, parts);
            if (parts->len == 0)
              break;
            g_free (tokens[w]);
            tokens[w] = g_steal_pointer (&old);
          }
      }
}

static void
split (struct reducer *r, char **texts)
{
  for (; *texts; texts++)
    if (**texts)
      {
        struct line l = { .text = *texts };
        g_array_append_val (r->lines, l);
      }
}

char *
reduce (struct reduction *goal, const char *text)
{
  g_auto (GStrv) texts = g_strsplit (text, "\n", -1);
  struct reducer r = { .goal = goal };
  r.lines = g_array_new (FALSE, FALSE, sizeof (struct line));
  r.made = g_ptr_array_new_with_free_func (g_free);
  split (&r, texts);
  goal->matrix->certified = goal->check.kind == CHECK_PROOF; /* else the trials are faster without */
  GString *result = NULL;
  if (still_fails (&r))
    {
      shrink_bodies (&r);
      for (r.progress = true; r.progress && !exhausted (&r);)
        {
          r.progress = false;
          sweep (&r);
          shrink_records (&r);
          shrink_branches (&r);
          shrink_blocks (&r);
          shrink_instructions (&r);
          shrink_operands (&r);
          shrink_bodies (&r);
        }
      result = assemble (&r);
      for (gsize k = 0; k < result->len; k++)
        goal->n_lines += result->str[k] == '\n';
    }
  g_ptr_array_unref (r.made);
  g_array_unref (r.lines);
  return result ? g_string_free (result, FALSE) : NULL;
}
