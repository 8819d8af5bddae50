/*
 * Data sets: the synthetic one against its golden digests, the official layout on disk and what is refused of it, the split with its
 * standardisation against sums in long double, the mini-batches. The whole synthetic set of seed 1 is drawn once, written once to a
 * folder, and damaged there; each test mends what it damaged.
 */
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_strata.h"

#include "sampler.h"
#include "dataset.h"
#include "split.h"
#include "synth.h"

enum { PATH = 256, RECORD = 3073, FILE_BYTES = 10000 * RECORD };

/* SHA-256 of the 3073-byte records of images 0..9999 and 50000..59999 of seed 1. Found by a program apart from strata. */
static const char first_golden[] = "361ee6e1b28e50fdceb39a53bcbc60684f7e8877d3d8308f62e891c55590f4a1";
static const char test_golden[] = "84be77e4e1f75a41cbe5283af7e71cef38b20b69691385bcc9cf2f9bf34369f4";

static char folder[64];
static strata_data *whole;

static const char *in_folder(const char *name)
{
    static char path[2][PATH];
    static int turn;
    turn = !turn;
    (void)snprintf(path[turn], PATH, "%s/%s", folder, name);
    return path[turn];
}

static int draw_and_write(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strata-data-XXXXXX");
    if (mkdtemp(folder) == NULL) return 1;
    return strata_data_synthetic(1, 0, &whole) != STRATA_OK || strata_data_write(whole, folder) != STRATA_OK;
}

static int remove_all(void **state)
{
    (void)state;
    for (int f = 0; f < DATA_FILES; f++) (void)unlink(in_folder(data_file_names[f]));
    (void)unlink(in_folder("batches.meta.txt"));
    strata_data_free(whole);
    return rmdir(folder);
}

/* ---- drawing ---------------------------------------------------------------------------------------------------------------------- */

static strata_data *drawn(uint64_t seed, int per_file, int threads)
{
    strata_data *data = NULL;
    CHECK_OK(data_draw(seed, per_file, threads, &data));
    return data;
}

static void every_file_holds_every_class_equally(void **state)
{
    (void)state;
    strata_data *data = drawn(5, 20, 1);
    const strata_data_facts *facts = strata_data_describe(data);
    for (int e = 0; e < 6 * STRATA_CLASSES; e++) {
        assert_int_equal(facts->counts[e], 2);
        assert_int_equal(strata_data_describe(whole)->counts[e], 1000);
    }
    strata_data_free(data);
}

static void the_bytes_do_not_depend_on_the_threads(void **state)
{
    (void)state;
    strata_data *one = drawn(5, 20, 1);
    for (int threads = 0; threads <= 3; threads++) {
        strata_data *more = drawn(5, 20, threads);
        assert_memory_equal(more->image, one->image, 120 * STRATA_PIXELS);
        assert_memory_equal(more->label, one->label, 120);
        assert_string_equal(strata_data_describe(more)->digest, strata_data_describe(one)->digest);
        strata_data_free(more);
    }
    strata_data_free(one);
}

/* Image (seed, index) is the same whether it is drawn alone, last, in a small set or in the whole one; other seeds give other images. */
static void an_image_is_a_function_of_seed_and_index(void **state)
{
    (void)state;
    uint8_t record[RECORD], other[RECORD];
    strata_data *small = drawn(1, 20, 2);
    for (int j = 120; j-- > 0;) {
        int f = j / 20, index = f * DATA_PER_FILE + j % 20;
        synth_record(1, (uint32_t)index, record);
        synth_record(2, (uint32_t)index, other);
        assert_int_equal(record[0], small->label[j]);
        assert_memory_equal(record + 1, small->image + j * STRATA_PIXELS, STRATA_PIXELS);
        assert_memory_equal(record + 1, whole->image + (size_t)index * STRATA_PIXELS, STRATA_PIXELS);
        assert_memory_not_equal(record + 1, other + 1, STRATA_PIXELS);
    }
    strata_data_free(small);
}

static void the_synthetic_set_has_its_golden_digests(void **state)
{
    (void)state;
    const strata_data_facts *facts = strata_data_describe(whole);
    char all[6 * 64], digest[DIGEST_TEXT];
    assert_string_equal(facts->file_digests[0], first_golden);
    assert_string_equal(facts->file_digests[5], test_golden);
    assert_string_equal(facts->kind, "synthetic");
    assert_string_equal(facts->source, "built in (seed 1)");
    assert_string_equal(facts->class_names[9], "dots");
    for (int f = 0; f < 6; f++) memcpy(all + 64 * f, facts->file_digests[f], 64);
    CHECK_OK(digest_sha256(all, sizeof all, digest));
    assert_string_equal(facts->digest, digest);
}

/* ---- on disk ---------------------------------------------------------------------------------------------------------------------- */

/* Exchanges one byte of a file for another and returns what it was. */
static uint8_t exchange(const char *name, off_t at, uint8_t byte)
{
    uint8_t was = 0;
    int fd = open(in_folder(name), O_RDWR);
    assert_true(fd >= 0);
    assert_true(pread(fd, &was, 1, at) == 1 && pwrite(fd, &byte, 1, at) == 1);
    assert_int_equal(close(fd), 0);
    return was;
}

/* Opening fails with STRATA_ERR_DATA, makes nothing, and its sentence has this word in it. */
static void assert_refused(const char *word)
{
    strata_data *data = whole;
    strata_status status = strata_data_open(folder, &data);
    if (status != STRATA_ERR_DATA) fail_msg("status %d, due to %s", (int)status, word);
    assert_null(data);
    if (strstr(strata_error(), word) == NULL) fail_msg("'%s' is not in the sentence '%s'", word, strata_error());
}

static void assert_opens_as(const char *kind, bool same_digest)
{
    strata_data *data;
    CHECK_OK(strata_data_open(folder, &data));
    const strata_data_facts *facts = strata_data_describe(data);
    assert_string_equal(facts->kind, kind);
    assert_string_equal(facts->source, folder);
    assert_string_equal(facts->class_names[0], strcmp(kind, "synthetic") == 0 ? "disc" : "airplane");
    assert_true((strcmp(facts->digest, strata_data_describe(whole)->digest) == 0) == same_digest && facts->known == same_digest);
    if (same_digest) {
        assert_memory_equal(data->label, whole->label, 60000);
        assert_int_equal(memcmp(data->image, whole->image, (size_t)60000 * STRATA_PIXELS), 0);
    }
    strata_data_free(data);
}

static void a_written_set_is_read_back(void **state)
{
    (void)state;
    uint8_t record[RECORD], due[RECORD];
    synth_record(1, 59999, due);
    int fd = open(in_folder("test_batch.bin"), O_RDONLY);
    assert_int_equal(lseek(fd, 0, SEEK_END), FILE_BYTES);
    assert_int_equal(pread(fd, record, RECORD, FILE_BYTES - RECORD), RECORD);
    assert_int_equal(close(fd), 0);
    assert_memory_equal(record, due, RECORD);
    assert_opens_as("synthetic", true);
}

static void files_of_another_length_are_refused(void **state)
{
    (void)state;
    for (int f = 0; f < DATA_FILES; f++) {
        const char *name = data_file_names[f], *path = in_folder(name);
        uint8_t last = exchange(name, FILE_BYTES - 1, 0);
        assert_int_equal(truncate(path, FILE_BYTES - 1), 0);
        assert_refused(path);
        assert_int_equal(truncate(path, f == 0 ? FILE_BYTES + 1 : FILE_BYTES), 0);
        assert_int_equal(exchange(name, FILE_BYTES - 1, last), 0);
        if (f > 0) continue;
        assert_refused(path);
        assert_int_equal(truncate(path, FILE_BYTES), 0);
    }
}

static void something_else_than_a_file_is_refused(void **state)
{
    (void)state;
    char path[PATH], beside[PATH];
    strata_data *data;
    (void)snprintf(path, PATH, "%s", in_folder("data_batch_2.bin"));
    (void)snprintf(beside, PATH, "%s", in_folder("beside"));
    assert_int_equal(rename(path, beside), 0);
    assert_refused(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(path);
    assert_int_equal(rmdir(path) + symlink("data_batch_2.bin", path), 0);
    assert_int_not_equal(strata_data_open(folder, &data), STRATA_OK); /* a link to itself */
    assert_int_equal(unlink(path) + rename(beside, path), 0);
    assert_int_equal(strata_data_open("/no/such/folder", &data), STRATA_ERR_DATA);
    assert_int_equal(strata_data_open(path, &data), STRATA_ERR_DATA);
    assert_int_equal(strata_data_open(NULL, &data), STRATA_ERR_ARGUMENT);
}

static void a_label_of_ten_is_refused_wherever_it_is(void **state)
{
    (void)state;
    static const int wrong[3][2] = { { 0, 10 }, { 5000, 128 }, { 9999, 255 } };
    uint8_t other = exchange("test_batch.bin", 0, 10); /* files are read side by side, and what is said is of the first */
    for (int q = 0; q < 3; q++) {
        char image[64];
        (void)snprintf(image, sizeof image, "/data_batch_1.bin: image %d has the label %d,", wrong[q][0], wrong[q][1]);
        uint8_t was = exchange("data_batch_1.bin", wrong[q][0] * RECORD, (uint8_t)wrong[q][1]);
        assert_refused(image);
        assert_int_equal(exchange("data_batch_1.bin", wrong[q][0] * RECORD, was), wrong[q][1]);
    }
    assert_int_equal(exchange("test_batch.bin", 0, other), 10);
}

/* One image more of a class than of another, in training or in test; the sentence names the folder, for no one file is at fault. */
static void unequal_classes_are_refused(void **state)
{
    (void)state;
    static const char *const files[] = { "data_batch_4.bin", "test_batch.bin" };
    for (int q = 0; q < 2; q++) {
        uint8_t was = exchange(files[q], 7 * RECORD, 0);
        (void)exchange(files[q], 7 * RECORD, (uint8_t)((was + 1) % 10));
        assert_refused(folder);
        (void)exchange(files[q], 7 * RECORD, was);
    }
}

/* Every byte counts in the digests. What data it is when they are unknown, the class names beside it tell, or nobody. */
static void a_flipped_pixel_is_another_data_set(void **state)
{
    (void)state;
    const off_t at = 4321 * RECORD + 1234;
    uint8_t was = exchange("data_batch_5.bin", at, 0);
    (void)exchange("data_batch_5.bin", at, was ^ 1);
    assert_opens_as("synthetic", false);
    (void)exchange("batches.meta.txt", 3, 'k'); /* "disk" */
    assert_opens_as("unknown", false);
    (void)exchange("batches.meta.txt", 3, 'c');
    assert_int_equal(truncate(in_folder("batches.meta.txt"), 40), 0); /* the first names alone */
    assert_opens_as("unknown", false);
    (void)exchange("data_batch_5.bin", at, was); /* the set of seed 1 is known by its digests */
    assert_int_equal(unlink(in_folder("batches.meta.txt")), 0);
    assert_opens_as("synthetic", true);
}

static void writing_ends_with_the_class_names_or_fails(void **state)
{
    (void)state;
    char path[PATH];
    struct stat s;
    strata_data *small = drawn(1, 20, 1);
    (void)snprintf(path, PATH, "%s", in_folder("new"));
    assert_int_equal(mkdir(path, 0700) + mkdir(in_folder("new/test_batch.bin"), 0700), 0);
    assert_int_equal(strata_data_write(small, path), STRATA_ERR_STORAGE);
    assert_int_not_equal(stat(in_folder("new/batches.meta.txt"), &s), 0);
    assert_int_equal(rmdir(in_folder("new/test_batch.bin")), 0);
    CHECK_OK(strata_data_write(small, path));
    assert_true(stat(in_folder("new/batches.meta.txt"), &s) == 0 && s.st_size > 60);
    assert_int_equal(strata_data_write(small, in_folder("new/batches.meta.txt")), STRATA_ERR_STORAGE);
    strata_data_free(small);
    assert_int_equal(strata_data_open(path, &small), STRATA_ERR_DATA); /* a small set is no data set */
    for (int f = 0; f < DATA_FILES; f++) {
        char name[64];
        (void)snprintf(name, sizeof name, "new/%s", data_file_names[f]);
        assert_int_equal(unlink(in_folder(name)), 0);
    }
    assert_int_equal(unlink(in_folder("new/batches.meta.txt")) + rmdir(path), 0);
}

/* ---- the split -------------------------------------------------------------------------------------------------------------------- */

/* 1000 training images, of which 937 train: more than one block of sums, and no round number. */
enum { PER_FILE = 200, N_TRAIN = 937, N_VAL = 63, LEVEL = 5, LONELY = 6, DARK = 7 };

/* Dimension LEVEL is the same in all of the training part and nowhere else; LONELY differs in one image; DARK is 0. */
static strata_data *prepared(void)
{
    strata_data *data = drawn(3, PER_FILE, 2);
    for (int j = 0; j < N_TRAIN; j++) {
        uint8_t *p = data->image + j * STRATA_PIXELS;
        p[LEVEL] = 77;
        p[LONELY] = j == 700 ? 255 : 254;
        p[DARK] = 0;
    }
    return data;
}

static split *made_split(const strata_data *data, int n_train, int n_val)
{
    split *s;
    CHECK_OK(split_create(data, n_train, n_val, (standardisation_how){ 0 }, &s));
    return s;
}

/* Nearest float, up to the rounding in the double before it. */
static void assert_rounded(double got, long double due)
{
    assert_true((double)(float)got == got);
    if (!(fabsl(got - due) <= 0x1.00001p-24L * fabsl(due))) fail_msg("%.17g where %.17Lg is due", got, due);
}

static void mean_and_deviation_are_those_of_the_training_part(void **state)
{
    (void)state;
    strata_data *data = prepared();
    split *s = made_split(data, N_TRAIN, N_VAL);
    for (int t = 0; t < STRATA_PIXELS; t++) {
        long double mean = 0, squares = 0;
        for (int j = 0; j < N_TRAIN; j++) mean += data->image[j * STRATA_PIXELS + t] / 255.0L / N_TRAIN;
        for (int j = 0; j < N_TRAIN; j++) {
            long double away = data->image[j * STRATA_PIXELS + t] / 255.0L - mean;
            squares += away * away;
        }
        assert_rounded(s->inputs.mean[t], mean);
        if (t != LEVEL && t != DARK) assert_rounded(s->inputs.std[t], sqrtl(squares / N_TRAIN));
    }
    assert_true(s->inputs.std[LEVEL] == 1 && s->inputs.std[DARK] == 1 && s->inputs.mean[DARK] == 0);
    assert_true(s->inputs.std[LONELY] < 1e-3);
    free(s);
    strata_data_free(data);
}

static void other_images_do_not_move_the_mean(void **state)
{
    (void)state;
    strata_data *data = prepared();
    split *before = made_split(data, N_TRAIN, N_VAL);
    memset(data->image + N_TRAIN * STRATA_PIXELS, 255, (size_t)(6 * PER_FILE - N_TRAIN) * STRATA_PIXELS);
    split *after = made_split(data, N_TRAIN, 1);
    assert_memory_equal(before->inputs.mean, after->inputs.mean, standardisation_bytes(&data->form, (standardisation_how){ 0 }));
    data->image[(N_TRAIN - 1) * STRATA_PIXELS + LEVEL]++; /* but the last training image does */
    split *moved = made_split(data, N_TRAIN, 1);
    assert_true(moved->inputs.mean[LEVEL] > before->inputs.mean[LEVEL] && moved->inputs.std[LEVEL] != 1);
    free(before);
    free(after);
    free(moved);
    strata_data_free(data);
}

/* p scale + shift is (0) for every byte, up to the rounding of scale and shift to float. */
static void scale_and_shift_are_the_standardisation(void **state)
{
    (void)state;
    strata_data *data = prepared();
    split *s = made_split(data, N_TRAIN, N_VAL);
    for (int t = 0; t < STRATA_PIXELS; t++) {
        const standardisation *x = &s->inputs;
        assert_true(x->inv_std[t] == 1 / x->std[t]);
        for (int p = 0; p < 256; p++) {
            double due = (p / 255. - x->mean[t]) * x->inv_std[t], scaled = p * (double)x->scale[t], shift = x->shift[t];
            if (!(fabs(scaled + shift - due) <= 0x1.00001p-24 * (scaled + fabs(shift)))) fail_msg("dimension %d, byte %d", t, p);
        }
    }
    free(s);
    strata_data_free(data);
}

static void validation_images_are_the_last(void **state)
{
    (void)state;
    strata_data *data = drawn(3, 20, 1);
    split *s = made_split(data, 60, 30);
    static const strata_part parts[] = { STRATA_TRAIN_PART, STRATA_VALIDATION_PART, STRATA_TEST_PART };
    static const int count[] = { 60, 30, 20 }, first[] = { 0, 70, 100 };
    for (int q = 0; q < 3; q++) {
        assert_int_equal(split_count(data, 60, 30, parts[q]), count[q]);
        minibatch batch = split_images(data, &s->inputs, 30, parts[q], 3, count[q] - 3);
        assert_true(batch.n == count[q] - 3 && batch.d == STRATA_PIXELS);
        for (int j = 0; j < batch.n; j++) assert_int_equal(batch.index[j], first[q] + 3 + j);
        assert_true(batch.image == data->image && batch.label == data->label && batch.stride == STRATA_PIXELS);
        assert_true(batch.mean == s->inputs.mean && batch.inv_std == s->inputs.inv_std);
        assert_true(batch.scale == s->inputs.scale && batch.shift == s->inputs.shift);
    }
    free(s);
    strata_data_free(data);
}

static void more_images_than_there_are_are_refused(void **state)
{
    (void)state;
    static const int wrong[][2] = { { 71, 30 }, { 100, 1 }, { 1, 100 }, { 0, 10 }, { 10, 0 }, { -1, 10 }, { 10, -1 },
                                    { INT_MAX, 1 }, { 1, INT_MAX }, { INT_MAX, INT_MAX }, { INT_MIN, INT_MIN }, { 50, INT_MIN } };
    strata_data *data = drawn(3, 20, 1);
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        split *s = (split *)data;
        assert_int_equal(split_create(data, wrong[q][0], wrong[q][1], (standardisation_how){ 0 }, &s), STRATA_ERR_ARGUMENT);
        assert_null(s);
    }
    free(made_split(data, 70, 30));
    strata_data_free(data);
    static const int per_file[] = { INT_MIN, -10, 0, 5, 15, 10001, 10010, INT_MAX };
    for (size_t q = 0; q < sizeof per_file / sizeof *per_file; q++) {
        data = whole;
        assert_int_equal(data_draw(1, per_file[q], 1, &data), STRATA_ERR_ARGUMENT);
        assert_null(data);
    }
}

/* ---- mini-batches ----------------------------------------------------------------------------------------------------------------- */

static sampler *made_batcher(const split *s, int n_batch, uint64_t seed)
{
    sampler *b;
    CHECK_OK(sampler_create(s, &(sampler_settings){ .n_batch = n_batch, .seed = seed }, &b));
    return b;
}

static void an_epoch_takes_every_image_at_most_once(void **state)
{
    (void)state;
    static const int n_batches[] = { 1, 2, 7, 10, 31, 60 };
    strata_data *data = drawn(3, 20, 1);
    split *s = made_split(data, 60, 30);
    for (size_t q = 0; q < sizeof n_batches / sizeof *n_batches; q++) {
        int ever[60] = { 0 }, n = n_batches[q];
        sampler *b = made_batcher(s, n, 4);
        assert_int_equal(b->per_epoch, 60 / n);
        for (long epoch = 0; epoch < 40; epoch++) {
            int used[60] = { 0 }, once = 0;
            for (long t = epoch * (60 / n); t < (epoch + 1) * (60 / n); t++) {
                minibatch batch = sampler_at(b, t);
                assert_true(batch.n == n && batch.d == STRATA_PIXELS && batch.mean == s->inputs.mean);
                for (int j = 0; j < n; j++) used[batch.index[j]]++;
            }
            for (int i = 0; i < 60; i++) {
                assert_in_range(used[i], 0, 1);
                once += used[i];
                ever[i] += used[i];
            }
            assert_int_equal(once, 60 / n * n);
        }
        for (int i = 0; i < 60; i++) assert_true(ever[i] > 0); /* whoever sits out one epoch has a turn in another */
        sampler_free(b);
    }
    free(s);
    strata_data_free(data);
}

static void update_t_has_its_images_in_any_order_of_asking(void **state)
{
    (void)state;
    enum { UPDATES = 45, N = 7 };
    uint32_t straight[UPDATES][N];
    strata_data *data = drawn(3, 20, 1);
    split *s = made_split(data, 60, 30);
    sampler *b = made_batcher(s, N, 4), *again = made_batcher(s, N, 4), *other = made_batcher(s, N, 5);
    int same = 0;
    for (long t = 0; t < UPDATES; t++) memcpy(straight[t], sampler_at(b, t).index, sizeof straight[t]);
    for (long q = 0; q < UPDATES; q++) {
        long t = (q * 17 + 40) % UPDATES; /* 17 and 45 have no common factor: every t */
        assert_memory_equal(sampler_at(again, t).index, straight[t], sizeof straight[t]);
        same += memcmp(sampler_at(other, t).index, straight[t], sizeof straight[t]) == 0;
    }
    assert_int_equal(same, 0);
    assert_memory_not_equal(straight[0], straight[8], sizeof straight[0]); /* the same place in the next epoch */
    sampler_free(b);
    sampler_free(again);
    sampler_free(other);
    sampler_free(NULL);
    for (int n = 0; n <= 61; n += 61) assert_int_equal(sampler_create(s, &(sampler_settings){ .n_batch = n }, &b), STRATA_ERR_ARGUMENT);
    assert_null(b);
    free(s);
    strata_data_free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_holds_every_class_equally),
        cmocka_unit_test(the_bytes_do_not_depend_on_the_threads),
        cmocka_unit_test(an_image_is_a_function_of_seed_and_index),
        cmocka_unit_test(the_synthetic_set_has_its_golden_digests),
        cmocka_unit_test(a_written_set_is_read_back),
        cmocka_unit_test(files_of_another_length_are_refused),
        cmocka_unit_test(something_else_than_a_file_is_refused),
        cmocka_unit_test(a_label_of_ten_is_refused_wherever_it_is),
        cmocka_unit_test(unequal_classes_are_refused),
        cmocka_unit_test(a_flipped_pixel_is_another_data_set),
        cmocka_unit_test(writing_ends_with_the_class_names_or_fails),
        cmocka_unit_test(mean_and_deviation_are_those_of_the_training_part),
        cmocka_unit_test(other_images_do_not_move_the_mean),
        cmocka_unit_test(scale_and_shift_are_the_standardisation),
        cmocka_unit_test(validation_images_are_the_last),
        cmocka_unit_test(more_images_than_there_are_are_refused),
        cmocka_unit_test(an_epoch_takes_every_image_at_most_once),
        cmocka_unit_test(update_t_has_its_images_in_any_order_of_asking),
    };
    return cmocka_run_group_tests(tests, draw_and_write, remove_all);
}
