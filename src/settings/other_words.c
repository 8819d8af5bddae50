/* The field's other words for what a setting does. Settings keep the report's letters, one name each; who writes the other word is told. */
#include "other_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { WORDS = 8, LONGEST = 40 };

static const struct {
    const char *answer;
    const char *words[WORDS]; /* in small letters, without '_' and '-'; the list ends with NULL */
} meanings[] = {
    { "it is eta_max here, and eta_min at the ends of a cycle; both the same number are a constant rate",
      { "learningrate", "lr", "eta", "baselr", "steprate", "maxlr", "lrmax" } },
    { "it is eta_min here, the rate at the ends of a cycle", { "minlr", "lrmin", "minlearningrate", "initiallr" } },
    { "it is n_batch here, the images in a mini-batch", { "batchsize", "batch", "minibatch", "minibatchsize", "bs" } },
    { "it is lambda here, the weight of the L2 penalty lambda sum W^2 without a factor 1/2 (a weight decay w is lambda = w/2), or with "
      "optimiser=adamw weight_decay",
      { "wd", "decay" } },
    { "it is lambda here, the weight of the L2 penalty lambda sum W^2 without a factor 1/2",
      { "l2", "l2penalty", "regularisation", "regularization", "penalty", "reg" } },
    { "it is epochs here; by default a run has 2 n_s cycles updates, and with n_s = 0 a cycle is ten epochs",
      { "epoch", "nepochs", "maxepochs", "numepochs", "maxiter" } },
    { "it is updates here; by default a run has 2 n_s cycles updates: n_s in half a cycle of the learning rate, and cycles of them",
      { "steps", "maxsteps", "iterations", "numsteps", "totalsteps", "nupdates" } },
    { "it is n_s here, the updates in half a cycle of the learning rate", { "stepsize", "halfcycle", "stepsizeup" } },
    { "it is hidden here, a list: hidden=[50,50]",
      { "hiddenlayers", "hiddenunits", "hiddensizes", "hiddenlayersizes", "layers", "units", "widths" } },
    { "it is bn here, true or false, or norm=batch", { "batchnorm", "batchnormalisation", "batchnormalization", "usebn" } },
    { "it is norm here: none, batch or layer", { "normalisation", "normalization", "layernorm" } },
    { "it is alpha here, the weight of the old average; PyTorch's number is 1 - alpha", { "bnmomentum", "averagemomentum" } },
    { "it is eps here", { "epsilon", "bneps", "bnepsilon" } },
    { "it is seed here", { "randomseed", "randomstate", "rngseed", "manualseed" } },
    { "it is init here: he, xavier or sigma:S",
      { "initialisation", "initialization", "initializer", "weightinit", "initmethod", "kernelinitializer" } },
    { "it is n_train here, the training images", { "trainsize", "ntraining", "numtrain", "trainimages" } },
    { "it is n_val here, the validation images",
      { "valsize", "validationsize", "nvalid", "nvalidation", "numval", "validationsplit" } },
    { "it is name here", { "runname", "experimentname" } },
    { "it is threads here", { "nthreads", "numthreads", "jobs", "njobs", "workers", "numworkers", "cores" } },
    { "it is backend here; strata doctor lists them", { "device", "accelerator" } },
    { "it is precision here: float or bf16", { "dtype", "amp", "mixedprecision" } },
    { "it is evals here, the points of the curves per cycle", { "evalevery", "evalinterval", "nevals" } },
    { "it is eval_train here, the training images that a point of the curves is evaluated on",
      { "evalsamples", "evalsubset", "trainsample", "nevaltrain" } },
    { "it is log_every here, the updates of a line of losses.csv",
      { "log", "loginterval", "logeverynsteps", "loggingsteps", "logfreq", "printfreq", "printevery" } },
};

/* learning_rate, learning-rate, LearningRate: one word. False when it is longer than any. */
static bool plain(const char *word, char out[LONGEST])
{
    size_t length = 0;
    for (; *word != '\0'; word++) {
        if (*word == '_' || *word == '-') continue;
        if (length + 1 == LONGEST) return false;
        out[length++] = *word >= 'A' && *word <= 'Z' ? (char)(*word - 'A' + 'a') : *word;
    }
    out[length] = '\0';
    return true;
}

const char *setting_other_word(const char *word)
{
    char asked[LONGEST];
    if (!plain(word, asked)) return NULL;
    for (size_t m = 0; m < sizeof meanings / sizeof *meanings; m++) {
        for (size_t q = 0; q < WORDS && meanings[m].words[q] != NULL; q++) {
            if (strcmp(meanings[m].words[q], asked) == 0) return meanings[m].answer;
        }
    }
    return NULL;
}
