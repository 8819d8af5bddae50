/* See crew_forked.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "crew_forked.h"

#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "small.h"

enum { GRACE = 20 }; /* seconds that a worker has to end */

forked forked_crew;

int __lsan_do_recoverable_leak_check(void) __attribute__((weak)); /* of AddressSanitizer, where it is there */

/* ---- a worker ------------------------------------------------------------------------------------------------------------------------ */

static worker mine;
static int my_rank;

static void rest(long milliseconds)
{
    (void)nanosleep(&(struct timespec){ .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 }, NULL);
}

static bool stopped(void)
{
    return mine.stops_on_request && forked_crew.shared->stop != 0;
}

/* Asked before every update. */
static long requests(void *self)
{
    (void)self;
    (void)__atomic_add_fetch(&forked_crew.shared->updates[my_rank], 1, __ATOMIC_RELAXED);
    if (mine.pace > 0) rest(mine.pace);
    return 0;
}

strata_status forked_open_data(void *self, const char *what, strata_data **out)
{
    (void)self;
    bool other = what != NULL && strcmp(what, "other") == 0;
    if (mine.slow_data) (void)sleep(2);
    if (mine.no_data) return status_fail(STRATA_ERR_DATA, "/data: there is nothing");
    return data_draw(other || mine.other_data ? 2 : 1, SMALL_PER_FILE, 1, out);
}

static void serve(const crew_transport *t, const char *out)
{
    char folder[PATH];
    bool all = false;
    if (mine.disk != NULL) (void)snprintf(folder, sizeof folder, "%s", in_folder(mine.disk));
    else (void)snprintf(folder, sizeof folder, "%s/runs", in_folder(out));
    int threads = mine.threads == 0 ? 1 : mine.threads > 0 ? mine.threads : 0;
    const crew_service service = { .folder = folder, .own_disk = mine.disk != NULL, .checkpoint_updates = mine.updates,
                                   .threads = threads, .patience = 4, .open_data = forked_open_data,
                                   .stopped = stopped, .requests = requests };
    strata_status status = crew_serve(t, &service, &all);
    if (status != STRATA_OK) (void)snprintf(forked_crew.shared->sentence[my_rank], STATUS_SENTENCE, "%s", strata_error());
    forked_crew.shared->all[my_rank] = all;
    forked_crew.shared->status[my_rank] = (int)status;
}

static _Noreturn void work(int rank, const char *out)
{
    crew_transport t;
    sockets *net = &forked_crew.net;
    my_rank = rank;
    sockets_take(net, rank, &t);
    net->delay = mine.delay;
    net->spoil = mine.spoil;
    net->failing = mine.failing_send;
    net->closed_ends = true;
    if (mine.cpu != NULL && strata_cpu_limit(mine.cpu) != STRATA_OK) _exit(1);
    if (mine.arm != NULL) mine.arm();
    if (mine.play != NULL) mine.play(&t, rank);
    else serve(&t, out);
    if (mine.disarm != NULL) mine.disarm();
    sockets_close(net);
    small_free();
    if (__lsan_do_recoverable_leak_check != NULL) forked_crew.shared->leaks[rank] = __lsan_do_recoverable_leak_check();
    _exit(0);
}

/* ---- rank 0 -------------------------------------------------------------------------------------------------------------------------- */

static void tell(void *self, const char *sentence)
{
    forked *f = self;
    size_t length = strlen(f->told);
    (void)snprintf(f->told + length, sizeof f->told - length, "%s\n", sentence);
}

void forked_begin(const char *out, int count, const worker *workers)
{
    forked *f = &forked_crew;
    *f = (forked){ .size = count + 1, .rules = { .patience = 30, .tell = tell, .self = f } };
    (void)small_data();
    f->shared = mmap(NULL, sizeof *f->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(f->shared != MAP_FAILED && sockets_open(f->size, &f->net));
    for (int r = 1; r <= count; r++) {
        f->shared->status[r] = -1;
        mine = workers[r - 1];
        (void)fflush(NULL);
        f->pid[r] = fork();
        assert_true(f->pid[r] >= 0);
        if (f->pid[r] == 0) work(r, out);
    }
    mine = (worker){ 0 };
    sockets_take(&f->net, 0, &f->transport);
}

strata_status forked_lab(const char *names, const char *out, strata_lab_watch watch)
{
    char words[PATH], folder[PATH], file[8][PATH];
    const char *paths[8];
    size_t count = 0;
    forked *f = &forked_crew;
    f->asked = true;
    if (f->crew == NULL) TRY(crew_ranks_open(&f->transport, &f->rules, &f->crew));
    (void)snprintf(words, sizeof words, "%s", names);
    (void)snprintf(folder, sizeof folder, "%s", in_folder(out));
    for (char *rest_of = words, *name; (name = strtok_r(rest_of, " ", &rest_of)) != NULL; count++) {
        (void)snprintf(file[count], PATH, "%.200s.yaml", in_folder(name));
        paths[count] = file[count];
    }
    const lab_request request = { .out = folder, .seeds = 2, .threads = 2, .watch = watch, .open_data = forked_open_data, .crew = f->crew };
    return lab_run(paths, count, small_data(), &request);
}

/* Rank 0 goes on reading and writing meanwhile, as MPI would: what it has said last may still be on its way. */
static bool wait_for(int rank)
{
    int from, status;
    void *bytes;
    size_t size;
    forked *f = &forked_crew;
    for (double end = clock_seconds() + GRACE; clock_seconds() < end; rest(2)) {
        while (f->transport.receive(f->transport.self, &from, &bytes, &size) == 1) free(bytes);
        if (waitpid(f->pid[rank], &status, WNOHANG) != f->pid[rank]) continue;
        bool sound = WIFEXITED(status) || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        if (!sound || (WIFEXITED(status) && WEXITSTATUS(status) != 0)) fail_msg("rank %d ends with %d", rank, status);
        return true;
    }
    return false;
}

void forked_end(void)
{
    forked *f = &forked_crew;
    f->all = f->crew != NULL && crew_ranks_close(f->crew);
    bool none = f->asked && f->crew == NULL; /* then they are ended as a launcher does it */
    for (int r = 1; r < f->size && none; r++) (void)kill(f->pid[r], SIGKILL);
    f->crew = NULL;
    for (int r = 1; r < f->size; r++) {
        if (f->pid[r] == 0) continue;
        if (!wait_for(r)) fail_msg("rank %d does not end; told: %s", r, f->told);
        f->pid[r] = 0;
        if (f->shared->leaks[r] != 0) fail_msg("rank %d leaves memory", r);
    }
    (void)forked_tear_down(NULL);
}

/* The board stays, for the test to look at, until the next crew; a few bytes of a test program. */
int forked_tear_down(void **state)
{
    (void)state;
    forked *f = &forked_crew;
    for (int r = 1; r < f->size; r++) {
        if (f->pid[r] <= 0) continue;
        (void)kill(f->pid[r], SIGKILL);
        (void)waitpid(f->pid[r], NULL, 0);
        f->pid[r] = 0;
    }
    if (f->size > 0) sockets_close(&f->net);
    f->size = 0;
    return 0;
}

void forked_whole(const char *names, const char *out, int count, const worker *workers)
{
    counter c = { 0 };
    forked_begin(out, count, workers);
    CHECK_OK(forked_lab(names, out, counting(&c)));
    assert_int_equal(c.jumps, 0);
    forked_end();
    assert_true(forked_crew.all);
    for (int r = 1; r <= count; r++) {
        if (forked_crew.shared->status[r] != STRATA_OK) fail_msg("rank %d: %s", r, forked_crew.shared->sentence[r]);
        assert_true(forked_crew.shared->all[r]);
    }
}

int forked_checkpoints(const char *out)
{
    glob_t found = { 0 };
    char pattern[PATH];
    (void)snprintf(pattern, sizeof pattern, "%s/runs/*/checkpoint", in_folder(out));
    (void)glob(pattern, 0, NULL, &found);
    int count = (int)found.gl_pathc;
    globfree(&found);
    return count;
}
