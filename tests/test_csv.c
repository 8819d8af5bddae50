/*
 * Tables of CSV: decimals against strtof, fields by RFC 4180, what the first line is, which column is the label, classes in their order,
 * one-hot columns, a test table, and what is refused, with its line and column.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv_rows.h"
#include "decimal.h"
#include "tables.h"

/* ---- decimals ------------------------------------------------------------------------------------------------------------------------ */

static uint64_t drawn;

static uint64_t draw(uint64_t below)
{
    uint64_t z = drawn += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}

static void assert_as_strtof(const char *words)
{
    float got = -1, due = strtof(words, NULL);
    if (!decimal_float(words, words + strlen(words), &got)) fail_msg("'%s' is refused", words);
    if (memcmp(&got, &due, sizeof got) != 0) fail_msg("'%s': %.9g where strtof has %.9g", words, (double)got, (double)due);
}

/* Digits, with a point and an exponent or without. */
static void draw_digits(char words[128])
{
    int length = 0, digits = 1 + (int)draw(draw(4) == 0 ? 60 : 20), point = (int)draw(30);
    if (draw(3) == 0) words[length++] = "+-"[draw(2)];
    for (int d = 0; d < digits; d++) {
        if (d == point) words[length++] = '.';
        words[length++] = (char)('0' + draw(10));
    }
    words[length] = '\0';
    if (draw(2) == 0) (void)snprintf(words + length, 16, "%c%d", "eE"[draw(2)], (int)draw(120) - 60);
}

/* Exactly between two floats, or a little beside it: what no double tells apart. */
static void draw_midpoint(char words[128])
{
    uint32_t bits = (uint32_t)draw(0x7f7fffff);
    float below;
    memcpy(&below, &bits, sizeof below);
    double middle = ((double)below + (double)nextafterf(below, INFINITY)) / 2;
    int precision = 15 + (int)draw(40);
    (void)snprintf(words, 128, "%.*e", precision, draw(2) == 0 ? middle : nextafter(middle, draw(2) == 0 ? 0 : INFINITY));
}

/* The very decimals of a midpoint, all of them, and the same with one more digit behind: one rounds to even, the other up. */
static void midpoints_whole(void)
{
    for (int n = 0; n < 2000; n++) {
        char words[300];
        float below = (float)draw(1 << 24) * (n % 2 == 0 ? 1.0F : 0x1p-24F);
        int length = snprintf(words, 290, "%.60f", ((double)below + (double)nextafterf(below, INFINITY)) / 2);
        assert_as_strtof(words);
        (void)snprintf(words + length, 8, "1");
        assert_as_strtof(words);
    }
}

static void decimals_are_those_of_strtof(void **state)
{
    (void)state;
    static const char *const chosen[] = {
        "0", "-0", "+0.0", "1", ".5", "5.", "1E-3", "1e+3", "16777217", "16777217.0000001", "33554435", "0.1", "0.3", "1e-45", "7e-46",
        "1.17549435e-38", "1.17549428e-38", "3.4028235e38", "3.4028236e38", "3.5e38", "1e400", "1e-400", "1e99999999999", "-1e99999",
        "0e99999", "123456789012345678901234567890", "0.000000000000000000000000000001", "00000000000000000000000001.5", "1e22", "1e23",
        "1e-22", "1e-23", "8.589973e9", "9007199254740993", "18446744073709551615", "1844674407370955161", "1844674407370955160.9",
        "1e44", "1e45", "1e-44",
    };
    for (size_t n = 0; n < sizeof chosen / sizeof *chosen; n++) assert_as_strtof(chosen[n]);
    for (int n = 0; n < 300000; n++) {
        char words[128];
        if (n % 3 == 0) draw_midpoint(words);
        else draw_digits(words);
        assert_as_strtof(words);
    }
    midpoints_whole();
}

static void what_is_no_decimal_is_refused(void **state)
{
    (void)state;
    static const char *const none[] = { "", "+", "-", ".", "+.", "e5", ".e5", "1e", "1e+", "1e-", "nan", "inf", "-inf", "0x10", "0x1p3",
                                        "1_000", "1,5", " 1", "1 ",
                                        "1..2", "1.2.3", "--1", "+-1", "1f", "1e5.5", "1e5e5", "infinity", "\xd9\xa1" };
    float x;
    for (size_t n = 0; n < sizeof none / sizeof *none; n++) {
        if (decimal_float(none[n], none[n] + strlen(none[n]), &x)) fail_msg("'%s' is taken", none[n]);
    }
    static const char more[] = "12,";
    assert_true(decimal_float(more, more + 2, &x) && x == 12); /* not the digits behind the end */
}

/* ---- fields -------------------------------------------------------------------------------------------------------------------------- */

/* The rows of a text as "[a][b]/[c][d]/". */
static const char *rows_of(const char *words, char separator)
{
    static char all[400];
    csv_rows r;
    bool more;
    size_t used = 0;
    all[0] = '\0';
    csv_rows_begin(&r, "text", words, strlen(words), separator);
    for (;;) {
        CHECK_OK(csv_rows_next(&r, &more));
        if (!more) break;
        for (size_t f = 0; f < r.fields; f++) {
            char value[64];
            size_t length = csv_field_text(&r.field[f], value, sizeof value);
            assert_int_equal(length, strlen(value));
            used += (size_t)snprintf(all + used, sizeof all - used, "[%s]", value);
        }
        used += (size_t)snprintf(all + used, sizeof all - used, "%zu/", r.line);
    }
    csv_rows_free(&r);
    return all;
}

static void fields_are_those_of_rfc_4180(void **state)
{
    (void)state;
    static const struct { const char *words, *due; } list[] = {
        { "a,b\nc,d\n", "[a][b]1/[c][d]2/" },
        { "a,b\r\nc,d\r\n", "[a][b]1/[c][d]2/" },
        { "a,b\rc,d", "[a][b]1/[c][d]2/" },
        { "\xef\xbb\xbf" "a,b\nc,d", "[a][b]1/[c][d]2/" },
        { "a,b\n\n\r\n\n", "[a][b]1/" },
        { ",\n,", "[][]1/[][]2/" },
        { "\"a\",\"b,\"\n\"\",\"\"\"\"\n", "[a][b,]1/[][\"]2/" },
        { "\"a\nb\",\"c\r\nd\"\ne,\"\"\"f\"\"\"", "[a\nb][c\r\nd]1/[e][\"f\"]4/" },
        { " a , b\t\n\" a \",b", "[a][b]1/[ a ][b]2/" },
        { "a\nb\n", "[a]1/[b]2/" },
        { "", "" }, { "\n\n", "" }, { "\xef\xbb\xbf", "" },
    };
    for (size_t n = 0; n < sizeof list / sizeof *list; n++) assert_string_equal(rows_of(list[n].words, ','), list[n].due);
    assert_string_equal(rows_of("a\t \tc", '\t'), "[a][][c]1/");
    assert_string_equal(rows_of("a,b;c", ';'), "[a,b][c]1/");
}

static void a_separator_is_found_by_the_first_lines(void **state)
{
    (void)state;
    static const struct { const char *words; char due; } list[] = {
        { "a,b\n1,2\n", ',' }, { "a;b\n1;2\n", ';' }, { "a\tb\n1\t2", '\t' }, { "a\n1\n", 0 }, { "a;b\n1,5;2,5\n", ';' },
        { "1,5;2,5\n1,5;2,5\n", '?' }, { "a,b,c\n1,2\n", ',' }, { "\"a;b\",c\n\"d;e\",f\n", ',' }, { "a;b,c\n1,2\n", ',' }, { "", 0 },
    };
    for (size_t n = 0; n < sizeof list / sizeof *list; n++) {
        size_t fields;
        assert_int_equal(csv_rows_separator(list[n].words, strlen(list[n].words), 10, false, &fields), list[n].due);
    }
}

/* ---- labels and classes -------------------------------------------------------------------------------------------------------------- */

static void take_text(const char *words, const char *label)
{
    take("csv", &(data_request){ .path = put_text("t.csv", words), .label = label });
}

static void refuse_text(const char *words, const char *label, const char *due)
{
    assert_refuses("csv", &(data_request){ .path = put_text("t.csv", words), .label = label }, due);
}

static void assert_classes(const char *due)
{
    char all[200] = "";
    for (int c = 0; c < taken.form.classes; c++) (void)snprintf(all + strlen(all), sizeof all - strlen(all), "[%s]", taken.class_name[c]);
    assert_string_equal(all, due);
}

static void a_table_with_names_is_read(void **state)
{
    (void)state;
    take_text("width,species,height\n1.5,rose,2\n-3e1,iris,.25\n0,rose,7\n", NULL);
    assert_true(taken.train == 3 && taken.test == 0 && taken.form.features == 2 && taken.form.element == STRATA_FLOATS
                && taken.form.height == 0);
    assert_classes("[iris][rose]");
    assert_example(0, (float[]){ 1.5F, 2 }, "rose");
    assert_example(1, (float[]){ -30, 0.25F }, "iris");
    assert_example(2, (float[]){ 0, 7 }, "rose");
    assert_string_equal(taken.note, "the first line has names: 3 columns, 2 features; label: column 2 (species)");
    assert_string_equal(taken.file[0].name, "t.csv");
    assert_true(taken.files == 1 && strlen(taken.file[0].digest) == 64);
    take("csv", &(data_request){ .path = put_packed("t.csv.gz", "a;Class\r\n1;x\r\n2;y\r\n") });
    assert_example(1, (float[]){ 2 }, "y");
    assert_non_null(strstr(taken.note, "between them ';'"));
}

static void the_first_line_is_found_by_content(void **state)
{
    (void)state;
    take_text("1,a\n2,b\n", "2");
    assert_true(taken.train == 2 && strstr(taken.note, "no line with names was found") != NULL);
    take_text("id,label\n1,a\n2,b\n", NULL); /* a text above a number */
    assert_int_equal(taken.train, 2);
    take_text("label,size\na,1\nb,2\n", "label");
    assert_int_equal(taken.train, 2);
    take_text("\"a\",\"class\"\n1,a\n2,b\n", NULL); /* quotes are no part of it */
    assert_int_equal(taken.train, 2);
    refuse_text("NA,3,a\n1,3,b\n", "3", "t.csv: line 1, column 1|NA"); /* a value that is missing is no name */
    refuse_text("nan,3,a\n1,3,b\n", "3", "t.csv: line 1, column 1|nan");
    take_text("0,1,2,kind\n1,2,3,a\n1,2,3,b\n", "4"); /* numbers are no names, and nothing says that they should be */
    assert_int_equal(taken.train, 3);
}

static void the_label_is_never_guessed(void **state)
{
    (void)state;
    take_text("a,Target\n1,x\n2,y\n", NULL);
    take_text("a,b\n1,x\n2,y\n", "b");
    take_text("a,b\n1,x\n2,y\n", "2");
    take_text("3,2\n1,x\n2,y\n", "2"); /* there: a name before a number. Here no name, since all are numbers */
    take_text("2,x3\n0,5\n1,5\n", "1");
    refuse_text("a,b\n1,x\n2,y\n", NULL, "which column is the label?|No name says so|--label|1 a, 2 b");
    refuse_text("1,x\n2,y\n", NULL, "There is no line with names|--label NUMBER|1 .. 2");
    refuse_text("class,a,y\n1,2,3\n2,3,4\n", NULL, "More than one|1 class, 2 a, 3 y");
    refuse_text("a,b\n1,x\n2,y\n", "c", "there is no column c|1 a, 2 b");
    refuse_text("a,b\n1,x\n2,y\n", "3", "there is no column 3");
    refuse_text("a,b\n1,x\n2,y\n", "0", "there is no column 0");
    refuse_text("1,x\n2,y\n", "b", "no line with names was found");
    refuse_text("a,a,b\n1,2,x\n2,3,y\n", "a", "columns 1 and 2 are both called a");
}

static void classes_come_in_their_order(void **state)
{
    (void)state;
    take_text("a,y\n1,10\n1,2\n1,9\n", NULL);
    assert_classes("[2][9][10]");
    assert_true(taken.label[0] == 2 && taken.label[1] == 0 && taken.label[2] == 1);
    take_text("a,y\n1,1\n1,-1\n1,+1\n1,1.0\n", NULL); /* the shortest of equal numbers */
    assert_classes("[-1][1]");
    assert_true(taken.label[0] == 1 && taken.label[2] == 1 && taken.label[3] == 1 && taken.form.classes == 2);
    take_text("a,y\n1,1.000e+00\n1,2.50e+00\n", NULL);
    assert_classes("[1][2.5]");
    take_text("a,y\n1,b\n1,B\n1,10\n1,2\n", NULL);
    assert_classes("[10][2][B][b]");
    take_text("a,y\n1,9007199254740993\n1,9007199254740992\n1,7\n", NULL); /* more digits than a double has: texts */
    assert_classes("[7][9007199254740992][9007199254740993]");
    take_text("a,y\n1,\"say \"\"x\"\"\"\n1,\"a,b\"\n1,\"plain\"\n1,plain\n", NULL);
    assert_classes("[a,b][plain][say \"x\"]");
    refuse_text("a,y\n1,x\n2,x\n", NULL, "column 2 (y)|the same value, x, in all 2 rows");
    refuse_text("a,y\n1,x\n2,\n", NULL, "line 3, column 2 (y)|is empty");
    refuse_text("a,y\n1,x\n2,NaN\n", NULL, "line 3, column 2 (y)|no class");
    refuse_text("a,y\n1,x\n2,\"a\nb\"\n", NULL, "line 3, column 2 (y)|control character 0x0a");
}

/* Rows n = 0 .. rows - 1 with the label n % different. */
static char *counted(int rows, int different)
{
    char *words = malloc(32 * (size_t)rows + 32);
    assert_non_null(words);
    size_t used = (size_t)sprintf(words, "a,y\n");
    for (int n = 0; n < rows; n++) used += (size_t)sprintf(words + used, "%d,%d\n", n, n % different);
    return words;
}

static void quantities_are_no_labels(void **state)
{
    (void)state;
    static const struct { int rows, different; bool fine; } list[] = {
        { 202, 101, true }, { 201, 101, false }, { 100, 100, true }, { 101, 101, false }, { 131072, 65536, true }, { 131074, 65537, false },
    };
    for (size_t n = 0; n < sizeof list / sizeof *list; n++) {
        char *words = counted(list[n].rows, list[n].different);
        if (list[n].fine) {
            take_text(words, NULL);
            assert_int_equal(taken.form.classes, list[n].different);
        } else if (list[n].different > 65536) {
            refuse_text(words, NULL, "line 65538, column 2 (y)|65537, more than the 65536");
        } else {
            refuse_text(words, NULL, "is no label|101 different values in|(0, 1, ...)");
        }
        free(words);
    }
}

/* ---- what is refused ----------------------------------------------------------------------------------------------------------------- */

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct { const char *words, *due; } list[] = {
        { "", "t.csv: is empty" },
        { "a,y\n1,x\n2,y,3\n", "t.csv: line 3 has 3 fields where 2 are due" },
        { "a,b,y\n1,2,x\n2\n", "t.csv: line 3 has 1 field where 3 are due" },
        { "a,y\n1,x\n\n2,y\n", "t.csv: line 3 is empty, with rows behind it" },
        { "a,y\n1,\"x\n2,y\n", "t.csv: line 2: field 2 begins with a quote that is never closed" },
        { "a,y\n1,\"x\"z\n2,y\n", "t.csv: line 2: behind the closing quote of field 2" },
        { "a,y\n1,x\"z\n2,y\n", "t.csv: line 2: field 2 has a quote in its middle" },
        { "a,y\n\"1\n\",\"x\n\ny\"z\n2,y\n", "t.csv: line 5: behind the closing quote of field 2" },
        { "a,y\n1,x\n,y\n", "t.csv: line 3, column 1 (a): is empty" },
        { "a,y\n1,x\nnan,y\n", "t.csv: line 3, column 1 (a): nan is no number" },
        { "a,y\n1,x\n-inf,y\n", "t.csv: line 3, column 1 (a): -inf is no number" },
        { "a,y\n1,x\n1e39,y\n", "t.csv: line 3, column 1 (a): 1e39 is no number" },
        { "a,y\n1,x\n0x1p3,y\n", "t.csv: line 3, column 1 (a): 0x1p3 is no number" },
        { "a,y\n1,x\nred,y\n", "t.csv: line 3, column 1 (a): red is no number|one-hot" },
        { "a;y\n1;x\n1,5;y\n", "t.csv: line 3, column 1 (a): 1,5 is no number|decimal point" },
        { "1,5;2,5\n1,5;2,5\n", "can be split at more than one of" },
        { "a,colour,shape,y\n1,red,round,x\n2,blue,flat,y\n", "2 columns have texts, not numbers: 2 colour, 3 shape|one-hot|--label" },
        { "y\na\nb\n", "0 features" },
    };
    for (size_t n = 0; n < sizeof list / sizeof *list; n++) {
        char first = list[n].words[0];
        refuse_text(list[n].words, first == '1' ? "1" : first == 'y' ? "y" : NULL, list[n].due);
    }
    static const char zero[] = "a,y\n1,x\n2\0,y\n";
    assert_refuses("csv", &(data_request){ .path = put_bytes("t.csv", zero, sizeof zero - 1) }, "line 3: field 1 has a zero byte|UTF-8");
    assert_refuses("csv", &(data_request){ .path = in_folder("none.csv") }, "none.csv");
}

static void rows_are_bounded(void **state)
{
    (void)state;
    enum { MOST = CSV_FIELDS_MOST };
    char *words = malloc(2 * MOST + CSV_FIELD_MOST + 64);
    assert_non_null(words);
    for (int f = 0; f < MOST; f++) memcpy(words + 2 * f, "1,", 2);
    memcpy(words + 2 * MOST - 1, "\n2", 3); /* one row of as many, and one of one */
    refuse_text(words, "1", "line 2 has 1 field where 1000001 are due");
    memcpy(words + 2 * MOST - 1, ",1\n", 4);
    refuse_text(words, "1", "line 1 has more than 1000001 fields");
    memset(words + 4, 'x', CSV_FIELD_MOST + 1);
    memcpy(words, "a,b\n", 4);
    strcpy(words + 4 + CSV_FIELD_MOST + 1, ",1\n");
    refuse_text(words, "1", "line 2: field 1 has 1048577 bytes");
    free(words);
}

/* ---- other forms --------------------------------------------------------------------------------------------------------------------- */

static void the_form_of_scikit_learn_is_known(void **state)
{
    (void)state;
    take_text("3,2,setosa,virginica\n5.1,3.5,1\n4.9,3,0\n1,1,1\n", NULL);
    assert_true(taken.train == 3 && taken.form.features == 2 && strstr(taken.note, "scikit-learn") != NULL);
    assert_classes("[setosa][virginica]");
    assert_example(0, (float[]){ 5.1F, 3.5F }, "virginica");
    assert_example(1, (float[]){ 4.9F, 3 }, "setosa");
    take_text("2,3,a,b\n1,2,3,1\n1,2,4,0\n", NULL); /* as many fields as the rows have */
    assert_true(taken.train == 2 && taken.form.features == 3);
    /* rows end with no number: an ordinary table */
    refuse_text("2,3,red,x\n1,2,blue,y\n1,2,red,y\n", "4", "1 column has texts, not numbers: 3");
    refuse_text("3,2,a,b\n1,2,0\n1,2,1\n", NULL, "line 1 says 3 rows|2 follow");
    refuse_text("2,2,a,b\n1,2,0\n1,2,2\n", NULL, "line 3, column 3: is not the number of a class");
    refuse_text("2,2,a,b\n1,2,0\n1,2,x\n", NULL, "line 3, column 3: is not the number of a class");
    refuse_text("2,2,a,b\n1,2,0\n1,2,1\n", "1", "whose label is the last column, 3");
}

static void texts_become_features_where_they_are_asked_for(void **state)
{
    (void)state;
    const char *names[] = { "colour", "3" };
    const char *train = put_text("t.csv", "a,colour,n,y\n1,red,10,p\n2,blue,9,q\n");
    const char *test = put_text("u.csv", "y,n,colour,a\np,9,green,3\n");
    take("csv", &(data_request){ .path = train, .one_hot = names, .one_hots = 2, .test_path = test });
    assert_int_equal(taken.form.features, 6);
    assert_example(0, (float[]){ 1, 0, 0, 1, 0, 1 }, "p"); /* a; blue, green, red; 9, 10 */
    assert_example(1, (float[]){ 2, 1, 0, 0, 1, 0 }, "q");
    assert_example(2, (float[]){ 3, 0, 1, 0, 1, 0 }, "p");
    data_request wrong = { .path = train, .one_hot = (const char *[]){ "color" }, .one_hots = 1 };
    assert_refuses("csv", &wrong, "one-hot names color|no such column|2 colour");
    wrong.one_hot = (const char *[]){ "y" };
    assert_refuses("csv", &wrong, "one-hot names y|which is the label");
    wrong = (data_request){ .path = train, .one_hot = names, .one_hots = 1, .unlabelled = true };
    assert_refuses("csv", &wrong, "one-hot|predictions");
}

static void test_examples_have_the_same_columns(void **state)
{
    (void)state;
    data_request both = { .path = put_text("t.csv", "a,b,y\n1,2,p\n3,4,q\n"), .test_path = put_text("u.csv", "y;b;a\nr;20;10\n") };
    take("csv", &both);
    assert_true(taken.train == 2 && taken.test == 1 && taken.files == 2);
    assert_classes("[p][q][r]"); /* classes over both */
    assert_example(2, (float[]){ 10, 20 }, "r");
    both.test_path = put_text("u.csv", "10,20,p\n"); /* no names: by their order */
    take("csv", &both);
    assert_example(2, (float[]){ 10, 20 }, "p");
    assert_non_null(strstr(taken.note, "by their order"));
    both.test_path = put_text("u.csv", "a,c,y\n10,20,p\n");
    assert_refuses("csv", &both, "u.csv: has no column b|t.csv|2 c");
    both.test_path = put_text("u.csv", "a,y\n10,p\n");
    assert_refuses("csv", &both, "u.csv: has 2 columns where|has 3");
    both.test_path = put_text("u.csv", "a,b,y\n10,20,p\n1,z,p\n");
    assert_refuses("csv", &both, "u.csv: line 3, column 2 (b): z is no number");
    both.path = put_text("t.csv", "2,2,a,b\n1,2,0\n1,2,1\n");
    assert_refuses("csv", &both, "begins as scikit-learn's files do and the other does not");
}

static void examples_alone_need_no_label(void **state)
{
    (void)state;
    data_request alone = { .path = put_text("t.csv", "a,b\n1,2\n3,4\n"), .unlabelled = true };
    take("csv", &alone);
    assert_true(taken.train == 2 && taken.form.features == 2 && taken.form.classes == 0 && taken.label == NULL);
    alone.label = "b";
    take("csv", &alone);
    assert_true(taken.form.features == 1 && strstr(taken.note, "left out: column 2 (b)") != NULL);
    alone.label = "species"; /* which this file has not */
    take("csv", &alone);
    assert_int_equal(taken.form.features, 2);
    alone = (data_request){ .path = put_text("t.csv", "a,species\n1,x\n3,\n"), .unlabelled = true };
    take("csv", &alone); /* its name says that it is one */
    assert_true(taken.form.features == 1 && strstr(taken.note, "left out: column 2 (species)") != NULL);
    alone.path = put_text("t.csv", "1\n2\n3\n");
    take("csv", &alone);
    assert_true(taken.form.features == 1 && taken.train == 3);
}

/* ---- first bytes, damage ------------------------------------------------------------------------------------------------------------- */

static void tables_are_recognised_by_content(void **state)
{
    (void)state;
    static const char *const tables[] = { "a,b\n1,2\n", "1;2\n3;4", "3,2,a,b\n1,2,0\n", "1\n2\n", "x\n1.5\n2\n", "a\tb\n",
                                          "1,5;2,5\n1,5;2,5\n" };
    static const char *const others[] = { "", "hello\n", "hello, world\n\nthis is text\n", "name: x\nfiles: [a, b]\n", "\x89PNG\r\n\x1a\n",
                                          "1 1:2\n", "+1 3:1 4:0.5 # c\n" };
    for (size_t n = 0; n < sizeof tables / sizeof *tables; n++) assert_string_equal(data_reader_of(put_text("x", tables[n]))->name, "csv");
    for (size_t n = 0; n < sizeof others / sizeof *others; n++) {
        const data_reader *r = data_reader_of(put_text("x", others[n]));
        if (r != NULL && strcmp(r->name, "csv") == 0) fail_msg("'%s' is taken for a table", others[n]);
    }
    assert_string_equal(data_reader_of(put_packed("x", "a,b\n1,2\n"))->name, "csv");
    assert_null(data_reader_of(in_folder("")));
}

static void damaged_tables_are_refused_or_read(void **state)
{
    (void)state;
    static const char table[] = "a,\"b\"\"\",species\r\n1.5,-2e1,x\r\n0,\"7\",\"y,z\"\r\n3,4,x\r\n";
    static const char listed[] = "3,2,aa,bb\n5.1,3.5,1\n4.9,3,0\n1,1,1\n";
    assert_true(take_damaged("csv", (data_request){ 0 }, table, sizeof table - 1) > 50);
    assert_true(take_damaged("csv", (data_request){ .label = "3" }, listed, sizeof listed - 1) > 20);
    assert_true(take_damaged("csv", (data_request){ .unlabelled = true, .label = "species" }, table, sizeof table - 1) > 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop_taken)
    const struct CMUnitTest tests[] = {
        TEST(decimals_are_those_of_strtof),
        TEST(what_is_no_decimal_is_refused),
        TEST(fields_are_those_of_rfc_4180),
        TEST(a_separator_is_found_by_the_first_lines),
        TEST(a_table_with_names_is_read),
        TEST(the_first_line_is_found_by_content),
        TEST(the_label_is_never_guessed),
        TEST(classes_come_in_their_order),
        TEST(quantities_are_no_labels),
        TEST(what_is_wrong_is_told_with_its_place),
        TEST(rows_are_bounded),
        TEST(the_form_of_scikit_learn_is_known),
        TEST(texts_become_features_where_they_are_asked_for),
        TEST(test_examples_have_the_same_columns),
        TEST(examples_alone_need_no_label),
        TEST(tables_are_recognised_by_content),
        TEST(damaged_tables_are_refused_or_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
