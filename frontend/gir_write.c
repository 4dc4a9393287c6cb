#include "base/u32map.h"
#include "frontend/gir_names.h"
#include "frontend/gir_read.h"
#include "frontend/gir_store.h"
#include <errno.h>

enum
{
  FLUSH_AT = 1 << 16
};

struct writer
{
  const GirProgram *p;
  FILE *out;
  GString *text;
  struct u32map names; /* of registers in this function: how often met */
  u32_vec suffixes;    /* for each value, what tells its name from equal ones before; 0: nothing */
};

static void
put (struct writer *w, const char *text)
{
  g_string_append (w->text, text);
}

static void
put_u32 (struct writer *w, const char *before, uint32_t n)
{
  char digits[16], *at = digits + sizeof digits;
  *--at = 0;
  do
    *--at = (char)('0' + n % 10);
  while (n /= 10);
  put (w, before);
  put (w, at);
}

/* The length of the UTF-8 character at @s, 0 if there is none. */
static size_t
utf8_length (const char *s, size_t left)
{
  gunichar c = g_utf8_get_char_validated (s, (gssize)MIN (left, 4));
  return c == (gunichar)-1 || c == (gunichar)-2 ? 0 : (size_t)g_unichar_to_utf8 (c, NULL);
}

static size_t
put_character (struct writer *w, const char *s, size_t left)
{
  static const char escaped[] = "\"\\\n\t\r", letters[] = "\"\\ntr";
  unsigned char c = (unsigned char)*s;
  const char *e = c ? strchr (escaped, c) : NULL;
  size_t n = c < 0x80 ? 1 : utf8_length (s, left);
  if (e)
    g_string_append_printf (w->text, "\\%c", letters[e - escaped]);
  else if (c < ' ' || c == 0x7f || !n)
    g_string_append_printf (w->text, "\\x%02x", c);
  else
    g_string_append_len (w->text, s, (gssize)n);
  return MAX (n, 1);
}

static void
put_string (struct writer *w, gir_str string)
{
  const char *s = gir_string (w->p, string), *end = s + gir_string_length (w->p, string);
  put (w, " \"");
  while (s < end)
    s += put_character (w, s, (size_t)(end - s));
  put (w, "\"");
}

static void
put_pos (struct writer *w, const struct gir_pos *pos, const struct gir_pos *own)
{
  if (!pos->line)
    {
      put (w, "-");
      return;
    }
  if (!own || !own->line || own->file != pos->file)
    {
      put_u32 (w, "", pos->file);
      put (w, ":");
    }
  put_u32 (w, "", pos->line);
  put_u32 (w, ":", pos->col);
}

static void
put_type (struct writer *w, gir_type t)
{
  put_u32 (w, " #", t);
}

static void
put_site (struct writer *w, uint8_t site, gir_str text)
{
  if (site == GIR_S_NONE)
    return;
  put (w, " !");
  put (w, gir_site_name (site));
  put_string (w, text);
}

static void
put_flag (struct writer *w, bool flag, const char *word)
{
  if (!flag)
    return;
  put (w, " ");
  put (w, word);
}

/* Types. */

static void
put_fields (struct writer *w, uint32_t first, uint32_t n, bool named)
{
  for (uint32_t k = first; k < first + n; k++)
    {
      if (named)
        put_string (w, w->p->fields[k].name);
      put_type (w, w->p->fields[k].type);
    }
}

static void
put_signature (struct writer *w, const struct gir_type_info *t)
{
  put (w, "func (");
  put_fields (w, t->fields, t->n_params, false);
  put (w, " ) (");
  put_fields (w, t->fields + t->n_params, t->n_fields - t->n_params, false);
  put (w, " )");
  put_flag (w, t->variadic, "...");
}

static void
put_type_body (struct writer *w, const struct gir_type_info *t)
{
  static const char *const words[] = {
    [GIR_T_PTR] = "ptr",       [GIR_T_SLICE] = "slice", [GIR_T_MAP] = "map",     [GIR_T_CHAN] = "chan",
    [GIR_T_STRUCT] = "struct", [GIR_T_TUPLE] = "tuple", [GIR_T_IFACE] = "iface",
  };
  switch (t->kind)
    {
    case GIR_T_FUNC: put_signature (w, t); break;
    case GIR_T_ARRAY:
      g_string_append_printf (w->text, "array %" G_GUINT64_FORMAT, t->length);
      put_type (w, t->elem);
      break;
    case GIR_T_NAMED:
      put (w, "named");
      put_string (w, t->name);
      put_type (w, t->elem);
      break;
    case GIR_T_STRUCT:
    case GIR_T_TUPLE:
    case GIR_T_IFACE:
      put (w, words[t->kind]);
      put_fields (w, t->fields, t->n_fields, t->kind != GIR_T_TUPLE);
      break;
    case GIR_T_PTR:
    case GIR_T_SLICE:
    case GIR_T_MAP:
    case GIR_T_CHAN:
      put (w, words[t->kind]);
      if (t->kind == GIR_T_MAP)
        put_type (w, t->key);
      put_type (w, t->elem);
      break;
    default: put (w, "basic "); put (w, gir_string (w->p, t->name));
    }
}

/* Records of one line. */

static void
put_meta (struct writer *w, uint32_t n)
{
  put (w, "meta ");
  put (w, gir_string (w->p, w->p->metas[n].key));
  put_string (w, w->p->metas[n].value);
}

static void
put_file (struct writer *w, uint32_t n)
{
  put_u32 (w, "file ", n);
  put_string (w, w->p->files[n]);
}

static void
put_pkg (struct writer *w, uint32_t n)
{
  const struct gir_package *p = &w->p->pkgs[n];
  put_u32 (w, "pkg ", n);
  put_string (w, p->path);
  put_string (w, p->name);
  put_flag (w, p->root, "root");
  put_flag (w, p->is_main, "main");
  put_flag (w, p->std, "std");
  put_flag (w, p->cgo, "cgo");
  put_flag (w, p->is_asm, "asm");
}

static void
put_type_record (struct writer *w, uint32_t n)
{
  put_u32 (w, "type #", n);
  put (w, " ");
  put_type_body (w, &w->p->types[n]);
}

static void
put_global (struct writer *w, uint32_t n)
{
  const struct gir_global *g = &w->p->globals[n];
  put_u32 (w, "global $", n);
  put_string (w, g->name);
  put_u32 (w, " ", g->pkg);
  put_type (w, g->type);
  put (w, " ");
  put_pos (w, &g->pos, NULL);
  put_flag (w, g->exported, "exported");
}

static void
put_link (struct writer *w, uint32_t n)
{
  put_u32 (w, "link @", w->p->links[n].fn);
  put_string (w, w->p->links[n].name);
}

static void
put_mset (struct writer *w, uint32_t type)
{
  const struct gir_type_info *t = &w->p->types[type];
  put (w, "mset");
  put_type (w, type);
  for (uint32_t k = t->mset; k < t->mset + t->n_mset; k++)
    {
      put_string (w, w->p->methods[k].name);
      put_u32 (w, " @", w->p->methods[k].fn);
    }
}

/* Registers: equal names, which phis of a promoted function have, are told apart by a number. */

static bool
is_taken (const struct writer *w, const char *name, uint32_t suffix)
{
  g_autofree char *text = g_strdup_printf ("%s.%u", name, suffix);
  const struct gir_storage *storage = w->p->storage;
  uint32_t s = interner_find (storage->strings, text, strlen (text));
  return s != INTERNER_NONE && u32map_get (&w->names, s, GIR_INVALID) != GIR_INVALID;
}

static gir_str
value_name (const struct gir_func *f, gir_value v)
{
  const struct gir_instr *i = gir_value_instr (f, v);
  return i ? i->name : f->params[v].name;
}

static bool
has_name (const struct gir_func *f, gir_value v)
{
  const struct gir_instr *i = gir_value_instr (f, v);
  return !i || i->type;
}

static void
name_values (struct writer *w, const struct gir_func *f)
{
  uint32_t n = gir_func_n_values (f);
  vec_resize (&w->suffixes, n);
  u32map_reset (&w->names);
  for (gir_value v = 0; v < n; v++)
    if (has_name (f, v))
      u32map_put (&w->names, value_name (f, v), 0);
  for (gir_value v = 0; v < n; v++)
    {
      w->suffixes.data[v] = 0;
      if (!has_name (f, v))
        continue;
      uint32_t *met = u32map_at (&w->names, value_name (f, v), 0);
      if (*met)
        while (is_taken (w, gir_string (w->p, value_name (f, v)), *met))
          ++*met;
      w->suffixes.data[v] = (*met)++;
    }
}

static void
put_register (struct writer *w, const struct gir_func *f, gir_value v)
{
  put (w, "%");
  put (w, gir_string (w->p, value_name (f, v)));
  if (w->suffixes.data[v])
    put_u32 (w, ".", w->suffixes.data[v]);
}

static void
put_const (struct writer *w, const struct gir_const *c)
{
  static const char *const words[] = { [GIR_C_NIL] = " nil", [GIR_C_ZERO] = " zero", [GIR_C_FALSE] = " false", [GIR_C_TRUE] = " true" };
  if (c->kind == GIR_C_STRING)
    put_string (w, c->text);
  else if (c->kind <= GIR_C_TRUE)
    put (w, words[c->kind]);
  else
    {
      put (w, " ");
      put (w, gir_string (w->p, c->text));
    }
}

static void
put_operand (struct writer *w, const struct gir_func *f, gir_operand x)
{
  uint32_t n = gir_operand_index (x);
  switch (gir_operand_kind (x))
    {
    case GIR_VALUE:
      put (w, " ");
      put_register (w, f, n);
      break;
    case GIR_GLOBAL: put_u32 (w, " $", n); break;
    case GIR_FUNC: put_u32 (w, " @", n); break;
    case GIR_CONST: put_const (w, &w->p->consts[n]); break;
    default: put (w, " _");
    }
}

/* Instructions. */

static void
put_states (struct writer *w, const struct gir_func *f, const struct gir_instr *i)
{
  const gir_operand *args = f->operands + i->args;
  put (w, i->flag ? " block" : " try");
  for (uint32_t k = 0; k < i->n_args; k += 2)
    {
      bool sends = gir_operand_kind (args[k + 1]) != GIR_NONE;
      put (w, sends ? " s" : " r");
      put_operand (w, f, args[k]);
      if (sends)
        put_operand (w, f, args[k + 1]);
    }
}

static void
put_edges (struct writer *w, const struct gir_func *f, const struct gir_instr *i, uint32_t block)
{
  for (uint32_t k = 0; k < i->n_args; k++)
    {
      put_u32 (w, " b", f->edges[f->blocks[block].preds + k]);
      put_operand (w, f, f->operands[i->args + k]);
    }
}

static void
put_word (struct writer *w, const char *word)
{
  put (w, " ");
  put (w, word);
}

/* One part of the instruction, as gir_op_shape names it; @k counts the operands written. */
static void
put_part (struct writer *w, const struct gir_func *f, const struct gir_instr *i, uint32_t block, char part, uint32_t *k)
{
  switch (part)
    {
    case 'T': put_type (w, i->type); break;
    case 'U': put_type (w, i->type2); break;
    case 'v':
    case 'n':
    case 'f': put_operand (w, f, f->operands[i->args + (*k)++]); break;
    case '*':
      while (*k < i->n_args)
        put_operand (w, f, f->operands[i->args + (*k)++]);
      break;
    case '.': put_u32 (w, " .", i->aux); break;
    case 'K': put_word (w, gir_alloc_kind_name (i->sub)); break;
    case 'B': put_word (w, gir_builtin_name (i->sub)); break;
    case 'X': put_word (w, gir_operator_name (i->sub)); break;
    case 'M': put_string (w, i->aux); break;
    case 'o': put_flag (w, i->flag, "ok"); break;
    case 's': put_flag (w, i->flag, "string"); break;
    case 'i': put_flag (w, i->flag, "init"); break;
    case 'd': put_flag (w, i->flag, "dict"); break;
    case 'b': put_u32 (w, " b", i->aux); break;
    case 'e': put_u32 (w, " b", i->aux2); break;
    case 'S': put_states (w, f, i); break;
    case 'P': put_edges (w, f, i, block); break;
    default:
      SP_CHECK (part == 't');
      if (i->type)
        put_type (w, i->type);
    }
}

static void
put_instr (struct writer *w, const struct gir_func *f, uint32_t n, uint32_t block)
{
  const struct gir_instr *i = &f->instrs[n];
  uint32_t k = 0;
  put (w, "  ");
  if (i->type)
    {
      put_register (w, f, gir_func_instr_value (f, n));
      put (w, " = ");
    }
  if (i->mode == GIR_CALL_GO)
    put (w, "go ");
  if (gir_instr_has_defer_stack (i))
    {
      put (w, "defer");
      put_operand (w, f, i->aux2);
      put (w, " ");
    }
  put (w, gir_op_name (i->op));
  for (const char *part = gir_op_shape (i->op); *part; part++)
    put_part (w, f, i, block, *part, &k);
  if (i->pos.line)
    {
      put (w, " @");
      put_pos (w, &i->pos, &f->pos);
    }
  put_site (w, i->site, i->text);
  put (w, "\n");
}

/* Functions. */

static void
put_params (struct writer *w, const struct gir_func *f)
{
  for (uint32_t k = 0; k < f->n_params + f->n_free; k++)
    {
      const struct gir_param *p = &f->params[k];
      put (w, k < f->n_params ? "param " : "free ");
      put_register (w, f, k);
      put_type (w, p->type);
      put (w, " ");
      put_pos (w, &p->pos, &f->pos);
      put_site (w, p->site, p->text);
      put (w, "\n");
    }
  for (uint32_t k = 0; k < f->n_results; k++)
    {
      const struct gir_result *r = &f->results[k];
      put (w, "result");
      put_string (w, r->name);
      put_type (w, r->type);
      put (w, " ");
      put_pos (w, &r->pos, &f->pos);
      if (r->alloc != GIR_INVALID)
        {
          put (w, " ");
          put_register (w, f, r->alloc);
        }
      put (w, "\n");
    }
}

static void
put_loops (struct writer *w, const struct gir_func *f)
{
  for (uint32_t k = 0; k < f->n_loops; k++)
    {
      const struct gir_loop *l = &w->p->loops[f->loops + k];
      put (w, "loop ");
      put_pos (w, &l->head, &f->pos);
      put (w, " ");
      put_pos (w, &l->begin, &f->pos);
      put (w, " ");
      put_pos (w, &l->end, &f->pos);
      put_flag (w, l->range, "range");
      put (w, "\n");
    }
}

static void
put_attrs (struct writer *w, const struct gir_func *f)
{
  if (f->parent != GIR_INVALID)
    put_u32 (w, " in @", f->parent);
  if (f->origin != GIR_INVALID)
    put_u32 (w, " origin @", f->origin);
  if (f->recover != GIR_INVALID)
    put_u32 (w, " recover b", f->recover);
  put_flag (w, f->is_extern, "extern");
  put_flag (w, f->noescape, "noescape");
  put_flag (w, f->uintptrescapes, "uintptrescapes");
  put_flag (w, f->uintptrkeepalive, "uintptrkeepalive");
  if (f->linkname)
    {
      put (w, " linkname");
      put_string (w, f->linkname);
    }
  put_flag (w, f->is_asm, "asm");
  put_flag (w, f->exported, "exported");
  if (f->go_version)
    {
      put (w, " go ");
      put (w, gir_string (w->p, f->go_version));
    }
  put_site (w, f->site, f->text);
}

static void
flush (struct writer *w)
{
  fwrite (w->text->str, 1, w->text->len, w->out);
  g_string_truncate (w->text, 0);
}

static void
put_func (struct writer *w, gir_fn fn)
{
  const struct gir_func *f = &w->p->funcs[fn];
  put_u32 (w, "func @", fn);
  put_string (w, f->name);
  put_u32 (w, " ", f->pkg);
  put_type (w, f->type);
  put (w, " ");
  put_pos (w, &f->pos, NULL);
  put (w, " ");
  put (w, gir_func_kind_name (f->kind));
  put_attrs (w, f);
  put (w, "\n");
  name_values (w, f);
  put_params (w, f);
  put_loops (w, f);
  for (uint32_t b = 0; b < f->n_blocks; b++)
    {
      put_u32 (w, "block b", b);
      if (f->blocks[b].comment)
        {
          put (w, " comment");
          put_string (w, f->blocks[b].comment);
        }
      put (w, "\n");
      for (uint32_t n = f->blocks[b].first; n < f->blocks[b].first + f->blocks[b].count; n++)
        put_instr (w, f, n, b);
      if (w->text->len > FLUSH_AT)
        flush (w);
    }
  put (w, "end");
}

static void (*const put_record[]) (struct writer *w, uint32_t n) = {
  [GIR_R_META] = put_meta,     [GIR_R_FILE] = put_file, [GIR_R_PKG] = put_pkg,   [GIR_R_TYPE] = put_type_record,
  [GIR_R_GLOBAL] = put_global, [GIR_R_LINK] = put_link, [GIR_R_MSET] = put_mset, [GIR_R_FUNC] = put_func,
};

gboolean
gir_write (const GirProgram *p, FILE *out, GError **error)
{
  struct writer w = { .p = p, .out = out, .text = g_string_sized_new (FLUSH_AT * 2) };
  const struct gir_storage *storage = p->storage;
  put (&w, "gir 1\n");
  vec_foreach (const struct gir_run, run, &storage->runs)
    for (uint32_t n = run->first; n < run->first + run->count; n++)
      {
        put_record[run->kind](&w, n);
        put (&w, "\n");
        if (w.text->len > FLUSH_AT)
          flush (&w);
      }
  flush (&w);
  g_string_free (w.text, TRUE);
  u32map_clear (&w.names);
  vec_clear (&w.suffixes);
  if (fflush (out) != 0 || ferror (out))
    {
      g_set_error (error, GIR_ERROR, GIR_ERROR_IO, "cannot write the program: %s; check the disk and the reader of the pipe",
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}
