/*
 * What diagnose = true measures of a training: every layer at every point of the curves, and what is mistaken, and how surely, on the test
 * part. The definitions are in docs/math.md. Nothing here changes a net; all memory is taken by diagnose_create.
 */
#ifndef STRATA_TRAIN_DIAGNOSE_H
#define STRATA_TRAIN_DIAGNOSE_H

#include "net.h"
#include "split.h"
#include "strata/train.h"

enum { DIAGNOSE_IMAGES = 500 }; /* whose outputs are measured; more than EVALUATE_CHUNK */

typedef struct {
    strata_layer_point *point; /* [room] */
    size_t points, room;
    double *column, *mean, *sum; /* [the widest layer]: numbers on their way out of a backend, and sums of each unit */
    int classes;
    bool tested;                 /* the rest is valid */
    long *confusion;             /* [classes * classes]; NULL with more than DIAGNOSE_CLASSES of them */
    strata_mistake mistake[STRATA_MISTAKES];
    size_t mistakes;
    strata_certainty certainty;
} diagnosis;

/* Counts of a confusion of so many classes: 32 MB at most, so 0 of more classes than that. */
enum { DIAGNOSE_CLASSES = 2048 };
size_t diagnose_confusion(int classes);

/* What is measured of a layer, by alphabet; of the output layer all but the first. */
enum { DIAGNOSE_MEASURES = 4 };
extern const char *const diagnose_measures[DIAGNOSE_MEASURES];

/* Measurements at one point of the curves of a net of k layers. */
size_t diagnose_per_point(int k);

/* Room for this many points of the curves of a net of net's shape. */
strata_status diagnose_create(const network *net, size_t points, diagnosis **out);
void diagnose_free(diagnosis *d);

/* Measures every layer after t updates: gradients from `training`, where a backward pass has just been; outputs from `evaluation`, where a
 * forward pass has. */
void diagnose_layers(diagnosis *d, long t, const network *net, const net_work *training, const net_work *evaluation);

/* The bin of strata_certainty that a probability lies in: (57). */
int diagnose_bin(double P);

/* Confusion, mistakes and probabilities of the true class, on the test part of a data set. w: made for at least EVALUATE_CHUNK images. */
void diagnose_test(diagnosis *d, const network *net, net_work *w, const split *part);

#endif
