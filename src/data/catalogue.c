/* The catalogue's sets and their places: see catalogue.h. */
#include "catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"

static const char ending[] = ".yaml";

enum { SETS_MOST = 1000, SET_NAME = 128 };

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static bool is_description(const char *name)
{
    size_t length = strlen(name), end = sizeof ending - 1;
    return name[0] != '.' && length > end && strcmp(name + length - end, ending) == 0;
}

static int compare_names(const void *a, const void *b)
{
    const data_description *const *one = a, *const *other = b;
    return strcmp((*one)->name, (*other)->name);
}

/* A set is found by its name, and its file by that name: the two must agree. */
static strata_status check_name(const data_description *d, const char *file)
{
    size_t length = strlen(file) - (sizeof ending - 1);
    if (d->name != NULL && strlen(d->name) == length && strncmp(d->name, file, length) == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%s: the file of a set of the catalogue has the set's name: name: %.*s, not %s", d->path,
                       (int)length, file, d->name != NULL ? d->name : "none");
}

static strata_status add_set(catalogue *c, const char *folder, const char *file)
{
    text path = { 0 };
    text_add(&path, "%s/%s", folder, file);
    data_description *d = NULL;
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory to read %s", folder) : STRATA_OK;
    if (status == STRATA_OK && c->count == SETS_MOST) status = status_fail(STRATA_ERR_DATA, "%s: over %d data sets", folder, SETS_MOST);
    if (status == STRATA_OK) status = description_read(path.at, &d);
    if (status == STRATA_OK) status = check_name(d, file);
    if (status == STRATA_OK) c->at[c->count++] = d;
    else description_free(d);
    text_free(&path);
    return status;
}

strata_status catalogue_read(const char *folder, catalogue *out)
{
    void *at;
    REQUIRE(folder != NULL && out != NULL);
    *out = (catalogue){ 0 };
    DIR *d = opendir(folder);
    if (d == NULL) {
        return status_fail(errno == ENOENT || errno == ENOTDIR ? STRATA_ERR_DATA : STRATA_ERR_STORAGE,
                           "%s: the catalogue of data sets cannot be opened: %s", folder, strerror(errno));
    }
    strata_status status = alloc_zero(&at, SETS_MOST, sizeof(data_description *), "the catalogue of data sets");
    out->at = at;
    while (status == STRATA_OK) {
        errno = 0;
        const struct dirent *e = readdir(d);
        if (e == NULL && errno != 0) status = status_fail(STRATA_ERR_STORAGE, "%s: cannot be read: %s", folder, strerror(errno));
        if (e == NULL) break;
        if (is_description(e->d_name)) status = add_set(out, folder, e->d_name);
    }
    (void)closedir(d); /* it was only read */
    if (status != STRATA_OK) catalogue_free(out);
    else qsort(out->at, out->count, sizeof *out->at, compare_names);
    return status;
}

void catalogue_free(catalogue *c)
{
    for (size_t s = 0; s < c->count; s++) description_free(c->at[s]);
    free(c->at);
    *c = (catalogue){ 0 };
}

const data_description *catalogue_named(const catalogue *c, const char *name)
{
    for (size_t s = 0; s < c->count; s++) {
        if (strcmp(c->at[s]->name, name) == 0) return c->at[s];
    }
    return NULL;
}

/* "did you mean X?", or what there is. */
static void add_known(const catalogue *c, const char *name, text *words)
{
    enum { SHOWN = 64 };
    const char *names[SHOWN];
    size_t count = c->count < SHOWN ? c->count : SHOWN;
    for (size_t s = 0; s < count; s++) names[s] = c->at[s]->name;
    const char *near = text_nearest(name, names, count);
    text_add(words, "%s%s%s", near != NULL ? "did you mean " : "", near != NULL ? near : text_known(names, count),
             near != NULL ? "?" : "");
}

strata_status catalogue_unknown(const catalogue *c, const char *name)
{
    text words = { 0 };
    add_known(c, name, &words);
    strata_status status = words.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
                                        : status_fail(STRATA_ERR_DATA, "%s: no data set of the catalogue has this name; %s",
                                                      text_shown(name), words.at);
    text_free(&words);
    return status;
}

/* ---- places -------------------------------------------------------------------------------------------------------------------------- */

/* How many of the files are in the folder; *missing receives the first that is not. */
static strata_status count_there(const data_description *set, const char *folder, size_t *count, const char **missing)
{
    *count = 0;
    *missing = NULL;
    for (size_t f = 0; f < set->files.count; f++) {
        text path = { 0 };
        bool there = false;
        text_add(&path, "%s/%s", folder, set->files.at[f].name);
        strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_look(path.at, &there);
        text_free(&path);
        TRY(status);
        *count += there;
        if (!there && *missing == NULL) *missing = set->files.at[f].name;
    }
    return STRATA_OK;
}

/* Are all in this folder, which `folder` becomes? Where others are, *missing says which is not. */
static strata_status look_into(const data_description *set, const char *home, const char *inside, bool *whole, text *folder,
                               const char **missing)
{
    size_t count;
    const char *first;
    folder->length = 0;
    text_add(folder, "%s/%s%s%s", home, set->name, inside[0] != '\0' ? "/" : "", inside);
    if (folder->failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    TRY(count_there(set, folder->at, &count, &first));
    *whole = first == NULL;
    if (*missing == NULL && count > 0) *missing = first;
    return STRATA_OK;
}

static strata_status look_at_home(const data_description *set, const char *home, bool *whole, text *folder, const char **missing)
{
    if (set->archive_folder != NULL) TRY(look_into(set, home, set->archive_folder, whole, folder, missing));
    if (!*whole && *missing == NULL) TRY(look_into(set, home, "", whole, folder, missing));
    if (*whole) *missing = NULL;
    return STRATA_OK;
}

strata_status catalogue_place_of(const data_description *set, const char *home, catalogue_place *place, text *folder,
                                 const char **missing)
{
    size_t count;
    bool whole = false;
    const char *first;
    REQUIRE(set != NULL && set->name != NULL && place != NULL && folder != NULL && missing != NULL);
    *place = CATALOGUE_NOWHERE;
    *missing = NULL;
    folder->length = 0;
    text_add(folder, "%s", "");
    if (home != NULL) TRY(look_at_home(set, home, &whole, folder, missing));
    if (whole) *place = CATALOGUE_AT_HOME;
    if (whole || set->package == NULL) return STRATA_OK;
    TRY(count_there(set, set->package_folder, &count, &first));
    if (first != NULL) return STRATA_OK;
    *place = CATALOGUE_IN_PACKAGE;
    *missing = NULL;
    folder->length = 0;
    text_add(folder, "%s", set->package_folder);
    return folder->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

void catalogue_add_how(const data_description *set, text *words)
{
    bool fetched = set->addresses.count > 0 || set->package == NULL;
    if (fetched) text_add(words, "strata data fetch %s", set->name);
    if (set->package != NULL) text_add(words, "%sapt-get install %s", fetched ? " or " : "", set->package);
}

/* ---- what --data means --------------------------------------------------------------------------------------------------------------- */

static strata_status keep_path(catalogue_found *found, const char *path)
{
    found->path.length = 0;
    text_add(&found->path, "%s", path);
    return found->path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of the data") : STRATA_OK;
}

/* A set of one file is that file, whatever lies beside it in the folder. */
static strata_status name_file(catalogue_found *out)
{
    text_add(&out->file, "%s/%s", out->path.at, out->description->files.at[0].name);
    return out->file.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of the data") : STRATA_OK;
}

/* A set by its files: they are there, or it is said how they come. */
static strata_status find_files(const char *home, catalogue_found *out)
{
    const data_description *d = out->description;
    catalogue_place place = CATALOGUE_NOWHERE;
    const char *missing = NULL;
    text how = { 0 };
    TRY(catalogue_place_of(d, home, &place, &out->path, &missing));
    if (place != CATALOGUE_NOWHERE) return d->files.count == 1 ? name_file(out) : STRATA_OK;
    catalogue_add_how(d, &how);
    strata_status status =
        how.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
        : missing != NULL
            ? status_fail(STRATA_ERR_DATA, "%s: %s is missing in %s; %s", d->name, missing, out->path.at, how.at)
            : status_fail(STRATA_ERR_DATA, "%s: the data set is not on this machine yet: %s", d->name, how.at);
    text_free(&how);
    return status;
}

static void request_by_description(catalogue_found *out)
{
    description_request(out->description, out->file.length > 0 ? out->file.at : out->path.at, &out->request);
}

static strata_status find_by_description(const char *path, const char *home, catalogue_found *out)
{
    TRY(description_read(path, &out->description));
    if (out->description->train != NULL) TRY(keep_path(out, out->description->train));
    else TRY(find_files(home, out));
    request_by_description(out);
    return STRATA_OK;
}

/* Neither a file nor a set. */
static strata_status nothing_of(const catalogue *c, const char *what)
{
    text words = { 0 };
    add_known(c, what, &words);
    strata_status status =
        words.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
                     : status_fail(STRATA_ERR_DATA, "%s: cannot be opened: No such file or directory, and no data set has this name; %s",
                                   text_shown(what), words.at);
    text_free(&words);
    return status;
}

static strata_status find_by_name(const char *what, const char *folder, const char *home, catalogue_found *out)
{
    catalogue c;
    TRY(catalogue_read(folder, &c));
    strata_status status = STRATA_OK;
    size_t s = 0;
    while (s < c.count && strcmp(c.at[s]->name, what) != 0) s++;
    if (s == c.count) {
        status = nothing_of(&c, what);
    } else {
        out->description = c.at[s];
        out->of_catalogue = true;
        c.at[s] = c.at[--c.count]; /* it belongs to *out now */
        status = out->description->train != NULL ? keep_path(out, out->description->train) : find_files(home, out);
        if (status == STRATA_OK) request_by_description(out);
    }
    catalogue_free(&c);
    return status;
}

static strata_status find(const char *what, const char *folder, const char *home, catalogue_found *out)
{
    bool there;
    const char *slash = strrchr(what, '/');
    TRY(file_look(what, &there));
    if (!there) return find_by_name(what, folder, home, out);
    if (is_description(slash != NULL ? slash + 1 : what)) return find_by_description(what, home, out);
    TRY(keep_path(out, what));
    out->request = (data_request){ .path = out->path.at };
    return STRATA_OK;
}

strata_status catalogue_find(const char *what, const char *folder, const char *home, catalogue_found *out)
{
    REQUIRE(what != NULL && folder != NULL && out != NULL);
    *out = (catalogue_found){ 0 };
    strata_status status = find(what, folder, home, out);
    if (status != STRATA_OK) catalogue_found_free(out);
    return status;
}

void catalogue_found_free(catalogue_found *found)
{
    description_free(found->description);
    text_free(&found->path);
    text_free(&found->file);
    *found = (catalogue_found){ 0 };
}

/* ---- is it whole --------------------------------------------------------------------------------------------------------------------- */

static bool is_same(const description_file *due, const catalogue_file *is)
{
    return (due->size == 0 || (uint64_t)due->size == is->size) && due->sha256 != NULL && strcmp(due->sha256, is->digest) == 0;
}

static catalogue_verdict judge(const data_description *set, const description_file *due, const catalogue_file *is)
{
    if (is_same(due, is)) return CATALOGUE_SAME;
    for (size_t f = 0; f < set->package_files.count; f++) {
        const description_file *packed = &set->package_files.at[f];
        if (strcmp(packed->name, due->name) == 0 && is_same(packed, is)) return CATALOGUE_PACKED;
    }
    bool size_is_wrong = due->size != 0 && (uint64_t)due->size != is->size;
    return due->sha256 == NULL && !size_is_wrong ? CATALOGUE_UNKNOWN : CATALOGUE_OTHER;
}

static strata_status verify_file(const data_description *set, const char *folder, const description_file *due, catalogue_file *out)
{
    text path = { 0 };
    bool there = false;
    *out = (catalogue_file){ .name = due->name, .due = due->sha256, .verdict = CATALOGUE_MISSING };
    text_add(&path, "%s/%s", folder, due->name);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_look(path.at, &there);
    if (status == STRATA_OK && there) {
        status = file_digest(path.at, &out->size, out->digest);
        if (status == STRATA_OK) out->verdict = judge(set, due, out);
    }
    text_free(&path);
    return status;
}

strata_status catalogue_verify(const data_description *set, const char *folder, catalogue_file *out, bool *good)
{
    REQUIRE(set != NULL && folder != NULL && out != NULL && good != NULL);
    *good = true;
    for (size_t f = 0; f < set->files.count; f++) {
        TRY(verify_file(set, folder, &set->files.at[f], &out[f]));
        *good = *good && out[f].verdict != CATALOGUE_OTHER && out[f].verdict != CATALOGUE_MISSING;
    }
    return STRATA_OK;
}
