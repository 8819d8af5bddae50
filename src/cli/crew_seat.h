/*
 * This process's place in a crew of several, where mpirun or srun has started it: rank 0 runs the laboratory, the others train for it. A
 * process that was started alone has no place, and everything is as if there were no such thing.
 */
#ifndef STRATA_CLI_CREW_SEAT_H
#define STRATA_CLI_CREW_SEAT_H

#include <stdbool.h>

#include "strata/lab.h"

/* What the command line says of it. */
typedef struct {
    bool share_data, mixed_kernels;
    const char *scratch; /* folder for checkpoints on the disk of each machine; NULL: those of the laboratory */
    double patience;     /* seconds */
} crew_words;

enum { CREW_PATIENCE = 60 };

#define CREW_OPTIONS(words) \
    { "--share-data", OPTION_FLAG, &(words).share_data, "", "under mpirun or srun: rank 0 reads the data and sends them to the others" }, \
    { "--mixed-kernels", OPTION_FLAG, &(words).mixed_kernels, "", \
      "under mpirun or srun: machines of other kernels train, too; last bits may differ" }, \
    { "--scratch", OPTION_TEXT, &(words).scratch, "DIR", "under mpirun or srun: checkpoints go there, on the disk of each machine" }, \
    { "--rank-timeout", OPTION_REAL, &(words).patience, "S", "a rank that is silent for so many seconds is lost (60)" }

/* Takes the place, if there is one. STRATA_ERR_ARGUMENT when several processes were started together that cannot find each other. */
strata_status crew_seat_take(const crew_words *words);

/* Does this process train for rank 0? */
bool crew_seat_serves(void);

/* strata_lab_run by the crew of rank 0, or by threads of this process where there is none. Who serves trains until rank 0 says that it is
 * over, for a laboratory of this request, whose other arguments it does not look at, and prints nothing. */
strata_status crew_seat_run(const char *const *paths, size_t count, const strata_data *data, const strata_lab_request *request);

/* The last thing that a process does: nothing where it has no place. */
void crew_seat_leave(int code);

/* The library behind it, for strata doctor; NULL: none, and *why says what is missing. */
const char *crew_seat_library(const char **why);

#endif
