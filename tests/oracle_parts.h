/* Activations and losses of the second opinion, one row each: what oracle_family.c looks up by the enumerations of oracle_family.h. */
#ifndef ORACLE_PARTS_H
#define ORACLE_PARTS_H

#include "oracle_family.h"

/* X = value(T), and dX/dT. */
typedef struct {
    double (*value)(double t), (*slope)(double t);
} oracle_activation;

/* Of one column s of C logits with the label y, smoothed by e. */
typedef struct {
    double (*probability)(const double *s, int C, int i);            /* P[i]          */
    double (*loss)(const double *s, int C, int y, double e);         /* its share is 1/n of the mini-batch's */
    double (*slope)(const double *s, int C, int y, double e, int i); /* d loss/d s[i] */
} oracle_loss;

extern const oracle_activation oracle_activations[FAMILY_ACTIVATIONS];
extern const oracle_loss oracle_losses[FAMILY_LOSSES];

#endif
