#include "test_gir_util.h"

#include "frontend/gir_names.h"
#include <unistd.h>

#define HEAD "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\"\n"

static const struct gir_type_info *
type_named (const GirProgram *p, const char *name)
{
  for (gir_type t = 1; t < p->n_types; t++)
    if (p->types[t].kind == GIR_T_NAMED && !strcmp (gir_string (p, p->types[t].name), name))
      return &p->types[t];
  fail_msg ("no type %s", name);
  return NULL;
}

/* Sizes. */

static const struct layout
{
  const char *type;
  uint64_t size8, size4;
  uint32_t align8, align4;
  bool pointers;
} layouts[] = {
  { "bool", 1, 1, 1, 1, false },
  { "int", 8, 4, 8, 4, false },
  { "int8", 1, 1, 1, 1, false },
  { "uint16", 2, 2, 2, 2, false },
  { "int32", 4, 4, 4, 4, false },
  { "uint64", 8, 8, 8, 4, false },
  { "uintptr", 8, 4, 8, 4, false },
  { "float32", 4, 4, 4, 4, false },
  { "float64", 8, 8, 8, 4, false },
  { "complex64", 8, 8, 4, 4, false },
  { "complex128", 16, 16, 8, 4, false },
  { "string", 16, 8, 8, 4, true },
  { "unsafe.Pointer", 8, 4, 8, 4, true },
  { "nil", 8, 4, 8, 4, true },
  { "*int", 8, 4, 8, 4, true },
  { "[]int", 24, 12, 8, 4, true },
  { "map[int]int", 8, 4, 8, 4, true },
  { "chan<int>", 8, 4, 8, 4, true },
  { "func()", 8, 4, 8, 4, true },
  { "iface{}", 16, 8, 8, 4, true },
  { "struct{}", 0, 0, 1, 1, false },
  { "[0]*int", 0, 0, 8, 4, false },
  { "[3]uint16", 6, 6, 2, 2, false },
  { "[2]string", 32, 16, 8, 4, true },
  { "struct{a:uint8,b:int64,c:uint8}", 24, 16, 8, 4, false },
  { "struct{a:uint8,b:uint16,c:uint8}", 6, 6, 2, 2, false },
  { "struct{a:int32,b:struct{}}", 8, 8, 4, 4, false },
  { "struct{a:uint8,b:struct{}}", 2, 2, 1, 1, false },
  { "struct{b:struct{},a:uint8}", 1, 1, 1, 1, false },
  { "struct{a:struct{},b:[0]int64}", 0, 0, 8, 4, false },
  { "struct{a:uint8,b:[0]int64}", 16, 8, 8, 4, false },
  { "struct{a:uint8,b:*int}", 16, 8, 8, 4, true },
  { "[1000000]struct{a:int8,b:int32}", 8000000, 8000000, 4, 4, false },
  { "[9223372036854775807]int", GIR_SIZE_MAX, GIR_SIZE_MAX, 8, 4, false },
  { "[9223372036854775807]uint8", GIR_SIZE_MAX, GIR_SIZE_MAX, 1, 1, false },
  { "[9223372036854775807]struct{}", 0, 0, 1, 1, false },
  { "[1073741824][1073741824][1073741824]uint8", GIR_SIZE_MAX, GIR_SIZE_MAX, 1, 1, false },
  { "struct{a:[9223372036854775807]uint8,b:string}", GIR_SIZE_MAX, GIR_SIZE_MAX, 8, 4, true },
  { "struct{a:[1152921504606846975]uint8,b:struct{}}", GIR_SIZE_MAX, GIR_SIZE_MAX, 1, 1, false },
};

static void
types_have_gc_layout (void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS (layouts); i++)
    for (uint32_t ptrsize = 4; ptrsize <= 8; ptrsize += 4)
      {
        const struct layout *l = &layouts[i];
        g_autofree char *text = g_strdup_printf (HEAD "global $0 \"a.x\" 0 %s -\nmeta ptrsize \"%u\"\n", l->type, ptrsize);
        g_autoptr (GirProgram) p = read_good (text);
        const struct gir_type_info *t = &p->types[p->globals[0].type];
        if (t->size != (ptrsize == 8 ? l->size8 : l->size4) || t->align != (ptrsize == 8 ? l->align8 : l->align4)
            || t->pointers != l->pointers)
          fail_msg ("%s (%u): size %" G_GUINT64_FORMAT " align %u", l->type, ptrsize, t->size, t->align);
        g_autofree char *again = gir_type_text (p, p->globals[0].type);
        assert_string_equal (again, l->type);
      }
}

static void
fields_have_offsets (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "type S struct \"a\" uint8 \"b\" uint16 \"c\" uint8 \"d\" []int \"e\" bool \"f\" struct{}\n"
                                             "type T struct \"s\" int8 \"t\" S\n"
                                             "meta ptrsize \"8\"\n");
  const struct gir_type_info *s = &p->types[type_named (p, "S")->elem];
  static const uint64_t offsets[] = { 0, 2, 4, 8, 32, 33 };
  for (uint32_t k = 0; k < s->n_fields; k++)
    assert_int_equal (p->fields[s->fields + k].offset, offsets[k]);
  assert_int_equal (s->size, 40);
  const struct gir_type_info *t = &p->types[type_named (p, "T")->elem];
  assert_int_equal (p->fields[t->fields + 1].offset, 8);
  assert_int_equal (t->size, 48);
}

static void
atomic_align64_is_aligned (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "meta ptrsize \"4\"\ntype A named \"sync/atomic.align64\" struct{}\n"
                                             "type I struct \"n\" int8 \"a\" A \"v\" int64\ntype O struct \"x\" uint8 \"i\" I\n");
  const struct gir_type_info *o = type_named (p, "O");
  assert_int_equal (o->align, 8);
  assert_int_equal (type_named (p, "I")->size, 16);
  assert_int_equal (o->size, 24);
}

/* Types. */

static void
symbolic_types_are_shared (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "global $0 \"a.x\" 0 map[string][]*int -\n"
                                             "type #1 basic int\n"
                                             "type #2 ptr #1\n"
                                             "type #3 ptr #1\n"
                                             "global $1 \"a.y\" 0 map[string][]*int -\n"
                                             "global $2 \"a.z\" 0 #2 -\nglobal $3 \"a.u\" 0 #3 -\nglobal $4 \"a.v\" 0 *int -\n");
  assert_int_equal (p->globals[0].type, p->globals[1].type);
  assert_int_equal (p->types[p->globals[0].type].kind, GIR_T_MAP);
  assert_int_equal (p->globals[2].type, p->globals[4].type);     /* a declaration takes over the symbolic type, */
  assert_int_not_equal (p->globals[3].type, p->globals[4].type); /* the second one is a type of its own */
}

static void
named_types_may_recur (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "global $0 \"a.x\" 0 *B -\n"
                                             "type A struct \"b\" *B \"f\" func(A,[]B)(map[A]B)\n"
                                             "type B array 2 A\n"
                                             "type #1 named \"a.T\" #2\ntype #2 slice #1\n"
                                             "type #3 named \"a.U\" #4\ntype #4 func ( #3 ) ( )\n");
  const struct gir_type_info *b = type_named (p, "B");
  assert_int_equal (b->size, 32);
  assert_true (b->pointers);
  assert_int_equal (p->types[b->elem].kind, GIR_T_ARRAY);
  assert_ptr_equal (&p->types[p->types[p->globals[0].type].elem], b);
  const struct gir_type_info *t = type_named (p, "a.T");
  assert_ptr_equal (&p->types[p->types[t->elem].elem], t);
}

static void
deep_types_need_no_stack (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new (HEAD "type #1 basic int\n");
  for (int i = 2; i <= 200000; i++)
    g_string_append_printf (text, "type #%d ptr #%d\n", i, i - 1);
  g_autoptr (GirProgram) p = read_good (text->str);
  assert_int_equal (p->n_types, 200001);
  g_autofree char *name = gir_type_text (p, 200000);
  assert_true (strlen (name) < 200);
}

/* Programs. */

static void
example_means_what_it_says (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "global $0 \"a.sink\" 0 *int 0:3:5\n"
                                             "func @0 \"a.F\" 0 func(int)(*int) 0:5:6 src exported\n"
                                             "param %n int 5:8\nresult \"\" *int 5:20\n"
                                             "block b0\n"
                                             "  %x = alloc *int var @6:2 !var \"x\"\n"
                                             "  store %x %n\n"
                                             "  %t1 = alloc *int new @7:10 !new \"new(int)\"\n"
                                             "  store $0 %t1 @7:7\n"
                                             "  ret %x @8:2\nend\n");
  const struct gir_func *f = &p->funcs[0];
  assert_int_equal (f->n_params, 1);
  assert_int_equal (f->n_instrs, 5);
  assert_true (f->exported && !f->is_extern && f->kind == GIR_F_SRC && f->parent == GIR_INVALID && f->recover == GIR_INVALID);
  const struct gir_instr *i = f->instrs;
  assert_true (i[0].op == GIR_OP_ALLOC && i[0].sub == GIR_A_VAR && i[0].site == GIR_S_VAR);
  assert_string_equal (gir_string (p, i[0].text), "x");
  assert_true (i[0].pos.file == 0 && i[0].pos.line == 6 && i[0].pos.col == 2 && i[1].pos.line == 0);
  assert_int_equal (f->operands[i[1].args], gir_operand_new (GIR_VALUE, 1));
  assert_int_equal (f->operands[i[1].args + 1], gir_operand_new (GIR_VALUE, 0));
  assert_int_equal (f->operands[i[3].args], gir_operand_new (GIR_GLOBAL, 0));
  assert_ptr_equal (gir_value_instr (f, 3), &i[2]);
  assert_int_equal (gir_value_type (f, 0), p->globals[0].type == i[0].type ? f->params[0].type : GIR_INVALID);
  assert_int_equal (p->types[i[0].type].elem, f->params[0].type);
}

static void
edges_follow_the_text (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "func @0 \"a.F\" 0 func(bool)(int) - src\nparam %c bool -\n"
                                             "block b0\nbr %c b2 b1\nblock b1\nbr %c b2 b2\n"
                                             "block b2\n%x = phi int b1 2 b0 1 b1 3\nret %x\nend\n");
  const struct gir_func *f = &p->funcs[0];
  const struct gir_basic_block *b = &f->blocks[2];
  static const uint32_t preds[] = { 0, 1, 1 };
  assert_int_equal (b->n_preds, 3);
  assert_memory_equal (f->edges + b->preds, preds, sizeof preds);
  assert_true (f->blocks[0].succs[0] == 2 && f->blocks[0].succs[1] == 1 && f->blocks[2].n_succs == 0);
  const struct gir_instr *phi = &f->instrs[b->first];
  for (uint32_t k = 0; k < 3; k++)
    assert_int_equal (p->consts[gir_operand_index (f->operands[phi->args + k])].value, k + 1);
  assert_int_equal (phi->aux, GIR_INVALID);
}

static void
functions_come_in_any_order (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "func @1 \"a.G\" 0 func() - src\nblock b0\ncall @0\nret\nend\n"
                                             "func @2 \"a.H\" 0 func() - anon in @1\nblock b0\ngo call @1\nret\nend\n"
                                             "func @0 \"a.F\" 0 func() - src\nblock b0\ncall @2\nret\nend\n");
  assert_string_equal (gir_string (p, p->funcs[0].name), "a.F");
  assert_string_equal (gir_string (p, p->funcs[2].name), "a.H");
  assert_int_equal (p->funcs[2].parent, 1);
  g_autofree char *text = write_text (p);
  assert_true (strstr (text, "func @1") < strstr (text, "func @2") && strstr (text, "func @2") < strstr (text, "func @0"));
}

static void
constants_have_kinds (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "func @0 \"a.F\" 0 func() - src\nblock b0\n"
                                             "builtin print nil zero false true -7 9223372036854775808 num \"x\" 7 -7\nret\nend\n");
  static const enum gir_const_kind kinds[]
      = { GIR_C_NIL, GIR_C_ZERO, GIR_C_FALSE, GIR_C_TRUE, GIR_C_INT, GIR_C_NUM, GIR_C_NUM, GIR_C_STRING, GIR_C_INT, GIR_C_INT };
  const struct gir_func *f = &p->funcs[0];
  for (uint32_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    assert_int_equal (p->consts[gir_operand_index (f->operands[k])].kind, kinds[k]);
  assert_int_equal (p->consts[gir_operand_index (f->operands[4])].value, -7);
  assert_int_equal (f->operands[4], f->operands[9]);
  assert_string_equal (gir_string (p, p->consts[gir_operand_index (f->operands[5])].text), "9223372036854775808");
}

/* The text's order of blocks need not be that of control. */
static void
uses_may_precede_definitions (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "func @0 \"a.F\" 0 func()(int) - src\nresult \"r\" int - %r\nblock b0\njmp b2\n"
                                             "block b1\ndefer %d builtin print %v\nrundefers\nret %v\n"
                                             "block b2\n%r = alloc *int result\n%v = load int %r\n"
                                             "%d = builtin unsafe.Pointer ssa:deferstack\njmp b1\nend\n");
  const struct gir_func *f = &p->funcs[0];
  assert_int_equal (f->results[0].alloc, 4);
  assert_int_equal (f->instrs[1].aux2, gir_operand_new (GIR_VALUE, 6));
  assert_int_equal (f->operands[f->instrs[1].args], gir_operand_new (GIR_VALUE, 5));
}

static void
results_may_be_implied (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD "func @0 \"a.F\" 0 func()(int,*int) - src extern\nend\n");
  assert_int_equal (p->funcs[0].n_results, 2);
  assert_int_equal (p->funcs[0].results[1].alloc, GIR_INVALID);
  assert_int_equal (p->types[p->funcs[0].results[1].type].kind, GIR_T_PTR);
}

static void
blanks_and_comments_are_skipped (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("; first\n\n  \t\r\n gir\t1 \r\n   ; more\n file 0   \"a.go\"\t\r\n\n");
  assert_int_equal (p->n_files, 1);
}

static void
completeness_is_told (void **state)
{
  (void)state;
  g_autoptr (GirProgram) whole = read_good (HEAD "meta complete \"1\"\n; the end\n");
  g_autoptr (GirProgram) part = read_good (HEAD);
  g_autoptr (GirProgram) other = read_good (HEAD "meta goos \"linux\"\n");
  assert_true (gir_is_complete (whole));
  assert_false (gir_is_complete (part));
  assert_false (gir_is_complete (other));
}

/* Writing. */

static void
canonical_text_comes_back (void **state)
{
  (void)state;
  gsize size;
  g_autofree char *text = read_sample ("canonical.gir", &size);
  g_autoptr (GirProgram) p = read_good (text);
  g_autofree char *again = write_text (p);
  assert_string_equal (text, again);
}

static void
symbolic_text_becomes_canonical (void **state)
{
  (void)state;
  gsize size;
  g_autofree char *text = read_sample ("symbolic.gir", &size), *canonical = read_sample ("canonical.gir", &size);
  g_autoptr (GirProgram) p = read_good (text);
  g_autofree char *written = write_text (p);
  assert_string_equal (canonical, written);
}

static void
writing_settles (void **state)
{
  (void)state;
  g_autoptr (GDir) dir = g_dir_open (STACKPROOF_TEST_GIR, 0, NULL);
  int n = 0;
  for (const char *name; (name = g_dir_read_name (dir));)
    {
      if (!g_str_has_suffix (name, ".gir"))
        continue;
      gsize size;
      g_autofree char *text = read_sample (name, &size);
      g_autoptr (GirProgram) p = read_good (text);
      g_autofree char *once = write_text (p);
      g_autoptr (GirProgram) q = read_good (once);
      g_autofree char *twice = write_text (q);
      assert_string_equal (once, twice);
      n++;
    }
  assert_true (n >= 2);
}

static void
strings_hold_any_byte (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new ("gir 1\nfile 0 \"");
  for (int i = 0; i < 256; i++)
    g_string_append_printf (text, "\\x%02X", i);
  g_string_append (text, "\xc3\xa9\xe2\x82\xac\"\n");
  g_autoptr (GirProgram) p = read_good (text->str);
  const unsigned char *s = (const unsigned char *)gir_string (p, p->files[0]);
  for (int i = 0; i < 256; i++)
    assert_int_equal (s[i], i);
  g_autofree char *once = write_text (p);
  g_autoptr (GirProgram) q = read_good (once);
  assert_memory_equal (s, gir_string (q, q->files[0]), 256 + 6);
  assert_non_null (strstr (once, "\\x00\\x01"));
  assert_non_null (strstr (once, "\\t\\n\\x0b"));
  assert_non_null (strstr (once, "\xc3\xa9\xe2\x82\xac\"\n"));
}

static void
write_errors_are_told (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (HEAD);
  g_autoptr (GError) error = NULL;
  FILE *full = fopen ("/dev/full", "w");
  if (!full)
    skip ();
  assert_false (gir_write (p, full, &error));
  assert_true (g_error_matches (error, GIR_ERROR, GIR_ERROR_IO));
  fclose (full);
}

/* Input. */

static void
streams_read_like_data (void **state)
{
  (void)state;
  gsize size;
  g_autofree char *text = read_sample ("symbolic.gir", &size);
  g_autoptr (GirProgram) p = read_good (text);
  g_autofree char *expected = write_text (p);
  static const size_t steps[] = { 1, 7, 4096 };
  for (size_t k = 0; k < G_N_ELEMENTS (steps); k++)
    {
      int ends[2];
      assert_int_equal (pipe (ends), 0);
      FILE *in = fdopen (ends[0], "r");
      setvbuf (in, NULL, _IONBF, 0);
      for (size_t at = 0; at < size; at += steps[k])
        assert_true (write (ends[1], text + at, MIN (steps[k], size - at)) > 0);
      close (ends[1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GirProgram) q = gir_read_stream ("pipe", in, &error);
      assert_non_null (q);
      g_autofree char *written = write_text (q);
      assert_string_equal (expected, written);
      fclose (in);
    }
}

/* Lines longer than the buffer, and a program of several buffers. */
static void
streams_refill (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new ("gir 1\n");
  for (int i = 0; i < 40; i++)
    {
      g_string_append_printf (text, "file %d \"", i);
      for (int k = 0; k < i * 997; k++)
        g_string_append_printf (text, "%d,", k);
      g_string_append (text, "\"\n");
    }
  FILE *in = fmemopen (text->str, text->len, "r");
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_stream ("memory", in, &error);
  fclose (in);
  assert_non_null (p);
  g_autofree char *written = write_text (p);
  assert_string_equal (text->str, written);
}

static void
files_are_opened (void **state)
{
  (void)state;
  g_autoptr (GError) error = NULL;
  assert_null (gir_read_file ("/nonexistent/x.gir", &error));
  assert_true (g_error_matches (error, GIR_ERROR, GIR_ERROR_IO));
  assert_non_null (strstr (error->message, "/nonexistent/x.gir:0: "));
  g_clear_error (&error);
  assert_null (gir_read_file (STACKPROOF_TEST_GIR, &error)); /* a folder */
  assert_true (g_error_matches (error, GIR_ERROR, GIR_ERROR_IO));
  g_autofree char *path = g_build_filename (STACKPROOF_TEST_GIR, "canonical.gir", NULL);
  g_autoptr (GirProgram) p = gir_read_file (path, NULL);
  assert_non_null (p);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (types_have_gc_layout),
    cmocka_unit_test (fields_have_offsets),
    cmocka_unit_test (atomic_align64_is_aligned),
    cmocka_unit_test (symbolic_types_are_shared),
    cmocka_unit_test (named_types_may_recur),
    cmocka_unit_test (deep_types_need_no_stack),
    cmocka_unit_test (example_means_what_it_says),
    cmocka_unit_test (edges_follow_the_text),
    cmocka_unit_test (functions_come_in_any_order),
    cmocka_unit_test (constants_have_kinds),
    cmocka_unit_test (uses_may_precede_definitions),
    cmocka_unit_test (results_may_be_implied),
    cmocka_unit_test (blanks_and_comments_are_skipped),
    cmocka_unit_test (completeness_is_told),
    cmocka_unit_test (canonical_text_comes_back),
    cmocka_unit_test (symbolic_text_becomes_canonical),
    cmocka_unit_test (writing_settles),
    cmocka_unit_test (strings_hold_any_byte),
    cmocka_unit_test (write_errors_are_told),
    cmocka_unit_test (streams_read_like_data),
    cmocka_unit_test (streams_refill),
    cmocka_unit_test (files_are_opened),
  };
  return cmocka_run_group_tests_name ("gir", tests, NULL, NULL);
}
