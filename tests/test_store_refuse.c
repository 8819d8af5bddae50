/*
 * What the store refuses: rows that the schema forbids, paths that are no files, files that are no stores, writing through a store for
 * reading. Every refusal has a status and a sentence, and leaves the bytes as they were. And what it asks of the file system.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stored.h"

#include "file.h"

enum { NOBODY = 65534 };

/* ---- the file system, pretending: these definitions stand before the C library's ------------------------------------------------- */

static long pretended_magic = 0xef53; /* ext4 */

int statfs(const char *path, struct statfs *out)
{
    (void)path;
    memset(out, 0, sizeof *out);
    memcpy(&out->f_type, &pretended_magic, sizeof out->f_type);
    return 0;
}

static int syncs;

int fsync(int file)
{
    (void)file;
    return ++syncs, 0;
}

int fdatasync(int file)
{
    return fsync(file);
}

/* A run that was written is on the disk, not only with the operating system. */
static void every_write_is_synced(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    for (int number = 0; number < 5; number++) {
        syncs = 0;
        CHECK_OK(store_put_run(s, salt_run(&r, number, 3)));
        assert_true(syncs > 0);
    }
    store_close(s);
}

/* ---- refusing --------------------------------------------------------------------------------------------------------------------- */

/* A run of which one row is refused changes nothing, and the store goes on. */
static void a_refused_row_refuses_the_run(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 40)));
    (void)salt_run(&r, 1, 50);
    r.point[30].eta = NAN;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "'run-1': NOT NULL constraint failed: point.eta");
    (void)salt_run(&r, 1, 50);
    r.point[30].epoch = INFINITY;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "point.epoch");
    (void)salt_run(&r, 1, 50);
    r.point[50].update = 49;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "UNIQUE");
    (void)salt_run(&r, 1, 50);
    r.artifact[50].sha256 = "ABC";
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "CHECK");
    (void)salt_run(&r, 1, 50);
    r.confusion[50].part = (strata_part)7;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "CHECK");
    (void)salt_run(&r, 1, 50);
    r.certainty[19].bin = STRATA_CERTAINTY_BINS;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "CHECK");
    (void)salt_run(&r, 1, 50);
    r.run.created = "yesterday";
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "created");
    r.run.created = NULL;
    r.run.id = "";
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_STORAGE, "id");
    r.run.seed = (uint64_t)INT64_MAX + 1;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_ARGUMENT, "seed");
    r.run.status = (store_status)5;
    assert_failed(store_put_run(s, &r.run), STRATA_ERR_ARGUMENT, "status");
    CHECK_OK(store_put_run(s, salt_run(&r, 2, 9)));
    store_close(s);
    assert_whole_runs("a");
    assert_says("a", "SELECT group_concat(id || ' ' || updates, ', ') FROM run", "run-1 40, run-2 9");
}

static void assert_refused(const char *path, store_mode mode, strata_status due, const char *word)
{
    store *s = (store *)&s;
    assert_failed(store_open(path, mode, &s), due, word);
    assert_null(s);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    for (store_mode mode = STORE_READ_ONLY; mode <= STORE_READ_WRITE; mode++) {
        assert_refused("", mode, STRATA_ERR_STORAGE, "empty");
        assert_refused(NULL, mode, STRATA_ERR_ARGUMENT, "path");
        assert_refused(in_folder(""), mode, STRATA_ERR_STORAGE, "regular");
        assert_refused(in_folder("none/a"), mode, STRATA_ERR_STORAGE, "none/a");
        assert_refused("/dev/null", mode, STRATA_ERR_STORAGE, "regular");
    }
    assert_refused(in_folder("a"), STORE_READ_ONLY, STRATA_ERR_STORAGE, "no store here");
    assert_false(file_exists(in_folder("a")));
    assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
    assert_refused(in_folder("fifo"), STORE_READ_ONLY, STRATA_ERR_STORAGE, "regular");
    assert_int_equal(STRATA_ERR_ARGUMENT, store_open("a", STORE_READ_ONLY, NULL));
    store_close(NULL);
}

/* Refused, in both modes, with the bytes as they were. */
static void assert_left_alone(const char *name, const char *word)
{
    uint8_t *before, *after;
    size_t size, length;
    CHECK_OK(file_read_all(in_folder(name), 1 << 20, &before, &size));
    assert_refused(in_folder(name), STORE_READ_ONLY, STRATA_ERR_DATA, word);
    assert_refused(in_folder(name), STORE_READ_WRITE, STRATA_ERR_DATA, word);
    CHECK_OK(file_read_all(in_folder(name), 1 << 20, &after, &length));
    assert_int_equal(size, length);
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
}

static void what_is_no_store_is_refused_and_left_alone(void **state)
{
    (void)state;
    static const char words[] = "This is a text file, long enough for the header of a database to fit in: 100 bytes at the very least.\n";
    CHECK_OK(file_write(in_folder("text"), words, sizeof words));
    assert_left_alone("text", "not a database");
    CHECK_OK(file_write(in_folder("short"), words, 5));
    assert_left_alone("short", "not a database");
    sqlite_does("other", "PRAGMA application_id = 0x0f055112; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    assert_left_alone("other", "another program's");
    sqlite_does("nameless", "CREATE TABLE run (id)");
    assert_left_alone("nameless", "another program's");
    sqlite_does("versioned", "PRAGMA user_version = 1");
    assert_left_alone("versioned", "another program's");
    store_close(opened("newer"));
    sqlite_does("newer", "PRAGMA user_version = 8; PRAGMA journal_mode = DELETE");
    assert_left_alone("newer", "version 8");
    sqlite_does("newer", "PRAGMA user_version = 0");
    assert_left_alone("newer", "version 0");
    CHECK_OK(file_write(in_folder("empty"), "", 0));
    assert_refused(in_folder("empty"), STORE_READ_ONLY, STRATA_ERR_DATA, "empty database");
    store_close(opened("empty")); /* for writing, an empty file becomes a store */
    assert_says("empty", "PRAGMA user_version", "7");
    store *s = opened("empty");
    sqlite_does("empty", "DROP TABLE point");
    salted r;
    assert_failed(store_put_run(s, salt_run(&r, 1, 1)), STRATA_ERR_DATA, "point");
    store_close(s);
    assert_refused(in_folder("empty"), STORE_READ_WRITE, STRATA_ERR_DATA, "31 of 32");
}

/* SQLite would take these names for no file, and for options. */
static void odd_names_are_names(void **state)
{
    (void)state;
    char before[4096];
    store *s;
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(in_folder("")), 0);
    static const char *const names[] = { ":memory:", "file:x?mode=memory", "ü %41#" };
    for (size_t n = 0; n < 3; n++) {
        CHECK_OK(store_open(names[n], STORE_READ_WRITE, &s));
        store_close(s);
        assert_says(names[n], "SELECT count(*) FROM run", "0");
    }
    assert_int_equal(chdir(before), 0);
}

static void a_store_for_reading_is_not_written(void **state)
{
    (void)state;
    salted r;
    uint8_t *before, *after;
    size_t size;
    bool found, done;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 4)));
    store_close(s);
    CHECK_OK(file_read_all(in_folder("a"), 1 << 20, &before, &size));
    CHECK_OK(store_open(in_folder("a"), STORE_READ_ONLY, &s));
    assert_failed(store_put_run(s, salt_run(&r, 2, 4)), STRATA_ERR_STORAGE, "read");
    assert_failed(store_put_experiment(s, &(store_experiment){ .id = "x" }), STRATA_ERR_STORAGE, "read");
    CHECK_OK(store_find_run(s, "run-1", &found, &done));
    assert_true(found && done);
    store_close(s);
    assert_false(file_exists(in_folder("a-wal")) || file_exists(in_folder("a-shm")));
    CHECK_OK(file_read_all(in_folder("a"), size, &after, &size));
    assert_memory_equal(before, after, size);
    free(before);
    free(after);
}

/* In a child that may write neither file nor folder: 0 when writing is refused, and what is there is read. */
static int open_as_nobody(void)
{
    store *s;
    bool found = false, done = false;
    if (geteuid() == 0 && setuid(NOBODY) != 0) return 2;
    if (store_open(in_folder("a"), STORE_READ_WRITE, &s) != STRATA_ERR_STORAGE || strstr(strata_error(), "written") == NULL) return 3;
    if (store_open(in_folder("a"), STORE_READ_ONLY, &s) != STRATA_OK) return 4;
    if (store_find_run(s, "run-1", &found, &done) != STRATA_OK || !found) return 5;
    store_close(s);
    return 0;
}

/* While somebody has it open, with its rows still in the log, and then in the file alone. */
static void a_store_of_another_user_is_not_written(void **state)
{
    (void)state;
    salted r;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 4)));
    assert_int_equal(chmod(in_folder("a"), 0444) | chmod(in_folder(""), 0555), 0);
    for (int elsewhere = 1; elsewhere >= 0; elsewhere--) {
        int how = -1;
        pid_t child = fork();
        if (child == 0) _exit(open_as_nobody());
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_int_equal(how, 0);
        if (elsewhere) {
            assert_int_equal(chmod(in_folder(""), 0700), 0);
            store_close(s);
            assert_int_equal(chmod(in_folder(""), 0555), 0);
        }
    }
    assert_int_equal(chmod(in_folder(""), 0700), 0);
}

static void on_a_network_there_is_a_warning_and_no_wal(void **state)
{
    (void)state;
    salted r;
    store_close(opened("a"));
    assert_says("a", "PRAGMA journal_mode", "wal");
    pretended_magic = 0x6969;
    store *s = opened("a");
    pretended_magic = 0xef53;
    assert_non_null(strstr(store_warning(s), "network"));
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 4)));
    assert_says("a", "PRAGMA journal_mode", "delete");
    store_close(s);
    s = opened("a"); /* moved to a local disk */
    assert_string_equal(store_warning(s), "");
    store_close(s);
    assert_says("a", "PRAGMA journal_mode", "wal");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(every_write_is_synced),
        TEST(a_refused_row_refuses_the_run),
        TEST(what_is_no_file_is_refused),
        TEST(what_is_no_store_is_refused_and_left_alone),
        TEST(odd_names_are_names),
        TEST(a_store_for_reading_is_not_written),
        TEST(a_store_of_another_user_is_not_written),
        TEST(on_a_network_there_is_a_warning_and_no_wal),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
