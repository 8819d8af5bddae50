/* Experiments as lists of trainings: every combination of the values of its axes, with every seed. Internal to the module. */
#ifndef STRATA_LAB_RUN_LIST_H
#define STRATA_LAB_RUN_LIST_H

#include "plan.h"

enum { RUN_LABEL = 128, PLANNED_ID = 13 };

typedef struct {
    strata_config *config;
    const strata_data *data; /* borrowed */
    char id[PLANNED_ID]; /* of its run */
    char label[RUN_LABEL];
    size_t experiment; /* its number in the laboratory */
    long ord;       /* of its combination */
    long seed;
    double work;    /* in updates */
    bool there;     /* the store has its run */
    bool train;     /* false: there, or another member is the same run */
    bool counted;   /* in the progress, in an earlier round of its experiment */
} planned_run;

typedef struct {
    planned_run *list;
    size_t count, room;
} run_list;

/* The values of all axes multiplied. */
size_t run_list_combinations(const experiment *e);

/* The configuration of combination number c, and its label: "lambda=0.00383", "" when nothing varies. */
strata_status run_list_configure(const experiment *e, size_t c, strata_config **out, char label[RUN_LABEL]);

/* Adds those of an experiment that has its data, and whose axes have their values; *list may move. STRATA_ERR_ARGUMENT when two of them are
 * the same training. */
strata_status run_list_add(run_list *all, const experiment *e, size_t number, long seeds);

/* first[m], for every m of the list from `from` on: the number of the first of them that is the same training as number m; m itself when no
 * earlier one is. first [all->count] is the caller's. */
strata_status run_list_twins(const run_list *all, size_t from, size_t *first);

/* Adds one training, as its configuration says. */
strata_status run_list_add_one(run_list *all, const strata_config *config, size_t number, const strata_data *data);

/* How many are to be trained on these data. */
size_t run_list_missing(const run_list *all, const strata_data *data);

/* Is number m the first of the list that has its data? */
bool run_list_brings_data(const run_list *all, size_t m);

/* Keeps the first `count` trainings alone. */
void run_list_cut(run_list *all, size_t count);
void run_list_free(run_list *all);

#endif
