/*
 * See data_bytes.h. The head is read twice: first it is looked at, which takes no memory and leaves views of its texts; then what it says
 * is made. Kind, title and names of data in CIFAR-10's form are not taken from it, but found by digest, as when the files are opened.
 */
#include "data_bytes.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "array.h"
#include "bytes.h"
#include "cores.h"
#include "dataset.h"
#include "memory.h"
#include "team.h"

static const char first_line[] = "strata data 1\n";

enum { FIRST = sizeof first_line - 1 };
_Static_assert(FIRST + DIGEST_TEXT == DATA_HEAD_SIGNED, "the head is laid out as data_bytes.h says");

/* What sentences call it. */
static const char what_came[] = "the data set that was sent";

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

/* Writes, or with at = NULL only counts, so that size and bytes cannot disagree. */
typedef struct {
    uint8_t *at;
    size_t size;
} writer;

static void put(writer *w, uint64_t number, size_t bytes)
{
    if (w->at != NULL) (void)bytes_put(w->at + w->size, number, bytes);
    w->size += bytes;
}

static void put_text(writer *w, const char *words)
{
    size_t length = strlen(words);
    put(w, length, 4);
    if (w->at != NULL) memcpy(w->at + w->size, words, length);
    w->size += length;
}

static size_t examples_of(const strata_data *data)
{
    return (size_t)data->train_images + (size_t)data->test_images;
}

static size_t bytes_of_example(const strata_form *form)
{
    return (size_t)form->features * (form->element == STRATA_FLOATS ? sizeof(float) : 1);
}

static void put_data(writer *w, const strata_data *data)
{
    const strata_form *f = &data->form;
    const int numbers[] = { f->features, f->height, f->width, f->channels, f->classes,
                            data->per_file, data->train_images, data->test_images };
    put(w, examples_of(data) * (bytes_of_example(f) + sizeof *data->label), 8);
    put(w, array_machine_is_big(), 1);
    put(w, f->element, 1);
    for (size_t q = 0; q < sizeof numbers / sizeof *numbers; q++) put(w, (uint64_t)numbers[q], 4);
    const char *const texts[] = { data->source, data->facts.kind, data->facts.title, data->note, data->digest };
    for (size_t q = 0; q < sizeof texts / sizeof *texts; q++) put_text(w, texts[q]);
    if (data->per_file > 0) return; /* its files and classes are known */
    put(w, (uint64_t)data->facts.files, 4);
    for (int q = 0; q < data->facts.files; q++) {
        put_text(w, data->file_names[q]);
        put_text(w, data->file_digests[q]);
    }
    for (int c = 0; c < f->classes; c++) put_text(w, data->facts.class_names[c]);
}

strata_status data_pack_head(const strata_data *data, uint8_t **head, size_t *size)
{
    void *made;
    char digest[DIGEST_TEXT];
    writer w = { NULL, DATA_HEAD_SIGNED };
    *head = NULL;
    *size = 0;
    put_data(&w, data);
    TRY(alloc_zero(&made, w.size, 1, "the head of a data set"));
    w = (writer){ made, DATA_HEAD_SIGNED };
    put_data(&w, data);
    strata_status status = digest_sha256(w.at + DATA_HEAD_SIGNED, w.size - DATA_HEAD_SIGNED, digest);
    if (status != STRATA_OK) {
        free(made);
        return status;
    }
    digest[DIGEST_TEXT - 1] = '\n';
    memcpy(w.at, first_line, FIRST);
    memcpy(w.at + FIRST, digest, DIGEST_TEXT);
    *head = w.at;
    *size = w.size;
    return STRATA_OK;
}

void data_blocks(const strata_data *data, data_block out[DATA_BLOCKS])
{
    size_t all = examples_of(data);
    out[0] = (data_block){ data->image != NULL ? (const void *)data->image : data->table, all * bytes_of_example(&data->form) };
    out[1] = (data_block){ data->label, all * sizeof *data->label };
}

void data_blocks_to_fill(strata_data *data, data_room out[DATA_BLOCKS])
{
    size_t all = examples_of(data);
    out[0] = (data_room){ data->image != NULL ? (void *)data->image : data->table, all * bytes_of_example(&data->form) };
    out[1] = (data_room){ data->label, all * sizeof *data->label };
}

/* ---- looking at a head --------------------------------------------------------------------------------------------------------------- */

/* What is left of a head. After a piece that is not there, `failed` is set, and all that follows is nothing. */
typedef struct {
    const uint8_t *at, *end;
    bool failed;
} reading;

/* A text in the head, not ended by zero. */
typedef struct {
    const char *at;
    size_t length;
} view;

/* What a head says, its texts where they lie. */
typedef struct {
    strata_form form;
    uint64_t blocks;
    size_t per_file, train, test, files;
    bool big;
    view source, kind, title, note, digest, file[EXAMPLES_FILES][2];
    reading names;
} words;

static uint64_t take(reading *r, size_t bytes)
{
    if (r->failed || (size_t)(r->end - r->at) < bytes) return r->failed = true, 0;
    r->at += bytes;
    return bytes_get(r->at - bytes, bytes);
}

/* A text that fits into room[room] with its zero, and has none inside. */
static view take_text(reading *r, size_t room)
{
    size_t length = (size_t)take(r, 4);
    if (r->failed || length >= room || length > (size_t)(r->end - r->at) || memchr(r->at, '\0', length) != NULL) {
        r->failed = true;
        return (view){ "", 0 };
    }
    r->at += length;
    return (view){ (const char *)r->at - length, length };
}

/* A number that is to be an int. */
static int take_int(reading *r)
{
    uint64_t number = take(r, 4);
    if (number > INT_MAX) r->failed = true;
    return r->failed ? 0 : (int)number;
}

static view take_digest(reading *r)
{
    view v = take_text(r, DIGEST_TEXT);
    if (v.length != DIGEST_TEXT - 1) r->failed = true;
    return v;
}

static void look_at_numbers(reading *r, words *w)
{
    w->blocks = take(r, 8);
    w->big = take(r, 1) != 0;
    uint64_t element = take(r, 1);
    if (element > STRATA_FLOATS) r->failed = true;
    w->form.element = element == STRATA_FLOATS ? STRATA_FLOATS : STRATA_BYTES;
    int *const of_form[] = { &w->form.features, &w->form.height, &w->form.width, &w->form.channels, &w->form.classes };
    size_t *const sizes[] = { &w->per_file, &w->train, &w->test };
    for (size_t q = 0; q < sizeof of_form / sizeof *of_form; q++) *of_form[q] = take_int(r);
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) *sizes[q] = (size_t)take_int(r);
}

static void look_at_texts(reading *r, words *w)
{
    w->source = take_text(r, DATA_SOURCE);
    w->kind = take_text(r, DATA_KIND);
    w->title = take_text(r, DATA_TITLE);
    w->note = take_text(r, DATA_TITLE);
    w->digest = take_digest(r);
    if (w->per_file > 0) return;
    w->files = (size_t)take(r, 4);
    if (w->files > EXAMPLES_FILES) r->failed = true;
    for (size_t q = 0; q < w->files && !r->failed; q++) {
        w->file[q][0] = take_text(r, EXAMPLES_FILE_NAME);
        w->file[q][1] = take_digest(r);
    }
    w->names = *r;
    for (int c = 0; c < w->form.classes && !r->failed; c++) (void)take_text(r, SIZE_MAX);
}

/* Of CIFAR-10's form; of an unlabelled set, whose examples are test examples of one class; or of another. */
static strata_status check_sizes(const words *w)
{
    const strata_form *f = &w->form;
    size_t all = w->train + w->test;
    bool unlabelled = w->train == 0 && f->classes == 1, classes = f->classes >= 2 && f->classes <= STRATA_CLASSES_MAX;
    TRY(examples_check_form(f, all, 0));
    bool sound = w->train == 0 ? unlabelled : classes;
    if (w->per_file > 0) {
        sound = w->per_file <= DATA_PER_FILE && w->train == 5 * w->per_file && w->test == w->per_file
                && data_same_form(f, &data_cifar10_form);
    }
    if (sound && w->blocks == all * (bytes_of_example(f) + sizeof(uint16_t))) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s has %zu + %zu examples of %d features in %d classes and %llu bytes, which no data set has",
                       what_came, w->train, w->test, f->features, f->classes, (unsigned long long)w->blocks);
}

/* Blocks, numbers of the examples, counts of the classes. */
static strata_status check_memory(const words *w)
{
    char needed[MEMORY_TEXT], had[MEMORY_TEXT];
    uint64_t least = memory_least(), bytes = w->blocks + (w->train + w->test) * sizeof(uint32_t) + (uint64_t)w->form.classes * 64;
    if (bytes <= least) return STRATA_OK;
    memory_say(bytes, needed);
    memory_say(least, had);
    return status_fail(STRATA_ERR_MEMORY, "%s, %.*s, takes %s of memory, and there are %s left; start fewer ranks on this machine",
                       what_came, (int)w->kind.length, w->kind.at, needed, had);
}

static strata_status check_digest(const uint8_t *head, size_t size)
{
    char digest[DIGEST_TEXT];
    bool begins = size > DATA_HEAD_SIGNED && memcmp(head, first_line, FIRST) == 0 && head[DATA_HEAD_SIGNED - 1] == '\n';
    if (!begins) return status_fail(STRATA_ERR_DATA, "%zu bytes are no head of a data set; is each rank of the same version?", size);
    TRY(digest_sha256(head + DATA_HEAD_SIGNED, size - DATA_HEAD_SIGNED, digest));
    if (memcmp(head + FIRST, digest, DIGEST_TEXT - 1) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "the head of a data set, %zu bytes, came with others than were sent; start again", size);
}

static strata_status look_at(const uint8_t *head, size_t size, words *w)
{
    TRY(check_digest(head, size));
    reading r = { head + DATA_HEAD_SIGNED, head + size, false };
    look_at_numbers(&r, w);
    look_at_texts(&r, w);
    if (r.failed || r.at != r.end) {
        return status_fail(STRATA_ERR_DATA, "the head of a data set is wrong at byte %zu of %zu; is each rank of the same version?",
                           (size_t)(r.at - head), size);
    }
    if (w->big != array_machine_is_big()) {
        return status_fail(STRATA_ERR_DATA, "%s comes from a machine with the other byte order; open the data on this one, without "
                           "--share-data", what_came);
    }
    TRY(check_sizes(w));
    return check_memory(w);
}

/* ---- making what it says ------------------------------------------------------------------------------------------------------------- */

/* The texts have been looked at: they fit. */
static void copy_text(char *to, view from)
{
    memcpy(to, from.at, from.length);
    to[from.length] = '\0';
}

static void copy_texts(const words *w, strata_data *data)
{
    copy_text(data->source, w->source);
    copy_text(data->kind, w->kind);
    copy_text(data->title, w->title);
    copy_text(data->note, w->note);
    copy_text(data->digest, w->digest);
    for (size_t q = 0; q < w->files; q++) {
        copy_text(data->file[q].name, w->file[q][0]);
        copy_text(data->file[q].digest, w->file[q][1]);
        data->file_names[q] = data->file[q].name;
        data->file_digests[q] = data->file[q].digest;
    }
    data->facts.files = (int)w->files;
}

static strata_status copy_names(const words *w, strata_data *data)
{
    void *made;
    reading r = w->names;
    TRY(alloc_zero(&made, (size_t)w->form.classes, sizeof(char *), "the names of the classes"));
    data->own_names = made;
    for (int c = 0; c < w->form.classes; c++) {
        view name = take_text(&r, SIZE_MAX);
        TRY(alloc_zero(&made, name.length + 1, 1, "the names of the classes"));
        data->own_names[c] = memcpy(made, name.at, name.length);
    }
    return STRATA_OK;
}

static strata_status make(const words *w, strata_data *data)
{
    void *values;
    copy_texts(w, data);
    data->per_file = (int)w->per_file;
    if (w->per_file == 0) TRY(copy_names(w, data));
    TRY(alloc_aligned_unset(&values, w->train + w->test, bytes_of_example(&w->form), "the examples of a data set"));
    if (w->form.element == STRATA_FLOATS) data->table = values;
    else data->image = values;
    return STRATA_OK;
}

strata_status data_unpack_head(const uint8_t *head, size_t size, strata_data **out)
{
    words w = { 0 };
    strata_data *data;
    *out = NULL;
    TRY(look_at(head, size, &w));
    TRY(data_new(&w.form, (int)w.train, (int)w.test, &data));
    strata_status status = make(&w, data);
    if (status == STRATA_OK) *out = data;
    else strata_data_free(data);
    return status;
}

/* ---- what came into the rooms -------------------------------------------------------------------------------------------------------- */

static strata_status check_labels(const strata_data *data)
{
    for (size_t j = 0; j < examples_of(data); j++) {
        if (data->label[j] < data->form.classes) continue;
        return status_fail(STRATA_ERR_DATA, "%s, %s, came damaged: example %zu has the label %d, where 0 .. %d are allowed; start again",
                           what_came, data->kind, j, data->label[j], data->form.classes - 1);
    }
    return STRATA_OK;
}

static strata_status compare_digest(const strata_data *data, const char *found)
{
    if (strcmp(found, data->digest) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s, %s, came damaged: its digest is %.12s..., and %.12s... was sent; start again", what_came,
                       data->kind, found, data->digest);
}

/* File f of CIFAR-10's form as it lies on disk, digested: its records are a label and an image. */
static strata_status digest_file(strata_data *data, int f)
{
    digest_state d;
    size_t count = (size_t)data->per_file, first = (size_t)f * count;
    TRY(digest_begin(&d));
    for (size_t j = first; j < first + count; j++) {
        uint8_t label = (uint8_t)data->label[j];
        data->counts[f][label]++;
        TRY(digest_add(&d, &label, 1));
        TRY(digest_add(&d, data->image + j * STRATA_PIXELS, STRATA_PIXELS));
    }
    return digest_end(&d, data->file[f].digest);
}

typedef struct {
    strata_data *data;
    strata_status status[DATA_FILES];
} digesting;

static void digest_part(void *all, int f)
{
    digesting *d = all;
    d->status[f] = digest_file(d->data, f);
}

/* As cifar.c reads them: a file that one of the threads could not digest has another try in this one, which says why it fails. */
static strata_status digest_files(strata_data *data)
{
    enum { WORTH_A_THREAD = 1000 };
    digesting d = { .data = data };
    char found[DIGEST_TEXT];
    team_share(data->per_file >= WORTH_A_THREAD ? cores_usable() : 1, DATA_FILES, digest_part, &d);
    for (int f = 0; f < DATA_FILES; f++) {
        if (d.status[f] == STRATA_OK) continue;
        memset(data->counts[f], 0, sizeof data->counts[f]);
        TRY(digest_file(data, f));
    }
    for (int f = 0; f < DATA_FILES; f++) data->file_digests[f] = data->file[f].digest;
    TRY(data_digest_of_files(data->file_digests, found));
    return compare_digest(data, found);
}

/* Which data in CIFAR-10's form this is says the digest; that a set is drawn is in no digest but that of the whole one. */
static strata_status end_cifar10(strata_data *data)
{
    char source[DATA_SOURCE];
    TRY(digest_files(data));
    memcpy(source, data->source, sizeof source);
    TRY(data_finish(data, source));
    if (strcmp(data->kind, "synthetic") == 0 && !data->facts.known) data_call_synthetic(data);
    if (strcmp(data->kind, data->facts.kind) == 0 && strcmp(data->title, data->facts.title) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s is called %s, and is %s here; is each rank of the same version?", what_came, data->kind,
                       data->facts.kind);
}

strata_status data_unpack_end(strata_data *data)
{
    char found[DIGEST_TEXT];
    TRY(check_labels(data));
    if (data->per_file > 0) return end_cifar10(data);
    data->facts.kind = data->kind;
    data->facts.title = data->title;
    data->facts.class_names = (const char *const *)data->own_names;
    TRY(data_digest_examples(data, found));
    TRY(compare_digest(data, found));
    data_count(data);
    return STRATA_OK;
}
