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

strata_status data_create(int per_file, strata_data **out)
{
    void *made, *image = NULL, *label = NULL, *identity = NULL;
    size_t images = (size_t)per_file * DATA_FILES;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "a data set"));
    strata_data *data = made;
    strata_status status = alloc_aligned(&image, images, STRATA_PIXELS, "the images");
    if (status == STRATA_OK) status = alloc_zero(&label, images, sizeof(uint16_t), "the labels");
    if (status == STRATA_OK) status = alloc_zero(&identity, images, sizeof(uint32_t), "the image numbers");
    data->image = image;
    data->label = label;
    data->identity = identity;
    data->per_file = per_file;
    data->train_images = 5 * per_file;
    data->test_images = per_file;
    if (status != STRATA_OK) {
        strata_data_free(data);
        return status;
    }
    for (size_t j = 0; j < images; j++) data->identity[j] = (uint32_t)j;
    *out = data;
    return STRATA_OK;
}

void strata_data_free(strata_data *data)
{
    if (data == NULL) return;
    free(data->image);
    free(data->label);
    free(data->identity);
    free(data);
}

strata_status data_take_file(strata_data *data, int f, const uint8_t *records, const char *path)
{
    size_t first = (size_t)f * (size_t)data->per_file;
    for (size_t j = 0; j < (size_t)data->per_file; j++) {
        const uint8_t *record = records + j * DATA_RECORD;
        if (record[0] >= STRATA_CLASSES) {
            return status_fail(STRATA_ERR_DATA, "%s: image %zu has the label %d, where 0 to 9 are allowed; fetch the file again", path, j,
                        record[0]);
        }
        data->label[first + j] = record[0];
        data->counts[f][record[0]]++;
        memcpy(data->image + (first + j) * STRATA_PIXELS, record + 1, STRATA_PIXELS);
    }
    return digest_sha256(records, (size_t)data->per_file * DATA_RECORD, data->file_digest[f]);
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
        if (strcmp(data->file_digest[f], set->digest[f]) != 0) return false;
    }
    return true;
}

strata_status data_finish(strata_data *data, const char *source)
{
    char all[DATA_FILES * (DIGEST_TEXT - 1)];
    TRY(check_balance(data, source));
    for (int f = 0; f < DATA_FILES; f++) {
        memcpy(all + f * (DIGEST_TEXT - 1), data->file_digest[f], DIGEST_TEXT - 1);
        data->file_digests[f] = data->file_digest[f];
    }
    TRY(digest_sha256(all, sizeof all, data->digest));
    (void)snprintf(data->source, sizeof data->source, "%s", source);
    data->facts = (strata_data_facts){
        .kind = "unknown",
        .title = "an unknown data set in the form of CIFAR-10 (its digests are not the official ones)",
        .source = data->source,
        .digest = data->digest,
        .class_names = cifar_class_names,
        .file_names = data_file_names,
        .file_digests = data->file_digests,
        .counts = &data->counts[0][0],
    };
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

strata_status strata_data_test_image(const strata_data *data, long image, const uint8_t **bytes, int *label)
{
    REQUIRE(data != NULL && bytes != NULL && label != NULL);
    if (image < 0 || image >= data->test_images) {
        return status_fail(STRATA_ERR_ARGUMENT, "there is no test image %ld; the data set has 0 .. %d", image, data->test_images - 1);
    }
    size_t at = (size_t)data->train_images + (size_t)image;
    *bytes = data->image + at * STRATA_PIXELS;
    *label = data->label[at];
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
