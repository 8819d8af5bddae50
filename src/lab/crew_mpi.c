/*
 * The one file that knows MPI. It is a module of its own, which the program loads when mpirun or srun has started it, so nobody else needs
 * MPI. Messages are sent without waiting and received without blocking: MPI's own waiting would keep a core busy. See crew_transport.h.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crew_transport.h"

#define EXPORTED __attribute__((visibility("default")))

enum { TAG = 1, MEETING = 2 };

/* A message on its way, and the copy that MPI sends from. */
typedef struct parcel parcel;
struct parcel {
    parcel *next;
    MPI_Request request;
    unsigned char bytes[];
};

static parcel *under_way;

/* Frees what has arrived; MPI gets on with the rest meanwhile. */
static void settle(void)
{
    for (parcel **at = &under_way; *at != NULL;) {
        int done = 0;
        parcel *one = *at;
        int failed = MPI_Test(&one->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS;
        if (!done && !failed) {
            at = &one->next;
            continue;
        }
        *at = one->next;
        free(one);
    }
}

static int send_to(void *self, int to, const void *bytes, size_t size)
{
    (void)self;
    if (size > CREW_TRANSPORT_MOST) return -1;
    settle();
    parcel *one = malloc(sizeof *one + size);
    if (one == NULL) return -1;
    memcpy(one->bytes, bytes, size);
    if (MPI_Isend(one->bytes, (int)size, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &one->request) != MPI_SUCCESS) {
        free(one);
        return -1;
    }
    one->next = under_way;
    under_way = one;
    return 0;
}

static int receive(void *self, int *from, void **bytes, size_t *size)
{
    MPI_Status status;
    int there = 0, count = 0;
    (void)self;
    settle();
    if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS) return -1;
    if (!there) return 0;
    if (MPI_Get_count(&status, MPI_BYTE, &count) != MPI_SUCCESS || count < 0) return -1;
    *bytes = malloc((size_t)count + 1);
    if (*bytes == NULL) return -1;
    *from = status.MPI_SOURCE;
    *size = (size_t)count;
    if (MPI_Recv(*bytes, count, MPI_BYTE, status.MPI_SOURCE, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE) == MPI_SUCCESS) return 1;
    free(*bytes);
    return -1;
}

static void end(void *self, int all, int code)
{
    (void)self;
    if (!all) {
        (void)fflush(NULL); /* nothing behind it is sure to run */
        (void)MPI_Abort(MPI_COMM_WORLD, code);
        return;
    }
    for (int q = 0; under_way != NULL && q < 50; q++, settle()) (void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
    (void)MPI_Finalize();
}

/* Every rank calls rank 0 once, and rank 0 nobody before: Open MPI over TCP does not always survive two processes that connect to each
 * other at the same moment, as collective calls do. From here on there are no further connections. */
static int meet(const crew_transport *t)
{
    int failed = 0;
    if (t->rank > 0) return MPI_Send(NULL, 0, MPI_BYTE, 0, MEETING, MPI_COMM_WORLD) == MPI_SUCCESS ? 0 : -1;
    for (int r = 1; r < t->size; r++) {
        failed |= MPI_Recv(NULL, 0, MPI_BYTE, r, MEETING, MPI_COMM_WORLD, MPI_STATUS_IGNORE) != MPI_SUCCESS;
    }
    return failed ? -1 : 0;
}

EXPORTED crew_begin strata_crew_begin;
int strata_crew_begin(crew_transport *out, char *why, size_t room)
{
    int provided;
    *out = (crew_transport){ .version = CREW_TRANSPORT, .send = send_to, .receive = receive, .end = end };
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS || provided < MPI_THREAD_SERIALIZED) {
        (void)snprintf(why, room, "MPI did not begin, or allows no threads beside it");
        return -1;
    }
    (void)MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN); /* a rank that is gone is no reason to end */
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &out->rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &out->size);
    if (meet(out) == 0) return 0;
    (void)snprintf(why, room, "the ranks do not reach rank 0");
    return -1;
}

EXPORTED crew_library strata_crew_library;
const char *strata_crew_library(void)
{
    static char name[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    if (name[0] == '\0' && MPI_Get_library_version(name, &length) != MPI_SUCCESS) return "MPI";
    name[strcspn(name, ",\n")] = '\0'; /* what comes behind is who built it, and where */
    return name;
}
