/* The monotonic clock as seconds, that of the process, and the date. */
#include "clock.h"

#include <stdio.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now); /* cannot fail with a valid clock and address */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void clock_date_of(int64_t seconds, long nanoseconds, char out[CLOCK_DATE])
{
    static const int64_t first = INT64_C(-62167219200), last = INT64_C(253402300799); /* of the years 0 and 9999 */
    struct tm t = { 0 };
    if (seconds < first) seconds = first, nanoseconds = 0;
    if (seconds > last) seconds = last, nanoseconds = 999999999;
    time_t when = (time_t)seconds;
    (void)gmtime_r(&when, &t); /* it has a date for each of these */
    (void)snprintf(out, CLOCK_DATE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)(t.tm_year + 1900) % 10000,
                   (unsigned)(t.tm_mon + 1) % 100, (unsigned)t.tm_mday % 100,
                   (unsigned)t.tm_hour % 100, (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100,
                   (unsigned)(nanoseconds / 1000000) % 1000); /* the remainders tell the compiler how long it is */
}

void clock_date(char out[CLOCK_DATE])
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_REALTIME, &now); /* nor can this */
    clock_date_of((int64_t)now.tv_sec, now.tv_nsec, out);
}

double clock_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

clock_reading clock_read(void)
{
    return (clock_reading){ .wall = seconds_of(CLOCK_MONOTONIC), .processor = seconds_of(CLOCK_PROCESS_CPUTIME_ID) };
}
