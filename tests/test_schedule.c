/*
 * The length of a run and its learning rate. What (43) to (49) of docs/math.md and the sentences before them say stands here as numbers
 * worked out by hand, not as a second program.
 */
#include <math.h>
#include <string.h>

#include "configured.h"
#include "resumed.h"

#include "cycles.h"
#include "identity.h"
#include "schedule.h"
#include "setting.h"

enum { WORDS = 12 };

/* fresh() with these settings, "key=value", for 450 updates an epoch. */
static strata_config with(const char *const *words)
{
    strata_config c = fresh();
    for (; *words != NULL; words++) {
        char key[64] = "";
        size_t length = strcspn(*words, "=");
        memcpy(key, *words, length);
        CHECK_OK(strata_config_set(&c, key, *words + length + 1));
    }
    return c;
}

static strata_config resolved(const char *const *words)
{
    strata_config c = with(words);
    CHECK_OK(strata_config_check(&c));
    config_resolve(&c);
    return c;
}

static schedule made(const char *const *words)
{
    strata_config c = resolved(words);
    return schedule_of(&c);
}

#define MADE(...) made((const char *const[]){ __VA_ARGS__, NULL })

/* ---- the rates ----------------------------------------------------------------------------------------------------------------------- */

/* (18) by hand: n_s = 4, from 1 to 5, is 1 2 3 4 5 4 3 2 and again; exact in double. n_s = 500 is the textbook's. */
static void a_triangle_rises_and_falls(void **state)
{
    (void)state;
    static const double triangle[] = { 1, 2, 3, 4, 5, 4, 3, 2 };
    schedule four = MADE("n_s=4", "cycles=5", "eta_min=1", "eta_max=5"), one = MADE("n_s=1", "cycles=5", "eta_min=1", "eta_max=5");
    schedule textbook = MADE("n_s=500", "cycles=8"), long_one = MADE("n_s=1000000000", "eta_min=0", "eta_max=1");
    for (long t = 0; t <= 40; t++) assert_true(schedule_eta(&four, t) == triangle[t % 8]);
    for (long t = 0; t <= 10; t++) assert_true(schedule_eta(&one, t) == (t % 2 == 0 ? 1 : 5));
    static const struct {
        long t;
        double eta;
    } hand[] = { { 0, 1e-5 },    { 1, 0.00020998 }, { 250, 0.050005 }, { 500, 0.1 },     { 501, 0.09980002 },
                 { 999, 0.00020998 }, { 1000, 1e-5 }, { 1500, 0.1 },   { 2000, 1e-5 }, { 7750, 0.050005 } };
    for (size_t q = 0; q < sizeof hand / sizeof *hand; q++) {
        /* Four roundings of numbers up to 0.1, and the table's own. */
        CHECK_NEAR(schedule_eta(&textbook, hand[q].t), hand[q].eta, 5 * 0x1p-53 * 0.1);
    }
    assert_true(schedule_eta(&long_one, 2000000001) == 1e-9);
}

/* Without growth and decay the triangle has the bits that it had before there were any: those of this line. */
static void a_triangle_without_growth_has_its_old_bits(void **state)
{
    (void)state;
    static const long halves[] = { 1, 2, 3, 7, 50, 333, 2250 };
    static const double rates[][2] = { { 1e-5, 0.1 }, { 0.3, 0.7 }, { 1e-7, 0.25 }, { 0, 1e12 }, { 0.1, 0.1 } };
    for (size_t h = 0; h < sizeof halves / sizeof *halves; h++) {
        for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
            long n_s = halves[h];
            double low = rates[r][0], high = rates[r][1];
            schedule s = { .updates = 6 * n_s, .n_s = n_s, .growth = 1, .decay = 1, .eta_min = low, .eta_max = high };
            for (long t = 0; t <= 6 * n_s; t++) {
                long place = t % (2 * n_s);
                double share = place <= n_s ? (double)place / (double)n_s : (double)(2 * n_s - place) / (double)n_s;
                assert_true(schedule_eta(&s, t) == low + share * (high - low));
            }
        }
    }
}

/* Each number stands in docs/math.md's words: what is due at t for these settings. half: sqrt(1/2). */
static void every_schedule_has_the_rates_of_its_equation(void **state)
{
    (void)state;
    static const double half = 0.70710678118654752;
    const struct {
        const char *words[WORDS];
        struct {
            long t;
            double eta;
        } due[10];
    } cases[] = {
        /* cycles of 8, 16 and 32 updates, and up to 9, 5 and 3 */
        { { "n_s=4", "cycles=3", "cycle_growth=2", "cycle_decay=0.5", "eta_min=1", "eta_max=9" },
          { { 0, 1 }, { 1, 3 }, { 4, 9 }, { 8, 1 }, { 12, 3 }, { 16, 5 }, { 20, 3 }, { 24, 1 }, { 40, 3 }, { 56, 1 } } },
        /* halves of 5, 5.5 + a rounding = 6, 6.05 = 6, 6.655 = 7 */
        { { "n_s=5", "cycles=4", "cycle_growth=1.1", "eta_min=0", "eta_max=42" },
          { { 5, 42 }, { 10, 0 }, { 13, 21 }, { 16, 42 }, { 22, 0 }, { 28, 42 }, { 34, 0 }, { 35, 6 }, { 41, 42 }, { 48, 0 } } },
        { { "schedule=cosine", "n_s=4", "cycles=2", "eta_min=1", "eta_max=9" },
          { { 0, 9 }, { 2, 5 + 4 * half }, { 4, 5 }, { 6, 5 - 4 * half }, { 8, 9 }, { 12, 5 }, { 16, 1 } } },
        { { "schedule=cosine", "n_s=2", "cycles=2", "cycle_growth=3", "cycle_decay=0.5", "eta_min=0", "eta_max=8" },
          { { 0, 8 }, { 2, 4 }, { 4, 4 }, { 7, 2 + 2 * half }, { 10, 2 }, { 16, 0 } } },
        { { "schedule=constant", "eta_max=1e-6" }, { { 0, 1e-6 }, { 4500, 1e-6 }, { 9000, 1e-6 } } },
        { { "schedule=step", "n_s=10", "eta_max=8", "eta_min=100", "step_factor=0.5" }, /* a quarter of 40 */
          { { 0, 8 }, { 9, 8 }, { 10, 4 }, { 19, 4 }, { 20, 2 }, { 39, 1 }, { 40, 0.5 } } },
        { { "schedule=step", "step_every=7", "step_factor=0.25", "eta_max=16" }, { { 6, 16 }, { 7, 4 }, { 14, 1 }, { 27, 0.25 } } },
        { { "schedule=linear", "updates=32", "eta_min=1", "eta_max=9" }, { { 0, 9 }, { 4, 8 }, { 16, 5 }, { 31, 1.25 }, { 32, 1 } } },
        { { "schedule=range", "updates=30", "eta_min=0.001", "eta_max=1" }, { { 0, 0.001 }, { 10, 0.01 }, { 20, 0.1 }, { 30, 1 } } },
        { { "schedule=constant", "warmup=4", "eta_max=8" }, { { 0, 2 }, { 1, 4 }, { 2, 6 }, { 3, 8 }, { 4, 8 } } },
        { { "n_s=8", "cycles=1", "warmup=2", "eta_min=0", "eta_max=8" }, { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 8, 8 }, { 15, 1 } } },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        schedule s = made(cases[q].words);
        for (size_t d = 0; d < 10 && (d == 0 || cases[q].due[d].t > 0); d++) {
            double eta = schedule_eta(&s, cases[q].due[d].t), due = cases[q].due[d].eta;
            if (fabs(eta - due) <= 8 * 0x1p-53 * s.eta_max) continue;
            fail_msg("case %zu, t = %ld: %.17g and not %.17g", q, cases[q].due[d].t, eta, due);
        }
    }
}

/* A triangle has no jumps, whatever its cycles: one update changes it by a step of its half cycle at most. */
static void triangles_and_cosines_are_continuous(void **state)
{
    (void)state;
    static const char *const words[][WORDS] = {
        { "n_s=7", "cycles=5", "cycle_growth=1.7", "cycle_decay=0.8", NULL }, { "n_s=7", "updates=100", "cycle_decay=0.3", NULL },
        { "n_s=1", "cycles=9", "cycle_growth=2", NULL }, { "schedule=cosine", "n_s=9", "cycles=1", NULL },
    };
    for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        schedule s = made(words[q]);
        for (long t = 0; t < s.updates; t++) {
            double slope = 1.5708 * (s.eta_max - s.eta_min) / (double)(cycles_at(s.n_s, s.growth, t).updates / 2);
            assert_true(fabs(schedule_eta(&s, t + 1) - schedule_eta(&s, t)) <= slope);
            assert_true(schedule_eta(&s, t) >= s.eta_min && schedule_eta(&s, t) <= s.eta_max);
        }
    }
}

static void every_word_is_a_schedule(void **state)
{
    (void)state;
    int words = 0;
    for (const setting_choice_word *w = setting_schedule_words; w->word != NULL; w++, words++) {
        schedule s = { .kind = w->value, .updates = 8, .n_s = 4, .growth = 1, .decay = 1, .eta_min = 1, .eta_max = 2, .step_every = 2,
                       .step_factor = 1 };
        double eta = schedule_eta(&s, 4);
        assert_true(eta >= 1 && eta <= 2);
    }
    assert_int_equal(words, 6);
}

/* ---- points -------------------------------------------------------------------------------------------------------------------------- */

static void every_cycle_has_its_points_and_ends_with_one(void **state)
{
    (void)state;
    for (long n_s = 1; n_s <= 60; n_s += n_s < 12 ? 1 : 7) {
        for (long evals = 1; evals <= 150; evals += evals < 30 ? 1 : 13) {
            long cycle = 2 * n_s, due = evals < cycle ? evals : cycle, last = 0, points = 0;
            schedule s = { .updates = 3 * cycle, .n_s = n_s, .growth = 1, .evals = evals };
            assert_true(schedule_has_point(&s, 0));
            for (long t = 1; t <= 3 * cycle; t++) {
                assert_int_equal(schedule_ends_cycle(&s, t), t % cycle == 0);
                if (!schedule_has_point(&s, t)) continue;
                assert_in_range(t - last, cycle / due, (cycle + due - 1) / due); /* evenly, up to rounding */
                last = t;
                points++;
                if (t % cycle == 0) assert_int_equal(points, due * (t / cycle));
            }
            assert_int_equal(last, 3 * cycle);
        }
    }
    schedule s = { .updates = 4000000000, .n_s = 1000000000, .growth = 1, .evals = 1000000 };
    assert_true(schedule_has_point(&s, 2000000000) && schedule_has_point(&s, 2000));
    assert_false(schedule_has_point(&s, 1999999999));
}

/* Whatever the lengths: as many as the settings say beforehand, one at the end of each cycle and of the run, none twice as far from the
 * last as the cycle's updates allow. */
static void points_are_counted_beforehand(void **state)
{
    (void)state;
    static const char *const growths[] = { "1", "1.3", "2", "5" };
    for (int64_t updates = 0; updates <= 260; updates += updates < 40 ? 1 : 11) {
        for (int64_t evals = 0; evals <= 40; evals += evals < 12 ? 1 : 9) {
            for (size_t g = 0; g < sizeof growths / sizeof *growths; g++) {
                strata_config c = with((const char *const[]){ "n_s=9", "cycles=2", NULL });
                CHECK_OK(strata_config_set(&c, "cycle_growth", growths[g]));
                c.updates = updates;
                c.evals = evals;
                config_resolve(&c);
                schedule s = schedule_of(&c);
                size_t points = 0;
                long ends = 0;
                for (long t = 0; t <= s.updates; t++) {
                    points += schedule_has_point(&s, t);
                    if (!schedule_ends_cycle(&s, t)) continue;
                    assert_true(evals == 0 || schedule_has_point(&s, t));
                    ends++;
                }
                assert_true(schedule_has_point(&s, s.updates));
                assert_int_equal(points, config_points(&c));
                assert_int_equal(ends, config_cycles(&c));
            }
        }
    }
}

/* ---- lengths ------------------------------------------------------------------------------------------------------------------------- */

static void a_run_is_as_long_as_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS];
        long all, n_s, cycles, updates; /* of the run, and as resolved: updates = 0 where cycles say it */
    } cases[] = {
        { { NULL }, 9000, 2250, 2, 0 },
        { { "cycles=0" }, 0, 2250, 0, 0 },
        { { "epochs=20" }, 9000, 2250, 2, 0 },                 /* what it is without */
        { { "updates=9000" }, 9000, 2250, 2, 0 },
        { { "epochs=10" }, 4500, 1125, 2, 0 },                 /* its two cycles share them */
        { { "epochs=20", "cycles=1" }, 9000, 4500, 1, 0 },
        { { "updates=9001", "cycles=3" }, 9001, 1501, 2, 9001 },
        { { "epochs=19" }, 8550, 2138, 2, 8550 },              /* 4275 is no even number */
        { { "updates=1" }, 1, 1, 2, 1 },
        { { "updates=2" }, 2, 1, 1, 0 },
        { { "updates=8999" }, 8999, 2250, 2, 8999 },           /* the last cycle lacks an update */
        { { "updates=24", "n_s=4" }, 24, 4, 3, 0 },
        { { "updates=25", "n_s=4" }, 25, 4, 2, 25 },           /* ends inside a cycle */
        { { "updates=3", "n_s=4" }, 3, 4, 2, 3 },
        { { "epochs=1", "n_s=225" }, 450, 225, 1, 0 },
        { { "epochs=3", "n_batch=99", "n_s=227" }, 1362, 227, 3, 0 }, /* 454 an epoch */
        { { "n_s=4", "cycles=3", "cycle_growth=2" }, 56, 4, 3, 0 },
        { { "n_s=4", "updates=56", "cycle_growth=2" }, 56, 4, 3, 0 },
        { { "n_s=4", "updates=57", "cycle_growth=2" }, 57, 4, 2, 57 },
        { { "cycle_growth=2" }, 13500, 2250, 2, 0 },
        { { "cycle_growth=2", "epochs=30" }, 13500, 2250, 2, 0 },
        { { "n_s=1", "updates=200000", "evals=0" }, 200000, 1, 100000, 0 },
        { { "n_s=1000000000", "cycles=100000", "evals=0" }, 200000000000000, 1000000000, 100000, 0 },
        { { "schedule=linear", "updates=77" }, 77, 20, 2, 77 },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = resolved(cases[q].words), again;
        bool good = config_updates(&c) == cases[q].all && c.n_s == cases[q].n_s && c.cycles == cases[q].cycles
                    && c.updates == cases[q].updates;
        if (!good || c.epochs != 0) {
            fail_msg("case %zu: %ld updates, n_s = %ld, cycles = %ld, updates = %ld", q, config_updates(&c), (long)c.n_s, (long)c.cycles,
                     (long)c.updates);
        }
        again = c;
        CHECK_OK(strata_config_check(&again));
        config_resolve(&again);
        assert_memory_equal(&again, &c, sizeof c);
    }
}

/* Only a schedule of steps has a number of updates to a step to find. */
static void a_step_is_a_quarter_of_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS];
        long every;
    } cases[] = {
        { { "schedule=step" }, 2250 },          { { "schedule=step", "updates=7" }, 1 }, { { "schedule=step", "updates=2" }, 1 },
        { { "schedule=step", "cycles=0" }, 1 }, { { "schedule=step", "step_every=5" }, 5 }, { { "schedule=linear" }, 0 }, { { NULL }, 0 },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) assert_int_equal(resolved(cases[q].words).step_every, cases[q].every);
}

static void lengths_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS], *says;
    } cases[] = {
        { { "updates=10", "epochs=1" }, "updates = 10 and epochs = 1: a run has one length" },
        { { "updates=10", "cycles=3", "n_s=4" }, "updates = 10 and cycles = 3: a run has one length" },
        { { "epochs=10", "cycles=0" }, "epochs = 10 and cycles = 0: a run has one length" },
        { { "epochs=1000000", "n_batch=44" }, "epochs = 1000000 of 1022 updates each" },
        { { "n_s=1", "updates=200001", "evals=0" }, "n_s = 1 and updates = 200001: a run has 100000 cycles at most" },
        { { "n_s=1", "updates=200002", "evals=0" }, "a run has 100000 cycles at most" },
        { { "n_s=1", "updates=1000000000", "cycle_growth=1.0000000001", "evals=0" }, "a run has 100000 cycles at most" },
        { { "cycle_growth=100", "cycles=7" }, "n_s = 2250, cycle_growth = 100 and cycles = 7: half a cycle has 1e+12 updates" },
        { { "cycle_growth=100", "cycles=100000", "schedule=step" }, "half a cycle has 1e+12 updates at most" },
        { { "n_s=1", "updates=100001", "evals=1" }, NULL },
        { { "n_s=1", "updates=100001", "evals=2" }, "evals = 2 and updates = 100001: a curve has 100000 points at most" },
        { { "evals=1000", "cycles=101" }, "evals = 1000 and cycles = 101: a curve has 100000 points at most" },
        { { "n_s=3", "cycles=20", "cycle_growth=2", "evals=10000" }, "a curve has 100000 points at most" },
        { { "updates=200001", "log_every=2" }, "log_every = 2 and a run of 200001 updates" },
        { { "schedule=range", "eta_min=0" }, "eta_min = 0 with schedule = range" },
        { { "schedule=linear", "eta_min=1" }, "eta_min = 1 is larger than eta_max" },
        { { "schedule=cosine", "eta_min=1" }, "eta_min = 1 is larger than eta_max" },
        { { "schedule=constant", "eta_min=1" }, NULL },
        { { "schedule=step", "eta_min=1" }, NULL },
        { { "cycle_growth=100", "cycles=5", "evals=0" }, NULL },
        { { "epochs=1000000" }, NULL },
    };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        strata_config c = with(cases[q].words);
        bool taken = strata_config_check(&c) == STRATA_OK;
        if (taken != (cases[q].says == NULL)) fail_msg("case %zu: %s", q, strata_error());
        if (!taken && strstr(strata_error(), cases[q].says) == NULL) fail_msg("case %zu: '%s'", q, strata_error());
    }
}

/* The length that is refused beside another is the one that has its default otherwise. */
static void cycles_has_the_default_that_lengths_know(void **state)
{
    (void)state;
    assert_value(&(strata_config[]){ fresh() }[0], "cycles", "2");
}

/* ---- the end ------------------------------------------------------------------------------------------------------------------------- */

/* With a rate of 0 and no penalty nothing is learnt, so the point before the first update stays the best. Points are at 0, 4, 8, ... */
#define PLATEAU "n_batch=50", "n_s=12", "cycles=2", "evals=6", "hidden=[3]", "bn=false", "eta_min=0", "eta_max=0"

static void a_run_without_progress_ends_when_patience_does(void **state)
{
    (void)state;
    static const struct {
        const char *patience;
        long updates;
    } cases[] = { { "patience=0", 48 }, { "patience=1", 4 }, { "patience=3", 12 }, { "patience=11", 44 }, { "patience=12", 48 },
                  { "patience=13", 48 } };
    for (size_t q = 0; q < sizeof cases / sizeof *cases; q++) {
        const char *words[] = { PLATEAU, cases[q].patience, "log_every=5", NULL };
        size_t points, lines;
        strata_run *run = trained(words, NULL);
        const strata_run_facts_t *f = strata_run_facts(run);
        const strata_point *curve = strata_run_curve(run, &points);
        const strata_loss *line = strata_run_losses(run, &lines);
        assert_true(f->outcome == STRATA_OK && f->sentence[0] == '\0');
        assert_int_equal(f->updates, cases[q].updates);
        assert_int_equal(points, cases[q].updates / 4 + 1);
        assert_int_equal(curve[points - 1].update, f->updates);
        assert_int_equal(line[lines - 1].update, f->updates);
        assert_memory_equal(&f->validation, &curve[points - 1].validation, sizeof f->validation);
        assert_true(isfinite(f->test.cost) && isfinite(f->train.cost));
        strata_run_free(run);
    }
}

/* Rates that rise until they spoil it: n_batch = 50 is 8 updates an epoch, and there is a point after every second update. */
#define SPOILT "n_batch=50", "updates=48", "cycles=1", "schedule=range", "eta_min=0.001", "eta_max=30", "evals=24", "hidden=[3]"

static size_t best_of(const strata_point *curve, size_t points)
{
    size_t best = 0;
    for (size_t q = 1; q < points; q++) {
        if (curve[q].validation.accuracy > curve[best].validation.accuracy) best = q;
    }
    return best;
}

/* Up to where it ends it is the run that has no patience, and it ends where the points since the best one are as many as it has. */
static void a_run_of_little_patience_begins_as_any_other(void **state)
{
    (void)state;
    const char *const patient[] = { SPOILT, "backend=ref64", NULL }, *const impatient[] = { SPOILT, "backend=ref64", "patience=4", NULL };
    size_t all, points;
    strata_run *a = trained(patient, NULL), *b = trained(impatient, NULL);
    const strata_point *x = strata_run_curve(a, &all), *y = strata_run_curve(b, &points);
    assert_true(points < all && strata_run_facts(b)->updates == 2 * (long)(points - 1));
    assert_memory_equal(x, y, points * sizeof *x);
    assert_int_equal(best_of(y, points), points - 1 - 4);
    for (size_t q = 5; q < points; q++) assert_true(q - 1 - best_of(y, q) < 4); /* no earlier end */
    strata_run_free(a);
    strata_run_free(b);
}

/* The model has the parameters of the best point: those of a run that ends there, whose rates are the same. */
static void the_best_parameters_are_kept(void **state)
{
    (void)state;
    const char *const last[] = { SPOILT, "backend=ref64", NULL };
    const char *const best[] = { SPOILT, "backend=ref64", "keep=best", "diagnose=true", NULL };
    size_t points;
    strata_run *a = trained(last, NULL), *b = trained(best, NULL);
    const strata_point *curve = strata_run_curve(a, &points);
    const strata_run_facts_t *f = strata_run_facts(b);
    size_t q = best_of(curve, points);
    assert_true(q > 0 && q + 1 < points && f->updates == 48);
    assert_memory_equal(&f->validation, &curve[q].validation, sizeof f->validation);
    assert_memory_equal(&f->train, &curve[q].train, sizeof f->train);
    assert_true(f->test.loss < strata_run_facts(a)->test.loss);
    watcher w = watching(NULL, 0, curve[q].update);
    strata_run *there = trained(last, &w);
    assert_string_equal(strata_model_digest(strata_run_model(there)), strata_model_digest(strata_run_model(b)));
    strata_run_free(there);
    strata_run_free(a);
    strata_run_free(b);
}

/* The newest of equals is no better one. */
static void the_first_of_equals_is_the_best(void **state)
{
    (void)state;
    const char *const words[] = { PLATEAU, "keep=best", "patience=3", NULL };
    strata_run *run = trained(words, NULL);
    assert_int_equal(run->beside.facts.best_update, 0);
    assert_int_equal(run->beside.facts.since_best, 3);
    strata_run_free(run);
}

/* D1: what has been waited for, and the best, are in the checkpoint. */
static void stopping_anywhere_changes_no_end(void **state)
{
    (void)state;
    const char *folder = runs_folder(), *const words[] = { SPOILT, "keep=best", "patience=4", "log_every=5", NULL };
    strata_run *whole = trained(words, NULL);
    for (long stop = 1; stop < strata_run_facts(whole)->updates; stop++) {
        watcher first = watching(folder, 0, stop), second = watching(folder, 0, 0);
        strata_run *stopped = trained(words, &first), *run = trained(words, &second);
        assert_int_equal(strata_run_facts(stopped)->outcome, STRATA_STOPPED);
        assert_same_bits(whole, run);
        strata_run *again = trained(words, &second); /* from the checkpoint of its end, as after a crash before it was saved */
        assert_same_bits(whole, again);
        CHECK_OK(strata_checkpoint_remove(folder, strata_run_facts(run)->id));
        strata_run_free(stopped);
        strata_run_free(run);
        strata_run_free(again);
    }
    strata_run_free(whole);
}

/* ---- one training, one id ------------------------------------------------------------------------------------------------------------ */

static void assert_id(const char *const *words, const char *due)
{
    char id[RUN_ID];
    strata_config c = resolved(words);
    CHECK_OK(run_make_id(&c, "d", 1, id));
    if (strcmp(id, due) != 0) fail_msg("%s ...: %s and not %s", words[0] != NULL ? words[0] : "", id, due);
}

/* What says how long a training is does not make it another one. */
static void one_length_has_one_id(void **state)
{
    (void)state;
    static const char *const recipe[][WORDS] = {
        { NULL }, { "n_s=2250", NULL }, { "epochs=20", NULL }, { "updates=9000", NULL }, { "epochs=20", "n_s=2250", NULL },
        { "updates=9000", "cycles=2", NULL },
    };
    static const char *const one_cycle[][WORDS] = {
        { "cycles=1", NULL }, { "epochs=10", "cycles=1", NULL }, { "updates=4500", "cycles=1", NULL },
    };
    char id[RUN_ID], other[RUN_ID];
    strata_config c = resolved((const char *const[]){ NULL }), d = resolved(one_cycle[0]);
    CHECK_OK(run_make_id(&c, "d", 1, id));
    CHECK_OK(run_make_id(&d, "d", 1, other));
    assert_string_not_equal(id, other);
    for (size_t q = 0; q < sizeof recipe / sizeof *recipe; q++) assert_id(recipe[q], id);
    for (size_t q = 0; q < sizeof one_cycle / sizeof *one_cycle; q++) assert_id(one_cycle[q], other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_triangle_rises_and_falls),
        cmocka_unit_test(a_triangle_without_growth_has_its_old_bits),
        cmocka_unit_test(every_schedule_has_the_rates_of_its_equation),
        cmocka_unit_test(triangles_and_cosines_are_continuous),
        cmocka_unit_test(every_word_is_a_schedule),
        cmocka_unit_test(every_cycle_has_its_points_and_ends_with_one),
        cmocka_unit_test(points_are_counted_beforehand),
        cmocka_unit_test(a_run_is_as_long_as_it_says),
        cmocka_unit_test(a_step_is_a_quarter_of_the_run),
        cmocka_unit_test(lengths_that_are_none_are_refused),
        cmocka_unit_test(cycles_has_the_default_that_lengths_know),
        cmocka_unit_test(a_run_without_progress_ends_when_patience_does),
        cmocka_unit_test(a_run_of_little_patience_begins_as_any_other),
        cmocka_unit_test(the_best_parameters_are_kept),
        cmocka_unit_test(the_first_of_equals_is_the_best),
        cmocka_unit_test(stopping_anywhere_changes_no_end),
        cmocka_unit_test(one_length_has_one_id),
    };
    return cmocka_run_group_tests(tests, make_folder, clear_and_remove);
}
