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

/* ---- main.c -------------------------------------------------------------------------------------------------------------------------- */

/* The command answers "no", as diff does of files: its exit code is 1 when all else goes well, and there is no sentence. */
void exit_no(void);

/* ---- options.c ----------------------------------------------------------------------------------------------------------------------- */

/* OPTION_NAME is a text whose option is called as a setting is: NAME=VALUE is the setting. OPTION_CHOICE is a text, too, one of a few that
 * the command knows: shells offer them. */
typedef enum { OPTION_FLAG, OPTION_TEXT, OPTION_NAME, OPTION_CHOICE, OPTION_WHOLE, OPTION_REAL, OPTION_LIST } option_kind;

/* What an OPTION_CHOICE points to. The command judges the text; the words, with blanks between them, are for shells alone. */
typedef struct {
    const char **into;
    const char *words;
} option_choice;

/* The values of an option that may be given more than once. */
enum { OPTION_LIST_MOST = 16 };
typedef struct {
    const char *at[OPTION_LIST_MOST];
    size_t count;
} option_list;

typedef struct {
    const char *name; /* "--data" */
    option_kind kind;
    void *into;       /* bool *, const char **, option_choice *, long *, double * or option_list * */
    const char *value, *help; /* what the value is (manual/description.awk has the words that shells know), and one line about it */
} option;

/* What is neither an option nor its value: a key=value, or a word. */
typedef strata_status word_taker(void *self, const char *word);

/* Reads argv[1..] after the command's name. Unknown options are refused with the nearest known one. Where --help or -h is among the words,
 * nothing is read but that. */
strata_status options_read(char **argv, const option *options, size_t count, word_taker *take, void *self);

/* The lines of --help for these options; with --help=table, which manual/make asks for, lines of fields with tabs between them. */
void options_print(const option *options, size_t count);

/* Does a word of the command line stand for a setting ("lambda=0.1"), and not for a file? */
bool options_is_setting(const char *word);

/* Takes key=value into a strata_config, and any other word as a YAML file. */
strata_status options_take_setting(void *config, const char *word);

/* Refuses every word. */
strata_status options_take_nothing(void *self, const char *word);

/* The table of settings, for --help. */
void options_print_settings(void);

/* ---- words.c ------------------------------------------------------------------------------------------------------------------------- */

/* strata --words runs STORE [BEGINNING] | runs DIR [BEGINNING] | interrupted DIR | experiments | data: one a line, for shells that complete
 * a word. Nothing but plain characters is printed, and what cannot be read has no words. argv: those behind --words. */
void words_print(char **argv);

/* ---- find_data.c --------------------------------------------------------------------------------------------------------------------- */

/* Which data, as the command line says it. */
typedef struct {
    const char *what, *test, *label; /* NULL: not said */
    double test_share;               /* 0: not said */
    bool untested;                   /* a test part is not needed */
    bool unlabelled;                 /* examples alone, for predictions, */
    int features;                    /* and how many an example has, where the file leaves out zeros (libsvm); 0: it says */
} data_words;

/* The options of every command that takes data. */
#define DATA_OPTIONS(words) \
    { "--data", OPTION_TEXT, &(words).what, "WHAT", "the data: a folder, a file, a description *.yaml, or a name (strata data ls)" }, \
    { "--test-data", OPTION_TEXT, &(words).test, "FILE", "the test data, of the same format, where the data have none" }, \
    { "--test-share", OPTION_REAL, &(words).test_share, "S", "or the share of the examples to test on, as 0.2" }, \
    { "--label", OPTION_TEXT, &(words).label, "COLUMN", "of a table: the column with the classes, by name or number from 1" }

/* What find_data would open, and the rule that chose it; NULL: none, so the synthetic set. */
const char *data_choice(const char *what_or_null, const char **rule);

/* --data, else $STRATA_DATA, else data/cifar-10-batches-bin, else the synthetic set; says on stderr which it is. */
strata_status find_data(const data_words *words, strata_data **out);

/* For strata_lab_request.open_data: what an experiment names, else what the command line says. The name of a set that the catalogue does
 * not have is STRATA_ERR_ARGUMENT. */
typedef struct {
    data_words words;
    bool used;  /* an experiment needed those of the command line */
    bool quiet; /* what is opened is not said on stderr */
} lab_data_words;
strata_status find_lab_data(void *lab_data_words, const char *what_or_null, strata_data **out);

/* The data that words->what, which is said, leads to, or in CIFAR-10's official folder inside it. */
strata_status open_data(const data_words *words, strata_data **out);

/* Adds the options that say the same again. */
void data_words_say(text *out, const data_words *words);

/* ---- output.c ------------------------------------------------------------------------------------------------------------------------ */

/* What strata train --json prints: the list, one run_folder_json each, and the summary of the same runs. */
json_value *runs_json(json_value *list, const strata_run_facts_t *const *runs, size_t count);

/* The configuration as an object of JSON types. */
json_value *config_json(const strata_config *config);

/* Prints a document to stdout and frees it. */
strata_status json_print(json_value *root);

/* The table of runs on stdout, and below it their mean and spread. */
void runs_print(const strata_run_facts_t *const *runs, size_t count);
void runs_print_variants(const char *id, const strata_variant *variant, size_t count, bool head); /* lines for one run; head: the first */
void runs_print_spread(const strata_run_facts_t *const *runs, size_t count);

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

/* One configuration, and what became of it: a run of this process, or a finished one of another. */
typedef struct {
    strata_config *config;
    const char *maker; /* whose run it is, "train" or "laboratory"; static */
    strata_run *run;
    struct finished *finished;
    bool saved; /* recorded by this process */
    bool busy;  /* another process has trained it meanwhile */
    bool anew;  /* a record is there that does not count */
} population_member;

/* Configurations to be trained together. */
typedef struct {
    population_member *member; /* [room] */
    long members, room;
    bool seeds; /* they differ in nothing else */
} population;

strata_status population_new(long room, population *out);
void population_free(population *p);

/* Adds a copy of a configuration; or copies with seeds seed, seed + 1, ... */
strata_status population_add(population *p, const strata_config *config, const char *maker);
strata_status population_add_seeds(population *p, const strata_config *config, long seeds);

/* Where and how runs are kept. */
typedef struct {
    const char *out;    /* --out */
    const char *folder; /* of the runs' folders, OUT/runs */
    const char *store;  /* OUT/runs.sqlite; NULL: runs are recorded in their folders alone */
    long updates;       /* --checkpoint-updates */
    double seconds;     /* --checkpoint-seconds */
    bool quiet, json, again, no_store;
} keeping;

/* The two options of every command that trains, and a check of what they said. */
#define CHECKPOINT_OPTIONS(keep)                                                                                              \
    { "--checkpoint-updates", OPTION_WHOLE, &(keep).updates, "N", "a checkpoint after every N updates; 0: not by number (0)" }, \
    { "--checkpoint-seconds", OPTION_REAL, &(keep).seconds, "S", "a checkpoint after every S seconds; 0: not by time (60)" }
enum { CHECKPOINT_SECONDS = 60 };
strata_status keeping_check(const keeping *keep);

/* The paths that --out means; they live as long as these texts of the caller. */
strata_status keeping_find_folders(keeping *keep, text *runs, text *database);

/* " --out DIR" as a shell takes it. */
void keeping_say_out(text *words, const char *out);

/* "strata resume" and its options, for whoever is told how to go on. */
void keeping_say_resume(text *words, const keeping *keep, const data_words *data);

/* The document of no runs, for who has none to train. */
strata_status population_print_none(void);

/* Trains all members that are not finished (keep->again: all), with as many threads as the first one's settings say, showing progress and
 * keeping checkpoints. Each is recorded when it has ended. What another process trains is waited for, and trained here if that process does
 * not finish it. Then the table or document of all members is printed. The status is that of what could not be recorded, else of a member
 * that diverged, else of one that was stopped; again: the command that goes on with it. */
strata_status population_train(population *p, const strata_data *data, const keeping *keep, const char *again);

/* What became of a member, which has a run or was finished. */
const strata_run_facts_t *population_facts(const population_member *one);

/* The page of the members that are in the store, and its path on stderr. It takes a fraction of a second, and is for people: who is quiet
 * or reads JSON asks for it with strata report. That it cannot be made is no failure of the trainings. */
void population_page(const population *p, const keeping *keep);

/* The threads that the first one's settings ask for, 0: all; and to make all of them ask for so many, unless 0. */
strata_status population_threads(const population *p, int *threads);
strata_status population_set_threads(const population *p, long threads);

/* What training them all needs; data NULL: they are not read yet. STRATA_ERR_MEMORY, with *need filled in, when there is less. */
strata_status population_need(const population *p, const strata_data *data, const keeping *keep, strata_need *need);

/* ---- dry_run.c ------------------------------------------------------------------------------------------------------------------ */

/* Prints what would be trained and what it needs; touches nothing. STRATA_ERR_MEMORY when it does not fit. */
strata_status dry_run(const population *p, const strata_data *data, const keeping *keep);

/* What trainings need, for people and as the members `memory` and `disk` of a document. */
void need_print(const strata_need *need);
json_value *need_json(const strata_need *need);
json_value *disk_json(const strata_need *need);

/* ---- install_paths.c ------------------------------------------------------------------------------------------------------------ */

/* The data file or folder of this name: beside an installed program, else here. Lives until the next call. */
const char *install_path(const char *name);

/* A module that the program loads: beside it, or where libraries are installed. NULL: it is not there. Lives until the next call. */
const char *install_module(const char *name);

/* Has this folder the page's template? Asked before hours of training, not after them. STRATA_ERR_DATA. */
strata_status install_check_templates(const char *folder);

/* The file that a word on the command line means: itself, where there is such a file; else WORD.yaml, or the experiment of that name among
 * those that come with the program ("3layer", "experiments/3layer.yaml"). STRATA_ERR_ARGUMENT, with those that there are, for a plain word
 * that is neither; any other word stays as it is, and whoever opens it says why it cannot. */
strata_status install_experiment(const char *word, text *path);

/* Adds "; one is here: --out DIR" for the stores in this folder and in those inside it; nothing when there is none. */
void install_say_stores(text *out);

/* ---- commands ------------------------------------------------------------------------------------------------------------------------ */

/* argv[0] is the command's name; ends with NULL. */
typedef strata_status command_function(char **argv);

command_function cmd_train, cmd_eval, cmd_predict, cmd_gradcheck, cmd_data, cmd_doctor, cmd_bench, cmd_lab, cmd_resume, cmd_runs,
                 cmd_report, cmd_plot, cmd_reproduce, cmd_export, cmd_import;

#endif
