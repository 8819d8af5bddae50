/* See runs_table.h: rows of cells first, then one writer for each format. CSV has other columns, and is written from the figures. */
#include "runs_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "csv.h"
#include "line.h"
#include "percent.h"
#include "table_words.h"

enum { EXPERIMENT, SETTING, PART, N, MEAN, SD, INTERVAL, DIFFERENCE, DIFFERENCE_INTERVAL, AGAINST, PUBLISHED, DIVERGED, COLUMNS };

static const struct {
    const char *plain, *document; /* headings */
    bool number;                  /* to the right */
    size_t least;                 /* columns on a terminal */
} column[COLUMNS] = {
    [EXPERIMENT] = { "accuracy in %", "experiment", false, 16 }, [SETTING] = { "", "setting", false, 20 },
    [PART] = { "on", "on", false, 10 },                          [N] = { "n", "n", true, 2 },
    [MEAN] = { "mean", "mean, %", true, 6 },                     [SD] = { "sd", "sd", true, 5 },
    [INTERVAL] = { "95 % interval", "95 % interval", true, 15 }, [DIFFERENCE] = { "difference", "difference, seed by seed", true, 10 },
    [DIFFERENCE_INTERVAL] = { "95 % interval", "its 95 % interval", true, 15 },
    [AGAINST] = { "against", "against", false, 7 },              [PUBLISHED] = { "published", "published, %", true, 9 },
    [DIVERGED] = { "", "diverged", true, 0 },
};

/* One line of the table. */
typedef struct {
    const char *word[COLUMNS];    /* of the store, or below; "": nothing */
    char number[COLUMNS][80];
    const char *why;              /* there is no figure: this stands in place of all but the name. NULL: there is one */
} row;

typedef struct {
    row *rows;
    size_t count;
    bool shown[COLUMNS];
    runs_table_format format;
} grid;

/* ---- cells --------------------------------------------------------------------------------------------------------------------------- */

static void put(row *r, int c, const char *words)
{
    (void)snprintf(r->number[c], sizeof r->number[c], "%s", words);
    r->word[c] = r->number[c];
}

static void put_percent(row *r, int c, double fraction, bool sign)
{
    char words[40];
    (void)snprintf(words, sizeof words, "%s%s", sign && fraction >= 0 ? "+" : "", percent_of(fraction).words);
    put(r, c, isnan(fraction) ? "" : words);
}

static void put_interval(row *r, int c, double low, double high, bool plain)
{
    char words[80];
    (void)snprintf(words, sizeof words, plain ? "%6s .. %5s" : "%s to %s", percent_of(low).words, percent_of(high).words);
    put(r, c, isnan(low) ? "" : words);
}

static void fill(row *r, const store_figure *f, runs_table_format format)
{
    char count[32];
    bool plain = format == RUNS_TABLE_TEXT, pairs = f->pairs > 0;
    *r = (row){ .why = NULL };
    for (int c = 0; c < COLUMNS; c++) r->word[c] = "";
    r->word[EXPERIMENT] = f->experiment;
    r->word[SETTING] = f->label;
    r->word[PART] = runs_part_words[f->part];
    (void)snprintf(count, sizeof count, "%ld", f->n);
    put(r, N, count);
    put_percent(r, MEAN, f->n > 0 ? f->mean : (double)NAN, false);
    put_percent(r, SD, f->n > 1 ? f->sd : (double)NAN, false);
    put_interval(r, INTERVAL, f->low, f->high, plain);
    if (f->two_kinds) put(r, INTERVAL, "two kinds");
    put_percent(r, PUBLISHED, f->published, false);
    (void)snprintf(count, sizeof count, plain ? "%ld diverged" : "%ld", f->diverged);
    if (f->diverged > 0) put(r, DIVERGED, count);
    if (!pairs) return;
    put_percent(r, DIFFERENCE, f->difference, true);
    put_interval(r, DIFFERENCE_INTERVAL, f->difference_low, f->difference_high, plain);
    if (f->pairs > 1 && isnan(f->difference_low)) put(r, DIFFERENCE_INTERVAL, "two kinds"); /* of seeds: the view has no other reason */
    r->word[AGAINST] = f->against;
}

static bool is_wanted(const char *id, const char *const *experiments, size_t count)
{
    size_t q = 0;
    while (q < count && strcmp(experiments[q], id) != 0) q++;
    return count == 0 || q < count;
}

static void fill_all(grid *g, const runs_figures *figures, const char *const *experiments, size_t count)
{
    size_t f = 0;
    for (size_t e = 0; e < figures->experiments.count; e++) {
        const char *id = figures->experiments.at[e].key, *why = figures->experiments.at[e].value;
        bool wanted = is_wanted(id, experiments, count);
        for (; f < figures->count && strcmp(figures->at[f].experiment, id) == 0; f++) {
            if (wanted) fill(&g->rows[g->count++], &figures->at[f], g->format);
        }
        if (!wanted || why[0] == '\0') continue;
        row *r = &g->rows[g->count++];
        *r = (row){ .why = why };
        for (int c = 0; c < COLUMNS; c++) r->word[c] = "";
        r->word[EXPERIMENT] = id;
    }
}

/* What nobody has is no column; a terminal's rows have one shape as far as that can be. */
static void choose_columns(grid *g)
{
    for (int c = 0; c < COLUMNS; c++) {
        g->shown[c] = c <= INTERVAL && (c != SETTING || g->format == RUNS_TABLE_TEXT);
        for (size_t r = 0; r < g->count && !g->shown[c]; r++) g->shown[c] = g->rows[r].word[c][0] != '\0';
    }
    for (size_t r = 0; r < g->count; r++) g->shown[SETTING] = g->shown[SETTING] || g->rows[r].why != NULL;
}

/* ---- text ---------------------------------------------------------------------------------------------------------------------------- */

enum { WIDEST = 60 }; /* what is longer moves its own row alone */

static const char *plain_cell(const row *r, int c)
{
    bool known = c >= MEAN && c <= INTERVAL && r->why == NULL;
    return r->word[c][0] == '\0' && known ? "-" : r->word[c];
}

static void add_padded(text *line, const char *words, int c, size_t width)
{
    size_t columns = line_columns(words);
    int blanks = columns < width ? (int)(width - columns) : 0;
    if (column[c].number) text_add(line, "%*s", blanks, "");
    table_words_plain(line, words);
    if (!column[c].number) text_add(line, "%*s", blanks, "");
}

/* A row, or the headings (NULL), without the blanks at its end. */
static void add_line(const grid *g, const row *r, const size_t width[COLUMNS], text *out)
{
    text line = { 0 };
    for (int c = 0; c < COLUMNS; c++) {
        if (!g->shown[c]) continue;
        if (c > 0) text_add(&line, "  ");
        if (r != NULL && r->why != NULL && c == SETTING) {
            text_add(&line, "not run: ");
            table_words_plain(&line, r->why);
            break;
        }
        add_padded(&line, r == NULL ? column[c].plain : plain_cell(r, c), c, width[c]);
    }
    while (line.length > 0 && line.at[line.length - 1] == ' ') line.length--;
    text_add(out, "%.*s\n", (int)line.length, line.at != NULL ? line.at : "");
    out->failed = out->failed || line.failed;
    text_free(&line);
}

static void add_text(const grid *g, text *out)
{
    size_t width[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        width[c] = column[c].least;
        for (size_t r = 0; r < g->count; r++) {
            size_t columns = line_columns(plain_cell(&g->rows[r], c));
            if (columns > width[c] && columns <= WIDEST) width[c] = columns;
        }
    }
    add_line(g, NULL, width, out);
    for (size_t r = 0; r < g->count; r++) add_line(g, &g->rows[r], width, out);
}

/* ---- Markdown and LaTeX -------------------------------------------------------------------------------------------------------------- */

static void add_markdown_row(const grid *g, const row *r, text *out)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (!g->shown[c]) continue;
        const char *words = r->why != NULL && c == SETTING ? r->why : r->word[c];
        text_add(out, "| %s", r->why != NULL && c == SETTING ? "not run: " : "");
        if (words[0] == '\0' && c != SETTING) text_add(out, "–");
        else if (column[c].number) text_add(out, "%s", words);
        else table_words_markdown(out, words);
        text_add(out, " ");
    }
    text_add(out, "|\n");
}

static void add_markdown(const grid *g, text *out)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (g->shown[c]) text_add(out, "| %s ", column[c].document);
    }
    text_add(out, "|\n");
    for (int c = 0; c < COLUMNS; c++) {
        if (g->shown[c]) text_add(out, column[c].number ? "|---:" : "|---");
    }
    text_add(out, "|\n");
    for (size_t r = 0; r < g->count; r++) add_markdown_row(g, &g->rows[r], out);
}

/* A hyphen before a number is a minus. */
static void add_latex_number(text *out, const char *words)
{
    for (; *words != '\0'; words++) text_add(out, *words == '-' ? "$-$" : "%c", *words);
}

static void add_latex_row(const grid *g, const row *r, text *out)
{
    for (int c = 0; c < COLUMNS; c++) {
        if (!g->shown[c]) continue;
        const char *words = r->why != NULL && c == SETTING ? r->why : r->word[c];
        text_add(out, "%s%s", c > 0 ? " & " : "", r->why != NULL && c == SETTING ? "not run: " : "");
        if (words[0] == '\0' && c != SETTING) text_add(out, "--");
        else if (column[c].number) add_latex_number(out, words);
        else table_words_latex(out, words);
    }
    text_add(out, " \\\\\n");
}

static void add_latex(const grid *g, text *out)
{
    text_add(out, "\\begin{tabular}{");
    for (int c = 0; c < COLUMNS; c++) {
        if (g->shown[c]) text_add(out, column[c].number ? "r" : "l");
    }
    text_add(out, "}\n\\hline\n");
    for (int c = 0; c < COLUMNS; c++) {
        if (!g->shown[c]) continue;
        text_add(out, c > 0 ? " & " : "");
        table_words_latex(out, column[c].document);
    }
    text_add(out, " \\\\\n\\hline\n");
    for (size_t r = 0; r < g->count; r++) add_latex_row(g, &g->rows[r], out);
    text_add(out, "\\hline\n\\end{tabular}\n");
}

/* ---- CSV ----------------------------------------------------------------------------------------------------------------------------- */

static void add_number(text *out, double x)
{
    text_add(out, ",");
    if (!isnan(x)) csv_add_number(out, x);
}

static void add_csv_row(const store_figure *f, text *out)
{
    csv_add(out, f->experiment);
    text_add(out, ",");
    csv_add(out, f->label);
    text_add(out, ",%s,%ld,%ld", runs_part_words[f->part], f->n, f->diverged);
    const double numbers[] = { f->mean, f->sd, f->low, f->high, f->least, f->most };
    for (size_t q = 0; q < sizeof numbers / sizeof *numbers; q++) add_number(out, numbers[q]);
    text_add(out, ",");
    if (f->pairs > 0) csv_add(out, f->against);
    text_add(out, ",%ld", f->pairs);
    const double paired[] = { f->difference, f->difference_sd, f->difference_low, f->difference_high };
    for (size_t q = 0; q < sizeof paired / sizeof *paired; q++) add_number(out, f->pairs > 0 ? paired[q] : (double)NAN);
    add_number(out, f->published);
    text_add(out, ",%s\n", f->two_kinds ? "two kinds of seeds" : "");
}

static void add_csv(const runs_figures *figures, const char *const *experiments, size_t count, text *out)
{
    size_t f = 0;
    text_add(out, "experiment,setting,part,n,diverged,mean,sd,low,high,min,max,against,pairs,difference,difference_sd,difference_low,"
                  "difference_high,published,note\n");
    for (size_t e = 0; e < figures->experiments.count; e++) {
        const stored_pair *one = &figures->experiments.at[e];
        bool wanted = is_wanted(one->key, experiments, count);
        for (; f < figures->count && strcmp(figures->at[f].experiment, one->key) == 0; f++) {
            if (wanted) add_csv_row(&figures->at[f], out);
        }
        if (!wanted || one->value[0] == '\0') continue;
        text why = { 0 };
        text_add(&why, "not run: %s", one->value);
        csv_add(out, one->key);
        text_add(out, ",,,,,,,,,,,,,,,,,,");
        csv_add(out, why.failed ? "not run" : why.at);
        text_add(out, "\n");
        text_free(&why);
    }
}

/* ---- one of them --------------------------------------------------------------------------------------------------------------------- */

strata_status runs_table_format_read(const char *word, runs_table_format *out)
{
    static const char *const words[] = {
#define RUNS_TABLE_WORD(name, word) word,
        RUNS_TABLE_LIST(RUNS_TABLE_WORD)
#undef RUNS_TABLE_WORD
    };
    enum { FORMATS = sizeof words / sizeof *words };
    for (size_t q = 0; q < FORMATS; q++) {
        if (strcmp(words[q], word) != 0) continue;
        *out = (runs_table_format)q;
        return STRATA_OK;
    }
    const char *near = text_nearest(word, words, FORMATS);
    return status_fail(STRATA_ERR_ARGUMENT, "%s is no format of a table; %s%s%s", text_shown(word), near != NULL ? "did you mean " : "",
                       near != NULL ? near : text_known(words, FORMATS), near != NULL ? "?" : "");
}

strata_status runs_table(const runs_figures *figures, const char *const *experiments, size_t count, runs_table_format format, text *out)
{
    void *made = NULL;
    grid g = { .format = format };
    TRY(alloc_zero(&made, figures->count + figures->experiments.count + 1, sizeof(row), "a table"));
    g.rows = made;
    fill_all(&g, figures, experiments, count);
    choose_columns(&g);
    if (g.count > 0 && format == RUNS_TABLE_TEXT) add_text(&g, out);
    if (g.count > 0 && format == RUNS_TABLE_MARKDOWN) add_markdown(&g, out);
    if (g.count > 0 && format == RUNS_TABLE_LATEX) add_latex(&g, out);
    if (g.count > 0 && format == RUNS_TABLE_CSV) add_csv(figures, experiments, count, out);
    free(made);
    return out->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for a table") : STRATA_OK;
}
