/*
 * The state of a training between two updates, as the bytes of a file:
 *
 *     strata checkpoint 1
 *     64 hexadecimal digits       SHA-256 of every byte behind this line
 *     key = value                 who wrote it (id, version, build, backend, kernels, data, kind; then owner, if somebody named one;
 *                                 then numerics, if they are not 1; then the form of the data, if it is not CIFAR-10's), then every
 *                                 setting, in this order
 *     (an empty line)
 *     8 bytes each                update, started, seconds, points, layer points
 *     72 bytes each               the points of the curves: update, epoch, eta, then loss, cost, accuracy of training and validation part
 *     32 bytes each               what diagnose measured: update, layer, number of the measure, value
 *     8 bytes each                where log_every > 0 (losses.h): the update that the log begins behind, the sum of the losses of the line
 *                                 that has not ended, then the mean of each line that has
 *     8 bytes each                where average, keep = best, patience or ensemble are set (further_facts): the nets averaged, the update
 *                                 of the best point (-1: none), its accuracy, the points since, the ends of cycles
 *     the rest                    of each layer W, b, gamma, beta, mean, variance, column-major, in the backend's own precision; then the
 *                                 same of the further nets, in the order of further_at, of moments without mean and variance
 *
 * Numbers are little-endian: integers in two's complement, the others in IEEE 754, so every bit comes back. Nothing else is needed to go
 * on: random numbers have no state (base/random.h), and a backend has none but its nets.
 *
 * A checkpoint of update 0 has no points, no log, no facts and no tensors. It says that the run has begun, and is written before the first
 * parameters are drawn, which takes time: they are a pure function of the settings.
 */
#ifndef STRATA_TRAIN_CHECKPOINT_H
#define STRATA_TRAIN_CHECKPOINT_H

#include "run.h"

enum { CHECKPOINT_WORD = 256 }; /* bytes of a value in the text at the top, with the final zero */

enum { CHECKPOINT_POINT = 72, CHECKPOINT_LAYER_POINT = 32 }; /* bytes, as above */

/* The largest file that is read, in bytes; memory is taken for the bytes that a file has. */
#define CHECKPOINT_LIMIT ((uint64_t)1 << 36)

/* A checkpoint that was read. The four arrays lie inside the bytes it was read from. */
typedef struct {
    char id[CHECKPOINT_WORD], version[CHECKPOINT_WORD], build[CHECKPOINT_WORD], backend[CHECKPOINT_WORD], kernels[CHECKPOINT_WORD];
    char data[CHECKPOINT_WORD], kind[CHECKPOINT_WORD]; /* the digest of the data, and which data that is */
    char owner[CHECKPOINT_WORD];                       /* strata_checkpoints.owner; "" when nobody was named */
    int64_t numerics;                                  /* identity.h */
    strata_config config;                              /* resolved */
    long update;                                       /* updates done; 0: the run has begun, and there are no points and no elements */
    bool started;
    double seconds;
    size_t points, layer_points, lines, elements, element; /* elements: of all nets; element: bytes of each */
    long log_after;                                    /* of losses.h, as the next one; 0 where there is no log */
    double log_sum;
    further_facts beside;                              /* none of anything where the settings have none */
    const uint8_t *point, *layer_point, *line, *tensors;
} checkpoint;

/* Bytes of a log of so many lines: 0 where log_every = 0. */
uint64_t checkpoint_log_bytes(const strata_config *config, size_t lines);

/* Bytes of the facts of further nets: 0 where the settings have none. */
size_t checkpoint_facts_bytes(const strata_config *config);

/*
 * Reads the bytes of a file. Before it uses a number it checks the digest, each number against its range, and all sizes against `size`.
 * It takes little memory, whatever the bytes say. STRATA_ERR_DATA when they are no checkpoint.
 */
strata_status checkpoint_read(const uint8_t *bytes, size_t size, checkpoint *out);

/* Would this program on this machine go on with the bits of the one that wrote it? STRATA_ERR_ARGUMENT and what to do when the numerics,
 * the backend or its kernels are others. */
strata_status checkpoint_portable(const checkpoint *c);

/* Did the same build write it? If not, the bits of the results may differ. */
bool checkpoint_same_build(const checkpoint *c);

/* Memory for writing the checkpoints of one run, all taken when it is made. */
typedef struct {
    uint8_t *bytes;
    size_t head, capacity; /* bytes of the text at the top, and of the largest checkpoint */
} checkpoint_room;

strata_status checkpoint_room_create(const strata_run *run, const char *owner, checkpoint_room **out);
void checkpoint_room_free(checkpoint_room *room);

/* Gives the run, which has the id of the checkpoint, its state. A checkpoint of update 0 changes nothing. */
void checkpoint_restore(const checkpoint *c, strata_run *run);

/* Writes the checkpoint of update 0 into room->bytes, and its size into *size. Fails only when libcrypto does. */
strata_status checkpoint_write_start(checkpoint_room *room, size_t *size);

/* The same for the run as it is after an update. */
strata_status checkpoint_write(checkpoint_room *room, const strata_run *run, double seconds, size_t *size);

#endif
