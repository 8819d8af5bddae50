/* The small world of the tests. */
#include "small.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

static strata_data *data;
static split *parts;

static void must(strata_status status)
{
    if (status == STRATA_OK) return;
    (void)fprintf(stderr, "test set-up failed: %s\n", strata_error());
    exit(1);
}

const strata_data *small_data(void)
{
    if (data == NULL) must(data_draw(1, SMALL_PER_FILE, 1, &data));
    return data;
}

const split *small_split(void)
{
    if (parts == NULL) must(split_create(small_data(), SMALL_TRAIN, SMALL_VAL, (standardisation_how){ 0 }, &parts));
    return parts;
}

void small_free(void)
{
    free(parts);
    strata_data_free(data);
    parts = NULL;
    data = NULL;
}

minibatch small_batch(int first, int n, int d)
{
    const split *s = small_split();
    return split_batch(s->data, &s->inputs, s->data->identity + first, n, d);
}

int small_tear_down(void **state)
{
    (void)state;
    small_free();
    return 0;
}

/* Moves a vector by uniform numbers in -0.5 .. 0.5, so that no test passes because something is zero or one. */
static void move(const network *net, mat M, const char *name)
{
    double *x = small_numbers(net->ops, M);
    random_stream stream = random_named(7, name);
    for (size_t e = 0; e < mat_elements(M); e++) {
        double moved[2] = { x[e] + random_uniform(stream, 0, e) - 0.5, 0 };
        net->ops->put(mat_at(net->ops, M, e), moved);
    }
    free(x);
}

network *small_net_of(const backend *ops, const net_shape *shape, uint64_t seed)
{
    network *net;
    must(net_create(ops, shape, &net));
    must(net_init(net, NET_INIT_HE, 0, seed, NULL));
    for (int l = 1; l <= shape->k; l++) {
        for (net_which which = 1; which < NET_PARAMETERS; which++) {
            char name[40];
            (void)snprintf(name, sizeof name, "small/%d.%d", l, which);
            move(net, net_tensor(&net->theta[l], which), name);
        }
    }
    return net;
}

network *small_net(const backend *ops, int d, const char *hidden, bool bn, uint64_t seed)
{
    const char *words[] = { NULL, bn ? "bn=true" : "bn=false", NULL };
    char list[600];
    (void)snprintf(list, sizeof list, "hidden=%s", hidden);
    words[0] = list;
    strata_config *config = small_config(words);
    net_shape shape = config_shape_of(config, d);
    strata_config_free(config);
    return small_net_of(ops, &shape, seed);
}

net_work *small_work(const network *net, int n)
{
    net_work *w;
    must(net_work_create(net, n, NET_WITH_GRADIENTS, &w));
    return w;
}

strata_config *small_config(const char *const *words)
{
    strata_config *config;
    must(strata_config_new(&config));
    must(strata_config_set(config, "n_train", "400"));
    must(strata_config_set(config, "n_val", "100"));
    must(strata_config_set(config, "n_batch", "50"));
    for (; *words != NULL; words++) {
        char key[64];
        const char *equals = strchr(*words, '=');
        (void)snprintf(key, sizeof key, "%.*s", (int)(equals - *words), *words);
        must(strata_config_set(config, key, equals + 1));
    }
    return config;
}

double *small_numbers(const backend *ops, mat M)
{
    size_t count = mat_elements(M), parts_of = (size_t)ops->parts;
    double *x = calloc(count * parts_of + 1, sizeof *x);
    if (x == NULL) exit(1);
    ops->get(x, M);
    for (size_t e = 0; e < count; e++) x[e] = x[e * parts_of];
    return x;
}
