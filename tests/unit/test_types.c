/* Pointer leaves of types. */
#include "test_gir_util.h"

#include "constraints/types.h"

typedef struct sp_types Types;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Types, sp_types_free)

struct layout
{
  const char *type;      /* of `type t BODY` */
  const char *fine;      /* OFFSET and letters: a in an array, i interface; "blob" */
  const char *collapsed; /* the same */
};

/* Offsets of tuple components are written as NxOFFSET. */
static const struct layout layouts[] = {
  { "basic int", "", "" },
  { "basic bool", "", "" },
  { "basic float64", "", "" },
  { "basic complex128", "", "" },
  { "basic uintptr", "0", "0" },
  { "basic string", "0", "0" },
  { "basic unsafe.Pointer", "0", "0" },
  { "ptr int", "0", "0" },
  { "slice int", "0", "0" },
  { "map int int", "0", "0" },
  { "chan int", "0", "0" },
  { "func ( ) ( )", "0", "0" },
  { "iface", "0i", "0i" },
  { "named \"a.N\" *int", "0", "0" },
  { "struct", "", "" },
  { "struct \"a\" int \"b\" bool", "", "" },
  { "struct \"a\" bool \"b\" *int", "8", "0" },
  { "struct \"a\" *int \"b\" string \"c\" iface{} \"d\" int \"e\" []int", "0 8 24i 48", "0a" },
  { "struct \"a\" struct{x:int,y:*int} \"b\" struct{x:int,y:*int}", "8 24", "0a" },
  { "array 0 *int", "", "" },
  { "array 1 *int", "0", "0" },
  { "array 3 *int", "0 8 16", "0a" },
  { "array 3 struct{x:int,y:*int,z:iface{}}", "8 16i 40 48i 72 80i", "0a" },
  { "array 5 struct{x:int,y:*int,z:iface{}}", "8a 16ai", "0a" },
  { "array 8 *int", "0 8 16 24 32 40 48 56", "0a" },
  { "array 9 *int", "0a", "0a" },
  { "array 2 [4]*int", "0 8 16 24 32 40 48 56", "0a" },
  { "array 3 [4]*int", "0a 8a 16a 24a", "0a" },
  { "array 1 struct{x:int,y:[2]*int}", "8 16", "0a" },
  { "struct \"a\" [4]int \"b\" [2]*int \"c\" *int", "32 40 48", "0a" },
  { "tuple int *int", "1x0", "1x0" },
  { "tuple *int struct{x:int,y:*int,z:*int} iface{}", "0x0 1x8 1x16 2x0i", "0x0 1x0a 2x0i" },
  { "struct \"a\" [48]*int", "0a", "0a" },
  { "array 1073741824 struct{x:*int}", "0a", "0a" },
  { "struct \"a\" [1073741824]uint8 \"p\" *int", "blob", "0a" },
  { "struct \"a\" [16777208]uint8 \"p\" *int", "16777208", "0" },
  { "struct \"a\" [16777216]uint8 \"p\" *int", "blob", "0a" },
};

static void
append_leaves (const Types *t, const struct sp_leaves *l, GString *out)
{
  if (l->blob)
    {
      assert_int_equal (l->n, 1);
      assert_int_equal (t->leaves[l->first].offset, 0);
      assert_true (t->leaves[l->first].in_array);
      g_string_append (out, "blob");
      return;
    }
  for (unsigned k = 0; k < l->n; k++)
    {
      const struct sp_leaf *x = &t->leaves[l->first + k];
      g_string_append (out, k ? " " : "");
      g_string_append_printf (out, "%u%s%s", x->offset, x->in_array ? "a" : "", x->iface ? "i" : "");
    }
}

/* NxOFFSET becomes a number. */
static char *
expand (const char *layout)
{
  g_auto (GStrv) parts = g_strsplit (layout, " ", -1);
  for (char **part = parts; *part; part++)
    {
      unsigned component, offset;
      char rest[8] = "";
      if (sscanf (*part, "%ux%u%7s", &component, &offset, rest) < 2)
        continue;
      g_free (*part);
      *part = g_strdup_printf ("%u%s", component * SP_TUPLE_STRIDE + offset, rest);
    }
  return g_strjoinv (" ", parts);
}

/* The type named t, or a.N where it is declared as a named type. */
static gir_type
find_type (const GirProgram *p)
{
  for (gir_type t = 1; t < p->n_types; t++)
    {
      const char *name = gir_string (p, p->types[t].name);
      if (p->types[t].kind == GIR_T_NAMED && (!strcmp (name, "t") || !strcmp (name, "a.N")))
        return t;
    }
  fail_msg ("no type t");
  return 0;
}

static void
layout_of_types (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (layouts); k++)
    {
      g_autofree char *text = g_strdup_printf ("gir 1\ntype t %s\nmeta complete \"1\"\n", layouts[k].type);
      g_autoptr (GirProgram) p = read_good (text);
      g_autoptr (Types) t = sp_types_new (p);
      gir_type type = find_type (p);
      g_autoptr (GString) fine = g_string_new (""), collapsed = g_string_new ("");
      append_leaves (t, &t->fine[type], fine);
      append_leaves (t, &t->collapsed[type], collapsed);
      g_autofree char *expected = expand (layouts[k].fine), *expected_collapsed = expand (layouts[k].collapsed);
      if (strcmp (fine->str, expected) != 0 || strcmp (collapsed->str, expected_collapsed) != 0)
        fail_msg ("%s has leaves %s and, collapsed, %s", layouts[k].type, fine->str, collapsed->str);
    }
  sp_types_free (NULL);
}

static GString *
wide_struct (unsigned n)
{
  GString *s = g_string_new ("gir 1\ntype t struct");
  for (unsigned k = 0; k < n; k++)
    g_string_append_printf (s, " \"f%u\" *int", k);
  g_string_append (s, "\ntype u struct \"a\" int \"t\" t \"p\" *int\ntype v tuple int t *int\nmeta complete \"1\"\n");
  return s;
}

/* One leaf more than allowed makes a blob of the type and of all that hold it. */
static void
blobs (void **state)
{
  (void)state;
  for (unsigned n = SP_MAX_LEAVES - 1; n <= SP_MAX_LEAVES + 1; n++)
    {
      g_autoptr (GString) text = wide_struct (n);
      g_autoptr (GirProgram) p = read_good (text->str);
      g_autoptr (Types) t = sp_types_new (p);
      gir_type type = find_type (p);
      assert_int_equal (t->fine[type].blob, n > SP_MAX_LEAVES);
      assert_int_equal (t->fine[type].n, n > SP_MAX_LEAVES ? 1 : n);
      assert_int_equal (t->collapsed[type].n, 1);
      assert_false (t->collapsed[type].blob);
      for (gir_type u = 1; u < p->n_types; u++)
        if (u != type && (p->types[u].kind == GIR_T_STRUCT || p->types[u].kind == GIR_T_TUPLE) && p->types[u].n_fields == 3)
          {
            assert_int_equal (t->fine[u].blob, n >= SP_MAX_LEAVES);
            assert_int_equal (t->collapsed[u].n, p->types[u].kind == GIR_T_TUPLE ? 2 : 1);
          }
    }
}

/* A large array is folded: only the first element has offsets. */
static void
leaf_at (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p
      = read_good ("gir 1\ntype t struct \"n\" int \"a\" [9]struct{x:int,y:*int} \"i\" iface{}\nmeta complete \"1\"\n");
  g_autoptr (Types) t = sp_types_new (p);
  gir_type type = find_type (p);
  assert_null (sp_types_leaf_at (t, type, 0));
  assert_null (sp_types_leaf_at (t, type, 8));
  const struct sp_leaf *y = sp_types_leaf_at (t, type, 16), *i = sp_types_leaf_at (t, type, 152);
  assert_true (y && y->in_array && !y->iface);
  assert_null (sp_types_leaf_at (t, type, 32)); /* the second element's */
  assert_true (i && !i->in_array && i->iface);
  assert_null (sp_types_leaf_at (t, type, SP_TUPLE_STRIDE));
}

static void
pointer_shaped (void **state)
{
  (void)state;
  static const char *const yes[] = { "ptr int",
                                     "map int int",
                                     "chan int",
                                     "func ( ) ( )",
                                     "basic unsafe.Pointer",
                                     "struct \"p\" *int",
                                     "array 1 *int",
                                     "struct \"s\" struct{p:[1]func()()}",
                                     "named \"a.N\" *int" };
  static const char *const no[]
      = { "basic int",    "basic uintptr", "basic string",    "slice int", "iface", "struct", "struct \"p\" *int \"q\" *int",
          "array 0 *int", "array 2 *int",  "struct \"n\" int" };
  for (size_t k = 0; k < G_N_ELEMENTS (yes) + G_N_ELEMENTS (no); k++)
    {
      bool expected = k < G_N_ELEMENTS (yes);
      const char *body = expected ? yes[k] : no[k - G_N_ELEMENTS (yes)];
      g_autofree char *text = g_strdup_printf ("gir 1\ntype t %s\nmeta complete \"1\"\n", body);
      g_autoptr (GirProgram) p = read_good (text);
      if (sp_types_pointer_shaped (p, find_type (p)) != expected)
        fail_msg ("%s is %spointer-shaped", body, expected ? "not " : "");
    }
}

/* Types that lead back to themselves have leaves all the same. */
static void
recursive_types (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("gir 1\ntype t struct \"next\" *t \"all\" []t \"f\" func(t)\nmeta complete \"1\"\n");
  g_autoptr (Types) t = sp_types_new (p);
  assert_int_equal (t->fine[find_type (p)].n, 3);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (layout_of_types), cmocka_unit_test (blobs),           cmocka_unit_test (leaf_at),
    cmocka_unit_test (pointer_shaped),  cmocka_unit_test (recursive_types),
  };
  return cmocka_run_group_tests_name ("types", tests, NULL, NULL);
}
