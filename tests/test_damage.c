/*
 * Model files that are no longer what was saved. A file carries a digest of all it says: whatever one byte of it becomes, and wherever it
 * is cut off, it is refused with a sentence, or nothing but white space has changed. Files of format version 1, which have no digest, open
 * as ever, and say that they have none.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "small.h"
#include "status.h"
#include "tensorfile.h"
#include "undigested.h"

typedef struct {
    uint8_t *bytes;
    size_t size, header;
} image;

static image slurp(const char *path)
{
    struct stat s = { 0 };
    FILE *f = fopen(path, "rb");
    (void)stat(path, &s);
    image i = { malloc((size_t)s.st_size), (size_t)s.st_size, 0 };
    assert_true(f != NULL && i.bytes != NULL && fread(i.bytes, 1, i.size, f) == i.size && fclose(f) == 0);
    i.header = i.bytes[0] + 256U * i.bytes[1];
    return i;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* May this byte of the file be that one without any harm? White space of the header may. */
static bool harmless(const image *i, size_t at, uint8_t now)
{
    return at >= 8 && at < 8 + i->header && is_space(i->bytes[at]) && is_space(now);
}

static void put(int fd, size_t at, uint8_t byte)
{
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
}

static strata_status open_tensors(const char *path)
{
    tensorfile *f;
    strata_status status = tensorfile_open(path, &f);
    assert_int_equal(status == STRATA_OK, f != NULL);
    bool lost = f != NULL && !tensorfile_verified(f); /* the key of the digest has another name: a model is refused for that */
    tensorfile_free(f);
    return lost ? status_fail(STRATA_ERR_DATA, "%s: has no digest", path) : status;
}

/* Opens the file with byte `at` as `now`, which is refused, or harmless. */
static void check_byte(const image *i, int fd, const char *path, size_t at, uint8_t now)
{
    put(fd, at, now);
    strata_status status = open_tensors(path);
    if (status == STRATA_OK && !harmless(i, at, now)) fail_msg("byte %zu, %02x, passes as %02x", at, i->bytes[at], now);
    if (status != STRATA_OK) assert_failed(status, STRATA_ERR_DATA, path);
    put(fd, at, i->bytes[at]);
}

/* Of a vector of 3, and of 2 x 3 numbers down the columns: see tensor_source. */
static void give_numbers(const void *self, int number, int row, int rows, int col, int cols, float *out)
{
    const double *numbers = self;
    int m = number == 0 ? 3 : 2;
    for (int e = 0; e < rows * cols; e++) out[e] = (float)numbers[(col + e % cols) * m + row + e / cols];
}

static image save_tensors(const char *path)
{
    static const double numbers[] = { 1, -2.5, 0.375, 1e9, 0, 7 };
    tensorwriter *w;
    CHECK_OK(tensorwriter_new(give_numbers, numbers, &w));
    tensorwriter_metadata(w, "format", "strata");
    tensorwriter_metadata(w, "config", "a = 1\nb = \"two\"\n");
    CHECK_OK(tensorwriter_add(w, "b", 3, 0));
    CHECK_OK(tensorwriter_add(w, "a", 2, 3));
    CHECK_OK(tensorwriter_save(w, path));
    tensorwriter_free(w);
    CHECK_OK(open_tensors(path));
    return slurp(path);
}

/* ---- a small file, exhaustively --------------------------------------------------------------------------------------------------- */

static void no_byte_becomes_another_unseen(void **state)
{
    (void)state;
    const char *path = in_folder("tensors");
    image i = save_tensors(path);
    int fd = open(path, O_WRONLY);
    for (size_t at = 0; at < i.size; at++) {
        for (int more = 1; more < 256; more++) check_byte(&i, fd, path, at, (uint8_t)(i.bytes[at] + more));
    }
    CHECK_OK(open_tensors(path));
    assert_int_equal(close(fd), 0);
    free(i.bytes);
}

static void no_length_but_its_own_passes(void **state)
{
    (void)state;
    const char *path = in_folder("tensors");
    image i = save_tensors(path);
    int fd = open(path, O_WRONLY);
    assert_int_equal(ftruncate(fd, (off_t)i.size + 1), 0);
    assert_failed(open_tensors(path), STRATA_ERR_DATA, path);
    for (size_t length = i.size; length-- > 0;) {
        assert_int_equal(ftruncate(fd, (off_t)length), 0);
        assert_failed(open_tensors(path), STRATA_ERR_DATA, path);
    }
    assert_int_equal(close(fd), 0);
    free(i.bytes);
}

/* ---- a model ---------------------------------------------------------------------------------------------------------------------- */

static image save_model(const char *path)
{
    strata_run *run;
    strata_config *c = small_config((const char *const[]){ "hidden=[4]", "n_s=4", "cycles=1", "threads=1", NULL });
    CHECK_OK(strata_train(1, (const strata_config *const[]){ c }, small_data(), 1, NULL, &run));
    assert_false(strata_model_verified(strata_run_model(run)));
    CHECK_OK(strata_model_save(strata_run_model(run), path));
    strata_run_free(run);
    strata_config_free(c);
    return slurp(path);
}

static strata_status open_model(const char *path, bool verified)
{
    strata_model *model;
    strata_status status = strata_model_open(path, &model);
    assert_int_equal(status == STRATA_OK, model != NULL);
    if (model != NULL) assert_int_equal(strata_model_verified(model), verified);
    strata_model_free(model);
    return status;
}

/* Every byte of the header, three ways, and every 61st of the elements. */
static void a_changed_model_is_refused(void **state)
{
    (void)state;
    const char *path = in_folder("model");
    image i = save_model(path);
    int fd = open(path, O_WRONLY);
    CHECK_OK(open_model(path, true));
    for (size_t at = 0; at < i.size; at += at < 8 + i.header ? 1 : 61) {
        const uint8_t was = i.bytes[at], now[] = { (uint8_t)(was ^ 1U << at % 8), (uint8_t)(was + 1), '\n' };
        for (size_t n = 0; n < sizeof now; n++) {
            if (now[n] == was) continue;
            put(fd, at, now[n]);
            strata_status status = open_model(path, true);
            if (status == STRATA_OK && !harmless(&i, at, now[n])) fail_msg("byte %zu, %02x, passes as %02x", at, was, now[n]);
            if (status != STRATA_OK) assert_failed(status, STRATA_ERR_DATA, path);
        }
        put(fd, at, was);
    }
    CHECK_OK(open_model(path, true));
    assert_int_equal(close(fd), 0);
    free(i.bytes);
}

static void a_model_that_was_cut_off_is_refused(void **state)
{
    (void)state;
    const char *path = in_folder("model");
    image i = save_model(path);
    for (size_t length = i.size; length-- > 0;) {
        if (length > 8 + i.header + 8 && length + 8 < i.size && length % 31 != 0) continue;
        assert_int_equal(truncate(path, (off_t)length), 0);
        assert_failed(open_model(path, true), STRATA_ERR_DATA, path);
    }
    free(i.bytes);
}

static void a_model_without_a_digest_opens_and_says_so(void **state)
{
    (void)state;
    char digest[65];
    strata_model *model;
    const char *path = in_folder("model");
    image now = save_model(path);
    CHECK_OK(strata_model_open(path, &model));
    (void)snprintf(digest, sizeof digest, "%s", strata_model_digest(model));
    strata_model_free(model);
    undigest(path);
    CHECK_OK(strata_model_open(path, &model));
    assert_false(strata_model_verified(model));
    assert_string_equal(strata_model_digest(model), digest);
    CHECK_OK(strata_model_save(model, path)); /* which gives it one */
    strata_model_free(model);
    image again = slurp(path);
    assert_true(again.size == now.size && memcmp(again.bytes, now.bytes, now.size) == 0);
    free(again.bytes);
    free(now.bytes);
}

/* A file of version 2 whose digest went, by its name or as a whole, was changed. */
static void the_digest_itself_cannot_be_lost(void **state)
{
    (void)state;
    const char *path = in_folder("model");
    image i = save_model(path);
    uint8_t *at = NULL;
    static const char key[] = "\"digest\":";
    for (size_t e = 8; e + sizeof key < 8 + i.header && at == NULL; e++) {
        if (memcmp(i.bytes + e, key, sizeof key - 1) == 0) at = i.bytes + e;
    }
    assert_non_null(at);
    int fd = open(path, O_WRONLY);
    put(fd, (size_t)(at - i.bytes) + 1, 'D');
    assert_failed(open_model(path, true), STRATA_ERR_DATA, "has no digest");
    assert_int_equal(close(fd), 0);
    free(i.bytes);
}

static void what_is_no_file_at_all_is_refused(void **state)
{
    (void)state;
    strata_model *model;
    const char *folder = in_folder("."), *path = in_folder("model");
    free(save_model(path).bytes);
    assert_failed(strata_model_open(folder, &model), STRATA_ERR_DATA, folder);
    assert_failed(strata_model_open(NULL, &model), STRATA_ERR_ARGUMENT, "path");
    assert_failed(strata_model_open("/no/such/model", &model), STRATA_ERR_DATA, "/no/such/model");
    CHECK_OK(strata_model_open(path, &model));
    assert_failed(strata_model_save(model, folder), STRATA_ERR_STORAGE, folder);
    strata_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(no_byte_becomes_another_unseen, empty_folder),
        cmocka_unit_test_setup(no_length_but_its_own_passes, empty_folder),
        cmocka_unit_test_setup(a_changed_model_is_refused, empty_folder),
        cmocka_unit_test_setup(a_model_that_was_cut_off_is_refused, empty_folder),
        cmocka_unit_test_setup(a_model_without_a_digest_opens_and_says_so, empty_folder),
        cmocka_unit_test_setup(what_is_no_file_at_all_is_refused, empty_folder),
        cmocka_unit_test_setup(the_digest_itself_cannot_be_lost, empty_folder),
    };
    int failed = cmocka_run_group_tests(tests, make_folder, remove_folder);
    small_free();
    return failed;
}
