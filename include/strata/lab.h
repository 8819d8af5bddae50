/*
 * The laboratory: trains what experiment files ask for (docs/experiments.md) and records every run in a folder. A run that the folder
 * already has is not trained again, so the same call goes on after an interruption.
 *
 * The folder `out` then has: runs.sqlite, the store of all runs, and for each run runs/ID/model.safetensors and pictures. While a run
 * trains, runs/ID/checkpoint is there, too.
 */
#ifndef STRATA_LAB_H
#define STRATA_LAB_H

#include "strata/train.h"

enum {
    STRATA_LAB_EXPERIMENTS = 200, /* the most experiments of one call */
    STRATA_LAB_NAME = 48,         /* bytes of an experiment's name, its final zero included */
    STRATA_LAB_SHARDS = 1000000   /* the most */
};

/* How far a laboratory is. runs_all stays the same during a call; runs_done and runs_found only grow. A search counts with the largest
 * number of trainings that it may need; those that it does not need become found. Texts are valid during the call that receives the
 * struct. */
typedef struct {
    double share;           /* fraction, 0 .. 1, of all work that is done; NaN while it cannot be known */
    double seconds_left;    /* estimate; NaN while it cannot be known */
    long runs_all;
    long runs_done;         /* trained by this call */
    long runs_found;        /* already in the store, or equal to another run, or not needed */
    const char *experiment; /* of the run that reports */
    const char *label;      /* its place on the experiment's axes, "lambda=0.00383"; "" when nothing varies */
    long seed;              /* of that run */
    double loss;            /* of its latest mini-batch; NaN before the first */
    double validation;      /* accuracy at its latest point of the curve; NaN before the first */
} strata_lab_progress;

/* Functions that a laboratory calls. They run in its own threads, one call at a time, except for the last two, which several threads may
 * call at once. They should be short, and must not train. Each function may be NULL. */
typedef struct {
    size_t size; /* sizeof(strata_lab_watch) */
    void *self;  /* passed to every function */
    /* After every update. false: the laboratory stops; every run that has begun keeps a checkpoint. */
    bool (*go_on)(void *self);
    /* After every update. */
    void (*progress)(void *self, const strata_lab_progress *now);
    /* A run has ended and is recorded, whatever its outcome. The run belongs to the laboratory. */
    void (*finished)(void *self, const strata_lab_progress *now, const strata_run *run);
    /* The name of each experiment of the call, before it runs; also of those that a search starts from. */
    void (*asked_for)(void *self, const char *experiment);
    /* A sentence for people: what begins, the result of a search, a picture that could not be drawn. */
    void (*say)(void *self, const char *sentence);
    /* A sentence for people about checkpoints (strata_checkpoints), about files of stored runs that are missing or changed, and about runs
     * of other processes that are waited for. */
    void (*tell)(void *self, const char *sentence);
    /* As in strata_checkpoints. */
    long (*requests)(void *self);
    /* As strata_observer.go_on: false stops a run in the middle of drawing its parameters, or of an evaluation. */
    bool (*train_on)(void *self);
} strata_lab_watch;

typedef struct {
    size_t size;                   /* sizeof(strata_lab_request) */
    const char *out;               /* the folder; made when it does not exist */
    long seeds;                    /* trainings of each setting, for experiments that do not say how many; at least 1 */
    bool quick;                    /* fewer seeds, values and updates: everything runs quickly, and the results mean nothing */
    bool remake;                   /* runs whose files are missing or changed are trained again; otherwise watch->tell hears of them */
    int threads;                   /* 0: all cores */
    long checkpoint_updates;       /* as strata_checkpoints.updates */
    double checkpoint_seconds;     /* as strata_checkpoints.seconds */
    const strata_lab_watch *watch; /* NULL: none */
    const char *const *settings;   /* "key=value" each, NULL behind the last: hold in place of what the files of all experiments say of
                                      these settings. An experiment that varies one of them is refused. NULL: none */
    bool seeds_chosen;             /* `seeds` was asked for: watch->say hears of files that say another number, which holds for them */
    /* Opens the data that experiments name (data: WHAT), once for each name, before anything is trained; *out is the laboratory's. A file
     * or folder beside the experiment's file comes as its path. With what = NULL it opens the data of experiments that name none; it is
     * asked for these when strata_lab_run got no data, and one of the experiments needs them. STRATA_ERR_ARGUMENT refuses the whole call,
     * with file and line; STRATA_ERR_DATA stops the experiments that name these data, and everything else is trained. NULL: no experiment
     * may name data. */
    strata_status (*open_data)(void *data_self, const char *what, strata_data **out);
    void *data_self;               /* passed to it */
    /* Trains shard number `shard`, 1 .. shards, of the runs: those whose id, a number of 12 hexadecimal digits, is shard - 1 modulo shards.
     * Nothing is concluded from an experiment that lacks runs of other shards, and what starts from it is not trained. Gradient checks are
     * shard 1's. 0 and 0: all runs. */
    int shard, shards;
} strata_lab_request;

STRATA_BEGIN

/*
 * Runs the experiments of the files paths[0 .. count-1], and those of files beside them that a search refers to. A run that diverges is a
 * result, not a failure. Not for two threads at once with the same folder. Processes may share a folder, and its work: what another process
 * trains is waited for, after everything else.
 * - STRATA_ERR_ARGUMENT for a wrong request or a wrong experiment file; the sentence names file and line.
 * - STRATA_STOPPED when the watch asked for it. Finished runs are recorded, the others have a checkpoint. STRATA_ERR_STORAGE when such a
 *   checkpoint could not be written.
 * - STRATA_ERR_CHECK when a gradient check found an error. Everything else is done.
 * - STRATA_ERR_PART when an experiment could not run, since one that it starts from found nothing (all its trainings diverged), or since
 *   the data that it names are not there. Everything else is done; watch->tell hears why, and the store has the sentence as the
 *   experiment's note `failed`.
 * - STRATA_ERR_ARGUMENT also where `against` names no experiment of the call, of the store or beside the file, and where the folder has
 *   real results and a quick look is asked for, or the other way round.
 * - STRATA_ERR_STORAGE and STRATA_ERR_DATA as the store has them; STRATA_ERR_DATA also where no experiment has its data;
 *   STRATA_ERR_MEMORY.
 * The experiments that name no data are trained on `data`, which may be NULL where request->open_data is there. Trainings on different data
 * follow one another, in the order of the experiments.
 */
strata_status strata_lab_run(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request);

/* Finishes interrupted runs of the folder: configs[0 .. count-1] as strata_checkpoint_peek returns them. The runs belong to no experiment
 * until strata_lab_run finds them in the store. `seeds`, `quick` and `remake` have no meaning here. Fails as strata_lab_run does. */
strata_status strata_lab_resume(const strata_config *const *configs, size_t count, const strata_data *data,
                                const strata_lab_request *request);

STRATA_END

#endif
