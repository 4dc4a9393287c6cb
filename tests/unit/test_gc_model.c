/* The model of gc's escape analysis: each program says what gc puts on the heap, by one of its rules; Z3 must agree with the walk on all of
 * them, and must notice where the two are given different graphs. That the model agrees with the compiler itself is the suites gcmodel's
 * and gcstd's. */
#include "test_gir_util.h"

#include "solver/gc_model.h"
#include "solver/gc_walk.h"
#include "solver/z3_gc.h"

/* Functions 0 to 9 of every program; 10 is f. */
static const char prelude[]
    = "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\n"
      "type node struct \"next\" *node \"val\" *int\n"
      "type big struct \"a\" [131073]uint8\n"
      "type large struct \"a\" [65537]uint8\n"
      "type wide struct \"p\" [17]*int\n"
      "type taker iface \"Take\" func(*int)()\n"
      "type dropper struct \"n\" int \"m\" int\n"
      "type internal/runtime/sys.nih struct\ntype outside struct \"_\" internal/runtime/sys.nih \"p\" *int\n"
      "mset dropper \"Take\" @5\n"
      "global $0 \"a.gp\" 0 *int -\n"
      "func @0 \"a.read\" 0 func(*int)(int) 0:1:1 src\nparam %p *int -\nblock b0\n  %v = load int %p\n  ret %v\nend\n"
      "func @1 \"a.keep\" 0 func(*int) 0:1:1 src\nparam %p *int -\nblock b0\n  store $0 %p\n  ret\nend\n"
      "func @2 \"a.id\" 0 func(*int)(*int) 0:1:1 src\nparam %p *int -\nblock b0\n  ret %p\nend\n"
      "func @3 \"a.deref\" 0 func(**int)(*int) 0:1:1 src\nparam %p **int -\nblock b0\n  %v = load *int %p\n  ret %v\nend\n"
      "func @4 \"a.ext\" 0 func(*int) 0:1:1 src extern\nparam %p *int -\nend\n"
      "func @5 \"a.dropper.Take\" 0 func(dropper,*int) 0:1:1 src\nparam %d dropper -\nparam %q *int -\nblock b0\n  ret\nend\n"
      "func @6 \"a.noesc\" 0 func(*int) 0:1:1 src extern noescape\nparam %p *int -\nend\n"
      "func @7 \"a.set\" 0 func(*node,*int) 0:1:1 src\nparam %n *node -\nparam %v *int -\nblock b0\n  %f = faddr **int %n .1\n  store %f "
      "%v\n"
      "  ret\nend\n"
      "func @8 \"a.twice\" 0 func(bool,*int)(*int) 0:1:1 src\nparam %c bool -\nparam %p *int -\nblock b0\n  br %c b1 b2\nblock b1\n"
      "  %r = call *int @8 %c %p\n  ret %r\nblock b2\n  ret %p\nend\n"
      "func @9 \"a.run\" 0 func(func()) 0:1:1 src\nparam %c func() -\nblock b0\n  call %c\n  ret\nend\n";

struct program
{
  const char *name;
  const char *expected; /* REGISTER of f, and + for heap, - for stack, ~ for no site */
  const char *text;
};

#define F(type) "func @10 \"a.f\" 0 " type " 0:1:1 src\n"
#define LIT(type) "func @11 \"a.f$1\" 0 " type " 0:50:1 anon in @10 !func \"func literal\"\n"
#define B0 "block b0\n"
#define X "  %x = alloc *int var @2:2 !var \"x\"\n"
#define RET "  ret\nend\n"

static const struct program programs[] = {
  { "a plain variable is no site", "x~", F ("func()") B0 X "  store %x 1\n" RET },
  { "returned", "x+", F ("func()(*int)") B0 X "  ret %x\nend\n" },
  { "passed to a reader", "x-", F ("func()") B0 X "  %v = call int @0 %x\n" RET },
  { "passed to a keeper", "x+", F ("func()") B0 X "  call @1 %x\n" RET },
  { "through a result, dropped", "x-", F ("func()") B0 X "  %y = call *int @2 %x\n  store %y 1\n" RET },
  { "through a result, returned", "x+", F ("func()(*int)") B0 X "  %y = call *int @2 %x\n  ret %y\nend\n" },
  { "content through a result", "x+ q-",
    F ("func()(*int)") B0 X "  %q = alloc **int var @3:2 !var \"q\"\n  store %q %x\n  %y = call *int @3 %q\n  ret %y\nend\n" },
  { "stored through a pointer", "x+ n-",
    F ("func()") B0 X "  %n = alloc *node complit @3:2 !amp \"&node{}\"\n  %p = alloc **node var\n  store %p %n\n  %l = load *node %p\n"
                      "  %v = faddr **int %l .1\n  store %v %x\n" RET },
  { "an element of a literal", "x- n-",
    F ("func()") B0 X "  %n = alloc *node complit @3:2 !amp \"&node{}\"\n  %v = faddr **int %n .1\n  store %v %x init\n" RET },
  { "fields are one", "x+",
    F ("func()(*node)") B0 X
    "  %n = alloc *node var @3:2 !var \"n\"\n  %v = faddr **int %n .1\n  store %v %x\n  %w = faddr **node %n .0\n  %r = load *node %w\n"
    "  ret %r\nend\n" },
  { "stored by a setter", "x+ n-", F ("func()") B0 X "  %n = alloc *node var @3:2 !var \"n\"\n  call @7 %n %x\n" RET },
  { "an element of a slice", "x+ a-",
    F ("func()") B0 X "  %a = alloc *[4]*int slicelit @3:2 !slicelit \"[]*int{}\"\n  %s = slice []*int %a _ _ _\n  %e = iaddr **int %s 1\n"
                      "  store %e %x\n" RET },
  { "an element of an array", "x-", F ("func()") B0 X "  %a = alloc *[4]*int var\n  %e = iaddr **int %a 1\n  store %e %x\n" RET },
  { "into a map", "x+ m-", F ("func()") B0 X "  %m = mkmap map[int]*int _ @3:2 !make \"make(map)\"\n  mapset %m 1 %x\n" RET },
  { "sent", "x+", F ("func(chan<*int>)") "param %c chan<*int> -\n" B0 X "  send %c %x\n" RET },
  { "appended", "x+ a-",
    F ("func()") B0 X "  %v = alloc *[1]*int varargs\n  %e = iaddr **int %v 0\n  store %e %x\n  %s = slice []*int %v _ _ _\n"
                      "  %a = builtin []*int append nil %s @3:2 !append \"append\"\n" RET },
  { "grown and returned", "a+",
    F ("func([]int)([]int)") "param %s []int -\n" B0 "  %a = builtin []int append %s %s @3:2 !append \"append\"\n  ret %a\nend\n" },
  { "external", "x+", F ("func()") B0 X "  call @4 %x\n" RET },
  { "external, noescape", "x-", F ("func()") B0 X "  call @6 %x\n" RET },
  { "unknown callee", "x+", F ("func(func(*int))") "param %c func(*int) -\n" B0 X "  call %c %x\n" RET },
  { "a variable assigned once is known", "x- c-",
    F ("func()") B0 X
    "  %v = alloc *func(*int) var @4:2\n  %c = closure func(*int) @11 %x @4:7 !func \"func literal\"\n"
    "  store %v %c @4:2\n  %l = load func(*int) %v\n  call %l %x\n" RET LIT ("func(*int)") "param %p *int -\nfree %x *int -\n" B0 RET },
  { "a variable assigned twice is not", "x+ c-",
    F ("func()") B0 X "  %v = alloc *func(*int) var @4:2\n  %c = closure func(*int) @11 %x @4:7 !func \"func literal\"\n"
                      "  store %v %c @4:2\n  store %v %c @5:2\n  %l = load func(*int) %v\n  call %l %x\n" RET LIT (
                          "func(*int)") "param %p *int -\nfree %x *int -\n" B0 RET },
  { "unknown interface", "x+", F ("func(taker)") "param %i taker -\n" B0 X "  invoke %i \"Take\" %x\n" RET },
  { "devirtualised", "x- i-",
    F ("func()") B0 X
    "  %v = alloc *taker var @4:2\n  %d = alloc *dropper var\n  %l = load dropper %d\n"
    "  %i = iface taker %l dropper @4:7 !iface \"d\"\n  store %v %i @4:2\n  %t = load taker %v\n  invoke %t \"Take\" %x\n" RET },
  { "two assignments of one type devirtualise too", "x-",
    F ("func()") B0 X "  %v = alloc *taker var @4:2\n  %d = alloc *dropper var\n  %l = load dropper %d\n"
                      "  %i = iface taker %l dropper @4:7 !iface \"d\"\n  store %v %i @4:2\n  store %v %i @5:2\n  %t = load taker %v\n"
                      "  invoke %t \"Take\" %x\n" RET },
  { "called through a dictionary", "x+", F ("func()") B0 X "  %v = call int dict @0 %x\n" RET },
  { "recursion that passes back", "x-", F ("func()") B0 X "  %r = call *int @8 true %x\n  store %r 1\n" RET },
  { "boxed and kept", "i+", F ("func()(iface{})") B0 "  %i = iface iface{} 5 int @3:2 !iface \"5\"\n  ret %i\nend\n" },
  { "boxed pointer is no site", "x+", F ("func()(iface{})") B0 X "  %i = iface iface{} %x *int\n  ret %i\nend\n" },
  { "captured by value", "x- c+",
    F ("func()(func())") B0 X "  store %x 1 @2:2\n  %c = closure func() @11 %x @3:2 !func \"func literal\"\n  ret %c\nend\n" LIT (
        "func()") "free %x *int -\n" B0 "  %v = load int %x\n" RET },
  { "captured by reference", "x+ c+",
    F ("func()(func())") B0 X
    "  store %x 1 @2:2\n  %c = closure func() @11 %x @3:2 !func \"func literal\"\n  store %x 2 @4:2\n  ret %c\nend\n" LIT (
        "func()") "free %x *int -\n" B0 RET },
  { "assigned before the capture: by value", "x- c+",
    F ("func()(func())") B0 X "  store %x 1 @3:2\n  %c = closure func() @11 %x @4:2 !func \"func literal\"\n  ret %c\nend\n" LIT (
        "func()") "free %x *int -\n" B0 RET },
  { "too wide to capture by value", "w+",
    F ("func()(func())") B0
    "  %w = alloc *wide var @2:2 !var \"w\"\n  %c = closure func() @11 %w @3:2 !func \"func literal\"\n  ret %c\nend\n" LIT (
        "func()") "free %w *wide -\n" B0 RET },
  { "a callback that is only called", "x- c-",
    F ("func()") B0 X "  %c = closure func() @11 %x @3:2 !func \"func literal\"\n  call @9 %c\n" RET LIT (
        "func()") "free %x *int -\n" B0 "  store %x 2 @51:1\n" RET },
  { "a closure's result is known where its calls are", "x-",
    F ("func()") B0 X "  %c = closure func()(*int) @11 %x @3:2 !func \"func literal\"\n  %r = call *int %c\n  store %r 1\n" RET LIT (
        "func()(*int)") "free %x *int -\nresult \"\" *int -\n" B0 "  ret %x\nend\n" },
  { "and lost where they are not", "x+ c-",
    F ("func()") B0 X "  %v = alloc *func()(*int) var @4:2\n  %c = closure func()(*int) @11 %x @3:2 !func \"func literal\"\n"
                      "  store %v %c @4:2\n  store %v %c @5:2\n  %l = load func()(*int) %v\n  %r = call *int %l\n  store %r 1\n" RET LIT (
                          "func()(*int)") "free %x *int -\nresult \"\" *int -\n" B0 "  ret %x\nend\n" },
  { "out of a loop's body", "y+",
    F ("func(bool)") "param %c bool -\nloop 3:1 3:5 6:1\n" B0
                     "  %p = alloc **int var @2:2\n  jmp b1\nblock b1\n  %y = alloc *int var @4:2 !var \"y\"\n  store %p %y @5:2\n"
                     "  br %c b1 b2\nblock b2\n" RET },
  { "within a loop's body", "y-",
    F ("func(bool)") "param %c bool -\nloop 3:1 3:5 6:1\n" B0
                     "  jmp b1\nblock b1\n  %p = alloc **int var @4:2\n  %y = alloc *int var @4:4 !var \"y\"\n  store %p %y @5:2\n"
                     "  br %c b1 b2\nblock b2\n" RET },
  { "a range loop assigns its variable each time", "y+",
    F ("func(bool)(func())") "param %c bool -\nloop 3:1 3:9 9:1 range\nloop 4:1 4:5 8:1\n" B0
                             "  jmp b1\nblock b1\n  %y = alloc *int var @3:4 !var \"y\"\n  store %y 1 @3:4\n  jmp b2\nblock b2\n"
                             "  %d = closure func() @11 %y @5:2 !func \"func literal\"\n  br %c b1 b3\nblock b3\n  ret %d\nend\n" LIT (
                                 "func()") "free %y *int -\n" B0 RET },
  { "go", "x+ c+",
    F ("func()") B0 X "  %c = closure func() @11 %x @3:2 !func \"func literal\"\n  go call %c @3:1\n" RET LIT (
        "func()") "free %x *int -\n" B0 "  store %x 2 @51:1\n" RET },
  { "deferred once", "x- c-",
    F ("func()") B0 X "  %c = closure func() @11 %x @3:2 !func \"func literal\"\n  defer _ call %c @3:1\n  rundefers\n" RET LIT (
        "func()") "free %x *int -\n" B0 "  store %x 2 @51:1\n" RET },
  { "deferred in a loop", "x+",
    F ("func(bool)") "param %c bool -\nloop 3:1 3:5 6:1\n" B0 X
                     "  jmp b1\nblock b1\n  defer _ call @0 %x @4:1\n  br %c b1 b2\nblock b2\n  rundefers\n" RET },
  { "panic", "i+", F ("func()") B0 "  %i = iface iface{} 5 int @3:2 !iface \"5\"\n  panic %i\nend\n" },
  { "dead code", "x-", F ("func()") B0 X "  %v = call int @0 %x\n  br false b1 b2\nblock b1\n  call @1 %x\n  jmp b2\nblock b2\n" RET },
  { "self-assignment", "n-",
    F ("func()") B0
    "  %n = alloc *node new @2:2 !new \"new(node)\"\n  %p = alloc **node var @3:2\n  store %p %n @3:2\n  %l = load *node %p\n"
    "  %a = faddr **node %l .0\n  %v = load *node %a\n  %k = load *node %p\n  %b = faddr **node %k .0\n  store %b %v @4:2\n" RET },
  { "memory outside of the heap is no pointer", "o- q-",
    F ("func()") B0 "  %o = alloc *outside var @2:2 !var \"o\"\n  %q = alloc **outside var @3:2 !var \"q\"\n  store %q %o\n"
                    "  %v = load *outside %q\n  %r = alloc ***outside var\n  store %r %q\n" RET },
  { "sizes", "b+ l+ v- s+ m+",
    F ("func()") B0
    "  %b = alloc *big var @2:2 !var \"b\"\n  %l = alloc *large new @3:2 !new \"new(large)\"\n"
    "  %v = alloc *large var @4:2 !var \"v\"\n  %w = alloc **large var\n  store %w %v\n  %u = alloc **big var\n  store %u %b\n"
    "  %s = alloc *[65537]uint8 makeslice @5:2 !make \"make\"\n  %m = mkslice []struct{} 1 1 @6:2 !make \"make\"\n" RET },
  { "make of a variable that is constant", "m+ k-",
    F ("func(int)") "param %n int -\n" B0 "  %c = alloc *int var @2:2\n  store %c 70000 @2:2\n  %l = load int %c\n"
                    "  %m = mkslice []uint8 %l %l @3:2 !make \"make\"\n  %k = mkslice []uint8 %n %n @4:2 !make \"make\"\n" RET },
  { "method value", "x+",
    F ("func()(func(*int))") B0 X
    "  %i = alloc *dropper var @3:2\n  %r = load dropper %i\n  %c = closure func(*int) @11 %r @3:3 !methval \"i.Take\"\n"
    "  call %c %x\n  ret %c\nend\nfunc @11 \"a.dropper.Take$bound\" 0 func(*int) - bound\nparam %_.0 *int -\n"
    "free %recv dropper -\n" B0 "  call @5 %recv %_.0\n" RET },
  { "a length that is a literal's is constant", "m+ k- e- g-",
    F ("func(*[9001]int)") "param %p *[9001]int -\n" B0 "  %l = alloc *[]int var @2:2\n  %a = alloc *[9001]int slicelit @3:2 !slicelit "
                           "\"[]int{}\"\n  %s = slice []int %a _ _ _\n"
                           "  store %l %s @2:2\n  %v = load []int %l\n  %n = builtin int len %v\n  %m = mkslice []int %n %n @4:2 !make "
                           "\"make\"\n"
                           "  %t = slice []int %p _ _ _\n  %u = builtin int len %t\n  %k = mkslice []int %u %u @5:2 !make \"make\"\n"
                           "  %w = builtin int len nil\n  %e = mkslice []int %w %w @6:2 !make \"make\"\n"
                           "  %g = mkslice []int nil nil @7:2 !make \"make\"\n" RET },
  { "a small literal's length", "m-",
    F ("func()") B0 "  %a = alloc *[3]int slicelit @3:2 !slicelit \"[]int{}\"\n  %s = slice []int %a _ _ _\n  %n = builtin int len %s\n"
                    "  %m = mkslice []int %n %n @4:2 !make \"make\"\n" RET },
  { "the length of a variable's array is not", "m-",
    F ("func()") B0 "  %a = alloc *[9001]int var @3:2\n  %s = slice []int %a _ _ _\n  %n = builtin int len %s\n"
                    "  %m = mkslice []int %n %n @4:2 !make \"make\"\n" RET },
  { "append for nothing", "x-", F ("func([]*int)") "param %s []*int -\n" B0 X "  %v = call int @0 %x\n  builtin append %s\n" RET },
  { "one of two pointers", "x+ y+",
    F ("func(bool)(*int)") "param %c bool -\n" B0 X
                           "  %y = alloc *int var @3:2 !var \"y\"\n  %p = alloc **int var\n  %q = alloc **int var\n"
                           "  store %p %x\n  store %q %y\n  br %c b1 b2\nblock b1\n  %l = load *int %p\n  jmp b2\nblock b2\n"
                           "  %r = phi *int b0 nil b1 %l\n  jmp b3\nblock b3\n  %m = load *int %q\n  br %c b4 b5\nblock b4\n  jmp "
                           "b5\nblock b5\n"
                           "  %t = phi *int b3 %m b4 %r\n  ret %t\nend\n" },
  { "out of dead code", "x- m~",
    F ("func()(map[int]int)") B0 X
    "  %v = call int @0 %x\n  br false b1 b2\nblock b1\n  %m = mkmap map[int]int _ @3:2 !make \"make(map)\"\n  jmp b2\nblock b2\n"
    "  %r = phi map[int]int b0 nil b1 %m\n  ret %r\nend\n" },
  { "a result out of dead code", "x-",
    F ("func()(*int)") B0 X
    "  %v = call int @0 %x\n  br false b1 b2\nblock b1\n  %t = call tuple(*int,*int) @11 %x\n  %e = extract *int %t .0\n  jmp b2\nblock "
    "b2\n"
    "  %r = phi *int b0 nil b1 %e\n  ret %r\nend\nfunc @11 \"a.two\" 0 func(*int)(*int,*int) 0:60:1 src\nparam %p *int -\n" B0
    "  ret %p %p\nend\n" },
  { "parts of nothing", "x-", F ("func()(*int)") B0 X "  %v = call int @0 %x\n  %e = extract *int nil .0\n  ret %e\nend\n" },
  { "conversions that change nothing", "s+ b+ t-",
    F ("func([]uint8,string)(string,[]uint8)") "param %p []uint8 -\nparam %q string -\n" B0
                                               "  %s = conv string %p []uint8 @2:2 !conv \"string(p)\"\n  %s2 = conv string %s string\n"
                                               "  %b = conv []uint8 %q string @3:2 !conv \"[]byte(q)\"\n  %b2 = conv []uint8 %b []uint8\n"
                                               "  %t = conv string %p []uint8 @4:2 !conv \"string(p)\"\n  ret %s2 %b2\nend\n" },
  { "sums of pointers", "x-", F ("func()(*int)") B0 X "  %v = call int @0 %x\n  %s = bin *int + %x %x\n  ret %s\nend\n" },
  { "a captured parameter", "x+ c+",
    F ("func(*int)(func()(*int))") "param %p *int -\n" B0 X
                                   "  %c = closure func()(*int) @11 %p %x @3:2 !func \"func literal\"\n  ret %c\nend\n" LIT (
                                       "func()(*int)") "free %p *int -\nfree %x *int -\n" B0 "  store %x 1 @51:1\n  ret %p\nend\n" },
  { "no function", "x-", F ("func()") B0 X "  %v = call int @0 %x\n  go call nil @3:1\n" RET },
  { "a method of too few parameters", "x+",
    "type short struct \"n\" int \"m\" int\nmset short \"Take\" @11\n" F ("func()") B0 X
    "  %v = alloc *taker var @4:2\n  %k = alloc *short var\n  %l = load short %k\n"
    "  %i = iface taker %l short @4:7 !iface \"k\"\n  store %v %i @4:2\n  %t = load taker %v\n  invoke %t \"Take\" %x\n" RET
    "func @11 \"a.short.Take\" 0 func(short) 0:60:1 src\nparam %s short -\n" B0 RET },
  { "no such method", "x+",
    "type empty struct \"n\" int \"m\" int\nmset empty \"Other\" @11\n" F ("func()") B0 X
    "  %v = alloc *taker var @4:2\n  %k = alloc *empty var\n  %l = load empty %k\n"
    "  %i = iface taker %l empty @4:7 !iface \"k\"\n  store %v %i @4:2\n  %t = load taker %v\n  invoke %t \"Take\" %x\n" RET
    "func @11 \"a.empty.Take\" 0 func(empty) 0:60:1 src\nparam %s empty -\n" B0 RET },
  { "a method value through a variable", "i+ m+",
    F ("func()") B0 "  %i = alloc *dropper var @3:2 !var \"i\"\n  %m = closure func(*int) @11 %i @3:3 !methval \"i.Take\"\n  store $0 nil\n"
                    "  %k = alloc *func(*int) var\n  go call %m nil @5:1\n" RET
                    "func @11 \"a.dropper.Take$bound\" 0 func(*int) - bound\nparam %_.0 *int -\nfree %recv *dropper -\n" B0
                    "  %f = alloc *func(*dropper,*int) var\n  %l = load func(*dropper,*int) %f\n  call %l %recv %_.0\n" RET },
  { "a method value that calls in dead code alone", "i+",
    F ("func()") B0 "  %i = alloc *dropper var @3:2 !var \"i\"\n  %m = closure func() @11 %i @3:3 !methval \"i.Late\"\n  call %m\n" RET
                    "func @11 \"a.dropper.Late$bound\" 0 func() - bound\nfree %recv *dropper -\n" B0
                    "  br false b1 b2\nblock b1\n  call @12 %recv\n  ret\nblock b2\n" RET
                    "func @12 \"a.dropper.Late\" 0 func(*dropper) 0:70:1 src\nparam %d *dropper -\n" B0 RET },
};

static uint32_t
find_register (const struct gir_func *f, const GirProgram *p, const char *name, size_t length)
{
  for (uint32_t i = 0; i < f->n_instrs; i++)
    {
      const char *text = gir_string (p, f->instrs[i].name);
      if (strlen (text) == length && memcmp (text, name, length) == 0)
        return i;
    }
  fail_msg ("no register %.*s", (int)length, name);
  return 0;
}

static void
check_program (const struct program *program)
{
  g_autofree char *text = g_strconcat (prelude, program->text, NULL);
  g_autoptr (GirProgram) p = read_good (text);
  bool decide[] = { true };
  struct sp_gc_model *m = sp_gc_model_new (p, decide);
  g_auto (GStrv) words = g_strsplit (program->expected, " ", -1);
  for (char **word = words; *word; word++)
    {
      size_t length = strlen (*word) - 1;
      enum gc_cause cause;
      enum sp_gc_verdict v = sp_gc_model_site (m, 10, find_register (&p->funcs[10], p, *word, length), &cause);
      assert_int_equal (cause != GC_CAUSE_NONE, v == SP_GC_HEAP);
      char is = v == SP_GC_NONE ? '~' : v == SP_GC_STACK ? '-' : '+';
      if (is != (*word)[length])
        fail_msg ("%s: %s, but the model says %c", program->name, *word, is);
    }
  const struct sp_gc_counts *counts = sp_gc_model_counts (m);
  bool differs;
  assert_true (sp_gc_model_by_z3 (m, 10, &differs));
  if (counts->z3_differ || counts->z3_unknown || differs || counts->z3_distances != counts->z3_batches)
    fail_msg ("%s: Z3 differs from the walk", program->name);
  sp_gc_model_free (m);
}

static void
test_programs (void **state)
{
  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS (programs); i++)
    check_program (&programs[i]);
}

/* --- graphs ------------------------------------------------------------------------------------------ */

/* A program of one function with a result, for graphs made by hand. */
static const char empty[]
    = "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\nfunc @0 \"a.f\" 0 func(*int)(*int) 0:1:1 src\nparam %_.0 *int -\n"
      "block b0\n  ret nil\nend\n";

struct fixture
{
  GirProgram *program;
  struct gc_vars *vars;
  struct gc_leaks *tags[2];
  uint32_t none[2];
  struct gc_context context;
  struct sp_z3_region *region;
};

static void
fixture_init (struct fixture *x)
{
  *x = (struct fixture){ .program = read_good (empty), .region = sp_z3_region_new () };
  x->vars = gc_vars_new (x->program);
  x->context = (struct gc_context){ x->program, x->vars, x->tags, x->none, NULL };
}

static void
fixture_done (struct fixture *x)
{
  gc_vars_free (x->vars);
  gir_program_free (x->program);
  sp_z3_region_free (x->region);
}

static struct gc_graph *
empty_graph (const struct fixture *x)
{
  static const gir_fn members[] = { 0 };
  return gc_graph_new (&x->context, members, 1);
}

enum
{
  N_RANDOM = 300,
  N_LOCS = 9,
  N_EDGES = 14,
};

static void
random_graph (struct gc_graph *g, uint64_t *seed)
{
  for (unsigned k = 0; k < N_LOCS; k++)
    {
      bool temp = next_random (seed) % 4 == 0;
      gc_graph_add (g, (struct gc_location){ .kind = temp ? GC_LOC_TEMP : GC_LOC_VAR,
                                             .instr = GIR_INVALID,
                                             .literal = GIR_INVALID,
                                             .param = !temp && k < 2 ? k + 1 : 0,
                                             .depth = temp ? G_MAXUINT32 : 1 + next_random (seed) % 3 });
    }
  for (unsigned k = 0; k < N_EDGES; k++)
    {
      uint32_t dst = next_random (seed) % g->locs.size, src = GC_N_PSEUDO + next_random (seed) % (g->locs.size - GC_N_PSEUDO);
      int derefs = (int)(next_random (seed) % 4) - 1;
      if (g->locs.data[src].kind == GC_LOC_TEMP)
        derefs = MAX (derefs, 0); /* a temporary has no address */
      gc_graph_flow (g, dst, derefs, src);
    }
}

static bool
agree (const struct gc_graph *g, const struct gc_solution *s, const struct sp_gc_decision *d)
{
  bool same = true;
  for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
    {
      if (g->locs.data[l].kind != GC_LOC_TEMP)
        same &= d->escapes[l] == ((s->attrs[l] & GC_ESCAPES) != 0);
      if (g->locs.data[l].param)
        same &= gc_leaks_equal (&s->leaks[l], &d->leaks[l]);
    }
  return same;
}

/* The walk and Z3 agree on graphs of any shape; one edge more, and they do not, where it matters. */
static void
test_random_graphs (void **state)
{
  (void)state;
  struct fixture x;
  fixture_init (&x);
  uint64_t seed = 1;
  unsigned told = 0, escaping = 0;
  for (unsigned n = 0; n < N_RANDOM; n++)
    {
      struct gc_graph *g = empty_graph (&x);
      random_graph (g, &seed);
      struct gc_solution *s = gc_walk (g);
      struct sp_gc_decision *d = sp_gc_decide (x.region, g);
      assert_int_equal (d->answer, SP_Z3_SAT);
      assert_true (agree (g, s, d));
      assert_int_equal (sp_gc_check_distances (g, d), SP_Z3_SAT);
      for (uint32_t l = GC_N_PSEUDO; l < g->locs.size; l++)
        escaping += d->escapes[l];
      uint32_t last = g->locs.size - 1;
      bool open = !(g->locs.data[GC_N_PSEUDO + 2].attrs & GC_ESCAPES);
      if (open && g->locs.data[last].kind == GC_LOC_VAR && !d->escapes[last])
        {
          gc_graph_flow (g, GC_N_PSEUDO + 2, -1, last);
          gc_graph_flow (g, GC_HEAP, 0, GC_N_PSEUDO + 2);
          struct sp_gc_decision *other = sp_gc_decide (x.region, g);
          assert_int_equal (other->answer, SP_Z3_SAT);
          assert_true (other->escapes[last]);
          assert_false (agree (g, s, other));
          assert_int_equal (sp_gc_check_distances (g, d), SP_Z3_UNSAT);
          sp_gc_decision_free (other);
          told++;
        }
      sp_gc_decision_free (d);
      gc_solution_free (s);
      gc_graph_free (g);
    }
  assert_true (told > N_RANDOM / 10);
  assert_true (escaping > N_RANDOM / 3);
  fixture_done (&x);
}

/* Difference logic tells distances that are too short, and ones that are too long. */
static void
test_distances (void **state)
{
  (void)state;
  struct fixture x;
  fixture_init (&x);
  struct gc_graph *g = empty_graph (&x);
  struct gc_location local = { .kind = GC_LOC_VAR, .instr = GIR_INVALID, .literal = GIR_INVALID, .depth = 1 };
  uint32_t p = gc_graph_add (g, local), q = gc_graph_add (g, local);
  gc_graph_flow (g, GC_HEAP, 2, p);
  gc_graph_flow (g, p, 1, q);
  gc_graph_flow (g, GC_HEAP, 5, q);
  struct sp_gc_decision *d = sp_gc_decide (x.region, g);
  assert_int_equal (d->to_heap[p], 2);
  assert_int_equal (d->to_heap[q], 3);
  assert_int_equal (sp_gc_check_distances (g, d), SP_Z3_SAT);
  d->to_heap[q] = 2;
  assert_int_equal (sp_gc_check_distances (g, d), SP_Z3_UNSAT);
  d->to_heap[q] = 4;
  assert_int_equal (sp_gc_check_distances (g, d), SP_Z3_UNSAT);
  sp_gc_decision_free (d);
  gc_graph_free (g);
  fixture_done (&x);
}

/* A long chain of dereferences needs a higher bound than the first. */
static void
test_bound (void **state)
{
  (void)state;
  struct fixture x;
  fixture_init (&x);
  struct gc_graph *g = empty_graph (&x);
  struct gc_location local = { .kind = GC_LOC_VAR, .instr = GIR_INVALID, .literal = GIR_INVALID, .depth = 1 };
  uint32_t first = gc_graph_add (g, local), last = first;
  gc_graph_flow (g, GC_HEAP, 20, first);
  for (unsigned k = 0; k < 20; k++)
    {
      uint32_t next = gc_graph_add (g, local), holder = gc_graph_add (g, local);
      gc_graph_flow (g, last, 1, holder);
      gc_graph_flow (g, holder, 1, next);
      last = next;
    }
  g->locs.data[last].param = 1;
  struct gc_solution *s = gc_walk (g);
  struct sp_gc_decision *d = sp_gc_decide (x.region, g);
  assert_int_equal (s->leaks[last].to[GC_LEAK_HEAP], 60);
  assert_true (agree (g, s, d));
  assert_int_equal (d->bound, 64);
  sp_gc_decision_free (d);
  gc_solution_free (s);
  gc_graph_free (g);
  fixture_done (&x);
}

/* A program that no compiler writes: a value nested 20000 deep, and a sum that doubles at each of 60 steps. */
static void
test_nesting (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new (prelude);
  g_string_append (text, F ("func([]int,uintptr)([]int)") "param %s []int -\nparam %u uintptr -\n" B0 "  %s0 = slice []int %s _ _ _\n"
                                                          "  %u0 = bin uintptr + %u %u\n");
  for (unsigned k = 1; k <= 20000; k++)
    g_string_append_printf (text, "  %%s%u = slice []int %%s%u _ _ _\n", k, k - 1);
  for (unsigned k = 1; k <= 60; k++)
    g_string_append_printf (text, "  %%u%u = bin uintptr + %%u%u %%u%u\n", k, k - 1, k - 1);
  g_string_append (text, "  %p = conv unsafe.Pointer %u60 uintptr\n  %q = alloc *unsafe.Pointer var\n  store %q %p\n  ret %s20000\nend\n");
  g_autoptr (GirProgram) p = read_good (text->str);
  sp_gc_model_free (sp_gc_model_new (p, NULL));
}

/* Whether parameter 0 of f leaks to the heap, as gc reports it. */
static bool
leaks_to_heap (const char *text)
{
  g_autoptr (GirProgram) p = read_good (text);
  struct sp_gc_model *m = sp_gc_model_new (p, NULL);
  struct sp_flows flows = { 0 };
  bool wanted[] = { true }, found = false, leaks = false;
  sp_gc_model_flows (m, wanted, &flows);
  vec_foreach (const struct sp_flow, x, &flows.of)
    if (x->fn == 10 && x->param == 0)
      {
        found = true;
        leaks |= x->to == SP_FLOW_HEAP;
      }
  assert_true (found);
  sp_flows_clear (&flows);
  sp_gc_model_free (m);
  return leaks;
}

/* p.next...next.next = p.next...next.next, of @depth steps; what becomes of p. */
static bool
leaks_by_self_assignment (unsigned depth)
{
  g_autoptr (GString) text = g_string_new (prelude);
  g_string_append (text, F ("func(*node)") "param %p *node - !param \"p\"\n" B0 "  %q = alloc **node var\n  store %q %p\n");
  for (const char *c = "ab"; *c; c++)
    {
      g_string_append_printf (text, "  %%%c0 = load *node %%q\n", *c);
      for (unsigned k = 0; k < depth; k++)
        g_string_append_printf (text, "  %%%cf%u = faddr **node %%%c%u .0\n  %%%c%u = load *node %%%cf%u\n", *c, k, *c, k, *c, k + 1, *c,
                                k);
      g_string_append_printf (text, "  %%%cf = faddr **node %%%c%u .0\n", *c, *c, depth);
    }
  g_string_append (text, "  %v = load *node %af\n  store %bf %v @4:2\n  ret\nend\n");
  return leaks_to_heap (text->str);
}

/* s[i][0] = s[i][1], where i is a sum that doubles at each of @doublings steps; what becomes of s. */
static bool
leaks_by_swapping (unsigned doublings, bool in_base)
{
  g_autoptr (GString) text = g_string_new (prelude);
  g_string_append (text, F ("func([][]*int,int)") "param %s [][]*int - !param \"s\"\nparam %n int -\n" B0
                                                  "  %q = alloc *[][]*int var\n  store %q %s\n"
                                                  "  %i = alloc *int var\n  store %i %n\n");
  for (const char *c = "ab"; *c; c++)
    {
      g_string_append_printf (text, "  %%%cu0 = load int %%i\n", *c);
      for (unsigned k = 0; k < doublings; k++)
        g_string_append_printf (text, "  %%%cu%u = bin int + %%%cu%u %%%cu%u\n", *c, k + 1, *c, k, *c, k);
      g_autofree char *sum = g_strdup_printf ("%%%cu%u", *c, doublings);
      g_autofree char *first = g_strdup_printf ("%%%cu0", *c);
      g_string_append_printf (text, "  %%%cs = load [][]*int %%q\n  %%%ca = iaddr *[]*int %%%cs %s\n  %%%cr = load []*int %%%ca\n", *c, *c,
                              *c, in_base ? sum : first, *c, *c);
      g_string_append_printf (text, "  %%%ce = iaddr **int %%%cr %s\n", *c, *c, in_base ? first : sum);
    }
  g_string_append (text, "  %v = load *int %ae\n  store %be %v @4:2\n  ret\nend\n");
  return leaks_to_heap (text->str);
}

/* Self-assignments that are too large to compare count as assignments. */
static void
test_self_assignments (void **state)
{
  (void)state;
  assert_false (leaks_by_self_assignment (0));
  assert_false (leaks_by_self_assignment (20));
  assert_true (leaks_by_self_assignment (150));
  for (unsigned in_base = 0; in_base < 2; in_base++)
    {
      assert_false (leaks_by_swapping (5, in_base));
      assert_false (leaks_by_swapping (60, in_base)); /* no step is left to follow the value: no Go program is so */
      assert_true (leaks_by_swapping (250, in_base));
    }
}

static void
test_leaks (void **state)
{
  (void)state;
  struct gc_leaks l = gc_no_leaks;
  gc_leaks_add (&l, GC_LEAK_RESULT, 3);
  gc_leaks_add (&l, GC_LEAK_RESULT + 1, 1);
  gc_leaks_add (&l, GC_LEAK_HEAP, 300);
  assert_int_equal (l.to[GC_LEAK_HEAP], GC_LEAK_MAX);
  gc_leaks_add (&l, GC_LEAK_HEAP, 2);
  gc_leaks_add (&l, GC_LEAK_HEAP, 4);
  gc_leaks_optimize (&l);
  assert_int_equal (l.to[GC_LEAK_HEAP], 2);
  assert_int_equal (l.to[GC_LEAK_RESULT], -1);
  assert_int_equal (l.to[GC_LEAK_RESULT + 1], 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (test_programs),         cmocka_unit_test (test_random_graphs),
    cmocka_unit_test (test_distances),        cmocka_unit_test (test_bound),
    cmocka_unit_test (test_nesting),          cmocka_unit_test (test_leaks),
    cmocka_unit_test (test_self_assignments),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
