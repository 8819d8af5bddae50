/* strata runs: what the store knows of runs, as a list, one in full, or two side by side; and whether all files are still what was written.
 * Nothing is written. */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "runs_print.h"

enum { MOST_WORDS = 2 };

typedef struct {
    const char *verb, *out, *store, *experiment, *sort;
    option_list where;
    long limit;
    const char *id[MOST_WORDS];
    int ids;
    bool json, help;
} request;

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    if (r->verb == NULL) r->verb = word;
    else if (r->ids < MOST_WORDS) r->id[r->ids++] = word;
    else return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: strata runs ls | show ID | diff A B | verify [DIR]",
                            text_cut(word));
    return STRATA_OK;
}

/* ---- ls ----------------------------------------------------------------------------------------------------------------------------- */

enum { LABEL = 40 };

static const char *const titles[] = { "id", "experiment: label" };

/* "3layer-bn; lambda-final: lambda=0.00383" */
static strata_status membership(const stored_run *run, text *out)
{
    out->length = 0;
    text_add(out, "%s", "");
    for (size_t l = 0; l < run->links.count; l++) {
        const stored_pair *link = &run->links.at[l];
        text_add(out, "%s%s%s%s", l > 0 ? "; " : "", link->key, link->value[0] != '\0' ? ": " : "", link->value);
    }
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a table of runs") : STRATA_OK;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void print_accuracy(const strata_score *score, int width)
{
    if (score == NULL) printf("  %*s", width, "-");
    else printf("  %*s", width, percent_of(score->accuracy).words);
}

static void print_run(const stored_run *r, const char *member, const int widths[2])
{
    const store_run *run = &r->run;
    stored_text_print(run->id, widths[0], LABEL);
    printf("  ");
    stored_text_print(member, widths[1], LABEL);
    printf("  %6llu  %-8s  %7ld  %7.1f", (unsigned long long)run->seed, runs_status_word(run->status), run->updates, run->seconds);
    print_accuracy(run->score[STRATA_TRAIN_PART], 6);
    print_accuracy(run->score[STRATA_VALIDATION_PART], 10);
    print_accuracy(run->score[STRATA_TEST_PART], 6);
    printf("  ");
    stored_text_print(run->created, 0, LABEL);
    printf("\n");
}

static strata_status print_runs(const stored_runs *runs)
{
    text member = { 0 };
    strata_status status = STRATA_OK;
    int widths[2] = { stored_text_width(titles[0]), stored_text_width(titles[1]) };
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        status = membership(&runs->at[r], &member);
        widths[0] = larger(widths[0], stored_text_width(runs->at[r].run.id));
        if (status == STRATA_OK) widths[1] = larger(widths[1], stored_text_width(member.at));
    }
    for (int w = 0; w < 2; w++) widths[w] = widths[w] < LABEL ? widths[w] : LABEL;
    if (status == STRATA_OK) {
        printf("%-*s  %-*s  %6s  %-8s  %7s  %7s  %6s  %10s  %6s\n", widths[0], "", widths[1], "", "", "", "", "", "train", "validation",
               "test");
        printf("%-*s  %-*s  %6s  %-8s  %7s  %7s  %6s  %10s  %6s  %s\n", widths[0], titles[0], widths[1], titles[1], "seed", "status",
               "updates", "seconds", "acc %", "acc %", "acc %", "created");
    }
    for (size_t r = 0; r < runs->count && status == STRATA_OK; r++) {
        status = membership(&runs->at[r], &member);
        if (status == STRATA_OK) print_run(&runs->at[r], member.at, widths);
    }
    text_free(&member);
    return status;
}

static strata_status list_runs(const request *r, const char *path, const stored_runs *runs)
{
    if (r->json) return json_print(runs_list_json(runs));
    if (runs->count > 0) return print_runs(runs);
    if (r->where.count > 0) printf("no run in %s meets all conditions\n", path);
    else if (r->experiment != NULL) printf("no runs of %s in %s yet\n", r->experiment, path);
    else printf("no runs in %s yet; strata lab EXPERIMENT.yaml ... makes some\n", path);
    return STRATA_OK;
}

static strata_status choose_and_list(const request *r, const char *path, store *s, const store_choice *choice)
{
    stored_runs runs;
    strata_status status = runs_list(s, choice, &runs);
    if (status == STRATA_OK) status = list_runs(r, path, &runs);
    runs_list_free(&runs);
    return status;
}

static strata_status ls(const request *r, const char *path, store *s)
{
    runs_condition read[OPTION_LIST_MOST];
    store_condition where[OPTION_LIST_MOST];
    size_t count = 0;
    bool descending = r->sort != NULL && r->sort[0] == '-';
    strata_status status = STRATA_OK;
    for (; count < r->where.count && status == STRATA_OK; count++) {
        status = runs_condition_read(r->where.at[count], &read[count]);
        where[count] = read[count].condition;
    }
    const store_choice choice = { .experiment = r->experiment, .where = where, .conditions = count, .descending = descending,
                                  .sort = descending ? r->sort + 1 : r->sort, .limit = r->limit };
    if (status == STRATA_OK) status = choose_and_list(r, path, s, &choice);
    for (size_t c = 0; c < count; c++) runs_condition_free(&read[c]);
    return status;
}

/* ---- show, diff --------------------------------------------------------------------------------------------------------------------- */

static strata_status show_json(const stored_run *run)
{
    json_value *root;
    TRY(runs_find_json(run, &root));
    return json_print(root);
}

static strata_status show(const request *r, const char *path, store *s)
{
    stored_run run;
    strata_status status = runs_find(s, r->id[0], &run);
    if (status == STRATA_OK) status = runs_look_at_files(&run, path);
    if (status == STRATA_OK && r->json) status = show_json(&run);
    else if (status == STRATA_OK) stored_run_print(&run);
    runs_free(&run);
    return status;
}

static strata_status diff(const request *r, const char *path, store *s)
{
    stored_run run[2];
    runs_comparison found;
    (void)path;
    strata_status status = runs_find_two(s, r->id, run);
    if (status == STRATA_OK) status = runs_compare(&run[0], &run[1], &found);
    if (status == STRATA_OK) {
        if (r->json) status = json_print(runs_comparison_json(&found));
        else stored_runs_print_difference(&found);
        runs_comparison_free(&found);
    }
    runs_free(&run[0]);
    runs_free(&run[1]);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *usage;
    int ids, most; /* words after it */
    strata_status (*run)(const request *r, const char *path, store *s); /* NULL: it does without a store */
} verbs[] = {
    { "ls", "strata runs ls", 0, 0, ls },
    { "show", "strata runs show ID", 1, 1, show },
    { "diff", "strata runs diff A B", 2, 2, diff },
    { "verify", "strata runs verify [DIR]", 0, 1, NULL },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static strata_status choose_verb(const request *r, int *verb)
{
    const char *names[VERBS];
    if (r->verb == NULL) return status_fail(STRATA_ERR_ARGUMENT, "strata runs ls | show ID | diff A B | verify [DIR]");
    for (*verb = 0; *verb < VERBS; (*verb)++) {
        names[*verb] = verbs[*verb].name;
        if (strcmp(r->verb, names[*verb]) == 0) return STRATA_OK;
    }
    const char *near = text_nearest(r->verb, names, VERBS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "strata runs %s is unknown; did you mean %s?", text_shown(r->verb), near);
    return status_fail(STRATA_ERR_ARGUMENT, "strata runs %s is unknown; %s", text_shown(r->verb), text_known(names, VERBS));
}

static strata_status check(const request *r, int verb)
{
    if (r->ids < verbs[verb].ids) return status_fail(STRATA_ERR_ARGUMENT, "which run? %s; strata runs ls lists them", verbs[verb].usage);
    if (r->ids > verbs[verb].most) {
        return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: %s", text_cut(r->id[verbs[verb].most]), verbs[verb].usage);
    }
    if (verbs[verb].run == NULL && r->store != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "--store %s: strata runs verify looks at a whole folder; name that", r->store);
    }
    if (verbs[verb].run == NULL && r->ids > 0 && r->out != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s and --out %s: one of them says which folder", text_cut(r->id[0]), r->out);
    }
    const char *of_ls = r->experiment != NULL ? "--experiment" : r->where.count > 0 ? "--where" : r->sort != NULL ? "--sort"
        : r->limit > 0 ? "--limit" : NULL;
    if (of_ls != NULL && verbs[verb].run != ls) return status_fail(STRATA_ERR_ARGUMENT, "%s goes with strata runs ls alone", of_ls);
    if (r->out == NULL || r->store == NULL) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "--out %s and --store %s: one of them says where the store is", r->out, r->store);
}

static strata_status no_store(const char *path, const char *why)
{
    text others = { 0 };
    install_say_stores(&others);
    strata_status status = status_fail(STRATA_ERR_STORAGE, "%s: there is no store of runs%s%s", path, why, others.at != NULL ? others.at
                                       : "; name one with --out DIR or --store FILE, or make one with strata lab");
    text_free(&others);
    return status;
}

static strata_status run_verb_on(const request *r, int verb, const char *path)
{
    store *s;
    bool there;
    TRY(file_look(path, &there));
    if (!there) return no_store(path, errno == ENOTDIR ? ", for its folder is a file" : "");
    TRY(store_open(path, STORE_READ_FEW, &s));
    if (store_warning(s)[0] != '\0') (void)fprintf(stderr, "note: %s\n", store_warning(s));
    strata_status status = verbs[verb].run(r, path, s);
    store_close(s);
    return status;
}

static strata_status run_verb(const request *r)
{
    int verb = 0;
    text path = { 0 };
    TRY(choose_verb(r, &verb));
    TRY(check(r, verb));
    if (verbs[verb].run == NULL) return runs_print_verified(r->ids > 0 ? r->id[0] : r->out, r->json);
    if (r->store != NULL) return run_verb_on(r, verb, r->store);
    text_add(&path, "%s/runs.sqlite", r->out != NULL ? r->out : "report-out");
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of the store")
                                       : run_verb_on(r, verb, path.at);
    text_free(&path);
    return status;
}

strata_status cmd_runs(char **argv)
{
    request r = { .verb = NULL };
    const option options[] = {
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder of the store, runs.sqlite (report-out)" },
        { "--store", OPTION_TEXT, &r.store, "FILE", "the store itself" },
        { "--experiment", OPTION_TEXT, &r.experiment, "ID", "ls: the runs of this experiment alone" },
        { "--where", OPTION_LIST, &r.where, "CONDITION", "ls: the runs with 'lambda<0.01'; may be given again" },
        { "--sort", OPTION_TEXT, &r.sort, "KEY", "ls: in the order of a setting or column; -KEY: the largest first" },
        { "--limit", OPTION_WHOLE, &r.limit, "N", "ls: the first N" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_word, &r));
    if (!r.help) return run_verb(&r);
    printf("usage: strata runs ls           the runs that strata lab recorded, the newest last\n"
           "       strata runs show ID      all that is known of one; the first digits of its id will do (4 or more)\n"
           "       strata runs diff A B     in what two runs differ, and from which update on\n"
           "       strata runs verify [DIR] is every file of every run still what was written? Exit code 6 if one is not. DIR: of a\n"
           "                                laboratory, of strata train, or one run's (report-out and runs)\n\n");
    options_print(options, sizeof options / sizeof *options);
    printf("\nA CONDITION is a KEY, one of = != < <= > >=, and a value. A KEY is a setting or a column of the list: id, name, seed,\n"
           "status, updates, seconds, created, accuracy (of the test images, 0 to 1), validation_accuracy, ... (docs/outputs.md).\n");
    return STRATA_OK;
}
