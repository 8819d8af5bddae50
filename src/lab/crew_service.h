/* What a rank that trains for rank 0 is told by its program. Internal to the laboratory and the program. */
#ifndef STRATA_LAB_CREW_SERVICE_H
#define STRATA_LAB_CREW_SERVICE_H

#include "strata/lab.h"

typedef struct {
    const char *folder;        /* where the checkpoints of runs go */
    bool own_disk;             /* no other rank sees that folder: runs that have a checkpoint there are dealt to this rank */
    long checkpoint_updates;   /* as in strata_checkpoints */
    double checkpoint_seconds;
    int threads;               /* runs at once; 0: as many as there are cores for this rank */
    double patience;           /* seconds after which a silent rank 0 is lost; more than 1 */
    /* As strata_lab_request.open_data. */
    strata_status (*open_data)(void *data_self, const char *what, strata_data **out);
    void *data_self;
    bool (*stopped)(void);     /* has a signal asked this process to stop? Any thread */
    long (*requests)(void *);  /* as in strata_checkpoints; its argument is NULL */
} crew_service;

#endif
