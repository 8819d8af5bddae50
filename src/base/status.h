/*
 * Failing with a sentence. A function that can fail returns a strata_status; whoever detects the failure says what, where, the value and
 * what to do next through status_fail(), once; everyone above passes the status on with TRY. The sentence belongs to the thread.
 */
#ifndef STRATA_BASE_STATUS_H
#define STRATA_BASE_STATUS_H

#include "strata/core.h"

enum { STATUS_SENTENCE = 1024 }; /* bytes kept of a sentence, with the final zero */

/* Remembers the sentence for strata_error() of this thread and returns status. Long sentences are cut. */
strata_status status_fail(strata_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As status_fail, after putting "prefix: " before the sentence that is already there: a reader adds the place, once. */
strata_status status_fail_at(strata_status status, const char *place);

/* Copies this thread's sentence out, and makes a sentence this thread's own: how a worker's failure reaches its caller. */
void status_sentence_save(char out[STATUS_SENTENCE]);
void status_sentence_load(const char in[STATUS_SENTENCE]);

/* The only macro with hidden control flow: pass a failure on. */
#define TRY(call)                                              \
    do {                                                       \
        strata_status try_status_ = (call);                    \
        if (try_status_ != STRATA_OK) return try_status_;      \
    } while (0)

/* The caller's mistake: always checked, answered with an error. */
#define REQUIRE(condition)                                                                                        \
    do {                                                                                                          \
        if (!(condition)) return status_fail(STRATA_ERR_ARGUMENT, "%s: the call needs %s", __func__, #condition);        \
    } while (0)

#endif
