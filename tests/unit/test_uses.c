/* Uses of registers; which variables gc captures by value, and whose address it takes. */
#include "test_gir_util.h"

#include "constraints/uses.h"

typedef struct sp_captures Captures;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Captures, sp_captures_free)

struct program
{
  const char *name;
  const char *text; /* function 0 has the variable %x */
  bool by_value, taken;
};

#define F "gir 1\npkg 0 \"a\" \"a\" root\nfunc @0 \"a.f\" 0 func(bool,*int) - src\nparam %c bool -\nparam %p *int -\nblock b0\n"
#define X "  %x = alloc **int var\n"
#define CAPTURE "  %f = closure func() @1 %x\n"
#define RET "  ret\nend\n"
#define G "func @1 \"a.f$1\" 0 func() - anon in @0\nfree %x **int -\nblock b0\n"
#define READS G "  %l = load *int %x\n" RET
#define WRITES G "  store %x nil\n" RET
#define INNER "func @2 \"a.f$1$1\" 0 func() - anon in @1\nfree %x **int -\nblock b0\n"
#define ALIASES "func @2 \"a.g\" 0 func(**int) - src\nparam %p **int -\nblock b0\n  ret\nend\n"
#define END "meta complete \"1\"\n"

static const struct program programs[] = {
  { "only loaded and stored", F X "  store %x %p\n  %l = load *int %x\n  store %x nil\n" RET READS, true, false },
  { "captured after the only store", F X "  store %x %p\n" CAPTURE RET READS, true, false },
  { "never stored", F X CAPTURE RET READS, true, false },
  { "stored twice before", F X "  store %x %p\n  store %x nil\n" CAPTURE RET READS, true, false },
  { "stored after the capture", F X "  store %x %p\n" CAPTURE "  store %x nil\n" RET READS, false, true },
  { "stored for the first time after the capture", F X CAPTURE "  store %x %p\n" RET READS, false, true },
  { "captured on one path, stored on the other",
    F X "  br %c b1 b2\nblock b1\n" CAPTURE "  jmp b3\nblock b2\n  store %x %p\n  jmp b3\nblock b3\n" RET READS, true, false },
  { "stored on both paths before",
    F X "  br %c b1 b2\nblock b1\n  store %x nil\n  jmp b3\nblock b2\n  store %x %p\n  jmp b3\nblock b3\n" CAPTURE RET READS, true, false },
  { "stored in a block after the capture's", F X CAPTURE "  br %c b1 b2\nblock b1\n  store %x %p\n  jmp b2\nblock b2\n" RET READS, false,
    true },
  { "stored before the capture in a loop around both",
    F X "  jmp b1\nblock b1\n  store %x %p\n" CAPTURE "  br %c b1 b2\nblock b2\n" RET READS, false, true },
  { "captured in a loop, stored in its head",
    F X "  jmp b1\nblock b1\n  store %x %p\n  br %c b2 b3\nblock b2\n" CAPTURE "  jmp b1\nblock b3\n" RET READS, false, true },
  { "made anew in each iteration", F "  jmp b1\nblock b1\n" X "  store %x %p\n" CAPTURE "  br %c b1 b2\nblock b2\n" RET READS, true,
    false },
  { "written by the closure", F X "  store %x %p\n" CAPTURE RET WRITES, false, true },
  { "read by a closure inside the closure",
    F X "  store %x %p\n" CAPTURE RET G "  %g = closure func() @2 %x\n" RET INNER "  %l = load *int %x\n" RET, true, false },
  { "written by a closure inside the closure",
    F X "  store %x %p\n" CAPTURE RET G "  %g = closure func() @2 %x\n" RET INNER "  store %x nil\n" RET, false, true },
  { "the closure passes its address on", F X "  store %x %p\n" CAPTURE RET G "  call @2 %x\n" RET ALIASES, false, true },
  { "the closure is out of sight",
    F X "  store %x %p\n" CAPTURE RET "func @1 \"a.f$1\" 0 func() - anon in @0 extern\nfree %x **int -\nend\n", false, true },
  { "address passed", F X "  store %x %p\n  call @2 %x\n" RET READS ALIASES, false, true },
  { "address stored", F X "  %y = alloc ***int var\n  store %y %x\n" RET READS, false, true },
  { "address compared", F X "  %e = bin bool == %x nil\n" RET READS, false, true },
  { "address returned, converted, in a phi", F X "  jmp b1\nblock b1\n  %q = phi **int b0 %x\n" RET READS, false, true },
  { "address in a deferred call", F X "  defer _ call @2 %x\n  rundefers\n" RET READS ALIASES, false, true },
  { "part of it read and written",
    F "  %x = alloc *struct{a:*int,b:[4]*int} var\n  %a = faddr **int %x .0\n  store %a %p\n  %b = faddr *[4]*int %x .1\n"
      "  %e = iaddr **int %b 1\n  %l = load *int %e\n  store %e %l\n" RET READS,
    true, false },
  { "address of a part passed", F "  %x = alloc *struct{a:*int} var\n  %a = faddr **int %x .0\n  call @2 %a\n" RET READS ALIASES, false,
    true },
  { "a slice of it", F "  %x = alloc *[4]*int var\n  %s = slice []*int %x _ _ _\n" RET READS, false, true },
  { "element of a slice in it",
    F "  %x = alloc *[]*int var\n  %s = load []*int %x\n  %e = iaddr **int %s 0\n  call @2 %e\n" RET READS ALIASES, true, false },
};

static GirProgram *
read_program (const char *text)
{
  g_autofree char *whole = g_strconcat (text, END, NULL);
  return read_good (whole);
}

static gir_value
find_value (const struct gir_func *f, const GirProgram *p, const char *name)
{
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (!strcmp (gir_string (p, f->instrs[i].name), name))
      return gir_func_instr_value (f, i);
  fail_msg ("no %%%s", name);
  return GIR_INVALID;
}

static void
check (const struct program *x)
{
  g_autoptr (GirProgram) p = read_program (x->text);
  g_autoptr (Captures) c = sp_captures_new (p);
  struct sp_uses u;
  const struct gir_func *f = &p->funcs[0];
  sp_uses_init (&u, f);
  gir_value v = find_value (f, p, "x");
  if (sp_uses_by_value (p, c, f, &u, v) != x->by_value)
    fail_msg ("%s: %s by value", x->name, x->by_value ? "not" : "is");
  if (sp_uses_address_taken (p, c, f, &u, v) != x->taken)
    fail_msg ("%s: its address is %s", x->name, x->taken ? "not taken" : "taken");
  sp_uses_done (&u);
}

static void
captures_and_addresses (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (programs); k++)
    check (&programs[k]);
}

/* gc copies at most 128 bytes. */
static void
largest_copy (void **state)
{
  (void)state;
  for (unsigned size = 128; size <= 129; size++)
    {
      g_autofree char *type = g_strdup_printf ("[%u]uint8", size);
      g_autofree char *text = g_strconcat ("gir 1\npkg 0 \"a\" \"a\" root\nfunc @0 \"a.f\" 0 func() - src\nblock b0\n  %x = alloc *", type,
                                           " var\n", CAPTURE RET "func @1 \"a.f$1\" 0 func() - anon in @0\nfree %x *", type,
                                           " -\nblock b0\n  %l = load ", type, " %x\n" RET, NULL);
      struct program x = { "an array", text, size == 128, size != 128 };
      check (&x);
    }
}

/* Each operand that is a value, in order; constants, functions and the defer stack apart. */
static void
all_uses (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_program (
      F X "  store %x %p\n  %y = alloc ***int var\n  store %y %x\n  %e = bin bool == %x %x\n  br %c b1 b1\nblock b1\n"
          "  defer _ call @1 %x\n  rundefers\n" RET "func @1 \"a.g\" 0 func(**int) - src\nparam %p **int -\nblock b0\n" RET);
  const struct gir_func *f = &p->funcs[0];
  static const struct
  {
    enum gir_op op;
    uint32_t operand;
  } expected[] = {
    { GIR_OP_STORE, 0 }, { GIR_OP_STORE, 1 }, { GIR_OP_BIN, 0 }, { GIR_OP_BIN, 1 }, { GIR_OP_CALL, 1 },
  };
  struct sp_uses u;
  sp_uses_init (&u, f);
  gir_value x = find_value (f, p, "x");
  assert_int_equal (u.first[x + 1] - u.first[x], G_N_ELEMENTS (expected));
  for (uint32_t k = 0; k < G_N_ELEMENTS (expected); k++)
    {
      const struct sp_use *use = &u.uses[u.first[x] + k];
      assert_int_equal (f->instrs[use->instr].op, expected[k].op);
      assert_int_equal (use->operand, expected[k].operand);
    }
  assert_int_equal (u.first[1] - u.first[0], 1); /* %c */
  assert_int_equal (u.first[2] - u.first[1], 1); /* %p */
  sp_uses_done (&u);
  sp_uses_done (&u);
}

/* Closures that capture one another's variable in a circle only read it as long as none writes. */
static void
circle_of_closures (void **state)
{
  (void)state;
  static const char *const last[] = { "  %l = load *int %x\n", "  store %x nil\n" };
  for (int writes = 0; writes < 2; writes++)
    {
      g_autofree char *text = g_strconcat ("gir 1\npkg 0 \"a\" \"a\" root\n"
                                           "func @0 \"a.f\" 0 func() - src\nfree %x **int -\nblock b0\n  %g = closure func() @1 %x\n" RET
                                           "func @1 \"a.g\" 0 func() - src\nfree %x **int -\nblock b0\n  %g = closure func() @2 %x\n" RET
                                           "func @2 \"a.h\" 0 func() - src\nfree %x **int -\nblock b0\n  %g = closure func() @0 %x\n",
                                           last[writes], RET, NULL);
      g_autoptr (GirProgram) p = read_program (text);
      g_autoptr (Captures) c = sp_captures_new (p);
      for (gir_fn fn = 0; fn < 3; fn++)
        {
          struct sp_uses u;
          assert_int_equal (c->only_read[c->first[fn]], !writes);
          sp_uses_init (&u, &p->funcs[fn]);
          assert_int_equal (sp_uses_only_read (p, c, &p->funcs[fn], &u, 0), !writes);
          sp_uses_done (&u);
        }
    }
  sp_captures_free (NULL);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (captures_and_addresses),
    cmocka_unit_test (largest_copy),
    cmocka_unit_test (all_uses),
    cmocka_unit_test (circle_of_closures),
  };
  return cmocka_run_group_tests_name ("uses", tests, NULL, NULL);
}
