/* The monotonic clock as seconds. */
#include "clock.h"

#include <time.h>

double clock_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with a valid clock and address */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
