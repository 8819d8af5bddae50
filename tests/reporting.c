/* Folders, templates and small stores for the tests of report/: see reporting.h. */
#include "reporting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"

char warned[4096];
int warnings;
const char one_figure[] = "f: {script: line, query: accuracy, title: Accuracies, alt: A line, read: Higher is better}\n";
const char good_gnuplot[] = "printf '<svg width=\"640\" height=\"360\"></svg>' >\"$4\"";
static char usual_path[4096];

int clear_folder(void **state)
{
    char command[2 * PATH];
    (void)state;
    if (usual_path[0] == '\0') (void)snprintf(usual_path, sizeof usual_path, "%s", getenv("PATH"));
    (void)setenv("PATH", usual_path, 1);
    (void)snprintf(command, sizeof command, "rm -rf %s/*", in_folder("."));
    return system(command);
}

void put_file(const char *name, const char *format, ...)
{
    text words = { 0 };
    char line[1 << 15];
    va_list arguments;
    const char *path = in_folder(name);
    va_start(arguments, format);
    assert_true(vsnprintf(line, sizeof line, format, arguments) < (int)sizeof line);
    va_end(arguments);
    text_add(&words, "%.*s", (int)(strrchr(path, '/') - path), path);
    CHECK_OK(file_make_folder(words.at));
    CHECK_OK(file_write(path, line, strlen(line)));
    text_free(&words);
}

char *read_out(const char *name)
{
    uint8_t *bytes;
    size_t size;
    if (!file_exists(in_folder(name))) return calloc(1, 1);
    CHECK_OK(file_read_all(in_folder(name), 1 << 28, &bytes, &size));
    return (char *)bytes;
}

void put_templates(const char *page, const char *figures)
{
    if (!STRATA_YAML) skip();
    put_file("tpl/page.html", "%s", page);
    put_file("tpl/figures.yaml", "%s", figures);
    put_file("tpl/style.css", "p{}");
    put_file("tpl/figures/style.gp", "csv = ARG1\nset terminal svg size 640,360\nset output ARG2\nset datafile separator ','\nload ARG5\n");
    put_file("tpl/figures/line.gp", "plot csv using 1:2\n");
    put_file("tpl/queries/seeds.sql", "SELECT count(*) FROM run");
    put_file("tpl/queries/accuracy.sql", "SELECT seed, value AS accuracy FROM figure ORDER BY experiment, seed");
    put_file("tpl/queries/by_experiment.sql",
             "-- a remark: no :word\nSELECT seed, value AS \"the :value\" FROM figure WHERE experiment = :experiment AND seed <> ':seed'");
    put_file("tpl/queries/titles.sql", "SELECT id, title FROM experiment ORDER BY ord, id");
    put_file("tpl/queries/nothing.sql", "SELECT 1 AS one WHERE 0");
    put_file("tpl/queries/broken.sql", "SELECT\nno_such_column FROM run");
    put_file("tpl/queries/insert.sql", "DELETE FROM run");
    put_file("tpl/queries/run.sql", "SELECT id FROM run");
}

void put_gnuplot(const char *lines)
{
    char path[8192];
    put_file("bin/gnuplot", "#!/bin/sh\nshift # -d\n%s\n", lines);
    assert_int_equal(chmod(in_folder("bin/gnuplot"), 0755), 0);
    (void)snprintf(path, sizeof path, "%s:%s", in_folder("bin"), usual_path);
    assert_int_equal(setenv("PATH", path, 1), 0);
}

static void warn(void *self, const char *sentence)
{
    assert_ptr_equal(self, &warnings);
    warnings++;
    (void)snprintf(warned + strlen(warned), sizeof warned - strlen(warned), "%s\n", sentence);
}

strata_status reported(void)
{
    char out[PATH], templates[PATH];
    (void)snprintf(out, sizeof out, "%s", in_folder("."));
    (void)snprintf(templates, sizeof templates, "%s", in_folder("tpl"));
    warned[0] = '\0';
    warnings = 0;
    return strata_report_write(&(strata_report_request){ .size = sizeof(strata_report_request), .out = out, .templates = templates,
                                                        .warn = warn, .self = &warnings });
}

void put_small(const char *page, const char *figures)
{
    store *s = opened("runs.sqlite");
    put_experiment(s, "a", "A & B", "", NAN);
    (void)put_accuracy(s, "a", "", 1, 0.5);
    (void)put_accuracy(s, "a", "", 2, 0.53125);
    store_close(s);
    put_templates(page, figures);
}

char *page_of(strata_status due)
{
    strata_status status = reported();
    if (status != due) fail_msg("%s: %s", strata_status_text(status), strata_error());
    return read_out("index.html");
}

void put_experiment(store *s, const char *id, const char *title, const char *against, double published)
{
    const store_experiment e = { .id = id, .title = title, .published = published, .median = NAN, .lowest = NAN, .highest = NAN,
                                 .against = against, .part = STRATA_TEST_PART };
    CHECK_OK(store_put_experiment(s, &e));
}

const char *put_accuracy(store *s, const char *experiment, const char *label, int seed, double accuracy)
{
    static char id[200];
    const strata_score score = { 1, 1, accuracy }, validation = { 1, 1, accuracy / 2 };
    (void)snprintf(id, sizeof id, "%s-%s-%d", experiment, label, seed);
    const store_run run = { .id = id, .seed = (uint64_t)seed, .status = isnan(accuracy) ? STORE_DIVERGED : STORE_DONE, .data_kind = "kind",
                            .data_digest = "digest", .version = STRATA_VERSION, .created = "2024-05-01T12:00:00Z", .seconds = seed,
                            .score = { &score, &validation, &score } };
    CHECK_OK(store_put_run(s, &run));
    CHECK_OK(store_link(s, experiment, id, seed, label));
    return id;
}

void assert_holds(const char *text_, const char *part)
{
    if (strstr(text_, part) == NULL) fail_msg("'%s' is not in '%.3000s'", part, text_);
}

void assert_lacks(const char *text_, const char *part)
{
    if (strstr(text_, part) != NULL) fail_msg("'%s' is in it", part);
}
