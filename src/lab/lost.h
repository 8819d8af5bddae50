/* Runs of the store whose files are gone, or are no longer what was recorded. Internal to the module. */
#ifndef STRATA_LAB_LOST_H
#define STRATA_LAB_LOST_H

#include "lab_request.h"
#include "store.h"

typedef struct {
    long runs;       /* that have lost a file */
    char first[600]; /* which, and how, of the first of them */
} lost;

/* Reads the files that the store remembers of a run; *is_so: one of them is not as it was recorded. It is counted in l then. */
strata_status lost_look(store *s, const char *out, const char *id, lost *l, bool *is_so);

/* Says it, if there is something to say, and forgets it. */
void lost_tell(lost *l, const lab_request *wanted);

#endif
