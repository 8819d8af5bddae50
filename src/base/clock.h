/* Seconds for durations: monotonic, never set back. Only differences mean anything. Any thread. */
#ifndef STRATA_BASE_CLOCK_H
#define STRATA_BASE_CLOCK_H

double clock_seconds(void);

#endif
