/*
 * Measurements of a training in progress. Numbers leave a backend column by column through `get`; every sum is in double and runs down the
 * columns, image after image, so that it has one order on every machine.
 */
#include "diagnose.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "evaluate.h"
#include "invariant.h"

const char *const diagnose_measures[DIAGNOSE_MEASURES] = { "dead_share", "gradient_norm", "preactivation_mean", "preactivation_variance" };

size_t diagnose_per_point(int k)
{
    return (size_t)(DIAGNOSE_MEASURES * k - 1); /* the output layer has no dead_share */
}

size_t diagnose_confusion(int classes)
{
    return classes <= DIAGNOSE_CLASSES ? (size_t)classes * (size_t)classes : 0;
}

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

static strata_status take_memory(diagnosis *d, size_t widest)
{
    void *point, *rows;
    TRY(alloc_zero(&point, d->room, sizeof *d->point, "the measurements of a run"));
    d->point = point;
    TRY(alloc_zero(&rows, 3 * widest, sizeof(double), "the measurements of a run"));
    d->column = rows;
    d->mean = d->column + widest;
    d->sum = d->mean + widest;
    void *confusion = NULL;
    size_t counts = diagnose_confusion(d->classes);
    if (counts > 0) TRY(alloc_zero(&confusion, counts, sizeof(long), "the confusion of the classes"));
    d->confusion = confusion;
    return STRATA_OK;
}

strata_status diagnose_create(const network *net, size_t points, diagnosis **out)
{
    void *made;
    int k = net->shape.k, widest = 1;
    *out = NULL;
    INVARIANT(net->ops->parts == 1); /* complex backends do not train */
    for (int l = 1; l <= k; l++) widest = net->shape.width[l] > widest ? net->shape.width[l] : widest;
    TRY(alloc_zero(&made, 1, sizeof **out, "the measurements of a run"));
    diagnosis *d = made;
    d->room = points * diagnose_per_point(k);
    d->classes = net->shape.width[k];
    strata_status status = take_memory(d, (size_t)widest);
    if (status != STRATA_OK) {
        diagnose_free(d);
        return status;
    }
    *out = d;
    return STRATA_OK;
}

void diagnose_free(diagnosis *d)
{
    if (d == NULL) return;
    free(d->point);
    free(d->column);
    free(d->confusion);
    free(d);
}

/* ---- one layer ----------------------------------------------------------------------------------------------------------------------- */

/* Column j of M into `to`. */
static void get_column(const backend *ops, mat M, int j, double *to)
{
    mat column = mat_at(ops, M, (size_t)j * (size_t)M.rows);
    column.rows = M.rows;
    ops->get(to, column);
}

static double norm(const diagnosis *d, const backend *ops, mat M)
{
    double sum = 0;
    for (int j = 0; j < M.cols; j++) {
        get_column(ops, M, j, d->column);
        for (int i = 0; i < M.rows; i++) sum += d->column[i] * d->column[i];
    }
    return sqrt(sum);
}

/* The share of rows of X that are zero throughout. */
static double dead_share(diagnosis *d, const backend *ops, mat X)
{
    int dead = 0;
    for (int i = 0; i < X.rows; i++) d->sum[i] = 0;
    for (int j = 0; j < X.cols; j++) {
        get_column(ops, X, j, d->column);
        for (int i = 0; i < X.rows; i++) d->sum[i] += d->column[i] == 0 ? 0 : 1; /* counts; NaN is not dead */
    }
    for (int i = 0; i < X.rows; i++) dead += d->sum[i] == 0;
    return (double)dead / X.rows;
}

/* d->sum = the sum of each row of S. */
static void sum_rows(diagnosis *d, const backend *ops, mat S)
{
    for (int i = 0; i < S.rows; i++) d->sum[i] = 0;
    for (int j = 0; j < S.cols; j++) {
        get_column(ops, S, j, d->column);
        for (int i = 0; i < S.rows; i++) d->sum[i] += d->column[i];
    }
}

/* The mean of all elements of S, and the mean of the biased variances of its rows. Two passes, as the moments of (2). */
static void spread(diagnosis *d, const backend *ops, mat S, double *mean, double *variance)
{
    double means = 0, variances = 0;
    sum_rows(d, ops, S);
    for (int i = 0; i < S.rows; i++) {
        d->mean[i] = d->sum[i] / S.cols;
        means += d->mean[i];
        d->sum[i] = 0;
    }
    for (int j = 0; j < S.cols; j++) {
        get_column(ops, S, j, d->column);
        for (int i = 0; i < S.rows; i++) d->sum[i] += (d->column[i] - d->mean[i]) * (d->column[i] - d->mean[i]);
    }
    for (int i = 0; i < S.rows; i++) variances += d->sum[i] / S.cols;
    *mean = means / S.rows;
    *variance = variances / S.rows;
}

static void add(diagnosis *d, long t, int layer, int measure, double value)
{
    INVARIANT(d->points < d->room);
    d->point[d->points++] = (strata_layer_point){ t, layer, diagnose_measures[measure], value };
}

void diagnose_layers(diagnosis *d, long t, const network *net, const net_work *training, const net_work *evaluation)
{
    double mean, variance;
    for (int l = 1; l <= net->shape.k; l++) { /* by number of diagnose_measures */
        const net_trace *trace = &evaluation->trace[l];
        spread(d, net->ops, trace->S, &mean, &variance);
        if (l < net->shape.k) add(d, t, l, 0, dead_share(d, net->ops, trace->X));
        add(d, t, l, 1, norm(d, net->ops, training->gradient[l].W));
        add(d, t, l, 2, mean);
        add(d, t, l, 3, variance);
    }
}

/* ---- the test part ------------------------------------------------------------------------------------------------------------------- */

/* Does a come before b in the list of mistakes? */
static bool surer(const strata_mistake *a, const strata_mistake *b)
{
    return a->probability != b->probability ? a->probability > b->probability : a->image < b->image;
}

/* Puts a mistake where it belongs among the surest. */
static void keep_mistake(diagnosis *d, strata_mistake one)
{
    size_t at = d->mistakes;
    if (at == STRATA_MISTAKES && !surer(&one, &d->mistake[--at])) return;
    for (; at > 0 && surer(&one, &d->mistake[at - 1]); at--) d->mistake[at] = d->mistake[at - 1];
    d->mistake[at] = one;
    if (d->mistakes < STRATA_MISTAKES) d->mistakes++;
}

int diagnose_bin(double P)
{
    int bin = P > 0 ? (int)(P * STRATA_CERTAINTY_BINS) : 0; /* logits beyond all numbers have a P of NaN, which no int may be made of */
    return bin < STRATA_CERTAINTY_BINS ? bin : STRATA_CERTAINTY_BINS - 1;
}

/* The first largest logit decides, as in the verb `correct`: its probability is the largest, while two probabilities can be rounded to one
 * number. */
static void take_image(diagnosis *d, const network *net, const net_trace *output, int column, long image, int truth)
{
    double *s = d->column, *P = d->mean; /* the widest layer is no narrower than the output */
    int guess = 0;
    get_column(net->ops, output->S, column, s);
    get_column(net->ops, output->X, column, P);
    for (int i = 1; i < d->classes; i++) guess = s[i] > s[guess] ? i : guess;
    if (d->confusion != NULL) d->confusion[(size_t)truth * (size_t)d->classes + (size_t)guess]++;
    (guess == truth ? d->certainty.correct : d->certainty.wrong)[diagnose_bin(P[truth])]++;
    if (guess != truth) keep_mistake(d, (strata_mistake){ image, truth, guess, P[guess] });
}

void diagnose_test(diagnosis *d, const network *net, net_work *w, const split *part)
{
    int count = split_count(part->data, part->n_train, part->n_val, STRATA_TEST_PART);
    for (int first = 0; first < count; first += EVALUATE_CHUNK) {
        int n = count - first < EVALUATE_CHUNK ? count - first : EVALUATE_CHUNK;
        minibatch batch = split_images(part->data, &part->inputs, part->n_val, STRATA_TEST_PART, first, n);
        net_forward(net, w, &batch, NET_EVALUATION);
        for (int j = 0; j < n; j++) take_image(d, net, &w->trace[net->shape.k], j, first + j, batch.label[batch.index[j]]);
    }
    d->tested = true;
}
