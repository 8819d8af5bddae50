/*
 * A fetch without a network in a world that fails: out of an archive, from a folder, and the file that grows. Whatever fails, the set is
 * whole under its name or not there, and the next fetch brings it. Servers and archives that are traps: tests/run_fetch.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulty.h"
#include "fetch.h"
#include "file.h"
#include "folder.h"
#include "stored.h"
#include "unpack.h"

enum { BLOCK = 512, BLOCKS = 2 + 3 + 3 + 2 };
static const char *const name[] = { "one", "two" };
static uint8_t content[2][1000];
static char digest[3][DIGEST_TEXT];
static uint8_t archive[BLOCKS * BLOCK];

/* A head of POSIX's tar: name, mode, size, sum of its bytes with eight blanks in the place of the sum. */
static void put_head(uint8_t *at, const char *member, char kind, size_t size)
{
    unsigned sum = 0;
    (void)snprintf((char *)at, 100, "%s", member);
    (void)snprintf((char *)at + 100, 8, "%07o", 0644u);
    (void)snprintf((char *)at + 124, 12, "%011zo", size);
    (void)snprintf((char *)at + 136, 12, "%011o", 0u);
    at[156] = (uint8_t)kind;
    memcpy(at + 257, "ustar\00000", 8);
    memset(at + 148, ' ', 8);
    for (int b = 0; b < BLOCK; b++) sum += at[b];
    (void)snprintf((char *)at + 148, 8, "%06o", sum);
}

/* set/, set/one and set/two, and the two empty blocks of its end. */
static void make_archive(void)
{
    uint8_t *at = archive + BLOCK;
    put_head(archive, "set/", '5', 0);
    for (int f = 0; f < 2; f++) {
        char member[16];
        for (size_t b = 0; b < sizeof content[f]; b++) content[f][b] = (uint8_t)(b * b + (size_t)f);
        (void)snprintf(member, sizeof member, "set/%s", name[f]);
        put_head(at, member, '0', sizeof content[f]);
        memcpy(at + BLOCK, content[f], sizeof content[f]);
        at += 3 * BLOCK;
        CHECK_OK(digest_sha256(content[f], sizeof content[f], digest[f]));
    }
    CHECK_OK(digest_sha256(archive, sizeof archive, digest[2]));
}

/* ---- the world, and what is done in it ----------------------------------------------------------------------------------------------- */

static fetch_file file[2];
static fetch_set set;
static const char *from;
static char *place;
static bool new_one;

static void describe(bool packed)
{
    for (int f = 0; f < 2; f++) file[f] = (fetch_file){ .due = { name[f], sizeof content[f], digest[f] } };
    set = (fetch_set){ .name = "set", .file = file, .files = 2, .top = "set" };
    if (packed) set.archive = (fetch_file){ .due = { "set.tar", sizeof archive, digest[2] } };
    from = packed ? "set.tar" : "loose";
}

static void tidy(void)
{
    (void)empty_tree(NULL);
    CHECK_OK(file_make_folder(in_folder("loose")));
    CHECK_OK(file_write(in_folder("set.tar"), archive, sizeof archive));
    for (int f = 0; f < 2; f++) {
        char path[40];
        (void)snprintf(path, sizeof path, "loose/%s", name[f]);
        CHECK_OK(file_write(in_folder(path), content[f], sizeof content[f]));
    }
}

static strata_status bring(void)
{
    fetch_request r = { .home = in_folder("home"), .from = in_folder(from) };
    return fetch(&set, &r, &place, &new_one);
}

static void look_at_files(void)
{
    for (int f = 0; f < 2; f++) {
        char path[40];
        uint8_t bytes[sizeof content[f]];
        (void)snprintf(path, sizeof path, "home/set/%s", name[f]);
        CHECK_OK(file_read_exactly(in_folder(path), sizeof bytes, bytes));
        assert_memory_equal(bytes, content[f], sizeof bytes);
    }
}

/* Whole or not there; and what failed is no hindrance. */
static void look_at_set(strata_status status, char *result)
{
    bool there = file_exists(in_folder("home/set"));
    if (status == STRATA_OK) assert_true(there && new_one && place != NULL);
    else assert_null(place);
    if (there) look_at_files();
    free(place);
    place = NULL;
    CHECK_OK(bring());
    assert_int_equal(new_one, !there);
    look_at_files();
    assert_false(file_exists(in_folder("home/set.fetch")));
    free(place);
    place = NULL;
    (void)snprintf(result, FAULTY_RESULT, "whole");
}

static void sets_survive(void **state)
{
    (void)state;
    describe(false);
    faulty(&(faulty_operation){ "fetch from a folder", tidy, bring, look_at_set, 4 });
    if (!unpack_available()) return;
    describe(true);
    faulty(&(faulty_operation){ "fetch from an archive", tidy, bring, look_at_set, 4 });
}

/* ---- the file that grows ------------------------------------------------------------------------------------------------------------- */

static void half_there(void)
{
    (void)empty_tree(NULL);
    CHECK_OK(file_write(in_folder("f.part"), content[0], 400));
}

static strata_status grow(void)
{
    part_file p;
    const char *path = in_folder("f"); /* it lives for four calls */
    TRY(part_open(path, &p));
    strata_status status = p.size > sizeof content[0] ? part_begin_anew(&p) : STRATA_OK;
    for (size_t at = (size_t)p.size; at < sizeof content[0] && status == STRATA_OK; at += 100) status = part_add(&p, content[0] + at, 100);
    if (status == STRATA_OK) status = part_finish(&p, &(part_due){ "f", sizeof content[0], digest[0] });
    part_close(&p);
    return status;
}

static void look_at_grown(strata_status status, char *result)
{
    uint8_t bytes[sizeof content[0]];
    if (status != STRATA_OK && !file_exists(in_folder("f"))) {
        size_t size;
        uint8_t *part; /* what has come, and nothing else: half a write was written */
        CHECK_OK(file_read_all(in_folder("f.part"), sizeof bytes, &part, &size));
        assert_true(size >= 400);
        assert_memory_equal(part, content[0], size);
        free(part);
        return;
    }
    CHECK_OK(file_read_exactly(in_folder("f"), sizeof bytes, bytes));
    assert_memory_equal(bytes, content[0], sizeof bytes);
    (void)snprintf(result, FAULTY_RESULT, "whole");
}

static void a_file_that_grows_survives(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "part", half_there, grow, look_at_grown, 0 });
}

/* ---- what is refused ----------------------------------------------------------------------------------------------------------------- */

static void calls_that_are_wrong(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", ".", "..", "a/b", ".made" };
    describe(false);
    for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
        set.name = wrong[w];
        assert_failed(bring(), STRATA_ERR_ARGUMENT, "is_plain");
        set.name = "set";
        file[1].due.name = wrong[w];
        assert_failed(bring(), STRATA_ERR_ARGUMENT, "is_plain");
        file[1].due.name = name[1];
    }
    set.files = 0;
    assert_failed(bring(), STRATA_ERR_ARGUMENT, "files > 0");
}

/* The right files or nothing. */
static void try_archive(const uint8_t *bytes, size_t size, const char *what, size_t number)
{
    tidy();
    CHECK_OK(file_write(in_folder("set.tar"), bytes, size));
    strata_status status = bring();
    if (status != STRATA_OK && status != STRATA_ERR_DATA) fail_msg("%s %zu: %s", what, number, strata_error());
    assert_int_equal(file_exists(in_folder("home/set")), status == STRATA_OK);
    if (status == STRATA_OK) look_at_files();
    free(place);
    place = NULL;
}

static void archives_that_end_or_lie(void **state)
{
    (void)state;
    static const size_t heads[] = { 0, 1, 4 }; /* blocks */
    static uint8_t bad[sizeof archive];
    if (!unpack_available()) skip();
    describe(true);
    set.archive.due = (part_due){ .name = "set.tar" };
    for (size_t size = 0; size < sizeof archive; size += 200) try_archive(archive, size, "the end at byte", size);
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
        for (size_t b = 0; b < BLOCK; b += b < 160 ? 7 : 50) {
            memcpy(bad, archive, sizeof bad);
            bad[heads[h] * BLOCK + b] ^= (uint8_t)(1u << b % 7);
            try_archive(bad, sizeof bad, "a bit turned in byte", heads[h] * BLOCK + b);
        }
    }
}

static int set_up(void **state)
{
    make_archive();
    return faulty_set_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sets_survive, empty_tree),
        cmocka_unit_test_setup(a_file_that_grows_survives, empty_tree),
        cmocka_unit_test_setup(calls_that_are_wrong, empty_tree),
        cmocka_unit_test_setup(archives_that_end_or_lie, empty_tree),
    };
    int failed = cmocka_run_group_tests(tests, set_up, remove_tree);
    faulty_sum();
    return failed;
}
