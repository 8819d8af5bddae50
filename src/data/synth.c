/*
 * How an image of the synthetic set is drawn. From back to front: a ground that runs from one colour to another, small clutter, the
 * figure that gives the class, small occluders, noise. Every one of these but the ground and the noise is a patch: an outline in a
 * square of its own, put into the picture by a pose (place, size, turn, mirror) and filled with one colour.
 *
 *      v = -ONE   +-----------+        The outline answers whether the point (u, v) is inside. A pixel is four such questions, at
 *                 |  outline  |        the centres of its quarters, and takes a quarter of the patch's colour for each yes.
 *      v = +ONE   +-----------+
 *         u = -ONE         u = +ONE
 *
 * The difficulty comes from variation, never from wrong labels. Either of figure and ground may be the lighter one, so the brightness of
 * a pixel says little about the class: that is what holds a linear classifier down. A new class is an outline and a name.
 *
 * No floating point, no shift of a negative number, and never two draws whose order the compiler may choose: the bytes are the same on
 * every machine. Draws come from the stream "synth" at counter (image, draw), so that an image depends on its own number alone.
 */
#include "synth.h"

#include "random.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    SIDE = 32,
    PIXELS = SIDE * SIDE,
    CLASSES = 10,
    ONE = 256,       /* half the side of an outline's square                   */
    SUB = 16,        /* places and radii in the picture are in 1/16 of a pixel */
    STEP = SUB / 2,  /* from one sample to the next, in the same unit          */
    FRACTION = 1024  /* a walk keeps 1/1024 of a unit of (u, v)                */
};

/*
 * The ranges of what varies, both ends included; lengths in 1/16 of a pixel, TURN as in pose, colours and NOISE in 1/255. Chosen by
 * experiment so that the network 3072-50-50-10 of the textbook recipe comes to nearly 60 % on the test images, and a linear classifier
 * to 20 %. OFF_CENTRE, FIGURE_SMALL and TURN are the ones that decide.
 */
enum {
    OFF_CENTRE = 128,
    FIGURE_SMALL = 80,
    FIGURE_LARGE = 208,
    TURN = 88,
    CLUTTER = 8,
    CLUTTER_SMALL = 16,
    CLUTTER_LARGE = 80,
    OCCLUDERS = 3,
    OCCLUDER_SMALL = 16,
    OCCLUDER_LARGE = 48,
    GROUND_DARK = 16,
    GROUND_LIGHT = 191,
    GROUND_SLOPE = 48,
    FIGURE_DARK = 64,
    FIGURE_LIGHT = 239,
    NOISE = 24
};

/* ---- draws of one image -------------------------------------------------------------------------------------------------------------- */

typedef struct {
    random_stream stream;
    uint64_t image, next;
} dice;

/* An integer of lo..hi. */
static int32_t pick(dice *d, int32_t lo, int32_t hi)
{
    return lo + (int32_t)random_below(d->stream, d->image, d->next++, (uint64_t)(hi - lo + 1));
}

/* An integer of -reach..reach, small ones more often: a sum of two draws, which may come in either order. */
static int32_t sway(dice *d, int32_t reach)
{
    return pick(d, -reach / 2, reach / 2) + pick(d, -reach / 2, reach / 2);
}

static int32_t either_sign(dice *d, int32_t value)
{
    return pick(d, 0, 1) == 0 ? value : -value;
}

/* ---- outlines ------------------------------------------------------------------------------------------------------------------------ */

/* What differs between two figures of one class: `width` of 0..255 (of a line, a stripe, a bite), `phase` of 0..255. */
typedef struct {
    int32_t width, phase;
} style;

typedef bool outline(style s, int32_t u, int32_t v);

static bool disc(style s, int32_t u, int32_t v)
{
    (void)s;
    return u * u + v * v < ONE * ONE;
}

static bool ring(style s, int32_t u, int32_t v)
{
    int32_t hole = 190 - s.width * 70 / 256, r2 = u * u + v * v;
    return r2 < ONE * ONE && r2 >= hole * hole;
}

static bool square(style s, int32_t u, int32_t v)
{
    (void)s;
    return abs(u) < 216 && abs(v) < 216;
}

static bool triangle(style s, int32_t u, int32_t v)
{
    (void)s;
    return v < 208 && 2 * abs(u) < v + ONE;
}

static bool cross(style s, int32_t u, int32_t v)
{
    int32_t arm = 56 + s.width * 40 / 256;
    return (abs(u) < arm && abs(v) < ONE) || (abs(v) < arm && abs(u) < ONE);
}

/* A disc less a disc of nearly its size to the right. */
static bool crescent(style s, int32_t u, int32_t v)
{
    int32_t away = u - 120 - s.width * 50 / 256;
    return disc(s, u, v) && away * away + v * v >= 215 * 215;
}

static bool hourglass(style s, int32_t u, int32_t v)
{
    return abs(v) < 240 && abs(u) * 240 < 40 * 240 + abs(v) * (150 + s.width * 50 / 256);
}

/* The three textures fill their whole square, with a whole number of pitches where a cut one would look like something else. */
static bool in_square(int32_t u, int32_t v)
{
    return abs(u) < ONE && abs(v) < ONE;
}

static bool stripes(style s, int32_t u, int32_t v)
{
    int32_t pitch = 72 + s.width * 56 / 256;
    return in_square(u, v) && (v + ONE + s.phase) / pitch % 2 == 0;
}

static bool checks(style s, int32_t u, int32_t v)
{
    int32_t pitch = 2 * ONE / (3 + s.width % 3);
    return in_square(u, v) && ((u + ONE) / pitch + (v + ONE) / pitch + s.phase) % 2 == 0;
}

static bool dots(style s, int32_t u, int32_t v)
{
    int32_t pitch = 2 * ONE / (3 + s.width % 2), du = (u + ONE) % pitch - pitch / 2, dv = (v + ONE) % pitch - pitch / 2;
    return in_square(u, v) && 7 * (du * du + dv * dv) < pitch * pitch;
}

static bool bar(style s, int32_t u, int32_t v)
{
    return abs(u) < ONE && abs(v) < 40 + s.width / 4;
}

static outline *const figures[CLASSES] = { disc, ring, square, triangle, cross, crescent, hourglass, stripes, checks, dots };

const char *const synth_class_names[CLASSES] = {
    "disc", "ring", "square", "triangle", "cross", "crescent", "hourglass", "stripes", "checks", "dots"
};

/* Clutter and occluders, too small to be taken for a figure. */
static outline *const scraps[] = { disc, bar, square, triangle };

/* ---- patches ------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    int32_t c[3];
} colour;

/* Where a patch lies: centre and the two radii in 1/16 of a pixel, a radius below 0 being a mirror; its turn as the tangent of half the
 * angle, in 1/256. */
typedef struct {
    int32_t x, y, across, along, turn;
} pose;

/* (u, v), in 1/FRACTION of a unit, at the first sample of the picture, and its steps to the next sample along x and along y. */
typedef struct {
    int32_t at[2], dx[2], dy[2];
} walk;

/* Cosine and sine are rational in the tangent t of the half angle: (1 - tt) / (1 + tt) and 2t / (1 + tt). The first sample lies half a
 * step from the corner of the picture. */
static walk walk_through(pose p)
{
    const int32_t tt = p.turn * p.turn, unit = 256 * 256 + tt, x0 = STEP / 2 - p.x, y0 = STEP / 2 - p.y;
    const int32_t cosine = (256 * 256 - tt) * 256 / unit, sine = 2 * p.turn * 256 * 256 / unit;
    walk w = { .dx = { cosine * STEP * FRACTION / p.across, -sine * STEP * FRACTION / p.along },
               .dy = { sine * STEP * FRACTION / p.across, cosine * STEP * FRACTION / p.along } };
    for (int q = 0; q < 2; q++) w.at[q] = (x0 * w.dx[q] + y0 * w.dy[q]) / STEP;
    return w;
}

/* How many of the four samples of pixel (column, row) are inside. */
static int32_t covered(outline *inside, style s, const walk *w, int32_t column, int32_t row)
{
    int32_t count = 0;
    for (int32_t y = 2 * row; y < 2 * row + 2; y++) {
        for (int32_t x = 2 * column; x < 2 * column + 2; x++) {
            int32_t u = (w->at[0] + x * w->dx[0] + y * w->dy[0]) / FRACTION, v = (w->at[1] + x * w->dx[1] + y * w->dy[1]) / FRACTION;
            count += inside(s, u, v);
        }
    }
    return count;
}

static int32_t clamp(int32_t value, int32_t lo, int32_t hi)
{
    return value < lo ? lo : value > hi ? hi : value;
}

/* Only pixels a patch can reach are asked: its square, turned, lies within 3/2 of its larger radius. */
static void fill(uint8_t *pixels, outline *inside, style s, pose p, colour ink)
{
    const walk w = walk_through(p);
    int32_t across = abs(p.across), along = abs(p.along), reach = (across > along ? across : along) * 3 / 2;
    int32_t left = clamp((p.x - reach) / SUB, 0, SIDE), right = clamp((p.x + reach) / SUB + 1, 0, SIDE);
    int32_t top = clamp((p.y - reach) / SUB, 0, SIDE), bottom = clamp((p.y + reach) / SUB + 1, 0, SIDE);
    for (int32_t row = top; row < bottom; row++) {
        for (int32_t column = left; column < right; column++) {
            int32_t share = covered(inside, s, &w, column, row);
            if (share == 0) continue;
            for (int q = 0; q < 3; q++) {
                uint8_t *pixel = &pixels[q * PIXELS + row * SIDE + column];
                *pixel = (uint8_t)((*pixel * (4 - share) + ink.c[q] * share) / 4);
            }
        }
    }
}

/* ---- the parts in order -------------------------------------------------------------------------------------------------------------- */

static colour any_colour(dice *d, int32_t dark, int32_t light)
{
    colour ink;
    for (int q = 0; q < 3; q++) ink.c[q] = pick(d, dark, light);
    return ink;
}

static int32_t contrast(colour a, colour b)
{
    int32_t sum = 0;
    for (int q = 0; q < 3; q++) sum += abs(a.c[q] - b.c[q]);
    return sum;
}

/* The one of two draws that stands out more. */
static colour figure_colour(dice *d, colour ground)
{
    colour first = any_colour(d, FIGURE_DARK, FIGURE_LIGHT), second = any_colour(d, FIGURE_DARK, FIGURE_LIGHT);
    return contrast(first, ground) > contrast(second, ground) ? first : second;
}

/* Runs from one colour to a second not far from it, in a direction of the image's own. Returns the colour in the middle. */
static colour draw_ground(dice *d, uint8_t *pixels)
{
    colour middle = any_colour(d, GROUND_DARK, GROUND_LIGHT);
    for (int q = 0; q < 3; q++) {
        int32_t gx = sway(d, GROUND_SLOPE), gy = sway(d, GROUND_SLOPE);
        for (int32_t e = 0; e < PIXELS; e++) {
            int32_t value = middle.c[q] + (gx * (e % SIDE - SIDE / 2) + gy * (e / SIDE - SIDE / 2)) / SIDE;
            pixels[q * PIXELS + e] = (uint8_t)clamp(value, 0, 255);
        }
    }
    return middle;
}

static style any_style(dice *d)
{
    style s;
    s.width = pick(d, 0, 255);
    s.phase = pick(d, 0, 255);
    return s;
}

/* Up to `most` scraps of radii small..large anywhere in the picture, at any angle. */
static void draw_scraps(dice *d, uint8_t *pixels, int32_t most, int32_t small, int32_t large)
{
    const int32_t shapes = (int32_t)(sizeof scraps / sizeof *scraps);
    for (int32_t left = pick(d, 0, most); left > 0; left--) {
        outline *shape = scraps[pick(d, 0, shapes - 1)];
        pose p;
        p.x = pick(d, 0, SIDE * SUB);
        p.y = pick(d, 0, SIDE * SUB);
        p.across = pick(d, small, large);
        p.along = pick(d, small, large);
        p.turn = pick(d, -ONE, ONE);
        style s = any_style(d);
        fill(pixels, shape, s, p, any_colour(d, GROUND_DARK, FIGURE_LIGHT));
    }
}

static void draw_figure(dice *d, uint8_t *pixels, outline *shape, colour ground)
{
    int32_t radius = pick(d, FIGURE_SMALL, FIGURE_LARGE);
    pose p;
    p.x = SIDE * SUB / 2 + sway(d, OFF_CENTRE);
    p.y = SIDE * SUB / 2 + sway(d, OFF_CENTRE);
    p.across = either_sign(d, radius);
    p.along = either_sign(d, radius + sway(d, radius / 6));
    p.turn = sway(d, TURN);
    style s = any_style(d);
    fill(pixels, shape, s, p, figure_colour(d, ground));
}

/* Each byte moves by up to NOISE, small moves more often: by the sum of the two halves of one random byte. */
static void add_noise(dice *d, uint8_t *pixels)
{
    for (int e = 0; e < 3 * PIXELS; e += 16) {
        uint32_t word[4];
        random_words(d->stream, d->image, d->next++, word);
        for (int b = 0; b < 16; b++) {
            int32_t bits = (int32_t)(word[b / 4] >> (8 * (b % 4)) & 255), move = bits % 16 + bits / 16 - 15;
            pixels[e + b] = (uint8_t)clamp(pixels[e + b] + move * NOISE / 15, 0, 255);
        }
    }
}

/* Each ten successive images are one shuffle of the classes, so that every file is balanced. A stream apart, as no image owns it. */
static uint8_t label_of(uint64_t seed, uint32_t index)
{
    uint32_t order[CLASSES];
    random_permutation(random_named(seed, "synth-labels"), index / CLASSES, CLASSES, order);
    return (uint8_t)order[index % CLASSES];
}

void synth_record(uint64_t seed, uint32_t index, uint8_t record[3073])
{
    dice d = { .stream = random_named(seed, "synth"), .image = index, .next = 0 };
    uint8_t label = label_of(seed, index), *pixels = record + 1;
    record[0] = label;
    colour ground = draw_ground(&d, pixels);
    draw_scraps(&d, pixels, CLUTTER, CLUTTER_SMALL, CLUTTER_LARGE);
    draw_figure(&d, pixels, figures[label], ground);
    draw_scraps(&d, pixels, OCCLUDERS, OCCLUDER_SMALL, OCCLUDER_LARGE);
    add_noise(&d, pixels);
}
