/* The second opinion on what moves parameters, and on what is done to images: optimisers (37) to (42), schedules (43) to (49), augmentation
 * (50), averages (52) and (53) of docs/math.md. As in oracle.h, nothing here is shared with src/, and chance is given.
 */
#ifndef ORACLE_STEPS_H
#define ORACLE_STEPS_H

#include "oracle_family.h"

/* ---- optimisers ---- */

typedef enum { STEPS_SGD, STEPS_MOMENTUM, STEPS_NESTEROV, STEPS_ADAM, STEPS_ADAMW } steps_kind;

enum { STEPS_MOST = 64 };

/* An optimiser has no state but the gradients of all its updates, as clipped. Begin with past = 0. */
typedef struct {
    steps_kind kind;
    double momentum, beta1, beta2, adam_eps, weight_decay;
    double clip, max_norm; /* c of (37), (42); 0: never */
    int past;
    family_net *gradient[STEPS_MOST];
} steps_optimiser;

/* One update of net, STEPS_MOST in all. The gradient is copied. */
void steps_take(steps_optimiser *optimiser, family_net *net, const family_net *gradient, double eta);
void steps_forget(steps_optimiser *optimiser);

/* ---- schedules ---- */

typedef enum { STEPS_TRIANGLE, STEPS_CONSTANT, STEPS_STEP, STEPS_LINEAR, STEPS_COSINE, STEPS_RANGE } steps_schedule_kind;

typedef struct {
    steps_schedule_kind kind;
    double eta_min, eta_max;
    double n_s, cycle_growth, cycle_decay;
    long warmup, step_every; /* step_every is 1 or more */
    double step_factor;
    long T;                  /* updates of the run */
} steps_schedule;

/* The learning rate of update t = 0, 1, 2 ... */
double steps_rate(const steps_schedule *schedule, long t);

/* The sum of the first so many cycles, in updates. */
long steps_length(const steps_schedule *schedule, int cycles);

/* ---- averages of parameters ---- */

/* (52), of the net number q = 0, 1, ... */
void steps_swa(family_net *average, const family_net *net, long q);

/* (53), after update t. */
void steps_ema(family_net *average, const family_net *net, long t, double ema_decay);

/* ---- augmentation ---- */

typedef struct {
    int height, width, channels;
    double flip;
    int translate, zero_padding, cutout;
} steps_augmentation;

/* (50): `out` is the image `in` changed as u0 .. u4 say. Both are [channels x height x width], channel after channel, row after row. */
void steps_augment(const steps_augmentation *how, const double u[5], const unsigned char *in, unsigned char *out);

#endif
