/*
 * Figures with, without and with a failing gnuplot (a stand-in, so that the tests need none), and pictures whose bytes are not those of the
 * run.
 */
#include "reporting.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "digest.h"
#include "file.h"

/* ---- figures --------------------------------------------------------------------------------------------------------------------- */

static void a_figure_is_drawn_and_embedded(void **state)
{
    (void)state;
    put_small("{{figure f}}", one_figure);
    put_gnuplot("cat >&2\n"
                "printf '<?xml?><svg\\n width=\"640\" height=\"360\"\\n><title>%s|%s|%s|%s</title></svg>'"
                " \"$1\" \"$5\" \"$6\" \"$7\" >\"$4\"\n"
                "grep -q 2,0.53125 \"$3\" && test -e \"$2\"");
    char *html = page_of(STRATA_OK), *svg = read_out("figures/f.svg"), *letters;
    assert_int_equal(warnings, 0);
    assert_holds(svg, "<title>-c|svg|Accuracies|");
    assert_holds(svg, "tpl/figures/line.gp</title>");
    CHECK_OK(digest_base64(svg, strlen(svg), &letters));
    assert_holds(html, letters);
    assert_holds(html, "<figure id=\"f\">\n<img alt=\"A line\" src=\"data:image/svg+xml;base64,");
    assert_holds(html, "\" width=\"640\" height=\"360\">\n<figcaption><b>Accuracies.</b> Higher is better</figcaption>\n"
                       "<details><summary>Data");
    assert_holds(html, "<td class=\"n\">0.53125</td>");
    assert_lacks(html, "{{");
    free(html);
    free(svg);
    free(letters);
}

static void a_figure_without_rows_is_absent(void **state)
{
    (void)state;
    put_small("{{figure f}}", "f: {script: line, query: nothing, title: T & t, alt: a, read: r}\n");
    put_gnuplot(good_gnuplot);
    put_file("figures/f.svg", "of an earlier report");
    char *html = page_of(STRATA_OK);
    assert_holds(html, "<figure id=\"f\" class=\"absent\"><p>T &amp; t: not run yet</p></figure>");
    assert_false(file_exists(in_folder("figures/f.svg")));
    assert_int_equal(warnings, 0);
    free(html);
}

/* "not run yet" would be a lie about trainings that were run. */
static void an_absent_figure_says_why(void **state)
{
    (void)state;
    static const char figures[] = "f: {script: line, query: done, with: {experiment: a}, title: T, alt: a, read: r}\n"
                                  "g: {script: line, query: done, with: {experiment: b}, title: T, alt: a, read: r}\n"
                                  "h: {script: line, query: done, with: {experiment: c}, title: T, alt: a, read: r}\n";
    put_templates("{{figure f}}{{figure g}}{{figure h}}", figures);
    put_file("tpl/queries/done.sql", "SELECT value FROM figure WHERE experiment = :experiment AND value < 0");
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "", "", NAN);
    put_experiment(s, "b", "", "", NAN);
    (void)put_accuracy(s, "a", "", 1, 0.5);
    (void)put_accuracy(s, "b", "", 1, NAN);
    (void)put_accuracy(s, "b", "", 2, NAN);
    store_close(s);
    char *html = page_of(STRATA_OK);
    assert_holds(html, "id=\"f\" class=\"absent\"><p>T: its trainings recorded nothing of this</p>");
    assert_holds(html, "id=\"g\" class=\"absent\"><p>T: all its trainings diverged</p>");
    assert_holds(html, "id=\"h\" class=\"absent\"><p>T: not run yet</p>");
    assert_int_equal(warnings, 0);
    free(html);
}

static void check_numbers_instead(const char *sentence, const char *warning)
{
    put_file("figures/f.svg", "of an earlier report");
    char *html = page_of(STRATA_OK);
    assert_int_equal(warnings, 1);
    assert_holds(warned, warning);
    assert_holds(html, sentence);
    assert_holds(html, "<details open><summary>Data</summary>");
    assert_lacks(html, "<img");
    assert_false(file_exists(in_folder("figures/f.svg")));
    free(html);
}

static void without_gnuplot_there_are_the_numbers(void **state)
{
    (void)state;
    put_small("{{figure f}}", one_figure);
    assert_int_equal(setenv("PATH", in_folder("empty"), 1), 0);
    check_numbers_instead("gnuplot is not installed: here are the numbers", "apt install gnuplot-nox");
}

static void a_failing_gnuplot_is_a_warning(void **state)
{
    (void)state;
    static const char *const failing[] = { "printf half >\"$4\"; exit 1", "printf half >\"$4\"; kill -9 $$", "exit 0", ": >\"$4\"" };
    for (size_t g = 0; g < sizeof failing / sizeof *failing; g++) {
        (void)clear_folder(NULL);
        put_small("{{figure f}}", one_figure);
        put_gnuplot(failing[g]);
        check_numbers_instead("gnuplot could not draw", "line.gp");
        assert_int_equal(rmdir(in_folder("figures")), 0); /* no half drawing stays */
    }
}

static volatile sig_atomic_t alarms;

static void count_alarm(int number)
{
    (void)number;
    alarms++;
}

/* Thirty drawings at once, with alarms coming in while gnuplot is waited for; one of them fails. */
static void many_figures_and_interruptions(void **state)
{
    (void)state;
    text page = { 0 }, figures = { 0 };
    for (int q = 0; q < 30; q++) {
        text_add(&page, "{{figure f%d}}", q);
        text_add(&figures, "f%d: {script: line, query: accuracy, title: t%d, alt: a, read: r}\n", q, q);
    }
    put_small(page.at, figures.at);
    put_gnuplot("test \"$6\" != t17 || exit 1; sleep 0.02; printf '<svg width=\"1\" height=\"2\">%s</svg>' \"$6\" >\"$4\"");
    struct sigaction before, act = { .sa_handler = count_alarm };
    assert_int_equal(sigaction(SIGALRM, &act, &before), 0);
    const struct itimerval often = { { 0, 3000 }, { 0, 3000 } }, never = { { 0, 0 }, { 0, 0 } };
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    strata_status status = reported();
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    CHECK_OK(status);
    assert_true(alarms > 10);
    assert_int_equal(warnings, 1);
    assert_holds(warned, "f17.svg");
    for (int q = 0; q < 30; q++) {
        char name[40], due[60];
        (void)snprintf(name, sizeof name, "figures/f%d.svg", q);
        (void)snprintf(due, sizeof due, "<svg width=\"1\" height=\"2\">t%d</svg>", q);
        char *svg = read_out(name);
        assert_string_equal(svg, q == 17 ? "" : due);
        free(svg);
    }
    text_free(&page);
    text_free(&figures);
}

static void other_formats_on_request(void **state)
{
    (void)state;
    put_small("{{figure f}}", one_figure);
    put_gnuplot("test $5 != pdf || exit 1; printf '<svg width=\"1\" height=\"1\">%s</svg>' $5 >\"$4\"");
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    CHECK_OK(strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                           .formats = (const char *const[]){ "png", "pdf", NULL } }));
    char *html = read_out("index.html"), *png = read_out("figures/f.png");
    assert_holds(png, ">png<");
    assert_holds(html, "<img"); /* a missing PDF costs the page nothing */
    assert_false(file_exists(in_folder("figures/f.pdf")));
    free(html);
    free(png);
}

/* Two drawings of one file would be in each other's way. */
static void a_format_asked_for_twice_is_drawn_once(void **state)
{
    (void)state;
    put_small("{{figure f}}", one_figure);
    put_gnuplot("echo $5 >>\"${4%/*}/calls\"; printf '<svg width=\"1\" height=\"1\">%s</svg>' $5 >\"$4\"");
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    const char *const formats[] = { "png", "png", NULL };
    CHECK_OK(strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                           .formats = formats }));
    char *calls = read_out("figures/calls"), *png = read_out("figures/f.png");
    assert_int_equal(strlen(calls), strlen("svg\npng\n"));
    assert_holds(png, ">png<");
    free(calls);
    free(png);
}

/* Nothing of the user's environment reaches gnuplot but where things lie. */
static void the_environment_of_gnuplot_is_ours(void **state)
{
    (void)state;
    static const char *const foreign[] = { "GNUTERM", "GNUPLOT_LIB", "GDFONTPATH", "DISPLAY", "LC_NUMERIC", "LANG", "POSIXLY_CORRECT" };
    enum { COUNT = sizeof foreign / sizeof *foreign };
    char *before[COUNT];
    put_small("{{figure f}}", one_figure);
    put_gnuplot("/usr/bin/env >\"${4%/*}/environment\"; printf '<svg width=\"1\" height=\"1\"></svg>' >\"$4\"");
    for (size_t q = 0; q < COUNT; q++) {
        before[q] = getenv(foreign[q]);
        assert_int_equal(setenv(foreign[q], "qt", 1), 0);
    }
    strata_status status = reported();
    for (size_t q = 0; q < COUNT; q++) (void)(before[q] != NULL ? setenv(foreign[q], before[q], 1) : unsetenv(foreign[q]));
    CHECK_OK(status);
    char *words = read_out("figures/environment");
    assert_holds(words, "GNUTERM=unknown\n");
    assert_holds(words, "LC_ALL=C.UTF-8\n");
    assert_holds(words, "PATH=");
    assert_lacks(words, "=qt");
    free(words);
}

/* ---- pictures -------------------------------------------------------------------------------------------------------------------- */

static const unsigned char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\2\0\0\0\x30 and whatever follows";

/* A run with the picture w.png, of which the store says this digest ("": the right one). */
static void put_picture(const void *bytes, size_t size, const char *said)
{
    char digest[DIGEST_TEXT];
    CHECK_OK(digest_sha256(bytes, size, digest));
    put_templates("{{picture w}}", "w: {picture: w.png, query: run, title: Weights, alt: Blobs, read: Look}\n");
    store *s = opened("runs.sqlite");
    const store_artifact artifact = { "runs/abc/w.png", (int64_t)size, said[0] != '\0' ? said : digest };
    CHECK_OK(store_put_run(s, &(store_run){ .id = "abc", .status = STORE_DONE, .artifact = &artifact, .artifact_count = 1 }));
    store_close(s);
    put_file("runs/abc/w.png", "x");
    CHECK_OK(file_write(in_folder("runs/abc/w.png"), bytes, size));
}

static strata_status reported_live(void)
{
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    return strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                        .live = 1 });
}

/* The page of a laboratory at work draws what has changed, and that alone. */
static void a_live_page_draws_what_changed(void **state)
{
    (void)state;
    put_small("{{figure f}}{{if live}}live{{end}}", one_figure);
    put_file("tpl/queries/live.sql", "SELECT 1 WHERE :live");
    char lines[3 * PATH];
    (void)snprintf(lines, sizeof lines, "echo drawn >>'%s'\n%s", in_folder("drawn"), good_gnuplot);
    put_gnuplot(lines);
    for (int turn = 0; turn < 2; turn++) CHECK_OK(reported_live());
    char *once = read_out("drawn"), *html = read_out("index.html");
    assert_string_equal(once, "drawn\n");
    assert_holds(html, "data:image/svg+xml;base64,");
    assert_holds(html, "</figure>\nlive");
    store *s = opened("runs.sqlite");
    (void)put_accuracy(s, "a", "", 3, 0.25);
    store_close(s);
    CHECK_OK(reported_live());
    free(once);
    once = read_out("drawn");
    assert_string_equal(once, "drawn\ndrawn\n");
    CHECK_OK(reported()); /* at last all is drawn, whoever changed a script meanwhile */
    free(once);
    free(html);
    once = read_out("drawn");
    html = read_out("index.html");
    assert_string_equal(once, "drawn\ndrawn\ndrawn\n");
    assert_lacks(html, "live");
    free(once);
    free(html);
}

static void a_picture_is_embedded(void **state)
{
    (void)state;
    char *letters;
    put_picture(png, sizeof png, "");
    char *html = page_of(STRATA_OK), *copy = read_out("figures/w.png");
    CHECK_OK(digest_base64(png, sizeof png, &letters));
    assert_int_equal(warnings, 0);
    assert_holds(html, "<figure id=\"w\">\n<img alt=\"Blobs\" src=\"data:image/png;base64,");
    assert_holds(html, letters);
    assert_holds(html, "\" width=\"258\" height=\"48\">\n<figcaption><b>Weights.</b> Look</figcaption>\n</figure>");
    assert_memory_equal(copy, png, sizeof png);
    free(html);
    free(copy);
    free(letters);
}

static void a_picture_that_is_not_the_runs_is_left_out(void **state)
{
    (void)state;
    for (int q = 0; q < 4; q++) {
        static const char *const words[] = { "is not the file that the run wrote", "cannot be read", "is no PNG", "not among the files" };
        (void)clear_folder(NULL);
        if (q == 2) put_picture("a text that is long enough", 27, "");
        else put_picture(png, sizeof png, q == 0 ? sha : "");
        put_file("figures/w.png", "of an earlier report");
        if (q == 1) assert_int_equal(unlink(in_folder("runs/abc/w.png")), 0);
        if (q == 3) put_templates("{{picture w}}", "w: {picture: other.png, query: run, title: Weights, alt: Blobs, read: Look}\n");
        char *html = page_of(STRATA_OK);
        assert_int_equal(warnings, 1);
        assert_holds(warned, words[q]);
        assert_holds(html, "<figure id=\"w\" class=\"absent\"><p>Weights: the picture is missing</p></figure>");
        assert_false(file_exists(in_folder("figures/w.png")));
        free(html);
    }
}

static void a_picture_of_no_run_is_absent(void **state)
{
    (void)state;
    store_close(opened("runs.sqlite"));
    put_templates("{{picture w}}", "w: {picture: w.png, query: run, title: Weights, alt: Blobs, read: Look}\n");
    put_file("figures/w.png", "of an earlier report");
    char *html = page_of(STRATA_OK);
    assert_int_equal(warnings, 0);
    assert_holds(html, "Weights: not run yet");
    assert_false(file_exists(in_folder("figures/w.png")));
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORTING_TEST(a_figure_is_drawn_and_embedded),
        REPORTING_TEST(a_figure_without_rows_is_absent),
        REPORTING_TEST(an_absent_figure_says_why),
        REPORTING_TEST(without_gnuplot_there_are_the_numbers),
        REPORTING_TEST(a_failing_gnuplot_is_a_warning),
        REPORTING_TEST(many_figures_and_interruptions),
        REPORTING_TEST(other_formats_on_request),
        REPORTING_TEST(a_format_asked_for_twice_is_drawn_once),
        REPORTING_TEST(the_environment_of_gnuplot_is_ours),
        REPORTING_TEST(a_live_page_draws_what_changed),
        REPORTING_TEST(a_picture_is_embedded),
        REPORTING_TEST(a_picture_that_is_not_the_runs_is_left_out),
        REPORTING_TEST(a_picture_of_no_run_is_absent),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
