/*
 * Runs that go, with their files. Three steps, each safe to be killed in, and the same call finishes what was begun:
 *
 *     1. the store forgets which files these runs have, in one transaction: from now on nobody misses one
 *     2. the files go, run.json first, which lists the others
 *     3. the rows go, links, notes and quick looks with them, in one transaction
 *
 * Until the last step each run is listed as before, so it can be named again, and no file is left that no row speaks of.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "run_files.h"
#include "runs.h"
#include "store_change.h"
#include "stored_words.h"

enum { ID_DIGITS = 12, FOLDERS = 2 };

static const char *const suffixes[FOLDERS] = { "", "-diverged" };

typedef struct {
    store *s;
    text folder; /* of the store; "" for the working folder */
    bool dry, pruned;
    const char *const *ids;
    size_t count;
    runs_removal *out;
} remover;

static strata_status add_name(runs_names *names, stored_words **words, const char *name)
{
    const char **at = stored_words_room(names->at, names->count, &names->room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    names->at = at;
    TRY(stored_words_own(words, &name));
    at[names->count++] = name;
    return STRATA_OK;
}

void runs_removal_free(runs_removal *removal)
{
    for (size_t r = 0; r < removal->count; r++) free(removal->run[r].recorded.at);
    free(removal->run);
    free(removal->experiments.at);
    free(removal->left.at);
    stored_words_free(&removal->words);
    *removal = (runs_removal){ .run = NULL };
}

/* ---- which -------------------------------------------------------------------------------------------------------------------------- */

static strata_status add_run(const remover *r, const char *id, const char *quick)
{
    runs_removal *out = r->out;
    runs_gone gone = { .id = id, .quick = quick }, *at = stored_words_room(out->run, out->count, &out->room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    out->run = at;
    TRY(stored_words_own(&out->words, &gone.id));
    TRY(stored_words_own(&out->words, &gone.quick));
    at[out->count++] = gone;
    return STRATA_OK;
}

static strata_status take_experiment(void *self, const char *id, const char *unused)
{
    runs_removal *out = ((remover *)self)->out;
    (void)unused;
    return add_name(&out->experiments, &out->words, id);
}

static strata_status take_artifact(void *self, const store_artifact *artifact)
{
    runs_removal *out = ((remover *)self)->out;
    const char *slash = strrchr(artifact->path, '/');
    return add_name(&out->run[out->count - 1].recorded, &out->words, slash != NULL ? slash + 1 : artifact->path);
}

/* A run and the names of its files. */
static strata_status take_run(void *self, const char *id, const char *quick)
{
    remover *r = self;
    TRY(add_run(r, id, quick));
    return store_each_artifact(r->s, id, take_artifact, r);
}

static bool is_taken(const runs_removal *out, const char *id)
{
    for (size_t r = 0; r < out->count; r++) {
        if (strcmp(out->run[r].id, id) == 0) return true;
    }
    return false;
}

static strata_status take_named(remover *r)
{
    for (size_t q = 0; q < r->count; q++) {
        text id;
        strata_status status = runs_find_id(r->s, r->ids[q], &id);
        if (status == STRATA_OK && !is_taken(r->out, id.at)) status = take_run(r, id.at, "");
        text_free(&id);
        TRY(status);
    }
    return STRATA_OK;
}

static strata_status choose(void *self)
{
    remover *r = self;
    if (!r->pruned) return take_named(r);
    TRY(store_each_superfluous(r->s, take_run, r));
    return store_each_quick_look(r->s, take_experiment, r);
}

/* ---- folders ------------------------------------------------------------------------------------------------------------------------ */

/* A store from elsewhere may call a run what it likes: one whose id is none has no folder. */
static bool has_folder(const char *id)
{
    return strlen(id) == ID_DIGITS && text_is_hex(id);
}

static strata_status path_of(const remover *r, const char *id, const char *suffix, text *path)
{
    path->length = 0;
    text_add(path, "%s%sruns", r->folder.at, r->folder.at[0] != '\0' ? "/" : "");
    if (id[0] != '\0') text_add(path, "/%s%s", id, suffix);
    return path->failed ? stored_words_no_memory() : STRATA_OK;
}

static strata_status refuse_if_locked(const char *folder, const char *id)
{
    if (!file_is_locked(folder)) return STRATA_OK;
    return status_fail(STRATA_ERR_BUSY, "%s: a process trains run %.*s at this moment; nothing was removed: wait until it has ended, or "
                       "stop it", folder, ID_DIGITS, id);
}

/* Does anything train in the folder? What it records may belong to an experiment in a moment. */
static strata_status refuse_if_any_is_locked(const remover *r, text *path)
{
    TRY(path_of(r, "", "", path));
    DIR *folder = opendir(path->at);
    strata_status status = STRATA_OK;
    if (folder == NULL && errno != ENOENT) {
        return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be read: %s", path->at, strerror(errno));
    }
    if (folder == NULL) return STRATA_OK;
    for (const struct dirent *e = readdir(folder); e != NULL && status == STRATA_OK; e = readdir(folder)) {
        if (e->d_name[0] == '.') continue;
        status = path_of(r, e->d_name, "", path);
        if (status == STRATA_OK) status = refuse_if_locked(path->at, e->d_name);
    }
    (void)closedir(folder); /* only read */
    return status;
}

static strata_status refuse_what_is_trained(const remover *r)
{
    text path = { 0 };
    strata_status status = r->pruned ? refuse_if_any_is_locked(r, &path) : STRATA_OK;
    for (size_t q = 0; q < r->out->count && status == STRATA_OK; q++) {
        const char *id = r->out->run[q].id;
        if (!has_folder(id)) continue;
        for (int f = 0; f < FOLDERS && status == STRATA_OK; f++) {
            status = path_of(r, id, suffixes[f], &path);
            if (status == STRATA_OK) status = refuse_if_locked(path.at, id);
        }
    }
    text_free(&path);
    return status;
}

/* ---- files -------------------------------------------------------------------------------------------------------------------------- */

/* Is this a name that a run gives its files? The store has been told to forget them by then, so the usual ones are known by heart. */
static bool is_ours(const char *name, const runs_names *recorded)
{
    static const char *const usual[] = { "run.json",    "curves.csv",   "losses.csv", "model.safetensors",
                                         "weights.png", "mistakes.png", "checkpoint" };
    static const char checkpoint[] = "checkpoint."; /* previous, damaged, unreadable */
    for (size_t u = 0; u < sizeof usual / sizeof *usual; u++) {
        if (strcmp(name, usual[u]) == 0) return true;
    }
    for (size_t n = 0; n < recorded->count; n++) {
        if (strcmp(name, recorded->at[n]) == 0) return true;
    }
    return strncmp(name, checkpoint, sizeof checkpoint - 1) == 0;
}

static strata_status remove_file(const remover *r, runs_gone *run, const char *folder, const char *name, text *path)
{
    struct stat found;
    path->length = 0;
    text_add(path, "%s/%s", folder, name);
    if (path->failed) return stored_words_no_memory();
    if (lstat(path->at, &found) != 0) {
        if (errno == ENOENT) return STRATA_OK;
        return status_fail(STRATA_ERR_STORAGE, "%s: cannot be looked at: %s", path->at, strerror(errno));
    }
    if (!is_ours(name, &run->recorded) || S_ISDIR(found.st_mode)) return add_name(&r->out->left, &r->out->words, path->at);
    if (!r->dry) TRY(file_remove(path->at));
    run->files++;
    run->bytes += S_ISREG(found.st_mode) ? (int64_t)found.st_size : 0;
    return STRATA_OK;
}

static int is_visible(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strcmp(e->d_name, run_files_record) != 0;
}

/* The record that lists the files goes before them. */
static strata_status remove_files(const remover *r, runs_gone *run, const char *folder)
{
    text path = { 0 };
    struct dirent **list;
    int count = scandir(folder, &list, is_visible, alphasort);
    if (count < 0) return status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be read: %s", folder, strerror(errno));
    strata_status status = remove_file(r, run, folder, run_files_record, &path);
    for (int e = 0; e < count; e++) {
        if (status == STRATA_OK) status = remove_file(r, run, folder, list[e]->d_name, &path);
        free(list[e]);
    }
    free(list);
    text_free(&path);
    return status;
}

/* A link to a folder is none of ours. */
static strata_status remove_folder(const remover *r, runs_gone *run, const char *folder)
{
    int lock = -1;
    struct stat found;
    if (lstat(folder, &found) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return STRATA_OK;
        return status_fail(STRATA_ERR_STORAGE, "%s: cannot be looked at: %s", folder, strerror(errno));
    }
    if (!S_ISDIR(found.st_mode)) return add_name(&r->out->left, &r->out->words, folder);
    if (!r->dry) TRY(file_lock(folder, &lock));
    if (!r->dry) file_sweep(folder);
    strata_status status = remove_files(r, run, folder);
    if (status == STRATA_OK && !r->dry && rmdir(folder) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) {
        status = status_fail(STRATA_ERR_STORAGE, "%s: the folder cannot be removed: %s", folder, strerror(errno));
    }
    file_unlock(lock);
    return status;
}

static strata_status remove_folders(const remover *r)
{
    text path = { 0 };
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < r->out->count; q++) {
        runs_gone *run = &r->out->run[q];
        for (int f = 0; f < FOLDERS && has_folder(run->id) && status == STRATA_OK; f++) {
            status = path_of(r, run->id, suffixes[f], &path);
            if (status == STRATA_OK) status = remove_folder(r, run, path.at);
        }
        r->out->files += run->files;
        r->out->bytes += run->bytes;
    }
    text_free(&path);
    return status;
}

/* ---- all of it ---------------------------------------------------------------------------------------------------------------------- */

static strata_status remove_all(remover *r)
{
    runs_names runs = { .at = NULL };
    TRY(store_read(r->s, choose, r));
    TRY(refuse_what_is_trained(r));
    if (r->dry) return remove_folders(r);
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < r->out->count && status == STRATA_OK; q++) status = add_name(&runs, &r->out->words, r->out->run[q].id);
    const store_names doomed = { runs.at, runs.count }, looks = { r->out->experiments.at, r->out->experiments.count };
    if (status == STRATA_OK) status = store_forget_files(r->s, &doomed);
    if (status == STRATA_OK) status = remove_folders(r);
    if (status == STRATA_OK) status = store_drop(r->s, &doomed, &looks);
    free(runs.at);
    return status;
}

static strata_status remove_below(remover *r, const char *store_path)
{
    *r->out = (runs_removal){ .run = NULL };
    strata_status status = runs_folder_of(store_path, &r->folder);
    if (status == STRATA_OK) status = remove_all(r);
    text_free(&r->folder);
    return status;
}

strata_status runs_remove(store *s, const char *store_path, const char *const *ids, size_t count, bool dry, runs_removal *out)
{
    return remove_below(&(remover){ .s = s, .dry = dry, .ids = ids, .count = count, .out = out }, store_path);
}

strata_status runs_prune(store *s, const char *store_path, bool dry, runs_removal *out)
{
    return remove_below(&(remover){ .s = s, .dry = dry, .pruned = true, .out = out }, store_path);
}

/* ---- the document ------------------------------------------------------------------------------------------------------------------- */

static json_value *names_json(const runs_names *names)
{
    json_value *list = json_new_list();
    for (size_t n = 0; n < names->count; n++) json_append_text(list, names->at[n]);
    return list;
}

json_value *runs_removal_json(const runs_removal *removal, bool dry)
{
    json_value *root = json_new_object(), *runs = json_new_list();
    for (size_t r = 0; r < removal->count; r++) {
        const runs_gone *gone = &removal->run[r];
        json_value *run = json_new_object();
        json_put_text(run, "id", gone->id);
        json_put_text(run, "quick", gone->quick);
        json_put_int(run, "files", gone->files);
        json_put_int(run, "bytes", gone->bytes);
        json_append(runs, run);
    }
    json_put_bool(root, "dry_run", dry);
    json_put(root, "runs", runs);
    json_put(root, "experiments", names_json(&removal->experiments));
    json_put(root, "left", names_json(&removal->left));
    json_put_int(root, "files", removal->files);
    json_put_int(root, "bytes", removal->bytes);
    return root;
}
