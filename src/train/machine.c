/* What this build and machine are and can do: facts for strata doctor and for the record of every run. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commit.h" /* generated: STRATA_COMMIT */
#include "cores.h"
#include "mat.h"
#include "sized.h"
#include "strata/machine.h"

static strata_backend_facts backend_facts[MAT_BACKENDS];
static pthread_once_t backend_facts_once = PTHREAD_ONCE_INIT;

static void fill_backend_facts(void)
{
    for (size_t b = 0; b < MAT_BACKENDS; b++) {
        mat_backend_row row = mat_backend_at(b);
        backend_facts[b] = (strata_backend_facts){ row.name, row.description, row.table != NULL, row.missing };
    }
}

const strata_backend_facts *strata_backends(size_t *count)
{
    pthread_once(&backend_facts_once, fill_backend_facts);
    *count = MAT_BACKENDS;
    return backend_facts;
}

strata_status strata_cpu_limit(const char *level)
{
    REQUIRE(level != NULL);
    return mat_cpu_limit(level);
}

const char *strata_backend_auto(void)
{
    return mat_backend_named("auto")->name;
}

/* The model name of the first processor in /proc/cpuinfo, where there is one. */
static void name_cpu(char *out, size_t size)
{
    char line[256];
    (void)snprintf(out, size, "unknown");
    FILE *f = fopen("/proc/cpuinfo", "r");
    if (f == NULL) return;
    while (fgets(line, sizeof line, f) != NULL) {
        const char *colon = strchr(line, ':');
        if (colon == NULL || strncmp(line, "model name", 10) != 0) continue;
        (void)snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    (void)fclose(f); /* only read */
}

/* A name that does not fit is cut, and POSIX leaves open whether a zero follows it then. */
static void name_host(char *out, size_t size)
{
    out[0] = '\0';
    bool told = gethostname(out, size) == 0 || errno == ENAMETOOLONG;
    out[size - 1] = '\0';
    if (!told || out[0] == '\0') (void)snprintf(out, size, "unknown");
}

strata_status strata_threads_limit(int threads)
{
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    cores_limit(threads);
    return STRATA_OK;
}

strata_status strata_machine(strata_machine_facts *out)
{
    strata_machine_facts facts = {
#if defined(__clang__)
        .compiler = "clang " __clang_version__,
#else
        .compiler = "gcc " __VERSION__,
#endif
        .flags = STRATA_FLAGS,
        .commit = STRATA_COMMIT,
        .cpu_level = mat_cpu_level(),
        .bf16 = mat_cpu_bf16() != mat_cpu(),
        .blas = mat_blas_description(),
        .yaml = STRATA_YAML,
        .png = STRATA_PNG,
        .cores = cores_usable(),
    };
    name_cpu(facts.cpu, sizeof facts.cpu);
    name_host(facts.host, sizeof facts.host);
    GIVE_SIZED(strata_machine_facts, out, &facts);
    return STRATA_OK;
}
