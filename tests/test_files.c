/*
 * Files as the base module reads, writes and locks them. What the world does to files is done here for real: short and long files, folders
 * and FIFOs in a file's place, a full device, folders that may not be written, a process killed with a lock. Every test must leave the
 * folder empty: nothing may stay beside what was written.
 */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"

#include "file.h"

enum { NOBODY = 65534 };

/* After every test. */
static int left_empty(void **state)
{
    (void)state;
    int left = 0;
    DIR *d = opendir(in_folder("."));
    if (d == NULL) return 1;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.') continue;
        print_error("%s was left in the folder\n", e->d_name);
        left++;
    }
    return closedir(d) != 0 || left > 0;
}

static void spell(const char *path, const char *content)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void assert_content(const char *path, const char *content)
{
    char bytes[64] = { 0 };
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_true(fread(bytes, 1, sizeof bytes - 1, f) == strlen(content));
    assert_int_equal(fclose(f), 0);
    assert_string_equal(bytes, content);
}

static void files_are_read_whole_or_refused(void **state)
{
    (void)state;
    const char *path = in_folder("file");
    uint8_t out[8] = "......", *all;
    size_t size;
    spell(path, "abcde");
    assert_int_equal(file_read_exactly(path, 5, out), STRATA_OK);
    assert_memory_equal(out, "abcde.", 6);
    assert_failed(file_read_exactly(path, 4, out), STRATA_ERR_DATA, path);
    assert_failed(file_read_exactly(path, 6, out), STRATA_ERR_DATA, "5 bytes where 6");
    assert_int_equal(file_read_all(path, 5, &all, &size), STRATA_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(all, "abcde", 6);
    free(all);
    assert_failed(file_read_all(path, 4, &all, &size), STRATA_ERR_DATA, "more than the 4");
    assert_null(all);
    assert_true(file_exists(path));
    spell(path, "");
    assert_int_equal(file_read_all(path, 0, &all, &size), STRATA_OK);
    assert_true(size == 0 && all[0] == 0);
    free(all);
    assert_int_equal(unlink(path), 0);
    assert_failed(file_read_exactly(path, 5, out), STRATA_ERR_DATA, path);
    assert_failed(file_read_all(path, 5, &all, &size), STRATA_ERR_DATA, path);
    assert_failed(file_read_exactly(in_folder("."), 5, out), STRATA_ERR_DATA, "regular");
    assert_failed(file_read_all("/dev/zero", 5, &all, &size), STRATA_ERR_DATA, "/dev/zero");
}

/* A FIFO nobody writes to: a reader that waits for one would wait for ever. */
static void a_fifo_is_refused_without_waiting(void **state)
{
    (void)state;
    const char *path = in_folder("fifo");
    uint8_t out[8];
    int how = 0;
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)alarm(2);
        _exit(file_read_exactly(path, 5, out) == STRATA_ERR_DATA ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_int_equal(unlink(path), 0);
    if (WIFSIGNALED(how)) fail_msg("reading a FIFO waits");
    assert_int_equal(how, 0);
}

static void writing_replaces_a_file_and_leaves_nothing_beside_it(void **state)
{
    (void)state;
    const char *path = in_folder("file");
    assert_int_equal(file_write(path, "first", 5), STRATA_OK);
    assert_content(path, "first");
    FILE *before = fopen(path, "rb");
    assert_int_equal(file_write(path, "2nd", 3), STRATA_OK);
    assert_content(path, "2nd");
    char old[8] = { 0 }; /* whoever had the old file open still has all of it */
    assert_int_equal(fread(old, 1, 8, before), 5);
    assert_string_equal(old, "first");
    assert_int_equal(fclose(before), 0);
    assert_int_equal(file_write(path, "", 0), STRATA_OK);
    assert_content(path, "");
    assert_int_equal(unlink(path), 0);
}

/* As on a full disk: a file may grow to one byte. */
static strata_status write_on_a_full_disk(const char *path, const char *before)
{
    struct rlimit limit = { 0 };
    (void)getrlimit(RLIMIT_FSIZE, &limit);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 1, limit.rlim_max }), 0);
    strata_status status = file_write_after(path, before, "new", 3);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return status;
}

static void a_failed_write_keeps_the_old_file(void **state)
{
    (void)state;
    const char *path = in_folder("file");
    assert_int_equal(file_write(path, "old", 3), STRATA_OK);
    assert_failed(write_on_a_full_disk(path, NULL), STRATA_ERR_STORAGE, path);
    assert_content(path, "old");
    assert_int_equal(unlink(path), 0);
}

static void what_cannot_be_written_says_so(void **state)
{
    (void)state;
    assert_failed(file_write(in_folder("no/such/folder"), "x", 1), STRATA_ERR_STORAGE, "no/such/folder");
    assert_failed(file_write(in_folder("."), "x", 1), STRATA_ERR_STORAGE, "will not be replaced");
    assert_failed(file_write("/proc/strata", "x", 1), STRATA_ERR_STORAGE, "/proc/strata");
    const char *closed = in_folder("closed"), *inside = in_folder("closed/file");
    assert_int_equal(mkdir(closed, 0555), 0);
    bool root = geteuid() == 0;
    if (root) assert_int_equal(chmod(in_folder("."), 0755) + seteuid(NOBODY), 0);
    strata_status status = file_write(inside, "x", 1), made = file_make_folder(inside);
    if (root) assert_int_equal(seteuid(0), 0);
    assert_failed(made, STRATA_ERR_STORAGE, inside);
    assert_int_equal(status, STRATA_ERR_STORAGE);
    assert_int_equal(rmdir(closed), 0);
}

/* Writing to a device or FIFO must not put a regular file in its place (as root that would be the end of /dev/null). */
static void only_regular_files_are_replaced(void **state)
{
    (void)state;
    const char *path = in_folder("fifo");
    struct stat s;
    assert_int_equal(mkfifo(path, 0600), 0);
    (void)file_write(path, "x", 1);
    assert_int_equal(lstat(path, &s), 0);
    assert_int_equal(unlink(path), 0);
    if (!S_ISFIFO(s.st_mode)) fail_msg("file_write replaced a FIFO by a regular file");
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    const char *deep = in_folder("a/b/c"), *file = in_folder("a/file"), *below = in_folder("a/file/x");
    struct stat s;
    assert_int_equal(file_make_folder(deep), STRATA_OK);
    assert_int_equal(file_make_folder(deep), STRATA_OK);
    assert_true(stat(deep, &s) == 0 && S_ISDIR(s.st_mode));
    spell(file, "");
    assert_failed(file_make_folder(file), STRATA_ERR_STORAGE, file);
    assert_failed(file_make_folder(below), STRATA_ERR_STORAGE, below);
    assert_failed(file_make_folder(""), STRATA_ERR_STORAGE, "''");
    assert_int_equal(unlink(file) + rmdir(deep) + rmdir(in_folder("a/b")) + rmdir(in_folder("a")), 0);
}

/* A first file has no old one to keep; a second keeps the first, a third the second; one that fails keeps both. */
static void writing_after_keeps_the_file_before(void **state)
{
    (void)state;
    const char *path = in_folder("file"), *before = in_folder("before");
    assert_int_equal(file_write_after(path, before, "1st", 3), STRATA_OK);
    assert_content(path, "1st");
    assert_false(file_exists(before));
    assert_int_equal(file_write_after(path, before, "second", 6), STRATA_OK);
    assert_int_equal(file_write_after(path, before, "3rd", 3), STRATA_OK);
    assert_content(path, "3rd");
    assert_content(before, "second");
    assert_failed(write_on_a_full_disk(path, before), STRATA_ERR_STORAGE, path);
    assert_content(path, "3rd");
    assert_content(before, "second");
    assert_int_equal(unlink(path) + unlink(before), 0);
}

static void files_are_renamed_and_removed(void **state)
{
    (void)state;
    const char *from = in_folder("from"), *to = in_folder("to");
    spell(from, "new");
    spell(to, "old");
    assert_int_equal(file_rename(from, to), STRATA_OK);
    assert_content(to, "new");
    assert_false(file_exists(from));
    assert_failed(file_rename(from, to), STRATA_ERR_STORAGE, from);
    assert_int_equal(file_remove(to), STRATA_OK);
    assert_false(file_exists(to));
    assert_int_equal(file_remove(to), STRATA_OK);
    assert_failed(file_remove(in_folder(".")), STRATA_ERR_STORAGE, "cannot be removed");
}

/* What a killed writer left goes, what merely looks like it stays. */
static void sweeping_takes_what_a_killed_writer_left(void **state)
{
    (void)state;
    static const char *const left[] = { "model.safetensors.tmp.123.456", "checkpoint.tmp.1.2" };
    static const char *const kept[] = { "model.safetensors", "a.tmp", "notes.tmp.txt", "a.tmp.1", "a.tmp.1.", "a.tmp..1", "a.tmp.1.2x" };
    enum { KEPT = sizeof kept / sizeof *kept };
    for (int q = 0; q < 2; q++) spell(in_folder(left[q]), "half");
    for (size_t q = 0; q < KEPT; q++) spell(in_folder(kept[q]), "whole");
    file_sweep(in_folder("."));
    file_sweep(in_folder("nowhere"));
    for (int q = 0; q < 2; q++) assert_false(file_exists(in_folder(left[q])));
    for (size_t q = 0; q < KEPT; q++) assert_content(in_folder(kept[q]), "whole");
    for (size_t q = 0; q < KEPT; q++) assert_int_equal(unlink(in_folder(kept[q])), 0);
}

/* ---- locks --------------------------------------------------------------------------------------------------------------------------- */

static void a_lock_is_for_one(void **state)
{
    (void)state;
    const char *path = in_folder(".");
    int first, second, none = 0;
    assert_int_equal(file_lock(path, &first), STRATA_OK);
    assert_true(first >= 0);
    assert_true(file_is_locked(path));
    assert_failed(file_lock(path, &second), STRATA_ERR_BUSY, "another process is at work there");
    assert_int_equal(second, -1);
    file_unlock(second);
    file_unlock(first);
    assert_false(file_is_locked(path));
    assert_int_equal(file_lock(path, &second), STRATA_OK);
    file_unlock(second);
    assert_failed(file_lock(in_folder("nowhere"), &none), STRATA_ERR_STORAGE, "nowhere");
    assert_int_equal(none, -1);
}

/* The lock of a process ends with it, however it ends. */
static void a_killed_process_leaves_no_lock(void **state)
{
    (void)state;
    const char *path = in_folder(".");
    int lock, said[2];
    char word = 0;
    assert_int_equal(pipe(said), 0);
    pid_t child = fork();
    if (child == 0) {
        word = file_lock(path, &lock) == STRATA_OK ? 'y' : 'n';
        if (write(said[1], &word, 1) == 1) (void)pause();
        _exit(1);
    }
    assert_int_equal(read(said[0], &word, 1), 1);
    strata_status meanwhile = file_lock(path, &lock);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(word, 'y');
    assert_int_equal(meanwhile, STRATA_ERR_BUSY);
    assert_int_equal(file_lock(path, &lock), STRATA_OK);
    file_unlock(lock);
    assert_int_equal(close(said[0]) + close(said[1]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_are_read_whole_or_refused, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(a_fifo_is_refused_without_waiting, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(writing_replaces_a_file_and_leaves_nothing_beside_it, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(a_failed_write_keeps_the_old_file, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_says_so, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(only_regular_files_are_replaced, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(folders_are_made_with_their_parents, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(writing_after_keeps_the_file_before, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(files_are_renamed_and_removed, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(sweeping_takes_what_a_killed_writer_left, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(a_lock_is_for_one, empty_folder, left_empty),
        cmocka_unit_test_setup_teardown(a_killed_process_leaves_no_lock, empty_folder, left_empty),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
