/* What a laboratory is asked for, once it was checked. Every file of the module may see it, and who runs the laboratory fills it in. */
#ifndef STRATA_LAB_LAB_REQUEST_H
#define STRATA_LAB_LAB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "crew.h"
#include "status.h"
#include "strata/lab.h"

/* A strata_lab_request as taken: the watch is a copy, empty where nobody watches. */
typedef struct {
    const char *out;
    long seeds;
    bool seeds_chosen, quick, remake;
    const char *const *settings;
    int threads;
    long checkpoint_updates;
    double checkpoint_seconds;
    strata_lab_watch watch;
    strata_status (*open_data)(void *self, const char *what, strata_data **out);
    void *data_self;
    int shard, shards; /* 0, 0: all runs */
    crew *crew; /* who trains; NULL: threads of this process */
} lab_request;

/* Takes the struct of a caller, which may be of another version, and checks it. */
strata_status lab_request_take(const strata_lab_request *given, lab_request *out);

#endif
