/* Files that may be gzip's: what comes is never more than the limit, ends with a zero, and begins with what the head of the file said. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gz.h"

enum { LIMIT = 1 << 16, HEAD = 100 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes, head[HEAD];
    size_t got;
    const char *path = fuzz_file("f.gz", data, size);
    size_t first = gz_head(path, head, HEAD);
    PROMISE(first <= HEAD);
    bool taken = fuzz_taken(gz_read_all(path, LIMIT, &bytes, &got, NULL));
    PROMISE(taken == (bytes != NULL));
    if (!taken) return 0;
    PROMISE(got <= LIMIT && bytes[got] == 0 && first <= got && memcmp(head, bytes, first) == 0);
    free(bytes);
    return 0;
}
