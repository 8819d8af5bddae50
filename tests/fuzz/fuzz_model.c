/*
 * Model files: the header is the input, the elements are made here, for the smallest model has 147 kB of them. The first eight bytes of the
 * input say which: how many elements, and where one of them is another number. A digest of 64 zeros becomes the right one, or no file of
 * format version 2 would be taken. What is taken predicts, and comes back the same from a file.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "strata.h"
#include "tensordigest.h"

enum { RECIPE = 8, MOST = 1 << 20 };

static uint32_t number(const uint8_t *at, int bytes)
{
    uint32_t x = 0;
    for (int e = bytes; e-- > 0;) x = x << 8 | at[e];
    return x;
}

/* Do all tensors lie inside the elements? Then they have a digest. */
static bool is_sound(const json_value *header, size_t elements)
{
    const char *name;
    const json_value *value;
    for (size_t q = 0; (value = json_member(header, q, &name)) != NULL; q++) {
        const json_value *offsets = json_get(value, "data_offsets");
        int64_t from, to;
        if (strcmp(name, "__metadata__") == 0) continue;
        if (!json_is_list(json_get(value, "shape")) || !json_is_list(offsets) || !json_as_int(json_at(offsets, 0), &from)) return false;
        if (!json_as_int(json_at(offsets, 1), &to) || from < 0 || to < from || (uint64_t)to > elements) return false;
    }
    return true;
}

/* Puts the right digest in the place of zeros. */
static void sign(uint8_t *file, size_t size)
{
    static const char zeros[] = "\"digest\":\"0000000000000000000000000000000000000000000000000000000000000000\"";
    char digest[DIGEST_TEXT];
    json_value *header = NULL;
    size_t length = size >= 8 ? number(file, 4) : 0;
    if (length == 0 || length > size - 8) return;
    for (size_t at = 8; at + sizeof zeros <= 8 + length; at++) {
        if (memcmp(file + at, zeros, sizeof zeros - 1) != 0 || !fuzz_taken(json_read((char *)file + 8, length, &header))) continue;
        bool sound = is_sound(header, size - 8 - length);
        if (sound && fuzz_taken(tensordigest(header, file + 8 + length, digest))) memcpy(file + at + 10, digest, 64);
        json_free(header);
        return;
    }
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
    PROMISE(strcmp(digest, strata_model_digest(again)) == 0 && strata_model_verified(again));
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
    sign(file, head + 4 * elements);
    bool taken = fuzz_taken(strata_model_open(fuzz_file("m.safetensors", file, head + 4 * elements), &model));
    free(file);
    PROMISE(taken == (model != NULL));
    if (taken) use(model);
    strata_model_free(model);
    return 0;
}
