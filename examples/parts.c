/*
 * Prints the parts of a data set as Strata splits it, for programs that shall be compared on the very same examples: CSV with the part
 * (train or test), the label and the features, in the order from which n_train takes the first examples of the training data and n_val the
 * last.
 *
 *     parts PATH [TEST-SHARE [LABEL]]        PATH is a file or folder; TEST-SHARE and LABEL as strata train takes them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <strata.h>

typedef strata_status look_up(const strata_data *data, long example, const void **values, int *label);

static strata_status print_part(const strata_data *data, const char *part, long examples, look_up *at)
{
    const strata_form *form = strata_data_describe(data)->form;
    for (long e = 0; e < examples; e++) {
        const void *values;
        int label;
        strata_status status = at(data, e, &values, &label);
        if (status != STRATA_OK) return status;
        printf("%s,%d", part, label);
        for (int f = 0; f < form->features; f++) {
            if (form->element == STRATA_FLOATS) printf(",%.9g", (double)((const float *)values)[f]);
            else printf(",%d", ((const unsigned char *)values)[f]);
        }
        printf("\n");
    }
    return STRATA_OK;
}

int main(int argc, char **argv)
{
    strata_data *data = NULL;
    if (argc < 2 || argc > 4) return fprintf(stderr, "usage: parts PATH [TEST-SHARE [LABEL]]\n"), 2;
    const strata_data_source source = { .size = sizeof source, .path = argv[1], .test_share = argc > 2 ? strtod(argv[2], NULL) : 0,
                                        .label = argc > 3 ? argv[3] : NULL };
    strata_status status = strata_data_open_as(&source, &data);
    if (status == STRATA_OK) status = print_part(data, "train", strata_data_describe(data)->train_examples, strata_data_train_example);
    if (status == STRATA_OK) status = print_part(data, "test", strata_data_describe(data)->test_examples, strata_data_test_example);
    if (status != STRATA_OK) fprintf(stderr, "%s\n", strata_error());
    strata_data_free(data);
    return status == STRATA_OK && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
