/*
 * Populations for the commands: configurations that are trained together, recorded in the store as they end, and shown together. What an
 * earlier process finished is shown and not trained again; what another one trains is waited for.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "cli.h"
#include "file.h"
#include "finished.h"
#include "recording.h"

strata_status population_new(long room, population *out)
{
    void *made = NULL;
    *out = (population){ .room = room };
    TRY(alloc_zero(&made, (size_t)room, sizeof(population_member), "a population"));
    out->member = made;
    return STRATA_OK;
}

void population_free(population *p)
{
    for (long m = 0; m < p->members; m++) {
        strata_config_free(p->member[m].config);
        strata_run_free(p->member[m].run);
        finished_free(p->member[m].finished);
    }
    free(p->member);
    *p = (population){ 0 };
}

/* A setting that is a whole number. */
static strata_status get_whole(const strata_config *config, const char *key, int64_t *out)
{
    char value[32];
    TRY(strata_config_get(config, key, value, sizeof value));
    return text_to_int64(value, out) ? STRATA_OK : status_fail(STRATA_ERR_INTERNAL, "%s = %s cannot be read back", key, value);
}

strata_status population_add(population *p, const strata_config *config, const char *maker)
{
    if (p->members == p->room) return status_fail(STRATA_ERR_INTERNAL, "a population is too small for %ld members", p->members + 1);
    TRY(strata_config_copy(config, &p->member[p->members].config));
    p->member[p->members++].maker = maker;
    return STRATA_OK;
}

strata_status population_add_seeds(population *p, const strata_config *config, long seeds)
{
    char seed[32];
    int64_t first;
    TRY(get_whole(config, "seed", &first));
    p->seeds = true;
    for (long s = 0; s < seeds; s++) {
        TRY(population_add(p, config, "train"));
        (void)snprintf(seed, sizeof seed, "%" PRId64, first + s);
        TRY(strata_config_set(p->member[p->members - 1].config, "seed", seed));
    }
    return STRATA_OK;
}

strata_status population_set_threads(const population *p, long threads)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%ld", threads);
    for (long m = 0; m < p->members && threads > 0; m++) TRY(strata_config_set(p->member[m].config, "threads", digits));
    return STRATA_OK;
}

/* ---- keeping ------------------------------------------------------------------------------------------------------------------------- */

strata_status keeping_check(const keeping *keep)
{
    if (keep->seconds >= 0 && keep->seconds <= 1e9) return STRATA_OK; /* NaN is neither */
    return status_fail(STRATA_ERR_ARGUMENT, "--checkpoint-seconds %g is outside 0 .. 1e9", keep->seconds);
}

strata_status keeping_find_folders(keeping *keep, text *runs, text *database)
{
    text_add(runs, "%s/runs", keep->out);
    text_add(database, "%s/runs.sqlite", keep->out);
    keep->folder = runs->at;
    if (!keep->no_store) keep->store = database->at;
    return runs->failed || database->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path") : STRATA_OK;
}

void keeping_say_out(text *words, const char *out)
{
    text_add(words, " --out ");
    text_add_word(words, out);
}

void keeping_say_resume(text *words, const keeping *keep, const data_words *data)
{
    text_add(words, "strata resume");
    if (strcmp(keep->out, "report-out") != 0) keeping_say_out(words, keep->out);
    if (keep->no_store) text_add(words, " --no-store");
    data_words_say(words, data);
}

/* ---- one training of those that are left --------------------------------------------------------------------------------------------- */

/* The members that are trained now. */
typedef struct {
    population *p;
    const keeping *keep;
    const strata_data *data;
    recording kept;        /* where they are recorded */
    progress *shown;
    long *of;              /* [count]: the number of each in p */
    strata_config **configs;
    strata_run **runs;
    size_t count;
} pass;

/* When a member has ended; several at once. Its folder is still locked. */
static void record_member(void *self, size_t number, const strata_run *run)
{
    pass *s = self;
    population_member *one = &s->p->member[s->of[number]];
    text unsaid = { 0 };
    one->saved = recording_keep(&s->kept, strcmp(one->maker, "train") == 0 ? "train" : "lab", run, &unsaid);
    if (unsaid.at != NULL) (void)fprintf(stderr, "%s", unsaid.at);
    text_free(&unsaid);
}

static void say_of_member(void *self, size_t number, const char *sentence)
{
    progress_say(((const pass *)self)->shown, number, sentence);
}

/* Has another process finished it since it was looked for? Who trains again does so whatever there is. */
static bool is_needed(void *self, size_t number)
{
    pass *s = self;
    const population_member *one = &s->p->member[s->of[number]];
    finished *f = NULL;
    bool refused;
    if (s->keep->again || one->anew) return true; /* anew: why, was said before */
    (void)pthread_mutex_lock(&s->kept.lock);
    bool found = finished_find(s->keep->folder, s->kept.s, one->config, s->data, &f, &refused) == STRATA_OK && f != NULL;
    (void)pthread_mutex_unlock(&s->kept.lock);
    finished_free(f);
    return !found;
}

/* How far members are already: those that wait for others would say so only when they go on. A checkpoint that cannot be read counts as
 * none here; the training says what is wrong with it. */
static void look_up_progress(const pass *s)
{
    for (size_t m = 0; m < s->count && s->count > 1; m++) {
        char id[13];
        strata_checkpoint_facts facts = { .size = sizeof facts };
        strata_config *config = NULL;
        bool found = strata_run_id(s->configs[m], s->data, id) == STRATA_OK
                     && strata_checkpoint_peek(s->keep->folder, id, &facts, &config) == STRATA_OK;
        if (found && facts.updates > 0) progress_found(s->shown, m, (double)facts.update / (double)facts.updates);
        strata_config_free(config);
    }
}

static bool is_missing(const population_member *one)
{
    return one->run == NULL && one->finished == NULL;
}

/* Lists the members that have neither a run nor a result: all of one maker, whose name their checkpoints get. */
static strata_status list_missing(pass *s)
{
    void *of = NULL, *configs = NULL, *runs = NULL;
    const population *p = s->p;
    strata_status status = alloc_zero(&of, (size_t)p->members, sizeof(long), "a population");
    if (status == STRATA_OK) status = alloc_zero(&configs, (size_t)p->members, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, (size_t)p->members, sizeof(strata_run *), "a population");
    s->of = of;
    s->configs = configs;
    s->runs = runs;
    s->count = 0;
    for (long m = 0; m < p->members && status == STRATA_OK; m++) {
        if (!is_missing(&p->member[m])) continue;
        if (s->count > 0 && strcmp(p->member[m].maker, p->member[s->of[0]].maker) != 0) continue;
        s->of[s->count] = m;
        s->configs[s->count++] = p->member[m].config;
    }
    return status;
}

static strata_status train(pass *s)
{
    int threads;
    const population *p = s->p;
    TRY(population_threads(p, &threads));
    TRY(progress_new((const strata_config *const *)s->configs, s->count, s->keep->quiet, &s->shown));
    for (long m = 0; m < p->members; m++) {
        if (!is_missing(&p->member[m])) progress_over(s->shown, p->member[m].config);
    }
    if (!s->keep->quiet) look_up_progress(s);
    progress_save(s->shown, record_member, s);
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = s->keep->folder, .updates = s->keep->updates,
                                             .seconds = s->keep->seconds, .owner = p->member[s->of[0]].maker,
                                             .self = s, .requests = signals_asked, .tell = say_of_member, .needed = is_needed };
    const strata_training how = { .size = sizeof how, .threads = threads, .observer = progress_observer(s->shown),
                                  .checkpoints = &checkpoints, .forget = true };
    strata_status status = strata_train_as(s->count, (const strata_config *const *)s->configs, s->data, &how, s->runs);
    progress_free(s->shown);
    return status;
}

/* ---- until all have ended ------------------------------------------------------------------------------------------------------------ */

static void say_finished(const pass *s, const finished *f)
{
    text said = { 0 };
    text_add(&said, "%s/%s: finished before%s; this is its result (--again trains it again)", s->keep->folder, f->facts.id, f->other);
    if (said.at != NULL) message_print(said.at);
    text_free(&said);
}

/* Takes the results of members that are finished: by an earlier process, or by another one meanwhile. */
static strata_status take_finished(pass *s)
{
    for (long m = 0; m < s->p->members; m++) {
        population_member *one = &s->p->member[m];
        if (!is_missing(one) || (s->keep->again && !one->busy)) continue;
        TRY(finished_find(s->keep->folder, s->kept.s, one->config, s->data, &one->finished, &one->anew));
        if (one->finished == NULL) continue;
        say_finished(s, one->finished);
        TRY(strata_checkpoint_remove_idle(s->keep->folder, one->finished->facts.id)); /* a kill may have come before that */
    }
    return STRATA_OK;
}

static void say_waiting(const pass *s, const char *id)
{
    text words = { 0 };
    text_add(&words, "waiting for another process, which trains %s/%s", s->keep->folder, id);
    if (words.at != NULL) message_print(words.at);
    text_free(&words);
}

/* The first member that other processes train, or one that nobody trains any more; NULL: none is left to others. */
static population_member *find_busy(const pass *s, bool *locked)
{
    population_member *busy = NULL;
    *locked = true;
    for (long m = 0; m < s->p->members && *locked; m++) {
        population_member *one = &s->p->member[m];
        if (one->run == NULL || strata_run_facts(one->run)->outcome != STRATA_ERR_BUSY) continue;
        *locked = run_folder_is_locked(s->keep->folder, strata_run_facts(one->run)->id);
        if (busy == NULL || !*locked) busy = one;
    }
    return busy;
}

/* Until one of the busy members is in nobody's hands; false when a signal stops the waiting. Then it is to be trained, or was finished. */
static bool wait_for_others(const pass *s)
{
    static const struct timespec moment = { .tv_nsec = 100000000 };
    bool locked;
    population_member *one = find_busy(s, &locked);
    if (one == NULL) return false;
    say_waiting(s, strata_run_facts(one->run)->id);
    for (; locked; one = find_busy(s, &locked)) {
        if (signals_stopped()) return false;
        (void)nanosleep(&moment, NULL);
    }
    one->busy = true;
    strata_run_free(one->run);
    one->run = NULL;
    return true;
}

static bool has_stopped(const pass *s)
{
    bool any = s->kept.status != STRATA_OK;
    for (size_t m = 0; m < s->count; m++) any = any || strata_run_facts(s->runs[m])->outcome == STRATA_STOPPED;
    return any;
}

static bool any_is_missing(const population *p)
{
    bool any = false;
    for (long m = 0; m < p->members; m++) any = any || is_missing(&p->member[m]);
    return any;
}

/* *any: there is more to train. */
static strata_status train_missing(pass *s, bool *any)
{
    strata_status status = take_finished(s);
    if (status == STRATA_OK) status = list_missing(s);
    if (status == STRATA_OK && s->count > 0) status = train(s);
    for (size_t m = 0; m < s->count && status == STRATA_OK; m++) s->p->member[s->of[m]].run = s->runs[m];
    *any = status == STRATA_OK && !has_stopped(s) && (any_is_missing(s->p) || wait_for_others(s));
    free(s->of);
    free(s->configs);
    free(s->runs);
    s->of = NULL;
    s->configs = NULL;
    s->runs = NULL;
    s->count = 0;
    return status;
}

static strata_status train_all(pass *s)
{
    bool any = true;
    store **opened = &s->kept.s;
    strata_status status = recording_open(&s->kept, s->keep->folder, s->keep->store, s->data);
    if (status == STRATA_OK && *opened != NULL && store_warning(*opened)[0] != '\0') message_print(store_warning(*opened));
    while (status == STRATA_OK && any) status = train_missing(s, &any);
    recording_close(&s->kept);
    return status;
}

/* ---- the outcome --------------------------------------------------------------------------------------------------------------------- */

const strata_run_facts_t *population_facts(const population_member *one)
{
    return one->finished != NULL ? &one->finished->facts : strata_run_facts(one->run);
}

/* The first member with this outcome, or NULL. */
static const strata_run_facts_t *first_with(const population *p, strata_status outcome)
{
    for (long m = 0; m < p->members; m++) {
        if (population_facts(&p->member[m])->outcome == outcome) return population_facts(&p->member[m]);
    }
    return NULL;
}

static strata_status stopped(const population *p, const char *again)
{
    for (long m = 0; m < p->members; m++) TRY(recording_check_stopped(population_facts(&p->member[m])));
    const strata_run_facts_t *first = first_with(p, STRATA_STOPPED);
    bool fits = strlen(first->sentence) + strlen(again) + 16 < STATUS_SENTENCE; /* half a command is none */
    return status_fail(STRATA_STOPPED, "%s; to go on: %s", first->sentence,
                       first->checkpoint >= 0 && fits ? again : "the same command again");
}

static strata_status outcome_of(const population *p, const pass *s, const char *again)
{
    const strata_run_facts_t *diverged = first_with(p, STRATA_ERR_DIVERGED), *busy = first_with(p, STRATA_ERR_BUSY);
    TRY(recording_outcome(&s->kept));
    if (first_with(p, STRATA_STOPPED) != NULL) {
        if (diverged != NULL) message_print(diverged->sentence);
        return stopped(p, again);
    }
    if (diverged != NULL) return status_fail(STRATA_ERR_DIVERGED, "%s", diverged->sentence);
    return busy != NULL ? status_fail(STRATA_STOPPED, "stopped while another process trains %s", busy->id) : STRATA_OK;
}

static void tell_saved(const population *p, const char *folder)
{
    for (long m = 0; m < p->members; m++) {
        const population_member *one = &p->member[m];
        const strata_run_facts_t *f = population_facts(one);
        if (one->finished != NULL) {
            (void)fprintf(stderr, "saved: %s/%s/model.safetensors, curves.csv, run.json\n", folder, f->id);
        } else if (one->saved) {
            (void)fprintf(stderr, "saved: %s/%s%s/%scurves.csv, run.json\n", folder, f->id, run_folder_suffix(one->run),
                          f->outcome == STRATA_ERR_DIVERGED ? "" : "model.safetensors, ");
        } else if (f->checkpoint >= 0) {
            (void)fprintf(stderr, "kept: %s/%s/checkpoint, of update %ld\n", folder, f->id, f->checkpoint);
        }
    }
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------------- */

static void print_variants(const population *p)
{
    bool head = true;
    for (long m = 0; m < p->members; m++) {
        const population_member *one = &p->member[m];
        size_t count = one->finished != NULL ? one->finished->variants : 0;
        const strata_variant *v = one->finished != NULL ? one->finished->variant : strata_run_variants(one->run, &count);
        runs_print_variants(population_facts(one)->id, v, count, head);
        head = head && count == 0;
    }
}

static strata_status show(const population *p, bool json)
{
    void *made;
    size_t count = (size_t)p->members;
    TRY(alloc_zero(&made, count, sizeof(strata_run_facts_t *), "a table of runs"));
    const strata_run_facts_t **facts = made;
    json_value *list = json ? json_new_list() : NULL;
    for (size_t m = 0; m < count; m++) {
        const population_member *one = &p->member[m];
        facts[m] = population_facts(one);
        if (json) json_append(list, one->finished != NULL ? json_clone(one->finished->record) : run_folder_json(one->run));
    }
    strata_status status = STRATA_OK;
    if (json) status = json_print(runs_json(list, facts, count));
    else runs_print(facts, count);
    if (!json) print_variants(p);
    if (!json && p->seeds && count > 1) runs_print_spread(facts, count);
    free(made);
    return status;
}

strata_status population_print_none(void)
{
    return json_print(runs_json(json_new_list(), NULL, 0));
}

/* ---- all ----------------------------------------------------------------------------------------------------------------------------- */

strata_status population_threads(const population *p, int *threads)
{
    int64_t number;
    TRY(get_whole(p->member[0].config, "threads", &number));
    *threads = (int)number;
    return STRATA_OK;
}

strata_status population_need(const population *p, const strata_data *data, const keeping *keep, strata_need *need)
{
    int threads;
    void *configs;
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = keep->folder };
    TRY(population_threads(p, &threads));
    const strata_training how = { .size = sizeof how, .threads = threads, .checkpoints = &checkpoints, .forget = true };
    TRY(alloc_zero(&configs, (size_t)p->members, sizeof(strata_config *), "a population"));
    const strata_config **list = configs;
    for (long m = 0; m < p->members; m++) list[m] = p->member[m].config;
    strata_status status = strata_training_need((size_t)p->members, list, data, &how, need);
    free(configs);
    return status;
}

strata_status population_train(population *p, const strata_data *data, const keeping *keep, const char *again)
{
    pass s = { .p = p, .keep = keep, .data = data };
    TRY(train_all(&s));
    TRY(show(p, keep->json));
    output_flush();
    tell_saved(p, keep->folder);
    population_page(p, keep);
    return outcome_of(p, &s, again);
}
