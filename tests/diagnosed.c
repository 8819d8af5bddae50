/* The world of the tests of diagnose = true. */
#include "diagnosed.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_strata.h"
#include "small.h"

enum { WORDS = 20 };

strata_data *data;
split *parts;

const char *const backends[4] = { "backend=ref64", "backend=ref32", "backend=blas", "backend=cpu" };

const char *const nets[NETS][5] = {
    { "hidden=[12,8]", "lambda=0.05", NULL },
    { "hidden=[16,8,5]", "lambda=0.05", "bn=false", NULL },
    { "hidden=[9]", "lambda=0", "eta_max=0.3", "alpha=0.5", NULL },
    { "hidden=[]", "lambda=0.5", NULL },
};

int draw_data(void **state)
{
    (void)state;
    const standardisation_how by_pixel = { STANDARDISATION_OF_PIXELS, 0 };
    return data_draw(3, PER_FILE, 2, &data) != STRATA_OK || split_create(data, N_TRAIN, N_VAL, by_pixel, &parts) != STRATA_OK;
}

int free_data(void **state)
{
    (void)state;
    free(parts);
    strata_data_free(data);
    return 0;
}

bool available(const char *backend_word)
{
    return mat_backend_named(strchr(backend_word, '=') + 1) != NULL;
}

strata_config *recipe(const char *const *words, const char *one_more, const char *another)
{
    const char *all[WORDS] = { "n_train=700", "n_val=100", "n_batch=50", "n_s=4", "cycles=1", "evals=2" };
    int count = 6;
    for (; *words != NULL; words++) {
        assert_true(count < WORDS - 3);
        all[count++] = *words;
    }
    if (one_more != NULL) all[count++] = one_more;
    if (another != NULL) all[count++] = another;
    return small_config(all);
}

strata_run *train(const char *const *words, const char *one_more, const char *another, int threads, const strata_observer *observer)
{
    strata_run *run;
    strata_config *config = recipe(words, one_more, another);
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, threads, observer, &run));
    strata_config_free(config);
    return run;
}
