/*
 * The threads of the verbs. A thread that calls verbs may give them a team for a while; verbs then split their outputs, never a sum, so
 * the number of threads changes no bit (the promise D0). Without one, and in the helpers of a team, a verb uses one thread.
 */
#ifndef STRATA_MAT_MAT_TEAM_H
#define STRATA_MAT_MAT_TEAM_H

#include "guard.h"
#include "pace.h"
#include "team.h"

/* Work that comes again and again, in pieces of the same size for one net. */
typedef enum { MAT_UPDATE, MAT_EVALUATION, MAT_PIECES } mat_piece;

/* From begin to end on the stack of the thread it serves. Nothing in it is anybody else's to read. */
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

/* Verbs called by this thread use `threads` threads until mat_team_end: all of them, always; fewer where the system gives no more. */
void mat_team_begin(mat_team *t, int threads);

/* As many of them as pay, so that more are never much slower than one, however busy the machine; pieces are to be announced. */
void mat_team_begin_adapting(mat_team *t, int threads);

/* The team that this thread had before serves it again. */
void mat_team_end(mat_team *t);

/* Around each piece of repeated work, not nested. They do nothing where this thread's team does not adapt. */
void mat_piece_begin(mat_piece kind);
void mat_piece_end(mat_piece kind);

#endif
