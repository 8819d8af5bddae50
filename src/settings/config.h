/*
 * The settings of one training, as fields: what settings.def lists. Public code sees a strata_config as keys and text; the modules of the
 * library read the fields.
 */
#ifndef STRATA_SETTINGS_CONFIG_H
#define STRATA_SETTINGS_CONFIG_H

#include "net.h"
#include "strata/data.h"
#include "strata/settings.h"
#include "text.h"
#include "yaml_file.h"

enum { CONFIG_WORD = 32 };

/* What the words of choices.c mean. The others are enumerations of net.h. */
enum { PRECISION_FLOAT, PRECISION_BF16 };
enum { NORM_AUTO, NORM_NONE, NORM_BATCH, NORM_LAYER };
enum { STANDARDISE_AUTO, STANDARDISE_PIXEL, STANDARDISE_CHANNEL, STANDARDISE_NONE };
enum { PADDING_EDGE, PADDING_ZERO };
enum { SCHEDULE_TRIANGLE, SCHEDULE_CONSTANT, SCHEDULE_STEP, SCHEDULE_LINEAR, SCHEDULE_COSINE, SCHEDULE_RANGE };
enum { KEEP_LAST, KEEP_BEST, KEEP_AVERAGE };
enum { AVERAGE_NONE, AVERAGE_SWA, AVERAGE_EMA };

/* What a field of each kind is: setting_KIND for a row of the kind KIND. */
typedef int64_t setting_whole;
typedef double setting_number;
typedef bool setting_switch;
typedef struct {
    int count;
    int unit[NET_MAX_LAYERS - 1];
} setting_widths;
typedef struct {
    net_init_kind kind;
    double sigma;
} setting_init;
typedef int setting_choice; /* the value beside the word, in the row's words */
typedef char setting_word[CONFIG_WORD];
typedef char setting_backend[CONFIG_WORD];

/* How many settings there are. */
enum {
    SETTINGS = 0
#define SETTING(...) +1
#include "settings.def"
#undef SETTING
};

struct strata_config {
#define SETTING(number, subject, key, kind, ...) setting_##kind key;
#include "settings.def"
#undef SETTING
    bool given[SETTINGS]; /* which were set by name, in the order of the rows */
    strata_form form;     /* of the data that it is for: CIFAR-10's, until strata_config_fit or a file says another */
    int pool, tests;      /* their training and test examples; 0: not known yet */
};

enum { AVERAGED_EXAMPLES = 10000 }; /* that batch normalisation's statistics of averaged parameters are estimated from */

/* The form of CIFAR-10, and of its training pool, for which a configuration is made. */
extern const strata_form config_first_form;

/* Replaces what is decided by the data, the machine or other settings: n_train = 0 and n_val = 0, the length, backend = auto, threads = 0,
 * precision = bf16 where the backend has nothing coarser than float or the data are floats, and eval_train where all training examples are
 * evaluated anyway: the record says what was done. */
void config_resolve(strata_config *config);

/* The table that computes it: backend and precision. */
const backend *config_backend(const strata_config *config);

/* Layers of its net, the output layer included. */
int config_layers(const strata_config *config);

/* Of its hidden layers, whether bn or norm says it. */
net_norm config_norm(const strata_config *config);

/* STANDARDISE_PIXEL, _CHANNEL or _NONE. */
int config_standardise(const strata_config *config);

/* Must X0 be an ordinary matrix? Bytes are multiplied as they are unless something changes the inputs in between. */
bool config_needs_matrix(const strata_config *config);

/* The shape of the net for the data of its form, and for such data cut to their first `inputs` features. */
net_shape config_shape(const strata_config *config);
net_shape config_shape_of(const strata_config *config, int inputs);

/* How its steps are made. */
net_optimiser config_optimiser(const strata_config *config);

/* Updates of the whole run, the cycles that it gets to the end of, and points of its curves, where it does not end early (resolved
 * configurations). */
long config_updates(const strata_config *config);
long config_cycles(const strata_config *config);
size_t config_points(const strata_config *config);

/* Updates of an epoch. */
int64_t config_epoch(const strata_config *config);

/* Lines of the log of the whole run, its last one perhaps of fewer updates than log_every (resolved configurations). */
size_t config_log_lines(const strata_config *config);

/* The parts of config_resolve and config_check_settings that are about the net: shape.c. */
void config_resolve_net(strata_config *config);
strata_status config_check_net(const strata_config *config);

/* Do the settings fit the form of the data? config_check_net asks it once the data are known; before, they may be for any images. */
strata_status config_check_form(const strata_config *config);

/* Those about the length: length.c. After the first a run by epochs is one by updates, one of whole cycles is one by cycles, and n_s and
 * step_every are numbers. */
void config_resolve_length(strata_config *config);
strata_status config_check_length(const strata_config *config);

/* STRATA_ERR_ARGUMENT for settings that contradict each other, or that this build cannot train. strata_config_check asks this, and more. */
strata_status config_check_settings(const strata_config *config);

/* The settings as "key = value" lines, in the order of their numbers: what a model file and a checkpoint keep. A setting that is newer than
 * 0.1.0 has a line only where it does not have its neutral value. */
void config_describe(const strata_config *config, text *out);

/* Reads such lines back. A newer setting without a line gets its neutral value; another one stays as it is. STRATA_ERR_DATA when the lines
 * are none. */
strata_status config_read(strata_config *config, const char *lines);

/* Sets the setting that a member of a YAML tree names; the sentence has path and line. */
strata_status config_set_node(strata_config *config, const char *path, const yaml_node *node);

#endif
