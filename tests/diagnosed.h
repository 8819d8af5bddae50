/* What the tests of diagnose = true share: a data set larger than one chunk of an evaluation, recipes, and nets of every kind. */
#ifndef STRATA_TESTS_DIAGNOSED_H
#define STRATA_TESTS_DIAGNOSED_H

#include "training.h"

enum { PER_FILE = 520, N_TRAIN = 700, N_VAL = 100, N_BATCH = 50, MEASURED = 500, WIDEST = 16, LAYERS = 4 };

/* 5 PER_FILE + PER_FILE synthetic images and their split, drawn by the set-up of a group of cmocka tests. */
extern strata_data *data;
extern split *parts;
int draw_data(void **state);
int free_data(void **state);

extern const char *const backends[4];
bool available(const char *backend_word); /* "backend=NAME" */

/* Nets of every kind; the last is linear. Strong penalties, so that a norm without them is wrong. */
enum { NETS = 4 };
extern const char *const nets[NETS][5];

/* A configuration of 8 updates and 3 points on 700 images, unless the words say otherwise; one_more and another may be NULL. train trains
 * it. */
strata_config *recipe(const char *const *words, const char *one_more, const char *another);
strata_run *train(const char *const *words, const char *one_more, const char *another, int threads, const strata_observer *observer);

#endif
