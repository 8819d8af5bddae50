/* CIFAR-100 in its binary layout: records, fine and coarse labels, names, sizes, and what is refused with its byte. */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "tables.h"

enum { RECORD = 3074, PIXELS = 3072 };

static uint8_t records[8 * RECORD];
static data_request request;

/* Record j has the labels j and 10 j, and bytes that tell it and their place. */
static void put_records(const char *name, int first, int count)
{
    for (int j = 0; j < count; j++) {
        uint8_t *r = records + j * RECORD;
        r[0] = (uint8_t)(first + j);
        r[1] = (uint8_t)(10 * (first + j));
        for (int e = 0; e < PIXELS; e++) r[2 + e] = (uint8_t)(e + 7 * (first + j));
    }
    (void)put_bytes(name, records, (size_t)count * RECORD);
}

static const char *names(int count, const char *end)
{
    static char all[4000];
    all[0] = '\0';
    for (int n = 0; n < count; n++) (void)sprintf(all + strlen(all), "name_%d%s", n, end);
    return all;
}

static int begin(void **state)
{
    (void)state;
    static char folder[PATH];
    (void)snprintf(folder, sizeof folder, "%s", in_folder(""));
    request = (data_request){ .path = folder };
    put_records("train.bin", 0, 4);
    put_records("test.bin", 4, 2);
    return 0;
}

static void records_become_images(void **state)
{
    (void)state;
    take("cifar-100", &request);
    assert_true(taken.train == 4 && taken.test == 2 && taken.form.element == STRATA_BYTES && taken.form.features == PIXELS);
    assert_true(taken.form.height == 32 && taken.form.width == 32 && taken.form.channels == 3 && taken.form.classes == 100
                && taken.class_name == NULL);
    for (int j = 0; j < 6; j++) {
        assert_int_equal(taken.label[j], 10 * j);
        for (int e = 0; e < PIXELS; e++) assert_int_equal(taken.bytes[j * PIXELS + e], (uint8_t)(e + 7 * j));
    }
    assert_true(taken.files == 2 && strcmp(taken.file[0].name, "train.bin") == 0 && strcmp(taken.file[1].name, "test.bin") == 0);
    request.coarse = true;
    take("cifar-100", &request);
    for (int j = 0; j < 6; j++) assert_int_equal(taken.label[j], j);
    assert_int_equal(taken.form.classes, 20);
    request.unlabelled = true;
    take("cifar-100", &request);
    assert_true(taken.train == 6 && taken.test == 0 && taken.label == NULL && taken.form.classes == 0 && taken.bytes[5 * PIXELS] == 35);
}

static void names_are_taken_where_they_are(void **state)
{
    (void)state;
    (void)put_text("fine_label_names.txt", names(100, "\n"));
    (void)put_text("coarse_label_names.txt", names(20, "\r\n"));
    take("cifar-100", &request);
    assert_string_equal(taken.class_name[99], "name_99");
    request.coarse = true;
    take("cifar-100", &request);
    assert_string_equal(taken.class_name[0], "name_0");
    assert_string_equal(taken.class_name[19], "name_19");
    (void)put_text("coarse_label_names.txt", names(19, "\n"));
    assert_refuses("cifar-100", &request, "coarse_label_names.txt: line 20 is not one of 20 names");
    (void)put_text("coarse_label_names.txt", names(21, "\n"));
    assert_refuses("cifar-100", &request, "coarse_label_names.txt: line 21 is not one of 20 names");
    (void)put_text("coarse_label_names.txt", "a\n\nb\n");
    assert_refuses("cifar-100", &request, "coarse_label_names.txt: line 2 is not one of 20 names");
}

static void what_is_wrong_is_told_with_its_byte(void **state)
{
    (void)state;
    records[RECORD] = 20;
    (void)put_bytes("test.bin", records, 2 * RECORD);
    assert_refuses("cifar-100", &request, "test.bin: record 1, at byte 3074, has the labels 20 (coarse)|0 .. 19");
    put_records("test.bin", 0, 2);
    records[1] = 100;
    (void)put_bytes("test.bin", records, 2 * RECORD);
    assert_refuses("cifar-100", &request, "test.bin: record 0, at byte 0|100 (fine)");
    (void)put_bytes("test.bin", records, 2 * RECORD - 1);
    assert_refuses("cifar-100", &request, "test.bin: has 6147 bytes, which are no whole number of records of 3074");
    (void)put_bytes("test.bin", records, 0);
    assert_refuses("cifar-100", &request, "test.bin: has 0 bytes");
    request.test_path = request.path;
    assert_refuses("cifar-100", &request, "test.bin; leave --test-data out");
    request.test_path = NULL;
    request.label = "fine";
    assert_refuses("cifar-100", &request, "leave --label out");
    request.label = NULL;
    (void)remove(in_folder("test.bin"));
    assert_refuses("cifar-100", &request, "test.bin");
}

/* Of a file of two records, every 61st length and those around whole records: whole ones are read. */
static void every_length_is_refused_but_whole_records(void **state)
{
    (void)state;
    put_records("train.bin", 0, 2);
    for (size_t size = 0; size <= 2 * RECORD; size++) {
        size_t behind = size % RECORD;
        if (size % 61 != 0 && behind > 1 && behind < RECORD - 1) continue;
        (void)put_bytes("train.bin", records, size);
        examples_free(&taken);
        assert_int_equal(data_reader_named("cifar-100")->read(&request, &taken), size > 0 && behind == 0 ? STRATA_OK : STRATA_ERR_DATA);
    }
}

static void a_folder_is_recognised_by_its_files(void **state)
{
    (void)state;
    assert_string_equal(data_reader_of(request.path)->name, "cifar-100");
    (void)put_bytes("data_batch_1.bin", records, RECORD); /* CIFAR-10's */
    const data_reader *r = data_reader_of(request.path);
    assert_true(r == NULL || strcmp(r->name, "cifar-100") != 0);
    (void)remove(in_folder("data_batch_1.bin"));
    (void)remove(in_folder("train.bin"));
    assert_null(data_reader_of(request.path));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, drop_taken)
    const struct CMUnitTest tests[] = {
        TEST(records_become_images),
        TEST(names_are_taken_where_they_are),
        TEST(what_is_wrong_is_told_with_its_byte),
        TEST(every_length_is_refused_but_whole_records),
        TEST(a_folder_is_recognised_by_its_files),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
