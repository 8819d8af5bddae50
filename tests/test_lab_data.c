/*
 * Laboratories of several data sets: experiments that name their data, those that name none, names that nothing has, and data that are not
 * there. The sets are small tables that a function of the test opens by name.
 */
#include <stdlib.h>
#include <string.h>

#include "laboratory.h"

#include "dataset.h"
#include "file.h"
#include "plan.h"
#include "rehearse.h"
#include "small.h"
#include "strata/gradcheck.h"

#define SHORT "n_batch: 10\nn_s: 4\ncycles: 1\nevals: 1\nhidden: [5]\n"

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

enum { ROWS = 100, FEATURES_MOST = 4 };

/* A hundred points about the corners of a line: a class each. */
static strata_status make_table(int features, int classes, const char *name, strata_data **out)
{
    static float x[ROWS * FEATURES_MOST];
    uint16_t label[ROWS];
    for (int j = 0; j < ROWS; j++) {
        label[j] = (uint16_t)(j % classes);
        for (int f = 0; f < features; f++) x[j * features + f] = (float)label[j] + 0.01F * (float)((j * (7 + f)) % 11);
    }
    const strata_arrays arrays = { .size = sizeof arrays, .form = { .element = STRATA_FLOATS, .features = features, .classes = classes },
                                   .train = ROWS, .examples = x, .labels = label, .test_share = 0.2, .name = name };
    return strata_data_from_arrays(&arrays, out);
}

/* Who opens: what it was asked for, and whether the third set has come meanwhile. */
typedef struct {
    char asked[512]; /* a name a line; "-" for those of the call */
    bool has_come;
} opener;

static strata_status open_one(void *self, const char *what, strata_data **out)
{
    opener *o = self;
    size_t length = strlen(o->asked);
    *out = NULL;
    (void)snprintf(o->asked + length, sizeof o->asked - length, "%s\n", what != NULL ? what : "-");
    if (what == NULL) return make_table(2, 5, "of-the-call", out);
    if (strcmp(what, "two") == 0) return make_table(2, 3, "two", out);
    if (strcmp(what, "four") == 0 || strstr(what, "four.csv") != NULL) return make_table(4, 2, "four", out);
    if (strcmp(what, "late") == 0 && o->has_come) return make_table(3, 3, "late", out);
    if (strcmp(what, "late") == 0) return status_fail(STRATA_ERR_DATA, "late: the data set is not on this machine yet");
    return status_fail(STRATA_ERR_ARGUMENT, "%s: nothing has this name; did you mean two?", what);
}

/* ---- a call -------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    char told[1024], digests[1024]; /* sentences; the data of finished runs, in their order, each once */
    opener data;
} audience;

static void on_tell(void *self, const char *sentence)
{
    audience *a = self;
    size_t length = strlen(a->told);
    (void)snprintf(a->told + length, sizeof a->told - length, "%s\n", sentence);
}

static void on_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    audience *a = self;
    const char *kind = strata_run_facts(run)->data_kind;
    size_t length = strlen(a->digests), last = strlen(kind);
    (void)now;
    if (length > last && strncmp(a->digests + length - last - 1, kind, last) == 0) return;
    (void)snprintf(a->digests + length, sizeof a->digests - length, "%s\n", kind);
}

enum { FILES_MOST = 4 };

typedef struct {
    char out[PATH], path[FILES_MOST][PATH];
    const char *paths[FILES_MOST];
    size_t count;
    lab_request request;
} calling;

/* The files NAME.yaml of the folder, into the folder `out` of it. */
static void prepare(const char *names, audience *a, calling *c)
{
    char words[PATH];
    bool has_come = a->data.has_come;
    *a = (audience){ .told = "", .data.has_come = has_come };
    *c = (calling){ .count = 0 };
    (void)snprintf(words, sizeof words, "%s", names);
    (void)snprintf(c->out, sizeof c->out, "%s", in_folder("out"));
    for (char *rest = words, *name; (name = strtok_r(rest, " ", &rest)) != NULL; c->count++) {
        (void)snprintf(c->path[c->count], PATH, "%.200s.yaml", in_folder(name));
        c->paths[c->count] = c->path[c->count];
    }
    c->request = (lab_request){ .out = c->out, .seeds = 2, .threads = 2, .open_data = open_one, .data_self = &a->data,
                                .watch = { .self = a, .tell = on_tell, .finished = on_finished } };
}

static strata_status call(const char *names, audience *a)
{
    calling c;
    prepare(names, a, &c);
    return lab_run(c.paths, c.count, NULL, &c.request);
}

static void assert_heard(const char *all, const char *due)
{
    if (strstr(all, due) == NULL) fail_msg("'%s' is not in '%s'", due, all);
}

static void write_experiments(void)
{
    (void)wrote("a.yaml", SHORT "name: a\nexperiment: {data: two}\n");
    (void)wrote("b.yaml", SHORT "name: b\nexperiment: {data: four}\n");
    (void)wrote("c.yaml", SHORT "name: c\nlambda: 0.1\nexperiment: {data: two, vary: {bn: [true, false]}}\n");
    (void)wrote("d.yaml", SHORT "name: d\n");
}

/* ---- several sets -------------------------------------------------------------------------------------------------------------------- */

/* Settings are the same: the data alone tell the runs of a, b and d apart. */
static void each_has_its_own_data(void **state)
{
    (void)state;
    audience a = { .told = "" };
    strata_data *two;
    strata_config *config;
    char id[13];
    write_experiments();
    CHECK_OK(call("a b c d", &a));
    assert_string_equal(a.data.asked, "two\nfour\n-\n"); /* each once, in the order of the experiments */
    assert_string_equal(a.digests, "two\nfour\nof-the-call\n"); /* and one after the other */
    assert_asked("out", "SELECT count(*), count(DISTINCT id), count(DISTINCT data_digest), count(DISTINCT data_kind) FROM run",
                 "10,10,3,3");
    assert_asked("out", "SELECT experiment, data_kind, count(*) FROM experiment_run JOIN run ON run = id GROUP BY 1, 2 ORDER BY 1",
                 "a,two,2\nb,four,2\nc,two,4\nd,of-the-call,2");
    assert_asked("out", "SELECT experiment, value FROM note WHERE key = 'data' ORDER BY 1", "a,two\nb,four\nc,two\nd,of-the-call");
    CHECK_OK(make_table(2, 3, "two", &two));
    CHECK_OK(strata_config_new(&config));
    CHECK_OK(strata_config_load(config, in_folder("a.yaml")));
    CHECK_OK(strata_run_id(config, two, id));
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM run WHERE id = '%s' AND name = 'a'", id);
    assert_asked("out", sql, "1");
    strata_config_free(config);
    strata_data_free(two);
    CHECK_OK(call("a b c d", &a)); /* all of it is in the store */
    assert_string_equal(a.digests, "");
}

/* Nobody draws or reads what no experiment needs. */
static void data_of_the_call_only_where_they_are_needed(void **state)
{
    (void)state;
    audience a = { .told = "" };
    calling c;
    write_experiments();
    CHECK_OK(call("a", &a));
    assert_string_equal(a.data.asked, "two\n");
    prepare("d", &a, &c);
    CHECK_OK(lab_run(c.paths, c.count, small_data(), &c.request)); /* they were given */
    assert_string_equal(a.data.asked, "");
    c.request.open_data = NULL;
    assert_int_equal(lab_run(c.paths, c.count, NULL, &c.request), STRATA_ERR_ARGUMENT);
    prepare("a", &a, &c);
    c.request.open_data = NULL;
    assert_failed(lab_run(c.paths, c.count, small_data(), &c.request), STRATA_ERR_ARGUMENT,
                  "a.yaml:7: data: this laboratory opens no data");
}

/* A file beside the experiment goes before a name; what can be no name is a path. */
static void paths_count_from_the_file(void **state)
{
    (void)state;
    audience a = { .told = "" };
    char due[PATH];
    (void)wrote("here/x.yaml", SHORT "name: x\nexperiment: {data: tables/four.csv}\n");
    (void)wrote("here/two", "a file of this name");
    (void)wrote("here/y.yaml", SHORT "name: y\nexperiment: {data: two}\n");
    CHECK_OK(call("here/x", &a));
    (void)snprintf(due, sizeof due, "%s\n", in_folder("here/tables/four.csv"));
    assert_string_equal(a.data.asked, due);
    assert_int_equal(call("here/y", &a), STRATA_ERR_ARGUMENT); /* no data of the test */
    (void)snprintf(due, sizeof due, "%s\n", in_folder("here/two"));
    assert_string_equal(a.data.asked, due);
}

/* ---- what was published --------------------------------------------------------------------------------------------------------- */

/* After a call with these settings, quick or not, a figure has this for its published value, which is that of the view, too. */
static void assert_compared(const char *names, const char *const *settings, bool quick, const char *due)
{
    audience a = { .told = "" };
    calling c;
    prepare(names, &a, &c);
    c.request.settings = settings;
    c.request.quick = quick;
    CHECK_OK(lab_run(c.paths, c.count, NULL, &c.request));
    assert_asked("out", "SELECT e.published, e.median, p.published, group_concat(n.value, ' | ') FROM experiment e"
                        " JOIN prediction p ON p.experiment = e.id LEFT JOIN (SELECT * FROM note WHERE key = 'unlike' OR key GLOB"
                        " 'published.*' ORDER BY key) n ON n.experiment = e.id WHERE e.id = 'x'", due);
}

/* What was published is about the settings and the data that the file names; other trainings are not compared with it. */
static void published_is_what_the_file_says(void **state)
{
    (void)state;
    static const char *const same[] = { "n_s=4", "backend=ref32", "seed=3", "threads=1", NULL }, *const other[] = { "n_s=5", NULL };
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {data: two, published: {report: 0.5, median: 0.25, swa: 0.125}}\n");
    assert_compared("x", NULL, false, "0.5,0.25,0.5,0.125");
    assert_compared("x", other, false, ",,,the call sets n_s=5");
    assert_compared("x", same, false, "0.5,0.25,0.5,0.125");
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {published: {report: 0.5, median: 0.25, swa: 0.125}}\n");
    assert_compared("x", NULL, false, ",,,the data are not those of CIFAR-10 (of-the-call)");
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {data: two}\n"); /* and nothing is left of what nobody says any more */
    assert_compared("x", other, false, ",,,");
}

static void a_quick_look_is_not_compared(void **state)
{
    (void)state;
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {data: two, published: {report: 0.5, median: 0.25}}\n");
    assert_compared("x", NULL, true, ",,,a quick look is cut short");
}

/* ---- what the data allow ------------------------------------------------------------------------------------------------------------- */

static void numbers_are_those_of_the_data(void **state)
{
    (void)state;
    audience a = { .told = "" };
    (void)wrote("x.yaml", "name: x\nn_batch: 10\nhidden: [5]\ncycles: 1\nexperiment: {data: two, seeds: 1}\n");
    CHECK_OK(call("x", &a)); /* 80 for training, 8 of them validate: 2 x 5 epochs of 7 updates */
    assert_asked("out", "SELECT updates FROM run", "70");
    (void)wrote("y.yaml", SHORT "name: y\nn_train: 73\nexperiment: {data: two}\n");
    assert_failed(call("x y", &a), STRATA_ERR_ARGUMENT, "y.yaml: n_train = 73 and n_val = 8: there are 80 training examples for both");
    calling c;
    (void)wrote("z.yaml", "name: z\nn_batch: 10\nhidden: [4]\ncycles: 1\nexperiment: {data: two, seeds: 1}\n");
    prepare("z", &a, &c);
    c.request.quick = true;
    (void)snprintf(c.out, sizeof c.out, "%s", in_folder("quick"));
    CHECK_OK(lab_run(c.paths, c.count, NULL, &c.request)); /* a quick look makes nothing longer */
    assert_asked("quick", "SELECT updates FROM run", "70");
}

static void gradients_are_checked_on_its_data(void **state)
{
    (void)state;
    audience a = { .told = "" };
    (void)wrote("check.yaml", SHORT "name: check\nbn: false\nexperiment: {data: two, check: {methods: [central], inputs: 2}}\n");
    CHECK_OK(call("check", &a));
    assert_string_equal(a.data.asked, "two\n");
    assert_asked("out", "SELECT max(entries) FROM gradcheck WHERE layer = 2", "15"); /* of 3 x 5: not those of ten classes */
}

/* ---- what cannot run ----------------------------------------------------------------------------------------------------------------- */

static void a_wrong_name_is_refused_with_its_line(void **state)
{
    (void)state;
    audience a = { .told = "" };
    bool there;
    write_experiments();
    (void)wrote("x.yaml", SHORT "name: x\nexperiment:\n  seeds: 1\n  data: tow\n");
    assert_failed(call("a x", &a), STRATA_ERR_ARGUMENT, "x.yaml:9: tow: nothing has this name; did you mean two?");
    CHECK_OK(file_look(in_folder("out"), &there));
    assert_false(there);
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {data: [two, four]}\n");
    assert_failed(call("x", &a), STRATA_ERR_ARGUMENT, "x.yaml:7: data takes a plain text");
    (void)wrote("x.yaml", SHORT "name: x\nexperiment: {dat: two}\n");
    assert_failed(call("x", &a), STRATA_ERR_ARGUMENT, "did you mean data");
}

/* Data that are not there stop the experiments that name them and what starts from these; the rest is trained. */
static void what_is_not_there_stops_what_needs_it(void **state)
{
    (void)state;
    audience a = { .told = "" };
    write_experiments();
    (void)wrote("late.yaml", SHORT "name: late\nexperiment: {data: late, vary: {lambda: [0.1, 0.2]}}\n");
    (void)wrote("best.yaml", SHORT "name: best\nexperiment: {data: two, vary: {lambda: {best: late}}}\n");
    assert_failed(call("late", &a), STRATA_ERR_DATA, "late.yaml: data: late: the data set is not on this machine yet");
    (void)wrote("check.yaml", SHORT "name: check\nexperiment: {data: late, check: {methods: [central], inputs: 2}}\n");
    assert_failed(call("best check a", &a), STRATA_ERR_PART, "not run: best, check, late; everything else is done");
    assert_string_equal(a.data.asked, "two\nlate\n");
    assert_heard(a.told, "late cannot run: ");
    assert_heard(a.told, "late.yaml:7: data: late: the data set is not on this machine yet\n");
    assert_heard(a.told, "best.yaml:7: it starts from late, which cannot run\n");
    assert_asked("out", "SELECT experiment, count(*) FROM experiment_run GROUP BY experiment", "a,2");
    a.data.has_come = true;
    CHECK_OK(call("best check a", &a));
    assert_string_equal(a.told, "");
    assert_asked("out", "SELECT count(*) FROM note WHERE key = 'failed' AND value <> ''", "0");
    assert_asked("out", "SELECT experiment, count(*) FROM experiment_run GROUP BY experiment ORDER BY 1", "a,2\nbest,2\nlate,4");
}

/* ---- what is said before ------------------------------------------------------------------------------------------------------------- */

static void a_rehearsal_names_the_data(void **state)
{
    (void)state;
    audience a = { .told = "" };
    calling c;
    rehearsal *r = calloc(1, sizeof *r);
    write_experiments();
    (void)wrote("late.yaml", SHORT "name: late\nexperiment: {data: late}\n");
    prepare("d late b a", &a, &c);
    assert_non_null(r);
    CHECK_OK(lab_rehearse(c.paths, c.count, NULL, &c.request, r));
    assert_string_equal(r->row[0].data, "of-the-call");
    assert_string_equal(r->row[1].data, "late");
    assert_string_equal(r->row[2].data, "four");
    assert_true(!r->row[0].names_data && r->row[2].names_data && !r->row[0].lacks_data && r->row[1].lacks_data);
    assert_true(r->row[1].fresh == 0 && r->all.fresh == 6 && r->all.updates == 6 * 8);
    assert_true(r->fits && r->need.memory > 0 && r->need.model_file > 0 && r->need.disk >= 6 * r->need.model_file);
    CHECK_OK(call("a", &a));
    prepare("a b", &a, &c);
    CHECK_OK(lab_rehearse(c.paths, c.count, NULL, &c.request, r));
    assert_true(r->row[0].stored == 2 && r->row[1].stored == 0 && r->row[1].fresh == 2);
    assert_true(r->row[1].seconds != r->row[1].seconds); /* NaN: nothing is known of the pace on other data */
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_has_its_own_data, clear_folder),
        cmocka_unit_test_setup(data_of_the_call_only_where_they_are_needed, clear_folder),
        cmocka_unit_test_setup(paths_count_from_the_file, clear_folder),
        cmocka_unit_test_setup(published_is_what_the_file_says, clear_folder),
        cmocka_unit_test_setup(a_quick_look_is_not_compared, clear_folder),
        cmocka_unit_test_setup(numbers_are_those_of_the_data, clear_folder),
        cmocka_unit_test_setup(gradients_are_checked_on_its_data, clear_folder),
        cmocka_unit_test_setup(a_wrong_name_is_refused_with_its_line, clear_folder),
        cmocka_unit_test_setup(what_is_not_there_stops_what_needs_it, clear_folder),
        cmocka_unit_test_setup(a_rehearsal_names_the_data, clear_folder),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
