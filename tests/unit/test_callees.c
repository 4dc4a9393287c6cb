/* The type-flow analysis of callees: what the set of each call through a func or interface variable is. */
#include "test_gir_util.h"

#include "constraints/callees.h"
#include "constraints/callers.h"

typedef struct sp_callees Callees;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Callees, sp_callees_free)

#define OPEN false
#define CLOSED true
#define MANY 8

#define BOX "struct{fn:func(),do:doer,Pub:func()}"
/* Functions 0 to 3 of every program; f and g are what is called, nobody calls them statically. */
#define HEAD                                                                                                                             \
  "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\npkg 1 \"sync/atomic\" \"atomic\" std\npkg 2 \"b\" \"b\" root\n"                       \
  "pkg 3 \"reflect\" \"reflect\" std\npkg 4 \"asm\" \"asm\" asm\npkg 5 \"c\" \"c\" cgo\n"                                                \
  "type doer iface \"Do\" func()()\ntype wide iface \"Do\" func()() \"More\" func()()\n"                                                 \
  "type one struct \"n\" int\ntype two struct \"n\" int\ntype box named \"a.box\" " BOX "\n"                                             \
  "type pair struct \"a\" func() \"b\" func()\n"                                                                                         \
  "mset *one \"Do\" @2\nmset *two \"Do\" @3\n"                                                                                           \
  "global $0 \"a.hook\" 0 func() -\nglobal $1 \"a.Hook\" 0 func() - exported\nglobal $2 \"a.what\" 0 doer -\nglobal $3 \"a.box\" 0 box " \
  "-\n"                                                                                                                                  \
  "global $4 \"asm.hook\" 4 func() -\nglobal $5 \"c.hook\" 5 func() -\nglobal $6 \"a.n\" 0 int -\n"                                      \
  "func @0 \"a.f\" 0 func() - src\nblock b0\n  ret\nend\nfunc @1 \"a.g\" 0 func() - src\nblock b0\n  ret\nend\n"                         \
  "func @2 \"a.(*one).Do\" 0 func(*one) - src exported\nparam %r *one -\nblock b0\n  ret\nend\n"                                         \
  "func @3 \"a.(*two).Do\" 0 func(*two) - src exported\nparam %r *two -\nblock b0\n  ret\nend\n"
/* Function 4 and those after it. */
#define F(type) "func @4 \"a.main\" 0 " type " - src\n"
#define G(type) "func @5 \"a.callee\" 0 " type " - src\n"
#define B0 "block b0\n"
/* Two struct types that only tags, which .gir leaves out, tell apart. */
#define TAGGED \
  "type #1 struct \"fn\" func()\ntype #2 struct \"fn\" func()\ntype tagged named \"a.tagged\" #1\ntype like named \"a.like\" #2\n"
#define RET "  ret\nend\n"

/* `expected`: for each dynamic call of the program that is no go or defer statement, in order, what it may call: f g one two, or ? where
 * that is not known, 0 for nothing; `f|g` is one set. */
struct program
{
  const char *name;
  const char *expected;
  bool closed;
  const char *text;
};

static const struct program programs[] = {
  /* --- registers --- */
  { "a closure that is called where it is made", "f", OPEN, F ("func()") B0 "  %c = closure func() @0\n  call %c\n" RET },
  { "a phi of two functions", "f|g", OPEN,
    F ("func(bool)") "param %b bool -\n" B0
                     "  br %b b1 b2\nblock b1\n  jmp b3\nblock b2\n  jmp b3\nblock b3\n  %p = phi func() b1 @0 b2 @1\n"
                     "  call %p\n" RET },
  { "nil is nothing that can be called", "f", OPEN,
    F ("func(bool)") "param %b bool -\n" B0
                     "  br %b b1 b2\nblock b1\n  jmp b2\nblock b2\n  %p = phi func() b0 nil b1 @0\n  call %p\n" RET },
  { "nothing but nil", "0", OPEN,
    F ("func(bool)") "param %b bool -\n" B0
                     "  br %b b1 b2\nblock b1\n  jmp b2\nblock b2\n  %p = phi func() b0 nil b1 nil\n  call %p\n" RET },
  { "an interface", "one", OPEN, F ("func()") B0 "  %x = alloc *one new\n  %i = iface doer %x *one\n  invoke %i \"Do\"\n" RET },
  { "an interface made another", "one", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %i = iface wide %x *one\n  %j = chiface doer %i\n  invoke %j \"Do\"\n" RET },
  { "an interface asserted to be another", "one", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %i = iface iface{} %x *one\n  %j = assert doer %i doer\n  invoke %j \"Do\"\n" RET },
  { "an interface asserted to be another, with ok", "one ?", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %i = iface iface{} %x *one\n  %t = assert tuple(doer,bool) %i doer ok\n"
                    "  %j = extract doer %t .0\n  invoke %j \"Do\"\n"
                    "  %u = assert tuple(func(),bool) %i func() ok\n  %k = extract func() %u .0\n  call %k\n" RET },
  { "a func asserted out of an interface", "?", OPEN,
    F ("func()") B0 "  %i = iface iface{} @0 func()\n  %j = assert func() %i func()\n  call %j\n" RET },
  { "a func of another name", "f", OPEN,
    "type fn named \"a.fn\" func()\n" F ("func()") B0 "  %c = closure func() @0\n  %d = chtype fn %c\n  call %d\n" RET },
  { "a converted constant", "0", OPEN, "type fn named \"a.fn\" func()\n" F ("func()") B0 "  %d = chtype fn nil\n  call %d\n" RET },
  { "a map's element", "?", OPEN,
    F ("func()") B0 "  %m = mkmap map[int]func() 1\n  mapset %m 1 @0\n  %h = lookup func() %m 1\n  call %h\n" RET },
  { "a constant", "?", OPEN, F ("func()") B0 "  call nil\n" RET },
  { "a method that a type does not have", "one", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %i = iface wide %x *one\n  invoke %i \"More\"\n" RET },

  /* --- variables --- */
  { "a package variable", "f", OPEN, F ("func()") B0 "  store $0 @0\n  %h = load func() $0\n  call %h\n" RET },
  { "one that was never set", "0", OPEN, F ("func()") B0 "  %h = load func() $0\n  call %h\n" RET },
  { "one that others may set", "?", OPEN, F ("func()") B0 "  store $1 @0\n  %h = load func() $1\n  call %h\n" RET },
  { "one of a package with assembly", "?", OPEN, F ("func()") B0 "  store $4 @0\n  %h = load func() $4\n  call %h\n" RET },
  { "one of a package with C", "?", OPEN, F ("func()") B0 "  store $5 @0\n  %h = load func() $5\n  call %h\n" RET },
  { "one whose address is passed on", "?", OPEN,
    F ("func()") B0
    "  store $0 @0\n  call @5 $0\n  %h = load func() $0\n  call %h\n" RET G ("func(*func())") "param %p *func() -\n" B0 RET },
  { "one whose address is stored", "?", OPEN,
    "global $7 \"a.at\" 0 *func() -\n" F ("func()") B0 "  store $7 $0\n  store $0 @0\n  %h = load func() $0\n  call %h\n" RET },
  { "an interface variable", "one|two", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %y = alloc *two new\n  %i = iface doer %x *one\n  %j = iface doer %y *two\n  store $2 %i\n"
                    "  store $2 %j\n  %h = load doer $2\n  invoke %h \"Do\"\n" RET },
  { "a local variable", "f", OPEN, F ("func()") B0 "  %v = alloc *func() var\n  store %v @0\n  %h = load func() %v\n  call %h\n" RET },
  { "a pointer that a parameter is", "?", OPEN,
    F ("func(*func())") "param %p *func() -\n" B0 "  store %p @0\n  %h = load func() %p\n  call %h\n" RET },
  { "an element of an array", "?", OPEN,
    F ("func()") B0 "  %v = alloc *[4]func() var\n  %e = iaddr *func() %v 1\n  store %e @0\n  %h = load func() %e\n  call %h\n" RET },

  /* --- fields --- */
  { "a field, of any object of the type", "f|g", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %c = alloc *box new\n  %p = faddr *func() %c .0\n  %q = faddr *func() %b .0\n  store %p @0\n"
                     "  store %q @1\n  %h = load func() %p\n  call %h\n" RET },
  { "a field of a struct value", "f", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %v = load box %b\n  %h = field func() %v .0\n"
                     "  call %h\n" RET },
  { "a field of a package variable", "f", OPEN,
    F ("func()") B0 "  %p = faddr *func() $3 .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET },
  { "an interface field", "two", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %y = alloc *two new\n  %i = iface doer %y *two\n  %p = faddr *doer %b .1\n  store %p %i\n"
                     "  %h = load doer %p\n  invoke %h \"Do\"\n" RET },
  { "a field that others may name", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .2\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET },
  { "fields are apart", "f g", OPEN,
    F ("func(*pair)") "param %b *pair -\n" B0 "  %p = faddr *func() %b .0\n  %q = faddr *func() %b .1\n  store %p @0\n  store %q @1\n"
                      "  %h = load func() %p\n  call %h\n  %i = load func() %q\n  call %i\n" RET },
  { "a field whose address is passed on", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0
                     "  %p = faddr *func() %b .0\n  store %p @0\n  call @5 %p\n  %h = load func() %p\n  call %h\n" RET G (
                         "func(*func())") "param %p *func() -\n" B0 RET },
  { "a field whose address a closure captures", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0
                     "  %p = faddr *func() %b .0\n  store %p @0\n  %c = closure func() @5 %p\n  %h = load func() %p\n"
                     "  call %h\n" RET "func @5 \"a.main$1\" 0 func() - anon in @4\nfree %p *func() -\n" B0 RET },
  { "a struct converted to one of other tags", "? ?", OPEN,
    TAGGED F ("func(*tagged)") "param %b *tagged -\n" B0
                               "  %p = faddr *func() %b .0\n  store %p @0\n  %c = chtype *like %b\n  %q = faddr *func() %c "
                               ".0\n  %h = load func() %p\n  call %h\n"
                               "  %i = load func() %q\n  call %i\n" RET },
  { "a struct value converted to one of other tags", "?", OPEN,
    TAGGED F ("func(*tagged)") "param %b *tagged -\n" B0
                               "  %p = faddr *func() %b .0\n  store %p @0\n  %v = load tagged %b\n  %c = chtype like %v\n  %h = "
                               "load func() %p\n  call %h\n" RET },
  { "a struct converted to a type of another name", "f", OPEN,
    "type named_box named \"a.Box\" " BOX "\n" F (
        "func(*box)") "param %b *box -\n" B0
                      "  %p = faddr *func() %b .0\n  store %p @0\n  %c = chtype *named_box %b\n  %h = load func() %p\n  call %h\n" RET },
  { "a slice converted to a type of another name", "f", OPEN,
    "type boxes named \"a.Boxes\" []box\n" F (
        "func([]box,*box)") "param %s []box -\nparam %b *box -\n" B0
                            "  %p = faddr *func() %b .0\n  store %p @0\n  %c = chtype boxes %s\n  %h = load func() %p\n  call %h\n" RET },

  /* --- memory of more than one layout --- */
  { "a pointer made raw", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %u = conv unsafe.Pointer %b *box\n"
                     "  %h = load func() %p\n  call %h\n" RET },
  { "a raw pointer made one to it", "?", OPEN,
    F ("func(*box,unsafe.Pointer)") "param %b *box -\nparam %u unsafe.Pointer -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n"
                                    "  %c = conv *box %u unsafe.Pointer\n  %h = load func() %p\n  call %h\n" RET },
  { "a number is no pointer", "f", OPEN,
    F ("func(*box,unsafe.Pointer)") "param %b *box -\nparam %u unsafe.Pointer -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n"
                                    "  %n = conv uintptr %u unsafe.Pointer\n  %v = conv unsafe.Pointer %n uintptr\n  %i = conv int %n "
                                    "uintptr\n  %w = conv *box %n uintptr\n"
                                    "  %h = load func() %p\n  call %h\n" RET },
  { "what lies behind pointers, in slices, maps, arrays and structs of what is raw", "? f", OPEN,
    "type deep struct \"m\" map[int][]*box \"k\" map[[2]*pair]int \"self\" *deep\n" F (
        "func(*box,*deep)") "param %b *box -\nparam %d *deep -\n" B0
                            "  %p = faddr *func() %b .0\n  store %p @0\n  %u = conv unsafe.Pointer %d *deep\n"
                            "  %h = load func() %p\n  call %h\n  store $0 @0\n  %i = load func() $0\n  call %i\n" RET },
  { "a tuple", "?", OPEN,
    F ("func(*pair,*tuple(int,*pair))") "param %b *pair -\nparam %d *tuple(int,*pair) -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n"
                                        "  %u = conv unsafe.Pointer %d *tuple(int,*pair)\n  %h = load func() %p\n  call %h\n" RET },
  { "a map's key", "?", OPEN,
    "type deep struct \"k\" map[[2]*pair]int\n" F ("func(*pair,*deep)") "param %b *pair -\nparam %d *deep -\n" B0
                                                                        "  %p = faddr *func() %b .0\n  store %p @0\n  %u = conv "
                                                                        "unsafe.Pointer %d *deep\n  %h = load func() %p\n  call %h\n" RET },
  { "package atomic's raw pointers are its own", "f", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"sync/atomic.store\" 1 func(*box) - src\nparam %b *box -\n" B0 "  %u = conv unsafe.Pointer %b *box\n" RET },
  { "a parameter of a function without a body", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.ext\" 0 func(*box) - src extern\nparam %b *box -\nend\n" },
  { "a result of a function without a body", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.ext\" 0 func()(*box) - src extern\nend\n" },
  { "a function that a linkname names", "?", OPEN,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.linked\" 0 func(*box) - src linkname \"b.linked\"\nparam %b *box -\n" B0 RET },
  { "a function that a linkname shows", "?", CLOSED,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.shown\" 0 func(*box) - src exported\nparam %b *box -\n" B0 RET },
  { "an instance that a linkname shows", "?", CLOSED,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.shown[int]\" 0 func(*box) - inst exported\nparam %b *box -\n" B0 RET },
  { "an exported wrapper shows nothing", "f", CLOSED,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"a.shown\" 0 func(*box) - wrapper exported\nparam %b *box -\n" B0 RET },
  { "a function without a package in its name", "f", CLOSED,
    F ("func(*box)") "param %b *box -\n" B0 "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET
                     "func @5 \"shown\" 0 func(*box) - src exported\nparam %b *box -\n" B0 RET },

  /* --- constants, which have no types --- */
  { "a field behind nil", "?", OPEN,
    F ("func()") B0 "  %p = faddr *func() nil .100000000\n  store %p @0\n  %h = load func() %p\n  call %h\n" RET },
  { "a field of a zero value", "?", OPEN, F ("func()") B0 "  %h = field func() zero .100000000\n  call %h\n" RET },
  { "a part of a constant", "?", OPEN, F ("func()") B0 "  %h = extract func() zero .7\n  call %h\n" RET },
  { "a part of a parameter", "?", OPEN,
    F ("func(tuple(int,func()))") "param %t tuple(int,func()) -\n" B0 "  %h = extract func() %t .1\n  call %h\n" RET },

  /* --- results and parameters --- */
  { "a result", "g", OPEN,
    F ("func()") B0 "  %h = call func() @5\n  call %h\n" RET G ("func()(func())") "result \"\" func() -\n" B0 "  ret @1\nend\n" },
  { "two results", "f g", OPEN,
    F ("func()") B0
    "  %t = call tuple(func(),func()) @5\n  %h = extract func() %t .0\n  call %h\n  %i = extract func() %t .1\n  call %i\n" RET G (
        "func()(func(),func())") "result \"\" func() -\nresult \"\" func() -\n" B0 "  ret @0 @1\nend\n" },
  { "results that are no functions beside one", "g", OPEN,
    F ("func()") B0 "  %t = call tuple(int,func()) @5\n  %i = extract func() %t .1\n  call %i\n" RET G (
        "func()(int,func())") "result \"\" int -\nresult \"\" func() -\n" B0 "  ret 1 @1\nend\n" },
  { "a result of a function without a body is not known", "? ?", OPEN,
    F ("func()") B0 "  %h = call func() @5\n  call %h\n  %t = call tuple(func(),int) @6\n  %i = extract func() %t .0\n  call %i\n" RET
                    "func @5 \"a.ext\" 0 func()(func()) - src extern\nend\nfunc @6 \"a.ext2\" 0 func()(func(),int) - src extern\nend\n" },
  { "a result of a call that is not static", "? ? ? ? ? ?", OPEN,
    "type maker iface \"Make\" func()(func(),int)\n" F (
        "func(func()(func()),maker,func()(int,func()))") "param %m func()(func()) -\nparam %n maker -\nparam %o func()(int,func()) -\n" B0
                                                         "  %h = call func() %m\n  call %h\n  %s = call tuple(int,func()) %o\n  %j = "
                                                         "extract func() %s .1\n  call %j\n  %t = invoke tuple(func(),int) %n \"Make\"\n  "
                                                         "%i = extract "
                                                         "func() %t .0\n  call %i\n" RET },
  { "a parameter of a function with known callers", "f|g", OPEN,
    F ("func()") B0 "  call @5 1 @0\n  call @5 2 @1\n" RET G ("func(int,func())") "param %n int -\nparam %h func() -\n" B0
                                                                                  "  call %h\n" RET },
  { "a parameter of a function that is a value, too", "?", OPEN,
    F ("func()") B0 "  call @5 @0\n  %c = closure func(func()) @5\n" RET G ("func(func())") "param %h func() -\n" B0 "  call %h\n" RET },
  { "a parameter of a function that nobody calls", "?", OPEN,
    F ("func()") B0 RET G ("func(func())") "param %h func() -\n" B0 "  call %h\n" RET },
  { "a parameter of an exported function", "?", OPEN,
    F ("func()") B0 "  call @5 @0\n" RET "func @5 \"a.Callee\" 0 func(func()) - src exported\nparam %h func() -\n" B0 "  call %h\n" RET },
  { "a parameter of an exported function of a closed program", "f", CLOSED,
    F ("func()") B0 "  call @5 @0\n" RET "func @5 \"a.Callee\" 0 func(func()) - src exported\nparam %h func() -\n" B0 "  call %h\n" RET },
  { "a parameter of a function with a linkname", "?", CLOSED,
    F ("func()") B0 "  call @5 @0\n" RET "func @5 \"a.Callee\" 0 func(func()) - src exported linkname \"b.x\"\nparam %h func() -\n" B0
                    "  call %h\n" RET },
  { "a parameter of an unexported function with a linkname", "?", CLOSED,
    F ("func()") B0 "  call @5 @0\n" RET "func @5 \"a.callee\" 0 func(func()) - src linkname \"b.x\"\nparam %h func() -\n" B0
                    "  call %h\n" RET },
  { "a parameter of one that a link record names", "?", OPEN,
    F ("func()") B0 "  call @5 @0\n" RET G ("func(func())") "param %h func() -\n" B0 "  call %h\n" RET "link @5 \"b.callee\"\n" },
  { "what go and defer call", "f g", OPEN,
    F ("func()") B0 "  go call @5 @0\n  defer _ call @6 @1\n  rundefers\n" RET G (
        "func(func())") "param %h func() -\n" B0 "  call %h\n" RET "func @6 \"a.later\" 0 func(func()) - src\nparam %h func() -\n" B0
                        "  call %h\n" RET },

  /* --- closures --- */
  { "a captured variable is one for all who share it", "f|g f|g", OPEN,
    F ("func()") B0 "  %v = alloc *func() var\n  store %v @0\n  %c = closure func() @5 %v\n  %h = load func() %v\n  call %h\n" RET
                    "func @5 \"a.main$1\" 0 func() - anon in @4\nfree %v *func() -\n" B0
                    "  store %v @1\n  %h = load func() %v\n  call %h\n" RET },
  { "a captured package variable", "f", OPEN,
    F ("func()") B0 "  store $0 @0\n  %c = closure func() @5 $0\n" RET "func @5 \"a.main$1\" 0 func() - anon in @4\nfree %v *func() -\n" B0
                    "  %h = load func() %v\n  call %h\n" RET },
  { "a captured pointer from elsewhere", "?", OPEN,
    F ("func(*func())") "param %p *func() -\n" B0 "  %c = closure func() @5 %p\n" RET
                        "func @5 \"a.main$1\" 0 func() - anon in @4\nfree %v *func() -\n" B0 "  %h = load func() %v\n  call %h\n" RET },
  { "a captured number beside it", "f", OPEN,
    F ("func()") B0 "  %v = alloc *func() var\n  %n = alloc *int var\n  store %v @0\n  %c = closure func() @5 %n %v\n" RET
                    "func @5 \"a.main$1\" 0 func() - anon in @4\nfree %n *int -\nfree %v *func() -\n" B0
                    "  %h = load func() %v\n  call %h\n" RET },
  { "the receiver of a bound method", "one", OPEN,
    F ("func()") B0 "  %x = alloc *one new\n  %i = iface doer %x *one\n  %c = closure func() @5 %i\n" RET
                    "func @5 \"a.doer.Do$bound\" 0 func() - bound\nfree %r doer -\n" B0 "  invoke %r \"Do\"\n" RET },
};

/* --- reading a set ----------------------------------------------------------------------------------- */

static const char *
member_name (const GirProgram *p, const Callees *c, uint32_t set, uint32_t k)
{
  if (!c->methods.data[set])
    {
      const char *name = gir_string (p, p->funcs[c->members.data[c->begin.data[set] + k]].name);
      return strrchr (name, '.') + 1;
    }
  return gir_string (p, p->types[p->types[c->members.data[c->begin.data[set] + k]].elem].name);
}

static void
append_set (const GirProgram *p, const Callees *c, gir_fn fn, uint32_t i, GString *out)
{
  uint32_t set = sp_callees_of (c, fn, i);
  if (out->len)
    g_string_append_c (out, ' ');
  if (set == 0 || sp_callees_size (c, set) == 0)
    g_string_append_c (out, set == 0 ? '?' : '0');
  for (uint32_t k = 0; set && k < sp_callees_size (c, set); k++)
    g_string_append_printf (out, "%s%s", k ? "|" : "", member_name (p, c, set, k));
}

/* The sets of all dynamic calls. */
static char *
sets_of (const GirProgram *p, const Callees *c)
{
  GString *out = g_string_new (NULL);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    for (uint32_t i = 0; i < p->funcs[fn].n_instrs; i++)
      {
        const struct gir_instr *instr = &p->funcs[fn].instrs[i];
        bool by_name = instr->op == GIR_OP_CALL && gir_operand_kind (p->funcs[fn].operands[instr->args]) == GIR_FUNC;
        if ((instr->op == GIR_OP_CALL || instr->op == GIR_OP_INVOKE) && !by_name)
          append_set (p, c, fn, i, out);
      }
  return g_string_free (out, FALSE);
}

static char *
sets_of_text (const char *text, bool closed, uint32_t most)
{
  g_autofree char *whole = g_strconcat (HEAD, text, "meta complete \"1\"\n", NULL);
  g_autoptr (GirProgram) p = read_good (whole);
  g_autoptr (Callees) c = sp_callees_new (p, closed, most);
  assert_verified (p);
  return sets_of (p, c);
}

static void
assert_sets (const char *name, const char *text, bool closed, uint32_t most, const char *expected)
{
  g_autofree char *sets = sets_of_text (text, closed, most);
  if (strcmp (sets, expected) != 0)
    fail_msg ("%s: `%s' in place of `%s'", name, sets, expected);
}

static void
all_programs (void **state)
{
  (void)state;
  for (size_t k = 0; k < G_N_ELEMENTS (programs); k++)
    assert_sets (programs[k].name, programs[k].text, programs[k].closed, MANY, programs[k].expected);
}

/* More targets than are asked for are no answer, whether they come together at once or one by one. */
static void
many_targets (void **state)
{
  (void)state;
  const char *text = F ("func(bool)") "param %b bool -\n" B0 "  store $0 @0\n  %h = load func() $0\n  call %h\n  br %b b1 b2\nblock b1\n"
                                      "  jmp b3\nblock b2\n  jmp b3\nblock b3\n  %p = phi func() b1 @1 b2 %h\n  call %p\n" RET;
  assert_sets ("two", text, false, 2, "f f|g");
  assert_sets ("one", text, false, 1, "f ?");
  assert_sets ("none", text, false, 0, "? ?");
}

/* Generic functions have instances out of sight, which write what their bodies name. */
static void
generic_code (void **state)
{
  (void)state;
#define BODY                                                                                                                         \
  "func @4 \"a.main\" 0 func(*box,*own,*shared,*twice,*struct{fn:func(),no:int}) - src\nparam %b *box -\nparam %o *own -\nparam %s " \
  "*shared -\nparam %t *twice -\nparam %n *struct{fn:func(),no:int} -\n" B0 "  store $0 @0\n  %h = load func() $0\n  call %h\n"      \
  "  %p = faddr *func() %b .0\n  store %p @0\n  %i = load func() %p\n  call %i\n"                                                    \
  "  %q = faddr *func() %o .0\n  store %q @0\n  %j = load func() %q\n  call %j\n"                                                    \
  "  %r = faddr *func() %s .0\n  store %r @0\n  %k = load func() %r\n  call %k\n"                                                    \
  "  %u = faddr *func() %t .0\n  store %u @0\n  %l = load func() %u\n  call %l\n"                                                    \
  "  %m = faddr *func() %n .0\n  store %m @0\n  %y = load func() %m\n  call %y\n" RET
#define TYPES                                                                                               \
  "type own named \"a.own[c.d]\" struct{fn:func(),own:int}\n"                                               \
  "type shared named \"a.s\" struct{fn:func(),sh:int}\ntype other named \"b.s\" struct{fn:func(),sh:int}\n" \
  "type third named \"s\" struct{fn:func(),sh:int}\n"                                                       \
  "type twice named \"b.t\" struct{fn:func(),tw:int}\ntype again named \"b.u\" struct{fn:func(),tw:int}\n"
#define GENERIC "func @5 \"a.Gen\" 0 func() - generic extern exported\nend\n"
  assert_sets ("no generic functions", TYPES BODY, OPEN, MANY, "f f f f f f");
  assert_sets ("not said what they write", TYPES BODY GENERIC, OPEN, MANY, "? ? ? ? ? ?");
  assert_sets ("a closed program", TYPES BODY GENERIC, CLOSED, MANY, "f f f f f f");
  assert_sets ("nothing", TYPES BODY GENERIC "meta generic \"\"\n", OPEN, MANY, "f f f f f f");
  assert_sets ("anything", TYPES BODY "meta generic \"*\"\n", OPEN, MANY, "? ? ? ? ? ?");
  assert_sets ("a variable", TYPES BODY "meta generic \"a.hook a.n\"\n", OPEN, MANY, "? f f f f f");
  assert_sets ("a field of package a", TYPES BODY "meta generic \"a.fn\"\n", OPEN, MANY, "f ? ? ? f ?");
  assert_sets ("a field of package b", TYPES BODY "meta generic \"b.fn\"\n", OPEN, MANY, "f f f ? ? ?");
  assert_sets ("a field without a package", TYPES BODY "meta generic \"fn\"\n", OPEN, MANY, "f f f ? f ?");
#undef BODY
#undef TYPES
}

/* Reflection hands out addresses of fields of what it can see, and somebody makes pointers of raw ones: all fields in interfaces are open.
 */
static void
reflected_addresses (void **state)
{
  (void)state;
#define BODY(made)                                                                                                                        \
  "type in struct \"fn\" func() \"do\" doer \"arg\" func(int)\ntype outer struct \"at\" *in\n"                                            \
  "func @4 \"a.main\" 0 func(*in,*pair,unsafe.Pointer,*outer) - src\nparam %b *in -\nparam %c *pair -\nparam %v unsafe.Pointer -\nparam " \
  "%o *outer -\n" B0 "  %x = alloc *one new\n  %i = iface doer %x *one\n  %any = iface iface{} %o *outer\n  call @5 %any\n"               \
  "  %p = faddr *func() %b .0\n  store %p @0\n  %h = load func() %p\n  call %h\n"                                                         \
  "  %q = faddr *doer %b .1\n  store %q %i\n  %j = load doer %q\n  invoke %j \"Do\"\n"                                                    \
  "  %r = faddr *func() %c .0\n  store %r @0\n  %k = load func() %r\n  call %k\n" made RET                                                \
  "func @5 \"a.ask\" 0 func(iface{}) - src\nparam %x iface{} -\n" B0 "  %r = call uintptr "
#define ASKS BODY ("  %w = conv *func() %v unsafe.Pointer\n") "@6 %x\n" RET
#define REFLECT(name) \
  "func @6 \"reflect.Value." name "\" 3 func(iface{})(uintptr) - src\nparam %v iface{} -\nresult \"\" uintptr -\n" B0 "  ret 0\nend\n"
  assert_sets ("not asked for", ASKS REFLECT ("Other"), OPEN, MANY, "f one f");
  assert_sets ("asked for, a func", ASKS REFLECT ("UnsafeAddr"), OPEN, MANY, "? ? f");
  assert_sets ("asked for otherwise", ASKS REFLECT ("Pointer"), OPEN, MANY, "? ? f");
#undef ASKS
#define ASKS BODY ("  %w = conv *[2]wide %v unsafe.Pointer\n") "@6 %x\n" RET
  assert_sets ("an interface", ASKS REFLECT ("UnsafePointer"), OPEN, MANY, "? ? f");
#undef ASKS
#define ASKS BODY ("  %w = conv *pair %v unsafe.Pointer\n") "@6 %x\n" RET
  assert_sets ("a struct of them", ASKS REFLECT ("UnsafePointer"), OPEN, MANY, "? ? ?");
#undef ASKS
#define ASKS                                                                                                                  \
  BODY ("  %w = conv *[2]*func() %v unsafe.Pointer\n  %y = conv uintptr %v unsafe.Pointer\n  %z = conv *func() %y uintptr\n") \
  "@6 "                                                                                                                       \
  "%x\n" RET
  assert_sets ("pointers to them", ASKS REFLECT ("UnsafePointer"), OPEN, MANY, "? ? f");
#undef ASKS
#define ASKS BODY ("  %y = conv uintptr %v unsafe.Pointer\n  %z = conv *func() %y uintptr\n") "@6 %x\n" RET
  assert_sets ("numbers only", ASKS REFLECT ("UnsafePointer"), OPEN, MANY, "f one f");
#undef ASKS
#define ASKS BODY ("") "@6 %x\n" RET
  assert_sets ("made by the standard library",
               ASKS REFLECT ("UnsafePointer") "func @7 \"reflect.to\" 3 func(unsafe.Pointer) - src\nparam %v unsafe.Pointer -\n" B0
                                              "  %w = conv *func() %v unsafe.Pointer\n" RET,
               OPEN, MANY, "f one f");
#undef ASKS
#undef BODY
}

/* --- programs that are all there --------------------------------------------------------------------- */

/* Main calls what an exported variable holds, func or interface, which is open: what the program itself makes is known where all of it is
 * there. */
#define MAIN "pkg 0 \"a\" \"main\" root main\n"
#define WHOLE(pkgs, types, made)                                                                                                           \
  "gir 1\nfile 0 \"a.go\"\n" pkgs "type doer iface \"Do\" func()()\ntype one struct \"n\" int\n"                                           \
  "type asked iface \"Error\" func()() \"Method\" func()() \"MethodByName\" func()() \"Other\" func()() \"RuntimeError\" func()()\n" types \
  "mset *one \"Do\" @2 \"Error\" @2 \"Method\" @2 \"MethodByName\" @2 \"Other\" @2 \"RuntimeError\" @2\n"                                  \
  "global $0 \"a.Hook\" 0 func() - exported\nglobal $1 \"a.What\" 0 doer - exported\nglobal $2 \"a.Ask\" 0 asked - exported\n"             \
  "func @0 \"a.f\" 0 func() - src\n" B0 RET "func @1 \"a.g\" 0 func() - src\n" B0 RET                                                      \
  "func @2 \"a.(*one).Do\" 0 func(*one) - src exported\nparam %r *one -\n" B0 RET "func @3 \"a.main\" 0 func() - src\n" B0                 \
  "  store $0 @0\n  %h = load func() $0\n  call %h\n  %x = alloc *one new\n  %i = iface doer %x *one\n  store $1 %i\n"                     \
  "  %w = load doer $1\n  invoke %w \"Do\"\n  %q = alloc *int new\n  %u = conv unsafe.Pointer %q *int\n  %a = load asked $2\n" made RET

static void
assert_whole (const char *name, const char *text, const char *expected)
{
  g_autofree char *with = g_strconcat (text, "meta complete \"1\"\n", NULL);
  g_autoptr (GirProgram) p = read_good (with);
  g_autoptr (Callees) c = sp_callees_new (p, CLOSED, MANY);
  assert_verified (p);
  g_autofree char *sets = sets_of (p, c);
  if (strcmp (sets, expected) != 0)
    fail_msg ("%s: `%s' in place of `%s'", name, sets, expected);
}

/* Code that is not Go's, or that is not there, may make anything. */
static void
whole_programs (void **state)
{
  (void)state;
#define LINKED(pkg) "func @4 \"a.linked\" " pkg " func() - src linkname \"b.linked\"\n" B0 RET
#define LIBRARY "pkg 0 \"a\" \"a\" root\n"
#define INITIALISED "func @4 \"a.start\" 0 func() - init exported\n" B0 "  store $0 @0\n  %h = load func() $0\n  call %h\n" RET
#define STARTED "func @4 \"net.start\" 1 func() - src\n" B0 "  store $0 @1\n" RET
  assert_whole ("all there", WHOLE (MAIN, "", ""), "f one");
  assert_whole ("initialised", WHOLE (MAIN, "", "") INITIALISED, "f one f");
  assert_whole ("a library", WHOLE (LIBRARY, "", ""), "? ?");
  assert_whole ("a library, initialised", WHOLE (LIBRARY, "", "") INITIALISED, "? ? ?");
  assert_whole ("a linkname", WHOLE (MAIN, "", "") LINKED ("0"), "? ?");
  assert_whole ("a linkname of the standard library", WHOLE (MAIN "pkg 1 \"net\" \"net\" std\n", "", "") LINKED ("1"), "f|linked one");
  assert_whole ("a function without a body", WHOLE (MAIN, "", "") "func @4 \"a.ext\" 0 func() - src extern\nend\n", "? ?");
  assert_whole ("a generic function", WHOLE (MAIN, "", "") "func @4 \"a.gen\" 0 func() - generic extern\nend\n", "f one");
  assert_whole ("C", WHOLE (MAIN "pkg 1 \"c\" \"c\" cgo\n", "", ""), "? ?");
  assert_whole ("assembly", WHOLE (MAIN "pkg 1 \"c\" \"c\" asm\n", "", ""), "? ?");
  assert_whole ("plugins", WHOLE (MAIN "pkg 1 \"plugin\" \"plugin\" std\n", "", ""), "? ?");
  assert_whole ("an interface that has itself in a method", WHOLE (MAIN, "type rec named \"interface{ Do() }\" iface{}\n", ""), "? ?");
  assert_whole ("a type of that name", WHOLE (MAIN, "type rec named \"a.interfaces\" iface{}\n", ""), "f one");
  /* What C of the standard library calls is in no body: all of such a package is reached. */
  assert_whole ("the standard library's C", WHOLE (MAIN "pkg 1 \"net\" \"net\" std cgo\n", "", "") STARTED, "f|g one");
  assert_whole ("the standard library's Go", WHOLE (MAIN "pkg 1 \"net\" \"net\" std\n", "", "") STARTED, "f one");
#undef LINKED
#undef LIBRARY
#undef INITIALISED
#undef STARTED
}

/* Func values that no instruction names come of reflection, and of memory that is seen as a func, or a func as other memory. */
static void
other_funcs (void **state)
{
  (void)state;
#define CHANGED(from, to) \
  WHOLE (MAIN, "type with struct \"fn\" func()\ntype without struct \"fn\" int\n", "  %s = alloc *" from " new\n  %t = chtype *" to " %s\n")
  assert_whole ("a raw pointer made one to a func", WHOLE (MAIN, "", "  %v = conv *func() %u unsafe.Pointer\n"), "? one");
  assert_whole ("a raw pointer made one to an interface", WHOLE (MAIN, "", "  %v = conv *doer %u unsafe.Pointer\n"), "? one");
  assert_whole ("a raw pointer made one to a number", WHOLE (MAIN, "", "  %v = conv *int %u unsafe.Pointer\n"), "f one");
  assert_whole ("a pointer to a func made raw", WHOLE (MAIN, "", "  %v = alloc *func() new\n  %y = conv unsafe.Pointer %v *func()\n"),
                "? one");
  assert_whole ("a struct with a func", CHANGED ("with", "without"), "? one");
  assert_whole ("a struct to be one with a func", CHANGED ("without", "with"), "? one");
  assert_whole ("the same struct", CHANGED ("with", "with"), "f one");
  assert_whole ("a method as a func", WHOLE (MAIN, "", "  invoke %a \"Method\"\n"), "? one one");
  assert_whole ("a method as a func, by name", WHOLE (MAIN, "", "  invoke %a \"MethodByName\"\n"), "? one one");
  assert_whole ("another method", WHOLE (MAIN, "", "  invoke %a \"Other\"\n"), "f one one");
#undef CHANGED
}

/* The runtime makes errors, of types that are in the program where the runtime is. */
static void
runtime_errors (void **state)
{
  (void)state;
#define RUNTIME "pkg 1 \"runtime\" \"runtime\" "
  assert_whole ("Error", WHOLE (MAIN, "", "  invoke %a \"Error\"\n"), "f one ?");
  assert_whole ("RuntimeError", WHOLE (MAIN, "", "  invoke %a \"RuntimeError\"\n"), "f one ?");
  assert_whole ("Error, with the runtime", WHOLE (MAIN RUNTIME "std\n", "", "  invoke %a \"Error\"\n"), "f one one");
  assert_whole ("RuntimeError, with the runtime", WHOLE (MAIN RUNTIME "std\n", "", "  invoke %a \"RuntimeError\"\n"), "f one one");
  assert_whole ("another runtime", WHOLE (MAIN RUNTIME "\n", "", "  invoke %a \"Error\"\n"), "f one ?");
#undef RUNTIME
}

/* What a member of a set is called by. */
static void
members (void **state)
{
  (void)state;
  g_autoptr (GirProgram) p = read_good (
      HEAD "type numb struct \"n\" int\n" F ("func()") B0
      "  %x = alloc *one new\n  %y = alloc *numb new\n  %i = iface iface{} %x *one\n  %j = iface iface{} %y *numb\n  %k = chiface doer %i\n"
      "  %l = chiface doer %j\n  store $2 %k\n  store $2 %l\n  %h = load doer $2\n  invoke %h \"Do\"\n  store $0 @1\n"
      "  %f = load func() $0\n  call %f\n  invoke %h \"Do\"\n" RET "meta complete \"1\"\n");
  g_autoptr (Callees) c = sp_callees_new (p, false, MANY);
  const struct gir_func *f = &p->funcs[4];
  uint32_t calls[3], n = 0;
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].op == GIR_OP_CALL || f->instrs[i].op == GIR_OP_INVOKE)
      calls[n++] = i;
  assert_int_equal (n, 3);
  uint32_t methods = sp_callees_of (c, 4, calls[0]), functions = sp_callees_of (c, 4, calls[1]);
  gir_str name = f->instrs[calls[0]].aux;
  assert_int_equal (sp_callees_of (c, 4, calls[2]), methods); /* equal sets are one */
  assert_int_equal (sp_callees_size (c, methods), 2);
  uint32_t k = strcmp (member_name (p, c, methods, 0), "one") == 0 ? 0 : 1;
  assert_int_equal (sp_callees_function (c, p, methods, k, name), 2);
  assert_int_equal (sp_callees_function (c, p, methods, 1 - k, name), GIR_INVALID);
  assert_int_equal (sp_callees_function (c, p, methods, k, p->funcs[0].name), GIR_INVALID);
  assert_int_equal (sp_callees_size (c, functions), 1);
  assert_int_equal (sp_callees_function (c, p, functions, 0, name), 1);
  assert_int_equal (sp_callees_checked (c, methods, true), methods);
  assert_int_equal (sp_callees_checked (c, methods, false), 0);
  assert_int_equal (sp_callees_checked (c, functions, false), functions);
  assert_int_equal (sp_callees_checked (c, 1000, false), 0);
  assert_int_equal (sp_callees_checked (NULL, functions, false), 0);
  assert_int_equal (sp_callees_of (NULL, 4, calls[0]), 0);
  assert_int_equal (sp_callees_of (c, 4, calls[0] - 1), 0);
  sp_callees_free (NULL);
}

/* --- callers ----------------------------------------------------------------------------------------- */

/* The functions whose callers are all known, by name after the last dot. */
static char *
known_callers (const char *text, bool closed)
{
  g_autoptr (GirProgram) p = read_good (text);
  struct sp_callers c;
  GString *out = g_string_new (NULL);
  sp_callers_init (&c, p);
  for (gir_fn fn = 0; fn < p->n_funcs; fn++)
    if (sp_callers_known (&c, p, fn, closed))
      g_string_append_printf (out, "%s%s", out->len ? " " : "", gir_string (p, p->funcs[fn].name));
  sp_callers_done (&c);
  return g_string_free (out, FALSE);
}

static void
callers (void **state)
{
  (void)state;
#define NOTHING "block b0\n  ret\nend\n"
  static const char text[]
      = "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\" root\ntype t struct \"n\" int\ntype hid iface \"a.seen\" func()()\n"
        "mset *t \"M\" @7 \"a.seen\" @8 \"a.unseen\" @9\n"
        "func @0 \"a.all\" 0 func(hid) - src\nparam %h hid -\nblock b0\n  call @1\n  call @2\n  call @3\n  call @4\n  call @5\n  call @6\n"
        "  call @7 nil\n  call @8 nil\n  call @9 nil\n  call @10\n  call @11\n  call @12\n  call @13\n  call @14\n  %c = closure func() "
        "@3\n"
        "  invoke %h \"a.seen\"\n  go call @15\n  ret\nend\n"
        "func @1 \"a.plain\" 0 func() - src\n" NOTHING "func @2 \"a.Exported\" 0 func() - src exported\n" NOTHING
        "func @3 \"a.taken\" 0 func() - src\n" NOTHING "func @4 \"a.Linked\" 0 func() - src exported linkname \"x.y\"\n" NOTHING
        "func @5 \"a.shown\" 0 func() - src exported\n" NOTHING "func @6 \"a.instance\" 0 func() - inst exported\n" NOTHING
        "func @7 \"a.(*t).M\" 0 func(*t) - src\nparam %r *t -\n" NOTHING "func @8 \"a.(*t).seen\" 0 func(*t) - src\nparam %r *t -\n" NOTHING
        "func @9 \"a.(*t).unseen\" 0 func(*t) - src\nparam %r *t -\n" NOTHING "func @10 \"a.wrapped\" 0 func() - wrapper exported\n" NOTHING
        "func @11 \"a.main\" 0 func() - src exported\n" NOTHING "func @12 \"a.init\" 0 func() - src exported\n" NOTHING
        "func @13 \"a.start\" 0 func() - init exported\n" NOTHING "func @14 \"nodot\" 0 func() - src exported\n" NOTHING
        "func @15 \"a.started\" 0 func() - src\n" NOTHING "func @16 \"a.uncalled\" 0 func() - src\n" NOTHING
        "func @17 \"a.both\" 0 func() - src\nblock b0\n  call @17\n  ret\nend\nlink @17 \"b.both\"\nmeta complete \"1\"\n";
  g_autofree char *open = known_callers (text, OPEN), *closed = known_callers (text, CLOSED);
  assert_string_equal (open, "a.plain a.(*t).unseen a.started");
  assert_string_equal (closed, "a.plain a.Exported a.(*t).unseen a.wrapped nodot a.started");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (all_programs),        cmocka_unit_test (many_targets), cmocka_unit_test (generic_code),
    cmocka_unit_test (reflected_addresses), cmocka_unit_test (members),      cmocka_unit_test (callers),
    cmocka_unit_test (whole_programs),      cmocka_unit_test (other_funcs),  cmocka_unit_test (runtime_errors),
  };
  return cmocka_run_group_tests_name ("callees", tests, NULL, NULL);
}
