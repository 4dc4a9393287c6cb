#include "cli/expressions.h"

#include <stdlib.h>
#include <string.h>

struct search
{
  const struct spot *spot;
  const struct gir_program *program;
  bool registers;
  GArray *in_file;
  GArray *found;
  gir_fn fn;
  const struct gir_func *f;
};

static void
expression_clear (gpointer data)
{
  g_free (((struct expression *)data)->what);
}

/* Values that a user would ask for. Strings and plain numbers are left out, though the analysis knows what they point to. */
static bool
points (const struct gir_program *p, gir_type type)
{
  const struct gir_type_info *t = &p->types[gir_underlying (p, type)];
  return type && t->pointers && t->kind != GIR_T_STRING && t->kind != GIR_T_UINTPTR;
}

static bool
is_there (const struct search *s, struct gir_pos pos)
{
  if (pos.line == 0 || pos.file >= s->in_file->len || !g_array_index (s->in_file, gboolean, pos.file))
    return false;
  return !s->spot->line || (pos.line == s->spot->line && (!s->spot->col || pos.col == s->spot->col));
}

/* Without a position, a register is where its function is. */
static bool
is_asked (const struct search *s, struct gir_pos pos)
{
  return pos.line == 0 && s->registers && !s->spot->line ? is_there (s, s->f->pos) : is_there (s, pos);
}

static unsigned
distance (unsigned a, unsigned b)
{
  return a > b ? a - b : b - a;
}

/* Takes @what. */
static void
add (struct search *s, struct expression e, char *what)
{
  e.fn = s->fn;
  e.what = what;
  g_array_append_val (s->found, e);
}

static const char *
callee_name (const struct search *s, const struct gir_instr *i)
{
  static const char *const builtins[] = {
#define GIR_BUILTIN(name, text) [GIR_B_##name] = text,
#include "frontend/gir_builtin.def"
#undef GIR_BUILTIN
  };
  if (i->op == GIR_OP_BUILTIN)
    return builtins[i->sub];
  if (i->op == GIR_OP_INVOKE)
    return gir_string (s->program, i->aux);
  gir_operand f = s->f->operands[i->args];
  return gir_operand_kind (f) == GIR_FUNC ? gir_string (s->program, s->program->funcs[gir_operand_index (f)].name) : "a function value";
}

static gir_type
operand_type (const struct search *s, gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE ? gir_value_type (s->f, gir_operand_index (x)) : 0;
}

/* Globals and functions have no type in .gir where they are operands: what they point to is known all the same. */
static bool
operand_points (const struct search *s, gir_operand x)
{
  enum gir_operand_kind kind = gir_operand_kind (x);
  return kind == GIR_GLOBAL || kind == GIR_FUNC || points (s->program, operand_type (s, x));
}

static void
add_operand (struct search *s, const struct gir_instr *i, uint32_t k, bool call, char *what)
{
  gir_operand x = s->f->operands[i->args + k];
  struct expression e = { .pos = i->pos, .instr = (uint32_t)(i - s->f->instrs), .operand = x, .type = operand_type (s, x), .call = call };
  add (s, e, what);
}

static void
add_call (struct search *s, const struct gir_instr *i)
{
  bool builtin = i->op == GIR_OP_BUILTIN, call = !builtin;
  uint32_t instr = (uint32_t)(i - s->f->instrs);
  const char *name = callee_name (s, i);
  if (i->type && points (s->program, i->type))
    {
      gir_operand result = gir_operand_new (GIR_VALUE, gir_func_instr_value (s->f, instr));
      add (s, (struct expression){ .pos = i->pos, .instr = instr, .operand = result, .type = i->type, .call = call },
           g_strdup_printf ("result of %s", name));
      call = false;
    }
  for (uint32_t k = builtin ? 0 : 1; k < i->n_args; k++)
    if (operand_points (s, s->f->operands[i->args + k]))
      {
        add_operand (s, i, k, call, g_strdup_printf ("argument %u of %s", builtin ? k + 1 : k, name));
        call = false;
      }
  if (call)
    add (s, (struct expression){ .pos = i->pos, .instr = instr, .operand = gir_operand_new (GIR_NONE, 0), .call = true },
         g_strdup_printf ("call of %s", name));
}

static const char *
result_words (const struct gir_instr *i)
{
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_ALLOC: return i->sub == GIR_A_VAR ? "address of the variable" : "new object";
    case GIR_OP_MKSLICE:
    case GIR_OP_MKMAP:
    case GIR_OP_MKCHAN:
    case GIR_OP_CLOSURE: return "new object";
    case GIR_OP_LOAD: return "value";
    case GIR_OP_FADDR: return "address of the field";
    case GIR_OP_IADDR: return "address of the element";
    case GIR_OP_FIELD:
    case GIR_OP_INDEX:
    case GIR_OP_LOOKUP:
    case GIR_OP_RECV:
    case GIR_OP_EXTRACT: return "value";
    case GIR_OP_SLICE: return "slice";
    case GIR_OP_ASSERT: return "asserted value";
    case GIR_OP_CHTYPE: return i->aux != GIR_INVALID ? "value assigned" : "converted value";
    case GIR_OP_PHI: return "value of the variable";
    case GIR_OP_IFACE: return "interface";
    case GIR_OP_CHIFACE:
    case GIR_OP_CONV:
    case GIR_OP_S2AP: return "converted value";
    default: return "value";
    }
}

static void
add_instr (struct search *s, const struct gir_instr *i)
{
  uint32_t instr = (uint32_t)(i - s->f->instrs);
  switch ((enum gir_op)i->op)
    {
    case GIR_OP_NOP: return;
    case GIR_OP_CALL:
    case GIR_OP_INVOKE:
    case GIR_OP_BUILTIN: add_call (s, i); return;
    case GIR_OP_STORE:
    case GIR_OP_SEND:
      if (operand_points (s, s->f->operands[i->args + 1]))
        add_operand (s, i, 1, false, g_strdup (i->op == GIR_OP_STORE ? "value assigned" : "value sent"));
      return;
    case GIR_OP_RET:
      for (uint32_t k = 0; k < i->n_args; k++)
        if (operand_points (s, s->f->operands[i->args + k]))
          add_operand (s, i, k, false, g_strdup_printf ("result %u", k + 1));
      return;
    case GIR_OP_PANIC: add_operand (s, i, 0, false, g_strdup ("operand of panic")); return;
    default: break;
    }
  if (!points (s->program, i->type))
    return;
  gir_operand result = gir_operand_new (GIR_VALUE, gir_func_instr_value (s->f, instr));
  add (s, (struct expression){ .pos = i->pos, .instr = instr, .operand = result, .type = i->type }, g_strdup (result_words (i)));
}

static void
search_function (struct search *s)
{
  for (gir_value v = 0; v < (s->registers ? gir_func_first_instr_value (s->f) : s->f->n_params); v++)
    {
      const struct gir_param *p = &s->f->params[v];
      const char *kind = v < s->f->n_params ? "parameter" : "captured variable";
      if (is_asked (s, p->pos) && points (s->program, p->type))
        add (s, (struct expression){ .pos = p->pos, .instr = GIR_INVALID, .operand = gir_operand_new (GIR_VALUE, v), .type = p->type },
             g_strdup_printf ("%s %s", kind, gir_string (s->program, p->name)));
    }
  for (uint32_t b = 0; b < s->f->n_blocks; b++)
    for (uint32_t i = s->f->blocks[b].first; i < s->f->blocks[b].first + s->f->blocks[b].count; i++)
      if (is_asked (s, s->f->instrs[i].pos))
        add_instr (s, &s->f->instrs[i]);
}

static void
search_program (struct search *s)
{
  for (s->fn = 0; s->fn < s->program->n_funcs; s->fn++)
    {
      s->f = &s->program->funcs[s->fn];
      search_function (s);
    }
}

static int
compare (const void *x, const void *y)
{
  const struct expression *a = x, *b = y;
  const uint32_t u[] = { a->pos.file, a->pos.line, a->pos.col, a->fn }, v[] = { b->pos.file, b->pos.line, b->pos.col, b->fn };
  for (size_t k = 0; k < G_N_ELEMENTS (u); k++)
    if (u[k] != v[k])
      return u[k] < v[k] ? -1 : 1;
  if (a->instr != b->instr)
    return a->instr + 1 < b->instr + 1 ? -1 : 1;
  return strcmp (a->what, b->what);
}

GArray *
expressions_at (const struct spot *spot, bool registers, const struct gir_program *program)
{
  g_autoptr (GArray) in_file = spot_files (spot, program);
  struct search s = { .spot = spot, .program = program, .registers = registers, .in_file = in_file };
  s.found = g_array_new (FALSE, FALSE, sizeof (struct expression));
  g_array_set_clear_func (s.found, expression_clear);
  search_program (&s);
  if (s.found->len)
    qsort (s.found->data, s.found->len, sizeof (struct expression), compare);
  return s.found;
}

unsigned
expressions_nearest (const struct spot *spot, const struct gir_program *program)
{
  const struct spot whole = { .file = spot->file, .canonical = spot->canonical };
  unsigned best = 0;
  g_autoptr (GArray) all = expressions_at (&whole, false, program);
  for (guint k = 0; k < all->len; k++)
    {
      unsigned line = g_array_index (all, struct expression, k).pos.line;
      if (!best || distance (line, spot->line) < distance (best, spot->line))
        best = line;
    }
  return best;
}
