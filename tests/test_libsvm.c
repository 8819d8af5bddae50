/* LIBSVM's format: what a line means, what is refused of it with its line, how wide examples are, and how much memory a file may become. */
#include <stdlib.h>
#include <string.h>

#include "tables.h"

static void take_text(const char *words)
{
    take("libsvm", &(data_request){ .path = put_text("t", words) });
}

static void lines_become_examples(void **state)
{
    (void)state;
    take_text("# a head\n+1 1:0.5 3:-2e1 # a remark\r\n\n-1\t2:1\n  1 3:7#\n-1");
    assert_true(taken.train == 4 && taken.test == 0 && taken.form.features == 3 && taken.form.classes == 2
                && taken.form.element == STRATA_FLOATS);
    assert_example(0, (float[]){ 0.5F, 0, -20 }, "1");
    assert_example(1, (float[]){ 0, 1, 0 }, "-1");
    assert_example(2, (float[]){ 0, 0, 7 }, "1");
    assert_example(3, (float[]){ 0, 0, 0 }, "-1");
    assert_string_equal(taken.note, "3 features, as many as the largest index");
    take("libsvm", &(data_request){ .path = put_packed("t.gz", "10 1:1\n2 1:2\n") });
    assert_example(0, (float[]){ 1 }, "10");
    assert_true(taken.label[0] == 1 && taken.files == 1 && strcmp(taken.file[0].name, "t.gz") == 0);
}

static void examples_are_as_wide_as_the_widest(void **state)
{
    (void)state;
    data_request both = { .path = put_text("t", "1 1:1\n2 2:1\n"), .test_path = put_text("u", "3 4:1\n") };
    take("libsvm", &both);
    assert_true(taken.train == 2 && taken.test == 1 && taken.form.features == 4 && taken.form.classes == 3 && taken.files == 2);
    assert_example(2, (float[]){ 0, 0, 0, 1 }, "3");
    data_request alone = { .path = both.path, .unlabelled = true, .features = 3 };
    take("libsvm", &alone);
    assert_true(taken.form.features == 3 && taken.label == NULL && taken.form.classes == 0);
    assert_example(1, (float[]){ 0, 1, 0 }, NULL);
    alone.features = 1;
    assert_refuses("libsvm", &alone, "has the index 2, and the model takes 1 features");
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *words, *due; } list[] = {
        { "", "t: has no line" },
        { "# nothing\n\n", "t: has no line" },
        { "1\n2\n", "labels and not one INDEX:VALUE" },
        { "1 1:1\nx 1:1\n", "line 2: x is no label" },
        { "1 1:1\n1,2 1:1\n", "line 2: 1,2 is no label" },
        { "1 1:1\nnan 1:1\n", "line 2: nan is no label" },
        { "1 1:1\n2 0:1\n", "line 2: 0:1 has the index 0|add 1" },
        { "1 1:1\n2 2:1 2:1\n", "line 2: 2:1 comes behind an index that is not less" },
        { "1 1:1\n2 2:1 1:1\n", "line 2: 1:1 comes behind an index that is not less" },
        { "1 1:1\n2 1000001:1\n", "line 2: 1000001:1 has an index above 1000000" },
        { "1 1:1\n2 99999999999999999999999:1\n", "line 2|index above 1000000" },
        { "1 1:1\n2 qid:3 1:1\n", "line 2: qid:3|ranking" },
        { "1 1:1\n2 a:1\n", "line 2: a:1 is no INDEX:VALUE" },
        { "1 1:1\n2 1 :1\n", "line 2: 1 is no INDEX:VALUE" },
        { "1 1:1\n2 -1:1\n", "line 2: -1:1 is no INDEX:VALUE" },
        { "1 1:1\n2 1:\n", "line 2: 1: has a value that is no finite decimal number" },
        { "1 1:1\n2 1:inf\n", "line 2: 1:inf has a value" },
        { "1 1:1\n2 1:nan\n", "line 2: 1:nan has a value" },
        { "1 1:1\n2 1:0x1\n", "line 2: 1:0x1 has a value" },
        { "1 1:1\n2 1:1e39\n", "line 2: 1:1e39 has a value" },
        { "1 1:1\n2 1:1:1\n", "line 2: 1:1:1 has a value" },
        { "1 1:1\n2 1:1\v2:1\n", "line 2 has the byte 0x0b" },
        { "1 1:1\n1 1:2\n", "the label: has the same value" },
    };
    for (size_t n = 0; n < sizeof list / sizeof *list; n++) {
        assert_refuses("libsvm", &(data_request){ .path = put_text("t", list[n].words) }, list[n].due);
    }
    assert_refuses("libsvm", &(data_request){ .path = put_text("t", "1 1:1\n2 1:1\n"), .label = "2" }, "leave --label out");
    static const char zero[] = "1 1:1\n2 1:1\0\n";
    assert_refuses("libsvm", &(data_request){ .path = put_bytes("t", zero, sizeof zero - 1) }, "line 2 has the byte 0x00");
}

/* 1000 bytes of memory for a byte of a file, or 64 MiB: 16 examples of a million features fit, 17 do not. */
static void a_file_becomes_so_much_memory_and_no_more(void **state)
{
    (void)state;
    char words[400] = "1 1000000:1\n";
    for (int n = 0; n < 15; n++) (void)strcat(words, "2 1:1\n");
    take_text(words);
    assert_true(taken.train == 16 && taken.form.features == 1000000);
    (void)strcat(words, "2 1:1\n");
    assert_refuses("libsvm", &(data_request){ .path = put_text("t", words) }, "17 examples of 1000000 features are|more than the");
}

static void files_are_recognised_by_content(void **state)
{
    (void)state;
    static const char *const mine[] = { "1 1:2\n", "+1 3:1 4:0.5 # c\n", "# c\n-1 1:1", "1\n2 1:1\n", "1 qid:1 1:1\n", "1 0:1\n1 1:1\n" };
    static const char *const others[] = { "", "1\n2\n", "1 2\n", "1,2\n3,4\n", "a 1:2\n", "1 x:2\n", "1 1:2\nhello\n" };
    for (size_t n = 0; n < sizeof mine / sizeof *mine; n++) assert_string_equal(data_reader_of(put_text("x", mine[n]))->name, "libsvm");
    for (size_t n = 0; n < sizeof others / sizeof *others; n++) {
        const data_reader *r = data_reader_of(put_text("x", others[n]));
        if (r != NULL && strcmp(r->name, "libsvm") == 0) fail_msg("'%s' is taken", others[n]);
    }
    char long_line[8000] = "1 1:1";
    for (int n = 2; n < 900; n++) (void)sprintf(long_line + strlen(long_line), " %d:1", n);
    assert_string_equal(data_reader_of(put_text("x", long_line))->name, "libsvm");
}

static void damaged_files_are_refused_or_read(void **state)
{
    (void)state;
    static const char words[] = "+1 1:0.5 3:-2e1 # no\r\n\n-1\t2:1\n  1 3:7\n-1 1:1";
    assert_true(take_damaged("libsvm", (data_request){ 0 }, words, sizeof words - 1) > 50);
    assert_true(take_damaged("libsvm", (data_request){ .unlabelled = true, .features = 4 }, words, sizeof words - 1) > 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop_taken)
    const struct CMUnitTest tests[] = {
        TEST(lines_become_examples),
        TEST(examples_are_as_wide_as_the_widest),
        TEST(what_is_wrong_is_told_with_its_line),
        TEST(a_file_becomes_so_much_memory_and_no_more),
        TEST(files_are_recognised_by_content),
        TEST(damaged_files_are_refused_or_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
