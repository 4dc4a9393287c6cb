/* The parser of rule files, and what the built-in one must hold. */
#include "test_gir_util.h"

#include "constraints/rules.h"

typedef struct sp_rules Rules;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rules, sp_rules_free)

static Rules *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  Rules *r = sp_rules_parse ("rules", text, &error);
  if (!r)
    fail_msg ("%s", error->message);
  return r;
}

static void
assert_atom (const Rules *r, const struct sp_atom *a, const char *pred, const char *args)
{
  assert_string_equal (r->preds[a->pred].name, pred);
  assert_int_equal (r->preds[a->pred].arity, strlen (args));
  for (unsigned i = 0; args[i]; i++)
    assert_int_equal (a->args[i], args[i] == '_' ? SP_WILDCARD : args[i] - 'a');
}

static void
good_file (void **state)
{
  (void)state;
  static const char text[] = "// comment\n.type V <: number // of values\n.decl path(x:V, y:V)\n.input Copy\n.output path\n"
                             "//: one  is a step\npath(x,y) :- Copy(x,y).\n"
                             "//: two   is two steps, \t at least  \n// an aside\npath ( x , z ):-path(x,y),\n  Copy(y,z) . \r\n"
                             "//: three\nheapI(o) :- path(o,_), Local(o), path(_,o).\n";
  g_autoptr (Rules) r = parse (text);
  assert_string_equal (r->text, text);
  assert_int_equal (r->n_preds, SP_N_PREDS + 1);
  assert_string_equal (r->preds[SP_N_PREDS].name, "path");
  assert_int_equal (r->preds[SP_N_PREDS].kind, SP_PRED_DERIVED);
  assert_int_equal (r->n_rules, 3);
  assert_string_equal (r->rules[0].name, "one");
  assert_string_equal (r->rules[0].sentence, "is a step");
  assert_string_equal (r->rules[1].sentence, "is two steps, \t at least");
  assert_string_equal (r->rules[2].sentence, "");
  assert_atom (r, &r->rules[1].head, "path", "ab");
  assert_int_equal (r->rules[1].n_body, 2);
  assert_int_equal (r->rules[1].n_vars, 3);
  assert_atom (r, &r->rules[1].body[0], "path", "ac");
  assert_atom (r, &r->rules[1].body[1], "Copy", "cb");
  assert_atom (r, &r->rules[2].body[0], "path", "a_");
  assert_atom (r, &r->rules[2].body[1], "Local", "a");
}

static void
empty_file (void **state)
{
  (void)state;
  g_autoptr (Rules) r = parse (" \n// nothing");
  assert_int_equal (r->n_rules, 0);
  assert_int_equal (r->n_preds, SP_N_PREDS);
  sp_rules_free (NULL);
}

/* As many as are allowed. */
static void
largest_rule (void **state)
{
  (void)state;
  g_autoptr (Rules) r = parse (
      ".decl p(a:V,b:V,c:V,d:V)\n//: big  x\np(a,b,c,d) :- Copy(a,b), Copy(c,d), Copy(e,f), Copy(g,h), Copy(i,j), Copy(k,l), Copy(m,n).");
  assert_int_equal (r->rules[0].n_body, SP_MAX_BODY);
  assert_int_equal (r->rules[0].n_vars, SP_MAX_VARS);
}

struct malformed
{
  const char *text, *message;
};

static const struct malformed malformed[] = {
  { ".include \"x\"\n", "rules:1: unknown directive" },
  { "\n.", "rules:2: unknown directive" },
  { ".decl\n", "rules:2: expected `.decl name(arg:type, ...)`" },
  { ".decl 1(a:V)", "expected `.decl name(arg:type, ...)`" },
  { ".decl p a:V)", "expected `(`" },
  { ".decl p(a V)", "expected `:`" },
  { ".decl p()", "expected `arg:type`" },
  { ".decl p(a:V", "expected `)`" },
  { ".decl p(a:V,b:V,c:V,d:V,e:V)", "too many columns" },
  { "// x\n.decl pt(v:V)", "rules:2: declared with another arity" },
  { ".decl p(a:V)\n.decl p(a:V, b:V)", "rules:2: declared with another arity" },
  { "//: r  x\nnone(v) :- Copy(v,v).", "rules:2: expected the name of a declared relation" },
  { "//: r  x\npt(v,c) :- none(v,c).", "rules:2: expected the name of a declared relation" },
  { "//: r  x\npt(v) :- Copy(v,v).", "expected `,`" },
  { "//: r  x\npt(v,c,d) :- Copy(v,c).", "expected `)`" },
  { "//: r  x\npt(v,) :- Copy(v,v).", "expected a variable or `_`" },
  { "//: r  x\npt(v,1) :- Copy(v,v).", "expected a variable or `_`" },
  { "//: r  x\npt v,c) :- Copy(v,c).", "expected `(`" },
  { "//: r  x\npt(v,c).", "expected `:-`" },
  { "//: r  x\npt(v,c) :- .", "expected the name of a declared relation" },
  { "//: r  x\npt(v,c) :- Copy(v,c),\n", "rules:3: expected the name of a declared relation" },
  { "//: r  x\npt(v,c) :- Copy(v,c)", "expected `.`" },
  { "//: r  x\npt(v,c) :- Copy(v,c), v != c.", "expected the name of a declared relation" },
  { "//: r  x\npt(v,c) :- !Copy(v,c).", "expected the name of a declared relation" },
  { "//: r  x\npt(v,c) :- Copy(v,d).", "rules:2: every variable of the head must occur in the body" },
  { "//: r  x\npt(v,_) :- Copy(v,v).", "every variable of the head must occur in the body" },
  { "//: r  x\nlost(o) :- Site(o), Foreign(c).", "rules:2: what Sub, Base, Obj, Foreign, ... tell something of must occur in a relation" },
  { "//: r  x\nlost(o) :- Site(o), Obj(c,o).", "must occur in a relation" },
  { "//: r  x\nlost(o) :- Site(o), Obj(_,o).", "must occur in a relation" },
  { "//: r  x\nlost(o) :- Site(o), Cell(o,c).", "must occur in a relation" },
  { "//: r  x\nlost(o) :- Obj(c,o), Base(d,c), Sub(c,p,d), Offset(v,w,p).", "must occur in a relation" },
  { "//: r  x\nCopy(v,c) :- pt(v,c).", "a rule may not derive a fact or a universe relation" },
  { "//: r  x\nObj(v,c) :- pt(v,c).", "a rule may not derive a fact or a universe relation" },
  { "//: r  x\nhotI(v) :- pt(v,_).", "expected the name of a declared relation" },
  { "pt(v,c) :- Addr(v,c).", "rules:1: a rule needs a name" },
  { "//: r  x\npt(v,c) :- Addr(v,c).\npt(v,c) :- Addr(v,c).", "rules:3: a rule needs a name" },
  { "//: r  x\npt(a,b) :- Copy(a,b), Copy(c,d), Copy(e,f), Copy(g,h), Copy(i,j), Copy(k,l), Copy(m,n), Copy(o,p).", "too many atoms" },
  { "//: r  x\npt(a,b) :- Store(a,b,c,d), Store(e,f,g,h), Store(i,j,k,l), Store(m,n,o,p).", "too many variables in one rule" },
};

static void
malformed_files (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (malformed); k++)
    {
      g_autoptr (GError) error = NULL;
      if (sp_rules_parse ("rules", malformed[k].text, &error))
        fail_msg ("accepted: %s", malformed[k].text);
      assert_true (g_error_matches (error, SP_RULES_ERROR, SP_RULES_ERROR_SYNTAX));
      if (!g_str_has_prefix (error->message, "rules:") || !strstr (error->message, malformed[k].message))
        fail_msg ("%s\nis said to be: %s", malformed[k].text, error->message);
      assert_null (sp_rules_parse ("rules", malformed[k].text, NULL));
    }
}

/* Any prefix of the rules, and any with a byte changed, is parsed or refused with a message. */
static void
mutilated_files (void **state)
{
  (void)state;
  uint64_t seed = 3;
  size_t n = strlen (sp_rules_builtin);
  for (int k = 0; k < 400; k++)
    {
      g_autofree char *text = g_strdup (sp_rules_builtin);
      g_autoptr (GError) error = NULL;
      if (k % 2)
        text[next_random (&seed) % n] = "(),.:_ \nx0/"[next_random (&seed) % 11];
      else
        text[next_random (&seed) % n] = '\0';
      g_autoptr (Rules) r = sp_rules_parse ("rules", text, &error);
      assert_true ((r == NULL) == (error != NULL));
    }
}

static void
builtin_rules (void **state)
{
  (void)state;
  g_autoptr (Rules) r = parse (sp_rules_builtin);
  assert_int_equal (r->n_preds, SP_N_PREDS);
  assert_true (r->n_rules > 30);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  for (unsigned k = 0; k < r->n_rules; k++)
    {
      assert_true (g_hash_table_add (names, (char *)r->rules[k].name)); /* explanations quote the name */
      assert_true (strlen (r->rules[k].sentence) > 0);
    }
}

static const struct
{
  const char *name;
  unsigned arity;
  const char *directive;
} predicates[] = {
#define SP_FACT(name, arity) { #name, arity, ".input" },
#define SP_UNIVERSE(name, arity, given) { #name, arity, ".input" },
#define SP_DERIVED(name, arity) { #name, arity, NULL },
#include "constraints/predicates.def"
#undef SP_FACT
#undef SP_UNIVERSE
#undef SP_DERIVED
};

static const struct
{
  const char *name, *text;
} builtins[] = { { "escape.dl", sp_rules_builtin }, { "pointsto.dl", sp_rules_pointsto } };

static bool
matches (const char *text, const char *pattern)
{
  return g_regex_match_simple (pattern, text, G_REGEX_MULTILINE, (GRegexMatchFlags)0);
}

/* Souffle needs each declared, and the facts named as input. A predicate serves one file or both. */
static void
builtin_declarations (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (predicates); k++)
    {
      unsigned declared = 0;
      g_autofree char *any = g_strdup_printf ("^\\.decl %s\\(", predicates[k].name);
      g_autofree char *input = g_strdup_printf ("^\\.input .*\\b%s\\b", predicates[k].name);
      g_autoptr (GString) whole = g_string_new (any);
      g_string_append (whole, "[^,)]*");
      for (unsigned i = 1; i < predicates[k].arity; i++)
        g_string_append (whole, ",[^,)]*");
      g_string_append (whole, "\\)");
      for (size_t f = 0; f < G_N_ELEMENTS (builtins); f++)
        {
          bool here = matches (builtins[f].text, any);
          declared += here;
          if (here && !matches (builtins[f].text, whole->str))
            fail_msg ("%s declares %s with other than %u columns", builtins[f].name, predicates[k].name, predicates[k].arity);
          assert_int_equal (matches (builtins[f].text, input), here && predicates[k].directive != NULL);
        }
      if (declared == 0)
        fail_msg ("no declaration of %s", predicates[k].name);
    }
}

/* In each file: each derived predicate that it declares has a rule; each fact and each universe function is used by one. */
static void
builtin_is_whole (void **state)
{
  (void)state;
  for (size_t f = 0; f < G_N_ELEMENTS (builtins); f++)
    {
      g_autoptr (Rules) r = parse (builtins[f].text);
      g_autofree bool *used = g_new0 (bool, r->n_preds), *made = g_new0 (bool, r->n_preds);
      for (unsigned k = 0; k < r->n_rules; k++)
        {
          made[r->rules[k].head.pred] = true;
          for (unsigned b = 0; b < r->rules[k].n_body; b++)
            used[r->rules[k].body[b].pred] = true;
        }
      for (unsigned k = 0; k < r->n_preds; k++)
        {
          g_autofree char *declared = g_strdup_printf ("^\\.decl %s\\(", r->preds[k].name);
          bool serves = r->preds[k].kind == SP_PRED_DERIVED ? made[k] : used[k];
          if (matches (builtins[f].text, declared) != serves)
            fail_msg ("%s: %s serves nothing, or is not declared", builtins[f].name, r->preds[k].name);
        }
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (good_file),
    cmocka_unit_test (empty_file),
    cmocka_unit_test (largest_rule),
    cmocka_unit_test (malformed_files),
    cmocka_unit_test (mutilated_files),
    cmocka_unit_test (builtin_rules),
    cmocka_unit_test (builtin_declarations),
    cmocka_unit_test (builtin_is_whole),
  };
  return cmocka_run_group_tests_name ("rules", tests, NULL, NULL);
}
