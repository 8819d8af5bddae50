/*
 * Every operation of the public interface, and of the files below it, in a world that fails: see faulty.h. The small data set of small.h
 * stands for the large one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faulty.h"
#include "stored.h"

#include "dataset.h"
#include "json.h"
#include "file.h"
#include "image.h"
#include "small.h"
#include "text.h"

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

static const char old_words[] = "what was there before", new_words[] = "what is written now, and is somewhat longer";

static void put_plain(const char *name, const char *words)
{
    CHECK_OK(file_write(in_folder(name), words, strlen(words)));
}

static char *plain(const char *name)
{
    uint8_t *bytes;
    size_t size;
    CHECK_OK(file_read_all(in_folder(name), 1 << 24, &bytes, &size));
    return (char *)bytes;
}

static void old_file(void)
{
    (void)empty_folder(NULL); /* what a failed unlink left */
    put_plain("f", old_words);
}

static strata_status write_file(void)
{
    return file_write(in_folder("f"), new_words, strlen(new_words));
}

/* Old or new, and new when it was said to be written. */
static void look_at_file(strata_status status, char *result)
{
    char *words = plain("f");
    if (strcmp(words, old_words) != 0 && strcmp(words, new_words) != 0) fail_msg("half a file: '%s'", words);
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s", words);
    free(words);
}

static uint8_t *bytes_made;
static size_t size_made;

static strata_status read_file(void)
{
    return file_read_all(in_folder("f"), 1 << 20, &bytes_made, &size_made);
}

static void look_at_bytes(strata_status status, char *result)
{
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%zu: %.40s", size_made, (char *)bytes_made);
    else assert_null(bytes_made);
    free(bytes_made);
    bytes_made = NULL;
}

static void no_folders(void)
{
    (void)rmdir(in_folder("a/b/c"));
    (void)rmdir(in_folder("a/b"));
    (void)rmdir(in_folder("a"));
}

static strata_status make_folders(void)
{
    return file_make_folder(in_folder("a/b/c"));
}

static void look_at_folders(strata_status status, char *result)
{
    struct stat s;
    if (status == STRATA_OK) assert_true(stat(in_folder("a/b/c"), &s) == 0 && S_ISDIR(s.st_mode));
    (void)snprintf(result, FAULTY_RESULT, "made");
    no_folders();
}

static void files_survive(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "file_write", old_file, write_file, look_at_file, 0 });
    faulty(&(faulty_operation){ "file_read_all", old_file, read_file, look_at_bytes, 0 });
    faulty(&(faulty_operation){ "file_make_folder", no_folders, make_folders, look_at_folders, 0 });
}

/* ---- texts and pictures -------------------------------------------------------------------------------------------------------------- */

static char *json_made;

static strata_status write_json(void)
{
    json_value *root = json_new_object(), *list = json_new_list(), *copy;
    json_put_text(root, "name", "value");
    json_put_text(root, "path", "\xff\xfe"); /* no UTF-8 */
    json_put_real(root, "real", 0.5);
    json_put_real(root, "nan", (double)NAN);
    json_put_int(root, "int", 7);
    json_put_bool(root, "bool", true);
    for (int e = 0; e < 12; e++) json_append_int(list, e);
    copy = json_clone(list);
    json_put(root, "list", list);
    json_put(root, "copy", copy);
    strata_status status = json_write(root, &json_made);
    json_free(root);
    return status;
}

static void look_at_json_text(strata_status status, char *result)
{
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s", json_made);
    else assert_null(json_made);
    free(json_made);
    json_made = NULL;
}

static json_value *json_got;

static strata_status read_json(void)
{
    static const char words[] = "{\"a\": [1, 2.5, \"three\", {\"four\": null}], \"b\": {\"c\": true}}";
    return json_read(words, strlen(words), &json_got);
}

static void look_at_read(strata_status status, char *result)
{
    if (status == STRATA_OK) CHECK_OK(json_write_compact(json_got, &json_made));
    else assert_null(json_got);
    json_free(json_got);
    json_got = NULL;
    look_at_json_text(status, result);
}

static strata_status draw_picture(void)
{
    static uint8_t rgb[3 * 40 * 40];
    for (size_t e = 0; e < sizeof rgb; e++) rgb[e] = (uint8_t)(e * e);
    return image_png(rgb, 40, 40, (void **)&bytes_made, &size_made);
}

static void look_at_picture(strata_status status, char *result)
{
    if (status == STRATA_OK) CHECK_OK(digest_sha256(bytes_made, size_made, result));
    free(bytes_made);
    bytes_made = NULL;
}

static void texts_and_pictures_survive(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "json_write", NULL, write_json, look_at_json_text, 0 });
    faulty(&(faulty_operation){ "json_read", NULL, read_json, look_at_read, 0 });
    if (STRATA_PNG) faulty(&(faulty_operation){ "image_png", NULL, draw_picture, look_at_picture, 0 });
}

/* ---- settings ------------------------------------------------------------------------------------------------------------------------ */

static strata_config *config, *config_copied;

static void look_at_config(strata_status status, char *result)
{
    text words = { 0 };
    if (config != NULL) config_describe(config, &words);
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s", words.at);
    text_free(&words);
    strata_config_free(config);
    strata_config_free(config_copied);
    config = config_copied = NULL;
}

static strata_status make_config(void)
{
    strata_status status = strata_config_new(&config);
    if (status == STRATA_OK) status = strata_config_set(config, "hidden", "[20,10]");
    if (status == STRATA_OK) status = strata_config_set(config, "lambda", "0.25");
    if (status == STRATA_OK) status = strata_config_copy(config, &config_copied);
    return status == STRATA_OK ? strata_config_check(config_copied) : status;
}

static void config_files(void)
{
    put_plain("base.yaml", "n_s: 7\nhidden: [3, 4]\n");
    put_plain("c.yaml", "base: base.yaml\nlambda: 0.125\nbn: false\n");
    CHECK_OK(strata_config_new(&config));
}

static strata_status load_config(void)
{
    return strata_config_load(config, in_folder("c.yaml"));
}

/* All of the file or nothing. */
static void look_at_loaded(strata_status status, char *result)
{
    strata_config *fresh;
    char value[64], due[64];
    static const char *const keys[] = { "n_s", "hidden", "lambda", "bn" };
    CHECK_OK(strata_config_new(&fresh));
    for (int q = 0; q < 4 && status != STRATA_OK; q++) {
        CHECK_OK(strata_config_get(config, keys[q], value, sizeof value));
        CHECK_OK(strata_config_get(fresh, keys[q], due, sizeof due));
        assert_string_equal(value, due);
    }
    strata_config_free(fresh);
    look_at_config(status, result);
}

static void settings_survive(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "strata_config_new, _set", NULL, make_config, look_at_config, 0 });
    if (STRATA_YAML) faulty(&(faulty_operation){ "strata_config_load", config_files, load_config, look_at_loaded, 0 });
}

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

static strata_data *data_made;

static void look_at_data(strata_status status, char *result)
{
    if (status == STRATA_OK) {
        const strata_data_facts *f = strata_data_describe(data_made);
        (void)snprintf(result, FAULTY_RESULT, "%s %s %s", f->kind, f->digest, f->class_names[0]);
    } else assert_null(data_made);
    strata_data_free(data_made);
    data_made = NULL;
}

static strata_status draw_data(void)
{
    return data_draw(2, 100, 1, &data_made);
}

/* Small files of the form of CIFAR-10: no digest knows them, their class names alone say that they are synthetic. */
static void data_on_disk(void)
{
    if (!file_exists(in_folder("batches.meta.txt"))) CHECK_OK(strata_data_write(small_data(), in_folder(".")));
}

static strata_status open_data(void)
{
    return data_open_folder(in_folder("."), SMALL_PER_FILE, &data_made);
}

static void no_data_set(void)
{
    (void)empty_folder(NULL);
}

static strata_status write_data(void)
{
    return strata_data_write(small_data(), in_folder("."));
}

/* Whole files under the names that are there, and the names of the classes last. */
static void look_at_written(strata_status status, char *result)
{
    int there = 0;
    for (int f = 0; f < DATA_FILES; f++) {
        struct stat s;
        if (stat(in_folder(data_file_names[f]), &s) != 0) continue;
        assert_int_equal(s.st_size, SMALL_PER_FILE * DATA_RECORD);
        there++;
    }
    if (file_exists(in_folder("batches.meta.txt"))) assert_int_equal(there, DATA_FILES);
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%d files, meta %d", there, file_exists(in_folder("batches.meta.txt")));
}

static void data_survive(void **state)
{
    (void)state;
    faulty(&(faulty_operation){ "strata_data_synthetic", NULL, draw_data, look_at_data, 0 });
    faulty(&(faulty_operation){ "strata_data_write", no_data_set, write_data, look_at_written, 0 });
    faulty(&(faulty_operation){ "strata_data_open", data_on_disk, open_data, look_at_data, 0 });
}

/* ---- training ------------------------------------------------------------------------------------------------------------------------ */

enum { MEMBERS = 2 };

static strata_config *small_one[MEMBERS];
static strata_run *runs[MEMBERS];

static void small_configs(void)
{
    const char *words[] = { "hidden=[5,4]", "n_s=4", "cycles=1", "evals=2", "diagnose=true", NULL };
    if (small_one[0] != NULL) return;
    for (int m = 0; m < MEMBERS; m++) small_one[m] = small_config(words);
    CHECK_OK(strata_config_set(small_one[1], "seed", "2"));
}

static strata_status train(void)
{
    return strata_train(MEMBERS, (const strata_config *const *)small_one, small_data(), 1, NULL, runs);
}

static void look_at_runs(strata_status status, char *result)
{
    for (int m = 0; m < MEMBERS; m++) {
        if (status != STRATA_OK) assert_null(runs[m]);
        else {
            size_t points, layers, mistakes;
            (void)strata_run_curve(runs[m], &points);
            (void)strata_run_layers(runs[m], &layers);
            (void)strata_run_mistakes(runs[m], &mistakes);
            (void)snprintf(result + strlen(result), 200, "%s %s %zu %zu %zu %ld; ", strata_run_facts(runs[m])->id,
                           strata_model_digest(strata_run_model(runs[m])), points, layers, mistakes, strata_run_facts(runs[m])->updates);
        }
        strata_run_free(runs[m]);
        runs[m] = NULL;
    }
}

static char id[13];

static strata_status name_run(void)
{
    memset(id, 0, sizeof id);
    return strata_run_id(small_one[0], small_data(), id);
}

static void look_at_id(strata_status status, char *result)
{
    if (status != STRATA_OK) assert_int_equal(id[0], 0);
    (void)snprintf(result, FAULTY_RESULT, "id %s", id);
}

static strata_gradcheck *gradcheck_made;
static strata_gradcheck_options gradcheck_options;

static strata_status check_gradients(void)
{
    return strata_gradcheck_run(small_one[0], small_data(), &gradcheck_options, &gradcheck_made);
}

static void look_at_gradcheck(strata_status status, char *result)
{
    int layers = 0;
    if (status != STRATA_OK) assert_null(gradcheck_made);
    else {
        const strata_gradcheck_layer *layer = strata_gradcheck_layers(gradcheck_made, &layers);
        (void)snprintf(result, FAULTY_RESULT, "%d %d %ld", strata_gradcheck_passed(gradcheck_made), layers, layer[0].tensor[0].checked);
    }
    strata_gradcheck_free(gradcheck_made);
    gradcheck_made = NULL;
}

static void training_survives(void **state)
{
    (void)state;
    small_configs();
    faulty(&(faulty_operation){ "strata_train", NULL, train, look_at_runs, 0 });
    faulty(&(faulty_operation){ "strata_run_id", NULL, name_run, look_at_id, 0 });
    static const char *const names[] = { "strata_gradcheck, central", "strata_gradcheck, complex", "strata_gradcheck, ref64" };
    for (int method = 0; method < 3; method++) {
        gradcheck_options = (strata_gradcheck_options)STRATA_GRADCHECK_DEFAULTS;
        gradcheck_options.method = (strata_method)method;
        gradcheck_options.backend = "ref32";
        gradcheck_options.threads = 1;
        gradcheck_options.images = 4;
        faulty(&(faulty_operation){ names[method], NULL, check_gradients, look_at_gradcheck, 0 });
    }
}

/* ---- models -------------------------------------------------------------------------------------------------------------------------- */

static strata_run *trained;
static strata_model *model_made;
static float P[STRATA_CLASSES * 3];
static strata_score score;

static void old_model_file(void)
{
    (void)empty_folder(NULL);
    put_plain("m", "the model of yesterday");
}

static strata_status save_model(void)
{
    return strata_model_save(strata_run_model(trained), in_folder("m"));
}

static void look_at_saved(strata_status status, char *result)
{
    char *bytes = plain("m");
    strata_model *opened_model = NULL;
    if (strcmp(bytes, "the model of yesterday") != 0) {
        CHECK_OK(strata_model_open(in_folder("m"), &opened_model)); /* whole */
        if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%s", strata_model_digest(opened_model));
        strata_model_free(opened_model);
    } else if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "not saved");
    free(bytes);
}

static void new_model_file(void)
{
    CHECK_OK(save_model());
}

static strata_status open_model(void)
{
    return strata_model_open(in_folder("m"), &model_made);
}

static void look_at_model(strata_status status, char *result)
{
    if (status == STRATA_OK) {
        text words = { 0 };
        config_describe(strata_model_config(model_made), &words);
        (void)snprintf(result, FAULTY_RESULT, "%s %s %s", strata_model_digest(model_made), strata_model_data_digest(model_made), words.at);
        text_free(&words);
    } else assert_null(model_made);
    strata_model_free(model_made);
    model_made = NULL;
}

static strata_status predict(void)
{
    const uint8_t *bytes;
    int label;
    memset(P, 0, sizeof P);
    TRY(strata_data_test_image(small_data(), 0, &bytes, &label));
    return strata_model_predict(strata_run_model(trained), 3, bytes, P);
}

static void look_at_predicted(strata_status status, char *result)
{
    if (status == STRATA_OK) CHECK_OK(digest_sha256(P, sizeof P, result));
    for (int e = 0; e < STRATA_CLASSES * 3 && status != STRATA_OK; e++) assert_true(P[e] == 0);
}

static strata_status evaluate(void)
{
    return strata_model_evaluate(strata_run_model(trained), small_data(), STRATA_TEST_PART, 1, &score);
}

static void look_at_score(strata_status status, char *result)
{
    if (status == STRATA_OK) (void)snprintf(result, FAULTY_RESULT, "%.17g %.17g %.17g", score.loss, score.cost, score.accuracy);
}

static strata_status take_tensor(void)
{
    memset(P, 0, sizeof P);
    return strata_model_tensor(strata_run_model(trained), "layer2.W", &(int){ 0 }, &(int){ 0 }, P);
}

static void models_survive(void **state)
{
    (void)state;
    small_configs();
    CHECK_OK(strata_train(1, (const strata_config *const *)small_one, small_data(), 1, NULL, &trained));
    faulty(&(faulty_operation){ "strata_model_save", old_model_file, save_model, look_at_saved, 0 });
    fault_spares_json = true;
    faulty(&(faulty_operation){ "strata_model_open", new_model_file, open_model, look_at_model, 0 });
    fault_spares_json = false;
    faulty(&(faulty_operation){ "strata_model_predict", NULL, predict, look_at_predicted, 0 });
    faulty(&(faulty_operation){ "strata_model_evaluate", NULL, evaluate, look_at_score, 0 });
    faulty(&(faulty_operation){ "strata_model_tensor", NULL, take_tensor, look_at_predicted, 0 });
    strata_run_free(trained);
}

static int tidy(void **state)
{
    for (int m = 0; m < MEMBERS; m++) strata_config_free(small_one[m]);
    small_free();
    faulty_sum();
    return remove_folder(state);
}

/* Of one test alone: test_faults NAME */
int main(int argc, char **argv)
{
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(files_survive, empty_folder),    cmocka_unit_test_setup(texts_and_pictures_survive, empty_folder),
        cmocka_unit_test_setup(settings_survive, empty_folder), cmocka_unit_test_setup(data_survive, empty_folder),
        cmocka_unit_test_setup(training_survives, empty_folder), cmocka_unit_test_setup(models_survive, empty_folder),
    };
    return cmocka_run_group_tests(tests, faulty_set_up, tidy);
}
