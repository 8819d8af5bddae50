/*
 * The SELECT of a choice of runs (store_runs.h), made of text that stands here and of values that are bound. The inner SELECT finds the
 * runs and their places; the outer one adds what they are, their scores, and the experiments that each belongs to.
 */
#include "store_runs.h"

#include <math.h>
#include <string.h>

#include "store_rows.h"

enum { CELLS = 128, SCORES = 9 };

/* A SELECT that grows, and the values of its question marks in their order. */
typedef struct {
    text sql;
    store_value cells[CELLS];
    size_t count;
} query;

static void bind_text(query *q, const char *value)
{
    if (q->count < CELLS) q->cells[q->count] = (store_value){ .type = STORE_TEXT, .text = value };
    q->count++;
}

static void bind_real(query *q, double value)
{
    if (q->count < CELLS) q->cells[q->count] = (store_value){ .type = STORE_REAL, .real = value };
    q->count++;
}

static void bind_whole(query *q, int64_t value)
{
    if (q->count < CELLS) q->cells[q->count] = (store_value){ .type = STORE_INTEGER, .integer = value };
    q->count++;
}

/* ---- keys -------------------------------------------------------------------------------------------------------------------------- */

/* A score as SQL compares numbers: NULL for NaN, and where there is none. */
#define SCORE(part, what)                                                                                              \
    "(SELECT CASE kind WHEN 0 THEN value WHEN 2 THEN 9e999 WHEN 3 THEN -9e999 END FROM result WHERE result.run = run.id" \
    " AND part = '" part "' AND what = '" what "')"

/* Keys and what they are in the inner SELECT. */
static const struct {
    const char *key;
    bool number;
    const char *sql;
} columns[] = {
    { "id", false, "run.id" },
    { "name", false, "run.name" },
    { "seed", true, "run.seed" },
    { "status", false, "run.status" },
    { "backend", false, "run.backend" },
    { "threads", true, "run.threads" },
    { "data", false, "run.data_kind" },
    { "data_digest", false, "run.data_digest" },
    { "dataset", false, "(SELECT d.name FROM dataset d WHERE d.digest = run.data_digest)" },
    { "model_digest", false, "run.model_digest" },
    { "updates", true, "run.updates" },
    { "seconds", true, "run.seconds" },
    { "created", false, "run.created" },
    { "version", false, "run.version" },
    { "maker", false, "run.maker" },
    { "train_loss", true, SCORE("train", "loss") },
    { "train_cost", true, SCORE("train", "cost") },
    { "train_accuracy", true, SCORE("train", "accuracy") },
    { "validation_loss", true, SCORE("validation", "loss") },
    { "validation_cost", true, SCORE("validation", "cost") },
    { "validation_accuracy", true, SCORE("validation", "accuracy") },
    { "test_loss", true, SCORE("test", "loss") },
    { "test_cost", true, SCORE("test", "cost") },
    { "test_accuracy", true, SCORE("test", "accuracy") },
    { "loss", true, SCORE("test", "loss") },
    { "cost", true, SCORE("test", "cost") },
    { "accuracy", true, SCORE("test", "accuracy") },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

const char *store_run_key(size_t index, bool *number)
{
    if (index >= COLUMNS) return NULL;
    *number = columns[index].number;
    return columns[index].key;
}

/* The number of the column of this key; COLUMNS: it is a setting. */
static size_t column_of(const char *key)
{
    size_t c = 0;
    while (c < COLUMNS && strcmp(columns[c].key, key) != 0) c++;
    return c;
}

/* ---- the SELECT -------------------------------------------------------------------------------------------------------------------- */

static void add_order(query *q, const store_choice *choice)
{
    const char *way = choice->descending ? " DESC" : "";
    size_t column = choice->sort != NULL ? column_of(choice->sort) : COLUMNS;
    text_add(&q->sql, "row_number() OVER (ORDER BY ");
    if (column < COLUMNS) text_add(&q->sql, "%s%s NULLS LAST, ", columns[column].sql, way);
    else if (choice->sort != NULL) text_add(&q->sql, "o.number%s NULLS LAST, o.value%s NULLS LAST, ", way, way);
    text_add(&q->sql, "run.created, run.rowid) AS place");
}

static void add_joins(query *q, const store_choice *choice)
{
    text_add(&q->sql, " FROM run");
    if (choice->experiment != NULL) {
        text_add(&q->sql, " JOIN experiment_run x ON x.run = run.id AND x.experiment = ?");
        bind_text(q, choice->experiment);
    }
    if (choice->sort != NULL && column_of(choice->sort) == COLUMNS) {
        text_add(&q->sql, " LEFT JOIN setting o ON o.run = run.id AND o.key = ?");
        bind_text(q, choice->sort);
    }
}

static void add_condition(query *q, const store_condition *c)
{
    static const char *const signs[] = {
#define SIGN(name, sign) sign,
        STORE_COMPARISON_LIST(SIGN)
#undef SIGN
    };
    double number;
    size_t column = column_of(c->key);
    bool numbers = text_to_double(c->value, &number) && (column == COLUMNS || columns[column].number);
    if (column < COLUMNS) text_add(&q->sql, " AND %s", columns[column].sql);
    else {
        text_add(&q->sql, " AND (SELECT %s FROM setting WHERE setting.run = run.id AND key = ?)", numbers ? "number" : "value");
        bind_text(q, c->key);
    }
    text_add(&q->sql, " %s ?", signs[c->how]);
    if (numbers) bind_real(q, number);
    else bind_text(q, c->value);
}

static void add_limit(query *q, long limit)
{
    text_add(&q->sql, " ORDER BY place");
    if (limit <= 0) return;
    text_add(&q->sql, " LIMIT ?");
    bind_whole(q, limit);
}

/* The runs and their places: nothing that is wide goes through this sorting. */
static void add_chosen(query *q, const store_choice *choice)
{
    text_add(&q->sql, "(SELECT run.rowid AS number, ");
    add_order(q, choice);
    add_joins(q, choice);
    text_add(&q->sql, " WHERE 1");
    if (choice->id != NULL) {
        text_add(&q->sql, " AND run.id = ?");
        bind_text(q, choice->id);
    }
    for (size_t c = 0; c < choice->conditions; c++) add_condition(q, &choice->where[c]);
    add_limit(q, choice->limit);
    text_add(&q->sql, ")");
}

/* CROSS JOIN keeps SQLite from going through all runs for the few that were chosen. */
static void write_query(query *q, const store_choice *choice)
{
    text_add(&q->sql, "SELECT run.id, run.name, run.seed, run.status, run.reason, run.backend, run.threads, run.data_kind,"
             " run.data_digest, run.model_digest, run.updates, run.seconds, run.created, run.version, run.maker,"
             " (SELECT count(*) FROM run_note n WHERE n.run = run.id),"
             " (SELECT d.name FROM dataset d WHERE d.digest = run.data_digest), l.experiment, l.label");
    for (int r = 0; r < SCORES; r++) text_add(&q->sql, ", r%d.value, r%d.kind", r, r);
    text_add(&q->sql, " FROM ");
    add_chosen(q, choice);
    text_add(&q->sql, " chosen CROSS JOIN run ON run.rowid = chosen.number LEFT JOIN experiment_run l ON l.run = run.id"
             " LEFT JOIN experiment e ON e.id = l.experiment");
    for (int r = 0; r < SCORES; r++) {
        text_add(&q->sql, " LEFT JOIN result r%d ON r%d.run = run.id AND r%d.part = '%s' AND r%d.what = '%s'", r, r, r,
                 store_part_words[r / 3], r, store_score_words[r % 3]);
    }
    text_add(&q->sql, " ORDER BY chosen.place, e.ord, e.rowid");
}

/* ---- rows -------------------------------------------------------------------------------------------------------------------------- */

enum { EXPERIMENT = 17, LABEL, FIRST_SCORE };

typedef struct {
    store *s;
    void *self;
    store_found_visitor *found;
    store_id_visitor *id;
    store_pair_visitor *pair;
    store_figure_visitor *figure;
} reader;

/* A part without any number was never evaluated. */
static bool read_score(const store_line *line, int part, strata_score *out)
{
    bool given = false;
    double *field[] = { &out->loss, &out->cost, &out->accuracy };
    for (int w = 0; w < 3; w++) {
        int column = FIRST_SCORE + 2 * (3 * part + w);
        bool there = !store_null_at(line, column + 1);
        *field[w] = there ? store_number_at(line, column) : (double)NAN;
        given = given || there;
    }
    return given;
}

static strata_status read_found(void *self, const store_line *line)
{
    const reader *r = self;
    strata_score score[STORE_PARTS];
    int status = 0;
    while (status <= STORE_FAILED && strcmp(store_status_words[status], store_text_at(line, 3)) != 0) status++;
    if (status > STORE_FAILED) return store_unknown_word(r->s, "status", store_text_at(line, 3));
    store_run run = {
        .id = store_text_at(line, 0),
        .name = store_text_at(line, 1),
        .seed = (uint64_t)store_whole_at(line, 2),
        .status = (store_status)status,
        .reason = store_text_at(line, 4),
        .config = "",
        .backend = store_text_at(line, 5),
        .threads = (int)store_whole_at(line, 6),
        .data_kind = store_text_at(line, 7),
        .data_digest = store_text_at(line, 8),
        .model_digest = store_text_at(line, 9),
        .updates = (long)store_whole_at(line, 10),
        .seconds = store_real_at(line, 11),
        .created = store_text_at(line, 12),
        .version = store_text_at(line, 13),
        .maker = store_text_at(line, 14),
        .notes = (long)store_whole_at(line, 15),
        .data_name = store_text_at(line, 16),
    };
    for (int p = 0; p < STORE_PARTS; p++) run.score[p] = read_score(line, p, &score[p]) ? &score[p] : NULL;
    bool linked = !store_null_at(line, EXPERIMENT);
    return r->found(r->self, &run, linked ? store_text_at(line, EXPERIMENT) : NULL, store_text_at(line, LABEL));
}

strata_status store_each_found(store *s, const store_choice *choice, store_found_visitor *visit, void *self)
{
    REQUIRE(s != NULL && choice != NULL && visit != NULL);
    query q = { .count = 0 };
    reader r = { .s = s, .self = self, .found = visit };
    write_query(&q, choice);
    strata_status status = STRATA_OK;
    if (q.sql.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a question to the store");
    if (q.count > CELLS) status = status_fail(STRATA_ERR_ARGUMENT, "%zu conditions are too many", choice->conditions);
    if (choice->id != NULL) store_about(s, "reading run", choice->id);
    else store_about(s, choice->experiment != NULL ? "reading the runs of experiment" : "reading all runs", choice->experiment);
    if (status == STRATA_OK) status = store_walk_cells(s, q.sql.at, q.cells, q.count, read_found, &r);
    text_free(&q.sql);
    return status;
}

/* ---- ids and keys ------------------------------------------------------------------------------------------------------------------ */

/* A range of the primary key: behind the last character that there is, nothing else starts so. */
static const char ids_from[] = "SELECT id, count(*) OVER () FROM run WHERE id >= ? AND id < ? || char(1114111)"
                               " ORDER BY created, rowid LIMIT ?";
static const char any_run[] = "SELECT EXISTS (SELECT 1 FROM run)";
static const char setting_keys[] = "SELECT DISTINCT key, '' FROM setting ORDER BY key";

static strata_status read_id(void *self, const store_line *line)
{
    const reader *r = self;
    return r->id(r->self, store_text_at(line, 0), (long)store_whole_at(line, 1));
}

strata_status store_each_id(store *s, const char *prefix, long most, store_id_visitor *visit, void *self)
{
    REQUIRE(s != NULL && prefix != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .id = visit };
    const store_value cells[] = { { .type = STORE_TEXT, .text = prefix }, { .type = STORE_TEXT, .text = prefix },
                                 { .type = STORE_INTEGER, .integer = most } };
    store_about(s, "looking for run", prefix);
    return store_walk_cells(s, ids_from, cells, 3, read_id, &r);
}

static strata_status read_any(void *self, const store_line *line)
{
    *(bool *)self = store_whole_at(line, 0) == 0;
    return STRATA_OK;
}

strata_status store_is_empty(store *s, bool *empty)
{
    REQUIRE(s != NULL && empty != NULL);
    store_about(s, "looking for runs", NULL);
    return store_walk(s, any_run, NULL, NULL, read_any, empty);
}

static strata_status read_key(void *self, const store_line *line)
{
    const reader *r = self;
    return r->pair(r->self, store_text_at(line, 0), store_text_at(line, 1));
}

strata_status store_each_setting_key(store *s, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .pair = visit };
    store_about(s, "reading the names of settings", NULL);
    return store_walk(s, setting_keys, NULL, NULL, read_key, &r);
}

/* ---- figures ----------------------------------------------------------------------------------------------------------------------- */

/* Each view is evaluated once. */
static const char figures[] =
    "WITH p AS MATERIALIZED (SELECT experiment, label, low, high, inside FROM prediction),"
    " d AS MATERIALIZED (SELECT experiment, label, against, n, mean, sd, low, high FROM paired)"
    " SELECT s.experiment, s.label, e.part, s.n, s.diverged, s.mean, s.sd, s.low, s.high, s.least, s.most, s.two_kinds, e.published,"
    " p.low, p.high, p.inside, d.against, d.n, d.mean, d.sd, d.low, d.high FROM summary s JOIN experiment e ON e.id = s.experiment"
    " LEFT JOIN p ON p.experiment = s.experiment AND p.label = s.label LEFT JOIN d ON d.experiment = s.experiment AND d.label = s.label"
    " WHERE ?1 IS NULL OR s.experiment = ?1 ORDER BY e.ord, e.rowid, s.ord";

static strata_status read_figure(void *self, const store_line *line)
{
    const reader *r = self;
    store_figure figure = {
        .experiment = store_text_at(line, 0),
        .label = store_text_at(line, 1),
        .part = strcmp(store_text_at(line, 2), store_part_words[STRATA_VALIDATION_PART]) == 0 ? STRATA_VALIDATION_PART : STRATA_TEST_PART,
        .n = (long)store_whole_at(line, 3),
        .diverged = (long)store_whole_at(line, 4),
        .mean = store_real_at(line, 5),
        .sd = store_real_at(line, 6),
        .low = store_real_at(line, 7),
        .high = store_real_at(line, 8),
        .least = store_real_at(line, 9),
        .most = store_real_at(line, 10),
        .two_kinds = store_whole_at(line, 11) != 0,
        .published = store_real_at(line, 12),
        .prediction_low = store_real_at(line, 13),
        .prediction_high = store_real_at(line, 14),
        .told = !store_null_at(line, 15),
        .inside = store_whole_at(line, 15) != 0,
        .against = store_text_at(line, 16),
        .pairs = (long)store_whole_at(line, 17),
        .difference = store_real_at(line, 18),
        .difference_sd = store_real_at(line, 19),
        .difference_low = store_real_at(line, 20),
        .difference_high = store_real_at(line, 21),
    };
    return r->figure(r->self, &figure);
}

strata_status store_each_figure(store *s, const char *experiment, store_figure_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    reader r = { .s = s, .self = self, .figure = visit };
    const store_value cell = { .type = experiment != NULL ? STORE_TEXT : STORE_NULL, .text = experiment };
    store_about(s, "reading the figures of the experiments", NULL);
    return store_walk_cells(s, figures, &cell, 1, read_figure, &r);
}
