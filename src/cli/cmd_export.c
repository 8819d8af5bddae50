/* strata export: a trained model as a file that other programs take. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "cli.h"
#include "export_csv.h"
#include "find_model.h"

typedef struct {
    const char **word; /* a model, or runs; room for every word of the command line */
    size_t words;
    const char *to, *file, *out, *name;
    const char *experiment, *sort; /* which runs, of kind csv */
    option_list where;
    long limit;
    bool help;
} request;

static const char csv_help[] = "results and curves of any number of runs, of all without RUN: FILE.csv and FILE-curves.csv";

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    r->word[r->words++] = word;
    return STRATA_OK;
}

/* What goes with one kind alone. */
static strata_status check_kind(const request *r)
{
    bool chosen = r->experiment != NULL || r->sort != NULL || r->where.count > 0 || r->limit > 0;
    if (strcmp(r->to, "csv") == 0) {
        return r->name == NULL ? STRATA_OK : status_fail(STRATA_ERR_ARGUMENT, "--name goes with the kinds onnx and c alone");
    }
    if (chosen) return status_fail(STRATA_ERR_ARGUMENT, "--experiment, --where, --sort and --limit choose runs for --to csv alone");
    if (r->words <= 1) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "one model at a time: %s, or %s?", text_shown(r->word[0]), r->word[1]);
}

static const strata_export_kind *kind_of(const char *word)
{
    size_t count;
    const strata_export_kind *kinds = strata_export_kinds(&count);
    for (size_t q = 0; q < count; q++) {
        if (strcmp(kinds[q].name, word) == 0) return &kinds[q];
    }
    return NULL; /* strata_export says what there is */
}

static void say_written(const char *file, const strata_export_kind *kind)
{
    (void)fprintf(stderr, "written: %s", file);
    if (kind->also != NULL) (void)fprintf(stderr, " and %.*s%s", (int)(strlen(file) - strlen(kind->end)), file, kind->also);
    (void)fprintf(stderr, "\n");
}

static strata_status write_model(const request *r, const strata_model *model, const char *name)
{
    text file = { 0 };
    const strata_export_kind *kind = kind_of(r->to);
    if (r->file != NULL) text_add(&file, "%s", r->file);
    else text_add(&file, "%s%s", name, kind != NULL ? kind->end : "");
    if (file.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for the name of a file");
    const strata_export_request wanted = { .size = sizeof wanted, .kind = r->to, .file = file.at, .name = r->name };
    strata_status status = strata_export(model, &wanted);
    if (status == STRATA_OK) say_written(file.at, kind);
    text_free(&file);
    return status;
}

static strata_status export_model(const request *r)
{
    strata_model *model;
    text name = { 0 };
    if (r->words == 0) return status_fail(STRATA_ERR_ARGUMENT, "which model? strata export RUN --to KIND; strata runs ls lists runs");
    strata_status status = find_model(r->word[0], r->out, &model, &name);
    if (status == STRATA_OK) {
        if (!strata_model_verified(model)) {
            (void)fprintf(stderr, "note: the model is of an older format without a digest, so nobody can tell whether it is damaged\n");
        }
        status = write_model(r, model, name.at);
    }
    strata_model_free(model);
    text_free(&name);
    return status;
}

static strata_status export_what(const request *r)
{
    if (r->to == NULL && r->words == 0) return export_model(r);
    if (r->to == NULL) return status_fail(STRATA_ERR_ARGUMENT, "as what? --to KIND; strata export --help lists them");
    TRY(check_kind(r));
    if (strcmp(r->to, "csv") != 0) return export_model(r);
    const export_csv_request wanted = { .folder = r->out, .file = r->file, .run = r->word, .runs = r->words, .experiment = r->experiment,
                                        .sort = r->sort, .where = r->where, .limit = r->limit };
    return export_csv(&wanted);
}

static void help(const option *options, size_t options_count)
{
    size_t count;
    const strata_export_kind *kinds = strata_export_kinds(&count);
    printf("usage: strata export RUN|MODEL --to KIND [OPTION ...]\n       strata export [RUN ...] --to csv [OPTION ...]\n\n"
           "A trained model as a file that other programs take. RUN is an id, or the beginning of one (strata runs ls);\n"
           "MODEL a file, or a folder with a model.safetensors in it. docs/export.md says what the files hold.\n\n");
    for (size_t q = 0; q < count; q++) printf("  %-10s  %s\n", kinds[q].name, kinds[q].help);
    printf("  %-10s  %s\n", "csv", csv_help);
    printf("\n");
    options_print(options, options_count);
}

strata_status cmd_export(char **argv)
{
    request r = { .out = "report-out" };
    const option options[] = {
        { "--to", OPTION_TEXT, &r.to, "KIND", "what the model becomes, one of those above" },
        { "-o", OPTION_TEXT, &r.file, "FILE", "what it is written to (here, named as the run or the model)" },
        { "--name", OPTION_TEXT, &r.name, "NAME", "of the graph (onnx); what the names in the source begin with (c) (net)" },
        { "--out", OPTION_TEXT, &r.out, "DIR", "folder with runs.sqlite, where RUN is looked for (report-out)" },
        { "--experiment", OPTION_TEXT, &r.experiment, "ID", "csv: the runs of this experiment alone" },
        { "--where", OPTION_LIST, &r.where, "CONDITION", "csv: the runs with 'lambda<0.01', as strata runs ls; may be given again" },
        { "--sort", OPTION_TEXT, &r.sort, "KEY", "csv: in the order of a setting or column; -KEY: the largest first" },
        { "--limit", OPTION_WHOLE, &r.limit, "N", "csv: the first N" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    void *made;
    size_t words = 0;
    while (argv[words] != NULL) words++;
    TRY(alloc_zero(&made, words, sizeof *r.word, "the words of the command line"));
    r.word = made;
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_word, &r);
    if (status == STRATA_OK && !r.help) status = export_what(&r);
    if (status == STRATA_OK && r.help) help(options, sizeof options / sizeof *options);
    free(r.word);
    return status;
}
