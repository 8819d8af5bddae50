/*
 * How far and how long: headway.h, over a clock that this file moves; and what of a line a terminal has room for: line.h. Tolerances: sums
 * of at most 1e5 steps in double, so 1e-9 of what is summed.
 */
#include <math.h>
#include <string.h>

#include "cmocka_strata.h"

#include "line.h"
#include "headway.h"

/* ---- a clock of our own -------------------------------------------------------------------------------------------------------------- */

static clock_reading now;

/* Time in which one core works. */
static clock_reading works(double seconds)
{
    now.wall += seconds;
    now.processor += seconds;
    return now;
}

/* Time in which the process is stopped. */
static void sleeps(double seconds)
{
    now.wall += seconds;
}

static int new_clock(void **state)
{
    (void)state;
    now = (clock_reading){ 1000, 10 };
    return 0;
}

/* Steps from..to of a part, each of so many seconds. */
static void does(headway *p, headway_part *part, long from, long to, long steps, double seconds)
{
    for (long step = from; step <= to; step++) headway_part_did(p, part, step, steps, works(seconds));
}

static headway of_parts(const headway_part *part, size_t count)
{
    headway p = { 0 };
    for (size_t q = 0; q < count; q++) headway_expect(&p, part[q].work);
    return p;
}

/* ---- how long ------------------------------------------------------------------------------------------------------------------------ */

static void what_nobody_knows_is_no_number(void **state)
{
    (void)state;
    headway_part part = { .work = 100 };
    headway p = { 0 };
    assert_true(isnan(headway_share(&p)) && isnan(headway_seconds_left(&p)));
    p = of_parts(&part, 1);
    CHECK_NEAR(headway_share(&p), 0, 0);
    assert_true(isnan(headway_seconds_left(&p)));
    does(&p, &part, 1, 1, 100, 5); /* the first step may have had other work before it */
    assert_true(isnan(headway_seconds_left(&p)));
    does(&p, &part, 2, 2, 100, 0.5);
    assert_true(isnan(headway_seconds_left(&p)));
    does(&p, &part, 3, 4, 100, 0.5);
    CHECK_NEAR(headway_seconds_left(&p), 48, 1e-9);
}

static void a_constant_pace_is_found_exactly(void **state)
{
    (void)state;
    headway_part part = { .work = 700 };
    headway p = of_parts(&part, 1);
    for (long step = 1; step <= 1000; step++) {
        does(&p, &part, step, step, 1000, 0.25);
        CHECK_NEAR(headway_share(&p), (double)step / 1000, 1e-9);
        if (step >= 5) CHECK_NEAR(headway_seconds_left(&p), 0.25 * (double)(1000 - step), 1e-6);
    }
    CHECK_NEAR(headway_seconds_left(&p), 0, 0);
}

/* Steps of a millisecond, of which one in ten looks at the process's clock: the pace is that of all of them. */
static void steps_between_two_readings_count(void **state)
{
    (void)state;
    headway_part part = { .work = 1000 };
    headway p = of_parts(&part, 1);
    for (long step = 1; step <= 4001; step++) {
        clock_reading at = works(0.001);
        if (step % 10 != 1) at.processor = NAN;
        headway_part_did(&p, &part, step, 10000, at);
        CHECK_NEAR(headway_share(&p), (double)step / 10000, 1e-9);
    }
    CHECK_NEAR(headway_seconds_left(&p), 5.999, 1e-6);
    assert_true(!isnan(headway_clock(&(headway){ 0 }).processor));
    headway just = { .begun = true, .last = clock_read() }, long_ago = { .begun = true, .last = { clock_seconds() - 1, 0 } };
    assert_true(isnan(headway_clock(&just).processor) && !isnan(headway_clock(&long_ago).processor));
}

/* After a resume at 53 % nothing is known, then the pace of this process alone. */
static void what_an_earlier_process_did_says_nothing_of_this_one(void **state)
{
    (void)state;
    headway_part part = { .work = 1000 };
    headway p = of_parts(&part, 1);
    does(&p, &part, 531, 531, 1000, 2);
    CHECK_NEAR(headway_share(&p), 0.531, 1e-9);
    assert_true(isnan(headway_seconds_left(&p)));
    does(&p, &part, 532, 541, 1000, 2);
    CHECK_NEAR(headway_seconds_left(&p), 2 * (1000 - 541), 1e-6);
}

/* Of three members one had ended, one diverges, one goes on: the share comes to 1, and never falls. */
static void whatever_ends_is_over(void **state)
{
    (void)state;
    headway_part part[3] = { { .work = 500 }, { .work = 500 }, { .work = 500 } };
    headway p = of_parts(part, 3);
    headway_part_end(&p, &part[0]); /* finished by an earlier process: no step of it is reported */
    CHECK_NEAR(headway_share(&p), 1.0 / 3, 1e-9);
    does(&p, &part[1], 1, 100, 500, 1);
    CHECK_NEAR(headway_seconds_left(&p), 900, 1e-6);
    headway_part_end(&p, &part[1]); /* diverged */
    CHECK_NEAR(headway_share(&p), 2.0 / 3, 1e-9);
    CHECK_NEAR(headway_seconds_left(&p), 500, 1e-6); /* 400 steps that nobody did are no pace */
    does(&p, &part[2], 1, 500, 500, 1);
    headway_part_end(&p, &part[2]);
    CHECK_NEAR(headway_share(&p), 1, 0);
    CHECK_NEAR(headway_seconds_left(&p), 0, 0);
}

static void what_was_looked_up_may_be_wrong(void **state)
{
    (void)state;
    headway_part part = { .work = 100 };
    headway p = of_parts(&part, 1);
    headway_part_found(&p, &part, 0.5);
    CHECK_NEAR(headway_share(&p), 0.5, 1e-9);
    does(&p, &part, 11, 20, 100, 1); /* its newest checkpoint was damaged */
    CHECK_NEAR(headway_share(&p), 0.5, 1e-9); /* what was told is not taken back */
    CHECK_NEAR(headway_seconds_left(&p), 80, 1e-6);
    does(&p, &part, 21, 100, 100, 1);
    CHECK_NEAR(headway_share(&p), 1, 0);
}

static void more_to_do_takes_nothing_back(void **state)
{
    (void)state;
    headway_part part = { .work = 100 };
    headway p = of_parts(&part, 1);
    does(&p, &part, 1, 90, 100, 1);
    headway_expect(&p, 100);
    CHECK_NEAR(headway_share(&p), 0.45, 1e-9); /* 0.9 was never told */
    headway_expect(&p, 100);
    CHECK_NEAR(headway_share(&p), 0.45, 1e-9);
    CHECK_NEAR(headway_seconds_left(&p), 210, 1e-6);
    headway_skip(&p, 200);
    CHECK_NEAR(headway_seconds_left(&p), 10, 1e-6);
}

/* Stopped for an hour in the middle of a step: no time of work. So is a hundredth of a core, but not a quarter: that is a busy machine. */
static void suspended_time_is_no_work(void **state)
{
    (void)state;
    headway_part part = { .work = 1000 };
    headway p = of_parts(&part, 1);
    does(&p, &part, 1, 100, 1000, 0.1);
    for (int night = 0; night < 3; night++) {
        sleeps(3600);
        does(&p, &part, 101 + night, 101 + night, 1000, 0.1);
    }
    CHECK_NEAR(headway_seconds_left(&p), 0.1 * (1000 - 103), 1e-6);
    sleeps(297);
    does(&p, &part, 104, 104, 1000, 3);
    CHECK_NEAR(headway_seconds_left(&p), 0.1 * (1000 - 104), 1e-6);
    sleeps(3);
    does(&p, &part, 105, 105, 1000, 1); /* it counts: 4 s for this step */
    assert_true(headway_seconds_left(&p) > 0.1 * (1000 - 105) + 10);
}

/* Half as fast from now on: the estimate follows within some minutes, whatever came before. */
static void the_pace_of_late_counts(void **state)
{
    (void)state;
    headway_part part = { .work = 10000 };
    headway p = of_parts(&part, 1);
    does(&p, &part, 1, 1000, 10000, 0.1);
    does(&p, &part, 1001, 2000, 10000, 0.5);
    CHECK_NEAR(headway_seconds_left(&p), 0.5 * 8000, 0.1 * 0.5 * 8000); /* 100 s before weigh under e^-5 of the 500 s since */
}

static void seconds_are_told_as_people_do(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *words;
    } rows[] = {
        { NAN, "time left unknown" }, { 0, "0 s left" },          { 0.2, "1 s left" },
        { 118.4, "119 s left" },      { 125, "2 min 05 s left" },
        { 599, "9 min 59 s left" },   { 605, "10 min left" },     { 7100, "118 min left" },       { 7300, "2 h 02 min left" },
        { 1e5, "27 h 47 min left" },  { 86400 * 5.0, "5 days left" }, { 1e300, "over 1000 days left" }, { INFINITY, "over 1000 days left" },
    };
    for (size_t q = 0; q < sizeof rows / sizeof *rows; q++) {
        char words[HEADWAY_WORDS];
        headway_words(rows[q].seconds, words);
        assert_string_equal(words, rows[q].words);
    }
}

/* ---- how wide ------------------------------------------------------------------------------------------------------------------------ */

static void letters_have_the_columns_that_terminals_give_them(void **state)
{
    (void)state;
    assert_int_equal(line_columns(""), 0);
    assert_int_equal(line_columns("abc \xc2\xb5m"), 6);
    assert_int_equal(line_columns("\xe5\xad\xa6\xe7\xbf\x92"), 4);                 /* two ideographs */
    assert_int_equal(line_columns("e\xcc\x81"), 1);                                /* e and an acute accent */
    assert_int_equal(line_columns("\xf0\x9f\x98\x80!"), 3);                        /* a face */
    assert_int_equal(line_columns("\xff\xe5\xad"), 3);                             /* no UTF-8: a column a byte */
}

static void assert_line(const line_part *parts, size_t count, size_t columns, const char *due)
{
    text line = { 0 };
    line_fit(parts, count, columns, &line);
    assert_false(line.failed);
    const char *shown = line.at != NULL ? line.at : "";
    if (strcmp(shown, due) != 0) fail_msg("%zu columns: '%s', due is '%s'", columns, shown, due);
    assert_true(line_columns(shown) <= columns);
    text_free(&line);
}

static void the_least_useful_goes_first(void **state)
{
    (void)state;
    const line_part parts[] = { { "53.1 %", 0, 0 },          { "12 s left", 1, 0 }, { "3 of 9 runs", 2, 0 },
                                { "a-long-name-here", 3, 8 }, { "", 5, 0 },          { "loss 1.234", 6, 0 },
                                { "val 50.0", 4, 0 } };
    const size_t count = sizeof parts / sizeof *parts;
    assert_line(parts, count, 200, "53.1 %  12 s left  3 of 9 runs  a-long-name-here  loss 1.234  val 50.0");
    assert_line(parts, count, 70, "53.1 %  12 s left  3 of 9 runs  a-long-name-here  loss 1.234  val 50.0");
    assert_line(parts, count, 69, "53.1 %  12 s left  3 of 9 runs  a-long-name-h..  loss 1.234  val 50.0");
    assert_line(parts, count, 62, "53.1 %  12 s left  3 of 9 runs  a-long..  loss 1.234  val 50.0");
    assert_line(parts, count, 61, "53.1 %  12 s left  3 of 9 runs  a-long-name-here  val 50.0");
    assert_line(parts, count, 49, "53.1 %  12 s left  3 of 9 runs  a-long-name-here");
    assert_line(parts, count, 40, "53.1 %  12 s left  3 of 9 runs  a-long..");
    assert_line(parts, count, 39, "53.1 %  12 s left  3 of 9 runs");
    assert_line(parts, count, 29, "53.1 %  12 s left");
    assert_line(parts, count, 16, "53.1 %");
    assert_line(parts, count, 5, "53...");
    assert_line(parts, count, 2, "53");
    assert_line(parts, count, 0, "");
}

/* Every width, wide letters and a control character in a name: never wider, never a byte of half a letter. */
static void no_line_is_wider_than_it_may_be(void **state)
{
    (void)state;
    const line_part parts[] = { { "1 %", 0, 0 }, { "\xe5\xad\xa6\xe7\xbf\x92\xe5\xad\xa6\xe7\xbf\x92\x1b[2J", 1, 5 }, { "end", 2, 0 } };
    for (size_t columns = 0; columns < 40; columns++) {
        text line = { 0 };
        line_fit(parts, 3, columns, &line);
        if (line.at != NULL) {
            assert_true(line_columns(line.at) <= columns);
            assert_null(strchr(line.at, '\x1b'));
            const char *half = strrchr(line.at, '\xe5');
            assert_true(half == NULL || (half[1] == '\xad' && half[2] == '\xa6'));
        }
        text_free(&line);
    }
}

/* Two other processes tell of their halves every five seconds, forty updates at a time: 8 a second each, and what was not told step by step
 * was done all the same. An older report takes nothing back. */
static void what_others_tell_of_now_and_then_was_done(void **state)
{
    (void)state;
    headway_part part[] = { { .work = 400 }, { .work = 400 } };
    headway p = of_parts(part, 2);
    for (int told = 1; told <= 5; told++) {
        clock_reading at = works(5);
        for (int q = 0; q < 2; q++) headway_part_reached(&p, &part[q], told / 10.0, at);
    }
    headway_part_reached(&p, &part[0], 0.3, works(0));
    CHECK_NEAR(headway_share(&p), 0.5, 1e-9);
    CHECK_NEAR(headway_seconds_left(&p), 25, 25.0 / 8); /* of the first reports one counts without the time before it: 9 in place of 8 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_nobody_knows_is_no_number, new_clock),
        cmocka_unit_test_setup(a_constant_pace_is_found_exactly, new_clock),
        cmocka_unit_test_setup(steps_between_two_readings_count, new_clock),
        cmocka_unit_test_setup(what_an_earlier_process_did_says_nothing_of_this_one, new_clock),
        cmocka_unit_test_setup(whatever_ends_is_over, new_clock),
        cmocka_unit_test_setup(what_was_looked_up_may_be_wrong, new_clock),
        cmocka_unit_test_setup(more_to_do_takes_nothing_back, new_clock),
        cmocka_unit_test_setup(suspended_time_is_no_work, new_clock),
        cmocka_unit_test_setup(the_pace_of_late_counts, new_clock),
        cmocka_unit_test_setup(what_others_tell_of_now_and_then_was_done, new_clock),
        cmocka_unit_test(seconds_are_told_as_people_do),
        cmocka_unit_test(letters_have_the_columns_that_terminals_give_them),
        cmocka_unit_test(the_least_useful_goes_first),
        cmocka_unit_test(no_line_is_wider_than_it_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
