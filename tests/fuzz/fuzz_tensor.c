/* safetensors: whatever the bytes, every tensor that is taken lies inside the file and is finite. */
#include <math.h>

#include "fuzz.h"
#include "tensorfile.h"

static void use(const tensorfile *f, const char *name, int rows, int cols)
{
    double out[64];
    int count = rows * (cols > 0 ? cols : 1);
    if (!fuzz_taken(tensorfile_expect(f, name, rows, cols))) return;
    if (!fuzz_taken(tensorfile_read(f, name, rows, cols, 0, cols > 0 ? cols : 1, out))) return;
    for (int e = 0; e < count; e++) PROMISE(isfinite(out[e]));
    double last[64]; /* the last column alone */
    PROMISE(tensorfile_read(f, name, rows, cols, cols > 0 ? cols - 1 : 0, 1, last) == STRATA_OK);
    for (int i = 0; i < rows; i++) PROMISE(last[i] == out[count - rows + i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tensorfile *f;
    bool taken = fuzz_taken(tensorfile_open(fuzz_file("t.safetensors", data, size), &f));
    PROMISE(taken == (f != NULL));
    if (!taken) return 0;
    PROMISE(tensorfile_count(f) >= 0);
    (void)tensorfile_metadata(f, "config");
    use(f, "a", 1, 0);
    use(f, "a", 2, 3);
    use(f, "b", 3, 0);
    use(f, "b", 1, 4);
    tensorfile_free(f);
    return 0;
}
