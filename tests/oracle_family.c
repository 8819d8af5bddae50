/* The second opinion on the wider family, see oracle_family.h: equations (21) to (36) of docs/math.md as loops over scalars.
 *
 * As in oracle.c, where the chain rule offers another way to the same number, that way is taken, since a copied mistake would agree with
 * itself. D is dJ/d(quantity) with 1/n in it from the start, so the factor of (22) does not exist here. Both norms are one function of
 * lanes: the rows of a layer for (2), its columns for (27). They go back through dJ/dv and dJ/dmu instead of (15) and (28).
 */
#include "oracle_family.h"

#include "oracle_parts.h"
#include "oracle_scalars.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* What one forward pass leaves of a layer; all but mu and v are [units x N]. Where nothing happens between two of them, they are equal. */
typedef struct {
    double *S; /* (1), (29)                                                  */
    double *T; /* what the activation takes                                  */
    double *A; /* what the activation gives                                  */
    double *X; /* the layer's output; of layer 0 the input, cut into patches */
    double *mu, *v;
} trace;

typedef struct {
    const family_batch *batch;
    int n, N[FAMILY_MAX_LAYERS + 1]; /* N of docs/math.md: columns of each layer */
    trace layer[FAMILY_MAX_LAYERS + 1];
    double *P;
} pass;

typedef enum { BATCH_MOMENTS, RUNNING_AVERAGES } moments_from;

/* ---- which layer does what ---- */

static int adds_an_input(const family_net *net, int l)
{
    return net->is.skip && l >= 3 && l % 2 == 1 && l < net->is.k; /* (29): hidden layers 3, 5, 7 ... */
}

static family_norm norm_of(const family_net *net, int l)
{
    if (l == net->is.k || adds_an_input(net, l + 1)) return FAMILY_PLAIN;
    return net->is.norm;
}

int family_rows(const family_net *net, int l)
{
    return l == 0 ? net->inputs[1] : net->is.units[l];
}

int family_columns(const family_net *net, int l, int n)
{
    return n * net->patches[l == 0 ? 1 : l];
}

int family_elements(const family_net *net, family_which which, int l)
{
    if (net->tensor[which][l] == NULL) return 0;
    return net->is.units[l] * (which == FAMILY_W ? net->inputs[l] : 1);
}

/* ---- construction ---- */

static void patch_layer(family_net *net)
{
    int f = net->is.patch, B = net->is.width, H = net->is.height, c = net->is.channels;
    require(H % f == 0 && B % f == 0 && c * H * B == net->is.d, "the patches do not fill an image");
    net->patches[1] = (H / f) * (B / f);
    net->inputs[1] = c * f * f;
}

family_net *family_new(const family_recipe *recipe)
{
    require(recipe->k >= 1 && recipe->k <= FAMILY_MAX_LAYERS, "the number of layers is out of range");
    family_net *net = calloc(1, sizeof *net);
    require(net != NULL, "no memory");
    net->is = *recipe;
    for (int l = 1; l <= recipe->k; l++) {
        net->patches[l] = 1;
        net->inputs[l] = l == 1 ? recipe->d : net->patches[l - 1] * recipe->units[l - 1];
        if (l == 1 && recipe->patch > 0) patch_layer(net);
        int m = recipe->units[l];
        require(m >= 1, "a layer has no units");
        net->tensor[FAMILY_W][l] = zeros(m, net->inputs[l]);
        net->tensor[FAMILY_B][l] = zeros(m, 1);
        if (adds_an_input(net, l)) require(m == net->patches[l - 2] * recipe->units[l - 2], "a skip joins two widths");
        if (norm_of(net, l) == FAMILY_PLAIN) continue;
        net->tensor[FAMILY_GAMMA][l] = zeros(m, 1);
        net->tensor[FAMILY_BETA][l] = zeros(m, 1);
        for (int i = 0; i < m; i++) net->tensor[FAMILY_GAMMA][l][i] = 1;
        if (norm_of(net, l) != FAMILY_BATCH) continue;
        net->tensor[FAMILY_MEAN][l] = zeros(m, 1);
        net->tensor[FAMILY_VAR][l] = zeros(m, 1);
    }
    return net;
}

void family_free(family_net *net)
{
    if (net == NULL) return;
    for (int l = 1; l <= net->is.k; l++)
        for (int which = 0; which < FAMILY_TENSORS; which++) free(net->tensor[which][l]);
    free(net);
}

static pass pass_new(const family_net *net, const family_batch *batch)
{
    require(batch->n >= 1, "a mini-batch has no example");
    pass p = { .batch = batch, .n = batch->n };
    p.layer[0].X = zeros(family_rows(net, 0), family_columns(net, 0, p.n));
    for (int l = 1; l <= net->is.k; l++) {
        trace *t = &p.layer[l];
        int m = net->is.units[l], N = p.N[l] = family_columns(net, l, p.n);
        t->S = zeros(m, N);
        t->T = zeros(m, N);
        t->A = zeros(m, N);
        t->X = zeros(m, N);
        t->mu = zeros(m > N ? m : N, 1);
        t->v = zeros(m > N ? m : N, 1);
    }
    p.P = zeros(net->is.units[net->is.k], p.n);
    return p;
}

static void pass_free(pass *p)
{
    for (int l = 0; l <= FAMILY_MAX_LAYERS; l++) {
        free(p->layer[l].S);
        free(p->layer[l].T);
        free(p->layer[l].A);
        free(p->layer[l].X);
        free(p->layer[l].mu);
        free(p->layer[l].v);
    }
    free(p->P);
}

/* ---- input ---- */

/* Each pixel of an image goes to its patch, and there to its row and column. */
static void cut_into_patches(const family_net *net, pass *p)
{
    int H = net->is.height, B = net->is.width, f = net->is.patch;
    for (int j = 0; j < p->n; j++)
        for (int e = 0; e < net->is.d; e++) {
            int channel = e / (H * B), row = e / B % H, column = e % B;
            int patch = row / f * (B / f) + column / f;
            int inside = channel * f * f + row % f * f + column % f;
            p->layer[0].X[at(inside, j * net->patches[1] + patch, net->inputs[1])] = p->batch->X[at(e, j, net->is.d)]; /* (21) */
        }
}

/* (31) and, backwards, (32): the same factor for an output and for its gradient. */
static void drop(const double *mask, double r, double *values, int count)
{
    for (int e = 0; mask != NULL && e < count; e++) values[e] = mask[e] == 0 ? 0 : values[e] / (1 - r); /* (31) (32) */
}

static void input(const family_net *net, pass *p, moments_from from)
{
    int count = net->is.d * p->n;
    double *X = p->layer[0].X;
    if (net->is.patch > 0) cut_into_patches(net, p);
    for (int e = 0; net->is.patch == 0 && e < count; e++) X[e] = p->batch->X[e];
    if (from == RUNNING_AVERAGES) return;
    for (int e = 0; p->batch->noise != NULL && e < count; e++) X[e] += net->is.noise * p->batch->noise[e]; /* (33) */
    drop(p->batch->mask[0], net->is.input_dropout, X, count);
}

/* ---- normalisation, of rows or of columns ---- */

/* Element e of lane g lies at g * apart + e * step. */
typedef struct {
    int lanes, length;
    size_t apart, step;
} lanes;

static lanes lanes_of(const family_net *net, const pass *p, int l)
{
    int m = net->is.units[l], N = p->N[l];
    if (norm_of(net, l) == FAMILY_BATCH) return (lanes){ .lanes = m, .length = N, .apart = 1, .step = (size_t)m };
    return (lanes){ .lanes = N, .length = m, .apart = (size_t)m, .step = 1 };
}

static void moments(lanes w, const double *values, double *mu, double *v)
{
    for (int g = 0; g < w.lanes; g++) {
        double sum = 0, squares = 0;
        for (int e = 0; e < w.length; e++) sum += values[(size_t)g * w.apart + (size_t)e * w.step];
        mu[g] = sum / w.length;
        for (int e = 0; e < w.length; e++) {
            double from_mean = values[(size_t)g * w.apart + (size_t)e * w.step] - mu[g];
            squares += from_mean * from_mean;
        }
        v[g] = squares / w.length;
    }
}

static void normalise(const family_net *net, pass *p, int l, moments_from from, const double *in, double *out)
{
    int m = net->is.units[l];
    trace *t = &p->layer[l];
    lanes w = lanes_of(net, p, l);
    moments(w, in, t->mu, t->v);
    for (int i = 0; from == RUNNING_AVERAGES && norm_of(net, l) == FAMILY_BATCH && i < m; i++) {
        t->mu[i] = net->tensor[FAMILY_MEAN][l][i];
        t->v[i] = net->tensor[FAMILY_VAR][l][i];
    }
    for (int g = 0; g < w.lanes; g++)
        for (int e = 0; e < w.length; e++) {
            size_t x = (size_t)g * w.apart + (size_t)e * w.step, row = x % (size_t)m;
            double shat = (in[x] - t->mu[g]) / sqrt(t->v[g] + net->is.eps);                         /* (2) (27) */
            out[x] = net->tensor[FAMILY_GAMMA][l][row] * shat + net->tensor[FAMILY_BETA][l][row];   /* (3)      */
        }
}

/* D: dJ/d(out) becomes dJ/d(in). Of each lane, in moves out directly, through mu, and through v. */
static void normalise_back(const family_net *net, const pass *p, int l, const double *in, double *D, family_net *gradient)
{
    int m = net->is.units[l];
    const trace *t = &p->layer[l];
    lanes w = lanes_of(net, p, l);
    for (int i = 0; i < m; i++) gradient->tensor[FAMILY_GAMMA][l][i] = gradient->tensor[FAMILY_BETA][l][i] = 0;
    for (int g = 0; g < w.lanes; g++) {
        double root = sqrt(t->v[g] + net->is.eps), dmu = 0, dv = 0;
        for (int e = 0; e < w.length; e++) {
            size_t x = (size_t)g * w.apart + (size_t)e * w.step, row = x % (size_t)m;
            double from_mean = in[x] - t->mu[g];
            gradient->tensor[FAMILY_GAMMA][l][row] += D[x] * from_mean / root; /* (12) */
            gradient->tensor[FAMILY_BETA][l][row] += D[x];                     /* (13) */
            D[x] *= net->tensor[FAMILY_GAMMA][l][row];                         /* (14) */
            dmu -= D[x] / root;                                                /* at fixed v; dv/dmu is 0 */
            dv -= D[x] * from_mean / (2 * root * root * root);
        }
        for (int e = 0; e < w.length; e++) {
            size_t x = (size_t)g * w.apart + (size_t)e * w.step;
            D[x] = D[x] / root + dmu / w.length + dv * 2 * (in[x] - t->mu[g]) / w.length; /* (15) (28) */
        }
    }
}

/* ---- forward ---- */

static void affine(const family_net *net, pass *p, int l)
{
    int m = net->is.units[l], d = net->inputs[l];
    for (int j = 0; j < p->N[l]; j++)
        for (int i = 0; i < m; i++) {
            double s = net->tensor[FAMILY_B][l][i];
            for (int t = 0; t < d; t++) s += net->tensor[FAMILY_W][l][at(i, t, m)] * p->layer[l - 1].X[at(t, j, d)]; /* (1) */
            if (adds_an_input(net, l)) s += p->layer[l - 2].X[at(i, j, m)];                                         /* (29) */
            p->layer[l].S[at(i, j, m)] = s;
        }
}

static void copy(double *to, const double *from, int count)
{
    for (int e = 0; e < count; e++) to[e] = from[e];
}

static void hidden_layer(const family_net *net, pass *p, int l, moments_from from)
{
    trace *t = &p->layer[l];
    int count = net->is.units[l] * p->N[l];
    int before = norm_of(net, l) != FAMILY_PLAIN && !net->is.after, after = norm_of(net, l) != FAMILY_PLAIN && net->is.after;
    affine(net, p, l);
    copy(t->T, t->S, count);
    if (before) normalise(net, p, l, from, t->S, t->T);
    for (int e = 0; e < count; e++) t->A[e] = oracle_activations[net->is.activation].value(t->T[e]);
    copy(t->X, t->A, count);
    if (after) normalise(net, p, l, from, t->A, t->X);
    if (from == BATCH_MOMENTS) drop(p->batch->mask[l], net->is.dropout, t->X, count);
}

static void forward(const family_net *net, pass *p, moments_from from)
{
    int k = net->is.k, C = net->is.units[k];
    input(net, p, from);
    for (int l = 1; l < k; l++) hidden_layer(net, p, l, from);
    affine(net, p, k);
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < C; i++) p->P[at(i, j, C)] = oracle_losses[net->is.loss].probability(p->layer[k].S + at(0, j, C), C, i);
}

/* ---- cost ---- */

static double loss_of(const family_net *net, const pass *p, double smoothing)
{
    int k = net->is.k, C = net->is.units[k];
    double sum = 0;
    for (int j = 0; j < p->n; j++) {
        int y = p->batch->y[j];
        require(y >= 0 && y < C, "a label is not a class");
        sum += oracle_losses[net->is.loss].loss(p->layer[k].S + at(0, j, C), C, y, smoothing);
    }
    return sum / p->n;
}

static double penalty(const family_net *net)
{
    double squares = 0;
    for (int l = 1; l <= net->is.k; l++)
        for (int e = 0; e < family_elements(net, FAMILY_W, l); e++) squares += net->tensor[FAMILY_W][l][e] * net->tensor[FAMILY_W][l][e];
    return net->is.lambda * squares;
}

/* Loss, cost and P into whichever of the three is wanted. */
static void hand_out(const family_net *net, const pass *p, double smoothing, double *loss, double *cost, double *P)
{
    double value = loss_of(net, p, smoothing);
    if (loss != NULL) *loss = value;
    if (cost != NULL) *cost = value + penalty(net); /* (6) */
    if (P != NULL) copy(P, p->P, net->is.units[net->is.k] * p->n);
}

/* By the logits: the largest of them, the first on a tie. */
static int correct_of(const family_net *net, const pass *p)
{
    int k = net->is.k, C = net->is.units[k], correct = 0;
    for (int j = 0; j < p->n; j++) {
        const double *s = p->layer[k].S + at(0, j, C);
        int best = 0;
        for (int i = 1; i < C; i++)
            if (s[i] > s[best]) best = i;
        correct += best == p->batch->y[j];
    }
    return correct;
}

/* ---- backward: D is dJ/d(quantity) ---- */

/* D: dJ/dX_l becomes dJ/dS_l. */
static void hidden_layer_back(const family_net *net, const pass *p, int l, double *D, family_net *gradient)
{
    const trace *t = &p->layer[l];
    int count = net->is.units[l] * p->N[l];
    drop(p->batch->mask[l], net->is.dropout, D, count);
    if (norm_of(net, l) != FAMILY_PLAIN && net->is.after) normalise_back(net, p, l, t->A, D, gradient);
    for (int e = 0; e < count; e++) D[e] *= oracle_activations[net->is.activation].slope(t->T[e]);
    if (norm_of(net, l) != FAMILY_PLAIN && !net->is.after) normalise_back(net, p, l, t->S, D, gradient);
}

/* dJ/dW_l and dJ/db_l from D = dJ/dS_l. */
static void affine_parameters(const family_net *net, const pass *p, int l, const double *D, family_net *gradient)
{
    int m = net->is.units[l], d = net->inputs[l];
    for (int i = 0; i < m; i++) {
        for (int t = 0; t < d; t++) {
            double dw = 2 * net->is.lambda * net->tensor[FAMILY_W][l][at(i, t, m)];
            for (int j = 0; j < p->N[l]; j++) dw += D[at(i, j, m)] * p->layer[l - 1].X[at(t, j, d)];
            gradient->tensor[FAMILY_W][l][at(i, t, m)] = dw; /* (8) */
        }
        double db = 0;
        for (int j = 0; j < p->N[l]; j++) db += D[at(i, j, m)];
        gradient->tensor[FAMILY_B][l][i] = db; /* (9) */
    }
}

/* dJ/dX_{l-1}: by way of W_l, and of the sum of layer l+1 where that took X_{l-1} too. */
static double *affine_back(const family_net *net, const pass *p, int l, const double *D, const double *above)
{
    int m = net->is.units[l], d = net->inputs[l];
    double *below = zeros(d, p->N[l]);
    for (int j = 0; j < p->N[l]; j++)
        for (int t = 0; t < d; t++) {
            double sum = l < net->is.k && adds_an_input(net, l + 1) ? above[at(t, j, d)] : 0;                    /* (30) */
            for (int i = 0; i < m; i++) sum += net->tensor[FAMILY_W][l][at(i, t, m)] * D[at(i, j, m)]; /* (10) */
            below[at(t, j, d)] = sum;
        }
    return below;
}

static void backward(const family_net *net, const pass *p, family_net *gradient)
{
    int k = net->is.k, C = net->is.units[k];
    const family_batch *batch = p->batch;
    double *D[FAMILY_MAX_LAYERS + 2] = { NULL }; /* of each layer, kept for (30) */
    D[k] = zeros(C, p->n);
    for (int j = 0; j < p->n; j++)
        for (int i = 0; i < C; i++) {
            const double *s = p->layer[k].S + at(0, j, C);
            D[k][at(i, j, C)] = oracle_losses[net->is.loss].slope(s, C, batch->y[j], batch->smoothing, i) / p->n;
        }
    for (int l = k; l >= 1; l--) {
        if (l < k) hidden_layer_back(net, p, l, D[l], gradient);
        affine_parameters(net, p, l, D[l], gradient);
        if (l > 1) D[l - 1] = affine_back(net, p, l, D[l], D[l + 1]);
    }
    for (int l = 1; l <= k; l++) free(D[l]);
}

/* ---- what the tests call ---- */

void family_gradient(const family_net *net, const family_batch *batch, double *loss, double *cost, double *P, family_net *gradient)
{
    pass p = pass_new(net, batch);
    forward(net, &p, BATCH_MOMENTS);
    hand_out(net, &p, batch->smoothing, loss, cost, P);
    require(gradient != net, "a network cannot be its own gradient");
    if (gradient != NULL) backward(net, &p, gradient);
    pass_free(&p);
}

void family_evaluate(const family_net *net, const family_batch *batch, double *P, double *loss, double *cost, int *correct)
{
    require(net->started || net->is.norm != FAMILY_BATCH || net->is.k == 1, "evaluation asked for averages that do not exist yet");
    pass p = pass_new(net, batch);
    forward(net, &p, RUNNING_AVERAGES);
    hand_out(net, &p, 0, loss, cost, P);
    if (correct != NULL) *correct = correct_of(net, &p);
    pass_free(&p);
}

void family_average(family_net *net, const family_batch *batch)
{
    double alpha = net->started ? net->is.alpha : 0;
    pass p = pass_new(net, batch);
    forward(net, &p, BATCH_MOMENTS);
    for (int l = 1; l < net->is.k; l++)
        for (int i = 0; norm_of(net, l) == FAMILY_BATCH && i < net->is.units[l]; i++) {
            double *mean = &net->tensor[FAMILY_MEAN][l][i], *var = &net->tensor[FAMILY_VAR][l][i];
            *mean += (1 - alpha) * (p.layer[l].mu[i] - *mean); /* (17) */
            *var += (1 - alpha) * (p.layer[l].v[i] - *var);    /* (17) */
        }
    net->started = 1;
    pass_free(&p);
}
