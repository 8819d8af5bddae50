/* The second opinion on what moves parameters, see oracle_steps.h: (37) to (53) of docs/math.md.
 *
 * It remembers where the page accumulates. The moving sums of (38) to (40) are sums over all gradients there have been, each with its
 * weight. So the corrections of Adam are no powers taken from 1, but the sums of those weights. The triangle is a distance to the nearest
 * end of its cycle. Augmentation asks for each pixel of the result where it comes from.
 */
#include "oracle_steps.h"
#include "oracle_scalars.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Where one number of all parameters is. */
typedef struct {
    int l, element, which;
} place;

/* Goes on to the next parameter; 0 when there are no more. */
static int next(const family_net *net, place *at)
{
    at->element++;
    while (at->element >= family_elements(net, (family_which)at->which, at->l)) {
        at->element = 0;
        if (++at->which == FAMILY_PARAMETERS) at->which = 0, at->l++;
        if (at->l > net->is.k) return 0;
    }
    return 1;
}

static place first(void)
{
    return (place){ .l = 1, .element = -1, .which = FAMILY_W };
}

static double *of(const family_net *net, place at)
{
    return &net->tensor[at.which][at.l][at.element];
}

/* ---- optimisers ---- */

/* (37): a copy of the gradient, no longer than c. */
static family_net *clipped(const family_net *gradient, double c)
{
    family_net *copy = family_new(&gradient->is);
    double squares = 0;
    for (place p = first(); next(gradient, &p);) squares += *of(gradient, p) * *of(gradient, p);
    double factor = c > 0 && squares > c * c ? c / sqrt(squares) : 1;
    for (place p = first(); next(gradient, &p);) *of(copy, p) = factor * *of(gradient, p); /* (37) */
    return copy;
}

/* Sum over all updates of decay^(updates since) g^power at one place; power 0 sums the weights themselves. */
static double remembered(const steps_optimiser *o, place at, double decay, int power)
{
    double sum = 0;
    for (int i = 0; i < o->past; i++) sum += pow(decay, o->past - 1 - i) * pow(*of(o->gradient[i], at), power);
    return sum;
}

/* What is taken from a parameter, over eta. */
static double direction(const steps_optimiser *o, place at)
{
    double g = *of(o->gradient[o->past - 1], at);
    if (o->kind == STEPS_SGD) return g;                                                             /* (16) */
    if (o->kind == STEPS_MOMENTUM) return remembered(o, at, o->momentum, 1);                        /* (38) */
    if (o->kind == STEPS_NESTEROV) return g + o->momentum * remembered(o, at, o->momentum, 1);      /* (39) */
    double mean = remembered(o, at, o->beta1, 1) / remembered(o, at, o->beta1, 0);                  /* (40) */
    double square = remembered(o, at, o->beta2, 2) / remembered(o, at, o->beta2, 0);                /* (40) */
    return mean / (sqrt(square) + o->adam_eps);                                                     /* (40) */
}

/* (42) */
static void shorten_rows(family_net *net, int l, double c)
{
    int m = net->is.units[l];
    for (int i = 0; i < m; i++) {
        double squares = 0, *w = net->tensor[FAMILY_W][l] + i;
        for (int t = 0; t < net->inputs[l]; t++) squares += w[(size_t)t * (size_t)m] * w[(size_t)t * (size_t)m];
        double length = sqrt(squares);
        for (int t = 0; length > c && t < net->inputs[l]; t++) w[(size_t)t * (size_t)m] *= c / length; /* (42) */
    }
}

void steps_take(steps_optimiser *o, family_net *net, const family_net *gradient, double eta)
{
    require(o->past < STEPS_MOST, "an optimiser has forgotten its first gradient");
    o->gradient[o->past++] = clipped(gradient, o->clip);
    for (place p = first(); next(net, &p);) {
        double decay = o->kind == STEPS_ADAMW && p.which == FAMILY_W ? o->weight_decay : 0;
        *of(net, p) -= eta * (decay * *of(net, p) + direction(o, p)); /* (41) */
    }
    for (int l = 1; o->max_norm > 0 && l <= net->is.k; l++) shorten_rows(net, l, o->max_norm);
}

void steps_forget(steps_optimiser *o)
{
    for (int i = 0; i < o->past; i++) family_free(o->gradient[i]);
    o->past = 0;
}

/* ---- schedules ---- */

static long cycle_length(const steps_schedule *s, int c)
{
    long half = (long)floor(s->n_s * pow(s->cycle_growth, c) + 0.5);
    require(half >= 1, "a cycle has no updates");
    return 2 * half;
}

long steps_length(const steps_schedule *s, int cycles)
{
    long length = 0;
    for (int c = 0; c < cycles; c++) length += cycle_length(s, c);
    return length;
}

static double in_cycles(const steps_schedule *s, long t)
{
    int c = 0;
    while (steps_length(s, c + 1) <= t) c++;
    double L = (double)cycle_length(s, c), r = (double)(t - steps_length(s, c));
    double span = (s->eta_max - s->eta_min) * pow(s->cycle_decay, c);
    double height = s->kind == STEPS_TRIANGLE ? fmin(r, L - r) / (L / 2)           /* (43) */
                                              : pow(cos(acos(-1) * r / (2 * L)), 2); /* (44): (1 + cos 2x)/2 = cos^2 x */
    return s->eta_min + span * height;
}

static double unwarmed(const steps_schedule *s, long t)
{
    double share = (double)t / (double)s->T;
    if (s->kind == STEPS_CONSTANT) return s->eta_max;                                                   /* (45) */
    if (s->kind == STEPS_STEP) return s->eta_max * pow(s->step_factor, (double)(t / s->step_every));    /* (46) */
    if (s->kind == STEPS_LINEAR) return share * s->eta_min + (1 - share) * s->eta_max;                  /* (47) */
    if (s->kind == STEPS_RANGE) return exp((1 - share) * log(s->eta_min) + share * log(s->eta_max));    /* (48) */
    return in_cycles(s, t);
}

double steps_rate(const steps_schedule *s, long t)
{
    require(t >= 0, "an update has a negative number");
    double eta = unwarmed(s, t);
    return t < s->warmup ? eta * (double)(t + 1) / (double)s->warmup : eta; /* (49) */
}

/* ---- averages of parameters ---- */

void steps_swa(family_net *average, const family_net *net, long q)
{
    for (place p = first(); next(net, &p);)
        *of(average, p) = ((double)q * *of(average, p) + *of(net, p)) / (double)(q + 1); /* (52) */
}

void steps_ema(family_net *average, const family_net *net, long t, double ema_decay)
{
    double d = t == 0 ? 0 : fmin(ema_decay, (double)(1 + t) / (double)(10 + t));
    for (place p = first(); next(net, &p);) *of(average, p) += (1 - d) * (*of(net, p) - *of(average, p)); /* (53) */
}

/* ---- augmentation ---- */

static int within(int x, int least, int most)
{
    return x < least ? least : x > most ? most : x;
}

/* The pixel of `in` that comes to row r and column b of the result, before cutout. */
static unsigned char source(const steps_augmentation *how, const double u[5], const unsigned char *plane, int r, int b)
{
    int H = how->height, B = how->width, D = how->translate;
    int row = r - ((int)floor(u[1] * (2 * D + 1)) - D);
    int column = b - ((int)floor(u[2] * (2 * D + 1)) - D);
    int bare = row < 0 || row >= H || column < 0 || column >= B;
    if (bare && how->zero_padding) return 0;
    row = within(row, 0, H - 1);
    column = within(column, 0, B - 1);
    if (u[0] < how->flip) column = B - 1 - column; /* the image was mirrored before it was moved */
    return plane[row * B + column];
}

void steps_augment(const steps_augmentation *how, const double u[5], const unsigned char *in, unsigned char *out)
{
    int H = how->height, B = how->width, side = how->cutout;
    int top = (int)floor(u[3] * H) - side / 2, left = (int)floor(u[4] * B) - side / 2;
    for (int e = 0; e < how->channels * H * B; e++) {
        int r = e / B % H, b = e % B;
        int cut = r >= top && r < top + side && b >= left && b < left + side;
        out[e] = cut ? 0 : source(how, u, in + e / (H * B) * (H * B), r, b); /* (50) */
    }
}
