/*
 * A first pass checks every line and finds how many rows and features there are; a second one fills them. Indices begin at 1 and ascend;
 * what is not written is 0. Comments begin with #, and lines without anything else do not count.
 */
#include "read_libsvm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "categories.h"
#include "decimal.h"
#include "gz.h"
#include "text.h"
#include "widened.h"

enum { HEAD = 4096, FILES = 2, LINES_LOOKED_AT = 10 };
static const size_t file_limit = (size_t)1 << 34; /* bytes of text: 16 GB */

/* A file in memory, and a place in it. */
typedef struct {
    const char *path, *at, *end; /* *end is a zero byte */
    size_t line;                 /* from 1 */
    uint8_t *bytes;
    size_t size, rows;
    char digest[DIGEST_TEXT];
} lines;

typedef struct {
    const char *at, *end;
} word;

static void rewind_lines(lines *l)
{
    l->at = (const char *)l->bytes;
    l->end = l->at + l->size;
    l->line = 1;
}

static strata_status refuse(const lines *l, word w, const char *why)
{
    char value[64];
    (void)snprintf(value, sizeof value, "%.*s", (int)(w.end - w.at < 60 ? w.end - w.at : 60), w.at);
    return status_fail(STRATA_ERR_DATA, "%.200s: line %zu: %s %s", l->path, l->line, text_shown(value), why);
}

static bool ends_word(char c)
{
    return (unsigned char)c <= ' ' || c == '#';
}

/* The next word of the line; an empty one at its end. */
static word take_word(lines *l)
{
    word w;
    while (*l->at == ' ' || *l->at == '\t' || *l->at == '\r') l->at++;
    for (w.at = l->at; !ends_word(*l->at);) l->at++;
    w.end = l->at;
    return w;
}

/* Behind the last word of a line, to the beginning of the next. */
static strata_status end_line(lines *l)
{
    if (*l->at == '#') {
        while (l->at < l->end && *l->at != '\n') l->at++;
    }
    if (l->at < l->end && *l->at != '\n') {
        return status_fail(STRATA_ERR_DATA, "%.200s: line %zu has the byte 0x%02x: this is no text, or one of UTF-16; save it as UTF-8",
                           l->path, l->line, (unsigned)(unsigned char)*l->at);
    }
    l->at += l->at < l->end;
    l->line++;
    return STRATA_OK;
}

/* The first word of the next line that has any; an empty one at the end of the file. */
static strata_status take_label(lines *l, word *label)
{
    for (;;) {
        float x;
        *label = take_word(l);
        if (label->at < label->end) {
            if (decimal_float(label->at, label->end, &x) && isfinite(x)) return STRATA_OK;
            return refuse(l, *label, "is no label: a line is LABEL INDEX:VALUE ..., and a label is one number");
        }
        if (l->at == l->end) return STRATA_OK;
        TRY(end_line(l));
    }
}

/* INDEX:VALUE, with an index greater than `last`. */
static strata_status take_pair(const lines *l, word w, size_t last, size_t *index, float *value)
{
    const char *at = w.at;
    *index = 0;
    if (strncmp(w.at, "qid:", 4) == 0) return refuse(l, w, "groups rows for ranking, which Strata does not learn; remove it");
    for (; *at >= '0' && *at <= '9' && *index <= STRATA_FEATURES_MAX; at++) *index = 10 * *index + (size_t)(*at - '0');
    if (at == w.at || *at != ':') {
        if (*index > STRATA_FEATURES_MAX) return refuse(l, w, "has an index above 1000000, the most features that data may have");
        return refuse(l, w, "is no INDEX:VALUE");
    }
    if (*index == 0) return refuse(l, w, "has the index 0: indices begin at 1; add 1 to all of them");
    if (*index > STRATA_FEATURES_MAX) return refuse(l, w, "has an index above 1000000, the most features that data may have");
    if (*index <= last) return refuse(l, w, "comes behind an index that is not less; sort the pairs of the line by index");
    if (!decimal_float(at + 1, w.end, value) || !isfinite(*value)) return refuse(l, w, "has a value that is no finite decimal number");
    return STRATA_OK;
}

/* The pairs of a line, into x unless it is NULL. *last becomes the largest index. */
static strata_status take_pairs(lines *l, float *x, size_t *last)
{
    *last = 0;
    for (;;) {
        size_t index;
        float value;
        word w = take_word(l);
        if (w.at == w.end) return end_line(l);
        TRY(take_pair(l, w, *last, &index, &value));
        if (x != NULL) x[index - 1] = value;
        *last = index;
    }
}

/* Checks every line, counts rows, and finds the largest index. */
static strata_status measure(lines *l, size_t *features)
{
    for (rewind_lines(l);; l->rows++) {
        word label;
        size_t last;
        TRY(take_label(l, &label));
        if (label.at == label.end) break;
        TRY(take_pairs(l, NULL, &last));
        if (last > *features) *features = last;
    }
    rewind_lines(l);
    return l->rows > 0 ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%.200s: has no line LABEL INDEX:VALUE ...; it should have one for each "
                                                 "example", l->path);
}

static strata_status open_lines(const char *path, lines *l, size_t *features)
{
    l->path = path;
    TRY(gz_read_all(path, file_limit, &l->bytes, &l->size, l->digest));
    return measure(l, features);
}

/* ---- examples ------------------------------------------------------------------------------------------------------------------------ */

static strata_status number_label(const lines *l, word label, categories *c, uint16_t *out)
{
    size_t number;
    char place[256];
    strata_status status = categories_number(c, label.at, (size_t)(label.end - label.at), &number);
    if (status == STRATA_OK) *out = (uint16_t)number;
    if (status != STRATA_ERR_DATA) return status;
    (void)snprintf(place, sizeof place, "%.200s: line %zu: the label", l->path, l->line);
    return status_fail_at(status, place);
}

static strata_status fill(lines *l, size_t first, categories *c, examples *out)
{
    for (size_t j = first; j < first + l->rows; j++) {
        word label;
        size_t last;
        TRY(take_label(l, &label));
        if (out->label != NULL) TRY(number_label(l, label, c, &out->label[j]));
        TRY(take_pairs(l, out->floats + j * (size_t)out->form.features, &last));
    }
    examples_note_file(out, l->path, l->digest);
    return STRATA_OK;
}

static strata_status name_classes(const char *path, categories *c, examples *out)
{
    char place[256];
    TRY(categories_sort(c));
    (void)snprintf(place, sizeof place, "%.200s: the label", path);
    strata_status status = categories_check_label(c, out->train + out->test);
    if (status != STRATA_OK) return status_fail_at(status, place);
    for (size_t j = 0; j < out->train + out->test; j++) out->label[j] = (uint16_t)c->rank[out->label[j]];
    out->class_name = categories_names(c);
    if (out->class_name == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for the names of classes");
    out->form.classes = (int)c->classes;
    return STRATA_OK;
}

/* How many features an example has: as many as the largest index, or as a model says. */
static strata_status decide_width(const data_request *request, size_t *features)
{
    size_t due = request->features > 0 ? (size_t)request->features : 0;
    if (due > 0 && *features > due) {
        return status_fail(STRATA_ERR_DATA, "%.200s: has the index %zu, and the model takes %zu features", request->path, *features, due);
    }
    if (due > 0) *features = due;
    return *features > 0 ? STRATA_OK : status_fail(STRATA_ERR_DATA, "%.200s: has labels and not one INDEX:VALUE", request->path);
}

static strata_status make(const data_request *request, lines file[FILES], categories *c, examples *out)
{
    size_t features = 0;
    bool tested = request->test_path != NULL && !request->unlabelled;
    if (request->label != NULL || request->one_hots > 0) {
        return status_fail(STRATA_ERR_DATA, "%.200s: is of LIBSVM's form, where the label is the first word of a line and all else are "
                           "numbers; leave %s out", request->path, request->label != NULL ? "--label" : "one-hot");
    }
    TRY(open_lines(request->path, &file[0], &features));
    if (tested) TRY(open_lines(request->test_path, &file[1], &features));
    TRY(decide_width(request, &features));
    TRY(widened_check(request->path, file[0].rows + file[1].rows, features, widened_most(file[0].size + file[1].size)));
    out->form = (strata_form){ .element = STRATA_FLOATS, .features = (int)features };
    TRY(examples_take(out, file[0].rows, file[1].rows, !request->unlabelled));
    TRY(fill(&file[0], 0, c, out));
    if (tested) TRY(fill(&file[1], file[0].rows, c, out));
    (void)snprintf(out->note, sizeof out->note, "%zu features, as many as %s", features,
                   request->features > 0 ? "the model takes" : "the largest index");
    return out->label != NULL ? name_classes(request->path, c, out) : STRATA_OK;
}

strata_status read_libsvm(const data_request *request, examples *out)
{
    lines file[FILES] = { { 0 } };
    categories c = { 0 };
    strata_status status = make(request, file, &c, out);
    for (int f = 0; f < FILES; f++) free(file[f].bytes);
    categories_free(&c);
    if (status != STRATA_OK) examples_free(out);
    return status;
}

/* ---- first bytes --------------------------------------------------------------------------------------------------------------------- */

/* INDEX:VALUE, whatever the index. */
static bool is_pair(word w)
{
    float x;
    const char *at = w.at;
    while (*at >= '0' && *at <= '9') at++;
    return at > w.at && *at == ':' && decimal_float(at + 1, w.end, &x);
}

/* Every line among the first begins as one should, and one has a pair. What the end of the first bytes cuts off does not count. */
bool read_libsvm_recognises(const char *path)
{
    uint8_t head[HEAD + 1] = { 0 };
    lines l = { .path = path, .bytes = head };
    bool pairs = false;
    l.size = gz_head(path, head, HEAD);
    rewind_lines(&l);
    for (int line = 0; line < LINES_LOOKED_AT; line++) {
        word label, pair;
        bool fine = take_label(&l, &label) == STRATA_OK;
        if (label.at == label.end) break;
        pair = take_word(&l);
        if (l.at == l.end && l.size == HEAD) break;
        bool alone = pair.at == pair.end;
        if (!fine || (!alone && strncmp(pair.at, "qid:", 4) != 0 && !is_pair(pair))) return false;
        pairs = pairs || !alone;
        while (l.at < l.end && *l.at != '\n') l.at++;
        if (end_line(&l) != STRATA_OK) return false;
    }
    return pairs;
}
