/*
 * Experiments as data: what the `experiment:` part of a YAML file says (docs/experiments.md). An experiment is a base configuration, axes
 * along which settings vary, and a number of seeds; or a gradient check of such configurations. Internal to the module.
 */
#ifndef STRATA_LAB_PLAN_H
#define STRATA_LAB_PLAN_H

#include "lab_request.h"
#include "strata/settings.h"
#include "text.h"
#include "yaml_file.h"

enum { PLAN_AXES = 8, PLAN_VALUES = 100, PLAN_RUNGS = 8, PLAN_WORD = STRATA_LAB_NAME, PLAN_METHODS = 2 };

/* Where the values of an axis come from. */
typedef enum {
    AXIS_LIST,       /* [a, b, c] */
    AXIS_LOGUNIFORM, /* {loguniform: [from, to], draws: n, seed: s} */
    AXIS_LOGSPACE,   /* {logspace: [from, to], points: n} */
    AXIS_AROUND,     /* {around: EXPERIMENT, span: f, points: n, rounds: r}: a grid about its best value, refined round after round */
    AXIS_BEST,       /* {best: EXPERIMENT}: its best value */
    AXIS_WITHIN,     /* {within: EXPERIMENT}: its values from the lowest to the highest that cannot be told from the best */
    AXIS_DRAWN       /* {loguniform: ...}, {uniform: ...} or {choice: ...} of a random search: value number n is that of draw number n */
} axis_kind;

typedef struct experiment experiment;

typedef struct {
    const char *key;    /* the setting that varies */
    const char *prefix; /* before each number, e.g. "sigma:" */
    axis_kind kind;
    double from, to;
    double span; /* of the next round */
    long count, seed, rounds; /* count of AXIS_WITHIN: of the values that it chooses from */
    const char *of;                      /* the experiment of AXIS_AROUND, _BEST, _WITHIN */
    const experiment *searched;          /* that one, where it is a random search; else NULL */
    char value[PLAN_VALUES][PLAN_WORD];  /* so far */
    size_t values;
    const yaml_node *node;
} axis;

/* What its author expects to be found, settled before anything runs. */
typedef struct {
    const char *kind; /* "higher", "lower" (than the experiment `against`), "above", "below", "between"; "" for nothing */
    double low, high; /* accuracies; NaN where the kind has none */
} expectation;

/* A rung of successive halving: so many configurations at most are each trained for so long. */
typedef struct {
    long length;          /* the value of the setting */
    long size;
    long list[PLAN_VALUES]; /* the numbers of those that are trained, upwards, once they are chosen */
    long count;
} rung;

/* A random search over all axes at once: configuration number n has value number n of each of them. */
typedef struct {
    const yaml_node *node;   /* NULL: there is none, and the axes' values are multiplied */
    long draws, seed;
    const char *setting;     /* that grows from rung to rung: cycles, updates or epochs; NULL: one rung, and nothing grows */
    const yaml_node *halving;
    long factor, budget;     /* of the setting, added up over all trainings */
    rung rung[PLAN_RUNGS];
    size_t rungs;            /* 1 or more in a search */
    long best;               /* the configuration that was found; -1: none yet, */
    size_t best_rung;        /* and where, */
    double mean, error;      /* its validation accuracy; the standard error of that, NaN where each configuration has one seed */
    long n;                  /* seeds */
} random_search;

struct experiment {
    char *path;
    yaml_node *root; /* texts below are borrowed from it */
    char id[PLAN_WORD];
    strata_config *config; /* fitted to its data by plan_fit */
    const char *data_name; /* as the file has it; NULL: those of the call */
    const yaml_node *data_node;
    const strata_data *data; /* borrowed; NULL: they are not there, */
    const char *no_data;     /* and why, borrowed */
    const char *title, *claim, *source, *against;
    const yaml_node *published; /* what was published, NULL when nothing was */
    double report, median, lowest, highest;
    text changed; /* settings of the call that make another training of it than its file: "n_s=5"; no length: none does */
    const yaml_node *against_node; /* where `against` stands; NULL when nothing does */
    expectation expect;
    long ord, seeds; /* seeds 0: as many as asked for */
    strata_part part;
    axis axis[PLAN_AXES];
    size_t axes;
    random_search search;
    const yaml_node *range_test; /* NULL: it is none */
    const yaml_node *check; /* NULL: an experiment of trainings */
    const char *method[PLAN_METHODS];
    size_t methods;
    long inputs, images;
    long round; /* that have been run */
    bool done;
    bool partial; /* some of its trainings are other shards', or it starts from such an experiment: it is done here, without a conclusion */
    bool failed; /* it, or what it starts from, found nothing to go on with: it is done, without results */
    long runs, counted; /* trainings that the progress counts for it, and those of them whose values were known */
    double work;        /* that the progress counts for it */
};

void plan_free(experiment *e);

/* The trainings of each setting: what the file says, else what the request says; fewer in a quick look. */
long plan_seeds(const lab_request *wanted, const experiment *e);

/* The axis whose values are refined round after round, which varies alone then; NULL: there is none. */
axis *plan_refined(experiment *e);

/* How many trainings it comes to at most, as far as can be told before it is run. */
long plan_size(const experiment *e, long seeds);

/* How many values an axis comes to at most: a search may end before its rounds do. */
long plan_values(const axis *a);

/* The work, as strata_config_work has it, of so many of its last trainings: those whose values are found out last. */
double plan_work(const experiment *e, long seeds, long trainings);

/* How many new trainings the rounds that are still to come ask for at most. */
long plan_later(const experiment *e, long seeds);

/* Can the setting that varies take this value? If not, the node is to blame. */
strata_status plan_try(const experiment *e, const axis *a, const yaml_node *node, const char *value);

/* A wrong thing at a node of this experiment's file; NULL: at no line of it. */
strata_status plan_blame(const experiment *e, const yaml_node *node, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The value of one node: a plain text, borrowed; a finite number; a share 0..1, as accuracies are; a whole number; two positive numbers,
 * the first not above the second; two numbers. */
strata_status plan_take_word(const experiment *e, const yaml_node *node, const char **out);
strata_status plan_take_real(const experiment *e, const yaml_node *node, double *out);
strata_status plan_take_share(const experiment *e, const yaml_node *node, double *out);
strata_status plan_take_whole(const experiment *e, const yaml_node *node, long least, long most, long *out);
strata_status plan_take_range(const experiment *e, const yaml_node *node, axis *a);

strata_status plan_take_pair(const experiment *e, const yaml_node *node, double *from, double *to);

/* Refuses a key that is not in the list, and names the nearest. */
strata_status plan_check_keys(const experiment *e, const yaml_node *map, const char *const *known, size_t count);

#define PLAN_CHECK_KEYS(e, map, ...) \
    plan_check_keys(e, map, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

#endif
