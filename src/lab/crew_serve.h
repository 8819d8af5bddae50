/*
 * A rank that trains for rank 0 (crew_ranks.h): it says who it is, opens the data, trains what it is dealt, as many runs at once as it has
 * threads, and sends each back whole. It keeps checkpoints, decides nothing and records nothing. Internal to the laboratory and the program.
 */
#ifndef STRATA_LAB_CREW_SERVE_H
#define STRATA_LAB_CREW_SERVE_H

#include "crew_transport.h"
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

/* Serves until rank 0 says that it is over. *all: every rank is there still, as crew_ranks_close says. STRATA_STOPPED when rank 0 is lost;
 * then every run that has begun has a checkpoint. */
strata_status crew_serve(const crew_transport *t, const crew_service *service, bool *all);

#endif
