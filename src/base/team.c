/*
 * See team.h. The state of the work is one number: how many parts are left to take, and how many threads may take them. A thread takes a
 * part by lowering it, so a helper that comes late finds nothing left and is waited for by nobody. What a part needs to know is written
 * before the state and read after a part was taken; it cannot change before that part is done.
 *
 * Nobody sleeps and misses work: a sleeper first says that it sleeps and then looks at the state once more; who changes the state does so
 * first and then looks for sleepers. Both orders are sequentially consistent, so one of the two sees the other.
 */
#include "team.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "clock.h"

/* Helpers wait this long for the next verb of an update, which comes within it where verbs share work at all: to be woken takes some ten
 * microseconds on a virtual machine, and an update has two or three such verbs. A caller waits this long for the last part. Longer waits
 * sleep. */
static const double HELPER_SPINS = 200e-6, CALLER_SPINS = 50e-6;

enum { LOOKS = 64 };

typedef struct {
    team *of;
    int number;         /* from 1: the caller is 0 */
    pthread_t thread;
    atomic_bool sleeps;
    sem_t wake;
} helper;

struct team {
    int threads;
    _Alignas(64) _Atomic uint64_t state; /* threads that may take parts, 32 bits, and parts left, 32 bits */
    _Alignas(64) atomic_int done;
    atomic_bool caller_sleeps, end;
    sem_t finished;
    team_part *part;
    void *all;
    int parts;
    helper *helpers; /* [threads - 1] */
};

static uint64_t state_of(int threads, int left)
{
    return (uint64_t)(uint32_t)threads << 32 | (uint32_t)left;
}

/* The number of a part for this thread to do; -1: there is none. */
static int take(team *t, int number)
{
    uint64_t state = atomic_load(&t->state);
    while ((uint32_t)state > 0 && (uint32_t)number < (uint32_t)(state >> 32)) {
        if (atomic_compare_exchange_weak(&t->state, &state, state - 1)) return t->parts - (int)(uint32_t)state;
    }
    return -1;
}

static void pause_a_moment(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void sleep_until_posted(sem_t *s)
{
    while (sem_wait(s) != 0 && errno == EINTR) continue;
}

/* ---- a helper ------------------------------------------------------------------------------------------------------------------------ */

static void do_part(team *t, int part)
{
    t->part(t->all, part);
    int parts = t->parts; /* before this part counts as done: then all of it may be another work's */
    if (atomic_fetch_add(&t->done, 1) + 1 == parts && atomic_exchange(&t->caller_sleeps, false)) (void)sem_post(&t->finished);
}

static bool has_something(helper *h)
{
    uint64_t state = atomic_load(&h->of->state);
    return atomic_load(&h->of->end) || ((uint32_t)state > 0 && (uint32_t)h->number < (uint32_t)(state >> 32));
}

static void wait_for_something(helper *h)
{
    double until = clock_seconds() + HELPER_SPINS;
    do {
        for (int look = 0; look < LOOKS; look++) {
            if (has_something(h)) return;
            pause_a_moment();
        }
    } while (clock_seconds() < until);
    atomic_store(&h->sleeps, true);
    if (!has_something(h) || !atomic_exchange(&h->sleeps, false)) sleep_until_posted(&h->wake);
}

static void *help(void *self)
{
    helper *h = self;
    while (!atomic_load(&h->of->end)) {
        int part = take(h->of, h->number);
        if (part >= 0) do_part(h->of, part);
        else wait_for_something(h);
    }
    return NULL;
}

static void wake(team *t, int threads)
{
    for (int i = 0; i < threads - 1; i++) {
        if (atomic_exchange(&t->helpers[i].sleeps, false)) (void)sem_post(&t->helpers[i].wake);
    }
}

/* ---- a team -------------------------------------------------------------------------------------------------------------------------- */

static bool start_helper(team *t, const pthread_attr_t *how)
{
    helper *h = &t->helpers[t->threads - 1];
    *h = (helper){ .of = t, .number = t->threads };
    if (sem_init(&h->wake, 0, 0) != 0) return false;
    if (pthread_create(&h->thread, how, help, h) == 0) return true;
    (void)sem_destroy(&h->wake);
    return false;
}

/* With a stack of our own size, whatever limit the process has; and deaf to signals, which are for the program's own threads. */
static void start_helpers(team *t, int threads)
{
    pthread_attr_t how;
    sigset_t all, before;
    if (pthread_attr_init(&how) != 0) return;
    (void)pthread_attr_setstacksize(&how, TEAM_STACK);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    while (t->threads < threads && start_helper(t, &how)) t->threads++;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&how);
}

team *team_open(int threads)
{
    if (threads <= 1) return NULL;
    team *t = aligned_alloc(_Alignof(team), sizeof *t);
    helper *helpers = calloc((size_t)threads - 1, sizeof *helpers);
    if (t == NULL || helpers == NULL || sem_init(&t->finished, 0, 0) != 0) {
        free(helpers);
        free(t);
        return NULL;
    }
    t->threads = 1;
    t->helpers = helpers;
    atomic_init(&t->state, 0);
    atomic_init(&t->done, 0);
    atomic_init(&t->caller_sleeps, false);
    atomic_init(&t->end, false);
    start_helpers(t, threads);
    if (t->threads > 1) return t;
    team_close(t);
    return NULL;
}

void team_close(team *t)
{
    if (t == NULL) return;
    atomic_store(&t->end, true);
    wake(t, t->threads);
    for (int i = 0; i < t->threads - 1; i++) {
        (void)pthread_join(t->helpers[i].thread, NULL);
        (void)sem_destroy(&t->helpers[i].wake);
    }
    (void)sem_destroy(&t->finished);
    free(t->helpers);
    free(t);
}

int team_threads(const team *t)
{
    return t != NULL ? t->threads : 1;
}

/* ---- work ---------------------------------------------------------------------------------------------------------------------------- */

static bool all_done(team *t)
{
    return atomic_load(&t->done) == t->parts;
}

static void wait_for_the_last(team *t)
{
    double until = clock_seconds() + CALLER_SPINS;
    do {
        for (int look = 0; look < LOOKS; look++) {
            if (all_done(t)) return;
            pause_a_moment();
        }
    } while (clock_seconds() < until);
    atomic_store(&t->caller_sleeps, true);
    if (!all_done(t) || !atomic_exchange(&t->caller_sleeps, false)) sleep_until_posted(&t->finished);
}

static team_account run_alone(int parts, team_part *part, void *all)
{
    for (int number = 0; number < parts; number++) part(all, number);
    return (team_account){ .own = parts };
}

team_account team_run(team *t, int threads, int parts, team_part *part, void *all)
{
    int most = team_threads(t) < threads ? team_threads(t) : threads, number;
    if (most > parts) most = parts;
    if (most <= 1) return run_alone(parts, part, all);
    team_account account = { 0 };
    double start = clock_seconds();
    t->part = part;
    t->all = all;
    t->parts = parts;
    atomic_store(&t->done, 0);
    atomic_store(&t->state, state_of(most, parts));
    wake(t, most);
    while ((number = take(t, 0)) >= 0) {
        part(all, number);
        account.own++;
        atomic_fetch_add(&t->done, 1);
    }
    double end = clock_seconds();
    account.working = end - start;
    if (all_done(t)) return account;
    wait_for_the_last(t);
    account.waiting = clock_seconds() - end;
    return account;
}

void team_share(int threads, int parts, team_part *part, void *all)
{
    team *t = team_open(threads < parts ? threads : parts);
    (void)team_run(t, threads, parts, part, all);
    team_close(t);
}
