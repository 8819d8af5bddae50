/*
 * Cases of the verbs that take patches as columns: few terms and many columns, as the first layer of the course has them (patches of 2, 4
 * and 8 pixels of 32 x 32 x 3, by 3, 10 and 40 filters), and images around the edges of (21): one patch, one channel, not square.
 */
#include "check_mat.h"

typedef struct {
    geometry cut;
    int m, n;
} cutting;

/* The first EXACTS have 2^q patches, so that means of whole numbers are exact. */
static const cutting all[] = {
    { { 2, 4, 4, 1 }, 3, 1 },    { { 2, 4, 8, 3 }, 10, 5 },  { { 8, 8, 8, 3 }, 2, 9 },     { { 4, 8, 16, 2 }, 17, 3 },
    { { 1, 2, 2, 3 }, 40, 40 },  { { 16, 32, 32, 3 }, 5, 2 }, { { 3, 6, 9, 1 }, 8, 7 },    { { 2, 6, 2, 4 }, 33, 11 },
    { { 4, 32, 32, 3 }, 10, 3 }, { { 5, 15, 10, 2 }, 9, 4 },  { { 2, 32, 32, 3 }, 3, 25 }, { { 4, 32, 32, 3 }, 40, 100 },
    { { 8, 32, 32, 3 }, 40, 20 },
};

enum { ALL = sizeof all / sizeof all[0], EXACTS = 6 };

bool of_patches(const verb *v)
{
    for (int a = 0; a < OPERANDS; a++) {
        if (v->operand[a].role != ABSENT && v->operand[a].contents == PATCHES) return true;
    }
    return false;
}

/* Slopes are of parameters, not of inputs: affine_input and its like have those. */
int patches_cases(const session *s, const verb *v, const backend *ops, kind how)
{
    int exacts = s->cases < EXACTS ? s->cases : EXACTS;
    switch (how) {
    case RANDOM: return s->cases < ALL ? s->cases : ALL;
    case EXACT: return v->exact_images > 0 ? exacts : 0;
    case NOT_A_NUMBER: return (v->facts & NANS) != 0 ? exacts : 0;
    case INFINITE: case MINUS_INFINITE: return ops->parts == 1 && (v->facts & INFINITIES) != 0 ? exacts : 0;
    default: return 0;
    }
}

shape patches_shape(check *c)
{
    cutting now = all[c->number];
    const geometry *g = &now.cut;
    if (c->kind == EXACT) {
        int patches = (g->height / g->side) * (g->width / g->side), n = 1;
        while (2 * n <= now.n && 2 * n * patches <= c->v->exact_images) n *= 2;
        now.n = n;
    }
    c->cut = now.cut;
    return (shape){ now.m, now.n, g->channels * g->height * g->width };
}
