/* Nets beside their second opinions, see paired.h. Nothing here asks src/ what a setting means: the recipe of the oracle is made from the
 * values of the settings, its masks from the streams of random.h. */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paired.h"
#include "random.h"

enum { SEED = 77 };

/* ---- the two descriptions of a net ---- */

static strata_config *configured(const char *words)
{
    char list[300];
    const char *word[16] = { NULL };
    int count = 0;
    (void)snprintf(list, sizeof list, "%s", words);
    for (char *save = NULL, *w = strtok_r(list, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        assert_in_range(count, 0, 14);
        word[count++] = w;
    }
    strata_config *config = small_config(word);
    config->form = (strata_form){ STRATA_BYTES, PAIRED_INPUTS, PAIRED_HEIGHT, PAIRED_WIDTH, PAIRED_CHANNELS, 10 };
    CHECK_OK(config_check_net(config));
    return config;
}

static family_norm norm_of(const strata_config *c)
{
    static const family_norm norms[] = { [NORM_NONE] = FAMILY_PLAIN, [NORM_BATCH] = FAMILY_BATCH, [NORM_LAYER] = FAMILY_LAYER };
    return c->norm == NORM_AUTO ? c->bn ? FAMILY_BATCH : FAMILY_PLAIN : norms[c->norm];
}

static family_recipe recipe_of(const strata_config *c, double lambda)
{
    static const family_activation activations[] = { [NET_RELU] = FAMILY_RELU, [NET_LEAKY_RELU] = FAMILY_LEAKY_RELU,
                                                     [NET_GELU] = FAMILY_GELU, [NET_TANH] = FAMILY_TANH, [NET_SIGMOID] = FAMILY_SIGMOID };
    static const family_loss losses[] = { [NET_SOFTMAX] = FAMILY_SOFTMAX, [NET_SIGMOIDS] = FAMILY_SIGMOIDS, [NET_HINGE] = FAMILY_HINGE };
    family_recipe r = { .d = PAIRED_INPUTS, .height = PAIRED_HEIGHT, .width = PAIRED_WIDTH, .channels = PAIRED_CHANNELS,
                        .patch = (int)c->patch, .activation = activations[c->activation], .norm = norm_of(c),
                        .after = c->norm_place == NET_AFTER, .skip = c->skip, .loss = losses[c->loss], .dropout = c->dropout,
                        .input_dropout = c->input_dropout, .noise = c->noise, .eps = 1e-5, .alpha = 0.9, .lambda = lambda };
    if (r.patch > 0) r.units[++r.k] = (int)c->filters;
    for (int l = 0; l < c->hidden.count; l++) r.units[++r.k] = c->hidden.unit[l];
    r.units[++r.k] = 10;
    return r;
}

/* ---- the two mini-batches ---- */

static const float *table_of_floats(void)
{
    static float table[(SMALL_TRAIN + SMALL_VAL) * PAIRED_INPUTS];
    const minibatch b = small_batch(0, 1, PAIRED_INPUTS);
    for (size_t e = 0; e < sizeof table / sizeof *table; e++)
        table[e] = (float)(b.image[e / PAIRED_INPUTS * b.stride + e % PAIRED_INPUTS] / 255.0);
    return table;
}

/* scale and shift of floats are other numbers than those of bytes. */
static void fold_for_floats(minibatch *b)
{
    static float scale[PAIRED_INPUTS], shift[PAIRED_INPUTS];
    for (int e = 0; e < PAIRED_INPUTS; e++) scale[e] = (float)b->inv_std[e], shift[e] = (float)b->mean[e];
    b->scale = scale, b->shift = shift;
}

/* Where patches share their pixels' standardisation, it is one for each channel. The numbers are any. */
static void standardise_channels(minibatch *b, int side)
{
    static double mean[PAIRED_INPUTS], inv_std[PAIRED_INPUTS];
    static float scale[PAIRED_INPUTS], shift[PAIRED_INPUTS], patch_scale[PAIRED_INPUTS], patch_shift[PAIRED_INPUTS];
    for (int e = 0; e < PAIRED_INPUTS; e++) {
        int q = e / (PAIRED_HEIGHT * PAIRED_WIDTH);
        mean[e] = 0.375 + 0.0625 * q, inv_std[e] = 4 - 0.5 * q;
        scale[e] = (float)(b->table != NULL ? inv_std[e] : inv_std[e] / 255);
        shift[e] = (float)(b->table != NULL ? mean[e] : -mean[e] * inv_std[e]);
    }
    for (int e = 0; e < PAIRED_CHANNELS * side * side; e++) {
        int pixel = e / (side * side) * PAIRED_HEIGHT * PAIRED_WIDTH; /* the channel's first */
        patch_scale[e] = scale[pixel], patch_shift[e] = shift[pixel];
    }
    b->mean = mean, b->inv_std = inv_std, b->scale = scale, b->shift = shift, b->patch_scale = patch_scale, b->patch_shift = patch_shift;
}

static minibatch mini_batch(const strata_config *c, int first, bool floats, uint64_t t)
{
    minibatch b = small_batch(first, PAIRED_IMAGES, PAIRED_INPUTS);
    int side = (int)c->patch;
    if (floats) {
        b.image = NULL, b.table = table_of_floats(), b.stride = PAIRED_INPUTS;
        fold_for_floats(&b);
    }
    if (side > 0 && config_standardise(c) == STANDARDISE_CHANNEL) standardise_channels(&b, side);
    if (side > 0) {
        b.patch.side = side, b.patch.height = PAIRED_HEIGHT, b.patch.width = PAIRED_WIDTH, b.patch.channels = PAIRED_CHANNELS;
        b.patch.count = (PAIRED_HEIGHT / side) * (PAIRED_WIDTH / side);
    }
    b.smoothing = c->label_smoothing, b.seed = SEED, b.draw = t;
    return b;
}

/* M of (31): element e is 0 where word e mod 4 of the block (t, floor(e/4)) of the stream is below r 2^32. */
static double *mask_of(int l, double r, uint64_t t, int elements)
{
    char name[20];
    double *mask = calloc((size_t)elements, sizeof *mask);
    assert_non_null(mask);
    (void)snprintf(name, sizeof name, "dropout/%d", l);
    for (int e = 0; e < elements; e++) {
        uint32_t word[4];
        random_words(random_named(SEED, name), t, (uint64_t)(e / 4), word);
        mask[e] = (double)word[e % 4] < r * 4294967296.0 ? 0 : 1;
    }
    return mask;
}

static void forget_chance(paired *p)
{
    for (int l = 0; l <= FAMILY_MAX_LAYERS; l++) {
        free(p->mask[l]);
        p->mask[l] = NULL;
    }
    free(p->noise);
    p->noise = NULL;
}

static void draw_chance(paired *p, uint64_t t)
{
    const family_net *o = p->oracle;
    uint64_t inputs = PAIRED_INPUTS * PAIRED_IMAGES;
    forget_chance(p);
    for (int l = 0; l < o->is.k; l++) {
        double r = l == 0 ? o->is.input_dropout : o->is.dropout;
        if (r > 0) p->mask[l] = mask_of(l, r, t, family_rows(o, l) * family_columns(o, l, PAIRED_IMAGES));
        p->batch.mask[l] = p->mask[l];
    }
    if (o->is.noise == 0) return;
    p->batch.noise = p->noise = calloc(inputs, sizeof *p->noise);
    assert_non_null(p->noise);
    random_normals(random_named(SEED, "noise"), t * inputs, inputs, p->noise);
}

minibatch paired_batch(paired *p, int first, uint64_t t)
{
    minibatch b = mini_batch(p->config, first, p->floats, t);
    p->batch = (family_batch){ .n = PAIRED_IMAGES, .X = p->X, .y = p->y, .smoothing = b.smoothing };
    for (int j = 0; j < b.n; j++) {
        p->y[j] = b.label[b.index[j]];
        for (int e = 0; e < b.d; e++) {
            size_t at = b.index[j] * b.stride + (size_t)e;
            double x = b.table != NULL ? b.table[at] : b.image[at] / 255.0;
            p->X[j * b.d + e] = (x - b.mean[e]) * b.inv_std[e]; /* (0) */
        }
    }
    draw_chance(p, t);
    return b;
}

/* ---- both together ---- */

static mat tensor_of(const network *net, const net_tensors *mine, family_which which, int l)
{
    if (which == FAMILY_MEAN) return net->mu_av[l];
    if (which == FAMILY_VAR) return net->v_av[l];
    return net_tensor(&mine[l], (net_which)which);
}

static void take_parameters(paired *p)
{
    for (int l = 1; l <= p->net->shape.k; l++)
        for (family_which which = 0; which < FAMILY_PARAMETERS; which++) {
            mat M = tensor_of(p->net, p->net->theta, which, l);
            double *x = small_numbers(p->net->ops, M);
            assert_int_equal(mat_elements(M), family_elements(p->oracle, which, l));
            for (size_t e = 0; e < mat_elements(M); e++) p->oracle->tensor[which][l][e] = x[e];
            free(x);
        }
}

paired *paired_with(const backend *ops, const char *words, bool floats)
{
    paired *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->words = words, p->floats = floats, p->lambda = 0.01, p->agreement = ops->unit < 1e-12 ? 1e-10 : 1e-3;
    p->config = configured(words);
    net_shape shape = config_shape(p->config);
    family_recipe recipe = recipe_of(p->config, p->lambda);
    p->net = small_net_of(floats || config_needs_matrix(p->config) ? mat_backend_floats(ops) : ops, &shape, 11);
    p->work = small_work(p->net, PAIRED_IMAGES);
    p->oracle = family_new(&recipe);
    take_parameters(p);
    assert_true(p->net->shape.eps == 1e-5 && p->net->shape.alpha == 0.9);
    return p;
}

void paired_free(paired *p)
{
    forget_chance(p);
    net_work_free(p->work);
    net_free(p->net);
    family_free(p->oracle);
    strata_config_free(p->config);
    free(p);
}

/* ---- comparison ---- */

static void same(const paired *p, mat M, const double *oracle, const char *name, int l, bool zero)
{
    double *x = small_numbers(p->net->ops, M), size = 0;
    for (size_t e = 0; e < mat_elements(M); e++) size = fmax(size, fabs(oracle[e]));
    double tolerance = zero ? p->agreement / 100 : p->agreement * size;
    for (size_t e = 0; e < mat_elements(M); e++) {
        if (fabs(x[e] - oracle[e]) <= tolerance) continue;
        fail_msg("%s, %s, %s: layer %d %s[%zu]: net.c %.17g, oracle %.17g, tolerance %g", p->net->ops->name, p->floats ? "floats" : "bytes",
                 p->words, l, name, e, x[e], oracle[e], tolerance);
    }
    free(x);
}

void paired_same_P(const paired *p, const double *P)
{
    int k = p->net->shape.k;
    same(p, p->work->trace[k].X, P, "P", k, false);
}

static void same_tensors(const paired *p, const net_tensors *mine, const family_net *o, family_which end)
{
    static const char *const names[] = { "W", "b", "gamma", "beta", "mean", "var" };
    for (int l = 1; l <= p->net->shape.k; l++)
        for (family_which which = 0; which < end; which++) {
            bool normalised = o->tensor[FAMILY_MEAN][l] != NULL && !o->is.after; /* b is taken away again: its gradient is zero */
            mat M = tensor_of(p->net, mine, which, l);
            assert_int_equal(mat_elements(M), family_elements(o, which, l));
            same(p, M, o->tensor[which][l], names[which], l, which == FAMILY_B && normalised && o != p->oracle);
        }
}

void paired_same_parameters(const paired *p)
{
    same_tensors(p, p->net->theta, p->oracle, FAMILY_TENSORS);
}

void paired_same_gradients(const paired *p, const family_net *gradient)
{
    same_tensors(p, p->work->gradient, gradient, FAMILY_PARAMETERS);
}
