/*
 * An operation against every fault: call number n of each kind fails, n = 1, 2, 3, ... until the operation no longer makes so many; once
 * alone, and once with all that follow. Each time it must fail with a sentence, or do all it was asked to; leave no memory and no file
 * open; and leave the world such that `look` finds nothing lost and nothing half done.
 */
#ifndef STRATA_TESTS_FAULTY_H
#define STRATA_TESTS_FAULTY_H

#include "cmocka_strata.h"
#include "fault.h"

typedef struct {
    const char *name;
    void (*before)(void);                             /* the world as the operation finds it; no fault yet. May be NULL */
    strata_status (*run)(void);                       /* what it makes it leaves in static variables */
    void (*look)(strata_status status, char *result); /* no fault any more: frees what was made, checks what is there */
    long step;                                        /* n grows by 1 + n / step, but for the last calls; 0: by 1 */
} faulty_operation;

/* result: what it has done, the same each time that it says OK, or "~" and what it does without, where that is promised. */
enum { FAULTY_RESULT = 4096 };

/* For cmocka: make_folder, and what libraries make once is made. */
int faulty_set_up(void **state);

/* Does so for all kinds, and prints how many calls failed. */
void faulty(const faulty_operation *operation);

/* What all of them came to, in one line. */
void faulty_sum(void);

#endif
