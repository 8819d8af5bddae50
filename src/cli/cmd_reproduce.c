/* strata reproduce: every experiment of a folder of YAML files, then the page, results.json and the figures. */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "crew_seat.h"
#include "file.h"
#include "lab_watch.h"
#include "strata/report.h"

typedef struct {
    const char *data, *out, *experiments, *templates;
    long seeds, threads;
    crew_words crew;
    keeping keep; /* of this, what the options of checkpoints say */
    bool course, quick, remake, quiet, json, help;
} command_line;

static void warn(void *self, const char *sentence)
{
    (void)self;
    (void)fprintf(stderr, "warning: %s\n", sentence);
}

/* The files of a folder, whatever letters are in its name. */
static void add_pattern(text *pattern, const char *folder)
{
    for (const char *c = folder; *c != '\0'; c++) text_add(pattern, strchr("*?[]\\", *c) != NULL ? "\\%c" : "%c", *c);
    text_add(pattern, "/*.yaml");
}

/* A folder that may not be read has none either. */
static strata_status none_found(const char *folder)
{
    DIR *open_folder = opendir(folder);
    bool shut = open_folder == NULL && errno != ENOENT && errno != ENOTDIR;
    if (open_folder != NULL) (void)closedir(open_folder);
    if (shut) return status_fail(STRATA_ERR_STORAGE, "%s: the experiments cannot be looked for: %s", folder, strerror(errno));
    return status_fail(STRATA_ERR_DATA, "%s holds no experiments (*.yaml); --experiments DIR names another folder", folder);
}

static strata_status run_experiments(const command_line *line, const char *folder, const strata_data *data, lab_display *display)
{
    text pattern = { 0 };
    glob_t found = { 0 };
    strata_lab_watch watch;
    lab_data_words words = { .words = { .what = line->data }, .quiet = crew_seat_serves() };
    const strata_lab_request request = { .size = sizeof request, .out = line->out, .seeds = line->seeds, .quick = line->quick,
                                         .remake = line->remake, .threads = (int)line->threads,
                                         .checkpoint_updates = line->keep.updates, .checkpoint_seconds = line->keep.seconds,
                                         .watch = &watch, .open_data = find_lab_data, .data_self = &words };
    watch = lab_display_start(display, line->quiet || crew_seat_serves());
    if (crew_seat_serves()) return crew_seat_run(NULL, 0, NULL, &request);
    add_pattern(&pattern, folder);
    strata_status status = STRATA_OK;
    if (pattern.failed) status = status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    else if (glob(pattern.at, 0, NULL, &found) != 0) status = none_found(folder);
    if (status == STRATA_OK) {
        status = crew_seat_run((const char *const *)found.gl_pathv, found.gl_pathc, data, &request);
        lab_display_end(display);
    }
    globfree(&found);
    text_free(&pattern);
    return status;
}

/* results.json as it is, on stdout. */
static strata_status print_results(const char *out)
{
    text path = { 0 };
    uint8_t *bytes;
    size_t size;
    text_add(&path, "%s/results.json", out);
    strata_status status = path.failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a path")
                                       : file_read_all(path.at, 1 << 26, &bytes, &size);
    text_free(&path);
    TRY(status);
    (void)fwrite(bytes, 1, size, stdout); /* a failed write is found by output_finish */
    free(bytes);
    return STRATA_OK;
}

/* Other commands look into report-out: how they find this folder. */
static strata_status tell_next(const char *out)
{
    text words = { 0 };
    if (strcmp(out, "report-out") == 0) return STRATA_OK;
    text_add(&words, "to look further: strata runs ls");
    keeping_say_out(&words, out);
    text_add(&words, "; strata report");
    keeping_say_out(&words, out);
    if (!words.failed) (void)fprintf(stderr, "%s\n", words.at);
    text_free(&words);
    return STRATA_OK;
}

/* Who interrupts the program interrupts gnuplot, too: the page was written then, but figures may be missing in it. */
static strata_status write_report(const command_line *line, const char *templates)
{
    signals_keep(); /* from here a stop is said when the page is written */
    const strata_report_request request = { .size = sizeof request, .out = line->out, .templates = templates, .warn = warn };
    TRY(strata_report_write(&request));
    if (!signals_stopped()) return STRATA_OK;
    return status_fail(STRATA_STOPPED, "stopped while the page was drawn; the same command writes it again");
}

/* A wrong gradient does not keep the page from being written: it says so, too. */
static strata_status reproduce(const command_line *line, const char *experiments, const char *templates)
{
    char sentence[STATUS_SENTENCE];
    strata_data *data;
    lab_display display;
    TRY(crew_seat_take(&line->crew));
    signals_catch();
    if (crew_seat_serves()) return run_experiments(line, experiments, NULL, &display);
    TRY(find_data(&(data_words){ .what = line->data }, &data));
    strata_status outcome = run_experiments(line, experiments, data, &display);
    strata_data_free(data);
    if (!lab_has_results(outcome)) return outcome;
    status_sentence_save(sentence);
    TRY(write_report(line, templates));
    TRY(line->json ? print_results(line->out) : lab_print_table(&display, line->out, RUNS_TABLE_TEXT));
    (void)fprintf(stderr, "written: %s/index.html, results.json, figures and data beside it\n", line->out);
    TRY(tell_next(line->out));
    if (outcome != STRATA_OK) status_sentence_load(sentence);
    return outcome;
}

static strata_status find_folders(const command_line *line)
{
    text experiments = { 0 };
    text_add(&experiments, "%s%s", line->experiments != NULL ? line->experiments : install_path("experiments"),
             line->course ? "/course" : "");
    if (experiments.failed) return status_fail(STRATA_ERR_MEMORY, "no memory for a path");
    const char *templates = line->templates != NULL ? line->templates : install_path("report");
    strata_status status = install_check_templates(templates);
    if (status == STRATA_OK) status = reproduce(line, experiments.at, templates);
    text_free(&experiments);
    return status;
}

strata_status cmd_reproduce(char **argv)
{
    command_line line = { .seeds = 5, .crew = { .patience = CREW_PATIENCE }, .keep = { .seconds = CHECKPOINT_SECONDS } };
    const option options[] = {
        { "--data", OPTION_TEXT, &line.data, "DIR", "folder with the CIFAR-10 binary files" },
        { "--out", OPTION_TEXT, &line.out, "DIR", "where index.html, results.json, ... go (report-out, report-out-quick)" },
        { "--experiments", OPTION_TEXT, &line.experiments, "DIR", "folder with the experiments (experiments)" },
        { "--report", OPTION_TEXT, &line.templates, "DIR", "folder with the page's template (report)" },
        { "--course", OPTION_FLAG, &line.course, "", "the optional tasks of the course in place of the report: DIR/course, under two hours"
          " on 2 cores" },
        { "--seeds", OPTION_WHOLE, &line.seeds, "N", "trainings of each setting, where the experiment does not say (5)" },
        { "--threads", OPTION_WHOLE, &line.threads, "N", "processor cores to use; 0: all (0)" },
        { "--quick", OPTION_FLAG, &line.quick, "", "a look at everything in a minute or two; figures mean nothing" },
        { "--remake", OPTION_FLAG, &line.remake, "", "train runs of the store again whose files are missing or changed" },
        CHECKPOINT_OPTIONS(line.keep),
        CREW_OPTIONS(line.crew),
        { "--quiet", OPTION_FLAG, &line.quiet, "", "no progress" },
        { "--json", OPTION_FLAG, &line.json, "", "results.json on stdout instead of the table" },
        { "--help", OPTION_FLAG, &line.help, "", "this text" },
    };
    TRY(options_read(argv, options, sizeof options / sizeof *options, options_take_nothing, NULL));
    if (line.seeds < 1 || line.seeds > 1000) return status_fail(STRATA_ERR_ARGUMENT, "--seeds %ld is outside 1 .. 1000", line.seeds);
    if (line.threads < 0 || line.threads > STRATA_THREADS_MAX) {
        return status_fail(STRATA_ERR_ARGUMENT, "--threads %ld is outside 0 .. %d", line.threads, STRATA_THREADS_MAX);
    }
    TRY(keeping_check(&line.keep));
    if (line.out == NULL) line.out = line.quick ? "report-out-quick" : "report-out"; /* a look must not replace a report */
    if (!line.help) return find_folders(&line);
    printf("usage: strata reproduce [OPTION ...]\n\nRuns every experiment of the report that the store does not have yet, and writes "
           "the page. Started again\nafter an interruption, it goes on where it was.\n\n");
    options_print(options, sizeof options / sizeof *options);
    return STRATA_OK;
}
