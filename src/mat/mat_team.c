/* See mat_team.h. The number of threads of a piece is decided at its start. Only the guard may change it before its end, to one. */
#include "mat_team.h"

#include "clock.h"
#include "mat.h"

static _Thread_local mat_team *here;

void mat_team_begin(mat_team *t, int threads)
{
    *t = (mat_team){ .workers = team_open(threads), .outer = here };
    t->threads = team_threads(t->workers);
    here = t;
}

void mat_team_begin_adapting(mat_team *t, int threads)
{
    mat_team_begin(t, threads);
    t->adapts = t->workers != NULL;
    t->watch = guard_start();
    for (int kind = 0; kind < MAT_PIECES; kind++) t->paces[kind] = pace_start(t->threads);
}

void mat_team_end(mat_team *t)
{
    team_close(t->workers);
    here = t->outer;
}

int mat_threads(void)
{
    return here != NULL ? here->threads : 1;
}

/* ---- pieces -------------------------------------------------------------------------------------------------------------------------- */

void mat_piece_begin(mat_piece kind)
{
    mat_team *t = here;
    if (t == NULL || !t->adapts) return;
    t->piece_start = clock_seconds();
    bool open = guard_open(&t->watch, t->piece_start);
    t->threads = open ? pace_threads(&t->paces[kind]) : 1;
    t->disturbed = !open && pace_threads(&t->paces[kind]) > 1;
}

void mat_piece_end(mat_piece kind)
{
    mat_team *t = here;
    if (t == NULL || !t->adapts) return;
    pace_took(&t->paces[kind], clock_seconds() - t->piece_start, t->disturbed);
    t->threads = guard_open(&t->watch, clock_seconds()) ? pace_threads(&t->paces[kind]) : 1;
}

/* ---- verbs --------------------------------------------------------------------------------------------------------------------------- */

/* Tells the guard what helpers saved: each of their parts is taken to be as long as the caller's, and no helper to work longer than it. */
static void weigh(mat_team *t, int parts, team_account a)
{
    if (a.own == 0 || a.own == parts) return;
    double each = a.working / a.own, most = a.working * (t->threads - 1), saved = (parts - a.own) * each;
    double now = clock_seconds();
    guard_weigh(&t->watch, now, saved < most ? saved : most, a.waiting);
    if (guard_open(&t->watch, now)) return;
    t->threads = 1;
    t->disturbed = true;
}

typedef struct {
    mat_part *part;
    const void *all;
} verb;

static void part_of_verb(void *self, int number)
{
    const verb *v = self;
    v->part(v->all, number);
}

int mat_threads_for(double products)
{
    static const double worth = 4e6;
    return products <= worth ? 1 : mat_threads();
}

void mat_in_parts(mat_part *part, const void *all, int parts, double products)
{
    int threads = mat_threads_for(products);
    if (threads == 1) {
        for (int number = 0; number < parts; number++) part(all, number);
        return;
    }
    mat_team *t = here;
    team_account account = team_run(t->workers, threads, parts, part_of_verb, &(verb){ part, all });
    if (t->adapts) weigh(t, parts, account);
}
