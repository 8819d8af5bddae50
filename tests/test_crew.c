/*
 * A laboratory whose runs other processes train (crew_ranks.h): it has every row and every file that threads of one process make, whatever
 * it asks for. Who may not train is refused with a sentence that says which machine it is; a stop stops all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cores.h"
#include "crew_forked.h"
#include "crew_hello.h"
#include "crew_wire.h"
#include "file.h"
#include "small.h"

/* As TINY, with more updates: 8 a cycle. */
#define LONGER(cycles) "n_train: 400\nn_val: 100\nn_batch: 50\nn_s: 4\ncycles: " cycles "\nevals: 1\nhidden: [5]\n"

static const worker two[2];

/* As forked_lab, by threads of this process. */
static void by_threads(const char *names, const char *out)
{
    forked f = forked_crew;
    forked_crew.crew = &crew_threads;
    CHECK_OK(forked_lab(names, out, (strata_lab_watch){ 0 }));
    forked_crew = f;
}

static void assert_told(const char *words)
{
    if (strstr(forked_crew.told, words) == NULL) fail_msg("nobody has told '%s', but: %s", words, forked_crew.told);
}

/* "rank R on HOST " */
static const char *name_of(int rank)
{
    static char name[128];
    strata_machine_facts m = { .size = sizeof m };
    CHECK_OK(strata_machine(&m));
    (void)snprintf(name, sizeof name, "rank %d on %s ", rank, m.host);
    return name;
}

/* ---- the same bits ------------------------------------------------------------------------------------------------------------------- */

static void write_searches(void)
{
    wrote("net.yaml", TINY "name: net\ndiagnose: true\nexperiment: {order: 1}\n");
    wrote("wild.yaml", "base: net.yaml\nname: wild\neta_max: 1e6\nbn: false\n");
    wrote("coarse.yaml", TINY "name: coarse\nexperiment: {part: validation, vary: {lambda: {loguniform: [1e-4, 1], draws: 3}}}\n");
    wrote("fine.yaml", TINY "name: fine\n"
          "experiment: {part: validation, vary: {lambda: {around: coarse, span: 9, points: 2, rounds: 3}}}\n");
    wrote("final.yaml", "base: coarse.yaml\nname: final\nexperiment: {seeds: 1, vary: {lambda: {best: fine}, bn: [true, false]}}\n");
    wrote("draws.yaml", TINY "name: draws\n"
          "experiment: {seeds: 2, search: {draws: 4, halving: {cycles: 1, factor: 2, budget: 24}}, vary: {lambda: {uniform: [0, 1]}}}\n");
    wrote("other.yaml", TINY "name: other\nexperiment: {data: other}\n");
}

static void a_crew_records_what_threads_record(void **state)
{
    (void)state;
    write_searches();
    by_threads("net wild final draws other", "threads");
    forked_whole("net wild final draws other", "crew", 2, two);
    assert_same("crew", "threads");
    assert_asked("crew", "SELECT count(DISTINCT data_digest), sum(status = 'diverged') FROM run", "2,2");
}

static void a_run_alone_has_all_threads_of_its_rank(void **state)
{
    (void)state;
    wrote("net.yaml", "n_train: 400\nn_val: 100\nn_batch: 100\nn_s: 4\ncycles: 1\nhidden: [40, 30]\nname: net\nexperiment: {seeds: 1}\n");
    by_threads("net", "threads");
    forked_whole("net", "crew", 1, (const worker[]){ { .threads = 3 } });
    assert_same("crew", "threads");
    assert_asked("crew", "SELECT threads FROM run", "3");
}

/* The laboratory does not wait for it, and is no less whole: every rank comes to the end. */
static void a_rank_may_read_data_until_all_is_over(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 2}\n");
    by_threads("net", "threads");
    forked_whole("net", "crew", 2, (const worker[]){ { .slow_data = true }, { .threads = 1 } });
    assert_same("crew", "threads");
    assert_true(forked_crew.all && forked_crew.shared->all[1] == 1);
}

static void note_crew(void *self, const char *sentence)
{
    if (strstr(sentence, "at once") != NULL) (void)snprintf(self, 128, "%s", sentence);
}

/* Three workers of this machine have its cores once, not three times; who was told how many it has keeps them. */
static void ranks_divide_the_cores_that_they_share(void **state)
{
    (void)state;
    char said[128] = "", due[128];
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 6}\n");
    const worker slow[] = { { .threads = -1, .pace = 200 }, { .threads = 2, .pace = 200 }, { .threads = -1, .pace = 200 } };
    forked_begin("crew", 3, slow); /* the last to open its data is there before all is over */
    assert_int_equal(forked_lab("net", "crew", (strata_lab_watch){ .size = sizeof(strata_lab_watch), .self = said, .say = note_crew }),
                     STRATA_OK);
    forked_end();
    int cores = cores_usable() > 2 ? cores_usable() : 2; /* two share them, and each has one at least */
    (void)snprintf(due, sizeof due, "3 ranks train %d runs at once", cores + 2);
    assert_string_equal(said, due);
}

static void late_messages_change_nothing(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 4}\n");
    by_threads("net", "threads");
    forked_whole("net", "crew", 2, (const worker[]){ { .delay = 0.05, .threads = 2 }, { .delay = 0.2 } });
    assert_same("crew", "threads");
}

/* ---- data ---------------------------------------------------------------------------------------------------------------------------- */

static void shared_data_need_no_file(void **state)
{
    (void)state;
    write_searches();
    by_threads("net other", "threads");
    forked_begin("crew", 2, (const worker[]){ { .no_data = true }, { .no_data = true } });
    forked_crew.rules.share_data = true;
    CHECK_OK(forked_lab("net other", "crew", (strata_lab_watch){ 0 }));
    forked_end();
    assert_string_equal(forked_crew.told, "");
    assert_same("crew", "threads");
}

/* One is refused, and the other trains everything. */
static void assert_refused(const worker *one, const char *words)
{
    char due[512];
    (void)clear_folder(NULL);
    wrote("net.yaml", TINY "name: net\n");
    forked_begin("crew", 2, (const worker[]){ { .pace = 40 }, *one });
    CHECK_OK(forked_lab("net", "crew", (strata_lab_watch){ 0 }));
    forked_end();
    (void)snprintf(due, sizeof due, "%s%s", name_of(2), words);
    assert_told(due);
    assert_true(forked_crew.all && forked_crew.shared->status[2] <= STRATA_OK);
    assert_asked("crew", "SELECT count(*) FROM run", "2");
}

static void assert_all_refused(const worker *one, strata_status due, const char *words)
{
    const char *host = one->play != NULL ? "rank 1 on far " : name_of(1);
    (void)clear_folder(NULL);
    wrote("net.yaml", TINY "name: net\n");
    forked_begin("crew", 1, one);
    assert_failed(forked_lab("net", "crew", (strata_lab_watch){ 0 }), due, words);
    assert_failed(due, due, host);
    forked_end();
    assert_asked("crew", "SELECT count(*) FROM run", "0");
}

static void ranks_without_these_data_are_refused(void **state)
{
    (void)state;
    const worker none = { .no_data = true }, other = { .other_data = true };
    assert_refused(&none, "cannot read the data: /data: there is nothing; it does not train\n");
    assert_refused(&other, "has other data (digest ");
    assert_told("give it the same, or --share-data");
    assert_all_refused(&none, STRATA_ERR_DATA, "no rank is left that trains; rank 1 on ");
    assert_all_refused(&other, STRATA_ERR_DATA, "has other data");
}

/* ---- programs and kernels ------------------------------------------------------------------------------------------------------------ */

static void comes_as(const crew_transport *t, const char *words)
{
    wire w;
    wire_letter letter;
    bool any, over = false;
    if (wire_open(t, &w) != STRATA_OK || wire_send(&w, 0, &(wire_message){ .kind = WIRE_HELLO, .text = words }) != STRATA_OK) return;
    while (!over && wire_receive(&w, &letter, &any) == STRATA_OK) {
        over = any && letter.what.kind == WIRE_END;
        if (any) wire_drop(&letter);
        else (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    wire_close(&w);
}

static void of_another_version(const crew_transport *t, int rank)
{
    (void)rank;
    comes_as(t, WIRE_PROTOCOL "\nversion=9.9.9\ncommit=abc\nlevel=base\nhost=far\nthreads=2\n");
}

static void of_another_protocol(const crew_transport *t, int rank)
{
    (void)rank;
    comes_as(t, "strata crew 77\nversion=9.9.9\nhost=far\x1b[2J\nthreads=2\n");
}

static void of_another_commit(const crew_transport *t, int rank)
{
    char words[512];
    (void)rank;
    (void)snprintf(words, sizeof words, WIRE_PROTOCOL "\nversion=%s\ncommit=abc\nlevel=base\nhost=far\nthreads=2\n", strata_version());
    comes_as(t, words);
}

static void assert_stranger_refused(void (*play)(const crew_transport *t, int rank), const char *due)
{
    (void)clear_folder(NULL);
    wrote("net.yaml", TINY "name: net\n");
    forked_begin("crew", 2, (const worker[]){ { .play = play }, { .pace = 40 } });
    CHECK_OK(forked_lab("net", "crew", (strata_lab_watch){ 0 }));
    forked_end();
    assert_true(forked_crew.all);
    assert_told(due);
    assert_asked("crew", "SELECT count(*) FROM run", "2");
}

static void other_programs_are_refused(void **state)
{
    (void)state;
    assert_stranger_refused(of_another_version, "rank 1 on far is of strata 9.9.9, and rank 0 of ");
    assert_stranger_refused(of_another_protocol, "rank 1 on far?[2J is of strata 9.9.9, and rank 0 of ");
    assert_stranger_refused(of_another_commit, "rank 1 on far was built from commit abc, and rank 0 from ");
    assert_all_refused(&(const worker){ .play = of_another_version }, STRATA_ERR_ARGUMENT,
                       "no rank is left that trains; rank 1 on far is of strata");
}

static void other_kernels_are_refused_or_mixed(void **state)
{
    (void)state;
    strata_machine_facts m = { .size = sizeof m };
    const worker plain = { .cpu = "generic" };
    CHECK_OK(strata_machine(&m));
    if (strcmp(m.cpu_level, "generic") == 0) skip();
    assert_refused(&plain, "has kernels of level generic, and rank 0 on ");
    assert_told("--mixed-kernels allows it; it does not train");
    wrote("net.yaml", TINY "name: net\n");
    forked_begin("mixed", 1, &plain);
    forked_crew.rules.mixed_kernels = true;
    CHECK_OK(forked_lab("net", "mixed", (strata_lab_watch){ 0 }));
    forked_end();
    assert_string_equal(forked_crew.told, "");
    assert_asked("mixed", "SELECT count(*) FROM env WHERE key = 'cpu_level' AND value = 'generic'", "2");
}

/* ---- stopping ------------------------------------------------------------------------------------------------------------------------ */

static void a_stop_stops_every_run(void **state)
{
    (void)state;
    counter c = { .stop_after_updates = 2 };
    const worker slow = { .pace = 100 };
    long begun = 0;
    wrote("net.yaml", LONGER("20") "name: net\nexperiment: {seeds: 4}\n");
    forked_begin("crew", 2, (const worker[]){ slow, slow });
    assert_failed(forked_lab("net", "crew", counting(&c)), STRATA_STOPPED, "the same command goes on");
    forked_end();
    assert_true(forked_crew.all);
    for (int r = 1; r <= 2; r++) begun += forked_crew.shared->updates[r];
    assert_true(begun < 2 * 20); /* of 160 each */
    assert_asked("crew", "SELECT count(*) FROM run", "0");
    assert_int_equal(forked_checkpoints("crew"), 2);
    forked_whole("net", "crew", 2, two);
    by_threads("net", "threads");
    assert_same("crew", "threads");
}

static void ask_a_worker_to_stop(void *self, const strata_lab_progress *now)
{
    (void)self, (void)now;
    forked_crew.shared->stop = 1;
}

static void a_signal_to_one_stops_all(void **state)
{
    (void)state;
    const worker slow = { .pace = 100 }, listens = { .pace = 100, .stops_on_request = true };
    wrote("net.yaml", LONGER("20") "name: net\nexperiment: {seeds: 4}\n");
    forked_begin("crew", 2, (const worker[]){ slow, listens });
    assert_failed(forked_lab("net", "crew", (strata_lab_watch){ .progress = ask_a_worker_to_stop }), STRATA_STOPPED,
                  "the same command goes on");
    forked_end();
    assert_int_equal(forked_checkpoints("crew"), 2);
    forked_whole("net", "crew", 2, two);
    assert_asked("crew", "SELECT count(*), min(updates) FROM run", "4,160");
}

/* ---- checkpoints on disks of their own ----------------------------------------------------------------------------------------------- */

static void a_run_goes_on_where_its_checkpoint_is(void **state)
{
    (void)state;
    counter c = { .stop_after_updates = 4 };
    const worker first = { .disk = "disk1", .pace = 50 }, second = { .disk = "disk2", .pace = 50 };
    wrote("net.yaml", LONGER("4") "name: net\nexperiment: {seeds: 2}\n");
    forked_begin("crew", 2, (const worker[]){ first, second });
    assert_failed(forked_lab("net", "crew", counting(&c)), STRATA_STOPPED, "the same command goes on");
    forked_end();
    assert_true(file_exists(in_folder("crew/runs.sqlite")));
    long before = forked_crew.shared->updates[1] + forked_crew.shared->updates[2];
    assert_true(before >= 4);
    forked_whole("net", "crew", 2, (const worker[]){ second, first }); /* the ranks have changed machines */
    long after = forked_crew.shared->updates[1] + forked_crew.shared->updates[2];
    assert_true(before + after <= 2 * 32 + 6); /* each call asks once more, as it begins and as it stops */
    by_threads("net", "threads");
    assert_same("crew", "threads");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_crew_records_what_threads_record, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_run_alone_has_all_threads_of_its_rank, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_rank_may_read_data_until_all_is_over, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(ranks_divide_the_cores_that_they_share, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(late_messages_change_nothing, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(shared_data_need_no_file, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(ranks_without_these_data_are_refused, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(other_programs_are_refused, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(other_kernels_are_refused_or_mixed, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_stop_stops_every_run, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_signal_to_one_stops_all, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_run_goes_on_where_its_checkpoint_is, clear_folder, forked_tear_down),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
