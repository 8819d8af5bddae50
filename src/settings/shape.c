/* The net that the settings describe: its layers for the data of a form, its steps, and whether its settings fit each other. */
#include "config.h"
#include "patches.h"

/* norm = auto leaves it to bn, as all files did before there was norm. */
net_norm config_norm(const strata_config *c)
{
    if (c->norm == NORM_AUTO) return c->bn ? NET_BATCH_NORM : NET_PLAIN;
    return c->norm == NORM_BATCH ? NET_BATCH_NORM : c->norm == NORM_LAYER ? NET_LAYER_NORM : NET_PLAIN;
}

int config_layers(const strata_config *c)
{
    return c->hidden.count + 1 + (c->patch > 0);
}

/* Hidden layer l. A layer between the two ends of a skip connection is not normalised: (29). */
static net_layer hidden_layer(const strata_config *c, int l, int units, int inputs, int last)
{
    bool skip = c->skip && l >= 3 && l % 2 == 1, within = c->skip && l >= 2 && l % 2 == 0 && l < last;
    return (net_layer){ .units = units, .inputs = inputs, .norm = within ? NET_PLAIN : config_norm(c), .place = (net_place)c->norm_place,
                        .activation = (net_activation)c->activation, .skip = skip, .dropout = c->dropout };
}

net_shape config_shape(const strata_config *c)
{
    return config_shape_of(c, c->form.features);
}

net_shape config_shape_of(const strata_config *c, int inputs)
{
    const strata_form *f = &c->form;
    net_shape s = { .k = config_layers(c), .patches = patches_of_images((int)c->patch, f->height, f->width, f->channels),
                    .loss = (net_loss_kind)c->loss, .noise = c->noise,
                    .input_dropout = c->input_dropout, .eps = c->eps, .alpha = c->alpha };
    const mat_patches *p = &s.patches;
    int patch = c->patch > 0, d = patch ? p->side * p->side * p->channels : inputs;
    s.width[0] = inputs;
    for (int l = 1; l < s.k; l++) {
        int units = patch && l == 1 ? (int)c->filters : c->hidden.unit[l - 1 - patch];
        s.layer[l] = hidden_layer(c, l, units, l == 1 ? d : s.width[l - 1], s.k - 1);
        s.width[l] = units * (l == 1 ? p->count : 1);
        s.bn = s.bn || s.layer[l].norm == NET_BATCH_NORM;
    }
    s.layer[s.k] = (net_layer){ .units = c->form.classes, .inputs = s.k == 1 ? d : s.width[s.k - 1] };
    s.width[s.k] = c->form.classes;
    return s;
}

net_optimiser config_optimiser(const strata_config *c)
{
    return (net_optimiser){ .kind = (net_optimiser_kind)c->optimiser, .momentum = c->momentum, .beta1 = c->beta1, .beta2 = c->beta2,
                            .eps = c->adam_eps, .weight_decay = c->weight_decay, .clip = c->clip, .max_norm = c->max_norm };
}

/* ---- do the settings of the net fit each other, and the data? ----------------------------------------------------------------------- */

static strata_status check_patch(const strata_config *c)
{
    const strata_form *f = &c->form;
    if (c->patch == 0) return STRATA_OK;
    if (f->height == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "patch = %d: the examples are no images, so they have no patches", (int)c->patch);
    }
    if (c->patch > f->height || c->patch > f->width || f->height % c->patch != 0 || f->width % c->patch != 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "patch = %d does not divide images of %d x %d pixels", (int)c->patch, f->height, f->width);
    }
    int64_t count = (f->height / c->patch) * (f->width / c->patch);
    if (c->filters * count > NET_MAX_WIDTH) {
        return status_fail(STRATA_ERR_ARGUMENT, "filters = %d on %d patches of an image are more than the %d units that a layer may have",
                           (int)c->filters, (int)count, NET_MAX_WIDTH);
    }
    return STRATA_OK;
}

/* (29) adds numbers to as many numbers. */
static strata_status check_skip(const strata_config *c)
{
    if (!c->skip) return STRATA_OK;
    net_shape s = config_shape(c);
    for (int l = 3; l < s.k; l += 2) {
        if (s.width[l] != s.width[l - 2]) {
            return status_fail(STRATA_ERR_ARGUMENT, "skip = true adds the output of hidden layer %d, %d numbers, to hidden layer %d, "
                               "which has %d; give both the same width", l - 2, s.width[l - 2], l, s.width[l]);
        }
    }
    if (s.k < 4) return status_fail(STRATA_ERR_ARGUMENT, "skip = true needs three hidden layers or more");
    return STRATA_OK;
}

static strata_status check_images_of_augmentation(const strata_config *c)
{
    const strata_form *f = &c->form;
    int least = f->height < f->width ? f->height : f->width;
    const struct { const char *key; double value; bool pixels; } all[] = {
        { "flip", c->flip, false }, { "translate", (double)c->translate, true }, { "cutout", (double)c->cutout, true },
        { "test_flip", c->test_flip, false },
    };
    for (size_t q = 0; q < sizeof all / sizeof *all; q++) {
        if (all[q].value > 0 && f->height == 0) {
            return status_fail(STRATA_ERR_ARGUMENT, "%s = %g: the examples are no images; leave it out", all[q].key, all[q].value);
        }
        if (all[q].pixels && all[q].value > least) {
            return status_fail(STRATA_ERR_ARGUMENT, "%s = %g is larger than images of %d x %d pixels; use %d or less", all[q].key,
                               all[q].value, f->height, f->width, least);
        }
    }
    if (c->standardise == STANDARDISE_CHANNEL && f->height == 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "standardise = channel: the examples are no images and have no channels; use pixel");
    }
    return STRATA_OK;
}

strata_status config_check_form(const strata_config *c)
{
    TRY(check_patch(c));
    TRY(check_images_of_augmentation(c));
    return check_skip(c);
}

strata_status config_check_net(const strata_config *c)
{
    if (config_layers(c) > NET_MAX_LAYERS) {
        return status_fail(STRATA_ERR_ARGUMENT, "patch and hidden: a net has %d layers at most", NET_MAX_LAYERS);
    }
    if (c->loss == NET_HINGE && c->label_smoothing > 0) {
        return status_fail(STRATA_ERR_ARGUMENT, "label_smoothing = %g with loss = hinge: the hinge loss knows no probabilities to smooth",
                           c->label_smoothing);
    }
    if (c->pool > 0) return config_check_form(c);
    return c->patch == 0 ? check_skip(c) : STRATA_OK; /* how wide a layer of patches is, the images say */
}

/* What standardise = auto means for this net. */
static int standard_of(const strata_config *c)
{
    return c->patch > 0 ? STANDARDISE_CHANNEL : STANDARDISE_PIXEL;
}

int config_standardise(const strata_config *c)
{
    return c->standardise == STANDARDISE_AUTO ? standard_of(c) : c->standardise;
}

bool config_needs_matrix(const strata_config *c)
{
    bool mixed = c->patch > 0 && config_standardise(c) == STANDARDISE_PIXEL; /* pixels of a patch are each standardised in their own way */
    return c->form.element == STRATA_FLOATS || c->noise > 0 || c->input_dropout > 0 || mixed;
}

void config_resolve_net(strata_config *c)
{
    net_norm norm = config_norm(c);
    c->bn = norm == NET_BATCH_NORM; /* one way to say it, so that two ways are no two runs */
    c->norm = norm == NET_LAYER_NORM ? NORM_LAYER : NORM_AUTO;
    if (c->standardise == standard_of(c)) c->standardise = STANDARDISE_AUTO;
}
