#include "constraints/gc_vars.h"

#include <stdio.h>

enum
{
  BY_VALUE_MAX = 128, /* bytes: the largest variable that gc captures by value */
  FOLLOW_MAX = 64,    /* steps from variable to variable */
};

/* --- places ------------------------------------------------------------------------------------------ */

bool
gc_pos_before (struct gir_pos a, struct gir_pos b)
{
  return a.line != b.line ? a.line < b.line : a.col < b.col;
}

static bool
same_pos (struct gir_pos a, struct gir_pos b)
{
  return a.line == b.line && a.col == b.col && a.file == b.file;
}

static bool
within (struct gir_pos pos, struct gir_pos begin, struct gir_pos end)
{
  return !gc_pos_before (pos, begin) && gc_pos_before (pos, end);
}

uint32_t
gc_depth_at (const GirProgram *p, gir_fn fn, struct gir_pos pos)
{
  const struct gir_func *f = &p->funcs[fn];
  uint32_t depth = 1;
  for (uint32_t k = 0; k < f->n_loops; k++)
    depth += within (pos, p->loops[f->loops + k].begin, p->loops[f->loops + k].end);
  return depth;
}

/* The loop whose own variables are declared at @pos. */
static const struct gir_loop *
loop_declaring (const GirProgram *p, gir_fn fn, struct gir_pos pos)
{
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t k = 0; k < f->n_loops; k++)
    if (within (pos, p->loops[f->loops + k].head, p->loops[f->loops + k].begin))
      return &p->loops[f->loops + k];
  return NULL;
}

bool
gc_contains (const GirProgram *p, gir_fn outer, gir_fn inner)
{
  if (outer == inner)
    return false;
  for (gir_fn at = p->funcs[inner].parent; at != GIR_INVALID; at = p->funcs[at].parent)
    if (at == outer)
      return true;
  return false;
}

/* --- types and dead code ------------------------------------------------------------------------------ */

static bool
is_outside_heap (const GirProgram *p, gir_type type)
{
  if (g_str_equal (gir_string (p, p->types[type].name), "internal/runtime/sys.nih"))
    return true;
  const struct gir_type_info *t = &p->types[gir_underlying (p, type)];
  if (t->kind == GIR_T_ARRAY)
    return is_outside_heap (p, t->elem);
  for (uint32_t k = 0; t->kind == GIR_T_STRUCT && k < t->n_fields; k++)
    if (is_outside_heap (p, p->fields[t->fields + k].type))
      return true;
  return false;
}

static bool
points (const GirProgram *p, gir_type type)
{
  const struct gir_type_info *t = &p->types[gir_underlying (p, type)];
  if (!t->pointers)
    return false;
  switch (t->kind)
    {
    case GIR_T_PTR: return !is_outside_heap (p, t->elem);
    case GIR_T_ARRAY: return points (p, t->elem);
    case GIR_T_STRUCT:
    case GIR_T_TUPLE:
      for (uint32_t k = 0; k < t->n_fields; k++)
        if (points (p, p->fields[t->fields + k].type))
          return true;
      return false;
    default: return true;
    }
}

static const struct gir_const *
constant (const GirProgram *p, gir_operand x)
{
  return gir_operand_kind (x) == GIR_CONST ? &p->consts[gir_operand_index (x)] : NULL;
}

enum
{
  STRING_CUT = 32, /* bytes: longer constants are cut, and so may only seem equal */
};

/* The value of a condition: 1, 0, or -1 where it is not constant. */
static int
condition (const GirProgram *p, const struct gir_func *f, gir_operand x)
{
  const struct gir_const *c = constant (p, x);
  if (c)
    return c->kind == GIR_C_TRUE ? 1 : c->kind == GIR_C_FALSE ? 0 : -1;
  const struct gir_instr *i = gir_operand_kind (x) == GIR_VALUE ? gir_value_instr (f, gir_operand_index (x)) : NULL;
  if (!i || i->op != GIR_OP_BIN || (i->sub != GIR_X_EQ && i->sub != GIR_X_NE))
    return -1;
  const struct gir_const *a = constant (p, f->operands[i->args]), *b = constant (p, f->operands[i->args + 1]);
  if (!a || !b || a->kind != b->kind || (a->kind != GIR_C_STRING && a->kind != GIR_C_INT))
    return -1;
  bool same = a->text == b->text;
  if (same && a->kind == GIR_C_STRING && strlen (gir_string (p, a->text)) >= STRING_CUT)
    return -1;
  return same == (i->sub == GIR_X_EQ);
}

static bool *
find_live (const GirProgram *p, gir_fn fn)
{
  const struct gir_func *f = &p->funcs[fn];
  bool *live = g_new0 (bool, f->n_instrs + 1);
  g_autofree bool *seen = g_new0 (bool, f->n_blocks + 1);
  g_auto (u32_vec) work = { 0 };
  vec_push (&work, 0);
  if (f->recover != GIR_INVALID)
    vec_push (&work, f->recover);
  while (!vec_empty (&work))
    {
      uint32_t b = vec_pop (&work);
      if (b >= f->n_blocks || seen[b])
        continue;
      seen[b] = true;
      for (uint32_t n = 0; n < f->blocks[b].count; n++)
        live[f->blocks[b].first + n] = true;
      const struct gir_instr *last = &f->instrs[f->blocks[b].first + f->blocks[b].count - 1];
      int taken = last->op == GIR_OP_BR ? condition (p, f, f->operands[last->args]) : 1;
      if (last->op == GIR_OP_JMP || (last->op == GIR_OP_BR && taken != 0))
        vec_push (&work, last->aux);
      if (last->op == GIR_OP_BR && taken != 1)
        vec_push (&work, last->aux2);
    }
  return live;
}

/* --- variables --------------------------------------------------------------------------------------- */

static bool
is_value (gir_operand x)
{
  return gir_operand_kind (x) == GIR_VALUE;
}

static const struct gir_instr *
definition (const struct gir_func *f, gir_operand x)
{
  return is_value (x) ? gir_value_instr (f, gir_operand_index (x)) : NULL;
}

static gir_type
pointee (const GirProgram *p, gir_type pointer)
{
  return p->types[gir_underlying (p, pointer)].elem;
}

/* Whether @i selects a part of what the address in its first operand points to, and so an address within the same variable. */
static bool
selects_part (const GirProgram *p, const struct gir_func *f, const struct gir_instr *i)
{
  if (i->op == GIR_OP_FADDR)
    return true;
  gir_operand x = f->operands[i->args];
  return i->op == GIR_OP_IADDR && is_value (x) && p->types[gir_underlying (p, gir_value_type (f, gir_operand_index (x)))].kind == GIR_T_PTR;
}

uint32_t
gc_vars_root (const struct gc_vars *v, gir_fn fn, gir_operand x, bool *whole)
{
  const struct gir_func *f = &v->program->funcs[fn];
  *whole = true;
  for (;;)
    {
      if (!is_value (x))
        return GIR_INVALID;
      uint32_t var = v->of[fn][gir_operand_index (x)];
      const struct gir_instr *i = definition (f, x);
      if (var != GIR_INVALID || !i || !selects_part (v->program, f, i))
        return var;
      *whole = false;
      x = f->operands[i->args];
    }
}

/* An alloc that a phi joins with another one stands for the same variable, made anew each time round a loop. */
static void
join_phis (struct gc_vars *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      const struct gir_instr *phi = &f->instrs[n];
      uint32_t var = GIR_INVALID;
      if (phi->op != GIR_OP_PHI)
        continue;
      for (uint32_t k = 0; k < phi->n_args && var == GIR_INVALID; k++)
        if (is_value (f->operands[phi->args + k]))
          var = v->of[fn][gir_operand_index (f->operands[phi->args + k])];
      v->of[fn][gir_func_instr_value (f, n)] = var;
      for (uint32_t k = 0; k < phi->n_args && var != GIR_INVALID; k++)
        if (is_value (f->operands[phi->args + k]))
          v->of[fn][gir_operand_index (f->operands[phi->args + k])] = var;
    }
}

static void
add_allocs (struct gc_vars *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  uint32_t *of = v->of[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    {
      const struct gir_instr *i = &f->instrs[n];
      if (i->op != GIR_OP_ALLOC)
        continue;
      of[gir_func_instr_value (f, n)] = v->vars.size;
      vec_push (&v->vars, ((struct gc_var){ .fn = fn,
                                            .instr = n,
                                            .type = pointee (v->program, i->type),
                                            .class = GC_AUTO,
                                            .index = GIR_INVALID,
                                            .first = GIR_INVALID,
                                            .capture_fn = GIR_INVALID,
                                            .capture_instr = GIR_INVALID }));
    }
  for (uint32_t k = 0; k < f->n_results; k++)
    if (f->results[k].alloc != GIR_INVALID)
      {
        struct gc_var *x = &vec_at (&v->vars, of[f->results[k].alloc]);
        x->class = GC_RESULT;
        x->index = k;
      }
  join_phis (v, fn);
}

/* The variable of a parameter is the one that takes its value first, in the entry block. */
static void
find_params (struct gc_vars *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  for (uint32_t n = 0; f->n_blocks && n < f->blocks[0].count; n++)
    {
      const struct gir_instr *i = &f->instrs[n];
      if (i->op != GIR_OP_STORE || i->pos.line)
        continue;
      gir_operand to = f->operands[i->args], from = f->operands[i->args + 1];
      if (!is_value (to) || !is_value (from) || gir_operand_index (from) >= f->n_params)
        continue;
      uint32_t var = v->of[fn][gir_operand_index (to)];
      struct gc_var *x = var != GIR_INVALID ? &vec_at (&v->vars, var) : NULL;
      if (!x || x->class != GC_AUTO)
        continue;
      x->class = GC_PARAM;
      x->index = gir_operand_index (from);
    }
}

/* A closure's captured variables are those of the function around it. */
static void
bind_captures (struct gc_vars *v, gir_fn fn, bool *bound)
{
  const struct gir_func *f = &v->program->funcs[fn];
  gir_fn maker = v->maker[fn];
  if (bound[fn])
    return;
  bound[fn] = true;
  if (maker == GIR_INVALID || f->kind == GIR_F_BOUND)
    return;
  bind_captures (v, maker, bound);
  const struct gir_func *outer = &v->program->funcs[maker];
  const struct gir_instr *closure = &outer->instrs[v->maker_instr[fn]];
  for (uint32_t k = 0; k < f->n_free && k + 1 < closure->n_args; k++)
    {
      gir_operand x = outer->operands[closure->args + 1 + k];
      if (is_value (x))
        v->of[fn][f->n_params + k] = v->of[maker][gir_operand_index (x)];
    }
}

static void
find_makers (struct gc_vars *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    if (f->instrs[n].op == GIR_OP_CLOSURE)
      {
        gir_fn made = gir_operand_index (f->operands[f->instrs[n].args]);
        if (v->program->funcs[made].kind == GIR_F_BOUND)
          continue;
        v->maker[made] = fn;
        v->maker_instr[made] = n;
      }
}

/* --- uses -------------------------------------------------------------------------------------------- */

/* A range loop assigns its variables, it does not declare them. The store right behind the alloc of a type switch's variable, whose place
 * is that of the switch, is the declaration too. */
static bool
declares (const GirProgram *p, const struct gc_var *x, uint32_t n)
{
  const struct gir_func *f = &p->funcs[x->fn];
  const struct gir_instr *store = &f->instrs[n], *alloc = &f->instrs[x->instr];
  if (store->flag || !store->pos.line)
    return true;
  if (same_pos (store->pos, alloc->pos))
    {
      const struct gir_loop *loop = loop_declaring (p, x->fn, alloc->pos);
      return !loop || !loop->range;
    }
  return n == x->instr + 1 && gc_pos_before (store->pos, alloc->pos);
}

static void
note_assignment (struct gc_vars *v, gir_fn fn, uint32_t n, uint32_t var, bool whole)
{
  struct gc_var *x = &v->vars.data[var];
  bool declaring = x->fn == fn && declares (v->program, x, n);
  struct gc_assignment a = { fn, n, x->first, whole, declaring };
  x->first = v->assignments.size;
  vec_push (&v->assignments, a);
}

static void
note_capture (struct gc_vars *v, gir_fn fn, uint32_t n, uint32_t var)
{
  struct gc_var *x = &v->vars.data[var];
  x->captured = true;
  if (x->fn != fn)
    return;
  if (x->capture_fn == GIR_INVALID
      || gc_pos_before (v->program->funcs[fn].instrs[n].pos, v->program->funcs[fn].instrs[x->capture_instr].pos))
    {
      x->capture_fn = fn;
      x->capture_instr = n;
    }
}

static void
note_use (struct gc_vars *v, gir_fn fn, uint32_t n, uint32_t k)
{
  const struct gir_func *f = &v->program->funcs[fn];
  const struct gir_instr *i = &f->instrs[n];
  bool whole;
  uint32_t var = gc_vars_root (v, fn, f->operands[i->args + k], &whole);
  if (var == GIR_INVALID || i->op == GIR_OP_LOAD || i->op == GIR_OP_PHI)
    return;
  if (i->op == GIR_OP_STORE && k == 0)
    note_assignment (v, fn, n, var, whole);
  else if (i->op == GIR_OP_CLOSURE && k > 0 && v->program->funcs[gir_operand_index (f->operands[i->args])].kind != GIR_F_BOUND)
    note_capture (v, fn, n, var);
  else if (k != 0 || !selects_part (v->program, f, i))
    v->vars.data[var].addrtaken = true;
}

static void
note_uses (struct gc_vars *v, gir_fn fn)
{
  const struct gir_func *f = &v->program->funcs[fn];
  for (uint32_t n = 0; n < f->n_instrs; n++)
    for (uint32_t k = 0; v->live[fn][n] && k < f->instrs[n].n_args; k++)
      note_use (v, fn, n, k);
}

/* --- captures ---------------------------------------------------------------------------------------- */

/* Loop variables of Go 1.22 and newer are made anew each time round, inside the loop. */
static bool
has_own_loop_vars (const GirProgram *p, gir_fn fn)
{
  const char *version = gir_string (p, p->funcs[fn].go_version);
  unsigned major = 0, minor = 0;
  if (sscanf (version, "%u.%u", &major, &minor) != 2)
    return true;
  return major > 1 || minor >= 22;
}

static void
find_depth (struct gc_vars *v, struct gc_var *x)
{
  const GirProgram *p = v->program;
  struct gir_pos pos = p->funcs[x->fn].instrs[x->instr].pos;
  x->depth = 1;
  if (x->class != GC_AUTO || !pos.line)
    return;
  x->depth = gc_depth_at (p, x->fn, pos);
  bool named = p->funcs[x->fn].instrs[x->instr].sub == GIR_A_VAR;
  if (named && loop_declaring (p, x->fn, pos) && (x->captured || x->addrtaken) && has_own_loop_vars (p, x->fn))
    x->depth++;
}

/* Whether gc meets the assignment before the first capture, in the same function. */
static bool
precedes_capture (const struct gc_vars *v, const struct gc_var *x, const struct gc_assignment *a)
{
  if (a->fn != x->fn || x->capture_fn != x->fn)
    return false;
  const struct gir_func *f = &v->program->funcs[x->fn];
  const struct gir_instr *store = &f->instrs[a->instr], *capture = &f->instrs[x->capture_instr];
  gir_operand stored = f->operands[store->args + 1];
  if (is_value (stored) && gir_operand_index (stored) == gir_func_instr_value (f, x->capture_instr))
    return false;
  return gc_pos_before (store->pos, capture->pos);
}

/* As gc: assignments before the first capture do not count where no loop lies between the declaration and the capture. */
static void
find_reassigned (struct gc_vars *v, struct gc_var *x)
{
  if (!x->captured)
    return;
  bool straight = false;
  if (x->capture_fn == x->fn)
    straight = x->depth == gc_depth_at (v->program, x->fn, v->program->funcs[x->fn].instrs[x->capture_instr].pos);
  for (uint32_t a = x->first; a != GIR_INVALID; a = v->assignments.data[a].next)
    {
      const struct gc_assignment *at = &v->assignments.data[a];
      if (!at->declaring && !(straight && precedes_capture (v, x, at)))
        x->reassigned = true;
    }
  x->by_value = !x->addrtaken && !x->reassigned && v->program->types[x->type].size <= BY_VALUE_MAX;
}

struct gc_vars *
gc_vars_new (const GirProgram *p)
{
  struct gc_vars *v = g_new0 (struct gc_vars, 1);
  v->program = p;
  v->of = g_new0 (uint32_t *, p->n_funcs + 1);
  v->live = g_new0 (bool *, p->n_funcs + 1);
  v->points = g_new0 (bool, p->n_types + 1);
  for (gir_type t = 1; t < p->n_types; t++)
    v->points[t] = points (p, t);
  v->maker = g_new (gir_fn, p->n_funcs + 1);
  v->maker_instr = g_new (uint32_t, p->n_funcs + 1);
  g_autofree bool *bound = g_new0 (bool, p->n_funcs + 1);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      uint32_t n = gir_func_n_values (&p->funcs[fn]);
      v->maker[fn] = v->maker_instr[fn] = GIR_INVALID;
      v->live[fn] = find_live (p, fn);
      v->of[fn] = g_new (uint32_t, n + 1);
      for (uint32_t k = 0; k <= n; k++)
        v->of[fn][k] = GIR_INVALID;
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    {
      add_allocs (v, fn);
      find_params (v, fn);
      find_makers (v, fn);
    }
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    bind_captures (v, fn, bound);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    note_uses (v, fn);
  vec_foreach (struct gc_var, x, &v->vars)
    {
      find_depth (v, x);
      find_reassigned (v, x);
    }
  return v;
}

void
gc_vars_free (struct gc_vars *v)
{
  if (!v)
    return;
  for (gir_fn fn = 0; fn < v->program->n_funcs; fn++)
    {
      g_free (v->of[fn]);
      g_free (v->live[fn]);
    }
  g_free (v->of);
  g_free (v->live);
  g_free (v->points);
  g_free (v->maker);
  g_free (v->maker_instr);
  vec_clear (&v->vars);
  vec_clear (&v->assignments);
  g_free (v);
}

/* --- what is known ----------------------------------------------------------------------------------- */

/* The only assignment of a variable, if its declaration makes it. */
static const struct gc_assignment *
single_definition (const struct gc_vars *v, uint32_t var)
{
  const struct gc_var *x = &v->vars.data[var];
  if (x->class != GC_AUTO || x->addrtaken || x->first == GIR_INVALID)
    return NULL;
  const struct gc_assignment *a = &v->assignments.data[x->first];
  const struct gir_func *f = &v->program->funcs[a->fn];
  bool single = a->next == GIR_INVALID && a->declaring && a->whole;
  return single && same_pos (f->instrs[a->instr].pos, v->program->funcs[x->fn].instrs[x->instr].pos) ? a : NULL;
}

gir_operand
gc_static_value (const struct gc_vars *v, gir_fn *fn, gir_operand x)
{
  for (unsigned step = 0; step < FOLLOW_MAX; step++)
    {
      const struct gir_func *f = &v->program->funcs[*fn];
      const struct gir_instr *i = definition (f, x);
      if (!i)
        return x;
      if (i->op == GIR_OP_CHTYPE)
        {
          x = f->operands[i->args];
          continue;
        }
      bool whole;
      uint32_t var = i->op == GIR_OP_LOAD ? gc_vars_root (v, *fn, f->operands[i->args], &whole) : GIR_INVALID;
      const struct gc_assignment *a = var != GIR_INVALID && whole ? single_definition (v, var) : NULL;
      if (!a)
        return x;
      *fn = a->fn;
      x = v->program->funcs[a->fn].operands[v->program->funcs[a->fn].instrs[a->instr].args + 1];
    }
  return x;
}

gir_fn
gc_static_callee (const struct gc_vars *v, gir_fn fn, gir_operand x)
{
  x = gc_static_value (v, &fn, x);
  if (gir_operand_kind (x) == GIR_FUNC)
    return gir_operand_index (x);
  const struct gir_func *f = &v->program->funcs[fn];
  const struct gir_instr *i = definition (f, x);
  if (!i || i->op != GIR_OP_CLOSURE)
    return GIR_INVALID;
  gir_fn callee = gir_operand_index (f->operands[i->args]);
  return v->program->funcs[callee].kind == GIR_F_BOUND ? GIR_INVALID : callee;
}

/* What is known of an interface value: nothing, one type, or so far only nil. */
#define TYPE_UNKNOWN ((gir_type)0)
#define TYPE_NONE GIR_INVALID

static gir_type concrete_type (const struct gc_vars *v, gir_fn fn, gir_operand x, u32_vec *seen);

static bool
is_nil (const GirProgram *p, gir_operand x)
{
  return gir_operand_kind (x) == GIR_CONST && p->consts[gir_operand_index (x)].kind == GIR_C_NIL;
}

static gir_type
type_of_var (const struct gc_vars *v, uint32_t var, u32_vec *seen)
{
  const struct gc_var *x = &v->vars.data[var];
  gir_type type = TYPE_NONE;
  if (x->class != GC_AUTO || x->addrtaken)
    return TYPE_UNKNOWN;
  vec_foreach (uint32_t, s, seen)
    if (*s == var)
      return TYPE_NONE;
  vec_push (seen, var);
  for (uint32_t k = x->first; k != GIR_INVALID; k = v->assignments.data[k].next)
    {
      const struct gc_assignment *a = &v->assignments.data[k];
      const struct gir_func *f = &v->program->funcs[a->fn];
      gir_operand value = f->operands[f->instrs[a->instr].args + 1];
      if (is_nil (v->program, value))
        continue;
      gir_type t = concrete_type (v, a->fn, value, seen);
      if (t == TYPE_NONE)
        continue;
      if (t == TYPE_UNKNOWN || (type != TYPE_NONE && type != t))
        return TYPE_UNKNOWN;
      type = t;
    }
  return type;
}

static gir_type
concrete_type (const struct gc_vars *v, gir_fn fn, gir_operand x, u32_vec *seen)
{
  const struct gir_func *f = &v->program->funcs[fn];
  for (;;)
    {
      const struct gir_instr *i = definition (f, x);
      if (!i)
        return TYPE_UNKNOWN;
      if (i->op == GIR_OP_IFACE)
        return i->type2;
      if (i->op == GIR_OP_EXTRACT && i->aux == 0 && definition (f, f->operands[i->args]))
        {
          const struct gir_instr *tuple = definition (f, f->operands[i->args]);
          if (tuple->op != GIR_OP_ASSERT)
            return TYPE_UNKNOWN;
          i = tuple;
        }
      bool whole;
      if (i->op == GIR_OP_CHIFACE || i->op == GIR_OP_CHTYPE || i->op == GIR_OP_ASSERT)
        {
          x = f->operands[i->args];
          continue;
        }
      uint32_t var = i->op == GIR_OP_LOAD ? gc_vars_root (v, fn, f->operands[i->args], &whole) : GIR_INVALID;
      return var != GIR_INVALID && whole ? type_of_var (v, var, seen) : TYPE_UNKNOWN;
    }
}

gir_type
gc_concrete_type (const struct gc_vars *v, gir_fn fn, gir_operand x)
{
  g_auto (u32_vec) seen = { 0 };
  gir_type t = concrete_type (v, fn, x, &seen);
  return t == TYPE_NONE ? 0 : t;
}

gir_fn
gc_devirtualised (const struct gc_vars *v, gir_fn fn, const struct gir_instr *invoke, gir_type *type)
{
  const GirProgram *p = v->program;
  *type = gc_concrete_type (v, fn, p->funcs[fn].operands[invoke->args]);
  return *type ? gir_find_method (p, *type, invoke->aux) : GIR_INVALID;
}
