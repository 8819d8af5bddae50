/*
 * NumPy's files: a folder of arrays, an archive of them, or a file of features with its labels beside it. Which array is which is told
 * by its name, from a short list, since nothing in an array says so.
 */
#include "read_npy.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "arrays.h"
#include "file.h"
#include "gz.h"
#include "npy.h"
#include "npz.h"
#include "text.h"

enum { PARTS = 2, ROLES = 2, X = 0, Y = 1 };

/* Names that belong together: features and labels of the training part, and of the test part. Asked in this order. */
static const struct {
    const char *name[PARTS][ROLES];
} families[] = {
    { { { "X_train", "y_train" }, { "X_test", "y_test" } } },
    { { { "x_train", "y_train" }, { "x_test", "y_test" } } },
    { { { "train_images", "train_labels" }, { "test_images", "test_labels" } } },
    { { { "X", "y" }, { NULL, NULL } } },
    { { { "x", "y" }, { NULL, NULL } } },
    { { { "images", "labels" }, { NULL, NULL } } },
    { { { "data", "target" }, { NULL, NULL } } },
};

enum { FAMILIES = sizeof families / sizeof *families };

#define KNOWN_NAMES "X_train and y_train, train_images and train_labels, X and y, images and labels, data and target"

/* Where arrays are asked by name: an archive, or the files NAME.npy of a folder. */
typedef struct {
    const char *path;
    npz *archive; /* NULL: a folder */
} holder;

/* What was read, with what to call it. */
typedef struct {
    arrays_part part[PARTS];
    text said[PARTS][ROLES];
    bool has[PARTS];
} reading;

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static strata_status keep(const text *words)
{
    return words->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the name of a file") : STRATA_OK;
}

/* ---- arrays by name ------------------------------------------------------------------------------------------------------------------ */

/* The member's number, or the number of members. */
static size_t member_of(npz *archive, const char *name)
{
    size_t m = 0;
    while (m < npz_count(archive) && strcmp(npz_name(archive, m), name) != 0) m++;
    return m;
}

static strata_status look_for(const holder *h, const char *name, bool *there)
{
    text path = { 0 };
    *there = h->archive != NULL && member_of(h->archive, name) < npz_count(h->archive);
    if (h->archive != NULL) return STRATA_OK;
    text_add(&path, "%s/%s.npy", h->path, name);
    strata_status status = keep(&path);
    if (status == STRATA_OK) status = file_look(path.at, there);
    text_free(&path);
    return status;
}

static strata_status read_file(const char *path, array *out, examples *to)
{
    char digest[DIGEST_TEXT];
    TRY(npy_read(path, out, digest));
    examples_note_file(to, path, digest);
    return STRATA_OK;
}

static strata_status read_named(const holder *h, const char *name, text *said, array *out, examples *to)
{
    text_add(said, h->archive != NULL ? "%s: %s.npy" : "%s/%s.npy", h->path, name);
    TRY(keep(said));
    if (h->archive == NULL) return read_file(said->at, out, to);
    return npz_read(h->archive, member_of(h->archive, name), out);
}

static strata_status read_pair(const holder *h, const char *const name[ROLES], int part, reading *r, examples *to)
{
    bool there;
    TRY(look_for(h, name[Y], &there));
    if (!there) {
        return status_fail(STRATA_ERR_DATA, "%.200s: has %s, but not its labels %s; save them there, too", h->path, name[X], name[Y]);
    }
    r->has[part] = true;
    TRY(read_named(h, name[X], &r->said[part][X], &r->part[part].x, to));
    return read_named(h, name[Y], &r->said[part][Y], &r->part[part].y, to);
}

static strata_status no_names(const holder *h)
{
    text names = { 0 };
    for (size_t m = 0; h->archive != NULL && m < npz_count(h->archive); m++) {
        text_add(&names, "%s%s", m > 0 ? ", " : "has ", npz_name(h->archive, m));
    }
    strata_status status = status_fail(STRATA_ERR_DATA,
                                       "%.200s: %.200s%s" KNOWN_NAMES " are the names of arrays that are looked for; "
                                       "save them so",
                                       h->path, names.at != NULL ? names.at : "", names.at != NULL ? "; " : "");
    text_free(&names);
    return status;
}

/* The part of the first family that is there. */
static strata_status find_family(const holder *h, int part, size_t *family)
{
    for (*family = 0; *family < FAMILIES; ++*family) {
        bool there = false;
        const char *name = families[*family].name[part][X];
        if (name != NULL) TRY(look_for(h, name, &there));
        if (there) return STRATA_OK;
    }
    return STRATA_OK;
}

/* ---- what was named ------------------------------------------------------------------------------------------------------------------ */

static strata_status read_training(const holder *h, bool with_test, reading *r, examples *to)
{
    size_t f;
    TRY(find_family(h, 0, &f));
    if (f == FAMILIES) return no_names(h);
    TRY(read_pair(h, families[f].name[0], 0, r, to));
    bool test = false;
    if (with_test && families[f].name[1][X] != NULL) TRY(look_for(h, families[f].name[1][X], &test));
    return test ? read_pair(h, families[f].name[1], 1, r, to) : STRATA_OK;
}

/* Test examples: what is called so, else all there is. */
static strata_status read_test(const holder *h, reading *r, examples *to)
{
    size_t f;
    TRY(find_family(h, 1, &f));
    if (f < FAMILIES) return read_pair(h, families[f].name[1], 1, r, to);
    TRY(find_family(h, 0, &f));
    return f < FAMILIES ? read_pair(h, families[f].name[0], 1, r, to) : no_names(h);
}

/* Features alone: the only array, else that of a family. */
static strata_status read_features(const holder *h, reading *r, examples *to)
{
    size_t f;
    if (h->archive == NULL)
        return status_fail(STRATA_ERR_DATA, "%.200s: is a folder, where one file of features is due; name it", h->path);
    if (npz_count(h->archive) == 1) return read_named(h, npz_name(h->archive, 0), &r->said[0][X], &r->part[0].x, to);
    TRY(find_family(h, 0, &f));
    return f < FAMILIES ? read_named(h, families[f].name[0][X], &r->said[0][X], &r->part[0].x, to) : no_names(h);
}

/* The file's own name with its first word changed for that of labels; NULL: it does not begin with one of features. */
static const char *labels_for(const char *base, const char **rest)
{
    static const char *const words[][2] = { { "X", "y" },
                                            { "x", "y" },
                                            { "images", "labels" },
                                            { "train_images", "train_labels" },
                                            { "test_images", "test_labels" },
                                            { "data", "target" } };
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        size_t length = strlen(words[q][0]);
        *rest = base + length;
        if (strncmp(base, words[q][0], length) == 0) return words[q][1];
    }
    return NULL;
}

static strata_status read_beside(const char *path, int part, reading *r, examples *to)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path, *rest, *word = labels_for(base, &rest);
    text *said = r->said[part];
    bool there;
    if (word == NULL) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: where are its labels? Call it X.npy and them y.npy (X_a.npy and y_a.npy, images and "
                           "labels, data and target)",
                           path);
    }
    r->has[part] = true;
    text_add(&said[X], "%s", path);
    text_add(&said[Y], "%.*s%s%s", (int)(base - path), path, word, rest);
    TRY(keep(&said[X]));
    TRY(keep(&said[Y]));
    TRY(file_look(said[Y].at, &there));
    if (!there)
        return status_fail(STRATA_ERR_DATA, "%.200s: its labels are due beside it, in %.200s; save them there", path, said[Y].at);
    TRY(read_file(said[X].at, &r->part[part].x, to));
    return read_file(said[Y].at, &r->part[part].y, to);
}

static bool is_archive(const char *path)
{
    uint8_t head[4];
    return npz_is_head(head, gz_head(path, head, sizeof head));
}

static strata_status read_held(const holder *h, int part, const data_request *request, reading *r, examples *to)
{
    if (part == 1) return read_test(h, r, to);
    return request->unlabelled ? read_features(h, r, to) : read_training(h, request->test_path == NULL, r, to);
}

static strata_status read_archive(const char *path, int part, const data_request *request, reading *r, examples *to)
{
    char digest[DIGEST_TEXT];
    holder h = { .path = path };
    TRY(npz_open(path, &h.archive, digest));
    examples_note_file(to, path, digest);
    strata_status status = read_held(&h, part, request, r, to);
    npz_free(h.archive);
    return status;
}

static strata_status read_path(const char *path, int part, const data_request *request, reading *r, examples *to)
{
    if (is_folder(path)) return read_held(&(holder){ .path = path }, part, request, r, to);
    if (is_archive(path)) return read_archive(path, part, request, r, to);
    if (!request->unlabelled) return read_beside(path, part, r, to);
    text_add(&r->said[part][X], "%s", path);
    TRY(keep(&r->said[part][X]));
    return read_file(path, &r->part[part].x, to);
}

static strata_status read_all(const data_request *request, reading *r, examples *out)
{
    TRY(read_path(request->path, 0, request, r, out));
    if (request->test_path != NULL && !request->unlabelled) TRY(read_path(request->test_path, 1, request, r, out));
    for (int p = 0; p < PARTS; p++) {
        r->part[p].x_name = r->said[p][X].at;
        r->part[p].y_name = r->said[p][Y].at;
    }
    return arrays_fill(&r->part[0], r->has[1] ? &r->part[1] : NULL, !request->unlabelled, ARRAYS_DISTINCT, out);
}

strata_status npy_examples(const data_request *request, examples *out)
{
    reading r = { 0 };
    strata_status status = read_all(request, &r, out);
    for (int p = 0; p < PARTS; p++) {
        array_free(&r.part[p].x);
        array_free(&r.part[p].y);
        text_free(&r.said[p][X]);
        text_free(&r.said[p][Y]);
    }
    if (status != STRATA_OK) examples_free(out);
    return status;
}

/* ---- recognising --------------------------------------------------------------------------------------------------------------------- */

/* An archive whose first member is an array: its name stands at its beginning, behind a head of 30 bytes. */
static bool begins_with_array(const uint8_t *head, size_t size)
{
    enum { NAME = 30, LENGTH = 26 };
    if (!npz_is_head(head, size) || size < NAME) return false;
    size_t length = head[LENGTH] | (size_t)head[LENGTH + 1] << 8;
    return length > 4 && NAME + length <= size && memcmp(head + NAME + length - 4, ".npy", 4) == 0;
}

static bool is_array_file(const char *path)
{
    uint8_t head[512];
    size_t size = gz_head(path, head, sizeof head);
    return npy_is_head(head, size) || begins_with_array(head, size);
}

bool npy_recognises(const char *path)
{
    if (!is_folder(path)) return is_array_file(path);
    bool found = false;
    for (size_t f = 0; f < FAMILIES && !found; f++) {
        text file = { 0 };
        text_add(&file, "%s/%s.npy", path, families[f].name[0][X]);
        found = file.at != NULL && is_array_file(file.at);
        text_free(&file);
    }
    return found;
}
