/* strata train: one configuration, one or several seeds, saved and summed up. */
#include "cli.h"
#include "file.h"

typedef struct {
    const char *data, *out;
    long seeds;
    bool json, quiet, help;
} request;

static strata_status save_runs(strata_run *const *runs, const request *r)
{
    for (long s = 0; s < r->seeds; s++) {
        const strata_run_facts_t *f = strata_run_facts(runs[s]);
        TRY(run_save(runs[s], r->out));
        if (f->updates == 0 && f->outcome == STRATA_STOPPED) continue;
        (void)fprintf(stderr, "saved: %s/%s%s/%scurves.csv, run.json\n", r->out, f->id, run_folder_suffix(runs[s]),
                      f->outcome == STRATA_ERR_DIVERGED ? "" : "model.safetensors, ");
    }
    return STRATA_OK;
}

static strata_status train_and_tell(const strata_config *config, const strata_data *data, const request *r)
{
    population p;
    TRY(population_new(r->seeds, &p));
    strata_status status = population_add_seeds(&p, config, r->seeds);
    if (status == STRATA_OK) status = file_make_folder(r->out); /* better now than after the training */
    if (status == STRATA_OK) status = population_train(&p, data, r->quiet);
    strata_run **runs = p.runs;
    if (status == STRATA_OK) {
        if (r->json) status = doc_print(runs_doc(runs, (size_t)r->seeds));
        else runs_print(runs, (size_t)r->seeds);
        if (status == STRATA_OK) status = save_runs(runs, r);
        if (status == STRATA_OK) status = runs_outcome(runs, (size_t)r->seeds);
    }
    population_free(&p);
    return status;
}

static strata_status train(const strata_config *config, const request *r)
{
    strata_data *data = NULL;
    if (r->seeds < 1 || r->seeds > 10000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 10000", r->seeds);
    TRY(strata_config_check(config));
    progress_catch_signals();
    TRY(find_data(r->data, &data));
    strata_status status = train_and_tell(config, data, r);
    strata_data_free(data);
    return status;
}

strata_status cmd_train(char **argv)
{
    request r = { .out = "runs", .seeds = 1 };
    config_words words = { 0 };
    const option options[] = {
        { "--data", OPTION_TEXT, &r.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--out", OPTION_TEXT, &r.out, "DIR", "where ID/{model.safetensors,curves.csv,run.json} go (runs)" },
        { "--seeds", OPTION_WHOLE, &r.seeds, "N", "train N members: seed, seed + 1, ... (1)" },
        { "--json", OPTION_FLAG, &r.json, "", "one JSON document on stdout" },
        { "--quiet", OPTION_FLAG, &r.quiet, "", "no progress" },
        { "--help", OPTION_FLAG, &r.help, "", "this text" },
    };
    TRY(strata_config_new(&words.config));
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, options_take_setting, &words);
    if (status == STRATA_OK && r.help) {
        printf("usage: strata train [CONFIG.yaml] [key=value ...] [OPTION ...]\n\nTrains the network that the settings describe.\n\n");
        options_print(options, sizeof options / sizeof *options);
        options_print_settings();
    } else if (status == STRATA_OK) {
        status = train(words.config, &r);
    }
    strata_config_free(words.config);
    return status;
}
