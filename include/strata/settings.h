/*
 * Settings: what a training does, as pairs of key and text. A configuration (strata_config) holds a value for every setting.
 */
#ifndef STRATA_SETTINGS_H
#define STRATA_SETTINGS_H

#include "strata/data.h"

/* The description of one setting: one row of the table of all settings. */
typedef struct {
    const char *key;
    const char *type;     /* "number", "whole number", "true or false", "list", "choice" or "text" */
    const char *fallback; /* the default, as text */
    const char *range;    /* "0 .. 1", or the choices; "" when the setting has no range */
    const char *help;     /* one line */
    const char *subject;  /* "net", "data", "optimiser", "schedule", "run" or "machine" */
} strata_setting;

typedef struct strata_config strata_config;

/* The size of a training. */
typedef struct {
    size_t size;         /* sizeof(strata_run_size), set by the caller */
    long updates;        /* of the whole run */
    uint64_t parameters; /* elements of W, b, gamma and beta in all layers */
} strata_run_size;

STRATA_BEGIN

/* All settings, those of one subject together; *count receives their number. The array is static. Any thread. */
const strata_setting *strata_settings(size_t *count);

/* Writes a JSON schema (draft 2020-12) of configuration files, for editors: types, ranges, defaults, choices. The caller frees *out with
 * free(). STRATA_ERR_MEMORY. */
strata_status strata_settings_schema(char **out);

/* Makes a configuration with every setting at its default: the assignment's recipe for the 3-layer net with batch normalisation. The caller
 * owns *out. STRATA_ERR_MEMORY. */
strata_status strata_config_new(strata_config **out);

/* Makes a copy. The caller owns *out. STRATA_ERR_MEMORY. */
strata_status strata_config_copy(const strata_config *from, strata_config **out);

/* Frees a configuration. NULL is allowed. */
void strata_config_free(strata_config *config);

/* Sets one setting from text, for example "lambda" from "0.005". STRATA_ERR_ARGUMENT for an unknown key (the sentence suggests the nearest
 * key, or names the setting that learning_rate, batch_size or another such word means), a malformed value, NaN, or a value out of range.
 * The configuration is unchanged on failure. */
strata_status strata_config_set(strata_config *config, const char *key, const char *value);

/* Sets every setting that a YAML file names. The file holds one mapping; its values are scalars or one-level lists.
 * - `base: FILE` reads another file's settings first. That path is relative to the folder of the file that names it.
 * - `experiment:` is skipped: it is read by strata_lab_run.
 * All settings are taken, or none. The sentence of a failure names file and line. STRATA_ERR_ARGUMENT for a wrong file, STRATA_ERR_STORAGE
 * for one that cannot be read. */
strata_status strata_config_load(strata_config *config, const char *path);

/* Tells whether strata_config_set or strata_config_load has named this setting, with whatever value. A copy knows what its original knew.
 * false for an unknown key. */
bool strata_config_given(const strata_config *config, const char *key);

/* Writes the value of a setting as text to out, the caller's [size]. strata_config_set turns the text back into the same value. A longer
 * text is cut after size - 1 characters. STRATA_ERR_ARGUMENT for an unknown key. */
strata_status strata_config_get(const strata_config *config, const char *key, char *out, size_t size);

/* Checks that the settings do not contradict each other, as far as that is known without a data set. STRATA_ERR_ARGUMENT with a sentence
 * that names the contradiction. */
strata_status strata_config_check(const strata_config *config);

/* Fits the configuration to a data set: strata_config_check, strata_config_size and strata_config_work then speak of these data, and
 * n_train = 0 and n_val = 0 mean what they allow. Changes no setting. Until then a configuration is for data of CIFAR-10's form. Every call
 * that takes a configuration and a data set does this by itself, to a copy. STRATA_ERR_ARGUMENT when an argument is NULL. */
strata_status strata_config_fit(strata_config *config, const strata_data *data);

/* The work of a training, in updates: the number of updates, plus the number of updates that would take as long as all evaluations. For
 * progress and for dividing work. The result has no meaning when strata_config_check refuses the configuration. */
double strata_config_work(const strata_config *config);

/* Computes the size of a training with this configuration, without training. STRATA_ERR_ARGUMENT when strata_config_check refuses the
 * configuration. */
strata_status strata_config_size(const strata_config *config, strata_run_size *out);

STRATA_END

#endif
