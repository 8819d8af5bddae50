/* cmocka with the headers it needs, in the order it needs them, and a check of a status that shows the sentence. */
#ifndef STRATA_TESTS_CMOCKA_STRATA_H
#define STRATA_TESTS_CMOCKA_STRATA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "strata.h"

#define CHECK_OK(call)                                                                                       \
    do {                                                                                                     \
        strata_status check_ok_ = (call);                                                                    \
        if (check_ok_ != STRATA_OK) fail_msg("%s: %s: %s", #call, strata_status_text(check_ok_), strata_error()); \
    } while (0)

/* |a - b| <= tolerance, and false for NaN. */
#define CHECK_NEAR(a, b, tolerance)                                                                                       \
    do {                                                                                                                  \
        double near_a_ = (a), near_b_ = (b), near_t_ = (tolerance);                                                       \
        if (!(near_a_ - near_b_ <= near_t_ && near_b_ - near_a_ <= near_t_)) {                                            \
            fail_msg("%s = %.17g, %s = %.17g: further apart than %g", #a, near_a_, #b, near_b_, near_t_);                 \
        }                                                                                                                 \
    } while (0)

#endif
