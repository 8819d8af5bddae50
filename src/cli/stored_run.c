/* Reading runs from the store: visitors that copy what they are shown. */
#include "stored_run.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"

const char *const stored_part[STORE_PARTS] = { "train", "validation", "test" };

const char *stored_status(store_status status)
{
    static const char *const words[] = {
#define STATUS_WORD(name, word) [STORE_##name] = word,
        STORE_STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
    };
    return words[status];
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------------- */

/* Every text and score of a run, newest first. */
typedef struct stored_words {
    struct stored_words *before;
    _Alignas(double) char at[];
} stored_words;

static strata_status no_memory(void)
{
    return status_fail(STRATA_ERR_MEMORY, "no memory for the runs of the store");
}

/* at, made larger when its room is full; NULL: no memory, and at is as it was. */
static void *with_room(void *at, size_t count, size_t *room, size_t size)
{
    if (count < *room) return at;
    size_t more = 2 * *room + 16;
    void *larger = realloc(at, more * size);
    if (larger != NULL) *room = more;
    return larger;
}

/* A copy of these bytes that the run owns, or NULL. */
static const void *owned(stored_run *r, const void *bytes, size_t size)
{
    stored_words *w = malloc(sizeof *w + size);
    if (w == NULL) return NULL;
    memcpy(w->at, bytes, size);
    w->before = r->words;
    r->words = w;
    return w->at;
}

/* Makes *value a copy that the run owns. */
static strata_status own(stored_run *r, const char **value)
{
    *value = owned(r, *value, strlen(*value) + 1);
    return *value != NULL ? STRATA_OK : no_memory();
}

static strata_status add_pair(stored_run *r, stored_pairs *pairs, const char *key, const char *value)
{
    stored_pair *at = with_room(pairs->at, pairs->count, &pairs->room, sizeof *at);
    if (at == NULL) return no_memory();
    pairs->at = at;
    TRY(own(r, &key));
    TRY(own(r, &value));
    at[pairs->count++] = (stored_pair){ key, value };
    return STRATA_OK;
}

void stored_run_free(stored_run *r)
{
    while (r->words != NULL) {
        stored_words *before = r->words->before;
        free(r->words);
        r->words = before;
    }
    free(r->links.at);
    free(r->settings.at);
    free(r->env.at);
    free(r->point);
    free(r->artifact);
    free(r->found);
    *r = (stored_run){ .words = NULL };
}

void stored_runs_free(stored_runs *runs)
{
    for (size_t r = 0; r < runs->count; r++) stored_run_free(&runs->at[r]);
    free(runs->at);
    *runs = (stored_runs){ .at = NULL };
}

/* ---- one run ------------------------------------------------------------------------------------------------------------------------ */

/* Copies what a visitor of runs is shown. to is all zero. */
static strata_status copy_summary(const store_run *from, stored_run *to)
{
    store_run *run = &to->run;
    *run = *from;
    const char **const texts[] = { &run->id, &run->name, &run->reason, &run->config, &run->backend, &run->data_kind,
                                   &run->data_digest, &run->model_digest, &run->created, &run->version };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) TRY(own(to, texts[t]));
    for (int p = 0; p < STORE_PARTS; p++) {
        if (from->score[p] == NULL) continue;
        run->score[p] = owned(to, from->score[p], sizeof *from->score[p]);
        if (run->score[p] == NULL) return no_memory();
    }
    return STRATA_OK;
}

static strata_status take_setting(void *self, const char *key, const char *value)
{
    stored_run *r = self;
    return add_pair(r, &r->settings, key, value);
}

static strata_status take_env(void *self, const char *key, const char *value)
{
    stored_run *r = self;
    TRY(add_pair(r, &r->env, key, value));
    r->run.env = r->env.at;
    r->run.env_count = r->env.count;
    return STRATA_OK;
}

static strata_status take_point(void *self, const strata_point *point)
{
    stored_run *r = self;
    strata_point *at = with_room(r->point, r->run.point_count, &r->point_room, sizeof *at);
    if (at == NULL) return no_memory();
    r->run.point = r->point = at;
    at[r->run.point_count++] = *point;
    return STRATA_OK;
}

static strata_status take_artifact(void *self, const store_artifact *artifact)
{
    stored_run *r = self;
    store_artifact copy = *artifact, *at = with_room(r->artifact, r->run.artifact_count, &r->artifact_room, sizeof *at);
    if (at == NULL) return no_memory();
    r->run.artifact = r->artifact = at;
    TRY(own(r, &copy.path));
    TRY(own(r, &copy.sha256));
    at[r->run.artifact_count++] = copy;
    return STRATA_OK;
}

/* ---- links -------------------------------------------------------------------------------------------------------------------------- */

/* Walks all links of the store for the run of one id, or for all runs of a list. */
typedef struct {
    store *s;
    stored_run *run;
    size_t count;
    const char *experiment;
} linker;

static strata_status take_link(void *self, const store_run *run, const char *label)
{
    linker *l = self;
    for (size_t r = 0; r < l->count; r++) {
        if (strcmp(l->run[r].run.id, run->id) == 0) return add_pair(&l->run[r], &l->run[r].links, l->experiment, label);
    }
    return STRATA_OK;
}

static strata_status take_links_of(void *self, const store_experiment *experiment)
{
    linker *l = self;
    l->experiment = experiment->id;
    return store_each_run(l->s, experiment->id, take_link, l);
}

static strata_status read_links(store *s, stored_run *run, size_t count)
{
    linker l = { s, run, count, NULL };
    return store_each_experiment(s, take_links_of, &l);
}

/* ---- a run by its id ---------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store *s;
    const char *id;
    stored_run *out;
    bool found;
} reader;

/* Reads all of the run inside the reading that shows it, so that nothing changes in between. */
static strata_status take_whole(void *self, const store_run *run, const char *label)
{
    reader *r = self;
    (void)label;
    if (strcmp(run->id, r->id) != 0) return STRATA_OK;
    r->found = true;
    TRY(copy_summary(run, r->out));
    TRY(store_each_setting(r->s, r->id, take_setting, r->out));
    TRY(store_each_env(r->s, r->id, take_env, r->out));
    TRY(store_each_point(r->s, r->id, take_point, r->out));
    TRY(store_each_artifact(r->s, r->id, take_artifact, r->out));
    return read_links(r->s, r->out, 1);
}

enum { PREFIX = 4, CANDIDATES = 8 };

typedef struct {
    const char *id;
    bool exact;
    long runs, near;  /* in the store; and of them, starting so */
    text first, list; /* the first of these, and the first few, for people */
} search;

static strata_status look_at(void *self, const store_run *run, const char *label)
{
    search *q = self;
    (void)label;
    q->runs++;
    q->exact = q->exact || strcmp(run->id, q->id) == 0;
    if (strncmp(run->id, q->id, strlen(q->id)) != 0) return STRATA_OK;
    if (q->near == 0) text_add(&q->first, "%s", run->id);
    if (q->near < CANDIDATES) text_add(&q->list, "%s%.40s", q->near > 0 ? ", " : "", run->id);
    q->near++;
    return q->first.failed || q->list.failed ? no_memory() : STRATA_OK;
}

/* The id in full that was meant. */
static strata_status choose(const search *q, const char **id)
{
    *id = q->exact ? q->id : q->first.at;
    if (q->exact) return STRATA_OK;
    if (q->runs == 0) return status_fail(STRATA_ERR_ARGUMENT, "there is no run %s: the store is empty", text_shown(q->id));
    if (strlen(q->id) < PREFIX) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s is too short for a run: %d digits or more; strata runs ls lists them",
                           text_shown(q->id), PREFIX);
    }
    if (q->near == 0) return status_fail(STRATA_ERR_ARGUMENT, "no run starts with %s; strata runs ls lists them", text_shown(q->id));
    if (q->near == 1) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%ld runs start with %s: %s%s; give more digits", q->near, text_shown(q->id), q->list.at,
                       q->near > CANDIDATES ? ", ..." : "");
}

strata_status stored_run_find(store *s, const char *id, stored_run *out)
{
    search q = { .id = id };
    *out = (stored_run){ .words = NULL };
    strata_status status = store_each_run(s, NULL, look_at, &q);
    reader r = { .s = s, .out = out };
    if (status == STRATA_OK) status = choose(&q, &r.id);
    if (status == STRATA_OK) status = store_each_run(s, NULL, take_whole, &r);
    if (status == STRATA_OK && !r.found) status = status_fail(STRATA_ERR_STORAGE, "run %s is no longer in the store; try again", r.id);
    text_free(&q.first);
    text_free(&q.list);
    return status;
}

strata_status stored_run_look(stored_run *run, const char *store_path)
{
    void *made;
    text folder = { 0 };
    const char *slash = strrchr(store_path, '/');
    if (slash != NULL) text_add(&folder, "%.*s", slash == store_path ? 1 : (int)(slash - store_path), store_path);
    if (folder.failed) return no_memory();
    strata_status status = alloc_zero(&made, run->run.artifact_count + 1, sizeof *run->found, "the files of a run");
    if (status == STRATA_OK) run->found = made;
    for (size_t a = 0; status == STRATA_OK && a < run->run.artifact_count; a++) {
        status = store_look_at_file(folder.at != NULL ? folder.at : "", &run->artifact[a], &run->found[a]);
    }
    text_free(&folder);
    return status;
}

/* ---- all runs ----------------------------------------------------------------------------------------------------------------------- */

static strata_status take_summary(void *self, const store_run *run, const char *label)
{
    stored_runs *runs = self;
    (void)label;
    stored_run *at = with_room(runs->at, runs->count, &runs->room, sizeof *at);
    if (at == NULL) return no_memory();
    runs->at = at;
    at += runs->count++;
    *at = (stored_run){ .words = NULL };
    return copy_summary(run, at);
}

static bool belongs(const stored_run *run, const char *experiment)
{
    for (size_t l = 0; l < run->links.count; l++) {
        if (strcmp(run->links.at[l].key, experiment) == 0) return true;
    }
    return false;
}

/* Keeps the runs of this experiment. */
static void keep_those_of(const char *experiment, stored_runs *runs)
{
    size_t kept = 0;
    for (size_t r = 0; r < runs->count; r++) {
        if (belongs(&runs->at[r], experiment)) runs->at[kept++] = runs->at[r];
        else stored_run_free(&runs->at[r]);
    }
    runs->count = kept;
}

typedef struct {
    const char *id;
    bool found;
    stored_run names; /* its links hold the ids of all experiments */
} presence;

static strata_status look_for_experiment(void *self, const store_experiment *experiment)
{
    presence *p = self;
    p->found = p->found || strcmp(experiment->id, p->id) == 0;
    return add_pair(&p->names, &p->names.links, experiment->id, "");
}

static strata_status unknown_experiment(const presence *p)
{
    void *names;
    size_t count = p->names.links.count;
    TRY(alloc_zero(&names, count, sizeof(const char *), "the names of the experiments"));
    for (size_t e = 0; e < count; e++) ((const char **)names)[e] = p->names.links.at[e].key;
    const char *near = text_nearest(p->id, names, count), *known = text_known(names, count);
    free(names);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "unknown experiment %s; did you mean %s?", text_shown(p->id), near);
    return status_fail(STRATA_ERR_ARGUMENT, "unknown experiment %s; %s", text_shown(p->id), known);
}

static strata_status check_experiment(store *s, const char *experiment)
{
    presence p = { .id = experiment };
    strata_status status = store_each_experiment(s, look_for_experiment, &p);
    if (status == STRATA_OK && !p.found) status = unknown_experiment(&p);
    stored_run_free(&p.names);
    return status;
}

strata_status stored_runs_read(store *s, const char *experiment, stored_runs *out)
{
    *out = (stored_runs){ .at = NULL };
    if (experiment != NULL) TRY(check_experiment(s, experiment));
    TRY(store_each_run(s, NULL, take_summary, out));
    TRY(read_links(s, out->at, out->count));
    if (experiment != NULL) keep_those_of(experiment, out);
    return STRATA_OK;
}
