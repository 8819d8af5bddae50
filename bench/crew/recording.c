/*
 * What it costs to record a finished run, as rank 0 of a crew does it: trains one run, then takes it out of its message and records it, again and
 * again under other ids, into fresh stores, by record_run of src/lab.
 *
 *     recording DATA FOLDER RUNS [KEY=VALUE ...]        rows of CSV: what,x,runs,seconds
 *
 *     message,BYTES   the size of the message
 *     whole,T         message, files, rows and link of every run, by T threads at once
 *     transaction,1   what of `whole,1` is transactions of the store: two a run
 *     files,T         message and files alone
 *     rows,B          rows and links alone, B runs in a transaction, by one thread: seconds of those transactions
 *
 * The linker puts functions of this file in the place of two others (--wrap): so transactions are timed and joined, and files are left out,
 * while every row is written by the code that writes it always. bench/scale --measure calls this.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "record.h"
#include "run_bytes.h"
#include "splits.h"
#include "store_rows.h"

enum { MOST_THREADS = 4, MOST_BATCH = 1000, FEW = 50 };
static const char experiment[] = "measured";

/* One measurement. */
typedef struct {
    const strata_data *data;
    const split *part;
    strata_config resolved;
    const strata_run *run;
    const uint8_t *bytes; /* of its message */
    size_t size;
    store *s; /* NULL: files alone */
    pthread_mutex_t lock;
    char folder[4096];
    atomic_long begun;
    long runs;
    atomic_int failed;
} measurement;

typedef strata_status store_work(store *s, const void *what);

/* ---- in the place of others ---------------------------------------------------------------------------------------------------------- */

strata_status __real_store_in_transaction(store *s, store_work *work, const void *what);
strata_status __wrap_store_in_transaction(store *s, store_work *work, const void *what);
strata_status __real_run_folder_save(const strata_run *run, const strata_data *data, const char *folder, run_folder_files *made, text *unsaid);
strata_status __wrap_run_folder_save(const strata_run *run, const strata_data *data, const char *folder, run_folder_files *made, text *unsaid);

static bool joined;                     /* a transaction is open that those of several runs belong to */
static double in_transactions;          /* seconds; under the lock of the store */
static const run_folder_files *instead; /* of files: they count as written */

strata_status __wrap_store_in_transaction(store *s, store_work *work, const void *what)
{
    double begun = clock_seconds();
    strata_status status = joined ? work(s, what) : __real_store_in_transaction(s, work, what);
    in_transactions += clock_seconds() - begun;
    return status;
}

strata_status __wrap_run_folder_save(const strata_run *run, const strata_data *data, const char *folder, run_folder_files *made, text *unsaid)
{
    if (instead == NULL) return __real_run_folder_save(run, data, folder, made, unsaid);
    *made = *instead;
    return STRATA_OK;
}

/* ---- recording ----------------------------------------------------------------------------------------------------------------------- */

/* What src/lab/wave.c does about a run that has ended. */
static strata_status record_run_of(measurement *m, long number, strata_run *one)
{
    text unsaid = { 0 };
    const record_place to = { .s = m->s, .lock = &m->lock, .maker = "lab", .folder = m->folder, .data = m->data };
    (void)snprintf(one->id, sizeof one->id, "%012lx", (unsigned long)number + 1);
    strata_status status = record_run(&to, experiment, one, &unsaid);
    if (status == STRATA_OK && m->s != NULL) {
        (void)pthread_mutex_lock(&m->lock);
        status = store_link(m->s, experiment, one->id, number, "");
        (void)pthread_mutex_unlock(&m->lock);
    }
    text_free(&unsaid);
    return status;
}

/* What src/lab/crew_recorders.c does about one that has come. */
static strata_status record_one(measurement *m, long number)
{
    strata_run *one;
    TRY(run_unpack(m->bytes, m->size, &m->resolved, m->part, &one));
    strata_status status = record_run_of(m, number, one);
    strata_run_free(one);
    return status;
}

/* A thread: runs until there are none. */
static void *record_on(void *self)
{
    measurement *m = self;
    for (long number = atomic_fetch_add(&m->begun, 1); number < m->runs; number = atomic_fetch_add(&m->begun, 1)) {
        strata_status status = record_one(m, number);
        if (status == STRATA_OK) continue;
        (void)fprintf(stderr, "recording: %s\n", strata_error());
        atomic_store(&m->failed, (int)status);
        return NULL;
    }
    return NULL;
}

/* So many runs, from `first` on. */
typedef struct {
    measurement *m;
    long first, count;
} batch;

/* What is done for these runs besides their rows, digests of models above all, is no part of the transaction. */
static strata_status record_batch(store *s, const void *what)
{
    const batch *b = what;
    (void)s;
    double begun = clock_seconds();
    for (long q = 0; q < b->count; q++) TRY(record_one(b->m, b->first + q));
    in_transactions -= clock_seconds() - begun;
    return STRATA_OK;
}

static strata_status by_threads(measurement *m, long threads)
{
    pthread_t worker[MOST_THREADS];
    long made = 0;
    while (made < threads && pthread_create(&worker[made], NULL, record_on, m) == 0) made++;
    for (long t = 0; t < made; t++) (void)pthread_join(worker[t], NULL);
    if (made < threads) return status_fail(STRATA_ERR_MEMORY, "a thread could not be made");
    return (strata_status)atomic_load(&m->failed);
}

static strata_status by_batches(measurement *m, long most)
{
    strata_status status = STRATA_OK;
    joined = true;
    for (long first = 0; first < m->runs && status == STRATA_OK; first += most) {
        batch b = { m, first, m->runs - first < most ? m->runs - first : most };
        double begun = clock_seconds();
        status = __real_store_in_transaction(m->s, record_batch, &b);
        in_transactions += clock_seconds() - begun;
    }
    joined = false;
    return status;
}

/* ---- measuring ----------------------------------------------------------------------------------------------------------------------- */

static strata_status make_place(measurement *m, const char *folder, const char *what, long x, bool stored)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s-%ld", folder, what, x);
    TRY(file_make_folder(path));
    (void)snprintf(m->folder, sizeof m->folder, "%.4000s/runs", path);
    TRY(file_make_folder(m->folder));
    if (!stored) return STRATA_OK;
    (void)snprintf(path, sizeof path, "%s/%s-%ld/runs.sqlite", folder, what, x);
    TRY(store_open(path, STORE_READ_WRITE, &m->s));
    return store_put_experiment(m->s, &(store_experiment){ .id = experiment, .title = "", .source = "", .claim = "", .against = "" });
}

/* One row of the answer: x threads, or x runs in a transaction. */
static strata_status measure(const measurement *of, const char *folder, const char *what, long x, strata_status (*by)(measurement *m, long x))
{
    measurement m = *of;
    strata_status status = make_place(&m, folder, what, x, strcmp(what, "files") != 0);
    in_transactions = 0;
    double begun = clock_seconds();
    if (status == STRATA_OK) status = by(&m, x);
    double seconds = clock_seconds() - begun;
    store_close(m.s);
    TRY(status);
    (void)printf("%s,%ld,%ld,%.6f\n", what, x, m.runs, by == by_batches ? in_transactions : seconds);
    if (strcmp(what, "whole") == 0 && x == 1) (void)printf("transaction,1,%ld,%.6f\n", 2 * m.runs, in_transactions);
    (void)fflush(stdout);
    return STRATA_OK;
}

static strata_status measure_all(measurement *m, const char *folder)
{
    static run_folder_files files;
    text unsaid = { 0 };
    TRY(run_folder_save(m->run, m->data, folder, &files, &unsaid)); /* what a run leaves, to be looked at; and once for the caches */
    text_free(&unsaid);
    for (long threads = 1; threads <= MOST_THREADS; threads *= 2) TRY(measure(m, folder, "whole", threads, by_threads));
    for (long threads = 1; threads <= MOST_THREADS; threads *= 2) TRY(measure(m, folder, "files", threads, by_threads));
    instead = &files;
    long all = m->runs;
    for (long most = 1; most <= MOST_BATCH && (most <= all || all >= FEW); most *= 10) {
        m->runs = most > all ? most : all;
        TRY(measure(m, folder, "rows", most, by_batches));
    }
    return STRATA_OK;
}

/* Images with test images of their own, or a table, of which a fifth is left out. */
static strata_status open_data(const char *path, strata_data **out)
{
    const char *end = strrchr(path, '.');
    bool table = end != NULL && strcmp(end, ".csv") == 0;
    return strata_data_open_as(&(strata_data_source){ .size = sizeof(strata_data_source), .path = path, .test_share = table ? 0.2 : 0 }, out);
}

static strata_status configure(strata_config *config, char **words)
{
    for (; *words != NULL; words++) {
        char *equals = strchr(*words, '=');
        if (equals == NULL) return status_fail(STRATA_ERR_ARGUMENT, "%s is no KEY=VALUE", *words);
        *equals = '\0';
        TRY(strata_config_set(config, *words, equals + 1));
    }
    return STRATA_OK;
}

static strata_status measure_run(strata_run *run, const strata_data *data, const strata_config *config, char **words)
{
    splits parts;
    uint8_t *bytes = NULL;
    measurement m = { .data = data, .run = run, .resolved = fit_resolved(config, data), .lock = PTHREAD_MUTEX_INITIALIZER,
                      .runs = strtol(words[1], NULL, 10) };
    splits_begin(&parts);
    strata_status status = splits_find(&parts, data, &m.resolved, &m.part);
    if (status == STRATA_OK) status = run_pack(run, &bytes, &m.size);
    m.bytes = bytes;
    if (status == STRATA_OK) (void)printf("message,%zu,1,0\n", m.size);
    if (status == STRATA_OK) status = measure_all(&m, words[0]);
    free(bytes);
    splits_end(&parts);
    return status;
}

int main(int argc, char **argv)
{
    strata_config *config = NULL;
    strata_data *data = NULL;
    strata_run *run = NULL;
    if (argc < 4) return fprintf(stderr, "usage: recording DATA FOLDER RUNS [KEY=VALUE ...]\n"), 2;
    strata_status status = strata_config_new(&config);
    if (status == STRATA_OK) status = configure(config, argv + 4);
    if (status == STRATA_OK) status = open_data(argv[1], &data);
    if (status == STRATA_OK) status = strata_config_fit(config, data);
    if (status == STRATA_OK) status = strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run);
    if (status == STRATA_OK) status = measure_run(run, data, config, argv + 2);
    if (status != STRATA_OK) (void)fprintf(stderr, "recording: %s\n", strata_error());
    strata_run_free(run);
    strata_data_free(data);
    strata_config_free(config);
    return status == STRATA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
