/*
 * Pictures: the first three bytes of the input say the shape that is due, the others are the file. What is taken fills all of its pixels,
 * twice the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3) return 0;
    const image_shape due = { 1 + data[0] % 40, 1 + data[1] % 40, data[2] % 2 == 0 ? 1 : 3 };
    size_t count = (size_t)due.width * (size_t)due.height * (size_t)due.channels;
    uint8_t *a = malloc(count), *b = malloc(count);
    PROMISE(a != NULL && b != NULL);
    (void)memset(a, 0, count);
    (void)memset(b, 0xff, count);
    if (fuzz_taken(image_read("a.png", data + 3, size - 3, due, a))) {
        PROMISE(image_is_png(data + 3, size - 3));
        PROMISE(image_read("a.png", data + 3, size - 3, due, b) == STRATA_OK);
        PROMISE(memcmp(a, b, count) == 0);
    }
    free(a);
    free(b);
    return 0;
}
