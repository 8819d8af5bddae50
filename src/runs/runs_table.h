/*
 * The table of experiments, for a terminal and for documents: what runs_summarise says, one line a setting. Nothing is computed here.
 *
 *     runs_summarise(s, NULL, &figures);
 *     runs_table(&figures, NULL, 0, RUNS_TABLE_MARKDOWN, &words);
 */
#ifndef STRATA_RUNS_RUNS_TABLE_H
#define STRATA_RUNS_RUNS_TABLE_H

#include "runs.h"

#define RUNS_TABLE_LIST(X) X(TEXT, "text") X(CSV, "csv") X(MARKDOWN, "markdown") X(LATEX, "latex")

typedef enum {
#define RUNS_TABLE_ENUM(name, word) RUNS_TABLE_##name,
    RUNS_TABLE_LIST(RUNS_TABLE_ENUM)
#undef RUNS_TABLE_ENUM
} runs_table_format;

/* "csv": STRATA_ERR_ARGUMENT, with the nearest or those that there are, for a word that is no format. */
strata_status runs_table_format_read(const char *word, runs_table_format *out);

/*
 * Adds the table of the experiments of this list to out; of all with count = 0. An experiment without a figure is a line that says why, a
 * gradient check is left out. With nothing to show nothing is added.
 * - TEXT: columns for a terminal, percent. Control characters become '?'.
 * - CSV: a line of names, then fractions 0..1, the shortest that read back; an empty cell is "not known".
 * - MARKDOWN: a table of GitHub's kind, percent, every character of a name as it is.
 * - LATEX: a tabular that needs no package, percent. pdflatex knows Latin letters; others want lualatex or xelatex.
 */
strata_status runs_table(const runs_figures *figures, const char *const *experiments, size_t count, runs_table_format format, text *out);

#endif
