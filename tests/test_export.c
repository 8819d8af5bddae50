/*
 * Exported models: the bytes of a protocol buffer, the steps of every form of net in their order, texts that cannot leave their strings,
 * and what is refused. What the files say is looked at by tests/export, with programs that others wrote.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "folder.h"
#include "graph.h"
#include "model.h"
#include "proto.h"

enum { ROWS = 40, SIDE = 4, CHANNELS = 3, PIXELS = SIDE * SIDE * CHANNELS, MOST_STEPS = 40 };

/* ---- protocol buffers ---------------------------------------------------------------------------------------------------------------- */

static void assert_bytes(proto *p, const void *due, size_t size)
{
    assert_false(p->failed);
    assert_int_equal(p->length, size);
    assert_memory_equal(p->at, due, size);
    proto_free(p);
}

/* The first three are the examples of the encoding's own page. */
static void values_are_encoded(void **state)
{
    (void)state;
    proto p = { 0 };
    proto_whole(&p, 1, 150);
    assert_bytes(&p, "\x08\x96\x01", 3);
    proto_text(&p, 2, "testing");
    assert_bytes(&p, "\x12\x07testing", 9);
    size_t inside = proto_begin(&p, 3);
    proto_whole(&p, 1, 150);
    proto_end(&p, inside);
    assert_bytes(&p, "\x1a\x03\x08\x96\x01", 5);
    proto_whole(&p, 20, (uint64_t)-1);
    assert_bytes(&p, "\xa0\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12);
    proto_float(&p, 2, 0.01F);
    assert_bytes(&p, "\x15\x0a\xd7\x23\x3c", 5);
    proto_floats(&p, 9, (const float[]){ 1, 7, -2, 7 }, 2, 2);
    assert_bytes(&p, "\x4a\x08\0\0\x80\x3f\0\0\0\xc0", 10);
}

/* Lengths of one, two and three bytes, and messages inside of messages: what is there moves, and stays what it was. */
static void long_messages_keep_their_contents(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 124, 125, 126, 127, 16379, 16380, 16384, 70000 };
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) {
        proto p = { 0 }, flat = { 0 };
        char *words = calloc(1, sizes[q] + 1);
        assert_non_null(words);
        memset(words, 'x', sizes[q]);
        size_t outer = proto_begin(&p, 1), inner = proto_begin(&p, 2);
        proto_text(&p, 3, words);
        proto_end(&p, inner);
        proto_end(&p, outer);
        proto_text(&flat, 3, words);
        assert_false(p.failed || flat.failed);
        assert_true(p.length > flat.length && p.length <= flat.length + 8);
        assert_memory_equal(p.at + p.length - flat.length, flat.at, flat.length);
        assert_int_equal(p.at[0], 1 << 3 | 2);
        size_t length = 0, at = 1, shift = 0;
        do length |= (size_t)(p.at[at] & 0x7f) << shift, shift += 7; while ((p.at[at++] & 0x80) != 0);
        assert_int_equal(at + length, p.length);
        proto_free(&p);
        proto_free(&flat);
        free(words);
    }
}

/* ---- steps --------------------------------------------------------------------------------------------------------------------------- */

static strata_data *images, *table;

static int make_data(void **state)
{
    static const char *const names[] = { "*/ \"x\\?\?/\n\x01", "\xc3\xa9t\xc3\xa9" };
    uint8_t x[ROWS * PIXELS];
    float f[ROWS * 3];
    uint16_t y[ROWS];
    for (int j = 0; j < ROWS; j++) {
        y[j] = (uint16_t)(j % 2);
        for (int t = 0; t < PIXELS; t++) x[j * PIXELS + t] = (uint8_t)(j * (t + 3) % 101 + 50 * y[j]);
        for (int t = 0; t < 3; t++) f[j * 3 + t] = (float)x[j * PIXELS + t];
    }
    strata_arrays a = { .size = sizeof a, .form = { STRATA_BYTES, PIXELS, SIDE, SIDE, CHANNELS, 2 }, .train = ROWS, .examples = x,
                        .labels = y, .test_share = 0.25, .class_names = names };
    CHECK_OK(strata_data_from_arrays(&a, &images));
    a.form = (strata_form){ STRATA_FLOATS, 3, 0, 0, 0, 2 };
    a.examples = f;
    a.class_names = NULL;
    CHECK_OK(strata_data_from_arrays(&a, &table));
    return make_folder(state);
}

static int drop_data(void **state)
{
    strata_data_free(images);
    strata_data_free(table);
    return remove_folder(state);
}

/* A model after four updates; words: "key=value", ended by NULL. */
static strata_run *train(const strata_data *data, const char *const *words)
{
    static const char *const always[] = { "n_batch=10", "n_s=2", "cycles=1", "evals=0", "hidden=[4]", NULL };
    strata_config *config;
    strata_run *run;
    CHECK_OK(strata_config_new(&config));
    for (int pass = 0; pass < 2; pass++) {
        for (const char *const *word = pass == 0 ? always : words; *word != NULL; word++) {
            char key[40];
            const char *value = strchr(*word, '=') + 1;
            (void)snprintf(key, sizeof key, "%.*s", (int)(value - *word - 1), *word);
            CHECK_OK(strata_config_set(config, key, value));
        }
    }
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    strata_config_free(config);
    return run;
}

static void assert_steps(const strata_data *data, const char *const *words, const char *due)
{
    char said[1000] = "";
    graph *g;
    strata_run *run = train(data, words);
    CHECK_OK(graph_create(strata_run_model(run), &g));
    for (int s = 0; s < g->steps; s++) {
        const graph_step *step = &g->step[s];
        size_t length = strlen(said);
        (void)snprintf(said + length, sizeof said - length, "%s%d%s %d", s > 0 ? ", " : "", step->layer, graph_kind_name(step->kind),
                       step->units);
        length = strlen(said);
        if (step->groups > 1) (void)snprintf(said + length, sizeof said - length, "x%d", step->groups);
        if (step->kind == GRAPH_ADD) (void)snprintf(said + length, sizeof said - length, "+%d", step->with);
    }
    assert_string_equal(said, due);
    graph_free(g);
    strata_run_free(run);
}

static void steps_are_those_of_an_evaluation(void **state)
{
    (void)state;
    assert_steps(images, (const char *const[]){ "bn=true", NULL },
                 "0scale 48, 0standardise 48, 1dense 4, 1batch_norm 4, 1relu 4, 2dense 2, 2softmax 2");
    assert_steps(table, (const char *const[]){ "bn=false", "loss=sigmoid", "activation=tanh", NULL },
                 "0standardise 3, 1dense 4, 1tanh 4, 2dense 2, 2sigmoid 2");
    assert_steps(table, (const char *const[]){ "hidden=[]", "loss=hinge", "standardise=none", NULL }, "1dense 2, 1softmax 2");
    assert_steps(images, (const char *const[]){ "patch=2", "filters=3", "norm=layer", "norm_place=after", "activation=gelu", NULL },
                 "0scale 48, 0standardise 48, 1patch 3x4, 1gelu 3x4, 1layer_norm 3x4, 1flatten 12, 2dense 4, 2gelu 4, 2layer_norm 4, "
                 "3dense 2, 3softmax 2");
    assert_steps(images, (const char *const[]){ "hidden=[4,5,4,5,4]", "skip=true", "activation=leaky_relu", "dropout=0.1", NULL },
                 "0scale 48, 0standardise 48, 1dense 4, 1batch_norm 4, 1leaky_relu 4, 2dense 5, 2leaky_relu 5, 3dense 4, 3add 4+4, "
                 "3batch_norm 4, 3leaky_relu 4, 4dense 5, 4leaky_relu 5, 5dense 4, 5add 4+10, 5batch_norm 4, 5leaky_relu 4, "
                 "6dense 2, 6softmax 2");
}

/* Every array is the tensor of that name, to the bit. */
static void arrays_are_the_tensors_of_the_model(void **state)
{
    (void)state;
    float whole[4 * PIXELS];
    graph *g;
    strata_run *run = train(images, (const char *const[]){ "bn=true", NULL });
    const strata_model *model = strata_run_model(run);
    CHECK_OK(graph_create(model, &g));
    const struct { const char *name; const float *at; size_t elements; } all[] = {
        { "input.mean", g->step[1].mean, PIXELS }, { "input.std", g->step[1].std, PIXELS },
        { "layer1.W", g->step[2].W, 4 * PIXELS },  { "layer1.b", g->step[2].b, 4 },
        { "layer1.gamma", g->step[3].gamma, 4 },   { "layer1.beta", g->step[3].beta, 4 },
        { "layer1.mean", g->step[3].mean, 4 },     { "layer1.var", g->step[3].var, 4 },
        { "layer2.W", g->step[5].W, 8 },           { "layer2.b", g->step[5].b, 2 },
    };
    size_t elements = 0;
    for (size_t q = 0; q < sizeof all / sizeof *all; q++) {
        CHECK_OK(strata_model_tensor(model, all[q].name, NULL, NULL, whole));
        assert_memory_equal(all[q].at, whole, all[q].elements * sizeof(float));
        elements += all[q].elements;
    }
    assert_int_equal(g->elements, elements);
    graph_free(g);
    strata_run_free(run);
}

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static strata_status write_as(const strata_model *model, const char *kind, const char *file, const char *name)
{
    const strata_export_request request = { .size = sizeof request, .kind = kind, .file = file, .name = name };
    return strata_export(model, &request);
}

static char *read_text(const char *name)
{
    uint8_t *bytes;
    size_t size;
    CHECK_OK(file_read_all(in_folder(name), 1 << 20, &bytes, &size));
    assert_int_equal(strlen((char *)bytes), size);
    return (char *)bytes;
}

static void names_of_classes_stay_in_their_strings(void **state)
{
    (void)state;
    strata_run *run = train(images, (const char *const[]){ "bn=true", NULL });
    CHECK_OK(write_as(strata_run_model(run), "c", in_folder("a.c"), "mine"));
    char *source = read_text("a.c"), *header = read_text("a.h");
    assert_non_null(strstr(source, "    \"*/ \\042x\\134\\077\\077/\\012\\001\",\n    \"\\303\\251t\\303\\251\",\n"));
    assert_non_null(strstr(source, "#include \"a.h\"\n"));
    assert_null(strstr(source, "net_"));
    assert_non_null(strstr(header, "int mine_predict(const unsigned char *x, float *probabilities);\n"));
    for (const char *at = source; *at != '\0'; at++) assert_true(*at == '\n' || (*at >= ' ' && *at < 0x7f));
    free(source);
    free(header);
    strata_run_free(run);
}

static void wrong_requests_are_refused(void **state)
{
    (void)state;
    strata_run *run = train(table, (const char *const[]){ NULL });
    const strata_model *model = strata_run_model(run);
    assert_failed(write_as(model, "onyx", in_folder("a.onnx"), NULL), STRATA_ERR_ARGUMENT, "did you mean 'onnx'");
    assert_failed(write_as(model, "pickle", in_folder("a"), NULL), STRATA_ERR_ARGUMENT, "known are onnx, c");
    assert_failed(write_as(model, "onnx", in_folder("a.c"), NULL), STRATA_ERR_ARGUMENT, "ends in .onnx");
    assert_failed(write_as(model, "c", in_folder(".c"), NULL), STRATA_ERR_ARGUMENT, "ends in .c");
    assert_failed(write_as(model, "c", in_folder("a\"b.c"), NULL), STRATA_ERR_ARGUMENT, "cannot include");
    static const char *const names[] = { "", "1st", "_x", "a-b", "a b", "\xc3\xa9", "a234567890123456789012345678901234567890x" };
    for (size_t q = 0; q < sizeof names / sizeof *names; q++) {
        assert_failed(write_as(model, "c", in_folder("a.c"), names[q]), STRATA_ERR_ARGUMENT, "a letter first");
    }
    assert_failed(write_as(NULL, "c", in_folder("a.c"), NULL), STRATA_ERR_ARGUMENT, "model");
    assert_failed(strata_export(model, NULL), STRATA_ERR_ARGUMENT, "strata_export_request");
    assert_failed(write_as(model, NULL, in_folder("a.c"), NULL), STRATA_ERR_ARGUMENT, "kind");
    assert_failed(write_as(model, "onnx", in_folder("no/where.onnx"), NULL), STRATA_ERR_STORAGE, "where.onnx");
    assert_false(file_exists(in_folder("a.c")) || file_exists(in_folder("a.h")) || file_exists(in_folder("a.onnx")));
    strata_run_free(run);
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    strata_run *run = train(table, (const char *const[]){ NULL });
    const strata_model *model = strata_run_model(run);
    const double nan = NAN;
    model->net->ops->put(mat_at(model->net->ops, model->net->theta[2].b, 1), &nan);
    assert_failed(write_as(model, "onnx", in_folder("a.onnx"), NULL), STRATA_ERR_ARGUMENT, "not finite");
    strata_run_free(run);
}

/* The list of kinds ends each name in a way of its own, and has none twice. */
static void kinds_are_listed(void **state)
{
    (void)state;
    size_t count;
    const strata_export_kind *kinds = strata_export_kinds(&count);
    assert_true(count >= 2);
    for (size_t q = 0; q < count; q++) {
        assert_true(kinds[q].end[0] == '.' && kinds[q].help[0] != '\0');
        for (size_t r = 0; r < q; r++) assert_string_not_equal(kinds[q].name, kinds[r].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_encoded),
        cmocka_unit_test(long_messages_keep_their_contents),
        cmocka_unit_test(steps_are_those_of_an_evaluation),
        cmocka_unit_test(arrays_are_the_tensors_of_the_model),
        cmocka_unit_test_setup(names_of_classes_stay_in_their_strings, empty_folder),
        cmocka_unit_test_setup(wrong_requests_are_refused, empty_folder),
        cmocka_unit_test_setup(numbers_that_are_none_are_refused, empty_folder),
        cmocka_unit_test(kinds_are_listed),
    };
    return cmocka_run_group_tests(tests, make_data, drop_data);
}
