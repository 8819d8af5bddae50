/*
 * The threads of a rank that train: each takes a run that was dealt, trains it from its checkpoint or from the start, and hands it to the
 * thread that speaks to rank 0. Internal to crew_serve.c.
 */
#ifndef STRATA_LAB_CREW_TRAINERS_H
#define STRATA_LAB_CREW_TRAINERS_H

#include <pthread.h>

#include "crew_service.h"
#include "crew_wire.h"
#include "splits.h"

/* A run of this rank. */
typedef struct seat seat;
struct seat {
    struct trainers *all;
    seat *next;              /* of those that wait for a thread */
    uint32_t number;         /* in messages */
    strata_config *config;
    const strata_data *data; /* borrowed */
    char id[13];             /* as rank 0 computes it */
    int threads;             /* for its products */
    bool alone;              /* without checkpoints */
    bool dropped;            /* another rank has finished it */
    bool asks;               /* it waits for an answer of rank 0: */
    bool yes;                /* the answer */
    long done, whole;        /* updates; whole is 0 while there is nothing new to say of them */
    double loss;
};

typedef struct {
    uint8_t *bytes;
    size_t size;
} encoded;

typedef struct trainers trainers;
struct trainers {
    const crew_service *service;
    splits parts;
    pthread_mutex_t lock;    /* of all that follows, and of every seat */
    pthread_cond_t changed;
    seat *first;             /* that waits for a thread */
    seat *busy[STRATA_THREADS_MAX]; /* by thread; NULL: it has none */
    pthread_t thread[STRATA_THREADS_MAX];
    int threads;
    bool stop;               /* every run stops after its update */
    bool over;               /* and threads end, whether they are answered or not */
    long asked;              /* checkpoints that rank 0 has asked for */
    encoded *letter;         /* to rank 0, in order */
    size_t letters, room;
    bool unsaid;             /* a letter was lost for want of memory */
};

/* So many threads, which wait for runs. STRATA_ERR_MEMORY when the system gives fewer; trainers_close in any case. The service is
 * borrowed. */
strata_status trainers_open(const crew_service *service, int threads, trainers *t);

/* Takes the seat over. */
void trainers_give(trainers *t, seat *one);

/* What rank 0 says about a run: the answer to a question; that it is not needed. */
void trainers_answer(trainers *t, uint32_t number, bool yes);
void trainers_drop(trainers *t, uint32_t number);

void trainers_stop(trainers *t);
void trainers_keep(trainers *t);

/* Sends what threads have to say since the last call; progress: how far each run is, too. *any: there was something. */
strata_status trainers_send(trainers *t, wire *w, bool progress, bool *any);

/* Stops every run, which keeps its checkpoint, and ends the threads. */
void trainers_close(trainers *t);

#endif
