/*
 * Measuring: what an update takes, whole and verb by verb; what its verbs must do at least, counted; and how fast this processor is at
 * most, measured too, so that a share of it means something. One measurement at a time, on the calling thread and those it starts.
 */
#ifndef STRATA_PROFILE_PROFILE_H
#define STRATA_PROFILE_PROFILE_H

#include "strata/data.h"
#include "strata/settings.h"

/* ---- whole updates ------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    long updates;         /* to time of each member, at most */
    double seconds;       /* to time them for, about; ten updates are timed in any case */
    int members, threads; /* as in strata_train; threads is 1 or more */
} profile_bounds;

enum { PROFILE_UPDATES_LEAST = 10 };

typedef struct {
    char backend[32], precision[8]; /* as resolved */
    long timed;                     /* updates that were, of all members */
    double median, best;            /* seconds of an update of one member, the first tenth left out */
    double per_second;              /* updates of all members that train at once: their number by the median */
} profile_timing;

/* Trains `members` of this configuration, seeds one after another, and times the intervals between the calls of strata_train's own
 * observer: forward, loss, averages, backward and step, fetching the images included, evaluations left out. n_s, cycles, evals, n_train
 * and n_val are the benchmark's own. */
strata_status profile_time(const strata_config *config, const strata_data *data, const profile_bounds *bounds,
                           profile_timing *out);

/* ---- verb by verb -------------------------------------------------------------------------------------------------------------------- */

/* One verb of mat.h at one shape, all its calls in an update together. */
typedef struct {
    const char *name;
    int m, n, d;       /* rows and columns of the output or of what it reads; terms of a product's sums, else 0 */
    int calls;         /* in an update */
    double seconds;    /* in an update: of each call the median over the updates, added up; the clock's own time is taken off */
    double operations; /* multiplications, additions, comparisons, quotients, roots and exponentials that its formula names, counted */
    double bytes;      /* of its operands, each counted once where it is read and once where it is written; pixels are one byte each */
    double again;      /* those of them that are counted a second time, because the verb writes what it has read */
    double fetched;    /* those of them that come from the data set */
} profile_verb;

typedef struct {
    profile_verb *verb; /* in the order of their first call */
    size_t count;
    double between;   /* seconds of an update outside its verbs; the median, clocks taken off */
    double operations, bytes;
    double first_loss, last_loss; /* of the mini-batches, so that a test can see that these are the updates that strata_train does */
} update_profile;

/* Trains one net for `updates` updates through a table that does what the configuration's backend does and looks at the clock before and
 * after each verb. */
strata_status profile_updates(const strata_config *config, const strata_data *data, int threads, long updates, update_profile *out);
void profile_free(update_profile *p);

/* ---- the machine --------------------------------------------------------------------------------------------------------------------- */

enum { PROFILE_KINDS = 4, PROFILE_BLOCKS = 4 };

typedef struct {
    int kinds;                      /* of operations that the cpu backend's level here has; the first is float */
    struct {
        const char *name;           /* "float", "bytes" */
        double per_second;          /* a multiplication and an addition are two */
    } kind[PROFILE_KINDS];
    double best;                    /* per second, of all kinds the fastest */
    struct {
        double bytes;               /* for each core */
        double per_second;          /* bytes read, again and again from a block of that size */
    } block[PROFILE_BLOCKS];          /* the smallest first: caches; the last one is memory, or a cache of more than 64 MB */
    int threads;                    /* all rates are those of so many cores together */
} profile_peak;

/* About half a second. */
strata_status profile_measure_peak(int threads, profile_peak *out);

/* Raises what a second measurement found to be higher: other programs only ever lower it. */
void profile_raise_peak(profile_peak *peak, const profile_peak *again);

/* The least seconds of a verb by the roofline: its operations at the best rate, or its operands, each moved once, at the rate of the
 * largest block that is not larger than they are, whichever takes longer. What is fetched from the data set comes at the rate of the last
 * block. */
double profile_roof(const profile_verb *verb, const profile_peak *peak);

#endif
