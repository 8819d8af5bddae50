/*
 * What diagnose = true says of the test part: the confusion, the surest mistakes and the probabilities of the true class, compared with
 * what strata_model_predict says of every image. And what a reader of a run asks for beside: its id before it is trained, single tensors,
 * test images.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosed.h"
#include "small.h"

/* ---- the test part ------------------------------------------------------------------------------------------------------------------- */

/* sigma:100 has many probabilities of exactly one; sigma:0 has only equal logits; sigma:1e-10 has logits that differ and probabilities that
 * do not, in float. */
enum { GUESSERS = 5 };
static const char *const guessers[GUESSERS][4] = {
    { "hidden=[12,8]", "n_s=4", "diagnose=true", NULL },
    { "hidden=[12,8]", "n_s=4", "diagnose=true", "bn=false" },
    { "hidden=[]", "init=sigma:100", "diagnose=true", "cycles=0" },
    { "hidden=[]", "init=sigma:0", "diagnose=true", "cycles=0" },
    { "hidden=[]", "init=sigma:1e-10", "diagnose=true", "cycles=0" },
};

static strata_run *guesser(int g, const char *backend_word)
{
    const char *words[] = { guessers[g][0], guessers[g][1], guessers[g][2], guessers[g][3], NULL };
    return train(words, backend_word, NULL, 2, NULL);
}

/* strata_model_classify guesses what the confusion counts, image by image, on one thread and on two. */
static void assert_guesses_are_counted(const strata_run *run, const long *confusion)
{
    long counted[STRATA_CLASSES * STRATA_CLASSES] = { 0 };
    static int guess[2][PER_FILE];
    static float probability[2][PER_FILE];
    const uint8_t *images = data->image + (size_t)data->train_images * STRATA_PIXELS;
    for (int t = 0; t < 2; t++) {
        CHECK_OK(strata_model_classify(strata_run_model(run), PER_FILE, images, t + 1, guess[t], probability[t]));
    }
    assert_memory_equal(guess[0], guess[1], sizeof guess[0]);
    assert_memory_equal(probability[0], probability[1], sizeof probability[0]);
    for (int j = 0; j < PER_FILE; j++) counted[data->label[data->train_images + j] * STRATA_CLASSES + guess[0][j]]++;
    assert_memory_equal(counted, confusion, sizeof counted);
}

static void the_confusion_adds_up(void **state)
{
    (void)state;
    for (int b = 0; b < 4; b++) {
        for (int g = 0; g < GUESSERS && available(backends[b]); g++) {
            long trace = 0;
            strata_run *run = guesser(g, backends[b]);
            const long *confusion = strata_run_confusion(run);
            assert_non_null(confusion);
            for (int c = 0; c < STRATA_CLASSES; c++) {
                long row = 0;
                for (int guess = 0; guess < STRATA_CLASSES; guess++) row += confusion[c * STRATA_CLASSES + guess];
                assert_int_equal(row, PER_FILE / 10); /* as many of one class as of another */
                trace += confusion[c * STRATA_CLASSES + c];
            }
            assert_int_equal(trace, lround(strata_run_facts(run)->test.accuracy * PER_FILE));
            assert_guesses_are_counted(run, confusion);
            if (g == 3) assert_int_equal(confusion[7 * STRATA_CLASSES], PER_FILE / 10); /* all are guessed to be the first */
            strata_run_free(run);
        }
    }
}

/* Every test image as strata_model_predict sees it: its label, the guess, the probability of the guess, rounded to float. */
typedef struct {
    int truth, guess;
    double probability, of_truth;
    bool listed;
} seen;

static seen *look_at_all(const strata_run *run, const strata_data *at)
{
    size_t count = (size_t)at->test_images;
    float *P = calloc(count * STRATA_CLASSES, sizeof *P);
    seen *all = calloc(count, sizeof *all);
    assert_true(P != NULL && all != NULL);
    CHECK_OK(strata_model_predict(strata_run_model(run), at->test_images, at->image + (size_t)at->train_images * STRATA_PIXELS, P));
    for (size_t j = 0; j < count; j++) {
        const float *p = P + j * STRATA_CLASSES;
        all[j].truth = at->label[(size_t)at->train_images + j];
        for (int i = 1; i < STRATA_CLASSES; i++) all[j].guess = p[i] > p[all[j].guess] ? i : all[j].guess;
        all[j].probability = (double)p[all[j].guess];
        all[j].of_truth = (double)p[all[j].truth];
    }
    free(P);
    return all;
}

/* The list is of real mistakes, the surest first, by number where equally sure; and no mistake that is missing is surer than the last. With
 * tolerance 0 the probabilities are those of predict; else that much may be rounded away. */
static void check_mistakes(const strata_run *run, const strata_data *at, double tolerance)
{
    size_t count, due = 0;
    const strata_mistake *list = strata_run_mistakes(run, &count);
    seen *all = look_at_all(run, at);
    for (size_t m = 0; m < count; m++) {
        seen *s = &all[list[m].image];
        assert_true(list[m].truth == s->truth && list[m].guess == s->guess && s->truth != s->guess && !s->listed);
        CHECK_NEAR(list[m].probability, s->probability, tolerance);
        s->listed = true;
        if (m == 0) continue;
        assert_true(list[m - 1].probability >= list[m].probability);
        assert_true(list[m - 1].probability > list[m].probability || list[m - 1].image < list[m].image);
    }
    for (long j = 0; j < at->test_images; j++) {
        if (all[j].truth == all[j].guess) continue;
        due++;
        if (all[j].listed) continue;
        assert_int_equal(count, STRATA_MISTAKES);
        const strata_mistake *last = &list[STRATA_MISTAKES - 1];
        assert_true(all[j].probability <= last->probability + tolerance);
        assert_true(all[j].probability < last->probability || tolerance > 0 || j > last->image);
    }
    assert_int_equal(count, due < STRATA_MISTAKES ? due : STRATA_MISTAKES);
    free(all);
}

/* What a probability may differ by when OpenBLAS asks about an image alone instead of in company: it may add in another order, and on some
 * processors does. A sum of d = 3072 products has partial sums of size sigma sqrt(d), so a deviation of u d sigma by rounding, 4.7e-6 with
 * he and 0.018 with sigma:100. Four deviations of the logits count; the two further layers of the first two nets, of at most 12 weights
 * below 2, take them 25 times as far; a probability moves half as much as its logits. predict rounds the doubles of ref64; the others have
 * no difference at all. */
static double may_differ(int b, int g)
{
    static const double of_blas[] = { 2.5e-4, 2.5e-4, 0.04 };
    if (b == 0) return 0x1p-24;
    return strcmp(backends[b], "backend=blas") == 0 ? of_blas[g] : 0;
}

static void the_surest_mistakes_are_listed(void **state)
{
    (void)state;
    for (int b = 0; b < 4; b++) {
        for (int g = 0; g < 3 && available(backends[b]); g++) {
            size_t count;
            strata_run *run = guesser(g, backends[b]);
            check_mistakes(run, data, may_differ(b, g));
            const strata_mistake *list = strata_run_mistakes(run, &count);
            assert_int_equal(count, STRATA_MISTAKES);
            if (g == 2) assert_true(list[0].probability == 1 && list[1].probability == 1); /* there are ties */
            strata_run_free(run);
        }
    }
}

/* Ten test images have fewer mistakes than the list has room. */
static void fewer_mistakes_make_a_shorter_list(void **state)
{
    (void)state;
    size_t count;
    strata_data *ten;
    strata_run *run;
    const char *words[] = { "hidden=[12]", "n_train=40", "n_val=10", "n_batch=10", "backend=ref32", "diagnose=true", NULL };
    strata_config *config = recipe(words, NULL, NULL);
    CHECK_OK(data_draw(3, 10, 1, &ten));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, ten, 1, NULL, &run));
    (void)strata_run_mistakes(run, &count);
    assert_true(count > 0 && count < 10);
    check_mistakes(run, ten, 0);
    strata_run_free(run);
    strata_config_free(config);
    strata_data_free(ten);
}

static void a_diverged_run_has_no_confusion(void **state)
{
    (void)state;
    size_t layers, points, mistakes;
    const char *words[] = { "hidden=[12,8]", "bn=false", "eta_max=1e9", "evals=8", "diagnose=true", NULL };
    strata_run *run = train(words, NULL, NULL, 1, NULL);
    assert_int_equal(strata_run_facts(run)->outcome, STRATA_ERR_DIVERGED);
    (void)strata_run_curve(run, &points);
    (void)strata_run_layers(run, &layers);
    (void)strata_run_mistakes(run, &mistakes);
    assert_true(points >= 1 && layers == points * 11 && mistakes == 0);
    assert_null(strata_run_confusion(run));
    assert_null(strata_run_certainty(run));
    strata_run_free(run);
}

/* ---- the true class ------------------------------------------------------------------------------------------------------------------ */

static void a_bin_has_its_lower_end(void **state)
{
    (void)state;
    const struct { double P; int bin; } due[] = {
        { 0, 0 }, { nextafter(0.05, 0), 0 }, { 0.05, 1 }, { 0.07, 1 }, { 0.1, 2 }, { 0.5, 10 }, { nextafter(0.5, 0), 9 }, { 0.9, 18 },
        { nextafter(0.95, 0), 18 }, { 0.95, 19 }, { nextafter(1, 0), 19 }, { 1, 19 }, { NAN, 0 },
    };
    for (size_t q = 0; q < sizeof due / sizeof *due; q++) assert_int_equal(diagnose_bin(due[q].P), due[q].bin);
}

/* Logits that are all 0: P is 1/10 of a softmax, of the hinge loss's too, and 1/2 of each sigmoid. The first class is guessed. */
static void equal_logits_have_one_bin(void **state)
{
    (void)state;
    static const struct { const char *loss; int bin; } due[] = { { "loss=softmax", 2 }, { "loss=sigmoid", 10 }, { "loss=hinge", 2 } };
    for (int b = 0; b < 4; b++) {
        for (size_t d = 0; d < 3 && available(backends[b]); d++) {
            const char *words[] = { "hidden=[]", "init=sigma:0", "diagnose=true", "cycles=0", NULL };
            strata_run *run = train(words, backends[b], due[d].loss, 1, NULL);
            strata_certainty one = { .correct = { 0 } };
            one.correct[due[d].bin] = PER_FILE / 10;
            one.wrong[due[d].bin] = PER_FILE - PER_FILE / 10;
            assert_memory_equal(strata_run_certainty(run), &one, sizeof one);
            strata_run_free(run);
        }
    }
}

/* The sums are the test part's, and each image lies where strata_model_predict says; of the guesser that is sure of everything, in both
 * last bins. (predict rounds the doubles of ref64.) */
static void every_image_is_in_the_bin_of_its_true_class(void **state)
{
    (void)state;
    for (int b = 1; b < 4; b++) {
        for (int g = 0; g < 4 && available(backends[b]); g++) {
            const char *words[] = { "hidden=[12,8]", "n_s=4", "diagnose=true", "loss=sigmoid", NULL };
            strata_run *run = g < 3 ? guesser(g, backends[b]) : train(words, backends[b], NULL, 2, NULL);
            const strata_certainty *c = strata_run_certainty(run);
            strata_certainty counted = { .correct = { 0 } };
            seen *all = look_at_all(run, data);
            long correct = 0, wrong = 0;
            for (long j = 0; j < data->test_images; j++) {
                (all[j].truth == all[j].guess ? counted.correct : counted.wrong)[diagnose_bin(all[j].of_truth)]++;
            }
            assert_memory_equal(c, &counted, sizeof counted);
            for (int q = 0; q < STRATA_CERTAINTY_BINS; q++) correct += c->correct[q], wrong += c->wrong[q];
            assert_int_equal(correct, lround(strata_run_facts(run)->test.accuracy * PER_FILE));
            assert_int_equal(correct + wrong, PER_FILE);
            if (g == 2) assert_true(c->correct[19] > 0 && c->wrong[0] > 0);
            free(all);
            strata_run_free(run);
        }
    }
}

/* ---- ids, tensors and images --------------------------------------------------------------------------------------------------------- */

static void the_id_is_known_before_training(void **state)
{
    (void)state;
    static const char *const words[][4] = {
        { NULL }, { "backend=ref32" }, { "n_s=0", "n_batch=350", "cycles=1" }, { "diagnose=true" },
        { "name=other", "threads=1" }, { "seed=9" },
    };
    char id[6][13];
    for (int c = 0; c < 6; c++) {
        const char *all[] = { "hidden=[3]", "backend=auto", words[c][0] != NULL ? words[c][0] : "evals=2",
                              words[c][1] != NULL ? words[c][1] : "evals=2", words[c][2] != NULL ? words[c][2] : "evals=2", NULL };
        strata_config *config = recipe(all, NULL, NULL);
        CHECK_OK(strata_run_id(config, data, id[c]));
        strata_run *run = train(all, NULL, NULL, 2, NULL);
        assert_string_equal(id[c], strata_run_facts(run)->id);
        strata_run_free(run);
        strata_config_free(config);
        for (int other = 0; other < c; other++) assert_int_equal(strcmp(id[c], id[other]) == 0, c == 4 && other == 0);
    }
}

static void no_id_for_what_cannot_train(void **state)
{
    (void)state;
    char id[13] = "untouched";
    const char *words[] = { "n_batch=1", NULL };
    strata_config *config = recipe(words, NULL, NULL);
    assert_int_equal(strata_run_id(config, data, id), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_run_id(NULL, data, id), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_run_id(config, NULL, id), STRATA_ERR_ARGUMENT);
    assert_string_equal(id, "untouched");
    strata_config_free(config);
}

/* The tensor has this shape, and the numbers of M rounded to float, row after row. */
static void check_tensor(const strata_model *model, const char *name, mat M)
{
    static float out[WIDEST * STRATA_PIXELS];
    int rows = -1, cols = -1;
    double *x = small_numbers(model->net->ops, M);
    CHECK_OK(strata_model_tensor(model, name, &rows, &cols, NULL));
    assert_true(rows == M.rows && cols == M.cols);
    CHECK_OK(strata_model_tensor(model, name, NULL, NULL, out));
    for (int i = 0; i < rows; i++) {
        for (int t = 0; t < cols; t++) assert_true(out[i * cols + t] == (float)x[i + t * rows]);
    }
    free(x);
}

static void tensors_are_those_of_the_file(void **state)
{
    (void)state;
    static const char *const names[] = { "W", "b", "gamma", "beta", "mean", "var" };
    for (int n = 0; n < NETS; n++) {
        float input[STRATA_PIXELS];
        char name[40];
        strata_run *run = train(nets[n], "backend=ref64", NULL, 1, NULL);
        const strata_model *model = strata_run_model(run);
        for (int l = 1; l <= model->net->shape.k; l++) {
            const net_tensors *t = &model->net->theta[l];
            const mat six[] = { t->W, t->b, t->gamma, t->beta, model->net->mu_av[l], model->net->v_av[l] };
            for (int which = 0; which < 6; which++) {
                (void)snprintf(name, sizeof name, "layer%d.%s", l, names[which]);
                if (six[which].rows > 0) check_tensor(model, name, six[which]);
                else assert_int_equal(strata_model_tensor(model, name, NULL, NULL, input), STRATA_ERR_ARGUMENT);
            }
        }
        CHECK_OK(strata_model_tensor(model, "input.std", NULL, NULL, input));
        for (int t = 0; t < STRATA_PIXELS; t++) assert_true((double)input[t] == parts->inputs.std[t]);
        strata_run_free(run);
    }
}

static void an_unknown_tensor_is_refused(void **state)
{
    (void)state;
    int rows = 7;
    strata_run *run = train(nets[0], "cycles=0", NULL, 1, NULL);
    const strata_model *model = strata_run_model(run);
    assert_int_equal(strata_model_tensor(model, "layer1.Gamma", &rows, NULL, NULL), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "layer1.gamma"));
    assert_int_equal(strata_model_tensor(model, "no such thing", &rows, NULL, NULL), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "layer1.W, layer1.b, layer1.gamma"));
    assert_non_null(strstr(strata_error(), "input.std"));
    assert_int_equal(strata_model_tensor(model, NULL, &rows, NULL, NULL), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_model_tensor(NULL, "layer1.W", &rows, NULL, NULL), STRATA_ERR_ARGUMENT);
    assert_int_equal(rows, 7);
    strata_run_free(run);
}

static void test_images_are_the_sixth_file(void **state)
{
    (void)state;
    const uint8_t *bytes = NULL;
    int label = -1;
    for (long j = 0; j < PER_FILE; j += 37) {
        CHECK_OK(strata_data_test_image(data, j, &bytes, &label));
        assert_memory_equal(bytes, data->image + (size_t)(5 * PER_FILE + j) * STRATA_PIXELS, STRATA_PIXELS);
        assert_int_equal(label, data->label[5 * PER_FILE + j]);
    }
    assert_int_equal(strata_data_test_image(data, -1, &bytes, &label), STRATA_ERR_ARGUMENT);
    assert_int_equal(strata_data_test_image(data, PER_FILE, &bytes, &label), STRATA_ERR_ARGUMENT);
    assert_non_null(strstr(strata_error(), "519"));
    assert_int_equal(strata_data_test_image(data, 0, NULL, &label), STRATA_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_confusion_adds_up),
        cmocka_unit_test(the_surest_mistakes_are_listed),
        cmocka_unit_test(fewer_mistakes_make_a_shorter_list),
        cmocka_unit_test(a_diverged_run_has_no_confusion),
        cmocka_unit_test(a_bin_has_its_lower_end),
        cmocka_unit_test(equal_logits_have_one_bin),
        cmocka_unit_test(every_image_is_in_the_bin_of_its_true_class),
        cmocka_unit_test(the_id_is_known_before_training),
        cmocka_unit_test(no_id_for_what_cannot_train),
        cmocka_unit_test(tensors_are_those_of_the_file),
        cmocka_unit_test(an_unknown_tensor_is_refused),
        cmocka_unit_test(test_images_are_the_sixth_file),
    };
    return cmocka_run_group_tests(tests, draw_data, free_data);
}
