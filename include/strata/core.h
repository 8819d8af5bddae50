/*
 * The ground of the public interface: version, status codes, the sentence of a failure. Every other header includes this one.
 */
#ifndef STRATA_CORE_H
#define STRATA_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each public header declares its functions between these two. They have C names in C++, and libstrata.so exports them and nothing else. */
#ifdef __cplusplus
#define STRATA_LINKAGE_BEGIN extern "C" {
#define STRATA_LINKAGE_END }
#else
#define STRATA_LINKAGE_BEGIN
#define STRATA_LINKAGE_END
#endif
#ifdef __GNUC__
#define STRATA_BEGIN STRATA_LINKAGE_BEGIN _Pragma("GCC visibility push(default)")
#define STRATA_END _Pragma("GCC visibility pop") STRATA_LINKAGE_END
#else
#define STRATA_BEGIN STRATA_LINKAGE_BEGIN
#define STRATA_END STRATA_LINKAGE_END
#endif

/* The version of these headers. CMakeLists.txt reads the three numbers here: they stand nowhere else. */
#define STRATA_VERSION_MAJOR 0
#define STRATA_VERSION_MINOR 4
#define STRATA_VERSION_PATCH 0

/* One number that grows with the version: 10000 major + 100 minor + patch. For #if. */
#define STRATA_VERSION_NUMBER (10000 * STRATA_VERSION_MAJOR + 100 * STRATA_VERSION_MINOR + STRATA_VERSION_PATCH)

/* The version as a string literal: "0.4.0". */
#define STRATA_VERSION STRATA_VERSION_JOINED(STRATA_VERSION_MAJOR, STRATA_VERSION_MINOR, STRATA_VERSION_PATCH)
#define STRATA_VERSION_JOINED(major, minor, patch) STRATA_VERSION_QUOTED(major, minor, patch)
#define STRATA_VERSION_QUOTED(major, minor, patch) #major "." #minor "." #patch

/* Every status: its name, the exit code of the program, its meaning. */
#define STRATA_STATUS_LIST(X)                                         \
    X(OK, 0, "success")                                               \
    X(ERR_INTERNAL, 1, "an internal error")                           \
    X(ERR_MEMORY, 1, "not enough memory")                             \
    X(ERR_ARGUMENT, 2, "a wrong call, setting or command line")       \
    X(ERR_DATA, 3, "data missing or not what it claims to be")        \
    X(ERR_DIVERGED, 4, "the training diverged: NaN or infinity")      \
    X(ERR_STORAGE, 5, "a file or folder could not be read or written") \
    X(ERR_BUSY, 5, "another process is at work there")                \
    X(ERR_CHECK, 6, "a check failed")                                 \
    X(STOPPED, 75, "stopped when asked to")                          \
    X(ERR_PART, 1, "a part of it could not be done")                  \
    X(ERR_NETWORK, 1, "no server gave what was asked for")

/* STRATA_OK, STRATA_ERR_INTERNAL, ...: what a call returns. */
typedef enum {
#define STRATA_STATUS_ENUM(name, code, words) STRATA_##name,
    STRATA_STATUS_LIST(STRATA_STATUS_ENUM)
#undef STRATA_STATUS_ENUM
} strata_status;

/* The largest number of threads that a call accepts. Every argument or field called `threads` is 0 .. STRATA_THREADS_MAX; 0 means all cores
 * (strata_threads_limit says which cores these are). */
enum { STRATA_THREADS_MAX = 1024 };

STRATA_BEGIN

/* The sentence of the last failure in the calling thread; "" before its first failure. The text is valid until the next failure in the same
 * thread. */
const char *strata_error(void);

/* The meaning of a status, as in the list above; "unknown status" for any other number. Static text; any thread. */
const char *strata_status_text(strata_status status);

/* STRATA_VERSION of the library. It may differ from STRATA_VERSION of the header, when a program runs with a newer libstrata.so. Static
 * text; any thread. */
const char *strata_version(void);

/* STRATA_VERSION_NUMBER of the library. Any thread. */
int strata_version_number(void);

STRATA_END

#endif
