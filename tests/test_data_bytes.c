/*
 * Data sets as bytes: what comes out is what went in, for every form, and trains to the same bits; a head or a block that came damaged is
 * refused; sizes that a head claims take no memory.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "data_bytes.h"
#include "digest.h"
#include "folder.h"
#include "small.h"

/* ---- the largest block of memory ----------------------------------------------------------------------------------------------------- */

static size_t largest;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    if (count * size > largest) largest = count * size;
    return __real_calloc(count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    if (size > largest) largest = size;
    return __real_aligned_alloc(alignment, size);
}

/* ---- data sets of every form --------------------------------------------------------------------------------------------------------- */

enum { ROWS = 60, WIDTH = 12, CLASSES = 3, PER_FILE = 20 };

static const char *const names[CLASSES] = { "setosa", "versicolor, blue", "" };

static strata_data *from_arrays(strata_element element, bool tested)
{
    static uint8_t byte[ROWS * WIDTH];
    static float number[ROWS * WIDTH];
    static uint16_t label[ROWS];
    strata_data *data;
    bool floats = element == STRATA_FLOATS;
    for (int j = 0; j < ROWS; j++) {
        label[j] = (uint16_t)(j * 7 % CLASSES);
        for (int t = 0; t < WIDTH; t++) {
            byte[j * WIDTH + t] = (uint8_t)(j * 37 + t * 11 + label[j] * 60);
            number[j * WIDTH + t] = (float)(j * 37 % 41) / 7 - (float)t + (float)label[j];
        }
    }
    strata_arrays a = { .size = sizeof a, .form = { element, WIDTH, 0, 0, 0, CLASSES }, .train = ROWS, .labels = label,
                        .class_names = names, .examples = floats ? (const void *)number : byte,
                        .name = floats ? "flowers" : NULL, .untested = !tested };
    if (!floats) a.form.height = 2, a.form.width = 2, a.form.channels = 3;
    if (tested) a.test_share = 0.25;
    CHECK_OK(strata_data_from_arrays(&a, &data));
    return data;
}

static strata_data *table(void)
{
    return from_arrays(STRATA_FLOATS, true);
}

static strata_data *images(void)
{
    return from_arrays(STRATA_BYTES, true);
}

static strata_data *untested(void)
{
    return from_arrays(STRATA_FLOATS, false);
}

/* Of a file, with a note and a digest of its bytes. */
static strata_data *from_file(bool unlabelled)
{
    strata_data *data;
    FILE *f = fopen(in_folder("leaves.csv"), "w");
    assert_non_null(f);
    (void)fprintf(f, unlabelled ? "long,wide\n" : "long,wide,label\n");
    for (int j = 0; j < ROWS; j++) (void)fprintf(f, "%d.5,%d%s\n", j % 7, j % 5, unlabelled ? "" : j % 2 ? ",oak" : ",ash");
    assert_int_equal(fclose(f), 0);
    const strata_data_source source = { .size = sizeof source, .path = in_folder("leaves.csv"), .test_share = unlabelled ? 0 : 0.2,
                                        .title = unlabelled ? NULL : "leaves", .unlabelled = unlabelled };
    CHECK_OK(strata_data_open_as(&source, &data));
    assert_true(strata_data_describe(data)->files == 1 && data->note[0] != '\0');
    return data;
}

static strata_data *file(void)
{
    return from_file(false);
}

static strata_data *unlabelled(void)
{
    return from_file(true);
}

static strata_data *drawn(void)
{
    strata_data *data;
    CHECK_OK(data_draw(2, PER_FILE, 1, &data));
    return data;
}

/* CIFAR-10's form by six files that nobody knows. */
static strata_data *unknown(void)
{
    strata_data *written = drawn(), *data;
    CHECK_OK(strata_data_write(written, in_folder("")));
    assert_int_equal(unlink(in_folder("batches.meta.txt")), 0);
    CHECK_OK(data_open_folder(in_folder(""), PER_FILE, &data));
    strata_data_free(written);
    return data;
}

static strata_data *(*const all[])(void) = { table, images, untested, file, unlabelled, drawn, unknown };
enum { SETS = sizeof all / sizeof *all };

/* ---- copies -------------------------------------------------------------------------------------------------------------------------- */

static void fill(const strata_data *from, strata_data *to)
{
    data_block block[DATA_BLOCKS];
    data_room room[DATA_BLOCKS];
    data_blocks(from, block);
    data_blocks_to_fill(to, room);
    for (int q = 0; q < DATA_BLOCKS; q++) {
        assert_int_equal(block[q].size, room[q].size);
        memcpy(room[q].at, block[q].at, block[q].size);
    }
}

/* Filled, and not looked at yet. */
static strata_data *sent(const strata_data *data)
{
    uint8_t *head;
    size_t size;
    strata_data *copy;
    CHECK_OK(data_pack_head(data, &head, &size));
    CHECK_OK(data_unpack_head(head, size, &copy));
    free(head);
    fill(data, copy);
    return copy;
}

static strata_data *copied(const strata_data *data)
{
    strata_data *copy = sent(data);
    CHECK_OK(data_unpack_end(copy));
    return copy;
}

static void assert_same_facts(const strata_data_facts *a, const strata_data_facts *b)
{
    assert_int_equal(a->known, b->known);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->digest, b->digest);
    assert_string_equal(a->note, b->note);
    assert_int_equal(a->files, b->files);
    for (int f = 0; f < a->files; f++) {
        assert_string_equal(a->file_names[f], b->file_names[f]);
        assert_string_equal(a->file_digests[f], b->file_digests[f]);
    }
    assert_true(data_same_form(a->form, b->form));
    size_t classes = (size_t)a->form->classes;
    for (size_t c = 0; c < classes; c++) assert_string_equal(a->class_names[c], b->class_names[c]);
    assert_int_equal(a->train_examples, b->train_examples);
    assert_int_equal(a->test_examples, b->test_examples);
    assert_memory_equal(a->part_counts, b->part_counts, 2 * classes * sizeof(long));
    assert_int_equal(a->counts == NULL, b->counts == NULL);
    if (a->counts != NULL) assert_memory_equal(a->counts, b->counts, DATA_FILES * classes * sizeof(long));
}

static void assert_same(const strata_data *a, const strata_data *b)
{
    data_block x[DATA_BLOCKS], y[DATA_BLOCKS];
    size_t rows = (size_t)a->train_images + (size_t)a->test_images;
    assert_same_facts(strata_data_describe(a), strata_data_describe(b));
    assert_int_equal(a->per_file, b->per_file);
    assert_int_equal(a->image == NULL, b->image == NULL);
    assert_int_equal(a->table == NULL, b->table == NULL);
    data_blocks(a, x);
    data_blocks(b, y);
    for (int q = 0; q < DATA_BLOCKS; q++) {
        assert_int_equal(x[q].size, y[q].size);
        assert_memory_equal(x[q].at, y[q].at, x[q].size);
    }
    assert_memory_equal(a->identity, b->identity, rows * sizeof *a->identity);
}

static void copies_are_equal_in_everything(void **state)
{
    (void)state;
    for (int s = 0; s < SETS; s++) {
        strata_data *data = all[s](), *copy = copied(data), *again = copied(copy);
        assert_same(data, copy);
        assert_same(data, again);
        strata_data_free(data);
        assert_non_null(strata_data_describe(copy)->title); /* it has nothing of the first */
        assert_same(copy, again);
        strata_data_free(copy);
        strata_data_free(again);
    }
}

/* The whole synthetic set, which is known, and large enough for several threads. */
static void a_known_set_is_known_again(void **state)
{
    (void)state;
    strata_data *data;
    CHECK_OK(strata_data_synthetic(1, 0, &data));
    strata_data *copy = copied(data);
    assert_true(strata_data_describe(copy)->known);
    assert_same(data, copy);
    strata_data_free(copy);
    copy = sent(data);
    copy->image[(size_t)59999 * STRATA_PIXELS + 3071] ^= 1;
    assert_failed(data_unpack_end(copy), STRATA_ERR_DATA, "came damaged");
    strata_data_free(copy);
    strata_data_free(data);
}

/* ---- trainings ----------------------------------------------------------------------------------------------------------------------- */

static strata_run *trained(const strata_data *data, char id[13])
{
    static const char *const words[][2] = { { "hidden", "[4]" }, { "n_batch", "10" }, { "n_s", "5" }, { "cycles", "1" }, { "evals", "2" },
                                            { "n_train", "30" }, { "n_val", "10" } };
    strata_config *config;
    strata_run *run;
    CHECK_OK(strata_config_new(&config));
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) CHECK_OK(strata_config_set(config, words[w][0], words[w][1]));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    CHECK_OK(strata_run_facts(run)->outcome);
    CHECK_OK(strata_run_id(strata_model_config(strata_run_model(run)), data, id));
    strata_config_free(config);
    return run;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void copies_train_to_the_same_bits(void **state)
{
    (void)state;
    for (int s = 0; s < SETS; s++) {
        if (all[s] == unlabelled) continue;
        strata_data *data = all[s](), *copy = copied(data);
        char id[2][13];
        size_t count[2];
        strata_run *a = trained(data, id[0]), *b = trained(copy, id[1]);
        assert_string_equal(id[0], id[1]);
        assert_string_equal(strata_run_facts(a)->id, strata_run_facts(b)->id);
        assert_string_equal(strata_run_facts(a)->data_kind, strata_run_facts(b)->data_kind);
        assert_string_equal(strata_model_digest(strata_run_model(a)), strata_model_digest(strata_run_model(b)));
        const strata_point *x = strata_run_curve(a, &count[0]), *y = strata_run_curve(b, &count[1]);
        assert_int_equal(count[0], count[1]);
        for (size_t p = 0; p < count[0]; p++) {
            assert_true(x[p].train.loss == y[p].train.loss && x[p].validation.loss == y[p].validation.loss);
        }
        assert_true(same_number(strata_run_facts(a)->test.accuracy, strata_run_facts(b)->test.accuracy));
        strata_run_free(a), strata_run_free(b);
        strata_data_free(data), strata_data_free(copy);
    }
}

/* ---- damage -------------------------------------------------------------------------------------------------------------------------- */

/* From a block of its own size: a read behind its end is seen by AddressSanitizer. */
static strata_status unpack(const uint8_t *head, size_t size)
{
    strata_data *data = (strata_data *)(uintptr_t)&size;
    uint8_t *exact = malloc(size > 0 ? size : 1);
    assert_non_null(exact);
    if (size > 0) memcpy(exact, head, size);
    largest = 0;
    strata_status status = data_unpack_head(exact, size, &data);
    assert_true((status == STRATA_OK) == (data != NULL));
    strata_data_free(data);
    free(exact);
    return status;
}

static void sign(uint8_t *head, size_t size)
{
    char digest[DIGEST_TEXT];
    CHECK_OK(digest_sha256(head + DATA_HEAD_SIGNED, size - DATA_HEAD_SIGNED, digest));
    memcpy(head + DATA_HEAD_SIGNED - DIGEST_TEXT, digest, DIGEST_TEXT - 1);
}

static void damaged_heads_are_refused(void **state)
{
    (void)state;
    for (int s = 0; s < SETS; s++) {
        uint8_t *head;
        size_t size;
        strata_data *data = all[s]();
        CHECK_OK(data_pack_head(data, &head, &size));
        for (size_t cut = 0; cut < size; cut++) assert_int_equal(unpack(head, cut), STRATA_ERR_DATA);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            head[bit / 8] = (uint8_t)(head[bit / 8] ^ 1u << bit % 8);
            assert_int_equal(unpack(head, size), STRATA_ERR_DATA);
            head[bit / 8] = (uint8_t)(head[bit / 8] ^ 1u << bit % 8);
        }
        for (size_t cut = DATA_HEAD_SIGNED + 1; cut < size; cut++) { /* and signed by who cut it */
            uint8_t *copy = malloc(cut);
            assert_non_null(copy);
            memcpy(copy, head, cut);
            sign(copy, cut);
            assert_failed(unpack(copy, cut), STRATA_ERR_DATA, "wrong at byte");
            free(copy);
        }
        CHECK_OK(unpack(head, size));
        free(head);
        strata_data_free(data);
    }
}

static void damaged_blocks_are_refused(void **state)
{
    (void)state;
    for (int s = 0; s < SETS; s++) {
        data_room room[DATA_BLOCKS];
        strata_data *data = all[s]();
        for (size_t q = 0; q < DATA_BLOCKS; q++) {
            data_block block[DATA_BLOCKS];
            data_blocks(data, block);
            size_t step = 1 + 8 * block[q].size / 100;
            for (size_t bit = 0; bit < 8 * block[q].size; bit += step) {
                strata_data *copy = sent(data);
                data_blocks_to_fill(copy, room);
                uint8_t *at = room[q].at;
                at[bit / 8] = (uint8_t)(at[bit / 8] ^ 1u << bit % 8);
                assert_failed(data_unpack_end(copy), STRATA_ERR_DATA, "came damaged");
                strata_data_free(copy);
            }
        }
        strata_data_free(data);
    }
}

/* A record of CIFAR-10's form has a byte for the label, so 256 more are not seen in its digest. */
static void a_label_of_two_bytes_is_refused(void **state)
{
    (void)state;
    strata_data *data = drawn(), *copy = sent(data);
    copy->label[7] = (uint16_t)(copy->label[7] + 256);
    assert_failed(data_unpack_end(copy), STRATA_ERR_DATA, "example 7 has the label");
    strata_data_free(copy);
    strata_data_free(data);
}

/* ---- heads that somebody made -------------------------------------------------------------------------------------------------------- */

/* Where the numbers lie: the bytes of both blocks, the order, the element, and then eight of four bytes each. */
enum { BLOCKS_AT = DATA_HEAD_SIGNED, ORDER_AT = BLOCKS_AT + 8, ELEMENT_AT = ORDER_AT + 1, NUMBERS_AT = ELEMENT_AT + 1,
       SOURCE_AT = NUMBERS_AT + 32 };
typedef enum { FEATURES, HEIGHT, WIDE, CHANNELS, CLASS_COUNT, PER, TRAIN, TEST } number;

static uint8_t *packed;
static size_t packed_size;

static void pack(strata_data *data)
{
    free(packed);
    CHECK_OK(data_pack_head(data, &packed, &packed_size));
    strata_data_free(data);
}

/* With these numbers, each a place and a value, ended by -1; the bytes of the blocks are what they come to. */
static strata_status with(const long *changes)
{
    uint8_t *head = malloc(packed_size);
    assert_non_null(head);
    memcpy(head, packed, packed_size);
    for (; changes[0] >= 0; changes += 2) (void)bytes_put(head + NUMBERS_AT + 4 * changes[0], (uint64_t)changes[1], 4);
    uint64_t n[8];
    for (int q = 0; q < 8; q++) n[q] = bytes_get(head + NUMBERS_AT + 4 * q, 4);
    (void)bytes_put(head + BLOCKS_AT, (n[TRAIN] + n[TEST]) * (n[FEATURES] * (head[ELEMENT_AT] == STRATA_FLOATS ? 4 : 1) + 2), 8);
    sign(head, packed_size);
    strata_status status = unpack(head, packed_size);
    free(head);
    return status;
}

#define WITH(...) with((const long[]){ __VA_ARGS__, -1 })

/* With these bytes at this place. */
static strata_status with_bytes(size_t at, uint64_t value, size_t bytes)
{
    uint8_t *head = malloc(packed_size);
    assert_non_null(head);
    memcpy(head, packed, packed_size);
    (void)bytes_put(head + at, value, bytes);
    sign(head, packed_size);
    strata_status status = unpack(head, packed_size);
    free(head);
    return status;
}

static void claimed_sizes_take_no_memory(void **state)
{
    (void)state;
    pack(table());
    CHECK_OK(WITH(TRAIN, 45, TEST, 15));
    assert_failed(WITH(TRAIN, 0x7fffffff, TEST, 0x7fffffff), STRATA_ERR_DATA, "examples");
    assert_failed(WITH(TRAIN, 0xffffffff), STRATA_ERR_DATA, "wrong at byte");
    assert_failed(WITH(FEATURES, STRATA_FEATURES_MAX + 1), STRATA_ERR_DATA, "features");
    assert_failed(WITH(FEATURES, 0), STRATA_ERR_DATA, "features");
    assert_failed(WITH(TRAIN, 0, TEST, 0), STRATA_ERR_DATA, "examples");
    assert_failed(WITH(TRAIN, 0), STRATA_ERR_DATA, "no data set has");
    assert_failed(WITH(CLASS_COUNT, 0x7fffffff), STRATA_ERR_DATA, "wrong at byte");
    assert_failed(WITH(HEIGHT, 40000, WIDE, 40000, CHANNELS, 3), STRATA_ERR_DATA, "channels");
    assert_failed(WITH(PER, 10), STRATA_ERR_DATA, "wrong at byte");
    assert_true(largest < 4096);
    assert_failed(WITH(FEATURES, STRATA_FEATURES_MAX, TRAIN, 1000000000, TEST, 1000000000), STRATA_ERR_MEMORY, "left; start fewer ranks");
    assert_true(largest < 4096);
    assert_failed(with_bytes(BLOCKS_AT, 1, 8), STRATA_ERR_DATA, "no data set has");
}

static void sizes_of_cifar10_belong_together(void **state)
{
    (void)state;
    pack(drawn());
    CHECK_OK(WITH(PER, PER_FILE));
    CHECK_OK(WITH(PER, 30, TRAIN, 150, TEST, 30));
    assert_failed(WITH(PER, 30), STRATA_ERR_DATA, "no data set has");
    assert_failed(WITH(PER, 10010, TRAIN, 50050, TEST, 10010), STRATA_ERR_DATA, "no data set has");
    assert_failed(WITH(CLASS_COUNT, 11), STRATA_ERR_DATA, "no data set has");
    assert_failed(WITH(FEATURES, 3000, HEIGHT, 0, WIDE, 0, CHANNELS, 0), STRATA_ERR_DATA, "no data set has");
    assert_failed(WITH(PER, 0), STRATA_ERR_DATA, "wrong at byte");
}

static void texts_are_not_believed(void **state)
{
    (void)state;
    pack(table());
    size_t due = (size_t)bytes_get(packed + SOURCE_AT, 4);
    CHECK_OK(with_bytes(SOURCE_AT, due, 4));
    for (size_t length = 0; length < 40; length++) {
        if (length != due) assert_failed(with_bytes(SOURCE_AT, length, 4), STRATA_ERR_DATA, "wrong at byte");
    }
    assert_failed(with_bytes(SOURCE_AT, 0xffffffff, 4), STRATA_ERR_DATA, "wrong at byte");
    assert_failed(with_bytes(SOURCE_AT + 5, 0, 1), STRATA_ERR_DATA, "wrong at byte"); /* a zero inside */
    assert_failed(with_bytes(ELEMENT_AT, 2, 1), STRATA_ERR_DATA, "wrong at byte");
    assert_failed(with_bytes(ORDER_AT, !packed[ORDER_AT], 1), STRATA_ERR_DATA, "byte order");
    packed = realloc(packed, packed_size + 1);
    assert_non_null(packed);
    packed[packed_size++] = 0;
    assert_failed(with_bytes(ORDER_AT, packed[ORDER_AT], 1), STRATA_ERR_DATA, "wrong at byte"); /* more than there is to say */
}

/* A set that is called what it is not: the digest says what it is. */
static void who_is_known_says_the_digest(void **state)
{
    (void)state;
    strata_data *data = drawn(), *copy;
    data->facts.kind = "official";
    data->facts.title = "CIFAR-10, the official binary files";
    copy = sent(data);
    assert_failed(data_unpack_end(copy), STRATA_ERR_DATA, "is called official, and is unknown here");
    strata_data_free(copy);
    strata_data_free(data);
}

static int tidy(void **state)
{
    free(packed);
    return remove_tree(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_equal_in_everything),
        cmocka_unit_test(a_known_set_is_known_again),
        cmocka_unit_test(copies_train_to_the_same_bits),
        cmocka_unit_test(damaged_heads_are_refused),
        cmocka_unit_test(damaged_blocks_are_refused),
        cmocka_unit_test(a_label_of_two_bytes_is_refused),
        cmocka_unit_test(claimed_sizes_take_no_memory),
        cmocka_unit_test(sizes_of_cifar10_belong_together),
        cmocka_unit_test(texts_are_not_believed),
        cmocka_unit_test(who_is_known_says_the_digest),
    };
    return cmocka_run_group_tests(tests, make_folder, tidy);
}
