/* strata train: one configuration, one or several seeds, kept while they train, saved and summed up. */
#include <stdlib.h>

#include "cli.h"

typedef struct {
    data_words data;
    keeping keep;
    long seeds;
    bool dry_run, schema, help;
} request;

static strata_status train_and_tell(population *p, const strata_data *data, const request *r)
{
    text again = { 0 };
    if (r->seeds == 1) keeping_say_resume(&again, &r->keep, &r->data);
    else text_add(&again, "the same command again"); /* it knows also the members that have not begun */
    strata_status status = again.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a sentence")
                                        : population_train(p, data, &r->keep, again.at);
    text_free(&again);
    return status;
}

/* Settings and memory, before anything is taken, also the data set (data NULL), and again when it is there, before a folder is made. A
 * rehearsal says also what does not fit. */
static strata_status check_memory(const population *p, const strata_data *data, const request *r)
{
    strata_need need = { .size = sizeof need };
    return r->dry_run ? STRATA_OK : population_need(p, data, &r->keep, &need);
}

static strata_status train_population(population *p, const request *r)
{
    strata_data *data = NULL;
    TRY(check_memory(p, NULL, r));
    signals_catch();
    TRY(find_data(&r->data, &data));
    strata_status status = check_memory(p, data, r);
    if (status == STRATA_OK) status = r->dry_run ? dry_run(p, data, &r->keep) : train_and_tell(p, data, r);
    strata_data_free(data);
    return status;
}

static strata_status train(const strata_config *config, request *r)
{
    population p;
    text runs = { 0 }, store = { 0 };
    if (r->seeds < 1 || r->seeds > 10000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 10000", r->seeds);
    TRY(keeping_check(&r->keep));
    TRY(strata_config_check(config));
    TRY(population_new(r->seeds, &p));
    strata_status status = keeping_find_folders(&r->keep, &runs, &store);
    if (status == STRATA_OK) status = population_add_seeds(&p, config, r->seeds);
    if (status == STRATA_OK) status = train_population(&p, r);
    population_free(&p);
    text_free(&runs);
    text_free(&store);
    return status;
}

static strata_status print_schema(void)
{
    char *schema;
    TRY(strata_settings_schema(&schema));
    printf("%s\n", schema);
    free(schema);
    return STRATA_OK;
}

strata_status cmd_train(char **argv)
{
    request r = { .keep = { .out = "report-out", .seconds = CHECKPOINT_SECONDS }, .seeds = 1 };
    strata_config *config;
    const option options[] = {
        DATA_OPTIONS(r.data),
        { "--out", OPTION_TEXT, &r.keep.out, "DIR", "where runs.sqlite and runs/ID/ are, or will be (report-out)" },
        { "--seeds", OPTION_WHOLE, &r.seeds, "N", "train N members: seed, seed + 1, ... (1)" },
        { "--again", OPTION_FLAG, &r.keep.again, "", "train also what is finished in DIR, instead of showing it" },
        { "--no-store", OPTION_FLAG, &r.keep.no_store, "", "leave files in DIR/runs/ID alone; runs.sqlite is not touched" },
        CHECKPOINT_OPTIONS(r.keep),
        { "--dry-run", OPTION_FLAG, &r.dry_run, "", "say what would be trained and what it needs, and train nothing" },
        { "--schema", OPTION_FLAG, &r.schema, "", "print a JSON schema of CONFIG.yaml, for editors, and train nothing" },
        { "--json", OPTION_FLAG, &r.keep.json, "", "one JSON document on stdout" },
        { "--quiet", OPTION_FLAG, &r.keep.quiet, "", "no progress" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(strata_config_new(&config));
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, options_take_setting, config);
    if (status == STRATA_OK && r.help) {
        printf("usage: strata train [CONFIG.yaml] [key=value ...] [OPTION ...]\n\n"
               "Trains the network that the settings describe. Interrupted, by whatever it be, the same command goes on where it was,\n"
               "and so does strata resume. Runs are recorded in DIR/runs.sqlite, beside those of strata lab; strata runs ls shows them.\n"
               "A run that is finished in DIR is shown and not trained again. The page of the runs is DIR/pages/ID/index.html (strata\n"
               "report --run), unless --quiet, --json or --no-store is given. Shells take brackets for patterns, so quote lists:\n"
               "'hidden=[50,50]'.\n\n");
        options_print(options, sizeof options / sizeof *options);
        options_print_settings();
    } else if (status == STRATA_OK) {
        status = r.schema ? print_schema() : train(config, &r);
    }
    strata_config_free(config);
    return status;
}
