/*
 * Scores of several nets together, or of one net that sees each image and its mirror image: (51) and (56) of docs/math.md. The mean is over
 * probabilities; nets may also vote.
 */
#ifndef STRATA_TRAIN_TOGETHER_H
#define STRATA_TRAIN_TOGETHER_H

#include "augment.h"
#include "evaluate.h"
#include "going.h"

typedef struct {
    const network *net;
    bool mirrored; /* it sees the mirror images */
} together_member;

/* Memory for it: taken before the first update of a training, used at its end. */
typedef struct {
    double *logit, *yes, *no; /* [EVALUATE_CHUNK * classes]: of one member; log of the sum over members of P, and of 1 - P */
    int *guess;               /* [members * EVALUATE_CHUNK] */
    augment_room *mirror;     /* NULL: no member sees mirror images */
    void *block;
} together;

/* For so many members of this shape, on examples of this form. */
strata_status together_create(const net_shape *shape, const strata_form *form, int members, bool mirrored, together *out);
void together_drop(together *t);

/* Bytes of all that. */
size_t together_bytes(const net_shape *shape, const strata_form *form, int members, bool mirrored);

/*
 * Scores a part. mean: by the mean of their P; the loss is (34) or (35) of that mean, and NaN where loss = hinge, which is of no
 * probabilities. votes (may be NULL): by the class that most members name, the smallest on a tie; no loss. The costs are NaN: a penalty is
 * of one net. w: made for EVALUATE_CHUNK examples or more, by any of the nets. False when g (may be NULL) says stop; *mean and *votes are
 * then as they were.
 */
bool together_score(together *t, const together_member *member, int members, net_work *w, const split *part, strata_part which,
                    const going *g, strata_score *mean, strata_score *votes);

#endif
