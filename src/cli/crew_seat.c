/*
 * See crew_seat.h. MPI is loaded only by a process that was started by it: nobody else needs it, or waits for it. How a process was started
 * is in its environment: Open MPI's mpirun and srun --mpi=pmix set PMIX_RANK, and how many there are stands in another variable of theirs.
 */
#include "crew_seat.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "crew_ranks.h"
#include "crew_serve.h"
#include "file.h"
#include "lab.h"

static const char module_name[] = "strata-mpi.so";

static struct {
    crew_words words;
    crew_transport transport;
    crew *crew;     /* of rank 0 */
    bool taken;
    bool lost;      /* rank 0 was lost */
    bool all;       /* of the others: every rank is there still */
    char folder[4096];
} seat;

/* ---- how this process was started ---------------------------------------------------------------------------------------------------- */

static long number_in(const char *variable)
{
    int64_t number;
    const char *words = getenv(variable);
    return words != NULL && text_to_int64(words, &number) ? (long)number : 0;
}

/* Is it one of several that MPI joins? */
static bool has_company(void)
{
    long tasks = number_in("OMPI_COMM_WORLD_SIZE");
    if (tasks == 0 && getenv("PMIX_RANK") != NULL) tasks = number_in("SLURM_STEP_NUM_TASKS");
    return tasks > 1;
}

/* Several tasks of srun that know nothing of each other would each run the whole laboratory. A batch script is no such task. */
static strata_status check_alone(void)
{
    long tasks = number_in("SLURM_STEP_NUM_TASKS");
    if (tasks < 2 || getenv("PMIX_RANK") != NULL || number_in("SLURM_STEP_ID") < 0) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "srun has started %ld tasks that do not know of each other: srun --mpi=pmix joins them "
                       "(srun --mpi=list says what there is), and so does mpirun in place of srun; or --shard I/N divides the runs", tasks);
}

/* ---- a time limit for MPI ------------------------------------------------------------------------------------------------------------ */

/* Where mpirun does not end the job when a rank dies (--enable-recovery), the others wait for it in MPI for ever, while that begins or
 * ends. */
enum { STOPPED_CODE = 75 };

static volatile sig_atomic_t limited_code, limited_begin;

static void on_limit(int number)
{
    static const char words[] = "strata: MPI has not begun within --rank-timeout; has a rank died? The same command begins again\n";
    ssize_t written = limited_begin != 0 ? write(STDERR_FILENO, words, sizeof words - 1) : 0;
    (void)number;
    (void)written; /* nobody is left to be told */
    _exit(limited_code);
}

static void limit(bool begins, int code)
{
    struct sigaction act = { .sa_handler = on_limit };
    (void)sigemptyset(&act.sa_mask);
    limited_begin = begins;
    limited_code = code;
    (void)sigaction(SIGALRM, &act, NULL);
    (void)alarm((unsigned)(seat.words.patience < 1e6 ? seat.words.patience + 1 : 1e6));
}

/* ---- the module ---------------------------------------------------------------------------------------------------------------------- */

static void *load(const char **why)
{
    const char *path = install_module(module_name);
    *why = path != NULL ? "" : "strata-mpi.so is not there: package strata-mpi, or libopenmpi-dev when strata is built";
    if (path == NULL) return NULL;
    void *module = dlopen(path, RTLD_NOW | RTLD_GLOBAL); /* global: Open MPI's own modules look for its symbols */
    if (module == NULL) *why = dlerror();
    return module;
}

const char *crew_seat_library(const char **why)
{
    void *module = load(why);
    void *found = module != NULL ? dlsym(module, CREW_LIBRARY) : NULL;
    crew_library *library;
    memcpy(&library, &found, sizeof library); /* ISO C knows no cast from an object to a function */
    return found != NULL ? library() : NULL;
}

static strata_status begin(void)
{
    char sentence[400] = "";
    const char *why;
    void *module = load(&why), *found = module != NULL ? dlsym(module, CREW_BEGIN) : NULL;
    if (found == NULL) return status_fail(STRATA_ERR_ARGUMENT, "this strata cannot speak to the other ranks: %s", why);
    crew_begin *start;
    memcpy(&start, &found, sizeof start);
    limit(true, STOPPED_CODE);
    int failed = start(&seat.transport, sentence, sizeof sentence);
    (void)alarm(0);
    if (failed != 0) return status_fail(STRATA_ERR_INTERNAL, "%s", sentence);
    seat.taken = seat.all = true;
    if (seat.transport.version == CREW_TRANSPORT) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%s is of another version of strata", module_name);
}

/* ---- the place ----------------------------------------------------------------------------------------------------------------------- */

static void tell(void *self, const char *sentence)
{
    (void)self;
    message_print(sentence);
}

strata_status crew_seat_take(const crew_words *words)
{
    seat.words = *words;
    if (!(words->patience > 1)) return status_fail(STRATA_ERR_ARGUMENT, "--rank-timeout %g: more than 1 second", words->patience);
    if (!has_company()) return check_alone();
    signals_catch();
    TRY(begin());
    if (seat.transport.size < 2) return STRATA_OK;
    signals_keep(); /* a rank that goes by itself takes the others with it */
    if (seat.transport.rank > 0) return STRATA_OK;
    const crew_rules rules = { .mixed_kernels = words->mixed_kernels, .share_data = words->share_data, .patience = words->patience,
                               .tell = tell };
    return crew_ranks_open(&seat.transport, &rules, &seat.crew);
}

bool crew_seat_serves(void)
{
    return seat.taken && seat.transport.rank > 0;
}

/* What it opens it opens silently, and what it trains rank 0 tells of. */
static strata_status serve(const lab_request *request)
{
    const char *scratch = seat.words.scratch;
    int length = scratch != NULL ? snprintf(seat.folder, sizeof seat.folder, "%s", scratch)
                                 : snprintf(seat.folder, sizeof seat.folder, "%s/runs", request->out);
    if (length <= 0 || (size_t)length >= sizeof seat.folder) return status_fail(STRATA_ERR_STORAGE, "the path of the folder is too long");
    const crew_service service = { .folder = seat.folder, .own_disk = scratch != NULL, .checkpoint_updates = request->checkpoint_updates,
                                   .checkpoint_seconds = request->checkpoint_seconds, .threads = request->threads,
                                   .patience = seat.words.patience, .open_data = request->open_data, .data_self = request->data_self,
                                   .stopped = signals_stopped, .requests = signals_asked };
    strata_status status = crew_serve(&seat.transport, &service, &seat.all);
    seat.lost = status == STRATA_STOPPED;
    return status;
}

strata_status crew_seat_run(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request)
{
    lab_request taken;
    TRY(lab_request_take(request, &taken));
    if (crew_seat_serves()) return serve(&taken);
    taken.crew = seat.crew;
    return lab_run(paths, count, data, &taken);
}

void crew_seat_leave(int code)
{
    enum { GRACE = 3 }; /* seconds */
    if (!seat.taken) return;
    seat.taken = false;
    bool leads = seat.transport.rank == 0 && seat.transport.size > 1;
    if (leads) seat.all = seat.crew != NULL && crew_ranks_close(seat.crew); /* without a crew nobody tells the others that it is over */
    if (seat.transport.rank > 0 && !seat.all && !seat.lost) {
        (void)sleep(GRACE); /* rank 0 ends the job, and knows with which code */
        _exit(code);
    }
    limit(false, code);
    seat.transport.end(seat.transport.self, seat.all, code);
    (void)alarm(0);
}
