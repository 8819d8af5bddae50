/*
 * Both files are whole numbers of records, one or more. Which labels there may be is the data set's own definition, 20 coarse and 100 fine
 * ones; the files of names beside them say what they are called, and where they are missing the numbers are the names.
 */
#include "read_cifar100.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "file.h"
#include "text.h"

enum { SIDE = 32, COLOURS = 3, PIXELS = SIDE * SIDE * COLOURS, LABELS = 2, RECORD = LABELS + PIXELS, COARSE = 20, FINE = 100,
       NAMES_LIMIT = 1 << 14 };
static const size_t file_limit = (size_t)RECORD * 10000000; /* 31 GB */
static const char *const file_name[LABELS] = { "train.bin", "test.bin" };

typedef struct {
    char *path;
    uint8_t *bytes;
    size_t records;
    char digest[DIGEST_TEXT];
} part;

static strata_status path_in(const char *folder, const char *name, text *path)
{
    text_add(path, "%s/%s", folder, name);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of %s", name) : STRATA_OK;
}

bool read_cifar100_recognises(const char *folder)
{
    text path[3] = { { 0 } };
    bool there = path_in(folder, file_name[0], &path[0]) == STRATA_OK && path_in(folder, file_name[1], &path[1]) == STRATA_OK
        && path_in(folder, data_file_names[0], &path[2]) == STRATA_OK && file_exists(path[0].at) && file_exists(path[1].at)
        && !file_exists(path[2].at);
    for (int p = 0; p < 3; p++) text_free(&path[p]);
    return there;
}

/* ---- records ------------------------------------------------------------------------------------------------------------------------- */

static strata_status check_labels(const part *p)
{
    for (size_t j = 0; j < p->records; j++) {
        const uint8_t *record = p->bytes + j * RECORD;
        if (record[0] < COARSE && record[1] < FINE) continue;
        return status_fail(STRATA_ERR_DATA, "%.200s: record %zu, at byte %zu, has the labels %d (coarse) and %d (fine), where 0 .. %d and "
                           "0 .. %d are allowed; fetch the file again", p->path, j, j * RECORD, record[0], record[1], COARSE - 1, FINE - 1);
    }
    return STRATA_OK;
}

static strata_status read_part(const char *folder, const char *name, part *p)
{
    text path = { 0 };
    size_t size;
    strata_status status = path_in(folder, name, &path);
    p->path = path.at;
    if (status != STRATA_OK) return status;
    TRY(file_read_all(p->path, file_limit, &p->bytes, &size));
    if (size == 0 || size % RECORD != 0) {
        return status_fail(STRATA_ERR_DATA, "%.200s: has %zu bytes, which are no whole number of records of %d; fetch the file again",
                           p->path, size, RECORD);
    }
    p->records = size / RECORD;
    TRY(check_labels(p));
    return digest_sha256(p->bytes, size, p->digest);
}

static void copy_part(const part *p, size_t first, bool coarse, examples *out)
{
    for (size_t j = 0; j < p->records; j++) {
        const uint8_t *record = p->bytes + j * RECORD;
        if (out->label != NULL) out->label[first + j] = record[coarse ? 0 : 1];
        memcpy(out->bytes + (first + j) * PIXELS, record + LABELS, PIXELS);
    }
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

/* Takes `count` lines apart into names. */
static strata_status take_names(const char *path, const char *at, size_t size, int count, examples *out)
{
    const char *end = at + size;
    int c = 0;
    while (end > at && (end[-1] == '\n' || end[-1] == '\r')) end--;
    for (; at < end; c++) {
        size_t length = strcspn(at, "\r\n");
        if (length == 0 || c == count) break;
        out->class_name[c] = strndup(at, length);
        if (out->class_name[c] == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
        at += length + strspn(at + length, "\r");
        at += at < end;
    }
    if (c == count && at >= end) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: line %d is not one of %d names, one a line; fetch the file again, or remove it to go by "
                       "numbers", path, c + 1, count);
}

static strata_status read_names(const char *path, int count, examples *out)
{
    uint8_t *bytes;
    size_t size;
    bool there;
    TRY(file_look(path, &there));
    if (!there) return STRATA_OK;
    TRY(file_read_all(path, NAMES_LIMIT, &bytes, &size));
    out->class_name = calloc((size_t)count, sizeof *out->class_name);
    strata_status status = out->class_name != NULL ? take_names(path, (const char *)bytes, size, count, out)
                                                   : status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
    free(bytes);
    return status;
}

static strata_status name_classes(const data_request *request, examples *out)
{
    text path = { 0 };
    out->form.classes = request->coarse ? COARSE : FINE;
    strata_status status = path_in(request->path, request->coarse ? "coarse_label_names.txt" : "fine_label_names.txt", &path);
    if (status == STRATA_OK) status = read_names(path.at, out->form.classes, out);
    text_free(&path);
    return status;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static strata_status make(const data_request *request, part *train, part *test, examples *out)
{
    if (request->test_path != NULL) {
        return status_fail(STRATA_ERR_DATA, "%.200s: CIFAR-100 has its test data in test.bin; leave --test-data out", request->path);
    }
    if (request->label != NULL || request->one_hots > 0) {
        return status_fail(STRATA_ERR_DATA, "%.200s: CIFAR-100 has its labels in its records; leave %s out", request->path,
                           request->label != NULL ? "--label" : "one-hot");
    }
    TRY(read_part(request->path, file_name[0], train));
    TRY(read_part(request->path, file_name[1], test));
    out->form = (strata_form){ .element = STRATA_BYTES, .features = PIXELS, .height = SIDE, .width = SIDE, .channels = COLOURS };
    size_t all = train->records + test->records;
    TRY(examples_take(out, request->unlabelled ? all : train->records, request->unlabelled ? 0 : test->records, !request->unlabelled));
    copy_part(train, 0, request->coarse, out);
    copy_part(test, train->records, request->coarse, out);
    examples_note_file(out, train->path, train->digest);
    examples_note_file(out, test->path, test->digest);
    (void)snprintf(out->note, sizeof out->note, "CIFAR-100 by its %s", request->coarse ? "20 coarse labels" : "100 fine labels");
    return request->unlabelled ? STRATA_OK : name_classes(request, out);
}

strata_status read_cifar100(const data_request *request, examples *out)
{
    part train = { 0 }, test = { 0 };
    strata_status status = make(request, &train, &test, out);
    free(train.path);
    free(train.bytes);
    free(test.path);
    free(test.bytes);
    if (status != STRATA_OK) examples_free(out);
    return status;
}
