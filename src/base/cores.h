/*
 * How many processor cores this process may use: the least of its affinity, of the quotas of its control groups, and of the limit that the
 * program has set. Asked anew at each call.
 */
#ifndef STRATA_BASE_CORES_H
#define STRATA_BASE_CORES_H

#include <stdint.h>

/* At least 1. Any thread. */
int cores_usable(void);

/* The same number for processes of one machine that may use the very same cores; 0 where the system does not say. Any thread. */
uint64_t cores_mark(void);

/* No more than `most` from now on, in the whole process; 0: no limit. To be set before other threads ask. */
void cores_limit(int most);

/* The cores that control groups leave, INFINITY without a limit. membership: a file like /proc/self/cgroup; mounts: the folder where the
 * groups are mounted, like /sys/fs/cgroup, version 2 or version 1 below it. Every group above the process's own counts. */
double cores_of_groups(const char *membership, const char *mounts);

#endif
