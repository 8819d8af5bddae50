/*
 * What people change in a store: notes beside a run, and runs that are to be no more. One public call is one transaction, but for those
 * that read.
 */
#include "store_change.h"

#include "clock.h"
#include "store_cell.h"
#include "store_rows.h"

/* ---- notes ------------------------------------------------------------------------------------------------------------------------- */

static const char put_run_note[] =
    "INSERT INTO run_note (run, ord, created, words) SELECT ?1, coalesce(max(ord) + 1, 0), ?2, ?3 FROM run_note WHERE run = ?1";
static const char drop_run_notes[] = "DELETE FROM run_note WHERE run = ?";
static const char run_notes[] = "SELECT created, words FROM run_note WHERE run = ? ORDER BY ord";

strata_status store_note_run(store *s, const char *run, const char *note)
{
    char now[CLOCK_DATE];
    REQUIRE(s != NULL && run != NULL && note != NULL);
    clock_date(now);
    const store_value cells[] = { words(run), words(now), words(note) };
    store_about(s, "writing a note on run", run);
    return store_in_transaction(s, store_put_row, &(store_row){ put_run_note, cells, 3 });
}

strata_status store_drop_run_notes(store *s, const char *run)
{
    REQUIRE(s != NULL && run != NULL);
    const store_value cell = words(run);
    store_about(s, "removing the notes on run", run);
    return store_in_transaction(s, store_put_row, &(store_row){ drop_run_notes, &cell, 1 });
}

typedef struct {
    void *self;
    store_pair_visitor *visit;
} reader;

static strata_status read_two(void *self, const store_line *line)
{
    const reader *r = self;
    return r->visit(r->self, store_text_at(line, 0), store_text_at(line, 1));
}

strata_status store_each_run_note(store *s, const char *run, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    store_about(s, "reading the notes on run", run);
    return store_walk(s, run_notes, run, NULL, read_two, &(reader){ self, visit });
}

/* ---- removal ----------------------------------------------------------------------------------------------------------------------- */

/* What hangs on a run by a cascade goes with it; its links do not. */
static const char forget_files[] = "DELETE FROM artifact WHERE run = ?";
static const char drop_links[] = "DELETE FROM experiment_run WHERE run = ?";
static const char drop_run[] = "DELETE FROM run WHERE id = ?";
static const char drop_datasets[] = "DELETE FROM dataset WHERE digest NOT IN (SELECT data_digest FROM run)";
static const char drop_experiment[] = "DELETE FROM experiment WHERE id = ?";

static strata_status do_to_each(store *s, const char *sql, const store_names *names)
{
    for (size_t n = 0; n < names->count; n++) {
        const store_value cell = words(names->at[n]);
        TRY(store_put_row(s, &(store_row){ sql, &cell, 1 }));
    }
    return STRATA_OK;
}

static strata_status forget_all_files(store *s, const void *what)
{
    return do_to_each(s, forget_files, what);
}

strata_status store_forget_files(store *s, const store_names *runs)
{
    REQUIRE(s != NULL && runs != NULL);
    store_about(s, "forgetting the files of runs", NULL);
    return store_in_transaction(s, forget_all_files, runs);
}

typedef struct {
    const store_names *runs, *experiments;
} doomed;

static strata_status drop_all(store *s, const void *what)
{
    const doomed *d = what;
    TRY(do_to_each(s, drop_experiment, d->experiments));
    TRY(do_to_each(s, drop_links, d->runs));
    TRY(do_to_each(s, drop_run, d->runs));
    return store_put_row(s, &(store_row){ .sql = drop_datasets });
}

strata_status store_drop(store *s, const store_names *runs, const store_names *experiments)
{
    REQUIRE(s != NULL && runs != NULL && experiments != NULL);
    store_about(s, "removing runs", NULL);
    return store_in_transaction(s, drop_all, &(doomed){ runs, experiments });
}

/* ---- what can go ------------------------------------------------------------------------------------------------------------------- */

#define QUICK "SELECT experiment FROM note WHERE key = 'quick' AND value = 'yes'"

static const char quick_looks[] = QUICK " ORDER BY experiment";
static const char runs_that_can_go[] =
    "SELECT id, ifnull((SELECT min(experiment) FROM experiment_run l WHERE l.run = run.id), '') FROM run WHERE maker = 'lab'"
    " AND NOT EXISTS (SELECT 1 FROM run_note n WHERE n.run = run.id)"
    " AND NOT EXISTS (SELECT 1 FROM experiment_run l WHERE l.run = run.id AND l.experiment NOT IN (" QUICK ")) ORDER BY created, rowid";

static strata_status read_one(void *self, const store_line *line)
{
    const reader *r = self;
    return r->visit(r->self, store_text_at(line, 0), "");
}

strata_status store_each_quick_look(store *s, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    store_about(s, "looking for quick looks", NULL);
    return store_walk(s, quick_looks, NULL, NULL, read_one, &(reader){ self, visit });
}

strata_status store_each_superfluous(store *s, store_pair_visitor *visit, void *self)
{
    REQUIRE(s != NULL && visit != NULL);
    store_about(s, "looking for runs that no experiment has", NULL);
    return store_walk(s, runs_that_can_go, NULL, NULL, read_two, &(reader){ self, visit });
}
