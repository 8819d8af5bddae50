/*
 * What the store survives: files cut short, flipped bits, a locked store, 16 processes at once, writers killed in the middle, a file
 * that may not grow, allocations that fail. After each, every run is whole or absent and SQLite finds the file sound. Philox fixes what is
 * random, but for the moment of a kill.
 */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stored.h"

#include "answered.h"
#include "clock.h"
#include "file.h"
#include "random.h"

#ifdef __SANITIZE_ADDRESS__
enum { RUNS_EACH = 20 }; /* which take as long as 120 without, and nobody may wait for 10 s */
#else
enum { RUNS_EACH = 60 };
#endif
enum { PROCESSES = 16, KILLS = 30, VICTIMS = 5 };

static void pause_ms(long ms)
{
    (void)nanosleep(&(const struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* Waits for the child; true when it ended by _exit(0). */
static bool ended_well(pid_t child)
{
    int how = -1;
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) {}
    return WIFEXITED(how) && WEXITSTATUS(how) == 0;
}

/* In a child: says what went wrong and ends. */
static void or_end(strata_status status)
{
    if (status == STRATA_OK) return;
    (void)fprintf(stderr, "child: %s\n", strata_error());
    _exit(1);
}

/* ---- damage ----------------------------------------------------------------------------------------------------------------------- */

static strata_status take_run(void *self, const store_run *run, const char *label)
{
    return *(size_t *)self += strlen(run->id) + strlen(run->config) + strlen(label), STRATA_OK;
}

static strata_status take_point(void *self, const strata_point *point)
{
    return *(size_t *)self += (size_t)point->update, STRATA_OK;
}

static strata_status take_layer_point(void *self, const store_layer_point *point)
{
    return *(size_t *)self += strlen(point->what), STRATA_OK;
}

static strata_status take_pair(void *self, const char *key, const char *value)
{
    return *(size_t *)self += strlen(key) + strlen(value), STRATA_OK;
}

static strata_status take_confusion(void *self, const store_confusion *cell)
{
    return *(size_t *)self += (size_t)cell->part, STRATA_OK;
}

static strata_status take_certainty(void *self, const store_certainty *bin)
{
    return *(size_t *)self += (size_t)bin->part, STRATA_OK;
}

static strata_status take_artifact(void *self, const store_artifact *artifact)
{
    return *(size_t *)self += strlen(artifact->path) + strlen(artifact->sha256), STRATA_OK;
}

/* OK, or a failure of the file, with a sentence. */
static void assert_honest(strata_status status)
{
    if (status == STRATA_OK) return;
    assert_true(status == STRATA_ERR_DATA || status == STRATA_ERR_STORAGE);
    assert_non_null(strstr(strata_error(), in_folder("")));
}

/* Opens the file and uses everything in it. True when it was refused at the door. */
static bool use_damaged(const char *name, store_mode mode)
{
    store *s;
    salted r;
    size_t taken = 0;
    text csv = { 0 };
    strata_status status = store_open(in_folder(name), mode, &s);
    assert_honest(status);
    if (status != STRATA_OK) return true;
    assert_honest(store_each_run(s, NULL, take_run, &taken));
    assert_honest(store_each_run(s, "x", take_run, &taken));
    for (int number = 0; number < 8; number++) {
        const char *id = salt_run(&r, number, 1)->id;
        assert_honest(store_each_point(s, id, take_point, &taken));
        assert_honest(store_each_layer_point(s, id, take_layer_point, &taken));
        assert_honest(store_each_confusion(s, id, take_confusion, &taken));
        assert_honest(store_each_certainty(s, id, take_certainty, &taken));
        assert_honest(store_each_artifact(s, id, take_artifact, &taken));
        assert_honest(store_each_env(s, id, take_pair, &taken));
        assert_honest(store_each_setting(s, id, take_pair, &taken));
    }
    assert_honest(answered(s, "SELECT * FROM run JOIN point ON run = id", &csv));
    if (mode == STORE_READ_WRITE) assert_honest(store_put_run(s, salt_run(&r, 3, 11)));
    text_free(&csv);
    store_close(s);
    return false;
}

static void spoil(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *f = fopen(in_folder(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
    (void)remove(in_folder("b-wal"));
    (void)remove(in_folder("b-shm"));
}

/* The bytes of a sound store of 8 runs and one experiment. */
static uint8_t *sound_bytes(size_t *size)
{
    salted r;
    uint8_t *bytes;
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x" }));
    for (int number = 0; number < 8; number++) {
        store_run run = *salt_run(&r, number, 20 + number);
        run.config = "hidden = [50,50]\nbn = true\n";
        CHECK_OK(store_put_run(s, &run));
        CHECK_OK(store_link(s, "x", run.id, number, "label"));
    }
    store_close(s);
    CHECK_OK(file_read_all(in_folder("a"), 1 << 24, &bytes, size));
    return bytes;
}

static void a_file_cut_short_is_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = sound_bytes(&size);
    random_stream cuts = random_named(1, "cuts");
    spoil("b", bytes, size);
    assert_false(use_damaged("b", STORE_READ_ONLY));
    for (uint64_t cut = 0; cut < 150; cut++) {
        size_t length = cut < 40 ? (cut + 1) * 4096 % size : 1 + random_below(cuts, cut, 0, size - 1);
        if (length == 0) continue; /* an empty file is a store to be made */
        spoil("b", bytes, length);
        if (!use_damaged("b", cut % 2 == 0 ? STORE_READ_ONLY : STORE_READ_WRITE)) fail_msg("%zu of %zu bytes were taken", length, size);
    }
    free(bytes);
}

/* A flipped bit of a value cannot be seen, one of the structure is; neither may do more than fail. */
static void flipped_bits_are_refused_or_read(void **state)
{
    (void)state;
    size_t size, refused = 0;
    uint8_t *bytes = sound_bytes(&size);
    random_stream flips = random_named(1, "flips");
    for (uint64_t flip = 0; flip < 600; flip++) {
        size_t at = random_below(flips, flip, 0, flip % 3 == 0 ? 100 : size); /* every third in the header of the file */
        if (flip % 3 == 1) at = at / 4096 * 4096 + at % 64; /* and one in the header of a page */
        uint8_t bit = (uint8_t)(1u << random_below(flips, flip, 1, 8));
        bytes[at] ^= bit;
        spoil("b", bytes, size);
        refused += use_damaged("b", flip % 2 == 0 ? STORE_READ_ONLY : STORE_READ_WRITE);
        bytes[at] ^= bit;
    }
    print_message("%zu of 600 flips were refused at the door\n", refused);
    assert_true(refused > 200);
    free(bytes);
}

/* ---- company ---------------------------------------------------------------------------------------------------------------------- */

static void a_writer_waits_and_a_reader_does_not(void **state)
{
    (void)state;
    salted r;
    size_t taken = 0;
    int ready[2];
    char byte;
    store *s = opened("a");
    CHECK_OK(store_put_run(s, salt_run(&r, 1, 3)));
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        bool well = sqlite3_open(in_folder("a"), &db) == SQLITE_OK && sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK
                    && write(ready[1], "", 1) == 1;
        pause_ms(500);
        _exit(!(well && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK));
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    double since = clock_seconds();
    CHECK_OK(store_each_run(s, NULL, take_run, &taken));
    assert_true(clock_seconds() - since < 0.25);
    CHECK_OK(store_put_run(s, salt_run(&r, 2, 3)));
    assert_true(clock_seconds() - since > 0.25);
    assert_true(ended_well(child));
    assert_true(close(ready[0]) == 0 && close(ready[1]) == 0);
    store_close(s);
    assert_whole_runs("a");
}

static void write_many(int process)
{
    store *s;
    salted r;
    or_end(store_open(in_folder("a"), STORE_READ_WRITE, &s));
    for (int run = 0; run < RUNS_EACH; run++) or_end(store_put_run(s, salt_run(&r, process * RUNS_EACH + run, 1 + run % 10)));
    store_close(s);
    _exit(0);
}

static void processes_write_one_store_at_once(void **state)
{
    (void)state;
    pid_t child[PROCESSES];
    char due[32];
    bool well = true;
    double since = clock_seconds();
    for (int p = 0; p < PROCESSES; p++) {
        child[p] = fork();
        if (child[p] == 0) write_many(p);
    }
    for (int p = 0; p < PROCESSES; p++) well = ended_well(child[p]) && well;
    print_message("%d runs in %.1f s\n", PROCESSES * RUNS_EACH, clock_seconds() - since);
    assert_true(well);
    (void)snprintf(due, sizeof due, "%d", PROCESSES * RUNS_EACH);
    assert_says("a", "SELECT count(*) FROM run", due);
    assert_whole_runs("a");
}

/* Writes runs over and over, ever new salts, until it is killed; a byte for every one that is safe. */
static void write_until_killed(int salt, int tell)
{
    store *s;
    salted r;
    or_end(store_open(in_folder("a"), STORE_READ_WRITE, &s));
    for (;; salt++) {
        or_end(store_put_run(s, salt_run(&r, salt % VICTIMS, salt)));
        if (write(tell, &salt, sizeof salt) != sizeof salt) _exit(1);
    }
}

static void a_killed_writer_leaves_whole_runs(void **state)
{
    (void)state;
    int salt = 1, last, said[2];
    char sql[64];
    random_stream kills = random_named((uint64_t)getpid(), "kills");
    for (uint64_t kill_number = 0; kill_number < KILLS; kill_number++) {
        assert_int_equal(pipe(said), 0);
        pid_t child = fork();
        if (child == 0) write_until_killed(salt, said[1]);
        assert_int_equal(close(said[1]), 0);
        assert_int_equal(read(said[0], &last, sizeof last), sizeof last);
        pause_ms((long)random_below(kills, kill_number, 0, 40));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_false(ended_well(child));
        while (read(said[0], &last, sizeof last) == sizeof last) {}
        assert_int_equal(close(said[0]), 0);
        assert_whole_runs("a");
        (void)snprintf(sql, sizeof sql, "SELECT max(updates) - %d IN (0, 1) FROM run", last); /* what was safe is there */
        assert_says("a", sql, "1");
        salt = last + 2;
    }
    print_message("%d runs written between %d kills\n", salt, KILLS);
}

/* ---- what runs out ---------------------------------------------------------------------------------------------------------------- */

static void write_beyond_the_limit(void)
{
    salted r;
    store *s;
    strata_status status = STRATA_OK;
    struct rlimit limit;
    or_end(store_open(in_folder("a"), STORE_READ_WRITE, &s));
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || getrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 400000;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    int number = 0;
    while (status == STRATA_OK && number < 1000) status = store_put_run(s, salt_run(&r, number++, 60));
    if (status != STRATA_ERR_STORAGE || strata_error()[0] == '\0' || number < 3) _exit(3);
    limit.rlim_cur = before;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    or_end(store_put_run(s, salt_run(&r, number, 60))); /* there is room again */
    store_close(s);
    _exit(0);
}

static void a_full_disk_loses_only_the_run_that_did_not_fit(void **state)
{
    (void)state;
    store_close(opened("a"));
    pid_t child = fork();
    if (child == 0) write_beyond_the_limit();
    assert_true(ended_well(child));
    assert_whole_runs("a");
    assert_says("a", "SELECT count(*) > 2 AND count(*) = (SELECT max(CAST(substr(id, 5) AS INTEGER)) FROM run) FROM run", "1");
}

static sqlite3_mem_methods real_memory;
static long allocations_left;

static void *failing_malloc(int size)
{
    return --allocations_left == 0 ? NULL : real_memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
    return --allocations_left == 0 ? NULL : real_memory.xRealloc(old, size);
}

/* A store is opened, written and read while allocation n of SQLite fails, for growing n until none does. */
static void starve(void)
{
    salted r;
    sqlite3_mem_methods failing;
    if (sqlite3_shutdown() != SQLITE_OK || sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) _exit(2);
    failing = real_memory;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK || sqlite3_initialize() != SQLITE_OK) _exit(2);
    long failures = 0;
    for (long n = 1;; n += 1 + n / 12) {
        store *s;
        text csv = { 0 };
        size_t taken = 0;
        allocations_left = n;
        strata_status status = store_open(in_folder("a"), STORE_READ_WRITE, &s);
        if (status == STRATA_OK) status = store_put_run(s, salt_run(&r, 1, 12));
        if (status == STRATA_OK) status = store_each_run(s, NULL, take_run, &taken);
        if (status == STRATA_OK) status = answered(s, "SELECT * FROM point ORDER BY train_loss", &csv);
        text_free(&csv);
        store_close(s);
        if (allocations_left > 0) _exit(status == STRATA_OK && failures > 40 ? 0 : 4);
        failures += status != STRATA_OK; /* SQLite does without some that fail */
        if (status != STRATA_OK && status != STRATA_ERR_MEMORY) or_end(status);
        if (sqlite3_memory_used() > 0) _exit(5);
    }
}

static void no_memory_is_said_and_nothing_leaks(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) starve();
    assert_true(ended_well(child));
    assert_whole_runs("a");
    assert_says("a", "SELECT count(*) FROM run", "1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(a_file_cut_short_is_refused),
        TEST(flipped_bits_are_refused_or_read),
        TEST(a_writer_waits_and_a_reader_does_not),
        TEST(processes_write_one_store_at_once),
        TEST(a_killed_writer_leaves_whole_runs),
        TEST(a_full_disk_loses_only_the_run_that_did_not_fit),
        TEST(no_memory_is_said_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
