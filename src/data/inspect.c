/* What one should know of a data set before training on it: features that say nothing, values, examples that are there twice. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "dataset.h"
#include "sized.h"

/* ---- values -------------------------------------------------------------------------------------------------------------------------- */

static double value_at(const strata_data *data, size_t e)
{
    return data->image != NULL ? data->image[e] : (double)data->table[e];
}

/* Constant: equal in all examples of the training pool, so that nothing can be learnt from it. */
static strata_status look_at_values(const strata_data *data, strata_data_inspection *out)
{
    void *made;
    size_t d = (size_t)data->form.features, pool = (size_t)data->train_images, all = pool + (size_t)data->test_images;
    TRY(alloc_zero(&made, d, sizeof(bool), "what there is to know of a data set"));
    bool *varies = made;
    out->least = out->most = value_at(data, 0);
    for (size_t j = 0; j < all; j++) {
        for (size_t t = 0; t < d; t++) {
            double x = value_at(data, j * d + t);
            if (x < out->least) out->least = x;
            if (x > out->most) out->most = x;
            if (j < pool && x != value_at(data, t)) varies[t] = true;
        }
    }
    for (size_t t = 0; t < d; t++) {
        if (varies[t]) continue;
        if (out->constant_features == 0) out->first_constant = (long)t;
        out->constant_features++;
    }
    free(made);
    return STRATA_OK;
}

/* ---- examples that are there twice --------------------------------------------------------------------------------------------------- */

typedef struct {
    uint64_t hash;
    uint32_t row;
} hashed;

static const unsigned char *bytes_of(const strata_data *data, size_t row, size_t *size)
{
    size_t d = (size_t)data->form.features;
    *size = data->image != NULL ? d : d * sizeof(float);
    return data->image != NULL ? data->image + row * d : (const unsigned char *)(data->table + row * d);
}

/* FNV-1a over words of eight bytes; rows of one hash are compared byte by byte. */
static uint64_t hash_row(const strata_data *data, size_t row)
{
    size_t size, e = 0;
    uint64_t h = UINT64_C(0xcbf29ce484222325), word;
    const unsigned char *at = bytes_of(data, row, &size);
    for (; e + sizeof word <= size; e += sizeof word) {
        memcpy(&word, at + e, sizeof word);
        h = (h ^ word) * UINT64_C(0x100000001b3);
        h ^= h >> 29;
    }
    for (; e < size; e++) h = (h ^ at[e]) * UINT64_C(0x100000001b3);
    return h;
}

static int by_hash(const void *a, const void *b)
{
    const hashed *x = a, *y = b;
    if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static bool same_row(const strata_data *data, size_t a, size_t b)
{
    size_t size;
    const unsigned char *x = bytes_of(data, a, &size);
    return memcmp(x, bytes_of(data, b, &size), size) == 0;
}

/* A row that is equal to an earlier one. */
static void count_twin(const strata_data *data, size_t row, size_t before, strata_data_inspection *out)
{
    size_t pool = (size_t)data->train_images;
    if (row < pool) out->twins_in_training++;
    else if (before < pool) out->twins_of_training++;
    else out->twins_in_test++;
    out->twins_of_another_class += data->label[row] != data->label[before];
}

static strata_status look_for_twins(const strata_data *data, strata_data_inspection *out)
{
    void *made;
    size_t all = (size_t)data->train_images + (size_t)data->test_images;
    TRY(alloc_zero(&made, all, sizeof(hashed), "what there is to know of a data set"));
    hashed *list = made;
    for (size_t j = 0; j < all; j++) list[j] = (hashed){ hash_row(data, j), (uint32_t)j };
    qsort(list, all, sizeof *list, by_hash);
    for (size_t q = 1, first = 0; q < all; q++) { /* first: of this hash; the first of equal rows is the earliest */
        if (list[q].hash != list[q - 1].hash) first = q;
        for (size_t b = first; b < q && b < first + 8; b++) { /* rows of one hash that differ are rare; many equal ones are not */
            if (!same_row(data, list[q].row, list[b].row)) continue;
            count_twin(data, list[q].row, list[b].row, out);
            break;
        }
    }
    free(made);
    return STRATA_OK;
}

strata_status strata_data_inspect(const strata_data *data, strata_data_inspection *out)
{
    REQUIRE(data != NULL && out != NULL);
    strata_data_inspection found = { .first_constant = -1 };
    TRY(look_at_values(data, &found));
    TRY(look_for_twins(data, &found));
    GIVE_SIZED(strata_data_inspection, out, &found);
    return STRATA_OK;
}
