/* strata lab: experiments, as files, become runs in a store. */
#include "cli.h"
#include "lab_watch.h"

enum { FILES = 200 };

typedef struct {
    const char *data, *out;
    long seeds, threads;
    keeping keep; /* of this, what the options of checkpoints say */
    bool quick, remake, quiet, help;
    text path[FILES];
    size_t paths;
} command_line;

static strata_status take_file(void *self, const char *word)
{
    command_line *line = self;
    if (line->paths == FILES) return status_fail(STRATA_ERR_ARGUMENT, "more than %d experiments on one command line", FILES);
    return install_experiment(word, &line->path[line->paths++]);
}

static strata_status run(const command_line *line)
{
    strata_data *data;
    lab_display display;
    if (line->paths == 0) return status_fail(STRATA_ERR_ARGUMENT, "which experiments? strata lab 3layer-bn, or FILE.yaml ...");
    if (line->seeds < 1 || line->seeds > 1000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 1000", line->seeds);
    if (line->threads < 0 || line->threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", line->threads, STRATA_THREADS_MAX);
    }
    TRY(keeping_check(&line->keep));
    signals_catch();
    TRY(find_data(line->data, &data));
    const strata_lab_watch watch = lab_display_start(&display, line->quiet);
    const strata_lab_request request = { .size = sizeof request, .out = line->out, .seeds = line->seeds, .quick = line->quick,
                                         .remake = line->remake, .threads = (int)line->threads,
                                         .checkpoint_updates = line->keep.updates, .checkpoint_seconds = line->keep.seconds,
                                         .watch = &watch };
    char sentence[STATUS_SENTENCE];
    const char *paths[FILES];
    for (size_t q = 0; q < line->paths; q++) paths[q] = line->path[q].at;
    strata_status outcome = strata_lab_run(paths, line->paths, data, &request);
    lab_display_end(&display);
    strata_data_free(data);
    if (outcome != STRATA_OK && outcome != STRATA_ERR_CHECK) return outcome;
    status_sentence_save(sentence);
    TRY(lab_print_figures(&display, line->out)); /* the trainings are done, whatever a gradient check says */
    if (outcome != STRATA_OK) status_sentence_load(sentence);
    return outcome;
}

strata_status cmd_lab(char **argv)
{
    command_line line = { .out = "report-out", .seeds = 5, .keep = { .seconds = CHECKPOINT_SECONDS } };
    const option options[] = {
        { "--data", OPTION_TEXT, &line.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--out", OPTION_TEXT, &line.out, "DIR", "where runs.sqlite and runs/ID/ are, or will be (report-out)" },
        { "--seeds", OPTION_WHOLE, &line.seeds, "N", "trainings of each setting, where the experiment does not say (5)" },
        { "--threads", OPTION_WHOLE, &line.threads, "N", "processor cores to use; 0: all (0)" },
        { "--quick", OPTION_FLAG, &line.quick, "", "few updates, values and seeds: a look, whose figures mean nothing" },
        { "--remake", OPTION_FLAG, &line.remake, "", "train runs of the store again whose files are missing or changed" },
        CHECKPOINT_OPTIONS(line.keep),
        { "--quiet", OPTION_FLAG, &line.quiet, "", "no progress" },
        { "--help", OPTION_FLAG, &line.help, "", "this text" },
    };
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_file, &line);
    if (status == STRATA_OK && !line.help) status = run(&line);
    for (size_t q = 0; q < line.paths; q++) text_free(&line.path[q]);
    if (status != STRATA_OK || !line.help) return status;
    printf("usage: strata lab EXPERIMENT ... [OPTION ...]\n\nTrains what the experiments ask for and the store does not have yet; "
           "started again after an\ninterruption, it goes on. An experiment is a YAML file, or the name of one that comes with the "
           "program (3layer-bn).\ndocs/experiments.md says how they are written.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
