/* What a call of the laboratory would train, found out without touching anything: strata lab --dry-run. */
#ifndef STRATA_LAB_REHEARSE_H
#define STRATA_LAB_REHEARSE_H

#include "lab_request.h"
#include "plan.h"

/* One experiment. Its trainings are stored + shared + begun + fresh + waiting. */
typedef struct {
    char experiment[STRATA_LAB_NAME];
    char data[64];                        /* what its data are called in records; what the file says where they are not there */
    bool names_data;                      /* its file says which */
    bool lacks_data;                      /* they are not there: it cannot run, and has no trainings */
    bool check;                           /* a gradient check: no trainings */
    long stored;                          /* in the store */
    long shared;                          /* the same training as one of this call that is counted already */
    long begun;                           /* there is a checkpoint */
    long fresh;
    long elsewhere;                       /* other shards', and not in the store: no trainings of this call */
    long waiting;                         /* at most: their values depend on what other trainings of this call find */
    char waits_for[STRATA_LAB_NAME];      /* the experiment that must be done first, itself for a further round; "" where nothing waits */
    char search[256];                     /* of a random search: "9 with cycles=1, 3 with cycles=3, ..." and its budget; else "" */
    long updates;                         /* still to be done, at most */
    double seconds;                       /* of one core for them, at the pace of stored runs; NaN: unknown */
} rehearsal_row;

typedef struct {
    rehearsal_row row[STRATA_LAB_EXPERIMENTS];
    size_t count;
    rehearsal_row all;  /* added up; its texts are empty */
    strata_need need;   /* of what is begun, fresh and waiting; all zero when that is nothing */
    bool fits;
} rehearsal;

/* Reads the files as strata_lab_run does, and refuses what it refuses. Where a training has the hidden layers, bn and n_batch of runs in
 * the store that this kind of processor trained on the same data, their pace is its. */
strata_status lab_rehearse(const char *const *paths, size_t count, const strata_data *data, const lab_request *request, rehearsal *out);

/* Of experiments that were read. Internal to the module. */
strata_status rehearse(const lab_request *wanted, experiment *const *list, size_t count, rehearsal *out);

#endif
