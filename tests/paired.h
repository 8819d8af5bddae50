/* A net of the wider family and its second opinion (oracle_family.h), made from the same settings, parameters and mini-batches, for tests
 * that compare the two. Every failure ends the test. */
#ifndef STRATA_TESTS_PAIRED_H
#define STRATA_TESTS_PAIRED_H

#include "oracle_family.h"
#include "small.h"

/* Images of 3 channels, 4 x 8 pixels: no two of the numbers that (21) takes are equal. */
enum { PAIRED_HEIGHT = 4, PAIRED_WIDTH = 8, PAIRED_CHANNELS = 3, PAIRED_INPUTS = 96, PAIRED_IMAGES = 20 };

typedef struct {
    const char *words; /* borrowed: the settings, in every message */
    strata_config *config;
    bool floats;      /* the examples are floats, else bytes */
    double lambda;
    double agreement; /* how far apart two numbers may be, over the largest element of their tensor */
    network *net;
    net_work *work;
    family_net *oracle;
    family_batch batch; /* the oracle's last mini-batch, and its arrays */
    double X[PAIRED_INPUTS * PAIRED_IMAGES], *noise, *mask[FAMILY_MAX_LAYERS + 1];
    int y[PAIRED_IMAGES];
} paired;

/* The net of these settings, "key=value" words with one space between two, drawn at random, in this backend or its table for floats. The
 * agreement is 1e-10 for a backend of doubles, 1e-3 for one of floats. */
paired *paired_with(const backend *ops, const char *words, bool floats);
void paired_free(paired *p);

/* Examples first .. first + PAIRED_IMAGES - 1, of 500, as the mini-batch of update t: for the net, and in p->batch for the oracle, with the
 * masks and the noise of docs/math.md. */
minibatch paired_batch(paired *p, int first, uint64_t t);

/* The net's P of the last forward pass is this one; its parameters are the oracle's, with the running averages; its gradients are these. */
void paired_same_P(const paired *p, const double *P);
void paired_same_parameters(const paired *p);
void paired_same_gradients(const paired *p, const family_net *gradient);

#endif
