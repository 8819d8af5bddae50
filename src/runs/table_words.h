/* Texts of a store as cells of a table: every character as it is, whatever it means in Markdown or LaTeX. Internal to the module. */
#ifndef STRATA_RUNS_TABLE_WORDS_H
#define STRATA_RUNS_TABLE_WORDS_H

#include "text.h"

void table_words_plain(text *out, const char *words);
void table_words_markdown(text *out, const char *words);
void table_words_latex(text *out, const char *words);

#endif
