/*
 * The laboratory's order of work. Experiments whose values are known are trained together, as one population; then come those that were
 * waiting for them (a finer search, the best value retrained), until all are done. See lab.h.
 */
#include "lab.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "before.h"
#include "checks.h"
#include "file.h"
#include "lab_data.h"
#include "lab_notes.h"
#include "overrides.h"
#include "places.h"
#include "plan_file.h"
#include "published.h"
#include "rate_range.h"
#include "rehearse.h"
#include "rungs.h"
#include "search.h"
#include "shard.h"
#include "text.h"
#include "values.h"
#include "wave.h"

typedef struct {
    const lab_request *wanted;
    lab_data data;
    const char **settings; /* of the call, for files that nobody named: without the name */
    store *s;
    experiment *list[STRATA_LAB_EXPERIMENTS];
    size_t count;
    wave wave; /* and how far everything has come */
} laboratory;

static void say(const laboratory *lab, const char *sentence)
{
    if (lab->wanted->watch.say != NULL) lab->wanted->watch.say(lab->wanted->watch.self, sentence);
}

static bool go_on(const laboratory *lab)
{
    return lab->wanted->watch.go_on == NULL || lab->wanted->watch.go_on(lab->wanted->watch.self);
}

static long seeds_of(const laboratory *lab, const experiment *e)
{
    return plan_seeds(lab->wanted, e);
}

static experiment *find(const laboratory *lab, const char *id)
{
    for (size_t q = 0; q < lab->count; q++) {
        if (strcmp(lab->list[q]->id, id) == 0) return lab->list[q];
    }
    return NULL;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

static strata_status add_file(laboratory *lab, const char *path, const char *const *settings)
{
    void *made;
    if (lab->count == STRATA_LAB_EXPERIMENTS) return status_fail(STRATA_ERR_ARGUMENT, "more than %d experiments", STRATA_LAB_EXPERIMENTS);
    TRY(alloc_zero(&made, 1, sizeof(experiment), "an experiment"));
    strata_status status = plan_read(path, lab->wanted->quick, settings, made);
    const experiment *e = made, *twin = status == STRATA_OK ? find(lab, e->id) : NULL;
    if (twin != NULL) {
        status = plan_blame(e, NULL, "%s is the name of %s, too; each experiment needs one of its own", e->id, twin->path);
        plan_free(made);
    }
    if (status == STRATA_OK) lab->list[lab->count++] = made;
    else free(made);
    return status;
}

/* The experiment that an axis starts from, when nobody named it: the file of that name beside this one. */
static strata_status add_needed(laboratory *lab, const experiment *e, const axis *a)
{
    text path = { 0 };
    const char *slash = strrchr(e->path, '/');
    if (a->of == NULL || find(lab, a->of) != NULL) return STRATA_OK;
    text_add(&path, "%.*s%s.yaml", slash != NULL ? (int)(slash + 1 - e->path) : 0, e->path, a->of);
    bool there = false;
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_look(path.at, &there);
    if (status == STRATA_OK && !there) status = plan_blame(e, a->node, "it starts from experiment %s, and %s is not there", a->of, path.at);
    if (status == STRATA_OK) status = add_file(lab, path.at, lab->settings);
    if (status == STRATA_OK && find(lab, a->of) == NULL) {
        status = plan_blame(e, a->node, "it starts from experiment %s, and %s has another name", a->of, path.at);
    }
    text_free(&path);
    return status;
}

/* A number of sigma:0.1 is 0.1, and means another thing where other words stand before it. */
static strata_status check_prefix(const experiment *e, const axis *a, const axis *other, const char *value)
{
    const char *colon = strrchr(value, ':');
    size_t length = colon != NULL ? (size_t)(colon + 1 - value) : 0;
    if (strlen(a->prefix) == length && strncmp(a->prefix, value, length) == 0) return STRATA_OK;
    return plan_blame(e, a->node, "%s of %s is '%s', and here '%s' stands before the numbers; write prefix: \"%.*s\"", other->key, a->of,
                      value, a->prefix, (int)length, value);
}

/* Does the experiment take the best value of this setting from there, too? */
static bool takes(const experiment *e, const experiment *other, const char *key)
{
    for (size_t q = 0; q < e->axes; q++) {
        const axis *a = &e->axis[q];
        if (a->kind == AXIS_BEST && strcmp(a->of, other->id) == 0 && strcmp(a->key, key) == 0) return true;
    }
    return false;
}

/* What a random search finds are values that are good together. */
static strata_status check_searched(const experiment *e, axis *a, const experiment *other)
{
    if (a->kind != AXIS_BEST) return plan_blame(e, a->node, "%s is a random search, whose best alone can be taken: {best: %s}", a->of,
                                                 a->of);
    bool its = other->search.setting != NULL && strcmp(other->search.setting, a->key) == 0;
    for (size_t q = 0; q < other->axes; q++) {
        const char *key = other->axis[q].key;
        its = its || strcmp(key, a->key) == 0;
        if (takes(e, other, key)) continue;
        return plan_blame(e, a->node, "it takes %s from the best of %s, and leaves its %s; they were found together: %s: {best: %s}",
                          a->key, a->of, key, key, a->of);
    }
    if (!its) return plan_blame(e, a->node, "%s does not search for %s", a->of, a->key);
    a->searched = other;
    return STRATA_OK;
}

/* Is there one best number to start from? Found out now, not after the hours that the other one takes. */
static strata_status check_needed(const laboratory *lab, const experiment *e, axis *a)
{
    double number;
    if (a->of == NULL) return STRATA_OK;
    const experiment *other = find(lab, a->of);
    if (other->search.node != NULL) return check_searched(e, a, other);
    if (other->check != NULL) return plan_blame(e, a->node, "%s is a gradient check, in which nothing is best", a->of);
    if (other->axes != 1 || strcmp(other->axis[0].key, a->key) != 0) {
        return plan_blame(e, a->node, "it starts from the best %s of %s, which does not vary %s alone", a->key, a->of, a->key);
    }
    for (size_t v = 0; v < other->axis[0].values; v++) {
        const char *value = other->axis[0].value[v];
        if (!store_number(value, &number)) return plan_blame(e, a->node, "%s has the value '%s', which is no number", a->of, value);
        TRY(check_prefix(e, a, &other->axis[0], value));
    }
    return STRATA_OK;
}

static bool is_ready(const laboratory *lab, const experiment *e)
{
    bool ready = !e->done;
    for (size_t a = 0; a < e->axes; a++) ready = ready && (e->axis[a].of == NULL || find(lab, e->axis[a].of)->done);
    return ready;
}

/* Experiments that wait for each other would wait for ever: a rehearsal in which everything that is ready is done at once. */
static strata_status check_order(const laboratory *lab)
{
    const experiment *waits = NULL;
    for (bool any = true; any;) {
        any = false;
        for (size_t q = 0; q < lab->count; q++) {
            if (is_ready(lab, lab->list[q])) any = lab->list[q]->done = true;
        }
    }
    for (size_t q = lab->count; q-- > 0;) {
        if (!lab->list[q]->done) waits = lab->list[q];
        lab->list[q]->done = false;
    }
    return waits == NULL ? STRATA_OK : plan_blame(waits, NULL, "it waits for an experiment that waits for it");
}

static strata_status read_all(laboratory *lab, const char *const *paths, size_t count)
{
    TRY(overrides_without_name(lab->wanted->settings, &lab->settings));
    if (count > 1 && overrides_of(lab->wanted->settings, "name") != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "name= goes with one file, and here are %zu: each needs a name of its own", count);
    }
    for (size_t q = 0; q < count; q++) TRY(add_file(lab, paths[q], lab->wanted->settings));
    for (size_t q = 0; q < lab->count; q++) { /* the list grows meanwhile */
        for (size_t a = 0; a < lab->list[q]->axes; a++) {
            TRY(values_make(lab->list[q], &lab->list[q]->axis[a]));
            TRY(add_needed(lab, lab->list[q], &lab->list[q]->axis[a]));
        }
    }
    for (size_t q = 0; q < lab->count; q++) {
        for (size_t a = 0; a < lab->list[q]->axes; a++) TRY(check_needed(lab, lab->list[q], &lab->list[q]->axis[a]));
    }
    return check_order(lab);
}

/* ---- what is known before anything runs ---------------------------------------------------------------------------------------------- */

/* No published value stands beside what it is not about. */
static strata_status put_row(store *s, const experiment *e, bool alike)
{
    store_experiment row = { .id = e->id, .title = e->title, .source = e->source, .published = e->report, .median = e->median,
                             .lowest = e->lowest, .highest = e->highest, .claim = e->claim, .against = e->against, .part = e->part,
                             .ord = e->ord };
    if (!alike) row.published = row.median = row.lowest = row.highest = (double)NAN;
    return store_put_experiment(s, &row);
}

static strata_status put_experiment(const laboratory *lab, const experiment *e)
{
    text why = { 0 };
    strata_status status = published_unlike(e, lab->wanted->quick, &why);
    if (status == STRATA_OK) status = put_row(lab->s, e, why.length == 0);
    if (status == STRATA_OK) status = published_put(lab->s, e, why.length > 0 ? why.at : "");
    text_free(&why);
    TRY(status);
    TRY(places_put_axes(lab->s, e));
    TRY(store_put_note(lab->s, e->id, "quick", lab->wanted->quick ? "yes" : "no"));
    TRY(store_put_note(lab->s, e->id, "setting", e->axes > 0 ? e->axis[0].key : ""));
    return notes_put(lab->s, e, lab->settings);
}

/* ---- one wave ------------------------------------------------------------------------------------------------------------------------ */

/* It is done, without results; the last failure's sentence says why. */
static strata_status abandon(laboratory *lab, experiment *e)
{
    char why[STATUS_SENTENCE];
    status_sentence_save(why);
    e->done = e->failed = true;
    wave_settle(&lab->wave, e);
    text words = { 0 };
    text_add(&words, "%s cannot run: %s", e->id, why);
    if (!words.failed && lab->wanted->watch.tell != NULL) lab->wanted->watch.tell(lab->wanted->watch.self, words.at);
    text_free(&words);
    if (e->round == 0) TRY(store_put_links(lab->s, e->id, NULL, 0));
    for (size_t q = 0; q < lab->count; q++) {
        if (lab->list[q] == e) TRY(wave_tell_planned(&lab->wave, q));
    }
    return store_put_note(lab->s, e->id, "failed", why);
}

/* An experiment that cannot run ends what starts from it, and nothing else. What is wrong with a store or for want of memory is everybody's
 * failure, and so is what is wrong with a file alone. What lacks data or starts from another is not. */
static strata_status give_up(laboratory *lab, experiment *e, strata_status status)
{
    bool waited = e->data == NULL;
    for (size_t a = 0; a < e->axes; a++) waited = waited || e->axis[a].of != NULL;
    if (status != STRATA_ERR_ARGUMENT || !waited) return status;
    return abandon(lab, e);
}

static strata_status check_data(const experiment *e)
{
    return e->data != NULL ? STRATA_OK : plan_blame(e, e->data_node, "data: %s", e->no_data);
}

static strata_status run_checks(laboratory *lab, bool *passed)
{
    for (size_t q = 0; q < lab->count; q++) {
        experiment *e = lab->list[q];
        if (e->check == NULL) continue;
        e->done = lab->wanted->shard > 1; /* the first does it for all */
        if (e->done) continue;
        if (!go_on(lab)) return status_fail(STRATA_STOPPED, "stopped before the gradient check %s", e->id);
        strata_status status = check_data(e);
        if (status == STRATA_OK) TRY(checks_run(lab->s, e, lab->wanted->threads, passed));
        else TRY(give_up(lab, e, status));
        e->done = true;
    }
    return STRATA_OK;
}

static strata_status check_sources(const laboratory *lab, const experiment *e)
{
    for (size_t a = 0; a < e->axes; a++) {
        const axis *from = &e->axis[a];
        if (from->of == NULL || !find(lab, from->of)->failed) continue;
        return plan_blame(e, from->node, "it starts from %s, which cannot run", from->of);
    }
    return STRATA_OK;
}

/* Nothing is concluded from an experiment some of whose trainings are other shards'. */
static strata_status leave(laboratory *lab, experiment *e)
{
    e->done = e->partial = true;
    wave_settle(&lab->wave, e);
    return STRATA_OK;
}

/* Adds the trainings of an experiment whose turn it is. */
static strata_status prepare(laboratory *lab, size_t q, run_list *all)
{
    experiment *e = lab->list[q];
    size_t before = all->count;
    if (shard_waits(lab->list, lab->count, e)) return leave(lab, e);
    strata_status status = check_data(e);
    if (status == STRATA_OK) status = check_sources(lab, e);
    if (status == STRATA_OK) status = search_choose(lab->s, e);
    if (status == STRATA_OK) status = run_list_add(all, e, q, seeds_of(lab, e));
    if (status == STRATA_OK) {
        wave_expect(&lab->wave, all, q, plan_later(e, seeds_of(lab, e)));
        return STRATA_OK;
    }
    run_list_cut(all, before);
    return give_up(lab, e, status);
}

/* A random search goes up to its next rung, or says what it found; one whose trainings have all diverged found nothing. */
static strata_status climb(laboratory *lab, size_t q, const run_list *all)
{
    text verdict = { 0 };
    experiment *e = lab->list[q];
    TRY(rungs_climb(lab->s, e, q, all, &e->done));
    if (!e->done) return STRATA_OK;
    if (e->search.best < 0) return abandon(lab, e);
    wave_settle(&lab->wave, e);
    strata_status status = rungs_conclude(lab->s, e, &verdict);
    if (status == STRATA_OK) say(lab, verdict.at);
    text_free(&verdict);
    return status;
}

static strata_status find_range(laboratory *lab, size_t q, const run_list *all)
{
    text verdict = { 0 };
    strata_status status = rate_range_conclude(lab->s, lab->list[q], q, all, &verdict);
    if (status == STRATA_OK) say(lab, verdict.at);
    text_free(&verdict);
    return status;
}

/* A search goes into its next round, or says what it found. */
static strata_status conclude(laboratory *lab, size_t q, const run_list *all)
{
    search found;
    text verdict = { 0 };
    experiment *e = lab->list[q];
    axis *a = plan_refined(e);
    e->round++;
    if (e->search.node != NULL) return climb(lab, q, all);
    e->done = true;
    if (e->range_test != NULL) return find_range(lab, q, all);
    if (a == NULL) return STRATA_OK;
    strata_status read = search_read_for(lab->s, e, a, e->id, &found);
    if (read != STRATA_OK) return give_up(lab, e, read);
    e->done = e->round >= a->rounds || search_is_settled(&found);
    if (!e->done) return STRATA_OK;
    wave_settle(&lab->wave, e);
    strata_status status = search_conclude(lab->s, e, a, &verdict);
    if (status == STRATA_OK) say(lab, verdict.at);
    text_free(&verdict);
    return status;
}

static strata_status run_wave(laboratory *lab, bool *any)
{
    run_list all = { 0 };
    bool ready[STRATA_LAB_EXPERIMENTS] = { false };
    strata_status status = STRATA_OK;
    *any = false;
    for (size_t q = 0; q < lab->count && status == STRATA_OK; q++) {
        experiment *e = lab->list[q];
        ready[q] = is_ready(lab, e);
        *any = *any || ready[q];
        if (ready[q]) status = prepare(lab, q, &all);
    }
    if (status == STRATA_OK && all.count > 0) status = wave_run(&lab->wave, &all);
    for (size_t q = 0; q < lab->count && (status == STRATA_OK || status == STRATA_STOPPED); q++) {
        if (!ready[q] || lab->list[q]->failed || lab->list[q]->partial) continue;
        strata_status linked = wave_link(&lab->wave, &all, q, lab->list[q]->id); /* also what was finished before a stop */
        if (linked == STRATA_OK) linked = places_fill(lab->s, lab->list[q]);
        if (linked != STRATA_OK) status = linked;
        if (status == STRATA_OK) status = shard_lacks(lab->wanted, &all, q) ? leave(lab, lab->list[q]) : conclude(lab, q, &all);
        if (status == STRATA_OK) status = wave_tell_planned(&lab->wave, q);
    }
    run_list_free(&all);
    return status;
}

/* How many values an axis comes to at most, whose values another experiment may have to find first. */
static long values_at_most(const laboratory *lab, const axis *a)
{
    return a->kind == AXIS_WITHIN ? values_at_most(lab, &find(lab, a->of)->axis[0]) : plan_values(a);
}

/* How much there is to do at most: what is found not to be needed later changes no number that was told. */
static void foresee(laboratory *lab)
{
    for (size_t q = 0; q < lab->count; q++) {
        experiment *e = lab->list[q];
        for (size_t a = 0; a < e->axes; a++) {
            if (e->axis[a].kind == AXIS_WITHIN) e->axis[a].count = values_at_most(lab, &e->axis[a]);
        }
        wave_foresee(&lab->wave, e, plan_size(e, seeds_of(lab, e)));
    }
}

/* How it all ended. */
static strata_status sum_up(const laboratory *lab, bool passed)
{
    text names = { 0 };
    strata_status status = STRATA_OK;
    for (size_t q = 0; q < lab->count; q++) {
        if (lab->list[q]->failed) text_add(&names, "%s%s", names.length > 0 ? ", " : "", lab->list[q]->id);
    }
    if (!passed) status = status_fail(STRATA_ERR_CHECK, "a gradient is wrong; strata gradcheck shows which");
    else if (names.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a sentence");
    else if (names.length > 0) status = status_fail(STRATA_ERR_PART, "not run: %s; everything else is done", names.at);
    text_free(&names);
    return status;
}

static strata_status run_everything(laboratory *lab)
{
    bool any = true, passed = true;
    for (size_t q = 0; q < lab->count; q++) {
        const strata_lab_watch *watch = &lab->wanted->watch;
        TRY(put_experiment(lab, lab->list[q]));
        if (watch->asked_for != NULL) watch->asked_for(watch->self, lab->list[q]->id);
    }
    TRY(run_checks(lab, &passed));
    foresee(lab);
    while (any) TRY(run_wave(lab, &any));
    TRY(shard_say(lab->wanted, lab->list, lab->count));
    return sum_up(lab, passed);
}

static strata_status open_folder(laboratory *lab)
{
    text path = { 0 };
    text_add(&path, "%s/runs", lab->wanted->out);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : file_make_folder(path.at);
    text_add(&path, ".sqlite");
    if (status == STRATA_OK && path.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    if (status == STRATA_OK) status = store_open(path.at, STORE_READ_WRITE, &lab->s);
    if (status == STRATA_OK && store_warning(lab->s)[0] != '\0') say(lab, store_warning(lab->s));
    text_free(&path);
    return status;
}

/* Everything is read and looked at, and nothing is made. */
static strata_status begin(const char *const *paths, size_t count, const strata_data *data, const lab_request *request, laboratory **out)
{
    void *made;
    REQUIRE(paths != NULL && count > 0 && request != NULL && request->out != NULL);
    REQUIRE((data != NULL || request->open_data != NULL) && request->seeds >= 1 && request->seeds <= 1000);
    TRY(alloc_zero(&made, 1, sizeof(laboratory), "the laboratory"));
    laboratory *lab = *out = made;
    *lab = (laboratory){ .wanted = request };
    TRY(read_all(lab, paths, count));
    TRY(lab_data_open(request, data, lab->list, lab->count, &lab->data));
    return before_check(request, lab->list, lab->count);
}

static void end(laboratory *lab)
{
    if (lab == NULL) return;
    store_close(lab->s);
    for (size_t q = 0; q < lab->count; q++) {
        plan_free(lab->list[q]);
        free(lab->list[q]);
    }
    lab_data_free(&lab->data);
    free(lab->settings);
    free(lab);
}

strata_status lab_run(const char *const *paths, size_t count, const strata_data *data, const lab_request *request)
{
    laboratory *lab = NULL;
    strata_status status = begin(paths, count, data, request, &lab);
    if (status == STRATA_OK) status = lab_data_show(&lab->data, data, request->crew);
    if (status == STRATA_OK) status = open_folder(lab);
    if (status == STRATA_OK) status = wave_start(&lab->wave, request, lab->s, lab->list);
    if (status == STRATA_OK) lab->wave.experiments_stored = true;
    if (status == STRATA_OK) status = run_everything(lab);
    end(lab);
    return status;
}

strata_status lab_rehearse(const char *const *paths, size_t count, const strata_data *data, const lab_request *request, rehearsal *out)
{
    laboratory *lab = NULL;
    strata_status status = begin(paths, count, data, request, &lab);
    if (status == STRATA_OK) status = rehearse(request, lab->list, lab->count, out);
    end(lab);
    return status;
}
