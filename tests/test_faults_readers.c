/*
 * The readers of arrays in a world that fails: see faulty.h. Folders with a training and a test part, packed and plain, an archive, first
 * bytes, and an array that is written. zlib's and libzip's own memory fails, too.
 */
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "packed.h"
#include "stored.h"

#include "file.h"
#include "npy.h"
#include "npz.h"
#include "reader.h"

static const uint8_t numbers[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 };

/* ---- the files ----------------------------------------------------------------------------------------------------------------------- */

static void put_idx(const char *name, int rank, const uint32_t *dim, size_t size, bool packed)
{
    made m = { 0 }, gz = { 0 };
    made_add_idx(&m, 0x08, rank, dim);
    made_add(&m, numbers, size);
    made_add_gzip(&gz, m.at, m.size);
    (void)made_file(name, packed ? &gz : &m);
    made_free(&m);
    made_free(&gz);
}

static made npy_of(const char *shape, size_t size)
{
    char dict[100];
    made m = { 0 };
    (void)snprintf(dict, sizeof dict, "{'descr': '|u1', 'fortran_order': False, 'shape': %s}", shape);
    made_add_npy(&m, 1, dict);
    made_add(&m, numbers, size);
    return m;
}

static void put_files(void)
{
    (void)empty_folder(NULL);
    put_idx("train-images-idx4-ubyte.gz", 4, (const uint32_t[]){ 2, 2, 2, 3 }, 24, true);
    put_idx("train-labels-idx1-ubyte", 1, (const uint32_t[]){ 2 }, 2, false);
    put_idx("t10k-images-idx4-ubyte", 4, (const uint32_t[]){ 1, 2, 2, 3 }, 12, false);
    put_idx("t10k-labels-idx1-ubyte.gz", 1, (const uint32_t[]){ 1 }, 1, true);
    made_member member[] = { { "X.npy", npy_of("(2, 2, 2, 3)", 24), 8, 0, 0 }, { "y.npy", npy_of("(2,)", 2), 0, 0, 0 } };
    made zip = made_zip(member, 2);
    (void)made_file("a.npz", &zip);
    (void)made_file("X.npy", &member[0].data);
    (void)made_file("y.npy", &member[1].data);
    made_free(&zip);
    made_free(&member[0].data);
    made_free(&member[1].data);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static examples got;
static const char *reader, *what;

static strata_status read_them(void)
{
    return data_reader_named(reader)->read(&(data_request){ .path = in_folder(what) }, &got);
}

static void look_at_them(strata_status status, char *result)
{
    if (status == STRATA_OK) {
        size_t used = 0, count = (got.train + got.test) * (size_t)got.form.features;
        for (size_t e = 0; e < count && e < 40; e++) used += (size_t)snprintf(result + used, FAULTY_RESULT - used, "%d ", got.bytes[e]);
        (void)snprintf(result + used, FAULTY_RESULT - used, "%d classes, %zu files, %s", got.form.classes, got.files,
                       got.class_name != NULL ? got.class_name[0] : "");
    } else {
        assert_memory_equal(&got, &(examples){ 0 }, sizeof got);
    }
    examples_free(&got);
}

static npz *zip_made;

static strata_status open_archive(void)
{
    char digest[DIGEST_TEXT];
    return npz_open(in_folder("a.npz"), &zip_made, digest);
}

static void look_at_archive(strata_status status, char *result)
{
    assert_true((status == STRATA_OK) == (zip_made != NULL));
    if (zip_made != NULL) (void)snprintf(result, FAULTY_RESULT, "%zu, %s", npz_count(zip_made), npz_name(zip_made, 1));
    npz_free(zip_made);
    zip_made = NULL;
}

static void readers_survive(void **state)
{
    static const char *const cases[][3] = { { "idx", "", "idx, a folder" }, { "npy", "", "npy, a folder" }, { "npy", "a.npz", "npz" } };
    (void)state;
    put_files();
    faulty(&(faulty_operation){ "npz_open", NULL, open_archive, look_at_archive, 0 });
    fault_spares_zip = true;
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        reader = cases[q][0];
        what = cases[q][1];
        faulty(&(faulty_operation){ cases[q][2], NULL, read_them, look_at_them, 0 });
    }
    fault_spares_zip = false;
}

/* It only looks: what it cannot look at it does not recognise. */
static bool recognised;

static strata_status recognise(void)
{
    recognised = data_reader_of(in_folder("train-images-idx4-ubyte.gz")) == data_reader_named("idx");
    return STRATA_OK;
}

static void look_at_reader(strata_status status, char *result)
{
    (void)status;
    (void)snprintf(result, FAULTY_RESULT, recognised ? "recognised" : "~ not recognised");
}

static void recognising_survives(void **state)
{
    (void)state;
    put_files();
    faulty(&(faulty_operation){ "recognising a file", NULL, recognise, look_at_reader, 0 });
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static void no_array(void)
{
    (void)empty_folder(NULL);
}

static strata_status write_array(void)
{
    return npy_write(in_folder("a.npy"), &(array){ .type = ARRAY_U1, .rank = 2, .dim = { 4, 6 }, .bytes = numbers });
}

static void look_at_array(strata_status status, char *result)
{
    uint8_t *bytes;
    size_t size = 0;
    bool there;
    CHECK_OK(file_look(in_folder("a.npy"), &there));
    if (there) {
        CHECK_OK(file_read_all(in_folder("a.npy"), 1000, &bytes, &size));
        assert_int_equal(size, 128 + 24);
        assert_memory_equal(bytes + 128, numbers, 24);
        free(bytes);
    }
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%zu bytes", size);
}

static void writing_survives(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "npy_write", no_array, write_array, look_at_array, 0 });
    faulty_sum();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_survive),
        cmocka_unit_test(recognising_survives),
        cmocka_unit_test(writing_survives),
    };
    (void)setenv("TZ", "UTC0", 1); /* libzip asks for times: without it the C library finds its zone each time anew, in a block it keeps */
    return cmocka_run_group_tests(tests, faulty_set_up, remove_folder);
}
