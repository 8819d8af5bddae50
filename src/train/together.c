/*
 * See together.h. Everything is in double from the logits on, and probabilities are kept as their logarithms: no loss takes the logarithm
 * of a number that was rounded to 0, and the largest mean is told as surely as the largest logit.
 */
#include "together.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "mat_team.h"

/* ---- memory -------------------------------------------------------------------------------------------------------------------------- */

/* Lays its arrays out from p on, which may be NULL to measure: the largest elements first, so that each is aligned. */
static size_t lay_out(const net_shape *shape, int members, char *p, together *out)
{
    size_t numbers = (size_t)EVALUATE_CHUNK * (size_t)shape->width[shape->k] * sizeof(double), used = 0;
    const size_t bytes[] = { numbers, numbers, shape->loss == NET_SIGMOIDS ? numbers : 0,
                             (size_t)EVALUATE_CHUNK * (size_t)members * sizeof(int) };
    enum { ARRAYS = sizeof bytes / sizeof *bytes };
    void *at[ARRAYS];
    for (int a = 0; a < ARRAYS; a++) {
        at[a] = p != NULL && bytes[a] > 0 ? p + used : NULL;
        used += bytes[a];
    }
    *out = (together){ .logit = at[0], .yes = at[1], .no = at[2], .guess = at[3], .block = p };
    return used;
}

size_t together_bytes(const net_shape *shape, const strata_form *form, int members, bool mirrored)
{
    together unused;
    return lay_out(shape, members, NULL, &unused) + (mirrored ? augment_room_bytes(form, EVALUATE_CHUNK) : 0);
}

strata_status together_create(const net_shape *shape, const strata_form *form, int members, bool mirrored, together *out)
{
    void *block;
    *out = (together){ .block = NULL };
    TRY(alloc_zero(&block, lay_out(shape, members, NULL, out), 1, "the scores of several nets"));
    (void)lay_out(shape, members, block, out);
    strata_status status = mirrored ? augment_room_create(form, EVALUATE_CHUNK, &out->mirror) : STRATA_OK;
    if (status != STRATA_OK) together_drop(out);
    return status;
}

void together_drop(together *t)
{
    augment_room_free(t->mirror);
    free(t->block);
    *t = (together){ .block = NULL };
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

static void add_member(together *t, const together_member *member, int number, net_work *w, const minibatch *batch)
{
    const network *net = member->net;
    const net_shape *shape = &net->shape;
    minibatch seen = member->mirrored ? augment_mirrored(t->mirror, batch) : *batch;
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

bool together_score(together *t, const together_member *member, int members, net_work *w, const split *part, strata_part which,
                    const going *g, strata_score *mean, strata_score *votes)
{
    tally all = { 0 };
    int count = split_count(part->data, part->n_train, part->n_val, which);
    for (int first = 0; first < count; first += EVALUATE_CHUNK) {
        int n = count - first < EVALUATE_CHUNK ? count - first : EVALUATE_CHUNK;
        minibatch batch = split_images(part->data, &part->inputs, part->n_val, which, first, n);
        for (int q = 0; q < members; q++) {
            if (!going_on(g)) return false;
            add_member(t, &member[q], q, w, &batch);
        }
        count_chunk(t, &member[0].net->shape, members, &batch, &all);
    }
    *mean = (strata_score){ all.loss / count, (double)NAN, (double)all.correct / count };
    if (votes != NULL) *votes = (strata_score){ (double)NAN, (double)NAN, (double)all.elected / count };
    return true;
}
