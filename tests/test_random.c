/*
 * The random streams. Philox is held to the vectors that Random123 publishes and to a second implementation here, written from the paper,
 * which can also be run backwards: that finds the counters at which a stream gives extreme words, where a generator of reals in (0, 1)
 * must still be inside. Statistics use fixed seeds, so nothing is left to chance, and bounds whose chance of failing for a good generator
 * is 1e-6 or less (Kolmogorov: 2 exp(-2 K^2); chi-square: the normal approximation of Wilson and Hilferty at 5 deviations).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_strata.h"

#include "random.h"

/* ---- Philox4x32-10 from the paper ------------------------------------------------------------------------------------------------- */

static const uint32_t M0 = 0xd2511f53, M1 = 0xcd9e8d57, BUMP0 = 0x9e3779b9, BUMP1 = 0xbb67ae85;

enum { ROUNDS = 10 };

typedef struct {
    uint32_t c[4];
} words;

static uint32_t high(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b >> 32);
}

static words philox(const uint32_t key[2], words x)
{
    for (uint32_t r = 0; r < ROUNDS; r++) {
        uint32_t k0 = key[0] + r * BUMP0, k1 = key[1] + r * BUMP1;
        x = (words){ { high(M1, x.c[2]) ^ x.c[1] ^ k0, M1 * x.c[2], high(M0, x.c[0]) ^ x.c[3] ^ k1, M0 * x.c[0] } };
    }
    return x;
}

/* 1/m modulo 2^32 by Newton's iteration, which doubles the right bits; m is odd. */
static uint32_t inverse(uint32_t m)
{
    uint32_t x = m;
    for (int step = 0; step < 5; step++) x *= 2 - m * x;
    return x;
}

static words philox_backwards(const uint32_t key[2], words y)
{
    for (uint32_t r = ROUNDS; r-- > 0;) {
        uint32_t k0 = key[0] + r * BUMP0, k1 = key[1] + r * BUMP1;
        uint32_t c0 = inverse(M0) * y.c[3], c2 = inverse(M1) * y.c[1];
        y = (words){ { c0, high(M1, c2) ^ y.c[0] ^ k0, c2, high(M0, c0) ^ y.c[2] ^ k1 } };
    }
    return y;
}

/* How random.h's (a, b) make up a counter: b is its low half, a its high half. */
static uint64_t a_of(words counter)
{
    return (uint64_t)counter.c[3] << 32 | counter.c[2];
}

static uint64_t b_of(words counter)
{
    return (uint64_t)counter.c[1] << 32 | counter.c[0];
}

/* ---- the generator ---------------------------------------------------------------------------------------------------------------- */

/* From tests/kat_vectors of Random123 1.14: philox 4x32 10. */
static const struct {
    words counter;
    random_stream stream;
    words due;
} vectors[] = {
    { { { 0, 0, 0, 0 } }, { { 0, 0 } }, { { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } } },
    { { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } }, { { 0xffffffff, 0xffffffff } },
      { { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } } },
    { { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 } }, { { 0xa4093822, 0x299f31d0 } },
      { { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } } },
};

static void words_are_those_of_random123(void **state)
{
    (void)state;
    for (size_t q = 0; q < sizeof vectors / sizeof *vectors; q++) {
        words got, own = philox(vectors[q].stream.key, vectors[q].counter), back = philox_backwards(vectors[q].stream.key, own);
        random_words(vectors[q].stream, a_of(vectors[q].counter), b_of(vectors[q].counter), got.c);
        assert_memory_equal(&got, &vectors[q].due, sizeof got);
        assert_memory_equal(&own, &vectors[q].due, sizeof own);
        assert_memory_equal(&back, &vectors[q].counter, sizeof back);
    }
}

static void words_are_philox_at_any_counter(void **state)
{
    (void)state;
    random_stream s = random_named(3, "counters");
    for (uint64_t q = 0; q < 5000; q++) {
        words at, got;
        random_words(s, 1, q, at.c);
        words due = philox(s.key, at);
        random_words(s, a_of(at), b_of(at), got.c);
        assert_memory_equal(&got, &due, sizeof got);
    }
}

/* FNV-1a of "" and "a" are the published 64-bit values; the key of a stream is the block of the seed at (hash, 0). */
static void keys_follow_from_seed_and_name(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t hash;
    } fnv[] = { { "", UINT64_C(0xcbf29ce484222325) }, { "a", UINT64_C(0xaf63dc4c8601ec8c) }, { "foobar", UINT64_C(0x85944171f73967e8) } };
    for (size_t q = 0; q < sizeof fnv / sizeof *fnv; q++) {
        const uint32_t seed[2] = { 0x89abcdef, 0x01234567 };
        words due = philox(seed, (words){ { 0, 0, (uint32_t)fnv[q].hash, (uint32_t)(fnv[q].hash >> 32) } });
        random_stream s = random_named(UINT64_C(0x0123456789abcdef), fnv[q].name);
        assert_true(s.key[0] == due.c[0] && s.key[1] == due.c[1]);
    }
}

/* No two of many streams begin alike (a 64-bit accident among 4000 has a chance of 4e-13), and each begins the same again. */
static void streams_differ_by_name_and_seed(void **state)
{
    (void)state;
    static const char *const names[] = { "init/1", "init/2", "init/10", "shuffle", "synth", "synth-labels", "", "Shuffle" };
    enum { NAMES = sizeof names / sizeof *names, SEEDS = 500 };
    static uint64_t first[NAMES * SEEDS];
    size_t count = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        for (size_t q = 0; q < NAMES; q++) {
            uint64_t value = seed % 2 == 0 ? seed : seed << 40; /* the high half of a seed counts too */
            first[count] = random_below(random_named(value, names[q]), 0, 0, UINT64_MAX);
            assert_true(first[count] == random_below(random_named(value, names[q]), 0, 0, UINT64_MAX));
            for (size_t e = 0; e < count; e++) {
                if (first[e] == first[count]) fail_msg("streams %zu and %zu begin alike", e, count);
            }
            count++;
        }
    }
}

/* ---- extreme words ---------------------------------------------------------------------------------------------------------------- */

/* The (a, b) at which stream s gives these words. */
static words counter_of(random_stream s, words given)
{
    words counter = philox_backwards(s.key, given), check;
    random_words(s, a_of(counter), b_of(counter), check.c);
    assert_memory_equal(&check, &given, sizeof check);
    return counter;
}

static void uniforms_are_inside_at_extreme_words(void **state)
{
    (void)state;
    static const words extreme[] = { { { 0, 0, 1, 2 } },
                                     { { 0, 0x7ff, 3, 4 } },
                                     { { 0x7fffffff, 0xffffffff, 1, 2 } },
                                     { { 0xffffffff, 0xfffff7ff, 1, 2 } },
                                     { { 0xffffffff, 0xfffff800, 1, 2 } },
                                     { { 0xffffffff, 0xffffffff, 1, 2 } } };
    random_stream s = random_named(1, "edges");
    for (size_t q = 0; q < sizeof extreme / sizeof *extreme; q++) {
        words at = counter_of(s, extreme[q]);
        double x = random_uniform(s, a_of(at), b_of(at));
        if (!(x > 0 && x < 1)) fail_msg("words %08x %08x give %.17g", extreme[q].c[0], extreme[q].c[1], x);
    }
}

/* Numbers rise with their words and have at least 52 bits, in the upper half of the interval as in the lower. */
static void uniforms_rise_with_their_words(void **state)
{
    (void)state;
    random_stream s = random_named(1, "edges");
    static const uint32_t tops[] = { 0x00001000, 0x7fffffff, 0x80000000, 0xabcdef01 };
    for (size_t q = 0; q < sizeof tops / sizeof *tops; q++) {
        double before = 0;
        for (uint32_t step = 0; step < 8; step++) {
            words at = counter_of(s, (words){ { tops[q], step << 12, 0, 0 } });
            double x = random_uniform(s, a_of(at), b_of(at));
            if (!(x > before)) fail_msg("number %u above %08x equals the one before it", step, tops[q]);
            before = x;
        }
    }
}

/* floor(x bound / 2^64), the product by long division into 16-bit digits: nothing of the code under test. */
static uint64_t high_product(uint64_t x, uint64_t bound)
{
    uint64_t digit[8] = { 0 };
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) digit[i + j] += (x >> (16 * i) & 0xffff) * (bound >> (16 * j) & 0xffff);
    }
    for (int e = 0; e < 7; e++) {
        digit[e + 1] += digit[e] >> 16;
        digit[e] &= 0xffff;
    }
    return digit[7] << 48 | digit[6] << 32 | digit[5] << 16 | digit[4];
}

static void below_is_the_high_half_of_a_product(void **state)
{
    (void)state;
    static const uint64_t bounds[] = { 1, 2, 3, 10, 45000, UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, UINT64_C(1) << 63, UINT64_MAX };
    static const words edges[] = { { { 0, 0, 0, 0 } }, { { 0xffffffff, 0xffffffff, 0, 0 } }, { { 0xffffffff, 0, 0, 0 } },
                                   { { 0, 0xffffffff, 0, 0 } } };
    random_stream s = random_named(5, "below");
    for (size_t q = 0; q < sizeof bounds / sizeof *bounds; q++) {
        for (uint64_t e = 0; e < 200; e++) {
            words at = { { (uint32_t)e, 0, 7, 0 } }, w;
            if (e < 4) at = counter_of(s, edges[e]);
            random_words(s, a_of(at), b_of(at), w.c);
            uint64_t x = (uint64_t)w.c[1] << 32 | w.c[0], got = random_below(s, a_of(at), b_of(at), bounds[q]);
            assert_true(got < bounds[q]);
            assert_true(got == high_product(x, bounds[q]));
        }
    }
}

/* ---- statistics ------------------------------------------------------------------------------------------------------------------- */

/* Chi-square of counts that should all be equal, as a number of deviations of a standard normal (Wilson and Hilferty). */
static double deviations(const long *count, int cells, long draws)
{
    double due = (double)draws / cells, chi2 = 0, f = cells - 1;
    for (int c = 0; c < cells; c++) chi2 += ((double)count[c] - due) * ((double)count[c] - due) / due;
    return (cbrt(chi2 / f) - (1 - 2 / (9 * f))) / sqrt(2 / (9 * f));
}

static void below_is_uniform(void **state)
{
    (void)state;
    static const int cells[] = { 2, 3, 10, 97, 1000 };
    enum { DRAWS = 200000 };
    for (size_t q = 0; q < sizeof cells / sizeof *cells; q++) {
        long along_a[1000] = { 0 }, along_b[1000] = { 0 };
        random_stream s = random_named(7, "uniform");
        for (uint64_t e = 0; e < DRAWS; e++) {
            along_a[random_below(s, e, 1, (uint64_t)cells[q])]++;
            along_b[random_below(s, 1, e, (uint64_t)cells[q])]++;
        }
        CHECK_NEAR(deviations(along_a, cells[q], DRAWS), 0, 5);
        CHECK_NEAR(deviations(along_b, cells[q], DRAWS), 0, 5);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* sqrt(n) times the largest distance between the sample's distribution and F; sorts the sample. */
static double kolmogorov(double *x, size_t n, double (*F)(double))
{
    double most = 0;
    qsort(x, n, sizeof *x, ascending);
    for (size_t e = 0; e < n; e++) {
        double f = F(x[e]);
        most = fmax(most, fmax((double)(e + 1) / (double)n - f, f - (double)e / (double)n));
    }
    return most * sqrt((double)n);
}

static double normal_distribution(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double uniform_distribution(double x)
{
    return x;
}

enum { SAMPLE = 100000 };
static double sample[SAMPLE], halves[SAMPLE / 2];

/* 2 exp(-2 2.7^2) = 9e-7. */
static const double KOLMOGOROV_MOST = 2.7;

static void normals_are_normal(void **state)
{
    (void)state;
    double sum = 0, power = 0, product = 0, squares = 0;
    random_normals(random_named(11, "normal"), 0, SAMPLE, sample);
    for (size_t e = 0; e < SAMPLE; e++) {
        sum += sample[e];
        power += sample[e] * sample[e] - 1;
    }
    for (size_t e = 0; e < SAMPLE; e += 2) {
        product += sample[e] * sample[e + 1];                               /* the two numbers of a block are independent, */
        squares += (sample[e] * sample[e] - 1) * (sample[e + 1] * sample[e + 1] - 1); /* and so are their sizes           */
        halves[e / 2] = sample[e];
    }
    CHECK_NEAR(sum / sqrt(SAMPLE), 0, 5);
    CHECK_NEAR(power / sqrt(2. * SAMPLE), 0, 5);
    CHECK_NEAR(product / sqrt(SAMPLE / 2.), 0, 5);     /* a product has the variance 1 */
    CHECK_NEAR(squares / 2 / sqrt(SAMPLE / 2.), 0, 5); /* and x^2 - 1 the variance 2 */
    CHECK_NEAR(kolmogorov(halves, SAMPLE / 2, normal_distribution), 0, KOLMOGOROV_MOST);
    CHECK_NEAR(kolmogorov(sample, SAMPLE, normal_distribution), 0, KOLMOGOROV_MOST);
}

static void uniforms_are_uniform(void **state)
{
    (void)state;
    for (uint64_t e = 0; e < SAMPLE; e++) sample[e] = random_uniform(random_named(13, "uniform"), 0, e);
    CHECK_NEAR(kolmogorov(sample, SAMPLE, uniform_distribution), 0, KOLMOGOROV_MOST);
}

/* A test that cannot fail is none: numbers whose deviation is 1.05 are not normal, nor is NaN near anything. */
static void the_statistics_can_fail(void **state)
{
    (void)state;
    long count[3] = { 67500, 66250, 66250 };
    random_normals(random_named(11, "normal"), 0, SAMPLE, sample);
    for (size_t e = 0; e < SAMPLE; e++) sample[e] *= 1.05;
    assert_true(kolmogorov(sample, SAMPLE, normal_distribution) > KOLMOGOROV_MOST);
    assert_true(deviations(count, 3, 200000) > 3);
}

/* ---- normals in pieces, permutations ---------------------------------------------------------------------------------------------- */

static void normals_do_not_depend_on_how_they_are_asked_for(void **state)
{
    (void)state;
    enum { N = 101 };
    static const size_t pieces[] = { 1, 2, 3, 7, 50 };
    double whole[N], again[N + 1];
    random_stream s = random_named(17, "pieces");
    random_normals(s, 1000003, N, whole);
    for (size_t q = 0; q < sizeof pieces / sizeof *pieces; q++) {
        for (size_t e = 0; e <= N; e++) again[e] = (double)NAN;
        for (size_t at = 0; at < N; at += pieces[q]) {
            random_normals(s, 1000003 + at, at + pieces[q] < N ? pieces[q] : N - at, again + at);
        }
        assert_memory_equal(again, whole, sizeof whole);
        assert_true(isnan(again[N]));
    }
}

static void permute(uint64_t seed, uint64_t epoch, size_t n, uint32_t *order)
{
    static uint8_t seen[45000];
    memset(seen, 0, sizeof seen);
    memset(order, 0xff, (n + 1) * sizeof *order);
    random_permutation(random_named(seed, "shuffle"), epoch, n, order);
    for (size_t j = 0; j < n; j++) {
        assert_in_range(order[j], 0, n - 1);
        assert_int_equal(seen[order[j]]++, 0);
    }
    assert_int_equal(order[n], 0xffffffff);
}

static void permutations_hold_everything_once_and_change_with_the_epoch(void **state)
{
    (void)state;
    static uint32_t order[4][45001];
    static const size_t sizes[] = { 1, 2, 3, 10, 45000 };
    for (size_t q = 0; q < sizeof sizes / sizeof *sizes; q++) permute(1, 0, sizes[q], order[0]);
    permute(1, 1, 45000, order[1]);
    permute(2, 0, 45000, order[2]);
    permute(1, 0, 45000, order[3]);
    assert_memory_equal(order[0], order[3], sizeof order[0]);
    long same_epoch = 0, same_seed = 0;
    for (size_t j = 0; j < 45000; j++) {
        same_epoch += order[0][j] == order[1][j];
        same_seed += order[0][j] == order[2][j];
    }
    assert_true(same_epoch < 15 && same_seed < 15); /* Poisson with mean 1: 15 or more has a chance of 3e-13 */
    random_permutation(random_named(1, "shuffle"), 0, 0, NULL);
}

/* All 24 orders of four are equally frequent, along the epochs of one stream. */
static void permutations_are_uniform(void **state)
{
    (void)state;
    enum { EPOCHS = 48000 };
    long count[256] = { 0 }, order_count[24] = { 0 };
    int orders = 0;
    for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
        uint32_t p[4];
        random_permutation(random_named(19, "shuffle"), epoch, 4, p);
        count[p[0] << 6 | p[1] << 4 | p[2] << 2 | p[3]]++;
    }
    for (int e = 0; e < 256; e++) {
        if (count[e] == 0) continue;
        assert_true(orders < 24);
        order_count[orders++] = count[e];
    }
    CHECK_NEAR(deviations(order_count, 24, EPOCHS), 0, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_random123),
        cmocka_unit_test(words_are_philox_at_any_counter),
        cmocka_unit_test(keys_follow_from_seed_and_name),
        cmocka_unit_test(streams_differ_by_name_and_seed),
        cmocka_unit_test(uniforms_are_inside_at_extreme_words),
        cmocka_unit_test(uniforms_rise_with_their_words),
        cmocka_unit_test(below_is_the_high_half_of_a_product),
        cmocka_unit_test(below_is_uniform),
        cmocka_unit_test(normals_are_normal),
        cmocka_unit_test(uniforms_are_uniform),
        cmocka_unit_test(the_statistics_can_fail),
        cmocka_unit_test(normals_do_not_depend_on_how_they_are_asked_for),
        cmocka_unit_test(permutations_hold_everything_once_and_change_with_the_epoch),
        cmocka_unit_test(permutations_are_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
