/*
 * What a run measured, and its nets, as bytes: what a checkpoint and the bytes of a run that has ended have in common (checkpoint.h says
 * how they lie). Bytes are read only after their faults were asked for.
 */
#ifndef STRATA_TRAIN_RUN_NUMBERS_H
#define STRATA_TRAIN_RUN_NUMBERS_H

#include "run.h"

/* One point of the curves, CHECKPOINT_POINT bytes. */
uint8_t *run_numbers_put_point(uint8_t *at, const strata_point *p);
strata_point run_numbers_get_point(const uint8_t *at);

/* The points of the curves, or what diagnose measured, at `at`; returns where they end. */
uint8_t *run_numbers_put_points(uint8_t *at, const strata_run *run);
uint8_t *run_numbers_put_layers(uint8_t *at, const strata_run *run);

/* Why so many are none of a run of these settings after so many updates; NULL: they may be. */
const char *run_numbers_point_fault(const uint8_t *at, size_t points, long updates);
const char *run_numbers_layer_fault(const uint8_t *at, size_t points, const strata_config *config, long updates);

/* They become those of the run, which has room for them. */
void run_numbers_get_points(const uint8_t *at, size_t points, strata_run *run);
void run_numbers_get_layers(const uint8_t *at, size_t points, strata_run *run);

/* Loss, cost, accuracy. */
uint8_t *run_numbers_put_score(uint8_t *at, const strata_score *score);
strata_score run_numbers_get_score(const uint8_t *at);

/* The tensors of a net with these roles, from and to elements of so many bytes (of a float or a double); returns where they end. */
uint8_t *run_numbers_put_net(uint8_t *at, const network *net, unsigned roles);
const uint8_t *run_numbers_get_net(const uint8_t *at, size_t element, const network *net, unsigned roles);

#endif
