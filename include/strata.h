/*
 * Strata: a laboratory for fully connected networks. This is the whole public interface.
 *
 * What it does: trains k-layer networks with and without batch normalisation on CIFAR-10 (or the built-in synthetic set), proves their
 * gradients, saves, loads and evaluates models. The mathematics and its letters are in docs/math.md.
 *
 * How to use it (every call can fail: check the status, then read strata_error()):
 *
 *     strata_config *config;  strata_data *data;  strata_run *run;
 *     strata_config_new(&config);
 *     strata_config_set(config, "hidden", "[50,50]");
 *     strata_data_open("data/cifar-10-batches-bin", &data);
 *     strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run);
 *     printf("%.4f\n", strata_run_facts(run)->test.accuracy);
 *     strata_model_save(strata_run_model(run), "model.safetensors");
 *     strata_run_free(run);  strata_data_free(data);  strata_config_free(config);
 *
 * Rules that hold everywhere:
 * - A call that can fail returns a strata_status. On failure it writes nothing to its outputs except NULL into a pointer it would have
 *   made, and strata_error() of the calling thread holds one sentence: what, where, the value, what to do next.
 * - Handles are opaque. *_new, *_open, *_train make them, the caller owns them, *_free releases them, accepts NULL and cannot fail.
 *   A const char * or const struct * that is returned belongs to the handle and lives as long as it does, or until it is changed.
 * - Different handles may be used by different threads at once. One handle may be read (const *) by several threads at once, and
 *   changed by one thread while no other uses it.
 * - The library never prints, never exits, never reads the environment, catches no signal, and changes no global state but one: the first
 *   call that may need OpenBLAS tells it, for good, to use one thread a call. strata's own threads share the work. It has two pieces of
 *   global state of its own, the limits of strata_cpu_limit and strata_threads_limit.
 * - A call that takes `threads` starts threads of its own and ends them before it returns; they receive no signals. More threads never
 *   change a result. One training, and one evaluation, uses as many of them as pay: it tries fewer from time to time, and lets all but one
 *   sleep while the machine has no time for them. Threads that wait sleep after some microseconds.
 * - fork() while no call of the library runs in any thread is safe: parent and child may both use all handles, each its own copy. After a
 *   fork() during a call of another thread the child may call nothing of the library before exec, because that call may hold a lock. The
 *   child shares the locks of checkpoint folders with the parent until both have closed them or the child has called exec.
 * - Accuracies are fractions 0..1; seconds are wall-clock time of the monotonic clock; images are bytes as CIFAR-10 keeps them.
 */
#ifndef STRATA_H
#define STRATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* exported from libstrata.so, where all else is hidden */
#endif

#define STRATA_VERSION "0.1.0"

/* ---- status -------------------------------------------------------------------------------------------------------------------------- */

/* name, the exit code the program ends with, words */
#define STRATA_STATUS_LIST(X)                                         \
    X(OK, 0, "success")                                               \
    X(ERR_INTERNAL, 1, "an internal error")                           \
    X(ERR_MEMORY, 1, "not enough memory")                             \
    X(ERR_ARGUMENT, 2, "a wrong call, setting or command line")       \
    X(ERR_DATA, 3, "data missing or not what it claims to be")        \
    X(ERR_DIVERGED, 4, "the training diverged: NaN or infinity")      \
    X(ERR_STORAGE, 5, "a file or folder could not be read or written") \
    X(ERR_BUSY, 5, "another process is at work there")                \
    X(ERR_CHECK, 6, "a check failed")                                 \
    X(STOPPED, 75, "stopped when asked to")

typedef enum {
#define STRATA_STATUS_ENUM(name, code, words) STRATA_##name,
    STRATA_STATUS_LIST(STRATA_STATUS_ENUM)
#undef STRATA_STATUS_ENUM
} strata_status;

/* The sentence of this thread's last failure; "" before the first. Lives until this thread's next failure. */
const char *strata_error(void);

/* The words of the list above; "unknown status" for any other number. */
const char *strata_status_text(strata_status status);

/* STRATA_VERSION of the library, which may be newer than that of the header. */
const char *strata_version(void);

/* ---- settings ------------------------------------------------------------------------------------------------------------------------ */

/* One row of src/train/config.def. */
typedef struct {
    const char *key;
    const char *type;     /* "number", "whole number", "true or false", "list", "choice" or "text" */
    const char *fallback; /* the default, as text */
    const char *range;    /* "0 .. 1", or the choices; "" where there is none */
    const char *help;     /* one line */
} strata_setting;

typedef struct strata_config strata_config;

/* All settings there are; count receives how many. Static; any thread. */
const strata_setting *strata_settings(size_t *count);

/* A configuration with every setting at its default: the recipe of the assignment for the 3-layer net with batch normalisation. */
strata_status strata_config_new(strata_config **out);
strata_status strata_config_copy(const strata_config *from, strata_config **out);
void strata_config_free(strata_config *config);

/* Sets one setting from text ("lambda", "0.005"). STRATA_ERR_ARGUMENT for an unknown key (the sentence suggests the nearest), a
 * malformed value, NaN, or one out of range; the configuration is then unchanged. */
strata_status strata_config_set(strata_config *config, const char *key, const char *value);

/* Sets every key of a YAML file (one mapping, values scalars or one-level lists). `base: FILE` takes another file's settings first, its
 * path counted from this file's folder; `experiment:` is left to `strata lab`. All or nothing. The sentence names file and line. given (may
 * be NULL) gets one more bit for each setting that was named: bit q for number q of strata_settings. */
strata_status strata_config_load(strata_config *config, const char *path, uint64_t *given);

/* The value of a setting as text that strata_config_set reads back to the same value. Cuts at size - 1 characters. */
strata_status strata_config_get(const strata_config *config, const char *key, char *out, size_t size);

/* Is this configuration one that can train, as far as settings can tell without data? Says what contradicts what. */
strata_status strata_config_check(const strata_config *config);

/* What training it comes to, for whoever shows progress or divides work: its updates, and for each evaluation as many as take that long. Of
 * a configuration that strata_config_check refuses it means nothing. */
double strata_config_work(const strata_config *config);

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

enum { STRATA_THREADS_MAX = 1024 }; /* of every argument called threads; 0 means all cores */

enum {
    STRATA_PIXELS = 3072,      /* bytes of an image: 1024 R, 1024 G, 1024 B, each 32 rows of 32 */
    STRATA_CLASSES = 10,
    STRATA_TRAIN_IMAGES = 50000, /* of the five training files; n_train and n_val are taken from these */
    STRATA_TEST_IMAGES = 10000
};

typedef struct strata_data strata_data;

typedef struct {
    bool known;                        /* the digests are those of a data set that this version knows */
    const char *kind;                  /* "official", "once-through-JPEG", "synthetic", "unknown" */
    const char *title;                 /* a sentence for people: which data this is */
    const char *source;                /* the folder, or "built in (seed N)" */
    const char *digest;                /* SHA-256 over the SHA-256 digests of the six files, in order */
    const char *const *class_names;    /* [STRATA_CLASSES] */
    const char *const *file_names;     /* [6] */
    const char *const *file_digests;   /* [6] SHA-256, 64 hexadecimal digits each */
    const long *counts;                /* [6 * STRATA_CLASSES]: images per class, file after file */
} strata_data_facts;

/* Opens a folder with the six official binary files; reads and checks every byte (size, labels, class counts, digests), about 0.3 s,
 * 184 MB of memory and 31 MB more while it reads. STRATA_ERR_DATA when something is missing or not what it claims to be. */
strata_status strata_data_open(const char *folder, strata_data **out);

/* The synthetic set of this seed, drawn in memory by `threads` threads: the same bytes for any number of threads. */
strata_status strata_data_synthetic(uint64_t seed, int threads, strata_data **out);

/* Writes the data set as a folder of official binary files, batches.meta.txt last. */
strata_status strata_data_write(const strata_data *data, const char *folder);

void strata_data_free(strata_data *data);
const strata_data_facts *strata_data_describe(const strata_data *data);

/* Test image number `image` (0 .. STRATA_TEST_IMAGES - 1): *bytes [STRATA_PIXELS] as CIFAR-10 keeps them, borrowed from data, and its
 * label. STRATA_ERR_ARGUMENT for any other number. */
strata_status strata_data_test_image(const strata_data *data, long image, const uint8_t **bytes, int *label);

/* ---- models -------------------------------------------------------------------------------------------------------------------------- */

typedef struct strata_model strata_model;

typedef struct {
    double loss;     /* mean cross-entropy, natural logarithm */
    double cost;     /* loss + lambda sum ||W||^2 */
    double accuracy; /* fraction of images whose largest probability is at their label */
} strata_score;

typedef enum { STRATA_TRAIN_PART, STRATA_VALIDATION_PART, STRATA_TEST_PART } strata_part;

/* Saves as safetensors (docs/model-file.md), durably: the path holds the old file or the whole new one. */
strata_status strata_model_save(const strata_model *model, const char *path);

/* Opens a model file; believes nothing in it that was not checked against its length. STRATA_ERR_DATA when it is not a model, or no longer
 * the one that was saved: a file carries a digest of all it says. */
strata_status strata_model_open(const char *path, strata_model **out);
void strata_model_free(strata_model *model);

/* P [STRATA_CLASSES x n], column j the probabilities of image j, which is images[j * STRATA_PIXELS ..]. Running averages for BN.
 * images borrowed, P the caller's. */
strata_status strata_model_predict(const strata_model *model, int n, const uint8_t *images, float *P);

/* Loss, cost and accuracy over a part of a data set, split as the model's own configuration says. */
strata_status strata_model_evaluate(const strata_model *model, const strata_data *data, strata_part part, int threads,
                                    strata_score *out);

/* The configuration it was trained with (strata_config_get reads it), the digest of that data, and a digest of all its parameters. */
const strata_config *strata_model_config(const strata_model *model);
const char *strata_model_data_digest(const strata_model *model);
const char *strata_model_digest(const strata_model *model);

/* Was it opened from a file that carries a digest? False for files of strata 0.1.0 before it had them (format version 1), in which damage
 * cannot be noticed, and for models that were trained in this process. */
bool strata_model_verified(const strata_model *model);

/* The tensor called name ("layer1.W", "input.mean": docs/model-file.md has them all), with the numbers that a model file keeps: *rows and
 * *cols (1 for a vector) receive its shape, and out, unless NULL, its rows * cols elements row after row. out is the caller's; any of the
 * three may be NULL. STRATA_ERR_ARGUMENT when the model has no such tensor (the sentence says which it has), or has seen no mini-batch. */
strata_status strata_model_tensor(const strata_model *model, const char *name, int *rows, int *cols, float *out);

/* ---- training ------------------------------------------------------------------------------------------------------------------------ */

/* One point of a run's curves: after `update` updates (0: before the first). */
typedef struct {
    long update;
    double epoch; /* update / updates per epoch */
    double eta;   /* the rate of the next update, (18) */
    strata_score train, validation;
} strata_point;

typedef struct strata_run strata_run;

typedef struct {
    const char *id;        /* 12 hexadecimal digits: a digest of configuration, data and version; the same run has the same id */
    uint64_t seed;
    long updates;          /* done; all of them unless diverged or stopped */
    double seconds;        /* of this member alone */
    const char *backend;   /* what `auto` became */
    const char *data_kind;
    const char *data_digest;
    int threads;           /* that it was allowed for its products; it used those that paid */
    long checkpoint;       /* the update of its newest checkpoint, 0 being that of its start; -1: there is none */
    strata_status outcome; /* STRATA_OK, STRATA_ERR_DIVERGED, STRATA_STOPPED; STRATA_ERR_BUSY: another process trains it */
    const char *sentence;  /* why, when the outcome is not OK; else "" */
    strata_score train, validation, test; /* at the end; NaN when it diverged */
} strata_run_facts_t;

/* Who watches a training. Calls come from worker threads, one at a time in the whole process, so they should be short and must not train
 * themselves. Every function may be NULL. */
typedef struct {
    void *self;
    /* Before a member's first update. Returning false leaves it untrained, with the outcome STRATA_STOPPED. */
    bool (*start)(void *self, size_t member);
    /* After each update: member (index in the population), updates done, updates in all, loss of the mini-batch before the update.
     * Returning false stops that member after this update. */
    bool (*update)(void *self, size_t member, long done, long all, double loss);
    void (*point)(void *self, size_t member, const strata_point *point);
    /* After its last update, or when it diverged, was stopped, or is left to another process. */
    void (*finished)(void *self, size_t member, const strata_run *run); /* not for one that another process trains */
    /* Asked several times a second while a member does what takes long beside its updates: draws its first parameters, evaluates.
     * Returning false stops that member there, at the update that it has done. Any thread, several at once. */
    bool (*go_on)(void *self, size_t member);
} strata_observer;

/* Trains a population of `members` configurations on one data set, each bit-identical to what it would be alone, for any number of
 * threads (0: all cores). With several members each thread trains one member at a time, start to end; one member alone gets all
 * threads for its products. runs[0..members-1] receive the runs. A member that diverges or is stopped is no failure of the call: see
 * its outcome. All configurations are checked before the first update; a member's memory is taken before its own first update. */
strata_status strata_train(size_t members, const strata_config *const *configs, const strata_data *data, int threads,
                           const strata_observer *observer, strata_run **runs);

/*
 * Checkpoints of trainings: FOLDER/ID/checkpoint and, until the next is safe, FOLDER/ID/checkpoint.previous for the run with that id. They
 * appear whole or not at all, also when the power fails. One of update 0, which is small, is written before the first parameters are drawn,
 * others when any of these asks for it, when a run is stopped, and after its last update; a run that has one goes on from there, and ends
 * with the bits of one that was never interrupted. They change no id and no result. One that cannot be written is said, and tried again
 * when the next is due.
 */
typedef struct {
    const char *folder; /* made when it is not there. Each run's folder in it is locked while it trains: no second process may train it */
    long updates;       /* after every so many updates; 0: not by number */
    double seconds;     /* after every so many seconds; 0: not by time */
    const char *owner;  /* a word for whose runs these are, which strata_checkpoint_peek gives back; NULL: none */
    void *self;
    long (*asked)(void *self); /* for how many somebody has asked so far: one each time it has grown. Any thread; may be NULL */
    /* A sentence for people: a run goes on from its checkpoint, one is damaged and was renamed *.damaged, one cannot be read and was
     * renamed *.unreadable, one could not be written. One call at a time; may be NULL. */
    void (*tell)(void *self, size_t member, const char *sentence);
} strata_checkpoints;

/* How to train. All zero: by all cores, watched by nobody, without checkpoints. */
typedef struct {
    int threads;                           /* as in strata_train */
    const strata_observer *observer;       /* may be NULL */
    const strata_checkpoints *checkpoints; /* NULL: none are written, and none are looked for */
    bool forget;                           /* gives a member's parameters back after observer->finished: its model says what it was, and
                                              can be neither saved nor used any more */
} strata_training;

/*
 * As strata_train, with checkpoints, if asked for. All memory that a member's training needs, that of its checkpoints included, is taken
 * before its first update. Fails also with STRATA_ERR_STORAGE when a run's folder cannot be made, or no checkpoint of it can be read, and
 * with STRATA_ERR_ARGUMENT when a checkpoint was written by another version, or by kernels that are not used here: the bits would differ.
 * A run that another process trains is left to it, with the outcome STRATA_ERR_BUSY. No two members may be the same run.
 * What has ended keeps its checkpoint until strata_checkpoint_remove: call that once the run is saved, at the earliest from
 * observer->finished, during which the run's folder is still locked.
 */
strata_status strata_train_as(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                              strata_run **runs);

typedef struct {
    long updates;        /* of the whole run */
    uint64_t parameters; /* W, b, gamma and beta of all layers */
} strata_run_size;

/* How large a training of this configuration is, without training. */
strata_status strata_config_size(const strata_config *config, strata_run_size *out);

/* What trainings ask of memory and disk, in bytes, and what there is of memory. */
typedef struct {
    uint64_t memory;                                       /* at the peak, all in all */
    uint64_t data, parameters, work, checkpoints, other;   /* of which; work: mini-batches, gradients, evaluations */
    uint64_t left;                                         /* for that, a data set that is in memory included; UINT64_MAX: no limit known */
    char limit[256];                                       /* whose limit that is, in words; "" where there is none */
    bool fits;                                             /* memory <= left */
    int at_once;                                           /* members that train at once */
    uint64_t model_file, checkpoint_file;                  /* of the largest member */
    uint64_t disk;                                         /* at the most: models, and checkpoints meanwhile */
} strata_need;

/* Adds up what strata_train_as would take, without taking it; data NULL: the set, which is not read yet, counts, too. The limits are those
 * of the machine (memory that is available without swap), of the control groups of this process, and of ulimit. STRATA_ERR_MEMORY, with
 * *out filled in, when it does not fit, as strata_train_as itself would fail before it takes anything; STRATA_ERR_ARGUMENT as that. */
strata_status strata_training_need(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                                   strata_need *out);

typedef struct {
    long update, updates; /* done, and in all */
    double seconds;       /* taken so far */
    char data_digest[65], data_kind[32];
    char owner[32];     /* as in strata_checkpoints; "" for none */
    char obstacle[512]; /* why this program on this machine cannot go on with it; "" when it can */
} strata_checkpoint_facts;

/* What the newest whole checkpoint of a run says, and its configuration, resolved: with that, strata_train_as goes on. Changes nothing on
 * disk. STRATA_ERR_BUSY when somebody trains the run, STRATA_ERR_STORAGE when none can be read, STRATA_ERR_DATA when none is whole. */
strata_status strata_checkpoint_peek(const char *folder, const char *id, strata_checkpoint_facts *facts, strata_config **config);

/* Removes the checkpoints of a run, if it has any, and its folder when it is empty then. For who trains it, when it has ended. */
strata_status strata_checkpoint_remove(const char *folder, const char *id);

/* The same for everybody else: where a process trains the run, nothing is removed, which is no failure. */
strata_status strata_checkpoint_remove_idle(const char *folder, const char *id);

const strata_run_facts_t *strata_run_facts(const strata_run *run);
const strata_config *strata_run_config(const strata_run *run); /* as resolved: backend, n_s and all */
const strata_point *strata_run_curve(const strata_run *run, size_t *count);
const strata_model *strata_run_model(const strata_run *run);   /* belongs to the run */

/* The id that a run of this configuration on this data has (strata_run_facts_t), without training: 12 digits and the final zero. The
 * configuration is checked as strata_train would, and need not be resolved. */
strata_status strata_run_id(const strata_config *config, const strata_data *data, char out[13]);

/* One measurement of one layer at a point of the curves (docs/math.md, Diagnosis, says how each is made). */
typedef struct {
    long update;      /* that of the point */
    int layer;        /* 1 .. k; k is the output layer */
    const char *what; /* "dead_share" (a share 0..1 of the units; hidden layers only), "gradient_norm" (of dW),
                         "preactivation_mean", "preactivation_variance" (of S = W X + b). Static */
    double value;     /* may be NaN or infinite where a training goes wrong */
} strata_layer_point;

/* What diagnose = true adds to a run; it changes nothing else but the id and the seconds. The points of all layers, in the order of update,
 * layer, what (by alphabet), the same updates as the curve's; count is 0 when diagnose = false. Belongs to the run, as the next two. */
const strata_layer_point *strata_run_layers(const strata_run *run, size_t *count);

/* Images of the test part at the end, [STRATA_CLASSES * STRATA_CLASSES]: element truth * STRATA_CLASSES + guess, the guess being the class
 * of the largest probability, the first on a tie. The diagonal's sum is accuracy times the number of test images. NULL when
 * diagnose = false, and for a run whose outcome is not STRATA_OK. */
const long *strata_run_confusion(const strata_run *run);

/* One test image that is mistaken for another class. */
typedef struct {
    long image; /* as in strata_data_test_image */
    int truth, guess;
    double probability; /* of the guess */
} strata_mistake;

enum { STRATA_MISTAKES = 24 };

/* The STRATA_MISTAKES mistaken test images of which the net is most sure (fewer where it makes fewer), the surest first, then by image
 * number. count is 0 where strata_run_confusion is NULL. */
const strata_mistake *strata_run_mistakes(const strata_run *run, size_t *count);
void strata_run_free(strata_run *run);

/* ---- the gradient check -------------------------------------------------------------------------------------------------------------- */

typedef enum {
    STRATA_CENTRAL,      /* (19), centred differences in double, as the report does */
    STRATA_COMPLEX_STEP, /* (20), exact to rounding */
    STRATA_AGAINST_REF64 /* another backend's gradients against those of ref64, which the other two prove */
} strata_method;

/* One tensor's entries. An entry agrees, or is set aside as a kink, or is excused as round-off, or is an error. */
typedef struct {
    const char *name;      /* "W", "b", "gamma", "beta" */
    long entries;          /* in the tensor */
    long checked;          /* compared, kinks left out */
    long kinks;            /* disagreed, because a ReLU changed sign between the two evaluations; left out of everything below */
    long structural_zeros; /* zero in exact arithmetic, rounding noise on both sides (b under BN); left out of max_rel alone */
    long round_off;        /* disagreed, but the complex step confirms the analytic gradient: rounding or truncation of the quotient */
    long errors;           /* disagreed, and nothing excuses it */
    long below_1e_6;       /* absolute error below 1e-6 */
    double max_abs;        /* largest |ga - gn| */
    double max_rel;        /* largest |ga - gn| / max(1e-12, |ga| + |gn|) */
    double tolerance;      /* an entry with a larger absolute error disagrees */
} strata_gradcheck_tensor;

typedef struct {
    int tensors; /* 2 (W, b), or 4 with batch normalisation */
    strata_gradcheck_tensor tensor[4];
} strata_gradcheck_layer;

typedef struct {
    strata_method method;
    const char *backend; /* of STRATA_AGAINST_REF64 */
    double h;            /* of STRATA_CENTRAL */
    int inputs;          /* the images are cut to their first `inputs` dimensions: 1 .. 3072 */
    int images;          /* in the mini-batch, at least 2 */
    long sample;         /* entries per tensor, drawn at random with repetition; 0: all */
    int threads;         /* 0: all cores; the result does not depend on it */
} strata_gradcheck_options;

typedef struct strata_gradcheck strata_gradcheck;

/* The options of the report: central, h = 1e-5, 10 inputs, 20 images, every entry. */
strata_gradcheck_options strata_gradcheck_defaults(void);

/* Are these options and this configuration such as strata_gradcheck_run takes, as far as they can tell without data? */
strata_status strata_gradcheck_check(const strata_config *config, const strata_gradcheck_options *options);

/* Checks the gradients of the net that the configuration describes (hidden, bn, lambda, init, seed, eps; precision of another
 * backend). A disagreement is not a failure of the call: see passed. */
strata_status strata_gradcheck_run(const strata_config *config, const strata_data *data, const strata_gradcheck_options *options,
                                   strata_gradcheck **out);
bool strata_gradcheck_passed(const strata_gradcheck *check); /* no errors */
const strata_gradcheck_layer *strata_gradcheck_layers(const strata_gradcheck *check, int *count); /* layer 1 first */
void strata_gradcheck_free(strata_gradcheck *check);

/* ---- this build and machine ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    const char *description;
    bool available;
    const char *missing; /* what to do to get it, when it is not available */
} strata_backend_facts;

/* Every backend this version knows, available here or not. Static; any thread. */
const strata_backend_facts *strata_backends(size_t *count);

/* The kernels of the cpu backend come in levels, "generic" < "avx2" < "avx512" < "vnni" < "amx"; the best that the processor has is used,
 * or this one if it is less. For tests and comparisons; one limit for the whole process, to be set before any other call.
 * STRATA_ERR_ARGUMENT for another word. */
strata_status strata_cpu_limit(const char *level);

/* "All cores", where `threads` is 0, are those of the process's affinity, no more than the quotas of its control groups (cgroup versions 1
 * and 2) leave, rounded up, and no more than this limit; 0: no limit, as at first. One limit for the whole process, to be set before other
 * threads call. STRATA_ERR_ARGUMENT outside 0 .. STRATA_THREADS_MAX. */
strata_status strata_threads_limit(int threads);

/* The backend that `auto` means here. */
const char *strata_backend_auto(void);

typedef struct {
    const char *compiler, *flags, *commit; /* commit: of the source, "unknown" outside a checkout */
    bool bf16;                             /* precision = bf16 is more than a word: the cpu backend has kernels for it here */
    const char *cpu_level;                 /* of the cpu backend's kernels: what the processor has, or the limit */
    const char *blas;                      /* version and kernel of OpenBLAS, "none" without it */
    bool yaml, png;
    char cpu[128];
    int cores;                             /* that this process may use: see strata_threads_limit */
} strata_machine_facts;

/* Fills in what is known about this build and machine. */
void strata_machine(strata_machine_facts *out);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
