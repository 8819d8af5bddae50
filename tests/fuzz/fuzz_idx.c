/* A file of images and one of labels: the first byte says how many of the others are labels. */
#include "fuzz.h"
#include "taken.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || data[0] > size - 1) return 0;
    size_t labels = data[0];
    const char *images = fuzz_file("train-images", data + 1 + labels, size - 1 - labels);
    (void)fuzz_file("train-labels", data + 1, labels);
    (void)data_reader_of(images);
    taken_read("idx", &(data_request){ .path = images });
    taken_read("idx", &(data_request){ .path = images, .test_path = images });
    taken_read("idx", &(data_request){ .path = images, .unlabelled = true });
    return 0;
}
