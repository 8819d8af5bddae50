/*
 * A world that fails on purpose. fault.c stands between a program and what it asks of the system: in a plain build by being found first
 * by the dynamic linker, for our own calls and for those of the libraries we use; under sanitizers, which stand there themselves, by the
 * linker's --wrap for our own calls. As a shared library (faults.so, by LD_PRELOAD) it does the same to the whole program strata.
 *
 * Never failed are the allocations of OpenBLAS, libarchive and of the dynamic linker: they end the process when there is no
 * memory, and nobody can hinder them.
 */
#ifndef STRATA_TESTS_FAULT_H
#define STRATA_TESTS_FAULT_H

#include <stdbool.h>

/* What can be asked, with the name by which reports and STRATA_FAULT call it. */
#define FAULT_LIST(X)                                          \
    X(MEMORY, "memory") /* malloc, calloc, realloc, ... */     \
    X(OPEN, "open")                                            \
    X(READ, "read")                                            \
    X(WRITE, "write")   /* half of it is written, then ENOSPC */ \
    X(SYNC, "sync")                                            \
    X(CLOSE, "close")   /* it is closed all the same */        \
    X(RENAME, "rename")                                        \
    X(UNLINK, "unlink")                                        \
    X(FOLDER, "mkdir")                                         \
    X(LOOK, "stat")                                            \
    X(LOCK, "fcntl")                                           \
    X(RESIZE, "ftruncate")                                     \
    X(MAP, "mmap")                                             \
    X(SPAWN, "spawn")                                          \
    X(THREAD, "thread") /* pthread_create */                   \
    X(DIGEST, "digest") /* SHA256_Init */                      \
    X(SQLITE, "sqlite") /* prepare, bind, step, exec */        \
    X(SHORT, "short")   /* no failure: reads and writes of one byte, or EINTR before them */

typedef enum {
#define FAULT_ENUM(name, word) FAULT_##name,
    FAULT_LIST(FAULT_ENUM)
#undef FAULT_ENUM
    FAULTS
} fault;

extern const char *const fault_words[FAULTS];

/* From now on call number n of this kind (from 1) fails, or that and all after it. */
void fault_arm(fault kind, long n, bool for_ever);

/* Nothing fails, but calls are counted until fault_disarm. */
void fault_count(void);
long fault_counted(fault kind);

/* Back to a world that works. Did the call come? */
bool fault_disarm(void);

/* While true, allocations that jansson makes for strings and tables are not failed: when one fails inside its reader (2.14, lex_save), the
 * reader goes on without some bytes of a string, and may end the process by an assertion. */
extern bool fault_spares_json;

/* While true, allocations that libzip makes itself are not failed: when one fails as a member is opened, 1.7.3 keeps another for ever. */
extern bool fault_spares_zip;

/* While true, waiting takes its time; else it takes none while calls fail, and the clock goes on by a second instead. */
extern bool fault_waits;

/* Blocks of memory that are in use; always 0 under sanitizers, which look for leaks themselves. */
long fault_blocks(void);

#endif
