#include "test_gir_util.h"

#include "frontend/flow.h"

typedef struct gir_cfg GirCfg;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GirCfg, gir_cfg_free)

/* #1 int, #2 *int, #3 bool, #4 **int; @1 watches values, @2 takes addresses. */
static const char head[] = "gir 1\npkg 0 \"a\" \"a\"\n"
                           "type #1 basic int\ntype #2 ptr #1\ntype #3 basic bool\ntype #4 ptr #2\n"
                           "type #5 func ( #3 ) ( #1 )\ntype #6 func ( #1 ) ( )\ntype #7 func ( #2 ) ( )\ntype #8 func ( ) ( )\n"
                           "type #9 basic uint8\ntype #10 array 65537 #9\ntype #11 ptr #10\n"
                           "func @1 \"watch\" 0 #6 - src extern\nparam %v #1 -\nend\n"
                           "func @2 \"take\" 0 #7 - src extern\nparam %p #2 -\nend\n"
                           "func @3 \"lit\" 0 #8 - anon\nfree %p #2 -\nblock b0\n  ret\nend\n";

static const struct promotion
{
  const char *name;
  const char *attrs;
  const char *results; /* the alloc behind the result line */
  const char *before;
  const char *after;
} promotions[] = {
  { "straight line", "", "",
    "block b0\n  %x = alloc #2 var !var \"x\"\n  %a = load #1 %x\n  store %x 5\n  %b = load #1 %x\n  %s = bin #1 + %a %b\n  ret %s\n",
    "block b0\n  nop !var \"x\"\n  nop\n  %x = chtype #1 5\n  nop\n  %s = bin #1 + zero %x\n  ret %s\n" },
  { "diamond", "", "",
    "block b0\n  %x = alloc #2 var\n  br %c b1 b2\nblock b1\n  store %x 1\n  jmp b3\nblock b2\n  store %x 2\n  jmp b3\n"
    "block b3\n  %v = load #1 %x\n  ret %v\n",
    "block b0\n  nop\n  br %c b1 b2\nblock b1\n  %x = chtype #1 1\n  jmp b3\nblock b2\n  %x.1 = chtype #1 2\n  jmp b3\n"
    "block b3\n  %x.2 = phi #1 b1 %x b2 %x.1\n  nop\n  ret %x.2\n" },
  { "loop", "", "",
    "block b0\n  %i = alloc #2 var\n  store %i 0\n  jmp b1\nblock b1\n  %a = load #1 %i\n  %k = bin #3 < %a 9\n  br %k b2 b3\n"
    "block b2\n  %b = load #1 %i\n  %n = bin #1 + %b 1\n  store %i %n\n  jmp b1\nblock b3\n  %r = load #1 %i\n  ret %r\n",
    "block b0\n  nop\n  %i = chtype #1 0\n  jmp b1\nblock b1\n  %i.1 = phi #1 b0 %i b2 %i.2\n  nop\n  %k = bin #3 < %i.1 9\n  br %k b2 b3\n"
    "block b2\n  nop\n  %n = bin #1 + %i.1 1\n  %i.2 = chtype #1 %n\n  jmp b1\nblock b3\n  nop\n  ret %i.1\n" },
  { "fresh in each iteration", "", "",
    "block b0\n  jmp b1\nblock b1\n  %x = alloc #2 var\n  %a = load #1 %x\n  call @1 %a\n  store %x 7\n  br %c b1 b2\nblock b2\n  ret 0\n",
    "block b0\n  jmp b1\nblock b1\n  nop\n  nop\n  call @1 zero\n  %x = chtype #1 7\n  br %c b1 b2\nblock b2\n  ret 0\n" },
  { "zero on one way", "", "",
    "block b0\n  %p = alloc #4 tmp\n  br %c b1 b2\nblock b1\n  %n = alloc #2 new\n  store %p %n\n  jmp b2\n"
    "block b2\n  %v = load #2 %p\n  call @2 %v\n  ret 0\n",
    "block b0\n  nop\n  br %c b1 b2\nblock b1\n  %n = alloc #2 new\n  %p = chtype #2 %n\n  jmp b2\n"
    "block b2\n  %p.1 = phi #2 b0 nil b1 %p\n  nop\n  call @2 %p.1\n  ret 0\n" },
  { "never read", "", "",
    "block b0\n  %x = alloc #2 var\n  br %c b1 b2\nblock b1\n  store %x 1\n  jmp b2\nblock b2\n  store %x 2\n  ret 0\n",
    "block b0\n  nop\n  br %c b1 b2\nblock b1\n  %x = chtype #1 1\n  jmp b2\nblock b2\n  %x.1 = chtype #1 2\n  ret 0\n" },
  { "both ways to one block", "", "",
    "block b0\n  %x = alloc #2 var\n  br %c b1 b1\nblock b1\n  %v = load #1 %x\n  store %x 3\n  br %c b1 b2\nblock b2\n  ret %v\n",
    "block b0\n  nop\n  br %c b1 b1\nblock b1\n  %x = phi #1 b0 zero b0 zero b1 %x.1\n  nop\n  %x.1 = chtype #1 3\n  br %c b1 b2\n"
    "block b2\n  ret %x\n" },
  { "irreducible", "", "",
    "block b0\n  %x = alloc #2 var\n  store %x 1\n  br %c b1 b2\nblock b1\n  %a = load #1 %x\n  call @1 %a\n  store %x 2\n  jmp b2\n"
    "block b2\n  %b = load #1 %x\n  call @1 %b\n  br %c b1 b3\nblock b3\n  ret 0\n",
    "block b0\n  nop\n  %x = chtype #1 1\n  br %c b1 b2\nblock b1\n  %x.1 = phi #1 b0 %x b2 %x.3\n  nop\n  call @1 %x.1\n"
    "  %x.2 = chtype #1 2\n  jmp b2\nblock b2\n  %x.3 = phi #1 b0 %x b1 %x.2\n  nop\n  call @1 %x.3\n  br %c b1 b3\nblock b3\n  ret 0\n" },
  { "unreachable blocks", "", "",
    "block b0\n  %x = alloc #2 var\n  store %x 1\n  jmp b1\nblock b1\n  %a = load #1 %x\n  ret %a\n"
    "block b2\n  %b = load #1 %x\n  call @1 %b\n  store %x %b\n  %y = alloc #2 var\n  store %y 4\n  jmp b1\n",
    "block b0\n  nop\n  %x = chtype #1 1\n  jmp b1\nblock b1\n  nop\n  ret %x\n"
    "block b2\n  nop\n  call @1 zero\n  %x.1 = chtype #1 zero\n  nop\n  %y = chtype #1 4\n  jmp b1\n" },
  { "phi with an unreachable edge", "", "",
    "block b0\n  %x = alloc #2 var\n  br %c b1 b2\nblock b1\n  store %x 1\n  jmp b2\nblock b2\n  %a = load #1 %x\n  ret %a\n"
    "block b3\n  jmp b2\n",
    "block b0\n  nop\n  br %c b1 b2\nblock b1\n  %x = chtype #1 1\n  jmp b2\nblock b2\n  %x.1 = phi #1 b0 zero b1 %x b3 zero\n  nop\n"
    "  ret %x.1\nblock b3\n  jmp b2\n" },
  { "other phis", "", "",
    "block b0\n  %x = alloc #2 var\n  store %x 1\n  br %c b1 b2\nblock b1\n  %a = load #1 %x\n  jmp b2\n"
    "block b2\n  %y = phi #1 b0 8 b1 %a\n  store %x %y\n  %z = load #1 %x\n  ret %z\n",
    "block b0\n  nop\n  %x = chtype #1 1\n  br %c b1 b2\nblock b1\n  nop\n  jmp b2\n"
    "block b2\n  %y = phi #1 b0 8 b1 %x\n  %x.1 = chtype #1 %y\n  nop\n  ret %x.1\n" },
  { "result", "", " %r", "block b0\n  %r = alloc #2 result\n  store %r 1\n  %v = load #1 %r\n  ret %v\n",
    "block b0\n  nop\n  %r = chtype #1 1\n  nop\n  ret %r\n" },
  { "result with defer", "", " %r",
    "block b0\n  %r = alloc #2 result\n  %x = alloc #2 var\n  defer _ call @1 1\n  store %r 1\n  store %x 2\n  %y = load #1 %x\n"
    "  rundefers\n  %v = load #1 %r\n  ret %v\n",
    "block b0\n  %r = alloc #2 result\n  nop\n  defer _ call @1 1\n  store %r 1\n  %x = chtype #1 2\n  nop\n  rundefers\n"
    "  %v = load #1 %r\n  ret %v\n" },
  { "read after recover", " recover b1", "",
    "block b0\n  %x = alloc #2 var\n  %y = alloc #2 var\n  store %x 1\n  store %y 2\n  %a = load #1 %y\n  call @1 %a\n  ret 0\n"
    "block b1\n  jmp b2\nblock b2\n  %v = load #1 %x\n  ret %v\n",
    "block b0\n  %x = alloc #2 var\n  nop\n  store %x 1\n  %y = chtype #1 2\n  nop\n  call @1 %y\n  ret 0\n"
    "block b1\n  jmp b2\nblock b2\n  %v = load #1 %x\n  ret %v\n" },
  { "kept in memory", "", "",
    "block b0\n  %a = alloc #2 var\n  call @2 %a\n  %b = alloc #2 var\n  %p = alloc #4 new\n  store %p %b\n  %d = alloc #2 new\n"
    "  store %d 1\n  %e = alloc #2 var\n  %f = closure #8 @3 %e\n  %g = alloc #2 var\n  %h = chtype #2 %g\n  %i = alloc #11 var\n"
    "  store %i zero\n  %k = alloc #2 var\n  defer _ call @2 %k\n  %l = alloc #2 var\n  jmp b1\nblock b1\n  %m = phi #2 b0 %l\n  ret 0\n",
    NULL },
  { "names that are taken", "", "",
    "block b0\n  %x.1 = alloc #2 new\n  %x = alloc #2 var\n  store %x 1\n  store %x 2\n  store %x 3\n  %x.2 = alloc #2 new\n  ret 0\n",
    "block b0\n  %x.1 = alloc #2 new\n  nop\n  %x = chtype #1 1\n  %x.3 = chtype #1 2\n  %x.4 = chtype #1 3\n  %x.2 = alloc #2 new\n  ret "
    "0\n" },
  { "defer stack", "", "",
    "block b0\n  %s = alloc #4 var\n  %d = builtin #2 ssa:deferstack\n  store %s %d\n  br %c b1 b2\nblock b1\n  store %s nil\n  jmp b2\n"
    "block b2\n  %l = load #2 %s\n  defer %l call @1 1\n  rundefers\n  ret 0\n",
    "block b0\n  nop\n  %d = builtin #2 ssa:deferstack\n  %s = chtype #2 %d\n  br %c b1 b2\nblock b1\n  %s.1 = chtype #2 nil\n  jmp b2\n"
    "block b2\n  %s.2 = phi #2 b0 %s b1 %s.1\n  nop\n  defer %s.2 call @1 1\n  rundefers\n  ret 0\n" },
};

static GirProgram *
read_function (const char *attrs, const char *results, const char *body)
{
  g_autofree char *text
      = g_strdup_printf ("%sfunc @0 \"a.F\" 0 #5 - src%s\nparam %%c #3 -\nresult \"\" #1 -%s\n%send\n", head, attrs, results, body);
  return read_good (text);
}

/* The blocks of @0, which is the last function of the text. */
static char *
body_text (const GirProgram *p)
{
  g_autofree char *text = write_text (p);
  char *start = strstr (strstr (text, "func @0 "), "block b0\n"), *end = g_strrstr (start, "end\n");
  return g_strndup (start, (gsize)(end - start));
}

static void
promotes (void **state)
{
  const struct promotion *x = *state;
  g_autoptr (GirProgram) p = read_function (x->attrs, x->results, x->before);
  gir_promote (p, &p->funcs[0]);
  assert_verified (p);
  g_autofree char *after = body_text (p);
  assert_string_equal (after, x->after ? x->after : x->before);
  gir_promote (p, &p->funcs[0]);
  g_autofree char *again = body_text (p);
  assert_string_equal (again, after);
}

/* Copies and phis name their variable. */
static void
versions_know_their_variable (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p
      = read_function ("", " %r",
                       "block b0\n  %r = alloc #2 result\n  %y = alloc #2 var\n  br %c b1 b2\nblock b1\n  store %r 1\n"
                       "  store %y 2\n  jmp b2\nblock b2\n  %q = phi #1 b0 1 b1 2\n  %a = load #1 %r\n  %b = load #1 %y\n"
                       "  %d = chtype #1 %q\n  %s = bin #1 + %a %b\n  ret %s\n");
  struct gir_func *f = &p->funcs[0];
  gir_promote (p, f);
  const struct gir_instr *b1 = &f->instrs[f->blocks[1].first], *b2 = &f->instrs[f->blocks[2].first];
  gir_value r = gir_func_instr_value (f, 0), y = gir_func_instr_value (f, 1);
  assert_int_equal (f->results[0].alloc, GIR_INVALID);
  assert_int_equal (gir_value_instr (f, r)->op, GIR_OP_NOP);
  assert_true (b1[0].op == GIR_OP_CHTYPE && b1[0].aux == r && b1[1].aux == y);
  assert_true (b2[0].op == GIR_OP_PHI && b2[0].aux == r && b2[1].aux == y);
  assert_true (b2[2].op == GIR_OP_PHI && b2[2].aux == GIR_INVALID && b2[5].op == GIR_OP_CHTYPE && b2[5].aux == GIR_INVALID);
  assert_string_equal (gir_string (p, b2[0].name), "r");
}

static void
positions_and_sites_stay (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\"\nfunc @0 \"a.F\" 0 func() 0:1:1 src\nblock b0\n"
                                        "%x = alloc *int var @2:3 !var \"x\"\nstore %x 1 @3:4\n%y = load int %x @4:5\nret\nend\n");
  gir_promote (p, &p->funcs[0]);
  const struct gir_instr *i = p->funcs[0].instrs;
  assert_true (i[0].op == GIR_OP_NOP && i[0].type == 0 && i[0].pos.line == 2 && i[0].site == GIR_S_VAR);
  assert_string_equal (gir_string (p, i[0].text), "x");
  assert_true (i[1].op == GIR_OP_CHTYPE && i[1].pos.line == 3 && i[2].op == GIR_OP_NOP && i[2].pos.line == 4);
}

/* A machine for loads, stores, copies and phis. Branches follow a given sequence, and what @1 is called with is noted. */

enum
{
  CELLS = 4096,
  STEPS = 400
};

struct machine
{
  const GirProgram *p;
  const struct gir_func *f;
  int64_t *values;
  int64_t cells[CELLS];
  uint32_t n_cells;
  uint64_t seed;
  GString *trace;
};

static int64_t
value_of (const struct machine *m, gir_operand x)
{
  if (gir_operand_kind (x) == GIR_VALUE)
    return m->values[gir_operand_index (x)];
  assert_int_equal (gir_operand_kind (x), GIR_CONST);
  return m->p->consts[gir_operand_index (x)].value;
}

static void
run_instr (struct machine *m, const struct gir_instr *i)
{
  const gir_operand *args = m->f->operands + i->args;
  int64_t *result = &m->values[gir_func_instr_value (m->f, (uint32_t)(i - m->f->instrs))];
  switch (i->op)
    {
    case GIR_OP_ALLOC:
      *result = m->n_cells++;
      m->cells[*result] = 0;
      break;
    case GIR_OP_LOAD: *result = m->cells[value_of (m, args[0])]; break;
    case GIR_OP_STORE: m->cells[value_of (m, args[0])] = value_of (m, args[1]); break;
    case GIR_OP_CHTYPE: *result = value_of (m, args[0]); break;
    case GIR_OP_CALL: g_string_append_printf (m->trace, "%d ", (int)value_of (m, args[1])); break;
    default: assert_true (i->op == GIR_OP_NOP || i->op == GIR_OP_PHI || i->op == GIR_OP_JMP || i->op == GIR_OP_BR || i->op == GIR_OP_RET);
    }
}

/* The phis of block @b, all at once, for its predecessor number @edge. */
static void
run_phis (struct machine *m, const struct gir_basic_block *b, uint32_t edge)
{
  g_autofree int64_t *new = g_new0 (int64_t, b->count);
  for (uint32_t k = 0; m->f->instrs[b->first + k].op == GIR_OP_PHI; k++)
    new[k] = value_of (m, m->f->operands[m->f->instrs[b->first + k].args + edge]);
  for (uint32_t k = 0; m->f->instrs[b->first + k].op == GIR_OP_PHI; k++)
    m->values[gir_func_instr_value (m->f, b->first + k)] = new[k];
}

static uint32_t
edge_number (const struct gir_func *f, uint32_t from, uint32_t k)
{
  const struct gir_basic_block *to = &f->blocks[f->blocks[from].succs[k]];
  uint32_t edge = 0;
  while (f->edges[to->preds + edge] != from)
    edge++;
  return k == 1 && f->blocks[from].succs[0] == f->blocks[from].succs[1] ? edge + 1 : edge;
}

static char *
run (const GirProgram *p, uint64_t seed)
{
  const struct gir_func *f = &p->funcs[0];
  g_autofree int64_t *values = g_new0 (int64_t, gir_func_n_values (f));
  struct machine m = { .p = p, .f = f, .values = values, .seed = seed, .trace = g_string_new (NULL) };
  for (uint32_t b = 0, step = 0; step < STEPS && m.n_cells < CELLS / 2; step++)
    {
      const struct gir_basic_block *block = &f->blocks[b];
      for (uint32_t k = 0; k < block->count; k++)
        run_instr (&m, &f->instrs[block->first + k]);
      g_string_append_printf (m.trace, "b%u ", b);
      if (!block->n_succs)
        break;
      uint32_t k = next_random (&m.seed) % block->n_succs, edge = edge_number (f, b, k);
      b = block->succs[k];
      run_phis (&m, &f->blocks[b], edge);
    }
  return g_string_free (m.trace, FALSE);
}

/* Random programs: a graph, variables that any block may make, and accesses where their alloc dominates. */

enum
{
  MAX_BLOCKS = 12,
  MAX_VARS = 5
};

struct program
{
  uint32_t n_blocks;
  uint32_t succs[MAX_BLOCKS][2];
  uint32_t home[MAX_VARS]; /* the block that makes each variable */
  uint32_t n_registers;
};

static void
add_graph (GString *text, const struct program *x, uint32_t b)
{
  if (x->succs[b][0] == GIR_INVALID)
    g_string_append (text, "ret 0\n");
  else if (x->succs[b][1] == GIR_INVALID)
    g_string_append_printf (text, "jmp b%u\n", x->succs[b][0]);
  else
    g_string_append_printf (text, "br %%c b%u b%u\n", x->succs[b][0], x->succs[b][1]);
}

static void
make_graph (struct program *x, uint64_t *seed)
{
  x->n_blocks = 1 + next_random (seed) % MAX_BLOCKS;
  x->n_registers = 0;
  for (uint32_t b = 0; b < x->n_blocks; b++)
    {
      uint32_t kind = next_random (seed) % 8;
      x->succs[b][0] = kind == 0 ? GIR_INVALID : next_random (seed) % x->n_blocks;
      x->succs[b][1] = kind < 4 ? GIR_INVALID : next_random (seed) % x->n_blocks;
    }
  for (uint32_t v = 0; v < MAX_VARS; v++)
    x->home[v] = next_random (seed) % 3 ? 0 : next_random (seed) % x->n_blocks;
}

static void
add_accesses (GString *text, struct program *x, const struct gir_cfg *cfg, uint32_t b, uint64_t *seed)
{
  uint32_t last = GIR_INVALID;
  for (uint32_t v = 0; v < MAX_VARS; v++)
    if (x->home[v] == b)
      g_string_append_printf (text, "%%v%u = alloc #2 var\n", v);
  for (uint32_t n = next_random (seed) % 8; n > 0; n--)
    {
      uint32_t v = next_random (seed) % MAX_VARS;
      if (!gir_cfg_dominates (cfg, x->home[v], b))
        continue;
      switch (next_random (seed) % 4)
        {
        case 0: g_string_append_printf (text, "store %%v%u %u\n", v, next_random (seed) % 100); break;
        case 1:
          if (last != GIR_INVALID)
            g_string_append_printf (text, "store %%v%u %%t%u\n", v, last);
          break;
        default: last = x->n_registers++; g_string_append_printf (text, "%%t%u = load #1 %%v%u\ncall @1 %%t%u\n", last, v, last);
        }
    }
}

static GirProgram *
make_random (uint64_t *seed)
{
  struct program x;
  make_graph (&x, seed);
  g_autoptr (GString) bare = g_string_new (NULL), text = g_string_new (NULL);
  for (uint32_t b = 0; b < x.n_blocks; b++)
    {
      g_string_append_printf (bare, "block b%u\n", b);
      add_graph (bare, &x, b);
    }
  g_autoptr (GirProgram) skeleton = read_function ("", "", bare->str);
  g_autoptr (GirCfg) cfg = gir_cfg_new (&skeleton->funcs[0]);
  for (uint32_t b = 0; b < x.n_blocks; b++)
    {
      g_string_append_printf (text, "block b%u\n", b);
      add_accesses (text, &x, cfg, b, seed);
      add_graph (text, &x, b);
    }
  return read_function ("", "", text->str);
}

static void
random_programs_behave_the_same (void **state)
{
  (void)state;
  uint64_t seed = 6;
  uint32_t n_phis = 0;
  for (int round = 0; round < 6000; round++)
    {
      uint64_t start = seed;
      g_autoptr (GirProgram) p = make_random (&seed);
      g_autofree char *first = run (p, 1), *second = run (p, 2), *text = body_text (p);
      gir_promote (p, &p->funcs[0]);
      assert_verified (p);
      for (uint32_t i = 0; i < p->funcs[0].n_instrs; i++)
        {
          assert_int_not_equal (p->funcs[0].instrs[i].op, GIR_OP_ALLOC);
          n_phis += p->funcs[0].instrs[i].op == GIR_OP_PHI;
        }
      g_autofree char *first_after = run (p, 1), *second_after = run (p, 2), *after = body_text (p);
      if (strcmp (first, first_after) || strcmp (second, second_after))
        fail_msg ("seed %" G_GUINT64_FORMAT ":\n%s\nbecomes\n%s", start, text, after);
    }
  if (n_phis < 4000)
    fail_msg ("only %u phis", n_phis);
}

/* A phi must be worth it: some way brings another value than the phi itself and the one other. */
static void
phis_are_pruned (void **state)
{
  (void)state;
  uint64_t seed = 7;
  for (int round = 0; round < 1000; round++)
    {
      g_autoptr (GirProgram) p = make_random (&seed);
      struct gir_func *f = &p->funcs[0];
      gir_promote (p, f);
      g_autofree bool *used = g_new0 (bool, gir_func_n_values (f));
      /* a phi is used if a call, or a phi or copy that is used, uses it */
      for (bool more = true; more;)
        {
          more = false;
          for (uint32_t n = 0; n < f->n_instrs; n++)
            for (uint32_t k = 0; k < f->instrs[n].n_args; k++)
              {
                const struct gir_instr *i = &f->instrs[n];
                gir_operand x = f->operands[i->args + k];
                if (gir_operand_kind (x) != GIR_VALUE || used[gir_operand_index (x)]
                    || (i->op == GIR_OP_PHI && !used[gir_func_instr_value (f, n)]))
                  continue;
                used[gir_operand_index (x)] = more = true;
              }
        }
      for (uint32_t n = 0; n < f->n_instrs; n++)
        if (f->instrs[n].op == GIR_OP_PHI)
          assert_true (used[gir_func_instr_value (f, n)]);
    }
}

/* Large functions. */

static void
check_time (GString *text, uint32_t at_least)
{
  g_autoptr (GirProgram) p = read_good (text->str);
  struct gir_func *f = &p->funcs[0];
  uint32_t n_phis = 0;
  gint64 start = g_get_monotonic_time ();
  gir_promote (p, f);
  if (g_get_monotonic_time () - start > 20 * G_USEC_PER_SEC)
    fail_msg ("promotion of %u instructions takes too long", f->n_instrs);
  for (uint32_t n = 0; n < f->n_instrs; n++)
    n_phis += f->instrs[n].op == GIR_OP_PHI;
  assert_in_range (n_phis, at_least, 2 * at_least + 10);
  assert_verified (p);
}

static GString *
start_large (void)
{
  return g_string_new ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"a.F\" 0 func(bool) - src\nparam %c bool -\n");
}

static void
large_functions_take_linear_time (void **state)
{
  (void)state;
  enum
  {
    N = 50000
  };
  /* one variable through nested loops, where dominance frontiers are quadratic */
  g_autoptr (GString) nest = start_large ();
  g_string_append (nest, "block b0\n%x = alloc *int var\njmp b1\n");
  for (uint32_t b = 1; b <= N; b++)
    g_string_append_printf (nest, "block b%u\n%%t%u = load int %%x\nstore %%x %u\njmp b%u\n", b, b, b, b + 1);
  for (uint32_t b = N + 1; b < 2 * N; b++)
    g_string_append_printf (nest, "block b%u\nbr %%c b%u b%u\n", b, 2 * N + 1 - b, b + 1);
  g_string_append_printf (nest, "block b%u\nret\nend\n", 2 * N);
  check_time (nest, N - 1);
  /* many variables, each live for a short while in a long function */
  g_autoptr (GString) row = start_large ();
  for (uint32_t b = 0; b < N; b++)
    g_string_append_printf (row,
                            "block b%u\n%%x%u = alloc *int var\nbr %%c b%u b%u\nblock b%u\nstore %%x%u 1\njmp b%u\n"
                            "block b%u\n%%t%u = load int %%x%u\njmp b%u\n",
                            3 * b, b, 3 * b + 1, 3 * b + 2, 3 * b + 1, b, 3 * b + 2, 3 * b + 2, b, b, 3 * b + 3);
  g_string_append_printf (row, "block b%u\nret\nend\n", 3 * N);
  check_time (row, N);
  /* many variables made at the start, used at the end */
  g_autoptr (GString) wide = start_large ();
  g_string_append (wide, "block b0\n");
  for (uint32_t v = 0; v < 300; v++)
    g_string_append_printf (wide, "%%x%u = alloc *int var\n", v);
  g_string_append (wide, "jmp b1\n");
  for (uint32_t b = 1; b < 3000; b++)
    g_string_append_printf (wide, "block b%u\nbr %%c b%u b%u\n", b, b + 1, b + 1);
  g_string_append (wide, "block b3000\n");
  for (uint32_t v = 0; v < 300; v++)
    g_string_append_printf (wide, "%%t%u = load int %%x%u\n", v, v);
  g_string_append (wide, "ret\nend\n");
  check_time (wide, 0);
}

/* Variables times blocks: promotion gives up, and leaves all as it was. */
static void
too_large_functions_stay (void **state)
{
  (void)state;
  enum
  {
    N_VARS = 20000,
    N_BLOCKS = 20000
  };
  g_autoptr (GString) text = start_large ();
  g_string_append (text, "block b0\n");
  for (uint32_t v = 0; v < N_VARS; v++)
    g_string_append_printf (text, "%%x%u = alloc *int var\n", v);
  g_string_append (text, "jmp b1\n");
  for (uint32_t b = 1; b < N_BLOCKS; b++)
    g_string_append_printf (text, "block b%u\nbr %%c b%u b%u\n", b, b + 1, N_BLOCKS);
  g_string_append_printf (text, "block b%u\n", N_BLOCKS);
  for (uint32_t v = 0; v < N_VARS; v++)
    g_string_append_printf (text, "%%t%u = load int %%x%u\nstore %%x%u 1\n", v, v, v);
  g_string_append (text, "br %c b1 b1\nend\n");
  g_autoptr (GirProgram) p = read_good (text->str);
  g_autofree char *before = write_text (p);
  gint64 start = g_get_monotonic_time ();
  gir_promote (p, &p->funcs[0]);
  if (g_get_monotonic_time () - start > 30 * G_USEC_PER_SEC)
    fail_msg ("giving up takes too long");
  g_autofree char *after = write_text (p);
  assert_string_equal (before, after);
}

int
main (void)
{
  enum
  {
    N = G_N_ELEMENTS (promotions)
  };
  static struct CMUnitTest tests[N + 6];
  const struct CMUnitTest others[] = {
    cmocka_unit_test (versions_know_their_variable),     cmocka_unit_test (positions_and_sites_stay),
    cmocka_unit_test (random_programs_behave_the_same),  cmocka_unit_test (phis_are_pruned),
    cmocka_unit_test (large_functions_take_linear_time), cmocka_unit_test (too_large_functions_stay),
  };
  for (size_t i = 0; i < N; i++)
    tests[i] = (struct CMUnitTest){ .name = promotions[i].name, .test_func = promotes, .initial_state = (void *)&promotions[i] };
  memcpy (tests + N, others, sizeof others);
  return cmocka_run_group_tests_name ("ssa", tests, NULL, NULL);
}
