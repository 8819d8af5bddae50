/*
 * What runs were trained on, in the store: data sets of any form come back as they were, come with their runs and go with the last of them,
 * and the confusion of many classes has the entries that say something.
 */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "stored.h"
#include "store_change.h"

static const char *const flowers[] = { "setosa", "versicolor", "virginica" };
static const store_dataset iris = { .digest = "d-iris", .name = "iris", .kind = "iris", .title = "Iris; 150 flowers",
                                    .form = { STRATA_FLOATS, 4, 0, 0, 0, 3 }, .train = 120, .test = 30, .class_name = flowers };
static const store_dataset grey = { .digest = "d-grey", .name = "a grey set", .kind = "grey", .title = "",
                                    .form = { STRATA_BYTES, 784, 28, 28, 1, 2 }, .train = 600, .test = 100, .class_name = flowers };

/* One line for each data set that is shown. */
static strata_status tell(void *self, const store_dataset *d)
{
    const strata_form *f = &d->form;
    text_add(self, "%s|%s|%s|%s|%s|%d|%d|%d|%d|%ld|%ld|", d->digest, d->name, d->kind, d->title, f->element == STRATA_BYTES ? "b" : "f",
             f->features, f->height, f->width, f->channels, d->train, d->test);
    for (int c = 0; c < f->classes; c++) text_add(self, " %s", d->class_name[c]);
    text_add(self, "\n");
    return STRATA_OK;
}

static void assert_tells(store *s, const char *digest, const char *due)
{
    text all = { 0 };
    text_add(&all, "%s", "");
    CHECK_OK(store_each_dataset(s, digest, tell, &all));
    assert_string_equal(all.at, due);
    text_free(&all);
}

#define IRIS "d-iris|iris|iris|Iris; 150 flowers|f|4|0|0|0|120|30| setosa versicolor virginica\n"
#define GREY "d-grey|a grey set|grey||b|784|28|28|1|600|100| setosa versicolor\n"

static void data_sets_come_back_as_they_were(void **state)
{
    (void)state;
    store *s = opened("a");
    CHECK_OK(store_put_dataset(s, &iris));
    CHECK_OK(store_put_dataset(s, &grey));
    CHECK_OK(store_put_dataset(s, &iris));
    assert_tells(s, NULL, GREY IRIS);
    assert_tells(s, "d-iris", IRIS);
    assert_tells(s, "d-none", "");
    store_dataset fewer = iris; /* what is said of a digest may change: the rows of before do not stay */
    fewer.form.classes = 2;
    fewer.class_name = flowers + 1;
    CHECK_OK(store_put_dataset(s, &fewer));
    assert_tells(s, "d-iris", "d-iris|iris|iris|Iris; 150 flowers|f|4|0|0|0|120|30| versicolor virginica\n");
    assert_says("a", "SELECT count(*) FROM class", "4");
    store_close(s);
}

static void a_form_that_cannot_be_is_refused(void **state)
{
    (void)state;
    store *s = opened("a");
    store_dataset odd[] = { grey, grey, grey, iris, iris, grey };
    odd[0].form.width = 27;
    odd[1].form.channels = 2;
    odd[2].form.height = 0;
    odd[3].form.features = 0;
    odd[4].form.classes = 1;
    odd[5].name = "";
    for (size_t q = 0; q < sizeof odd / sizeof *odd; q++) assert_failed(store_put_dataset(s, &odd[q]), STRATA_ERR_STORAGE, "CHECK");
    odd[0].form.classes = STRATA_CLASSES_MAX + 1;
    assert_failed(store_put_dataset(s, &odd[0]), STRATA_ERR_ARGUMENT, "STRATA_CLASSES_MAX");
    assert_tells(s, NULL, "");
    store_close(s);
}

/* A run and what it was trained on are one transaction: where the one is refused, the other is not there. */
static void a_data_set_comes_and_goes_with_its_runs(void **state)
{
    (void)state;
    static salted first, second, third;
    store *s = opened("a");
    (void)salt_run(&first, 1, 3);
    (void)salt_run(&second, 2, 3);
    (void)salt_run(&third, 3, 3);
    first.run.data_digest = second.run.data_digest = "d-iris";
    third.run.data_digest = "d-grey";
    first.run.dataset = &iris;
    third.run.dataset = &grey;
    third.run.maker = "nobody";
    assert_failed(store_put_run(s, &third.run), STRATA_ERR_STORAGE, "CHECK");
    assert_tells(s, NULL, "");
    third.run.maker = "";
    CHECK_OK(store_put_run(s, &first.run));
    CHECK_OK(store_put_run(s, &second.run)); /* says nothing of its data: what is known stays */
    CHECK_OK(store_put_run(s, &third.run));
    assert_tells(s, NULL, GREY IRIS);
    const char *const ids[] = { "run-1", "run-2", "run-3" };
    const store_names none = { .count = 0 };
    CHECK_OK(store_drop(s, &(store_names){ ids, 1 }, &none));
    assert_tells(s, NULL, GREY IRIS);
    CHECK_OK(store_drop(s, &(store_names){ ids + 1, 1 }, &none));
    assert_tells(s, NULL, GREY);
    assert_says("a", "SELECT count(*) FROM class", "2");
    CHECK_OK(store_drop(s, &(store_names){ ids + 2, 1 }, &none));
    assert_tells(s, NULL, "");
    store_close(s);
}

/* ---- statistics ---------------------------------------------------------------------------------------------------------------------- */

static void put_accuracy(store *s, const char *experiment, const char *id, int seed, const char *digest, double accuracy)
{
    const strata_score score = { 1, 1, accuracy };
    const store_run run = { .id = id, .seed = (uint64_t)seed, .status = STORE_DONE, .data_digest = digest,
                            .score = { NULL, NULL, &score } };
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(store_link(s, experiment, id, 0, ""));
}

/* x is on one data set, y compares itself with it on the same in seed 1 and on another in seed 2. */
static void no_mean_and_no_difference_is_over_several_data(void **state)
{
    (void)state;
    store *s = opened("a");
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "x", .part = STRATA_TEST_PART }));
    CHECK_OK(store_put_experiment(s, &(store_experiment){ .id = "y", .part = STRATA_TEST_PART, .against = "x" }));
    put_accuracy(s, "x", "x1", 1, "d-iris", 0.5);
    put_accuracy(s, "x", "x2", 2, "d-iris", 0.625);
    put_accuracy(s, "y", "y1", 1, "d-iris", 0.75);
    put_accuracy(s, "y", "y2", 2, "d-grey", 0.25);
    store_close(s);
    assert_says("a", "SELECT group_concat(experiment || ' ' || n || ' ' || ifnull(mean, 'none') || ' ' || ifnull(low, 'none'), ', ') FROM"
                     " (SELECT * FROM summary ORDER BY experiment)", "x 2 0.5625 0.0, y 2 none none");
    assert_says("a", "SELECT group_concat(experiment || ' ' || n || ' ' || mean, ', ') FROM paired", "y 1 0.25");
}

/* ---- confusion ----------------------------------------------------------------------------------------------------------------------- */

static void few_classes_have_all_entries_and_many_those_that_count(void **state)
{
    (void)state;
    static long count[300 * 300];
    store_confusion *rows;
    size_t entries;
    CHECK_OK(record_confusion(count, 2, &rows, &entries));
    assert_int_equal(entries, 4);
    free(rows);
    CHECK_OK(record_confusion(count, 100, &rows, &entries));
    assert_int_equal(entries, 10000);
    free(rows);
    count[299 * 300 + 7] = 5;
    count[12] = 3;
    CHECK_OK(record_confusion(count, 300, &rows, &entries));
    assert_int_equal(entries, 2);
    assert_true(rows[0].part == STRATA_TEST_PART && rows[0].truth == 0 && rows[0].guess == 12 && rows[0].count == 3);
    assert_true(rows[1].part == STRATA_TEST_PART && rows[1].truth == 299 && rows[1].guess == 7 && rows[1].count == 5);
    free(rows);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, empty_folder)
    const struct CMUnitTest tests[] = {
        TEST(data_sets_come_back_as_they_were),
        TEST(a_form_that_cannot_be_is_refused),
        TEST(a_data_set_comes_and_goes_with_its_runs),
        TEST(no_mean_and_no_difference_is_over_several_data),
        TEST(few_classes_have_all_entries_and_many_those_that_count),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
