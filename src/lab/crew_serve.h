/*
 * A rank that trains for rank 0 (crew_ranks.h): it says who it is, opens the data, trains what it is dealt, as many runs at once as it has
 * threads, and sends each back whole. It keeps checkpoints, decides nothing and records nothing. Internal to the laboratory and program.
 */
#ifndef STRATA_LAB_CREW_SERVE_H
#define STRATA_LAB_CREW_SERVE_H

#include "crew_service.h"
#include "crew_transport.h"

/* Serves until rank 0 says that it is over. *all: every rank is there still, as crew_ranks_close says. STRATA_STOPPED when rank 0 is lost;
 * then every run that has begun has a checkpoint, but for those
 * that were trained without. */
strata_status crew_serve(const crew_transport *t, const crew_service *service, bool *all);

#endif
