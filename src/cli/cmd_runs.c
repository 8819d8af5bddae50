/* strata runs: what the store knows of runs, as a list, one in full, or two side by side; whether all files are still what was written; and
 * what people change in it: notes, runs that go, and stores that become one. */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "runs_print.h"
#include "runs_verbs.h"

static strata_status take_word(void *self, const char *word)
{
    runs_verb_request *r = self;
    if (r->verb == NULL) r->verb = word;
    else if (r->ids < RUNS_VERB_WORDS) r->id[r->ids++] = word;
    else return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: %d runs at once are enough", text_cut(word), RUNS_VERB_WORDS);
    return STRATA_OK;
}

/* ---- show --------------------------------------------------------------------------------------------------------------------------- */

static strata_status show_json(const stored_run *run)
{
    json_value *root;
    TRY(runs_find_json(run, &root));
    return json_print(root);
}

static strata_status show(const runs_verb_request *r, const char *path, store *s)
{
    stored_run run;
    strata_status status = runs_find(s, r->id[0], &run);
    if (status == STRATA_OK) status = runs_look_at_files(&run, path);
    if (status == STRATA_OK && r->json) status = show_json(&run);
    else if (status == STRATA_OK) stored_run_print(&run);
    runs_free(&run);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *usage;
    int ids, most;           /* words after it */
    runs_verb_function *run; /* NULL: it finds its stores itself */
    bool writes;
} verbs[] = {
    { "ls", "strata runs ls", 0, 0, runs_verb_ls, false },
    { "show", "strata runs show ID", 1, 1, show, false },
    { "diff", "strata runs diff A B", 2, 2, NULL, false },
    { "verify", "strata runs verify [DIR]", 0, 1, NULL, false },
    { "note", "strata runs note ID [\"WORDS\"]", 1, 2, runs_verb_note, true },
    { "rm", "strata runs rm ID ...", 1, RUNS_VERB_WORDS, runs_verb_rm, true },
    { "prune", "strata runs prune", 0, 0, runs_verb_prune, true },
    { "merge", "strata runs merge DIR ...", 1, RUNS_VERB_WORDS, NULL, true },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static bool is_verb(int verb, const char *name)
{
    return strcmp(verbs[verb].name, name) == 0;
}

static strata_status choose_verb(const runs_verb_request *r, int *verb)
{
    const char *names[VERBS];
    if (r->verb == NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "strata runs ls | show ID | diff A B | verify [DIR] | note ID | rm ID ... | prune |"
                           " merge DIR ...");
    }
    for (*verb = 0; *verb < VERBS; (*verb)++) {
        names[*verb] = verbs[*verb].name;
        if (strcmp(r->verb, names[*verb]) == 0) return STRATA_OK;
    }
    const char *near = text_nearest(r->verb, names, VERBS);
    if (near != NULL) return status_fail(STRATA_ERR_ARGUMENT, "strata runs %s is unknown; did you mean %s?", text_shown(r->verb), near);
    return status_fail(STRATA_ERR_ARGUMENT, "strata runs %s is unknown; %s", text_shown(r->verb), text_known(names, VERBS));
}

static bool is_one_of(int verb, const char *const names[3])
{
    for (int n = 0; n < 3; n++) {
        if (names[n] != NULL && is_verb(verb, names[n])) return true;
    }
    return false;
}

/* Options that go with some verbs alone. */
static strata_status check_options(const runs_verb_request *r, int verb)
{
    const struct {
        const char *name, *verbs[3];
        bool given;
    } options[] = {
        { "--experiment", { "ls" }, r->experiment != NULL },   { "--where", { "ls" }, r->where.count > 0 },
        { "--sort", { "ls" }, r->sort != NULL },               { "--limit", { "ls" }, r->limit > 0 },
        { "--csv", { "ls" }, r->csv },                         { "--remove", { "note" }, r->remove },
        { "--dry-run", { "rm", "prune", "merge" }, r->dry },
    };
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
        if (!options[o].given || is_one_of(verb, options[o].verbs)) continue;
        const char *const *its = options[o].verbs;
        return status_fail(STRATA_ERR_ARGUMENT, "%s goes with strata runs %s%s%s%s%s alone", options[o].name, its[0],
                           its[2] != NULL ? ", " : "", its[2] != NULL ? its[1] : "", its[1] != NULL ? " and " : "",
                           its[2] != NULL ? its[2] : its[1] != NULL ? its[1] : "");
    }
    if (r->csv && r->json) return status_fail(STRATA_ERR_ARGUMENT, "--csv and --json: one of them says how the list is printed");
    if (!r->remove || r->ids < 2) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "'%s' and --remove: one of them says what to do", text_cut(r->id[1]));
}

static strata_status check(const runs_verb_request *r, int verb)
{
    bool merge = is_verb(verb, "merge");
    if (merge && r->ids == 0) return status_fail(STRATA_ERR_ARGUMENT, "which folders? strata runs merge DIR ... [--out DIR]");
    if (merge && r->store != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "--store %s: strata runs merge writes a whole folder; name that with --out", r->store);
    }
    if (r->ids < verbs[verb].ids) return status_fail(STRATA_ERR_ARGUMENT, "which run? %s; strata runs ls lists them", verbs[verb].usage);
    if (r->ids > verbs[verb].most) {
        return status_fail(STRATA_ERR_ARGUMENT, "'%s' is one word too many: %s", text_cut(r->id[verbs[verb].most]), verbs[verb].usage);
    }
    bool verify = is_verb(verb, "verify");
    if (verify && r->store != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "--store %s: strata runs verify looks at a whole folder; name that", r->store);
    }
    if (verify && r->ids > 0 && r->out != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "%s and --out %s: one of them says which folder", text_cut(r->id[0]), r->out);
    }
    TRY(check_options(r, verb));
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

strata_status runs_verb_open(const char *path, store_mode mode, store **out)
{
    bool there;
    TRY(file_look(path, &there));
    if (!there) return no_store(path, errno == ENOTDIR ? ", for its folder is a file" : "");
    TRY(store_open(path, mode, out));
    if (store_warning(*out)[0] != '\0') (void)fprintf(stderr, "note: %s\n", store_warning(*out));
    return STRATA_OK;
}

static strata_status run_verb_on(const runs_verb_request *r, int verb, const char *path)
{
    store *s;
    bool looks = !verbs[verb].writes || r->dry || (is_verb(verb, "note") && r->ids == 1 && !r->remove);
    if (is_verb(verb, "diff")) return runs_verb_diff(r, path);
    TRY(runs_verb_open(path, looks ? STORE_READ_FEW : STORE_READ_WRITE, &s));
    strata_status status = verbs[verb].run(r, path, s);
    store_close(s);
    return status;
}

static strata_status run_verb(const runs_verb_request *r)
{
    int verb = 0;
    text path = { 0 };
    TRY(choose_verb(r, &verb));
    TRY(check(r, verb));
    if (is_verb(verb, "merge")) return runs_verb_merge(r);
    if (is_verb(verb, "verify")) return runs_print_verified(r->ids > 0 ? r->id[0] : r->out, r->json);
    if (r->store != NULL) return run_verb_on(r, verb, r->store);
    text_add(&path, "%s/runs.sqlite", r->out != NULL ? r->out : "report-out");
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the path of the store")
                                       : run_verb_on(r, verb, path.at);
    text_free(&path);
    return status;
}

strata_status cmd_runs(char **argv)
{
    runs_verb_request r = { .verb = NULL };
    const option options[] = {
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder of the store, runs.sqlite (report-out)" },
        { "--store", OPTION_TEXT, &r.store, "FILE", "the store itself" },
        { "--experiment", OPTION_TEXT, &r.experiment, "ID", "ls: the runs of this experiment alone" },
        { "--where", OPTION_LIST, &r.where, "CONDITION", "ls: the runs with 'lambda<0.01'; may be given again" },
        { "--sort", OPTION_TEXT, &r.sort, "KEY", "ls: in the order of a setting or column; -KEY: the largest first" },
        { "--limit", OPTION_WHOLE, &r.limit, "N", "ls: the first N" },
        { "--csv", OPTION_FLAG, &r.csv, "", "ls: CSV, with a column for each setting" },
        { "--dry-run", OPTION_FLAG, &r.dry, "", "rm, prune, merge: say what would be done" },
        { "--remove", OPTION_FLAG, &r.remove, "", "note: remove the notes of the run" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_word, &r));
    if (!r.help) return run_verb(&r);
    printf("usage: strata runs ls           the runs that were recorded, the newest last\n"
           "       strata runs show ID      all that is known of one; the first digits of its id will do (4 or more)\n"
           "       strata runs diff A B     in what two runs differ, and from which update on. A run is an ID, or DIR:ID for one of\n"
           "                                another folder (or FILE:ID, of a store). Exit code 1 if settings, data, results or curves\n"
           "                                differ; another machine, build or time alone is no difference\n"
           "       strata runs verify [DIR] is every file of every run still what was written? Exit code 6 if one is not. DIR: of a\n"
           "                                laboratory, of strata train, or one run's (report-out and runs)\n"
           "       strata runs note ID \"WORDS\"  writes a note beside a run; without words: prints its notes\n"
           "       strata runs rm ID ...    removes runs, with their rows, notes and files; what else lies in their folders stays\n"
           "       strata runs prune        removes the laboratory's runs that no experiment has any more, and quick looks with the runs\n"
           "                                that they alone have; but no run of strata train, and none with a note\n"
           "       strata runs merge DIR ...  what several folders of strata lab have becomes one: --out (report-out), made when it is\n"
           "                                not there. The DIRs stay as they are. Exit code 6, and nothing changed, where two have a run\n"
           "                                with other bits from kernels of one level, or an experiment that is defined otherwise\n\n");
    options_print(options, sizeof options / sizeof *options);
    printf("\nA CONDITION is a KEY, one of = != < <= > >=, and a value. A KEY is a setting or a column of the list: id, name, seed,\n"
           "status, maker, updates, seconds, created, accuracy (of the test images, 0 to 1), ... (docs/outputs.md).\n");
    return STRATA_OK;
}
