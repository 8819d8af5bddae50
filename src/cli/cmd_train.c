/* strata train: one configuration, one or several seeds, saved and summed up. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"
#include "alloc.h"
#include "file.h"

/* Copies of the configuration with seeds seed, seed + 1, ... */
static strata_status make_seeds(const strata_config *config, long seeds, strata_config **configs)
{
    char seed[32];
    int64_t first;
    TRY(strata_config_get(config, "seed", seed, sizeof seed));
    if (!text_to_int64(seed, &first)) return status_fail(STRATA_ERR_INTERNAL, "seed = %s cannot be read back", seed);
    for (long s = 0; s < seeds; s++) {
        TRY(strata_config_copy(config, &configs[s]));
        (void)snprintf(seed, sizeof seed, "%" PRId64, first + s);
        TRY(strata_config_set(configs[s], "seed", seed));
    }
    return STRATA_OK;
}

static strata_status train_configs(strata_config **configs, const strata_data *data, long seeds, bool quiet, strata_run **runs)
{
    progress *shown;
    char threads[32];
    int64_t cores;
    TRY(strata_config_get(configs[0], "threads", threads, sizeof threads));
    if (!text_to_int64(threads, &cores)) return status_fail(STRATA_ERR_INTERNAL, "threads = %s cannot be read back", threads);
    TRY(progress_new((size_t)seeds, quiet, &shown));
    strata_status status = strata_train((size_t)seeds, (const strata_config *const *)configs, data, (int)cores,
                                        progress_observer(shown), runs);
    progress_free(shown);
    return status;
}

strata_status train_seeds(const strata_config *config, const strata_data *data, long seeds, bool quiet, strata_run **runs)
{
    void *made;
    TRY(alloc_zero(&made, (size_t)seeds, sizeof(strata_config *), "the seeds of a training"));
    strata_config **configs = made;
    strata_status status = make_seeds(config, seeds, configs);
    if (status == STRATA_OK) status = train_configs(configs, data, seeds, quiet, runs);
    for (long s = 0; s < seeds; s++) strata_config_free(configs[s]);
    free(configs);
    return status;
}

typedef struct {
    const char *data, *out;
    long seeds;
    bool json, quiet, help;
} request;

static strata_status save_runs(strata_run *const *runs, const request *r)
{
    for (long s = 0; s < r->seeds; s++) TRY(run_save(runs[s], r->out));
    (void)fprintf(stderr, "saved: %s/ID/model.safetensors, curves.csv, run.json\n", r->out);
    return STRATA_OK;
}

/* The exit code of a population: diverged when any member did. */
static strata_status outcome_of(strata_run *const *runs, long seeds)
{
    for (long s = 0; s < seeds; s++) {
        const strata_run_facts_t *f = strata_run_facts(runs[s]);
        if (f->outcome != STRATA_OK) return status_fail(f->outcome, "%s", f->sentence);
    }
    return STRATA_OK;
}

static strata_status train_and_tell(const strata_config *config, const strata_data *data, const request *r)
{
    void *made;
    TRY(alloc_zero(&made, (size_t)r->seeds, sizeof(strata_run *), "the runs"));
    strata_run **runs = made;
    strata_status status = train_seeds(config, data, r->seeds, r->quiet, runs);
    if (status == STRATA_OK) {
        if (r->json) status = doc_print(runs_doc(runs, (size_t)r->seeds));
        else runs_print(runs, (size_t)r->seeds);
        if (status == STRATA_OK) status = save_runs(runs, r);
        if (status == STRATA_OK) status = outcome_of(runs, r->seeds);
    }
    for (long s = 0; s < r->seeds; s++) strata_run_free(runs[s]);
    free(runs);
    return status;
}

static strata_status train(const strata_config *config, const request *r)
{
    strata_data *data = NULL;
    if (r->seeds < 1 || r->seeds > 10000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 10000", r->seeds);
    TRY(file_make_folder(r->out)); /* better now than after the training */
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
        { "--out", OPTION_TEXT, &r.out, "DIR", "where DIR/ID/{model.safetensors,curves.csv,run.json} go (runs)" },
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
