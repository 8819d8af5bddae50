/* The crew that a laboratory has by itself: threads of this process. See crew.h. */
#include "crew.h"

#include <stdio.h>

#include "cores.h"
#include "memory.h"
#include "need.h"

/* The threads of the request, or fewer, so that the members that train at once have memory. */
static strata_status choose_threads(const crew_work *work, strata_training *how)
{
    need_sum need;
    int most;
    char needed[MEMORY_TEXT], left[MEMORY_TEXT], sentence[STATUS_SENTENCE];
    TRY(need_most_at_once(work->count, work->configs, work->data, how, &most, &need));
    if (most == 0) return need_refuse(&need);
    int wanted = how->threads > 0 ? how->threads : cores_usable();
    how->threads = most;
    if (most >= wanted || work->say == NULL) return STRATA_OK;
    memory_say(need.all.memory, needed);
    memory_say(need.all.left, left);
    (void)snprintf(sentence, sizeof sentence, "%d of %d threads train, which takes %s of memory: there are %s for it, and %s", most, wanted,
                   needed, left, need.all.limit);
    work->say(work->say_self, sentence);
    return STRATA_OK;
}

static strata_status train(crew *self, const crew_work *work, strata_run **runs)
{
    strata_training how = *work->how;
    (void)self;
    TRY(choose_threads(work, &how));
    return strata_train_as(work->count, work->configs, work->data, &how, runs);
}

crew crew_threads = { .train = train };
