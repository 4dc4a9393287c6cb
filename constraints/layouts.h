/* Struct types that are the same memory: those that differ in tags alone, and what their fields are called across packages. */
#pragma once
#include "frontend/gir.h"

struct sp_layouts
{
  gir_type *named; /* by struct type: a named type that it is the underlying one of, of the only package that has one; itself where there
                      are several; 0 without */
  gir_type *same;  /* by struct type: which one stands for all that differ in tags alone */
};

void sp_layouts_init (struct sp_layouts *l, const GirProgram *p);
void sp_layouts_done (struct sp_layouts *l);
/* Field @name of struct type @s with its package's path; NULL where that is not known. The caller frees. */
char *sp_layouts_full_name (const struct sp_layouts *l, const GirProgram *p, gir_type s, const char *name);
