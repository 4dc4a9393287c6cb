/* A library to preload: makes the Nth call of a kind fail.
 *
 *     LD_PRELOAD=libfailures.so FAILURES=KIND:N[:CODE] FAILURES_COUNT=FILE stackproof ...
 *
 * KIND        the calls that are counted                                     CODE: what the Nth does
 * z3          calls of Z3 (z3_calls.def), contexts and checks                 gives 0 and sets the error code (default: exception)
 * check       Z3's checks and queries                                         unknown, interrupt, memory
 * memory      allocations, by whatever part of the program                returns NULL; `sweep`: see below
 * read write  of file descriptors and streams, standard error excepted        the name of an errno, `short`, `end`
 * file        opening, making, renaming, closing, synchronising files         the name of an errno
 * thread      pthread_create                                                  EAGAIN
 *
 * N = 0 only counts; `N+` makes all from the Nth on fail. FILE gets the number of calls as text, in a page that is shared, so that it is
 * there however the process ends. `memory:N:sweep`: from the Nth on, each STEPth call (FAILURES_STEP) is tried in a forked copy of the
 * process, whose end is noted in FAILURES_COUNT as a line "N, wait status, bytes on standard error, bytes on standard output, their hash".
 *
 * Processes that this one starts are not interfered with. Streams that are opened become streams over the calls that are counted. */
#undef _FILE_OFFSET_BITS /* open and open64 are two symbols here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <z3.h>

enum kind
{
  NOTHING,
  Z3,
  CHECK,
  MEMORY,
  READ,
  WRITE,
  FILES,
  THREAD,
  N_KINDS
};
static const char *const kind_names[N_KINDS] = { "", "z3", "check", "memory", "read", "write", "file", "thread" };

enum
{
  SHORT = -1, /* codes beside errnos */
  END = -2,
  UNKNOWN = -3,
  INTERRUPT = -4,
  OUT_OF_MEMORY = -5,
  SWEEP = -6,
  PAGE = 4096,
  CHILD_SECONDS = 30,
};
static const struct
{
  const char *name;
  int code;
} codes[] = {
  { "EIO", EIO },         { "EINTR", EINTR },         { "ENOSPC", ENOSPC }, { "EACCES", EACCES },
  { "EMFILE", EMFILE },   { "EAGAIN", EAGAIN },       { "short", SHORT },   { "end", END },
  { "unknown", UNKNOWN }, { "interrupt", INTERRUPT }, { "sweep", SWEEP },   { "memory", OUT_OF_MEMORY },
};

static struct
{
  enum kind kind;
  uint64_t at;
  bool onwards;
  int code;
  uint64_t step;
  int log;
  char *page; /* the count as text */
} plan = { .log = -1, .step = 1 };
static atomic_uint_fast64_t calls;
static _Thread_local bool inside; /* what the shim itself calls is not counted */

/* --- counting ---------------------------------------------------------------------------------------- */

static void
show_count (uint64_t n)
{
  char digits[24];
  int k = sizeof digits;
  digits[--k] = '\n';
  for (uint64_t rest = n; rest || k == (int)sizeof digits - 1; rest /= 10)
    digits[--k] = (char)('0' + rest % 10);
  if (plan.page)
    memcpy (plan.page, digits + k, sizeof digits - (size_t)k);
}

/* Whether this call, one of @kind, is to fail. */
static bool
fails (enum kind kind)
{
  if (plan.kind != kind || inside)
    return false;
  uint64_t n = atomic_fetch_add (&calls, 1) + 1;
  show_count (n);
  return plan.at && (n == plan.at || (plan.onwards && n > plan.at));
}

static void *
next_function (const char *name)
{
  bool before = inside;
  inside = true;
  void *f = dlsym (RTLD_NEXT, name);
  inside = before;
  return f;
}

#define REAL(name)                \
  static __typeof__ (&name) real; \
  if (!real)                      \
  *(void **)&real = next_function (#name)

/* --- Z3 ---------------------------------------------------------------------------------------------- */

static void
set_z3_error (Z3_context c)
{
  REAL (Z3_set_error);
  if (c)
    real (c, plan.code == OUT_OF_MEMORY ? Z3_MEMOUT_FAIL : Z3_EXCEPTION);
}

#define Z3_VALUE(type, name, params, args) \
  type name params                         \
  {                                        \
    REAL (name);                           \
    if (!fails (Z3))                       \
      return real args;                    \
    set_z3_error (c);                      \
    return (type)0;                        \
  }
#define Z3_VOID(name, params, args) \
  void name params                  \
  {                                 \
    REAL (name);                    \
    if (fails (Z3))                 \
      set_z3_error (c);             \
    else                            \
      real args;                    \
  }
#include "tests/failures/z3_calls.def"
#undef Z3_VALUE
#undef Z3_VOID

Z3_context
Z3_mk_context (Z3_config g)
{
  REAL (Z3_mk_context);
  return fails (Z3) ? NULL : real (g);
}

Z3_context
Z3_mk_context_rc (Z3_config g)
{
  REAL (Z3_mk_context_rc);
  return fails (Z3) ? NULL : real (g);
}

struct interrupter
{
  Z3_context c;
  atomic_bool stop;
};

static void *
interrupt_until_stopped (void *data)
{
  struct interrupter *i = data;
  REAL (Z3_interrupt);
  while (!atomic_load (&i->stop))
    {
      real (i->c);
      usleep (50);
    }
  return NULL;
}

/* Runs @check, the Nth, while another thread interrupts. */
static Z3_lbool
interrupted (Z3_context c, Z3_lbool (*check) (Z3_context, void *, void *), void *a, void *b)
{
  struct interrupter i = { .c = c };
  pthread_t thread;
  inside = true;
  bool started = pthread_create (&thread, NULL, interrupt_until_stopped, &i) == 0;
  inside = false;
  Z3_lbool answer = check (c, a, b);
  atomic_store (&i.stop, true);
  if (started)
    pthread_join (thread, NULL);
  return answer;
}

static Z3_lbool
failing_check (Z3_context c, Z3_lbool (*check) (Z3_context, void *, void *), void *a, void *b)
{
  if (plan.code == INTERRUPT)
    return interrupted (c, check, a, b);
  if (plan.code == OUT_OF_MEMORY)
    set_z3_error (c);
  return Z3_L_UNDEF;
}

static Z3_lbool
solver_check (Z3_context c, void *solver, void *unused)
{
  REAL (Z3_solver_check);
  (void)unused;
  return real (c, solver);
}

static Z3_lbool
fixedpoint_query (Z3_context c, void *fixedpoint, void *query)
{
  REAL (Z3_fixedpoint_query);
  return real (c, fixedpoint, query);
}

static bool
exception_in_check (Z3_context c)
{
  bool yes = fails (Z3);
  if (yes)
    set_z3_error (c);
  return yes;
}

Z3_lbool
Z3_solver_check (Z3_context c, Z3_solver s)
{
  if (exception_in_check (c))
    return Z3_L_UNDEF;
  return fails (CHECK) ? failing_check (c, solver_check, s, NULL) : solver_check (c, s, NULL);
}

Z3_lbool
Z3_fixedpoint_query (Z3_context c, Z3_fixedpoint d, Z3_ast query)
{
  if (exception_in_check (c))
    return Z3_L_UNDEF;
  return fails (CHECK) ? failing_check (c, fixedpoint_query, d, query) : fixedpoint_query (c, d, query);
}

/* --- memory ------------------------------------------------------------------------------------------ */

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *p, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

/* All of an unlinked file, hashed (FNV-1a, 64 bits). */
static uint64_t
hash_file (int fd, uint64_t *size)
{
  uint64_t h = 0xcbf29ce484222325u;
  unsigned char buffer[4096];
  *size = 0;
  for (ssize_t n; (n = pread (fd, buffer, sizeof buffer, (off_t)*size)) > 0; *size += (uint64_t)n)
    for (ssize_t k = 0; k < n; k++)
      h = (h ^ buffer[k]) * 0x100000001b3u;
  return h;
}

static void
note_child (uint64_t n, pid_t child, int out, int err)
{
  int status = 0;
  uint64_t n_out, n_err;
  while (waitpid (child, &status, 0) < 0 && errno == EINTR)
    ;
  uint64_t hash = hash_file (out, &n_out);
  hash_file (err, &n_err);
  dprintf (plan.log, "%lu %d %lu %lu %lu\n", (unsigned long)n, status, (unsigned long)n_err, (unsigned long)n_out, (unsigned long)hash);
}

/* Tries the failure in a copy of this process. TRUE in the copy. */
static bool
sweep (uint64_t n)
{
  inside = true;
  int out = memfd_create ("out", MFD_CLOEXEC), err = memfd_create ("err", MFD_CLOEXEC);
  pid_t child = fork ();
  if (child == 0)
    {
      dup2 (out, STDOUT_FILENO);
      dup2 (err, STDERR_FILENO);
      plan.kind = NOTHING;
      alarm (CHILD_SECONDS);
    }
  else
    {
      note_child (n, child, out, err);
      close (out);
      close (err);
    }
  inside = false;
  return child == 0;
}

static bool
allocation_fails (void)
{
  if (plan.kind != MEMORY || inside)
    return false;
  int before = errno;
  bool failing;
  if (plan.code == SWEEP)
    {
      uint64_t n = atomic_fetch_add (&calls, 1) + 1;
      failing = n >= plan.at && (n - plan.at) % plan.step == 0 && sweep (n);
    }
  else
    failing = fails (MEMORY);
  errno = failing ? ENOMEM : before;
  return failing;
}

/* What base/exhausted.c calls in malloc's place. */
void *
__libc_malloc (size_t size)
{
  REAL (__libc_malloc);
  return allocation_fails () ? NULL : real (size);
}

void *
__libc_calloc (size_t n, size_t size)
{
  REAL (__libc_calloc);
  return allocation_fails () ? NULL : real (n, size);
}

void *
__libc_realloc (void *p, size_t size)
{
  REAL (__libc_realloc);
  return allocation_fails () ? NULL : real (p, size);
}

void *
__libc_memalign (size_t alignment, size_t size)
{
  REAL (__libc_memalign);
  return allocation_fails () ? NULL : real (alignment, size);
}

/* --- files ------------------------------------------------------------------------------------------- */

static ssize_t
refuse (void)
{
  errno = plan.code > 0 ? plan.code : EIO;
  return -1;
}

/* Files, pipes and terminals: what only wakes a thread cannot fail. */
static bool
is_medium (int fd)
{
  struct stat s;
  return fstat (fd, &s) == 0 && s.st_mode & S_IFMT;
}

ssize_t
read (int fd, void *buffer, size_t size)
{
  if (!is_medium (fd) || !fails (READ))
    return syscall (SYS_read, fd, buffer, size);
  if (plan.code == END)
    return 0;
  return plan.code == SHORT ? syscall (SYS_read, fd, buffer, size ? 1 : 0) : refuse ();
}

ssize_t
write (int fd, const void *buffer, size_t size)
{
  if (fd == STDERR_FILENO || !is_medium (fd) || !fails (WRITE))
    return syscall (SYS_write, fd, buffer, size);
  return plan.code == SHORT ? syscall (SYS_write, fd, buffer, size ? 1 : 0) : refuse ();
}

#define FILE_CALL(type, name, params, args)             \
  type name params                                      \
  {                                                     \
    REAL (name);                                        \
    return fails (FILES) ? (type)refuse () : real args; \
  }
FILE_CALL (int, rename, (const char *from, const char *to), (from, to))
FILE_CALL (int, mkdir, (const char *path, mode_t mode), (path, mode))
FILE_CALL (int, fsync, (int fd), (fd))
FILE_CALL (int, dup, (int fd), (fd))
FILE_CALL (int, pipe2, (int ends[2], int flags), (ends, flags))
FILE_CALL (int, memfd_create, (const char *name, unsigned flags), (name, flags))
FILE_CALL (int, execv, (const char *path, char *const argv[]), (path, argv))

static mode_t
mode_of (int flags, va_list args)
{
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg (args, int) : 0;
}

#define OPEN(name)                                                 \
  int name (const char *path, int flags, ...)                      \
  {                                                                \
    va_list args;                                                  \
    va_start (args, flags);                                        \
    mode_t mode = mode_of (flags, args);                           \
    va_end (args);                                                 \
    if (fails (FILES))                                             \
      return (int)refuse ();                                       \
    return (int)syscall (SYS_openat, AT_FDCWD, path, flags, mode); \
  }
OPEN (open)
OPEN (open64)

/* A close that fails has closed all the same. */
int
close (int fd)
{
  int result = (int)syscall (SYS_close, fd);
  return fails (FILES) ? (int)refuse () : result;
}

/* --- streams ----------------------------------------------------------------------------------------- */

static ssize_t
stream_read (void *cookie, char *buffer, size_t size)
{
  return read ((int)(intptr_t)cookie, buffer, size);
}

/* As a stream of the library does: goes on after a short write. 0, not -1, tells of an error. */
static ssize_t
stream_write (void *cookie, const char *buffer, size_t size)
{
  for (size_t done = 0; done < size;)
    {
      ssize_t n = write ((int)(intptr_t)cookie, buffer + done, size - done);
      if (n <= 0)
        return 0;
      done += (size_t)n;
    }
  return (ssize_t)size;
}

static int
stream_seek (void *cookie, off64_t *offset, int whence)
{
  off_t at = lseek ((int)(intptr_t)cookie, (off_t)*offset, whence);
  *offset = at;
  return at < 0 ? -1 : 0;
}

static int
stream_close (void *cookie)
{
  return close ((int)(intptr_t)cookie);
}

static struct
{
  FILE *stream;
  int fd;
} streams[64];

static FILE *
stream_over (int fd, const char *mode)
{
  cookie_io_functions_t io = { stream_read, stream_write, stream_seek, stream_close };
  FILE *stream = fopencookie ((void *)(intptr_t)fd, mode, io);
  for (unsigned k = 0; stream && k < sizeof streams / sizeof *streams; k++)
    if (!streams[k].stream || streams[k].stream == stream)
      {
        streams[k].stream = stream;
        streams[k].fd = fd;
        break;
      }
  return stream;
}

static bool
counts_streams (void)
{
  return plan.kind == READ || plan.kind == WRITE || plan.kind == FILES;
}

static FILE *
open_stream (const char *path, const char *mode)
{
  int flags = *mode == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | (*mode == 'a' ? O_APPEND : O_TRUNC);
  int fd = open (path, flags | O_CLOEXEC, 0666);
  return fd < 0 ? NULL : stream_over (fd, mode);
}

FILE *
fopen64 (const char *path, const char *mode)
{
  REAL (fopen64);
  return counts_streams () ? open_stream (path, mode) : real (path, mode);
}

FILE *
fopen (const char *path, const char *mode)
{
  REAL (fopen);
  return counts_streams () ? open_stream (path, mode) : real (path, mode);
}

FILE *
fdopen (int fd, const char *mode)
{
  REAL (fdopen);
  if (!counts_streams () || fd < 0)
    return real (fd, mode);
  return fails (FILES) ? (refuse (), NULL) : stream_over (fd, mode);
}

FILE *
tmpfile64 (void)
{
  REAL (tmpfile64);
  FILE *file = fails (FILES) ? (refuse (), NULL) : real ();
  if (!file || !counts_streams ())
    return file;
  FILE *stream = stream_over (dup (fileno (file)), "w+");
  fclose (file);
  return stream;
}

int
fileno (FILE *stream)
{
  REAL (fileno);
  for (unsigned k = 0; k < sizeof streams / sizeof *streams; k++)
    if (streams[k].stream == stream && stream)
      return streams[k].fd;
  return real (stream);
}

/* --- threads ----------------------------------------------------------------------------------------- */

int
pthread_create (pthread_t *thread, const pthread_attr_t *attributes, void *(*start) (void *), void *data)
{
  REAL (pthread_create);
  return fails (THREAD) ? EAGAIN : real (thread, attributes, start, data);
}

/* --- the plan ---------------------------------------------------------------------------------------- */

static enum kind
find_kind (const char *text, size_t length)
{
  for (int k = 1; k < N_KINDS; k++)
    if (strlen (kind_names[k]) == length && strncmp (kind_names[k], text, length) == 0)
      return (enum kind)k;
  dprintf (STDERR_FILENO, "failures: %s: no such kind\n", text);
  _exit (125);
}

static int
find_code (const char *name)
{
  for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
    if (strcmp (codes[k].name, name) == 0)
      return codes[k].code;
  dprintf (STDERR_FILENO, "failures: %s: no such code\n", name);
  _exit (125);
}

static void
open_log (const char *path)
{
  plan.log = (int)syscall (SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
  if (plan.log < 0 || plan.code == SWEEP)
    return;
  if (ftruncate (plan.log, PAGE) == 0)
    plan.page = mmap (NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, plan.log, 0);
  if (plan.page == MAP_FAILED)
    plan.page = NULL;
}

__attribute__ ((constructor)) static void
make_plan (void)
{
  const char *text = getenv ("FAILURES"), *log = getenv ("FAILURES_COUNT"), *step = getenv ("FAILURES_STEP");
  unsetenv ("LD_PRELOAD");
  if (!text)
    return;
  const char *colon = strchr (text, ':');
  if (!colon)
    return;
  char *rest;
  enum kind kind = find_kind (text, (size_t)(colon - text));
  plan.at = strtoull (colon + 1, &rest, 10);
  plan.onwards = *rest == '+';
  rest += plan.onwards;
  plan.code = *rest == ':' ? find_code (rest + 1) : 0;
  plan.step = step ? strtoull (step, NULL, 10) : 1;
  if (log)
    open_log (log);
  if (kind == READ || kind == WRITE || kind == FILES)
    stdout = stream_over (STDOUT_FILENO, "w");
  plan.kind = kind; /* from here on it counts */
}
