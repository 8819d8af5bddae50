/* What a golden digest is made of: numbers as their 64 bits, the lowest byte first, so that every machine has the same. See golden.h. */
#include "golden.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "training.h"

enum { PER_FILE = 120, FEW_PER_FILE = 80, PROBES = 20000 };

typedef struct {
    unsigned char *at;
    size_t used, room;
} bytes;

static void stop(const char *why)
{
    (void)fprintf(stderr, "golden digests: %s\n", why);
    exit(1);
}

static void must(strata_status status)
{
    if (status != STRATA_OK) stop(strata_error());
}

static unsigned char *make_room(bytes *b, size_t more)
{
    if (b->used + more > b->room) {
        b->room = 2 * (b->used + more);
        b->at = realloc(b->at, b->room);
        if (b->at == NULL) stop("no memory");
    }
    b->used += more;
    return b->at + b->used - more;
}

static void add_whole(bytes *b, int64_t number)
{
    unsigned char *to = make_room(b, 8);
    for (int q = 0; q < 8; q++) to[q] = (unsigned char)((uint64_t)number >> (8 * q));
}

static void add_number(bytes *b, double number)
{
    int64_t bits;
    memcpy(&bits, &number, sizeof bits);
    add_whole(b, bits);
}

static void add_word(bytes *b, const char *word)
{
    memcpy(make_room(b, strlen(word) + 1), word, strlen(word) + 1);
}

static void finish(bytes *b, char out[DIGEST_TEXT])
{
    must(digest_sha256(b->at, b->used, out));
    free(b->at);
    *b = (bytes){ 0 };
}

/* ---- a model ------------------------------------------------------------------------------------------------------------------------ */

static void add_mat(bytes *b, const network *net, const char *name, int layer, mat M)
{
    size_t count = mat_elements(M);
    double *x = calloc(count + 1, sizeof *x);
    if (x == NULL) stop("no memory");
    if (count > 0) net->ops->get(x, M);
    add_word(b, name);
    add_whole(b, layer), add_whole(b, M.rows), add_whole(b, M.cols);
    for (size_t e = 0; e < count; e++) add_number(b, x[e]);
    free(x);
}

/* All parameters and running averages, and the standardisation of the inputs. */
static void digest_model(const strata_model *model, char out[DIGEST_TEXT])
{
    bytes b = { 0 };
    const network *net = model->net;
    for (int l = 1; l <= net->shape.k; l++) {
        for (net_which which = 0; which < NET_PARAMETERS; which++) {
            add_mat(&b, net, net_tensor_name(which), l, net_tensor(&net->theta[l], which));
        }
        add_mat(&b, net, "mean", l, net->mu_av[l]);
        add_mat(&b, net, "var", l, net->v_av[l]);
    }
    for (int t = 0; t < net->shape.width[0]; t++) add_number(&b, model->inputs->mean[t]), add_number(&b, model->inputs->std[t]);
    finish(&b, out);
}

/* ---- curves ------------------------------------------------------------------------------------------------------------------------- */

static void add_score(bytes *b, const strata_score *score)
{
    add_number(b, score->loss), add_number(b, score->cost), add_number(b, score->accuracy);
}

static void add_points(bytes *b, const strata_run *run)
{
    size_t count;
    const strata_point *point = strata_run_curve(run, &count);
    add_whole(b, (int64_t)count);
    for (size_t p = 0; p < count; p++) {
        add_whole(b, point[p].update), add_number(b, point[p].epoch), add_number(b, point[p].eta);
        add_score(b, &point[p].train);
        add_score(b, &point[p].validation);
    }
}

static void add_diagnosis(bytes *b, const strata_run *run)
{
    size_t count;
    const strata_layer_point *layer = strata_run_layers(run, &count);
    add_whole(b, (int64_t)count);
    for (size_t p = 0; p < count; p++) {
        add_whole(b, layer[p].update), add_whole(b, layer[p].layer), add_word(b, layer[p].what), add_number(b, layer[p].value);
    }
    const long *confusion = strata_run_confusion(run);
    int classes = strata_run_config(run)->form.classes;
    for (int q = 0; confusion != NULL && q < classes * classes; q++) add_whole(b, confusion[q]);
    const strata_mistake *mistake = strata_run_mistakes(run, &count);
    add_whole(b, (int64_t)count);
    for (size_t q = 0; q < count; q++) {
        add_whole(b, mistake[q].image), add_whole(b, mistake[q].truth), add_whole(b, mistake[q].guess);
        add_number(b, mistake[q].probability);
    }
}

/* The losses of the mini-batches are in b already. */
static void digest_curves(bytes *b, const strata_run *run, char out[DIGEST_TEXT])
{
    const strata_run_facts_t *facts = strata_run_facts(run);
    add_points(b, run);
    add_whole(b, facts->updates);
    add_score(b, &facts->train), add_score(b, &facts->validation), add_score(b, &facts->test);
    add_diagnosis(b, run);
    finish(b, out);
}

/* ---- a training --------------------------------------------------------------------------------------------------------------------- */

static bool keep_loss(void *self, size_t member, long done, long all, double loss)
{
    (void)member, (void)done, (void)all;
    add_number(self, loss);
    return true;
}

/* The first images of each file of the synthetic set, and fewer of them for the definitions. Drawn once, kept to the end. */
static const strata_data *images(bool fewer)
{
    static strata_data *drawn[2];
    if (drawn[fewer] == NULL) must(data_draw(1, fewer ? FEW_PER_FILE : PER_FILE, 1, &drawn[fewer]));
    return drawn[fewer];
}

enum { TABLE_FEATURES = 13, TABLE_CLASSES = 3, GREY_FEATURES = 7 * 9, GREY_CLASSES = 5, EXAMPLES = 600, TESTS = 100 };

/* What the formula says, about a mean that differs from class to class: 0 .. 255. */
static int made(int example, int feature, int label)
{
    return (example * 37 + feature * 101 + example * feature * 7) % 151 + (label * 29 + feature * 13) % 104;
}

static strata_data *make_table(void)
{
    static float x[(EXAMPLES + TESTS) * TABLE_FEATURES];
    static uint16_t label[EXAMPLES + TESTS];
    strata_data *data;
    for (int j = 0; j < EXAMPLES + TESTS; j++) {
        label[j] = (uint16_t)(j % TABLE_CLASSES);
        for (int f = 0; f < TABLE_FEATURES; f++) x[j * TABLE_FEATURES + f] = (float)made(j, f, label[j]) / 16 - (float)f;
    }
    const strata_arrays arrays = { .size = sizeof arrays, .train = EXAMPLES, .test = TESTS, .examples = x, .labels = label,
                                   .test_examples = x + EXAMPLES * TABLE_FEATURES, .test_labels = label + EXAMPLES, .form = {
                                   .element = STRATA_FLOATS, .features = TABLE_FEATURES, .classes = TABLE_CLASSES } };
    must(strata_data_from_arrays(&arrays, &data));
    return data;
}

static strata_data *make_grey(void)
{
    static uint8_t x[(EXAMPLES + TESTS) * GREY_FEATURES];
    static uint16_t label[EXAMPLES + TESTS];
    strata_data *data;
    for (int j = 0; j < EXAMPLES + TESTS; j++) {
        label[j] = (uint16_t)(j % GREY_CLASSES);
        for (int f = 0; f < GREY_FEATURES; f++) x[j * GREY_FEATURES + f] = (uint8_t)made(j, f, label[j]);
    }
    const strata_arrays arrays = { .size = sizeof arrays, .train = EXAMPLES, .test = TESTS, .examples = x, .labels = label,
                                   .test_examples = x + EXAMPLES * GREY_FEATURES, .test_labels = label + EXAMPLES, .form = {
                                   .element = STRATA_BYTES, .features = GREY_FEATURES, .height = 7, .width = 9, .channels = 1,
                                   .classes = GREY_CLASSES } };
    must(strata_data_from_arrays(&arrays, &data));
    return data;
}

/* Made once, kept to the end. */
static const strata_data *set_of(golden_data which, bool fewer)
{
    static strata_data *made_once[GOLDEN_SETS];
    if (which == GOLDEN_IMAGES) return images(fewer);
    if (made_once[which] == NULL) made_once[which] = which == GOLDEN_TABLE ? make_table() : make_grey();
    return made_once[which];
}

void golden_train(const strata_config *cut, golden_data data, const golden_level *level, golden_digests *out)
{
    strata_run *run;
    bytes heard = { 0 };
    const strata_observer observer = { .size = sizeof observer, .self = &heard, .update = keep_loss };
    must(strata_train(1, &cut, set_of(data, level->limit == NULL), (int)cut->threads, &observer, &run));
    if (strata_run_facts(run)->outcome != STRATA_OK) stop(strata_run_facts(run)->sentence);
    digest_model(strata_run_model(run), out->model);
    digest_curves(&heard, run, out->curves);
    strata_run_free(run);
}

/* ---- the C library ------------------------------------------------------------------------------------------------------------------ */

/* In 0 .. 1, by a generator of the test's own: no change of the library may excuse itself. */
static double next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 12) + 0.5) * 0x1p-52;
}

void golden_libm(bool single, golden_digests *out)
{
    bytes normals = { 0 }, classes = { 0 };
    uint64_t state = 1;
    for (int q = 0; q < PROBES; q++) {
        double radius = sqrt(-2 * log(next(&state))), angle = 6.283185307179586476925286766559 * next(&state);
        double x = -12 * next(&state), y = 1 + 9 * next(&state), a = radius * cos(angle), b = radius * sin(angle);
        add_number(&normals, single ? (double)(float)a : a), add_number(&normals, single ? (double)(float)b : b);
        add_number(&classes, single ? (double)expf((float)x) : exp(x));
        add_number(&classes, single ? (double)logf((float)y) : log(y));
    }
    finish(&normals, out->model);
    finish(&classes, out->curves);
}
