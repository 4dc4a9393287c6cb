#include "base/exhausted.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int exhausted_status = 2;

/* Needs no memory, takes no lock, and runs no exit handler: those would write what is unfinished. */
G_NORETURN static void
end (const char *problem, const char *mend)
{
  const char *const parts[] = { program_invocation_short_name, ": ", problem, mend, "\n" };
  for (size_t k = 0; k < G_N_ELEMENTS (parts); k++)
    if (write (STDERR_FILENO, parts[k], strlen (parts[k])) < 0)
      break;
  _exit (exhausted_status);
}

static void
end_with_message (const char *domain, GLogLevelFlags level, const char *message, gpointer unused)
{
  (void)domain, (void)level, (void)unused;
  end (message, "; the run ends here");
}

void
exhausted_begin (int status)
{
  static const char *const domains[] = { "GLib", "GLib-GObject", "GLib-GIO" };
  exhausted_status = status;
  signal (SIGXFSZ, SIG_IGN); /* a file beyond ulimit -f is an error of the write */
  for (size_t k = 0; k < G_N_ELEMENTS (domains); k++)
    g_log_set_handler (domains[k], G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION, end_with_message, NULL);
}

/* GLib aborts without memory, and needs some for its message; Z3 4.8.12 goes on, and crashes when it takes down what it could not finish;
 * the C++ library throws through C. So nobody gets to see that there is none. The sanitizers have an allocator of their own. */
#if defined __GLIBC__ && !defined __SANITIZE_ADDRESS__
extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *p, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static void *
check (void *p, size_t size)
{
  if (G_UNLIKELY (!p && size))
    end ("out of memory", "; allow more (ulimit -v), or take fewer packages at once");
  return p;
}

void *
malloc (size_t size)
{
  return check (__libc_malloc (size), size);
}

void *
calloc (size_t n, size_t size)
{
  return check (__libc_calloc (n, size), n && size);
}

void *
realloc (void *p, size_t size)
{
  return check (__libc_realloc (p, size), size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return check (__libc_memalign (alignment, size), size);
}

int
posix_memalign (void **p, size_t alignment, size_t size)
{
  *p = aligned_alloc (alignment, size);
  return 0;
}
#endif
