/*
 * What the tests of report/ share: the folder of stored.h with a store in it (runs.sqlite) and a folder of templates (tpl), reports of the
 * one by the other, and stand-ins for gnuplot.
 */
#ifndef STRATA_TESTS_REPORTING_H
#define STRATA_TESTS_REPORTING_H

#include "strata/report.h"
#include "stored.h"

/* For cmocka: takes everything away that a test left in the folder, and gives PATH back. */
int clear_folder(void **state);

#define REPORTING_TEST(name) cmocka_unit_test_setup_teardown(name, clear_folder, clear_folder)

/* Writes a file into the folder; makes the folders above it. */
void put_file(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A file of the folder; "" when there is none. To be freed. */
char *read_out(const char *name);

/* Templates with this page and these figures, a short style, and a few queries: seeds, accuracy, by_experiment (takes :experiment), titles,
 * nothing, broken, insert, run. In a build without YAML the test is skipped. */
void put_templates(const char *page, const char *figures);

/* A `gnuplot` that does these lines of sh, ahead of any other in PATH. In them $2 is style.gp, $3 the CSV, $4 the drawing, $5 the format,
 * $6 the title and $7 the script. */
void put_gnuplot(const char *lines);

/* The report of the folder by tpl: what was warned is in `warned`, how often in `warnings`. */
strata_status reported(void);
extern char warned[4096];
extern int warnings;

/* A figures.yaml with the figure f, and lines for put_gnuplot that draw. */
extern const char one_figure[], good_gnuplot[];

/* put_templates, and a store with the two runs of one experiment. */
void put_small(const char *page, const char *figures);

/* The page that the report writes when it ends with this status; to be freed. */
char *page_of(strata_status due);

/* An experiment, and a run of it with this accuracy on the test set (NaN: diverged). The run's id is made of all three. */
void put_experiment(store *s, const char *id, const char *title, const char *against, double published);
const char *put_accuracy(store *s, const char *experiment, const char *label, int seed, double accuracy);

void assert_holds(const char *text_, const char *part);
void assert_lacks(const char *text_, const char *part);

#endif
