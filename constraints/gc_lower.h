/* Lowers the functions of a batch to gc's location graph, by the rules of cmd/compile/internal/escape/{expr,assign,stmt,call,escape}.go
 * read on the naive form of go/ssa: a register is an expression, an alloc a variable, a store an assignment. */
#pragma once
#include "constraints/gc_graph.h"

void gc_lower (struct gc_graph *g);
