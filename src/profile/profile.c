/*
 * Verb by verb: the updates of a training, through a table whose verbs are those of the backend with a look at the clock before and after.
 * So each is timed where it stands, on what the verb before it left in which cache, and no list of what net.c does is written twice. A verb
 * is one row below: its call, its shape, and the operations and bytes of its formula, counted.
 */
#include "profile.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sampler.h"
#include "clock.h"
#include "fit.h"
#include "further.h"
#include "mat.h"
#include "mat_team.h"
#include "recipe.h"
#include "schedule.h"

/* ---- one call ------------------------------------------------------------------------------------------------------------------------ */

/* One place of an update where a verb is called: what it is, and how long it took in each update. */
typedef struct {
    profile_verb what;
    double *seconds; /* [updates] */
} site;

/* The updates that this thread is profiling. A table of verbs has no room for it. */
typedef struct {
    const backend *inner;
    site *site;
    size_t sites, room; /* room: of site; 0 while they are counted */
    size_t at;          /* the next call of this update */
    long update;
    double inside;      /* seconds of this update so far that were in verbs, with one look at the clock each */
    double clock;       /* seconds of such a look */
} recorder;

static _Thread_local recorder *now;

static void record(profile_verb what)
{
    size_t at = now->at++;
    now->inside += what.seconds;
    if (now->room == 0) now->sites = now->at;
    if (at >= now->room) return; /* there is no room yet, and afterwards every update makes the same calls */
    now->site[at].what = what;
    now->site[at].seconds[now->update] = what.seconds > now->clock ? what.seconds - now->clock : 0;
}

static double elements(mat M)
{
    return (double)mat_elements(M);
}

static double bytes_of(mat M)
{
    return elements(M) * (double)now->inner->element;
}

/* A mini-batch as the input verbs need it: a byte a feature, however the backend keeps it, or floats as they are. */
static double inputs_of(mat X)
{
    return now->inner->floats == NULL ? bytes_of(X) : elements(X);
}

/* Of X, where T is the same mat. */
static double shared(mat X, mat T)
{
    return X.p == T.p ? bytes_of(X) : 0;
}

static double product(mat A, mat B)
{
    return 2 * elements(A) * B.cols;
}

/* ---- every verb that an update calls ------------------------------------------------------------------------------------------------- */

/* ROW(verb, parameters, arguments, m, n, d, operations, bytes of its operands, those that it reads and writes, those that it fetches) */
#define ACTIVATION(ROW, verb, forward, back)                                                                                               \
    ROW(verb, (mat X, mat T), (X, T), X.rows, X.cols, 0, (forward) * elements(X), 2 * bytes_of(X) - shared(X, T), shared(X, T), 0)         \
    ROW(verb##_back, (mat G, mat X), (G, X), G.rows, G.cols, 0, (back) * elements(G), 2 * bytes_of(G), bytes_of(G), 0)
#define VERBS(ROW)                                                                                                                         \
    ROW(load_minibatch, (mat X, const minibatch *batch), (X, batch), X.rows, X.cols, 0, 0, 2 * inputs_of(X), 0, inputs_of(X))              \
    ROW(affine_input, (mat S, mat W, mat X, mat b), (S, W, X, b), S.rows, S.cols, W.cols, product(W, X),                                   \
        bytes_of(S) + bytes_of(W) + inputs_of(X) + bytes_of(b), 0, 0)                                                                      \
    ROW(affine, (mat S, mat W, mat X, mat b), (S, W, X, b), S.rows, S.cols, W.cols, product(W, X),                                         \
        bytes_of(S) + bytes_of(W) + bytes_of(X) + bytes_of(b), 0, 0)                                                                       \
    ROW(moments, (mat mu, mat v, mat S), (mu, v, S), S.rows, S.cols, 0, 4 * elements(S), bytes_of(S) + bytes_of(mu) + bytes_of(v), 0, 0)   \
    ROW(standardise, (mat Shat, mat S, mat mu, mat v, double eps), (Shat, S, mu, v, eps), S.rows, S.cols, 0, 2 * elements(S),              \
        2 * bytes_of(S) + bytes_of(mu) + bytes_of(v), 0, 0)                                                                                \
    ROW(scale_shift, (mat T, mat gamma, mat Shat, mat beta), (T, gamma, Shat, beta), T.rows, T.cols, 0, 2 * elements(T),                   \
        2 * bytes_of(T) + bytes_of(gamma) + bytes_of(beta), 0, 0)                                                                          \
    ROW(relu, (mat X, mat T), (X, T), X.rows, X.cols, 0, elements(X), 2 * bytes_of(X) - shared(X, T), shared(X, T), 0)                     \
    ROW(softmax, (mat P, mat S), (P, S), P.rows, P.cols, 0, 5 * elements(P), 2 * bytes_of(P), 0, 0)                                        \
    ROW(mean_loss, (mat J, mat S, const minibatch *batch), (J, S, batch), S.rows, S.cols, 0, 4 * elements(S), bytes_of(S), 0, 0)           \
    ROW(minus_labels, (mat G, mat P, const minibatch *batch), (G, P, batch), G.rows, G.cols, 0, G.cols, 2 * bytes_of(G), 0, 0)             \
    ROW(weight_gradient, (mat dW, mat G, mat X, double lambda, mat W), (dW, G, X, lambda, W), W.rows, W.cols, G.cols,                      \
        product(dW, G) + 3 * elements(W), 2 * bytes_of(W) + bytes_of(G) + bytes_of(X), 0, 0)                                               \
    ROW(row_means, (mat db, mat G), (db, G), G.rows, G.cols, 0, elements(G), bytes_of(G) + bytes_of(db), 0, 0)                             \
    ROW(mul_tn, (mat Gbelow, mat W, mat G), (Gbelow, W, G), Gbelow.rows, Gbelow.cols, G.rows, product(W, G),                               \
        bytes_of(Gbelow) + bytes_of(W) + bytes_of(G), 0, 0)                                                                                \
    ROW(relu_back, (mat G, mat X), (G, X), G.rows, G.cols, 0, elements(G), 2 * bytes_of(G), bytes_of(G), 0)                                \
    ROW(row_mean_products, (mat dgamma, mat G, mat Shat), (dgamma, G, Shat), G.rows, G.cols, 0, 2 * elements(G),                           \
        2 * bytes_of(G) + bytes_of(dgamma), 0, 0)                                                                                          \
    ROW(scale_rows, (mat G, mat gamma), (G, gamma), G.rows, G.cols, 0, elements(G), bytes_of(G) + bytes_of(gamma), bytes_of(G), 0)         \
    ROW(standardise_back, (mat G, mat Shat, mat v, double eps), (G, Shat, v, eps), G.rows, G.cols, 0, 7 * elements(G),                     \
        2 * bytes_of(G) + bytes_of(v), bytes_of(G), 0)                                                                                     \
    ROW(sgd_step_input, (mat W, double eta, mat G, mat X, double lambda, mat dW), (W, eta, G, X, lambda, dW), W.rows, W.cols, G.cols,      \
        product(W, G) + 5 * elements(W), bytes_of(W) + bytes_of(G) + inputs_of(X), bytes_of(W), 0)                                         \
    ROW(sgd_step_weights, (mat W, double eta, mat G, mat X, double lambda, mat dW), (W, eta, G, X, lambda, dW), W.rows, W.cols, G.cols,    \
        product(W, G) + 5 * elements(W), bytes_of(W) + bytes_of(G) + bytes_of(X), bytes_of(W), 0)                                          \
    ROW(sgd_step, (mat theta, double eta, mat dtheta), (theta, eta, dtheta), theta.rows, theta.cols, 0, 2 * elements(theta),               \
        2 * bytes_of(theta), bytes_of(theta), 0)                                                                                           \
    ROW(weight_gradient_input, (mat dW, mat G, mat X, double lambda, mat W), (dW, G, X, lambda, W), W.rows, W.cols, G.cols,                \
        product(dW, G) + 3 * elements(W), 2 * bytes_of(W) + bytes_of(G) + inputs_of(X), 0, 0)                                              \
    ROW(column_moments, (mat mu, mat v, mat S), (mu, v, S), S.rows, S.cols, 0, 4 * elements(S),                                            \
        bytes_of(S) + bytes_of(mu) + bytes_of(v), 0, 0)                                                                                    \
    ROW(standardise_columns, (mat Shat, mat S, mat mu, mat v, double eps), (Shat, S, mu, v, eps), S.rows, S.cols, 0, 2 * elements(S),      \
        2 * bytes_of(S) + bytes_of(mu) + bytes_of(v), 0, 0)                                                                                \
    ROW(standardise_columns_back, (mat G, mat Shat, mat v, double eps), (G, Shat, v, eps), G.rows, G.cols, 0, 7 * elements(G),             \
        2 * bytes_of(G) + bytes_of(v), bytes_of(G), 0)                                                                                     \
    ROW(add, (mat S, mat X), (S, X), S.rows, S.cols, 0, elements(S), 2 * bytes_of(S), bytes_of(S), 0)                                      \
    ACTIVATION(ROW, leaky_relu, 2, 2) ACTIVATION(ROW, gelu, 9, 14) ACTIVATION(ROW, hyperbolic_tangent, 1, 3)                               \
    ACTIVATION(ROW, sigmoid, 3, 3)                                                                                                         \
    ROW(drop, (mat X, double rate, random_stream r, uint64_t draw), (X, rate, r, draw), X.rows, X.cols, 0, elements(X), bytes_of(X),       \
        bytes_of(X), 0)                                                                                                                    \
    ROW(add_noise, (mat X, double sigma, random_stream r, uint64_t draw), (X, sigma, r, draw), X.rows, X.cols, 0, 2 * elements(X),         \
        bytes_of(X), bytes_of(X), 0)                                                                                                       \
    ROW(sigmoid_loss, (mat J, mat S, const minibatch *batch), (J, S, batch), S.rows, S.cols, 0, 6 * elements(S), bytes_of(S), 0, 0)        \
    ROW(hinge_loss, (mat J, mat S, const minibatch *batch), (J, S, batch), S.rows, S.cols, 0, 3 * elements(S), bytes_of(S), 0, 0)          \
    ROW(sigmoid_minus_labels, (mat G, mat P, const minibatch *batch), (G, P, batch), G.rows, G.cols, 0, 2 * elements(G),                   \
        2 * bytes_of(G), 0, 0)                                                                                                             \
    ROW(hinge_back, (mat G, mat S, const minibatch *batch), (G, S, batch), G.rows, G.cols, 0, 2 * elements(G), 2 * bytes_of(G), 0, 0)      \
    ROW(scale, (mat M, double by), (M, by), M.rows, M.cols, 0, elements(M), bytes_of(M), bytes_of(M), 0)                                   \
    ROW(add_penalty, (mat J, double lambda, mat W), (J, lambda, W), W.rows, W.cols, 0, 2 * elements(W), bytes_of(W), 0, 0)                 \
    ROW(accumulate, (mat u, double momentum, mat g), (u, momentum, g), u.rows, u.cols, 0, 2 * elements(u), 2 * bytes_of(u),                \
        bytes_of(u), 0)                                                                                                                    \
    ROW(average_squares, (mat v, double beta, mat g), (v, beta, g), v.rows, v.cols, 0, 4 * elements(v), 2 * bytes_of(v), bytes_of(v), 0)   \
    ROW(adam_step, (mat theta, double rate, mat m, mat v, double part, double eps), (theta, rate, m, v, part, eps), theta.rows,            \
        theta.cols, 0, 6 * elements(theta), 3 * bytes_of(theta), bytes_of(theta), 0)                                                       \
    ROW(shrink, (mat theta, double by), (theta, by), theta.rows, theta.cols, 0, 2 * elements(theta), bytes_of(theta), bytes_of(theta), 0)  \
    ROW(limit_rows, (mat W, double most), (W, most), W.rows, W.cols, 0, 3 * elements(W), 2 * bytes_of(W), bytes_of(W), 0)                  \
    ROW(average, (mat av, double alpha, mat x), (av, alpha, x), av.rows, av.cols, 0, 3 * elements(av), 2 * bytes_of(av), bytes_of(av), 0)  \
    ROW(copy, (mat to, mat from), (to, from), to.rows, to.cols, 0, 0, 2 * bytes_of(to), 0, 0)

#define TIMED(verb, parameters, arguments, m, n, d, operations, once, again, fetched)                                                      \
    static void timed_##verb parameters                                                                                                    \
    {                                                                                                                                      \
        double start = clock_seconds();                                                                                                    \
        now->inner->verb arguments;                                                                                                        \
        record((profile_verb){ #verb, m, n, d, 1, clock_seconds() - start, operations, (once) + (again), again, fetched });               \
    }
VERBS(TIMED)

static backend timed_table(const backend *inner)
{
    backend table = *inner;
#define OVERRIDE(verb, parameters, arguments, m, n, d, operations, once, again, fetched) table.verb = timed_##verb;
    VERBS(OVERRIDE)
#undef OVERRIDE
    return table;
}

/* ---- the updates --------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const strata_config *c;
    schedule rate;
    net_optimiser how;
    further beside; /* of which the step needs the moments */
    split *part;
    network *net;
    net_work *w;
    sampler *batches;
} training;

static strata_status prepare(training *t, const strata_config *c, const strata_data *data, const backend *table)
{
    const net_shape shape = config_shape(c);
    t->c = c;
    t->rate = schedule_of(c);
    t->how = config_optimiser(c);
    TRY(further_create(c, &t->beside));
    TRY(fit_split(c, data, &t->part));
    TRY(fit_sampler(c, t->part, &t->batches));
    TRY(net_create(table, &shape, &t->net));
    TRY(net_init(t->net, c->init.kind, c->init.sigma, (uint64_t)c->seed, NULL));
    return net_work_create(t->net, (int)c->n_batch, further_use(c), &t->w);
}

static void finish(training *t)
{
    net_work_free(t->w);
    net_free(t->net);
    further_drop(&t->beside);
    sampler_free(t->batches);
    free(t->part);
}

/* As in train/training.c. Returns the loss. */
static double update(training *t, long number)
{
    minibatch batch = sampler_at(t->batches, number);
    net_forward(t->net, t->w, &batch, NET_TRAINING);
    net_loss(t->net, t->w, &batch);
    double loss = net_real(t->net->ops, t->w->J);
    net_average(t->net, t->w);
    net_step(t->net, t->beside.moment, t->w, &batch, t->c->lambda, &t->how, schedule_eta(&t->rate, number), number);
    return loss;
}

/* The sites of one verb at one shape are one row. */
static void add_site(update_profile *p, const profile_verb *what, double seconds)
{
    size_t v = 0;
    if (what->m == 0) return; /* gamma of a layer that has none */
    for (; v < p->count; v++) {
        const profile_verb *row = &p->verb[v];
        if (strcmp(row->name, what->name) == 0 && row->m == what->m && row->n == what->n && row->d == what->d) break;
    }
    profile_verb *row = &p->verb[v];
    if (v == p->count) p->verb[p->count++] = (profile_verb){ .name = what->name, .m = what->m, .n = what->n, .d = what->d };
    row->calls++;
    row->seconds += seconds;
    row->again += what->again;
    row->operations += what->operations;
    row->bytes += what->bytes;
    row->fetched += what->fetched;
    p->operations += what->operations;
    p->bytes += what->bytes;
}

static double clock_cost(void)
{
    double least = 1;
    for (int trial = 0; trial < 1000; trial++) {
        double start = clock_seconds(), cost = clock_seconds() - start;
        if (cost < least) least = cost;
    }
    return least;
}

/* Room for the calls of an update, of which the recorder has counted one, and for their rows. between: the whole block of times. */
static strata_status make_room(recorder *r, double **between, long updates, update_profile *out)
{
    void *sites, *times, *rows;
    TRY(alloc_zero(&sites, r->sites, sizeof(site), "a profile"));
    r->site = sites;
    TRY(alloc_zero(&times, (r->sites + 1) * (size_t)updates, sizeof(double), "a profile"));
    *between = times;
    for (size_t s = 0; s < r->sites; s++) r->site[s].seconds = *between + (s + 1) * (size_t)updates;
    TRY(alloc_zero(&rows, r->sites, sizeof(profile_verb), "a profile"));
    out->verb = rows;
    r->room = r->sites;
    return STRATA_OK;
}

static strata_status profile(training *t, recorder *r, long updates, update_profile *out)
{
    double *between = NULL;
    now = r;
    out->first_loss = update(t, 0); /* starts the averages, which the others go on with */
    r->at = 0;
    (void)update(t, 1);             /* makes the calls that all others make, and no room yet: they are counted */
    strata_status status = make_room(r, &between, updates, out);
    for (long u = 0; u < updates && status == STRATA_OK; u++) {
        double start = clock_seconds();
        r->at = 0;
        r->update = u;
        r->inside = 0;
        out->last_loss = update(t, u + 2);
        between[u] = clock_seconds() - start - r->inside - (double)r->sites * r->clock;
    }
    for (size_t s = 0; s < r->room && status == STRATA_OK; s++) {
        add_site(out, &r->site[s].what, profile_median(r->site[s].seconds, updates));
    }
    if (status == STRATA_OK) out->between = profile_median(between, updates);
    now = NULL;
    free(r->site);
    free(between);
    return status;
}

strata_status profile_updates(const strata_config *config, const strata_data *data, int threads, long updates, update_profile *out)
{
    strata_config c = fit_to(config, data);
    training t = { 0 };
    REQUIRE(threads >= 1 && updates >= 1);
    memset(out, 0, sizeof *out);
    TRY(strata_config_check(&c));
    config_resolve(&c);
    recipe_shorten(&c, data, updates + 2);
    recorder r = { .inner = config_backend(&c), .clock = clock_cost() };
    const backend table = timed_table(r.inner);
    mat_team mine;
    mat_team_begin(&mine, threads);
    strata_status status = prepare(&t, &c, data, &table);
    if (status == STRATA_OK) status = profile(&t, &r, updates, out);
    mat_team_end(&mine);
    finish(&t);
    if (status != STRATA_OK) profile_free(out);
    return status;
}

void profile_free(update_profile *p)
{
    if (p == NULL) return;
    free(p->verb);
    *p = (update_profile){ 0 };
}
