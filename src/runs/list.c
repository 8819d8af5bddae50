/* Reading runs from the store: visitors that copy what they are shown. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "runs.h"
#include "store_change.h"
#include "stored_words.h"

const char *const runs_part_words[STORE_PARTS] = { "train", "validation", "test" };
const char *const runs_score_words[3] = { "loss", "cost", "accuracy" };

const char *runs_status_word(store_status status)
{
    static const char *const words[] = {
#define STATUS_WORD(name, word) [STORE_##name] = word,
        STORE_STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
    };
    return words[status];
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------------- */

static strata_status add_pair(stored_run *r, stored_pairs *pairs, const char *key, const char *value)
{
    stored_pair *at = stored_words_room(pairs->at, pairs->count, &pairs->room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    pairs->at = at;
    TRY(stored_words_own(&r->words, &key));
    TRY(stored_words_own(&r->words, &value));
    at[pairs->count++] = (stored_pair){ key, value };
    return STRATA_OK;
}

void runs_free(stored_run *r)
{
    stored_words_free(&r->words);
    free(r->links.at);
    free(r->notes.at);
    free(r->settings.at);
    free(r->defaults);
    free(r->env.at);
    free(r->point);
    free(r->variant);
    free(r->layer_point);
    free(r->confusion);
    free(r->mistake);
    free(r->artifact);
    free(r->found);
    free(r->class_name);
    *r = (stored_run){ .words = NULL };
}

void runs_list_free(stored_runs *runs)
{
    for (size_t r = 0; r < runs->count; r++) runs_free(&runs->at[r]);
    free(runs->at);
    *runs = (stored_runs){ .at = NULL };
}

/* ---- all runs ----------------------------------------------------------------------------------------------------------------------- */

/* Copies what a visitor of runs is shown. to is all zero. */
static strata_status copy_summary(const store_run *from, stored_run *to)
{
    store_run *run = &to->run;
    *run = *from;
    const char **const texts[] = { &run->id, &run->name, &run->reason, &run->config, &run->backend, &run->data_kind,
                                   &run->data_digest, &run->model_digest, &run->created, &run->version, &run->maker, &run->data_name };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) TRY(stored_words_own(&to->words, texts[t]));
    for (int p = 0; p < STORE_PARTS; p++) {
        if (from->score[p] == NULL) continue;
        run->score[p] = stored_words_copy(&to->words, from->score[p], sizeof *from->score[p]);
        if (run->score[p] == NULL) return stored_words_no_memory();
    }
    return STRATA_OK;
}

/* A run comes once for each of its experiments. */
static strata_status take_found(void *self, const store_run *run, const char *experiment, const char *label)
{
    stored_runs *runs = self;
    bool again = runs->count > 0 && strcmp(runs->at[runs->count - 1].run.id, run->id) == 0;
    if (!again) {
        stored_run *at = stored_words_room(runs->at, runs->count, &runs->room, sizeof *at);
        if (at == NULL) return stored_words_no_memory();
        runs->at = at;
        at[runs->count++] = (stored_run){ .words = NULL };
        TRY(copy_summary(run, &at[runs->count - 1]));
    }
    stored_run *last = &runs->at[runs->count - 1];
    return experiment != NULL ? add_pair(last, &last->links, experiment, label) : STRATA_OK;
}

static strata_status take_note(void *self, const char *created, const char *words)
{
    stored_run *r = self;
    return add_pair(r, &r->notes, created, words);
}

static strata_status take_setting(void *self, const char *key, const char *value)
{
    stored_run *r = self;
    return add_pair(r, &r->settings, key, value);
}

typedef struct {
    store *s;
    const store_choice *choice;
    bool settings, points; /* read them, too */
    stored_runs *out;
} listing;

static strata_status take_point(void *self, const strata_point *point)
{
    stored_run *r = self;
    strata_point *at = stored_words_room(r->point, r->run.point_count, &r->point_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.point = r->point = at;
    at[r->run.point_count++] = *point;
    return STRATA_OK;
}

static strata_status list(void *self)
{
    const listing *l = self;
    TRY(runs_check_choice(l->s, l->choice));
    TRY(store_each_found(l->s, l->choice, take_found, l->out));
    for (size_t r = 0; r < l->out->count; r++) {
        stored_run *run = &l->out->at[r];
        if (run->run.notes > 0) TRY(store_each_run_note(l->s, run->run.id, take_note, run));
        if (l->settings) TRY(store_each_setting(l->s, run->run.id, take_setting, run));
        if (l->points) TRY(store_each_point(l->s, run->run.id, take_point, run));
    }
    return STRATA_OK;
}

strata_status runs_list(store *s, const store_choice *choice, stored_runs *out)
{
    *out = (stored_runs){ .at = NULL };
    return store_read(s, list, &(listing){ s, choice, false, false, out });
}

strata_status runs_list_with_settings(store *s, const store_choice *choice, stored_runs *out)
{
    *out = (stored_runs){ .at = NULL };
    return store_read(s, list, &(listing){ s, choice, true, false, out });
}

strata_status runs_list_whole(store *s, const store_choice *choice, stored_runs *out)
{
    *out = (stored_runs){ .at = NULL };
    return store_read(s, list, &(listing){ s, choice, true, true, out });
}

/* ---- one run ------------------------------------------------------------------------------------------------------------------------ */

static strata_status take_env(void *self, const char *key, const char *value)
{
    stored_run *r = self;
    TRY(add_pair(r, &r->env, key, value));
    r->run.env = r->env.at;
    r->run.env_count = r->env.count;
    return STRATA_OK;
}

static strata_status take_variant(void *self, const strata_variant *variant)
{
    stored_run *r = self;
    strata_variant copy = *variant, *at = stored_words_room(r->variant, r->run.variant_count, &r->variant_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.variant = r->variant = at;
    TRY(stored_words_own(&r->words, &copy.name));
    at[r->run.variant_count++] = copy;
    return STRATA_OK;
}

/* The schema lets no other bin pass; a file that somebody changed might have one. */
static strata_status take_certainty(void *self, const store_certainty *bin)
{
    stored_run *r = self;
    if (bin->part != STRATA_TEST_PART || bin->bin < 0 || bin->bin >= STRATA_CERTAINTY_BINS) return STRATA_OK;
    r->certainty.correct[bin->bin] = bin->correct;
    r->certainty.wrong[bin->bin] = bin->wrong;
    r->has_certainty = true;
    return STRATA_OK;
}

static strata_status take_layer_point(void *self, const store_layer_point *point)
{
    stored_run *r = self;
    store_layer_point copy = *point, *at = stored_words_room(r->layer_point, r->run.layer_point_count, &r->layer_point_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.layer_point = r->layer_point = at;
    TRY(stored_words_own(&r->words, &copy.what));
    at[r->run.layer_point_count++] = copy;
    return STRATA_OK;
}

static strata_status take_confusion(void *self, const store_confusion *cell)
{
    stored_run *r = self;
    if (cell->part != STRATA_TEST_PART) return STRATA_OK;
    store_confusion *at = stored_words_room(r->confusion, r->run.confusion_count, &r->confusion_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.confusion = r->confusion = at;
    at[r->run.confusion_count++] = *cell;
    return STRATA_OK;
}

static strata_status take_mistake(void *self, const store_mistake *mistake)
{
    stored_run *r = self;
    if (mistake->part != STRATA_TEST_PART) return STRATA_OK;
    store_mistake *at = stored_words_room(r->mistake, r->run.mistake_count, &r->mistake_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.mistake = r->mistake = at;
    at[r->run.mistake_count++] = *mistake;
    return STRATA_OK;
}

static strata_status take_artifact(void *self, const store_artifact *artifact)
{
    stored_run *r = self;
    store_artifact copy = *artifact, *at = stored_words_room(r->artifact, r->run.artifact_count, &r->artifact_room, sizeof *at);
    if (at == NULL) return stored_words_no_memory();
    r->run.artifact = r->artifact = at;
    TRY(stored_words_own(&r->words, &copy.path));
    TRY(stored_words_own(&r->words, &copy.sha256));
    at[r->run.artifact_count++] = copy;
    return STRATA_OK;
}

static strata_status take_dataset(void *self, const store_dataset *dataset)
{
    stored_run *r = self;
    store_dataset *d = &r->dataset;
    void *made;
    *d = *dataset;
    const char **const texts[] = { &d->digest, &d->name, &d->kind, &d->title };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) TRY(stored_words_own(&r->words, texts[t]));
    TRY(alloc_zero(&made, (size_t)d->form.classes, sizeof *r->class_name, "the classes of a data set"));
    d->class_name = r->class_name = made;
    for (int c = 0; c < d->form.classes; c++) {
        r->class_name[c] = dataset->class_name[c];
        TRY(stored_words_own(&r->words, &r->class_name[c]));
    }
    return STRATA_OK;
}

enum { VALUE = 1024 };

static strata_status compare_with_default(const strata_config *standard, strata_config *config, stored_run *r, size_t which)
{
    char value[VALUE], fallback[VALUE] = "";
    const stored_pair *setting = &r->settings.at[which];
    stored_default *d = &r->defaults[which];
    bool read = strata_config_get(standard, setting->key, fallback, VALUE) == STRATA_OK
                && strata_config_set(config, setting->key, setting->value) == STRATA_OK
                && strata_config_get(config, setting->key, value, VALUE) == STRATA_OK;
    d->changed = !read || strcmp(value, fallback) != 0;
    d->fallback = fallback;
    return stored_words_own(&r->words, &d->fallback);
}

static strata_status compare_with_defaults(stored_run *r)
{
    void *made;
    strata_config *standard = NULL, *config = NULL;
    TRY(alloc_zero(&made, r->settings.count + 1, sizeof *r->defaults, "the settings of a run"));
    r->defaults = made;
    strata_status status = strata_config_new(&standard);
    if (status == STRATA_OK) status = strata_config_new(&config);
    for (size_t q = 0; q < r->settings.count && status == STRATA_OK; q++) status = compare_with_default(standard, config, r, q);
    strata_config_free(standard);
    strata_config_free(config);
    return status;
}

/* All of the run of this id, which is there. */
static strata_status read_all(store *s, const char *id, stored_run *out)
{
    stored_runs one = { .at = NULL };
    strata_status status = store_each_found(s, &(store_choice){ .id = id }, take_found, &one);
    if (status == STRATA_OK && one.count == 1) {
        *out = one.at[0];
        free(one.at);
    } else {
        runs_list_free(&one);
        return status != STRATA_OK ? status : status_fail(STRATA_ERR_STORAGE, "run %s is no longer in the store; try again", id);
    }
    TRY(store_each_run_note(s, id, take_note, out));
    TRY(store_each_setting(s, id, take_setting, out));
    TRY(store_each_env(s, id, take_env, out));
    TRY(store_each_point(s, id, take_point, out));
    TRY(store_each_variant(s, id, take_variant, out));
    TRY(store_each_certainty(s, id, take_certainty, out));
    TRY(store_each_confusion(s, id, take_confusion, out));
    TRY(store_each_mistake(s, id, take_mistake, out));
    TRY(store_each_layer_point(s, id, take_layer_point, out));
    TRY(store_each_artifact(s, id, take_artifact, out));
    TRY(store_each_dataset(s, out->run.data_digest, take_dataset, out));
    return compare_with_defaults(out);
}

/* ---- a run by its id ---------------------------------------------------------------------------------------------------------------- */

enum { PREFIX = 4, CANDIDATES = 8 };

typedef struct {
    long near;        /* ids that start so */
    text first, list; /* the first of them, and the first few, for people */
} candidates;

static strata_status take_id(void *self, const char *id, long all)
{
    candidates *c = self;
    if (c->near == 0) text_add(&c->first, "%s", id);
    text_add(&c->list, "%s%.40s", c->near > 0 ? ", " : "", id);
    c->near = all;
    return c->first.failed || c->list.failed ? stored_words_no_memory() : STRATA_OK;
}

/* Is the first candidate the run that was meant? */
static strata_status choose(store *s, const char *id, const candidates *c)
{
    bool empty;
    TRY(store_is_empty(s, &empty));
    if (empty) return status_fail(STRATA_ERR_ARGUMENT, "there is no run %s: the store is empty", text_shown(id));
    if (strlen(id) < PREFIX) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s is too short for a run: %d digits or more; strata runs ls lists them", text_shown(id),
                           PREFIX);
    }
    if (c->near == 0) return status_fail(STRATA_ERR_ARGUMENT, "no run starts with %s; strata runs ls lists them", text_shown(id));
    if (c->near == 1) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%ld runs start with %s: %s%s; give more digits", c->near, text_shown(id), c->list.at,
                       c->near > CANDIDATES ? ", ..." : "");
}

strata_status runs_find_id(store *s, const char *id, text *out)
{
    candidates c = { .near = 0 };
    bool exact, ended;
    *out = (text){ .at = NULL };
    TRY(store_find_run(s, id, &exact, &ended));
    if (exact) {
        text_add(out, "%s", id);
        return out->failed ? stored_words_no_memory() : STRATA_OK;
    }
    strata_status status = store_each_id(s, id, CANDIDATES, take_id, &c);
    if (status == STRATA_OK) status = choose(s, id, &c);
    text_free(status == STRATA_OK ? &c.list : &c.first);
    if (status == STRATA_OK) *out = c.first;
    else text_free(&c.list);
    return status;
}

/* Which of the list has this id? */
static void mark(const stored_runs *runs, const char *id, bool *kept)
{
    for (size_t r = 0; r < runs->count; r++) kept[r] = kept[r] || strcmp(runs->at[r].run.id, id) == 0;
}

strata_status runs_keep(store *s, const char *const *ids, size_t count, size_t most, stored_runs *runs)
{
    void *made;
    size_t left = 0;
    TRY(alloc_zero(&made, runs->count + 1, sizeof(bool), "a choice of runs"));
    bool *kept = made;
    strata_status status = STRATA_OK;
    for (size_t i = 0; i < count && status == STRATA_OK; i++) {
        text id;
        status = runs_find_id(s, ids[i], &id);
        if (status == STRATA_OK) mark(runs, id.at, kept);
        text_free(&id);
    }
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        if (kept[r] && (most == 0 || left < most)) runs->at[left++] = runs->at[r];
        else runs_free(&runs->at[r]);
    }
    if (status == STRATA_OK) runs->count = left;
    free(kept);
    return status;
}

static strata_status find(store *s, const char *id, stored_run *out)
{
    text whole;
    strata_status status = runs_find_id(s, id, &whole);
    if (status == STRATA_OK) status = read_all(s, whole.at, out);
    text_free(&whole);
    return status;
}

typedef struct {
    store *s;
    const char *const *ids;
    size_t count;
    stored_run *out;
} finding;

static strata_status find_all(void *self)
{
    const finding *f = self;
    for (size_t r = 0; r < f->count; r++) TRY(find(f->s, f->ids[r], &f->out[r]));
    return STRATA_OK;
}

strata_status runs_find(store *s, const char *id, stored_run *out)
{
    *out = (stored_run){ .words = NULL };
    return store_read(s, find_all, &(finding){ s, &id, 1, out });
}

strata_status runs_find_two(store *s, const char *const ids[2], stored_run out[2])
{
    out[0] = out[1] = (stored_run){ .words = NULL };
    return store_read(s, find_all, &(finding){ s, ids, 2, out });
}

strata_status runs_folder_of(const char *store_path, text *folder)
{
    const char *slash = strrchr(store_path, '/');
    text_add(folder, "%s", "");
    if (slash != NULL) text_add(folder, "%.*s", slash == store_path ? 1 : (int)(slash - store_path), store_path);
    return folder->failed ? stored_words_no_memory() : STRATA_OK;
}

strata_status runs_look_at_files(stored_run *run, const char *store_path)
{
    void *made;
    text folder = { 0 };
    strata_status status = runs_folder_of(store_path, &folder);
    if (status == STRATA_OK) status = alloc_zero(&made, run->run.artifact_count + 1, sizeof *run->found, "the files of a run");
    if (status == STRATA_OK) run->found = made;
    for (size_t a = 0; status == STRATA_OK && a < run->run.artifact_count; a++) {
        status = store_look_at_file(folder.at, &run->artifact[a], &run->found[a]);
    }
    text_free(&folder);
    return status;
}
