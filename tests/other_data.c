/* See other_data.h. */
#include "other_data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_CLASSES = 30, POINTS = 6 };

static const char *const clothes[] = { "T-shirt, top", "trouser", "pullover", "dress", "coat",
                                       "sandal",       "shirt",   "sneaker",  "bag",   "ankle boot" };
static const char *const flowers[] = { "setosa", "versicolor", "virginica" };
static const char *const numbers[MOST_CLASSES] = { "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13", "14", "15",
                                                   "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29",
                                                   "30" };

static const char grey_digest[] = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
static const char flowers_digest[] = "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a";
static const char many_digest[] = "dbc1b4c900ffe48d575b5da5c638040125f65db0fe3e24494b76ea986457d986";

static const store_dataset sets[] = {
    { grey_digest, "grey-clothes", "grey-clothes", "Made-up pieces of clothing", { STRATA_BYTES, 784, 28, 28, 1, 10 }, 60000, 10000,
      clothes },
    { flowers_digest, "flowers", "flowers", "", { STRATA_FLOATS, 4, 0, 0, 0, 3 }, 120, 30, flowers },
    { many_digest, "many", "many", "Images of thirty classes", { STRATA_BYTES, 192, 8, 8, 3, 30 }, 3000, 600, numbers },
};

static const struct {
    const char *id, *title, *against;
    int set;
    double accuracy, published;
} rows[] = {
    { "grey", "Clothes without batch normalisation", "", 0, 0.871, NAN },
    { "grey-bn", "Clothes with batch normalisation", "grey", 0, 0.885, 0.8833 },
    { "flowers", "Flowers by four measures", "3layer", 1, 0.955, 0.967 },
    { "many", "Thirty classes", "", 2, 0.42, NAN },
};

enum { ROWS = sizeof rows / sizeof *rows };

static size_t fill_confusion(const store_dataset *d, double accuracy, store_confusion out[MOST_CLASSES * MOST_CLASSES])
{
    size_t count = 0;
    int classes = d->form.classes;
    long each = d->test / classes;
    for (int truth = 0; truth < classes; truth++) {
        long right = lround(accuracy * (double)each), next = each - right;
        for (int guess = 0; guess < classes; guess++) {
            int off = (guess - truth + classes) % classes;
            long entry = off == 0 ? right : off == 1 ? next - next / 3 : off == 2 ? next / 3 : 0;
            out[count++] = (store_confusion){ STRATA_TEST_PART, truth, guess, entry };
        }
    }
    return count;
}

static void fill_points(double accuracy, strata_point out[POINTS])
{
    for (int p = 0; p < POINTS; p++) {
        double a = accuracy * (1 - exp(-(double)p)) + 0.1 * exp(-(double)p);
        out[p] = (strata_point){ 100L * p, p, 0.01, { 2 - a, 2.1 - a, a + 0.01 }, { 2.05 - a, 2.15 - a, a } };
    }
}

static strata_status put_run(store *s, size_t q, int seed)
{
    static store_confusion confusion[MOST_CLASSES * MOST_CLASSES];
    static strata_point point[POINTS];
    char id[32], config[128];
    const store_dataset *d = &sets[rows[q].set];
    double accuracy = rows[q].accuracy + 0.003 * (seed - 2);
    const strata_score score = { 0.4, 0.5, accuracy };
    (void)snprintf(id, sizeof id, "%s-%d", rows[q].id, seed);
    (void)snprintf(config, sizeof config, "name = %s\nhidden = [50,50]\nbn = %s\nn_batch = 100\nseed = %d\n", rows[q].id,
                   strstr(id, "bn") != NULL ? "true" : "false", seed);
    fill_points(accuracy, point);
    const store_run run = { .id = id, .name = rows[q].id, .seed = (uint64_t)seed, .status = STORE_DONE, .config = config, .backend = "cpu",
                            .threads = 1, .data_kind = d->kind, .data_digest = d->digest, .updates = 500, .seconds = 2,
                            .created = "2024-05-02T12:00:00Z", .version = STRATA_VERSION, .score = { &score, &score, &score },
                            .point = point, .point_count = POINTS, .confusion = confusion,
                            .confusion_count = fill_confusion(d, accuracy, confusion), .dataset = d };
    TRY(store_put_run(s, &run));
    return store_link(s, rows[q].id, id, 0, "");
}

strata_status other_data_fill(store *s)
{
    for (size_t q = 0; q < ROWS; q++) {
        const store_experiment e = { .id = rows[q].id, .title = rows[q].title, .source = "somebody, 2020", .published = rows[q].published,
                                     .median = NAN, .lowest = NAN, .highest = NAN, .against = rows[q].against, .part = STRATA_TEST_PART,
                                     .ord = 1000 + (long)q };
        TRY(store_put_experiment(s, &e));
        for (int seed = 1; seed <= OTHER_SEEDS; seed++) TRY(put_run(s, q, seed));
    }
    return STRATA_OK;
}
