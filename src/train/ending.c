/* See ending.h. A variant is a row of a table: when it is wanted, and how it is scored on one part. */
#include "ending.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "alloc.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

static bool estimates(const strata_config *c)
{
    return c->average != AVERAGE_NONE || c->precise_bn > 0 || c->adaptive_bn;
}

/* The most nets that are scored together. */
static int members_of(const strata_config *c)
{
    long ends = further_ends(c);
    return ends > 2 ? (int)ends : 2;
}

static bool is_together(const strata_config *c)
{
    return c->ensemble || c->test_flip;
}

size_t ending_bytes(const strata_config *c)
{
    size_t bytes = 0;
    net_shape s = config_shape(c);
    if (estimates(c)) bytes += sizeof(network) + alloc_aligned_bytes(net_bytes(config_backend(c), &s)) + moments_room(&s) * sizeof(double);
    if (!is_together(c)) return bytes;
    return bytes + together_bytes(&s, &c->form, members_of(c), c->test_flip) + (size_t)members_of(c) * sizeof(together_member);
}

static strata_status take(const strata_config *c, ending *e)
{
    void *room, *member;
    net_shape shape = config_shape(c), calm = moments_shape(&shape);
    if (estimates(c)) {
        TRY(net_create(config_backend(c), &calm, &e->scratch));
        TRY(alloc_zero(&room, moments_room(&calm), sizeof(double), "the statistics of a net"));
        e->room = room;
    }
    if (is_together(c)) {
        TRY(alloc_zero(&member, (size_t)members_of(c), sizeof(together_member), "the nets that are scored together"));
        e->member = member;
        TRY(together_create(&shape, &c->form, members_of(c), c->test_flip, &e->chunk));
    }
    return STRATA_OK;
}

strata_status ending_create(const strata_config *c, ending *out)
{
    *out = (ending){ .scratch = NULL };
    strata_status status = take(c, out);
    if (status != STRATA_OK) ending_drop(out);
    return status;
}

void ending_drop(ending *e)
{
    net_free(e->scratch);
    free(e->room);
    free(e->member);
    together_drop(&e->chunk);
    *e = (ending){ .scratch = NULL };
}

/* ---- on the way ---------------------------------------------------------------------------------------------------------------------- */

/* av <- alpha av + (1 - alpha) theta; the first net is the average. */
static void average(further *f, const network *net, double alpha)
{
    if (f->facts.averaged == 0) net_copy(f->average, net);
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); f->facts.averaged > 0 && net_next_tensor(&t);) {
        net->ops->average(net_same_tensor(f->average, &t), alpha, t.M);
    }
    f->facts.averaged++;
}

static void keep_cycle_end(further *f, const network *net)
{
    if (f->facts.cycle_ends < f->room) net_copy(f->cycle_end[f->facts.cycle_ends++], net);
}

void ending_after_update(strata_run *run, const schedule *rate, long done)
{
    const strata_config *c = &run->config;
    further *f = &run->beside;
    const network *net = run->model->net;
    double q = (double)f->facts.averaged;
    bool late = done % config_epoch(c) == 0 && (double)done >= c->average_from * (double)rate->updates;
    if (c->average == AVERAGE_SWA && late) average(f, net, q / (q + 1));                        /* (52) */
    if (c->average == AVERAGE_EMA) average(f, net, fmin(c->ema_decay, (1 + q) / (10 + q)));     /* (53) */
    if (c->ensemble && schedule_ends_cycle(rate, done)) keep_cycle_end(f, net);                 /* (51) */
}

/* ---- the variants -------------------------------------------------------------------------------------------------------------------- */

/* The statistics of these parameters, from the first examples of a part, in e->scratch. */
static bool estimate(ending *e, const ending_place *at, const network *net, strata_part which, int first)
{
    const split *part = at->part;
    int all = split_count(part->data, part->n_train, part->n_val, which), count = first < all ? first : all;
    net_copy(e->scratch, net);
    e->scratch->started = true; /* averaged parameters have no other statistics, and without batch normalisation they need none */
    if (!e->scratch->shape.bn) return true;
    return moments_estimate(e->scratch, at->w, part, which, count, (int)at->run->config.n_batch, e->room, at->g);
}

static bool score_net(const network *net, const ending_place *at, strata_part which, strata_score *out)
{
    const split *part = at->part;
    if (!evaluate_part(net, at->evaluation, part->data, &part->inputs, part->n_train, part->n_val, which, 0, at->g, out)) return false;
    out->cost = (double)NAN;
    return true;
}

static bool has_ensemble(const strata_config *c)
{
    return c->ensemble;
}

/* (51). A run that has no cycle has no cycle end: then it is its own. */
static bool score_ensemble(ending *e, const ending_place *at, strata_part which, strata_score *mean, strata_score *votes)
{
    const further *f = &at->run->beside;
    int members = f->facts.cycle_ends > 0 ? (int)f->facts.cycle_ends : 1;
    e->member[0] = (together_member){ at->run->model->net, false };
    for (int q = 0; q < f->facts.cycle_ends; q++) e->member[q] = (together_member){ f->cycle_end[q], false };
    return together_score(&e->chunk, e->member, members, at->evaluation, at->part, which, at->g, mean, votes);
}

static bool has_swa(const strata_config *c)
{
    return c->average == AVERAGE_SWA;
}

static bool has_ema(const strata_config *c)
{
    return c->average == AVERAGE_EMA;
}

static bool score_average(ending *e, const ending_place *at, strata_part which, strata_score *out, strata_score *unused)
{
    (void)e;
    (void)unused;
    return score_net(at->run->beside.average, at, which, out);
}

static bool has_precise(const strata_config *c)
{
    return c->precise_bn > 0;
}

/* (54) */
static bool score_precise(ending *e, const ending_place *at, strata_part which, strata_score *out, strata_score *unused)
{
    (void)unused;
    return estimate(e, at, at->net, STRATA_TRAIN_PART, (int)at->run->config.precise_bn) && score_net(e->scratch, at, which, out);
}

static bool has_adaptive(const strata_config *c)
{
    return c->adaptive_bn;
}

/* (55) */
static bool score_adaptive(ending *e, const ending_place *at, strata_part which, strata_score *out, strata_score *unused)
{
    (void)unused;
    return estimate(e, at, at->net, which, INT_MAX) && score_net(e->scratch, at, which, out);
}

static bool has_flips(const strata_config *c)
{
    return c->test_flip;
}

/* (56) */
static bool score_flips(ending *e, const ending_place *at, strata_part which, strata_score *out, strata_score *unused)
{
    (void)unused;
    e->member[0] = (together_member){ at->net, false };
    e->member[1] = (together_member){ at->net, true };
    return together_score(&e->chunk, e->member, 2, at->evaluation, at->part, which, at->g, out, NULL);
}

const char *const ending_words[ENDINGS] = {
#define ENDING_WORD(name, word) word,
    ENDING_LIST(ENDING_WORD)
#undef ENDING_WORD
};

static const struct {
    int name, also; /* what one pass over a part scores; ENDINGS: nothing else */
    bool (*when)(const strata_config *c);
    bool (*how)(ending *e, const ending_place *at, strata_part which, strata_score *out, strata_score *also);
} variants[] = {
    { ENDING_ENSEMBLE, ENDING_VOTES, has_ensemble, score_ensemble },
    { ENDING_SWA, ENDINGS, has_swa, score_average },
    { ENDING_EMA, ENDINGS, has_ema, score_average },
    { ENDING_PRECISE_BN, ENDINGS, has_precise, score_precise },
    { ENDING_ADAPTIVE_BN, ENDINGS, has_adaptive, score_adaptive },
    { ENDING_FLIPS, ENDINGS, has_flips, score_flips },
};

/* ---- after the last update ----------------------------------------------------------------------------------------------------------- */

bool ending_fix(ending *e, const ending_place *at)
{
    further *f = &at->run->beside;
    const network *last = at->run->model->net;
    if (f->facts.cycle_ends == 0) keep_cycle_end(f, last);
    if (f->average == NULL) return true;
    if (f->facts.averaged == 0) average(f, last, 0);
    if (!estimate(e, at, f->average, STRATA_TRAIN_PART, AVERAGED_EXAMPLES)) return false;
    net_copy(f->average, e->scratch);
    return true;
}

bool ending_score(ending *e, const ending_place *at)
{
    static const strata_score none = { NAN, NAN, NAN };
    strata_run *run = at->run;
    bool tested = at->part->data->test_images > 0;
    run->variants = 0;
    size_t made = 0;
    for (size_t v = 0; v < sizeof variants / sizeof *variants; v++) {
        strata_variant *out = &run->variant[made];
        strata_score also[STRATA_TEST_PART + 1] = { none, none, none };
        if (!variants[v].when(&run->config)) continue;
        *out = (strata_variant){ .name = ending_words[variants[v].name], .test = none };
        if (!variants[v].how(e, at, STRATA_VALIDATION_PART, &out->validation, &also[STRATA_VALIDATION_PART])) return false;
        if (tested && !variants[v].how(e, at, STRATA_TEST_PART, &out->test, &also[STRATA_TEST_PART])) return false;
        made++;
        if (variants[v].also == ENDINGS) continue;
        run->variant[made++] = (strata_variant){ ending_words[variants[v].also], also[STRATA_VALIDATION_PART], also[STRATA_TEST_PART] };
    }
    run->variants = made;
    return true;
}
