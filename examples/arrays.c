/*
 * Trains on numbers that are in memory, keeps the model in memory, and asks it about points that it has not seen. No file is read or
 * written.
 *
 *     arrays [key=value ...]
 *
 * The numbers are points of a plane, and their class is the arm of a spiral that they lie on: no line divides them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <strata.h>

enum { ARMS = 3, ON_AN_ARM = 400, POINTS = ARMS * ON_AN_ARM, COORDINATES = 2 };

/* Point number j of an arm, which winds once around the middle. */
static void spiral(int arm, double j, float point[COORDINATES])
{
    double along = (j + 1) / ON_AN_ARM, angle = 6.2831853 * (along + (double)arm / ARMS);
    point[0] = (float)(along * cos(angle));
    point[1] = (float)(along * sin(angle));
}

/* A data set of all points. It has its own copy of the arrays. */
static strata_status make_data(strata_data **out)
{
    static float point[POINTS][COORDINATES];
    static uint16_t arm[POINTS];
    for (int j = 0; j < POINTS; j++) {
        arm[j] = (uint16_t)(j % ARMS);
        spiral(arm[j], j / ARMS, point[j]);
    }
    const strata_arrays arrays = {
        .size = sizeof arrays,
        .form = { .element = STRATA_FLOATS, .features = COORDINATES, .classes = ARMS },
        .train = POINTS,
        .examples = point,
        .labels = arm,
        .test_share = 0.2, /* every class has its share of these */
        .class_names = (const char *const[]){ "red", "green", "blue" },
        .name = "spirals",
    };
    return strata_data_from_arrays(&arrays, out);
}

/* Trains, and puts the model into memory. */
static strata_status train(const strata_config *config, const strata_data *data, uint8_t **model, size_t *size)
{
    strata_run *run = NULL;
    strata_status status = strata_train(1, &config, data, 0, NULL, &run);
    if (status == STRATA_OK) status = strata_run_facts(run)->outcome;
    if (status == STRATA_OK) {
        printf("test accuracy %.1f %%\n", 100 * strata_run_facts(run)->test.accuracy);
        status = strata_model_to_memory(strata_run_model(run), model, size);
    }
    strata_run_free(run); /* NULL is fine */
    return status;
}

/* Opens the model in memory and asks it about a point between two of the training's on each arm. */
static strata_status ask(const uint8_t *bytes, size_t size)
{
    strata_model *model;
    float point[ARMS][COORDINATES], P[ARMS][ARMS];
    int class[ARMS];
    float probability[ARMS];
    for (int arm = 0; arm < ARMS; arm++) spiral(arm, 200.5, point[arm]);
    const strata_rows rows = { .size = sizeof rows, .element = STRATA_FLOATS, .values = point, .count = ARMS };
    strata_status status = strata_model_from_memory(bytes, size, &model);
    if (status != STRATA_OK) return status;
    status = strata_model_classify_rows(model, &rows, 0, class, probability, &P[0][0]);
    for (int j = 0; j < ARMS && status == STRATA_OK; j++) {
        printf("(%5.2f, %5.2f) is %s;", (double)point[j][0], (double)point[j][1], strata_model_class_names(model)[class[j]]);
        for (int c = 0; c < ARMS; c++) printf(" %s %.3f", strata_model_class_names(model)[c], (double)P[j][c]);
        printf("\n");
    }
    strata_model_free(model);
    return status;
}

/* What the command line says comes after the defaults of this program. */
static strata_status configure(strata_config *config, char **words)
{
    static const char *const defaults[][2] = { { "hidden", "[50,50]" }, { "n_batch", "32" }, { "n_s", "300" }, { "cycles", "3" },
                                               { "lambda", "0" }, { "evals", "1" } };
    strata_status status = STRATA_OK;
    for (size_t d = 0; d < sizeof defaults / sizeof *defaults && status == STRATA_OK; d++) {
        status = strata_config_set(config, defaults[d][0], defaults[d][1]);
    }
    for (; *words != NULL && status == STRATA_OK; words++) {
        char *equals = strchr(*words, '=');
        if (equals != NULL) *equals = '\0';
        status = strata_config_set(config, *words, equals != NULL ? equals + 1 : "");
    }
    return status;
}

int main(int argc, char **argv)
{
    strata_config *config = NULL;
    strata_data *data = NULL;
    uint8_t *model = NULL;
    size_t size = 0;
    (void)argc;
    strata_status status = strata_config_new(&config);
    if (status == STRATA_OK) status = configure(config, argv + 1);
    if (status == STRATA_OK) status = make_data(&data);
    if (status == STRATA_OK) status = train(config, data, &model, &size);
    if (status == STRATA_OK) status = ask(model, size);
    if (status != STRATA_OK) fprintf(stderr, "%s\n", strata_error());
    strata_model_free_memory(model);
    strata_data_free(data);
    strata_config_free(config);
    return status == STRATA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
