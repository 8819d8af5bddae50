/*
 * A laboratory by the library: runs an experiment, says how each run ended, and writes the page about them.
 *
 *     laboratory DIR EXPERIMENT.yaml OUT TEMPLATES     DIR: the CIFAR-10 binary files; TEMPLATES: share/strata/report of the installation
 */
#include <stdio.h>
#include <stdlib.h>

#include <strata.h>

/* One line for each run that has ended. Called by one thread at a time. */
static void say_finished(void *self, const strata_lab_progress *now, const strata_run *run)
{
    const strata_run_facts_t *facts = strata_run_facts(run);
    (void)self;
    printf("[%ld/%ld] %s %s seed %ld: test accuracy %.2f %%\n", now->runs_found + now->runs_done, now->runs_all, now->experiment,
           now->label, now->seed, 100 * facts->test.accuracy);
}

static void say(void *self, const char *sentence)
{
    (void)self;
    fprintf(stderr, "%s\n", sentence);
}

static strata_status run(const char *folder, const char *experiment, const char *out, const char *templates)
{
    strata_data *data;
    const strata_lab_watch watch = { .size = sizeof watch, .finished = say_finished, .say = say, .tell = say };
    const strata_lab_request lab = { .size = sizeof lab, .out = out, .seeds = 2, .checkpoint_seconds = 60, .watch = &watch };
    const strata_report_request report = { .size = sizeof report, .out = out, .templates = templates, .warn = say };
    strata_status status = strata_data_open(folder, &data);
    if (status == STRATA_OK) status = strata_lab_run(&experiment, 1, data, &lab);
    if (status == STRATA_OK) status = strata_report_write(&report);
    strata_data_free(data);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 5) return fprintf(stderr, "usage: laboratory DIR EXPERIMENT.yaml OUT TEMPLATES\n"), 2;
    strata_status status = run(argv[1], argv[2], argv[3], argv[4]);
    if (status != STRATA_OK) fprintf(stderr, "%s\n", strata_error());
    return status == STRATA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
