/*
 * What the world says of a name: nothing is there, or nobody can tell; what has become of a file, or of a store that nobody was to change;
 * the digest of a file read piece by piece; and the date, whatever the clock says.
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
#include "store_rows.h"

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

/* A store that was taken for one that nobody changes was that, as long as it is as large and as old, and nothing lies in a log. */
static void a_store_that_changes_is_noticed(void **state)
{
    (void)state;
    struct stat f;
    const char *path = in_folder("s");
    spell(path, "rows");
    assert_int_equal(stat(path, &f), 0);
    const store_mark mark = { (int64_t)f.st_ino, (int64_t)f.st_size, (int64_t)f.st_mtim.tv_sec, (int64_t)f.st_mtim.tv_nsec };
    store_mark older = mark;
    older.nanoseconds--;
    CHECK_OK(store_check_unchanged(path, &mark));
    assert_failed(store_check_unchanged(path, &older), STRATA_ERR_STORAGE, "was written to while it was read");
    spell(in_folder("s-wal"), "");
    CHECK_OK(store_check_unchanged(path, &mark)); /* nothing is in it */
    spell(in_folder("s-wal"), "more rows");
    assert_failed(store_check_unchanged(path, &mark), STRATA_ERR_STORAGE, path);
    assert_int_equal(unlink(in_folder("s-wal")), 0);
    spell(in_folder("s-journal"), "rows as they were");
    assert_failed(store_check_unchanged(path, &mark), STRATA_ERR_STORAGE, path);
    assert_int_equal(unlink(path), 0);
    assert_failed(store_check_unchanged(path, &mark), STRATA_ERR_STORAGE, path);
}

/* The file of an artifact, and paths that lead elsewhere. */
static void artifacts_are_looked_at_below_their_folder(void **state)
{
    (void)state;
    static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    static const struct {
        const char *path;
        int64_t bytes;
        store_file due;
    } files[] = { { "abc", 3, STORE_FILE_WHOLE },           { "abc", 4, STORE_FILE_TRUNCATED }, { "abc", 2, STORE_FILE_CHANGED },
                  { "abd", 3, STORE_FILE_CHANGED },         { "none", 3, STORE_FILE_MISSING },  { "abc/x", 3, STORE_FILE_MISSING },
                  { "../abc", 3, STORE_FILE_UNREADABLE },   { "/abc", 3, STORE_FILE_UNREADABLE }, { "a/../abc", 3, STORE_FILE_UNREADABLE },
                  { "a/..", 3, STORE_FILE_UNREADABLE },     { "..abc", 3, STORE_FILE_MISSING }, { ".", 3, STORE_FILE_CHANGED } };
    spell(in_folder("abc"), "abc");
    spell(in_folder("abd"), "abd");
    for (size_t q = 0; q < sizeof files / sizeof *files; q++) {
        store_file_found found;
        CHECK_OK(store_look_at_file(in_folder("."), &(store_artifact){ files[q].path, files[q].bytes, abc }, &found));
        const char *word = store_file_words[found.state];
        if (found.state != files[q].due) fail_msg("%s, %d bytes: %s, %s", files[q].path, (int)files[q].bytes, word, found.why);
        assert_int_equal(found.why[0] == '\0', found.state == STORE_FILE_WHOLE);
    }
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
        cmocka_unit_test_setup(a_store_that_changes_is_noticed, empty_folder),
        cmocka_unit_test_setup(artifacts_are_looked_at_below_their_folder, empty_folder),
        cmocka_unit_test_setup(every_clock_gives_a_date, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
