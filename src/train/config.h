/*
 * The settings of one training, as fields: what config.def lists. Public code sees a strata_config as keys and text (strata.h); the modules
 * of the library read the fields.
 */
#ifndef STRATA_TRAIN_CONFIG_H
#define STRATA_TRAIN_CONFIG_H

#include "net.h"
#include "strata/settings.h"
#include "text.h"
#include "yaml_file.h"

enum { CONFIG_WORD = 32 };

typedef struct {
    int count;
    int unit[NET_MAX_LAYERS - 1];
} config_widths;

typedef struct {
    net_init_kind kind;
    double sigma;
} config_init;

typedef int64_t config_whole;
typedef double config_number;
typedef bool config_switch;
typedef enum { PRECISION_FLOAT, PRECISION_BF16 } config_precision;
typedef char config_word[CONFIG_WORD];

struct strata_config {
#define WHOLE config_whole
#define NUMBER config_number
#define SWITCH config_switch
#define WIDTHS config_widths
#define INIT config_init
#define PRECISION config_precision
#define WORD config_word
#define KNOB(key, kind, fallback, least, most, help) kind key;
#include "config.def"
#undef KNOB
#undef WHOLE
#undef NUMBER
#undef SWITCH
#undef WIDTHS
#undef INIT
#undef PRECISION
#undef WORD
};

/* Replaces what is decided by the machine or by other settings: n_s = 0, backend = auto, threads = 0, and precision = bf16 where
 * the backend has nothing coarser than float: the record says what was done. */
void config_resolve(strata_config *config);

/* The table that computes it: backend and precision. */
const backend *config_backend(const strata_config *config);

/* The shape of the net for images of `inputs` dimensions. */
net_shape config_shape(const strata_config *config, int inputs);

/* Updates of the whole run (resolved configurations). */
long config_updates(const strata_config *config);

/* Every setting as "key = value" lines, in the order of config.def: what a model file keeps and what a run's id is made of. */
void config_describe(const strata_config *config, text *out);

/* Sets the setting that a member of a YAML tree names; the sentence has path and line. */
strata_status config_set_node(strata_config *config, const char *path, const yaml_node *node);

/* Reads such lines back. STRATA_ERR_DATA when they are not. */
strata_status config_read(strata_config *config, const char *lines);

#endif
