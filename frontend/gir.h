/* The program representation: what a .gir file says, in memory.
 *
 * A struct gir_program owns everything. All references are 32-bit handles into its arrays, never pointers:
 * types, functions, globals, packages, files and strings are numbered in the order of the file. Inside a
 * function a value (register) is numbered densely: parameters first, then captured variables ("free"), then
 * one number for each instruction, whether it has a result or not. So instruction i defines value
 * gir_func_instr_value (f, i), and GIR_INVALID never names anything.
 *
 * papers/gir.md documents the text. The reader (gir_read.h) guarantees all that "Verified" says below, so that
 * later stages need no checks of their own:
 *  - every handle is in range; every operand of an instruction has the kind that the instruction's entry in
 *    gir_op.def asks for; field numbers lie within their struct; the type of each result fits its operation
 *    where that can be told (a load's operand is a pointer, a callee is a func, ...);
 *  - each block ends with its only terminator; block targets exist; phi operands match the predecessors;
 *  - every use is dominated by its definition (a phi's at the end of the predecessor), unreachable blocks aside. Blocks
 *    behind the recover block, which any call may lead to, may also use what the entry block allocates;
 *  - enclosing functions (parent) form a tree; structs and arrays nest at most GIR_MAX_NESTING deep by value, and are finite.
 * Constants carry no type: what an operation says about its operand's type is not known of a constant (`faddr T nil .7`).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define GIR_INVALID UINT32_MAX

typedef uint32_t gir_str;   /* index into program->strings; 0 is "" */
typedef uint32_t gir_type;  /* index into program->types; 0 is "no type" */
typedef uint32_t gir_fn;    /* index into program->funcs */
typedef uint32_t gir_value; /* index into one function's values */
typedef uint32_t gir_block; /* index into one function's blocks */

/* A source position in gc's convention; line 0 means none. */
struct gir_pos
{
  uint32_t file; /* index into program->files */
  uint32_t line;
  uint32_t col;
};

enum gir_type_kind
{
  GIR_T_NONE,
  GIR_T_BOOL,
  GIR_T_INT, /* all integers but uintptr */
  GIR_T_UINTPTR,
  GIR_T_FLOAT,
  GIR_T_COMPLEX,
  GIR_T_STRING,
  GIR_T_UNSAFEPTR,
  GIR_T_NIL,    /* untyped nil */
  GIR_T_PTR,    /* elem */
  GIR_T_SLICE,  /* elem */
  GIR_T_ARRAY,  /* elem, length */
  GIR_T_MAP,    /* key, elem */
  GIR_T_CHAN,   /* elem */
  GIR_T_STRUCT, /* fields */
  GIR_T_TUPLE,  /* fields, unnamed */
  GIR_T_FUNC,   /* fields: parameters then results; n_params; variadic */
  GIR_T_IFACE,  /* fields: methods, sorted by name */
  GIR_T_NAMED,  /* elem: the underlying type; name */
};

struct gir_field
{
  gir_str name;
  gir_type type;
  uint64_t offset; /* bytes; structs only */
};

struct gir_type_info
{
  enum gir_type_kind kind;
  bool variadic; /* func */
  bool pointers; /* holds any pointer (strings count) */
  uint32_t align;
  uint64_t size;   /* bytes; saturates at GIR_SIZE_MAX */
  gir_str name;    /* basic and named types */
  gir_type elem;   /* pointer, slice, array, chan, map value; named: the underlying type (never itself named) */
  gir_type key;    /* map */
  uint64_t length; /* array */
  uint32_t fields; /* first in program->fields */
  uint32_t n_fields;
  uint32_t n_params; /* func */
  uint32_t mset;     /* first in program->methods, GIR_INVALID without method set */
  uint32_t n_mset;
};

#define GIR_SIZE_MAX ((uint64_t)1 << 60)

struct gir_method
{
  gir_str name;
  gir_fn fn;
};

/* Operands: kind in the top three bits, index below. */
typedef uint32_t gir_operand;
enum gir_operand_kind
{
  GIR_VALUE,  /* a value of this function */
  GIR_GLOBAL, /* the address of a global */
  GIR_FUNC,   /* a function as a value */
  GIR_CONST,  /* index into program->consts */
  GIR_NONE,   /* `_` */
};
static inline gir_operand
gir_operand_new (enum gir_operand_kind kind, uint32_t index)
{
  return (uint32_t)kind << 29 | index;
}
static inline enum gir_operand_kind
gir_operand_kind (gir_operand x)
{
  return (enum gir_operand_kind) (x >> 29);
}
static inline uint32_t
gir_operand_index (gir_operand x)
{
  return x & ((1u << 29) - 1);
}

enum gir_const_kind
{
  GIR_C_NIL,
  GIR_C_ZERO,
  GIR_C_FALSE,
  GIR_C_TRUE,
  GIR_C_INT,
  GIR_C_NUM,
  GIR_C_STRING
};
struct gir_const
{
  enum gir_const_kind kind;
  gir_str text;  /* strings and integers as written */
  int64_t value; /* integers that fit; else 0 and kind is GIR_C_NUM */
};

enum gir_op
{
#define GIR_OP(name, text) GIR_OP_##name,
#include "frontend/gir_op.def"
#undef GIR_OP
  GIR_OP_COUNT
};

enum gir_alloc_kind
{
  GIR_A_VAR,
  GIR_A_NEW,
  GIR_A_COMPLIT,
  GIR_A_SLICELIT,
  GIR_A_VARARGS,
  GIR_A_MAKESLICE,
  GIR_A_TMP,
  GIR_A_RESULT
};

/* How a call is made: the same instruction layout for plain, go and defer. */
enum gir_call_mode
{
  GIR_CALL_PLAIN,
  GIR_CALL_GO,
  GIR_CALL_DEFER
};

enum gir_site_kind
{
  GIR_S_NONE,
  GIR_S_VAR,
  GIR_S_PARAM,
  GIR_S_AMP,
  GIR_S_COMPLIT,
  GIR_S_SLICELIT,
  GIR_S_MAPLIT,
  GIR_S_NEW,
  GIR_S_MAKE,
  GIR_S_DOTS,
  GIR_S_FUNC,
  GIR_S_METHVAL,
  GIR_S_IFACE,
  GIR_S_CONV,
  GIR_S_CONCAT,
  GIR_S_APPEND,
  GIR_S_CHAN,
};

enum gir_builtin
{
#define GIR_BUILTIN(name, text) GIR_B_##name,
#include "frontend/gir_builtin.def"
#undef GIR_BUILTIN
  GIR_B_COUNT
};

/* One instruction. Operands lie in func->operands[args .. args + n_args), in the order of papers/gir.md.
 *  call:    args[0] callee, then the arguments          (mode tells plain, go, defer; defer: aux2 is the defer stack operand)
 *  invoke:  args[0] interface, then arguments; aux = method name (gir_str)
 *  builtin: the arguments; sub = enum gir_builtin
 *  closure: args[0] = GIR_FUNC operand, then captured variables
 *  alloc: sub = enum gir_alloc_kind;  faddr, field, extract: aux = number
 *  iface, assert, conv: type2 = U;    assert, lookup, recv, next: flag = `ok` (next: `string`);   store: flag = `init`; call: flag =
 * `dict`;   select: flag = block select: operands in pairs (channel, value sent or GIR_NONE for a receive) phi: operand i comes from the
 * i-th predecessor of its block (the reader puts them in that order) jmp: aux = target; br: args[0] = condition, aux = true block, aux2 =
 * false block un, bin: sub = enum gir_operator
 */
struct gir_instr
{
  uint8_t op; /* enum gir_op */
  uint8_t sub;
  uint8_t mode; /* enum gir_call_mode */
  uint8_t site; /* enum gir_site_kind */
  bool flag;
  bool pinned;   /* not in the text: what it allocates is on the heap whatever the verdict would be (cli/pins.h) */
  gir_type type; /* of the result; 0 without one */
  gir_type type2;
  uint32_t args;
  uint32_t n_args;
  uint32_t aux;
  uint32_t aux2;
  struct gir_pos pos;
  gir_str text; /* the site's text */
  gir_str name; /* the register's name, without % */
};

enum gir_operator
{
  GIR_X_NEG,
  GIR_X_NOT,
  GIR_X_COM,
  GIR_X_ADD,
  GIR_X_SUB,
  GIR_X_MUL,
  GIR_X_QUO,
  GIR_X_REM,
  GIR_X_AND,
  GIR_X_OR,
  GIR_X_XOR,
  GIR_X_SHL,
  GIR_X_SHR,
  GIR_X_ANDNOT,
  GIR_X_EQ,
  GIR_X_NE,
  GIR_X_LT,
  GIR_X_LE,
  GIR_X_GT,
  GIR_X_GE,
};

struct gir_basic_block
{
  uint32_t first; /* instructions [first, first + count) of the function */
  uint32_t count;
  uint32_t preds; /* first in func->edges; sorted as met in the text: block by block, true target before false */
  uint32_t n_preds;
  uint32_t succs[2];
  uint32_t n_succs;
  bool dead; /* after gir_prune: control never enters it */
  gir_str comment;
};

enum gir_func_kind
{
  GIR_F_SRC,
  GIR_F_ANON,
  GIR_F_YIELD,
  GIR_F_INST,
  GIR_F_WRAPPER,
  GIR_F_THUNK,
  GIR_F_BOUND,
  GIR_F_INIT,
  GIR_F_GENERIC
};

struct gir_param
{
  gir_str name;
  gir_type type;
  struct gir_pos pos;
  uint8_t site; /* GIR_S_PARAM where gc names it */
  gir_str text;
};

/* A part of a function that gc's escape analysis takes for a loop, as the syntax has it: [begin, end) is one level deeper; a statement's
 * own variables lie in [head, begin). All in the function's own file. */
struct gir_loop
{
  struct gir_pos head, begin, end;
  bool range; /* a range loop: its own variables are assigned each time round */
};

struct gir_result
{
  gir_str name;
  gir_type type;
  struct gir_pos pos;
  gir_value alloc; /* the alloc that holds it, GIR_INVALID without */
};

struct gir_func
{
  gir_str name; /* unique in the program: "net/http.(*Client).Do" */
  uint32_t pkg;
  gir_type type;
  struct gir_pos pos;
  enum gir_func_kind kind;
  gir_fn parent; /* enclosing function, GIR_INVALID without */
  gir_fn origin;
  gir_block recover; /* GIR_INVALID without */
  bool is_extern, noescape, uintptrescapes, uintptrkeepalive, is_asm, exported;
  gir_str linkname;
  gir_str go_version;
  uint8_t site; /* GIR_S_FUNC for func literals */
  gir_str text;

  uint32_t loops; /* first in program->loops */
  uint32_t n_loops;
  uint32_t n_params, n_free, n_results, n_instrs, n_blocks, n_operands, n_edges;
  struct gir_param *params; /* n_params, then n_free captured variables */
  struct gir_result *results;
  struct gir_instr *instrs;
  struct gir_basic_block *blocks;
  gir_operand *operands;
  gir_block *edges;
};

struct gir_global
{
  gir_str name;
  uint32_t pkg;
  gir_type type;
  struct gir_pos pos;
  bool exported;
};
struct gir_package
{
  gir_str path;
  gir_str name;
  bool root, is_main, std, cgo, is_asm;
};
struct gir_link
{
  gir_fn fn;
  gir_str name;
};
struct gir_meta
{
  gir_str key;
  gir_str value;
};

struct gir_program
{
  struct gir_meta *metas;
  uint32_t n_metas;
  gir_str *files;
  uint32_t n_files;
  struct gir_package *pkgs;
  uint32_t n_pkgs;
  struct gir_type_info *types;
  uint32_t n_types; /* [0] is GIR_T_NONE */
  struct gir_field *fields;
  uint32_t n_fields;
  struct gir_method *methods;
  uint32_t n_methods;
  struct gir_global *globals;
  uint32_t n_globals;
  struct gir_func *funcs;
  uint32_t n_funcs;
  struct gir_link *links;
  uint32_t n_links;
  struct gir_loop *loops;
  uint32_t n_loops;
  struct gir_const *consts;
  uint32_t n_consts;
  const char **strings;
  uint32_t n_strings;
  uint32_t ptrsize;
  void *storage; /* owns all of the above; private to gir_read.c */
};

/* The name behind a string handle; "" for 0. */
static inline const char *
gir_string (const struct gir_program *p, gir_str s)
{
  return p->strings[s];
}
/* The type itself, named types stripped. */
static inline gir_type
gir_underlying (const struct gir_program *p, gir_type t)
{
  return p->types[t].kind == GIR_T_NAMED ? p->types[t].elem : t;
}
/* The function that is method @name of type @t; GIR_INVALID where it has none, or no method set. */
static inline gir_fn
gir_find_method (const struct gir_program *p, gir_type t, gir_str name)
{
  const struct gir_type_info *info = &p->types[t];
  for (uint32_t k = 0; info->mset != GIR_INVALID && k < info->n_mset; k++)
    if (p->methods[info->mset + k].name == name)
      return p->methods[info->mset + k].fn;
  return GIR_INVALID;
}
static inline gir_value
gir_func_first_instr_value (const struct gir_func *f)
{
  return f->n_params + f->n_free;
}
static inline gir_value
gir_func_instr_value (const struct gir_func *f, uint32_t i)
{
  return f->n_params + f->n_free + i;
}
static inline uint32_t
gir_func_n_values (const struct gir_func *f)
{
  return f->n_params + f->n_free + f->n_instrs;
}
/* The instruction that defines a value; NULL for parameters and captured variables. */
static inline const struct gir_instr *
gir_value_instr (const struct gir_func *f, gir_value v)
{
  uint32_t base = f->n_params + f->n_free;
  return v < base ? NULL : &f->instrs[v - base];
}
/* The static type of a value. */
static inline gir_type
gir_value_type (const struct gir_func *f, gir_value v)
{
  const struct gir_instr *i = gir_value_instr (f, v);
  return i ? i->type : f->params[v].type;
}

typedef struct gir_program GirProgram;
void gir_program_free (GirProgram *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GirProgram, gir_program_free)
