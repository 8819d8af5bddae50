/*
 * Rows from one store into another. Each row is read through one connection and written through the other, whose versions may differ: the
 * views that lie over an older file (store_show_as_today) tell its rows as a file of today has them. So the file that is read is never
 * migrated, attached or locked. The tables stand in one list, which tests compare with the tables that a store has.
 */
#include "store_merge.h"

#include <string.h>

#include "invariant.h"
#include "store_cell.h"
#include "store_rows.h"

enum { COLUMNS = 21 }; /* of the widest table */

/* How the rows of a table are found, by one value, and put. */
typedef struct {
    const char *name, *select, *insert;
    size_t columns;
} table;

#define FIVE "?,?,?,?,?"
#define TABLE(name, column, count, marks) \
    { name, "SELECT * FROM " name " WHERE " column " = ?", "INSERT INTO " name " VALUES (" marks ")", count }

static const table of_run[] = {
    TABLE("run", "id", 16, FIVE "," FIVE "," FIVE ",?"),
    TABLE("setting", "run", 5, FIVE),
    TABLE("env", "run", 3, "?,?,?"),
    TABLE("point", "run", 16, FIVE "," FIVE "," FIVE ",?"),
    TABLE("result", "run", 5, FIVE),
    TABLE("artifact", "run", 4, "?,?,?,?"),
    TABLE("layer_point", "run", 6, FIVE ",?"),
    TABLE("confusion", "run", 5, FIVE),
    TABLE("mistake", "run", 6, FIVE ",?"),
    TABLE("certainty", "run", 5, FIVE),
    TABLE("variant", "run", 8, FIVE ",?,?,?"),
    TABLE("run_note", "run", 4, "?,?,?,?"),
};
static const table of_experiment = TABLE("experiment", "id", 11, FIVE "," FIVE ",?");
static const table gradchecks = TABLE("gradcheck", "experiment", 21, FIVE "," FIVE "," FIVE "," FIVE ",?");
static const table axes = TABLE("axis", "experiment", 3, "?,?,?");

/* Rows that `to` may have: these it keeps. */
static const table datasets = { "dataset", "SELECT * FROM dataset", "INSERT OR IGNORE INTO dataset VALUES (" FIVE "," FIVE ",?,?)", 12 };
static const table classes = { "class", "SELECT * FROM class", "INSERT OR IGNORE INTO class VALUES (?,?,?)", 3 };
static const table filled = { "setting", "SELECT * FROM setting WHERE run = ?", "INSERT OR IGNORE INTO setting VALUES (" FIVE ")", 5 };
static const table links = {
    "experiment_run", "SELECT * FROM experiment_run WHERE experiment = ?",
    "INSERT OR IGNORE INTO experiment_run SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM run WHERE id = ?2)", 4
};

/* The same words written in the same moment are one note. */
static const table people = {
    "run_note", "SELECT run, created, words FROM run_note WHERE run = ? ORDER BY ord",
    "INSERT INTO run_note SELECT ?1, (SELECT coalesce(max(ord) + 1, 0) FROM run_note WHERE run = ?1), ?2, ?3"
    " WHERE NOT EXISTS (SELECT 1 FROM run_note WHERE run = ?1 AND created = ?2 AND words = ?3)", 3
};

/* ---- notes of experiments ------------------------------------------------------------------------------------------------------------ */

/* Three kinds: what defines the experiment (lab_notes.c, published.c), how far it came, and what it found, which is all the rest. */
#define DEFINES                                                                                                              \
    "(key IN ('expect', 'expect.low', 'expect.high', 'draws', 'grows', 'range_test', 'data', 'overrides', 'quick', 'setting'," \
    " 'unlike') OR key GLOB 'length.*' OR key GLOB 'published.*')"
#define FOUND "(NOT " DEFINES " AND key NOT IN ('planned', 'failed', 'checked'))"

#define PUT_NOTE "INSERT INTO note VALUES (?,?,?)"
static const table notes = TABLE("note", "experiment", 3, "?,?,?");
static const table findings = { "note", "SELECT * FROM note WHERE experiment = ? AND " FOUND, PUT_NOTE, 3 };
static const table checked = { "note", "SELECT * FROM note WHERE experiment = ? AND key = 'checked'", PUT_NOTE, 3 };

/* Whoever plans more knows of more. */
static const table planned = {
    "note", "SELECT * FROM note WHERE experiment = ? AND key = 'planned'",
    PUT_NOTE " ON CONFLICT (experiment, key) DO UPDATE SET value = excluded.value"
    " WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)", 3
};

const char *store_merge_table(size_t index)
{
    enum { RUN_TABLES = sizeof of_run / sizeof *of_run };
    static const table *const others[] = { &of_experiment, &gradchecks, &axes, &datasets, &classes, &links, &notes };
    if (index < RUN_TABLES) return of_run[index].name;
    return index - RUN_TABLES < sizeof others / sizeof *others ? others[index - RUN_TABLES]->name : NULL;
}

/* ---- copying ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    store *to, *from;
    const table *t;
    const store_merging *what;
} copier;

static strata_status copy_row(void *self, const store_line *line)
{
    const copier *c = self;
    store_value cells[COLUMNS];
    for (size_t q = 0; q < c->t->columns; q++) {
        if (store_cell_at(line, (int)q, &cells[q])) continue;
        return status_fail(STRATA_ERR_DATA, "a row of the table %s has a BLOB, which no table of a store has", c->t->name);
    }
    return store_put_row(c->to, &(store_row){ c->t->insert, cells, c->t->columns });
}

static strata_status copy(copier *c, const table *t, const char *key)
{
    c->t = t;
    return store_walk(c->from, t->select, key, NULL, copy_row, c);
}

static strata_status take_truth(void *self, const store_line *line)
{
    *(bool *)self = store_whole_at(line, 0) != 0;
    return STRATA_OK;
}

/* What a query of one key says: is it so? */
static strata_status ask(store *s, const char *sql, const char *key, bool *out)
{
    *out = false;
    return store_walk(s, sql, key, NULL, take_truth, out);
}

/* ---- runs ---------------------------------------------------------------------------------------------------------------------------- */

static const char has_run[] = "SELECT 1 FROM run WHERE id = ?";

static strata_status copy_run(copier *c, const char *id)
{
    bool there;
    store_about(c->to, "merging run", id);
    store_about(c->from, "reading run", id);
    TRY(ask(c->to, has_run, id, &there));
    if (there) return status_fail(STRATA_ERR_BUSY, "run %s was recorded meanwhile by another process; try again", id);
    for (size_t t = 0; t < sizeof of_run / sizeof *of_run; t++) TRY(copy(c, &of_run[t], id));
    return STRATA_OK;
}

static strata_status complete_run(copier *c, const char *id)
{
    store_about(c->to, "merging the notes on run", id);
    TRY(copy(c, &filled, id));
    return copy(c, &people, id);
}

/* ---- experiments --------------------------------------------------------------------------------------------------------------------- */

static const char all_experiments[] = "SELECT id FROM experiment ORDER BY ord, rowid";
static const char has_experiment[] = "SELECT 1 FROM experiment WHERE id = ?";
static const char has_failed[] = "SELECT 1 FROM note WHERE experiment = ? AND key = 'failed' AND value <> ''";
static const char has_checks[] = "SELECT 1 FROM gradcheck WHERE experiment = ? LIMIT 1";
static const char has_findings[] = "SELECT 1 FROM note WHERE experiment = ? AND " FOUND " LIMIT 1";

/* All of it but its links. */
static strata_status copy_experiment(copier *c, const char *id)
{
    TRY(copy(c, &of_experiment, id));
    TRY(copy(c, &axes, id));
    TRY(copy(c, &gradchecks, id));
    return copy(c, &notes, id);
}

/* What could not run there is as it is here, where it could. Its links stay: the experiment is not removed. */
static strata_status replace_experiment(copier *c, const char *id)
{
    static const char *const drop[] = { "DELETE FROM axis WHERE experiment = ?", "DELETE FROM gradcheck WHERE experiment = ?",
                                        "DELETE FROM note WHERE experiment = ?" };
    static const table again = {
        "experiment", "SELECT id, published, median, lowest, highest FROM experiment WHERE id = ?",
        "UPDATE experiment SET published = ?2, median = ?3, lowest = ?4, highest = ?5 WHERE id = ?1", 5
    };
    const store_value cell = words(id);
    for (size_t d = 0; d < sizeof drop / sizeof *drop; d++) TRY(store_put_row(c->to, &(store_row){ drop[d], &cell, 1 }));
    TRY(copy(c, &again, id));
    TRY(copy(c, &axes, id));
    TRY(copy(c, &gradchecks, id));
    return copy(c, &notes, id);
}

/* What was found stays with what it was found with. */
static strata_status complete_experiment(copier *c, const char *id)
{
    bool checks, found;
    TRY(ask(c->to, has_checks, id, &checks));
    TRY(ask(c->to, has_findings, id, &found));
    if (!checks) TRY(copy(c, &gradchecks, id));
    if (!checks) TRY(store_put_row(c->to, &(store_row){ "DELETE FROM note WHERE experiment = ? AND key = 'checked'",
                                                        &(store_value){ .type = STORE_TEXT, .text = id }, 1 }));
    if (!checks) TRY(copy(c, &checked, id));
    if (!found) TRY(copy(c, &findings, id));
    return copy(c, &planned, id);
}

static strata_status merge_experiment(void *self, const store_line *line)
{
    copier *c = self;
    bool there, here_failed, there_failed;
    const char *id = store_text_at(line, 0);
    store_about(c->to, "merging experiment", id);
    TRY(ask(c->to, has_experiment, id, &there));
    TRY(ask(c->to, has_failed, id, &there_failed));
    TRY(ask(c->from, has_failed, id, &here_failed));
    if (!there) TRY(copy_experiment(c, id));
    else if (there_failed && !here_failed) TRY(replace_experiment(c, id));
    else if (there_failed == here_failed) TRY(complete_experiment(c, id));
    return copy(c, &links, id);
}

/* ---- all of it ----------------------------------------------------------------------------------------------------------------------- */

static strata_status merge_rows(store *to, const void *what)
{
    copier c = *(const copier *)what;
    INVARIANT(c.to == to);
    store_about(c.to, "merging data sets", NULL);
    TRY(copy(&c, &datasets, NULL));
    TRY(copy(&c, &classes, NULL));
    for (size_t r = 0; r < c.what->fresh->count; r++) TRY(copy_run(&c, c.what->fresh->at[r]));
    for (size_t r = 0; r < c.what->shared->count; r++) TRY(complete_run(&c, c.what->shared->at[r]));
    return store_walk(c.from, all_experiments, NULL, NULL, merge_experiment, &c);
}

strata_status store_merge(store *to, store *from, const store_merging *what)
{
    REQUIRE(to != NULL && from != NULL && to != from && what != NULL);
    store_about(to, "merging runs", NULL);
    store_about(from, "reading what is to be merged", NULL);
    return store_in_transaction(to, merge_rows, &(copier){ .to = to, .from = from, .what = what });
}

/* ---- looking ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    void *self;
    store_pair_visitor *visit;
} reader;

static strata_status read_id(void *self, const store_line *line)
{
    const reader *r = self;
    return r->visit(r->self, store_text_at(line, 0), "");
}

strata_status store_each_ended(store *s, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    store_about(s, "reading runs", NULL);
    return store_walk(s, "SELECT id FROM run WHERE status IN ('done', 'diverged') ORDER BY rowid", NULL, NULL, read_id,
                      &(reader){ self, visit });
}

strata_status store_each_experiment_id(store *s, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    store_about(s, "reading experiments", NULL);
    return store_walk(s, all_experiments, NULL, NULL, read_id, &(reader){ self, visit });
}

strata_status store_has_looks(store *s, bool quick, bool *out)
{
    REQUIRE(s != NULL && out != NULL);
    store_about(s, "looking for quick looks", NULL);
    return ask(s, "SELECT 1 FROM note n WHERE n.key = 'quick' AND n.value = ?"
               " AND EXISTS (SELECT 1 FROM experiment_run l WHERE l.experiment = n.experiment) LIMIT 1", quick ? "yes" : "no", out);
}

/* ---- comparing experiments ----------------------------------------------------------------------------------------------------------- */

#define WORDS_OF(column) "SELECT '" #column "' AS key, " #column " AS value FROM experiment WHERE id = ?1 AND " #column " <> '' UNION ALL "
#define NUMBER_OF(column) \
    "SELECT '" #column "', format('%!.17g', " #column ") FROM experiment WHERE id = ?1 AND " #column " IS NOT NULL UNION ALL "

/* All that defines an experiment, as pairs; what is empty is as good as not there. ?2: one key alone, or NULL. */
static const char definition[] =
    "SELECT key, value FROM (" WORDS_OF(title) WORDS_OF(source) WORDS_OF(claim) WORDS_OF(against) WORDS_OF(part)
    NUMBER_OF(published) NUMBER_OF(median) NUMBER_OF(lowest) NUMBER_OF(highest)
    "SELECT 'axis ' || (ord + 1), key FROM axis WHERE experiment = ?1 UNION ALL"
    " SELECT key, value FROM note WHERE experiment = ?1 AND value <> '' AND " DEFINES ") WHERE ?2 IS NULL OR key = ?2";

typedef struct {
    store *other;
    const char *id, *key, *value; /* of the pair at hand */
    bool turned, loose, same;     /* the other one is the first; what depends on data is no difference */
    text *out;
} comparer;

static bool depends_on_data(const char *key)
{
    static const char *const keys[] = { "published", "median", "lowest", "highest", "data", "unlike" };
    static const char beginning[] = "published.";
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        if (strcmp(keys[k], key) == 0) return true;
    }
    return strncmp(key, beginning, strlen(beginning)) == 0;
}

static void tell(const comparer *c, const char *other)
{
    const char *here = c->turned ? other : c->value, *there = c->turned ? c->value : other;
    text_add(c->out, "its %s, '%.60s' here and '%.60s' there", c->key, here, there);
}

static strata_status compare_value(void *self, const store_line *line)
{
    comparer *c = self;
    c->same = strcmp(store_text_at(line, 1), c->value) == 0;
    if (!c->same) tell(c, store_text_at(line, 1));
    return STRATA_OK;
}

/* Has the other one the same pair? */
static strata_status compare_pair(void *self, const store_line *line)
{
    comparer *c = self;
    c->key = store_text_at(line, 0);
    c->value = store_text_at(line, 1);
    if (c->out->length > 0 || (c->loose && depends_on_data(c->key))) return STRATA_OK;
    c->same = false;
    TRY(store_walk(c->other, definition, c->id, c->key, compare_value, c));
    if (!c->same && c->out->length == 0) tell(c, "");
    return c->out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence") : STRATA_OK;
}

strata_status store_compare_experiments(store *a, store *b, const char *id, text *out)
{
    bool a_failed, b_failed;
    REQUIRE(a != NULL && b != NULL && id != NULL && out != NULL);
    store_about(a, "reading experiment", id);
    store_about(b, "reading experiment", id);
    TRY(ask(a, has_failed, id, &a_failed));
    TRY(ask(b, has_failed, id, &b_failed));
    comparer c = { .other = b, .id = id, .loose = a_failed != b_failed, .out = out };
    TRY(store_walk(a, definition, id, NULL, compare_pair, &c));
    c.other = a;
    c.turned = true;
    return store_walk(b, definition, id, NULL, compare_pair, &c);
}
