/* See run_numbers.h. */
#include "run_numbers.h"

#include "checkpoint_bytes.h"

/* ---- curves -------------------------------------------------------------------------------------------------------------------------- */

uint8_t *run_numbers_put_score(uint8_t *at, const strata_score *s)
{
    return put_real(put_real(put_real(at, s->loss), s->cost), s->accuracy);
}

strata_score run_numbers_get_score(const uint8_t *at)
{
    return (strata_score){ real_at(at), real_at(at + FIELD), real_at(at + 2 * FIELD) };
}

uint8_t *run_numbers_put_point(uint8_t *at, const strata_point *p)
{
    at = put_real(put_real(put_whole(at, p->update), p->epoch), p->eta);
    return run_numbers_put_score(run_numbers_put_score(at, &p->train), &p->validation);
}

strata_point run_numbers_get_point(const uint8_t *at)
{
    return (strata_point){ (long)whole_at(at), real_at(at + FIELD), real_at(at + 2 * FIELD), run_numbers_get_score(at + 3 * FIELD),
                           run_numbers_get_score(at + 6 * FIELD) };
}

uint8_t *run_numbers_put_points(uint8_t *at, const strata_run *run)
{
    for (const strata_point *p = run->point; p < run->point + run->points; p++) at = run_numbers_put_point(at, p);
    return at;
}

const char *run_numbers_point_fault(const uint8_t *at, size_t points, long updates)
{
    int64_t before = -1;
    for (size_t q = 0; q < points; q++) {
        int64_t t = whole_at(at + q * POINT);
        if (t <= before || t > updates) return "a point of the curves is out of order";
        before = t;
    }
    return NULL;
}

void run_numbers_get_points(const uint8_t *at, size_t points, strata_run *run)
{
    run->points = points;
    for (size_t q = 0; q < points; q++, at += POINT) run->point[q] = run_numbers_get_point(at);
}

/* ---- layers -------------------------------------------------------------------------------------------------------------------------- */

uint8_t *run_numbers_put_layers(uint8_t *at, const strata_run *run)
{
    for (size_t q = 0; run->diagnosis != NULL && q < run->diagnosis->points; q++) {
        const strata_layer_point *p = &run->diagnosis->point[q];
        int measure = 0;
        while (strcmp(diagnose_measures[measure], p->what) != 0) measure++;
        at = put_whole(put_whole(put_whole(at, p->update), p->layer), measure);
        at = put_real(at, p->value);
    }
    return at;
}

const char *run_numbers_layer_fault(const uint8_t *at, size_t points, const strata_config *config, long updates)
{
    for (size_t q = 0; q < points; q++, at += LAYER_POINT) {
        int64_t t = whole_at(at), layer = whole_at(at + FIELD), measure = whole_at(at + 2 * FIELD);
        bool good = t >= 0 && t <= updates && layer >= 1 && layer <= config_layers(config) && measure >= 0 && measure < DIAGNOSE_MEASURES;
        if (!good) return "a measurement of a layer is out of range";
    }
    return NULL;
}

void run_numbers_get_layers(const uint8_t *at, size_t points, strata_run *run)
{
    if (run->diagnosis == NULL) return;
    run->diagnosis->points = points;
    for (size_t q = 0; q < points; q++, at += LAYER_POINT) {
        run->diagnosis->point[q] = (strata_layer_point){ (long)whole_at(at), (int)whole_at(at + FIELD),
                                                         diagnose_measures[whole_at(at + 2 * FIELD)], real_at(at + 3 * FIELD) };
    }
}

/* ---- nets ---------------------------------------------------------------------------------------------------------------------------- */

uint8_t *run_numbers_put_net(uint8_t *at, const network *net, unsigned roles)
{
    double numbers[NUMBERS];
    bool wide = net->ops->element == sizeof(double);
    for (net_walk t = net_each_tensor(net, roles); net_next_tensor(&t);) {
        for (size_t first = 0; first < mat_elements(t.M); first += NUMBERS) {
            int count = mat_at_most(t.M, first, NUMBERS);
            net->ops->get(numbers, mat_stretch(net->ops, t.M, first, count));
            for (int e = 0; e < count; e++) at = wide ? put_real(at, numbers[e]) : put_float(at, numbers[e]);
        }
    }
    return at;
}

const uint8_t *run_numbers_get_net(const uint8_t *at, size_t element, const network *net, unsigned roles)
{
    double numbers[NUMBERS];
    for (net_walk t = net_each_tensor(net, roles); net_next_tensor(&t);) {
        for (size_t first = 0; first < mat_elements(t.M); first += NUMBERS) {
            int count = mat_at_most(t.M, first, NUMBERS);
            for (int e = 0; e < count; e++, at += element) numbers[e] = element == FIELD ? real_at(at) : float_at(at);
            net->ops->put(mat_stretch(net->ops, t.M, first, count), numbers);
        }
    }
    return at;
}
