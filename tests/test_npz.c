/*
 * Archives of arrays: stored and deflated, what is in them, and what is refused: names with folders, twice the same, encryption, other
 * methods, sizes that cannot be, too many, cut at every length, with every bit flipped.
 */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "packed.h"

#include "npz.h"
#include "reader.h"

#define DICT(shape) "{'descr': '|u1', 'fortran_order': False, 'shape': " shape ", }\n"

static made array_of(const char *dict, const void *bytes, size_t size)
{
    made m = { 0 };
    made_add_npy(&m, 1, dict);
    made_add(&m, bytes, size);
    return m;
}

static strata_status get(const char *path, const char *test_path, bool unlabelled, examples *out)
{
    *out = (examples){ 0 };
    strata_status status =
        data_reader_named("npy")->read(&(data_request){ .path = path, .test_path = test_path, .unlabelled = unlabelled }, out);
    if (status != STRATA_OK) assert_memory_equal(out, &(examples){ 0 }, sizeof *out);
    return status;
}

static void free_members(made_member *m, int count)
{
    for (int q = 0; q < count; q++) made_free(&m[q].data);
}

/* An archive as Keras has MNIST: two images and one to test. The first two are deflated. */
static made mnist(void)
{
    made_member m[] = { { "x_test.npy", array_of(DICT("(1, 2, 2)"), "ijkl", 4), 8, 0, 0 },
                        { "x_train.npy", array_of(DICT("(2, 2, 2)"), "abcdefgh", 8), 8, 0, 0 },
                        { "y_train.npy", array_of(DICT("(2,)"), "\0\1", 2), 0, 0, 0 },
                        { "y_test.npy", array_of(DICT("(1,)"), "\2", 1), 0, 0, 0 } };
    made zip = made_zip(m, 4);
    free_members(m, 4);
    return zip;
}

static void assert_mnist(examples *e)
{
    assert_true(e->form.element == STRATA_BYTES && e->form.height == 2 && e->form.width == 2 && e->form.channels == 1
                && e->form.classes == 3);
    assert_true(e->train == 2 && e->test == 1 && e->label[0] == 0 && e->label[1] == 1 && e->label[2] == 2 && e->files == 1);
    assert_memory_equal(e->bytes, "abcdefghijkl", 12);
    examples_free(e);
}

static void archives_are_read(void **state)
{
    (void)state;
    examples e;
    made zip = mnist();
    const char *path = made_file("mnist.npz", &zip);
    assert_string_equal(data_reader_of(path)->name, "npy");
    CHECK_OK(get(path, NULL, false, &e));
    assert_mnist(&e);
    CHECK_OK(get(path, in_folder("mnist.npz"), false, &e)); /* the test part of what is named */
    assert_true(e.train == 2 && e.test == 1 && e.files == 2);
    examples_free(&e);
    CHECK_OK(get(path, NULL, true, &e));
    assert_true(e.train == 2 && e.test == 0 && e.label == NULL);
    examples_free(&e);
    made_free(&zip);
}

static void one_array_needs_no_name(void **state)
{
    (void)state;
    examples e;
    made_member m[] = { { "arr_0.npy", array_of(DICT("(2, 2)"), "abcd", 4), 0, 0, 0 },
                        { "arr_1.npy", array_of(DICT("(2,)"), "\0\1", 2), 0, 0, 0 } };
    made zip = made_zip(m, 1);
    CHECK_OK(get(made_file("a.npz", &zip), NULL, true, &e));
    assert_memory_equal(e.bytes, "abcd", 4);
    examples_free(&e);
    assert_failed(get(in_folder("a.npz"), NULL, false, &e), STRATA_ERR_DATA, "has arr_0; X_train and y_train");
    made_free(&zip);
    zip = made_zip(m, 2);
    assert_failed(get(made_file("a.npz", &zip), NULL, true, &e), STRATA_ERR_DATA, "has arr_0, arr_1");
    made_free(&zip);
    free_members(m, 2);
}

static void assert_refused(const made_member *m, int count, const char *word)
{
    npz *z;
    char digest[DIGEST_TEXT];
    made zip = made_zip(m, count);
    assert_failed(npz_open(made_file("a.npz", &zip), &z, digest), STRATA_ERR_DATA, word);
    assert_null(z);
    made_free(&zip);
}

static void members_are_plain_names(void **state)
{
    (void)state;
    static const char *const names[] = { "../X.npy",
                                         "/X.npy",
                                         "a/X.npy",
                                         "a\\X.npy",
                                         "X.txt",
                                         ".npy",
                                         "C:X.npy",
                                         "X\n.npy",
                                         "X.npy/",
                                         ".X.npy",
                                         "a123456789b123456789c123456789d123456789e123456789f123456789g1234.npy" };
    made_member m[] = { { "", array_of(DICT("(2,)"), "ab", 2), 0, 0, 0 }, { "X.npy", { 0 }, 0, 0, 0 } };
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        m[0].name = names[q];
        assert_refused(m, 1, "is no NAME.npy");
    }
    m[0].name = m[1].name;
    m[1].data = m[0].data;
    assert_refused(m, 2, "is there twice");
    made_free(&m[0].data);
}

static void methods_and_sizes_are_checked(void **state)
{
    (void)state;
    made_member m[80] = { { "X.npy", array_of(DICT("(2,)"), "ab", 2), 0, 0, 0 } };
    m[0].flags = 1;
    assert_refused(m, 1, "is encrypted");
    m[0].flags = 0;
    m[0].method = 12;
    assert_refused(m, 1, "neither stored nor deflated");
    m[0].method = 0;
    m[0].claimed = (uint32_t)m[0].data.size + 1;
    assert_refused(m, 1, "cannot have");
    m[0].method = 8;
    m[0].claimed = 1 << 30;
    assert_refused(m, 1, "cannot have");
    for (int q = 0; q < 80; q++) m[q] = (made_member){ "X.npy", m[0].data, 0, 0, 0 };
    assert_refused(m, 65, "65 members");
    made_free(&m[0].data);
}

/* A size that could be, and is not. */
static void sizes_are_exact(void **state)
{
    (void)state;
    made_member m[] = { { "X.npy", array_of(DICT("(2,)"), "ab", 2), 8, 0, 0 } };
    const uint32_t size = (uint32_t)m[0].data.size;
    for (uint32_t claimed = size - 1; claimed <= size + 1; claimed++) {
        npz *z;
        array a;
        char digest[DIGEST_TEXT];
        m[0].claimed = claimed;
        made zip = made_zip(m, 1);
        CHECK_OK(npz_open(made_file("a.npz", &zip), &z, digest));
        strata_status status = npz_read(z, 0, &a);
        if (claimed == size)
            CHECK_OK(status);
        else
            assert_failed(status, STRATA_ERR_DATA, "X.npy");
        array_free(&a);
        npz_free(z);
        made_free(&zip);
    }
    made_free(&m[0].data);
}

static void cut_archives_are_refused(void **state)
{
    (void)state;
    examples e;
    made zip = mnist();
    for (size_t whole = zip.size--; zip.size > 0 && zip.size < whole; zip.size--) {
        assert_failed(get(made_file("a.npz", &zip), NULL, false, &e), STRATA_ERR_DATA, "a.npz");
    }
    made_free(&zip);
}

/* What is taken is what it was: flips of times, versions and the like do nothing, others are noticed by checksums. */
static void flipped_bits_are_noticed(void **state)
{
    (void)state;
    examples e;
    made zip = mnist();
    int taken = 0;
    for (size_t bit = 0; bit < 8 * zip.size; bit += 5) { /* every bit of a byte comes by turns */
        zip.at[bit / 8] = (uint8_t)(zip.at[bit / 8] ^ 1u << bit % 8);
        strata_status status = get(made_file("a.npz", &zip), NULL, false, &e);
        if (status == STRATA_OK && e.test == 0)
            examples_free(&e); /* a name of the test part was hit */
        else if (status == STRATA_OK)
            assert_mnist(&e), taken++;
        else
            assert_int_equal(status, STRATA_ERR_DATA);
        zip.at[bit / 8] = (uint8_t)(zip.at[bit / 8] ^ 1u << bit % 8);
    }
    assert_true(taken > 0 && taken < (int)zip.size);
    made_free(&zip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(archives_are_read, empty_folder),
        cmocka_unit_test_setup(one_array_needs_no_name, empty_folder),
        cmocka_unit_test_setup(members_are_plain_names, empty_folder),
        cmocka_unit_test_setup(methods_and_sizes_are_checked, empty_folder),
        cmocka_unit_test_setup(sizes_are_exact, empty_folder),
        cmocka_unit_test_setup(cut_archives_are_refused, empty_folder),
        cmocka_unit_test_setup(flipped_bits_are_noticed, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
