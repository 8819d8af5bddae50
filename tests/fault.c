/* The calls that fail: see fault.h. While nothing is armed every call is the real one, but for syncs, for which no test waits. */
#define _GNU_SOURCE
#define OPENSSL_API_COMPAT 0x10100000L /* as base/digest.c */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

const char *const fault_words[FAULTS] = {
#define FAULT_WORD(name, word) word,
    FAULT_LIST(FAULT_WORD)
#undef FAULT_WORD
};

enum { COUNTING = FAULTS + 1 };

static _Atomic int armed = FAULTS;
static _Atomic long calls, blocks, seen[FAULTS];
static long due;
static bool ever;
static _Atomic long slept; /* seconds that nobody waited */
static long wall;          /* seconds by which the clock on the wall is wrong */

/* ---- is it this one? ----------------------------------------------------------------------------------------------------------------- */

bool fault_spares_json, fault_spares_zip, fault_waits;

/* By whom: some would end the process. */
static bool is_spared(const void *caller, size_t size)
{
    static const char *const names[] = { "libopenblas", "libblas", "ld-linux" };
    Dl_info info;
    if (dladdr(caller, &info) == 0 || info.dli_fname == NULL) return false;
    const char *slash = strrchr(info.dli_fname, '/'), *name = slash != NULL ? slash + 1 : info.dli_fname;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        if (strncmp(name, names[n], strlen(names[n])) == 0) return true;
    }
    if (size > 0 && strncmp(name, "libarchive", 10) == 0) return true; /* it ends the process where a text of its own has no memory */
    bool doubled = size >= 32 && (size & (size - 1)) == 0;
    if (fault_spares_zip && strncmp(name, "libzip", 6) == 0) return true;
    return fault_spares_json && doubled && strncmp(name, "libjansson", 10) == 0;
}

static void tell(void);

static bool fails_for(fault kind, const void *caller, size_t size)
{
    if ((armed != (int)kind && armed != COUNTING) || is_spared(caller, size)) return false;
    seen[kind]++;
    if (armed == COUNTING) return false;
    long number = ++calls;
    if (number == due) tell();
    return number == due || (ever && number > due);
}

#define FAILS(kind) fails_for(FAULT_##kind, __builtin_return_address(0), 0)
#define NO_MEMORY(size) fails_for(FAULT_MEMORY, __builtin_return_address(0), size)

void fault_arm(fault kind, long n, bool for_ever)
{
    calls = 0;
    due = n;
    ever = for_ever;
    seen[kind] = 0;
    armed = (int)kind;
}

void fault_count(void)
{
    for (int k = 0; k < FAULTS; k++) seen[k] = 0;
    armed = COUNTING;
}

long fault_counted(fault kind)
{
    return seen[kind];
}

bool fault_disarm(void)
{
    armed = FAULTS;
    return calls >= due;
}

long fault_blocks(void)
{
    return blocks;
}

/* For the program under LD_PRELOAD: STRATA_FAULT=write:3 or write:3:ever; a file of the name in STRATA_FAULT_TOLD appears when it comes. */
static const char *told;

static void tell(void)
{
    if (told == NULL) return;
    int keep = errno, before = armed;
    armed = FAULTS;
    FILE *f = fopen(told, "w");
    if (f != NULL) (void)fclose(f);
    armed = before;
    errno = keep;
}

__attribute__((constructor)) static void arm_by_environment(void)
{
    char word[16];
    long n;
    const char *wish = getenv("STRATA_FAULT"), *clock = getenv("STRATA_FAULT_CLOCK");
    if (clock != NULL) wall = strtol(clock, NULL, 10);
    told = getenv("STRATA_FAULT_TOLD");
    if (wish == NULL || sscanf(wish, "%15[a-z]:%ld", word, &n) != 2) return;
    for (int k = 0; k < FAULTS; k++) {
        if (strcmp(word, fault_words[k]) == 0) fault_arm((fault)k, n, strstr(wish, ":ever") != NULL);
    }
}

/* ---- standing in between ------------------------------------------------------------------------------------------------------------- */

/* NAME(f) is the function we are; REAL(f) the one behind us. */
#ifndef STRATA_FAULT_WRAP
#define STRATA_FAULT_WRAP 0
#endif
#ifndef STRATA_FAULT_LIBRARIES
#define STRATA_FAULT_LIBRARIES 0
#endif
#if STRATA_FAULT_WRAP
#define NAME(f) __wrap_##f
#define REAL(f) __real_##f
#define BEHIND(type, f, ...) type __real_##f(__VA_ARGS__);
#else
#define NAME(f) f
#define REAL(f) behind_##f()
typedef void anything(void);

static anything *behind(const char *name)
{
    anything *found;
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(&found, &symbol, sizeof found);
    return found;
}

#define BEHIND(type, f, ...)                                             \
    static type (*behind_##f(void))(__VA_ARGS__)                         \
    {                                                                    \
        static type (*found)(__VA_ARGS__);                               \
        if (found == NULL) found = (type(*)(__VA_ARGS__))behind(#f);     \
        return found;                                                    \
    }
#endif

/* A call that fails as a whole: its type, name, kind, what it returns and errno then, its parameters and their names. */
#define CALL(type, f, kind, failed, error, parameters, ...)              \
    BEHIND(type, f, parameters)                                          \
    type NAME(f)(parameters);                                            \
    type NAME(f)(parameters)                                             \
    {                                                                    \
        if (FAILS(kind)) return errno = (error), (failed);               \
        return REAL(f)(__VA_ARGS__);                                     \
    }
#define TAKING(...) __VA_ARGS__

CALL(int, rename, RENAME, -1, EIO, TAKING(const char *from, const char *to), from, to)
CALL(int, unlink, UNLINK, -1, EIO, TAKING(const char *path), path)
CALL(int, mkdir, FOLDER, -1, EIO, TAKING(const char *path, mode_t mode), path, mode)
CALL(int, stat, LOOK, -1, EIO, TAKING(const char *path, struct stat *s), path, s)
CALL(int, fstat, LOOK, -1, EIO, TAKING(int fd, struct stat *s), fd, s)
CALL(FILE *, fopen, OPEN, NULL, EMFILE, TAKING(const char *path, const char *mode), path, mode)
CALL(int, posix_spawnp, SPAWN, EAGAIN, EAGAIN,
     TAKING(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
            char *const *words, char *const *environment), child, file, actions, attributes, words, environment)
CALL(int, pthread_create, THREAD, EAGAIN, EAGAIN,
     TAKING(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *), void *argument), thread, how, start, argument)

/* One of open's two names; it has a mode where it may make the file. */
#define OPENING(f, name)                                                        \
    BEHIND(int, f, const char *, int, ...)                                      \
    int name(const char *path, int flags, ...);                                 \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list arguments;                                                      \
        va_start(arguments, flags);                                             \
        mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;   \
        va_end(arguments);                                                      \
        if (FAILS(OPEN)) return errno = EMFILE, -1;                             \
        return REAL(f)(path, flags, mode);                                      \
    }
OPENING(open, NAME(open))

BEHIND(int, close, int)
int NAME(close)(int fd);
int NAME(close)(int fd)
{
    bool failed = FAILS(CLOSE);
    int code = REAL(close)(fd);
    return failed ? errno = EIO, -1 : code;
}

/* Once EINTR, then one byte, then EINTR, ...; not for ever: a data set has 184 million bytes. */
static bool is_short(const void *caller, size_t *size)
{
    if (!fails_for(FAULT_SHORT, caller, 0) || *size == 0 || calls > 1000) return false;
    *size = 1;
    return calls % 2 == 0;
}

BEHIND(ssize_t, read, int, void *, size_t)
ssize_t NAME(read)(int fd, void *bytes, size_t size);
ssize_t NAME(read)(int fd, void *bytes, size_t size)
{
    if (FAILS(READ)) return errno = EIO, -1;
    if (is_short(__builtin_return_address(0), &size)) return errno = EINTR, -1;
    return REAL(read)(fd, bytes, size);
}

BEHIND(ssize_t, write, int, const void *, size_t)
ssize_t NAME(write)(int fd, const void *bytes, size_t size);
ssize_t NAME(write)(int fd, const void *bytes, size_t size)
{
    if (FAILS(WRITE)) {
        if (size > 1) (void)!REAL(write)(fd, bytes, size / 2);
        return errno = ENOSPC, -1;
    }
    if (is_short(__builtin_return_address(0), &size)) return errno = EINTR, -1;
    return REAL(write)(fd, bytes, size);
}

int NAME(fsync)(int fd);
int NAME(fsync)(int fd)
{
    (void)fd;
    return FAILS(SYNC) ? errno = EIO, -1 : 0;
}

/* Nobody waits: the clock goes on by a second instead. The clock on the wall may be set wrong (STRATA_FAULT_CLOCK). */
BEHIND(int, clock_gettime, clockid_t, struct timespec *)
int NAME(clock_gettime)(clockid_t clock, struct timespec *now);
int NAME(clock_gettime)(clockid_t clock, struct timespec *now)
{
    int code = REAL(clock_gettime)(clock, now);
    now->tv_sec += slept + (clock == CLOCK_REALTIME ? wall : 0);
    return code;
}

BEHIND(int, nanosleep, const struct timespec *, struct timespec *)
int NAME(nanosleep)(const struct timespec *due_, struct timespec *left);
int NAME(nanosleep)(const struct timespec *due_, struct timespec *left)
{
    if (armed == FAULTS || fault_waits) return REAL(nanosleep)(due_, left);
    slept++;
    return 0;
}

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

#if STRATA_FAULT_WRAP
CALL(void *, malloc, MEMORY, NULL, ENOMEM, TAKING(size_t size), size)
CALL(void *, calloc, MEMORY, NULL, ENOMEM, TAKING(size_t count, size_t size), count, size)
CALL(void *, realloc, MEMORY, NULL, ENOMEM, TAKING(void *old, size_t size), old, size)
CALL(void *, aligned_alloc, MEMORY, NULL, ENOMEM, TAKING(size_t alignment, size_t size), alignment, size)
#else
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static void *counted(void *block)
{
    if (block != NULL) blocks++;
    return block;
}

void *malloc(size_t size)
{
    return NO_MEMORY(size) ? errno = ENOMEM, NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return NO_MEMORY(size) ? errno = ENOMEM, NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    if (NO_MEMORY(size)) return errno = ENOMEM, NULL;
    void *block = __libc_realloc(old, size);
    if (old == NULL) return counted(block);
    if (block == NULL && size == 0) blocks--;
    return block;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return NO_MEMORY(size) ? errno = ENOMEM, NULL : counted(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    return NO_MEMORY(size) ? errno = ENOMEM, NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (NO_MEMORY(size)) return ENOMEM;
    *out = counted(__libc_memalign(alignment, size));
    return *out != NULL ? 0 : ENOMEM;
}

void free(void *block)
{
    if (block != NULL) blocks--;
    __libc_free(block);
}

/* ---- what SQLite asks, by the names it uses ------------------------------------------------------------------------------------------ */

CALL(int, ftruncate64, RESIZE, -1, EIO, TAKING(int fd, int64_t size), fd, size)
CALL(ssize_t, pread64, READ, -1, EIO, TAKING(int fd, void *bytes, size_t size, int64_t at), fd, bytes, size, at)
CALL(void *, mmap64, MAP, MAP_FAILED, ENOMEM, TAKING(void *at, size_t size, int protection, int flags, int fd, int64_t offset), at, size,
     protection, flags, fd, offset)

OPENING(open64, open64)

BEHIND(ssize_t, pwrite64, int, const void *, size_t, int64_t)
ssize_t pwrite64(int fd, const void *bytes, size_t size, int64_t at)
{
    if (FAILS(WRITE)) {
        if (size > 1) (void)!REAL(pwrite64)(fd, bytes, size / 2, at);
        return errno = ENOSPC, -1;
    }
    return REAL(pwrite64)(fd, bytes, size, at);
}

int fdatasync(int fd)
{
    (void)fd;
    return FAILS(SYNC) ? errno = EIO, -1 : 0;
}

/* Every command that SQLite gives has an argument, a pointer or a number. */
BEHIND(int, fcntl64, int, int, ...)
int fcntl64(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if ((command == F_SETLK || command == F_GETLK) && FAILS(LOCK)) return errno = EIO, -1;
    return REAL(fcntl64)(fd, command, argument);
}

/* What SQLite takes the date from. */
int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    *now = (struct timeval){ t.tv_sec, t.tv_nsec / 1000 };
    return 0;
}

int usleep(useconds_t due_)
{
    (void)due_;
    slept++;
    return 0;
}
#endif

/* ---- libraries ----------------------------------------------------------------------------------------------------------------------- */

#if STRATA_FAULT_LIBRARIES
#include <openssl/sha.h>
#include <sqlite3.h>
/* Own calls alone, by --wrap in every build. */
#undef NAME
#undef REAL
#undef BEHIND
#define NAME(f) __wrap_##f
#define REAL(f) __real_##f
#define BEHIND(type, f, ...) type __real_##f(__VA_ARGS__);

CALL(int, SHA256_Init, DIGEST, 0, EIO, TAKING(SHA256_CTX *state), state)
CALL(int, sqlite3_prepare_v2, SQLITE, SQLITE_IOERR, EIO,
     TAKING(sqlite3 *db, const char *sql, int size, sqlite3_stmt **out, const char **rest), db, sql, size, out, rest)
CALL(int, sqlite3_prepare_v3, SQLITE, SQLITE_IOERR, EIO,
     TAKING(sqlite3 *db, const char *sql, int size, unsigned flags, sqlite3_stmt **out, const char **rest), db, sql, size, flags, out, rest)
CALL(int, sqlite3_step, SQLITE, SQLITE_IOERR, EIO, TAKING(sqlite3_stmt *q), q)
CALL(int, sqlite3_exec, SQLITE, SQLITE_IOERR, EIO,
     TAKING(sqlite3 *db, const char *sql, int (*each)(void *, int, char **, char **), void *self, char **error), db, sql, each, self, error)
CALL(int, sqlite3_bind_text, SQLITE, SQLITE_NOMEM, ENOMEM,
     TAKING(sqlite3_stmt *q, int place, const char *value, int size, void (*done)(void *)), q, place, value, size, done)
CALL(int, sqlite3_bind_int64, SQLITE, SQLITE_NOMEM, ENOMEM, TAKING(sqlite3_stmt *q, int place, sqlite3_int64 value), q, place, value)
CALL(int, sqlite3_bind_double, SQLITE, SQLITE_NOMEM, ENOMEM, TAKING(sqlite3_stmt *q, int place, double value), q, place, value)
CALL(int, sqlite3_bind_null, SQLITE, SQLITE_NOMEM, ENOMEM, TAKING(sqlite3_stmt *q, int place), q, place)
CALL(int, sqlite3_busy_handler, SQLITE, SQLITE_NOMEM, ENOMEM, TAKING(sqlite3 *db, int (*wait)(void *, int), void *self), db, wait, self)
#endif
