/* Seconds for durations: monotonic, never set back. Only differences mean anything. And the date, of the clock on the wall. Any thread. */
#ifndef STRATA_BASE_CLOCK_H
#define STRATA_BASE_CLOCK_H

#include <stdint.h>

double clock_seconds(void);

enum { CLOCK_DATE = 25 }; /* "2024-05-01T12:00:00.000Z" and the final zero */

/* Now, in UTC. Whatever the clock says, it is a date with a year of four digits: a clock before the year 0 or after 9999 is wrong by
 * thousands of years, and gives the first or the last moment of those. */
void clock_date(char out[CLOCK_DATE]);

/* The date so many seconds, and nanoseconds, after 1970. */
void clock_date_of(int64_t seconds, long nanoseconds, char out[CLOCK_DATE]);
/* The same, and the seconds of processors that this process has used, those of all its threads together. */
typedef struct {
    double wall, processor;
} clock_reading;
clock_reading clock_read(void);

#endif
