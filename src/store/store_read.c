/*
 * Reading: rows of SELECTs become the structs of store.h, one at a time, each shown to a visitor. Columns are counted from 0 in the order
 * of the SELECT beside them.
 */
#include <math.h>
#include <string.h>

#include "store_rows.h"

/* Who is shown what, on behalf of whom. */
typedef struct {
    store *s;
    void *self;
    union {
        store_run_visitor *run;
        store_experiment_visitor *experiment;
        store_point_visitor *point;
        store_layer_point_visitor *layer_point;
        store_confusion_visitor *confusion;
        store_mistake_visitor *mistake;
        store_certainty_visitor *certainty;
        store_artifact_visitor *artifact;
        store_gradcheck_visitor *gradcheck;
        store_pair_visitor *pair;
    } show;
} reader;

/* The place of a word in a list, or -1. */
static int place_of(const char *word, const char *const *list, int count)
{
    for (int w = 0; w < count; w++) {
        if (strcmp(word, list[w]) == 0) return w;
    }
    return -1;
}

/* Texts alone as the values of the question marks. */
strata_status store_walk(store *s, const char *sql, const char *first, const char *second,
                         strata_status (*each)(void *self, const store_line *line), void *self)
{
    const store_value cells[] = { { .type = STORE_TEXT, .text = first }, { .type = STORE_TEXT, .text = second } };
    return store_walk_cells(s, sql, cells, (size_t)(first != NULL) + (second != NULL), each, self);
}

/* ---- runs ------------------------------------------------------------------------------------------------------------------------ */

#define RUN_COLUMNS                                                                                                               \
    "run.id, name, seed, status, reason, config, backend, threads, data_kind, data_digest, model_digest, updates, seconds, created," \
    " version, maker"

static const char all_runs[] = "SELECT " RUN_COLUMNS ", '' FROM run ORDER BY created, run.rowid";
static const char runs_of_experiment[] = "SELECT " RUN_COLUMNS ", label FROM experiment_run JOIN run ON run.id = experiment_run.run"
                                         " WHERE experiment = ? ORDER BY ord, seed, created, run.rowid";
static const char run_status[] = "SELECT status FROM run WHERE id = ?";
static const char run_results[] = "SELECT part, what, value, kind FROM result WHERE run = ?";

typedef struct {
    store *s;
    strata_score score[STORE_PARTS];
    bool given[STORE_PARTS];
} results;

static strata_status read_result(void *self, const store_line *line)
{
    results *r = self;
    int part = place_of(store_text_at(line, 0), store_part_words, STORE_PARTS);
    int what = place_of(store_text_at(line, 1), store_score_words, 3);
    if (part < 0) return store_unknown_word(r->s, "part", store_text_at(line, 0));
    if (what < 0) return store_unknown_word(r->s, "score", store_text_at(line, 1));
    strata_score *score = &r->score[part];
    double *field[] = { &score->loss, &score->cost, &score->accuracy };
    if (!r->given[part]) *score = (strata_score){ NAN, NAN, NAN };
    *field[what] = store_number_at(line, 2);
    r->given[part] = true;
    return STRATA_OK;
}

static strata_status read_run(void *self, const store_line *line)
{
    const reader *r = self;
    results found = { .s = r->s };
    int status = place_of(store_text_at(line, 3), store_status_words, STORE_FAILED + 1);
    if (status < 0) return store_unknown_word(r->s, "status", store_text_at(line, 3));
    store_run run = {
        .id = store_text_at(line, 0),
        .name = store_text_at(line, 1),
        .seed = (uint64_t)store_whole_at(line, 2),
        .status = (store_status)status,
        .reason = store_text_at(line, 4),
        .config = store_text_at(line, 5),
        .backend = store_text_at(line, 6),
        .threads = (int)store_whole_at(line, 7),
        .data_kind = store_text_at(line, 8),
        .data_digest = store_text_at(line, 9),
        .model_digest = store_text_at(line, 10),
        .updates = (long)store_whole_at(line, 11),
        .seconds = store_real_at(line, 12),
        .created = store_text_at(line, 13),
        .version = store_text_at(line, 14),
        .maker = store_text_at(line, 15),
    };
    TRY(store_walk(r->s, run_results, run.id, NULL, read_result, &found));
    for (int p = 0; p < STORE_PARTS; p++) run.score[p] = found.given[p] ? &found.score[p] : NULL;
    return r->show.run(r->self, &run, store_text_at(line, 16));
}

strata_status store_each_run(store *s, const char *experiment, store_run_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.run = visit };
    store_about(s, experiment != NULL ? "reading the runs of experiment" : "reading all runs", experiment);
    return store_walk(s, experiment != NULL ? runs_of_experiment : all_runs, experiment, NULL, read_run, &r);
}

bool store_number(const char *value, double *out)
{
    const char *colon = strrchr(value, ':');
    return text_to_double(colon != NULL ? colon + 1 : value, out) && isfinite(*out);
}

typedef struct {
    bool found, ended;
} presence;

static strata_status read_status(void *self, const store_line *line)
{
    const char *word = store_text_at(line, 0);
    bool ended = strcmp(word, store_status_words[STORE_DONE]) == 0 || strcmp(word, store_status_words[STORE_DIVERGED]) == 0;
    *(presence *)self = (presence){ true, ended };
    return STRATA_OK;
}

strata_status store_find_run(store *s, const char *id, bool *found, bool *ended)
{
    presence p = { false, false };
    REQUIRE(s != NULL && id != NULL && found != NULL && ended != NULL);
    store_about(s, "looking for run", id);
    TRY(store_walk(s, run_status, id, NULL, read_status, &p));
    *found = p.found;
    *ended = p.ended;
    return STRATA_OK;
}

/* ---- what belongs to a run ------------------------------------------------------------------------------------------------------- */

static const char run_points[] = "SELECT upd, epoch, eta, train_loss, train_loss_kind, train_cost, train_cost_kind, train_accuracy,"
                                 " train_accuracy_kind, validation_loss, validation_loss_kind, validation_cost, validation_cost_kind,"
                                 " validation_accuracy, validation_accuracy_kind FROM point WHERE run = ? ORDER BY upd";
static const char run_layer_points[] =
    "SELECT upd, layer, what, value, kind FROM layer_point WHERE run = ? ORDER BY upd, layer, what";
static const char run_confusion[] =
    "SELECT part, truth, guess, count FROM confusion WHERE run = ? ORDER BY part, truth, guess";
static const char run_mistakes[] =
    "SELECT part, image, truth, guess, probability FROM mistake WHERE run = ? ORDER BY part, probability DESC, image";
static const char run_certainty[] = "SELECT part, bin, correct, wrong FROM certainty WHERE run = ? ORDER BY part, bin";
static const char run_artifacts[] = "SELECT path, bytes, sha256 FROM artifact WHERE run = ? ORDER BY path";
static const char run_settings[] = "SELECT key, value FROM setting WHERE run = ? ORDER BY ord";
static const char run_env[] = "SELECT key, value FROM env WHERE run = ? ORDER BY key";

static strata_score score_at(const store_line *line, int column)
{
    return (strata_score){ store_number_at(line, column), store_number_at(line, column + 2), store_number_at(line, column + 4) };
}

static strata_status read_point(void *self, const store_line *line)
{
    const reader *r = self;
    strata_point point = { (long)store_whole_at(line, 0), store_real_at(line, 1), store_real_at(line, 2), score_at(line, 3),
                           score_at(line, 9) };
    return r->show.point(r->self, &point);
}

strata_status store_each_point(store *s, const char *run, store_point_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.point = visit };
    store_about(s, "reading the points of run", run);
    return store_walk(s, run_points, run, NULL, read_point, &r);
}

static strata_status read_layer_point(void *self, const store_line *line)
{
    const reader *r = self;
    store_layer_point point = { (long)store_whole_at(line, 0), (int)store_whole_at(line, 1), store_text_at(line, 2),
                                store_number_at(line, 3) };
    return r->show.layer_point(r->self, &point);
}

strata_status store_each_layer_point(store *s, const char *run, store_layer_point_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.layer_point = visit };
    store_about(s, "reading the layers of run", run);
    return store_walk(s, run_layer_points, run, NULL, read_layer_point, &r);
}

static strata_status read_confusion(void *self, const store_line *line)
{
    const reader *r = self;
    int part = place_of(store_text_at(line, 0), store_part_words, STORE_PARTS);
    if (part < 0) return store_unknown_word(r->s, "part", store_text_at(line, 0));
    store_confusion cell = { (strata_part)part, (int)store_whole_at(line, 1), (int)store_whole_at(line, 2), (long)store_whole_at(line, 3) };
    return r->show.confusion(r->self, &cell);
}

strata_status store_each_confusion(store *s, const char *run, store_confusion_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.confusion = visit };
    store_about(s, "reading the confusion of run", run);
    return store_walk(s, run_confusion, run, NULL, read_confusion, &r);
}

static strata_status read_mistake(void *self, const store_line *line)
{
    const reader *r = self;
    int part = place_of(store_text_at(line, 0), store_part_words, STORE_PARTS);
    if (part < 0) return store_unknown_word(r->s, "part", store_text_at(line, 0));
    store_mistake mistake = { (strata_part)part, (long)store_whole_at(line, 1), (int)store_whole_at(line, 2), (int)store_whole_at(line, 3),
                              store_real_at(line, 4) };
    return r->show.mistake(r->self, &mistake);
}

strata_status store_each_mistake(store *s, const char *run, store_mistake_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.mistake = visit };
    store_about(s, "reading the mistakes of run", run);
    return store_walk(s, run_mistakes, run, NULL, read_mistake, &r);
}

static strata_status read_certainty(void *self, const store_line *line)
{
    const reader *r = self;
    int part = place_of(store_text_at(line, 0), store_part_words, STORE_PARTS);
    if (part < 0) return store_unknown_word(r->s, "part", store_text_at(line, 0));
    store_certainty bin = { (strata_part)part, (int)store_whole_at(line, 1), (long)store_whole_at(line, 2), (long)store_whole_at(line, 3) };
    return r->show.certainty(r->self, &bin);
}

strata_status store_each_certainty(store *s, const char *run, store_certainty_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.certainty = visit };
    store_about(s, "reading the probabilities of the true class of run", run);
    return store_walk(s, run_certainty, run, NULL, read_certainty, &r);
}

static strata_status read_artifact(void *self, const store_line *line)
{
    const reader *r = self;
    store_artifact artifact = { store_text_at(line, 0), store_whole_at(line, 1), store_text_at(line, 2) };
    return r->show.artifact(r->self, &artifact);
}

strata_status store_each_artifact(store *s, const char *run, store_artifact_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.artifact = visit };
    store_about(s, "reading the files of run", run);
    return store_walk(s, run_artifacts, run, NULL, read_artifact, &r);
}

static strata_status read_pair(void *self, const store_line *line)
{
    const reader *r = self;
    return r->show.pair(r->self, store_text_at(line, 0), store_text_at(line, 1));
}

strata_status store_each_env(store *s, const char *run, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.pair = visit };
    store_about(s, "reading the machine of run", run);
    return store_walk(s, run_env, run, NULL, read_pair, &r);
}

strata_status store_each_setting(store *s, const char *run, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.pair = visit };
    store_about(s, "reading the settings of run", run);
    return store_walk(s, run_settings, run, NULL, read_pair, &r);
}

/* ---- experiments ----------------------------------------------------------------------------------------------------------------- */

static const char experiments[] = "SELECT id, title, source, published, median, lowest, highest, claim, against, part, ord FROM experiment"
                                  " ORDER BY ord, rowid";
static const char experiment_gradchecks[] =
    "SELECT method, hidden, bn, lambda, layer, tensor, entries, checked, kinks, structural_zeros, round_off, errors, below_1e_6, max_abs,"
    " max_abs_kind, max_rel, max_rel_kind, tolerance, tolerance_kind FROM gradcheck WHERE experiment = ? ORDER BY ord";
static const char experiment_note[] = "SELECT value FROM note WHERE experiment = ? AND key = ?";

static strata_status read_experiment(void *self, const store_line *line)
{
    const reader *r = self;
    bool validation = strcmp(store_text_at(line, 9), store_part_words[STRATA_VALIDATION_PART]) == 0;
    store_experiment experiment = {
        .id = store_text_at(line, 0),
        .title = store_text_at(line, 1),
        .source = store_text_at(line, 2),
        .published = store_real_at(line, 3),
        .median = store_real_at(line, 4),
        .lowest = store_real_at(line, 5),
        .highest = store_real_at(line, 6),
        .claim = store_text_at(line, 7),
        .against = store_text_at(line, 8),
        .part = validation ? STRATA_VALIDATION_PART : STRATA_TEST_PART,
        .ord = (long)store_whole_at(line, 10),
    };
    return r->show.experiment(r->self, &experiment);
}

strata_status store_each_experiment(store *s, store_experiment_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.experiment = visit };
    store_about(s, "reading the experiments", NULL);
    return store_walk(s, experiments, NULL, NULL, read_experiment, &r);
}

static strata_status read_gradcheck(void *self, const store_line *line)
{
    const reader *r = self;
    store_gradcheck row = {
        .method = store_text_at(line, 0),
        .hidden = store_text_at(line, 1),
        .bn = store_whole_at(line, 2) != 0,
        .lambda = store_real_at(line, 3),
        .layer = (int)store_whole_at(line, 4),
        .tensor = {
            .name = store_text_at(line, 5),
            .entries = (long)store_whole_at(line, 6),
            .checked = (long)store_whole_at(line, 7),
            .kinks = (long)store_whole_at(line, 8),
            .structural_zeros = (long)store_whole_at(line, 9),
            .round_off = (long)store_whole_at(line, 10),
            .errors = (long)store_whole_at(line, 11),
            .below_1e_6 = (long)store_whole_at(line, 12),
            .max_abs = store_number_at(line, 13),
            .max_rel = store_number_at(line, 15),
            .tolerance = store_number_at(line, 17),
        },
    };
    return r->show.gradcheck(r->self, &row);
}

strata_status store_each_gradcheck(store *s, const char *experiment, store_gradcheck_visitor *visit, void *self)
{
    REQUIRE(s != NULL && experiment != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .show.gradcheck = visit };
    store_about(s, "reading the gradient checks of experiment", experiment);
    return store_walk(s, experiment_gradchecks, experiment, NULL, read_gradcheck, &r);
}

static strata_status read_note(void *self, const store_line *line)
{
    text *value = self;
    text_add(value, "%s", store_text_at(line, 0));
    return value->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a note") : STRATA_OK;
}

strata_status store_note(store *s, const char *experiment, const char *key, bool *found, text *value)
{
    text made = { 0 };
    REQUIRE(s != NULL && experiment != NULL && key != NULL && found != NULL && value != NULL);
    store_about(s, "reading a note of experiment", experiment);
    strata_status status = store_walk(s, experiment_note, experiment, key, read_note, &made);
    bool present = status == STRATA_OK && made.at != NULL;
    text_free(present ? value : &made);
    if (present) *value = made;
    if (status == STRATA_OK) *found = present;
    return status;
}
