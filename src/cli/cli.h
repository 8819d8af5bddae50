/*
 * The program: words to calls of strata.h. Each command is one file and one row of the table in main.c; what they share is declared here.
 * Results go to stdout, messages and progress to stderr.
 */
#ifndef STRATA_CLI_CLI_H
#define STRATA_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "json.h"
#include "percent.h"
#include "status.h"
#include "strata.h"
#include "text.h"

/* ---- options.c ----------------------------------------------------------------------------------------------------------------------- */

typedef enum { OPTION_FLAG, OPTION_TEXT, OPTION_WHOLE, OPTION_REAL, OPTION_LIST } option_kind;

/* The values of an option that may be given more than once. */
enum { OPTION_LIST_MOST = 16 };
typedef struct {
    const char *at[OPTION_LIST_MOST];
    size_t count;
} option_list;

typedef struct {
    const char *name; /* "--data" */
    option_kind kind;
    void *into;       /* bool *, const char **, long *, double * or option_list * */
    const char *value, *help;
} option;

/* What is neither an option nor its value: a key=value, or a word. */
typedef strata_status word_taker(void *self, const char *word);

/* Reads argv[1..] after the command's name. Unknown options are refused with the nearest known one. Where --help or -h is among the words,
 * nothing is read but that. */
strata_status options_read(char **argv, const option *options, size_t count, word_taker *take, void *self);

/* The lines of --help for these options. */
void options_print(const option *options, size_t count);

/* Takes key=value into a strata_config, and any other word as a YAML file. */
strata_status options_take_setting(void *config, const char *word);

/* Refuses every word. */
strata_status options_take_nothing(void *self, const char *word);

/* The table of settings, for --help. */
void options_print_settings(void);

/* ---- find_data.c --------------------------------------------------------------------------------------------------------------------- */

/* The folder that find_data would open, and the rule that chose it; NULL: none, so the synthetic set. */
const char *data_choice(const char *folder_or_null, const char **rule);

/* --data, else $STRATA_DATA, else data/cifar-10-batches-bin, else the synthetic set; says on stderr which it is. */
strata_status find_data(const char *folder_or_null, strata_data **out);

/* The data in this folder, or in the official folder inside it. */
strata_status open_data(const char *folder, strata_data **out);

/* ---- output.c ------------------------------------------------------------------------------------------------------------------------ */

/* The facts of strata_machine. */
json_value *machine_json(void);

json_value *run_json(const strata_run *run);
/* What strata train --json prints: the list, one run_json each, and the summary of the same runs. */
json_value *runs_json(json_value *list, const strata_run_facts_t *const *runs, size_t count);

/* The configuration as an object of JSON types. */
json_value *config_json(const strata_config *config);

/* Prints a document to stdout and frees it. */
strata_status json_print(json_value *root);

/* The table of runs on stdout, and below it their mean and spread. */
void runs_print(const strata_run_facts_t *const *runs, size_t count);
void runs_print_spread(const strata_run_facts_t *const *runs, size_t count);

/* DIR/ID/{model.safetensors, curves.csv, run.json} for a run; ID-diverged without a model for one that diverged, and nothing for one that
 * was stopped, of which there is a checkpoint. */
strata_status run_save(const strata_run *run, const char *folder);
const char *run_folder_suffix(const strata_run *run);

/* A line on stderr, its control characters made visible: a file's name may hold any. */
void message_print(const char *sentence);

/* Flushes stdout and remembers the first failure, for who goes on to other calls of the system that leave another errno. */
void output_flush(void);

/* Flushes stdout and says when that, or an earlier write, failed (a full disk, a closed pipe). *reader_gone: nobody reads any more, as with
 * | head. */
strata_status output_finish(bool *reader_gone);

/* ---- progress.c ---------------------------------------------------------------------------------------------------------------------- */

typedef struct progress progress;

/* An observer that shows a population of `members` on stderr: one live line on a terminal, one plain line per point elsewhere. */
strata_status progress_new(const strata_config *const *configs, size_t members, bool quiet, progress **out);

/* Before it trains: so much of a member, 0 .. 1, was done by an earlier process. What nobody says shows at its first update. */
void progress_found(progress *p, size_t member, double share);
/* A run that is no member, because it had ended before: it counts as done. */
void progress_over(progress *p, const strata_config *config);
void progress_free(progress *p);
const strata_observer *progress_observer(progress *p);

/* Calls save for every run that has ended or was stopped, while its folder is still locked; several threads at once. */
typedef void progress_saver(void *self, size_t member, const strata_run *run);
void progress_save(progress *p, progress_saver *save, void *self);

/* A sentence about a member; self: the progress. */
void progress_say(void *self, size_t member, const char *sentence);

/* ---- signals.c ----------------------------------------------------------------------------------------------------------------------- */

/* From now on SIGUSR1 asks for a checkpoint, and SIGINT, SIGTERM and SIGHUP end the program at once with the exit code of STRATA_STOPPED;
 * once there is something to keep, the first of them makes trainings stop after the update that they are at. */
void signals_catch(void);
void signals_keep(void); /* now there is */
bool signals_stopped(void);
long signals_asked(void *self); /* how many have been asked for; self may be anything */

/* ---- population.c --------------------------------------------------------------------------------------------------------------- */

/* Configurations to be trained together, and their runs; beside them runs that need no training, as they are finished. */
typedef struct {
    long members, room, finished_count;
    struct finished **finished; /* [room] */
    strata_config **configs; /* [room] */
    strata_run **runs;       /* [room] */
    bool *saved;             /* [room] */
    bool seeds;              /* they differ in nothing else */
} population;

strata_status population_new(long room, population *out);
void population_free(population *p);

/* Adds a copy of a configuration; or copies with seeds seed, seed + 1, ... */
strata_status population_add(population *p, const strata_config *config);
strata_status population_add_seeds(population *p, const strata_config *config, long seeds);

/* Takes the members out of the training whose runs are finished in this folder, and says so on stderr. */
strata_status population_set_finished_aside(population *p, const char *folder, const strata_data *data);

/* Where and how runs are kept. */
typedef struct {
    const char *out; /* the folder */
    long updates;    /* --checkpoint-updates */
    double seconds;  /* --checkpoint-seconds */
    bool quiet, json;
} keeping;

/* The two options of every command that trains, and a check of what they said. */
#define CHECKPOINT_OPTIONS(keep)                                                                                              \
    { "--checkpoint-updates", OPTION_WHOLE, &(keep).updates, "N", "a checkpoint after every N updates; 0: not by number (0)" }, \
    { "--checkpoint-seconds", OPTION_REAL, &(keep).seconds, "S", "a checkpoint after every S seconds; 0: not by time (60)" }
enum { CHECKPOINT_SECONDS = 60 };
strata_status keeping_check(const keeping *keep);

/* " --out DIR" as a shell takes it. */
void keeping_say_out(text *words, const char *out);

/* "strata resume" and its options, for whoever is told how to go on; data is what --data said, or NULL. */
void keeping_say_resume(text *words, const char *out, const char *data);

/* The document of no runs, for who has none to train. */
strata_status population_print_none(void);

/* Trains all members with as many threads as the first one's settings say, showing progress and keeping checkpoints. Each is saved when
 * it has ended; then the table or document is printed, and the checkpoints go when every member has ended and is saved. The status is that
 * of what could not be saved, else of a member that diverged, else of one that was stopped; again: the command that goes on with it. */
strata_status population_train(population *p, const strata_data *data, const keeping *keep, const char *again);

/* The threads that the first one's settings ask for, 0: all. */
strata_status population_threads(const population *p, int *threads);

/* STRATA_ERR_MEMORY before anything is taken, also the data set, which is not read yet. */
strata_status population_check_memory(const population *p, const keeping *keep);

/* ---- dry_run.c ------------------------------------------------------------------------------------------------------------------ */

/* Prints what would be trained and what it needs; touches nothing. STRATA_ERR_MEMORY when it does not fit. */
strata_status dry_run(const population *p, const strata_data *data, const keeping *keep, int threads);

/* ---- install_paths.c ------------------------------------------------------------------------------------------------------------ */

/* The data file or folder of this name: beside an installed program, else here. Lives until the next call. */
const char *install_path(const char *name);

/* The file that a word on the command line means: itself, where there is such a file; else WORD.yaml, or the experiment of that name among
 * those that come with the program ("3layer", "experiments/3layer.yaml"). STRATA_ERR_ARGUMENT, with those that there are, for a plain word
 * that is neither; any other word stays as it is, and whoever opens it says why it cannot. */
strata_status install_experiment(const char *word, text *path);

/* Adds "; one is here: --out DIR" for the stores in this folder and in those inside it; nothing when there is none. */
void install_say_stores(text *out);

/* ---- commands ------------------------------------------------------------------------------------------------------------------------ */

/* argv[0] is the command's name; ends with NULL. */
typedef strata_status command_function(char **argv);

command_function cmd_train, cmd_eval, cmd_gradcheck, cmd_data, cmd_doctor, cmd_bench, cmd_lab, cmd_resume, cmd_runs, cmd_report,
                 cmd_reproduce;

#endif
