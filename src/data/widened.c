/* Of a file's bytes each may become a thousand, which is a table of which one value in two hundred is written down. */
#include "widened.h"

#include <stdint.h>

#include "memory.h"

enum { A_BYTE_BECOMES = 1000, ALWAYS = 64 << 20 };

size_t widened_most(size_t bytes)
{
    size_t most = bytes < SIZE_MAX / A_BYTE_BECOMES ? bytes * A_BYTE_BECOMES : SIZE_MAX;
    return most > ALWAYS ? most : ALWAYS;
}

strata_status widened_check(const char *path, size_t rows, size_t features, size_t most)
{
    size_t bytes;
    char needed[MEMORY_TEXT], had[MEMORY_TEXT];
    if (__builtin_mul_overflow(rows, features * sizeof(float), &bytes)) bytes = SIZE_MAX;
    memory_say(bytes, needed);
    memory_say(most, had);
    if (bytes > most) {
        return status_fail(STRATA_ERR_DATA, "%.200s: %zu examples of %zu features are %s in memory, more than the %s that its bytes may "
                           "become; are the indices right?", path, rows, features, needed, had);
    }
    uint64_t least = memory_least();
    memory_say(least, had);
    if (bytes <= least) return STRATA_OK;
    return status_fail(STRATA_ERR_MEMORY, "%.200s: %zu examples of %zu features are %s in memory, and there are %s left; take fewer rows "
                       "or features", path, rows, features, needed, had);
}
