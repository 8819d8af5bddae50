/*
 * A crew of processes in a world that fails (fault.h): call number n of rank 0, or of a worker, finds no memory. Whatever comes of it, it
 * is said, nothing is recorded half or twice, and the next call makes the store whole.
 */
#include <stdlib.h>
#include <string.h>

#include "crew_forked.h"
#include "fault.h"

enum { STEP = 1 }; /* n grows by 1 + n / STEP */

static long place; /* of the call that fails in a worker */

static void prepare(void)
{
    wrote("net.yaml", TINY "name: net\ndiagnose: true\nexperiment: {vary: {bn: [true, false]}}\n");
    CHECK_OK(lab("net", "threads", NULL));
    fault_waits = true; /* two processes have one clock */
}

/* The next call finishes it. */
static void finish(const char *out)
{
    CHECK_OK(lab("net", out, NULL));
    assert_same(out, "threads");
}

static void rank_0_finds_no_memory(void **state)
{
    (void)state;
    bool came = true;
    long failures = 0;
    prepare();
    fault_spares_json = true;
    for (long n = 1; came; n += 1 + n / STEP) {
        char out[32];
        (void)snprintf(out, sizeof out, "crew%ld", n);
        forked_begin(out, 2, (const worker[]){ { 0 }, { 0 } });
        forked_crew.rules.patience = 2;
        forked_crew.rules.share_data = n % 2 == 0;
        fault_arm(FAULT_MEMORY, n, false);
        strata_status status = forked_lab("net", out, (strata_lab_watch){ 0 });
        came = fault_disarm();
        failures += status != STRATA_OK;
        if (status != STRATA_OK && strata_error()[0] == '\0') fail_msg("call %ld fails without a word", n);
        if (status != STRATA_OK && !came) fail_msg("nothing failed, but: %s", strata_error());
        forked_end();
        finish(out);
    }
    assert_true(failures > 10);
    fault_spares_json = false;
}

static void arm(void)
{
    fault_arm(FAULT_MEMORY, place, false);
}

static void disarm(void)
{
    (void)fault_disarm();
}

static void a_worker_finds_no_memory(void **state)
{
    (void)state;
    prepare();
    for (place = 1; place < 3000; place += 1 + 2 * place) {
        char out[32];
        (void)snprintf(out, sizeof out, "crew%ld", place);
        forked_begin(out, 2, (const worker[]){ { .arm = arm, .disarm = disarm, .pace = 2 }, { .pace = 2 } });
        forked_crew.rules.patience = 2.5;
        CHECK_OK(forked_lab("net", out, (strata_lab_watch){ 0 })); /* the other one is there */
        forked_end();
        assert_same(out, "threads");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rank_0_finds_no_memory, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_worker_finds_no_memory, clear_folder, forked_tear_down),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
