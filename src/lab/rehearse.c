/*
 * See rehearse.h. The laboratory's order of work without the work: an experiment whose trainings are all in the store is taken for done, so
 * that what starts from it is known; what starts from any other one waits.
 */
#include "rehearse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "before.h"
#include "draws.h"
#include "need.h"
#include "run_list.h"
#include "rungs.h"
#include "search.h"
#include "shard.h"
#include "strata/machine.h"
#include "text.h"

enum { VALUE = 512 };

/* What decides how long an update takes. */
typedef struct {
    char hidden[VALUE], bn[8], n_batch[32];
    const char *digest; /* of the data */
} kind;

typedef struct {
    const lab_request *wanted;
    experiment *const *list;
    size_t count;
    store *s; /* NULL: there is none yet */
    char folder[4096];
    run_list todo;              /* begun or fresh, each once */
    const experiment **wait;    /* of trainings that wait: their experiments, whose settings they have */
    size_t waits, wait_room;
    kind paced;                 /* of the last pace that was asked for, */
    double pace;                /* seconds an update; NaN: unknown */
    rehearsal *out;
} stage;

/* ---- how long ------------------------------------------------------------------------------------------------------------------------ */

static strata_status take_pace(void *self, const store_answer *row)
{
    if (row->cell != NULL && row->cell[0].type == STORE_REAL) *(double *)self = row->cell[0].real;
    return STRATA_OK;
}

static strata_status ask_pace(stage *g, const kind *k)
{
    static const char sql[] =
        "SELECT sum(r.seconds) / sum(r.updates) FROM run r"
        " JOIN setting h ON h.run = r.id AND h.key = 'hidden' AND h.value = :hidden"
        " JOIN setting b ON b.run = r.id AND b.key = 'bn' AND b.value = :bn"
        " JOIN setting n ON n.run = r.id AND n.key = 'n_batch' AND n.value = :n_batch"
        " JOIN env c ON c.run = r.id AND c.key = 'cpu' AND c.value = :cpu WHERE r.status = 'done' AND r.updates > 0"
        " AND r.data_digest = :data";
    strata_machine_facts machine = { .size = sizeof machine };
    TRY(strata_machine(&machine));
    const store_parameter which[] = { { "hidden", { .type = STORE_TEXT, .text = k->hidden } },
                                      { "bn", { .type = STORE_TEXT, .text = k->bn } },
                                      { "n_batch", { .type = STORE_TEXT, .text = k->n_batch } },
                                      { "cpu", { .type = STORE_TEXT, .text = machine.cpu } },
                                      { "data", { .type = STORE_TEXT, .text = k->digest } } };
    g->paced = *k;
    g->pace = NAN;
    const store_question question = { .place = "the pace of runs", .sql = sql, .parameter = which, .parameters = 5 };
    return g->s == NULL ? STRATA_OK : store_query(g->s, &question, take_pace, &g->pace);
}

/* Adds what is still to be done of one training, `times` of it. */
static strata_status add_work(stage *g, rehearsal_row *row, const strata_config *config, const strata_data *data, long done,
                              long times)
{
    kind k = { "", "", "", strata_data_describe(data)->digest };
    strata_run_size size = { .size = sizeof size };
    TRY(strata_config_size(config, &size));
    TRY(strata_config_get(config, "hidden", k.hidden, sizeof k.hidden));
    TRY(strata_config_get(config, "bn", k.bn, sizeof k.bn));
    TRY(strata_config_get(config, "n_batch", k.n_batch, sizeof k.n_batch));
    bool known = strcmp(k.hidden, g->paced.hidden) == 0 && strcmp(k.bn, g->paced.bn) == 0 && strcmp(k.n_batch, g->paced.n_batch) == 0;
    known = known && k.digest == g->paced.digest; /* data that are opened once have one */
    if (!known) TRY(ask_pace(g, &k));
    row->updates += times * (size.updates - done);
    row->seconds += (double)times * g->pace * (double)(size.updates - done);
    return STRATA_OK;
}

/* ---- one experiment ------------------------------------------------------------------------------------------------------------------ */

static long seeds_of(const stage *g, const experiment *e)
{
    return plan_seeds(g->wanted, e);
}

static bool is_listed(const run_list *todo, const char *id)
{
    for (size_t m = 0; m < todo->count; m++) {
        if (strcmp(todo->list[m].id, id) == 0) return true;
    }
    return false;
}

static strata_status count_run(stage *g, rehearsal_row *row, const planned_run *m)
{
    bool found, ended = false;
    strata_checkpoint_facts facts = { .size = sizeof facts };
    strata_config *config = NULL;
    if (g->s != NULL) TRY(store_find_run(g->s, m->id, &found, &ended));
    if (ended) row->stored++;
    else if (!shard_has(g->wanted, m->id)) row->elsewhere++;
    else if (is_listed(&g->todo, m->id)) row->shared++;
    else {
        strata_status there = strata_checkpoint_peek(g->folder, m->id, &facts, &config);
        bool begun = there == STRATA_OK || there == STRATA_ERR_BUSY; /* busy: another process is at it */
        strata_config_free(config);
        if (begun) row->begun++;
        else row->fresh++;
        TRY(run_list_add_one(&g->todo, m->config, m->experiment, m->data));
        return add_work(g, row, m->config, m->data, there == STRATA_OK ? facts.update : 0, 1);
    }
    return STRATA_OK;
}

/* Its last `most` trainings: on each rung of a random search they are longer. */
static strata_status add_waiting(stage *g, rehearsal_row *row, const experiment *e, long most)
{
    if (e->search.setting == NULL) return add_work(g, row, e->config, e->data, 0, most);
    for (size_t r = e->search.rungs; r-- > 0 && most > 0;) {
        strata_config *config;
        long due = seeds_of(g, e) * e->search.rung[r].size, here = due < most ? due : most;
        TRY(strata_config_copy(e->config, &config));
        strata_status status = draws_set_length(e, r * (size_t)e->search.draws, config);
        if (status == STRATA_OK) status = add_work(g, row, config, e->data, 0, here);
        strata_config_free(config);
        TRY(status);
        most -= here;
    }
    return STRATA_OK;
}

/* So many of its trainings at most are not known yet, as they depend on what another experiment finds, or an earlier round. */
static strata_status wait(stage *g, rehearsal_row *row, const experiment *e, long most, const char *on)
{
    if (most == 0) return STRATA_OK;
    row->waiting = most;
    (void)snprintf(row->waits_for, sizeof row->waits_for, "%s", on);
    for (long q = 0; q < most; q++) {
        if (g->waits == g->wait_room) {
            size_t room = 2 * g->wait_room + 64;
            const experiment **more = realloc(g->wait, room * sizeof *more);
            if (more == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for a plan");
            g->wait = more;
            g->wait_room = room;
        }
        g->wait[g->waits++] = e;
    }
    return add_waiting(g, row, e, most);
}

/* Counts the trainings whose values are known. *whole: the store has all of them; a random search then goes up to its next rung. */
static strata_status count_known(stage *g, rehearsal_row *row, experiment *e, size_t q, bool *whole)
{
    run_list all = { 0 };
    strata_status status = run_list_add(&all, e, q, seeds_of(g, e));
    for (size_t m = 0; m < all.count && status == STRATA_OK; m++) status = count_run(g, row, &all.list[m]);
    *whole = status == STRATA_OK && row->stored == (long)all.count;
    if (*whole && e->search.node != NULL) status = rungs_climb(g->s, e, q, &all, &e->done);
    run_list_free(&all);
    return status;
}

/* The experiment that this one starts from, and that is not done. */
static const char *obstacle(const stage *g, const experiment *e)
{
    for (size_t a = 0; a < e->axes; a++) {
        for (size_t q = 0; e->axis[a].of != NULL && q < g->count; q++) {
            if (strcmp(g->list[q]->id, e->axis[a].of) == 0 && !g->list[q]->done) return g->list[q]->id;
        }
    }
    return NULL;
}

/* Goes through its rounds as far as the store has them. An experiment that the store cannot choose for waits, too. */
static strata_status count_rounds(stage *g, rehearsal_row *row, experiment *e, size_t q)
{
    const rehearsal_row empty = *row;
    axis *a = plan_refined(e);
    bool whole = true;
    const char *on = NULL;
    for (size_t n = 0; n < e->axes; n++) on = e->axis[n].of != NULL ? e->axis[n].of : on;
    while (whole && !e->done) {
        search found;
        strata_status chosen = on == NULL ? STRATA_OK : g->s == NULL ? STRATA_ERR_ARGUMENT : search_choose(g->s, e);
        if (chosen == STRATA_ERR_ARGUMENT) return e->round == 0 ? wait(g, row, e, plan_size(e, seeds_of(g, e)), on) : STRATA_OK;
        TRY(chosen);
        *row = empty;
        TRY(count_known(g, row, e, q, &whole));
        if (!whole) break;
        e->round++;
        if (e->search.node != NULL) continue;
        e->done = a == NULL || e->round >= a->rounds;
        if (!e->done && search_read_for(g->s, e, a, e->id, &found) == STRATA_OK) e->done = search_is_settled(&found);
    }
    return !whole && (a != NULL || e->search.node != NULL) ? wait(g, row, e, plan_later(e, seeds_of(g, e)), e->id) : STRATA_OK;
}

/* ---- all of them --------------------------------------------------------------------------------------------------------------------- */

static strata_status count_all(stage *g)
{
    bool counted[STRATA_LAB_EXPERIMENTS] = { false };
    for (bool any = true; any;) {
        any = false;
        for (size_t q = 0; q < g->count; q++) {
            experiment *e = g->list[q];
            if (counted[q] || obstacle(g, e) != NULL) continue;
            any = counted[q] = true;
            if (e->data == NULL) continue; /* it cannot run: what starts from it waits for ever */
            if (e->check != NULL) e->done = true;
            else TRY(count_rounds(g, &g->out->row[q], e, q));
        }
    }
    for (size_t q = 0; q < g->count; q++) {
        experiment *e = g->list[q];
        if (!counted[q] && e->data != NULL) TRY(wait(g, &g->out->row[q], e, plan_size(e, seeds_of(g, e)), obstacle(g, e)));
    }
    return STRATA_OK;
}

static void add_up(rehearsal *r)
{
    for (size_t q = 0; q < r->count; q++) {
        const rehearsal_row *row = &r->row[q];
        r->all.stored += row->stored;
        r->all.shared += row->shared;
        r->all.begun += row->begun;
        r->all.fresh += row->fresh;
        r->all.elsewhere += row->elsewhere;
        r->all.waiting += row->waiting;
        r->all.updates += row->updates;
        r->all.seconds += row->seconds;
    }
}

/* One data set's trainings are one population. */
static size_t list_configs(const stage *g, const strata_data *data, const strata_config **configs)
{
    size_t count = 0;
    for (size_t m = 0; m < g->todo.count; m++) {
        if (g->todo.list[m].data == data) configs[count++] = g->todo.list[m].config;
    }
    for (size_t m = 0; m < g->waits; m++) {
        if (g->wait[m]->data == data) configs[count++] = g->wait[m]->config;
    }
    return count;
}

/* As many train at once as have memory, as in a wave. The data set that needs most of it says how much; models of all stay on disk. */
static strata_status add_need(stage *g, const strata_data *data, const strata_config **configs)
{
    size_t count = list_configs(g, data, configs);
    const strata_checkpoints kept = { .size = sizeof kept, .folder = g->folder };
    strata_training how = { .size = sizeof how, .threads = g->wanted->threads, .checkpoints = &kept, .forget = true };
    strata_need need = { .size = sizeof need };
    int most = 0;
    need_sum sum;
    if (count == 0) return STRATA_OK;
    strata_status status = need_most_at_once(count, configs, data, &how, &most, &sum);
    how.threads = most > 0 ? most : 1;
    if (status == STRATA_OK) status = strata_training_need(count, configs, data, &how, &need);
    g->out->fits = g->out->fits && status == STRATA_OK && most > 0;
    if (status != STRATA_OK && status != STRATA_ERR_MEMORY) return status;
    need.disk += g->out->need.disk;
    if (need.memory < g->out->need.memory) {
        g->out->need.disk = need.disk;
        return STRATA_OK;
    }
    g->out->need = need;
    return STRATA_OK;
}

/* Has an earlier experiment the same data? */
static bool has_been(const stage *g, size_t q)
{
    for (size_t p = 0; p < q; p++) {
        if (g->list[p]->data == g->list[q]->data) return true;
    }
    return false;
}

static strata_status find_need(stage *g)
{
    void *made;
    strata_status status = STRATA_OK;
    g->out->fits = true;
    if (g->todo.count + g->waits == 0) return STRATA_OK;
    TRY(alloc_zero(&made, g->todo.count + g->waits, sizeof(strata_config *), "a plan"));
    for (size_t q = 0; q < g->count && status == STRATA_OK; q++) {
        if (!has_been(g, q)) status = add_need(g, g->list[q]->data, made);
    }
    free(made);
    return status;
}

/* Of a random search: its rungs, and what they come to. */
static strata_status describe_search(const stage *g, rehearsal_row *row, const experiment *e)
{
    text words = { 0 };
    const random_search *s = &e->search;
    draws_describe(e, &words);
    if (s->setting != NULL) {
        text_add(&words, ", each with %ld seed%s: %ld of a budget of %ld %s", seeds_of(g, e), seeds_of(g, e) > 1 ? "s" : "",
                 draws_cost(e, s->rungs, seeds_of(g, e)), s->budget, s->setting);
    }
    bool failed = words.failed;
    if (!failed) (void)snprintf(row->search, sizeof row->search, "%s", words.at);
    text_free(&words);
    return failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a plan") : STRATA_OK;
}

static strata_status describe_searches(const stage *g)
{
    for (size_t q = 0; q < g->count; q++) {
        if (g->list[q]->search.node != NULL) TRY(describe_search(g, &g->out->row[q], g->list[q]));
    }
    return STRATA_OK;
}

static void name_rows(const stage *g)
{
    for (size_t q = 0; q < g->count; q++) {
        rehearsal_row *row = &g->out->row[q];
        const experiment *e = g->list[q];
        (void)snprintf(row->experiment, sizeof row->experiment, "%s", e->id);
        row->check = e->check != NULL;
        row->lacks_data = e->data == NULL;
        row->names_data = e->data_name != NULL;
        (void)snprintf(row->data, sizeof row->data, "%s", e->data != NULL ? strata_data_describe(e->data)->kind : e->data_name);
    }
}

strata_status rehearse(const lab_request *wanted, experiment *const *list, size_t count, rehearsal *out)
{
    stage g = { .wanted = wanted, .list = list, .count = count, .pace = NAN, .out = out };
    *out = (rehearsal){ .count = count, .need = { .size = sizeof out->need } };
    name_rows(&g);
    (void)snprintf(g.folder, sizeof g.folder, "%s/runs", wanted->out);
    strata_status status = describe_searches(&g);
    if (status == STRATA_OK) status = before_open(wanted->out, &g.s);
    if (status == STRATA_OK) status = count_all(&g);
    if (status == STRATA_OK) status = find_need(&g);
    add_up(out);
    store_close(g.s);
    run_list_free(&g.todo);
    free(g.wait);
    return status;
}
