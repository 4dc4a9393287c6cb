#include "frontend/gir_limits.h"
#include "frontend/gir_reader.h"

static bool
add_field (struct gir_reader *r, uint32_t base, gir_str name, gir_type type)
{
  if (r->scratch.size - base >= GIR_MAX_FIELDS)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u parts in a type; split it", GIR_MAX_FIELDS);
  vec_push (&r->scratch, ((struct gir_field){ .name = name, .type = type }));
  return true;
}

/* Makes the type with the fields scratch[base ..), and drops them. */
static gir_type
make_type (struct gir_reader *r, const struct gir_type_info *info, uint32_t base, bool declare)
{
  gir_type t
      = gir_types_intern (&r->types, info, r->scratch.data ? r->scratch.data + base : NULL, r->scratch.size - base, declare, r->lex.line);
  r->scratch.size = base;
  return t;
}

/* Methods ascend by name, so that equal interfaces are equal and look-ups can search by halves. */
static bool
check_methods (struct gir_reader *r, uint32_t base)
{
  const char *const *texts = interner_texts (r->strings);
  for (uint32_t i = base + 1; i < r->scratch.size; i++)
    if (strcmp (texts[r->scratch.data[i - 1].name], texts[r->scratch.data[i].name]) >= 0)
      return gir_fail (r, GIR_ERROR_SYNTAX, "method %s out of order; sort the methods by name, each once", texts[r->scratch.data[i].name]);
  return true;
}

/* Symbolic types: a cursor over the characters of one token. */
struct symbol
{
  const char *at;
  const char *end;
  uint32_t nesting;
};

static bool parse_symbol (struct gir_reader *r, struct symbol *s, gir_type *type);

static bool
skip (struct symbol *s, const char *text)
{
  size_t n = strlen (text);
  if ((size_t)(s->end - s->at) < n || memcmp (s->at, text, n))
    return false;
  s->at += n;
  return true;
}

static bool
expect (struct gir_reader *r, struct symbol *s, const char *text)
{
  if (skip (s, text))
    return true;
  return gir_fail (r, GIR_ERROR_SYNTAX, "`%s' expected in a type at `%.*s'; see \"Types\" in papers/gir.md", text,
                   (int)MIN (s->end - s->at, 40), s->at);
}

static bool
is_identifier (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '.' || c == '/' || c == '-' || c == '$' || (unsigned char)c >= 0x80;
}

static bool
parse_identifier (struct gir_reader *r, struct symbol *s, const char **text, size_t *length)
{
  const char *start = s->at;
  while (s->at < s->end && is_identifier (*s->at))
    s->at++;
  *text = start;
  *length = (size_t)(s->at - start);
  if (!*length)
    return gir_fail (r, GIR_ERROR_SYNTAX, "type or name expected at `%.*s'; see \"Types\" in papers/gir.md", (int)MIN (s->end - start, 40),
                     start);
  return true;
}

/* `#N` of a type declared above. */
static bool
look_up_number (struct gir_reader *r, const char *text, size_t length, gir_type *type)
{
  uint32_t n;
  if (!gir_parse_u32 (text, length, &n) || n == 0)
    return gir_fail (r, GIR_ERROR_SYNTAX, "`#%.*s' is no type number; write # and a number from 1", (int)MIN (length, 40), text);
  if (n >= r->type_numbers.size)
    return gir_fail (r, GIR_ERROR_SYNTAX, "type #%u is not declared yet; declare types before their use", n);
  *type = r->type_numbers.data[n];
  return true;
}

static bool
parse_number_symbol (struct gir_reader *r, struct symbol *s, gir_type *type)
{
  const char *start = s->at;
  while (s->at < s->end && g_ascii_isdigit (*s->at))
    s->at++;
  return look_up_number (r, start, (size_t)(s->at - start), type);
}

/* The type that a bare identifier stands for; one not declared yet is a named type without underlying type. */
static gir_type
look_up_name (struct gir_reader *r, const char *text, size_t length)
{
  gir_str name = interner_add (r->strings, text, length);
  enum gir_type_kind basic = gir_types_basic (text, length);
  if (basic != GIR_T_NONE)
    return gir_types_intern (&r->types, &(struct gir_type_info){ .kind = basic, .name = name }, NULL, 0, false, r->lex.line);
  uint32_t *known = u32map_at (&r->symbols, name, 0);
  if (!*known)
    *known = gir_types_new_named (&r->types, name, r->lex.line);
  return *known;
}

/* Elements up to @close, divided by commas; each is `name:T` where @named. */
static bool
parse_list (struct gir_reader *r, struct symbol *s, const char *close, bool named, uint32_t base)
{
  const char *text;
  size_t length;
  gir_type t = 0;
  gir_str name = 0;
  if (skip (s, close))
    return true;
  do
    {
      if (named && !(parse_identifier (r, s, &text, &length) && expect (r, s, ":")))
        return false;
      if (named)
        name = interner_add (r->strings, text, length);
      if (!parse_symbol (r, s, &t) || !add_field (r, base, name, t))
        return false;
    }
  while (skip (s, ","));
  return expect (r, s, close);
}

static bool
parse_fields (struct gir_reader *r, struct symbol *s, enum gir_type_kind kind, gir_type *type)
{
  uint32_t base = r->scratch.size;
  if (!parse_list (r, s, kind == GIR_T_TUPLE ? ")" : "}", kind != GIR_T_TUPLE, base) || (kind == GIR_T_IFACE && !check_methods (r, base)))
    return false;
  *type = make_type (r, &(struct gir_type_info){ .kind = kind }, base, false);
  return true;
}

static bool
parse_func (struct gir_reader *r, struct symbol *s, gir_type *type)
{
  uint32_t base = r->scratch.size;
  struct gir_type_info info = { .kind = GIR_T_FUNC };
  if (!parse_list (r, s, ")", false, base))
    return false;
  info.n_params = r->scratch.size - base;
  if (skip (s, "(") && !parse_list (r, s, ")", false, base))
    return false;
  info.variadic = skip (s, "...");
  *type = make_type (r, &info, base, false);
  return true;
}

static bool
parse_length (struct gir_reader *r, const char *text, size_t length, uint64_t *n)
{
  if (!gir_parse_u64 (text, length, n) || *n > GIR_MAX_ARRAY)
    return gir_fail (r, GIR_ERROR_LIMIT, "`%.*s' is no array length; write a number below 2^63", (int)MIN (length, 40), text);
  return true;
}

static bool
parse_array (struct gir_reader *r, struct symbol *s, struct gir_type_info *info)
{
  const char *start = s->at;
  while (s->at < s->end && *s->at != ']')
    s->at++;
  return parse_length (r, start, (size_t)(s->at - start), &info->length) && expect (r, s, "]") && parse_symbol (r, s, &info->elem);
}

/* Types made of one or two others. */
static bool
parse_compound (struct gir_reader *r, struct symbol *s, struct gir_type_info *info)
{
  if (skip (s, "*"))
    info->kind = GIR_T_PTR;
  else if (skip (s, "[]"))
    info->kind = GIR_T_SLICE;
  else if (skip (s, "["))
    {
      info->kind = GIR_T_ARRAY;
      return parse_array (r, s, info);
    }
  else if (skip (s, "map["))
    {
      info->kind = GIR_T_MAP;
      return parse_symbol (r, s, &info->key) && expect (r, s, "]") && parse_symbol (r, s, &info->elem);
    }
  else if (skip (s, "chan<"))
    {
      info->kind = GIR_T_CHAN;
      return parse_symbol (r, s, &info->elem) && expect (r, s, ">");
    }
  return info->kind == GIR_T_NONE || parse_symbol (r, s, &info->elem);
}

static bool
parse_symbol_inside (struct gir_reader *r, struct symbol *s, gir_type *type)
{
  struct gir_type_info info = { 0 };
  const char *text;
  size_t length;
  if (skip (s, "#"))
    return parse_number_symbol (r, s, type);
  if (skip (s, "struct{"))
    return parse_fields (r, s, GIR_T_STRUCT, type);
  if (skip (s, "iface{"))
    return parse_fields (r, s, GIR_T_IFACE, type);
  if (skip (s, "tuple("))
    return parse_fields (r, s, GIR_T_TUPLE, type);
  if (skip (s, "func("))
    return parse_func (r, s, type);
  if (!parse_compound (r, s, &info))
    return false;
  if (info.kind != GIR_T_NONE)
    *type = make_type (r, &info, r->scratch.size, false);
  else if (parse_identifier (r, s, &text, &length))
    *type = look_up_name (r, text, length);
  else
    return false;
  return r->types.infos.size <= GIR_MAX_TYPES || gir_fail (r, GIR_ERROR_LIMIT, "more than %u types; split the program", GIR_MAX_TYPES);
}

static bool
parse_symbol (struct gir_reader *r, struct symbol *s, gir_type *type)
{
  if (s->nesting == GIR_MAX_SYMBOL_NESTING)
    return gir_fail (r, GIR_ERROR_LIMIT, "type nested more than %u deep; declare its parts with `type'", GIR_MAX_SYMBOL_NESTING);
  s->nesting++;
  bool ok = parse_symbol_inside (r, s, type);
  s->nesting--;
  return ok;
}

bool
gir_read_type (struct gir_reader *r, gir_type *type)
{
  const struct gir_token *t = &r->token;
  if (t->kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "type", "write #N or a symbolic type");
  if (t->text[0] == '#')
    {
      if (!look_up_number (r, t->text + 1, t->length - 1, type))
        return false;
    }
  else
    {
      struct symbol s = { .at = t->text, .end = t->text + t->length };
      if (!parse_symbol (r, &s, type))
        return false;
      if (s.at != s.end)
        return gir_fail (r, GIR_ERROR_SYNTAX, "`%.*s' behind a type; separate them by a blank", (int)MIN (s.end - s.at, 40), s.at);
    }
  gir_advance (r);
  return true;
}

/* TBODY, from the words behind the kind to the end of the line. */

static bool
read_fields (struct gir_reader *r, bool named, uint32_t base)
{
  while (!gir_at_end (r))
    {
      gir_str name = 0;
      gir_type t = 0;
      if ((named && !gir_read_string (r, "name", &name)) || !gir_read_type (r, &t) || !add_field (r, base, name, t))
        return false;
    }
  return true;
}

static bool
read_parenthesis (struct gir_reader *r, uint32_t base)
{
  if (!gir_token_is (&r->token, "("))
    return gir_fail_expected (r, "`('", "write func ( PARAMETERS ) ( RESULTS ) with blanks between");
  gir_advance (r);
  while (!gir_token_is (&r->token, ")"))
    {
      gir_type t = 0;
      if (!gir_read_type (r, &t) || !add_field (r, base, 0, t))
        return false;
    }
  gir_advance (r);
  return true;
}

static bool
read_signature (struct gir_reader *r, struct gir_type_info *info, uint32_t base)
{
  if (!read_parenthesis (r, base))
    return false;
  info->n_params = r->scratch.size - base;
  if (!read_parenthesis (r, base))
    return false;
  info->variadic = gir_token_is (&r->token, "...");
  if (info->variadic)
    gir_advance (r);
  return true;
}

static bool
read_basic (struct gir_reader *r, struct gir_type_info *info)
{
  const struct gir_token *t = &r->token;
  if (t->kind == GIR_TOKEN_WORD)
    info->kind = gir_types_basic (t->text, t->length);
  if (t->kind != GIR_TOKEN_WORD || info->kind == GIR_T_NONE)
    return gir_fail_expected (r, "basic type", "the basic types are listed in papers/gir.md");
  info->name = interner_add (r->strings, t->text, t->length);
  gir_advance (r);
  return true;
}

static bool
read_array (struct gir_reader *r, struct gir_type_info *info)
{
  if (r->token.kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "array length", "write array N T");
  if (!parse_length (r, r->token.text, r->token.length, &info->length))
    return false;
  gir_advance (r);
  return gir_read_type (r, &info->elem);
}

static bool
read_structure (struct gir_reader *r, enum gir_type_kind kind, struct gir_type_info *info, uint32_t base)
{
  info->kind = kind;
  switch (kind)
    {
    case GIR_T_NONE: return read_basic (r, info);
    case GIR_T_ARRAY: return read_array (r, info);
    case GIR_T_MAP: return gir_read_type (r, &info->key) && gir_read_type (r, &info->elem);
    case GIR_T_STRUCT: return read_fields (r, true, base);
    case GIR_T_TUPLE: return read_fields (r, false, base);
    case GIR_T_IFACE: return read_fields (r, true, base) && check_methods (r, base);
    case GIR_T_FUNC: return read_signature (r, info, base);
    default: return gir_read_type (r, &info->elem);
    }
}

static const struct
{
  const char *word;
  enum gir_type_kind kind;
} bodies[] = {
  { "basic", GIR_T_NONE }, { "ptr", GIR_T_PTR },     { "slice", GIR_T_SLICE },   { "array", GIR_T_ARRAY },
  { "map", GIR_T_MAP },    { "chan", GIR_T_CHAN },   { "struct", GIR_T_STRUCT }, { "tuple", GIR_T_TUPLE },
  { "func", GIR_T_FUNC },  { "iface", GIR_T_IFACE }, { "named", GIR_T_NAMED },
};

static bool
read_body_kind (struct gir_reader *r, enum gir_type_kind *kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++)
    if (gir_token_is (&r->token, bodies[i].word))
      {
        *kind = bodies[i].kind;
        gir_advance (r);
        return true;
      }
  return gir_fail_expected (r, "kind of type", "write basic, ptr, slice, array, map, chan, struct, tuple, func, iface or named");
}

/* A type's name: `#N` in order, or an identifier (@symbol), which may have been used already. */
static bool
read_declared_name (struct gir_reader *r, gir_str *symbol)
{
  const struct gir_token *t = &r->token;
  uint32_t n;
  *symbol = 0;
  if (gir_token_starts (t, '#'))
    {
      if (!gir_read_number (r, '#', "type number", &n))
        return false;
      return n == r->type_numbers.size
             || gir_fail (r, GIR_ERROR_SYNTAX, "type #%u out of order; number types from 1, this is #%u", n, r->type_numbers.size);
    }
  if (t->kind != GIR_TOKEN_WORD)
    return gir_fail_expected (r, "type number or name", "write type #N or type NAME");
  for (size_t i = 0; i < t->length; i++)
    if (!is_identifier (t->text[i]))
      return gir_fail_expected (r, "name", "a type's name has letters, digits and _ . / - $ only");
  if (gir_types_basic (t->text, t->length) != GIR_T_NONE)
    return gir_fail_expected (r, "name", "basic types have names already");
  *symbol = interner_add (r->strings, t->text, t->length);
  gir_advance (r);
  return true;
}

/* The named type of a record: that of an identifier if one was used before, else a new one. */
static gir_type
named_type (struct gir_reader *r, gir_str symbol, gir_str name)
{
  if (!symbol)
    return gir_types_new_named (&r->types, name, r->lex.line);
  uint32_t *known = u32map_at (&r->symbols, symbol, 0);
  if (!*known)
    *known = gir_types_new_named (&r->types, name, r->lex.line);
  r->types.infos.data[*known].name = name;
  r->types.notes.data[*known].line = r->lex.line;
  return *known;
}

/* The underlying type in `named`, which may be a later #N. */
static bool
read_underlying (struct gir_reader *r, gir_type named)
{
  uint32_t n;
  if (gir_token_starts (&r->token, '#') && gir_parse_u32 (r->token.text + 1, r->token.length - 1, &n) && n >= r->type_numbers.size)
    {
      vec_push (&r->later, ((struct gir_later){ named, n, r->lex.line }));
      gir_advance (r);
      return true;
    }
  gir_type elem = 0;
  if (!gir_read_type (r, &elem))
    return false;
  r->types.infos.data[named].elem = elem;
  return true;
}

/* `named STRING T`. The record's own number counts as declared while T is read. */
static bool
read_named (struct gir_reader *r, gir_str symbol)
{
  gir_str name;
  if (!gir_read_string (r, "type name", &name))
    return false;
  gir_type named = named_type (r, symbol, name);
  if (!symbol)
    vec_push (&r->type_numbers, named);
  return read_underlying (r, named);
}

static bool
is_declared (struct gir_reader *r, gir_str symbol)
{
  gir_type t = u32map_get (&r->symbols, symbol, 0);
  return t && r->types.notes.data[t].declared;
}

bool
gir_read_type_record (struct gir_reader *r)
{
  gir_str symbol;
  enum gir_type_kind kind = GIR_T_NONE;
  if (!read_declared_name (r, &symbol) || !read_body_kind (r, &kind))
    return false;
  if (r->types.infos.size > GIR_MAX_TYPES)
    return gir_fail (r, GIR_ERROR_LIMIT, "more than %u types; split the program", GIR_MAX_TYPES);
  if (symbol && is_declared (r, symbol))
    return gir_fail (r, GIR_ERROR_SYNTAX, "type %s declared twice; name one of them otherwise", interner_texts (r->strings)[symbol]);
  if (symbol)
    {
      gir_type named = named_type (r, symbol, symbol); /* moves the notes */
      r->types.notes.data[named].declared = true;
    }
  if (kind == GIR_T_NAMED)
    return read_named (r, symbol) && gir_expect_end (r);
  uint32_t base = r->scratch.size;
  struct gir_type_info info = { 0 };
  if (!read_structure (r, kind, &info, base) || !gir_expect_end (r))
    return false;
  gir_type t = make_type (r, &info, base, !symbol);
  if (symbol)
    r->types.infos.data[u32map_get (&r->symbols, symbol, 0)].elem = t;
  else
    vec_push (&r->type_numbers, t);
  return true;
}

static bool
resolve_later (struct gir_reader *r)
{
  vec_foreach (struct gir_later, l, &r->later)
    {
      if (l->number >= r->type_numbers.size)
        return gir_fail_at (r, l->line, GIR_ERROR_SYNTAX, "type #%u is not declared; add its `type' record", l->number);
      r->types.infos.data[l->named].elem = r->type_numbers.data[l->number];
    }
  return true;
}

static bool
check_named (struct gir_reader *r)
{
  for (gir_type t = 1; t < r->types.infos.size; t++)
    {
      const struct gir_type_info *info = &r->types.infos.data[t];
      const char *name = interner_texts (r->strings)[info->name];
      if (info->kind != GIR_T_NAMED)
        continue;
      if (!info->elem)
        return gir_fail_at (r, r->types.notes.data[t].line, GIR_ERROR_SYNTAX, "type %s is not declared; add `type %s ...'", name, name);
      if (r->types.infos.data[info->elem].kind == GIR_T_NAMED)
        return gir_fail_at (r, r->types.notes.data[t].line, GIR_ERROR_SYNTAX,
                            "the underlying type of %s is itself named; give the type behind that name", name);
    }
  return true;
}

bool
gir_finish_types (struct gir_reader *r)
{
  gir_type culprit = 0;
  if (!resolve_later (r) || !check_named (r))
    return false;
  enum gir_layout_result result = gir_types_layout (&r->types, interner_texts (r->strings), r->ptrsize, &culprit);
  uint32_t line = r->types.notes.data[culprit].line;
  if (result == GIR_LAYOUT_INFINITE)
    return gir_fail_at (r, line, GIR_ERROR_VERIFY, "type contains itself; put a pointer, slice, map or func between");
  if (result == GIR_LAYOUT_DEEP)
    return gir_fail_at (r, line, GIR_ERROR_LIMIT, "structs and arrays nest more than %u deep; flatten them", GIR_MAX_NESTING);
  return true;
}
