/* Points-to analysis of whole programs: small programs with the answers in every variant, and the paths of labels. */
#include "test_gir_util.h"

#include "constraints/rules.h"
#include "solver/label.h"
#include "solver/pointsto.h"

/* Functions 0 to 9 of every program; main is function 10. What is asked for is the last operand of the last `builtin print` of function
 * 10, or of function 11 where that one prints. */
static const char prelude[]
    = "gir 1\nfile 0 \"a.go\"\npkg 0 \"m\" \"main\" root main\npkg 1 \"sync\" \"sync\"\npkg 2 \"runtime\" \"runtime\"\n"
      "type pair struct \"a\" *int \"b\" *int\n"
      "type deep struct \"n\" int \"p\" pair \"s\" [3]pair\n"
      "type taker iface \"Take\" func(*int)(*int)\n"
      "type keeper struct \"p\" *int\n"
      "type number basic int\n"
      "type header struct \"p\" unsafe.Pointer \"len\" int \"cap\" int\n"
      "type cell struct \"x\" *int \"a\" [2]*int\n"
      "type duo struct \"a\" *[100]*int \"b\" **int\n"
      "type late struct \"n\" int \"p\" *int\n"
      "type row array 8 *int\n"
      "type wide struct \"a\" row \"b\" row \"c\" row \"d\" row \"e\" row \"f\" row \"g\" row\n"
      "type Pool struct \"local\" unsafe.Pointer \"New\" func()(iface{})\n"
      "mset *keeper \"Take\" @4\nmset number \"Take\" @5\n"
      "global $0 \"m.g\" 0 int -\nglobal $1 \"m.gp\" 0 *int -\nglobal $2 \"m.gf\" 0 func(*int)(*int) -\nglobal $3 \"m.ga\" 0 [2]*int -\n"
      "func @0 \"m.id\" 0 func(*int)(*int) - src\nparam %p *int -\nblock b0\n  ret %p\nend\n"
      "func @1 \"m.slow\" 0 func(*int,bool)(*int) - src\nparam %p *int -\nparam %c bool -\nblock b0\n  br %c b1 b2\nblock b1\n  jmp b2\n"
      "block b2\n  ret %p\nend\n"
      "func @2 \"m.keep\" 0 func(**int,*int,bool) - src\nparam %p **int -\nparam %q *int -\nparam %c bool -\nblock b0\n  br %c b1 b2\n"
      "block b1\n  store %p %q\n  jmp b2\nblock b2\n  ret\nend\n"
      "func @3 \"m.ext\" 0 func(*int)(*int) - src extern\nparam %p *int -\nend\n"
      "func @4 \"m.(*keeper).Take\" 0 func(*keeper,*int)(*int) - src\nparam %k *keeper -\nparam %q *int -\n"
      "block b0\n  %a = faddr **int %k .0\n  %o = load *int %a\n  store %a %q\n  ret %o\nend\n"
      "func @5 \"m.number.Take\" 0 func(number,*int)(*int) - src\nparam %n number -\nparam %q *int -\nblock b0\n  ret $0\nend\n"
      "func @6 \"sync.(*Pool).Put\" 1 func(*Pool,iface{}) - src\nparam %p *Pool -\nparam %x iface{} -\nblock b0\n  ret\nend\n"
      "func @7 \"sync.(*Pool).Get\" 1 func(*Pool)(iface{}) - src\nparam %p *Pool -\nblock b0\n  ret nil\nend\n"
      "func @8 \"runtime.SetFinalizer\" 2 func(iface{},iface{}) - src\nparam %x iface{} -\nparam %f iface{} -\nblock b0\n  ret\nend\n"
      "func @9 \"m.never\" 0 func(*int) - src\nparam %p *int -\nblock b0\n  builtin print %p\n  ret\nend\n";

enum
{
  MAIN = 10,
  OTHER = 11
};

struct program
{
  const char *name;
  const char *field, *flow, *full; /* flow, full: NULL for as field. `coarse` must say what `field` does. */
  const char *text;
};

#define M "func @10 \"m.main\" 0 func() - src\nblock b0\n"
#define F(type) "func @11 \"m.f\" 0 " type " - src\n"
#define LIT(type) "func @11 \"m.main$1\" 0 " type " - anon in @10\n"
#define B0 "block b0\n"
#define X "  %x = alloc *int new !new \"x\"\n"
#define Y "  %y = alloc *int new !new \"y\"\n"
#define Q "  %q = alloc **int new !new \"q\"\n"
#define P "  %p = alloc *pair new !new \"p\"\n  %pa = faddr **int %p .0\n  %pb = faddr **int %p .1\n"
#define PRINT(v) "  builtin print " v "\n"
#define LATE                                                                            \
  "  %e = alloc *[1]*int new\n  %e0 = iaddr **int %e 0\n  %s = slice []*int %e _ _ _\n" \
  "  %f = alloc *[1]*int new\n  %t0 = iaddr **int %f 0\n  %t = slice []*int %f _ _ _\n"
/* %x in element 1 of an array, and a raw address of element 0; %x in the second field of %p, %pp points to the address of the first */
#define ARRAY(n)                                                                                          \
  X "  %e = alloc *[" n "]*int new\n  %e0 = iaddr **int %e 0\n  %e1 = iaddr **int %e 1\n  store %e1 %x\n" \
    "  %u = conv unsafe.Pointer %e0 **int\n"
#define FIELDS X P "  store %pb %x\n  %pp = alloc ***int new\n  store %pp %pa\n  %u = conv unsafe.Pointer %pp ***int\n"
#define LOADQ "  %l = load *int %q\n" PRINT ("%l")
#define RET "  ret\nend\n"

static const struct program programs[] = {
  /* --- values and memory --- */
  { "an address", "x", NULL, NULL, M X PRINT ("%x") RET },
  { "another one", "y", NULL, NULL, M X Y PRINT ("%y") RET },
  { "nothing", "", NULL, NULL, M Q LOADQ RET },
  { "a package variable", "m.g", NULL, NULL, M PRINT ("$0") RET },
  { "through a package variable", "m.g", NULL, NULL, M "  store $1 $0\n  %l = load *int $1\n" PRINT ("%l") RET },
  { "fields are apart", "y", NULL, NULL, M X Y P "  store %pa %x\n  store %pb %y\n  %l = load *int %pb\n" PRINT ("%l") RET },
  { "a whole struct is copied field by field", "y", NULL, NULL,
    M X Y P "  store %pa %x\n  store %pb %y\n  %s = load pair %p\n  %r = alloc *pair new\n  store %r %s\n  %rb = faddr **int %r .1\n"
            "  %l = load *int %rb\n" PRINT ("%l") RET },
  { "a deferred copy reads what is stored after the statement", "x y", NULL, NULL,
    M X Y LATE "  store %e0 %y\n  defer _ builtin copy %t %s\n  store %e0 %x\n  rundefers\n  %l = load *int %t0\n" PRINT ("%l") RET },
  { "so does one in a goroutine", "x y", NULL, NULL,
    M X Y LATE "  store %e0 %y\n  go builtin copy %t %s\n  store %e0 %x\n  %l = load *int %t0\n" PRINT ("%l") RET },
  { "a plain one does not", "x y", "y", "y",
    M X Y LATE "  store %e0 %y\n  builtin copy %t %s\n  store %e0 %x\n  %l = load *int %t0\n" PRINT ("%l") RET },
  { "elements of arrays are one, unless short and flow-sensitive", "x y", NULL, "x",
    M X Y "  %e = alloc *[2]*int new !new \"e\"\n  %e0 = iaddr **int %e 0\n  %e1 = iaddr **int %e 1\n  store %e0 %x\n  store %e1 %y\n"
          "  %l = load *int %e0\n" PRINT ("%l") RET },
  { "elements of package variables", "x y", NULL, "x",
    M X Y "  %e0 = iaddr **int $3 0\n  %e1 = iaddr **int $3 1\n  store %e0 %x\n  store %e1 %y\n  %l = load *int %e0\n" PRINT ("%l") RET },

  /* --- strong updates, and where there must be none --- */
  { "overwritten", "x y", "y", "y", M X Y Q "  store %q %x\n  store %q %y\n" LOADQ RET },
  { "overwritten later", "x y", "x", "x", M X Y Q "  store %q %x\n" LOADQ "  store %q %y\n" RET },
  { "overwritten through a callee", "x y", NULL, NULL, M X Y Q "  store %q %x\n  call @2 %q %y true\n" LOADQ RET },
  { "overwritten before a callee may write", "x y", NULL, NULL, M X Y Q "  call @2 %q %x true\n  store %q %y\n" LOADQ RET },
  { "overwritten, but a callee has the address", "m.g x y", NULL, NULL,
    M X Y Q "  %h = alloc ***int new\n  store %h %q\n  call @11 %h\n  store %q %x\n  store %q %y\n" LOADQ RET F (
        "func(***int)") "param %h ***int -\n" B0 "  %p = load **int %h\n  store %p $0\n  ret\nend\n" },
  { "overwritten, but a global has the address", "x y", NULL, NULL,
    "global $4 \"m.gq\" 0 **int -\n" M X Y Q "  store $4 %q\n  store %q %x\n  store %q %y\n" LOADQ RET },
  { "overwritten in a closure's variable", "x y", NULL, NULL,
    M X Y Q "  %c = closure func() @11 %q\n  store %q %x\n  call %c\n  store %q %y\n" LOADQ RET LIT ("func()") "free %q **int -\n" B0
                                                                                                               "  ret\nend\n" },
  { "one object for each pass of a loop", "x y", NULL, NULL,
    M X Y "  %o = alloc **int new\n  jmp b1\nblock b1\n  %h = phi **int b0 %o b2 %q\n" Q "  store %q %x\n  br true b2 b2\nblock b2\n"
          "  store %q %y\n  %c = un bool ! true\n  br %c b1 b3\nblock b3\n  %l = load *int %q\n" PRINT ("%l") RET },
  { "a store with two targets", "x y", NULL, NULL,
    M X Y Q "  %r = alloc **int new\n  %c = un bool ! true\n  br %c b1 b2\nblock b1\n  jmp b2\nblock b2\n  %s = phi **int b0 %q b1 %r\n"
            "  store %q %x\n  store %s %y\n" LOADQ RET },
  { "an object of an outer activation", "m.g x", NULL, NULL,
    M "  call @11 nil\n" RET F ("func(**int)") "param %o **int -\n" B0 X Q
                                               "  store %q $0\n  %c = un bool ! true\n  br %c b1 b2\nblock b1\n  store %o %x\n  jmp "
                                               "b3\nblock b2\n  call @11 %q\n  jmp b3\nblock b3\n"
                                               "  %l = load *int %q\n" PRINT ("%l") RET },
  { "an object that only an object holds that stays", "x y", "y", "y",
    M X Y Q "  %h = alloc ***int new\n  store %h %q\n  store %q %x\n  %i = load **int %h\n  store %i %y\n" LOADQ RET },

  /* --- calls --- */
  { "small functions are apart for each call", "y", NULL, NULL, M X Y "  %a = call *int @0 %x\n  %b = call *int @0 %y\n" PRINT ("%b") RET },
  { "others are not", "x y", NULL, NULL, M X Y "  %a = call *int @1 %x true\n  %b = call *int @1 %y true\n" PRINT ("%b") RET },
  { "a parameter of all calls", "x y", NULL, NULL,
    M X Y "  call @11 %x\n  call @11 %y\n" RET F ("func(*int)") "param %p *int -\n" B0 PRINT ("%p") RET },
  { "a function value", "x", NULL, NULL, M X "  store $2 @0\n  %f = load func(*int)(*int) $2\n  %r = call *int %f %x\n" PRINT ("%r") RET },
  { "a function value that is never called", "never", NULL, NULL,
    M X "  store $2 @11\n" RET F ("func(*int)(*int)") "param %p *int -\n" B0 PRINT ("%p") "  ret %p\nend\n" },
  { "a closure's variable", "y", NULL, NULL,
    M X Y Q "  store %q %y\n  %c = closure func()(*int) @11 %q\n  %r = call *int %c\n" PRINT ("%r")
        RET LIT ("func()(*int)") "free %q **int -\n" B0 "  %v = load *int %q\n  ret %v\nend\n" },
  { "a deferred call, a goroutine", "x y", NULL, NULL,
    M X Y "  defer _ call @11 %x\n  go call @11 %y\n" RET F ("func(*int)") "param %p *int -\n" B0 PRINT ("%p") RET },
  { "several results", "y", NULL, NULL,
    M X Y "  %t = call tuple(*int,*int) @11 %x %y\n  %r = extract *int %t .0\n" PRINT ("%r")
        RET F ("func(*int,*int)(*int,*int)") "param %p *int -\nparam %q *int -\n" B0 "  ret %q %p\nend\n" },
  { "recursion", "x y", NULL, NULL,
    M X Y "  call @11 %x %y\n" RET F ("func(*int,*int)") "param %p *int -\nparam %q *int -\n" B0 "  call @11 %q %p\n" PRINT ("%p") RET },

  /* --- interfaces --- */
  { "memory of others is flow-insensitive", "x", NULL, NULL,
    M X "  %k = alloc *keeper new\n  %i = iface taker %k *keeper\n  %r = invoke *int %i \"Take\" %x\n" PRINT ("%r") RET },
  { "a method that keeps", "x", NULL, NULL,
    M X "  %k = alloc *keeper new\n  %i = iface taker %k *keeper\n  %r = invoke *int %i \"Take\" %x\n  %s = invoke *int %i \"Take\" "
        "nil\n" PRINT ("%s") RET },
  { "a method of another type", "m.g", NULL, NULL,
    M X "  %i = iface taker 1 number !iface \"1\"\n  %r = invoke *int %i \"Take\" %x\n" PRINT ("%r") RET },
  { "a nil pointer has methods", "<*keeper>", NULL, NULL, M "  %i = iface taker nil *keeper\n" PRINT ("%i") RET },
  { "an assertion to the type", "x", NULL, NULL, M X "  %i = iface iface{} %x *int\n  %r = assert *int %i *int\n" PRINT ("%r") RET },
  { "an assertion to another type", "", NULL, NULL, M X "  %i = iface iface{} %x *int\n  %r = assert **int %i **int\n" PRINT ("%r") RET },
  { "an assertion to an interface", "k <*keeper>", NULL, NULL,
    M X "  %k = alloc *keeper new !new \"k\"\n  %i = iface iface{} %x *int\n  %j = iface iface{} %k *keeper\n  %c = un bool ! true\n"
        "  br %c b1 b2\nblock b1\n  jmp b2\nblock b2\n  %h = phi iface{} b0 %i b1 %j\n  %r = assert taker %h taker\n" PRINT ("%r") RET },
  { "a value in an interface", "x", NULL, NULL,
    M X P "  store %pb %x\n  %v = load pair %p\n  %i = iface iface{} %v pair !iface \"v\"\n  %w = assert pair %i pair\n"
          "  %r = field *int %w .1\n" PRINT ("%r") RET },
  { "a panic is recovered", "x <*int>", NULL, NULL,
    M X "  defer _ call @11\n  %i = iface iface{} %x *int\n  panic %i\nend\n" F ("func()") B0
    "  %r = builtin iface{} recover\n" PRINT ("%r") RET },

  /* --- containers --- */
  { "keys and values of a map", "y", NULL, NULL,
    M X Y "  %m = mkmap map[*int]*int 0 !make \"m\"\n  mapset %m %x %y\n  %r = lookup *int %m %x\n" PRINT ("%r") RET },
  { "two maps", "y", NULL, NULL,
    M X Y "  %m = mkmap map[*int]*int 0\n  %n = mkmap map[*int]*int 0\n  mapset %m nil %x\n  mapset %n nil %y\n  %r = lookup *int %n "
          "nil\n" PRINT ("%r") RET },
  { "a channel", "x", NULL, NULL, M X "  %c = mkchan chan<*int> 0 !make \"c\"\n  send %c %x\n  %r = recv *int %c\n" PRINT ("%r") RET },
  { "append holds the old and the new", "x y", NULL, NULL,
    M X Y "  %s = mkslice []*int 0 9 !make \"s\"\n  %e = iaddr **int %s 0\n  store %e %x\n  %v = alloc *[1]*int varargs\n"
          "  %ve = iaddr **int %v 0\n  store %ve %y\n  %vs = slice []*int %v _ _ _\n  %t = builtin []*int append %s %vs !append \"t\"\n"
          "  %u = iaddr **int %t 0\n  %r = load *int %u\n" PRINT ("%r") RET },
  { "append may share the old array", "s t", NULL, NULL,
    M "  %s = mkslice []*int 0 9 !make \"s\"\n  %t = builtin []*int append %s %s !append \"t\"\n" PRINT ("%t") RET },

  /* --- what no Go body says --- */
  { "a result from out of sight", "?", NULL, NULL, M X "  %r = call *int @3 %x\n" PRINT ("%r") RET },
  { "memory that code out of sight may write", "x ?", NULL, NULL,
    "func @11 \"m.ext2\" 0 func(**int) - src extern\nparam %p **int -\nend\n" M X Q "  store %q %x\n  call @11 %q\n" LOADQ RET },
  { "memory beside it", "x", NULL, NULL,
    "func @11 \"m.ext2\" 0 func(**int) - src extern\nparam %p **int -\nend\n" M X Q
    "  %r = alloc **int new\n  store %q %x\n  call @11 %r\n" LOADQ RET },
  { "a function that code out of sight may call", "?", NULL, NULL,
    "func @12 \"m.ext2\" 0 func(func(*int)) - src extern\nparam %p func(*int) -\nend\n" M
    "  call @12 @11\n" RET F ("func(*int)") "param %p *int -\n" B0 PRINT ("%p") RET },
  { "a method that code out of sight may call", "k", NULL, NULL,
    "type caller iface \"Call\" func()\nmset *pair \"Call\" @11\nfunc @12 \"m.ext2\" 0 func(iface{}) - src extern\nparam %p iface{} "
    "-\nend\n" M "  %k = alloc *pair new !new \"k\"\n  %i = iface iface{} %k *pair\n  call @12 %i\n" RET F (
        "func(*pair)") "param %p *pair -\n" B0 PRINT ("%p") RET },
  { "never reached", "never", NULL, NULL, M RET F ("func(*int)") "param %p *int -\n" B0 PRINT ("%p") RET },
  { "unsafe.Pointer there and back", "p.b", NULL, NULL,
    M P "  %u = conv unsafe.Pointer %pb **int\n  %r = conv **int %u unsafe.Pointer\n" PRINT ("%r") RET },
  { "unsafe.Pointer to another type", "p.?", NULL, NULL,
    M P "  %u = conv unsafe.Pointer %p *pair\n  %r = conv *deep %u unsafe.Pointer\n" PRINT ("%r") RET },
  { "unsafe.Pointer there and back keeps the layout", "y", NULL, NULL,
    M X Y P "  store %pa %x\n  store %pb %y\n  %u = conv unsafe.Pointer %p *pair\n  %q = conv *pair %u unsafe.Pointer\n"
            "  %qb = faddr **int %q .1\n  %r = load *int %qb\n" PRINT ("%r") RET },
  { "unsafe.Pointer to any element there and back", "e[*]", NULL, NULL,
    M "  %i = call int @11\n  %e = alloc *[4]*int new !new \"e\"\n  %ei = iaddr **int %e %i\n  %u = conv unsafe.Pointer %ei **int\n"
      "  %r = conv **int %u unsafe.Pointer\n" PRINT ("%r") RET F ("func()(int)") B0 "  ret 1\nend\n" },
  { "a slice's header, made of raw words", "x", NULL, NULL,
    M ARRAY ("4") "  %h = alloc *header new\n  %hp = faddr *unsafe.Pointer %h .0\n  store %hp %u\n"
                  "  %w = conv unsafe.Pointer %h *header\n  %s = conv *[]*int %w unsafe.Pointer\n  %t = load []*int %s\n"
                  "  %ti = iaddr **int %t 1\n  %r = load *int %ti\n" PRINT ("%r") RET },
  { "raw words, written into a slice", "x", NULL, NULL,
    M ARRAY ("4") "  %s = alloc *[]*int new\n  %w = conv unsafe.Pointer %s *[]*int\n  %h = conv *header %w unsafe.Pointer\n"
                  "  %hp = faddr *unsafe.Pointer %h .0\n  store %hp %u\n  %t = load []*int %s\n"
                  "  %ti = iaddr **int %t 1\n  %r = load *int %ti\n" PRINT ("%r") RET },
  { "raw words, copied into a slice", "x", NULL, NULL,
    M ARRAY ("4") "  %s = alloc *[]*int new\n  %w = conv unsafe.Pointer %s *[]*int\n  %h = conv *unsafe.Pointer %w unsafe.Pointer\n"
                  "  %to = builtin []unsafe.Pointer Slice %h 1\n  %from = mkslice []unsafe.Pointer 1 1\n"
                  "  %f = iaddr *unsafe.Pointer %from 0\n  store %f %u\n  builtin copy %to %from\n  %t = load []*int %s\n"
                  "  %ti = iaddr **int %t 1\n  %r = load *int %ti\n" PRINT ("%r") RET },
  { "a word beside the only pointer, written through another layout", "x y", NULL, NULL,
    M X Y "  %k = alloc *late new\n  %u = conv unsafe.Pointer %k *late\n  %q = conv *pair %u unsafe.Pointer\n  %qb = faddr **int %q .1\n"
          "  store %qb %x\n  %qa = faddr **int %q .0\n  store %qa %y\n  %kp = faddr **int %k .1\n  %r = load *int %kp\n" PRINT ("%r") RET },
  { "elements of a long array, seen as fields", "x", NULL, NULL,
    M ARRAY ("100") "  %pp = alloc ***int new\n  store %pp %e0\n  %w = conv unsafe.Pointer %pp ***int\n"
                    "  %q = conv **pair %w unsafe.Pointer\n  %t = load *pair %q\n  %tb = faddr **int %t .1\n"
                    "  %r = load *int %tb\n" PRINT ("%r") RET },
  { "fields, seen as elements of an array", "x", NULL, NULL,
    M FIELDS "  %q = conv **[100]*int %u unsafe.Pointer\n  %t = load *[100]*int %q\n  %ti = iaddr **int %t 1\n"
             "  %r = load *int %ti\n" PRINT ("%r") RET },
  { "the same one pointer deeper", "x", NULL, NULL,
    M FIELDS "  %q = alloc ****int new\n  store %q %pp\n  %w = conv unsafe.Pointer %q ****int\n"
             "  %v = conv ***[100]*int %w unsafe.Pointer\n  %s = load **[100]*int %v\n  %t = load *[100]*int %s\n"
             "  %ti = iaddr **int %t 1\n  %r = load *int %ti\n" PRINT ("%r") RET },
  { "fields, seen as a slice of pointers to arrays", "x", NULL, NULL,
    M X P "  store %pb %x\n  %d = alloc *duo new\n  %db = faddr ***int %d .1\n  store %db %pa\n  %da = faddr **[100]*int %d .0\n"
          "  %s = builtin []*[100]*int Slice %da 2\n  %si = iaddr **[100]*int %s 1\n  %t = load *[100]*int %si\n"
          "  %ti = iaddr **int %t 1\n  %r = load *int %ti\n" PRINT ("%r") RET },
  { "an address reckoned with numbers", "x ?", NULL, NULL,
    M ARRAY ("4") "  %n = conv uintptr %u unsafe.Pointer\n  %m = bin uintptr + %n 8\n  %w = conv unsafe.Pointer %m uintptr\n"
                  "  %q = conv **int %w unsafe.Pointer\n  %r = load *int %q\n" PRINT ("%r") RET },
  { "a pointer among bytes", "x", NULL, NULL,
    M X "  %b = alloc *[8]int new\n  %u = conv unsafe.Pointer %b *[8]int\n  %q = conv **int %u unsafe.Pointer\n  store %q %x\n"
        "  %r = load *int %q\n" PRINT ("%r") RET },
  { "a map's memory", "m m.? x", NULL, NULL,
    M X "  %m = mkmap map[int]*int 0 !make \"m\"\n  mapset %m 1 %x\n  %k = alloc *map[int]*int new\n  store %k %m\n"
        "  %u = conv unsafe.Pointer %k *map[int]*int\n  %a = conv ****int %u unsafe.Pointer\n  %b = load ***int %a\n"
        "  %c = load **int %b\n  %r = load *int %c\n" PRINT ("%r") RET },
  { "more leaves than fit, but for the elements", "y", NULL, NULL,
    M X Y "  %w = alloc *wide new\n  %a = faddr *row %w .0\n  %b = faddr *row %w .1\n  %a0 = iaddr **int %a 0\n"
          "  %b0 = iaddr **int %b 0\n  store %a0 %x\n  store %b0 %y\n  %r = load *int %b0\n" PRINT ("%r") RET },
  { "elements of elements", "y", NULL, NULL,
    M X Y "  %i = call int @11\n  %t = alloc *[2]cell new\n  %c = iaddr *cell %t %i\n  %cx = faddr **int %c .0\n  store %cx %x\n"
          "  %ca = faddr *[2]*int %c .1\n  %e = iaddr **int %ca %i\n  store %e %y\n  %r = load *int %e\n" PRINT ("%r") RET F ("func()(int)")
              B0 "  ret 1\nend\n" },
  { "a number made an address", "?", NULL, NULL,
    M X "  %u = conv unsafe.Pointer 5 uintptr\n  %n = conv uintptr %x *int\n  %v = conv unsafe.Pointer %n uintptr\n  %r = conv *int %v "
        "unsafe.Pointer\n" PRINT ("%u") RET },
  { "a pool", "x <*int>", NULL, NULL,
    M X "  %p = alloc *Pool new\n  %i = iface iface{} %x *int\n  call @6 %p %i\n  %r = call iface{} @7 %p\n" PRINT ("%r") RET },
  { "another pool", "", NULL, NULL,
    M X "  %p = alloc *Pool new\n  %q = alloc *Pool new\n  %i = iface iface{} %x *int\n  call @6 %p %i\n  %r = call iface{} @7 %q\n" PRINT (
        "%r") RET },
  { "a pool's New", "n <*int>", NULL, NULL,
    M "  %p = alloc *Pool new\n  %f = faddr *func()(iface{}) %p .1\n  store %f @11\n  %r = call iface{} @7 %p\n" PRINT ("%r")
        RET F ("func()(iface{})") B0 "  %n = alloc *int new !new \"n\"\n  %i = iface iface{} %n *int\n  ret %i\nend\n" },
  { "a finalizer", "x", NULL, NULL,
    M X "  %i = iface iface{} %x *int\n  %f = iface iface{} @11 func(*int)\n  call @8 %i %f\n" RET F (
        "func(*int)") "param %p *int -\n" B0 PRINT ("%p") RET },
  { "a finalizer for another type", "", NULL, NULL,
    M X "  %i = iface iface{} %x *int\n  %f = iface iface{} @11 func(**int)\n  call @8 %i %f\n" RET F (
        "func(**int)") "param %p **int -\n" B0 PRINT ("%p") RET },
};

/* --- asking ------------------------------------------------------------------------------------------ */

static gir_operand
last_print (const GirProgram *p, gir_fn fn)
{
  gir_operand x = gir_operand_new (GIR_NONE, 0);
  const struct gir_func *f = &p->funcs[fn];
  for (uint32_t i = 0; i < f->n_instrs; i++)
    if (f->instrs[i].op == GIR_OP_BUILTIN && f->instrs[i].sub == GIR_B_PRINT)
      x = f->operands[f->instrs[i].args];
  return x;
}

static const char *
label_name (const GirProgram *p, const struct sp_label *l)
{
  if (l->kind == SP_LABEL_GLOBAL)
    return gir_string (p, p->globals[l->index].name);
  if (l->kind == SP_LABEL_SITE)
    return gir_string (p, p->funcs[l->fn].instrs[l->index].text);
  return gir_string (p, p->funcs[l->fn].name);
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* "x y.b ? <*int>": labels by name, unknown, dynamic types; "never" where the function does not run. */
static char *
words (const GirProgram *p, const struct sp_answer *a)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  if (!a->reached)
    return g_strdup ("never");
  vec_foreach (const struct sp_label, l, &a->labels)
    g_ptr_array_add (names, g_strconcat (label_name (p, l), l->path, NULL));
  g_ptr_array_sort (names, compare_strings);
  if (a->unknown)
    g_ptr_array_add (names, g_strdup ("?"));
  vec_foreach (const gir_type, t, &a->types)
    g_ptr_array_add (names, g_strdup_printf ("<*%s>", gir_string (p, p->types[p->types[*t].elem].name)));
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **)names->pdata);
}

typedef struct sp_pointsto PointsTo;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PointsTo, sp_pointsto_free)

static PointsTo *
analyse (GirProgram *p, enum sp_variant variant, enum sp_world world)
{
  g_autoptr (GError) error = NULL;
  const struct sp_options options = { .variant = variant, .world = world };
  PointsTo *pt = sp_pointsto_new (p, &options, &error);
  if (!pt)
    fail_msg ("%s", error->message);
  return pt;
}

static char *
answer (const char *text, enum sp_variant variant, enum sp_world world)
{
  g_autofree char *whole = g_strconcat (prelude, text, NULL);
  g_autoptr (GirProgram) p = read_good (whole);
  assert_verified (p);
  g_autoptr (PointsTo) pt = analyse (p, variant, world);
  gir_fn fn = p->n_funcs > OTHER && gir_operand_kind (last_print (p, OTHER)) != GIR_NONE ? OTHER : MAIN;
  gir_operand x = last_print (p, fn);
  gir_type type = gir_operand_kind (x) == GIR_VALUE ? gir_value_type (&p->funcs[fn], gir_operand_index (x)) : 0;
  struct sp_answer a;
  sp_pointsto_ask (pt, fn, x, type, &a);
  assert_int_equal (sp_pointsto_disagreements (pt), 0);
  char *said = words (p, &a);
  sp_answer_clear (&a);
  return said;
}

static void
answers (void **state)
{
  (void)state;
  static const struct
  {
    const char *name;
    enum sp_variant variant;
  } variants[] = { { "coarse", SP_COARSE }, { "field", SP_FIELD }, { "flow", SP_FLOW }, { "full", SP_FULL } };
  unsigned bad = 0;
  for (size_t k = 0; k < G_N_ELEMENTS (programs); k++)
    for (size_t v = 0; v < G_N_ELEMENTS (variants); v++)
      {
        const struct program *x = &programs[k];
        const char *finer = v == 2 ? x->flow : v == 3 ? x->full : NULL, *want = finer ? finer : x->field;
        g_autofree char *said = answer (x->text, variants[v].variant, SP_WORLD_AUTO);
        if (strcmp (said, want) != 0)
          {
            print_message ("%s, %s: we say “%s”, not “%s”\n", x->name, variants[v].name, said, want);
            bad++;
          }
      }
  assert_int_equal (bad, 0);
}

/* In an open world whatever is exported is called with anything. */
static void
open_world (void **state)
{
  (void)state;
  static const char text[] = M RET "func @11 \"m.F\" 0 func(*int) - src exported\nparam %p *int -\n" B0 PRINT ("%p") RET;
  g_autofree char *closed = answer (text, SP_FIELD, SP_WORLD_AUTO), *open = answer (text, SP_FIELD, SP_WORLD_OPEN);
  assert_string_equal (closed, "never");
  assert_string_equal (open, "?");
}

struct seen
{
  const GirProgram *program;
  GString *text;
};

static void
see_edge (gir_fn from, gir_fn to, void *data)
{
  struct seen *s = data;
  const GirProgram *p = s->program;
  const char *names[2];
  for (unsigned k = 0; k < 2; k++)
    {
      gir_fn fn = k ? to : from;
      names[k] = fn == SP_EDGE_ROOT ? "root" : fn == SP_EDGE_OUTSIDE ? "outside" : gir_string (p, p->funcs[fn].name);
    }
  g_string_append_printf (s->text, "%s->%s ", names[0], names[1]);
}

static void
call_graph (void **state)
{
  (void)state;
  static const char text[]
      = M X "  store $2 @0\n  %f = load func(*int)(*int) $2\n  %r = call *int %f %x @0:7:3\n  %s = call *int @3 %x @0:8:3\n" RET;
  g_autofree char *whole = g_strconcat (prelude, text, NULL);
  g_autoptr (GirProgram) p = read_good (whole);
  g_autoptr (PointsTo) pt = analyse (p, SP_FULL, SP_WORLD_AUTO);
  struct seen seen = { p, g_string_new (NULL) };
  sp_pointsto_edges (pt, see_edge, &seen);
  assert_string_equal (seen.text->str, "root->m.main m.main->m.ext m.main->m.id m.ext->outside m.main->outside ");
  g_string_free (seen.text, TRUE);
  u32_vec callees = { 0 };
  bool unknown;
  for (uint32_t i = 0; i < p->funcs[MAIN].n_instrs; i++)
    {
      const struct gir_instr *x = &p->funcs[MAIN].instrs[i];
      sp_pointsto_callees (pt, MAIN, i, &callees, &unknown);
      assert_int_equal (callees.size, x->op == GIR_OP_CALL);
      assert_int_equal (unknown, x->op == GIR_OP_CALL && x->pos.line == 8);
      if (x->op == GIR_OP_CALL)
        assert_int_equal (callees.data[0], x->pos.line == 7 ? 0 : 3);
    }
  vec_clear (&callees);
  assert_true (sp_pointsto_reached (pt, 0));
  assert_false (sp_pointsto_reached (pt, 9));
}

static void
budget (void **state)
{
  (void)state;
  g_autofree char *whole = g_strconcat (prelude, M X PRINT ("%x") RET, NULL);
  g_autoptr (GirProgram) p = read_good (whole);
  struct sp_budgets budgets = sp_budgets_default;
  budgets.whole = 1;
  const struct sp_options options = { .variant = SP_FULL, .budgets = &budgets };
  g_autoptr (GError) error = NULL;
  assert_null (sp_pointsto_new (p, &options, &error));
  assert_non_null (strstr (error->message, "--budget=whole"));
}

/* --- paths ------------------------------------------------------------------------------------------- */

static gir_type
type_named (const GirProgram *p, const char *name, unsigned pointers)
{
  gir_type t = 1;
  while (t < p->n_types && !(p->types[t].kind == GIR_T_NAMED && strcmp (gir_string (p, p->types[t].name), name) == 0))
    t++;
  for (; pointers && t < p->n_types; pointers--)
    {
      gir_type pointer = 1;
      while (pointer < p->n_types && !(p->types[pointer].kind == GIR_T_PTR && p->types[pointer].elem == t))
        pointer++;
      t = pointer;
    }
  assert_true (t < p->n_types);
  return t;
}

static void
paths (void **state)
{
  (void)state;
  static const struct
  {
    const char *pointer; /* what it points to */
    unsigned pointers;   /* levels of pointers of that, before the pointer */
    uint32_t offset;
    const char *path;
  } cases[] = {
    { "deep", 1, 0, "" },   /* the struct, not its first field */
    { "pair", 1, 8, ".p" }, /* the struct inside, not its first field */
    { "intp", 1, 8, ".p.a" },     { "intp", 1, 16, ".p.b" },  { "three", 1, 24, ".s" },
    { "pair", 1, 24, ".s[*]" },   { "pair", 1, 40, ".s[*]" }, { "intp", 1, 48, ".s[*].b" },
    { "intp", 1, 24, ".s[*].a" }, { "other", 1, 8, ".p" }, /* by its underlying type */
    { "keeper", 1, 16, "+16" },                            /* nothing of the kind */
  };
  static const char text[] = "gir 1\npkg 0 \"m\" \"m\"\ntype #1 basic int\ntype #2 ptr #1\ntype #3 named \"intp\" #2\n"
                             "type #4 struct \"a\" #3 \"b\" #3\ntype #5 named \"pair\" #4\ntype #6 array 3 #5\ntype #7 named \"three\" #6\n"
                             "type #8 struct \"n\" #1 \"p\" #5 \"s\" #7\ntype #9 named \"deep\" #8\ntype #10 named \"other\" #4\n"
                             "type #11 struct \"x\" #1\ntype #12 named \"keeper\" #11\ntype #13 ptr #9\ntype #14 ptr #5\ntype #15 ptr #3\n"
                             "type #16 ptr #7\ntype #17 ptr #10\ntype #18 ptr #12\n";
  g_autoptr (GirProgram) p = read_good (text);
  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      sp_label_path (p, type_named (p, "deep", 0), false, cases[k].offset, type_named (p, cases[k].pointer, cases[k].pointers), out);
      assert_string_equal (out->str, cases[k].path);
    }
  g_autoptr (GString) element = g_string_new (NULL);
  sp_label_path (p, type_named (p, "pair", 0), true, 8, type_named (p, "intp", 1), element);
  assert_string_equal (element->str, "[*].b");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (answers), cmocka_unit_test (open_world), cmocka_unit_test (call_graph),
    cmocka_unit_test (budget),  cmocka_unit_test (paths),
  };
  return cmocka_run_group_tests_name ("pointsto", tests, NULL, NULL);
}
