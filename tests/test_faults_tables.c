/* Readers of tables and of CIFAR-100 in a world that fails on purpose: see faulty.h. */
#include <stdlib.h>
#include <string.h>

#include "faulty.h"
#include "tables.h"

static data_request request;
static const char *reader;

static strata_status read_it(void)
{
    return data_reader_named(reader)->read(&request, &taken);
}

/* All of it, or nothing. */
static void look(strata_status status, char *result)
{
    static const examples empty;
    if (status != STRATA_OK) {
        assert_memory_equal(&taken, &empty, sizeof empty);
        return;
    }
    (void)snprintf(result, FAULTY_RESULT, "%zu + %zu, %d, %d: %s", taken.train, taken.test, taken.form.features, taken.form.classes,
                   taken.note);
    for (size_t j = 0; j < taken.train + taken.test; j++) {
        size_t used = strlen(result);
        const char *name = taken.class_name != NULL ? taken.class_name[taken.label[j]] : "";
        float first = taken.floats != NULL ? taken.floats[j * (size_t)taken.form.features] : taken.bytes[j * (size_t)taken.form.features];
        (void)snprintf(result + used, FAULTY_RESULT - used, " %s %g", name, (double)first);
    }
    examples_free(&taken);
}

static void readers_survive(void **state)
{
    (void)state;
    const char *one_hot[] = { "colour" };
    char folder[PATH];
    static const uint8_t records[2 * 3074] = { 1, 2 };
    reader = "csv";
    request = (data_request){ .path = put_text("t.csv", "a,colour,y\n1,red,p\n2,blue,\"q \"\"\"\n"), .one_hot = one_hot, .one_hots = 1 };
    request.test_path = put_packed("u.csv.gz", "y,a,colour\n7,5,red\n");
    faulty(&(faulty_operation){ "csv", NULL, read_it, look, 0 });
    request = (data_request){ .path = put_text("l.csv", "2,1,aa,bb\n1,0\n2,1\n") };
    faulty(&(faulty_operation){ "csv of scikit-learn", NULL, read_it, look, 0 });
    reader = "libsvm";
    request = (data_request){ .path = put_text("t.svm", "1 1:2\n2 1:3\n"), .test_path = put_text("u.svm", "3 2:1\n") };
    faulty(&(faulty_operation){ "libsvm", NULL, read_it, look, 0 });
    reader = "cifar-100";
    (void)put_bytes("train.bin", records, sizeof records);
    (void)put_bytes("test.bin", records, sizeof records);
    (void)put_text("coarse_label_names.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\n");
    (void)snprintf(folder, sizeof folder, "%s", in_folder(""));
    request = (data_request){ .path = folder, .coarse = true };
    faulty(&(faulty_operation){ "cifar-100", NULL, read_it, look, 0 });
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(readers_survive) };
    int failed = cmocka_run_group_tests(tests, faulty_set_up, remove_folder);
    faulty_sum();
    return failed;
}
