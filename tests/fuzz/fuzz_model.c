/*
 * Model files: the header is the input, the elements are made here, for the smallest model has 147 kB of them. The first eight bytes of the
 * input say which: how many elements, and where one of them is another number. What is taken predicts, and comes back the same from a file.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "strata.h"

enum { RECIPE = 8, MOST = 1 << 20 };

static uint32_t number(const uint8_t *at, int bytes)
{
    uint32_t x = 0;
    for (int e = bytes; e-- > 0;) x = x << 8 | at[e];
    return x;
}

static void use(const strata_model *model)
{
    static uint8_t image[STRATA_PIXELS];
    float P[STRATA_CLASSES];
    char digest[65];
    strata_model *again;
    PROMISE(strata_model_predict(model, 1, image, P) == STRATA_OK);
    (void)memcpy(digest, strata_model_digest(model), sizeof digest);
    PROMISE(strata_model_save(model, fuzz_path("again.safetensors")) == STRATA_OK);
    PROMISE(strata_model_open(fuzz_path("again.safetensors"), &again) == STRATA_OK);
    PROMISE(strcmp(digest, strata_model_digest(again)) == 0);
    strata_model_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t one[4] = { 0, 0, 0x80, 0x3f };
    strata_model *model;
    if (size < RECIPE) return 0;
    size_t head = size - RECIPE, elements = number(data, 3) % (MOST / 4), odd = number(data + 3, 3) % (elements + 1);
    uint8_t *file = malloc(head + 4 * elements + 1);
    PROMISE(file != NULL);
    (void)memcpy(file, data + RECIPE, head);
    for (size_t e = 0; e < elements; e++) (void)memcpy(file + head + 4 * e, one, 4);
    if (odd < elements) (void)memcpy(file + head + 4 * odd + 2, data + 6, 2); /* its upper half: any sign, size, NaN, infinity */
    bool taken = fuzz_taken(strata_model_open(fuzz_file("m.safetensors", file, head + 4 * elements), &model));
    free(file);
    PROMISE(taken == (model != NULL));
    if (taken) use(model);
    strata_model_free(model);
    return 0;
}
