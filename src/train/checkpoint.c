/* What reading and writing a checkpoint share: who wrote it, and whether this program may go on. */
#include "checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checkpoint_bytes.h"
#include "strata/machine.h"

uint64_t checkpoint_log_bytes(const strata_config *config, size_t lines)
{
    return config->log_every > 0 ? LOG + (uint64_t)lines * LINE : 0;
}

size_t checkpoint_facts_bytes(const strata_config *config)
{
    return further_has_facts(config) ? FACTS * FIELD : 0;
}

const char *checkpoint_kernels(const char *name, const strata_machine_facts *m)
{
    if (strcmp(name, "cpu") == 0) return m->cpu_level;
    return strcmp(name, "blas") == 0 ? m->blas : "plain C";
}

void checkpoint_name_build(const strata_machine_facts *m, char out[CHECKPOINT_WORD])
{
    (void)snprintf(out, CHECKPOINT_WORD, "%s, %s", m->commit, m->compiler);
}

bool checkpoint_same_build(const checkpoint *c)
{
    char build[CHECKPOINT_WORD];
    strata_machine_facts machine = { .size = sizeof machine };
    (void)strata_machine(&machine);
    checkpoint_name_build(&machine, build);
    return strcmp(build, c->build) == 0;
}

strata_status checkpoint_portable(const checkpoint *c)
{
    char kernels[CHECKPOINT_WORD];
    strata_machine_facts machine = { .size = sizeof machine };
    (void)strata_machine(&machine);
    (void)snprintf(kernels, sizeof kernels, "%s", checkpoint_kernels(c->backend, &machine));
    if (c->numerics != NUMERICS) {
        return status_fail(STRATA_ERR_ARGUMENT, "was written by strata %.20s with numerics %" PRId64 ", and this is %s with numerics %d, "
                           "whose bits differ: finish the run with the former, or remove the file to start afresh", c->version, c->numerics,
                           STRATA_VERSION, (int)NUMERICS);
    }
    if (c->update == 0 || strcmp(c->kernels, kernels) == 0) return STRATA_OK; /* no kernel has done anything for it yet */
    return status_fail(STRATA_ERR_ARGUMENT, "was written with the kernels %s of backend %s, and here they are %s, whose bits differ: go on "
                       "where it was written%s, or remove the file to start afresh", c->kernels, text_cut(c->backend), kernels,
                       strcmp(c->backend, "cpu") == 0 ? ", or set STRATA_CPU" : "");
}
