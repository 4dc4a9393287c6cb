#include "cli/output_pointsto.h"
#include "cli/gotype.h"
#include "cli/json.h"
#include "cli/paths.h"
#include "cli/words.h"

#include <string.h>

/* --- labels in words --------------------------------------------------------------------------------- */

static const char *
alloc_kind (const struct gir_instr *i)
{
  static const char *const names[] = {
    [GIR_A_VAR] = "var",           [GIR_A_NEW] = "new",         [GIR_A_COMPLIT] = "complit",
    [GIR_A_SLICELIT] = "slicelit", [GIR_A_VARARGS] = "varargs", [GIR_A_MAKESLICE] = "makeslice",
    [GIR_A_TMP] = "tmp",           [GIR_A_RESULT] = "result",
  };
  return names[i->sub];
}

static const char *
site_kind (const struct gir_instr *i)
{
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_ALLOC: return alloc_kind (i);
    case GIR_OP_MKMAP: return i->site == GIR_S_MAPLIT ? "maplit" : "makemap";
    case GIR_OP_MKCHAN: return "makechan";
    case GIR_OP_MKSLICE: return "makeslice";
    case GIR_OP_BUILTIN: return "append";
    case GIR_OP_IFACE: return "iface";
    case GIR_OP_BIN: return "concat";
    default: return "conv";
    }
}

/* The site's text where it has one; a variable's name; else what kind of site it is. */
static char *
site_name (const struct gir_program *p, const struct gir_instr *i)
{
  const char *text = gir_string (p, i->text), *name = gir_string (p, i->name);
  bool variable = i->op == GIR_OP_ALLOC && (i->sub == GIR_A_VAR || i->sub == GIR_A_RESULT);
  const char *dot = strrchr (name, '.');
  char *words;
  if (*text)
    words = g_strdup (text);
  else if (variable && *name)
    words = g_strndup (name, dot ? (gsize)(dot - name) : strlen (name));
  else
    words = g_strdup (site_kind (i));
  for (char *c = words; *c; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return words;
}

struct words
{
  const char *kind;
  char *name;
  struct gir_pos pos; /* line 0 without */
  const char *func;   /* that allocates; empty without */
};

static struct words
label_words (const struct gir_program *p, const struct sp_label *label)
{
  switch (label->kind)
    {
    case SP_LABEL_FUNC: return (struct words){ "func", g_strdup (gir_string (p, p->funcs[label->fn].name)), p->funcs[label->fn].pos, "" };
    case SP_LABEL_GLOBAL:
      return (struct words){ "global", g_strdup (gir_string (p, p->globals[label->index].name)), p->globals[label->index].pos, "" };
    case SP_LABEL_MODEL:
      return (struct words){ "model", g_strconcat ("object made by ", gir_string (p, p->funcs[label->fn].name), NULL), { 0 }, "" };
    case SP_LABEL_SITE: break;
    }
  const struct gir_instr *i = &p->funcs[label->fn].instrs[label->index];
  return (struct words){ site_kind (i), site_name (p, i), i->pos, gir_string (p, p->funcs[label->fn].name) };
}

/* --- text -------------------------------------------------------------------------------------------- */

static void
print_label (const struct gir_program *p, const struct sp_label *label, GString *out)
{
  struct words w = label_words (p, label);
  g_autofree char *name = w.name;
  g_autofree char *at = w.pos.line ? words_place (p, w.pos) : NULL;
  g_string_append_printf (out, "  %s%s", name, label->path ? label->path : "");
  if (at)
    g_string_append_printf (out, "  (%s at %s)", w.kind, at);
  g_string_append_c (out, '\n');
}

/* What .gir calls the register that @x is; empty where it is none. */
static const char *
register_name (const struct gir_program *p, const struct gir_func *f, gir_operand x)
{
  if (gir_operand_kind (x) != GIR_VALUE)
    return "";
  const struct gir_instr *i = gir_value_instr (f, gir_operand_index (x));
  return gir_string (p, i ? i->name : f->params[gir_operand_index (x)].name);
}

static void
print_answer (const struct gir_program *p, const struct expression *e, const struct sp_answer *a, GString *out)
{
  bool iface = p->types[gir_underlying (p, e->type)].kind == GIR_T_IFACE;
  g_autofree char *type = e->type ? gotype_text (p, e->type) : NULL;
  const char *before = type ? " of type " : "";
  if (gir_operand_kind (e->operand) == GIR_NONE)
    return;
  if (!a->labels.size && !a->types.size && !a->unknown)
    g_string_append_printf (out, "%s%s%s points to nothing\n", e->what, before, type ? type : "");
  else
    g_string_append_printf (out, "%s%s%s may point to\n", e->what, before, type ? type : "");
  vec_foreach (const struct sp_label, label, &a->labels)
    print_label (p, label, out);
  if (a->unknown)
    g_string_append (out, "  anything that code out of sight has\n");
  if (iface && a->types.size)
    g_string_append (out, "  of dynamic type\n");
  for (uint32_t k = 0; iface && k < a->types.size; k++)
    {
      g_autofree char *dynamic = gotype_text (p, a->types.data[k]);
      g_string_append_printf (out, "    %s\n", dynamic);
    }
}

static void
print_callees (const struct gir_program *p, const u32_vec *callees, bool unknown, GString *out)
{
  g_string_append (out, callees->size || unknown ? "the call may call\n" : "the call calls nothing\n");
  vec_foreach (const gir_fn, fn, callees)
    g_string_append_printf (out, "  %s\n", gir_string (p, p->funcs[*fn].name));
  if (unknown)
    g_string_append (out, "  code out of sight\n");
}

static void
print (const struct gir_program *p, const struct expression *e, const struct sp_answer *a, const u32_vec *callees, bool unknown,
       GString *out)
{
  const struct gir_func *f = &p->funcs[e->fn];
  g_autofree char *at = words_place (p, e->pos.line ? e->pos : f->pos);
  g_string_append_printf (out, "%s: in %s, ", at, gir_string (p, f->name));
  if (!e->pos.line)
    g_string_append_printf (out, "register %s, ", register_name (p, f, e->operand));
  if (!a->reached)
    {
      g_string_append_printf (out, "%s: the program never gets here\n", e->what);
      return;
    }
  print_answer (p, e, a, out);
  if (e->call)
    print_callees (p, callees, unknown, out);
}

/* --- JSON -------------------------------------------------------------------------------------------- */

static void
write_label (struct json *list, const struct gir_program *p, const struct sp_label *label)
{
  struct words w = label_words (p, label);
  g_autofree char *name = w.name;
  g_autofree char *file = path_display (words_file (p, w.pos), FALSE);
  struct json json;
  json_object (list, &json);
  json_string (&json, "kind", w.kind);
  json_string (&json, "name", name);
  json_string (&json, "path", label->path ? label->path : "");
  json_string (&json, "file", file);
  json_integer (&json, "line", w.pos.line);
  json_integer (&json, "col", w.pos.col);
  json_string (&json, "func", w.func);
  json_object_end (&json);
}

static void
write_json (const struct options *options, const struct gir_program *p, const struct expression *e, const struct sp_answer *a,
            const u32_vec *callees, bool unknown, GString *out)
{
  g_autofree char *file = path_display (words_file (p, e->pos), FALSE);
  g_autofree char *type = e->type ? gotype_text (p, e->type) : g_strdup ("");
  bool iface = p->types[gir_underlying (p, e->type)].kind == GIR_T_IFACE;
  struct json json;
  json_begin (&json, out);
  json_string (&json, "file", file);
  json_integer (&json, "line", e->pos.line);
  json_integer (&json, "col", e->pos.col);
  json_string (&json, "func", gir_string (p, p->funcs[e->fn].name));
  json_string (&json, "what", e->what);
  json_string (&json, "reg", register_name (p, &p->funcs[e->fn], e->operand));
  json_string (&json, "type", type);
  json_boolean (&json, "reached", a->reached);
  json_list (&json, "points_to");
  vec_foreach (const struct sp_label, label, &a->labels)
    write_label (&json, p, label);
  json_list_end (&json);
  json_boolean (&json, "unknown", a->unknown);
  json_boolean (&json, "interface", iface);
  json_list (&json, "types");
  for (uint32_t k = 0; iface && k < a->types.size; k++)
    {
      g_autofree char *dynamic = gotype_text (p, a->types.data[k]);
      json_item (&json, dynamic);
    }
  json_list_end (&json);
  json_list (&json, "callees");
  for (uint32_t k = 0; e->call && k < callees->size; k++)
    json_item (&json, gir_string (p, p->funcs[callees->data[k]].name));
  json_list_end (&json);
  json_boolean (&json, "callees_unknown", e->call && unknown);
  json_string (&json, "variant", options_variant (options));
  json_end (&json);
}

void
output_answer (const struct options *options, const struct gir_program *program, struct sp_pointsto *pt, const struct expression *e,
               GString *out)
{
  struct sp_answer answer;
  u32_vec callees = { 0 };
  bool unknown = false;
  sp_pointsto_ask (pt, e->fn, e->operand, e->type, &answer);
  if (e->call)
    sp_pointsto_callees (pt, e->fn, e->instr, &callees, &unknown);
  if (options->json)
    write_json (options, program, e, &answer, &callees, unknown, out);
  else
    print (program, e, &answer, &callees, unknown, out);
  vec_clear (&callees);
  sp_answer_clear (&answer);
}

/* --- the call graph ---------------------------------------------------------------------------------- */

struct edges
{
  const struct options *options;
  const struct gir_program *program;
  GPtrArray *lines;
};

static const char *
node_name (const struct gir_program *p, gir_fn fn)
{
  return fn == SP_EDGE_ROOT ? "<root>" : fn == SP_EDGE_OUTSIDE ? "<out of sight>" : gir_string (p, p->funcs[fn].name);
}

static void
add_edge (gir_fn from, gir_fn to, void *data)
{
  struct edges *edges = data;
  const struct gir_program *p = edges->program;
  const char *caller = node_name (p, from), *callee = node_name (p, to);
  g_autoptr (GString) line = g_string_new (NULL);
  if (edges->options->json)
    {
      struct json json;
      json_begin (&json, line);
      json_string (&json, "caller", caller);
      json_string (&json, "callee", callee);
      json_end (&json);
    }
  else
    g_string_append_printf (line, "%s -> %s\n", caller, callee);
  g_ptr_array_add (edges->lines, g_string_free (g_steal_pointer (&line), FALSE));
}

static int
compare_lines (const void *x, const void *y)
{
  return strcmp (*(char *const *)x, *(char *const *)y);
}

void
output_callgraph (const struct options *options, const struct gir_program *program, const struct sp_pointsto *pt, GString *out)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  struct edges edges = { options, program, lines };
  sp_pointsto_edges (pt, add_edge, &edges);
  g_ptr_array_sort (lines, compare_lines);
  for (guint k = 0; k < lines->len; k++)
    if (k == 0 || strcmp (lines->pdata[k], lines->pdata[k - 1]) != 0)
      g_string_append (out, lines->pdata[k]);
}
