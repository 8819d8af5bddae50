/*
 * A data set as bytes, so that a process that has opened one can give it to others on other machines: a head, which is small, and two
 * blocks, which are large and go as they lie in memory. What comes out is equal in everything: form, examples, labels, order, names, facts,
 * digest. The head is believed only as far as its SHA-256 and its own sizes bear it out, and the blocks only when the digest that names
 * the data, computed anew from them, is the one that the head says (docs/decisions/0174). Numbers in the head have the least significant
 * byte first; the blocks are in the order of the machine, which the head says.
 *
 *      "strata data 1\n"  SHA-256 of the rest, 64 digits  "\n"  8: bytes of both blocks  1: byte order  numbers  texts  names of classes
 */
#ifndef STRATA_DATA_BYTES_H
#define STRATA_DATA_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "strata/data.h"

enum { DATA_BLOCKS = 2, DATA_HEAD_SIGNED = 14 + 64 + 1 }; /* examples, labels; where the rest begins */

/* Bytes that are sent, and where they go. A size may be more than a message of MPI takes at once (2 GB). */
typedef struct {
    const void *at;
    size_t size;
} data_block;
typedef struct {
    void *at;
    size_t size;
} data_room;

/* The head of a finished data set, as the process sends it that has opened it. The caller frees *head. STRATA_ERR_MEMORY. Any thread. */
strata_status data_pack_head(const strata_data *data, uint8_t **head, size_t *size);

/* The blocks: borrowed from the data set, as long as it is there. */
void data_blocks(const strata_data *data, data_block out[DATA_BLOCKS]);

/*
 * The data set that belongs to a head, with rooms for its blocks and nothing in them as yet: it may be freed, and nothing else be done with
 * it until data_unpack_end. Everything is checked before memory is taken. On failure *out is NULL. STRATA_ERR_DATA for what is no head, is
 * damaged, or has sizes that no data set has; STRATA_ERR_MEMORY for more than this process may still take, with a sentence that says both.
 */
strata_status data_unpack_head(const uint8_t *head, size_t size, strata_data **out);

/* The rooms, in the order and with the sizes of the sender's blocks. They belong to the data set. */
void data_blocks_to_fill(strata_data *data, data_room out[DATA_BLOCKS]);

/*
 * Once, when all rooms are filled: checks the labels and the digest of the data, and completes the facts. Reads the examples once, those
 * of CIFAR-10's form by several threads as data_open_folder does. STRATA_ERR_DATA when they are not what the head says, STRATA_ERR_INTERNAL
 * when no digest can be made: the caller frees the data.
 */
strata_status data_unpack_end(strata_data *data);

#endif
