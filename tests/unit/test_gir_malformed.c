/* Inputs with one fault each, and what the reader says about it. */
#include "test_gir_util.h"

#include "frontend/gir_limits.h"

#define HEAD "gir 1\nfile 0 \"a.go\"\npkg 0 \"a\" \"a\"\n" /* 3 lines */
#define FUNC HEAD "func @0 \"a.F\" 0 func() 0:1:1 src\n"   /* 4 lines */
#define BODY                                               /* 13 lines */                                            \
  HEAD "func @0 \"a.F\" 0 func(int,*int,[]int,iface{},string,bool,map[string]int,chan<int>) 0:1:1 src\n"             \
       "param %n int -\nparam %p *int -\nparam %s []int -\nparam %i iface{} -\nparam %t string -\nparam %b bool -\n" \
       "param %m map[string]int -\nparam %c chan<int> -\nblock b0\n"
#define END "ret\nend\n"

enum
{
  SYNTAX = GIR_ERROR_SYNTAX,
  VERIFY = GIR_ERROR_VERIFY,
  TRUNCATED = GIR_ERROR_TRUNCATED,
  LIMIT = GIR_ERROR_LIMIT
};

static const struct fault
{
  const char *name;
  const char *text;
  int code;
  unsigned line;
  const char *says;
} faults[] = {
  /* the file */
  { "empty", "", TRUNCATED, 0, "no data; a .gir file starts with `gir 1'" },
  { "only comments", "; nothing\n\n", TRUNCATED, 2, "no data" },
  { "not gir", "package main\n", SYNTAX, 1, "`gir 1' expected, not `package'" },
  { "other version", "gir 2\n", SYNTAX, 1, "version 1 expected, not `2'" },
  { "no version", "gir\n", SYNTAX, 1, "version 1 expected at the end of the line" },
  { "no newline", "gir 1\nfile 0 \"a.go\"", TRUNCATED, 2, "the last line is cut short" },
  { "unknown record", HEAD "blob 1\n", SYNTAX, 4, "record expected, not `blob'" },
  { "record of a string", HEAD "\"x\"\n", SYNTAX, 4, "record expected, not the string \"x\"" },
  { "control characters", HEAD "a\x01z\n", SYNTAX, 4, "control character outside of a string" },
  { "strange characters", HEAD "a\x7f\xff\n", SYNTAX, 4, "not `a?\xef\xbf\xbd'" },
  { "behind the end", HEAD "meta complete \"1\"\nfile 1 \"b\"\n", SYNTAX, 5, "record behind `meta complete'" },
  { "unexpected rest", HEAD "file 1 \"b\" x\n", SYNTAX, 4, "end of the line expected, not `x'" },
  /* strings */
  { "open string", HEAD "file 1 \"abc\n", SYNTAX, 4, "string without end" },
  { "open escape", HEAD "file 1 \"abc\\\n", SYNTAX, 4, "unknown escape sequence" },
  { "unknown escape", HEAD "file 1 \"\\a\"\n", SYNTAX, 4, "unknown escape sequence" },
  { "half an escape", HEAD "file 1 \"\\x1\"\n", SYNTAX, 4, "unknown escape sequence" },
  { "no hex digits", HEAD "file 1 \"\\xg0\"\n", SYNTAX, 4, "unknown escape sequence" },
  { "glued string", HEAD "file 1 \"a\"b\n", SYNTAX, 4, "text right behind a string" },
  { "no string", HEAD "file 1 a.go\n", SYNTAX, 4, "file name expected, not `a.go'" },
  /* records */
  { "file out of order", HEAD "file 2 \"b\"\n", SYNTAX, 4, "file number 2 out of order; number them from 0, this is 1" },
  { "file number", HEAD "file x \"b\"\n", SYNTAX, 4, "file number expected, not `x'" },
  { "number too large", HEAD "file 4294967296 \"b\"\n", SYNTAX, 4, "file number expected" },
  { "number far too large", HEAD "file 18446744073709551617 \"b\"\n", SYNTAX, 4, "file number expected" },
  { "package flag", HEAD "pkg 1 \"b\" \"b\" fancy\n", SYNTAX, 4, "flag of a package expected, not `fancy'" },
  { "meta key", HEAD "meta \"a\" \"b\"\n", SYNTAX, 4, "key expected, not the string" },
  { "pointer size", HEAD "meta ptrsize \"16\"\n", SYNTAX, 4, "pointer size 16 is unknown" },
  { "global package", HEAD "global $0 \"a.x\" 1 int -\n", SYNTAX, 4, "package 1 is not declared yet" },
  { "global number", HEAD "global 0 \"a.x\" 0 int -\n", SYNTAX, 4, "global number expected, not `0'; write $ and" },
  { "global flag", HEAD "global $0 \"a.x\" 0 int - public\n", SYNTAX, 4, "end of the line expected" },
  { "position", HEAD "global $0 \"a.x\" 0 int 7\n", SYNTAX, 4, "`7' is no position" },
  { "position line 0", HEAD "global $0 \"a.x\" 0 int 0:0:1\n", SYNTAX, 4, "`0:0:1' is no position" },
  { "position of four", HEAD "global $0 \"a.x\" 0 int 0:1:1:1\n", SYNTAX, 4, "is no position" },
  { "position file", HEAD "global $0 \"a.x\" 0 int 1:1:1\n", SYNTAX, 4, "file 1 is not declared yet" },
  { "position without file", HEAD "global $0 \"a.x\" 0 int 1:1\n", SYNTAX, 4, "position without a file" },
  { "link to nowhere", HEAD "link @3 \"x\"\n", VERIFY, 4, "function @3 does not exist; the program has 0" },
  { "method nowhere", HEAD "mset int \"M\" @3\n", VERIFY, 4, "function @3 does not exist" },
  { "two method sets", HEAD "mset int\nmset int\n", SYNTAX, 5, "type has a method set already" },
  /* types */
  { "type order", HEAD "type #2 basic int\n", SYNTAX, 4, "type #2 out of order; number types from 1, this is #1" },
  { "type 0", HEAD "type #1 ptr #0\n", SYNTAX, 4, "`#0' is no type number" },
  { "type later", HEAD "type #1 ptr #2\n", SYNTAX, 4, "type #2 is not declared yet" },
  { "type itself", HEAD "type #1 ptr #1\n", SYNTAX, 4, "type #1 is not declared yet" },
  { "type kind", HEAD "type #1 pointer int\n", SYNTAX, 4, "kind of type expected, not `pointer'" },
  { "type name", HEAD "type *x basic int\n", SYNTAX, 4, "name expected, not `*x'" },
  { "type string", HEAD "type \"x\" basic int\n", SYNTAX, 4, "type number or name expected" },
  { "basic name taken", HEAD "type int basic int8\n", SYNTAX, 4, "basic types have names already" },
  { "unknown basic", HEAD "type #1 basic int128\n", SYNTAX, 4, "basic type expected, not `int128'" },
  { "type twice", HEAD "type T basic int\ntype T basic int8\n", SYNTAX, 5, "type T declared twice" },
  { "undeclared name", HEAD "global $0 \"a.x\" 0 *T -\n", SYNTAX, 4, "type T is not declared; add `type T ...'" },
  { "undeclared number", HEAD "type #1 named \"T\" #7\n", SYNTAX, 4, "type #7 is not declared" },
  { "named of itself", HEAD "type #1 named \"T\" #1\n", SYNTAX, 4, "the underlying type of T is itself named" },
  { "named of named", HEAD "type T basic int\ntype #1 named \"U\" T\n", SYNTAX, 5, "the underlying type of U is itself named" },
  { "infinite struct", HEAD "type T struct \"a\" int \"t\" T\n", VERIFY, 4, "type contains itself" },
  { "infinite array", HEAD "type T array 0 T\n", VERIFY, 4, "type contains itself" },
  { "infinite pair", HEAD "type #1 named \"A\" #3\ntype #2 named \"B\" #4\ntype #3 struct \"b\" #2\ntype #4 array 2 #1\n", VERIFY, 7,
    "type contains itself" },
  { "array length", HEAD "type #1 array -1 int\n", LIMIT, 4, "`-1' is no array length" },
  { "array too long", HEAD "type #1 array 9223372036854775808 int\n", LIMIT, 4, "is no array length" },
  { "array of nothing", HEAD "type #1 array 4\n", SYNTAX, 4, "type expected at the end of the line" },
  { "field without name", HEAD "type #1 struct int\n", SYNTAX, 4, "name expected, not `int'" },
  { "method order", HEAD "type #1 iface \"B\" func() \"A\" func()\n", SYNTAX, 4, "method A out of order" },
  { "method twice", HEAD "type #1 iface \"A\" func() \"A\" func()\n", SYNTAX, 4, "method A out of order" },
  { "func parenthesis", HEAD "type #1 func int\n", SYNTAX, 4, "`(' expected, not `int'" },
  { "func unclosed", HEAD "type #1 func ( int\n", SYNTAX, 4, "type expected at the end of the line" },
  { "func one list", HEAD "type #1 func ( int )\n", SYNTAX, 4, "`(' expected at the end of the line" },
  { "symbol slice", HEAD "global $0 \"a.x\" 0 [] -\n", SYNTAX, 4, "type or name expected at `'" },
  { "symbol array", HEAD "global $0 \"a.x\" 0 [x]int -\n", LIMIT, 4, "`x' is no array length" },
  { "symbol bracket", HEAD "global $0 \"a.x\" 0 [3 -\n", SYNTAX, 4, "`]' expected in a type at `'" },
  { "symbol map", HEAD "global $0 \"a.x\" 0 map[int -\n", SYNTAX, 4, "`]' expected in a type at `'" },
  { "symbol chan", HEAD "global $0 \"a.x\" 0 chan<int -\n", SYNTAX, 4, "`>' expected in a type at `'" },
  { "symbol struct", HEAD "global $0 \"a.x\" 0 struct{a} -\n", SYNTAX, 4, "`:' expected in a type at `}'" },
  { "symbol rest", HEAD "global $0 \"a.x\" 0 int] -\n", SYNTAX, 4, "`]' behind a type" },
  { "symbol func", HEAD "global $0 \"a.x\" 0 func(int -\n", SYNTAX, 4, "`)' expected in a type at `'" },
  { "symbol iface", HEAD "global $0 \"a.x\" 0 iface{B:func(),A:func()} -\n", SYNTAX, 4, "method A out of order" },
  { "no type", HEAD "global $0 \"a.x\" 0\n", SYNTAX, 4, "type expected at the end of the line" },
  /* functions */
  { "function twice", FUNC "block b0\n" END "func @0 \"a.G\" 0 func() - src extern\nend\n", SYNTAX, 8, "function @0 is there already" },
  { "function hole", HEAD "func @1 \"a.G\" 0 func() - src extern\nend\n", VERIFY, 4, "function @1 beyond the 1 of the program" },
  { "function number", HEAD "func @4294967295 \"a.G\" 0 func() - src extern\nend\n", LIMIT, 4, "too large" },
  { "same name", FUNC "block b0\n" END "func @1 \"a.F\" 0 func() - src extern\nend\n", VERIFY, 8, "another function is named \"a.F\" too" },
  { "function package", HEAD "func @0 \"a.G\" 5 func() - src extern\nend\n", SYNTAX, 4, "package 5 is not declared yet" },
  { "function kind", HEAD "func @0 \"a.G\" 0 func() - fun extern\nend\n", SYNTAX, 4, "kind of function expected, not `fun'" },
  { "function type", HEAD "func @0 \"a.G\" 0 int - src extern\nend\n", VERIFY, 4, "type of the function is no func" },
  { "attribute", HEAD "func @0 \"a.G\" 0 func() - src inline\nend\n", SYNTAX, 4, "attribute of a function expected, not `inline'" },
  { "enclosing", HEAD "func @0 \"a.G\" 0 func() - anon in @9 extern\nend\n", VERIFY, 4, "enclosing function @9 does not exist" },
  { "enclosed by itself", HEAD "func @0 \"a.G\" 0 func() - anon in @1 extern\nend\nfunc @1 \"a.H\" 0 func() - anon in @0 extern\nend\n",
    VERIFY, 4, "function is enclosed by itself" },
  { "origin", HEAD "func @0 \"a.G\" 0 func() - inst origin @9 extern\nend\n", VERIFY, 4, "origin @9 does not exist" },
  { "no end", FUNC "block b0\nret\n", TRUNCATED, 6, "function a.F has no `end'" },
  { "no body", FUNC "end\n", SYNTAX, 5, "function without a body; add blocks or `extern'" },
  { "extern body", HEAD "func @0 \"a.F\" 0 func() - src extern\nblock b0\n" END, SYNTAX, 7, "extern function with a body" },
  { "too few params", HEAD "func @0 \"a.F\" 0 func(int) - src extern\nend\n", VERIFY, 4,
    "0 param and 0 result lines, but the signature has 1 and 0" },
  { "param type", HEAD "func @0 \"a.F\" 0 func(int) - src extern\nparam %x string -\nend\n", VERIFY, 4,
    "type of param %x is not that of the signature" },
  { "result type", HEAD "func @0 \"a.F\" 0 func()(int) - src extern\nresult \"\" string -\nend\n", VERIFY, 4, "type of result 0" },
  { "param twice", HEAD "func @0 \"a.F\" 0 func(int,int) - src extern\nparam %x int -\nparam %x int -\nend\n", SYNTAX, 6,
    "register %x is defined twice" },
  { "param late", FUNC "block b0\nparam %x int -\n" END, SYNTAX, 6, "param too late; the order is" },
  { "param behind free", FUNC "free %x *int -\nparam %y int -\n" END, SYNTAX, 6, "param too late" },
  { "result late", FUNC "block b0\nresult \"\" int -\n" END, SYNTAX, 6, "result too late" },
  { "loop late", FUNC "block b0\nloop 1:1 1:2 1:3\n" END, SYNTAX, 6, "loop too late" },
  { "loop without an end", FUNC "loop 1:1 1:2\n" END, SYNTAX, 5, "position expected" },
  { "param without file", HEAD "func @0 \"a.F\" 0 func(int) - src extern\nparam %x int 1:2\nend\n", SYNTAX, 5, "position without a file" },
  { "param position", HEAD "func @0 \"a.F\" 0 func(int) - src extern\nparam %x int\nend\n", SYNTAX, 5, "position expected at the end" },
  { "param category", HEAD "func @0 \"a.F\" 0 func(int) - src extern\nparam %x int - !parm \"x\"\nend\n", SYNTAX, 5,
    "category expected, not `!parm'" },
  { "result alloc", HEAD "func @0 \"a.F\" 0 func()(int) - src\nresult \"r\" int - %x\nblock b0\nret 0\nend\n", SYNTAX, 5,
    "register %x is not defined in this function" },
  { "result no alloc", HEAD "func @0 \"a.F\" 0 func(int)(int) - src\nparam %x int -\nresult \"r\" int - %x\nblock b0\nret 0\nend\n", VERIFY,
    4, "result 0 is not held by an alloc" },
  { "recover block", HEAD "func @0 \"a.F\" 0 func() - src recover b4\nblock b0\n" END, SYNTAX, 4, "recover block b4 does not exist" },
  /* blocks */
  { "block order", FUNC "block b1\n" END, SYNTAX, 5, "block b1 out of order; number them from 0, this is b0" },
  { "no block", FUNC END, SYNTAX, 5, "`block b0' expected, not `ret'" },
  { "block without end", FUNC "block b0\nnop\nblock b1\n" END, SYNTAX, 7, "block b0 has no end" },
  { "empty block", FUNC "block b0\nblock b1\n" END, SYNTAX, 6, "block b0 has no end" },
  { "last block without end", FUNC "block b0\nnop\nend\n", SYNTAX, 7, "block b0 has no end" },
  { "behind the terminator", FUNC "block b0\nret\nnop\nend\n", SYNTAX, 7, "instruction behind the end of its block" },
  { "target", FUNC "block b0\njmp b1\nend\n", SYNTAX, 6, "block b1 does not exist; the function has 1 blocks" },
  { "second target", BODY "br %b b0 b9\nend\n", SYNTAX, 14, "block b9 does not exist" },
  { "target name", FUNC "block b0\njmp 0\nend\n", SYNTAX, 6, "block expected, not `0'; write b and a 32-bit number" },
  { "block comment", FUNC "block b0 x\n" END, SYNTAX, 5, "end of the line expected, not `x'" },
  /* instructions */
  { "unknown instruction", BODY "fly %n\n" END, SYNTAX, 14, "instruction expected, not `fly'" },
  { "no instruction", BODY "%x =\n" END, SYNTAX, 14, "instruction expected at the end of the line" },
  { "no equals", BODY "%x load int %p\n" END, SYNTAX, 14, "`=' expected, not `load'" },
  { "result missing", BODY "load int %p\n" END, SYNTAX, 14, "load without result; write %NAME = load TYPE" },
  { "result too many", BODY "%x = store %p 1\n" END, SYNTAX, 14, "store has no result" },
  { "go with result", BODY "%x = go call int @0\n" END, SYNTAX, 14, "go or defer has no result" },
  { "go of nothing", BODY "go load int %p\n" END, SYNTAX, 14, "go and defer take a call, not load" },
  { "register twice", BODY "%n = load int %p\n" END, SYNTAX, 14, "register %n is defined twice" },
  { "register undefined", BODY "store %p %q\n" END, SYNTAX, 14, "register %q is not defined in this function" },
  { "register name", BODY "store % 1\n" END, SYNTAX, 14, "register expected, not `%'" },
  { "operand", BODY "store %p what\n" END, SYNTAX, 14, "operand expected, not `what'" },
  { "operand missing", BODY "store %p\n" END, SYNTAX, 14, "operand expected at the end of the line" },
  { "operand too many", BODY "store %p 1 2\n" END, SYNTAX, 14, "end of the line expected, not `2'" },
  { "operand absent", BODY "store %p _\n" END, SYNTAX, 14, "operand expected, not `_'" },
  { "number", BODY "store %p 1.5\n" END, SYNTAX, 14, "number expected, not `1.5'; write integers in decimal" },
  { "minus", BODY "store %p -\n" END, SYNTAX, 14, "number expected, not `-'" },
  { "global operand", BODY "store $x 1\n" END, SYNTAX, 14, "operand expected, not `$x'; a global is $N" },
  { "no such global", BODY "store $0 1\n" END, VERIFY, 14, "operand $0 of store: there are 0 globals" },
  { "no such function", BODY "call @7\n" END, VERIFY, 14, "function @7 of call does not exist; the program has 1" },
  { "field syntax", BODY "%x = extract int %n 0\n" END, SYNTAX, 14, "field number expected, not `0'; write ." },
  { "alloc kind", BODY "%x = alloc *int heap\n" END, SYNTAX, 14, "kind of alloc expected, not `heap'" },
  { "builtin name", BODY "builtin fly\n" END, SYNTAX, 14, "builtin expected, not `fly'" },
  { "binary operator", BODY "%x = bin int ! %n %n\n" END, SYNTAX, 14, "binary operator expected, not `!'" },
  { "unary operator", BODY "%x = un int + %n\n" END, SYNTAX, 14, "unary operator expected, not `+'" },
  { "method name", BODY "invoke %i Close\n" END, SYNTAX, 14, "method name expected, not `Close'" },
  { "closure of a register", BODY "%x = closure func() %n\n" END, SYNTAX, 14, "function expected, not `%n'" },
  { "select mode", BODY "%x = select tuple(int,bool) s %c 1\n" END, SYNTAX, 14, "`block' or `try' expected, not `s'" },
  { "select state", BODY "%x = select tuple(int,bool) try t %c\n" END, SYNTAX, 14, "`s' or `r' expected, not `t'" },
  { "category", BODY "store %p 1 !heap \"x\"\n" END, SYNTAX, 14, "category expected, not `!heap'" },
  { "category text", BODY "store %p 1 !new\n" END, SYNTAX, 14, "text of the category expected at the end" },
  { "instruction position", BODY "store %p 1 @x:1\n" END, SYNTAX, 14, "`x:1' is no position" },
  { "phi edges", BODY "jmp b1\nblock b1\n%x = phi int b1 1\n" END, SYNTAX, 16, "edges of the phi are not those of its block" },
  { "phi edge twice", BODY "br %b b1 b2\nblock b1\njmp b2\nblock b2\n%x = phi int b0 1 b0 2\n" END, SYNTAX, 18, "edges of the phi" },
  /* types of operands */
  { "alloc type", BODY "%x = alloc int var\n" END, VERIFY, 14, "result of alloc has type int, not a pointer" },
  { "load of no pointer", BODY "%x = load int %n\n" END, VERIFY, 14, "operand 1 of load has type int, not a pointer" },
  { "load of other type", BODY "%x = load string %p\n" END, VERIFY, 14, "result of load has type string, not int" },
  { "store of other type", BODY "store %p %t\n" END, VERIFY, 14, "operand 2 of store has type string, not int" },
  { "faddr of int", BODY "%x = faddr *int %p .0\n" END, VERIFY, 14, "operand 1 of faddr has type *int, not a pointer to a struct" },
  { "faddr too far", BODY "%a = alloc *struct{x:int} var\n%x = faddr *int %a .1\n" END, VERIFY, 15,
    "faddr of field 1, but the type has 1" },
  { "faddr result", BODY "%a = alloc *struct{x:int} var\n%x = faddr *bool %a .0\n" END, VERIFY, 15, "has type *bool, not *int" },
  { "iaddr of pointer", BODY "%x = iaddr *int %p 0\n" END, VERIFY, 14, "not a slice or pointer to an array" },
  { "iaddr index", BODY "%x = iaddr *int %s %t\n" END, VERIFY, 14, "operand 2 of iaddr has type string, not an integer" },
  { "field of int", BODY "%x = field int %n .0\n" END, VERIFY, 14, "operand 1 of field has type int, not a struct" },
  { "extract of int", BODY "%x = extract int %n .0\n" END, VERIFY, 14, "operand 1 of extract has type int, not a tuple" },
  { "index of slice", BODY "%x = index int %s 0\n" END, VERIFY, 14, "not an array or string" },
  { "slice of int", BODY "%x = slice []int %n _ _ _\n" END, VERIFY, 14, "not a slice, string or pointer to an array" },
  { "slice elements", BODY "%x = slice []bool %s _ _ _\n" END, VERIFY, 14, "result of slice has other elements" },
  { "iface of iface", BODY "%x = iface iface{} %i iface{}\n" END, VERIFY, 14, "iface of an interface; use chiface" },
  { "iface type", BODY "%x = iface iface{} %n string\n" END, VERIFY, 14, "operand 1 of iface has type int, not string" },
  { "chiface of int", BODY "%x = chiface iface{} %n\n" END, VERIFY, 14, "operand 1 of chiface has type int, not an interface" },
  { "chtype kind", BODY "%x = chtype string %n\n" END, VERIFY, 14, "not of the same kind as the result" },
  { "assert ok", BODY "%x = assert int %i int ok\n" END, VERIFY, 14, "result of assert with `ok' is no tuple" },
  { "conv type", BODY "%x = conv string %n uint8\n" END, VERIFY, 14, "operand 1 of conv has type int, not uint8" },
  { "s2ap result", BODY "%x = s2ap *int %s\n" END, VERIFY, 14, "result of s2ap is no pointer to an array" },
  { "closure arity", BODY "%x = closure func() @0 %p\n" END, VERIFY, 14, "closure with 1 captured variables of a function that has 0" },
  { "make kinds", BODY "%x = mkmap []int _\n" END, VERIFY, 14, "result of mkmap has type []int, not a map" },
  { "lookup key", BODY "%x = lookup int %m %n\n" END, VERIFY, 14, "operand 2 of lookup has type int, not string" },
  { "mapset value", BODY "mapset %m %t %t\n" END, VERIFY, 14, "operand 3 of mapset has type string, not int" },
  { "range of int", BODY "%x = range nil %n\n" END, VERIFY, 14, "operand 1 of range has type int, not a map or string" },
  { "a number as iterator", BODY "%x = range int %m\n" END, VERIFY, 14, "result of range is no iterator" },
  { "a string as iterator of a map", BODY "%x = range string %m\n" END, VERIFY, 14, "result of range is no iterator" },
  { "next of a number", BODY "%x = next tuple(bool,int,int) 5\n" END, VERIFY, 14, "operand of next is not what a range yields" },
  { "next of a parameter", BODY "%x = next tuple(bool,int,int) %i\n" END, VERIFY, 14, "operand of next is not what a range yields" },
  { "next of a sum", BODY "%y = bin int + %n %n\n%x = next tuple(bool,int,int) %y\n" END, VERIFY, 15,
    "operand of next is not what a range yields" },
  { "next result", BODY "%x = next tuple(bool,int) %i\n" END, VERIFY, 14, "result of next has not three parts" },
  { "send to int", BODY "send %n 1\n" END, VERIFY, 14, "operand 1 of send has type int, not a channel" },
  { "send value", BODY "send %c %t\n" END, VERIFY, 14, "operand 2 of send has type string, not int" },
  { "recv result", BODY "%x = recv string %c\n" END, VERIFY, 14, "result of recv has type string, not int" },
  { "select result", BODY "%x = select tuple(int,bool) try r %c\n" END, VERIFY, 14, "result of select has not 3 parts" },
  { "un type", BODY "%x = un string - %n\n" END, VERIFY, 14, "operand 1 of un has type int, not string" },
  { "not of int", BODY "%x = un int ! %n\n" END, VERIFY, 14, "result of un has type int, not bool" },
  { "comparison", BODY "%x = bin int == %n %n\n" END, VERIFY, 14, "result of bin has type int, not bool" },
  { "shift", BODY "%x = bin int << %n %t\n" END, VERIFY, 14, "operand 2 of bin has type string, not an integer" },
  { "call of int", BODY "call %n\n" END, VERIFY, 14, "operand 1 of call has type int, not a function" },
  { "call arity", BODY "call @0 %n\n" END, VERIFY, 14, "call of a function of 8 parameters with 1 arguments" },
  { "call argument", BODY "call @0 %t %p %s %i %t %b %m %c\n" END, VERIFY, 14, "operand 2 of call has type string, not int" },
  { "call result", BODY "%x = call int @0 %n %p %s %i %t %b %m %c\n" END, VERIFY, 14, "result of call does not fit the 0 results" },
  { "invoke of int", BODY "invoke %n \"M\"\n" END, VERIFY, 14, "operand 1 of invoke has type int, not an interface" },
  { "invoke method", BODY "invoke %i \"M\"\n" END, VERIFY, 14, "the interface has no method \"M\"" },
  { "invoke of no function", HEAD "func @0 \"a.F\" 0 func(iface{M:int}) - src\nparam %i iface{M:int} -\nblock b0\ninvoke %i \"M\"\n" END,
    VERIFY, 7, "method \"M\" of the interface is no function" },
  { "builtin arity", BODY "builtin close\n" END, VERIFY, 14, "builtin close with 0 arguments; it takes 1" },
  { "panic of int", BODY "panic %n\nend\n", VERIFY, 14, "operand 1 of panic has type int, not an interface" },
  { "ret arity", BODY "ret %n\nend\n", VERIFY, 14, "ret of 1 values from a function of 0 results" },
  { "br of int", BODY "br %n b0 b0\nend\n", VERIFY, 14, "operand 1 of br has type int, not bool" },
  { "global type", HEAD "global $0 \"a.x\" 0 int -\nfunc @0 \"a.F\" 0 func() - src\nblock b0\n%x = load string $0\n" END, VERIFY, 7,
    "result of load has type string, not int" },
  /* order of definitions */
  { "use before definition", BODY "store %p %x\n%x = load int %p\n" END, VERIFY, 14,
    "register %x is not defined on every way to this use" },
  { "use before definition in a block", BODY "jmp b1\nblock b1\nstore %p %x\n%x = load int %p\n" END, VERIFY, 16,
    "register %x is not defined on every way" },
  { "use of itself", BODY "%x = bin int + %x 1\n" END, VERIFY, 14, "register %x is not defined on every way" },
  { "use not dominated", BODY "br %b b1 b2\nblock b1\n%x = load int %p\njmp b2\nblock b2\nstore %p %x\n" END, VERIFY, 19,
    "register %x is not defined on every way to this use; define it in a block that dominates block b2" },
  { "phi not dominated", BODY "br %b b1 b2\nblock b1\n%x = load int %p\njmp b3\nblock b2\njmp b3\nblock b3\n%y = phi int b1 1 b2 %x\n" END,
    VERIFY, 21, "register %x is not defined on every way" },
  { "phi behind another", BODY "jmp b1\nblock b1\nnop\n%x = phi int b0 1\n" END, VERIFY, 17, "phi behind another instruction" },
  { "phi type", BODY "jmp b1\nblock b1\n%x = phi string b0 %n\n" END, VERIFY, 16, "operand 1 of phi has type int, not string" },
  { "recover reads a register",
    HEAD "func @0 \"a.F\" 0 func(*int)(int) - src recover b1\nparam %p *int -\nblock b0\n%x = load int %p\nret %x\n"
         "block b1\nret %x\nend\n",
    VERIFY, 10, "register %x is not defined on every way" },
};

/* Messages read "NAME:LINE: what is wrong; the mend". */
static void
fault_is_told (void **state)
{
  const struct fault *f = *state;
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_data ("t.gir", f->text, strlen (f->text), &error);
  assert_null (p);
  g_autofree char *place = g_strdup_printf ("t.gir:%u: ", f->line);
  if (!g_str_has_prefix (error->message, place) || !strstr (error->message, f->says) || !strstr (error->message, "; "))
    fail_msg ("%s%s\n  was expected, not\n%s", place, f->says, error->message);
  assert_int_equal (error->domain, GIR_ERROR);
  assert_int_equal (error->code, f->code);
}

/* Limits: faults that take a long text. */

static void
expect_limit (const char *text, size_t size, int code, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GirProgram) p = gir_read_data ("t", text, size, &error);
  assert_null (p);
  if (!strstr (error->message, says))
    fail_msg ("%s expected, not %s", says, error->message);
  assert_int_equal (error->code, code);
}

static void
nested_symbols_are_limited (void **state)
{
  (void)state;
  for (uint32_t depth = GIR_MAX_SYMBOL_NESTING - 1; depth < 200000; depth = depth * 2 + 1)
    {
      g_autoptr (GString) text = g_string_new (HEAD "global $0 \"a.x\" 0 ");
      for (uint32_t i = 0; i < depth; i++)
        g_string_append_c (text, '*');
      g_string_append (text, "int -\n");
      if (depth < GIR_MAX_SYMBOL_NESTING)
        gir_program_free (read_good (text->str));
      else
        expect_limit (text->str, text->len, LIMIT, "type nested more than 100 deep");
    }
}

static void
nested_values_are_limited (void **state)
{
  (void)state;
  for (uint32_t depth = GIR_MAX_NESTING; depth < 400000; depth = depth * 20 + 1)
    {
      g_autoptr (GString) text = g_string_new (HEAD "type #1 basic int\n");
      for (uint32_t i = 2; i <= depth; i++)
        g_string_append_printf (text, "type #%u struct \"a\" #%u\n", i, i - 1);
      if (depth <= GIR_MAX_NESTING)
        gir_program_free (read_good (text->str));
      else
        expect_limit (text->str, text->len, LIMIT, "structs and arrays nest more than 1000 deep");
    }
}

static void
strings_are_limited (void **state)
{
  (void)state;
  for (size_t length = GIR_MAX_STRING; length <= GIR_MAX_STRING + 1; length++)
    {
      g_autofree char *name = g_strnfill (length, 'x');
      g_autofree char *text = g_strdup_printf ("gir 1\nfile 0 \"%s\"\n", name), *word = g_strdup_printf ("gir 1\nmeta %s \"\"\n", name);
      g_autofree char *escaped = g_strdup_printf ("gir 1\nfile 0 \"\\n%s\"\n", name);
      expect_limit (escaped, strlen (escaped), LIMIT, "string too long");
      if (length <= GIR_MAX_STRING)
        {
          gir_program_free (read_good (text));
          gir_program_free (read_good (word));
          continue;
        }
      expect_limit (text, strlen (text), LIMIT, "string too long");
      expect_limit (word, strlen (word), LIMIT, "word too long");
    }
}

static void
lines_are_limited (void **state)
{
  (void)state;
  size_t size = GIR_MAX_LINE + 100;
  g_autofree char *text = g_strnfill (size, ' ');
  for (size_t i = 0; i < 6; i++)
    text[i] = "gir 1\n"[i];
  expect_limit (text, size, LIMIT, "line too long");
  g_autofree char *inside = g_strdup_printf (FUNC "%s\n" END, text + 6);
  expect_limit (inside, strlen (inside), LIMIT, "t:5: line too long");
  FILE *in = fmemopen (text, size, "r");
  g_autoptr (GError) error = NULL;
  assert_null (gir_read_stream ("t", in, &error));
  assert_true (g_error_matches (error, GIR_ERROR, GIR_ERROR_LIMIT));
  fclose (in);
}

static void
operands_are_limited (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new (FUNC "block b0\nbuiltin print");
  for (uint32_t i = 0; i < GIR_MAX_OPERANDS; i++)
    g_string_append (text, " 1");
  g_autofree char *good = g_strdup_printf ("%s\n" END, text->str), *bad = g_strdup_printf ("%s 1\n" END, text->str);
  gir_program_free (read_good (good));
  expect_limit (bad, strlen (bad), LIMIT, "more than 65536 operands in an instruction");
}

static void
fields_are_limited (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new (HEAD "type #1 tuple");
  for (uint32_t i = 0; i < GIR_MAX_FIELDS; i++)
    g_string_append (text, " int");
  g_autofree char *good = g_strdup_printf ("%s\n", text->str), *bad = g_strdup_printf ("%s int\n", text->str);
  gir_program_free (read_good (good));
  expect_limit (bad, strlen (bad), LIMIT, "more than 65536 parts in a type");
}

/* A message about a type with very many parts, which each have as many, stays short. */
static void
messages_stay_short (void **state)
{
  (void)state;
  g_autoptr (GString) text = g_string_new (HEAD "type #1 basic int\n");
  for (int i = 2; i <= 8; i++)
    {
      g_string_append_printf (text, "type #%d func (", i);
      for (int k = 0; k < 60000; k++)
        g_string_append_printf (text, " #%d", i - 1);
      g_string_append (text, " ) ( )\n");
    }
  g_string_append (text, "func @0 \"a.F\" 0 func(#8) - src\nparam %x #8 -\nblock b0\n%y = load int %x\n" END);
  expect_limit (text->str, text->len, VERIFY, "operand 1 of load has type func(func(");
}

int
main (void)
{
  enum
  {
    N = G_N_ELEMENTS (faults)
  };
  static struct CMUnitTest tests[N + 8];
  const struct CMUnitTest limits[] = {
    cmocka_unit_test (nested_symbols_are_limited), cmocka_unit_test (nested_values_are_limited), cmocka_unit_test (strings_are_limited),
    cmocka_unit_test (lines_are_limited),          cmocka_unit_test (operands_are_limited),      cmocka_unit_test (fields_are_limited),
    cmocka_unit_test (messages_stay_short),
  };
  for (size_t i = 0; i < N; i++)
    tests[i] = (struct CMUnitTest){ .name = faults[i].name, .test_func = fault_is_told, .initial_state = (void *)&faults[i] };
  for (size_t i = 0; i < G_N_ELEMENTS (limits); i++)
    tests[N + i] = limits[i];
  /* The macro takes the length from the type, and ignores tests without function. */
  return cmocka_run_group_tests_name ("gir_malformed", tests, NULL, NULL);
}
