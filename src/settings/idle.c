/* See idle.h: a table of the settings that wait for others. */
#include "idle.h"

#include <stdio.h>
#include <string.h>

#include "setting.h"

static bool has_momentum(const strata_config *c)
{
    return c->optimiser == NET_MOMENTUM || c->optimiser == NET_NESTEROV;
}

static bool is_adam(const strata_config *c)
{
    return c->optimiser == NET_ADAM || c->optimiser == NET_ADAMW;
}

static bool decays(const strata_config *c)
{
    return c->optimiser == NET_ADAMW;
}

static bool goes_by_cycles(const strata_config *c)
{
    return c->schedule == SCHEDULE_TRIANGLE || c->schedule == SCHEDULE_COSINE;
}

static bool goes_by_steps(const strata_config *c)
{
    return c->schedule == SCHEDULE_STEP;
}

static bool averages_late(const strata_config *c)
{
    return c->average == AVERAGE_SWA;
}

static bool averages_always(const strata_config *c)
{
    return c->average == AVERAGE_EMA;
}

static bool has_what_it_keeps(const strata_config *c)
{
    return c->keep != KEEP_AVERAGE || c->average != AVERAGE_NONE;
}

static bool has_points(const strata_config *c)
{
    return c->evals > 0;
}

static bool has_points_for_the_best(const strata_config *c)
{
    return c->keep != KEEP_BEST || has_points(c);
}

static bool moves_images(const strata_config *c)
{
    return c->translate > 0;
}

static bool has_patches(const strata_config *c)
{
    return c->patch > 0;
}

static bool has_batch_norm(const strata_config *c)
{
    return config_norm(c) == NET_BATCH_NORM;
}

static bool has_norm(const strata_config *c)
{
    return config_norm(c) != NET_PLAIN;
}

static const struct {
    const char *key;
    bool (*matters)(const strata_config *c);
    const char *without, *instead; /* instead: NULL for the usual words */
} table[] = {
    { "filters", has_patches, "patch", NULL },
    { "norm_place", has_norm, "batch or layer normalisation", NULL },
    { "padding", moves_images, "translate", NULL },
    { "momentum", has_momentum, "optimiser = momentum or nesterov", NULL },
    { "beta1", is_adam, "optimiser = adam or adamw", NULL },
    { "beta2", is_adam, "optimiser = adam or adamw", NULL },
    { "adam_eps", is_adam, "optimiser = adam or adamw", NULL },
    { "weight_decay", decays, "optimiser = adamw", "the L2 penalty of every optimiser is lambda" },
    { "cycle_decay", goes_by_cycles, "schedule = triangle or cosine", NULL },
    { "step_every", goes_by_steps, "schedule = step", NULL },
    { "step_factor", goes_by_steps, "schedule = step", NULL },
    { "keep", has_what_it_keeps, "average = swa or ema", NULL },
    { "keep", has_points_for_the_best, "evals > 0", NULL },
    { "patience", has_points, "evals > 0", NULL },
    { "average_from", averages_late, "average = swa", NULL },
    { "ema_decay", averages_always, "average = ema", NULL },
    { "precise_bn", has_batch_norm, "batch normalisation", NULL },
    { "adaptive_bn", has_batch_norm, "batch normalisation", NULL },
};

/* The value as text, and the default as the same text. */
static strata_status look(const strata_config *c, const setting *row, text *value, text *fallback)
{
    strata_config plain;
    TRY(row->kind->parse(row, row->fallback, setting_field(row, &plain)));
    row->kind->print(row, setting_value(row, c), value);
    row->kind->print(row, setting_value(row, &plain), fallback);
    return value->failed || fallback->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the setting '%s'", row->key) : STRATA_OK;
}

static strata_status check_one(const strata_config *c, size_t q)
{
    const char *key = table[q].key, *instead = table[q].instead;
    char usual[64];
    text value = { 0 }, fallback = { 0 };
    strata_status status = look(c, setting_find(settings_all(), key), &value, &fallback);
    if (status == STRATA_OK && strcmp(value.at, fallback.at) != 0) {
        (void)snprintf(usual, sizeof usual, "give that, too, or leave %s out", key);
        status = status_fail(STRATA_ERR_ARGUMENT, "%s = %s has no effect without %s; %s", key, value.at, table[q].without,
                             instead != NULL ? instead : usual);
    }
    text_free(&value);
    text_free(&fallback);
    return status;
}

strata_status idle_check(const strata_config *c)
{
    for (size_t q = 0; q < sizeof table / sizeof *table; q++) {
        if (!table[q].matters(c)) TRY(check_one(c, q));
    }
    return STRATA_OK;
}
