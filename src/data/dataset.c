/* The data set in memory: taking files in, telling by digest which data it is, drawing the synthetic one. */
#include "dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "synth.h"
#include "team.h"

const char *const data_file_names[DATA_FILES] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                                  "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin" };

static const char *const cifar_class_names[STRATA_CLASSES] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                                               "dog",      "frog",       "horse", "ship", "truck" };

/* One row per data set that is known by its digests. */
static const struct known {
    const char *kind, *title;
    const char *const *class_names;
    const char *digest[DATA_FILES];
} known_sets[] = {
    { "official", "CIFAR-10, the official binary files", cifar_class_names,
      { "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b" } },
    { "synthetic", "SYNTHETIC images drawn by strata (not CIFAR-10)", synth_class_names,
      { "361ee6e1b28e50fdceb39a53bcbc60684f7e8877d3d8308f62e891c55590f4a1",
        "c7225f1ecad17c99851c681ef5c5597648f8319e7400a1490e0a0904b6ab5eef",
        "2a3745c9bc31ab2bd32dd78f540ac7dce9f09e2b35fd1d9b93066f74917f9859",
        "997b968e422e69c03faeac97d6da4cb0e55fcb19cc0b111059ab1f7459f42859",
        "c686bf92f6004fca6d12d383e72fc894c6547af15c4191a75070f6453385dba2",
        "84be77e4e1f75a41cbe5283af7e71cef38b20b69691385bcc9cf2f9bf34369f4" } },
    { "once-through-JPEG", "CIFAR-10, each image passed once through JPEG (not the official bytes)", cifar_class_names,
      { "8da035fc1631e8ce5f25904206b8993b0f3ad02a504c0584d662e806fd76c12b",
        "106eeaad9f1fa7a999292fdafe68ee909080f58aee038a76994035aedf40ba26",
        "99cb88ba00fca88bf28c517a74307b6b78a346c6ea747a561cb8e660c787d5cb",
        "76b482bc3bb79c0370e48ea71bb6e4f567a3770d224dc09a9ddc8cfa2369f294",
        "490f5ead4f04a3eb71d5898eb551e0d8d2c592feb778fb9b109a006b3f231495",
        "0ce179d0c0a5220739d6223197952896644ceabb648dacfdebd7f06789af543f" } },
};

const char data_cifar10_reader[] = "cifar-10";

const strata_form data_cifar10_form = { STRATA_BYTES, STRATA_PIXELS, 32, 32, 3, STRATA_CLASSES };

bool data_same_form(const strata_form *a, const strata_form *b)
{
    return a->element == b->element && a->features == b->features && a->height == b->height && a->width == b->width
           && a->channels == b->channels && a->classes == b->classes;
}

static strata_status take_lists(strata_data *data)
{
    void *label, *identity, *counts;
    size_t all = (size_t)data->train_images + (size_t)data->test_images;
    TRY(alloc_zero(&label, all, sizeof(uint16_t), "the labels"));
    data->label = label;
    TRY(alloc_zero(&identity, all, sizeof(uint32_t), "the numbers of the examples"));
    data->identity = identity;
    TRY(alloc_zero(&counts, 2 * (size_t)data->form.classes, sizeof(long), "the counts of the classes"));
    data->part_counts = counts;
    for (size_t j = 0; j < all; j++) data->identity[j] = (uint32_t)j;
    return STRATA_OK;
}

strata_status data_new(const strata_form *form, int train, int test, strata_data **out)
{
    void *made;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a data set"));
    strata_data *data = made;
    data->form = *form;
    data->train_images = train;
    data->test_images = test;
    strata_status status = take_lists(data);
    if (status == STRATA_OK) *out = data;
    else strata_data_free(data);
    return status;
}

strata_status data_create(int per_file, strata_data **out)
{
    void *image;
    TRY(data_new(&data_cifar10_form, 5 * per_file, per_file, out));
    strata_status status = alloc_aligned_unset(&image, (size_t)per_file * DATA_FILES, STRATA_PIXELS, "the images");
    if (status != STRATA_OK) {
        strata_data_free(*out);
        *out = NULL;
        return status;
    }
    (*out)->image = image;
    (*out)->per_file = per_file;
    return STRATA_OK;
}

void strata_data_free(strata_data *data)
{
    if (data == NULL) return;
    examples_free_names(data->own_names, (size_t)data->form.classes);
    free(data->image);
    free(data->table);
    free(data->label);
    free(data->identity);
    free(data->part_counts);
    free(data);
}

void data_count(strata_data *data)
{
    strata_data_facts *facts = &data->facts;
    size_t all = (size_t)data->train_images + (size_t)data->test_images, train = (size_t)data->train_images;
    for (size_t j = 0; j < all; j++) data->part_counts[(j < train ? 0 : data->form.classes) + data->label[j]]++;
    facts->form = &data->form;
    facts->train_examples = data->train_images;
    facts->test_examples = data->test_images;
    facts->part_counts = data->part_counts;
    facts->note = data->note;
    facts->source = data->source;
    facts->digest = data->digest;
    facts->file_names = data->file_names;
    facts->file_digests = data->file_digests;
}

strata_status data_take_records(strata_data *data, int f, int first, int count, const uint8_t *records, const char *path)
{
    size_t at = (size_t)f * (size_t)data->per_file + (size_t)first;
    for (int j = 0; j < count; j++, at++, records += DATA_RECORD) {
        if (records[0] >= STRATA_CLASSES) {
            return status_fail(STRATA_ERR_DATA, "%s: image %d has the label %d, where 0 to 9 are allowed; fetch the file again", path,
                               first + j, records[0]);
        }
        data->label[at] = records[0];
        data->counts[f][records[0]]++;
        memcpy(data->image + at * STRATA_PIXELS, records + 1, STRATA_PIXELS);
    }
    return STRATA_OK;
}

strata_status data_take_file(strata_data *data, int f, const uint8_t *records, const char *path)
{
    TRY(data_take_records(data, f, 0, data->per_file, records, path));
    return digest_sha256(records, (size_t)data->per_file * DATA_RECORD, data->file[f].digest);
}

/* CIFAR-10 and the synthetic set have as many images of one class as of another, in training and in test. */
static strata_status check_balance(const strata_data *data, const char *source)
{
    for (int c = 0; c < STRATA_CLASSES; c++) {
        long train = 0, due = data->per_file / STRATA_CLASSES;
        for (int f = 0; f < 5; f++) train += data->counts[f][c];
        if (train != 5 * due || data->counts[5][c] != due) {
            return status_fail(STRATA_ERR_DATA,
                               "%s: class %d has %ld training and %ld test images where %ld and %ld are due; the files are "
                               "not those of one data set",
                               source, c, train, data->counts[5][c], 5 * due, due);
        }
    }
    return STRATA_OK;
}

static bool is_known(const strata_data *data, const struct known *set)
{
    for (int f = 0; f < DATA_FILES; f++) {
        if (strcmp(data->file[f].digest, set->digest[f]) != 0) return false;
    }
    return true;
}

strata_status data_digest_of_files(const char *const file_digest[DATA_FILES], char out[DIGEST_TEXT])
{
    char all[DATA_FILES * (DIGEST_TEXT - 1)];
    for (int f = 0; f < DATA_FILES; f++) memcpy(all + f * (DIGEST_TEXT - 1), file_digest[f], DIGEST_TEXT - 1);
    return digest_sha256(all, sizeof all, out);
}

const char *const *data_known_names(const char *digest)
{
    char known[DIGEST_TEXT];
    for (size_t s = 0; s < sizeof known_sets / sizeof *known_sets; s++) {
        bool same = data_digest_of_files(known_sets[s].digest, known) == STRATA_OK && strcmp(known, digest) == 0;
        if (same) return known_sets[s].class_names;
    }
    return NULL;
}

strata_status data_finish(strata_data *data, const char *source)
{
    TRY(check_balance(data, source));
    for (int f = 0; f < DATA_FILES; f++) {
        (void)snprintf(data->file[f].name, sizeof data->file[f].name, "%s", data_file_names[f]);
        data->file_digests[f] = data->file[f].digest;
        data->file_names[f] = data_file_names[f];
    }
    TRY(data_digest_of_files(data->file_digests, data->digest));
    (void)snprintf(data->source, sizeof data->source, "%s", source);
    data->facts = (strata_data_facts){
        .kind = "unknown",
        .title = "an unknown data set in the form of CIFAR-10 (its digests are not the official ones)",
        .class_names = cifar_class_names,
        .files = DATA_FILES,
        .counts = &data->counts[0][0],
    };
    data_count(data);
    for (size_t s = 0; s < sizeof known_sets / sizeof *known_sets; s++) {
        if (!is_known(data, &known_sets[s])) continue;
        data->facts.known = true;
        data->facts.kind = known_sets[s].kind;
        data->facts.title = known_sets[s].title;
        data->facts.class_names = known_sets[s].class_names;
    }
    return STRATA_OK;
}

const strata_data_facts *strata_data_describe(const strata_data *data)
{
    return &data->facts;
}

/* Example number `example` of a part that begins at `first` and has `count`. */
static strata_status look_up(const strata_data *data, const char *part, int first, int count, long example, const void **values, int *label)
{
    if (example < 0 || example >= count) {
        return status_fail(STRATA_ERR_ARGUMENT, "there is no %s example %ld; the data set has 0 .. %d", part, example, count - 1);
    }
    size_t at = (size_t)first + (size_t)example, element = at * (size_t)data->form.features;
    if (values != NULL) *values = data->image != NULL ? (const void *)(data->image + element) : data->table + element;
    if (label != NULL) *label = data->label[at];
    return STRATA_OK;
}

strata_status strata_data_test_example(const strata_data *data, long example, const void **values, int *label)
{
    REQUIRE(data != NULL);
    return look_up(data, "test", data->train_images, data->test_images, example, values, label);
}

strata_status strata_data_train_example(const strata_data *data, long example, const void **values, int *label)
{
    REQUIRE(data != NULL);
    return look_up(data, "training", 0, data->train_images, example, values, label);
}

strata_status strata_data_test_image(const strata_data *data, long image, const uint8_t **bytes, int *label)
{
    const void *values;
    REQUIRE(data != NULL && bytes != NULL && label != NULL && data->image != NULL);
    TRY(strata_data_test_example(data, image, &values, label));
    *bytes = values;
    return STRATA_OK;
}

/* ---- the synthetic set --------------------------------------------------------------------------------------------------------------- */

void data_call_synthetic(strata_data *data)
{
    data->facts.kind = "synthetic";
    data->facts.title = "SYNTHETIC images drawn by strata (not CIFAR-10)";
    data->facts.class_names = synth_class_names;
}

/* The records of one file that one thread draws. */
typedef struct {
    uint64_t seed;
    uint8_t *records;
    int file, count;
} drawing;

enum { DRAWN_AT_ONCE = 100 };

static void draw_some(void *self, int part)
{
    const drawing *d = self;
    for (int j = part * DRAWN_AT_ONCE; j < (part + 1) * DRAWN_AT_ONCE && j < d->count; j++) {
        synth_record(d->seed, (uint32_t)(d->file * DATA_PER_FILE + j), d->records + (size_t)j * DATA_RECORD);
    }
}

static strata_status draw_files(strata_data *data, uint64_t seed, int threads, uint8_t *records)
{
    drawing d = { .seed = seed, .records = records, .count = data->per_file };
    int parts = (d.count + DRAWN_AT_ONCE - 1) / DRAWN_AT_ONCE;
    for (d.file = 0; d.file < DATA_FILES; d.file++) {
        team_share(threads, parts, draw_some, &d);
        TRY(data_take_file(data, d.file, records, data_file_names[d.file]));
    }
    return STRATA_OK;
}

strata_status data_draw(uint64_t seed, int per_file, int threads, strata_data **out)
{
    char source[64];
    void *records = NULL;
    strata_data *data;
    *out = NULL;
    REQUIRE(threads >= 0 && threads <= STRATA_THREADS_MAX);
    REQUIRE(per_file >= 10 && per_file <= DATA_PER_FILE && per_file % STRATA_CLASSES == 0);
    TRY(data_create(per_file, &data));
    strata_status status = alloc_aligned(&records, (size_t)per_file, DATA_RECORD, "drawing synthetic images");
    if (status == STRATA_OK) status = draw_files(data, seed, threads > 0 ? threads : cores_usable(), records);
    (void)snprintf(source, sizeof source, "built in (seed %llu)", (unsigned long long)seed);
    if (status == STRATA_OK) status = data_finish(data, source);
    free(records);
    if (status != STRATA_OK) {
        strata_data_free(data);
        return status;
    }
    if (!data->facts.known) data_call_synthetic(data);
    *out = data;
    return STRATA_OK;
}

strata_status strata_data_synthetic(uint64_t seed, int threads, strata_data **out)
{
    return data_draw(seed, DATA_PER_FILE, threads, out);
}
