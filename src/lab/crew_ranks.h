/*
 * The crew of several processes (crew.h). Rank 0 deals runs, the longest first, to the other ranks, each of which trains as many at once as
 * it has cores, and sends every finished one back whole; rank 0 alone records. No sum crosses processes, so the bits are those of one
 * process. A rank that is silent is lost: its runs are dealt again. Internal to the laboratory and the program.
 */
#ifndef STRATA_LAB_CREW_RANKS_H
#define STRATA_LAB_CREW_RANKS_H

#include "crew.h"
#include "crew_transport.h"

typedef struct {
    bool mixed_kernels; /* ranks whose kernels are of another level than rank 0's train, too */
    bool share_data;    /* rank 0 sends the data; otherwise each rank opens them itself */
    double patience;    /* seconds after which a silent rank is lost; more than 1 */
    /* Sentences for people: of ranks that are refused, lost or back. */
    void (*tell)(void *self, const char *sentence);
    void *self;
} crew_rules;

/* The crew of rank 0. The transport is borrowed. *out is freed by crew_ranks_close. */
strata_status crew_ranks_open(const crew_transport *t, const crew_rules *rules, crew **out);

/* Tells every rank that it is over, and frees the crew. False when some are lost, and cannot be waited for. */
bool crew_ranks_close(crew *c);

#endif
