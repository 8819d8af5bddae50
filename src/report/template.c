/* The template taken apart: see template.h. */
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"

enum { TEMPLATE_LIMIT = 4 << 20 };

static const struct {
    const char *word;
    template_kind kind;
    bool named;
} words[] = {
    { "style", TEMPLATE_STYLE, false },  { "value", TEMPLATE_VALUE, true },     { "table", TEMPLATE_TABLE, true },
    { "figure", TEMPLATE_FIGURE, true }, { "picture", TEMPLATE_PICTURE, true }, { "if", TEMPLATE_IF, true },
    { "each", TEMPLATE_EACH, true },     { "cell", TEMPLATE_CELL, true },       { "anchor", TEMPLATE_ANCHOR, false },
    { "else", TEMPLATE_ELSE, false },    { "end", TEMPLATE_END, false },
};

enum { WORDS = sizeof words / sizeof *words };

/* The blocks that are open at some place of the file. */
typedef struct {
    size_t mark[TEMPLATE_DEPTH];
    size_t count;
} nesting;

static strata_status unknown_word(const template_marks *t, const template_mark *mark, const char *word)
{
    const char *names[WORDS];
    for (size_t w = 0; w < WORDS; w++) names[w] = words[w].word;
    const char *near = text_nearest(word, names, WORDS);
    return status_fail(STRATA_ERR_DATA, "%s:%zu: unknown placeholder {{%s}}%s%s; there are style, value, table, figure, picture, if, each, "
                       "cell, anchor, else and end", t->path, mark->line, text_cut(word), near != NULL ? ", nearest is " : "",
                       near != NULL ? near : "");
}

static strata_status find_figure(const template_marks *t, const figures_list *figures, template_mark *mark)
{
    mark->figure = figures_find(figures, mark->name);
    if (mark->figure == NULL) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: figures.yaml has no %s", t->path, mark->line, mark->name);
    }
    if ((mark->figure->script != NULL) == (mark->kind == TEMPLATE_FIGURE)) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s:%zu: figures.yaml has %s as a %s", t->path, mark->line, mark->name,
                       mark->figure->script != NULL ? "figure" : "picture");
}

/* What stands between the braces: "figure 3layer-curves". */
static strata_status read_placeholder(const template_marks *t, template_mark *mark, const char *inside, size_t length)
{
    char copy[200] = "", *state = NULL;
    if (length >= sizeof copy) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: the placeholder does not end: }} is missing", t->path, mark->line);
    }
    (void)snprintf(copy, sizeof copy, "%.*s", (int)length, inside);
    const char *word = strtok_r(copy, " ", &state), *name = strtok_r(NULL, " ", &state);
    size_t w = 0;
    while (w < WORDS && (word == NULL || strcmp(word, words[w].word) != 0)) w++;
    if (w == WORDS) return unknown_word(t, mark, word != NULL ? word : "");
    mark->kind = words[w].kind;
    if (words[w].named != (name != NULL) || strtok_r(NULL, " ", &state) != NULL || (name != NULL && !figures_is_name(name))) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: {{%s}} takes %s", t->path, mark->line, word,
                           words[w].named ? "one name: letters, digits, - and _" : "no name");
    }
    (void)snprintf(mark->name, sizeof mark->name, "%s", name != NULL ? name : "");
    return STRATA_OK;
}

/* ---- blocks ---------------------------------------------------------------------------------------------------------------------- */

static strata_status open_block(const template_marks *t, size_t at, nesting *n)
{
    if (n->count == TEMPLATE_DEPTH) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: more than %d blocks inside each other", t->path, t->mark[at].line, TEMPLATE_DEPTH);
    }
    n->mark[n->count++] = at;
    return STRATA_OK;
}

static strata_status close_block(const template_marks *t, size_t at, nesting *n)
{
    const template_mark *mark = &t->mark[at];
    template_mark *block = n->count > 0 ? &t->mark[n->mark[n->count - 1]] : NULL;
    if (block == NULL || (mark->kind == TEMPLATE_ELSE && block->otherwise != 0)) {
        return status_fail(STRATA_ERR_DATA, "%s:%zu: no {{if}} or {{each}} is open that this {{%s}} could belong to", t->path, mark->line,
                           mark->kind == TEMPLATE_ELSE ? "else" : "end");
    }
    if (block->otherwise == 0) block->otherwise = at;
    if (mark->kind == TEMPLATE_ELSE) return STRATA_OK;
    block->end = at;
    n->count--;
    return STRATA_OK;
}

/* Is a row of {{each}} at hand here? Not in what stands instead of the rows. */
static bool within_each(const template_marks *t, const nesting *n)
{
    for (size_t q = 0; q < n->count; q++) {
        const template_mark *block = &t->mark[n->mark[q]];
        if (block->kind == TEMPLATE_EACH && block->otherwise == 0) return true;
    }
    return false;
}

static strata_status place_mark(const template_marks *t, const figures_list *figures, size_t at, nesting *n)
{
    template_mark *mark = &t->mark[at];
    switch (mark->kind) {
    case TEMPLATE_FIGURE:
    case TEMPLATE_PICTURE: return find_figure(t, figures, mark);
    case TEMPLATE_IF:
    case TEMPLATE_EACH: return open_block(t, at, n);
    case TEMPLATE_ELSE:
    case TEMPLATE_END: return close_block(t, at, n);
    case TEMPLATE_CELL:
    case TEMPLATE_ANCHOR:
        if (within_each(t, n)) return STRATA_OK;
        return status_fail(STRATA_ERR_DATA, "%s:%zu: {{%s}} stands outside of {{each}}", t->path, mark->line,
                           mark->kind == TEMPLATE_CELL ? "cell" : "anchor");
    default: return STRATA_OK;
    }
}

/* A block's placeholder that has its line alone takes the line with it. */
static bool takes_its_line(const template_marks *t, const template_mark *mark, const char *open, const char *behind)
{
    return mark->kind >= TEMPLATE_IF && *behind == '\n' && (open == (const char *)t->words || open[-1] == '\n');
}

static strata_status read_marks(template_marks *t, const figures_list *figures)
{
    nesting n = { .count = 0 };
    const char *at = (const char *)t->words;
    for (size_t line = 1;;) {
        const char *open = strstr(at, "{{");
        template_mark *words_ = &t->mark[t->count++];
        *words_ = (template_mark){ .kind = TEMPLATE_TEXT, .at = at, .length = open != NULL ? (size_t)(open - at) : strlen(at) };
        for (size_t c = 0; c < words_->length; c++) line += at[c] == '\n';
        if (open == NULL) break;
        size_t here = t->count++;
        template_mark *mark = &t->mark[here];
        const char *close = strstr(open, "}}");
        mark->line = line;
        TRY(read_placeholder(t, mark, open + 2, close != NULL ? (size_t)(close - open - 2) : SIZE_MAX));
        TRY(place_mark(t, figures, here, &n));
        at = close + 2;
        if (!takes_its_line(t, mark, open, at)) continue;
        at++;
        line++;
    }
    if (n.count == 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%s:%zu: the block does not end: {{end}} is missing", t->path, t->mark[n.mark[n.count - 1]].line);
}

strata_status template_read(const char *path, const figures_list *figures, template_marks *out)
{
    template_marks t = { .path = path };
    void *marks = NULL;
    size_t size, most = 1;
    TRY(file_read_all(path, TEMPLATE_LIMIT, &t.words, &size));
    for (const char *at = (const char *)t.words; (at = strstr(at, "{{")) != NULL; at += 2) most += 2;
    strata_status status = alloc_zero(&marks, most, sizeof *t.mark, "the placeholders of the page");
    t.mark = marks;
    if (status == STRATA_OK) status = read_marks(&t, figures);
    if (status == STRATA_OK) *out = t;
    else template_free(&t);
    return status;
}

void template_free(template_marks *t)
{
    free(t->mark);
    free(t->words);
    *t = (template_marks){ 0 };
}
