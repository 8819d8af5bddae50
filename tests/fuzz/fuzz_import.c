/*
 * State dicts of other programs: the first byte says which settings they are imported with, the rest is the file. What is taken predicts,
 * and comes back the same from the model file that it becomes.
 */
#include <string.h>

#include "fuzz.h"
#include "strata.h"

/* 0: those that the file carries. */
static const char *const likes[][5] = {
    { NULL },
    { "hidden=[2]", "bn=true", "standardise=none", NULL },
    { "hidden=[2,2]", "norm=layer", "norm_place=after", "standardise=none", NULL },
    { "hidden=[]", "standardise=none", NULL },
    { "hidden=[2]", "bn=false", "patch=1", "filters=2", NULL },
};

static void set(strata_config *config, const char *word)
{
    char key[32];
    size_t length = strcspn(word, "=");
    (void)memcpy(key, word, length);
    key[length] = '\0';
    PROMISE(strata_config_set(config, key, word + length + 1) == STRATA_OK);
}

static void use(const strata_model *model)
{
    static uint8_t bytes[1 << 16];
    static float floats[1 << 16], P[1 << 16];
    const strata_form *form = strata_model_form(model);
    strata_model *again;
    bool floating = form->element == STRATA_FLOATS;
    PROMISE(form->features >= 1 && form->classes >= 2);
    if (form->features > 1 << 16 || form->classes > 1 << 16) return;
    const strata_rows rows = { .size = sizeof rows, .element = form->element, .count = 1,
                               .values = floating ? (const void *)floats : (const void *)bytes };
    PROMISE(strata_model_predict_rows(model, &rows, 1, P) == STRATA_OK);
    PROMISE(strata_model_save(model, fuzz_path("again.safetensors")) == STRATA_OK);
    PROMISE(strata_model_open(fuzz_path("again.safetensors"), &again) == STRATA_OK);
    PROMISE(strcmp(strata_model_digest(model), strata_model_digest(again)) == 0);
    strata_model_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    strata_config *config;
    strata_model *model;
    if (size < 1) return 0;
    size_t which = data[0] % (sizeof likes / sizeof *likes);
    PROMISE(strata_config_new(&config) == STRATA_OK);
    for (size_t w = 0; likes[which][w] != NULL; w++) set(config, likes[which][w]);
    const strata_import_as how = { .size = sizeof how, .like = which > 0 ? config : NULL,
                                   .variance = data[0] > 127 ? STRATA_VARIANCE_UNBIASED : STRATA_VARIANCE_STORED };
    bool taken = fuzz_taken(strata_model_import(fuzz_file("t.safetensors", data + 1, size - 1), &how, &model));
    PROMISE(taken == (model != NULL));
    if (taken) use(model);
    strata_model_free(model);
    strata_config_free(config);
    return 0;
}
