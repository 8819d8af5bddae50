/* strata export: a trained model as a file that other programs take. */
#include <string.h>

#include "cli.h"
#include "find_model.h"

typedef struct {
    const char *model, *to, *file, *out, *name;
    bool help;
} request;

static strata_status take_word(void *self, const char *word)
{
    request *r = self;
    if (r->model != NULL) {
        return status_fail(STRATA_ERR_ARGUMENT, "one model at a time: %s, or %s?", text_shown(r->model), word);
    }
    r->model = word;
    return STRATA_OK;
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
    if (r->model == NULL) return status_fail(STRATA_ERR_ARGUMENT, "which model? strata export RUN --to KIND; strata runs ls lists runs");
    if (r->to == NULL) return status_fail(STRATA_ERR_ARGUMENT, "as what? --to KIND; strata export --help lists them");
    strata_status status = find_model(r->model, r->out, &model, &name);
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

static void help(const option *options, size_t options_count)
{
    size_t count;
    const strata_export_kind *kinds = strata_export_kinds(&count);
    printf("usage: strata export RUN|MODEL --to KIND [OPTION ...]\n\n"
           "A trained model as a file that other programs take. RUN is an id, or the beginning of one (strata runs ls);\n"
           "MODEL a file, or a folder with a model.safetensors in it. docs/export.md says what the files hold.\n\n");
    for (size_t q = 0; q < count; q++) printf("  %-10s  %s\n", kinds[q].name, kinds[q].help);
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
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, take_word, &r));
    if (!r.help) return export_model(&r);
    help(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
