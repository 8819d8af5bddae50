/* A model as an ONNX file. */
#include "kind.h"

#include "status.h"

strata_status export_onnx(const export_job *job)
{
    (void)job;
    return status_fail(STRATA_ERR_INTERNAL, "not yet");
}
