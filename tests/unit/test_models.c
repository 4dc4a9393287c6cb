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
      assert_true (m->effect <= SP_EFFECT_BODY);
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
      if (decided != (effect != SP_EFFECT_BODY) || (s == NULL) != (effect == SP_EFFECT_BODY || effect == SP_EFFECT_UNKNOWN))
        fail_msg ("%s (%s): %s", name, flags, !decided ? "its body" : s ? "a summary" : "unknown");
      if (!s)
        continue;
      assert_int_equal (s->collapsed, collapsed);
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
      assert_taken_for (name, "extern", m->effect == SP_EFFECT_BODY ? SP_EFFECT_UNKNOWN : m->effect);
      assert_taken_for (name, "extern noescape", m->effect == SP_EFFECT_BODY ? SP_EFFECT_NONE : m->effect);
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
    { "reflect.ValueOf", SP_EFFECT_UNKNOWN },
    { "reflect.TypeOf", SP_EFFECT_NONE },
    { "reflect.Value.Interface", SP_EFFECT_UNKNOWN },
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
    cmocka_unit_test (table),  cmocka_unit_test (find),     cmocka_unit_test (exact_beats_prefix), cmocka_unit_test (effects),
    cmocka_unit_test (bodies), cmocka_unit_test (unlisted), cmocka_unit_test (few_parameters),
  };
  return cmocka_run_group_tests_name ("models", tests, NULL, NULL);
}
