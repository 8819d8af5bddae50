/* (50): rows of pixels are copied as blocks. Only mirroring looks at the elements, which are bytes or floats. */
#include "augment.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "invariant.h"

const char augment_stream[] = "augment";

bool augment_any(const augmentation *a)
{
    return a->flip > 0 || a->translate > 0 || a->cutout > 0;
}

/* ---- what is drawn ------------------------------------------------------------------------------------------------------------------- */

/* 0 .. most - 1. u is below 1 by more than the product's rounding can make up for. */
static int of_share(double u, int most)
{
    return (int)(u * most);
}

static int at_least_0(int x)
{
    return x > 0 ? x : 0;
}

static int at_most(int x, int most)
{
    return x < most ? x : most;
}

augment_change augment_drawn(const augmentation *a, const strata_form *form, random_stream stream, uint64_t t, int j)
{
    enum { NUMBERS = 5, PLACES = 8 }; /* of an image: the numbers that it takes, and the places that it has */
    double u[NUMBERS];
    int D = a->translate;
    for (uint64_t q = 0; q < NUMBERS; q++) u[q] = random_uniform(stream, t, PLACES * (uint64_t)j + q);
    int row = of_share(u[3], form->height) - a->cutout / 2, column = of_share(u[4], form->width) - a->cutout / 2;
    return (augment_change){
        .mirrored = u[0] < a->flip,
        .zeros = a->zeros,
        .down = of_share(u[1], 2 * D + 1) - D,
        .across = of_share(u[2], 2 * D + 1) - D,
        .top = at_least_0(row),
        .bottom = at_most(row + a->cutout, form->height),
        .left = at_least_0(column),
        .right = at_most(column + a->cutout, form->width),
    };
}

/* ---- one image ----------------------------------------------------------------------------------------------------------------------- */

/* The bytes of a word, the last first: one instruction, which compilers know by these lines. */
static uint64_t swapped(uint64_t x)
{
    x = (x & UINT64_C(0x00ff00ff00ff00ff)) << 8 | (x >> 8 & UINT64_C(0x00ff00ff00ff00ff));
    x = (x & UINT64_C(0x0000ffff0000ffff)) << 16 | (x >> 16 & UINT64_C(0x0000ffff0000ffff));
    return x << 32 | x >> 32;
}

/* Words of eight pixels, then single ones. */
static void mirror_bytes(void *to, const void *from, size_t n)
{
    uint8_t *x = to;
    const uint8_t *y = from;
    size_t s = 0;
    for (uint64_t word; s + sizeof word <= n; s += sizeof word) {
        memcpy(&word, y + n - s - sizeof word, sizeof word);
        word = swapped(word);
        memcpy(x + s, &word, sizeof word);
    }
    for (; s < n; s++) x[s] = y[n - 1 - s];
}

static void mirror_floats(void *to, const void *from, size_t n)
{
    float *x = to;
    const float *y = from;
    for (size_t s = 0; s < n; s++) x[s] = y[n - 1 - s];
}

typedef struct {
    size_t size;
    void (*mirror)(void *to, const void *from, size_t n); /* to = from, the last element first */
} element;

static const element elements[] = {
    [STRATA_BYTES] = { 1, mirror_bytes },
    [STRATA_FLOATS] = { sizeof(float), mirror_floats },
};

/* Columns first .. end - 1 of a row become its pixel, or 0 without one. */
static void fill(const element *e, char *row, int first, int end, const char *pixel)
{
    for (int s = first; s < end && pixel != NULL; s++) memcpy(row + (size_t)s * e->size, pixel, e->size);
    if (pixel == NULL && end > first) memset(row + (size_t)first * e->size, 0, (size_t)(end - first) * e->size);
}

/*
 * A row of w pixels, mirrored and moved to the right by c->across:
 *
 *     to     | bare | first ......... end |           across > 0: the bare columns are on the left, end = w
 *     from          | w - n of them are lost          across < 0: on the right, first = 0
 */
static void change_row(const element *e, const augment_change *c, int w, const char *from, char *to)
{
    int first = at_least_0(c->across), end = at_most(w + c->across, w), n = end - first;
    const char *left = from, *right = from + (size_t)(w - 1) * e->size, *kept = from + (size_t)(first - c->across) * e->size;
    if (c->mirrored) {
        e->mirror(to + (size_t)first * e->size, from + (size_t)(w - end + c->across) * e->size, (size_t)n);
        left = right;
        right = from;
    } else {
        memcpy(to + (size_t)first * e->size, kept, (size_t)n * e->size);
    }
    fill(e, to, 0, first, c->zeros ? NULL : left);
    fill(e, to, end, w, c->zeros ? NULL : right);
}

/* One channel of an image. */
static void change_plane(const element *e, const strata_form *form, const augment_change *c, const char *from, char *to)
{
    int h = form->height, w = form->width;
    size_t row = (size_t)w * e->size;
    bool in_place = !c->mirrored && c->down == 0 && c->across == 0;
    if (in_place) memcpy(to, from, (size_t)h * row);
    for (int r = 0; r < h; r++) {
        int source = r - c->down, nearest = at_most(at_least_0(source), h - 1);
        char *out = to + (size_t)r * row;
        if (c->zeros && source != nearest) memset(out, 0, row);
        else if (!in_place) change_row(e, c, w, from + (size_t)nearest * row, out);
        if (r >= c->top && r < c->bottom) fill(e, out, c->left, c->right, NULL);
    }
}

void augment_image(const strata_form *form, const augment_change *change, const void *from, void *to)
{
    const element *e = &elements[form->element];
    size_t plane = (size_t)form->height * (size_t)form->width * e->size;
    INVARIANT(abs(change->down) <= form->height && abs(change->across) <= form->width);
    for (size_t q = 0; q < (size_t)form->channels; q++) {
        change_plane(e, form, change, (const char *)from + q * plane, (char *)to + q * plane);
    }
}

/* ---- a mini-batch -------------------------------------------------------------------------------------------------------------------- */

enum { ALIGNED = 64 };

/* Bytes before the values, which are aligned as a data set's are. */
static size_t before_values(int n_max)
{
    size_t lists = (size_t)n_max * (sizeof(uint32_t) + sizeof(uint16_t));
    return (lists + ALIGNED - 1) / ALIGNED * ALIGNED;
}

static size_t block_bytes(const strata_form *form, int n_max)
{
    return before_values(n_max) + (size_t)n_max * (size_t)form->features * elements[form->element].size;
}

size_t augment_room_bytes(const strata_form *form, int n_max)
{
    return sizeof(augment_room) + alloc_aligned_bytes(block_bytes(form, n_max));
}

strata_status augment_room_create(const strata_form *form, int n_max, augment_room **out)
{
    void *made, *block;
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "augmented images"));
    strata_status status = alloc_aligned(&block, block_bytes(form, n_max), 1, "augmented images");
    if (status != STRATA_OK) {
        free(made);
        return status;
    }
    augment_room *room = made;
    *room = (augment_room){ .form = *form, .n_max = n_max, .index = block };
    room->label = (uint16_t *)(room->index + n_max);
    room->values = (char *)block + before_values(n_max);
    for (int j = 0; j < n_max; j++) room->index[j] = (uint32_t)j;
    *out = room;
    return STRATA_OK;
}

void augment_room_free(augment_room *room)
{
    if (room == NULL) return;
    free(room->index); /* the block */
    free(room);
}

/* Example j of the mini-batch, changed, and its label. */
static void change_example(augment_room *room, const minibatch *batch, int j, const augment_change *change)
{
    bool floats = room->form.element == STRATA_FLOATS;
    size_t at = batch->index[j] * batch->stride, size = elements[room->form.element].size;
    const void *from = floats ? (const void *)(batch->table + at) : batch->image + at;
    augment_image(&room->form, change, from, (char *)room->values + (size_t)j * (size_t)room->form.features * size);
    room->label[j] = batch->label[batch->index[j]];
}

/* The mini-batch with the examples of the room in the place of its own. */
static minibatch with_room(const augment_room *room, const minibatch *batch)
{
    minibatch out = *batch;
    bool floats = room->form.element == STRATA_FLOATS;
    out.image = floats ? NULL : room->values;
    out.table = floats ? room->values : NULL;
    out.label = room->label;
    out.stride = (size_t)room->form.features;
    out.index = room->index;
    return out;
}

minibatch augment_batch(augment_room *room, const minibatch *batch, const augmentation *a, random_stream stream, uint64_t t)
{
    INVARIANT(batch->n <= room->n_max);
    for (int j = 0; j < batch->n; j++) {
        augment_change change = augment_drawn(a, &room->form, stream, t, j);
        change_example(room, batch, j, &change);
    }
    return with_room(room, batch);
}

minibatch augment_mirrored(augment_room *room, const minibatch *batch)
{
    static const augment_change mirror = { .mirrored = true };
    INVARIANT(batch->n <= room->n_max);
    for (int j = 0; j < batch->n; j++) change_example(room, batch, j, &mirror);
    return with_room(room, batch);
}
