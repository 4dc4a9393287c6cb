/* What becomes of parameters, in gc's words: each function of one small program, by place and level. */
#include "test_gir_util.h"

#include "solver/params.h"

typedef struct sp_result Result;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, sp_result_free)

static const char prelude[] = "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\n"
                              "type pair struct \"p\" *int \"q\" *int\n"
                              "type taker iface \"Take\" func(*int)()\n"
                              "type node struct \"next\" *node\n"
                              "global $0 \"a.gp\" 0 *int -\nglobal $1 \"a.gn\" 0 *node -\n";

#define F(type) "func @0 \"a.f\" 0 " type " 0:1:6 src\n"
#define P(name, type) "param %" name " " type " 1:8 !param \"" name "\"\n"
#define B0 "block b0\n"
#define RET "  ret\nend\n"

static const struct
{
  const char *text, *expected;
} programs[] = {
  { F ("func(*int)(int)") P ("p", "*int") B0 "  %v = load int %p\n  ret %v\nend\n", "p does not escape\n" },
  { F ("func(int)(int)") P ("n", "int") B0 "  ret %n\nend\n", "" },
  { F ("func(uintptr)(uintptr)") P ("n", "uintptr") B0 "  ret %n\nend\n", "" },
  { F ("func(*int)(*int)") "param %p *int 1:8\n" B0 "  ret %p\nend\n", "" }, /* gc has no name for it */
  { F ("func(*int)") P ("p", "*int") B0 "  store $0 %p\n" RET, "leaking param: p\n" },
  { F ("func(**int)") P ("p", "**int") B0 "  %v = load *int %p\n  store $0 %v\n" RET, "leaking param content: p\n" },
  { "func @0 \"a.f\" 0 func(*int) 0:1:6 src extern\n" P ("p", "*int") "end\n", "leaking param: p\n" },
  { F ("func(*int)(*int)") P ("p", "*int") B0 "  ret %p\nend\n", "leaking param: p to result ~r0 level=0\n" },
  { F ("func(***int,*int)(*int,*int)") P ("p", "***int") P ("q", "*int") "result \"r\" *int -\nresult \"s\" *int -\n" B0
                                                                         "  %v = load **int %p\n  %w = load *int %v\n  ret %q %w\nend\n",
    "leaking param: p to result s level=2\nleaking param: q to result r level=0\n" },
  { F ("func(pair)(*int)") P ("t", "pair") B0 "  %a = field *int %t .0\n  %b = field *int %t .1\n  store $0 %a\n  ret %b\nend\n",
    "leaking param: t\n" }, /* the result gets no more than the heap */
  { F ("func(*pair)(*pair)") P ("t", "*pair") B0 "  %a = faddr **int %t .0\n  %v = load *int %a\n  store $0 %v\n  ret %t\nend\n",
    "leaking param content: t\nleaking param: t to result ~r0 level=0\n" },
  { F ("func(*int,**int)") P ("p", "*int") P ("q", "**int") B0 "  store %q %p\n" RET,
    "leaking param: p to param q level=0\nq does not escape\n" },
  { F ("func(*pair)") P ("t", "*pair") B0 "  %a = faddr **int %t .0\n  %b = faddr **int %t .1\n  %v = load *int %a\n  store %b %v\n" RET,
    "t does not escape\n" },
  { F ("func(*node)") P ("t", "*node") B0 "  %a = faddr **node %t .0\n  store %a %t\n" RET, "leaking param: t to param t level=0\n" },
  { F ("func(*node)") P ("t", "*node") B0 "  %a = faddr **node %t .0\n  store %a %t\n  %v = load *node %a\n  store $1 %v\n" RET,
    "leaking param: t\n" }, /* the content that leaks is the parameter itself */
  { F ("func(**pair)") P ("t", "**pair") B0
    "  %v = load *pair %t\n  %a = faddr **int %v .0\n  %b = faddr **int %v .1\n  %x = load *int %a\n  store %b %x\n" RET,
    "t does not escape\n" },
  { F ("func([]*pair)") P ("t", "[]*pair") B0
    "  %i = iaddr **pair %t 0\n  %j = iaddr **pair %t 1\n  %v = load *pair %i\n  %w = load *pair %j\n"
    "  %a = faddr **int %v .0\n  %b = faddr **int %w .1\n  %x = load *int %a\n  store %b %x\n" RET,
    "leaking param: t to param t level=2\n" }, /* one element's to another's */
  { F ("func(map[int]*int)(*int)") P ("m", "map[int]*int") B0 "  %v = lookup *int %m 1\n  store $0 %v\n  ret %v\nend\n",
    "m does not escape\n" },
  { F ("func(map[int]*int,*int)") P ("m", "map[int]*int") P ("p", "*int") B0 "  mapset %m 1 %p\n" RET,
    "m does not escape\nleaking param: p\n" },
  { F ("func(chan<*int>,*int)(*int)") P ("c", "chan<*int>") P ("p", "*int") B0 "  send %c %p\n  %v = recv *int %c\n  ret %v\nend\n",
    "c does not escape\nleaking param: p\n" },
  { F ("func(**pair,**pair)") P ("s", "**pair") P ("t", "**pair") B0 "  %v = load *pair %s\n  store %t %v\n" RET,
    "leaking param: s to param t level=1\nt does not escape\n" },
  { F ("func(*int)(*pair)") P ("p", "*int") B0
    "  %n = alloc *pair new !new \"n\"\n  %a = faddr **int %n .1\n  store %a %p\n  ret %n\nend\n",
    "leaking param: p\n" },
  { F ("func(*int,func(*int))") P ("p", "*int") P ("g", "func(*int)") B0 "  call %g %p\n" RET,
    "leaking param: p to a call level=0\ng does not escape\n" },
  /* n is on the heap: nobody here knows what g does with it */
  { F ("func(*int,func(*pair))") P ("p", "*int") P ("g", "func(*pair)") B0
    "  %n = alloc *pair new !new \"n\"\n  %a = faddr **int %n .1\n  store %a %p\n  call %g %n\n" RET,
    "leaking param: p\ng does not escape\n" },
  { F ("func(taker,*int)") P ("x", "taker") P ("p", "*int") B0 "  invoke %x \"Take\" %p\n" RET,
    "leaking param: x to a call level=0\nleaking param: p to a call level=0\n" },
  { F ("func(*int)") P ("p", "*int") B0
    "  %z = alloc **int var !var \"z\"\n  %c = closure func(*int) @1 %z\n  call %c %p\n" RET
    "func @1 \"a.f$1\" 0 func(*int) 0:2:6 anon in @0\nparam %q *int 2:8 !param \"q\"\nfree %z.f0 **int -\n" B0 "  store %z.f0 %q\n" RET,
    "p does not escape\nleaking param: q to captured z level=0\n" },
};

static char *
words_of (const char *body)
{
  g_autofree char *text = g_strconcat (prelude, body, NULL);
  g_autoptr (GirProgram) p = read_good (text);
  struct sp_options options = SP_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (Result) result = sp_analyse (p, &options, &error);
  assert_non_null (result);
  struct sp_flows flows = { 0 };
  sp_flows_find (&flows, result);
  GString *words = g_string_new (NULL);
  vec_foreach (const struct sp_flow, flow, &flows.of)
    {
      g_autofree char *line = sp_flow_words (p, flow);
      g_string_append_printf (words, "%s\n", line);
    }
  sp_flows_clear (&flows);
  return g_string_free (words, FALSE);
}

static void
test_programs (void **state)
{
  (void)state;
  for (unsigned k = 0; k < G_N_ELEMENTS (programs); k++)
    {
      g_autofree char *words = words_of (programs[k].text);
      assert_string_equal (words, programs[k].expected);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test (test_programs) };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
