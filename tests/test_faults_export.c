/*
 * Exports in a world that fails: see faulty.h. Whichever call fails it is said, no memory is lost, and each path holds the old file or the
 * whole new one.
 */
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "file.h"
#include "folder.h"

enum { ROWS = 12, WIDTH = 3 };

static strata_run *run;

static int train(void **state)
{
    static const char *const words[][2] = { { "hidden", "[2]" }, { "n_batch", "3" }, { "n_s", "2" }, { "cycles", "1" }, { "evals", "0" } };
    static const char *const names[] = { "one", "two" };
    float x[ROWS * WIDTH];
    uint16_t y[ROWS];
    strata_data *data;
    strata_config *config;
    if (faulty_set_up(state) != 0) return 1;
    for (int j = 0; j < ROWS; j++) {
        y[j] = (uint16_t)(j % 2);
        for (int t = 0; t < WIDTH; t++) x[j * WIDTH + t] = (float)(j * (t + 3) % 11 + 5 * y[j]);
    }
    const strata_arrays a = { .size = sizeof a, .form = { STRATA_FLOATS, WIDTH, 0, 0, 0, 2 }, .train = ROWS, .examples = x, .labels = y,
                              .test_share = 0.25, .class_names = names };
    CHECK_OK(strata_data_from_arrays(&a, &data));
    CHECK_OK(strata_config_new(&config));
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) CHECK_OK(strata_config_set(config, words[w][0], words[w][1]));
    CHECK_OK(strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run));
    strata_config_free(config);
    strata_data_free(data);
    return 0;
}

static const char *files[] = { "net.onnx", "net.c", "net.h", "net.pt.safetensors", "net.py", "net.npz" };
enum { FILES = sizeof files / sizeof *files };
static char whole[FILES][DIGEST_TEXT];

static void old_files(void)
{
    for (int f = 0; f < FILES; f++) CHECK_OK(file_write(in_folder(files[f]), "old", 3));
}

static strata_status write_as(const char *kind, const char *file)
{
    const strata_export_request request = { .size = sizeof request, .kind = kind, .file = in_folder(file) };
    return strata_export(strata_run_model(run), &request);
}

static strata_status write_onnx(void)
{
    return write_as("onnx", "net.onnx");
}

static strata_status write_c(void)
{
    return write_as("c", "net.c");
}

static strata_status write_torch(void)
{
    return write_as("torch", "net.py");
}

static strata_status write_npz(void)
{
    return write_as("npz", "net.npz");
}

/* Is each of them the old file, or a whole new one? After a success those that are due are new. */
static void look(strata_status status, char *result, int first, int last)
{
    for (int f = 0; f < FILES; f++) {
        size_t size;
        char digest[DIGEST_TEXT];
        CHECK_OK(file_digest(in_folder(files[f]), &size, digest));
        bool new = strcmp(digest, whole[f]) == 0;
        assert_true(new || size == 3);
        if (status == STRATA_OK) assert_int_equal(new, f >= first && f <= last);
    }
    (void)snprintf(result, FAULTY_RESULT, "written");
}

static void look_at_onnx(strata_status status, char *result)
{
    look(status, result, 0, 0);
}

static void look_at_c(strata_status status, char *result)
{
    look(status, result, 1, 2);
}

static void look_at_torch(strata_status status, char *result)
{
    look(status, result, 3, 4);
}

static void look_at_npz(strata_status status, char *result)
{
    look(status, result, 5, 5);
}

static strata_status read_torch(void)
{
    strata_model *model;
    const strata_import_as how = { .size = sizeof how };
    strata_status status = strata_model_import(in_folder("net.pt.safetensors"), &how, &model);
    assert_true((status == STRATA_OK) == (model != NULL));
    if (status == STRATA_OK) assert_string_equal(strata_model_digest(model), strata_model_digest(strata_run_model(run)));
    strata_model_free(model);
    return status;
}

static void nothing(void) {}

static void look_at_nothing(strata_status status, char *result)
{
    (void)status;
    (void)snprintf(result, FAULTY_RESULT, "read");
}

static void exports_are_whole_or_not_there(void **state)
{
    (void)state;
    size_t size;
    CHECK_OK(write_onnx());
    CHECK_OK(write_c());
    CHECK_OK(write_torch());
    bool packs = write_npz() == STRATA_OK; /* where there is libzip */
    if (!packs) CHECK_OK(file_write(in_folder("net.npz"), "none", 4));
    for (int f = 0; f < FILES; f++) CHECK_OK(file_digest(in_folder(files[f]), &size, whole[f]));
    faulty(&(faulty_operation){ "strata_export onnx", old_files, write_onnx, look_at_onnx, 0 });
    faulty(&(faulty_operation){ "strata_export c", old_files, write_c, look_at_c, 0 });
    faulty(&(faulty_operation){ "strata_export torch", old_files, write_torch, look_at_torch, 0 });
    fault_spares_zip = true; /* 1.7.3 loses a block in zip_close, too, when it has no memory */
    if (packs) faulty(&(faulty_operation){ "strata_export npz", old_files, write_npz, look_at_npz, 0 });
    fault_spares_zip = false;
    CHECK_OK(write_torch());
    fault_spares_json = true; /* the header is read */
    faulty(&(faulty_operation){ "strata_model_import", nothing, read_torch, look_at_nothing, 0 });
    fault_spares_json = false;
}

static int tidy(void **state)
{
    faulty_sum();
    strata_run_free(run);
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(exports_are_whole_or_not_there) };
    (void)setenv("TZ", "UTC0", 1); /* libzip asks for times: without it the C library finds its zone each time anew, in a block it keeps */
    return cmocka_run_group_tests(tests, train, tidy);
}
