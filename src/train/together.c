/*
 * See together.h. Everything is in double from the logits on, and probabilities are kept as their logarithms: no loss takes the logarithm of
 * a number that was rounded to 0, and the largest mean is told as surely as the largest logit.
 */
#include "together.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mat_team.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

static size_t element_of(const strata_form *form)
{
    return form->element == STRATA_FLOATS ? sizeof(float) : 1;
}

/* Lays its arrays out from p on, which may be NULL to measure: the largest elements first, so that each is aligned. */
static size_t lay_out(const net_shape *shape, const strata_form *form, int members, bool mirrored, char *p, together *out)
{
    size_t chunk = EVALUATE_CHUNK, numbers = chunk * (size_t)shape->width[shape->k] * sizeof(double), used = 0;
    size_t images = mirrored ? chunk * (size_t)form->features * element_of(form) : 0;
    const size_t bytes[] = { numbers, numbers, shape->loss == NET_SIGMOIDS ? numbers : 0, chunk * (size_t)members * sizeof(int),
                             mirrored ? chunk * sizeof(uint32_t) : 0, images, mirrored ? chunk * sizeof(uint16_t) : 0 };
    enum { ARRAYS = sizeof bytes / sizeof *bytes };
    void *at[ARRAYS];
    for (int a = 0; a < ARRAYS; a++) {
        at[a] = p != NULL && bytes[a] > 0 ? p + used : NULL;
        used += (bytes[a] + 7) / 8 * 8;
    }
    *out = (together){ .logit = at[0], .yes = at[1], .no = at[2], .guess = at[3], .index = at[4], .mirrored = at[5], .label = at[6],
                       .block = p };
    return used;
}

size_t together_bytes(const net_shape *shape, const strata_form *form, int members, bool mirrored)
{
    together unused;
    return lay_out(shape, form, members, mirrored, NULL, &unused);
}

strata_status together_create(const net_shape *shape, const strata_form *form, int members, bool mirrored, together *out)
{
    void *block;
    *out = (together){ .block = NULL };
    TRY(alloc_zero(&block, together_bytes(shape, form, members, mirrored), 1, "the scores of several nets"));
    (void)lay_out(shape, form, members, mirrored, block, out);
    return STRATA_OK;
}

void together_drop(together *t)
{
    free(t->block);
    *t = (together){ .block = NULL };
}

/* ---- mirror images ------------------------------------------------------------------------------------------------------------------- */

/* Left to right, in every row of every channel. */
static void mirror(const strata_form *f, size_t element, const char *from, char *to)
{
    size_t width = (size_t)f->width, rows = (size_t)f->channels * (size_t)f->height;
    for (size_t r = 0; r < rows; r++, from += width * element, to += width * element) {
        for (size_t x = 0; x < width; x++) memcpy(to + x * element, from + (width - 1 - x) * element, element);
    }
}

/* The mini-batch of the mirror images, which lie in t until the next one. */
static minibatch mirror_batch(together *t, const strata_form *f, const minibatch *batch)
{
    minibatch other = *batch;
    size_t element = element_of(f), size = (size_t)f->features * element;
    const char *from = batch->image != NULL ? (const char *)batch->image : (const char *)batch->table;
    for (int j = 0; j < batch->n; j++) {
        mirror(f, element, from + batch->index[j] * batch->stride * element, (char *)t->mirrored + (size_t)j * size);
        t->index[j] = (uint32_t)j;
        t->label[j] = batch->label[batch->index[j]];
    }
    other.image = batch->image != NULL ? t->mirrored : NULL;
    other.table = batch->image != NULL ? NULL : t->mirrored;
    other.index = t->index;
    other.label = t->label;
    other.stride = (size_t)f->features;
    return other;
}

/* ---- one member ---------------------------------------------------------------------------------------------------------------------- */

/* log(exp(a) + exp(b)) */
static double log_sum(double a, double b)
{
    double more = a > b ? a : b;
    return more + log1p(exp(a + b - 2 * more));
}

/* log(1 + exp(x)) */
static double softplus(double x)
{
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

/* log sum_i exp(s[i]) */
static double log_sum_of(const double *s, int classes)
{
    double most = s[0], sum = 0;
    for (int i = 1; i < classes; i++) most = s[i] > most ? s[i] : most;
    for (int i = 0; i < classes; i++) sum += exp(s[i] - most);
    return most + log(sum);
}

static int largest(const double *x, int classes)
{
    int best = 0;
    for (int i = 1; i < classes; i++) best = x[i] > x[best] ? i : best;
    return best;
}

/* Adds the member's probabilities of one example: (5) or (35). */
static void add_column(together *t, const net_shape *shape, int j, bool first)
{
    int classes = shape->width[shape->k];
    bool sigmoid = shape->loss == NET_SIGMOIDS;
    const double *s = t->logit + (size_t)j * (size_t)classes;
    double all = sigmoid ? 0 : log_sum_of(s, classes);
    for (int i = 0; i < classes; i++) {
        double *yes = t->yes + (size_t)j * (size_t)classes + i, p = sigmoid ? -softplus(-s[i]) : s[i] - all;
        *yes = first ? p : log_sum(*yes, p);
        if (!sigmoid) continue;
        double *no = t->no + (size_t)j * (size_t)classes + i, q = -softplus(s[i]);
        *no = first ? q : log_sum(*no, q);
    }
}

static void add_member(together *t, const together_member *member, int number, net_work *w, const strata_form *form, const minibatch *batch)
{
    const network *net = member->net;
    const net_shape *shape = &net->shape;
    minibatch seen = member->mirrored ? mirror_batch(t, form, batch) : *batch;
    mat_piece_begin(MAT_EVALUATION);
    net_forward(net, w, &seen, NET_EVALUATION);
    mat_piece_end(MAT_EVALUATION);
    net->ops->get(t->logit, w->trace[shape->k].S);
    for (int j = 0; j < batch->n; j++) {
        add_column(t, shape, j, number == 0);
        t->guess[number * EVALUATE_CHUNK + j] = largest(t->logit + (size_t)j * (size_t)shape->width[shape->k], shape->width[shape->k]);
    }
}

/* ---- all of them --------------------------------------------------------------------------------------------------------------------- */

/* The loss of one example of class y, by the mean of the P: (34) or (35). */
static double loss_of(const together *t, const net_shape *shape, int members, int j, int y)
{
    int classes = shape->width[shape->k];
    const double *yes = t->yes + (size_t)j * (size_t)classes;
    double many = log(members), loss = 0;
    if (shape->loss == NET_HINGE) return (double)NAN;
    if (shape->loss == NET_SOFTMAX) return many - yes[y];
    for (int i = 0; i < classes; i++) loss += many - (i == y ? yes[i] : t->no[(size_t)j * (size_t)classes + (size_t)i]);
    return loss / classes;
}

/* The class that most members name, the smallest on a tie. */
static int vote(const together *t, int members, int j)
{
    int winner = -1, most = 0;
    for (int q = 0; q < members; q++) {
        int named = t->guess[q * EVALUATE_CHUNK + j], votes = 0;
        for (int r = 0; r < members; r++) votes += t->guess[r * EVALUATE_CHUNK + j] == named;
        if (votes > most || (votes == most && named < winner)) {
            winner = named;
            most = votes;
        }
    }
    return winner;
}

typedef struct {
    double loss;
    long correct, elected;
} tally;

static void count_chunk(const together *t, const net_shape *shape, int members, const minibatch *batch, tally *all)
{
    int classes = shape->width[shape->k];
    for (int j = 0; j < batch->n; j++) {
        int y = batch->label[batch->index[j]];
        all->loss += loss_of(t, shape, members, j, y);
        all->correct += largest(t->yes + (size_t)j * (size_t)classes, classes) == y;
        all->elected += vote(t, members, j) == y;
    }
}

bool together_score(together *t, const together_member *member, int members, net_work *w, const split *part, strata_part which, const going *g,
                    strata_score *mean, strata_score *votes)
{
    tally all = { 0 };
    int count = split_count(part->data, part->n_train, part->n_val, which);
    for (int first = 0; first < count; first += EVALUATE_CHUNK) {
        int n = count - first < EVALUATE_CHUNK ? count - first : EVALUATE_CHUNK;
        minibatch batch = split_images(part->data, &part->inputs, part->n_val, which, first, n);
        for (int q = 0; q < members; q++) {
            if (!going_on(g)) return false;
            add_member(t, &member[q], q, w, &part->data->form, &batch);
        }
        count_chunk(t, &member[0].net->shape, members, &batch, &all);
    }
    *mean = (strata_score){ all.loss / count, (double)NAN, (double)all.correct / count };
    if (votes != NULL) *votes = (strata_score){ (double)NAN, (double)NAN, (double)all.elected / count };
    return true;
}
