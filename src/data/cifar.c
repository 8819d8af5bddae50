/*
 * The official binary layout on disk: six files of 10,000 records, a record one label byte and 3072 pixel bytes, and batches.meta.txt with
 * the class names. Each file is read once, through one descriptor, piece by piece: a piece is checked, put in its place and digested while
 * the processor's cache has it. Several files are read at once, by as many threads as there are cores.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "dataset.h"
#include "file.h"
#include "synth.h"
#include "team.h"
#include "text.h"

enum { META_LIMIT = 4096 };

static strata_status path_in(const char *folder, const char *name, text *path)
{
    text_add(path, "%s/%s", folder, name);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}

/* Records that are read at once: those of one piece stay in the second-level cache from the disk's cache to the images. Files of a few
 * pieces are not worth a thread. */
enum { AT_ONCE = 64, WORTH_A_THREAD = 16 * AT_ONCE };

/* One of the six files while it is read, by a thread of its own. */
typedef struct {
    strata_data *data;
    int number, taken;              /* of the file; records of it that were taken */
    text path;
    uint8_t *piece;
    digest_state digest;
    strata_status status;
    char sentence[STATUS_SENTENCE]; /* where it failed */
} reading;

static strata_status take_piece(void *self, const uint8_t *bytes, size_t size)
{
    reading *r = self;
    int count = (int)(size / DATA_RECORD), first = r->taken;
    r->taken += count;
    TRY(data_take_records(r->data, r->number, first, count, bytes, r->path.at));
    return digest_add(&r->digest, bytes, size);
}

static strata_status read_file(reading *r)
{
    size_t size = (size_t)r->data->per_file * DATA_RECORD, most = AT_ONCE * DATA_RECORD;
    TRY(digest_begin(&r->digest));
    TRY(file_read_pieces(r->path.at, size, r->piece, most, take_piece, r));
    return digest_end(&r->digest, r->data->file[r->number].digest);
}

static void read_part(void *all, int part)
{
    reading *r = (reading *)all + part;
    r->status = read_file(r);
    if (r->status != STRATA_OK) status_sentence_save(r->sentence);
}

static strata_status prepare(reading *r, strata_data *data, const char *folder, uint8_t *pieces)
{
    for (int f = 0; f < DATA_FILES; f++) {
        r[f].data = data;
        r[f].number = f;
        r[f].piece = pieces + (size_t)f * AT_ONCE * DATA_RECORD;
        TRY(path_in(folder, data_file_names[f], &r[f].path));
    }
    return STRATA_OK;
}

/* A file that could not be read beside others is read once more, alone: a process may have few descriptors. */
static strata_status read_again(reading *r)
{
    memset(r->data->counts[r->number], 0, sizeof r->data->counts[r->number]);
    r->taken = 0;
    return read_file(r);
}

/* What is said of them is of the first file that failed, whichever failed first. */
static strata_status read_prepared(reading *r)
{
    int threads = r->data->per_file >= WORTH_A_THREAD ? cores_usable() : 1;
    team_share(threads, DATA_FILES, read_part, r);
    for (int f = 0; f < DATA_FILES; f++) {
        if (r[f].status == STRATA_OK) continue;
        if (threads > 1) {
            TRY(read_again(&r[f]));
            continue;
        }
        status_sentence_load(r[f].sentence);
        return r[f].status;
    }
    return STRATA_OK;
}

static strata_status read_files(strata_data *data, const char *folder)
{
    void *made = NULL, *pieces = NULL;
    TRY(alloc_zero(&made, DATA_FILES, sizeof(reading), "reading the data files"));
    reading *r = made;
    strata_status status = alloc_aligned(&pieces, DATA_FILES * AT_ONCE, DATA_RECORD, "reading the data files");
    if (status == STRATA_OK) status = prepare(r, data, folder, pieces);
    if (status == STRATA_OK) status = read_prepared(r);
    for (int f = 0; f < DATA_FILES; f++) text_free(&r[f].path);
    free(pieces);
    free(made);
    return status;
}

/* A folder that `strata data synth` wrote says so by its class names; a missing or other file leaves the digests' verdict. */
static strata_status compare_class_names(const char *path, const text *names, bool *same)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    strata_status status = file_read_all(path, META_LIMIT, &bytes, &size);
    if (status == STRATA_OK) *same = strncmp((const char *)bytes, names->at, names->length) == 0;
    free(bytes);
    return status == STRATA_ERR_DATA ? STRATA_OK : status;
}

static strata_status names_synthetic_classes(const char *folder, bool *same)
{
    text path = { 0 }, names = { 0 };
    *same = false;
    for (int c = 0; c < STRATA_CLASSES; c++) text_add(&names, "%s\n", synth_class_names[c]);
    strata_status status = path_in(folder, "batches.meta.txt", &path);
    if (status == STRATA_OK && names.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to read %s", path.at);
    if (status == STRATA_OK) status = compare_class_names(path.at, &names, same);
    text_free(&path);
    text_free(&names);
    return status;
}

strata_status data_open_folder(const char *folder, int per_file, strata_data **out)
{
    strata_data *data;
    bool synthetic = false;
    *out = NULL;
    TRY(data_create(per_file, &data));
    strata_status status = read_files(data, folder);
    if (status == STRATA_OK) status = data_finish(data, folder);
    bool unknown = status == STRATA_OK && strcmp(data->facts.kind, "unknown") == 0;
    if (unknown) status = names_synthetic_classes(folder, &synthetic);
    if (status != STRATA_OK) {
        strata_data_free(data);
        return status;
    }
    if (synthetic) data_call_synthetic(data);
    *out = data;
    return STRATA_OK;
}

static strata_status write_file(const strata_data *data, int f, const char *folder, uint8_t *records)
{
    text path = { 0 };
    size_t first = (size_t)f * (size_t)data->per_file, count = (size_t)data->per_file;
    for (size_t j = 0; j < count; j++) {
        records[j * DATA_RECORD] = (uint8_t)data->label[first + j];
        memcpy(records + j * DATA_RECORD + 1, data->image + (first + j) * STRATA_PIXELS, STRATA_PIXELS);
    }
    strata_status status = path_in(folder, data_file_names[f], &path);
    if (status == STRATA_OK) status = file_write(path.at, records, count * DATA_RECORD);
    text_free(&path);
    return status;
}

static strata_status write_class_names(const strata_data *data, const char *folder)
{
    text path = { 0 }, names = { 0 };
    for (int c = 0; c < STRATA_CLASSES; c++) text_add(&names, "%s\n", data->facts.class_names[c]);
    text_add(&names, "\n"); /* the official file ends with an empty line */
    strata_status status = path_in(folder, "batches.meta.txt", &path);
    if (status == STRATA_OK && names.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory to write %s", path.at);
    if (status == STRATA_OK) status = file_write(path.at, names.at, names.length);
    text_free(&path);
    text_free(&names);
    return status;
}

strata_status strata_data_write(const strata_data *data, const char *folder)
{
    void *records;
    REQUIRE(data != NULL && folder != NULL);
    if (data->per_file == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s: only data of CIFAR-10's form are written as its binary files", data->facts.kind);
    }
    TRY(file_make_folder(folder));
    TRY(alloc_aligned(&records, (size_t)data->per_file, DATA_RECORD, "writing a data file"));
    strata_status status = STRATA_OK;
    for (int f = 0; f < DATA_FILES && status == STRATA_OK; f++) status = write_file(data, f, folder, records);
    free(records);
    return status == STRATA_OK ? write_class_names(data, folder) : status;
}
