/* Populations for the commands: copies of configurations with successive seeds, trained together. */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "finished.h"

strata_status population_new(long room, population *out)
{
    void *configs = NULL, *runs = NULL, *saved = NULL, *aside = NULL;
    *out = (population){ .room = room };
    strata_status status = alloc_zero(&configs, (size_t)room, sizeof(strata_config *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&runs, (size_t)room, sizeof(strata_run *), "a population");
    if (status == STRATA_OK) status = alloc_zero(&saved, (size_t)room, sizeof(bool), "a population");
    if (status == STRATA_OK) status = alloc_zero(&aside, (size_t)room, sizeof(finished *), "a population");
    out->finished = aside;
    out->configs = configs;
    out->runs = runs;
    out->saved = saved;
    if (status != STRATA_OK) population_free(out);
    return status;
}

void population_free(population *p)
{
    for (long m = 0; m < p->members; m++) {
        strata_config_free(p->configs[m]);
        strata_run_free(p->runs[m]);
    }
    for (long f = 0; f < p->finished_count; f++) finished_free(p->finished[f]);
    free(p->finished);
    free(p->configs);
    free(p->runs);
    free(p->saved);
    *p = (population){ 0 };
}

/* A setting that is a whole number. */
static strata_status get_whole(const strata_config *config, const char *key, int64_t *out)
{
    char value[32];
    TRY(strata_config_get(config, key, value, sizeof value));
    return text_to_int64(value, out) ? STRATA_OK : status_fail(STRATA_ERR_INTERNAL, "%s = %s cannot be read back", key, value);
}

strata_status population_add(population *p, const strata_config *config)
{
    if (p->members == p->room) return status_fail(STRATA_ERR_INTERNAL, "a population is too small for %ld members", p->members + 1);
    TRY(strata_config_copy(config, &p->configs[p->members]));
    p->members++;
    return STRATA_OK;
}

strata_status population_add_seeds(population *p, const strata_config *config, long seeds)
{
    char seed[32];
    int64_t first;
    TRY(get_whole(config, "seed", &first));
    p->seeds = true;
    for (long s = 0; s < seeds; s++) {
        TRY(population_add(p, config));
        (void)snprintf(seed, sizeof seed, "%" PRId64, first + s);
        TRY(strata_config_set(p->configs[p->members - 1], "seed", seed));
    }
    return STRATA_OK;
}

strata_status population_set_finished_aside(population *p, const char *folder, const strata_data *data)
{
    long left = 0;
    strata_status status = STRATA_OK;
    for (long m = 0; m < p->members; m++) {
        finished *f = NULL;
        if (status == STRATA_OK) status = finished_find(folder, p->configs[m], data, &f);
        if (f == NULL) {
            p->configs[left++] = p->configs[m];
            continue;
        }
        text said = { 0 };
        text_add(&said, "%s/%s: finished before; this is its result (--again trains it again, to the same bits)", folder, f->facts.id);
        if (said.at != NULL) message_print(said.at);
        text_free(&said);
        strata_config_free(p->configs[m]);
        p->finished[p->finished_count++] = f;
    }
    p->members = left;
    return status;
}

/* ---- keeping ------------------------------------------------------------------------------------------------------------------------- */

strata_status keeping_check(const keeping *keep)
{
    if (keep->seconds >= 0 && keep->seconds <= 1e9) return STRATA_OK; /* NaN is neither */
    return status_fail(STRATA_ERR_ARGUMENT, "--checkpoint-seconds %g is outside 0 .. 1e9", keep->seconds);
}

void keeping_say_out(text *words, const char *out)
{
    text_add(words, " --out ");
    text_add_word(words, out);
}

void keeping_say_resume(text *words, const char *out, const char *data)
{
    text_add(words, "strata resume");
    keeping_say_out(words, out);
    if (data == NULL) return;
    text_add(words, " --data ");
    text_add_word(words, data);
}

/* Saves each member when it has ended, several at once, and remembers the first failure. */
typedef struct {
    population *p;
    const char *out;
    pthread_mutex_t lock; /* of what follows */
    long failures;
    strata_status status; /* of the first, with its sentence */
    char sentence[STATUS_SENTENCE];
} saver;

static void save_member(void *self, size_t member, const strata_run *run)
{
    saver *s = self;
    if (strata_run_facts(run)->outcome == STRATA_STOPPED) return;
    strata_status status = run_save(run, s->out);
    s->p->saved[member] = status == STRATA_OK;
    if (status == STRATA_OK) return;
    (void)pthread_mutex_lock(&s->lock);
    if (s->failures++ == 0) {
        s->status = status;
        status_sentence_save(s->sentence);
    }
    (void)pthread_mutex_unlock(&s->lock);
}

static void tell_saved(const population *p, const char *out)
{
    for (long f = 0; f < p->finished_count; f++) {
        (void)fprintf(stderr, "saved: %s/%s/model.safetensors, curves.csv, run.json\n", out, p->finished[f]->facts.id);
    }
    for (long m = 0; m < p->members; m++) {
        const strata_run_facts_t *f = strata_run_facts(p->runs[m]);
        if (p->saved[m]) {
            (void)fprintf(stderr, "saved: %s/%s%s/%scurves.csv, run.json\n", out, f->id, run_folder_suffix(p->runs[m]),
                          f->outcome == STRATA_ERR_DIVERGED ? "" : "model.safetensors, ");
        } else if (f->checkpoint >= 0) {
            (void)fprintf(stderr, "kept: %s/%s/checkpoint, of update %ld\n", out, f->id, f->checkpoint);
        }
    }
}

/* The first member with this outcome, or NULL. */
static const strata_run_facts_t *first_with(const population *p, strata_status outcome)
{
    for (long m = 0; m < p->members; m++) {
        if (strata_run_facts(p->runs[m])->outcome == outcome) return strata_run_facts(p->runs[m]);
    }
    return NULL;
}

/* A stop promises a checkpoint of the update that was reached. */
static strata_status stopped(const population *p, const char *again)
{
    for (long m = 0; m < p->members; m++) {
        const strata_run_facts_t *f = strata_run_facts(p->runs[m]);
        if (f->outcome != STRATA_STOPPED || f->updates == 0 || f->checkpoint == f->updates) continue;
        return status_fail(STRATA_ERR_STORAGE, "%s, and no checkpoint of it could be written; the newest is of update %ld", f->sentence,
                           f->checkpoint);
    }
    const strata_run_facts_t *first = first_with(p, STRATA_STOPPED);
    bool fits = strlen(first->sentence) + strlen(again) + 16 < STATUS_SENTENCE; /* half a command is none */
    return status_fail(STRATA_STOPPED, "%s; to go on: %s", first->sentence,
                       first->checkpoint >= 0 && fits ? again : "the same command again");
}

/* Runs that other processes train are left to them. */
static strata_status busy(const population *p)
{
    const strata_run_facts_t *f = first_with(p, STRATA_ERR_BUSY);
    return f != NULL ? status_fail(STRATA_ERR_BUSY, "%s", f->sentence) : STRATA_OK;
}

static bool all_are_busy(const population *p)
{
    bool all = true;
    for (long m = 0; m < p->members; m++) all = all && strata_run_facts(p->runs[m])->outcome == STRATA_ERR_BUSY;
    return all;
}

static strata_status outcome_of(const population *p, const saver *s, const char *again)
{
    const strata_run_facts_t *diverged = first_with(p, STRATA_ERR_DIVERGED);
    if (s->failures > 1) return status_fail(s->status, "%.900s; %ld more runs could not be saved either", s->sentence, s->failures - 1);
    if (s->status != STRATA_OK) return status_fail(s->status, "%s", s->sentence);
    if (first_with(p, STRATA_STOPPED) != NULL) {
        if (diverged != NULL) message_print(diverged->sentence);
        return stopped(p, again);
    }
    return diverged != NULL ? status_fail(STRATA_ERR_DIVERGED, "%s", diverged->sentence) : busy(p);
}

/* Of seeds, those of members that have ended stay for as long as another one has not: the same command need not train them again then. */
static strata_status remove_checkpoints(const population *p, const char *out)
{
    for (long m = 0; m < p->members; m++) {
        if (!p->saved[m] && p->seeds) return STRATA_OK;
    }
    for (long m = 0; m < p->members; m++) {
        if (p->saved[m]) TRY(strata_checkpoint_remove_idle(out, strata_run_facts(p->runs[m])->id));
    }
    for (long f = 0; f < p->finished_count; f++) TRY(strata_checkpoint_remove_idle(out, p->finished[f]->facts.id));
    return STRATA_OK;
}

/* ---- training ------------------------------------------------------------------------------------------------------------------------ */

/* How far members are already: those that wait for others would say so only when they go on. A checkpoint that cannot be read counts as
 * none here; the training says what is wrong with it. */
static void look_up_progress(const population *p, const strata_data *data, const char *out, progress *shown)
{
    for (long m = 0; m < p->members && p->members > 1; m++) {
        char id[13];
        strata_checkpoint_facts facts = { .size = sizeof facts };
        strata_config *config = NULL;
        bool found = strata_run_id(p->configs[m], data, id) == STRATA_OK
                     && strata_checkpoint_peek(out, id, &facts, &config) == STRATA_OK;
        if (found && facts.updates > 0) progress_found(shown, (size_t)m, (double)facts.update / (double)facts.updates);
        strata_config_free(config);
    }
}

strata_status population_threads(const population *p, int *threads)
{
    int64_t number;
    TRY(get_whole(p->configs[0], "threads", &number));
    *threads = (int)number;
    return STRATA_OK;
}

strata_status population_check_memory(const population *p, const keeping *keep)
{
    int threads;
    strata_need need = { .size = sizeof need };
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = keep->out };
    TRY(population_threads(p, &threads));
    const strata_training how = { .size = sizeof how, .threads = threads, .checkpoints = &checkpoints, .forget = true };
    return strata_training_need((size_t)p->members, (const strata_config *const *)p->configs, NULL, &how, &need);
}

static strata_status train(population *p, const strata_data *data, const keeping *keep, saver *s)
{
    progress *shown;
    int threads;
    TRY(population_threads(p, &threads));
    TRY(progress_new((const strata_config *const *)p->configs, (size_t)p->members, keep->quiet, &shown));
    for (long f = 0; f < p->finished_count; f++) progress_over(shown, p->configs[0]); /* seeds of one configuration */
    if (!keep->quiet) look_up_progress(p, data, keep->out, shown);
    progress_save(shown, save_member, s);
    const strata_checkpoints checkpoints = { .size = sizeof checkpoints, .folder = keep->out, .updates = keep->updates,
                                             .seconds = keep->seconds, .owner = "train",
                                             .self = shown, .requests = signals_asked, .tell = progress_say };
    const strata_training how = { .size = sizeof how, .threads = threads, .observer = progress_observer(shown), .checkpoints = &checkpoints,
                                  .forget = true };
    strata_status status = strata_train_as((size_t)p->members, (const strata_config *const *)p->configs, data, &how, p->runs);
    progress_free(shown);
    return status;
}

/* ---- showing ------------------------------------------------------------------------------------------------------------------------- */

/* Where a run goes among the others: by seed. Both lists are so. */
static bool finished_is_next(const population *p, long m, long f)
{
    if (f == p->finished_count || m == p->members) return m == p->members;
    return p->finished[f]->facts.seed < strata_run_facts(p->runs[m])->seed;
}

static strata_status show(const population *p, bool json)
{
    void *made;
    size_t count = (size_t)(p->members + p->finished_count);
    TRY(alloc_zero(&made, count, sizeof(strata_run_facts_t *), "a table of runs"));
    const strata_run_facts_t **facts = made;
    json_value *list = json ? json_new_list() : NULL;
    long m = 0, f = 0;
    for (size_t r = 0; r < count; r++) {
        bool aside = finished_is_next(p, m, f);
        facts[r] = aside ? &p->finished[f]->facts : strata_run_facts(p->runs[m]);
        if (json) json_append(list, aside ? json_clone(p->finished[f]->record) : run_json(p->runs[m]));
        if (aside) f++;
        else m++;
    }
    strata_status status = STRATA_OK;
    if (json) status = json_print(runs_json(list, facts, count));
    else runs_print(facts, count);
    if (!json && p->seeds && count > 1) runs_print_spread(facts, count);
    free(made);
    return status;
}

strata_status population_print_none(void)
{
    return json_print(runs_json(json_new_list(), NULL, 0));
}

strata_status population_train(population *p, const strata_data *data, const keeping *keep, const char *again)
{
    saver s = { .p = p, .out = keep->out, .lock = PTHREAD_MUTEX_INITIALIZER };
    if (p->members > 0) TRY(train(p, data, keep, &s));
    if (p->finished_count == 0 && all_are_busy(p)) return busy(p);
    TRY(show(p, keep->json));
    output_flush();
    tell_saved(p, keep->out);
    strata_status removed = remove_checkpoints(p, keep->out);
    TRY(outcome_of(p, &s, again));
    return removed;
}
