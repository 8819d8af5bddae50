/* The words of every setting whose kind is choice. */
#include "setting.h"

#define LAST { NULL, 0 }

const setting_choice_word setting_precision_words[] = { { "float", PRECISION_FLOAT }, { "bf16", PRECISION_BF16 }, LAST };

const setting_choice_word setting_activation_words[] = {
    { "relu", NET_RELU }, { "leaky_relu", NET_LEAKY_RELU }, { "gelu", NET_GELU }, { "tanh", NET_TANH }, { "sigmoid", NET_SIGMOID }, LAST,
};

const setting_choice_word setting_norm_words[] = {
    { "auto", NORM_AUTO }, { "none", NORM_NONE }, { "batch", NORM_BATCH }, { "layer", NORM_LAYER }, LAST,
};

const setting_choice_word setting_place_words[] = { { "before", NET_BEFORE }, { "after", NET_AFTER }, LAST };

const setting_choice_word setting_loss_words[] = {
    { "softmax", NET_SOFTMAX }, { "sigmoid", NET_SIGMOIDS }, { "hinge", NET_HINGE }, LAST,
};

const setting_choice_word setting_standardise_words[] = {
    { "auto", STANDARDISE_AUTO }, { "pixel", STANDARDISE_PIXEL }, { "channel", STANDARDISE_CHANNEL }, { "none", STANDARDISE_NONE }, LAST,
};

const setting_choice_word setting_padding_words[] = { { "edge", PADDING_EDGE }, { "zero", PADDING_ZERO }, LAST };

const setting_choice_word setting_optimiser_words[] = {
    { "sgd", NET_SGD },   { "momentum", NET_MOMENTUM }, { "nesterov", NET_NESTEROV },
    { "adam", NET_ADAM }, { "adamw", NET_ADAMW },       LAST,
};

const setting_choice_word setting_schedule_words[] = {
    { "triangle", SCHEDULE_TRIANGLE }, { "constant", SCHEDULE_CONSTANT }, { "step", SCHEDULE_STEP },
    { "linear", SCHEDULE_LINEAR },     { "cosine", SCHEDULE_COSINE },     { "range", SCHEDULE_RANGE }, LAST,
};

const setting_choice_word setting_keep_words[] = {
    { "last", KEEP_LAST }, { "best", KEEP_BEST }, { "average", KEEP_AVERAGE }, LAST,
};

const setting_choice_word setting_average_words[] = {
    { "none", AVERAGE_NONE }, { "swa", AVERAGE_SWA }, { "ema", AVERAGE_EMA }, LAST,
};
