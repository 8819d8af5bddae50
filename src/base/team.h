/*
 * Threads that share a piece of work. A team is the calling thread and its helpers, which live from team_open to team_close; between two
 * pieces of work they spin for some microseconds and then sleep, so waiting costs other processes nothing. No thread outlives its team,
 * and there is no team but those that callers hold: fork() between two calls of the library finds no thread and no lock of ours.
 */
#ifndef STRATA_BASE_TEAM_H
#define STRATA_BASE_TEAM_H

enum { TEAM_STACK = 2 << 20 }; /* bytes of the stack of a helping thread */

typedef struct team team;

/* Part number `part` of the work described by `all`. */
typedef void team_part(void *all, int part);

/* What a piece of work took, seconds by the wall clock: until the caller found no part left to take, and then until the last was done. */
typedef struct {
    double working, waiting;
    int own;                 /* parts that the caller did itself */
} team_account;

/* A team of `threads` threads, the caller among them: fewer where the system gives no more, NULL for one. Signals go to other threads. */
team *team_open(int threads);

/* Ends and joins the helpers. NULL is allowed. */
void team_close(team *t);

/* Threads it has; NULL has one. */
int team_threads(const team *t);

/*
 * Calls part(all, number) once for every number from 0 below parts, by at most `threads` threads of the team, and returns when the last
 * call has. Parts are begun in ascending order, each by the next thread that is free. The caller works too, so a helper that the system
 * does not run delays nothing but the part that it has begun. To be called by the thread that opened the team; parts must not call it.
 */
team_account team_run(team *t, int threads, int parts, team_part *part, void *all);

/* The same by a team of its own: for long parts. */
void team_share(int threads, int parts, team_part *part, void *all);

#endif
