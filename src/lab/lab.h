/*
 * The laboratory: experiment files become runs. Members of all experiments that can run are trained as one population over all cores; a run
 * that the store already has is not trained again, so an interrupted laboratory goes on where it was. What it learns is in the store
 * (runs, links, notes) and in the folder (models, pictures); it prints nothing.
 */
#ifndef STRATA_LAB_LAB_H
#define STRATA_LAB_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "strata/train.h"

enum { LAB_EXPERIMENTS = 200, LAB_NAME = 48 }; /* of one call at most; bytes of a name, its end included */

/* How far everything has come. The number of all stays, and that of done and found never falls: a search counts with as many trainings as
 * it may need at most, and those that turn out not to be needed are found. */
typedef struct {
    double share, seconds_left; /* of the work, 0 .. 1, and of time: NaN while nobody can know, see headway.h */
    long runs_all, runs_done;   /* done: by this call */
    long runs_found;            /* in the store already, the same as another, or not needed */
    const char *experiment; /* of the member that reports */
    const char *label;      /* "lambda=0.00383", "" when nothing varies */
    long seed;
    double loss;            /* of its latest mini-batch; NaN before */
    double validation;      /* accuracy at its latest point; NaN before */
} lab_progress;

/* Who watches. Calls come from worker threads, one at a time but for the last two; every function may be NULL. */
typedef struct {
    void *self;
    bool (*go_on)(void *self);                             /* false: stop after the update; called for every update */
    void (*progress)(void *self, const lab_progress *now); /* after every update */
    void (*finished)(void *self, const lab_progress *now, const strata_run *run); /* recorded, whatever its outcome */
    void (*asked_for)(void *self, const char *experiment); /* each experiment of the request, those it starts from too; before it is run */
    void (*say)(void *self, const char *sentence);         /* for people: what begins, a verdict, a picture that could not be drawn */
    void (*tell)(void *self, const char *sentence);        /* of checkpoints (see strata_checkpoints), and of files that are lost */
    long (*asked)(void *self);                             /* for how many checkpoints; from several threads at once */
    bool (*train_on)(void *self); /* false: stop in the middle of drawing parameters, or of an evaluation; from several threads at once */
} lab_watch;

typedef struct {
    const char *out; /* the folder: runs.sqlite, runs/ID/model.safetensors, runs/ID/weights.png, ..., runs/ID/checkpoint meanwhile */
    long seeds;      /* of experiments that do not say */
    bool quick;      /* fewer seeds, values and updates: a look at everything, whose figures mean nothing */
    bool remake;     /* trains runs again whose files are missing or changed; otherwise they are told */
    int threads;     /* 0: all cores */
    long checkpoint_updates; /* as in strata_checkpoints */
    double checkpoint_seconds;
    lab_watch watch;
} lab_request;

/*
 * Runs the experiments of these files, and of files beside them that a search refers to. STRATA_STOPPED when the watch said so: what was
 * finished is kept, and of the others a checkpoint; STRATA_ERR_STORAGE when that could not be written. STRATA_ERR_BUSY when a run is
 * trained by another process: those that could be trained beside it are done. A run that diverges is a result, not a failure;
 * STRATA_ERR_CHECK when a gradient is wrong (everything else is run first).
 */
strata_status lab_run(const char *const *paths, size_t count, const strata_data *data, const lab_request *request);

/* Finishes interrupted runs of the folder: configurations as strata_checkpoint_peek gives them. They belong to no experiment until lab_run
 * finds them in the store. */
strata_status lab_resume(const strata_config *const *configs, size_t count, const strata_data *data, const lab_request *request);

#endif
