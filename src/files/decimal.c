/*
 * A decimal is m * 10^e, m of up to 19 digits. In double it is computed within 3 roundings (m, and at most two products or quotients by
 * exact powers of ten), so within 3 units of its last place; digits beyond the 19th add less than a hundredth of one. A float is decided
 * by it unless the place where floats change from one to the next lies within NEAR units: then, in one of some ten million numbers, strtof
 * decides.
 */
#include "decimal.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clocale.h"

enum { POWERS = 22, EXPONENT_MOST = 100000, NEAR = 8, DROPPED = DBL_MANT_DIG - FLT_MANT_DIG };

static const double power[POWERS + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

static const uint64_t full = (UINT64_MAX - 9) / 10; /* above it there is no place for another digit */

/* What the text says: (negative ? -1 : 1) * m * 10^e, but for digits that m has no place for. */
typedef struct {
    const char *at;
    uint64_t m;
    long e;
    bool negative;
} decimal;

static bool is_digit(char c)
{
    return (unsigned)c - '0' < 10u;
}

/* Digits up to the first other character. Returns how many. */
static long take_digits(decimal *d, long step)
{
    const char *first = d->at;
    for (; is_digit(*d->at); d->at++) {
        if (d->m < full) {
            d->m = 10 * d->m + ((unsigned)*d->at - '0');
            d->e += step;
        } else {
            d->e += step + 1;
        }
    }
    return d->at - first;
}

static bool take_exponent(decimal *d)
{
    long e = 0;
    bool negative = d->at[1] == '-';
    d->at += negative || d->at[1] == '+' ? 2 : 1;
    if (!is_digit(*d->at)) return false;
    for (; is_digit(*d->at); d->at++) {
        if (e < EXPONENT_MOST) e = 10 * e + (*d->at - '0');
    }
    d->e += negative ? -e : e;
    return true;
}

static bool take(decimal *d)
{
    d->negative = *d->at == '-';
    if (*d->at == '-' || *d->at == '+') d->at++;
    long digits = take_digits(d, 0);
    if (*d->at == '.') {
        d->at++;
        digits += take_digits(d, -1);
    }
    return digits > 0 && ((*d->at != 'e' && *d->at != 'E') || take_exponent(d));
}

static float slowly(const char *at)
{
    locale_t before = clocale_enter();
    float x = strtof(at, NULL);
    clocale_leave(before);
    return x;
}

/* Is the float nearest to every number within NEAR units of the last place of x the same? */
static bool decides(double x)
{
    uint64_t bits, below = (uint64_t)1 << (DROPPED - 1);
    if (!(x >= (double)FLT_MIN && x < (double)FLT_MAX)) return false;
    memcpy(&bits, &x, sizeof bits);
    uint64_t dropped = bits & (2 * below - 1);
    return dropped + NEAR < below || dropped > below + NEAR;
}

bool decimal_float(const char *at, const char *end, float *out)
{
    decimal d = { .at = at };
    if (at == end || !take(&d) || d.at != end) return false;
    double x = (double)d.m;
    long e = d.e;
    if (d.m == 0) {
        *out = d.negative ? -0.0F : 0.0F;
        return true;
    }
    if (e < -2 * POWERS || e > 2 * POWERS) {
        *out = slowly(at);
        return true;
    }
    for (; e > POWERS; e -= POWERS) x *= power[POWERS];
    for (; e < -POWERS; e += POWERS) x /= power[POWERS];
    x = e < 0 ? x / power[-e] : x * power[e];
    *out = decides(x) ? (float)(d.negative ? -x : x) : slowly(at);
    return true;
}
