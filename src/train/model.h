/* A model: a net, the standardisation of its inputs, and where it came from. */
#ifndef STRATA_TRAIN_MODEL_H
#define STRATA_TRAIN_MODEL_H

#include "config.h"
#include "net.h"
#include "split.h"

struct strata_model {
    net *q;
    standardisation inputs;
    strata_config config; /* resolved */
    char data_digest[DIGEST_TEXT];
    char digest[DIGEST_TEXT]; /* of all parameters, as the file keeps them */
    bool verified;            /* it comes from a file that has a digest of all it says */
};

/* An untrained model of a resolved, checked configuration. */
strata_status model_create(const strata_config *config, const standardisation *inputs, const char *data_digest, strata_model **out);

/* Computes the digest, once the parameters are final. */
strata_status model_finish(strata_model *model);

#endif
