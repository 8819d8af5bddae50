/*
 * IDX files as MNIST and its kin have them: a folder with images and labels of a training and a test part, or one file of images with
 * its labels beside it. First bytes say which files are IDX, and names which part they are: nothing in an IDX file says that.
 */
#include "read_idx.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "arrays.h"
#include "file.h"
#include "gz.h"
#include "idx.h"
#include "text.h"

enum { PARTS = 2, IMAGES = 0, LABELS = 1, ROLES = 2, NAME = 256 };

static const char *const usual[PARTS][ROLES] = {
    { "train-images-idx3-ubyte", "train-labels-idx1-ubyte" },
    { "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" },
};

/* The files of a folder: for each part and role a name, and a second one where there are two. */
typedef struct {
    char name[PARTS][ROLES][NAME], second[PARTS][ROLES][NAME];
    bool any, no_memory;
} listing;

/* The paths to read; at == NULL: there is no such file. */
typedef struct {
    text path[PARTS][ROLES];
} choice;

static bool has(const char *name, const char *word)
{
    return strstr(name, word) != NULL;
}

static strata_status keep(text *path)
{
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of a file") : STRATA_OK;
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* Is the file IDX, and of how many dimensions? */
static bool is_idx(const char *path, int *rank)
{
    uint8_t head[8];
    size_t size = gz_head(path, head, sizeof head);
    return idx_is_head(head, size, rank);
}

/* ---- a folder ------------------------------------------------------------------------------------------------------------------------ */

/* Are they the same file, packed and not? */
static bool is_packed_of(const char *packed, const char *plain)
{
    size_t length = strlen(plain);
    return strncmp(packed, plain, length) == 0 && strcmp(packed + length, ".gz") == 0;
}

/* Puts a file to its place. A file that lies there packed and unpacked is read unpacked; of others the first by name stands first. */
static void put(listing *l, int part, int role, const char *name)
{
    char *first = l->name[part][role], *second = l->second[part][role];
    l->any = true;
    if (first[0] == '\0' || is_packed_of(first, name)) {
        (void)snprintf(first, NAME, "%s", name);
    } else if (!is_packed_of(name, first)) {
        bool before = strcmp(name, first) < 0;
        if (before) memcpy(second, first, NAME);
        (void)snprintf(before ? first : second, NAME, "%s", name);
    }
}

static void look_at(listing *l, const char *folder, const char *name)
{
    int rank;
    text path = { 0 };
    bool test = has(name, "t10k") || has(name, "test"), labels = has(name, "label");
    if (name[0] == '.' || !(test || has(name, "train")) || strlen(name) >= NAME) return;
    text_add(&path, "%s/%s", folder, name);
    l->no_memory = l->no_memory || path.failed;
    if (path.at != NULL && is_idx(path.at, &rank)) put(l, test, labels || (rank == 1 && !has(name, "image")) ? LABELS : IMAGES, name);
    text_free(&path);
}

static bool list(const char *folder, listing *l)
{
    *l = (listing){ .any = false };
    DIR *d = opendir(folder);
    if (d == NULL) return false;
    for (struct dirent *e; (e = readdir(d)) != NULL;) look_at(l, folder, e->d_name);
    (void)closedir(d);
    return true;
}

static strata_status choose_in_folder(const char *folder, int part, const listing *l, choice *c)
{
    for (int role = 0; role < ROLES; role++) {
        const char *name = l->name[part][role];
        if (name[0] == '\0') {
            return status_fail(STRATA_ERR_DATA, "%.200s: there is no IDX file of %s %s (%s, or with .gz); fetch it", folder,
                               part == 0 ? "training" : "test", role == IMAGES ? "images" : "labels", usual[part][role]);
        }
        if (l->second[part][role][0] != '\0') {
            return status_fail(STRATA_ERR_DATA,
                               "%.200s: %.100s and %.100s may both be meant; name the file of training images instead "
                               "of the folder",
                               folder, name, l->second[part][role]);
        }
        text_add(&c->path[part][role], "%s/%s", folder, name);
        TRY(keep(&c->path[part][role]));
    }
    return STRATA_OK;
}

static strata_status choose_by_folder(const data_request *request, choice *c)
{
    listing l;
    if (request->unlabelled) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is a folder, where one file of images is due; name it", request->path);
    }
    if (!list(request->path, &l)) return status_fail(STRATA_ERR_STORAGE, "%.200s: the folder cannot be read", request->path);
    if (l.no_memory) return status_fail(STRATA_ERR_MEMORY, "no memory for the paths of files");
    TRY(choose_in_folder(request->path, 0, &l, c));
    bool test = l.name[1][IMAGES][0] != '\0' || l.name[1][LABELS][0] != '\0';
    return test && request->test_path == NULL ? choose_in_folder(request->path, 1, &l, c) : STRATA_OK;
}

/* ---- a file -------------------------------------------------------------------------------------------------------------------------- */

/* The path with "images" in the file's name replaced by "labels", the idx3 behind it by idx1, and without or with a .gz more. */
static void name_labels(const char *images, const char *word, bool other, text *out)
{
    const char *rest = word + strlen("images"), *idx = strstr(rest, "idx");
    size_t length = strlen(rest);
    bool packed = length >= 3 && strcmp(rest + length - 3, ".gz") == 0;
    text_add(out, "%.*slabels", (int)(word - images), images);
    if (idx != NULL && idx[3] >= '1' && idx[3] <= '9') {
        text_add(out, "%.*sidx1", (int)(idx - rest), rest);
        rest = idx + 4;
        length = strlen(rest);
    }
    text_add(out, "%.*s%s", (int)(other && packed ? length - 3 : length), rest, other && !packed ? ".gz" : "");
}

static const char *last_word(const char *path, const char *word)
{
    const char *slash = strrchr(path, '/'), *found = NULL;
    for (const char *at = slash != NULL ? slash : path; (at = strstr(at, word)) != NULL; at++) found = at;
    return found;
}

static strata_status choose_file(const char *path, int part, bool labelled, choice *c)
{
    int rank;
    text *images = &c->path[part][IMAGES], *labels = &c->path[part][LABELS];
    if (is_idx(path, &rank) && rank == 1) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: has one dimension, as labels have; name the file of images, beside which they lie", path);
    }
    text_add(images, "%s", path);
    TRY(keep(images));
    if (!labelled) return STRATA_OK;
    const char *word = last_word(path, "images");
    if (word == NULL) {
        return status_fail(STRATA_ERR_DATA,
                           "%.200s: has no 'images' in its name, so its labels, a file with 'labels' there, cannot be "
                           "found; rename both",
                           path);
    }
    bool there = false;
    for (int other = 0; other < 2 && !there; other++) {
        text_free(labels);
        name_labels(path, word, other == 1, labels);
        TRY(keep(labels));
        TRY(file_look(labels->at, &there));
    }
    return there ? STRATA_OK
                 : status_fail(STRATA_ERR_DATA, "%.200s: its labels are due beside it, in %.200s; fetch them", path, labels->at);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static strata_status choose(const data_request *request, choice *c)
{
    if (is_folder(request->path))
        TRY(choose_by_folder(request, c));
    else
        TRY(choose_file(request->path, 0, !request->unlabelled, c));
    return request->test_path != NULL && !request->unlabelled ? choose_file(request->test_path, 1, true, c) : STRATA_OK;
}

static strata_status read_part(const text path[ROLES], arrays_part *part, examples *out)
{
    char digest[DIGEST_TEXT];
    part->x_name = path[IMAGES].at;
    part->y_name = path[LABELS].at;
    TRY(idx_read(path[IMAGES].at, &part->x, digest));
    examples_note_file(out, path[IMAGES].at, digest);
    if (part->x.rank == 1)
        return status_fail(STRATA_ERR_DATA, "%.200s: has one dimension, where images or features are due", part->x_name);
    if (part->y_name == NULL) return STRATA_OK;
    TRY(idx_read(path[LABELS].at, &part->y, digest));
    examples_note_file(out, path[LABELS].at, digest);
    if (part->y.type != ARRAY_F4 && part->y.type != ARRAY_F8) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: byte 2 says that its labels are no whole numbers; is it another file?", part->y_name);
}

static strata_status read_parts(const data_request *request, const choice *c, arrays_part part[PARTS], examples *out)
{
    bool test = c->path[1][IMAGES].at != NULL;
    TRY(read_part(c->path[0], &part[0], out));
    if (test) TRY(read_part(c->path[1], &part[1], out));
    return arrays_fill(&part[0], test ? &part[1] : NULL, !request->unlabelled, ARRAYS_COUNTED, out);
}

strata_status idx_examples(const data_request *request, examples *out)
{
    choice c = { 0 };
    arrays_part part[PARTS] = { 0 };
    strata_status status = choose(request, &c);
    if (status == STRATA_OK) status = read_parts(request, &c, part, out);
    for (int p = 0; p < PARTS; p++) {
        array_free(&part[p].x);
        array_free(&part[p].y);
        for (int role = 0; role < ROLES; role++) text_free(&c.path[p][role]);
    }
    if (status != STRATA_OK) examples_free(out);
    return status;
}

bool idx_recognises(const char *path)
{
    listing l;
    int rank;
    return is_folder(path) ? list(path, &l) && l.any : is_idx(path, &rank);
}
