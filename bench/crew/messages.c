/*
 * What a message of a crew costs: between two ranks that look for messages, and sleep in between as a crew's ranks do, and at a rank that many
 * of them are sent to. By hand, without the build: mpicc -O2 -o messages messages.c
 *
 *     mpirun -n 2 messages       rows of CSV: what,bytes,count,seconds
 *
 *     spun,BYTES       one way, ranks that never sleep; the median of `count` round trips, halved
 *     polled,BYTES     one way, ranks that sleep when there is nothing, after a while in which there was nothing
 *     taken,BYTES      of one rank that is sent `count` messages one after the other: until it has them all
 *
 * bench/scale --measure calls this.
 */
#define _POSIX_C_SOURCE 200809L
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WARM = 5, PING = 1, FLOOD = 2, LARGEST = 10000000, REST_LEAST = 50, REST_MOST = 2000, QUIET = 10000 /* microseconds */ };

typedef struct {
    int bytes, rounds, flood;
} size_row;

static const size_row sizes[] = { { 40, 1001, 100000 }, { 1000, 1001, 50000 }, { 100000, 301, 2000 }, { 1000000, 101, 200 }, { 10000000, 21, 20 } };
static char *block;

static void rest(long microseconds)
{
    nanosleep(&(struct timespec){ .tv_nsec = 1000 * microseconds }, NULL);
}

/* Waits for a message as the main loop of a rank does (src/lab/crew_wire.c): looks, sleeps, twice as long each time, looks again. */
static void take(int bytes, int tag, int sleeps)
{
    int there = 0;
    long pause = REST_LEAST;
    MPI_Status status;
    while (1) {
        MPI_Iprobe(MPI_ANY_SOURCE, tag, MPI_COMM_WORLD, &there, &status);
        if (there) break;
        if (sleeps) rest(pause);
        pause = 2 * pause < REST_MOST ? 2 * pause : REST_MOST;
    }
    MPI_Recv(block, bytes, MPI_BYTE, status.MPI_SOURCE, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Rank 0 sends, rank 1 sends back; half of the median round trip. */
static void ping(int rank, const char *what, const size_row *size, int sleeps)
{
    int rounds = sleeps && size->rounds > 101 ? 101 : size->rounds;
    double *took = malloc((size_t)rounds * sizeof *took);
    if (took == NULL) MPI_Abort(MPI_COMM_WORLD, 1);
    for (int n = -WARM; n < rounds; n++) {
        if (sleeps && rank == 0) rest(QUIET + 370 * (n % 7)); /* the other one sleeps at any moment of its pause */
        double begun = MPI_Wtime();
        if (rank == 0) MPI_Send(block, size->bytes, MPI_BYTE, 1, PING, MPI_COMM_WORLD);
        take(size->bytes, PING, sleeps);
        if (rank == 1) MPI_Send(block, size->bytes, MPI_BYTE, 0, PING, MPI_COMM_WORLD);
        if (n >= 0) took[n] = MPI_Wtime() - begun;
    }
    qsort(took, (size_t)rounds, sizeof *took, by_size);
    if (rank == 0) printf("%s,%d,%d,%.9f\n", what, size->bytes, rounds, took[rounds / 2] / 2);
    free(took);
}

/* Every other rank sends; rank 0 takes what comes, whoever sent it. */
static void flood(int rank, int ranks, const size_row *size)
{
    int each = size->flood / (ranks - 1);
    MPI_Barrier(MPI_COMM_WORLD);
    double begun = MPI_Wtime();
    for (int n = 0; rank != 0 && n < each; n++) MPI_Send(block, size->bytes, MPI_BYTE, 0, FLOOD, MPI_COMM_WORLD);
    for (int n = 0; rank == 0 && n < each * (ranks - 1); n++) take(size->bytes, FLOOD, 0);
    if (rank == 0) printf("taken,%d,%d,%.9f\n", size->bytes, each * (ranks - 1), MPI_Wtime() - begun);
}

int main(int argc, char **argv)
{
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    block = calloc(1, LARGEST);
    if (ranks < 2 || block == NULL) MPI_Abort(MPI_COMM_WORLD, 2);
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) {
        if (rank < 2) ping(rank, "spun", &sizes[q], 0);
        if (rank < 2) ping(rank, "polled", &sizes[q], 1);
        flood(rank, ranks, &sizes[q]);
    }
    free(block);
    MPI_Finalize();
    return 0;
}
