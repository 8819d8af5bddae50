/*
 * Processes of a crew that say what they should not: messages that are none, of the wrong kind, with any numbers, damaged on their way; and
 * messages that find no connection. Neither rank 0 nor a worker believes them, and the store has what threads of one process make.
 * The seed is printed, and taken from $STRATA_TEST_SEED.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "crew_forked.h"
#include "crew_hello.h"
#include "crew_wire.h"
#include "random.h"
#include "small.h"

enum { LETTERS = 1500 };

static uint64_t seed = 1;
static random_stream stream;
static uint64_t drawn;

static uint64_t draw(uint64_t below)
{
    return (uint64_t)(random_uniform(stream, 0, drawn++) * (double)below);
}

static void begin_draws(int number)
{
    char name[32];
    (void)snprintf(name, sizeof name, "hostile %d", number);
    stream = random_named(seed, name);
    drawn = 0;
}

static void assert_told(const char *words)
{
    if (strstr(forked_crew.told, words) == NULL) fail_msg("nobody has told '%s', but: %s", words, forked_crew.told);
}

/* ---- messages of all kinds ----------------------------------------------------------------------------------------------------------- */

static int64_t any_number(void)
{
    static const int64_t edges[] = { 0, 1, -1, 2, 7, INT64_MAX, INT64_MIN, INT32_MAX, 1 << 24 };
    return draw(2) == 0 ? (int64_t)draw(9) : edges[draw(sizeof edges / sizeof *edges)];
}

static double any_real(void)
{
    static const double edges[] = { 0, 1, -1, 1e308, 1e-9, 0.5 };
    return draw(8) == 0 ? (double)NAN : edges[draw(sizeof edges / sizeof *edges)];
}

/* Few numbers are those of a run or of a data set, and so they are drawn often. */
static wire_message any_message(wire_kind from, wire_kind to)
{
    static char words[64];
    static uint8_t block[256];
    for (size_t q = 0; q + 1 < sizeof words; q++) words[q] = (char)(1 + draw(255));
    words[draw(sizeof words)] = '\0';
    for (size_t q = 0; q < sizeof block; q++) block[q] = (uint8_t)draw(256);
    static const size_t sizes[] = { 0, 1, 12, 13, 72, 100, 256 };
    return (wire_message){ .kind = from + (wire_kind)draw((uint64_t)(to - from) + 1),
                           .number = draw(4) == 0 ? (uint32_t)any_number() : (uint32_t)draw(4),
                           .first = any_number(), .second = any_number(), .real = any_real(), .text = words, .block = block,
                           .size = sizes[draw(sizeof sizes / sizeof *sizes)] };
}

static bool say_hello(wire *w)
{
    text words = { 0 };
    hello_say(&words, 2);
    bool said = wire_send(w, 0, &(wire_message){ .kind = WIRE_HELLO, .text = words.at }) == STRATA_OK;
    text_free(&words);
    return said;
}

/* Nothing that comes is looked at, until it is over. */
static void wait_for_end(wire *w)
{
    bool any, over = false;
    wire_letter letter;
    while (!over && wire_receive(w, &letter, &any) == STRATA_OK) {
        over = any && letter.what.kind == WIRE_END;
        if (any) wire_drop(&letter);
        else (void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
}

/* The digest of the data lets it be dealt runs. */
static void rave(const crew_transport *t, int number)
{
    wire w;
    begin_draws(number);
    if (wire_open(t, &w) != STRATA_OK || !say_hello(&w)) return;
    const char *digest = strata_data_describe(small_data())->digest;
    if (wire_send(&w, 0, &(wire_message){ .kind = WIRE_OPENED, .real = 1, .text = digest }) != STRATA_OK) return;
    for (int q = 0; q < LETTERS; q++) {
        wire_message m = any_message(WIRE_HELLO, WIRE_KINDS - 1);
        bool kept = m.kind != WIRE_STOPPING && (q > LETTERS / 2 || (m.kind != WIRE_FAILED && m.kind != WIRE_OPENED && m.kind != WIRE_DONE));
        if (kept && wire_send(&w, 0, &m) != STRATA_OK) break;
    }
    uint8_t noise[40];
    for (size_t q = 0; q < sizeof noise; q++) noise[q] = (uint8_t)draw(256);
    noise[0] = 1;
    for (size_t size = 0; size <= sizeof noise; size++) (void)t->send(t->self, 0, noise, size);
    wait_for_end(&w);
    wire_close(&w);
}

static void rank_0_believes_nothing(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 4}\n");
    CHECK_OK(lab("net", "threads", NULL));
    for (int number = 0; number < 2; number++) {
        char out[32];
        counter c = { 0 };
        (void)snprintf(out, sizeof out, "crew%d", number);
        forked_begin(out, 3, (const worker[]){ { .play = rave }, { .pace = 40 }, { .play = rave } });
        CHECK_OK(forked_lab("net", out, counting(&c)));
        forked_end();
        assert_true(forked_crew.all);
        assert_same(out, "threads");
        seed++;
    }
}

/* Rank 0 says anything, and now and then what it should. */
static void workers_believe_nothing(void **state)
{
    (void)state;
    wire w;
    (void)wrote("crew/runs/x", "");
    forked_begin("crew", 1, (const worker[]){ { .threads = 2 } });
    CHECK_OK(wire_open(&forked_crew.transport, &w));
    begin_draws(0);
    for (int q = 0; q < LETTERS; q++) {
        wire_message m = any_message(WIRE_HELLO, WIRE_KINDS - 1);
        if (m.kind == WIRE_END) continue;
        if (draw(3) == 0) m = (wire_message){ .kind = WIRE_OPEN, .number = (uint32_t)draw(4) };
        if (draw(3) == 0) {
            m.kind = WIRE_TASK;
            m.text = TINY;
            m.first = (int64_t)draw(4);
            m.block = (const uint8_t *)"abcdefabcdef";
            m.size = 12;
        }
        CHECK_OK(wire_send(&w, 1, &m));
    }
    CHECK_OK(wire_send(&w, 1, &(wire_message){ .kind = WIRE_END }));
    wire_close(&w);
    forked_end();
    assert_int_equal(forked_crew.shared->status[1], STRATA_OK);
}

/* ---- damage -------------------------------------------------------------------------------------------------------------------------- */

/* Every run is damaged somewhere in its middle: behind the byte that says which part it is lies the kind. */
static void spoil_runs(void *bytes, size_t size)
{
    uint8_t *b = bytes;
    if (size > 100 && b[1] == WIRE_DONE) b[size / 2] ^= 4;
}

static void a_damaged_run_is_trained_by_another(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 3}\n");
    CHECK_OK(lab("net", "threads", NULL));
    forked_begin("crew", 2, (const worker[]){ { .spoil = spoil_runs }, { .pace = 30 } });
    CHECK_OK(forked_lab("net", "crew", (strata_lab_watch){ 0 }));
    forked_end();
    assert_true(forked_crew.all);
    assert_told("rank 1 on ");
    assert_told("; it does not train\n");
    assert_same("crew", "threads");
}

static void in_two_parts(const crew_transport *t, int rank)
{
    wire w;
    uint8_t *bytes, part[512];
    size_t size, half = 20;
    (void)rank;
    const wire_message m = { .kind = WIRE_HELLO, .text = WIRE_PROTOCOL "\nversion=9.9.9\nhost=halves\nthreads=2\n" };
    if (wire_open(t, &w) != STRATA_OK || wire_encode(&m, &bytes, &size) != STRATA_OK) return;
    part[0] = 0;
    memcpy(part + 1, bytes, half);
    (void)t->send(t->self, 0, part, 1 + half);
    part[0] = 1;
    memcpy(part + 1, bytes + half, size - half);
    (void)t->send(t->self, 0, part, 1 + size - half);
    free(bytes);
    wait_for_end(&w);
    wire_close(&w);
}

static void messages_come_in_parts(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\n");
    forked_begin("crew", 2, (const worker[]){ { .play = in_two_parts }, { .pace = 30 } });
    CHECK_OK(forked_lab("net", "crew", (strata_lab_watch){ 0 }));
    forked_end();
    assert_told("rank 1 on halves is of strata 9.9.9");
}

/* ---- sends that fail ----------------------------------------------------------------------------------------------------------------- */

/* Whatever rank 0 cannot say, the laboratory comes to an end, and the next call makes it whole. */
static void messages_that_rank_0_cannot_send(void **state)
{
    (void)state;
    bool failed = true;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 3}\n");
    CHECK_OK(lab("net", "threads", NULL));
    for (long n = 1; failed; n += 1 + n / 6) {
        char out[32];
        (void)snprintf(out, sizeof out, "crew%ld", n);
        forked_begin(out, 2, (const worker[]){ { 0 }, { 0 } });
        forked_crew.rules.patience = 3;
        forked_crew.net.failing = n;
        strata_status status = forked_lab("net", out, (strata_lab_watch){ 0 });
        if (status != STRATA_OK) assert_failed(status, STRATA_STOPPED, "cannot be reached");
        failed = forked_crew.net.sent >= n;
        if (failed) assert_told("cannot be reached; it does not train\n");
        forked_crew.net.failing = 0;
        forked_end();
        assert_true(forked_crew.all == !failed);
        CHECK_OK(lab("net", out, NULL));
        assert_same(out, "threads");
        assert_true(n < 60);
    }
}

static void messages_that_a_worker_cannot_send(void **state)
{
    (void)state;
    wrote("net.yaml", TINY "name: net\nexperiment: {seeds: 3}\n");
    CHECK_OK(lab("net", "threads", NULL));
    for (long n = 1; n <= 4; n += 3) { /* the first: hello */
        char out[32];
        (void)snprintf(out, sizeof out, "crew%ld", n);
        forked_begin(out, 1, (const worker[]){ { .failing_send = n, .pace = 5 } });
        forked_crew.rules.patience = 2.5;
        assert_failed(forked_lab("net", out, (strata_lab_watch){ 0 }), STRATA_STOPPED, "every rank is lost");
        forked_end();
        assert_false(forked_crew.all);
        assert_int_not_equal(forked_crew.shared->status[1], STRATA_OK);
        CHECK_OK(lab("net", out, NULL));
        assert_same(out, "threads");
    }
}

/* ---- bytes --------------------------------------------------------------------------------------------------------------------------- */

static void assert_equal_messages(const wire_message *a, const wire_message *b)
{
    assert_true(a->kind == b->kind && a->number == b->number && a->first == b->first && a->second == b->second && a->size == b->size);
    assert_memory_equal(&a->real, &b->real, sizeof a->real);
    assert_string_equal(a->text, b->text);
    assert_memory_equal(a->block, b->block, a->size);
}

static void bytes_are_that_message_or_none(void **state)
{
    (void)state;
    begin_draws(0);
    for (int q = 0; q < LETTERS; q++) {
        uint8_t *bytes;
        size_t size;
        wire_message m = any_message(WIRE_HELLO, WIRE_KINDS - 1), back;
        CHECK_OK(wire_encode(&m, &bytes, &size));
        CHECK_OK(wire_decode(bytes, size, &back));
        assert_equal_messages(&m, &back);
        for (size_t cut = 0; cut < size; cut += 1 + draw(20)) {
            uint8_t *part = malloc(cut > 0 ? cut : 1); /* so that a step behind its end is seen */
            memcpy(part, bytes, cut);
            assert_failed(wire_decode(part, cut, &back), STRATA_ERR_DATA, "a message of");
            free(part);
        }
        bytes[draw(size)] ^= (uint8_t)(1 + draw(255));
        if (wire_decode(bytes, size, &back) == STRATA_OK) assert_true(back.kind < WIRE_KINDS && strlen(back.text) + back.size < size);
        free(bytes);
    }
}

static int set_up(void **state)
{
    const char *words = getenv("STRATA_TEST_SEED");
    seed = words != NULL ? strtoull(words, NULL, 10) : (uint64_t)time(NULL);
    print_message("STRATA_TEST_SEED=%llu\n", (unsigned long long)seed);
    return make_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_are_that_message_or_none, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(rank_0_believes_nothing, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(workers_believe_nothing, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_run_is_trained_by_another, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(messages_come_in_parts, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(messages_that_rank_0_cannot_send, clear_folder, forked_tear_down),
        cmocka_unit_test_setup_teardown(messages_that_a_worker_cannot_send, clear_folder, forked_tear_down),
    };
    return cmocka_run_group_tests(tests, set_up, clear_and_remove);
}
