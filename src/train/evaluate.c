/* Evaluation: forward passes with the running averages, chunk after chunk in the order of a list, which is file order for a whole part. */
#include "evaluate.h"

#include "mat_team.h"

bool evaluate_images(const network *net, net_work *w, const strata_data *data, const standardisation *s, const uint32_t *index, int count,
                     double lambda, const going *g, strata_score *out)
{
    double loss = 0;
    long correct = 0;
    for (int first = 0; first < count; first += EVALUATE_CHUNK) {
        if (!going_on(g)) return false;
        int n = count - first < EVALUATE_CHUNK ? count - first : EVALUATE_CHUNK;
        minibatch batch = split_batch(data, s, index + first, n, s->features);
        mat_piece_begin(MAT_EVALUATION);
        net_forward(net, w, &batch, NET_EVALUATION);
        net_loss(net, w, &batch);
        mat_piece_end(MAT_EVALUATION);
        loss += n * net_real(net->ops, w->J);
        correct += net->ops->correct(w->trace[net->shape.k].S, &batch);
    }
    net->ops->fill(w->J, 0);
    for (int l = 1; l <= net->shape.k; l++) net->ops->add_penalty(w->J, lambda, net->theta[l].W);
    out->loss = loss / count;
    out->cost = out->loss + net_real(net->ops, w->J);
    out->accuracy = (double)correct / count;
    return true;
}

bool evaluate_part(const network *net, net_work *w, const strata_data *data, const standardisation *s, int n_train, int n_val,
                   strata_part part, double lambda, const going *g, strata_score *out)
{
    int count = split_count(data, n_train, n_val, part);
    const uint32_t *index = split_images(data, s, n_val, part, 0, count).index;
    return evaluate_images(net, w, data, s, index, count, lambda, g, out);
}
