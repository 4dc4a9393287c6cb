/* Lowers the functions of a batch to gc's location graph, by the rules of cmd/compile/internal/escape/{expr,assign,stmt,call,escape}.go
 * read on the naive form of go/ssa: a register is an expression, an alloc a variable, a store an assignment. */
#pragma once
#include "constraints/gc_graph.h"

void gc_lower (struct gc_graph *g);
/* What a function without a Go body does with parameter @param: a pointer goes to the heap unless the function is declared noescape. */
struct gc_leaks gc_extern_leaks (const struct gc_vars *vars, const struct gir_func *f, uint32_t param);
