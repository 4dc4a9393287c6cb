/* The table of models, and each effect as a summary. */
#include "test_gir_util.h"

#include "constraints/models.h"

typedef struct sp_summary Summary;
typedef struct sp_types Types;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Summary, sp_summary_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Types, sp_types_free)

/* The package of an entry: up to the first dot after the last slash. */
static char *
package_of (const char *name)
{
  const char *slash = strrchr (name, '/'), *dot = strchr (slash ? slash : name, '.');
  assert_non_null (dot);
  return g_strndup (name, (gsize)(dot - name));
}

/* Each entry says where in Go's sources it was read, and no two speak for one name. */
static void
table (void **state)
{
  (void)state;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  assert_true (sp_n_models > 0);
  for (unsigned k = 0; k < sp_n_models; k++)
    {
      const struct sp_model *m = &sp_models[k];
      g_autofree char *package = package_of (m->name);
      assert_true (m->effect <= SP_EFFECT_LAYOUT);
      assert_true (g_hash_table_add (names, (char *)m->name));
      if (!g_str_has_prefix (m->source, package) || strlen (m->source) <= strlen (package) + 2)
        fail_msg ("%s has the source %s", m->name, m->source);
    }
}

/* A name that an entry is the best for: the entry's own, or one with its prefix. */
static char *
name_for (const struct sp_model *m)
{
  if (!g_str_has_suffix (m->name, "*"))
    return g_strdup (m->name);
  g_autofree char *prefix = g_strndup (m->name, strlen (m->name) - 1);
  return g_strconcat (prefix, g_str_has_suffix (prefix, ".") ? "Xyzzy" : "xyzzy", NULL);
}

static void
find (void **state)
{
  (void)state;
  for (unsigned k = 0; k < sp_n_models; k++)
    {
      g_autofree char *name = name_for (&sp_models[k]);
      assert_ptr_equal (sp_model_find (name), &sp_models[k]);
    }
  static const char *const unlisted[]
      = { "", "main.main", "runtimex.GC", "sync/atomic", "sync.(*Mutex).Lock", "example.org/runtime.GC", "mathx.Sin" };
  for (size_t k = 0; k < G_N_ELEMENTS (unlisted); k++)
    assert_null (sp_model_find (unlisted[k]));
}

/* The exact entry, and then the longest prefix, wins, wherever it stands in the table. */
static void
exact_beats_prefix (void **state)
{
  (void)state;
  unsigned exceptions = 0;
  for (unsigned i = 0; i < sp_n_models; i++)
    for (unsigned k = 0; k < sp_n_models; k++)
      {
        const struct sp_model *exact = &sp_models[i], *prefix = &sp_models[k];
        size_t n = strlen (prefix->name) - 1;
        if (i == k || prefix->name[n] != '*' || strncmp (exact->name, prefix->name, n) != 0 || strlen (exact->name) <= n + 1)
          continue;
        g_autofree char *name = name_for (exact);
        assert_ptr_equal (sp_model_find (name), exact);
        exceptions++;
      }
  assert_true (exceptions >= 10); /* those of runtime and reflect */
}

/* --- effects ----------------------------------------------------------------------------------------- */

/* Function 0 has the given name, three pointer parameters and two pointer results. */
static GirProgram *
program_with (const char *name, const char *flags)
{
  bool body = !strstr (flags, "extern");
  g_autofree char *text
      = g_strdup_printf ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"%s\" 0 func(**int,*int,*int,int)(*int,iface{}) - src %s\nparam %%a **int -\n"
                         "param %%b *int -\nparam %%c *int -\nparam %%d int -\n%send\nmeta complete \"1\"\n",
                         name, flags, body ? "block b0\n  ret %b nil\n" : "");
  return read_good (text);
}

static void
assert_name (const Summary *s, struct sp_ref r, enum sp_name_kind kind, uint32_t base)
{
  assert_int_equal (r.offset, 0);
  assert_int_equal (r.tag, SP_TAG_NONE);
  assert_int_equal (s->names.data[r.name].kind, kind);
  assert_int_equal (s->names.data[r.name].base, base);
}

static void
assert_returns_load (const Summary *s)
{
  assert_int_equal (s->rets.size, 1);
  const struct sp_name *n = &s->names.data[s->rets.data[0].ref.name];
  assert_int_equal (n->kind, SP_NAME_LOAD);
  assert_int_equal (n->offset, 0);
  assert_name (s, (struct sp_ref){ n->base, 0, 0 }, SP_NAME_PARAM, 0);
}

static void
assert_stores (const Summary *s, uint32_t leaf)
{
  assert_int_equal (s->puts.size, 1);
  const struct sp_sum_put *p = &s->puts.data[0];
  assert_int_equal (p->n_to, 1);
  assert_int_equal (p->n_what, 1);
  assert_name (s, s->refs.data[p->to], SP_NAME_PARAM, 0);
  assert_name (s, s->refs.data[p->what], SP_NAME_PARAM, leaf);
}

/* Names as `b`: parameter leaf, `b'`: its content, `b"`: what lies beneath, `?`: what is known, `new`; `+`: anywhere within. */
static void
append_name (GString *text, const Summary *s, uint32_t name)
{
  const struct sp_name *n = &s->names.data[name];
  if (n->kind == SP_NAME_LOAD || n->kind == SP_NAME_BLOB)
    {
      assert_int_equal (n->offset, SP_TOP);
      append_name (text, s, n->base);
      g_string_append_c (text, n->kind == SP_NAME_LOAD ? '\'' : '"');
    }
  else if (n->kind == SP_NAME_PARAM)
    g_string_append_c (text, (char)('a' + n->base));
  else
    g_string_append (text, n->kind == SP_NAME_UNKNOWN ? "?" : n->kind == SP_NAME_FRESH ? "new" : "!");
}

static void
append_ref (GString *text, const Summary *s, struct sp_ref r)
{
  assert_int_equal (r.tag, SP_TAG_NONE);
  g_string_append_c (text, ' ');
  append_name (text, s, r.name);
  if (r.offset == SP_TOP)
    g_string_append_c (text, '+');
  else
    assert_int_equal (r.offset, 0);
}

/* What a summary says: what it returns in each result, stores, leaks and holds. */
static char *
summary_text (const Summary *s)
{
  GString *text = g_string_new (NULL);
  for (uint32_t leaf = 0; leaf < s->n_result_leaves; leaf++)
    {
      g_string_append (text, "ret");
      for (uint32_t k = 0; k < s->rets.size; k++)
        if (s->rets.data[k].leaf == leaf)
          append_ref (text, s, s->rets.data[k].ref);
      g_string_append (text, ";");
    }
  vec_foreach (const struct sp_sum_put, p, &s->puts)
    {
      for (uint32_t k = 0; k < p->n_to; k++)
        append_ref (text, s, s->refs.data[p->to + k]);
      g_string_append (text, " <-");
      for (uint32_t k = 0; k < p->n_what; k++)
        append_ref (text, s, s->refs.data[p->what + k]);
      g_string_append (text, ";");
    }
  for (uint32_t k = 0; k < s->leaks.size; k++)
    {
      g_string_append (text, k ? "" : " leak");
      append_ref (text, s, s->leaks.data[k]);
    }
  for (uint32_t k = 0; k < s->holds.size; k++)
    {
      g_string_append (text, k ? "" : " hold");
      append_ref (text, s, s->holds.data[k]);
    }
  return g_string_free (text, FALSE);
}

/* For parameters a, b, c, and two results. */
static const char *const whole_texts[SP_EFFECT_BODY] = {
  [SP_EFFECT_ALIAS] = "ret ? a+;ret ? a+;",
  [SP_EFFECT_READ] = "ret ? a';ret ? a';",
  [SP_EFFECT_DERIVE] = "ret ? a+ a';ret ? a+ a';",
  [SP_EFFECT_REACH] = "ret ? a+ a\"+;ret ? a+ a\"+;",
  [SP_EFFECT_FRESH] = "ret ? new;ret ? new; new <- new;",
  [SP_EFFECT_WRAP] = "ret ? a+ new;ret ? a+ new; new <- a+ a'+ new;",
  [SP_EFFECT_CLONE] = "ret ? a\"+ new;ret ? a\"+ new; new <- a\"+ new; hold b c",
  [SP_EFFECT_WRITE] = "ret ?;ret ?; a+ <- b+ c+;",
  [SP_EFFECT_UPDATE] = "ret ?;ret ?; a+ a\"+ <- ?; leak b c",
  [SP_EFFECT_FILL] = "ret ?;ret ?; a+ a\"+ <- ?; leak b' c'",
  [SP_EFFECT_ADVANCE] = "ret ?;ret ?; a+ <- a\"+;",
  [SP_EFFECT_GROW] = "ret ?;ret ?; new <- a\"+ new; a+ <- new;",
  [SP_EFFECT_APPEND] = "ret ? a\"+ new;ret ? a\"+ new; new <- a\"+ new ?; a\"+ <- ?; leak b' c'",
  [SP_EFFECT_MERGE] = "ret ? a\"+ new;ret ? a\"+ new; new <- a\"+ new b\"+ c\"+; a+ a\"+ <- b\"+ c\"+;",
  [SP_EFFECT_EXTEND] = "ret ? a\"+ new;ret ? a\"+ new; new <- a\"+ new b'\"+ c'\"+; a+ a\"+ <- b'\"+ c'\"+;",
  [SP_EFFECT_MOVE] = "ret ?;ret ?; b+ <- c';",
  [SP_EFFECT_HOLD] = "ret ?;ret ?; hold a b c",
  [SP_EFFECT_NUMBER] = "ret ? a+ a';ret ? a+ a'; hold a a'",
  [SP_EFFECT_CONTENT] = "ret ?;ret ?; leak a' b' c'",
  [SP_EFFECT_CALL] = "ret ?;ret ?; leak a b' c'",
};

static void
assert_whole (const Summary *s, enum sp_effect effect)
{
  g_autofree char *text = summary_text (s);
  assert_non_null (whole_texts[effect]);
  assert_string_equal (text, whole_texts[effect]);
  assert_int_equal (s->n_param_leaves, 3);
  assert_int_equal (s->n_result_leaves, 2);
  assert_int_equal (s->residuals.size, 0);
  vec_foreach (const struct sp_fresh, f, &s->fresh)
    {
      assert_true (f->multi && f->collapsed && f->heap_kind && !f->data && f->depth == SP_DEEP);
      assert_int_equal (f->code, GIR_INVALID);
      assert_int_equal (f->type, 0);
    }
}

static void
assert_effect (const Summary *s, enum sp_effect effect)
{
  bool stores = effect == SP_EFFECT_STORE || effect == SP_EFFECT_SWAP || effect == SP_EFFECT_CAS;
  assert_int_equal (s->leaks.size + s->residuals.size + s->fresh.size, 0);
  assert_int_equal (s->n_param_leaves, 3);
  assert_int_equal (s->n_result_leaves, 2);
  if (stores)
    assert_stores (s, effect == SP_EFFECT_CAS ? 2 : 1);
  else
    assert_int_equal (s->puts.size, 0);
  switch (effect)
    {
    case SP_EFFECT_SAME:
      assert_int_equal (s->rets.size, 1);
      assert_name (s, s->rets.data[0].ref, SP_NAME_PARAM, 0);
      break;
    case SP_EFFECT_LOAD:
    case SP_EFFECT_SWAP: assert_returns_load (s); break;
    case SP_EFFECT_NONE:
      assert_int_equal (s->rets.size, 2); /* an empty set would be a claim (A16) */
      for (uint32_t k = 0; k < 2; k++)
        {
          assert_int_equal (s->rets.data[k].leaf, k);
          assert_name (s, s->rets.data[k].ref, SP_NAME_UNKNOWN, 0);
        }
      break;
    default: assert_int_equal (s->rets.size, 0); break;
    }
}

/* What a function of that name and those flags is taken for: UNKNOWN for no summary, BODY for its body. */
static void
assert_taken_for (const char *name, const char *flags, enum sp_effect effect)
{
  g_autoptr (GirProgram) p = program_with (name, flags);
  g_autoptr (Types) t = sp_types_new (p);
  for (int collapsed = 0; collapsed < 2; collapsed++)
    {
      struct sp_summary *raw = NULL;
      bool decided = sp_model_summary (t, 0, collapsed, &raw);
      g_autoptr (Summary) s = raw;
      if (decided != (effect < SP_EFFECT_BODY) || (s == NULL) != (effect >= SP_EFFECT_UNKNOWN))
        fail_msg ("%s (%s): %s", name, flags, !decided ? "its body" : s ? "a summary" : "unknown");
      if (!s)
        continue;
      assert_int_equal (s->collapsed, collapsed);
      if (effect >= SP_EFFECT_ALIAS && effect <= SP_EFFECT_CALL)
        assert_whole (s, effect);
      else
        assert_effect (s, effect);
    }
}

/* Each entry acts for a function without a body; BODY is then no help. */
static void
effects (void **state)
{
  (void)state;
  for (unsigned k = 0; k < sp_n_models; k++)
    {
      const struct sp_model *m = &sp_models[k];
      g_autofree char *name = name_for (m);
      /* The parameters here are pointers, so TEXT keeps them. */
      enum sp_effect effect = m->effect == SP_EFFECT_TEXT ? SP_EFFECT_UNKNOWN : m->effect;
      assert_taken_for (name, "extern", effect >= SP_EFFECT_BODY ? SP_EFFECT_UNKNOWN : effect);
      assert_taken_for (name, "extern noescape", effect >= SP_EFFECT_BODY ? SP_EFFECT_NONE : effect);
    }
}

/* Bodies that lie are overridden (A14); those of a package's own helpers are believed, and so are all that nothing is said of. */
static void
bodies (void **state)
{
  (void)state;
  static const struct
  {
    const char *name;
    enum sp_effect effect;
  } cases[] = {
    { "runtime.SetFinalizer", SP_EFFECT_UNKNOWN },
    { "runtime.AddCleanup[ex.Big,*ex.low]", SP_EFFECT_UNKNOWN },
    { "runtime.(*Pinner).Pin", SP_EFFECT_UNKNOWN },
    { "runtime.KeepAlive", SP_EFFECT_NONE },
    { "runtime.mallocgc", SP_EFFECT_BODY },
    { "internal/abi.NoEscape", SP_EFFECT_SAME },
    { "internal/abi.Escape[ex.low]", SP_EFFECT_UNKNOWN },
    { "sync.(*Pool).Put", SP_EFFECT_UNKNOWN },
    { "sync.(*Pool).Get", SP_EFFECT_UNKNOWN },
    { "sync.(*Pool).pin", SP_EFFECT_BODY },
    { "unique.Make[ex.low]", SP_EFFECT_UNKNOWN },
    { "weak.Make[ex.low]", SP_EFFECT_UNKNOWN },
    { "unique.Handle[ex.low].Value", SP_EFFECT_BODY },
    { "reflect.ValueOf", SP_EFFECT_ALIAS },
    { "reflect.Value.Elem", SP_EFFECT_DERIVE },
    { "reflect.valueInterface", SP_EFFECT_BODY },
    { "reflect.TypeOf", SP_EFFECT_NONE },
    { "reflect.Value.Interface", SP_EFFECT_UNKNOWN },
    { "reflect.Value.InterfaceData", SP_EFFECT_UNKNOWN },
    { "reflect.Value.Convert", SP_EFFECT_UNKNOWN },
    { "reflect.Value.Pointer", SP_EFFECT_NUMBER },
    { "reflect.Value.UnsafeAddr", SP_EFFECT_NUMBER },
    { "reflect.Value.FieldByNameFunc", SP_EFFECT_UNKNOWN },
    { "reflect.Value.Seq", SP_EFFECT_UNKNOWN },
    { "reflect.Value.Methods", SP_EFFECT_UNKNOWN },
    { "reflect.TypeAssert[int]", SP_EFFECT_UNKNOWN },
    { "reflect.MakeFunc", SP_EFFECT_UNKNOWN },
    { "reflect.NewAt", SP_EFFECT_UNKNOWN },
    { "reflect.SliceAt", SP_EFFECT_UNKNOWN },
    { "reflect.Swapper", SP_EFFECT_LAYOUT },
    { "internal/reflectlite.Swapper", SP_EFFECT_LAYOUT },
    { "reflect.Swapper$8", SP_EFFECT_BODY },
    { "reflect.Value.Seq$1", SP_EFFECT_BODY },
    { "internal/sync.(*HashTrieMap[any,any]).Load", SP_EFFECT_LAYOUT },
    { "internal/sync.(*entry[any,any]).lookupWithValue", SP_EFFECT_LAYOUT },
    { "internal/sync.(*Mutex).Lock", SP_EFFECT_BODY },
    { "maps.Clone[map[int]*int,int,*int]", SP_EFFECT_CLONE },
    { "maps.Copy[map[int]*int,int,*int]", SP_EFFECT_BODY },
    { "a.f", SP_EFFECT_BODY },
    { "strings.(*Builder).String", SP_EFFECT_BODY },
    { "math/big.addVV", SP_EFFECT_BODY },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    assert_taken_for (cases[k].name, "", cases[k].effect);
}

/* What has no body and is not listed leaks all it gets, unless it is said to keep nothing. */
static void
unlisted (void **state)
{
  (void)state;
  assert_taken_for ("a.f", "extern", SP_EFFECT_UNKNOWN);
  assert_taken_for ("a.f", "extern asm", SP_EFFECT_UNKNOWN);
  assert_taken_for ("a.f", "extern noescape", SP_EFFECT_NONE);
  assert_taken_for ("a.f", "noescape", SP_EFFECT_BODY);
}

/* Strings are cloned, wherever in a value they lie; what holds any other pointer is kept. */
static void
text (void **state)
{
  (void)state;
  static const struct
  {
    const char *type;
    bool kept;
  } cases[] = {
    { "string", false },        { "int", false },
    { "[3]string", false },     { "struct{s:string,n:[2]struct{t:string,f:float64}}", false },
    { "*string", true },        { "struct{s:string,p:*int}", true },
    { "[2]*int", true },        { "iface{}", true },
    { "chan<string>", true },   { "uintptr", true },
    { "unsafe.Pointer", true }, { "struct{s:struct{i:iface{}}}", true },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autofree char *source
          = g_strdup_printf ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"unique.Make[x]\" 0 func(%s)(*int) - src\nparam %%v %s -\n"
                             "block b0\n  ret nil\nend\nmeta complete \"1\"\n",
                             cases[k].type, cases[k].type);
      g_autoptr (GirProgram) p = read_good (source);
      g_autoptr (Types) t = sp_types_new (p);
      struct sp_summary *raw = NULL;
      assert_true (sp_model_summary (t, 0, false, &raw));
      g_autoptr (Summary) s = raw;
      if (cases[k].kept != (s == NULL))
        fail_msg ("%s is %s", cases[k].type, s ? "not kept" : "kept");
      if (!s)
        continue;
      g_autofree char *said = summary_text (s);
      assert_string_equal (said, "ret ?;");
    }
}

/* The first @n functions are modelled as @texts say, with leaves apart and as one, and make nothing. */
static void
assert_summaries (const struct sp_types *t, const char *const texts[][2], gir_fn n)
{
  for (gir_fn fn = 0; fn < n; fn++)
    for (int collapsed = 0; collapsed < 2; collapsed++)
      {
        struct sp_summary *raw = NULL;
        assert_true (sp_model_summary (t, fn, collapsed, &raw));
        g_autoptr (Summary) s = raw;
        g_autofree char *said = summary_text (s);
        assert_string_equal (said, texts[fn][collapsed]);
        assert_int_equal (s->fresh.size, 0);
      }
}

/* All pointers of a value count, in the order of its parameters; a copy without results makes nothing new. */
static void
values (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good ("gir 1\npkg 0 \"a\" \"a\"\ntype value struct \"t\" *int \"p\" unsafe.Pointer \"n\" int\n"
                                        "func @0 \"reflect.Copy\" 0 func(value,value)(int) - src extern\nparam %a value -\n"
                                        "param %b value -\nend\n"
                                        "func @1 \"reflect.Value.Len\" 0 func(value)(int) - src extern\nparam %a value -\nend\n"
                                        "meta complete \"1\"\n");
  g_autoptr (Types) t = sp_types_new (p);
  static const char *const texts[2][2] = { { " a+ a\"+ b+ b\"+ <- c\"+ d\"+;", " a+ a\"+ <- b\"+;" }, { "", "" } };
  assert_summaries (t, texts, 2);
}

/* Of a reflect.Value only the pointer counts, where its words are told apart. */
static void
reflect_values (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p
      = read_good ("gir 1\npkg 0 \"a\" \"a\"\ntype #1 struct \"typ_\" *int \"ptr\" unsafe.Pointer \"flag\" uintptr\n"
                   "type #2 named \"reflect.Value\" #1\n"
                   "func @0 \"reflect.Copy\" 0 func(#2,#2)(int) - src extern\nparam %a #2 -\nparam %b #2 -\nend\n"
                   "func @1 \"reflect.Value.Elem\" 0 func(#2)(#2) - src extern\nparam %a #2 -\nend\n"
                   "func @2 \"reflect.Select\" 0 func([]#2)(int,#2) - src extern\nparam %a []#2 -\nend\n"
                   "func @3 \"reflect.Value.FieldByIndexErr\" 0 func(#2,[]int)(#2,iface{}) - src extern\nparam %a #2 -\n"
                   "param %b []int -\nend\nmeta complete \"1\"\n");
  g_autoptr (Types) t = sp_types_new (p);
  static const char *const texts[4][2] = {
    { " b+ b\"+ <- e\"+;", " a+ a\"+ <- b\"+;" },
    { "ret ?;ret b+ b';ret;", "ret ? a+ a';" },
    { "ret ?;ret ?;ret ?; leak a'", "ret ?; leak a'" },
    { "ret ?;ret b+ b\"+;ret;ret ? b+ b\"+;", "ret ? a+ a\"+;ret ? a+ a\"+;" },
  };
  assert_summaries (t, texts, 4);
}

/* A model with fewer parameters than it speaks of says no more than there is. */
static void
few_parameters (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p
      = read_good ("gir 1\npkg 0 \"a\" \"a\"\nfunc @0 \"sync/atomic.StoreInt32\" 0 func(*int32,int32) - src extern\nparam %a *int32 -\n"
                   "param %b int32 -\nend\nmeta complete \"1\"\n");
  g_autoptr (Types) t = sp_types_new (p);
  struct sp_summary *raw = NULL;
  assert_true (sp_model_summary (t, 0, false, &raw));
  g_autoptr (Summary) s = raw;
  assert_int_equal (s->n_param_leaves, 1);
  assert_int_equal (s->puts.size + s->rets.size, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (table),  cmocka_unit_test (find),           cmocka_unit_test (exact_beats_prefix), cmocka_unit_test (effects),
    cmocka_unit_test (bodies), cmocka_unit_test (unlisted),       cmocka_unit_test (few_parameters),     cmocka_unit_test (text),
    cmocka_unit_test (values), cmocka_unit_test (reflect_values),
  };
  return cmocka_run_group_tests_name ("models", tests, NULL, NULL);
}
