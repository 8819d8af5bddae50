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
