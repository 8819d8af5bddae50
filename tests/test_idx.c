/*
 * IDX files: what folders and files are read as, every type and shape, labels, and what is refused: cut at every length, with every
 * bit flipped, with counts that are nothing or too much, with numbers that are none.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "packed.h"

#include "file.h"
#include "idx.h"
#include "reader.h"

enum { U1 = 0x08, I1 = 0x09, I2 = 0x0b, I4 = 0x0c, F4 = 0x0d, F8 = 0x0e };

#define TRAIN "train-images-idx3-ubyte"
#define TRAIN_LABELS "train-labels-idx1-ubyte"
#define TEST "t10k-images-idx3-ubyte"
#define TEST_LABELS "t10k-labels-idx1-ubyte"

/* A file of these dimensions (the first 0 ends them) and bytes; packed: by gzip. */
static void put(const char *name, uint8_t type, const uint32_t dim[4], const void *bytes, size_t size)
{
    made m = { 0 }, packed = { 0 };
    int rank = 0;
    while (rank < 4 && dim[rank] > 0) rank++;
    made_add_idx(&m, type, rank, dim);
    made_add(&m, bytes, size);
    size_t length = strlen(name);
    bool gz = length > 3 && strcmp(name + length - 3, ".gz") == 0;
    if (gz) made_add_gzip(&packed, m.at, m.size);
    (void)made_file(name, gz ? &packed : &m);
    made_free(&m);
    made_free(&packed);
}

static const uint8_t pixels[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 };

/* Two images of 2 x 3 to train, one to test. */
static void put_small(const char *end)
{
    char name[4][60];
    static const char *const plain[] = { TRAIN, TRAIN_LABELS, TEST, TEST_LABELS };
    for (int f = 0; f < 4; f++) (void)snprintf(name[f], sizeof name[f], "%s%s", plain[f], end);
    put(name[0], U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    put(name[1], U1, (uint32_t[4]){ 2 }, "\x02\x00", 2);
    put(name[2], U1, (uint32_t[4]){ 1, 2, 3 }, pixels + 12, 6);
    put(name[3], U1, (uint32_t[4]){ 1 }, "\x03", 1);
}

static strata_status get(const char *path, const char *test_path, bool unlabelled, examples *out)
{
    *out = (examples){ 0 };
    const data_reader *r = data_reader_named("idx");
    assert_non_null(r);
    strata_status status = r->read(&(data_request){ .path = path, .test_path = test_path, .unlabelled = unlabelled }, out);
    if (status != STRATA_OK) assert_memory_equal(out, &(examples){ 0 }, sizeof *out);
    return status;
}

static void assert_refused(const char *path, const char *word)
{
    examples e;
    assert_failed(get(path, NULL, false, &e), STRATA_ERR_DATA, word);
}

static void assert_small(const examples *e)
{
    assert_true(e->form.element == STRATA_BYTES && e->form.features == 6 && e->form.classes == 4);
    assert_true(e->form.height == 2 && e->form.width == 3 && e->form.channels == 1);
    assert_true(e->train == 2 && e->test == 1 && e->floats == NULL && e->class_name == NULL);
    assert_memory_equal(e->bytes, pixels, 18);
    assert_true(e->label[0] == 2 && e->label[1] == 0 && e->label[2] == 3);
}

static void folders_are_read(void **state)
{
    (void)state;
    static const char *const ends[] = { "", ".gz" };
    for (int q = 0; q < 2; q++) {
        examples e;
        size_t size;
        char digest[DIGEST_TEXT];
        (void)empty_folder(NULL);
        assert_null(data_reader_of(in_folder("")));
        put_small(ends[q]);
        assert_string_equal(data_reader_of(in_folder(""))->name, "idx");
        CHECK_OK(get(in_folder(""), NULL, false, &e));
        assert_small(&e);
        assert_int_equal(e.files, 4);
        CHECK_OK(file_digest(in_folder(e.file[0].name), &size, digest));
        assert_string_equal(e.file[0].digest, digest);
        assert_true(strncmp(e.file[3].name, TEST_LABELS, strlen(TEST_LABELS)) == 0);
        examples_free(&e);
    }
}

static void names_may_have_points(void **state)
{
    (void)state;
    examples e;
    put("emnist-train-images.idx3-ubyte.gz", U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    put("emnist-train-labels.idx1-ubyte", U1, (uint32_t[4]){ 2 }, "\x02\x00", 2);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_true(e.train == 2 && e.test == 0 && e.form.classes == 3);
    examples_free(&e);
    CHECK_OK(get(in_folder("emnist-train-images.idx3-ubyte.gz"), NULL, false, &e)); /* its labels are not packed */
    assert_true(e.train == 2 && e.label[0] == 2);
    examples_free(&e);
}

static void packed_and_plain_are_one_file(void **state)
{
    (void)state;
    examples e;
    put_small(".gz");
    put_small("");
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_small(&e);
    assert_string_equal(e.file[0].name, TRAIN);
    examples_free(&e);
    put("b-train-images-idx3-ubyte", U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    assert_refused(in_folder(""), "b-train-images-idx3-ubyte and " TRAIN);
}

static void what_a_folder_lacks_is_said(void **state)
{
    (void)state;
    static const char *const names[] = { TRAIN, TRAIN_LABELS, TEST, TEST_LABELS };
    static const char *const words[] = { "training images", "training labels", "test images", "test labels" };
    for (int f = 0; f < 4; f++) {
        put_small("");
        assert_int_equal(remove(in_folder(names[f])), 0);
        assert_refused(in_folder(""), words[f]);
        assert_refused(in_folder(""), names[f]);
    }
}

static void files_have_their_labels_beside_them(void **state)
{
    (void)state;
    examples e;
    char test[PATH];
    put_small("");
    (void)snprintf(test, sizeof test, "%s", in_folder(TEST));
    assert_string_equal(data_reader_of(test)->name, "idx");
    CHECK_OK(get(in_folder(TRAIN), NULL, false, &e));
    assert_true(e.train == 2 && e.test == 0 && e.form.classes == 3);
    examples_free(&e);
    CHECK_OK(get(in_folder(TRAIN), test, false, &e));
    assert_small(&e);
    examples_free(&e);
    CHECK_OK(get(in_folder(""), in_folder(TRAIN), false, &e)); /* what is named goes before what lies there */
    assert_true(e.train == 2 && e.test == 2 && e.label[2] == 2);
    examples_free(&e);
    assert_refused(in_folder(TRAIN_LABELS), "as labels have");
    assert_int_equal(remove(in_folder(TRAIN_LABELS)), 0);
    assert_refused(in_folder(TRAIN), TRAIN_LABELS);
    put("digits", U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    assert_refused(in_folder("digits"), "no 'images' in its name");
}

static void predictions_need_no_labels(void **state)
{
    (void)state;
    examples e;
    put("digits", U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    CHECK_OK(get(in_folder("digits"), NULL, true, &e));
    assert_true(e.train == 2 && e.test == 0 && e.label == NULL && e.form.classes == 0 && e.files == 1);
    assert_memory_equal(e.bytes, pixels, 12);
    examples_free(&e);
    assert_failed(get(in_folder(""), NULL, true, &e), STRATA_ERR_DATA, "is a folder");
}

/* ---- types and shapes ---------------------------------------------------------------------------------------------------------------- */

static void every_type_is_read(void **state)
{
    (void)state;
    static const struct {
        uint8_t type, bytes[8];
        size_t width;
        float due;
    } cases[] = {
        { I1, { 0xfe }, 1, -2 },
        { I2, { 0xff, 0x00 }, 2, -256 },
        { I4, { 0x00, 0x01, 0x00, 0x00 }, 4, 65536 },
        { F4, { 0x3f, 0xc0, 0x00, 0x00 }, 4, 1.5f },
        { F8, { 0xbf, 0xe0, 0, 0, 0, 0, 0, 0 }, 8, -0.5f },
    };
    put("labels", U1, (uint32_t[4]){ 2 }, "\x00\x01", 2);
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        uint8_t two[16] = { 0 };
        examples e;
        memcpy(two + cases[q].width, cases[q].bytes, cases[q].width);
        put("images", cases[q].type, (uint32_t[4]){ 2, 1 }, two, 2 * cases[q].width);
        CHECK_OK(get(in_folder("images"), NULL, false, &e));
        assert_true(e.form.element == STRATA_FLOATS && e.form.features == 1 && e.form.height == 0 && e.bytes == NULL);
        assert_true(e.floats[0] == 0 && e.floats[1] == cases[q].due);
        examples_free(&e);
    }
}

static void images_lie_channel_after_channel(void **state)
{
    (void)state;
    static const uint8_t apart[] = { 1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12 };
    examples e;
    put("labels", U1, (uint32_t[4]){ 2 }, "\x00\x01", 2);
    put("images", U1, (uint32_t[4]){ 2, 2, 2, 3 }, pixels, 24); /* pixel after pixel */
    CHECK_OK(get(in_folder("images"), NULL, false, &e));
    assert_true(e.form.features == 12 && e.form.height == 2 && e.form.width == 2 && e.form.channels == 3);
    assert_memory_equal(e.bytes, apart, sizeof apart);
    assert_true(e.bytes[12] == 13 && e.bytes[13] == 16);
    examples_free(&e);
    put("images", U1, (uint32_t[4]){ 2, 3, 2, 2 }, pixels, 24); /* channel after channel */
    CHECK_OK(get(in_folder("images"), NULL, false, &e));
    assert_true(e.form.height == 2 && e.form.width == 2 && e.form.channels == 3);
    assert_memory_equal(e.bytes, pixels, 24);
    examples_free(&e);
    put("images", U1, (uint32_t[4]){ 2, 2, 3, 2 }, pixels, 24);
    assert_refused(in_folder("images"), "is none of images");
}

/* ---- labels -------------------------------------------------------------------------------------------------------------------------- */

static void labels_count_from_zero(void **state)
{
    (void)state;
    examples e;
    put("images", U1, (uint32_t[4]){ 2, 2, 3 }, pixels, 12);
    put("labels", I4, (uint32_t[4]){ 2 }, "\0\0\0\1\0\0\xff\xff", 8);
    CHECK_OK(get(in_folder("images"), NULL, false, &e));
    assert_true(e.form.classes == 65536 && e.label[0] == 1 && e.label[1] == 65535);
    examples_free(&e);
    put("labels", I4, (uint32_t[4]){ 2 }, "\0\0\0\1\0\1\0\0", 8);
    assert_refused(in_folder("images"), "label 1 (from 0) is 65536");
    put("labels", I2, (uint32_t[4]){ 2 }, "\xff\xff\0\1", 4);
    assert_refused(in_folder("images"), "label 0 (from 0) is -1");
    put("labels", U1, (uint32_t[4]){ 2 }, "\0\0", 2);
    assert_refused(in_folder("images"), "at least 2 classes");
    put("labels", F4, (uint32_t[4]){ 2 }, "\0\0\0\0\0\0\0\0", 8);
    assert_refused(in_folder("images"), "no whole numbers");
    put("labels", U1, (uint32_t[4]){ 3 }, "\0\1\2", 3);
    assert_refused(in_folder("images"), "different numbers of examples");
    put("labels", U1, (uint32_t[4]){ 2, 2 }, "\0\1\2\3", 4);
    assert_refused(in_folder("images"), "labels have one dimension");
}

static void parts_are_of_one_form(void **state)
{
    (void)state;
    put_small("");
    put(TEST, U1, (uint32_t[4]){ 1, 3, 2 }, pixels, 6);
    assert_refused(in_folder(""), "not of one form");
    put(TEST, I1, (uint32_t[4]){ 1, 2, 3 }, pixels, 6);
    assert_refused(in_folder(""), "not of one form");
}

static void numbers_are_finite(void **state)
{
    (void)state;
    static const uint8_t odd[][8] = { { 0x7f, 0xf8 }, { 0xff, 0xf0 }, { 0x7f, 0xef, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
    put("labels", U1, (uint32_t[4]){ 2 }, "\x00\x01", 2);
    for (int q = 0; q < 3; q++) {
        uint8_t numbers[48] = { 0 };
        memcpy(numbers + 40, odd[q], 8);
        put("images", F8, (uint32_t[4]){ 2, 3 }, numbers, 48);
        assert_refused(in_folder("images"), "row 1, column 2");
    }
}

/* ---- damage -------------------------------------------------------------------------------------------------------------------------- */

static void heads_are_not_believed(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[24];
        size_t size;
        const char *word;
    } cases[] = {
        { { 0, 0, U1, 2, 0, 0, 0, 0, 0, 0, 0, 1 }, 12, "are nothing" },
        { { 0, 0, U1, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 }, 20, "more than" },
        { { 0, 0, F8, 2, 255, 255, 255, 255, 0, 0, 0, 1 }, 12, "12 bytes, where its dimensions (4294967295, 1) ask for 34359738372" },
        { { 0, 0, U1, 255 }, 24, "255 dimensions" },
        { { 0, 0, U1, 5 }, 24, "5 dimensions" },
        { { 0, 0, U1, 0 }, 4, "no IDX file" },
        { { 0, 0, 0x0a, 1 }, 8, "no IDX file" },
        { { 0 }, 0, "no IDX file" },
        { { 0, 0, U1, 3, 0, 0, 0, 1 }, 9, "of its head" },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        made m = { 0 };
        array a;
        made_add(&m, cases[q].bytes, cases[q].size);
        char digest[DIGEST_TEXT];
        assert_failed(idx_read(made_file("f", &m), &a, digest), STRATA_ERR_DATA, cases[q].word);
        assert_null(a.owned);
        made_free(&m);
    }
}

/* Features are limited, whatever fits into a file. */
static void examples_are_not_too_wide(void **state)
{
    (void)state;
    uint8_t *zeros = calloc(1000001, 1);
    examples e;
    assert_non_null(zeros);
    put("labels", U1, (uint32_t[4]){ 1 }, "\1", 1);
    put("images.gz", U1, (uint32_t[4]){ 1, 1000001 }, zeros, 1000001);
    assert_refused(in_folder("images.gz"), "1000001 features");
    put("images.gz", U1, (uint32_t[4]){ 1, 1000, 1000 }, zeros, 1000000);
    CHECK_OK(get(in_folder("images.gz"), NULL, false, &e));
    assert_true(e.form.features == STRATA_FEATURES_MAX && e.form.classes == 2);
    examples_free(&e);
    free(zeros);
}

static void cut_and_longer_files_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = { TRAIN, TRAIN_LABELS, TEST, TEST_LABELS };
    for (int f = 0; f < 4; f++) {
        made m = { 0 };
        put_small("");
        FILE *in = fopen(in_folder(names[f]), "rb");
        uint8_t bytes[64];
        assert_non_null(in);
        made_add(&m, bytes, fread(bytes, 1, sizeof bytes, in));
        (void)fclose(in);
        size_t whole = m.size;
        for (m.size = 0; m.size < whole; m.size++) {
            examples e;
            (void)made_file(names[f], &m);
            strata_status status = get(in_folder(""), NULL, false, &e);
            /* What is no IDX file at all is no test part, if there is no other. */
            if (m.size >= 4 || f < 2) assert_int_equal(status, STRATA_ERR_DATA);
            examples_free(&e);
        }
        made_add(&m, "x", 1);
        (void)made_file(names[f], &m);
        assert_refused(in_folder(""), "has");
        made_free(&m);
    }
}

static void flipped_bits_do_no_harm(void **state)
{
    (void)state;
    made m = { 0 };
    examples e;
    put("labels", U1, (uint32_t[4]){ 2 }, "\2\0", 2);
    made_add_idx(&m, F4, 3, (uint32_t[4]){ 2, 2, 1 });
    made_add(&m, pixels, 16);
    for (size_t bit = 0; bit < 8 * m.size; bit++) { /* bit 16 makes of floats whole numbers of the same width */
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
        strata_status status = get(made_file("images", &m), NULL, false, &e);
        if (bit < 128 && bit != 16) assert_int_equal(status, STRATA_ERR_DATA);
        if (status == STRATA_OK)
            for (int q = 0; q < 4; q++) assert_true(isfinite(e.floats[q]));
        examples_free(&e);
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
    }
    CHECK_OK(get(made_file("images", &m), NULL, false, &e));
    examples_free(&e);
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(folders_are_read, empty_folder),
        cmocka_unit_test_setup(names_may_have_points, empty_folder),
        cmocka_unit_test_setup(packed_and_plain_are_one_file, empty_folder),
        cmocka_unit_test_setup(what_a_folder_lacks_is_said, empty_folder),
        cmocka_unit_test_setup(files_have_their_labels_beside_them, empty_folder),
        cmocka_unit_test_setup(predictions_need_no_labels, empty_folder),
        cmocka_unit_test_setup(every_type_is_read, empty_folder),
        cmocka_unit_test_setup(images_lie_channel_after_channel, empty_folder),
        cmocka_unit_test_setup(labels_count_from_zero, empty_folder),
        cmocka_unit_test_setup(parts_are_of_one_form, empty_folder),
        cmocka_unit_test_setup(numbers_are_finite, empty_folder),
        cmocka_unit_test_setup(heads_are_not_believed, empty_folder),
        cmocka_unit_test_setup(examples_are_not_too_wide, empty_folder),
        cmocka_unit_test_setup(cut_and_longer_files_are_refused, empty_folder),
        cmocka_unit_test_setup(flipped_bits_do_no_harm, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
