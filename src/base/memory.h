/*
 * How much memory this process may still take, and who says so: the machine, a control group (container), or a limit of the process. Facts
 * of Linux; where one cannot be read there is no limit. Takes no memory; any thread.
 */
#ifndef STRATA_BASE_MEMORY_H
#define STRATA_BASE_MEMORY_H

#include <stdint.h>

typedef enum {
    MEMORY_OF_MACHINE, /* what can be taken without pushing anybody into swap: MemAvailable */
    MEMORY_OF_GROUP,   /* the tightest of its control groups, v1 or v2; caches of files do not count, since they give way */
    MEMORY_OF_ADDRESSES, /* ulimit -v: also what is reserved and never used */
    MEMORY_OF_DATA,      /* ulimit -d */
    MEMORY_LIMITS
} memory_limit;

#define MEMORY_UNLIMITED UINT64_MAX

typedef struct {
    uint64_t left[MEMORY_LIMITS];  /* bytes; MEMORY_UNLIMITED: there is no such limit */
    uint64_t limit[MEMORY_LIMITS]; /* of which that is left */
    char group[256];               /* the folder of the group whose limit that is, cut off where it is longer; "" without one */
} memory_left;

/* Looks at this machine and process. */
void memory_look(memory_left *out);

/* The first two of them, as the files of this folder say in the place of /: proc/meminfo, proc/self/cgroup, sys/fs/cgroup. */
void memory_look_in(const char *root, memory_left *out);

/* What the tightest limit leaves of this machine and process; MEMORY_UNLIMITED: no limit is known. */
uint64_t memory_least(void);

/* Bytes for people: "184 MB", "6.1 GB". */
enum { MEMORY_TEXT = 24 };
void memory_say(uint64_t bytes, char out[MEMORY_TEXT]);

#endif
