/*
 * A table of CSV. The first byte says how it is asked for: by which label, with one-hot columns, without labels; a test table follows
 * behind '#'. What is taken has finite values and labels below its classes, which have names. Every piece of the text that is a decimal is
 * the float that strtof gives.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "fuzz.h"
#include "reader.h"

enum { ASKED = 8 };

static void use(const examples *t, bool labelled)
{
    size_t all = t->train + t->test, features = (size_t)t->form.features;
    PROMISE(t->form.element == STRATA_FLOATS && t->bytes == NULL && t->floats != NULL && (t->label != NULL) == labelled);
    for (size_t e = 0; e < all * features; e++) PROMISE(isfinite(t->floats[e]));
    for (size_t j = 0; labelled && j < all; j++) PROMISE(t->label[j] < t->form.classes);
    PROMISE(!labelled || (t->form.classes >= 2 && t->form.classes <= STRATA_CLASSES_MAX && t->class_name != NULL));
    for (int c = 0; labelled && c < t->form.classes; c++) PROMISE(t->class_name[c] != NULL && t->class_name[c][0] != '\0');
}

/* The float of every piece of text is that of strtof. */
static void compare_decimals(const uint8_t *data, size_t size)
{
    char *words = fuzz_text(data, size);
    char *at = words;
    while (*at != '\0') {
        size_t length = strcspn(at, ",;\t\n\r \"");
        float x, due;
        char after = at[length];
        at[length] = '\0';
        if (decimal_float(at, at + length, &x)) {
            due = strtof(at, NULL);
            PROMISE(memcmp(&x, &due, sizeof x) == 0);
        }
        if (after == '\0') break;
        at += length + 1;
    }
    free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const label[ASKED] = { NULL, "1", "2", "y", "a", "5", "3", "b" };
    static const char *const one_hot[] = { "b", "2" };
    if (size == 0) return 0;
    examples t = { 0 };
    uint8_t how = data[0];
    const uint8_t *second = memchr(data + 1, '#', size - 1);
    size_t first = second != NULL ? (size_t)(second - data) - 1 : size - 1;
    data_request request = { .path = fuzz_file("t.csv", data + 1, first), .label = label[how % ASKED], .one_hot = one_hot,
                             .one_hots = how / 8 % 3,
                             .unlabelled = how / 32 % 2 == 1 };
    if (second != NULL) request.test_path = fuzz_file("u.csv", second + 1, size - first - 2);
    const data_reader *reader = data_reader_named("csv");
    (void)reader->recognises(request.path);
    if (fuzz_taken(reader->read(&request, &t))) use(&t, !request.unlabelled);
    examples_free(&t);
    compare_decimals(data + 1, size - 1);
    return 0;
}
