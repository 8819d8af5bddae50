/*
 * A training between two updates, as the bytes of a file:
 *
 *     strata checkpoint 1
 *     64 hexadecimal digits       SHA-256 of every byte behind this line
 *     key = value                 who wrote it (id, version, build, backend, kernels, data, kind; then owner, if somebody named one;
 *                                 then numerics, if they are not 1), then every setting, in this order
 *     (an empty line)
 *     8 bytes each                update, started, seconds, points, layer points
 *     72 bytes each               the points of the curves: update, epoch, eta, then loss, cost, accuracy of training and validation part
 *     32 bytes each               what diagnose measured: update, layer, number of the measure, value
 *     the rest                    of each layer W, b, gamma, beta, mean, variance, down the columns, in the backend's own precision
 *
 * Little-endian: whole numbers in two's complement, the others as IEEE 754 has them, so that every bit comes back. Random numbers have no
 * state (base/random.h), and the net is the whole state of a backend, so nothing else is needed to go on.
 *
 * Of update 0 there are no points and no tensors: the first parameters are a pure function of the settings, and that file says that the run
 * has begun, before the time is spent that drawing them takes.
 */
#ifndef STRATA_TRAIN_CHECKPOINT_H
#define STRATA_TRAIN_CHECKPOINT_H

#include "run.h"

enum { CHECKPOINT_WORD = 256 }; /* bytes of a value of the first part, with the final zero */

enum { CHECKPOINT_POINT = 72, CHECKPOINT_LAYER_POINT = 32 }; /* bytes, as above */

/* Bytes that a file may have to be read again: memory is taken for what it has, and no more. */
#define CHECKPOINT_LIMIT ((uint64_t)1 << 36)

/* A checkpoint that was read. The three arrays lie inside the bytes it was read from. */
typedef struct {
    char id[CHECKPOINT_WORD], version[CHECKPOINT_WORD], build[CHECKPOINT_WORD], backend[CHECKPOINT_WORD], kernels[CHECKPOINT_WORD];
    char data[CHECKPOINT_WORD], kind[CHECKPOINT_WORD]; /* the digest of the data, and which data that is */
    char owner[CHECKPOINT_WORD];                       /* strata_checkpoints.owner; "" when nobody was named */
    int64_t numerics;                                  /* identity.h */
    strata_config config;                              /* resolved */
    long update;                                       /* done; 0: it has begun, and there are no points and no elements */
    bool started;
    double seconds;
    size_t points, layer_points, elements, element; /* element: bytes of each */
    const uint8_t *point, *layer_point, *tensors;
} checkpoint;

/*
 * Reads the bytes of a file, and believes nothing in them: first the digest, then every number against its range, and all sizes against
 * `size`, before anything is taken from them. Takes little memory, whatever they say. STRATA_ERR_DATA when they are no checkpoint.
 */
strata_status checkpoint_read(const uint8_t *bytes, size_t size, checkpoint *out);

/* Would this program on this machine go on with the bits of the one that wrote it? STRATA_ERR_ARGUMENT and what to do when the numerics,
 * the backend or its kernels are others. */
strata_status checkpoint_portable(const checkpoint *c);

/* Was it written by the same build? If not, the bits may differ. */
bool checkpoint_same_build(const checkpoint *c);

/* Memory for writing those of one run, all taken when it is made. */
typedef struct {
    uint8_t *bytes;
    size_t head, capacity; /* bytes of the first part, and of the largest checkpoint */
} checkpoint_room;

strata_status checkpoint_room_create(const strata_run *run, const char *owner, checkpoint_room **out);
void checkpoint_room_free(checkpoint_room *room);

/* Puts the run where the checkpoint, whose id it has, was; one of update 0 changes nothing. */
void checkpoint_restore(const checkpoint *c, strata_run *run);

/* That the run has begun, into room->bytes; *size receives how many. Fails only when libcrypto does. */
strata_status checkpoint_write_start(checkpoint_room *room, size_t *size);

/* The same for the run as it is now, after an update. */
strata_status checkpoint_write(checkpoint_room *room, const strata_run *run, double seconds, size_t *size);

#endif
