/*
 * Choosing stored runs: which of them, in which order, how many. The choice is one SELECT with WHERE, JOIN, ORDER BY and LIMIT, so a store
 * of many runs gives the few that were asked for; every value is bound, none is pasted.
 *
 * A key is a column of the run (store_run_key) or the name of a setting. Scores have keys of their own, PART_WHAT
 * ("validation_cost"); "accuracy", "cost" and "loss" alone are those of the test images. What is no number (NaN, never evaluated) meets no
 * condition and comes last in an order.
 */
#ifndef STRATA_STORE_STORE_RUNS_H
#define STRATA_STORE_STORE_RUNS_H

#include "store.h"

#define STORE_COMPARISON_LIST(X) \
    X(EQUAL, "=") X(UNEQUAL, "!=") X(LESS, "<") X(AT_MOST, "<=") X(MORE, ">") X(AT_LEAST, ">=")

typedef enum {
#define STORE_COMPARISON_ENUM(name, sign) STORE_##name,
    STORE_COMPARISON_LIST(STORE_COMPARISON_ENUM)
#undef STORE_COMPARISON_ENUM
} store_comparison;

/* "lambda < 0.01". A value that is a number is compared with numbers, any other with texts. A run without the setting does not meet it. */
typedef struct {
    const char *key;
    store_comparison how;
    const char *value;
} store_condition;

typedef struct {
    const char *id;         /* NULL: any */
    const char *experiment; /* NULL: of any or none */
    const store_condition *where; /* all of them hold */
    size_t conditions;
    const char *sort; /* a key; NULL: as they were created */
    bool descending;
    long limit; /* 0: no limit */
} store_choice;

/* The keys that are columns of a run, by number; NULL behind the last. *number: its values are numbers. */
const char *store_run_key(size_t index, bool *number);

/* A run once for every experiment that it belongs to, these calls next to each other, or once with NULL and "". Its config is "". */
typedef strata_status store_found_visitor(void *self, const store_run *run, const char *experiment, const char *label);
strata_status store_each_found(store *s, const store_choice *choice, store_found_visitor *visit, void *self);

/* The ids that start so, as they were created, `most` of them at most; and how many there are. */
typedef strata_status store_id_visitor(void *self, const char *id, long all);
strata_status store_each_id(store *s, const char *prefix, long most, store_id_visitor *visit, void *self);

/* Does the store hold any run? */
strata_status store_is_empty(store *s, bool *empty);

/* Every setting that a run of the store has, by name. */
strata_status store_each_setting_key(store *s, store_pair_visitor *visit, void *self);

/* What the views summary, prediction and paired say of one setting (label) of one experiment; NaN where they have nothing. */
typedef struct {
    const char *experiment, *label;
    strata_part part; /* whose accuracy it is */
    long n, diverged;
    double mean, sd, low, high, least, most; /* low .. high: 95 % interval of the mean */
    bool two_kinds;                          /* of seeds: then there is no interval */
    double published, prediction_low, prediction_high;
    bool told, inside;   /* can be told whether the published value is one of such trainings, and is it? */
    const char *against; /* the experiment that it is compared with, seed by seed; "" for none */
    long pairs;
    double difference, difference_sd, difference_low, difference_high;
} store_figure;

/* Of one experiment or of all (NULL), by the experiments' ord, then by the place of the setting. Best after store_evaluate. */
typedef strata_status store_figure_visitor(void *self, const store_figure *figure);
strata_status store_each_figure(store *s, const char *experiment, store_figure_visitor *visit, void *self);

#endif
