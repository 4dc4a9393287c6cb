/* The engine as a whole: small programs, with the verdict on every site in the four variants, by both solvers, under both runtime models.
 */
#include "test_gir_util.h"

#include "constraints/rules.h"
#include "solver/engine.h"
#include "solver/whynot.h"

typedef struct sp_result Result;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Result, sp_result_free)

/* Functions 0 to 9 of every program. */
static const char prelude[]
    = "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\n"
      "type node struct \"next\" *node \"val\" *int\n"
      "type pair struct \"a\" *int \"b\" *int\n"
      "type wrap struct \"n\" int \"p\" *int\n"
      "type big struct \"a\" [131072]uint8\n"
      "type taker iface \"Take\" func(*int)()\n"
      "type keeper struct \"p\" *int\n"
      "type dropper struct \"n\" int \"m\" int\n"
      "mset *keeper \"Take\" @5\nmset dropper \"Take\" @6\nmset *dropper \"Take\" @7\n"
      "global $0 \"a.gp\" 0 *int -\nglobal $1 \"a.gn\" 0 *node -\nglobal $2 \"a.gf\" 0 func() -\nglobal $3 \"a.gi\" 0 iface{} -\n"
      "func @0 \"a.read\" 0 func(*int)(int) - src\nparam %p *int -\nblock b0\n  %v = load int %p\n  ret %v\nend\n"
      "func @1 \"a.keep\" 0 func(**int,*int) - src\nparam %p **int -\nparam %q *int -\nblock b0\n  store %p %q\n  ret\nend\n"
      "func @2 \"a.id\" 0 func(*int)(*int) - src\nparam %p *int -\nblock b0\n  ret %p\nend\n"
      "func @3 \"a.ext\" 0 func(*int)(*int) - src extern\nparam %p *int -\nend\n"
      "func @4 \"a.leak\" 0 func(*int) - src\nparam %p *int -\nblock b0\n  store $0 %p\n  ret\nend\n"
      "func @5 \"a.(*keeper).Take\" 0 func(*keeper,*int) - src\nparam %k *keeper -\nparam %q *int -\n"
      "block b0\n  %a = faddr **int %k .0\n  store %a %q\n  ret\nend\n"
      "func @6 \"a.dropper.Take\" 0 func(dropper,*int) - src\nparam %d dropper -\nparam %q *int -\nblock b0\n  ret\nend\n"
      "func @7 \"a.(*dropper).Take\" 0 func(*dropper,*int) - wrapper\nparam %d *dropper -\nparam %q *int -\nblock b0\n"
      "  %v = load dropper %d\n  call @6 %v %q\n  ret\nend\n"
      "func @8 \"a.apply\" 0 func(func(*int),*int) - src\nparam %f func(*int) -\nparam %p *int -\nblock b0\n  call %f %p\n  ret\nend\n"
      "func @9 \"a.make\" 0 func(*int)(*node) - src\nparam %p *int -\nblock b0\n"
      "  %n = alloc *node complit !amp \"&node{}\"\n  %v = faddr **int %n .1\n  store %v %p\n  ret %n\nend\n";

/* `expected` lists FUNCTION.SITE=CFWL, a letter for each of coarse, field, flow, full: H heap, B heap under go and stack under ideal, S
 * stack. */
struct program
{
  const char *name;
  const char *expected;
  const char *text;
};

#define F(type) "func @10 \"a.f\" 0 " type " 0:1:6 src\n"
#define G(type) "func @11 \"a.g\" 0 " type " - src\n"
#define LIT(type) "func @11 \"a.f$1\" 0 " type " - anon in @10\n"
#define B0 "block b0\n"
#define X "  %x = alloc *int var !var \"x\"\n"
#define Y "  %y = alloc *int var !var \"y\"\n"
#define P "  %p = alloc *pair new !new \"new(pair)\"\n  %pa = faddr **int %p .0\n  %pb = faddr **int %p .1\n"
#define RET "  ret\nend\n"
#define Q "  %q = alloc **int new !new \"q\"\n  store %q %x\n"
/* Functions that the table of models speaks for. */
#define M1(name, a, r) "func @11 \"" name "\" 0 func(" a ")" r " - src extern\nparam %a " a " -\nend\n"
#define M2(name, a, b, r) "func @11 \"" name "\" 0 func(" a "," b ")" r " - src extern\nparam %a " a " -\nparam %b " b " -\nend\n"
#define M3(name, a, b, c, r) \
  "func @11 \"" name "\" 0 func(" a "," b "," c ")" r " - src extern\nparam %a " a " -\nparam %b " b " -\nparam %c " c " -\nend\n"

#define RAWS "type raws struct \"p\" unsafe.Pointer\n"

static const struct program programs[] = {
  /* --- the heart of the rules, each precision apart --- */
  { "passed to a callee that keeps nothing", "f.x=SSSS", F ("func()(int)") B0 X "  %v = call int @0 %x\n  ret %v\nend\n" },
  { "returned", "f.x=HHHH", F ("func()(*int)") B0 X "  ret %x\nend\n" },
  { "stored in a global", "f.x=HHHH", F ("func()") B0 X "  store $0 %x\n" RET },
  { "stored through a parameter", "f.x=HHHH", F ("func(**int)") "param %p **int -\n" B0 X "  store %p %x\n" RET },
  { "another field", "f.x=HSHS f.y=HHHH",
    F ("func()") B0 X Y P "  store %pa %x\n  store %pb %y\n  %l = load *int %pb\n  store $0 %l\n" RET },
  { "field overwritten", "f.x=HHHS f.y=HHHH",
    F ("func()") B0 X Y P "  store %pa %x\n  store %pa %y\n  %l = load *int %pa\n  store $0 %l\n" RET },
  { "pointer overwritten", "f.x=HHSS f.y=HHHH",
    F ("func()") B0 X Y "  %q = alloc **int new !new \"q\"\n  store %q %x\n  store %q %y\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "only pointer of a struct overwritten", "f.x=HHSS f.y=HHHH",
    F ("func()") B0 X Y "  %w = alloc *wrap new !new \"w\"\n  %q = faddr **int %w .1\n  store %q %x\n  store %q %y\n"
                        "  %l = load *int %q\n  store $0 %l\n" RET },
  { "variable overwritten", "f.x=HHSS f.y=HHHH",
    F ("func()") B0 X Y "  %q = alloc **int var !var \"q\"\n  store %q %x\n  store %q %y\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "overwritten on one path only", "f.x=HHHH f.y=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 X Y
                     "  %q = alloc **int new !new \"q\"\n  store %q %x\n  br %c b1 b2\nblock b1\n  store %q %y\n  jmp b2\nblock b2\n"
                     "  %l = load *int %q\n  store $0 %l\n" RET },
  { "overwritten on both paths", "f.x=HHSS f.y=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 X Y
                     "  %q = alloc **int new !new \"q\"\n  store %q %x\n  br %c b1 b2\nblock b1\n  store %q %y\n  jmp b3\nblock b2\n"
                     "  store %q nil\n  jmp b3\nblock b3\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "stored after the last read", "f.x=HHSS",
    F ("func()") B0 X "  %q = alloc **int new !new \"q\"\n  %l = load *int %q\n  store $0 %l\n  store %q %x\n" RET },
  { "a store with two targets overwrites nothing", "f.x=HHHH f.y=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 X Y
                     "  %q = alloc **int new !new \"q\"\n  %r = alloc **int new !new \"r\"\n  br %c b1 b2\nblock b1\n  jmp b2\nblock b2\n"
                     "  %s = phi **int b0 %q b1 %r\n  store %q %x\n  store %s %y\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "interior pointer", "f.n=HHHH", F ("func()(**int)") B0 "  %n = alloc *node var !var \"n\"\n  %v = faddr **int %n .1\n  ret %v\nend\n" },
  { "returned inside a struct", "f.x=HHHH",
    F ("func()(node)") B0 X "  %n = alloc *node var\n  %v = faddr **int %n .1\n  store %v %x\n  %l = load node %n\n  ret %l\nend\n" },
  { "elements of a short array at known indices are apart", "f.x=HSHS",
    F ("func()(*int)") B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %e = iaddr **int %a 1\n  store %e %x\n  store %e nil\n"
                            "  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "elements of a long array are one", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %a = alloc *[40]*int var !var \"a\"\n  %e = iaddr **int %a 1\n  store %e %x\n  store %e nil\n"
                            "  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "elements of a short array at the same index", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %e = iaddr **int %a 1\n  store %e %x\n  store %e %x\n"
                            "  %k = iaddr **int %a 1\n  %r = load *int %k\n  ret %r\nend\n" },

  /* --- calls --- */
  { "returned by a callee and dropped", "f.x=SSSS", F ("func()") B0 X "  %y = call *int @2 %x\n  store %y 1\n" RET },
  { "returned by a callee and returned", "f.x=HHHH", F ("func()(*int)") B0 X "  %y = call *int @2 %x\n  ret %y\nend\n" },
  { "callee stores it into a local", "f.x=SSSS",
    F ("func()") B0 X "  %q = alloc **int var\n  call @1 %q %x\n  %l = load *int %q\n  store %l 1\n" RET },
  { "callee stores it into a global", "f.x=HHHH", F ("func()") B0 X "  call @4 %x\n" RET },
  { "callee unknown", "f.x=HHHH", F ("func()") B0 X "  %r = call *int @3 %x\n" RET },
  { "a call overwrites nothing", "f.x=HHHH f.y=HHHH",
    F ("func()") B0 X Y "  %q = alloc **int new !new \"q\"\n  store %q %x\n  call @1 %q %y\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "read back through what a callee stored", "f.x=HHHH",
    F ("func()") B0 X "  %q = alloc **int new !new \"q\"\n  call @1 %q %x\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "made by a callee, kept by no caller", "make.&node{}=HHHH f.x=BBBB", F ("func()") B0 X "  %n = call *node @9 %x\n" RET },
  { "made by a callee and published", "make.&node{}=HHHH f.x=HHHH", F ("func()") B0 X "  %n = call *node @9 %x\n  store $1 %n\n" RET },
  { "two calls, one result published", "f.x=HHHH f.y=BBBB",
    F ("func()") B0 X Y "  %n = call *node @9 %x\n  %m = call *node @9 %y\n  store $1 %n\n" RET },
  { "swapped by a callee", "f.x=HSHS f.y=HHHH",
    F ("func()") B0 X Y P "  call @11 %pa %x\n  call @11 %pb %y\n  %l = load *int %pb\n  store $0 %l\n" RET G (
        "func(**int,*int)") "param %p **int -\nparam %q *int -\n" B0 "  %o = load *int %p\n  store %p %q\n" RET },
  { "aliased parameters (A2)", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %c = alloc *node var\n  %r = call *int @11 %c %c %x\n  ret %r\nend\n" G (
        "func(*node,*node,*int)(*int)") "param %p *node -\nparam %q *node -\nparam %v *int -\n" B0
                                        "  %n = alloc *node complit !amp \"n\"\n  %pn = faddr **node %p .0\n  store %pn %n\n"
                                        "  %qn = faddr **node %q .0\n  %m = load *node %qn\n  %mv = faddr **int %m .1\n  store %mv "
                                        "%v\n"
                                        "  %nv = faddr **int %n .1\n  %r = load *int %nv\n  ret %r\nend\n" },
  { "recursion keeps its objects apart (A6)", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %n = call *node @11 2 %x\n  %v = faddr **int %n .1\n  %r = load *int %v\n  ret %r\nend\n" G (
        "func(int,*int)(*node)") "param %k int -\nparam %v *int -\n" B0
                                 "  %n = alloc *node complit !amp \"n\"\n  %e = bin bool == %k 0\n  br %e b1 b2\n"
                                 "block b1\n  ret %n\nblock b2\n  %j = bin int - %k 1\n  %m = call *node @11 %j %v\n"
                                 "  %nv = faddr **int %n .1\n  store %nv %v\n  %mv = faddr **int %m .1\n  store %mv nil\n  ret "
                                 "%n\nend\n" },
  { "list built by a recursion", "f.x=BBBB g.n=HHHH",
    F ("func()") B0 X "  %n = call *node @11 2 %x\n" RET G (
        "func(int,*int)(*node)") "param %k int -\nparam %v *int -\n" B0
                                 "  %n = alloc *node complit !amp \"n\"\n  %nv = faddr **int %n .1\n  store %nv %v\n"
                                 "  %e = bin bool == %k 0\n  br %e b1 b2\nblock b1\n  ret %n\nblock b2\n  %j = bin int - %k 1\n"
                                 "  %m = call *node @11 %j %v\n  %nn = faddr **node %n .0\n  store %nn %m\n  ret %n\nend\n" },
  { "stored by a recursion on its way back", "f.x=SSSS g.n=HHHH",
    F ("func()") B0 "  %x = alloc *node new !new \"x\"\n  call @11 2 %x\n" RET G (
        "func(int,*node)") "param %k int -\nparam %p *node -\n" B0 "  %e = bin bool == %k 0\n  br %e b1 b2\nblock b1\n  ret\nblock "
                           "b2\n  %j = bin int - %k 1\n  call @11 %j %p\n"
                           "  %n = alloc *node complit !amp \"n\"\n  %pn = faddr **node %p .0\n  store %pn %n\n" RET },
  { "passed down a recursion", "f.x=SSSS",
    F ("func()") B0 X "  call @11 3 %x\n" RET G ("func(int,*int)") "param %k int -\nparam %v *int -\n" B0
                                                                   "  %e = bin bool == %k 0\n  br %e b1 b2\nblock b1\n  ret\nblock b2\n  "
                                                                   "%j = bin int - %k 1\n  call @11 %j %v\n" RET },
  { "the older frame of one function (A18)", "f.x=HHHH",
    F ("func(**int,bool)") "param %p **int -\nparam %c bool -\n" B0 X "  %q = alloc **int var\n  br %c b1 b2\nblock b1\n"
                           "  store %p %x\n  ret\nblock b2\n  call @10 %q true\n  %l = load *int %q\n" RET },

  /* --- function values and interfaces --- */
  { "function parameter, known at the call", "f.x=SSSS f.c=SSSS",
    F ("func()") B0 X "  %c = closure func(*int) @11 !func \"c\"\n  call @8 %c %x\n" RET LIT ("func(*int)") "param %q *int -\n" B0
                                                                                                            "  store %q 1\n" RET },
  { "function parameter that leaks", "f.x=HHHH",
    F ("func()") B0 X "  %c = closure func(*int) @11 !func \"c\"\n  call @8 %c %x\n" RET LIT ("func(*int)") "param %q *int -\n" B0
                                                                                                            "  store $0 %q\n" RET },
  { "function parameter of anybody", "f.x=HHHH", F ("func(func(*int))") "param %c func(*int) -\n" B0 X "  call %c %x\n" RET },
  { "one function parameter leaks, another does not", "f.x=SSSS f.y=HHHH",
    F ("func()") B0 X Y "  %c = closure func(*int) @11 !func \"c\"\n  %d = closure func(*int) @4 !func \"d\"\n  call @8 %c %x\n"
                        "  call @8 %d %y\n" RET LIT ("func(*int)") "param %q *int -\n" B0 "  store %q 1\n" RET },
  { "residual calls write (A7)", "f.x=HHHH f.c=SSSS",
    F ("func()(*int)") B0 X "  %c = closure func(**int) @11 %x !func \"c\"\n  %r = call *int @12 %c\n  ret %r\nend\n" LIT (
        "func(**int)") "param %p **int -\nfree %x *int -\n" B0 "  store %p %x\n" RET
                       "func @12 \"a.run\" 0 func(func(**int))(*int) - src\nparam %f func(**int) -\n" B0
                       "  %p = alloc **int var !var \"p\"\n  call %f %p\n  %r = load *int %p\n  ret %r\nend\n" },
  { "interface, method that keeps nothing", "f.x=SSSS f.i=SSSS",
    F ("func(dropper)") "param %d dropper -\n" B0 X "  %i = iface taker %d dropper !iface \"i\"\n  invoke %i \"Take\" %x\n" RET },
  { "interface, method that keeps it in a local", "f.x=SSSS f.k=SSSS",
    F ("func()") B0 X "  %k = alloc *keeper var !var \"k\"\n  %i = iface taker %k *keeper\n  invoke %i \"Take\" %x\n" RET },
  { "interface, method that keeps it in a global", "f.x=HHHH f.k=HHHH",
    F ("func()") B0 X "  %k = alloc *keeper var !var \"k\"\n  %i = iface taker %k *keeper\n  invoke %i \"Take\" %x\n"
                      "  %j = chiface iface{} %i\n  store $3 %j\n" RET },
  { "interface of anybody", "f.x=HHHH", F ("func(taker)") "param %i taker -\n" B0 X "  invoke %i \"Take\" %x\n" RET },
  { "two methods behind one interface", "f.x=SSSS",
    F ("func(bool)") "param %c bool -\n" B0 X
                     "  %k = alloc *keeper var !var \"k\"\n  %d = alloc *dropper var !var \"d\"\n  %i = iface taker %k *keeper\n"
                     "  %j = iface taker %d *dropper\n  br %c b1 b2\nblock b1\n  jmp b2\nblock b2\n  %t = phi taker b0 %i b1 %j\n"
                     "  invoke %t \"Take\" %x\n" RET },
  { "asserted type tells values apart", "f.x=SSSS f.y=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 X
                     "  %y = alloc *pair var !var \"y\"\n  %i = iface iface{} %x *int\n  %j = iface iface{} %y *pair\n  br %c b1 b2\n"
                     "block b1\n  jmp b2\nblock b2\n  %t = phi iface{} b0 %i b1 %j\n  %o = assert *pair %t *pair\n"
                     "  %a = iface iface{} %o *pair\n  store $3 %a\n" RET },
  { "boxed and taken out", "f.x=SSSS f.i=SSSS",
    F ("func()") B0 X
    "  %n = alloc *node var\n  %f = faddr **int %n .1\n  store %f %x\n  %l = load node %n\n"
    "  %i = iface iface{} %l node !iface \"i\"\n  %o = assert node %i node\n  %p = field *int %o .1\n  store %p 1\n" RET },
  { "boxed and returned", "f.x=HHHH f.i=HHHH",
    F ("func()(iface{})") B0 X "  %n = alloc *node var\n  %f = faddr **int %n .1\n  store %f %x\n  %l = load node %n\n"
                               "  %i = iface iface{} %l node !iface \"i\"\n  ret %i\nend\n" },
  { "closure called", "f.x=SSSS f.c=SSSS",
    F ("func()") B0 X "  %c = closure func() @11 %x !func \"c\"\n  call %c\n" RET LIT ("func()") "free %x *int -\n" B0
                                                                                                 "  store %x 2\n" RET },
  { "closure returned", "f.x=HHHH f.c=HHHH",
    F ("func()(func())") B0 X "  %c = closure func() @11 %x !func \"c\"\n  ret %c\nend\n" LIT ("func()") "free %x *int -\n" B0
                                                                                                         "  store %x 2\n" RET },
  { "closure stores into what it captures", "f$1.y=HHHH",
    F ("func()") B0 "  %x = alloc **int var !var \"x\"\n  %c = closure func() @11 %x !func \"c\"\n  call %c\n" RET LIT (
        "func()") "free %x **int -\n" B0 Y "  store %x %y\n" RET },
  { "closures capture variables, not values", "f.x=HHHH",
    F ("func()") B0 X "  %q = alloc **int var !var \"q\"\n  %c = closure func() @11 %q !func \"c\"\n  store %q %x\n  call %c\n" RET LIT (
        "func()") "free %q **int -\n" B0 "  %l = load *int %q\n  store $0 %l\n" RET },

  /* --- loops --- */
  { "local to an iteration", "f.x=SSSS",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n" X "  %v = call int @0 %x\n  br %c b1 b2\nblock b2\n" RET },
  { "carried by a phi", "f.x=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %p = phi *int b0 nil b1 %x\n" X
                     "  %l = load int %p\n  br %c b1 b2\nblock b2\n" RET },
  { "carried into a comparison (A17)", "f.x=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %p = phi *int b0 nil b1 %x\n" X
                     "  %e = bin bool == %p %x\n  br %c b1 b2\nblock b2\n" RET },
  { "carried by memory", "f.x=HHHH f.n=SSSS",
    F ("func(bool)") "param %c bool -\n" B0 "  %n = alloc *node var !var \"n\"\n  %v = faddr **int %n .1\n  jmp b1\nblock b1\n" X
                     "  store %v %x\n  br %c b1 b2\nblock b2\n  %l = load *int %v\n  %u = call int @0 %l\n  %w = call *int @3 "
                     "nil\n" RET },
  { "cleared before the next iteration", "f.x=HHSS",
    F ("func(bool)") "param %c bool -\n" B0 "  %q = alloc **int new !new \"q\"\n  jmp b1\nblock b1\n" X
                     "  store %q %x\n  %l = load *int %q\n  %v = call int @0 %l\n  store %q nil\n  br %c b1 b2\nblock b2\n"
                     "  %m = load *int %q\n" RET },
  { "an object of a loop is made anew, and overwritten", "f.x=HHSS",
    F ("func(bool)") "param %c bool -\n" B0 X "  jmp b1\nblock b1\n  %q = alloc **int new !new \"q\"\n  store %q %x\n  store %q nil\n"
                     "  %l = load *int %q\n  store $0 %l\n  br %c b1 b2\nblock b2\n" RET },
  { "an object of a loop that is named in the next round holds what it held", "f.x=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 X "  jmp b1\nblock b1\n  %p = phi **int b0 nil b1 %q\n  %q = alloc **int new !new \"q\"\n"
                     "  store %q nil\n  %l = load *int %p\n  store $0 %l\n  store %q %x\n  br %c b1 b2\nblock b2\n" RET },
  { "carried by goto into a cycle", "f.x=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 "  %n = alloc **int var !var \"n\"\n  br %c b1 b2\nblock b1\n" X
                     "  %o = load *int %n\n  store %o 1\n  store %n %x\n  jmp b2\nblock b2\n  br %c b1 b3\nblock b3\n" RET },
  { "a list grows in a loop", "f.n=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %h = phi *node b0 nil b1 %n\n"
                     "  %n = alloc *node complit !amp \"n\"\n  %a = faddr **node %n .0\n  store %a %h\n  br %c b1 b2\nblock "
                     "b2\n" RET },
  { "clones of a loop (A5)", "f.x=HHHH",
    F ("func()(*int)") B0 X
    "  %g = alloc **node new !new \"g\"\n  %c = closure func() @11 %g %x !func \"c\"\n  call @12 %c\n  %n = load *node %g\n"
    "  %nv = faddr **int %n .1\n  %r = load *int %nv\n  ret %r\nend\n" LIT (
        "func()") "free %g **node -\nfree %x *int -\n" B0
                  "  %o = load *node %g\n  %n = call *node @9 %x\n  store %g %n\n  %nv = faddr **int %n .1\n  store %nv nil\n" RET
                  "func @12 \"a.twice\" 0 func(func()) - src\nparam %f func() -\n" B0 "  call %f\n  call %f\n" RET },

  /* --- defers, panics, goroutines --- */
  { "deferred", "f.x=SSSS f.c=SSSS",
    F ("func()") B0 X "  %c = closure func() @11 %x !func \"c\"\n  defer _ call %c\n  rundefers\n" RET LIT (
        "func()") "free %x *int -\n" B0 "  store %x 1\n" RET },
  { "deferred leak", "f.x=HHHH", F ("func()") B0 X "  defer _ call @4 %x\n  rundefers\n" RET },
  { "deferred copy", "f.x=HHHH",
    F ("func([]*int)") "param %d []*int -\n" B0 X "  %a = alloc *[1]*int new\n  %e = iaddr **int %a 0\n  store %e %x\n"
                       "  %s = slice []*int %a _ _ _\n  defer _ builtin copy %d %s\n  rundefers\n" RET },
  { "deferred in a loop (A12)", "f.x=HHHH",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n" X "  defer _ call @0 %x\n  br %c b1 b2\nblock b2\n  rundefers\n" RET },
  { "deferred on another frame", "f.x=HHHH", F ("func(unsafe.Pointer)") "param %d unsafe.Pointer -\n" B0 X "  defer %d call @0 %x\n" RET },
  { "deferred calls see what a panic leaves behind", "f.x=HHHH",
    F ("func()") B0 X "  %q = alloc **int var !var \"q\"\n  defer _ call @11 %q\n  store %q %x\n  %v = call *int @3 nil\n"
                      "  store %q nil\n  rundefers\n" RET G ("func(**int)") "param %q **int -\n" B0
                                                                            "  %l = load *int %q\n  store $0 %l\n" RET },
  { "named result after a panic (A11)", "f.x=HHHH",
    "func @10 \"a.f\" 0 func()(*int) - src recover b1\nresult \"r\" *int - %r\n" B0 X
    "  %r = alloc **int result\n  defer _ call @11\n  store %r %x\n  %y = call *int @3 nil\n  store %r nil\n  rundefers\n"
    "  %l = load *int %r\n  ret %l\nblock b1\n  %m = load *int %r\n  ret %m\nend\n" G ("func()") B0
    "  %e = builtin iface{} recover\n" RET },
  { "a recover block that is a loop", "f.x=HHHH f.y=HHHH",
    "func @10 \"a.f\" 0 func(bool)(*int) - src recover b1\nparam %c bool -\nresult \"r\" *int - %r\n" B0 X Y
    "  %r = alloc **int result\n  defer _ call @11\n  store %r %x\n  %z = call *int @3 nil\n  store %r %y\n  rundefers\n"
    "  %l = load *int %r\n  ret %l\nblock b1\n  br %c b1 b2\nblock b2\n  %m = load *int %r\n  ret %m\nend\n" G ("func()") B0
    "  %e = builtin iface{} recover\n" RET },
  { "goroutine", "f.x=HHHH f.c=HHHH",
    F ("func()") B0 X "  %c = closure func() @11 %x !func \"c\"\n  go call %c\n" RET LIT ("func()") "free %x *int -\n" B0
                                                                                                    "  store %x 1\n" RET },
  { "argument of a goroutine", "f.x=HHHH", F ("func()") B0 X "  go call @0 %x\n" RET },
  { "panic operand", "f.x=HHHH", F ("func()") B0 X "  %i = iface iface{} %x *int\n  panic %i\nend\n" },

  /* --- publication --- */
  { "published, then overwritten (A3)", "f.x=HHHH f.p=HHHH",
    F ("func()") B0 X Y "  %p = alloc *node new !new \"p\"\n  %v = faddr **int %p .1\n  store %v %x\n  store $1 %p\n  store %v %y\n" RET },
  { "published, then stored into", "f.x=HHHH",
    F ("func()") B0 X "  %p = alloc *node new !new \"p\"\n  %v = faddr **int %p .1\n  store $1 %p\n  store %v %x\n  store %v nil\n" RET },
  { "overwritten, then published: a heap object held it for a while", "f.x=HHHB f.p=HHHH",
    F ("func()") B0 X "  %p = alloc *node new !new \"p\"\n  %v = faddr **int %p .1\n  store %v %x\n  store %v nil\n  store $1 %p\n" RET },
  { "loaded back after publication", "f.x=HHHH",
    F ("func()") B0 X
    "  %p = alloc **int new !new \"p\"\n  %q = alloc ***int new !new \"q\"\n  store %q %p\n  %a = alloc **int new !new \"a\"\n"
    "  call @11 %p\n  %l = load **int %q\n  %m = load *int %l\n  %n = call *int @2 %m\n  store %p %x\n" RET G (
        "func(**int)") "param %p **int -\n" B0
                       "  %u = conv unsafe.Pointer %p **int\n  %w = conv *int %u unsafe.Pointer\n  store $0 %w\n" RET },

  /* --- containers: lifetime and placement --- */
  { "in a map", "f.x=BBBB f.m=SSSS", F ("func()") B0 X "  %m = mkmap map[int]*int _ !make \"m\"\n  mapset %m 1 %x\n" RET },
  { "out of a map", "f.x=HHHH f.m=SSSS",
    F ("func()(*int)") B0 X "  %m = mkmap map[int]*int _ !make \"m\"\n  mapset %m 1 %x\n  %l = lookup *int %m 1\n  ret %l\nend\n" },
  { "a key, out of a map", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %m = mkmap map[*int]int _ !make \"m\"\n  mapset %m %x 1\n  %r = range map[*int]int %m\n"
                            "  %n = next tuple(bool,*int,int) %r\n  %k = extract *int %n .1\n  ret %k\nend\n" },
  { "map of integers", "f.m=SSSS", F ("func()") B0 "  %m = mkmap map[int]int _ !make \"m\"\n  mapset %m 1 2\n" RET },
  { "map returned", "f.m=HHHH f.x=HHHH",
    F ("func()(map[int]*int)") B0 X "  %m = mkmap map[int]*int _ !make \"m\"\n  mapset %m 1 %x\n  ret %m\nend\n" },
  { "appended", "f.x=BBBB f.s=SSSS f.v=SSSS",
    F ("func()") B0 X "  %v = alloc *[1]*int varargs !dots \"v\"\n  %e = iaddr **int %v 0\n  store %e %x\n  %w = slice []*int %v _ _ _\n"
                      "  %s = builtin []*int append nil %w !append \"s\"\n" RET },
  { "channel", "f.x=BBBB f.c=BBBB", F ("func()") B0 X "  %c = mkchan chan<*int> 1 !chan \"c\"\n  send %c %x\n" RET },
  { "received", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %c = mkchan chan<*int> 1 !chan \"c\"\n  send %c %x\n  %r = recv *int %c\n  ret %r\nend\n" },
  { "sent to anybody", "f.x=HHHH", F ("func(chan<*int>)") "param %c chan<*int> -\n" B0 X "  send %c %x\n" RET },
  { "selected", "f.x=HHHH", F ("func(chan<*int>)") "param %c chan<*int> -\n" B0 X "  %s = select tuple(int,bool) try s %c %x\n" RET },
  { "slice aliases the array (A4)", "f.x=HHHH",
    F ("func(int)(*int)") "param %i int -\n" B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %s = slice []*int %a 1 3 _\n"
                          "  %e = iaddr **int %s %i\n  store %e %x\n  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "copied out", "f.x=HHHH",
    F ("func([]*int)") "param %d []*int -\n" B0 X "  %a = alloc *[1]*int var !var \"a\"\n  %e = iaddr **int %a 0\n  store %e %x\n"
                       "  %s = slice []*int %a _ _ _\n  %n = builtin int copy %d %s\n" RET },

  /* --- sizes, strings, unsafe --- */
  { "too large", "f.x=HHHH", F ("func()") B0 "  %x = alloc *[131073]uint8 var !var \"x\"\n" RET },
  { "just not too large", "f.x=SSSS", F ("func()") B0 "  %x = alloc *big var !var \"x\"\n  %u = conv unsafe.Pointer %x *big\n" RET },
  { "too large for an implicit one", "f.x=HHHH", F ("func()") B0 "  %x = alloc *[65537]uint8 new !new \"x\"\n" RET },
  { "string of bytes (A15)", "f.s=HHHH",
    F ("func([]uint8)(string)") "param %b []uint8 -\n" B0
                                "  %s = conv string %b []uint8 !conv \"s\"\n  %t = slice string %s 1 _ _\n  ret %t\nend\n" },
  { "string dropped", "f.s=SSSS",
    F ("func([]uint8)(int)") "param %b []uint8 -\n" B0
                             "  %s = conv string %b []uint8 !conv \"s\"\n  %n = builtin int len %s\n  ret %n\nend\n" },
  { "address as a number (A21)", "f.x=HHHH",
    F ("func()(uintptr)") B0 X "  %u = conv unsafe.Pointer %x *int\n  %i = conv uintptr %u unsafe.Pointer\n  ret %i\nend\n" },
  { "data word of an interface", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %i = iface iface{} %x *int\n  %e = alloc *iface{} var !var \"e\"\n  store %e %i\n"
                            "  %u = conv unsafe.Pointer %e *iface{}\n  %w = conv *node %u unsafe.Pointer\n  %d = faddr **int %w .1\n"
                            "  %p = load *int %d\n  ret %p\nend\n" },
  { "headers written word by word", "f.x=HHHH",
    F ("func()(iface{})") B0 X "  %e = alloc *iface{} var !var \"e\"\n  %u = conv unsafe.Pointer %e *iface{}\n"
                               "  %w = conv *[2]unsafe.Pointer %u unsafe.Pointer\n  %a = conv unsafe.Pointer %x *int\n"
                               "  %w1 = iaddr *unsafe.Pointer %w 1\n  store %w1 %a\n  %w0 = iaddr *unsafe.Pointer %w 0\n  store %w0 nil\n"
                               "  %r = load iface{} %e\n  ret %r\nend\n" },
  { "stored beneath a punned pointer", "f.x=HHHH",
    F ("func()") B0 X
    "  %a = alloc *node new !new \"a\"\n  %b = alloc *node new !new \"b\"\n  %c = alloc *node new !new \"c\"\n"
    "  %an = faddr **node %a .0\n  store %an %b\n  %bn = faddr **node %b .0\n  store %bn %c\n"
    "  %u = conv unsafe.Pointer %a *node\n  call @11 %u %x\n  %cv = faddr **int %c .1\n  %l = load *int %cv\n"
    "  store $0 %l\n" RET G ("func(unsafe.Pointer,*int)") "param %u unsafe.Pointer -\nparam %v *int -\n" B0
                                                          "  %p = conv *node %u unsafe.Pointer\n  %pn = faddr **node %p .0\n  %q = load "
                                                          "*node %pn\n  %qn = faddr **node %q .0\n"
                                                          "  %r = load *node %qn\n  %rv = faddr **int %r .1\n  store %rv %v\n" RET },
  /* x stays in truth; but "anywhere in *u" leads to a blob, which stands for all beneath. */
  { "stored above what lies beneath a punned pointer", "f.x=HHHH",
    F ("func()") B0 X
    "  %a = alloc *node new !new \"a\"\n  %b = alloc *node new !new \"b\"\n  %c = alloc *node new !new \"c\"\n"
    "  %an = faddr **node %a .0\n  store %an %b\n  %bn = faddr **node %b .0\n  store %bn %c\n"
    "  %u = conv unsafe.Pointer %a *node\n  call @11 %u %x\n  %cv = faddr **int %c .1\n  %l = load *int %cv\n"
    "  store $0 %l\n" RET G (
        "func(unsafe.Pointer,*int)") "param %u unsafe.Pointer -\nparam %v *int -\n" B0
                                     "  %p = conv *node %u unsafe.Pointer\n  %pn = faddr **node %p .0\n  %q = load *node %pn\n"
                                     "  %rv = faddr **int %q .1\n  store %rv %v\n" RET },
  { "one type punned as another (A13)", "f.x=HHHH",
    F ("func()(*int)") B0 X P "  store %pa %x\n  %u = conv unsafe.Pointer %p *pair\n  %k = conv *keeper %u unsafe.Pointer\n"
                              "  %a = faddr **int %k .0\n  %r = load *int %a\n  ret %r\nend\n" },
  { "stored through an integer (A21)", "f.x=HHHH",
    F ("func(uintptr)") "param %i uintptr -\n" B0 X "  %u = conv unsafe.Pointer %i uintptr\n  %p = conv **int %u unsafe.Pointer\n"
                        "  store %p %x\n" RET },

  /* --- the table of models, effect by effect: what it lets flow, and no more --- */
  { "ALIAS, returned", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %v = call *int @11 %x\n  ret %v\nend\n" M1 ("reflect.ValueOf", "*int", "(*int)") },
  { "ALIAS, dropped", "f.x=SSSS", F ("func()") B0 X "  %v = call *int @11 %x\n" RET M1 ("reflect.ValueOf", "*int", "(*int)") },
  { "READ, returned", "f.x=HHHH f.q=SSSS",
    F ("func()(*int)") B0 X Q "  %v = call *int @11 %q\n  ret %v\nend\n" M1 ("reflect.Value.String", "**int", "(*int)") },
  { "DERIVE, returned", "f.x=HHHH f.q=HHHH",
    F ("func()(*int)") B0 X Q "  %v = call *int @11 %q\n  ret %v\nend\n" M1 ("reflect.Value.Elem", "**int", "(*int)") },
  { "DERIVE, dropped", "f.x=SSSS f.q=SSSS",
    F ("func()") B0 X Q "  %v = call *int @11 %q\n" RET M1 ("reflect.Value.Elem", "**int", "(*int)") },
  { "REACH, returned", "f.x=HHHH f.q=HHHH f.r=HHHH",
    F ("func()(*int)") B0 X Q "  %r = alloc ***int new !new \"r\"\n  store %r %q\n  %v = call *int @11 %r\n  ret %v\nend\n" M1 (
        "reflect.Value.FieldByName", "***int", "(*int)") },
  { "FRESH, returned", "f.x=SSSS f.y=HHHH",
    F ("func()(**int)") B0 X Y "  %v = call **int @11 %x\n  store %v %y\n  ret %v\nend\n" M1 ("reflect.New", "*int", "(**int)") },
  { "FRESH, dropped", "f.x=SSSS", F ("func()") B0 X "  %v = call **int @11 %x\n" RET M1 ("reflect.New", "*int", "(**int)") },
  { "WRAP, read", "f.x=HHHH",
    F ("func()(*int)") B0 X
    "  %v = call **int @11 %x\n  %l = load *int %v\n  ret %l\nend\n" M1 ("reflect.Value.Slice", "*int", "(**int)") },
  { "WRAP, dropped", "f.x=BBBB", F ("func()") B0 X "  %v = call **int @11 %x\n" RET M1 ("reflect.Value.Slice", "*int", "(**int)") },
  { "CLONE outlives what the original holds", "f.x=HHHH f.y=BBBB",
    F ("func()(*int)") B0 X Y Q "  %v = call **int @11 %q %y\n  store %q nil\n  %l = load *int %v\n  ret %l\nend\n" M2 (
        "reflect.Value.MapIndex", "**int", "*int", "(**int)") },
  { "CLONE, dropped", "f.x=BBBB f.q=SSSS f.y=BBBB",
    F ("func()") B0 X Y Q "  %v = call **int @11 %q %y\n" RET M2 ("reflect.Value.MapIndex", "**int", "*int", "(**int)") },
  { "WRITE, read", "f.y=HHHH f.x=HHHH",
    F ("func()(*int)") B0 X Y Q
    "  call @11 %q %y\n  %l = load *int %q\n  ret %l\nend\n" M2 ("reflect.Value.SetString", "**int", "*int", "") },
  { "WRITE, dropped", "f.y=SSSS f.q=SSSS",
    F ("func()") B0 X Y Q "  call @11 %q %y\n" RET M2 ("reflect.Value.SetString", "**int", "*int", "") },
  { "WRITE into what is foreign", "f.y=HHHH",
    F ("func(**int)") "param %p **int -\n" B0 Y "  call @11 %p %y\n" RET M2 ("reflect.Value.SetString", "**int", "*int", "") },
  { "UPDATE leaks what is stored", "f.y=HHHH f.x=SSSS f.q=SSSS",
    F ("func()") B0 X Y Q "  call @11 %q %y\n" RET M2 ("reflect.Value.Set", "**int", "*int", "") },
  { "UPDATE brings anything", "f.y=HHHH f.x=HHHH",
    F ("func()") B0 X Y "  %q = alloc ***int new !new \"q\"\n  call @11 %q %y\n  %l = load **int %q\n  store %l %x\n" RET M2 (
        "reflect.Value.Set", "***int", "*int", "") },
  { "UPDATE brings any interface", "f.x=HHHH",
    F ("func()") B0 X "  %q = alloc *taker var !var \"q\"\n  call @11 %q nil\n  %i = load taker %q\n  invoke %i \"Take\" %x\n" RET M2 (
        "reflect.Value.Set", "*taker", "*int", "") },
  { "UPDATE of what lies beneath", "f.x=HHHH",
    F ("func()") B0 X "  %q = alloc ***int new !new \"q\"\n  %r = alloc ****int new !new \"r\"\n  store %r %q\n  call @11 %r nil\n"
                      "  %l = load **int %q\n  store %l %x\n" RET M2 ("reflect.Value.SetMapIndex", "****int", "*int", "") },
  { "FILL leaks content only", "f.x=HHHH f.q=SSSS f.y=SSSS",
    F ("func()") B0 X Y Q
    "  %r = alloc **int new !new \"r\"\n  store %r %y\n  call @11 %r %q\n" RET M2 ("reflect.Value.SetIterKey", "**int", "**int", "") },
  { "ADVANCE", "f.x=HHHH",
    F ("func()") B0 X P
    "  store %pa %x\n  call @11 %p\n  %l = load *int %pb\n  store $0 %l\n" RET M1 ("reflect.(*MapIter).Next", "*pair", "") },
  { "ADVANCE keeps nothing", "f.x=SSSS",
    F ("func()") B0 X P "  store %pa %x\n  call @11 %p\n" RET M1 ("reflect.(*MapIter).Next", "*pair", "") },
  { "GROW copies", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %n = alloc *node new !new \"n\"\n  %nn = faddr **node %n .0\n  %nv = faddr **int %n .1\n  store %nv %x\n"
                            "  call @11 %n\n  store %nv nil\n  %m = load *node %nn\n  %mv = faddr **int %m .1\n  %l = load *int %mv\n"
                            "  ret %l\nend\n" M1 ("reflect.Value.Grow", "*node", "") },
  { "GROW holds for a while", "f.x=BBBB f.q=SSSS", F ("func()") B0 X Q "  call @11 %q\n" RET M1 ("reflect.Value.Grow", "**int", "") },
  { "APPEND", "f.x=HHHH f.y=HHHH f.r=SSSS",
    F ("func()(*int)") B0 X Y Q "  %r = alloc **int new !new \"r\"\n  store %r %y\n  %v = call **int @11 %q %r\n  %l = load *int %v\n"
                                "  ret %l\nend\n" M2 ("reflect.Append", "**int", "**int", "(**int)") },
  { "APPEND, dropped", "f.x=BBBB f.y=HHHH f.q=SSSS f.r=SSSS",
    F ("func()") B0 X Y Q "  %r = alloc **int new !new \"r\"\n  store %r %y\n  %v = call **int @11 %q %r\n" RET M2 (
        "reflect.Append", "**int", "**int", "(**int)") },
  { "MERGE, read", "f.x=HHHH f.y=HHHH f.r=SSSS",
    F ("func()(*int)") B0 X Y Q "  %r = alloc **int new !new \"r\"\n  store %r %y\n  call @11 %q %r\n  store %r nil\n"
                                "  %l = load *int %q\n  ret %l\nend\n" M2 ("reflect.Copy", "**int", "**int", "") },
  { "MERGE, dropped", "f.x=SSSS f.y=SSSS f.q=SSSS f.r=SSSS",
    F ("func()") B0 X Y Q
    "  %r = alloc **int new !new \"r\"\n  store %r %y\n  call @11 %q %r\n" RET M2 ("reflect.Copy", "**int", "**int", "") },
  { "MERGE, new and dropped", "f.x=BBBB f.y=BBBB f.r=SSSS",
    F ("func()") B0 X Y Q "  %r = alloc **int new !new \"r\"\n  store %r %y\n  %v = call **int @11 %q %r\n" RET M2 ("reflect.Copy", "**int",
                                                                                                                    "**int", "(**int)") },
  { "EXTEND, read", "f.x=HHHH f.y=HHHH f.r=SSSS f.s=SSSS",
    F ("func()(*int)") B0 X Y Q
    "  %r = alloc **int new !new \"r\"\n  store %r %y\n  %s = alloc ***int new !new \"s\"\n  store %s %r\n"
    "  call @11 %q %s\n  store %r nil\n  %l = load *int %q\n  ret %l\nend\n" M2 ("reflect.AppendSlice", "**int", "***int", "") },
  { "EXTEND takes no headers", "f.x=HHSS f.y=SSSS f.q=SSSS f.r=SSSS",
    F ("func()(*int)") B0 X Y Q "  %r = alloc **int new !new \"r\"\n  store %r %y\n  store %q nil\n  call @11 %q %r\n"
                                "  %l = load *int %q\n  ret %l\nend\n" M2 ("reflect.AppendSlice", "**int", "**int", "") },
  { "MOVE, read", "f.x=HHHH f.q=SSSS f.r=SSSS",
    F ("func()(*int)") B0 X Q "  %r = alloc **int new !new \"r\"\n  call @11 nil %r %q\n  %l = load *int %r\n  ret %l\nend\n" M3 (
        "reflect.typedmemmove", "*int", "**int", "**int", "") },
  { "MOVE, dropped", "f.x=SSSS f.q=SSSS f.r=SSSS",
    F ("func()") B0 X Q
    "  %r = alloc **int new !new \"r\"\n  call @11 nil %r %q\n" RET M3 ("reflect.typedmemmove", "*int", "**int", "**int", "") },
  { "MOVE keeps dynamic types", "f.x=SSSS",
    F ("func()") B0 X "  %k = alloc *keeper var !var \"k\"\n  %i = iface taker %k *keeper\n  %q = alloc *taker var !var \"q\"\n"
                      "  store %q %i\n  %r = alloc *taker var !var \"r\"\n  call @11 nil %r %q\n  %j = load taker %r\n"
                      "  invoke %j \"Take\" %x\n" RET M3 ("reflect.typedmemmove", "*int", "*taker", "*taker", "") },
  { "MOVE keeps dynamic types of what keeps", "f.x=HHHH",
    F ("func(*keeper)") "param %p *keeper -\n" B0 X "  %i = iface taker %p *keeper\n  %q = alloc *taker var !var \"q\"\n"
                        "  store %q %i\n  %r = alloc *taker var !var \"r\"\n  call @11 nil %r %q\n  %j = load taker %r\n"
                        "  invoke %j \"Take\" %x\n" RET M3 ("reflect.typedmemmove", "*int", "*taker", "*taker", "") },
  { "HOLD", "f.x=BBBB f.y=BBBB",
    F ("func()") B0 X Y "  %v = call bool @11 %x %y\n" RET M2 ("reflect.DeepEqual", "*int", "*int", "(bool)") },
  { "NUMBER, returned", "f.x=HHHH f.q=HHHH",
    F ("func()(*int)") B0 X Q "  %v = call *int @11 %q\n  ret %v\nend\n" M1 ("reflect.Value.Pointer", "**int", "(*int)") },
  { "NUMBER, dropped", "f.x=BBBB f.q=BBBB",
    F ("func()") B0 X Q "  %v = call *int @11 %q\n" RET M1 ("reflect.Value.UnsafeAddr", "**int", "(*int)") },
  { "CONTENT", "f.x=HHHH f.q=SSSS", F ("func()") B0 X Q "  call @11 %q\n" RET M1 ("reflect.Select", "**int", "") },
  { "CALL", "f.x=HHHH f.y=HHHH f.q=SSSS",
    F ("func()") B0 X Y "  %q = alloc **int new !new \"q\"\n  store %q %y\n  %v = call *int @11 %x %q\n" RET M2 (
        "reflect.Value.Call", "*int", "**int", "(*int)") },
  { "TEXT of a string", "f.s=SSSS",
    F ("func([]uint8)") "param %b []uint8 -\n" B0 "  %s = conv string %b []uint8 !conv \"s\"\n  %v = call *string @11 %s\n" RET M1 (
        "unique.Make[string]", "string", "(*string)") },
  { "TEXT of a pointer", "f.x=HHHH", F ("func()") B0 X "  %v = call **int @11 %x\n" RET M1 ("unique.Make[*int]", "*int", "(**int)") },
  /* --- what no compiler writes --- */
  { "panic as a builtin", "f.x=HHHH", F ("func()") B0 X "  %i = iface iface{} %x *int\n  builtin panic %i\n" RET },
  { "the entry block in a loop", "f.x=SSSS",
    F ("func(bool)") "param %c bool -\n" B0 X "  %k = alloc **int var !var \"k\"\n  store %k %x\n  %l = load *int %k\n  store %l 1\n"
                     "  br %c b0 b1\nblock b1\n" RET },
  { "the entry block in a loop, stored outside", "f.x=HHHH",
    F ("func(bool,**int)") "param %c bool -\nparam %o **int -\n" B0 X "  store %o %x\n  br %c b0 b1\nblock b1\n" RET },
  { "a closure's code, called without the closure", "f.x=HHHH",
    F ("func()") B0 X "  call @11 %x\n" RET LIT ("func(*int)") "param %p *int -\nfree %h **int -\n" B0 "  store %h %p\n" RET },
  { "a method of other parameters", "f.x=HHHH",
    "type liar struct \"n\" int\nmset *liar \"Take\" @11\n" F ("func()") B0 X
    "  %d = alloc *liar var !var \"d\"\n  %i = iface taker %d *liar\n  invoke %i \"Take\" %x\n  %j = chiface iface{} %i\n  store $3 "
    "%j\n" RET "func @11 \"a.(*liar).Take\" 0 func(*liar,pair) - src\nparam %d *liar -\nparam %q pair -\n" B0
    "  %a = alloc *pair var !var \"a\"\n  store %a %q\n  %f = faddr **int %a .0\n  %l = load *int %f\n  store $0 %l\n" RET },
  { "a method without parameters", "g.x=SSSS",
    "type none struct \"n\" int\nmset *none \"Take\" @12\n" F ("func()") B0
    "  %d = alloc *none var !var \"d\"\n  %i = iface taker %d *none\n  call @11 %i\n" RET G (
        "func(taker)") "param %t taker -\n" B0 X "  invoke %t \"Take\" %x\n" RET "func @12 \"a.none.Take\" 0 func() - src\n" B0 RET },
  { "a byte of a string", "f.x=SSSS",
    F ("func(string)") "param %s string -\n" B0 X "  %b = lookup uint8 %s 1\n  %v = call int @0 %x\n" RET },
  { "what a variable holds does not have the method", "Use.x=HHHH",
    "func @10 \"a.init\" 0 func() - init exported\n" B0 "  %n = alloc *node new\n  %i = iface iface{} %n *node\n  store $3 %i\n" RET
    "func @11 \"a.Use\" 0 func() - src exported\n" B0 X "  %g = load iface{} $3\n  %h = chiface taker %g\n  invoke %h \"Take\" %x\n" RET },
  { "what a variable holds has no body", "Use.x=HHHH",
    "global $4 \"a.gt\" 0 func(*int)(*int) -\nfunc @10 \"a.init\" 0 func() - init exported\n" B0 "  store $4 @3\n" RET
    "func @11 \"a.Use\" 0 func() - src exported\n" B0 X "  %h = load func(*int)(*int) $4\n  %r = call *int %h %x\n" RET },
  { "a func type whose name begins as that of harmless functions does", "f.x=HHHH",
    "type bfn named \"internal/bytealg.fn\" func(*int)\n" F ("func(bfn)") "param %f bfn -\n" B0 X "  call %f %x\n" RET },
  { "append of nothing", "f.x=HHHH f.y=BBBB",
    F ("func()([]*int)") B0 X Y "  %a = alloc *[1]*int varargs\n  %e = iaddr **int %a 0\n  store %e %x\n  %v = slice []*int %a _ _ _\n"
                                "  %b = alloc *[1]*int varargs\n  %g = iaddr **int %b 0\n  store %g %y\n  %w = slice []*int %b _ _ _\n"
                                "  %s = builtin []*int append %w\n  %r = builtin []*int append %v\n  ret %r\nend\n" },
  { "append that nobody names", "f.x=HHHH",
    F ("func([]*int)([]*int)") "param %s []*int -\n" B0 X "  %a = alloc *[1]*int varargs\n  %e = iaddr **int %a 0\n  store %e %x\n"
                               "  %v = slice []*int %a _ _ _\n  %r = builtin []*int append %s %v\n  ret %r\nend\n" },
  { "append that nobody names, dropped", "f.x=BBBB",
    F ("func()") B0 X "  %a = alloc *[1]*int varargs\n  %e = iaddr **int %a 0\n  store %e %x\n"
                      "  %v = slice []*int %a _ _ _\n  %r = builtin []*int append nil %v\n" RET },
  { "a string that nobody names", "f.x=SSSS",
    F ("func([]uint8)(string)") "param %b []uint8 -\n" B0 X
                                "  %s = conv string %b []uint8\n  %t = bin string + %s %s\n  %v = call int @0 %x\n  ret %t\nend\n" },
  { "copy of no slices", "f.x=SSSS",
    F ("func()") B0 X Q "  %r = alloc **int new !new \"r\"\n  builtin copy %r %q\n  %l = load *int %r\n  store $0 %l\n" RET },
  { "a number made a number", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %u = conv unsafe.Pointer %x *int\n  %n = conv uintptr %u unsafe.Pointer\n  %m = conv uintptr %n uintptr\n"
                            "  %p = conv unsafe.Pointer %m uintptr\n  %q = conv *int %p unsafe.Pointer\n  ret %q\nend\n" },
  { "an index below the first", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %e = iaddr **int %a -1\n  store %e %x\n"
                            "  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "an index beyond the last", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %e = iaddr **int %a 4\n  store %e %x\n"
                            "  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "an index that is no number", "f.x=HHHH",
    F ("func()(*int)") B0 X "  %a = alloc *[4]*int var !var \"a\"\n  %e = iaddr **int %a nil\n  store %e %x\n"
                            "  %k = iaddr **int %a 2\n  %r = load *int %k\n  ret %r\nend\n" },
  { "nothing, hidden and shown", "f.x=SSSS",
    F ("func()") B0 X "  %u = call unsafe.Pointer @11 nil\n  %p = conv **int %u unsafe.Pointer\n  store %p %x\n" RET M1 (
        "internal/abi.NoEscape", "unsafe.Pointer", "(unsafe.Pointer)") },
  { "a raw address that was hidden seven times, seen as what it was made for", "f.r=SSSS",
    RAWS F ("func()") B0
    "  %r = alloc *raws new !new \"r\"\n  %u0 = conv unsafe.Pointer %r *raws\n  %u1 = call unsafe.Pointer @11 %u0\n  %u2 = call "
    "unsafe.Pointer @11 %u1\n  %u3 = call unsafe.Pointer @11 %u2\n  %u4 = call unsafe.Pointer @11 %u3\n  %u5 = call unsafe.Pointer @11 "
    "%u4\n  %u6 = call unsafe.Pointer @11 %u5\n  %u7 = call unsafe.Pointer @11 %u6\n  %p = conv *raws %u7 unsafe.Pointer\n" RET M1 (
        "internal/abi.NoEscape", "unsafe.Pointer", "(unsafe.Pointer)") },
  { "a raw address that was hidden too often to know what it was made for", "f.r=HHHH",
    RAWS F ("func()") B0
    "  %r = alloc *raws new !new \"r\"\n  %u0 = conv unsafe.Pointer %r *raws\n  %u1 = call unsafe.Pointer @11 %u0\n  %u2 = call "
    "unsafe.Pointer @11 %u1\n  %u3 = call unsafe.Pointer @11 %u2\n  %u4 = call unsafe.Pointer @11 %u3\n  %u5 = call unsafe.Pointer @11 "
    "%u4\n  %u6 = call unsafe.Pointer @11 %u5\n  %u7 = call unsafe.Pointer @11 %u6\n  %u8 = call unsafe.Pointer @11 %u7\n  %p = conv *raws "
    "%u8 unsafe.Pointer\n" RET M1 ("internal/abi.NoEscape", "unsafe.Pointer", "(unsafe.Pointer)") },
  { "a raw address from an unknown function", "f.x=HHHH",
    F ("func(func(*int)(unsafe.Pointer))(*int)") "param %f func(*int)(unsafe.Pointer) -\n" B0 X
                                                 "  %u = call unsafe.Pointer %f %x\n  %p = conv *int %u unsafe.Pointer\n  ret %p\nend\n" },
  { "the next pair, but for its key", "f.x=HHHH f.k=HBHB",
    F ("func()(*int)") B0 X
    "  %k = alloc *int var !var \"k\"\n  %m = mkmap map[*int]*int _ !make \"m\"\n  mapset %m %k %x\n"
    "  %r = range map[*int]*int %m\n  %n = next tuple(bool,bool,*int) %r\n  %v = extract *int %n .2\n  ret %v\nend\n" },
  { "TEXT of much", "f.s=SSSS",
    "type much struct \"b\" bool \"c\" complex128 \"f\" float64 \"a\" [2]string\n" F (
        "func([]uint8)") "param %b []uint8 -\n" B0 "  %s = conv string %b []uint8 !conv \"s\"\n  %m = alloc *much var\n  %a = faddr "
                         "*[2]string %m .3\n  %e = iaddr *string %a 0\n"
                         "  store %e %s\n  %l = load much %m\n  %v = call *much @11 %l\n" RET M1 ("unique.Make[a.much]", "much",
                                                                                                  "(*much)") },
  { "TEXT of an array of pointers", "f.x=HHHH",
    F ("func()") B0 X "  %m = alloc *[2]*int var\n  %e = iaddr **int %m 0\n  store %e %x\n  %l = load [2]*int %m\n"
                      "  %v = call *[2]*int @11 %l\n" RET M1 ("unique.Make[[2]*int]", "[2]*int", "(*[2]*int)") },
  { "a channel that nobody names", "f.x=BBBB", F ("func()") B0 X "  %c = mkchan chan<*int> 1\n  send %c %x\n" RET },
  { "HOLD of three pointers", "f.x=BBBB",
    "type three struct \"a\" *int \"b\" *int \"c\" *int\n" F ("func()") B0 X
    "  %t = alloc *three var\n  %c = faddr **int %t .2\n  store %c %x\n  %l = load three %t\n  %v = call bool @11 %l %l\n" RET M2 (
        "reflect.DeepEqual", "three", "three", "(bool)") },
};

/* --- judging ----------------------------------------------------------------------------------------- */

static GirProgram *
read_program (const char *text)
{
  g_autofree char *whole = g_strconcat (prelude, text, "meta complete \"1\"\n", NULL);
  return read_good (whole);
}

static Result *
analyse (GirProgram *p, struct sp_options o)
{
  g_autoptr (GError) error = NULL;
  Result *r = sp_analyse (p, &o, &error);
  if (!r)
    fail_msg ("%s", error->message);
  return r;
}

static const struct sp_verdict *
find_verdict (const GirProgram *p, const Result *r, const char *fn, const char *site)
{
  for (uint32_t k = 0; k < r->n_verdicts; k++)
    if (!strcmp (gir_string (p, p->funcs[r->verdicts[k].fn].name) + strlen ("a."), fn)
        && !strcmp (gir_string (p, r->verdicts[k].text), site))
      return &r->verdicts[k];
  fail_msg ("no site %s.%s", fn, site);
  return NULL;
}

static char
letter (const struct sp_verdict *v)
{
  return v->heap_ideal ? 'H' : v->heap_go ? 'B' : 'S';
}

static const char *const variant_names[] = { "coarse", "field", "flow", "full" };

static unsigned n_complaints;

static void G_GNUC_PRINTF (3, 4) complain (const struct program *program, const struct sp_options *o, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  print_error ("%s (%s, solver %d): %s\n", program->name, variant_names[o->variant], o->solver, what);
  n_complaints++;
}

/* One item of `expected`. */
static void
judge (const GirProgram *p, const Result *r, const struct program *program, const char *item, const struct sp_options *o)
{
  const char *dot = strchr (item, '.'), *equals = strrchr (item, '=');
  g_autofree char *fn = g_strndup (item, (gsize)(dot - item)), *site = g_strndup (dot + 1, (gsize)(equals - dot - 1));
  const struct sp_verdict *v = find_verdict (p, r, fn, site);
  char expected = equals[1 + o->variant];
  bool heap = o->runtime == SP_RUNTIME_IDEAL ? v->heap_ideal : v->heap_go;
  if (letter (v) != expected)
    complain (program, o, "%s.%s is %c, not %c", fn, site, letter (v), expected);
  if ((v->reason != SP_REASON_NONE) != heap || v->by_z3 != (o->solver != SP_SOLVER_NATIVE) || v->degraded || v->unallocated)
    complain (program, o, "%s.%s: a wrong reason (%s) or flag", fn, site, sp_reason_text (v->reason));
}

static void
judge_all (const struct program *program, struct sp_options o)
{
  g_autoptr (GirProgram) p = read_program (program->text);
  g_autoptr (Result) r = analyse (p, o);
  g_auto (GStrv) items = g_strsplit (program->expected, " ", -1);
  for (char **item = items; *item; item++)
    judge (p, r, program, *item, &o);
  if (r->n_disagreements)
    complain (program, &o, "%u disagreements", r->n_disagreements);
}

static void
test_programs (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (programs); k++)
    for (int variant = 0; variant < SP_N_VARIANTS; variant++)
      for (int solver = SP_SOLVER_NATIVE; solver <= SP_SOLVER_Z3_HORN; solver++)
        for (int runtime = 0; runtime < 2; runtime++)
          judge_all (&programs[k], (struct sp_options){ .variant = (enum sp_variant)variant,
                                                        .solver = (enum sp_solver)solver,
                                                        .runtime = (enum sp_runtime)runtime,
                                                        .jobs = 1,
                                                        .baseline = true });
  for (size_t k = 0; k < G_N_ELEMENTS (programs); k++)
    judge_all (&programs[k],
               (struct sp_options){ .variant = (enum sp_variant) (k % SP_N_VARIANTS), .solver = SP_SOLVER_Z3_DATALOG, .jobs = 1 });
  assert_int_equal (n_complaints, 0);
}

/* --- budgets ----------------------------------------------------------------------------------------- */

/* What a small budget leaves out is heap, never stack; `expected` has a letter without the budget, and one with it. */
struct bounded
{
  const char *name;
  const char *budget;
  const char *expected;
  const char *text;
};

static const struct bounded bounded[] = {
  { "the second residual call of a summary", "residuals=1", "f.x=SS f.y=SH",
    F ("func()") B0 X Y "  call @11 @0 %x @12 %y @13\n" RET
                        "func @11 \"a.g\" 0 func(func(*int)(int),*int,func(*int,func()),*int,func()) - src\n"
                        "param %f func(*int)(int) -\nparam %p *int -\nparam %h func(*int,func()) -\nparam %q *int -\nparam %c func() -\n" B0
                        "  %v = call int %f %p\n  call %h %q %c\n  call %h %q @13\n" RET
                        "func @12 \"a.h\" 0 func(*int,func()) - src\nparam %p *int -\nparam %c func() -\n" B0 RET
                        "func @13 \"a.nop\" 0 func() - src\n" B0 RET },
  { "captured fields of a large summary", "names=4", "f.x=HH f.z=SH",
    "type six struct \"a\" *int \"b\" *int \"c\" *int \"d\" *int \"e\" *int \"z\" *int\n" F ("func()") B0 X
    "  %z = alloc *int var !var \"z\"\n  %p = alloc *six new !new \"p\"\n  %pa = faddr **int %p .0\n"
    "  %pz = faddr **int %p .5\n  store %pa %x\n  store %pz %z\n  %c = closure func() @11 %p\n  call %c\n" RET LIT (
        "func()") "free %p *six -\n" B0
                  "  %pa = faddr **int %p .0\n  %la = load *int %pa\n  store $0 %la\n  %pb = faddr **int %p .1\n  %lb = load *int %pb\n  "
                  "store $0 %lb\n  %pc = faddr **int %p .2\n  %lc = load *int %pc\n  store $0 %lc\n  %pd = faddr **int %p .3\n  %ld = load "
                  "*int %pd\n  store $0 %ld\n  %pe = faddr **int %p .4\n  %le = load *int %pe\n  store $0 %le\n" RET },
  { "versions", "versions=1", "f.x=SH f.y=HH",
    F ("func()") B0 X Y "  %q = alloc **int new !new \"q\"\n  store %q %x\n  store %q %y\n  %l = load *int %q\n  store $0 %l\n" RET },
  { "versions in a loop", "versions=1", "f.k=SS f.x=SH",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %x = alloc *int new !new \"x\"\n  %k = alloc **int new !new \"k\"\n"
                     "  %o = load *int %k\n  store $0 %o\n  store %k %x\n  %l = load *int %k\n  store %l 1\n  br %c b1 b2\nblock "
                     "b2\n" RET },
  { "a captured function behind a short path", "depth=1", "f$1.x=S? f.w=S?",
    F ("func()") B0 "  %v = alloc *func(*int)(int) var !var \"w\"\n  store %v @0\n  %c = closure func() @11 %v\n  call %c\n" RET LIT (
        "func()") "free %v *func(*int)(int) -\n" B0 X "  %l = load func(*int)(int) %v\n  %r = call int %l %x\n" RET },
  { "a captured function that keeps, behind a short path", "depth=1", "f$1.x=HH",
    F ("func()") B0 "  %v = alloc *func(*int) var !var \"w\"\n  store %v @4\n  %c = closure func() @11 %v\n  call %c\n" RET LIT (
        "func()") "free %v *func(*int) -\n" B0 X "  %l = load func(*int) %v\n  call %l %x\n" RET },
  { "calls that a callee's summary has no room for", "residuals=1", "run.x=SS",
    F ("func()") B0 "  call @11 @12 @13\n" RET "func @11 \"a.run\" 0 func(func(func(),func(),*int),func()) - src\n"
                    "param %g func(func(),func(),*int) -\nparam %c func() -\n" B0 X "  call %g %c %c %x\n" RET
                    "func @12 \"a.both\" 0 func(func(),func(),*int) - src\nparam %a func() -\nparam %b func() -\nparam %p *int -\n" B0
                    "  call %a\n  call %b\n" RET "func @13 \"a.nop\" 0 func() - src\n" B0 RET },
  { "a call bound to what a variable holds, with too many call records", "records=1", "Use.x=SH",
    "global $4 \"a.gt\" 0 func(*int) -\nfunc @10 \"a.init\" 0 func() - init exported\n" B0 "  store $4 @11\n" RET
    "func @11 \"a.nop\" 0 func(*int) - src\nparam %p *int -\n" B0 RET "func @12 \"a.Use\" 0 func() - src exported\n" B0 X
    "  %h = load func(*int) $4\n  call %h %x\n" RET },
  { "a call within a call, bound to what a variable holds, beyond the nesting", "nesting=1", "Use.x=SH",
    "global $4 \"a.gt\" 0 func(*int) -\nfunc @10 \"a.init\" 0 func() - init exported\n" B0 "  store $4 @11\n" RET
    "func @11 \"a.nop\" 0 func(*int) - src\nparam %p *int -\n" B0 RET "func @12 \"a.Use\" 0 func() - src exported\n" B0 X
    "  %h = load func(*int) $4\n  call @8 %h %x\n" RET },
  { "a struct that a coarser summary returns", "names=2", "f.x=SH f.y=HH",
    F ("func()") B0 X Y "  %v = alloc *pair var\n  %va = faddr **int %v .0\n  %vb = faddr **int %v .1\n  store %va %x\n  store %vb %y\n"
                        "  %l = load pair %v\n  %t = call pair @11 %l\n  %a = field *int %t .0\n  %b = field *int %t .1\n  store $0 %b\n"
                        "  %r = call int @0 %a\n" RET G ("func(pair)(pair)") "param %p pair -\nresult \"\" pair -\n" B0 "  ret %p\nend\n" },
  { "a method without a body", "residuals=1", "run.x=HH",
    "type foreign struct \"n\" int\nmset *foreign \"Take\" @12\n" F ("func()") B0
    "  %d = alloc *foreign var !var \"d\"\n  %i = iface taker %d *foreign\n  call @11 %i\n" RET
    "func @11 \"a.run\" 0 func(taker) - src\nparam %t taker -\n" B0 X "  invoke %t \"Take\" %x\n" RET
    "func @12 \"a.(*foreign).Take\" 0 func(*foreign,*int) - src extern\nparam %d *foreign -\nparam %q *int -\nend\n" },
  { "what closures hold that a summary has no room for", "fresh=1", "f.x=BH f.y=BH f.z=HH",
    F ("func()") B0 X Y "  %z = alloc *int var !var \"z\"\n  %t = call tuple(*node,func(),func(),func()) @12 %x %y %z\n" RET LIT (
        "func()") "free %a *node -\nfree %b *node -\n" B0
                  "  %f = faddr **int %a .1\n  store %f nil\n  %g = faddr **int %b .1\n  store %g nil\n" RET
                  "func @12 \"a.three\" 0 func(*int,*int,*int)(*node,func(),func(),func()) - src\nparam %x *int -\nparam %y *int -\nparam "
                  "%z *int -\n" B0
                  "  %n = alloc *node complit !amp \"n\"\n  %w = alloc *node complit !amp \"w\"\n  %g = alloc *node complit !amp \"g\"\n"
                  "  %nv = faddr **int %n .1\n  %wv = faddr **int %w .1\n  %gv = faddr **int %g .1\n  store %nv %y\n  store %wv %x\n  "
                  "store %gv %z\n"
                  "  store $1 %g\n  %c = closure func() @11 %n %w\n  %d = closure func() @11 %w %g\n  %e = closure func() @13 %c\n"
                  "  ret %n %c %d %e\nend\n"
                  "func @13 \"a.three$1\" 0 func() - anon in @12\nfree %h func() -\n" B0 "  call %h\n" RET },
};

static void
judge_bounded (const struct bounded *x, bool small)
{
  g_autoptr (GirProgram) p = read_program (x->text);
  struct sp_budgets budgets = sp_budgets_default;
  if (small)
    assert_true (sp_budgets_set (&budgets, x->budget, NULL));
  g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .jobs = 1, .baseline = true, .budgets = &budgets });
  assert_int_equal (r->n_disagreements, 0);
  g_auto (GStrv) items = g_strsplit (x->expected, " ", -1);
  for (char **item = items; *item; item++)
    {
      const char *equals = strrchr (*item, '='), *dot = strchr (*item, '.');
      g_autofree char *fn = g_strndup (*item, (gsize)(dot - *item)), *site = g_strndup (dot + 1, (gsize)(equals - dot - 1));
      char found = letter (find_verdict (p, r, fn, site)), expected = equals[1 + small];
      if (expected != '?' && found != expected)
        fail_msg ("%s%s: %s.%s is %c, not %c", x->name, small ? ", small" : "", fn, site, found, expected);
    }
}

static void
test_budgets (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (bounded); k++)
    {
      judge_bounded (&bounded[k], false);
      judge_bounded (&bounded[k], true);
    }
}

/* In a loop, x is kept in k until a value is read from k that nobody uses. Where values times blocks are too many for bit sets, every value
 * counts as live everywhere, and so an earlier x is when there is a new one. */
static char
verdict_in_long_loop (unsigned n)
{
  g_autoptr (GString) text
      = g_string_new (F ("func(bool)") "param %c bool -\n" B0 "  %k = alloc **int new !new \"k\"\n  jmp b1\nblock b1\n" X
                                       "  store %k %x\n  %o = load *int %k\n  store %k nil\n  %u = alloc **int var\n"
                                       "  store %u %o\n");
  for (unsigned k = 0; k < n; k++)
    g_string_append_printf (text, "  %%v%u = load int %%o\n  jmp b%u\nblock b%u\n", k, k + 2, k + 2);
  g_string_append_printf (text, "  br %%c b1 b%u\nblock b%u\n" RET, n + 2, n + 2);
  g_autoptr (GirProgram) p = read_program (text->str);
  g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .jobs = 1 });
  return letter (find_verdict (p, r, "f", "x"));
}

static void
test_liveness (void **state)
{
  (void)state;
  assert_int_equal (verdict_in_long_loop (10), 'S');
  assert_int_equal (verdict_in_long_loop (2000), 'S');
  assert_int_equal (verdict_in_long_loop (17000), 'H');
}

/* A model that speaks of strings alone gives up on types that are nested too deep to look at. */
static char
verdict_of_nested_text (unsigned depth, bool arrays)
{
  g_autoptr (GString) text = g_string_new ("type d0 struct \"s\" string\n");
  for (unsigned k = 1; k <= depth; k++)
    g_string_append_printf (text, arrays ? "type d%u struct \"d\" [1]d%u\n" : "type d%u struct \"d\" d%u\n", k, k - 1);
  g_autofree char *type = g_strdup_printf (arrays ? "[1]d%u" : "d%u", depth);
  g_string_append (text, F ("func([]uint8)") "param %b []uint8 -\n" B0 "  %s = conv string %b []uint8 !conv \"s\"\n");
  g_string_append_printf (text, "  %%p = alloc *%s var\n  %%q = conv unsafe.Pointer %%p *%s\n  %%t = conv *string %%q unsafe.Pointer\n",
                          type, type);
  g_string_append_printf (text, "  store %%t %%s\n  %%l = load %s %%p\n  %%v = call *%s @11 %%l\n" RET, type, type);
  g_string_append_printf (text, "func @11 \"unique.Make[a.d]\" 0 func(%s)(*%s) - src extern\nparam %%a %s -\nend\n", type, type, type);
  g_autoptr (GirProgram) p = read_program (text->str);
  g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .jobs = 1 });
  return letter (find_verdict (p, r, "f", "s"));
}

static void
test_nested_text (void **state)
{
  (void)state;
  for (unsigned arrays = 0; arrays < 2; arrays++)
    {
      assert_int_equal (verdict_of_nested_text (20, arrays), 'S');
      assert_int_equal (verdict_of_nested_text (300, arrays), 'H');
    }
}

/* --- flags and reasons ------------------------------------------------------------------------------- */

struct flagged
{
  const char *name, *site; /* FUNCTION.SITE */
  const char *text;
  enum sp_reason go, ideal;
  bool in_caller, unallocated;
};

static const struct flagged flagged[] = {
  { "stays", "f.x", F ("func()(int)") B0 X "  %v = call int @0 %x\n  ret %v\nend\n", SP_REASON_NONE, SP_REASON_NONE, false, false },
  { "leaves", "f.x", F ("func()") B0 X "  store $0 %x\n" RET, SP_REASON_OUTLIVES, SP_REASON_OUTLIVES, false, false },
  { "stays in the caller", "make.&node{}", F ("func()") B0 "  %n = call *node @9 nil\n" RET, SP_REASON_OUTLIVES, SP_REASON_OUTLIVES, true,
    false },
  { "leaves the caller too", "make.&node{}", F ("func()(*node)") B0 "  %n = call *node @9 nil\n  ret %n\nend\n", SP_REASON_OUTLIVES,
    SP_REASON_OUTLIVES, false, false },
  { "stays in one caller, leaves another", "make.&node{}",
    F ("func()") B0 "  %n = call *node @9 nil\n" RET G ("func()") B0 "  %n = call *node @9 nil\n  store $1 %n\n" RET, SP_REASON_OUTLIVES,
    SP_REASON_OUTLIVES, false, false },
  { "called in a loop (A20)", "make.&node{}",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %n = call *node @9 nil\n  br %c b1 b2\nblock b2\n" RET,
    SP_REASON_OUTLIVES, SP_REASON_OUTLIVES, false, false },
  { "no caller", "make.&node{}", "", SP_REASON_OUTLIVES, SP_REASON_OUTLIVES, false, false },
  { "carried", "f.x",
    F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n  %p = phi *int b0 nil b1 %x\n" X
                     "  %l = load int %p\n  br %c b1 b2\nblock b2\n" RET,
    SP_REASON_CARRIED, SP_REASON_CARRIED, false, false },
  { "held by a map", "f.x", F ("func()") B0 X "  %m = mkmap map[int]*int _\n  mapset %m 1 %x\n" RET, SP_REASON_HELD, SP_REASON_NONE, false,
    false },
  { "held by an object of a callee (A10)", "f.x", F ("func()") B0 X "  %n = call *node @9 %x\n" RET, SP_REASON_HELD, SP_REASON_NONE, false,
    false },
  { "too large", "f.x", F ("func()") B0 "  %x = alloc *[131073]uint8 var !var \"x\"\n" RET, SP_REASON_OVERSIZE, SP_REASON_OVERSIZE, false,
    false },
  { "channel", "f.c", F ("func()") B0 "  %c = mkchan chan<int> 1 !chan \"c\"\n" RET, SP_REASON_KIND, SP_REASON_NONE, false, false },
  { "pointer in an interface", "f.i",
    F ("func(*int)") "param %p *int -\n" B0 "  %i = iface iface{} %p *int !iface \"i\"\n  store $3 %i\n" RET, SP_REASON_NONE,
    SP_REASON_NONE, false, true },
  { "constant in an interface", "f.i", F ("func()") B0 "  %i = iface iface{} 5 int !iface \"i\"\n  store $3 %i\n" RET, SP_REASON_NONE,
    SP_REASON_NONE, false, true },
  { "nothing in an interface", "f.i",
    F ("func(struct{})") "param %p struct{} -\n" B0 "  %i = iface iface{} %p struct{} !iface \"i\"\n  store $3 %i\n" RET, SP_REASON_NONE,
    SP_REASON_NONE, false, true },
  { "number in an interface", "f.i", F ("func(int)") "param %p int -\n" B0 "  %i = iface iface{} %p int !iface \"i\"\n  store $3 %i\n" RET,
    SP_REASON_OUTLIVES, SP_REASON_OUTLIVES, false, false },
  { "static closure", "lit.lit", "func @10 \"a.lit\" 0 func() - anon !func \"lit\"\n" B0 RET, SP_REASON_NONE, SP_REASON_NONE, false, true },
};

static void
check_flags (const struct flagged *x, enum sp_runtime runtime)
{
  g_autoptr (GirProgram) p = read_program (x->text);
  g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .runtime = runtime, .jobs = 1, .baseline = true });
  g_auto (GStrv) parts = g_strsplit (x->site, ".", 2);
  const struct sp_verdict *v = find_verdict (p, r, parts[0], parts[1]);
  enum sp_reason reason = runtime == SP_RUNTIME_GO ? x->go : x->ideal;
  if (v->reason != reason || v->in_caller != x->in_caller || v->unallocated != x->unallocated)
    fail_msg ("%s: %s; in_caller %d, unallocated %d", x->name, sp_reason_text (v->reason), v->in_caller, v->unallocated);
  assert_int_equal (v->heap_go, x->go != SP_REASON_NONE);
  assert_int_equal (v->heap_ideal, x->ideal != SP_REASON_NONE);
  assert_false (v->disagrees);
}

static void
test_flags (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (flagged); k++)
    for (int runtime = 0; runtime < 2; runtime++)
      check_flags (&flagged[k], (enum sp_runtime)runtime);
}

static void
test_reasons (void **state)
{
  (void)state;
  for (int a = 0; a < SP_N_REASONS; a++)
    for (int b = 0; b < SP_N_REASONS; b++)
      assert_true ((strcmp (sp_reason_text ((enum sp_reason)a), sp_reason_text ((enum sp_reason)b)) == 0) == (a == b));
  assert_string_equal (sp_reason_text (SP_N_REASONS), "");
}

/* --- options ----------------------------------------------------------------------------------------- */

/* A package that was not asked for has no verdicts, but its summaries count. */
static void
test_packages (void **state)
{
  (void)state;
  static const char text[] = "pkg 1 \"b\" \"b\"\n" F ("func()") B0 X
      "  call @11 %x\n" RET "func @11 \"b.g\" 1 func(*int) - src\nparam %p *int -\n" B0 "  %b = alloc *int new !new \"b\"\n" RET;
  for (int all = 0; all < 2; all++)
    {
      g_autoptr (GirProgram) p = read_program (text);
      g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .jobs = 1, .all_packages = all, .baseline = true });
      assert_int_equal (r->n_verdicts, 2 + all); /* the prelude has one */
      assert_int_equal (letter (find_verdict (p, r, "f", "x")), 'S');
      for (uint32_t k = 1; k < r->n_verdicts; k++)
        assert_true (r->verdicts[k - 1].pkg <= r->verdicts[k].pkg);
    }
}

/* One source site, several instructions: heap if any is (A19). */
static void
test_fold (void **state)
{
  (void)state;
  static const char text[]
      = F ("func()(*int)") B0 "  %a = alloc *int new @5:6 !new \"new(int)\"\n  %b = alloc *int new @5:6 !new \"new(int)\"\n"
                              "  %c = alloc *int new @5:9 !new \"new(int)\"\n  ret %b\nend\n";
  g_autoptr (GirProgram) p = read_program (text);
  g_autoptr (Result) r = analyse (p, (struct sp_options)SP_OPTIONS_DEFAULT);
  assert_int_equal (r->n_verdicts, 3);
  const struct sp_verdict *v = find_verdict (p, r, "f", "new(int)");
  assert_int_equal (v->pos.col, 6);
  assert_int_equal (letter (v), 'H');
  assert_int_equal (v->reason, SP_REASON_OUTLIVES);
  assert_int_equal (v[1].pos.col, 9);
  assert_int_equal (letter (&v[1]), 'S');
}

static void
test_rule_files (void **state)
{
  (void)state;
  static const char *const broken[][2] = {
    { "pt(v,c) :- Addr(v,c).", "rules:1: a rule needs a name" },
    { "//: a  b\npt(v,c) :- Addr(v,d).", "rules:2: every variable of the head must occur in the body" },
    { "//: a  b\npt(v,c) :- Nothing(v,c).", "rules:2: expected the name of a declared relation" },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (broken); k++)
    {
      g_autoptr (GirProgram) p = read_program ("");
      g_autoptr (GError) error = NULL;
      struct sp_options o = { .variant = SP_FULL, .jobs = 1, .rules = broken[k][0] };
      assert_null (sp_analyse (p, &o, &error));
      assert_true (g_str_has_prefix (error->message, broken[k][1]));
    }
}

/* The rules given are the rules used: with no rule at all nothing is heap; with one more, everything that has a site is. */
static void
test_own_rules (void **state)
{
  (void)state;
  g_autofree char *more = g_strconcat (sp_rules_builtin, "\n//: all  is an allocation\nheapI(o) :- Site(o).\n", NULL);
  const char *const rules[] = { "", NULL, more };
  for (int k = 0; k < 3; k++)
    {
      g_autoptr (GirProgram) p = read_program (F ("func()(*int)") B0 X Y "  %v = call int @0 %y\n  ret %x\nend\n");
      g_autoptr (Result) r = analyse (p, (struct sp_options){ .variant = SP_FULL, .jobs = 1, .rules = rules[k] });
      assert_int_equal (letter (find_verdict (p, r, "f", "x")), k == 0 ? 'S' : 'H');
      assert_int_equal (letter (find_verdict (p, r, "f", "y")), k == 2 ? 'H' : 'S');
    }
}

/* --- many functions ---------------------------------------------------------------------------------- */

enum shape
{
  RECURSION = 1,
  FUNCTION_VALUES = 2
};

/* Functions that call one another at random: those before, or any; and perhaps a function value. */
static void
random_function (GString *s, uint64_t *seed, unsigned k, unsigned n, unsigned shape)
{
  const char *regs[8] = { "%p", "%n", "%m" };
  static const char *const results[] = { "%c0", "%c1", "%c2", "%c3", "%c4" };
  unsigned n_regs = 3;
  g_string_append_printf (s, "func @%u \"a.r%u\" 0 func(*node,func(*node)(*node))(*node) 0:%u:1 src exported\nparam %%p *node -\n", k + 10,
                          k, k + 1);
  g_string_append_printf (s, "param %%f func(*node)(*node) -\n" B0 "  %%n = alloc *node new @%u:2 !new \"n\"\n", k + 1);
  g_string_append_printf (s, "  %%m = alloc *node new @%u:3 !new \"m\"\n", k + 1);
  for (unsigned i = 0; i < 5; i++)
    {
      const char *a = regs[next_random (seed) % n_regs], *b = regs[next_random (seed) % n_regs];
      g_string_append_printf (s, "  %%a%u = faddr **node %s .0\n  store %%a%u %s\n", i, a, i, b);
      unsigned callees = shape & RECURSION ? n : k;
      if (shape & FUNCTION_VALUES && next_random (seed) % 3 == 0)
        g_string_append_printf (s, "  %s = call *node %%f %s\n", results[i], b);
      else if (callees == 0 || next_random (seed) % 3 == 0)
        g_string_append_printf (s, "  %s = load *node %%a%u\n", results[i], i);
      else
        g_string_append_printf (s, "  %s = call *node @%u %s %%f\n", results[i], 10 + next_random (seed) % callees, a);
      regs[n_regs++] = results[i];
    }
  g_string_append_printf (s, "  ret %s\nend\n", regs[next_random (seed) % n_regs]);
}

static char *
random_program (uint64_t seed, unsigned n, unsigned shape)
{
  GString *s = g_string_new ("");
  for (unsigned k = 0; k < n; k++)
    random_function (s, &seed, k, n, shape);
  return g_string_free (s, FALSE);
}

static void
assert_same (const struct sp_verdict *a, const struct sp_verdict *b)
{
#define SAME(field) assert_int_equal (a->field, b->field)
  SAME (pos.file), SAME (pos.line), SAME (pos.col), SAME (fn), SAME (pkg), SAME (kind), SAME (text), SAME (heap_go), SAME (heap_ideal);
  SAME (coarse_go), SAME (coarse_ideal), SAME (baseline), SAME (in_caller), SAME (unallocated), SAME (degraded), SAME (by_z3);
  SAME (disagrees), SAME (reason);
#undef SAME
}

static Result *
analyse_with_jobs (GirProgram *p, enum sp_variant variant, unsigned jobs)
{
  return analyse (p, (struct sp_options){ .variant = variant, .solver = SP_SOLVER_Z3_HORN, .jobs = jobs, .baseline = false });
}

static void
test_jobs (void **state)
{
  (void)state;
  g_autofree char *text = random_program (7, 24, FUNCTION_VALUES);
  for (int variant = 0; variant < SP_N_VARIANTS; variant++)
    {
      g_autoptr (GirProgram) p = read_program (text), q = read_program (text);
      g_autoptr (Result) a = analyse_with_jobs (p, (enum sp_variant)variant, 1), b = analyse_with_jobs (q, (enum sp_variant)variant, 3);
      assert_int_equal (a->n_verdicts, b->n_verdicts);
      assert_true (a->n_verdicts > 40);
      for (uint32_t k = 0; k < a->n_verdicts; k++)
        assert_same (&a->verdicts[k], &b->verdicts[k]);
      assert_int_equal (a->statistics.tuples, b->statistics.tuples);
      assert_int_equal (a->statistics.clauses, b->statistics.clauses);
    }
}

static const struct finer
{
  enum sp_variant fine, coarse;
} finer[] = { { SP_FULL, SP_FIELD }, { SP_FULL, SP_FLOW }, { SP_FIELD, SP_COARSE }, { SP_FLOW, SP_COARSE } };

static void
check_contained (const GirProgram *p, Result *const *r, struct finer x, uint64_t seed)
{
  for (uint32_t k = 0; k < r[0]->n_verdicts; k++)
    {
      const struct sp_verdict *a = &r[x.fine]->verdicts[k], *b = &r[x.coarse]->verdicts[k];
      bool budget = a->degraded || b->degraded; /* beyond, nothing is promised */
      if (!budget && ((a->heap_go && !b->heap_go) || (a->heap_ideal && !b->heap_ideal)))
        fail_msg ("program %u: %u.%s is heap in %s, not in %s", (unsigned)seed, a->pos.line, gir_string (p, a->text), variant_names[x.fine],
                  variant_names[x.coarse]);
    }
}

/* The baseline sees the targets of a call through a parameter where all callers are known; so must the containment check. */
static void
test_known_callers_contained (void **state)
{
  (void)state;
  static const char *const texts[] = {
    F ("func()") B0
    "  %r = call int @11 @2\n" RET G ("func(func(*int)(*int))(int)") "param %f func(*int)(*int) -\n" B0 X
                                                                     "  %y = call *int %f %x\n  %v = load int %y\n  ret %v\nend\n",
    F ("func()") B0 "  call @11 @1\n" RET G ("func(func(**int,*int))") "param %f func(**int,*int) -\n" B0 X
                                                                       "  %b = alloc **int var !var \"b\"\n  call %f %b %x\n" RET,
  };
  for (size_t k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      g_autoptr (GirProgram) p = read_program (texts[k]);
      g_autoptr (Result) r = analyse (p, (struct sp_options)SP_OPTIONS_DEFAULT);
      assert_int_equal (r->n_disagreements, 0);
    }
}

/* A function too large for bit sets of liveness: each pass of the loop makes a closure, and a deferred call waits with those before. */
static void
test_live_beyond_bits (void **state)
{
  (void)state;
  const unsigned blocks = 17000; /* as many values: more than 1 << 28 pairs */
  GString *s = g_string_new (F ("func(bool)") "param %c bool -\n" B0 "  jmp b1\nblock b1\n"
                                              "  %l = closure func() @11 %c !func \"func literal\"\n  defer _ call %l\n  br %c b1 b2\n");
  for (unsigned b = 2; b < blocks; b++)
    g_string_append_printf (s, "block b%u\n  jmp b%u\n", b, b + 1);
  g_string_append_printf (s, "block b%u\n  rundefers\n" RET LIT ("func()") "free %%x bool -\n" B0 RET, blocks);
  g_autofree char *text = g_string_free (s, FALSE);
  g_autoptr (GirProgram) p = read_program (text);
  g_autoptr (Result) r = analyse (p, (struct sp_options){ .solver = SP_SOLVER_NATIVE, .jobs = 1 });
  assert_true (find_verdict (p, r, "f", "func literal")->heap_ideal);
}

/* full is contained in field and flow, and they in coarse; Z3, either way, agrees with the native model; and the baseline contains all. */
static void
check_lattice (uint64_t seed, unsigned n, unsigned shape)
{
  g_autofree char *text = random_program (seed, n, shape);
  Result *r[SP_N_VARIANTS];
  GirProgram *p[SP_N_VARIANTS];
  for (int v = 0; v < SP_N_VARIANTS; v++)
    {
      enum sp_solver solver = seed % 5 == 0 ? SP_SOLVER_Z3_HORN : seed % 5 == 1 ? SP_SOLVER_Z3_DATALOG : SP_SOLVER_NATIVE;
      p[v] = read_program (text);
      r[v] = analyse (p[v], (struct sp_options){ .variant = (enum sp_variant)v, .solver = solver, .jobs = 1, .baseline = true });
      if (r[v]->n_disagreements)
        fail_msg ("program %u: %u disagreements in %s", (unsigned)seed, r[v]->n_disagreements, variant_names[v]);
    }
  for (size_t k = 0; k < G_N_ELEMENTS (finer); k++)
    check_contained (p[0], r, finer[k], seed);
  for (int v = 0; v < SP_N_VARIANTS; v++)
    {
      sp_result_free (r[v]);
      gir_program_free (p[v]);
    }
}

static void
test_lattice (void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 40; seed++)
    {
      check_lattice (seed, 2, RECURSION);
      check_lattice (seed, 5, FUNCTION_VALUES);
      check_lattice (seed, 1, RECURSION | FUNCTION_VALUES);
    }
}

/* --- explanations ------------------------------------------------------------------------------------ */

static char *
explain (const char *text, const char *fn, const char *site)
{
  g_autoptr (GirProgram) p = read_program (text);
  g_autoptr (Result) r = analyse (p, (struct sp_options)SP_OPTIONS_DEFAULT);
  return sp_explain (r, (uint32_t)(find_verdict (p, r, fn, site) - r->verdicts));
}

static void
assert_tells (const char *story, const char *const *phrases)
{
  for (; *phrases; phrases++)
    {
      const char *at = strstr (story, *phrases);
      if (at)
        story = at;
      else
        fail_msg ("`%s` is not in\n%s", *phrases, story);
    }
}

/* Derivations go from the allocation to the escape. */
static void
test_explain (void **state)
{
  (void)state;
  static const char leaves[] = F ("func()") B0 "  %x = alloc *int var @3:2 !var \"x\"\n  %q = alloc **int new @4:2 !new \"q\"\n"
                                               "  store %q %x @5:3\n  %l = load *int %q @6:7\n  store $0 %l @7:3\n" RET;
  static const char stays[] = F ("func()") B0 "  %x = alloc *int var @3:2 !var \"x\"\n  %v = call int @0 %x\n" RET;
  static const char given[] = F ("func(**int)") "param %p **int -\n" B0 "  %x = alloc *int var @3:2 !var \"x\"\n  store %p %x @5:3\n" RET;
  g_autofree char *heap = explain (leaves, "f", "x"), *stack = explain (stays, "f", "x"), *out = explain (given, "f", "x");
  assert_tells (heap, (const char *const[]){ "a.go:4:2: q", "a.go:3:2: x", "(addr)", "a.go:5:3: x is stored in q (store)", "a.go:6:7: x",
                                             "(load)", "a.go:7:3: x is stored into", "(publish)", "(leave)", NULL });
  assert_tells (out,
                (const char *const[]){ "a.go:3:2: x has its address taken (addr)",
                                       "a.go:5:3: x is stored into memory that outlives the frame: what p points to (publish)", NULL });
  assert_tells (stack, (const char *const[]){ "may hold its address", "small enough", NULL });
}

/* A call: what the callee does stands beneath it. */
static void
test_explain_calls (void **state)
{
  (void)state;
  static const char inner[] = "func @11 \"a.deeper\" 0 func(*int) 0:20:6 src\nparam %r *int -\n" B0 "  call @4 %r @21:3\n" RET;
  g_autofree char *text = g_strconcat (F ("func()") B0 "  %x = alloc *int var @3:2 !var \"x\"\n  call @11 %x @5:3\n" RET, inner, NULL);
  g_autofree char *heap = explain (text, "f", "x");
  assert_tells (heap, (const char *const[]){ "\n  a.go:5:3: x becomes known to unknown code, in a call of a.deeper (leak)\n",
                                             "\n    a.go:21:3: what r points to becomes known everywhere, in a call of a.leak (lose)\n",
                                             "\n      a.leak: what p points to is stored into memory known everywhere", "(leave)", NULL });
}

static char *
why_not (const char *text, enum sp_variant variant, const char *site)
{
  g_autoptr (GirProgram) p = read_program (text);
  struct sp_options o = SP_OPTIONS_DEFAULT;
  o.variant = variant;
  g_autoptr (Result) r = analyse (p, o);
  struct sp_why_not *w = sp_why_not_new (p, r);
  char *told = sp_why_not_stack (w, (uint32_t)(find_verdict (p, r, "f", site) - r->verdicts));
  sp_why_not_free (w);
  return told;
}

/* The merge is named, and undone by the variant that is named. */
static void
test_why_not (void **state)
{
  (void)state;
  static const char fields[]
      = F ("func()") B0 "  %x = alloc *int var @2:2 !var \"x\"\n  %y = alloc *int var @3:2 !var \"y\"\n"
                        "  %s = alloc *pair var @4:2 !var \"s\"\n  %a = faddr **int %s .0 @5:3\n  store %a %x @5:4\n"
                        "  %b = faddr **int %s .1 @6:3\n  store %b %y @6:4\n  %l = load *int %b @7:7\n  store $0 %l @7:3\n" RET;
  static const char values[] = F ("func()") B0 "  %x = alloc *int var @2:2 !var \"x\"\n  %y = alloc *int var @3:2 !var \"y\"\n"
                                               "  %p = alloc **int var @4:2 !var \"p\"\n  store %p %x @5:2\n  store %p %y @6:2\n"
                                               "  %l = load *int %p @7:7\n  store $0 %l @7:3\n" RET;
  static const char stores[] = F ("func()") B0 "  %x = alloc *int var @2:2 !var \"x\"\n  %y = alloc *int var @3:2 !var \"y\"\n"
                                               "  %q = alloc **int new @4:2 !new \"q\"\n  %c = chtype **int %q\n  store %c %x @5:2\n"
                                               "  store %c %y @6:2\n  %l = load *int %c @7:7\n  store $0 %l @7:3\n" RET;
  static const struct
  {
    const char *text;
    enum sp_variant variant;
    const char *says;
  } cases[] = {
    { fields, SP_COARSE,
      "--variant=field keeps it on the stack\n  s.a, stored at a.go:5:4, and s.b, loaded at a.go:7:7, share one cell in `coarse`; "
      "`field` keeps them apart\n" },
    { fields, SP_FLOW, "share one cell in `flow`; `full` keeps them apart\n" },
    { values, SP_COARSE,
      "--variant=flow keeps it on the stack\n  p at a.go:5:2 and p at a.go:6:2 are one value in `coarse`; `flow` keeps" },
    { values, SP_FIELD, "are one value in `field`; `full` keeps them apart\n" },
    { stores, SP_FIELD, "the stores to q at a.go:5:2 and at a.go:6:2 are merged in `field`; `full` has the second replace" },
  };
  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autofree char *told = why_not (cases[k].text, cases[k].variant, "x");
      assert_tells (told, (const char *const[]){ cases[k].says, NULL });
    }
}

/* Where no variant helps, the step that makes it escape is told, and no merge. */
static void
test_why_not_for_good (void **state)
{
  (void)state;
  static const char leaves[] = F ("func()") B0 "  %x = alloc *int var @3:2 !var \"x\"\n  %q = alloc **int new @4:2 !new \"q\"\n"
                                               "  store %q %x @5:3\n  %l = load *int %q @6:7\n  store $0 %l @7:3\n" RET;
  g_autofree char *full = why_not (leaves, SP_FULL, "x"), *coarse = why_not (leaves, SP_COARSE, "x");
  assert_tells (full,
                (const char *const[]){ "no variant is finer than `full`\n",
                                       "it is this step: a.go:7:3: x is stored into memory that outlives the frame (publish)\n", NULL });
  assert_tells (coarse, (const char *const[]){ "no variant that is finer than `coarse` keeps it on the stack\n",
                                               "it is this step: a.go:7:3: x", NULL });
  assert_null (strstr (coarse, "apart"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_programs),
    cmocka_unit_test (test_budgets),
    cmocka_unit_test (test_liveness),
    cmocka_unit_test (test_nested_text),
    cmocka_unit_test (test_flags),
    cmocka_unit_test (test_reasons),
    cmocka_unit_test (test_packages),
    cmocka_unit_test (test_fold),
    cmocka_unit_test (test_rule_files),
    cmocka_unit_test (test_own_rules),
    cmocka_unit_test (test_jobs),
    cmocka_unit_test (test_lattice),
    cmocka_unit_test (test_known_callers_contained),
    cmocka_unit_test (test_live_beyond_bits),
    cmocka_unit_test (test_explain),
    cmocka_unit_test (test_explain_calls),
    cmocka_unit_test (test_why_not),
    cmocka_unit_test (test_why_not_for_good),
  };
  return cmocka_run_group_tests_name ("engine", tests, NULL, NULL);
}
