/* Arrays of NumPy: an archive, or, where the first byte is no P, a file of features and one of labels of as many bytes as it says. */
#include "fuzz.h"
#include "taken.h"

static void archive(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file("a.npz", data, size);
    (void)data_reader_of(path);
    taken_read("npy", &(data_request){ .path = path });
    taken_read("npy", &(data_request){ .path = path, .unlabelled = true });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] == 'P') return archive(data, size), 0;
    if (size < 1 || data[0] > size - 1) return 0;
    size_t labels = data[0];
    const char *features = fuzz_file("X.npy", data + 1 + labels, size - 1 - labels);
    (void)fuzz_file("y.npy", data + 1, labels);
    (void)data_reader_of(features);
    taken_read("npy", &(data_request){ .path = features });
    taken_read("npy", &(data_request){ .path = features, .unlabelled = true });
    return 0;
}
