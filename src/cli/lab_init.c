/* strata lab --init: a file that a newcomer edits. Each key has a line that says what it means; what is behind '#' can be switched on. */
#include <string.h>

#include "cli.h"
#include "file.h"
#include "lab_init.h"

static const char begin[] =
    "# An experiment for Strata.  strata lab %s.yaml --dry-run  says what it asks for, and  strata lab %s.yaml  trains that.\n"
    "# Words behind a # are remarks. Every setting: strata train --help. Every key of an experiment: docs/experiments.md.\n"
    "name: %s\n";

static const char rest[] =
    "\n"
    "# Settings that every training has; what is not named has its default.\n"
    "hidden: [50, 50]        # units of each hidden layer\n"
    "bn: true                # batch normalisation: true or false\n"
    "n_train: 10000          # images to train on\n"
    "n_val: 2000             # images for the validation accuracy, by which one chooses\n"
    "n_s: 300                # updates in which the learning rate rises, and then falls: a cycle has twice as many\n"
    "cycles: 1\n"
    "evals: 3                # points of the curve in a cycle\n"
    "\n"
    "experiment:\n"
    "  title: How much penalty does a small training set want?   # the question\n"
    "  part: validation      # whose accuracy is the figure: validation while one searches, test for what one reports\n"
    "  seeds: 3              # trainings of each setting; without this line, as many as --seeds says\n"
    "  vary:                 # what differs: every combination of these values is trained with every seed\n"
    "    lambda: [0, 0.001, 0.01]\n"
    "    # hidden: [[50], [50, 50]]             # nets vary, too\n"
    "    # lambda: {logspace: [1e-4, 1e-1], points: 5}   # a grid, in place of the list above\n"
    "\n"
    "  # against: OTHER                         # an experiment that this one is compared with, seed by seed\n"
    "  # expect: {above: 0.3}                   # what you expect to find, said before it is trained: also {below: 0.3},\n"
    "                                           # {between: [0.3, 0.4]}, and with against: higher or lower\n";

static strata_status check_name(const char *name)
{
    strata_config *config;
    TRY(strata_config_new(&config));
    strata_status status = strata_config_set(config, "name", name);
    strata_config_free(config);
    return status;
}

strata_status lab_init(const char *name, size_t others)
{
    text path = { 0 }, words = { 0 };
    bool there;
    if (others > 0) return status_fail(STRATA_ERR_ARGUMENT, "--init NAME writes a file and trains nothing: leave the other words out");
    TRY(check_name(name));
    text_add(&path, "%s.yaml", name);
    text_add(&words, begin, name, name, name);
    text_add(&words, "%s", rest);
    bool failed = path.failed || words.failed;
    strata_status status = failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a file") : file_look(path.at, &there);
    if (status == STRATA_OK && there) status = status_fail(STRATA_ERR_ARGUMENT, "%s is there already, and stays as it is", path.at);
    if (status == STRATA_OK) status = file_write(path.at, words.at, words.length);
    if (status == STRATA_OK) (void)fprintf(stderr, "written: %s; strata lab %s --dry-run says what it asks for\n", path.at, path.at);
    text_free(&path);
    text_free(&words);
    return status;
}
