/* LIBSVM's format. The first byte says whether it is asked for without labels and with a width; a test file follows behind '!'. What is
 * taken has finite values, labels below its classes, and that width. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "reader.h"

static void use(const examples *t, const data_request *request)
{
    size_t all = t->train + t->test, features = (size_t)t->form.features;
    PROMISE(t->form.element == STRATA_FLOATS && t->floats != NULL && (t->label == NULL) == request->unlabelled);
    PROMISE(request->features == 0 || t->form.features == request->features);
    for (size_t e = 0; e < all * features; e++) PROMISE(isfinite(t->floats[e]));
    for (size_t j = 0; t->label != NULL && j < all; j++) PROMISE(t->label[j] < t->form.classes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    examples t = { 0 };
    const uint8_t *second = memchr(data + 1, '!', size - 1);
    size_t first = second != NULL ? (size_t)(second - data) - 1 : size - 1;
    data_request request = { .path = fuzz_file("t.svm", data + 1, first), .unlabelled = data[0] % 2 == 1 };
    if (data[0] / 2 % 2 == 1) request.features = 5;
    if (second != NULL) request.test_path = fuzz_file("u.svm", second + 1, size - first - 2);
    const data_reader *reader = data_reader_named("libsvm");
    (void)reader->recognises(request.path);
    if (fuzz_taken(reader->read(&request, &t))) use(&t, &request);
    examples_free(&t);
    return 0;
}
