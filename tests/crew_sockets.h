/*
 * A crew without MPI: its processes are children of the test, and sockets join them to rank 0 alone. Messages can be made late, be lost, be
 * damaged, or find no connection, as a test wants it.
 */
#ifndef STRATA_TESTS_CREW_SOCKETS_H
#define STRATA_TESTS_CREW_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "crew_transport.h"

enum { SOCKETS_MOST = 5 }; /* processes of a crew, rank 0 among them */

typedef struct socket_parcel socket_parcel;

/* One process's end of all. Settings may change at any time. */
typedef struct {
    int rank, size;
    double delay;                      /* seconds that a message waits here before it is received */
    bool cut[SOCKETS_MOST];            /* nothing comes from there, or arrives there, any more; nobody is told */
    long failing;                      /* this send, counted from 1, and */
    bool failing_on;                   /* all behind it say that there is no connection, and are lost; 0: none */
    bool closed_ends;                  /* when every connection is closed, receive says so; else nothing comes, as with MPI */
    void (*spoil)(void *bytes, size_t size); /* may change a message before it is sent; NULL: none */
    long sent;
    int (*pair)[2];                    /* [size]: the sockets of rank 0 and of that rank */
    int end[SOCKETS_MOST];             /* -1: there is none, or it is closed */
    socket_parcel *out[SOCKETS_MOST];  /* to be written */
    socket_parcel *in;                 /* that came, oldest first */
} sockets;

/* In the test, before it forks. False: the system has no sockets. */
bool sockets_open(int size, sockets *s);

/* In each process, once: this is its rank, and here is its transport. Ends of the others are closed. */
void sockets_take(sockets *s, int rank, crew_transport *out);

/* Closes the connection with this rank, without a word. */
void sockets_shut(sockets *s, int rank);

/* What is not written yet is written if it can be. */
void sockets_close(sockets *s);

#endif
