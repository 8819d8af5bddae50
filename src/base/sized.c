/* See sized.h. A size that was never set is most often 0 or large; nothing is read behind SIZE_MOST. */
#include "sized.h"

#include <string.h>

enum { SIZE_MOST = 65536 };

static strata_status size_of(const char *type, const void *given, size_t *size)
{
    if (given == NULL) return status_fail(STRATA_ERR_ARGUMENT, "the call needs a %s, not NULL", type);
    memcpy(size, given, sizeof *size);
    if (*size >= sizeof *size && *size <= SIZE_MOST) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "the size of a %s is %zu: set its field size to sizeof(%s)", type, *size, type);
}

strata_status sized_take(const char *type, const void *given, void *known, size_t known_size)
{
    size_t size = 0;
    const unsigned char *bytes = given;
    TRY(size_of(type, given, &size));
    for (size_t b = known_size; b < size; b++) {
        if (bytes[b] == 0) continue;
        return status_fail(STRATA_ERR_ARGUMENT, "a %s of %zu bytes sets a field that version %s, with %zu bytes, does not know; a newer "
                           "library does", type, size, STRATA_VERSION, known_size);
    }
    memset(known, 0, known_size);
    memcpy(known, given, size < known_size ? size : known_size);
    memcpy(known, &known_size, sizeof known_size);
    return STRATA_OK;
}

strata_status sized_give(const char *type, void *given, const void *known, size_t known_size)
{
    size_t size = 0;
    TRY(size_of(type, given, &size));
    memset(given, 0, size);
    memcpy(given, known, size < known_size ? size : known_size);
    memcpy(given, &size, sizeof size);
    return STRATA_OK;
}
