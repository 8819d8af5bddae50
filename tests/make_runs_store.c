/*
 * make_runs_store DIR: writes DIR/runs.sqlite for tests/cli/runs.test, and DIR/empty.sqlite without a run. The runs are variations of one,
 * a1b2c3d4e5f6: the same again on another machine, one whose curves part from it, diverged ones, one that is running, one that was stopped,
 * one with texts that nobody should write, one with points in between. They are put in another order than that of their age.
 * DIR/many.sqlite has more of them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store.h"

enum { POINTS = 21, STEP = 90, MANY = 40 };

static const char sha[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char config[] = "name = first\nhidden = [50,50]\nbn = true\nlambda = 0.0038\nseed = 1\nn_s = 900\ncycles = 1\n"
                             "backend = blas\n";
static const char other[] = "name = first\nhidden = [50,50]\nbn = true\nlambda = 0.005\nseed = 2\nn_s = 900\ncycles = 1\n"
                            "backend = blas\neps = 1e-05\n";
static const char odd[] = "name = odd\nhidden = [abc]\nfuture = 7\nlambda = 0.00500\n";

static const store_env here[] = { { "cpu", "Example CPU" }, { "compiler", "gcc 12.2.0" } };
static const store_env there[] = { { "cpu", "Other CPU" }, { "compiler", "gcc 12.2.0" }, { "blas", "none" } };
static const store_artifact files[] = { { "runs/a1b2c3d4e5f6/model.safetensors", 642200, sha },
                                        { "runs/a1b2c3d4e5f6/weights.png", 99, sha } };

/* All that one run points to. */
typedef struct {
    strata_point point[POINTS];
    strata_score score[STORE_PARTS];
    store_run run;
} whole;

static void first(whole *w)
{
    for (int p = 0; p < POINTS; p++) {
        double x = p / 64.0;
        w->point[p] = (strata_point){ STEP * p, p, 0.1, { 2.3 - x, 2.5 - x, 0.1 + x }, { 2.4 - x, 2.6 - x, 0.09 + x } };
    }
    for (int p = 0; p < STORE_PARTS; p++) w->score[p] = (strata_score){ 1.25 + p, 1.5 + p, 0.5625 - p / 16.0 };
    w->run = (store_run){ .id = "a1b2c3d4e5f6", .name = "first", .seed = 1, .status = STORE_DONE, .config = config, .backend = "blas",
                          .threads = 1, .data_kind = "synthetic", .data_digest = sha, .model_digest = sha, .updates = 1800, .seconds = 12.5,
                          .created = "2024-05-03T12:00:00Z", .version = "0.1.0", .env = here, .env_count = 2, .point = w->point,
                          .point_count = POINTS, .artifact = files, .artifact_count = 2 };
    for (int p = 0; p < STORE_PARTS; p++) w->run.score[p] = &w->score[p];
}

static void again(whole *w)
{
    w->run.id = "b000aaaa1111";
    w->run.created = "2024-05-02T12:00:00Z";
    w->run.env = there;
    w->run.env_count = 3;
    w->run.artifact_count = 0;
}

/* One bit of one number, from update 1350 on. */
static void parted(whole *w)
{
    w->run.id = "a1b2ffff0000";
    w->run.created = "2024-05-01T12:00:00Z";
    w->run.config = other;
    w->run.seed = 2;
    w->point[15].validation.cost = nextafter(w->point[15].validation.cost, 9);
    w->point[17].train.accuracy = 0;
    w->score[STRATA_TEST_PART].accuracy = 0.375;
}

static void diverged(whole *w)
{
    w->run.id = "c000cccc2222";
    w->run.created = "2024-05-04T12:00:00Z";
    w->run.status = STORE_DIVERGED;
    w->run.reason = "seed 1: diverged: the training cost is not finite at update 901 of 1800 (nan); try a smaller eta_max";
    w->run.model_digest = "";
    w->run.updates = 901;
    w->run.point_count = 11;
    w->point[10].train = (strata_score){ NAN, INFINITY, 0.1 };
    for (int p = 0; p < STORE_PARTS; p++) w->score[p] = (strata_score){ NAN, NAN, NAN };
}

/* Another NaN is the same. */
static void diverged_again(whole *w)
{
    diverged(w);
    w->run.id = "c111cccc3333";
    w->point[10].train.loss = -NAN;
}

static void shorter(whole *w)
{
    w->run.id = "c222cccc4444";
    w->run.point_count = 6;
    w->run.status = STORE_STOPPED;
    w->run.reason = "seed 1: stopped at update 500 of 1800";
    w->run.updates = 500;
    for (int p = 0; p < STORE_PARTS; p++) w->run.score[p] = NULL;
}

static void running(whole *w)
{
    w->run.id = "d000dddd4444";
    w->run.created = "2024-05-05T12:00:00Z";
    w->run.status = STORE_RUNNING;
    w->run.reason = "not at its end yet";
    w->run.updates = 0;
    w->run.point_count = w->run.artifact_count = w->run.env_count = 0;
    for (int p = 0; p < STORE_PARTS; p++) w->run.score[p] = NULL;
}

static void unlike(whole *w)
{
    w->run.id = "odd";
    w->run.created = "2024-05-06T12:00:00Z";
    w->run.config = odd;
    w->run.score[STRATA_TEST_PART] = NULL;
    for (int p = 0; p < POINTS; p++) w->point[p].update += 7;
}

/* Half as far, with twice as many points; its id is longer than that of another, which is older. */
static void finer(whole *w)
{
    w->run.id = "odd-finer";
    w->run.created = "2024-04-01T12:00:00Z";
    for (int p = POINTS - 1; p >= 0; p--) {
        w->point[p] = w->point[p / 2];
        w->point[p].update = STEP / 2 * p;
    }
}

static strata_status put(store *s, void (*change)(whole *w))
{
    whole w;
    first(&w);
    if (change != NULL) change(&w);
    return store_put_run(s, &w.run);
}

static strata_status fill(store *s)
{
    static void (*const changes[])(whole *w) = { NULL, again, parted, diverged, diverged_again, shorter, running, unlike, finer };
    static const char *const experiments[] = { "3layer-bn", "lambda-fine", "empty-one" };
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) TRY(put(s, changes[c]));
    for (size_t e = 0; e < sizeof experiments / sizeof *experiments; e++) {
        const store_experiment experiment = { .id = experiments[e], .published = NAN, .median = NAN, .lowest = NAN, .highest = NAN,
                                              .part = STRATA_TEST_PART, .ord = (long)e };
        TRY(store_put_experiment(s, &experiment));
    }
    TRY(store_link(s, "3layer-bn", "a1b2c3d4e5f6", 0, ""));
    TRY(store_link(s, "lambda-fine", "a1b2c3d4e5f6", 1, "lambda=0.0038"));
    TRY(store_link(s, "lambda-fine", "a1b2ffff0000", 0, "lambda=0.005"));
    return store_link(s, "3layer-bn", "odd", 2, "\x1b[31m a label with a \xce\xbb that is longer than a column");
}

static strata_status fill_many(store *s)
{
    whole w;
    first(&w);
    for (int r = 0; r < MANY; r++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%04d", r);
        w.run.id = id;
        w.score[STRATA_TEST_PART].accuracy = r / 100.0;
        TRY(store_put_run(s, &w.run));
    }
    return STRATA_OK;
}

static strata_status make(const char *folder, const char *name, strata_status (*with)(store *s))
{
    char path[4096];
    store *s;
    (void)snprintf(path, sizeof path, "%.4000s/%s", folder, name);
    (void)unlink(path);
    TRY(store_open(path, STORE_READ_WRITE, &s));
    strata_status status = with != NULL ? with(s) : STRATA_OK;
    store_close(s);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 2) return (void)fprintf(stderr, "usage: make_runs_store DIR\n"), 2;
    bool good = make(argv[1], "runs.sqlite", fill) == STRATA_OK && make(argv[1], "empty.sqlite", NULL) == STRATA_OK
                && make(argv[1], "many.sqlite", fill_many) == STRATA_OK;
    if (good) return 0;
    (void)fprintf(stderr, "make_runs_store: %s\n", strata_error());
    return 1;
}
