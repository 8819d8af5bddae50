/*
 * The page: what becomes of each placeholder, what is refused and where the sentence points to, and the same bytes every time. What figures
 * and pictures are is in test_figures.c.
 */
#include "reporting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "file.h"
#include "reported.h"

/* ---- placeholders ---------------------------------------------------------------------------------------------------------------- */

static void values_tables_and_style(void **state)
{
    (void)state;
    put_small("<style>{{style}}</style> {{value seeds}}, {{value nothing}}\n{{table accuracy}}\n{{table nothing}}|", "");
    char *html = page_of(STRATA_OK), *csv = read_out("data/accuracy.csv");
    assert_holds(html, "<style>p{}</style> 2, –\n");
    assert_holds(html, "<thead><tr><th scope=\"col\" class=\"n\">seed</th><th scope=\"col\" class=\"n\">accuracy</th></tr></thead>");
    assert_holds(html, "<tr><th scope=\"row\" class=\"n\">2</th><td class=\"n\">0.53125</td></tr>");
    assert_holds(html, "<a class=\"csv\" download=\"accuracy.csv\" href=\"data:text/csv;base64,c2VlZCxhY2N1cmFjeQoxLDAuNQoyLDAuNTMxMjUK\">"
                       "CSV</a>");
    assert_holds(html, "\n<p class=\"absent\">not run yet</p>\n|");
    assert_string_equal(csv, "seed,accuracy\n1,0.5\n2,0.53125\n");
    assert_int_equal(warnings, 0);
    free(html);
    free(csv);
}

static void texts_cannot_break_out(void **state)
{
    (void)state;
    static const char wicked[] = "<script>alert(\"x\" & 'y')</script>";
    put_small("{{value title}}{{table titles}}{{figure f}}",
              "f: {script: line, query: accuracy, title: \"<i>t\", alt: \"\\\"><b>a\", read: \"<u>r & r\"}\n");
    put_gnuplot(good_gnuplot);
    put_file("tpl/queries/title.sql", "SELECT title FROM experiment");
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", wicked, "", NAN);
    store_close(s);
    char *html = page_of(STRATA_OK);
    static const char harmless[] = "&lt;script&gt;alert(&quot;x&quot; &amp; &#39;y&#39;)&lt;/script&gt;";
    assert_int_equal(strncmp(html, harmless, strlen(harmless)), 0);
    assert_holds(html, "<td>&lt;script&gt;alert(");
    assert_holds(html, "<img alt=\"&quot;&gt;&lt;b&gt;a\" src=");
    assert_holds(html, "<b>&lt;i&gt;t.</b> &lt;u&gt;r &amp; r</figcaption>");
    static const char *const evil[] = { "<script", "<i>", "<u>", "><b>a" };
    for (size_t e = 0; e < sizeof evil / sizeof *evil; e++) assert_lacks(html, evil[e]);
    free(html);
}

/* The apostrophe that keeps a spreadsheet from computing stays in the CSV. */
static void cells_are_what_the_query_says(void **state)
{
    (void)state;
    put_small("{{table odd}}", "");
    put_file("tpl/queries/odd.sql", "SELECT 'a,\"b\"' AS \"x, y\", '=1+1' AS f, NULL AS none, 'two\nlines' AS l, '''quoted' AS q,"
                                    " '-inf' AS i, '12 ± 0.5 %%' AS p, '9layer-bn' AS id");
    char *html = page_of(STRATA_OK), *csv = read_out("data/odd.csv");
    assert_holds(html, "<th scope=\"col\">x, y</th>");
    assert_holds(html, "<th scope=\"row\">a,&quot;b&quot;</th><td>=1+1</td><td></td><td>two\nlines</td><td>&#39;quoted</td>"
                       "<td class=\"n\">-inf</td><td class=\"n\">12 ± 0.5 %</td><td>9layer-bn</td>");
    assert_holds(csv, "'=1+1");
    free(html);
    free(csv);
}

/* A column of numbers may have a remark, a column of words a number; what is absent does not count. */
static void columns_of_numbers_stand_right(void **state)
{
    (void)state;
    put_small("{{table mixed}}", "");
    put_file("tpl/queries/mixed.sql",
             "WITH r (id, number, word, some, none) AS (VALUES ('a', '1.5 %%', 'up', '–', '–'), ('b', '-2 to 3', '3', NULL, '–'),"
             " ('c', '4 of 5', '4', NULL, '–'), ('d', 'a remark', 'down', '7 ms', 'up')) SELECT * FROM r");
    char *html = page_of(STRATA_OK);
    assert_holds(html, "<th scope=\"col\">id</th><th scope=\"col\" class=\"n\">number</th><th scope=\"col\">word</th>"
                       "<th scope=\"col\" class=\"n\">some</th><th scope=\"col\">none</th>");
    assert_holds(html, "<th scope=\"row\">d</th><td class=\"n\">a remark</td><td>down</td><td class=\"n\">7 ms</td><td>up</td>");
    assert_holds(html, "<td>3</td>");
    free(html);
}

static void parameters_are_quoted(void **state)
{
    (void)state;
    store *s = opened("runs.sqlite");
    put_experiment(s, "o'neil' --", "", "", NAN);
    (void)put_accuracy(s, "o'neil' --", "", 4, 0.25);
    store_close(s);
    put_templates("{{figure f}}",
                  "f: {script: line, query: by_experiment, with: {experiment: \"o'neil' --\"}, title: t, alt: a, read: r}\n");
    put_gnuplot(good_gnuplot);
    char *html = page_of(STRATA_OK), *csv = read_out("data/f.csv");
    assert_string_equal(csv, "seed,the :value\n4,0.25\n");
    free(html);
    free(csv);
}

static void long_tables_of_figures_are_cut(void **state)
{
    (void)state;
    put_small("{{figure f}}{{table long}}", "f: {script: line, query: long, title: t, alt: a, read: r}\n");
    put_gnuplot(good_gnuplot);
    put_file("tpl/queries/long.sql", "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 201)"
                                     " SELECT x AS n, x / 7.0 AS x, x / 7e8 AS y, 123456789 AS whole, '52.123456 %%' AS t FROM n");
    char *html = page_of(STRATA_OK), *csv = read_out("data/f.csv"), *table = strstr(html, "</figure>");
    assert_non_null(table);
    assert_holds(table, "<th scope=\"row\" class=\"n\">201</th><td class=\"n\">28.714285714285715</td>");
    assert_holds(csv, "28.714285714285715");
    *table = '\0';
    assert_holds(html, "<th scope=\"row\" class=\"n\">200</th><td class=\"n\">28.571</td><td class=\"n\">2.8571e-07</td>"
                       "<td class=\"n\">123456789</td><td class=\"n\">52.123456 %</td>");
    assert_lacks(html, "\">201</th>");
    assert_holds(html, "The first 200 of 201 rows; the CSV has them all.");
    free(html);
    free(csv);
}

/* ---- blocks ---------------------------------------------------------------------------------------------------------------------- */

/* A command about the folder of data, twice. */
static const char *text_command(text *t, const char *command)
{
    char folder[PATH];
    (void)snprintf(folder, sizeof folder, "%s", in_folder("data"));
    t->length = 0;
    for (const char *c = command; *c != '\0'; c++) {
        if (strncmp(c, "%s", 2) == 0) text_add(t, "%s", folder), c++;
        else text_add(t, "%c", *c);
    }
    return t->at;
}

static void blocks_follow_the_store(void **state)
{
    (void)state;
    put_small("{{if nothing}}\nno\n{{else}}\nyes\n{{end}}\n{{if seeds}}both{{if nothing}}no{{end}}{{end}}|"
              "{{each titles}}[{{cell id}} {{each runs_of}}{{cell seed}} in {{cell title}};{{end}}]{{end}}"
              "{{each nothing}}no{{else}}none{{end}}", "");
    put_file("tpl/queries/runs_of.sql", "SELECT seed FROM run JOIN experiment_run ON run = id WHERE experiment = :id ORDER BY seed");
    char *html = page_of(STRATA_OK);
    assert_string_equal(html, "yes\nboth|[a 1 in A &amp; B;2 in A &amp; B;]none");
    free(html);
}

/* Whatever a row is called: its files are in their folders, and no two rows have one. */
static void rows_have_safe_names_of_their_own(void **state)
{
    (void)state;
    static const char *const ids[] = { "../../x", "a b", "a  b", "a-b", "über \"q\" 'r'", "", "a/b" };
    put_small("{{each rows}}<i id=\"{{anchor}}\">{{cell name}}</i>{{figure f}}{{end}}",
              "f: {script: line, query: named, title: t, alt: a, read: r}\n");
    text sql = { 0 };
    text_add(&sql, "WITH r (name) AS (VALUES ('%s')", "47-letters-long-and-so-too-long-for-its-own-name");
    for (size_t q = 0; q < sizeof ids / sizeof *ids; q++) {
        text_add(&sql, ", ('");
        for (const char *c = ids[q]; *c != '\0'; c++) text_add(&sql, *c == '\'' ? "''" : "%c", *c);
        text_add(&sql, "')");
    }
    put_file("tpl/queries/rows.sql", "%s) SELECT name FROM r", sql.at);
    put_file("tpl/queries/named.sql", "SELECT :name AS name, ':other' AS other -- :nothing\n");
    put_gnuplot(good_gnuplot);
    char *html = page_of(STRATA_OK), *plain = read_out("data/f-a-b.csv");
    assert_string_equal(plain, "name,other\na-b,:other\n");
    assert_holds(html, "<i id=\"a-b\">a-b</i><figure id=\"f-a-b\">");
    assert_holds(html, "<i id=\"a-b~");
    assert_holds(html, "über &quot;q&quot; &#39;r&#39;</i><figure id=\"f--ber-");
    assert_int_equal(system(text_command(&sql, "test $(ls %s | wc -l) -eq 8 && ! ls %s | grep -v '^f-[A-Za-z0-9.~_-]*.csv$'")), 0);
    text_free(&sql);
    free(html);
    free(plain);
}

/* words.yaml and what the report says itself. */
static void queries_share_words(void **state)
{
    (void)state;
    put_small("{{value shared}}", "");
    put_file("tpl/words.yaml", "few: [a, \"b'c\"]\none: x\n");
    put_file("tpl/queries/shared.sql", "SELECT (SELECT group_concat(value) FROM json_each(:few)) || :one || :live"
                                       " || (SELECT value FROM json_each(:defaults) WHERE key = 'lambda')");
    char *html = page_of(STRATA_OK);
    assert_string_equal(html, "a,b&#39;cx00.005");
    free(html);
    put_file("tpl/words.yaml", "few: [[a]]\n");
    assert_failed(reported(), STRATA_ERR_DATA, "words.yaml:1: few is neither a word nor a list of words");
}

/* ---- what is refused ------------------------------------------------------------------------------------------------------------- */

static void wrong_templates_are_refused(void **state)
{
    (void)state;
    static const char f[] = "f: {script: line, query: accuracy, title: t, alt: a, read: r}\n";
    static const struct {
        const char *page, *figures, *place, *word;
    } cases[] = {
        { "\n\n{{tabel x}}", "", "page.html:3: ", "nearest is table" },
        { "{{}}", "", "page.html:1: ", "unknown placeholder" },
        { "{{table}}", "", "page.html:1: ", "takes one name" },
        { "{{table a b}}", "", "page.html:1: ", "takes one name" },
        { "{{style x}}", "", "page.html:1: ", "takes no name" },
        { "{{if seeds}}\n", "", "page.html:1: ", "{{end}} is missing" },
        { "\n{{end}}", "", "page.html:2: ", "no {{if}} or {{each}} is open" },
        { "{{if seeds}}{{else}}{{else}}{{end}}", "", "page.html:1: ", "this {{else}} could belong to" },
        { "{{cell x}}", "", "page.html:1: ", "outside of {{each}}" },
        { "{{each titles}}{{else}}{{anchor}}{{end}}", "", "page.html:1: ", "outside of {{each}}" },
        { "{{each titles}}\n{{cell y}}{{end}}", "", "page.html:2: ", "gives no column y" },
        { "{{each titles}}\n\n{{value broken}}{{end}}", "", "page.html:3: ", "no_such_column" },
        { "\n{{each broken}}{{end}}", "", "page.html:2: ", "no_such_column" },
        { "{{if a}}{{if a}}{{if a}}{{if a}}{{if a}}{{if a}}{{if a}}{{if a}}{{if a}}", "", "page.html:1: ",
          "more than 8 blocks" },
        { "{{table ../x}}", "", "page.html:1: ", "takes one name" },
        { "{{table x\n", "", "page.html:1: ", "}} is missing" },
        { "\n{{table missing}}", "", "page.html:2: ", "queries/missing.sql" },
        { "\n{{table broken}}", "", "page.html:2: ", "queries/broken.sql" },
        { "{{value broken}}", "", "page.html:1: ", "no_such_column" },
        { "{{table insert}}", "", "page.html:1: ", "one SELECT" },
        { "{{table by_experiment}}", "", "by_experiment.sql:2: ", "nothing says what :experiment is" },
        { "\n\n{{figure g}}", f, "page.html:3: ", "figures.yaml has no g" },
        { "{{figure f}}{{figure f}}", f, "page.html:1: ", "twice" },
        { "{{picture f}}", f, "page.html:1: ", "as a figure" },
        { "{{figure f}}", "f: {picture: a.png, query: run, title: t, alt: a, read: r}\n", "page.html:1: ", "as a picture" },
        { "{{figure seeds}}\n{{table seeds}}", "seeds: {script: line, query: accuracy, title: t, alt: a, read: r}\n", "page.html:2: ",
          "rename one" },
        { "{{figure f}}", "f: {script: gone, query: accuracy, title: t, alt: a, read: r}\n", "page.html:1: ", "figures/gone.gp" },
        { "", "\nf: {script: line, query: accuracy, title: t, alt: a, read: r, colour: red}\n", "figures.yaml:2: ", "colour" },
        { "", "f: {script: line, query: accuracy, title: t, alt: a}\n", "figures.yaml:1: ", "lacks its title, alt or read" },
        { "", "f: {script: line, query: accuracy, title: t, alt: a, read: ''}\n", "figures.yaml:1: ", "read is not a text" },
        { "", "f: {query: accuracy, title: t, alt: a, read: r}\n", "figures.yaml:1: ", "a script or a picture" },
        { "", "f: {script: ../line, query: accuracy, title: t, alt: a, read: r}\n", "figures.yaml:1: ", "no name of a file" },
        { "", "f: {script: line, title: t, alt: a, read: r}\n", "figures.yaml:1: ", "no query" },
        { "", "f: {script: line, query: accuracy, with: x, title: t, alt: a, read: r}\n", "figures.yaml:1: ", "mapping" },
        { "", "f: line\n", "figures.yaml:1: ", "f is no mapping" },
        { "", "'f/g': {script: line}\n", "figures.yaml:1: ", "no name of a figure" },
        { "", "f: [\n", "figures.yaml:", "" },
        { "{{figure f}}", "f: {script: line, query: accuracy, with: {experiment: a}, title: t, alt: a, read: r}\n", "accuracy.sql",
          "has no :experiment" },
        { "{{picture f}}", "f: {picture: a.png, query: slash, title: t, alt: a, read: r}\n", "page.html:1: ", "no id of a run" },
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        (void)clear_folder(NULL);
        put_small(cases[c].page, cases[c].figures);
        put_file("tpl/queries/slash.sql", "SELECT '../x'");
        put_gnuplot(good_gnuplot);
        assert_failed(reported(), STRATA_ERR_DATA, cases[c].word);
        assert_holds(strata_error(), cases[c].place);
        assert_false(file_exists(in_folder("index.html")));
    }
}

static void a_missing_store_or_template_is_told(void **state)
{
    (void)state;
    put_templates("", "");
    assert_failed(reported(), STRATA_ERR_STORAGE, "strata reproduce");
    store_close(opened("runs.sqlite"));
    CHECK_OK(reported());
    static const char *const needed[] = { "tpl/page.html", "tpl/figures.yaml", "tpl/style.css" };
    for (size_t q = 0; q < 3; q++) {
        put_templates("{{style}}", "");
        assert_int_equal(unlink(in_folder(needed[q])), 0);
        assert_failed(reported(), STRATA_ERR_DATA, needed[q]);
    }
    const strata_report_request wrong = { .size = sizeof wrong, .out = "x", .templates = "y",
                                          .formats = (const char *const[]){ "png", "gif", NULL } };
    assert_failed(strata_report_write(&wrong), STRATA_ERR_ARGUMENT, "gif");
    assert_failed(strata_report_write(NULL), STRATA_ERR_ARGUMENT, "request");
    put_file("runs.sqlite", "no store at all, but long enough to be looked at");
    assert_failed(reported(), STRATA_ERR_DATA, "runs.sqlite");
}

/* ---- the whole ------------------------------------------------------------------------------------------------------------------- */

static void a_large_page_is_a_warning(void **state)
{
    (void)state;
    put_small("{{style}}{{style}}{{style}}", "");
    void *words = calloc(1, 2000000);
    assert_non_null(words);
    CHECK_OK(file_write(in_folder("tpl/style.css"), memset(words, 'x', 1700000), 1700000));
    free(words);
    CHECK_OK(reported());
    assert_int_equal(warnings, 1);
    assert_holds(warned, "5.1 MB");
}

/* With the real gnuplot, where there is one: its SVG has no date in it either. */
static void two_reports_are_the_same_bytes(void **state)
{
    (void)state;
    char *html[2], *json[2];
    store *s = opened("runs.sqlite");
    CHECK_OK(reported_fill(s, 2));
    store_close(s);
    put_templates("{{table accuracy}}{{figure f}}", one_figure);
    for (int turn = 0; turn < 2; turn++) {
        CHECK_OK(reported());
        html[turn] = read_out("index.html");
        json[turn] = read_out("results.json");
        if (turn == 0) (void)sleep(1);
    }
    if (warnings == 0) assert_holds(html[0], "<img");
    assert_string_equal(html[0], html[1]);
    assert_string_equal(json[0], json[1]);
    assert_holds(json[0], "\"experiments\"");
    for (int turn = 0; turn < 2; turn++) free(html[turn]), free(json[turn]);
}

static void record_a_run(void *self, const char *sentence)
{
    (void)sentence;
    ++*(int *)self;
    store *s = opened("runs.sqlite");
    (void)put_accuracy(s, "a", "", 3, 0.5);
    store_close(s);
}

/* A run that is recorded while the report reads is nowhere in it. Here the warning of a missing picture comes in between. */
static void a_report_is_of_one_moment(void **state)
{
    (void)state;
    int recorded = 0;
    put_small("{{value seeds}}{{picture w}}{{value seeds}}|", "w: {picture: w.png, query: run, title: t, alt: a, read: r}\n");
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    CHECK_OK(strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                           .warn = record_a_run, .self = &recorded }));
    char *html = read_out("index.html"), *json = read_out("results.json");
    assert_int_equal(recorded, 1);
    assert_holds(html, "</figure>\n2|");
    assert_holds(json, "\"n\": 2,");
    free(html);
    free(json);
    CHECK_OK(reported());
    html = read_out("index.html");
    assert_holds(html, "</figure>\n3|");
    free(html);
}

/* The vectors of RFC 4648. */
static void base64_of_known_bytes(void **state)
{
    (void)state;
    static const char *const due[] = { "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
    for (size_t n = 0; n <= 6; n++) {
        char *letters;
        CHECK_OK(digest_base64("foobar", n, &letters));
        assert_string_equal(letters, due[n]);
        free(letters);
    }
}

static void take_path(void *self, const char *path)
{
    (void)snprintf(self, 2 * PATH, "%s", path);
}

/* The report of some runs by tpl/run.html; `path` gets where it was written. */
static strata_status reported_of(const char *const *runs, size_t count, const char *file, char path[2 * PATH])
{
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    path[0] = '\0';
    return strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                        .runs = runs, .run_count = count, .page = file, .wrote = take_path, .self = path });
}

static void holds_then_goes(const char *name, const char *due)
{
    char *page = read_out(name);
    assert_string_equal(page, due);
    free(page);
}

/* The store has the chosen runs alone; the folder is called by the id, and by nothing that is a path. */
static void some_runs_have_a_page_of_their_own(void **state)
{
    static const char *const one[] = { "a--1" }, *const both[] = { "a--2", "a--1", "a--2" }, *const path_id[] = { "../../x--1" };
    static const char *const many[] = { "a--" }, *const none[] = { "a--1", "zzz" };
    char path[2 * PATH], *page;
    (void)state;
    put_small("whole", "{}");
    store *s = opened("runs.sqlite");
    put_experiment(s, "../../x", "X", "", NAN);
    (void)put_accuracy(s, "../../x", "", 1, 0.25);
    store_close(s);
    put_file("tpl/run.html", "{{value seeds}} {{value mean}}");
    put_file("tpl/queries/mean.sql", "SELECT printf('%%.4f of %%d', mean, n) FROM summary WHERE experiment = 'all of them'");
    CHECK_OK(reported_of(one, 1, NULL, path));
    assert_holds(path, "pages/a--1/index.html");
    holds_then_goes("pages/a--1/index.html", "1 0.5000 of 1");
    CHECK_OK(reported_of(both, 3, in_folder("own.html"), path));
    holds_then_goes("own.html", "2 0.5156 of 2");
    CHECK_OK(reported_of(path_id, 1, NULL, path));
    assert_holds(path, "pages/run-");
    assert_lacks(path + strlen(in_folder(".")), "..");
    page = read_out("index.html");
    assert_string_equal(page, ""); /* the report's own is not touched, and results.json is its alone */
    free(page);
    assert_false(file_exists(in_folder("results.json")));
    assert_failed(reported_of(many, 1, NULL, path), STRATA_ERR_ARGUMENT, "several runs begin with a--");
    assert_failed(reported_of(none, 2, NULL, path), STRATA_ERR_ARGUMENT, "no run zzz");
    assert_string_equal(path, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORTING_TEST(values_tables_and_style),
        REPORTING_TEST(texts_cannot_break_out),
        REPORTING_TEST(cells_are_what_the_query_says),
        REPORTING_TEST(columns_of_numbers_stand_right),
        REPORTING_TEST(parameters_are_quoted),
        REPORTING_TEST(long_tables_of_figures_are_cut),
        REPORTING_TEST(blocks_follow_the_store),
        REPORTING_TEST(rows_have_safe_names_of_their_own),
        REPORTING_TEST(queries_share_words),
        REPORTING_TEST(wrong_templates_are_refused),
        REPORTING_TEST(a_missing_store_or_template_is_told),
        REPORTING_TEST(a_large_page_is_a_warning),
        REPORTING_TEST(two_reports_are_the_same_bytes),
        REPORTING_TEST(a_report_is_of_one_moment),
        REPORTING_TEST(base64_of_known_bytes),
        REPORTING_TEST(some_runs_have_a_page_of_their_own),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
