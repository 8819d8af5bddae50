/* See run_bytes.h. Writing comes first; reading checks all sizes before it takes memory, and all numbers before it uses them. */
#include "run_bytes.h"

#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "checkpoint_bytes.h"
#include "ending.h"
#include "fit.h"
#include "run_numbers.h"

#define RUN_FIRST_LINE "strata run 1\n"

enum {
    RUN_FIRST = sizeof RUN_FIRST_LINE - 1,
    RUN_SIGNED = RUN_FIRST + DIGITS + 1, /* where the digest begins to count */
    LOG_LINE = 5 * FIELD,
    MISTAKE = 4 * FIELD,
    VARIANT = 7 * FIELD,
    SCORE = 3 * FIELD
};

/* The numbers in front, in this order; then three scores. */
enum { PARTS, UPDATES, SECONDS, THREADS, KEPT, OUTCOME, CORES, POINTS, LAYERS, LINES, MISTAKES, VARIANTS, IN_FRONT };

/* The bits of the first one. */
enum { HAS_RESULTS = 1, HAS_TEST = 2, HAS_STARTED = 4, HAS_BF16 = 8, HAS_YAML = 16, HAS_PNG = 32, EVERY_PART = 63 };

static const strata_status outcomes[] = { STRATA_OK, STRATA_ERR_DIVERGED, STRATA_STOPPED };
enum { OUTCOMES = sizeof outcomes / sizeof *outcomes };

/* The texts, and the most bytes of each. */
enum { VERSION, ID, DATA, BACKEND, DIGEST, SENTENCE, COMPILER, FLAGS, COMMIT, LEVEL, BLAS, CPU, HOST, AUTOMATIC, TEXTS };
enum { LONG_TEXT = 1 << 14 };
static const size_t longest[TEXTS] = {
    [VERSION] = 64, [ID] = RUN_ID - 1, [DATA] = DIGITS, [BACKEND] = CONFIG_WORD - 1, [DIGEST] = DIGITS, [SENTENCE] = STATUS_SENTENCE - 1,
    [COMPILER] = LONG_TEXT, [FLAGS] = LONG_TEXT, [COMMIT] = LONG_TEXT, [LEVEL] = LONG_TEXT, [BLAS] = LONG_TEXT,
    [CPU] = sizeof ((strata_machine_facts *)0)->cpu - 1, [HOST] = sizeof ((strata_machine_facts *)0)->host - 1, [AUTOMATIC] = LONG_TEXT,
};

/* What there is of a run, and how much. */
typedef struct {
    unsigned parts;
    size_t points, layers, lines, mistakes, variants;
} amounts;

static size_t tested_numbers(const strata_config *c)
{
    return diagnose_confusion(c->form.classes) + 2 * STRATA_CERTAINTY_BINS;
}

/* Bytes behind the texts. */
static size_t results_bytes(const amounts *n, const strata_config *c)
{
    net_shape shape = config_shape(c);
    if ((n->parts & HAS_RESULTS) == 0) return 0;
    size_t lists = n->points * POINT + n->layers * LAYER_POINT + n->lines * LOG_LINE + n->mistakes * MISTAKE + n->variants * VARIANT;
    size_t tested = (n->parts & HAS_TEST) != 0 ? tested_numbers(c) * FIELD : 0;
    return lists + tested + net_elements(&shape, NET_EVERY_ROLE) * config_backend(c)->element;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------------- */

static amounts amounts_of(const strata_run *run, const strata_machine_facts *m)
{
    const strata_model *model = run->model;
    bool results = model->net != NULL && run->facts.outcome != STRATA_STOPPED;
    amounts n = { .parts = (m->bf16 ? HAS_BF16 : 0u) | (m->yaml ? HAS_YAML : 0u) | (m->png ? HAS_PNG : 0u) };
    if (!results) return n;
    n.parts |= HAS_RESULTS | (model->net->started ? HAS_STARTED : 0u);
    if (run->diagnosis != NULL && run->diagnosis->tested) n.parts |= HAS_TEST;
    n.points = run->points;
    n.lines = run->log.lines;
    (void)strata_run_layers(run, &n.layers);
    (void)strata_run_mistakes(run, &n.mistakes);
    (void)strata_run_variants(run, &n.variants);
    return n;
}

static uint8_t *put_front(uint8_t *at, const strata_run *run, const amounts *n, const strata_machine_facts *m)
{
    const strata_run_facts_t *f = &run->facts;
    int outcome = 0;
    while (outcomes[outcome] != f->outcome) outcome++;
    at = put_real(put_whole(put_whole(at, n->parts), f->updates), f->seconds);
    at = put_whole(put_whole(put_whole(put_whole(at, f->threads), f->checkpoint), outcome), m->cores);
    const size_t counts[] = { n->points, n->layers, n->lines, n->mistakes, n->variants };
    for (size_t q = 0; q < sizeof counts / sizeof *counts; q++) at = put_whole(at, (int64_t)counts[q]);
    at = run_numbers_put_score(run_numbers_put_score(at, &f->train), &f->validation);
    return run_numbers_put_score(at, &f->test);
}

static uint8_t *put_texts(uint8_t *at, const char *const *texts)
{
    for (int q = 0; q < TEXTS; q++) {
        size_t length = strlen(texts[q]);
        at = put_whole(at, (int64_t)length);
        memcpy(at, texts[q], length);
        at += length;
    }
    return at;
}

static uint8_t *put_log(uint8_t *at, const losses *log)
{
    for (const strata_loss *p = log->line; p < log->line + log->lines; p++) {
        at = put_real(put_real(put_real(put_whole(at, p->update), p->epoch), p->eta), p->loss);
        at = put_whole(at, p->updates);
    }
    return at;
}

static uint8_t *put_test(uint8_t *at, const diagnosis *d)
{
    size_t counts = diagnose_confusion(d->classes);
    for (size_t q = 0; q < counts; q++) at = put_whole(at, d->confusion[q]);
    for (int q = 0; q < STRATA_CERTAINTY_BINS; q++) at = put_whole(at, d->certainty.correct[q]);
    for (int q = 0; q < STRATA_CERTAINTY_BINS; q++) at = put_whole(at, d->certainty.wrong[q]);
    return at;
}

static uint8_t *put_mistakes(uint8_t *at, const strata_run *run)
{
    size_t count;
    const strata_mistake *p = strata_run_mistakes(run, &count);
    for (size_t q = 0; q < count; q++, p++) {
        at = put_real(put_whole(put_whole(put_whole(at, p->image), p->truth), p->guess), p->probability);
    }
    return at;
}

static uint8_t *put_variants(uint8_t *at, const strata_run *run)
{
    size_t count;
    const strata_variant *p = strata_run_variants(run, &count);
    for (size_t q = 0; q < count; q++, p++) {
        int name = 0;
        while (strcmp(ending_words[name], p->name) != 0) name++;
        at = run_numbers_put_score(run_numbers_put_score(put_whole(at, name), &p->validation), &p->test);
    }
    return at;
}

static uint8_t *put_results(uint8_t *at, const strata_run *run, const amounts *n)
{
    if ((n->parts & HAS_RESULTS) == 0) return at;
    at = put_log(run_numbers_put_layers(run_numbers_put_points(at, run), run), &run->log);
    if ((n->parts & HAS_TEST) != 0) at = put_test(at, run->diagnosis);
    at = put_variants(put_mistakes(at, run), run);
    return run_numbers_put_net(at, run->model->net, NET_EVERY_ROLE);
}

strata_status run_pack(const strata_run *run, uint8_t **bytes, size_t *size)
{
    void *made;
    char digest[DIGEST_TEXT];
    strata_machine_facts m;
    *bytes = NULL;
    REQUIRE(run->facts.outcome == STRATA_OK || run->facts.outcome == STRATA_ERR_DIVERGED || run->facts.outcome == STRATA_STOPPED);
    run_machine(run, &m);
    amounts n = amounts_of(run, &m);
    const char *const texts[TEXTS] = {
        [VERSION] = STRATA_VERSION, [ID] = run->id, [DATA] = run->data_digest, [BACKEND] = run->config.backend,
        [DIGEST] = run->model->digest, [SENTENCE] = run->sentence, [COMPILER] = m.compiler, [FLAGS] = m.flags, [COMMIT] = m.commit,
        [LEVEL] = m.cpu_level, [BLAS] = m.blas, [CPU] = m.cpu, [HOST] = m.host, [AUTOMATIC] = run_automatic(run),
    };
    size_t all = RUN_SIGNED + IN_FRONT * FIELD + 3 * SCORE + TEXTS * FIELD + results_bytes(&n, &run->config);
    for (int q = 0; q < TEXTS; q++) all += strlen(texts[q]);
    TRY(alloc_aligned_unset(&made, all, 1, "a run as bytes"));
    uint8_t *to = made;
    memcpy(to, RUN_FIRST_LINE, RUN_FIRST);
    (void)put_results(put_texts(put_front(to + RUN_SIGNED, run, &n, &m), texts), run, &n);
    strata_status status = digest_sha256(to + RUN_SIGNED, all - RUN_SIGNED, digest);
    if (status != STRATA_OK) {
        free(made);
        return status;
    }
    memcpy(to + RUN_FIRST, digest, DIGITS);
    to[RUN_SIGNED - 1] = '\n';
    *bytes = to;
    *size = all;
    return STRATA_OK;
}

/* ---- reading: what is there ---------------------------------------------------------------------------------------------------------- */

/* Bytes of a run, and what they say before its results. */
typedef struct {
    const strata_config *config; /* that was asked for */
    const split *part;
    const uint8_t *front, *results;
    amounts n;
    long updates;
    const uint8_t *text[TEXTS];
    size_t length[TEXTS];
} packed;

static strata_status no_run(const char *why)
{
    return status_fail(STRATA_ERR_DATA, "the bytes are no whole run of these settings: %s; train it again", why);
}

static bool within(int64_t x, int64_t least, int64_t most)
{
    return x >= least && x <= most;
}

static bool says(const packed *p, int which, const char *due)
{
    return p->length[which] == strlen(due) && memcmp(p->text[which], due, p->length[which]) == 0;
}

static strata_status read_parts(packed *p)
{
    const uint8_t *at = p->front;
    int64_t parts = whole_at(at), outcome = whole_at(at + OUTCOME * FIELD);
    if (!within(parts, 0, EVERY_PART)) return no_run("it has parts that are not known");
    if (!within(outcome, 0, OUTCOMES - 1)) return no_run("its outcome is none");
    bool results = (parts & HAS_RESULTS) != 0, done = outcomes[outcome] == STRATA_OK;
    if (results && outcomes[outcome] == STRATA_STOPPED) return no_run("it was stopped, and yet has results");
    if (!results && (parts & (HAS_TEST | HAS_STARTED)) != 0) return no_run("it has no results, and yet a part of them");
    if ((parts & HAS_TEST) != 0 && !(done && p->config->diagnose)) return no_run("it has a diagnosis that it cannot have");
    p->n.parts = (unsigned)parts;
    return STRATA_OK;
}

/* How much of everything; no more than the settings imply. */
static strata_status read_amounts(packed *p)
{
    const strata_config *c = p->config;
    int64_t n[IN_FRONT];
    bool results = (p->n.parts & HAS_RESULTS) != 0, tested = (p->n.parts & HAS_TEST) != 0;
    bool done = results && whole_at(p->front + OUTCOME * FIELD) == 0;
    for (int q = POINTS; q < IN_FRONT; q++) n[q] = whole_at(p->front + q * FIELD);
    size_t measured = c->diagnose ? diagnose_per_point(config_layers(c)) : 0;
    if (!within(n[POINTS], 0, results ? (int64_t)config_points(c) : 0)) return no_run("its curves have more points than the run");
    if (n[LAYERS] != n[POINTS] * (int64_t)measured) return no_run("its measurements do not fit its curves");
    if (!within(n[LINES], 0, results && c->log_every > 0 ? (int64_t)config_log_lines(c) : 0)) return no_run("its log is too long");
    if (!within(n[MISTAKES], 0, tested ? STRATA_MISTAKES : 0)) return no_run("it has more mistakes than are kept");
    if (!within(n[VARIANTS], 0, done ? RUN_VARIANTS : 0)) return no_run("it has more variants than there are");
    p->n = (amounts){ p->n.parts, (size_t)n[POINTS], (size_t)n[LAYERS], (size_t)n[LINES], (size_t)n[MISTAKES], (size_t)n[VARIANTS] };
    return STRATA_OK;
}

static strata_status read_facts(packed *p)
{
    const uint8_t *at = p->front;
    int64_t updates = whole_at(at + UPDATES * FIELD);
    double seconds = real_at(at + SECONDS * FIELD);
    if (!within(updates, 0, config_updates(p->config))) return no_run("its updates are not those of the run");
    if (!(seconds >= 0 && seconds < 1e15)) return no_run("its seconds are no time");
    if (!within(whole_at(at + THREADS * FIELD), 1, STRATA_THREADS_MAX)) return no_run("its threads are no number of threads");
    if (!within(whole_at(at + KEPT * FIELD), -1, updates)) return no_run("its checkpoint is of no update that it has done");
    if (!within(whole_at(at + CORES * FIELD), 1, INT32_MAX)) return no_run("the machine that trained it has no cores");
    p->updates = (long)updates;
    return STRATA_OK;
}

/* The texts at `at`; behind them come the results, to the byte. */
static strata_status read_texts(packed *p, const uint8_t *at, size_t left)
{
    for (int q = 0; q < TEXTS; q++) {
        if (left < FIELD) return no_run("it ends too early");
        uint64_t length = bytes_get(at, FIELD);
        left -= FIELD;
        at += FIELD;
        if (length > longest[q] || length > left) return no_run("a text is too long");
        if (memchr(at, '\0', (size_t)length) != NULL) return no_run("a text is none");
        p->text[q] = at;
        p->length[q] = (size_t)length;
        at += length;
        left -= (size_t)length;
    }
    p->results = at;
    return left == results_bytes(&p->n, p->config) ? STRATA_OK : no_run("its size does not fit its settings");
}

static strata_status read_front(packed *p, const uint8_t *bytes, size_t size)
{
    enum { FRONT = IN_FRONT * FIELD + 3 * SCORE };
    char digest[DIGEST_TEXT];
    if (size < RUN_SIGNED + FRONT || memcmp(bytes, RUN_FIRST_LINE, RUN_FIRST) != 0) return no_run("it does not begin as one");
    TRY(digest_sha256(bytes + RUN_SIGNED, size - RUN_SIGNED, digest));
    bool signed_so = memcmp(bytes + RUN_FIRST, digest, DIGITS) == 0 && bytes[RUN_SIGNED - 1] == '\n';
    if (!signed_so) return no_run("its digest is not that of its bytes");
    p->front = bytes + RUN_SIGNED;
    TRY(read_parts(p));
    TRY(read_amounts(p));
    TRY(read_facts(p));
    return read_texts(p, p->front + FRONT, size - RUN_SIGNED - FRONT);
}

/* ---- reading: the results ------------------------------------------------------------------------------------------------------------ */

static const char *log_fault(const packed *p, const uint8_t *at)
{
    int64_t before = 0;
    for (size_t q = 0; q < p->n.lines; q++, at += LOG_LINE) {
        int64_t t = whole_at(at), updates = whole_at(at + 4 * FIELD);
        if (t <= before || t > p->updates || !within(updates, 1, p->config->log_every)) return "a line of its log is out of order";
        before = t;
    }
    return NULL;
}

static const char *test_fault(const packed *p, const uint8_t *at)
{
    size_t count = (p->n.parts & HAS_TEST) != 0 ? tested_numbers(p->config) : 0;
    for (size_t q = 0; q < count; q++, at += FIELD) {
        if (!within(whole_at(at), 0, p->part->data->test_images)) return "a number of images is none";
    }
    for (size_t q = 0; q < p->n.mistakes; q++, at += MISTAKE) {
        int64_t image = whole_at(at), truth = whole_at(at + FIELD), guess = whole_at(at + 2 * FIELD), classes = p->config->form.classes;
        if (!within(image, 0, p->part->data->test_images - 1) || !within(truth, 0, classes - 1) || !within(guess, 0, classes - 1)) {
            return "a mistake is of no image";
        }
    }
    for (size_t q = 0; q < p->n.variants; q++, at += VARIANT) {
        if (!within(whole_at(at), 0, ENDINGS - 1)) return "a variant has no name";
    }
    return NULL;
}

static strata_status check_results(const packed *p)
{
    const uint8_t *layers = p->results + p->n.points * POINT, *log = layers + p->n.layers * LAYER_POINT;
    const char *fault = run_numbers_point_fault(p->results, p->n.points, p->updates);
    if (fault == NULL) fault = run_numbers_layer_fault(layers, p->n.layers, p->config, p->updates);
    if (fault == NULL) fault = log_fault(p, log);
    if (fault == NULL) fault = test_fault(p, log + p->n.lines * LOG_LINE);
    return fault == NULL ? STRATA_OK : no_run(fault);
}

static const uint8_t *get_log(const packed *p, const uint8_t *at, losses *log)
{
    log->lines = p->n.lines;
    for (size_t q = 0; q < p->n.lines; q++, at += LOG_LINE) {
        log->line[q] = (strata_loss){ (long)whole_at(at), real_at(at + FIELD), real_at(at + 2 * FIELD), real_at(at + 3 * FIELD),
                                      (long)whole_at(at + 4 * FIELD) };
    }
    return at;
}

static const uint8_t *get_test(const packed *p, const uint8_t *at, diagnosis *d)
{
    if ((p->n.parts & HAS_TEST) == 0) return at;
    size_t counts = diagnose_confusion(d->classes);
    for (size_t q = 0; q < counts; q++, at += FIELD) d->confusion[q] = (long)whole_at(at);
    for (int q = 0; q < STRATA_CERTAINTY_BINS; q++, at += FIELD) d->certainty.correct[q] = (long)whole_at(at);
    for (int q = 0; q < STRATA_CERTAINTY_BINS; q++, at += FIELD) d->certainty.wrong[q] = (long)whole_at(at);
    d->mistakes = p->n.mistakes;
    for (size_t q = 0; q < d->mistakes; q++, at += MISTAKE) {
        d->mistake[q] = (strata_mistake){ (long)whole_at(at), (int)whole_at(at + FIELD), (int)whole_at(at + 2 * FIELD),
                                          real_at(at + 3 * FIELD) };
    }
    d->tested = true;
    return at;
}

static const uint8_t *get_variants(const packed *p, const uint8_t *at, strata_run *run)
{
    run->variants = p->n.variants;
    for (size_t q = 0; q < p->n.variants; q++, at += VARIANT) {
        run->variant[q] = (strata_variant){ ending_words[whole_at(at)], run_numbers_get_score(at + FIELD),
                                            run_numbers_get_score(at + FIELD + SCORE) };
    }
    return at;
}

/* The digest of the model is computed from what has come, and must be what its training had. */
static strata_status get_results(const packed *p, strata_run *run)
{
    const uint8_t *at = p->results;
    TRY(run_take_told(run, p->part));
    network *net = run->model->net;
    run_numbers_get_points(at, p->n.points, run);
    at += p->n.points * POINT;
    run_numbers_get_layers(at, p->n.layers, run);
    at = get_log(p, at + p->n.layers * LAYER_POINT, &run->log);
    at = get_variants(p, get_test(p, at, run->diagnosis), run);
    (void)run_numbers_get_net(at, net->ops->element, net, NET_EVERY_ROLE);
    net->started = (p->n.parts & HAS_STARTED) != 0;
    TRY(model_finish(run->model));
    return says(p, DIGEST, run->model->digest) ? STRATA_OK : no_run("its model has another digest than where it was trained");
}

/* ---- reading: the run ---------------------------------------------------------------------------------------------------------------- */

static void get_facts(const packed *p, strata_run *run)
{
    strata_run_facts_t *f = &run->facts;
    const uint8_t *at = p->front, *scores = at + IN_FRONT * FIELD;
    f->updates = p->updates;
    f->seconds = real_at(at + SECONDS * FIELD);
    f->threads = (int)whole_at(at + THREADS * FIELD);
    f->checkpoint = (long)whole_at(at + KEPT * FIELD);
    f->outcome = outcomes[whole_at(at + OUTCOME * FIELD)];
    f->train = run_numbers_get_score(scores);
    f->validation = run_numbers_get_score(scores + SCORE);
    f->test = run_numbers_get_score(scores + 2 * SCORE);
    memcpy(run->sentence, p->text[SENTENCE], p->length[SENTENCE]); /* the rest of it is zero */
}

/* The machine, with its texts behind it. */
static strata_status get_origin(const packed *p, strata_run *run)
{
    void *made;
    size_t size = sizeof *run->origin;
    for (int q = COMPILER; q < TEXTS; q++) size += p->length[q] + 1;
    TRY(alloc_zero(&made, size, 1, "the machine of a run"));
    run_origin *o = run->origin = made;
    char *to = (char *)(o + 1);
    o->machine = (strata_machine_facts){ .size = sizeof o->machine, .cores = (int)whole_at(p->front + CORES * FIELD),
                                         .bf16 = (p->n.parts & HAS_BF16) != 0, .yaml = (p->n.parts & HAS_YAML) != 0,
                                         .png = (p->n.parts & HAS_PNG) != 0 };
    const char **const kept[TEXTS] = {
        [COMPILER] = &o->machine.compiler, [FLAGS] = &o->machine.flags, [COMMIT] = &o->machine.commit, [LEVEL] = &o->machine.cpu_level,
        [BLAS] = &o->machine.blas, [AUTOMATIC] = &o->automatic,
    };
    for (int q = COMPILER; q < TEXTS; q++) {
        if (kept[q] == NULL) continue;
        *kept[q] = memcpy(to, p->text[q], p->length[q]);
        to += p->length[q] + 1;
    }
    memcpy(o->machine.cpu, p->text[CPU], p->length[CPU]);
    memcpy(o->machine.host, p->text[HOST], p->length[HOST]);
    return STRATA_OK;
}

static strata_status fill_run(const packed *p, strata_run *run)
{
    if (!says(p, VERSION, STRATA_VERSION)) return no_run("another version of strata trained it");
    if (!says(p, ID, run->id) || !says(p, DATA, run->data_digest)) return no_run("it is another run, or of other data");
    if (!says(p, BACKEND, run->config.backend)) return no_run("another backend trained it");
    get_facts(p, run);
    TRY(get_origin(p, run));
    if ((p->n.parts & HAS_RESULTS) != 0) return get_results(p, run);
    char digest[DIGEST_TEXT] = "";
    memcpy(digest, p->text[DIGEST], p->length[DIGEST]);
    if (model_check_data_digest(digest) != STRATA_OK) return no_run("the digest of its model is none");
    memcpy(run->model->digest, digest, sizeof digest);
    return STRATA_OK;
}

strata_status run_unpack(const uint8_t *bytes, size_t size, const strata_config *resolved, const split *part, strata_run **out)
{
    packed p = { .config = resolved, .part = part };
    *out = NULL;
    REQUIRE(fit_is_split(resolved, part));
    TRY(read_front(&p, bytes, size));
    TRY(check_results(&p));
    TRY(run_create(resolved, part, out));
    strata_status status = fill_run(&p, *out);
    if (status == STRATA_OK) return STRATA_OK;
    strata_run_free(*out);
    *out = NULL;
    return status;
}
