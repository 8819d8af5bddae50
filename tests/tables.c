/* Files of text for the readers of tables: see tables.h. */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "file.h"

examples taken;

const char *put_bytes(const char *name, const void *bytes, size_t size)
{
    enum { TURNS = 16 };
    static char paths[TURNS][PATH];
    static int turn;
    char *path = paths[turn = (turn + 1) % TURNS];
    (void)snprintf(path, PATH, "%s", in_folder(name));
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
    return path;
}

const char *put_text(const char *name, const char *words)
{
    return put_bytes(name, words, strlen(words));
}

static uint32_t crc(const uint8_t *bytes, size_t size)
{
    uint32_t c = UINT32_MAX;
    for (size_t e = 0; e < size; e++) {
        c ^= bytes[e];
        for (int bit = 0; bit < 8; bit++) c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
    }
    return ~c;
}

const char *put_packed(const char *name, const char *words)
{
    uint8_t packed[4096] = "\x1f\x8b\x08\0\0\0\0\0\0\xff\x01", *at = packed + 11;
    size_t size = strlen(words);
    assert_true(size < 4000);
    at = bytes_put(at, size, 2);
    at = bytes_put(at, ~size, 2);
    memcpy(at, words, size);
    at = bytes_put(at + size, crc((const uint8_t *)words, size), 4);
    at = bytes_put(at, size, 4);
    return put_bytes(name, packed, (size_t)(at - packed));
}

void take(const char *reader, const data_request *request)
{
    examples_free(&taken);
    CHECK_OK(data_reader_named(reader)->read(request, &taken));
}

void assert_refuses(const char *reader, const data_request *request, const char *words)
{
    static const examples empty;
    char copy[400], *rest = copy;
    examples_free(&taken);
    strata_status status = data_reader_named(reader)->read(request, &taken);
    if (status == STRATA_OK) fail_msg("is read where '%s' is due: %s", words, taken.note);
    if (status != STRATA_ERR_DATA) fail_msg("status %d where '%s' is due: %s", (int)status, words, strata_error());
    assert_memory_equal(&taken, &empty, sizeof empty);
    (void)snprintf(copy, sizeof copy, "%s", words);
    for (char *word; (word = strtok_r(rest, "|", &rest)) != NULL;) {
        if (strstr(strata_error(), word) == NULL) fail_msg("'%s' is not in the sentence '%s'", word, strata_error());
    }
}

static long take_damaged_one(const char *reader, const data_request *request)
{
    strata_status status = data_reader_named(reader)->read(request, &taken);
    if (status != STRATA_OK && (status != STRATA_ERR_DATA || strstr(strata_error(), "damaged") == NULL)) {
        fail_msg("status %d: %s", (int)status, strata_error());
    }
    size_t labels = status == STRATA_OK && taken.label != NULL ? taken.train + taken.test : 0;
    for (size_t j = 0; j < labels; j++) assert_true(taken.label[j] < taken.form.classes);
    examples_free(&taken);
    return status == STRATA_OK;
}

long take_damaged(const char *reader, data_request request, const char *words, size_t size)
{
    long read = 0;
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    examples_free(&taken);
    for (size_t n = 0; n < 9 * size; n++) {
        size_t at = n / 9, bit = n % 9;
        memcpy(copy, words, size);
        if (bit < 8) copy[at] = (char)(copy[at] ^ 1 << bit);
        request.path = put_bytes("damaged", copy, bit < 8 ? size : at);
        (void)data_reader_of(request.path);
        read += take_damaged_one(reader, &request);
    }
    free(copy);
    return read;
}

int drop_taken(void **state)
{
    examples_free(&taken);
    return empty_folder(state);
}

void assert_example(size_t j, const float *due, const char *class_name)
{
    size_t features = (size_t)taken.form.features;
    assert_true(j < taken.train + taken.test);
    for (size_t e = 0; e < features; e++) {
        float x = taken.floats[j * features + e];
        if (x != due[e]) fail_msg("example %zu, feature %zu: %g where %g is due", j, e, (double)x, (double)due[e]);
    }
    if (class_name != NULL) assert_string_equal(taken.class_name[taken.label[j]], class_name);
}
