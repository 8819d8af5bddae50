/*
 * Golden digests: what test_golden.c compares with tests/golden.csv. A case is one configuration: one of the files in experiments/ (with a
 * first, a middle and a last value of each axis), or one of golden.c's own for what no experiment reaches. A level is one way to compute
 * that has the same bits on all machines that have it: ref64, ref32, and each level of cpu. (blas is none: OpenBLAS picks kernels by
 * processor. refc64 does not train.)
 */
#ifndef STRATA_TESTS_GOLDEN_H
#define STRATA_TESTS_GOLDEN_H

#include "config.h"
#include "dataset.h"
#include "digest.h"

enum { GOLDEN_CASES = 100, GOLDEN_NAME = 180, GOLDEN_LEVELS = 9 };

/* Images of CIFAR-10's form, drawn; a table of floats; grey images. The last two are made of whole numbers, the same on every machine. */
typedef enum { GOLDEN_IMAGES, GOLDEN_TABLE, GOLDEN_GREY, GOLDEN_SETS } golden_data;

typedef struct {
    char name[GOLDEN_NAME];
    bool experiment;  /* it comes from a file of experiments/ */
    bool kernels;     /* for the levels of cpu alone: what the definitions have no other code for */
    bool tiles;       /* for amx too, few of them: tiles in plain C take seconds */
    golden_data data; /* what it trains on */
    strata_config *config;
} golden_case;

typedef struct {
    golden_case list[GOLDEN_CASES];
    size_t count;
    bool yaml; /* without libyaml there are no experiments */
} golden_cases;

/* All cases. Every failure ends the program with a sentence. */
void golden_make(const char *experiments, golden_cases *out);
void golden_free(golden_cases *cases);

typedef struct {
    const char *name;
    const char *rows;    /* the level whose rows in golden.csv are its too, since it computes the same; NULL: it has its own */
    const char *backend; /* the setting */
    const char *limit;   /* the level of cpu; NULL for other backends */
} golden_level;

extern const golden_level golden_levels[GOLDEN_LEVELS];

/* Makes the process compute at this level until golden_leave; false when this machine cannot. Where vnni is, amx is: over tiles in plain
 * C, which has its bits (src/mat/cpu/README.md). */
bool golden_enter(const golden_level *level);
void golden_leave(void);

/* The case cut to some dozen updates on few images, as this level trains it: fewer yet for the definitions. And its settings as key=value
 * words, but those that are the library's default. To be freed. */
strata_config *golden_cut(const golden_case *c, const golden_level *level);
char *golden_settings(const strata_config *cut);

typedef struct {
    char model[DIGEST_TEXT];  /* of all parameters and running averages, as doubles */
    char curves[DIGEST_TEXT]; /* of the mini-batches' losses, the points, the test scores, and what diagnose=true adds */
} golden_digests;

/* Trains it. Neither digest has the version, the run's id, a name or a time in it. */
void golden_train(const strata_config *cut, golden_data data, const golden_level *level, golden_digests *out);

/* What the C library's functions give at some thousand places, called by the test alone: of log, cos, sin (model) and exp, log (curves) as
 * doubles, or what a float keeps of the first and of expf, logf. Another C library, or the same on a processor without FMA, may round some
 * of them otherwise; rows at levels that build on them differ then and nobody is to blame. */
void golden_libm(bool single, golden_digests *out);

#endif
