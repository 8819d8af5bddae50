/*
 * What the world says of a name: nothing is there, or nobody can tell; the digest of a file read piece by piece; and the date, whatever the
 * clock says.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

#include "clock.h"
#include "digest.h"
#include "file.h"

static void spell(const char *path, const char *words)
{
    FILE *f = fopen(path, "w");
    assert_true(f != NULL && fputs(words, f) >= 0 && fclose(f) == 0);
}

static void what_cannot_be_looked_at_is_not_missing(void **state)
{
    (void)state;
    bool there = false;
    char name[5000], inside[PATH];
    spell(in_folder("file"), "x");
    CHECK_OK(file_look(in_folder("file"), &there));
    assert_true(there);
    CHECK_OK(file_look(in_folder("nothing"), &there));
    assert_true(!there && errno == ENOENT);
    (void)snprintf(inside, sizeof inside, "%s/file/x", in_folder("."));
    CHECK_OK(file_look(inside, &there));
    assert_true(!there && errno == ENOTDIR);
    assert_int_equal(symlink("loop", in_folder("loop")), 0);
    assert_failed(file_look(in_folder("loop"), &there), STRATA_ERR_DATA, "cannot be looked at");
    memset(name, 'k', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_failed(file_look(name, &there), STRATA_ERR_DATA, "too long");
    assert_int_equal(unlink(in_folder("loop")), 0);
}

/* Not for who may read everything. */
static void a_folder_without_permission_is_said(void **state)
{
    (void)state;
    bool there;
    char inside[PATH];
    if (geteuid() == 0) skip();
    assert_int_equal(mkdir(in_folder("shut"), 0), 0);
    (void)snprintf(inside, sizeof inside, "%s/shut/x", in_folder("."));
    strata_status status = file_look(inside, &there);
    assert_int_equal(rmdir(in_folder("shut")), 0);
    assert_failed(status, STRATA_ERR_STORAGE, "Permission denied");
}

/* Around the size of a piece, and without any. */
static void a_file_has_the_digest_of_its_bytes(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 200000 };
    uint8_t *bytes = malloc(200000);
    assert_non_null(bytes);
    for (size_t e = 0; e < 200000; e++) bytes[e] = (uint8_t)(e * e >> 3);
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) {
        char whole[DIGEST_TEXT], pieces[DIGEST_TEXT];
        size_t size = 7;
        CHECK_OK(file_write(in_folder("bytes"), bytes, sizes[q]));
        CHECK_OK(digest_sha256(bytes, sizes[q], whole));
        CHECK_OK(file_digest(in_folder("bytes"), &size, pieces));
        assert_int_equal(size, sizes[q]);
        assert_string_equal(whole, pieces);
    }
    size_t size;
    char digest[DIGEST_TEXT];
    assert_failed(file_digest(in_folder("."), &size, digest), STRATA_ERR_DATA, "not a regular file");
    assert_failed(file_digest(in_folder("none"), &size, digest), STRATA_ERR_DATA, "No such file");
    free(bytes);
}

static void every_clock_gives_a_date(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        long nanoseconds;
        const char *due;
    } when[] = {
        { 0, 0, "1970-01-01T00:00:00.000Z" },
        { 951827696, 789999999, "2000-02-29T12:34:56.789Z" },
        { -1, 999999999, "1969-12-31T23:59:59.999Z" },
        { INT64_C(-11676096000), 0, "1600-01-01T00:00:00.000Z" },
        { INT64_C(-62167219200), 5000000, "0000-01-01T00:00:00.005Z" },
        { INT64_C(-62167219201), 999999999, "0000-01-01T00:00:00.000Z" },
        { INT64_C(253402300799), 123000000, "9999-12-31T23:59:59.123Z" },
        { INT64_C(253402300800), 0, "9999-12-31T23:59:59.999Z" },
        { INT64_C(300000000000), 0, "9999-12-31T23:59:59.999Z" }, /* of the year 11476 */
        { INT64_MIN, 0, "0000-01-01T00:00:00.000Z" },
        { INT64_MAX, 999999999, "9999-12-31T23:59:59.999Z" },
    };
    for (size_t q = 0; q < sizeof when / sizeof *when; q++) {
        char date[CLOCK_DATE];
        clock_date_of(when[q].seconds, when[q].nanoseconds, date);
        assert_string_equal(date, when[q].due);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_cannot_be_looked_at_is_not_missing, empty_folder),
        cmocka_unit_test_setup(a_folder_without_permission_is_said, empty_folder),
        cmocka_unit_test_setup(a_file_has_the_digest_of_its_bytes, empty_folder),
        cmocka_unit_test_setup(every_clock_gives_a_date, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
