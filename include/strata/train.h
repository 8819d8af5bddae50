/*
 * Training: populations of runs, observers, checkpoints, and what a finished run tells.
 */
#ifndef STRATA_TRAIN_H
#define STRATA_TRAIN_H

#include "strata/data.h"
#include "strata/model.h"
#include "strata/settings.h"

typedef struct strata_run strata_run;

/* ---- what a run tells ---------------------------------------------------------------------------------------------------------------- */

/* One point of a run's curves: the scores after `update` updates. The first point, update 0, stands before the first update; with evals = 0
 * there is one point, after the last update. With eval_train = N the scores of the training part are those of N of its images. */
typedef struct {
    long update;
    double epoch; /* update / updates per epoch */
    double eta;   /* the learning rate of the next update, docs/math.md, Schedules; at the end of the run that of the end of its cycle */
    strata_score train, validation;
} strata_point;

/* One line of a run's log: the mean loss of the mini-batches of the last `updates` updates up to `update`. */
typedef struct {
    long update;  /* of the last of them: 1, 2, ... */
    double epoch; /* update / updates per epoch */
    double eta;   /* the learning rate of update `update` */
    double loss;  /* the mean of the mean cross-entropies of the mini-batches, each before its update and without the penalty */
    long updates; /* log_every; fewer where the run ended between two lines, or where it went on with another log_every */
} strata_loss;

/* The facts of a run. The run owns all texts. */
typedef struct {
    const char *id;        /* 12 hexadecimal digits: a digest of settings, data and numerics; equal runs have equal ids */
    uint64_t seed;
    long updates;          /* done so far; all updates of the run unless it diverged, was stopped, or patience ended it (STRATA_OK) */
    double seconds;        /* of this run alone */
    const char *backend;   /* that computed the run; never "auto" */
    const char *data_kind;
    const char *data_digest;
    int threads;           /* the most threads that its products could use; fewer work when more would not pay */
    long checkpoint;       /* the update of the newest checkpoint; 0 is the checkpoint of the start; -1: no checkpoint */
    strata_status outcome; /* STRATA_OK, STRATA_ERR_DIVERGED, STRATA_STOPPED, or STRATA_ERR_BUSY: another process trains the run, or has
                              finished it since the call began */
    const char *sentence;  /* why the outcome is not STRATA_OK; "" when it is */
    strata_score train, validation, test; /* of all images of the parts, by the model's parameters; NaN when the run diverged */
} strata_run_facts_t;

/* One measurement of one layer at one point of the curves. docs/math.md, Diagnosis, defines each. */
typedef struct {
    long update;      /* of the point */
    int layer;        /* 1 .. k; layer k is the output layer */
    const char *what; /* static text. "dead_share": the fraction, 0 .. 1, of hidden units that are never active; hidden layers only.
                         "gradient_norm": of dW. "preactivation_mean", "preactivation_variance": of S = W X + b */
    double value;     /* NaN or infinite when a training goes wrong */
} strata_layer_point;

/* One test image that the network assigns to a wrong class. */
typedef struct {
    long image; /* as in strata_data_test_image */
    int truth, guess;
    double probability; /* of the guess */
} strata_mistake;

enum { STRATA_MISTAKES = 24 }; /* the most mistakes that a run keeps */

/* How sure a network is of the true class: test images by the probability that it gives to it. Bin q has those from q/20 on, and below
 * (q + 1)/20; the last bin has 1, too. */
enum { STRATA_CERTAINTY_BINS = 20 };
typedef struct {
    long correct[STRATA_CERTAINTY_BINS], wrong[STRATA_CERTAINTY_BINS]; /* images whose guess is the true class, and is another one */
} strata_certainty;

/* One more way to score what a training left, beside the scores of its model: docs/math.md, At the end. */
typedef struct {
    const char *name;              /* static text: "ensemble", "votes", "swa", "ema", "precise_bn", "adaptive_bn" or "flips" */
    strata_score validation, test; /* cost is NaN: a penalty is of one net. The loss of votes is NaN, and so is that of several
                                      probabilities together with loss = hinge */
} strata_variant;

/* ---- how to train -------------------------------------------------------------------------------------------------------------------- */

/* An observer: functions that a training calls. They run in the training's own threads, one call at a time in the whole process, unless
 * their comment says otherwise. They should be short, and must not train. `member` is an index into the population. Each function may be
 * NULL. */
typedef struct {
    size_t size; /* sizeof(strata_observer) */
    void *self;  /* passed to every function */
    /* Before a member's first update. false: the member is not trained; its outcome is STRATA_STOPPED. */
    bool (*start)(void *self, size_t member);
    /* After each update: the number of updates done, the number of all updates, and the loss of the mini-batch before this update.
     * false: the member stops here. */
    bool (*update)(void *self, size_t member, long done, long all, double loss);
    /* After each evaluation. The point is valid during the call. */
    void (*point)(void *self, size_t member, const strata_point *point);
    /* After the last update, or when the member diverged or was stopped, or was left to another process: then its outcome is
     * STRATA_ERR_BUSY. The run belongs to the training during the call. */
    void (*finished)(void *self, size_t member, const strata_run *run);
    /* Before `finished`, and like it: for what takes long, such as saving the run. Several threads may call it at once. Meanwhile other
     * members train on. The folder of the run is still locked. */
    void (*record)(void *self, size_t member, const strata_run *run);
    /* Several times a second during long work between updates: drawing the first parameters, evaluating. false: the member stops at the
     * update that it has done. Several threads may call it at once. */
    bool (*go_on)(void *self, size_t member);
    /* The calls for different members may come at once, in several threads: no member waits for another's call, or for other trainings of
     * the process. Those for one member still follow one another, but for go_on. */
    bool at_once;
} strata_observer;

/*
 * Checkpoints: files from which an interrupted training goes on. The run with id ID keeps its newest checkpoint in FOLDER/ID/checkpoint.
 * FOLDER/ID/checkpoint.previous is the one before it; it is removed once the newest one is safely on disk. Each file appears whole or not
 * at all, also when the power fails.
 *
 * The checkpoint of update 0 is small. It is written before the first parameters are drawn. Further checkpoints are written:
 * - after every `updates` updates, and after every `seconds` seconds;
 * - when requests() returns a larger number than before;
 * - when the run is stopped, and after its last update.
 *
 * A run with a checkpoint goes on from there. It ends with the same bits as a run that was never interrupted. Checkpoints change no run id
 * and no result. When a checkpoint cannot be written, tell() receives a sentence, the training goes on, and the next checkpoint is tried
 * when it is due.
 */
typedef struct {
    size_t size;        /* sizeof(strata_checkpoints) */
    const char *folder; /* made when it does not exist. The folder of each run inside it is locked while the run trains, so no second
                           process can train the run */
    long updates;       /* a checkpoint after every so many updates; 0: never for this reason */
    double seconds;     /* a checkpoint after every so many seconds; 0: never for this reason */
    const char *owner;  /* a word, at most 31 bytes: the program that the runs belong to. strata_checkpoint_peek returns it. NULL: none */
    void *self;         /* passed to both functions */
    /* How many checkpoints have been requested since the start of the program. Every run writes a checkpoint after the number has grown.
     * Several threads may call it at once. NULL: nobody requests any. */
    long (*requests)(void *self);
    /* Receives a sentence for people: the run goes on from a checkpoint; a checkpoint is damaged and was renamed *.damaged; a checkpoint
     * cannot be read and was renamed *.unreadable; a checkpoint could not be written. One call at a time. May be NULL. */
    void (*tell)(void *self, size_t member, const char *sentence);
    /* Is the member still to be trained? Called once, when its folder is locked: another process may have finished the run since the caller
     * looked. false: the run is left alone; its outcome is STRATA_ERR_BUSY. Several threads may call it at once. NULL: every member is. */
    bool (*needed)(void *self, size_t member);
} strata_checkpoints;

/* How to train. With all fields but size zero: all cores, no observer, no checkpoints. */
typedef struct {
    size_t size;                           /* sizeof(strata_training) */
    int threads;                           /* 0: all cores */
    const strata_observer *observer;       /* NULL: none */
    const strata_checkpoints *checkpoints; /* NULL: none are written, none are read */
    bool forget;                           /* frees a member's parameters, curve and diagnosis after observer->finished has returned. Its
                                              model then keeps its description alone: it can be neither saved nor used */
} strata_training;

/* The memory and the disk space that trainings need, and the memory that there is. All sizes are in bytes. */
typedef struct {
    size_t size;                /* sizeof(strata_need), set by the caller */
    uint64_t memory;            /* at the peak, in total; the sum of the next five */
    uint64_t data;              /* images and labels */
    uint64_t parameters;
    uint64_t work;              /* mini-batches, gradients, evaluations */
    uint64_t checkpoints;
    uint64_t other;
    uint64_t left;              /* available for `memory`, a data set in memory included; UINT64_MAX: no limit is known */
    char limit[256];            /* what sets that limit, in words; "" when no limit is known */
    bool fits;                  /* memory <= left */
    int at_once;                /* members that train at the same time */
    uint64_t model_file;        /* the model file of the largest member */
    uint64_t checkpoint_file;   /* a checkpoint of the largest member */
    uint64_t disk;              /* at the peak: all models, and the checkpoints of members that train */
} strata_need;

/* What a checkpoint says. */
typedef struct {
    size_t size;           /* sizeof(strata_checkpoint_facts), set by the caller */
    long update;           /* updates done */
    long updates;          /* updates of the whole run */
    double seconds;        /* of training so far */
    char data_digest[65];
    char data_kind[32];
    char owner[32];        /* as in strata_checkpoints; "" for none */
    char obstacle[512];    /* why this program on this machine cannot go on from it; "" when it can */
} strata_checkpoint_facts;

STRATA_BEGIN

/*
 * Trains a population: configs[0 .. members-1] on one data set, with `threads` threads. runs[0 .. members-1] receive the runs; the caller
 * owns them (strata_run_free).
 * - Each member has the same bits as it would have alone, for any number of threads.
 * - Several members: each thread trains one member at a time, from start to end. One member: its matrix products use all threads.
 * - All configurations, and the memory for the whole call, are checked before the first update. STRATA_ERR_ARGUMENT or STRATA_ERR_MEMORY
 *   when they are refused.
 * - A member that diverges or is stopped does not make the call fail: its outcome in strata_run_facts says so.
 * - observer may be NULL. It is borrowed for the call, as are configs and data.
 */
strata_status strata_train(size_t members, const strata_config *const *configs, const strata_data *data, int threads,
                           const strata_observer *observer, strata_run **runs);

/*
 * Trains as strata_train does, with checkpoints if `how` asks for them. All memory that a member needs, that of its checkpoints included,
 * is taken before its first update. Further failures:
 * - STRATA_ERR_STORAGE when the folder of a run cannot be made, or none of its checkpoints can be read.
 * - STRATA_ERR_ARGUMENT when a checkpoint was written by another version, or by kernels that are not used here: the bits would differ.
 * - STRATA_ERR_ARGUMENT when two members are the same run.
 *
 * A run that another process trains is left to that process: its outcome is STRATA_ERR_BUSY. A run that has ended keeps its checkpoint
 * until strata_checkpoint_remove. Call that when the run is saved; observer->record is the earliest place, and the folder of the run is
 * still locked there.
 */
strata_status strata_train_as(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                              strata_run **runs);

/*
 * Computes what strata_train_as would need, and takes nothing. data may be NULL for a data set that was not opened yet; its memory counts
 * in both cases. The limits are: the machine's memory that is available without swap, the control groups of this process, and ulimit.
 * STRATA_ERR_MEMORY when the memory does not suffice; *out is filled in all the same. strata_train_as fails in the same case before it
 * takes any memory. STRATA_ERR_ARGUMENT as in strata_train_as.
 */
strata_status strata_training_need(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                                   strata_need *out);

/* Reads the newest whole checkpoint of run `id` in a folder of checkpoints: *facts, and *config, the resolved configuration, which the
 * caller owns. Training this configuration with this folder goes on from the checkpoint. Changes nothing on disk. STRATA_ERR_BUSY when a
 * process trains the run; STRATA_ERR_STORAGE when no checkpoint can be read; STRATA_ERR_DATA when none is whole. */
strata_status strata_checkpoint_peek(const char *folder, const char *id, strata_checkpoint_facts *facts, strata_config **config);

/* Removes all checkpoints of run `id`, if there are any, and the folder of the run when it is empty then. For the process that trains the
 * run. STRATA_ERR_STORAGE. */
strata_status strata_checkpoint_remove(const char *folder, const char *id);

/* Removes them as strata_checkpoint_remove does, unless a process trains the run: then it removes nothing and returns STRATA_OK. For every
 * other process. STRATA_ERR_STORAGE. */
strata_status strata_checkpoint_remove_idle(const char *folder, const char *id);

/* Computes the id of a run (strata_run_facts_t) without training: 12 digits and the final zero. The configuration is checked as
 * strata_train checks it, and need not be resolved. STRATA_ERR_ARGUMENT. */
strata_status strata_run_id(const strata_config *config, const strata_data *data, char out[13]);

/* The facts of the run. Belong to the run. */
const strata_run_facts_t *strata_run_facts(const strata_run *run);

/* The configuration as resolved: backend, n_s and all others have the values that were used. Belongs to the run. */
const strata_config *strata_run_config(const strata_run *run);

/* The curve, in order of update; *count receives the number of points. Belongs to the run. */
const strata_point *strata_run_curve(const strata_run *run, size_t *count);

/* The log that the setting log_every = N adds, in order of update: up to the end of the run, or up to where it diverged or was stopped.
 * *count receives the number of lines, 0 when log_every = 0. log_every changes no id and no result. A run that goes on from a checkpoint
 * with another log_every begins its log anew there. Belongs to the run. */
const strata_loss *strata_run_losses(const strata_run *run, size_t *count);

/* The trained network. Belongs to the run. */
const strata_model *strata_run_model(const strata_run *run);

/* The measurements of all layers that the setting diagnose = true adds, ordered by update, layer, what (alphabetically). The updates are
 * those of the curve. *count receives their number, 0 when diagnose = false. Belongs to the run. diagnose changes the id and the seconds of
 * a run, and no other result. */
const strata_layer_point *strata_run_layers(const strata_run *run, size_t *count);

/* The confusion matrix of the test images at the end, [classes * classes]: element truth * classes + guess is a number
 * of images. The guess is the class of the largest probability, the first class on a tie. Belongs to the run. NULL when diagnose = false,
 * and for a run whose outcome is not STRATA_OK. */
const long *strata_run_confusion(const strata_run *run);

/* The STRATA_MISTAKES mistaken test images with the largest probability of the wrong class, or all mistakes when there are fewer. Ordered
 * by probability, the largest first, then by image number. *count receives their number, 0 when strata_run_confusion is NULL. Belongs to
 * the run. */
const strata_mistake *strata_run_mistakes(const strata_run *run, size_t *count);

/* How the probability of the true class is distributed over the test images at the end. Belongs to the run. NULL when diagnose = false, and
 * for a run whose outcome is not STRATA_OK. */
const strata_certainty *strata_run_certainty(const strata_run *run);

/* The further scores of the end that the settings ensemble, average, precise_bn, adaptive_bn and test_flip add, in this order. *count
 * receives their number, 0 for a run whose outcome is not STRATA_OK. Belongs to the run. */
const strata_variant *strata_run_variants(const strata_run *run, size_t *count);

/* Frees a run and everything that belongs to it. NULL is allowed. */
void strata_run_free(strata_run *run);

STRATA_END

#endif
