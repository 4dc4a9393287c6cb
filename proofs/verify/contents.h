/* The table of contents of a folder of certificates: the file `certificate`. */
#pragma once
#include "base/vec.h"
#include "constraints/budgets.h"
#include "proofs/verify/verify.h"
#include <stdbool.h>

struct sp_contents_entry
{
  uint32_t fn;  /* the first function of the component that the text is about */
  bool settled; /* its sites are decided again, now that all callers are known */
  char *name;   /* of the text in the store */
};

struct sp_contents
{
  bool fields, versions; /* of the main pass */
  bool closed;
  enum sp_derived derived;
  struct sp_budgets budgets;
  char *program; /* the .gir's name in the store */
  VEC (struct sp_contents_entry) entries;
};

void sp_contents_clear (struct sp_contents *contents);
gboolean sp_contents_write (const struct sp_contents *contents, const char *folder, GError **error);
/* @contents must be zeroed; sp_contents_clear frees it in any case. */
gboolean sp_contents_read (struct sp_contents *contents, const char *folder, GError **error);
