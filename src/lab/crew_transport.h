/*
 * How the processes of a crew exchange messages: one table of functions, which crew_mpi.c fills in, and a test with sockets. It knows
 * nothing of what messages say. All functions are called by one thread at a time. This header has no other of the project, since the
 * module for MPI is built without them.
 */
#ifndef STRATA_LAB_CREW_TRANSPORT_H
#define STRATA_LAB_CREW_TRANSPORT_H

#include <stddef.h>

enum { CREW_TRANSPORT = 1, CREW_TRANSPORT_MOST = 1 << 30 }; /* the version of this table; bytes of one message at most */

typedef struct {
    int version;         /* CREW_TRANSPORT */
    void *self;          /* passed to every function */
    int rank, size;      /* of this process, from 0, and how many there are */
    /* Hands over a copy; it arrives some time after, in the order of the calls, or never where the other process is gone. 0, or -1 where
     * there is no memory or no connection. */
    int (*send)(void *self, int to, const void *bytes, size_t size);
    /* The next message that has arrived, from whomever: 1, and *bytes is the caller's to free. 0: there is none; -1: there will be none. */
    int (*receive)(void *self, int *from, void **bytes, size_t *size);
    /* The last call. all: waits until all processes have come so far. Else the others are gone or hang: ends the whole job with this exit
     * code, and may not return. */
    void (*end)(void *self, int all, int code);
} crew_transport;

/* What the module has: begins, and fills in the table. 0, or -1 with a sentence in why [room]. */
typedef int crew_begin(crew_transport *out, char *why, size_t room);

/* The name and version of the library behind it; static text. Before it begins, too. */
typedef const char *crew_library(void);

#define CREW_BEGIN "strata_crew_begin"
#define CREW_LIBRARY "strata_crew_library"

#endif
