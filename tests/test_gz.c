/*
 * Files that may be compressed: as they are, unpacked, of many members, cut at every length, with every bit flipped, with something
 * behind their end, and made to cost much. realloc is wrapped, so that the largest block that was asked for is known.
 */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "packed.h"

#include "file.h"
#include "gz.h"

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);

static size_t largest;

void *__wrap_realloc(void *block, size_t size)
{
    if (size > largest) largest = size;
    return __real_realloc(block, size);
}

static const char words[] = "what is written in it, and again what is written in it";

static void assert_bytes(const char *path, size_t limit, const char *due, size_t size)
{
    uint8_t *bytes;
    size_t got, file;
    char digest[DIGEST_TEXT], same[DIGEST_TEXT];
    CHECK_OK(gz_read_all(path, limit, &bytes, &got, digest));
    CHECK_OK(file_digest(path, &file, same));
    assert_int_equal(got, size);
    assert_memory_equal(bytes, due, size);
    assert_int_equal(bytes[size], 0);
    assert_string_equal(digest, same);
    free(bytes);
}

static void assert_refused(const char *path, size_t limit, const char *word)
{
    static uint8_t some;
    uint8_t *bytes = &some;
    size_t size = 7;
    assert_failed(gz_read_all(path, limit, &bytes, &size, NULL), STRATA_ERR_DATA, word);
    assert_null(bytes);
    assert_int_equal(size, 0);
}

static void plain_files_come_as_they_are(void **state)
{
    (void)state;
    made m = { 0 };
    assert_bytes(made_file("empty", &m), 0, "", 0);
    made_add(&m, words, sizeof words);
    assert_bytes(made_file("f", &m), sizeof words, words, sizeof words);
    assert_refused(in_folder("f"), sizeof words - 1, "allowed");
    assert_refused(in_folder("missing"), 10, "cannot be opened");
    assert_refused(in_folder(""), 10, "regular file");
    made_free(&m);
}

static void members_come_one_behind_the_other(void **state)
{
    (void)state;
    made m = { 0 };
    made_add_gzip(&m, words, 10);
    made_add_gzip(&m, words, 0);
    made_add_gzip(&m, words + 10, sizeof words - 10);
    assert_bytes(made_file("f.gz", &m), sizeof words, words, sizeof words);
    assert_bytes(in_folder("f.gz"), 1 << 20, words, sizeof words);
    for (size_t limit = 0; limit < sizeof words; limit++) assert_refused(in_folder("f.gz"), limit, "unpacks to more");
    made_free(&m);
}

/* Sizes around the room that is taken first, and twice it: nothing is lost where the block grows. */
static void blocks_grow(void **state)
{
    (void)state;
    static uint8_t bytes[300000];
    for (size_t q = 0; q < sizeof bytes; q++) bytes[q] = (uint8_t)(q * 2654435761u >> 24);
    for (size_t around = 1 << 16; around <= 1 << 18; around *= 2) {
        for (size_t size = around - 2; size <= around + 2; size++) {
            made m = { 0 };
            made_add_gzip(&m, bytes, size);
            const char *path = made_file("f.gz", &m);
            assert_bytes(path, size, (const char *)bytes, size);
            assert_bytes(path, size + 1, (const char *)bytes, size);
            assert_refused(path, size - 1, "unpacks to more");
            made_free(&m);
        }
    }
}

/* 64 MB of zeros in 64 KB: no block is larger than the limit. */
static void bombs_are_refused(void **state)
{
    (void)state;
    enum { MUCH = 1 << 26, LIMIT = 1000003 };
    uint8_t *zeros = calloc(MUCH, 1);
    made m = { 0 };
    assert_non_null(zeros);
    made_add_gzip(&m, zeros, MUCH);
    free(zeros);
    const char *path = made_file("bomb.gz", &m);
    assert_true(m.size < MUCH / 1000);
    largest = 0;
    assert_refused(path, LIMIT, "unpacks to more");
    assert_true(largest > 0 && largest <= LIMIT + 2);
    made_free(&m);
}

static void cut_files_are_refused(void **state)
{
    (void)state;
    made m = { 0 };
    made_add_gzip(&m, words, sizeof words);
    size_t whole = m.size;
    for (m.size = 2; m.size < whole; m.size++) assert_refused(made_file("f.gz", &m), 1000, "cut off");
    made_add(&m, "x", 1);
    assert_refused(made_file("f.gz", &m), 1000, "behind the end");
    made_add_gzip(&m, words, 10);
    assert_refused(made_file("f.gz", &m), 1000, "behind the end");
    made_free(&m);
}

/* A flipped bit is noticed, but in what gzip does not check: the time, the system, how hard it tried, what is left of the last byte
 * before the checksum. */
static void flipped_bits_are_noticed(void **state)
{
    (void)state;
    made m = { 0 };
    made_add_gzip(&m, words, sizeof words);
    for (size_t bit = 16; bit < 8 * m.size; bit++) {
        uint8_t *bytes;
        size_t size;
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
        strata_status status = gz_read_all(made_file("f.gz", &m), 1000, &bytes, &size, NULL);
        bool unchecked = (bit >= 32 && bit < 80) || bit == 24; /* bytes 4 to 9; "it is text" */
        if (status == STRATA_OK)
            assert_true(size == sizeof words && memcmp(bytes, words, size) == 0);
        else
            assert_int_equal(status, STRATA_ERR_DATA);
        if (bit / 8 != m.size - 9 && (status == STRATA_OK) != unchecked)
            fail_msg("bit %zu of byte %zu: %s", bit % 8, bit / 8, unchecked ? strata_error() : "taken");
        free(bytes);
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
    }
    made_free(&m);
}

static void heads_are_unpacked(void **state)
{
    (void)state;
    uint8_t head[100];
    made m = { 0 };
    assert_int_equal(gz_head(in_folder("missing"), head, sizeof head), 0);
    assert_int_equal(gz_head(in_folder(""), head, sizeof head), 0);
    made_add(&m, words, sizeof words);
    assert_int_equal(gz_head(made_file("f", &m), head, 5), 5);
    assert_memory_equal(head, words, 5);
    assert_int_equal(gz_head(in_folder("f"), head, sizeof head), sizeof words);
    made_free(&m);
    made_add_gzip(&m, words, sizeof words);
    assert_int_equal(gz_head(made_file("f.gz", &m), head, 5), 5);
    assert_memory_equal(head, words, 5);
    assert_int_equal(gz_head(in_folder("f.gz"), head, sizeof head), sizeof words);
    assert_memory_equal(head, words, sizeof words);
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plain_files_come_as_they_are, empty_folder),
        cmocka_unit_test_setup(members_come_one_behind_the_other, empty_folder),
        cmocka_unit_test_setup(blocks_grow, empty_folder),
        cmocka_unit_test_setup(bombs_are_refused, empty_folder),
        cmocka_unit_test_setup(cut_files_are_refused, empty_folder),
        cmocka_unit_test_setup(flipped_bits_are_noticed, empty_folder),
        cmocka_unit_test_setup(heads_are_unpacked, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
