/* See fit.h: what of a data set a configuration has to know. */
#include "fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

strata_config fit_to(const strata_config *config, const strata_data *data)
{
    strata_config c = *config;
    if (data == NULL) return c;
    c.form = data->form;
    c.pool = data->train_images;
    c.tests = data->test_images;
    return c;
}

strata_config fit_resolved(const strata_config *config, const strata_data *data)
{
    strata_config c = fit_to(config, data);
    config_resolve(&c);
    return c;
}

strata_status strata_config_fit(strata_config *config, const strata_data *data)
{
    REQUIRE(config != NULL && data != NULL);
    *config = fit_to(config, data);
    return STRATA_OK;
}

standardisation_how fit_standardisation(const strata_config *c)
{
    static const standardisation_kind kinds[] = {
        [STANDARDISE_PIXEL] = STANDARDISATION_OF_PIXELS,
        [STANDARDISE_CHANNEL] = STANDARDISATION_OF_CHANNELS,
        [STANDARDISE_NONE] = STANDARDISATION_OF_NOTHING,
    };
    return (standardisation_how){ kinds[config_standardise(c)], (int)c->patch };
}

sampler_settings fit_sampling(const strata_config *c)
{
    return (sampler_settings){
        .n_batch = (int)c->n_batch,
        .seed = (uint64_t)c->seed,
        .smoothing = c->label_smoothing,
        .augment = { .flip = c->flip, .translate = (int)c->translate, .cutout = (int)c->cutout, .zeros = c->padding == PADDING_ZERO },
    };
}

strata_status fit_split(const strata_config *c, const strata_data *data, split **out)
{
    return split_create(data, (int)c->n_train, (int)c->n_val, fit_standardisation(c), out);
}

bool fit_is_split(const strata_config *c, const split *part)
{
    standardisation_how how = fit_standardisation(c);
    return part->n_train == c->n_train && part->n_val == c->n_val && part->inputs.kind == how.kind && part->inputs.patch.side == how.patch;
}

strata_status fit_sampler(const strata_config *c, const split *part, sampler **out)
{
    sampler_settings how = fit_sampling(c);
    return sampler_create(part, &how, out);
}

void fit_say_form(const strata_form *f, char out[FIT_FORM])
{
    (void)snprintf(out, FIT_FORM, "%s %d %d %d %d %d", f->element == STRATA_FLOATS ? "float" : "byte", f->features, f->height, f->width,
                   f->channels, f->classes);
}

bool fit_parse_form(const char *words, strata_form *out)
{
    strata_form f = { .element = strncmp(words, "float ", 6) == 0 ? STRATA_FLOATS : STRATA_BYTES };
    int *const numbers[] = { &f.features, &f.height, &f.width, &f.channels, &f.classes };
    if (f.element == STRATA_BYTES && strncmp(words, "byte ", 5) != 0) return false;
    words += strcspn(words, " ");
    for (size_t q = 0; q < sizeof numbers / sizeof *numbers; q++) {
        char *end;
        long x = *words == ' ' ? strtol(words + 1, &end, 10) : -1;
        if (x < 0 || x > STRATA_FEATURES_MAX || end == words + 1) return false;
        *numbers[q] = (int)x;
        words = end;
    }
    long image = (long)f.height * f.width * f.channels;
    *out = f;
    return *words == '\0' && f.features >= 1 && f.classes >= 2 && f.classes <= STRATA_CLASSES_MAX && (image == 0 || image == f.features);
}
