/*
 * Arrays of NumPy: heads of every version and spelling, every type in either order, both orders of dimensions, what folders and files
 * are read as, labels of any numbers, what is refused, and what is written, which NumPy itself has written to the same bytes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "packed.h"

#include "file.h"
#include "npy.h"
#include "reader.h"

#define DICT(descr, order, shape) "{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }       \n"

static made array_of(int major, const char *dict, const void *bytes, size_t size)
{
    made m = { 0 };
    made_add_npy(&m, major, dict);
    made_add(&m, bytes, size);
    return m;
}

static void put(const char *name, const char *dict, const void *bytes, size_t size)
{
    made m = array_of(1, dict, bytes, size);
    (void)made_file(name, &m);
    made_free(&m);
}

static strata_status get(const char *path, const char *test_path, bool unlabelled, examples *out)
{
    *out = (examples){ 0 };
    const data_reader *r = data_reader_named("npy");
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

/* ---- heads --------------------------------------------------------------------------------------------------------------------------- */

static void heads_are_read(void **state)
{
    (void)state;
    static const char *const dicts[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }",
        "{\"shape\":(2,3),\"descr\":\"|u1\",\"fortran_order\":False}",
        " { 'shape' : ( 2L , 3L , ) , 'fortran_order' : False , 'descr' : '<u1' } \n",
        "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3)}\n\n",
    };
    for (size_t q = 0; q < sizeof dicts / sizeof *dicts; q++) {
        for (int major = 1; major <= 3; major++) {
            array a;
            made m = array_of(major, dicts[q], "abcdef", 6);
            CHECK_OK(npy_parse("f", m.at, m.size, &a));
            assert_true(a.type == ARRAY_U1 && a.rank == 2 && a.dim[0] == 2 && a.dim[1] == 3 && !a.columns && a.owned == NULL);
            assert_memory_equal(a.bytes, "abcdef", 6);
            made_free(&m);
        }
    }
}

static void wrong_heads_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *dict, *word;
    } cases[] = {
        { "{'descr': '|O', 'fortran_order': False, 'shape': (6,), }", "pickles" },
        { "{'descr': '<U4', 'fortran_order': False, 'shape': (6,), }", "texts" },
        { "{'descr': '<c8', 'fortran_order': False, 'shape': (6,), }", "complex" },
        { "{'descr': '<f2', 'fortran_order': False, 'shape': (3,), }", "'<f2'" },
        { "{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "'|f4'" },
        { "{'descr': '', 'fortran_order': False, 'shape': (6,), }", "''" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", "structured" },
        { "{'descr': '|u1', 'fortran_order': 0, 'shape': (6,), }", "True or False" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': 6, }", "parentheses" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6), }", "a comma" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "single number" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (-6,), }", "a dimension" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (0x6,), }", "a comma" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,6), }", "4 dimensions" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 6), }", "is nothing" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (999999999999999999999, 6), }", "a dimension that a data set may have" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999, 9999999999, 9999999999), }", "more than" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (34359738368,), }", "more than" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (7,), }", "6 bytes of numbers, where its shape (7) of u1 asks for 7" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }", "asks for 5" },
        { "{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 3), }", "Fortran" },
        { "{'descr': '|u1', 'fortran_order': False, }", "lacks 'shape'" },
        { "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", "not there before" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6,), 'more': 1}", "descr, fortran_order or shape" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6,), } 1", "the end of the head" },
        { "{'desc\\x72': '|u1', 'fortran_order': False, 'shape': (6,), }", "the name of an entry" },
        { "{__import__('os').system('true'): 1}", "the name of an entry" },
        { "[6]", "a dict" },
        { "", "a dict" },
        { "{'descr': '|u1", "a type" },
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (6,)", "a comma" },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        array a;
        made m = array_of(1, cases[q].dict, "abcdef", 6);
        assert_failed(npy_parse("f", m.at, m.size, &a), STRATA_ERR_DATA, cases[q].word);
        assert_null(a.bytes);
        made_free(&m);
    }
}

static void lengths_are_not_believed(void **state)
{
    (void)state;
    array a;
    made m = array_of(1, DICT("|u1", "False", "(6,)"), "abcdef", 6);
    m.at[9] = 0x26; /* a head of 9,728 bytes and more, in a file that has fewer */
    assert_failed(npy_parse("f", m.at, m.size, &a), STRATA_ERR_DATA, "inside its head");
    m.at[9] = 0x28;
    assert_failed(npy_parse("f", m.at, m.size, &a), STRATA_ERR_DATA, "10000 are the most");
    m.at[9] = 0;
    m.at[6] = 4;
    assert_failed(npy_parse("f", m.at, m.size, &a), STRATA_ERR_DATA, "version 4.0");
    m.at[6] = 1;
    m.at[5] = 'X';
    assert_failed(npy_parse("f", m.at, m.size, &a), STRATA_ERR_DATA, "no array of NumPy");
    made_free(&m);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------- */

static void every_type_is_read_in_either_order(void **state)
{
    (void)state;
    static const struct {
        const char *descr;
        uint8_t little[8];
        size_t width;
        double due;
    } cases[] = {
        { "u2", { 0x01, 0xff }, 2, 0xff01 },
        { "u4", { 1, 0, 0, 0xff }, 4, 4278190081.0 },
        { "u8", { 0, 0, 0, 0, 1 }, 8, 4294967296.0 },
        { "i1", { 0x80 }, 1, -128 },
        { "i2", { 0, 0x80 }, 2, -32768 },
        { "i4", { 0xfe, 0xff, 0xff, 0xff }, 4, -2 },
        { "i8", { 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 8, -3 },
        { "f4", { 0, 0, 0xc0, 0x3f }, 4, 1.5 },
        { "f8", { 0, 0, 0, 0, 0, 0, 0xe0, 0xbf }, 8, -0.5 },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        for (int big = 0; big < 2; big++) {
            char dict[100];
            uint8_t two[16] = { 0 };
            array a;
            for (size_t b = 0; b < cases[q].width; b++) two[cases[q].width + b] = cases[q].little[big ? cases[q].width - 1 - b : b];
            (void)snprintf(dict, sizeof dict, "{'descr': '%c%s', 'fortran_order': False, 'shape': (2,), }", big ? '>' : '<',
                           cases[q].descr);
            made m = array_of(2, dict, two, 2 * cases[q].width);
            CHECK_OK(npy_parse("f", m.at, m.size, &a));
            assert_true(array_number(&a, 0) == 0 && array_number(&a, 1) == cases[q].due);
            made_free(&m);
        }
    }
}

static void columns_become_rows(void **state)
{
    (void)state;
    static const uint8_t due[] = { 0, 2, 4, 1, 3, 5 };
    examples e;
    put("X.npy", DICT("|u1", "True", "(2, 3)"), "\0\1\2\3\4\5", 6);
    put("y.npy", DICT("|u1", "False", "(2,)"), "\0\1", 2);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_true(e.form.element == STRATA_BYTES && e.form.features == 3 && e.form.height == 0);
    assert_memory_equal(e.bytes, due, 6);
    examples_free(&e);
    put("X.npy", DICT("|i1", "True", "(2, 3)"), "\0\1\2\3\4\5", 6);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    for (int q = 0; q < 6; q++) assert_true(e.floats[q] == (float)due[q]);
    examples_free(&e);
}

static void shapes_are_features_or_images(void **state)
{
    (void)state;
    static const struct {
        const char *shape;
        int features, height, width, channels;
        uint8_t second; /* which of the file's numbers is second */
    } cases[] = {
        { "(12,)", 1, 0, 0, 0, 1 },         { "(2, 6)", 6, 0, 0, 0, 1 },        { "(2, 2, 3)", 6, 2, 3, 1, 1 },
        { "(1, 2, 2, 3)", 12, 2, 2, 3, 3 }, { "(1, 3, 2, 2)", 12, 2, 2, 3, 1 }, { "(2, 3, 2, 1)", 6, 3, 2, 1, 1 },
        { "(2, 1, 3, 2)", 6, 3, 2, 1, 1 },  { "(1, 1, 4, 3)", 12, 1, 4, 3, 3 }, { "(1, 3, 4, 1)", 12, 3, 4, 1, 1 },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        char dict[100];
        examples e;
        (void)snprintf(dict, sizeof dict, "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }", cases[q].shape);
        put("a.npy", dict, "\0\1\2\3\4\5\6\7\10\11\12\13", 12);
        CHECK_OK(get(in_folder("a.npy"), NULL, true, &e));
        const strata_form *f = &e.form;
        if (f->features != cases[q].features || f->height != cases[q].height || f->width != cases[q].width
            || f->channels != cases[q].channels || e.bytes[1] != cases[q].second) {
            fail_msg("%s: %d features, %d x %d x %d, then %d", cases[q].shape, f->features, f->height, f->width, f->channels,
                     e.bytes[1]);
        }
        assert_int_equal(e.train * (size_t)f->features, 12);
        examples_free(&e);
    }
    put("a.npy", DICT("|u1", "False", "(1, 2, 3, 2)"), "\0\1\2\3\4\5\6\7\10\11\12\13", 12);
    examples e;
    assert_failed(get(in_folder("a.npy"), NULL, true, &e), STRATA_ERR_DATA, "is none of images");
}

/* ---- labels -------------------------------------------------------------------------------------------------------------------------- */

static void put_labels(const char *descr, int count, const void *bytes, size_t size)
{
    char dict[100];
    (void)snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", descr, count);
    put("y.npy", dict, bytes, size);
}

static void labels_are_any_whole_numbers(void **state)
{
    (void)state;
    static const double signs[] = { 1, -1, 1 }, halves[] = { 1, 0.5, 1 }, nan[] = { 0, 1, (double)NAN };
    examples e;
    put("X.npy", DICT("|u1", "False", "(3, 2)"), "abcdef", 6);
    put_labels("<i8", 3, "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 24);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_true(e.form.classes == 3 && e.class_name == NULL && e.label[0] == 2 && e.label[1] == 0 && e.label[2] == 1);
    examples_free(&e);
    put_labels("|u1", 3, "\7\3\7", 3);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_true(e.form.classes == 2 && e.label[0] == 1 && e.label[1] == 0 && e.label[2] == 1);
    assert_string_equal(e.class_name[0], "3");
    assert_string_equal(e.class_name[1], "7");
    examples_free(&e);
    if (!array_machine_is_big()) {
        put_labels("<f8", 3, signs, sizeof signs);
        CHECK_OK(get(in_folder(""), NULL, false, &e));
        assert_true(e.form.classes == 2 && e.label[0] == 1 && e.label[1] == 0);
        assert_string_equal(e.class_name[0], "-1");
        examples_free(&e);
        put_labels("<f8", 3, halves, sizeof halves);
        assert_refused(in_folder(""), "label 1 (from 0) is 0.5");
        put_labels("<f8", 3, nan, sizeof nan);
        assert_refused(in_folder(""), "label 2 (from 0) is nan");
    }
    put_labels("|u1", 3, "\4\4\4", 3);
    assert_refused(in_folder(""), "every label is 4");
    put("y.npy", DICT("|u1", "False", "(3, 1)"), "\0\1\0", 3);
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    examples_free(&e);
    put("y.npy", DICT("|u1", "False", "(3, 2)"), "\0\1\0\1\0\1", 6);
    assert_refused(in_folder(""), "one-hot");
    put_labels("|u1", 2, "\0\1", 2);
    assert_refused(in_folder(""), "different numbers of examples");
}

/* 65,536 classes, and one more. */
static void classes_are_limited(void **state)
{
    (void)state;
    enum { MOST = 65537 };
    uint8_t *numbers = calloc(MOST, 4), *values = calloc(MOST, 1);
    examples e;
    assert_true(numbers != NULL && values != NULL);
    for (size_t q = 0; q < MOST; q++) {
        numbers[4 * q] = (uint8_t)q, numbers[4 * q + 1] = (uint8_t)(q >> 8), numbers[4 * q + 2] = (uint8_t)(q >> 16);
        numbers[4 * q + 3] = 1; /* none of them is its own class number */
    }
    put("X.npy", DICT("|u1", "False", "(65536, 1)"), values, MOST - 1);
    put_labels("<u4", MOST - 1, numbers, 4 * (MOST - 1));
    CHECK_OK(get(in_folder(""), NULL, false, &e));
    assert_true(e.form.classes == 65536 && e.label[65535] == 65535);
    assert_string_equal(e.class_name[65535], "16842751");
    examples_free(&e);
    put("X.npy", DICT("|u1", "False", "(65537, 1)"), values, MOST);
    put_labels("<u4", MOST, numbers, 4 * MOST);
    assert_refused(in_folder(""), "the 65537th class");
    free(numbers);
    free(values);
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static void names_say_what_arrays_are(void **state)
{
    (void)state;
    static const char *const names[][4] = {
        { "X_train.npy", "y_train.npy", "X_test.npy", "y_test.npy" },
        { "x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy" },
        { "train_images.npy", "train_labels.npy", "test_images.npy", "test_labels.npy" },
        { "X.npy", "y.npy", NULL, NULL },
        { "x.npy", "y.npy", NULL, NULL },
        { "images.npy", "labels.npy", NULL, NULL },
        { "data.npy", "target.npy", NULL, NULL },
    };
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        examples e;
        (void)empty_folder(NULL);
        assert_null(data_reader_of(in_folder("")));
        put(names[q][0], DICT("|u1", "False", "(3, 2)"), "abcdef", 6);
        assert_string_equal(data_reader_of(in_folder(""))->name, "npy");
        assert_string_equal(data_reader_of(in_folder(names[q][0]))->name, "npy");
        assert_refused(in_folder(""), "not its labels");
        assert_refused(in_folder(names[q][0]), "due beside it");
        put(names[q][1], DICT("|u1", "False", "(3,)"), "\0\1\2", 3);
        CHECK_OK(get(in_folder(names[q][0]), NULL, false, &e));
        assert_true(e.train == 3 && e.test == 0 && e.files == 2);
        examples_free(&e);
        if (names[q][2] != NULL) put(names[q][2], DICT("|u1", "False", "(1, 2)"), "gh", 2);
        if (names[q][2] != NULL) assert_refused(in_folder(""), "not its labels");
        if (names[q][2] != NULL) put(names[q][3], DICT("|u1", "False", "(1,)"), "\1", 1);
        CHECK_OK(get(in_folder(""), NULL, false, &e));
        assert_true(e.train == 3 && e.test == (names[q][2] != NULL) && e.form.classes == 3);
        assert_memory_equal(e.bytes, "abcdefgh", e.test ? 8 : 6);
        assert_string_equal(e.file[0].name, names[q][0]);
        examples_free(&e);
    }
    (void)empty_folder(NULL);
    put("a.npy", DICT("|u1", "False", "(3, 2)"), "abcdef", 6);
    assert_refused(in_folder("a.npy"), "where are its labels?");
}

static void test_data_may_be_named(void **state)
{
    (void)state;
    examples e;
    char test[PATH];
    put("X.npy", DICT("|u1", "False", "(3, 2)"), "abcdef", 6);
    put("y.npy", DICT("|u1", "False", "(3,)"), "\0\1\2", 3);
    put("X_b.npy", DICT("|u1", "False", "(1, 2)"), "gh", 2);
    put("y_b.npy", DICT("|u1", "False", "(1,)"), "\3", 1);
    (void)snprintf(test, sizeof test, "%s", in_folder("X_b.npy"));
    CHECK_OK(get(in_folder(""), test, false, &e));
    assert_true(e.train == 3 && e.test == 1 && e.form.classes == 4 && e.label[3] == 3 && e.files == 4);
    assert_memory_equal(e.bytes, "abcdefgh", 8);
    examples_free(&e);
    put("X_b.npy", DICT("|u1", "False", "(1, 1)"), "g", 1);
    assert_failed(get(in_folder(""), test, false, &e), STRATA_ERR_DATA, "not of one form");
    assert_failed(get(in_folder(""), in_folder("nothing.npy"), false, &e), STRATA_ERR_DATA, "nothing.npy");
}

static void cut_files_and_flipped_bits_do_no_harm(void **state)
{
    (void)state;
    made m = array_of(1, DICT("<f4", "False", "(2, 2)"), "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    size_t whole = m.size;
    examples e;
    put("y.npy", DICT("|u1", "False", "(2,)"), "\0\1", 2);
    for (m.size = 0; m.size < whole; m.size++) assert_refused(made_file("X.npy", &m), "X.npy");
    m.size = whole;
    for (size_t bit = 0; bit < 8 * m.size; bit++) {
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
        strata_status status = get(made_file("X.npy", &m), NULL, false, &e);
        assert_true(status == STRATA_OK || status == STRATA_ERR_DATA);
        if (status == STRATA_OK)
            for (size_t q = 0; q < e.train * (size_t)e.form.features; q++) assert_true(isfinite(e.floats[q]));
        examples_free(&e);
        m.at[bit / 8] = (uint8_t)(m.at[bit / 8] ^ 1u << bit % 8);
    }
    made_add(&m, "x", 1);
    assert_refused(made_file("X.npy", &m), "17 bytes of numbers");
    made_free(&m);
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

/* What numpy.save of NumPy 1.24 has written, from byte 8 on: the head's length, and the head without its blanks at the end. */
static void arrays_are_written_as_numpy_does(void **state)
{
    (void)state;
    static const struct {
        array_type type;
        int rank;
        size_t dim[2];
        const char *little;
    } cases[] = {
        { ARRAY_F4, 2, { 2, 3 }, "\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" },
        { ARRAY_I4, 1, { 6 }, "\x76\x00{'descr': '<i4', 'fortran_order': False, 'shape': (6,), }" },
        { ARRAY_U2, 1, { 6 }, "\x76\x00{'descr': '<u2', 'fortran_order': False, 'shape': (6,), }" },
        { ARRAY_U1, 1, { 6 }, "\x76\x00{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }" },
    };
    uint8_t numbers[24], *bytes;
    for (size_t q = 0; q < sizeof numbers; q++) numbers[q] = (uint8_t)(3 * q);
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        array a = { .type = cases[q].type, .big = array_machine_is_big(), .rank = cases[q].rank, .bytes = numbers }, b;
        char digest[DIGEST_TEXT];
        size_t size, due = 6 * array_width(a.type), length = strlen(cases[q].little + 2) + 2;
        memcpy(a.dim, cases[q].dim, sizeof cases[q].dim);
        CHECK_OK(npy_write(in_folder("a.npy"), &a));
        CHECK_OK(file_read_all(in_folder("a.npy"), 1000, &bytes, &size));
        assert_int_equal(size, 128 + due);
        assert_memory_equal(bytes, "\x93NUMPY\x01\x00", 8);
        if (!a.big) assert_memory_equal(bytes + 8, cases[q].little, length);
        for (size_t e = 8 + length; e < 127; e++) assert_int_equal(bytes[e], ' ');
        assert_int_equal(bytes[127], '\n');
        free(bytes);
        CHECK_OK(npy_read(in_folder("a.npy"), &b, digest));
        assert_true(b.type == a.type && b.rank == a.rank && b.dim[0] == a.dim[0]);
        assert_memory_equal(b.bytes, numbers, due);
        array_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read),
        cmocka_unit_test(wrong_heads_are_refused),
        cmocka_unit_test(lengths_are_not_believed),
        cmocka_unit_test(every_type_is_read_in_either_order),
        cmocka_unit_test_setup(columns_become_rows, empty_folder),
        cmocka_unit_test_setup(shapes_are_features_or_images, empty_folder),
        cmocka_unit_test_setup(labels_are_any_whole_numbers, empty_folder),
        cmocka_unit_test_setup(classes_are_limited, empty_folder),
        cmocka_unit_test_setup(names_say_what_arrays_are, empty_folder),
        cmocka_unit_test_setup(test_data_may_be_named, empty_folder),
        cmocka_unit_test_setup(cut_files_and_flipped_bits_do_no_harm, empty_folder),
        cmocka_unit_test_setup(arrays_are_written_as_numpy_does, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
