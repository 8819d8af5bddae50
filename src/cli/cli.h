/*
 * The program: words to calls of strata.h. Each command is one file and one row of the table in main.c; what they share is declared here.
 * Results go to stdout, messages and progress to stderr.
 */
#ifndef STRATA_CLI_CLI_H
#define STRATA_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "doc.h"
#include "status.h"
#include "strata.h"
#include "text.h"

/* ---- options.c ----------------------------------------------------------------------------------------------------------------------- */

typedef enum { OPTION_FLAG, OPTION_TEXT, OPTION_WHOLE, OPTION_REAL } option_kind;

typedef struct {
    const char *name; /* "--data" */
    option_kind kind;
    void *into;       /* bool *, const char **, long * or double * */
    const char *value, *help;
} option;

/* What is neither an option nor its value: a key=value, or a word. */
typedef strata_status word_taker(void *self, const char *word);

/* Reads argv[1..] after the command's name. Unknown options are refused with the nearest known one. */
strata_status options_read(char **argv, const option *options, size_t count, word_taker *take, void *self);

/* The lines of --help for these options. */
void options_print(const option *options, size_t count);

/* Takes key=value into a configuration, and any other word as a YAML file. `given` (may be NULL) collects the keys: one bit each, by their
 * number in strata_settings. */
typedef struct {
    strata_config *config;
    uint64_t given;
} config_words;
strata_status options_take_setting(void *config_words_, const char *word);
bool options_given(const config_words *words, const char *key);

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

doc *score_doc(const strata_score *score);
/* The facts of strata_machine. */
doc *machine_doc(void);

doc *run_doc(const strata_run *run);
doc *runs_doc(strata_run *const *runs, size_t count);

/* The configuration as an object of JSON types, and one setting of it. */
doc *config_doc(const strata_config *config);
void config_doc_put(doc *root, const strata_config *config, const strata_setting *setting);

/* Prints a document to stdout and frees it. */
strata_status doc_print(doc *root);

/* The table of runs, and their mean and spread, on stdout. */
void runs_print(strata_run *const *runs, size_t count);

/* DIR/ID/{model.safetensors, curves.csv, run.json} for a run; ID-stopped and ID-diverged for one that did not reach its end, without a
 * model when it diverged, and nothing when it never began. */
strata_status run_save(const strata_run *run, const char *folder);
const char *run_folder_suffix(const strata_run *run);

/* What a command ends with: divergence of any member first, then a stop. The sentence is that member's. */
strata_status runs_outcome(strata_run *const *runs, size_t count);

/* Flushes stdout and says when that fails (a full disk, a closed pipe). *reader_gone: nobody reads any more, as with | head. */
strata_status output_finish(bool *reader_gone);

/* ---- progress.c ---------------------------------------------------------------------------------------------------------------------- */

typedef struct progress progress;

/* An observer that shows a population of `members` on stderr: one live line on a terminal, one plain line per point elsewhere. */
strata_status progress_new(size_t members, bool quiet, progress **out);
void progress_free(progress *p);
const strata_observer *progress_observer(progress *p);

/* From now on the first SIGINT or SIGTERM makes trainings stop after the update they are at. */
void progress_catch_signals(void);
bool progress_stopped(void); /* has one come? */

/* May a line on stderr be drawn over and over? */
bool progress_is_live(bool quiet);

/* ---- population.c --------------------------------------------------------------------------------------------------------------- */

/* Configurations to be trained together, and their runs. */
typedef struct {
    long members, room;
    strata_config **configs; /* [room] */
    strata_run **runs;       /* [room] */
} population;

strata_status population_new(long room, population *out);
void population_free(population *p);

/* Adds copies of a configuration with seeds seed, seed + 1, ... */
strata_status population_add_seeds(population *p, const strata_config *config, long seeds);

/* Trains all members with as many threads as the first one's settings say, showing progress. */
strata_status population_train(population *p, const strata_data *data, bool quiet);

/* ---- share.c -------------------------------------------------------------------------------------------------------------------- */

/* The data file or folder of this name: here, else where the program was installed. Lives until the next call. */
const char *share_path(const char *name);

/* ---- commands ------------------------------------------------------------------------------------------------------------------------ */

/* argv[0] is the command's name; ends with NULL. */
typedef strata_status command_function(char **argv);

command_function cmd_train, cmd_eval, cmd_gradcheck, cmd_data, cmd_doctor, cmd_bench, cmd_lab, cmd_runs, cmd_report, cmd_reproduce;

#endif
