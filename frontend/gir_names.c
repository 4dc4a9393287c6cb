#include "frontend/gir_names.h"
#include "base/check.h"
#include <string.h>

static const char *const op_names[] = {
#define GIR_OP(name, text) text,
#include "frontend/gir_op.def"
#undef GIR_OP
};

static const char *const op_shapes[] = {
  [GIR_OP_NOP] = "",        [GIR_OP_ALLOC] = "TK",    [GIR_OP_LOAD] = "Tv",     [GIR_OP_STORE] = "vvi",   [GIR_OP_FADDR] = "Tv.",
  [GIR_OP_IADDR] = "Tvv",   [GIR_OP_FIELD] = "Tv.",   [GIR_OP_INDEX] = "Tvv",   [GIR_OP_EXTRACT] = "Tv.", [GIR_OP_SLICE] = "Tvnnn",
  [GIR_OP_IFACE] = "TvU",   [GIR_OP_CHIFACE] = "Tv",  [GIR_OP_CHTYPE] = "Tv",   [GIR_OP_ASSERT] = "TvUo", [GIR_OP_CONV] = "TvU",
  [GIR_OP_S2AP] = "Tv",     [GIR_OP_CLOSURE] = "Tf*", [GIR_OP_MKSLICE] = "Tvv", [GIR_OP_MKMAP] = "Tn",    [GIR_OP_MKCHAN] = "Tv",
  [GIR_OP_LOOKUP] = "Tvvo", [GIR_OP_MAPSET] = "vvv",  [GIR_OP_RANGE] = "Tv",    [GIR_OP_NEXT] = "Tvs",    [GIR_OP_SEND] = "vv",
  [GIR_OP_RECV] = "Tvo",    [GIR_OP_SELECT] = "TS",   [GIR_OP_PHI] = "TP",      [GIR_OP_UN] = "TXv",      [GIR_OP_BIN] = "TXvv",
  [GIR_OP_CALL] = "tdv*",   [GIR_OP_INVOKE] = "tvM*", [GIR_OP_BUILTIN] = "tB*", [GIR_OP_RUNDEFERS] = "",  [GIR_OP_PANIC] = "v",
  [GIR_OP_RET] = "*",       [GIR_OP_JMP] = "b",       [GIR_OP_BR] = "vbe",
};

static const char *const builtin_names[] = {
#define GIR_BUILTIN(name, text) text,
#include "frontend/gir_builtin.def"
#undef GIR_BUILTIN
};

static const char *const operator_names[] = {
  [GIR_X_NEG] = "-", [GIR_X_NOT] = "!", [GIR_X_COM] = "^", [GIR_X_ADD] = "+", [GIR_X_SUB] = "-",  [GIR_X_MUL] = "*",  [GIR_X_QUO] = "/",
  [GIR_X_REM] = "%", [GIR_X_AND] = "&", [GIR_X_OR] = "|",  [GIR_X_XOR] = "^", [GIR_X_SHL] = "<<", [GIR_X_SHR] = ">>", [GIR_X_ANDNOT] = "&^",
  [GIR_X_EQ] = "==", [GIR_X_NE] = "!=", [GIR_X_LT] = "<",  [GIR_X_LE] = "<=", [GIR_X_GT] = ">",   [GIR_X_GE] = ">=",
};

static const char *const alloc_kind_names[] = {
  [GIR_A_VAR] = "var",           [GIR_A_NEW] = "new",         [GIR_A_COMPLIT] = "complit",
  [GIR_A_SLICELIT] = "slicelit", [GIR_A_VARARGS] = "varargs", [GIR_A_MAKESLICE] = "makeslice",
  [GIR_A_TMP] = "tmp",           [GIR_A_RESULT] = "result",
};

static const char *const site_names[] = {
  [GIR_S_NONE] = "",           [GIR_S_VAR] = "var",           [GIR_S_PARAM] = "param",   [GIR_S_AMP] = "amp",
  [GIR_S_COMPLIT] = "complit", [GIR_S_SLICELIT] = "slicelit", [GIR_S_MAPLIT] = "maplit", [GIR_S_NEW] = "new",
  [GIR_S_MAKE] = "make",       [GIR_S_DOTS] = "dots",         [GIR_S_FUNC] = "func",     [GIR_S_METHVAL] = "methval",
  [GIR_S_IFACE] = "iface",     [GIR_S_CONV] = "conv",         [GIR_S_CONCAT] = "concat", [GIR_S_APPEND] = "append",
  [GIR_S_CHAN] = "chan",
};

static const char *const func_kind_names[] = {
  [GIR_F_SRC] = "src",     [GIR_F_ANON] = "anon",   [GIR_F_YIELD] = "yield", [GIR_F_INST] = "inst",       [GIR_F_WRAPPER] = "wrapper",
  [GIR_F_THUNK] = "thunk", [GIR_F_BOUND] = "bound", [GIR_F_INIT] = "init",   [GIR_F_GENERIC] = "generic",
};

G_STATIC_ASSERT (G_N_ELEMENTS (op_names) == GIR_OP_COUNT && G_N_ELEMENTS (op_shapes) == GIR_OP_COUNT);
G_STATIC_ASSERT (G_N_ELEMENTS (builtin_names) == GIR_B_COUNT);

static int
find (const char *const *names, size_t n, const char *text, size_t length)
{
  for (size_t i = 0; i < n; i++)
    if (strlen (names[i]) == length && !memcmp (names[i], text, length))
      return (int)i;
  return -1;
}

const char *
gir_op_name (enum gir_op op)
{
  SP_ASSERT (op < GIR_OP_COUNT);
  return op_names[op];
}

const char *
gir_op_shape (enum gir_op op)
{
  SP_ASSERT (op < GIR_OP_COUNT);
  return op_shapes[op];
}

const char *
gir_builtin_name (enum gir_builtin b)
{
  SP_ASSERT (b < GIR_B_COUNT);
  return builtin_names[b];
}

const char *
gir_operator_name (enum gir_operator x)
{
  SP_ASSERT (x < G_N_ELEMENTS (operator_names));
  return operator_names[x];
}

const char *
gir_alloc_kind_name (enum gir_alloc_kind k)
{
  SP_ASSERT (k < G_N_ELEMENTS (alloc_kind_names));
  return alloc_kind_names[k];
}

const char *
gir_site_name (enum gir_site_kind s)
{
  SP_ASSERT (s < G_N_ELEMENTS (site_names));
  return site_names[s];
}

const char *
gir_func_kind_name (enum gir_func_kind k)
{
  SP_ASSERT (k < G_N_ELEMENTS (func_kind_names));
  return func_kind_names[k];
}

int
gir_builtin_find (const char *text, size_t length)
{
  return find (builtin_names, G_N_ELEMENTS (builtin_names), text, length);
}

/* Unary and binary operators share spellings; the first of a spelling is found, and the reader sorts them by arity. */
int
gir_operator_find (const char *text, size_t length)
{
  return find (operator_names, G_N_ELEMENTS (operator_names), text, length);
}

int
gir_alloc_kind_find (const char *text, size_t length)
{
  return find (alloc_kind_names, G_N_ELEMENTS (alloc_kind_names), text, length);
}

int
gir_site_find (const char *text, size_t length)
{
  return length ? find (site_names, G_N_ELEMENTS (site_names), text, length) : -1;
}

int
gir_func_kind_find (const char *text, size_t length)
{
  return find (func_kind_names, G_N_ELEMENTS (func_kind_names), text, length);
}
