/*
 * A laboratory with a crew of forked processes: rank 0 is the test, which runs the laboratory, the others serve. What a worker came to is
 * left where the test finds it.
 */
#ifndef STRATA_TESTS_CREW_FORKED_H
#define STRATA_TESTS_CREW_FORKED_H

#include "crew_ranks.h"
#include "crew_serve.h"
#include "crew_sockets.h"
#include "laboratory.h"

/* How a worker is. All zero: it serves with one thread, has the data, and keeps checkpoints in the laboratory's folder. */
typedef struct {
    int threads;                /* 0: 1; -1: as many as there are cores for it */
    const char *cpu;            /* its kernels; NULL: the best */
    const char *disk;           /* a folder of its own for checkpoints; NULL: that of the laboratory */
    long updates;               /* a checkpoint after so many */
    long pace;                  /* milliseconds that each update takes besides */
    double delay;               /* seconds that messages wait before it gets them */
    long failing_send;          /* as in crew_sockets.h */
    void (*arm)(void);          /* called before it serves: makes its world fail */
    void (*disarm)(void);
    bool slow_data;             /* it needs two seconds to open them */
    bool no_data;               /* it cannot open any */
    bool other_data;            /* it opens others */
    bool stops_on_request;      /* its signals are forked.shared->stop */
    void (*spoil)(void *bytes, size_t size);
    void (*play)(const crew_transport *t, int rank); /* in place of serving */
} worker;

/* What all processes see. */
typedef struct {
    volatile long updates[SOCKETS_MOST];  /* that a worker has begun */
    volatile int stop;
    volatile int status[SOCKETS_MOST];    /* of crew_serve; -1: it has not ended */
    volatile int all[SOCKETS_MOST];
    volatile int leaks[SOCKETS_MOST];
    char sentence[SOCKETS_MOST][STATUS_SENTENCE];
} forked_board;

typedef struct {
    sockets net;                /* of rank 0 */
    crew_transport transport;
    crew_rules rules;           /* to be changed before forked_lab; patience is 30 s, told as below */
    crew *crew;
    bool asked;                 /* forked_lab was called */
    int size;
    pid_t pid[SOCKETS_MOST];    /* 0: gone */
    forked_board *shared;
    char told[4096];            /* every sentence of the crew, a line each */
    bool all;                   /* what crew_ranks_close said */
} forked;
extern forked forked_crew;

/* Begins a crew of `count` workers; out: the laboratory's folder. */
void forked_begin(const char *out, int count, const worker *workers);

/* lab_run of files NAME.yaml with that crew, 2 seeds. */
strata_status forked_lab(const char *names, const char *out, strata_lab_watch watch);

/* Closes the crew and waits for every worker; those that do not end are killed, and the test fails. No leak is left in any. */
void forked_end(void);

/* All three for workers that serve as they should; ends with STRATA_OK. */
void forked_whole(const char *names, const char *out, int count, const worker *workers);

/* For cmocka: kills what a test that failed has left. */
int forked_tear_down(void **state);

/* Runs with a checkpoint in that folder of a laboratory. */
int forked_checkpoints(const char *out);

/* Opens small data, or for the name "other" others. As in crew_service. */
strata_status forked_open_data(void *self, const char *what, strata_data **out);

#endif
