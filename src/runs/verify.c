/*
 * Is everything in a folder still what was written? Of a laboratory the store says what each file was, of strata train each run's run.json;
 * checkpoints carry a digest of their own. Every run is looked at, whatever is wrong with others; nothing is written.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "verify.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "digest.h"
#include "file.h"
#include "run_files.h"
#include "runs.h"

enum { ID_DIGITS = 12 };

/* Beside what a store says of its files. None of these is a fault: nobody recorded the file, or its digest. */
static const char extra[] = "extra", unrecorded[] = "unrecorded";

typedef struct {
    const runs_verify_watch *watch;
    const char *folder;
    const char *id;   /* of the run at hand */
    const char *name; /* of its folder: the id, or that and -diverged */
    bool wrong;     /* a file of it is */
    runs_verified found;
} verifier;

/* ---- saying -------------------------------------------------------------------------------------------------------------------------- */

static void begin_run(verifier *v, const char *id, const char *kind)
{
    v->id = id;
    v->wrong = false;
    v->watch->begin(v->watch->self, v->folder, id, kind);
}

static void end_run(verifier *v)
{
    v->found.runs++;
    v->found.wrong_runs += v->wrong;
    v->watch->end(v->watch->self, !v->wrong);
}

static void tell(const verifier *v, const char *path, const char *word, const char *why)
{
    v->watch->file(v->watch->self, path, word, why);
}

static void tell_found(verifier *v, const char *path, const store_file_found *found)
{
    bool wrong = found->state != STORE_FILE_WHOLE;
    v->found.files++;
    v->found.wrong_files += wrong;
    v->wrong = v->wrong || wrong;
    tell(v, path, store_file_words[found->state], found->why);
}

static void tell_unrecorded(verifier *v, const char *path, const char *why)
{
    v->found.files++;
    tell(v, path, unrecorded, why);
}

static void tell_extra(verifier *v, const char *path, const char *why)
{
    v->found.extras++;
    tell(v, path, extra, why);
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

static const char *const checkpoints[] = { "checkpoint", "checkpoint.previous" };

static bool is_checkpoint(const char *name)
{
    return strcmp(name, checkpoints[0]) == 0 || strcmp(name, checkpoints[1]) == 0;
}

static bool is_id(const char *name, size_t length)
{
    char id[ID_DIGITS + 1];
    if (length != ID_DIGITS) return false;
    (void)snprintf(id, sizeof id, "%.*s", ID_DIGITS, name);
    return text_is_hex(id);
}

/* ID, or ID-diverged. */
static int is_run(const struct dirent *e)
{
    size_t length = strcspn(e->d_name, "-");
    return is_id(e->d_name, length) && (e->d_name[length] == '\0' || strcmp(e->d_name + length, "-diverged") == 0);
}

static int is_visible(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static strata_status joined(text *path, const char *folder, const char *name)
{
    path->length = 0;
    text_add(path, "%s/%s", folder, name);
    return path->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

/* Calls each(v, folder, name) for what is in a folder, by name. A folder that is not there has nothing in it. */
static strata_status each_in(verifier *v, const char *folder, int (*which)(const struct dirent *e),
                             strata_status (*each)(verifier *v, const char *folder, const char *name, const void *more), const void *more)
{
    struct dirent **list;
    int count = scandir(folder, &list, which, alphasort);
    if (count < 0 && errno == ENOENT) return STRATA_OK;
    if (count < 0) return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be read: %s", folder, strerror(errno));
    strata_status status = STRATA_OK;
    for (int e = 0; e < count; e++) {
        if (status == STRATA_OK) status = each(v, folder, list[e]->d_name, more);
        free(list[e]);
    }
    free(list);
    return status;
}

/* ---- checkpoints --------------------------------------------------------------------------------------------------------------------- */

/* "strata checkpoint VERSION", a line with the SHA-256 of all behind it. */
static const char *wrong_checkpoint(const char *path, store_file *state)
{
    static const char first[] = "strata checkpoint ";
    uint8_t *bytes = NULL;
    size_t size = 0;
    char digest[DIGEST_TEXT];
    const char *wrong = NULL;
    strata_status status = file_read_all(path, (size_t)1 << 36, &bytes, &size);
    *state = status == STRATA_OK || status == STRATA_ERR_DATA ? STORE_FILE_CHANGED : STORE_FILE_UNREADABLE;
    if (status != STRATA_OK) return strata_error();
    const uint8_t *line = memchr(bytes, '\n', size), *from = line != NULL ? line + 1 + DIGEST_TEXT : NULL;
    if (size < sizeof first || memcmp(bytes, first, sizeof first - 1) != 0 || from == NULL || (size_t)(from - bytes) > size) {
        wrong = "it does not begin as a checkpoint";
    } else if (digest_sha256(from, size - (size_t)(from - bytes), digest) != STRATA_OK) {
        wrong = strata_error();
    } else if (memcmp(line + 1, digest, DIGEST_TEXT - 1) != 0 || from[-1] != '\n') {
        wrong = "its digest is not that of its bytes";
    }
    free(bytes);
    return wrong;
}

/* Of a training that is going on nothing can be said: its checkpoints are renamed while they are read. */
static void look_at_checkpoint(verifier *v, const char *folder, const char *path, const char *shown)
{
    store_file_found found = { .state = STORE_FILE_WHOLE };
    const char *wrong = wrong_checkpoint(path, &found.state);
    if (wrong != NULL && file_is_locked(folder)) {
        tell_extra(v, shown, "of a training that is going on");
        return;
    }
    if (wrong == NULL) found.state = STORE_FILE_WHOLE;
    else (void)snprintf(found.why, sizeof found.why, "%.399s", wrong);
    tell_found(v, shown, &found);
}

/* ---- a folder of strata train -------------------------------------------------------------------------------------------------------- */

/* Has the store said what this file of the run's folder was? Then it has been looked at. id: the name of the folder. */
static bool is_artifact(const stored_run *run, const char *id, const char *name)
{
    char path[512];
    if (run == NULL) return false;
    (void)snprintf(path, sizeof path, "runs/%.40s/%.400s", id, name);
    for (size_t a = 0; a < run->run.artifact_count; a++) {
        if (strcmp(run->run.artifact[a].path, path) == 0) return true;
    }
    return false;
}

/* The files that run.json lists, each as an artifact of the folder. */
static strata_status look_at_listed(verifier *v, const char *folder, const json_value *files, const stored_run *stored)
{
    const char *name;
    const json_value *file;
    for (size_t f = 0; (file = json_member(files, f, &name)) != NULL; f++) {
        if (is_artifact(stored, v->name, name)) continue;
        store_file_found found = { .state = STORE_FILE_CHANGED };
        int64_t bytes = 0;
        const char *sha256 = json_as_text(json_get(file, "sha256"));
        if (sha256 == NULL || !json_as_int(json_get(file, "bytes"), &bytes)) {
            (void)snprintf(found.why, sizeof found.why, "its entry in %s is none", run_files_record);
        } else {
            TRY(store_look_at_file(folder, &(store_artifact){ name, bytes, sha256 }, &found));
        }
        tell_found(v, name, &found);
    }
    return STRATA_OK;
}

/* A record of before files had digests in it: the model's parameters have one. */
static strata_status look_at_old(verifier *v, const char *folder, const json_value *record)
{
    static const char model_name[] = "model.safetensors", curves[] = "curves.csv";
    bool there;
    text path = { 0 };
    strata_model *model = NULL;
    const char *due = json_as_text(json_get(record, "model_digest"));
    store_file_found found = { .state = STORE_FILE_WHOLE };
    TRY(joined(&path, folder, model_name));
    strata_status status = strata_model_open(path.at, &model);
    if (status != STRATA_OK) {
        (void)snprintf(found.why, sizeof found.why, "%.399s", strata_error());
        found.state = file_look(path.at, &there) == STRATA_OK && !there ? STORE_FILE_MISSING : STORE_FILE_CHANGED;
    } else if (due == NULL || strcmp(due, strata_model_digest(model)) != 0) {
        found = (store_file_found){ STORE_FILE_CHANGED, "its parameters are not those that the run ended with" };
    }
    strata_model_free(model);
    text_free(&path);
    tell_found(v, model_name, &found);
    tell_unrecorded(v, curves, "an older run.json has no digest of it");
    return STRATA_OK;
}

static const char *why_extra(const char *name)
{
    if (strstr(name, ".tmp.") != NULL) return "of a writer that is at work, or was killed";
    if (strstr(name, ".damaged") != NULL) return "a checkpoint that was not whole and was set aside";
    if (strstr(name, ".unreadable") != NULL) return "a checkpoint that could not be read and was set aside";
    return "nobody recorded it";
}

typedef struct {
    const json_value *record;
    const stored_run *stored; /* its artifacts are known, too */
} known;

/* What is in the folder and was not looked at yet. */
static strata_status look_at_other(verifier *v, const char *folder, const char *name, const void *more)
{
    const known *k = more;
    text path = { 0 };
    bool old = k->record != NULL && json_get(k->record, "files") == NULL;
    if (strcmp(name, run_files_record) == 0 || json_get(json_get(k->record, "files"), name) != NULL) return STRATA_OK;
    if (old && (strcmp(name, "model.safetensors") == 0 || strcmp(name, "curves.csv") == 0)) return STRATA_OK;
    if (is_artifact(k->stored, v->name, name)) return STRATA_OK;
    if (!is_checkpoint(name)) return tell_extra(v, name, why_extra(name)), STRATA_OK;
    TRY(joined(&path, folder, name));
    look_at_checkpoint(v, folder, path.at, name);
    text_free(&path);
    return STRATA_OK;
}

/* Is the record that of this run? */
static void check_id(verifier *v, run_record *r)
{
    const char *id = json_as_text(json_get(r->record, "id"));
    if (r->found.state != STORE_FILE_WHOLE || r->record == NULL || (id != NULL && strncmp(id, v->id, ID_DIGITS) == 0)) return;
    r->found.state = STORE_FILE_CHANGED;
    (void)snprintf(r->found.why, sizeof r->found.why, "it is of run %.40s", id != NULL ? id : "without an id");
}

static strata_status look_at_record(verifier *v, const char *folder, run_record *r, const stored_run *stored)
{
    if (r->found.state == STORE_FILE_MISSING) return STRATA_OK; /* the run has not ended, or is an older laboratory's */
    check_id(v, r);
    bool looked_at = is_artifact(stored, v->name, run_files_record);
    if (!looked_at && (r->found.state != STORE_FILE_WHOLE || r->signed_so)) tell_found(v, run_files_record, &r->found);
    else if (!looked_at) tell_unrecorded(v, run_files_record, "an older one, without a digest");
    const json_value *files = json_get(r->record, "files");
    if (files != NULL) return look_at_listed(v, folder, files, stored);
    bool ended = !looked_at && r->record != NULL && strchr(v->name, '-') == NULL;
    return ended ? look_at_old(v, folder, r->record) : STRATA_OK;
}

/* One folder, v->name. stored: the run of this id in the store, whose artifacts have been looked at. */
static strata_status look_at_run(verifier *v, const char *folder, const stored_run *stored)
{
    run_record r;
    TRY(run_files_read(folder, &r));
    if (stored == NULL) begin_run(v, v->name, r.found.state != STORE_FILE_MISSING ? "strata train" : "interrupted");
    strata_status status = look_at_record(v, folder, &r, stored);
    const known k = { r.record, stored };
    if (status == STRATA_OK) status = each_in(v, folder, is_visible, look_at_other, &k);
    run_files_free(&r);
    if (stored == NULL) end_run(v);
    return status;
}

/* The ids of a laboratory's runs, in the order of strcmp. */
typedef struct {
    const char **at;
    size_t count;
} known_ids;

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static strata_status look_at_named(verifier *v, const char *folder, const char *name, const void *ids_)
{
    const known_ids *ids = ids_;
    text path = { 0 };
    char id[ID_DIGITS + 1];
    const char *sought = id;
    (void)snprintf(id, sizeof id, "%.*s", ID_DIGITS, name);
    if (ids != NULL && bsearch(&sought, ids->at, ids->count, sizeof *ids->at, by_text) != NULL) return STRATA_OK; /* with its row */
    TRY(joined(&path, folder, name));
    v->name = name;
    strata_status status = look_at_run(v, path.at, NULL);
    text_free(&path);
    return status;
}

/* ---- a laboratory -------------------------------------------------------------------------------------------------------------------- */

/* What lies in the folders of a run beside what the store knows. */
static strata_status look_at_folders(verifier *v, const char *folder, const stored_run *stored)
{
    static const char *const suffixes[] = { "", "-diverged" };
    strata_status status = STRATA_OK;
    for (size_t f = 0; f < sizeof suffixes / sizeof *suffixes && status == STRATA_OK; f++) {
        char name[ID_DIGITS + sizeof "-diverged"];
        text path = { 0 };
        (void)snprintf(name, sizeof name, "%.*s%s", ID_DIGITS, stored->run.id, suffixes[f]);
        v->name = name;
        text_add(&path, "%s/runs/%s", folder, name);
        status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : look_at_run(v, path.at, stored);
        text_free(&path);
    }
    return status;
}

static strata_status look_at_row(verifier *v, store *s, const char *folder, const stored_run *summary)
{
    stored_run whole;
    char kind[64];
    (void)snprintf(kind, sizeof kind, "%.40s, %s", summary->links.count > 0 ? summary->links.at[0].key : summary->run.name,
                   runs_status_word(summary->run.status));
    strata_status status = runs_find(s, summary->run.id, &whole);
    begin_run(v, summary->run.id, kind);
    for (size_t a = 0; status == STRATA_OK && a < whole.run.artifact_count; a++) {
        store_file_found found;
        status = store_look_at_file(folder, &whole.run.artifact[a], &found);
        if (status == STRATA_OK) tell_found(v, whole.run.artifact[a].path, &found);
    }
    if (status == STRATA_OK && is_id(summary->run.id, strlen(summary->run.id))) status = look_at_folders(v, folder, &whole);
    end_run(v);
    runs_free(&whole);
    return status;
}

/* The folders of runs that the store does not know. */
static strata_status look_at_others(verifier *v, const char *folder, const stored_runs *runs)
{
    void *made;
    text path = { 0 };
    TRY(alloc_zero(&made, runs->count + 1, sizeof(const char *), "the ids of the runs"));
    known_ids ids = { made, runs->count };
    for (size_t r = 0; r < runs->count; r++) ids.at[r] = runs->at[r].run.id;
    qsort(ids.at, ids.count, sizeof *ids.at, by_text);
    strata_status status = joined(&path, folder, "runs");
    if (status == STRATA_OK) status = each_in(v, path.at, is_run, look_at_named, &ids);
    free(made);
    text_free(&path);
    return status;
}

static strata_status look_at_rows(verifier *v, store *s, const char *folder)
{
    stored_runs runs;
    strata_status status = runs_list(s, &(store_choice){ .id = NULL }, &runs);
    for (size_t r = 0; r < runs.count && status == STRATA_OK; r++) status = look_at_row(v, s, folder, &runs.at[r]);
    if (status == STRATA_OK) status = look_at_others(v, folder, &runs);
    runs_list_free(&runs);
    return status;
}

/* A store that is damaged is what was to be found out. */
static strata_status look_at_store(verifier *v, const char *folder, const char *path)
{
    store *s;
    strata_status status = store_open(path, STORE_READ_ONLY, &s);
    if (status == STRATA_OK) {
        status = look_at_rows(v, s, folder);
        store_close(s);
    } else if (status == STRATA_ERR_DATA) {
        store_file_found found = { .state = STORE_FILE_CHANGED };
        (void)snprintf(found.why, sizeof found.why, "%.399s", strata_error());
        begin_run(v, "store", "the runs of this folder are in it");
        tell_found(v, path, &found);
        end_run(v);
        status = STRATA_OK;
    }
    return status;
}

/* Runs that nobody recorded in a store: those of strata train --no-store. */
static strata_status look_at_runs(verifier *v, const char *folder)
{
    text path = { 0 };
    strata_status status = joined(&path, folder, "runs");
    if (status == STRATA_OK) status = each_in(v, path.at, is_run, look_at_named, NULL);
    text_free(&path);
    return status;
}

/* ---- a folder ------------------------------------------------------------------------------------------------------------------------ */

/* Is it a run's own folder? Its name, written into e, is an id, and it has a record or a checkpoint. */
static strata_status is_runs_own(const char *folder, struct dirent *e, bool *own)
{
    const char *const marks[] = { run_files_record, checkpoints[0], checkpoints[1] };
    char *real = realpath(folder, NULL); /* or "." and "ID/" would have no name */
    const char *slash = real != NULL ? strrchr(real, '/') : NULL;
    *own = false;
    *e = (struct dirent){ 0 };
    if (slash != NULL) (void)snprintf(e->d_name, sizeof e->d_name, "%.200s", slash + 1);
    free(real);
    if (!is_run(e)) return STRATA_OK;
    for (size_t m = 0; m < sizeof marks / sizeof *marks && !*own; m++) {
        text path = { 0 };
        TRY(joined(&path, folder, marks[m]));
        strata_status status = file_look(path.at, own);
        text_free(&path);
        TRY(status);
    }
    return STRATA_OK;
}

static strata_status look_at_folder(verifier *v, const char *folder)
{
    bool store_there, own, there;
    struct dirent name;
    text path = { 0 };
    TRY(file_look(folder, &there));
    if (!there) return status_fail(STRATA_ERR_STORAGE, "%s: there is no such folder%s", folder, errno == ENOTDIR ? ", but a file" : "");
    TRY(joined(&path, folder, "runs.sqlite"));
    strata_status status = file_look(path.at, &store_there);
    v->folder = folder;
    if (status == STRATA_OK) status = is_runs_own(folder, &name, &own);
    long before = v->found.runs;
    if (status == STRATA_OK && own) {
        v->name = name.d_name;
        status = look_at_run(v, folder, NULL);
    } else if (status == STRATA_OK) {
        if (store_there) status = look_at_store(v, folder, path.at);
        if (status == STRATA_OK) status = each_in(v, folder, is_run, look_at_named, NULL);
        if (status == STRATA_OK && !store_there) status = look_at_runs(v, folder);
    }
    text_free(&path);
    if (status == STRATA_OK && !store_there && v->found.runs == before) {
        status = status_fail(STRATA_ERR_STORAGE, "%s: there are no runs here to verify: no runs.sqlite and no folder that is named as a "
                             "run", folder);
    }
    return status;
}

/* Where lab and train put their runs when nobody says where. */
static strata_status look_at_usual(verifier *v)
{
    static const char *const usual[] = { "report-out", "runs" };
    bool any = false;
    for (size_t f = 0; f < sizeof usual / sizeof *usual; f++) {
        bool there;
        TRY(file_look(usual[f], &there));
        any = any || there;
        if (there) TRY(look_at_folder(v, usual[f]));
    }
    if (any) return STRATA_OK;
    return status_fail(STRATA_ERR_STORAGE, "there is neither report-out nor runs here; which folder? strata runs verify DIR");
}

strata_status runs_verify(const char *folder, const runs_verify_watch *watch, runs_verified *out)
{
    verifier v = { .watch = watch };
    strata_status status = folder != NULL ? look_at_folder(&v, folder) : look_at_usual(&v);
    *out = v.found;
    return status;
}

strata_status runs_verify_conclude(const runs_verified *v)
{
    if (v->wrong_files == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_CHECK, "%ld of %ld files of %ld of %ld runs are not what was recorded; take copies of them, or train the "
                       "runs again: strata lab EXPERIMENT.yaml ... --remake, or strata train", v->wrong_files, v->files, v->wrong_runs,
                       v->runs);
}
