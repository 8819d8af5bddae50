/* Which model a word of the command line means. */
#ifndef STRATA_CLI_FIND_MODEL_H
#define STRATA_CLI_FIND_MODEL_H

#include "cli.h"

/* Opens the model of a word: a file, a folder with a model.safetensors, or, where there is neither and the word is of hexadecimal digits,
 * the run of the store in `folder` that has this id or is the only one whose id begins so. name gets what a file of it may be called. The
 * caller frees both, name also after a failure. */
strata_status find_model(const char *word, const char *folder, strata_model **model, text *name);

#endif
