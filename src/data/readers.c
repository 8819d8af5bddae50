/* The table of readers. A new format is a file and a row. */
#include "reader.h"
#include "read_idx.h"
#include "read_npy.h"

#include <string.h>

static const data_reader readers[] = {
    { "idx", "IDX files as MNIST has them, plain or .gz: a folder, or a file of images with its labels beside it", idx_recognises, idx_examples },
    { "npy", "arrays of NumPy: a folder with X.npy and y.npy, a file X.npy with y.npy beside it, or an archive .npz", npy_recognises, npy_examples },
    { NULL, NULL, NULL, NULL },
};

enum { READERS = sizeof readers / sizeof *readers - 1 };

const data_reader *data_readers(size_t *count)
{
    *count = READERS;
    return readers;
}

const data_reader *data_reader_of(const char *path)
{
    for (const data_reader *r = readers; r->name != NULL; r++) {
        if (r->recognises(path)) return r;
    }
    return NULL;
}

const data_reader *data_reader_named(const char *name)
{
    for (const data_reader *r = readers; r->name != NULL; r++) {
        if (strcmp(r->name, name) == 0) return r;
    }
    return NULL;
}
