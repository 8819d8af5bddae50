/*
 * The course's file of intermediate values (an archive of NumPy's): a net of patches without a penalty, the images that went in, and every
 * array that came out, forwards and backwards. Our net.c gets the same parameters and images in ref64, and each array that the file has
 * is compared, number by number. The course's axes are (row, column, channel) in a patch; ours are channel after channel, (21).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "gradcheck.h"
#include "npz.h"
#include "patches.h"
#include "sized.h"
#include "text.h"
#include "strata/gradcheck.h"

/* What must be there, in the order of the course's names, and what is compared. */
enum { X, FS, W1, W2, B1, B2, LABELS, GIVEN };
static const char *const given_name[GIVEN] = { "X", "Fs", "W1", "W2", "b1", "b2", "y" };

enum { REFERENCE_IMAGES = 1000, REFERENCE_ARRAYS = 12 };

struct strata_reference {
    strata_reference_net net;
    strata_reference_array array[REFERENCE_ARRAYS];
};

/* A mini-batch whose images are standardised doubles; load_minibatch finds them behind the mini-batch. */
typedef struct {
    minibatch batch;
    const double *images; /* [d x n] */
} reference_batch;

typedef struct {
    const char *path;
    npz *archive;
    array given[GIVEN];
    bool one_hot;  /* labels are Y, a column an image, in place of y */
    backend ops;   /* ref64, whose load_minibatch takes the doubles */
    network *net;
    net_work *work;
    double *images;
    uint16_t *label;
    uint32_t *index;
    void *block;   /* of the three */
    reference_batch in;
    int f, across, filters, images_count;
} world;

/* ---- the file ------------------------------------------------------------------------------------------------------------------------ */

static bool find(const world *k, const char *name, size_t *member)
{
    for (*member = 0; *member < npz_count(k->archive); ++*member) {
        if (strcmp(npz_name(k->archive, *member), name) == 0) return true;
    }
    return false;
}

static strata_status read_array(world *k, size_t member, array *out)
{
    strata_status status = npz_read(k->archive, member, out);
    return status == STRATA_OK ? status : status_fail_at(status, npz_name(k->archive, member));
}

static strata_status read_given(world *k)
{
    char digest[DIGEST_TEXT];
    TRY(npz_open(k->path, &k->archive, digest));
    for (int q = 0; q < GIVEN; q++) {
        size_t member;
        bool there = find(k, given_name[q], &member);
        if (!there && q == LABELS) k->one_hot = there = find(k, "Y", &member);
        if (!there) {
            return status_fail(STRATA_ERR_DATA, "%.200s: has no array %s%s; intermediate values have X, Fs, W1, W2, b1, b2 and y or Y",
                               k->path, given_name[q], q == LABELS ? " or Y" : "");
        }
        TRY(read_array(k, member, &k->given[q]));
    }
    return STRATA_OK;
}

/* The dimensions of an array without those that are 1, one at least. */
static int without_ones(const size_t *dim, int rank, size_t out[ARRAY_RANK])
{
    int count = 0;
    for (int r = 0; r < rank; r++) {
        if (dim[r] != 1) out[count++] = dim[r];
    }
    return count;
}

static bool has_shape(const array *a, const size_t *dim, int rank)
{
    size_t have[ARRAY_RANK], want[ARRAY_RANK];
    int count = without_ones(a->dim, a->rank, have);
    return count == without_ones(dim, rank, want) && memcmp(have, want, (size_t)count * sizeof *have) == 0;
}

static strata_status wrong_shape(const world *k, const char *name, const array *a, const char *wanted)
{
    char shape[ARRAY_SHAPE];
    return status_fail(STRATA_ERR_DATA, "%.200s: %s is %s, and should be %s", k->path, name, array_shape(a, shape), wanted);
}

/* ---- the net ------------------------------------------------------------------------------------------------------------------------- */

static strata_status check_dimensions(world *k, net_shape *s)
{
    const array *x = &k->given[X], *fs = &k->given[FS], *w1 = &k->given[W1], *w2 = &k->given[W2];
    if (x->rank != 2 || x->dim[0] > NET_MAX_INPUTS || x->dim[1] > REFERENCE_IMAGES) {
        return wrong_shape(k, "X", x, "numbers of an image x images, 1000 at most");
    }
    if (fs->rank != 4 || fs->dim[0] != fs->dim[1] || x->dim[0] % fs->dim[2] != 0) {
        return wrong_shape(k, "Fs", fs, "row, column, channel, filter");
    }
    size_t area = x->dim[0] / fs->dim[2], f = fs->dim[0], side = (size_t)lround(sqrt((double)area)), across = side / f;
    if (side * side != area || across * f != side) return wrong_shape(k, "Fs", fs, "of a side that divides that of square images in X");
    size_t handed = across * across * fs->dim[3];
    if (handed > NET_MAX_WIDTH || w1->rank != 2 || w1->dim[1] != handed || w1->dim[0] > NET_MAX_WIDTH) {
        return wrong_shape(k, "W1", w1, "hidden units x filters of all patches");
    }
    if (w2->rank != 2 || w2->dim[1] != w1->dim[0] || w2->dim[0] > NET_MAX_WIDTH) return wrong_shape(k, "W2", w2, "classes x hidden units");
    if (!has_shape(&k->given[B1], w1->dim, 1)) return wrong_shape(k, "b1", &k->given[B1], "one number a hidden unit");
    if (!has_shape(&k->given[B2], w2->dim, 1)) return wrong_shape(k, "b2", &k->given[B2], "one number a class");
    const size_t images = x->dim[1], table[2] = { w2->dim[0], images };
    bool labelled = k->one_hot ? has_shape(&k->given[LABELS], table, 2) : has_shape(&k->given[LABELS], &images, 1);
    if (!labelled) return wrong_shape(k, k->one_hot ? "Y" : "y", &k->given[LABELS], k->one_hot ? "classes x images" : "one label an image");
    k->f = (int)f, k->across = (int)across, k->filters = (int)fs->dim[3], k->images_count = (int)images;
    *s = (net_shape){ .k = 3, .width = { (int)x->dim[0], (int)handed, (int)w1->dim[0], (int)w2->dim[0] },
                      .patches = patches_of_images(k->f, (int)side, (int)side, (int)fs->dim[2]) };
    s->layer[1] = (net_layer){ .units = k->filters, .inputs = (int)(f * f * fs->dim[2]) };
    s->layer[2] = (net_layer){ .units = s->width[2], .inputs = s->width[1] };
    s->layer[3] = (net_layer){ .units = s->width[3], .inputs = s->width[2] };
    return STRATA_OK;
}

/* (21) of doubles that are standardised already. */
static void load_doubles(mat to, const minibatch *batch)
{
    const reference_batch *in = (const reference_batch *)batch; /* of which it is the first member */
    for (int j = 0; j < to.cols; j++) {
        const double *image = in->images + (size_t)patches_image(batch, j) * (size_t)batch->d;
        for (int t = 0; t < to.rows; t++) ((double *)to.p)[(size_t)j * (size_t)to.rows + (size_t)t] = image[patches_feature(batch, j, t)];
    }
}

static double *at(mat M, size_t i, size_t j)
{
    return (double *)M.p + j * (size_t)M.rows + i;
}

static void put_matrix(mat M, const array *a)
{
    for (size_t e = 0; e < mat_elements(M); e++) *at(M, e / (size_t)M.cols, e % (size_t)M.cols) = array_number(a, e);
}

/* The label of image j: y, or the row of Y that has the one. */
static strata_status read_label(world *k, int j)
{
    int classes = k->net->shape.width[3];
    const array *a = &k->given[LABELS];
    int64_t label = -1;
    if (!k->one_hot && !array_whole(a, (size_t)j, &label)) label = -1;
    for (int i = 0; k->one_hot && i < classes; i++) {
        if (array_number(a, (size_t)(i * k->images_count + j)) == 1) label = i;
    }
    if (label < 0 || label >= classes) {
        return status_fail(STRATA_ERR_DATA, "%.200s: image %d has no label 0 .. %d in %s", k->path, j, classes - 1, k->one_hot ? "Y" : "y");
    }
    k->label[j] = (uint16_t)label;
    return STRATA_OK;
}

static strata_status fill_batch(world *k)
{
    void *made;
    size_t n = (size_t)k->images_count, d = (size_t)k->net->shape.width[0];
    TRY(alloc_zero(&made, n * d * sizeof(double) + n * (sizeof(uint32_t) + sizeof(uint16_t)), 1, "the images of the reference"));
    k->block = k->images = made;
    k->index = (uint32_t *)(k->images + n * d);
    k->label = (uint16_t *)(k->index + n);
    for (size_t j = 0; j < n; j++) {
        k->index[j] = (uint32_t)j;
        for (size_t t = 0; t < d; t++) k->images[j * d + t] = array_number(&k->given[X], t * n + j);
        TRY(read_label(k, (int)j));
    }
    k->in.batch = (minibatch){ .label = k->label, .index = k->index, .n = (int)n, .d = (int)d, .patch = k->net->shape.patches };
    k->in.images = k->images;
    return STRATA_OK;
}

/* The row of X0, or column of F, that number t of the course is. */
static size_t of_ours(const world *k, size_t t)
{
    size_t f = (size_t)k->f, channels = (size_t)k->net->shape.patches.channels;
    return t % channels * f * f + t / channels;
}

static strata_status build(world *k)
{
    net_shape s;
    TRY(check_dimensions(k, &s));
    k->ops = *mat_backend_floats(&mat_ref64);
    k->ops.load_minibatch = load_doubles;
    TRY(net_create(&k->ops, &s, &k->net));
    TRY(net_work_create(k->net, k->images_count, NET_WITH_GRADIENTS, &k->work));
    TRY(fill_batch(k));
    mat F = k->net->theta[1].W;
    for (size_t e = 0; e < mat_elements(F); e++) {
        *at(F, e % (size_t)F.rows, of_ours(k, e / (size_t)F.rows)) = array_number(&k->given[FS], e);
    }
    put_matrix(k->net->theta[2].W, &k->given[W1]);
    put_matrix(k->net->theta[3].W, &k->given[W2]);
    put_matrix(k->net->theta[2].b, &k->given[B1]);
    put_matrix(k->net->theta[3].b, &k->given[B2]);
    return STRATA_OK;
}

/* ---- the arrays ---------------------------------------------------------------------------------------------------------------------- */

/* Our number where the course has i. */
typedef double ours(const world *k, const size_t i[ARRAY_RANK]);

static size_t patch_column(const world *k, size_t p, size_t image)
{
    return image * (size_t)k->net->shape.patches.count + p;
}

static double of_MX(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->X0, of_ours(k, i[1]), patch_column(k, i[0], i[2])); }
static double of_S1(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->trace[1].S, i[1], patch_column(k, i[0], i[2])); }
static double of_conv(const world *k, const size_t i[ARRAY_RANK])
{
    return *at(k->work->trace[1].S, i[2], patch_column(k, i[0] * (size_t)k->across + i[1], i[3]));
}

static double of_flat(const world *k, const size_t i[ARRAY_RANK])
{
    return *at(mat_in_columns(k->work->trace[1].X, k->images_count), i[0], i[1]);
}

static double of_flat_before(const world *k, const size_t i[ARRAY_RANK])
{
    return *at(mat_in_columns(k->work->trace[1].S, k->images_count), i[0], i[1]);
}

static double of_X1(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->trace[2].X, i[0], i[1]); }
static double of_P(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->trace[3].X, i[0], i[1]); }
static double of_dF(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->gradient[1].W, i[1], of_ours(k, i[0])); }
static double of_dW1(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->gradient[2].W, i[0], i[1]); }
static double of_dW2(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->gradient[3].W, i[0], i[1]); }
static double of_db1(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->gradient[2].b, i[0], 0); }
static double of_db2(const world *k, const size_t i[ARRAY_RANK]) { return *at(k->work->gradient[3].b, i[0], 0); }

/* Lengths of axes: a row of patches, patches, numbers of a patch, filters, all filters of all patches, hidden units, classes, images. */
typedef enum { NONE, ACROSS, PATCHES, NUMBERS, FILTERS, HANDED, HIDDEN, CLASSES, IMAGES } axis;

static size_t length_of(const world *k, axis a)
{
    const net_shape *s = &k->net->shape;
    const int length[] = { 1, k->across, s->patches.count, s->layer[1].inputs, k->filters, s->width[1], s->width[2], s->width[3],
                           k->images_count };
    return (size_t)length[a];
}

static const struct {
    const char *name;
    axis axis[ARRAY_RANK];
    ours *value;
} compared[REFERENCE_ARRAYS] = {
    { "MX", { PATCHES, NUMBERS, IMAGES }, of_MX },
    { "conv_outputs", { ACROSS, ACROSS, FILTERS, IMAGES }, of_conv },
    { "conv_outputs_mat", { PATCHES, FILTERS, IMAGES }, of_S1 },
    { "conv_outputs_flattened", { HANDED, IMAGES }, of_flat_before },
    { "conv_flat", { HANDED, IMAGES }, of_flat },
    { "X1", { HIDDEN, IMAGES }, of_X1 },
    { "P", { CLASSES, IMAGES }, of_P },
    { "grad_Fs_flat", { NUMBERS, FILTERS }, of_dF },
    { "grad_W1", { HIDDEN, HANDED }, of_dW1 },
    { "grad_W2", { CLASSES, HIDDEN }, of_dW2 },
    { "grad_b1", { HIDDEN }, of_db1 },
    { "grad_b2", { CLASSES }, of_db2 },
};

static strata_status compare(world *k, int q, strata_reference_array *out)
{
    size_t member, dim[ARRAY_RANK], size = 1;
    array a = { 0 };
    *out = (strata_reference_array){ .name = compared[q].name };
    if (!find(k, compared[q].name, &member)) return STRATA_OK;
    TRY(read_array(k, member, &a));
    for (int r = 0; r < ARRAY_RANK; r++) size *= dim[r] = length_of(k, compared[q].axis[r]);
    out->found = true;
    out->entries = (long)size;
    if (!has_shape(&a, dim, ARRAY_RANK)) {
        strata_status status = wrong_shape(k, compared[q].name, &a, "as large as X, Fs, W1 and W2 make it (docs/math.md names the axes)");
        array_free(&a);
        return status;
    }
    double largest = 1, unit = a.type == ARRAY_F4 ? 0x1p-24 : mat_ref64.unit;
    for (size_t e = 0; e < size; e++) {
        size_t i[ARRAY_RANK], rest = e;
        for (int r = ARRAY_RANK - 1; r >= 0; rest /= dim[r], r--) i[r] = rest % dim[r];
        double mine = compared[q].value(k, i);
        out->max_abs = gradcheck_larger(out->max_abs, fabs(mine - array_number(&a, e)));
        largest = gradcheck_larger(largest, fabs(mine));
    }
    out->tolerance = 8 * unit * gradcheck_roundings(&k->net->shape, k->images_count) * largest;
    out->agrees = out->max_abs <= out->tolerance;
    array_free(&a);
    return STRATA_OK;
}

static strata_status compare_all(world *k, strata_reference *out)
{
    int found = 0;
    const net_shape *s = &k->net->shape;
    net_forward(k->net, k->work, &k->in.batch, NET_TRAINING);
    net_loss(k->net, k->work, &k->in.batch);
    double loss = net_real(&k->ops, k->work->J);
    net_backward(k->net, k->work, &k->in.batch, 0);
    out->net = (strata_reference_net){ k->f, k->filters, s->width[2], s->width[3], k->images_count, loss };
    for (int q = 0; q < REFERENCE_ARRAYS; q++) {
        TRY(compare(k, q, &out->array[q]));
        found += out->array[q].found;
    }
    if (found > 0) return STRATA_OK;
    return status_fail(STRATA_ERR_DATA, "%.200s: has none of the arrays that are compared: MX, conv_outputs, conv_flat, X1, P, grad_W1",
                       k->path);
}

static void close_world(world *k)
{
    net_work_free(k->work);
    net_free(k->net);
    free(k->block);
    for (int q = 0; q < GIVEN; q++) array_free(&k->given[q]);
    npz_free(k->archive);
}

/* ---- the public interface ------------------------------------------------------------------------------------------------------------ */

strata_status strata_gradcheck_reference(const char *path, strata_reference **out)
{
    void *made;
    world k = { .path = path };
    REQUIRE(path != NULL && out != NULL);
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "the comparison with a reference"));
    strata_status status = read_given(&k);
    if (status == STRATA_OK) status = build(&k);
    if (status == STRATA_OK) status = compare_all(&k, made);
    close_world(&k);
    if (status == STRATA_OK) *out = made;
    else free(made);
    return status;
}

bool strata_reference_passed(const strata_reference *reference)
{
    for (int q = 0; q < REFERENCE_ARRAYS; q++) {
        if (reference->array[q].found && !reference->array[q].agrees) return false;
    }
    return true;
}

const strata_reference_array *strata_reference_arrays(const strata_reference *reference, int *count)
{
    *count = REFERENCE_ARRAYS;
    return reference->array;
}

const strata_reference_net *strata_reference_describe(const strata_reference *reference)
{
    return &reference->net;
}

void strata_reference_free(strata_reference *reference)
{
    free(reference);
}
