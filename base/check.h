/* Assertions. SP_CHECK is always on: for what soundness rests upon. SP_ASSERT vanishes under NDEBUG: for hot paths. */
#pragma once

#include <assert.h>
#include <glib.h>

#define SP_CHECK(condition) ((condition) ? (void)0 : sp_check_failed (#condition, __FILE__, __LINE__, __func__))
#define SP_ASSERT(condition) assert (condition)

G_NORETURN static inline void
sp_check_failed (const char *condition, const char *file, int line, const char *function)
{
  g_assertion_message_expr ("stackproof", file, line, function, condition);
  abort ();
}
