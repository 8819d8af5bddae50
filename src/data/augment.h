/*
 * Augmentation of images while training, (50): mirrored, moved, with a square cut out. What becomes of image j of the mini-batch of update
 * t is a pure function of the seed, t and j, so a run that goes on from update t sees what it would have seen, whoever shares the work. The
 * data set stays as it is: the images of one mini-batch at a time are written to a room of their own.
 */
#ifndef STRATA_DATA_AUGMENT_H
#define STRATA_DATA_AUGMENT_H

#include "random.h"
#include "dataset.h"

/* The settings, in pixels but for flip. All 0: images stay as they are. translate and cutout are no larger than the images. */
typedef struct {
    double flip;           /* probability */
    int translate, cutout; /* D, and the side of the square */
    bool zeros;            /* what a moved image leaves bare is 0; else it takes the nearest pixel of the edge */
} augmentation;

bool augment_any(const augmentation *a);

/* What is done to one image: it is mirrored, then moved, then rows top .. bottom - 1 of columns left .. right - 1 become 0. */
typedef struct {
    bool mirrored, zeros;
    int down, across; /* to the right; negative: up, to the left */
    int top, bottom, left, right;
} augment_change;

/* The name of the stream of (50). */
extern const char augment_stream[];

/* Of image j of the mini-batch of update t. */
augment_change augment_drawn(const augmentation *a, const strata_form *form, random_stream stream, uint64_t t, int j);

/* to = the changed image. Both have form->features elements and do not overlap. */
void augment_image(const strata_form *form, const augment_change *change, const void *from, void *to);

/* Where the images of a mini-batch are changed. */
typedef struct {
    strata_form form;
    int n_max;
    uint32_t *index; /* 0, 1, 2, ... [n_max] */
    uint16_t *label; /* [n_max] */
    void *values;    /* [features x n_max], of bytes or of floats */
} augment_room;

size_t augment_room_bytes(const strata_form *form, int n_max);
strata_status augment_room_create(const strata_form *form, int n_max, augment_room **out);
void augment_room_free(augment_room *room);

/* The mini-batch, of up to n_max images, with its images augmented as in update t; and with each of them mirrored, for (56). Valid until
 * the room is used again. */
minibatch augment_batch(augment_room *room, const minibatch *batch, const augmentation *a, random_stream stream, uint64_t t);
minibatch augment_mirrored(augment_room *room, const minibatch *batch);

#endif
