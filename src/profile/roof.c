/* The roofline: what this machine can do at most, and so the least time that a verb can take. */
#include "profile.h"

#include "mat.h"

_Static_assert((int)PROFILE_BLOCKS == (int)MAT_BLOCK_COUNT && (int)PROFILE_KINDS >= (int)MAT_PEAKS, "one list of each");

strata_status profile_measure_peak(int threads, profile_peak *out)
{
    static const char *const names[MAT_PEAKS] = { [MAT_FLOAT] = "float", [MAT_BYTES] = "bytes" };
    static const double bytes[MAT_BLOCK_COUNT] = MAT_BLOCKS;
    mat_peak found;
    TRY(mat_peak_measure(threads, &found));
    *out = (profile_peak){ .threads = threads };
    for (int b = 0; b < PROFILE_BLOCKS; b++) {
        out->block[b].bytes = bytes[b];
        out->block[b].per_second = found.reads[b];
    }
    for (int kind = 0; kind < MAT_PEAKS; kind++) {
        double rate = found.operations[kind];
        if (rate <= 0) continue;
        out->kind[out->kinds].name = names[kind];
        out->kind[out->kinds++].per_second = rate;
        out->best = rate > out->best ? rate : out->best;
    }
    return STRATA_OK;
}

static void raise_to(double *x, double other)
{
    *x = other > *x ? other : *x;
}

void profile_raise_peak(profile_peak *peak, const profile_peak *again)
{
    for (int kind = 0; kind < peak->kinds; kind++) raise_to(&peak->kind[kind].per_second, again->kind[kind].per_second);
    raise_to(&peak->best, again->best);
    for (int b = 0; b < PROFILE_BLOCKS; b++) raise_to(&peak->block[b].per_second, again->block[b].per_second);
}

double profile_roof(const profile_verb *verb, const profile_peak *peak)
{
    double operands = verb->bytes - verb->again - verb->fetched, calls = verb->calls > 0 ? verb->calls : 1;
    double of_a_call = operands / calls / peak->threads; /* for each core */
    int b = 0;
    while (b + 1 < PROFILE_BLOCKS && peak->block[b + 1].bytes <= of_a_call) b++;
    double moving = operands / peak->block[b].per_second + verb->fetched / peak->block[PROFILE_BLOCKS - 1].per_second;
    double counting = verb->operations / peak->best;
    return counting > moving ? counting : moving;
}
