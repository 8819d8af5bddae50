/* figures.yaml: what each figure and picture of the page is. Internal to the module. */
#ifndef STRATA_REPORT_FIGURES_H
#define STRATA_REPORT_FIGURES_H

#include "store.h"
#include "yaml_file.h"

enum { FIGURES_WORDS = 8, FIGURES_NAME = 64 };

typedef struct {
    const char *name;
    const char *script;  /* a figure: a gnuplot script in figures/; NULL for a picture */
    const char *picture; /* a picture: the name of a file in a run's folder; NULL for a figure */
    const char *query;   /* the name of a file in queries/, without .sql */
    const char *title, *alt, *read;
    store_parameter with[FIGURES_WORDS];
    size_t words;        /* of `with` */
} figures_entry;

typedef struct {
    yaml_node *root; /* owns all words */
    figures_entry *entry;
    size_t count;
} figures_list;

/* STRATA_ERR_DATA, with file and line, for whatever is unknown, missing or empty. */
strata_status figures_read(const char *path, figures_list *out);
void figures_free(figures_list *list);
const figures_entry *figures_find(const figures_list *list, const char *name); /* NULL when there is none */

/* A failure of yaml_file.h is the caller's argument; of the files here it is STRATA_ERR_DATA. */
strata_status figures_as_data(strata_status status);

/* Can it be the name of a file here: letters, digits, '-', '_' and '.', not the first, up to 63? */
bool figures_is_name(const char *name);

/* Is the end there, and something before it? */
bool figures_ends_in(const char *name, const char *end);

#endif
