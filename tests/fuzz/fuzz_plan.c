/* Experiment files: what is taken has values within the limits, whole and shortened. */
#include <string.h>

#include "fuzz.h"
#include "plan_file.h"
#include "values.h"

static void use(const char *path, bool quick)
{
    static experiment e;
    if (!fuzz_taken(plan_read(path, quick, NULL, &e))) return;
    PROMISE(e.axes <= PLAN_AXES && strlen(e.id) < PLAN_WORD && e.methods <= PLAN_METHODS);
    PROMISE(plan_size(&e, 5) >= 0);
    for (size_t q = 0; q < e.axes; q++) {
        axis *a = &e.axis[q];
        (void)fuzz_taken(values_make(&e, a));
        PROMISE(a->values <= PLAN_VALUES);
        for (size_t v = 0; v < a->values; v++) PROMISE(strlen(a->value[v]) < PLAN_WORD);
    }
    plan_free(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file("in.yaml", data, size);
    use(path, false);
    use(path, true);
    return 0;
}
