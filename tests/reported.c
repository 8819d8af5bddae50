/*
 * The experiments as a table, and what a run of each would have shown: see reported.h. A curve approaches its end exponentially, a little
 * worse where the rate is high; the noise is a hash of experiment, seed and place.
 */
#include "reported.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"

enum { CLASSES = 10, SETTINGS = 10, POINTS = 31, LAYERS = 9, WHATS = 4, MISTAKES = 12, UPDATES_A_CYCLE = 4500, POINTS_A_CYCLE = 10 };

typedef struct {
    const char *id, *title, *hidden;
    int bn;
    const char *init;
    double accuracy, spread; /* of the test set: mean and about the deviation over seeds */
    double published, median, lowest, highest;
    const char *against, *claim;
    const char *key;         /* what varies, or NULL */
    const char *value[SETTINGS];
} row;

static const char deep[] = "[50,30,20,20,10,10,10,10]";

static const row rows[] = {
    { "gradcheck-2", "2 layers: analytic against numerical gradients", "[50]", 0, "he", 0, 0, NAN, NAN, NAN, NAN, "",
      "W 100 / 99.6 % and b 100 % of the absolute errors are below 1e-6; the largest is 1.3e-6.", NULL, { NULL } },
    { "gradcheck-3", "3 layers: analytic against numerical gradients", "[50,50]", 0, "he", 0, 0, NAN, NAN, NAN, NAN, "",
      "All absolute errors are below 1e-6; the largest is 3.2e-7.", NULL, { NULL } },
    { "gradcheck-4", "4 layers: analytic against numerical gradients", "[50,50,10]", 0, "he", 0, 0, NAN, NAN, NAN, NAN, "",
      "All absolute errors are below 1e-6; the largest is 6.3e-7.", NULL, { NULL } },
    { "3layer", "3 layers without batch normalisation", "[50,50]", 0, "he", 0.5215, 0.004, 0.522, 0.5275, 0.462, 0.540, "",
      "52.2 % on the test set.", NULL, { NULL } },
    { "3layer-bn", "3 layers with batch normalisation", "[50,50]", 1, "he", 0.5342, 0.003, 0.535, 0.534, 0.515, 0.5395, "3layer",
      "Batch normalisation brings 53.5 % where 52.2 % were without.", NULL, { NULL } },
    { "9layer", "9 layers without batch normalisation", deep, 0, "he", 0.462, 0.015, 0.498, 0.4635, 0.368, 0.494, "",
      "Deeper is worse without batch normalisation: 49.8 %.", NULL, { NULL } },
    { "9layer-bn", "9 layers with batch normalisation", deep, 1, "he", 0.514, 0.004, 0.516, 0.516, 0.505, 0.525, "9layer",
      "With batch normalisation 9 layers reach 51.6 %.", NULL, { NULL } },
    { "lambda-coarse", "Regularisation, coarse search", "[50,50]", 1, "he", 0.538, 0.004, NAN, NAN, NAN, NAN, "", "", "lambda",
      { "0.000147", "0.000312", "0.00071", "0.00128", "0.00263", "0.0049", "0.0097", "0.0214", "0.0419", "0.0832" } },
    { "lambda-fine", "Regularisation, fine search", "[50,50]", 1, "he", 0.54, 0.003, NAN, NAN, NAN, NAN, "", "", "lambda",
      { "0.00151", "0.00193", "0.00247", "0.00301", "0.00383", "0.0046", "0.0055", "0.0067", "0.0081", "0.0094" } },
    { "lambda-final", "The best regularisation, three cycles", "[50,50]", 1, "he", 0.5365, 0.003, 0.537, 0.536, 0.523, 0.5427, "",
      "53.7 % at lambda = 3.83e-3.", "lambda", { "0.00383" } },
    { "init-1e-1", "sigma = 1e-1 without batch normalisation", "[50,50]", 0, "sigma:0.1", 0.519, 0.005, NAN, 0.52, 0.1, 0.53, "",
      "At the edge: 51 to 53 %, or 10 %.", NULL, { NULL } },
    { "init-1e-1-bn", "sigma = 1e-1 with batch normalisation", "[50,50]", 1, "sigma:0.1", 0.533, 0.003, NAN, 0.53, 0.51, 0.54, "init-1e-1",
      "", NULL, { NULL } },
    { "init-1e-3", "sigma = 1e-3 without batch normalisation", "[50,50]", 0, "sigma:0.001", 0.31, 0.19, NAN, 0.3, 0.1, 0.5, "",
      "Bistable: 10 to 50 %.", NULL, { NULL } },
    { "init-1e-3-bn", "sigma = 1e-3 with batch normalisation", "[50,50]", 1, "sigma:0.001", 0.531, 0.003, NAN, 0.53, 0.51, 0.54,
      "init-1e-3", "", NULL, { NULL } },
    { "init-1e-4", "sigma = 1e-4 without batch normalisation", "[50,50]", 0, "sigma:0.0001", 0.1, 0, NAN, 0.1, 0.1, 0.1, "",
      "Always 10 %.", NULL, { NULL } },
    { "init-1e-4-bn", "sigma = 1e-4 with batch normalisation", "[50,50]", 1, "sigma:0.0001", 0.529, 0.004, NAN, 0.53, 0.51, 0.54,
      "init-1e-4", "", NULL, { NULL } },
    { "init-grid", "Initial deviations without batch normalisation", "[50,50]", 0, "he", 0.52, 0.005, NAN, NAN, NAN, NAN, "",
      "The smaller sigma, the higher the loss.", "init",
      { "sigma:0.0001", "sigma:0.0003", "sigma:0.001", "sigma:0.003", "sigma:0.01", "sigma:0.03", "sigma:0.1" } },
    { "init-grid-bn", "Initial deviations with batch normalisation", "[50,50]", 1, "he", 0.532, 0.004, NAN, NAN, NAN, NAN, "init-grid",
      "Batch normalisation makes them matter little.", "init",
      { "sigma:0.0001", "sigma:0.0003", "sigma:0.001", "sigma:0.003", "sigma:0.01", "sigma:0.03", "sigma:0.1" } },
};

enum { ROWS = sizeof rows / sizeof *rows };

/* -1 .. 1, from anything that names it. */
static double noise(const char *name, long a, long b)
{
    uint64_t h = 14695981039346656037u;
    for (; *name != '\0'; name++) h = (h ^ (unsigned char)*name) * 1099511628211u;
    h = (h ^ (uint64_t)a) * 1099511628211u;
    h = (h ^ (uint64_t)b) * 1099511628211u;
    h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 32) * 0x94d049bb133111ebu;
    return (double)(h >> 11) / 4503599627370496.0 - 1;
}

/* All of one run: what store_run points to. */
typedef struct {
    char id[DIGEST_TEXT], label[48], config[1024], model[DIGEST_TEXT];
    int layers;
    double accuracy;
    strata_score score[STORE_PARTS];
    strata_point point[POINTS];
    store_layer_point layer_point[POINTS * LAYERS * WHATS];
    store_confusion confusion[CLASSES * CLASSES];
    store_mistake mistake[MISTAKES];
    store_run run;
} whole_run;

static const char data_digest[] = "5d41402abc4b2a76b9719d911017c592ae2b1c0f3d4e5a6b7c8d9e0f1a2b3c4d";

static const char *const class_names[CLASSES] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                                  "dog",      "frog",       "horse", "ship", "truck" };
static const store_dataset dataset = { data_digest, "cifar-10-jpeg", "once-through-JPEG", "CIFAR-10, each image passed once through JPEG",
                                       { STRATA_BYTES, 3072, 32, 32, 3, CLASSES }, 50000, 10000, class_names };

static const store_env machine[] = {
    { "blas", "OpenBLAS 0.3.21 Haswell" }, { "commit", "0123456789ab" }, { "compiler", "gcc 12.2.0" }, { "cores", "8" },
    { "cpu", "Example CPU @ 3.00GHz" },    { "flags", "-O3 -g" },
};

static int layers_of(const char *hidden)
{
    int layers = 2;
    for (; *hidden != '\0'; hidden++) layers += *hidden == ',';
    return layers;
}

/* How well this setting does with this seed: worse away from a lambda near 4e-3; without BN small deviations never leave 10 %. */
static double accuracy_of(const row *r, const char *value, int seed)
{
    double a = r->accuracy, wobble = r->spread * noise(r->id, seed, 0);
    if (value != NULL && strcmp(r->key, "lambda") == 0) {
        double decades = log10(strtod(value, NULL) / 0.004);
        a -= 0.022 * decades * decades;
        wobble = r->spread * noise(value, seed, 0);
    }
    if (value != NULL && strcmp(r->key, "init") == 0) {
        double sigma = strtod(strchr(value, ':') + 1, NULL);
        wobble = r->spread * noise(value, seed, r->bn);
        if (!r->bn && sigma < 0.005) return sigma < 0.0008 || noise(value, seed, 7) < 0 ? 0.1 : 0.47 + 2 * wobble;
    }
    if (strcmp(r->id, "init-1e-3") == 0) return noise(r->id, seed, 7) < 0 ? 0.1 : 0.48 + wobble / 20;
    return a + wobble;
}

/* ---- the parts of a run ---------------------------------------------------------------------------------------------------------- */

static void fill_points(whole_run *w, const row *r, int seed, long updates)
{
    bool stuck = w->accuracy < 0.11;
    size_t count = (size_t)(updates / UPDATES_A_CYCLE * POINTS_A_CYCLE) + 1;
    for (size_t p = 0; p < count; p++) {
        long update = (long)p * UPDATES_A_CYCLE / POINTS_A_CYCLE;
        double phase = (double)(update % UPDATES_A_CYCLE) / (UPDATES_A_CYCLE / 2.0), height = phase < 1 ? phase : 2 - phase;
        double done = 1 - exp(-5.0 * (double)update / (double)updates), bump = height * (update > 0 ? 0.05 : 0);
        double shake = 0.003 * noise(r->id, 100 * seed + (long)p, 1);
        double validation = 0.1 + (w->accuracy - 0.098) * done - bump + shake;
        double train = 0.1 + (w->accuracy - 0.05) * done - bump + 0.5 * shake;
        double loss = 2.32 - (2.32 - 1.36 - 1.6 * (0.53 - w->accuracy)) * done + 3 * bump - 2 * shake;
        if (stuck) validation = train = 0.1, loss = 2.3026;
        double penalty = stuck ? 0.001 : 0.9 * exp(-3.0 * (double)update / (double)updates) + 0.15;
        w->point[p] = (strata_point){ update, (double)update / 450, 1e-5 + height * (0.1 - 1e-5), { loss - 0.12 * done, 0, train },
                                      { loss, 0, validation } };
        w->point[p].train.cost = w->point[p].train.loss + penalty;
        w->point[p].validation.cost = loss + penalty;
    }
    w->run.point = w->point;
    w->run.point_count = count;
    w->run.updates = updates;
}

static void fill_layer_points(whole_run *w, const row *r, int seed)
{
    static const char *const whats[WHATS] = { "gradient_norm", "preactivation_mean", "preactivation_variance", "dead_share" };
    size_t n = 0;
    if (strcmp(r->hidden, deep) != 0) return;
    for (size_t p = 0; p < w->run.point_count; p++) {
        for (int l = 1; l <= w->layers; l++) {
            double below = (double)(w->layers - l), shake = 1 + 0.2 * noise(r->id, 1000 * seed + (long)p, l);
            double value[WHATS] = { (r->bn ? 0.4 : 0.5 * pow(0.7, below)) * shake, (r->bn ? 0 : -0.3 + 0.05 * l) + 0.02 * shake,
                                    (r->bn ? 1 + 0.02 * l : 2.5 * pow(0.75, l)) * shake, (r->bn ? 0.005 : 0.03 * l) * fabs(shake) };
            for (int q = 0; q < WHATS; q++) {
                if (l == w->layers && q > 0) continue; /* the output layer has no ReLU and no normalisation */
                w->layer_point[n++] = (store_layer_point){ w->point[p].update, l, whats[q], value[q] };
            }
        }
    }
    w->run.layer_point = w->layer_point;
    w->run.layer_point_count = n;
}

/* A thousand images of each class: what is not right is spread, the look-alikes cat and dog, car and truck taken for each other most. */
static void fill_confusion(whole_run *w, const row *r, int seed)
{
    static const int twin[CLASSES] = { 8, 9, 4, 5, 2, 3, 2, 4, 0, 1 };
    for (int truth = 0; truth < CLASSES; truth++) {
        double accuracy = w->accuracy + 0.1 * noise(r->id, truth, 3) + 0.01 * noise(r->id, truth, 10 + seed);
        long right = accuracy > 0 ? (long)(1000 * accuracy) : 0, left = 1000 - right;
        for (int guess = 0; guess < CLASSES; guess++) {
            long count = guess == truth ? right : guess == twin[truth] ? left - 8 * (left / 12) : left / 12;
            w->confusion[truth * CLASSES + guess] = (store_confusion){ STRATA_TEST_PART, truth, guess, count };
        }
    }
    for (int m = 0; m < MISTAKES; m++) {
        int truth = (3 * m + seed) % CLASSES;
        w->mistake[m] = (store_mistake){ STRATA_TEST_PART, 97L * m + seed, truth, twin[truth], 0.999 - 0.004 * m };
    }
    w->run.confusion = w->confusion;
    w->run.confusion_count = CLASSES * CLASSES;
    w->run.mistake = w->mistake;
    w->run.mistake_count = MISTAKES;
}

static strata_status fill_config(whole_run *w, const row *r, const char *value, int seed)
{
    bool lambda = value != NULL && strcmp(r->key, "lambda") == 0, init = value != NULL && strcmp(r->key, "init") == 0;
    (void)snprintf(w->config, sizeof w->config,
                   "name = %s\nhidden = %s\nbn = %s\nlambda = %s\neta_min = 1e-05\neta_max = 0.1\nn_batch = 100\nn_s = 2250\n"
                   "cycles = %d\nseed = %d\ninit = %s\neps = 1e-05\nalpha = 0.9\nn_train = 45000\nn_val = 5000\nevals = 10\n"
                   "backend = blas\nthreads = 1\n",
                   r->id, r->hidden, r->bn ? "true" : "false", lambda ? value : "0.005", strcmp(r->id, "lambda-final") == 0 ? 3 : 2, seed,
                   init ? value : r->init);
    if (r->key != NULL) (void)snprintf(w->label, sizeof w->label, "%s=%s", r->key, value);
    TRY(digest_sha256(w->config, strlen(w->config), w->model));
    (void)snprintf(w->id, sizeof w->id, "%.12s", w->model);
    return STRATA_OK;
}

/* It stops at the third point, where the loss is no number any more. */
static void diverge(whole_run *w)
{
    w->point[2].train = w->point[2].validation = (strata_score){ NAN, INFINITY, 0.1 };
    w->run.point_count = 3;
    w->run.confusion_count = w->run.mistake_count = 0;
    w->run.status = STORE_DIVERGED;
    w->run.reason = "the loss of update 871 is not finite";
    w->run.updates = 871;
    w->run.model_digest = "";
    for (int p = 0; p < STORE_PARTS; p++) w->score[p] = (strata_score){ NAN, NAN, NAN };
}

static strata_status put_run(store *s, const row *r, size_t setting, int seed)
{
    static whole_run w;
    const char *value = r->value[setting];
    bool searches = strcmp(r->id, "lambda-coarse") == 0 || strcmp(r->id, "lambda-fine") == 0;
    memset(&w, 0, sizeof w);
    TRY(fill_config(&w, r, value, seed));
    w.layers = layers_of(r->hidden);
    w.accuracy = accuracy_of(r, value, seed);
    w.run = (store_run){ .id = w.id, .name = r->id, .seed = (uint64_t)seed, .status = STORE_DONE, .config = w.config, .backend = "blas",
                         .threads = 1, .data_kind = "once-through-JPEG", .data_digest = data_digest, .model_digest = w.model,
                         .seconds = 20 + 3 * noise(r->id, seed, 5), .created = "2024-05-01T12:00:00Z", .version = STRATA_VERSION,
                         .env = machine, .env_count = sizeof machine / sizeof *machine, .dataset = &dataset };
    fill_points(&w, r, seed, strcmp(r->id, "lambda-final") == 0 ? 13500 : 9000);
    fill_layer_points(&w, r, seed);
    const strata_point *last = &w.point[w.run.point_count - 1];
    w.score[STRATA_TRAIN_PART] = last->train;
    w.score[STRATA_VALIDATION_PART] = last->validation;
    w.score[STRATA_TEST_PART] = (strata_score){ last->validation.loss + 0.01, last->validation.cost + 0.01, w.accuracy };
    if (!searches) fill_confusion(&w, r, seed);
    if (strcmp(r->id, "init-1e-1") == 0 && seed == 3) diverge(&w);
    for (int p = 0; p < STORE_PARTS; p++) w.run.score[p] = searches && p == STRATA_TEST_PART ? NULL : &w.score[p];
    TRY(store_put_run(s, &w.run));
    return store_link(s, r->id, w.id, (long)setting, w.label);
}

/* ---- experiments ----------------------------------------------------------------------------------------------------------------- */

static strata_status put_gradchecks(store *s, const row *r)
{
    static const char *const names[] = { "W", "b", "gamma", "beta" }, *const methods[] = { "central", "complex" };
    store_gradcheck rows_[2 * 2 * 2 * 4 * 4];
    size_t n = 0;
    int layers = layers_of(r->hidden);
    for (int q = 0; q < 2 * 2 * 2; q++) {
        int complex = q / 4, bn = q / 2 % 2, penalty = q % 2;
        for (int l = 1; l <= layers; l++) {
            for (int t = 0; t < (bn && l < layers ? 4 : 2); t++) {
                long entries = t > 0 ? (l == layers ? 10 : 50) : l == 1 || l == layers ? 500 : 2500;
                long kinks = !complex && t == 0 && l == 1 ? 3 : 0, checked = entries - kinks, zeros = bn && t == 1 && l < layers ? 50 : 0;
                double size = pow(10, 0.6 * noise(r->id, 100 * q + 10 * l + t, 9)), abs = (complex ? 4e-16 : 3e-10) * size;
                rows_[n++] = (store_gradcheck){ methods[complex], r->hidden, bn != 0, penalty ? 0.005 : 0, l,
                                                { names[t], entries, checked, kinks, zeros, 0, 0, checked, abs,
                                                  (complex ? 2e-13 : 6e-8) * size, complex ? 1e-12 : 1e-6 } };
            }
        }
    }
    return store_put_gradcheck(s, r->id, rows_, n);
}

static strata_status put_notes(store *s, const row *r)
{
    TRY(store_put_note(s, r->id, "quick", "no"));
    TRY(store_put_note(s, r->id, "setting", r->key != NULL ? r->key : ""));
    if (strncmp(r->id, "lambda-", 7) == 0) TRY(store_put_note(s, r->id, "published.lambda", "0.00383"));
    if (strcmp(r->id, "lambda-fine") != 0) return STRATA_OK;
    TRY(store_put_note(s, r->id, "best", "0.00383"));
    TRY(store_put_note(s, r->id, "low", "0.00193"));
    TRY(store_put_note(s, r->id, "high", "0.0081"));
    return store_put_note(s, r->id, "verdict", "From 0.00193 to 0.0081 no lambda is told apart from the best, 0.00383, by these seeds.");
}

static strata_status put_row(store *s, const row *r, int seeds)
{
    bool searches = strcmp(r->id, "lambda-coarse") == 0 || strcmp(r->id, "lambda-fine") == 0;
    const store_experiment e = { r->id, r->title, isnan(r->published) ? "" : "DD2424 report", r->published, r->median, r->lowest,
                                 r->highest, r->claim, r->against, searches ? STRATA_VALIDATION_PART : STRATA_TEST_PART,
                                 (long)(r - rows) + 1 };
    TRY(store_put_experiment(s, &e));
    TRY(store_put_axes(s, r->id, &r->key, r->key != NULL));
    TRY(put_notes(s, r));
    if (r->accuracy <= 0) return put_gradchecks(s, r);
    for (size_t v = 0; v < SETTINGS && (v == 0 || r->value[v] != NULL); v++) {
        for (int seed = 1; seed <= seeds; seed++) TRY(put_run(s, r, v, seed));
    }
    return STRATA_OK;
}

strata_status reported_fill(store *s, int seeds)
{
    for (const row *r = rows; r < rows + ROWS; r++) TRY(put_row(s, r, seeds));
    return STRATA_OK;
}
