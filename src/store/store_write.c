/*
 * Writing: which rows a run, an experiment and a gradient check become. One public call is one transaction. The statements name their
 * values in the order of the columns in schema.sql.
 */
#include "clock.h"
#include "store_cell.h"
#include "store_rows.h"

/* The row of one statement and its cells, alive until the end of the block. */
#define ROW(text, ...)                                                                                                \
    (&(const store_row){ (text), (const store_value[]){ __VA_ARGS__ }, sizeof((const store_value[]){ __VA_ARGS__ }) / sizeof(store_value) })
#define NUMBER(x) real(x), kind(x) /* two columns: a value and its kind */

const char *const store_status_words[] = {
#define STATUS_WORD(name, word) word,
    STORE_STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
    NULL
};
const char *const store_part_words[STORE_PARTS] = { "train", "validation", "test" };
const char *const store_score_words[3] = { "loss", "cost", "accuracy" };

/* What a run has that its next recording replaces. */
static const char *const drop_parts[] = {
    "DELETE FROM setting WHERE run = ?",     "DELETE FROM env WHERE run = ?",       "DELETE FROM point WHERE run = ?",
    "DELETE FROM result WHERE run = ?",      "DELETE FROM artifact WHERE run = ?",  "DELETE FROM layer_point WHERE run = ?",
    "DELETE FROM confusion WHERE run = ?",   "DELETE FROM mistake WHERE run = ?",   "DELETE FROM certainty WHERE run = ?",
};
static const char put_run[] =
    "INSERT INTO run VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, seed = excluded.seed,"
    " status = excluded.status, reason = excluded.reason, config = excluded.config, backend = excluded.backend, threads = excluded.threads,"
    " data_kind = excluded.data_kind, data_digest = excluded.data_digest, model_digest = excluded.model_digest, updates = excluded.updates,"
    " seconds = excluded.seconds, created = excluded.created, version = excluded.version"; /* the maker stays */
static const char put_settings[] = "INSERT OR IGNORE INTO setting SELECT run, key, ord, value, number FROM config_line WHERE run = ?";
static const char fill_setting[] =
    "INSERT OR IGNORE INTO setting SELECT l.run, ?2, (SELECT coalesce(max(ord) + 1, 0) FROM setting WHERE run = l.run), ?3,"
    " strata_number(?3) FROM experiment_run l WHERE l.experiment = ?1";
static const char put_env[] = "INSERT INTO env VALUES (?,?,?)";
static const char put_point[] = "INSERT INTO point VALUES (?,?,?,?, ?,?,?,?,?,?, ?,?,?,?,?,?)";
static const char put_result[] = "INSERT INTO result VALUES (?,?,?,?,?)";
static const char put_artifact[] = "INSERT INTO artifact VALUES (?,?,?,?)";
static const char put_layer_point[] = "INSERT INTO layer_point VALUES (?,?,?,?,?,?)";
static const char put_confusion[] = "INSERT INTO confusion VALUES (?,?,?,?,?)";
static const char put_mistake[] = "INSERT INTO mistake VALUES (?,?,?,?,?,?)";
static const char put_certainty[] = "INSERT INTO certainty VALUES (?,?,?,?,?)";
static const char put_experiment[] =
    "INSERT INTO experiment VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET title = excluded.title,"
    " source = excluded.source, published = excluded.published, median = excluded.median, lowest = excluded.lowest,"
    " highest = excluded.highest, claim = excluded.claim, against = excluded.against, part = excluded.part, ord = excluded.ord";
static const char drop_links[] = "DELETE FROM experiment_run WHERE experiment = ?";
static const char put_link[] =
    "INSERT INTO experiment_run VALUES (?,?,?,?) ON CONFLICT (experiment, run) DO UPDATE SET ord = excluded.ord, label = excluded.label";
static const char drop_axes[] = "DELETE FROM axis WHERE experiment = ?";
static const char put_axis[] = "INSERT INTO axis VALUES (?,?,?)";
static const char drop_gradcheck[] = "DELETE FROM gradcheck WHERE experiment = ?";
static const char put_gradcheck[] = "INSERT INTO gradcheck VALUES (?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?, ?,?,?,?,?,?)";
static const char put_note[] =
    "INSERT INTO note VALUES (?,?,?) ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value";
static const char drop_notes[] = "DELETE FROM note WHERE experiment = ?1 AND substr(key, 1, length(?2)) = ?2";

/* ---- a run ----------------------------------------------------------------------------------------------------------------------- */

static strata_status put_run_row(store *s, const store_run *r)
{
    char now[CLOCK_DATE];
    clock_date(now); /* SQLite's own has no year after 9999 */
    const char *created = r->created != NULL && r->created[0] != '\0' ? r->created : now;
    for (size_t d = 0; d < sizeof drop_parts / sizeof *drop_parts; d++) TRY(store_put_row(s, ROW(drop_parts[d], words(r->id))));
    TRY(store_put_row(s, ROW(put_run, words(r->id), words(r->name), whole((int64_t)r->seed), words(store_status_words[r->status]),
                             words(r->reason), words(r->config), words(r->backend), whole(r->threads), words(r->data_kind),
                             words(r->data_digest), words(r->model_digest), whole(r->updates), real(r->seconds), words(created),
                             words(r->version), words(r->maker != NULL && r->maker[0] != '\0' ? r->maker : "lab"))));
    return store_put_row(s, ROW(put_settings, words(r->id)));
}

static strata_status put_points(store *s, const store_run *r)
{
    for (size_t p = 0; p < r->point_count; p++) {
        const strata_point *at = &r->point[p];
        const strata_score *t = &at->train, *v = &at->validation;
        TRY(store_put_row(s, ROW(put_point, words(r->id), whole(at->update), real(at->epoch), real(at->eta), NUMBER(t->loss),
                                 NUMBER(t->cost), NUMBER(t->accuracy), NUMBER(v->loss), NUMBER(v->cost), NUMBER(v->accuracy))));
    }
    return STRATA_OK;
}

static strata_status put_results(store *s, const store_run *r)
{
    for (size_t p = 0; p < STORE_PARTS; p++) {
        if (r->score[p] == NULL) continue;
        const double value[] = { r->score[p]->loss, r->score[p]->cost, r->score[p]->accuracy };
        for (size_t w = 0; w < sizeof value / sizeof *value; w++) {
            TRY(store_put_row(s, ROW(put_result, words(r->id), words(store_part_words[p]), words(store_score_words[w]), NUMBER(value[w]))));
        }
    }
    return STRATA_OK;
}

static strata_status put_layer_points(store *s, const store_run *r)
{
    for (size_t p = 0; p < r->layer_point_count; p++) {
        const store_layer_point *at = &r->layer_point[p];
        TRY(store_put_row(s, ROW(put_layer_point, words(r->id), whole(at->update), whole(at->layer), words(at->what), NUMBER(at->value))));
    }
    return STRATA_OK;
}

/* "" of a number that names no part: the schema refuses it. */
static store_value part_word(strata_part part)
{
    return words((size_t)part < STORE_PARTS ? store_part_words[part] : "");
}

static strata_status put_counts(store *s, const store_run *r)
{
    for (size_t c = 0; c < r->confusion_count; c++) {
        const store_confusion *at = &r->confusion[c];
        TRY(store_put_row(s, ROW(put_confusion, words(r->id), part_word(at->part), whole(at->truth), whole(at->guess), whole(at->count))));
    }
    for (size_t m = 0; m < r->mistake_count; m++) {
        const store_mistake *at = &r->mistake[m];
        TRY(store_put_row(s, ROW(put_mistake, words(r->id), part_word(at->part), whole(at->image), whole(at->truth), whole(at->guess),
                                 real(at->probability))));
    }
    for (size_t t = 0; t < r->certainty_count; t++) {
        const store_certainty *at = &r->certainty[t];
        TRY(store_put_row(s, ROW(put_certainty, words(r->id), part_word(at->part), whole(at->bin), whole(at->correct), whole(at->wrong))));
    }
    return STRATA_OK;
}

static strata_status put_files_and_env(store *s, const store_run *r)
{
    for (size_t a = 0; a < r->artifact_count; a++) {
        const store_artifact *at = &r->artifact[a];
        TRY(store_put_row(s, ROW(put_artifact, words(r->id), words(at->path), whole(at->bytes), words(at->sha256))));
    }
    for (size_t e = 0; e < r->env_count; e++) {
        TRY(store_put_row(s, ROW(put_env, words(r->id), words(r->env[e].key), words(r->env[e].value))));
    }
    return STRATA_OK;
}

static strata_status put_whole_run(store *s, const void *what)
{
    const store_run *run = what;
    if (run->dataset != NULL) TRY(store_put_dataset_rows(s, run->dataset));
    TRY(put_run_row(s, what));
    TRY(put_points(s, what));
    TRY(put_results(s, what));
    TRY(put_layer_points(s, what));
    TRY(store_put_variants(s, what));
    TRY(put_counts(s, what));
    return put_files_and_env(s, what);
}

strata_status store_put_run(store *s, const store_run *run)
{
    REQUIRE(s != NULL && run != NULL);
    REQUIRE(run->status >= STORE_RUNNING && run->status <= STORE_FAILED);
    REQUIRE(run->seed <= INT64_MAX);
    store_about(s, "writing run", run->id);
    return store_in_transaction(s, put_whole_run, run);
}

/* ---- experiments ----------------------------------------------------------------------------------------------------------------- */

strata_status store_put_experiment(store *s, const store_experiment *experiment)
{
    REQUIRE(s != NULL && experiment != NULL);
    const store_experiment *e = experiment;
    const char *part = store_part_words[e->part == STRATA_VALIDATION_PART ? STRATA_VALIDATION_PART : STRATA_TEST_PART];
    store_about(s, "writing experiment", e->id);
    return store_in_transaction(s, store_put_row, ROW(put_experiment, words(e->id), words(e->title), words(e->source), real(e->published),
                                                      real(e->median), real(e->lowest), real(e->highest), words(e->claim),
                                                      words(e->against), words(part), whole(e->ord)));
}

strata_status store_link(store *s, const char *experiment, const char *run, long ord, const char *label)
{
    REQUIRE(s != NULL);
    store_about(s, "linking an experiment to run", run);
    return store_in_transaction(s, store_put_row, ROW(put_link, words(experiment), words(run), whole(ord), words(label)));
}

typedef struct {
    const char *experiment;
    const store_link_row *rows;
    size_t count;
} links;

static strata_status put_all_links(store *s, const void *what)
{
    const links *all = what;
    TRY(store_put_row(s, ROW(drop_links, words(all->experiment))));
    for (size_t q = 0; q < all->count; q++) {
        const store_link_row *l = &all->rows[q];
        TRY(store_put_row(s, ROW(put_link, words(all->experiment), words(l->run), whole(l->ord), words(l->label))));
    }
    return STRATA_OK;
}

strata_status store_put_links(store *s, const char *experiment, const store_link_row *rows, size_t count)
{
    REQUIRE(s != NULL && (rows != NULL || count == 0));
    store_about(s, "linking its runs to experiment", experiment);
    return store_in_transaction(s, put_all_links, &(links){ experiment, rows, count });
}

strata_status store_fill_setting(store *s, const char *experiment, const char *key, const char *value)
{
    REQUIRE(s != NULL && experiment != NULL && key != NULL && value != NULL);
    store_about(s, "completing the settings of the runs of experiment", experiment);
    return store_in_transaction(s, store_put_row, ROW(fill_setting, words(experiment), words(key), words(value)));
}

strata_status store_put_note(store *s, const char *experiment, const char *key, const char *value)
{
    REQUIRE(s != NULL);
    store_about(s, "writing a note of experiment", experiment);
    return store_in_transaction(s, store_put_row, ROW(put_note, words(experiment), words(key), words(value)));
}

strata_status store_drop_notes(store *s, const char *experiment, const char *beginning)
{
    REQUIRE(s != NULL && experiment != NULL && beginning != NULL);
    store_about(s, "removing notes of experiment", experiment);
    return store_in_transaction(s, store_put_row, ROW(drop_notes, words(experiment), words(beginning)));
}

typedef struct {
    const char *experiment;
    const char *const *keys;
    size_t count;
} axes;

static strata_status put_all_axes(store *s, const void *what)
{
    const axes *all = what;
    TRY(store_put_row(s, ROW(drop_axes, words(all->experiment))));
    for (size_t a = 0; a < all->count; a++) {
        TRY(store_put_row(s, ROW(put_axis, words(all->experiment), words(all->keys[a]), whole((int64_t)a))));
    }
    return STRATA_OK;
}

strata_status store_put_axes(store *s, const char *experiment, const char *const *keys, size_t count)
{
    REQUIRE(s != NULL && (keys != NULL || count == 0));
    store_about(s, "writing the axes of experiment", experiment);
    return store_in_transaction(s, put_all_axes, &(axes){ experiment, keys, count });
}

typedef struct {
    const char *experiment;
    const store_gradcheck *rows;
    size_t count;
} gradchecks;

static strata_status put_gradchecks(store *s, const void *what)
{
    const gradchecks *all = what;
    TRY(store_put_row(s, ROW(drop_gradcheck, words(all->experiment))));
    for (size_t g = 0; g < all->count; g++) {
        const store_gradcheck *c = &all->rows[g];
        const strata_gradcheck_tensor *t = &c->tensor;
        TRY(store_put_row(s, ROW(put_gradcheck, words(all->experiment), whole((int64_t)g), words(c->method), words(c->hidden), whole(c->bn),
                                 real(c->lambda), whole(c->layer), words(t->name), whole(t->entries), whole(t->checked), whole(t->kinks),
                                 whole(t->structural_zeros), whole(t->round_off), whole(t->errors), whole(t->below_1e_6),
                                 NUMBER(t->max_abs), NUMBER(t->max_rel), NUMBER(t->tolerance))));
    }
    return STRATA_OK;
}

strata_status store_put_gradcheck(store *s, const char *experiment, const store_gradcheck *rows, size_t count)
{
    REQUIRE(s != NULL && (rows != NULL || count == 0));
    store_about(s, "writing the gradient checks of experiment", experiment);
    return store_in_transaction(s, put_gradchecks, &(gradchecks){ experiment, rows, count });
}
