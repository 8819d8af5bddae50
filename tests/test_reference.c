/*
 * The course's file of intermediate values: a small one, whose arrays are computed here in the course's own order of axes, by plain sums
 * that share nothing with src/net. What agrees, what does not, what is absent, and what is no such file.
 */
#include "cmocka_strata.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "packed.h"
#include "random.h"
#include "strata/gradcheck.h"

/* Images SIDE x SIDE x C, P patches F x F of M numbers; filters, numbers handed on, hidden units, classes, images. */
enum {
     SIDE = 4, C = 3, D = SIDE * SIDE * C, F = 2, ACROSS = SIDE / F, P = ACROSS * ACROSS, M = F * F * C,
    NF = 2, H = P * NF, NH = 5, K = 4, N = 3
};

/* The arrays of the file, row after row. */
static struct {
    double X[D][N], Fs[M][NF], W1[NH][H], W2[K][NH], b1[NH], b2[K], y[N], Y[K][N];
    double MX[P][M][N], conv[P][NF][N], before[H][N], flat[H][N], X1[NH][N], P[K][N];
    double dFs[M][NF], dW1[NH][H], dW2[K][NH], db1[NH], db2[K];
    double loss;
} z;

static const struct {
    const char *name, *shape;
    const void *at;
    size_t count;
} arrays[] = {
#define ARRAY(name, shape, member) { name, shape, z.member, sizeof z.member / sizeof(double) }
    ARRAY("X", "(48, 3)", X), ARRAY("Fs", "(2, 2, 3, 2)", Fs), ARRAY("W1", "(5, 8)", W1), ARRAY("W2", "(4, 5)", W2),
    ARRAY("b1", "(5, 1)", b1), ARRAY("b2", "(4, 1)", b2), ARRAY("y", "(3,)", y), ARRAY("Y", "(4, 3)", Y),
    ARRAY("MX", "(4, 12, 3)", MX), ARRAY("conv_outputs", "(2, 2, 2, 3)", conv), ARRAY("conv_outputs_mat", "(4, 2, 3)", conv),
    ARRAY("conv_outputs_flattened", "(8, 3)", before), ARRAY("conv_flat", "(8, 3)", flat), ARRAY("X1", "(1, 5, 3)", X1),
    ARRAY("P", "(4, 3)", P), ARRAY("grad_Fs_flat", "(12, 2)", dFs), ARRAY("grad_W1", "(5, 8)", dW1), ARRAY("grad_W2", "(4, 5)", dW2),
    ARRAY("grad_b1", "(5, 1)", db1), ARRAY("grad_b2", "(4, 1)", db2),
#undef ARRAY
};

enum { ARRAYS = sizeof arrays / sizeof *arrays, COMPARED = 12, FIRST_COMPARED = ARRAYS - COMPARED };

/* ---- the file ----------------------------------------------------------------------------------------------------------------------- */

static void draw(double *to, size_t count, const char *name)
{
    for (size_t e = 0; e < count; e++) to[e] = 2 * random_uniform(random_named(1, name), 0, e) - 1;
}

static void forward(int j)
{
    double sum = 0;
    for (int p = 0; p < P; p++) {
        for (int m = 0; m < M; m++) {
            int row = p / ACROSS * F + m / (F * C), column = p % ACROSS * F + m / C % F;
            z.MX[p][m][j] = z.X[m % C * SIDE * SIDE + row * SIDE + column][j];
        }
        for (int i = 0; i < NF; i++) {
            for (int m = 0; m < M; m++) z.conv[p][i][j] += z.MX[p][m][j] * z.Fs[m][i];
            z.before[p * NF + i][j] = z.conv[p][i][j];
            z.flat[p * NF + i][j] = fmax(0, z.conv[p][i][j]);
        }
    }
    for (int h = 0; h < NH; h++) {
        double s = z.b1[h];
        for (int q = 0; q < H; q++) s += z.W1[h][q] * z.flat[q][j];
        z.X1[h][j] = fmax(0, s);
    }
    for (int c = 0; c < K; c++) {
        double s = z.b2[c];
        for (int h = 0; h < NH; h++) s += z.W2[c][h] * z.X1[h][j];
        sum += z.P[c][j] = exp(s);
    }
    for (int c = 0; c < K; c++) z.P[c][j] /= sum;
    z.loss -= log(z.P[(int)z.y[j]][j]) / N;
}

static void backward(int j)
{
    double g2[K], g1[NH], g[H];
    for (int c = 0; c < K; c++) {
        g2[c] = (z.P[c][j] - z.Y[c][j]) / N;
        z.db2[c] += g2[c];
        for (int h = 0; h < NH; h++) z.dW2[c][h] += g2[c] * z.X1[h][j];
    }
    for (int h = 0; h < NH; h++) {
        g1[h] = 0;
        for (int c = 0; c < K && z.X1[h][j] > 0; c++) g1[h] += z.W2[c][h] * g2[c];
        z.db1[h] += g1[h];
        for (int q = 0; q < H; q++) z.dW1[h][q] += g1[h] * z.flat[q][j];
    }
    for (int q = 0; q < H; q++) {
        g[q] = 0;
        for (int h = 0; h < NH && z.flat[q][j] > 0; h++) g[q] += z.W1[h][q] * g1[h];
        for (int m = 0; m < M; m++) z.dFs[m][q % NF] += z.MX[q / NF][m][j] * g[q];
    }
}

static void compute(void)
{
    memset(&z, 0, sizeof z);
    draw(z.X[0], sizeof z.X / sizeof(double), "X");
    draw(z.Fs[0], sizeof z.Fs / sizeof(double), "Fs");
    draw(z.W1[0], sizeof z.W1 / sizeof(double), "W1");
    draw(z.W2[0], sizeof z.W2 / sizeof(double), "W2");
    draw(z.b1, NH, "b1");
    draw(z.b2, K, "b2");
    for (int j = 0; j < N; j++) {
        z.y[j] = (j + 1) % K;
        z.Y[(j + 1) % K][j] = 1;
        forward(j);
        backward(j);
    }
}

/* The file without the arrays of which `without` has the letter, 'a' for the first; the shape of one may be another. */
static const char *written(const char *without, int other, const char *shape)
{
    made_member members[ARRAYS];
    char names[ARRAYS][40];
    int count = 0;
    for (int q = 0; q < ARRAYS; q++) {
        char dict[120];
        made bytes = { 0 };
        if (strchr(without, 'a' + q) != NULL) continue;
        (void)snprintf(dict, sizeof dict, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }", q == other ? shape : arrays[q].shape);
        (void)snprintf(names[count], sizeof names[count], "%s.npy", arrays[q].name);
        made_add_npy(&bytes, 1, dict);
        made_add(&bytes, arrays[q].at, arrays[q].count * sizeof(double));
        members[count] = (made_member){ .name = names[count], .data = bytes, .method = 8 * (q % 2) };
        count++;
    }
    made zip = made_zip(members, count);
    const char *path = made_file("reference.npz", &zip);
    made_free(&zip);
    for (int q = 0; q < count; q++) made_free(&members[q].data);
    return path;
}

/* ---- the tests ---------------------------------------------------------------------------------------------------------------------- */

static strata_reference *compared(const char *path, const strata_reference_array **array)
{
    strata_reference *r;
    int count;
    CHECK_OK(strata_gradcheck_reference(path, &r));
    *array = strata_reference_arrays(r, &count);
    assert_int_equal(count, COMPARED);
    for (int q = 0; q < COMPARED; q++) assert_string_equal((*array)[q].name, arrays[FIRST_COMPARED + q].name);
    return r;
}

static void every_array_agrees(void **state)
{
    (void)state;
    compute();
    const char *const without[] = { "", "g", "h" }; /* y and Y, one of them each */
    for (int w = 0; w < 3; w++) {
        const strata_reference_array *a;
        strata_reference *r = compared(written(without[w], -1, NULL), &a);
        const strata_reference_net *net = strata_reference_describe(r);
        for (int q = 0; q < COMPARED; q++) {
            assert_true(a[q].found && a[q].agrees && a[q].max_abs <= 1e-14 && a[q].tolerance < 1e-12);
            assert_int_equal(a[q].entries, arrays[FIRST_COMPARED + q].count);
        }
        assert_true(strata_reference_passed(r));
        assert_true(net->patch == F && net->filters == NF && net->hidden == NH && net->classes == K && net->images == N);
        CHECK_NEAR(net->loss, z.loss, 1e-14);
        strata_reference_free(r);
    }
}

static void one_wrong_number_is_seen(void **state)
{
    (void)state;
    for (int wrong = 0; wrong < COMPARED; wrong++) {
        const strata_reference_array *a;
        compute();
        double *at = (double *)(uintptr_t)arrays[FIRST_COMPARED + wrong].at;
        bool shared = at == z.conv[0][0]; /* two of the arrays are one here */
        at[arrays[FIRST_COMPARED + wrong].count - 1] += wrong % 3 == 0 ? NAN : 1e-9;
        strata_reference *r = compared(written("", -1, NULL), &a);
        for (int q = 0; q < COMPARED; q++) {
            bool same = q == wrong || (shared && arrays[FIRST_COMPARED + q].at == (const void *)at);
            if (a[q].agrees == same) fail_msg("%s is wrong: %s %s", a[wrong].name, a[q].name, same ? "agrees" : "disagrees");
        }
        assert_false(strata_reference_passed(r));
        strata_reference_free(r);
    }
}

static void axes_of_one_do_not_count(void **state)
{
    (void)state;
    const strata_reference_array *a;
    compute();
    strata_reference *r = compared(written("", 4, "(1, 1, 5, 1)"), &a);
    assert_true(strata_reference_passed(r));
    strata_reference_free(r);
}

static void absent_arrays_are_said(void **state)
{
    (void)state;
    const strata_reference_array *a;
    compute();
    strata_reference *r = compared(written("ijkmn", -1, NULL), &a);
    for (int q = 0; q < COMPARED; q++) assert_true(a[q].found == (strchr("ijkmn", 'a' + FIRST_COMPARED + q) == NULL));
    assert_true(strata_reference_passed(r));
    strata_reference_free(r);
}

static void refused(const char *path, const char *words)
{
    strata_reference *r;
    assert_failed(strata_gradcheck_reference(path, &r), STRATA_ERR_DATA, words);
    assert_null(r);
}

static void what_is_no_such_file_is_refused(void **state)
{
    (void)state;
    compute();
    refused(written("b", -1, NULL), "has no array Fs");
    refused(written("gh", -1, NULL), "has no array y or Y");
    refused(written("ijklmnopqrst", -1, NULL), "has none of the arrays that are compared");
    refused(written("", 0, "(144,)"), "X is (144)");
    refused(written("", 0, "(16, 9)"), "Fs is (2, 2, 3, 2)");
    refused(written("", 1, "(24,)"), "Fs is (24)");
    refused(written("", 1, "(1, 4, 3, 2)"), "Fs is (1, 4, 3, 2)");
    refused(written("", 2, "(8, 5)"), "W1 is (8, 5)");
    refused(written("", 3, "(5, 4)"), "W2 is (5, 4)");
}

static void labels_that_are_none_are_refused(void **state)
{
    (void)state;
    compute();
    z.y[1] = K;
    refused(written("h", -1, NULL), "image 1 has no label 0 .. 3 in y");
    z.y[1] = 0.5;
    refused(written("h", -1, NULL), "image 1 has no label 0 .. 3 in y");
    compute();
    z.Y[3][2] = 0.9;
    refused(written("g", -1, NULL), "image 2 has no label 0 .. 3 in Y");
    compute();
    refused(written("", 14, "(3, 4)"), "P is (3, 4)");
}

/* Cut anywhere, it is refused, and names its file. */
static void a_file_cut_short_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[1 << 16];
    compute();
    FILE *f = fopen(written("", -1, NULL), "rb");
    assert_non_null(f);
    size_t size = fread(bytes, 1, sizeof bytes, f);
    assert_int_equal(fclose(f), 0);
    for (size_t cut = 0; cut < size; cut += 97) {
        made part = { bytes, cut };
        refused(made_file("cut.npz", &part), "cut.npz");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_array_agrees),
        cmocka_unit_test(one_wrong_number_is_seen),
        cmocka_unit_test(axes_of_one_do_not_count),
        cmocka_unit_test(absent_arrays_are_said),
        cmocka_unit_test(what_is_no_such_file_is_refused),
        cmocka_unit_test(labels_that_are_none_are_refused),
        cmocka_unit_test(a_file_cut_short_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
