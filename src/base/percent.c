/* See percent.h. */
#include "percent.h"

#include <math.h>
#include <stdio.h>

#include "clocale.h"

percent_text percent_of(double fraction)
{
    percent_text t = { "nan" };
    locale_t before = clocale_enter();
    if (!isnan(fraction)) (void)snprintf(t.words, sizeof t.words, "%.2f", fmax(-1e9, fmin(1e9, 100 * fraction + 1e-9)));
    clocale_leave(before);
    return t;
}
