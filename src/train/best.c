/* See best.h. */
#include "best.h"

void best_note(strata_run *run)
{
    further_facts *f = &run->beside.facts;
    const strata_point *p = &run->point[run->points - 1];
    if (!further_has_facts(&run->config)) return;
    if (f->best_update >= 0 && !(p->validation.accuracy > f->best_accuracy)) {
        f->since_best++;
        return;
    }
    f->best_update = p->update;
    f->best_accuracy = p->validation.accuracy;
    f->since_best = 0;
    if (run->beside.best != NULL) net_copy(run->beside.best, run->model->net);
}

bool best_is_old(const strata_run *run)
{
    return run->config.patience > 0 && run->beside.facts.since_best >= run->config.patience;
}

network *best_net(const strata_run *run)
{
    bool last = run->beside.facts.best_update == run->point[run->points - 1].update;
    return run->beside.best != NULL && !last ? run->beside.best : run->model->net;
}
