/*
 * Checkpoints that the world has touched: cut off at every length, with a bit of every byte flipped, forged with a right digest, of another
 * run, version or machine; folders that are locked, disks that are full. Each is noticed, said, and costs no result.
 */
#include "resumed.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "checkpoint.h"
#include "file.h"

enum { FIRST = 20, SIGNED = FIRST + 65 };

/* The smallest net that has all there is but further nets, of which it has what is to be known: 13 KB. */
static const char *const tiny[] = { SHORT, "hidden=[1]", "diagnose=true", "ensemble=true", NULL };

/* A checkpoint of it, of update 13 of 24; to be freed. */
static uint8_t *whole_checkpoint(size_t *size)
{
    watcher w = watching(runs_folder(), 0, 13);
    strata_run_free(trained(tiny, &w));
    return bytes_of(in_run(tiny, "checkpoint"), size);
}

/* Reads a copy that ends where it ends, so that a sanitizer sees a step too far. */
static strata_status read_copy(const uint8_t *bytes, size_t size, checkpoint *out)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0) memcpy(copy, bytes, size);
    strata_status status = checkpoint_read(copy, size, out);
    free(copy);
    return status;
}

static void sign(uint8_t *bytes, size_t size)
{
    char digest[DIGEST_TEXT];
    CHECK_OK(digest_sha256(bytes + SIGNED, size - SIGNED, digest));
    memcpy(bytes + FIRST, digest, DIGEST_TEXT - 1);
}

/* ---- damage -------------------------------------------------------------------------------------------------------------------------- */

static void every_truncation_is_noticed(void **state)
{
    (void)state;
    checkpoint c;
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    CHECK_OK(read_copy(bytes, size, &c));
    assert_int_equal(c.update, 13);
    for (size_t length = 0; length < size; length++) assert_int_equal(read_copy(bytes, length, &c), STRATA_ERR_DATA);
    for (size_t length = SIGNED; length < size; length += length < 2000 ? 1 : 97) { /* and with a digest that says it is whole */
        uint8_t *cut = malloc(length);
        assert_non_null(cut);
        memcpy(cut, bytes, length);
        sign(cut, length);
        assert_int_equal(checkpoint_read(cut, length, &c), STRATA_ERR_DATA);
        free(cut);
    }
    uint8_t *longer = calloc(size + 8, 1);
    assert_non_null(longer);
    memcpy(longer, bytes, size);
    for (size_t more = 1; more <= 8; more++) {
        sign(longer, size + more);
        assert_int_equal(checkpoint_read(longer, size + more, &c), STRATA_ERR_DATA);
    }
    free(longer);
    free(bytes);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    checkpoint c;
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    for (size_t at = 0; at < size; at++) {
        for (int bit = at < 1000 ? 0 : (int)(at % 8); bit < 8; bit += at < 1000 ? 1 : 8) {
            bytes[at] ^= (uint8_t)(1 << bit);
            bool noticed = checkpoint_read(bytes, size, &c) == STRATA_ERR_DATA;
            if (!noticed) fail_msg("bit %d of byte %zu was flipped, and nobody noticed", bit, at);
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
    CHECK_OK(checkpoint_read(bytes, size, &c));
    free(bytes);
}

/* ---- forgery ------------------------------------------------------------------------------------------------------------------------- */

static size_t after_head(const uint8_t *bytes)
{
    size_t at = SIGNED;
    while (!(bytes[at] == '\n' && bytes[at + 1] == '\n')) at++;
    return at + 2;
}

/* A number of 8 bytes at `from` behind the first part becomes x, with a right digest: it is refused, and the sentence says why. */
static void refused_number(const uint8_t *bytes, size_t size, size_t from, double x, bool whole, const char *why)
{
    checkpoint c;
    int64_t integer = (int64_t)x;
    uint8_t *forged = malloc(size);
    assert_non_null(forged);
    memcpy(forged, bytes, size);
    memcpy(forged + after_head(bytes) + from, whole ? (const void *)&integer : (const void *)&x, 8);
    sign(forged, size);
    assert_failed(checkpoint_read(forged, size, &c), STRATA_ERR_DATA, why);
    free(forged);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    checkpoint c;
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    CHECK_OK(checkpoint_read(bytes, size, &c));
    size_t point = 40, layer = point + c.points * 72, facts = layer + c.layer_points * 32;
    assert_true(c.points == 2 && c.layer_points == 2 * 7);
    for (int q = 0; q < 3; q++) {
        refused_number(bytes, size, 0, (double[]){ -2, -1, 25 }[q], true, "its update is outside the run");
        refused_number(bytes, size, 8, (double[]){ 2, -1, 1e18 }[q], true, "started is neither");
        refused_number(bytes, size, 16, (double[]){ -1, NAN, INFINITY }[q], false, "its seconds");
        refused_number(bytes, size, 24, (double[]){ 0, -1, 5 }[q], true, "its curves have more points");
        refused_number(bytes, size, 32, (double[]){ 0, -14, 1e18 }[q], true, "its measurements do not fit");
        refused_number(bytes, size, point, (double[]){ -1, 14, 1e18 }[q], true, "a point of the curves");
        refused_number(bytes, size, layer, (double[]){ -1, 14, 1e18 }[q], true, "a measurement of a layer");
        refused_number(bytes, size, layer + 8, (double[]){ 0, 3, -1 }[q], true, "a measurement of a layer");
        refused_number(bytes, size, layer + 16, (double[]){ -1, 4, 1e18 }[q], true, "a measurement of a layer");
        refused_number(bytes, size, facts, (double[]){ -1, 14, 1e18 }[q], true, "its average");
        refused_number(bytes, size, facts + 8, (double[]){ -2, 14, 1e18 }[q], true, "its best point");
        refused_number(bytes, size, facts + 16, (double[]){ -0.1, 1.1, NAN }[q], false, "its best accuracy");
        refused_number(bytes, size, facts + 24, (double[]){ -1, 3, 1e18 }[q], true, "more points than there are");
        refused_number(bytes, size, facts + 32, (double[]){ -1, 2, 1e18 }[q], true, "more ends of cycles");
    }
    refused_number(bytes, size, facts + 32, 1, true, "its tensors do not fit"); /* of one net more */
    refused_number(bytes, size, 0, 0, true, "more than the start"); /* of update 0 there are no points */
    refused_number(bytes, size, point + 72, 0, true, "a point of the curves"); /* the same update twice */
    refused_number(bytes, size, 0, 7, true, "a point of the curves");          /* a point behind the update */
    free(bytes);
}

/* The first `from` in the first part becomes `to`, with a right digest; to be freed. */
static uint8_t *forged_words(const uint8_t *bytes, size_t *size, const char *from, const char *to)
{
    size_t head = after_head(bytes), at = SIGNED, length = strlen(from), more = strlen(to);
    while (at + length <= head && memcmp(bytes + at, from, length) != 0) at++;
    assert_true(at + length <= head);
    uint8_t *forged = malloc(*size + more);
    assert_non_null(forged);
    memcpy(forged, bytes, at);
    memcpy(forged + at, to, more);
    memcpy(forged + at + more, bytes + at + length, *size - at - length);
    *size = *size - length + more;
    sign(forged, *size);
    return forged;
}

static void words_that_cannot_be_are_refused(void **state)
{
    (void)state;
    checkpoint c;
    char long_line[600];
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    memset(long_line, 'x', sizeof long_line - 1);
    memcpy(long_line, "\nid = ", 6);
    long_line[sizeof long_line - 1] = '\0';
    const char *const wrong[][3] = {
        { "id = ", "di = ", "a line is missing" },
        { "version = ", "version= ", "a line is missing" },
        { "id = ", long_line + 1, "a line is too long" },
        { "seed = 1", "seed = 2", "its id is not that of its settings" },
        { "hidden = [1]", "hidden = [2]", "its id is not that of its settings" },
        { "hidden = [1]", "hidden = [65536,65536,65536]", "its id is not that of its settings" },
        { "data = ", "data = 0", "its id is not that of its settings" },
        { "\nname = ", "\nnumerics = 2\nname = ", "its id is not that of its settings" },
        { "\nname = ", "\nnumerics = 1\nname = ", "its numerics are no number above 1" },
        { "\nname = ", "\nnumerics = x\nname = ", "its numerics are no number above 1" },
        { "seed = 1", "seed = x", "seed = x" },
        { "seed = 1", "sede = 1", "sede" },
        { "cycles = 1", "cycles 1", "key = value" },
        { "n_s = 12", "n_s = 12\n", "key = value" }, /* the first part ends there, and something else comes */
    };
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        size_t length = size;
        uint8_t *forged = forged_words(bytes, &length, wrong[q][0], wrong[q][1]);
        strata_status status = read_copy(forged, length, &c);
        if (q + 1 < sizeof wrong / sizeof *wrong) assert_failed(status, STRATA_ERR_DATA, wrong[q][2]);
        else assert_int_equal(status, STRATA_ERR_DATA);
        free(forged);
    }
    bytes[SIGNED + 2] = '\0';
    sign(bytes, size);
    assert_failed(checkpoint_read(bytes, size, &c), STRATA_ERR_DATA, "is no text");
    memset(bytes + SIGNED, 'x', size - SIGNED);
    sign(bytes, size);
    assert_failed(checkpoint_read(bytes, size, &c), STRATA_ERR_DATA, "has no end");
    free(bytes);
}

/* ---- other machines ------------------------------------------------------------------------------------------------------------------ */

/* Puts a checkpoint with other words in place of the run's. */
static void put_forged(const char *from, const char *to)
{
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    uint8_t *forged = forged_words(bytes, &size, from, to);
    CHECK_OK(file_write(in_run(tiny, "checkpoint"), forged, size));
    free(forged);
    free(bytes);
}

static void other_kernels_are_refused(void **state)
{
    (void)state;
    size_t size, after;
    strata_run *run;
    strata_config *config;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    watcher w = watching(runs_folder(), 0, 0);
    put_forged("kernels = ", "kernels = abacus ");
    uint8_t *before = bytes_of(in_run(tiny, "checkpoint"), &size);
    assert_failed(train_watched(tiny, &w, &run), STRATA_ERR_ARGUMENT, "was written with the kernels abacus");
    assert_null(run);
    uint8_t *left = bytes_of(in_run(tiny, "checkpoint"), &after); /* it is as it was */
    assert_int_equal(size, after);
    assert_memory_equal(before, left, size);
    char *id = strdup(strrchr(in_run(tiny, "."), '/') - 12);
    assert_non_null(id);
    id[12] = '\0';
    CHECK_OK(strata_checkpoint_peek(runs_folder(), id, &facts, &config));
    assert_non_null(strstr(facts.obstacle, "abacus"));
    strata_config_free(config);
    free(id);
    free(before);
    free(left);
}

/* A release is no obstacle: its numerics are the same. */
static void another_release_goes_on(void **state)
{
    (void)state;
    watcher w = watching(runs_folder(), 0, 0);
    put_forged("version = 0", "version = 99.0");
    strata_run *run = trained(tiny, &w), *whole = trained(tiny, NULL);
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
}

/* Files from before settings that came later do not name them: they mean what was done then. */
static void one_from_before_a_setting_goes_on(void **state)
{
    (void)state;
    size_t size;
    watcher w = watching(runs_folder(), 0, 0);
    uint8_t *bytes = whole_checkpoint(&size);
    uint8_t *some = forged_words(bytes, &size, "log_every = 0\n", "");
    uint8_t *older = forged_words(some, &size, "eval_train = 0\n", "");
    CHECK_OK(file_write(in_run(tiny, "checkpoint"), older, size));
    strata_run *run = trained(tiny, &w), *whole = trained(tiny, NULL);
    assert_non_null(strstr(w.sentence, "goes on from update 13 of 24"));
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
    free(bytes);
    free(some);
    free(older);
}

/* The log lies between the measurements and the tensors: where it begins, the sum of the open line, two means of 5 updates. */
static void a_log_is_read_as_it_was_written(void **state)
{
    (void)state;
    static const char *const logged[] = { SHORT, "hidden=[1]", "log_every=5", NULL };
    checkpoint c;
    size_t size, count;
    watcher w = watching(runs_folder(), 0, 13);
    strata_run *run = trained(logged, &w);
    uint8_t *bytes = bytes_of(in_run(logged, "checkpoint"), &size);
    const strata_loss *line = strata_run_losses(run, &count);
    CHECK_OK(checkpoint_read(bytes, size, &c));
    assert_true(c.lines == 2 && c.log_after == 0 && count == 3 && line[2].updates == 3);
    assert_memory_equal(c.line, &line[0].loss, 8);
    assert_memory_equal(c.line + 8, &line[1].loss, 8);
    CHECK_NEAR(c.log_sum / 3, line[2].loss, 1e-15);
    assert_true(c.tensors == c.line + 16);
    size_t log = 40 + c.points * 72;
    for (int q = 0; q < 3; q++) refused_number(bytes, size, log, (double[]){ -1, 14, 1e18 }[q], true, "its log begins outside");
    refused_number(bytes, size, log, 5, true, "its tensors do not fit"); /* there would be one line less */
    for (size_t length = after_head(bytes); length < size; length += length < 2000 ? 1 : 97) {
        uint8_t *cut = malloc(length);
        assert_non_null(cut);
        memcpy(cut, bytes, length);
        sign(cut, length);
        assert_int_equal(checkpoint_read(cut, length, &c), STRATA_ERR_DATA);
        free(cut);
    }
    strata_run_free(run);
    free(bytes);
}

static void other_numerics_are_refused(void **state)
{
    (void)state;
    checkpoint c;
    char id[RUN_ID], was[32], is[32];
    size_t size;
    uint8_t *bytes = whole_checkpoint(&size);
    CHECK_OK(checkpoint_read(bytes, size, &c));
    assert_int_equal(c.numerics, 1);
    CHECK_OK(checkpoint_portable(&c));
    CHECK_OK(run_make_id(&c.config, c.data, 2, id));
    (void)snprintf(was, sizeof was, "id = %.12s", c.id);
    (void)snprintf(is, sizeof is, "id = %s", id);
    uint8_t *renamed = forged_words(bytes, &size, was, is);
    uint8_t *forged = forged_words(renamed, &size, "\nname = ", "\nnumerics = 2\nname = ");
    CHECK_OK(checkpoint_read(forged, size, &c));
    assert_int_equal(c.numerics, 2);
    assert_failed(checkpoint_portable(&c), STRATA_ERR_ARGUMENT, "with numerics 2, and this is");
    free(bytes);
    free(renamed);
    free(forged);
}

static void another_build_is_told(void **state)
{
    (void)state;
    watcher w = watching(runs_folder(), 0, 0);
    put_forged("build = ", "build = another ");
    strata_run *run = trained(tiny, &w), *whole = trained(tiny, NULL);
    assert_non_null(strstr(w.sentence, "another build began it"));
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
}

/* A checkpoint of another run in this one's folder is set aside as a damaged one is. */
static void a_foreign_one_is_set_aside(void **state)
{
    (void)state;
    const char *const other[] = { SHORT, "hidden=[1]", "diagnose=true", "seed=5", NULL };
    size_t size;
    watcher w = watching(runs_folder(), 0, 0);
    uint8_t *bytes = whole_checkpoint(&size);
    CHECK_OK(file_make_folder(in_run(other, ".")));
    CHECK_OK(file_write(in_run(other, "checkpoint"), bytes, size));
    strata_run *run = trained(other, &w), *whole = trained(other, NULL);
    assert_non_null(strstr(w.sentence, "is a checkpoint of run"));
    assert_non_null(strstr(w.sentence, "set aside as"));
    assert_true(file_exists(in_run(other, "checkpoint.damaged")));
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
    free(bytes);
}

/* Whatever lies in its place: nothing, a folder, noise, half of it. The previous one is used, or none, and the end is the same. */
static void a_damaged_one_costs_no_result(void **state)
{
    (void)state;
    strata_run *whole = trained(tiny, NULL);
    for (int kind = 0; kind < 4; kind++) {
        size_t size;
        assert_int_equal(clear_folder(NULL), 0);
        watcher first = watching(runs_folder(), 10, 13), second = watching(runs_folder(), 0, 0);
        strata_run_free(trained(tiny, &first));
        uint8_t *bytes = bytes_of(in_run(tiny, "checkpoint"), &size);
        if (kind == 0) CHECK_OK(file_write(in_run(tiny, "checkpoint"), "", 0));
        if (kind == 1) assert_int_equal(remove(in_run(tiny, "checkpoint")) + mkdir(in_run(tiny, "checkpoint"), 0700), 0);
        if (kind == 2) CHECK_OK(file_write(in_run(tiny, "checkpoint"), bytes, size / 2));
        if (kind == 3) CHECK_OK(file_write(in_run(tiny, "checkpoint"), bytes + 1, size - 1));
        strata_run *run = trained(tiny, &second);
        assert_int_equal(second.told, 2); /* set aside; goes on from the other */
        assert_non_null(strstr(second.sentence, "goes on from update 10 of 24"));
        assert_true(file_exists(in_run(tiny, "checkpoint.damaged")));
        assert_same_bits(whole, run);
        strata_run_free(run);
        free(bytes);
    }
    strata_run_free(whole);
}

/* ---- the world ----------------------------------------------------------------------------------------------------------------------- */

static void a_locked_folder_is_told(void **state)
{
    (void)state;
    int lock;
    strata_run *run;
    watcher w = watching(runs_folder(), 0, 0);
    CHECK_OK(file_make_folder(in_run(tiny, ".")));
    CHECK_OK(file_lock(in_run(tiny, "."), &lock));
    assert_true(lock >= 0);
    run = trained(tiny, &w);
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_ERR_BUSY);
    assert_non_null(strstr(strata_run_facts(run)->sentence, "another process is at work there"));
    assert_int_equal(strata_run_facts(run)->checkpoint, -1);
    strata_run_free(run);
    file_unlock(lock);
    strata_run_free(trained(tiny, &w));
}

/* A disk that is full, has room again, and is full again: the training goes on, says so once each time that it comes, not at every attempt,
 * and the next one that is due is tried. */
static struct rlimit before;

static bool fill_the_disk(void *self, size_t member, long done, long all, double loss)
{
    (void)self;
    (void)member;
    (void)all;
    (void)loss;
    if (done == 4 || done == 16) assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 1000, before.rlim_max }), 0);
    if (done == 12 || done == 17) assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    return done != 19;
}

static void a_full_disk_stops_no_training(void **state)
{
    (void)state;
    strata_run *run, *whole = trained(tiny, NULL);
    watcher w = watching(runs_folder(), 4, 0);
    strata_config *config = small_config(tiny);
    w.checkpoints.self = &w;
    const strata_observer observer = { .size = sizeof observer, .update = fill_the_disk };
    const strata_training how = { .size = sizeof how, .threads = 1, .observer = &observer, .checkpoints = &w.checkpoints };
    (void)getrlimit(RLIMIT_FSIZE, &before);
    (void)signal(SIGXFSZ, SIG_IGN);
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, small_data(), &how, &run));
    strata_config_free(config);
    assert_int_equal(w.told, 2); /* of updates 4 and 16, not of 8 */
    assert_non_null(strstr(w.sentence, "no checkpoint of update 16, that of update 12 is kept"));
    assert_int_equal(strata_run_facts(run)->checkpoint, 19);
    strata_run_free(run);
    watcher again = watching(runs_folder(), 0, 0);
    run = trained(tiny, &again);
    assert_same_bits(whole, run);
    strata_run_free(run);
    strata_run_free(whole);
}

/* What a killed writer left is swept away by the next who trains there. */
static void leftovers_are_swept_away(void **state)
{
    (void)state;
    watcher w = watching(runs_folder(), 0, 0);
    CHECK_OK(file_make_folder(in_run(tiny, ".")));
    CHECK_OK(file_write(in_run(tiny, "checkpoint.tmp.12.34"), "x", 1));
    strata_run_free(trained(tiny, &w));
    assert_false(file_exists(in_run(tiny, "checkpoint.tmp.12.34")));
}

static void nothing_is_left_of_a_run_that_was_saved(void **state)
{
    (void)state;
    watcher w = watching(runs_folder(), 3, 0);
    strata_run *run = trained(tiny, &w);
    CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id));
    assert_false(file_exists(in_run(tiny, ".")));
    CHECK_OK(strata_checkpoint_remove(runs_folder(), strata_run_facts(run)->id)); /* and once more */
    strata_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_truncation_is_noticed, clear_folder),
        cmocka_unit_test_setup(every_flipped_bit_is_noticed, clear_folder),
        cmocka_unit_test_setup(numbers_out_of_range_are_refused, clear_folder),
        cmocka_unit_test_setup(words_that_cannot_be_are_refused, clear_folder),
        cmocka_unit_test_setup(other_kernels_are_refused, clear_folder),
        cmocka_unit_test_setup(another_release_goes_on, clear_folder),
        cmocka_unit_test_setup(one_from_before_a_setting_goes_on, clear_folder),
        cmocka_unit_test_setup(a_log_is_read_as_it_was_written, clear_folder),
        cmocka_unit_test_setup(other_numerics_are_refused, clear_folder),
        cmocka_unit_test_setup(another_build_is_told, clear_folder),
        cmocka_unit_test_setup(a_foreign_one_is_set_aside, clear_folder),
        cmocka_unit_test_setup(a_damaged_one_costs_no_result, clear_folder),
        cmocka_unit_test_setup(a_locked_folder_is_told, clear_folder),
        cmocka_unit_test_setup(a_full_disk_stops_no_training, clear_folder),
        cmocka_unit_test_setup(leftovers_are_swept_away, clear_folder),
        cmocka_unit_test_setup(nothing_is_left_of_a_run_that_was_saved, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
