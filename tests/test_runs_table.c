/*
 * The table of experiments in its four formats: every character by hand, with names that mean something in each of them. And what is said
 * of experiments that have no figure.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runs_table.h"
#include "stored.h"
#include "table_words.h"

/* Two experiments, the second against the first, and one that could not run. */
static const store_figure rows[] = {
    { "plain", "", STRATA_TEST_PART, 5, 0, 0.52934, 0.0029, 0.52573, 0.53295, 0.52, 0.54, false, 0.522, NAN, NAN, false, false, "", 0,
      NAN, NAN, NAN, NAN },
    { "with_bn", "hidden=[50,50]", STRATA_TEST_PART, 5, 0, 0.47804, 0.0122, 0.46275, 0.49305, 0.46, 0.5, false, NAN, NAN, NAN, false, false,
      "plain", 5, -0.0513, 0.01, -0.0637, -0.0389 },
    { "with_bn", "hidden=[5]", STRATA_VALIDATION_PART, 3, 2, 0.25, 0.2, NAN, NAN, 0.1, 0.5, true, NAN, NAN, NAN, false, false, "", 0, NAN,
      NAN, NAN, NAN },
    { "wild", "", STRATA_TEST_PART, 0, 4, NAN, NAN, NAN, NAN, NAN, NAN, false, NAN, NAN, NAN, false, false, "", 0, NAN, NAN, NAN, NAN },
};
static stored_pair names[] = { { "plain", "" }, { "with_bn", "" }, { "check", "" }, { "fine", "f.yaml:3: 50 % & $1" }, { "wild", "" } };
static const runs_figures figures = { .at = (store_figure *)rows, .count = 4, .experiments = { names, 5, 5 } };

static void assert_table(const runs_figures *f, runs_table_format format, const char *due)
{
    text out = { 0 };
    CHECK_OK(runs_table(f, NULL, 0, format, &out));
    assert_string_equal(out.at, due);
    text_free(&out);
}

static void a_terminal(void **state)
{
    (void)state;
    assert_table(&figures, RUNS_TABLE_TEXT,
        "accuracy in %                           on           n    mean     sd    95 % interval  difference    95 % interval  against"
        "  published\n"
        "plain                                   test         5   52.93   0.29   52.57 .. 53.30              "
        "                              52.20\n"
        "with_bn           hidden=[50,50]        test         5   47.80   1.22   46.28 .. 49.31       -5.13   -6.37 .. -3.89  plain\n"
        "with_bn           hidden=[5]            validation   3   25.00  20.00        two kinds              "
        "                                     2 diverged\n"
        "fine              not run: f.yaml:3: 50 % & $1\n"
        "wild                                    test         0       -      -                -              "
        "                                     4 diverged\n");
}

static void comma_separated_values(void **state)
{
    (void)state;
    assert_table(&figures, RUNS_TABLE_CSV,
        "experiment,setting,part,n,diverged,mean,sd,low,high,min,max,against,pairs,difference,difference_sd,difference_low,"
        "difference_high,published,note\n"
        "plain,\"\",test,5,0,0.52934,0.0029,0.52573,0.53295,0.52,0.54,,0,,,,,0.522,\n"
        "with_bn,\"hidden=[50,50]\",test,5,0,0.47804,0.0122,0.46275,0.49305,0.46,0.5,plain,5,-0.0513,0.01,-0.0637,-0.0389,,\n"
        "with_bn,hidden=[5],validation,3,2,0.25,0.2,,,0.1,0.5,,0,,,,,,two kinds of seeds\n"
        "fine,,,,,,,,,,,,,,,,,,not run: f.yaml:3: 50 % & $1\n"
        "wild,\"\",test,0,4,,,,,,,,0,,,,,,\n");
}

static void markdown(void **state)
{
    (void)state;
    assert_table(&figures, RUNS_TABLE_MARKDOWN,
        "| experiment | setting | on | n | mean, % | sd | 95 % interval | difference, seed by seed | its 95 % interval | against | "
        "published, % | diverged |\n"
        "|---|---|---|---:|---:|---:|---:|---:|---:|---|---:|---:|\n"
        "| plain |  | test | 5 | 52.93 | 0.29 | 52.57 to 53.30 | – | – | – | 52.20 | – |\n"
        "| with\\_bn | hidden=\\[50,50\\] | test | 5 | 47.80 | 1.22 | 46.28 to 49.31 | -5.13 | -6.37 to -3.89 | plain | – | – |\n"
        "| with\\_bn | hidden=\\[5\\] | validation | 3 | 25.00 | 20.00 | two kinds | – | – | – | – | 2 |\n"
        "| fine | not run: f.yaml:3: 50 % \\& \\$1 | – | – | – | – | – | – | – | – | – | – |\n"
        "| wild |  | test | 0 | – | – | – | – | – | – | – | 4 |\n");
}

static void latex(void **state)
{
    (void)state;
    assert_table(&figures, RUNS_TABLE_LATEX,
        "\\begin{tabular}{lllrrrrrrlrr}\n\\hline\n"
        "experiment & setting & on & n & mean, \\% & sd & 95 \\% interval & difference, seed by seed & its 95 \\% interval & against & "
        "published, \\% & diverged \\\\\n\\hline\n"
        "plain &  & test & 5 & 52.93 & 0.29 & 52.57 to 53.30 & -- & -- & -- & 52.20 & -- \\\\\n"
        "with\\_bn & hidden={[}50,50] & test & 5 & 47.80 & 1.22 & 46.28 to 49.31 & $-$5.13 & $-$6.37 to $-$3.89 & plain & -- & -- "
        "\\\\\n"
        "with\\_bn & hidden={[}5] & validation & 3 & 25.00 & 20.00 & two kinds & -- & -- & -- & -- & 2 \\\\\n"
        "fine & not run: f.yaml:3: 50 \\% \\& \\$1 & -- & -- & -- & -- & -- & -- & -- & -- & -- & -- \\\\\n"
        "wild &  & test & 0 & -- & -- & -- & -- & -- & -- & -- & 4 \\\\\n"
        "\\hline\n\\end{tabular}\n");
}

/* What nobody has is no column, and who was not asked for no line. */
/* Differences of seeds that learn and of seeds that do not have no interval, and the place of it is not left empty. */
static void differences_of_two_kinds_say_so(void **state)
{
    (void)state;
    store_figure row = rows[1];
    row.difference_low = row.difference_high = (double)NAN;
    const runs_figures one = { .at = &row, .count = 1, .experiments = { &names[1], 1, 1 } };
    assert_table(&one, RUNS_TABLE_MARKDOWN,
        "| experiment | setting | on | n | mean, % | sd | 95 % interval | difference, seed by seed | its 95 % interval | against |\n"
        "|---|---|---|---:|---:|---:|---:|---:|---:|---|\n"
        "| with\\_bn | hidden=\\[50,50\\] | test | 5 | 47.80 | 1.22 | 46.28 to 49.31 | -5.13 | two kinds | plain |\n");
}

static void no_more_than_there_is(void **state)
{
    (void)state;
    static const char *const plain[] = { "plain" }, *const nobody[] = { "nobody", "check" };
    text out = { 0 };
    CHECK_OK(runs_table(&figures, plain, 1, RUNS_TABLE_MARKDOWN, &out));
    assert_string_equal(out.at, "| experiment | on | n | mean, % | sd | 95 % interval | published, % |\n"
                                "|---|---|---:|---:|---:|---:|---:|\n"
                                "| plain | test | 5 | 52.93 | 0.29 | 52.57 to 53.30 | 52.20 |\n");
    out.length = 0;
    out.at[0] = '\0';
    for (int format = RUNS_TABLE_TEXT; format <= RUNS_TABLE_LATEX; format++) {
        CHECK_OK(runs_table(&figures, nobody, 2, (runs_table_format)format, &out));
    }
    assert_string_equal(out.at, "");
    text_free(&out);
}

static void assert_words(void (*add)(text *, const char *), const char *words, const char *due)
{
    text out = { 0 };
    add(&out, words);
    assert_string_equal(out.at, due);
    text_free(&out);
}

static void every_character_is_shown_as_it_is(void **state)
{
    (void)state;
    assert_words(table_words_markdown, "a_b*c`d|e\\f<g>&amp;[x](y)#!~$h",
                 "a\\_b\\*c\\`d\\|e\\\\f\\<g\\>\\&amp;\\[x\\]\\(y\\)\\#\\!\\~\\$h");
    assert_words(table_words_markdown, "Größe λ 層\n| x\x1b[2J", "Größe λ 層?\\| x?\\[2J");
    assert_words(table_words_latex, "a_b%c&d$e#f{g}h", "a\\_b\\%c\\&d\\$e\\#f\\{g\\}h");
    assert_words(table_words_latex, "\\~^<>|\"", "\\textbackslash{}\\textasciitilde{}\\textasciicircum{}\\textless{}\\textgreater{}"
                                                 "\\textbar{}\\char34{}");
    assert_words(table_words_latex, "[x] *y a--b---c ''q'' ``r ?` !`", "{[}x] {*}y a-{}-b-{}-{}-c '{}'q'{}' `{}`r ?{}` !{}`");
    assert_words(table_words_latex, "Größe λ\n", "Größe λ?");
    assert_words(table_words_plain, "a\tb\x1b\xc2\x9b", "a?b??");
}

static void formats_by_their_words(void **state)
{
    (void)state;
    runs_table_format format = RUNS_TABLE_TEXT;
    CHECK_OK(runs_table_format_read("latex", &format));
    assert_int_equal(format, RUNS_TABLE_LATEX);
    assert_failed(runs_table_format_read("markdwon", &format), STRATA_ERR_ARGUMENT,
                  "markdwon is no format of a table; did you mean markdown?");
    assert_failed(runs_table_format_read("html", &format), STRATA_ERR_ARGUMENT, "known are text, csv, markdown, latex");
    assert_int_equal(format, RUNS_TABLE_LATEX);
}

/* From a store: those without a figure say why, in their places, and a gradient check says nothing. */
static void why_there_is_no_figure(void **state)
{
    (void)state;
    static const char *const ids[] = { "new", "check", "fine", "again" };
    store *s = opened("runs.sqlite");
    runs_figures f;
    for (long q = 0; q < 4; q++) {
        const store_experiment e = { .id = ids[q], .title = ids[q], .published = NAN, .median = NAN, .lowest = NAN, .highest = NAN,
                                     .ord = q };
        CHECK_OK(store_put_experiment(s, &e));
    }
    CHECK_OK(store_put_note(s, "check", "checked", "abc"));
    CHECK_OK(store_put_note(s, "fine", "failed", "nothing to start from"));
    CHECK_OK(store_put_note(s, "again", "failed", ""));
    CHECK_OK(runs_summarise(s, NULL, &f));
    assert_table(&f, RUNS_TABLE_MARKDOWN, "| experiment | setting | on | n | mean, % | sd | 95 % interval |\n"
                                          "|---|---|---|---:|---:|---:|---:|\n"
                                          "| new | not run: no runs yet | – | – | – | – | – |\n"
                                          "| fine | not run: nothing to start from | – | – | – | – | – |\n"
                                          "| again | not run: no runs yet | – | – | – | – | – |\n");
    runs_figures_free(&f);
    CHECK_OK(runs_summarise(s, "fine", &f));
    assert_true(f.experiments.count == 1 && strcmp(f.experiments.at[0].key, "fine") == 0);
    runs_figures_free(&f);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal),
        cmocka_unit_test(comma_separated_values),
        cmocka_unit_test(markdown),
        cmocka_unit_test(latex),
        cmocka_unit_test(no_more_than_there_is),
        cmocka_unit_test(differences_of_two_kinds_say_so),
        cmocka_unit_test(every_character_is_shown_as_it_is),
        cmocka_unit_test(formats_by_their_words),
        cmocka_unit_test_setup(why_there_is_no_figure, empty_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
