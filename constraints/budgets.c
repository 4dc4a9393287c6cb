#include "constraints/budgets.h"

#include <string.h>

const struct sp_budgets sp_budgets_default = {
#define SP_BUDGET(name, otherwise, help) .name = (otherwise),
#include "constraints/budgets.def"
#undef SP_BUDGET
};

static guint32 *
find_budget (struct sp_budgets *budgets, const char *name, size_t length)
{
#define SP_BUDGET(field, otherwise, help)                               \
  if (strlen (#field) == length && strncmp (#field, name, length) == 0) \
    return &budgets->field;
#include "constraints/budgets.def"
#undef SP_BUDGET
  return NULL;
}

gboolean
sp_budgets_set (struct sp_budgets *budgets, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  guint32 *budget = equals ? find_budget (budgets, text, (size_t)(equals - text)) : NULL;
  guint64 value = 0;
  if (budget && g_ascii_string_to_unsigned (equals + 1, 10, 1, 1u << 30, &value, NULL))
    {
      *budget = (guint32)value;
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "“%s” sets no budget: it takes NAME=N with N at least 1 and a NAME of"
#define SP_BUDGET(name, otherwise, help) " " #name
#include "constraints/budgets.def"
#undef SP_BUDGET
               ,
               text);
  return FALSE;
}
