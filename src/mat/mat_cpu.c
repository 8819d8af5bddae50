/*
 * cpu: float, by the kernels of src/mat/cpu. The library has every level; at run time the best one that this processor has is taken. A verb
 * that a level does not override is that of ref32.
 */
#include "mat.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "processor.h"
#include "kernels.h"
#include "status.h"
#include "text.h"

typedef struct {
    const char *name;
    cpu_override *products, *loops, *classes, *floats, *int8, *int8_bf16; /* they fill tables in this order; the last two may be NULL */
    const cpu_peak *peak;
    backend table, bf16, table_for_floats;
    char description[64];
} level;

static level levels[] = {
    { .name = "generic", .products = mat_cpu_products_generic, .loops = mat_cpu_loops_generic, .classes = mat_cpu_classes_generic,
      .floats = mat_cpu_floats_generic, .peak = &mat_cpu_peak_generic },
#if STRATA_X86
    { .name = "avx2", .products = mat_cpu_products_avx2, .loops = mat_cpu_loops_avx2, .classes = mat_cpu_classes_avx2,
      .floats = mat_cpu_floats_avx2, .peak = &mat_cpu_peak_avx2 },
    { .name = "avx512", .products = mat_cpu_products_avx512, .loops = mat_cpu_loops_avx512, .classes = mat_cpu_classes_avx512,
      .floats = mat_cpu_floats_avx512, .peak = &mat_cpu_peak_avx512 },
    { .name = "vnni", .products = mat_cpu_products_avx512, .loops = mat_cpu_loops_avx512, .classes = mat_cpu_classes_avx512,
      .floats = mat_cpu_floats_avx512, .int8 = mat_cpu_int8_vnni, .int8_bf16 = mat_cpu_int8_bf16_vnni,
      .peak = &mat_cpu_peak_vnni },
    { .name = "amx", .products = mat_cpu_products_avx512, .loops = mat_cpu_loops_avx512, .classes = mat_cpu_classes_avx512,
      .floats = mat_cpu_floats_avx512, .int8 = mat_cpu_int8_amx, .int8_bf16 = mat_cpu_int8_bf16_amx,
      .peak = &mat_cpu_peak_amx },
#elif STRATA_ARM64
    { .name = "neon", .products = mat_cpu_products_neon, .loops = mat_cpu_loops_neon, .classes = mat_cpu_classes_neon,
      .floats = mat_cpu_floats_neon, .peak = &mat_cpu_peak_neon },
    { .name = "dotprod", .products = mat_cpu_products_neon, .loops = mat_cpu_loops_neon, .classes = mat_cpu_classes_neon,
      .floats = mat_cpu_floats_neon, .int8 = mat_cpu_int8_dotprod, .int8_bf16 = mat_cpu_int8_bf16_dotprod,
      .peak = &mat_cpu_peak_dotprod },
#endif
};

enum { LEVELS = sizeof levels / sizeof *levels };

static int best;                        /* that this processor has */
static atomic_int limit = LEVELS - 1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build_tables(void)
{
    best = processor_level();
    for (int l = 0; l <= best; l++) { /* not beyond: even what fills a table is compiled for its level */
        level *now = &levels[l];
        now->table = mat_ref32;
        now->table.name = "cpu";
        (void)snprintf(now->description, sizeof now->description, "single precision, kernels of its own for %s", now->name);
        now->table.description = now->description;
        now->products(&now->table);
        now->loops(&now->table);
        now->classes(&now->table);
        now->table_for_floats = now->table;
        now->table_for_floats.floats = NULL;
        now->floats(&now->table_for_floats);
        now->table.floats = &now->table_for_floats;
        if (now->int8 != NULL) now->int8(&now->table);
        now->bf16 = now->table;
        if (now->int8_bf16 != NULL) now->int8_bf16(&now->bf16);
    }
}

static const level *chosen(void)
{
    pthread_once(&once, build_tables);
    int allowed = atomic_load(&limit);
    return &levels[allowed < best ? allowed : best];
}

const backend *mat_cpu(void)
{
    return &chosen()->table;
}

const backend *mat_cpu_bf16(void)
{
    const level *now = chosen();
    return now->int8_bf16 != NULL ? &now->bf16 : &now->table;
}

const cpu_peak *mat_cpu_peak(void)
{
    return chosen()->peak;
}

const char *mat_cpu_level(void)
{
    return chosen()->name;
}

const char *mat_cpu_level_at(size_t number)
{
    return number < LEVELS ? levels[number].name : NULL;
}

strata_status mat_cpu_limit(const char *name)
{
    char known[80] = "";
    for (int l = 0; l < LEVELS; l++) {
        if (strcmp(levels[l].name, name) != 0) continue;
        atomic_store(&limit, l);
        return STRATA_OK;
    }
    for (int l = 0; l < LEVELS; l++) {
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof known - used, "%s%s", l == 0 ? "" : l < LEVELS - 1 ? ", " : " or ", levels[l].name);
    }
    return status_fail(STRATA_ERR_ARGUMENT, "there is no level %s of the cpu backend; %s limits it", text_shown(name), known);
}
