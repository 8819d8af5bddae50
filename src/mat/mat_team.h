/*
 * The threads of the verbs. A thread that calls verbs may give them a team for a while. Verbs then share out the elements of their output
 * among its threads, never the terms of one sum, so the number of threads changes no bit. Without a team a verb uses one thread, and so it
 * does inside a helper of a team.
 */
#ifndef STRATA_MAT_MAT_TEAM_H
#define STRATA_MAT_MAT_TEAM_H

#include "guard.h"
#include "pace.h"
#include "team.h"

/* Kinds of repeated work. Pieces of one kind are of the same size for one net. */
typedef enum { MAT_UPDATE, MAT_EVALUATION, MAT_PIECES } mat_piece;

/* Lives on the stack of the thread that it serves, from begin to end. Its members are private. */
typedef struct mat_team {
    team *workers;
    int threads;              /* that verbs may use now */
    bool adapts;
    pace paces[MAT_PIECES];
    guard watch;
    double piece_start;
    bool disturbed;           /* the guard has shut, or was, within this piece */
    struct mat_team *outer;
} mat_team;

/* Until mat_team_end verbs called by this thread always use `threads` threads, or as many as the system gives. */
void mat_team_begin(mat_team *t, int threads);

/* The same, but as many of them as pay (pace.h, guard.h): more threads are then never much slower than one, however busy the machine. The
 * caller announces the pieces of its work. */
void mat_team_begin_adapting(mat_team *t, int threads);

/* The team that this thread had before serves it again. */
void mat_team_end(mat_team *t);

/* Around each piece of repeated work, not nested. They do nothing where this thread's team does not adapt. */
void mat_piece_begin(mat_piece kind);
void mat_piece_end(mat_piece kind);

#endif
