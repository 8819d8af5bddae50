/*
 * The base module without its files, which are test_files.c: text, digests, JSON documents, allocations. German numbers need the locale
 * de_DE.UTF-8; where it is missing those tests are skipped, which cmocka counts. Nothing here varies from run to run.
 */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"

#include "alloc.h"
#include "digest.h"
#include "json.h"
#include "random.h"
#include "text.h"

/* An absurd allocation is to fail as it does without the sanitizer. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

/* Header and library are of one version, and its number and its text are the same version. */
static void the_version_is_one(void **state)
{
    char due[32];
    (void)state;
    (void)snprintf(due, sizeof due, "%d.%d.%d", STRATA_VERSION_NUMBER / 10000, STRATA_VERSION_NUMBER / 100 % 100,
                   STRATA_VERSION_NUMBER % 100);
    assert_string_equal(STRATA_VERSION, due);
    assert_string_equal(strata_version(), STRATA_VERSION);
    assert_int_equal(strata_version_number(), STRATA_VERSION_NUMBER);
}

/* ---- text ------------------------------------------------------------------------------------------------------------------------- */

static void text_grows_by_pieces_of_any_length(void **state)
{
    (void)state;
    enum { PIECES = 1000, LONG = 100000 };
    static char big[LONG + 1], due[PIECES * 4 + LONG + 1];
    text t = { 0 };
    size_t length = 0;
    for (int q = 0; q < PIECES; q++) {
        text_add(&t, "%d,", q);
        length += (size_t)snprintf(due + length, sizeof due - length, "%d,", q);
        assert_true(t.length == length && strlen(t.at) == length);
    }
    text_add(&t, "%s", (const char *)memset(big, '%', LONG));
    memcpy(due + length, big, LONG + 1);
    assert_string_equal(t.at, due);
    text_free(&t);
    assert_true(t.at == NULL && t.length == 0 && !t.failed);
}

static void text_to_numbers_takes_whole_strings_only(void **state)
{
    (void)state;
    static const char *const no_double[] = { "", " ", " 1", "1 ", "1.5x", "x", "1,5", "--1", "1e", "0x", "1 2", "\t1", "1\n",
                                             ".", "0x10", "0X1p3", "1_000", "nan(1)", ".nan", ".inf" };
    static const char *const no_integer[] = { "",   " ",   " 1", "1 ", "1x", "1.0", "1e3", "0x10", "9223372036854775808",
                                              "--1", "-9223372036854775809", "\n1", "+", "-" };
    double x = 7;
    int64_t i = 7;
    for (size_t q = 0; q < sizeof no_double / sizeof *no_double; q++) assert_false(text_to_double(no_double[q], &x));
    for (size_t q = 0; q < sizeof no_integer / sizeof *no_integer; q++) assert_false(text_to_int64(no_integer[q], &i));
    assert_true(x == 7 && i == 7);
    assert_true(text_to_double("-2.5e-3", &x) && x == -2.5e-3);
    assert_true(text_to_double("5e-324", &x) && x == 5e-324);
    assert_true(text_to_double("nan", &x) && isnan(x));
    assert_true(text_to_double("-inf", &x) && isinf(x) && x < 0);
    assert_true(text_to_double("1e999", &x) && isinf(x));
    assert_true(text_to_int64("9223372036854775807", &i) && i == INT64_MAX);
    assert_true(text_to_int64("-9223372036854775808", &i) && i == INT64_MIN);
}

/* The text reads back as the same bits, and with one digit fewer it would not. */
static void assert_shortest(double x)
{
    char out[32], shorter[400];
    double back = 0;
    memset(out, 'x', sizeof out);
    text_from_double(x, out);
    assert_non_null(memchr(out, '\0', sizeof out));
    assert_true(text_to_double(out, &back));
    if (memcmp(&x, &back, sizeof x) != 0) fail_msg("%a became %s, which is %a", x, out, back);
    int digits = 0;
    for (const char *c = out; *c != '\0' && *c != 'e'; c++) digits += (*c >= '1' && *c <= '9') || (*c == '0' && digits > 0);
    (void)snprintf(shorter, sizeof shorter, "%.*g", digits - 1, x);
    bool whole = fabs(x) < 1e15 && x == floor(x); /* such a number is written in full: 50000 */
    assert_false(whole && strpbrk(out, ".e") != NULL);
    if (!whole && digits > 1 && strtod(shorter, NULL) == x) fail_msg("%s is not the shortest text of %a: %s is", out, x, shorter);
}

/* One spelling of yes and no, in whatever case YAML's core schema has it; what other programs take is told from nonsense. */
static void text_to_bool_takes_true_and_false(void **state)
{
    (void)state;
    static const char *const none[] = { "yes", "No", "ON", "off", "1", "0", "tRUE", "", "maybe", "truee" };
    static const char *const due[] = { "true", "false", "true", "false", "true", "false", "true", NULL, NULL, NULL };
    bool b = false;
    assert_true(text_to_bool("true", &b) && b && text_to_bool("True", &b) && b && text_to_bool("TRUE", &b) && b);
    assert_true(text_to_bool("false", &b) && !b && text_to_bool("False", &b) && !b && text_to_bool("FALSE", &b) && !b);
    for (size_t q = 0; q < sizeof none / sizeof *none; q++) {
        const char *meant = text_bool_meant(none[q]);
        assert_false(text_to_bool(none[q], &b));
        assert_true(due[q] == NULL ? meant == NULL : meant != NULL && strcmp(meant, due[q]) == 0);
    }
}

static void text_from_double_is_shortest_and_exact(void **state)
{
    (void)state;
    static const double edges[] = { 0, -0.0, 1, 0.1, 0.3, 1e-5, 1e22, 1e23, 123456789012345678., DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 0x1p-1050,
                                    0x1.ffffffffffffep-1023, DBL_EPSILON, 1 + DBL_EPSILON, -DBL_MAX, 9007199254740992, 5e-5 };
    random_stream s = random_named(1, "test doubles");
    for (size_t q = 0; q < sizeof edges / sizeof *edges; q++) assert_shortest(edges[q]);
    for (uint64_t q = 0; q < 20000; q++) {
        uint64_t bits = random_below(s, 0, q, UINT64_MAX);
        if (q % 4 == 0) bits &= ~(UINT64_C(0x7ff) << 52); /* a denormal */
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x)) assert_shortest(x);
    }
}

static void text_from_double_names_what_is_no_number(void **state)
{
    (void)state;
    static const double x[] = { (double)NAN, -(double)NAN, (double)INFINITY, -(double)INFINITY, 0.005, -0.0, 100, 5e4, 1e15 };
    static const char *const due[] = { "nan", "nan", "inf", "-inf", "0.005", "-0", "100", "50000", "1e+15" };
    for (size_t q = 0; q < sizeof x / sizeof *x; q++) {
        char out[32];
        text_from_double(x[q], out);
        assert_string_equal(out, due[q]);
    }
}

static void text_nearest_is_near_or_nothing(void **state)
{
    (void)state;
    static const char *const list[] = { "hidden", "lambda", "eta_min", "eta_max", "n_s", "seed" };
    enum { WORDS = sizeof list / sizeof *list };
    static char endless[1000];
    memset(endless, 'a', sizeof endless - 1);
    assert_string_equal(text_nearest("lamda", list, WORDS), "lambda");
    assert_string_equal(text_nearest("lambda", list, WORDS), "lambda");
    assert_string_equal(text_nearest("eta_mix", list, WORDS), "eta_min"); /* of equals the first */
    assert_string_equal(text_nearest("ns", list, WORDS), "n_s");
    assert_string_equal(text_nearest("hiden", list, WORDS), "hidden");
    assert_string_equal(text_nearest("lambxy", list, WORDS), "lambda"); /* 2 = 1 + 6/4 away */
    assert_null(text_nearest("lamwxy", list, WORDS));                    /* 3 away */
    assert_null(text_nearest("momentum", list, WORDS));
    assert_null(text_nearest("", list, WORDS));
    assert_null(text_nearest(endless, list, WORDS));
    assert_null(text_nearest("lambda", list, 0));
}

static void terminals_get_no_control_characters(void **state)
{
    (void)state;
    static const struct {
        const char *given, *due;
    } cases[] = {
        { "plain", "plain" },           { "a\tb\n", "a?b?" },           { "\x1b[2J", "?[2J" },   { "\x7f", "?" },
        { "\xc2\x80\xc2\x9f.", "??." }, { "\xc2\xa0", "\xc2\xa0" },     { "\xc2", "\xc2" },       { "\xc2\x7f", "\xc2?" },
        { "\xc3\xa9", "\xc3\xa9" },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        char got[16] = "";
        const char *at = cases[q].given;
        for (size_t c = 0; *at != '\0'; c++) got[c] = text_take_visible(&at);
        assert_string_equal(got, cases[q].due);
    }
}

/* What a shell makes of the word is the word again; and the sentence it stands in is one line of visible characters. */
static void words_come_back_from_a_shell(void **state)
{
    (void)state;
    static const char *const words[] = { "runs", "a b", "it's", "\"$HOME\"", "a\nb", "a\nb'c%d\\e", "\n", "-x\n",
                                         "tab\t", "\033[1m", "\302\205", "gr\303\266\303\237e", "", "~",
                                         "gr\303\266\n1", "*?[a]" };
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        char got[200] = "";
        text command = { 0 };
        text_add(&command, "printf '%%s' ");
        text_add_word(&command, words[q]);
        for (const char *at = command.at; *at != '\0';) {
            const char *before = at;
            assert_int_equal(text_take_visible(&at), *before);
        }
        FILE *shell = popen(command.at, "r");
        assert_non_null(shell);
        size_t length = fread(got, 1, sizeof got - 1, shell);
        assert_int_equal(pclose(shell), 0);
        size_t due = strlen(words[q]);
        if (due > 0 && words[q][due - 1] == '\n') assert_int_equal(got[--length], '/');
        assert_int_equal(length, due);
        assert_memory_equal(got, words[q], due);
        text_free(&command);
    }
}

/* ---- German numbers --------------------------------------------------------------------------------------------------------------- */

static int leave_german(void **state)
{
    (void)state;
    return setlocale(LC_ALL, "C") == NULL;
}

/* Skips unless the program itself now writes numbers with a comma. */
static void need_german(void)
{
    char number[8];
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    (void)snprintf(number, sizeof number, "%.1f", 0.5);
    if (strcmp(number, "0,5") != 0) skip();
}

static void german_programs_get_points_not_commas(void **state)
{
    (void)state;
    need_german();
    char out[32], *json;
    double x = 0;
    text t = { 0 };
    text_from_double(0.1, out);
    assert_string_equal(out, "0.1");
    assert_true(text_to_double("2.5", &x) && x == 2.5);
    assert_false(text_to_double("2,5", &x));
    text_add(&t, "%g %.2f", 1e-5, 1234.5);
    assert_string_equal(t.at, "1e-05 1234.50");
    text_free(&t);
    json_value *d = json_new_object();
    json_put_real(d, "x", 0.5);
    assert_int_equal(json_write_compact(d, &json), STRATA_OK);
    assert_string_equal(json, "{\"x\":0.5}");
    free(json);
    json_free(d);
    need_german(); /* the program keeps its own locale */
}

static void german_programs_get_points_in_sentences(void **state)
{
    (void)state;
    need_german();
    (void)status_fail(STRATA_ERR_ARGUMENT, "eta_min = %g", 0.5);
    assert_string_equal(strata_error(), "eta_min = 0.5");
}

/* ---- digest, allocation ----------------------------------------------------------------------------------------------------------- */

/* FIPS 180-4 examples, as NIST publishes them. */
static void sha256_gives_the_vectors_of_nist(void **state)
{
    (void)state;
    static char million[1000000];
    char out[DIGEST_TEXT];
    assert_int_equal(digest_sha256("", 0, out), STRATA_OK);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(digest_sha256("abc", 3, out), STRATA_OK);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    memset(million, 'a', sizeof million);
    assert_int_equal(digest_sha256(million, sizeof million, out), STRATA_OK);
    assert_string_equal(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    static const size_t wrong[][2] = { { SIZE_MAX, 1 },          { SIZE_MAX / 2 + 1, 2 }, { SIZE_MAX, SIZE_MAX },
                                       { SIZE_MAX / 8 + 2, 8 }, { SIZE_MAX - 63, 1 },    { SIZE_MAX - 64, 1 } };
    void *p;
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        p = &p;
        assert_failed(alloc_zero(&p, wrong[q][0], wrong[q][1], "the thing"), STRATA_ERR_MEMORY, "the thing");
        assert_null(p);
        p = &p;
        assert_failed(alloc_aligned(&p, wrong[q][0], wrong[q][1], "the thing"), STRATA_ERR_MEMORY, "the thing");
        assert_null(p);
    }
}

/* Twice, the second time in memory that was written to; on both sides of the size from which blocks are in large pages. */
static void blocks_are_zero_and_aligned(void **state)
{
    (void)state;
    static const size_t sizes[] = { 0, 1, 64, 1000, (4 << 20) - 1, 4 << 20, (4 << 20) + 1, 9 << 20 };
    for (size_t q = 0; q < 2 * sizeof sizes / sizeof *sizes; q++) {
        size_t bytes = sizes[q / 2], alignment = bytes < 4 << 20 ? 64 : 2 << 20, nonzero = 0;
        void *p;
        assert_int_equal(alloc_aligned(&p, bytes, 1, "the thing"), STRATA_OK);
        assert_int_equal((uintptr_t)p % alignment, 0);
        for (size_t e = 0; e < bytes; e++) nonzero += ((unsigned char *)p)[e] != 0;
        assert_int_equal(nonzero, 0);
        memset(p, 1, bytes);
        free(p);
    }
}

/* ---- JSON documents --------------------------------------------------------------------------------------------------------------- */

static void documents_come_back_as_they_went(void **state)
{
    (void)state;
    char *json;
    const char *key;
    int64_t i;
    json_value *d = json_new_object(), *list = json_new_list(), *back;
    json_put_text(d, "text", "\xc3\xa4\n\"\\\x01");
    json_put_real(d, "real", 0.1);
    json_put_int(d, "least", INT64_MIN);
    json_put_bool(d, "yes", true);
    json_append_int(list, INT64_MAX);
    json_put(d, "list", list);
    assert_int_equal(json_write(d, &json), STRATA_OK);
    assert_int_equal(json_read(json, strlen(json), &back), STRATA_OK);
    free(json);
    assert_string_equal(json_as_text(json_get(back, "text")), "\xc3\xa4\n\"\\\x01");
    assert_true(json_as_int(json_get(back, "least"), &i) && i == INT64_MIN);
    assert_true(json_as_int(json_at(json_get(back, "list"), 0), &i) && i == INT64_MAX);
    assert_true(json_count(back) == 5 && json_is_list(json_get(back, "list")) && json_has_keys(back));
    assert_true(json_member(back, 4, &key) != NULL && strcmp(key, "list") == 0 && json_member(back, 5, &key) == NULL);
    assert_false(json_as_int(json_get(back, "real"), &i) || json_as_int(json_get(back, "absent"), &i));
    json_free(back);
    json_free(d);
    json_free(NULL);
    assert_null(json_clone(NULL));
}

/* A real as the one value of a document, compact: its text. */
static void real_as_json(double x, char out[40])
{
    char *json;
    json_value *d = json_new_object();
    json_put_real(d, "x", x);
    assert_int_equal(json_write_compact(d, &json), STRATA_OK);
    assert_true(sscanf(json, "{\"x\":%39[^}]}", out) == 1);
    free(json);
    json_free(d);
}

/* 0.1 and not 0.10000000000000001; a real that is whole stays one for a reader that tells 1.0 from 1. */
static void reals_are_the_shortest_that_read_back(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *due;
    } known[] = { { 0.1, "0.1" }, { 1e-5, "1e-05" }, { 0.3, "0.3" }, { 0.1 + 0.2, "0.30000000000000004" }, { 1, "1.0" },
                  { 50000, "50000.0" }, { -0.0, "-0.0" }, { 1e15, "1e+15" }, { DBL_MAX, "1.7976931348623157e+308" },
                  { DBL_TRUE_MIN, "5e-324" },
                  { (double)0.1F, "0.10000000149011612" } };
    char out[40], number[32];
    for (size_t q = 0; q < sizeof known / sizeof *known; q++) {
        real_as_json(known[q].x, out);
        assert_string_equal(out, known[q].due);
    }
    random_stream s = random_named(1, "test reals");
    for (uint64_t q = 0; q < 3000; q++) {
        uint64_t bits = random_below(s, 0, q, UINT64_MAX);
        double x;
        if (q % 4 == 0) bits &= ~(UINT64_C(0x7ff) << 52); /* a denormal */
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) continue;
        real_as_json(x, out);
        text_from_double(x, number);
        double back = strtod(out, NULL);
        assert_true(memcmp(&x, &back, sizeof x) == 0 && strncmp(out, number, strlen(number)) == 0);
    }
}

/* Strings as any reader of JSON expects them, whatever is in them; indented, and containers that hold nothing. */
static void documents_are_written_as_json(void **state)
{
    (void)state;
    char *json;
    json_value *d = json_new_object(), *list = json_new_list();
    json_put_text(d, "a\"\\\n", "\b\f\n\r\t\x01\x1f\x7f/\xc3\xa4");
    json_put(d, "none", json_new_object());
    json_append(list, json_new_list());
    json_append_int(list, -1);
    json_put(d, "list", list);
    json_put_bool(d, "no", false);
    assert_int_equal(json_write(d, &json), STRATA_OK);
    assert_string_equal(json, "{\n  \"a\\\"\\\\\\n\": \"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/\xc3\xa4\",\n  \"none\": {},\n"
                              "  \"list\": [\n    [],\n    -1\n  ],\n  \"no\": false\n}");
    free(json);
    json_free(d);
}

/* What JSON cannot say becomes null or is named; a value that could not be put in, however deep, keeps the root from being written. */
static void documents_never_look_whole_when_they_are_not(void **state)
{
    (void)state;
    char *json;
    json_value *d = json_new_object(), *inner = json_new_object();
    json_put_real(d, "a", (double)NAN);
    json_put_real(d, "b", -(double)INFINITY);
    json_put_text(d, "c", "\xff");
    assert_int_equal(json_write_compact(d, &json), STRATA_OK);
    assert_string_equal(json, "{\"a\":null,\"b\":null,\"c\":\"(not UTF-8)\"}");
    free(json);
    json_value *copy = json_clone(d);
    json_put_int(copy, "\xff", 1);
    assert_failed(json_write(copy, &json), STRATA_ERR_MEMORY, "JSON");
    json_free(copy);
    json_put_int(inner, "\xff", 1);
    json_put(d, "inner", inner);
    strata_status status = json_write(d, &json);
    json_free(d);
    free(json);
    assert_int_equal(status, STRATA_ERR_MEMORY);
}

static void hostile_documents_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", " ", "{", "[]", "1", "\"a\"", "null", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "{}{}",
                                         "{} x", "{\"a\":1,}", "{'a':1}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}",
                                         "{\"a\":99999999999999999999}", "{\"a\":NaN}", "{\"a\":1e999}" };
    enum { DEEP = 100000 };
    static char deep[6 * DEEP];
    json_value *d = NULL;
    for (size_t q = 0; q < sizeof wrong / sizeof *wrong; q++) {
        if (json_read(wrong[q], strlen(wrong[q]), &d) != STRATA_ERR_DATA || d != NULL) fail_msg("was read: %s", wrong[q]);
        assert_failed(STRATA_ERR_DATA, STRATA_ERR_DATA, "JSON");
    }
    for (size_t q = 0; q < DEEP; q++) memcpy(deep + 5 * q, "{\"a\":", 5);
    assert_failed(json_read(deep, 5 * DEEP, &d), STRATA_ERR_DATA, "JSON");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_is_one),
        cmocka_unit_test(words_come_back_from_a_shell),
        cmocka_unit_test(text_grows_by_pieces_of_any_length),
        cmocka_unit_test(text_to_numbers_takes_whole_strings_only),
        cmocka_unit_test(text_to_bool_takes_true_and_false),
        cmocka_unit_test(text_from_double_is_shortest_and_exact),
        cmocka_unit_test(text_from_double_names_what_is_no_number),
        cmocka_unit_test(text_nearest_is_near_or_nothing),
        cmocka_unit_test(terminals_get_no_control_characters),
        cmocka_unit_test_teardown(german_programs_get_points_not_commas, leave_german),
        cmocka_unit_test_teardown(german_programs_get_points_in_sentences, leave_german),
        cmocka_unit_test(sha256_gives_the_vectors_of_nist),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(blocks_are_zero_and_aligned),
        cmocka_unit_test(documents_come_back_as_they_went),
        cmocka_unit_test(reals_are_the_shortest_that_read_back),
        cmocka_unit_test(documents_are_written_as_json),
        cmocka_unit_test(documents_never_look_whole_when_they_are_not),
        cmocka_unit_test(hostile_documents_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
