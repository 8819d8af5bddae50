/* What several tests need: a small data set, a mini-batch of it, and nets of any shape on it. Every failure ends the test. */
#ifndef STRATA_TESTS_SMALL_H
#define STRATA_TESTS_SMALL_H

#include "sampler.h"
#include "config.h"
#include "net.h"
#include "split.h"

enum { SMALL_PER_FILE = 100, SMALL_TRAIN = 400, SMALL_VAL = 100 };

/* 500 + 100 synthetic images, and the split of the first 400 and the last 100. Drawn once, freed by small_free, or by small_tear_down
 * after a group of cmocka tests. */
const strata_data *small_data(void);
const split *small_split(void);
void small_free(void);
int small_tear_down(void **state);

/* The n images from `first` on, cut to d dimensions. */
minibatch small_batch(int first, int n, int d);

/* A net d -> hidden -> 10 in a backend, drawn from the seed; gamma and beta are moved off one and zero, b off zero. `hidden` as in the
 * configuration, "[50,50]". */
network *small_net(const backend *ops, int d, const char *hidden, bool bn, uint64_t seed);
network *small_net_of(const backend *ops, const net_shape *shape, uint64_t seed);
net_work *small_work(const network *net, int n);

/* A configuration for small_data: n_train=400 n_val=100 n_batch=50, and then the "key=value" words, ended by NULL. */
strata_config *small_config(const char *const *words);

/* The numbers of a mat (its real parts), to be freed. */
double *small_numbers(const backend *ops, mat M);

#endif
