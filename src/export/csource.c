/* A model as an C source. */
#include "kind.h"

#include "status.h"

strata_status export_c(const export_job *job)
{
    (void)job;
    return status_fail(STRATA_ERR_INTERNAL, "not yet");
}
