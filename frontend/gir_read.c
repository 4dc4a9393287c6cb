#include "frontend/gir_limits.h"
#include "frontend/gir_names.h"
#include "frontend/gir_reader.h"
#include "frontend/gir_verify.h"
#include <errno.h>

G_DEFINE_QUARK (gir - error - quark, gir_error)

/* Messages quote the input: keep them one line of UTF-8. */
static char *
make_printable (const char *message)
{
  char *text = g_utf8_make_valid (message, -1);
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
  return text;
}

static void set_error (struct gir_reader *r, uint32_t line, enum gir_error code, const char *format, va_list args) G_GNUC_PRINTF (4, 0);

static void
set_error (struct gir_reader *r, uint32_t line, enum gir_error code, const char *format, va_list args)
{
  if (r->error)
    return;
  g_autofree char *message = g_strdup_vprintf (format, args);
  g_autofree char *text = make_printable (message);
  if (code == GIR_ERROR_SYNTAX && r->lex.unfinished)
    code = GIR_ERROR_TRUNCATED;
  g_set_error (&r->error, GIR_ERROR, code, "%s:%u: %s", r->name, line, text);
}

bool
gir_fail (struct gir_reader *r, enum gir_error code, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  set_error (r, r->lex.line, code, format, args);
  va_end (args);
  return false;
}

bool
gir_fail_at (struct gir_reader *r, uint32_t line, enum gir_error code, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  set_error (r, line, code, format, args);
  va_end (args);
  return false;
}

bool
gir_fail_expected (struct gir_reader *r, const char *what, const char *mend)
{
  const struct gir_token *t = &r->token;
  int length = (int)MIN (t->length, 40);
  switch (t->kind)
    {
    case GIR_TOKEN_BAD: return gir_fail (r, r->lex.beyond ? GIR_ERROR_LIMIT : GIR_ERROR_SYNTAX, "%s", r->lex.bad);
    case GIR_TOKEN_END: return gir_fail (r, GIR_ERROR_SYNTAX, "%s expected at the end of the line; %s", what, mend);
    case GIR_TOKEN_STRING: return gir_fail (r, GIR_ERROR_SYNTAX, "%s expected, not the string \"%.*s\"; %s", what, length, t->text, mend);
    default: return gir_fail (r, GIR_ERROR_SYNTAX, "%s expected, not `%.*s'; %s", what, length, t->text, mend);
    }
}

bool
gir_expect_end (struct gir_reader *r)
{
  return gir_at_end (r) || gir_fail_expected (r, "end of the line", "remove the rest");
}

bool
gir_read_number (struct gir_reader *r, char prefix, const char *what, uint32_t *number)
{
  const struct gir_token *t = &r->token;
  size_t skip = prefix ? 1 : 0;
  if (t->kind != GIR_TOKEN_WORD || (prefix && t->text[0] != prefix) || !gir_parse_u32 (t->text + skip, t->length - skip, number))
    {
      char mend[] = "write ? and a 32-bit number";
      mend[6] = prefix;
      return gir_fail_expected (r, what, prefix ? mend : "write a 32-bit number");
    }
  gir_advance (r);
  return true;
}

bool
gir_read_string (struct gir_reader *r, const char *what, gir_str *string)
{
  if (r->token.kind != GIR_TOKEN_STRING)
    return gir_fail_expected (r, what, "write it in double quotes");
  *string = interner_add (r->strings, r->token.text, r->token.length);
  gir_advance (r);
  return true;
}

bool
gir_read_register_name (struct gir_reader *r, gir_str *name)
{
  if (!gir_token_starts (&r->token, '%') || r->token.length < 2)
    return gir_fail_expected (r, "register", "write %NAME");
  *name = interner_add (r->strings, r->token.text + 1, r->token.length - 1);
  gir_advance (r);
  return true;
}

static bool
parse_pos_parts (const char *text, size_t length, uint32_t file, struct gir_pos *pos)
{
  const char *end = text + length, *first = memchr (text, ':', length);
  if (!first)
    return false;
  const char *second = memchr (first + 1, ':', (size_t)(end - first - 1));
  pos->file = file;
  if (second)
    {
      if (!gir_parse_u32 (text, (size_t)(first - text), &pos->file))
        return false;
      text = first + 1;
      first = second;
    }
  return gir_parse_u32 (text, (size_t)(first - text), &pos->line) && gir_parse_u32 (first + 1, (size_t)(end - first - 1), &pos->col)
         && pos->line > 0;
}

bool
gir_parse_pos (struct gir_reader *r, const char *text, size_t length, uint32_t file, struct gir_pos *pos)
{
  *pos = (struct gir_pos){ 0 };
  if (length == 1 && *text == '-')
    return true;
  if (!parse_pos_parts (text, length, file, pos))
    return gir_fail (r, GIR_ERROR_SYNTAX, "`%.*s' is no position; write [FILE:]LINE:COL, or - for none", (int)MIN (length, 40), text);
  if (pos->file == GIR_INVALID)
    return gir_fail (r, GIR_ERROR_SYNTAX, "position without a file; write FILE:LINE:COL, the function itself has no position");
  return pos->file < r->files.size || gir_fail (r, GIR_ERROR_SYNTAX, "file %u is not declared yet; add its `file' record above", pos->file);
}

bool
gir_read_pos (struct gir_reader *r, uint32_t file, struct gir_pos *pos)
{
  if (r->token.kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "position", "write [FILE:]LINE:COL, or - for none");
  if (!gir_parse_pos (r, r->token.text, r->token.length, file, pos))
    return false;
  gir_advance (r);
  return true;
}

bool
gir_read_site (struct gir_reader *r, uint8_t *site, gir_str *text)
{
  int kind = gir_token_starts (&r->token, '!') ? gir_site_find (r->token.text + 1, r->token.length - 1) : -1;
  if (kind < 0)
    return gir_fail_expected (r, "category", "the categories are listed in papers/gir.md");
  *site = (uint8_t)kind;
  gir_advance (r);
  return gir_read_string (r, "text of the category", text);
}

/* Types made since the last record come first: they may be symbolic ones within it. */
static void
log_types (struct gir_reader *r)
{
  uint32_t n = r->types.infos.size;
  if (n > r->n_logged_types)
    vec_push (&r->runs, ((struct gir_run){ GIR_R_TYPE, r->n_logged_types, n - r->n_logged_types }));
  r->n_logged_types = n;
}

/* Whether the record continues @last. */
static bool
continues (const struct gir_run *last, enum gir_record kind, uint32_t number)
{
  return last->kind == kind && kind != GIR_R_MSET && last->first + last->count == number;
}

void
gir_log_record (struct gir_reader *r, enum gir_record kind, uint32_t number)
{
  log_types (r);
  if (!vec_empty (&r->runs) && continues (&vec_last (&r->runs), kind, number))
    vec_last (&r->runs).count++;
  else
    vec_push (&r->runs, ((struct gir_run){ kind, number, 1 }));
}

/* Records of one line. Each starts behind its first word. */

static bool
read_meta (struct gir_reader *r)
{
  struct gir_meta meta = { 0 };
  if (r->token.kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "key", "write meta KEY STRING");
  meta.key = interner_add (r->strings, r->token.text, r->token.length);
  gir_advance (r);
  if (!gir_read_string (r, "value", &meta.value) || !gir_expect_end (r))
    return false;
  const char *key = interner_texts (r->strings)[meta.key], *value = interner_texts (r->strings)[meta.value];
  r->complete = !strcmp (key, "complete");
  if (!strcmp (key, "ptrsize"))
    {
      if (strcmp (value, "4") && strcmp (value, "8"))
        return gir_fail (r, GIR_ERROR_SYNTAX, "pointer size %s is unknown; it is \"4\" or \"8\"", value);
      r->ptrsize = value[0] == '4' ? 4 : 8;
    }
  gir_log_record (r, GIR_R_META, r->metas.size);
  vec_push (&r->metas, meta);
  return true;
}

/* The number of a record that comes in order. */
static bool
read_ordinal (struct gir_reader *r, char prefix, const char *what, uint32_t expected)
{
  uint32_t n;
  if (!gir_read_number (r, prefix, what, &n))
    return false;
  return n == expected || gir_fail (r, GIR_ERROR_SYNTAX, "%s %u out of order; number them from 0, this is %u", what, n, expected);
}

static bool
read_file (struct gir_reader *r)
{
  gir_str name = 0;
  if (!read_ordinal (r, 0, "file number", r->files.size) || !gir_read_string (r, "file name", &name) || !gir_expect_end (r))
    return false;
  gir_log_record (r, GIR_R_FILE, r->files.size);
  vec_push (&r->files, name);
  return true;
}

static bool
read_pkg (struct gir_reader *r)
{
  struct gir_package p = { 0 };
  if (!read_ordinal (r, 0, "package number", r->pkgs.size) || !gir_read_string (r, "package path", &p.path)
      || !gir_read_string (r, "package name", &p.name))
    return false;
  for (; !gir_at_end (r); gir_advance (r))
    {
      const struct gir_token *t = &r->token;
      bool *flag = gir_token_is (t, "root")   ? &p.root
                   : gir_token_is (t, "main") ? &p.is_main
                   : gir_token_is (t, "std")  ? &p.std
                   : gir_token_is (t, "cgo")  ? &p.cgo
                   : gir_token_is (t, "asm")  ? &p.is_asm
                                              : NULL;
      if (!flag)
        return gir_fail_expected (r, "flag of a package", "the flags are root, main, std, cgo and asm");
      *flag = true;
    }
  gir_log_record (r, GIR_R_PKG, r->pkgs.size);
  vec_push (&r->pkgs, p);
  return true;
}

static bool
read_global (struct gir_reader *r)
{
  struct gir_global g = { 0 };
  if (!read_ordinal (r, '$', "global number", r->globals.size) || !gir_read_string (r, "name", &g.name)
      || !gir_read_number (r, 0, "package number", &g.pkg) || !gir_read_type (r, &g.type) || !gir_read_pos (r, GIR_INVALID, &g.pos))
    return false;
  if (g.pkg >= r->pkgs.size)
    return gir_fail (r, GIR_ERROR_SYNTAX, "package %u is not declared yet; add its `pkg' record above", g.pkg);
  g.exported = gir_token_is (&r->token, "exported");
  if (g.exported)
    gir_advance (r);
  if (r->globals.size == GIR_MAX_INDEX)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u globals; split the program", GIR_MAX_INDEX);
  gir_log_record (r, GIR_R_GLOBAL, r->globals.size);
  vec_push (&r->globals, g);
  return gir_expect_end (r);
}

static bool
read_link (struct gir_reader *r)
{
  struct gir_link link = { 0 };
  if (!gir_read_number (r, '@', "function", &link.fn) || !gir_read_string (r, "name", &link.name) || !gir_expect_end (r))
    return false;
  gir_log_record (r, GIR_R_LINK, r->links.size);
  vec_push (&r->links, link);
  vec_push (&r->link_lines, r->lex.line);
  return true;
}

static bool
read_mset (struct gir_reader *r)
{
  gir_type type;
  if (!gir_read_type (r, &type))
    return false;
  struct gir_type_info *info = &r->types.infos.data[type];
  if (info->mset != GIR_INVALID)
    return gir_fail (r, GIR_ERROR_SYNTAX, "type has a method set already; list all its methods in one `mset'");
  info->mset = r->methods.size;
  while (!gir_at_end (r))
    {
      struct gir_method m = { 0 };
      if (!gir_read_string (r, "method name", &m.name) || !gir_read_number (r, '@', "function", &m.fn))
        return false;
      vec_push (&r->methods, m);
      vec_push (&r->method_lines, r->lex.line);
    }
  info->n_mset = r->methods.size - info->mset;
  gir_log_record (r, GIR_R_MSET, type);
  return true;
}

static const struct
{
  const char *word;
  bool (*read) (struct gir_reader *r);
} records[] = {
  { "func", gir_read_func }, { "type", gir_read_type_record },
  { "global", read_global }, { "mset", read_mset },
  { "link", read_link },     { "file", read_file },
  { "pkg", read_pkg },       { "meta", read_meta },
};

static bool
read_record (struct gir_reader *r)
{
  if (r->complete)
    return gir_fail (r, GIR_ERROR_SYNTAX, "record behind `meta complete'; that one comes last");
  for (size_t i = 0; i < G_N_ELEMENTS (records); i++)
    if (gir_token_is (&r->token, records[i].word))
      {
        gir_advance (r);
        return records[i].read (r);
      }
  return gir_fail_expected (r, "record", "records are meta, file, pkg, type, global, link, mset and func");
}

static bool
read_header (struct gir_reader *r)
{
  if (!gir_lex_line (&r->lex))
    return r->lex.bad || r->lex.io_error || gir_fail (r, GIR_ERROR_TRUNCATED, "no data; a .gir file starts with `gir 1'");
  gir_advance (r);
  if (!gir_token_is (&r->token, "gir"))
    return gir_fail_expected (r, "`gir 1'", "every .gir file starts with that line");
  gir_advance (r);
  if (!gir_token_is (&r->token, "1"))
    return gir_fail_expected (r, "version 1", "export the program again with the goir of this version");
  gir_advance (r);
  return gir_expect_end (r);
}

static bool
read_records (struct gir_reader *r)
{
  if (!read_header (r))
    return false;
  while (gir_lex_line (&r->lex))
    {
      gir_advance (r);
      if (!read_record (r))
        return false;
    }
  if (r->lex.bad)
    return gir_fail (r, GIR_ERROR_LIMIT, "%s", r->lex.bad);
  if (r->lex.io_error)
    return gir_fail (r, GIR_ERROR_IO, "cannot read on: %s; check the file or the exporter's messages", g_strerror (errno));
  if (r->lex.unfinished)
    return gir_fail (r, GIR_ERROR_TRUNCATED, "the last line is cut short; export the program again");
  return true;
}

/* Functions get the places that their numbers say. */
static bool
order_funcs (struct gir_reader *r, GirProgram *p)
{
  p->n_funcs = r->funcs.size;
  p->funcs = g_new0 (struct gir_func, MAX (p->n_funcs, 1));
  for (uint32_t i = 0; i < p->n_funcs; i++)
    if (r->func_numbers.data[i] >= p->n_funcs)
      return gir_fail_at (r, r->func_lines.data[i], GIR_ERROR_VERIFY,
                          "function @%u beyond the %u of the program; number them from 0, without holes", r->func_numbers.data[i],
                          p->n_funcs);
  for (uint32_t i = 0; i < p->n_funcs; i++)
    p->funcs[r->func_numbers.data[i]] = r->funcs.data[i];
  vec_reset (&r->funcs);
  return true;
}

#define HAND_OVER(p, r, field) ((p)->field = (void *)g_steal_pointer (&(r)->field.data), (p)->n_##field = (r)->field.size)

static void
hand_over (struct gir_reader *r, GirProgram *p)
{
  HAND_OVER (p, r, metas);
  HAND_OVER (p, r, files);
  HAND_OVER (p, r, pkgs);
  HAND_OVER (p, r, methods);
  HAND_OVER (p, r, globals);
  HAND_OVER (p, r, links);
  HAND_OVER (p, r, loops);
  HAND_OVER (p, r, consts);
  p->n_types = r->types.infos.size;
  p->types = g_steal_pointer (&r->types.infos.data);
  p->n_fields = r->types.fields.size;
  p->fields = g_steal_pointer (&r->types.fields.data);
  p->n_strings = interner_size (r->strings);
  p->strings = interner_texts (r->strings);
  p->ptrsize = r->ptrsize;
  struct gir_storage *storage = g_new0 (struct gir_storage, 1);
  storage->strings = g_steal_pointer (&r->strings);
  storage->runs.data = g_steal_pointer (&r->runs.data);
  storage->runs.size = storage->runs.capacity = r->runs.size;
  p->storage = storage;
}

/* Functions that links and method sets name. */
static bool
check_references (struct gir_reader *r, const GirProgram *p)
{
  for (uint32_t i = 0; i < p->n_links; i++)
    if (p->links[i].fn >= p->n_funcs)
      return gir_fail_at (r, r->link_lines.data[i], GIR_ERROR_VERIFY, "function @%u does not exist; the program has %u", p->links[i].fn,
                          p->n_funcs);
  for (uint32_t i = 0; i < p->n_methods; i++)
    if (p->methods[i].fn >= p->n_funcs)
      return gir_fail_at (r, r->method_lines.data[i], GIR_ERROR_VERIFY, "function @%u does not exist; the program has %u", p->methods[i].fn,
                          p->n_funcs);
  return true;
}

/* Enclosing functions form a tree. @chain is by function: 0 not met, else the number of the walk outwards that met it. */
static bool
check_nesting (struct gir_reader *r, const GirProgram *p)
{
  g_autofree uint32_t *chain = g_new0 (uint32_t, MAX (p->n_funcs, 1));
  for (uint32_t i = 0; i < p->n_funcs; i++)
    {
      gir_fn fn = r->func_numbers.data[i];
      for (; fn < p->n_funcs && !chain[fn]; fn = p->funcs[fn].parent)
        chain[fn] = i + 1;
      if (fn < p->n_funcs && chain[fn] == i + 1)
        return gir_fail_at (r, r->func_lines.data[i], GIR_ERROR_VERIFY, "function is enclosed by itself; name another one behind `in'");
    }
  return true;
}

static bool
verify (struct gir_reader *r, const GirProgram *p)
{
  g_autoptr (GirVerifier) v = gir_verifier_new (p);
  if (!check_references (r, p) || !check_nesting (r, p))
    return false;
  const uint32_t *lines = r->instr_lines.data;
  for (uint32_t i = 0; i < p->n_funcs; i++)
    {
      struct gir_fault fault;
      gir_fn fn = r->func_numbers.data[i];
      if (!gir_verify_func (v, fn, &fault))
        {
          SP_CHECK (fault.instr == GIR_INVALID || lines);
          uint32_t line = fault.instr == GIR_INVALID ? r->func_lines.data[i] : lines[fault.instr];
          return gir_fail_at (r, line, GIR_ERROR_VERIFY, "%s", fault.message);
        }
      lines = lines ? lines + p->funcs[fn].n_instrs : NULL;
    }
  return true;
}

static void
reader_init (struct gir_reader *r, const char *name)
{
  *r = (struct gir_reader){ .name = name, .strings = interner_new (), .op_words = interner_new (), .ptrsize = 8, .n_logged_types = 1 };
  gir_types_init (&r->types);
  vec_push (&r->type_numbers, 0);
  for (int op = 0; op < GIR_OP_COUNT; op++)
    interner_add (r->op_words, gir_op_name (op), strlen (gir_op_name (op)));
  vec_push (&r->consts, ((struct gir_const){ .kind = GIR_C_NIL }));
  vec_push (&r->consts, ((struct gir_const){ .kind = GIR_C_ZERO }));
  vec_push (&r->consts, ((struct gir_const){ .kind = GIR_C_FALSE }));
  vec_push (&r->consts, ((struct gir_const){ .kind = GIR_C_TRUE }));
}

static void
reader_clear (struct gir_reader *r)
{
  gir_lex_clear (&r->lex);
  interner_free (r->strings);
  interner_free (r->op_words);
  gir_types_clear (&r->types);
  vec_foreach (struct gir_func, f, &r->funcs)
    gir_func_release (f);
  vec_clear (&r->type_numbers);
  u32map_clear (&r->symbols);
  vec_clear (&r->scratch);
  vec_clear (&r->later);
  vec_clear (&r->metas);
  vec_clear (&r->files);
  vec_clear (&r->pkgs);
  vec_clear (&r->methods);
  vec_clear (&r->method_lines);
  vec_clear (&r->globals);
  vec_clear (&r->links);
  vec_clear (&r->loops);
  vec_clear (&r->link_lines);
  vec_clear (&r->consts);
  u32map_clear (&r->ints);
  u32map_clear (&r->texts);
  vec_clear (&r->funcs);
  vec_clear (&r->func_numbers);
  vec_clear (&r->func_lines);
  u32map_clear (&r->func_slots);
  vec_clear (&r->instr_lines);
  vec_clear (&r->runs);
  vec_clear (&r->registers);
  gir_body_clear (&r->body);
}

static GirProgram *
read_program (struct gir_reader *r)
{
  if (!read_records (r) || !gir_finish_types (r))
    return NULL;
  log_types (r);
  g_autoptr (GirProgram) p = g_new0 (GirProgram, 1);
  if (!order_funcs (r, p))
    return NULL;
  hand_over (r, p);
  return verify (r, p) ? g_steal_pointer (&p) : NULL;
}

/* Reads what r->lex was set up for. */
static GirProgram *
read_all (struct gir_reader *r, GError **error)
{
  GirProgram *p = read_program (r);
  SP_CHECK (!p == !!r->error);
  if (r->error)
    g_propagate_error (error, g_steal_pointer (&r->error));
  reader_clear (r);
  return p;
}

GirProgram *
gir_read_data (const char *name, const char *data, size_t size, GError **error)
{
  struct gir_reader r;
  reader_init (&r, name);
  gir_lex_init_data (&r.lex, data, size);
  return read_all (&r, error);
}

GirProgram *
gir_read_stream (const char *name, FILE *stream, GError **error)
{
  struct gir_reader r;
  reader_init (&r, name);
  gir_lex_init_stream (&r.lex, stream);
  return read_all (&r, error);
}

GirProgram *
gir_read_file (const char *path, GError **error)
{
  FILE *stream = fopen (path, "rbe");
  if (!stream)
    {
      g_set_error (error, GIR_ERROR, GIR_ERROR_IO, "%s:0: cannot be opened: %s; check the path", path, g_strerror (errno));
      return NULL;
    }
  GirProgram *p = gir_read_stream (path, stream, error);
  fclose (stream);
  return p;
}
