/* The table of readers. A new format is a file and a row. */
#include "reader.h"

#include <string.h>

#include "read_cifar100.h"
#include "read_csv.h"
#include "read_idx.h"
#include "read_libsvm.h"
#include "read_npy.h"

static const data_reader readers[] = {
    { "idx", "IDX files as MNIST has them, plain or .gz: a folder, or a file of images with its labels beside it", idx_recognises,
      idx_examples },
    { "npy", "arrays of NumPy: a folder with X.npy and y.npy, a file X.npy with y.npy beside it, or an archive .npz", npy_recognises,
      npy_examples },
    { "cifar-100", "a folder with train.bin and test.bin, records of 3074 bytes", read_cifar100_recognises, read_cifar100 },
    { "libsvm", "text with a line LABEL INDEX:VALUE ... for each example; may be .gz", read_libsvm_recognises, read_libsvm },
    { "csv", "a table as text, a row for each example, one column the label; may be .gz", read_csv_recognises, read_csv },
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
