/*
 * The queries of the page: files of one SELECT each, and what the :words in them stand for. A word is told by the figure that asks, else by
 * the row of {{each}} that the question stands in, else by the page. Internal to the module.
 */
#ifndef STRATA_REPORT_ASK_H
#define STRATA_REPORT_ASK_H

#include "figures.h"
#include "table.h"

enum { ASK_WORDS = 32, ASK_ANCHOR = 56 };

/* What every query of the page may use. */
typedef struct {
    store_parameter word[ASK_WORDS];
    size_t count;
    char *owned[ASK_WORDS]; /* texts that belong to this struct, by word; NULL: borrowed */
    yaml_node *root;        /* of words.yaml; NULL: there is none */
} ask_words;

/* Those of TEMPLATES/words.yaml (docs/report.md), where there is one, each list as JSON; `defaults`, the default of every setting as JSON;
 * and `live`, 1 or 0. */
strata_status ask_words_read(const char *templates, bool live, ask_words *out);
void ask_words_free(ask_words *words);

/* The text that a word of every query stands for; NULL: none. */
const char *ask_word(const ask_words *words, const char *name);

/* A row of {{each}}. Its first cell names it. */
typedef struct ask_row ask_row;
struct ask_row {
    const ask_row *outer; /* of the {{each}} around it; NULL: none */
    const table *rows;
    size_t row;
};

/* The name of the row within ids and names of files: its first cell where that is safe there, else what is safe of it, ~ and the beginning
 * of its digest. Two names have two anchors. */
strata_status ask_anchor(const ask_row *row, char out[ASK_ANCHOR]);

/* The answer of a query. `figure`, NULL for none, says what its own words stand for, and all of these must be in the SQL. */
strata_status ask(store *s, const store_question *question, const ask_words *words, const ask_row *row, table *out);

/* The same of the file TEMPLATES/queries/NAME.sql. */
strata_status ask_file(store *s, const char *templates, const char *name, const figures_entry *figure, const ask_words *words,
                       const ask_row *row, table *out);

#endif
