/*
 * Runs as bytes: what comes back tells and records what the run itself does, to the bit; bytes that are damaged, forged, or of another run
 * are refused.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "fit.h"
#include "laboratory.h"
#include "record.h"
#include "resumed.h"
#include "run_bytes.h"

enum { FIRST = 13, SIGNED = FIRST + 65, FRONT = 12 * 8, TEXT = SIGNED + FRONT + 72 };

/* ---- a training and its bytes -------------------------------------------------------------------------------------------------------- */

/* What both sides know, and a run of it. */
typedef struct {
    const strata_data *data;
    strata_config resolved;
    split *part;
    strata_run *run;
    uint8_t *bytes;
    size_t size;
} sent;

static strata_data *table;

/* 40 + 20 rows of four numbers, three classes. */
static int draw_table(void **state)
{
    static float number[60 * 4];
    static uint16_t label[60];
    for (int j = 0; j < 60; j++) {
        label[j] = (uint16_t)(j % 3);
        for (int t = 0; t < 4; t++) number[j * 4 + t] = (float)((j * 37 + t * 11) % 29) / 8 + (float)(label[j] * (t % 2));
    }
    const strata_arrays arrays = { .size = sizeof arrays, .form = { STRATA_FLOATS, 4, 0, 0, 0, 3 }, .train = 40, .test = 20,
                                   .examples = number, .labels = label, .test_examples = number + 160, .test_labels = label + 40,
                                   .class_names = (const char *const[]){ "one", "two", "three" } };
    return strata_data_from_arrays(&arrays, &table) == STRATA_OK ? make_folder(state) : 1;
}

static int leave(void **state)
{
    strata_data_free(table);
    (void)small_tear_down(state);
    return clear_and_remove(state);
}

static sent sent_by(const strata_data *data, const char *const *words, const strata_training *how)
{
    sent s = { .data = data };
    strata_config *config = small_config(words);
    CHECK_OK(strata_train_as(1, (const strata_config *const[]){ config }, data, how, &s.run));
    s.resolved = fit_resolved(config, data);
    strata_config_free(config);
    CHECK_OK(fit_split(&s.resolved, data, &s.part));
    CHECK_OK(run_pack(s.run, &s.bytes, &s.size));
    return s;
}

static const strata_training alone = { .size = sizeof alone, .threads = 1 };

#define ROWS "n_train=30", "n_val=10", "n_batch=10", "n_s=6", "cycles=1", "evals=2", "hidden=[2]"

/* The smallest run that has every part: 4 KB. */
static sent tiny(void)
{
    static const char *const words[] = { ROWS, "diagnose=true", "log_every=5", "ensemble=true", NULL };
    return sent_by(table, words, &alone);
}

static void drop(sent *s)
{
    strata_run_free(s->run);
    free(s->part);
    free(s->bytes);
}

/* Reads a copy that ends where it ends, so that a sanitizer sees a step too far. */
static strata_status unpack(const sent *s, const uint8_t *bytes, size_t size, strata_run **out)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0) memcpy(copy, bytes, size);
    strata_status status = run_unpack(copy, size, &s->resolved, s->part, out);
    assert_true((status == STRATA_OK) == (*out != NULL));
    free(copy);
    return status;
}

static void sign(uint8_t *bytes, size_t size)
{
    char digest[DIGEST_TEXT];
    CHECK_OK(digest_sha256(bytes + SIGNED, size - SIGNED, digest));
    memcpy(bytes + FIRST, digest, DIGEST_TEXT - 1);
}

/* ---- coming back --------------------------------------------------------------------------------------------------------------------- */

static void same_facts(const strata_run_facts_t *a, const strata_run_facts_t *b)
{
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->backend, b->backend);
    assert_string_equal(a->data_kind, b->data_kind);
    assert_string_equal(a->data_digest, b->data_digest);
    assert_string_equal(a->sentence, b->sentence);
    assert_true(a->seed == b->seed && a->updates == b->updates && a->threads == b->threads && a->checkpoint == b->checkpoint);
    assert_true(a->outcome == b->outcome && a->seconds == b->seconds);
    assert_memory_equal(&a->train, &b->train, 3 * sizeof a->train);
}

static void same_lists(const strata_run *a, const strata_run *b)
{
    size_t n, m;
    const strata_point *p = strata_run_curve(a, &n), *q = strata_run_curve(b, &m);
    assert_int_equal(n, m);
    if (n > 0) assert_memory_equal(p, q, n * sizeof *p);
    const strata_loss *x = strata_run_losses(a, &n), *y = strata_run_losses(b, &m);
    assert_int_equal(n, m);
    if (n > 0) assert_memory_equal(x, y, n * sizeof *x);
    const strata_layer_point *k = strata_run_layers(a, &n), *l = strata_run_layers(b, &m);
    assert_int_equal(n, m);
    if (n > 0) assert_memory_equal(k, l, n * sizeof *k); /* their words are static: the same address */
    const strata_mistake *c = strata_run_mistakes(a, &n), *d = strata_run_mistakes(b, &m);
    assert_int_equal(n, m);
    if (n > 0) assert_memory_equal(c, d, n * sizeof *c);
    const strata_variant *v = strata_run_variants(a, &n), *w = strata_run_variants(b, &m);
    assert_int_equal(n, m);
    if (n > 0) assert_memory_equal(v, w, n * sizeof *v);
}

static void same_diagnosis(const strata_run *a, const strata_run *b)
{
    size_t classes = (size_t)strata_run_config(a)->form.classes;
    const long *x = strata_run_confusion(a), *y = strata_run_confusion(b);
    const strata_certainty *p = strata_run_certainty(a), *q = strata_run_certainty(b);
    assert_true((x == NULL) == (y == NULL) && (p == NULL) == (q == NULL));
    if (x != NULL) assert_memory_equal(x, y, classes * classes * sizeof *x);
    if (p != NULL) assert_memory_equal(p, q, sizeof *p);
}

/* Into the folder `out` with a store of its own. */
static void record(const sent *s, const strata_run *run, const char *out)
{
    char folder[PATH], path[PATH];
    text unsaid = { 0 };
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    (void)snprintf(path, sizeof path, "%s", in_folder(out));
    CHECK_OK(file_make_folder(path));
    (void)snprintf(folder, sizeof folder, "%.200s/runs", path);
    (void)snprintf(path, sizeof path, "%s/runs.sqlite", out);
    store *to = opened(path);
    CHECK_OK(record_run(&(record_place){ to, &lock, "lab", folder, s->data }, "name", run, &unsaid));
    store_close(to);
    text_free(&unsaid);
}

static void same_file(const char *a, const char *b)
{
    size_t n, m;
    uint8_t *x = bytes_of(a, &n), *y = bytes_of(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(x, y, n);
    free(x);
    free(y);
}

/* Every file that the original left, run.json with its seconds and its machine included, and every row. */
static void same_records(const sent *s, const strata_run *back)
{
    static const char *const names[] = { "run.json", "curves.csv", "losses.csv", "model.safetensors", "weights.png", "mistakes.png" };
    char a[PATH], b[PATH], inside[PATH];
    const char *suffix = run_folder_suffix(s->run);
    record(s, s->run, "original");
    record(s, back, "copy");
    for (size_t f = 0; f < sizeof names / sizeof *names; f++) {
        (void)snprintf(inside, sizeof inside, "original/runs/%s%s/%s", s->run->id, suffix, names[f]);
        (void)snprintf(a, sizeof a, "%s", in_folder(inside));
        (void)snprintf(inside, sizeof inside, "copy/runs/%s%s/%s", s->run->id, suffix, names[f]);
        (void)snprintf(b, sizeof b, "%s", in_folder(inside));
        assert_int_equal(file_exists(a), file_exists(b));
        if (file_exists(a)) same_file(a, b);
    }
    char *x = everything("original"), *y = everything("copy");
    assert_string_equal(x, y);
    free(x);
    free(y);
    const char *env = "SELECT key, value FROM env ORDER BY key", *facts = "SELECT seconds, backend, threads, data_kind FROM run";
    assert_string_equal(asked("original", env), asked("copy", env));
    assert_string_equal(asked("original", facts), asked("copy", facts));
}

static void comes_back(const strata_data *data, const char *const *words, strata_status outcome)
{
    strata_run *back;
    uint8_t *again;
    size_t size;
    sent s = sent_by(data, words, &alone);
    assert_int_equal(s.run->facts.outcome, outcome);
    CHECK_OK(unpack(&s, s.bytes, s.size, &back));
    same_facts(&s.run->facts, &back->facts);
    same_lists(s.run, back);
    same_diagnosis(s.run, back);
    assert_string_equal(strata_model_digest(strata_run_model(s.run)), strata_model_digest(strata_run_model(back)));
    CHECK_OK(run_pack(back, &again, &size)); /* the net in the backend's own precision, too */
    assert_int_equal(size, s.size);
    assert_memory_equal(again, s.bytes, size);
    free(again);
    assert_int_equal(clear_folder(NULL), 0);
    same_records(&s, back);
    strata_run_free(back);
    drop(&s);
}

static void every_run_comes_back(void **state)
{
    (void)state;
    static const char *const all[] = { SHORT, "bn=true", "diagnose=true", "log_every=5", "ensemble=true", "average=ema", "precise_bn=2",
                                       "test_flip=true", NULL };
    static const char *const best[] = { SHORT, "optimiser=adam", "keep=best", "average=swa", NULL };
    static const char *const patches[] = { SHORT, "patch=8", "filters=3", "diagnose=true", NULL };
    static const char *const wide[] = { SHORT, "backend=ref64", "bn=true", "log_every=7", NULL };
    static const char *const wild[] = { SHORT, "eta_max=1e12", "diagnose=true", "log_every=5", NULL };
    static const char *const rows[] = { ROWS, "diagnose=true", "log_every=5", "ensemble=true", NULL };
    comes_back(small_data(), all, STRATA_OK);
    comes_back(small_data(), best, STRATA_OK);
    comes_back(small_data(), patches, STRATA_OK);
    comes_back(small_data(), wide, STRATA_OK);
    comes_back(small_data(), wild, STRATA_ERR_DIVERGED);
    comes_back(table, rows, STRATA_OK);
}

/* ---- facts alone --------------------------------------------------------------------------------------------------------------------- */

static bool stop(void *self, size_t member, long done, long all, double loss)
{
    (void)self;
    (void)member;
    (void)all;
    (void)loss;
    return done < 3;
}

static void facts_alone(const strata_training *how, strata_status outcome)
{
    static const char *const words[] = { ROWS, "diagnose=true", "log_every=1", "ensemble=true", NULL };
    size_t count;
    strata_run *back;
    sent s = sent_by(table, words, how);
    assert_int_equal(s.run->facts.outcome, outcome);
    CHECK_OK(unpack(&s, s.bytes, s.size, &back));
    same_facts(&s.run->facts, &back->facts);
    assert_string_equal(strata_model_digest(strata_run_model(s.run)), strata_model_digest(strata_run_model(back)));
    assert_null(back->model->net);
    (void)strata_run_curve(back, &count);
    assert_int_equal(count, 0);
    assert_null(strata_run_confusion(back));
    strata_run_free(back);
    drop(&s);
}

static void a_run_without_results_is_its_facts(void **state)
{
    (void)state;
    const strata_observer stops = { .size = sizeof stops, .update = stop };
    facts_alone(&(strata_training){ .size = sizeof(strata_training), .threads = 1, .observer = &stops }, STRATA_STOPPED);
    facts_alone(&(strata_training){ .size = sizeof(strata_training), .threads = 1, .forget = true }, STRATA_OK);
}

/* ---- where it was made --------------------------------------------------------------------------------------------------------------- */

/* Where text number q begins. */
static size_t text_at(const uint8_t *bytes, int q)
{
    size_t at = TEXT;
    while (q-- > 0) at += 8 + bytes[at] + 256u * bytes[at + 1];
    return at + 8;
}

static void a_run_says_which_machine_trained_it(void **state)
{
    (void)state;
    uint8_t *again;
    size_t size;
    strata_run *back;
    strata_machine_facts here = { .size = sizeof here }, there;
    CHECK_OK(strata_machine(&here));
    assert_true(here.host[0] != '\0' && strlen(here.host) < sizeof here.host);
    sent s = tiny();
    run_machine(s.run, &there);
    assert_string_equal(there.host, here.host);
    size_t host = text_at(s.bytes, 12);
    assert_memory_equal(s.bytes + host, here.host, strlen(here.host));
    s.bytes[host] = '~'; /* the same machine by another name */
    sign(s.bytes, s.size);
    CHECK_OK(unpack(&s, s.bytes, s.size, &back));
    here.host[0] = '~';
    run_machine(back, &there);
    assert_string_equal(there.host, here.host);
    assert_string_equal(there.flags, here.flags);
    assert_true(there.cores == here.cores && there.bf16 == here.bf16 && there.yaml == here.yaml && there.png == here.png);
    record(&s, back, "elsewhere");
    assert_asked("elsewhere", "SELECT value FROM env WHERE key = 'host'", here.host);
    CHECK_OK(run_pack(back, &again, &size)); /* who hands it on says where it was made, too */
    assert_int_equal(size, s.size);
    assert_memory_equal(again, s.bytes, size);
    free(again);
    strata_run_free(back);
    drop(&s);
}

/* ---- damage -------------------------------------------------------------------------------------------------------------------------- */

static void every_truncation_is_noticed(void **state)
{
    (void)state;
    strata_run *back;
    sent s = tiny();
    for (size_t length = 0; length < s.size; length++) {
        assert_int_equal(unpack(&s, s.bytes, length, &back), STRATA_ERR_DATA);
        if (length < SIGNED) continue;
        uint8_t *cut = malloc(length + 1); /* and with a digest that says it is whole */
        assert_non_null(cut);
        memcpy(cut, s.bytes, length);
        sign(cut, length);
        assert_int_equal(unpack(&s, cut, length, &back), STRATA_ERR_DATA);
        free(cut);
    }
    uint8_t *longer = calloc(s.size + 8, 1);
    assert_non_null(longer);
    memcpy(longer, s.bytes, s.size);
    for (size_t more = 1; more <= 8; more++) {
        sign(longer, s.size + more);
        assert_int_equal(unpack(&s, longer, s.size + more, &back), STRATA_ERR_DATA);
    }
    free(longer);
    drop(&s);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    strata_run *back;
    sent s = tiny();
    for (size_t at = 0; at < s.size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            s.bytes[at] ^= (uint8_t)(1 << bit);
            bool noticed = unpack(&s, s.bytes, s.size, &back) == STRATA_ERR_DATA;
            if (!noticed) fail_msg("bit %d of byte %zu was flipped, and nobody noticed", bit, at);
            s.bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
    CHECK_OK(unpack(&s, s.bytes, s.size, &back));
    strata_run_free(back);
    drop(&s);
}

/* ---- forgery ------------------------------------------------------------------------------------------------------------------------- */

/* The 8 bytes at `at` become those of x, with a right digest. */
static void refused(const sent *s, size_t at, double x, bool whole, const char *why)
{
    strata_run *back;
    int64_t integer = (int64_t)x;
    uint8_t *forged = malloc(s->size);
    assert_non_null(forged);
    memcpy(forged, s->bytes, s->size);
    memcpy(forged + at, whole ? (const void *)&integer : (const void *)&x, 8);
    sign(forged, s->size);
    assert_failed(unpack(s, forged, s->size, &back), STRATA_ERR_DATA, why);
    free(forged);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    size_t points, layers, lines, mistakes, variants;
    sent s = tiny();
    (void)strata_run_curve(s.run, &points);
    (void)strata_run_layers(s.run, &layers);
    (void)strata_run_losses(s.run, &lines);
    (void)strata_run_mistakes(s.run, &mistakes);
    (void)strata_run_variants(s.run, &variants);
    size_t point = text_at(s.bytes, 14) - 8, layer = point + points * 72, line = layer + layers * 32, test = line + lines * 40;
    size_t mistake = test + (9 + 40) * 8, variant = mistake + mistakes * 32, front = SIGNED;
    assert_true(points > 1 && lines > 1 && mistakes > 1 && variants > 1);
    for (int q = 0; q < 3; q++) {
        refused(&s, front, (double[]){ -1, 64, 1e18 }[q], true, "parts that are not known");
        refused(&s, front + 8, (double[]){ -1, 13, 1e18 }[q], true, "its updates");
        refused(&s, front + 16, (double[]){ -1, NAN, INFINITY }[q], false, "its seconds");
        refused(&s, front + 24, (double[]){ 0, -1, 1e18 }[q], true, "its threads");
        refused(&s, front + 32, (double[]){ -2, 13, 1e18 }[q], true, "its checkpoint");
        refused(&s, front + 40, (double[]){ -1, 3, 1e18 }[q], true, "its outcome");
        refused(&s, front + 48, (double[]){ 0, -1, 1e18 }[q], true, "no cores");
        refused(&s, front + 56, (double[]){ -1, 1e9, 1e18 }[q], true, "its curves");
        refused(&s, front + 64, (double[]){ -1, 0, 1e18 }[q], true, "its measurements");
        refused(&s, front + 72, (double[]){ -1, 1e9, 1e18 }[q], true, "its log");
        refused(&s, front + 80, (double[]){ -1, 25, 1e18 }[q], true, "more mistakes");
        refused(&s, front + 88, (double[]){ -1, 7, 1e18 }[q], true, "more variants");
        refused(&s, TEXT, (double[]){ -1, 1e6, 65 }[q], true, "a text is too long");
        refused(&s, point, (double[]){ -1, 13, 1e18 }[q], true, "a point of the curves");
        refused(&s, layer, (double[]){ -1, 13, 1e18 }[q], true, "a measurement of a layer");
        refused(&s, layer + 8, (double[]){ 0, 3, -1 }[q], true, "a measurement of a layer");
        refused(&s, line, (double[]){ 0, 13, -1 }[q], true, "a line of its log");
        refused(&s, line + 32, (double[]){ 0, 6, -1 }[q], true, "a line of its log");
        refused(&s, test + 8, (double[]){ -1, 21, 1e18 }[q], true, "a number of images");
        refused(&s, mistake, (double[]){ -1, 20, 1e18 }[q], true, "a mistake");
        refused(&s, mistake + 8, (double[]){ -1, 3, 1e18 }[q], true, "a mistake");
        refused(&s, mistake + 16, (double[]){ -1, 3, 1e18 }[q], true, "a mistake");
        refused(&s, variant, (double[]){ -1, 7, 1e18 }[q], true, "a variant");
    }
    refused(&s, s.size - 8, 0.5, false, "another digest than where it was trained");
    drop(&s);
}

static void parts_that_do_not_go_together_are_refused(void **state)
{
    (void)state;
    sent s = tiny();
    int parts = s.bytes[SIGNED];
    refused(&s, SIGNED + 40, 2, true, "it was stopped, and yet has results");
    refused(&s, SIGNED + 40, 1, true, "a diagnosis that it cannot have");
    refused(&s, SIGNED, parts & ~1, true, "and yet a part of them");
    refused(&s, SIGNED, parts & ~3 & ~4, true, "its curves have more points");
    refused(&s, text_at(s.bytes, 1), 0, true, "a text is none");
    drop(&s);
}

/* Whole bytes of a run that was not asked for: other settings of the same shape, other data, another version, another backend. */
static void another_run_is_refused(void **state)
{
    (void)state;
    static const char *const other[] = { ROWS, "diagnose=true", "log_every=5", "ensemble=true", "seed=2", NULL };
    static const struct {
        int text;
        const char *why;
    } forged[] = {
        { 0, "another version" }, { 1, "another run" }, { 2, "another run" }, { 3, "another backend" }, { 4, "another digest" },
    };
    strata_run *back;
    sent s = tiny(), t = sent_by(table, other, &alone);
    assert_failed(unpack(&s, t.bytes, t.size, &back), STRATA_ERR_DATA, "another run");
    drop(&t);
    for (size_t q = 0; q < sizeof forged / sizeof *forged; q++) {
        size_t at = text_at(s.bytes, forged[q].text);
        uint8_t was = s.bytes[at];
        s.bytes[at] = was == '0' ? '1' : '0';
        sign(s.bytes, s.size);
        assert_failed(unpack(&s, s.bytes, s.size, &back), STRATA_ERR_DATA, forged[q].why);
        s.bytes[at] = was;
    }
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_comes_back),
        cmocka_unit_test(a_run_without_results_is_its_facts),
        cmocka_unit_test(a_run_says_which_machine_trained_it),
        cmocka_unit_test(every_truncation_is_noticed),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(parts_that_do_not_go_together_are_refused),
        cmocka_unit_test(another_run_is_refused),
    };
    return cmocka_run_group_tests(tests, draw_table, leave);
}
