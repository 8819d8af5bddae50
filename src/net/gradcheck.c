/*
 * The gradient check. Entries are independent, so threads share them out, each with a copy of the net; what an entry's verdict is depends
 * on that entry alone, and the tables are added up afterwards in one order.
 */
#include "gradcheck.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cores.h"
#include "gradspread.h"
#include "random.h"
#include "team.h"

static const double complex_h = 1e-30;

typedef enum { AGREES, KINK, ROUND_OFF, WRONG } verdict;

/* What one thread works with. */
typedef struct {
    const gradcheck_task *task;
    network *real, *imaginary; /* copies of the net in ref64 and refc64 */
    net_work *w, *wi;
    char *mask;                /* which side of each kink the numbers are on, twice */
    size_t mask_size;
} worker;

/* One tensor under check. */
typedef struct {
    int l;
    net_which which;
    const double *analytic;  /* [entries] */
    const double *reference; /* [entries]: ref64's gradient, for STRATA_AGAINST_REF64 */
    bool zero;               /* a structural zero: b of a hidden layer under BN */
    double tolerance, exact; /* absolute errors allowed to the method, and to the complex step */
    double noise;            /* what rounding may make of a structural zero in the analytic gradient */
    size_t entries, count;   /* of the tensor, and under check */
    double *numeric;         /* [count] */
    verdict *verdicts;       /* [count] */
} subject;

/* ---- a worker ------------------------------------------------------------------------------------------------------------------------ */

static void worker_free(worker *k)
{
    net_free(k->real);
    net_free(k->imaginary);
    net_work_free(k->w);
    net_work_free(k->wi);
    free(k->mask);
}

/* Numbers of layer l whose signs decide a derivative: inputs of a kinked activation, and the margins of (36). */
static size_t kinks_of(const net_shape *s, int l, int n)
{
    bool kinked = l < s->k ? net_activation_has_kink(s->layer[l].activation) : s->loss == NET_HINGE;
    return kinked ? (size_t)s->width[l] * (size_t)n : 0;
}

static strata_status worker_create(const gradcheck_task *task, worker *k)
{
    const net_shape *s = &task->net->shape;
    void *mask;
    *k = (worker){ .task = task };
    for (int l = 1; l <= s->k; l++) k->mask_size += kinks_of(s, l, task->batch->n);
    TRY(net_create(mat_backend_for(&mat_ref64, task->batch), s, &k->real));
    net_copy(k->real, task->net);
    TRY(net_work_create(k->real, task->batch->n, NET_FORWARD_ONLY, &k->w));
    TRY(net_create(mat_backend_for(&mat_refc64, task->batch), s, &k->imaginary));
    net_copy(k->imaginary, task->net);
    TRY(net_work_create(k->imaginary, task->batch->n, NET_FORWARD_ONLY, &k->wi));
    TRY(alloc_zero(&mask, 2 * k->mask_size + 1, 1, "the sides of the kinks"));
    k->mask = mask;
    return STRATA_OK;
}

static double cost_of(const network *net, net_work *w, const gradcheck_task *task)
{
    net_forward(net, w, task->batch, NET_TRAINING);
    net_cost(net, w, task->batch, task->lambda);
    return net_real(net->ops, w->J);
}

/* J at theta with element e moved by h; the parameter is put back exactly. */
static double moved_cost(worker *k, mat theta, size_t e, double h)
{
    double kept[2];
    mat one = mat_at(k->real->ops, theta, e);
    k->real->ops->get(kept, one);
    k->real->ops->perturb(theta, e, h);
    double J = cost_of(k->real, k->w, k->task);
    k->real->ops->put(one, kept);
    return J;
}

/* (19) */
static double central(worker *k, const subject *s, size_t e)
{
    double h = k->task->options.h;
    mat theta = net_tensor(&k->real->theta[s->l], s->which);
    return (moved_cost(k, theta, e, h) - moved_cost(k, theta, e, -h)) / (2 * h);
}

/* (20) */
static double complex_step(worker *k, const subject *s, size_t e)
{
    double kept[2];
    const backend *ops = k->imaginary->ops;
    mat theta = net_tensor(&k->imaginary->theta[s->l], s->which), one = mat_at(ops, theta, e);
    ops->get(kept, one);
    ops->perturb(theta, e, complex_h);
    (void)cost_of(k->imaginary, k->wi, k->task);
    ops->put(one, kept);
    return net_imaginary(ops, k->wi->J) / complex_h;
}

/* The margins s[i,j] - s[y_j,j] + 1 of (36), in place of the logits. */
static void logits_to_margins(double *s, int classes, const minibatch *batch)
{
    for (int j = 0; j < batch->n; j++, s += classes) {
        double own = s[batch->label[batch->index[j]]];
        for (int i = 0; i < classes; i++) s[i] += 1 - own;
    }
}

/* On which side of each kink the last forward pass was. a(T) > 0 where T > 0, and A is kept whatever becomes of it afterwards. */
static strata_status read_mask(worker *k, char *mask)
{
    const network *net = k->real;
    const net_shape *s = &net->shape;
    const minibatch *batch = k->task->batch;
    void *buffer;
    TRY(alloc_zero(&buffer, k->mask_size + 1, sizeof(double), "the sides of the kinks"));
    double *x = buffer;
    for (int l = 1; l <= s->k; l++) {
        size_t count = kinks_of(s, l, batch->n);
        if (count == 0) continue;
        net->ops->get(x, l < s->k ? k->w->trace[l].A : k->w->trace[l].S);
        if (l == s->k) logits_to_margins(x, s->width[l], batch);
        for (size_t e = 0; e < count; e++) *mask++ = x[e] > 0;
    }
    free(buffer);
    return STRATA_OK;
}

/* Is there a kink between the two evaluations of (19)? */
static strata_status crosses_kink(worker *k, const subject *s, size_t e, bool *crosses)
{
    double h = k->task->options.h;
    mat theta = net_tensor(&k->real->theta[s->l], s->which);
    (void)moved_cost(k, theta, e, h);
    TRY(read_mask(k, k->mask));
    (void)moved_cost(k, theta, e, -h);
    TRY(read_mask(k, k->mask + k->mask_size));
    *crosses = memcmp(k->mask, k->mask + k->mask_size, k->mask_size) != 0;
    return STRATA_OK;
}

/* ---- an entry ------------------------------------------------------------------------------------------------------------------------ */

/* Which entry of the tensor is number c of those under check. */
static size_t entry_of(const subject *s, const gradcheck_task *task, size_t c)
{
    char name[40];
    if (s->count == s->entries) return c;
    (void)snprintf(name, sizeof name, "gradcheck/%d.%d", s->l, (int)s->which);
    return random_below(random_named(task->seed, name), 0, c, s->entries);
}

/* Why an entry whose error is beyond the tolerance disagrees. The complex step must confirm the analytic gradient before anything else
 * is blamed. */
static strata_status classify(worker *k, const subject *s, size_t e, verdict *out)
{
    bool crosses = false;
    *out = WRONG;
    if (!(fabs(complex_step(k, s, e) - s->analytic[e]) <= s->exact)) return STRATA_OK;
    TRY(crosses_kink(k, s, e, &crosses));
    *out = crosses ? KINK : ROUND_OFF;
    return STRATA_OK;
}

static strata_status check_entry(worker *k, const subject *s, size_t c)
{
    const gradcheck_task *task = k->task;
    size_t e = entry_of(s, task, c);
    double numeric = 0;
    switch (task->options.method) {
    case STRATA_CENTRAL: numeric = central(k, s, e); break;
    case STRATA_COMPLEX_STEP: numeric = complex_step(k, s, e); break;
    case STRATA_AGAINST_REF64: numeric = s->reference[e]; break;
    }
    s->numeric[c] = numeric;
    bool agrees = fabs(s->analytic[e] - numeric) <= s->tolerance && (!s->zero || fabs(s->analytic[e]) <= s->noise);
    s->verdicts[c] = agrees ? AGREES : WRONG;
    if (agrees || task->options.method != STRATA_CENTRAL) return STRATA_OK;
    return classify(k, s, e, &s->verdicts[c]);
}

/* Entries are dealt to the threads as cards are. */
typedef struct {
    const gradcheck_task *task;
    const subject *s;
    int shares;
    pthread_mutex_t lock;
    strata_status status;
    char sentence[STATUS_SENTENCE];
} dealing;

static void check_share(void *self, int share)
{
    dealing *d = self;
    worker k;
    strata_status status = worker_create(d->task, &k);
    for (size_t c = (size_t)share; c < d->s->count && status == STRATA_OK; c += (size_t)d->shares) status = check_entry(&k, d->s, c);
    worker_free(&k);
    if (status == STRATA_OK) return;
    (void)pthread_mutex_lock(&d->lock);
    d->status = status;
    status_sentence_save(d->sentence);
    (void)pthread_mutex_unlock(&d->lock);
}

static strata_status check_entries(const gradcheck_task *task, const subject *s)
{
    int threads = task->options.threads > 0 ? task->options.threads : cores_usable();
    dealing d = { .task = task, .s = s, .shares = threads };
    (void)pthread_mutex_init(&d.lock, NULL);
    team_share(threads, threads, check_share, &d);
    (void)pthread_mutex_destroy(&d.lock);
    if (d.status != STRATA_OK) status_sentence_load(d.sentence);
    return d.status;
}

/* ---- a tensor ------------------------------------------------------------------------------------------------------------------------ */

double gradcheck_larger(double most, double x)
{
    return x > most || isnan(x) ? x : most;
}

static void add_up(const gradcheck_task *task, const subject *s, strata_gradcheck_tensor *out)
{
    *out = (strata_gradcheck_tensor){ .name = net_tensor_name(s->which), .entries = (long)s->entries, .tolerance = s->tolerance };
    for (size_t c = 0; c < s->count; c++) {
        double ga = s->analytic[entry_of(s, task, c)], gn = s->numeric[c], error = fabs(ga - gn);
        if (s->verdicts[c] == KINK) {
            out->kinks++;
            continue;
        }
        out->checked++;
        out->round_off += s->verdicts[c] == ROUND_OFF;
        out->errors += s->verdicts[c] == WRONG;
        out->below_1e_6 += error < 1e-6;
        out->max_abs = gradcheck_larger(out->max_abs, error);
        out->structural_zeros += s->zero && s->verdicts[c] == AGREES;
        if (!s->zero) out->max_rel = gradcheck_larger(out->max_rel, error / fmax(1e-12, fabs(ga) + fabs(gn)));
    }
}

static strata_status check_tensor(const gradcheck_task *task, subject *s, strata_gradcheck_tensor *out)
{
    void *numeric = NULL, *verdicts = NULL;
    s->count = task->options.sample > 0 && (size_t)task->options.sample < s->entries ? (size_t)task->options.sample : s->entries;
    strata_status status = alloc_zero(&numeric, s->count, sizeof(double), "numerical gradients");
    if (status == STRATA_OK) status = alloc_zero(&verdicts, s->count, sizeof(verdict), "verdicts");
    s->numeric = numeric;
    s->verdicts = verdicts;
    if (status == STRATA_OK) status = check_entries(task, s);
    if (status == STRATA_OK) add_up(task, s, out);
    free(numeric);
    free(verdicts);
    return status;
}

/* ---- tolerances ---------------------------------------------------------------------------------------------------------------------- */

double gradcheck_roundings(const net_shape *s, int n)
{
    double columns = (double)n * s->patches.count, terms = columns;
    for (int l = 1; l <= s->k; l++) {
        const net_layer *layer = &s->layer[l];
        double normed = layer->norm == NET_LAYER_NORM ? layer->units : layer->norm == NET_BATCH_NORM ? (l == 1 ? columns : n) : 0;
        terms += layer->inputs + 8 + normed;
    }
    return terms;
}

/* ---- a net --------------------------------------------------------------------------------------------------------------------------- */

/* b of a layer whose sum is normalised over the mini-batch: (15) makes every row of G sum to zero. */
static bool is_structural_zero(const net_layer *layer, net_which which)
{
    return which == NET_B && layer->norm == NET_BATCH_NORM && layer->place == NET_BEFORE;
}

static strata_status check_layers(const gradcheck_task *task, const gradspread *g, strata_gradcheck_layer *layer)
{
    const network *net = task->net;
    double u = mat_ref64.unit, terms = gradcheck_roundings(&net->shape, task->batch->n), J = g->cost > 1 ? g->cost : 1;
    size_t at = 0;
    for (net_walk t = net_each_tensor(net, NET_PARAMETER); net_next_tensor(&t); at += mat_elements(t.M)) {
        strata_gradcheck_layer *result = &layer[t.l - 1];
        double spread = g->tolerance[t.l][t.which];
        subject s = { .l = t.l, .which = t.which, .analytic = g->checked + at, .reference = g->reference + at,
                      .zero = is_structural_zero(&net->shape.layer[t.l], t.which), .entries = mat_elements(t.M) };
        /* The derivative of a cost with `terms` roundings of size u J; where gradients are large or cancel, what rounding makes of them
         * (gradspread.h). A difference of two costs is divided by 2 h; its truncation h^2 J'''/6 is left to classify. */
        s.exact = fmax(8 * u * terms * J, spread);
        s.tolerance = s.exact;
        if (task->options.method == STRATA_CENTRAL) s.tolerance = u * terms * J / task->options.h;
        if (task->options.method == STRATA_AGAINST_REF64) s.tolerance = spread;
        s.noise = task->options.method == STRATA_AGAINST_REF64 ? s.tolerance : s.exact;
        result->tensors = (int)t.which + 1; /* at last that of all */
        TRY(check_tensor(task, &s, &result->tensor[t.which]));
    }
    return STRATA_OK;
}

strata_status gradcheck_run(const gradcheck_task *task, strata_gradcheck_layer *layer)
{
    gradspread g;
    strata_status status = gradspread_compute(task, &g);
    if (status == STRATA_OK) status = check_layers(task, &g, layer);
    gradspread_free(&g);
    return status;
}
