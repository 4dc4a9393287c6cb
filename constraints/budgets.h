/* Budgets: the table in budgets.def as a struct. */
#pragma once
#include <glib.h>

struct sp_budgets
{
#define SP_BUDGET(name, otherwise, help) guint32 name;
#include "constraints/budgets.def"
#undef SP_BUDGET
};
extern const struct sp_budgets sp_budgets_default;

/* Sets the budget that @text, "NAME=N", names; N is at least 1. FALSE and @error, which lists the names, where it does not. */
gboolean sp_budgets_set (struct sp_budgets *budgets, const char *text, GError **error);
