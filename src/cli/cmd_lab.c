/* strata lab: experiments, as files, become runs in a store. */
#include <string.h>

#include "cli.h"
#include "cores.h"
#include "crew_seat.h"
#include "lab_init.h"
#include "lab_plan.h"
#include "lab_watch.h"

enum { FILES = 200, SETTINGS_MOST = 64, SEEDS = 5 };

typedef struct {
    data_words data;
    const char *out, *format, *init, *templates;
    long seeds, threads; /* seeds -1: nobody said */
    crew_words crew;
    const char *shard_words;
    int shard, shards;
    keeping keep;        /* of this, what the options of checkpoints say */
    bool quick, remake, quiet, json, dry_run, page, help;
    text path[FILES];
    size_t paths;
    const char *setting[SETTINGS_MOST + 1];
    size_t settings;
} command_line;

/* An unknown setting, or a value that it cannot have, is refused here, where it was written. */
static strata_status take_setting(command_line *line, const char *word)
{
    strata_config *config;
    if (line->settings == SETTINGS_MOST) return status_fail(STRATA_ERR_ARGUMENT, "more than %d settings in one call", SETTINGS_MOST);
    TRY(strata_config_new(&config));
    strata_status status = options_take_setting(config, word);
    strata_config_free(config);
    if (status == STRATA_OK) line->setting[line->settings++] = word;
    return status;
}

static strata_status take_word(void *self, const char *word)
{
    command_line *line = self;
    if (options_is_setting(word)) return take_setting(line, word);
    if (line->paths == FILES) return status_fail(STRATA_ERR_ARGUMENT, "more than %d experiments on one command line", FILES);
    return install_experiment(word, &line->path[line->paths++]);
}

static strata_status take_shard(command_line *line)
{
    int64_t part = 0, parts = 0;
    char digits[24];
    const char *words = line->shard_words, *slash = words != NULL ? strchr(words, '/') : NULL;
    if (words == NULL) return STRATA_OK;
    bool whole = slash != NULL && (size_t)(slash - words) < sizeof digits;
    if (whole) (void)snprintf(digits, sizeof digits, "%.*s", (int)(slash - words), words);
    whole = whole && text_to_int64(digits, &part) && text_to_int64(slash + 1, &parts);
    if (!whole || part < 1 || part > parts || parts > STRATA_LAB_SHARDS) {
        return status_fail(STRATA_ERR_ARGUMENT, "--shard %s: two numbers are due, 1/8 to 8/8 for eight shards", text_shown(words));
    }
    line->shard = (int)part;
    line->shards = (int)parts;
    return STRATA_OK;
}

static strata_status check(const command_line *line, runs_table_format *format)
{
    *format = RUNS_TABLE_TEXT;
    if (line->paths == 0) return status_fail(STRATA_ERR_ARGUMENT, "which experiments? strata lab 3layer-bn, or FILE.yaml ...");
    if (line->seeds != -1 && (line->seeds < 1 || line->seeds > 1000)) {
        return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 1000", line->seeds);
    }
    if (line->threads < 0 || line->threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", line->threads, STRATA_THREADS_MAX);
    }
    if (line->format != NULL && line->json) return status_fail(STRATA_ERR_ARGUMENT, "--format and --json: one of them is printed");
    if (line->page) TRY(install_check_templates(line->templates));
    if (line->format != NULL) TRY(runs_table_format_read(line->format, format));
    return keeping_check(&line->keep);
}

static strata_status print(const command_line *line, const lab_display *display, runs_table_format format)
{
    return line->json ? lab_print_json(display, line->out) : lab_print_table(display, line->out, format);
}

static lab_page page_of(const command_line *line)
{
    int threads = line->threads > 0 ? (int)line->threads : cores_usable();
    return (lab_page){ .out = line->page ? line->out : NULL, .templates = line->templates, .threads = threads };
}

/* Prints what came out, and writes the last page: also of what was stopped. */
static strata_status conclude(const command_line *line, lab_display *display, strata_status outcome, runs_table_format format)
{
    char sentence[STATUS_SENTENCE];
    bool stopped = outcome == STRATA_STOPPED;
    if (!stopped && !lab_has_results(outcome)) return outcome;
    status_sentence_save(sentence);
    if (!stopped) TRY(print(line, display, format));
    strata_status page = lab_page_end(&display->page);
    if (outcome == STRATA_OK) return page;
    if (page != STRATA_OK) message_print(strata_error());
    status_sentence_load(sentence);
    return outcome;
}

static void say_unused(const lab_data_words *data)
{
    if (data->words.what == NULL || data->used) return;
    (void)fprintf(stderr, "--data was not needed: every experiment of this call names its data\n");
}

static strata_status run(const command_line *line)
{
    lab_display display;
    runs_table_format format;
    lab_data_words data = { .words = line->data };
    TRY(crew_seat_take(&line->crew));
    data.quiet = crew_seat_serves();
    strata_lab_request request = { .size = sizeof request, .out = line->out, .seeds = line->seeds != -1 ? line->seeds : SEEDS,
                                   .seeds_chosen = line->seeds != -1, .quick = line->quick, .remake = line->remake,
                                   .threads = (int)line->threads, .checkpoint_updates = line->keep.updates,
                                   .checkpoint_seconds = line->keep.seconds, .settings = line->setting,
                                   .open_data = find_lab_data, .data_self = &data, .shard = line->shard, .shards = line->shards };
    if (crew_seat_serves()) return crew_seat_run(NULL, 0, NULL, &request);
    TRY(check(line, &format));
    signals_catch();
    const strata_lab_watch watch = lab_display_start(&display, line->quiet);
    request.watch = &watch;
    const char *paths[FILES];
    display.page = page_of(line);
    for (size_t q = 0; q < line->paths; q++) paths[q] = line->path[q].at;
    strata_status outcome = line->dry_run ? lab_plan_print(paths, line->paths, &request, line->json)
                                          : crew_seat_run(paths, line->paths, NULL, &request);
    lab_display_end(&display);
    if (lab_has_results(outcome)) say_unused(&data);
    return line->dry_run ? outcome : conclude(line, &display, outcome, format);
}

strata_status cmd_lab(char **argv)
{
    command_line line = { .seeds = -1, .crew = { .patience = CREW_PATIENCE }, .keep = { .seconds = CHECKPOINT_SECONDS } };
    const option options[] = {
        DATA_OPTIONS(line.data),
        { "--out", OPTION_TEXT, &line.out, "DIR", "where runs.sqlite and runs/ID/ go (report-out; with --quick report-out-quick)" },
        { "--seeds", OPTION_WHOLE, &line.seeds, "N", "trainings of each setting, where the experiment does not say (5)" },
        { "--threads", OPTION_WHOLE, &line.threads, "N", "processor cores to use; 0: all (0)" },
        { "--quick", OPTION_FLAG, &line.quick, "", "few updates, values and seeds: a look, whose figures mean nothing" },
        { "--remake", OPTION_FLAG, &line.remake, "", "train runs of the store again whose files are missing or changed" },
        CHECKPOINT_OPTIONS(line.keep),
        { "--quiet", OPTION_FLAG, &line.quiet, "", "no progress" },
        { "--format", OPTION_CHOICE, &(option_choice){ &line.format, "text csv markdown latex" }, "FORMAT",
          "of the table at the end: text, csv, markdown or latex (text)" },
        { "--json", OPTION_FLAG, &line.json, "", "one JSON document at the end in place of the table" },
        { "--dry-run", OPTION_FLAG, &line.dry_run, "", "say what would be trained, how long, and what it needs; touch nothing" },
        { "--page", OPTION_FLAG, &line.page, "", "keep the page, DIR/index.html, current meanwhile: at most every 10 s" },
        { "--report", OPTION_TEXT, &line.templates, "DIR", "folder with the page's template, for --page (report)" },
        { "--shard", OPTION_TEXT, &line.shard_words, "I/N", "train part I of N alone, in its own folder; strata runs merge joins them" },
        CREW_OPTIONS(line.crew),
        { "--init", OPTION_NAME, &line.init, "NAME", "write NAME.yaml, an experiment to begin with, and do nothing else" },
        { "--help", OPTION_FLAG, &line.help, "", "this text" },
    };
    strata_status status = options_read(argv, options, sizeof options / sizeof *options, take_word, &line);
    if (status == STRATA_OK) status = take_shard(&line);
    if (line.out == NULL) line.out = line.quick ? "report-out-quick" : "report-out"; /* a look must not meet results */
    text templates = { 0 };
    text_add(&templates, "%s", line.templates != NULL ? line.templates : install_path("report"));
    line.templates = templates.at;
    if (templates.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    if (status == STRATA_OK && !line.help) status = line.init != NULL ? lab_init(line.init, line.paths + line.settings) : run(&line);
    text_free(&templates);
    for (size_t q = 0; q < line.paths; q++) text_free(&line.path[q]);
    if (status != STRATA_OK || !line.help) return status;
    printf("usage: strata lab EXPERIMENT ... [KEY=VALUE ...] [OPTION ...]\n       strata lab --init NAME\n\n"
           "Trains what the experiments ask for and the store does not have yet; started again after an\ninterruption, it goes on. "
           "An experiment is a YAML file, or the name of one that comes with the\nprogram (3layer-bn). docs/experiments.md says how they "
           "are written. A KEY=VALUE is a setting of\nstrata train, and holds for all of them in place of what their files say.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
