/*
 * This build and this machine: backends, instruction sets, cores.
 */
#ifndef STRATA_MACHINE_H
#define STRATA_MACHINE_H

#include "strata/core.h"

/* One backend: an implementation of all matrix operations. */
typedef struct {
    const char *name;
    const char *description;
    bool available;
    const char *missing; /* how to get it, when it is not available */
} strata_backend_facts;

/* What is known about this build and machine. All texts are static. */
typedef struct {
    size_t size;           /* sizeof(strata_machine_facts), set by the caller */
    const char *compiler;  /* name and version */
    const char *flags;     /* of the compiler */
    const char *commit;    /* of the source; "unknown" when it was built outside a checkout */
    bool bf16;             /* the cpu backend has kernels for precision = bf16 on this machine */
    const char *cpu_level; /* the level of the cpu backend's kernels (strata_cpu_limit) */
    const char *blas;      /* version and kernel of OpenBLAS; "none" without it */
    bool yaml;             /* built with libyaml: YAML files can be read */
    bool png;              /* built with libpng: pictures can be written */
    char cpu[128];         /* the name of the processor; "unknown" when the system does not tell */
    int cores;             /* that this process may use (strata_threads_limit) */
    char host[65];         /* the name of the machine, cut to 64 bytes; "unknown" when the system does not tell */
} strata_machine_facts;

STRATA_BEGIN

/* All backends that this version knows, available here or not; *count receives their number. The array is static. Any thread. */
const strata_backend_facts *strata_backends(size_t *count);

/* The name of the backend that the setting backend = auto means here. Static text. Any thread. */
const char *strata_backend_auto(void);

/* Limits the cpu backend's kernels to a level, for tests and comparisons. Levels, each better than the one before: "generic", "avx2",
 * "avx512", "vnni", "amx"; on 64-bit Arm "generic", "neon", "dotprod". The kernels used are the best that the processor has, up to the
 * limit. The limit holds for the whole process; set it before any other call. STRATA_ERR_ARGUMENT for another word. */
strata_status strata_cpu_limit(const char *level);

/* Limits what "all cores" means where `threads` is 0; 0 removes the limit, as at first. "All cores" is the number of cores in the process's
 * affinity, no more than the quotas of its control groups allow (cgroup versions 1 and 2, rounded up), and no more than this limit. The
 * limit holds for the whole process; set it before other threads call. STRATA_ERR_ARGUMENT outside 0 .. STRATA_THREADS_MAX. */
strata_status strata_threads_limit(int threads);

/* Fills *out with what is known about this build and machine. Any thread. STRATA_ERR_ARGUMENT when the size is not set. */
strata_status strata_machine(strata_machine_facts *out);

STRATA_END

#endif
