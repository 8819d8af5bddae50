/*
 * Stores of several folders become one. First everything is compared, each folder with the one that is written and with those before it;
 * then, folder by folder, the files are copied and all rows are written in one transaction. So a conflict changes nothing, and what ends
 * the process in between leaves whole folders merged, and of the next one files at most, which the same call finds and keeps.
 */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "file.h"
#include "store_merge.h"
#include "stored_words.h"

/* A folder: the one that is written, which is the first, or one that is read. */
typedef struct {
    const char *folder;
    text path; /* of its store */
    bool there;
    dev_t device;
    ino_t inode;
    runs_names fresh, shared;        /* its runs as they were recorded: that no folder before it has, and the others */
    runs_names runs, experiments;    /* that no folder before it has, by id */
    runs_merged_folder *found;       /* NULL of the first */
} place;

typedef struct {
    place *at;
    size_t count;
    runs_merged *out;
    store *s; /* of the folder at hand */
    const char *looks[2]; /* the first folder with real results, and with quick looks */
} merger;

static strata_status add_name(runs_names *names, const char *name)
{
    const char **at = stored_words_room(names->at, names->count, &names->room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    names->at = at;
    at[names->count++] = name;
    return STRATA_OK;
}

static strata_status add_own(merger *m, runs_names *names, const char *name)
{
    TRY(stored_words_own(&m->out->words, &name));
    return add_name(names, name);
}

void runs_merged_free(runs_merged *merged)
{
    free(merged->folder);
    free(merged->notes.at);
    stored_words_free(&merged->words);
    *merged = (runs_merged){ .folder = NULL };
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(runs_names *names)
{
    if (names->count > 1) qsort(names->at, names->count, sizeof *names->at, by_text);
}

static bool has(const runs_names *sorted, const char *name)
{
    return sorted->count > 0 && bsearch(&name, sorted->at, sorted->count, sizeof *sorted->at, by_text) != NULL;
}

/* ---- which folders ------------------------------------------------------------------------------------------------------------------- */

static strata_status look_for_store(place *p)
{
    struct stat f;
    text_add(&p->path, "%s/runs.sqlite", p->folder);
    if (p->path.failed) return stored_words_no_memory();
    p->there = stat(p->path.at, &f) == 0;
    if (!p->there && errno != ENOENT) {
        return status_fail(STRATA_ERR_STORAGE, "%s: cannot be looked at: %s", p->path.at, strerror(errno));
    }
    if (p->there) p->device = f.st_dev, p->inode = f.st_ino;
    return STRATA_OK;
}

static strata_status check_place(const merger *m, size_t number)
{
    const place *p = &m->at[number];
    if (!p->there) {
        return status_fail(STRATA_ERR_DATA, "%s: there is no store of runs in this folder (runs.sqlite); name folders that strata lab "
                           "wrote", p->folder);
    }
    for (size_t q = 0; q < number; q++) {
        const place *other = &m->at[q];
        if (!other->there || other->device != p->device || other->inode != p->inode) continue;
        if (q == 0) {
            return status_fail(STRATA_ERR_ARGUMENT, "%s: is the folder that the others are merged into (--out %s); leave it out, what is "
                               "in it stays", p->folder, other->folder);
        }
        return status_fail(STRATA_ERR_ARGUMENT, "%s and %s are one folder; name it once", other->folder, p->folder);
    }
    return STRATA_OK;
}

static strata_status take_places(merger *m, const char *const *folders, const char *out)
{
    void *places, *found;
    TRY(alloc_zero(&found, m->count, sizeof(runs_merged_folder), "the folders that are merged"));
    m->out->folder = found;
    TRY(alloc_zero(&places, m->count, sizeof(place), "the folders that are merged"));
    m->at = places;
    m->out->count = m->count - 1;
    m->at[0].folder = out;
    for (size_t p = 1; p < m->count; p++) {
        m->at[p].folder = m->out->folder[p - 1].folder = folders[p - 1];
        m->at[p].found = &m->out->folder[p - 1];
    }
    for (size_t p = 0; p < m->count; p++) TRY(look_for_store(&m->at[p]));
    for (size_t p = 1; p < m->count; p++) TRY(check_place(m, p));
    for (size_t p = 0; p < m->count; p++) TRY(runs_merge_refuse_if_trained(m->at[p].folder));
    return STRATA_OK;
}

/* ---- comparing ----------------------------------------------------------------------------------------------------------------------- */

/* What is in a store, before it is known who has it first. */
typedef struct {
    merger *m;
    runs_names runs, experiments;
} listing;

static strata_status take_run(void *self, const char *id, const char *unused)
{
    listing *l = self;
    (void)unused;
    return add_own(l->m, &l->runs, id);
}

static strata_status take_experiment(void *self, const char *id, const char *unused)
{
    listing *l = self;
    (void)unused;
    return add_own(l->m, &l->experiments, id);
}

static const char *level_of(const stored_run *run)
{
    for (size_t q = 0; q < run->env.count; q++) {
        if (strcmp(run->env.at[q].key, "cpu_level") == 0) return run->env.at[q].value;
    }
    return "unknown";
}

/* Other bits: of one level they are an error, of two they are two truths, and the first stays. */
static strata_status judge(merger *m, const place *a, const place *b, const stored_run run[2], const char *difference)
{
    text words = { 0 };
    const char *id = run[0].run.id, *x = level_of(&run[0]), *y = level_of(&run[1]);
    if (strcmp(x, y) == 0) {
        return status_fail(STRATA_ERR_CHECK, "%s and %s have run %s with other bits, of kernels of one level (%s): %s; nothing was merged: "
                           "strata runs diff %s:%s %s:%s says more", a->folder, b->folder, id, x, difference, a->folder, id, b->folder, id);
    }
    text_add(&words, "run %s: %s has it of level %s, with other bits than %s, of level %s (%s); that of %s stays", id, b->folder, y,
             a->folder, x, difference, a->folder);
    strata_status status = words.failed ? stored_words_no_memory() : add_own(m, &m->out->notes, words.at);
    text_free(&words);
    b->found->other++;
    return status;
}

static strata_status compare_run(merger *m, store *first, const place *a, const place *b, const char *id)
{
    text difference = { 0 };
    stored_run run[2] = { { .words = NULL } };
    strata_status status = runs_find(first, id, &run[0]);
    if (status == STRATA_OK) status = runs_find(m->s, id, &run[1]);
    if (status == STRATA_OK) status = runs_first_difference(&run[0], &run[1], &difference);
    if (status == STRATA_OK && difference.length > 0) status = judge(m, a, b, run, difference.at);
    else b->found->there += status == STRATA_OK;
    text_free(&difference);
    for (int q = 0; q < 2; q++) runs_free(&run[q]);
    return status;
}

static strata_status compare_experiment(const merger *m, store *first, const place *a, const place *b, const char *id)
{
    text difference = { 0 };
    strata_status status = store_compare_experiments(first, m->s, id, &difference);
    if (status == STRATA_OK && difference.length > 0) {
        status = status_fail(STRATA_ERR_CHECK, "%s and %s have experiment %s, and define it differently: %s; nothing was merged: give one "
                             "of them another name, or merge them into two folders", a->folder, b->folder, id, difference.at);
    }
    text_free(&difference);
    return status;
}

/* Takes the names that are in `sorted` out of a list, in its order. */
static strata_status take_common(runs_names *names, const runs_names *sorted, runs_names *common)
{
    size_t left = 0;
    for (size_t n = 0; n < names->count; n++) {
        if (has(sorted, names->at[n])) TRY(add_name(common, names->at[n]));
        else names->at[left++] = names->at[n];
    }
    names->count = left;
    return STRATA_OK;
}

static strata_status compare_common(merger *m, const place *a, const place *b, const runs_names *runs, const runs_names *experiments)
{
    store *first;
    if (runs->count + experiments->count == 0) return STRATA_OK;
    TRY(store_open(a->path.at, STORE_READ_FEW, &first));
    strata_status status = STRATA_OK;
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) status = compare_run(m, first, a, b, runs->at[r]);
    for (size_t e = 0; e < experiments->count && status == STRATA_OK; e++) {
        status = compare_experiment(m, first, a, b, experiments->at[e]);
    }
    store_close(first);
    return status;
}

/* With the folder that has them first. What both have is `b`'s no more. */
static strata_status compare_with(merger *m, const place *a, place *b, listing *l)
{
    runs_names runs = { .at = NULL }, experiments = { .at = NULL };
    strata_status status = take_common(&l->runs, &a->runs, &runs);
    if (status == STRATA_OK) status = take_common(&l->experiments, &a->experiments, &experiments);
    if (status == STRATA_OK) status = compare_common(m, a, b, &runs, &experiments);
    for (size_t r = 0; r < runs.count && status == STRATA_OK; r++) status = add_name(&b->shared, runs.at[r]);
    free(runs.at);
    free(experiments.at);
    return status;
}

/* As in one laboratory, figures that mean nothing do not go beside others. */
static strata_status check_looks(merger *m, const place *b)
{
    for (int quick = 0; quick < 2; quick++) {
        bool has;
        TRY(store_has_looks(m->s, quick != 0, &has));
        if (has && m->looks[quick] == NULL) m->looks[quick] = b->folder;
    }
    if (m->looks[0] == NULL || m->looks[1] == NULL || m->looks[0] == m->looks[1]) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%s has quick looks, whose figures mean nothing, and %s has real results: they do not go into "
                       "one folder; nothing was merged", m->looks[1], m->looks[0]);
}

/* What is left is b's own. */
static strata_status keep_rest(merger *m, place *b, const listing *l)
{
    TRY(check_looks(m, b));
    for (size_t r = 0; r < l->runs.count; r++) {
        TRY(add_name(&b->fresh, l->runs.at[r]));
        TRY(add_name(&b->runs, l->runs.at[r]));
        if (b->found != NULL) TRY(runs_merge_look_at_files(m->s, b->folder, l->runs.at[r], b->found));
    }
    for (size_t e = 0; e < l->experiments.count; e++) TRY(add_name(&b->experiments, l->experiments.at[e]));
    sort(&b->runs);
    sort(&b->experiments);
    if (b->found == NULL) return STRATA_OK;
    b->found->runs = (long)b->fresh.count;
    b->found->experiments = (long)b->experiments.count;
    return runs_merge_count_unfinished(m->s, b->folder, &b->found->unfinished);
}

static strata_status check_folder(merger *m, size_t number)
{
    place *b = &m->at[number];
    listing l = { .m = m };
    if (!b->there) return STRATA_OK;
    TRY(store_open(b->path.at, number == 0 ? STORE_READ_IF_ANY : STORE_READ_ONLY, &m->s));
    if (m->s == NULL) return STRATA_OK; /* an empty file: its maker was killed */
    strata_status status = store_each_ended(m->s, take_run, &l);
    if (status == STRATA_OK) status = store_each_experiment_id(m->s, take_experiment, &l);
    for (size_t a = 0; a < number && status == STRATA_OK; a++) status = compare_with(m, &m->at[a], b, &l);
    if (status == STRATA_OK) status = keep_rest(m, b, &l);
    free(l.runs.at);
    free(l.experiments.at);
    store_close(m->s);
    m->s = NULL;
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store *to, *from;
    const place *p;
} merging;

static strata_status merge_rows(void *self)
{
    const merging *w = self;
    const store_names fresh = { w->p->fresh.at, w->p->fresh.count }, shared = { w->p->shared.at, w->p->shared.count };
    return store_merge(w->to, w->from, &(store_merging){ &fresh, &shared });
}

/* Durable before a row speaks of them. */
static strata_status copy_files(store *from, const place *p, const char *out)
{
    text path = { 0 };
    strata_status status = STRATA_OK;
    for (size_t r = 0; r < p->fresh.count && status == STRATA_OK; r++) {
        status = runs_merge_copy_files(from, p->folder, p->fresh.at[r], out);
    }
    for (size_t r = 0; r < p->fresh.count && status == STRATA_OK; r++) status = runs_merge_sync_files(from, p->fresh.at[r], out);
    text_add(&path, "%s/runs", out);
    if (status == STRATA_OK) status = path.failed ? stored_words_no_memory() : file_sync(path.at);
    text_free(&path);
    return status;
}

static strata_status merge_folder(const char *out, store *to, const place *p)
{
    merging w = { .to = to, .p = p };
    TRY(store_open(p->path.at, STORE_READ_FEW, &w.from));
    strata_status status = copy_files(w.from, p, out);
    if (status == STRATA_OK) status = store_read(w.from, merge_rows, &w);
    store_close(w.from);
    return status;
}

static strata_status merge_all(const merger *m)
{
    store *to;
    const place *out = &m->at[0];
    if (!out->there && file_exists(out->path.at)) {
        return status_fail(STRATA_ERR_BUSY, "%s: was made meanwhile by another process; try again", out->path.at);
    }
    TRY(store_open(out->path.at, STORE_READ_WRITE, &to));
    strata_status status = STRATA_OK;
    for (size_t p = 1; p < m->count && status == STRATA_OK; p++) status = merge_folder(out->folder, to, &m->at[p]);
    store_close(to);
    return status;
}

/* Two merges into one folder would take each other's files for left-overs: the second is refused. */
static strata_status lock_out(const merger *m, bool make, int *lock)
{
    bool there;
    text path = { 0 };
    text_add(&path, "%s/runs", m->at[0].folder);
    strata_status status = path.failed ? stored_words_no_memory() : STRATA_OK;
    if (status == STRATA_OK && make) status = file_make_folder(path.at);
    if (status == STRATA_OK && *lock < 0) status = file_lock_if_there(path.at, lock, &there);
    text_free(&path);
    return status;
}

static strata_status check_and_merge(merger *m, bool dry)
{
    int lock = -1;
    strata_status status = dry ? STRATA_OK : lock_out(m, false, &lock);
    for (size_t p = 0; p < m->count && status == STRATA_OK; p++) status = check_folder(m, p);
    if (status == STRATA_OK && !dry) status = lock_out(m, true, &lock);
    if (status == STRATA_OK && !dry) status = merge_all(m);
    file_unlock(lock);
    return status;
}

strata_status runs_merge(const char *const *folders, size_t count, const char *out, bool dry, runs_merged *merged)
{
    REQUIRE(merged != NULL);
    *merged = (runs_merged){ .folder = NULL };
    REQUIRE(folders != NULL && count > 0 && out != NULL);
    merger m = { .count = count + 1, .out = merged };
    strata_status status = take_places(&m, folders, out);
    if (status == STRATA_OK) status = check_and_merge(&m, dry);
    for (size_t p = 0; m.at != NULL && p < m.count; p++) {
        place *one = &m.at[p];
        text_free(&one->path);
        free(one->fresh.at);
        free(one->shared.at);
        free(one->runs.at);
        free(one->experiments.at);
    }
    free(m.at);
    return status;
}

/* ---- the document ------------------------------------------------------------------------------------------------------------------- */

json_value *runs_merged_json(const runs_merged *merged, const char *out, bool dry)
{
    json_value *root = json_new_object(), *folders = json_new_list(), *notes = json_new_list();
    for (size_t f = 0; f < merged->count; f++) {
        const runs_merged_folder *found = &merged->folder[f];
        json_value *one = json_new_object();
        json_put_text(one, "folder", found->folder);
        json_put_int(one, "runs", found->runs);
        json_put_int(one, "files", found->files);
        json_put_int(one, "bytes", found->bytes);
        json_put_int(one, "there", found->there);
        json_put_int(one, "other_level", found->other);
        json_put_int(one, "experiments", found->experiments);
        json_put_int(one, "unfinished", found->unfinished);
        json_append(folders, one);
    }
    for (size_t n = 0; n < merged->notes.count; n++) json_append_text(notes, merged->notes.at[n]);
    json_put_bool(root, "dry_run", dry);
    json_put_text(root, "out", out);
    json_put(root, "folders", folders);
    json_put(root, "notes", notes);
    return root;
}
