/* See further.h. */
#include "further.h"

#include <stdlib.h>

#include "alloc.h"

static int moments_of(const strata_config *c)
{
    net_optimiser how = config_optimiser(c);
    return net_moments(&how);
}

long further_ends(const strata_config *c)
{
    return c->ensemble ? config_cycles(c) : 0;
}

/* The average and the best. */
static long single(const strata_config *c)
{
    return (c->average != AVERAGE_NONE) + (c->keep == KEEP_BEST);
}

bool further_has_facts(const strata_config *c)
{
    return single(c) > 0 || c->patience > 0 || c->ensemble;
}

long further_nets(const strata_config *c)
{
    return moments_of(c) + single(c) + further_ends(c);
}

size_t further_elements(const strata_config *c, const net_shape *s, long cycle_ends)
{
    return (size_t)moments_of(c) * net_elements(s, NET_PARAMETER) + (size_t)(single(c) + cycle_ends) * net_elements(s, NET_EVERY_ROLE);
}

net_use further_use(const strata_config *c)
{
    net_optimiser how = config_optimiser(c);
    return c->diagnose || !net_is_plain(&how) ? NET_WITH_GRADIENTS : NET_TO_LEARN;
}

/* ---- the nets ------------------------------------------------------------------------------------------------------------------------ */

static strata_status take(const strata_config *c, network **out)
{
    net_shape shape = config_shape(c);
    TRY(net_create(config_backend(c), &shape, out));
    for (net_walk t = net_each_tensor(*out, NET_PARAMETER); net_next_tensor(&t);) (*out)->ops->fill(t.M, 0);
    return STRATA_OK;
}

strata_status further_create(const strata_config *c, further *out)
{
    void *ends;
    int moments = moments_of(c);
    *out = (further){ .facts = { .best_update = -1 } };
    for (int q = 0; q < moments; q++) TRY(take(c, &out->moment[q]));
    if (c->average != AVERAGE_NONE) TRY(take(c, &out->average));
    if (c->keep == KEEP_BEST) TRY(take(c, &out->best));
    if (!c->ensemble) return STRATA_OK;
    TRY(alloc_zero(&ends, (size_t)further_ends(c), sizeof(network *), "the nets of the ends of cycles"));
    out->cycle_end = ends;
    out->room = further_ends(c);
    for (long q = 0; q < out->room; q++) TRY(take(c, &out->cycle_end[q]));
    return STRATA_OK;
}

void further_drop(further *f)
{
    for (int q = 0; q < NET_MOMENTS; q++) net_free(f->moment[q]);
    net_free(f->average);
    net_free(f->best);
    for (long q = 0; q < f->room; q++) net_free(f->cycle_end[q]);
    free(f->cycle_end);
    *f = (further){ 0 };
}

network *further_at(const further *f, long number, unsigned *roles)
{
    network *const first[] = { f->moment[0], f->moment[1], f->average, f->best };
    enum { FIRST = sizeof first / sizeof *first };
    for (int q = 0; q < FIRST; q++) {
        if (first[q] == NULL || number-- > 0) continue;
        *roles = q < NET_MOMENTS ? NET_PARAMETER : NET_EVERY_ROLE;
        return first[q];
    }
    *roles = NET_EVERY_ROLE;
    return number < f->facts.cycle_ends ? f->cycle_end[number] : NULL;
}
